"""The register of key performance indicators: each with the figure of its own period, never of another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from quarterdeck.authority import Kpi, Target
from quarterdeck.figures import targets
from quarterdeck.paper import tables, words
from quarterdeck.paper.blocks import paragraph
from quarterdeck.paper.scorecard import rating
from quarterdeck.paper.tables import Cell, Head
from quarterdeck.paper.view import Figure, View
from quarterdeck.quarter import Quarter


@dataclass(frozen=True)
class Given:
    """An indicator's latest figure, the period it is of, and when the next is due."""

    figure: Figure
    period: str
    next_due: str


def given(kpi: Kpi, view: View) -> Given:
    """The latest figure of an indicator at its own frequency.

    An annual one is that of the last financial year that had ended: in the middle of a year it is last year's.
    """
    quarter = view.quarter
    breakdown, category = (kpi.breakdown, kpi.category) if kpi.category != "all" else view.measure.category
    on_a_day = view.stock or view.measure.at_close
    match kpi.frequency:
        case "monthly":
            figure = view.at(quarter.end, "month", breakdown, category)
            period = words.date(quarter.end) if on_a_day else words.month(quarter.end)
            return Given(figure, period, words.month(quarter.end + pd.offsets.MonthEnd(1)))
        case "quarterly":
            kind = view.measure.headline if view.measure.headline != "month" else "quarter"
            figure = view.at(quarter.end, kind, breakdown, category)
            after = quarter.minus(-1)
            longer = {"year_to_date": "April to ", "rolling_12_months": "12 months to "}.get(kind, "")
            period = f"{longer}{words.month(quarter.end)}" if longer else words.short_quarter(quarter)
            return Given(figure, words.date(quarter.end) if on_a_day else period, words.short_quarter(after))
        case _:
            end = year_end(quarter)
            figure = view.at(end, "rolling_12_months", breakdown, category)
            period = words.date(end) if on_a_day else f"Year to {words.date(end)}"
            return Given(figure, period, words.date(end + pd.DateOffset(years=1)))


def year_end(quarter: Quarter) -> pd.Timestamp:
    """The last day of the last financial year that had ended with the quarter.

    Examples
    --------
    >>> year_end(Quarter(2017, 3)), year_end(Quarter(2017, 4))
    (Timestamp('2017-03-31 00:00:00'), Timestamp('2018-03-31 00:00:00'))
    """
    return quarter.end if quarter.number == 4 else quarter.year_start - pd.Timedelta(days=1)


def register(kpis: tuple[Kpi, ...], find: Callable[[str], View], today: pd.Timestamp) -> Markup:
    """The register as two tables: each indicator's figure and rating, and why it was chosen and whose target it has.

    Parameters
    ----------
    find : gives the view of a measure.
    today : the paper's day.
    """
    if not kpis:
        return paragraph("The profile names no key performance indicator: add [[kpis]] to authority.toml.")
    order = {"monthly": 0, "quarterly": 1, "annual": 2}
    listed = sorted(kpis, key=lambda kpi: order[kpi.frequency])
    heads = [
        Head("Indicator"),
        Head("Given", kind="w"),
        Head("Latest figure"),
        Head("Of", kind="w"),
        Head("Target", "and whose"),
        Head("Rating", kind="w"),
        Head("Next due", kind="w"),
    ]
    rows = [_row(kpi, find(kpi.measure)) for kpi in listed]
    kinds = ["", "w", "", "w", "", "w", "w"]
    figures = tables.table(
        "t-kpis",
        "Key performance indicators: the latest figure at each one’s own frequency",
        heads,
        rows,
        note="An annual figure is of a whole financial year that has ended, and is not this quarter’s",
        kinds=kinds,
    )
    heads = [Head("Indicator"), Head("Why it was chosen", kind="w"), Head("Review", kind="w")]
    why = [[_name(kpi, find(kpi.measure)), kpi.rationale, _review(kpi, today)] for kpi in listed]
    reasons = tables.table(
        "t-kpis-why",
        "Key performance indicators: why each, and when it is looked at again",
        heads,
        why,
        kinds=["", "w", "w"],
        wide=True,
    )
    return figures + reasons


def _name(kpi: Kpi, view: View) -> str:
    name = view.measure.short
    return name if kpi.category == "all" else f"{name}: {kpi.category}"


def _row(kpi: Kpi, view: View) -> list[Cell]:
    found = given(kpi, view)
    target = _target(kpi, view)
    value = float("nan") if found.figure.status in tables.SYMBOLS else found.figure.value
    rated = (
        targets.rating(value, target.value, target.tolerance, view.measure.polarity, view.measure.decimals)
        if target
        else "no target set"
    )
    return [
        _name(kpi, view),
        words.sentence(kpi.frequency),
        view.shown(found.figure),
        found.period,
        _aim(kpi, view, target),
        rating(rated),
        found.next_due,
    ]


def _target(kpi: Kpi, view: View) -> Target | None:
    return view.target if kpi.category == "all" else view.share(kpi.breakdown, kpi.category)


def _aim(kpi: Kpi, view: View, target: Target | None) -> Cell:
    if target is None:
        return tables.none_set()
    value = words.amount(target.value, view.measure.unit, 0 if target.value % 1 == 0 else view.measure.decimals)
    return (
        Markup("{}<small> {}: {}</small>").format(value, kpi.whose, target.owner)
        if kpi.whose
        else Markup("{}<small> {}</small>").format(value, target.owner)
    )


def _review(kpi: Kpi, today: pd.Timestamp) -> str:
    if kpi.review_date is None:
        return "No date set"
    day = pd.Timestamp(kpi.review_date)
    return f"{words.date(day)}{': overdue' if day < today else ''}"
