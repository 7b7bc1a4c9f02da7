"""The register of key performance indicators: what a profile may say, and which figure each is given."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from quarterdeck.authority import Authority, Kpi
from quarterdeck.figures.frame import COLUMNS
from quarterdeck.figures.targets import target_of, targets
from quarterdeck.measures.registry import catalogue
from quarterdeck.paper.journey.register import given, register
from quarterdeck.paper.view import View
from quarterdeck.quarter import Quarter

KPI = {"measure": "review_timeliness", "frequency": "annual", "rationale": "A late review leaves a plan as it was."}
TARGET = {"target": 95.0, "tolerance": 2.0, "whose": "national", "source": "a table"}
PROFILE = {
    "slug": "nowhere", "name": "Nowhere", "short_name": "Nowhere", "area_code": "E10000034", "la_code": "999",
    "first_quarter": "2014-15 Q4", "panel": {"name": "Panel", "report_of": "Director"},
}  # fmt: skip
SET = {"measure": "review_timeliness", "value": 90, "tolerance": 0, "owner": "the board", "source": "a plan"}


def profile(*kpis: dict[str, Any], **more: Any) -> Authority:
    return Authority.model_validate(PROFILE | {"kpis": list(kpis)} | more)


def view(quarter: Quarter, measure: str = "review_timeliness", authority: Authority | None = None) -> View:
    """A measure whose value says its period: 1 for a month, 3 for a quarter, 12 for a year, and its year after it."""
    ends = pd.date_range("2016-03-31", "2018-03-31", freq="ME")
    rows = [
        {"measure": measure, "kind": kind, "start": end, "end": end, "value": length + end.year / 10_000}
        for kind, length in (("month", 1), ("quarter", 3), ("year_to_date", 9), ("rolling_12_months", 12))
        for end in ends
    ]
    filled = {"breakdown": "all", "category": "all", "numerator": 5.0, "denominator": 10.0, "status": ""}
    frame = pd.DataFrame(rows).assign(**filled, lower=np.nan, upper=np.nan)[list(COLUMNS)]
    return View(catalogue()[measure], frame, quarter, authority or profile())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"target": 95.0}, "whose it is"),
        ({"target": 95.0, "whose": "local"}, "its source"),
        ({"tolerance": 2.0}, "write the target"),
        ({"source": "a table"}, "write the target"),
        ({"frequency": "weekly"}, "monthly"),
        ({"whose": "the director"}, "national"),
        ({"rationale": ""}, "rationale"),
        ({**TARGET, "tolerance": -1.0}, "greater than or equal to 0"),
    ],
)
def test_an_indicator_that_says_too_little_or_too_much_is_refused(wrong, said):
    with pytest.raises(ValidationError, match=said):
        Kpi.model_validate(KPI | wrong)


def test_a_target_is_said_once():
    with pytest.raises(ValidationError, match=r"in \[\[targets\]\] and in \[\[kpis\]\]"):
        profile(KPI | TARGET, targets=[SET])
    assert profile(KPI, targets=[SET])


def test_an_indicator_is_named_once():
    with pytest.raises(ValidationError, match="more than once"):
        profile(KPI, KPI)


def test_the_target_of_an_indicator_is_a_target_everywhere():
    authority = profile(KPI | TARGET)
    assert target_of(targets(authority), "review_timeliness") == (95.0, 2.0)
    assert view(Quarter(2017, 3), authority=authority).target.owner == "national target"


@pytest.mark.parametrize(
    ("quarter", "period", "value", "due"),
    [
        (Quarter(2017, 3), "Year to 31 March 2017", 12.2017, "31 March 2018"),
        (Quarter(2016, 4), "Year to 31 March 2017", 12.2017, "31 March 2018"),
        (Quarter(2017, 4), "Year to 31 March 2018", 12.2018, "31 March 2019"),
    ],
)
def test_an_annual_figure_is_of_the_last_whole_year_and_never_of_the_quarter(quarter, period, value, due):
    found = given(Kpi.model_validate(KPI), view(quarter))
    assert (found.period, found.figure.value, found.next_due) == (period, value, due)


def test_an_annual_figure_counted_on_a_day_names_the_day():
    found = given(Kpi.model_validate(KPI | {"measure": "cla_rate"}), view(Quarter(2017, 3), "cla_rate"))
    assert found.period == "31 March 2017"


def test_a_quarterly_figure_that_runs_from_april_says_so():
    kpi = Kpi.model_validate(KPI | {"measure": "cp_repeat_plans", "frequency": "quarterly"})
    found = given(kpi, view(Quarter(2017, 3), "cp_repeat_plans"))
    assert (found.period, found.next_due, found.figure.value) == ("April to December 2017", "2017/18 Q4", 9.2017)


def test_a_monthly_figure_is_of_the_quarters_last_month_and_the_next_is_due_a_month_later():
    found = given(Kpi.model_validate(KPI | {"frequency": "monthly"}), view(Quarter(2017, 3)))
    assert (found.period, found.next_due, found.figure.value) == ("December 2017", "January 2018", 1.2017)


def test_the_register_says_when_no_target_is_set_and_when_a_review_is_overdue():
    kpi = Kpi.model_validate(KPI | {"review_date": dt.date(2018, 3, 21)})
    made = register((kpi,), lambda name: view(Quarter(2017, 3), name), pd.Timestamp("2018-03-22"))
    text = made.striptags()
    assert "No target set" in text
    assert "21 March 2018: overdue" in text
