"""Rules on referrals and the episodes of need that follow them."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import among, at_end, beside, current, held_from, open_cases, overlapping_earlier, those
from quarterdeck.measures.children_in_need import NOT_IN_NEED
from quarterdeck.measures.counting import latest_before
from quarterdeck.measures.describe import age_on
from quarterdeck.measures.front_door import ASSESSMENT_LIMIT
from quarterdeck.records import Records
from quarterdeck.working_days import working_days

ADULT, TOO_OLD = 18, 25
AGAIN_WITHIN_DAYS = 7
STILL_MONTHS = 12
PLANS = ("cin_plans", "cp_plans")
STEPS = {
    "cin_assessments": ("assessment_start_date", "assessment_auth_date"),
    "s47_enquiry": ("s47_start_date", "icpc_date"),
    "cin_plans": ("cin_plan_start_date", "cin_plan_end_date"),
    "cp_plans": ("cp_plan_start_date", "cp_plan_end_date"),
}
"""What is done in an episode of need, and the dates that show it."""


def _born(records: Records, rows: pd.DataFrame) -> pd.Series:
    return beside(records, rows, "person", "person_id", ["dob"]).dob


def _followed_by(records: Records, rows: pd.DataFrame, *tables: str) -> pd.Series:
    """Whether any extract has something of these tables under the referral."""
    found = pd.Series(False, index=rows.index)
    for table in tables:
        found |= records.kept(("followed by", table), lambda table=table: _with_any(records, table))[rows.index]
    return found


def _with_any(records: Records, table: str) -> pd.Series:
    referred = current(records, "cin_episodes").referral_id
    return pd.Series(among(referred, records.history(table).referral_id), index=referred.index)


def _in_or_after_care(records: Records) -> pd.Series:
    """Children looked after, and care leavers as far as a list tells: their cases are open for that."""
    care = current(records, "cla_episodes")
    found = [care.person_id[care.cla_episode_ceased_date.isna()]]
    if records.has("care_leavers"):
        found.append(current(records, "care_leavers").person_id)
    if records.has("involvements"):
        spells = current(records, "involvements")
        leaving = spells.team.map(records.authority.service_of()) == "care_leavers"
        found.append(spells.person_id[leaving & spells.to_date.isna()])
    return pd.concat(found)


@check("REF-01", severity="error", table="cin_episodes", fields=["person_id"], needs=["person"])
def child_not_told(records: Records) -> pd.Index:
    """The child of the referral is not among the children: no age, sex or ethnicity can be told."""
    rows = current(records, "cin_episodes")
    return those(rows, ~among(rows.person_id, current(records, "person").person_id))


@check("REF-02", severity="error", table="cin_episodes", fields=["referral_date"], needs=["person.dob"])
def referred_long_before_birth(records: Records) -> pd.Index:
    """The child was referred more than nine months before the birth date: correct one of the two dates."""
    rows = current(records, "cin_episodes")
    return those(rows, rows.referral_date < _born(records, rows) - pd.DateOffset(months=9))


@check("REF-03", severity="error", table="cin_episodes", fields=["referral_date"], needs=["person.dob"])
def referred_at_25_or_over(records: Records) -> pd.Index:
    """The person was 25 or over when referred: correct the birth date, or take the referral out."""
    rows = current(records, "cin_episodes")
    return those(rows, age_on(_born(records, rows), rows.referral_date) >= TOO_OLD)


@check("REF-04", severity="query", table="cin_episodes", fields=["referral_date"], needs=["person.dob"])
def referred_as_an_adult(records: Records) -> pd.Index:
    """The young person was 18 to 24 when referred: only a care leaver or a disabled young person may be; check the
    birth date.
    """
    rows = current(records, "cin_episodes")
    age = age_on(_born(records, rows), rows.referral_date)
    return those(rows, (age >= ADULT) & (age < TOO_OLD))


@check(
    "REF-05",
    severity="error",
    table="cin_episodes",
    fields=["referral_date", "close_date"],
    needs=["cin_episodes.close_date"],
)
def referred_while_open(records: Records) -> pd.Index:
    """The child was referred while an earlier episode of need was open: close the earlier, or join the two, for the
    second counts as a re-referral.
    """
    rows = current(records, "cin_episodes")
    return overlapping_earlier(rows[~rows.referral_nfa.fillna(False)], "referral_date", "close_date")


@check(
    "REF-06",
    severity="error",
    table="cin_episodes",
    fields=["close_reason"],
    needs=["cin_episodes.close_date", "cin_episodes.close_reason"],
)
def closed_without_reason(records: Records) -> pd.Index:
    """The case was closed and no reason is given: fill it in, for those closed after assessment are not in need."""
    rows = current(records, "cin_episodes")
    accepted = ~rows.referral_nfa.fillna(False)
    return those(rows, accepted & rows.close_date.notna() & rows.close_reason.isna())


@check(
    "REF-07",
    severity="error",
    table="cin_episodes",
    fields=["close_date"],
    needs=["cin_episodes.close_date", "cin_episodes.close_reason"],
)
def reason_without_closing(records: Records) -> pd.Index:
    """A reason for closing is given and no date: fill in the date, or take the reason out."""
    rows = current(records, "cin_episodes")
    return those(rows, rows.close_date.isna() & rows.close_reason.notna())


@check(
    "REF-08",
    severity="error",
    table="cin_episodes",
    fields=["close_reason"],
    needs=["cin_episodes.close_reason", "cin_plans", "cp_plans"],
)
def closed_after_assessment_with_a_plan(records: Records) -> pd.Index:
    """The case is recorded as closed after assessment (RC8 or RC9), yet the child had a plan: give the reason for which
    it was closed, or the child drops out of the count of children in need.
    """
    rows = current(records, "cin_episodes")
    return those(rows, rows.close_reason.isin(NOT_IN_NEED) & _followed_by(records, rows, *PLANS))


@check(
    "REF-09",
    severity="query",
    table="cin_episodes",
    fields=["close_reason"],
    needs=["cin_episodes.close_reason", "cin_assessments", "s47_enquiry"],
)
def closed_after_assessment_with_an_enquiry(records: Records) -> pd.Index:
    """The case is recorded as closed after assessment (RC8 or RC9), yet a section 47 enquiry began after its last
    assessment was authorised, or led to an initial conference: make sure that the reason is right.
    """
    rows = current(records, "cin_episodes")
    assessed = records.history("cin_assessments").groupby("referral_id").assessment_auth_date.max()
    enquiries = records.history("s47_enquiry")
    last = assessed.reindex(enquiries.referral_id).set_axis(enquiries.index)
    found = enquiries.referral_id[(enquiries.s47_start_date > last) | enquiries.icpc_date.notna()]
    return those(rows, rows.close_reason.isin(NOT_IN_NEED) & among(rows.referral_id, found))


@check(
    "REF-10",
    severity="query",
    table="cin_episodes",
    fields=["close_reason"],
    needs=["cin_episodes.close_reason", "cin_assessments.referral_id"],
)
def closed_after_no_assessment(records: Records) -> pd.Index:
    """The case is recorded as closed after assessment (RC8 or RC9) and has no assessment: record it, or correct the
    reason.
    """
    rows = current(records, "cin_episodes")
    told = rows.referral_date >= held_from(records, "cin_assessments")
    return those(rows, told & rows.close_reason.isin(NOT_IN_NEED) & ~_followed_by(records, rows, "cin_assessments"))


@check(
    "REF-11",
    severity="error",
    table="cin_episodes",
    fields=["referral_nfa"],
    needs=["cin_episodes.referral_nfa", "cin_assessments", "cin_plans", "cp_plans", "s47_enquiry"],
)
def no_action_yet_action(records: Records) -> pd.Index:
    """The referral is recorded as no further action, yet an assessment, an enquiry or a plan followed: correct it, or
    the child drops out of the count of children in need.
    """
    rows = current(records, "cin_episodes")
    return those(rows, rows.referral_nfa & _followed_by(records, rows, *STEPS))


@check(
    "REF-12",
    severity="query",
    table="cin_episodes",
    fields=["referral_nfa"],
    needs=["cin_episodes.close_date", "cin_assessments.referral_id", *STEPS, "cla_episodes"],
)
def nothing_followed(records: Records) -> pd.Index:
    """The referral was accepted more than 45 working days before the extract's end, the case is open, and nothing has
    followed: no assessment, enquiry, plan or care. Record what was done, or close it.
    """
    rows = open_cases(records)
    waited = working_days(rows.referral_date, at_end(records, rows))
    told = rows.referral_date >= held_from(records, "cin_assessments")
    followed = _followed_by(records, rows, *STEPS) | among(rows.person_id, _in_or_after_care(records))
    return those(rows, told & (waited > ASSESSMENT_LIMIT) & ~followed)


@check(
    "REF-13",
    severity="query",
    table="cin_episodes",
    fields=["referral_source_code"],
    needs=["cin_episodes.referral_source_code"],
)
def source_unknown(records: Records) -> pd.Index:
    """Who made the referral is not known: fill it in."""
    rows = current(records, "cin_episodes")
    return those(rows, rows.referral_source_code.isna() | (rows.referral_source_code == "10"))


@check(
    "REF-14",
    severity="query",
    table="cin_episodes",
    fields=["cin_primary_need_code"],
    needs=["cin_episodes.cin_primary_need_code"],
)
def need_not_stated(records: Records) -> pd.Index:
    """The referral was accepted and the child's main need is not stated: fill it in."""
    rows = current(records, "cin_episodes")
    unstated = rows.cin_primary_need_code.isna() | (rows.cin_primary_need_code == "N0")
    return those(rows, ~rows.referral_nfa.fillna(False) & unstated)


