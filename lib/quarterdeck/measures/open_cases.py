"""Open cases: each child once, in the first category that applies."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures.children_in_need import in_need, with_safeguarding
from quarterdeck.measures.counting import at_ends, counted
from quarterdeck.measures.describe import describe
from quarterdeck.measures.front_door import CHILD
from quarterdeck.measures.registry import Count, Ratio, measure
from quarterdeck.records import Records

OPEN_AS = {
    "looked after": ("cla_periods", "entered_care_date", "ceased_date"),
    "child protection plan": ("cp_plans", "cp_plan_start_date", "cp_plan_end_date"),
    "child in need plan": ("cin_plans", "cin_plan_start_date", "cin_plan_end_date"),
    "open assessment": ("cin_assessments", "assessment_start_date", "assessment_auth_date"),
}
CATEGORIES = (*OPEN_AS, "care leaver", "other")


def open_children(records: Records, periods: pd.DataFrame) -> pd.DataFrame:
    """Every child with an open case at each close, once, in the first category that applies.

    Returns
    -------
    person_id, period, date and category (ordered as `CATEGORIES`).

    Raises
    ------
    NotAvailable : a return that tells of one of the categories is missing, for its children would pass for others.
    """
    return records.kept(("open children", periods.to_csv()), lambda: _open_children(records, periods))


def _open_children(records: Records, periods: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for category, (table, start, end) in OPEN_AS.items():
        spans = getattr(records, table)[["person_id", start, end, "collection_year"]]
        rows = at_ends(spans, start, end, periods)
        parts.append(rows[["person_id", "period", "date"]].assign(category=category))
    parts.append(_care_leavers(records, periods).assign(category="care leaver"))
    columns = ["person_id", "referral_date", "close_date", "collection_year"]
    rows = at_ends(in_need(records)[columns], "referral_date", "close_date", periods)
    parts.append(rows[["person_id", "period", "date"]].assign(category="other"))
    everyone = pd.concat(parts, ignore_index=True)  # in the order of the categories: the first of a child stays
    once = everyone.drop_duplicates(["person_id", "period"])
    return once.assign(category=pd.Categorical(once.category, CATEGORIES, ordered=True))


def _care_leavers(records: Records, periods: pd.DataFrame) -> pd.DataFrame:
    """Care leavers at each close: those of the latest list by then, else those with a care leavers' team.

    Who is on the list as eligible is still looked after, and no leaver yet.
    """
    none = pd.DataFrame({"person_id": pd.Series(dtype="str"), "period": pd.Series(dtype="int64")})
    closing = periods.reset_index(names="period")[["period", "end"]].rename(columns={"end": "date"})
    if records.has("care_leavers"):
        everyone = records.history("care_leavers")
        left = everyone.eligibility.str.strip().str.casefold().ne("eligible").fillna(True)
        listed = everyone.loc[left, ["person_id", "as_at"]].dropna()
        days = pd.DataFrame({"as_at": sorted(listed.as_at.unique())}).astype({"as_at": "datetime64[us]"})
        latest = pd.merge_asof(closing.sort_values("date"), days, left_on="date", right_on="as_at").dropna()
        return latest.merge(listed, on="as_at", validate="many_to_many")[["person_id", "period", "date"]]
    if records.has("involvements"):
        spells = records.involvements
        spells = spells[spells.team.map(records.authority.service_of()) == "care_leavers"]
        return at_ends(spells, "from_date", "to_date", periods)[["person_id", "period", "date"]]
    return none.merge(closing, on="period", validate="many_to_one")


@measure(
    title="Open cases: main categories at quarter end",
    short="Open cases",
    area="Children in need and open cases",
    kind="stock",
    unit="number",
    counts="children",
    needs=("cla_episodes", "cp_plans", "cin_plans", "cin_assessments", "cin_episodes", "care_leavers|involvements"),
    breakdowns=("category", *CHILD),
    main="category",
    definition="Children with an open case at the close of the period's last day, each once, in the first that "
    "applies: looked after, child protection plan, child in need plan, open assessment, care leaver, other. Children "
    "looked after only for short breaks are not in the first.",
    source="The panel's performance paper; order after Ofsted's Annex A, case status",
    why="It is the whole of what social workers carry.",
)
def open_cases(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Children with an open case at the close of each period."""
    return Count(counted(describe(records, open_children(records, periods), "date", by), periods, by))


@measure(
    title="Children in need as a share of the safeguarding teams' open cases",
    short="Children in need, share of safeguarding teams' cases",
    area="Children in need and open cases",
    kind="proportion",
    unit="percent",
    counts="children",
    needs=(
        "cla_episodes",
        "cp_plans",
        "cin_plans",
        "cin_assessments",
        "cin_episodes",
        "care_leavers|involvements",
        "involvements",
    ),
    breakdowns=("category", *CHILD),
    main="category",
    at_close=True,
    definition="Of children with an open case at the close of the period's last day who were with one of the "
    "safeguarding teams, the share with a child-in-need plan; the other categories of open cases are given beside it.",
    source="Panel paper of 22 March 2018, analysis of children in need",
    why="It shows how much of the safeguarding teams' work is help by consent.",
)
def cin_share_of_safeguarding(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Children on a child-in-need plan, of all children open to the safeguarding teams; or all, by category."""
    key = ("open children, safeguarding", periods.to_csv())
    rows = records.kept(key, lambda: with_safeguarding(records, open_children(records, periods)))
    rows = describe(records, rows, "date", by)
    if "category" in by:
        return Ratio(counted(rows, periods, by), counted(rows, periods))
    every = counted(rows, periods, by)
    planned = counted(rows[rows.category == "child in need plan"], periods, by)
    return Ratio(planned.reindex(every.index, fill_value=0), every)
