"""What a paper knows of one measure at one quarter: its figures, target, rating, comparators, verdict."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from markupsafe import Markup

from quarterdeck.authority import Authority, Target
from quarterdeck.figures import change, comparators, targets
from quarterdeck.measures.registry import MEANS, Measure
from quarterdeck.paper import tables, words
from quarterdeck.quarter import Quarter

NINE = 9
SHOWN = 36
QUARTER_ENDS = (3, 6, 9, 12)
FEW = 4
STOCKS = ("stock", "stock rate")
FIRST = ("started", "begun", "began", "periods started")
LAST = ("unknown", "not known", "other", "net")
DAYS = {"week": 7, "month": 30.4, "year": 365}
TABLE_COLUMNS = ["start", "end", "numerator", "denominator", "value", "lower", "upper", "status"]


@dataclass(frozen=True)
class Figure:
    """One figure: the value, what it was worked out from, and why there is none where there is none."""

    start: pd.Timestamp
    end: pd.Timestamp
    numerator: float
    denominator: float
    value: float
    lower: float
    upper: float
    status: str


@dataclass(frozen=True)
class View:
    """A measure as a paper sees it.

    Parameters
    ----------
    measure : from the catalogue.
    rows : its rows of the figures frame, of the copy that is being made.
    quarter, authority : whose paper it is.
    """

    measure: Measure
    rows: pd.DataFrame
    quarter: Quarter
    authority: Authority

    @property
    def paper_date(self) -> pd.Timestamp:
        """The day the panel reads it; the quarter's end where the profile names no meeting."""
        meeting = self.authority.meeting(str(self.quarter))
        return pd.Timestamp(meeting.date) if meeting else self.quarter.end

    @property
    def stock(self) -> bool:
        """Whether it is counted on a day."""
        return self.measure.kind in STOCKS

    @property
    def lacks(self) -> str:
        """What the authority's profile has not set and the measure asks for: "no ceiling set"; else ""."""
        asked = self.measure.asks
        return f"no {asked[1]} set" if asked and getattr(self.authority, asked[0]) is None else ""

    @cached_property
    def signed(self) -> bool:
        """Whether it falls below nothing, as a net change does, and so carries its sign."""
        own = (self.rows.breakdown == self.measure.category[0]) & (self.rows.category == self.measure.category[1])
        return bool((self.rows.value[own] < 0).any())

    @property
    def by_column(self) -> bool:
        """Whether its main breakdown is so small that it stands in the columns of its table: started, ended, net."""
        main = self.measure.main
        return main == "flow" or (
            main is not None and main == self.measure.category[0] and len(self.categories(main)) <= FEW
        )

    def categories(self, breakdown: str) -> list[str]:
        """The categories of a breakdown as a reader expects them.

        Bands go by size, the authority's types in its own order, others by how many they hold; what is unknown is last.
        """
        rows = self.rows[(self.rows.breakdown == breakdown) & (self.rows.kind == self.measure.headline)]
        names = [str(name) for name in rows.category.drop_duplicates()]
        own = {kind.name: place for place, kind in enumerate(self.authority.placement_types)}
        size = rows[rows.end == self.quarter.end].set_index("category").numerator
        size = size[~size.index.duplicated()]
        banded = sum(any(sign.isdigit() for sign in name) for name in names) * 2 > len(names)

        def place(name: str) -> tuple[bool, float, str]:
            last = name.startswith(LAST)
            if name.startswith(FIRST):
                return last, -np.inf, name
            if name in own:
                return last, float(own[name]), name
            if banded:
                return last, _from(name), name
            held = float(size.get(name, np.nan))
            return last, -held if np.isfinite(held) else 0.0, name

        return sorted(names, key=place)

    def series(
        self, kind: str | None = None, breakdown: str | None = None, category: str | None = None
    ) -> pd.DataFrame:
        """The figures of one series by date: of the measure's own kind and category where none is named.

        Returns
        -------
        Columns start, end, numerator, denominator, value, lower, upper, status, ascending by end.
        """
        kind = kind or self.measure.headline
        wanted = (breakdown or self.measure.category[0], category or self.measure.category[1])
        rows = self.rows
        chosen = rows[(rows.kind == kind) & (rows.breakdown == wanted[0]) & (rows.category == wanted[1])]
        return chosen[TABLE_COLUMNS].sort_values("end").reset_index(drop=True)

    def quarters(self, count: int = NINE, breakdown: str | None = None, category: str | None = None) -> pd.DataFrame:
        """The series at the ends of so many quarters, the last this one; those before the records begin are missing."""
        ends = pd.DatetimeIndex([self.quarter.minus(back).end for back in range(count - 1, -1, -1)]).as_unit("us")
        series = self.series(breakdown=breakdown, category=category).set_index("end")
        known = series[~series.index.duplicated()].reindex(ends).rename_axis("end")
        return known.assign(status=known.status.fillna("x")).reset_index()

    def months(self, breakdown: str | None = None, category: str | None = None) -> pd.DataFrame:
        """The series by month, to the quarter's end."""
        series = self.series("month", breakdown, category)
        return series[series.end <= self.quarter.end].reset_index(drop=True)

    @cached_property
    def past(self) -> pd.DataFrame:
        """The months that a chart shows: the last three years of those that are known; none where most are hidden.

        Small numbers are hidden and none is not: the months left would say that there is hardly ever any. Of a measure
        that is told at quarters' ends alone, those months alone.
        """
        months = self.months()
        known = np.flatnonzero(months.value.notna())
        if len(known) > 1 and months.end.iloc[known].dt.month.isin(QUARTER_ENDS).all():
            return months.iloc[known].tail(SHOWN // 3).reset_index(drop=True)
        recent = months.iloc[known[0] if len(known) else len(months) :].tail(SHOWN).reset_index(drop=True)
        return recent if (recent.status == "c").sum() * 2 <= len(recent) else recent.iloc[:0]

    def at(
        self, end: pd.Timestamp, kind: str | None = None, breakdown: str | None = None, category: str | None = None
    ) -> Figure:
        """The figure of the period that ends on a day; an empty one, not available, where there is none."""
        series = self.series(kind, breakdown, category)
        found = series[series.end == end]
        if found.empty:
            return Figure(end, end, np.nan, np.nan, np.nan, np.nan, np.nan, "x")
        return Figure(**{str(name): value for name, value in found.iloc[0].items()})

    @cached_property
    def now(self) -> Figure:
        """The quarter's figure."""
        return self.at(self.quarter.end)

    @cached_property
    def before(self) -> Figure:
        """The figure a quarter before."""
        return self.at(self.quarter.minus(1).end)

    @property
    def latest(self) -> Figure | None:
        """The last month after the quarter, where its source runs on; never mixed with the quarter's figures."""
        after = self.series("month")
        after = after[(after.end > self.quarter.end) & after.value.notna()]
        return self.at(after.end.iloc[-1], "month") if len(after) else None

    @cached_property
    def year_ago(self) -> Figure:
        """The figure of the same quarter a year before."""
        return self.at(self.quarter.minus(4).end)

    @property
    def running(self) -> bool:
        """Whether it counts on from 1 April, so that it can only be laid beside the same quarter of another year."""
        return self.measure.headline == "year_to_date" and self.measure.unit == "number"

    @property
    def against(self) -> Figure:
        """What the quarter's figure is compared with: last quarter's; of a running total, that of a year before."""
        return self.year_ago if self.running else self.before

    @property
    def against_when(self) -> str:
        """When that was: "last quarter", "a year ago"."""
        return "a year ago" if self.running else "last quarter"

    def shown(self, figure: Figure, bare: bool = False) -> Markup:
        """A figure as it is printed, or the symbol of why there is none."""
        return self.cell(figure.value, figure.status, bare)

    def cell(self, value: float, status: str, bare: bool = False) -> Markup:
        """A value of the measure as it is printed, or the symbol of why there is none."""
        if self.lacks and status == "x":
            return tables.symbol("x", self.lacks)
        unit, decimals = self.measure.unit, self.measure.decimals
        return tables.shown(value, status, unit, decimals, sign=self.signed, bare=bare)

    def share(self, breakdown: str, category: str) -> Target | None:
        """The target of one of its figures, where the profile has one."""
        return next(
            (
                one
                for one in self.authority.every_target
                if (one.measure, one.breakdown, one.category) == (self.measure.id, breakdown, category)
            ),
            None,
        )

    @cached_property
    def target(self) -> Target | None:
        """The target of the figure it leads with."""
        return self.share(*self.measure.category)

    @cached_property
    def rating(self) -> targets.Rating:
        """How it stands to its target."""
        if self.target is None:
            return "no target set"
        value = np.nan if self.now.status in tables.SYMBOLS else self.now.value
        return targets.rating(
            value, self.target.value, self.target.tolerance, self.measure.polarity, self.measure.decimals
        )

    @cached_property
    def comparison(self) -> comparators.Comparison | None:
        """What is published beside it, for the figure it leads with."""
        category = self.measure.category[1]
        if category not in comparators.categories(self.measure.id):
            return None
        return comparators.comparators(
            self.authority.area_code, self.measure.id, self.quarter.end, category=category, paper=self.paper_date
        )

    @property
    def steps(self) -> list[pd.Timestamp]:
        """The dates from which it is judged afresh."""
        return [pd.Timestamp(step.date) for step in self.authority.step_changes if step.measure == self.measure.id]

    @cached_property
    def judged(self) -> pd.DataFrame:
        """Its months with their usual limits; a stock's net change."""
        months = self.months() if len(self.past) else self.past
        months = months.iloc[:0] if self.measure.overlaps else months
        return change.judge(months[["end", "value"]], self.steps, stock=self.stock)

    @cached_property
    def verdict(self) -> change.Verdict:
        """Whether the quarter is out of the usual."""
        return change.verdict(self.judged, self.quarter)

    @cached_property
    def travel(self) -> change.Travel:
        """How it moved since what it is compared with, and what that means."""
        return change.travel(
            self.now.value, self.against.value, self.measure.polarity, self.measure.decimals, self.verdict
        )

    @property
    def moved(self) -> str:
        """How far it moved since what it is compared with, with its unit: 17.2 points, 6.3, £15."""
        if not self.travel.amount:
            return ""
        return words.difference(self.now.value, self.against.value, self.measure.unit, self.measure.decimals)

    @property
    def unit_words(self) -> str:
        """What the value is, small under its name: "% of assessments", "rate per 10,000, at 31 December"."""
        when = {
            "month": f"in {self.quarter.end:%B}",
            "quarter": "in the quarter",
            "year_to_date": "since 1 April",
            "rolling_12_months": "in 12 months",
        }[self.measure.headline]
        if self.stock or self.measure.at_close:
            when = f"at {self.quarter.end.day} {self.quarter.end:%B}"
        return {
            "percent": f"% of {self.measure.counts}",
            "per_10k": f"rate per 10,000, {when}",
            "gbp_per_week": "£ a week",
            "gbp": f"£, {when}",
            "days": "median days",
            "working_days": "median working days",
            "fte": f"full-time equivalents, {when}",
            **{unit: f"{unit}, {when}" for unit in MEANS},
        }.get(self.measure.unit, f"{self.measure.counts}, {when}")


def _from(band: str) -> float:
    """Where a band begins, in days where it says so: 14 for "2 to 8 weeks"; "under" and "same day" come first.

    Examples
    --------
    >>> sorted(["over 10", "ombudsman", "2 to 5", "same day", "under 2"], key=_from)
    ['same day', 'under 2', '2 to 5', 'over 10', 'ombudsman']
    """
    number = re.search(r"\d+", band)
    unit = re.search(r"week|month|year", band)
    least = band.startswith(("under", "same", "unborn", "none"))
    if number is None:
        return -1.0 if least else np.inf
    if least:
        return -0.5
    return float(number[0]) * (DAYS[unit[0]] if unit else 1)
