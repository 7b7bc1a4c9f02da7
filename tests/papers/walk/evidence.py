"""What a paper knows of a measure, figure by figure: all that may stand behind a number said of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from quarterdeck.figures import comparators
from quarterdeck.figures.population import population_at
from quarterdeck.measures.registry import Unit
from quarterdeck.paper import blocks, drawn, words
from quarterdeck.paper.view import NINE, SHOWN, View

COLUMNS = ["measure", "name", "value", "unit", "decimals", "sort", "end", "origin", "category"]
Row = tuple[str, float, Unit, pd.Timestamp]
"""Name, value, unit, and the end of its period; NaT for what is of no period, as a target or a limit."""


def evidence(view: View) -> pd.DataFrame:
    """Every figure of a measure that a paper may print of it.

    Returns
    -------
    One row a figure that is not hidden: measure; name, as a person would find it; value; unit, decimals and sort
    ("percent", "gbp", "plain"), as `quarterdeck.paper.numbers` asks for them; end of its period, NaT where it is of
    none; origin ("figure", "move", "part", "limit", "beside"); category, "" for the whole.
    """
    derived = {"move": _moves(view), "part": _bands(view), "limit": _limits(view), "beside": _beside(view)}
    rows = [_figures(view), *(_frame(view, list(found), origin) for origin, found in derived.items())]
    return pd.concat([part for part in rows if len(part)], ignore_index=True).drop_duplicates(ignore_index=True)


def _frame(view: View, rows: list[Row], origin: str) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["name", "value", "unit", "end"]).dropna(subset="value")
    made = made.assign(
        measure=view.measure.id,
        end=pd.to_datetime(made["end"]),
        value=made["value"].astype("float64"),
        origin=origin,
        category="",
    )
    return sorted_by_unit(made, view)[COLUMNS]


def sorted_by_unit(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """The rows with the decimals they are printed with and the sort of their unit."""
    unit = rows["unit"].astype("str")
    sort = np.select([unit == "percent", unit.str.startswith("gbp")], ["percent", "gbp"], "plain")
    return rows.assign(decimals=np.where(unit == "number", 0, view.measure.decimals), sort=sort)


def _figures(view: View) -> pd.DataFrame:
    """Values, counts and limits of intervals, of nine quarters and of the months that a chart shows."""
    rows, quarter = view.rows, view.quarter
    month = (rows.kind == "month") & (rows.end > quarter.end - pd.DateOffset(months=SHOWN + 1))
    ends = [quarter.minus(back).end for back in range(NINE)]
    own = [view.measure.category[0], view.measure.main or "all", "all", "beside"]
    headline = (rows.kind == view.measure.headline) | rows.breakdown.isin(own)
    kept = rows[(month | (headline & rows.end.isin(ends))) & ~rows.status.isin(list(words.STATUS_WORDS))]
    name = view.measure.id + kept.category.astype("str").map(
        lambda category: "" if category == "all" else f"[{category}]"
    )
    bands = {str(one): blocks.unit_in(view, str(one)) for one in kept.breakdown.unique()}
    unit = kept.breakdown.astype("str").map(bands | {"beside": "number"})
    parts = [("value", "", unit), ("numerator", ".count", "number"), ("denominator", ".of", "number"),
             ("lower", ".lower", unit), ("upper", ".upper", unit)]  # fmt: skip
    made = [
        pd.DataFrame(
            {
                "name": name + part,
                "value": kept[column].astype("float64"),
                "unit": sort,
                "end": kept.end,
                "category": kept.category.astype("str").where(kept.category != "all", ""),
            }
        )
        for column, part, sort in parts
    ]
    whole = pd.concat(made, ignore_index=True).dropna(subset="value")
    whole = whole.assign(measure=view.measure.id, origin="figure")
    return sorted_by_unit(whole, view)[COLUMNS]


def _moves(view: View) -> Iterator[Row]:
    """How far the figure is from the last quarter's and from the year before's, as they are printed."""
    decimals, unit = view.measure.decimals, view.measure.unit
    for then, name in ((view.before, "last quarter"), (view.year_ago, "a year before")):
        if pd.notna(view.now.value) and pd.notna(then.value):
            gap = float(words.rounded(view.now.value, decimals) - words.rounded(then.value, decimals))
            yield f"{view.measure.id}, change since {name}", gap, unit, view.now.end
    prices = {
        kind.name: view.at(view.now.end, None, "placement_type", kind.name).value
        for kind in view.authority.placement_types
    }
    for one, other in combinations(prices, 2):
        if unit == "gbp_per_week" and pd.notna(prices[one]) and pd.notna(prices[other]):
            yield f"{view.measure.id}[{one} - {other}]", prices[one] - prices[other], unit, view.now.end
    if unit == "percent" and pd.notna(view.now.value):
        yield f"{view.measure.id}, the rest", 100 - float(words.rounded(view.now.value, decimals)), unit, view.now.end
    for each, points in (("months", view.months()), ("quarters", view.quarters())):
        last = points.value.last_valid_index()
        steps = np.sign(np.diff(points.value.loc[:last].to_numpy("float64")))[::-1]
        turned = np.flatnonzero(steps != steps[:1])
        yield (
            f"{view.measure.id}, {each} moving one way",
            float(turned[0] if len(turned) else len(steps)),
            "number",
            view.now.end,
        )


def _bands(view: View) -> Iterator[Row]:
    """The main breakdown as a whole: how many it holds, the share up to each band and past it, what is not known."""
    main, none = view.measure.main, pd.NaT
    rows = view.rows
    here = rows[(rows.breakdown == main) & (rows.kind == view.measure.headline) & (rows.end == view.quarter.end)]
    held = here.drop_duplicates("category").set_index("category").numerator
    whole = float(held.sum())
    if not main or not whole:
        return
    name = f"{view.measure.id} by {main}"
    unknown = held[held.index.astype("str").str.startswith(drawn.UNKNOWN)].sum()
    yield f"{name}, not known", 100 * float(unknown) / whole, "percent", none
    if held.notna().all():
        whole = max(whole, float(here.denominator.max()) if view.measure.unit == "percent" else 0.0)
        yield f"{name}, in all", whole, "number", none
        upto = held.reindex(view.categories(main)).cumsum() / whole * 100
        for band, share in upto.items():
            yield f"{name}, up to {band}", float(share), "percent", none
            yield f"{name}, past {band}", 100 - float(share), "percent", none
    if main == "flow":
        quarter = rows[
            (rows.breakdown == main) & (rows.kind == "month") & rows.end.between(view.quarter.start, view.quarter.end)
        ]
        sums = quarter.groupby("category", observed=True).numerator.sum()
        came, went = (float(sums[one]) for one in view.categories(main) if not one.startswith("net"))
        yield f"{view.measure.id}, net over the quarter", came - went, "number", view.quarter.end
        months = rows[(rows.breakdown == main) & (rows.kind == "month")].pivot_table(
            index="end", columns="category", values="numerator", aggfunc="first", observed=True
        )
        into, out = (months[one] for one in view.categories(main) if not one.startswith("net"))
        for end, value in (into - out).dropna().items():
            yield f"{view.measure.id}, net over the month", float(value), "number", end
        past = rows[(rows.breakdown == main) & (rows.kind == "month") & (rows.end < view.quarter.start)]
        for band, values in past.sort_values("end").groupby("category", observed=True).numerator:
            yield f"{name}, {band} on average before", float(values.tail(drawn.MONTHS - 3).mean()), "number", none


def _limits(view: View) -> Iterator[Row]:
    """The usual range and its mean; of a stock, each month's net change, and the quarter's."""
    judged, unit, none = view.judged, view.measure.unit, pd.NaT
    if judged.empty:
        return
    last = judged.iloc[-1]
    for column in ("mean", "lower_limit", "upper_limit"):
        yield f"{view.measure.id}, {column.replace('_', ' ')}", float(last[column]), unit, none
    if not view.stock:
        yield f"{view.measure.id}, lower limit", max(float(last["lower_limit"]), 0.0), unit, none
        if unit == "percent":
            yield f"{view.measure.id}, upper limit", min(float(last["upper_limit"]), 100.0), unit, none
    yield f"{view.measure.id}, months behind the limits", float(last["points"]), "number", none
    if view.stock:
        for end, value in zip(judged.end, judged.value, strict=True):
            yield f"{view.measure.id}, net change", float(value), unit, end


def _beside(view: View) -> Iterator[Row]:
    """Target, what is published of England, region and neighbours, each year's; population."""
    name, none = view.measure.id, pd.NaT
    for target in view.authority.every_target:
        if target.measure == name:
            yield f"{name}, target", target.value, view.measure.unit, none
            yield f"{name}, tolerance", target.tolerance, view.measure.unit, none
    for category in comparators.categories(name):
        years = comparators.history(
            view.authority.area_code, name, view.quarter.end, category=category, paper=view.paper_date
        )
        for year in years:
            unit: Unit = "percent" if year.unit == "percent" else "gbp" if year.unit.startswith("gbp") else "number"
            end = year.year_ending
            yield f"{name}, England", year.england, unit, end
            yield f"{name}, {year.region_name or 'region'}", year.region, unit, end
            yield f"{name}, neighbours", year.neighbours_mean, unit, end
            yield f"{name}, as published", year.own_published, unit, end
            yield f"{name}, authorities compared", float(year.of), "number", end
            yield f"{name}, authorities that published none", float(year.not_published), "number", end
            yield f"{name}, neighbours with a figure", float(year.neighbours_counted), "number", end
            if year.rank:
                yield f"{name}, rank", float(year.rank), "number", end
                yield f"{name}, quarter of authorities", float(year.quartile or 0), "number", end
    if view.measure.unit == "per_10k":
        people = population_at(view.authority.area_code, pd.Series([view.quarter.end])).iloc[0]
        yield "population aged 0 to 17", float(people.population), "number", none
