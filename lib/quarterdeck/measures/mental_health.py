"""How long young people in care, and those who have left it, wait for mental health services."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quarterdeck.measures.counting import events, in_periods, quantiles, stock
from quarterdeck.measures.describe import describe
from quarterdeck.measures.looked_after import AREA, CHILD
from quarterdeck.measures.registry import Quantiles, Ratio, measure
from quarterdeck.records import Records

WAITS = {"4 weeks or less": 28, "over 4 to 8 weeks": 56, "over 8 to 12 weeks": 84, "over 12 to 18 weeks": 126}
LONG_WAIT = "over 18 weeks"
COHORTS = ("looked after", "care leaver")
NOT_WAITING = ("finished", "not accepted", "declined")


@measure(
    title="Days from referral to mental health services to being seen",
    short="Days to be seen by mental health services",
    area=AREA,
    kind="duration",
    unit="days",
    polarity="lower is better",
    counts="young people first seen",
    needs=("mental_health",),
    headline="year_to_date",
    breakdowns=("wait", "cohort", *CHILD),
    main="wait",
    definition="Children in care and care leavers who were first seen in the period by the mental health services that "
    "they were referred to: the median of the calendar days since the referral, and how many waited how long. A "
    "referral that was not accepted or was declined is not among them. Those not yet seen at the close of the period's "
    "last day are shown beside.",
    source="The council's list of referrals to mental health services",
    why="Many children in care have been hurt, and help that comes late may come when they have moved on.",
)
def mental_health_pathway(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Quantiles | Ratio:
    """Days from each referral to the first time seen; of the bands, the share that each is."""
    rows = records.history("mental_health").drop(
        columns="collection_year"
    )  # of whatever year: an event counts in its own
    days = (rows.seen_date - rows.referral_date).dt.days
    rows = rows.assign(
        days=days,
        wait=pd.cut(days, [-np.inf, *WAITS.values(), np.inf], labels=[*WAITS, LONG_WAIT]),
        cohort=pd.Categorical(rows.cohort.str.strip().str.casefold(), COHORTS, ordered=True),
    )
    if "wait" in by:
        return Ratio(events(rows, "seen_date", periods, by), events(rows, "seen_date", periods))
    seen = in_periods(describe(records, rows, "seen_date", by), "seen_date", periods)
    unseen = rows.status.str.strip().str.casefold().isin(NOT_WAITING) & rows.seen_date.isna()
    beside = {} if by else {"referred and not yet seen": stock(rows[~unseen], "referral_date", "seen_date", periods)}
    return Quantiles(quantiles(seen, "days", periods, by), beside)
