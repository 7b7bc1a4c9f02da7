"""A few rows of the Standard Safeguarding Dataset, written and read. Nobody in them is real."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from quarterdeck.authority import Authority
from quarterdeck.quarter import Quarter
from quarterdeck.returns.extract import Extract, read_extract

QUARTER = Quarter(2017, 3)
AUTHORITY = {
    "slug": "nowhere",
    "name": "Nowhere County Council",
    "short_name": "Nowhere",
    "area_code": "E10000034",
    "la_code": "999",
    "first_quarter": "2014-15 Q4",
    "panel": {"name": "Panel", "report_of": "Director"},
}


def extract(folder: Path, quarter: Quarter = QUARTER, **tables: str) -> Extract:
    """What a quarter's folder of tables holds: each is its heading row and rows, in CSV."""
    for name, content in tables.items():
        path = folder / quarter.slug / "ssd" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return read_extract(folder / quarter.slug, quarter, Authority.model_validate(AUTHORITY))


def told(folder: Path, quarter: Quarter = QUARTER, **tables: str) -> dict[str, pd.DataFrame]:
    """The canonical tables that they make, of which nothing was wrong."""
    read = extract(folder, quarter, **tables)
    assert not read.stops, read.stops
    assert not sum(len(part) for part in read.problems), read.problems
    return read.of_format("ssd")
