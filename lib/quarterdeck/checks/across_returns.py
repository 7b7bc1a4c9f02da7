"""What one return says of a child against what another says of it."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.care import ADOPTED, FOR_ADOPTION, care, of_child, open_at_close
from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import FOREVER, at_end, current, those
from quarterdeck.measures.describe import age_on
from quarterdeck.records import Records
from quarterdeck.records.ssda903_words import FOSTERING, RESIDENTIAL, SHORT_BREAKS, TEMPORARY
from quarterdeck.working_days import working_days

EPISODES, MISSING, COSTS = "cla_episodes", "missing", "placement_costs"
WENT = "missing_episode_start_date"
INTO_CARE, BECAME_LOOKED_AFTER = "into care", "became looked after"
FOLLOWS_WITHIN = 10
FREE = ("P1", "R2", "R5", *FOR_ADOPTION, *TEMPORARY)
"""Placements that the council need not pay for by the week."""
OF_GROUP = {"fostering": FOSTERING, "kinship": FOSTERING, "residential": RESIDENTIAL, "secure": ("K1",)}
"""What the 903 calls a placement of one of the profile's groups of types; other groups may be anything."""


def _in_care(records: Records, rows: pd.DataFrame, date: pd.Series) -> pd.Series:
    """Whether each row's child was looked after on its date, short breaks left out; the day of leaving counts."""
    asked = pd.DataFrame({"person_id": rows.person_id, "on": date.dt.normalize(), "label": rows.index})
    spells = care(records)
    spells = spells[~spells.status.isin(SHORT_BREAKS)]
    pairs = asked.merge(spells[["person_id", "began", "ended"]], on="person_id", validate="many_to_many")
    inside = (pairs.began <= pairs.on) & (pairs.on <= pairs.ended.fillna(FOREVER))
    return pd.Series(rows.index.isin(pairs.label[inside]), index=rows.index)


def _open(rows: pd.DataFrame, start: str, end: str, on: pd.Timestamp) -> pd.DataFrame:
    return rows[(rows[start] <= on) & ~(rows[end] <= on)]


@check("X-01", severity="error", table=EPISODES, fields=["person_id"], needs=["cin_episodes"])
def a_child_in_care_has_an_open_case(records: Records) -> pd.Index:
    """The child is looked after at the quarter's end, and every referral of it in the census is closed: open the
    case again, or end the episode.
    """
    rows, cases = open_at_close(records), current(records, "cin_episodes")
    still = cases.person_id[~(cases.close_date <= records.quarter.end)]
    return those(rows, rows.person_id.isin(cases.person_id) & ~rows.person_id.isin(still))


@check("X-02", severity="query", table=EPISODES, fields=["person_id"], needs=["cin_episodes"])
def a_child_in_care_is_in_the_census(records: Records) -> pd.Index:
    """The child is looked after at the quarter's end, and the census has no referral of it: check whether it has
    another identifier there, for then it counts as two children.
    """
    rows = open_at_close(records)
    return those(rows, ~rows.person_id.isin(current(records, "cin_episodes").person_id))


@check("X-03", severity="error", table="cp_plan_ends", fields=["reason"], needs=[EPISODES])
def a_plan_that_ended_in_care_did(records: Records) -> pd.Index:
    """The child protection plan ended because the child came into care, and by the 903 it was not looked after
    within 10 working days: correct the reason, or add the episode.
    """
    rows = current(records, "cp_plan_ends")
    asked = rows[["person_id", "end_date"]].reset_index(names="label")
    spells = care(records)
    spells = spells[~spells.status.isin(SHORT_BREAKS)]
    pairs = asked.merge(spells[["person_id", "began", "ended"]], on="person_id", validate="many_to_many")
    soon = working_days(pairs.end_date, pairs.began) <= FOLLOWS_WITHIN
    told = pairs.label[soon.fillna(False).astype(bool) & (pairs.ended.fillna(FOREVER) >= pairs.end_date)]
    return those(rows, (rows.reason == INTO_CARE) & ~rows.index.isin(told))


