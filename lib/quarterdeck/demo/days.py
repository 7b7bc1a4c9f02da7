"""Days counted from 1970: weekdays, leap days, months, and the months' share of a year's starts and ends."""

from __future__ import annotations

import numpy as np

from .ages import day

OPEN = 2**30
"""A day that never comes: the end of what is still open."""


def weekday(days: np.ndarray) -> np.ndarray:
    """Saturdays and Sundays moved to the Monday after; 29 February to the Tuesday after."""
    days = np.asarray(days, np.int64)
    name = (days + 3) % 7
    moved = days + np.where(name == 5, 2, np.where(name == 6, 1, 0))
    return np.where(moved == day(2016, 2, 29), moved + 1, moved)


def working_weekday(rng: np.random.Generator, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """A working weekday between two days (both included), or the nearest to it where there is none."""
    drawn = rng.integers(first, last + 1)
    moved = weekday(drawn)
    back = drawn - np.where((drawn + 3) % 7 == 5, 1, 2)
    return np.where(moved <= last, moved, np.where(back >= first, back, drawn))


def is_leap_day(days: np.ndarray) -> np.ndarray:
    """Whether each day is a 29 February."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return (months.astype(np.int64) % 12 == 1) & ((dates - months.astype("datetime64[D]")).astype(np.int64) == 28)


def month_of(days: np.ndarray | int) -> np.ndarray:
    """The month of each day, counted from January 1970."""
    return np.asarray(days, np.int64).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


class MonthSlots:
    """How many starts, or ends, each month of a collection year has still to take.

    Parameters
    ----------
    year : the collection year.
    totals : int, shape (12,): of April to March.
    """

    def __init__(self, year: int, totals: np.ndarray) -> None:
        edges = [day(year - (month < 9), (month + 3) % 12 + 1, 1) for month in range(12)]
        self.edges = np.array([*edges, day(year, 4, 1)])
        self.left = totals.copy()

    def month(self, days: np.ndarray) -> np.ndarray:
        """The month of each day, 0 for April."""
        return np.searchsorted(self.edges, days, side="right") - 1

    def take(self, days: np.ndarray) -> None:
        """One event less to come in the month of each day."""
        np.subtract.at(self.left, self.month(days), 1)
