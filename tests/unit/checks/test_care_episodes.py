"""Rules on episodes of care, on each side of what they judge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quarterdeck.checks import rules, run
from quarterdeck.records import Records
from tests.unit.checks.written import Case, is_kept, rules_of, shows_both

CASES: dict[str, list[Case]] = {
    "CLA-EPI-01": [
        {
            "cla_episodes": """
            who began ended rec
            A 2017-05-01 2017-06-01 E4A
            B 2017-05-01 - -
            C 2017-05-01 2017-06-01 - !"""
        }
    ],
    "CLA-EPI-02": [
        {
            "cla_episodes": """
            who began ended rec
            A 2017-05-01 2017-06-01 E4A
            B 2017-05-01 - -
            C 2017-05-01 - E4A !"""
        }
    ],
    "CLA-EPI-03": [
        {
            "cla_episodes": """
            who began ended rec
            goes_on 2017-05-01 2017-06-01 X1
            goes_on 2017-06-01 - -
            left 2017-05-01 2017-06-01 E4A
            a_day_later 2017-05-01 2017-06-01 X1 !
            a_day_later 2017-06-02 - -
            none_after 2017-05-01 2017-06-01 X1 !
            another_child 2017-06-01 - -"""
        }
    ],
    "CLA-EPI-04": [
        {
            "cla_episodes": """
            who began ended rne rec
            X1 2017-05-01 2017-06-01 S X1
            X1 2017-06-01 - P -
            left 2017-05-01 2017-06-01 S E4A
            left 2017-06-02 - P -
            came_back 2017-05-01 2017-06-01 S E4A
            came_back 2017-06-01 - S -
            no_reason 2017-05-01 2017-06-01 S -
            no_reason 2017-06-01 - P -
            moved 2017-05-01 2017-06-01 S E4A !
            moved 2017-06-01 - P -"""
        }
    ],
    "CLA-EPI-05": [
        {
            "cla_episodes": """
            who began ended rne rec
            moved 2017-05-01 2017-06-01 S X1
            moved 2017-06-01 - P -
            back_later 2017-05-01 2017-06-01 S X1
            back_later 2017-06-02 - S -
            back_at_once 2017-05-01 2017-06-01 S E4A
            back_at_once 2017-06-01 - S -
            twice 2017-05-01 2017-06-01 S X1
            twice 2017-06-01 - S - !"""
        }
    ],
    "CLA-EPI-06": [
        {
            "cla_episodes": """
            who began ended rne rec
            next_day 2017-05-01 2017-06-01 S E4A
            next_day 2017-06-02 - S -
            moved 2017-05-01 2017-06-01 S X1
            moved 2017-06-01 - P -
            same_day 2017-05-01 2017-06-01 S E4A
            same_day 2017-06-01 - S - !"""
        }
    ],
    "CLA-EPI-07": [
        {
            "cla_episodes": """
            who began ended rne rec
            since_last_year 2017-03-31 - P -
            started 2017-04-01 - S -
            goes_on 2017-05-01 2017-06-01 S X1
            goes_on 2017-06-01 - P -
            told_by_another_rule 2017-05-01 2017-06-01 S X1
            told_by_another_rule 2017-06-02 - P -
            same_day 2017-05-01 2017-06-01 S E4A
            same_day 2017-06-01 - P -
            first 2017-04-01 - P - !
            after_a_gap 2017-05-01 2017-06-01 S E4A
            after_a_gap 2017-06-02 - L - !"""
        }
    ],
    "CLA-EPI-08": [
        {
            "cla_episodes": """
            who began ended
            meets 2017-05-01 2017-06-01
            meets 2017-06-01 2017-07-01
            laps 2017-05-01 2017-06-02
            laps 2017-06-01 - !
            within 2017-05-01 2017-08-01
            within 2017-06-01 2017-06-10 !
            within 2017-07-01 - !
            two_open 2017-05-01 -
            two_open 2017-06-01 -
            other_child 2017-05-15 2017-06-15"""
        }
    ],
    "CLA-EPI-09": [
        {
            "cla_episodes": """
            who began ended
            latest 2017-05-01 2017-06-01
            latest 2017-06-01 -
            two 2017-05-01 - !
            two 2017-06-01 -
            first_of_two 2017-05-01 - !
            first_of_two 2017-06-01 2017-07-01"""
        }
    ],
    "CLA-EPI-10": [
        {
            "cla_episodes": """
            who began ended rne place provider
            status 2017-05-01 2017-06-01 S U4 PR1
            status 2017-06-01 - L U4 PR1
            moved 2017-05-01 2017-06-01 S U4 PR1
            moved 2017-06-01 - P U6 PR1
            later 2017-05-01 2017-06-01 S U4 PR1
            later 2017-06-02 - L U6 PR1
            no_type 2017-05-01 2017-06-01 S - PR1
            no_type 2017-06-01 - L U6 PR1
            type 2017-05-01 2017-06-01 S U4 PR1
            type 2017-06-01 - L U6 PR1 !
            provider 2017-05-01 2017-06-01 S U4 PR1
            provider 2017-06-01 - L U4 PR4 !"""
        }
    ],
    "CLA-EPI-11": [
        {
            "cla_episodes": """
            who began ended rne status
            changed 2017-05-01 2017-06-01 S C1
            changed 2017-06-01 - L C2
            moved 2017-05-01 2017-06-01 S C1
            moved 2017-06-01 - P C1
            L 2017-05-01 2017-06-01 S C1
            L 2017-06-01 - L C1 !
            B 2017-05-01 2017-06-01 S C1
            B 2017-06-01 - B C1 !
            U 2017-05-01 2017-06-01 S C1
            U 2017-06-01 - U C1 !"""
        }
    ],
    "CLA-EPI-12": [
        {
            "cla_episodes": """
            who began ended rne status
            both 2017-05-01 2017-06-01 S C1
            both 2017-06-01 - B C2
            moved 2017-05-01 2017-06-01 S C1
            moved 2017-06-01 - P C1
            unknown 2017-05-01 2017-06-01 S -
            unknown 2017-06-01 - P C2
            P 2017-05-01 2017-06-01 S C1
            P 2017-06-01 - P C2 !
            T 2017-05-01 2017-06-01 S C1
            T 2017-06-01 - T C2 !"""
        }
    ],
    "CLA-EPI-13": [
        {
            "cla_episodes": """
            who began ended rne place provider
            same 2017-05-01 2017-06-01 S U4 PR1
            same 2017-06-01 - T U6 PR1
            moved 2017-05-01 2017-06-01 S U4 PR1
            moved 2017-06-01 - P U6 PR4
            adopted_by_agency 2017-05-01 2017-06-01 S U4 PR1
            adopted_by_agency 2017-06-01 - T A5 PR5
            untold 2017-05-01 2017-06-01 S U4 -
            untold 2017-06-01 - T U6 PR4
            T 2017-05-01 2017-06-01 S U4 PR1
            T 2017-06-01 - T U6 PR4 !
            U 2017-05-01 2017-06-01 S U4 PR1
            U 2017-06-01 - U U6 PR4 !"""
        }
    ],
    "CLA-EPI-14": [
        {
            "cla_episodes": """
            who began ended
            night 2017-05-01 2017-05-02
            open 2017-05-01 -
            hours 2017-05-01 2017-05-01 !"""
        }
    ],
    "CLA-EPI-15": [
        {
            "person": """
            who dob
            A 2017-05-01
            unknown -""",
            "cla_episodes": """
            who began
            A 2017-05-01
            unknown 2017-05-01
            A 2017-04-30 !""",
        }
    ],
    "CLA-EPI-16": [
        {
            "person": """
            who dob
            A 1999-05-02
            leap 2000-02-29""",
            "cla_episodes": """
            who began rne
            A 2017-05-01 S
            A 2017-05-03 P
            A 2017-05-02 S !
            leap 2018-02-28 S
            leap 2018-03-01 S !""",
        }
    ],
    "CLA-EPI-17": [
        {
            "person": """
            who dob
            on_the_day 1999-05-02
            at_the_close 1999-12-31
            the_day_before 1999-12-30
            stays 1999-05-02
            home 1999-05-02""",
            "cla_episodes": """
            who began ended status place
            on_the_day 2017-04-01 2017-05-02 C2 U4
            on_the_day 2017-04-01 2017-05-03 C2 U4 !
            at_the_close 2017-04-01 - C2 U4
            the_day_before 2017-04-01 - C2 U4 !
            stays 2017-04-01 - V2 K2
            home 2017-04-01 - C2 K2 !""",
        }
    ],
    "CLA-EPI-18": [
        {
            "cla_episodes": """
            who began need
            A 2017-05-01 N1
            B 2017-05-01 - !"""
        }
    ],
    "CLA-EPI-19": [
        {
            "cla_episodes": """
            who began ended rec need
            same 2017-05-01 2017-06-01 X1 N1
            same 2017-06-01 - - N1
            anew 2017-05-01 2017-06-01 E4A N1
            anew 2017-06-05 - - N5
            unknown 2017-05-01 2017-06-01 X1 -
            unknown 2017-06-01 - - N5
            changed 2017-05-01 2017-06-01 X1 N1
            changed 2017-06-01 - - N5 !"""
        }
    ],
    "CLA-EPI-20": [
        {
            "cla_episodes": """
            who began ended rec
            died 2017-05-01 2017-06-01 E2
            home 2017-05-01 2017-06-01 E4A
            home 2017-07-01 - -
            came_back 2017-05-01 2017-06-01 E2 !
            came_back 2017-07-01 - -
            adult 2017-05-01 2017-06-01 E15 !
            adult 2017-07-01 - -"""
        }
    ],
    "CLA-EPI-21": [
        {
            "person": """
            who dob
            at_14 2003-06-01
            at_16 2001-06-01
            at_18 1999-06-01""",
            "cla_episodes": """
            who began ended rec
            at_14 2017-05-01 2017-06-01 E5
            at_14 2017-05-01 2017-05-31 E5 !
            at_14 2017-05-01 2017-05-31 E6 !
            at_14 2017-05-01 2017-05-31 E4A
            at_16 2017-05-01 2017-06-01 E7
            at_16 2017-05-01 2017-05-31 E7 !
            at_18 2017-05-01 2017-06-01 E17
            at_18 2017-05-01 2017-05-31 E17 !""",
        }
    ],
    "CLA-EPI-22": [
        {
            "cla_episodes": """
            who began rne
            A 2017-05-01 S
            B 2017-05-01 - !"""
        }
    ],
    "CLA-EPI-23": [
        {
            "cla_episodes": """
            year who began rne status place provider
            2017 same 2017-01-01 S C1 U4 PR1
            2018 same 2017-01-01 S C1 U4 PR1
            2017 same_unknown 2017-01-01 S C1 U4 -
            2018 same_unknown 2017-01-01 S C1 U4 -
            2018 new 2017-05-01 S C2 U4 PR1
            2016 long_ago 2015-05-01 S C1 U4 PR1
            2018 long_ago 2015-05-01 S C2 U4 PR1
            2017 reason 2017-01-01 S C1 U4 PR1
            2018 reason 2017-01-01 P C1 U4 PR1 !
            2017 status 2017-01-01 S C1 U4 PR1
            2018 status 2017-01-01 S C2 U4 PR1 !
            2017 place 2017-01-01 S C1 U4 PR1
            2018 place 2017-01-01 S C1 U6 PR1 !
            2017 provider 2017-01-01 S C1 U4 PR1
            2018 provider 2017-01-01 S C1 U4 - !"""
        }
    ],
    "CLA-EPI-24": [
        {
            "cla_episodes": """
            year who began ended
            2017 A 2017-01-01 -
            2018 A 2017-01-01 -
            2017 ended 2017-01-01 2017-02-01
            2016 long_ago 2015-06-01 -""",
            "says": "",
        },
        {
            "cla_episodes": """
            year who began ended
            2017 A 2017-01-01 -
            2018 A 2017-01-02 -
            2017 B 2017-01-01 -
            2018 B 2017-01-01 -""",
            "says": "1 of 2 open episodes of the last return are missing",
        },
    ],
    "CLA-EPI-25": [
        {
            "person": """
            who dob
            A 2010-01-01""",
            "cla_episodes": """
            who began
            A 2017-05-01
            B 2017-05-01 !""",
        }
    ],
    "CLA-EPI-26": [
        {
            "person": """
            who dob
            A 2010-01-01
            B -""",
            "cla_episodes": """
            who began
            A 2017-05-01
            told_by_another_rule 2017-05-01
            B 2017-05-01 !""",
        }
    ],
    "CLA-UAS-01": [
        {
            "person": """
            who dob
            A 1999-10-02
            B 1999-10-02
            unknown -""",
            "uasc": """
            who uasc_status_end_date
            A 2017-10-02
            unknown 2017-10-03
            B 2017-10-03 !""",
        }
    ],
    "CLA-UAS-02": [
        {
            "cla_episodes": """
            who began
            A 2017-05-01""",
            "uasc": """
            who uasc_status_end_date
            A 2017-10-02
            B 2017-10-02 !""",
        }
    ],
    "CLA-UAS-03": [
        {
            "uasc": """
            who uasc_status_end_date
            A 2017-04-01
            still -
            B 2017-03-31 !"""
        }
    ],
    "CLA-UAS-04": [
        {
            "uasc": """
            who uasc_status_end_date
            A 2018-10-02
            B 2018-10-02""",
            "cla_episodes": """
            who began place
            A 2017-05-01 U4
            other 2017-05-01 P1
            B 2017-05-01 P1 !""",
        }
    ],
}


@pytest.mark.parametrize(("code", "case"), [(code, case) for code, cases in CASES.items() for case in cases])
def test_a_rule_on_episodes_finds_what_breaks_it_and_nothing_else(
    code: str, case: Case, small_records: Callable[..., Records]
) -> None:
    is_kept(code, case, small_records)


def test_every_rule_on_episodes_has_rows_that_keep_it_and_rows_that_break_it() -> None:
    assert set(CASES) == rules_of("care_episodes") | rules_of("asylum")
    assert [code for code, cases in CASES.items() if not shows_both(rules()[code], cases)] == []


def test_the_first_return_is_not_compared_with_one_before_it(small_records: Callable[..., Records]) -> None:
    records = small_records(cla_episodes=[{"person_id": "A", "collection_year": 2018}])
    states = run(records, [rules()[code] for code in ("CLA-EPI-23", "CLA-EPI-24")]).rules
    assert states.reason.tolist() == ["no return gave episodes of the year before"] * 2
