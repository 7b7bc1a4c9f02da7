"""Private fostering: whether a child is visited soon after the council is told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quarterdeck.measures.counting import events, share, twelve_months
from quarterdeck.measures.describe import describe
from quarterdeck.measures.front_door import CHILD
from quarterdeck.measures.registry import Ratio, measure
from quarterdeck.records import Records
from quarterdeck.working_days import add_working_days

VISIT_WITHIN = 7
VISITS = ("in 7 working days", "later", "not visited yet")


@measure(
    title="Private fostering: first visits in seven working days",
    short="Private fostering visits in seven working days",
    area="Children in need",
    kind="timeliness",
    at_close=True,
    unit="percent",
    polarity="higher is better",
    counts="private fostering arrangements",
    needs=("private_fostering.first_visit_date",),
    looks_back=13,
    headline="rolling_12_months",
    breakdowns=("first_visit", *CHILD),
    main="first_visit",
    definition="Private fostering arrangements of which the council was told, and whose first visit had to be made by "
    "a day of the 12 months to the end of the period: the seventh working day after the council was told. The share "
    "of them is given that were visited by that day, the day itself included. Those not visited at all stay in the "
    "total.",
    source="Children (Private Arrangements for Fostering) Regulations 2005, regulation 4; the council's list of "
    "private fostering",
    why="These children live with people who are not close family, and until the visit nobody has looked whether they "
    "are safe.",
)
def private_fostering(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Arrangements first visited within seven working days, of those due a visit in the twelve months to each close."""
    rows = records.history("private_fostering").drop(
        columns="collection_year"
    )  # of whatever year: an event counts in its own
    due = add_working_days(rows.notified_date, VISIT_WITHIN)
    in_time = rows.first_visit_date <= due
    visit = np.select([in_time, rows.first_visit_date.notna()], VISITS[:2], VISITS[2])
    rows = rows.assign(due=due, first_visit=pd.Categorical(visit, VISITS, ordered=True))
    year = twelve_months(periods)
    if "first_visit" in by:
        return Ratio(events(rows, "due", year, by), events(rows, "due", year))
    return Ratio(*share(describe(records, rows, "due", by), in_time, "due", year, by))
