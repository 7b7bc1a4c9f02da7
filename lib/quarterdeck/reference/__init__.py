"""Published tables that come with the project: populations, comparators, neighbours, what was printed."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pandas as pd


def project_folder() -> Path:
    """The folder that holds `data/`, `notebooks/` and `outputs/`; `QUARTERDECK_HOME` names another."""
    return Path(os.environ.get("QUARTERDECK_HOME") or Path(__file__).resolve().parents[3])


def reference_csv(name: str) -> pd.DataFrame:
    """A table of `data/reference/`, read as it stands."""
    return _read(project_folder() / "data" / "reference" / name).copy(deep=False)


@cache
def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path)
