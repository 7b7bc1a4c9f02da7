"""Rules on what placements cost, on each side of what they judge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quarterdeck.checks import rules, run
from quarterdeck.records import Records
from tests.unit.checks.written import Case, is_kept, rules_of, shows_both

CASES: dict[str, list[Case]] = {
    "COS-01": [
        {
            "placement_costs": """
            who placement_type start_date end_date
            A In-house_Fostering 2017-05-01 2017-06-01
            A Agency_Residential 2017-06-01 -
            - In-house_Fostering 2017-05-01 -
            - In-house_Fostering 2017-06-01 -
            B In-house_Fostering 2017-05-01 2017-06-02
            B Agency_Residential 2017-06-01 - !
            C In-house_Fostering 2017-05-01 -
            C In-house_Fostering 2017-06-01 2017-06-05 !"""
        }
    ],
    "COS-02": [
        {
            "placement_costs": """
            who weekly_cost cost_in_period
            A 0 -
            B 0.5 0.5
            none - 0
            C -0.01 - !
            D - -5 !"""
        }
    ],
    "COS-03": [
        {
            "placement_costs": """
            who weekly_cost cost_in_period
            A 0.01 -
            B 0 100
            C - -
            D 0 - !
            E 476 0 !"""
        }
    ],
    "COS-04": [
        {
            "placement_costs": """
            who weekly_cost
            A 15000
            B -
            C 15000.01 !"""
        }
    ],
    "COS-05": [
        {
            "placement_costs": """
            who placement_type
            A Agency_Residential
            B In-house_Fostering
            C Lighthouse !"""
        }
    ],
    "COS-06": [
        {
            "placement_costs": """
            who placement_type provider
            A Agency_Residential External
            B Lighthouse external
            C Agency_Residential internal !
            D In-house_Fostering external !"""
        }
    ],
    "COS-07": [
        {
            "person": """
            who dob
            A 2008-05-01
            B 2008-05-01""",
            "placement_costs": """
            who date_of_birth
            A 2008-05-01
            unknown 2008-05-01
            - 2008-05-01
            B 2008-05-02 !""",
        }
    ],
    "COS-08": [
        {
            "placement_costs": """
            who start_date
            A 2017-05-01
            B - !"""
        }
    ],
    "COS-09": [
        {
            "placement_costs": """
            who weekly_cost cost_in_period start_date end_date
            A 700 1000 2017-05-01 2017-05-11
            B 700 1020 2017-05-01 2017-05-11
            C 700 - 2017-05-01 2017-05-11
            one_day 700 100 2017-05-01 2017-05-01
            D 700 1021 2017-05-01 2017-05-11 !
            E 700 100 2017-05-01 2017-05-11 !"""
        }
    ],
    "COS-10": [
        {
            "placement_costs": """
            who date_of_birth end_date
            A 1992-01-01 -
            B 1991-12-31 2017-12-31
            C 1991-12-31 - !
            D 1991-12-31 2018-01-01 !"""
        }
    ],
    "COS-11": [
        {
            "placement_costs": """
            who number days cost_in_period
            A - - 100
            - 3 - 100
            - - 90 100
            - - - 100 !"""
        }
    ],
    "COS-12": [
        {
            "placement_costs": """
            who number days start_date end_date
            - 3 90 2017-04-01 2017-04-30
            - - 900 2017-04-01 2017-04-30
            - 0 0 2017-04-01 2017-04-30
            - 3 91 2017-04-01 2017-04-30 !
            - -1 - 2017-04-01 2017-04-30 !
            - - -1 2017-04-01 2017-04-30 !"""
        }
    ],
    "COS-13": [
        {
            "placement_budget": """
            placement_type financial_year
            Agency_Residential 2017-18
            In-house_Fostering 2017/18
            Agency_Residential 2017-19 !
            In-house_Fostering 2017 !"""
        }
    ],
    "COS-14": [
        {
            "placement_budget": """
            placement_type financial_year
            Agency_Residential 2017-18
            Lighthouse 2017-18 !"""
        }
    ],
    "COS-15": [
        {
            "placement_budget": """
            placement_type financial_year forecast_number budget_gbp
            A 2017-18 0 0
            B 2017-18 - 100 !
            C 2017-18 3 - !"""
        }
    ],
    "COS-16": [
        {  # 7 placements at £100 a week for 365/7 weeks cost £36,500
            "placement_budget": """
            placement_type financial_year forecast_number budget_gbp forecast_unit_cost
            A 2017-18 7 36500 100
            B 2017-18 7 35771 100
            C 2017-18 7 36500 -
            D 2017-18 7 35769 100 !
            E 2017-18 7 0 100 !"""
        }
    ],
    "COS-17": [
        {
            "placement_budget": """
            placement_type financial_year
            Agency_Residential 2017/18
            In-house_Fostering 2016-17""",
            "placement_costs": """
            who placement_type start_date end_date
            A Agency_Residential 2017-05-01 -
            B In-house_Fostering 2017-05-01 2017-12-31
            C In-house_Fostering 2018-01-01 -
            D In-house_Fostering 2017-05-01 2018-01-01 !
            E In-house_Fostering 2017-12-31 - !""",
        }
    ],
}


@pytest.mark.parametrize(("code", "case"), [(code, case) for code, cases in CASES.items() for case in cases])
def test_a_rule_on_costs_finds_what_breaks_it_and_nothing_else(
    code: str, case: Case, small_records: Callable[..., Records]
) -> None:
    is_kept(code, case, small_records)


def test_every_rule_on_costs_has_rows_that_keep_it_and_rows_that_break_it() -> None:
    assert set(CASES) == rules_of("placement_costs")
    assert [code for code, cases in CASES.items() if not shows_both(rules()[code], cases)] == []


def test_types_are_not_judged_by_a_profile_that_names_none(small_records: Callable[..., Records]) -> None:
    records = small_records(
        placement_costs=[{"person_id": "A", "placement_type": "Lighthouse", "provider": "external"}]
    )
    states = run(records, [rules()[code] for code in ("COS-05", "COS-06")]).rules
    assert states.state.tolist() == ["not run", "not run"]
    assert states.reason.tolist() == ["no return gave types of placement: the profile names none"] * 2
