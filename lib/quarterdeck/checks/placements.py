"""Placements and their providers: where looked-after children live, and when they moved."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.care import FOR_ADOPTION, age, care
from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import those
from quarterdeck.records import Records
from quarterdeck.records.ssda903_words import FOSTERING, SHORT_BREAKS, TEMPORARY

TABLE = "cla_episodes"
TYPE, PROVIDER = "cla_placement_type", "cla_placement_provider"
PROVIDED_BY_NOBODY = ("T0", "T1", "T2", "T3", "Z11", "Z12", "Z13", "Z14")
MAY_DO_WITHOUT_PROVIDER = (*PROVIDED_BY_NOBODY, "T4", "Z1")
NEVER_BY = {
    "PR2": ("P1", "R2", "R5"),
    "PR3": ("P1", "K1", "K2", *FOR_ADOPTION, *FOSTERING),
    "PR4": ("P1",),
    "PR5": ("P1",),
}
"""Placements that a provider does not provide: another council no parents, hospital or prison, and so on."""
SHORTEST_AGE = {"P2": 15, "H5": 14, "K3": 16, "S1": 4, "R5": 10, "K1": 10}
"""The age before which nobody is placed so."""
LONGEST_DAYS = {"T1": 42, "T3": 21, "T4": 7}
"""Hospital six weeks, a carer's holiday three, any other temporary stay seven days."""
INSPECTED = ("K1", "K2", "R3", "S1", "U4", "U5", "U6")
REGISTERED = pd.Timestamp(2023, 10, 28)
"""From this day supported accommodation is registered with Ofsted, and P2 is no placement of a looked-after child."""
WITH_THE_CARERS, WITH_OTHERS = ("A3", "A5"), ("A4", "A6")


@check("CLA-PLA-01", severity="error", table=TABLE, fields=[TYPE])
def every_episode_has_a_placement(records: Records) -> pd.Index:
    """The episode has no type of placement: fill it in."""
    rows = care(records)
    return those(rows, rows.place.isna())


@check("CLA-PLA-02", severity="error", table=TABLE, fields=[PROVIDER], needs=[f"{TABLE}.{PROVIDER}"])
def every_placement_has_a_provider(records: Records) -> pd.Index:
    """The placement has no provider, so whether it is the council's own or external cannot be told: fill it in."""
    rows = care(records)
    return those(rows, rows.provider.isna() & rows.place.notna() & ~rows.place.isin(MAY_DO_WITHOUT_PROVIDER))


@check("CLA-PLA-03", severity="error", table=TABLE, fields=[TYPE, PROVIDER])
def what_nobody_provides_has_no_provider(records: Records) -> pd.Index:
    """The placement is of a type that has no provider (T0 to T3, Z11 to Z14), and a provider is given: take it out,
    or correct the type.
    """
    rows = care(records)
    return those(rows, rows.provider.notna() & rows.place.isin(PROVIDED_BY_NOBODY))


@check("CLA-PLA-04", severity="error", table=TABLE, fields=[TYPE, PROVIDER])
def only_parents_are_parents(records: Records) -> pd.Index:
    """The provider is the parents (PR0), and the child is not placed with them (P1): correct one of the two."""
    rows = care(records)
    return those(rows, (rows.provider == "PR0") & rows.place.notna() & (rows.place != "P1"))


@check("CLA-PLA-05", severity="error", table=TABLE, fields=[TYPE, PROVIDER])
def a_provider_provides_what_it_can(records: Records) -> pd.Index:
    """The provider cannot provide a placement of this type: children are with their parents (P1) by the parents or
    the council alone, another council (PR2) runs no hospital or prison (R2, R5), and other public bodies (PR3)
    neither foster, nor place for adoption, nor run children's homes. Correct one of the two.
    """
    rows = care(records)
    never = [(rows.provider == provider) & rows.place.isin(places) for provider, places in NEVER_BY.items()]
    return those(rows, pd.concat(never, axis=1).any(axis=1))


@check("CLA-PLA-06", severity="error", table=TABLE, fields=[TYPE])
def nobody_lives_independently_in_care(records: Records) -> pd.Index:
    """The child is placed in independent living (P2) after 28 October 2023, since when it must be in registered
    accommodation: correct the type.
    """
    rows = care(records)
    return those(rows, (rows.place == "P2") & (rows.ended.fillna(records.quarter.end) > REGISTERED))


@check("CLA-PLA-07", severity="query", table=TABLE, fields=["cla_placement_urn"], needs=[f"{TABLE}.cla_placement_urn"])
def supported_accommodation_is_registered(records: Records) -> pd.Index:
    """Supported accommodation (H5, K3) has no Ofsted number (URN) after 28 October 2023: fill it in if it is in
    England.
    """
    rows = care(records)
    late = rows.ended.fillna(records.quarter.end) >= REGISTERED
    return those(rows, rows.place.isin(["H5", "K3"]) & rows.urn.isna() & late)


@check("CLA-PLA-08", severity="query", table=TABLE, fields=["cla_placement_urn"], needs=[f"{TABLE}.cla_placement_urn"])
def what_ofsted_inspects_has_a_number(records: Records) -> pd.Index:
    """The home, school or fostering service has no Ofsted number (URN): fill it in if it is in England."""
    rows = care(records)
    return those(rows, rows.place.isin(INSPECTED) & rows.urn.isna() & ~rows.status.isin(SHORT_BREAKS))


