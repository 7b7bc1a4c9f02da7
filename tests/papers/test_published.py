"""The figures of the pack of 22 March 2018, as a reader finds them on the officers' copy of the demonstration."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from quarterdeck.home import Home
from quarterdeck.prepared import prepared
from quarterdeck.publish.render import render
from quarterdeck.quarter import Quarter
from tests.papers.conftest import executed

pytestmark = pytest.mark.slow
FOLDER = Home.here().quarter_folder("worcestershire-demo", Quarter.parse("2017-18 Q3"))


@pytest.fixture(scope="module")
def page():
    if not (FOLDER / "cin_census.xml").is_file():
        pytest.skip("the demonstration's returns are not made; `quarterdeck demo` makes them")
    ready = prepared("worcestershire-demo", "2017-18 Q3")
    commentary = (FOLDER / "commentary.md").read_text(encoding="utf-8")
    return document_fromstring(render(executed("performance_monitoring", ready, "officers", commentary)))


def text(element):
    return " ".join(element.text_content().split())


@pytest.mark.parametrize(
    ("measure", "printed"),
    [
        ("assessments_in_45_days", ["90.0%", "65.45%", "60.93%"]),
        ("cp_plan_rate", ["41.0", "478", "August 2017"]),
        ("cp_starts_and_ceases", ["594", "22.73%", "74%"]),
        ("cla_rate", ["796", "68"]),
        ("three_plus_placements", ["10%"]),
        ("placement_costs", ["£954", "£882.70", "754", "3,546", "63", "£11.6m", "£798", "£42k", "72"]),
        ("placement_mix", ["70.5", "11.4"]),
    ],
)
def test_a_published_figure_stands_in_its_measures_block(page, measure, printed):
    block = text(page.get_element_by_id(f"m-{measure.replace('_', '-')}"))
    assert [figure for figure in printed if figure not in block] == []


def test_the_cost_table_has_every_type_as_printed(page):
    table = page.get_element_by_id("t-costs").getparent()
    rows = {text(row[0]): [text(cell) for cell in row[1:3]] for row in table.iter("tr")}
    assert rows["Agency Residential"] == ["3,546", "63"]
    assert rows["Independent Fostering Agency"] == ["792", "231"]
    assert rows["Placement Plus"] == ["964", "4"]
    assert rows["All placements"] == ["882.70", "754"]


def test_the_printed_total_and_its_rows_are_shown_to_contradict_each_other(page):
    clashes = page.get_element_by_id("m-placement-costs").find_class("clash")
    assert ["£954", "£882.70"] in [[text(big) for big in clash.find_class("big")] for clash in clashes]


def test_january_is_labelled_as_the_latest_position(page):
    assert "latest position" in text(page.get_element_by_id("m-assessments-in-45-days"))
