"""Work with families at the edge of care: whether the children are at home half a year after it ended."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures.counting import events, share, twelve_months
from quarterdeck.measures.describe import UNKNOWN, describe
from quarterdeck.measures.front_door import CHILD
from quarterdeck.measures.registry import Ratio, measure
from quarterdeck.records import Records

AFTER = pd.DateOffset(months=6)
AT_HOME = {True: "at home", False: "not at home"}
OUTCOMES = ("stayed at home", "returned home", "came into care", "moved away", "other")


@measure(
    title="Children at home six months after work at the edge of care",
    short="At home six months after edge-of-care work",
    area="Children in need",
    kind="proportion",
    at_close=True,
    unit="percent",
    polarity="higher is better",
    counts="pieces of work with a child or family",
    needs=("edge_of_care.at_home_6_months",),
    looks_back=18,
    headline="rolling_12_months",
    breakdowns=("home", "outcome", *CHILD),
    main="home",
    definition="Work with families whose child might have come into care, or was to come home from it, that ended six "
    "months before a day of the 12 months to the end of the period, and the share of it after which the child lived "
    "at home on that day. Where nobody knows, it stays in the total. Each row of the council's list counts for one, "
    "a child's or a family's.",
    source="The council's list of work at the edge of care",
    why="Work that keeps a child at home for a few weeks only puts off the day that the child comes into care.",
)
def edge_of_care(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Work after which the child was at home six months on, of all whose six months ended in twelve months."""
    rows = records.history("edge_of_care").drop(
        columns="collection_year"
    )  # of whatever year: an event counts in its own
    rows = rows.assign(
        after=rows.end_date + AFTER,
        home=pd.Categorical(rows.at_home_6_months.map(AT_HOME).fillna(UNKNOWN), [*AT_HOME.values(), UNKNOWN]),
        outcome=pd.Categorical(rows.outcome.str.strip().str.casefold(), OUTCOMES, ordered=True),
    )
    year = twelve_months(periods)
    if "home" in by:
        return Ratio(events(rows, "after", year, by), events(rows, "after", year))
    return Ratio(*share(describe(records, rows, "after", by), rows.at_home_6_months, "after", year, by))