@check("X-04", severity="query", table="cin_plans", fields=["cin_plan_end_date"], needs=[EPISODES])
def no_child_in_care_is_on_a_cin_plan(records: Records) -> pd.Index:
    """The child has an open child-in-need plan, and is looked after: end the plan."""
    plans = _open(current(records, "cin_plans"), "cin_plan_start_date", "cin_plan_end_date", records.quarter.end)
    return those(plans, plans.person_id.isin(open_at_close(records).person_id))


@check("X-05", severity="query", table="cp_plans", fields=["cp_plan_end_date"], needs=[EPISODES])
def few_children_in_care_are_on_protection_plans(records: Records) -> pd.Index:
    """The child has an open child protection plan, and is looked after: check whether both should go on."""
    plans = _open(current(records, "cp_plans"), "cp_plan_start_date", "cp_plan_end_date", records.quarter.end)
    return those(plans, plans.person_id.isin(open_at_close(records).person_id))


@check("X-06", severity="error", table=MISSING, fields=["looked_after", WENT], needs=[EPISODES])
def who_is_missing_from_care_was_in_care(records: Records) -> pd.Index:
    """The child went missing from care by the list, and was not looked after that day by the 903: correct whether
    it was looked after, or add the episode.
    """
    rows = _this_year(records, current(records, MISSING), WENT)
    return those(rows, rows.looked_after & ~_in_care(records, rows, rows[WENT]))


@check("X-07", severity="error", table=MISSING, fields=["looked_after", WENT], needs=[EPISODES])
def who_is_missing_from_home_was_at_home(records: Records) -> pd.Index:
    """The child went missing from home by the list, and was looked after that day by the 903: correct whether it
    was looked after, or end the episode.
    """
    rows = _this_year(records, current(records, MISSING), WENT)
    return those(rows, ~rows.looked_after & _in_care(records, rows, rows[WENT]))


@check("X-08", severity="error", table="return_interviews", fields=[WENT], needs=[MISSING])
def an_interview_is_about_an_absence(records: Records) -> pd.Index:
    """No missing episode of the child began when the interview says, so it counts for none: correct the start, or
    add the episode.
    """
    rows, told = current(records, "return_interviews"), records.history(MISSING)
    known = pd.MultiIndex.from_frame(told[["person_id", WENT]])
    days = pd.MultiIndex.from_arrays([told.person_id, told[WENT].dt.normalize()])
    asked = pd.MultiIndex.from_frame(rows[["person_id", WENT]])
    to_the_day = (rows[WENT] == rows[WENT].dt.normalize()).to_numpy()
    return rows.index[~(asked.isin(known) | (to_the_day & asked.isin(days)))]


@check("X-09", severity="query", table=COSTS, fields=["person_id", "end_date"], needs=[EPISODES])
def a_child_paid_for_is_in_care(records: Records) -> pd.Index:
    """The person is under 18, has a funded placement at the quarter's end, and is not looked after by the 903: end
    the payment, or add the episode.
    """
    end = records.quarter.end
    rows = _open(current(records, COSTS), "start_date", "end_date", end)
    young = age_on(rows.date_of_birth, at_end(records, rows)) < 18
    looked_after = rows.person_id.isin(open_at_close(records).person_id)
    return those(rows, rows.person_id.notna() & young & ~looked_after)


@check("X-10", severity="query", table=EPISODES, fields=["cla_placement_type"], needs=[f"{COSTS}.person_id"])
def a_child_in_care_is_paid_for(records: Records) -> pd.Index:
    """The child is looked after at the quarter's end in a placement that is paid for, and the list of costs has
    none of it that is open: add it, or check that it is free.
    """
    paid = _open(current(records, COSTS), "start_date", "end_date", records.quarter.end)
    rows = open_at_close(records)
    return those(rows, rows.place.notna() & ~rows.place.isin(FREE) & ~rows.person_id.isin(paid.person_id))


