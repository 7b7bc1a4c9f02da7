"""Rules on who holds each case: without them no figure by team can be trusted."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import among, current, elsewhere, open_cases, overlapping_earlier, those
from quarterdeck.records import Records

TO_ALLOCATE_DAYS = 7
TO_END_DAYS = 28


def _held(records: Records) -> pd.DataFrame:
    """Allocations that have not ended by the extract's end."""
    rows = current(records, "involvements")
    end = records.quarter.end
    return rows[(rows.from_date <= end) & ~(rows.to_date < end)]


@check("ALL-01", severity="error", table="involvements", fields=["from_date", "to_date"])
def two_at_once(records: Records) -> pd.Index:
    """The allocation began while another worker held the case in the same role: end the earlier on that day."""
    return overlapping_earlier(current(records, "involvements"), "from_date", "to_date", ["person_id", "role"])


@check("ALL-02", severity="error", table="involvements", fields=["team"])
def team_not_in_the_profile(records: Records) -> pd.Index:
    """The authority's profile does not name the team, so that its service is unknown: write the team as the profile
    does, or add it to the profile.
    """
    rows = current(records, "involvements")
    return those(rows, ~rows.team.isin(list(records.authority.service_of())))


@check(
    "ALL-03",
    severity="query",
    table="cin_episodes",
    fields=["person_id"],
    needs=["cin_episodes.close_date", "involvements"],
)
def held_by_nobody(records: Records) -> pd.Index:
    """The case was opened more than a week before the extract's end, is open, and no team holds it: allocate it."""
    rows = open_cases(records)
    old = rows.referral_date < records.quarter.end - pd.Timedelta(days=TO_ALLOCATE_DAYS)
    return those(rows, old & ~among(rows.person_id, _held(records).person_id))


@check(
    "ALL-04",
    severity="query",
    table="involvements",
    fields=["to_date"],
    needs=["cin_episodes.close_date", "cla_episodes"],
)
def held_after_closure(records: Records) -> pd.Index:
    """The child's case was closed more than four weeks before the extract's end, the child is not looked after, and the
    allocation has not ended: end it.
    """
    rows = _held(records)
    service = rows.team.map(records.authority.service_of())
    episodes, care = current(records, "cin_episodes"), current(records, "cla_episodes")
    closed = episodes[episodes.close_date < records.quarter.end - pd.Timedelta(days=TO_END_DAYS)].person_id
    still = pd.concat([open_cases(records).person_id, care.person_id[care.cla_episode_ceased_date.isna()]])
    recent = episodes.person_id[~among(episodes.person_id, closed)]
    needed = among(rows.person_id, still) | among(rows.person_id, recent) | (service == "care_leavers")
    return those(rows, among(rows.person_id, closed) & ~needed)


@check("ALL-05", severity="query", table="involvements", fields=["worker_id"], needs=["involvements.worker_id"])
def worker_not_told(records: Records) -> pd.Index:
    """A team holds the case and no worker is named: fill in the worker."""
    rows = _held(records)
    return those(rows, rows.worker_id.isna())


@check("ALL-06", severity="error", table="involvements", fields=["district"], needs=["involvements.district"])
def district_not_in_the_profile(records: Records) -> pd.Index:
    """The authority's profile does not name the district, so it is counted as one more: write the district as the
    profile does, or add it to the profile.
    """
    return elsewhere(records, current(records, "involvements"))


@check("ALL-07", severity="query", table="involvements", fields=["district"], needs=["involvements.district"])
def district_not_told(records: Records) -> pd.Index:
    """A team holds the case and the district that the family lives in is not told: fill it in."""
    rows = _held(records)
    return those(rows, rows.district.isna())
