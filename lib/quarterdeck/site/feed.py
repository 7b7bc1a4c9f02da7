"""An Atom feed of new papers, dated by the panel's meetings and never by a clock: the same inputs, the same bytes."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

import pandas as pd

from quarterdeck.paper import words
from quarterdeck.publish.plan import PaperFile
from quarterdeck.site.frame import Site
from quarterdeck.site.published import Published

NEWEST = 60
"""Entries that the feed holds; a reader has taken in the older ones."""


def feed(site: Site) -> str:
    """The feed of a copy's papers, newest quarter first.

    An entry is dated the day that the panel meets about it, or the quarter's end where the profile names no meeting. A
    quarter whose figures were published anew has entries of their own, which say so.

    Source
    ------
    RFC 4287, The Atom Syndication Format.
    """
    own = site.authority
    entries = [(one, paper) for one in reversed(site.quarters) for paper in site.made(one)][:NEWEST]
    updated = max(_day(site, one) for one, _ in entries) if entries else _day(site, site.newest)
    said = " Synthetic demonstration data." if own.synthetic else ""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">',
        f"<id>{_id(own.slug, site.audience)}</id>",
        f"<title>{escape(own.name)}: children’s services briefing papers</title>",
        f"<subtitle>{escape(own.panel.name)}.{said}</subtitle>",
        f"<updated>{_stamp(updated)}</updated>",
        f"<author><name>{escape(own.name)}</name></author>",
        '<link rel="self" type="application/atom+xml" href="feed.xml"/>',
        '<link rel="alternate" type="text/html" href="index.html"/>',
        *(_entry(site, one, paper) for one, paper in entries),
        "</feed>",
    ]
    return "\n".join(lines) + "\n"


def _entry(site: Site, one: Published, paper: PaperFile) -> str:
    number = one.edition.number
    again = f" (figures published anew: edition {number})" if number > 1 else ""
    return "\n".join(
        [
            "<entry>",
            f"<id>{_id(site.authority.slug, site.audience, one.quarter.slug, paper.name, str(number))}</id>",
            f"<title>{escape(paper.title)}, {words.short_quarter(one.quarter)}{again}</title>",
            f"<updated>{_stamp(_day(site, one))}</updated>",
            f'<link rel="alternate" type="text/html" href={quoteattr(site.to(one, paper.name))}/>',
            f"<summary>{escape(paper.summary or paper.title)}</summary>",
            "</entry>",
        ]
    )


def _day(site: Site, one: Published) -> pd.Timestamp:
    meeting = site.authority.meeting(str(one.quarter))
    return pd.Timestamp(meeting.date) if meeting else one.quarter.end


def _stamp(day: pd.Timestamp) -> str:
    return f"{day:%Y-%m-%d}T00:00:00Z"


def _id(*parts: str) -> str:
    """A name for good, made of what it names: the site's own address is not known here, and may change."""
    return uuid5(NAMESPACE_URL, "quarterdeck:" + "/".join(parts)).urn
