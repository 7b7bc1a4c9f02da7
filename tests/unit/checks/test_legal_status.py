"""Rules on legal status, on each side of what they judge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quarterdeck.checks import rules
from quarterdeck.records import Records
from tests.unit.checks.written import Case, is_kept, rules_of, shows_both

CASES: dict[str, list[Case]] = {
    "CLA-LEG-01": [
        {
            "cla_episodes": """
            who began status
            A 2017-05-01 C2
            B 2017-05-01 - !"""
        }
    ],
    "CLA-LEG-02": [
        {
            "cla_episodes": """
            who began status place
            A 2017-05-01 V3 U6
            B 2017-05-01 C2 T1
            C 2017-05-01 V3 T1 !
            D 2017-05-01 V4 T4 !"""
        }
    ],
    "CLA-LEG-03": [
        {
            "cla_episodes": """
            who began status place
            A 2017-05-01 V4 U6
            B 2017-05-01 C2 U4
            C 2017-05-01 V3 U4 !
            D 2017-05-01 V4 A6 !"""
        }
    ],
    "CLA-LEG-04": [
        {
            "cla_episodes": """
            who began ended status
            A 2017-05-01 2017-05-18 V3
            B 2017-05-01 2017-05-19 V4
            C 2017-12-14 - V3
            D 2017-05-01 2017-05-19 V3 !
            E 2017-12-13 - V3 !"""
        }
    ],
    "CLA-LEG-05": [
        {
            "cla_episodes": """
            who began status place
            A 2017-05-01 C2 P1
            B 2017-05-01 V2 U4
            C 2017-05-01 V2 P1 !"""
        }
    ],
    "CLA-LEG-06": [
        {
            "cla_episodes": """
            who began status place
            A 2017-05-01 E1 A6
            B 2017-05-01 D1 A5
            consent 2017-05-01 C2 A4
            unknown 2017-05-01 - A6
            C 2017-05-01 C2 A6 !
            D 2017-05-01 V2 A5 !"""
        }
    ],
    "CLA-LEG-07": [
        {
            "cla_episodes": """
            who began status place
            A 2017-05-01 E1 A6
            B 2017-05-01 V2 A4
            C 2017-05-01 E1 A4 !
            D 2017-05-01 E1 A3 !"""
        }
    ],
    "CLA-LEG-08": [
        {
            "person": """
            who dob
            A 2007-05-01""",
            "cla_episodes": """
            who began status
            A 2017-05-01 J1
            A 2017-04-30 C2
            A 2017-04-30 J1 !
            A 2017-04-30 J3 !""",
        }
    ],
    "CLA-LEG-09": [
        {
            "cla_episodes": """
            who began ended status rec
            police 2017-05-01 2017-05-04 L1 X1
            police 2017-05-04 2017-05-25 L2 X1
            police 2017-05-25 - C1 -
            long_police 2017-05-01 2017-05-05 L1 E4A !
            in_two 2017-05-01 2017-05-03 L1 X1
            in_two 2017-05-03 2017-05-05 L1 E4A !
            twice 2017-05-01 2017-05-03 L1 E4A
            twice 2017-06-03 2017-06-05 L1 E4A
            emergency 2017-05-01 2017-05-23 L2 E4A !
            assessed 2017-05-01 2017-05-08 L3 E4A
            assessed_long 2017-05-01 2017-05-09 L3 E4A !
            open 2017-12-28 - L1 -
            open_long 2017-12-27 - L1 - !"""
        }
    ],
    "CLA-LEG-10": [
        {
            "cla_episodes": """
            who began ended rec status
            A 2017-05-01 2017-06-01 X1 C1
            A 2017-06-01 - - C2
            anew 2017-05-01 2017-06-01 E4A C2
            anew 2017-07-01 - - C1
            B 2017-05-01 2017-06-01 X1 C2
            B 2017-06-01 - - C1 !"""
        }
    ],
    "CLA-LEG-11": [
        {
            "cla_episodes": """
            who began ended rec status
            A 2005-12-30 2017-06-01 X1 D1
            A 2017-06-01 - - D1
            B 2005-12-31 - - D1 !
            C 2017-05-01 2017-06-01 X1 C2
            C 2017-06-01 - - D1 !"""
        }
    ],
    "CLA-LEG-12": [
        {
            "cla_episodes": """
            who began ended rec status
            A 2017-05-01 2017-06-01 E14 J1
            B 2017-05-01 2017-06-01 E4A C2
            C 2017-05-01 2017-06-01 E14 C2 !"""
        }
    ],
    "CLA-LEG-13": [
        {
            "person": """
            who dob
            A 1999-06-01""",
            "cla_episodes": """
            who began ended rec
            A 2017-05-01 2017-05-31 E11
            A 2017-05-01 2017-06-01 E17
            A 2017-05-01 2017-06-01 E12 !
            A 2017-05-01 2017-06-01 E45 !""",
        }
    ],
}


@pytest.mark.parametrize(("code", "case"), [(code, case) for code, cases in CASES.items() for case in cases])
def test_a_rule_on_legal_status_finds_what_breaks_it_and_nothing_else(
    code: str, case: Case, small_records: Callable[..., Records]
) -> None:
    is_kept(code, case, small_records)


def test_every_rule_on_legal_status_has_rows_that_keep_it_and_rows_that_break_it() -> None:
    assert set(CASES) == rules_of("legal_status")
    assert [code for code, cases in CASES.items() if not shows_both(rules()[code], cases)] == []
