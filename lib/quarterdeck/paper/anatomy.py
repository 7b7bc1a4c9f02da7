"""The anatomy of a paper: its sections, its paragraphs numbered through the whole, and its contents list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from quarterdeck.errors import Problem

PARAGRAPH = Markup('<p class="n">')
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable(["smartquotes", "replacements"])
_MARKDOWN.options["quotes"] = "“”‘’"
_MARKS = re.compile(r'<p class="n">|<article class="ms" id="([^"]+)" data-toc="([^"]*)"|</article>')
_REFERENCE = re.compile(r'<a class="to" href="#([^"]+)"></a>')
_ID = re.compile(r'\sid="([^"]*)"')


class PaperError(Problem, ValueError):
    """A paper that cannot be made as it stands; the message says where and what to do."""


@dataclass(frozen=True)
class Prose:
    """A Markdown cell: `where` names it in messages."""

    text: str
    where: str = ""


@dataclass(frozen=True)
class Fragment:
    """What a cell of the library shows: HTML, all of it our own."""

    html: str


@dataclass
class Section:
    """A section of a paper: its heading, its HTML, and the measures in it, with the paragraphs of each."""

    id: str
    title: str
    html: list[str] = field(default_factory=list)
    first: int = 0
    last: int = 0
    measures: list[Section] = field(default_factory=list)

    @property
    def paragraphs(self) -> str:
        """The range of its paragraphs as the contents list prints it: 4–5, or 6; empty where it has none."""
        if not self.first:
            return ""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True)
class Body:
    """A paper put together: its title, standfirst, contents list and sections as HTML."""

    title: str
    standfirst: Markup
    contents: Markup
    html: Markup
    sections: tuple[Section, ...]


def slug(text: str) -> str:
    """A heading as an address inside the page.

    Examples
    --------
    >>> slug("What changed since the last paper?")
    'what-changed-since-the-last-paper'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "section"


def compose(
    pieces: Sequence[Prose | Fragment], fill: Callable[[str, str], str] = lambda html, where: html, box: str = ""
) -> Body:
    """Put a paper together from its cells.

    Parameters
    ----------
    pieces : Markdown and fragments in the order of the cells. One `#` heading opens the paper, and what stands between
        it and the first `##` is the standfirst; each `##` is a section, and each paragraph of Markdown takes a number.
    fill : puts values for `{names}` in the HTML of a Markdown cell; it is given the cell's name for its messages.
    box : HTML that closes the first section.

    Raises
    ------
    PaperError : no title or two, text outside a section, two elements with one id, a reference to what is not there.

    Examples
    --------
    >>> paper = compose([Prose("# Plans"), Prose("Fewer are open."), Prose("## Summary"), Prose("One."), Prose("Two.")])
    >>> paper.title, paper.standfirst, paper.sections[0].paragraphs
    ('Plans', Markup('Fewer are open.'), '1–2')
    """
    titles: list[str] = []
    standfirst: list[str] = []
    sections: list[Section] = []
    for piece in pieces:
        if isinstance(piece, Fragment):
            if not sections:
                raise PaperError("a cell shows something before the first section; put a ## heading above it")
            sections[-1].html.append(piece.html)
            continue
        for kind, text in _blocks(piece):
            filled = fill(text, piece.where)
            if kind == "h1":
                titles.append(str(Markup(filled).striptags()))
            elif kind == "h2":
                heading = str(Markup(filled).striptags())
                sections.append(Section(slug(heading), heading))
            elif sections:
                sections[-1].html.append(filled)
            elif titles and kind == "p":
                standfirst.append(filled.removeprefix(PARAGRAPH).strip().removesuffix("</p>"))
            else:
                raise PaperError(
                    f"{piece.where or 'a Markdown cell'} stands before the title or the first section: {text[:60]!r}"
                )
    if len(titles) != 1:
        raise PaperError(f"a paper has one title, a # heading in its first Markdown cell; this one has {len(titles)}")
    if box and sections:
        sections[0].html.append(box)
    _tell_apart(sections)
    html = _numbered(sections)
    _unique_ids(html)
    return Body(titles[0], Markup(" ".join(standfirst)), contents(sections), Markup(html), tuple(sections))


