"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from quarterdeck.home import Home

ROOT = Path(__file__).resolve().parents[1]
AUTHORITY, QUARTER = "worcestershire-demo", "2017-18 Q3"


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
def papers(county: Home) -> Path:
    """The built papers of the demonstration authority's quarter, public and officers' copies: read, do not change."""
    from quarterdeck.publish.build import build

    with FileLock(county.folder / "papers.lock"):
        built = build(AUTHORITY, QUARTER, home=county)
    assert not built.failed, built.failed
    return built.folder
