"""Officers' commentary: their Markdown, its figures filled in, every number typed by hand laid against the figures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from html import escape, unescape
from typing import NamedTuple

import nh3
import numpy as np
import pandas as pd
from markdown_it import MarkdownIt

from quarterdeck.paper import words
from quarterdeck.paper.values import HOW, NoSuchFigure, UnknownName, Values

TAGS = {"p", "em", "strong", "ul", "ol", "li", "br", "blockquote"}
_OPEN, _CLOSE = "\ue000", "\ue001"
_BRACES = re.compile(r"\{([^{}\n]*)\}")
_HEADING = re.compile(r"##[ \t]+`?(\w+)`?[ \t]*#*[ \t]*")
_ROLE = re.compile(r"(?:Role|Said by):[ \t]*(.+)", re.IGNORECASE)


@dataclass(frozen=True)
class Section:
    """What is said of one measure: its id, the role that speaks, the Markdown, and the line that it begins on."""

    measure: str
    role: str
    text: str
    line: int


@dataclass(frozen=True)
class Unsupported:
    """A number typed by hand that no figure of the paper supports: what was typed, where, and what comes nearest."""

    typed: str
    line: int
    nearest: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.typed} (line {self.line}; nearest: {words.listed(self.nearest, 'or') or 'nothing of its kind'})"


class Filled(NamedTuple):
    """Commentary ready for a page: safe HTML, how many values were filled in, which typed numbers nothing supports."""

    html: str
    traced: int
    unsupported: list[Unsupported]


class CommentaryError(ValueError):
    """Names that mean nothing: every one of them with its line and the nearest names."""

    def __init__(self, file: str, problems: Iterable[tuple[int, str, str, list[str]]]) -> None:
        self.problems = list(problems)
        many = f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''} in {file}"
        rows = [
            f"line {line:>3}  {written}  {why}" + (f"; nearest: {', '.join(near)}" if near else "")
            for line, written, why, near in self.problems
        ]
        super().__init__("\n".join([many, "", *rows, "", f"To name a figure, {HOW}."]))


def sections(text: str, file: str = "commentary.md", known: Iterable[str] = ()) -> dict[str, Section]:
    r"""The sections of a commentary, by measure.

    Parameters
    ----------
    text : Markdown; each `## measure_id` begins a section, whose first line may name a role: "Said by: Group Manager".
        What stands before the first heading is the author's own note and is not printed.
    file : its name, for messages.
    known : ids that a heading may name; any, where left out.

    Raises
    ------
    CommentaryError : a heading names no measure, or one that has a section already.

    Examples
    --------
    >>> found = sections("# Ours\n\n## cp_plan_rate\nSaid by: Group Manager\n\nIt is {cp_plan_rate}.\n")
    >>> found["cp_plan_rate"].role, found["cp_plan_rate"].line
    ('Group Manager', 6)
    """
    lines, names = text.splitlines(), list(known)
    starts = [(i, match[1]) for i, line in enumerate(lines) if (match := _HEADING.fullmatch(line.rstrip()))]
    found: dict[str, Section] = {}
    problems: list[tuple[int, str, str, list[str]]] = []
    for (begin, measure), end in zip(
        starts, [i for i, _ in [*starts[1:], (len(lines), "")]][: len(starts)], strict=True
    ):
        if names and measure not in names:
            problems.append(
                (begin + 1, f"## {measure}", "no measure is called so", get_close_matches(measure, names, n=3))
            )
        if measure in found:
            problems.append((begin + 1, f"## {measure}", "it has a section already", []))
        body = list(range(begin + 1, end))
        while body and not lines[body[0]].strip():
            body.pop(0)
        role = _ROLE.fullmatch(lines[body[0]].strip()) if body else None
        body = body[1:] if role else body
        while body and not lines[body[0]].strip():
            body.pop(0)
        words_ = "\n".join(lines[i] for i in body).rstrip()
        found[measure] = Section(measure, role[1].strip() if role else "", words_, body[0] + 1 if body else begin + 1)
    if problems:
        raise CommentaryError(file, problems)
    return found


def fill(
    text: str, values: Values, *, line: int = 1, file: str = "commentary.md", measure: str | None = None
) -> Filled:
    """Markdown as safe HTML, with the figures that it names filled in.

    Parameters
    ----------
    text : Markdown; no HTML passes, and no link.
    values : the figures of the copy that is being made, so that the public one says what is hidden.
    line : of the file on which the text begins.
    measure : whose section it is; its figures come first among those that may support a typed number.

    Raises
    ------
    CommentaryError : names that mean nothing, all at once.
    """
    clean = text.replace(_OPEN, "").replace(_CLOSE, "")
    given: list[str] = []
    problems: list[tuple[int, str, str, list[str]]] = []

    def put(found: re.Match[str]) -> str:
        try:
            given.append(_shown(found[1], values))
        except UnknownName as unknown:
            at = line + clean.count("\n", 0, found.start())
            problems.append((at, found[0], unknown.why, unknown.nearest))
        return f"{_OPEN}{len(given) - 1}{_CLOSE}"

    marked = _BRACES.sub(put, clean)
    if problems:
        raise CommentaryError(file, problems)
    html = nh3.clean(_markdown().render(marked), tags=TAGS, attributes={}, url_schemes=set())
    filled = re.sub(f"{_OPEN}(\\d+){_CLOSE}", lambda found: given[int(found[1])], html)
    return Filled(
        filled.strip(), len(given), unsupported(_BRACES.sub(lambda m: " " * len(m[0]), clean), values, line, measure)
    )


_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_HIDDEN = ' class="hidden"'
NONE_TO_BE_HAD = "What this paragraph would say cannot be told from these sources, or is hidden."


def fill_html(html: str, values: Values, where: str = "this cell") -> str:
    """Safe HTML of a Markdown cell, with the figures that its text names filled in; tags and attributes are left alone.

    A sentence that names a figure which is not to be had, or is hidden, is left out: without it, it says nothing. So is
    one that names a kind of which this authority has nothing, or a time before its figures: a notebook is every
    authority's.

    Raises
    ------
    CommentaryError : names that mean nothing.
    """
    problems: list[tuple[int, str, str, list[str]]] = []

    def put(found: re.Match[str]) -> str:
        try:
            return _shown(unescape(found[1]), values)
        except NoSuchFigure:
            return _HIDDEN
        except UnknownName as unknown:
            problems.append((html.count("\n", 0, html.find(found[0])) + 1, found[0], unknown.why, unknown.nearest))
            return ""

    def put_all(text: str) -> str:
        if not _BRACES.search(text):
            return text
        filled = [_BRACES.sub(put, sentence) for sentence in _SENTENCES.split(text)]
        return " ".join(sentence for sentence in filled if _HIDDEN not in sentence) or NONE_TO_BE_HAD

    parts = re.split(r"(<[^>]*>)", html)
    filled = "".join(part if part.startswith("<") else put_all(part) for part in parts)
    if problems:
        raise CommentaryError(where, problems)
    return filled


@cache
def _markdown() -> MarkdownIt:
    links, blocks = (
        ["link", "image", "autolink", "html_inline"],
        ["html_block", "heading", "lheading", "hr", "code", "fence"],
    )
    return MarkdownIt("commonmark", {"html": False}).disable([*links, *blocks])


def _shown(reference: str, values: Values) -> str:
    given = values.give(reference)
    kind = _HIDDEN if given.hidden else ""
    return f'<data{kind} value="{escape(given.measure)}">{escape(given.text)}</data>'


# Numbers that are no figures: dates, years, quarters, limits in days and weeks, ages, ratios, places in an order.
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_NO_FIGURE = re.compile(
    rf"""
    \b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:{_MONTHS})\b(?:\s+20\d\d)?
    | \b(?:{_MONTHS})\s+(?:\d{{1,2}},?\s+)?20\d\d\b
    | \b20\d\d(?:[-/]\d\d(?:\d\d)?)?(?:\s*Q[1-4])?\b(?!\s*(?:children|plans|%))
    | \bQ(?:uarter\s*)?[1-4]\b
    | \b\d+(?:st|nd|rd|th)\b
    | \b\d+\s?:\s?\d+\b
    | \b(?:aged?|under|over|sections?|paragraphs?|items?|measures?|levels?|phase|Regulation|within|after|every|per)
      \s+£?\d[\d,.]*(?:\s*(?:to|and|–|-)\s*\d+)?s?\b
    | \b\d+(?:\s*(?:to|and|–|-)\s*\d+)?[\s-]+(?:working[\s-]+)?(?:hours?|days?|weeks?|months?|years?)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TYPED = re.compile(
    r"(?<![\w.])(?P<pound>£\s?)?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(?P<tail>%|per\s?cent\b|m\b|million\b|k\b)?"
)
_SCALE = {"m": 1e6, "million": 1e6, "k": 1e3}


