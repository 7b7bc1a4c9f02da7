"""A build that goes wrong leaves what was published, says why, and exits so that a scheduler knows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from filelock import FileLock

from quarterdeck import returns
from quarterdeck.editions import editions
from quarterdeck.errors import Refused
from quarterdeck.home import Home
from quarterdeck.log import LOG
from quarterdeck.publish.build import build
from quarterdeck.publish.manifest import read_manifest
from quarterdeck.quarter import Quarter
from quarterdeck.returns import ReturnsError
from tests.conftest import ROOT
from tests.small_county import FILES, SmallCounty

pytestmark = pytest.mark.slow
QUARTER = "2017-18 Q3"
PROFILE = """
name = "Nowhere County Council"
short_name = "Nowhere"
area_code = "E10000034"
la_code = "999"
first_quarter = "2017-18 Q1"
[panel]
name = "Scrutiny Panel"
report_of = "Director"
"""
SAID = """
from quarterdeck.paper import Paper
paper = Paper("{name}", authority, quarter, audience)
"""


def notebook(name: str, then: str = "paper.measure('cla_rate')") -> nbformat.NotebookNode:
    """A paper of one measure."""
    parameters = nbformat.v4.new_code_cell(
        f"authority = 'nowhere'\nquarter = '{QUARTER}'\naudience = 'public'", id="parameters"
    )
    parameters.metadata["tags"] = ["parameters"]
    title = nbformat.v4.new_markdown_cell(f"# {name.replace('_', ' ').capitalize()}", id="title")
    begin = nbformat.v4.new_code_cell(SAID.format(name=name), id="begin")
    heading = nbformat.v4.new_markdown_cell("## Children in care", id="heading")
    body = nbformat.v4.new_code_cell(then, id="body")
    made = nbformat.v4.new_notebook(cells=[title, parameters, begin, heading, body])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made.metadata.briefing = {"title": name, "summary": "", "order": 1}
    return made


@pytest.fixture(scope="session")
def built_home(once: Path) -> Path:
    """A small county's home with two papers of one measure each, built once for all these tests."""
    folder = once / "nowhere"
    with FileLock(once / "nowhere.lock"):
        if not (folder / "built").is_file():
            SmallCounty(folder)
            (folder / "data" / "nowhere" / "authority.toml").write_text(PROFILE)
            (folder / "data" / "reference").symlink_to(ROOT / "data" / "reference")
            (folder / "notebooks").mkdir()
            for name in ("one", "two"):
                nbformat.write(notebook(name), folder / "notebooks" / f"{name}.ipynb")
            first = build("nowhere", QUARTER, home=Home(folder))
            assert sorted(first.made) == ["officers/one", "officers/two", "public/one", "public/two"]
            (folder / "built").touch()
    return folder


