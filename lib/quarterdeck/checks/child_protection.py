"""Rules on child protection plans."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import (
    among,
    at_end,
    beside,
    current,
    earlier,
    held_from,
    overlapping_earlier,
    referral_of,
    those,
)
from quarterdeck.measures.counting import latest_before
from quarterdeck.measures.describe import over_months
from quarterdeck.records import Records

ADULT = 18
LONG_MONTHS = 24
ENQUIRED_WITHIN_MONTHS = 6
SPLIT_DAYS = 31
DATES = ("cp_plan_start_date", "cp_plan_end_date")


@check(
    "CPP-01", severity="error", table="cp_plans", fields=["referral_id"], needs=["cp_plans.referral_id", "cin_episodes"]
)
def of_no_referral(records: Records) -> pd.Index:
    """The child protection plan belongs to no referral of the extract: record it under its case."""
    rows = current(records, "cp_plans")
    return those(rows, ~among(rows.referral_id, current(records, "cin_episodes").referral_id))


@check(
    "CPP-02",
    severity="error",
    table="cp_plans",
    fields=["cp_plan_start_date"],
    needs=["cp_plans.referral_id", "cin_episodes"],
)
def begun_before_referral(records: Records) -> pd.Index:
    """The child protection plan began before its referral: correct one of the two dates."""
    rows = current(records, "cp_plans")
    return those(rows, rows.cp_plan_start_date < referral_of(records, rows).referral_date)


@check(
    "CPP-03",
    severity="error",
    table="cp_plans",
    fields=["cp_plan_start_date"],
    needs=["cp_plans.referral_id", "cin_episodes.close_date"],
)
def begun_after_closure(records: Records) -> pd.Index:
    """The child protection plan began after its case was closed: correct one of the two dates, or record the referral
    that led to it.
    """
    rows = current(records, "cp_plans")
    return those(rows, rows.cp_plan_start_date > referral_of(records, rows).close_date)


@check(
    "CPP-04",
    severity="error",
    table="cp_plans",
    fields=["cp_plan_end_date"],
    needs=["cp_plans.referral_id", "cp_plans.cp_plan_end_date", "cin_episodes.close_date"],
)
def open_after_closure(records: Records) -> pd.Index:
    """The case is closed and the child protection plan is still open, or was open afterwards: end the plan, or open
    the case again.
    """
    rows = current(records, "cp_plans")
    closed = referral_of(records, rows).close_date
    return those(rows, closed.notna() & (rows.cp_plan_end_date.isna() | (rows.cp_plan_end_date > closed)))


@check("CPP-05", severity="error", table="cp_plans", fields=list(DATES), needs=["cp_plans.cp_plan_end_date"])
def with_another(records: Records) -> pd.Index:
    """The child protection plan began while another of the same child was open: end the earlier, or join the two, for
    both count.
    """
    return overlapping_earlier(current(records, "cp_plans"), *DATES)


@check(
    "CPP-06",
    severity="query",
    table="cp_plans",
    fields=["cp_plan_start_date"],
    needs=["s47_enquiry", "s47_enquiry.icpc_date"],
)
def without_enquiry(records: Records) -> pd.Index:
    """The child had neither a section 47 enquiry nor an initial conference in the six months before the child
    protection plan began: record them, unless the child came with a plan from elsewhere.
    """
    rows = current(records, "cp_plans")
    enquiries, referrals = records.history("s47_enquiry"), records.history("cin_episodes")
    since = rows.cp_plan_start_date - pd.DateOffset(months=ENQUIRED_WITHIN_MONTHS)
    found = pd.Series(False, index=rows.index)
    for earlier_rows, date in ((enquiries, "s47_start_date"), (enquiries, "icpc_date"), (referrals, "icpc_date")):
        found |= latest_before(rows, "cp_plan_start_date", earlier_rows, date, same_day=True) >= since
    return those(rows, ~found & (since >= held_from(records, "s47_enquiry")))


@check("CPP-07", severity="query", table="cp_plans", fields=["cp_plan_end_date"], needs=["cp_plans.cp_plan_end_date"])
def open_two_years(records: Records) -> pd.Index:
    """The child protection plan has been open for more than two years: end it if it is over, else bring it to a legal
    planning meeting.
    """
    rows = current(records, "cp_plans")
    long = over_months(rows.cp_plan_start_date, at_end(records, rows), LONG_MONTHS)
    return those(rows, rows.cp_plan_end_date.isna() & long)


@check(
    "CPP-08",
    severity="error",
    table="cp_plans",
    fields=["cp_plan_end_date"],
    needs=["cp_plans.cp_plan_end_date", "person.dob"],
)
def of_an_adult(records: Records) -> pd.Index:
    """The child protection plan was open after the 18th birthday: end it on that day at the latest, or correct the
    birth date.
    """
    rows = current(records, "cp_plans")
    born = beside(records, rows, "person", "person_id", ["dob"]).dob
    last = rows.cp_plan_end_date.fillna(records.quarter.end)
    return those(rows, born + pd.DateOffset(years=ADULT) < last)


@check(
    "CPP-09",
    severity="error",
    table="cp_plans",
    fields=["number_of_previous_cpp"],
    needs=["cp_plans.number_of_previous_cpp"],
)
def fewer_previous_plans_than_held(records: Records) -> pd.Index:
    """The number of previous plans is lower than the number of the child's earlier plans in the extracts held: correct
    it, for repeat plans are counted by it.
    """
    rows = current(records, "cp_plans")
    every = records.history("cp_plans").sort_values(["person_id", "cp_plan_start_date"], kind="stable")
    held = every.groupby("person_id").cumcount().reindex(rows.index)
    return those(rows, rows.number_of_previous_cpp < held)


@check(
    "CPP-10",
    severity="query",
    table="cp_plans",
    fields=["number_of_previous_cpp"],
    needs=["cp_plans.number_of_previous_cpp"],
)
def previous_plans_not_told(records: Records) -> pd.Index:
    """The number of previous plans is not told, or is over nine: fill it in, for repeat plans are counted by it."""
    rows = current(records, "cp_plans")
    return those(rows, rows.number_of_previous_cpp.isna() | (rows.number_of_previous_cpp > 9).fillna(False))


@check(
    "CPP-11",
    severity="error",
    table="cp_plans",
    fields=["cp_plan_initial_category", "cp_plan_latest_category"],
    needs=["cp_plans.cp_plan_latest_category"],
)
def category_not_told(records: Records) -> pd.Index:
    """The category of abuse is missing, the first or the latest: fill it in."""
    rows = current(records, "cp_plans")
    return those(rows, rows[["cp_plan_initial_category", "cp_plan_latest_category"]].isna().any(axis=1))


@check("CPP-12", severity="query", table="cp_plans", fields=list(DATES), needs=["cp_plans.cp_plan_end_date"])
def shorter_than_a_day(records: Records) -> pd.Index:
    """The child protection plan ended on the day it began: correct the dates, or take it out."""
    rows = current(records, "cp_plans")
    return those(rows, rows.cp_plan_end_date == rows.cp_plan_start_date)


@check("CPP-13", severity="query", table="cp_plans", fields=list(DATES), needs=["cp_plans.cp_plan_end_date"])
def begun_as_another_ended(records: Records) -> pd.Index:
    """The child protection plan began within 31 days after another of the child's ended: if it is the same plan, join
    the two, for it counts as a repeat plan.
    """
    rows = current(records, "cp_plans")
    before = records.history("cp_plans")
    before = before[before.cp_plan_start_date < before.cp_plan_end_date]
    ended = latest_before(rows, "cp_plan_start_date", before, "cp_plan_end_date", same_day=True)
    return those(rows, (rows.cp_plan_start_date - ended).dt.days <= SPLIT_DAYS)


def _then(records: Records, column: str) -> pd.Series:
    """What an earlier year's extract told of each plan of this one; missing where none did."""
    keys = ["person_id", "cp_plan_start_date"]
    before = earlier(records, "cp_plans").set_index(keys)[column]
    rows = current(records, "cp_plans")
    return before.reindex(pd.MultiIndex.from_frame(rows[keys])).set_axis(rows.index)


