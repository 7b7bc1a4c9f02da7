"""What a move, a number against forecast and a change of price come to, against sums made by hand."""

import numpy as np
import pandas as pd
import pytest

from quarterdeck.figures.what_if import above_forecast, dearer, moved

TYPES = pd.DataFrame(
    {"number": [40.0, 7.0, np.nan], "above": [5.0, -2.0, np.nan], "price": [3500.0, 2800.0, 700.0]},
    index=["Bought", "Own", "Few"],
)


def test_a_move_to_a_cheaper_type_saves_the_gap_for_each_placement_and_week():
    sums = moved(TYPES, [("Bought", "Own")], [1, 10])
    assert sums.a_week.tolist() == [-700.0, -700.0]
    assert sums.a_year.tolist() == pytest.approx([-36_500.0, -365_000.0])  # 700 x 365/7 = 36,500


def test_a_move_to_a_dearer_type_costs():
    assert moved(TYPES, [("Own", "Bought")], [2]).a_year.iloc[0] == pytest.approx(73_000.0)


def test_no_more_placements_move_than_there_are():
    sums = moved(TYPES, [("Own", "Bought")], [7, 8])
    assert sums.a_year.notna().tolist() == [True, False]
    assert sums.number.tolist() == [7.0, 8.0]


def test_what_is_hidden_has_no_sum():
    assert moved(TYPES, [("Few", "Own")], [1]).a_year.isna().all()
    hidden = TYPES.assign(price=TYPES.price.where(TYPES.index != "Own"))
    assert moved(hidden, [("Bought", "Own")], [1]).a_year.isna().all()
    assert np.isnan(above_forecast(TYPES).a_year["Few"])
    assert np.isnan(dearer(TYPES, 1).a_year["Few"])


def test_placements_above_forecast_cost_their_own_price_and_those_below_save_it():
    sums = above_forecast(TYPES)
    assert sums.a_year["Bought"] == pytest.approx(912_500.0)  # 5 x 3,500 x 365/7
    assert sums.a_year["Own"] == pytest.approx(-292_000.0)  # -2 x 2,800 x 365/7


@pytest.mark.parametrize(("percent", "expected"), [(1, 73_000.0), (-2.5, -182_500.0), (0, 0.0)])
def test_a_change_of_price_is_on_every_placement_held(percent, expected):
    assert dearer(TYPES, percent).a_year["Bought"] == pytest.approx(expected)  # 40 x 35 x 365/7 for one per cent


def test_a_type_there_is_none_of_is_named_with_those_there_are():
    with pytest.raises(ValueError, match=r"called Tents: write one of Bought, Own, Few"):
        moved(TYPES, [("Tents", "Own")], [1])


def test_no_pair_is_no_sum():
    assert moved(TYPES, [], [1, 5]).empty
