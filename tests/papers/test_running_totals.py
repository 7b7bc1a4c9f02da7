"""A count since 1 April is more each quarter, whatever happens: it is laid beside the same quarter a year before."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from quarterdeck.paper import drawn
from quarterdeck.paper.view import View
from tests.papers.conftest import QUARTER, Built, Stand

RUNNING = "cin_started"


def test_a_running_total_is_compared_with_the_year_before_and_every_other_measure_with_last_quarter(stand, measures):
    for name, rows in stand.figures.groupby("measure", observed=True):
        view = View(measures[str(name)], rows, QUARTER, stand.authority)
        counts_on = view.measure.headline == "year_to_date" and view.measure.unit == "number"
        assert view.against == (view.year_ago if counts_on else view.before)
    assert View(measures[RUNNING], stand.figures.iloc[:0], QUARTER, stand.authority).running


def facts(page: Built, article: str) -> dict[str, str]:
    found = page.tree.xpath(f"//article[@id='{article}']//div[@class='facts']//dl/div")
    return {one.findtext("dt"): re.sub(r"\s+", " ", one.find("dd").text_content()) for one in found}


def test_the_facts_of_a_running_total_say_how_it_moved_since_a_year_ago_and_not_since_last_quarter(pages):
    said = facts(pages["children_in_need", "public"], "m-cin-started")
    assert not re.search("[▲▼◆]", said["Last quarter"])
    assert re.search("[▲▼◆]", said["A year ago"])


def test_the_scorecard_says_that_a_running_total_is_compared_with_a_year_ago(pages):
    rows = pages["children_in_need", "public"].tree.xpath("//table[@class='sc']//tr[.//a[@href='#m-cin-started']]")
    change = rows[0].xpath("./td[@data-l='Change']")[0].text_content()
    assert re.search(r"[▲▼◆] [\d,]+ in a year", change)


def test_the_changes_since_the_last_paper_give_a_running_total_no_direction(pages):
    rows = pages["children_in_need", "public"].tree.xpath("//caption[@id='t-since']/..//tbody/tr")
    said = {row[0].text_content(): [cell.text_content() for cell in row[-2:]] for row in rows}
    for words, (moved, direction) in said.items():
        assert (direction == "Counted since 1 April") == words.startswith("Episodes of need that")
        assert (moved == "–") or not words.startswith("Episodes of need that")


@pytest.mark.parametrize("many", [3, drawn.BARS, drawn.BARS + 5])
def test_a_chart_of_more_categories_than_a_reader_can_take_in_shows_the_largest_and_says_so(
    stand: Stand, measures, many: int
):
    view = View(measures["assessment_factors"], factors(stand, many), QUARTER, stand.authority)
    chart = drawn.charts_of(view)[-1]
    named = {name for name in view.categories("factor") if name in chart.html}
    assert len(named) == min(many, drawn.BARS)
    assert named == {f"factor no. {one:02}" for one in range(many)[-drawn.BARS :]}
    assert (f"The {drawn.BARS} largest of {many}" in chart.html) == (many > drawn.BARS)


def factors(stand: Stand, many: int) -> pd.DataFrame:
    """Figures of the factors found at assessment, of so many that each is more often found than the one before."""
    rows = stand.figures[(stand.figures.measure == "cp_end_reasons") & (stand.figures.end == QUARTER.end)]
    like = rows[(rows.kind == "year_to_date") & (rows.breakdown == "reason")].iloc[[0]]
    made = pd.concat([like] * many, ignore_index=True)
    counts = [float(10 + one) for one in range(many)]
    return made.assign(
        measure="assessment_factors",
        breakdown="factor",
        category=[f"factor no. {one:02}" for one in range(many)],
        numerator=counts,
        denominator=1000.0,
        value=[one / 10 for one in counts],
        status="",
    )
