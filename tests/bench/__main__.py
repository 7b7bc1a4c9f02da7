"""Time a quarter's papers against the command lines that others use, and the reading of returns: `make bench`.

Same notebooks, same prepared figures, same machine, rounds taken in turn; what counts is the ratio of a pair.
The table is printed and kept as `outputs/bench.csv`.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from quarterdeck.home import Home
from quarterdeck.prepared import prepared
from quarterdeck.publish.plan import papers
from tests.bench import returns

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
AUTHORITY, QUARTER = "worcestershire-demo", "2017-18 Q3"
HOME = Home.here()
LEAN = HOME.folder / ".venv" / "bin"
BIN = LEAN if (LEAN / "papermill").exists() else Path(sys.executable).parent


def command_lines(folder: Path) -> None:
    """Papermill, then nbconvert, a command a paper and audience, one after the other."""
    for audience in ("public", "officers"):
        for paper in papers(HOME):
            ran = folder / f"{audience}-{paper.name}.ipynb"
            given = {"authority": AUTHORITY, "quarter": QUARTER, "audience": audience}
            options = [word for name, value in given.items() for word in ("-p", name, value)]
            _run(BIN / "papermill", str(paper.path), str(ran), *options, "--no-progress-bar")
            _run(BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", str(ran))


def our_build(folder: Path) -> None:
    """Quarterdeck's build of the same papers, from command to pages, every one of them anew."""
    _run(BIN / "quarterdeck", "build", AUTHORITY, QUARTER, "--force")


def nothing_changed(folder: Path) -> None:
    """Quarterdeck's build when nothing has changed."""
    _run(BIN / "quarterdeck", "build", AUTHORITY, QUARTER)


CONTESTANTS: dict[str, Callable[[Path], None]] = {
    "papermill and nbconvert command lines": command_lines,
    "quarterdeck build": our_build,
    "quarterdeck build, nothing changed": nothing_changed,
}


def _run(*words: str | Path) -> None:
    subprocess.run(words, check=True, capture_output=True, env={**os.environ, "QUARTERDECK_HOME": str(HOME.folder)})


def main() -> None:
    """Run every contestant in turn, and print the table."""
    prepared(AUTHORITY, QUARTER)
    taken: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
    for number in range(ROUNDS + 1):
        for name, contestant in CONTESTANTS.items():
            folder = Path(tempfile.mkdtemp())
            begun = time.perf_counter()
            contestant(folder)
            if number:  # the first round warms the disk and counts for nobody
                taken[name].append(time.perf_counter() - begun)
            shutil.rmtree(folder)
    base = taken["papermill and nbconvert command lines"]
    table = pd.DataFrame(
        {
            "contestant": name,
            "min_s": min(seconds),
            "median_s": statistics.median(seconds),
            "max_s": max(seconds),
            "times_faster": statistics.median(b / s for b, s in zip(base, seconds, strict=True)),
        }
        for name, seconds in taken.items()
    ).round(2)
    print(table.to_string(index=False))  # noqa: T201
    machine = {"rounds": ROUNDS, "cores": os.cpu_count(), "python": platform.python_version()}
    HOME.outputs.mkdir(exist_ok=True)
    table.assign(**machine).to_csv(HOME.outputs / "bench.csv", index=False)
    returns.main()


if __name__ == "__main__":
    main()
