"""What holds of every projection, and how often its range holds what came."""

import numpy as np
import pandas as pd
import pytest

from quarterdeck.figures.projection import project
from quarterdeck.quarter import Quarter

Q3 = Quarter(2017, 3)


def stock(values, last="2017-12-31"):
    return pd.DataFrame({"end": pd.date_range(end=last, periods=len(values), freq="ME"), "value": np.asarray(values)})


@pytest.mark.parametrize(("known", "kind"), [(12, "normal"), (24, "counts")])
def test_the_range_holds_four_futures_in_five(known, kind):
    chance, tries = np.random.default_rng(20180322), 400
    shape = (tries, known + 12)
    changes = chance.normal(2, 6, shape) if kind == "normal" else chance.poisson(28, shape) - chance.poisson(26, shape)
    numbers = 800.0 + np.cumsum(np.c_[np.zeros(tries), changes], axis=1)
    held = np.zeros(4)
    for row in numbers:
        ahead = project(stock(row[: known + 1]), Q3).quarters
        came = row[known + 3 :: 3]
        held += ((ahead.lower <= came) & (came <= ahead.upper)).to_numpy()
    assert held / tries == pytest.approx(0.8, abs=0.06)


def test_it_goes_on_by_the_average_change_and_widens_with_the_months():
    values = 500 + np.cumsum([0, *[3.0, 5.0] * 6])
    ahead = project(stock(values), Q3)
    assert (ahead.known, ahead.change) == (12, 4.0)
    assert ahead.quarters.value.tolist() == [560.0, 572.0, 584.0, 596.0]
    spread = np.sqrt(12 / 11)  # twelve changes, each one away from four
    reach = (ahead.quarters.upper - ahead.quarters.value).to_numpy()
    h = np.array([3, 6, 9, 12])
    assert reach == pytest.approx(1.36343 * spread * np.sqrt(h * (1 + h / 12)), rel=1e-4)  # t, 11 degrees of freedom


@pytest.mark.parametrize(("months", "shown"), [(12, False), (13, True)])
def test_thirteen_months_are_needed(months, shown):
    assert (project(stock(np.linspace(400, 420, months)), Q3) is not None) == shown


def test_a_hidden_month_takes_two_changes_and_none_is_filled_in():
    values = np.linspace(400, 430, 15)
    values[5] = np.nan
    assert project(stock(values), Q3).known == 12
    values[9] = np.nan
    assert project(stock(values), Q3) is None
    values = np.linspace(400, 430, 25)
    values[-1] = np.nan
    assert project(stock(values), Q3) is None


def test_no_more_than_24_changes_and_nothing_after_the_quarter_is_used():
    values = np.r_[np.full(20, 5000.0), np.linspace(400, 424, 25), 9000.0]
    ahead = project(stock(values, "2018-01-31"), Q3)
    assert (ahead.known, ahead.now, ahead.change) == (24, 424.0, pytest.approx(1.0))


def test_a_number_never_falls_below_none():
    ahead = project(stock(np.linspace(60, 4, 13)), Q3)
    assert (ahead.months[["value", "lower", "upper"]] >= 0).all(axis=None)
