"""Reviews of looked-after children: held in time, held at all, and whether the child took part.

The intervals are those of the Care Planning, Placement and Case Review (England) Regulations 2010, regulation 33.
"""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.care import care
from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import FOREVER, beside, current, off_duty, those
from quarterdeck.measures.describe import age_on
from quarterdeck.measures.looked_after import LATER_REVIEWS, YOUNGEST_TO_TAKE_PART, reviews_due
from quarterdeck.quarter import collection_year
from quarterdeck.records import Records

TABLE, EPISODES = "cla_reviews", "cla_episodes"
DATE, CODE = "cla_review_date", "cla_review_participation"
BEGAN = "cla_episode_start_date"
TOO_YOUNG = "PN0"
NEXT_TO_IT = pd.Timedelta(days=7)


def _due(records: Records, order: str) -> pd.DataFrame:
    """Reviews of one kind that fell due by the quarter's end, as the current extract's periods of care tell them."""
    due = records.kept("reviews due", lambda: reviews_due(records))
    now = (due.collection_year == records.quarter.collection_year).fillna(True)
    return due[now & (due["order"] == order) & (due.due_date <= records.quarter.end)]


def _held_late(records: Records, order: str) -> pd.Index:
    due = _due(records, order)
    late = due[due.held_date > due.due_date]
    rows = current(records, TABLE)
    held = pd.MultiIndex.from_frame(rows[["person_id", DATE]])
    return rows.index[held.isin(pd.MultiIndex.from_frame(late[["person_id", "held_date"]]))]


def _not_held(records: Records, order: str) -> pd.Index:
    """The latest episode of each child whose review is outstanding: a review that was not held has no row."""
    due = _due(records, order)
    rows = care(records).drop_duplicates("person_id", keep="last")
    return those(rows, rows.person_id.isin(due.person_id[due.held_date.isna()]))


@check("CLA-REV-01", severity="query", table=TABLE, fields=[DATE], needs=[EPISODES])
def first_review_within_20_working_days(records: Records) -> pd.Index:
    """The first review was held more than 20 working days after the child came into care: check both dates; if they
    are right it counts as late.
    """
    return _held_late(records, "first")


@check("CLA-REV-02", severity="query", table=TABLE, fields=[DATE], needs=[EPISODES])
def second_review_within_3_months(records: Records) -> pd.Index:
    """The second review was held more than three months after the first: check both dates, and whether one between
    them is missing; if they are right it counts as late.
    """
    return _held_late(records, "second")


@check("CLA-REV-03", severity="query", table=TABLE, fields=[DATE], needs=[EPISODES])
def later_reviews_within_6_months(records: Records) -> pd.Index:
    """The review was held more than six months after the one before it: check both dates, and whether one between
    them is missing; if they are right it counts as late.
    """
    return _held_late(records, "later")


@check("CLA-REV-04", severity="query", table=EPISODES, fields=[BEGAN], needs=[TABLE])
def first_review_was_held(records: Records) -> pd.Index:
    """The child came into care more than 20 working days ago, and no first review is recorded: record it if it was
    held, or hold it.
    """
    return _not_held(records, "first")


@check("CLA-REV-05", severity="query", table=EPISODES, fields=[BEGAN], needs=[TABLE])
def second_review_was_held(records: Records) -> pd.Index:
    """The first review was more than three months ago, and no second is recorded: record it if it was held, or hold
    it.
    """
    return _not_held(records, "second")


@check("CLA-REV-06", severity="query", table=EPISODES, fields=[BEGAN], needs=[TABLE])
def later_review_was_held(records: Records) -> pd.Index:
    """The last review was more than six months ago, and none is recorded since: record it if it was held, or hold
    it.
    """
    return _not_held(records, "later")


