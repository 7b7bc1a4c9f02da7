"""What placements cost, by the authority's own types, and what a change of them would cost or save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np
import pandas as pd
from markupsafe import Markup

from quarterdeck.authority import PlacementType
from quarterdeck.figures import what_if as what_if_sums
from quarterdeck.paper import tables, words
from quarterdeck.paper.blocks import paragraph
from quarterdeck.paper.charts import Chart, dumbbell
from quarterdeck.paper.tables import Cell, Head
from quarterdeck.paper.view import Figure, View

MILLION = 1e6
TYPE = "placement_type"

Find = Callable[[str], View]


def cost_tables(find: Find) -> list[Markup]:
    """Each type's cost and number against forecast and budget, and how its number moved.

    Parameters
    ----------
    find : gives the view of a measure by its id.
    """
    cost, number = find("placement_costs"), find("placement_numbers")
    year, over, spent = (
        find("placement_annual_cost"),
        find("placement_numbers_above_forecast"),
        find("placement_cost_above_budget"),
    )
    names = cost.categories(TYPE)
    end = cost.quarter.end

    def of(view: View, name: str, when: pd.Timestamp = end, kind: str | None = None) -> Figure:
        whole = name == "all"
        return view.at(when, kind, "all" if whole else TYPE, name)

    def costed(name: str) -> list[Cell]:
        held, above = of(number, name), of(over, name)
        return [
            _shown(of(cost, name), 2 if name == "all" else 0, money=True),
            _shown(held),
            _difference(held, above),
            _shown(of(year, name), 1, scale=MILLION),
            _shown(of(spent, name), 1, scale=MILLION, sign=True),
        ]

    heads = [
        Head("Type of placement"),
        Head("£ a week", "average"),
        Head("Number"),
        Head("Forecast", "number"),
        Head("Cost", "£m a year"),
        Head("Variance", "£m a year"),
    ]
    note = f"At {words.date(end)}. Cost is number × cost a week × 365/7 weeks; variance is against the budget"
    first = tables.table(
        "t-costs",
        "Placements by type: cost, number and variance",
        heads,
        [[name, *costed(name)] for name in names],
        note=note,
        foot=["All placements", *costed("all")],
    )
    moments = (
        end - pd.offsets.MonthEnd(1),
        cost.quarter.minus(1).end,
        cost.quarter.year_start - pd.Timedelta(days=1),
        cost.quarter.minus(4).end,
    )

    def moved(name: str) -> list[Cell]:
        now = of(number, name)
        before = [of(number, name, when, "month") for when in moments]
        return [_shown(now), *(_difference(now, then, sign=True) for then in before)]

    heads = [
        Head("Type of placement"),
        Head("Number"),
        Head("Change", "in the month"),
        Head("Change", "in the quarter"),
        Head("Change", "since April"),
        Head("Change", "in a year"),
    ]
    second = tables.table(
        "t-moves",
        "Placements by type: how their number changed",
        heads,
        [[name, *moved(name)] for name in names],
        note=f"To {words.date(end)}",
        foot=["All placements", *moved("all")],
    )
    return [first, second]


def _shown(figure: Figure, decimals: int = 0, scale: float = 1.0, *, sign: bool = False, money: bool = False) -> Cell:
    value = figure.value / scale
    if figure.status in tables.SYMBOLS or pd.isna(value):
        return tables.symbol(figure.status if figure.status in tables.SYMBOLS else "x")
    if money and value == 0:
        return tables.symbol("z")
    return words.signed(value, "number", decimals) if sign else words.number(value, decimals)


def _difference(one: Figure, other: Figure, *, sign: bool = False) -> Cell:
    """The difference of two figures that are both shown; what hides one hides it too."""
    status = next((figure.status for figure in (one, other) if figure.status in tables.SYMBOLS), "")
    value = one.value - other.value
    if status or pd.isna(value):
        return tables.symbol(status or "x")
    return words.signed(value) if sign else words.number(value)


def _pairs(view: View) -> list[tuple[PlacementType, PlacementType]]:
    """The council's own type and the external one of the same kind of care, where there is one of each."""
    kinds = sorted(view.authority.placement_types, key=lambda kind: kind.group)
    found = []
    for _, group in groupby(kinds, key=lambda kind: kind.group):
        held = list(group)
        own, bought = ([kind for kind in held if kind.provider == provider] for provider in ("internal", "external"))
        if len(own) == len(bought) == 1:
            found.append((own[0], bought[0]))
    return found


