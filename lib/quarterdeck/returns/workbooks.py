"""The sheets of an XLSX workbook as rows of text, unpacked no further than a return could need.

A small file may unpack to far more than a machine holds: by what is packed in it, by two cells that are far apart, or
by one long text that many cells share. What its directory says of sizes may be a lie. So each part is unpacked and
counted here, and only what was counted is handed on to be read.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook

from quarterdeck.returns.unreadable import MOST_CELLS, MOST_COLUMNS, Rows, Unreadable, too_many

LARGEST_UNPACKED = 300 * 2**20
MOST_PARTS = 2_000
MOST_ROWS_OF_A_SHEET = 2**20
LETTERS = 26

_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": None, "”": None})
_SHEET = re.compile(r"(.*/)?worksheets/[^/]+\.xml", re.IGNORECASE)
_FILLED = re.compile(  # a row by its number, or a cell that holds something
    rb"""<(?:\w+:)?(?:row\b[^>]*?\sr\s*=\s*["'](\d+)["']|c(?=[\s>])([^>]*)(?<!/)>\s*<(?!/))"""
)
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+)(\d+)["']""")
_SHARED = re.compile(rb"""\st\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v>\s*(\d{1,9})""")
_TEXT = re.compile(rb"<(?:\w+:)?si[\s>/]")


def sheets(content: bytes) -> Iterator[tuple[str, Rows]]:
    """Each sheet's title and rows; the title is "" where there is but one sheet.

    Parameters
    ----------
    content : the file's bytes.

    Raises
    ------
    Unreadable : it is no workbook, or unpacks to more than any list is.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(_repacked(content)))
        left = MOST_CELLS
        for title in book.sheet_names:
            cells = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
            left -= sum(map(len, cells))
            if left < 0:
                raise too_many()
            yield (
                title if len(book.sheet_names) > 1 else "",
                [(number, [_written(cell) for cell in row]) for number, row in enumerate(cells, start=1)],
            )
    except (zipfile.BadZipFile, CalamineError) as error:
        reason = "it has a password" if "ncrypted" in str(error) else "it is broken or cut short"
        raise Unreadable("a workbook", f"it cannot be opened ({reason}): save it again as XLSX") from None


def _repacked(content: bytes) -> bytes:
    """The workbook with nothing in it but what was unpacked and counted."""
    parts = _unpacked(content)
    left = LARGEST_UNPACKED - sum(map(len, parts.values()))
    if not any(map(_SHEET.fullmatch, parts)):
        raise Unreadable("a workbook in XLSX", "it has no sheets of that kind: save it again as XLSX")
    shared = next((text for name, text in parts.items() if name.lower().endswith("sharedstrings.xml")), b"")
    lengths = np.diff([*(text.start() for text in _TEXT.finditer(shared)), len(shared)])
    for name, text in parts.items():
        if name.lower().endswith((".xml", ".rels")):
            if b"<!DOCTYPE" in text[:4096]:
                raise Unreadable("a workbook without a DOCTYPE", "save it again as XLSX", "document type")
            left -= _counted(text, lengths)
        if left < 0:
            limit = f"a workbook of at most {LARGEST_UNPACKED >> 20} MB with its texts written out"
            raise Unreadable(limit, "save the list alone in a new workbook", "too large")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return written.getvalue()


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Each part of the workbook by its name.

    Raises
    ------
    BadZipFile : it is broken, in whichever of the ways that zipfile has of saying so.
    Unreadable : it holds too much.
    """
    try:
        return _parts(content)
    except Unreadable:
        raise
    except (ValueError, OSError, RuntimeError, EOFError, struct.error, zlib.error, lzma.LZMAError) as error:
        raise zipfile.BadZipFile(str(error)) from None


def _parts(content: bytes) -> dict[str, bytes]:
    left = LARGEST_UNPACKED
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if len(packed.infolist()) > MOST_PARTS:
            raise Unreadable(f"a workbook of at most {MOST_PARTS:,} parts", "save the list alone in a new workbook")
        for part in packed.infolist():
            if part.flag_bits & 1:
                raise zipfile.BadZipFile("Encrypted")
            with packed.open(part) as stream:
                parts[part.filename] = stream.read(left + 1)
            left -= len(parts[part.filename])
            if left < 0:
                limit = f"a workbook of at most {LARGEST_UNPACKED >> 20} MB when unpacked"
                raise Unreadable(limit, "save the list alone in a new workbook", "too large")
    return parts


def _counted(sheet: bytes, lengths: np.ndarray) -> int:
    """The size of the shared texts that a sheet's cells hold; refused where its cells are too many or too far apart."""
    rows = columns = row = places = 0
    for filled in _FILLED.finditer(sheet):
        if filled[1]:
            row, places = int(filled[1]), 0
            continue
        places += 1
        found = _PLACE.search(filled[2])
        rows = max(rows, int(found[2]) if found else row)
        columns = max(columns, _number(found[1]) if found else places)
        if rows > MOST_ROWS_OF_A_SHEET or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
            raise too_many()
    asked = np.fromiter((int(one[1]) for one in _SHARED.finditer(sheet)), dtype="int64")
    return int(lengths[asked[asked < len(lengths)]].sum())


def _number(letters: bytes) -> int:
    """A column's number by its letters."""
    number = 0
    for letter in letters.upper()[:8]:
        number = number * LETTERS + letter - ord("A") + 1
    return number


def _written(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).translate(_STRAIGHT).strip()
