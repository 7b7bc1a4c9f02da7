"""Tables built backwards from published totals."""

from __future__ import annotations

import numpy as np
import pytest

from quarterdeck.demo.months import NONE, WORKING, month, month_of, some_day, span, year_of
from quarterdeck.demo.quotas import OutOfReach, Total, fit, spread

ROWS, COLUMNS = np.repeat(np.arange(6), 5), np.tile(np.arange(5), 6)


@pytest.mark.parametrize("seed", range(5))
def test_a_table_meets_every_total_that_overlapping_margins_give_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 40, 30)
    lines = [(ROWS, r) for r in range(6)] + [(COLUMNS, c) for c in range(5)] + [(ROWS + COLUMNS, d) for d in range(10)]
    masks = [np.isin(line, [number]) for line, number in lines]
    totals: list[Total] = [(mask, int(true[mask].sum())) for mask in masks]
    counts = fit(np.ones(30), totals, rng)
    assert (counts >= 0).all()
    assert all(counts[mask].sum() == true[mask].sum() for mask in masks)


def test_a_cell_that_is_not_likely_at_all_stays_empty() -> None:
    counts = fit(np.array([0.0, 1.0, 1.0]), [(np.ones(3, bool), 7)], np.random.default_rng(1))
    assert counts[0] == 0 and counts.sum() == 7


def test_counts_stay_near_to_what_is_likely_when_the_totals_allow_it() -> None:
    likely = np.array([10.0, 20.0, 70.0])
    assert fit(likely, [(np.ones(3, bool), 100)], np.random.default_rng(1)).tolist() == [10, 20, 70]


def test_totals_that_contradict_each_other_are_refused_and_named() -> None:
    whole = np.ones(3, bool)
    part = np.array([True, False, False])
    with pytest.raises(OutOfReach, match=r"total 1, 9 over 1 cells, is out by 5|total 0, 4 over 3 cells"):
        fit(np.ones(3), [(whole, 4), (part, 9)], np.random.default_rng(1))


def test_the_same_stream_of_random_numbers_gives_the_same_table() -> None:
    totals: list[Total] = [(ROWS == 0, 13), (COLUMNS == 0, 11)]
    first, second = (fit(np.ones(30), totals, np.random.default_rng(8)) for _ in range(2))
    assert first.tolist() == second.tolist()


def test_values_fall_in_their_bands_and_have_the_quartiles_that_were_printed() -> None:
    bands = [(0, 0, 618), (1, 10, 1417), (11, 20, 831), (21, 30, 820), (31, 40, 927), (41, 45, 678), (46, 90, 1371)]
    values = spread(bands, (7, 26, 44))
    assert [((values >= low) & (values <= high)).sum() for low, high, _ in bands] == [count for *_, count in bands]
    assert np.percentile(values, [25, 50, 75]).tolist() == [7, 26, 44]


def test_a_month_belongs_to_the_collection_year_in_which_its_financial_year_ends() -> None:
    assert year_of(np.array([month(2017, 3), month(2017, 4), NONE])).tolist() == [2017, 2018, NONE]


def test_days_put_to_a_month_are_working_days_of_that_month_between_the_days_asked_for() -> None:
    months = np.repeat(np.arange(month(2014, 4), month(2019, 4)), 20)
    days = some_day(months, np.random.default_rng(3), 5, 20)
    assert np.isin(days, WORKING).all() and (month_of(days) == months).all()
    date = days - months.astype("datetime64[M]").astype("datetime64[D]").astype(int) + 1
    assert date.min() >= 5 and date.max() <= 20


def test_the_working_days_of_december_2017_leave_out_christmas() -> None:
    first, last = span(np.array([month(2017, 12)]))
    assert (last - first + 1).tolist() == [19]
