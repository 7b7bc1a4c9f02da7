"""An analyst runs a paper in JupyterLab and has the built one's figures, and another quarter's by changing one word."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.reader import NotJSONError

from quarterdeck.publish.manifest import LINKS, as_made
from quarterdeck.publish.render import render
from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("papers")]
PAPER = "looked_after_children"
TRIES = 3
TIMES = 480


@pytest.fixture
def lab(county, papers: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """JupyterLab on a copy of the notebooks, as `make lab` starts it: its address, and the folder of the copies."""
    folder = tmp_path / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    log = (tmp_path / "lab.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
         "--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}",
         "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.extension_manager=readonly",
         "--LabApp.news_url=None"],
        env={**os.environ, **places, "QUARTERDECK_HOME": str(county.folder), "HOME": str(tmp_path)},
        stdout=log, stderr=log,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api/status", timeout=2).read()
                break
            except OSError:
                time.sleep(0.5)
        else:
            pytest.fail((tmp_path / "lab.log").read_text())
        yield address, folder
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def test_restart_and_run_all_in_jupyterlab_gives_the_figures_of_the_built_paper(browser, lab, papers: Path) -> None:
    address, folder = lab
    _, ran = _run(browser, address, folder / f"{PAPER}.ipynb")
    assert not [o for cell in ran.cells for o in cell.get("outputs", []) if o.output_type == "error"]
    built = nbformat.read(papers / "notebooks" / "public" / f"{PAPER}.ipynb", as_version=4)
    assert _shown(ran) == _shown(built)
    assert LINKS.sub(b"", render(ran).encode()) == as_made(papers / "public" / f"{PAPER}.html")


def test_another_quarter_in_the_parameters_cell_gives_its_figures_and_the_paper_as_readers_will_have_it(
    browser, lab
) -> None:
    address, folder = lab
    path = folder / f"{PAPER}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("paper.preview()", id="preview"))
    nbformat.write(notebook, path)
    page, ran = _run(browser, address, path)
    style = page.evaluate(STYLE_OF_LAB)
    before = _previewed(page, ran)
    assert before["quarter"].startswith("2017/18 Quarter 3")

    _type_into_the_parameters_cell(page, NOW, THEN)
    page, ran = _run(browser, address, path, page)
    after = _previewed(page, ran)
    assert after["quarter"].startswith("2017/18 Quarter 2")
    assert after["opening"] != before["opening"]
    assert ran.cells[1].source == notebook.cells[1].source.replace(NOW, THEN)

    assert page.evaluate(STYLE_OF_LAB) == style  # the paper's style sheet touches nothing of JupyterLab's
    frame = page.frame_locator("iframe[srcdoc]")
    frame.locator("nav.toc a[href='#m-cla-rate']").click()
    page.wait_for_timeout(500)
    box, heading = page.locator("iframe[srcdoc]").bounding_box(), frame.locator("#m-cla-rate").bounding_box()
    assert box["height"] > 400
    assert box["width"] > 500
    assert box["y"] - 5 <= heading["y"] < box["y"] + box["height"], "a link in the paper leads to its place"
    assert frame.get_by_text("Every quarter").get_attribute("href") is None


NOW, THEN = '"2017-18 Q3"', '"2017-18 Q2"'
STYLE_OF_LAB = """() => ['body', '.jp-Notebook', '.jp-RenderedMarkdown h2'].map(name => {
  const style = getComputedStyle(document.querySelector(name));
  return [style.fontFamily, style.fontSize, style.color, style.backgroundColor, style.margin];
})"""


def _run(browser, address: str, path: Path, page=None) -> tuple[Any, nbformat.NotebookNode]:
    """The page, and the notebook as saved when every cell has run.

    A kernel that is restarted in its first second may leave JupyterLab and its server speaking different protocols, so
    that no result arrives: that is theirs, not the notebook's, and an analyst would load the page again.
    """
    for _ in range(TRIES):
        if page is None:
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            page.goto(f"{address}/lab/tree/{path.name}?reset")
            page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', timeout=90_000)
            page.wait_for_timeout(5_000)
        ran = _restart_and_run_all(page, path)
        if ran:
            return page, ran
        page.close()
        page = None
    pytest.fail("JupyterLab did not run every cell")


def _restart_and_run_all(page, path: Path) -> nbformat.NotebookNode | None:
    """The notebook as saved when every cell has run; None where it was not in time."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-itemLabel", has_text="Restart Kernel and Run All Cells").click()
    page.locator(".jp-Dialog button", has_text="Restart").click()
    page.wait_for_timeout(1_000)
    for _ in range(TIMES):
        page.wait_for_timeout(500)
        page.keyboard.press("Control+s")
        try:
            notebook = nbformat.read(path, as_version=4)
        except NotJSONError:  # it is being saved
            continue
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        idle = page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').count()
        if idle and [cell.execution_count for cell in code] == list(range(1, len(code) + 1)):
            return notebook
    return None


def _type_into_the_parameters_cell(page, old: str, new: str) -> None:
    """Put another text into the cell as a person does: click into it, select all, write."""
    cell = page.locator(".jp-CodeCell .cm-content", has_text="quarter =").first
    written = ""
    for _ in range(TIMES):  # a cell that was out of sight is drawn again before it has its text
        cell.scroll_into_view_if_needed()
        written = cell.inner_text()
        if old in written:
            break
        page.wait_for_timeout(500)
    assert old in written
    cell.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(written.replace(old, new))


def _previewed(page, ran: nbformat.NotebookNode) -> dict[str, str]:
    """What the paper in the output area says of its quarter, and its opening sentences."""
    assert not [o for cell in ran.cells for o in cell.get("outputs", []) if o.output_type == "error"]
    frame = page.locator("iframe[srcdoc]")
    frame.scroll_into_view_if_needed()
    shown = page.frame_locator("iframe[srcdoc]")
    return {
        name: shown.locator(place).text_content() for name, place in {"quarter": "p.q", "opening": "p.stand"}.items()
    }


def _shown(notebook) -> list[dict]:
    """All that the code cells show; a browser writes 41.0 as 41, which is the same number."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.data for output in outputs if "data" in output]