@check("CLA-REV-07", severity="query", table=EPISODES, fields=[BEGAN], needs=[TABLE])
def a_child_long_in_care_has_reviews(records: Records) -> pd.Index:
    """The child has been in care for more than six months of returns, and none of them tells of a review: record
    those that were held. As the care began before the first return, none counts as due.
    """
    end = records.quarter.end
    held = records.history(TABLE)
    if held.empty:
        return pd.Index([])
    told_from = pd.Timestamp(int(collection_year(held[DATE]).min()) - 1, 4, 1)
    periods = records.cla_periods
    now = (periods.collection_year == records.quarter.collection_year).fillna(True)
    longest = periods[now & ~(periods.ceased_date <= end) & (periods.entered_care_date < told_from)]
    rows = care(records).drop_duplicates("person_id", keep="last")
    told_long_enough = told_from + LATER_REVIEWS < end
    never = rows.person_id.isin(longest.person_id) & ~rows.person_id.isin(held.person_id)
    return those(rows, never & told_long_enough)


@check("CLA-REV-08", severity="error", table=TABLE, fields=[DATE, CODE], needs=["person.dob"])
def a_child_of_4_takes_part(records: Records) -> pd.Index:
    """The child was four or older at its review, and the code for its part (PN0) is that of a younger one: write
    how it took part (PN1 to PN7).
    """
    rows = current(records, TABLE)
    return those(rows, (rows[CODE] == TOO_YOUNG) & (_age_at(records, rows) >= YOUNGEST_TO_TAKE_PART))


@check("CLA-REV-09", severity="error", table=TABLE, fields=[DATE, CODE], needs=["person.dob"])
def a_child_under_4_takes_no_part(records: Records) -> pd.Index:
    """The child was under four at its review, and the code for its part is that of an older one: write PN0, or
    correct the birth date.
    """
    rows = current(records, TABLE)
    young = _age_at(records, rows) < YOUNGEST_TO_TAKE_PART
    return those(rows, rows[CODE].notna() & (rows[CODE] != TOO_YOUNG) & young)


@check("CLA-REV-10", severity="error", table=TABLE, fields=[CODE])
def a_review_tells_who_took_part(records: Records) -> pd.Index:
    """The review does not tell whether the child took part, and counts as unknown: fill it in."""
    rows = current(records, TABLE)
    return those(rows, rows[CODE].isna())


@check("CLA-REV-11", severity="error", table=TABLE, fields=[DATE], needs=[EPISODES])
def a_review_is_of_a_child_in_care(records: Records) -> pd.Index:
    """The child was not looked after on the day of the review, which counts in no figure: correct the date, or take
    it out.
    """
    rows = current(records, TABLE)
    asked = rows[["person_id", DATE]].reset_index(names="label")
    pairs = asked.merge(care(records)[["person_id", "began", "ended"]], on="person_id", validate="many_to_many")
    inside = (pairs.began <= pairs[DATE]) & (pairs[DATE] <= pairs.ended.fillna(FOREVER))
    return rows.index[~rows.index.isin(pairs.label[inside])]


@check("CLA-REV-12", severity="query", table=TABLE, fields=[DATE])
def reviews_are_not_a_week_apart(records: Records) -> pd.Index:
    """The review is within a week of the child's last: if it was recorded twice, or went on with the other, take
    one out.
    """
    rows = current(records, TABLE).sort_values(["person_id", DATE], kind="stable")
    return those(rows, rows[DATE] - rows.groupby("person_id")[DATE].shift() <= NEXT_TO_IT)


@check("CLA-REV-13", severity="query", table=TABLE, fields=[DATE])
def a_review_is_on_a_working_day(records: Records) -> pd.Index:
    """The review is dated on a weekend or bank holiday: check the date."""
    rows = current(records, TABLE)
    return those(rows, off_duty(rows[DATE]))


def _age_at(records: Records, rows: pd.DataFrame) -> pd.Series:
    return age_on(beside(records, rows, "person", "person_id", ["dob"]).dob, rows[DATE])
