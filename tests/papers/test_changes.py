"""What changed since the last paper: revisions apart from real change, in every paper and for both readers."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from quarterdeck.figures.reconcile import reconcile
from quarterdeck.paper import changed, words
from quarterdeck.paper.view import View
from quarterdeck.publish.render import render
from quarterdeck.reference import project_folder
from tests.papers.conftest import PAGES, QUARTER, Built, Stand, executed, made_up, profile, stood
from tests.unit.test_figures_reconcile import THE_SIX, frame, records_behind_the_pack

WITH_PLANS = [pair for pair in PAGES if pair[0] in ("performance_monitoring", "child_protection")]


def rows(page, table: str) -> list[list[str]]:
    """The rows of a table as a reader sees them."""
    found = page.tree.xpath(f"//caption[@id='{table}']/..//tbody/tr")
    return [[re.sub(r"\s+", " ", cell.text_content()).strip() for cell in row] for row in found]


def test_every_paper_says_what_changed_since_the_last(paper):
    heads = [head.text_content() for head in paper.tree.xpath("//h2")]
    assert any("What changed since the last paper" in head for head in heads)
    assert rows(paper, "t-since")


@pytest.mark.parametrize("pair", WITH_PLANS, ids="-".join)
def test_a_revision_is_told_old_beside_new_with_its_period_and_is_no_part_of_the_change(
    pages, stand: Stand, measures, pair
):
    page = pages[pair]
    now, then = (at_end(stand, quarter, measures["cp_plan_rate"].headline) for quarter in (QUARTER, QUARTER.minus(1)))
    printed = then.value * (then.numerator - 4) / then.numerator
    was, fresh, own = (words.amount(value, "per_10k", 1) for value in (printed, then.value, now.value))
    assert was != fresh

    line = next(row for row in rows(page, "t-since") if row[0] == measures["cp_plan_rate"].short)
    assert line[1:4] == [was, fresh, own]
    assert words.difference(now.value, then.value, "per_10k", 1) in line[4]

    revised = rows(page, "t-revised")
    assert [row[:5] for row in revised] == [
        [measures["cp_plan_rate"].short, "30 September 2017", "2017/18 Q2", was, fresh]
    ]
    assert "The count changed" in revised[0][5]


def at_end(stand: Stand, quarter, kind):
    found = stand.figures
    found = found[(found.measure == "cp_plan_rate") & (found.breakdown == "all") & (found.kind == kind)]
    return found[found.end == quarter.end].iloc[0]


def test_a_paper_lists_revisions_of_its_own_measures_alone(pages):
    assert not rows(pages["workforce_and_practice", "officers"], "t-revised")
    assert changed.NONE_REVISED in pages["workforce_and_practice", "officers"].tree.text_content()


def test_the_paper_on_data_quality_lists_every_revision(pages):
    assert len(rows(pages["data_quality", "officers"], "t-revised")) == 1


def test_a_figure_that_is_hidden_now_is_not_told_from_the_last_paper(stand: Stand, measures):
    told = stand.public_as_published
    hidden = told.measure == "cp_plan_rate"
    gone = told.assign(value=told.value.mask(hidden), status=told.status.mask(hidden, "c"), revised=False)
    view = View(
        measures["cp_plan_rate"], stand.public[stand.public.measure == "cp_plan_rate"], QUARTER, stand.authority
    )
    text = changed.changes([view], gone).striptags()
    assert "hidden to protect confidentiality" in text
    assert "Not comparable" in text


def test_with_no_earlier_paper_there_is_nothing_to_compare_with_and_it_says_so(stand: Stand, measures):
    view = View(measures["cp_plan_rate"], stand.figures, QUARTER, stand.authority)
    assert changed.NOTHING in changed.changes([view], stand.as_published.iloc[:0])


def test_a_paper_lists_no_more_revisions_than_it_can_and_says_how_many_there_are(stand: Stand, measures):
    told = stand.as_published[stand.as_published.measure == "placement_costs"].assign(revised=True)
    view = View(measures["placement_costs"], stand.figures, QUARTER, stand.authority)
    text = changed.revisions([view], told, 5)
    assert text.count("<tr>") == 6
    assert f"{len(told)} figures" in text.striptags()
    assert "officers’ paper on data quality" in text.striptags()


def test_the_six_that_the_pack_contradicts_are_in_the_paper_on_data_quality_with_both_values(measures):
    pack = project_folder() / "data" / "reference" / "published_2017-18_q3.csv"
    printed = pd.read_csv(pack, dtype="str", keep_default_na=False)
    found = reconcile(frame(*records_behind_the_pack()), printed, profile(), QUARTER)
    stand = stood(made_up(measures), reconciliation=found)
    page = Built("data_quality", "officers", render(executed("data_quality", stand, "officers")))
    lines = [" ".join(row) for row in rows(page, "t-changed")]
    for _, label, was, now in THE_SIX.values():
        assert any(label in line and was in line and now in line for line in lines), label