def _price(view: View, kind: PlacementType) -> float:
    figure = view.at(view.quarter.end, None, TYPE, kind.name)
    return np.nan if figure.status in tables.SYMBOLS or not figure.value else figure.value


def cost_chart(view: View) -> Chart | None:
    """What the same kind of care costs from the council and from outside."""
    pairs = _pairs(view)
    prices = pd.DataFrame(
        {
            "pair": [own.group.capitalize() for own, _ in pairs],
            "own": [_price(view, own) for own, _ in pairs],
            "other": [_price(view, bought) for _, bought in pairs],
            "own_name": [own.name for own, _ in pairs],
            "other_name": [bought.name for _, bought in pairs],
        }
    ).dropna(subset=["own", "other"])
    if prices.empty:
        return None
    subtitle = f"Average £ a week, {view.authority.short_name}, {words.months_of(view.quarter)}"
    return dumbbell(
        prices,
        key="m-placement-costs-pairs",
        unit="gbp_per_week",
        subtitle=subtitle,
        more="a week dearer",
        less="a week cheaper",
    )


def what_if(
    find: Find, moves: Sequence[int], percent: float, pairs: Sequence[what_if_sums.Pair] | None = None
) -> list[Markup]:
    """What a move of placements, the number against forecast and a change of price would cost or save in a year.

    Parameters
    ----------
    find : gives the view of a measure by its id.
    moves : how many placements move.
    percent : by how much each price rises.
    pairs : from which type to which; left out, from each type that is bought outside to the council's own of the
        same kind of care.
    """
    view = find("placement_costs")
    types = _types(find)
    pairs = [(bought.name, own.name) for own, bought in _pairs(view)] if pairs is None else pairs
    shift = what_if_sums.moved(types, pairs, moves)
    labels = [f"{words.count_word(many).capitalize()} from {of} to {to}" for of, to, many in shift.index]
    change = f"{words.number(abs(percent), 0 if percent % 1 == 0 else 1)}%"
    sums = [
        ("moves", "What if placements moved", "Move", shift.set_axis(labels)),
        ("forecast", "What the number above or below forecast costs", "Type", what_if_sums.above_forecast(types)),
        (
            "price",
            f"What if each price were {change} {'lower' if percent < 0 else 'higher'}",
            "Type",
            what_if_sums.dearer(types, percent),
        ),
    ]
    none = "No kind of care is both the council’s own and bought from outside, so no move can be priced."
    return [_sums(*one) if len(one[-1]) else paragraph(none) for one in sums]


def _types(find: Find) -> pd.DataFrame:
    """The quarter's number, number above forecast and price of each type, as this copy shows them."""
    cost, number, over = (
        find(name) for name in ("placement_costs", "placement_numbers", "placement_numbers_above_forecast")
    )
    kinds = list(cost.authority.placement_types)
    return pd.DataFrame(
        {
            "number": [_told(number, kind) for kind in kinds],
            "above": [_told(over, kind) for kind in kinds],
            "price": [_price(cost, kind) for kind in kinds],
        },
        index=[kind.name for kind in kinds],
        dtype="float64",
    )


def _told(view: View, kind: PlacementType) -> float:
    figure = view.at(view.quarter.end, None, TYPE, kind.name)
    return np.nan if figure.status in tables.SYMBOLS else figure.value


def _sums(key: str, caption: str, first: str, sums: pd.DataFrame) -> Markup:
    """Sums written out: placements x pounds a week x weeks, and what it comes to."""
    rows = [
        [
            name,
            _or_cannot(row.number, words.number),
            _or_cannot(row.a_week, lambda value: words.pounds(value, 2)),
            _or_cannot(row.a_year, _cost, more=bool(row.number > row.get("held", np.inf))),
        ]
        for name, (_, row) in zip(sums.index, sums.iterrows(), strict=True)
    ]
    heads = [Head(first), Head("Placements"), Head("£ a week", "each"), Head("In a year")]
    note = "Placements × £ a week × 365/7 weeks, at this quarter’s average prices"
    return tables.table(f"t-what-if-{key}", caption, heads, rows, note=note, wide=True)


def _or_cannot(value: float, said: Callable[[float], str], *, more: bool = False) -> str:
    if pd.isna(value):
        return "more than there are" if more else "cannot be shown"
    return said(value)


def _cost(value: float) -> str:
    if words.rounded(value) == 0:
        return "no difference"
    return f"{words.pounds(abs(value), 0)} {'more' if value > 0 else 'less'}"
