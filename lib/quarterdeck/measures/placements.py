"""Where looked-after children live: with whom, how far away, and how often they moved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quarterdeck.measures.counting import PERIOD, at_ends, counted
from quarterdeck.measures.describe import age_on, describe
from quarterdeck.measures.looked_after import CHILD, at_close
from quarterdeck.measures.registry import Count, Ratio, measure
from quarterdeck.records import Records
from quarterdeck.records.looked_after import NEW_PLACEMENT
from quarterdeck.records.ssda903_words import EXTERNAL, FOSTERING_BY_OTHERS, RESIDENTIAL, TEMPORARY

AREA = "Placements"
MANY = 3
MILES = 20
ADULT = 18
STAYING_PUT = "Staying Put Arrangements"
YEAR = pd.DateOffset(months=12)


def placements_in_12_months(records: Records, dates: pd.Series) -> pd.DataFrame:
    """How many placements each child had in the 12 months to each date, the one open at their start counted.

    Parameters
    ----------
    dates : the last days of the twelve months, each once.

    Returns
    -------
    person_id, date, placements (int64); a child with none has no row. See `looked_after.stays` for what counts.
    """
    stays = records.cla_stays
    year = stays.collection_year.astype("float64").to_numpy()
    started = stays.start_date.to_numpy()
    ended = stays.end_date.fillna(pd.Timestamp(2200, 1, 1)).to_numpy()
    child, people = pd.factorize(stays.person_id)
    parts = []
    for date in dates:
        own_year = np.isnan(year) | (year == date.year + (date.month >= 4))
        first_day = date - YEAR + pd.Timedelta(days=1)
        # A stay that ended on the first day of the twelve months was open at their start.
        within = own_year & (started <= np.datetime64(date)) & (ended >= np.datetime64(first_day))
        number = np.bincount(child[within], minlength=len(people))
        parts.append(pd.DataFrame({"person_id": people, "date": date, "placements": number})[number > 0])
    return pd.concat(parts, ignore_index=True)


@measure(
    title="Three or more placements in 12 months",
    short="Three or more placements in 12 months",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    polarity="lower is better",
    counts="children",
    needs=("cla_episodes",),
    looks_back=12,
    breakdowns=("placements", "age_band", "placement_type", "legal_status", "time_in_care", *CHILD[1:]),
    main="placements",
    definition="Of the children looked after at the end of the period, those who had three or more placements in the "
    "12 months to that day, counting the one they were in when the 12 months began. A new placement is a change of "
    "carer: a change of legal status, or a move with the same carer, is none. Stays in hospital, holidays and other "
    "temporary stays, stays under 24 hours, and being adopted by one's own foster carers do not count.",
    source="DfE, Children looked after in England, placement stability: “All placements of 24 hours or more … are "
    "counted. Any placements that were already open on 1 April … and any which were open on 31 March … are "
    "included. Where a child is subsequently placed for adoption with their existing foster carers, then this is not "
    "counted as a placement change in this indicator.”",
    why="A child who keeps moving cannot settle, make friends or do well at school.",
)
def three_plus_placements(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Children looked after at period end with three or more placements in 12 months, of all looked after."""
    rows = at_close(records, periods, [name for name in by if name != "placements"])
    dates = periods.end.drop_duplicates()
    moves = records.kept(("placements in 12 months", *dates), lambda: placements_in_12_months(records, dates))
    rows = rows.merge(moves, on=["person_id", "date"], how="left", validate="many_to_one")
    many = rows.placements.fillna(1) >= MANY
    if "placements" in by:
        number = rows.placements.fillna(1).clip(1, 5).astype("int64") - 1
        words = pd.CategoricalDtype(["1", "2", "3", "4", "5 or more"], ordered=True)
        bands = pd.Categorical.from_codes(number, dtype=words)
        return Ratio(counted(rows.assign(placements=bands), periods, by), counted(rows, periods))
    return Ratio(counted(rows[many], periods, by), counted(rows, periods, by))


