"""Looked-after children: how many, who comes and goes, and whether their reviews are held."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures.counting import PERIOD, at_ends, children, counted, events, in_periods, quantiles, share
from quarterdeck.measures.describe import age_on, describe
from quarterdeck.measures.registry import Count, Quantiles, Ratio, measure
from quarterdeck.quarter import collection_year
from quarterdeck.records import Records
from quarterdeck.records.ssda903_words import (
    LEGAL_STATUSES,
    LEGAL_STATUSES_AT_START,
    NEEDS,
    PARTICIPATION,
    PLACEMENT_TYPES,
    PLACEMENTS,
    PROVIDERS,
    REASONS_CEASED,
    in_words,
)
from quarterdeck.working_days import add_working_days

AREA = "Looked after children"
CHILD = ("age_band", "sex", "ethnicity", "disability", "team", "district")
TIME_IN_CARE = {
    "under 2 weeks": pd.DateOffset(days=14),
    "2 to 8 weeks": pd.DateOffset(days=56),
    "8 weeks to 6 months": pd.DateOffset(months=6),
    "6 to 12 months": pd.DateOffset(months=12),
    "1 to 2 years": pd.DateOffset(months=24),
    "2 to 5 years": pd.DateOffset(months=60),
}
LONGEST = "5 years or more"
FIRST_REVIEW_WORKING_DAYS = 20
SECOND_REVIEW = pd.DateOffset(months=3)
LATER_REVIEWS = pd.DateOffset(months=6)
TOOK_PART = ("PN1", "PN2", "PN3", "PN5", "PN6")
IN_PERSON = ("PN1", "PN2", "PN3", "PN4")
YOUNGEST_TO_TAKE_PART = 4


def time_in_care(entered: pd.Series, until: pd.Series) -> pd.Series:
    """The band of time from coming into care to a date, as an ordered categorical; each band stops short of its end.

    Examples
    --------
    >>> came = pd.Series(pd.to_datetime(["2017-01-01", "2017-01-01"]))
    >>> time_in_care(came, pd.Series(pd.to_datetime(["2017-01-14", "2017-01-15"]))).tolist()
    ['under 2 weeks', '2 to 8 weeks']
    """
    band = pd.Series(0, index=entered.index)
    for limit in TIME_IN_CARE.values():
        band += (entered + limit <= until).astype("int64")
    band = band.where(entered.notna() & until.notna(), -1)
    bands = pd.CategoricalDtype([*TIME_IN_CARE, LONGEST], ordered=True)
    return pd.Series(pd.Categorical.from_codes(band, dtype=bands), index=entered.index)


def unaccompanied(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Whether each child sought asylum unaccompanied at some time in the collection year, as DfE counts them.

    Parameters
    ----------
    rows : a `person_id` and the `date` in whose collection year it is asked.
    """
    told = records.uasc.sort_values("uasc_status_end_date", na_position="last")
    year = collection_year(rows.date)
    year_start = pd.to_datetime((year - 1).astype("str") + "-04-01").astype("datetime64[us]")
    asked = rows[["person_id"]].assign(collection_year=year)
    of_year = told.dropna(subset="collection_year").drop_duplicates(["person_id", "collection_year"], keep="last")
    of_any = told[told.collection_year.isna()].drop_duplicates("person_id", keep="last")
    ends = [
        asked.merge(some.assign(known=True), on=keys, how="left", validate="many_to_one").set_axis(rows.index)
        for some, keys in (
            (of_year, ["person_id", "collection_year"]),
            (of_any.drop(columns="collection_year"), ["person_id"]),
        )
    ]
    still = [known.known.notna() & ~(known.uasc_status_end_date < year_start) for known in ends]
    return still[0] | still[1]


