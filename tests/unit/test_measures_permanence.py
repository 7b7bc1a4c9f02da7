"""Who is settled in care, and how long it takes until children are settled for good."""

from __future__ import annotations

import pytest

from quarterdeck.measures import permanence
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]
BORN = [{"person_id": "A", "dob": "2010-05-01"}]


def episode(start: str, reason: str = "S", end: str | None = None, place: str = "U4", **told):
    given = {
        "person_id": "A",
        "cla_episode_id": f"A@{start}",
        "cla_episode_start_date": start,
        "cla_episode_start_reason": reason,
        "legal_status": "C2",
        "cla_placement_type": place,
        "cla_placement_provider": "PR1",
        "cla_episode_ceased_date": end,
        "cla_episode_ceased_reason": "X1" if end else None,
    }
    return given | told


def settled(small_records, *episodes, born=BORN) -> tuple[int, int]:
    found = permanence.long_term_stability(small_records(cla_episodes=list(episodes), person=born), WHEN)
    return int(found.numerator[QUARTER]), int(found.denominator[QUARTER])


@pytest.mark.parametrize(("came", "counts"), [("2015-06-30", 1), ("2015-07-01", 0)])
def test_two_and_a_half_years_in_care_count_once_the_last_of_30_months_is_over(small_records, came, counts):
    assert settled(small_records, episode(came)) == (counts, counts)


@pytest.mark.parametrize(("moved", "counts"), [("2015-12-31", 1), ("2016-01-01", 0)])
def test_two_years_in_a_placement_are_over_on_the_day_two_years_on(small_records, moved, counts):
    rows = episode("2014-06-01", end=moved), episode(moved, "P", place="U5")
    assert settled(small_records, *rows) == (counts, 1)


def test_a_child_of_16_is_not_counted_and_one_who_is_15_until_tomorrow_is(small_records):
    stay = episode("2014-06-01")
    assert settled(small_records, stay, born=[{"person_id": "A", "dob": "2001-12-31"}]) == (0, 0)
    assert settled(small_records, stay, born=[{"person_id": "A", "dob": "2002-01-01"}]) == (1, 1)


def test_a_break_in_care_starts_the_two_and_a_half_years_afresh(small_records):
    rows = (
        episode("2012-06-01", end="2016-06-01", cla_episode_ceased_reason="E4A"),
        episode("2016-07-01"),
    )
    assert settled(small_records, *rows) == (0, 0)


def test_a_change_of_legal_status_does_not_unsettle_a_child(small_records):
    rows = episode("2014-06-01", end="2017-03-01"), episode("2017-03-01", "L", legal_status="E1")
    assert settled(small_records, *rows) == (1, 1)


def test_a_placement_for_adoption_counts_with_the_one_before_it(small_records):
    rows = episode("2014-06-01", end="2017-10-01"), episode("2017-10-01", "P", place="A6")
    assert settled(small_records, *rows) == (1, 1)
    rows = (
        episode("2014-06-01", end="2016-02-01"),
        episode("2016-02-01", "P", end="2017-10-01", place="U5"),
        episode("2017-10-01", "P", place="A6"),
    )
    assert settled(small_records, *rows) == (0, 1)


def test_a_foster_placement_does_not_count_with_the_one_before_it(small_records):
    rows = episode("2014-06-01", end="2017-10-01"), episode("2017-10-01", "P", place="U5")
    assert settled(small_records, *rows) == (0, 1)


def test_a_child_away_in_hospital_is_still_with_the_carer_it_left(small_records):
    rows = episode("2014-06-01", end="2017-12-20"), episode("2017-12-20", "P", place="T1")
    assert settled(small_records, *rows) == (1, 1)


def days_to(small_records, *episodes, period=QUARTER) -> dict[str, float]:
    records = small_records(cla_episodes=list(episodes), person=BORN)
    table = permanence.permanence_timeliness(records, WHEN, ("step",)).table
    here = table[(table.index.get_level_values("period") == period) & (table["n"] > 0)]
    return here["median"].droplevel("period").to_dict()


def test_each_step_counts_from_the_day_a_child_came_into_care(small_records):
    rows = (
        episode("2017-03-01", end="2017-10-01"),
        episode("2017-10-01", "L", end="2017-12-31", legal_status="E1"),
        episode("2017-12-31", "P", legal_status="E1", place="A6"),
    )
    assert days_to(small_records, *rows) == {"placement order": 214, "placed for adoption": 305}


def test_only_the_first_placement_order_and_the_first_adopters_count(small_records):
    rows = (
        episode("2016-03-01", end="2016-10-01"),
        episode("2016-10-01", "L", end="2016-12-31", legal_status="E1"),
        episode("2016-12-31", "P", end="2017-10-01", legal_status="E1", place="A6"),
        episode("2017-10-01", "P", end="2017-11-01", legal_status="E1", place="U4"),
        episode("2017-11-01", "P", legal_status="E1", place="A6"),
    )
    assert days_to(small_records, *rows) == {}


@pytest.mark.parametrize(
    ("reason", "counts"), [("E45", True), ("E46", True), ("E47", True), ("E48", True), ("E41", False)]
)
def test_leaving_care_to_a_special_guardian_counts_and_to_a_child_arrangements_order_does_not(
    small_records, reason, counts
):
    stay = episode("2017-10-01", end="2017-12-31", cla_episode_ceased_reason=reason)
    assert days_to(small_records, stay) == ({"special guardianship order": 91} if counts else {})


def test_who_waits_still_is_not_in_the_median(small_records):
    waits = episode("2014-01-01", legal_status="E1", person_id="B", cla_episode_id="B")
    placed = episode("2017-10-01", end="2017-12-01"), episode("2017-12-01", "P", place="A6")
    records = small_records(cla_episodes=[waits, *placed], person=BORN)
    table = permanence.permanence_timeliness(records, WHEN).table
    assert table["n"][QUARTER] == 1
    assert table["median"][QUARTER] == 61


def test_a_placement_that_two_years_returns_tell_is_counted_once(small_records):
    first = episode("2016-12-01", end=None, place="A6", collection_year=2017)
    again = episode("2016-12-01", place="A6", collection_year=2018)
    records = small_records(cla_episodes=[first, again], person=BORN)
    when = periods(Quarter(2016, 3), Quarter(2017, 3))
    reached = permanence.permanence_timeliness(records, when).table["n"]
    assert reached[when.index[when.kind == "quarter"]].tolist() == [1, 1, 1, 1, 0]


@pytest.mark.parametrize(("on", "counts"), [("2016-12-31", 0), ("2017-01-01", 1), ("2017-12-31", 1), ("2018-01-01", 0)])
def test_the_twelve_months_to_the_close_count_and_no_day_more(small_records, on, counts):
    rows = episode("2016-06-01", end=on), episode(on, "P", place="A6")
    records = small_records(cla_episodes=list(rows), person=BORN)
    assert permanence.permanence_timeliness(records, WHEN).table["n"][QUARTER] == counts


def test_care_that_began_before_the_returns_is_counted_beside(small_records):
    rows = episode("2017-10-01", "P", end="2017-12-01"), episode("2017-12-01", "P", place="A6")
    records = small_records(cla_episodes=list(rows), person=BORN)
    beside = permanence.permanence_timeliness(records, WHEN).beside
    assert beside["longer than the returns tell"][QUARTER] == 1
