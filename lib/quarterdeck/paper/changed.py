"""What changed since the last paper: its figures as it printed them, revisions apart from real change."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from quarterdeck.figures import change
from quarterdeck.figures.frame import ALL
from quarterdeck.paper import tables, words
from quarterdeck.paper.blocks import paragraph, unit_in
from quarterdeck.paper.tables import Cell, Head
from quarterdeck.paper.view import View
from quarterdeck.quarter import Quarter

MOST = 20
NOTHING = "No earlier paper of this council is kept here, so there is nothing to compare with."
NONE_REVISED = "No figure that an earlier paper printed has been revised since."
MEANT = (
    "A revision is a figure of an earlier time that now comes out otherwise, because records were entered late or "
    "corrected, or because it is divided by a newer count. It is no change in the work, so the change since the last "
    "paper is measured from the revised figure."
)


def changes(views: Sequence[View], as_published: pd.DataFrame) -> Markup:
    """The quarter's figures against those of the last paper, and what has been revised of what was printed.

    Parameters
    ----------
    views : of the paper's measures, in its order.
    as_published : as `quarterdeck.figures.history.as_published` gives it, of the copy that is made.
    """
    if as_published.empty:
        return paragraph(NOTHING)
    last = max(map(Quarter.parse, as_published.paper.unique()))
    own = as_published[as_published.measure.isin([view.measure.id for view in views])]
    printed = own[(own.paper == str(last)) & (own.end == last.end)]
    rows = {str(name): found for name, found in printed.groupby("measure")}
    made = [line for view in views if (line := _line(view, rows.get(view.measure.id), last))]
    heads = [
        Head("Measure", kind="w"),
        Head(words.short_quarter(last), "as printed"),
        Head(words.short_quarter(last), "now"),
        Head(words.short_quarter(views[0].quarter)) if views else Head("Now"),
        Head("Change"),
        Head("Direction", kind="w"),
    ]
    caption = f"This quarter’s figures against the paper of {words.short_quarter(last)}"
    table = tables.table("t-since", caption, heads, made, kinds=["w", "", "", "", "", "w"]) if made else Markup("")
    return table + revisions(views, as_published, MOST)


def _line(view: View, rows: pd.DataFrame | None, last: Quarter) -> list[Cell] | None:
    """A measure then, as printed and as it is now, and this quarter; None where the last paper did not print it."""
    if rows is None:
        return None
    breakdown, category = view.measure.category
    found = rows[(rows.breakdown == breakdown) & (rows.category == category)]
    if found.empty:
        return None
    row = found.iloc[0]
    measure, then = view.measure, float(row.value)
    travel = change.travel(view.now.value, then, measure.polarity, measure.decimals, view.verdict)
    known = np.isfinite([view.now.value, then]).all() and not view.running
    moved = words.difference(view.now.value, then, measure.unit, measure.decimals) if known else ""
    revised = tables.shown(then, str(row.status), measure.unit, measure.decimals, sign=view.signed)
    return [
        measure.short,
        tables.shown(float(row.printed), "", measure.unit, measure.decimals, sign=view.signed),
        Markup("<strong>{}</strong>").format(revised) if row.revised else revised,
        view.shown(view.now),
        f"{travel.arrow} {moved}" if moved and travel.arrow != "–" else "–",
        "Counted since 1 April" if view.running else words.sentence(travel.word),
    ]


def revisions(views: Sequence[View], as_published: pd.DataFrame, most: int | None = None) -> Markup:
    """The figures that earlier papers printed and that now come out otherwise, old beside new, each with its period.

    Parameters
    ----------
    views : of the measures whose figures are listed, in order.
    most : how many at the most, those that the measures lead with first, then the latest; None for all.
    """
    if as_published.empty:
        return paragraph(NOTHING) if most is None else Markup("")
    by_id = {view.measure.id: view for view in views}
    found = as_published[as_published.revised & as_published.measure.isin(list(by_id))]
    if found.empty:
        return paragraph(NONE_REVISED)
    ranked = _ranked(found, by_id)
    listed = ranked.head(most) if most else ranked
    many = words.count_word(len(ranked))
    verb = "figure that earlier papers printed has" if len(ranked) == 1 else "figures that earlier papers printed have"
    more = (
        f" The first {len(listed)} are listed here, and all of them in the officers’ paper on data quality."
        if len(listed) < len(ranked)
        else ""
    )
    rows = [_revision(row, by_id[str(row["measure"])]) for row in listed.to_dict("records")]
    heads = [Head("Figure", kind="w"), "Period", "Printed in", "As printed", "Now", Head("Why", kind="w")]
    kinds = ["w", "", "nb", "", "", "w"]
    caption = "Revisions: figures of earlier periods that now come out otherwise"
    said = paragraph(f"{words.sentence(many)} {verb} been revised.{more} {MEANT}")
    return said + tables.table("t-revised", caption, heads, rows, kinds=kinds)


def _ranked(found: pd.DataFrame, by_id: Mapping[str, View]) -> pd.DataFrame:
    place = {name: number for number, name in enumerate(by_id)}
    leads = found.measure.map({name: view.measure.category for name, view in by_id.items()})
    own = [pair == lead for pair, lead in zip(zip(found.breakdown, found.category, strict=True), leads, strict=True)]
    keyed = found.assign(own=~np.array(own), place=found.measure.map(place), whole=found.breakdown != ALL)
    return keyed.sort_values(
        ["own", "place", "end", "whole", "breakdown", "category"],
        ascending=[True, True, False, True, True, True],
        kind="stable",
    )


def _revision(row: Mapping[Hashable, Any], view: View) -> list[Cell]:
    breakdown, category = str(row["breakdown"]), str(row["category"])
    unit, decimals = unit_in(view, breakdown), view.measure.decimals
    then, now = (
        tables.shown(float(str(row[name])), status, unit, decimals, sign=view.signed)
        for name, status in (("printed", ""), ("value", str(row["status"])))
    )
    short = view.measure.short
    if (breakdown, category) != view.measure.category:
        short = f"{short}: {'in all' if breakdown == ALL else category}"
    paper = words.short_quarter(Quarter.parse(str(row["paper"])))
    return [short, _period(view, pd.Timestamp(str(row["end"]))), paper, then, now, _why(row)]


def _period(view: View, end: pd.Timestamp) -> str:
    """A quarter's end, or the months that a figure is of."""
    if view.stock or view.measure.at_close:
        return words.date(end)
    return {
        "month": words.month(end),
        "quarter": words.short_quarter(Quarter.of(end)),
        "year_to_date": f"April to {words.month(end)}",
        "rolling_12_months": f"12 months to {words.month(end)}",
    }[view.measure.headline]


def _why(row: Mapping[Hashable, Any]) -> str:
    """Which part of a figure moved, in words."""
    above, below, was_above, was_below = (
        float(str(row[name]))
        for name in ("numerator", "denominator", "printed_numerator", "printed_denominator")
    )  # fmt: skip
    if np.isnan(float(str(row["value"]))):
        return "These sources no longer tell it."
    if np.isnan([above, was_above]).any():
        return "The records behind it changed."
    if np.isnan([below, was_below]).any():
        return "More are recorded now." if above > was_above else "Fewer are recorded now."
    then, now = (f"{words.number(a)} of {words.number(b)}" for a, b in ((was_above, was_below), (above, below)))
    if np.isclose(above, was_above):
        return f"The count is the same; what it is divided by changed ({now}, where it was {then})."
    return f"The count changed ({now}, where it was {then})."
