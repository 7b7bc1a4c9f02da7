"""The counting primitives against a count that is plainly right: one row, one period, one question at a time."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.measures.counting import (
    at_ends,
    children,
    counted,
    events,
    in_periods,
    latest_before,
    quantiles,
    share,
    stock,
    totalled,
)
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2016, 4), Quarter(2017, 2))
DAYS = st.dates(dt.date(2016, 1, 1), dt.date(2018, 1, 31))
CLOSE = st.sampled_from(
    [dt.date(2017, month, 1) + dt.timedelta(days=shift) for month in (2, 4, 7) for shift in (-1, 0)]
)
DATES = DAYS | CLOSE
YEARS = st.sampled_from([None, 2017, 2018])
ROW = st.tuples(
    st.sampled_from("ABC"),
    DATES | st.none(),
    DATES | st.none(),
    st.sampled_from(["x", "y", None]),
    YEARS,
    st.integers(0, 9),
)
ROWS = st.lists(ROW, max_size=25)


def table(rows: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["person_id", "start", "end", "kind", "collection_year", "size"])
    types = {"person_id": "str", "start": "datetime64[us]", "end": "datetime64[us]", "kind": "str"}
    return frame.astype({**types, "collection_year": "Int64", "size": "float64"})


def year_of(day: dt.date) -> int:
    return day.year + (day.month >= 4)


def is_in(row: tuple, period: pd.Series) -> bool:
    """Dated in the period, and told by the extract of that date's own year, or by a source of no year."""
    on, year = row[1], row[4]
    if on is None:
        return False
    return (year is None or year == year_of(on)) and period.start.date() <= on <= period.end.date()


def is_open(row: tuple, close: dt.date) -> bool:
    _, start, end, _, year, _ = row
    if start is None or start > close or (end is not None and end <= close):
        return False
    return year is None or year == year_of(close)


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_events_are_those_dated_in_the_period_and_told_by_their_own_years_extract(rows):
    expected = [sum(is_in(row, period) for row in rows) for period in WHEN.itertuples()]
    assert events(table(rows), "start", WHEN).tolist() == expected
    assert counted(in_periods(table(rows), "start", WHEN), WHEN).tolist() == expected


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_a_stock_is_what_is_open_at_the_close_of_the_last_day_in_that_days_own_extract(rows):
    expected = [sum(is_open(row, period.end.date()) for row in rows) for period in WHEN.itertuples()]
    assert stock(table(rows), "start", "end", WHEN).tolist() == expected
    assert counted(at_ends(table(rows), "start", "end", WHEN), WHEN).tolist() == expected


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_a_breakdown_adds_up_to_the_whole_and_an_unknown_value_is_a_category_of_it(rows):
    frame = table(rows)
    for count in (lambda by: events(frame, "start", WHEN, by), lambda by: stock(frame, "start", "end", WHEN, by)):
        by_kind = count(["kind"])
        if len(by_kind):
            assert by_kind.groupby("period").sum().tolist() == count([]).tolist()
        assert set(by_kind.index.get_level_values("kind")) <= {"x", "y", "unknown"}


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_both_ways_of_counting_a_breakdown_agree(rows):
    frame = table(rows)
    pairs = [
        (events(frame, "start", WHEN, ["kind"]), counted(in_periods(frame, "start", WHEN), WHEN, ["kind"])),
        (stock(frame, "start", "end", WHEN, ["kind"]), counted(at_ends(frame, "start", "end", WHEN), WHEN, ["kind"])),
    ]
    for fast, slow in pairs:
        together = pd.concat({"fast": fast, "slow": slow}, axis=1).fillna(0)
        assert (together.fast == together.slow).all()


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_a_child_counts_once_in_a_period_however_many_events_it_has(rows):
    expected = [len({row[0] for row in rows if is_in(row, period)}) for period in WHEN.itertuples()]
    assert children(table(rows), "start", WHEN).tolist() == expected


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_a_quarter_is_the_sum_of_its_months_and_a_year_to_date_that_of_its_months_so_far(rows):
    found = WHEN.assign(count=events(table(rows), "start", WHEN))
    months = found[found.kind == "month"]
    for whole in found[found.kind != "month"].itertuples():
        parts = months[(months.start >= whole.start) & (months.end <= whole.end)]
        if parts.start.min() == whole.start:
            assert parts["count"].sum() == whole.count


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_a_part_never_exceeds_its_whole_and_keeps_every_level_of_it(rows):
    frame = table(rows)
    part, whole = share(frame, frame["size"] > 4, "start", WHEN, ["kind"])
    assert part.index.equals(whole.index)
    assert (part <= whole).all()


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_sums_and_quartiles_are_those_of_the_rows_in_each_period(rows):
    inside = in_periods(table(rows), "start", WHEN)
    sums, table_of = totalled(inside, "size", WHEN), quantiles(inside, "size", WHEN)
    for number, period in zip(WHEN.index, WHEN.itertuples(), strict=True):
        sizes = [float(row[5]) for row in rows if is_in(row, period)]
        assert sums[number] == sum(sizes)
        assert table_of.n[number] == len(sizes)
        expected = np.percentile(sizes, [25, 50, 75]) if sizes else [np.nan] * 3
        np.testing.assert_allclose(
            table_of.loc[number, ["lower_quartile", "median", "upper_quartile"]].to_numpy(float), expected
        )


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_quartiles_of_a_category_are_those_of_its_own_rows(rows):
    inside = in_periods(table(rows), "start", WHEN)
    found = quantiles(inside, "size", WHEN, ["kind"])
    last = WHEN.index[-1]
    for kind in set(found.index.get_level_values("kind")):
        sizes = [row[5] for row in rows if is_in(row, WHEN.loc[last]) and (row[3] or "unknown") == kind]
        if sizes:
            assert found.loc[(kind, last), "median"] == np.median(sizes)
        else:
            assert np.isnan(found.loc[(kind, last), "median"])


