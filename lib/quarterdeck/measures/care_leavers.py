"""Care leavers: where they live, what they do, whether the council is in touch, has a plan and an adviser for them.

Two sources tell of them, and are kept apart. The council's own list says how they stand on the day it is drawn. The
SSDA903 (OC3) says how they stood around their birthday, and so is whole for a year only when the year is over.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures.counting import PERIOD, counted
from quarterdeck.measures.describe import UNKNOWN, age_on, describe
from quarterdeck.measures.registry import Count, Ratio, measure
from quarterdeck.records import Records
from quarterdeck.records.ssda903_words import LEAVER_ACCOMMODATION, LEAVER_ACTIVITY, LEAVER_CONTACT, in_words

AREA = "Care leavers"
CHILD = ("age", "sex", "ethnicity", "disability", "team", "district")
AGES = (19, 21)
NOT_COUNTED = ("died", "returned home")
SUITABLE = {True: "suitable", False: "not suitable"}
NOT_JUDGED = ("gone abroad", "deported", "residence not known")
ABROAD = "not judged: abroad or nobody knows where"
ACTIVE = ("higher education", "other education", "training or employment")
PLAN_LASTS = pd.DateOffset(months=6)
NO_PLAN_OWED = ("qualifying", "no current eligibility")
ADVISER_AT = 17
LIST, RETURN = "The council's list of care leavers", "DfE, SSDA903 (OC3), care leavers aged 19 to 21"


def at_their_close(rows: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Rows once for every period that closes in the month of their `date`, which is the last such day of the month.

    A list that is drawn twice in a month counts as it was drawn last; in a month without one nothing is known.
    """
    dated = rows[rows.date.notna()].assign(close=rows.date + pd.offsets.MonthEnd(0))
    dated = dated[dated.date == dated.groupby("close").date.transform("max")]
    closing = periods.end.rename("close").rename_axis(PERIOD).reset_index()
    return dated.merge(closing, on="close", validate="many_to_many")


def listed(records: Records, periods: pd.DataFrame) -> pd.DataFrame:
    """Care leavers on the council's list that was drawn last in the month of each close, in words.

    Returns
    -------
    The columns of `care_leavers` with date, years (Int64), age, contact, accommodation, activity and suitability.
    """
    rows = records.history("care_leavers").rename(columns={"as_at": "date"})
    known = records.history("person").set_index("person_id").dob if records.has("person") else pd.Series(dtype="object")
    born = rows.date_of_birth.fillna(rows.person_id.map(known).astype("datetime64[us]"))
    rows = rows.assign(eligibility=rows.eligibility.str.strip().str.casefold(), years=age_on(born, rows.date))
    return at_their_close(_in_words(rows), periods)


def returned(records: Records, periods: pd.DataFrame) -> pd.DataFrame:
    """Care leavers of each year's return at its 31 March, in words, as `listed` has them."""
    rows = records.care_leavers_903
    year = rows.collection_year.astype("Int64")
    rows = rows.assign(date=pd.to_datetime(year.astype("str") + "-03-31", errors="coerce").astype("datetime64[us]"))
    born = rows.person_id.map(records.history("person").set_index("person_id").dob).astype("datetime64[us]")
    suitable = rows.accommodation.str[1:].map({"1": True, "2": False}).astype("boolean")
    rows = rows.assign(suitable=suitable, accommodation=rows.accommodation.str[:1], years=age_on(born, rows.date))
    return at_their_close(_in_words(rows), periods)


def _in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with what they say of contact, accommodation and activity in words; nothing said is no information."""
    told = {name: rows[name].str.strip().str.casefold() for name in ("in_touch", "accommodation", "activity")}
    accommodation = in_words(told["accommodation"], LEAVER_ACCOMMODATION).fillna("no information")
    suitability = rows.suitable.map(SUITABLE).astype("str").fillna("no information")
    suitability = suitability.mask(accommodation.isin(NOT_JUDGED), ABROAD)
    return rows.assign(
        contact=in_words(told["in_touch"], LEAVER_CONTACT),
        accommodation=accommodation,
        activity=in_words(told["activity"], LEAVER_ACTIVITY).fillna("no information"),
        suitability=pd.Categorical(suitability, [*SUITABLE.values(), ABROAD, "no information"], ordered=True),
        age=rows.years.astype("str").fillna(UNKNOWN),
    )


def of_19_to_21(rows: pd.DataFrame) -> pd.DataFrame:
    """Those whom DfE counts: aged 19 to 21, and neither dead nor back with their parents for good."""
    return rows[rows.years.between(*AGES).fillna(False) & ~rows.contact.isin(NOT_COUNTED)]


def _share(
    records: Records, rows: pd.DataFrame, part: pd.Series, periods: pd.DataFrame, by: Sequence[str], own: Sequence[str]
) -> Ratio:
    """Of care leavers, those of whom something is so; of a breakdown that is the measure's own, what each share is."""
    if by and by[0] in own:
        return Ratio(counted(rows, periods, by), counted(rows, periods))
    rows = describe(records, rows, "date", by)
    whole = counted(rows, periods, by)
    return Ratio(counted(rows[part], periods, by).reindex(whole.index, fill_value=0), whole)


