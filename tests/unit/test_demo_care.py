"""The small parts that the demonstration county's looked-after children are made with."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from quarterdeck.demo.ages import age, anniversary, day
from quarterdeck.demo.care_lists import as_text
from quarterdeck.demo.cells import settle
from quarterdeck.demo.cost_tables import WORCESTERSHIRE
from quarterdeck.demo.costs import budget, month_numbers, weekly_price
from quarterdeck.demo.days import OPEN, MonthSlots, is_leap_day, weekday, working_weekday
from quarterdeck.demo.families import cover
from quarterdeck.demo.reviews import months_later
from quarterdeck.demo.siblings import BETWEEN_BIRTHS, sibling_groups, spaced_births
from quarterdeck.demo.targets import Targets, apportion, generator, targets


def table(**cells: float) -> Targets:
    """Two years of one made-up breakdown: 2018 as given, 2017 with a large and a small cell shown."""
    rows = [("item", name, 2018, "2018-03-31", value) for name, value in cells.items()]
    rows += [("item", "large", 2017, "2017-03-31", 60.0), ("item", "small", 2017, "2017-03-31", 3.0)]
    counts = pd.DataFrame(rows, columns=["item", "breakdown", "year", "period_end", "value"])
    return Targets(counts, pd.DataFrame({"measure": [], "year": [], "value": []}))


def test_suppressed_cells_share_what_the_others_leave_of_the_total() -> None:
    split = table(shown=30, large=np.nan, small=np.nan).split("item", 2018, 93)
    assert split["shown"] == 30
    assert sum(split.values()) == 93
    assert split["large"] > 10 * split["small"] >= 10


def test_a_count_that_is_suppressed_is_no_count() -> None:
    assert table(shown=30, large=np.nan).total("item", 2018, "large") is None
    assert table(shown=30).total("item", 2018, "shown") == 30


def test_the_looked_after_of_march_2018_are_793_as_first_published_not_796_as_revised() -> None:
    published = targets("worcestershire-demo")
    assert published.total("cla_on_31_march", 2018) == 793
    assert sum(published.split("cla_on_31_march_by_age", 2018, 793).values()) == 793


@pytest.mark.parametrize("total", [0, 1, 2, 7, 100])
def test_apportioned_numbers_are_whole_and_come_to_their_total(total: int) -> None:
    parts = apportion(total, np.array([0.2, 3.0, 1.1]), least=1)
    assert parts.sum() == total
    assert (parts >= (1 if total >= 3 else 0)).all()


def test_a_child_is_a_year_older_on_the_birthday_and_not_on_its_eve() -> None:
    born = np.array([day(2000, 4, 1)])
    assert age(born, day(2018, 3, 31)).tolist() == [17]
    assert age(born, day(2018, 4, 1)).tolist() == [18]
    assert int(anniversary(born[0], 18)) == day(2018, 4, 1)


def test_a_weekend_moves_to_monday_and_a_leap_day_moves_on() -> None:
    moved = weekday(np.array([day(2017, 12, 30), day(2017, 12, 31), day(2018, 1, 1), day(2016, 2, 29)]))
    assert moved.tolist() == [day(2018, 1, 1), day(2018, 1, 1), day(2018, 1, 1), day(2016, 3, 1)]
    assert is_leap_day(np.array([day(2016, 2, 29), day(2017, 3, 1)])).tolist() == [True, False]


def test_a_drawn_working_day_stays_between_its_bounds() -> None:
    first, last = np.full(400, day(2017, 12, 1)), np.full(400, day(2017, 12, 31))
    drawn = working_weekday(np.random.default_rng(1), first, last)
    assert drawn.min() >= first[0]
    assert drawn.max() <= last[0]
    assert ((drawn + 3) % 7 < 5).all()


def test_months_are_counted_from_april_and_each_event_takes_one_slot() -> None:
    slots = MonthSlots(2018, np.full(12, 2))
    slots.take(np.array([day(2017, 4, 1), day(2018, 3, 31), day(2018, 3, 1)]))
    assert slots.left.tolist() == [1, *[2] * 10, 0]


def test_cells_settle_on_a_total_inside_their_bounds_or_as_near_as_they_can() -> None:
    assert settle(np.array([5, 5]), 4, np.array([3, 0]), np.array([9, 9])).sum() == 4
    assert settle(np.array([1, 1]), 9, np.array([0, 0]), np.array([2, 2])).tolist() == [2, 2]


def test_a_cover_reaches_every_sum_exactly_though_the_first_greedy_choice_cannot() -> None:
    rng = np.random.default_rng(3)
    present = rng.integers(0, 2, (60, 4))
    wanted = np.array([9, 13, 7, 11])
    assert present[cover(rng, present, wanted)].sum(axis=0).tolist() == wanted.tolist()


def test_a_cover_keeps_below_the_ceiling_of_a_column_it_need_not_fill() -> None:
    rng = np.random.default_rng(3)
    present = np.stack([np.ones(30, int), np.tile([1, 1, 0], 10)], axis=1)
    chosen = present[cover(rng, present, np.array([12, -1]), np.array([12, 3]))]
    assert chosen.sum(axis=0)[0] == 12
    assert chosen.sum(axis=0)[1] <= 3


def test_a_cover_that_cannot_be_is_refused() -> None:
    with pytest.raises(ArithmeticError, match="comes to"):
        cover(np.random.default_rng(1), np.array([[1, 1]]), np.array([1, 2]))


def test_brothers_and_sisters_come_in_one_month_and_are_of_different_age_bands() -> None:
    rng = np.random.default_rng(5)
    band, month = rng.integers(0, 5, 300), rng.integers(0, 12, 300)
    groups = sibling_groups(rng, band, month)
    frame = pd.DataFrame({"group": groups, "band": band, "month": month})[groups >= 0]
    assert len(frame) > 100
    assert not frame[["group", "month"]].drop_duplicates().duplicated("group").any()
    assert not frame.duplicated(["group", "band"]).any()
    assert (frame.band < 4).all()


def test_births_in_a_family_are_ten_months_apart_or_the_family_is_parted() -> None:
    born = np.array([1000, 1010, 5000, 5001])
    low, high = np.array([0, 900, 5000, 5000]), np.array([1200, 2000, 5002, 5002])
    dates, groups = spaced_births(born, low, high, np.array([0, 0, 1, 1]))
    assert abs(dates[1] - dates[0]) >= BETWEEN_BIRTHS
    assert ((dates >= low) & (dates <= high)).all()
    assert groups.tolist() == [0, 0, -1, -1]


def test_six_months_after_the_31st_of_august_is_the_last_day_of_february() -> None:
    assert months_later(np.array([day(2016, 8, 31)]), 6).tolist() == [day(2017, 2, 28)]


def test_the_cost_list_holds_754_placements_at_the_end_of_2017_and_the_printed_prices() -> None:
    december = 3 * 12 + 8
    kinds = WORCESTERSHIRE.kinds
    assert sum(month_numbers(kind)[december] for kind in kinds.values()) == 754
    assert all(weekly_price(kind, 2018, 3) == kind.price for kind in kinds.values())
    agency = kinds["Agency Residential"]
    assert weekly_price(agency, 2018, 3) > weekly_price(agency, 2018, 2)


def test_the_plan_of_2017_18_has_too_much_fostering_and_too_little_kinship_care() -> None:
    began = {name: month_numbers(kind)[2 * 12 + 11] for name, kind in WORCESTERSHIRE.kinds.items()}
    names = [name for name, number in began.items() for _ in range(number)]
    dates = pd.to_datetime(pd.Series(["2016-06-01"] * len(names)))
    listed = pd.DataFrame({"placement_type": names, "start": dates, "end": pd.NaT})
    plan = budget(WORCESTERSHIRE, listed, 2018).set_index("placement_type").forecast_number
    assert plan["Agency Residential"] == 35
    assert plan["In-house Fostering"] > 189
    assert plan["Placement Plus"] > 4
    assert plan["Kinship Fostering"] < 137


def test_dates_are_written_day_first_and_with_the_time_only_where_there_is_one() -> None:
    frame = pd.DataFrame(
        {"a": pd.to_datetime(["2017-12-31", None]), "b": pd.to_datetime(["2017-12-31 14:05", "2018-01-01 00:00"])}
    )
    assert as_text(frame).to_numpy().tolist() == [["31/12/2017", "31/12/2017 14:05"], ["", "01/01/2018 00:00"]]


def test_each_part_of_the_generator_draws_from_a_stream_of_its_own() -> None:
    one, other = generator(1, "a", "bc"), generator(1, "ab", "c")
    assert one.integers(OPEN) != other.integers(OPEN)
