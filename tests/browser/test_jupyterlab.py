"""An analyst opens a paper in JupyterLab, restarts and runs all, and has the figures of the built paper."""

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

import nbformat
import pytest
from nbformat.reader import NotJSONError

from quarterdeck.publish.manifest import LINKS, as_made
from quarterdeck.publish.render import render
from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("papers")]
PAPER = "looked_after_children"
TRIES = 3


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
    tries = (_restart_and_run_all(browser.new_page(), address, folder / f"{PAPER}.ipynb") for _ in range(TRIES))
    ran = next((notebook for notebook in tries if notebook), None)
    assert ran, "JupyterLab did not run every cell"
    assert not [o for cell in ran.cells for o in cell.get("outputs", []) if o.output_type == "error"]
    built = nbformat.read(papers / "notebooks" / "public" / f"{PAPER}.ipynb", as_version=4)
    assert _shown(ran) == _shown(built)
    assert LINKS.sub(b"", render(ran).encode()) == as_made(papers / "public" / f"{PAPER}.html")


def _restart_and_run_all(page, address: str, path: Path) -> nbformat.NotebookNode | None:
    """The notebook as saved when every cell has run; None where JupyterLab lost its connection to the kernel.

    A kernel that is restarted in its first second may leave JupyterLab and its server speaking different protocols, so
    that no result arrives: that is theirs, not the notebook's, and an analyst would load the page again.
    """
    page.goto(f"{address}/lab/tree/{path.name}?reset")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', timeout=90_000)
    page.wait_for_timeout(5_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-itemLabel", has_text="Restart Kernel and Run All Cells").click()
    page.locator(".jp-Dialog button", has_text="Restart").click()
    for _ in range(120):
        page.wait_for_timeout(500)
        page.keyboard.press("Control+s")
        try:
            notebook = nbformat.read(path, as_version=4)
        except NotJSONError:  # it is being saved
            continue
        if all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code"):
            return notebook
    page.close()
    return None


def _shown(notebook) -> list[dict]:
    """All that the code cells show; a browser writes 41.0 as 41, which is the same number."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.data for output in outputs if "data" in output]
