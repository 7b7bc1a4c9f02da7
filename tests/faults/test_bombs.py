"""What is small until it is opened is refused in bounded memory and time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.bombs import BOMBS

MEMORY, SECONDS = 1024, 60
READ = """
import resource, sys, threading
from pathlib import Path
import pandas, lxml.etree, pandera.pandas
from quarterdeck.quarter import Quarter
from quarterdeck.returns.extract import read_extract
from tests.small_county import nowhere
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
extract = read_extract(Path(sys.argv[1]), Quarter(2017, 3), nowhere())
extract.of_format("ssd")
used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10
print(used, *[rule for stop in extract.stops for rule in stop.rule], sep="|")
"""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_a_gigabyte_and_a_minute(name: str, tmp_path: Path) -> None:
    suffix, made, rule = BOMBS[name]
    folder = tmp_path / "2017-18-Q3"
    folder.mkdir()
    (folder / f"a_list{suffix}").write_bytes(made())
    limit = f"ulimit -v {6 * MEMORY * 1024}; exec "
    command = limit + '"$0" -c "$1" "$2"'
    ran = subprocess.run(
        ["bash", "-c", command, sys.executable, READ, str(folder)], capture_output=True, text=True, timeout=SECONDS
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    used, *rules = ran.stdout.strip().split("|")
    assert rules == ([rule] if rule else [])
    assert int(used) < MEMORY
