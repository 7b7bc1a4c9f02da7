"""Whether children keep their social worker."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quarterdeck.measures.counting import at_ends, counted
from quarterdeck.measures.describe import NOT_KNOWN, describe
from quarterdeck.measures.front_door import CHILD
from quarterdeck.measures.registry import Ratio, measure
from quarterdeck.records import Records

MANY = 3
SOCIAL_WORKER = "social worker|senior|practitioner|manager"
"""Roles of those who hold a case as social workers; personal advisers and support workers work beside them."""
WORKERS = pd.CategoricalDtype(
    [NOT_KNOWN, "1 social worker", "2 social workers", "3 social workers", "4 or more social workers"], ordered=True
)
GROUPS = {
    "looked after": ("cla_periods", "entered_care_date", "ceased_date"),
    "child protection plan": ("cp_plans", "cp_plan_start_date", "cp_plan_end_date"),
}


def _children(records: Records, periods: pd.DataFrame) -> pd.DataFrame:
    """Children looked after or on a plan at each close, once; one who is both is looked after."""
    parts = [
        at_ends(getattr(records, table)[["person_id", start, end, "collection_year"]], start, end, periods)
        .assign(group=group)[["person_id", "period", "date", "group"]]
        for group, (table, start, end) in GROUPS.items()
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True).drop_duplicates(["person_id", "period"])


def _workers(records: Records) -> pd.DataFrame:
    """Each child's time with each social worker: from the list of allocations, else from the SSDA903."""
    if records.tells("involvements.worker_id"):
        rows = records.history("involvements")
        rows = rows[rows.role.isna() | rows.role.str.contains(SOCIAL_WORKER, case=False)]
    else:
        rows = records.history("social_worker_episodes")
    return rows[["person_id", "worker_id", "from_date", "to_date"]].dropna(subset="worker_id")


def workers_in_12_months(records: Records, rows: pd.DataFrame) -> pd.Series:
    """How many social workers each child had in the 12 months to a date, the one at their start counted.

    Parameters
    ----------
    rows : person_id and date.

    Returns
    -------
    int64 Series, indexed as `rows`.
    """
    asked = rows[["person_id", "date"]].drop_duplicates()
    pairs = asked.merge(_workers(records), on="person_id", validate="many_to_many")
    first_day = pairs.date - pd.DateOffset(months=12) + pd.Timedelta(days=1)
    with_them = pairs[(pairs.from_date <= pairs.date) & ~(pairs.to_date <= first_day)]
    number = with_them.groupby(["person_id", "date"]).worker_id.nunique()
    return number.reindex(pd.MultiIndex.from_frame(rows[["person_id", "date"]]), fill_value=0).set_axis(rows.index)


@measure(
    title="Children with three or more social workers in 12 months",
    short="Three or more social workers in 12 months",
    area="Workforce and practice",
    kind="proportion",
    unit="percent",
    polarity="lower is better",
    counts="children",
    needs=("cla_episodes", "cp_plans", "involvements.worker_id|social_worker_episodes"),
    looks_back=12,
    breakdowns=("workers", "group", *CHILD),
    main="workers",
    at_close=True,
    definition="Children looked after or on a child protection plan at the close of the period's last day, and the "
    "share of them who had three or more social workers in the 12 months to that day, the one at the start counted. "
    "A worker to whom a child comes back counts once; personal advisers and support workers are not counted.",
    source="Monitoring visit letters; the authority's list of allocations, or the SSDA903's social worker episodes",
    why="A child will tell a person whom they trust, and trust takes longer than a few months.",
)
def social_worker_changes(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Children with three or more social workers in 12 months, of those in care or on a plan; or all, by number."""
    key = ("social workers in 12 months", periods.to_csv())
    rows = records.kept(key, lambda: _with_number(records, _children(records, periods)))
    rows = describe(records, rows, "date", by)
    every = counted(rows, periods, by)
    if "workers" in by:
        return Ratio(every, counted(rows, periods))
    return Ratio(counted(rows[rows.number >= MANY], periods, by).reindex(every.index, fill_value=0), every)


def _with_number(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    number = workers_in_12_months(records, rows)
    band = pd.Categorical.from_codes(np.minimum(number, len(WORKERS.categories) - 1), dtype=WORKERS)
    return rows.assign(number=number, workers=band)
