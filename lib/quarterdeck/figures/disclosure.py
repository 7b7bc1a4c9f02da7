"""Small numbers: what the public copy hides, so that no child can be told from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import pandas as pd

from quarterdeck.figures.frame import ALL, BESIDE, QUARTILES
from quarterdeck.figures.protection import protect
from quarterdeck.figures.relations import NO_CELL, Relations, relations
from quarterdeck.figures.told import told_by_others
from quarterdeck.measures.registry import MEANS, Measure, catalogue
from quarterdeck.quarter import Quarter

LEAST_SHOWN = 6
"""Counts of 1 to 5 are hidden, and percentages of fewer than 6."""
QUARTERS = 9
BROKEN_DOWN = 5
HIDDEN = "c"
KEYS = ["measure", "kind", "start", "end", "breakdown", "category"]
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
    earlier : public figures of earlier papers, one below the other: what they showed is known and can hide nothing.

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
    told, gone = _told_before(figures, earlier, last)
    reached = _within_reach(figures, known, last) | told
    rows, gone = figures[reached].reset_index(drop=True), gone[reached].to_numpy()
    open_rows = published(rows, known, last).to_numpy()
    hidden = _hidden(rows, known, open_rows, gone, earlier)
    hidden |= _quartiles_of_hidden(rows, hidden)
    rows.loc[hidden, NUMBERS] = np.nan
    rows.loc[hidden, "status"] = HIDDEN
    return rows[open_rows].reset_index(drop=True)


def _hidden(
    rows: pd.DataFrame,
    measures: Mapping[str, Measure],
    open_rows: np.ndarray,
    gone: np.ndarray,
    earlier: pd.DataFrame | None,
) -> np.ndarray:
    """The figures to hide, but those that any reader takes from others, and that are no small number.

    What an earlier paper hid stays hidden: to show it again would tell who has only that paper.
    """
    ties = relations(rows, measures)
    small = sensitive(rows, ties, measures)
    hidden = protect(ties, open_rows | gone, small, _known(rows, ties, earlier), gone)
    told = told_by_others(rows, measures, ties, open_rows, hidden, small)
    above, below = ((part == NO_CELL) | told[part] for part in ties.parts)
    return hidden & (gone | ~(above & below & (ties.numerator != NO_CELL)))


def published(figures: pd.DataFrame, measures: Mapping[str, Measure], quarter: Quarter) -> pd.Series:
    """Which figures the public copy holds, hidden or not: those that a paper may need, and no more to protect.

    Nine quarters and their months: the whole for every kind of period; the main breakdown by quarter and for the kind
    of period that the measure leads with, by month too for counts and money, and since 1 April for counts; other
    breakdowns of the last five quarters' ends, for the kind of period that the measure leads with.
    """
    first, recent = quarter.minus(QUARTERS - 1).start, quarter.minus(BROKEN_DOWN - 1).start

    def of(told: Callable[[Measure], object]) -> pd.Series:
        return figures.measure.map({name: told(measure) for name, measure in measures.items()})

    def are(told: Callable[[Measure], bool]) -> pd.Series:
        return of(told).fillna(False).astype(bool)

    kind, at_end = figures.kind.astype("str"), figures.end.dt.month.isin([3, 6, 9, 12])
    whole = figures.breakdown.isin([ALL, BESIDE, QUARTILES])
    main = (figures.breakdown == of(lambda one: one.main)) | (figures.breakdown == of(lambda one: one.category[0]))
    leads = kind == of(lambda one: one.headline)
    money = are(lambda one: one.kind == "finance")
    counts = ~money & are(lambda one: one.at_close or one.unit == "number" or one.headline == "month")
    in_main = (leads | (kind == "quarter")) & at_end
    in_main |= (money | counts) & (kind == "month") | counts & (kind == "year_to_date")
    return (figures.end > first) & (whole | (main & in_main) | (leads & at_end & (figures.end > recent)))


def _within_reach(figures: pd.DataFrame, measures: Mapping[str, Measure], quarter: Quarter) -> pd.Series:
    """What is published, and the wholes of the months of the year before, which rolling years reach back to."""
    before = quarter.minus(QUARTERS + 3).start
    wholes = figures.breakdown.isin([ALL, BESIDE]) & (figures.kind.astype("str") == "month")
    return published(figures, measures, quarter) | (wholes & (figures.start >= before))


def _told_before(figures: pd.DataFrame, earlier: pd.DataFrame | None, quarter: Quarter) -> tuple[pd.Series, pd.Series]:
    """Which figures earlier papers published, of the last three years, and which of them they hid and may hide still.

    A count that is 0 by now is shown: to hide it would say that it is not.
    """
    never = pd.Series(np.zeros(len(figures), bool), index=figures.index)
    if earlier is None:
        return never, never
    first = quarter.minus(QUARTERS + 3).start
    before = earlier[earlier.end > first].drop_duplicates(KEYS, keep="last")
    before = before.assign(kind=before.kind.astype("str"), gone=before.status == HIDDEN)
    now = figures[KEYS].assign(kind=figures.kind.astype("str"))
    found = now.merge(before[[*KEYS, "gone"]], on=KEYS, how="left", validate="one_to_one").gone
    none_now = (figures.numerator == 0).to_numpy() & figures.denominator.isna().to_numpy()
    gone = found.eq(True).to_numpy() & ~none_now
    return pd.Series(found.notna().to_numpy(), figures.index), pd.Series(gone, figures.index)


def sensitive(figures: pd.DataFrame, ties: Relations, measures: Mapping[str, Measure]) -> np.ndarray:
    """The cells that must be hidden of themselves.

    Counts of 1 to 5; the numerator of a percentage when it or what is left of the denominator is 1 to 5, or the
    denominator is under 6; a mean over fewer than 6; money spent on 1 to 5 placements. A net change is a difference of
    what is shown, and small only if they are.

    Returns
    -------
    bool, shape (cells,).
    """
    unit = figures.measure.map({name: measure.unit for name, measure in measures.items()})
    percent, money = (unit == "percent").to_numpy(), unit.str.startswith("gbp").fillna(False).to_numpy(bool)
    finance = figures.measure.isin([name for name, measure in measures.items() if measure.kind == "finance"])
    value = ties.cells.value.to_numpy()
    found = np.zeros(len(value), bool)
    above, below = ties.numerator, ties.denominator
    least = ties.cells.least.to_numpy("float64")
    counted = (above >= 0) & ~finance.to_numpy() & np.isfinite(least[above])
    found[above[counted & _small(value[above])]] = True
    shared = (above >= 0) & (below >= 0) & percent
    found[above[shared & _small(value[below] - value[above])]] = True
    means = (above >= 0) & (below >= 0) & unit.isin(MEANS).to_numpy()
    found[below[(shared | means) & _small(value[below])]] = True
    main = figures.breakdown == figures.measure.map({name: measure.main for name, measure in measures.items()})
    weeks = (below >= 0) & money & main.to_numpy()
    length = ((figures.end - figures.start).dt.days + 1).to_numpy() / 7
    found[below[weeks & _small(np.round(value[below] / length))]] = True
    return found


def _small(count: np.ndarray) -> np.ndarray:
    return (count > 0) & (count < LEAST_SHOWN)


def _known(figures: pd.DataFrame, ties: Relations, earlier: pd.DataFrame | None) -> np.ndarray:
    """Cells that some earlier public paper showed with the same value."""
    found = np.zeros(len(ties.cells), bool)
    if earlier is None:
        return found
    now = figures[KEYS].assign(kind=figures.kind.astype("str"), row=np.arange(len(figures)))
    for part, cell in (("numerator", ties.numerator), ("denominator", ties.denominator)):
        before = earlier[[*KEYS, part]].dropna().assign(kind=earlier.kind.astype("str")).drop_duplicates()
        seen = now.assign(now=figures[part]).merge(before, on=KEYS, validate="one_to_many")
        rows = seen.row[np.isclose(seen.now, seen[part])].to_numpy()
        found[cell[rows[cell[rows] >= 0]]] = True
    return found


def _quartiles_of_hidden(figures: pd.DataFrame, hidden: np.ndarray) -> np.ndarray:
    """The quartiles of a distribution go with its median."""
    keys = ["measure", "kind", "end"]
    gone = figures[hidden & (figures.breakdown == ALL).to_numpy()][keys].drop_duplicates().assign(gone=True)
    found = figures[keys].merge(gone, on=keys, how="left", validate="many_to_one").gone.fillna(False).to_numpy(bool)
    return found & (figures.breakdown == QUARTILES).to_numpy()
