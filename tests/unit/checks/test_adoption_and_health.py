"""Rules on adoption and on the year's health, on each side of what they judge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quarterdeck.checks import rules, run
from quarterdeck.records import Records
from tests.unit.checks.written import Case, is_kept, rules_of, shows_both

ADOPTED = """
            who began ended rec place
            A 2016-05-01 2017-06-01 E11 A6
            B 2016-05-01 2017-06-01 E12 A5
            C 2016-05-01 2017-06-01 E4A P1"""
AGES = """
            who dob
            under_4 2014-04-01
            at_4 2014-03-31
            under_5 2013-04-01
            at_5 2013-03-31
            under_10 2008-04-01
            at_10 2008-03-31
            at_16 2001-04-01
            at_17 2001-03-31"""
CASES: dict[str, list[Case]] = {
    "ADO-01": [
        {
            "cla_episodes": """
            who began ended rec place
            A 2016-05-01 2017-06-01 E11 A6
            B 2016-05-01 2017-06-01 E12 A3
            C 2016-05-01 2017-06-01 E4A U4
            D 2016-05-01 2017-06-01 E11 U4 !
            E 2016-05-01 2017-06-01 E12 - !"""
        }
    ],
    "ADO-02": [
        {
            "cla_episodes": """
            who began ended rec
            A 2016-05-01 2017-06-01 E11
            B 2016-05-01 2017-06-01 E4A
            C 2016-05-01 2017-06-01 E12 !""",
            "adoption": """
            who date_int
            A 2016-06-01""",
        }
    ],
    "ADO-03": [
        {
            "cla_episodes": ADOPTED,
            "adoption": """
            who date_int
            A 2016-06-01
            C 2016-06-01 !
            nobody 2016-06-01 !""",
        }
    ],
    "ADO-04": [
        {
            "cla_episodes": ADOPTED,
            "adoption": """
            who date_int matched_date
            A 2016-06-01 2016-06-01
            B 2017-06-01 2017-06-01
            C 2017-07-01 2017-08-01
            A 2016-06-02 2016-06-01 !
            B 2016-06-01 2017-06-02 !
            B 2017-06-02 - !""",
        }
    ],
    "ADO-05": [
        {
            "cla_episodes": ADOPTED,
            "adoption": """
            who foster_care
            A N
            B Y
            C Y
            A -
            A Y !
            B N !""",
        }
    ],
    "ADO-06": [
        {
            "adoption": """
            who nb_adoptr sex_adoptr ls_adoptr
            A 1 F1 L0
            B 2 MF L11
            C 2 - -
            D - F1 L0
            E 1 MF L0 !
            F 1 F1 L11 !
            G 2 M1 L11 !
            H 2 FF L0 !
            I 3 FF L11 !"""
        }
    ],
    "ADO-07": [
        {
            "cla_episodes": """
            who began ended place
            A 2017-05-01 2017-06-01 U4
            A 2017-06-01 2017-07-01 A6
            long_placed 2017-05-01 2017-06-01 A6
            long_placed 2017-06-01 - A6
            late 2017-06-01 - A6 !
            none 2017-06-01 - A3 !""",
            "placed_for_adoption": """
            who decided
            A 2017-06-01
            long_placed 2017-05-01
            late 2017-06-02""",
        }
    ],
    "ADO-08": [
        {
            "placed_for_adoption": """
            who decided reversed why_reversed
            A 2017-05-01 - -
            B 2017-05-01 2017-06-01 RD1
            C 2017-05-01 2017-06-01 - !
            D 2017-05-01 - RD1 !"""
        }
    ],
    "ADO-09": [
        {
            "cla_episodes": """
            who began ended place
            moved 2017-05-01 2017-06-01 A6
            moved 2017-06-01 - U4
            again 2017-05-01 - A6
            stays 2017-05-01 - A6
            day_late 2017-05-01 2017-06-02 A6""",
            "placed_for_adoption": """
            who decided reversed
            moved 2017-04-05 2017-06-01
            again 2017-04-05 2017-04-20
            again 2017-05-01 -
            stays 2017-04-05 2017-06-01 !
            day_late 2017-04-05 2017-06-01 !""",
        }
    ],
    "ADO-10": [
        {
            "cla_episodes": """
            who began ended rne status
            A 2017-05-01 - S C2
            B 2017-05-01 - S C2""",
            "placed_for_adoption": """
            who decided
            A 2017-05-01
            unknown 2017-04-30
            B 2017-04-30 !""",
        }
    ],
    "ADO-11": [
        {
            "adoption": """
            who date_int
            A 2016-06-01
            unlisted 2016-06-01
            unknown -
            B 2016-06-01 !""",
            "placed_for_adoption": """
            who decided
            A 2016-05-01
            A 2016-06-01
            unknown 2016-05-01
            B 2016-05-01""",
        }
    ],
    "ADO-12": [
        {
            "previous_permanence": """
            who option order la
            A Z1 - -
            B P1 2015-01-01 885
            C Z1 2015-01-01 - !
            D Z1 - 885 !"""
        }
    ],
    "ADO-13": [
        {
            "cla_episodes": """
            who began ended rne status
            A 2017-05-01 - S C2""",
            "previous_permanence": """
            who option order
            A P1 2017-05-01
            A P1 2017-05-02 !
            unknown P1 2017-05-02""",
        }
    ],
    "HEA-01": [
        {
            "quarter": "2017-18 Q4",
            "cla_episodes": """
            year who began ended rne rec status
            2018 whole 2017-04-01 2017-06-01 S X1 C1
            2018 whole 2017-06-01 - P - C2
            2018 a_day_short 2017-04-02 - S - C2
            2018 left 2016-04-01 2018-03-31 S E4A C2
            2018 interrupted 2016-04-01 2017-06-01 S E4A C2
            2018 interrupted 2017-06-02 - S - C2
            2018 short_breaks 2016-04-01 - S - V4""",
            "cla_health": """
            year who convicted
            2018 whole N
            2018 a_day_short N !
            2018 left N !
            2018 interrupted N !
            2018 short_breaks N !
            2018 nobody N !""",
        }
    ],
    "HEA-02": [
        {
            "quarter": "2017-18 Q4",
            "cla_episodes": """
            who began ended rne rec status
            told 2017-04-01 - S - C2
            a_day_short 2017-04-02 - S - C2
            untold 2017-04-01 2017-06-01 S X1 C1
            untold 2017-06-01 - P - C2 !""",
            "cla_health": """
            who convicted
            told N""",
        }
    ],
    "HEA-03": [
        {
            "quarter": "2017-18 Q4",
            "cla_health": """
            who convicted immunisations teeth_check health_assessment substance_misuse
            A - Y N Y N
            B N - N Y N !
            C N Y - Y N !
            D N Y N - N !
            E N Y N Y - !""",
        }
    ],
    "HEA-04": [
        {
            "quarter": "2017-18 Q4",
            "cla_health": """
            who sdq_score
            A 0
            B 40
            C -
            D 41 !
            E -1 !""",
        }
    ],
    "HEA-05": [
        {
            "quarter": "2017-18 Q4",
            "person": AGES,
            "cla_health": """
            who sdq_score sdq_reason
            at_4 12 -
            at_16 - SDQ2
            under_4 - -
            at_17 - -
            at_4 - - !
            at_16 - - !
            at_10 12 SDQ2 !""",
        }
    ],
    "HEA-06": [
        {
            "quarter": "2017-18 Q4",
            "cla_health": """
            who substance_misuse intervention_received intervention_offered
            A N - -
            B Y Y -
            C Y N Y
            D Y N N
            E - - -
            F N Y - !
            G N - N !
            H Y - - !
            I Y N - !
            J Y Y Y !""",
        }
    ],
    "HEA-07": [
        {
            "quarter": "2017-18 Q4",
            "person": AGES,
            "cla_health": """
            who convicted
            at_10 N
            under_10 -
            unknown Y
            under_10 N !
            under_10 Y !
            at_10 - !""",
        }
    ],
    "HEA-08": [
        {
            "quarter": "2017-18 Q4",
            "person": AGES,
            "cla_health": """
            who health_check
            under_5 N
            at_5 -
            under_5 - !
            at_5 Y !""",
        }
    ],
}


@pytest.mark.parametrize(("code", "case"), [(code, case) for code, cases in CASES.items() for case in cases])
def test_a_rule_on_adoption_and_health_finds_what_breaks_it_and_nothing_else(
    code: str, case: Case, small_records: Callable[..., Records]
) -> None:
    is_kept(code, case, small_records)


def test_every_rule_on_adoption_and_health_has_rows_that_keep_it_and_rows_that_break_it() -> None:
    assert set(CASES) == rules_of("adoption_and_health")
    assert [code for code, cases in CASES.items() if not shows_both(rules()[code], cases)] == []


@pytest.mark.parametrize(
    ("quarter", "state", "reason"),
    [
        ("2017-18 Q3", "not run", "no return gave adoption yet: it is cut once a year"),
        ("2017-18 Q4", "failed", ""),
    ],
)
def test_a_child_is_not_missed_in_a_return_that_is_cut_once_a_year_before_it_is_there(
    quarter: str, state: str, reason: str, small_records: Callable[..., Records]
) -> None:
    adopted = {"person_id": "A", "cla_episode_ceased_reason": "E11", "collection_year": 2018}
    records = small_records(quarter, cla_episodes=[adopted], adoption=[{"person_id": "B", "collection_year": 2017}])
    found = run(records, [rules()["ADO-02"]]).rules.iloc[0]
    assert (found.state, found.reason) == (state, reason)
