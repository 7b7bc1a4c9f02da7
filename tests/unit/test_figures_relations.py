"""What ties published counts together."""

from __future__ import annotations

import pandas as pd

from quarterdeck.figures.relations import relations
from quarterdeck.measures.registry import catalogue

MEASURE = catalogue()["pathway_plans_up_to_date"]
ENDS = pd.date_range("2015-12-31", "2017-12-31", freq="QE").as_unit("us")


def rows(breakdown: str, category: str, counts: list[float], ends: pd.DatetimeIndex) -> pd.DataFrame:
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
