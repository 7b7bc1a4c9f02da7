"""Cron itself runs the line that is written for it, and the papers that were due are made."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quarterdeck.schedule import units
from tests.faults.due_home import PAGE, installation, small_home

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="cron is of POSIX")]
RUNNING = Path("/run/crond.pid")
AT = "30 6 * * 1-5"


@pytest.fixture
def cron() -> Iterator[Callable[[str], None]]:
    """A cron daemon of the test's own that has a crontab; both go with it, and the crontab that was is put back."""
    if os.geteuid() != 0:
        pytest.skip("no cron daemon can be started but by root")
    if not (shutil.which("cron") and shutil.which("crontab")):
        pytest.skip("no cron here: the line was not run by cron itself")
    if RUNNING.is_file() and Path(f"/proc/{RUNNING.read_text().strip()}").is_dir():
        pytest.skip("a cron daemon runs here already: what it does is left alone")
    before = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False)
    started: list[subprocess.Popen[bytes]] = []

    def start(crontab: str) -> None:
        subprocess.run(["crontab", "-"], input=crontab, text=True, check=True)
        started.append(subprocess.Popen(["cron", "-f"], start_new_session=True))

    try:
        yield start
    finally:
        for daemon in started:
            daemon.terminate()
            daemon.wait(30)
        if before.returncode == 0:
            subprocess.run(["crontab", "-"], input=before.stdout, text=True, check=True)
        else:
            subprocess.run(["crontab", "-r"], check=False)


def in_a_minute() -> str:
    """The fields of the first minute that has not begun when cron next looks."""
    then = dt.datetime.now() + dt.timedelta(seconds=75)
    return f"{then.minute} {then.hour} * * *"


def test_cron_makes_the_papers_that_are_due(cron: Callable[[str], None], tmp_path: Path) -> None:
    home = small_home(tmp_path / "100% of papers")
    unit = units("cron", installation(home))["quarterdeck.cron"]
    assert unit.count(AT) == 1
    cron(unit.replace(AT, in_a_minute()))
    log, page = home.outputs / "schedule.log", home.folder / PAGE
    deadline = time.monotonic() + 400
    while not (page.is_file() and "Made 2 papers" in log.read_text(encoding="utf-8")):
        assert time.monotonic() < deadline, log.read_text(encoding="utf-8") if log.is_file() else "cron ran nothing"
        time.sleep(0.5)
    assert f"{log.stat().st_mode & 0o777:o}" == "600"
