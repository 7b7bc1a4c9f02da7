"""What a figure says of a recommendation: its value when it was asked for, its value now, and whether that is real."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from quarterdeck.improvement import Visit
from quarterdeck.paper import tables, words
from quarterdeck.paper.view import Figure, View
from quarterdeck.quarter import Quarter

State = Literal["better", "worse", "higher", "lower", "no clear change", "not tested", "too soon", "cannot be told"]
SAID: dict[State, str] = {
    "better": "better, by more than chance alone would do",
    "worse": "worse, by more than chance alone would do",
    "higher": "higher, by more than chance alone would do",
    "lower": "lower, by more than chance alone would do",
    "no clear change": "no clear change: chance alone could do as much",
    "not tested": "it has no interval, so chance cannot be ruled out",
    "too soon": "too soon to say: no quarter has ended since",
    "cannot be told": "cannot be told",
}


@dataclass(frozen=True)
class Reading:
    """One measure as evidence for one recommendation.

    Parameters
    ----------
    view : the measure.
    base, raised : the quarters that had last ended when the first inspection ended, and when this was first asked for.
    state : how it stands since; since the inspection, where no quarter has ended since it was asked for.
    since : the quarter that `state` counts from.
    """

    view: View
    base: Quarter | None
    raised: Quarter
    state: State
    since: Quarter | None

    def shown(self, quarter: Quarter | None) -> tables.Cell:
        """The figure of a quarter with the quarter's name, or the sign of why there is none."""
        if quarter is None:
            return tables.symbol("x")
        return self.view.shown(at(self.view, quarter))

    @property
    def sentence(self) -> str:
        """The figure, what it was, and what that means: "Agency staff: 65%, up from 61% in Q1 2017/18: worse, …"."""
        view, unit, decimals = self.view, self.view.measure.unit, self.view.measure.decimals
        now = at(view, view.quarter)
        name = view.measure.short
        if now.status in tables.SYMBOLS or pd.isna(now.value):
            return f"{name} is {tables.SYMBOLS.get(now.status, words.NOT_AVAILABLE)}."
        said = f"{name}: {words.amount(now.value, unit, decimals)}"
        if self.state == "too soon":
            return f"{said}; {SAID[self.state]}.{self._latest}"
        if self.since is None or self.state == "cannot be told":
            return f"{said}; there is no earlier figure to set beside it.{self._latest}"
        then = at(view, self.since)
        when = f"in {words.short_quarter(self.since)}"
        moved = words.change(now.value, then.value, unit, decimals, when)
        return f"{said}, {moved}: {SAID[self.state]}.{self._latest}"

    @property
    def _latest(self) -> str:
        """The month after the quarter, beside the quarter's last two, where its source runs on; so labelled."""
        view, after = self.view, self.view.latest
        if after is None:
            return ""
        before = view.months().tail(2)
        told = [(end, value) for end, value in zip(before["end"], before["value"], strict=True) if pd.notna(value)]
        unit, decimals = view.measure.unit, view.measure.decimals
        since = words.listed(f"{words.amount(float(value), unit, decimals)} in {end:%B}" for end, value in told)
        now = words.amount(after.value, unit, decimals)
        beside = f", after {since}" if since else ""
        return f" Latest position, later than the quarter: {now} in {words.month(after.end)}{beside}."


def last_ended(day: pd.Timestamp) -> Quarter:
    """The last quarter that had ended on a day.

    Examples
    --------
    >>> str(last_ended(pd.Timestamp("2018-01-30"))), str(last_ended(pd.Timestamp("2017-12-31")))
    ('2017-18 Q3', '2017-18 Q3')
    """
    quarter = Quarter.of(day)
    return quarter if day >= quarter.end else quarter.minus(1)


def at(view: View, quarter: Quarter) -> Figure:
    """The measure's figure of a quarter: of the whole quarter, where it leads with a month whose events add up."""
    measure = view.measure
    whole = measure.headline == "month" and not view.stock and not measure.at_close
    figure = view.at(quarter.end, "quarter" if whole else None)
    return view.at(quarter.end) if whole and figure.status == "x" else figure


def reading(view: View, raised_by: Visit, base: Visit | None) -> Reading:
    """What a measure says of something that a visit asked for.

    Parameters
    ----------
    base : the first inspection, which the figures of a later one are set against too.
    """
    raised = last_ended(pd.Timestamp(raised_by.end.last))
    first = last_ended(pd.Timestamp(base.end.last)) if base else None
    since = raised if raised < view.quarter else first if first and first < view.quarter else None
    if since is None:
        return Reading(view, first, raised, "too soon", None)
    return Reading(view, first, raised, _state(view, at(view, since), at(view, view.quarter)), since)


def _state(view: View, then: Figure, now: Figure) -> State:
    """Whether two figures differ by more than chance: their 95% intervals do not meet."""
    if any(one.status in tables.SYMBOLS or pd.isna(one.value) for one in (then, now)):
        return "cannot be told"
    if any(pd.isna(bound) for one in (then, now) for bound in (one.lower, one.upper)):
        return "not tested"
    if now.lower <= then.upper and then.lower <= now.upper:
        return "no clear change"
    risen = now.value > then.value
    good = {"higher is better": risen, "lower is better": not risen}.get(view.measure.polarity)
    if good is None:
        return "higher" if risen else "lower"
    return "better" if good else "worse"


def tally(states: Iterable[State]) -> str:
    """How many figures stand how: "2 better, 1 with no clear change".

    Examples
    --------
    >>> tally(["better", "no clear change", "better"])
    '2 better, 1 with no clear change'
    """
    named = {
        "no clear change": "with no clear change",
        "too soon": "too soon to say",
        "cannot be told": "hidden or not available",
    }
    held = list(states)
    return ", ".join(f"{held.count(one)} {named.get(one, one)}" for one in SAID if one in held)
