"""Time the reading of returns: a county's census of a year, and one of the size of England, a process for each.

Read, checked and typed, with all rows kept, as a build keeps them. `python -m tests.bench.returns` prints the table.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from quarterdeck.home import Home
from quarterdeck.quarter import Quarter
from tests.bench import england

AUTHORITY = "worcestershire-demo"
LIMITS = {"county": (3.0, 1024.0), "England": (float("inf"), 1024.0)}
"""What issue 3 asks for: the most seconds, and the most MiB."""


def census(path: Path, quarter: Quarter) -> dict[str, float]:
    """Read a census as a build does: its children, the seconds it took, and this process's peak memory in MiB."""
    from quarterdeck.returns.cin_census import read_census
    from quarterdeck.returns.contracts import hold_parts

    begun = time.perf_counter()
    held = hold_parts(read_census(path), quarter, path.name)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return {
        "MB": path.stat().st_size / 1e6,
        "children": len(held["Child"].rows),
        "rows": sum(len(checked.rows) for checked in held.values()),
        "seconds": seconds,
        "peak_MiB": peak,
    }


def table(home: Home) -> pd.DataFrame:
    """What was read, how many children and rows it has, the seconds and the peak of memory; a row a census."""
    with tempfile.TemporaryDirectory() as folder:
        year = max(home.data.glob(f"{AUTHORITY}/*-Q4/cin_census.xml"))
        made = england.write(Path(folder) / "england.xml")
        files = {"county": (year, year.parent.name), "England": (made, f"{england.YEAR - 1}-{england.YEAR % 100}-Q4")}
        return pd.DataFrame([{"census": name} | _apart(*where) for name, where in files.items()])


def _apart(path: Path, quarter: str) -> dict[str, float]:
    words = [sys.executable, "-m", "tests.bench.returns", str(path), quarter]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Print the table, and what does not keep its limit."""
    measured = table(Home.here())
    print(measured.round(2).to_string(index=False))  # noqa: T201
    for row in measured.itertuples():
        seconds, peak = LIMITS[str(row.census)]
        if row.seconds > seconds or row.peak_MiB > peak:  # pyright: ignore[reportOperatorIssue]
            print(f"{row.census}: over its limit of {seconds:g} s and {peak:g} MiB")  # noqa: T201


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(census(Path(sys.argv[1]), Quarter.parse(sys.argv[2]))))  # noqa: T201
    else:
        main()
