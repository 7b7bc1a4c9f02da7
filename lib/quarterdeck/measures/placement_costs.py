"""What placements cost, by the authority's own types, and against what was planned."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from quarterdeck.measures.counting import PERIOD
from quarterdeck.measures.registry import Count, Ratio, measure
from quarterdeck.quarter import Quarter, collection_year
from quarterdeck.records import Records

AREA = "Placements"
TYPE = ("placement_type",)
BREAKDOWNS = (*TYPE, "provider", "group")
DAY = np.timedelta64(1, "D")
DAYS_A_WEEK = 7.0
WEEKS_A_YEAR = 365 / 7
SOURCE = "The council's list of placement costs"


def spells(records: Records) -> pd.DataFrame:
    """The cost list as spells that count from `opens` until the day before `closes`, each inside its extract's year.

    A person's spell ends on its end date, which is not paid for; a row that sums up a type (number, or placement days,
    with cost over start to end) runs through its end date.

    Returns
    -------
    The rows with opens, closes (datetime64[D]), places (float64: how many placements the row stands for on each of its
    days), pounds_a_day (float64), person_id, placement_type, provider, group.
    """
    rows = records.placement_costs
    rows = rows[rows.start_date.notna()].reset_index(drop=True)
    summed_up = rows.person_id.isna() & (rows.number.notna() | rows.days.notna())
    opens = rows.start_date.to_numpy().astype("datetime64[D]")
    ends = rows.end_date.fillna(pd.Timestamp(2200, 1, 1)).to_numpy().astype("datetime64[D]")
    ends = np.where(summed_up, ends + DAY, ends)
    length = ((ends - opens) / DAY).clip(min=1)
    places = (rows.days / length).fillna(rows.number).where(summed_up, 1.0)
    pounds = (rows.cost_in_period / length).fillna(rows.weekly_cost / DAYS_A_WEEK * places)
    year = rows.collection_year.astype("float64").to_numpy()
    dated = ~np.isnan(year)
    last = (np.where(dated, year, 2200) - 1970).astype("int64").astype("datetime64[Y]").astype("datetime64[M]") + 3
    first = np.where(dated, last - 12, np.datetime64("1900-04", "M"))
    groups = {kind.name: kind.group for kind in records.authority.placement_types}
    return rows.assign(
        opens=np.maximum(opens, first.astype("datetime64[D]")),
        closes=np.minimum(ends, last.astype("datetime64[D]")),
        places=places.astype("float64"),
        pounds_a_day=pounds.astype("float64"),
        group=rows.placement_type.map(groups).astype("str").fillna("other"),
    )


def _levels(records: Records, rows: pd.DataFrame, name: str) -> list[str]:
    """The authority's own types (or their groups, or providers) in its order, then any other that the list holds."""
    attribute = {"placement_type": "name"}.get(name, name)
    own = [getattr(kind, attribute) for kind in records.authority.placement_types]
    return list(dict.fromkeys([*own, *sorted(rows[name].dropna().unique())]))


def _summed(
    records: Records, rows: pd.DataFrame, weights: np.ndarray, periods: pd.DataFrame, by: Sequence[str]
) -> pd.Series:
    """The weight of each spell (a row) in each period (a column), summed by the breakdown's levels."""
    if not by:
        return pd.Series(weights.sum(axis=0), index=periods.index.rename(PERIOD))
    (name,) = by
    table = pd.DataFrame(weights, columns=periods.index.rename(PERIOD)).groupby(rows[name].to_numpy()).sum()
    table = table.reindex(_levels(records, rows, name), fill_value=0.0).rename_axis(name)
    return table.stack()


def _in_period(rows: pd.DataFrame, periods: pd.DataFrame) -> np.ndarray:
    """Days of each spell (rows) in each period (columns)."""
    starts = periods.start.to_numpy().astype("datetime64[D]")
    stops = periods.end.to_numpy().astype("datetime64[D]") + DAY
    opens, closes = rows.opens.to_numpy()[:, None], rows.closes.to_numpy()[:, None]
    return ((np.minimum(closes, stops) - np.maximum(opens, starts)) / DAY).clip(min=0)


