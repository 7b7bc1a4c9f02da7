"""What is found at assessment: each episode once, however many assessments and factors it has."""

from __future__ import annotations

from quarterdeck.measures.assessment_factors import FACTORS, NO_FACTORS, assessment_factors
from quarterdeck.quarter import Quarter, periods
from quarterdeck.returns.codes import code_sets

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]


def assessment(number: str, referral: str, authorised: str | None) -> dict[str, object]:
    return {"assessment_id": number, "referral_id": referral, "assessment_auth_date": authorised}


def factor(number: str, code: str) -> dict[str, object]:
    return {"assessment_id": number, "assessment_factor": code}


def test_a_factor_found_at_two_assessments_of_an_episode_counts_once(small_records):
    records = small_records(
        cin_assessments=[
            assessment("1", "A", "2017-10-01"),
            assessment("2", "A", "2017-12-31"),
            assessment("3", "B", "2017-11-01"),
            assessment("4", "C", "2018-01-01"),
            assessment("5", "D", None),
        ],
        assessment_factors=[
            factor("1", "3B"),
            factor("2", "3B"),
            factor("2", "16A"),
            factor("3", "21"),
            factor("4", "3B"),
            factor("5", "3B"),
        ],
    )
    whole = assessment_factors(records, WHEN)
    assert (whole.numerator[QUARTER], whole.denominator[QUARTER]) == (1, 2)
    told = assessment_factors(records, WHEN, ("factor",)).numerator.xs(QUARTER, level="period")
    assert told[told > 0].to_dict() == {"domestic abuse: a parent or carer": 1, "neglect": 1}


def test_every_code_that_a_return_of_any_year_may_hold_is_a_factor_in_words_but_the_one_for_none():
    codes = code_sets()["assessment_factors.assessment_factor"].up_to(2026)
    assert {*FACTORS} == {*codes} - {NO_FACTORS}
