"""Rules on early help, on each side of what they judge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quarterdeck.checks import rules
from quarterdeck.records import Records
from tests.unit.checks.written import Case, is_kept, rules_of, shows_both

CASES: dict[str, list[Case]] = {
    "EHP-01": [
        {
            "early_help_episodes": """
            who episode_start_date episode_end_date
            A 2017-10-02 2017-10-02
            B 2017-10-02 -
            C 2017-10-02 2017-10-01 !"""
        }
    ],
    "EHP-02": [
        {
            "early_help_episodes": """
            who episode_start_date assessment_end
            A 2017-10-02 2017-10-02
            B 2017-10-02 -
            C 2017-10-02 2017-10-01 !"""
        }
    ],
    "EHP-03": [
        {
            "early_help_episodes": """
            who episode_start_date assessment_end episode_end_date
            assessed 2017-05-01 2017-06-01 -
            ended 2017-05-01 - 2017-06-01
            three_months 2017-09-30 - -
            longer 2017-09-29 - - !"""
        }
    ],
    "EHP-04": [
        {
            "early_help_episodes": """
            who episode_start_date episode_end_date episode_end_reason
            A 2017-05-01 2017-06-01 none
            B 2017-05-01 - -
            C 2017-05-01 2017-06-01 - !"""
        }
    ],
    "EHP-05": [
        {
            "early_help_episodes": """
            who episode_start_date episode_end_date episode_end_reason
            A 2017-05-01 2017-06-01 up
            B 2017-05-01 - down
            C 2017-05-01 - -
            D 2017-05-01 - up !"""
        }
    ],
    "EHP-06": [
        {
            "early_help_episodes": """
            who episode_start_date episode_end_date episode_end_reason
            tenth_day_before 2017-05-02 2017-10-16 up
            tenth_day_after 2017-05-02 2017-10-16 up
            ended 2017-05-02 2017-10-16 none
            - 2017-05-02 2017-10-16 up
            too_recent 2017-05-02 2017-12-14 up
            ripe 2017-05-02 2017-12-13 up !
            eleventh_day_before 2017-05-02 2017-10-16 up !
            eleventh_day_after 2017-05-02 2017-10-16 up !""",
            "cin_episodes": """
            referral_id who referral_date
            1 tenth_day_before 2017-10-02
            2 tenth_day_after 2017-10-30
            3 eleventh_day_before 2017-09-29
            4 eleventh_day_after 2017-10-31""",
        },
        {
            "early_help_episodes": """
            who episode_start_date episode_end_date episode_end_reason year
            before_the_census 2014-01-02 2014-04-14 up 2018
            after 2014-01-02 2014-04-17 up 2018 !""",
            "cin_episodes": """
            referral_id who referral_date year
            1 other 2014-10-02 2015""",
        },
    ],
    "EHP-07": [
        {
            "early_help_episodes": """
            who episode_start_date episode_end_reason
            before 2017-10-31 down
            after 2017-10-01 down
            up 2017-10-01 up
            - 2017-10-01 down
            too_recent 2017-12-02 down
            ripe 2017-12-01 down !
            long_before 2017-11-01 down !
            long_after 2017-09-30 down !""",
            "cin_episodes": """
            referral_id who referral_date close_date
            1 before 2017-05-02 2017-10-01
            2 after 2017-05-02 2017-10-31
            3 long_before 2017-05-02 2017-10-01
            4 long_after 2017-05-02 2017-10-31""",
        }
    ],
    "EHP-08": [
        {
            "early_help_episodes": """
            who episode_start_date episode_end_date
            A 2017-05-01 2017-06-01
            A 2017-06-01 -
            B 2017-05-01 2017-06-01
            B 2017-05-31 - !
            - 2017-05-01 -
            - 2017-05-02 -"""
        }
    ],
    "EHP-09": [
        {
            "early_help_episodes": """
            who episode_start_date episode_end_date
            A 2016-12-31 -
            B 2016-12-30 2017-12-31
            C 2016-12-30 - !"""
        }
    ],
    "EHP-10": [
        {
            "early_help_episodes": """
            who episode_start_date episode_organisation
            A 2017-05-01 Health_visiting
            B 2017-05-01 - !"""
        }
    ],
    "EHP-11": [
        {
            "early_help_episodes": """
            who episode_start_date district
            A 2017-05-01 North
            B 2017-05-01 -
            C 2017-05-01 Nroth !"""
        }
    ],
    "EHP-12": [
        {
            "early_help_episodes": """
            who episode_start_date district
            A 2017-05-01 Elsewhere
            B 2017-05-01 - !"""
        }
    ],
}


@pytest.mark.parametrize(("code", "case"), [(code, case) for code, cases in CASES.items() for case in cases])
def test_a_rule_on_early_help_finds_what_breaks_it_and_nothing_else(
    code: str, case: Case, small_records: Callable[..., Records]
) -> None:
    is_kept(code, case, small_records)


def test_every_rule_on_early_help_has_rows_that_keep_it_and_rows_that_break_it() -> None:
    assert set(CASES) == rules_of("early_help")
    assert [code for code, cases in CASES.items() if not shows_both(rules()[code], cases)] == []
