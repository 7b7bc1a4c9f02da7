"""Rules on contacts with the front door, on each side of what they judge."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from quarterdeck.checks import rules
from quarterdeck.records import Records
from quarterdeck.records.coverage import Coverage
from tests.unit.checks.written import Case, is_kept, rules_of, shows_both, table

CASES: dict[str, list[Case]] = {
    "CON-01": [
        {
            "contacts": """
            contact_id contact_date decision_date
            same_day 2017-10-02T15:00 2017-10-02
            later 2017-10-02 2017-10-03
            open 2017-10-02 -
            before 2017-10-02T00:00 2017-10-01T23:59 !"""
        }
    ],
    "CON-02": [  # the quarter's last working day is Friday 29 December
        {
            "contacts": """
            contact_id contact_date decision_date
            decided_late 2017-11-01 2017-11-20
            one_day 2017-12-28T00:01 -
            at_the_weekend 2017-12-30 -
            two_days 2017-12-27T23:59 - !
            long_ago 2017-10-02 - !"""
        }
    ],
    "CON-03": [
        {
            "contacts": """
            contact_id contact_date decision_date decision
            A 2017-10-02 2017-10-02 advice
            B 2017-10-02 - -
            C 2017-10-02 - advice !"""
        }
    ],
    "CON-04": [
        {
            "contacts": """
            contact_id contact_date decision_date decision
            A 2017-10-02 2017-10-02 advice
            B 2017-10-02 - -
            C 2017-10-02 2017-10-02 - !"""
        }
    ],
    "CON-05": [
        {
            "contacts": """
            contact_id contact_date decision
            A 2017-10-02 No_Further_Action
            B 2017-10-02 _new_referral_
            C 2017-10-02 -
            D 2017-10-02 gone_fishing !"""
        }
    ],
    "CON-06": [
        {
            "contacts": """
            contact_id contact_date contact_source_code
            A 2017-10-02 9
            B 2017-10-02 10 !
            C 2017-10-02 - !"""
        }
    ],
    "CON-07": [
        {
            "contacts": """
            contact_id who contact_date decision
            A A 2017-10-02 new_referral
            B - 2017-10-02 advice
            C - 2017-10-02 New_Referral !"""
        }
    ],
    "CON-08": [
        {
            "contacts": """
            contact_id who contact_date decision_date decision
            same_day A 2017-10-02T10:00 2017-10-02 new_referral
            fifth_day B 2017-10-02 2017-10-03 new_referral
            before_deciding C 2017-10-02 2017-10-09 new_referral
            advised D 2017-10-02 2017-10-02 advice
            unknown - 2017-10-02 2017-10-02 new_referral
            too_recent E 2017-12-21 2017-12-22 new_referral
            open F 2017-10-02 - new_referral
            ripe G 2017-12-20 2017-12-20 new_referral !
            sixth_day H 2017-10-02 2017-10-03 new_referral !
            day_before I 2017-10-02 2017-10-03 new_referral !
            other_child J 2017-10-02 2017-10-03 new_referral !""",
            "cin_episodes": """
            referral_id who referral_date
            1 A 2017-10-02
            2 B 2017-10-10
            3 C 2017-10-03
            4 H 2017-10-11
            5 I 2017-10-01""",
        },
        {
            "contacts": """
            contact_id who contact_date decision_date decision year
            before_the_census A 2014-03-31 2014-04-01 new_referral 2018
            after A 2014-04-01 2014-04-01 new_referral 2018 !""",
            "cin_episodes": """
            referral_id who referral_date year
            1 B 2014-10-02 2015""",
        },
    ],
    "CON-09": [
        {
            "contacts": """
            contact_id who contact_date
            1 A 2017-10-02T23:00
            2 B 2017-09-04
            3 C 2017-09-01
            4 D 2017-10-03
            5 - 2017-10-02""",
            "cin_episodes": """
            referral_id who referral_date
            same_day A 2017-10-02
            twentieth_day B 2017-10-02
            next_day C 2017-10-02 !
            contact_after D 2017-10-02 !
            none E 2017-10-02 !""",
        },
        {
            "contacts": """
            contact_id who contact_date year
            1 A 2017-04-03 2018""",
            "cin_episodes": """
            referral_id who referral_date year
            before_the_list B 2017-03-20 2018
            too_near B 2017-05-02 2018
            ripe B 2017-05-03 2018 !""",
        },
    ],
    "CON-10": [
        {
            "contacts": """
            contact_id who contact_date decision
            first_day A 2017-10-02T09:00 existing_referral
            last_day B 2017-10-02T09:00 existing_referral
            second_case C 2017-10-02 existing_referral
            unknown - 2017-10-02 existing_referral
            referred D 2017-10-02 new_referral
            day_before E 2017-10-01 existing_referral !
            day_after F 2017-10-03 existing_referral !
            never G 2017-10-03 existing_referral !""",
            "cin_episodes": """
            referral_id who referral_date close_date
            1 A 2017-10-02 -
            2 B 2017-05-02 2017-10-02
            3 C 2017-05-02 2017-06-02
            4 C 2017-09-02 -
            5 E 2017-10-02 -
            6 F 2017-05-02 2017-10-02""",
        }
    ],
    "CON-11": [
        {
            "contacts": """
            contact_id who contact_date contact_source_code
            2 A 2017-10-02T15:00 6 !
            1 A 2017-10-02T09:00 6
            3 A 2017-10-03 6
            4 A 2017-10-02 2A
            5 B 2017-10-02 6
            6 - 2017-10-02 6
            7 - 2017-10-02 6
            8 C 2017-10-02 -
            9 C 2017-10-02 -"""
        }
    ],
    "CON-12": [
        {
            "person": """
            who dob
            A 1999-10-03
            unborn 2018-02-01""",
            "contacts": """
            contact_id who contact_date
            1 A 2017-10-02T23:59
            2 unborn 2017-10-02
            3 nobody 2017-10-02
            4 - 2017-10-02
            5 A 2017-10-03 !""",
        }
    ],
}


@pytest.mark.parametrize(("code", "case"), [(code, case) for code, cases in CASES.items() for case in cases])
def test_a_rule_on_contacts_finds_what_breaks_it_and_nothing_else(
    code: str, case: Case, small_records: Callable[..., Records]
) -> None:
    is_kept(code, case, small_records)


def test_every_rule_on_contacts_has_rows_that_keep_it_and_rows_that_break_it() -> None:
    assert set(CASES) == rules_of("contacts")
    assert [code for code, cases in CASES.items() if not shows_both(rules()[code], cases)] == []


def test_a_referral_before_a_list_of_six_months_began_is_not_missed(small_records: Callable[..., Records]) -> None:
    rows, _ = table("referral_id who referral_date\n1 A 2017-07-28\n2 A 2017-07-31", "cin_episodes")
    records = small_records(cin_episodes=rows, contacts=[{"contact_id": "1", "contact_date": "2017-09-01"}])
    six_months = Records(
        records.authority, records.quarter, records.tables, {"contacts": Coverage(events=pd.Timestamp(2017, 7, 3))}
    )
    found = rules()["CON-09"].function(six_months)
    assert list(found) == [1]
