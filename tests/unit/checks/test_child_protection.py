"""Rules on child protection plans, and on their reviews."""

from __future__ import annotations

import pytest

from tests.unit.checks.cases import judge, of_modules


def plan(person: str = "A", start: str = "2017-06-01", end: str | None = None, **more: object) -> dict[str, object]:
    return {
        "cp_plan_id": f"{person}@{start}",
        "person_id": person,
        "referral_id": person,
        "cp_plan_start_date": start,
        "cp_plan_end_date": end,
        "cp_plan_initial_category": "NEG",
        "cp_plan_latest_category": "NEG",
        "number_of_previous_cpp": 0,
    } | more


def review(person: str, day: str, start: str = "2017-06-01", **more: object) -> dict[str, object]:
    return {"cp_plan_id": f"{person}@{start}", "person_id": person, "cp_review_date": day} | more


def case(person: str = "A", closed: str | None = None, **more: object) -> dict[str, object]:
    return {"referral_id": person, "person_id": person, "referral_date": "2017-05-01", "close_date": closed} | more


def enquiry(person: str, start: str, held: str | None = None, year: int | None = None) -> dict[str, object]:
    return {"s47_enquiry_id": f"{person}@{start}", "person_id": person, "s47_start_date": start, "icpc_date": held,
            "collection_year": year}  # fmt: skip


THIS, LAST = {"collection_year": 2018}, {"collection_year": 2017}
ENDED = plan("Z", "2017-06-01", "2017-07-03")

PLANS = {
    "CPP-01": {
        "cp_plans": [plan("A"), plan("B", fails=True), plan("C", referral_id=None, fails=True)],
        "cin_episodes": [case("A")],
    },
    "CPP-02": {
        "cp_plans": [plan("A", "2017-05-01"), plan("B", "2017-04-30", fails=True)],
        "cin_episodes": [case("A"), case("B")],
    },
    "CPP-03": {
        "cp_plans": [plan("A", "2017-07-03"), plan("B", "2017-07-04", fails=True), plan("C")],
        "cin_episodes": [case("A", "2017-07-03"), case("B", "2017-07-03"), case("C")],
    },
    "CPP-04": {
        "cp_plans": [
            plan("A", end="2017-07-03"), plan("B", end="2017-07-04", fails=True), plan("C", fails=True), plan("D"),
        ],
        "cin_episodes": [*(case(person, "2017-07-03") for person in "ABC"), case("D")],
    },
    "CPP-05": {
        "cp_plans": [
            plan("A", end="2017-07-03"), plan("A", "2017-07-03"),  # on the day the other ended
            plan("B", end="2017-07-04"), plan("B", "2017-07-03", fails=True),
            plan("C"), plan("D"),
        ],
    },
    "CPP-06": {
        "cp_plans": [
            plan("A", **THIS), plan("B", **THIS, fails=True), plan("C", **THIS), plan("D", **THIS),
            plan("E", **THIS, fails=True), plan("F", "2016-09-30", **THIS), plan("G", "2016-10-01", **THIS, fails=True),
        ],
        "s47_enquiry": [
            enquiry("A", "2016-12-01", year=2017),  # six months before the plan, told by last year's extract
            enquiry("B", "2016-11-30", year=2017),
            enquiry("C", "2016-11-01", "2016-12-01", year=2017),
            enquiry("E", "2017-06-02", "2017-06-16", year=2018),  # after the plan
        ],  # the extracts tell from 1 April 2016: of what came before nothing can be said
        "cin_episodes": [case("D", icpc_date="2017-06-01", **THIS)],
    },
    "CPP-07": {
        "cp_plans": [
            ENDED, plan("A", "2015-12-31"), plan("B", "2015-12-30", fails=True),
            plan("C", "2015-12-30", "2017-12-31"),
        ],
    },
    "CPP-08": {
        "cp_plans": [
            plan("A", end="2017-10-02"), plan("B", end="2017-10-03", fails=True), plan("C", fails=True), plan("D"),
            plan("E"),
        ],
        "person": [
            *({"person_id": person, "dob": "1999-10-02"} for person in "ABC"),
            {"person_id": "D", "dob": "1999-12-31"},
        ],
    },
    "CPP-09": {
        "cp_plans": [
            plan("A", number_of_previous_cpp=1, **THIS),
            plan("A", "2016-06-01", "2016-12-01", **LAST),
            plan("B", number_of_previous_cpp=0, **THIS, fails=True),
            plan("B", "2016-06-01", "2016-12-01", **LAST),
            plan("C", number_of_previous_cpp=2, **THIS),
            plan("D", number_of_previous_cpp=0, **THIS),
            plan("D", number_of_previous_cpp=0, **LAST),  # the same plan, told twice
            plan("E", number_of_previous_cpp=None, **THIS),
        ],
    },
    "CPP-10": {
        "cp_plans": [
            plan("A"), plan("B", number_of_previous_cpp=9), plan("C", number_of_previous_cpp=10, fails=True),
            plan("D", number_of_previous_cpp=None, fails=True),
        ],
    },
    "CPP-11": {
        "cp_plans": [
            plan("A"), plan("B", cp_plan_latest_category=None, fails=True),
            plan("C", cp_plan_initial_category=None, fails=True),
        ],
    },
    "CPP-12": {"cp_plans": [plan("A", end="2017-06-02"), plan("B", end="2017-06-01", fails=True), plan("C")]},
    "CPP-13": {
        "cp_plans": [
            plan("A", end="2017-07-03"), plan("A", "2017-08-04"),
            plan("B", end="2017-07-03"), plan("B", "2017-08-03", fails=True),  # 31 days after
            plan("E", end="2017-07-03"), plan("E", "2017-07-03", fails=True),
            plan("C", end="2017-06-01"), plan("D"),
        ],
    },
    "CPP-14": {
        "cp_plans": [
            plan("A", **THIS), plan("B", **THIS, fails=True), plan("C", cp_plan_latest_category="EMO", **THIS),
            plan("D", **THIS), plan("A", **LAST), plan("B", cp_plan_initial_category="EMO", **LAST),
            plan("C", **LAST), plan("D", cp_plan_initial_category=None, **LAST),
        ],
    },
    "CPP-15": {
        "cp_plans": [
            plan("A", **THIS), plan("B", **THIS, fails=True), plan("C", **THIS), plan("A", **LAST),
            plan("B", number_of_previous_cpp=1, **LAST), plan("C", number_of_previous_cpp=None, **LAST),
        ],
    },
    "CPP-16": {
        "cp_plans": [
            plan("A", end="2017-07-03", **THIS), plan("B", end="2017-07-04", **THIS, fails=True),
            plan("C", **THIS, fails=True), plan("D", end="2017-07-03", **THIS),
            *(plan(person, end="2017-07-03", **LAST) for person in "ABC"), plan("D", **LAST),
        ],
    },
    "CPP-17": {
        "cp_plans": [plan("A"), plan("B", fails=True), plan("C", fails=True), plan("D"), plan("E")],
        "s47_enquiry": [
            enquiry("A", "2017-05-15", "2017-06-01"), enquiry("B", "2017-05-15", "2017-05-31"),
            enquiry("C", "2017-04-15", "2017-05-04"),  # 28 days before
            enquiry("D", "2017-04-15", "2017-05-03"),
        ],
    },
}  # fmt: skip

