"""Legal status: under what order or agreement a child is looked after."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.care import ADOPTED, age, care
from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import those
from quarterdeck.records import Records
from quarterdeck.records.ssda903_words import SHORT_BREAKS, TEMPORARY

TABLE = "cla_episodes"
STATUS = "legal_status"
YOUTH_JUSTICE = ("J1", "J2", "J3")
CRIMINAL_RESPONSIBILITY = 10
LONGEST_DAYS = {"L1": 3, "L2": 21, "L3": 7}
"""Police protection 72 hours, an emergency protection order 21 days, a child assessment order seven."""
LAST_FREEING_ORDERS = pd.Timestamp(2005, 12, 30)
SETTLED_PLACEMENTS = ("U1", "U4", "A3", "A4", "A5", "A6")
SHORTEST_STAY, SHORT_STAY_DAYS = "V3", 17


@check("CLA-LEG-01", severity="error", table=TABLE, fields=[STATUS])
def every_episode_has_a_legal_status(records: Records) -> pd.Index:
    """The episode has no legal status, so a short break could not be told from being looked after: fill it in."""
    rows = care(records)
    return those(rows, rows.status.isna())


@check("CLA-LEG-02", severity="error", table=TABLE, fields=[STATUS, "cla_placement_type"])
def a_short_break_is_in_no_temporary_placement(records: Records) -> pd.Index:
    """The child is on a short break (V3, V4), and in a temporary placement (T0 to T4): correct one of the two."""
    rows = care(records)
    return those(rows, rows.status.isin(SHORT_BREAKS) & rows.place.isin(TEMPORARY))


@check("CLA-LEG-03", severity="error", table=TABLE, fields=[STATUS, "cla_placement_type"])
def a_short_break_is_no_lasting_placement(records: Records) -> pd.Index:
    """The child is on a short break (V3, V4), and in long-term fostering (U1, U4) or placed for adoption (A3 to
    A6): if it lives there, correct the legal status, for it is missing from every count of looked-after children.
    """
    rows = care(records)
    return those(rows, rows.status.isin(SHORT_BREAKS) & rows.place.isin(SETTLED_PLACEMENTS))


@check("CLA-LEG-04", severity="error", table=TABLE, fields=[STATUS, "cla_episode_ceased_date"])
def a_short_break_is_short(records: Records) -> pd.Index:
    """The short break (V3) lasts more than 17 days, so the child is looked after and is not counted: correct the
    legal status or the end.
    """
    rows = care(records)
    days = (rows.ended.fillna(records.quarter.end) - rows.began).dt.days
    return those(rows, (rows.status == SHORTEST_STAY) & (days > SHORT_STAY_DAYS))


@check("CLA-LEG-05", severity="error", table=TABLE, fields=[STATUS, "cla_placement_type"])
def nobody_is_accommodated_with_its_parents(records: Records) -> pd.Index:
    """The child is accommodated by agreement (V2) and placed with its parents (P1), where it is not looked after:
    correct the legal status, or end the episode.
    """
    rows = care(records)
    return those(rows, (rows.status == "V2") & (rows.place == "P1"))


@check("CLA-LEG-06", severity="error", table=TABLE, fields=[STATUS, "cla_placement_type"])
def a_placement_order_places_for_adoption(records: Records) -> pd.Index:
    """The child is placed for adoption under a placement order (A5, A6), and its legal status is not one (E1, D1):
    correct one of the two.
    """
    rows = care(records)
    return those(rows, rows.place.isin(["A5", "A6"]) & rows.status.notna() & ~rows.status.isin(["E1", "D1"]))


@check("CLA-LEG-07", severity="query", table=TABLE, fields=[STATUS, "cla_placement_type"])
def consent_and_order_are_told_apart(records: Records) -> pd.Index:
    """The child is placed for adoption by consent (A3, A4), and is under a placement order (E1): check which it is."""
    rows = care(records)
    return those(rows, rows.place.isin(["A3", "A4"]) & (rows.status == "E1"))


@check("CLA-LEG-08", severity="error", table=TABLE, fields=[STATUS], needs=["person.dob"])
def nobody_under_10_is_in_the_youth_justice_system(records: Records) -> pd.Index:
    """The child was under 10 when it came under a youth justice legal status (J1 to J3): correct the status or the
    birth date.
    """
    rows = care(records)
    return those(rows, rows.status.isin(YOUTH_JUSTICE) & (age(rows, "began") < CRIMINAL_RESPONSIBILITY))


@check("CLA-LEG-09", severity="error", table=TABLE, fields=[STATUS, "cla_episode_ceased_date"])
def an_emergency_is_short(records: Records) -> pd.Index:
    """The child is under police protection (L1) for over 72 hours, an emergency protection order (L2) for over 21
    days, or a child assessment order (L3) for over seven: add the change of legal status that followed.
    """
    rows = care(records)
    anew = ~(rows.goes_on & (rows.status == rows.last_status))
    since = rows.began.where(anew).groupby(rows.person_id).ffill()
    days = (rows.ended.fillna(records.quarter.end) - since).dt.days
    return those(rows, days > rows.status.map(LONGEST_DAYS).astype("float64"))


@check("CLA-LEG-10", severity="query", table=TABLE, fields=[STATUS])
def no_interim_order_follows_a_full_one(records: Records) -> pd.Index:
    """The child is under an interim care order (C1), and was under a full one (C2) in the episode before: check
    which it is.
    """
    rows = care(records)
    return those(rows, rows.goes_on & (rows.last_status == "C2") & (rows.status == "C1"))


@check("CLA-LEG-11", severity="error", table=TABLE, fields=[STATUS])
def nobody_is_freed_any_more(records: Records) -> pd.Index:
    """The child came under a freeing order (D1) after 30 December 2005, when courts made the last of them: correct
    the legal status.
    """
    rows = care(records)
    anew = ~(rows.goes_on & (rows.last_status == "D1"))
    return those(rows, (rows.status == "D1") & anew & (rows.began > LAST_FREEING_ORDERS))


@check("CLA-LEG-12", severity="query", table=TABLE, fields=[STATUS, "cla_episode_ceased_reason"])
def a_remand_that_ends_was_one(records: Records) -> pd.Index:
    """Care ended because a remand did (REC E14), and the child was not on remand (J1): check the reason and the
    legal status.
    """
    rows = care(records)
    return those(rows, (rows.rec == "E14") & rows.status.notna() & (rows.status != "J1"))


@check("CLA-LEG-13", severity="error", table=TABLE, fields=["cla_episode_ceased_reason"], needs=["person.dob"])
def nobody_is_adopted_at_18(records: Records) -> pd.Index:
    """Care ended by adoption (E11, E12) or special guardianship (E45 to E48), and the young person was 18 already:
    correct the reason or the date.
    """
    rows = care(records)
    permanence = (*ADOPTED, "E45", "E46", "E47", "E48")
    return those(rows, rows.rec.isin(permanence) & (age(rows, "ended") >= 18))
