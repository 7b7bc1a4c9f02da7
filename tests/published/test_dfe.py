"""DfE's published figures of the demonstration authorities come out of their returns; `make published` prints all."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from quarterdeck.home import Home
from quarterdeck.measures.registry import catalogue
from tests.published import dfe

NO_FIGURES = pd.DataFrame(
    columns=["measure", "kind", "end", "breakdown", "category", "numerator", "denominator", "value"]
).astype({"end": "datetime64[us]", "numerator": "float64", "denominator": "float64", "value": "float64"})
YEAR = pytest.mark.parametrize(("authority", "year"), [(name, year) for name in dfe.AUTHORITIES for year in dfe.YEARS])


@pytest.fixture(scope="session")
def year_of_the_county(county: Home) -> pd.DataFrame:
    """The published figures of 2017-18 beside those of the county's returns of that year."""
    return dfe.laid("worcestershire-demo", 2018, dfe.figures_of("worcestershire-demo", 2018, county.data))


def printed(authority: str, year: int) -> set[tuple[str, str, str]]:
    """The items of a year as they stand in the calibration file, whatever their source: item, breakdown, end."""
    with (dfe.REFERENCE / dfe.AUTHORITIES[authority]).open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    ends = f"{year - 1}-04-01", f"{year}-03-31"
    return {
        (row["item"], row["breakdown"], row["period_end"]) for row in rows if ends[0] <= row["period_end"] <= ends[1]
    }


@YEAR
def test_every_published_item_is_a_figure_or_is_left_out_for_a_reason(authority: str, year: int) -> None:
    rows = dfe.laid(authority, year, NO_FIGURES)
    found = [*zip(rows["item"], rows.breakdown, rows.end.dt.strftime("%Y-%m-%d"), strict=True)]
    assert len(found) == len(rows)
    assert {*found} == printed(authority, year)
    assert len({*found}) == len(found)


@YEAR
def test_without_figures_nothing_but_a_count_of_none_agrees(authority: str, year: int) -> None:
    rows = dfe.laid(authority, year, NO_FIGURES)
    assert {*rows[rows.agrees].published} <= {"0"}


def test_the_map_names_measures_that_there_are_and_says_each_thing_once() -> None:
    table = dfe.mapping()
    mapped = table[table.measure != ""]
    assert {*mapped.measure} <= {*catalogue()}
    assert (mapped.left_out == "").all()
    assert table[table.measure == ""].left_out.str.endswith(".").all()
    assert not table.duplicated(["item", "breakdown"]).any()
    whole = {*table[table.breakdown == "*"]["item"]}
    assert not whole & {*mapped["item"]}


def test_every_mapped_figure_of_the_year_is_the_published_one(year_of_the_county: pd.DataFrame) -> None:
    wrong = dfe.differing(year_of_the_county)
    assert wrong.empty, wrong[["item", "breakdown", "published", "ours"]].to_string()


def test_a_figure_that_is_one_off_does_not_agree(county: Home) -> None:
    figures = dfe.figures_of("worcestershire-demo", 2018, county.data)
    right = dfe.laid("worcestershire-demo", 2018, figures)
    one_off = figures.assign(
        numerator=figures.numerator + 1, denominator=figures.denominator + 1, value=figures.value + 1
    )
    off = dfe.laid("worcestershire-demo", 2018, one_off)
    agreed = right.agrees & (right.published != "0")
    assert agreed.any()
    assert not off[agreed].agrees.any()


@pytest.mark.parametrize(
    ("value", "as_printed", "agrees"),
    [
        (22.0, "22", True),
        (23.0, "22", False),
        (22.449, "22.4", True),
        (22.451, "22.4", False),
        (22.4, "22", True),
        (22.6, "22", False),
        (float("nan"), "22", False),
    ],
)
def test_a_figure_agrees_when_it_is_printed_as_the_published_one_is(
    value: float, as_printed: str, agrees: bool
) -> None:
    assert dfe._prints_as(value, as_printed) is agrees


def test_the_report_says_how_many_agree_and_why_the_rest_is_left_out(
    year_of_the_county: pd.DataFrame,
) -> None:
    said = dfe.report(year_of_the_county)
    compared = year_of_the_county[year_of_the_county.left_out == ""]
    assert said.splitlines()[0] == (
        f"worcestershire-demo: {compared.agrees.sum():,} of {len(compared):,} "
        "published figures come out of the returns."
    )
    assert all(reason in said for reason in year_of_the_county.left_out.unique())


def test_a_figure_that_does_not_agree_is_printed_beside_the_published_one(year_of_the_county: pd.DataFrame) -> None:
    row = year_of_the_county[year_of_the_county["item"] == "cpp_started"].assign(ours=1.0, agrees=False)
    assert f"total: published {row.published.iloc[0]}, here 1." in dfe.report(row)


def test_one_point_of_an_item_is_left_out_and_the_others_are_not() -> None:
    item = "cla_on_31_march_over_20_miles_outside_la_percent"
    rows = pd.concat([dfe.laid(name, 2019, NO_FIGURES) for name in dfe.AUTHORITIES])
    left = rows[rows["item"] == item].set_index("authority").left_out
    assert (left["worcestershire-demo"] != "", left["tameside-demo"]) == (True, "")


def test_a_figure_of_several_categories_is_their_sum(year_of_the_county: pd.DataFrame) -> None:
    found = year_of_the_county[year_of_the_county["item"] == "cla_on_31_march_by_placement"].set_index("breakdown")
    homes = found.loc["secure_units_childrens_homes_and_hostels"]
    assert (homes.published, homes.ours) == ("124", 124)


def figures_for(mapped: pd.DataFrame) -> pd.DataFrame:
    """A measure, breakdown and category for each that the map names."""
    one = mapped.assign(category=mapped.category.str.split(" + ", regex=False)).explode("category")
    names = ["measure", "breakdown", "category"]
    return one[["measure", "measure_breakdown", "category"]].set_axis(names, axis="columns").drop_duplicates()


def test_a_category_that_no_figure_has_is_named_unless_a_code_means_it() -> None:
    seen = figures_for(dfe.mapping().query("measure != ''"))
    assert dfe.never_seen(seen) == []
    gone = seen.category.isin(["11 to 15 days", "deported"])
    assert dfe.never_seen(seen[~gone]) == ["icpc_in_15_days: conference_band: 11 to 15 days"]
