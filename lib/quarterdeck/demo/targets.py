"""What was published of an authority, as counts that a generator can be built backwards from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import pandas as pd

REFERENCE = Path(__file__).parents[3] / "data" / "reference"
CALIBRATIONS = {
    "worcestershire-demo": "calibration_worcestershire.csv",
    "tameside-demo": "calibration_tameside.csv",
}
AREA_NAMES = {"worcestershire-demo": "Worcestershire", "tameside-demo": "Tameside"}
YEARS = (2015, 2016, 2017, 2018, 2019)
PUBLISHED_YEARS = (2016, 2017, 2018, 2019)
LATER = "revised"


def apportion(total: int, weights: np.ndarray, least: int = 0) -> np.ndarray:
    """A total in whole numbers, in proportion to weights, by largest remainder.

    Parameters
    ----------
    total : the sum of the result.
    weights : float, shape (n,), not negative.
    least : the least that each gets, so far as the total goes.

    Returns
    -------
    int64, shape (n,), whose sum is `total`.

    Examples
    --------
    >>> apportion(10, np.array([1.0, 1.0, 2.0])).tolist()
    [3, 2, 5]
    """
    weights = np.asarray(weights, float)
    if total <= least * len(weights):
        least = 0
    rest = total - least * len(weights)
    share = weights / weights.sum() if weights.sum() > 0 else np.full(len(weights), 1 / max(len(weights), 1))
    exact = np.round(share * rest, 9)
    whole = np.floor(exact).astype(np.int64)
    most = np.argsort(-(exact - whole), kind="stable")[: rest - int(whole.sum())]
    whole[most] += 1
    return whole + least


@dataclass(frozen=True)
class Targets:
    """One authority's published counts.

    Parameters
    ----------
    counts : one row a published cell: item, breakdown, year, value (NaN where suppressed), one source an item and year.
    comparators : one row a measure and year ("cla_starts", ...): the long series, that reaches a year further back.
    """

    counts: pd.DataFrame
    comparators: pd.DataFrame

    @cached_property
    def _cells(self) -> dict[tuple[str, int], dict[str, float]]:
        """Each item's cells of a year, in their printed order; NaN where suppressed."""
        cells: dict[tuple[str, int], dict[str, float]] = {}
        columns = (self.counts["item"], self.counts.year, self.counts.breakdown, self.counts.value)
        for item, year, breakdown, value in zip(*columns, strict=True):
            cells.setdefault((str(item), int(year)), {}).setdefault(str(breakdown), float(value))
        return cells

    @cached_property
    def _usual(self) -> dict[tuple[str, str], float]:
        """What a cell was on average in the years in which it was shown."""
        known = self.counts[self.counts.value.notna()].groupby(["item", "breakdown"]).value.mean()
        return {
            (str(item), str(cell)): float(value)
            for (item, cell), value in zip(known.index.tolist(), known, strict=True)
        }

    def total(self, item: str, year: int, breakdown: str = "total") -> int | None:
        """A published count; None where it is suppressed or was not published."""
        value = self._cells.get((item, year), {}).get(breakdown, np.nan)
        return None if np.isnan(value) else round(value)

    def split(self, item: str, year: int, total: int | None = None) -> dict[str, int]:
        """A published breakdown, its suppressed cells filled with what is left of the total.

        Suppressed cells share the remainder in proportion to what they were in other years (3 where never shown),
        so that a cell hidden only to protect another gets its size, and a truly small one stays small.
        """
        cells = {cell: value for cell, value in self._cells.get((item, year), {}).items() if not cell.endswith("total")}
        result = {cell: int(value) for cell, value in cells.items() if not np.isnan(value)}
        hidden = [cell for cell, value in cells.items() if np.isnan(value)]
        if hidden:
            shown = sum(result.values())
            rest = max(0, (total if total is not None else shown + 3 * len(hidden)) - shown)
            weights = np.array([max(self._usual.get((item, cell), 3.0), 1.0) for cell in hidden])
            result |= dict(zip(hidden, apportion(rest, weights, least=1).tolist(), strict=True))
        return {cell: result[cell] for cell in cells}

    def comparator(self, measure: str, year: int) -> int | None:
        """A count of the long series; None where there is none."""
        found = self.comparators[(self.comparators.measure == measure) & (self.comparators.year == year)]
        return None if found.empty or pd.isna(found.value.iloc[0]) else round(float(found.value.iloc[0]))


@cache
def targets(authority: str) -> Targets:
    """The published counts behind one demonstration authority.

    Raises
    ------
    KeyError : no calibration table belongs to the authority.

    Source: DfE, as first published where a table was later revised, so that breakdowns add to their total.
    """
    table = pd.read_csv(REFERENCE / CALIBRATIONS[authority])
    table["year"] = table.period_end.str[:4].astype(int)
    first = table.source.str.contains("as first published", regex=False)
    table["rank"] = np.select([first, table.source.str.contains("LAIT", regex=False)], [0, 2], 1)
    best = table.groupby(["item", "year"])["rank"].transform("min")
    counts = table[table["rank"] == best].drop_duplicates(["item", "breakdown", "period_end"])
    comparators = pd.read_parquet(REFERENCE / "comparators.parquet")
    comparators = comparators[comparators.area_name == AREA_NAMES[authority]]
    comparators = comparators.assign(year=[day.year for day in comparators.year_ending])
    return Targets(
        counts[["item", "breakdown", "year", "period_end", "value"]].reset_index(drop=True),
        comparators[["measure", "year", "value"]].reset_index(drop=True),
    )


def generator(seed: int, *names: str) -> np.random.Generator:
    """A stream of random numbers of its own for each part, so that a change in one part leaves the others as they were.

    Examples
    --------
    >>> int(generator(1, "periods").integers(100)) == int(generator(1, "periods").integers(100))
    True
    """
    letters = [ord(letter) for name in names for letter in f"/{name}"]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *letters])))


def shared_draw(rng: np.random.Generator, family: np.ndarray) -> np.ndarray:
    """A number between 0 and 1 for each row, the same for all of a family.

    Examples
    --------
    >>> draw = shared_draw(np.random.default_rng(1), np.array([4, 7, 4]))
    >>> bool(draw[0] == draw[2]), bool(draw[0] == draw[1])
    (True, False)
    """
    return rng.random(int(family.max(initial=0)) + 1)[family]
