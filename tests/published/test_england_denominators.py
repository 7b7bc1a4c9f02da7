"""Figures that the Department for Education printed for England, worked out again by the project's own functions."""

from __future__ import annotations

import dataclasses
from functools import partial

import pandas as pd
import pytest

from quarterdeck.figures import frame
from quarterdeck.figures.population import population_at
from quarterdeck.measures.registry import Count, Measure, Ratio, catalogue
from quarterdeck.quarter import Quarter, periods

ENGLAND, WORCESTERSHIRE = "E92000001", "E10000034"


def value(
    records, measure_id: str, quarter: str, numerator: int, denominator: int | None, area: str = ENGLAND
) -> float:
    """The figure at a quarter's end that a measure's own unit and interval make of two published counts."""

    def published(_records, when: pd.DataFrame, _by=()) -> Count | Ratio:
        counts = pd.Series(numerator, index=when.index.rename("period"))
        if denominator is None:
            return Count(counts)
        return Ratio(counts, pd.Series(denominator, index=when.index.rename("period")))

    authority = records.authority.model_copy(update={"area_code": area})
    ours: Measure = dataclasses.replace(catalogue()[measure_id], function=published, needs=(), breakdowns=())
    when = Quarter.parse(quarter)
    found = frame.figures(dataclasses.replace(records, authority=authority, quarter=when), [ours], periods(when, when))
    row = found[found.kind == "quarter"].iloc[0]
    assert row.lower < row.value < row.upper
    assert row.status == ""
    return float(row.value)


RATES = [
    ("cin_rate", "2024-25 Q4", 402_400, ENGLAND, 330.3, 1),
    ("cp_plan_rate", "2024-25 Q4", 49_420, ENGLAND, 40.6, 1),
    ("cp_plan_rate", "2023-24 Q4", 49_900, ENGLAND, 41.4, 1),  # on the revised population
    ("cla_rate", "2024-25 Q4", 81_770, ENGLAND, 67, 0),
    ("cla_rate", "2017-18 Q4", 796, WORCESTERSHIRE, 68, 0),
    ("cin_rate", "2017-18 Q4", 3_386, WORCESTERSHIRE, 290.2, 1),
]


@pytest.mark.parametrize(("measure", "quarter", "count", "area", "printed", "decimals"), RATES)
def test_the_rate_per_10000_is_as_printed(small_records, measure, quarter, count, area, printed, decimals):
    assert round(value(small_records(), measure, quarter, count, None, area), decimals) == printed


SHARES = [
    ("cp_plans_over_2_years", "2024-25 Q4", 1_130, 49_420, 2.3, 1),
    ("assessments_in_45_days", "2023-24 Q4", 543_210, 643_170, 84.5, 1),
    ("cp_repeat_plans", "2024-25 Q4", 15_130, 61_840, 24.5, 1),
    ("cp_reviews_in_time", "2023-24 Q4", 31_500, 35_090, 89.8, 1),
    ("three_plus_placements", "2024-25 Q4", 8_500, 81_770, 10, 0),
    ("three_plus_placements", "2024-25 Q4", 19_680, 28_710, 69, 0),  # long-term stability: the same unit and path
]


@pytest.mark.parametrize(("measure", "quarter", "part", "whole", "printed", "decimals"), SHARES)
def test_the_percentage_is_as_printed(small_records, measure, quarter, part, whole, printed, decimals):
    assert round(value(small_records(), measure, quarter, part, whole), decimals) == printed


def test_the_same_plans_give_the_rate_first_printed_on_the_population_first_published(small_records, monkeypatch):
    first = partial(population_at, vintage="CIN 2024 release")
    monkeypatch.setattr(frame, "population_at", first)
    assert round(value(small_records(), "cp_plan_rate", "2023-24 Q4", 49_900, None), 1) == 41.6


@pytest.mark.parametrize(
    ("date", "mid_year", "population"),
    [
        ("2025-03-31", 2024, 12_183_016),
        ("2024-04-01", 2024, 12_183_016),
        ("2024-03-31", 2023, 12_059_476),
        ("2023-04-01", 2023, 12_059_476),
    ],
)
def test_any_day_of_a_financial_year_divides_by_the_mid_year_in_it(date, mid_year, population):
    found = population_at(ENGLAND, pd.Series(pd.to_datetime([date]))).iloc[0]
    assert (found.mid_year, found.population, found.provisional) == (mid_year, population, False)


def test_until_an_estimate_is_published_the_latest_stands_in_and_the_rate_is_provisional():
    found = population_at(ENGLAND, pd.Series(pd.to_datetime(["2025-12-31"]))).iloc[0]
    assert (found.mid_year, found.provisional) == (2024, True)
