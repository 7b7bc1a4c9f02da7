"""What a reader reads: values, hidden cells, filled-in sentences, contradictions."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from quarterdeck.paper import words
from quarterdeck.paper.drawn import caveats, charts_of
from quarterdeck.paper.view import View
from tests.papers.conftest import QUARTER, profile


def scorecard_row(tree, short):
    rows = tree.xpath("//table[@class='sc']/tbody/tr[not(@class='g')]")
    return next(row for row in rows if short in row[0].text_content())


def said(element):
    """What a screen reader says: what is hidden from it is left out."""
    copy = element.__copy__()
    for hidden in copy.xpath(".//*[@aria-hidden='true']"):
        hidden.getparent().remove(hidden) if not hidden.tail else hidden.drop_tree()
    return " ".join(copy.text_content().split())


def headline(stand, audience, measure, quarter_end="2017-12-31"):
    rows = stand.of_audience(audience)
    chosen = rows[
        (rows.measure == measure) & (rows.kind == "quarter") & (rows.end == quarter_end) & (rows.breakdown == "all")
    ]
    return chosen.iloc[0]


@pytest.mark.parametrize("measure", ["assessments_in_45_days", "cp_plan_rate", "cla_rate", "review_timeliness"])
def test_the_scorecard_and_the_facts_print_the_figure_of_the_frame(pages, stand, measures, measure):
    tree = pages["performance_monitoring", "officers"].tree
    about = measures[measure]
    printed = words.amount(float(headline(stand, "officers", measure).value), about.unit, about.decimals)
    assert scorecard_row(tree, about.short).find_class("v")[0].text_content() == printed
    block = tree.get_element_by_id(f"m-{measure.replace('_', '-')}")
    assert block.find_class("big")[0].text_content() == printed


def test_numerator_and_denominator_stand_beside_a_percentage(pages, stand):
    row = headline(stand, "officers", "assessments_in_45_days")
    block = pages["performance_monitoring", "officers"].tree.get_element_by_id("m-assessments-in-45-days")
    assert f"{row.numerator:,.0f} of {row.denominator:,.0f} assessments" in block.find_class("facts")[0].text_content()


def test_last_quarter_and_a_year_ago_are_those_quarters(pages, stand, measures):
    tree = pages["performance_monitoring", "officers"].tree
    row = scorecard_row(tree, measures["cla_rate"].short)
    shown = [cell.text_content() for cell in row.find_class("o")]
    expected = [f"{headline(stand, 'officers', 'cla_rate', end).value:.0f}" for end in ("2017-09-30", "2016-12-31")]
    assert shown == expected


def test_a_hidden_cell_is_read_out_as_hidden(pages):
    tree = pages["performance_monitoring", "public"].tree
    hidden = [cell for cell in tree.iter("td") if cell.text_content().startswith("c") and cell.find("span") is not None]
    assert hidden
    assert {said(cell) for cell in hidden} == {words.HIDDEN}


def test_the_officers_copy_hides_nothing(pages):
    tree = pages["performance_monitoring", "officers"].tree
    assert not [cell for cell in tree.iter("td") if words.HIDDEN in cell.text_content()]


def of_the_quarter(tree) -> dict[tuple[str, str], str]:
    """The counts of 2017/18 Q3 in the tables of a page, by the table's caption and the row's head."""
    cells = {}
    for table in tree.xpath("//main//table[thead]"):
        heads = [head.text_content() for head in table.xpath("thead/tr[1]/th")]
        place = next((at for at, head in enumerate(heads) if head.endswith("2017/18 Q3")), None)
        for row in table.xpath("tbody/tr") if place else ():
            cells[table.xpath("string(caption)"), row[0].text_content()] = row[place].text_content()
    return cells


def test_no_small_number_of_the_officers_copy_is_in_the_public_one(pages, stand, measures):
    """The counts in both copies, side by side: where officers see 1 to 5, the public sees a symbol, or no row at all
    in the table of what changed since an earlier paper, which lists only figures that are told. What bears a sign is a
    net change, and no count."""
    whole, public = (of_the_quarter(pages["performance_monitoring", copy].tree) for copy in ("officers", "public"))
    small = {place for place, cell in whole.items() if re.fullmatch(r"[1-5]", cell)}
    missing = {*whole} - {*public}
    assert small - missing
    shown = {place for place in small - missing if public[place][0] != "c"}
    assert not shown
    assert not {*public} - {*whole}
    named = {about.short: about for about in measures.values()}
    for caption, row in missing:
        about, told = named[row], stand.public
        led = (told.measure == about.id) & (told.kind == about.headline) & (told.breakdown == about.category[0])
        led &= (told.category == about.category[1]) & told.end.isin(pd.to_datetime(["2017-12-31", "2017-09-30"]))
        assert "against the paper of" in caption
        assert "c" in {*told[led].status}, row


def test_values_in_markdown_are_those_of_the_copy(pages, stand, measures):
    standfirst = pages["performance_monitoring", "public"].tree.find_class("stand")[0]
    row = headline(stand, "public", "cla_rate")
    assert f"{row.numerator:,.0f} children are in the council’s care" in standfirst.text_content()
    assert "{" not in pages["performance_monitoring", "public"].tree.xpath("string(//main)")


def test_commentary_stands_in_its_measures_block_with_its_role(pages):
    block = pages["performance_monitoring", "public"].tree.get_element_by_id("m-assessments-in-45-days")
    box = block.find_class("say")[0].text_content()
    assert "Assistant Director" in box
    assert "We now finish 8" in box
    assert "two of two agree" in box
    assert "An author's note" not in pages["performance_monitoring", "public"].text


def test_a_contradiction_shows_both_values_and_what_is_used(pages):
    clash = pages["performance_monitoring", "public"].tree.get_element_by_id("m-placement-costs").find_class("clash")[0]
    text = clash.text_content()
    assert [big.text_content() for big in clash.find_class("big")] == ["£954", "£882.70"]
    assert "does not equal" in text
    assert "this paper uses that mean" in text


@pytest.mark.parametrize(
    ("table", "listed"),
    [
        ("t-changed", "Average cost of a placement a week: printed TOTAL average unit cost"),
        ("t-agreed", "Child protection plans per 10,000"),
    ],
)
def test_what_was_printed_before_is_counted_and_listed_by_whether_the_records_bear_it_out(pages, table, listed):
    tree = pages["performance_monitoring", "public"].tree
    text = tree.get_element_by_id("printed-figures-against-the-records").getparent().text_content()
    assert "Of two figures printed in earlier papers, one agrees with the records and one does not." in text
    rows = tree.get_element_by_id(table).getparent().xpath("./tbody/tr")
    assert [row[0].text_content() for row in rows] == [listed]


@pytest.mark.parametrize("audience", ["public", "officers"])
def test_the_bands_of_a_median_hold_counts_and_shares_never_days(pages, measures, audience):
    block = pages["performance_monitoring", audience].tree.get_element_by_id("m-time-in-care-at-exit")
    table = block.xpath(".//caption[@id='m-time-in-care-at-exit-time-in-care']/..")[0]
    heads = [head.text_content() for head in table.xpath("./thead/tr/th")]
    assert heads == ["Time in care", "Periods of care2017/18 Q3", "2017/18 Q3%", "2017/18 Q2%", "2016/17 Q3%"]
    chart = next(figure for figure in block.iter("figure") if "by time in care" in figure.text_content())
    assert not re.search(r"\d days?\b", chart.text_content().split("Line: last quarter")[1])


def test_a_figure_on_another_basis_says_so_beside_it_in_the_scorecard(pages, measures):
    tree = pages["performance_monitoring", "public"].tree
    for measure, basis in (
        ("cp_starts_and_ceases", "starts per 10,000"),
        ("cla_starts_and_ceases", "starts per 10,000"),
        ("missing_from_care", "% in a year"),
        ("placement_costs", "all looked after"),
    ):
        assert basis in scorecard_row(tree, measures[measure].short).text_content()
    assert "starts per" not in scorecard_row(tree, measures["cp_plan_rate"].short).text_content()


def test_rating_is_shape_word_and_colour(pages, measures):
    row = scorecard_row(pages["performance_monitoring", "public"].tree, measures["review_timeliness"].short)
    rated = row.find_class("rt")[0]
    assert rated.text_content() == "Off target"
    assert rated.xpath(".//path[@class='off']")
    unrated = scorecard_row(pages["performance_monitoring", "public"].tree, measures["cp_plan_rate"].short).find_class(
        "rt"
    )[0]
    assert unrated.text_content() == "No target set"


def test_a_negative_number_has_a_true_minus(pages):
    for cell in pages["performance_monitoring", "officers"].tree.iter("td"):
        assert not re.fullmatch(r"-\d.*", cell.text_content())


def test_percentages_are_closed_up(page):
    assert not re.search(r"\d %", page.tree.text_content())


def test_a_month_without_data_is_told_apart_from_a_hidden_one(stand, measures):
    november, figures = pd.Timestamp("2017-11-30"), stand.figures
    month = (figures.measure == "review_timeliness") & (figures.kind == "month") & (figures.breakdown == "all")
    said = {}
    for status in ("x", "c"):
        rows = figures.copy()
        rows.loc[month & (rows.end == november), ["numerator", "denominator", "value", "lower", "upper"]] = np.nan
        rows.loc[month & (rows.end == november), "status"] = status
        view = View(measures["review_timeliness"], rows[rows.measure == "review_timeliness"], QUARTER, profile())
        said[status] = charts_of(view)[0].alternative
    assert "hidden to protect confidentiality in November" in said["c"]
    assert "hidden" not in said["x"]
    assert "not available" in said["x"]


@pytest.mark.parametrize(("hidden", "drawn"), [(6, True), (7, False)])
def test_a_line_of_which_most_months_are_hidden_is_neither_drawn_nor_judged(stand, measures, hidden, drawn):
    rows = stand.figures[stand.figures.measure == "review_timeliness"].copy()
    month = rows.index[(rows.kind == "month") & (rows.breakdown == "all")].sort_values()
    rows.loc[month[:-12], ["value", "status"]] = [np.nan, "x"]
    rows.loc[month[-1 - hidden : -1], ["value", "status"]] = [np.nan, "c"]
    view = View(measures["review_timeliness"], rows, QUARTER, profile())
    titled = [chart for chart in charts_of(view) if "trend" in chart.html]
    assert bool(titled) == drawn
    assert (view.verdict.wording != "no monthly figure to judge it by") == drawn


@pytest.mark.parametrize(("measure", "said"), [("cp_starts_and_ceases", True), ("cla_starts_and_ceases", False)])
def test_a_step_change_is_told_to_the_reader_with_its_day_and_reason(stand, measures, measure, said):
    view = View(measures[measure], stand.figures[stand.figures.measure == measure], QUARTER, profile())
    told = "Its usual range is worked out afresh from 24 January 2017: inspection report published."
    assert (told in caveats(view)) == said
