"""The scorecard: every measure of a paper in one line, a table at a desk and cards on a telephone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd
from markupsafe import Markup

from quarterdeck.figures.targets import Rating
from quarterdeck.paper import tables, words
from quarterdeck.paper.tables import symbol
from quarterdeck.paper.view import View
from quarterdeck.quarter import Quarter

SHAPES: dict[Rating, tuple[str, str]] = {
    "on target": ("On target", '<circle class="on" cx="6" cy="6" r="5.5"/>'),
    "near target": ("Near target", '<path class="near" d="M6 .4l6 11.2H0z"/>'),
    "off target": ("Off target", '<path class="off" d="M.7.7h10.6v10.6H.7z"/>'),
    "no target set": ("No target set", '<circle class="none" cx="6" cy="6" r="5"/>'),
    "not rated": ("Not rated", '<circle class="none" cx="6" cy="6" r="5"/>'),
}
Spark = Callable[[pd.DataFrame, View], str]
"""Draws the quarters of a measure as an inline SVG."""
QUARTERS_OF_AUTHORITIES = {1: "top quarter", 2: "second quarter", 3: "third quarter", 4: "bottom quarter"}


def rating(of: Rating) -> Markup:
    """A rating: shape, word and colour."""
    word, shape = SHAPES[of]
    quiet = " q" if of in ("no target set", "not rated") else ""
    return Markup('<span class="rt{}"><svg aria-hidden="true" viewBox="0 0 12 12">{}</svg>{}</span>').format(
        quiet, Markup(shape), word
    )


def tally(views: Sequence[View]) -> Markup:
    """How many measures have each rating."""
    counts = Counter(view.rating for view in views)
    parts = [Markup("<span>{} {}</span>").format(rating(of), counts[of]) for of in SHAPES if counts[of]]
    return Markup('<p class="tally">{}</p>').format(Markup("").join(parts))


def ranked(view: View, long: bool = False) -> str:
    """Where it stood among all that published: "27th of 152, top quarter", or "27th of 152, highest first".

    The long form counts the authorities that published none: "27th of 148 authorities, top quarter; 4 not published".
    """
    found = view.comparison
    if found is None or found.rank is None:
        return ""
    place = QUARTERS_OF_AUTHORITIES[found.quartile] if found.quartile else "highest first"
    short = f"{words.ordinal(found.rank)} of {found.of}"
    if not long:
        return f"{short}, {place}"
    missed = f"; {found.not_published} not published" if found.not_published else ""
    return f"{short} authorities, {place}{missed}"


def published(view: View, value: float) -> Markup:
    """A published figure in its own unit, which is not always the measure's."""
    if pd.isna(value) or view.comparison is None:
        return symbol("x")
    found = view.comparison
    money = found.unit.startswith("gbp")
    return Markup(
        words.pounds(value, found.decimals)
        if money
        else words.number(value, found.decimals) + ("%" if found.unit == "percent" else "")
    )


def basis(view: View) -> str:
    """How a published figure differs from the measure beside it: "starts only, per 10,000 children"; else ""."""
    found = view.comparison
    if found is None:
        return ""
    if view.measure.main == "flow":
        note = "starts only"
    else:
        note = "" if found.note == view.measure.category[1] else found.note.strip()
    other = {"per_10k": "per 10,000 children", "number": "number"}.get(found.unit, "")
    return ", ".join(filter(None, (note, other if found.unit != view.measure.unit else "")))


def scorecard(views: Sequence[View], caption: str, spark: Spark, link: Callable[[View], str]) -> Markup:
    """The scorecard of some measures, under the names of their service areas.

    Parameters
    ----------
    caption : of the table.
    spark : draws nine quarters as an inline SVG.
    link : the address of a measure's block on the page, or "" where it has none.
    """
    quarter = views[0].quarter
    areas = dict.fromkeys(view.measure.area for view in views)
    usual = _usual_year(views)
    groups = [_group(area, [view for view in views if view.measure.area == area], usual, spark, link) for area in areas]
    html = '<table class="sc"><caption class="vh">{}</caption>{}{}</table>'
    return tally(views) + Markup(html).format(caption, _heads(quarter, views), Markup("").join(groups))


def _usual_year(views: Sequence[View]) -> date | None:
    """The end of the year that most of the published figures of some measures are of."""
    years = Counter(view.comparison.year_ending for view in views if view.comparison)
    return max(years, key=lambda year: (years[year], year), default=None)


