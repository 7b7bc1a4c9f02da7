"""A paper made by `quarterdeck new-paper` builds, is among the papers, and passes the test that is made with it."""

from __future__ import annotations

import importlib.util
import inspect
import shutil
from pathlib import Path

import nbformat
import pytest

from quarterdeck import making
from quarterdeck.errors import Refused
from quarterdeck.home import Home
from quarterdeck.measures import registry
from quarterdeck.new.paper import new_paper
from quarterdeck.publish.build import build
from quarterdeck.publish.plan import papers
from tests.conftest import ROOT
from tests.faults.test_build import PROFILE, QUARTER
from tests.faults.torture import FEW
from tests.papers import conftest
from tests.small_county import LOOKED_AFTER, SmallCounty

NAME = "edge_of_care_reviewed"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with the project's notebooks."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    return Home(tmp_path)


BAD = ("", "Edge", "edge of care", "edge-of-care", "1st", "_edge", "edge_", "../edge", "edge.ipynb", "index", "kanté")


@pytest.mark.parametrize("name", BAD)
def test_a_name_that_will_not_do_is_refused_and_nothing_is_made(home: Home, name: str) -> None:
    before = sorted(home.folder.rglob("*"))
    with pytest.raises(Refused, match="small letters and digits with _ between words"):
        new_paper(home, name, "cla_rate")
    assert sorted(home.folder.rglob("*")) == before


def test_a_paper_or_a_test_that_is_there_is_not_written_over(home: Home) -> None:
    test = home.folder / "tests" / "papers" / f"test_{NAME}.py"
    test.parent.mkdir(parents=True)
    test.write_text("mine")
    for name, there in (("child_protection", "notebooks/child_protection.ipynb"), (NAME, f"tests/papers/{test.name}")):
        with pytest.raises(Refused, match=f"{there} is there already and stays as it is"):
            new_paper(home, name, "cla_rate")
    assert test.read_text() == "mine"
    assert not (home.notebooks / f"{NAME}.ipynb").exists()


def test_a_measure_that_there_is_not_is_refused_with_the_nearest(home: Home) -> None:
    with pytest.raises(Refused, match="no measure 'cp_rate'; nearest: cp_plan_rate"):
        new_paper(home, NAME, "cp_rate")


def test_a_new_paper_stands_after_those_there_are_and_before_the_one_on_data_quality(home: Home) -> None:
    new_paper(home, NAME, "edge_of_care")
    listed = papers(home)
    found = next(paper for paper in listed if paper.name == NAME)
    assert found.title == "Edge of care reviewed"
    assert found.summary
    assert [paper.name for paper in listed][-2:] == [NAME, "data_quality"]
    assert found.audiences == ("public", "officers")


def test_a_new_notebook_is_kept_as_the_others_are(home: Home) -> None:
    notebook = nbformat.read(new_paper(home, NAME, "cla_rate")[0], as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in code) == 1
    assert not [cell.source for cell in notebook.cells if "$" in cell.source]


@pytest.mark.parametrize("measure", ["cla_rate", "cp_plan_rate", "assessment_outcomes", "placement_costs", "caseloads"])
def test_the_test_that_is_made_with_a_paper_passes(home: Home, measure: str, stand, monkeypatch) -> None:
    notebook, test = new_paper(home, NAME, measure)
    monkeypatch.setattr(conftest, "NOTEBOOKS", notebook.parent)
    about = importlib.util.spec_from_file_location("made_test", test)
    module = importlib.util.module_from_spec(about)
    about.loader.exec_module(module)
    made = [test for name, test in vars(module).items() if name.startswith("test_") and inspect.isfunction(test)]
    assert len(made) == 3
    for each in made:
        each(stand)


@pytest.mark.slow
def test_a_new_paper_is_built_for_both_audiences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county = SmallCounty(tmp_path, ("cin_census.xml", *LOOKED_AFTER))
    (county.home / "authority.toml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    home = Home(tmp_path)
    monkeypatch.setenv("QUARTERDECK_HOME", str(tmp_path))
    making.new_paper(NAME)
    monkeypatch.setattr(registry, "catalogue", lambda: FEW)
    built = build("nowhere", QUARTER, home=home)
    assert not built.failed
    assert set(built.made) == {f"public/{NAME}", f"officers/{NAME}"}
    front = (built.folder / "public" / "index.html").read_text(encoding="utf-8")
    assert f'href="{NAME}.html"' in front
    assert "Edge of care reviewed" in front
