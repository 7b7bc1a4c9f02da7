"""The family front door: referrals, assessments, and what follows them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quarterdeck.measures.counting import children, events, in_periods, latest_before, quantiles, share, stock
from quarterdeck.measures.describe import UNKNOWN, describe, over_months
from quarterdeck.measures.registry import Count, Quantiles, Ratio, measure
from quarterdeck.records import Records
from quarterdeck.working_days import add_working_days, working_days

CHILD = ("team", "age_band", "sex", "ethnicity", "disability", "district")
"""The breakdowns of anything that happens to a child."""

ASSESSMENT_LIMIT = 45
CONFERENCE_LIMIT = 15
OUTCOME_WITHIN = 10
RE_REFERRAL_DAYS = 365
ASSESSMENT_BANDS = {
    "same day": 0,
    "1 to 10 days": 10,
    "11 to 20 days": 20,
    "21 to 30 days": 30,
    "31 to 40 days": 40,
    "41 to 45 days": 45,
    "46 to 50 days": 50,
    "51 to 60 days": 60,
}
CONFERENCE_BANDS = {"10 days or fewer": 10, "11 to 15 days": 15, "16 to 20 days": 20}
SOURCES = {
    "individual": ("1A", "1B", "1C", "1D"),
    "schools": ("2A",),
    "education services": ("2B",),
    "health services": ("3A", "3B", "3C", "3D", "3E", "3F"),
    "housing": ("4",),
    "local authority services": ("5A", "5B", "5C", "5D"),
    "police": ("6",),
    "other legal agency": ("7",),
    "other": ("8",),
    "anonymous": ("9",),
}
OUTCOMES = (
    "became looked after",
    "child protection plan",
    "strategy discussion or S47",
    "child in need plan",
    "stepped down to early help",
    "other service",
    "no further action",
    "still open",
)
"""What may follow an assessment, in the order of which the first that applies counts."""
DERIVED_FROM = ("cin_episodes.close_reason", "cp_plans", "s47_enquiry", "cin_plans")
"""What an outcome that no list tells is worked out from."""
LISTED_OR_DERIVED = ("assessment_outcomes|cin_plans",)


def in_bands(days: pd.Series, bands: dict[str, int], beyond: str) -> pd.Series:
    """The band of each number of days, as an ordered categorical; `bands` gives the last day of each.

    Examples
    --------
    >>> in_bands(pd.Series([10, 11, 21]), CONFERENCE_BANDS, "21 days or more").tolist()
    ['10 days or fewer', '11 to 15 days', '21 days or more']
    """
    edges = [-np.inf, *bands.values(), np.inf]
    return pd.cut(days.astype("float64"), edges, labels=[*bands, beyond])


def _finished(records: Records, by: Sequence[str]) -> pd.DataFrame:
    """Assessments with their length in working days, described as on the day they were authorised."""

    def timed() -> pd.DataFrame:
        rows = records.cin_assessments[records.cin_assessments.assessment_auth_date.notna()]
        days = working_days(rows.assessment_start_date, rows.assessment_auth_date)
        return rows.assign(days=days, duration_band=in_bands(days, ASSESSMENT_BANDS, "61 days or more"))

    return describe(records, records.kept("assessments finished", timed), "assessment_auth_date", by)


@measure(
    title="Family Front Door: social work assessments timeliness",
    short="Social work assessments in 45 working days",
    area="Family Front Door",
    kind="timeliness",
    unit="percent",
    polarity="higher is better",
    counts="assessments",
    needs=("cin_assessments",),
    breakdowns=("duration_band", *CHILD),
    main="duration_band",
    definition="Assessments authorised in the period, and the share of them authorised within 45 working days of "
    "their start. Assessments still open are in neither; those open and already past 45 working days are shown beside.",
    source="DfE, Characteristics of children in need, table C2",
    why="A child waits for help until the assessment is done.",
)
def assessments_in_45_days(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Assessments authorised within 45 working days of their start, of those authorised."""
    rows = _finished(records, by)
    begun = records.cin_assessments
    overdue_from = add_working_days(begun.assessment_start_date, ASSESSMENT_LIMIT) + pd.Timedelta(days=1)
    late = stock(begun.assign(overdue_from=overdue_from), "overdue_from", "assessment_auth_date", periods)
    beside = {"open and already past 45 working days": late}
    if "duration_band" in by:
        counts = events(rows, "assessment_auth_date", periods, by)
        return Ratio(counts, events(rows, "assessment_auth_date", periods), beside)
    return Ratio(*share(rows, rows.days <= ASSESSMENT_LIMIT, "assessment_auth_date", periods, by), beside)


