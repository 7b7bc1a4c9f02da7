"""Child protection plans: how many, how they begin and end, and how they are reviewed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quarterdeck.measures.counting import at_ends, children, counted, events, latest_before, share
from quarterdeck.measures.describe import DFE_DURATIONS, describe, duration_in_months, over_months
from quarterdeck.measures.front_door import CHILD
from quarterdeck.measures.registry import Count, Ratio, measure
from quarterdeck.records import Records
from quarterdeck.working_days import working_days

INTO_CARE_WITHIN = 10
CATEGORIES = {
    "NEG": "neglect",
    "EMO": "emotional abuse",
    "PHY": "physical abuse",
    "SAB": "sexual abuse",
    "MUL": "multiple",
}
ABUSE = {
    "category_of_abuse": "cp_plan_latest_category",
    "category_of_abuse_at_start": "cp_plan_initial_category",
}
PLAN_BANDS = {
    "3 months or less": 3,
    "over 3 to 6 months": 6,
    "over 6 to under 9 months": -9,
    "9 to 15 months": 15,
    "over 15 months to under 2 years": -24,
}
TWO_YEARS = "2 years or more"
LAST_VISIT = pd.CategoricalDtype(
    ["within the interval", "up to 14 days past it", "longer ago", "no visit told of"], ordered=True
)
WHY_ENDED = ("cp_plan_ends|cla_episodes",)
END_REASONS = {"into care": "came into care", "threshold no longer met": "threshold no longer met"}


def _category_of_abuse(codes: pd.Series) -> pd.Series:
    return pd.Series(pd.Categorical(codes.map(CATEGORIES), list(CATEGORIES.values())), index=codes.index)


def _with_abuse(plans: pd.DataFrame) -> pd.DataFrame:
    """Plans with the category of abuse when they started and the latest, in words."""
    return plans.assign(**{name: _category_of_abuse(plans[code]) for name, code in ABUSE.items()})


def _open_plans(records: Records, periods: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Plans open at each close, described as on that day."""
    columns = ["person_id", "cp_plan_start_date", "cp_plan_end_date", *ABUSE, "collection_year"]
    rows = at_ends(_with_abuse(records.cp_plans)[columns], "cp_plan_start_date", "cp_plan_end_date", periods)
    band = duration_in_months(rows.cp_plan_start_date, rows.date, DFE_DURATIONS, TWO_YEARS)
    return describe(records, rows.assign(duration_band=band), "date", by)


def _ended_plans(records: Records, by: Sequence[str]) -> pd.DataFrame:
    """Plans that ended, after how long and, where asked, why, described as on the day they did."""
    rows = records.cp_plans[records.cp_plans.cp_plan_end_date.notna()]
    bounds = rows.cp_plan_start_date, rows.cp_plan_end_date
    rows = rows.assign(
        duration_band=duration_in_months(*bounds, PLAN_BANDS, TWO_YEARS),
        published_band=duration_in_months(*bounds, DFE_DURATIONS, TWO_YEARS),
    )
    if set(by) & {"reason", "duration_of_those_into_care"}:
        rows = rows.assign(reason=_end_reason(records, rows))
    return describe(records, rows, "cp_plan_end_date", by)


