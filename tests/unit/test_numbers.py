"""Every number of a text: what it may stand for, and which day it is said of."""

from __future__ import annotations

import pytest

from quarterdeck.paper.numbers import FIGURES, numbers, said_of
from quarterdeck.quarter import Quarter

Q3 = Quarter(2017, 3)


def read(text: str) -> list[tuple[str, str]]:
    return [(one.text, one.sort) for one in numbers(text)]


@pytest.mark.parametrize(
    ("text", "said", "sort", "low", "high"),
    [
        ("It is 41.0 now.", "41.0", "plain", 40.95, 41.05),
        ("1,302 assessments", "1,302", "plain", 1301.5, 1302.5),
        ("twenty-one plans", "twenty-one", "plain", 20.5, 21.5),
        ("On time - 90% of them", "90%", "percent", 89.5, 90.5),
        ("up by 17.2 points", "17.2 points", "points", 17.15, 17.25),
        ("4 per cent", "4 per cent", "percent", 3.5, 4.5),
        ("£11.6m a year", "£11.6m", "gbp", 11_550_000, 11_650_000),
        ("minus £3,546", "minus £3,546", "gbp", 3545.5, 3546.5),
        ("a quarter of plans", "a quarter", "share", 24, 26),
        ("one in nine plans", "one in nine", "share", 10.5, 11.75),
        ("two-thirds were", "two-thirds", "share", 65.5, 67.7),
        ("halved since 2016", "halved", "times", 0.45, 0.55),
        ("doubled", "doubled", "times", 1.8, 2.2),
        ("about 34%", "34%", "percent", 33, 35),
        ("about 40%", "40%", "percent", 38, 42),
        ("about 340 plans", "340", "plain", 335, 345),
        ("approx. 34 %", "34 %", "percent", 33, 35),
        ("five in eleven", "five in eleven", "share", 44.455, 46.455),
        ("up 5pp", "5pp", "points", 4.5, 5.5),
        ("two percentage points", "two percentage points", "points", 1.5, 2.5),
        ("£42k/annum/placement", "£42k", "gbp", 41_500, 42_500),
        ("11 thousand contacts", "11 thousand", "plain", 10_500, 11_500),
        ("reviewed at 9mths", "9mths", "limit", 8.5, 9.5),
        ("nearly 800 children", "800", "plain", 750, 800.5),
        ("more than 40%", "40%", "percent", 39.5, 45),
        ("nearly half of them", "half", "share", 45, 51),
        ("124th of all", "124th", "rank", 124, 124),
        ("in 45 working days", "45 working days", "limit", 44.5, 45.5),
        ("9 to 15 months", "9 to 15 months", "limit", 8.5, 15.5),
    ],
)
def test_a_number_may_stand_for_what_is_printed_as_it_is(
    text: str, said: str, sort: str, low: float, high: float
) -> None:
    found = next(one for one in numbers(text) if one.sort != "date")
    assert (found.text, found.sort) == (said, sort)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.001)


@pytest.mark.parametrize(
    "text",
    ["31 December 2017", "2017/18 Q3", "2017-18 Q3", "Q3", "December 2017", "22 March", "2016-17", "mid-2017",
     "2017-12-31", "12 to 13 September 2017", "Aug 17", "Dec17", "Apr '17", "Qtr. 1", "Q2 of 2017-18", "16/17"],
)  # fmt: skip
def test_a_date_or_a_quarter_is_one_thing_and_no_figure(text: str) -> None:
    assert read(text) == [(text, "date")]


@pytest.mark.parametrize(
    "text",
    ["paragraph 17", "paragraphs 1–5", "Measure 3 of 19", "section 47", "S47", "S47-14", "R01", "1:5", "per 10,000",
     "in every 10,000", "one another", "3b7720d13a", "per 10k"],
)  # fmt: skip
def test_a_name_or_a_base_is_no_figure(text: str) -> None:
    assert read(text) == [(text, "label")]


@pytest.mark.parametrize("text", ["1.2.3", "12,34", "41per", "0.1.0", "3x4", "31 February", "2017-13-01", "2017-18 Q5"])
def test_what_cannot_be_understood_is_said_to_be_unread_and_never_left_out(text: str) -> None:
    assert read(text) == [(text, "unread")]
    assert "unread" in FIGURES


def test_every_digit_of_a_text_is_in_some_number() -> None:
    text = "90% of 1,302 were done in 45 days by 31 March 2018 (£4.5k, 1 in 20; see paragraph 3, S47-14, 5..6)."
    inside = {place for one in numbers(text) for place in range(one.start, one.start + len(one.text))}
    assert [place for place, sign in enumerate(text) if sign.isdigit() and place not in inside] == []


@pytest.mark.parametrize("text", ["42% in part 85.6%", "measures 3.5", "level 4%"])
def test_a_figure_after_a_word_that_heads_numbers_is_still_a_figure(text: str) -> None:
    assert read(text)[-1][1] in FIGURES


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("87.5% in December", "2017-12-31"),
        ("48.7 in August 2016", "2016-08-31"),
        ("100 (January 2017)", "2017-01-31"),
        ("68.8% last quarter", "2017-09-30"),
        ("77% a year before", "2016-12-31"),
        ("585 in 2016/17 Q2", "2016-09-30"),
        ("82.9% at March 2017", "2017-03-31"),
        ("594 against 556 since April", "None"),
        ("41.0 now. In May it was", "None"),
        ("65.45% Dec to 60.93%", "2017-12-31"),
        ("60.93% January 18.", "2018-01-31"),
        ("10% Dec17", "2017-12-31"),
        ("15% in Qtr. 1 down", "2017-06-30"),
        ("13% at April 17 down", "2017-04-30"),
    ],
)
def test_a_number_is_of_the_month_or_quarter_that_its_own_words_name(text: str, day: str) -> None:
    assert str(said_of(text, numbers(text)[0], Q3))[:10] == day


def test_a_number_after_a_month_is_its_year_only_where_nothing_is_counted() -> None:
    assert read("In December 22 notifications, and 87% in December 17.") == [
        ("22", "plain"), ("87%", "percent"), ("December 17", "date"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The share has risen for three quarters and is above it", [("three quarters", "limit")]),
        ("for three quarters of children", [("three quarters", "share")]),
        ("At the end of the quarter 30 contacts had waited", [("30", "plain")]),
        ("In Quarter 5 it was less", [("Quarter 5", "unread")]),
    ],
)
def test_a_quarter_is_a_part_or_a_time_as_the_words_beside_it_say(text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.text, one.sort) for one in numbers(text)] == found
