"""Rules on assessments and their factors."""

from __future__ import annotations

import pytest

from tests.unit.checks.cases import judge, of_modules


def assessment(
    person: str = "A", start: str = "2017-05-02", end: str | None = "2017-06-01", **more: object
) -> dict[str, object]:
    return {
        "assessment_id": f"{person}@{start}",
        "person_id": person,
        "referral_id": person,
        "assessment_start_date": start,
        "assessment_auth_date": end,
    } | more


def case(person: str = "A", closed: str | None = None) -> dict[str, object]:
    return {"referral_id": person, "person_id": person, "referral_date": "2017-05-01", "close_date": closed}


def factor(person: str, code: str, **more: object) -> dict[str, object]:
    return {"assessment_id": f"{person}@2017-05-02", "assessment_factor": code} | more


def protection(person: str, start: str) -> dict[str, object]:
    return {"cp_plan_id": person, "person_id": person, "cp_plan_start_date": start}


CASES = {
    "ASM-01": {
        "cin_assessments": [assessment("A"), assessment("B", fails=True), assessment(referral_id=None, fails=True)],
        "cin_episodes": [case("A")],
    },
    "ASM-02": {
        "cin_assessments": [
            assessment("A", "2017-05-01"), assessment("B", "2017-04-30", fails=True), assessment("C", "2017-04-30"),
        ],
        "cin_episodes": [case("A"), case("B")],
    },
    "ASM-03": {
        "cin_assessments": [
            assessment("A", "2017-06-01"), assessment("B", "2017-06-02", "2017-07-03", fails=True), assessment("C"),
        ],
        "cin_episodes": [case("A", "2017-06-01"), case("B", "2017-06-01"), case("C")],
    },
    "ASM-04": {
        "cin_assessments": [
            assessment("A"), assessment("B", end="2017-06-02", fails=True), assessment("C", end=None),
        ],
        "cin_episodes": [case(person, "2017-06-01") for person in "ABC"],
    },
    "ASM-05": {
        "cin_assessments": [assessment("A"), assessment("B", end=None, fails=True), assessment("C", end=None)],
        "cin_episodes": [case("A", "2017-06-01"), case("B", "2017-06-01"), case("C")],
    },
    "ASM-06": {
        "cin_assessments": [
            assessment("A", "2017-10-25", None),  # 45 working days before 31 December
            assessment("B", "2017-10-24", None, fails=True),
            assessment("C", "2017-10-24", "2017-12-29"),
        ],
    },
    "ASM-07": {
        "cin_assessments": [
            assessment("A", "2016-05-02", "2017-05-02"),
            assessment("B", "2016-05-02", "2017-05-03", fails=True),
            assessment("C", "2016-05-02", None),
        ],
    },
    "ASM-08": {
        "cin_assessments": [assessment("A"), assessment("B", fails=True), assessment("C", end=None)],
        "assessment_factors": [factor("A", "21")],
    },
    "ASM-09": {
        "assessment_factors": [
            factor("A", "21"), factor("B", "21", fails=True), factor("B", "3A"), factor("C", "3A"), factor("C", "20"),
        ],
    },
    "ASM-10": {
        "cin_assessments": [assessment("A")],
        "assessment_factors": [factor("A", "3A"), factor("B", "3A", fails=True)],
    },
    "ASM-11": {
        "cin_assessments": [
            assessment("A"), assessment("A", "2017-06-01"),  # on the day the other was authorised
            assessment("B"), assessment("B", "2017-05-31", fails=True),
            assessment("C", end=None), assessment("C", "2017-08-01", fails=True),
        ],
    },
    "ASM-12": {
        "cin_assessments": [assessment(person) for person in "ABCDEF"] + [assessment("G", end=None)],
        "assessment_factors": [
            factor("A", "21"), factor("B", "21", fails=True), factor("C", "3A"), factor("D", "21"), factor("E", "21"),
            factor("F", "21", fails=True), factor("G", "21", fails=True),
        ],
        "cp_plans": [
            protection("B", "2017-08-03"),  # 45 working days after it
            protection("C", "2017-08-03"), protection("D", "2017-08-04"), protection("E", "2017-05-01"),
            protection("F", "2017-05-02"), protection("G", "2017-12-29"),
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("code", CASES)
def test_the_rows_that_break_the_rule_are_found_and_no_others(small_records, code):
    judge(small_records, code, CASES[code])


def test_every_rule_on_assessments_has_a_case():
    assert CASES.keys() == of_modules("assessments").keys()
