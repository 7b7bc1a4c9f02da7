"""The looked-after, placement and cost figures of the panel's pack of 22 March 2018, from the demonstration's returns.

Published in: paper pack of 22 March 2018, item 6 (figures for 2017/18 Quarter 3); year ends from DfE, Children looked
after in England, as first published.
"""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.authority import read_authority
from quarterdeck.figures.frame import figures
from quarterdeck.home import Home
from quarterdeck.measures.registry import catalogue
from quarterdeck.quarter import Quarter, periods
from quarterdeck.returns import read_quarter

MEASURES = (
    "cla_rate",
    "cla_starts_and_ceases",
    "missing_from_care",
    "three_plus_placements",
    "placement_mix",
    "external_share_residential",
    "external_share_fostering",
    "placed_out_of_county",
    "placed_over_20_miles",
    "over_18_in_placement",
    "placement_costs",
    "placement_numbers",
    "placement_annual_cost",
    "placement_numbers_above_forecast",
)
COSTS = {
    "Agency Residential": (3546, 63),
    "Secure Units": (0, 0),
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


class Figures:
    """The figures of the demonstration authority's quarter, looked up one at a time."""

    def __init__(self, frame: pd.DataFrame) -> None:
        keys = ["measure", "kind", "end", "breakdown", "category"]
        self.frame = frame.astype({"kind": "str"}).set_index(keys).sort_index()

    def __call__(self, measure: str, kind: str, end: str, category: str = "all", breakdown: str = "all") -> pd.Series:
        return self.frame.loc[(measure, kind, pd.Timestamp(end), breakdown, category)]


@pytest.fixture(scope="module")
def found(county: Home) -> Figures:
    quarter = Quarter(2017, 3)
    authority = read_authority(county.data / "worcestershire-demo" / "authority.toml")
    records = read_quarter(county.data, authority, quarter, set_aside=True).records
    wanted = [catalogue()[name] for name in MEASURES]
    return Figures(figures(records, wanted, periods(Quarter(2015, 4), quarter)))


def test_there_are_796_children_looked_after_at_31_december_2017_and_most_are_in_foster_care(found):
    assert found("cla_rate", "quarter", "2017-12-31").numerator == 796
    mix = {
        kind: found("placement_mix", "quarter", "2017-12-31", kind, "placement_type")
        for kind in ("foster care", "residential")
    }
    assert {kind: row.numerator for kind, row in mix.items()} == {"foster care": 561, "residential": 91}
    assert {kind: round(row.value, 1) for kind, row in mix.items()} == {"foster care": 70.5, "residential": 11.4}


def test_the_external_shares_are_as_printed_for_december_2017_and_a_year_before(found):
    now = [found(f"external_share_{kind}", "quarter", "2017-12-31") for kind in ("residential", "fostering")]
    assert [(row.numerator, row.denominator) for row in now] == [(45, 91), (225, 424)]
    before = [found(f"external_share_{kind}", "quarter", "2016-12-31").value for kind in ("residential", "fostering")]
    assert [round(value) for value in before] == [53, 51]


def test_three_or_more_placements_fell_from_13_to_10_per_cent_and_the_year_ends_are_dfes(found):
    assert round(found("three_plus_placements", "month", "2017-04-30").value) == 13
    assert round(found("three_plus_placements", "quarter", "2017-12-31").value) == 10
    assert [found("three_plus_placements", "month", f"{year}-03-31").numerator for year in (2016, 2017)] == [75, 110]


def test_more_children_left_care_than_entered_in_each_month_since_september_2017(found):
    months = ("2017-09-30", "2017-10-31", "2017-11-30", "2017-12-31")
    assert all(found("cla_starts_and_ceases", "month", month).value < 0 for month in months)


@pytest.mark.parametrize(("year", "stock", "started", "ceased"), [(2016, 694, 240, 236), (2017, 767, 329, 262)])
def test_stocks_starts_and_ceases_of_a_year_are_dfes_as_first_published(found, year, stock, started, ceased):
    end = f"{year}-03-31"
    assert found("cla_rate", "year_to_date", end).numerator == stock
    children = [
        found("cla_starts_and_ceases", "year_to_date", end, f"children who {what} (DfE)", "beside").value
        for what in ("started", "ceased")
    ]
    assert children == [started, ceased]


@pytest.mark.parametrize(("year", "missing", "incidents"), [(2016, 89, 312), (2017, 111, 340)])
def test_children_missing_from_care_and_their_incidents_in_a_year_are_dfes(found, year, missing, incidents):
    end = f"{year}-03-31"
    assert found("missing_from_care", "year_to_date", end).value == missing
    assert found("missing_from_care", "year_to_date", end, "episodes", "beside").value == incidents


def test_172_children_were_placed_outside_the_councils_area_in_march_2017_and_100_of_them_over_20_miles_off(found):
    assert found("placed_out_of_county", "month", "2017-03-31").numerator == 172
    assert found("placed_over_20_miles", "month", "2017-03-31").numerator == 100


def test_72_young_people_of_18_and_over_are_in_a_funded_placement(found):
    assert found("over_18_in_placement", "quarter", "2017-12-31").value == 72
    kinds = {"Staying Put Arrangements": 39, "Student Accommodation": 7, "External Supported Living": 26}
    assert {
        kind: found("over_18_in_placement", "quarter", "2017-12-31", kind, "placement_type").value for kind in kinds
    } == kinds


@pytest.mark.parametrize("period", ["month", "quarter"])
@pytest.mark.parametrize(("kind", "row"), COSTS.items())
def test_each_row_of_the_cost_table_comes_out(found, period, kind, row):
    cost, number = row
    assert found("placement_numbers", period, "2017-12-31", kind, "placement_type").value == number
    if number:
        assert round(found("placement_costs", period, "2017-12-31", kind, "placement_type").value) == cost


def test_the_total_is_754_placements_at_882_70_a_week_and_not_the_printed_954(found):
    assert found("placement_numbers", "quarter", "2017-12-31").value == 754
    assert round(found("placement_costs", "quarter", "2017-12-31").value, 2) == 882.70


def test_agency_residential_care_costs_11_6_million_a_year_and_stands_28_above_the_forecast_of_35(found):
    kind = ("Agency Residential", "placement_type")
    assert round(found("placement_annual_cost", "quarter", "2017-12-31", *kind).value / 1e6, 1) == 11.6
    assert found("placement_numbers_above_forecast", "quarter", "2017-12-31", *kind).value == 63 - 35


@pytest.mark.parametrize(
    ("kind", "before", "change"),
    [
        ("In-house Fostering", "2017-11-30", -5),
        ("In-house Fostering", "2017-03-31", -11),
        ("Kinship Fostering", "2016-12-31", 56),
    ],
)
def test_the_numbers_changed_as_printed(found, kind, before, change):
    now, then = (
        found("placement_numbers", "month", end, kind, "placement_type").value for end in ("2017-12-31", before)
    )
    assert now - then == change
