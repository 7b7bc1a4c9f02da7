"""However a build ends, what is published is whole, and the next run succeeds: a sample of what `make torture` does."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
@pytest.mark.xdist_group("papers")
@pytest.mark.skipif(sys.platform != "linux", reason="rights and limits are set as Linux sets them")
def test_builds_that_are_killed_or_harmed_leave_what_was_published_whole_and_the_next_run_succeeds() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.faults.torture", "10", "7"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), "OPENBLAS_NUM_THREADS": "1"},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 things went wrong." in run.stdout
    harmed = re.findall(r"^(.+), (old|new): (\d+)$", run.stdout, re.MULTILINE)
    assert sum(int(number) for name, _, number in harmed if name == "kill") == 10
    assert {name for name, *_ in harmed} >= {"full disk", "read-only folders", "clock put back", "two builds at once"}
