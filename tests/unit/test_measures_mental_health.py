"""The wait for mental health services: from when to when, and who still waits."""

from __future__ import annotations

import pytest

from quarterdeck.measures.mental_health import mental_health_pathway
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]
DECEMBER = WHEN.index[(WHEN.kind == "month") & (WHEN.end == "2017-12-31")][0]


def referral(on: str = "2017-09-04", seen: str | None = None, person: str = "A", **more: object):
    return {"person_id": person, "cohort": "looked after", "referral_date": on, "seen_date": seen, **more}


def test_the_days_run_from_the_referral_to_the_first_time_seen(small_records):
    rows = [
        referral(seen="2017-10-04"),
        referral(seen="2017-10-14", person="B"),
        referral(seen="2017-11-13", person="C"),
    ]
    found = mental_health_pathway(small_records(mental_health=rows), WHEN).table
    assert (found.n[QUARTER], found["median"][QUARTER]) == (3, 40)


@pytest.mark.parametrize(
    ("seen", "counts"), [("2017-11-30", 0), ("2017-12-01", 1), ("2017-12-31", 1), ("2018-01-01", 0)]
)
def test_who_is_first_seen_in_the_period_counts(small_records, seen, counts):
    found = mental_health_pathway(small_records(mental_health=[referral(seen=seen)]), WHEN)
    assert found.table.n[DECEMBER] == counts


def test_a_referral_told_by_two_extracts_counts_once(small_records):
    rows = [referral(collection_year=2017), referral(seen="2017-12-04", collection_year=2018)]
    assert mental_health_pathway(small_records(mental_health=rows), WHEN).table.n[QUARTER] == 1


@pytest.mark.parametrize(
    ("seen", "band"),
    [
        ("2017-10-30", "4 weeks or less"),  # 28 days
        ("2017-10-31", "over 4 to 8 weeks"),
        ("2017-11-27", "over 4 to 8 weeks"),  # 56
        ("2017-11-28", "over 8 to 12 weeks"),
        ("2017-12-25", "over 8 to 12 weeks"),  # 84
        ("2017-12-26", "over 12 to 18 weeks"),
    ],
)
def test_a_band_of_waits_holds_its_last_day(small_records, seen, band):
    rows = [referral("2017-10-02", seen)]
    found = mental_health_pathway(small_records(mental_health=rows), WHEN, ["wait"]).numerator
    assert found[found > 0].index.get_level_values("wait").unique().tolist() == [band]


def test_whoever_was_referred_by_the_close_and_not_seen_by_it_waits_but_those_turned_away(small_records):
    rows = [
        referral("2017-12-31", status="waiting"),
        referral("2018-01-01", person="B", status="waiting"),
        referral(seen="2018-01-08", person="C", status="in treatment"),
        referral(seen="2017-12-29", person="D", status="finished"),
        referral(person="E", status="Not accepted"),
        referral(person="F", status="declined"),
        referral(person="G"),
    ]
    found = mental_health_pathway(small_records(mental_health=rows), WHEN)
    assert found.beside["referred and not yet seen"][QUARTER] == 3


def test_those_in_care_and_those_who_have_left_have_a_median_each(small_records):
    rows = [referral(seen="2017-10-04"), referral(seen="2017-10-14", person="B", cohort="Care leaver")]
    found = mental_health_pathway(small_records(mental_health=rows), WHEN, ["cohort"]).table
    assert found["median"].xs(QUARTER, level="period").to_dict() == {"looked after": 30, "care leaver": 40}


def test_a_young_person_whom_the_next_years_list_still_holds_counts_in_the_quarter_in_which_they_were_seen(
    small_records,
):
    when = periods(Quarter(2016, 4), Quarter(2017, 1))
    rows = [referral("2017-01-09", "2017-03-06", collection_year=year) for year in (2017, 2018)]
    found = mental_health_pathway(small_records(mental_health=rows), when).table
    assert found.n[when.kind == "quarter"].tolist() == [1, 0]