def unsupported(text: str, values: Values, line: int = 1, measure: str | None = None) -> list[Unsupported]:
    """The numbers typed by hand that no figure of the paper supports at the decimals they were typed with.

    Parameters
    ----------
    text : as typed, figures named in braces taken out.
    measure : the section's own: all its figures of nine quarters count; of the others, this quarter's.
    """
    held = values.citable
    held = held[(held["measure"] == measure) | held["now"]] if measure else held
    masked = _NO_FIGURE.sub(lambda found: " " * len(found[0]), text)
    found: list[Unsupported] = []
    for typed in _TYPED.finditer(masked):
        tail = (typed["tail"] or "").strip().lower()
        scale = _SCALE.get(tail, 1.0)
        unit = "gbp" if typed["pound"] else "percent" if tail.startswith(("%", "per")) else "plain"
        digits = typed["digits"].replace(",", "")
        decimals = len(digits.partition(".")[2])
        value = float(digits)
        kin = held[held["sort"] == unit] if unit != "plain" else held[held["sort"] != "gbp"]
        kin = kin.iloc[np.argsort(kin["measure"] != measure, kind="stable")]
        near = kin["value"].abs().to_numpy() / scale
        half = 0.5 * 10.0**-decimals
        if (np.abs(near - value) <= half + 1e-9).any():
            continue
        order = np.argsort(np.abs(near - value), kind="stable")
        best = kin.iloc[order].drop_duplicates("name").head(3)
        names = tuple(f"{name} is {shown}" for name, shown in zip(best["name"], _printed(best), strict=True))
        found.append(Unsupported(typed[0].strip(), line + text.count("\n", 0, typed.start()), names))
    return found


def _printed(rows: pd.DataFrame) -> list[str]:
    """The figures as they would be printed, to lay beside what was typed."""
    return [
        words.amount(value, unit, decimals)
        for value, unit, decimals in zip(rows["value"], rows["unit"], rows["decimals"], strict=True)
    ]
