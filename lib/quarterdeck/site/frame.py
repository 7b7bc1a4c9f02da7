"""What every page of the site has: whose it is, of which quarters, and the way to the other pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from markupsafe import Markup

from quarterdeck.authority import Authority
from quarterdeck.measures.registry import Measure
from quarterdeck.paper import page, words
from quarterdeck.paper.anatomy import Section, contents
from quarterdeck.publish.plan import PaperFile
from quarterdeck.site.published import Published

FOLDERS = {"public": "", "officers": "officers/"}
"""Where the pages of each copy of the site stand, in `outputs/<authority>/`."""
ALL = "every quarter"


@dataclass(frozen=True)
class Site:
    """A copy of an authority's site, to be written.

    Parameters
    ----------
    authority : whose it is.
    audience : "public" or "officers".
    quarters : what is published, oldest first; at least one.
    papers : every paper there is a notebook for, in order.
    measures : the catalogue.
    """

    authority: Authority
    audience: str
    quarters: tuple[Published, ...]
    papers: tuple[PaperFile, ...]
    measures: dict[str, Measure]

    @property
    def newest(self) -> Published:
        """The quarter published last."""
        return self.quarters[-1]

    @property
    def officers(self) -> bool:
        """Whether it is the copy with small numbers in it."""
        return self.audience == "officers"

    def made(self, one: Published) -> list[PaperFile]:
        """The papers that a quarter has of this copy, in order."""
        there = one.pages(self.audience)
        return [paper for paper in self.papers if paper.name in there]

    def to(self, one: Published, name: str = "index", up: str = "") -> str:
        """The address of a quarter's page, from a page of the site.

        Parameters
        ----------
        up : "../" where the page that leads there is in a folder of its own.
        """
        return f"{up}{'../' if self.officers else ''}{one.quarter.slug}/{self.audience}/{name}.html"

    def first_with(self, id: str) -> PaperFile | None:
        """The first of the newest papers that has a section of an id."""
        pages = self.newest.pages(self.audience)
        mark = f'id="{id}"'
        return next(
            (one for one in self.made(self.newest) if mark in pages[one.name].read_text(encoding="utf-8")), None
        )


def section(title: str, id: str, inner: Markup) -> tuple[Section, Markup]:
    """A section under a heading, and its entry in the contents list."""
    html = Markup('<section aria-labelledby="{0}"><h2 id="{0}">{1}</h2>{2}</section>').format(id, title, inner)
    return Section(id, title), html


def whole(
    site: Site,
    name: str,
    title: str,
    when: str,
    standfirst: str | Markup,
    sections: Sequence[tuple[Section, Markup]],
    up: str = "",
    forms: Sequence[tuple[str, str]] = (),
) -> str:
    """A page of the site as one HTML file.

    Parameters
    ----------
    name : its file's, without the ending.
    title, when : its heading, and the line under it.
    standfirst : what it says in a sentence.
    sections : as `section` makes them.
    up : "../" where the page is in a folder of its own.
    forms : name and address of the other formats of the page.
    """
    listed, body = contents([entry for entry, _ in sections]), Markup("\n").join(html for _, html in sections)
    return framed(site, name, title, when, standfirst, listed, body, up=up, forms=forms)


def framed(
    site: Site,
    name: str,
    title: str,
    when: str,
    standfirst: str | Markup,
    listed: Markup,
    body: Markup,
    *,
    up: str = "",
    forms: Sequence[tuple[str, str]] = (),
    meta: Sequence[tuple[str, str | Markup]] = (),
    style: Markup | str = "",
) -> str:
    """A page of the site whose body is written already; else as `whole` has it.

    Parameters
    ----------
    listed : the contents list.
    meta : more names and values in the margin.
    style : rules of a style sheet that this page has beside those of every page.
    """
    own = site.authority
    spans = _spans(site.quarters)
    running = " · ".join(
        filter(
            None,
            [f"{title}, {own.name}", "synthetic demonstration data" if own.synthetic else "",
             "officers’ copy: not for publication" if site.officers else ""],
        )
    )  # fmt: skip
    newest = Markup('<a href="{}">{}</a>').format(site.to(site.newest, up=up), words.short_quarter(site.newest.quarter))
    links = [("index", "Every quarter"), ("definitions", "Definitions"), ("acronyms", "Acronyms")]
    ways = [Markup('<a href="{}{}.html">{}</a>').format(up, one, said) for one, said in links if one != name]
    contact = own.contacts[0].role if own.contacts else "the council"
    copy = "Officers’ copy: not for publication." if site.officers else "Public: small numbers are hidden."
    return page.write(
        page.Page(
            title=title,
            when=when,
            quarter=ALL,
            place=own.name,
            panel=own.panel.name,
            synthetic=own.synthetic,
            officers=site.officers,
            style=page.style(own.colour, running) + style,
            meta=[*meta, ("Newest papers", newest), ("See also", Markup("<br>").join(ways))],
            foot=[
                ("Made from", f"The papers of {own.name} for {spans}"),
                ("Made by", f"Quarterdeck {version('quarterdeck')}"),
                ("Copy", copy + (" Synthetic demonstration data." if own.synthetic else "")),
                ("Other formats", f"Ask {contact} for Braille, audio or large print."),
            ],
            standfirst=Markup("{}").format(standfirst),
            contents_title="On this page",
            contents=listed,
            body=body,
            forms=forms,
        )
    )


def _spans(quarters: Sequence[Published]) -> str:
    first, last = (words.short_quarter(quarters[place].quarter) for place in (0, -1))
    return first if first == last else f"{first} to {last}"
