"""Days, months, quarters and years of a page: each is a period of its figures, or a day that something names."""

from __future__ import annotations

import re

import pandas as pd

from quarterdeck.figures import comparators
from quarterdeck.figures.projection import QUARTERS
from quarterdeck.paper.journey.register import year_end
from quarterdeck.paper.numbers import Number, day_of, numbers, said_of
from quarterdeck.paper.view import NINE, SHOWN
from tests.papers.walk.backing import Backing
from tests.papers.walk.reader import Said

SERIES = re.compile(r"\b(?:from|since|before|the same as in)\s$", re.IGNORECASE)
"""What stands before the day on which a series begins."""
RANGE = re.compile(r"20\d\d(?: Q[1-4])?\s+to\s+$")
"""What stands before the day on which it ends."""
EVENTS = re.compile(r"visit|inspect|commissioner|direction|meeting|agenda", re.IGNORECASE)
"""What a text speaks of where it may name a day of the profile or of the improvement journey."""
ABOUT_EVENTS = ("improvement_journey", "data_quality")
"""Papers that tell of little but events and of what came in."""


class Dates:
    """The days that a page may name.

    Parameters
    ----------
    name : the page's.
    """

    def __init__(self, name: str, backing: Backing) -> None:
        self.name, self.backing = name, backing
        quarter = self.quarter = backing.quarter
        months = pd.date_range(quarter.start, quarter.end, freq="ME")
        self.now = {quarter.end, quarter.minus(1).end, quarter.minus(4).end, *months}
        self.now |= {_month(day) for day in (quarter.start, quarter.year_start)}
        nine = {quarter.minus(back).end for back in range(NINE)}
        shown = pd.date_range(quarter.end - pd.DateOffset(months=SHOWN + 1), quarter.end, freq="ME")
        self.every = self.now | nine | set(shown) | {_month(quarter.minus(NINE - 1).start)}
        self.ahead = {quarter.minus(-on).end for on in range(1, QUARTERS + 1)}
        self.named = {day for one in backing.told.dates if (day := day_of(one, quarter)) is not None}
        if name == "data_quality":
            self.named |= _of_returns(backing)
        self.settled = {
            r"nine quarters to\s+$": quarter.end,
            r"the paper of\s+$": quarter.minus(1).end,
        }
        ends = [end for one in backing.printed["period"].unique() for end in str(one).split("/")]
        self.printed = {day_of(end, quarter) for end in ends} - {None}
        meeting = backing.authority.meeting(str(quarter))
        self.meeting = f"{meeting.date.day} {meeting.date:%B %Y}" if meeting else ""
        self._published: dict[tuple[str, ...], tuple[set[pd.Timestamp], set[int]]] = {}

    def published(self, measures: tuple[str, ...]) -> tuple[set[pd.Timestamp], set[int]]:
        """The ends of the years of what is published of some measures, and the years of the models of neighbours."""
        if measures not in self._published:
            code, end = self.backing.authority.area_code, self.quarter.end
            years = [
                year
                for one in measures
                for category in comparators.categories(one)
                for year in comparators.history(
                    code, one, end, category=category, paper=self.backing.view(one).paper_date
                )
            ]
            ends, models = {pd.Timestamp(one.year_ending) for one in years}, {one.neighbours_model for one in years}
            self._published[measures] = ends, models
        return self._published[measures]

    def _reach(self, measure: str) -> set[pd.Timestamp]:
        """Where the charts of a measure may begin and end: with all its figures, or with those that there are."""
        rows, months = self.backing.evidence(measure), self.backing.view(measure).months()
        months = months["end"][months["value"].notna()]
        return {rows["end"][rows["origin"] == "figure"].min(), months.min(), months.max()}

    def _rolling(self, measures: tuple[str, ...]) -> set[pd.Timestamp]:
        """The first months of what some measures count over months that end with the quarter."""
        told = [self.backing.measures[one] for one in measures]
        back = {one.looks_back for one in told} | {12 for one in told if one.headline == "rolling_12_months"}
        return {_month(self.quarter.end - pd.DateOffset(months=months - 1, day=1)) for months in back if months}

    def _definition(self, measure: str) -> str:
        one = self.backing.measures[measure]
        return " ".join([one.definition, one.source, one.why])

    def fits(self, number: Number, said: Said, text: str) -> bool:
        """Whether a day that a text names is one of those that it may.

        A day that a number is said of is asked for with that number; a series may begin on any day of its figures; and
        all else is of this quarter or those it is set against, of what is published of the measure, or of an event.
        """
        day = day_of(number.text, self.quarter)
        if day is None:
            return False
        settled = next((only for words, only in self.settled.items() if re.search(words, text[: number.start])), None)
        if settled is not None:
            return day == settled
        if number.text == self.meeting or any(number.text in self._definition(one) for one in said.measures):
            return True
        said_with = [one for one in numbers(text) if one.sort != "date" and one.start < number.start]
        if said_with and said_of(text, said_with[-1], self.quarter) == day:
            return True
        ends, models = self.published(said.measures or tuple(self.backing.measures))
        after = text[number.start + len(number.text) :]
        if after.startswith(" model"):
            return int(number.text) in models
        allowed = self.now | ends
        begins, ends_it = re.match(r"\s+to\b", after), RANGE.search(text[: number.start])
        if begins and day in self._rolling(said.measures):
            return after.startswith(f" to {self.quarter.end:%B %Y}")
        if begins or ends_it:
            allowed = allowed | {day for one in said.measures for day in self._reach(one)}
        elif said.tag in ("td", "th") or SERIES.search(text[: number.start]):
            allowed = allowed | self.every
        if said.tag == "td" or said.where.startswith("printed-figures"):
            allowed = allowed | self.printed
        if "after the quarter" in text:
            allowed = allowed | {self.quarter.end + pd.offsets.MonthEnd(1)}
        if said.where.startswith("the-register"):  # when an indicator of each month, or of each year, is next due
            year = year_end(self.quarter) + pd.DateOffset(years=1)
            allowed = allowed | {self.quarter.end + pd.offsets.MonthEnd(1), year}
        if said.tag == "th":
            allowed = allowed | self.ahead
        if self.name in ABOUT_EVENTS or EVENTS.search(said.around):
            allowed = allowed | self.named
        if re.fullmatch(r"(?:mid-)?20\d\d", number.text):
            return any(one.year == day.year for one in allowed)
        if re.fullmatch(r"20\d\d[-/–]\d\d", number.text):
            return day in allowed or day == _month(self.quarter.year_start) + pd.offsets.MonthEnd(11)
        return day in allowed


def _month(day: pd.Timestamp) -> pd.Timestamp:
    return day.normalize() + pd.offsets.MonthEnd(0)


def _of_returns(backing: Backing) -> set[pd.Timestamp]:
    """The days since when returns tell everything, and the years that they were collected in."""
    source = backing.source
    since = pd.concat([source.sources["events_since"], source.sources["open_since"]]).dropna()
    years = [*source.repairs["collection_year"], *source.files["collection_year"]]
    return {_month(pd.Timestamp(day)) for day in since} | {pd.Timestamp(int(year), 3, 31) for year in years}
