"""Placements: how many a child had, what kind, who provides them and how far away, by every counting rule."""

from __future__ import annotations

import pytest

from quarterdeck.measures import placements
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]
MARCH = periods(Quarter(2017, 4), Quarter(2017, 4))
MARCH_END = MARCH.index[(MARCH.kind == "quarter") & (MARCH.end == "2018-03-31")][0]


def stay(start: str, end: str | None, reason: str = "P", place: str = "U6", person: str = "A", **more: object):
    row = {
        "cla_episode_id": f"{person} {start} {end}",
        "legal_status": "C2",
        "cla_placement_provider": None if place.startswith("T") else "PR1",
        "cla_episode_ceased_reason": "X1" if end else None,
    }
    return {
        **row,
        "person_id": person,
        "cla_episode_start_date": start,
        "cla_episode_ceased_date": end,
        "cla_episode_start_reason": reason,
        "cla_placement_type": place,
        **more,
    }


def many(records) -> tuple[int, int]:
    found = placements.three_plus_placements(records, WHEN)
    return int(found.numerator[QUARTER]), int(found.denominator[QUARTER])


def number(records) -> str:
    """How many placements the only child had, as the paper prints it."""
    found = placements.three_plus_placements(records, WHEN, ("placements",)).numerator.xs(QUARTER, level="period")
    return found[found > 0].index[0]


# Three or more placements


def test_three_placements_are_many_and_two_are_not(small_records):
    two = [stay("2017-02-01", "2017-05-01", "S"), stay("2017-05-01", None)]
    three = [stay("2017-02-01", "2017-05-01", "S"), stay("2017-05-01", "2017-06-01"), stay("2017-06-01", None, "B")]
    assert many(small_records(cla_episodes=two)) == (0, 1)
    assert many(small_records(cla_episodes=three)) == (1, 1)


@pytest.mark.parametrize(("ended", "counted"), [("2017-01-01", "3"), ("2016-12-31", "2")])
def test_the_placement_open_when_the_12_months_began_counts_and_the_one_ended_before_does_not(
    small_records, ended, counted
):
    records = small_records(
        cla_episodes=[stay("2015-02-01", ended, "S"), stay(ended, "2017-05-01"), stay("2017-05-01", None)]
    )
    assert number(records) == counted


@pytest.mark.parametrize("reason", ["T", "U", "L"])
def test_a_move_with_the_same_carer_and_a_change_of_legal_status_start_no_placement(small_records, reason):
    records = small_records(
        cla_episodes=[
            stay("2017-02-01", "2017-05-01", "S"),
            stay("2017-05-01", "2017-08-01", reason, "U4"),
            stay("2017-08-01", None, reason, "U4"),
        ]
    )
    assert number(records) == "1"


@pytest.mark.parametrize("code", ["T0", "T1", "T2", "T3", "T4"])
def test_a_temporary_placement_and_the_return_from_it_do_not_count(small_records, code):
    records = small_records(
        cla_episodes=[
            stay("2017-02-01", "2017-05-01", "S"),
            stay("2017-05-01", "2017-05-06", "P", code),
            stay("2017-05-06", None),
        ]
    )
    assert number(records) == "1"


def test_after_a_temporary_placement_another_kind_of_placement_is_a_move(small_records):
    records = small_records(
        cla_episodes=[
            stay("2017-02-01", "2017-05-01", "S"),
            stay("2017-05-01", "2017-05-06", "P", "T1"),
            stay("2017-05-06", None, "P", "K2"),
        ]
    )
    assert number(records) == "2"


def test_a_stay_under_24_hours_does_not_count_and_a_night_does(small_records):
    def with_stay(until: str):
        return small_records(
            cla_episodes=[
                stay("2017-02-01", "2017-05-01", "S"),
                stay("2017-05-01", until, "P", "K2"),
                stay(until, None, "P", "U4"),
            ]
        )

    assert number(with_stay("2017-05-01")) == "2"
    assert number(with_stay("2017-05-02")) == "3"


def test_adoption_by_the_same_foster_carers_is_no_move_and_by_others_is(small_records):
    def adopted(place: str, before: str = "U5"):
        return small_records(
            cla_episodes=[stay("2017-02-01", "2017-05-01", "S", before), stay("2017-05-01", None, "P", place)]
        )

    assert [number(adopted(place)) for place in ("A3", "A5", "A4", "A6")] == ["1", "1", "2", "2"]
    assert number(adopted("A3", before="K2")) == "2"


def test_a_child_who_came_back_counts_the_placements_of_both_periods_of_care(small_records):
    records = small_records(
        cla_episodes=[
            stay("2017-02-01", "2017-03-01", "S", cla_episode_ceased_reason="E4A"),
            stay("2017-05-01", "2017-06-01", "S"),
            stay("2017-06-01", None),
        ]
    )
    assert many(records) == (1, 1)