@check("X-11", severity="query", table=COSTS, fields=["placement_type"], needs=[EPISODES])
def what_is_paid_for_is_where_the_child_is(records: Records) -> pd.Index:
    """The council pays for a placement of one kind (fostering, residential, secure), and the 903 has another: check
    which is right.
    """
    group = {kind.name: kind.group for kind in records.authority.placement_types}
    paid = _open(current(records, COSTS), "start_date", "end_date", records.quarter.end)
    children = open_at_close(records)
    place = of_child(paid, children[~children.place.isin(TEMPORARY)].set_index("person_id").place)
    kind = paid.placement_type.map(group)
    elsewhere = [(kind == name) & ~place.isin(places) for name, places in OF_GROUP.items()]
    return those(paid, place.notna() & pd.concat(elsewhere, axis=1).any(axis=1))


@check("X-12", severity="error", table="cin_episodes", fields=["close_reason"], needs=[EPISODES])
def who_is_closed_as_adopted_was(records: Records) -> pd.Index:
    """The case was closed because the child was adopted (RC1), and by the 903 it is still looked after: end the
    episode, or correct the reason.
    """
    rows = current(records, "cin_episodes")
    return those(rows, (rows.close_reason == "RC1") & rows.person_id.isin(open_at_close(records).person_id))


@check("X-13", severity="error", table=EPISODES, fields=["cla_episode_ceased_date"], needs=["person.death_date"])
def nobody_is_looked_after_beyond_death(records: Records) -> pd.Index:
    """The child has died by the census, and its episode goes on beyond that day: end it on the day of death (E2),
    or correct the date.
    """
    rows = care(records)
    died = current(records, "person").drop_duplicates("person_id").set_index("person_id").death_date
    return those(rows, rows.ended.fillna(records.quarter.end) > of_child(rows, died))


@check("X-14", severity="query", table="assessment_outcomes", fields=["outcome"], needs=[EPISODES])
def who_became_looked_after_did(records: Records) -> pd.Index:
    """The assessment led to the child being looked after, and by the 903 it has not been since it began: check the
    outcome.
    """
    rows = current(records, "assessment_outcomes")
    asked = rows[["person_id", "assessment_start_date"]].reset_index(names="label")
    pairs = asked.merge(care(records)[["person_id", "ended"]], on="person_id", validate="many_to_many")
    told = pairs.label[pairs.ended.fillna(FOREVER) >= pairs.assessment_start_date]
    became = rows.outcome.str.casefold() == BECAME_LOOKED_AFTER
    known = rows.person_id.notna() & rows.assessment_start_date.notna()
    return those(rows, became & known & ~rows.index.isin(told))


@check("X-15", severity="query", table=EPISODES, fields=["person_id"], needs=["involvements"])
def a_child_in_care_has_a_worker(records: Records) -> pd.Index:
    """The child is looked after at the quarter's end, and no team or worker has it then, so its team is unknown:
    add it to the allocations.
    """
    spells = _open(current(records, "involvements"), "from_date", "to_date", records.quarter.end)
    rows = open_at_close(records)
    return those(rows, ~rows.person_id.isin(spells.person_id))


@check("X-16", severity="query", table=EPISODES, fields=["cla_episode_ceased_reason"], needs=["cp_plans"])
def nobody_is_protected_after_adoption(records: Records) -> pd.Index:
    """The child was adopted, and has a child protection plan that is open after it under the same identifier: end
    the plan, or give the child its new identifier.
    """
    rows = care(records)
    adopted = rows[rows.rec.isin(ADOPTED)]
    plans = _open(current(records, "cp_plans"), "cp_plan_start_date", "cp_plan_end_date", records.quarter.end)
    return those(adopted, adopted.person_id.isin(plans.person_id))


def _this_year(records: Records, rows: pd.DataFrame, date: str) -> pd.DataFrame:
    """Rows of the year whose episodes the current extract tells: a child may have left care before it."""
    return rows[rows[date] >= records.quarter.year_start]
