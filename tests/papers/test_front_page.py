"""The front page of a quarter leads with what really changed, whichever paper it stands in, and says which way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from lxml.html import HtmlElement, document_fromstring

from quarterdeck.figures.disclosure import NUMBERS
from quarterdeck.paper.front_page import Entry, front_page
from quarterdeck.paper.plans import NINETEEN, PLANS
from tests.papers.conftest import QUARTER, Stand, stood

ENTRIES = [Entry(name, name, "") for name in PLANS]


def leapt(stand: Stand, measure: str, times: float) -> HtmlElement:
    """The officers' front page of the made-up county, had a measure leapt in its last month so many times."""
    figures = stand.figures.copy()
    last = (figures.measure == measure) & (figures.end == QUARTER.end)
    figures.loc[last, ["numerator", "value"]] *= times
    return document_fromstring(front_page(stood(figures), ENTRIES, "officers"))


def section(page: HtmlElement, id: str) -> HtmlElement:
    return page.xpath(f"//section[h2/@id='{id}']")[0]


def test_what_changed_most_is_chosen_among_the_measures_of_every_paper(stand: Stand) -> None:
    assert "agency_rate" not in NINETEEN
    first = section(leapt(stand, "agency_rate", 3), "changed").xpath(".//ol/li[1]")[0]
    assert first.xpath(".//h3/a/@href") == ["workforce_and_practice.html#m-agency-rate"]


def test_a_real_change_comes_before_a_missed_target(stand: Stand) -> None:
    page = leapt(stand, "agency_rate", 3)
    said = [item.text_content() for item in section(page, "changed").xpath(".//ol/li")]
    unusual = ["Unusually" in text for text in said]
    assert unusual == sorted(unusual, reverse=True)
    assert unusual[0]


@pytest.mark.parametrize(("times", "way", "other"), [(3, "worse", "better"), (0.2, "better", "worse")])
def test_a_measure_that_moved_to_its_bad_side_got_worse_and_to_its_good_side_better(
    stand: Stand, times: float, way: str, other: str
) -> None:
    page = leapt(stand, "agency_rate", times)
    listed = {name: page.xpath(f"//h3[@id='got-{name}']/following-sibling::*[1]//a/@href") for name in (way, other)}
    assert "workforce_and_practice.html#m-agency-rate" in listed[way]
    assert "workforce_and_practice.html#m-agency-rate" not in listed[other]


def test_a_measure_without_a_good_side_got_neither_worse_nor_better(stand: Stand) -> None:
    told = section(leapt(stand, "cla_rate", 3), "worse").xpath(".//a/@href")
    assert [link for link in told if link.endswith("#m-cla-rate")] == []


def test_a_measure_whose_paper_is_not_made_is_named_without_a_link(stand: Stand) -> None:
    figures = stand.figures.copy()
    figures.loc[(figures.measure == "agency_rate") & (figures.end == QUARTER.end), ["numerator", "value"]] *= 3
    entries = [Entry("workforce_and_practice", "Workforce", "", made=False)]
    page = document_fromstring(front_page(stood(figures), entries, "officers"))
    first = section(page, "changed").xpath(".//ol/li[1]//h3")[0]
    assert first.text_content()
    assert first.xpath(".//a") == []


@pytest.mark.parametrize("gone", [True, False])
def test_a_measure_whose_figure_is_hidden_is_not_among_those_that_changed_most(stand: Stand, gone: bool) -> None:
    figures = stand.figures.copy()
    of, before = figures.measure == "agency_rate", QUARTER.end - pd.offsets.MonthEnd(1)
    figures.loc[of & (figures.kind == "month") & (figures.end == before), ["numerator", "value"]] *= 3
    if gone:
        figures.loc[of & (figures.end == QUARTER.end), [*NUMBERS, "status"]] = [np.nan] * len(NUMBERS) + ["c"]
    page = document_fromstring(front_page(stood(figures), ENTRIES, "officers"))
    told = section(page, "changed").xpath(".//h3/a/@href")
    assert ("workforce_and_practice.html#m-agency-rate" in told) is not gone
