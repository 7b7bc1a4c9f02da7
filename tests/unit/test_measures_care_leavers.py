"""Care leavers: who is counted, by which source, and on which day."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.measures import care_leavers
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 4))
OCTOBER, DECEMBER, MARCH = (
    WHEN.index[(WHEN.kind == "month") & (WHEN.end == end)][0] for end in ("2017-10-31", "2017-12-31", "2018-03-31")
)


def leaver(person: str = "A", born: str = "1998-01-01", as_at: str = "2017-12-31", **told):
    given = {
        "eligibility": "former relevant",
        "in_touch": "yes",
        "accommodation": "independent living",
        "suitable": True,
        "activity": "other education",
        "pathway_plan_date": "2017-10-01",
        "adviser": "PA1",
    }
    return {"person_id": person, "date_of_birth": born, "as_at": as_at} | given | told


def returned(person: str = "A", in_touch: str = "YES", accommodation: str = "U1", activity: str = "F2", year=2018):
    told = {"in_touch": in_touch, "accommodation": accommodation, "activity": activity}
    return {"person_id": person, "collection_year": year} | told


def born(**people: str):
    return [{"person_id": person, "dob": day} for person, day in people.items()]


def of(found, period) -> tuple[int, int]:
    return int(found.numerator[period]), int(found.denominator[period])


def parts(found, period) -> dict[str, int]:
    return {name: int(number) for name, number in found.numerator.xs(period, level="period").items() if number}


@pytest.mark.parametrize(
    ("birthday", "counts"),
    [
        ("1998-12-31", 1),  # 19 on the day
        ("1999-01-01", 0),  # 18, by a day
        ("1996-01-01", 1),  # 21, until tomorrow
        ("1995-12-31", 0),  # 22 on the day
    ],
)
def test_a_care_leaver_counts_from_the_19th_birthday_to_the_day_before_the_22nd(small_records, birthday, counts):
    records = small_records(care_leavers=[leaver(born=birthday)])
    assert care_leavers.care_leaver_accommodation(records, WHEN).denominator[DECEMBER] == counts


def test_a_home_abroad_or_one_that_nobody_knows_is_not_judged_and_stays_in_the_total(small_records):
    rows = [leaver("A", accommodation="gone abroad"), leaver("B", accommodation="residence not known", suitable=False)]
    records = small_records(care_leavers=[*rows, leaver("C")])
    assert of(care_leavers.care_leaver_accommodation(records, WHEN), DECEMBER) == (1, 3)
    judged = care_leavers.care_leaver_accommodation(records, WHEN, ("suitability",))
    assert parts(judged, DECEMBER) == {"suitable": 1, "not judged: abroad or nobody knows where": 2}


def test_who_died_or_went_home_is_not_counted_and_who_cannot_be_found_is(small_records):
    rows = [
        leaver("A", in_touch="died", accommodation="no information", suitable=None),
        leaver("B", in_touch="returned home", accommodation="no information", suitable=None),
        leaver("C", in_touch="no", accommodation="no information", suitable=None, activity=None),
        leaver("D", in_touch="Y"),
        leaver("E", in_touch=None),
    ]
    records = small_records(care_leavers=rows)
    assert of(care_leavers.care_leaver_in_touch(records, WHEN), DECEMBER) == (1, 3)
    contact = care_leavers.care_leaver_in_touch(records, WHEN, ("contact",))
    assert parts(contact, DECEMBER) == {"in touch": 1, "not in touch": 1, "unknown": 1}
    homes = care_leavers.care_leaver_accommodation(records, WHEN)
    assert of(homes, DECEMBER) == (2, 3)
    judged = care_leavers.care_leaver_accommodation(records, WHEN, ("suitability",))
    assert parts(judged, DECEMBER) == {"suitable": 2, "no information": 1}
    doing = care_leavers.care_leaver_activity(records, WHEN, ("activity",))
    assert parts(doing, DECEMBER) == {"other education": 2, "no information": 1}


def test_work_training_and_study_count_as_activity_and_parenting_does_not(small_records):
    doing = ("higher education", "apprenticeship", "not in education, employment or training: parenting")
    records = small_records(care_leavers=[leaver(str(n), activity=activity) for n, activity in enumerate(doing)])
    assert of(care_leavers.care_leaver_activity(records, WHEN), DECEMBER) == (2, 3)


def test_a_month_without_a_list_tells_nothing_and_the_last_list_of_a_month_counts(small_records):
    rows = [leaver(as_at="2017-12-15", suitable=False), leaver(as_at="2017-12-29")]
    found = care_leavers.care_leaver_accommodation(small_records(care_leavers=rows), WHEN)
    assert of(found, OCTOBER) == (0, 0)
    assert of(found, DECEMBER) == (1, 1)
    rooms = care_leavers.bed_and_breakfast(small_records(care_leavers=rows), WHEN).counts
    assert pd.isna(rooms[OCTOBER])
    assert rooms[DECEMBER] == 0


def test_the_return_of_a_year_is_its_31_march_figure_and_no_quarters(small_records):
    records = small_records(
        care_leavers_903=[returned("A"), returned("B", "NO", "X2", "G5"), returned("C", "REFU", "0", "0")],
        person=born(A="1998-05-01", B="1998-05-01", C="1998-05-01"),
    )
    homes = care_leavers.care_leaver_accommodation_annual(records, WHEN)
    assert of(homes, MARCH) == (1, 3)
    assert of(homes, DECEMBER) == (0, 0)
    places = care_leavers.care_leaver_accommodation_annual(records, WHEN, ("accommodation",))
    assert parts(places, MARCH) == {"independent living": 1, "custody": 1, "no information": 1}
    assert of(care_leavers.care_leaver_in_touch_annual(records, WHEN), MARCH) == (1, 3)
    assert of(care_leavers.care_leaver_activity_annual(records, WHEN), MARCH) == (1, 3)


def test_the_return_counts_those_who_turn_19_to_21_in_the_year_and_not_those_who_turn_18(small_records):
    records = small_records(
        care_leavers_903=[returned("A"), returned("B"), returned("C"), returned("D")],
        person=born(A="1999-03-31", B="1999-04-01", C="1996-04-01", D="1996-03-31"),
    )
    ages = care_leavers.care_leaver_activity_annual(records, WHEN, ("age",))
    assert parts(ages, MARCH) == {"19": 1, "21": 1}


def test_a_year_is_told_by_its_own_return_alone(small_records):
    records = small_records(
        care_leavers_903=[returned("A", year=2017), returned("A", year=2018), returned("B", year=2018)],
        person=born(A="1998-01-01", B="1998-01-01"),
    )
    assert of(care_leavers.care_leaver_in_touch_annual(records, WHEN), MARCH) == (2, 2)


@pytest.mark.parametrize(
    ("made", "fresh"),
    [
        ("2017-06-30", 1),  # six months to the day
        ("2017-06-29", 0),
        ("2017-12-30", 1),  # made on the day
        ("2017-12-31", 0),  # a plan of tomorrow is none yet
        (None, 0),
    ],
)
def test_a_pathway_plan_is_up_to_date_for_six_months_to_the_day(small_records, made, fresh):
    records = small_records(care_leavers=[leaver(as_at="2017-12-30", pathway_plan_date=made)])
    assert of(care_leavers.pathway_plans_up_to_date(records, WHEN), DECEMBER) == (fresh, 1)


def test_who_qualifies_for_advice_alone_is_owed_no_plan_and_whose_duty_is_not_told_is(small_records):
    rows = [leaver("A", eligibility="Qualifying"), leaver("B", eligibility=None, pathway_plan_date=None), leaver("C")]
    found = care_leavers.pathway_plans_up_to_date(small_records(care_leavers=rows), WHEN)
    assert of(found, DECEMBER) == (1, 2)
    bands = care_leavers.pathway_plans_up_to_date(small_records(care_leavers=rows), WHEN, ("pathway_plan",))
    assert parts(bands, DECEMBER) == {"within 6 months": 1, "no plan recorded": 1}


def test_only_those_who_are_17_on_the_day_are_asked_for_their_adviser(small_records):
    rows = [
        leaver("A", born="2000-12-31", eligibility="eligible"),  # 17 on the day
        leaver("B", born="2001-01-01", eligibility="eligible"),  # 16
        leaver("C", born="1999-12-31"),  # 18 on the day
        leaver("D", born="2000-01-01", eligibility="relevant", adviser=None),  # 17, until tomorrow
    ]
    assert of(care_leavers.adviser_by_17(small_records(care_leavers=rows), WHEN), DECEMBER) == (1, 2)


def test_bed_and_breakfast_is_counted_at_any_age_and_nothing_like_it_is(small_records):
    rows = [
        leaver("A", born="2000-06-01", accommodation="bed and breakfast"),
        leaver("B", accommodation="Bed and breakfast"),
        leaver("C", accommodation="emergency accommodation"),
        leaver("D", accommodation="no fixed abode"),
    ]
    records = small_records(care_leavers=rows)
    assert care_leavers.bed_and_breakfast(records, WHEN).counts[DECEMBER] == 2
    ages = care_leavers.bed_and_breakfast(records, WHEN, ("age",)).counts
    assert ages.xs(DECEMBER, level="period").to_dict() == {"17": 1, "19": 1}


def test_an_age_that_the_list_lacks_is_taken_from_the_returns(small_records):
    records = small_records(care_leavers=[leaver(born=None)], person=born(A="1998-01-01"))
    assert of(care_leavers.care_leaver_accommodation(records, WHEN), DECEMBER) == (1, 1)
