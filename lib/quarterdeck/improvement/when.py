"""A day, or a month where no day is known: as sources give it, and as a paper prints it."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass

FORM = "a day, YYYY-MM-DD, or a month, YYYY-MM"
_FORM = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


@dataclass(frozen=True, order=True)
class When:
    """A day or a month.

    Parameters
    ----------
    first, last : its first day and its last; the same, where the day is known.

    Examples
    --------
    >>> str(When.parse("2018-01-30")), str(When.parse("2018-04"))
    ('30 January 2018', 'April 2018')
    """

    first: dt.date
    last: dt.date

    @classmethod
    def parse(cls, text: str) -> When:
        """What a file says.

        Raises
        ------
        ValueError : it is no day and no month.
        """
        found = _FORM.fullmatch(text.strip())
        if not found:
            raise ValueError(f"{text!r} is not {FORM}")
        year, month = int(found[1]), int(found[2])
        if found[3]:
            day = dt.date(year, month, int(found[3]))
            return cls(day, day)
        first = dt.date(year, month, 1)
        return cls(first, first.replace(day=monthrange(year, month)[1]))

    @property
    def exact(self) -> bool:
        """Whether the day is known."""
        return self.first == self.last

    @property
    def short(self) -> str:
        """The month, as a chart says it: Jan 2018."""
        return f"{self.last:%b %Y}"

    @property
    def month(self) -> str:
        """The month in full: January 2018."""
        return f"{self.last:%B %Y}"

    def __str__(self) -> str:
        return f"{self.last.day} {self.month}" if self.exact else self.month


def span(start: When, end: When) -> str:
    """The days from one to another, each thing said once.

    Examples
    --------
    >>> span(When.parse("2019-06-17"), When.parse("2019-06-28")), span(When.parse("2018-04"), When.parse("2018-04"))
    ('17 to 28 June 2019', 'April 2018')
    >>> span(When.parse("2016-10-24"), When.parse("2016-11-17"))
    '24 October to 17 November 2016'
    """
    if start == end:
        return str(end)
    first = str(start)
    if start.last.year == end.last.year:
        first = first.removesuffix(f" {end.last.year}")
        if start.last.month == end.last.month and start.exact and end.exact:
            first = str(start.last.day)
    return f"{first} to {end}"
