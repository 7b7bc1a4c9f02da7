"""The contract of an authority's `improvement/` files: one model a file, one field a column, in the column's order."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from quarterdeck.improvement.when import FORM, When

Kind = Literal["inspection", "monitoring visit", "review", "direction", "self-assessment"]
Grade = Literal["", "outstanding", "good", "requires improvement to be good", "inadequate"]
Direction = Literal["", "improved", "not yet good"]
Status = Literal["planned", "under way", "late", "done"]
Rag = Literal["", "red", "amber", "green"]
Body = Literal["panel", "cabinet", "board", "government", "inspectorate"]


class Fault(ValueError):
    """A row whose cells do not agree: which column, what was expected of it, and what to do."""

    def __init__(self, column: str, expected: str, what_to_do: str) -> None:
        self.column, self.expected, self.what_to_do = column, expected, what_to_do
        super().__init__(f"{column}: expected {expected}; {what_to_do}")


def _when(value: object) -> object:
    return When.parse(value) if isinstance(value, str) else value


def _when_or_none(value: object) -> object:
    return None if value == "" else _when(value)


def _names(value: object) -> object:
    return tuple(filter(None, map(str.strip, value.split(";")))) if isinstance(value, str) else value


Id = Annotated[str, StringConstraints(pattern=r"^[\w.-]+$"), Field(description="an id of letters, digits and dashes")]
Text = Annotated[str, StringConstraints(min_length=1), Field(description="some words")]
Day = Annotated[When, BeforeValidator(_when), Field(description=FORM)]
MaybeDay = Annotated[When | None, BeforeValidator(_when_or_none), Field(description=f"{FORM}, or nothing")]
Names = Annotated[tuple[str, ...], BeforeValidator(_names), Field(description="ids, with ; between them")]


class Row(BaseModel):
    """A row of one of the files."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, arbitrary_types_allowed=True)


class Finding(Row):
    """A row of `inspections.csv`: what one inspection, visit or review said of one area.

    Parameters
    ----------
    visit : the same for all rows of one visit.
    focus : the service that the whole visit is about, where it is about one; told with the plan of it.
    published : when its report came out; what it found is not told before. Without one, it is told from its end.
    announced : from when a paper may say that it is to come, where it was announced.
    direction : "improved" or "not yet good", where a visit gives no grade.
    """

    visit: Id
    title: Text
    kind: Kind
    framework: str
    focus: str
    start: Day
    end: Day
    published: MaybeDay
    announced: MaybeDay
    judgement_area: Text
    grade: Grade
    direction: Direction
    headline: str
    source: Text

    @model_validator(mode="after")
    def _in_order(self) -> Finding:
        if self.end.last < self.start.first:
            raise Fault("end", f"a day not before the start, {self.start}", "correct the start or the end")
        if self.published and self.published.last < self.end.first:
            raise Fault(
                "published", f"a day not before the end, {self.end}", "correct the end or the day of the report"
            )
        return self


class Recommendation(Row):
    """A row of `recommendations.csv`: what was asked for, by whom, and what would show that it has been done.

    Parameters
    ----------
    raised_by : the visits that asked for it, the first of them first.
    evidence_measure : ids of the catalogue.
    no_data_reason : why no measure can show it, or can show only a part.
    """

    id: Id
    raised_by: Names
    theme: Text
    recommendation: Text
    evidence_measure: Names
    no_data_reason: str
    source: Text

    @model_validator(mode="after")
    def _answered(self) -> Recommendation:
        if not self.raised_by:
            raise Fault("raised_by", "the visit that asked for it", "write its id, from inspections.csv")
        if not self.evidence_measure and not self.no_data_reason:
            raise Fault(
                "evidence_measure", "a measure, or a no_data_reason", "name its measure, or say why no data can show it"
            )
        return self


class Statement(Row):
    """What was said of something promised on a day. The latest not after a paper's day is its position in that paper.

    Parameters
    ----------
    due : when it is to be done; its first statement says when it was first to be done.
    done : when it was done, where that is known.
    as_of : the day of the source that says so; no paper of an earlier day knows it.
    """

    id: Id
    owner: str
    due: MaybeDay
    status: Status
    done: MaybeDay
    as_of: Day
    source: Text

    @model_validator(mode="after")
    def _not_done_before(self) -> Statement:
        if self.done and self.status != "done":
            raise Fault("status", "done, since a day is given on which it was", "write done, or leave the day out")
        if self.done and self.done.first > self.as_of.last:
            raise Fault("done", f"a day not after as_of, {self.as_of}", "a plan is a due day: move it to due")
        return self


class Action(Statement):
    """A row of `actions.csv`: what is done about a recommendation, or about the plan as a whole."""

    recommendation: Names
    action: Text
    rag: Rag
    evidence_measure: Names


class Milestone(Statement):
    """A row of `milestones.csv`: a step of a programme."""

    programme: Text
    phase: Text
    milestone: Text


class Meeting(Row):
    """A row of `meetings.csv`: when those who govern the improvement meet, and what they are to do.

    Parameters
    ----------
    date : left out of one that comes round; then `frequency` says how often.
    announced : from when a paper may say that it is to come; without it, a paper names it once it has been held.
    """

    date: MaybeDay
    body: Body
    name: Text
    chair: str
    frequency: str
    purpose: str
    announced: MaybeDay
    source: Text

    @model_validator(mode="after")
    def _dated(self) -> Meeting:
        if self.date is None and not (self.frequency and self.announced):
            raise Fault("date", "a day, or how often it meets and since when", "fill date, or frequency and announced")
        return self


FILES: dict[str, type[Row]] = {
    "inspections": Finding,
    "recommendations": Recommendation,
    "actions": Action,
    "milestones": Milestone,
    "meetings": Meeting,
}
"""The files of `improvement/` by their names without `.csv`."""
