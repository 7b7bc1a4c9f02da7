"""Where placements are: inside the council's area or outside it, and how far from home."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.care import of_child, open_at_close
from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import current, those
from quarterdeck.records import Records
from quarterdeck.records.ssda903_words import TEMPORARY

TABLE = "placement_locations"
FAR, ENDS_OF_ENGLAND = 60.0, 400.0


@check("CLA-LOC-01", severity="error", table=TABLE, fields=["la_of_placement", "inside"])
def the_councils_own_area_is_inside(records: Records) -> pd.Index:
    """The placement is in the council's own area by its name, and is marked as outside it: correct one of the two."""
    rows = current(records, TABLE)
    return those(rows, _own_area(records, rows) & ~rows.inside)


@check("CLA-LOC-02", severity="query", table=TABLE, fields=["la_of_placement", "inside"])
def another_councils_area_is_outside(records: Records) -> pd.Index:
    """The placement is in another council's area by its name, and is marked as inside the council's own: check
    which is right.
    """
    rows = current(records, TABLE)
    return those(rows, ~_own_area(records, rows) & rows.la_of_placement.notna() & rows.inside)


@check("CLA-LOC-03", severity="query", table=TABLE, fields=["inside", "distance_miles"])
def inside_is_not_far(records: Records) -> pd.Index:
    """The placement is inside the council's area, and more than 60 miles from home: check both."""
    rows = current(records, TABLE)
    return those(rows, rows.inside & (rows.distance_miles > FAR))


@check("CLA-LOC-04", severity="error", table=TABLE, fields=["distance_miles"])
def a_distance_is_possible(records: Records) -> pd.Index:
    """The distance from home is below nought, or longer than England: correct it."""
    rows = current(records, TABLE)
    return those(rows, (rows.distance_miles < 0) | (rows.distance_miles > ENDS_OF_ENGLAND))


@check("CLA-LOC-05", severity="query", table=TABLE, fields=["inside", "distance_miles"])
def a_location_says_where(records: Records) -> pd.Index:
    """The placement's location does not say whether it is inside the council's area, or how far from home: fill it
    in.
    """
    rows = current(records, TABLE)
    return those(rows, rows.inside.isna() | rows.distance_miles.isna())


@check("CLA-LOC-06", severity="error", table=TABLE, fields=["placement_start_date"], needs=["cla_episodes"])
def a_location_is_of_a_placement(records: Records) -> pd.Index:
    """No episode of the child begins on the day that the location says its placement began: correct the date, for
    one too early is taken for the placement before, and one late counts from then only.
    """
    rows = current(records, TABLE)
    told = records.history("cla_episodes")[["person_id", "cla_episode_start_date"]]
    known = pd.MultiIndex.from_frame(rows[["person_id", "placement_start_date"]]).isin(pd.MultiIndex.from_frame(told))
    return those(rows, (rows.placement_start_date >= records.quarter.year_start) & ~known)


@check("CLA-LOC-07", severity="query", table="cla_episodes", fields=["person_id"], needs=[TABLE])
def every_child_in_care_has_a_location(records: Records) -> pd.Index:
    """The child is looked after at the quarter's end, and where its placement is was not told: add its location, or
    the child counts as "place not known".
    """
    placements = records.cla_placement
    began = placements[~placements.cla_placement_type.isin(TEMPORARY)]
    began = began.sort_values("placement_start_date", kind="stable").drop_duplicates("person_id", keep="last")
    told = current(records, TABLE).groupby("person_id").placement_start_date.max()
    children = open_at_close(records)
    children = children[~children.place.isin(TEMPORARY)]
    located = of_child(children, told)
    since = of_child(children, began.set_index("person_id").placement_start_date)
    return those(children, located.isna() | ((located < since) & (since >= records.quarter.year_start)))


def _own_area(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Whether each location names the authority itself, by its name or its codes."""
    own = records.authority
    names = {name.casefold() for name in (own.name, own.short_name, own.area_code, own.la_code)}
    return rows.la_of_placement.str.strip().str.casefold().isin(names)
