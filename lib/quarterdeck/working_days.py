"""Working days of England: weekends and bank holidays, special ones included, are left out."""

from __future__ import annotations

from functools import cache

import holidays
import numpy as np
import pandas as pd

FIRST, LAST = 1995, 2040


@cache
def calendar() -> np.busdaycalendar:
    """England's working-day calendar, Monday to Friday less its bank holidays, 1995 to 2040."""
    days = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST, LAST + 1), categories=("public",))
    return np.busdaycalendar(holidays=np.array(sorted(days), dtype="datetime64[D]"))


def working_days(start: pd.Series, end: pd.Series) -> pd.Series:
    """Working days from each start to each end; day 0 is the day the clock starts.

    Parameters
    ----------
    start, end : datetime Series of one index; either may hold NaT.

    Returns
    -------
    Int64 Series: the working days after `start` up to and with `end`; negative where `end` is before it;
    <NA> where either is missing.

    Examples
    --------
    The two days of Christmas and the weekend do not count:

    >>> one = lambda day: pd.Series(pd.to_datetime([day]))
    >>> working_days(one("2017-12-22"), one("2017-12-27")).tolist()
    [1]
    """
    known = start.notna() & end.notna()
    # busday_count counts [begin, end): a day later at both ends gives (start, end].
    begins = start[known].to_numpy().astype("datetime64[D]") + 1
    ends = end[known].to_numpy().astype("datetime64[D]") + 1
    result = pd.Series(pd.NA, index=start.index, dtype="Int64")
    result[known] = np.busday_count(begins, ends, busdaycal=calendar())
    return result


def add_working_days(start: pd.Series, days: int) -> pd.Series:
    """The date so many working days after each start.

    Examples
    --------
    >>> add_working_days(pd.Series(pd.to_datetime(["2017-12-22"])), 1).dt.strftime("%d %B").tolist()
    ['27 December']
    """
    known = start.notna()
    result = pd.Series(pd.NaT, index=start.index, dtype="datetime64[us]")
    begins = start[known].to_numpy().astype("datetime64[D]")
    moved = np.busday_offset(begins, days, roll="backward", busdaycal=calendar())
    result[known] = moved.astype("datetime64[us]")
    return result
