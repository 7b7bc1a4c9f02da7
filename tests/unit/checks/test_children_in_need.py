"""Rules on child-in-need plans."""

from __future__ import annotations

import pytest

from tests.unit.checks.cases import judge, of_modules


def plan(person: str = "A", start: str = "2017-06-01", end: str | None = None, **more: object) -> dict[str, object]:
    return {
        "cin_plan_id": f"{person}@{start}",
        "person_id": person,
        "referral_id": person,
        "cin_plan_start_date": start,
        "cin_plan_end_date": end,
    } | more


def case(person: str = "A", closed: str | None = None) -> dict[str, object]:
    return {"referral_id": person, "person_id": person, "referral_date": "2017-05-01", "close_date": closed}


def protection(person: str, start: str, end: str | None = None) -> dict[str, object]:
    return {"cp_plan_id": person, "person_id": person, "cp_plan_start_date": start, "cp_plan_end_date": end}


ENDED = plan("Z", "2017-06-01", "2017-07-03")

CASES = {
    "CIN-01": {
        "cin_plans": [plan("A"), plan("B", fails=True), plan("C", referral_id=None, fails=True)],
        "cin_episodes": [case("A")],
    },
    "CIN-02": {
        "cin_plans": [plan("A", "2017-05-01"), plan("B", "2017-04-30", fails=True)],
        "cin_episodes": [case("A"), case("B")],
    },
    "CIN-03": {
        "cin_plans": [
            plan("A", end="2017-07-03"), plan("B", end="2017-07-04", fails=True), plan("C", fails=True), plan("D"),
        ],
        "cin_episodes": [*(case(person, "2017-07-03") for person in "ABC"), case("D")],
    },
    "CIN-04": {
        "cin_plans": [
            ENDED,
            plan("A", end="2017-07-03"),  # the other begins as it ends
            plan("B", end="2017-07-04", fails=True),
            plan("C", "2017-08-01", fails=True),
            plan("D", "2017-09-01"),  # it begins as the other ends
            plan("E", "2017-08-31", fails=True),
            plan("F"),
        ],
        "cp_plans": [
            protection("A", "2017-07-03"), protection("B", "2017-07-03"), protection("C", "2017-07-03"),
            protection("D", "2017-07-03", "2017-09-01"), protection("E", "2017-07-03", "2017-09-01"),
        ],
    },
    "CIN-05": {
        "cin_plans": [
            plan("A", end="2017-07-03"), plan("A", "2017-07-03"),
            plan("B", end="2017-07-04"), plan("B", "2017-07-03", fails=True),
            plan("C"), plan("D"),
        ],
    },
    "CIN-06": {
        "cin_plans": [plan("A", end="2017-06-02"), plan("B", end="2017-06-01", fails=True), plan("C")],
    },
    "CIN-07": {
        "cin_plans": [
            ENDED, plan("A", "2015-12-31"), plan("B", "2015-12-30", fails=True),
            plan("C", "2015-12-30", "2017-12-31"),
        ],
    },
    "CIN-08": {
        "cin_plans": [ENDED, plan("A"), plan("B", fails=True), plan("C", end="2017-12-31"), plan("D")],
        "person": [
            {"person_id": "A", "dob": "2000-01-01"}, {"person_id": "B", "dob": "1999-12-31"},
            {"person_id": "C", "dob": "1999-12-31"},
        ],
    },
    "CIN-09": {
        "cin_plans": [
            plan("A", end="2017-07-03"), plan("A", "2017-07-11"),
            plan("B", end="2017-07-03"), plan("B", "2017-07-10", fails=True),  # seven days after
            plan("C", end="2017-06-01"), plan("D"),
        ],
    },
    "CIN-10": {
        "cin_plans": [
            plan("A", collection_year=2018), plan("B", collection_year=2018, fails=True),
            plan("C", collection_year=2018, fails=True), plan("D", collection_year=2018),
            plan("E", collection_year=2018),
        ],
        "cin_assessments": [
            {"person_id": "A", "assessment_start_date": "2017-06-01", "collection_year": 2018},
            {"person_id": "C", "assessment_start_date": "2017-06-02", "collection_year": 2018},
            {"person_id": "D", "assessment_start_date": "2017-03-01", "collection_year": 2017},
        ],
        "cin_episodes": [  # the assessments are told from 1 April 2016
            *(case(person) for person in "ACD"), case("B") | {"referral_date": "2016-04-01"},
            case("E") | {"referral_date": "2016-03-31"},
        ],
    },
    "CIN-11": {
        "cin_plans": [plan("A"), plan("B", "2017-06-02", fails=True), plan("C")],
        "person": [*({"person_id": person, "death_date": "2017-06-01"} for person in "AB"), {"person_id": "C"}],
    },
}  # fmt: skip


@pytest.mark.parametrize("code", CASES)
def test_the_rows_that_break_the_rule_are_found_and_no_others(small_records, code):
    judge(small_records, code, CASES[code])


def test_every_rule_on_child_in_need_plans_has_a_case():
    assert CASES.keys() == of_modules("children_in_need").keys()
