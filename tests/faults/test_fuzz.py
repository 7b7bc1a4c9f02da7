"""A few hundred files spoilt at random; `make fuzz` reads ten thousand."""

from __future__ import annotations

from pathlib import Path

from tests.faults.fuzz import fuzz


def test_no_file_spoilt_at_random_gives_a_traceback(tmp_path: Path) -> None:
    assert fuzz(240, "in every test run", tmp_path) == []
