"""Episodes of care and their continuity: who is looked after, since when and until when."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.care import CONTINUES, FOR_ADOPTION, age, care, of_adult_age
from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import current, known_by, overlapping_earlier, those
from quarterdeck.records import NotAvailable, Records

TABLE = "cla_episodes"
BEGAN, ENDED = "cla_episode_start_date", "cla_episode_ceased_date"
RNE, REC = "cla_episode_start_reason", "cla_episode_ceased_reason"
KEY = ["person_id", BEGAN]
OLD_ENOUGH_FOR = {"E5": 14, "E6": 14, "E7": 16, "E17": 18}
"""The age before which nobody leaves care for this reason."""


@check("CLA-EPI-01", severity="error", table=TABLE, fields=[REC])
def an_episode_that_ended_says_why(records: Records) -> pd.Index:
    """The episode has an end date and no reason for ending (REC): fill it in."""
    rows = care(records)
    return those(rows, rows.ended.notna() & rows.rec.isna())


@check("CLA-EPI-02", severity="error", table=TABLE, fields=[ENDED, REC])
def a_reason_for_ending_has_a_date(records: Records) -> pd.Index:
    """The episode has a reason for ending (REC) and no end date, so it counts as open: fill in the date, or take
    out the reason.
    """
    rows = care(records)
    return those(rows, rows.rec.notna() & rows.ended.isna())


@check("CLA-EPI-03", severity="error", table=TABLE, fields=[ENDED, REC])
def an_episode_that_goes_on_is_followed(records: Records) -> pd.Index:
    """The episode ended because another began (REC X1), and no episode of the child begins on that day: add the
    missing one, or say how the child left care.
    """
    rows = care(records)
    return those(rows, (rows.rec == CONTINUES) & rows.ended.notna() & (rows.next_began != rows.ended))


@check("CLA-EPI-04", severity="error", table=TABLE, fields=[REC])
def care_that_goes_on_did_not_end(records: Records) -> pd.Index:
    """The episode ended care (REC is not X1), and the child's next one begins that day and does not start care:
    write X1.
    """
    rows = care(records)
    left = rows.rec.notna() & (rows.rec != CONTINUES) & rows.ended.notna()
    return those(rows, left & (rows.next_began == rows.ended) & rows.next_rne.notna() & (rows.next_rne != "S"))


@check("CLA-EPI-05", severity="error", table=TABLE, fields=[RNE])
def care_does_not_start_twice(records: Records) -> pd.Index:
    """The episode starts a period of care (RNE S), and the one before went on into it (REC X1): correct one of the
    two, or one period of care counts as two.
    """
    rows = care(records)
    return those(rows, (rows.rne == "S") & rows.goes_on)


@check("CLA-EPI-06", severity="query", table=TABLE, fields=[BEGAN, RNE])
def nobody_comes_back_on_the_day_of_leaving(records: Records) -> pd.Index:
    """The child came into care on the very day it left, so one period of care counts as two: if care went on, write
    X1 and no S.
    """
    rows = care(records)
    return those(rows, (rows.rne == "S") & rows.follows & ~rows.goes_on)


@check("CLA-EPI-07", severity="error", table=TABLE, fields=[RNE])
def care_starts_with_a_start(records: Records) -> pd.Index:
    """The child was not looked after the day before, and the reason for the episode (RNE) is not S: add the missing
    episode before it, or write S.
    """
    rows = care(records)
    first = rows.last_began.isna() & (rows.began >= records.quarter.year_start)
    after_leaving = (rows.last_ended < rows.began) & (rows.last_rec != CONTINUES)
    return those(rows, (first | after_leaving) & rows.rne.notna() & (rows.rne != "S"))


@check("CLA-EPI-08", severity="error", table=TABLE, fields=[BEGAN, ENDED])
def episodes_do_not_overlap(records: Records) -> pd.Index:
    """The episode begins before an earlier one of the child has ended: correct the dates."""
    rows = care(records)
    left_open = rows.ended.isna() & rows.next_began.notna()  # told by the rule on open episodes
    return overlapping_earlier(rows[~left_open], "began", "ended")


@check("CLA-EPI-09", severity="error", table=TABLE, fields=[ENDED])
def only_the_latest_episode_is_open(records: Records) -> pd.Index:
    """The episode is open although a later one of the child has begun, so the child is in two places at once: end
    it.
    """
    rows = care(records)
    return those(rows, rows.ended.isna() & rows.next_began.notna())


@check("CLA-EPI-10", severity="error", table=TABLE, fields=[RNE, "cla_placement_type", "cla_placement_provider"])
def a_change_of_status_alone_moves_nobody(records: Records) -> pd.Index:
    """The episode is a change of legal status alone (RNE L), and the placement or its provider is another: write B
    or U where the child moved, or correct the placement.
    """
    rows = care(records)
    known = rows.place.notna() & rows.last_place.notna()
    moved = (rows.place != rows.last_place) | (rows.provider.fillna("") != rows.last_provider.fillna(""))
    return those(rows, (rows.rne == "L") & rows.follows & known & moved)


@check("CLA-EPI-11", severity="error", table=TABLE, fields=[RNE, "legal_status"])
def a_change_of_status_changes_it(records: Records) -> pd.Index:
    """The episode is a change of legal status (RNE L, B or U), and the status is that of the episode before:
    correct one of the two.
    """
    rows = care(records)
    return those(rows, rows.rne.isin(["L", "B", "U"]) & rows.follows & (rows.status == rows.last_status))


@check("CLA-EPI-12", severity="error", table=TABLE, fields=[RNE, "legal_status"])
def a_move_alone_keeps_the_status(records: Records) -> pd.Index:
    """The episode is a change of placement alone (RNE P or T), and the legal status is not that of the one before:
    write B or U, or correct the status.
    """
    rows = care(records)
    known = rows.status.notna() & rows.last_status.notna()
    return those(rows, rows.rne.isin(["P", "T"]) & rows.follows & known & (rows.status != rows.last_status))


@check("CLA-EPI-13", severity="query", table=TABLE, fields=[RNE, "cla_placement_provider"])
def the_same_carer_has_the_same_provider(records: Records) -> pd.Index:
    """The child stayed with the same carer (RNE T or U), and the provider of the placement is another: unless the
    carer went over to it, write P or B, and the move counts as a new placement.
    """
    rows = care(records)
    known = rows.provider.notna() & rows.last_provider.notna() & ~rows.place.isin(FOR_ADOPTION)
    return those(rows, rows.rne.isin(["T", "U"]) & rows.follows & known & (rows.provider != rows.last_provider))


@check("CLA-EPI-14", severity="query", table=TABLE, fields=[BEGAN, ENDED])
def an_episode_lasts_a_day(records: Records) -> pd.Index:
    """The episode begins and ends on one day, and a placement under 24 hours does not count: check its dates."""
    rows = care(records)
    return those(rows, rows.began == rows.ended)


@check("CLA-EPI-15", severity="error", table=TABLE, fields=[BEGAN], needs=["person.dob"])
def nobody_is_in_care_before_birth(records: Records) -> pd.Index:
    """The episode begins before the child was born: correct its start or the birth date."""
    rows = care(records)
    return those(rows, rows.began < rows.dob)


@check("CLA-EPI-16", severity="error", table=TABLE, fields=[BEGAN], needs=["person.dob"])
def nobody_comes_into_care_at_18(records: Records) -> pd.Index:
    """The child was 18 or older on the day of coming into care: correct the date or the birth date."""
    rows = care(records)
    return those(rows, (rows.rne == "S") & (age(rows, "began") >= 18))


@check("CLA-EPI-17", severity="error", table=TABLE, fields=[ENDED], needs=["person.dob"])
def care_ends_at_18(records: Records) -> pd.Index:
    """The young person is looked after beyond the 18th birthday, as only one accommodated in a children's home (V2,
    K2) may be: end the episode, for until then the person counts among the children looked after.
    """
    rows = care(records)
    accommodated = (rows.status == "V2") & (rows.place == "K2")
    return those(rows, of_adult_age(rows, rows.ended.fillna(records.quarter.end)) & ~accommodated)


@check("CLA-EPI-18", severity="error", table=TABLE, fields=["cla_primary_need_code"])
def every_episode_has_a_category_of_need(records: Records) -> pd.Index:
    """The episode has no category of need (CIN): fill it in."""
    rows = care(records)
    return those(rows, rows.need.isna())


@check("CLA-EPI-19", severity="query", table=TABLE, fields=["cla_primary_need_code"])
def the_category_of_need_stays_within_a_period(records: Records) -> pd.Index:
    """The category of need is not that of the episode before, in the same period of care: it is that of the start,
    unless it was wrong.
    """
    rows = care(records)
    return those(rows, rows.goes_on & rows.need.notna() & rows.last_need.notna() & (rows.need != rows.last_need))


@check("CLA-EPI-20", severity="error", table=TABLE, fields=[REC])
def nobody_comes_back_from_death_or_adulthood(records: Records) -> pd.Index:
    """The child died (REC E2) or was found to be an adult (E15), and has a later episode: correct the reason, or
    take out what follows.
    """
    rows = care(records)
    return those(rows, rows.rec.isin(["E2", "E15"]) & rows.next_began.notna())


@check("CLA-EPI-21", severity="error", table=TABLE, fields=[REC, ENDED], needs=["person.dob"])
def a_child_is_old_enough_for_the_reason_it_left(records: Records) -> pd.Index:
    """The child was too young to leave care for this reason: independent living (E5, E6) is from 14, adult social
    care (E7) from 16, staying with the carers (E17) from 18. Correct the reason.
    """
    rows = care(records)
    return those(rows, age(rows, "ended") < rows.rec.map(OLD_ENOUGH_FOR).astype("Int64"))


@check("CLA-EPI-22", severity="error", table=TABLE, fields=[RNE])
def every_episode_says_why_it_began(records: Records) -> pd.Index:
    """The episode has no reason for beginning (RNE), so whether it is a new placement cannot be told: fill it in."""
    rows = care(records)
    return those(rows, rows.rne.isna())


@check("CLA-EPI-23", severity="query", table=TABLE, fields=[RNE, "legal_status", "cla_placement_type"])
def the_last_return_told_the_episode_alike(records: Records) -> pd.Index:
    """The last year's return told this episode otherwise, with another reason, legal status or placement: check
    which is right, for the year that was published stays as it was.
    """
    now = current(records, TABLE)
    told = [RNE, "legal_status", "cla_placement_type", "cla_placement_provider"]
    before = _last_years(records).drop_duplicates(KEY)
    pairs = now[KEY + told].reset_index(names="label").merge(before[KEY + told], on=KEY, validate="many_to_one")
    differ = pd.concat([pairs[f"{name}_x"].fillna("") != pairs[f"{name}_y"].fillna("") for name in told], axis=1)
    return pd.Index(pairs.label[differ.any(axis=1)])


@check("CLA-EPI-24", severity="error", table=TABLE, fields=[BEGAN, ENDED])
def an_open_episode_is_told_on(records: Records) -> str:
    """Episodes that were open at the end of the last year's return are missing from this one, and their children
    drop out of the count without having left: cut the return again with them.
    """
    before = _last_years(records)
    before = before[before[ENDED].isna()]
    lost = before[~known_by(before, KEY, current(records, TABLE), KEY)]
    return f"{len(lost):,} of {len(before):,} open episodes of the last return are missing" if len(lost) else ""


@check("CLA-EPI-25", severity="error", table=TABLE, fields=["person_id"], needs=["person"])
def every_child_in_care_is_in_the_header(records: Records) -> pd.Index:
    """The child has an episode, and no row with sex, birth date and ethnicity: add it to the header of the SSDA903."""
    rows = current(records, TABLE)
    return those(rows, ~rows.person_id.isin(current(records, "person").person_id))


@check("CLA-EPI-26", severity="error", table=TABLE, fields=["person_id"], needs=["person.dob"])
def every_child_in_care_has_a_birth_date(records: Records) -> pd.Index:
    """The child is looked after, and its birth date is not known, nor its age in any figure: fill it in."""
    rows = care(records)
    listed = rows.person_id.isin(current(records, "person").person_id)
    return those(rows, listed & rows.dob.isna())


def _last_years(records: Records) -> pd.DataFrame:
    """The episodes that the last year's return told.

    Raises
    ------
    NotAvailable : there is none.
    """
    rows = records.table(TABLE)
    rows = rows[(rows.collection_year == records.quarter.collection_year - 1).fillna(False)]
    if rows.empty:
        raise NotAvailable("episodes of the year before")
    return rows
