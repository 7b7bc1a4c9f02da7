"""A page read back into its parts, in order, for the formats that are written part by part."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape
from typing import cast

from lxml import html as parser
from lxml.html import HtmlElement

from quarterdeck.publish.formats.drawings import Drawing, drawings
from quarterdeck.quarter import Quarter

BLOCKS = {"p", "h1", "h2", "h3", "h4", "ul", "ol", "dl", "div", "table", "figure", "section", "article", "details"}
APART = {("td", "b"), ("div", "b"), ("li", "b"), ("div", "span"), ("li", "span"), ("p", "span")}
"""Children that the page sets apart from the words beside them, though no space is written between."""
FONT = '"DejaVu Sans"'


@dataclass(frozen=True)
class Run:
    """Words of one look, or a drawing that stands among words.

    Parameters
    ----------
    text : the words, or the drawing's alternative.
    strong : in bold.
    small : a remark under or beside the words before it.
    address : where the words lead; "" where they lead nowhere.
    drawing : its number in the document's drawings.
    """

    text: str
    strong: bool = False
    small: bool = False
    address: str = ""
    drawing: int | None = None


Words = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading: level 1 is the title; `over` is the small line over its words, a measure's name."""

    level: int
    words: Words
    over: str = ""
    id: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `number` as members refer to it, `kind` its class on the page."""

    words: Words
    number: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Listed:
    """Items, each in a line or two; `ordered` where their order tells."""

    items: tuple[Words, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Pairs:
    """Names and what is said of each."""

    pairs: tuple[tuple[Words, Words], ...]


@dataclass(frozen=True)
class Row:
    """A row: its cells, the first of which heads it. A `group` has one cell, which heads the rows after it."""

    cells: tuple[Words, ...]
    kind: str = ""


@dataclass(frozen=True)
class Table:
    """A table."""

    caption: str
    note: str
    heads: tuple[Words, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Picture:
    """A chart: what it shows, and the number of its drawing."""

    title: str
    subtitle: str
    drawing: int


Block = Heading | Paragraph | Listed | Pairs | Table | Picture


@dataclass(frozen=True)
class Entry:
    """A line of the contents: `level` 2 or 3, the words, the paragraphs under it, and the id of the heading."""

    level: int
    text: str
    paragraphs: str
    id: str


@dataclass(frozen=True)
class Document:
    """A page as its parts.

    Parameters
    ----------
    title : as the head of the page has it: the paper, the quarter and the place.
    closed : the quarter's last day: the one date that a file's own properties bear.
    marks : what every sheet must say of it ("Officers’ copy: not for publication.").
    contents : the contents list.
    blocks : everything else, in order.
    drawings : of the charts and sparklines.
    """

    title: str
    closed: dt.datetime
    marks: tuple[str, ...]
    contents: tuple[Entry, ...]
    blocks: tuple[Block, ...]
    drawings: tuple[Drawing, ...]


def text_of(words: Iterable[Run]) -> str:
    """The words alone.

    Examples
    --------
    >>> text_of([Run("193.8"), Run("lower", small=True)])
    '193.8 (lower)'
    """
    parts = [f" ({run.text.strip()})" if run.small else run.text for run in words]
    return " ".join("".join(parts).split())


def read(html: str, *, ear: bool) -> Document:
    """The parts of a page.

    Parameters
    ----------
    html : as the build writes it.
    ear : the words as they are read out ("hidden to protect confidentiality"), where otherwise they are as they are
        seen ("c").
    """

    def shown(number: int, drawing: Drawing) -> str:
        return f'<img alt="{escape(drawing.alternative)}" name="{number}">'

    plain, found = drawings(html, shown, FONT)
    reader = _Reader(ear)
    body = cast(HtmlElement, parser.document_fromstring(plain)).body
    marks = [_plain(bold) for bold in body.xpath('header/div[contains(@class, "strip-s")]//b')]
    title = " ".join(parser.document_fromstring(plain).findtext(".//title", "").split())
    contents = [reader.entry(item) for item in body.xpath("//nav//li")]
    return Document(title, _closed(title), tuple(marks), tuple(contents), tuple(reader.blocks(body)), tuple(found))


class _Reader:
    def __init__(self, ear: bool) -> None:
        self.ear = ear

    def blocks(self, element: HtmlElement) -> Iterator[Block]:
        """The parts inside an element."""
        big: Words = ()
        for child in element.iterchildren(tag=parser.etree.Element):
            if big:
                yield Paragraph((*big, Run(" "), *self.words(child)), kind="big")
                big = ()
            elif child.tag == "p" and "big" in _kinds(child):
                big = self.words(child)
            else:
                yield from self.block(child)

    def block(self, child: HtmlElement) -> Iterator[Block]:
        """The parts that an element is."""
        kinds, tag = _kinds(child), child.tag
        if tag in ("nav", "summary") or kinds & {"skip", "fmt"}:
            return
        if tag in ("h1", "h2", "h3", "h4"):
            over = child.xpath('span[@class="eye"]')
            yield Heading(int(tag[1]), self.words(child, without=over), _plain(over[0]) if over else "", _id(child))
        elif tag == "p" or kinds & {"vs", "mast"} or "strip-s" in kinds:
            number = child.xpath('span[@class="pn"]')
            yield Paragraph(
                self.words(child, without=number), _plain(number[0]) if number else "", child.get("class", "")
            )
        elif tag in ("ul", "ol"):
            yield from self.items(child)
        elif tag == "dl":
            yield self.pairs(child)
        elif tag == "table":
            yield self.table(child)
        elif tag == "figure":
            yield from self.picture(child)
        elif tag != "img":
            yield from self.blocks(child)

    def items(self, element: HtmlElement) -> Iterator[Block]:
        """A list; items that hold headings or paragraphs are read as those, numbered."""
        items = element.xpath("li")
        if not any(child.tag in BLOCKS for item in items for child in item):
            yield Listed(tuple(self.words(item) for item in items), element.tag == "ol")
            return
        for number, item in enumerate(items, start=1):
            for block in self.blocks(item):
                if isinstance(block, Heading) and element.get("class") == "ask":
                    yield replace(block, words=(Run(f"{number}. "), *block.words))
                else:
                    yield block

    def pairs(self, element: HtmlElement) -> Pairs:
        """A list of names and what is said of each."""
        names, values = (element.xpath(f"{tag}|div/{tag}") for tag in ("dt", "dd"))
        both = [(name, value) for name, value in zip(names, values, strict=True) if "scr" not in _kinds(name)]
        return Pairs(tuple((self.words(name), self.words(value)) for name, value in both))

    def table(self, element: HtmlElement) -> Table:
        """A table."""
        title = element.find("caption")
        small = title.xpath(".//small")
        note = " ".join(_plain(one) for one in small)
        caption = text_of(self.words(title, without=small, all_seen=True))
        heads = tuple(self.words(cell) for cell in element.xpath("thead/tr[1]/*"))
        rows = tuple(self.row(row) for row in element.xpath("tbody/tr|tfoot/tr"))
        return Table(caption, note, heads, rows)

    def row(self, element: HtmlElement) -> Row:
        """A row of a table."""
        kind = "total" if element.getparent().tag == "tfoot" else {"g": "group"}.get(element.get("class", ""), "")
        return Row(tuple(self.words(cell) for cell in element), kind or element.get("class", ""))

    def picture(self, element: HtmlElement) -> Iterator[Block]:
        """A chart and its caption."""
        caption = element.find("figcaption")
        small = caption.xpath("span")
        title, subtitle = text_of(self.words(caption, without=small)), " ".join(_plain(one) for one in small)
        for image in element.xpath("img"):
            yield Picture(title, subtitle, int(image.get("name")))

    def entry(self, item: HtmlElement) -> Entry:
        """A line of the contents."""
        link = item.xpath("div/a")[0]
        under = item.xpath("div/span")
        level = 2 + len(item.xpath("ancestor::li"))
        return Entry(level, _plain(link), _plain(under[0]) if under else "", link.get("href", "").lstrip("#"))

    def words(self, element: HtmlElement, without: Iterable[HtmlElement] = (), *, all_seen: bool = False) -> Words:
        """The words inside an element, without those of some of its children."""
        apart = set(without)
        runs = self._runs(element, Run(""), apart, all_seen=all_seen)
        return tuple(_trimmed(replace(run, text=re.sub(r"\s+", " ", run.text)) for run in runs))

    def _runs(self, element: HtmlElement, look: Run, apart: set[HtmlElement], *, all_seen: bool) -> Iterator[Run]:
        yield replace(look, text=element.text or "")
        for child in element.iterchildren(tag=parser.etree.Element):
            gap = " " if child.tag in BLOCKS or (element.tag, child.tag) in APART or "big" in _kinds(child) else ""
            yield replace(look, text=gap)
            if child not in apart and (all_seen or self._perceived(child)):
                if child.tag == "img" and child.get("alt"):
                    yield replace(look, text=child.get("alt", ""), drawing=int(child.get("name")))
                else:
                    yield from self._runs(child, _looked(look, child), apart, all_seen=all_seen)
            yield replace(look, text=gap + (child.tail or ""))

    def _perceived(self, element: HtmlElement) -> bool:
        return element.get("aria-hidden") != "true" if self.ear else "vh" not in _kinds(element)


def _trimmed(runs: Iterable[Run]) -> Iterator[Run]:
    """Runs without those that are empty, nor a space at either end or twice."""
    kept: list[Run] = []
    for run in runs:
        text = run.text.lstrip() if not kept or kept[-1].text.endswith(" ") else run.text
        if text or run.drawing is not None:
            kept.append(replace(run, text=text))
    while kept and not kept[-1].text.strip() and kept[-1].drawing is None:
        kept.pop()
    return iter([*kept[:-1], replace(kept[-1], text=kept[-1].text.rstrip())] if kept else [])


def _looked(look: Run, element: HtmlElement) -> Run:
    if element.tag == "small":
        return replace(look, small=True)
    if element.tag in ("b", "strong") or "big" in _kinds(element):
        return replace(look, strong=True)
    return replace(look, address=element.get("href", "")) if element.tag == "a" else look


def _closed(title: str) -> dt.datetime:
    """The last day of the quarter that a page's title names: `, 2017/18 Q3:`."""
    year, short, number = re.findall(r", (\d{4})/(\d\d) Q([1-4]):", title)[0]
    return (
        Quarter.parse(f"{year}-{short} Q{number}")
        .end.to_pydatetime()
        .replace(hour=0, minute=0, second=0, microsecond=0)
    )


def _kinds(element: HtmlElement) -> set[str]:
    return set(element.get("class", "").split())


def _id(element: HtmlElement) -> str:
    """The id that the contents lead to: a measure's is on its article."""
    article = element.getparent() if element.getparent().tag == "article" else element
    return article.get("id") or element.get("id") or ""


def _plain(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())
