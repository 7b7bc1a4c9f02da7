"""Files that others' tools made, as counted in the SOURCE.txt beside them: every row is accounted for."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from quarterdeck.quarter import Quarter
from quarterdeck.returns import Intake, ReturnsError, ssda903
from quarterdeck.returns.cin_census import read_census
from quarterdeck.returns.contracts import Checked, hold
from quarterdeck.returns.ssda903_xml import read_ssda903
from quarterdeck.returns.streamed import kind_of_xml
from quarterdeck.returns.tabular import Listed
from tests.small_county import SmallCounty, listed

SETS = ("header", "episodes", "reviews", "previous_permanence", "oc2", "oc3", "uasc", "missing", "ad1",
        "placed_for_adoption", "sw_episodes", "DoLo")  # fmt: skip


def looked_after(shared: Path, tmp_path: Path) -> Intake:
    county = SmallCounty(tmp_path, only=())
    folder = county.home / "2017-18-Q4" / "ssda903"
    folder.mkdir(parents=True)
    for name in SETS:
        shutil.copy(shared / "data" / "formats" / "ssda903" / f"{name}.csv", folder)
    with pytest.raises(ReturnsError):
        county.read(Quarter(2017, 4), today=dt.date(2018, 7, 1))
    return county.read(Quarter(2017, 4), set_aside=True, today=dt.date(2018, 7, 1))


def test_the_looked_after_return_of_2675_children_is_accounted_for_row_by_row(shared: Path, tmp_path: Path) -> None:
    source = (shared / "data" / "formats" / "ssda903" / "SOURCE.txt").read_text()
    intake = looked_after(shared, tmp_path)
    files = intake.files.assign(name=intake.files.file.map(lambda file: Path(file).stem)).set_index("name")
    assert set(files.index) == set(SETS)
    for name in SETS:
        written = re.search(rf"\b{name} (\d+)", source)
        assert written, name
        assert files.rows_in[name] == int(written[1]), name
    assert (files.rows_in == files.rows_used + files.rows_set_aside).all()
    assert len(intake.records.person) == 2675
    # Reviews run to 2030, 12 episodes end on the day after the year does, and the two newest lists are of later years.
    set_aside = files.rows_set_aside[files.rows_set_aside > 0]
    assert set_aside.to_dict() == {"reviews": 5049, "episodes": 12, "sw_episodes": 1, "DoLo": 1}
    assert intake.problems.groupby("rule").size().to_dict() == {
        "after the extract's end": 5042 + 12 + 2 + 1,
        "duplicate": 7,
        "code": 29 + 14 + 1,
    }
    # One review stands twice, word for word, and two episodes were left open when the next ones began.
    repairs = intake.repairs.set_index(["rule", "table"]).rows
    assert repairs.to_dict() == {("FIX-ROW-01", "cla_reviews"): 1, ("FIX-CLA-02", "cla_episodes"): 2}


def held(found: Listed, extract: Quarter) -> Checked:
    checked = hold(found, extract, found.layout.name)
    assert checked.rows_in == len(found.text) == len(checked.rows) + checked.rows_set_aside
    return checked


def test_the_newest_lists_of_the_looked_after_return_are_read_in_the_year_that_has_them(shared: Path) -> None:
    folder = shared / "data" / "formats" / "ssda903"
    tables = {}
    for name in ("sw_episodes", "DoLo"):
        path = folder / f"{name}.csv"
        found = listed(path.name, path.read_bytes(), ssda903.layouts_of(2027))
        checked = held(found, Quarter(2026, 4))
        assert checked.rows_set_aside == 0
        tables[found.layout.name] = checked
    spell = tables["sw_episodes"].rows.iloc[0]
    assert (spell.worker_id, spell.to_date) == ("SW999", pd.Timestamp("2020-01-03"))
    assert pd.isna(spell.change_reason)
    assert tables["sw_episodes"].problems[["column", "rule"]].to_numpy().tolist() == [["SW_REASON", "code"]]
    assert tables["dolo"].rows.to_date.tolist() == [pd.Timestamp("2025-01-02")]


def test_the_list_of_placements_for_adoption_with_errors_is_read_like_the_one_without(shared: Path) -> None:
    path = shared / "data" / "formats" / "ssda903" / "placed_for_adoption_errors.csv"
    found = listed(path.name, path.read_bytes(), ssda903.LAYOUTS)
    assert found.layout.name == "placed_for_adoption"
    checked = held(found, Quarter(2017, 4))
    assert len(checked.rows) == 30
    assert checked.problems.rule.tolist() == ["code"] * 30


def test_the_looked_after_return_in_xml_gives_a_row_for_every_record_in_it(shared: Path) -> None:
    content = (shared / "data" / "formats" / "ssda903" / "fake_903.xml").read_bytes()
    assert kind_of_xml(content) == "ssda903"
    found = {each.layout.name: each for each in read_ssda903(content)}
    elements = {
        "header": "CHILD", "episodes": "EPISODE", "reviews": "AREVIEW", "missing": "AMISSING", "oc2": "OC2",
        "oc3": "IN_TOUCH", "ad1": "DATE_INT", "placed_for_adoption": "AD_PLACED", "previous_permanence": "PERMANENCE",
        "uasc": "DUC",
    }  # fmt: skip
    assert {name: len(each.text) for name, each in found.items()} == {
        name: len(re.findall(rf"<{element}>".encode(), content)) for name, element in elements.items()
    }
    assert len(found["header"].text) == 253
    checked = {name: held(each, Quarter(2017, 4)) for name, each in found.items()}
    # Reviews run to 2028, an episode ends on the day after the year does, and XXX is no reason for anything.
    late = sum(dt.datetime.strptime(day, "%d/%m/%Y") > dt.datetime(2018, 3, 31)
               for day in re.findall("<REVIEW>(.*?)<", content.decode()))  # fmt: skip
    set_aside = {name: each.rows_set_aside for name, each in checked.items() if each.rows_set_aside}
    assert set_aside == {"reviews": late, "episodes": 1}
    assert set(checked["placed_for_adoption"].problems.rule) == {"code"}


def test_the_census_of_332_children_is_accounted_for_row_by_row(shared: Path, tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, only=())
    county.authority = county.authority.model_copy(update={"la_code": "975"})
    path = shared / "data" / "formats" / "cin_census" / "fake_CIN_data.xml"
    county.put("children in need.xml", path.read_bytes(), Quarter(2021, 4))
    intake = county.read(Quarter(2021, 4), set_aside=True, today=dt.date(2022, 8, 1))
    files = intake.files.set_index("table")
    text = path.read_text()
    assert files.rows_in.to_dict() == {
        "person": 332,
        "disability": text.count("<Disability>"),
        "cin_episodes": 402,
    }
    assert (files.rows_in == files.rows_used + files.rows_set_aside).all()
    dates = pd.to_datetime(pd.Series(re.findall("<CINreferralDate>(.*?)<", text)))
    assert files.rows_used["cin_episodes"] <= (dates <= "2022-03-31").sum()
    assert set(intake.records.person.sex) == {"M", "F", "U"}


CENSUSES = (
    "CIN_Census_2021.xml", "CIN_Census_2021_no_assessment_factors.xml", "CIN_Census_2024.xml", "CIN_Census_2026.xml",
    "CIN2rows.xml", "CIN_header_issues_100.xml", "CIN_la_issues_2887Q.xml", "fake_CIN_data.xml",
)  # fmt: skip


@pytest.mark.parametrize("name", CENSUSES)
def test_each_years_layout_gives_a_row_for_every_record_in_it(shared: Path, name: str) -> None:
    content = (shared / "data" / "formats" / "cin_census" / name).read_bytes()
    found = {record.layout.name: record for record in read_census(content).records}
    for element, record in found.items():
        assert len(record.text) == len(re.findall(rf"<{element}>".encode(), content)), element
    assert found["Child"].text.LAchildID.notna().all()
    assert found["Child"].text.Sex.notna().all()
    lines = content.decode().splitlines()
    for record in found.values():
        for line in record.lines:
            assert f"<{record.layout.name}>" in lines[line - 1]


@pytest.mark.parametrize("name", CENSUSES)
def test_every_value_in_a_census_is_read_or_said_to_be_left(shared: Path, name: str) -> None:
    path = shared / "data" / "formats" / "cin_census" / name
    census = read_census(path)
    made = {"referral", "assessment", "enquiry", "plan"}
    read = 0
    for record in census.records:
        told = [heading for heading in record.layout.columns if heading not in made]
        told = [heading for heading in told if heading != "LAchildID" or record.layout.name == "Child"]
        read += int(record.text[told].notna().sum().sum())
    children = path.read_text().partition("<Children>")[2]
    assert read + census.left.total() + census.unread.total() == len(re.findall(r"<(\w+)>[^<\s][^<]*</\1>", children))
    assert not census.unread


def test_every_file_of_the_folder_is_tried(shared: Path) -> None:
    folder = shared / "data" / "formats" / "cin_census"
    assert {path.name for path in folder.glob("*.xml")} == set(CENSUSES)
