"""What a reader sees of a page, block by block: texts, cells, alternative texts, the labels of charts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd
from lxml.html import HtmlElement

from quarterdeck.measures.registry import Measure
from quarterdeck.paper import blocks
from quarterdeck.paper.numbers import day_of, numbers
from quarterdeck.quarter import Quarter

BLOCKS = (
    "h1", "h2", "h3", "h4", "p", "li", "figcaption", "title", "desc", "text", "dt", "dd", "caption", "summary", "th",
    "td",
)  # fmt: skip
UNSEEN = "//style|//head|//*[@aria-hidden='true']|//nav"
SCALE = re.compile(r"£?\d[\d,]*(?:\.\d+)?[%mk]?|Q[1-4](?: 20\d\d/\d\d)?|(?:[A-Z][a-z]{2} )?20\d\d(?:/\d\d)?")
"""A mark of an axis, in the axis's own class: where a line of the drawing is, and no figure."""


@dataclass(frozen=True)
class Said:
    """A block of text that a reader sees: where it stands, its words, and the measures that it may speak of.

    Parameters
    ----------
    spans : the parts of the text that were filled in from a measure: from, to, its id.
    measures : those whose figures may stand behind its numbers; none where it names none.
    section : the section's element, whose lists and tables it may count.
    spoken : it is officers' commentary, whose typed numbers are checked, and told of, as it is filled in.
    row : the numbers of its row, where it is a cell.
    heads : what heads it: of a cell the words of its column, its row and its table; of a chart's label the chart's.
    around : its words, those that head it and those that stand in its row, in small letters.
    when : the end of the period that heads the cell, as "Q2 2017/18" does; None where none does.
    """

    tag: str
    where: str
    text: str
    spans: tuple[tuple[int, int, str], ...]
    measures: tuple[str, ...]
    section: HtmlElement = field(repr=False)
    spoken: bool = False
    row: tuple[float, ...] = ()
    heads: tuple[str, ...] = ()
    around: str = ""
    when: pd.Timestamp | None = None

    @property
    def cell(self) -> bool:
        """Whether it is a cell of a table or a label of a chart, which others head."""
        return self.tag in ("td", "th", "text")


class Reader:
    """Who reads a page, and knows the measures by the anchors and the names that a page has for them."""

    def __init__(self, tree: HtmlElement, quarter: Quarter, measures: Mapping[str, Measure]) -> None:
        self.tree, self.quarter, self.measures = tree, quarter, measures
        self._by_anchor = {blocks.anchor(one): one for one in measures}
        self._by_short = sorted(
            ((one.short.casefold(), one.id) for one in measures.values()), key=lambda pair: -len(pair[0])
        )
        for unseen in tree.xpath(UNSEEN):
            unseen.drop_tree()

    def __iter__(self) -> Iterator[Said]:
        """Every block of text, without a block inside another being told twice."""
        for element in self.tree.iter():
            if not isinstance(element.tag, str):
                continue
            label = element.get("aria-label")
            if element.tag not in BLOCKS and not label:
                continue
            if element.tag == "li" and element.getparent().get("class") == "toc":
                continue
            text, spans = (label, ()) if label else _text(element)
            if element.tag == "text" and "sf" in element.get("class", "").split() and SCALE.fullmatch(text):
                continue
            if text:
                yield self._block(element, text, tuple(spans))

    def _block(self, element: HtmlElement, text: str, spans: tuple[tuple[int, int, str], ...]) -> Said:
        above = [element, *element.iterancestors()]
        article = next((one.get("id") for one in above if one.tag == "article" and one.get("id")), "")
        row = next((one for one in above if one.tag in ("tr", "li", "dl")), element)
        links = [href.rpartition("#")[2] for href in row.xpath(".//a/@href")]
        own = [self._by_anchor[one] for one in (article, *links) if one in self._by_anchor]
        headed = _words(row) if row.tag in ("tr", "li") else text
        heads = _heads(element)
        section = next((one for one in above if one.tag == "section"), self.tree)
        heading = section.find("h2")
        place = article or (heading.get("id") if heading is not None else "") or "head"
        own += ["placement_costs"] if place.startswith("what-if") else []
        named = self._named(f"{headed} {text}".casefold()) or self._by_the_year(element)
        measures = dict.fromkeys([*own, *named, *(span[2] for span in spans if span[2] in self.measures)])
        spoken = next((one for one in above if one.get("class") == "say"), None)
        whole = heads if element.tag == "td" and row.tag == "tr" else [headed, *heads]
        return Said(
            element.tag,
            f"{place} <{element.tag}>",
            text,
            spans,
            tuple(measures),
            section if spoken is None else spoken,
            spoken is not None,
            _numbers(row) if row.tag == "tr" else (),
            tuple(heads),
            " ".join([text, *whole]).casefold(),
            self._when(element, row, heads) if element.tag == "td" else None,
        )

    def _by_the_year(self, element: HtmlElement) -> list[str]:
        """The measure of a table that tells a year's return by its parts."""
        captions = [one.find("caption") for one in element.iterancestors("table")]
        anchors = [one.get("id", "").removesuffix("-years") for one in captions if one is not None]
        return [self._by_anchor[one] for one in anchors if one in self._by_anchor]

    def _named(self, text: str) -> list[str]:
        found = []
        for short, measure in self._by_short:
            if short in text:
                found.append(measure)
                text = text.replace(short, " ")
        return found

    def _when(self, cell: HtmlElement, row: HtmlElement, heads: list[str]) -> pd.Timestamp | None:
        """The period of a cell: of its column or its row; or the one day that another cell of the row is."""
        others = [_words(one) for one in row.iter("td") if one is not cell]
        days = [one for one in others if [(date.sort, date.text) for date in numbers(one)] == [("date", one)]]
        dated = "Date" in [_words(one) for one in next(row.iterancestors("table")).xpath("./thead//th")]
        found = [day for head in [*heads, *(days[:1] if dated else [])] if (day := self._period(head)) is not None]
        return found[0] if found else None

    def _period(self, head: str) -> pd.Timestamp | None:
        """The period that a head of a row or of a column is."""
        head = head.removeprefix("Year to ")
        dates = [one for one in numbers(head) if one.sort == "date"]
        quarter = re.match(r"Q([1-4])\s+(20\d\d)/\d\d\b", head)
        if quarter:
            return Quarter(int(quarter[2]), int(quarter[1])).end
        return day_of(dates[0].text, self.quarter) if len(dates) == 1 and dates[0].start < 3 else None