def _heads(quarter: Quarter, views: Sequence[View]) -> Markup:
    def years(one: Quarter) -> str:
        return one.financial_year.replace("-", "/")

    last, ago = quarter.minus(1), quarter.minus(4)
    usual = _usual_year(views)
    when = f"{usual:%B %Y}" if usual else "none published"
    heads = [
        ("m", "Measure", ""),
        ("w k1", "Nine quarters", ""),
        ("k2", f"Q{quarter.number}", years(quarter)),
        ("k3", f"Q{last.number}", years(last)),
        ("k3", f"Q{ago.number}", years(ago)),
        ("k4", "Change", "on last quarter"),
        ("r k5", "Rating", ""),
        ("k6", "Target", "and whose"),
        ("k7", "England", when),
        ("", "Neighbours", "and our rank"),
    ]
    cells = [
        Markup('<th scope="col"{}>{}{}</th>').format(
            Markup(' class="{}"').format(kind) if kind else "",
            text,
            Markup("<small>{}</small>").format(note) if note else "",
        )
        for kind, text, note in heads
    ]
    return Markup("<thead><tr>{}</tr></thead>").format(Markup("").join(cells))


def _group(
    area: str,
    views: list[View],
    usual: date | None,
    spark: Spark,
    link: Callable[[View], str],
) -> Markup:
    head = '<tr class="g"><th colspan="10" scope="rowgroup">{}</th></tr>'
    rows = Markup("").join(_row(view, usual, spark, link) for view in views)
    return Markup("<tbody>{}{}</tbody>").format(Markup(head).format(area), rows)


def _row(view: View, usual: date | None, spark: Spark, link: Callable[[View], str]) -> Markup:
    address = link(view)
    name = (
        Markup('<a href="{}">{}</a>').format(address, view.measure.short)
        if address
        else Markup("<b>{}</b>").format(view.measure.short)
    )
    cells = [
        ("s", "", Markup(spark(view.quarters(), view))),
        ("v", "", view.shown(view.now, bare=view.measure.unit != "percent")),
        ("o", "Last quarter", view.shown(view.before, bare=True)),
        ("o", "A year ago", view.shown(view.year_ago, bare=True)),
        ("c", "Change", changed(view)),
        ("r", "", rating(view.rating)),
        ("t", "Target", _target(view)),
        ("t", "England", _england(view, usual)),
        ("t", "Neighbours", _neighbours(view)),
    ]
    made = [
        Markup('<td class="{}"{}>{}</td>').format(kind, Markup(' data-l="{}"').format(label) if label else "", cell)
        for kind, label, cell in cells
    ]
    head = Markup('<th scope="row" class="m">{}<small>{}</small></th>').format(name, view.unit_words)
    return Markup("<tr>{}{}</tr>").format(head, Markup("").join(made))


def changed(view: View) -> Markup:
    """How a figure moved: arrow and amount, and under them what that means; of a running total, in a year."""
    moved = f"{view.moved} in a year" if view.running else view.moved
    if not view.moved:
        return Markup('<span aria-hidden="true">–</span><b>{}</b>').format(view.travel.word)
    return Markup('<span class="nb"><span aria-hidden="true">{}</span> {}</span><b>{}</b>').format(
        view.travel.arrow, moved, view.travel.word
    )


def _target(view: View) -> Markup:
    if view.target is None:
        return tables.none_set()
    value = words.amount(
        view.target.value, view.measure.unit, 0 if view.target.value % 1 == 0 else view.measure.decimals
    )
    return Markup("{}<small>{}</small>").format(value, view.target.owner)


def _england(view: View, usual: date | None) -> Markup:
    """England's figure; under it its year, where it is not the head's, and how it differs, where it does."""
    if view.comparison is None:
        return symbol("x")
    apart = basis(view) if pd.notna(view.comparison.england) else ""
    if view.comparison.unit != view.measure.unit:  # the column is narrow: the facts of the measure say it in full
        apart = {"per_10k": "starts per 10,000", "percent": "% in a year"}.get(view.comparison.unit, apart)
    other = view.comparison.year_ending != usual and pd.notna(view.comparison.england)
    year = f"{view.comparison.year_ending:%B %Y}" if other else ""
    said = ", ".join(filter(None, (year, apart)))
    aside = f"({said})" if year else said  # else a voice would read "31 March 2016" where 31 is the figure
    return published(view, view.comparison.england) + (
        Markup("<small>{}</small>").format(aside) if said else Markup("")
    )


def _neighbours(view: View) -> Markup:
    if view.comparison is None:
        return symbol("x")
    rank = ranked(view)
    return published(view, view.comparison.neighbours_mean) + (
        Markup("<small>{}</small>").format(rank) if rank else Markup("")
    )
