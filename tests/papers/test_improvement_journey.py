"""The paper on the improvement journey, as a reader reads it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml.html import HtmlElement, document_fromstring

from quarterdeck.improvement import read_journey
from quarterdeck.paper.journey import paper as journey
from quarterdeck.publish.render import render
from quarterdeck.quarter import Quarter
from tests.conftest import AUTHORITY, ROOT
from tests.papers.conftest import executed

JOURNEY = read_journey(ROOT / "data" / AUTHORITY / "improvement")
ASKED_LATER = [one for one in JOURNEY.recommendations if one.raised_by[0] == "inspection-2019"]
FOUND_LATER = [row for row in JOURNEY.findings if row.start.first.isoformat() > "2018-03-22"]


def plain(element: HtmlElement) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


def rows(tree: HtmlElement, caption: str) -> list[list[str]]:
    """The rows of the table whose caption's id is this."""
    (table,) = tree.xpath(f"//table[.//caption[@id='{caption}']]")
    return [[plain(cell) for cell in row] for row in table.iterfind("tbody/tr")]


@pytest.fixture(scope="module")
def tree(pages) -> HtmlElement:
    return pages["improvement_journey", "officers"].tree


@pytest.fixture(scope="module")
def earlier(stand) -> HtmlElement:
    """The paper of a quarter before, whose day is the quarter's end: its meeting is not in the profile."""
    made = executed("improvement_journey", replace(stand, quarter=Quarter(2017, 2)), "officers")
    return document_fromstring(render(made))


def test_every_recommendation_made_by_the_day_of_the_paper_has_a_paragraph_and_none_made_later(tree):
    told = [plain(bold) for bold in tree.xpath("//article//p[@class='n']/b")]
    expected = [f"{one.id}. {one.recommendation}." for one in JOURNEY.recommendations if one not in ASKED_LATER]
    assert sorted(told) == sorted(expected)
    assert len(ASKED_LATER) > 3


def test_a_paper_knows_no_inspection_that_came_after_its_day(tree):
    text = plain(tree.find(".//main"))
    assert "re-inspection" not in text
    assert "requires improvement" not in text.lower()
    assert "company" not in text
    assert [row.headline for row in FOUND_LATER if row.headline in text] == []
    assert set(re.findall(r"\b20(?:19|2\d)\b", text)) == {"2019", "2021"}, "go-live is due in 2019; a model is of 2021"
    assert "April 2019" in text


def test_an_earlier_paper_knows_the_third_visit_only_as_a_plan(earlier):
    text = plain(earlier.find(".//main"))
    assert "Planned for January 2018." in text
    third = [row.headline for row in JOURNEY.findings if row.visit == "visit-3"]
    assert [headline for headline in third if headline in text] == []
    assert "R09" not in text
    assert "March 2018" in text, "the business case is due then"
    assert "22 March 2018" not in text


def test_each_monitoring_visit_that_has_been_held_says_what_it_found(tree):
    for row in JOURNEY.findings:
        if row not in FOUND_LATER and row.visit != "visit-4":
            assert row.headline in plain(tree)


def test_figures_of_a_recommendation_are_those_of_the_figures(tree, stand, measures):
    (row,) = [row for row in rows(tree, "j-decisions-at-the-front-door-t") if row[0].startswith("Social work ass")]
    held = stand.figures
    held = held[(held.measure == "assessments_in_45_days") & (held.kind == "quarter") & (held.breakdown == "all")]
    value = held.set_index("end").value
    assert row[1] == f"{value['2016-09-30']:.1f}%"
    assert row[2] == f"{value['2017-09-30']:.1f}% 2017/18 Q2"
    assert row[3] == f"{value['2017-12-31']:.1f}%"


def test_a_thing_asked_for_after_the_quarter_is_set_against_the_inspection(tree):
    (row,) = [row for row in rows(tree, "j-protecting-children-at-risk-t") if row[0].startswith("Initial")]
    assert row[2].endswith("2017/18 Q3")
    text = plain(tree.xpath("//article[@id='j-protecting-children-at-risk']")[0])
    assert re.search(r"Initial conferences in 15 working days: [\d.]+%, .* in 2016/17 Q2", text)