@given(ROWS, ROWS, st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_latest_earlier_event_is_the_same_childs_and_never_anothers(rows, before, same_day):
    found = latest_before(table(rows), "start", table(before), "end", same_day=same_day)
    for row, on in zip(rows, found, strict=True):
        earlier = [
            other[2]
            for other in before
            if row[1] and other[0] == row[0] and other[2] and (other[2] < row[1] or (same_day and other[2] == row[1]))
        ]
        assert (on.date() if pd.notna(on) else None) == max(earlier, default=None)


def test_an_event_that_two_extracts_tell_counts_once_in_the_extract_of_its_own_year():
    told_twice = table(
        [("A", dt.date(2017, 3, 31), None, "x", 2017, 1), ("A", dt.date(2017, 3, 31), None, "x", 2018, 1)]
    )
    march = WHEN[(WHEN.kind == "month") & (WHEN.end == "2017-03-31")]
    assert events(told_twice, "start", march).tolist() == [1]


def test_the_stock_of_31_march_is_the_years_final_extracts_and_that_of_30_april_the_next_ones():
    spans = table(
        [
            ("A", dt.date(2017, 1, 1), None, "x", 2017, 1),
            ("A", dt.date(2017, 1, 1), None, "x", 2018, 1),
            ("B", dt.date(2017, 1, 1), None, "x", 2017, 1),  # corrected away in the extract of the next year
        ]
    )
    closes = WHEN[(WHEN.kind == "month") & WHEN.end.isin(pd.to_datetime(["2017-03-31", "2017-04-30"]))]
    assert stock(spans, "start", "end", closes).tolist() == [2, 1]


def test_a_band_keeps_its_order_and_one_that_never_occurs_is_left_out():
    frame = table([("A", dt.date(2017, 5, 1), None, None, None, 1), ("B", dt.date(2017, 5, 2), None, None, None, 1)])
    bands = pd.Categorical(["10 to 15", "under 1"], ["under 1", "1 to 4", "10 to 15"], ordered=True)
    found = events(frame.assign(band=bands), "start", WHEN, ["band"])
    assert list(dict.fromkeys(found.index.get_level_values("band"))) == ["under 1", "10 to 15"]
