"""What a measure says that it needs is what it reads, and what the returns do not reach is not counted as none."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from quarterdeck.figures.frame import figures
from quarterdeck.measures.describe import NEEDS
from quarterdeck.measures.registry import catalogue
from quarterdeck.quarter import Quarter, periods
from quarterdeck.records import NotAvailable, Records
from quarterdeck.records.coverage import NEVER, Coverage
from quarterdeck.records.tables import TABLES
from tests.small_county import SmallCounty

OFTEN = {"person", "uasc", "disability"}
"""Tables that tell how people are, and that many measures show something of beside."""
WHEN = periods(Quarter(2017, 1), Quarter(2017, 3))
REFERRALS = [
    {"referral_id": day, "person_id": "A", "referral_date": day} for day in ("2017-05-10", "2017-08-10", "2017-11-10")
]
CARE = [{"cla_episode_id": "A", "person_id": "A", "cla_episode_start_date": "2017-05-10", "legal_status": "C2"}]


class Watched(Records):
    """Records that remember which tables were read."""

    read: set[str]

    def table(self, name: str) -> pd.DataFrame:
        self.read.add(name)
        return super().table(name)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Records:
    return SmallCounty(tmp_path_factory.mktemp("county")).read().records


@pytest.mark.parametrize("name", catalogue())
def test_a_measure_needs_the_tables_that_it_reads_and_no_others(everything: Records, name: str) -> None:
    measure = catalogue()[name]
    for breakdown in ("", *measure.breakdowns):
        watched = Watched(everything.authority, everything.quarter, everything.tables, everything.covers)
        object.__setattr__(watched, "read", set())
        try:
            measure.function(watched, WHEN, (breakdown,) if breakdown else ())
        except NotAvailable:  # a county of two children has not everything
            continue
        asked = (*measure.needs, *NEEDS.get(breakdown, ()), *measure.breakdowns_need.get(breakdown, ()))
        named = {part.partition(".")[0] for need in asked for part in need.split("|")}
        if measure.breakdowns_need.get(breakdown):
            named |= set(TABLES)  # a breakdown of its own may be told in several ways
        assert watched.read - OFTEN <= named, breakdown
        if not breakdown:
            for need in measure.needs:
                assert {part.partition(".")[0] for part in need.split("|")} & watched.read, need


@pytest.mark.parametrize("name", catalogue())
def test_what_a_measure_needs_are_tables_and_columns_that_there_are(name: str) -> None:
    measure = catalogue()[name]
    assert measure.needs
    for need in (*measure.needs, *(part for needs in measure.breakdowns_need.values() for part in needs)):
        for told in need.split("|"):
            table, _, column = told.partition(".")
            assert table in TABLES
            assert not column or column in TABLES[table].dtypes
    assert set(measure.breakdowns_need) <= set(measure.breakdowns)


def test_a_count_beside_that_looks_back_further_waits_longer(small_records: Callable[..., Records]) -> None:
    episodes = [
        {"person_id": "A", "missing_episode_type": "missing", "missing_episode_start_date": day, "looked_after": True}
        for day in ("2017-07-01", "2017-07-02", "2017-08-03")
    ]
    july = pd.Timestamp(2017, 7, 1)
    records = covered(small_records(missing=episodes), missing=Coverage(july, july))
    found = figures(records, [catalogue()["missing_from_care"]], WHEN)
    months = found[(found.kind == "month") & (found.end > "2017-07-01")]
    assert months[months.breakdown == "all"].status.tolist() == [""] * 6
    again = months[months.category.str.startswith("children missing 3 or more")]
    assert again.status.tolist() == ["x"] * 4 + [""] * 2
    repeat = months[months.breakdown == "repeat"]
    assert set(repeat.end[repeat.status == ""]) == {pd.Timestamp(2017, 11, 30), pd.Timestamp(2017, 12, 31)}


def counted(records: Records, name: str, kind: str, breakdown: str = "all") -> pd.DataFrame:
    found = figures(records, [catalogue()[name]], WHEN)
    return found[(found.kind == kind) & (found.breakdown == breakdown)].set_index("end")


def covered(records: Records, **covers: Coverage) -> Records:
    return Records(records.authority, records.quarter, records.tables, covers)


def test_a_month_before_the_returns_begin_is_not_available_and_no_month_of_none(
    small_records: Callable[..., Records],
) -> None:
    july = pd.Timestamp(2017, 7, 1)
    records = covered(small_records(cin_episodes=REFERRALS), cin_episodes=Coverage(july, july))
    months = counted(records, "referrals", "month")
    assert months.status.tolist() == ["x"] * 3 + [""] * 6
    assert months.value["2017-07-31":].tolist() == [0, 1, 0, 0, 1, 0]
    assert months.value[:"2017-06-30"].isna().all()
    year = counted(records, "referrals", "year_to_date")
    assert year.status.tolist() == ["x"] * 9  # the year began in April


def test_what_looks_back_twelve_months_waits_until_the_returns_reach_that_far(
    small_records: Callable[..., Records],
) -> None:
    records = covered(small_records(cin_episodes=REFERRALS), cin_episodes=Coverage(pd.Timestamp(2016, 7, 1)))
    status = counted(records, "rereferrals_12_months", "month").status.tolist()
    assert status[:3] == ["x", "x", "x"]
    assert "x" not in status[3:]


def test_how_things_stand_may_be_told_at_the_close_where_events_are_not(small_records: Callable[..., Records]) -> None:
    close = pd.Timestamp(2017, 12, 31)
    records = covered(small_records(cla_episodes=CARE), cla_episodes=Coverage(NEVER, close))
    assert counted(records, "cla_rate", "quarter").numerator.fillna(-1).tolist() == [-1, -1, 1]
    assert set(counted(records, "cla_starts_and_ceases", "month").status) == {"x"}
    assert set(counted(records, "three_plus_placements", "quarter").status) == {"x"}


def test_a_column_that_no_source_has_makes_what_needs_it_unavailable(small_records: Callable[..., Records]) -> None:
    plans = [{"cp_plan_id": "A", "person_id": "A", "cp_plan_start_date": "2017-10-02"}]
    untold = Coverage(untold=frozenset({"number_of_previous_cpp"}))
    records = covered(small_records(cp_plans=plans), cp_plans=untold)
    assert set(counted(records, "cp_repeat_plans", "quarter").status) == {"x"}
    assert counted(records, "cp_plan_rate", "quarter").numerator.tolist() == [0, 0, 1]


def test_of_two_tables_that_will_do_the_first_that_is_there_says_how_far_back(
    small_records: Callable[..., Records],
) -> None:
    october = Coverage(pd.Timestamp(2017, 10, 1), pd.Timestamp(2017, 10, 1))
    plans = [
        {"cp_plan_id": "A", "person_id": "A", "cp_plan_start_date": "2017-05-02", "cp_plan_end_date": "2017-11-01"}
    ]
    ends = [{"person_id": "A", "end_date": "2017-11-01", "reason": "into care"}]
    records = covered(small_records(cp_plans=plans, cp_plan_ends=ends, cla_episodes=CARE), cp_plan_ends=october)
    into_care = counted(records, "cp_end_reasons", "quarter", "reason")
    assert into_care.status.tolist() == ["x", "x", ""]
    derived = covered(small_records(cp_plans=plans, cla_episodes=CARE), cp_plan_ends=october)
    assert set(counted(derived, "cp_end_reasons", "quarter", "reason").status) == {"z", ""}
