"""A measure over all quarters: what the newest paper says of it, every quarter's figure, its meaning, its papers."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

from quarterdeck.measures.registry import Measure
from quarterdeck.paper import blocks, tables, words
from quarterdeck.paper.blocks import anchor
from quarterdeck.paper.tables import Cell
from quarterdeck.paper.view import View
from quarterdeck.quarter import Quarter
from quarterdeck.site.frame import Site, section, whole
from quarterdeck.site.meanings import meaning

Told = tuple[float, str]
"""A value, NaN where there is none, and its status, which says why."""
NONE: Told = (float("nan"), "x")
UP = "../"
NOTES = {
    "month": "The last month of each quarter",
    "quarter": "In each quarter",
    "year_to_date": "From 1 April to each quarter’s end",
    "rolling_12_months": "In the 12 months to each quarter’s end",
}
_HEADLINE = re.compile(r'<span class="eye">.*?</span>(.*?)</h3>', re.DOTALL)
_SHOWN = re.compile(
    r'<p class="sub">.*?</p>|<figure class="ch">.*?</figure>|<div class="facts">.*?</dl></div>', re.DOTALL
)


def measure_page(site: Site, measure: Measure, rows: pd.DataFrame, own: Mapping[Quarter, Told]) -> str:
    """The page of a measure over all that is published of it in one copy.

    Parameters
    ----------
    rows : the figures that it leads with, at each quarter's end, as the newest papers have them.
    own : by quarter, the value and status of that quarter as its own papers had it.
    """
    said = _newest_block(site, measure)
    headline = found[1] if (found := _HEADLINE.search(said)) else ""
    sections = [
        section("The newest figure", "newest", _newest(site, said)),
        section(
            "Every quarter", "quarters", _quarters(site, View(measure, rows, site.newest.quarter, site.authority), own)
        ),
        section("Where the number comes from", "meaning", meaning(measure, site.authority)),
        section("Papers that show it", "papers", _papers(site, measure)),
    ]
    return whole(site, measure.id, measure.title, measure.area, Markup(headline), sections, up=UP)


def _newest_block(site: Site, measure: Measure) -> str:
    """The block of a measure in the first of the newest papers that has one; else ""."""
    shown = site.newest.blocks[site.audience].get(anchor(measure.id), {})
    return next((shown[paper.name] for paper in site.made(site.newest) if paper.name in shown), "")


def _newest(site: Site, said: str) -> Markup:
    """Chart and facts, as the newest paper has them: nothing that it does not show."""
    if not said:
        none = "No paper of {} has a block of it; its figures are in the file of all figures of that quarter."
        return Markup('<p class="body">{}</p>').format(none.format(words.short_quarter(site.newest.quarter)))
    parts = _SHOWN.findall(said)
    sub = "".join(part for part in parts if part.startswith("<p"))
    charts = [part for part in parts if part.startswith("<figure")][:1]
    facts = [part for part in parts if part.startswith("<div")]
    return Markup('{}<div class="two">{}</div>').format(Markup(sub), Markup("".join([*charts, *facts])))


def _quarters(site: Site, view: View, own: Mapping[Quarter, Told]) -> Markup:
    """Every quarter from the first that has a figure, newest first: as it is now, and as its own papers had it."""
    measure, newest = view.measure, view.quarter
    series = view.series()
    now = {
        Quarter.of(end): (value, status) for end, value, status in series[["end", "value", "status"]].itertuples(False)
    }
    known = [when for when, (_, status) in now.items() if status != "x" and when <= newest]
    if not known:
        return Markup('<p class="body">No quarter has a figure: {}.</p>').format(view.lacks or words.NOT_AVAILABLE)
    built = {one.quarter: one for one in site.quarters}
    rows: list[list[Cell]] = []
    for when in (newest.minus(back) for back in range(min(known).until(newest) + 1)):
        name = Markup('<span class="nb">{}</span>').format(words.short_quarter(when))
        if when in built:
            name = Markup('<a href="{}">{}</a>').format(site.to(built[when], up=UP), name)
        then = view.cell(*own[when], bare=True) if when in own else _no_paper()
        rows.append([name, view.cell(*now.get(when, NONE), bare=True), then])
    on_the_day = view.stock or (measure.at_close and not measure.overlaps)
    note = "At each quarter’s end" if on_the_day else NOTES[measure.headline]
    heads = ["Quarter", f"In the papers of {words.short_quarter(newest)}", "In its own papers"]
    return tables.table(
        f"{anchor(measure.id)}-all", blocks.subtitle(view, "every quarter"), heads, rows, note=note, now=0
    )


def _no_paper() -> Markup:
    return Markup(
        '<span aria-hidden="true">–</span><span class="vh">no paper of that quarter was published here</span>'
    )


def _papers(site: Site, measure: Measure) -> Markup:
    """Each quarter's papers with a block of it, newest first."""
    titles = {paper.name: paper.title for paper in site.papers}
    lines = []
    for one in reversed(site.quarters):
        shown = one.blocks[site.audience].get(anchor(measure.id), {})
        links = Markup(", ").join(
            Markup('<a href="{}#{}">{}</a>').format(site.to(one, name, up=UP), anchor(measure.id), title)
            for name, title in titles.items()
            if name in shown
        )
        if links:
            lines.append(Markup("<li>{}: {}</li>").format(words.short_quarter(one.quarter), links))
    if not lines:
        return Markup('<p class="body">No paper has a block of it.</p>')
    return Markup('<ul class="list">{}</ul>').format(Markup("").join(lines))
