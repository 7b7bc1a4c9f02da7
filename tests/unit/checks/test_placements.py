"""Rules on placements and where they are, on each side of what they judge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quarterdeck.checks import rules
from quarterdeck.records import Records
from tests.unit.checks.written import Case, is_kept, rules_of, shows_both

CASES: dict[str, list[Case]] = {
    "CLA-PLA-01": [
        {
            "cla_episodes": """
            who began place
            A 2017-05-01 U4
            B 2017-05-01 - !"""
        }
    ],
    "CLA-PLA-02": [
        {
            "cla_episodes": """
            who began place provider
            A 2017-05-01 U4 PR1
            hospital 2017-05-01 T1 -
            week 2017-05-01 T4 -
            other 2017-05-01 Z1 -
            other_since_2025 2017-05-01 Z12 -
            unknown 2017-05-01 - -
            B 2017-05-01 U4 - !
            C 2017-05-01 K2 - !"""
        }
    ],
    "CLA-PLA-03": [
        {
            "cla_episodes": """
            who began place provider
            A 2017-05-01 T0 -
            B 2017-05-01 T4 PR1
            C 2017-05-01 U4 PR1
            D 2017-05-01 T0 PR1 !
            E 2017-05-01 T3 PR4 !
            F 2017-05-01 Z14 PR1 !"""
        }
    ],
    "CLA-PLA-04": [
        {
            "cla_episodes": """
            who began place provider
            A 2017-05-01 P1 PR0
            B 2017-05-01 U4 PR1
            unknown 2017-05-01 - PR0
            C 2017-05-01 U4 PR0 !
            D 2017-05-01 R5 PR0 !"""
        }
    ],
    "CLA-PLA-05": [
        {
            "cla_episodes": """
            who began place provider
            A 2017-05-01 P1 PR1
            B 2017-05-01 U4 PR4
            C 2017-05-01 K2 PR2
            D 2017-05-01 R2 PR3
            E 2017-05-01 P1 PR4 !
            F 2017-05-01 P1 PR5 !
            G 2017-05-01 R5 PR2 !
            H 2017-05-01 U4 PR3 !
            I 2017-05-01 A6 PR3 !
            J 2017-05-01 K2 PR3 !"""
        }
    ],
    "CLA-PLA-06": [
        {
            "quarter": "2023-24 Q3",
            "cla_episodes": """
            who began ended place
            A 2023-05-01 2023-10-28 P2
            B 2023-05-01 - U4
            C 2023-05-01 2023-10-29 P2 !
            D 2023-05-01 - P2 !""",
        },
        {
            "cla_episodes": """
            who began ended place
            E 2017-05-01 - P2"""
        },
    ],
    "CLA-PLA-07": [
        {
            "quarter": "2023-24 Q3",
            "cla_episodes": """
            who began ended place urn
            A 2023-05-01 2023-10-27 H5 -
            B 2023-05-01 - H5 1234567
            C 2023-05-01 - R2 -
            D 2023-05-01 2023-10-28 H5 - !
            E 2023-05-01 - K3 - !""",
        }
    ],
    "CLA-PLA-08": [
        {
            "cla_episodes": """
            who began status place urn
            A 2017-05-01 C2 K2 1234567
            B 2017-05-01 C2 P1 -
            C 2017-05-01 V4 K2 -
            D 2017-05-01 C2 K2 - !
            E 2017-05-01 C2 U6 - !"""
        }
    ],
    "CLA-PLA-09": [
        {
            "cla_episodes": """
            who began ended rne rec place provider
            back 2017-05-01 2017-06-01 S X1 U4 PR1
            back 2017-06-01 2017-06-05 P X1 T1 -
            back 2017-06-05 - P - U4 PR1
            twice 2017-05-01 2017-06-01 S X1 U4 PR1
            twice 2017-06-01 2017-06-05 P X1 T1 -
            twice 2017-06-05 2017-06-09 P X1 T3 -
            twice 2017-06-09 - P - U4 PR1
            settled 2017-05-01 2017-06-01 S X1 U4 PR1
            settled 2017-06-01 2017-06-05 P X1 K2 PR1
            settled 2017-06-05 - P - U6 PR4
            still_away 2017-05-01 2017-06-01 S X1 U4 PR1
            still_away 2017-06-01 - P - T1 -
            elsewhere 2017-05-01 2017-06-01 S X1 U4 PR1
            elsewhere 2017-06-01 2017-06-05 P X1 T1 - !
            elsewhere 2017-06-05 - P - K2 PR1
            other_provider 2017-05-01 2017-06-01 S X1 U4 PR1
            other_provider 2017-06-01 2017-06-05 P X1 T4 - !
            other_provider 2017-06-05 - P - U4 PR4
            not_by_P 2017-05-01 2017-06-01 S X1 U4 PR1
            not_by_P 2017-06-01 2017-06-05 P X1 T0 - !
            not_by_P 2017-06-05 - T - U4 PR1"""
        }
    ],
    "CLA-PLA-10": [
        {
            "cla_episodes": """
            who began rne place
            A 2017-05-01 S U4
            B 2017-05-01 P T1
            C 2017-05-01 S T1 !"""
        }
    ],
    "CLA-PLA-11": [
        {
            "cla_episodes": """
            who began ended rec place
            A 2017-05-01 2017-05-03 X1 T1
            B 2017-05-01 2017-05-03 E4A U4
            C 2017-05-01 - - T1
            D 2017-05-01 2017-05-03 E4A T1 !"""
        }
    ],
    "CLA-PLA-12": [
        {
            "cla_episodes": """
            who began ended place
            week 2017-05-01 2017-05-08 T4
            hospital 2017-05-01 2017-06-12 T1
            holiday 2017-05-01 2017-05-22 T3
            other 2017-05-01 2017-12-01 T0
            settled 2017-05-01 - U4
            open_week 2017-12-24 - T4
            eight_days 2017-05-01 2017-05-09 T4 !
            long_hospital 2017-05-01 2017-06-13 T1 !
            long_holiday 2017-05-01 2017-05-23 T3 !
            open_longer 2017-12-23 - T4 !"""
        }
    ],
    "CLA-PLA-13": [
        {
            "person": """
            who dob
            A 2003-05-01
            child 2013-05-01""",
            "cla_episodes": """
            who began place
            A 2017-05-01 H5
            A 2017-04-30 U4
            child 2017-05-01 S1
            A 2017-04-30 H5 !
            A 2017-05-01 P2 !
            child 2017-04-30 S1 !
            child 2017-05-01 K1 !""",
        }
    ],
    "CLA-PLA-14": [
        {
            "cla_episodes": """
            who began ended rne place
            stayed 2017-05-01 2017-06-01 S U4
            stayed 2017-06-01 2017-07-01 T A5
            stayed 2017-07-01 - L A5
            moved 2017-05-01 2017-06-01 S U4
            moved 2017-06-01 - P A6
            by_carers 2017-05-01 2017-06-01 S U4
            by_carers 2017-06-01 - P A5 !
            consent 2017-05-01 2017-06-01 S U4
            consent 2017-06-01 - B A3 !
            at_once 2017-05-01 2017-06-01 S A5 !
            at_once 2017-06-05 - S A5 !"""
        }
    ],
    "CLA-PLA-15": [
        {
            "cla_episodes": """
            who began ended rne place
            moved 2017-05-01 2017-06-01 S U4
            moved 2017-06-01 - P A6
            by_carers 2017-05-01 2017-06-01 S U4
            by_carers 2017-06-01 - T A5
            by_order_now 2017-05-01 2017-06-01 S A4
            by_order_now 2017-06-01 - U A6
            stayed 2017-05-01 2017-06-01 S U4
            stayed 2017-06-01 - T A6 !
            status_too 2017-05-01 2017-06-01 S U4
            status_too 2017-06-01 - U A4 !"""
        }
    ],
    "CLA-PLA-16": [
        {
            "cla_episodes": """
            who began ended rne rec why_moved
            told 2017-05-01 2017-06-01 S X1 CARPL
            told 2017-06-01 - P - -
            status 2017-05-01 2017-06-01 S X1 -
            status 2017-06-01 - L - -
            told_by_another_rule 2017-05-01 2017-06-01 S X1 -
            told_by_another_rule 2017-06-02 - P - -
            left 2017-05-01 2017-06-01 S E4A -
            untold 2017-05-01 2017-06-01 S X1 - !
            untold 2017-06-01 - P - -
            same_carer 2017-05-01 2017-06-01 S X1 - !
            same_carer 2017-06-01 - T - -"""
        }
    ],
    "CLA-PLA-17": [
        {
            "cla_episodes": """
            who began ended rne rec why_moved
            moved 2017-05-01 2017-06-01 S X1 CARPL
            moved 2017-06-01 - P - -
            status 2017-05-01 2017-06-01 S X1 CARPL !
            status 2017-06-01 - L - -
            left 2017-05-01 2017-06-01 S E4A CARPL !
            there 2017-05-01 - S - OTHER !"""
        }
    ],
    "CLA-LOC-01": [
        {
            "placement_locations": """
            who placement_start_date la_of_placement inside
            A 2017-05-01 Nowhere Y
            B 2017-05-01 Elsewhere N
            C 2017-05-01 Nowhere -
            D 2017-05-01 nowhere_county_council N !
            E 2017-05-01 E10000034 N !"""
        }
    ],
    "CLA-LOC-02": [
        {
            "placement_locations": """
            who placement_start_date la_of_placement inside
            A 2017-05-01 Nowhere Y
            B 2017-05-01 Elsewhere N
            C 2017-05-01 - Y
            D 2017-05-01 Elsewhere Y !"""
        }
    ],
    "CLA-LOC-03": [
        {
            "placement_locations": """
            who placement_start_date inside distance_miles
            A 2017-05-01 Y 60
            B 2017-05-01 N 60.1
            C 2017-05-01 - 100
            D 2017-05-01 Y 60.1 !"""
        }
    ],
    "CLA-LOC-04": [
        {
            "placement_locations": """
            who placement_start_date distance_miles
            A 2017-05-01 0
            B 2017-05-01 400
            C 2017-05-01 -
            D 2017-05-01 -0.1 !
            E 2017-05-01 400.1 !"""
        }
    ],
    "CLA-LOC-05": [
        {
            "placement_locations": """
            who placement_start_date inside distance_miles
            A 2017-05-01 N 0
            B 2017-05-01 - 3 !
            C 2017-05-01 Y - !"""
        }
    ],
    "CLA-LOC-06": [
        {
            "cla_episodes": """
            year who began
            2018 A 2017-05-01
            2017 last_year 2017-04-01
            2018 B 2017-05-01""",
            "placement_locations": """
            who placement_start_date inside
            A 2017-05-01 Y
            last_year 2017-04-01 Y
            before_the_year 2017-03-31 Y
            B 2017-05-02 Y !
            C 2017-04-01 Y !""",
        }
    ],
    "CLA-LOC-07": [
        {
            "cla_episodes": """
            who began ended rne rec status place
            A 2017-05-01 2017-06-01 S X1 C2 U4
            A 2017-06-01 - P - C2 U6
            status 2017-05-01 2017-06-01 S X1 C1 U4
            status 2017-06-01 - L - C2 U4
            long 2015-05-01 - S - C2 U4
            left 2017-05-01 2017-12-31 S E4A C2 U4
            short_break 2017-05-01 - S - V3 U6
            in_hospital 2017-05-01 2017-12-20 S X1 C2 U4
            in_hospital 2017-12-20 - P - C2 T1
            untold 2017-05-01 - S - C2 U4 !
            moved_in_april 2017-01-01 2017-04-01 S X1 C2 U4
            moved_in_april 2017-04-01 - P - C2 U6 !
            moved_since 2017-05-01 2017-06-01 S X1 C2 U4
            moved_since 2017-06-01 - P - C2 U6 !""",
            "placement_locations": """
            who placement_start_date inside
            A 2017-06-01 Y
            status 2017-05-01 Y
            long 2014-05-01 Y
            moved_in_april 2017-01-01 Y
            moved_since 2017-05-01 Y""",
        }
    ],
}


@pytest.mark.parametrize(("code", "case"), [(code, case) for code, cases in CASES.items() for case in cases])
def test_a_rule_on_placements_finds_what_breaks_it_and_nothing_else(
    code: str, case: Case, small_records: Callable[..., Records]
) -> None:
    is_kept(code, case, small_records)


def test_every_rule_on_placements_has_rows_that_keep_it_and_rows_that_break_it() -> None:
    assert set(CASES) == rules_of("placements") | rules_of("placement_locations")
    assert [code for code, cases in CASES.items() if not shows_both(rules()[code], cases)] == []
