"""Care leavers' accommodation, activity and contact as DfE printed them, from the demonstration's returns.

Published in: DfE, Children looked after in England, underlying data as first published, years ending March 2016 to
2019: care leavers aged 19, 20 and 21. What was suppressed is left out; contact in 2016 was not printed.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from quarterdeck.authority import read_authority
from quarterdeck.figures.frame import figures
from quarterdeck.home import Home
from quarterdeck.measures.registry import catalogue
from quarterdeck.quarter import Quarter, periods
from quarterdeck.returns import read_quarter

CALIBRATION = Path(__file__).resolve().parents[2] / "data" / "reference" / "calibration_worcestershire.csv"
ITEM = "care_leavers_19_to_21"
BREAKDOWNS = {
    "accommodation": ("care_leaver_accommodation_annual", "accommodation"),
    "suitability": ("care_leaver_accommodation_annual", "suitability"),
    "activity": ("care_leaver_activity_annual", "activity"),
    "contact": ("care_leaver_in_touch_annual", "contact"),
}
NAMES = {
    "former_foster_carers": "with former foster carers",
    "parents_or_relatives": "with parents or relatives",
    "semi_independent_transitional": "semi-independent",
    "neet_illness_or_disability": "not in education, work or training: illness or disability",
    "neet_other_reasons": "not in education, work or training: other",
    "neet_pregnancy_or_parenting": "not in education, work or training: parenting",
}
"""The measures' words for DfE's, where they are not the same."""


def printed() -> pd.DataFrame:
    """DfE's figures as first published, one row a figure that was not suppressed."""
    table = pd.read_csv(CALIBRATION)
    first = table.source.str.contains("as first published")
    return table[table.item.str.startswith(ITEM) & first & table.value.notna()]


COUNTS = [
    (row.item.removeprefix(ITEM).strip("_"), row.period_end, row.breakdown, int(row.value))
    for row in printed().itertuples()
    if row.breakdown not in ("in_eet_total", "neet_total")
]


@pytest.fixture(scope="module")
def found(county: Home) -> pd.DataFrame:
    quarter = Quarter(2018, 4)
    authority = read_authority(county.data / "worcestershire-demo" / "authority.toml")
    records = read_quarter(county.data, authority, quarter, set_aside=True).records
    wanted = [catalogue()[name] for name in dict.fromkeys(name for name, _ in BREAKDOWNS.values())]
    frame = figures(records, wanted, periods(Quarter(2015, 4), quarter))
    keys = ["measure", "end", "breakdown", "category"]
    return frame[frame.kind == "quarter"].set_index(keys).sort_index()


@pytest.mark.parametrize(("of", "year_end", "category", "number"), COUNTS)
def test_the_years_return_gives_the_count_that_was_printed(found, of, year_end, category, number):
    end = pd.Timestamp(year_end)
    if of == "":
        assert found.loc[("care_leaver_activity_annual", end, "all", "all"), "denominator"] == number
        return
    measure, breakdown = BREAKDOWNS[of]
    rows = found.loc[(measure, end, breakdown)].numerator
    assert rows.get(NAMES.get(category, category.replace("_", " ")), 0) == number


@pytest.mark.parametrize(
    ("year_end", "measure", "percent"),
    [
        ("2018-03-31", "care_leaver_activity_annual", 48),
        ("2019-03-31", "care_leaver_activity_annual", 48),
        ("2016-03-31", "care_leaver_accommodation_annual", 77),
        ("2017-03-31", "care_leaver_accommodation_annual", 72),
    ],
)
def test_the_years_return_gives_the_percentage_that_was_printed(found, year_end, measure, percent):
    assert round(found.loc[(measure, pd.Timestamp(year_end), "all", "all"), "value"]) == percent


def test_no_quarter_but_a_years_last_has_a_figure_from_the_years_return(found):
    ends = found.index.get_level_values("end")
    told = found.value[ends.month != 3].dropna()
    assert told[told.index.get_level_values("breakdown") != "beside"].empty