@check("CLA-PLA-09", severity="error", table=TABLE, fields=[TYPE, PROVIDER])
def a_child_returns_from_a_temporary_placement(records: Records) -> pd.Index:
    """After a temporary placement (T0 to T4) the child did not return to the placement it had left: write the same
    type and provider with RNE P, or, if it went elsewhere, end the first placement on the day it left it.
    """
    rows = care(records)
    between = rows.place.isin(TEMPORARY) & rows.goes_on & (rows.next_began == rows.ended)
    settled = ~rows.last_place.isin(TEMPORARY) & ~rows.next_place.isin(TEMPORARY)
    same = (rows.next_place == rows.last_place) & (rows.next_provider.fillna("") == rows.last_provider.fillna(""))
    return those(rows, between & settled & ~(same & (rows.next_rne == "P")))


@check("CLA-PLA-10", severity="error", table=TABLE, fields=[TYPE, "cla_episode_start_reason"])
def care_does_not_start_in_a_temporary_placement(records: Records) -> pd.Index:
    """Care starts (RNE S) in a temporary placement (T0 to T4), and there is none to return to: write the
    placement's own type.
    """
    rows = care(records)
    return those(rows, rows.place.isin(TEMPORARY) & (rows.rne == "S"))


@check("CLA-PLA-11", severity="error", table=TABLE, fields=[TYPE, "cla_episode_ceased_reason"])
def care_does_not_end_in_a_temporary_placement(records: Records) -> pd.Index:
    """Care ends in a temporary placement (T0 to T4): add the child's return to its own, or write the placement's
    own type.
    """
    rows = care(records)
    return those(rows, rows.place.isin(TEMPORARY) & rows.rec.notna() & (rows.rec != "X1"))


@check("CLA-PLA-12", severity="error", table=TABLE, fields=[TYPE, "cla_episode_ceased_date"])
def a_temporary_placement_is_short(records: Records) -> pd.Index:
    """The temporary placement is longer than its type allows, so it counts as no placement although it is one:
    hospital (T1) is six weeks at most, a carer's holiday (T3) three weeks, any other (T4) seven days. Write the
    placement's own type.
    """
    rows = care(records)
    days = (rows.ended.fillna(records.quarter.end) - rows.began).dt.days
    return those(rows, days > rows.place.map(LONGEST_DAYS).astype("float64"))


@check("CLA-PLA-13", severity="query", table=TABLE, fields=[TYPE], needs=["person.dob"])
def a_child_is_old_enough_for_its_placement(records: Records) -> pd.Index:
    """The child is too young for a placement of this type: independent living (P2) is from 15, supported
    accommodation from 14 (H5) or 16 (K3), a school (S1) from 4, a secure home or custody (K1, R5) from 10. Check
    the type and the birth date.
    """
    rows = care(records)
    return those(rows, age(rows, "began") < rows.place.map(SHORTEST_AGE).astype("Int64"))


@check("CLA-PLA-14", severity="error", table=TABLE, fields=[TYPE, "cla_episode_start_reason"])
def adoption_by_the_carers_moves_nobody(records: Records) -> pd.Index:
    """The child is placed for adoption with its own foster carers (A3, A5), and the episode is a change of carer:
    write RNE T or U, or A4 or A6 if the carers are others.
    """
    rows = care(records)
    entered = (rows.place != rows.last_place) | ~rows.follows
    return those(rows, rows.place.isin(WITH_THE_CARERS) & entered & rows.rne.isin(["S", "P", "B"]))


@check("CLA-PLA-15", severity="error", table=TABLE, fields=[TYPE, "cla_episode_start_reason"])
def adoption_by_others_is_a_move(records: Records) -> pd.Index:
    """The child is placed for adoption with others than its carers (A4, A6), and RNE says that the carer stayed (T,
    U): write P or B, or A3 or A5 if the carer did.
    """
    rows = care(records)
    before = ~rows.last_place.isin(FOR_ADOPTION)
    return those(rows, rows.place.isin(WITH_OTHERS) & rows.follows & before & rows.rne.isin(["T", "U"]))


@check(
    "CLA-PLA-16",
    severity="query",
    table=TABLE,
    fields=["cla_placement_change_reason"],
    needs=[f"{TABLE}.cla_placement_change_reason"],
)
def a_placement_that_changed_says_why(records: Records) -> pd.Index:
    """The child moved on from the placement (the next RNE is P, T, B or U), and no reason for the change is given:
    fill it in.
    """
    rows = care(records)
    moved = (rows.rec == "X1") & (rows.next_began == rows.ended) & rows.next_rne.isin(["P", "T", "B", "U"])
    return those(rows, moved & rows.why_moved.isna())


@check("CLA-PLA-17", severity="query", table=TABLE, fields=["cla_placement_change_reason"])
def a_placement_that_goes_on_has_no_reason_to_change(records: Records) -> pd.Index:
    """A reason for a change of placement is given, and the placement did not change: the child is still there, or
    left care, or only the legal status changed (the next RNE is L). Take it out, or correct what follows.
    """
    rows = care(records)
    moved = (rows.rec == "X1") & ~((rows.next_began == rows.ended) & (rows.next_rne == "L"))
    return those(rows, rows.why_moved.notna() & ~moved)