def test_what_is_not_reported_done_is_counted_as_it_is_listed(tree):
    listed = [*rows(tree, "t-actions"), *rows(tree, "t-steps-1"), *rows(tree, "t-steps-2")]
    late = [row for row in listed if {"Late", "Date passed, not reported done"} & {*row}]
    words = {7: "Seven", 8: "Eight", 9: "Nine", 10: "Ten", 11: "Eleven"}
    (said,) = [plain(p) for p in tree.xpath("//p[@class='n']") if "nothing held here says" in plain(p)]
    assert f"{words[len(late)]} dated actions and milestones were due" in said


def test_every_action_has_its_owner_due_day_status_and_slippage(tree):
    heads = [plain(head) for head in tree.xpath("//table[.//caption[@id='t-actions']]/thead//th")]
    assert heads == ["Action", "For", "Owner", "Due", "Status", "Slippage", "Evidence in figures"]
    (late,) = [row for row in rows(tree, "t-actions") if row[4] == "Late"]
    assert (late[3], late[5]) == ("December 2017", "81 days")


def test_what_is_due_before_the_next_meeting_is_listed_by_day(tree):
    listed = rows(tree, "t-due")
    assert [row[0] for row in listed] == [
        "29 March 2018",
        "31 March 2018",
        "31 March 2018",
        "10 April 2018",
        "April 2018",
    ]
    assert listed[-1][1] == "Monitoring visit 4: Through Care service"


def test_an_annual_indicator_is_not_shown_as_if_it_were_this_quarters(tree, stand):
    (annual,) = [row for row in rows(tree, "t-kpis") if row[:2] == ["Placed outside the council's area", "Annual"]]
    held = stand.figures
    held = held[
        (held.measure == "placed_out_of_county") & (held.kind == "rolling_12_months") & (held.breakdown == "all")
    ]
    assert annual[2] == f"{held.set_index('end').value['2017-03-31']:.1f}%"
    assert annual[3] == "31 March 2017"
    assert "2017/18 Q3" not in " ".join(annual)


def test_only_a_sourced_target_is_shown(tree):
    aims = {row[0]: row[4] for row in rows(tree, "t-kpis") if row[4] != "–none set"}
    assert {name: aim.split()[0] for name, aim in aims.items()} == {
        "Funded placements: Agency Residential": "35",
        "Looked after children's reviews on time": "95%",
    }, "one of the profile, and one that these tests set"


def test_the_time_line_holds_every_visit_once_and_the_paper_itself(tree):
    for drawing in tree.xpath("//figure[.//title[@id='journey-wt']]//svg"):
        said = " ".join(plain(text) for text in drawing.iter("text"))
        for title in (
            "Full inspection",
            "Monitoring visit 1",
            "Monitoring visit 2",
            "visit 3",
            "visit 4",
            "This paper",
        ):
            assert said.count(title) == 1, title


def test_no_name_of_a_person_is_in_the_files_or_the_paper(tree):
    held = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "data").glob("*/improvement/*.csv"))
    for text in (held, plain(tree)):
        assert not re.search(r"\b(?:Mrs?|Ms|Dr|Cllr|Councillor)\b", text)


def test_a_journey_of_which_nothing_has_been_asked_yet_says_so(stand, monkeypatch):
    first = tuple(row for row in JOURNEY.findings if row.visit == "inspection-2016")
    monkeypatch.setattr(journey, "_read", lambda *_: journey.Journey(findings=first))
    text = plain(document_fromstring(render(executed("improvement_journey", stand, "officers"))).find(".//main"))
    assert "Inspectors last judged the council’s services for children inadequate, in January 2017." in text
    assert "Nothing that is held here had been asked for by the day of this paper." in text


def test_an_authority_without_files_of_its_journey_is_told_what_to_add(stand, monkeypatch):
    monkeypatch.setattr(journey, "_read", lambda *_: journey.Journey())
    made = render(executed("improvement_journey", stand, "officers"))
    assert "write them into improvement/ beside the profile" in made
    assert "t-kpis" in made
