"""What the returns themselves settle is mended, named and counted; what would be a guess stays as it is."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.home import Home
from quarterdeck.quarter import Quarter
from quarterdeck.records import Records
from quarterdeck.records.repairs import COLUMNS, RULES, continuous, repaired, told_once
from quarterdeck.returns import ssda903
from quarterdeck.returns.contracts import hold
from tests.conftest import table_of
from tests.small_county import listed, nowhere

YEAR = 2018


def episode(start: str, end: str | None = None, why: str = "P", reason: str | None = "X1", **more: object):
    row = {
        "cla_episode_id": f"A@{start}",
        "person_id": "A",
        "cla_episode_start_reason": why,
        "legal_status": "C2",
        "cla_placement_type": "U6",
        "collection_year": YEAR,
    }
    ended = {"cla_episode_ceased_date": end, "cla_episode_ceased_reason": reason if end else None}
    return row | {"cla_episode_start_date": start} | ended | more


def told(*rows: dict[str, object]) -> pd.DataFrame:
    return table_of("cla_episodes", list(rows))


def ends(*rows: dict[str, object]) -> tuple[list[str], dict[str, int]]:
    """The end and its reason of each episode after repair, and how many rows each rule mended."""
    before = told(*rows)
    after, repairs = repaired(before)
    assert after.dtypes.to_dict() == before.dtypes.to_dict()
    return in_words(after), repairs.set_index("rule").rows.to_dict()


def in_words(episodes: pd.DataFrame) -> list[str]:
    day = episodes.cla_episode_ceased_date.dt.strftime("%Y-%m-%d").fillna("open")
    return (day + " " + episodes.cla_episode_ceased_reason.fillna("")).str.strip().tolist()


# A day short


def test_an_episode_that_ended_a_day_before_the_next_goes_on_to_the_day_it_began() -> None:
    assert ends(episode("2017-05-01", "2017-06-01"), episode("2017-06-02")) == (
        ["2017-06-02 X1", "open"],
        {"FIX-CLA-01": 1},
    )


def test_an_episode_that_ended_on_the_day_the_next_began_needs_no_repair() -> None:
    assert ends(episode("2017-05-01", "2017-06-01"), episode("2017-06-01"))[1] == {}


def test_a_gap_of_two_days_is_left_to_a_check() -> None:
    assert ends(episode("2017-05-01", "2017-06-01"), episode("2017-06-03"))[1] == {}


@pytest.mark.parametrize("reason", ["E4A", None])
def test_a_gap_after_an_end_that_does_not_say_x1_is_left_to_a_check(reason: str | None) -> None:
    assert ends(episode("2017-05-01", "2017-06-01", reason=reason), episode("2017-06-02"))[1] == {}


def test_a_child_who_started_anew_a_day_later_is_left_to_a_check() -> None:
    assert ends(episode("2017-05-01", "2017-06-01"), episode("2017-06-02", why="S"))[1] == {}


# Left open


@pytest.mark.parametrize("why", ["L", "P", "T", "B", "U"])
def test_an_episode_left_open_ends_where_the_next_goes_on_from_it(why: str) -> None:
    assert ends(episode("2017-05-01"), episode("2017-06-02", "2017-07-01", why, "E4A")) == (
        ["2017-06-02 X1", "2017-07-01 E4A"],
        {"FIX-CLA-02": 1},
    )


@pytest.mark.parametrize("why", ["S", None])
def test_an_episode_left_open_before_a_new_start_ended_on_a_day_that_nobody_tells(why: str | None) -> None:
    assert ends(episode("2017-05-01"), episode("2017-06-02", why=why))[1] == {}  # pyright: ignore[reportArgumentType]


def test_a_reason_without_an_end_is_left_to_a_check() -> None:
    rows = (episode("2017-05-01", cla_episode_ceased_reason="E4A"), episode("2017-06-02"))
    assert ends(*rows)[1] == {}


def test_an_end_without_a_reason_is_left_to_a_check() -> None:
    assert ends(episode("2017-05-01", "2017-06-02", reason=None), episode("2017-06-02"))[1] == {}


def test_the_last_episode_stays_open() -> None:
    assert ends(episode("2017-05-01"))[1] == {}


# Overlapping


def test_an_episode_that_ended_after_the_next_began_ends_where_it_began() -> None:
    assert ends(episode("2017-05-01", "2017-06-03"), episode("2017-06-02", "2017-06-03")) == (
        ["2017-06-02 X1", "2017-06-03 X1"],
        {"FIX-CLA-03": 1},
    )


def test_an_episode_inside_another_is_left_to_a_check_for_nothing_tells_where_the_child_was_afterwards() -> None:
    assert ends(episode("2017-05-01", "2017-06-03"), episode("2017-05-10", "2017-06-02"))[1] == {}


def test_an_overlap_with_an_episode_that_ended_care_is_left_to_a_check() -> None:
    assert ends(episode("2017-05-01", "2017-06-03", reason="E4A"), episode("2017-05-10"))[1] == {}


def test_a_chain_of_faults_is_mended_link_by_link() -> None:
    rows = [episode("2017-04-01", why="S"), episode("2017-05-01", "2017-05-31"), episode("2017-06-01", "2017-08-01")]
    rows += [episode("2017-07-01")]
    assert ends(*rows) == (
        ["2017-05-01 X1", "2017-06-01 X1", "2017-07-01 X1", "open"],
        {"FIX-CLA-01": 1, "FIX-CLA-02": 1, "FIX-CLA-03": 1},
    )


@pytest.mark.parametrize("status", ["V3", "V4"])
def test_a_short_break_neither_ends_an_episode_nor_is_ended_by_one(status: str) -> None:
    short = episode("2017-06-02", legal_status=status)
    assert ends(episode("2017-05-01"), short)[1] == {}
    assert ends(short, episode("2017-07-01"))[1] == {}
    # … and is looked past.
    assert ends(episode("2017-05-01"), short, episode("2017-07-01"))[0] == ["2017-07-01 X1", "open", "open"]


def test_another_child_and_another_years_extract_have_no_say() -> None:
    assert ends(episode("2017-05-01"), episode("2017-06-02", person_id="B"))[1] == {}
    assert ends(episode("2016-05-01", collection_year=2017), episode("2017-06-02"))[1] == {}


def test_a_repair_is_counted_by_the_extract_that_needed_it_and_said_in_a_sentence() -> None:
    rows = [episode("2016-05-01", collection_year=2017), episode("2016-06-02", collection_year=2017)]
    rows += [episode(start, person_id=child) for child in "AB" for start in ("2017-05-01", "2017-06-02")]
    _, repairs = repaired(told(*rows))
    assert repairs.dtypes.astype("str").to_dict() == COLUMNS
    assert repairs.to_dict("records") == [
        {"rule": "FIX-CLA-02", "table": "cla_episodes", "collection_year": year, "rows": number,
         "description": RULES["FIX-CLA-02"]}
        for year, number in ((2017, 1), (2018, 2))
    ]  # fmt: skip


def test_clean_episodes_come_back_as_they_are_with_nothing_to_tell() -> None:
    rows = told(episode("2017-05-01", "2017-06-01", "S"), episode("2017-06-01"))
    after, repairs = repaired(rows)
    assert after is rows
    assert repairs.empty
    assert repairs.dtypes.astype("str").to_dict() == COLUMNS


def test_episodes_of_no_collection_year_are_mended_too() -> None:
    after, repairs = repaired(
        told(episode("2017-05-01", collection_year=None), episode("2017-06-02", collection_year=None))
    )
    assert in_words(after) == ["2017-06-02 X1", "open"]
    assert repairs.collection_year.isna().tolist() == [True]


# Told twice


def test_a_row_that_stands_twice_is_one_row() -> None:
    assert ends(episode("2017-05-01"), episode("2017-05-01"), episode("2017-05-01")) == (["open"], {"FIX-ROW-01": 2})


@pytest.mark.parametrize("first", [True, False])
def test_of_two_rows_of_an_episode_the_end_that_one_tells_is_told_whichever_comes_first(first: bool) -> None:
    rows = [episode("2017-05-01"), episode("2017-05-01", "2017-06-01", reason="E4A")]
    assert ends(*(rows if first else rows[::-1])) == (["2017-06-01 E4A"], {"FIX-ROW-02": 1})


def test_two_ends_of_one_episode_are_for_a_person_to_choose_from() -> None:
    rows = [episode("2017-05-01", "2017-06-01"), episode("2017-05-01", "2017-06-02"), episode("2017-05-01")]
    assert ends(*rows)[1] == {}


def test_an_episode_that_is_told_twice_neither_ends_another_nor_is_ended() -> None:
    twice = [episode("2017-06-01", "2017-06-20"), episode("2017-06-01", cla_placement_type="K2")]
    assert ends(episode("2017-05-01"), *twice)[1] == {}
    assert ends(*twice, episode("2017-07-01"))[1] == {}


def test_rows_whose_key_is_not_filled_are_not_taken_for_the_same_thing() -> None:
    rows = table_of("placement_costs", [{"placement_type": "residential", "provider": "external"}] * 2)
    once, repairs = told_once(rows, "placement_costs")
    assert len(once) == 2
    assert repairs.empty


def test_the_merged_row_keeps_the_label_of_the_first_so_that_its_line_can_be_told() -> None:
    rows = table_of("cla_reviews", [{"person_id": "A", "cla_review_date": "2017-05-01"}] * 2)
    rows.loc[1, "cla_review_participation"] = "PN1"
    once, _ = told_once(rows.drop(columns="collection_year").set_axis([7, 9]), "cla_reviews")
    assert once.index.tolist() == [7]
    assert once.cla_review_participation.tolist() == ["PN1"]


# Over the years


def history(*rows: dict[str, object]) -> tuple[list[str], dict[str, int]]:
    after, repairs = continuous(told(*rows))
    starts = after.cla_episode_start_date.dt.strftime("%Y-%m-%d").tolist()
    return [f"{start} {end}" for start, end in zip(starts, in_words(after), strict=True)], repairs.set_index(
        "rule"
    ).rows.to_dict()


def test_the_later_of_two_returns_has_the_say_on_an_episode() -> None:
    assert history(episode("2017-01-01", collection_year=2017), episode("2017-01-01", "2017-06-01", reason="E4A")) == (
        ["2017-01-01 2017-06-01 E4A"],
        {},
    )


def test_what_one_return_left_open_and_no_later_one_mentions_ended_with_its_year() -> None:
    assert history(episode("2017-01-01", collection_year=2017), episode("2017-05-01", person_id="B")) == (
        ["2017-01-01 2017-03-31", "2017-05-01 open"],
        {"FIX-CLA-04": 1},
    )


def test_what_the_latest_return_leaves_open_is_open() -> None:
    assert history(episode("2017-05-01"))[1] == {}


@pytest.mark.parametrize(
    ("start", "end", "rule"),
    [("2018-03-31", "2018-03-31 X1", "FIX-CLA-05"), ("2018-04-01", "2017-03-31", "FIX-CLA-04")],
)
def test_the_childs_next_episode_ends_what_was_left_open_if_it_began_within_the_year_after(
    start: str, end: str, rule: str
) -> None:
    assert history(episode("2017-01-01", collection_year=2017), episode(start, collection_year=2019)) == (
        [f"2017-01-01 {end}", f"{start} open"],
        {rule: 1},
    )


def test_a_new_start_of_care_does_not_lengthen_what_was_left_open() -> None:
    rows = (episode("2017-01-01", collection_year=2017), episode("2017-05-01", why="S"))
    assert history(*rows) == (["2017-01-01 2017-03-31", "2017-05-01 open"], {"FIX-CLA-04": 1})


@pytest.mark.parametrize(("end", "left"), [("2017-02-01", True), (None, False), ("2017-02-02", False)])
def test_an_episode_at_whose_start_a_later_return_has_the_child_elsewhere_is_left_out(
    end: str | None, left: bool
) -> None:
    """A placement began on 1 February, says one return; the next one says it was 25 January."""
    found, repairs = history(
        episode("2017-02-01", collection_year=2017), episode("2017-01-25", end), episode("2017-09-01")
    )
    assert ("2017-02-01" in " ".join(row[:10] for row in found)) == left
    assert repairs == ({"FIX-CLA-05": 1} if left else {"FIX-CLA-06": 1})


def test_a_source_of_all_years_at_once_is_its_own_history() -> None:
    rows = [episode("2017-01-01", collection_year=None), episode("2017-05-01", collection_year=None)]
    assert history(*rows) == (["2017-01-01 open", "2017-05-01 open"], {})


def test_the_day_care_began_is_known_although_the_return_of_the_year_after_forgot_an_episode(small_records) -> None:
    records = small_records(
        cla_episodes=[
            episode("2015-06-01", "2016-12-01", "S", collection_year=2017),
            episode("2016-12-01", collection_year=2017),
            episode("2017-05-01", "2017-10-02", reason="E4A"),
        ]
    )
    latest = records.cla_periods[records.cla_periods.collection_year == YEAR]
    assert latest.entered_care_date.tolist() == [pd.Timestamp("2015-06-01")]


def test_the_demonstration_county_needs_no_repair(county: Home) -> None:
    parts = []
    for year in range(2015, 2020):
        cut = Quarter(year - 1, 4)
        path = county.data / "worcestershire-demo" / cut.slug / "ssda903" / "episodes.csv"
        rows = hold(listed(path.name, path.read_bytes(), ssda903.LAYOUTS), cut, path.name).rows
        parts.append(rows.assign(collection_year=pd.Series(year, index=rows.index, dtype="Int64")))
    episodes = pd.concat(parts, ignore_index=True)
    assert len(episodes) > 9000
    mended, repairs = repaired(episodes)
    assert repairs.empty
    assert mended is episodes
    joined, repairs = continuous(episodes)
    assert repairs.empty
    pd.testing.assert_frame_equal(
        joined, Records(nowhere(), Quarter(2018, 4), {"cla_episodes": episodes}).history("cla_episodes")
    )