def test_a_child_who_has_left_is_in_neither_part_of_the_share(small_records):
    records = small_records(
        cla_episodes=[
            stay("2017-02-01", "2017-05-01", "S"),
            stay("2017-05-01", "2017-06-01"),
            stay("2017-06-01", "2017-12-31", cla_episode_ceased_reason="E4A"),
            stay("2017-06-01", None, "S", person="B"),
        ]
    )
    assert many(records) == (0, 1)


def test_placements_of_children_in_short_breaks_do_not_count(small_records):
    records = small_records(
        cla_episodes=[stay(f"2017-0{m}-01", f"2017-0{m}-03", "S", legal_status="V3") for m in (2, 3, 4)]
        + [stay("2017-06-01", None, "S")]
    )
    assert number(records) == "1"


def test_the_12_months_reach_back_into_the_earlier_extract(small_records):
    records = small_records(
        cla_episodes=[
            stay("2016-06-01", "2017-02-01", "S", collection_year=2017),
            stay("2017-02-01", "2017-03-01", collection_year=2017),
            stay("2017-03-01", None, collection_year=2017),
            stay("2017-03-01", None, collection_year=2018),
        ]
    )
    assert number(records) == "3"


def test_at_the_years_end_the_years_own_extract_has_the_say(small_records):
    # The extract of 2018-19 tells a move in 2017-18 that the final extract of 2017-18 did not hold.
    records = small_records(
        "2018-19 Q1",
        cla_episodes=[
            stay("2017-02-01", "2017-06-01", "S", collection_year=2018),
            stay("2017-06-01", None, collection_year=2018),
            stay("2017-06-01", "2018-02-01", collection_year=2019),
            stay("2018-02-01", None, collection_year=2019),
        ],
    )
    found = placements.three_plus_placements(records, MARCH)
    assert found.numerator[MARCH_END] == 0


def test_a_placement_that_the_next_extract_no_longer_mentions_ended_with_its_own_extracts_year(small_records):
    records = small_records(
        "2017-18 Q4",
        cla_episodes=[
            stay("2017-01-01", None, "S", "K2", collection_year=2017),
            stay("2017-02-01", "2017-06-01", "S", collection_year=2018),
            stay("2017-06-01", None, collection_year=2018),
        ],
    )
    found = placements.three_plus_placements(records, MARCH)
    assert (found.numerator[MARCH_END], found.denominator[MARCH_END]) == (0, 1)


def test_a_child_who_came_into_care_by_way_of_hospital_had_the_placement_after_it(small_records):
    records = small_records(
        cla_episodes=[
            stay("2017-02-01", "2017-02-10", "S", "T1"),
            stay("2017-02-10", "2017-06-01", "T"),
            stay("2017-06-01", None, "P", "K2"),
        ]
    )
    assert number(records) == "2"


# Kinds of placement


def test_every_kind_of_placement_has_its_share_of_all_children(small_records):
    codes = {"U1": "foster care", "U6": "foster care", "K2": "residential", "R1": "residential", "S1": "residential"}
    codes |= {"K1": "secure", "P1": "placed with parents", "A6": "placed for adoption", "Z1": "other", "R5": "other"}
    codes |= {"H5": "independent and supported", "P2": "independent and supported", "K3": "independent and supported"}
    records = small_records(cla_episodes=[stay("2017-02-01", None, "S", code, code) for code in codes])
    found = placements.placement_mix(records, WHEN, ("placement_type",))
    counts = found.numerator.xs(QUARTER, level="period").to_dict()
    assert counts == {kind: list(codes.values()).count(kind) for kind in codes.values()}
    assert found.denominator[QUARTER] == len(codes)
    whole = placements.placement_mix(records, WHEN)
    assert (whole.numerator[QUARTER], whole.denominator[QUARTER]) == (2, len(codes))


def test_a_code_that_nobody_knows_is_unknown_and_stays_in_the_total(small_records):
    records = small_records(cla_episodes=[stay("2017-02-01", None, "S", "X9")])
    assert placements.placement_mix(records, WHEN, ("placement_type",)).numerator.to_dict()["unknown", QUARTER] == 1


def test_a_child_in_hospital_keeps_the_placement_it_left_and_its_provider(small_records):
    records = small_records(
        cla_episodes=[
            stay("2017-02-01", "2017-12-28", "S", "K2", cla_placement_provider="PR4"),
            stay("2017-12-28", None, "P", "T1"),
            stay("2017-12-20", None, "S", "T1", "B"),
        ]
    )
    mix = placements.placement_mix(records, WHEN, ("placement_type",)).numerator
    assert mix.xs(QUARTER, level="period").to_dict() == {"residential": 1, "other": 1}
    external = placements.external_share_residential(records, WHEN)
    assert (external.numerator[QUARTER], external.denominator[QUARTER]) == (1, 1)


