"""Rules on the local lists of the front door and child protection: whether they tell of what the returns hold."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import among, at_end, beside, current, known_by, overlapping_earlier, those
from quarterdeck.measures.counting import latest_before
from quarterdeck.measures.describe import age_on
from quarterdeck.measures.front_door import CONFERENCE_LIMIT, OUTCOMES
from quarterdeck.records import Records
from quarterdeck.working_days import add_working_days

ADULT = 18
STALE_MONTHS = 12
OUTCOME_KEY = ["person_id", "assessment_start_date"]
ENQUIRY = r"\b(?:s(?:ection)?\s*)?47\b"


def _unknown_child(records: Records, table: str, date: str) -> pd.Index:
    """Rows of children of whom no extract tells; a list may run on past the extract, to children who came later."""
    rows = current(records, table)
    unknown = ~among(rows.person_id, records.history("person").person_id)
    return those(rows, unknown & (rows[date] < records.quarter.end + pd.Timedelta(days=1)))


@check(
    "LOC-01",
    severity="error",
    table="assessment_outcomes",
    fields=["assessment_id", *OUTCOME_KEY],
    needs=["cin_assessments"],
)
def outcome_of_no_assessment(records: Records) -> pd.Index:
    """The outcome belongs to no assessment that the returns hold: correct the child's number or the date on which the
    assessment started.
    """
    rows = current(records, "assessment_outcomes")
    held = records.history("cin_assessments")
    found = among(rows.assessment_id, held.assessment_id) | known_by(rows, OUTCOME_KEY, held, OUTCOME_KEY)
    return those(rows, ~found)


@check(
    "LOC-02",
    severity="query",
    table="cin_assessments",
    fields=["assessment_id"],
    needs=["cin_assessments.assessment_auth_date", "assessment_outcomes"],
)
def assessment_without_outcome(records: Records) -> pd.Index:
    """The assessment was authorised and the list of outcomes does not tell what followed: add it; until then it is
    worked out from the returns.
    """
    rows = current(records, "cin_assessments")
    listed = records.history("assessment_outcomes")
    found = among(rows.assessment_id, listed.assessment_id) | known_by(rows, OUTCOME_KEY, listed, OUTCOME_KEY)
    return those(rows, rows.assessment_auth_date.notna() & ~found)


@check("LOC-03", severity="error", table="assessment_outcomes", fields=["outcome"])
def outcome_not_known(records: Records) -> pd.Index:
    """The outcome is none of those that the papers know, so that it counts as unknown: write one of the outcomes of
    the list's template.
    """
    rows = current(records, "assessment_outcomes")
    known = [outcome.lower() for outcome in OUTCOMES]
    return those(rows, ~rows.outcome.str.strip().str.lower().isin(known))


@check(
    "LOC-04",
    severity="error",
    table="cp_plan_ends",
    fields=["person_id", "end_date"],
    needs=["cp_plans.cp_plan_end_date"],
)
def reason_of_no_end(records: Records) -> pd.Index:
    """The reason belongs to no child protection plan that ended on that day: correct the child's number or the date."""
    rows = current(records, "cp_plan_ends")
    plans = records.history("cp_plans")
    return those(rows, ~known_by(rows, ["person_id", "end_date"], plans, ["person_id", "cp_plan_end_date"]))


@check(
    "LOC-05",
    severity="query",
    table="cp_plans",
    fields=["cp_plan_end_date"],
    needs=["cp_plans.cp_plan_end_date", "cp_plan_ends"],
)
def end_without_reason(records: Records) -> pd.Index:
    """The child protection plan ended and the list of reasons does not tell why: add it; until then the reason is
    unknown.
    """
    rows = current(records, "cp_plans")
    listed = records.history("cp_plan_ends")
    told = known_by(rows, ["person_id", "cp_plan_end_date"], listed, ["person_id", "end_date"])
    return those(rows, rows.cp_plan_end_date.notna() & ~told)


