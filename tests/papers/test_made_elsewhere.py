"""Returns that were made elsewhere, by others' tools, go through the same command and come out as papers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from lxml import html

from quarterdeck.home import Home
from quarterdeck.prepared import prepared
from quarterdeck.publish.build import build
from quarterdeck.returns import ReturnsError
from tests.conftest import new_home

pytestmark = pytest.mark.slow
PROFILE = """
name = "Elsewhere"
short_name = "Elsewhere"
area_code = "E08000008"
la_code = "{la_code}"
first_quarter = "{first}"
[panel]
name = "Scrutiny Panel"
report_of = "Director of Children's Services"
"""


def elsewhere(folder: Path, la_code: str, first: str) -> Home:
    home = new_home(folder)
    (home.data / "elsewhere").mkdir()
    (home.data / "elsewhere" / "authority.toml").write_text(PROFILE.format(la_code=la_code, first=first))
    return home


def rows_used(home: Home, quarter: str) -> pd.DataFrame:
    files = prepared("elsewhere", quarter, home, set_aside=True).files
    assert (files.rows_in == files.rows_used + files.rows_set_aside).all()
    return files


def text_of(page: Path) -> str:
    return " ".join(html.parse(page).getroot().text_content().split())


def test_a_looked_after_return_of_2675_children_made_elsewhere_becomes_papers(shared: Path, tmp_path: Path) -> None:
    home = elsewhere(tmp_path / "home", "999", "2016-17 Q1")
    folder = home.data / "elsewhere" / "2017-18-Q4" / "ssda903"
    folder.mkdir(parents=True)
    for name in ("header", "episodes", "reviews", "uasc", "oc2", "oc3", "ad1", "placed_for_adoption", "missing"):
        shutil.copy(shared / "data" / "formats" / "ssda903" / f"{name}.csv", folder)
    with pytest.raises(ReturnsError):
        build("elsewhere", "2017-18 Q4", home=home)
    assert not list(home.outputs.glob("elsewhere/[0-9]*"))

    built = build("elsewhere", "2017-18 Q4", home=home, set_aside=True)

    assert not built.failed
    files = rows_used(home, "2017-18 Q4")
    rows_in = files.groupby(files.file.str.split("/").str[-1]).rows_in.max()
    assert rows_in["header.csv"] == 2675
    assert rows_in["episodes.csv"] == 5050
    assert rows_in["reviews.csv"] == 12582
    page = text_of(built.folder / "officers" / "performance_monitoring.html")
    assert "Looked after children" in page
    assert "not available from these sources" in page


def test_a_census_of_332_children_made_elsewhere_becomes_papers(shared: Path, tmp_path: Path) -> None:
    home = elsewhere(tmp_path / "home", "975", "2020-21 Q1")
    folder = home.data / "elsewhere" / "2021-22-Q4"
    folder.mkdir(parents=True)
    shutil.copy(shared / "data" / "formats" / "cin_census" / "fake_CIN_data.xml", folder)

    built = build("elsewhere", "2021-22 Q4", home=home, set_aside=True)

    assert not built.failed
    files = rows_used(home, "2021-22 Q4")
    assert files.rows_in[files.table == "person"].tolist() == [332]
    assert files.rows_in[files.table == "cin_episodes"].tolist() == [402]
    assert "Children in need" in text_of(built.folder / "public" / "performance_monitoring.html")
