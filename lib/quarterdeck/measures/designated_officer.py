"""Allegations against people who work with children, and how soon they are closed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures.counting import events, share, stock
from quarterdeck.measures.describe import duration_in_months
from quarterdeck.measures.registry import Ratio, measure
from quarterdeck.records import Records

LIMIT = pd.DateOffset(months=1)
BANDS = {"1 month or less": 1, "over 1 to 3 months": 3, "over 3 to 12 months": 12}
OUTCOMES = ("substantiated", "unsubstantiated", "unfounded", "malicious", "false", "other")


@measure(
    title="Allegations against people who work with children, closed in one month",
    short="Allegations closed in one month",
    area="Child protection",
    kind="timeliness",
    unit="percent",
    polarity="higher is better",
    counts="allegations",
    needs=("designated_officer.closed_date",),
    headline="year_to_date",
    breakdowns=("time_to_close", "outcome"),
    main="time_to_close",
    definition="Allegations against people who work with children that the designated officer closed in the period, "
    "and the share of them closed within one month: by the same day of the next month as that on which they were "
    "received. Allegations still open at the close of the period's last day and already past one month are shown "
    "beside.",
    source="DfE, Keeping children safe in education: 80% within one month, 90% within three, nearly all within 12; the "
    "council's list of allegations",
    why="Until it is closed, a child may still be at risk, and someone who did nothing wrong is under suspicion.",
)
def designated_officer(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Allegations closed within one month, of those closed; or all, by how long they took."""
    rows = records.designated_officer
    due = rows.received_date + LIMIT
    rows = rows.assign(
        time_to_close=duration_in_months(rows.received_date, rows.closed_date, BANDS, "over 12 months"),
        outcome=pd.Categorical(rows.outcome.str.strip().str.casefold(), OUTCOMES, ordered=True),
        late_from=due + pd.Timedelta(days=1),
    )
    beside = {"open and already past one month": stock(rows, "late_from", "closed_date", periods)}
    if "time_to_close" in by:
        return Ratio(events(rows, "closed_date", periods, by), events(rows, "closed_date", periods), beside)
    return Ratio(*share(rows, rows.closed_date <= due, "closed_date", periods, by), beside)
