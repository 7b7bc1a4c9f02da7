"""Personal education plans and children missing education: which list counts, and who on it."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.measures.education import education_of_cla, missing_education
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]
NOVEMBER = WHEN.index[(WHEN.kind == "month") & (WHEN.end == "2017-11-30")][0]


def plan(person: str = "A", up_to_date: bool | None = True, as_at: str = "2017-12-31"):
    return {"person_id": person, "kind": "personal education plan", "as_at": as_at, "up_to_date": up_to_date}


def missing(person: str = "A", since: str | None = "2017-10-09", until: str | None = None, as_at: str = "2017-12-31"):
    told = {"person_id": person, "kind": "missing education", "as_at": as_at}
    return told | {"from_date": since, "to_date": until}


def test_a_plan_of_which_nothing_is_said_stays_in_the_total(small_records):
    records = small_records(education=[plan("A"), plan("B", False), plan("C", None)])
    found = education_of_cla(records, WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (1, 3)
    parts = education_of_cla(records, WHEN, ["plan"]).numerator.xs(QUARTER, level="period")
    assert parts.to_dict() == {"up to date": 1, "not up to date": 1, "unknown": 1}


def test_of_two_lists_of_plans_in_a_month_the_later_counts_and_a_month_without_one_has_no_child(small_records):
    rows = [plan("A", False, "2017-12-08"), plan("B", True, "2017-12-08"), plan("A", True, "2017-12-15")]
    found = education_of_cla(small_records(education=rows), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (1, 1)
    assert found.denominator[NOVEMBER] == 0


def test_a_row_of_another_kind_is_no_plan_nor_draws_the_list_anew(small_records):
    found = education_of_cla(small_records(education=[plan(as_at="2017-12-15"), missing()]), WHEN)
    assert found.denominator[QUARTER] == 1


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        ("2017-12-31", None, 1),
        ("2018-01-01", None, 0),
        (None, None, 1),
        ("2017-10-09", "2018-01-01", 1),
        ("2017-10-09", "2017-12-31", 0),  # back at school on the day of the list
    ],
)
def test_a_child_is_missing_education_from_the_first_day_to_the_day_before_the_last(
    small_records, since, until, counts
):
    records = small_records(education=[missing(since=since, until=until)])
    assert missing_education(records, WHEN).counts[QUARTER] == counts


def test_a_child_twice_on_the_list_is_missing_education_once(small_records):
    records = small_records(education=[missing(), missing(since="2017-11-06"), missing("B")])
    assert missing_education(records, WHEN).counts[QUARTER] == 2


def test_a_month_whose_list_names_no_child_as_missing_education_has_no_number(small_records):
    records = small_records(education=[missing(), plan(as_at="2017-11-30")])
    assert pd.isna(missing_education(records, WHEN).counts[NOVEMBER])
    by = missing_education(small_records(education=[missing()], person=[{"person_id": "A", "sex": "F"}]), WHEN, ["sex"])
    assert by.counts[("female", QUARTER)] == 1
    assert pd.isna(by.counts[("female", NOVEMBER)])
