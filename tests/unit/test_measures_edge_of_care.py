"""Work at the edge of care: of when it is told, and who counts as at home."""

from __future__ import annotations

import pytest

from quarterdeck.measures.edge_of_care import edge_of_care
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]


def work(end: str | None = "2017-06-01", home: bool | None = True, family: str = "F1", **more: object):
    return {"family_id": family, "start_date": "2016-01-04", "end_date": end, "at_home_6_months": home, **more}


@pytest.mark.parametrize(
    ("end", "counts"),
    [
        ("2016-06-30", 0),  # its six months end on 30 December 2016
        ("2016-07-01", 1),
        ("2017-06-30", 1),
        ("2017-07-01", 0),  # its six months end the day after the close
        (None, 0),
    ],
)
def test_work_counts_when_its_six_months_end_in_the_twelve_months_to_the_close(small_records, end, counts):
    assert edge_of_care(small_records(edge_of_care=[work(end)]), WHEN).denominator[QUARTER] == counts


def test_where_nobody_knows_the_child_stays_in_the_total(small_records):
    rows = [work(), work(home=False, family="F2"), work(home=None, family="F3")]
    found = edge_of_care(small_records(edge_of_care=rows), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (1, 3)
    told = edge_of_care(small_records(edge_of_care=rows), WHEN, ["home"])
    assert told.numerator.xs(QUARTER, level="period").to_dict() == {"at home": 1, "not at home": 1, "unknown": 1}


def test_what_a_later_extract_says_of_the_same_work_takes_the_place_of_the_earlier(small_records):
    rows = [work(home=None, collection_year=2017), work(home=True, collection_year=2018)]
    found = edge_of_care(small_records(edge_of_care=rows), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (1, 1)


def test_by_how_the_work_ended_it_is_the_share_at_home_of_each(small_records):
    rows = [work(outcome="Stayed at home"), work(home=False, family="F2", outcome="came into care")]
    found = edge_of_care(small_records(edge_of_care=rows), WHEN, ["outcome"])
    assert found.numerator.xs(QUARTER, level="period").to_dict() == {"stayed at home": 1, "came into care": 0}
    assert found.denominator.xs(QUARTER, level="period").to_dict() == {"stayed at home": 1, "came into care": 1}


def test_work_that_a_later_extract_tells_of_again_counts_in_the_months_in_which_its_six_months_ended(small_records):
    rows = [work("2016-08-01", collection_year=2017), work("2016-08-01", collection_year=2018)]
    assert edge_of_care(small_records(edge_of_care=rows), WHEN).denominator[QUARTER] == 1
