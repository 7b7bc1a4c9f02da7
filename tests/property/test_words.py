"""What holds of every number that is put into words."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.paper import words
from quarterdeck.paper.charts.drawing import spread

values = st.floats(-1e7, 1e7, allow_nan=False)
places = st.integers(0, 3)


@given(values, places)
def test_a_printed_number_reads_back_within_half_of_its_last_place(value, decimals):
    back = Decimal(words.number(value, decimals).replace(",", "").replace("−", "-"))
    assert abs(back - Decimal(repr(value))) <= Decimal("0.5").scaleb(-decimals)


@given(values, places)
def test_a_printed_number_has_a_true_minus_only_when_it_is_below_nothing(value, decimals):
    shown = words.number(value, decimals)
    assert "-" not in shown
    assert ("−" in shown) == (words.rounded(value, decimals) < 0)


@given(values, values, places)
def test_a_change_says_up_only_when_the_printed_value_is_higher(now, before, decimals):
    said = words.change(now, before, "number", decimals)
    higher = words.rounded(now, decimals) - words.rounded(before, decimals)
    assert said.split()[0] == ("up" if higher > 0 else "down" if higher < 0 else "the")


@given(values, values, places)
def test_a_signed_difference_and_a_plain_one_have_the_same_size(now, before, decimals):
    gap = float(words.rounded(now, decimals) - words.rounded(before, decimals))
    assert words.difference(now, before, "number", decimals) == words.signed(gap, "number", decimals).lstrip("+−")


@given(st.floats(0, 100))
def test_a_fraction_in_words_is_within_one_and_a_half_points_of_the_value(percent):
    fractions = {
        "one in ten": 10, "one in nine": 100 / 9, "one in eight": 12.5, "one in seven": 100 / 7, "one in six": 100 / 6,
        "one in five": 20, "a quarter": 25, "three in ten": 30, "a third": 100 / 3, "two in five": 40, "half": 50,
        "three in five": 60, "two thirds": 200 / 3, "seven in ten": 70, "three quarters": 75, "four in five": 80,
        "nine in ten": 90,
    }  # fmt: skip
    said = words.share(percent)
    assert abs(fractions.get(said, percent) - percent) <= 1.5
    assert said in fractions or re.fullmatch(r"\d+%", said)


@given(st.integers(1, 100_000))
def test_an_ordinal_ends_as_its_last_two_digits_ask(n):
    ending = words.ordinal(n)[-2:]
    assert (ending == "th") == (n % 100 in (11, 12, 13) or n % 10 not in (1, 2, 3))


@given(st.lists(st.tuples(st.floats(0, 280), st.sampled_from([16.0, 33.0])), min_size=1, max_size=7))
def test_labels_at_a_line_s_end_never_cover_each_other(labels):
    centres, heights = zip(*labels, strict=True)
    placed = sorted(zip(spread(centres, heights, 0, 400), heights, strict=True))
    for (a, tall), (b, other) in pairwise(placed):
        assert b - a >= (tall + other) / 2 - 1e-6
    assert placed[0][0] >= 0