def _words(element: HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _numbers(row: HtmlElement) -> tuple[float, ...]:
    shown = [one for cell in row.iter("td") for one in numbers(cell.text_content())]
    return tuple(one.value for one in shown if one.sort in ("plain", "gbp"))


def _heads(element: HtmlElement) -> list[str]:
    """The words that head a block: of a cell its column's, row's and table's; of a chart's label the chart's."""
    found: list[str] = []
    if element.tag in ("td", "th"):
        table, row = next(element.iterancestors("table")), element.getparent()
        cells = [one for one in row if one.tag in ("td", "th")]
        place = sum(int(one.get("colspan", 1)) for one in cells[: cells.index(element)])
        for head in table.xpath("./thead/tr"):
            at = 0
            for one in head:
                at += int(one.get("colspan", 1))
                if place < at:
                    found.append(_words(one))
                    break
        found += [_words(one) for one in row.iterchildren("th")]
        found += [_words(one) for one in table.iterchildren("caption")]
    if element.tag == "text":
        figure = next(element.iterancestors("figure", "svg"))
        found += [_words(one) for one in figure.iter("figcaption", "title", "desc", "text")]
    if element.get("class") == "big":
        found.append(next(element.iterancestors("div")).getparent().text_content())
    if element.tag == "dd" and element.getprevious() is not None:
        found.append(element.getprevious().text_content())
    return found


def _text(element: HtmlElement) -> tuple[str, list[tuple[int, int, str]]]:
    """The words of an element without those of a block inside it, and which were filled in from which measure."""
    parts: list[tuple[str, str]] = []

    def go(one: HtmlElement, filled: str) -> None:
        if one.get("class") == "pn":
            return
        filled = one.get("value", "") if one.tag == "data" else filled
        parts.append((one.text or "", filled))
        for child in one:
            if isinstance(child.tag, str) and child.tag not in BLOCKS and child.tag not in ("svg", "table", "style"):
                parts.append((" ", "") if child.tag not in ("data", "em", "strong", "abbr") else ("", ""))
                go(child, filled)
                parts.append((" ", "") if child.tag not in ("data", "em", "strong", "abbr") else ("", ""))
            parts.append((child.tail or "", filled))

    go(element, "")
    text, spans = "", []
    for words, filled in parts:
        words = re.sub(r"\s+", " ", words)
        words = words.lstrip() if text.endswith(" ") or not text else words
        if filled and words.strip():
            spans.append((len(text), len(text) + len(words), filled))
        text += words
    return text.strip(), spans