@measure(
    title="Social work assessments: working days taken",
    short="Working days an assessment takes",
    area="Family Front Door",
    kind="duration",
    unit="working_days",
    counts="assessments",
    needs=("cin_assessments",),
    breakdowns=CHILD,
    definition="Working days from the start of an assessment to its authorisation, of assessments authorised in the "
    "period: half took the median or fewer; a quarter took the lower quartile or fewer, a quarter the upper or more.",
    source="DfE, Characteristics of children in need, table C2",
    why="A share within the limit says nothing of whether simple needs are met quickly.",
)
def assessment_duration(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Quantiles:
    """Median and quartiles of the working days that assessments took."""
    rows = _finished(records, by)[["assessment_auth_date", "collection_year", "days", *by]]
    return Quantiles(quantiles(in_periods(rows, "assessment_auth_date", periods), "days", periods, by))


def _followed(records: Records, rows: pd.DataFrame, table: str, date: str) -> pd.Series:
    """Whether an event of the child's came on the authorisation's day or in the 10 working days after it."""
    if table == "cla_periods" and not records.has("cla_episodes"):
        return pd.Series(False, index=rows.index)
    later = records.cla_periods if table == "cla_periods" else records.history(table)
    until = add_working_days(rows.assessment_auth_date, OUTCOME_WITHIN)
    latest = latest_before(rows.assign(until=until), "until", later, date, same_day=True)
    return latest >= rows.assessment_auth_date


def _derived_outcome(records: Records, rows: pd.DataFrame) -> pd.Series:
    """What followed each authorised assessment, told from the census and the 903."""
    episodes = records.cin_episodes[["referral_id", "collection_year", "close_date", "close_reason"]]
    closing = rows[["referral_id", "collection_year"]].merge(
        episodes.drop_duplicates(["referral_id", "collection_year"]),
        on=["referral_id", "collection_year"],
        how="left",
        validate="many_to_one",
    )
    reason = closing.close_reason.set_axis(rows.index)
    closed = closing.close_date.set_axis(rows.index)
    soon = (closed >= rows.assessment_auth_date) & (
        closed <= add_working_days(rows.assessment_auth_date, OUTCOME_WITHIN)
    )
    applies = {
        "became looked after": _followed(records, rows, "cla_periods", "entered_care_date"),
        "child protection plan": _followed(records, rows, "cp_plans", "cp_plan_start_date"),
        "strategy discussion or S47": _followed(records, rows, "s47_enquiry", "s47_start_date"),
        "child in need plan": _followed(records, rows, "cin_plans", "cin_plan_start_date"),
        "stepped down to early help": (reason == "RC9").fillna(False),
        "other service": (soon & reason.isin(["RC5", "RC6"])),
        "no further action": (reason == "RC8").fillna(False) | soon,
    }
    first = np.select([found.to_numpy(dtype=bool) for found in applies.values()], list(applies), default="still open")
    return pd.Series(first, index=rows.index, dtype="str")


def listed_outcome(records: Records, rows: pd.DataFrame) -> pd.Series:
    """What the authority's list says followed each assessment, found by its id or by child and start; else missing."""
    if not records.has("assessment_outcomes"):
        return pd.Series(pd.NA, index=rows.index, dtype="str")
    listed = records.history("assessment_outcomes")
    said = listed.outcome.str.strip().str.lower()
    known = {outcome.lower(): outcome for outcome in OUTCOMES}
    listed = listed.assign(outcome=said.map(known).astype("str").fillna(UNKNOWN))
    by_id = listed.dropna(subset="assessment_id").drop_duplicates("assessment_id", keep="last")
    found = by_id.set_index("assessment_id").outcome.reindex(rows.assessment_id).set_axis(rows.index)
    keys = ["person_id", "assessment_start_date"]
    by_child = listed.dropna(subset=keys).drop_duplicates(keys, keep="last")
    other = rows[keys].merge(by_child[[*keys, "outcome"]], on=keys, how="left", validate="many_to_one").outcome
    return found.fillna(other.set_axis(rows.index))


@measure(
    title="Family Front Door: assessment outcomes",
    short="Assessments that led to no further action",
    area="Family Front Door",
    kind="flow",
    unit="percent",
    counts="assessments",
    needs=("cin_assessments",),
    breakdowns_need={"outcome": LISTED_OR_DERIVED, "outcome_source": LISTED_OR_DERIVED},
    breakdowns=("outcome", "outcome_source", *CHILD),
    main="outcome",
    category=("outcome", "no further action"),
    definition="Assessments authorised in the period by what followed, one outcome each: the first that applies of "
    "became looked after, child protection plan, strategy discussion or section 47 enquiry, child in need plan, "
    "stepped down to early help, other service, no further action, still open. The authority's own list tells it "
    "where there is one. Elsewhere it is worked out: entry to care, a plan or an enquiry counts when it came within 10 "
    "working days of authorisation; early help and no further action when the case was closed for that reason (RC9 "
    "and RC8); a case closed within 10 working days is other service when it was transferred (RC5 and RC6) and no "
    "further action when it was not.",
    source="The authority's own outcomes, or the CIN census and SSDA903 where it lists none",
    why="Many assessments that end in nothing may mean that thresholds are not understood.",
)
def assessment_outcomes(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Assessments authorised, by what followed; each as a share of them all."""
    rows = _finished(records, by)
    if "outcome" in by or "outcome_source" in by:
        listed = listed_outcome(records, rows)
        derivable = all(map(records.tells, DERIVED_FROM))
        outcome = listed.fillna(_derived_outcome(records, rows) if derivable else UNKNOWN)
        returns = "the returns" if records.has("cla_episodes") else "the census alone, without the looked-after return"
        elsewhere = f"worked out from {returns}" if derivable else UNKNOWN
        source = np.where(listed.notna(), "the authority's list", elsewhere)
        rows = rows.assign(outcome=pd.Categorical(outcome, [*OUTCOMES, UNKNOWN]), outcome_source=source)
    return Ratio(events(rows, "assessment_auth_date", periods, by), events(rows, "assessment_auth_date", periods))


@measure(
    title="Repeat assessments within 12 months",
    short="Repeat assessments within 12 months",
    area="Family Front Door",
    kind="proportion",
    unit="percent",
    counts="assessments",
    needs=("cin_assessments",),
    looks_back=12,
    breakdowns=("since_the_last", *CHILD),
    main="since_the_last",
    definition="Assessments begun in the period, and the share of them begun within 12 months of the day an earlier "
    "assessment of the same child was authorised, that day a year later included. "
    "Those within 6 months are shown apart.",
    source="Panel paper of 22 March 2018, analysis of the family front door",
    why="A family assessed again so soon may not have been helped the first time.",
)
def repeat_assessments(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Assessments begun within 12 months of an earlier one's end, of those begun."""
    rows = describe(records, records.cin_assessments, "assessment_start_date", by)
    begun = rows.assessment_start_date
    last = latest_before(
        rows, "assessment_start_date", records.history("cin_assessments"), "assessment_auth_date", same_day=True
    )
    within_6, within_12 = ~over_months(last, begun, 6) & last.notna(), ~over_months(last, begun, 12) & last.notna()
    told = np.where(within_6, "within 6 months", np.where(within_12, "over 6 to 12 months", "not within 12 months"))
    order = ["within 6 months", "over 6 to 12 months", "not within 12 months"]
    rows = rows.assign(since_the_last=pd.Categorical(told, order))
    if "since_the_last" in by:
        counts = events(rows, "assessment_start_date", periods, by)
        return Ratio(counts, events(rows, "assessment_start_date", periods))
    return Ratio(*share(rows, within_12, "assessment_start_date", periods, by))


@measure(
    title="Referrals to children's social care",
    short="Referrals",
    area="Family Front Door",
    kind="flow",
    unit="number",
    counts="referrals",
    needs=("cin_episodes",),
    breakdowns=("referral_source", "no_further_action", *CHILD),
    main="referral_source",
    definition="Referrals received in the period and accepted for consideration, by who made them. A child referred "
    "twice counts twice; the children are counted beside.",
    source="DfE, Characteristics of children in need, table C1",
    why="It is the demand at the front door.",
)
def referrals(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Referrals received."""
    rows = _referrals(records, by)
    beside = {} if by else {"children": children(rows, "referral_date", periods)}
    return Count(events(rows, "referral_date", periods, by), beside)


def source_of(codes: pd.Series) -> pd.Series:
    """Who made a referral or a contact, by the census's codes; missing where no code tells."""
    source = {code: words for words, codes in SOURCES.items() for code in codes}
    return codes.map(source).astype(pd.CategoricalDtype(list(SOURCES)))


def _referrals(records: Records, by: Sequence[str]) -> pd.DataFrame:
    rows = records.cin_episodes
    nfa = rows.referral_nfa.map({True: "no further action", False: "accepted"})
    rows = rows.assign(referral_source=source_of(rows.referral_source_code), no_further_action=nfa)
    return describe(records, rows, "referral_date", by)


@measure(
    title="Referrals that ended in no further action",
    short="Referrals with no further action",
    area="Family Front Door",
    kind="proportion",
    unit="percent",
    counts="referrals",
    needs=("cin_episodes.referral_nfa",),
    breakdowns=("referral_source", *CHILD),
    definition="Referrals received in the period, and the share of them on which it was decided to take no further "
    "action. Those whose case was closed after an assessment are not among them. A referral of which it is not told "
    "counts as accepted.",
    source="DfE, Characteristics of children in need, table C1",
    why="Many referrals that lead to nothing may mean that those who refer do not know the threshold.",
)
def referral_no_further_action(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Referrals that ended in no further action, of those received."""
    rows = _referrals(records, by)
    return Ratio(*share(rows, rows.referral_nfa, "referral_date", periods, by))


@measure(
    title="Re-referrals within 12 months",
    short="Re-referrals within 12 months",
    area="Family Front Door",
    kind="proportion",
    unit="percent",
    polarity="lower is better",
    counts="referrals",
    needs=("cin_episodes",),
    looks_back=12,
    breakdowns=("referral_source", *CHILD),
    definition="Referrals received in the period, and the share of them that came within 365 days of an earlier "
    "referral of the same child to the authority.",
    source="DfE, Characteristics of children in need, table C1",
    why="A family that comes back so soon may have been let go too early.",
)
def rereferrals_12_months(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Referrals within 365 days of an earlier one, of those received."""
    rows = _referrals(records, by)
    last = latest_before(rows, "referral_date", records.history("cin_episodes"), "referral_date")
    again = (rows.referral_date - last).dt.days <= RE_REFERRAL_DAYS
    beside = {} if by else {"children referred again": children(rows[again], "referral_date", periods)}
    return Ratio(*share(rows, again, "referral_date", periods, by), beside)


@measure(
    title="Strategy discussions",
    short="Strategy discussions",
    area="Family Front Door",
    kind="flow",
    unit="number",
    counts="discussions about a child",
    needs=("strategy_discussions",),
    headline="month",
    breakdowns=("outcome", *CHILD),
    main="outcome",
    latest_position=True,
    definition="Strategy discussions held in the period, one for each child discussed, by what was decided. The CIN "
    "census holds only those that led to a section 47 enquiry, so this comes from the authority's own list.",
    source="The authority's list of strategy discussions; monitoring visit letter, 22 February 2018",
    why="A fall may mean better judgement at the front door, or children at risk not being discussed.",
)
def strategy_discussions(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Strategy discussions held."""
    rows = describe(records, records.strategy_discussions, "discussion_date", by)
    return Count(events(rows, "discussion_date", periods, by))


@measure(
    title="Section 47 enquiries: rate per 10,000 under 18s",
    short="Section 47 enquiries per 10,000",
    area="Family Front Door",
    kind="flow",
    unit="per_10k",
    counts="enquiries",
    needs=("s47_enquiry",),
    headline="rolling_12_months",
    breakdowns=CHILD,
    definition="Section 47 enquiries begun in the period, one for each child, per 10,000 residents aged 0 to 17. "
    "Only a year's rate compares with the national figure.",
    source="DfE, Characteristics of children in need, table C4",
    why="It is how often the council looks into whether a child is suffering significant harm.",
)
def section_47_rate(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Section 47 enquiries begun."""
    rows = describe(records, records.s47_enquiry, "s47_start_date", by)
    beside = {} if by else {"children": children(rows, "s47_start_date", periods)}
    return Count(events(rows, "s47_start_date", periods, by), beside)


@measure(
    title="Initial child protection conferences in 15 working days",
    short="Initial conferences in 15 working days",
    area="Family Front Door",
    kind="timeliness",
    unit="percent",
    polarity="higher is better",
    counts="conferences, one for each child",
    needs=("s47_enquiry",),
    breakdowns=("conference_band", *CHILD),
    main="conference_band",
    definition="Initial child protection conferences held in the period, one for each child, and the share of them "
    "held within 15 working days of the strategy discussion that began the section 47 enquiry. Enquiries past 15 "
    "working days that still await a conference are shown beside.",
    source="DfE, Characteristics of children in need, table C4",
    why="A child at risk of harm waits for a plan until the conference meets.",
)
def icpc_in_15_days(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Conferences within 15 working days of the strategy discussion, of those held."""
    enquiries = records.s47_enquiry
    days = working_days(enquiries.s47_start_date, enquiries.icpc_date)
    enquiries = enquiries.assign(
        days=days,
        conference_band=in_bands(days, CONFERENCE_BANDS, "21 days or more"),
        overdue_from=add_working_days(enquiries.s47_start_date, CONFERENCE_LIMIT) + pd.Timedelta(days=1),
    )
    needed = enquiries[(enquiries.icpc_not_required == False).fillna(False)]  # noqa: E712 - <NA> is not "required"
    beside = {"awaited and already past 15 working days": stock(needed, "overdue_from", "icpc_date", periods)}
    held = describe(records, enquiries[enquiries.icpc_date.notna()], "icpc_date", by)
    if "conference_band" in by:
        return Ratio(events(held, "icpc_date", periods, by), events(held, "icpc_date", periods), beside)
    if not by:
        beside["children with a conference"] = children(held, "icpc_date", periods)
    return Ratio(*share(held, held.days <= CONFERENCE_LIMIT, "icpc_date", periods, by), beside)
