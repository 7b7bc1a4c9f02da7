"""Numbers and sentences as they are printed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from quarterdeck.measures.registry import catalogue
from quarterdeck.paper import words
from quarterdeck.paper.headlines import PHRASES, headline
from quarterdeck.quarter import Quarter

Q3 = Quarter(2017, 3)
MEASURES = catalogue()


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "printed"),
    [
        (90.01, "percent", 1, "90.0%"),
        (22.727, "percent", 2, "22.73%"),
        (72.5, "percent", 0, "73%"),
        (40.96, "per_10k", 1, "41.0"),
        (1172, "number", 0, "1,172"),
        (-74, "number", 0, "−74"),
        (3546, "gbp_per_week", 0, "£3,546"),
        (882.6989, "gbp_per_week", 2, "£882.70"),
        (11_654_000, "gbp", 0, "£11.7m"),
        (41_610, "gbp", 0, "£42k"),
        (20, "working_days", 0, "20 working days"),
        (1, "days", 0, "1 day"),
        (36.0, "fte", 1, "36.0"),
        (float("nan"), "number", 0, "–"),
    ],
)
def test_a_value_is_printed_with_its_unit(value, unit, decimals, printed):
    assert words.amount(value, unit, decimals) == printed


def test_halves_round_away_from_nothing_as_in_a_spreadsheet_and_not_to_even():
    assert [words.number(value) for value in (0.5, 1.5, 2.5, -2.5)] == ["1", "2", "3", "−3"]


def test_a_value_that_rounds_to_nothing_has_no_minus():
    assert words.number(-0.04, 1) == "0.0"
    assert words.signed(-0.4) == "0"


def test_a_change_is_worked_out_from_what_is_printed():
    assert words.difference(41.04, 47.26, "per_10k", 1) == "6.3"
    assert words.difference(73.4, 72.4, "percent", 0) == "1 point"


def test_values_that_print_the_same_have_not_moved():
    assert words.change(90.2, 89.8, "percent") == "the same as a year before"
    assert words.change(90.2, 73.1, "percent") == "up from 73% a year before"
    assert words.change(41.0, 48.7, "per_10k", 1, "in August") == "down from 48.7 in August"


def test_a_share_is_a_plain_fraction_only_where_it_is_close_to_one():
    assert words.share(90.0) == "nine in ten"
    assert words.share(92.0) == "92%"
    assert words.share(33.0) == "a third"
    assert words.share(50.9) == "half"
    assert words.share(51.1) == "51%"


def test_quarters_and_days_are_written_as_the_panel_writes_them():
    assert words.short_quarter(Q3) == "2017/18 Q3"
    assert words.months_of(Q3) == "October to December 2017"
    assert words.date(pd.Timestamp("2017-12-31")) == "31 December 2017"


def test_a_long_sentence_of_long_words_is_harder_than_a_short_one_of_short_words():
    easy = "More plans ended than began."
    hard = "The predominant determinant of discontinuation was reassessment of significant harm thresholds."
    assert words.reading_age(easy) < 10
    assert words.reading_age(hard) > 18


def test_official_titles_do_not_count_against_a_sentence():
    said = "Ten children had initial child protection conferences."
    assert words.reading_age(said, ["initial child protection conferences"]) < words.reading_age(said, [])


def rows_of(measure, now=41.0, then=48.7, status=""):
    places = [measure.category]
    if measure.id in ("cp_starts_and_ceases", "cla_starts_and_ceases"):
        places = [("flow", "started"), ("flow", "ended")]
    rows = [
        {
            "measure": measure.id, "kind": measure.headline, "end": end, "breakdown": breakdown, "category": category,
            "value": value + 13 * i, "status": status if end == Q3.end else "",
        }
        for i, (breakdown, category) in enumerate(places)
        for end, value in ((Q3.end, now), (Q3.minus(4).end, then))
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize("verdict", ["usual", "unusually low"])
@pytest.mark.parametrize("name", sorted(MEASURES))
def test_every_measure_has_a_sentence_that_a_twelve_year_old_can_read(name, verdict):
    said = headline(MEASURES[name], rows_of(MEASURES[name]), Q3, verdict)
    assert name in PHRASES
    assert words.reading_age(said) <= 12
    assert "{" not in said
    assert said[0].isupper() or said[0].isdigit() or said[0] == "£"
    assert not said.endswith(".")


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_a_hidden_value_is_never_said_and_always_called_hidden(name):
    said = headline(MEASURES[name], rows_of(MEASURES[name], now=7639.0, then=48.7, status="c"), Q3)
    assert said.endswith("is hidden to protect confidentiality")
    assert "639" not in said
    assert "48" not in said


def test_an_earlier_value_that_is_hidden_is_not_compared_with():
    rows = rows_of(MEASURES["review_timeliness"])
    rows.loc[rows["end"] == Q3.minus(4).end, "status"] = "c"
    assert headline(MEASURES["review_timeliness"], rows, Q3) == "41% of reviews of children in care were held on time"


def test_the_sentence_of_assessments_is_the_one_a_councillor_can_quote():
    rows = rows_of(MEASURES["assessments_in_45_days"], 90.0154, 73.03)
    assert headline(MEASURES["assessments_in_45_days"], rows, Q3) == (
        "90% of social work assessments were finished in 45 working days, up from 73% a year before"
    )


@pytest.mark.parametrize(("then", "begins"), [(48.7, "Fewer children"), (30.0, "More children"), (41.02, "As many")])
def test_a_rate_says_whether_there_are_more_or_fewer(then, begins):
    said = headline(MEASURES["cp_plan_rate"], rows_of(MEASURES["cp_plan_rate"], 41.0, then), Q3)
    assert said.startswith(begins)


def test_a_rate_that_turned_is_set_against_both_its_last_quarter_and_its_last_year():
    rows = rows_of(MEASURES["cp_plan_rate"], 41.0, 36.0)
    lately = rows.iloc[[0]].assign(end=Q3.minus(1).end, value=47.2)
    said = headline(MEASURES["cp_plan_rate"], pd.concat([rows, lately]), Q3)
    assert said == (
        "Fewer children are on child protection plans: 41.0 in every 10,000, "
        "down from 47.2 last quarter but up from 36.0 a year before"
    )
    assert words.reading_age(said) <= 12


def test_what_stands_below_its_forecast_is_not_called_above_it():
    said = headline(
        MEASURES["placement_numbers_above_forecast"], rows_of(MEASURES["placement_numbers_above_forecast"], -5.0), Q3
    )
    assert said == "Placements stand 5 below forecast"


def test_a_rate_without_a_past_says_only_what_it_is():
    said = headline(MEASURES["cp_plan_rate"], rows_of(MEASURES["cp_plan_rate"], then=np.nan), Q3)
    assert said == "41.0 in every 10,000 children are on child protection plans"


def test_flows_say_which_of_the_two_was_larger_and_by_how_much():
    measure = MEASURES["cp_starts_and_ceases"]
    rows = rows_of(measure, 555)
    rows.loc[(rows["category"] == "ended") & (rows["end"] == Q3.end), "value"] = 594
    assert headline(measure, rows, Q3) == "More child protection plans ended than started since April: 594 against 555"
    rows.loc[(rows["category"] == "ended") & (rows["end"] == Q3.end), "value"] = 555
    assert headline(measure, rows, Q3).startswith("As many")


def test_an_unusual_quarter_says_so_of_a_move_that_goes_its_way():
    measure = MEASURES["review_timeliness"]
    lower, higher = rows_of(measure, 70.0, 80.0), rows_of(measure, 80.0, 70.0)
    assert "usual ups and downs" in headline(measure, lower, Q3, "unusually low")
    assert "usual ups and downs" in headline(measure, higher, Q3, "unusually high")
    assert "usual" not in headline(measure, lower, Q3, "unusually high")
    assert "usual" not in headline(measure, higher, Q3, "unusually low")
    assert "usual" not in headline(measure, rows_of(measure), Q3, "usual")


def test_a_headline_is_not_rounded_to_what_a_reader_would_not_reach_from_the_figure_as_printed():
    measure = MEASURES["placement_mix"]
    assert headline(measure, rows_of(measure, 70.48, 72.94), Q3).startswith("70.5% of children")
    assert headline(measure, rows_of(measure, 70.4, 72.94), Q3).startswith("70% of children")