def test_external_is_another_public_body_a_private_firm_or_a_voluntary_body(small_records):
    providers = ["PR0", "PR1", "PR2", "PR3", "PR4", "PR5", None]

    def all_of(place: str):
        return [stay("2017-02-01", None, "S", place, f"{p}", cla_placement_provider=p) for p in providers]

    records = small_records(cla_episodes=[*all_of("K2"), *all_of("K1")][: len(providers)])
    found = placements.external_share_residential(records, WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (3, 7)
    assert found.beside["provider not known"][QUARTER] == 1


def test_secure_homes_are_not_residential_and_relatives_are_not_in_the_share_of_fostering(small_records):
    places = ["K2", "R1", "S1", "K1", "U1", "U2", "U3", "U4", "U5", "U6"]
    records = small_records(
        cla_episodes=[stay("2017-02-01", None, "S", place, place, cla_placement_provider="PR4") for place in places]
    )
    assert placements.external_share_residential(records, WHEN).denominator[QUARTER] == 3
    assert placements.external_share_fostering(records, WHEN).denominator[QUARTER] == 3


# How far away


def place(person: str, start: str, *, inside: bool | None, miles: float | None) -> dict[str, object]:
    return {"person_id": person, "placement_start_date": start, "inside": inside, "distance_miles": miles}


def test_over_20_miles_means_more_than_20_and_outside_the_county(small_records):
    where = {"A": (False, 20.0), "B": (False, 20.1), "C": (True, 30.0), "D": (False, None)}
    records = small_records(
        cla_episodes=[stay("2017-02-01", None, "S", person=name) for name in [*where, "E"]],
        placement_locations=[place(n, "2017-02-01", inside=i, miles=m) for n, (i, m) in where.items()],
    )
    far = placements.placed_over_20_miles(records, WHEN)
    assert (far.numerator[QUARTER], far.denominator[QUARTER]) == (1, 5)
    assert far.beside["distance not known"][QUARTER] == 2
    out = placements.placed_out_of_county(records, WHEN)
    assert (out.numerator[QUARTER], out.denominator[QUARTER]) == (3, 5)
    assert out.beside["place not known"][QUARTER] == 1


def test_the_place_of_an_earlier_placement_is_not_taken_for_that_of_the_present_one(small_records):
    records = small_records(
        cla_episodes=[stay("2017-02-01", "2017-06-01", "S"), stay("2017-06-01", None)],
        placement_locations=[place("A", "2017-02-01", inside=False, miles=40.0)],
    )
    out = placements.placed_out_of_county(records, WHEN)
    assert (out.numerator[QUARTER], out.beside["place not known"][QUARTER]) == (0, 1)


def test_a_change_of_legal_status_keeps_the_place(small_records):
    records = small_records(
        cla_episodes=[stay("2017-02-01", "2017-06-01", "S"), stay("2017-06-01", None, "L")],
        placement_locations=[place("A", "2017-02-01", inside=False, miles=40.0)],
    )
    assert placements.placed_out_of_county(records, WHEN).numerator[QUARTER] == 1
    shares = placements.placed_out_of_county(records, WHEN, ("locality",)).numerator
    assert shares.xs(QUARTER, level="period").to_dict() == {"outside the council's area": 1}


def test_where_the_returns_open_in_the_middle_of_a_placement_its_earlier_place_is_the_place(small_records):
    records = small_records(
        cla_episodes=[stay("2017-02-01", None, "L")],
        placement_locations=[place("A", "2016-06-01", inside=False, miles=40.0)],
    )
    assert placements.placed_out_of_county(records, WHEN).numerator[QUARTER] == 1


# Over 18


def test_the_18th_birthday_on_the_last_day_counts_and_the_day_after_does_not(small_records):
    def paid(person: str, birth: str, kind: str = "Staying Put Arrangements") -> dict[str, object]:
        row = {"placement_type": kind, "provider": "internal", "weekly_cost": 177.0, "start_date": "2017-06-01"}
        return {**row, "person_id": person, "date_of_birth": birth}

    records = small_records(
        placement_costs=[
            paid("A", "1999-12-31"),
            paid("B", "2000-01-01"),
            paid("C", "1996-01-01", "Student Accommodation"),
        ]
    )
    found = placements.over_18_in_placement(records, WHEN)
    assert found.counts[QUARTER] == 2
    assert found.beside["staying put"][QUARTER] == 1
    ages = placements.over_18_in_placement(records, WHEN, ("age",)).counts
    assert ages.xs(QUARTER, level="period").to_dict() == {"18": 1, "21 and over": 1}
