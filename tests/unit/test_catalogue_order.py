"""The order of the catalogue is that of the modules and of the functions in them, whoever was imported first."""

from __future__ import annotations

import subprocess
import sys

import pytest

LISTED = "from quarterdeck.measures.registry import catalogue; print(*catalogue())"


@pytest.mark.parametrize("first", ["workforce", "looked_after", "education"])
def test_the_order_of_the_catalogue_does_not_hang_on_what_was_imported_first(first: str) -> None:
    plain, other = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        for code in (LISTED, f"import quarterdeck.measures.{first}; {LISTED}")
    )
    assert plain == other
