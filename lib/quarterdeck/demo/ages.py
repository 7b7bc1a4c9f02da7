"""Birthdays by the day, on whole arrays, and the age bands of the looked-after statistics."""

from __future__ import annotations

import numpy as np
import pandas as pd

# Upper age of each band of DfE's looked-after tables: under 1, 1 to 4, 5 to 9, 10 to 15, 16 and over.
BAND_ENDS = np.array([1, 5, 10, 16, 18])
BAND_STARTS = np.array([0, 1, 5, 10, 16])
BANDS = ("under_1", "1_to_4", "5_to_9", "10_to_15", "16_and_over")


def day(year: int, month: int, date: int) -> int:
    """A date as days since 1970.

    Examples
    --------
    >>> day(1970, 1, 2)
    1
    """
    return int(np.datetime64(f"{year:04d}-{month:02d}-{date:02d}", "D").astype(np.int64))


def anniversary(days: np.ndarray | int, years: np.ndarray | int) -> np.ndarray:
    """The same day of the year so many years on (back, where negative), in days since 1970.

    Examples
    --------
    >>> int(anniversary(day(2001, 3, 5), 16)) == day(2017, 3, 5)
    True
    """
    dates = np.asarray(days, np.int64).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    moved = (months + 12 * np.asarray(years, np.int64)).astype("datetime64[D]")
    return (moved + (dates - months.astype("datetime64[D]"))).astype(np.int64)


def age(born: np.ndarray, on: np.ndarray | int) -> np.ndarray:
    """Whole years of age on a day; both in days since 1970.

    Examples
    --------
    >>> born = np.array([day(2000, 6, 1)])
    >>> age(born, day(2018, 5, 31)).tolist(), age(born, day(2018, 6, 1)).tolist()
    ([17], [18])
    """
    birth = np.asarray(born, np.int64).astype("datetime64[D]")
    then = np.asarray(on, np.int64).astype("datetime64[D]")
    birth_month, then_month = birth.astype("datetime64[M]"), then.astype("datetime64[M]")
    months = (then_month - birth_month).astype(np.int64)
    before = (then - then_month.astype("datetime64[D]")) < (birth - birth_month.astype("datetime64[D]"))
    return (months - before) // 12


def timestamps(days: np.ndarray, none: int | None = None) -> pd.Series:
    """Days since 1970 as datetime64[us]; `none` stands for no date."""
    dates = np.asarray(days, np.int64).astype("datetime64[D]").astype("datetime64[us]")
    if none is not None:
        dates = np.where(np.asarray(days) == none, np.datetime64("NaT", "us"), dates)
    return pd.Series(dates)


def ordinals(dates: pd.Series, none: int = 2**30) -> np.ndarray:
    """Dates as days since 1970; no date becomes `none`, far in the future."""
    days = dates.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), none, days.astype(np.int64))
