"""Months as whole numbers, and England's working days in and between them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.working_days import calendar

NONE = 2**30
WORKING = np.flatnonzero(
    np.is_busday(np.arange(np.datetime64("1995-01-01"), np.datetime64("2040-01-01")), busdaycal=calendar())
) + int(np.datetime64("1995-01-01").astype(int))


def month(year: int, number: int) -> int:
    """A month as months since January 1970.

    Examples
    --------
    >>> month(1970, 2)
    1
    """
    return (year - 1970) * 12 + number - 1


def month_of(days: np.ndarray | pd.Series) -> np.ndarray:
    """The month in which each day (days since 1970) falls; NONE stays NONE."""
    days = np.asarray(days, np.int64)
    known = np.where(days == NONE, 0, days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.where(days == NONE, NONE, known)


def first_day(months: np.ndarray | int) -> np.ndarray:
    """The first day of each month, in days since 1970."""
    return np.asarray(months, np.int64).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def year_of(months: np.ndarray | pd.Series | int) -> np.ndarray:
    """The collection year of each month: 2018 for April 2017 to March 2018; NONE stays NONE.

    Examples
    --------
    >>> year_of(np.array([month(2018, 3), month(2018, 4)])).tolist()
    [2018, 2019]
    """
    months = np.asarray(months, np.int64)
    return np.where(months == NONE, NONE, 1970 + (months + 9) // 12)


def year_months(year: int) -> range:
    """The twelve months of a collection year."""
    return range(month(year - 1, 4), month(year, 4))


def close_of(year: int) -> int:
    """31 March of a year, in days since 1970."""
    return int(first_day(month(year, 4))) - 1


def nth(days: np.ndarray | int, after: bool = False) -> np.ndarray:
    """The number of each day among working days: of the last one not after it, or the next one not before it."""
    side = "left" if after else "right"
    return np.searchsorted(WORKING, np.asarray(days), side=side) - (not after)


def span(months: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of the first and the last working day of each month."""
    return nth(first_day(months), after=True), nth(first_day(np.asarray(months) + 1) - 1)


def some_day(
    months: np.ndarray, rng: np.random.Generator, since: int | np.ndarray = 1, until: int | np.ndarray = 31
) -> np.ndarray:
    """A working day of each month, between two days of the month so far as it has any, in days since 1970."""
    first, last = span(months)
    begin = first_day(months)
    low = np.minimum(nth(begin + np.asarray(since) - 1, after=True), last)
    high = np.clip(nth(np.minimum(begin + np.asarray(until) - 1, first_day(np.asarray(months) + 1) - 1)), low, last)
    return WORKING[np.maximum(low + (rng.random(len(low)) * (high - low + 1)).astype(np.int64), first)]


# Days of the month after which "3 months", "6 months" and "1 year" at 31 March depend on how months are counted.
def safe_until(months: np.ndarray) -> np.ndarray:
    """The last day of each month on which a span may begin and be in no doubt about its duration at 31 March."""
    return np.where(np.isin(np.asarray(months) % 12, (2, 8, 11)), 27, 31)
