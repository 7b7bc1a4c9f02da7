"""The measures of contacts with the front door, on both sides of every boundary."""

from __future__ import annotations

import pytest

from quarterdeck.measures.contacts import contact_decisions_in_1_day, contacts, contacts_to_referrals
from quarterdeck.quarter import Quarter, periods
from quarterdeck.records import NotAvailable, Records
from quarterdeck.records.coverage import Coverage

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]
OCTOBER = WHEN.index[(WHEN.kind == "month") & (WHEN.end == "2017-10-31")][0]
OPEN_AND_LATE = "open and already past one working day"


def contact(day: str, decided: str | None = None, person: str | None = "A", **more: object) -> dict[str, object]:
    made = {"contact_id": f"{person}{day}", "person_id": person, "contact_date": day, "decision_date": decided}
    return made | {"decision": "advice" if decided else None} | more


def of_quarter(ratio) -> tuple[int, int]:
    return int(ratio.numerator[QUARTER]), int(ratio.denominator[QUARTER])


def by(count, breakdown: str, when: int = QUARTER) -> dict[str, int]:
    found = count.xs(when, level="period")
    return {str(level): int(number) for level, number in found[found > 0].items()}


# how many, from whom, with what decision


def test_a_contact_counts_in_the_period_in_which_it_came_in_whenever_it_was_decided(small_records):
    records = small_records(
        contacts=[
            contact("2017-09-30T23:59", "2017-10-02"),
            contact("2017-10-01", "2017-10-02", "B"),
            contact("2017-12-31T23:59", "2018-01-02", "C"),
            contact("2018-01-01", None, "D"),
        ]
    )
    assert contacts(records, WHEN).counts[QUARTER] == 2


def test_each_child_of_one_contact_counts_and_so_does_a_child_who_is_not_known(small_records):
    family = [contact("2017-10-02", contact_id="C1"), contact("2017-10-02", person="B", contact_id="C1")]
    records = small_records(contacts=[*family, contact("2017-10-02", person=None)])
    assert contacts(records, WHEN).counts[QUARTER] == 3


def test_the_source_is_told_by_the_censuss_codes_and_a_missing_or_unknown_one_is_shown(small_records):
    made = [
        contact("2017-10-02", person=code or "none", contact_source_code=code) for code in ("6", "3B", "3F", "10", None)
    ]
    found = contacts(small_records(contacts=made), WHEN, ["contact_source"]).counts
    assert by(found, "contact_source") == {"health services": 2, "police": 1, "unknown": 2}


def test_a_contact_that_awaits_its_decision_is_no_contact_of_unknown_decision(small_records):
    records = small_records(
        contacts=[
            contact("2017-10-02", "2017-10-02", "A", decision=" New Referral "),
            contact("2017-10-02", None, "B"),
            contact("2017-10-02", "2017-10-02", "C", decision=None),
            contact("2017-10-02", "2017-10-02", "D", decision="gone fishing"),
        ]
    )
    found = contacts(records, WHEN, ["decision"]).counts
    assert by(found, "decision") == {"new referral": 1, "not decided yet": 1, "unknown": 2}


def test_the_team_is_the_contacts_own_where_the_list_tells_it_and_else_the_childs(small_records):
    spells = [{"person_id": "A", "team": "North", "from_date": "2017-10-01"}]
    records = small_records(contacts=[contact("2017-10-02", team="Door 1")], involvements=spells)
    assert by(contacts(records, WHEN, ["team"]).counts, "team") == {"Door 1": 1}
    untold = {"contacts": Coverage(untold=frozenset({"team"}))}
    without = Records(records.authority, records.quarter, records.tables, untold)
    assert by(contacts(without, WHEN, ["team"]).counts, "team") == {"North": 1}


def test_without_a_list_contacts_are_not_available_from_these_sources(small_records):
    with pytest.raises(NotAvailable, match="contacts"):
        contacts(small_records(), WHEN)


# decided in one working day