@check(
    "REF-15",
    severity="query",
    table="cin_episodes",
    fields=["cin_primary_need_code"],
    needs=["cin_episodes.cin_primary_need_code", "cin_plans", "cp_plans"],
)
def planned_for_but_not_in_need(records: Records) -> pd.Index:
    """The main need is that of a case other than a child in need (N9), yet the child had a plan: correct the need."""
    rows = current(records, "cin_episodes")
    return those(rows, (rows.cin_primary_need_code == "N9") & _followed_by(records, rows, *PLANS))


@check("REF-16", severity="query", table="cin_episodes", fields=["referral_date"], needs=["cin_episodes.close_date"])
def referred_as_soon_as_closed(records: Records) -> pd.Index:
    """The child was referred within seven days after an earlier case was closed: if it is the same case, open it again,
    for it counts as a re-referral.
    """
    rows = current(records, "cin_episodes")
    before = records.history("cin_episodes")
    before = before[~before.referral_nfa.fillna(False) & (before.referral_date < before.close_date)]
    closed = latest_before(rows, "referral_date", before, "close_date", same_day=True)
    return those(rows, (rows.referral_date - closed).dt.days <= AGAIN_WITHIN_DAYS)


@check(
    "REF-17",
    severity="query",
    table="cin_episodes",
    fields=["close_date"],
    needs=["cin_episodes.close_date", *STEPS, "cp_reviews", "cla_episodes"],
)
def nothing_for_a_year(records: Records) -> pd.Index:
    """The case has been open for more than a year, no plan is open, the child is neither looked after nor a care
    leaver, and nothing is dated in the last twelve months: record what was done, or close it.
    """
    rows = open_cases(records)
    since = records.quarter.end - pd.DateOffset(months=STILL_MONTHS)
    dates = {**STEPS, "cp_reviews": ("cp_review_date",)}
    found = [records.history(name) for name in dates]
    busy = [
        table.person_id[table[list(dated)].max(axis=1) > since]
        for table, dated in zip(found, dates.values(), strict=True)
    ]
    for name in PLANS:
        plans = current(records, name)
        busy.append(plans.person_id[plans[STEPS[name][1]].isna()])
    busy.append(_in_or_after_care(records))
    return those(rows, (rows.referral_date < since) & ~among(rows.person_id, pd.concat(busy)))


