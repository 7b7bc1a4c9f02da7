"""What placements cost: unit costs, numbers, the year's cost, and all of them against what was planned."""

from __future__ import annotations

import pytest

from quarterdeck.measures import placement_costs
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]
DECEMBER = WHEN.index[(WHEN.kind == "month") & (WHEN.end == "2017-12-31")][0]
BY_TYPE = ("placement_type",)


def paid(person: str | None, kind: str, weekly: float | None, start: str, end: str | None = None, **more: object):
    row = {"provider": "external" if kind.startswith("Agency") else "internal", "weekly_cost": weekly}
    return {**row, "person_id": person, "placement_type": kind, "start_date": start, "end_date": end, **more}


def unit_cost(records, period: int, kind: str | None = None) -> float:
    found = placement_costs.placement_costs(records, WHEN, BY_TYPE if kind else ())
    key = (kind, period) if kind else period
    return float(found.numerator[key] / found.denominator[key])


def test_the_unit_cost_is_the_cost_of_the_period_over_its_placement_days_times_7(small_records):
    # Half of December at 1,000 and the whole of it at 400: (16 x 1,000 + 31 x 400) / 47.
    records = small_records(
        placement_costs=[
            paid("A", "Agency Residential", 1000, "2017-12-16"),
            paid("B", "Agency Residential", 400, "2017-11-01", "2018-01-01"),
        ]
    )
    assert unit_cost(records, DECEMBER, "Agency Residential") == pytest.approx((16 * 1000 + 31 * 400) / 47)


def test_the_total_is_the_weighted_mean_of_the_types_and_not_their_plain_mean(small_records):
    records = small_records(
        placement_costs=[paid("A", "Agency Residential", 3000, "2017-04-01")]
        + [paid(name, "Kinship", 300, "2017-04-01") for name in "BCD"]
    )
    assert unit_cost(records, QUARTER) == pytest.approx((3000 + 3 * 300) / 4)
    assert unit_cost(records, QUARTER, "Kinship") == pytest.approx(300)


def test_the_total_weighs_each_type_by_its_number_at_the_end_and_not_by_its_days(small_records):
    records = small_records(
        placement_costs=[
            paid("A", "Agency Residential", 3000, "2017-12-31"),
            paid("B", "Kinship", 300, "2017-12-01"),
        ]
    )
    assert unit_cost(records, DECEMBER) == pytest.approx((3000 + 300) / 2)
    providers = placement_costs.placement_costs(records, WHEN, ("provider",))
    assert providers.numerator["external", DECEMBER] / providers.denominator["external", DECEMBER] == 3000


def test_the_printed_total_of_the_pack_is_not_the_weighted_mean_of_its_rows(small_records):
    rows = {
        "Agency Residential": (3546, 63),
        "In-house Residential": (2748, 25),
        "Independent Fostering Agency": (792, 231),
        "In-house Fostering": (476, 189),
        "Kinship Fostering": (389, 137),
        "Placement Plus": (964, 4),
        "External Supported Living": (858, 26),
        "Internal Supported Living": (244, 20),
        "Internal Supported Living – Complex Needs": (1079, 6),
        "Safe Base / Supported Lodging": (305, 7),
        "Student Accommodation": (99, 7),
        "Staying Put Arrangements": (177, 39),
    }
    records = small_records(
        placement_costs=[
            paid(None, kind, cost, "2017-10-01", "2017-12-31", number=number) for kind, (cost, number) in rows.items()
        ]
    )
    assert placement_costs.placement_numbers(records, WHEN).counts[QUARTER] == 754
    assert round(unit_cost(records, QUARTER), 2) == 882.70


def test_a_placement_that_ended_on_the_last_day_is_not_counted_and_its_last_day_is_not_paid_for(small_records):
    records = small_records(
        placement_costs=[
            paid("A", "Kinship", 700, "2017-12-25", "2017-12-31"),
            paid("B", "Kinship", 700, "2017-12-31"),
        ]
    )
    assert placement_costs.placement_numbers(records, WHEN).counts[DECEMBER] == 1
    found = placement_costs.placement_costs(records, WHEN, BY_TYPE)
    assert found.denominator["Kinship", DECEMBER] * 7 == pytest.approx(6 + 1)


