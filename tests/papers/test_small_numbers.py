"""A page says nothing of a hidden number: in no table, sentence, chart or alternative, nor anywhere in its source."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from quarterdeck.measures.registry import Measure
from quarterdeck.paper.front_page import Entry, front_page
from quarterdeck.publish.render import render
from tests.papers.conftest import PAGES, Built, Stand, executed, made_up, stood
from tests.property.attacker.pages import drawn

PUBLIC = [name for name, audience in PAGES if audience == "public"]
NUMBERS = ["numerator", "value", "lower", "upper"]


def with_small_numbers(figures: pd.DataFrame) -> pd.DataFrame:
    """Figures in which every third category, and some months of the whole, is 1 to 5."""
    at = np.arange(len(figures))
    inside = (figures.breakdown != "all").to_numpy() & (figures.category.map(len) % 3 == 0).to_numpy()
    months = (figures.breakdown == "all").to_numpy() & (at % 7 == 0) & (figures.measure.map(len) % 4 == 0).to_numpy()
    return resized(figures, np.where(inside | months, 1.0 + at % 5, np.nan))


def resized(figures: pd.DataFrame, count: np.ndarray) -> pd.DataFrame:
    """Figures with other numerators where one is given, and what follows from them."""
    share = pd.Series(count, figures.index) / figures.numerator.where(figures.numerator != 0)
    changed = share.notna()
    rows = figures.copy()
    for column in NUMBERS:
        rows.loc[changed, column] = figures[column][changed] * share[changed]
    rows.loc[changed, "numerator"] = count[changed.to_numpy()]
    return rows


def otherwise(one: Stand) -> Stand:
    """The same quarter, but for the hidden numbers."""
    hidden = one.public.status == "c"
    other = stood(resized(one.figures, np.where(hidden, 6 - one.figures.numerator, np.nan)))
    pd.testing.assert_frame_equal(one.public, other.public)
    assert not one.figures.numerator.equals(other.figures.numerator)
    return other


@pytest.fixture(scope="module")
def small(measures: dict[str, Measure]) -> Stand:
    """A quarter full of small numbers."""
    return stood(with_small_numbers(made_up(measures)))


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_is_the_same_whatever_the_hidden_numbers_are(
    stand: Stand, of_the_quarter: dict[tuple[str, str], Built], name: str
):
    assert render(executed(name, otherwise(stand), "public")) == of_the_quarter[name, "public"].text


def test_a_page_full_of_small_numbers_is_the_same_whatever_they_are(small: Stand):
    first, second = (render(executed("child_protection", one, "public")) for one in (small, otherwise(small)))
    assert first == second
    assert drawn(first, small.public) == []


def test_the_front_page_is_the_same_whatever_the_hidden_numbers_are(small: Stand):
    entries = [Entry(name, name.replace("_", " ").capitalize(), "A paper.") for name in PUBLIC]
    first, second = (front_page(one, entries, "public") for one in (small, otherwise(small)))
    assert first == second


def test_the_officers_page_tells_a_reader_what_the_public_one_hides(small: Stand):
    told = drawn(render(executed("child_protection", small, "officers")), small.public)
    assert any("a point is drawn in" in one for one in told)


@pytest.mark.parametrize("name", PUBLIC)
def test_no_public_page_tells_a_reader_a_hidden_number(stand: Stand, pages: dict[tuple[str, str], Built], name: str):
    assert drawn(pages[name, "public"].text, stand.public) == []


def test_a_reader_sees_a_bar_that_is_drawn_for_a_hidden_number(small: Stand):
    page = render(executed("child_protection", small, "public"))
    found = re.search(r'<text class="sf" x="([\d.]+)" y="([\d.]+)">c</text>', page)
    assert found is not None
    left, down = float(found[1]), float(found[2])
    bar = f'<path class="bar" d="M{left - 50} {down - 13}H{left - 9}V{down + 4}H{left - 50}z"/>'
    assert any("a bar is drawn" in told for told in drawn(page.replace(found[0], bar + found[0]), small.public))