@pytest.fixture
def home(built_home: Path, tmp_path: Path) -> Home:
    """A copy of the small county's home, its papers built, for a test to spoil."""
    shutil.copytree(built_home, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def pages(home: Home) -> dict[str, bytes]:
    folder = home.outputs / "nowhere" / "2017-18-Q3"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.html"))}


def test_a_second_build_makes_nothing_and_a_changed_notebook_makes_its_own_papers_only(home: Home) -> None:
    before = pages(home)

    again = build("nowhere", QUARTER, home=home)
    assert not again.made
    assert pages(home) == before

    nbformat.write(notebook("two", "paper.measure('three_plus_placements')"), home.notebooks / "two.ipynb")
    third = build("nowhere", QUARTER, home=home)
    assert sorted(third.made) == ["officers/two", "public/two"]
    assert pages(home)["public/one.html"] == before["public/one.html"]
    assert pages(home)["public/two.html"] != before["public/two.html"]


def test_a_build_makes_the_site_and_one_with_nothing_to_do_mends_it(home: Home) -> None:
    root = home.outputs / "nowhere"
    own = ["index.html", "feed.xml", "measures/cla_rate.html", "officers/definitions.html", "../index.html"]
    made = {name: (root / name).read_bytes() for name in own}
    assert b"2017-18-Q3/public/one.html" in made["index.html"]
    assert b"2017-18-Q3/public/one.html#m-cla-rate" in made["measures/cla_rate.html"]
    for name in own:
        (root / name).unlink()
    assert not build("nowhere", QUARTER, home=home).made
    assert {name: (root / name).read_bytes() for name in own} == made


def test_a_paper_made_anew_from_the_same_inputs_has_the_same_bytes(home: Home) -> None:
    before = pages(home)
    shutil.rmtree(home.outputs)
    build("nowhere", QUARTER, home=home, workers=1)
    assert pages(home) == before


def test_a_paper_that_fails_leaves_the_others_its_last_good_version_its_notebook_and_the_reason(home: Home) -> None:
    before = pages(home)
    nbformat.write(notebook("two", "paper.measure('cp_rate')"), home.notebooks / "two.ipynb")

    built = build("nowhere", QUARTER, home=home)

    assert sorted(built.failed) == ["officers/two", "public/two"]
    assert "cp_plan_rate" in built.failed["public/two"], "the nearest name is given"
    assert pages(home)["public/one.html"] == before["public/one.html"]
    assert pages(home)["public/two.html"] == before["public/two.html"]
    assert b"could not" in pages(home)["public/index.html"]
    kept = nbformat.read(built.folder / "notebooks" / "public" / "two.ipynb", as_version=4)
    errors = [output for cell in kept.cells for output in cell.get("outputs", []) if output.output_type == "error"]
    assert errors
    assert not errors[0].traceback, "a traceback shows the values that a cell worked on"
    assert sorted(read_manifest(built.folder)["failed"]) == sorted(built.failed)
    assert build("nowhere", QUARTER, home=home).failed, "what failed is tried again"


def test_a_build_writes_a_line_of_each_paper_into_its_log_and_no_output_tells_of_it(home: Home) -> None:
    (home.outputs / LOG).unlink()
    nbformat.write(notebook("two", "raise ValueError('Zoe Example')"), home.notebooks / "two.ipynb")
    built = build("nowhere", QUARTER, home=home)
    *papers, whole = [json.loads(line) for line in (home.outputs / LOG).read_text(encoding="utf-8").splitlines()]
    told = {f"{line['audience']}/{line['paper']}": (line["outcome"], line["kind"]) for line in papers}
    assert told == {
        "public/one": ("kept", None), "officers/one": ("kept", None),
        "public/two": ("failed", "ValueError"), "officers/two": ("failed", "ValueError"),
    }  # fmt: skip
    made = [line for line in papers if line["outcome"] == "failed"]
    assert all(line["seconds"] > 0 and 50 < line["peak_memory_mb"] < 5000 for line in made)
    keys = {f"{line['audience']}/{line['paper']}": line["key"] for line in papers if line["outcome"] == "kept"}
    assert read_manifest(built.folder)["papers"].items() >= keys.items()
    assert (whole["event"], whole["outcome"], whole["failed"], whole["kept"]) == ("build", "failed", 2, 2)
    assert whole["key"] == read_manifest(built.folder)["figures"]
    assert "Zoe" not in (home.outputs / LOG).read_text(encoding="utf-8")
    assert not any(LOG in name for name in read_manifest(built.folder)["outputs"])


def test_a_kernel_that_dies_fails_its_paper_and_no_other(home: Home) -> None:
    nbformat.write(notebook("two", "import os; os._exit(9)"), home.notebooks / "two.ipynb")
    built = build("nowhere", QUARTER, home=home)
    assert sorted(built.failed) == ["officers/two", "public/two"]
    assert sorted(built.kept) == ["officers/one", "public/one"]


@pytest.mark.parametrize(
    ("name", "spoil", "said"),
    [
        ("cin_census.xml", lambda text: text[: len(text) // 2], "cin_census.xml"),
        ("ssda903/episodes.csv", lambda text: text.replace(",U4,", ",H9,"), "PLACE"),
        ("ssda903/episodes.csv", lambda text: text.replace("04/12/2017", "31/02/2017"), "DECOM"),
        (
            "ssda903/episodes.csv",
            lambda text: text + text.splitlines()[1].replace(",V2,", ",C2,") + "\n",
            "one row for each",
        ),
        ("ssda903/episodes.csv", lambda text: FILES["ssda903/reviews.csv"], "episodes.csv"),
        ("ssda903/episodes.csv", lambda text: "", "episodes.csv"),
    ],
    ids=["truncated", "unknown code", "impossible date", "duplicate key", "wrong file in the slot", "empty"],
)
def test_bad_returns_stop_the_build_with_one_table_and_leave_what_was_published(
    home: Home, name: str, spoil, said: str
) -> None:
    before = pages(home)
    path = home.data / "nowhere" / "2017-18-Q3" / name
    path.write_text(spoil(path.read_text()))

    run = subprocess.run(
        [sys.executable, "-c", "from quarterdeck.cli import main; main()", "build", "nowhere", QUARTER],
        env={"PATH": "/usr/bin:/bin", "QUARTERDECK_HOME": str(home.folder), "HOME": str(home.folder)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert run.returncode == 3
    assert "Traceback" not in run.stderr
    assert said in run.stderr
    assert "Nothing was built. The papers published for 2017-18-Q3 are untouched." in run.stderr
    assert pages(home) == before


def test_every_problem_of_every_file_is_told_at_once(home: Home) -> None:
    folder = home.data / "nowhere" / "2017-18-Q3"
    (folder / "cin_census.xml").write_text((folder / "cin_census.xml").read_text()[:900])
    (folder / "ssda903" / "episodes.csv").write_text(FILES["ssda903/episodes.csv"].replace(",U4,", ",H9,"))
    with pytest.raises(ReturnsError) as told:
        build("nowhere", QUARTER, home=home)
    assert "cin_census.xml" in str(told.value)
    assert "H9" in str(told.value)


def test_a_run_that_died_between_the_two_steps_of_a_swap_is_mended_by_the_next(home: Home) -> None:
    before = pages(home)
    target = home.outputs / "nowhere" / "2017-18-Q3"
    target.replace(target.with_name(".2017-18-Q3.old"))
    (target.with_name(".2017-18-Q3.part") / "public").mkdir(parents=True)

    again = build("nowhere", QUARTER, home=home)

    assert not again.made
    assert pages(home) == before
    assert not target.with_name(".2017-18-Q3.part").exists()


def test_two_builds_of_a_quarter_at_once_are_refused_in_plain_words(home: Home) -> None:
    with (
        FileLock(home.outputs / "nowhere" / ".2017-18-Q3.lock"),
        pytest.raises(Refused, match="being built by another run"),
    ):
        build("nowhere", QUARTER, home=home)


def test_who_builds_a_quarter_is_told_to_whoever_finds_it_locked(home: Home) -> None:
    build("nowhere", QUARTER, home=home)
    with (
        FileLock(home.outputs / "nowhere" / ".2017-18-Q3.lock"),
        pytest.raises(Refused, match=rf"another run \(process {os.getpid()} on .+, since \d\d:\d\d on"),
    ):
        build("nowhere", QUARTER, home=home)


def test_a_build_keeps_the_figures_as_published_and_one_of_the_same_figures_adds_no_edition(home: Home) -> None:
    kept = editions(home, "nowhere", Quarter.parse(QUARTER))
    assert [one.number for one in kept] == [1]
    build("nowhere", QUARTER, home=home, force=True)
    assert [one.number for one in editions(home, "nowhere", Quarter.parse(QUARTER))] == [1]


def test_a_run_that_died_after_it_was_swapped_in_is_in_the_history_after_the_next(home: Home) -> None:
    shutil.rmtree(home.outputs / "nowhere" / "history")
    before = pages(home)
    assert not build("nowhere", QUARTER, home=home).made, "the paper reads no edition of its own build"
    assert [one.number for one in editions(home, "nowhere", Quarter.parse(QUARTER))] == [1]
    assert pages(home) == before


def test_papers_are_made_from_the_figures_of_their_build_whatever_changes_meanwhile(home: Home) -> None:
    census = home.data / "nowhere" / "2017-18-Q3" / "cin_census.xml"
    changes_it = f"open({str(census)!r}, 'a').write('\\n')\npaper.measure('cla_rate')"
    nbformat.write(notebook("one", changes_it), home.notebooks / "one.ipynb")
    nbformat.write(notebook("two", changes_it), home.notebooks / "two.ipynb")

    built = build("nowhere", QUARTER, home=home, workers=1)

    assert not built.failed
    assert len([*(home.outputs / ".prepared" / "nowhere" / "2017-18-Q3").glob("*/key.json")]) == 1


def test_figures_are_not_made_of_returns_that_changed_while_they_were_read(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pages(home)
    census = home.data / "nowhere" / "2017-18-Q3" / "cin_census.xml"
    rewrite(census, lambda text: text + "\n")
    read = returns.read_quarter

    def and_then_it_changes(*args: Any, **more: Any) -> Any:
        intake = read(*args, **more)
        rewrite(census, lambda text: text + "\n")
        return intake

    monkeypatch.setattr(returns, "read_quarter", and_then_it_changes)
    with pytest.raises(Refused, match="changed while it was read: build it again"):
        build("nowhere", QUARTER, home=home)
    assert pages(home) == before
    monkeypatch.undo()
    assert build("nowhere", QUARTER, home=home).made


def rewrite(file: Path, change: Callable[[str], str]) -> None:
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


def test_a_paper_that_names_a_figure_there_is_none_of_fails_by_itself(home: Home) -> None:
    spoilt = notebook("two")
    spoilt.cells.append(nbformat.v4.new_markdown_cell("The rate is {cp_rate}.", id="said"))
    nbformat.write(spoilt, home.notebooks / "two.ipynb")
    built = build("nowhere", QUARTER, home=home)
    assert sorted(built.failed) == ["officers/two", "public/two"]
    assert sorted(built.kept) == ["officers/one", "public/one"]
