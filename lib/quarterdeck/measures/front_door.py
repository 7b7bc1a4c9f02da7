"""The family front door: contacts, referrals, assessments and what follows them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures.counting import counted, in_periods, stock
from quarterdeck.measures.describe import describe
from quarterdeck.measures.registry import Ratio, measure
from quarterdeck.records import Records
from quarterdeck.working_days import add_working_days, working_days

ASSESSMENT_LIMIT = 45
DURATION_BANDS = {
    "same day": 0,
    "1 to 10 days": 10,
    "11 to 20 days": 20,
    "21 to 30 days": 30,
    "31 to 40 days": 40,
    "41 to 45 days": 45,
    "46 to 50 days": 50,
    "51 to 60 days": 60,
    "61 days or more": 10_000,
}


def duration_band(days: pd.Series) -> pd.Series:
    """DfE's band of each number of working days."""
    edges = [-10_000, *DURATION_BANDS.values()]
    return pd.cut(days.astype("float64"), edges, labels=list(DURATION_BANDS)).astype("str").fillna("unknown")


@measure(
    title="Family Front Door: social work assessments timeliness",
    short="Social work assessments in 45 working days",
    area="Family Front Door",
    kind="timeliness",
    unit="percent",
    polarity="higher is better",
    counts="assessments",
    breakdowns=("duration_band", "team", "age_band", "sex", "ethnicity", "disability"),
    main="duration_band",
    definition="Assessments authorised in the period, and the share of them authorised within 45 working days of "
    "their start. Assessments still open are in neither; those open and already past 45 working days are shown beside.",
    source="DfE, Characteristics of children in need, table C2",
    why="A child waits for help until the assessment is done.",
)
def assessments_in_45_days(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Assessments authorised within 45 working days of their start, of those authorised."""
    rows = records.cin_assessments
    days = working_days(rows.assessment_start_date, rows.assessment_auth_date)
    rows = rows.assign(on_time=days <= ASSESSMENT_LIMIT, duration_band=duration_band(days))
    finished = in_periods(describe(records, rows, "assessment_auth_date", by), "assessment_auth_date", periods)
    late = rows.assign(limit=add_working_days(rows.assessment_start_date, ASSESSMENT_LIMIT) + pd.Timedelta(days=1))
    past = stock(late, "limit", "assessment_auth_date", periods)
    if "duration_band" in by:
        return Ratio(counted(finished, periods, by), counted(finished, periods), {"open and late": past})
    on_time = finished[finished.on_time]
    return Ratio(counted(on_time, periods, by), counted(finished, periods, by), {"open and late": past})
