"""Small numbers: what the public copy hides, so that no child can be told from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

from quarterdeck.figures.frame import ALL, BESIDE, QUARTILES
from quarterdeck.figures.protection import protect
from quarterdeck.figures.relations import Relations, relations
from quarterdeck.measures.registry import Measure, catalogue
from quarterdeck.quarter import Quarter

LEAST_SHOWN = 6
"""Counts of 1 to 5 are hidden, and percentages of fewer than 6."""
QUARTERS = 9
HIDDEN = "c"
NUMBERS = ["numerator", "denominator", "value", "lower", "upper"]
Audience = Literal["public", "officers"]


def audience(figures: pd.DataFrame, who: Audience, quarter: Quarter | None = None) -> pd.DataFrame:
    """The figures that an audience may see: officers all of them, the public with small numbers hidden."""
    return figures if who == "officers" else disclose(figures, quarter=quarter)


def disclose(
    figures: pd.DataFrame,
    *,
    quarter: Quarter | None = None,
    measures: Mapping[str, Measure] | None = None,
    earlier: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Figures for the public: small numbers hidden, and as many more as keep them from being worked out.

    Parameters
    ----------
    figures : the tidy frame, undisclosed.
    quarter : the paper's quarter; the last in the frame where not given.
    measures : the catalogue, where it is another than the library's.
    earlier : public figures of an earlier paper: what it showed is known and can hide nothing.

    Returns
    -------
    The figures of nine quarters that are published (see `published`), in the order they came; a hidden one has
    status "c" and no numerator, denominator, value, lower or upper.

    Source
    ------
    DfE's symbol c, and its rule for local authority tables: counts of 1 to 5 and percentages of fewer than 6, then
    secondary suppression. A 0 is shown.
    """
    known = catalogue() if measures is None else measures
    last = quarter or Quarter.of(figures.end.max())
    rows = figures[_within_reach(figures, known, last)].reset_index(drop=True)
    open_rows = published(rows, known, last).to_numpy()
    ties = relations(rows, known)
    hidden = protect(ties, open_rows, sensitive(rows, ties, known), _known(rows, ties, earlier))
    hidden |= _quartiles_of_hidden(rows, hidden)
    rows.loc[hidden, NUMBERS] = np.nan
    rows.loc[hidden, "status"] = HIDDEN
    return rows[open_rows].reset_index(drop=True)


def published(figures: pd.DataFrame, measures: Mapping[str, Measure], quarter: Quarter) -> pd.Series:
    """Which figures the public copy holds, hidden or not: those that a paper may need, and no more to protect.

    Nine quarters and their months; a measure's whole and its main breakdown for every kind of period (a rolling year
    only for the whole), other breakdowns at quarters' ends.
    """
    first = quarter.minus(QUARTERS - 1)
    main = figures.measure.map({name: measure.main for name, measure in measures.items()})
    stands = figures.measure.map({name: measure.category[0] for name, measure in measures.items()})
    headline = figures.measure.map({name: measure.headline for name, measure in measures.items()})
    kind = figures.kind.astype("str")
    whole = figures.breakdown.isin([ALL, BESIDE, QUARTILES])
    own = (figures.breakdown == main) | (figures.breakdown == stands)
    at_end = figures.end.dt.month.isin([3, 6, 9, 12])
    told = (kind == "quarter") | (kind == headline)
    own &= (kind != "rolling_12_months") | told
    return (figures.end > first.start) & (whole | own | (told & at_end))


def _within_reach(figures: pd.DataFrame, measures: Mapping[str, Measure], quarter: Quarter) -> pd.Series:
    """What is published, and the months of the year before, which its sums reach back to."""
    before = quarter.minus(QUARTERS + 3).start
    wide = published(figures, measures, quarter)
    broken = figures.assign(n=wide).groupby(["measure", "breakdown"], observed=True).n.transform("any")
    return wide | ((figures.start >= before) & (figures.kind.astype("str") == "month") & broken)


def sensitive(figures: pd.DataFrame, ties: Relations, measures: Mapping[str, Measure]) -> np.ndarray:
    """The cells that must be hidden of themselves.

    Counts of 1 to 5; the numerator of a percentage when it or what is left of the denominator is 1 to 5, or the
    denominator is under 6; money spent on 1 to 5 placements. A net change is a difference of what is shown, and
    small only if they are.

    Returns
    -------
    bool, shape (cells,).
    """
    unit = figures.measure.map({name: measure.unit for name, measure in measures.items()})
    percent, money = (unit == "percent").to_numpy(), unit.str.startswith("gbp").fillna(False).to_numpy(bool)
    value = ties.cells.value.to_numpy()
    found = np.zeros(len(value), bool)
    above, below = ties.numerator, ties.denominator
    counted = (above >= 0) & ~money & ~figures.category.str.startswith("net").to_numpy(bool)
    found[above[counted & _small(value[above])]] = True
    shared = (above >= 0) & (below >= 0) & percent
    found[above[shared & _small(value[below] - value[above])]] = True
    found[below[shared & _small(value[below])]] = True
    weeks = (below >= 0) & money
    length = ((figures.end - figures.start).dt.days + 1).to_numpy() / 7
    found[below[weeks & _small(np.round(value[below] / length, 1))]] = True
    return found


def _small(count: np.ndarray) -> np.ndarray:
    return (count > 0) & (count < LEAST_SHOWN)


def _known(figures: pd.DataFrame, ties: Relations, earlier: pd.DataFrame | None) -> np.ndarray | None:
    """Cells that an earlier public paper showed with the same value."""
    if earlier is None:
        return None
    keys = ["measure", "kind", "start", "end", "breakdown", "category"]
    before = earlier[earlier.value.notna()][[*keys, "numerator", "denominator"]]
    seen = figures[keys].merge(before, on=keys, how="left", validate="one_to_one")
    found = np.zeros(len(ties.cells), bool)
    for part, cell in (("numerator", ties.numerator), ("denominator", ties.denominator)):
        same = (cell >= 0) & np.isclose(seen[part].to_numpy("float64"), figures[part].to_numpy("float64"))
        found[cell[same]] = True
    return found


def _quartiles_of_hidden(figures: pd.DataFrame, hidden: np.ndarray) -> np.ndarray:
    """The quartiles of a distribution go with its median."""
    keys = ["measure", "kind", "end"]
    gone = figures[hidden & (figures.breakdown == ALL).to_numpy()][keys].drop_duplicates().assign(gone=True)
    found = figures[keys].merge(gone, on=keys, how="left", validate="many_to_one").gone.fillna(False).to_numpy(bool)
    return found & (figures.breakdown == QUARTILES).to_numpy()
