"""Counting primitives: one pass, every period, any breakdown.

Rows carry the collection year of their extract, and count only in that year: an assessment that is still open in
the extract of 2016-17 and finished in that of 2017-18 was finished once. Rows without one count in every year.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from quarterdeck.measures.describe import NOT_KNOWN, UNKNOWN
from quarterdeck.quarter import collection_year

PERIOD = "period"
FOREVER = np.datetime64("2200-01-01", "D")
QUARTILES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}


def in_its_year(rows: pd.DataFrame, date: str) -> pd.DataFrame:
    """Rows whose date falls in the collection year of the extract they came from; rows with no date go.

    Examples
    --------
    >>> rows = pd.DataFrame({"on": pd.to_datetime(["2017-03-31", "2017-04-01"]), "collection_year": [2018, 2018]})
    >>> len(in_its_year(rows, "on"))  # the first belongs to the extract of the year before
    1
    """
    dated = rows[rows[date].notna()]
    if "collection_year" not in dated:
        return dated
    return dated[dated.collection_year.isna() | (collection_year(dated[date]) == dated.collection_year)]


def twelve_months(periods: pd.DataFrame) -> pd.DataFrame:
    """The periods, each made the twelve months to its close: for what a quarter has too few of to tell of.

    Examples
    --------
    >>> from quarterdeck.quarter import Quarter, periods
    >>> twelve_months(periods(Quarter(2017, 3), Quarter(2017, 3))).start.max().date().isoformat()
    '2017-01-01'
    """
    return periods.assign(start=periods.end + pd.Timedelta(days=1) - pd.DateOffset(months=12))


def in_periods(rows: pd.DataFrame, date: str, periods: pd.DataFrame) -> pd.DataFrame:
    """Each row once for every period that its date falls in.

    Parameters
    ----------
    rows : events; `date` names a datetime column, and rows without a date fall in no period.
    periods : as `quarterdeck.quarter.periods` gives them.

    Returns
    -------
    The rows repeated, with an int64 column `period`: the number of the period.

    Examples
    --------
    >>> from quarterdeck.quarter import Quarter, periods
    >>> when = periods(Quarter(2017, 3), Quarter(2017, 3))
    >>> rows = pd.DataFrame({"on": pd.to_datetime(["2017-10-31", "2017-11-01"])})
    >>> in_periods(rows, "on", when[when.kind == "month"]).on.dt.month.tolist()
    [10, 11]
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
    opens, closes = _own_year(started, start, end)
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
    by : columns to break the count down by; an unknown value is a category of its own, and a categorical
        column keeps its order.
    once : a column, say `person_id`, each value of which counts once a period and category.

    Returns
    -------
    int64 counts, indexed by the breakdown's levels and `period`.

    Examples
    --------
    >>> from quarterdeck.quarter import Quarter, periods
    >>> when = periods(Quarter(2017, 3), Quarter(2017, 3))
    >>> rows = pd.DataFrame({"person_id": ["A", "A"], "on": pd.to_datetime(["2017-10-02", "2017-10-09"])})
    >>> long, months = in_periods(rows, "on", when), when[when.kind == "month"]
    >>> counted(long, months).tolist(), counted(long, months, once="person_id").tolist()
    ([2, 0, 0], [1, 0, 0])
    """
    rows = long[list(dict.fromkeys([PERIOD, *by, *([once] if once else [])]))]
    rows = rows.drop_duplicates() if once else rows
    if not by:
        return rows.groupby(PERIOD).size().reindex(periods.index, fill_value=0).rename_axis(PERIOD).rename("count")
    told, index = _told(rows, by, periods)
    return told.groupby([*by, PERIOD]).size().reindex(index, fill_value=0).rename("count")


def totalled(long: pd.DataFrame, column: str, periods: pd.DataFrame, by: Sequence[str] = ()) -> pd.Series:
    """The sum of a column over the rows of each period, in float64: full-time equivalents, days, pounds.

    Examples
    --------
    >>> from quarterdeck.quarter import Quarter, periods
    >>> when = periods(Quarter(2017, 3), Quarter(2017, 3))
    >>> rows = pd.DataFrame({"on": pd.to_datetime(["2017-10-31", "2017-10-31"]), "fte": [1.0, 0.6]})
    >>> totalled(in_periods(rows, "on", when), "fte", when[when.kind == "month"]).tolist()
    [1.6, 0.0, 0.0]
    """
    if not by:
        sums = long.groupby(PERIOD)[column].sum()
        return sums.reindex(periods.index, fill_value=0.0).astype("float64").rename_axis(PERIOD)
    told, index = _told(long[[PERIOD, column, *by]], by, periods)
    return told.groupby([*by, PERIOD])[column].sum().reindex(index, fill_value=0.0).astype("float64")


def events(rows: pd.DataFrame, date: str, periods: pd.DataFrame, by: Sequence[str] = ()) -> pd.Series:
    """Events dated in each period: `counted` of `in_periods`, in one sort and two searches.

    Examples
    --------
    >>> from quarterdeck.quarter import Quarter, periods
    >>> when = periods(Quarter(2017, 3), Quarter(2017, 3))
    >>> referrals = pd.DataFrame({"on": pd.to_datetime(["2017-10-01", "2017-10-31", "2017-11-01"])})
    >>> events(referrals, "on", when[when.kind == "month"]).tolist()
    [2, 1, 0]
    """
    first, last = _days(periods.start), _days(periods.end)

    def count(some: pd.DataFrame) -> np.ndarray:
        days = np.sort(_days(some[date]))
        return np.searchsorted(days, last, side="right") - np.searchsorted(days, first, side="left")

    return _by_level(in_its_year(rows, date), by, periods, count)


def share(
    rows: pd.DataFrame, part: pd.Series, date: str, periods: pd.DataFrame, by: Sequence[str] = ()
) -> tuple[pd.Series, pd.Series]:
    """Events of which something is so, and all events, dated in each period: a Ratio's numerator and denominator.

    Parameters
    ----------
    part : boolean, indexed as `rows`; <NA> is not so.

    Returns
    -------
    Two series of one index, so that a level with none of it still stands with 0.

    Examples
    --------
    >>> from quarterdeck.quarter import Quarter, periods
    >>> when = periods(Quarter(2017, 3), Quarter(2017, 3))
    >>> rows = pd.DataFrame({"on": pd.to_datetime(["2017-10-02", "2017-10-09"]), "in_time": [True, False]})
    >>> part, whole = share(rows, rows.in_time, "on", when[when.kind == "quarter"])
    >>> part.tolist(), whole.tolist()
    ([1], [2])
    """
    every = events(rows, date, periods, by)
    return events(rows[part.fillna(False)], date, periods, by).reindex(every.index, fill_value=0), every


def children(rows: pd.DataFrame, date: str, periods: pd.DataFrame, by: Sequence[str] = ()) -> pd.Series:
    """Children with an event dated in each period, each once.

    Examples
    --------
    >>> from quarterdeck.quarter import Quarter, periods
    >>> when = periods(Quarter(2017, 3), Quarter(2017, 3))
    >>> rows = pd.DataFrame({"person_id": ["A", "A", "B"], "on": pd.to_datetime(["2017-10-02"] * 3)})
    >>> children(rows, "on", when[when.kind == "quarter"]).tolist()
    [2]
    """
    return counted(in_periods(rows, date, periods), periods, by, once="person_id")


def stock(spans: pd.DataFrame, start: str, end: str, periods: pd.DataFrame, by: Sequence[str] = ()) -> pd.Series:
    """Spans open at the close of each period: `counted` of `at_ends`, in two sorts and two searches.

    Examples
    --------
    >>> from quarterdeck.quarter import Quarter, periods
    >>> when = periods(Quarter(2017, 3), Quarter(2017, 3))
    >>> plans = pd.DataFrame({"from": pd.to_datetime(["2017-10-02", "2017-11-01"]),
    ...                       "to": pd.to_datetime(["2017-12-31", None])})
    >>> stock(plans, "from", "to", when[when.kind == "month"]).tolist()
    [1, 2, 1]
    """
    at = _days(periods.end)

    def count(some: pd.DataFrame) -> np.ndarray:
        opens, closes = _own_year(some, start, end)
        opens, closes = opens[opens < closes], closes[opens < closes]
        return np.searchsorted(np.sort(opens), at, side="right") - np.searchsorted(np.sort(closes), at, side="right")

    return _by_level(spans[spans[start].notna()], by, periods, count)


def latest_before(
    rows: pd.DataFrame, date: str, earlier: pd.DataFrame, earlier_date: str, *, same_day: bool = False
) -> pd.Series:
    """The date of the same child's latest earlier event; NaT where there is none.

    Parameters
    ----------
    rows : events with a `person_id`; `date` names their day.
    earlier : events to look back upon, of the whole history; `earlier_date` names their day.
    same_day : whether one on the very day counts as earlier.

    Returns
    -------
    datetime64 Series, indexed as `rows`.

    Examples
    --------
    >>> referrals = pd.DataFrame({"person_id": ["A", "B", "A"],
    ...                           "on": pd.to_datetime(["2017-01-05", "2017-03-01", "2017-06-01"])})
    >>> latest_before(referrals, "on", referrals, "on").dt.strftime("%d %B").fillna("none").tolist()
    ['none', 'none', '05 January']
    """
    asked = pd.DataFrame({"person_id": rows.person_id, "on": rows[date], "row": np.arange(len(rows))})
    known = pd.DataFrame({"person_id": earlier.person_id, "then": earlier[earlier_date], "on": earlier[earlier_date]})
    found = pd.merge_asof(
        asked.dropna(subset="on").sort_values("on", kind="stable"),
        known.dropna(subset="on").sort_values("on", kind="stable"),
        on="on",
        by="person_id",
        allow_exact_matches=same_day,
    )
    return found.set_index("row").then.reindex(np.arange(len(rows))).set_axis(rows.index)


def quantiles(long: pd.DataFrame, column: str, periods: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """The number, lower quartile, median and upper quartile of a column in each period.

    Returns
    -------
    Columns n (int64), lower_quartile, median, upper_quartile (float64), indexed as `counted`'s; a period with no
    row has n 0 and no quartiles.

    Examples
    --------
    >>> from quarterdeck.quarter import Quarter, periods
    >>> when = periods(Quarter(2017, 3), Quarter(2017, 3))
    >>> days = pd.DataFrame({"period": [0, 0, 0], "days": [10.0, 20.0, 60.0]})
    >>> quantiles(days, "days", when).iloc[0].tolist()
    [3.0, 15.0, 20.0, 40.0]
    """
    rows = long[[PERIOD, *by]].assign(value=long[column].astype("float64")).dropna(subset="value")
    n = counted(rows, periods, by)
    told = _told(rows, by, periods)[0] if by else rows
    group = n.index.get_indexer(pd.MultiIndex.from_frame(told[[*by, PERIOD]]) if by else pd.Index(told[PERIOD]))
    ordered = told["value"].to_numpy()[np.lexsort((told["value"], group))]
    size = n.to_numpy()
    first = np.cumsum(size) - size
    table = {"n": n}
    for name, share_below in QUARTILES.items():  # interpolated between the two nearest, as pandas and Excel do
        place = first + share_below * np.maximum(size - 1, 0)
        low, high = np.floor(place).astype(int), np.ceil(place).astype(int)
        padded = np.append(ordered, np.nan)
        value = padded[low.clip(max=len(ordered))] * (1 - place % 1) + padded[high.clip(max=len(ordered))] * (place % 1)
        table[name] = pd.Series(np.where(size > 0, value, np.nan), index=n.index)
    return pd.DataFrame(table)


def _days(dates: pd.Series) -> np.ndarray:
    return dates.to_numpy().astype("datetime64[D]")


def _own_year(spans: pd.DataFrame, start: str, end: str) -> tuple[np.ndarray, np.ndarray]:
    """First day on which each span counts, and the first on which it no longer does, inside its extract's year."""
    opens, closes = _days(spans[start]), np.where(spans[end].isna(), FOREVER, _days(spans[end]))
    if "collection_year" in spans:
        year = spans.collection_year.astype("float64").to_numpy()
        told = ~np.isnan(year)
        april = (np.where(told, year, 1970.0).astype(int) - 1970).astype("datetime64[Y]").astype("datetime64[M]")
        last = (april + np.timedelta64(3, "M")).astype("datetime64[D]")
        first = (april - np.timedelta64(9, "M")).astype("datetime64[D]")
        opens = np.where(told, np.maximum(opens, first), opens)
        closes = np.where(told, np.minimum(closes, last), closes)
    return opens, closes


