"""Rules on section 47 enquiries and the initial conferences that follow them."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import among, at_end, current, off_duty, referral_of, those
from quarterdeck.measures.counting import latest_before
from quarterdeck.measures.front_door import CONFERENCE_LIMIT
from quarterdeck.records import Records
from quarterdeck.working_days import working_days

FAR_APART = 60
AGAIN_WITHIN_DAYS = 14


def _waited(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Working days from the start of each enquiry to the extract's end."""
    return working_days(rows.s47_start_date, at_end(records, rows))


@check(
    "S47-01",
    severity="error",
    table="s47_enquiry",
    fields=["referral_id"],
    needs=["s47_enquiry.referral_id", "cin_episodes"],
)
def of_no_referral(records: Records) -> pd.Index:
    """The section 47 enquiry belongs to no referral of the extract: record it under its case."""
    rows = current(records, "s47_enquiry")
    return those(rows, ~among(rows.referral_id, current(records, "cin_episodes").referral_id))


@check(
    "S47-02",
    severity="error",
    table="s47_enquiry",
    fields=["s47_start_date"],
    needs=["s47_enquiry.referral_id", "cin_episodes"],
)
def begun_before_referral(records: Records) -> pd.Index:
    """The section 47 enquiry began before its referral: correct one of the two dates."""
    rows = current(records, "s47_enquiry")
    return those(rows, rows.s47_start_date < referral_of(records, rows).referral_date)


@check(
    "S47-03",
    severity="error",
    table="s47_enquiry",
    fields=["s47_start_date"],
    needs=["s47_enquiry.referral_id", "cin_episodes.close_date"],
)
def begun_after_closure(records: Records) -> pd.Index:
    """The section 47 enquiry began after its case was closed: correct one of the two dates, or record the referral
    that led to it.
    """
    rows = current(records, "s47_enquiry")
    return those(rows, rows.s47_start_date > referral_of(records, rows).close_date)


@check(
    "S47-04",
    severity="error",
    table="s47_enquiry",
    fields=["s47_start_date", "icpc_date"],
    needs=["s47_enquiry.icpc_date"],
)
def conference_before_enquiry(records: Records) -> pd.Index:
    """The initial conference was held before the section 47 enquiry began: correct one of the two dates."""
    rows = current(records, "s47_enquiry")
    return those(rows, rows.icpc_date < rows.s47_start_date)


@check(
    "S47-05",
    severity="query",
    table="s47_enquiry",
    fields=["icpc_date"],
    needs=["s47_enquiry.icpc_date", "s47_enquiry.icpc_not_required"],
)
def conference_overdue(records: Records) -> pd.Index:
    """An initial conference is required and, more than 15 working days after the section 47 enquiry began, no date is
    given: fill in the date on which it was held, or say that none is required.
    """
    rows = current(records, "s47_enquiry")
    required = ~rows.icpc_not_required.fillna(True)
    return those(rows, required & rows.icpc_date.isna() & (_waited(records, rows) > CONFERENCE_LIMIT))


@check(
    "S47-06",
    severity="error",
    table="s47_enquiry",
    fields=["icpc_date", "icpc_not_required"],
    needs=["s47_enquiry.icpc_date", "s47_enquiry.icpc_not_required"],
)
def held_though_not_required(records: Records) -> pd.Index:
    """The initial conference is recorded as not required and as held: take out the one that is wrong."""
    rows = current(records, "s47_enquiry")
    return those(rows, rows.icpc_not_required.fillna(False) & rows.icpc_date.notna())


@check(
    "S47-07",
    severity="query",
    table="s47_enquiry",
    fields=["icpc_not_required"],
    needs=["s47_enquiry.icpc_not_required"],
)
def neither_required_nor_held(records: Records) -> pd.Index:
    """More than 15 working days after the section 47 enquiry began it is not told whether an initial conference is
    required, and none is recorded: fill it in, for it is not among those awaited.
    """
    rows = current(records, "s47_enquiry")
    untold = rows.icpc_not_required.isna() & rows.icpc_date.isna()
    return those(rows, untold & (_waited(records, rows) > CONFERENCE_LIMIT))