def _accommodation(records: Records, rows: pd.DataFrame, periods: pd.DataFrame, by: Sequence[str]) -> Ratio:
    rows = of_19_to_21(rows)
    return _share(records, rows, rows.suitability == "suitable", periods, by, ("accommodation", "suitability"))


def _contact(records: Records, rows: pd.DataFrame, periods: pd.DataFrame, by: Sequence[str]) -> Ratio:
    rows = of_19_to_21(rows)
    return _share(records, rows, rows.contact == "in touch", periods, by, ("contact",))


def _activity(records: Records, rows: pd.DataFrame, periods: pd.DataFrame, by: Sequence[str]) -> Ratio:
    rows = of_19_to_21(rows)
    return _share(records, rows, rows.activity.isin(ACTIVE), periods, by, ("activity",))


_WHO = (
    "Those who have died, and those back with their parents for six months or more, do not count, as in DfE's figures; "
    "those of whom nothing is known stay in the total."
)
_ON_THE_DAY = (
    " The council's list tells it on the day it is drawn; a list that ends at 21 tells of those aged 19 and 20 alone. "
    "DfE's figure beside it is of the year, around each young person's birthday."
)
_IN_THE_YEAR = (
    " It is a figure of the whole year, told around each young person's birthday, and is there only for years that are "
    "over: it is never a quarter's."
)
_HOMES = (
    "Care leavers aged 19 to 21, and the share of them who live in accommodation judged suitable. Where those live who "
    "are abroad, or whose whereabouts nobody knows, is not judged; they stay in the total. " + _WHO
)
_TOUCH = "Care leavers aged 19 to 21, and the share of them with whom the council is in touch. " + _WHO
_DOING = (
    "Care leavers aged 19 to 21, and the share of them in education, training or work, full-time or part-time. " + _WHO
)
_WHY_HOMES = "A safe and settled home is what young people who leave care need first."
_WHY_TOUCH = "The council can help only those it is in touch with."
_WHY_DOING = "Young people who leave care are out of work and education more often than others of their age."


