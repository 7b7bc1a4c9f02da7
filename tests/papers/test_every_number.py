"""Every number that a paper says comes out of the measures, the profile or `improvement/`."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path
from typing import Any

import pytest
from lxml.html import HtmlElement, parse

from quarterdeck.home import Home
from quarterdeck.measures.registry import Measure
from quarterdeck.paper.numbers import Number, numbers
from quarterdeck.prepared import prepared
from tests.conftest import AUTHORITY, ROOT
from tests.conftest import QUARTER as BUILT
from tests.papers.conftest import Built, Stand
from tests.papers.walk import Walk

FIXED = {
    r"(?:mean ±|give or take) 2\.66 mean moving ranges": "the XmR chart's own constant, figures.change",
    r"seven on one side, six moves one way, or two of three": "the rules of figures.change",
    r"95% intervals?": "the level of every interval, in figures.frame and the CSV's metadata",
    r"12 months (?=to\b)": "the period of a rolling figure, blocks.PERIOD_HEAD",
    r"counts of 1 to 5 are hidden": "the rule on small numbers, figures.disclosure",
    r"nine quarters(?= to )": "how far back every table goes, view.NINE",
    r"axis starts at [£\d,.]+%?": "where a chart's axis begins: the drawing's, and no figure",
    r"\bhalf of (?=[^.]*\bor less\b)|\bhalf of the (?=[^.]*\bor less\b)": "what a median is",
    r"365/7 weeks": "what makes a year of weekly costs, figures.what_if",
    r"each price were 1% higher": "the what-if that the notebook asks for",
    r"of 16 and 17(?= came)|\bby 17(?=, before)": "the ages of the measures homeless_16_17 and adviser_by_17",
    r"three or more times": "the definition of repeat missing, missing_from_home",
    r"one placement and one per cent": "the what-if that the notebook asks for",
    r"four times in five": "the range of figures.projection",
    r"more than 1 row in 20": "the share of rows past which a list is not to be relied on, paper.quality.box",
    r"seven (?:or more running|months or more|or more moving)|two of three near a limit": "the rules of figures.change",
    r"fewer than 13 (?:points|months)": "where trial limits end, figures.change",
    r"the nineteen measures|nineteen measures": "the panel's own list, plans.NINETEEN",
    r"Quarterdeck \d+\.\d+\.\d+": "the version that made the paper",
}
"""Words with a number in them that papers say of themselves and not of the council, and where each comes from."""


MOST_MISSED = 0.2
"""Of slips of one digit, how many may come upon another figure of the same measure and time, as 87.5 upon 82.5."""


def known_of(authority: str) -> list[str]:
    """Every cell of an authority's improvement journey."""
    cells: list[str] = []
    for path in sorted((ROOT / "data" / authority / "improvement").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            cells += [cell for row in csv.reader(file) for cell in row]
    return cells


def walk(name: str, audience: str, tree: HtmlElement, source: Any, measures: dict[str, Measure]) -> Walk:
    return Walk(name, audience, tree, source, measures, known_of(source.authority.slug), FIXED)


def test_no_number_of_a_page_is_without_a_figure_behind_it(
    page: Built, stand: Stand, measures: dict[str, Measure]
) -> None:
    found = walk(page.name, page.audience, page.tree, stand, measures).unbacked()
    assert not found, "\n".join(map(str, found))


def mistaken(text: str, number: Number) -> str:
    """The text with one digit of the number another, as a slip of the hand would have it."""
    digits = [place for place, sign in enumerate(number.text) if sign.isdigit()]
    place = number.start + digits[-2 if len(digits) > 1 else 0]
    return text[:place] + str((int(text[place]) + 5) % 10) + text[place + 1 :]


def slips(found: Walk, tags: tuple[str, ...]) -> tuple[list[str], int]:
    """The slips of one digit, in what these tags say of a measure, that the walk misses; and how many it tried."""
    missed, tried = [], 0
    for said in found.said():
        if said.tag not in tags or not said.measures or said.spoken:
            continue
        for number in numbers(found.own_words(said.text)):
            if number.sort in ("plain", "percent", "gbp", "points") and not number.spelt:
                tried += 1
                wrong = dataclasses.replace(said, text=mistaken(said.text, number))
                if not list(found.of(wrong)):
                    missed.append(f"{number.text} in {said.where}: {wrong.text[:120]}")
    return missed, tried


def test_a_number_that_is_changed_in_a_sentence_is_found(
    pages: dict[tuple[str, str], Built], stand: Stand, measures: dict[str, Measure]
) -> None:
    page = pages["child_protection", "officers"]
    tree = page.tree
    heading = next(one for one in tree.iter("h3") if any(n.sort == "percent" for n in numbers(one.text_content())))
    said = heading.text_content()
    number = next(one for one in numbers(said) if one.sort == "percent")
    heading.text, heading[:] = mistaken(said, number), []
    found = walk(page.name, page.audience, tree, stand, measures).unbacked()
    assert [one.number.sort for one in found] == ["percent"]
    assert "is" in found[0].nearest


def test_few_slips_of_a_digit_in_a_headline_or_a_fact_happen_to_be_another_figure(
    pages: dict[tuple[str, str], Built], stand: Stand, measures: dict[str, Measure]
) -> None:
    page = pages["performance_monitoring", "public"]
    missed, tried = slips(walk(page.name, page.audience, page.tree, stand, measures), ("h3", "dd", "li"))
    assert tried > 100
    assert len(missed) / tried < MOST_MISSED, "\n".join(missed)


@pytest.mark.slow
@pytest.mark.xdist_group("papers")
@pytest.mark.parametrize("audience", ["public", "officers"])
def test_no_number_of_a_built_paper_is_without_a_figure_behind_it(
    audience: str, papers: Path, county: Home, measures: dict[str, Measure]
) -> None:
    source, found = prepared(AUTHORITY, BUILT, home=county), []
    pages = sorted((papers / audience).glob("*.html"))
    assert len(pages) > 10
    for path in pages:
        found += walk(path.stem, audience, parse(path).getroot(), source, measures).unbacked()
    assert not found, "\n".join(map(str, found))
