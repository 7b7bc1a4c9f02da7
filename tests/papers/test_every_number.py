"""Every number that a paper says comes out of the measures, the profile or `improvement/`."""

from __future__ import annotations

import csv
from typing import Any

from lxml.html import HtmlElement

from quarterdeck.measures.registry import Measure
from tests.conftest import ROOT
from tests.papers.conftest import Built, Stand
from tests.papers.walk import Walk

FIXED = {
    r"(?:mean ±|give or take) 2\.66 mean moving ranges|seven on one side, six moves one way, or two of three": "the XmR chart's own constant, figures.change",
    r"95% intervals?": "the level of every interval, in figures.frame and the CSV's metadata",
    r"12 months (?=to\b)": "the period of a rolling figure, blocks.PERIOD_HEAD",
    r"counts of 1 to 5 are hidden": "the rule on small numbers, figures.disclosure",
    r"nine quarters(?= to )": "how far back every table goes, view.NINE",
    r"axis starts at [£\d,.]+%?": "where a chart's axis begins: the drawing's, and no figure",
    r"\bhalf of (?=[^.]*\bor less\b)|\bhalf of the (?=[^.]*\bor less\b)": "what a median is",
    r"365/7 weeks": "what makes a year of weekly costs, figures.what_if",
    r"each price were 1% higher": "the what-if that the notebook asks for",
    r"four times in five": "the range of figures.projection",
    r"more than 1 row in 20": "the share of rows past which a list is not to be relied on, paper.quality.box",
    r"seven (?:or more running|months or more|or more moving)|two of three near a limit": "the rules of figures.change",
    r"fewer than 13 (?:points|months)": "where trial limits end, figures.change",
    r"the nineteen measures|nineteen measures": "the panel's own list, plans.NINETEEN",
    r"Quarterdeck \d+\.\d+\.\d+": "the version that made the paper",
}
"""Words with a number in them that papers say of themselves and not of the council, and where each comes from."""


def known_of(authority: str) -> list[str]:
    """Every cell of an authority's improvement journey."""
    cells: list[str] = []
    for path in sorted((ROOT / "data" / authority / "improvement").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            cells += [cell for row in csv.reader(file) for cell in row]
    return cells


def walk(name: str, audience: str, tree: HtmlElement, source: Any, measures: dict[str, Measure]) -> Walk:  # noqa: ANN401
    return Walk(name, audience, tree, source, measures, known_of(source.authority.slug), FIXED)


def test_no_number_of_a_page_is_without_a_figure_behind_it(page: Built, stand: Stand, measures: dict[str, Measure]) -> None:
    found = walk(page.name, page.audience, page.tree, stand, measures).unbacked()
    assert not found, "\n".join(map(str, found))


NOT_SO = ("h3", "figcaption", "desc", "p", "li", "dd", "td")


def mistaken(number: Number) -> str:
    """The number as it might be mistyped: its last digit but one is another, or its only one."""
    digits = [place for place, sign in enumerate(number.text) if sign.isdigit()]
    place = digits[-2] if len(digits) > 1 else digits[0]
    other = str((int(number.text[place]) + 5) % 10)
    return number.text[:place] + other + number.text[place + 1 :]
