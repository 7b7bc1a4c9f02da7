"""Rules on what two returns say of one child, on each side of what they judge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quarterdeck.checks import rules
from quarterdeck.records import Records
from tests.unit.checks.written import Case, is_kept, rules_of, shows_both

IN_CARE = """
            who began ended status place
            in_care 2017-05-01 - C2 U4
            left 2017-05-01 2017-12-31 C2 U4
            short_break 2017-05-01 - V4 U6"""
CASES: dict[str, list[Case]] = {
    "X-01": [
        {
            "cla_episodes": """
            who began ended status
            open 2017-05-01 - C2
            left 2017-05-01 2017-12-31 C2
            short_break 2017-05-01 - V4
            closes_later 2017-05-01 - C2
            told_by_another_rule 2017-05-01 - C2
            closed 2017-05-01 - C2 !""",
            "cin_episodes": """
            who referral_date close_date
            open 2016-05-01 2016-09-01
            open 2017-04-01 -
            left 2017-04-01 2017-12-31
            short_break 2017-04-01 2017-12-31
            closes_later 2017-04-01 2018-01-01
            closed 2017-04-01 2017-12-31""",
        }
    ],
    "X-02": [
        {
            "cla_episodes": """
            who began ended status
            known 2017-05-01 - C2
            left 2017-05-01 2017-12-31 C2
            unknown 2017-05-01 - C2 !""",
            "cin_episodes": """
            who referral_date close_date
            known 2016-05-01 2016-09-01""",
        }
    ],
    "X-03": [
        {  # ten working days after Friday 1 September 2017 is the 15th
            "cla_episodes": """
            who began ended status
            before 2017-05-01 - C2
            in_time 2017-09-15 - C2
            late 2017-09-18 - C2
            left_that_day 2017-05-01 2017-09-01 C2
            left_before 2017-05-01 2017-08-31 C2
            short_break 2017-09-01 - V3""",
            "cp_plan_ends": """
            who end_date reason
            before 2017-09-01 into_care
            in_time 2017-09-01 into_care
            left_that_day 2017-09-01 into_care
            nobody 2017-09-01 other
            late 2017-09-01 into_care !
            left_before 2017-09-01 into_care !
            short_break 2017-09-01 into_care !
            unknown 2017-09-01 into_care !""",
        }
    ],
    "X-04": [
        {
            "cla_episodes": IN_CARE,
            "cin_plans": """
            who cin_plan_start_date cin_plan_end_date
            left 2017-04-01 -
            short_break 2017-04-01 -
            in_care 2016-04-01 2017-12-31
            in_care 2017-04-01 2018-01-01 !
            in_care 2018-01-01 -
            in_care 2017-12-31 - !""",
        }
    ],
    "X-05": [
        {
            "cla_episodes": IN_CARE,
            "cp_plans": """
            who cp_plan_start_date cp_plan_end_date
            left 2017-04-01 -
            in_care 2016-04-01 2017-12-31
            in_care 2017-05-01 - !""",
        }
    ],
    "X-06": [
        {
            "cla_episodes": IN_CARE,
            "missing": """
            who type went looked_after
            in_care missing 2017-05-01T22:00 Y
            left missing 2017-12-31T10:00 Y
            nobody missing 2017-06-01 N
            last_year missing 2017-03-31 Y
            in_care missing 2017-04-30 Y !
            short_break missing 2017-06-01 Y !
            nobody missing 2017-04-01 Y !""",
        }
    ],
    "X-07": [
        {
            "cla_episodes": IN_CARE,
            "missing": """
            who type went looked_after
            in_care missing 2017-05-01T22:00 Y
            in_care missing 2017-04-30 N
            short_break missing 2017-06-01 N
            in_care missing 2017-05-02 N !
            left missing 2017-12-31T10:00 N !""",
        }
    ],
    "X-08": [
        {
            "missing": """
            year who type went
            2017 last_year missing 2017-03-30T20:00
            2018 A missing 2017-10-01T20:00
            2018 B missing 2017-10-01T20:00""",
            "return_interviews": """
            year who went
            2018 last_year 2017-03-30T20:00
            2018 A 2017-10-01T20:00
            2018 B 2017-10-01
            2018 A 2017-10-01T21:00 !
            2018 A 2017-10-02 !
            2018 nobody 2017-10-01T20:00 !""",
        }
    ],
    "X-09": [
        {
            "cla_episodes": IN_CARE,
            "placement_costs": """
            who date_of_birth start_date end_date
            in_care 2008-01-01 2017-05-01 -
            left 2008-01-01 2017-05-01 2017-12-31
            adult 1999-12-31 2017-05-01 -
            - 2008-01-01 2017-05-01 -
            left 2008-01-01 2017-05-02 - !
            nobody 2000-01-01 2017-05-01 - !""",
        }
    ],
    "X-10": [
        {
            "cla_episodes": """
            who began ended status place
            paid 2017-05-01 - C2 U4
            with_parents 2017-05-01 - C2 P1
            left 2017-05-01 2017-12-31 C2 U4
            no_longer 2017-05-01 - C2 U4 !
            never 2017-05-01 - C2 K2 !""",
            "placement_costs": """
            who start_date end_date
            paid 2017-05-01 -
            no_longer 2017-05-01 2017-12-31""",
        }
    ],
    "X-11": [
        {
            "cla_episodes": """
            who began ended status place
            foster 2017-05-01 - C2 U4
            home 2017-05-01 - C2 K2
            away 2017-05-01 - C2 T1""",
            "placement_costs": """
            who placement_type start_date
            foster In-house_Fostering 2017-05-01
            home Agency_Residential 2017-05-01
            home Lighthouse 2017-05-01
            away Agency_Residential 2017-05-01
            nobody Agency_Residential 2017-05-01
            foster Agency_Residential 2017-05-01 !
            home In-house_Fostering 2017-05-01 !""",
        }
    ],
    "X-12": [
        {
            "cla_episodes": IN_CARE,
            "cin_episodes": """
            who referral_date close_date close_reason
            left 2016-05-01 2017-12-31 RC1
            in_care 2016-05-01 2016-12-31 RC7
            in_care 2017-05-01 2017-12-31 RC1 !""",
        }
    ],
    "X-13": [
        {
            "person": """
            who dob death_date
            A 2010-01-01 2017-06-01
            B 2010-01-01 2017-12-31
            C 2010-01-01 2017-12-30
            alive 2010-01-01 -""",
            "cla_episodes": """
            who began ended
            A 2017-05-01 2017-06-01
            A 2017-05-01 2017-06-02 !
            B 2017-05-01 -
            C 2017-05-01 - !
            alive 2017-05-01 -""",
        }
    ],
    "X-14": [
        {
            "cla_episodes": IN_CARE,
            "assessment_outcomes": """
            who assessment_start_date outcome
            in_care 2017-06-01 became_looked_after
            left 2017-12-31 Became_Looked_After
            nobody 2017-06-01 no_further_action
            - - became_looked_after
            nobody - became_looked_after
            left 2018-01-01 became_looked_after !
            nobody 2017-06-02 became_looked_after !""",
        }
    ],
    "X-15": [
        {
            "cla_episodes": """
            who began ended status
            A 2017-05-01 - C2
            left 2017-05-01 2017-12-31 C2
            no_longer 2017-05-01 - C2 !
            never 2017-05-01 - C2 !""",
            "involvements": """
            who team from_date to_date
            A T 2017-05-01 2018-02-01
            no_longer T 2017-05-01 2017-12-31""",
        }
    ],
    "X-16": [
        {
            "cla_episodes": """
            who began ended rec
            A 2017-05-01 2017-06-01 E11
            home 2017-05-01 2017-06-01 E4A
            B 2017-05-01 2017-06-01 E12 !""",
            "cp_plans": """
            who cp_plan_start_date cp_plan_end_date
            A 2017-04-01 2017-05-05
            home 2017-04-01 -
            B 2017-04-01 -""",
        }
    ],
}


@pytest.mark.parametrize(("code", "case"), [(code, case) for code, cases in CASES.items() for case in cases])
def test_a_rule_across_returns_finds_what_breaks_it_and_nothing_else(
    code: str, case: Case, small_records: Callable[..., Records]
) -> None:
    is_kept(code, case, small_records)


def test_every_rule_across_returns_has_rows_that_keep_it_and_rows_that_break_it() -> None:
    assert set(CASES) == rules_of("across_returns")
    assert [code for code, cases in CASES.items() if not shows_both(rules()[code], cases)] == []