def test_a_list_that_sums_up_each_type_gives_the_same_figures_as_one_of_persons(small_records):
    persons = small_records(
        placement_costs=[paid(name, "Kinship", 389, "2017-12-01", "2018-01-01") for name in "ABC"]
        + [paid("D", "Kinship", 389, "2017-12-16", "2018-01-01")]
    )
    days = 3 * 31 + 16
    summed_up = small_records(
        placement_costs=[
            paid(None, "Kinship", None, "2017-12-01", "2017-12-31", days=days, cost_in_period=days * 389 / 7)
        ]
    )
    for records in (persons, summed_up):
        found = placement_costs.placement_costs(records, WHEN, BY_TYPE)
        assert found.numerator["Kinship", DECEMBER] == pytest.approx(days * 389 / 7)
        assert found.denominator["Kinship", DECEMBER] == pytest.approx(days / 7)
    by_number = small_records(placement_costs=[paid(None, "Kinship", 389, "2017-12-01", "2017-12-31", number=137)])
    assert unit_cost(by_number, DECEMBER) == pytest.approx(389)
    assert placement_costs.placement_numbers(by_number, WHEN).counts[DECEMBER] == 137


def test_a_spell_told_by_two_extracts_is_paid_for_once(small_records):
    records = small_records(
        placement_costs=[
            paid("A", "Kinship", 700, "2016-06-01", collection_year=2017),
            paid("A", "Kinship", 700, "2016-06-01", collection_year=2018),
        ]
    )
    year = WHEN.index[(WHEN.kind == "rolling_12_months") & (WHEN.end == "2017-12-31")][0]
    weeks = placement_costs.placement_costs(records, WHEN, BY_TYPE).denominator["Kinship", year]
    assert weeks * 7 == pytest.approx(365)
    assert placement_costs.placement_numbers(records, WHEN).counts[year] == 1


def test_a_year_has_365_days_of_cost_and_not_52_weeks(small_records):
    records = small_records(placement_costs=[paid(str(n), "Agency Residential", 3546, "2017-04-01") for n in range(63)])
    yearly = placement_costs.placement_annual_cost(records, WHEN).counts[QUARTER]
    assert yearly == pytest.approx(63 * 3546 * 365 / 7)
    assert round(yearly / 1e6, 1) == 11.6
    assert round((3546 - 2748) * 365 / 7 / 1000) == 42


def test_numbers_and_yearly_costs_are_told_by_provider_too(small_records):
    records = small_records(
        placement_costs=[
            paid("A", "Agency Residential", 3500, "2017-04-01"),
            paid("B", "Kinship", 700, "2017-04-01"),
            paid("C", "Kinship", 700, "2017-04-01"),
        ]
    )
    numbers = placement_costs.placement_numbers(records, WHEN, ("provider",)).counts
    assert numbers.xs(QUARTER, level="period").to_dict() == {"external": 1, "internal": 2}
    yearly = placement_costs.placement_annual_cost(records, WHEN, ("provider",)).counts
    assert yearly["internal", QUARTER] == pytest.approx(2 * 700 * 365 / 7)
    assert yearly["external", QUARTER] == pytest.approx(3500 * 365 / 7)


def test_only_types_with_a_plan_are_held_against_it(small_records):
    records = small_records(
        placement_costs=[paid(str(n), "Agency Residential", 3500, "2017-04-01") for n in range(4)]
        + [paid("K", "Kinship", 389, "2017-04-01")],
        placement_budget=[
            {"placement_type": "Agency Residential", "financial_year": "2017-18", "forecast_number": 3.0},
            {"placement_type": "Kinship", "financial_year": "2016/17", "forecast_number": 9.0},
        ],
    )
    above = placement_costs.placement_numbers_above_forecast(records, WHEN)
    assert above.counts[QUARTER] == 1
    assert above.beside["planned"][QUARTER] == 3
    by_type = placement_costs.placement_numbers_above_forecast(records, WHEN, BY_TYPE).counts
    assert by_type.xs(QUARTER, level="period").to_dict() == {"Agency Residential": 1}


def test_the_cost_of_a_year_is_held_against_the_budget(small_records):
    records = small_records(
        placement_costs=[paid("A", "Kinship", 700, "2017-04-01")],
        placement_budget=[{"placement_type": "Kinship", "financial_year": "2017-18", "budget_gbp": 30_000.0}],
    )
    above = placement_costs.placement_cost_above_budget(records, WHEN).counts[QUARTER]
    assert above == pytest.approx(700 * 365 / 7 - 30_000)