REVIEWS = {
    "CPR-01": {
        "cp_plans": [
            plan("A", **THIS), plan("B", **THIS), plan("C", "2016-03-31", **LAST), plan("D", "2017-01-31", **LAST),
            plan("E", "2016-04-01", **LAST),
        ],
        "cp_reviews": [
            review("A", "2017-09-01", **THIS),
            review("B", "2017-09-02", **THIS, fails=True),
            review("C", "2017-09-02", "2016-03-31", **THIS),  # begun before the earliest extract: its first is not told
            review("D", "2017-04-28", "2017-01-31", **LAST),
            review("D", "2017-10-02", "2017-01-31", **THIS),  # not the first
            review("E", "2017-04-03", "2016-04-01", **THIS, fails=True),
        ],
    },
    "CPR-02": {
        "cp_plans": [plan("A", "2016-12-01", **THIS), plan("B", "2016-12-01", **THIS), plan("C", **THIS)],
        "cp_reviews": [
            review("A", "2017-02-28", "2016-12-01", **LAST), review("A", "2017-08-28", "2016-12-01", **THIS),
            review("B", "2017-02-28", "2016-12-01", **LAST),
            review("B", "2017-08-29", "2016-12-01", **THIS, fails=True),
            review("C", "2017-12-29", **THIS),  # late as a first review
        ],
    },
    "CPR-03": {
        "cp_plans": [
            ENDED,
            plan("A", "2017-10-01"),  # due on 1 January
            plan("B", "2017-09-30", fails=True),
            plan("C", "2017-09-29", fails=True),
            plan("D"), plan("E", fails=True), plan("F", end="2017-12-30"),
        ],
        "cp_reviews": [review("D", "2017-06-30"), review("D", "2017-08-31"), review("E", "2017-06-29")],
    },
    "CPR-04": {
        "cp_plans": [plan("A"), plan("B"), plan("C")],
        "cp_reviews": [
            review("A", "2017-06-02"), review("B", "2017-06-01", fails=True), review("C", "2017-05-31", fails=True),
        ],
    },
    "CPR-05": {
        "cp_plans": [plan("A", end="2017-09-01"), plan("B", end="2017-09-01"), plan("C")],
        "cp_reviews": [
            review("A", "2017-09-01"), review("B", "2017-09-04", fails=True), review("C", "2017-09-04"),
        ],
    },
    "CPR-06": {
        "cp_plans": [plan("A")],
        "cp_reviews": [
            review("A", "2017-09-01"), review("B", "2017-09-01", fails=True),
            review("A", "2017-09-01", "2016-06-01", fails=True),
        ],
    },
    "CPR-07": {
        "cp_reviews": [
            review("A", "2017-08-01"), review("A", "2017-08-16"),
            review("B", "2017-08-01"), review("B", "2017-08-15", fails=True), review("C", "2017-08-15"),
        ],
    },
    "CPR-08": {
        "cp_reviews": [
            review("A", "2017-09-01"), review("B", "2017-09-02", fails=True), review("C", "2017-08-28", fails=True),
        ],
    },
    "CPR-09": {
        "cp_plans": [
            plan("A", end="2017-09-29"), plan("B", end="2017-09-29", fails=True), plan("C", end="2017-09-29"),
            plan("D"), plan("E", end="2017-09-29", fails=True),
        ],
        "cp_reviews": [review("A", "2017-09-01"), review("B", "2017-08-31")],  # 28 and 29 days before
        "cp_plan_ends": [
            *({"person_id": person, "end_date": "2017-09-29", "reason": "threshold no longer met"} for person in "ABE"),
            {"person_id": "C", "end_date": "2017-09-29", "reason": "into care"},
        ],
    },
}  # fmt: skip

CASES = PLANS | REVIEWS


@pytest.mark.parametrize("code", CASES)
def test_the_rows_that_break_the_rule_are_found_and_no_others(small_records, code):
    judge(small_records, code, CASES[code])


def test_every_rule_on_child_protection_has_a_case():
    assert PLANS.keys() == of_modules("child_protection").keys()
    assert REVIEWS.keys() == of_modules("conferences").keys()
