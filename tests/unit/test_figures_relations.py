"""What ties published counts together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.figures.relations import relations
from quarterdeck.measures.registry import Measure, catalogue

MEASURE = catalogue()["pathway_plans_up_to_date"]
ENDS = pd.date_range("2015-12-31", "2017-12-31", freq="QE").as_unit("us")


def rows(breakdown: str, category: str, counts: list[float] | np.ndarray, ends: pd.DatetimeIndex) -> pd.DataFrame:
    told = {
        "measure": MEASURE.id,
        "kind": "quarter",
        "breakdown": breakdown,
        "category": category,
        "denominator": 300.0,
    }
    return pd.DataFrame({"start": ends, "end": ends, "numerator": counts, "value": counts}).assign(**told, status="")


def cell_of(figures: pd.DataFrame, breakdown: str) -> int:
    found = relations(figures, {MEASURE.id: MEASURE})
    at = figures.index[(figures.breakdown == breakdown) & (figures.end == ENDS[-1])]
    return int(found.numerator[at[0]])


def test_a_count_that_two_breakdowns_hold_is_one_though_one_of_them_is_published_for_longer():
    long = [20.0, 21, 25, 18, 30, 27, 19, 22, 31]
    figures = pd.concat(
        [rows("pathway_plan", "older", long, ENDS), rows("eligibility", "relevant", long[4:], ENDS[4:])],
        ignore_index=True,
    )
    assert cell_of(figures, "pathway_plan") == cell_of(figures, "eligibility")


def test_counts_that_agree_but_once_are_not_taken_for_one():
    figures = pd.concat(
        [
            rows("pathway_plan", "older", [20.0, 21, 25, 18, 30, 27, 19, 22, 31], ENDS),
            rows("eligibility", "relevant", [30.0, 27, 19, 23, 31], ENDS[4:]),
        ],
        ignore_index=True,
    )
    assert cell_of(figures, "pathway_plan") != cell_of(figures, "eligibility")


def sums_of(figures: pd.DataFrame, measures: dict[str, Measure]) -> list[list[tuple[str, str]]]:
    """The categories in each sum of the last quarter's counts, with their breakdowns."""
    found = relations(figures, measures)
    last = figures[figures.end == ENDS[-1]]
    named = {
        int(found.numerator[at]): (row.breakdown, row.category)
        for at, row in zip(last.index, last.itertuples(), strict=True)
    }
    return [
        sorted(named[int(cell)] for cell in cells)
        for cells in map(found.terms, range(found.sums.shape[0]))
        if all(int(cell) in named for cell in cells)
    ]


def test_the_bands_in_time_are_seen_to_make_what_is_in_time_in_no_more_quarters_than_there_are_bands():
    draw = np.random.default_rng(3).integers(5, 40, (8, len(ENDS))).astype(float)
    bands = dict(zip("abcdefghi", [*draw, 300 - draw.sum(axis=0)], strict=True))
    in_time = sum(bands[name] for name in "abcd")
    figures = pd.concat(
        [rows("all", "all", in_time, ENDS), *(rows("age", name, counts, ENDS) for name, counts in bands.items())],
        ignore_index=True,
    )
    wanted = [*(("age", name) for name in "abcd"), ("all", "all")]
    assert wanted in sums_of(figures, {MEASURE.id: MEASURE})


def test_the_ages_of_a_group_are_seen_to_make_the_group():
    draw = dict(zip(["16", "17", "18"], np.random.default_rng(5).integers(5, 40, (3, 9)).astype(float), strict=True))
    figures = pd.concat(
        [
            *(rows("age", name, counts, ENDS) for name, counts in draw.items()),
            rows("eligibility", "eligible", draw["16"] + draw["17"], ENDS),
        ],
        ignore_index=True,
    )
    assert [("age", "16"), ("age", "17"), ("eligibility", "eligible")] in sums_of(figures, {MEASURE.id: MEASURE})