@check(
    "LOC-06",
    severity="query",
    table="strategy_discussions",
    fields=["outcome"],
    needs=["strategy_discussions.outcome", "s47_enquiry"],
)
def enquiry_decided_and_none_held(records: Records) -> pd.Index:
    """The strategy discussion decided on a section 47 enquiry and none began in the 15 working days from it: record the
    enquiry, or correct the outcome.
    """
    rows = current(records, "strategy_discussions")
    until = add_working_days(rows.discussion_date, CONFERENCE_LIMIT)
    begun = latest_before(
        rows.assign(until=until), "until", records.history("s47_enquiry"), "s47_start_date", same_day=True
    )
    decided = rows.outcome.str.contains(ENQUIRY, case=False, regex=True)
    return those(rows, decided & (until <= records.quarter.end) & ~(begun >= rows.discussion_date))


@check("LOC-07", severity="query", table="s47_enquiry", fields=["s47_start_date"], needs=["strategy_discussions"])
def enquiry_without_discussion(records: Records) -> pd.Index:
    """No strategy discussion is listed in the 15 working days up to the section 47 enquiry: list it, for a fall in
    discussions would be read as one in practice.
    """
    rows = current(records, "s47_enquiry")
    held = records.history("strategy_discussions")
    last = latest_before(rows, "s47_start_date", held, "discussion_date", same_day=True)
    return those(rows, ~(add_working_days(last, CONFERENCE_LIMIT) >= rows.s47_start_date))


@check(
    "LOC-08", severity="query", table="strategy_discussions", fields=["outcome"], needs=["strategy_discussions.outcome"]
)
def discussion_without_outcome(records: Records) -> pd.Index:
    """It is not told what the strategy discussion decided: fill in the outcome."""
    rows = current(records, "strategy_discussions")
    return those(rows, rows.outcome.isna())


@check("LOC-09", severity="error", table="strategy_discussions", fields=["person_id"], needs=["person"])
def discussion_of_an_unknown_child(records: Records) -> pd.Index:
    """The strategy discussion is about a child of whom no return tells: correct the child's number."""
    return _unknown_child(records, "strategy_discussions", "discussion_date")


@check("LOC-10", severity="error", table="involvements", fields=["person_id"], needs=["person"])
def allocation_of_an_unknown_child(records: Records) -> pd.Index:
    """The allocation is of a child of whom no return tells: correct the child's number."""
    return _unknown_child(records, "involvements", "from_date")


@check("LOC-11", severity="query", table="exploitation", fields=["person_id"], needs=["person"])
def flag_of_an_unknown_child(records: Records) -> pd.Index:
    """The exploitation flag is on a child of whom no return tells, so that age and sex are
    unknown: make sure that the child's number is right.
    """
    return _unknown_child(records, "exploitation", "from_date")


@check("LOC-12", severity="error", table="exploitation", fields=["from_date", "to_date"])
def flagged_twice(records: Records) -> pd.Index:
    """The exploitation flag began while another of the same kind was on the child: end the earlier on that day."""
    rows = current(records, "exploitation")
    rows = rows.assign(kind=rows.kind.str.upper())
    return overlapping_earlier(rows, "from_date", "to_date", ["person_id", "kind"])


@check("LOC-13", severity="query", table="exploitation", fields=["to_date"], needs=["person.dob"])
def adult_still_flagged(records: Records) -> pd.Index:
    """The young person is 18 or over and the exploitation flag is still on: end it, for it counts as a child's."""
    rows = current(records, "exploitation")
    born = beside(records, rows, "person", "person_id", ["dob"]).dob
    end = at_end(records, rows)
    ended = rows.to_date <= records.quarter.end
    return those(rows, ~ended & (age_on(born, end) >= ADULT))


@check("LOC-14", severity="query", table="exploitation", fields=["to_date"])
def flag_unchanged_for_a_year(records: Records) -> pd.Index:
    """The exploitation flag has been on for more than a year without a change of status or risk: review it, and end it
    if the risk is over.
    """
    rows = current(records, "exploitation")
    since = records.quarter.end - pd.DateOffset(months=STALE_MONTHS)
    return those(rows, ~(rows.to_date <= records.quarter.end) & (rows.from_date < since))


@check("LOC-15", severity="query", table="exploitation", fields=["risk"], needs=["exploitation.risk"])
def risk_not_told(records: Records) -> pd.Index:
    """The level of risk is missing from the exploitation flag: fill it in."""
    rows = current(records, "exploitation")
    return those(rows, rows.risk.isna())
