"""The cookbook runs, and a measure, its chart and its paragraph are in a paper by one file of fewer than 30 lines."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from lxml.html import HtmlElement, document_fromstring

from quarterdeck import measures as room
from quarterdeck.home import Home
from quarterdeck.measures import registry
from quarterdeck.measures.registry import Measure, catalogue
from quarterdeck.paper.plans import NINETEEN, PLANS, plans
from quarterdeck.prepared import READY, prepared
from quarterdeck.publish.build import kernel_environment
from quarterdeck.publish.execute import Failure, execute
from quarterdeck.publish.plan import Job, papers
from quarterdeck.publish.render import render
from tests.conftest import AUTHORITY, QUARTER, ROOT
from tests.papers.conftest import executed, made_up, stood

PATH = ROOT / "notebooks" / "cookbook" / "cookbook.ipynb"
COOKBOOK = nbformat.read(PATH, as_version=4)
SOURCES = {cell.id: cell.source for cell in COOKBOOK.cells}
MODULE, NAME, PAPER, AFTER = SOURCES["babies"], "cp_plans_for_babies", "child_protection", "cp_starts_and_ceases"
(TEST,) = re.findall(r"```python\n(.*?)```", SOURCES["test"], re.DOTALL)


def test_the_cookbook_shows_ten_things_and_is_no_paper() -> None:
    headings = [cell.source.splitlines()[0] for cell in COOKBOOK.cells if cell.source.startswith("## ")]
    assert [heading.split(".")[0] for heading in headings] == [f"## {number}" for number in range(1, 11)]
    assert "cookbook" not in {paper.name for paper in papers(Home(ROOT))}


def test_the_cookbook_is_kept_without_outputs_and_its_cells_are_short_but_for_the_one_that_is_a_module() -> None:
    code = [cell for cell in COOKBOOK.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    assert [cell.id for cell in code if len(cell.source.splitlines()) > 10] == ["babies"]


@pytest.mark.slow
@pytest.mark.xdist_group("papers")
def test_every_recipe_runs_on_the_demonstration_county(county: Home, papers: Path, tmp_path: Path) -> None:
    environment = kernel_environment(county.folder, tmp_path / "caches", set_aside=False)
    ready = prepared(AUTHORITY, QUARTER, county)
    asked = {"authority": AUTHORITY, "quarter": QUARTER, "audience": "officers"}
    job = Job("cookbook", PATH, "officers", asked, "cookbook")
    ran = execute(job, tmp_path / "kept" / "officers" / "cookbook.ipynb", environment | {READY: str(ready.folder)})
    assert not isinstance(ran, Failure), ran.reason
    showed = {cell.id: cell.outputs for cell in ran.cells if cell.cell_type == "code"}
    quiet = {"parameters", "injected-parameters", "babies"}
    assert {name for name, outputs in showed.items() if not outputs} == quiet
    assert "Child protection plans begun for babies" in showed["look"][-1].data["text/plain"]
    assert "no figure" in showed["said"][-1].data["text/html"]


@pytest.fixture
def babies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Measure]]:
    """The catalogue with the cookbook's file among the modules of measures, and nothing else done."""
    (tmp_path / "babies.py").write_text(MODULE + "\n", encoding="utf-8")
    monkeypatch.setattr(registry, "CATALOGUE", dict(catalogue()))
    monkeypatch.setattr(room, "__path__", [*room.__path__, str(tmp_path)])
    yield catalogue()
    sys.modules.pop("quarterdeck.measures.babies", None)
    vars(room).pop("babies", None)


@pytest.fixture
def page(babies: dict[str, Measure]) -> HtmlElement:
    """The paper on child protection, made of stand-in figures of the catalogue with the new measure."""
    return document_fromstring(render(executed(PAPER, stood(made_up(babies)))))


def test_a_measure_its_chart_and_its_paragraph_are_one_file_of_fewer_than_30_lines() -> None:
    assert len(MODULE.splitlines()) < 30


def test_the_file_passes_the_projects_own_lint_and_format(tmp_path: Path) -> None:
    for words in (["check"], ["format", "--check"]):
        for text, name in ((MODULE, "lib/quarterdeck/measures/babies.py"), (TEST, "tests/unit/test_babies.py")):
            ran = subprocess.run(
                [sys.executable, "-m", "ruff", *words, f"--stdin-filename={name}", "-"],
                cwd=ROOT, input=text.rstrip() + "\n", capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_file_alone_puts_the_measure_into_the_catalogue_and_the_papers_plan(babies: dict[str, Measure]) -> None:
    own = plans(babies)[PAPER].measures
    assert own == (*own[: own.index(NAME)], NAME, *own[own.index(NAME) + 1 :])
    assert own[own.index(NAME) - 1] == AFTER
    assert tuple(name for name in own if name != NAME) == PLANS[PAPER].measures
    assert plans(babies)["performance_monitoring"].measures == NINETEEN


def test_its_block_follows_the_one_it_names_with_a_chart_a_paragraph_and_a_row_of_the_scorecard(page) -> None:
    blocks = page.xpath("//article/@id")
    anchor = "m-cp-plans-for-babies"
    assert blocks[blocks.index("m-cp-starts-and-ceases") + 1] == anchor
    (block,) = page.xpath(f"//article[@id='{anchor}']")
    assert block.xpath(".//figure[@class='ch']//desc")
    before = block.getprevious()
    assert before.get("class") == "n"
    said = r"\d+\.[\d,]+ plans began for a baby this quarter, (up|down) [\d,]+ on the one before\."
    assert re.match(said, before.text_content())
    assert [data.get("value") for data in before.iter("data")] == [NAME, NAME]
    assert page.xpath(f"//table[@class='sc']//a[@href='#{anchor}']")
    assert page.xpath(f"//nav[@class='toc']//a[@href='#{anchor}']")


def test_its_test_passes_and_fails_once_the_measure_is_broken(
    babies: dict[str, Measure], small_records: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    namespace: dict[str, object] = {}
    exec(compile(TEST, "test_measures_babies.py", "exec"), namespace)
    (name,) = [name for name in namespace if name.startswith("test_")]
    namespace[name](small_records)  # type: ignore[operator]
    broken = importlib.import_module("quarterdeck.measures.babies")
    exec(MODULE.replace('["unborn", "under 1"]', '["1 to 4"]'), vars(broken))
    with pytest.raises(AssertionError):
        exec(compile(TEST, "test_measures_babies.py", "exec"), namespace)
        namespace[name](small_records)  # type: ignore[operator]
