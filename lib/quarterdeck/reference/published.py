"""A published file as it came: opened whole or refused, its symbols, areas, years and labels understood."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.errors import Refused
from quarterdeck.reference import reference_csv

LARGEST = 300_000_000
"""Bytes of a file when unpacked: DfE's largest are a tenth of it."""
KEY = ["measure", "area_code", "year_ending"]
SYMBOLS = {
    "c": "c",
    "z": "z",
    "x": "x",
    ":": "x",
    "..": "x",
    "u": "x",
    "-": "",
    "": "",
    "na": "",
    "nan": "",
}
"""What DfE writes where there is no number, and our status; "" where the symbol does not say why."""
NEAR_NOUGHT = ("low", "k", "~")
"""Symbols for a number that rounds to nought."""


def contents(file: Path) -> bytes:
    """The bytes of a CSV file, unpacked where it is a .gz or a .zip of one.

    Raises
    ------
    Refused
        where it is not there, cannot be unpacked, is too large, or is a web page.
    """
    try:
        with file.open("rb") as raw:
            start = raw.read(4)
        if start[:2] == b"\x1f\x8b":
            with gzip.open(file) as packed:
                found = packed.read(LARGEST + 1)
        elif start == b"PK\x03\x04":
            with zipfile.ZipFile(file) as folder:
                names = [name for name in folder.namelist() if name.lower().endswith(".csv")]
                if len(names) != 1:
                    raise Refused(
                        f"{file}: a zip of {len(names)} CSV files. Unpack it, and name the one that is meant."
                    )
                with folder.open(names[0]) as packed:
                    found = packed.read(LARGEST + 1)
        else:
            with file.open("rb") as raw:
                found = raw.read(LARGEST + 1)
    except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile) as error:
        raise Refused(f"{file}: cannot be unpacked ({error}). Download it again.") from error
    except OSError as error:
        raise Refused(f"{file}: cannot be opened ({error.strerror}).") from error
    if len(found) > LARGEST:
        raise Refused(f"{file}: more than {LARGEST:,} bytes when unpacked, which no file of DfE's is.")
    if found.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise Refused(f"{file}: a web page, not a table. Download the file itself, not the page that links to it.")
    return found


def table(file: Path) -> pd.DataFrame:
    """The rows of a CSV file, every cell as text.

    Raises
    ------
    Refused
        where `contents` does, or a line has more or fewer cells than the heading: the file was cut short.
    """
    found = contents(file)
    try:
        text = found.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = found.decode("cp1252", errors="replace")
    lines = [line for line in csv.reader(io.StringIO(text, newline="")) if line]
    if len(lines) < 2:
        raise Refused(f"{file}: has no rows. Download it again.")
    cells = len(lines[0])
    wrong = [number for number, line in enumerate(lines, 1) if len(line) != cells]
    if wrong:
        raise Refused(
            f"{file}, row {wrong[0]:,}: {len(lines[wrong[0] - 1])} cells, where the heading has {cells} "
            f"({len(wrong):,} such rows). The file was cut short or changed: download it again."
        )
    return pd.DataFrame(lines[1:], columns=[heading.strip() for heading in lines[0]], dtype="str")


def sources(kind: str) -> pd.DataFrame:
    """The lines of `published_sources.csv` for a kind of file: rows, labels, measure, unit."""
    known = reference_csv("published_sources.csv").fillna({"rows": ""})
    return known[known.kind == kind].drop(columns="kind")


def plain(label: str) -> str:
    """A label as labels are compared: case, spaces and underscores make no difference.

    >>> plain("CPP_At31 rate") == plain("cpp_at31_Rate")
    True
    """
    return "".join(label.casefold().replace("_", " ").split())


def numbers(file: Path, cells: pd.Series) -> pd.DataFrame:
    """Cells as numbers and statuses.

    Parameters
    ----------
    cells : str, as published.

    Returns
    -------
    value (float64) and status ("c", "z", "x", or ""), on the cells' index.

    Raises
    ------
    Refused
        where a cell is neither a number nor a symbol that is known.
    """
    text = cells.str.strip()
    lowered = text.str.lower()
    value = pd.to_numeric(text.str.replace(",", ""), errors="coerce").astype("float64")
    value = value.mask(lowered.isin(NEAR_NOUGHT), 0.0).replace([np.inf, -np.inf], np.nan)
    status = lowered.map(SYMBOLS)
    unknown = text[value.isna() & status.isna()]
    if len(unknown):
        shown = ", ".join(repr(cell) for cell in unknown.unique()[:5])
        raise Refused(f"{file}: neither a number nor a symbol that is known: {shown} ({len(unknown):,} cells).")
    return pd.DataFrame({"value": value, "status": status.where(value.isna(), "")})


