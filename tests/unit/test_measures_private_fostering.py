"""First visits to children who are privately fostered, on both sides of the seventh working day."""

from __future__ import annotations

import pytest

from quarterdeck.measures.private_fostering import private_fostering
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]


def told(on: str = "2017-10-02", visited: str | None = None, person: str = "A", **more: object):
    return {"person_id": person, "notified_date": on, "first_visit_date": visited, **more}


@pytest.mark.parametrize(
    ("on", "visited", "in_time"),
    [
        ("2017-10-02", "2017-10-11", 1),  # a Monday, and the Wednesday of the week after
        ("2017-10-02", "2017-10-12", 0),
        ("2017-12-15", "2017-12-28", 1),  # Christmas and Boxing Day do not count
        ("2017-12-15", "2017-12-29", 0),
        ("2017-10-02", "2017-09-29", 1),  # seen before the council was told in due form
        ("2017-10-02", None, 0),
    ],
)
def test_a_visit_by_the_seventh_working_day_is_in_time(small_records, on, visited, in_time):
    found = private_fostering(small_records(private_fostering=[told(on, visited)]), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (in_time, 1)


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        ("2016-12-19", 0),  # due on 30 December 2016
        ("2016-12-21", 1),  # due on 4 January 2017
        ("2017-12-18", 1),  # due on 29 December 2017
        ("2017-12-19", 0),  # due on 2 January 2018
    ],
)
def test_an_arrangement_counts_in_the_twelve_months_in_which_its_visit_was_due(small_records, on, counts):
    found = private_fostering(small_records(private_fostering=[told(on, on)]), WHEN)
    assert found.denominator[QUARTER] == counts


def test_those_visited_late_and_those_not_visited_are_told_apart(small_records):
    rows = [told(visited="2017-10-04"), told(visited="2017-10-30", person="B"), told(person="C")]
    found = private_fostering(small_records(private_fostering=rows), WHEN, ["first_visit"])
    parts = found.numerator.xs(QUARTER, level="period")
    assert parts.to_dict() == {"in 7 working days": 1, "later": 1, "not visited yet": 1}


def test_an_arrangement_that_a_later_extract_tells_of_again_counts_once_and_when_its_visit_was_due(small_records):
    rows = [told("2017-02-06", collection_year=2017), told("2017-02-06", "2017-02-08", collection_year=2018)]
    found = private_fostering(small_records(private_fostering=rows), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (1, 1)
