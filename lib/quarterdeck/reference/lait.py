"""DfE's Local Authority Interactive Tool: the long table behind it, as DfE keeps it (parquet, or the same as CSV)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from quarterdeck.errors import Refused
from quarterdeck.reference import reference_csv
from quarterdeck.reference.published import (
    LARGEST,
    authority_codes,
    finished,
    numbers,
    plain,
    sources,
    table,
    year_ends,
)

COLUMNS = {
    "code": ("Short Desc", "Short_Desc", "measure_short"),
    "period": ("Years", "Year", "time_period"),
    "cell": ("Values", "Value"),
    "number": ("LA Number", "LA_Number", "old_la_code"),
}
"""Headings that each column has had."""
PARTS_OF_LONDON = ("987", "988")
"""Inner and outer London: areas of LAIT only, not kept."""


def read(file: Path) -> pd.DataFrame:
    """The figures of a LAIT file that belong to a measure we hold.

    Returns
    -------
    measure, area_code, year_ending (datetime64), value (float64), status, source, file.

    Raises
    ------
    Refused
        where the file cannot be read, or is nonsense.
    """
    raw = _parquet(file) if file.suffix == ".parquet" else table(file)
    columns = headings(raw)
    if columns is None:
        raise Refused(f"{file}: not a LAIT table. Its headings are {', '.join(map(str, raw.columns[:8]))}.")
    known = {
        plain(label): line["measure"]
        for line in sources("lait").to_dict("records")
        for label in line["labels"].split("|")
    }
    rows = raw.rename(columns={heading: name for name, heading in columns.items()})[list(columns)]
    rows = rows.assign(measure=rows.code.astype("str").map(plain).map(known)).dropna(subset="measure")
    if rows.empty:
        raise Refused(f"{file}: has none of the measures of data/reference/published_sources.csv.")
    cells = numbers(file, rows.cell.astype("str").where(rows.cell.notna(), ""))
    digits = pd.to_numeric(rows.number, errors="coerce").astype("Int64").astype("str")
    areas = reference_csv("areas.csv").dropna(subset="note")
    wider = areas.assign(number=areas.note.str.extract(r"LAIT area number (\d+)")[0]).dropna(subset="number")
    codes = pd.concat(
        [authority_codes(), wider.set_index("number").area_code, pd.Series("", index=list(PARTS_OF_LONDON))]
    )
    made = pd.DataFrame(
        {
            "measure": rows.measure,
            "area_code": digits.map(codes),
            "year_ending": year_ends(file, rows.period.astype("str"), rows.measure),
            "value": cells.value,
            "status": cells.status,
        }
    )
    tables = reference_csv("measures_catalogue.csv").set_index("measure").dfe_source_table.str.split(",").str[0]
    newest = made.groupby("measure").year_ending.transform("max").dt.year.astype("str")
    return finished(file, made.assign(source="LAIT (" + made.measure.map(tables) + ", to " + newest + ")"))


def headings(raw: pd.DataFrame) -> dict[str, str] | None:
    """The heading of each column of a LAIT table; None where it is none."""
    there = {plain(str(heading)): str(heading) for heading in raw.columns}
    found = {
        name: next((there[plain(one)] for one in names if plain(one) in there), "") for name, names in COLUMNS.items()
    }
    return found if all(found.values()) else None


def _parquet(file: Path) -> pd.DataFrame:
    from pyarrow import parquet

    try:
        about = parquet.ParquetFile(file).metadata
        size = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
        if size > LARGEST:
            raise Refused(f"{file}: {size:,} bytes when unpacked, which no file of DfE's is.")
        return pd.read_parquet(file)
    except (pa.ArrowException, OSError) as error:
        raise Refused(f"{file}: cannot be read as parquet ({error}). Download it again.") from error
