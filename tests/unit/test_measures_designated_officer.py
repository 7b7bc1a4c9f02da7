"""Allegations against people who work with children, on both sides of one month."""

from __future__ import annotations

import pytest

from quarterdeck.measures.designated_officer import designated_officer
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]


def allegation(received: str = "2017-10-11", closed: str | None = None, number: str = "D1", **more: object):
    return {"allegation_id": number, "received_date": received, "closed_date": closed, **more}


@pytest.mark.parametrize(
    ("received", "closed", "in_time"),
    [
        ("2017-10-11", "2017-11-11", 1),
        ("2017-10-11", "2017-11-12", 0),
        ("2017-10-31", "2017-11-30", 1),  # a month from the 31st ends with November
        ("2017-10-31", "2017-12-01", 0),
    ],
)
def test_a_month_ends_on_the_same_day_of_the_next(small_records, received, closed, in_time):
    found = designated_officer(small_records(designated_officer=[allegation(received, closed)]), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (in_time, 1)
    bands = designated_officer(
        small_records(designated_officer=[allegation(received, closed)]), WHEN, ["time_to_close"]
    )
    assert bands.numerator[("1 month or less" if in_time else "over 1 to 3 months", QUARTER)] == 1


@pytest.mark.parametrize(
    ("closed", "counts"), [("2017-09-30", 0), ("2017-10-01", 1), ("2017-12-31", 1), ("2018-01-01", 0), (None, 0)]
)
def test_what_was_closed_in_the_period_counts(small_records, closed, counts):
    found = designated_officer(small_records(designated_officer=[allegation("2017-09-11", closed)]), WHEN)
    assert found.denominator[QUARTER] == counts


def test_what_is_open_and_past_one_month_at_the_close_stands_beside(small_records):
    rows = [
        allegation("2017-11-30"),  # past it from 31 December
        allegation("2017-12-01", number="D2"),  # not yet: its month ends on 1 January
        allegation("2017-09-11", "2017-12-31", "D3"),
    ]
    found = designated_officer(small_records(designated_officer=rows), WHEN)
    assert found.beside["open and already past one month"][QUARTER] == 1


def test_how_it_was_closed_gives_the_share_in_time_of_each(small_records):
    rows = [
        allegation(closed="2017-10-30", outcome="Unsubstantiated"),
        allegation(closed="2017-12-29", number="D2", outcome="substantiated"),
    ]
    found = designated_officer(small_records(designated_officer=rows), WHEN, ["outcome"])
    assert found.numerator.xs(QUARTER, level="period").to_dict() == {"substantiated": 0, "unsubstantiated": 1}