def year_ends(file: Path, periods: pd.Series, measures: pd.Series) -> pd.Series:
    """The last day of each period: 31 March, or 30 September for the social work workforce.

    "2024" and "202324" and "2023-24 (OT)" are the year that ends in 2024.

    Raises
    ------
    Refused
        where a period is none of these.
    """
    found = periods.str.strip().str.extract(r"^(20\d\d)(?:-?(\d\d)(?: \(OT\))?)?$")
    first = pd.to_numeric(found[0])
    two = pd.to_numeric(found[1])
    bad = first.isna() | (two.notna() & (two != (first + 1) % 100))
    if bad.any():
        raise Refused(
            f"{file}: not years: {', '.join(periods[bad].unique()[:5])}. Expected 2024, 202324 or 2023-24 (OT)."
        )
    catalogue = reference_csv("measures_catalogue.csv").set_index("measure").dfe_source_table
    september = measures.map(catalogue.str.startswith("CSWW"))
    ends = (first + two.notna()).astype("int64").astype("str") + september.map({True: "-09-30", False: "-03-31"})
    return pd.to_datetime(ends).astype("datetime64[us]")


def authority_codes() -> pd.Series:
    """ONS code of each authority, by DfE's three digits as text; "" where it has been abolished."""
    areas = reference_csv("areas.csv").dropna(subset="old_la_code")
    codes = areas.area_code.where(areas.status == "current", "")
    return pd.Series(codes.to_numpy(), index=areas.old_la_code.astype("int64").astype("str"))


def finished(file: Path, rows: pd.DataFrame) -> pd.DataFrame:
    """The figures of a file, rounded as we hold them, after a look for nonsense.

    Parameters
    ----------
    rows : measure, area_code ("" for an area that is not kept), year_ending, value, status, source.

    Raises
    ------
    Refused
        where areas are not known, a figure stands twice, a share is not of 100, or most authorities are missing.
    """
    problems = []
    if rows.area_code.isna().any():
        problems.append(f"areas that data/reference/areas.csv does not have: {rows.area_code.isna().sum():,} rows.")
    rows = rows[rows.area_code != ""].dropna(subset="area_code")
    twice = rows[rows.duplicated(KEY, keep=False)]
    if len(twice):
        problems.append(f"figures that stand twice: {len(twice):,}, first {_where(twice)}.")
    catalogue = reference_csv("measures_catalogue.csv").set_index("measure")
    unit = rows.measure.map(catalogue.unit)
    off = rows[(rows.value < 0) | ((unit == "percent") & (rows.value > 100))]
    if len(off):
        problems.append(f"shares outside 0 to 100, or numbers below nought: {len(off):,}, first {_where(off)}.")
    areas = reference_csv("areas.csv")
    current = areas.area_code[(areas.area_type == "local_authority") & (areas.status == "current")]
    here = rows[rows.area_code.isin(current)].groupby(["measure", "year_ending"]).area_code.nunique()
    few = here[here < 0.9 * len(current)]
    if here.empty:
        problems.append("no authority's figures: only files with authorities are taken.")
    elif len(few):
        (measure, year), count = few.index[0], few.iloc[0]
        problems.append(
            f"only {count} of {len(current)} authorities for {measure}, {year:%Y}: the file was cut short or filtered."
        )
    if problems:
        raise Refused("\n".join(f"{file}: {problem}" for problem in problems))
    tens = 10.0 ** rows.measure.map(catalogue.decimals)
    return rows.assign(value=np.floor(rows.value * tens + 0.5 + 1e-9) / tens, file=str(file)).reset_index(drop=True)


def _where(rows: pd.DataFrame) -> str:
    row = rows.iloc[0]
    return f"{row.measure} of {row.area_code} in {row.year_ending:%Y}: {row.value:g}"
