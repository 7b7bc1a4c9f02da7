"""Where the journey stood on a day: a paper of that day knows nothing that came after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from quarterdeck.improvement.rows import Action, Finding, Kind, Meeting, Milestone, Recommendation, Statement
from quarterdeck.improvement.when import When, span

CALENDAR = dt.timedelta(days=183)
"""How far ahead a panel's calendar is taken to be set: a meeting later than that is not its next."""

Kept = TypeVar("Kept", bound=Statement, covariant=True)


@dataclass(frozen=True)
class Visit:
    """An inspection, visit or review with its findings; without them, while it is still to come."""

    id: str
    title: str
    kind: Kind
    framework: str
    focus: str
    start: When
    end: When
    published: When | None
    findings: tuple[Finding, ...]
    planned: bool

    @property
    def dates(self) -> str:
        """The days on which it was held; of one to come, the month."""
        return self.end.month if self.planned else span(self.start, self.end)

    @property
    def grades(self) -> list[Finding]:
        """Its judgements."""
        return [one for one in self.findings if one.grade]

    @property
    def overall(self) -> str:
        """Its grade for overall effectiveness, where it gave one."""
        return next((one.grade for one in self.grades if one.judgement_area == "overall effectiveness"), "")


@dataclass(frozen=True)
class Promise(Generic[Kept]):
    """Something promised, by its latest statement and its first.

    Parameters
    ----------
    now, first : the latest statement that the paper may know, and the first.
    today : the paper's day.
    """

    now: Kept
    first: Kept
    today: dt.date

    @property
    def overdue(self) -> bool:
        """Whether its day has passed and no source says that it was done."""
        return self.now.status != "done" and self.now.due is not None and self.now.due.last < self.today

    @property
    def slipped(self) -> int:
        """Days between when it was first to be done and when it was done, is due now, or has not been done yet."""
        if self.first.due is None:
            return 0
        by = self.now.done or (None if self.now.status == "done" else self.now.due)
        ends = [by.last] if by else []
        ends += [self.today] if self.overdue and self.now.status == "late" else []
        return max(0, (max(ends) - self.first.due.last).days) if ends else 0


@dataclass(frozen=True)
class Position:
    """The journey as a paper of a day may tell it.

    Parameters
    ----------
    today : the paper's day; what is dated after it is left out, save plans that had been announced by then.
    panel : the name of the panel that reads the paper: its next meeting is in the calendar, whoever has announced it.
    """

    today: dt.date
    panel: str
    rows: tuple[Finding, ...]
    asked: tuple[Recommendation, ...]
    done_about: tuple[Action, ...]
    steps: tuple[Milestone, ...]
    calendar: tuple[Meeting, ...]

    def _known(self, when: When | None) -> bool:
        return when is not None and when.last <= self.today

    @cached_property
    def visits(self) -> list[Visit]:
        """Inspections, visits and reviews in order of time; those that are announced only, without their findings."""
        found = []
        for first in {row.visit: row for row in reversed(self.rows)}.values():
            told = self._known(first.published or first.end)
            if told or self._known(first.announced) or self._known(first.end):
                own = tuple(row for row in self.rows if row.visit == first.visit)
                findings = own if told else ()
                found.append(
                    Visit(
                        first.visit,
                        first.title,
                        first.kind,
                        first.framework,
                        first.focus,
                        first.start,
                        first.end,
                        first.published if told else None,
                        findings,
                        first.end.last > self.today,
                    )
                )
        return sorted(found, key=lambda visit: (visit.start, visit.end))

    def visit(self, id: str) -> Visit | None:
        """A visit that has reported by the paper's day."""
        return next((visit for visit in self.visits if visit.id == id and visit.findings), None)

    def raised_by(self, one: Recommendation) -> list[Visit]:
        """The visits that had asked for it by the paper's day, the first of them first."""
        return [visit for id in one.raised_by if (visit := self.visit(id))]

    @cached_property
    def recommendations(self) -> list[Recommendation]:
        """What had been asked for by the paper's day."""
        return [one for one in self.asked if self.raised_by(one)]

    @cached_property
    def actions(self) -> list[Promise[Action]]:
        """Actions as they stood."""
        return self._promises(self.done_about)

    @cached_property
    def milestones(self) -> list[Promise[Milestone]]:
        """Milestones as they stood, in order of their days."""
        far = dt.date.max
        return sorted(self._promises(self.steps), key=lambda one: one.now.due.last if one.now.due else far)

    def _promises(self, statements: Iterable[Kept]) -> list[Promise[Kept]]:
        known = sorted((one for one in statements if self._known(one.as_of)), key=lambda one: one.as_of.last)
        firsts = {one.id: one for one in reversed(known)}
        latest = {one.id: one for one in known}
        return [Promise(latest[id], first, self.today) for id, first in reversed(firsts.items())]

    @cached_property
    def meetings(self) -> list[Meeting]:
        """Meetings held by the paper's day, those announced by then, and the panel's next."""
        after = self.next_meeting
        return [
            one
            for one in self.calendar
            if one is after or self._known(one.announced) or (one.date is not None and self._known(one.date))
        ]

    @cached_property
    def next_meeting(self) -> Meeting | None:
        """The panel's next meeting after the paper's day, where the files have its date."""
        end = self.today + CALENDAR
        ahead = [
            one for one in self.calendar if one.name == self.panel and one.date and self.today < one.date.last <= end
        ]
        return min(ahead, key=lambda one: one.date.last if one.date else dt.date.max, default=None)

    def due_before_next(self) -> list[tuple[When, str, str]]:
        """What is to happen from the paper's day to the panel's next meeting: when, what, and whose it is."""
        end = self.next_meeting.date.last if self.next_meeting and self.next_meeting.date else None
        if end is None:
            return []
        stepped = {(one.now.owner, one.now.due) for one in self.milestones}
        found = [
            (visit.end, ": ".join(filter(None, (visit.title, visit.focus))), "")
            for visit in self.visits
            if visit.planned
        ]
        found += [
            (one.date, f"{one.name}: {one.purpose}".rstrip(": "), "")
            for one in self.meetings
            if one.date and one is not self.next_meeting and (one.name, one.date) not in stepped
        ]
        found += [(one.now.due, one.now.milestone, one.now.owner) for one in self.milestones if one.now.due]
        found += [(one.now.due, one.now.action, one.now.owner) for one in self.actions if one.now.due]
        return sorted({row for row in found if self.today < row[0].last <= end}, key=lambda row: (row[0].last, row[1]))
