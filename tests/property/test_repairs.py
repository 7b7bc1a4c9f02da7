"""Repairs change nothing the second time, do not hang on the order of rows, and lose no row uncounted."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.records.repairs import continuous, repaired
from tests.conftest import table_of

DAYS = st.integers(0, 25).map(lambda day: (dt.date(2017, 3, 20) + dt.timedelta(days=day)).isoformat())
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "person_id": st.sampled_from("AB"),
            "cla_episode_start_date": DAYS,
            "cla_episode_ceased_date": DAYS | st.none(),
            "cla_episode_start_reason": st.sampled_from(["S", "P", "L", None]),
            "cla_episode_ceased_reason": st.sampled_from(["X1", "X1", "E4A", None]),
            "legal_status": st.sampled_from(["C2", "C2", "C2", "V4"]),
            "collection_year": st.sampled_from([2017, 2018, None]),
        }
    ),
    max_size=12,
)
COLUMNS = ["collection_year", "person_id", "cla_episode_start_date", "cla_episode_ceased_date",
           "cla_episode_start_reason", "cla_episode_ceased_reason", "legal_status"]  # fmt: skip


def episodes_of(rows: list[dict[str, object]]) -> pd.DataFrame:
    made = [row | {"cla_episode_id": f"{row['person_id']}@{row['cla_episode_start_date']}"} for row in rows]
    frame = table_of("cla_episodes", made)
    # As the contract has it: no end before the start, no start after the extract.
    kept = ~(frame.cla_episode_ceased_date < frame.cla_episode_start_date)
    kept &= ~((frame.collection_year == 2017) & (frame.cla_episode_start_date > "2017-03-31")).fillna(value=False)
    return frame[kept].reset_index(drop=True)


def in_order(episodes: pd.DataFrame) -> pd.DataFrame:
    return episodes[COLUMNS].sort_values(COLUMNS).reset_index(drop=True)


@given(ROWS)
@settings(deadline=None, max_examples=60)
def test_mending_twice_changes_nothing_the_second_time(rows) -> None:
    once, _ = repaired(episodes_of(rows))
    twice, repairs = repaired(once)
    assert repairs.empty
    pd.testing.assert_frame_equal(twice, once)


@given(ROWS, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_the_order_of_rows_does_not_matter(rows, random) -> None:
    episodes = episodes_of(rows)
    places = list(range(len(episodes)))
    random.shuffle(places)
    mended, repairs = repaired(episodes)
    shuffled, repairs_of_shuffled = repaired(episodes.iloc[places].reset_index(drop=True))
    pd.testing.assert_frame_equal(in_order(shuffled), in_order(mended))
    pd.testing.assert_frame_equal(repairs_of_shuffled, repairs)


@given(ROWS)
@settings(deadline=None, max_examples=60)
def test_every_row_is_kept_or_counted_as_merged_and_no_start_is_changed(rows) -> None:
    episodes = episodes_of(rows)
    mended, repairs = repaired(episodes)
    merged = repairs.rows[repairs.rule.str.startswith("FIX-ROW")].sum()
    assert len(episodes) == len(mended) + merged
    key = ["collection_year", "person_id", "cla_episode_start_date"]
    pd.testing.assert_frame_equal(episodes.loc[mended.index, key], mended[key])
    changed = mended.cla_episode_ceased_date.compare(episodes.cla_episode_ceased_date.loc[mended.index])
    assert len(changed) <= repairs.rows.sum()


@given(ROWS)
@settings(deadline=None, max_examples=60)
def test_the_history_has_each_episode_once_and_none_that_ends_before_it_began(rows) -> None:
    episodes, _ = repaired(episodes_of(rows))
    history, repairs = continuous(episodes)
    assert not history.duplicated(["person_id", "cla_episode_start_date"]).any()
    assert not (history.cla_episode_ceased_date < history.cla_episode_start_date).any()
    again, none = continuous(history)
    assert none.empty
    pd.testing.assert_frame_equal(again, history)
    told = episodes.drop_duplicates(["person_id", "cla_episode_start_date"])
    assert len(told) == len(history) + repairs.rows[repairs.rule == "FIX-CLA-06"].sum()
