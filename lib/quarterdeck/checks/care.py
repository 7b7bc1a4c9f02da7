"""A looked-after child's episodes in order, each beside the one before it and the one after."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.rows import beside, current
from quarterdeck.measures.describe import age_on
from quarterdeck.records import NotAvailable, Records
from quarterdeck.records.ssda903_words import SHORT_BREAKS

NAMES = {
    "cla_episode_start_date": "began",
    "cla_episode_ceased_date": "ended",
    "cla_episode_start_reason": "rne",
    "cla_episode_ceased_reason": "rec",
    "legal_status": "status",
    "cla_placement_type": "place",
    "cla_placement_provider": "provider",
    "cla_placement_urn": "urn",
    "cla_placement_change_reason": "why_moved",
    "cla_primary_need_code": "need",
}
CONTINUES = "X1"
ADOPTED = ("E11", "E12")
FOR_ADOPTION = ("A3", "A4", "A5", "A6")
DAY = pd.Timedelta(days=1)


def care(records: Records) -> pd.DataFrame:
    """The current extract's episodes by child and date, by their labels in `cla_episodes`.

    Returns
    -------
    person_id, dob (NaT where not known) and the episode's columns as `NAMES` calls them; the same columns of the
    child's episode before as last_began, last_ended, …, and after as next_began, …; follows (bool: the one before
    ended on the day that this began, as one goes on with another) and goes_on (it follows one that ended with X1).
    """
    return records.kept("care, in order", lambda: _care(records))


def _care(records: Records) -> pd.DataFrame:
    rows = current(records, "cla_episodes")[["person_id", *NAMES]].rename(columns=NAMES)
    rows = rows.sort_values(["person_id", "began", "ended"], kind="stable")
    child = rows.groupby("person_id")[list(NAMES.values())]
    before, after = child.shift().add_prefix("last_"), child.shift(-1).add_prefix("next_")
    if records.has("person"):
        dob = beside(records, rows, "person", "person_id", ["dob"]).dob
    else:
        dob = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
    follows = before.last_ended == rows.began
    return pd.concat([rows, before, after], axis=1).assign(
        dob=dob, follows=follows, goes_on=follows & (before.last_rec == CONTINUES)
    )


def of_child(rows: pd.DataFrame, told: pd.Series) -> pd.Series:
    """What is told of each row's child, under the labels of `rows`, from a series by `person_id`."""
    return told.reindex(rows.person_id).set_axis(rows.index)


def age(rows: pd.DataFrame, date: str) -> pd.Series:
    """Whole years of age on the date in a column: see `age_on`."""
    return age_on(rows.dob, rows[date])


def of_adult_age(rows: pd.DataFrame, until: pd.Series) -> pd.Series:
    """Whether each span lasted beyond the 18th birthday, on which a child leaves care."""
    return age_on(rows.dob, until - DAY) >= 18


def open_at_close(records: Records) -> pd.DataFrame:
    """The latest episode of each child looked after at the close of the quarter, short breaks left out."""
    rows = care(records)
    end = records.quarter.end
    inside = (rows.began <= end) & ~(rows.ended <= end) & ~rows.status.isin(SHORT_BREAKS)
    return rows[inside].drop_duplicates("person_id", keep="last")


def this_years(records: Records, name: str) -> pd.DataFrame:
    """The current rows of a list that is returned once a year, for what should be in it.

    Raises
    ------
    NotAvailable : it is empty, and the year is not over: it has not been cut yet.
    """
    rows = current(records, name)
    if rows.empty and records.quarter.number < 4:
        raise NotAvailable(f"{name} yet: it is cut once a year")
    return rows
