"""Periods of care and placements, told from the SSDA903's episodes."""

from __future__ import annotations

import pandas as pd

from quarterdeck.records.repairs import continuous
from quarterdeck.records.ssda903_words import SHORT_BREAKS, TEMPORARY

NEW_PLACEMENT = (
    "S",
    "P",
    "B",
    "T",
    "U",
)  # L is a change of legal status: the placement goes on
NEW_CARER = ("S", "P", "B")  # T and U are a change of placement with the same carer


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
    return first.assign(**{str(name): ends[name].to_numpy() for name in ends})


def periods_of_care(episodes: pd.DataFrame) -> pd.DataFrame:
    """One row a period of being looked after: from the episode that started it to the one that ended it.

    A period begins where a child has no episode that ended on the same day (or is still open) before it, or
    where the reason for the new episode is S and the one before ended otherwise than X1.

    Parameters
    ----------
    episodes : the canonical `cla_episodes`, of one or more extracts; each extract is joined by itself.

    Returns
    -------
    cla_id, person_id, entered_care_date, start_known (whether an episode with reason S says so: the earliest return may
    open in the middle of a period), ceased_date (NaT while open), ceased_reason, cla_primary_need_code,
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
            "start_known": joined.cla_episode_start_reason == "S",
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
    known = history[["person_id", "entered_care_date", "start_known", "ceased_date", "cla_id", "first_legal_status"]]
    found = pd.merge_asof(
        periods.reset_index(drop=True).sort_values("entered_care_date", kind="stable"),
        known.assign(began=known.entered_care_date).sort_values("began").rename(columns={"ceased_date": "until"}),
        left_on="entered_care_date",
        right_on="began",
        by="person_id",
        suffixes=("", "_known"),
    )
    covers = found.began.notna() & (found.until.isna() | (found.until > found.entered_care_date))
    for column in ("entered_care_date", "start_known", "cla_id", "first_legal_status"):
        found[column] = found[f"{column}_known"].where(covers, found[column])
    return found[periods.columns].astype({"start_known": "bool"})


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


def spells(episodes: pd.DataFrame, entered: pd.DataFrame) -> pd.DataFrame:
    """Episodes with the placement that each child keeps, and the day the child came into care.

    A child in a temporary placement (T0 to T4: hospital, holiday, seven days or less) keeps the type and provider
    of the placement it left, as DfE has it return there (rule 383 of the SSDA903); where none is known, the code
    stays.

    Parameters
    ----------
    episodes : the canonical `cla_episodes`; short breaks are left out.
    entered : periods of care (`Records.cla_periods`), for the day each began.

    Returns
    -------
    person_id, start_date, end_date (NaT while open), placement_type, placement_provider, legal_status,
    cla_primary_need_code, entered_care_date, collection_year.
    """
    rows = without_short_breaks(episodes).reset_index(drop=True)
    year = rows.collection_year.astype("Int64").fillna(0)
    away = rows.cla_placement_type.isin(TEMPORARY)
    came = (rows.cla_episode_start_reason == "S") | (rows.groupby(["person_id", year]).cumcount() == 0)
    care = came.cumsum()
    kept = rows[["cla_placement_type", "cla_placement_provider"]]
    settled_before = (~away).groupby(care).cummax()
    kept = kept.mask(away & settled_before, kept.mask(away).groupby(care).ffill())
    began = entered[["person_id", "entered_care_date"]].assign(
        year=entered.collection_year.astype("Int64").fillna(0), began=entered.entered_care_date
    )
    found = pd.merge_asof(
        rows[["person_id", "cla_episode_start_date"]]
        .assign(year=year, row=rows.index)
        .sort_values("cla_episode_start_date", kind="stable"),
        began.sort_values("began", kind="stable"),
        left_on="cla_episode_start_date",
        right_on="began",
        by=["person_id", "year"],
    )
    return pd.DataFrame(
        {
            "person_id": rows.person_id,
            "start_date": rows.cla_episode_start_date,
            "end_date": rows.cla_episode_ceased_date,
            "placement_type": kept.cla_placement_type,
            "placement_provider": kept.cla_placement_provider,
            "legal_status": rows.legal_status,
            "cla_primary_need_code": rows.cla_primary_need_code,
            "entered_care_date": found.set_index("row").entered_care_date.sort_index(),
            "collection_year": rows.collection_year.astype("Int64"),
        }
    )


def stays(episodes: pd.DataFrame) -> pd.DataFrame:
    """One row a stay with one carer, as DfE counts placements for stability.

    - RNE S, P and B start a stay; T and U (same carer) and L (legal status) do not.
    - Temporary placements (T0 to T4) are not counted, and the return from one to a placement of the same type and
      provider goes on with it (DfE's rule 383: the child returns to the normal placement, with RNE P).
    - A stay under 24 hours (it begins and ends on one day) is not counted.
    - Being placed for adoption with the same foster carers (A3, A5 after U1 to U6) is no move, whatever RNE says.

    Parameters
    ----------
    episodes : the canonical `cla_episodes`, each episode once.

    Returns
    -------
    person_id, start_date, end_date (NaT while open), placement_type (the last of the stay), by child and date.

    Source
    ------
    DfE, Local Authority Interactive Tool, three or more placements: "All placements of 24 hours or more of children
    that were looked after on 31 March during the previous year are counted. […] Any placements that were already open
    on 1 April at the beginning of the year and any which were open on 31 March at the end of the year are included.
    Where a child is subsequently placed for adoption with their existing foster carers, then this is not counted as a
    placement change in this indicator."
    """
    rows = without_short_breaks(episodes.assign(collection_year=0)).reset_index(drop=True)
    child = rows.groupby("person_id")
    away = rows.cla_placement_type.isin(TEMPORARY)
    fostered = child.cla_placement_type.shift().fillna("").str.startswith("U")
    adopted_by_carers = rows.cla_placement_type.isin(("A3", "A5")) & fostered
    moved = rows.cla_episode_start_reason.isin(("P", "B")) & ~adopted_by_carers
    came = (rows.cla_episode_start_reason == "S") | (child.cumcount() == 0)
    begins = came | moved | (away != away.shift())
    ends = rows.groupby(begins.cumsum()).tail(1)
    runs = rows[begins].assign(
        away=away[begins],
        came=came[begins],
        end_date=ends.cla_episode_ceased_date.to_numpy(),
        last_type=ends.cla_placement_type.to_numpy(),
        after_away=(away[begins] & ~came[begins]).shift(fill_value=False),
    )
    runs = runs[~runs.away & (runs.end_date.isna() | (runs.end_date > runs.cla_episode_start_date))]
    before = runs.groupby("person_id")[["last_type", "cla_placement_provider"]].shift()
    same_place = (runs.cla_placement_type == before.last_type) & (
        runs.cla_placement_provider.fillna("") == before.cla_placement_provider.fillna("")
    )
    known_before = before.last_type.notna()
    returned = (
        runs.after_away & ~runs.came & known_before & (same_place | ~runs.cla_episode_start_reason.isin(NEW_CARER))
    )
    last = runs.groupby((~returned).cumsum()).tail(1)
    first = runs[~returned]
    return pd.DataFrame(
        {
            "person_id": first.person_id.to_numpy(),
            "start_date": first.cla_episode_start_date.to_numpy(),
            "end_date": last.end_date.to_numpy(),
            "placement_type": last.last_type.to_numpy(),
        }
    ).astype({"person_id": "str", "placement_type": "str"})


def stays_by_year(episodes: pd.DataFrame) -> pd.DataFrame:
    """Stays as the extract of each collection year tells them, with the earlier extracts for what went before.

    What those leave open, and none up to the year's own mentions again, ends as `repairs.continuous` says. Episodes of
    a source that covers all years at once have no collection year, and neither have their stays.
    """
    years = [int(year) for year in sorted(episodes.collection_year.dropna().unique())]
    undated = episodes[episodes.collection_year.isna()]
    dated = episodes[episodes.collection_year.notna()]
    told = {year: continuous(dated[dated.collection_year <= year])[0] for year in years}
    parts = [stays(history).assign(collection_year=year) for year, history in told.items()]
    parts += [stays(undated).assign(collection_year=float("nan"))] if len(undated) or not years else []
    return pd.concat([part.astype({"collection_year": "Int64"}) for part in parts], ignore_index=True)
