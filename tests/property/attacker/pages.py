"""What a reader tells of hidden numbers from a page: from its charts' geometry, its tables and its alternatives."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
from lxml.html import HtmlElement, document_fromstring

from quarterdeck.measures.registry import catalogue

RECTANGLE = re.compile(r"M([-\d.]+) ([-\d.]+)H([-\d.]+)V([-\d.]+)H[-\d.]+z")
POINT = re.compile(r"(-?[\d.]+) (-?[\d.]+)")
SPAN = re.compile(r"From (\w+ \d{4}) to (\w+ \d{4})")
PARTS = re.compile(r"([\d.,]+)%|hidden to protect confidentiality")
WHOLES = {"all", "total", "whole", "everyone", "all teams", "all categories"}
BARS = {"bar", "bo", "bp", "bq"}
LEAST = 3


def leaks(page: str, editions: list[pd.DataFrame]) -> list[str]:
    """What a page tells too closely, in words; nothing where all is well.

    Parameters
    ----------
    page : its source.
    editions : the public figures of the quarter and those before it, the earliest first.
    """
    tree = document_fromstring(page)
    return list(dict.fromkeys([*drawn(page, editions[-1]), *_tables(tree), *_alternatives(tree)]))


def drawn(page: str, figures: pd.DataFrame) -> list[str]:
    """What the page's drawings show, by where their marks are, of numbers that the figures hide."""
    tree = document_fromstring(page)
    return list(dict.fromkeys([*_bars(tree), *_lines(tree, figures)]))


def _name(drawing: HtmlElement) -> str:
    return (drawing.get("aria-labelledby") or "a drawing").removesuffix("t")


def _bars(tree: HtmlElement) -> Iterator[str]:
    """A bar beside a c, as long as the number that the c stands for; parts of one bar not all as wide as each other."""
    for drawing in tree.iter("svg"):
        bars, hidden = _rectangles(drawing, BARS), _rectangles(drawing, {"hid"})
        for text in drawing.iter("text"):
            across, down = float(text.get("x") or 0), float(text.get("y") or 0) - 4.5
            beside = [
                left <= across <= right or not hidden for left, top, right, bottom in bars if top <= down <= bottom
            ]
            if (text.text or "").strip() == "c" and any(beside):
                yield f"{_name(drawing)}: a bar is drawn where the text says c"
        widths = [right - left for left, _, right, _ in hidden]
        if widths and max(widths) - min(widths) > 0.35:
            yield f"{_name(drawing)}: hidden parts are drawn in different widths"


def _rectangles(drawing: HtmlElement, kinds: set[str]) -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of every rectangle of some kinds."""
    found = [
        [float(side) for side in sides]
        for path in drawing.iter("path")
        if kinds & set((path.get("class") or "").split())
        for sides in RECTANGLE.findall(path.get("d") or "")
    ]
    return [(min(x, z), min(y, w), max(x, z), max(y, w)) for x, y, z, w in found]


def _lines(tree: HtmlElement, figures: pd.DataFrame) -> Iterator[str]:
    """A point of a line in a month whose figure is hidden."""
    leads = pd.MultiIndex.from_tuples([(name, *measure.category) for name, measure in catalogue().items()])
    told_of = pd.MultiIndex.from_frame(figures[["measure", "breakdown", "category"]]).isin(leads)
    whole = figures[told_of & (figures.kind == "month")]
    hidden = whole[whole.status == "c"].groupby("measure").end.agg(lambda ends: set(pd.to_datetime(ends)))
    for drawing in tree.iter("svg"):
        measure = re.sub(r"^m-|-trend-[wn]$", "", _name(drawing)).replace("-", "_")
        about = "".join(text for one in drawing.iter("desc") for text in one.itertext())
        told = SPAN.search(about)
        if not _name(drawing).endswith(("-trend-w", "-trend-n")) or measure not in hidden.index or told is None:
            continue
        months = pd.period_range(pd.Period(told[1], "M"), pd.Period(told[2], "M"), freq="M")
        paths = [path.get("d") or "" for path in drawing.iter("path") if path.get("class") == "ln"]
        across = np.array([float(x) for path in paths for x, _ in POINT.findall(path)])
        if len(across) < 2 or len(months) < 2:
            continue
        every = np.unique(across)
        apart = np.diff(every)
        place = np.concatenate([[0], np.cumsum(np.round(apart / apart.min()).astype(int))])
        # The line may begin after the first month or end before the last, where those are hidden.
        starts = range(max(1, len(months) - int(place[-1])))
        ways = [{months[at + start].to_timestamp(how="end").normalize() for at in place} for start in starts]
        for end in sorted(min((way & hidden[measure] for way in ways), key=len)):
            yield f"{_name(drawing)}: a point is drawn in {end:%B %Y}, whose figure is hidden"


def _tables(tree: HtmlElement) -> Iterator[str]:
    """A lone c in a column whose total is printed, in a table whose full columns add up to theirs."""
    for table in tree.iter("table"):
        rows = [[cell.text_content().strip() for cell in row] for row in table.iter("tr")]
        rows = [row for row in rows if len(row) == len(rows[0])]
        body = pd.DataFrame(rows[1:])
        total = body[body[0].str.lower().isin(WHOLES)] if len(body) else body
        if len(total) != 1:
            continue
        parts = body.drop(index=total.index)
        caption = " ".join(table.text_content().split())[:60]
        adds, thin = 0, []
        for column in body.columns[1:]:
            of = _number(total[column].iloc[0])
            cells = [_number(text) for text in parts[column]]
            gone = [text == "c" or text.startswith("c ") for text in parts[column]]
            if of is None:
                continue
            known = [cell for cell in cells if cell is not None]
            if len(known) == len(cells):
                adds += int(abs(sum(known) - of) < 0.5)
            elif sum(gone) == 1 and len(known) == len(cells) - 1:
                thin.append(f"{caption}: column {column} has one c, and its total")
        if adds:
            yield from thin


def _number(text: str) -> float | None:
    found = re.fullmatch(r"[+−-]?£?([\d,]+(?:\.\d+)?)", text)
    return float(found[1].replace(",", "")) if found else None


def _alternatives(tree: HtmlElement) -> Iterator[str]:
    """Percentages of one whole of which one is hidden: the others and the whole say what is left for it."""
    for drawing in tree.iter("svg"):
        about = "".join(text for one in drawing.iter("desc") for text in one.itertext()).split(". ")[0]
        title = "".join(text for one in drawing.iter("title") for text in one.itertext())
        of = re.search(r"of ([\d,]+) ", title)
        parts = [float(part) if part else None for part in PARTS.findall(about)]
        left = 100 - sum(part for part in parts if part is not None)
        if of is None or parts.count(None) != 1 or len(parts) < 3 or not -1 < left < 60:
            continue
        count = float(of[1].replace(",", ""))
        spread = 0.05 * (len(parts) - 1) * count / 100
        low, high = np.ceil(left * count / 100 - spread), np.floor(left * count / 100 + spread)
        if high - low + 1 < LEAST and abs(left) > 0.06 * len(parts):
            yield f"{_name(drawing)}: one part is hidden, and what is left for it is {low:g} to {high:g} of {count:g}"
