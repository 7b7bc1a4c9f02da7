"""Permanence: whether children stay where they are settled, and how long it takes until they are settled for good."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures.counting import counted, in_periods, quantiles, twelve_months
from quarterdeck.measures.describe import age_on, describe
from quarterdeck.measures.looked_after import AREA, CHILD, at_close
from quarterdeck.measures.registry import Quantiles, Ratio, measure
from quarterdeck.records import Records
from quarterdeck.records.ssda903_words import PLACEMENT_TYPES, REASONS_CEASED

OLDEST = 16
LONG_IN_CARE, SETTLED = pd.DateOffset(months=30), pd.DateOffset(months=24)
PLACEMENT_ORDER, PLACED, GUARDIANSHIP = "placement order", "placed for adoption", "special guardianship order"
FOR_ADOPTION = PLACEMENT_TYPES[PLACED]


def settled_since(records: Records, rows: pd.DataFrame) -> pd.Series:
    """The day since which each child has been with the same carer, indexed as the rows.

    Of a child placed for adoption, the day on which the placement before it began: the two count as one. A child away
    for a short time is still with the carer it left.

    Parameters
    ----------
    rows : person_id, date, collection_year, entered_care_date, place, as `looked_after.at_close` gives them.
    """
    stays = records.cla_stays
    stays = stays.assign(year=stays.collection_year.astype("Int64").fillna(0)).sort_values("start_date", kind="stable")
    stays = stays.assign(before=stays.groupby(["year", "person_id"]).start_date.shift())
    asked = rows[["person_id", "date"]].assign(year=rows.collection_year.astype("Int64").fillna(0), row=rows.index)
    found = pd.merge_asof(
        asked.sort_values("date", kind="stable"),
        stays[["person_id", "year", "start_date", "before"]],
        left_on="date",
        right_on="start_date",
        by=["person_id", "year"],
    ).set_index("row")
    before = found.before.reindex(rows.index)
    together = rows.place.isin(FOR_ADOPTION) & (before >= rows.entered_care_date)
    return before.where(together, found.start_date.reindex(rows.index))


@measure(
    title="Long-term stability of placements",
    short="Settled for two years, of those long in care",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    polarity="higher is better",
    counts="children",
    needs=("cla_episodes", "person.dob"),
    looks_back=30,
    breakdowns=("age_band", "placement_type", "legal_status", *CHILD[1:]),
    main="age_band",
    definition="Children under 16 at the end of the period who had by then been looked after for two and a half years "
    "or more without a break, and the share of them who had been in the same placement for two years or more, or are "
    "placed for adoption and had been there and in the placement before it for two years or more together. Short "
    "breaks are left out; what is a placement is as for three or more placements in 12 months.",
    source="DfE, Children looked after in England, placement stability; Local Authority Interactive Tool",
    why="Children do best when the people who bring them up stay the same.",
)
def long_term_stability(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Children under 16 long in care who are settled for two years, of all under 16 long in care."""
    rows = at_close(records, periods, by).reset_index(drop=True)
    born = rows.person_id.map(records.history("person").set_index("person_id").dob).astype("datetime64[us]")
    young = (age_on(born, rows.date) < OLDEST).fillna(False)
    rows = rows[young & (rows.entered_care_date + LONG_IN_CARE <= rows.date)]
    settled = rows[settled_since(records, rows) + SETTLED <= rows.date]
    whole = counted(rows, periods, by)
    return Ratio(counted(settled, periods, by).reindex(whole.index, fill_value=0), whole)


def milestones(records: Records) -> pd.DataFrame:
    """The first day, in each period of care, of a placement order, of a placement for adoption, and of guardianship.

    Returns
    -------
    person_id, entered_care_date, date, step, days, start_known (whether the returns reach back to the start of care),
    collection_year; dates in every extract that tells them, of which the counting primitives take its own year's.
    """
    care = records.cla_periods
    spells = records.cla_spells
    ordered = _first(spells[spells.legal_status == "E1"], PLACEMENT_ORDER)
    placed = _first(spells[spells.placement_type.isin(FOR_ADOPTION)], PLACED)
    left = care[care.ceased_reason.isin(REASONS_CEASED[GUARDIANSHIP])].rename(columns={"ceased_date": "date"})
    keys = ["person_id", "entered_care_date", "collection_year"]
    found = pd.concat([ordered, placed, left[[*keys, "date"]].assign(step=GUARDIANSHIP)], ignore_index=True)
    found = found.merge(care[[*keys, "start_known"]].drop_duplicates(keys), on=keys, how="left", validate="many_to_one")
    steps = pd.CategoricalDtype([PLACEMENT_ORDER, PLACED, GUARDIANSHIP], ordered=True)
    return found.assign(step=found.step.astype(steps), days=(found.date - found.entered_care_date).dt.days)


def _first(spells: pd.DataFrame, step: str) -> pd.DataFrame:
    """The first such episode of each period of care over all extracts, as each extract that has it tells it."""
    care = [spells.person_id, spells.entered_care_date]
    first = spells[spells.start_date == spells.start_date.groupby(care).transform("min")]
    columns = ["person_id", "entered_care_date", "collection_year", "start_date"]
    return first[columns].rename(columns={"start_date": "date"}).assign(step=step)


@measure(
    title="Time until a child is settled for good",
    short="Days from entering care to placement for adoption",
    area=AREA,
    kind="duration",
    unit="days",
    polarity="lower is better",
    counts="children",
    needs=("cla_episodes",),
    at_close=True,
    looks_back=12,
    headline="rolling_12_months",
    breakdowns=("step", *CHILD),
    main="step",
    definition="Of children placed for adoption in the 12 months to the end of the period, the days from coming into "
    "care to that day: the middle one of them all (the median), and the quartiles. Beside it the same for children who "
    "were given a placement order in those months, and for those who left care to a special guardian. Each is counted "
    "once in a period of care, the first time. Where care began before the earliest return it counts from the earliest "
    "day known; how many such there are stands beside. The returns do not say by which review a child had a plan for "
    "permanence.",
    source="SSDA903: legal status E1, placements A3 to A6, and reasons E45 to E48",
    why="A year is a long time for a small child who waits for a family.",
)
def permanence_timeliness(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Quantiles:
    """Days from coming into care to being placed for adoption; by step, to each of the three."""
    rows = describe(records, records.kept("milestones", lambda: milestones(records)), "date", by)
    if "step" not in by:
        rows = rows[rows.step == PLACED]
    reached = in_periods(rows, "date", twelve_months(periods))
    beside = {} if by else {"longer than the returns tell": counted(reached[~reached.start_known], periods)}
    return Quantiles(quantiles(reached, "days", periods, by), beside)