@check(
    "REF-18",
    severity="query",
    table="cin_episodes",
    fields=["close_reason"],
    needs=["cin_episodes.close_reason", "person"],
)
def died_without_date(records: Records) -> pd.Index:
    """The case was closed because the child died (RC2), and no date of death is given: fill it in, or correct the
    reason.
    """
    rows = current(records, "cin_episodes")
    died = beside(records, rows, "person", "person_id", ["death_date"]).death_date
    return those(rows, (rows.close_reason == "RC2") & died.isna())


@check(
    "REF-19",
    severity="query",
    table="cin_episodes",
    fields=["close_reason"],
    needs=["cin_episodes.close_reason", "person.dob"],
)
def to_adult_care_as_a_child(records: Records) -> pd.Index:
    """The case was closed by transfer to adult social care (RC6) before the child was 17: correct the reason or the
    birth date.
    """
    rows = current(records, "cin_episodes")
    return those(rows, (rows.close_reason == "RC6") & (age_on(_born(records, rows), rows.close_date) < ADULT - 1))


@check("REF-20", severity="query", table="cin_episodes", fields=["referral_nfa"], needs=["cin_episodes.referral_nfa"])
def action_not_told(records: Records) -> pd.Index:
    """It is not told whether the referral was accepted or ended in no further action: fill it in; until then the child
    counts as in need.
    """
    rows = current(records, "cin_episodes")
    return those(rows, rows.referral_nfa.isna())


@check(
    "REF-21",
    severity="query",
    table="cin_episodes",
    fields=["close_date"],
    needs=["cin_episodes.close_date", "person.dob"],
)
def open_at_25_or_over(records: Records) -> pd.Index:
    """The case is still open and the person is 25 or over at the extract's end: close it, or correct the birth date."""
    rows = open_cases(records)
    return those(rows, age_on(_born(records, rows), at_end(records, rows)) >= TOO_OLD)
