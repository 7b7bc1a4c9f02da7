"""Rules on early help: its dates, where it went, and whether social care's own records bear that out."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import current, elsewhere, held_from, overlapping_earlier, those
from quarterdeck.measures.counting import latest_before
from quarterdeck.measures.early_help import AROUND_CLOSING
from quarterdeck.records import Records
from quarterdeck.working_days import add_working_days

TABLE = "early_help_episodes"
START, ASSESSED, END, STEP = "episode_start_date", "assessment_end", "episode_end_date", "episode_end_reason"
ASSESSED_MONTHS = 3
LONG_MONTHS = 12
REFERRED_WITHIN = 10


@check("EHP-01", severity="error", table=TABLE, fields=[START, END], needs=[f"{TABLE}.{END}"])
def ended_before_it_began(records: Records) -> pd.Index:
    """Early help ended before its assessment began: correct one of the two dates."""
    rows = current(records, TABLE)
    return those(rows, rows[END] < rows[START])


@check("EHP-02", severity="error", table=TABLE, fields=[START, ASSESSED], needs=[f"{TABLE}.{ASSESSED}"])
def assessed_before_it_began(records: Records) -> pd.Index:
    """The early help assessment was completed before it began: correct one of the two dates."""
    rows = current(records, TABLE)
    return those(rows, rows[ASSESSED] < rows[START])


@check("EHP-03", severity="query", table=TABLE, fields=[ASSESSED], needs=[f"{TABLE}.{ASSESSED}", f"{TABLE}.{END}"])
def assessment_not_completed(records: Records) -> pd.Index:
    """The early help assessment began more than three months before the extract's end, and is neither completed nor
    closed: complete it, or record when that was done.
    """
    rows = current(records, TABLE)
    since = records.quarter.end - pd.DateOffset(months=ASSESSED_MONTHS)
    return those(rows, rows[ASSESSED].isna() & rows[END].isna() & (rows[START] < since))


@check("EHP-04", severity="query", table=TABLE, fields=[STEP], needs=[f"{TABLE}.{END}", f"{TABLE}.{STEP}"])
def ended_and_not_told_where_it_went(records: Records) -> pd.Index:
    """Early help ended and it is not told whether it went up to social care: fill in the step, or write none."""
    rows = current(records, TABLE)
    return those(rows, rows[END].notna() & rows[STEP].isna())


@check("EHP-05", severity="error", table=TABLE, fields=[END], needs=[f"{TABLE}.{END}", f"{TABLE}.{STEP}"])
def stepped_up_and_not_ended(records: Records) -> pd.Index:
    """Early help was stepped up to social care and has no end, so it counts as open still: fill in the day."""
    rows = current(records, TABLE)
    return those(rows, (rows[STEP] == "up") & rows[END].isna())


@check(
    "EHP-06", severity="query", table=TABLE, fields=[STEP], needs=[f"{TABLE}.{END}", f"{TABLE}.{STEP}", "cin_episodes"]
)
def stepped_up_and_not_referred(records: Records) -> pd.Index:
    """Early help was stepped up to social care, and the returns hold no referral of the child in the ten working days
    before or after: record the referral, or correct the step.
    """
    rows = current(records, TABLE)
    rows = rows[(rows[STEP] == "up") & rows[END].notna() & rows.person_id.notna()]
    from_day, until = (add_working_days(rows[END], days) for days in (-REFERRED_WITHIN, REFERRED_WITHIN))
    referrals = records.history("cin_episodes")
    last = latest_before(rows.assign(until=until), "until", referrals, "referral_date", same_day=True)
    told = (from_day >= held_from(records, "cin_episodes")) & (until <= records.quarter.end)
    return those(rows, told & ~(last >= from_day))


@check(
    "EHP-07",
    severity="query",
    table=TABLE,
    fields=[STEP],
    needs=[f"{TABLE}.{STEP}", "cin_episodes.close_date"],
)
def came_down_from_no_case(records: Records) -> pd.Index:
    """Early help is recorded as come down from social care, and no case of the child was closed in the 30 days before
    or after it began: correct the step, or close the case.
    """
    rows = current(records, TABLE)
    rows = rows[(rows[STEP] == "down") & rows.person_id.notna()]
    until = rows[START] + AROUND_CLOSING
    closed = latest_before(
        rows.assign(until=until), "until", records.history("cin_episodes"), "close_date", same_day=True
    )
    told = (rows[START] - AROUND_CLOSING >= held_from(records, "cin_episodes")) & (until <= records.quarter.end)
    return those(rows, told & ~(closed >= rows[START] - AROUND_CLOSING))


@check("EHP-08", severity="error", table=TABLE, fields=[START, END], needs=[f"{TABLE}.{END}"])
def helped_twice_at_once(records: Records) -> pd.Index:
    """Early help for the child began while earlier help was open, so the child counts twice: end the earlier, or join
    the two.
    """
    rows = current(records, TABLE)
    return overlapping_earlier(rows[rows.person_id.notna()], START, END)


@check("EHP-09", severity="query", table=TABLE, fields=[END], needs=[f"{TABLE}.{END}"])
def open_for_over_a_year(records: Records) -> pd.Index:
    """Early help has been open for more than a year: review it, and end it if it is over."""
    rows = current(records, TABLE)
    since = records.quarter.end - pd.DateOffset(months=LONG_MONTHS)
    return those(rows, rows[END].isna() & (rows[START] < since))


@check(
    "EHP-10",
    severity="query",
    table=TABLE,
    fields=["episode_organisation"],
    needs=[f"{TABLE}.episode_organisation"],
)
def lead_not_told(records: Records) -> pd.Index:
    """It is not told which organisation leads the early help: fill it in."""
    rows = current(records, TABLE)
    return those(rows, rows.episode_organisation.isna())


@check("EHP-11", severity="error", table=TABLE, fields=["district"], needs=[f"{TABLE}.district"])
def district_not_in_the_profile(records: Records) -> pd.Index:
    """Early help is in a district that the authority's profile does not name, so it is counted as one more: write the
    district as the profile does, or add it to the profile.
    """
    return elsewhere(records, current(records, TABLE))


@check("EHP-12", severity="query", table=TABLE, fields=["district"], needs=[f"{TABLE}.district"])
def district_not_told(records: Records) -> pd.Index:
    """The district that the family lives in is not told: fill it in."""
    rows = current(records, TABLE)
    return those(rows, rows.district.isna())
