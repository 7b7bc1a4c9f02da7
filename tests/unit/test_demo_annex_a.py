"""A county written as an Annex A workbook gives the same figures as its returns, as far as the lists go."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from quarterdeck.authority import read_authority
from quarterdeck.demo import annex_a
from quarterdeck.demo.annex_a_lists import lists
from quarterdeck.figures.frame import figures
from quarterdeck.home import Home
from quarterdeck.measures.registry import catalogue
from quarterdeck.quarter import Quarter, periods
from quarterdeck.records import Records
from quarterdeck.returns import read_quarter
from tests.conftest import AUTHORITY
from tests.small_county import LOOKED_AFTER, QUARTER, SmallCounty

AS_IT_STANDS = (
    "cp_plan_rate", "cp_plans_over_2_years", "cla_rate", "cin_plan_rate_safeguarding", "placement_mix",
    "external_share_residential", "external_share_fostering", "placed_out_of_county",
)  # fmt: skip
EVENTS = (
    "referrals", "assessments_in_45_days", "assessment_duration", "section_47_rate", "icpc_in_15_days",
)  # fmt: skip
NOT_TOLD = (
    "cin_rate", "open_cases", "cp_starts_and_ceases", "cp_reviews_in_time", "cla_starts_and_ceases",
    "three_plus_placements", "review_participation", "placed_over_20_miles", "cin_open_over_9_months",
)  # fmt: skip


def small(folder: Path) -> Records:
    return SmallCounty(folder, ("cin_census.xml", *LOOKED_AFTER)).read().records


def read_again(records: Records, folder: Path) -> Records:
    county = SmallCounty(folder, ())
    annex_a.write(records, county.folder)
    return county.read().records


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    records = small(tmp_path / "a")
    one, two = (annex_a.write(records, tmp_path / name).read_bytes() for name in ("b", "c"))
    assert one == two
    assert dt.datetime.now().strftime("%Y-%m-%d").encode() not in one


def test_it_is_laid_out_as_the_template(tmp_path: Path, shared: Path) -> None:
    template = openpyxl.load_workbook(shared / "data" / "formats" / "annex_a" / "example-B-2004.xlsx", read_only=True)
    written = openpyxl.load_workbook(annex_a.write(small(tmp_path / "a"), tmp_path / "b", later=False))
    for number in range(1, 12):
        name = f"List_{number}"
        pairs = zip(
            template[name].iter_rows(max_row=2, values_only=True), written[name].iter_rows(max_row=2), strict=True
        )
        for theirs, ours in pairs:
            assert [cell for cell in theirs if cell] == [cell.value for cell in ours if cell.value], name


def test_a_heading_that_the_template_has_not_is_refused() -> None:
    with pytest.raises(ValueError, match="List 1 has no heading Shoe size"):
        annex_a.workbook({1: pd.DataFrame({"Shoe size": [7]})})


def test_two_children_come_back_as_they_were(tmp_path: Path) -> None:
    before = small(tmp_path / "a")
    after = read_again(before, tmp_path / "b")
    for table, key, columns in (
        ("cp_plans", "person_id", ["cp_plan_start_date", "cp_plan_latest_category", "number_of_previous_cpp"]),
        ("cin_assessments", "person_id", ["assessment_start_date", "assessment_auth_date"]),
        ("s47_enquiry", "person_id", ["s47_start_date", "icpc_date", "icpc_not_required"]),
        ("cla_periods", "person_id", ["entered_care_date", "ceased_date", "cla_primary_need_code"]),
    ):
        old, new = (getattr(records, table).set_index(key).sort_index()[columns] for records in (before, after))
        pd.testing.assert_frame_equal(old, new, obj=table)
    assert after.cla_episodes.groupby("person_id").cla_placement_type.last().to_dict() == {
        "TEST000001": "U4",
        "TEST000003": "K2",
    }


def of(records: Records) -> dict[int, pd.DataFrame]:
    return lists(records)


def changed(records: Records, table: str, **values: object) -> Records:
    rows = records.tables[table].assign(**values)  # pyright: ignore[reportArgumentType]
    return Records(records.authority, records.quarter, dict(records.tables) | {table: rows}, records.covers)


@pytest.mark.parametrize(("ended", "listed"), [("2017-06-30", False), ("2017-07-01", True), (None, True)])
def test_a_plan_that_ended_in_the_six_months_is_listed(tmp_path: Path, ended: str | None, listed: bool) -> None:
    records = small(tmp_path)
    start, end = pd.Timestamp(2017, 5, 1), pd.Timestamp(ended) if ended else pd.NaT
    told = of(changed(records, "cp_plans", cp_plan_start_date=start, cp_plan_end_date=end))
    assert (7 in told) == listed


def test_a_child_who_was_only_referred_is_not_in_need(tmp_path: Path) -> None:
    records = small(tmp_path)
    assert "TEST000001" in of(records)[6]["Child Unique ID"].tolist()
    bare = {name: rows for name, rows in records.tables.items() if name in ("person", "cin_episodes")}
    told = of(Records(records.authority, records.quarter, bare))
    assert 6 not in told
    assert told[3]["Child Unique ID"].tolist() == ["TEST000001"]


def test_an_unborn_child_has_an_age_of_minus_one(tmp_path: Path) -> None:
    records = small(tmp_path)
    told = of(changed(records, "cin_episodes", referral_date=pd.Timestamp(2017, 10, 2)))[3].set_index("Child Unique ID")
    assert told["Age of Child (Years)"].to_dict() == {"TEST000001": 7, "TEST000002": -1}
    assert told["Date of Birth"]["TEST000002"] == pd.Timestamp(2018, 2, 1)


# A whole county


@pytest.fixture(scope="module")
def both(county: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The figures of the demonstration county from its returns, and from workbooks of its last two quarters alone."""
    authority = read_authority(county.data / AUTHORITY / "authority.toml")
    authority = authority.model_copy(update={"pseudonymise": False})
    written = tmp_path_factory.mktemp("annex_a")
    records = None
    for quarter in (Quarter(2017, 1), QUARTER):
        records = read_quarter(county.data, authority, quarter, set_aside=True).records
        annex_a.write(records, written / AUTHORITY / quarter.slug, spaced=quarter == QUARTER)
    assert records is not None
    told = read_quarter(written, authority, QUARTER)
    assert told.problems.empty
    measures = [catalogue()[name] for name in (*AS_IT_STANDS, *EVENTS, *NOT_TOLD)]
    when = periods(Quarter(2016, 4), QUARTER)
    when = when[when.kind.isin(["month", "quarter"])]
    return figures(records, measures, when), figures(told.records, measures, when)