def at_close(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Children looked after at the close of each period, each once, described as `by` asks.

    Source
    ------
    DfE, Children looked after in England: children looked after on a day, leaving out those looked after only in
    a series of short breaks (legal status V3 or V4). A child who left on the day is not counted.
    """
    spells = records.cla_spells
    words = {
        "placement_type": (spells.placement_type, PLACEMENT_TYPES),
        "placement": (spells.placement_type, PLACEMENTS),
        "provider": (spells.placement_provider, PROVIDERS),
        "legal_status": (spells.legal_status, LEGAL_STATUSES),
        "category_of_need": (spells.cla_primary_need_code, NEEDS),
    }
    kept = spells[["person_id", "start_date", "end_date", "entered_care_date", "collection_year"]].assign(
        place=spells.placement_type,
        place_provider=spells.placement_provider,
        **{name: in_words(*words[name]) for name in by if name in words},
    )
    rows = at_ends(kept.sort_values("start_date", kind="stable"), "start_date", "end_date", periods)
    rows = rows.drop_duplicates([PERIOD, "person_id"], keep="last").drop(columns=["start_date", "end_date"])
    if "asylum" in by:
        alone = unaccompanied(records, rows).map({True: "unaccompanied asylum seeker", False: "other child"})
        rows = rows.assign(asylum=alone.astype("str"))
    if "time_in_care" in by:
        rows = rows.assign(time_in_care=time_in_care(rows.entered_care_date, rows.date))
    return describe(records, rows, "date", by)


@measure(
    title="Looked after children: rate per 10,000",
    short="Children looked after per 10,000",
    area=AREA,
    kind="stock rate",
    unit="per_10k",
    decimals=0,
    counts="children",
    needs=("cla_episodes",),
    breakdowns=("age_band", "legal_status", "asylum", "category_of_need", "time_in_care", "placement_type", *CHILD[1:]),
    main="age_band",
    definition="Children looked after by the council at the end of the period, for every 10,000 children aged 0 to 17 "
    "who live in the area. Children looked after only in a series of short breaks are left out. An unaccompanied "
    "asylum seeker is a child who was one at some time in the year.",
    source="DfE, Children looked after in England, number and rate; ONS mid-year estimates",
    why="It shows how many children the council must bring up, and lets areas of different size be compared.",
)
def cla_rate(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Children looked after at period end."""
    rows = at_close(records, periods, by)
    beside: dict[str, pd.Series] = {}
    if not by and records.has("uasc"):
        beside["unaccompanied asylum seekers"] = counted(rows[unaccompanied(records, rows)], periods)
    return Count(counted(rows, periods, by), beside)


@measure(
    title="Looked after children: starts and ceases since 1 April",
    short="Looked after children: starts less ceases",
    area=AREA,
    kind="flow",
    unit="number",
    counts="periods of care",
    needs=("cla_episodes",),
    headline="year_to_date",
    breakdowns=("flow", "reason_ceased"),
    main="flow",
    definition="Periods of care that began, that ended, and the net change: begun less ended. A child who comes into "
    "care twice has two periods. DfE counts children instead, each once a year (first start and last cease); its "
    "counts stand beside, and are why its starts and ceases do not add up to its numbers. Short breaks are left out.",
    source="SSDA903; beside it DfE, Children looked after in England, starting and ceasing to be looked after",
    why="More coming than leaving means more placements to find, and to pay for.",
)
def cla_starts_and_ceases(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Periods of care begun less periods of care ended."""
    care = records.cla_periods
    if "reason_ceased" in by:
        reason = in_words(care.ceased_reason, REASONS_CEASED)
        return Count(events(care.assign(reason_ceased=reason), "ceased_date", periods, by))
    started, ended = (events(care, date, periods) for date in ("entered_care_date", "ceased_date"))
    net = started.sub(ended, fill_value=0).astype("int64")
    if "flow" in by:
        return Count(pd.concat({"started": started, "ended": ended, "net change": net}, names=["flow"]))
    beside = {
        "periods started": started,
        "periods ended": ended,
        "children who started (DfE)": children(care, "entered_care_date", periods),
        "children who ceased (DfE)": children(care, "ceased_date", periods),
    }
    return Count(net, beside)


@measure(
    title="Time children had been in care when they left",
    short="Days in care when they left (median)",
    area=AREA,
    kind="duration",
    unit="days",
    counts="periods of care",
    needs=("cla_episodes",),
    breakdowns=("time_in_care", "reason_ceased", *CHILD),
    main="time_in_care",
    definition="Of the periods of care that ended, the days from coming into care to leaving it: the middle one of "
    "them all (the median), the quartiles, and how many fall in each band. Six months are six calendar months, and a "
    "band stops short of its end. Care that began before the earliest return counts from the earliest day known, and "
    "how many such there are stands beside. Short breaks are left out.",
    source="SSDA903",
    why="Long stays that end suddenly, or short ones that need not have begun, both ask for a look.",
)
def time_in_care_at_exit(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Quantiles | Ratio:
    """Days in care of the periods of care that ended; of the bands, the share that each is."""
    care = records.cla_periods
    rows = care.assign(
        days=(care.ceased_date - care.entered_care_date).dt.days,
        time_in_care=time_in_care(care.entered_care_date, care.ceased_date),
        reason_ceased=in_words(care.ceased_reason, REASONS_CEASED),
    )
    rows = describe(records, rows, "ceased_date", by)
    if "time_in_care" in by:
        return Ratio(events(rows, "ceased_date", periods, by), events(rows, "ceased_date", periods))
    ended = in_periods(rows[["ceased_date", "collection_year", "days", *by]], "ceased_date", periods)
    at_least = events(rows[~rows.start_known], "ceased_date", periods)
    return Quantiles(quantiles(ended, "days", periods, by), {} if by else {"longer than the returns tell": at_least})


def reviews_in_care(records: Records) -> pd.DataFrame:
    """Reviews held while the child was looked after, short breaks apart, with the extract's collection year."""
    reviews = records.cla_reviews.assign(row=range(len(records.cla_reviews)))
    care = records.cla_periods[["person_id", "entered_care_date", "ceased_date", "collection_year"]]
    same_extract = reviews.astype({"collection_year": "Int64"}).merge(
        care.astype({"collection_year": "Int64"}), on=["person_id", "collection_year"], validate="many_to_many"
    )
    date = same_extract.cla_review_date
    inside = (date >= same_extract.entered_care_date) & ~(date > same_extract.ceased_date)
    return same_extract[inside].drop_duplicates("row").drop(columns="row")


@measure(
    title="LAC reviews: attendance and participation, age 4+",
    short="Reviews in which children took part",
    area=AREA,
    kind="proportion",
    unit="percent",
    polarity="higher is better",
    counts="reviews",
    needs=("cla_reviews.cla_review_participation", "cla_episodes"),
    breakdowns=("participation", *CHILD),
    main="participation",
    definition="Reviews held in the period of children aged 4 or over, and the share in which the child took part: "
    "came and spoke, had an advocate speak, showed views without words, or sent views without coming (codes PN1, PN2, "
    "PN3, PN5 and PN6). Attended in person (PN1 to PN4) is counted apart. A code that is missing, or meant for "
    "children under 4, is unknown, and stays in the total.",
    source="DfE, SSDA903 guide, REVIEW_CODE",
    why="Children should be heard when their lives are planned.",
)
def review_participation(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Reviews in which a child of 4 or over took part, of those held."""
    rows = records.kept("reviews in care", lambda: reviews_in_care(records))
    age = age_on(rows.person_id.map(records.history("person").set_index("person_id").dob), rows.cla_review_date)
    code = rows.cla_review_participation
    old_enough = (age >= YOUNGEST_TO_TAKE_PART).fillna(code != "PN0").astype(bool)
    rows = rows.assign(participation=in_words(code, PARTICIPATION))[old_enough]
    held = describe(records, rows, "cla_review_date", by)
    if "participation" in by:
        return Ratio(events(held, "cla_review_date", periods, by), events(held, "cla_review_date", periods))
    took_part = held.cla_review_participation.isin(TOOK_PART)
    in_person = events(held[held.cla_review_participation.isin(IN_PERSON)], "cla_review_date", periods)
    return Ratio(
        *share(held, took_part, "cla_review_date", periods, by), {} if by else {"attended in person": in_person}
    )


def reviews_due(records: Records) -> pd.DataFrame:
    """One row a review that fell due while the child was looked after, with the day it was held.

    The first is due within 20 working days of coming into care, the second within three months of the first, each
    later one within six months of the one before. A review that was never held is due, and late; none is due after
    it. A child who had left by the due date had none due. Where care began before the earliest return of reviews,
    which one the first known review is cannot be told: it is taken for a later one, and only those after it have a
    due date.

    Returns
    -------
    person_id, due_date, held_date (NaT where not held), order (first, second, later), ceased_date, collection_year.

    Source
    ------
    The Care Planning, Placement and Case Review (England) Regulations 2010, regulation 33.
    """
    held = records.history("cla_reviews")[["person_id", "cla_review_date"]].rename(
        columns={"cla_review_date": "held_date"}
    )
    first_return = held.held_date.min()
    year = collection_year(pd.Series([first_return])).iloc[0] if pd.notna(first_return) else 1900
    told_from = pd.Timestamp(int(year) - 1, 4, 1)
    care = records.cla_periods[["person_id", "entered_care_date", "ceased_date", "collection_year"]]
    care = care.reset_index(drop=True).reset_index(names="care")
    known = care.merge(held.drop_duplicates(), on="person_id", validate="many_to_many")
    inside = (known.held_date >= known.entered_care_date) & ~(known.held_date > known.ceased_date)
    rows = pd.concat([known[inside], care], ignore_index=True)
    rows = rows.sort_values(["care", "held_date"], na_position="last", kind="stable").reset_index(drop=True)
    before = rows.groupby("care").held_date.shift()
    number = rows.groupby("care").cumcount()
    began_untold = rows.entered_care_date < told_from
    due = (before + LATER_REVIEWS).where((number > 1) | began_untold, before + SECOND_REVIEW)
    due = due.where(number > 0, add_working_days(rows.entered_care_date, FIRST_REVIEW_WORKING_DAYS))
    due = due.mask(began_untold & (number == 0))
    order = number.clip(upper=2).where(~began_untold, 2)
    rows = rows.assign(
        due_date=due.astype("datetime64[us]"),
        order=pd.Categorical.from_codes(order, dtype=pd.CategoricalDtype(["first", "second", "later"], ordered=True)),
    )
    return rows[rows.due_date.notna() & ~(rows.ceased_date <= rows.due_date)].drop(
        columns=["care", "entered_care_date"]
    )


@measure(
    title="LAC reviews: timeliness",
    short="Looked after children's reviews on time",
    area=AREA,
    kind="timeliness",
    unit="percent",
    polarity="higher is better",
    counts="reviews",
    needs=("cla_reviews", "cla_episodes"),
    looks_back=6,
    breakdowns=("order", *CHILD),
    main="order",
    definition="Reviews that fell due in the period, and the share held on or before the day they were due: the first "
    "within 20 working days of coming into care, the second within three months of the first, and each one after "
    "within six months of the one before. A review that was due and not held is late. Children all of whose "
    "reviews were on time are counted beside. Short breaks are left out.",
    source="Care Planning, Placement and Case Review (England) Regulations 2010, regulation 33; due dates worked out "
    "by rule",
    why="A review checks that the plan for a child is being carried out; a late one lets it drift.",
)
def review_timeliness(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Reviews held on or before their due date, of those due."""
    due = describe(records, records.kept("reviews due", lambda: reviews_due(records)), "due_date", by)
    on_time = due.held_date.notna() & (due.held_date <= due.due_date)
    if by:
        return Ratio(*share(due, on_time, "due_date", periods, by))
    dated = due[["person_id", "due_date", "held_date", "collection_year"]].assign(on_time=on_time)
    fell_due = in_periods(dated, "due_date", periods)
    always = fell_due.groupby([PERIOD, "person_id"]).on_time.all().rename("always").reset_index()
    not_held = fell_due[fell_due.held_date.isna() | (fell_due.held_date > fell_due[PERIOD].map(periods.end))]
    beside = {
        "children with a review due": counted(always, periods),
        "children all of whose reviews were on time": counted(always[always.always], periods),
        "due and not held by the end": counted(not_held, periods),
    }
    return Ratio(*share(due, on_time, "due_date", periods), beside)


@measure(
    title="Children who started to be looked after",
    short="Children who came into care",
    area=AREA,
    kind="flow",
    unit="number",
    counts="children",
    needs=("cla_episodes",),
    headline="year_to_date",
    breakdowns=("age_band", "category_of_need", "legal_status"),
    main="age_band",
    definition="Children who came into care in the period, each once. A child who came twice is told of as on the "
    "first day. Short breaks are left out.",
    source="DfE, Children looked after in England, children who started to be looked after",
    why="Who comes into care, and why, shows where help could have come sooner.",
)
def cla_children_started(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Children who started to be looked after, by the first start of the period."""
    care = records.cla_periods
    care = care.assign(
        category_of_need=in_words(care.cla_primary_need_code, NEEDS),
        legal_status=in_words(care.first_legal_status, LEGAL_STATUSES_AT_START),
    )
    rows = in_periods(care.sort_values("entered_care_date", kind="stable"), "entered_care_date", periods)
    first = rows.drop_duplicates([PERIOD, "person_id"])
    return Count(counted(describe(records, first, "entered_care_date", by), periods, by))
