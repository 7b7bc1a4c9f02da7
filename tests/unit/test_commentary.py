"""Officers' words: figures filled in, mistakes named, numbers typed by hand laid against the figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quarterdeck.measures.registry import catalogue
from quarterdeck.paper.commentary import CommentaryError, fill, fill_html, sections
from quarterdeck.paper.values import UnknownName, Values
from quarterdeck.quarter import Quarter

Q3 = Quarter(2017, 3)


def row(
    measure, value, end="2017-12-31", kind="quarter", breakdown="all", category="all", n=np.nan, of=np.nan, status=""
):
    return {
        "measure": measure, "kind": kind, "start": pd.Timestamp(end), "end": pd.Timestamp(end), "breakdown": breakdown,
        "category": category, "numerator": n, "denominator": of, "value": value, "lower": np.nan, "upper": np.nan,
        "status": status,
    }  # fmt: skip


@pytest.fixture(scope="module")
def values() -> Values:
    rows = [
        row("cp_plan_rate", 40.96, n=478, of=116_697),
        row("cp_plan_rate", 47.3, "2017-09-30"),
        row("cp_plan_rate", 44.5, "2017-03-31"),
        row("cp_plan_rate", 48.7, "2017-08-31", "month"),
        row("cp_plan_rate", 40.96, "2017-12-31", "month"),
        row("cp_plan_rate", 41.0, "2017-03-31", "month"),
        row("placement_mix", 70.477, breakdown="placement_type", category="foster care", n=561, of=796),
        row("placement_mix", np.nan, breakdown="placement_type", category="secure", status="c"),
        row("cp_end_reasons", 22.727, kind="year_to_date", breakdown="reason", category="came into care"),
        row("placement_costs", 3546.0, breakdown="placement_type", category="Agency Residential"),
        row("placement_costs", 2748.0, breakdown="placement_type", category="In-house Residential"),
        row("placement_costs", 476.0, breakdown="placement_type", category="In-house Fostering"),
        row("placement_costs", 389.0, breakdown="placement_type", category="Kinship Fostering"),
        row("placement_numbers", 189, breakdown="placement_type", category="In-house Fostering"),
        row("placement_numbers", 194, "2017-11-30", "month", "placement_type", "In-house Fostering"),
        row("placement_annual_cost", 11_648_000.0, breakdown="placement_type", category="Agency Residential"),
        row("placed_out_of_county", 23.5, breakdown="locality", category="outside the council's area", n=187, of=796),
        row("three_plus_placements", 10.05, n=80, of=796),
        row("cla_starts_and_ceases", 22, kind="year_to_date", breakdown="flow", category="started"),
        row("cla_starts_and_ceases", 21, kind="year_to_date", breakdown="beside", category="started twice"),
    ]
    return Values(pd.DataFrame(rows), Q3, catalogue())


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("cp_plan_rate", "41.0"),
        ("cp_plan_rate:0", "41"),
        ("placed_out_of_county[outside the council's area].count", "187"),
        ("placed_out_of_county[outside the council’s area].count", "187"),
        ("cp_plan_rate@2016-17 Q4", "44.5"),
        ("cp_plan_rate@2017-08", "48.7"),
        ("cp_plan_rate.change", "down 6.3"),
        ("cp_plan_rate.change@2016-17 Q4", "down 3.5"),
        ("cp_plan_rate.count", "478"),
        ("cp_plan_rate.of", "116,697"),
        ("cp_plan_rate.peak", "August 2017"),
        ("cp_plan_rate.lowest", "December 2017"),
        ("placement_mix", "70.5%"),
        ("placement_mix[Foster Care]", "70.5%"),
        ("placement_mix[placement_type=foster care]:0", "70%"),
        ("cp_end_reasons[came into care]:2", "22.73%"),
        ("placement_costs[Agency Residential]", "£3,546"),
        ("placement_costs[Agency Residential - In-house Residential]", "£798"),
        ("placement_costs[Agency Residential - In-house Residential].year", "£42k"),
        ("placement_costs[Kinship Fostering - In-house Fostering].year", "£5k"),
        ("cla_starts_and_ceases[started twice]", "21"),
        ("placement_annual_cost[Agency Residential]", "£11.6m"),
        ("placement_numbers[In-house Fostering].change@2017-11", "down 5"),
    ],
)
def test_a_name_in_braces_stands_for_its_figure(values, reference, words):
    assert values.give(reference).text == words


@pytest.mark.parametrize(
    ("reference", "nearest"),
    [
        ("cp_plan_rat", "cp_plan_rate"),
        ("placement_mix[foster cares]", "placement_mix[foster care]"),
        ("cp_plan_rate.chang", "change"),
        ("cp_plan_rate@2017-18 Q5", "2017-18 Q3"),
        ("cp_plan_rate@2014-15 Q1", "2017-12"),
        ("cp plan rate", "write {measure}"),
    ],
)
def test_a_name_that_means_nothing_is_refused_with_the_nearest_names(values, reference, nearest):
    with pytest.raises(UnknownName) as refused:
        values.give(reference)
    assert any(nearest in name for name in refused.value.nearest)


def test_a_hidden_value_is_said_to_be_hidden_and_its_number_appears_nowhere(values):
    filled = fill("Secure homes: {placement_mix[secure]}.", values)
    assert "hidden to protect confidentiality" in filled.html
    assert "nan" not in filled.html


def test_a_difference_with_a_hidden_side_is_hidden(values):
    given = values.give("placement_mix[foster care - secure]")
    assert given.hidden
    assert given.text == "hidden to protect confidentiality"


def test_every_mistake_of_a_text_is_told_at_once_with_its_line(values):
    with pytest.raises(CommentaryError) as refused:
        fill("One {cp_plan_rat}.\n\nTwo {cp_plan_rate} and {nothing_like_it}.", values, line=10, file="commentary.md")
    said = str(refused.value)
    assert [problem[0] for problem in refused.value.problems] == [10, 12]
    assert "2 problems in commentary.md" in said
    assert "cp_plan_rate" in said


def test_a_filled_value_names_its_measure_and_counts_as_traced(values):
    filled = fill("It is {cp_plan_rate}, or *{cp_plan_rate:0}*.", values)
    assert filled.html == (
        '<p>It is <data value="cp_plan_rate">41.0</data>, or <em><data value="cp_plan_rate">41</data></em>.</p>'
    )
    assert filled.traced == 2
    assert filled.amiss == []


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[here](javascript:alert(1))",
        "[here](https://elsewhere.example)",
        '<data value="x" onclick="y">5</data>',
        "![](https://elsewhere.example/p.png)",
        "\ue0000\ue001",
    ],
)
def test_no_markup_of_the_author_reaches_the_page(values, hostile):
    html = fill(hostile, values).html
    assert "<script" not in html
    assert "<img" not in html
    assert "<a" not in html
    assert "<data" not in html


def test_a_heading_opens_a_section_and_its_first_line_may_name_the_role():
    found = sections("Note.\n\n## cp_plan_rate\nSaid by: Group Manager\n\nIt fell.\n\n## cla_rate\n\nIt rose.\n")
    assert (found["cp_plan_rate"].role, found["cp_plan_rate"].text, found["cp_plan_rate"].line) == (
        "Group Manager",
        "It fell.",
        6,
    )
    assert (found["cla_rate"].role, found["cla_rate"].text) == ("", "It rose.")


def test_a_heading_that_names_no_measure_or_one_twice_is_refused():
    with pytest.raises(CommentaryError) as refused:
        sections("## cp_plan_rates\nA.\n## cla_rate\nB.\n## cla_rate\nC.\n", known=["cp_plan_rate", "cla_rate"])
    assert [(line, near[:1]) for line, _, _, near in refused.value.problems] == [(1, ["cp_plan_rate"]), (5, [])]


def test_a_typed_number_that_a_figure_supports_at_its_decimals_is_not_listed(values):
    text = (
        "Plans stand at 41 per 10,000 (41 in every 10,000), and 70% live in foster care. "
        "Agency homes cost £11.6m a year, or £3,546 a week."
    )
    assert [found.said for found in fill(text, values).amiss] == []


def test_a_typed_number_that_nothing_supports_is_listed_with_its_line_and_what_comes_nearest(values):
    found = fill("All is well.\n\nSome 4% of children moved.", values, line=20).amiss
    assert [(one.said, one.line) for one in found] == [("4%", 22)]
    assert "three_plus_placements is 10%" in found[0].nearest


def test_a_percentage_is_not_supported_by_a_count_of_the_same_number(values):
    assert [one.said for one in fill("It was 189% and 189 places.", values).amiss] == ["189%"]


@pytest.mark.parametrize(
    "text",
    [
        "From 1 April 2017 to 31 December.",
        "By March 2018, in 2018/19 and in 2017-18 Q3.",
        "Done in 45 working days, after 9 to 15 months, in a 16-week plan.",
        "One manager to five workers is 1:5, under section 47, for those aged 16 and 17.",
        "The 3rd item, measure 4 at level 3.",
    ],
)
def test_dates_limits_ages_and_ratios_are_no_figures(values, text):
    assert fill(text, values).amiss == []


def test_values_in_a_page_s_own_html_are_filled_and_attributes_left_alone(values):
    html = fill_html('<p title="{cp_plan_rate}">{cp_plan_rate} &amp; more</p>', values)
    assert html == '<p title="{cp_plan_rate}"><data value="cp_plan_rate">41.0</data> &amp; more</p>'


def test_a_sentence_whose_figure_is_not_to_be_had_or_is_hidden_is_left_out_of_a_notebook_s_prose(values):
    html = fill_html("<p>{cp_plan_rate} are on plans. {placement_mix[secure]} are in secure units. More.</p>", values)
    assert html == '<p><data value="cp_plan_rate">41.0</data> are on plans. More.</p>'


def test_prose_of_which_no_sentence_is_left_says_so(values):
    html = fill_html("<p>{placement_mix[secure]} are in secure units.</p>", values)
    assert html == "<p>What this paragraph would say cannot be told from these sources, or is hidden.</p>"


def test_a_sentence_about_a_kind_of_which_there_is_nothing_is_left_out_of_a_notebook_s_prose(values):
    html = fill_html("<p>{cp_plan_rate} are on plans. {placement_mix[at sea]} are at sea.</p>", values)
    assert html == '<p><data value="cp_plan_rate">41.0</data> are on plans.</p>'


def test_a_kind_of_which_there_is_nothing_is_refused_in_what_officers_say_as_it_may_be_misspelt(values):
    with pytest.raises(CommentaryError, match="has no category 'foster cart'"):
        fill("{placement_mix[foster cart]} are fostered.", values)


def test_a_sentence_about_a_time_before_the_figures_is_left_out_of_a_notebook_s_prose(values):
    html = fill_html(
        "<p>{cp_plan_rate} are on plans. It was {cp_plan_rate@2011-12 Q4}, {three_plus_placements.change}.</p>", values
    )
    assert html == '<p><data value="cp_plan_rate">41.0</data> are on plans.</p>'


def test_a_measure_whose_own_kind_nobody_is_of_has_no_figure_that_a_notebook_could_name():
    rows = [row("cp_end_reasons", 100.0, kind="year_to_date", n=3, of=3)]
    rows.append(row("cp_end_reasons", 100.0, kind="year_to_date", breakdown="reason", category="unknown", n=3, of=3))
    nobody = Values(pd.DataFrame(rows), Q3, catalogue())
    assert fill_html("<p>It was {cp_end_reasons}. Yes.</p>", nobody) == "<p>Yes.</p>"


def test_a_measure_that_no_return_gives_has_no_category_either_and_is_not_available():
    absent = Values(pd.DataFrame([row("placement_mix", np.nan, status="x")]), Q3, catalogue())
    assert absent.give("placement_mix[foster care]").text == "not available from these sources"


def test_the_demonstration_s_commentary_has_a_section_for_measures_that_exist():
    path = Path(__file__).resolve().parents[2] / "data/worcestershire-demo/2017-18-Q3/commentary.md"
    found = sections(path.read_text(encoding="utf-8"), known=catalogue())
    assert len(found) >= 12
    assert all(section.role and section.text for section in found.values())
