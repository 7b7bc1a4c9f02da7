"""Rules on missing episodes and return interviews, on each side of what they judge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quarterdeck.checks import rules
from quarterdeck.records import Records
from tests.unit.checks.written import Case, is_kept, rules_of, shows_both

BACK = """
            who type went back
            A missing 2017-10-01 2017-10-03
            late missing 2017-12-20 2017-12-29
            ripe missing 2017-12-20 2017-12-28
            still missing 2017-12-20 -"""
CASES: dict[str, list[Case]] = {
    "MIS-01": [
        {
            "missing": """
            who type went back
            A missing 2017-10-01 2017-10-03
            A missing 2017-10-03 2017-10-04
            A away 2017-10-05 -
            B missing 2017-10-01 2017-10-03
            B away 2017-10-02 2017-10-05 !
            told_by_another_rule missing 2017-10-01 -
            told_by_another_rule missing 2017-10-09 -"""
        }
    ],
    "MIS-02": [
        {
            "missing": """
            who type went back
            A missing 2017-10-01 2017-10-03
            A missing 2017-10-08 -
            B missing 2017-10-01 - !
            B missing 2017-10-08 2017-10-09"""
        }
    ],
    "MIS-03": [
        {
            "missing": """
            who type went back
            A missing 2017-05-01 2017-06-30
            B missing 2017-11-02 -
            C missing 2017-05-01 2017-07-01 !
            D missing 2017-11-01 - !"""
        }
    ],
    "MIS-04": [
        {
            "missing": """
            who type went looked_after
            A away 2017-05-01 Y
            B missing 2017-05-01 N
            C away 2017-05-01 -
            D away 2017-05-01 N !"""
        }
    ],
    "MIS-05": [
        {
            "person": """
            who dob
            A 2012-05-01
            unknown -""",
            "missing": """
            who type went
            A missing 2017-05-01
            unknown missing 2017-05-01
            A missing 2017-04-30 !""",
        }
    ],
    "MIS-06": [
        {
            "person": """
            who dob
            A 1999-05-01
            unborn 2017-06-01""",
            "missing": """
            who type went
            A missing 2017-04-30
            A missing 2017-05-01 !
            unborn missing 2017-05-31 !
            unborn missing 2017-06-01""",
        }
    ],
    "MIS-07": [
        {
            "cla_episodes": """
            who began ended
            in_care 2017-05-01 -
            left 2017-05-01 2017-11-01
            left_on_the_last_day 2017-05-01 2017-12-31
            back_in_care 2017-05-01 2017-11-01
            back_in_care 2017-12-01 -""",
            "missing": """
            who type went back looked_after
            in_care missing 2017-10-01 - Y
            left missing 2017-10-02 2017-10-03 Y
            left missing 2017-11-02 - N
            back_in_care missing 2017-10-01 - Y
            left missing 2017-11-01 - Y
            left_on_the_last_day missing 2017-10-01 - Y !
            left missing 2017-10-01 - Y !""",
        }
    ],
    "MIS-08": [
        {
            "return_interviews": """
            who went offered accepted
            A 2017-10-01 Y Y
            B 2017-10-01 Y N
            C 2017-10-01 N N
            D 2017-10-01 N -
            E 2017-10-01 N Y !"""
        }
    ],
    "MIS-09": [
        {
            "return_interviews": """
            who went offered accepted interview_date
            A 2017-10-01 Y Y 2017-10-05
            B 2017-10-01 N N -
            C 2017-10-01 - - 2017-10-05
            D 2017-10-01 N - 2017-10-05 !
            E 2017-10-01 Y N 2017-10-05 !"""
        }
    ],
    "MIS-10": [
        {
            "missing": """
            who type went back time_recorded
            hours missing 2017-10-01T20:00 2017-10-03T12:00 Y
            days missing 2017-10-01 2017-10-03 N""",
            "return_interviews": """
            who went interview_date timed
            hours 2017-10-01T20:00 2017-10-03T12:00 Y
            hours 2017-10-01 2017-10-03 N
            days 2017-10-01 2017-10-03 N
            nothing_known 2017-10-01 2017-09-01 N
            hours 2017-10-01T20:00 2017-10-03T11:59 Y !
            hours 2017-10-01 2017-10-02 N !
            days 2017-10-01 2017-10-02 N !""",
        }
    ],
    "MIS-11": [
        {
            "missing": BACK,
            "return_interviews": """
            who went interview_date
            A 2017-10-01 2017-12-02
            nothing_known 2017-10-01 2017-12-30
            A 2017-10-01 2017-12-03 !""",
        }
    ],
    "MIS-12": [
        {
            "missing": BACK,
            "return_interviews": """
            who went interview_date reason_not_done
            A 2017-10-01 2017-10-05 -
            A 2017-10-01 - child_refused
            late 2017-12-20 - -
            still 2017-12-20 - -
            A 2017-10-01 - - !
            ripe 2017-12-20 - - !""",
        }
    ],
    "MIS-13": [
        {
            "return_interviews": """
            who went interview_date reason_not_done
            A 2017-10-01 2017-10-05 -
            B 2017-10-01 - child_refused
            C 2017-10-01 2017-10-05 child_refused !"""
        }
    ],
    "MIS-14": [
        {
            "missing": """
            who type went back
            asked missing 2017-10-01T20:00 2017-10-03T12:00
            asked_by_day missing 2017-10-01T20:00 2017-10-03T12:00
            away away 2017-10-01T20:00 2017-10-03T12:00
            too_recent missing 2017-12-20T20:00 2017-12-28T12:00
            not_asked missing 2017-10-01T20:00 2017-10-03T12:00 !
            ripe missing 2017-12-20T20:00 2017-12-28T00:00 !""",
            "return_interviews": """
            who went offered
            asked 2017-10-01T20:00 N
            asked_by_day 2017-10-01 Y
            not_asked 2017-10-02 Y""",
        }
    ],
}


@pytest.mark.parametrize(("code", "case"), [(code, case) for code, cases in CASES.items() for case in cases])
def test_a_rule_on_missing_children_finds_what_breaks_it_and_nothing_else(
    code: str, case: Case, small_records: Callable[..., Records]
) -> None:
    is_kept(code, case, small_records)


def test_every_rule_on_missing_children_has_rows_that_keep_it_and_rows_that_break_it() -> None:
    assert set(CASES) == rules_of("missing")
    assert [code for code, cases in CASES.items() if not shows_both(rules()[code], cases)] == []
