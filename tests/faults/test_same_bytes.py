"""The same returns give the same bytes, whoever builds, wherever, in what time zone and language, with what machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.faults.test_build import QUARTER
from tests.faults.torture import PUBLISHED, put_home

PAPERS = ("child_protection", "data_quality")
ONE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "USER": "one", "PYTHONHASHSEED": "1"}
OTHER = {"TZ": "America/Los_Angeles", "LANG": "tr_TR.UTF-8", "LC_ALL": "POSIX", "USER": "other", "PYTHONHASHSEED": "77"}


def built(folder: Path, environment: dict[str, str], workers: int, umask: int, processors: int) -> dict[str, bytes]:
    """What a build leaves in the quarter's folder, manifest and notebooks among it."""
    home = put_home(folder / "home")
    for name in PAPERS:
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", home.notebooks)
    user = folder / "user"
    user.mkdir()
    own = {"PATH": os.environ["PATH"], "HOME": str(user), "QUARTERDECK_HOME": str(home.folder)}
    allowed = sorted(os.sched_getaffinity(0))[:processors]
    subprocess.run(
        [sys.executable, "-c", "from quarterdeck.cli import main; main()", "build", "nowhere", QUARTER,
         "--workers", str(workers)],
        env={**own, "PYTHONPATH": os.pathsep.join(sys.path), **environment}, cwd=user, umask=umask, check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, allowed), stdout=subprocess.DEVNULL,
    )  # fmt: skip
    made = home.folder / PUBLISHED
    return {path.relative_to(made).as_posix(): path.read_bytes() for path in made.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.xdist_group("papers")
@pytest.mark.skipif(sys.platform != "linux", reason="processors are counted off as Linux does")
def test_two_builds_in_other_places_times_languages_and_processors_are_the_same_to_the_byte(tmp_path: Path) -> None:
    one = built(tmp_path / "one", ONE, workers=1, umask=0o077, processors=1)
    other = built(tmp_path / "a place elsewhere", OTHER, workers=3, umask=0o002, processors=64)
    assert {
        "manifest.json",
        "public/one.html",
        "public/figures.csv",
        *(f"officers/{name}.html" for name in PAPERS),
    } <= {*one}
    assert {*one} == {*other}
    assert [name for name in one if one[name] != other[name]] == []
