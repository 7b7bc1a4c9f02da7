"""The health of children looked after for a year: by the year's return, each share of its own children."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.measures.health import cla_health_annual, cla_sdq_annual
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2016, 4), Quarter(2017, 3))
YEAR_END = WHEN.index[(WHEN.end == "2017-03-31") & (WHEN.kind == "month")][0]


def child(person: str, year: int = 2017, **told: object) -> dict[str, object]:
    return {"person_id": person, "collection_year": year, **told}


def born(person: str, dob: str) -> dict[str, object]:
    return {"person_id": person, "dob": dob}


def test_a_year_s_return_of_health_is_told_at_its_31_march_and_at_no_other_close(small_records):
    records = small_records(
        cla_health=[child("A", health_assessment=True), child("B", health_assessment=False), child("C", 2016)],
        person=[born("A", "2010-01-01"), born("B", "2010-01-01")],
    )
    found = cla_health_annual(records, WHEN)
    assert (found.numerator[YEAR_END], found.denominator[YEAR_END]) == (1, 2)
    others = found.denominator[WHEN.end != "2017-03-31"]
    assert others.eq(0).all()


def test_development_is_of_children_under_5_and_convictions_of_those_of_10_and_over(small_records):
    records = small_records(
        cla_health=[
            child("A", health_check=True, convicted=True),
            child("B", health_check=True, convicted=True),
            child("C", health_check=None, convicted=False),
        ],
        person=[born("A", "2012-04-01"), born("B", "2012-03-31"), born("C", "2007-03-31")],
    )
    found = cla_health_annual(records, WHEN, ("health",))
    shares = pd.DataFrame({"part": found.numerator, "whole": found.denominator}).xs(YEAR_END, level="period")
    assert shares.loc["development check up to date, under 5"].tolist() == [1, 1]
    assert shares.loc["convicted or cautioned, 10 and over"].fillna(0).tolist() == [0, 1]
    assert shares.loc["teeth checked"].fillna(0).tolist() == [0, 3]


@pytest.mark.parametrize(
    ("score", "band"), [(13, "normal"), (14, "borderline"), (16, "borderline"), (17, "cause for concern")]
)
def test_a_score_of_17_is_a_concern_and_one_of_13_normal(small_records, score, band):
    records = small_records(
        cla_health=[child("A", sdq_score=score), child("B")], person=[born("A", "2007-03-31"), born("B", "2007-03-31")]
    )
    found = cla_sdq_annual(records, WHEN, ("score",)).numerator.xs(YEAR_END, level="period")
    assert found[found > 0].to_dict() == {band: 1}
    assert cla_sdq_annual(records, WHEN).denominator[YEAR_END] == 1
