"""Where families live, as a paper shows it: by the authority's own word, or as not available."""

from __future__ import annotations

import pandas as pd
import pytest
from lxml.html import document_fromstring

from quarterdeck.measures.registry import Measure
from quarterdeck.publish.render import render
from quarterdeck.quarter import Quarter, periods
from tests.papers.conftest import QUARTER, Stand, executed, made_up, profile, series, stood

SHOWN = {
    "children_in_need": "open_cases",
    "child_protection": "cp_plan_rate",
    "family_front_door": "early_help",
    "looked_after_children": "cla_rate",
}
"""The measure that each paper gives by district."""
SHARES = {"Northtown": 0.7, "Southtown": 0.01}


@pytest.fixture(scope="module")
def with_districts(measures: dict[str, Measure]) -> Stand:
    when = periods(Quarter(2015, 1), QUARTER)
    own = [
        series(measures[name], when, "district", place, share, number)
        for name in SHOWN.values()
        for number, (place, share) in enumerate(SHARES.items())
    ]
    late = series(
        measures["contact_decisions_in_1_day"], when, "beside", "open and already past one working day", 0.1, 1
    )
    return stood(pd.concat([made_up(measures), *own, late], ignore_index=True))


def table_by(page: str, word: str) -> str:
    """The text of the page's table by something, its caption with it; "" where there is none."""
    tables = ("".join(table.itertext()) for table in document_fromstring(page).iter("table"))
    return next((text for text in tables if f", by {word}" in text), "")


@pytest.mark.parametrize("name", SHOWN)
def test_a_paper_shows_the_measure_that_a_panel_asks_for_by_district(name: str, with_districts: Stand) -> None:
    page = render(executed(name, with_districts, "officers"))
    assert [place for place in SHARES if place in table_by(page, "district")] == list(SHARES)


def test_the_public_copy_hides_the_few_children_of_a_district(with_districts: Stand) -> None:
    many, _, few = table_by(render(executed("children_in_need", with_districts)), "district").partition("Southtown")
    assert "hidden to protect confidentiality" in few
    assert "hidden to protect confidentiality" not in many


def test_a_districts_part_of_a_rate_says_that_it_is_of_all_children(with_districts: Stand) -> None:
    page = render(executed("child_protection", with_districts, "officers"))
    assert (
        "Where the family lives. Per 10,000 of all children in Worcestershire, not of those in each group"
        in table_by(page, "district")
    )


def test_a_district_is_called_what_the_authority_calls_it(with_districts: Stand, measures: dict[str, Measure]) -> None:
    own = profile().model_copy(update={"called": {"district": "neighbourhood"}})
    page = render(executed("children_in_need", stood(with_districts.figures, own), "officers"))
    assert "Northtown" in table_by(page, "neighbourhood")
    assert ", by district" not in page


def test_where_no_list_says_it_the_paper_says_so_and_shows_no_table(measures: dict[str, Measure]) -> None:
    page = render(executed("children_in_need", stood(made_up(measures)), "officers"))
    assert "By district: not available from these sources." in page
    assert not table_by(page, "district")
