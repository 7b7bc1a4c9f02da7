"""Children in need: plans held by the safeguarding teams, DfE's wider count, and drift."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures.counting import at_ends, children, counted, events
from quarterdeck.measures.describe import DFE_DURATIONS, describe, duration_in_months, over_months
from quarterdeck.measures.front_door import CHILD
from quarterdeck.measures.registry import Count, Ratio, measure
from quarterdeck.records import Records

DRIFT_MONTHS = 9
FOCUSED_WEEKS = 16
DRIFT = pd.CategoricalDtype(["16 weeks or less", "over 16 weeks to 9 months", "over 9 months"], ordered=True)
NOT_IN_NEED = ("RC8", "RC9")
"""Closed after assessment, with no further action or with early help: the child was not found to be in need."""
NEEDS = {
    "N1": "abuse or neglect",
    "N2": "child's disability or illness",
    "N3": "parent's disability or illness",
    "N4": "family in acute stress",
    "N5": "family dysfunction",
    "N6": "socially unacceptable behaviour",
    "N7": "low income",
    "N8": "absent parenting",
    "N9": "cases other than children in need",
    "N0": "not stated",
}
CLOSE_REASONS = {
    "RC1": "adopted",
    "RC2": "died",
    "RC3": "child arrangements or residence order",
    "RC4": "special guardianship order",
    "RC5": "moved to another council",
    "RC6": "transferred to adult social care",
    "RC7": "other reason",
}


def on_cin_plans(records: Records, periods: pd.DataFrame) -> pd.DataFrame:
    """Children with a child-in-need plan at each close and neither a child protection plan nor looked after, each once.

    Returns
    -------
    person_id, cin_plan_start_date (of the plan open longest), referral_id, collection_year, period, date.
    """
    return records.kept(("on CIN plans", periods.to_csv()), lambda: _on_cin_plans(records, periods))


def _on_cin_plans(records: Records, periods: pd.DataFrame) -> pd.DataFrame:
    columns = ["person_id", "cin_plan_start_date", "cin_plan_end_date", "referral_id", "collection_year"]
    rows = at_ends(records.cin_plans[columns], "cin_plan_start_date", "cin_plan_end_date", periods)
    rows = rows.sort_values("cin_plan_start_date", kind="stable").drop_duplicates(["person_id", "period"])
    for others, start, end in (
        (records.cp_plans, "cp_plan_start_date", "cp_plan_end_date"),
        (records.cla_periods, "entered_care_date", "ceased_date"),
    ):
        rows = _without(rows, at_ends(others[["person_id", start, end, "collection_year"]], start, end, periods))
    return rows.drop(columns="cin_plan_end_date")


def _without(rows: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    keys = ["person_id", "period"]
    return rows[~pd.MultiIndex.from_frame(rows[keys]).isin(pd.MultiIndex.from_frame(others[keys]))]


def with_safeguarding(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of children who were on the `date` with a team that the profile names as safeguarding."""
    return rows[describe(records, rows, "date", ["service"]).service == "safeguarding"]


def in_need(records: Records) -> pd.DataFrame:
    """Episodes of need as DfE counts them: without referrals closed with no further action or after assessment."""
    rows = records.cin_episodes
    return rows[~rows.referral_nfa.fillna(False) & ~rows.close_reason.isin(NOT_IN_NEED)]


