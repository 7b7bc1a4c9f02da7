"""The front page of a quarter: what changed most, the papers, every measure, and what could not be made."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from markupsafe import Markup

from quarterdeck.authority import Authority
from quarterdeck.measures.registry import Measure, catalogue
from quarterdeck.paper import about, page, words
from quarterdeck.paper.anatomy import Section, contents
from quarterdeck.paper.blocks import anchor
from quarterdeck.paper.drawn import spark
from quarterdeck.paper.plans import NINETEEN, Plan, plans
from quarterdeck.paper.scorecard import rating, tally
from quarterdeck.paper.view import View
from quarterdeck.quarter import Quarter

MOST = 5


class Source(Protocol):
    """What the page is made from: `quarterdeck.prepared.Prepared`, or a stand-in of the same shape."""

    @property
    def authority(self) -> Authority: ...  # noqa: D102

    @property
    def quarter(self) -> Quarter: ...  # noqa: D102

    @property
    def files(self) -> pd.DataFrame: ...  # noqa: D102

    def of_audience(self, audience: str) -> pd.DataFrame:
        """The figures that an audience may see."""
        ...


@dataclass(frozen=True)
class Entry:
    """A paper in the list.

    Parameters
    ----------
    name : the notebook's, and the page's without its ending.
    title, summary : what the list says of it.
    made : its page is there, made now or kept from before.
    failure : why it could not be made this time; "" where it was.
    forms : label and file of the other formats that it is made in.
    """

    name: str
    title: str
    summary: str
    made: bool = True
    failure: str = ""
    forms: Sequence[tuple[str, str]] = ()


def in_papers(planned: Mapping[str, Plan]) -> list[str]:
    """The measures that papers are about: the panel's nineteen, then the others."""
    return list(dict.fromkeys(name for plan in planned.values() for name in plan.measures))


def front_page(
    ready: Source,
    entries: Sequence[Entry],
    audience: str,
    measures: Mapping[str, Measure] | None = None,
    forms: Sequence[tuple[str, str]] = (),
) -> str:
    """A quarter's `index.html` for one audience.

    Parameters
    ----------
    ready : the quarter's figures.
    entries : its papers, in order.
    audience : "public" or "officers".
    measures : the catalogue.
    forms : label and file of the figures in other formats than CSV.
    """
    known = measures if measures is not None else catalogue()
    rows = _leading(ready.of_audience(audience), known)
    planned = plans(known)
    everything = [
        View(known[name], rows[name], ready.quarter, ready.authority) for name in in_papers(planned) if name in rows
    ]
    views = [view for view in everything if view.measure.id in NINETEEN]
    made = {entry.name for entry in entries if entry.made}
    blocks = [(name, paper) for paper, plan in planned.items() if paper in made for name in plan.measures]
    stands = dict(reversed(blocks))
    sections = [
        _section("What changed most", "changed", _changed(everything, stands)),
        _section("What got worse, what got better", "worse", _worse_and_better(everything, stands)),
        _section("The papers", "papers", _papers(entries)),
        _section("The measures", "measures", tally(views) + _strip(views, stands) if views else Markup("")),
        _section("What could not be produced", "not", _missing(views, entries)),
    ]
    officers = audience == "officers"
    head = about.head(ready.authority, ready.quarter, officers)
    quarter = ready.quarter
    running = f"Children’s services, {head['quarter']} · {ready.authority.name}" + (
        " · officers’ copy: not for publication" if officers else ""
    )
    many = words.count_word(len(made))
    return page.write(
        page.Page(
            title=f"Children’s services, Quarter {quarter.number}",
            when=f"{quarter.financial_year.replace('-', '/')}, {words.months_of(quarter)} · "
            f"{many} briefing paper{'' if len(made) == 1 else 's'}",
            quarter=head["quarter"],
            place=head["place"],
            panel=head["panel"],
            synthetic=head["synthetic"],
            officers=officers,
            style=page.style(head["colour"], running),
            meta=[*head["meta"], ("Copy", "Officers’" if officers else "Public")],
            foot=about.foot(
                f"{many} notebook{'' if len(made) == 1 else 's'}", quarter, ready.authority, officers, ready.files
            ),
            standfirst=_standfirst(everything, views),
            contents_title="On this page",
            contents=contents([section for section, _ in sections]),
            body=Markup("\n").join(html for _, html in sections),
            forms=[("Figures (CSV)", "figures.csv"), *forms],
            quarters=page.quarters_nav(audience),
        )
    )


