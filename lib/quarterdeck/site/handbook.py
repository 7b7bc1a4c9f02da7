"""The handbook on the site: the chapter for readers on the public one, every chapter on the officers'."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from markupsafe import Markup

from quarterdeck.paper import words
from quarterdeck.paper.anatomy import Body, Fragment, Prose, compose
from quarterdeck.paper.scorecard import SHAPES, rating
from quarterdeck.quarter import Quarter
from quarterdeck.site.frame import Site, framed
from quarterdeck.site.meanings import SYMBOLS

FOLDER = "handbook"
UP = "../"
_PART = re.compile(r"^\{(\w+)\}$", re.MULTILINE)
_NAMED = re.compile(r"\{(authority|quarter|folder|before)\}")
_CHART = re.compile(r'<figure class="ch">.*?</figure>', re.DOTALL)
LIMITS = "Usual range"
"""In the alternative of a chart that has limits; see `quarterdeck.paper.messages`."""
STYLE = Markup(
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;margin-bottom:var(--s5);padding:.6rem .8rem;"
    "border-left:3px solid var(--rule);font-size:var(--t-1);line-height:1.5}"
)
"""What only the handbook has: commands, wrapped where a sheet or a telephone is narrow."""


@dataclass(frozen=True)
class Chapter:
    """A chapter of the handbook.

    Parameters
    ----------
    name : of its file and its page.
    about : what is in it, for the first page of the site.
    audiences : the copies of the site that have it.
    """

    name: str
    about: str
    audiences: tuple[str, ...] = ("officers",)


CHAPTERS = (
    Chapter("members", "scorecard, shapes, charts, and why some numbers are hidden", ("public", "officers")),
    Chapter("analysing", "from a question to a changed paper"),
    Chapter("running", "schedule, log, proof, and how long records are kept"),
    Chapter("adding", "a return, a measure, a paper, an authority"),
)


def chapters(audience: str) -> list[Chapter]:
    """The chapters that a copy of the site has, in order."""
    return [chapter for chapter in CHAPTERS if audience in chapter.audiences]


def text(chapter: Chapter, authority: str, quarter: Quarter) -> str:
    """A chapter's Markdown, its commands about an authority and a quarter.

    A line that is `{name}` alone stands for one of `PARTS`.
    """
    told = {"authority": authority, "quarter": str(quarter), "folder": quarter.slug, "before": quarter.minus(1).slug}
    return _NAMED.sub(lambda found: told[found[1]], _markdown(chapter))


@cache
def _markdown(chapter: Chapter) -> str:
    return files("quarterdeck.handbook").joinpath(f"{chapter.name}.md").read_text(encoding="utf-8")


def title(chapter: Chapter) -> str:
    """A chapter's heading."""
    return _markdown(chapter).partition("\n")[0].removeprefix("# ")


def address(chapter: Chapter) -> str:
    """A chapter's page, from the site's first page."""
    return f"{FOLDER}/{chapter.name}.html"


def chapter_page(site: Site, chapter: Chapter) -> str:
    """A chapter's page, on the template of the papers, with parts of the newest paper in it."""
    body = _composed(site, chapter)
    others = Markup("<br>").join(
        Markup('<a href="{}.html">{}</a>').format(other.name, title(other))
        for other in chapters(site.audience)
        if other != chapter
    )
    return framed(
        site,
        chapter.name,
        body.title,
        "The handbook",
        body.standfirst,
        body.contents,
        body.html,
        up=UP,
        meta=[("Other chapters", others)] if others else [],
        style=STYLE,
    )


def _composed(site: Site, chapter: Chapter) -> Body:
    told = _PART.split(text(chapter, site.authority.slug, site.newest.quarter))
    pieces = [Fragment(PARTS[piece](site)) if at % 2 else Prose(piece) for at, piece in enumerate(told)]
    return compose(pieces)


def _ratings(_: Site) -> Markup:
    said = {"not rated": "there is a target, and no figure to hold against it"}
    items = Markup("").join(
        Markup("<li>{}{}</li>").format(rating(shape), f": {said[shape]}" if shape in said else "") for shape in SHAPES
    )
    return Markup('<ul class="list">{}</ul>').format(items)


def _symbols(_: Site) -> Markup:
    told = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, said) for name, said in SYMBOLS.items()
    )
    return Markup('<dl class="gloss">{}</dl>').format(told)


def _chart(site: Site) -> Markup:
    """The first chart in the newest papers that has the limits of what is usual, as they show it."""
    shown = (block for papers in site.newest.blocks[site.audience].values() for block in papers.values())
    found = next((chart for block in shown for chart in _CHART.findall(block) if LIMITS in chart), "")
    return Markup(found) or Markup('<p class="body">The newest papers show none.</p>')


def _place(id: str, said: str) -> Callable[[Site], Markup]:
    """A link to a section of the first of the newest papers that has it."""

    def lead(site: Site) -> Markup:
        paper = site.first_with(id)
        if paper is None:
            return Markup('<p class="body">The newest papers have none.</p>')
        where = f"{site.to(site.newest, paper.name, up=UP)}#{id}"
        what = f"{paper.title}, {words.short_quarter(site.newest.quarter)}"
        return Markup('<p class="body"><a href="{}">{} of {}</a></p>').format(where, said, what)

    return lead


PARTS: dict[str, Callable[[Site], Markup]] = {
    "scorecard": _place("scorecard", "The scorecard"),
    "enquiry": _place("lines-of-enquiry", "The lines of enquiry"),
    "ratings": _ratings,
    "symbols": _symbols,
    "chart": _chart,
}
"""What a chapter shows of the papers themselves, by the name that stands for it in the Markdown."""