@measure(
    title="Placement type: comparison with the national picture",
    short="Looked after children in foster care",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    polarity="higher is better",
    counts="children",
    needs=("cla_episodes",),
    breakdowns=("placement_type", "placement", "provider"),
    main="placement_type",
    category=("placement_type", "foster care"),
    definition="Children looked after at the end of the period by where they live, as a share of all of them. The "
    "value that stands for the measure is the share in foster care, with relatives or friends included. Residential is "
    "children's homes, residential care homes and residential schools; secure homes are apart. A child away for a "
    "short time keeps the placement it left.",
    source="DfE, Children looked after in England, placements",
    why="Most children do best in a family.",
)
def placement_mix(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Children in each type of placement, of all looked after; without a breakdown, those in foster care."""
    rows = at_close(records, periods, by or ("placement_type",))
    if by:
        return Ratio(counted(rows, periods, by), counted(rows, periods))
    return Ratio(counted(rows[rows.placement_type == "foster care"], periods), counted(rows, periods))


def _external_share(records: Records, periods: pd.DataFrame, by: Sequence[str], places: Sequence[str]) -> Ratio:
    rows = at_close(records, periods, by)
    rows = rows[rows.place.isin(places)]
    if "provider" in by:
        return Ratio(counted(rows, periods, by), counted(rows, periods))
    external = rows[rows.place_provider.isin(EXTERNAL)]
    beside = {} if by else {"provider not known": counted(rows[rows.place_provider.isna()], periods)}
    return Ratio(counted(external, periods, by), counted(rows, periods, by), beside)


@measure(
    title="Residential placements from external providers",
    short="Residential placements that are external",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    counts="children",
    needs=("cla_episodes",),
    breakdowns=("provider", "placement", "age_band", *CHILD[1:]),
    main="provider",
    definition="Of the looked-after children in children's homes, residential care homes and residential schools at "
    "the end of the period, the share whose placement another public body, a private firm or a voluntary body provides "
    "(PR3 to PR5).",
    source="SSDA903, PLACE (K2, R1, S1) and PLACE_PROVIDER",
    why="Places bought outside cost more than the council's own.",
)
def external_share_residential(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Children in external residential placements, of all in residential placements."""
    return _external_share(records, periods, by, RESIDENTIAL)


@measure(
    title="Foster placements from external providers",
    short="Foster placements that are external",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    counts="children",
    needs=("cla_episodes",),
    breakdowns=("provider", "age_band", *CHILD[1:]),
    main="provider",
    definition="Of the looked-after children in foster care at the end of the period, other than with relatives or "
    "friends, the share whose placement another public body, a private agency or a voluntary body provides "
    "(PR3 to PR5).",
    source="SSDA903, PLACE (U4 to U6) and PLACE_PROVIDER",
    why="Agency foster care costs more than the council's own.",
)
def external_share_fostering(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Children in external foster placements, of all in foster care by others than relatives and friends."""
    return _external_share(records, periods, by, FOSTERING_BY_OTHERS)


def located(records: Records, periods: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Children looked after at each close, with `inside` and `distance_miles` of the placement they were in."""
    rows = at_close(records, periods, by)
    where = records.kept(("locations", *periods.end), lambda: _locations(records, rows))
    return rows.merge(where, on=["person_id", "date"], validate="many_to_one")


def _locations(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    """Where each child was placed on each date: what was told since the placement began, of the extract of that year.

    Where nothing was, `inside` and `distance_miles` are missing.
    """
    asked = rows[["person_id", "date", "collection_year"]].drop_duplicates(["person_id", "date"])
    asked = asked.assign(collection_year=asked.collection_year.fillna(0)).sort_values("date", kind="stable")
    settled = records.cla_placement[~records.cla_placement.cla_placement_type.isin(TEMPORARY)]
    told = records.placement_locations.rename(columns={"placement_start_date": "located_from"})
    # A child of no year's extract is found in whichever year's list told of the placement last.
    of_any_year = told.drop_duplicates(["person_id", "located_from"], keep="last").assign(collection_year=0)
    dated = told[told.collection_year.notna()]
    told = pd.concat([dated, of_any_year], ignore_index=True).astype({"collection_year": "Int64"})
    since = pd.merge_asof(
        asked,
        settled[["person_id", "placement_start_date", "start_reason"]].sort_values(
            "placement_start_date", kind="stable"
        ),
        left_on="date",
        right_on="placement_start_date",
        by="person_id",
    )
    found = pd.merge_asof(
        since,
        told[["person_id", "collection_year", "located_from", "inside", "distance_miles"]].sort_values("located_from"),
        left_on="date",
        right_on="located_from",
        by=["person_id", "collection_year"],
    )
    # The earliest return may open in the middle of a placement, whose location was told when it truly began.
    stale = (found.located_from < found.placement_start_date) & found.start_reason.isin(NEW_PLACEMENT)
    return found[["person_id", "date"]].assign(
        inside=found.inside.mask(stale), distance_miles=found.distance_miles.mask(stale)
    )


@measure(
    title="Looked after children placed outside the council's area",
    short="Placed outside the council's area",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    counts="children",
    needs=("cla_episodes", "placement_locations.inside"),
    breakdowns=("locality", "age_band", "placement_type", "legal_status", *CHILD[1:]),
    main="locality",
    definition="Of the children looked after at the end of the period, the share placed outside the council's area. "
    "Children whose placement's place is not known stay in the total, and are counted beside.",
    source="The council's list of placement locations; DfE, Children looked after in England, distance and locality",
    why="Far from home it is harder to keep family, friends and school.",
)
def placed_out_of_county(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Children placed outside the authority, of all looked after."""
    rows = located(records, periods, [name for name in by if name != "locality"])
    if "locality" in by:
        where = rows.inside.map({True: "inside the council's area", False: "outside the council's area"})
        return Ratio(counted(rows.assign(locality=where.astype("str")), periods, by), counted(rows, periods))
    outside = rows[rows.inside.eq(False).fillna(False)]
    beside = {} if by else {"place not known": counted(rows[rows.inside.isna()], periods)}
    return Ratio(counted(outside, periods, by), counted(rows, periods, by), beside)


@measure(
    title="Looked after children placed over 20 miles from home and outside the council's area",
    short="Placed over 20 miles away and outside the council's area",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    polarity="lower is better",
    counts="children",
    needs=("cla_episodes", "placement_locations.inside", "placement_locations.distance_miles"),
    breakdowns=("age_band", "placement_type", "legal_status", *CHILD[1:]),
    main="placement_type",
    definition="Of the children looked after at the end of the period, the share placed more than 20 miles from home "
    "and outside the council's area. Children whose distance is not known stay in the total, and are counted beside.",
    source="The council's list of placement locations; DfE, Children looked after in England, distance and locality",
    why="Far from home it is harder to keep family, friends and school.",
)
def placed_over_20_miles(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Children placed outside the authority and more than 20 miles from home, of all looked after."""
    rows = located(records, periods, by)
    far = rows[(rows.inside.eq(False) & (rows.distance_miles > MILES)).fillna(False)]
    beside = {} if by else {"distance not known": counted(rows[rows.distance_miles.isna()], periods)}
    return Ratio(counted(far, periods, by), counted(rows, periods, by), beside)


@measure(
    title="Young people aged 18 and over in a funded placement",
    short="Aged 18 and over in a funded placement",
    area=AREA,
    kind="stock",
    unit="number",
    counts="young people",
    needs=("placement_costs",),
    breakdowns=("placement_type", "provider", "age"),
    main="placement_type",
    definition="Young people aged 18 or over in a placement that the council pays for at the end of the period, by its "
    "type. Staying put, with former foster carers, is counted apart.",
    source="The council's list of placement costs",
    why="The council goes on paying for young people after they leave care.",
)
def over_18_in_placement(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Young people of 18 and over in a funded placement at period end."""
    rows = at_ends(records.placement_costs.drop(columns="number"), "start_date", "end_date", periods)
    rows = rows.sort_values("start_date", kind="stable").drop_duplicates([PERIOD, "person_id"], keep="last")
    years = age_on(rows.date_of_birth, rows.date)
    grown = rows[(years >= ADULT).fillna(False).astype(bool)].assign(age=years.clip(upper=21).astype("str"))
    grown = grown.assign(age=grown.age.replace("21", "21 and over"))
    if by:
        return Count(counted(describe(records, grown, "date", by), periods, by))
    staying_put = grown.placement_type == STAYING_PUT
    beside = {
        "staying put": counted(grown[staying_put], periods),
        "other than staying put": counted(grown[~staying_put], periods),
    }
    return Count(counted(grown, periods), beside)
