"""Rules on reviews: the day they are due, and the day after it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quarterdeck.checks import rules
from quarterdeck.records import Records
from tests.unit.checks.written import Case, is_kept, rules_of, shows_both

CASES: dict[str, list[Case]] = {
    "CLA-REV-01": [
        {  # 20 working days from 1 December 2017, over Christmas and New Year, end on 3 January
            "quarter": "2017-18 Q4",
            "cla_episodes": """
            who began ended rne rec status
            in_time 2017-12-01 - S - C2
            late 2017-12-01 - S - C2
            late_then_in_time 2017-12-01 - S - C2
            second_late 2017-06-20 - S - C2
            left 2017-12-01 2018-01-02 S E4A C2
            short_break 2017-12-01 - S - V3
            before_the_returns 2017-03-31 - S - C2""",
            "cla_reviews": """
            who review
            second_late 2017-06-30
            second_late 2017-10-01
            in_time 2018-01-03
            late 2018-01-04 !
            late_then_in_time 2018-01-05 !
            late_then_in_time 2018-03-05
            short_break 2018-03-01
            before_the_returns 2017-08-01""",
        }
    ],
    "CLA-REV-02": [
        {
            "cla_episodes": """
            who began ended rne rec status
            in_time 2017-06-20 - S - C2
            late 2017-06-20 - S - C2
            moved 2017-06-20 2017-09-01 S X1 C2
            moved 2017-09-01 - P - C2""",
            "cla_reviews": """
            who review
            in_time 2017-06-30
            in_time 2017-09-30
            late 2017-06-30
            late 2017-10-01 !
            moved 2017-06-30
            moved 2017-10-01 !""",
        }
    ],
    "CLA-REV-03": [
        {
            "cla_episodes": """
            year who began ended rne status
            2017 in_time 2017-03-01 - S C2
            2018 in_time 2017-03-01 - S C2
            2017 late 2017-03-01 - S C2
            2018 late 2017-03-01 - S C2
            2017 long 2012-03-01 - S C2
            2018 long 2012-03-01 - S C2""",
            "cla_reviews": """
            year who review
            2017 in_time 2017-03-28
            2018 in_time 2017-06-28
            2018 in_time 2017-12-28
            2017 late 2017-03-28
            2018 late 2017-06-28
            2018 late 2017-12-29 !
            2017 long 2017-03-30
            2018 long 2017-10-01 !""",
        }
    ],
    "CLA-REV-04": [
        {  # due on 29 December: the last working day of the quarter
            "cla_episodes": """
            year who began ended rne rec status
            2018 not_due 2017-11-30 - S - C2
            2018 held 2017-11-29 - S - C2
            2018 left 2017-11-29 2017-12-29 S E4A C2
            2018 short_break 2017-11-01 - S - V3
            2018 outstanding 2017-11-29 2017-12-15 S X1 C2
            2018 outstanding 2017-12-15 - P - C2 !""",
            "cla_reviews": """
            year who review
            2018 held 2017-12-20""",
        }
    ],
    "CLA-REV-05": [
        {
            "cla_episodes": """
            who began ended rne rec status
            not_due 2017-09-11 - S - C2
            held 2017-09-11 - S - C2
            left 2017-09-11 2017-12-29 S E4A C2
            outstanding 2017-09-11 - S - C2 !""",
            "cla_reviews": """
            who review
            not_due 2017-10-01
            held 2017-09-29
            held 2017-12-30
            left 2017-09-29
            outstanding 2017-09-29""",
        },
        {  # due on the last day of the quarter
            "quarter": "2017-18 Q4",
            "cla_episodes": """
            who began rne status
            not_due 2017-12-05 S C2
            due 2017-12-05 S C2 !""",
            "cla_reviews": """
            who review
            not_due 2018-01-01
            due 2017-12-31""",
        },
    ],
    "CLA-REV-06": [
        {
            "cla_episodes": """
            who began ended rne rec status
            not_due 2016-09-11 - S - C2
            outstanding 2016-09-11 - S - C2 !
            third_outstanding 2017-04-03 - S - C2 !""",
            "cla_reviews": """
            who review
            not_due 2017-07-01
            outstanding 2017-06-30
            third_outstanding 2017-04-28
            third_outstanding 2017-06-29""",
        }
    ],
    "CLA-REV-07": [
        {
            "cla_episodes": """
            year who began ended rne rec status
            2018 reviewed 2016-09-11 - S - C2
            2018 since_april 2017-04-01 - S - C2
            2018 left 2016-09-11 2017-12-31 S E4A C2
            2018 never 2017-03-31 - S - C2 !""",
            "cla_reviews": """
            year who review
            2018 reviewed 2017-06-01""",
        },
        {  # the returns begin on 1 April 2016, and six months of them end on 1 October
            "quarter": "2016-17 Q2",
            "cla_episodes": """
            who began rne status
            reviewed 2015-09-11 S C2
            not_yet 2015-09-11 S C2""",
            "cla_reviews": """
            who review
            reviewed 2016-06-01""",
        },
    ],
    "CLA-REV-08": [
        {
            "person": """
            who dob
            A 2013-06-01
            unknown -""",
            "cla_reviews": """
            who review part
            A 2017-05-31 PN0
            A 2017-06-01 PN7
            unknown 2017-06-01 PN0
            A 2017-06-01 PN0 !""",
        }
    ],
    "CLA-REV-09": [
        {
            "person": """
            who dob
            A 2013-06-01""",
            "cla_reviews": """
            who review part
            A 2017-05-30 PN0
            A 2017-06-01 PN4
            A 2017-05-29 -
            A 2017-05-31 PN4 !""",
        }
    ],
    "CLA-REV-10": [
        {
            "cla_reviews": """
            who review part
            A 2017-05-31 PN1
            B 2017-05-31 - !"""
        }
    ],
    "CLA-REV-11": [
        {
            "cla_episodes": """
            who began ended
            A 2017-05-01 2017-06-01
            A 2017-08-01 -""",
            "cla_reviews": """
            who review
            A 2017-05-01
            A 2017-06-01
            A 2017-12-01
            A 2017-04-30 !
            A 2017-06-02 !
            nobody 2017-06-01 !""",
        }
    ],
    "CLA-REV-12": [
        {
            "cla_reviews": """
            who review
            A 2017-05-01
            A 2017-05-09
            A 2017-05-16 !
            B 2017-05-10"""
        }
    ],
    "CLA-REV-13": [
        {
            "cla_reviews": """
            who review
            A 2017-12-22
            A 2017-12-27
            A 2017-12-23 !
            A 2017-12-26 !"""
        }
    ],
}


@pytest.mark.parametrize(("code", "case"), [(code, case) for code, cases in CASES.items() for case in cases])
def test_a_rule_on_reviews_finds_what_breaks_it_and_nothing_else(
    code: str, case: Case, small_records: Callable[..., Records]
) -> None:
    is_kept(code, case, small_records)


def test_every_rule_on_reviews_has_rows_that_keep_it_and_rows_that_break_it() -> None:
    assert set(CASES) == rules_of("care_reviews")
    assert [code for code, cases in CASES.items() if not shows_both(rules()[code], cases)] == []
