"""Rules on section 47 enquiries and initial conferences."""

from __future__ import annotations

import pytest

from tests.unit.checks.cases import judge, of_modules

OLD, RECENT = "2017-12-05", "2017-12-06"  # 16 and 15 working days before 31 December


def enquiry(person: str = "A", start: str = "2017-06-01", held: str | None = None, **more: object) -> dict[str, object]:
    return {
        "s47_enquiry_id": f"{person}@{start}",
        "person_id": person,
        "referral_id": person,
        "s47_start_date": start,
        "icpc_date": held,
    } | more


def case(person: str = "A", closed: str | None = None, **more: object) -> dict[str, object]:
    return {"referral_id": person, "person_id": person, "referral_date": "2017-05-01", "close_date": closed} | more


HELD = enquiry("Z", held="2017-06-15")
NEEDED, NOT_NEEDED = {"icpc_not_required": False}, {"icpc_not_required": True}

CASES = {
    "S47-01": {
        "s47_enquiry": [enquiry("A"), enquiry("B", fails=True), enquiry("C", referral_id=None, fails=True)],
        "cin_episodes": [case("A")],
    },
    "S47-02": {
        "s47_enquiry": [enquiry("A", "2017-05-01"), enquiry("B", "2017-04-30", fails=True)],
        "cin_episodes": [case("A"), case("B")],
    },
    "S47-03": {
        "s47_enquiry": [enquiry("A", "2017-07-03"), enquiry("B", "2017-07-04", fails=True), enquiry("C")],
        "cin_episodes": [case("A", "2017-07-03"), case("B", "2017-07-03"), case("C")],
    },
    "S47-04": {
        "s47_enquiry": [enquiry("A", held="2017-06-01"), enquiry("B", held="2017-05-31", fails=True), enquiry("C")],
    },
    "S47-05": {
        "s47_enquiry": [
            HELD,
            enquiry("A", RECENT, **NEEDED), enquiry("B", OLD, **NEEDED, fails=True),
            enquiry("C", OLD, "2017-12-28", **NEEDED), enquiry("D", OLD, **NOT_NEEDED), enquiry("E", OLD),
        ],
    },
    "S47-06": {
        "s47_enquiry": [
            HELD, enquiry("A", **NOT_NEEDED), enquiry("B", held="2017-06-15", **NOT_NEEDED, fails=True),
            enquiry("C", held="2017-06-15", **NEEDED),
        ],
    },
    "S47-07": {
        "s47_enquiry": [
            enquiry("A", RECENT), enquiry("B", OLD, fails=True), enquiry("C", OLD, **NEEDED),
            enquiry("D", OLD, "2017-12-28"), enquiry("E", OLD, **NOT_NEEDED),
        ],
    },
    "S47-08": {
        "s47_enquiry": [  # 24 August is 60 working days after 1 June
            enquiry("A", held="2017-08-24"), enquiry("B", held="2017-08-25", fails=True), enquiry("C"),
        ],
    },
    "S47-09": {
        "s47_enquiry": [
            enquiry("A", icpc_target_date="2017-06-22"), enquiry("B", icpc_target_date="2017-06-23", fails=True),
            enquiry("C", icpc_target_date="2017-06-21", fails=True), enquiry("D"),
        ],
    },
    "S47-10": {
        "s47_enquiry": [
            enquiry("A"), enquiry("A", "2017-06-16"),
            enquiry("B"), enquiry("B", "2017-06-15", fails=True),  # fourteen days after
        ],
    },
    "S47-11": {
        "s47_enquiry": [
            enquiry("A", **NEEDED), enquiry("B", **NEEDED, fails=True), enquiry("C", held="2017-06-15", **NEEDED),
            enquiry("D", **NOT_NEEDED), enquiry("E"),
        ],
        "cin_episodes": [case("A"), *(case(person, "2017-08-01") for person in "BCDE")],
    },
    "S47-12": {
        "s47_enquiry": [
            enquiry("A", held="2017-06-16"), enquiry("B", held="2017-06-17", fails=True),
            enquiry("C", "2017-12-11", "2017-12-26", fails=True), enquiry("D"),
        ],
    },
    "S47-13": {
        "cin_episodes": [
            case("A", icpc_date="2017-05-01"), case("B", icpc_date="2017-04-28", fails=True), case("C"),
        ],
    },
    "S47-14": {
        "cin_episodes": [
            case("A", icpc_date="2017-06-15", fails=True), case("B", icpc_date="2017-06-16"),
            case("C", icpc_date="2017-06-15"), case("D"),
        ],
        "s47_enquiry": [enquiry(person, held="2017-06-15") for person in "ABD"],
    },
}  # fmt: skip


@pytest.mark.parametrize("code", CASES)
def test_the_rows_that_break_the_rule_are_found_and_no_others(small_records, code):
    judge(small_records, code, CASES[code])


def test_every_rule_on_enquiries_has_a_case():
    assert CASES.keys() == of_modules("enquiries").keys()