def values(told: pd.DataFrame, name: str, breakdown: str = "all") -> pd.DataFrame:
    rows = told[(told.measure == name) & (told.breakdown == breakdown)]
    return rows.set_index(["kind", "end", "category"])[["numerator", "denominator", "status"]]


@pytest.mark.parametrize("name", AS_IT_STANDS)
def test_how_things_stand_at_the_cut_is_the_same(both: tuple[pd.DataFrame, pd.DataFrame], name: str) -> None:
    theirs, ours = (values(told, name) for told in both)
    at_cut = ours.index.get_level_values("end") == QUARTER.end
    pd.testing.assert_frame_equal(ours[at_cut], theirs.loc[ours.index[at_cut]])
    assert (ours.numerator[at_cut] > 0).all()
    assert set(ours.status[~at_cut]) == {"x"}


@pytest.mark.parametrize("name", EVENTS)
def test_the_events_of_both_windows_are_the_same_and_none_is_told_before(
    both: tuple[pd.DataFrame, pd.DataFrame], name: str
) -> None:
    theirs, ours = (values(told, name) for told in both)
    told = ours.index.get_level_values("end") >= pd.Timestamp(2017, 1, 31)
    begun = ours.index.get_level_values("kind") == "month"
    pd.testing.assert_frame_equal(ours[told & begun], theirs.loc[ours.index[told & begun]])
    assert (ours.numerator[told & begun] > 0).all()
    assert set(ours.status[~told]) <= {"x"}


@pytest.mark.parametrize("breakdown", ["age_band", "sex", "ethnicity"])
def test_children_are_described_alike(both: tuple[pd.DataFrame, pd.DataFrame], breakdown: str) -> None:
    theirs, ours = (values(told, "assessments_in_45_days", breakdown) for told in both)
    ours = ours[ours.status != "x"]
    assert len(ours) > 20
    pd.testing.assert_frame_equal(ours, theirs.loc[ours.index])


@pytest.mark.parametrize("name", NOT_TOLD)
def test_what_the_workbook_does_not_hold_is_not_available(both: tuple[pd.DataFrame, pd.DataFrame], name: str) -> None:
    _, ours = both
    rows = ours[ours.measure == name]
    assert len(rows)
    assert set(rows.status) == {"x"}
    assert rows.value.isna().all()