@measure(
    title="Children in need per 10,000 under 18s: local definition, safeguarding teams",
    short="Children in need per 10,000: safeguarding teams",
    area="Children in need and open cases",
    kind="stock rate",
    unit="per_10k",
    counts="children",
    needs=("cin_plans", "cp_plans", "cla_episodes", "involvements"),
    breakdowns_need={"duration_band": ("cin_plans.cin_plan_start_date",)},
    breakdowns=("duration_band", *CHILD),
    main="duration_band",
    definition="Children with a child-in-need plan at the close of the period's last day, and neither a child "
    "protection plan nor looked after, whose case was with one of the safeguarding teams, per 10,000 residents aged 0 "
    "to 17. It is narrower than DfE's rate, which is shown apart.",
    source="The authority's own definition, in the panel's performance paper",
    why="These are families whom the council helps by consent, and whose cases must not drift.",
)
def cin_plan_rate_safeguarding(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Children on a child-in-need plan with the safeguarding teams at the close of each period."""
    key = ("on CIN plans, safeguarding", periods.to_csv())
    rows = records.kept(key, lambda: with_safeguarding(records, on_cin_plans(records, periods)))
    band = duration_in_months(rows.cin_plan_start_date, rows.date, DFE_DURATIONS, "2 years or more")
    return Count(counted(describe(records, rows.assign(duration_band=band), "date", by), periods, by))


@measure(
    title="Children in need per 10,000 under 18s: DfE's definition",
    short="Children in need per 10,000: DfE's definition",
    area="Children in need and open cases",
    kind="stock rate",
    unit="per_10k",
    counts="children",
    needs=("cin_episodes",),
    breakdowns=("primary_need", "duration_band", *CHILD),
    main="primary_need",
    definition="Children with an open episode of need at the close of the period's last day, per 10,000 residents aged "
    "0 to 17, each once. It takes in children on child protection plans, looked-after children and others, and leaves "
    "out referrals closed with no further action or after an assessment that found no need (RC8, and RC9 from 2026).",
    source="DfE, Characteristics of children in need, table B1",
    why="It is the rate that compares with England and with other councils.",
)
def cin_rate(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Children with an open episode of need at the close of each period, as DfE counts them."""
    columns = ["person_id", "referral_date", "close_date", "cin_primary_need_code", "collection_year"]
    rows = at_ends(in_need(records)[columns], "referral_date", "close_date", periods)
    rows = rows.sort_values("referral_date", kind="stable").drop_duplicates(["person_id", "period"])
    rows = rows.assign(
        primary_need=pd.Categorical(rows.cin_primary_need_code.map(NEEDS), list(NEEDS.values())),
        duration_band=duration_in_months(rows.referral_date, rows.date, DFE_DURATIONS, "2 years or more"),
    )
    return Count(counted(describe(records, rows, "date", by), periods, by))


@measure(
    title="Children in need open for more than nine months",
    short="Child-in-need plans open over 9 months",
    area="Children in need and open cases",
    kind="proportion",
    unit="percent",
    polarity="lower is better",
    counts="plans",
    needs=("cin_plans.cin_plan_start_date", "cp_plans", "cla_episodes"),
    breakdowns_need={"plans_or_cases": ("cin_episodes",)},
    breakdowns=("plans_or_cases", *CHILD),
    main="plans_or_cases",
    at_close=True,
    definition="Of children on a child-in-need plan at the close of the period's last day, and neither on a child "
    "protection plan nor looked after: the share whose plan had been open for more than nine months; and, kept apart, "
    "the share whose case had been open to the service for more than nine months since the referral. Nine months from "
    "31 March end on 31 December; the day after is over nine months.",
    source="Panel paper of 22 March 2018, analysis of children in need",
    why="Help by consent is meant to be focused and short; the rest is drift.",
)
def cin_open_over_9_months(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Plans, or cases, open for more than nine months, of those open; the plans are the whole."""
    rows = describe(records, on_cin_plans(records, periods), "date", by)
    every = counted(rows, periods, by) if "plans_or_cases" not in by else counted(rows, periods)
    plans = rows[over_months(rows.cin_plan_start_date, rows.date, DRIFT_MONTHS)]
    if "plans_or_cases" not in by:
        return Ratio(counted(plans, periods, by).reindex(every.index, fill_value=0), every)
    rows = rows.assign(referred=_referred(records, rows))
    cases = rows[over_months(rows.referred, rows.date, DRIFT_MONTHS)]
    known = counted(rows[rows.referred.notna()], periods)
    names = ["plans_or_cases"]
    return Ratio(
        pd.concat({"plans": counted(plans, periods), "cases": counted(cases, periods)}, names=names),
        pd.concat({"plans": every, "cases": known}, names=names),
    )


@measure(
    title="Child-in-need plans open for more than sixteen weeks",
    short="Child-in-need plans open over 16 weeks",
    area="Children in need and open cases",
    kind="proportion",
    unit="percent",
    polarity="lower is better",
    counts="plans",
    needs=("cin_plans.cin_plan_start_date", "cp_plans", "cla_episodes"),
    breakdowns=("drift", *CHILD),
    main="drift",
    at_close=True,
    definition="Of children on a child-in-need plan at the close of the period's last day, and neither on a child "
    "protection plan nor looked after, the share whose plan had been open for more than 16 weeks: from the 113th day "
    "after its start. Beside it, all of them by how long their plan had been open.",
    source="Panel paper of 22 March 2018: focused work within 16 weeks, then a senior manager's decision",
    why="It shows drift while there is still time to act: at 16 weeks a senior manager should decide what comes next.",
)
def cin_open_over_16_weeks(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Plans open for more than sixteen weeks, of those open; or all, by how long they had been."""
    rows = on_cin_plans(records, periods)
    begun = rows.cin_plan_start_date
    late = begun + pd.Timedelta(weeks=FOCUSED_WEEKS) < rows.date
    steps = late.astype("int64") + over_months(begun, rows.date, DRIFT_MONTHS)
    drift = pd.Series(pd.Categorical.from_codes(steps.to_numpy(), dtype=DRIFT), index=rows.index)
    rows = describe(records, rows.assign(drift=drift, late=late), "date", by)
    every = counted(rows, periods, by)
    if "drift" in by:
        return Ratio(every, counted(rows, periods))
    return Ratio(counted(rows[rows.late], periods, by).reindex(every.index, fill_value=0), every)


def _referred(records: Records, rows: pd.DataFrame) -> pd.Series:
    """The day of the referral that each plan belongs to."""
    keys = ["referral_id", "collection_year"]
    referred = records.cin_episodes[[*keys, "referral_date"]].drop_duplicates(keys)
    return rows[keys].merge(referred, on=keys, how="left", validate="many_to_one").referral_date.set_axis(rows.index)


@measure(
    title="Children in need: episodes that started",
    short="Episodes of need that started",
    area="Children in need and open cases",
    kind="flow",
    unit="number",
    counts="episodes of need",
    needs=("cin_episodes.close_reason",),
    headline="year_to_date",
    definition="Referrals received in the period that began an episode of need: without those closed with no further "
    "action, or after an assessment that found no need. A child with two starts counts twice; the children are "
    "counted beside.",
    source="DfE, Characteristics of children in need, table B1",
    why="With the episodes that ended it shows whether fewer or more families are being helped.",
)
def cin_started(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Episodes of need that started, by the day of the referral."""
    rows = in_need(records)
    beside = {"children": children(rows, "referral_date", periods)}
    return Count(events(rows, "referral_date", periods, by), beside)


@measure(
    title="Children in need: episodes that ended",
    short="Episodes of need that ended",
    area="Children in need and open cases",
    kind="flow",
    unit="number",
    counts="episodes of need",
    needs=("cin_episodes.close_date", "cin_episodes.close_reason"),
    headline="year_to_date",
    breakdowns=("close_reason", "duration_band"),
    main="close_reason",
    definition="Episodes of need that ended in the period, by why, and by how long they had lasted: without referrals "
    "closed with no further action, or after an assessment that found no need. A child with two ends counts twice; "
    "the children are counted beside.",
    source="DfE, Characteristics of children in need, tables B1, B5 and B6",
    why="Help that ends soon may have been focused, or may have stopped too early.",
)
def cin_ended(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Episodes of need that ended, by the day the case was closed."""
    rows = in_need(records)
    rows = rows[rows.close_date.notna()]
    rows = rows.assign(
        close_reason=pd.Categorical(rows.close_reason.map(CLOSE_REASONS), list(CLOSE_REASONS.values())),
        duration_band=duration_in_months(rows.referral_date, rows.close_date, DFE_DURATIONS, "2 years or more"),
    )
    beside = {} if by else {"children": children(rows, "close_date", periods)}
    return Count(events(rows, "close_date", periods, by), beside)
