"""Any number that a paper prints is read back as what it is: the same value, of the same sort."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import assume, given
from hypothesis import strategies as st

from quarterdeck.paper import words
from quarterdeck.paper.numbers import Number, day_of, numbers
from quarterdeck.quarter import Quarter

values = st.floats(-1e7, 1e7, allow_nan=False)
places = st.integers(0, 3)
sentences = st.sampled_from(["It is {} now.", "{}", "({})", "From {}, it fell.", "{}."])


def read(sentence: str, printed: str) -> Number:
    found = numbers(sentence.format(printed))
    assert [one.text for one in found] == [printed]
    return found[0]


@given(values, places, sentences)
def test_a_printed_number_is_read_as_the_number_it_was(value: float, decimals: int, sentence: str) -> None:
    found = read(sentence, words.number(value, decimals))
    assert found.sort == "plain"
    assert found.fits(np.array([value])).all()


@given(values, places, sentences)
def test_a_printed_percentage_is_read_as_a_percentage(value: float, decimals: int, sentence: str) -> None:
    found = read(sentence, words.amount(value, "percent", decimals))
    assert found.sort == "percent"
    assert found.fits(np.array([value])).all()


@given(values, st.one_of(st.none(), st.integers(0, 2)), sentences)
def test_printed_money_is_read_as_money_however_it_is_shortened(
    value: float, decimals: int | None, sentence: str
) -> None:
    found = read(sentence, words.pounds(value, decimals))
    assert found.sort == "gbp"
    assert found.fits(np.array([value])).all()


@given(values, values, places, sentences)
def test_a_printed_difference_of_percentages_is_read_as_points(
    now: float, before: float, decimals: int, sentence: str
) -> None:
    found = read(sentence, words.difference(now, before, "percent", decimals))
    assert found.sort == "points"
    assert found.fits(np.array([float(words.rounded(now, decimals) - words.rounded(before, decimals))])).all()


@given(values, places, sentences)
def test_a_printed_change_is_read_with_its_sign(value: float, decimals: int, sentence: str) -> None:
    shown = words.signed(value, "number", decimals)
    found = read(sentence, shown)
    assert found.sort == "plain"
    assert found.fits(np.array([value])).all()


@given(st.floats(0, 100), sentences)
def test_a_share_in_words_is_read_as_a_share_that_it_is_said_of(percent: float, sentence: str) -> None:
    found = read(sentence, words.share(percent))
    assert found.sort == ("percent" if found.text.endswith("%") else "share")
    assert found.fits(np.array([percent])).all()


@given(st.integers(2, 20_000), sentences)
def test_a_count_in_words_or_figures_is_read_as_that_count(count: int, sentence: str) -> None:
    found = read(sentence, words.count_word(count))
    assert (found.sort, found.value) == ("plain", count)


@given(st.integers(1, 200), sentences)
def test_a_place_in_an_order_is_read_as_that_place(place: int, sentence: str) -> None:
    found = read(sentence, words.ordinal(place))
    assert (found.sort, found.value) == ("rank", place)


@given(st.integers(0, 2000), sentences)
def test_a_length_of_time_is_read_as_that_many(days: int, sentence: str) -> None:
    found = read(sentence, words.amount(days, "working_days"))
    assert (found.sort, found.value) == ("limit", days)


@given(st.dates(pd.Timestamp("2010-01-01").date(), pd.Timestamp("2029-12-31").date()), sentences)
def test_a_day_month_or_quarter_is_read_as_the_time_that_it_is(day: object, sentence: str) -> None:
    when = pd.Timestamp(str(day))
    quarter = Quarter(when.year - (when.month < 4), (when.month - 4) % 12 // 3 + 1)
    month = when + pd.offsets.MonthEnd(0)
    for shown, end in (
        (words.date(when), month),
        (words.month(when), month),
        (words.short_quarter(quarter), quarter.end),
        (str(quarter), quarter.end),
    ):
        found = read(sentence, shown)
        assert (found.sort, day_of(found.text, Quarter(2017, 3))) == ("date", end)


@given(values, st.sampled_from(["x", "a1.2.", "3×", "..4"]))
def test_what_is_no_number_is_never_left_out_of_what_was_read(value: float, beside: str) -> None:
    text = f"{beside}{words.number(value, 2)}{beside}"
    assume(any(sign.isdigit() for sign in text))
    read_ = {place for one in numbers(text) for place in range(one.start, one.start + len(one.text))}
    assert [place for place, sign in enumerate(text) if sign.isdigit() and place not in read_] == []
