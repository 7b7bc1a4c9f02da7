"""Looked-after children: numbers, coming and going, and reviews, on both sides of every boundary."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.figures.frame import figures
from quarterdeck.measures import looked_after
from quarterdeck.measures.registry import CATALOGUE
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]
DECEMBER = WHEN.index[(WHEN.kind == "month") & (WHEN.end == "2017-12-31")][0]
YEAR_TO_DATE = WHEN.index[(WHEN.kind == "year_to_date") & (WHEN.end == "2017-12-31")][0]


def episode(start: str, end: str | None = None, person: str = "A", **more: object) -> dict[str, object]:
    row = {
        "cla_episode_id": f"{person} {start}",
        "cla_episode_start_reason": "S",
        "legal_status": "C2",
        "cla_placement_type": "U6",
        "cla_placement_provider": "PR1",
        "cla_primary_need_code": "N1",
        "cla_episode_ceased_reason": "E4A" if end else None,
    }
    return {**row, "person_id": person, "cla_episode_start_date": start, "cla_episode_ceased_date": end, **more}


def review(date: str, person: str = "A", code: str = "PN1") -> dict[str, object]:
    return {"person_id": person, "cla_review_date": date, "cla_review_participation": code}


def born(date: str | None, person: str = "A") -> dict[str, object]:
    return {"person_id": person, "dob": date, "sex": "F", "ethnicity": "WBRI"}


def of_quarter(counts) -> dict[str, int]:
    return counts.xs(QUARTER, level="period").to_dict()


# How many


def test_a_child_who_leaves_on_the_last_day_is_not_looked_after_at_its_close_and_one_who_comes_on_it_is(small_records):
    records = small_records(
        cla_episodes=[
            episode("2017-01-01", "2017-12-31"),
            episode("2017-12-31", person="B"),
            episode("2017-01-01", "2018-01-01", "C"),
        ]
    )
    assert looked_after.cla_rate(records, WHEN).counts[DECEMBER] == 2


def test_children_in_short_breaks_are_left_out_of_the_number_the_starts_and_the_ends(small_records):
    records = small_records(
        cla_episodes=[
            episode("2017-10-02", legal_status="V3"),
            episode("2017-10-02", "2017-11-01", "B", legal_status="V4"),
        ]
    )
    assert looked_after.cla_rate(records, WHEN).counts[DECEMBER] == 0
    assert looked_after.cla_starts_and_ceases(records, WHEN).beside["periods started"][QUARTER] == 0
    assert looked_after.cla_starts_and_ceases(records, WHEN).beside["periods ended"][QUARTER] == 0
    assert looked_after.time_in_care_at_exit(records, WHEN).table.n[QUARTER] == 0


def test_two_episodes_that_overlap_are_one_child(small_records):
    records = small_records(cla_episodes=[episode("2017-01-01"), episode("2017-06-01", cla_episode_start_reason="P")])
    assert looked_after.cla_rate(records, WHEN).counts[DECEMBER] == 1


def test_the_rate_divides_by_the_children_of_the_year_and_keeps_the_number(small_records):
    records = small_records(cla_episodes=[episode("2017-01-01"), episode("2017-01-01", person="B")])
    frame = figures(records, [CATALOGUE["cla_rate"]], WHEN[WHEN.kind == "quarter"])
    whole = frame[frame.breakdown == "all"].iloc[0]
    assert (whole.numerator, whole.denominator) == (2, 116_697)
    assert whole.value == pytest.approx(2 / 11.6697)


def test_an_unaccompanied_child_counts_as_one_if_still_so_at_some_time_in_the_year(small_records):
    year = {"collection_year": 2018}
    records = small_records(
        cla_episodes=[episode("2017-01-01", person=name, **year) for name in "ABC"],
        uasc=[
            {"person_id": "A", "uasc_status_end_date": "2017-04-01", **year},
            {"person_id": "B", "uasc_status_end_date": "2017-03-31", **year},
        ],
    )
    assert looked_after.cla_rate(records, WHEN).beside["unaccompanied asylum seekers"][DECEMBER] == 1
    assert of_quarter(looked_after.cla_rate(records, WHEN, ("asylum",)).counts) == {
        "other child": 2,
        "unaccompanied asylum seeker": 1,
    }


def test_a_year_is_counted_from_its_own_extract_even_where_the_next_one_tells_it_otherwise(small_records):
    both = periods(Quarter(2016, 4), Quarter(2017, 1))
    records = small_records(
        cla_episodes=[
            episode("2017-01-01", collection_year=2017),
            episode("2017-01-01", person="B", collection_year=2017),
            episode("2017-01-01", collection_year=2018),
        ]
    )
    counts = looked_after.cla_rate(records, both).counts.set_axis(both.end)
    assert counts["2017-03-31"].unique().tolist() == [2]
    assert counts["2017-04-30"].unique().tolist() == [1]


# Coming and going


def test_a_child_who_comes_and_leaves_twice_has_two_periods_and_is_one_child(small_records):
    records = small_records(
        cla_episodes=[episode("2017-10-02", "2017-10-20"), episode("2017-11-06", "2017-12-01"), episode("2017-12-04")]
    )
    found = looked_after.cla_starts_and_ceases(records, WHEN)
    assert found.counts[QUARTER] == 1
    assert {name: int(counts[QUARTER]) for name, counts in found.beside.items()} == {
        "periods started": 3,
        "periods ended": 2,
        "children who started (DfE)": 1,
        "children who ceased (DfE)": 1,
    }
    flows = looked_after.cla_starts_and_ceases(records, WHEN, ("flow",)).counts
    assert of_quarter(flows) == {"started": 3, "ended": 2, "net change": 1}


def test_a_net_change_has_no_interval_for_a_difference_is_no_count(small_records):
    records = small_records(cla_episodes=[episode("2017-10-02"), episode("2017-10-02", "2017-12-01", "B")])
    frame = figures(records, [CATALOGUE["cla_starts_and_ceases"]], WHEN[WHEN.kind == "quarter"])
    bounded = frame[frame.lower.notna()]
    assert set(bounded.category[bounded.breakdown == "flow"]) == {"started", "ended"}
    assert "all" not in set(bounded.breakdown)


def test_a_change_of_placement_or_legal_status_neither_starts_nor_ends_a_period_of_care(small_records):
    records = small_records(
        cla_episodes=[
            episode("2017-05-01", "2017-10-10", cla_episode_ceased_reason="X1"),
            episode("2017-10-10", "2017-11-10", cla_episode_start_reason="P", cla_episode_ceased_reason="X1"),
            episode("2017-11-10", cla_episode_start_reason="L", legal_status="E1"),
        ]
    )
    found = looked_after.cla_starts_and_ceases(records, WHEN)
    assert (found.beside["periods started"][QUARTER], found.beside["periods ended"][QUARTER]) == (0, 0)
    assert found.beside["periods started"][YEAR_TO_DATE] == 1


def test_a_period_that_an_earlier_extract_began_is_not_begun_again_in_the_next(small_records):
    records = small_records(
        cla_episodes=[
            episode("2016-06-01", "2017-02-01", collection_year=2017, cla_episode_ceased_reason="X1"),
            episode("2017-02-01", collection_year=2017, cla_episode_start_reason="P"),
            episode("2017-02-01", "2017-10-02", collection_year=2018, cla_episode_start_reason="P"),
        ]
    )
    found = looked_after.cla_starts_and_ceases(records, WHEN)
    assert (found.beside["periods started"][YEAR_TO_DATE], found.beside["periods ended"][YEAR_TO_DATE]) == (0, 1)
    # And its length is told from the day it truly began: 1 June 2016 to 2 October 2017.
    assert looked_after.time_in_care_at_exit(records, WHEN).table["median"][QUARTER] == 488


def test_ends_are_told_by_reason_in_words(small_records):
    records = small_records(
        cla_episodes=[
            episode("2017-01-01", "2017-10-02", cla_episode_ceased_reason="E12"),
            episode("2017-01-01", "2017-10-02", "B", cla_episode_ceased_reason="E46"),
            episode("2017-01-01", "2017-10-02", "C", cla_episode_ceased_reason=None),
        ]
    )
    reasons = looked_after.cla_starts_and_ceases(records, WHEN, ("reason_ceased",)).counts
    assert of_quarter(reasons) == {"adopted": 1, "special guardianship order": 1, "unknown": 1}


@pytest.mark.parametrize(
    ("ended", "band"),
    [
        ("2017-10-14", "under 2 weeks"),
        ("2017-10-15", "2 to 8 weeks"),
        ("2017-11-25", "2 to 8 weeks"),
        ("2017-11-26", "8 weeks to 6 months"),
        ("2018-03-31", "8 weeks to 6 months"),
        ("2018-04-01", "6 to 12 months"),
        ("2018-09-30", "6 to 12 months"),
        ("2018-10-01", "1 to 2 years"),
        ("2019-09-30", "1 to 2 years"),
        ("2019-10-01", "2 to 5 years"),
        ("2022-09-30", "2 to 5 years"),
        ("2022-10-01", "5 years or more"),
    ],
)
def test_a_band_of_time_in_care_stops_the_day_before_the_next_begins(ended, band):
    came, left = (pd.Series(pd.to_datetime([day])) for day in ("2017-10-01", ended))
    assert looked_after.time_in_care(came, left).tolist() == [band]


def test_the_bands_of_time_in_care_are_shares_in_per_cent_of_the_periods_that_ended(small_records):
    records = small_records(
        cla_episodes=[episode("2017-12-01", "2017-12-10"), episode("2017-01-01", "2017-12-10", "B")]
    )
    frame = figures(records, [CATALOGUE["time_in_care_at_exit"]], WHEN[WHEN.kind == "quarter"])
    bands = frame[frame.breakdown == "time_in_care"].set_index("category")
    assert bands.value.to_dict() == {"under 2 weeks": 50, "6 to 12 months": 50}
    assert bands.denominator.tolist() == [2, 2]


# Taking part in reviews


def test_a_child_who_turned_4_on_the_day_of_the_review_counts_and_one_who_turns_4_the_day_after_does_not(small_records):
    records = small_records(
        cla_episodes=[episode("2014-01-01"), episode("2014-01-01", person="B")],
        cla_reviews=[review("2017-12-05"), review("2017-12-05", "B", "PN0")],
        person=[born("2013-12-05"), born("2013-12-06", "B")],
    )
    found = looked_after.review_participation(records, WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (1, 1)


def test_taking_part_is_not_the_same_as_being_there(small_records):
    codes = ["PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7"]
    records = small_records(
        cla_episodes=[episode("2014-01-01", person=code) for code in codes],
        cla_reviews=[review("2017-12-05", code, code) for code in codes],
        person=[born("2005-01-01", code) for code in codes],
    )
    found = looked_after.review_participation(records, WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (5, 7)
    assert found.beside["attended in person"][QUARTER] == 4


def test_a_code_for_under_4s_given_to_an_older_child_is_unknown_and_stays_in_the_total(small_records):
    records = small_records(
        cla_episodes=[episode("2014-01-01")],
        cla_reviews=[review("2017-12-05", code="PN0")],
        person=[born("2005-01-01")],
    )
    found = looked_after.review_participation(records, WHEN, ("participation",))
    assert of_quarter(found.numerator) == {"unknown": 1}
    assert looked_after.review_participation(records, WHEN).denominator[QUARTER] == 1


def test_a_review_of_a_child_in_short_breaks_is_left_out(small_records):
    records = small_records(
        cla_episodes=[episode("2014-01-01", legal_status="V4")],
        cla_reviews=[review("2017-12-05")],
        person=[born("2005-01-01")],
    )
    assert looked_after.review_participation(records, WHEN).denominator[QUARTER] == 0


def test_a_review_outside_the_time_in_care_is_left_out(small_records):
    records = small_records(
        cla_episodes=[episode("2017-11-01", "2017-12-01")],
        cla_reviews=[review(day) for day in ("2017-10-31", "2017-11-01", "2017-12-01", "2017-12-02")],
        person=[born("2005-01-01")],
    )
    assert looked_after.review_participation(records, WHEN).denominator[QUARTER] == 2


# Reviews on time


def reviewed(records) -> tuple[int, int]:
    found = looked_after.review_timeliness(records, WHEN)
    return int(found.numerator[QUARTER]), int(found.denominator[QUARTER])


EARLIER = review("2014-05-01", "somebody else")  # so that the returns of reviews go back to before the children came


@pytest.mark.parametrize(("held", "on_time"), [("2018-01-03", 1), ("2018-01-04", 0)])
def test_a_first_review_on_the_20th_working_day_is_on_time_and_one_on_the_21st_is_late(small_records, held, on_time):
    # From 1 December 2017, with Christmas, Boxing and New Year's Day, the 20th working day is 3 January 2018.
    winter = periods(Quarter(2017, 4), Quarter(2017, 4))
    records = small_records("2017-18 Q4", cla_episodes=[episode("2017-12-01")], cla_reviews=[EARLIER, review(held)])
    found = looked_after.review_timeliness(records, winter)
    january = winter.index[(winter.kind == "month") & (winter.end == "2018-01-31")][0]
    assert (found.numerator[january], found.denominator[january]) == (on_time, 1)


@pytest.mark.parametrize(("held", "on_time"), [("2017-11-15", 1), ("2017-11-16", 0)])
def test_a_second_review_is_due_three_months_after_the_first(small_records, held, on_time):
    records = small_records(
        cla_episodes=[episode("2017-08-01")], cla_reviews=[EARLIER, review("2017-08-15"), review(held)]
    )
    assert reviewed(records) == (on_time, 1)


@pytest.mark.parametrize(("held", "on_time"), [("2017-11-01", 1), ("2017-11-02", 0)])
def test_a_later_review_is_due_six_months_after_the_one_before(small_records, held, on_time):
    records = small_records(
        cla_episodes=[episode("2017-01-16")],
        cla_reviews=[EARLIER, review("2017-02-01"), review("2017-05-01"), review(held)],
    )
    assert reviewed(records) == (on_time, 1)
    orders = looked_after.review_timeliness(records, WHEN, ("order",)).denominator
    assert of_quarter(orders)["later"] == 1


def test_a_review_that_was_due_and_never_held_is_late(small_records):
    records = small_records(cla_episodes=[episode("2017-10-02")], cla_reviews=[EARLIER])
    assert reviewed(records) == (0, 1)
    assert looked_after.review_timeliness(records, WHEN).beside["due and not held by the end"][QUARTER] == 1


@pytest.mark.parametrize(("left", "due"), [("2017-10-30", 0), ("2017-10-31", 1)])
def test_a_child_who_left_by_the_due_date_had_no_review_due(small_records, left, due):
    # The 20th working day from 2 October 2017 is 30 October.
    records = small_records(cla_episodes=[episode("2017-10-02", left)], cla_reviews=[EARLIER])
    assert reviewed(records) == (0, due)


def test_a_review_counts_when_it_fell_due_and_not_when_it_was_held(small_records):
    # Held early in September, due on 27 October, 20 working days from 29 September.
    records = small_records(cla_episodes=[episode("2017-09-29")], cla_reviews=[EARLIER, review("2017-09-30")])
    assert reviewed(records) == (1, 2)  # and the second, due on 30 December, was not held


def test_a_child_with_one_late_review_is_not_a_child_whose_reviews_were_all_on_time(small_records):
    records = small_records(
        cla_episodes=[episode("2017-09-18"), episode("2017-09-18", person="B")],
        cla_reviews=[
            EARLIER,
            review("2017-09-25"),
            review("2017-12-22"),
            review("2017-09-25", "B"),
            review("2017-12-28", "B"),
        ],
    )
    beside = looked_after.review_timeliness(records, WHEN).beside
    assert beside["children with a review due"][QUARTER] == 2
    assert beside["children all of whose reviews were on time"][QUARTER] == 1


def test_where_care_began_before_the_returns_the_first_known_review_is_no_first_review(small_records):
    records = small_records(
        cla_episodes=[episode("2010-05-01")],
        cla_reviews=[{**EARLIER}, review("2017-05-15"), review("2017-11-15")],
    )
    # Six months on, not three: due on 15 November and held.
    assert reviewed(records) == (1, 1)


def test_where_care_began_just_before_the_returns_whether_the_first_review_was_late_cannot_be_told(small_records):
    spring = periods(Quarter(2017, 1), Quarter(2017, 1))
    records = small_records("2017-18 Q1", cla_episodes=[episode("2017-03-20")], cla_reviews=[review("2017-06-01")])
    found = looked_after.review_timeliness(records, spring)
    assert found.denominator[spring.index[spring.kind == "quarter"][0]] == 0


def test_the_titles_are_those_the_panel_asked_for():
    wanted = {
        "cla_rate": "Looked after children: rate per 10,000",
        "cla_starts_and_ceases": "Looked after children: starts and ceases since 1 April",
        "time_in_care_at_exit": "Time children had been in care when they left",
        "review_participation": "LAC reviews: attendance and participation, age 4+",
        "three_plus_placements": "Three or more placements in 12 months",
        "review_timeliness": "LAC reviews: timeliness",
        "placement_costs": "Type of placement: costs",
        "placement_mix": "Placement type: comparison with the national picture",
        "missing_from_home": "Children missing from home in month",
        "missing_from_care": "Children missing from the council's care in month",
        "return_interviews_home": "Missing from home: return interview timeliness",
        "return_interviews_care": "Missing from care: return interview timeliness",
        "exploitation_at_month_end": "Child sexual exploitation: numbers at month end",
    }
    from quarterdeck.measures.registry import catalogue

    assert {name: catalogue()[name].title for name in wanted} == wanted


def test_care_that_began_before_the_earliest_return_counts_from_the_earliest_day_known_and_is_said_to(small_records):
    records = small_records(
        cla_episodes=[
            episode("2014-01-01", "2017-10-02", collection_year=2018, cla_episode_start_reason="L"),
            episode("2017-09-02", "2017-10-02", "B", collection_year=2018),
            episode("2017-09-02", "2017-10-02", "C", collection_year=2018),
        ]
    )
    found = looked_after.time_in_care_at_exit(records, WHEN)
    assert found.table.n[QUARTER] == 3
    assert found.beside["longer than the returns tell"][QUARTER] == 1
