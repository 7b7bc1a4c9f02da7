"""What an analyst sees in a notebook: the paper as its readers will have it, and errors in the analyst's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from lxml.html import document_fromstring, fragment_fromstring
from markupsafe import Markup

from quarterdeck.home import Home
from quarterdeck.paper import paper as writing
from quarterdeck.paper.cells import Cells
from quarterdeck.prepared import READY
from quarterdeck.publish import preview
from quarterdeck.publish.failed import of_library
from quarterdeck.publish.preview import HERE, SESSION, notebook_of
from quarterdeck.publish.render import render
from tests.conftest import ROOT
from tests.papers.conftest import COMMENTARY, NOTEBOOKS, Stand, executed

PAPER = "missing_and_exploitation"
AWAY = re.compile(r'<a href="(?!#)[^"]*"')
"""A link to a page that is not there before a build."""
Run = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def shell(stand: Stand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[InteractiveShell]:
    """IPython as a notebook has it, with stand-in figures for those of the authority."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setattr(writing, "_prepared", lambda *_: stand)
    monkeypatch.setattr(writing, "_commentary", lambda *_: COMMENTARY)
    running = InteractiveShell.instance()
    running.history_manager.enabled = False
    yield running
    running.history_manager.end_session()
    InteractiveShell.clear_instance()


