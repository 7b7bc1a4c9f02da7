"""Files spoilt at random and read: each is told in words, in bounded time, with every row of it accounted for.

`python -m tests.faults.fuzz 10000 [seed]` reads so many, over all readers, and keeps what went wrong.
"""

# ruff: noqa: T201
from __future__ import annotations

import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random

from quarterdeck.quarter import Quarter
from quarterdeck.returns.cin_census import read_census
from quarterdeck.returns.contracts import Checked, hold, hold_parts
from quarterdeck.returns.formats import FORMATS, LISTS
from quarterdeck.returns.inspect import inspect
from quarterdeck.returns.inspected import as_text
from quarterdeck.returns.ssda903_xml import read_ssda903
from quarterdeck.returns.tabular import Unreadable, read_lists
from tests.faults.mutations import faultless, mutated
from tests.small_county import nowhere

LONGEST = 10.0
"""Seconds of the processor that a case may take: how busy the machine is says nothing of a reader."""
QUARTER = Quarter(2017, 3)
FORMAT_OF = {"903 CSV": "ssda903", "Annex A": "annex_a", "SSD": "ssd", "local CSV": "local", "local XLSX": "local"}
READERS = (*faultless(), "inspect")


def case(reader: str, seed: str) -> tuple[str, bytes]:
    """The file of a case, the same each time."""
    chance = Random(seed)
    return mutated(chance.choice([*faultless()]) if reader == "inspect" else reader, chance)


def read(reader: str, name: str, content: bytes) -> str:
    """What came of a file: "read" or "refused".

    Raises
    ------
    AssertionError : its rows do not add up, or it was refused without a word.
    """
    try:
        for checked in _held(reader, name, content):
            assert checked.rows_set_aside >= 0
            assert checked.rows_in == len(checked.rows) + checked.rows_merged + checked.rows_set_aside
            assert (checked.problems[["file", "expected", "what_to_do", "rule"]] != "").all(axis=None)
    except Unreadable as refused:
        assert refused.expected and refused.what_to_do and refused.rule
        return "refused"
    return "read"


def _held(reader: str, name: str, content: bytes) -> list[Checked]:
    if reader == "inspect":
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / name).write_bytes(content)
            assert as_text(inspect(Path(folder) / name), {})
        return []
    if reader == "census":
        return [*hold_parts(read_census(content), QUARTER, name).values()]
    if reader == "903 XML":
        return [hold(listed, QUARTER, name) for listed in read_ssda903(content)]
    layouts = FORMATS[FORMAT_OF[reader]].layouts if sum(content[:64]) % 4 else LISTS
    lists = read_lists(Path(name), content, layouts, nowhere())
    return [hold(listed, QUARTER, name) for listed in lists if listed.layout.table]


def fuzz(cases: int, seed: str, kept: Path, *, told: bool = False) -> list[str]:
    """Read so many spoilt files; what went wrong with which, each kept in a file to read again."""
    wrong = []
    for place, reader in enumerate(READERS):
        number = cases // len(READERS) + (place < cases % len(READERS))
        began, refused, longest = time.monotonic(), 0, 0.0
        for turn in range(number):
            name, content = case(reader, each := f"{seed}/{reader}/{turn}")
            start = time.process_time()
            try:
                refused += read(reader, name, content) == "refused"
                trouble = ""
            except Exception:  # whatever it is, it is what this looks for
                trouble = traceback.format_exc()
            longest = max(longest, took := time.process_time() - start)
            if trouble or took > LONGEST:
                kept.mkdir(parents=True, exist_ok=True)
                path = kept / f"{each.replace('/', '-').replace(' ', '_')}-{name}"
                path.write_bytes(content)
                wrong.append(f"{each} took {took:.1f} s and is kept in {path}\n{trouble}")
        if told:
            took = time.monotonic() - began
            print(
                f"{reader:12}{number:7,} cases {refused:7,} refused {took:8.1f} s, the longest {longest:.2f} s",
                flush=True,
            )
    return wrong


def main() -> None:
    """What `make fuzz` runs."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = sys.argv[2] if len(sys.argv) > 2 else os.urandom(4).hex()
    began = time.monotonic()
    print(f"{cases:,} spoilt files, seed {seed}", flush=True)
    wrong = fuzz(cases, seed, Path(tempfile.gettempdir()) / "quarterdeck-fuzz", told=True)
    print(f"{len(wrong)} went wrong; {time.monotonic() - began:.0f} s in all")
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()