@check(
    "S47-08",
    severity="query",
    table="s47_enquiry",
    fields=["s47_start_date", "icpc_date"],
    needs=["s47_enquiry.icpc_date"],
)
def conference_of_another_enquiry(records: Records) -> pd.Index:
    """The initial conference was held more than 60 working days after the section 47 enquiry began: if it followed a
    later enquiry, record it there.
    """
    rows = current(records, "s47_enquiry")
    return those(rows, working_days(rows.s47_start_date, rows.icpc_date) > FAR_APART)


@check(
    "S47-09", severity="query", table="s47_enquiry", fields=["icpc_target_date"], needs=["s47_enquiry.icpc_target_date"]
)
def target_is_not_15_working_days(records: Records) -> pd.Index:
    """The target date of the initial conference is not 15 working days after the section 47 enquiry began: correct
    the date that is wrong.
    """
    rows = current(records, "s47_enquiry")
    return those(rows, working_days(rows.s47_start_date, rows.icpc_target_date) != CONFERENCE_LIMIT)


@check("S47-10", severity="query", table="s47_enquiry", fields=["s47_start_date"])
def begun_again(records: Records) -> pd.Index:
    """The section 47 enquiry began within two weeks after another of the same child: if it is the same, take one out,
    for both count.
    """
    rows = current(records, "s47_enquiry")
    before = latest_before(rows, "s47_start_date", records.history("s47_enquiry"), "s47_start_date")
    return those(rows, (rows.s47_start_date - before).dt.days <= AGAIN_WITHIN_DAYS)


@check(
    "S47-11",
    severity="query",
    table="s47_enquiry",
    fields=["icpc_date", "icpc_not_required"],
    needs=["s47_enquiry.referral_id", "s47_enquiry.icpc_not_required", "cin_episodes.close_date"],
)
def closed_without_conference(records: Records) -> pd.Index:
    """The case is closed and the initial conference that was required is not recorded: fill in its date, or say that
    none was required; until then it counts as awaited.
    """
    rows = current(records, "s47_enquiry")
    awaited = ~rows.icpc_not_required.fillna(True) & rows.icpc_date.isna()
    return those(rows, awaited & referral_of(records, rows).close_date.notna())


@check("S47-12", severity="query", table="s47_enquiry", fields=["icpc_date"], needs=["s47_enquiry.icpc_date"])
def conference_on_a_day_off(records: Records) -> pd.Index:
    """The initial conference is dated on a weekend or a bank holiday: correct the date."""
    rows = current(records, "s47_enquiry")
    return those(rows, off_duty(rows.icpc_date))


@check(
    "S47-13",
    severity="error",
    table="cin_episodes",
    fields=["referral_date", "icpc_date"],
    needs=["cin_episodes.icpc_date"],
)
def conference_before_referral(records: Records) -> pd.Index:
    """The initial conference was held before the referral: correct one of the two dates."""
    rows = current(records, "cin_episodes")
    return those(rows, rows.icpc_date < rows.referral_date)


@check(
    "S47-14",
    severity="query",
    table="cin_episodes",
    fields=["icpc_date"],
    needs=["cin_episodes.icpc_date", "s47_enquiry.icpc_date"],
)
def conference_told_twice(records: Records) -> pd.Index:
    """The initial conference is recorded under the referral and under a section 47 enquiry of the child: keep that of
    the enquiry; the other is for children who came with a plan from elsewhere.
    """
    rows = current(records, "cin_episodes")
    told = current(records, "s47_enquiry")[["person_id", "icpc_date"]].dropna()
    found = pd.MultiIndex.from_frame(rows[["person_id", "icpc_date"]]).isin(pd.MultiIndex.from_frame(told))
    return those(rows, rows.icpc_date.notna() & found)
