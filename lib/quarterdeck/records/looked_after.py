"""Periods of care and placements, told from the SSDA903's episodes."""

from __future__ import annotations

import pandas as pd

SHORT_BREAKS = ("V3", "V4")
NEW_PLACEMENT = (
    "S",
    "P",
    "B",
    "T",
    "U",
)  # L is a change of legal status: the placement goes on


def without_short_breaks(episodes: pd.DataFrame) -> pd.DataFrame:
    """Episodes under any legal status but V3 and V4, in order of extract, child and date."""
    kept = episodes[~episodes.legal_status.isin(SHORT_BREAKS)]
    return kept.sort_values(
        [
            "collection_year",
            "person_id",
            "cla_episode_start_date",
            "cla_episode_ceased_date",
        ]
    )


def _runs(episodes: pd.DataFrame, begins: pd.Series) -> pd.DataFrame:
    """Consecutive episodes joined: the first row of each run, with the end and the reason of its last."""
    run = begins.cumsum()
    first = episodes.groupby(run, sort=False).head(1)
    last = episodes.groupby(run, sort=False).tail(1)
    ends = last[
        [
            "cla_episode_ceased_date",
            "cla_episode_ceased_reason",
            "cla_placement_change_reason",
        ]
    ]
    return first.assign(**ends.set_axis(first.index).to_dict("series"))


def periods_of_care(episodes: pd.DataFrame) -> pd.DataFrame:
    """One row a period of being looked after: from the episode that started it to the one that ended it.

    A period begins where a child has no episode that ended on the same day (or is still open) before it, or
    where the reason for the new episode is S and the one before ended otherwise than X1.

    Parameters
    ----------
    episodes : the canonical `cla_episodes`, of one or more extracts; each extract is joined by itself.

    Returns
    -------
    cla_id, person_id, entered_care_date, ceased_date (NaT while open), ceased_reason, cla_primary_need_code,
    first_legal_status, collection_year.
    """
    rows = without_short_breaks(episodes)
    child = rows.groupby(["collection_year", "person_id"], dropna=False)
    ended = child.cla_episode_ceased_date.shift()
    goes_on = (rows.cla_episode_start_reason != "S") & (
        ended.isna() & (child.cumcount() > 0) | (ended >= rows.cla_episode_start_date)
    )
    joined = _runs(rows, ~goes_on)
    return pd.DataFrame(
        {
            "cla_id": joined.person_id + "@" + joined.cla_episode_start_date.dt.strftime("%Y-%m-%d"),
            "person_id": joined.person_id,
            "entered_care_date": joined.cla_episode_start_date,
            "ceased_date": joined.cla_episode_ceased_date,
            "ceased_reason": joined.cla_episode_ceased_reason,
            "cla_primary_need_code": joined.cla_primary_need_code,
            "first_legal_status": joined.legal_status,
            "collection_year": joined.collection_year,
        }
    ).reset_index(drop=True)


def with_true_start(periods: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Periods of one year's extract, with `entered_care_date` and `cla_id` of the period that history knows.

    A year's return may open with the episode that was running on 1 April; the episode that began the period is
    in an earlier year's return.
    """
    known = history[["person_id", "entered_care_date", "ceased_date", "cla_id", "first_legal_status"]]
    found = pd.merge_asof(
        periods.reset_index(drop=True).sort_values("entered_care_date", kind="stable"),
        known.assign(began=known.entered_care_date).sort_values("began").rename(columns={"ceased_date": "until"}),
        left_on="entered_care_date",
        right_on="began",
        by="person_id",
        suffixes=("", "_known"),
    )
    covers = found.until.isna() | (found.until > found.entered_care_date)
    for column in ("entered_care_date", "cla_id", "first_legal_status"):
        found[column] = found[f"{column}_known"].where(covers, found[column])
    return found[periods.columns]


def placements(episodes: pd.DataFrame) -> pd.DataFrame:
    """One row a placement: a new one begins with RNE S, P, B, T or U; L changes the legal status only.

    Parameters
    ----------
    episodes : the canonical `cla_episodes`, of one or more extracts; each extract is joined by itself.

    Returns
    -------
    person_id, placement_start_date, placement_end_date (NaT while open), cla_placement_type,
    cla_placement_provider, start_reason (RNE), change_reason, collection_year.
    """
    rows = without_short_breaks(episodes)
    first_of_child = rows.groupby(["collection_year", "person_id"], dropna=False).cumcount() == 0
    joined = _runs(rows, rows.cla_episode_start_reason.isin(NEW_PLACEMENT) | first_of_child)
    return pd.DataFrame(
        {
            "person_id": joined.person_id,
            "placement_start_date": joined.cla_episode_start_date,
            "placement_end_date": joined.cla_episode_ceased_date,
            "cla_placement_type": joined.cla_placement_type,
            "cla_placement_provider": joined.cla_placement_provider,
            "start_reason": joined.cla_episode_start_reason,
            "change_reason": joined.cla_placement_change_reason,
            "collection_year": joined.collection_year,
        }
    ).reset_index(drop=True)
