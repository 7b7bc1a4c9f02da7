"""Rules on child protection reviews: the first within 3 months of the plan's start, each later one within 6."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import among, beside, current, held_from, known_by, off_duty, those
from quarterdeck.measures.describe import over_months
from quarterdeck.records import Records

FIRST_MONTHS, LATER_MONTHS = 3, 6
TOO_CLOSE_DAYS = 14
ENDED_WITHIN_DAYS = 28


def _in_order(records: Records) -> pd.DataFrame:
    """Every review of every extract, with its plan's start and the review before it, missing where it is the first."""

    def told() -> pd.DataFrame:
        plans = records.history("cp_plans").drop_duplicates("cp_plan_id", keep="last").set_index("cp_plan_id")
        rows = records.history("cp_reviews").sort_values(["cp_plan_id", "cp_review_date"], kind="stable")
        return rows.assign(
            begun=plans.cp_plan_start_date.reindex(rows.cp_plan_id).set_axis(rows.index),
            before=rows.groupby("cp_plan_id").cp_review_date.shift(),
        )

    return records.kept("reviews in order", told)


@check("CPR-01", severity="query", table="cp_reviews", fields=["cp_review_date"], needs=["cp_plans"])
def first_review_late(records: Records) -> pd.Index:
    """The first review was held more than three months after the child protection plan began: make sure that none
    before it is missing.
    """
    rows = _in_order(records)
    first = rows.before.isna() & (rows.begun >= held_from(records, "cp_reviews"))
    return those(rows, first & over_months(rows.begun, rows.cp_review_date, FIRST_MONTHS))


@check("CPR-02", severity="query", table="cp_reviews", fields=["cp_review_date"], needs=["cp_plans"])
def later_review_late(records: Records) -> pd.Index:
    """The review was held more than six months after the one before it: make sure that none between is missing."""
    rows = _in_order(records)
    return those(rows, over_months(rows.before, rows.cp_review_date, LATER_MONTHS))


@check(
    "CPR-03",
    severity="query",
    table="cp_plans",
    fields=["cp_plan_end_date"],
    needs=["cp_plans.cp_plan_end_date", "cp_reviews"],
)
def review_overdue(records: Records) -> pd.Index:
    """The child protection plan is open and its next review is overdue: three months after the start have passed
    without one, or six since the last. Record the review, or end the plan.
    """
    rows = current(records, "cp_plans")
    last = records.history("cp_reviews").groupby("cp_plan_id").cp_review_date.max().reindex(rows.cp_plan_id)
    last = last.set_axis(rows.index)
    first_due = rows.cp_plan_start_date + pd.DateOffset(months=FIRST_MONTHS)
    due = (last + pd.DateOffset(months=LATER_MONTHS)).fillna(first_due)
    return those(rows, rows.cp_plan_end_date.isna() & (due < records.quarter.end))


@check("CPR-04", severity="error", table="cp_reviews", fields=["cp_review_date"], needs=["cp_plans"])
def before_its_plan(records: Records) -> pd.Index:
    """The review was held on the day that the child protection plan began, or before: the initial conference is no
    review; take it out, or correct the date.
    """
    rows = current(records, "cp_reviews")
    begun = beside(records, rows, "cp_plans", "cp_plan_id", ["cp_plan_start_date"]).cp_plan_start_date
    return those(rows, rows.cp_review_date <= begun)


@check("CPR-05", severity="error", table="cp_reviews", fields=["cp_review_date"], needs=["cp_plans.cp_plan_end_date"])
def after_its_plan(records: Records) -> pd.Index:
    """The review was held after the child protection plan had ended: correct one of the two dates."""
    rows = current(records, "cp_reviews")
    ended = beside(records, rows, "cp_plans", "cp_plan_id", ["cp_plan_end_date"]).cp_plan_end_date
    return those(rows, rows.cp_review_date > ended)


@check("CPR-06", severity="error", table="cp_reviews", fields=["cp_plan_id"], needs=["cp_plans"])
def of_no_plan(records: Records) -> pd.Index:
    """The review belongs to no child protection plan of the extract: record it under its plan."""
    rows = current(records, "cp_reviews")
    return those(rows, ~among(rows.cp_plan_id, current(records, "cp_plans").cp_plan_id))


@check("CPR-07", severity="query", table="cp_reviews", fields=["cp_review_date"])
def too_close(records: Records) -> pd.Index:
    """The review was held within two weeks after another of the same plan: if it is one review in two sittings, keep
    the date on which it was completed.
    """
    rows = current(records, "cp_reviews").sort_values(["cp_plan_id", "cp_review_date"], kind="stable")
    gap = rows.cp_review_date - rows.groupby("cp_plan_id").cp_review_date.shift()
    return those(rows, gap.dt.days <= TOO_CLOSE_DAYS)


@check("CPR-08", severity="query", table="cp_reviews", fields=["cp_review_date"])
def on_a_day_off(records: Records) -> pd.Index:
    """The review is dated on a weekend or a bank holiday: correct the date."""
    rows = current(records, "cp_reviews")
    return those(rows, off_duty(rows.cp_review_date))


@check(
    "CPR-09",
    severity="query",
    table="cp_plans",
    fields=["cp_plan_end_date"],
    needs=["cp_plans.cp_plan_end_date", "cp_reviews", "cp_plan_ends"],
)
def ended_without_review(records: Records) -> pd.Index:
    """The child protection plan ended because the threshold was no longer met, and no review was held in the four weeks
    up to its end: only a conference ends such a plan; record it.
    """
    rows = current(records, "cp_plans")
    last = records.history("cp_reviews").groupby("cp_plan_id").cp_review_date.max().reindex(rows.cp_plan_id)
    ends = records.history("cp_plan_ends")
    decided = known_by(
        rows,
        ["person_id", "cp_plan_end_date"],
        ends[ends.reason == "threshold no longer met"],
        ["person_id", "end_date"],
    )
    recent = last.set_axis(rows.index) >= rows.cp_plan_end_date - pd.Timedelta(days=ENDED_WITHIN_DAYS)
    return those(rows, decided & ~recent)
