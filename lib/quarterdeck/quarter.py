"""Quarters of the financial year, and the periods that a figure is given for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Literal

import pandas as pd

from quarterdeck.errors import Refused

PeriodKind = Literal["month", "quarter", "year_to_date", "rolling_12_months"]
PERIOD_KINDS: tuple[PeriodKind, ...] = (
    "month",
    "quarter",
    "year_to_date",
    "rolling_12_months",
)

_WRITTEN = re.compile(r"(20\d\d)[-/](\d\d)[ -]?Q([1-4])", re.IGNORECASE)


@total_ordering
@dataclass(frozen=True)
class Quarter:
    """A quarter of the financial year: Q1 is April to June, Q4 January to March.

    Parameters
    ----------
    year : the calendar year in which the financial year begins, so 2017 for 2017-18.
    number : 1 to 4.

    Examples
    --------
    >>> quarter = Quarter.parse("2017-18 Q3")
    >>> quarter.start.date().isoformat(), quarter.end.date().isoformat()
    ('2017-10-01', '2017-12-31')
    >>> str(quarter.minus(4)), quarter.slug, quarter.collection_year
    ('2016-17 Q3', '2017-18-Q3', 2018)
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2, 3, 4):
            raise ValueError(f"a quarter is numbered 1 to 4, not {self.number}")

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """The quarter that is written so: "2017-18 Q3", "2017-18-Q3" or "2017/18 Q3".

        Raises
        ------
        ValueError : it is written otherwise, or the two years do not follow each other.
        """
        found = _WRITTEN.fullmatch(text.strip())
        if not found or (int(found[1]) + 1) % 100 != int(found[2]):
            raise Refused(f"{text!r} is not a quarter: write it like 2017-18 Q3 (a financial year and Q1 to Q4)")
        return cls(int(found[1]), int(found[3]))

    @classmethod
    def of(cls, date: pd.Timestamp) -> Quarter:
        """The quarter in which a date falls."""
        return cls(date.year - (date.month < 4), (date.month - 4) % 12 // 3 + 1)

    @property
    def start(self) -> pd.Timestamp:
        """Its first day."""
        return pd.Timestamp(self.year, 4, 1) + pd.DateOffset(months=3 * (self.number - 1))

    @property
    def end(self) -> pd.Timestamp:
        """Its last day."""
        return self.start + pd.DateOffset(months=3, days=-1)

    @property
    def year_start(self) -> pd.Timestamp:
        """1 April of its financial year."""
        return pd.Timestamp(self.year, 4, 1)

    @property
    def collection_year(self) -> int:
        """The year in which its financial year ends: 2018 for 2017-18, as DfE names its collections."""
        return self.year + 1

    @property
    def financial_year(self) -> str:
        """The financial year, written 2017-18."""
        return f"{self.year}-{(self.year + 1) % 100:02d}"

    @property
    def slug(self) -> str:
        """Its name in a path: 2017-18-Q3."""
        return f"{self.financial_year}-Q{self.number}"

    @property
    def long(self) -> str:
        """Its name in a paper: 2017/18 Quarter 3, October to December 2017."""
        years = self.financial_year.replace("-", "/")
        return f"{years} Quarter {self.number}, {self.start:%B} to {self.end:%B %Y}"

    def minus(self, quarters: int) -> Quarter:
        """The quarter so many before it (after it, where negative)."""
        year, number = divmod(self.year * 4 + self.number - 1 - quarters, 4)
        return Quarter(year, number + 1)

    def until(self, later: Quarter) -> int:
        """How many quarters another is after this one; negative where it is before."""
        return (later.year - self.year) * 4 + later.number - self.number

    def __str__(self) -> str:
        return f"{self.financial_year} Q{self.number}"

    def __lt__(self, other: Quarter) -> bool:
        return (self.year, self.number) < (other.year, other.number)


def is_financial_year(text: str) -> bool:
    """Whether text is a financial year, in full and the two years one after the other.

    Examples
    --------
    >>> [is_financial_year(text) for text in ("2017-18", "2017/18", "2017-19", "2017", "17-18")]
    [True, True, False, False, False]
    """
    try:
        Quarter.parse(f"{text} Q4")
    except ValueError:
        return False
    return True


def collection_year(dates: pd.Series) -> pd.Series:
    """The collection year in which each date falls: 2018 for 1 April 2017 to 31 March 2018.

    Examples
    --------
    >>> collection_year(pd.Series(pd.to_datetime(["2018-03-31", "2018-04-01"]))).tolist()
    [2018, 2019]
    """
    return (dates.dt.year + (dates.dt.month >= 4)).astype("Int64")


def periods(first: Quarter, last: Quarter, latest: pd.Timestamp | None = None) -> pd.DataFrame:
    """Every period a figure is given for, from one quarter to another.

    Parameters
    ----------
    first, last : the quarters between which periods end.
    latest : months after `last` up to this date are added, for figures shown as "latest position".

    Returns
    -------
    One row a period: kind (month, quarter, year_to_date, rolling_12_months), start, end
    (datetime64, both inside the period), in order of end and kind; the index is the period's number.
    Year to date and rolling 12 months are given at each month's end.

    Examples
    --------
    >>> frame = periods(Quarter(2017, 3), Quarter(2017, 3))
    >>> frame[frame.end == "2017-12-31"].kind.tolist()
    ['month', 'quarter', 'year_to_date', 'rolling_12_months']
    """
    stop = max(last.end, latest) if latest is not None else last.end
    ends = pd.date_range(first.start, stop, freq="ME").as_unit("us")
    starts = {
        "month": ends - pd.offsets.MonthBegin(1),
        "quarter": pd.DatetimeIndex([Quarter.of(end).start for end in ends]),
        "year_to_date": pd.DatetimeIndex([Quarter.of(end).year_start for end in ends]),
        "rolling_12_months": ends - pd.offsets.MonthBegin(12),
    }
    frame = pd.concat(
        [pd.DataFrame({"kind": kind, "start": starts[kind].as_unit("us"), "end": ends}) for kind in PERIOD_KINDS]
    )
    whole = (frame.kind != "quarter") | frame.end.dt.month.isin([3, 6, 9, 12])
    after = (frame.end > last.end) & (frame.kind != "month")
    frame["kind"] = pd.Categorical(frame.kind, PERIOD_KINDS, ordered=True)
    return frame[whole & ~after].sort_values(["end", "kind"]).reset_index(drop=True)
