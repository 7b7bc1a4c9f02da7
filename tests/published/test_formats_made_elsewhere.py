"""Files that others' tools made, as counted in the SOURCE.txt beside them: every row is accounted for."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from quarterdeck.quarter import Quarter
from quarterdeck.returns import Intake, ReturnsError
from quarterdeck.returns.cin_census import read_census
from tests.small_county import SmallCounty

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
    # Reviews of the set run to 2030, and 12 episodes end on the day after the year does.
    set_aside = files.rows_set_aside[files.rows_set_aside > 0]
    assert set_aside.to_dict() == {"reviews": 5050, "episodes": 12}
    assert intake.problems.groupby("rule").size().to_dict() == {
        "after the extract's end": 5042 + 12,
        "duplicate": 8,
        "code": 29 + 14,
    }


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


@pytest.mark.parametrize(
    "name",
    ["CIN_Census_2021.xml", "CIN_Census_2021_no_assessment_factors.xml", "CIN_Census_2024.xml", "CIN_Census_2026.xml",
     "CIN2rows.xml", "CIN_header_issues_100.xml", "CIN_la_issues_2887Q.xml"],
)  # fmt: skip
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
