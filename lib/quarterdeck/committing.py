"""What may not be committed: returns, lists of records, what a build makes, notebooks with outputs.

`python -m quarterdeck.committing FILE...` is what pre-commit runs; exit status 1 where a file may not be.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat

TABLES = {".csv", ".xml", ".xlsx", ".xlsm", ".xls", ".ods"}
OF_A_QUARTER = re.compile(r"(?:.*/)?data/[^/]+/\d[^/]*/(?!commentary\.md$|published\.csv$)")
MADE = re.compile(r"(?:.*/)?outputs/(?!README\.md$)")
TEMPLATE = "local_lists.xlsx"
"""The empty workbook of `quarterdeck template`, whose rows are made-up examples."""


def refused(path: str) -> str:
    """Why a staged file may not be committed, and what to do; "" where it may.

    Parameters
    ----------
    path : from the repository's root, as git names it.

    Examples
    --------
    >>> refused("data/nowhere/2017-18-Q3/cin_census.xml")
    'it is a return, which names children: `git restore --staged` it'
    >>> refused("data/nowhere/2017-18-Q3/commentary.md")
    ''
    """
    if OF_A_QUARTER.match(path):
        return "it is a return, which names children: `git restore --staged` it"
    if MADE.match(path):
        return "a build makes it: `git restore --staged` it"
    file = Path(path)
    if file.suffix == ".ipynb" and _has_outputs(path):
        return "it has outputs, which may show records: set git up with `make git`, and add it again"
    if file.suffix.lower() in TABLES and file.name != TEMPLATE and file.is_file() and _is_a_return(file):
        return "it reads as a return or a list of records, which names children: `git restore --staged` it"
    return ""


def _has_outputs(path: str) -> bool:
    """Whether a notebook has outputs as it is staged: the file itself may have them."""
    staged = subprocess.run(["git", "show", f":{path}"], capture_output=True, check=True).stdout.decode()
    notebook = nbformat.reads(staged, as_version=4)  # type: ignore[no-untyped-call]
    return any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)


def _is_a_return(path: Path) -> bool:
    from quarterdeck.returns.inspect import inspect

    return any(part.rows for part in inspect(path).parts)


def main(paths: Iterable[str]) -> int:
    """Say of each file that may not be committed why; the exit status."""
    why = {path: said for path in paths if (said := refused(path))}
    sys.stdout.writelines(f"{path}: {said}.\n" for path, said in why.items())
    return int(bool(why))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
