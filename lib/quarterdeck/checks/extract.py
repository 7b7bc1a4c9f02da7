"""Rules on an extract as a whole: is it fresh, has it a hole, has its number of events jumped, has anything vanished.

They are the same for every main table, and so are made from the list of tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from quarterdeck.checks.registry import Function, check
from quarterdeck.checks.rows import current, earlier
from quarterdeck.quarter import collection_year
from quarterdeck.records import Records
from quarterdeck.records.tables import TABLES

STALE_DAYS = 21
FEWEST = 10
XMR_LIMITS = 2.66  # Wheeler (2000): mean moving ranges either side of the mean
FIRM_QUARTERS = 7
ONE_DAY_SHARE = 0.1


@dataclass(frozen=True)
class Main:
    """A table whose events come all the time.

    Parameters
    ----------
    number : its number in the codes.
    what : what its rows are called.
    begins, ends : the dates of an event; `ends` is "" where it has no end.
    """

    number: int
    name: str
    what: str
    begins: str
    ends: str = ""

    @property
    def dates(self) -> list[str]:
        """The columns with the dates of an event."""
        return [self.begins, self.ends] if self.ends else [self.begins]


MAIN = (
    Main(1, "cin_episodes", "referrals", "referral_date", "close_date"),
    Main(2, "cin_assessments", "assessments", "assessment_start_date", "assessment_auth_date"),
    Main(3, "s47_enquiry", "section 47 enquiries", "s47_start_date", "icpc_date"),
    Main(4, "cin_plans", "child-in-need plans", "cin_plan_start_date", "cin_plan_end_date"),
    Main(5, "cp_plans", "child protection plans", "cp_plan_start_date", "cp_plan_end_date"),
    Main(6, "cp_reviews", "child protection reviews", "cp_review_date"),
    Main(7, "cla_episodes", "episodes of care", "cla_episode_start_date", "cla_episode_ceased_date"),
    Main(8, "cla_reviews", "reviews of looked-after children", "cla_review_date"),
    Main(9, "missing", "missing episodes", "missing_episode_start_date", "missing_episode_end_date"),
    Main(10, "involvements", "allocations", "from_date", "to_date"),
    Main(11, "strategy_discussions", "strategy discussions", "discussion_date"),
    Main(12, "contacts", "contacts", "contact_date", "decision_date"),
    Main(13, "early_help_episodes", "early help assessments", "episode_start_date", "episode_end_date"),
)
SPANS = ("cin_episodes", "cin_assessments", "cin_plans", "cp_plans")
"""Main tables whose rows, open at a year's end, the next year's extract must tell of again."""


def _events(records: Records, main: Main) -> pd.Series:
    """The days of the table's events that each extract tells of its own year, up to the quarter's end."""
    rows = records.table(main.name)
    own = rows.collection_year.isna() | (rows.collection_year == collection_year(rows[main.begins])).fillna(False)
    return rows[main.begins][own & (rows[main.begins] < records.quarter.end + pd.Timedelta(days=1))]


def stale(records: Records, main: Main) -> str:
    """The newest of the {what} is more than three weeks older than the quarter's end: the extract may be an old one,
    or cut short.
    """
    rows = current(records, main.name)[main.dates]
    if len(rows) < FEWEST:
        return ""
    newest = rows[rows <= records.quarter.end + pd.Timedelta(days=1)].max().max()
    if pd.isna(newest) or newest >= records.quarter.end - pd.Timedelta(days=STALE_DAYS):
        return ""
    return f"the newest is of {newest:%d/%m/%Y}, {(records.quarter.end - newest).days} days before the quarter's end"


def hole(records: Records, main: Main) -> str:
    """A month of the year to date has none of the {what}, where the others have ten or more on average: cut the
    extract again.
    """
    months = pd.period_range(records.quarter.year_start, records.quarter.end, freq="M")
    days = _events(records, main)
    counts = pd.PeriodIndex(days[days >= records.quarter.year_start], freq="M").value_counts().reindex(months)
    counts = counts.fillna(0)
    empty = counts.index[counts == 0]
    if counts[counts > 0].mean() < FEWEST or not len(empty) or len(empty) == len(months):
        return ""
    return f"none in {', '.join(month.strftime('%B %Y') for month in empty)}"


def jump(records: Records, main: Main) -> str:
    """The number of {what} in the quarter is out of line with the quarters before it: make sure that the extract is
    whole and holds nothing twice, before anything is read into the change.
    """
    days = _events(records, main).dropna()
    counts = pd.PeriodIndex(days, freq="Q-MAR").value_counts().sort_index()
    this = pd.Period(records.quarter.end, freq="Q-MAR")
    if counts.empty or counts.index[0] >= this:
        return ""
    series = counts.reindex(pd.period_range(counts.index[0], this, freq="Q-MAR"), fill_value=0).astype("float64")
    now, before = float(series.iloc[-1]), series.iloc[:-1]
    mean = float(before.mean())
    if max(now, mean) < FEWEST:
        return ""
    if len(before) >= FIRM_QUARTERS:
        reach = XMR_LIMITS * float(before.diff().abs().mean())
        low, high, why = max(mean - reach, 0.0), mean + reach, f"the usual range of {len(before)} quarters"
    else:
        low, high, why = mean / 2, mean * 2, f"half to twice the mean of {len(before)} earlier"
    return "" if low <= now <= high else f"{now:,.0f} in {records.quarter}; {why} is {low:,.0f} to {high:,.0f}"


def one_day(records: Records, main: Main) -> str:
    """More than a tenth of the year's {what} bear one date: dates moved in from another system, or filled in for many
    at once; give each its own.
    """
    days = _events(records, main)
    days = days[days >= records.quarter.year_start].dt.normalize()
    most = days.value_counts()
    if len(days) < FEWEST * 10 or most.iloc[0] <= ONE_DAY_SHARE * len(days):
        return ""
    return f"{most.iloc[0]:,} of {len(days):,} are dated {most.index[0]:%d/%m/%Y}"


def gone(records: Records, main: Main) -> str:
    """Some of the {what} that were open at the end of last year's extract are not in this one: they have neither ended
    nor stayed; cut the extract again, or find them in the case system.
    """
    key = list(TABLES[main.name].key)
    before = earlier(records, main.name)
    last = before[before[main.ends].isna() & (before.collection_year == records.quarter.collection_year - 1)]
    if main.name == "cin_episodes":
        last = last[~last.referral_nfa.fillna(False)]
    lost = ~pd.MultiIndex.from_frame(last[key]).isin(pd.MultiIndex.from_frame(current(records, main.name)[key]))
    return f"{lost.sum():,} of {len(last):,} that were open are not there" if lost.any() else ""


def _made_of(kind: Callable[[Records, Main], str], main: Main) -> Function:
    """A rule of one kind on one table."""

    def function(records: Records) -> str:
        return kind(records, main)

    function.__name__ = f"{kind.__name__}_{main.name}"
    function.__doc__ = (kind.__doc__ or "").format(what=main.what)
    return function


for _main in MAIN:
    for _area, _kind in (("NEW", stale), ("HOLE", hole), ("JUMP", jump), ("DAY", one_day)):
        check(f"EXT-{_area}-{_main.number:02d}", severity="query", table=_main.name, fields=[_main.begins])(
            _made_of(_kind, _main)
        )
    if _main.name in SPANS:
        _code = f"EXT-GONE-{_main.number:02d}"
        check(_code, severity="query", table=_main.name, fields=_main.dates, needs=[f"{_main.name}.{_main.ends}"])(
            _made_of(gone, _main)
        )
