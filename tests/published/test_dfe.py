"""DfE's published figures of the demonstration authorities come out of their returns; `make published` prints all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from quarterdeck.home import Home
from quarterdeck.measures.registry import catalogue
from tests.published import dfe

NO_FIGURES = pd.DataFrame(
    columns=["measure", "kind", "end", "breakdown", "category", "numerator", "denominator", "value"]
).astype({"end": "datetime64[us]", "numerator": "float64", "denominator": "float64", "value": "float64"})


@pytest.fixture(scope="session")
def year_of_the_county(county: Home) -> pd.DataFrame:
    """The published figures of 2017-18 beside those of the county's returns of that year."""
    return dfe.laid("worcestershire-demo", 2018, dfe.figures_of("worcestershire-demo", 2018, county.data))


@pytest.mark.parametrize("authority", dfe.AUTHORITIES)
@pytest.mark.parametrize("year", dfe.YEARS)
def test_every_published_item_is_a_figure_or_is_left_out_for_a_reason(authority: str, year: int) -> None:
    rows = dfe.laid(authority, year, NO_FIGURES)
    assert len(rows) == len(dfe.items(authority, year)) > 300
    assert 100 < (rows.left_out == "").sum() < len(rows)


def test_the_map_names_measures_that_there_are_and_says_each_thing_once() -> None:
    table = dfe.mapping()
    mapped = table[table.measure != ""]
    assert {*mapped.measure} <= {*catalogue()}
    assert (mapped.left_out == "").all()
    assert table[table.measure == ""].left_out.str.endswith(".").all()
    assert not table.duplicated(["item", "breakdown"]).any()
    whole = {*table[table.breakdown == "*"]["item"]}
    assert not whole & {*mapped["item"]}


def test_every_figure_of_the_year_that_is_not_known_to_differ_is_the_published_one(
    year_of_the_county: pd.DataFrame,
) -> None:
    assert dfe.unexplained(year_of_the_county) == []
    assert Counter(year_of_the_county[year_of_the_county.left_out == ""].agrees)[True] > 140


def test_a_figure_that_is_one_off_does_not_agree(year_of_the_county: pd.DataFrame) -> None:
    right = year_of_the_county[(year_of_the_county["item"] == "cpp_on_31_march")]
    assert right.agrees.all()
    printed = right.published.iloc[0]
    assert dfe._prints_as(float(printed), printed)
    assert not dfe._prints_as(float(printed) + 1, printed)
    assert dfe._prints_as(22.449, "22.4")
    assert not dfe._prints_as(22.451, "22.4")


def test_the_report_says_how_many_agree_and_why_the_rest_is_left_out(year_of_the_county: pd.DataFrame) -> None:
    said = dfe.report("worcestershire-demo", year_of_the_county)
    assert "published figures come out of the returns" in said.splitlines()[0]
    assert all(reason in said for reason in year_of_the_county.left_out.unique())


def test_known_differences_are_of_items_that_are_mapped() -> None:
    table = dfe.mapping()
    mapped = {*zip(table["item"], table.breakdown, strict=True)}
    assert {*dfe.KNOWN} <= mapped
    assert Path(dfe.REFERENCE / "calibration_map.csv").is_file()
