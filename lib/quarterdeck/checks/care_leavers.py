"""Care leavers: the return (OC3) and the council's own list."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.care import open_at_close
from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import beside, current, those
from quarterdeck.measures.describe import age_on
from quarterdeck.records import Records

RETURN, LIST = "care_leavers_903", "care_leavers"
NOTHING_KNOWN = "0"
NOT_TO_BE_FOUND = ("DIED", "RHOM")
YOUNGEST, OLDEST, OLDEST_LISTED = 17, 21, 25
PLAN_LASTS = pd.DateOffset(months=6)
NOT_SUITABLE = ("bed and breakfast", "custody", "no fixed abode")
NOTHING_TOLD, NOT_KNOWN_WHERE = "no information", "residence not known"


@check("LEA-01", severity="error", table=RETURN, fields=["person_id"], needs=["person.dob"])
def a_care_leaver_is_17_to_21(records: Records) -> pd.Index:
    """The young person is in the year's return of care leavers, and does not turn 17, 18, 19, 20 or 21 in the year:
    take it out, or correct the birth date.
    """
    rows = current(records, RETURN)
    years = records.quarter.collection_year - _dob(records, rows).dt.year
    month = _dob(records, rows).dt.month
    turns = years - (month >= 4).astype("int64")
    return those(rows, ~turns.between(YOUNGEST, OLDEST) & _dob(records, rows).notna())


@check("LEA-02", severity="error", table=RETURN, fields=["in_touch", "activity", "accommodation"])
def who_is_in_touch_tells_where_they_live(records: Records) -> pd.Index:
    """The council is in touch with the young person (YES), and does not know the accommodation or the activity (0):
    fill it in.
    """
    rows = current(records, RETURN)
    known = (rows.activity != NOTHING_KNOWN) & (rows.accommodation != NOTHING_KNOWN)
    return those(rows, (rows.in_touch == "YES") & ~known)


@check("LEA-03", severity="error", table=RETURN, fields=["in_touch", "activity", "accommodation"])
def nothing_is_known_of_who_died_or_went_home(records: Records) -> pd.Index:
    """The young person has died or returned to the home country (DIED, RHOM), and has an accommodation or activity:
    write 0 for both.
    """
    rows = current(records, RETURN)
    known = (rows.activity != NOTHING_KNOWN) | (rows.accommodation != NOTHING_KNOWN)
    return those(rows, rows.in_touch.isin(NOT_TO_BE_FOUND) & known)


@check("LEA-04", severity="error", table=RETURN, fields=["in_touch", "activity", "accommodation"])
def a_care_leaver_is_told_whole(records: Records) -> pd.Index:
    """The return lacks whether the council is in touch, the activity or the accommodation: fill it in, or write 0
    where it is not known.
    """
    rows = current(records, RETURN)
    return those(rows, rows[["in_touch", "activity", "accommodation"]].isna().any(axis=1))


@check("LEA-05", severity="error", table=RETURN, fields=["person_id"], needs=["cla_episodes"])
def a_care_leaver_has_left_care(records: Records) -> pd.Index:
    """The young person is returned as a care leaver, and is still looked after: end the episode, or take it out of
    the return.
    """
    rows = current(records, RETURN)
    return those(rows, rows.person_id.isin(open_at_close(records).person_id))


@check("LEA-06", severity="error", table=LIST, fields=["date_of_birth"], needs=["person.dob"])
def the_list_knows_the_birth_date(records: Records) -> pd.Index:
    """The birth date in the list of care leavers is not that of the returns: correct the one that is wrong, or the
    person's number.
    """
    rows = current(records, LIST)
    dob = _dob(records, rows)
    return those(rows, dob.notna() & rows.date_of_birth.notna() & (rows.date_of_birth != dob))


@check("LEA-07", severity="error", table=LIST, fields=["date_of_birth", "as_at"])
def a_listed_care_leaver_is_16_to_25(records: Records) -> pd.Index:
    """The young person is under 16 or over 25 on the day of the list: take it off, or correct the birth date."""
    rows = current(records, LIST)
    years = age_on(rows.date_of_birth, rows.as_at)
    return those(rows, (years < 16) | (years > OLDEST_LISTED))


@check("LEA-08", severity="error", table=LIST, fields=["eligibility", "date_of_birth"])
def eligibility_goes_by_age(records: Records) -> pd.Index:
    """The young person is eligible or relevant at 18 or older, or former relevant before 18: correct the
    eligibility or the birth date.
    """
    rows = current(records, LIST)
    adult = age_on(rows.date_of_birth, rows.as_at) >= 18
    kind = rows.eligibility.str.strip().str.casefold()
    return those(rows, (kind.isin(["eligible", "relevant"]) & adult) | ((kind == "former relevant") & ~adult))


@check("LEA-09", severity="error", table=LIST, fields=["eligibility"], needs=["cla_episodes"])
def who_is_looked_after_is_eligible(records: Records) -> pd.Index:
    """The young person is looked after on the day of the list, and is listed as other than eligible: correct the
    eligibility, or end the episode.
    """
    rows = current(records, LIST)
    now = rows.as_at == records.quarter.end
    kind = rows.eligibility.str.strip().str.casefold()
    return those(
        rows, now & kind.notna() & (kind != "eligible") & rows.person_id.isin(open_at_close(records).person_id)
    )


@check("LEA-10", severity="query", table=LIST, fields=["pathway_plan_date"], needs=[f"{LIST}.pathway_plan_date"])
def a_pathway_plan_is_reviewed_within_6_months(records: Records) -> pd.Index:
    """The pathway plan is missing, or was last reviewed more than six months before the day of the list: record its
    date, or review it.
    """
    rows = current(records, LIST)
    return those(rows, rows.pathway_plan_date.isna() | (rows.pathway_plan_date + PLAN_LASTS < rows.as_at))


@check("LEA-11", severity="query", table=LIST, fields=["adviser"], needs=[f"{LIST}.adviser"])
def every_care_leaver_has_an_adviser(records: Records) -> pd.Index:
    """The young person has no personal adviser: name one."""
    rows = current(records, LIST)
    return those(rows, rows.adviser.isna())


@check("LEA-12", severity="query", table=LIST, fields=["accommodation", "suitable"])
def what_is_unsuitable_is_not_suitable(records: Records) -> pd.Index:
    """The young person is in bed and breakfast, in custody or without a fixed abode, and it is marked as suitable:
    check both.
    """
    rows = current(records, LIST)
    return those(rows, _accommodation(rows).isin(NOT_SUITABLE) & rows.suitable)


@check("LEA-13", severity="error", table=LIST, fields=["accommodation", "suitable"])
def what_is_known_is_judged(records: Records) -> pd.Index:
    """The accommodation is known and not judged suitable or not, or is judged and not known: fill in the other."""
    rows = current(records, LIST)
    told = rows.accommodation.notna() & (_accommodation(rows) != NOTHING_TOLD)
    either = _accommodation(rows) == NOT_KNOWN_WHERE  # counts as unsuitable, where it is judged at all
    return those(rows, (told == rows.suitable.isna()) & ~either)


def _dob(records: Records, rows: pd.DataFrame) -> pd.Series:
    return beside(records, rows, "person", "person_id", ["dob"]).dob


def _accommodation(rows: pd.DataFrame) -> pd.Series:
    return rows.accommodation.str.strip().str.casefold()
