"""Which published counts can be no more than others, found in the numbers themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.figures.frame import ALL
from quarterdeck.figures.sums import WHOLE, Terms, grid, joined


def orders(parts: pd.DataFrame) -> list[Terms]:
    """Every order among counts that no sum says already: children counted once a period, categories that overlap.

    Parameters
    ----------
    parts : as `quarterdeck.figures.sums.terms` takes it.

    Returns
    -------
    One frame a kind of order: relation (any key, within the frame), cell, sign; the signed cells add up to 0 or less.
    """
    return [*_in_time(parts), _in_whole(parts)]


def _in_time(parts: pd.DataFrame) -> list[Terms]:
    """A month's children are among the quarter's, and a quarter's are no more than its months' together.

    Of events, which add up, the sums say as much, but where a count between the two is not published.
    """
    counts = parts[parts.adds_up & ~parts.money]
    if counts.empty:
        return []
    values, cells = grid(counts, counts.value.to_numpy()), grid(counts, counts.cell.to_numpy("float64"))
    added = np.ones(len(values), bool)
    added[counts.series[~_adds_up(counts)].unique()] = False
    times = counts.drop_duplicates("time").sort_values("time")
    at = {(str(kind), end): time for kind, end, time in zip(times.kind, times.end, times.time, strict=True)}
    found = []

    def order(small: int | None, large: int | None, between: list[int | None]) -> None:
        if small is None or large is None:
            return
        told = [time for time in between if time is not None]
        linked = np.isfinite(values[:, told]).all(axis=1) if len(told) == len(between) else np.zeros(len(values), bool)
        found.append(joined(values, cells, [small, large], [1, -1], order=True, among=~(added & linked)))

    def no_more_than(large: int, small: list[int | None]) -> None:
        told = [time for time in small if time is not None]
        if len(told) == len(small):
            signs = [1, *[-1] * len(told)]
            found.append(joined(values, cells, [large, *told], signs, order=True, among=~added))

    for (kind, end), time in at.items():
        close, year = end + pd.offsets.QuarterEnd(0), [end - pd.offsets.MonthEnd(n) for n in range(12)]
        months = [at.get(("month", close - pd.offsets.MonthEnd(n))) for n in range(3)]
        rolling, to_date = at.get(("rolling_12_months", end)), at.get(("year_to_date", end))
        step = {"month": 1, "quarter": 3}.get(kind, 0)
        if step:
            before = at.get(("year_to_date", end - pd.offsets.MonthEnd(step)))
            order(time, to_date, [before] if (end.month - 4) % 12 >= step else [])
        if kind == "month":
            order(time, at.get(("quarter", close)), months)
        if kind in ("quarter", "year_to_date"):
            order(time, rolling, [at.get(("month", month)) for month in year])
        if kind == "year_to_date":
            for unit, back in (("month", 1), ("quarter", 3)):
                before, since = at.get(("year_to_date", end - pd.offsets.MonthEnd(back))), at.get((unit, end))
                if (end.month - 4) % 12 >= back:
                    order(before, time, [since])
                    no_more_than(time, [before, since])
        if kind == "quarter":
            no_more_than(time, months)
    return found


def _adds_up(parts: pd.DataFrame) -> pd.Series:
    """Whether the measure's quarters are the sums of their months, in all series: its orders say nothing new."""
    keys = ["measure", "part"]
    months = parts[parts.kind == "month"].assign(end=lambda rows: rows.end + pd.offsets.QuarterEnd(0))
    added = months.groupby(["series", "end"], as_index=False).agg(added=("value", "sum"), months=("value", "size"))
    quarters = parts[parts.kind == "quarter"].merge(added[added.months == 3], on=["series", "end"], how="inner")
    right = pd.Series(np.isclose(quarters.value, quarters.added)).groupby([quarters[key] for key in keys]).all()
    told = pd.MultiIndex.from_frame(parts[keys])
    return pd.Series(right.reindex(told).fillna(False).to_numpy(bool), index=parts.index)


def _in_whole(parts: pd.DataFrame) -> Terms:
    """A category is part of the whole, where the categories overlap and so do not add up to it."""
    whole = parts[parts.breakdown == ALL][["measure", "time", "part", "value", "cell"]]
    inside = parts[~parts.breakdown.isin(WHOLE) & ~parts.money]
    both = inside.merge(whole, on=["measure", "time", "part"], suffixes=("", "_of"), validate="many_to_one")
    keys = ["measure", "breakdown", "part"]
    groups = [both[key] for key in keys]
    within = ((both.value >= 0) & (both.value <= both.value_of)).groupby(groups).transform("all")
    added = both.groupby([*keys, "time"]).value.transform("sum")
    partition = np.isclose(added, both.value_of)
    both = both[within & ~pd.Series(partition, index=both.index) & (both.cell != both.cell_of)]
    name = both.index.astype("str")
    return pd.concat(
        [
            pd.DataFrame({"relation": name, "cell": both.cell, "sign": 1}),
            pd.DataFrame({"relation": name, "cell": both.cell_of, "sign": -1}),
        ],
        ignore_index=True,
    )
