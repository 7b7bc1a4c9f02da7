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
from markdown_it import MarkdownIt

from quarterdeck.errors import Problem
from quarterdeck.paper.typed import Typed, typed
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


class Filled(NamedTuple):
    """Commentary ready for a page: safe HTML, how many values were filled in, what came of each number typed."""

    html: str
    traced: int
    typed: list[Typed]

    @property
    def amiss(self) -> list[Typed]:
        """The typed numbers that no figure supports, and those that could not be read."""
        return [one for one in self.typed if one.verdict in ("unsupported", "unread")]

    def amiss_told(self, *, nearest: bool) -> list[str]:
        """What the paper says of each of them; with the figures that come nearest, where its author is to read it."""
        return [one.told if nearest or one.verdict == "unread" else one.said for one in self.amiss]


class CommentaryError(Problem, ValueError):
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
        filled.strip(), len(given), typed(_BRACES.sub(lambda m: " " * len(m[0]), clean), values, line, measure)
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
