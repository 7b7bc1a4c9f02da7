"""Rules on care leavers, on each side of what they judge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quarterdeck.checks import rules
from quarterdeck.records import Records
from tests.unit.checks.written import Case, is_kept, rules_of, shows_both

CASES: dict[str, list[Case]] = {
    "LEA-01": [
        {  # the year runs to 31 March 2018
            "person": """
            who dob
            turns_17 2001-03-31
            turns_21 1996-04-01
            too_young 2001-04-01
            too_old 1996-03-31
            unknown -""",
            "care_leavers_903": """
            who in_touch
            turns_17 YES
            turns_21 YES
            unknown YES
            too_young YES !
            too_old YES !""",
        }
    ],
    "LEA-02": [
        {
            "care_leavers_903": """
            who in_touch activity accommodation
            A YES F2 K1
            B NO 0 0
            C YES 0 K1 !
            D YES F2 0 !"""
        }
    ],
    "LEA-03": [
        {
            "care_leavers_903": """
            who in_touch activity accommodation
            A DIED 0 0
            B RHOM 0 0
            C REFU G4 K1
            D DIED 0 K1 !
            E RHOM G4 0 !"""
        }
    ],
    "LEA-04": [
        {
            "care_leavers_903": """
            who in_touch activity accommodation
            A NO 0 0
            B - 0 0 !
            C YES - K1 !
            D YES F2 - !"""
        }
    ],
    "LEA-05": [
        {
            "cla_episodes": """
            who began ended status
            A 2015-05-01 2017-12-31 C2
            B 2015-05-01 - C2
            short_break 2015-05-01 - V4""",
            "care_leavers_903": """
            who in_touch
            A YES
            short_break YES
            B YES !""",
        }
    ],
    "LEA-06": [
        {
            "person": """
            who dob
            A 1998-05-01
            B 1998-05-01""",
            "care_leavers": """
            who date_of_birth as_at
            A 1998-05-01 2017-12-31
            unknown 1998-05-01 2017-12-31
            B 1998-05-02 2017-12-31 !""",
        }
    ],
    "LEA-07": [
        {
            "care_leavers": """
            who date_of_birth as_at
            A 2001-12-31 2017-12-31
            B 1992-01-01 2017-12-31
            C 2002-01-01 2017-12-31 !
            D 1991-12-31 2017-12-31 !"""
        }
    ],
    "LEA-08": [
        {
            "care_leavers": """
            who date_of_birth eligibility as_at
            A 2000-01-01 relevant 2017-12-31
            B 1999-12-31 Former_Relevant 2017-12-31
            C 1999-12-31 qualifying 2017-12-31
            D 1999-12-31 relevant 2017-12-31 !
            E 1999-12-31 eligible 2017-12-31 !
            F 2000-01-01 former_relevant 2017-12-31 !"""
        }
    ],
    "LEA-09": [
        {
            "cla_episodes": """
            who began ended status
            A 2015-05-01 - C2
            left 2015-05-01 2017-12-31 C2
            C 2015-05-01 - C2""",
            "care_leavers": """
            who eligibility as_at
            A eligible 2017-12-31
            left relevant 2017-12-31
            C relevant 2017-09-30
            C relevant 2017-12-31 !""",
        }
    ],
    "LEA-10": [
        {
            "care_leavers": """
            who pathway_plan_date as_at
            A 2017-06-30 2017-12-30
            B 2017-06-30 2017-12-31 !
            C - 2017-12-31 !"""
        }
    ],
    "LEA-11": [
        {
            "care_leavers": """
            who adviser as_at
            A PA1 2017-12-31
            B - 2017-12-31 !"""
        }
    ],
    "LEA-12": [
        {
            "care_leavers": """
            who accommodation suitable as_at
            A bed_and_breakfast N 2017-12-31
            B foyer Y 2017-12-31
            C Bed_and_Breakfast Y 2017-12-31 !
            D custody Y 2017-12-31 !"""
        }
    ],
    "LEA-13": [
        {
            "care_leavers": """
            who accommodation suitable as_at
            A foyer Y 2017-12-31
            B no_information - 2017-12-31
            C - - 2017-12-31
            D residence_not_known N 2017-12-31
            E residence_not_known - 2017-12-31
            F foyer - 2017-12-31 !
            G no_information N 2017-12-31 !
            H - Y 2017-12-31 !"""
        }
    ],
}


@pytest.mark.parametrize(("code", "case"), [(code, case) for code, cases in CASES.items() for case in cases])
def test_a_rule_on_care_leavers_finds_what_breaks_it_and_nothing_else(
    code: str, case: Case, small_records: Callable[..., Records]
) -> None:
    is_kept(code, case, small_records)


def test_every_rule_on_care_leavers_has_rows_that_keep_it_and_rows_that_break_it() -> None:
    assert set(CASES) == rules_of("care_leavers")
    assert [code for code, cases in CASES.items() if not shows_both(rules()[code], cases)] == []
