"""Young people of 16 and 17 who come as homeless: who is counted, and what followed."""

from __future__ import annotations

import pytest

from quarterdeck.measures.homelessness import homeless_16_17
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]


def came(person: str = "A", on: str = "2017-11-14", assessed: bool | None = True, outcome: str = "returned home"):
    return {"person_id": person, "presented_date": on, "assessed": assessed, "outcome": outcome}


def test_each_time_counts(small_records):
    found = homeless_16_17(small_records(homeless_16_17=[came(), came(on="2017-12-31"), came("B")]), WHEN)
    assert found.counts[QUARTER] == 3


def test_the_twelve_months_to_the_close_count_and_no_day_more(small_records):
    days = ("2016-12-31", "2017-01-01", "2017-12-31", "2018-01-01")
    found = homeless_16_17(small_records(homeless_16_17=[came(str(n), on) for n, on in enumerate(days)]), WHEN)
    assert found.counts[QUARTER] == 2


def test_what_followed_is_told_by_outcome_and_an_assessment_not_told_is_unknown(small_records):
    rows = [
        came("A", outcome="Accommodated under section 20"),
        came("B", outcome="declined"),
        came("C", assessed=False, outcome="housed otherwise"),
        came("D", assessed=None, outcome="other"),
    ]
    records = small_records(homeless_16_17=rows)
    outcomes = homeless_16_17(records, WHEN, ("outcome",)).counts.xs(QUARTER, level="period")
    assert outcomes.to_dict() == {
        "accommodated under section 20": 1,
        "housed otherwise": 1,
        "declined": 1,
        "other": 1,
    }
    told = homeless_16_17(records, WHEN, ("assessment",)).counts.xs(QUARTER, level="period")
    assert told.to_dict() == {"assessed": 2, "not assessed": 1, "unknown": 1}


@pytest.mark.parametrize(
    ("birthday", "counts"),
    [
        ("2001-11-14", 1),  # 16 on the day
        ("2001-11-15", 0),  # 15, by a day
        ("1999-11-15", 1),  # 17, until tomorrow
        ("1999-11-14", 0),  # 18 on the day
    ],
)
def test_who_is_16_or_17_on_the_day_counts(small_records, birthday, counts):
    records = small_records(homeless_16_17=[came()], person=[{"person_id": "A", "dob": birthday}])
    assert homeless_16_17(records, WHEN).counts[QUARTER] == counts
