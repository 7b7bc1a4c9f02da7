"""Lists in CSV or XLSX as text: any usual encoding and delimiter, and the heading row wherever it stands."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from quarterdeck.authority import Authority
from quarterdeck.returns.layouts import Layout, plain
from quarterdeck.returns.unreadable import LARGEST, MOST_CELLS, MOST_COLUMNS, Rows, Unreadable, too_many
from quarterdeck.returns.workbooks import sheets

__all__ = ["LARGEST", "Listed", "Rows", "Unreadable", "parts_of", "read_lists"]

HEADING_WITHIN = 20  # a heading row lower than this is no heading row
DELIMITERS = ",;\t"
EMPTY = ["", "NULL", "null", "(null)"]  # and what databases write for an empty cell


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


def read_lists(path: Path, content: bytes, layouts: Sequence[Layout], authority: Authority) -> list[Listed]:
    """The lists that a file holds, told by their headings: one in a text file, and one a sheet in a workbook.

    A sheet that is no list, as a sheet of notes, is passed over where another is one. In a workbook of several lists
    a sheet with headings alone has been left as it was, and tells nothing; a list of its own file with headings alone
    says that there is nothing to tell.

    Parameters
    ----------
    path : the file; its name helps where headings leave a doubt.
    content : its bytes.
    layouts : every list it might be.

    Raises
    ------
    Unreadable : it holds no list, none of these, or another than its name says.
    """
    seen = 0
    nearest: _Near | None = None
    found: list[Listed] = []
    for title, rows in _tables(content):
        named = next((layout for layout in layouts if plain(layout.name) == plain(title or path.stem)), None)
        listed, near, first = _list_in(rows, named, layouts, authority)
        seen = seen or first
        if listed:
            found += listed
            if title is None:  # a text file is one list, cut at the delimiter that fits
                break
        elif near and (nearest is None or near.found > nearest.found):
            nearest = near
    told = [listed for listed in found if len(listed.text)]
    if len({listed.layout.name for listed in found if not listed.layout.given}) > 1 and not told:
        raise Unreadable("a list with rows", "all its lists are empty: fill them in, or take the workbook out", "empty")
    if found:
        return told or found[:1]
    named = next((layout for layout in layouts if plain(layout.name) == plain(path.stem)), None)
    raise _no_list(seen, nearest, named)


@dataclass(frozen=True)
class _Near:
    """The layout whose headings a row comes nearest to, how near, and which required ones it lacks."""

    found: int
    layout: Layout
    lacking: list[str]


def _list_in(
    rows: Rows, named: Layout | None, layouts: Sequence[Layout], authority: Authority
) -> tuple[list[Listed], _Near | None, int]:
    """The list that a table holds and what else its rows tell; or the nearest to it, and how many cells come first."""
    nearest: _Near | None = None
    first = 0
    for at, (_, cells) in enumerate(rows[:HEADING_WITHIN]):
        first = first or sum(bool(plain(cell)) for cell in cells)
        fits, near = _fitting(cells, named, layouts, authority)
        if fits:
            layout = next((fit for _, fit in fits if fit is named), fits[0][1])
            _right_slot(layout, named)
            alike = [fit.name for found, fit in fits if found == fits[0][0]]
            if layout is not named and len(alike) > 1:
                alone = f"the headings of one list, where these are those of {' and of '.join(alike)}"
                raise Unreadable(
                    alone, "name the file, or the sheet of several, after the one that it is", "which list"
                )
            return _as_lists(layout, cells, rows[at + 1 :], authority), None, first
        if near and (nearest is None or near.found > nearest.found):
            nearest = near
    return [], nearest, first


def _no_list(seen: int, nearest: _Near | None, named: Layout | None) -> Unreadable:
    if not seen:
        return Unreadable("a list with a heading row", "the file is empty: cut it again from the case system", "empty")
    if nearest:
        advice = (
            f"add the column{'s' * (len(nearest.lacking) > 1)}, or give its own heading in the profile's `headings`"
        )
        return Unreadable(f"{', '.join(nearest.lacking)}, which {nearest.layout.name} must have", advice, "heading")
    return Unreadable(
        f"the headings of {named.name}: {', '.join(named.required)}" if named else "a list that is known",
        f"none of the first {HEADING_WITHIN} rows has its headings (the first has {_counted(seen, 'cell')}): "
        "put the right file here, or take it out of the folder",
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
    cells: list[str], named: Layout | None, layouts: Sequence[Layout], authority: Authority
) -> tuple[list[tuple[int, Layout]], _Near | None]:
    """The layouts whose required headings are all in a row, and how many headings it has of each, most first.

    Else the one that comes nearest: that which the file is named after, where the row has any heading of it.
    """
    fits: list[tuple[int, Layout]] = []
    near: _Near | None = None
    written = {plain(cell) for cell in cells}
    for layout in layouts:
        spelt = layout.spelt(authority)
        found = {spelt[word] for word in written & spelt.keys()}
        lacking = layout.lacks(found)
        if not lacking:
            fits.append((len(found), layout))
        elif found and layout is named:
            near = _Near(len(layout.columns), layout, lacking)
        elif len(found) >= 2 and len(found) > len(lacking) and (near is None or len(found) > near.found):
            near = _Near(len(found), layout, lacking)
    return sorted(fits, key=lambda fit: -fit[0]), near


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _as_lists(layout: Layout, heading: list[str], rows: Rows, authority: Authority) -> list[Listed]:
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
    return parts_of(layout, text, lines, overlong)


def parts_of(layout: Layout, text: pd.DataFrame, lines: pd.Series, overlong: pd.Series) -> list[Listed]:
    """A list, and what else its rows tell, from text with a column a heading.

    Parameters
    ----------
    layout, text, lines, overlong : as in `Listed`.
    """
    parts = [layout, *(part for part in layout.also if not part.given or part.given in text)]
    return [_part(part, text, lines, overlong) for part in parts]


def _part(layout: Layout, text: pd.DataFrame, lines: pd.Series, overlong: pd.Series) -> Listed:
    """The columns of one layout, and the rows that tell something of it."""
    told = text[layout.given].notna() if layout.given else pd.Series(True, index=text.index)
    kept = text.loc[told, [heading for heading in text if heading in layout.columns]].reset_index(drop=True)
    return Listed(layout, kept, lines[told].reset_index(drop=True), overlong[told].reset_index(drop=True))


def _tables(content: bytes) -> Iterator[tuple[str | None, Rows]]:
    """Every table that a file may be read as: a sheet of a workbook with its title, or its text cut at a delimiter."""
    if len(content) > LARGEST:
        raise Unreadable(f"a list of at most {LARGEST >> 20} MB", "cut it for this year alone", "too large")
    if content.startswith(b"PK\x03\x04"):
        yield from sheets(content)
        return
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("CSV or XLSX", "it is an old or encrypted workbook: save it as XLSX without a password")
    text = _decoded(content)
    if text.lstrip()[:1] == "<":
        raise Unreadable("a list in CSV or XLSX", "it is a web page or XML: put the list itself here", "wrong file")
    for delimiter in sorted(DELIMITERS, key=text[:4000].count, reverse=True):
        yield None, _cut(text, delimiter)


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif content[:200].count(0) * 4 > len(content[:200]):
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
    lines = text.count("\n") + text.count("\r") + 1
    if lines + text.count(delimiter) > MOST_CELLS:
        raise too_many()
    reader = csv.reader(io.StringIO(text.translate(_STRAIGHT), newline=""), delimiter=delimiter, strict=True)
    rows: Rows = []
    line = 1
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                raise too_many()
            rows.append((line, [cell.strip() for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as error:
        expected = "a quoted cell that closes before its delimiter"
        raise Unreadable(expected, f"mend the quotes that begin here ({error})", "quotes", line) from None
    return rows
