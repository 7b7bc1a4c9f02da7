"""Rules on who the children are."""

from __future__ import annotations

import pytest

from tests.unit.checks.cases import judge, of_modules

LONG = {"referral_date": "2017-09-30", "referral_nfa": False}
JUST = {"referral_date": "2017-10-01", "referral_nfa": False}  # three months before 31 December or less


def child(person: str = "A", born: str | None = "2010-05-01", **more: object) -> dict[str, object]:
    return {"person_id": person, "dob": born, "sex": "F", "ethnicity": "WBRI", "collection_year": 2018} | more


CASES = {
    "PER-01": {
        "person": [child("A"), child("B", None, expected_dob="2018-02-01"), child("C", None, fails=True)],
    },
    "PER-02": {
        "person": [
            child("A"),
            child("B", None, expected_dob="2018-02-01"),
            child("C", expected_dob="2010-05-03", fails=True),
        ],
    },
    "PER-03": {
        "person": [
            child("A", None, expected_dob="2017-12-03"),  # 28 days before the extract's end
            child("B", None, expected_dob="2017-12-02", fails=True),
            child("C", expected_dob="2010-05-03"),
        ],
    },
    "PER-04": {
        "person": [
            child("A", None, expected_dob="2018-09-30"),
            child("B", None, expected_dob="2018-10-01", fails=True),
        ],
    },
    "PER-05": {
        "person": [
            child("A"),
            child("B", sex="U", fails=True),
            child("C", sex=None, fails=True),
            child("D", None, sex="U", expected_dob="2018-02-01"),
        ],
    },
    "PER-06": {
        "person": [
            child("A"),
            child("B", ethnicity="NOBT", fails=True),
            child("C", ethnicity=None, fails=True),
            child("D", ethnicity="NOBT"),
            child("E", ethnicity="REFU"),
            child("F", ethnicity="NOBT"),
            child("G", ethnicity="NOBT"),
        ],
        "cin_episodes": [
            *({"person_id": person} | LONG for person in "ABCE"),
            {"person_id": "D"} | JUST,
            {"person_id": "F", "close_date": "2017-12-01"} | LONG,
            {"person_id": "G"} | LONG | {"referral_nfa": True},
        ],
    },
    "PER-07": {
        "person": [child("A"), child("B", fails=True), child("C"), child("D")],
        "disability": [{"person_id": "A", "disability_code": "NONE"}],
        "cin_episodes": [
            {"person_id": "A"} | LONG,
            {"person_id": "B"} | LONG,
            {"person_id": "C"} | JUST,
        ],
    },
    "PER-08": {
        "disability": [
            {"person_id": "A", "disability_code": "NONE"},
            {"person_id": "B", "disability_code": "NONE", "fails": True},
            {"person_id": "B", "disability_code": "AUT"},
            {"person_id": "C", "disability_code": "AUT"},
        ],
    },
    "PER-09": {
        "person": [
            child("A"),
            child("B", death_date="2010-05-01"),
            child("C", death_date="2010-04-30", fails=True),
        ],
    },
    "PER-10": {
        "person": [child("A", death_date="2017-06-01"), child("B", death_date="2017-06-01"), child("C")],
        "cin_episodes": [
            {"person_id": "A", "referral_date": "2017-06-01"},
            {"person_id": "B", "referral_date": "2017-06-02", "fails": True},
            {"person_id": "C", "referral_date": "2017-06-02"},
        ],
    },
    "PER-11": {
        "person": [
            child("A", death_date="2017-12-03"),  # 28 days before the extract's end
            child("B", death_date="2017-12-02"),
            child("C", death_date="2017-12-02"),
            child("D"),
        ],
        "cin_episodes": [
            {"person_id": "A"} | LONG,
            {"person_id": "B", "fails": True} | LONG,
            {"person_id": "C", "close_date": "2017-12-03"} | LONG,
            {"person_id": "D"} | LONG,
        ],
    },
    "PER-12": {
        "person": [
            child("A"),
            child("B", fails=True),
            child("C"),
            child("D", None),
            child("A", collection_year=2017),
            child("B", "2010-05-02", collection_year=2017),
            child("C", None, collection_year=2017),
            child("D", collection_year=2017),
        ],
    },
    "PER-13": {
        "person": [
            child("A"),
            child("B", fails=True),
            child("C"),
            child("D", sex="U"),
            child("A", collection_year=2017),
            child("B", sex="M", collection_year=2017),
            child("C", sex="U", collection_year=2017),
            child("D", collection_year=2017),
        ],
    },
    "PER-14": {
        "person": [
            child("A"),
            child("B", ethnicity="NOBT", fails=True),
            child("C", ethnicity=None, fails=True),
            child("D", ethnicity="NOBT"),
            child("E", ethnicity="NOBT"),
            *(child(person, collection_year=2017) for person in "ABC"),
            child("D", ethnicity="NOBT", collection_year=2017),
        ],
    },
    "PER-15": {
        "person": [
            child("A", fails=True),
            child("B", fails=True),
            child("C", sex="M"),
            child("D", "2010-05-02"),
            child("E", ethnicity="AIND"),
            child("F"),
            child("G", sex=None),
            child("H", sex=None),
        ],
        "cin_episodes": [
            *({"person_id": person} | LONG for person in "ABCDEGH"),
            {"person_id": "F"} | JUST,
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("code", CASES)
def test_the_rows_that_break_the_rule_are_found_and_no_others(small_records, code):
    judge(small_records, code, CASES[code])


def test_every_rule_on_children_has_a_case():
    assert CASES.keys() == of_modules("people").keys()
