"""What a figure says of a recommendation: better or worse only where chance alone would not do it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from quarterdeck.authority import Authority
from quarterdeck.figures.frame import COLUMNS
from quarterdeck.improvement import Visit
from quarterdeck.improvement.when import When
from quarterdeck.measures.registry import catalogue
from quarterdeck.paper.journey.evidence import at, last_ended, reading
from quarterdeck.paper.view import View
from quarterdeck.quarter import Quarter

AUTHORITY = Authority.model_validate(
    {
        "slug": "nowhere", "name": "Nowhere", "short_name": "Nowhere", "area_code": "E10000034", "la_code": "999",
        "first_quarter": "2014-15 Q4", "panel": {"name": "Panel", "report_of": "Director"},
    }
)  # fmt: skip
THEN, NOW = "2017-09-30", "2017-12-31"


def view(measure: str, *figures: tuple[str, str, float, float, float], status: str = "") -> View:
    """A measure with figures given as kind, end, value and its interval."""
    rows = [
        {"kind": kind, "end": pd.Timestamp(end), "value": value, "lower": lower, "upper": upper}
        for kind, end, value, lower, upper in figures
    ]
    filled = {"measure": measure, "breakdown": "all", "category": "all", "numerator": 5.0, "denominator": 10.0}
    frame = pd.DataFrame(rows).assign(**filled, status=status)
    return View(catalogue()[measure], frame.assign(start=frame.end)[list(COLUMNS)], Quarter(2017, 3), AUTHORITY)


def visit(day: str) -> Visit:
    when = When.parse(day)
    return Visit("v", "Monitoring visit 2", "monitoring visit", "", "", when, when, None, (), planned=False)


def two(measure: str, then: tuple[float, float, float], now: tuple[float, float, float]) -> View:
    return view(measure, ("quarter", THEN, *then), ("quarter", NOW, *now))


@pytest.mark.parametrize(
    ("measure", "then", "now", "state"),
    [
        ("review_timeliness", (80.0, 78.0, 82.0), (90.0, 82.1, 92.0), "better"),
        ("review_timeliness", (90.0, 82.1, 92.0), (80.0, 78.0, 82.0), "worse"),
        ("review_timeliness", (80.0, 78.0, 82.0), (90.0, 82.0, 92.0), "no clear change"),
        ("rereferrals_12_months", (25.0, 24.0, 26.0), (20.0, 19.0, 21.0), "better"),
        ("repeat_assessments", (25.0, 24.0, 26.0), (20.0, 19.0, 21.0), "lower"),
        ("repeat_assessments", (20.0, 19.0, 21.0), (25.0, 24.0, 26.0), "higher"),
        ("assessment_duration", (28.0, np.nan, np.nan), (23.0, np.nan, np.nan), "not tested"),
    ],
)
def test_a_figure_has_changed_only_where_its_interval_does_not_meet_the_one_before(measure, then, now, state):
    assert reading(two(measure, then, now), visit("2017-10-05"), None).state == state


def test_a_hidden_figure_is_not_told_and_its_value_is_in_no_sentence():
    hidden = view(
        "review_timeliness", ("quarter", THEN, 80.0, 78.0, 82.0), ("quarter", NOW, 90.0, 88.0, 92.0), status="c"
    )
    found = reading(hidden, visit("2017-10-05"), None)
    assert found.state == "cannot be told"
    assert found.sentence == "Looked after children's reviews on time is hidden to protect confidentiality."


def test_a_thing_asked_for_in_the_paper_s_own_quarter_is_set_against_the_quarter_before():
    found = reading(two("review_timeliness", (80, 78, 82), (90, 88, 92)), visit("2017-10-01"), None)
    assert (str(found.raised), str(found.since)) == ("2017-18 Q2", "2017-18 Q2")


def test_a_thing_asked_for_after_the_quarter_is_set_against_the_inspection_and_without_one_is_too_soon():
    figures = two("review_timeliness", (80, 78, 82), (90, 88, 92))
    found = reading(figures, visit("2018-01-31"), visit("2017-10-05"))
    assert (str(found.raised), str(found.since), found.state) == ("2017-18 Q3", "2017-18 Q2", "better")
    alone = reading(figures, visit("2018-01-31"), None)
    assert (alone.since, alone.state) == (None, "too soon")
    assert "too soon to say" in alone.sentence


def test_events_that_add_up_are_compared_by_the_quarter_and_not_by_its_last_month():
    discussions = view("strategy_discussions", ("month", NOW, 136.0, 1.0, 2.0), ("quarter", NOW, 542.0, 1.0, 2.0))
    assert at(discussions, Quarter(2017, 3)).value == 542.0
    only_a_month = view("strategy_discussions", ("month", NOW, 136.0, 1.0, 2.0))
    assert at(only_a_month, Quarter(2017, 3)).value == 136.0


def test_a_month_after_the_quarter_is_labelled_so_and_moves_no_figure():
    months = [("month", "2017-11-30", 200.0, 1, 2), ("month", NOW, 136.0, 1, 2), ("month", "2018-01-31", 100.0, 1, 2)]
    found = reading(
        view("strategy_discussions", *months, ("quarter", THEN, 600.0, 590, 610), ("quarter", NOW, 542.0, 530, 550)),
        visit("2017-10-05"),
        None,
    )
    assert found.sentence == (
        "Strategy discussions: 542, down from 600 in 2017/18 Q2: lower, by more than chance alone would do. "
        "Latest position, later than the quarter: 100 in January 2018, after 200 in November and 136 in December."
    )


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        ("2017-12-30", "2017-18 Q2"),
        ("2017-12-31", "2017-18 Q3"),
        ("2018-01-01", "2017-18 Q3"),
        ("2018-04-01", "2017-18 Q4"),
    ],
)
def test_a_quarter_has_ended_on_its_last_day_and_not_the_day_before(day, quarter):
    assert str(last_ended(pd.Timestamp(dt.date.fromisoformat(day)))) == quarter
