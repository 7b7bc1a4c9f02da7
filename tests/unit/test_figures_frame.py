"""Values, denominators and intervals of the figures frame."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from quarterdeck.authority import read_authority
from quarterdeck.figures.frame import figures
from quarterdeck.figures.population import population_at
from quarterdeck.measures.registry import Count, Measure, Ratio
from quarterdeck.quarter import Quarter, periods
from quarterdeck.records import Records
from quarterdeck.reference import project_folder

Q3 = Quarter(2017, 3)


def one(function, unit, kind, area="E10000034"):
    authority = read_authority(project_folder() / "data" / "worcestershire-demo" / "authority.toml")
    authority = authority.model_copy(update={"area_code": area})
    measure = Measure(
        id="m",
        function=function,
        title="m",
        short="m",
        area="any",
        kind=kind,
        unit=unit,
        polarity="neutral",
        counts="",
        definition="",
        source="",
        decimals=1,
        headline="quarter",
        breakdowns=(),
        main=None,
        category=("all", "all"),
        latest_position=False,
        at_close=False,
        why="",
    )
    when = periods(Q3, Q3)
    rows = figures(Records(authority, Q3, {}), [measure], when[when.kind == "quarter"])
    return rows.iloc[0]


def count(n):
    return lambda records, when, by=(): Count(pd.Series(n, index=when.index.rename("period")))


def share(n, of):
    def function(records, when, by=()):
        index = when.index.rename("period")
        return Ratio(pd.Series(n, index=index), pd.Series(of, index=index))

    return function


def test_a_percentage_has_wilsons_interval():
    row = one(share(81, 263), "percent", "proportion")
    assert row.value == pytest.approx(30.798, abs=0.001)
    assert (row.lower, row.upper) == (pytest.approx(25.53, abs=0.01), pytest.approx(36.62, abs=0.01))


@pytest.mark.parametrize(("n", "of"), [(0, 20), (20, 20)])
def test_wilsons_interval_stays_inside_0_and_100(n, of):
    row = one(share(n, of), "percent", "proportion")
    assert -1e-9 <= row.lower <= row.value <= row.upper <= 100 + 1e-9


def test_more_leavers_than_posts_are_a_ratio_over_100_percent_without_an_interval():
    row = one(share(1, 0.9), "percent", "proportion")
    assert row.value == pytest.approx(111.111, abs=0.001)
    assert np.isnan(row.lower) and np.isnan(row.upper)


def test_a_share_of_nothing_is_not_applicable():
    row = one(share(0, 0), "percent", "proportion")
    assert np.isnan(row.value)
    assert row.status == "z"


@pytest.mark.parametrize("n", [0, 1, 9])
def test_a_count_below_10_has_the_exact_poisson_interval(n):
    row = one(count(n), "number", "flow")
    assert row.lower == pytest.approx(stats.chi2.ppf(0.025, 2 * n) / 2 if n else 0.0)
    assert row.upper == pytest.approx(stats.chi2.ppf(0.975, 2 * n + 2) / 2)


def test_a_count_of_10_or_more_has_byars_interval():
    row = one(count(65), "number", "flow")
    assert (row.lower, row.upper) == (pytest.approx(50.16, abs=0.01), pytest.approx(82.85, abs=0.01))


def test_a_rate_divides_by_the_mid_year_before_the_year_end():
    row = one(count(796), "per_10k", "stock rate")
    assert row.denominator == 116_697
    assert row.value == pytest.approx(68.21, abs=0.01)
    assert row.lower < row.value < row.upper


def test_a_rate_of_an_area_without_an_estimate_is_not_available_rather_than_an_error():
    row = one(count(796), "per_10k", "stock rate", area="E99999999")
    assert np.isnan(row.value)
    assert row.status == "x"
    assert row.numerator == 796


def test_a_rate_after_the_last_estimate_uses_the_latest_and_is_provisional():
    latest = population_at("E10000034", pd.Series(pd.to_datetime(["2025-03-31", "2026-03-31"])))
    assert latest.provisional.tolist() == [False, True]
    assert latest.population.iloc[0] == latest.population.iloc[1]


def test_a_year_before_the_first_estimate_has_no_population():
    assert population_at("E10000034", pd.Series(pd.to_datetime(["2005-03-31"]))).population.isna().all()