@pytest.fixture
def run(shell: InteractiveShell) -> Run:
    """Runs cells, one after another, and gives what the last of them showed."""

    def cells(*sources: str) -> list[dict[str, Any]]:
        for source in sources:
            with capture_output() as shown:
                ran = shell.run_cell(source, store_history=True)
            ran.raise_error()
        return [{"data": output.data, "metadata": output.metadata} for output in shown.outputs]

    return cells


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the notebook, which the kernel is told is its own."""
    path = tmp_path / f"{PAPER}.ipynb"
    path.write_bytes((NOTEBOOKS / path.name).read_bytes())
    monkeypatch.setenv(SESSION, str(path))
    return path


def code_of(path: Path, audience: str = "public") -> list[str]:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return [cell.source.replace('"public"', f'"{audience}"') for cell in cells]


def page_in(output: dict[str, Any]) -> str:
    return unescape(re.search(r'srcdoc="([^"]*)"', output["data"]["text/html"])[1])


@pytest.mark.parametrize("audience", ["public", "officers"])
def test_the_preview_is_the_page_that_a_build_makes(run: Run, saved: Path, stand: Stand, audience: str) -> None:
    text = saved.read_text(encoding="utf-8").replace('\\"public\\"', f'\\"{audience}\\"')
    saved.write_text(text, encoding="utf-8")
    (shown,) = run(*code_of(saved, audience), "paper.preview()")
    page = render(executed(PAPER, stand, audience))
    assert page.count('href="index.html"') == 1
    assert page_in(shown).replace(HERE, "") == AWAY.sub("<a", page)
    assert shown["data"]["text/plain"].startswith("Public" if audience == "public" else "Officers’")


def test_the_preview_is_in_a_frame_that_may_run_nothing_and_lead_nowhere(run: Run, saved: Path) -> None:
    (shown,) = run(*code_of(saved), "paper.preview()")
    frame = fragment_fromstring(shown["data"]["text/html"], create_parent="div").find(".//iframe")
    assert frame.get("sandbox") == ""
    assert frame.get("src") is None
    assert {link[0] for link in document_fromstring(page_in(shown)).xpath("//a/@href")} == {"#"}
    assert frame.get("title")
    assert "<style" not in re.sub(r'srcdoc="[^"]*"', "", shown["data"]["text/html"])


def test_words_that_were_saved_since_are_in_the_next_preview_and_a_cell_that_was_not_is_told(
    run: Run, saved: Path
) -> None:
    run(*code_of(saved))
    text = saved.read_text(encoding="utf-8")
    saved.write_text(text.replace("# Missing and exploitation", "# Children who go missing"), encoding="utf-8")
    (shown,) = run("paper.preview()")
    assert document_fromstring(page_in(shown)).findtext(".//h1") == "Children who go missing"
    assert "left out" not in shown["data"]["text/plain"]
    (shown,) = run('paper.say("Of my own.")', "paper.preview()")
    assert "What one cell shows is left out" in shown["data"]["text/plain"]
    assert "Of my own." not in page_in(shown)


def test_a_cell_that_ran_twice_is_in_the_preview_once(run: Run, saved: Path, stand: Stand) -> None:
    sources = code_of(saved)
    (shown,) = run(*sources, *sources[2:], "paper.preview()")
    assert page_in(shown).replace(HERE, "") == AWAY.sub("<a", render(executed(PAPER, stand)))


def test_a_preview_is_no_part_of_a_built_paper(
    run: Run, saved: Path, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shown,) = run(*code_of(saved), "paper.preview()")
    notebook = executed(PAPER, stand)
    before = render(notebook)
    output = nbformat.v4.new_output("display_data", shown["data"], metadata=shown["metadata"])
    notebook.cells.append(nbformat.v4.new_code_cell("paper.preview()", outputs=[output]))
    assert render(notebook) == before
    monkeypatch.setenv(READY, "a build's own")
    assert run("paper.preview()") == []


def test_a_notebook_that_no_server_names_is_the_papers_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SESSION, raising=False)
    assert notebook_of(PAPER) == Home.here().notebooks / f"{PAPER}.ipynb" == ROOT / "notebooks" / f"{PAPER}.ipynb"
    with pytest.raises(ValueError, match=r"there is no notebook no_such\.ipynb in notebooks/"):
        notebook_of("no_such")


def test_a_notebook_that_is_being_saved_is_waited_for_and_one_that_is_none_is_refused(
    run: Run, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = saved.read_text(encoding="utf-8")
    run(*code_of(saved))
    saved.write_text("")
    monkeypatch.setattr(preview.time, "sleep", lambda _: saved.write_text(whole, encoding="utf-8"))
    (shown,) = run("paper.preview()")
    assert "Missing and exploitation" in page_in(shown)
    saved.write_text("no notebook")
    monkeypatch.setattr(preview.time, "sleep", lambda _: None)
    with pytest.raises(ValueError, match="cannot be read as a notebook: save it, and run this again"):
        run("paper.preview()")


def test_outside_a_notebook_no_cell_is_kept() -> None:
    cells = Cells()
    cells.add(Markup("<p>"))
    assert cells.without(set()) == 0


BEGIN = 'from quarterdeck.paper import Paper\npaper = Paper("trial", "worcestershire-demo", "2017-18 Q3", "officers")'
SAID = {
    'paper.measure("cp_rate")': "no measure 'cp_rate'; nearest: cp_plan_rate",
    'paper.view("cla_rat")': "no measure 'cla_rat'; nearest: cla_rate",
    'paper.rows("cp_plan_rates")': "no measure 'cp_plan_rates'; nearest: cp_plan_rate",
    'paper.measure("cp_plan_rate", breakdowns=("age_bnd",))': "no breakdown of cp_plan_rate 'age_bnd'; nearest: "
    "age_band",
    'paper.measure("cp_plan_rate", breakdowns="age_band")': "no list of breakdowns 'age_band'; nearest: "
    '("age_band",)',
    'paper.rows("cp_plan_rate", "category")': "no breakdown of cp_plan_rate 'category'; nearest: category_of_abuse",
    'paper.rows("cp_plan_rate", "category_of_abuse", "first")': "no category of category_of_abuse in cp_plan_rate "
    "'first'; nearest: first kind",
    'paper.rows("cp_plan_rate", kind="quater")': "no kind of period 'quater'; nearest: quarter",
    'paper.year_ends("cla_health_anual")': "no measure 'cla_health_anual'; nearest: cla_health_annual",
    'paper.beside_published(["cla_rates"])': "no measure 'cla_rates'; nearest: cla_rate",
    'Paper("trial", "worcestershire-demo", "2017-18 Q3", "officer")': "no audience 'officer'; nearest: officers",
    'Paper("trial", "worcestershire-demo", "2017 Q3")': "'2017 Q3' is not a quarter: write it like 2017-18 Q3 (a "
    "financial year and Q1 to Q4)",
    'Paper("trial", "worcestershire-demo", "2017-18 Q3", own=("cla_rat",)).summary()': "no measure 'cla_rat'; nearest: "
    "cla_rate",
}
"""What is typed wrong, and what the cell says."""


@pytest.mark.parametrize("typed", SAID)
def test_what_is_typed_wrong_is_told_with_the_nearest_and_no_traceback(
    run: Run, shell: InteractiveShell, typed: str
) -> None:
    run(BEGIN)
    with capture_output() as shown:
        ran = shell.run_cell(f"when = 1\n{typed}", store_history=True)
    assert ran.error_in_exec is not None
    lines = shown.stdout.strip().splitlines()
    assert lines[0] == f"In this cell, line 2: {typed}"
    assert re.fullmatch(r"File quarterdeck/[\w/]+\.py", lines[1])
    told = lines[2].partition(": ")[2]
    assert told == SAID[typed] or told.startswith(f"{SAID[typed]}, ")  # and then those less near
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("authority", "quarter", "said"),
    [
        (
            "worcestershire",
            "2017-18 Q3",
            "no authority 'worcestershire' in data/; nearest: worcestershire-demo. There is:",
        ),
        ("nowhere", "2017-18 Q3", "no authority 'nowhere' in data/. There is:"),
        ("worcestershire-demo", "2027-28 Q3", "worcestershire-demo has no folder of returns for 2027-28 Q3"),
    ],
)
def test_an_authority_or_a_quarter_that_there_is_not_is_told_with_those_there_are(
    authority: str, quarter: str, said: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        writing.Paper("trial", authority, quarter)


def test_an_error_that_a_cell_raises_of_itself_is_not_taken_for_the_librarys(run: Run, shell: InteractiveShell) -> None:
    run(BEGIN)
    for typed, ours in (('paper.measure("cp_rate")', True), ('raise no("TEST000417")', False)):
        with capture_output():
            ran = shell.run_cell(f"from quarterdeck.errors import Refused as no\n{typed}", store_history=True)
        error = ran.error_in_exec
        assert of_library(type(error).__name__, error._render_traceback_()) == ours
