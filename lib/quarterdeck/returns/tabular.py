"""Lists in CSV or XLSX as text: any usual encoding and delimiter, and the heading row wherever it stands."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from quarterdeck.authority import Authority
from quarterdeck.returns.layouts import Layout, plain

LARGEST = 200 * 2**20
LARGEST_UNPACKED = 500 * 2**20
HEADING_WITHIN = 20  # a heading row lower than this is no heading row
DELIMITERS = ",;\t"
EMPTY = ["", "NULL", "null", "(null)"]  # and what databases write for an empty cell


class Unreadable(ValueError):
    """A file that is no list: what was expected, what to do, and where.

    Parameters
    ----------
    rule : the kind of trouble.
    """

    def __init__(self, expected: str, what_to_do: str, rule: str = "file", line: int | None = None) -> None:
        super().__init__(expected)
        self.expected, self.what_to_do, self.rule, self.line = expected, what_to_do, rule, line


@dataclass(frozen=True)
class Listed:
    """A list as text, one row a row of the file.

    Parameters
    ----------
    layout : which list it is.
    text : the layout's headings, str, <NA> where a cell is empty.
    lines : the line of the file, or row of the sheet, that each row begins on.
    overlong : True where a row has cells beyond the last heading.
    lost : True where a row is part of one that is set aside, and goes with it unlisted; absent where none is.
    """

    layout: Layout
    text: pd.DataFrame
    lines: pd.Series
    overlong: pd.Series
    lost: pd.Series | None = None


Rows = list[tuple[int, list[str]]]


def read_list(path: Path, content: bytes, layouts: Sequence[Layout], authority: Authority) -> Listed:
    """The list that a file holds, told by its headings.

    Parameters
    ----------
    path : the file; its name helps where headings leave a doubt.
    content : its bytes.
    layouts : every list it might be.

    Raises
    ------
    Unreadable : it is no list, not one of these, or another than its name says.
    """
    named = next((layout for layout in layouts if plain(layout.name) == plain(path.stem)), None)
    nearest: tuple[int, Layout, list[str]] | None = None
    seen: list[str] = []
    for rows in _tables(content):
        for at, (_, cells) in enumerate(rows[:HEADING_WITHIN]):
            seen = seen or [cell for cell in cells if cell]
            fits, near = _fitting(cells, layouts, authority)
            if fits:
                layout = next((fit for fit in fits if fit is named), fits[0])
                _right_slot(layout, named)
                return _as_list(layout, cells, rows[at + 1 :], authority)
            if near and (nearest is None or near[0] > nearest[0]):
                nearest = near
    if not seen:
        raise Unreadable("a list with a heading row", "the file is empty: cut it again from the case system", "empty")
    if nearest:
        _, layout, lacking = nearest
        advice = f"add the column{'s' * (len(lacking) > 1)}, or give its own heading in the profile's `headings`"
        raise Unreadable(f"{', '.join(lacking)}, which {layout.name} must have", advice, "heading")
    raise Unreadable(
        f"the headings of {named.name}: {', '.join(named.required)}" if named else "a list that is known",
        f"its headings begin {', '.join(seen[:4])}: put the right file here, or take it out of the folder",
        "wrong file",
    )


def _right_slot(layout: Layout, named: Layout | None) -> None:
    if named and layout is not named:
        raise Unreadable(
            f"the headings of {named.name}",
            f"it holds {layout.name}, not {named.name}: put the right file here",
            "wrong file",
        )


def _fitting(
    cells: list[str], layouts: Sequence[Layout], authority: Authority
) -> tuple[list[Layout], tuple[int, Layout, list[str]] | None]:
    """The layouts whose required headings are all in a row, best first; else the one that comes nearest."""
    fits: list[tuple[int, Layout]] = []
    near: tuple[int, Layout, list[str]] | None = None
    written = {plain(cell) for cell in cells}
    for layout in layouts:
        spelt = layout.spelt(authority)
        found = {spelt[word] for word in written & spelt.keys()}
        lacking = layout.lacks(found)
        if not lacking:
            fits.append((len(found), layout))
        elif len(found) >= 2 and len(found) > len(lacking) and (near is None or len(found) > near[0]):
            near = (len(found), layout, lacking)
    return [layout for _, layout in sorted(fits, key=lambda fit: -fit[0])], near


def _as_list(layout: Layout, heading: list[str], rows: Rows, authority: Authority) -> Listed:
    width = len(heading)
    spelt = layout.spelt(authority)
    body = [(line, cells) for line, cells in rows if any(cells)]
    columns = list(zip(*((cells + [""] * (width - len(cells)))[:width] for _, cells in body), strict=True))
    text = pd.DataFrame(index=range(len(body)))
    for place, word in enumerate(map(plain, heading)):
        if (name := spelt.get(word)) and name not in text:
            values = columns[place] if body else ()
            cells = pd.Series(values, dtype="str")
            text[name] = cells.mask(cells.isin(EMPTY))
    lines = pd.Series([line for line, _ in body], dtype="Int64")
    overlong = pd.Series([any(cells[width:]) for _, cells in body], dtype="bool")
    return Listed(layout, text, lines, overlong)


def _tables(content: bytes) -> Iterator[Rows]:
    """Every table that a file may be read as: a sheet of a workbook, or its text cut at one delimiter."""
    if len(content) > LARGEST:
        raise Unreadable(f"a list of at most {LARGEST >> 20} MB", "cut it for this year alone", "too large")
    if content.startswith(b"PK\x03\x04"):
        yield from _sheets(content)
        return
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("CSV or XLSX", "it is an old or encrypted workbook: save it as XLSX without a password")
    text = _decoded(content)
    if text.lstrip()[:1] == "<":
        raise Unreadable("a list in CSV or XLSX", "it is a web page or XML: put the list itself here", "wrong file")
    for delimiter in sorted(DELIMITERS, key=text[:4000].count, reverse=True):
        yield _cut(text, delimiter)


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\0" in content[:200]:
        encodings = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable("text in UTF-8, UTF-16 or Windows-1252", "it is no text: save the list as CSV in UTF-8")


_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": None, "”": None})


def _cut(text: str, delimiter: str) -> Rows:
    reader = csv.reader(io.StringIO(text.translate(_STRAIGHT), newline=""), delimiter=delimiter, strict=True)
    rows: Rows = []
    line = 1
    try:
        for cells in reader:
            rows.append((line, [cell.strip() for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as error:
        expected = "a quoted cell that closes before its delimiter"
        raise Unreadable(expected, f"mend the quotes that begin here ({error})", "quotes", line) from None
    return rows


def _sheets(content: bytes) -> Iterator[Rows]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > LARGEST_UNPACKED:
            limit = f"a workbook of at most {LARGEST_UNPACKED >> 20} MB when unpacked"
            raise Unreadable(limit, "save the list alone in a new workbook", "too large")
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in book.sheet_names:
            cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            yield [(number, [_written(cell) for cell in row]) for number, row in enumerate(cells, start=1)]
    except (zipfile.BadZipFile, CalamineError) as error:
        raise Unreadable("a workbook", f"it cannot be opened ({error}): save it again as XLSX") from None


def _written(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).translate(_STRAIGHT).strip()