@check("CPP-14", severity="query", table="cp_plans", fields=["cp_plan_initial_category"])
def initial_category_changed(records: Records) -> pd.Index:
    """The first category of abuse is not the one that an earlier year's extract gave for the same plan: only the
    latest category may change.
    """
    rows, then = current(records, "cp_plans"), _then(records, "cp_plan_initial_category")
    return those(rows, then.notna() & rows.cp_plan_initial_category.notna() & (rows.cp_plan_initial_category != then))


@check("CPP-15", severity="query", table="cp_plans", fields=["number_of_previous_cpp"])
def previous_plans_changed(records: Records) -> pd.Index:
    """The number of previous plans is not the one that an earlier year's extract gave for the same plan: make sure
    that it is now right.
    """
    rows, then = current(records, "cp_plans"), _then(records, "number_of_previous_cpp")
    return those(rows, rows.number_of_previous_cpp != then)


@check("CPP-16", severity="query", table="cp_plans", fields=["cp_plan_end_date"], needs=["cp_plans.cp_plan_end_date"])
def end_changed(records: Records) -> pd.Index:
    """An earlier year's extract ended the plan on another day, or the plan is open again: make sure that the end is
    now right, for plans that ended are counted in both years.
    """
    rows, then = current(records, "cp_plans"), _then(records, "cp_plan_end_date")
    return those(rows, then.notna() & (rows.cp_plan_end_date != then))


@check("CPP-17", severity="query", table="cp_plans", fields=["cp_plan_start_date"], needs=["s47_enquiry.icpc_date"])
def begun_without_conference(records: Records) -> pd.Index:
    """The child had an initial conference in the four weeks before the child protection plan began, but not on the
    day: a plan begins on the day of its conference.
    """
    rows = current(records, "cp_plans")
    held = records.history("s47_enquiry")
    last = latest_before(rows, "cp_plan_start_date", held, "icpc_date", same_day=True)
    days = (rows.cp_plan_start_date - last).dt.days
    return those(rows, (days > 0) & (days <= 28))
