"""Numbers typed by hand: each form, whose it is, when it is of, and what its author is told."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quarterdeck.measures.registry import catalogue
from quarterdeck.paper.commentary import fill, sections
from quarterdeck.paper.typed import typed
from quarterdeck.paper.values import Values
from quarterdeck.quarter import Quarter


def row(measure, value, end="2017-12-31", kind="quarter", category="all", breakdown="placement_type", n=np.nan):
    return {
        "measure": measure, "kind": kind, "start": pd.Timestamp(end), "end": pd.Timestamp(end),
        "breakdown": "all" if category == "all" else breakdown, "category": category, "numerator": n,
        "denominator": np.nan, "value": value, "lower": np.nan, "upper": np.nan, "status": "",
    }  # fmt: skip


@pytest.fixture(scope="module")
def values() -> Values:
    rows = [
        row("cp_plan_rate", 40.9, n=478),
        row("cp_plan_rate", 47.3, "2017-09-30", n=552),
        row("cp_plan_rate", 83.2, "2016-12-31", n=968),
        row("cp_plan_rate", 48.7, "2017-08-31", "month"),
        row("assessments_in_45_days", 88.6),
        row("assessments_in_45_days", 71.4, "2017-09-30"),
        row("assessments_in_45_days", 80.3, "2016-12-31"),
        row("cp_repeat_plans", 11.1),
        row("placement_mix", 70.477, category="foster care", n=561),
        row("placement_mix", 11.4, category="residential", n=91),
        row("placement_costs", 3546.0, category="Agency Residential"),
        row("placement_costs", 2748.0, category="In-house Residential"),
        row("placement_costs", 1374.0, category="In-house Fostering"),
        row("placement_annual_cost", 11_648_000.0, category="Agency Residential"),
        row("placement_numbers", 12, category="Agency Residential"),
        row("placement_numbers_above_forecast", 28, category="Agency Residential"),
    ]
    return Values(pd.DataFrame(rows), Quarter(2017, 3), catalogue())


def verdicts(text, values, measure):
    return {one.said: one.verdict for one in typed(text, values, 1, measure) if one.verdict != "no figure"}


PLANS, WEEKS, REPEATS, HOMES, COSTS = (
    "cp_plan_rate", "assessments_in_45_days", "cp_repeat_plans", "placement_mix", "placement_costs",
)  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "text", "said"),
    [
        (PLANS, "The rate is 40.9.", "40.9"),
        (PLANS, "It is 41 per 10k.", "41 per 10k"),
        (PLANS, "About 40 in every 10,000 are on plans.", "40 in every 10,000"),
        (PLANS, "Between 40 and 45 are.", "40 and 45"),
        (PLANS, "It is 40–45.", "40–45"),
        (PLANS, "478 plans are open.", "478"),
        (PLANS, "It fell by 6.4 since last quarter.", "6.4"),
        (PLANS, "It is 74 fewer than in September.", "74"),
        (PLANS, "It halved since December 2016.", "halved"),
        (PLANS, "It halved since 2016.", "halved"),
        (PLANS, "It fell by half since last year.", "half"),
        (PLANS, "It is down 13.5% on last quarter.", "13.5%"),
        (PLANS, "It was 48.7 in August 2017.", "48.7"),
        (PLANS, "At Aug 17 it was 48.7.", "48.7"),
        (PLANS, "It came down from 47.3.", "47.3"),
        (WEEKS, "89% were on time.", "89%"),
        (WEEKS, "89 per cent were on time.", "89 per cent"),
        (WEEKS, "Nearly nine in ten were on time.", "nine in ten"),
        (WEEKS, "It rose by 17.2 percentage points since last quarter.", "17.2 percentage points"),
        (WEEKS, "It was 80% a year before.", "80%"),
        (WEEKS, "It was 71% in Qtr. 2.", "71%"),
        (REPEATS, "One in nine plans was a repeat.", "One in nine"),
        (REPEATS, "11% were.", "11%"),
        (HOMES, "Just over 70% are fostered.", "70%"),
        (HOMES, "Seven in ten are in foster care.", "Seven in ten"),
        (PLANS, "Of children in care, 70% are in foster care.", "70%"),
        (COSTS, "An agency home costs £798 a week more than our own.", "£798"),
        (COSTS, "That is £42k a year more.", "£42k"),
        (COSTS, "They cost £11.6m a year.", "£11.6m"),
        (COSTS, "They cost £11.6 million a year.", "£11.6 million"),
        (COSTS, "Our homes cost twice as much as fostering.", "twice"),
        (COSTS, "That is 28 more than the forecast.", "28"),
        (COSTS, "Twelve placements are with agencies.", "Twelve"),
    ],
)
def test_a_number_in_any_form_is_supported_by_the_figure_that_it_says(values, measure, text, said):
    assert verdicts(text, values, measure) == {said: "supported"}


@pytest.mark.parametrize(
    ("measure", "text", "said"),
    [
        (PLANS, "The rate is 40.8.", "40.8"),
        (PLANS, "About 46 are on plans.", "46"),
        (PLANS, "Between 42 and 45 are.", "42 and 45"),
        (PLANS, "It fell by 7.4 since last quarter.", "7.4"),
        (PLANS, "It fell by 40.9.", "40.9"),
        (PLANS, "It halved since last quarter.", "halved"),
        (PLANS, "It doubled since 2016.", "doubled"),
        (PLANS, "It was 47.3 in August 2017.", "47.3"),
        (PLANS, "In August 2017 it was 40.9.", "40.9"),
        (PLANS, "It is 48.7 now.", "48.7"),
        (PLANS, "A quarter of plans were repeats.", "A quarter"),
        (PLANS, "We see 70% of them each week.", "70%"),
        (WEEKS, "80% are on time.", "80%"),
        (WEEKS, "It rose by 17.2% since last quarter.", "17.2%"),
        (WEEKS, "It rose by 9 points since last quarter.", "9 points"),
        (REPEATS, "One in eight plans was a repeat.", "One in eight"),
        (HOMES, "More than 80% are fostered.", "80%"),
        (COSTS, "An agency home costs £900 a week more than our own.", "£900"),
        (COSTS, "They cost £11.7m a year.", "£11.7m"),
        (COSTS, "It costs three times as much as fostering.", "three times"),
        (COSTS, "Thirteen placements are with agencies.", "Thirteen"),
    ],
)
def test_a_number_that_no_figure_says_of_that_measure_and_time_is_unsupported(values, measure, text, said):
    assert verdicts(text, values, measure) == {said: "unsupported"}


@pytest.mark.parametrize("text", ["It is 3x4 now.", "By 31 February it fell.", "It was high in 2017-18 Q5.", "12,34."])
def test_what_could_not_be_read_is_said_to_be_so(values, text):
    found = fill(text, values, line=9, measure=PLANS)
    assert [one.verdict for one in found.amiss] == ["unread"]
    assert found.amiss_told(nearest=False)[0].endswith(": could not be read")


@pytest.mark.parametrize(
    "text",
    ["Six teams, each with one manager.", "Those with 3 or more moves.",
     "People who are over 18.", "In Dec17 and 16/17.",
     "Young people of 17.", "Plans at 9mths, over the next 18mths."],
)  # fmt: skip
def test_limits_days_and_counts_of_what_no_measure_counts_are_no_figures_and_none_is_left_out(values, text):
    found = typed(text, values, 1, PLANS)
    assert found
    assert {one.verdict for one in found} == {"no figure"}


def test_the_author_is_told_what_comes_nearest_and_at_how_many_decimals_it_agrees(values):
    typed_, *_ = typed("It is 41 per 10k.", values, 3, PLANS)
    assert str(typed_) == "line 3: 41 per 10k: cp_plan_rate is 40.9, agrees at 0 decimals"
    other, *_ = typed("All is well.\n\nIt is 40.8.", values, 3, PLANS)
    assert str(other).startswith(
        "line 5: 40.8: nothing here is 40.8, nearest: cp_plan_rate is 40.9, agrees at 0 decimals"
    )
    none, *_ = typed("It is 4 %.", values, 3, PLANS)
    assert str(none).startswith("line 3: 4 %: nothing here is 4 %, nearest: ")


def test_the_public_copy_says_the_number_alone_and_the_officers_one_what_comes_nearest(values):
    found = fill("It is 40.8.", values, measure=PLANS)
    assert found.amiss_told(nearest=False) == ["40.8"]
    assert "cp_plan_rate is 40.9" in found.amiss_told(nearest=True)[0]


def test_the_demonstrations_commentary_types_no_figure_by_hand(values):
    paths = sorted((Path(__file__).resolve().parents[2] / "data").glob("*/*/commentary.md"))
    assert paths
    for path in paths:
        for section in sections(path.read_text(encoding="utf-8")).values():
            bare = re.sub(r"\{[^{}]*\}", lambda found: " " * len(found[0]), section.text)
            found = typed(bare, values, section.line, section.measure)
            assert [str(one) for one in found if one.verdict != "no figure"] == []