def _section(title: str, id: str, inner: Markup) -> tuple[Section, Markup]:
    html = Markup('<section aria-labelledby="{0}"><h2 id="{0}">{1}</h2>{2}</section>').format(id, title, inner)
    return Section(id, title), html


def _leading(figures: pd.DataFrame, measures: Mapping[str, Measure]) -> dict[str, pd.DataFrame]:
    """Of each measure, the rows of the figure that it leads with: all that this page shows."""
    own = {name: one.category for name, one in measures.items()}
    breakdown, category = (figures.measure.astype("str").map({m: told[n] for m, told in own.items()}) for n in range(2))
    rows = figures[(figures.breakdown == breakdown) & (figures.category == category)]
    return {str(name): part for name, part in rows.groupby("measure", observed=True)}


def _unusual(view: View) -> bool:
    return view.verdict.kind.startswith("unusually")


def _standfirst(everything: Sequence[View], panels: Sequence[View]) -> Markup:
    unusual, many = sum(map(_unusual, everything)), words.count_word(len(everything))
    off = sum(view.rating == "off target" for view in panels)
    first = (
        f"{words.count_word(unusual).capitalize()} of {many} measures moved by more than their usual ups and downs."
        if unusual
        else f"None of {many} measures moved by more than its usual ups and downs."
    )
    panel = words.count_word(len(panels))
    second = f" {words.count_word(off).capitalize()} of the panel’s {panel} {'is' if off == 1 else 'are'} off target."
    return Markup("{}{}").format(first, second if off else "")


def _outside(view: View) -> float:
    """How far the quarter's furthest month lies from the mean, in widths of its usual range; 0 within it."""
    if not _unusual(view):
        return 0.0
    chart = view.judged
    here = chart[(chart.end > view.quarter.start) & (chart.end <= view.quarter.end)]
    reach = (here.upper_limit - here["mean"]).replace(0.0, np.nan)
    found = float(((here.value - here["mean"]).abs() / reach).max()) if len(here) else 0.0
    return found if np.isfinite(found) else 0.0


def _missed(view: View) -> float:
    """How far it is from its target, as a part of it; 0 where it is on it or has none."""
    if view.target is None or view.rating not in ("off target", "near target") or not view.target.value:
        return 0.0
    return abs(view.now.value - view.target.value) / abs(view.target.value)


def _ranked(views: Sequence[View]) -> list[View]:
    """Measures that stand out or are off target: furthest outside the usual range first, then furthest from target.

    Not those whose figure is hidden or not to be had: there is nothing to say of them.
    """
    found = {view.measure.id: (-_outside(view), -_missed(view)) for view in views}
    standing = [view for view in views if found[view.measure.id] != (0.0, 0.0) and np.isfinite(view.now.value)]
    return sorted(standing, key=lambda view: found[view.measure.id])[:MOST]


def _changed(views: Sequence[View], stands: Mapping[str, str]) -> Markup:
    rule = Markup(
        '<p class="body">Of the {} measures in these papers, those that moved most. Ranked by how far a figure lies '
        "outside its usual range, then by how far from target.</p>"
    ).format(words.count_word(len(views)))
    found = _ranked(views)
    if not found:
        return Markup('<p class="body">Nothing lies outside its usual range, and nothing with a target misses it.</p>')
    items = Markup("").join(_change(view, stands) for view in found)
    return rule + Markup('<ol class="rank">{}</ol>').format(items)


def _worse_and_better(views: Sequence[View], stands: Mapping[str, str]) -> Markup:
    """Measures with a good side that moved by more than chance: those that got worse, then those that got better."""
    parts = []
    for way in ("worse", "better"):
        found = [view for view in views if view.travel.word.endswith(way)]
        head = Markup('<h3 id="got-{0}">Got {0}</h3>').format(way)
        if found:
            lines = Markup("").join(_moved(view, stands) for view in sorted(found, key=lambda view: -_outside(view)))
            parts.append(head + Markup('<ul class="list">{}</ul>').format(lines))
        else:
            parts.append(head + Markup('<p class="body">Nothing clearly got {} since last quarter.</p>').format(way))
    rule = Markup(
        '<p class="body">Measures of which one way is better, and that moved by more than their usual ups and downs, '
        "or have too short a past to tell. Others are only higher or lower, and stand above.</p>"
    )
    return rule + Markup("").join(parts)


