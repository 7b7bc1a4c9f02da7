"""The workforce and its practice: agency workers, and what case audits found."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures.counting import events, share, totalled
from quarterdeck.measures.registry import Ratio, measure
from quarterdeck.records import Records

SOCIAL_WORK = r"social worker|senior|practitioner|manager"
"""Roles of registered social workers and those who manage them; personal advisers and support workers are others."""
GRADES = ("outstanding", "good", "requires improvement", "inadequate")
GOOD = ("outstanding", "good")


def _posts(records: Records, periods: pd.DataFrame) -> pd.DataFrame:
    """The workforce at each close, one row a service and role."""
    rows = records.history("workforce")
    rows = rows.assign(date=rows.month_end + pd.offsets.MonthEnd(0))
    closing = periods.reset_index(names="period")[["period", "end"]].rename(columns={"end": "date"})
    return rows.merge(closing, on="date", validate="many_to_many")


@measure(
    title="Agency social workers and team managers",
    short="Agency social workers and managers",
    area="Workforce and practice",
    kind="proportion",
    unit="percent",
    polarity="lower is better",
    counts="full-time equivalents",
    needs=("workforce",),
    breakdowns=("service", "role"),
    main="service",
    at_close=True,
    latest_position=True,
    definition="Full-time-equivalent agency social workers and team managers at the month's end, as a share of agency "
    "and in post together. Other roles, such as personal advisers, are only in the table by role.",
    source="DfE, Children's social work workforce; the authority's workforce list",
    why="Agency workers cost more and move on sooner, and a child then meets another social worker.",
)
def agency_rate(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Agency full-time equivalents, of agency and in post, at the close of each period."""
    rows = _posts(records, periods)
    rows = rows.assign(fte=rows.fte_in_post + rows.fte_agency)
    if "role" not in by:
        rows = rows[rows.role.str.contains(SOCIAL_WORK, case=False)]
    return Ratio(totalled(rows, "fte_agency", periods, by), totalled(rows, "fte", periods, by))


def _audits(records: Records) -> pd.DataFrame:
    rows = records.audits
    grade = rows.grade.str.strip().str.lower()
    return rows.assign(grade=pd.Categorical(grade, GRADES), moderated=rows.moderated_grade.str.strip().str.lower())


@measure(
    title="Case audits graded good or outstanding",
    short="Case audits good or better",
    area="Workforce and practice",
    kind="proportion",
    unit="percent",
    polarity="higher is better",
    counts="audits",
    needs=("audits",),
    breakdowns=("grade", "theme", "service"),
    main="grade",
    definition="Case audits dated in the period, and the share of them graded good or outstanding by the auditor. By "
    "grade: each grade as a share of all audits.",
    source="The authority's quality assurance framework",
    why="It is how the council judges its own practice.",
)
def audit_grades(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Audits graded good or outstanding, of those held; or all, by grade."""
    rows = _audits(records)
    if "grade" in by:
        return Ratio(events(rows, "audit_date", periods, by), events(rows, "audit_date", periods))
    return Ratio(*share(rows, rows.grade.isin(GOOD), "audit_date", periods, by))


@measure(
    title="Case audits that found the decision appropriate",
    short="Decisions found appropriate at audit",
    area="Workforce and practice",
    kind="proportion",
    unit="percent",
    polarity="higher is better",
    counts="audits",
    needs=("audits",),
    headline="month",
    breakdowns=("theme", "service"),
    main="theme",
    definition="Of case audits dated in the period that asked whether the decision was appropriate, the share that "
    "found it was; by theme, as for notifications that a child was missing.",
    source="The authority's quality assurance framework; panel paper of 22 March 2018, missing children",
    why="A wrong decision at notification can leave a child at risk.",
)
def audits_appropriate(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Audits that found the decision appropriate, of those that asked."""
    rows = records.audits[records.audits.appropriate.notna()]
    return Ratio(*share(rows, rows.appropriate, "audit_date", periods, by))


@measure(
    title="Case audits on whose grade the moderator agreed",
    short="Audits agreed at moderation",
    area="Workforce and practice",
    kind="proportion",
    unit="percent",
    polarity="higher is better",
    counts="audits",
    needs=("audits",),
    breakdowns=("theme", "service"),
    definition="Of case audits dated in the period that were moderated, the share whose moderator gave the auditor's "
    "grade.",
    source="The authority's quality assurance framework",
    why="Grades can only be believed when a second reader agrees.",
)
def audit_agreement(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Audits moderated to the grade they had, of those moderated."""
    rows = _audits(records)
    rows = rows[rows.moderated.notna()]
    return Ratio(*share(rows, rows.grade.astype("str") == rows.moderated, "audit_date", periods, by))