def _told(rows: pd.DataFrame, by: Sequence[str], periods: pd.DataFrame) -> tuple[pd.DataFrame, pd.MultiIndex]:
    """Rows with each breakdown as text, "unknown" where it is missing, and the index of every level and period."""
    text = {column: rows[column].astype("str").fillna(UNKNOWN) for column in by}
    levels = []
    for column in by:
        present = set(text[column].unique())
        dtype = rows[column].dtype
        ranked = list(dtype.categories.astype("str")) if isinstance(dtype, pd.CategoricalDtype) else sorted(present)
        unknown = [level for level in (NOT_KNOWN, UNKNOWN) if level in present]
        levels.append([level for level in ranked if level in present and level not in unknown] + unknown)
    return rows.assign(**text), pd.MultiIndex.from_product([*levels, periods.index], names=[*by, PERIOD])


def _by_level(
    rows: pd.DataFrame, by: Sequence[str], periods: pd.DataFrame, count: Callable[[pd.DataFrame], np.ndarray]
) -> pd.Series:
    """What `count` gives for the rows of each level, one number a period."""
    if not by:
        return pd.Series(count(rows), index=periods.index.rename(PERIOD), name="count", dtype="int64")
    told, index = _told(rows, by, periods)
    groups = dict(iter(told.groupby(list(by))))
    none = np.zeros(len(periods), dtype="int64")
    levels = list(dict.fromkeys(key[:-1] for key in index))
    parts = [count(groups[level]) if level in groups else none for level in levels]
    return pd.Series(np.concatenate([*parts, none[:0]]), index=index, name="count", dtype="int64")
