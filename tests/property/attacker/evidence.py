"""What a reader has: the public figures of a quarter and of the quarters before it, laid out as series in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

KEYS = ["measure", "breakdown", "category", "part"]
WHOLE = ("all", "beside", "quartile")
ABSENT, SHOWN, HIDDEN = 0, 1, 2
MONTHS = {"month": 1, "quarter": 3, "year_to_date": 0, "rolling_12_months": 12}


@dataclass(frozen=True)
class Evidence:
    """Every count that was published, shown or hidden.

    Parameters
    ----------
    series : one row a series: measure, breakdown, category, part, unit, counted (a 0 would be shown), signed, money.
    times : one row a period: kind, end; months go back a year further than what was published.
    value : shape (series, times), NaN where it is not shown.
    state : ABSENT, SHOWN or HIDDEN, of the same shape.
    truth : what the counts are, of the same shape, NaN where it is not known; all NaN where there is no judge.
    """

    series: pd.DataFrame
    times: pd.DataFrame
    value: np.ndarray
    state: np.ndarray
    truth: np.ndarray

    def at(self, kind: str, end: pd.Timestamp) -> int:
        """The number of a period; -1 where there is none."""
        return self._numbers.get((kind, end), -1)

    @cached_property
    def _numbers(self) -> dict[tuple[str, pd.Timestamp], int]:
        return {pair: i for i, pair in enumerate(zip(self.times.kind, self.times.end, strict=True))}

    def name(self, cell: int) -> str:
        """A cell in words."""
        of, when = divmod(cell, len(self.times))
        row, time = self.series.iloc[of], self.times.iloc[when]
        what = f"{row.measure} {row.breakdown}={row.category} {row.part}"
        return f"{what}, {time.kind} to {time.end:%Y-%m-%d}"


def evidence(editions: Sequence[pd.DataFrame], truths: Sequence[pd.DataFrame] = ()) -> Evidence:
    """What public figures tell, edition after edition.

    Parameters
    ----------
    editions : public figures as their CSV has them (with `unit`), the earliest first.
    truths : the officers' figures of each, which judge whether a guess of the reader's is right.

    Returns
    -------
    A count that any edition showed is shown. Of a measure that has been revised since an edition, that edition's
    figures are left out: what they say of other numbers is no evidence.
    """
    long, real = [_parts(frame) for frame in editions], [_parts(frame) for frame in truths]
    kept = []
    for place, frame in enumerate(long[:-1]):
        before, now = (real[place], real[-1]) if real else (frame, long[-1])
        kept.append(frame[~frame.measure.isin(_revised(before, now, frame))])
    every = pd.concat([*kept, long[-1]], ignore_index=True)
    shown = every.sort_values("value", na_position="last", kind="stable")
    cells = shown.drop_duplicates([*KEYS, "kind", "end"]).reset_index(drop=True)
    series = _series(cells)
    times = _times(cells)
    number = series.reset_index().set_index(KEYS)["index"]
    when = times.reset_index().set_index(["kind", "end"])["index"]

    def laid(frame: pd.DataFrame, values: pd.Series | int, empty: float) -> np.ndarray:
        grid = np.full((len(series), len(times)), empty)
        rows = number.reindex(pd.MultiIndex.from_frame(frame[KEYS])).to_numpy()
        columns = when.reindex(pd.MultiIndex.from_frame(frame[["kind", "end"]])).to_numpy()
        inside = ~np.isnan(rows) & ~np.isnan(columns)
        at = (rows[inside].astype(int), columns[inside].astype(int))
        grid[at] = values[inside].to_numpy() if isinstance(values, pd.Series) else values
        return grid

    value = laid(cells, cells.value, np.nan)
    state = laid(cells, cells.hidden.map({True: HIDDEN, False: SHOWN}), ABSENT).astype(int)
    state[np.isfinite(value)] = SHOWN
    judge = real[-1] if real else cells.iloc[:0]
    known = laid(judge, judge.value, np.nan)
    below = pd.Series((np.nan_to_num(known) < 0).any(axis=1)).groupby([series.measure, series.part]).transform("any")
    series["signed"] |= below & ~series.category.isin(["started", "ended"])  # the definition says so
    return Evidence(series, times, value, state, known)


def _revised(before: pd.DataFrame, now: pd.DataFrame, published: pd.DataFrame) -> set[str]:
    """The measures of which something that was published is another number now."""
    keys = [*KEYS, "kind", "end"]
    both = published[keys].merge(before[[*keys, "value"]], on=keys).merge(now[[*keys, "value"]], on=keys, how="left")
    apart = both.value_x.notna() & ~np.isclose(both.value_x, both.value_y) & both.value_y.notna()
    return set(both.measure[apart])


def _parts(figures: pd.DataFrame) -> pd.DataFrame:
    """Numerators, and denominators that are no population; one row each."""
    rows = figures.assign(kind=figures.kind.astype("str"), end=pd.to_datetime(figures.end))
    hidden = rows.status == "c"
    own = rows.denominator.where(rows.unit != "per_10k")
    divided = own.notna().groupby([rows.measure, rows.breakdown]).transform("any")
    any_hidden = hidden.groupby([rows.measure, rows.breakdown]).transform("all")
    divided |= any_hidden & own.notna().groupby(rows.measure).transform("any") & (rows.breakdown != "beside")
    columns = ["measure", "breakdown", "category", "kind", "end", "unit"]
    parts = pd.concat(
        [
            rows[columns].assign(part="numerator", value=rows.numerator, hidden=hidden, counted=~divided),
            rows[columns].assign(part="denominator", value=own, hidden=hidden & divided, counted=False),
        ],
        ignore_index=True,
    )
    parts["hidden"] &= (parts.breakdown != "quartile") & parts.value.isna()
    return parts[parts.value.notna() | parts.hidden]


def _series(cells: pd.DataFrame) -> pd.DataFrame:
    """The series, and what a reader knows of each."""
    below = (cells.value < 0).groupby(cells.measure).transform("any")
    net = cells.category.str.startswith("net").groupby(cells.measure).transform("any")
    ended = cells.category.isin(["started", "ended"])
    told = cells.assign(
        signed=(below | net) & ~ended & (cells.part == "numerator"),
        whole=cells.value.isna() | np.isclose(cells.value, np.round(cells.value)),
        money=cells.unit.str.startswith("gbp"),
    )
    found = told.groupby(KEYS, as_index=False).agg(
        unit=("unit", "first"), counted=("counted", "all"), signed=("signed", "any"), whole=("whole", "all"),
        money=("money", "any"),
    )  # fmt: skip
    fractions = found.groupby(["measure", "part"]).whole.transform("all")
    return found.assign(whole=fractions & ~found.money)


def _times(cells: pd.DataFrame) -> pd.DataFrame:
    """The periods, with the months of a year before the first."""
    times = cells[["kind", "end"]].drop_duplicates()
    first = times.end.min()
    before = pd.DataFrame({"end": [first - pd.offsets.MonthEnd(n) for n in range(1, 13)]}).assign(kind="month")
    return pd.concat([times, before]).drop_duplicates().sort_values(["kind", "end"]).reset_index(drop=True)
