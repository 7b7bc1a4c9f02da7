"""An Annex A workbook of an authority's records, cut on a quarter's last day as its guidance has the lists drawn up."""

from __future__ import annotations

import datetime as dt
import io
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from quarterdeck.demo.annex_a_lists import lists
from quarterdeck.records import Records

FILE = "annex_a.xlsx"
WRITTEN = dt.datetime(2019, 8, 1)
"""The time that every workbook says it was written at, so that the same records give the same bytes."""


def write(records: Records, folder: Path, *, titled: bool = True, spaced: bool = False, later: bool = True) -> Path:
    """Write the workbook of a quarter's records into a folder.

    Parameters
    ----------
    records : their quarter's last day is the day of the cut; their identifiers are written as they are.
    titled : a list's title stands on the first row and its headings on the second, as in the template.
    spaced : sheets are called `List 1`, not `List_1`.
    later : with the columns that came after the template of August 2019.

    Examples
    --------
    >>> write(records, folder)  # doctest: +SKIP
    PosixPath('annex_a.xlsx')
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    path.write_bytes(workbook(lists(records), titled=titled, spaced=spaced, later=later))
    return path


def workbook(
    told: Mapping[int, pd.DataFrame], *, titled: bool = True, spaced: bool = False, later: bool = True
) -> bytes:
    """A workbook of lists, each with all the headings of the template, whatever of them it tells.

    Parameters
    ----------
    told : the rows of each list by its number, with headings of the template as columns.

    Raises
    ------
    ValueError : a column is no heading of its list.
    """
    for number, (_, headings) in enumerate(_template(later=True), start=1):
        if unknown := set(told.get(number, pd.DataFrame()).columns) - {heading.strip() for heading in headings}:
            raise ValueError(f"List {number} has no heading {', '.join(sorted(unknown))}")
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = WRITTEN
    for number, (title, headings) in enumerate(_template(later=later), start=1):
        sheet = book.create_sheet(f"List {number}" if spaced else f"List_{number}")
        if titled:
            sheet.append([title])
        sheet.append(headings)
        rows = told.get(number, pd.DataFrame())
        cells = rows.reindex(columns=[heading.strip() for heading in headings]).astype(object)
        for row in cells.where(cells.notna(), None).itertuples(index=False):
            sheet.append(list(row))
    return _packed(book)


@cache
def _template(*, later: bool) -> Sequence[tuple[str, list[str]]]:
    """The title and the headings of each list."""
    text = files("quarterdeck.demo").joinpath("annex_a_headings.toml").read_text(encoding="utf-8")
    told = tomllib.loads(text)["lists"]
    return [(of["title"], of["headings"] + (of.get("later", []) if later else [])) for of in told]


def _packed(book: Workbook) -> bytes:
    """A workbook's bytes without the time at which it was packed."""
    written, packed = io.BytesIO(), io.BytesIO()
    book.save(written)
    stamp = WRITTEN.isoformat().encode() + b"Z"
    with zipfile.ZipFile(written) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            content = before.read(part)
            if part.filename == "docProps/core.xml":
                head, _, rest = content.partition(b"<dcterms:modified")
                opening, _, tail = rest.partition(b">")
                content = head + b"<dcterms:modified" + opening + b">" + stamp + tail[tail.index(b"<") :]
            after.writestr(zipfile.ZipInfo(part.filename), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