def _end_reason(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Why each plan ended: from the authority's list, else into care where care began within 10 working days of it."""
    order = [*END_REASONS.values(), "other"]
    if records.has("cp_plan_ends"):
        listed = records.history("cp_plan_ends")
        said = listed.reason.str.strip().str.lower()
        listed = listed.assign(said=said.map(END_REASONS).astype("str").fillna("other").where(said.notna()))
        keys = {"person_id": "person_id", "cp_plan_end_date": "end_date"}
        found = rows[list(keys)].merge(
            listed[["person_id", "end_date", "said"]], left_on=list(keys), right_on=list(keys.values()), how="left",
            validate="many_to_one",
        )  # fmt: skip
        return pd.Series(pd.Categorical(found.said, order), index=rows.index)
    cared = records.cla_periods
    until = rows.cp_plan_end_date + pd.Timedelta(days=21)  # no 10 working days span more
    begun = latest_before(rows.assign(until=until), "until", cared, "entered_care_date", same_day=True)
    near = (working_days(rows.cp_plan_end_date, begun).abs() <= INTO_CARE_WITHIN).fillna(False)
    into_care = pd.Series(order[0], index=rows.index).where(near)
    return pd.Series(pd.Categorical(into_care, order), index=rows.index)


@measure(
    title="Child protection plans: rate per 10,000 under 18s",
    short="Child protection plans per 10,000",
    area="Child protection",
    kind="stock rate",
    unit="per_10k",
    counts="plans",
    needs=("cp_plans",),
    breakdowns=("category_of_abuse", "category_of_abuse_at_start", "duration_band", *CHILD),
    main="category_of_abuse",
    definition="Child protection plans open at the close of the period's last day, per 10,000 residents aged 0 to 17. "
    "The category of abuse is the latest recorded.",
    source="DfE, Characteristics of children in need, table D1",
    why="It is how many children the council judges to be at continuing risk of significant harm.",
)
def cp_plan_rate(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Plans open at the close of each period."""
    return Count(counted(_open_plans(records, periods, by), periods, by))


@measure(
    title="Child protection plans: starts and ceases since 1 April",
    short="Child protection plans: net change since 1 April",
    area="Child protection",
    kind="flow",
    unit="number",
    counts="plans",
    needs=("cp_plans",),
    headline="year_to_date",
    breakdowns=("flow", "category_of_abuse_at_start", *CHILD),
    main="flow",
    definition="Child protection plans that started and that ended in the period, and the starts less the ends. "
    "A child with two starts counts twice; the children are counted beside.",
    source="DfE, Characteristics of children in need, tables D1 and D3",
    why="The number of plans falls only when more end than start.",
)
def cp_starts_and_ceases(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Plans started less plans ended; both, by flow."""
    plans = records.cp_plans
    if "category_of_abuse_at_start" in by:
        return Count(events(_with_abuse(plans), "cp_plan_start_date", periods, by))
    described = [] if "flow" in by else by
    started, ended = (
        events(describe(records, plans, date, described), date, periods, described)
        for date in ("cp_plan_start_date", "cp_plan_end_date")
    )
    net = started.sub(ended, fill_value=0).astype("int64")
    if "flow" in by:
        return Count(pd.concat({"started": started, "ended": ended, "net change": net}, names=["flow"]))
    beside = {
        "children with a plan that started": children(plans, "cp_plan_start_date", periods),
        "children with a plan that ended": children(plans, "cp_plan_end_date", periods),
    }
    return Count(net, {} if by else beside)


@measure(
    title="Why child protection plans ended",
    short="Child protection plans that ended in care",
    area="Child protection",
    kind="proportion",
    unit="percent",
    counts="plans",
    needs=("cp_plans",),
    breakdowns_need={"reason": WHY_ENDED},
    headline="year_to_date",
    breakdowns=("reason", *CHILD),
    main="reason",
    category=("reason", "came into care"),
    definition="Child protection plans that ended in the period, by why: the child came into care, the threshold of "
    "significant harm was no longer met, or other (moved away, turned 18, died). The authority's own list tells why; "
    "without one, a plan counts as ended by coming into care when care began within 10 working days of its end, and "
    "any other reason is unknown.",
    source="Panel paper of 22 March 2018, outcomes for children on child protection plans",
    why="It shows whether plans end because children are safer.",
)
def cp_end_reasons(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Plans ended, by reason; each as a share of them all."""
    rows = _ended_plans(records, by)
    return Ratio(events(rows, "cp_plan_end_date", periods, by), events(rows, "cp_plan_end_date", periods))


@measure(
    title="How long child protection plans had lasted when they ended",
    short="Child protection plans ended after 2 years or more",
    area="Child protection",
    kind="proportion",
    unit="percent",
    polarity="lower is better",
    counts="plans",
    needs=("cp_plans",),
    breakdowns_need={"duration_of_those_into_care": WHY_ENDED},
    headline="year_to_date",
    breakdowns=("duration_band", "duration_of_those_into_care", "published_band", *CHILD),
    main="duration_band",
    definition="Child protection plans that ended in the period, and the share of them that had lasted two years or "
    "more, to the day. The bands are of calendar months, as shares of all plans that ended; they are given again for "
    "the plans that ended because the child came into care, as shares of those, and in the bands that DfE publishes.",
    source="DfE, Characteristics of children in need, table D7; panel paper of 22 March 2018",
    why="A plan that has run for nine months without change calls for a legal planning meeting.",
)
def cp_duration_at_end(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Plans that ended after two years or more, of those that ended; or all that ended, by how long they had lasted."""
    rows = _ended_plans(records, by)
    if "duration_of_those_into_care" in by:
        rows = rows.assign(duration_of_those_into_care=rows.duration_band)[rows.reason == "came into care"]
    if set(by) & {"duration_band", "published_band", "duration_of_those_into_care"}:
        return Ratio(events(rows, "cp_plan_end_date", periods, by), events(rows, "cp_plan_end_date", periods))
    return Ratio(*share(rows, rows.duration_band == TWO_YEARS, "cp_plan_end_date", periods, by))


@measure(
    title="Repeat child protection plans",
    short="Repeat child protection plans",
    area="Child protection",
    kind="proportion",
    unit="percent",
    polarity="lower is better",
    counts="plans",
    needs=("cp_plans.number_of_previous_cpp",),
    breakdowns_look_back={"earlier_plan": 24},
    headline="year_to_date",
    breakdowns=("earlier_plan", "category_of_abuse", *CHILD),
    main="earlier_plan",
    definition="Child protection plans that started in the period, and the share of them that were for a child who had "
    "ever had an earlier plan with the authority, as DfE counts. Apart from it stands the share whose last plan had "
    "ended within 24 months, as the panel counts; it is found in the returns held, so it is too low until they reach "
    "back 24 months.",
    source="DfE, Characteristics of children in need, table D3; panel paper of 22 March 2018",
    why="A child who needs a second plan may have been taken off the first too soon.",
)
def cp_repeat_plans(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Plans started for a child with any earlier plan, or one that ended within 24 months, of those started."""
    plans = records.cp_plans
    rows = plans.assign(category_of_abuse=_category_of_abuse(plans.cp_plan_initial_category))
    rows = describe(records, rows, "cp_plan_start_date", by)
    history = records.history("cp_plans")
    first = history.groupby("person_id").cp_plan_start_date.min()
    told = rows.number_of_previous_cpp > 0
    ever = told.fillna(rows.cp_plan_start_date > first.reindex(rows.person_id).set_axis(rows.index))
    if "earlier_plan" not in by:
        return Ratio(*share(rows, ever, "cp_plan_start_date", periods, by))
    last = latest_before(rows, "cp_plan_start_date", history, "cp_plan_end_date", same_day=True)
    recent = last.notna() & ~over_months(last, rows.cp_plan_start_date, 24)
    every = events(rows, "cp_plan_start_date", periods)
    shares = {"ever": ever, "ended within 24 months": recent}
    counts = {name: share(rows, part, "cp_plan_start_date", periods)[0] for name, part in shares.items()}
    return Ratio(pd.concat(counts, names=["earlier_plan"]), every)


@measure(
    title="Child protection plans open for two years or more",
    short="Plans open 2 years or more",
    area="Child protection",
    kind="proportion",
    unit="percent",
    polarity="lower is better",
    counts="plans",
    needs=("cp_plans",),
    breakdowns=CHILD,
    at_close=True,
    definition="Of child protection plans open at the close of the period's last day, the share that had been open for "
    "two years or more, to the day.",
    source="DfE, Characteristics of children in need, table D5",
    why="A plan that long has not made the child safe.",
)
def cp_plans_over_2_years(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Plans open for two years or more, of those open."""
    rows = _open_plans(records, periods, by)
    every = counted(rows, periods, by)
    return Ratio(counted(rows[rows.duration_band == TWO_YEARS], periods, by).reindex(every.index, fill_value=0), every)


@measure(
    title="Child protection reviews in time",
    short="Child protection reviews in time",
    area="Child protection",
    kind="proportion",
    unit="percent",
    polarity="higher is better",
    counts="plans",
    needs=("cp_plans", "cp_reviews"),
    looks_back=12,
    breakdowns=CHILD,
    at_close=True,
    definition="Of child protection plans open at the close of the period's last day and for three months or more, the "
    "share whose reviews were all in time in the 12 months to that day: the first within 3 months of the plan's start, "
    "each later one within 6 months of the one before. A review that is overdue on the day is not in time.",
    source="DfE, Characteristics of children in need, table D6",
    why="A review is where the plan is tested.",
)
def cp_reviews_in_time(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Plans of three months or more all of whose reviews of the last 12 months were in time, of those plans."""
    rows = _open_plans(records, periods, by)
    rows = rows[rows.cp_plan_start_date + pd.DateOffset(months=3) <= rows.date]
    late = at_ends(_late_spells(records), "from", "until", periods)[["person_id", "cp_plan_start_date", "date"]]
    keys = ["person_id", "cp_plan_start_date", "date"]
    marked = rows.merge(late.drop_duplicates().assign(late=True), on=keys, how="left", validate="many_to_one")
    every = counted(rows, periods, by)
    return Ratio(counted(marked[marked.late.isna()], periods, by).reindex(every.index, fill_value=0), every)


@measure(
    title="Child protection visits in time",
    short="Child protection visits in time",
    area="Child protection",
    kind="proportion",
    unit="percent",
    polarity="higher is better",
    counts="plans",
    needs=("cp_plans", "visits"),
    profile="cp_visit_days",
    looks_back=2,
    breakdowns=("last_visit", *CHILD),
    main="last_visit",
    at_close=True,
    definition="Of child protection plans open at the close of the period's last day, and for at least the interval "
    "that the authority's profile sets between visits, the share whose child had been seen by a social worker within "
    "that interval. A visit at which the child was not seen does not count. The interval is the authority's own, so "
    "the share does not compare with other councils'.",
    source="The authority's practice standard and its list of visits",
    why="A child who is not seen cannot say how things are at home.",
)
def cp_visits_in_time(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Plans whose child was seen within the interval, of plans open that long; or all, by when the last visit was."""
    interval = records.told_by_profile("cp_visit_days")
    rows = _open_plans(records, periods, by)
    rows = rows[(rows.date - rows.cp_plan_start_date).dt.days >= interval]
    visits = records.history("visits")
    seen = visits[(visits.kind == "CP") & visits.visit_seen.fillna(True)]
    last = latest_before(rows, "date", seen, "visit_date", same_day=True)
    ago = (rows.date - last.where(last >= rows.cp_plan_start_date)).dt.days
    step = np.select([ago <= interval, ago <= interval + 14, ago.notna()], [0, 1, 2], 3)
    rows = rows.assign(last_visit=pd.Categorical.from_codes(step, dtype=LAST_VISIT))
    every = counted(rows, periods, by)
    if "last_visit" in by:
        return Ratio(every, counted(rows, periods))
    return Ratio(counted(rows[step == 0], periods, by).reindex(every.index, fill_value=0), every)


def _late_spells(records: Records) -> pd.DataFrame:
    """When a plan's reviews are not all in time: from the day after one was due until a year after it was held."""
    plans = records.history("cp_plans")[["person_id", "cp_plan_start_date"]].drop_duplicates()
    reviews = records.history("cp_reviews")
    begun = latest_before(reviews, "cp_review_date", plans, "cp_plan_start_date", same_day=True)
    held = pd.DataFrame(
        {"person_id": reviews.person_id, "cp_plan_start_date": begun, "on": reviews.cp_review_date, "first": False}
    )
    starts = plans.assign(on=plans.cp_plan_start_date, first=True)
    steps = pd.concat([starts, held.dropna(subset="cp_plan_start_date")], ignore_index=True)
    steps = steps.sort_values(["person_id", "cp_plan_start_date", "on"], kind="stable")
    following = steps.groupby(["person_id", "cp_plan_start_date"]).on.shift(-1)
    due = (steps.on + pd.DateOffset(months=3)).where(steps["first"], steps.on + pd.DateOffset(months=6))
    late = following.isna() | (following > due)
    spells = steps.assign(**{"from": due + pd.Timedelta(days=1), "until": following + pd.DateOffset(months=12)})
    return spells[late].drop(columns=["on", "first"])
