"""Projection: where a number goes if what comes and goes each month stays as it was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from quarterdeck.quarter import Quarter

LEAST, MOST = 12, 24
QUARTERS = 4
SURE = 0.8
"""How often the number would lie in the range: four times in five."""


@dataclass(frozen=True)
class Projection:
    """Where a number goes if nothing changes.

    Parameters
    ----------
    months : one row a month after the quarter, end (datetime64), value, lower, upper (float64; none is below 0).
    now : the number at the quarter's end.
    change : its average change a month.
    spread : the standard deviation of those changes.
    known : how many monthly changes stand behind it, 12 to 24.
    """

    months: pd.DataFrame
    now: float
    change: float
    spread: float
    known: int

    @property
    def quarters(self) -> pd.DataFrame:
        """The months that end a quarter."""
        return self.months.iloc[2::3].reset_index(drop=True)


def project(series: pd.DataFrame, quarter: Quarter) -> Projection | None:
    """Where a stock goes in the next four quarters, if each month changes it as the last 24 did on average.

    After h months the range reaches t s sqrt(h (1 + h/n)) either way: s is the standard deviation of the n monthly
    changes, t the quantile of Student's distribution, and h/n is there because the average is known from n months only.
    Months are taken not to depend on each other.

    Parameters
    ----------
    series : end (month ends) and value (the number then; NaN where not shown).
    quarter : the last whose months are used.

    Returns
    -------
    None where fewer than 12 monthly changes are known (13 months), or the number at the quarter's end is not.

    Examples
    --------
    >>> ends = pd.date_range("2016-12-31", periods=13, freq="ME")
    >>> ahead = project(pd.DataFrame({"end": ends, "value": 100.0 + 2 * np.arange(13)}), Quarter(2017, 3))
    >>> ahead.quarters.value.tolist()
    [130.0, 136.0, 142.0, 148.0]
    """
    last = quarter.end.normalize()
    asked = pd.date_range(end=last, periods=MOST + 1, freq="ME")
    value = series.set_index("end").value.astype("float64").reindex(asked)
    changes = value.diff().dropna()
    if len(changes) < LEAST or pd.isna(value.iloc[-1]):
        return None
    from scipy import special  # not at the top, where every paper's kernel would pay a second for it

    known, now = len(changes), float(value.iloc[-1])
    change, spread = float(changes.mean()), float(changes.std())
    ahead = np.arange(1, 3 * QUARTERS + 1)
    middle = now + change * ahead
    quantile = float(special.stdtrit(known - 1, (1 + SURE) / 2))
    reach = quantile * spread * np.sqrt(ahead * (1 + ahead / known))
    ends = pd.date_range(last + pd.offsets.MonthEnd(1), periods=len(ahead), freq="ME")
    drawn = pd.DataFrame({"value": middle, "lower": middle - reach, "upper": middle + reach}).clip(lower=0.0)
    return Projection(pd.concat([pd.Series(ends, name="end"), drawn], axis=1), now, change, spread, known)
