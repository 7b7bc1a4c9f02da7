"""Episodes of being missing or away from placement, and the interviews after them."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.care import care, of_child
from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import beside, current, overlapping_earlier, those
from quarterdeck.measures.describe import age_on
from quarterdeck.records import Records

TABLE, INTERVIEWS = "missing", "return_interviews"
START, END = "missing_episode_start_date", "missing_episode_end_date"
LONG = pd.Timedelta(days=60)
TO_JUDGE = pd.Timedelta(days=3)
AFTER_IT = pd.Timedelta(days=60)
YOUNG, ADULT = 5, 18


@check("MIS-01", severity="error", table=TABLE, fields=[START, END])
def missing_episodes_do_not_overlap(records: Records) -> pd.Index:
    """The episode begins before an earlier one of the child has ended, so one absence counts as two: correct the
    times, or take one out.
    """
    rows = current(records, TABLE)
    later = rows.sort_values(["person_id", START], kind="stable").groupby("person_id")[START].shift(-1)
    left_open = rows[END].isna() & later.reindex(rows.index).notna()  # told by the rule on open episodes
    return overlapping_earlier(rows[~left_open], START, END)


@check("MIS-02", severity="error", table=TABLE, fields=[END])
def only_the_latest_missing_episode_is_open(records: Records) -> pd.Index:
    """The child is recorded as still missing, and went missing again later: record when it came back in between."""
    rows = current(records, TABLE).sort_values(["person_id", START], kind="stable")
    return those(rows, rows[END].isna() & rows.groupby("person_id")[START].shift(-1).notna())


@check("MIS-03", severity="query", table=TABLE, fields=[END])
def nobody_is_missing_for_months(records: Records) -> pd.Index:
    """The child is recorded as missing for more than 60 days: if it has come back, record when."""
    rows = current(records, TABLE)
    until = rows[END].fillna(records.quarter.end + pd.Timedelta(days=1))
    return those(rows, until - rows[START] > LONG)


@check("MIS-04", severity="error", table=TABLE, fields=["missing_episode_type", "looked_after"])
def only_children_in_care_are_away_from_placement(records: Records) -> pd.Index:
    """The child is away from placement without authorisation, and is not looked after, so it has no placement:
    write missing, or correct whether it is looked after.
    """
    rows = current(records, TABLE)
    return those(rows, (rows.missing_episode_type == "away") & ~rows.looked_after)


@check("MIS-05", severity="query", table=TABLE, fields=[START], needs=["person.dob"])
def young_children_do_not_go_missing(records: Records) -> pd.Index:
    """The child who went missing was under five: check the birth date and the child's number."""
    rows = current(records, TABLE)
    return those(rows, _age_at(records, rows) < YOUNG)


@check("MIS-06", severity="error", table=TABLE, fields=[START], needs=["person.dob"])
def missing_people_are_children(records: Records) -> pd.Index:
    """The person who went missing was 18 or older, or not yet born, and counts among missing children: take it out,
    or correct the birth date.
    """
    rows = current(records, TABLE)
    return those(rows, (_age_at(records, rows) >= ADULT) | (_age_at(records, rows) < 0))


@check("MIS-07", severity="query", table=TABLE, fields=[END], needs=["cla_episodes"])
def nobody_stays_missing_from_care_that_ended(records: Records) -> pd.Index:
    """The child is recorded as still missing from care, and has left care since: record when it came back, or that
    it is missing from home.
    """
    rows = current(records, TABLE)
    latest = care(records).drop_duplicates("person_id", keep="last").set_index("person_id").ended
    left = of_child(rows, latest)
    return those(rows, rows.looked_after & rows[END].isna() & (left > rows[START]) & (left <= records.quarter.end))


@check("MIS-08", severity="error", table=INTERVIEWS, fields=["missing_rhi_offered", "missing_rhi_accepted"])
def nobody_accepts_what_was_not_offered(records: Records) -> pd.Index:
    """The interview was not offered, and is recorded as accepted: correct one of the two."""
    rows = current(records, INTERVIEWS)
    return those(rows, ~rows.missing_rhi_offered & rows.missing_rhi_accepted)


