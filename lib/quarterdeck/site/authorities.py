"""The first page of all: every authority that has a public site here, and its quarters."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from filelock import FileLock
from markupsafe import Markup

from quarterdeck.authority import Authority, read_authority
from quarterdeck.home import Home
from quarterdeck.paper import page, words
from quarterdeck.paper.anatomy import contents
from quarterdeck.publish.manifest import read_manifest
from quarterdeck.quarter import Quarter
from quarterdeck.site.frame import ALL, section
from quarterdeck.whole import write_whole

COLOUR = "#12436d"


def update_authorities(home: Home) -> None:
    """Write `outputs/index.html`, which leads to each authority's public site; one run at a time."""
    with FileLock(home.outputs / ".site.lock"):
        found = []
        for slug in home.authorities():
            quarters = read_manifest(home.outputs / slug).get("quarters")
            if quarters:
                profile = read_authority(home.data / slug / "authority.toml")
                found.append((profile, sorted(map(Quarter.parse, quarters), reverse=True)))
        write_whole(home.outputs / "index.html", authorities_page(found))


def authorities_page(quarters: Sequence[tuple[Authority, list[Quarter]]]) -> str:
    """The page of every authority.

    Parameters
    ----------
    quarters : each authority with its quarters, newest first.
    """
    sections = [section(own.name, own.slug, _quarters(own, told)) for own, told in quarters]
    many = words.count_word(len(quarters))
    return page.write(
        page.Page(
            title="Children’s services",
            when=f"{words.sentence(many)} authorit{'y' if many == 'one' else 'ies'}",
            quarter=ALL,
            place="Quarterdeck",
            panel="Briefing papers for scrutiny panels",
            synthetic=all(own.synthetic for own, _ in quarters),
            officers=False,
            style=page.style(COLOUR, "Children’s services"),
            meta=[("Copy", "Public")],
            foot=[("Made by", f"Quarterdeck {version('quarterdeck')}"), ("Copy", "Public: small numbers are hidden.")],
            standfirst=Markup(""),
            contents_title="On this page",
            contents=contents([entry for entry, _ in sections]),
            body=Markup("\n").join(html for _, html in sections),
        )
    )


def _quarters(own: Authority, quarters: list[Quarter]) -> Markup:
    first = Markup(
        '<p class="body"><a href="{0}/index.html">{1}: every quarter, every measure, and what they mean</a></p>'
    )
    items = Markup("").join(
        Markup('<li><a href="{}/{}/public/index.html">{}</a></li>').format(own.slug, one.slug, one.long)
        for one in quarters
    )
    return first.format(own.slug, own.short_name) + Markup('<ul class="list">{}</ul>').format(items)
