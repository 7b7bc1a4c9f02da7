"""Rules on child-in-need plans."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import (
    among,
    at_end,
    beside,
    current,
    held_from,
    overlapping,
    overlapping_earlier,
    referral_of,
    those,
)
from quarterdeck.measures.counting import latest_before
from quarterdeck.measures.describe import age_on, over_months
from quarterdeck.records import Records

ADULT = 18
LONG_MONTHS = 24
SPLIT_DAYS = 7
DATES = ("cin_plan_start_date", "cin_plan_end_date")


@check(
    "CIN-01",
    severity="error",
    table="cin_plans",
    fields=["referral_id"],
    needs=["cin_plans.referral_id", "cin_episodes"],
)
def of_no_referral(records: Records) -> pd.Index:
    """The child-in-need plan belongs to no referral of the extract: record it under its case."""
    rows = current(records, "cin_plans")
    return those(rows, ~among(rows.referral_id, current(records, "cin_episodes").referral_id))


@check(
    "CIN-02",
    severity="error",
    table="cin_plans",
    fields=["cin_plan_start_date"],
    needs=["cin_plans.referral_id", "cin_episodes"],
)
def begun_before_referral(records: Records) -> pd.Index:
    """The child-in-need plan began before its referral: correct one of the two dates."""
    rows = current(records, "cin_plans")
    return those(rows, rows.cin_plan_start_date < referral_of(records, rows).referral_date)


@check(
    "CIN-03",
    severity="error",
    table="cin_plans",
    fields=["cin_plan_end_date"],
    needs=["cin_plans.referral_id", "cin_plans.cin_plan_end_date", "cin_episodes.close_date"],
)
def open_after_closure(records: Records) -> pd.Index:
    """The case is closed and the child-in-need plan is still open, or was open afterwards: end the plan, or it counts
    for ever.
    """
    rows = current(records, "cin_plans")
    closed = referral_of(records, rows).close_date
    return those(rows, closed.notna() & (rows.cin_plan_end_date.isna() | (rows.cin_plan_end_date > closed)))


@check(
    "CIN-04",
    severity="error",
    table="cin_plans",
    fields=list(DATES),
    needs=["cin_plans.cin_plan_end_date", "cp_plans.cp_plan_end_date"],
)
def with_a_protection_plan(records: Records) -> pd.Index:
    """The child-in-need plan was open while the child had a child protection plan: end it on the day that the other
    began.
    """
    plans = current(records, "cp_plans")
    return overlapping(current(records, "cin_plans"), *DATES, plans, "cp_plan_start_date", "cp_plan_end_date")


@check("CIN-05", severity="error", table="cin_plans", fields=list(DATES), needs=["cin_plans.cin_plan_end_date"])
def with_another(records: Records) -> pd.Index:
    """The child-in-need plan began while another of the same child was open: end the earlier, or join the two."""
    return overlapping_earlier(current(records, "cin_plans"), *DATES)


@check("CIN-06", severity="query", table="cin_plans", fields=list(DATES), needs=["cin_plans.cin_plan_end_date"])
def shorter_than_a_day(records: Records) -> pd.Index:
    """The child-in-need plan ended on the day it began: correct the dates, or take it out."""
    rows = current(records, "cin_plans")
    return those(rows, rows.cin_plan_end_date == rows.cin_plan_start_date)


@check(
    "CIN-07", severity="query", table="cin_plans", fields=["cin_plan_end_date"], needs=["cin_plans.cin_plan_end_date"]
)
def open_over_two_years(records: Records) -> pd.Index:
    """The child-in-need plan has been open for more than two years: end it if it is over, else review the case."""
    rows = current(records, "cin_plans")
    long = over_months(rows.cin_plan_start_date, at_end(records, rows), LONG_MONTHS)
    return those(rows, rows.cin_plan_end_date.isna() & long)


@check(
    "CIN-08",
    severity="query",
    table="cin_plans",
    fields=["cin_plan_end_date"],
    needs=["cin_plans.cin_plan_end_date", "person.dob"],
)
def of_an_adult(records: Records) -> pd.Index:
    """The child-in-need plan is open and the young person is 18 or over: end it, or correct the birth date."""
    rows = current(records, "cin_plans")
    born = beside(records, rows, "person", "person_id", ["dob"]).dob
    return those(rows, rows.cin_plan_end_date.isna() & (age_on(born, at_end(records, rows)) >= ADULT))


@check("CIN-09", severity="query", table="cin_plans", fields=list(DATES), needs=["cin_plans.cin_plan_end_date"])
def begun_as_another_ended(records: Records) -> pd.Index:
    """The child-in-need plan began within seven days after another of the child's ended: if it is the same plan,
    join the two, for its length is counted from the later start.
    """
    rows = current(records, "cin_plans")
    before = records.history("cin_plans")
    before = before[before.cin_plan_start_date < before.cin_plan_end_date]
    ended = latest_before(rows, "cin_plan_start_date", before, "cin_plan_end_date", same_day=True)
    return those(rows, (rows.cin_plan_start_date - ended).dt.days <= SPLIT_DAYS)


@check(
    "CIN-10",
    severity="query",
    table="cin_plans",
    fields=["cin_plan_start_date"],
    needs=["cin_plans.referral_id", "cin_assessments", "cin_episodes"],
)
def of_an_unassessed_child(records: Records) -> pd.Index:
    """No extract has an assessment of the child that began before the child-in-need plan, though the child was referred
    in the years that they cover: record the assessment.
    """
    rows = current(records, "cin_plans")
    assessed = records.history("cin_assessments")
    first = latest_before(rows, "cin_plan_start_date", assessed, "assessment_start_date", same_day=True)
    told = referral_of(records, rows).referral_date >= held_from(records, "cin_assessments")
    return those(rows, told & first.isna())


@check("CIN-11", severity="error", table="cin_plans", fields=list(DATES), needs=["person.death_date"])
def after_death(records: Records) -> pd.Index:
    """The child-in-need plan began after the child had died: correct one of the two dates."""
    rows = current(records, "cin_plans")
    return those(
        rows, rows.cin_plan_start_date > beside(records, rows, "person", "person_id", ["death_date"]).death_date
    )
