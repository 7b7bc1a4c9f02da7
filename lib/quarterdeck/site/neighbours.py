"""The links of a page to the same paper of the quarters beside its own, put in anew whenever a quarter is built.

Only the `nav` at the page's foot changes, so that no notebook has to run again when a neighbour is made.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from quarterdeck.paper import words
from quarterdeck.paper.page import quarters_nav
from quarterdeck.publish.manifest import LINKS
from quarterdeck.publish.plan import AUDIENCES
from quarterdeck.site.published import INDEX, Published
from quarterdeck.whole import write_whole


def link_neighbours(quarters: Sequence[Published]) -> None:
    """Give every page of every quarter its links to the quarters beside it.

    Parameters
    ----------
    quarters : what is published, oldest first.
    """
    for place, one in enumerate(quarters):
        before = quarters[place - 1] if place else None
        after = quarters[place + 1] if place + 1 < len(quarters) else None
        for audience in AUDIENCES:
            for name, path in one.pages(audience).items():
                write_whole(path, linked(path.read_text(encoding="utf-8"), name, audience, before, after))


def linked(page: str, name: str, audience: str, before: Published | None, after: Published | None) -> str:
    """A page with links to the quarters beside its own.

    Parameters
    ----------
    page : its HTML.
    name : the paper's, or "index" for the quarter's front page.
    audience : whose copy it is; it leads to no other.
    before, after : the quarters published next to it; None where there is none.
    """
    nav = quarters_nav(
        audience,
        _link("Quarter before", "prev", name, audience, before) if before else "",
        _link("Quarter after", "next", name, audience, after) if after else "",
    )
    return LINKS.sub(lambda _: str(nav).encode(), page.encode(), count=1).decode()


def _link(said: str, rel: str, name: str, audience: str, to: Published) -> Markup:
    """To the same paper of another quarter, or to that quarter's front page where it has no such paper."""
    there = name if name in to.pages(audience) else INDEX
    return Markup('<p><small>{}</small><a rel="{}" href="../../{}/{}/{}.html">{}</a></p>').format(
        said, rel, to.quarter.slug, audience, there, words.short_quarter(to.quarter)
    )
