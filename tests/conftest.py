"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from filelock import FileLock

from quarterdeck.authority import Authority
from quarterdeck.home import Home
from quarterdeck.quarter import Quarter
from quarterdeck.records import Records
from quarterdeck.records.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
AUTHORITY, QUARTER = "worcestershire-demo", "2017-18 Q3"
SECOND = "tameside-demo"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real formats and published files beside the project; tests that need it skip where it is not."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder of real formats and published files, ../shared, is not here")
    return folder


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of one test run share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "once"
    folder.mkdir(exist_ok=True)
    return folder


def new_home(folder: Path) -> Home:
    """A home of its own for a test: the project's notebooks, profiles and reference tables, and no returns."""
    (folder / "data").mkdir(parents=True)
    (folder / "notebooks").symlink_to(ROOT / "notebooks")
    (folder / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    for profile in sorted((ROOT / "data").glob("*/authority.toml")):
        (folder / "data" / profile.parent.name).mkdir()
        shutil.copy(profile, folder / "data" / profile.parent.name)
    for written in sorted((ROOT / "data").glob("*/[0-9]*/*.*")):
        if written.name in ("commentary.md", "published.csv"):
            copy = folder / written.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(written, copy)
    for written in sorted((ROOT / "data").glob("*/improvement/*.csv")):
        copy = folder / written.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(written, copy)
    return Home(folder)


@pytest.fixture(scope="session")
def county(once: Path) -> Home:
    """A home with the whole demonstration authority's returns; read it, do not change it."""
    from quarterdeck import demo

    folder = once / "county"
    with FileLock(once / "county.lock"):
        if not (folder / "written").is_file():
            home = new_home(folder)
            demo.write(home.data / AUTHORITY)
            (folder / "written").touch()
    return Home(folder)


@pytest.fixture(scope="session")
def borough(once: Path) -> Home:
    """A home with the second demonstration authority's returns of each year's end and of one quarter; only read it."""
    from quarterdeck import demo

    folder = once / "borough"
    with FileLock(once / "borough.lock"):
        if not (folder / "written").is_file():
            home = new_home(folder)
            quarters = [Quarter(year, 4) for year in range(2014, 2019)] + [Quarter.parse(QUARTER)]
            demo.write(home.data / SECOND, SECOND, quarters)
            (folder / "written").touch()
    return Home(folder)


@pytest.fixture(scope="session")
def papers(county: Home) -> Path:
    """The built papers of the demonstration authority's quarter, public and officers' copies: read, do not change."""
    from quarterdeck.publish.build import build

    with FileLock(county.folder / "papers.lock"):
        built = build(AUTHORITY, QUARTER, home=county)
    assert not built.failed, built.failed
    return built.folder


@pytest.fixture(scope="session")
def small_records() -> Callable[..., Records]:
    """Records made of a few rows: small_records(cp_plans=[{"person_id": "A", …}], …).

    Columns that a test does not name are empty, dates are written as text, and a table that it does not name is
    absent. Each row is of the collection year it gives, else of no year in particular.
    """

    def make(
        quarter: str = "2017-18 Q3",
        teams: Mapping[str, str] | None = None,
        districts: Sequence[str] = (),
        **rows: list[dict[str, Any]],
    ) -> Records:
        authority = Authority.model_validate(
            {
                "slug": "nowhere",
                "name": "Nowhere County Council",
                "short_name": "Nowhere",
                "area_code": "E10000034",
                "la_code": "999",
                "first_quarter": "2014-15 Q4",
                "panel": {"name": "Panel", "report_of": "Director"},
                "teams": [{"name": name, "service": service} for name, service in (teams or {}).items()],
                "districts": [{"name": name} for name in districts],
            }
        )
        return Records(authority, Quarter.parse(quarter), {name: table_of(name, given) for name, given in rows.items()})

    return make


def table_of(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A canonical table of a few rows."""
    dtypes = TABLES[name].dtypes
    unknown = {column for row in rows for column in row} - set(dtypes)
    assert not unknown, f"{name} has no column {unknown}"
    columns = {column: [row.get(column) for row in rows] for column in dtypes}
    return pd.DataFrame({column: pd.Series(values).astype(dtypes[column]) for column, values in columns.items()})
