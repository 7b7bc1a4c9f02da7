"""What comes in is accounted for row by row, and meets in one set of canonical tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from shutil import rmtree

import pandas as pd
import pytest

from quarterdeck.quarter import Quarter
from quarterdeck.records.tables import TABLES
from quarterdeck.returns import ReturnsError, codes, local, ssda903
from quarterdeck.returns.cin_census import LAYOUTS as CENSUS_LAYOUTS
from quarterdeck.returns.codes import code_sets
from quarterdeck.returns.contracts import contract
from quarterdeck.returns.staged import described
from tests.small_county import FILES, LOOKED_AFTER, SmallCounty

YEAR_BEFORE = Quarter(2016, 4)


SOME = (
    "cin_census.xml",
    *LOOKED_AFTER,
    "ssda903/missing.csv",
    *(f"local/{name}.csv" for name in ("allocations", "cp_plan_ends", "exploitation", "missing_episodes")),
    *(f"local/{name}.csv" for name in ("placement_costs", "strategy_discussions")),
)


@pytest.fixture
def county(tmp_path: Path) -> SmallCounty:
    return SmallCounty(tmp_path, SOME)


def a_year_earlier(text: str) -> str:
    return text.replace("2018", "2117").replace("2017", "2016").replace("2117", "2017")


def with_year_before(county: SmallCounty) -> SmallCounty:
    for name in SOME:
        county.put(name, a_year_earlier(FILES[name]), YEAR_BEFORE)
    return county


def test_every_canonical_table_comes_out_with_its_columns_and_dtypes(tmp_path: Path) -> None:
    tables = SmallCounty(tmp_path).read().records.tables
    assert set(tables) == set(TABLES) - {"permanence", "adopters"}  # which an Annex A workbook tells
    for name, rows in tables.items():
        expected = {column: pd.api.types.pandas_dtype(dtype) for column, dtype in TABLES[name].dtypes.items()}
        assert rows.dtypes.to_dict() == expected, name
        contract(name).validate(rows.drop(columns="collection_year"))


def test_every_layout_fills_columns_that_its_table_has() -> None:
    for layout in (*ssda903.LAYOUTS, *local.LAYOUTS, *CENSUS_LAYOUTS.values()):
        if layout.table:
            assert set(layout.columns.values()) <= set(described(layout.table).dtypes), layout.name


def test_every_code_set_belongs_to_a_column_that_a_reader_fills() -> None:
    returns = {"ssda903", "cin_census", "ssda903_missing", "ssd", "annex_a"}
    for name in code_sets():
        table, _, column = name.partition(".")
        assert table in returns or column in TABLES[table].dtypes, name


def test_a_years_codes_are_the_last_years_and_a_difference() -> None:
    placements = code_sets()["cla_episodes.cla_placement_type"]
    assert set(placements.of_year(2025)) - set(placements.of_year(2024)) == {"K3"}
    assert set(placements.of_year(2024)) - set(placements.of_year(2025)) == {"H5", "P2"}
    assert set(placements.of_year(2015)) == set(placements.of_year(2024))
    assert "Z1" in placements.of_year(2025)
    assert "Z1" not in placements.of_year(2026)
    assert placements.about("K3", 2024).startswith("K3 began in 2024-25")
    assert codes.written(2018) == "2017-18"


def test_rows_in_are_rows_used_and_rows_set_aside_in_every_file(county: SmallCounty) -> None:
    county.change("ssda903/episodes.csv", "04/12/2017", "31/02/2018")
    county.change("ssda903/reviews.csv", "TEST000003", "")
    county.change("local/exploitation.csv", "cse", "other")
    intake = county.read(set_aside=True)
    files = intake.files
    assert (files.rows_in == files.rows_used + files.rows_set_aside).all()
    bad = files[files.rows_set_aside > 0].set_index("table").rows_set_aside
    assert bad.to_dict() == {"cla_episodes": 1, "cla_reviews": 1, "exploitation": 1}
    assert len(intake.problems) == 3
    used = files[files.table != ""].groupby("table").rows_used.sum()
    person = used.pop("person")
    assert used.to_dict() == {name: len(rows) for name, rows in intake.records.tables.items() if name != "person"}
    assert person == 4  # two in each return, one of them in both


def test_an_unknown_code_is_kept_as_unknown_and_its_row_stays(county: SmallCounty) -> None:
    county.change("ssda903/episodes.csv", "K2", "H9")
    intake = county.read(set_aside=True)
    assert len(intake.records.cla_episodes) == 3
    assert intake.records.cla_episodes.cla_placement_type.isna().tolist() == [False, False, True]
    assert intake.problems[["column", "value", "rule"]].to_numpy().tolist() == [["PLACE", "H9", "code"]]


def test_a_placement_code_that_ended_says_when_and_what_to_use(county: SmallCounty) -> None:
    rmtree(county.folder)
    for name in ("ssda903/header.csv", "ssda903/episodes.csv"):
        text = FILES[name].replace("2017", "2024").replace("K2", "H5").replace(",2,0", ",F,0").replace(",1,0", ",M,0")
        county.put(name, text, Quarter(2024, 3))
    intake = county.read(Quarter(2024, 3), set_aside=True, today=dt.date(2025, 2, 1))
    assert intake.records.person.sex.tolist() == ["F", "M"]
    assert intake.problems[["line", "column", "value", "expected", "what_to_do"]].to_numpy().tolist() == [
        [
            4,
            "PLACE",
            "H5",
            "a 2024-25 code for PLACE",
            "H5 ended in 2023-24; use K3 (registered supported accommodation)",
        ]
    ]


def test_the_same_child_in_census_and_903_is_one_person_as_the_903_tells(county: SmallCounty) -> None:
    county.change("ssda903/header.csv", "TEST000001,2,01/05/2010,WIRI", "TEST000001,2,01/05/2010,")
    county.change("ssda903/header.csv", "01/05/2010", "02/05/2010")
    person = county.read().records.person.set_index("person_id")
    assert person.index.is_unique
    assert person.dob["TEST000001"] == pd.Timestamp(2010, 5, 2)
    assert person.ethnicity["TEST000001"] == "WBRI"  # the 903 leaves it empty
    assert person.sex["TEST000003"] == "M"


def test_missing_comes_from_the_local_list_and_else_from_the_903(county: SmallCounty) -> None:
    both = county.read()
    assert both.records.missing.missing_episode_type.tolist() == ["missing", "missing"]
    assert both.files.table[both.files.file.str.endswith("ssda903/missing.csv")].tolist() == [""]
    county.take_out("local/missing_episodes.csv")
    alone = county.read().records.missing
    assert alone.missing_episode_type.tolist() == ["away"]
    assert alone.looked_after.tolist() == [True]


def test_a_child_is_missing_from_care_from_the_day_care_began_to_the_day_it_ended(county: SmallCounty) -> None:
    county.change("ssda903/episodes.csv", "04/12/2017,S,V2,N1,U4,PR1,,,", "04/12/2017,S,V2,N1,U4,PR1,10/12/2017,E4A,")
    days = [f"TEST000001,missing,{day:02d}/12/2017 23:00,12/12/2017 09:00" for day in (3, 4, 10, 11)]
    county.put("local/missing_episodes.csv", "\n".join(["person_id,episode_type,start,end", *days]))
    assert county.read().records.missing.looked_after.tolist() == [False, True, True, False]


def test_a_child_in_short_breaks_is_not_missing_from_care(county: SmallCounty) -> None:
    county.change("ssda903/episodes.csv", "04/12/2017,S,V2", "04/12/2017,S,V3")
    county.put(
        "local/missing_episodes.csv",
        "person_id,episode_type,start,end,looked_after\nTEST000001,missing,05/12/2017,,\nTEST000001,missing,06/12/2017,,Y\n",
    )
    assert county.read().records.missing.looked_after.tolist() == [False, True]


def test_each_row_knows_the_collection_year_of_its_extract(county: SmallCounty) -> None:
    records = with_year_before(county).read().records
    assert sorted(records.cp_plans.collection_year) == [2017, 2018]
    assert records.cp_plans.cp_plan_start_date.dt.year.tolist() == [2016, 2017]


def test_only_the_latest_extract_of_a_year_counts(county: SmallCounty) -> None:
    county.put("ssda903/reviews.csv", "nonsense that is not read", Quarter(2017, 2))
    assert set(county.read().files.file.str.slice(0, 10)) == {"2017-18-Q3"}


def test_quarters_after_the_one_asked_for_are_not_read(county: SmallCounty) -> None:
    county.put("ssda903/episodes.csv", "nonsense that is not read", Quarter(2017, 4))
    assert county.read().files.collection_year.unique().tolist() == [2018]


def test_a_list_may_run_on_into_the_next_quarter_and_a_return_may_not(county: SmallCounty) -> None:
    county.change("local/strategy_discussions.csv", "04/10/2017", "31/01/2018")
    assert county.read().problems.empty
    county.change("ssda903/reviews.csv", "02/10/2017", "01/01/2018")
    problems = county.read(set_aside=True).problems
    assert problems.rule.tolist() == ["after the extract's end"]
    county.change("ssda903/reviews.csv", "01/01/2018", "31/12/2017")
    assert county.read().problems.empty


def test_identifiers_become_the_same_hash_in_every_table_and_every_year(county: SmallCounty) -> None:
    named = with_year_before(county).read().records
    county.authority = county.authority.model_copy(update={"pseudonymise": True})
    hashed = county.read().records
    pairs = pd.concat(
        [
            pd.DataFrame({"named": named.table(name).person_id, "hashed": hashed.table(name).person_id})
            for name, rows in named.tables.items()
            if "person_id" in rows
        ]
    ).drop_duplicates()
    assert pairs.named.is_unique
    assert pairs.hashed.is_unique
    assert not pairs.hashed.str.contains("TEST").any()
    assert set(hashed.cin_assessments.referral_id) <= set(hashed.cin_episodes.referral_id)
    assert set(hashed.assessment_factors.assessment_id) <= set(hashed.cin_assessments.assessment_id)
    assert set(hashed.cp_reviews.cp_plan_id) <= set(hashed.cp_plans.cp_plan_id)
    text = "\n".join(rows.to_csv() for rows in hashed.tables.values())
    assert "TEST00" not in text
    assert "W0001" not in text


def test_the_key_is_made_once_readable_by_its_owner_alone_or_taken_from_the_environment(
    county: SmallCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.authority = county.authority.model_copy(update={"pseudonymise": True})
    first = county.read().records.person.person_id.tolist()
    key = county.home / ".key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in county.home.iterdir() if path.is_file()] == [".key"]
    assert county.read().records.person.person_id.tolist() == first
    monkeypatch.setenv("QUARTERDECK_KEY", "another")
    assert set(county.read().records.person.person_id).isdisjoint(first)


def test_a_key_that_cannot_be_kept_is_told_and_not_thrown(county: SmallCounty) -> None:
    county.authority = county.authority.model_copy(update={"pseudonymise": True})
    (county.home / ".key").mkdir()
    with pytest.raises(ReturnsError, match="set QUARTERDECK_KEY"):
        county.read()


def test_made_up_children_are_hashed_the_same_on_every_machine(tmp_path: Path) -> None:
    hashed = []
    for machine in ("one", "another"):
        county = SmallCounty(tmp_path / machine, ("ssda903/header.csv", "ssda903/episodes.csv"))
        county.authority = county.authority.model_copy(update={"pseudonymise": True, "synthetic": True})
        hashed.append(county.read().records.person.person_id.tolist())
        assert not (county.home / ".key").exists()
    assert hashed[0] == hashed[1]
    assert "TEST000001" not in hashed[0]


def test_the_end_of_a_plan_is_an_event_and_the_end_of_a_placement_may_be_agreed(county: SmallCounty) -> None:
    county.change("local/placement_costs.csv", "06/11/2017,", "06/11/2017,31/12/2018")
    assert county.read().problems.empty
    county.change("local/cp_plan_ends.csv", "30/11/2017", "31/12/2018")
    assert county.read(set_aside=True).problems.rule.tolist() == ["after the extract's end"]
