"""`ImprovementPaper`: what the notebook on the improvement journey writes with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import cached_property

import pandas as pd
from markupsafe import Markup

from quarterdeck.errors import Unknown
from quarterdeck.home import Home
from quarterdeck.improvement import FOLDER, Journey, Position, Visit, read_journey
from quarterdeck.paper import paper as writing
from quarterdeck.paper import words
from quarterdeck.paper.anatomy import slug
from quarterdeck.paper.blocks import paragraph
from quarterdeck.paper.charts import Chart
from quarterdeck.paper.journey import asked, events, programme, register
from quarterdeck.paper.journey.asked import Answer, answers
from quarterdeck.paper.journey.evidence import tally
from quarterdeck.paper.plans import Plan
from quarterdeck.paper.view import View

NONE_HELD = "No inspection, recommendation or action is held: write them into {folder}/ beside the profile."
UNDER = 4
"""Measures that the time line of the whole journey is drawn over."""


class ImprovementPaper(writing.Paper):
    """The paper on the improvement journey: what was asked, what was promised, and what the figures say.

    Examples
    --------
    >>> from quarterdeck.paper import ImprovementPaper
    >>> journey = ImprovementPaper(
    ...     "improvement_journey", authority, "2017-18 Q3", "officers", source=ready, commentary=""
    ... )
    >>> journey.officers
    True
    """

    @cached_property
    def _journey(self) -> Journey:
        return _read(self.authority.slug, self.measures)

    @cached_property
    def _today(self) -> dt.date:
        meeting = self.authority.meeting(str(self.quarter))
        return meeting.date if meeting else self.quarter.end.date()

    @cached_property
    def position(self) -> Position:
        """The journey as it stood on the day of the paper.

        Examples
        --------
        >>> len(journey.position.recommendations) > 10
        True
        """
        return self._journey.on(self._today, self.authority.panel.name)

    @cached_property
    def plan(self) -> Plan:  # type: ignore[override]
        """The measures of recommendations, actions and the register; where there are none, all of the catalogue.

        Examples
        --------
        >>> "cp_plan_rate" in journey.plan.measures
        True
        """
        position = self.position
        named = [name for one in position.recommendations for name in one.evidence_measure]
        named += [name for one in position.actions for name in one.now.evidence_measure]
        named += [kpi.measure for kpi in self.authority.kpis]
        return Plan(tuple(name for name in dict.fromkeys(named) if name in self.measures) or tuple(self.measures))

    @cached_property
    def _by_id(self) -> dict[str, View]:
        return {view.measure.id: view for view in self.views}

    @cached_property
    def _base(self) -> Visit | None:
        return next((visit for visit in self.position.visits if visit.kind == "inspection" and visit.findings), None)

    @cached_property
    def _answers(self) -> list[Answer]:
        return answers(self.position, self._by_id, self._base)

    def _address(self, view: View) -> str:
        """No measure has a block of its own here: it stands under each recommendation that it is evidence for."""
        return ""

    def _nothing(self) -> bool:
        """Say that there are no files, where there are none."""
        if not self._journey:
            self.say(NONE_HELD.format(folder=FOLDER))
        return not self._journey

    def summary(self) -> None:
        """Where the journey stands: the last judgement, what was asked and what the figures say, what has slipped.

        Examples
        --------
        >>> journey.summary()
        """
        if self._nothing():
            return
        said = [self._judged(), *self._answered(), self._kept()]
        self._show(Markup("").join(map(paragraph, filter(None, said))), " ".join(said))

    def _judged(self) -> str:
        graded = [visit for visit in self.position.visits if visit.overall]
        if not graded:
            return "No inspection is held."
        last = graded[-1]
        after = [
            visit
            for visit in self.position.visits
            if visit.kind == "monitoring visit" and visit.findings and visit.start > last.end
        ]
        when = (last.published or last.end).month
        said = f"Inspectors last judged the council’s services for children {last.overall}, in {when}."
        if after:
            verb = "visit has" if len(after) == 1 else "visits have"
            many = words.sentence(words.count_word(len(after)))
            said += f" {many} monitoring {verb} followed, the last in {after[-1].end.month}."
        return said

    def _answered(self) -> list[str]:
        found = self._answers
        if not found:
            return ["Nothing that is held here had been asked for by the day of this paper."]
        answered = sum(bool(answer.readings) for answer in found)
        none = len(found) - answered
        said = (
            f"{words.sentence(words.count_word(len(found)))} things have been asked for. "
            f"Figures of this paper bear on {words.count_word(answered)} of them"
        )
        said += f"; for {words.count_word(none)} no figure can." if none else "."
        own = asked.states(found)
        if not own:
            return [said]
        since = "since each was first asked for, or since the inspection where no quarter has ended since"
        return [said, f"Of the {len(own)} measures behind them, {since}: {tally(own)}."]

    def _kept(self) -> str:
        late = len(programme.passed(self.position))
        if not late:
            return "Nothing that was due by the day of this paper is open."
        many, dated = words.sentence(words.count_word(late)), "dated actions and milestones were"
        said = f"{many} {dated} due before this paper, and nothing held here says that they are done."
        return (
            said
            if late > 1
            else said.replace("actions and milestones were", "promise was").replace("they are", "it is")
        )

    def enquiry(self, most: int = 7) -> None:
        """The questions that the figures of these measures raise; none, where nothing has been asked for.

        Examples
        --------
        >>> journey.enquiry()
        """
        if not self._nothing():
            super().enquiry(most)

    def timeline(self) -> None:
        """Inspections, visits and phases, over the measures that most recommendations are about.

        Examples
        --------
        >>> journey.timeline()
        """
        if self._nothing():
            return
        position = self.position
        every = pd.concat([events.of_visits(position.visits), events.of_phases(position)], ignore_index=True)
        under = asked.most_named(self._answers, UNDER)
        held = sum(not visit.planned for visit in position.visits)
        ahead = int((every["kind"] == "to come").sum())
        many = "inspection, visit or review" if held == 1 else "inspections, visits and reviews"
        title = (
            f"{words.sentence(words.count_word(held))} {many} so far; "
            f"{words.count_word(ahead)} date{'' if ahead == 1 else 's'} still open"
        )
        self.chart(
            self._drawn(
                every,
                under,
                "journey",
                title,
                "Inspections, visits and programme dates over the measures that most recommendations name",
            )
        )

    def _drawn(self, every: pd.DataFrame, under: list[View], key: str, title: str, subtitle: str) -> Chart:
        place = f"{subtitle}, by month, {self.authority.short_name}, to {words.month(self.quarter.end)}"
        return events.drawn_over(every, under, key=key, today=pd.Timestamp(self._today), title=title, subtitle=place)

    def findings(self) -> None:
        """What each inspection, visit and review found, in our words, and those to come.

        Examples
        --------
        >>> journey.findings()
        """
        for visit in self.position.visits:
            self._show(programme.findings(visit), visit.title)

    def recommendations(self) -> None:
        """Theme by theme and recommendation by recommendation: what does the data say?

        Examples
        --------
        >>> journey.recommendations()
        """
        if self._nothing():
            return
        for name in dict.fromkeys(answer.one.theme for answer in self._answers):
            found = [answer for answer in self._answers if answer.one.theme == name]
            self._show(asked.theme(name, found, self._theme_chart(name, found)), name)

    def _theme_chart(self, name: str, found: list[Answer]) -> Chart | None:
        under = asked.most_named(found, UNDER)
        if not under:
            return None
        raised = {visit.id for answer in found for visit in answer.raised_by}
        base = {self._base.id} if self._base else set()
        every = events.of_visits([visit for visit in self.position.visits if visit.id in raised | base])
        key = f"journey-{slug(name)}"
        return self._drawn(every, under, key, asked.message(found), words.listed(view.measure.short for view in under))

    def actions(self) -> None:
        """Every action, with its owner, due day, status, slippage and evidence.

        Examples
        --------
        >>> journey.actions()
        """
        if self._nothing():
            return
        if self.position.actions:
            self._show(programme.actions(self.position, self._by_id), "Actions")
        else:
            self.say("No action is held here that had been promised by the day of this paper.")

    def milestones(self) -> None:
        """The milestones of each programme.

        Examples
        --------
        >>> journey.milestones()
        """
        if self._nothing():
            return
        if self.position.milestones:
            self._show(programme.milestones(self.position), "Milestones")
        else:
            self.say("No milestone is held here that had been set by the day of this paper.")

    def due(self) -> None:
        """What is due before the panel next meets.

        Examples
        --------
        >>> journey.due()
        """
        if not self._nothing():
            self._show(programme.due(self.position), "Due before the next meeting")

    def governance(self) -> None:
        """Who governs the improvement, and when they meet.

        Examples
        --------
        >>> journey.governance()
        """
        if not self._nothing():
            held = sum(one.date is not None and one.date.last <= self._today for one in self.position.meetings)
            many = words.sentence(words.count_word(held))
            self.say(f"{many} dated meetings are held here up to the day of this paper, besides those that come round.")
            self._show(programme.governance(self.position), "Governance")

    def kpis(self) -> None:
        """The register of key performance indicators.

        Examples
        --------
        >>> journey.kpis()
        """
        self._show(
            register.register(self.authority.kpis, self._indicator, pd.Timestamp(self._today)),
            "Key performance indicators",
        )

    def _indicator(self, name: str) -> View:
        if name in self.measures:
            return self.view(name)
        raise Unknown("measure", name, self.measures)

    def how(self) -> None:
        """How a figure is called better or worse.

        Examples
        --------
        >>> journey.how()
        """
        self.say(
            "The figure of the quarter that had last ended when a thing was first asked for is set beside this "
            "quarter’s. It is called better or worse only where the two are further apart than chance alone would "
            "bring about: their 95% intervals do not meet."
        )


def _read(slug: str, measures: Collection[str]) -> Journey:
    return read_journey(Home.here().data / slug / FOLDER, measures)
