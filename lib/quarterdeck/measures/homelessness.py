"""Young people of 16 and 17 who come to the council as homeless."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures.counting import events, twelve_months
from quarterdeck.measures.describe import age_on, describe
from quarterdeck.measures.registry import Count, measure
from quarterdeck.records import Records

AGES = (16, 17)
OUTCOMES = ("accommodated under section 20", "housed otherwise", "returned home", "declined", "other")


def presented(records: Records) -> pd.DataFrame:
    """Each time a young person of 16 or 17 came as homeless; one whose age is not known was one, as the list says."""
    rows = records.homeless_16_17
    known = records.history("person").set_index("person_id").dob if records.has("person") else pd.Series(dtype="object")
    years = age_on(rows.person_id.map(known).astype("datetime64[us]"), rows.presented_date)
    outcome = pd.Categorical(rows.outcome.str.strip().str.casefold(), OUTCOMES, ordered=True)
    told = rows.assign(outcome=outcome, assessment=rows.assessed.map({True: "assessed", False: "not assessed"}))
    return told[years.between(*AGES).fillna(True)]


@measure(
    title="Young people of 16 and 17 who came as homeless",
    short="Homeless at 16 and 17",
    area="Care leavers",
    kind="flow",
    unit="number",
    counts="times they came",
    needs=("homeless_16_17",),
    at_close=True,
    looks_back=12,
    headline="rolling_12_months",
    breakdowns=("outcome", "assessment", "sex", "ethnicity", "disability", "team", "district"),
    main="outcome",
    definition="Times that a young person of 16 or 17 came to the council as homeless in the 12 months to the end of "
    "the period, by whether their need was assessed and by what followed: taken into care under section 20 of the "
    "Children Act 1989, housed otherwise, returned home, or help declined. A young person who came twice counts twice.",
    source="The council's list of young people who came as homeless; DfE and MHCLG, Prevention of homelessness and "
    "provision of accommodation for 16 and 17 year olds",
    why="A child without a home is a child in need, and the council must look after those who need it to.",
)
def homeless_16_17(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Times that young people of 16 and 17 came as homeless in the twelve months to each close."""
    date = "presented_date"
    rows = presented(records)
    return Count(events(describe(records, rows, date, by), date, twelve_months(periods), by))