def _blocks(piece: Prose) -> list[tuple[str, str]]:
    """Each top block of a Markdown text: its kind and its HTML, paragraphs ready to be numbered."""
    tokens = _MARKDOWN.parse(piece.text)
    blocks: list[tuple[str, str]] = []
    start = 0
    for end, token in enumerate(tokens):
        if token.level or token.nesting == 1:
            continue
        blocks.append(_block(tokens[start : end + 1]))
        start = end + 1
    return blocks


def _block(tokens: list[Token]) -> tuple[str, str]:
    kind = tokens[0].tag
    html = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    match kind:
        case "p":
            return kind, PARAGRAPH + Markup(html.removeprefix("<p>"))
        case "h1" | "h2":
            return kind, html.strip()[4:-5]
        case "h3":
            inner = html.strip()[4:-5]
            return kind, f'<h3 id="{slug(str(Markup(inner).striptags()))}">{inner}</h3>'
        case "ul" | "ol":
            return kind, html.replace(f"<{kind}>", f'<{kind} class="list">', 1)
        case _:
            return kind, html


def _tell_apart(sections: list[Section]) -> None:
    """Give a second section of the same name an address of its own."""
    seen: Counter[str] = Counter()
    for section in sections:
        seen[section.id] += 1
        if seen[section.id] > 1:
            section.id = f"{section.id}-{seen[section.id]}"


def _numbered(sections: list[Section]) -> str:
    """The sections as HTML, each numbered paragraph with its number, each reference with the number it refers to."""
    number = 0
    starts: dict[str, int] = {}
    written: list[str] = []
    for section in sections:
        section.first = number + 1
        inside: list[Section] = []

        def mark(found: re.Match[str], section: Section = section, inside: list[Section] = inside) -> str:
            nonlocal number
            match found[0]:
                case "</article>":
                    inside.pop().last = number
                    return found[0]
                case text if text == PARAGRAPH:
                    number += 1
                    return f'<p class="n" id="p{number}"><span class="pn">{number}.</span>'
                case _:
                    measure = Section(found[1], str(Markup(found[2]).unescape()), first=number + 1)
                    starts[measure.id] = number + 1
                    section.measures.append(measure)
                    inside.append(measure)
                    return f'<article class="ms" id="{found[1]}"'

        html = _MARKS.sub(mark, "\n".join(section.html))
        if number < section.first:
            section.first = 0
        section.last = number
        starts[section.id] = section.first
        turned = ' class="turned"' if 'class="sc"' in html else ""
        written.append(
            f'<section{turned} aria-labelledby="{section.id}">'
            f'<h2 id="{section.id}">{escape(section.title)}</h2>{html}</section>'
        )
    return _REFERENCE.sub(lambda found: _reference(found[1], starts), "\n".join(written))


def _reference(target: str, starts: dict[str, int]) -> str:
    if not starts.get(target):
        raise PaperError(f"a paragraph refers to {target!r}, which is not in this paper or has no numbered paragraph")
    return f'<a href="#p{starts[target]}">paragraph {starts[target]}</a>'


def reference(target: str) -> Markup:
    """A link to the first paragraph of a section or a measure, by its id: "paragraph 12" once it is numbered."""
    return Markup('<a class="to" href="#{}"></a>').format(target)


def contents(sections: Sequence[Section]) -> Markup:
    """The contents list: sections, the measures in them, and the paragraphs of each."""
    return Markup("<ol>{}</ol>").format(Markup("").join(_entry(section) for section in sections))


def _entry(section: Section) -> Markup:
    inner = contents(section.measures) if section.measures else ""
    paragraphs = section.paragraphs
    shown = (
        Markup('<span><span class="vh">{} </span>{}</span>').format(
            "paragraphs" if "–" in paragraphs else "paragraph", paragraphs
        )
        if paragraphs
        else ""
    )
    return Markup('<li><div><a href="#{}">{}</a>{}</div>{}</li>').format(section.id, section.title, shown, inner)


def _unique_ids(html: str) -> None:
    twice = [name for name, times in Counter(_ID.findall(html)).items() if times > 1]
    if twice:
        raise PaperError(
            f"these ids are given to more than one element: {', '.join(sorted(twice))}; is a measure shown twice?"
        )
