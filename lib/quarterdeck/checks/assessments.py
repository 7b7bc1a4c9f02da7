"""Rules on social work assessments and the factors found at them."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import among, at_end, current, overlapping_earlier, referral_of, those
from quarterdeck.measures.counting import latest_before
from quarterdeck.measures.describe import over_months
from quarterdeck.measures.front_door import ASSESSMENT_LIMIT
from quarterdeck.records import Records
from quarterdeck.working_days import add_working_days, working_days

NO_FACTORS = "21"
LONGEST_MONTHS = 12


@check(
    "ASM-01",
    severity="error",
    table="cin_assessments",
    fields=["referral_id"],
    needs=["cin_assessments.referral_id", "cin_episodes"],
)
def of_no_referral(records: Records) -> pd.Index:
    """The assessment belongs to no referral of the extract: record it under the referral that it followed."""
    rows = current(records, "cin_assessments")
    return those(rows, ~among(rows.referral_id, current(records, "cin_episodes").referral_id))


@check(
    "ASM-02",
    severity="error",
    table="cin_assessments",
    fields=["assessment_start_date"],
    needs=["cin_assessments.referral_id", "cin_episodes"],
)
def begun_before_referral(records: Records) -> pd.Index:
    """The assessment began before its referral: correct the date, or record it under the earlier referral."""
    rows = current(records, "cin_assessments")
    return those(rows, rows.assessment_start_date < referral_of(records, rows).referral_date)


@check(
    "ASM-03",
    severity="error",
    table="cin_assessments",
    fields=["assessment_start_date"],
    needs=["cin_assessments.referral_id", "cin_episodes.close_date"],
)
def begun_after_closure(records: Records) -> pd.Index:
    """The assessment began after its case was closed: correct one of the two dates, or record the new referral."""
    rows = current(records, "cin_assessments")
    return those(rows, rows.assessment_start_date > referral_of(records, rows).close_date)


@check(
    "ASM-04",
    severity="query",
    table="cin_assessments",
    fields=["assessment_auth_date"],
    needs=["cin_assessments.referral_id", "cin_episodes.close_date", "cin_assessments.assessment_auth_date"],
)
def authorised_after_closure(records: Records) -> pd.Index:
    """The assessment was authorised after its case was closed: correct one of the two dates."""
    rows = current(records, "cin_assessments")
    return those(rows, rows.assessment_auth_date > referral_of(records, rows).close_date)


@check(
    "ASM-05",
    severity="error",
    table="cin_assessments",
    fields=["assessment_auth_date"],
    needs=["cin_assessments.referral_id", "cin_episodes.close_date", "cin_assessments.assessment_auth_date"],
)
def open_after_closure(records: Records) -> pd.Index:
    """The case is closed and the assessment is still open: authorise it, or it counts as overdue for ever."""
    rows = current(records, "cin_assessments")
    return those(rows, rows.assessment_auth_date.isna() & referral_of(records, rows).close_date.notna())


@check(
    "ASM-06",
    severity="query",
    table="cin_assessments",
    fields=["assessment_auth_date"],
    needs=["cin_assessments.assessment_auth_date"],
)
def open_past_its_limit(records: Records) -> pd.Index:
    """The assessment is still open more than 45 working days after its start: finish it, or fill in the day on which
    it was authorised.
    """
    rows = current(records, "cin_assessments")
    waited = working_days(rows.assessment_start_date, at_end(records, rows))
    return those(rows, rows.assessment_auth_date.isna() & (waited > ASSESSMENT_LIMIT))


@check(
    "ASM-07",
    severity="query",
    table="cin_assessments",
    fields=["assessment_start_date", "assessment_auth_date"],
    needs=["cin_assessments.assessment_auth_date"],
)
def took_over_a_year(records: Records) -> pd.Index:
    """The assessment was authorised more than a year after its start: correct the date that is wrong, or it weighs
    on how long assessments take.
    """
    rows = current(records, "cin_assessments")
    return those(rows, over_months(rows.assessment_start_date, rows.assessment_auth_date, LONGEST_MONTHS))


@check(
    "ASM-08",
    severity="error",
    table="cin_assessments",
    fields=["assessment_id"],
    needs=["cin_assessments.assessment_auth_date", "assessment_factors"],
)
def authorised_without_factors(records: Records) -> pd.Index:
    """The assessment was authorised and no factor is recorded: record those found, or 21 where there was none."""
    rows = current(records, "cin_assessments")
    told = among(rows.assessment_id, current(records, "assessment_factors").assessment_id)
    return those(rows, rows.assessment_auth_date.notna() & ~told)


@check("ASM-09", severity="error", table="assessment_factors", fields=["assessment_factor"])
def factors_and_no_factors(records: Records) -> pd.Index:
    """The assessment found factors and also that there was none (21): take 21 out, or the factors."""
    rows = current(records, "assessment_factors")
    with_others = rows.assessment_id[rows.assessment_factor != NO_FACTORS]
    return those(rows, (rows.assessment_factor == NO_FACTORS) & among(rows.assessment_id, with_others))


@check("ASM-10", severity="error", table="assessment_factors", fields=["assessment_id"], needs=["cin_assessments"])
def factor_of_no_assessment(records: Records) -> pd.Index:
    """The factor belongs to no assessment of the extract: cut assessments and factors at the same time."""
    rows = current(records, "assessment_factors")
    return those(rows, ~among(rows.assessment_id, current(records, "cin_assessments").assessment_id))


@check(
    "ASM-11",
    severity="query",
    table="cin_assessments",
    fields=["assessment_start_date", "assessment_auth_date"],
    needs=["cin_assessments.assessment_auth_date"],
)
def begun_while_another_was_open(records: Records) -> pd.Index:
    """The assessment began while another of the same child was open: close the earlier, or take one of them out, for
    both count.
    """
    rows = current(records, "cin_assessments")
    return overlapping_earlier(rows, "assessment_start_date", "assessment_auth_date")


@check(
    "ASM-12",
    severity="query",
    table="assessment_factors",
    fields=["assessment_factor"],
    needs=["cin_assessments.assessment_auth_date", "cp_plans"],
)
def no_factors_yet_a_protection_plan(records: Records) -> pd.Index:
    """The assessment found no factor (21), yet a child protection plan began while it was open or in the 45 working
    days after it: record what was found.
    """
    rows = current(records, "assessment_factors")
    assessed = current(records, "cin_assessments")
    until = add_working_days(assessed.assessment_auth_date.fillna(records.quarter.end), ASSESSMENT_LIMIT)
    plans = records.history("cp_plans")
    begun = latest_before(assessed.assign(until=until), "until", plans, "cp_plan_start_date", same_day=True)
    planned = assessed.assessment_id[begun >= assessed.assessment_start_date]
    return those(rows, (rows.assessment_factor == NO_FACTORS) & among(rows.assessment_id, planned))