@pytest.mark.parametrize(
    ("came", "decided", "in_time"),
    [
        ("2017-10-02T08:00", "2017-10-03T23:59", 1),
        ("2017-10-02T23:59", "2017-10-04T00:00", 0),
        ("2017-10-06", "2017-10-09", 1),  # Friday to Monday
        ("2017-10-06", "2017-10-10", 0),
        ("2017-10-07", "2017-10-09", 1),  # Saturday to Monday, the first working day after
        ("2017-10-07", "2017-10-10", 0),
        ("2017-12-22", "2017-12-27", 1),  # over Christmas
        ("2017-12-22", "2017-12-28", 0),
    ],
)
def test_a_contact_is_decided_in_time_to_the_end_of_the_next_working_day(small_records, came, decided, in_time):
    assert of_quarter(contact_decisions_in_1_day(small_records(contacts=[contact(came, decided)]), WHEN)) == (
        in_time,
        1,
    )


def test_good_friday_and_easter_monday_are_no_working_days(small_records):
    spring = periods(Quarter(2017, 1), Quarter(2017, 1))
    made = [contact("2017-04-13", "2017-04-18"), contact("2017-04-13", "2017-04-19", "B")]
    found = contact_decisions_in_1_day(small_records(contacts=made), spring[spring.kind == "quarter"])
    assert (found.numerator.iloc[0], found.denominator.iloc[0]) == (1, 2)


def test_a_contact_counts_as_decided_in_the_period_of_its_decision(small_records):
    records = small_records(contacts=[contact("2017-09-29", "2017-10-02"), contact("2017-12-29", "2018-01-02", "B")])
    assert of_quarter(contact_decisions_in_1_day(records, WHEN)) == (1, 1)


def test_a_contact_decided_in_the_next_year_is_counted_from_that_years_list(small_records):
    spring = periods(Quarter(2017, 1), Quarter(2017, 1))
    records = small_records(
        contacts=[
            contact("2017-03-31", None, collection_year=2017),
            contact("2017-03-31", "2017-04-03", collection_year=2018),
        ]
    )
    found = contact_decisions_in_1_day(records, spring[spring.kind == "quarter"])
    assert (found.numerator.iloc[0], found.denominator.iloc[0]) == (1, 1)


def test_a_contact_not_decided_is_in_neither_count_but_beside_from_the_second_working_day(small_records):
    # 31 October 2017 is a Tuesday: one working day has gone by at its close for a contact of Monday, two for Friday's.
    records = small_records(contacts=[contact("2017-10-30"), contact("2017-10-27", person="B")])
    found = contact_decisions_in_1_day(records, WHEN)
    assert of_quarter(found) == (0, 0)
    assert found.beside[OPEN_AND_LATE][OCTOBER] == 1
    assert found.beside[OPEN_AND_LATE][QUARTER] == 2


def test_a_contact_decided_late_is_beside_until_the_day_of_its_decision(small_records):
    until = small_records(contacts=[contact("2017-10-26", "2017-10-31")])
    after = small_records(contacts=[contact("2017-10-26", "2017-11-01")])
    assert contact_decisions_in_1_day(until, WHEN).beside[OPEN_AND_LATE][OCTOBER] == 0
    assert contact_decisions_in_1_day(after, WHEN).beside[OPEN_AND_LATE][OCTOBER] == 1


@pytest.mark.parametrize(
    ("decided", "band"),
    [
        ("2017-10-02", "same day"),
        ("2017-10-03", "1 day"),
        ("2017-10-04", "2 to 3 days"),
        ("2017-10-05", "2 to 3 days"),
        ("2017-10-06", "4 to 5 days"),
        ("2017-10-09", "4 to 5 days"),
        ("2017-10-10", "6 to 10 days"),
        ("2017-10-16", "6 to 10 days"),
        ("2017-10-17", "11 days or more"),
    ],
)
def test_the_bands_of_a_decision_are_in_working_days(small_records, decided, band):
    records = small_records(contacts=[contact("2017-10-02", decided)])
    found = contact_decisions_in_1_day(records, WHEN, ["time_to_decision_band"])
    assert by(found.numerator, "time_to_decision_band") == {band: 1}
    assert found.denominator[QUARTER] == 1


# become a referral


def test_a_contact_became_a_referral_in_the_period_of_the_decision_and_news_of_an_open_case_did_not(small_records):
    records = small_records(
        contacts=[
            contact("2017-09-30", "2017-10-02", "A", decision="new referral"),
            contact("2017-10-02", "2017-10-02", "B", decision="existing referral"),
            contact("2017-10-02", "2017-10-02", "C", decision=None),
            contact("2017-10-02", None, "D"),
            contact("2017-12-29", "2018-01-02", "E", decision="new referral"),
        ]
    )
    assert of_quarter(contacts_to_referrals(records, WHEN)) == (1, 3)