@measure(
    title="Care leavers in suitable accommodation",
    short="Care leavers in suitable accommodation",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    polarity="higher is better",
    counts="care leavers",
    needs=("care_leavers.accommodation", "care_leavers.suitable"),
    breakdowns=("accommodation", "suitability", "eligibility", *CHILD),
    main="accommodation",
    definition=_HOMES + _ON_THE_DAY,
    source=LIST,
    why=_WHY_HOMES,
)
def care_leaver_accommodation(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Care leavers of 19 to 21 in suitable accommodation, of all on the list."""
    return _accommodation(records, listed(records, periods), periods, by)


@measure(
    title="Care leavers with whom the council is in touch",
    short="Care leavers in touch",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    polarity="higher is better",
    counts="care leavers",
    needs=("care_leavers.in_touch",),
    breakdowns=("contact", "eligibility", *CHILD),
    main="contact",
    definition=_TOUCH + _ON_THE_DAY,
    source=LIST,
    why=_WHY_TOUCH,
)
def care_leaver_in_touch(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Care leavers of 19 to 21 with whom the council is in touch, of all on the list."""
    return _contact(records, listed(records, periods), periods, by)


@measure(
    title="Care leavers in education, training or work",
    short="Care leavers in education, training or work",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    polarity="higher is better",
    counts="care leavers",
    needs=("care_leavers.activity",),
    breakdowns=("activity", "eligibility", *CHILD),
    main="activity",
    definition=_DOING + _ON_THE_DAY,
    source=LIST,
    why=_WHY_DOING,
)
def care_leaver_activity(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Care leavers of 19 to 21 in education, training or work, of all on the list."""
    return _activity(records, listed(records, periods), periods, by)


@measure(
    title="Care leavers in suitable accommodation, by the year's return",
    short="In suitable accommodation, in the year",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    polarity="higher is better",
    counts="care leavers",
    needs=("care_leavers_903", "person.dob"),
    breakdowns=("accommodation", "suitability", "age", "sex", "ethnicity", "disability"),
    main="accommodation",
    definition=_HOMES + _IN_THE_YEAR,
    source=RETURN,
    why=_WHY_HOMES,
)
def care_leaver_accommodation_annual(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Care leavers of 19 to 21 in suitable accommodation, of all in the year's return."""
    return _accommodation(records, returned(records, periods), periods, by)


@measure(
    title="Care leavers with whom the council is in touch, by the year's return",
    short="In touch with the council, in the year",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    polarity="higher is better",
    counts="care leavers",
    needs=("care_leavers_903", "person.dob"),
    breakdowns=("contact", "age", "sex", "ethnicity", "disability"),
    main="contact",
    definition=_TOUCH + _IN_THE_YEAR,
    source=RETURN,
    why=_WHY_TOUCH,
)
def care_leaver_in_touch_annual(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Care leavers of 19 to 21 with whom the council is in touch, of all in the year's return."""
    return _contact(records, returned(records, periods), periods, by)


@measure(
    title="Care leavers in education, training or work, by the year's return",
    short="In education, training or work, in the year",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    polarity="higher is better",
    counts="care leavers",
    needs=("care_leavers_903", "person.dob"),
    breakdowns=("activity", "age", "sex", "ethnicity", "disability"),
    main="activity",
    definition=_DOING + _IN_THE_YEAR,
    source=RETURN,
    why=_WHY_DOING,
)
def care_leaver_activity_annual(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Care leavers of 19 to 21 in education, training or work, of all in the year's return."""
    return _activity(records, returned(records, periods), periods, by)


@measure(
    title="Pathway plans up to date",
    short="Pathway plans up to date",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    polarity="higher is better",
    counts="young people",
    needs=("care_leavers.pathway_plan_date",),
    breakdowns=("pathway_plan", "eligibility", *CHILD),
    main="pathway_plan",
    definition="Young people of any age on the council's list who must have a pathway plan, and the share of them "
    "whose plan was made or reviewed within the six months to the day of the list. Those who qualify for advice alone "
    "are owed no plan and do not count; those whose kind of duty is not told do.",
    source=LIST + "; Care Leavers (England) Regulations 2010, regulation 7",
    why="A plan that is not looked at again no longer fits a life that changes fast.",
)
def pathway_plans_up_to_date(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Young people whose pathway plan was made or reviewed within six months, of those owed one."""
    rows = listed(records, periods)
    rows = rows[~rows.eligibility.isin(NO_PLAN_OWED)]
    made = rows.pathway_plan_date.mask(rows.pathway_plan_date > rows.date)
    fresh = made + PLAN_LASTS >= rows.date
    band = fresh.map({True: "within 6 months", False: "older"}).where(made.notna(), "no plan recorded")
    rows = rows.assign(
        pathway_plan=pd.Categorical(band, ["within 6 months", "older", "no plan recorded"], ordered=True)
    )
    return _share(records, rows, fresh, periods, by, ("pathway_plan",))


@measure(
    title="Young people of 17 with a personal adviser",
    short="Aged 17 with a personal adviser",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    polarity="higher is better",
    counts="young people",
    needs=("care_leavers.adviser",),
    breakdowns=("eligibility", *CHILD[1:]),
    definition="Young people aged 17 on the council's list of care leavers, those still looked after included, and the "
    "share of them who have a personal adviser. A list that leaves out those still looked after tells less.",
    source=LIST,
    why="An adviser known before a young person leaves care is one they turn to afterwards.",
)
def adviser_by_17(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Young people of 17 with a personal adviser, of those on the list."""
    rows = listed(records, periods)
    rows = rows[(rows.years == ADVISER_AT).fillna(False)]
    return _share(records, rows, rows.adviser.notna(), periods, by, ())


@measure(
    title="Young people in bed and breakfast",
    short="In bed and breakfast",
    area=AREA,
    kind="stock",
    unit="number",
    polarity="lower is better",
    counts="young people",
    needs=("care_leavers.accommodation",),
    breakdowns=("eligibility", *CHILD),
    definition="Young people of any age on the council's list of care leavers who live in bed and breakfast on the day "
    "it is drawn.",
    source=LIST + "; DfE and MHCLG, Prevention of homelessness and provision of accommodation for 16 and 17 year olds",
    why="Bed and breakfast is not suitable for a young person who leaves care, even in an emergency.",
)
def bed_and_breakfast(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Young people in bed and breakfast on the day of the list; missing where there is no list."""
    everyone = listed(records, periods)
    known = counted(everyone, periods) > 0
    rows = everyone[everyone.accommodation == "bed and breakfast"]
    counts = counted(describe(records, rows, "date", by), periods, by)
    return Count(counts.where(known.reindex(counts.index, level=PERIOD) if by else known))