def _open_at_end(rows: pd.DataFrame, periods: pd.DataFrame) -> np.ndarray:
    """Placements of each spell (rows) open at the close of each period (columns)."""
    ends = periods.end.to_numpy().astype("datetime64[D]")
    inside = (rows.opens.to_numpy()[:, None] <= ends) & (rows.closes.to_numpy()[:, None] > ends)
    return inside * rows.places.fillna(0).to_numpy()[:, None]


def costs_and_weeks(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> tuple[pd.Series, pd.Series]:
    """The cost of each period in pounds, and its placement weeks (placement days / 7)."""
    rows = records.kept("cost spells", lambda: spells(records))
    days = _in_period(rows, periods)
    priced = rows.pounds_a_day.notna().to_numpy()[:, None]
    total = partial(_summed, records, rows, periods=periods, by=by)
    pounds = total(weights=days * rows.pounds_a_day.fillna(0).to_numpy()[:, None])
    return pounds, total(weights=days * priced * rows.places.fillna(0).to_numpy()[:, None]) / DAYS_A_WEEK


def numbers(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> pd.Series:
    """Placements open at each close."""
    rows = records.kept("cost spells", lambda: spells(records))
    return _summed(records, rows, _open_at_end(rows, periods), periods, by)


def _over_types(records: Records, by_type: pd.Series, by: Sequence[str]) -> pd.Series:
    """What was worked out by type, added up over all types, or over those of each provider or group."""
    if not by:
        return by_type.groupby(PERIOD).sum()
    (name,) = by
    rows = records.kept("cost spells", lambda: spells(records))
    listed = rows.drop_duplicates("placement_type").set_index("placement_type")[name].to_dict()
    own = {kind.name: getattr(kind, name) for kind in records.authority.placement_types}
    level = by_type.index.get_level_values("placement_type").map(listed | own)
    period = by_type.index.get_level_values(PERIOD)
    every = pd.MultiIndex.from_product([_levels(records, rows, name), period.unique()], names=[name, PERIOD])
    return by_type.groupby([level, period]).sum().reindex(every, fill_value=0.0)


def weekly_costs(records: Records, periods: pd.DataFrame) -> pd.Series:
    """The cost of a week of the placements open at each close, by type: their number x the period's unit cost."""
    pounds, weeks = costs_and_weeks(records, periods, TYPE)
    return numbers(records, periods, TYPE) * (pounds / weeks.where(weeks > 0)).fillna(0.0)


@measure(
    title="Type of placement: costs",
    short="Average cost of a placement a week",
    area=AREA,
    kind="finance",
    unit="gbp_per_week",
    counts="placements",
    needs=("placement_costs",),
    breakdowns=BREAKDOWNS,
    main="placement_type",
    definition="What a placement cost on average for a week, by the council's own types: the cost of the period "
    "divided by the days of placement in it, times seven. The total is the mean of the types, each weighted by its "
    "number of placements at the end of the period.",
    source=SOURCE,
    why="It shows what a change in the mix of placements costs or saves.",
)
def placement_costs(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """By type, the cost of the period over its placement weeks; over several types, their mean weighted by number."""
    if tuple(by) == TYPE:
        return Ratio(*costs_and_weeks(records, periods, TYPE))
    weekly, number = weekly_costs(records, periods), numbers(records, periods, TYPE)
    return Ratio(_over_types(records, weekly, by), _over_types(records, number, by))


@measure(
    title="Type of placement: number at period end",
    short="Funded placements",
    area=AREA,
    kind="stock",
    unit="number",
    counts="placements",
    needs=("placement_costs",),
    breakdowns=BREAKDOWNS,
    main="placement_type",
    definition="Placements that the council paid for on the last day of the period, by its own types. A placement that "
    "ended on that day is not counted.",
    source=SOURCE,
    why="With the cost of a week it gives what a year will cost.",
)
def placement_numbers(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Funded placements at period end."""
    return Count(numbers(records, periods, by))


def annual_costs(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> pd.Series:
    """Number at the close of each period x unit cost in it x 365/7, worked out by type and added up."""
    yearly = weekly_costs(records, periods) * WEEKS_A_YEAR
    return yearly if tuple(by) == TYPE else _over_types(records, yearly, by)


@measure(
    title="Type of placement: cost of a year",
    short="What placements would cost for a year",
    area=AREA,
    kind="finance",
    unit="gbp",
    counts="placements",
    needs=("placement_costs",),
    breakdowns=BREAKDOWNS,
    main="placement_type",
    definition="What the placements open at the end of the period would cost for a year at the period's average cost "
    "of a week: number, times cost a week, times 365/7 weeks, for each type, and added up.",
    source=SOURCE,
    why="It turns a number of placements into money.",
)
def placement_annual_cost(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """The yearly cost of the placements open at period end."""
    return Count(annual_costs(records, periods, by))


def _planned(records: Records, periods: pd.DataFrame, column: str) -> pd.Series:
    """A column of the budget by type, for the financial year that each period ends in; only what is in the plan."""
    plan = records.history("placement_budget").dropna(subset=[column])
    year = plan.financial_year.str.replace("/", "-").map(lambda text: Quarter.parse(f"{text} Q4").collection_year)
    known = plan.assign(year=year).drop_duplicates(["placement_type", "year"], keep="last")
    planned = known.set_index(["placement_type", "year"])[column]
    kinds = planned.index.get_level_values("placement_type").unique()
    wanted = pd.MultiIndex.from_product([kinds, periods.index], names=["placement_type", PERIOD])
    ends = collection_year(periods.end).astype("int64").loc[wanted.get_level_values(PERIOD)]
    asked = pd.MultiIndex.from_arrays([wanted.get_level_values("placement_type"), ends])
    return planned.reindex(asked).set_axis(wanted)


def _against_plan(actual: pd.Series, planned: pd.Series, periods: pd.DataFrame, by: Sequence[str]) -> Count:
    """Actual less planned, of the types that have a plan; by type, or all of them added up."""
    planned = planned.dropna()
    actual = actual.reindex(planned.index).fillna(0.0)
    if by:
        return Count(actual - planned)
    total, plan = (amount.groupby(PERIOD).sum().reindex(periods.index) for amount in (actual - planned, planned))
    return Count(total.rename_axis(PERIOD), {"planned": plan.rename_axis(PERIOD)})


@measure(
    title="Type of placement: number against forecast",
    short="Placements above forecast",
    area=AREA,
    kind="finance",
    unit="number",
    at_close=True,
    counts="placements",
    needs=("placement_costs", "placement_budget"),
    breakdowns=TYPE,
    main="placement_type",
    definition="Placements open at the end of the period less the number forecast for the financial year, by the "
    "council's own types. Only types that have a forecast count.",
    source=SOURCE + " and its placement budget",
    why="More placements than forecast is money that was not planned for.",
)
def placement_numbers_above_forecast(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Funded placements at period end less the forecast number."""
    planned = _planned(records, periods, "forecast_number")
    return _against_plan(numbers(records, periods, TYPE), planned, periods, by)


@measure(
    title="Type of placement: cost of a year against budget",
    short="Cost of a year above budget",
    area=AREA,
    kind="finance",
    unit="gbp",
    counts="placements",
    needs=("placement_costs", "placement_budget"),
    breakdowns=TYPE,
    main="placement_type",
    definition="What the placements open at the end of the period would cost for a year, less the budget of the "
    "financial year, by the council's own types. Only types that have a budget count.",
    source=SOURCE + " and its placement budget",
    why="It shows early whether the budget will hold.",
)
def placement_cost_above_budget(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """The yearly cost of the placements open at period end less the budget."""
    planned = _planned(records, periods, "budget_gbp")
    return _against_plan(annual_costs(records, periods, TYPE), planned, periods, by)