def _moved(view: View, stands: Mapping[str, str]) -> Markup:
    line = "<li>{}: {}, from {} {}. {}.</li>"
    said, then = words.sentence(view.verdict.wording), view.shown(view.against)
    return Markup(line).format(_link(view, stands), view.shown(view.now), then, view.against_when, said)


def _change(view: View, stands: Mapping[str, str]) -> Markup:
    moved = (
        f"{view.travel.arrow} {view.moved.removesuffix(' points').removesuffix(' point')}"
        if view.moved
        else str(Markup(view.shown(view.now)).striptags())
    )
    unit = "points: " if view.measure.unit == "percent" and view.moved else ""
    target = f" {view.rating.capitalize()}: {_target(view)}." if view.target else ""
    html = '<li><div><p class="big">{}</p><p><small>{}{}</small></p></div><h3>{}</h3><p>{}, from {} {}. {}.{}</p></li>'
    return Markup(html).format(
        moved,
        unit,
        view.travel.word,
        _link(view, stands),
        view.shown(view.now),
        view.shown(view.against),
        view.against_when,
        words.sentence(view.verdict.wording),
        target,
    )


def _target(view: View) -> str:
    target = view.target
    return (
        words.amount(target.value, view.measure.unit, 0 if target.value % 1 == 0 else view.measure.decimals)
        if target
        else ""
    )


def _link(view: View, stands: Mapping[str, str]) -> Markup:
    """The measure, with a link to the first paper that has a block of it."""
    name = view.measure.id
    paper = stands.get(name)
    if not paper:
        return Markup("{}").format(view.measure.short)
    return Markup('<a href="{}.html#{}">{}</a>').format(paper, anchor(name), view.measure.short)


def _papers(entries: Sequence[Entry]) -> Markup:
    items = []
    for entry in entries:
        title = (
            Markup('<a href="{}.html">{}</a>').format(entry.name, entry.title)
            if entry.made
            else Markup("{}").format(entry.title)
        )
        said = Markup("<p>{}</p>").format(entry.summary) if entry.summary else ""
        kept = " The last good version is kept." if entry.made else ""
        failed = (
            Markup("<p><strong>Could not be made anew.</strong> {}{}</p>").format(first_line(entry.failure), kept)
            if entry.failure
            else ""
        )
        items.append(Markup("<li><div><h3>{}</h3>{}{}</div>{}</li>").format(title, said, failed, _forms(entry)))
    return Markup('<ol class="papers">{}</ol>').format(Markup("").join(items))


def _forms(entry: Entry) -> Markup:
    """Links to a paper's other formats; each says by itself, to the ear, which paper it leads to."""
    if not (entry.made and entry.forms):
        return Markup("")
    link = Markup('<a href="{}">{}<span class="vh">: {}</span></a>')
    links = Markup("").join(link.format(address, label, entry.title) for label, address in entry.forms)
    return Markup('<p class="f">{}</p>').format(links)


def first_line(failure: str) -> str:
    """The first line of a reason, without any path of a machine.

    Examples
    --------
    >>> first_line("no file /srv/papers/one.csv: 2017-18-Q3/ssda903/episodes.csv needs it")
    'no file …: 2017-18-Q3/ssda903/episodes.csv needs it'
    """
    line = failure.strip().splitlines()[0] if failure.strip() else ""
    return re.sub(r"(?<!\w)(?:[A-Za-z]:)?(?:[\\/][\w.@+-]+){2,}", "…", line)


def _strip(views: Sequence[View], stands: Mapping[str, str]) -> Markup:
    items = Markup("").join(
        Markup('<li>{}<span class="big">{}</span>{}<span>{}</span></li>').format(
            _link(view, stands),
            view.shown(view.now, bare=view.measure.unit != "percent"),
            Markup(spark(view.quarters(), view)),
            rating(view.rating),
        )
        for view in views
    )
    return Markup('<ul class="strip">{}</ul>').format(items)


def _missing(views: Sequence[View], entries: Sequence[Entry]) -> Markup:
    absent = [view.measure.short for view in views if view.now.status == "x"]
    failed = [entry.title for entry in entries if entry.failure or not entry.made]
    said = []
    if absent:
        said.append(f"No return gave what these measures need: {words.listed(absent)}.")
    if failed:
        said.append(f"These papers could not be made: {words.listed(failed)}. Why is said beside each.")
    if not said:
        said.append("Every paper and every measure was produced.")
    return Markup("").join(Markup('<p class="body">{}</p>').format(text) for text in said)