@check("MIS-09", severity="error", table=INTERVIEWS, fields=["missing_rhi_offered", "interview_date"])
def no_interview_is_held_unless_offered(records: Records) -> pd.Index:
    """The interview was held, and is recorded as not offered or not accepted: correct it; the figures take it as
    both.
    """
    rows = current(records, INTERVIEWS)
    refused = ~rows.missing_rhi_offered.fillna(True) | ~rows.missing_rhi_accepted.fillna(True)
    return those(rows, rows.interview_date.notna() & refused)


@check("MIS-10", severity="error", table=INTERVIEWS, fields=["interview_date"], needs=[TABLE])
def an_interview_follows_the_return(records: Records) -> pd.Index:
    """The interview was held before the child came back, and is not in time: correct the date of one of the two."""
    rows = current(records, INTERVIEWS)
    ended = _ended(records, rows)
    held = rows.interview_date.where(rows.interview_time_recorded.fillna(False), rows.interview_date.dt.normalize())
    to_the_day = ~rows.interview_time_recorded.fillna(False).astype(bool)
    return those(rows, held < ended.mask(to_the_day, ended.dt.normalize()))


@check("MIS-11", severity="query", table=INTERVIEWS, fields=["interview_date"], needs=[TABLE])
def an_interview_is_soon_after_the_return(records: Records) -> pd.Index:
    """The interview was held more than 60 days after the child came back: check whether it is the interview after
    another absence.
    """
    rows = current(records, INTERVIEWS)
    return those(rows, rows.interview_date - _ended(records, rows) > AFTER_IT)


@check("MIS-12", severity="query", table=INTERVIEWS, fields=["interview_date", "reason_not_done"], needs=[TABLE])
def an_interview_not_held_has_a_reason(records: Records) -> pd.Index:
    """The child came back more than three days ago, no interview is recorded as held, and no reason why: fill in
    one of the two.
    """
    rows = current(records, INTERVIEWS)
    ripe = _ended(records, rows) + TO_JUDGE <= records.quarter.end
    return those(rows, rows.interview_date.isna() & rows.reason_not_done.isna() & ripe)


@check("MIS-13", severity="error", table=INTERVIEWS, fields=["interview_date", "reason_not_done"])
def an_interview_held_has_no_reason_why_not(records: Records) -> pd.Index:
    """The interview has a date, and a reason why it was not held: take out the one that is wrong."""
    rows = current(records, INTERVIEWS)
    return those(rows, rows.interview_date.notna() & rows.reason_not_done.notna())


@check("MIS-14", severity="query", table=TABLE, fields=[START], needs=[INTERVIEWS])
def every_return_has_its_interview_recorded(records: Records) -> pd.Index:
    """The child came back more than three days ago, and nothing is recorded of an interview, so it counts as not
    offered: add it to the list, offered or not.
    """
    rows = current(records, TABLE)
    told = current(records, INTERVIEWS)
    on_the_day = pd.MultiIndex.from_arrays([rows.person_id, rows[START].dt.normalize()])
    asked = pd.MultiIndex.from_arrays([told.person_id, told[START].dt.normalize()])
    ripe = rows[END] + TO_JUDGE <= records.quarter.end
    return those(rows, (rows.missing_episode_type == "missing") & ripe & ~pd.Series(on_the_day.isin(asked), rows.index))


def _age_at(records: Records, rows: pd.DataFrame) -> pd.Series:
    dob = beside(records, rows, "person", "person_id", ["dob"]).dob
    return age_on(dob, rows[START])


def _ended(records: Records, interviews: pd.DataFrame) -> pd.Series:
    """When the missing episode of each interview ended; the interviews may give the day it began without the hour."""
    told = current(records, TABLE)
    ends = told.set_index(["person_id", START])[END]
    ends = ends[~ends.index.duplicated(keep="last")]
    by_day = told.assign(**{START: told[START].dt.normalize()}).set_index(["person_id", START])[END]
    by_day = by_day[~by_day.index.duplicated(keep="last")]
    asked = pd.MultiIndex.from_frame(interviews[["person_id", START]])
    exact, on_the_day = (pd.Series(known.reindex(asked).to_numpy(), interviews.index) for known in (ends, by_day))
    return exact.where(asked.isin(ends.index), on_the_day)
