"""Counting primitives: one pass, every period, any breakdown.

Rows carry the collection year of their extract, and count only in that year: an assessment that is still open in
the extract of 2016-17 and finished in that of 2017-18 was finished once. Rows without one count in every year.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quarterdeck.quarter import collection_year

PERIOD = "period"


def in_its_year(rows: pd.DataFrame, date: str) -> pd.DataFrame:
    """Rows whose date falls in the collection year of the extract they came from; rows with no date go."""
    dated = rows[rows[date].notna()]
    if "collection_year" not in dated:
        return dated
    return dated[dated.collection_year.isna() | (collection_year(dated[date]) == dated.collection_year)]


def in_periods(rows: pd.DataFrame, date: str, periods: pd.DataFrame) -> pd.DataFrame:
    """Each row once for every period that its date falls in.

    Parameters
    ----------
    rows : events; `date` names a datetime column, and rows without a date fall in no period.
    periods : as `quarterdeck.quarter.periods` gives them.

    Returns
    -------
    The rows repeated, with an int64 column `period`: the number of the period.
    """
    dated = in_its_year(rows, date)
    days = dated[date].to_numpy().astype("datetime64[D]")
    inside = [
        np.flatnonzero((days >= start) & (days <= end))
        for start, end in zip(_days(periods.start), _days(periods.end), strict=True)
    ]
    number = np.repeat(periods.index.to_numpy(), [len(found) for found in inside])
    return dated.iloc[np.concatenate([*inside, np.empty(0, int)]).astype(int)].assign(**{PERIOD: number})


def at_ends(spans: pd.DataFrame, start: str, end: str, periods: pd.DataFrame) -> pd.DataFrame:
    """Each span once for every period at whose close it is open: started on or before it and not ended by it.

    Parameters
    ----------
    spans : one row a span; `start` and `end` name datetime columns, `end` is NaT while the span is open.
    periods : as `quarterdeck.quarter.periods` gives them.

    Returns
    -------
    The rows repeated, with `period` (the number of the period) and `date` (its last day).

    Examples
    --------
    >>> from quarterdeck.quarter import Quarter, periods
    >>> when = periods(Quarter(2017, 3), Quarter(2017, 3))
    >>> plans = pd.DataFrame({"from": pd.to_datetime(["2017-10-02", "2017-11-01"]),
    ...                       "to": pd.to_datetime(["2017-12-31", None])})
    >>> open_plans = at_ends(plans, "from", "to", when[when.kind == "month"])
    >>> open_plans.groupby("date").size().tolist()
    [1, 2, 1]
    """
    ends = np.unique(_days(periods.end))
    started = spans[spans[start].notna()]
    opens = started[start].to_numpy().astype("datetime64[D]")
    closes = started[end].fillna(pd.Timestamp.max.floor("D").as_unit("us")).to_numpy().astype("datetime64[D]")
    if "collection_year" in started:
        year = started.collection_year
        first = pd.to_datetime((year - 1).astype("str").where(year.notna(), "1900") + "-04-01").to_numpy()
        last = pd.to_datetime(year.astype("str").where(year.notna(), "2200") + "-04-01").to_numpy()
        opens = np.maximum(opens, first.astype("datetime64[D]"))
        closes = np.minimum(closes, last.astype("datetime64[D]"))
    low, high = np.searchsorted(ends, opens, side="left"), np.searchsorted(ends, closes, side="left")
    times = np.maximum(high - low, 0)
    position = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times) + np.repeat(low, times)
    dates = pd.DataFrame({"date": pd.to_datetime(ends[position]).as_unit("us")})
    long = started.iloc[np.repeat(np.arange(len(started)), times)].reset_index(drop=True).assign(date=dates.date)
    closing = periods.reset_index(names=PERIOD)[[PERIOD, "end"]].rename(columns={"end": "date"})
    return long.merge(closing, on="date", how="inner", validate="many_to_many")


def counted(long: pd.DataFrame, periods: pd.DataFrame, by: Sequence[str] = (), once: str | None = None) -> pd.Series:
    """How many rows fall in each period, or how many different values of a column.

    Parameters
    ----------
    long : rows with a `period`, from `in_periods` or `at_ends`.
    periods : the periods to count for; one with no row counts 0.
    by : columns to break the count down by; an unknown value is a category of its own.
    once : a column, say `person_id`, each value of which counts once a period and category.

    Returns
    -------
    int64 counts, indexed by the breakdown's levels and `period`.
    """
    rows = long.drop_duplicates([PERIOD, *by, once]) if once else long
    if not by:
        return rows.groupby(PERIOD).size().reindex(periods.index, fill_value=0).rename_axis(PERIOD).rename("count")
    known = rows.assign(**{column: rows[column].astype("str").fillna("unknown") for column in by})
    sizes = known.groupby([*by, PERIOD]).size()
    levels = [sorted(set(sizes.index.get_level_values(column))) for column in by]
    everything = pd.MultiIndex.from_product([*levels, periods.index], names=[*by, PERIOD])
    return sizes.reindex(everything, fill_value=0).rename("count")


def events(rows: pd.DataFrame, date: str, periods: pd.DataFrame, by: Sequence[str] = ()) -> pd.Series:
    """Events dated in each period."""
    return counted(in_periods(rows, date, periods), periods, by)


def children(rows: pd.DataFrame, date: str, periods: pd.DataFrame, by: Sequence[str] = ()) -> pd.Series:
    """Children with an event dated in each period, each once."""
    return counted(in_periods(rows, date, periods), periods, by, once="person_id")


def stock(spans: pd.DataFrame, start: str, end: str, periods: pd.DataFrame, by: Sequence[str] = ()) -> pd.Series:
    """Spans open at the close of each period."""
    return counted(at_ends(spans, start, end, periods), periods, by)


def quantiles(long: pd.DataFrame, column: str, periods: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """The number, lower quartile, median and upper quartile of a column in each period.

    Returns
    -------
    Columns n (int64), lower_quartile, median, upper_quartile (float64), indexed as `counted`'s; a period with no
    row has n 0 and no quartiles.
    """
    rows = long.assign(**{column: long[column].astype("float64")})
    groups = rows.groupby([*by, PERIOD])[column]
    n = counted(rows[rows[column].notna()], periods, by)
    found = groups.quantile([0.25, 0.5, 0.75]).unstack()
    found = (
        found.set_axis(["lower_quartile", "median", "upper_quartile"], axis=1)
        if len(found)
        else pd.DataFrame(columns=["lower_quartile", "median", "upper_quartile"], dtype="float64")
    )
    return found.reindex(n.index).assign(n=n)[["n", "lower_quartile", "median", "upper_quartile"]]


def _days(dates: pd.Series) -> np.ndarray:
    return dates.to_numpy().astype("datetime64[D]")
