"""What an XmR chart calls a change, and how it is said."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from quarterdeck.figures.change import judge, monthly, travel, verdict
from quarterdeck.quarter import Quarter

Q3 = Quarter(2017, 3)


def series(values, last="2017-12-31"):
    ends = pd.date_range(end=last, periods=len(values), freq="ME")
    return pd.DataFrame({"end": ends, "value": np.asarray(values, dtype=float)})


STEADY = [10.0, 12.0, 11.0, 9.0, 10.0, 11.0, 9.0, 10.0, 12.0, 11.0, 9.0, 10.0, 11.0]


def test_limits_are_the_mean_and_2_66_mean_moving_ranges():
    chart = judge(series([10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10]))
    mean = 142 / 13
    assert chart["mean"].iloc[0] == pytest.approx(mean)
    assert chart.upper_limit.iloc[0] == pytest.approx(mean + 2.66 * 2)
    assert chart.lower_limit.iloc[0] == pytest.approx(mean - 2.66 * 2)


def test_a_moving_range_over_3_267_times_the_mean_is_left_out_of_it():
    values = [10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 60]
    chart = judge(series(values))
    assert chart.upper_limit.iloc[0] - chart["mean"].iloc[0] == pytest.approx(2.66 * 2)
    assert chart.signal.iloc[-1] == "outside limits"


def test_a_series_that_hardly_ever_moves_still_has_limits_of_some_width():
    chart = judge(series([5] * 12 + [6]))
    assert (chart.upper_limit > chart["mean"]).all()


@pytest.mark.parametrize(("months", "trial"), [(12, True), (13, False)])
def test_limits_are_trial_below_13_points(months, trial):
    assert judge(series(STEADY[:months])).trial.eq(trial).all()


def test_a_missing_month_is_no_point_and_breaks_a_run():
    values = [8, 8.2, 7.9, 8.1, 8, 8.2, 12, 12.1, 11.9, np.nan, 12, 12.2, 11.8]
    chart = judge(series(values))
    assert chart.points.iloc[0] == 12
    assert "run of 7" not in set(chart.signal)


@pytest.mark.parametrize(("length", "signal"), [(6, False), (7, True)])
def test_seven_months_on_one_side_are_a_run_and_six_are_none(length, signal):
    values = [14, 10] * 8 + [12.9, 13.1] * 3 + [12.9] * (length - 6)
    chart = judge(series(values))
    assert (chart["mean"] < 12.9).all()
    assert ("run of 7" in set(chart.signal)) is signal


@pytest.mark.parametrize(("length", "signal"), [(6, False), (7, True)])
def test_seven_months_each_above_the_last_are_a_trend_and_six_are_none(length, signal):
    flat = [12, 18, 12, 18, 12, 18, 12, 18, 12, 18]
    values = [*flat, *np.linspace(12.5, 17.5, length), 13]
    chart = judge(series(values))
    assert ("trend of 7" in set(chart.signal)) is signal
    if signal:
        assert (chart.signal == "trend of 7").sum() == 7


def test_two_months_of_three_in_the_outer_third_stand_out_and_one_does_not():
    values = [10, 12] * 7
    once, twice = judge(series([*values, 17, 11])), judge(series([*values, 17, 11, 17, 11]))
    assert "2 of 3 near a limit" not in set(once.signal)
    assert (twice.signal == "2 of 3 near a limit").sum() == 2


def test_a_step_change_of_the_profile_starts_a_chart_of_its_own():
    values = STEADY + [value + 20 for value in STEADY]
    step = pd.Timestamp("2016-12-15")
    before, after = judge(series(values)), judge(series(values), [step])
    assert (before.signal != "").any()
    assert (after.signal == "").all()
    assert after["mean"].nunique() == 2


def test_a_stock_is_judged_by_its_net_change():
    chart = judge(series(100 + np.cumsum(STEADY)), stock=True)
    assert chart.value.tolist() == pytest.approx(STEADY[1:])
    assert set(chart.charted) == {"net change"}


def test_the_verdict_on_a_steady_quarter_is_usual():
    said = verdict(judge(series(STEADY)), Q3)
    assert (said.kind, said.wording, said.trial) == ("usual", "within the usual range", False)


def test_the_verdict_names_the_month_outside_the_limits():
    said = verdict(judge(series([*STEADY, 30.0])), Q3)
    assert said.kind == "unusually high"
    assert said.wording == "unusually high: December 2017 is outside the usual range"


def test_a_signal_before_the_quarter_does_not_make_the_quarter_unusual():
    assert verdict(judge(series([30.0, *STEADY])), Q3).kind == "usual"


@pytest.mark.parametrize(("months", "kind"), [(6, "too few points"), (7, "usual")])
def test_fewer_than_seven_months_are_too_few_to_judge(months, kind):
    assert verdict(judge(series(STEADY[:months])), Q3).kind == kind


def test_a_quarter_whose_months_are_all_hidden_has_no_verdict():
    said = verdict(judge(series([*STEADY, np.nan, np.nan, np.nan])), Q3)
    assert (said.kind, said.wording) == ("too few points", "no monthly figure to judge it by")


@pytest.mark.parametrize(
    ("now", "polarity", "expected"),
    [
        (12.0, "higher is better", ("▲", "higher, better")),
        (12.0, "lower is better", ("▲", "higher, worse")),
        (8.0, "higher is better", ("▼", "lower, worse")),
        (8.0, "lower is better", ("▼", "lower, better")),
        (8.0, "neutral", ("▼", "lower")),
        (10.04, "neutral", ("◆", "no change")),
        (float("nan"), "neutral", ("–", "not comparable")),
    ],
)
def test_the_arrow_says_how_a_figure_moved_and_the_word_what_that_means(now, polarity, expected):
    found = travel(now, 10.0, polarity, 1)
    assert (found.arrow, found.word) == expected


def test_a_change_inside_the_usual_range_is_no_clear_change():
    said = verdict(judge(series(STEADY)), Q3)
    assert travel(12.0, 10.0, "higher is better", 0, said).word == "no clear change"


def test_a_monthly_series_is_in_order_of_time_and_of_one_category():
    frame = pd.DataFrame(
        {
            "measure": "m",
            "kind": ["month", "month", "quarter", "month"],
            "end": pd.to_datetime(["2017-12-31", "2017-11-30", "2017-12-31", "2017-12-31"]),
            "breakdown": ["all", "all", "all", "team"],
            "category": ["all", "all", "all", "north"],
            "value": [2.0, 1.0, 3.0, 9.0],
        }
    )
    assert monthly(frame, "m").value.tolist() == [1.0, 2.0]


def test_a_series_told_at_quarters_ends_alone_has_no_usual_range():
    ends = pd.date_range("2015-06-30", "2017-12-31", freq="ME")
    told = [80.0 + n % 2 if end.month in (3, 6, 9, 12) else float("nan") for n, end in enumerate(ends)]
    said = verdict(judge(pd.DataFrame({"end": ends, "value": told})), Quarter(2017, 3))
    assert said.kind == "too few points"
    assert said.wording == "not told month by month, so its usual range is not known"


def by_hand(values):
    """The limits and the months outside them, summed month by month."""
    known = [value for value in values if not np.isnan(value)]
    ranges = [abs(b - a) for a, b in pairwise(values) if not np.isnan(a + b)]
    usual = [one for one in ranges if one <= 3.267 * sum(ranges) / len(ranges)]
    mean, reach = sum(known) / len(known), 2.66 * sum(usual) / len(usual)
    return mean, mean - reach, mean + reach, [not mean - reach <= value <= mean + reach for value in values]


@pytest.mark.parametrize("seed", range(20))
def test_limits_agree_with_a_sum_made_month_by_month(seed):
    values = np.random.default_rng(seed).normal(50, 5, 25)
    values[7], values[20] = np.nan, 90.0
    chart = judge(series(values))
    mean, low, high, outside = by_hand(values.tolist())
    assert chart["mean"].iloc[0] == pytest.approx(mean)
    assert chart.lower_limit.iloc[0] == pytest.approx(low)
    assert chart.upper_limit.iloc[0] == pytest.approx(high)
    assert ((chart.signal == "outside limits") == (np.array(outside) & chart.value.notna())).all()


def test_a_month_outside_the_limits_is_called_so_though_it_also_ends_a_trend():
    values = [*[10.0, 12.0] * 10, 17, 16, 15, 14, 13, 12, 3]
    last = judge(series(values)).iloc[-1]
    assert (last.signal, last.side) == ("outside limits", "low")


def test_a_month_below_the_limits_that_starts_a_rising_trend_is_outside_them():
    values = [*[20.0, 22.0] * 10, 8, 18, 19, 20, 21, 22, 23, 20]
    row = judge(series(values)).iloc[20]
    assert (row.signal, row.side) == ("outside limits", "low")


def test_a_trend_below_the_average_is_said_to_rise_and_not_to_be_high():
    values = [14.0, 11.0] * 12 + [*np.linspace(11.0, 12.6, 7)]
    chart = judge(series(values))
    assert (chart.value.iloc[-7:-1] < chart["mean"].iloc[-1]).all()
    said = verdict(chart, Q3).wording
    assert said == "unusual: rising, each of the last six months to December 2017 higher than the one before"


def test_a_trend_of_seven_months_is_six_moves_and_the_wording_says_six():
    values = [12, 18, 12, 18, 12, 18, 12, 18, 12, 18, *np.linspace(17.5, 12.5, 7)]
    said = verdict(judge(series(values)), Q3)
    assert said.signal == "trend of 7"
    assert said.wording == "unusual: falling, each of the last six months to December 2017 lower than the one before"
    assert all(b < a for a, b in zip(values[-7:], values[-6:], strict=False))


def test_a_trend_of_a_stock_is_one_of_its_monthly_change():
    changes = [2.0, 8.0, 2.0, 8.0, 2.0, 8.0, 2.0, 8.0, 2.0, 8.0, *np.linspace(2.5, 7.5, 7)]
    said = verdict(judge(series(100 + np.cumsum([0, *changes])), stock=True), Q3)
    assert said.wording.startswith(
        "unusual: the monthly change is rising, each of the last six months to December 2017"
    )


@pytest.mark.parametrize("value", [0.1, 0.7, 1e-6, 33.3, 1e6 / 3])
@pytest.mark.parametrize("stock", [False, True])
def test_a_series_that_never_moves_has_no_signal(value, stock):
    values = np.cumsum([value] * 14) if stock else [value] * 13
    assert (judge(series(values), stock=stock).signal == "").all()


@pytest.mark.parametrize("scale", [1.0, 0.1, 1 / 3, 1e6])
@pytest.mark.parametrize(("beyond", "signal"), [(0.0, ""), (0.001, "outside limits")])
def test_a_month_on_the_limit_is_inside_it_and_one_beyond_it_is_not(scale, beyond, signal):
    others = [10.0, 12.0] * 8  # sum 176, 15 steps of 2; the last month x solves x = mean + 2.66 mean steps, both with x
    limit = (176 / 17 + 2.66 * (15 * 2 - 12) / 16) / (16 / 17 - 2.66 / 16)
    last = judge(series(np.array([*others, limit + beyond]) * scale)).iloc[-1]
    assert last.upper_limit == pytest.approx(last.value, rel=1e-3)
    assert last.signal == signal


@pytest.mark.parametrize("stock", [False, True])
def test_a_month_without_a_row_parts_the_months_beside_it(stock):
    rows = series(100 + np.cumsum(STEADY))
    gap = rows.drop(index=6)
    chart = judge(gap, stock=stock).set_index("end")
    assert len(chart) == len(STEADY) - stock
    assert np.isnan(chart.value[rows.end[6]])
    if stock:
        assert np.isnan(chart.value[rows.end[7]])
        assert chart.value.max() <= max(STEADY)
        assert chart.points.iloc[0] == len(STEADY) - 3


def test_the_change_of_a_stock_across_a_step_change_is_no_point():
    values = [*(100 + np.cumsum(STEADY)), *(500 + np.cumsum(STEADY))]
    rows = series(values)
    chart = judge(rows, [rows.end[13]], stock=True).set_index("end")
    assert np.isnan(chart.value[rows.end[13]])
    assert (chart.signal == "").all()
    assert chart.points.iloc[-1] == len(STEADY) - 1
