"""JupyterLab's own scheduler runs the notebook that is written for it, and the papers that were due are made."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from quarterdeck.home import Home
from quarterdeck.schedule import units, write_units
from tests.faults.canaries import files_in
from tests.faults.due_home import PAGE, installation, small_home
from tests.servers import HERE, free_port

pytestmark = pytest.mark.slow
Ask = Callable[..., Any]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return small_home(tmp_path / "it's home")


@pytest.fixture
def scheduler(home: Home, tmp_path: Path) -> Iterator[Ask]:
    """A Jupyter server with the extension, on the home, whose own folders are the test's: what asks its interface."""
    port, user = free_port(), tmp_path / "user"
    user.mkdir()
    places = {f"JUPYTER_{kind}_DIR": str(user / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    log = (tmp_path / "server.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--ip={HERE}", f"--port={port}",
         "--ServerApp.port_retries=0", "--IdentityProvider.token=secret", f"--ServerApp.root_dir={home.folder}",
         "--ServerApp.jpserver_extensions={'jupyter_scheduler': True}"],
        env={**os.environ, **places, "HOME": str(user), "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=home.folder, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip

    def ask(path: str, told: Any = None) -> Any:
        content = json.dumps(told).encode() if told is not None else None
        request = urllib.request.Request(f"http://{HERE}:{port}/{path}", content, {"Authorization": "token secret"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    try:
        for _ in range(240):
            try:
                ask("api/status")
                break
            except OSError:
                time.sleep(0.5)
        else:
            pytest.fail((tmp_path / "server.log").read_text())
        yield ask
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # asked to end, it would wait for a job that never does
        server.wait(30)
        log.close()


def test_jupyter_scheduler_makes_the_papers_that_are_due_and_keeps_an_exit_status_and_nothing_else(
    scheduler: Ask, home: Home, tmp_path: Path
) -> None:
    texts = units("jupyter", installation(home))
    write_units(texts, home.folder)
    definition = scheduler("scheduler/job_definitions", json.loads(texts["quarterdeck.json"]))["job_definition_id"]
    kept = scheduler(f"scheduler/job_definitions/{definition}")
    assert (kept["active"], kept["schedule"], kept["timezone"]) == (True, "30 6 * * 1-5", "Europe/London")

    job = scheduler(f"scheduler/job_definitions/{definition}/jobs", {})["job_id"]
    deadline = time.monotonic() + 400
    while (ran := scheduler(f"scheduler/jobs/{job}"))["status"] not in ("COMPLETED", "FAILED"):
        assert time.monotonic() < deadline, ran
        time.sleep(0.5)
    assert ran["status"] == "COMPLETED", ran["status_message"]
    assert (home.folder / PAGE).is_file()

    copies = [path for path in files_in(tmp_path / "user" / "data") if path.parent.name == job]
    (copy,) = [path for path in copies if path.name != "quarterdeck.ipynb"]
    shown = [out for cell in nbformat.read(copy, as_version=4).cells for out in cell.get("outputs", [])]
    assert [out.text for out in shown] == ["All that is due is made (exit status 0).\n"]
