"""An empty workbook of the local lists: a sheet a list, with notes, drop-down lists and examples."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from quarterdeck.errors import Refused
from quarterdeck.records.tables import Column
from quarterdeck.returns import cells, local
from quarterdeck.returns.codes import CodeSet
from quarterdeck.returns.contracts import codes_of
from quarterdeck.returns.layouts import Layout
from quarterdeck.returns.staged import described, fed

FILE = "local_lists.xlsx"
LATEST = 9999  # a collection year that every code set's changes lie before
LAST_ROW = 1_048_576
DATE, MOMENT, TEXT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "@"

_FACE = "Arial"
_BODY = Font(name=_FACE, size=11)
_BOLD = Font(name=_FACE, size=11, bold=True)
_TITLE = Font(name=_FACE, size=18, bold=True, color="12436D")
_LINK = Font(name=_FACE, size=11, color="12436D", underline="single")
_REQUIRED = (Font(name=_FACE, size=11, bold=True, color="FFFFFF"), PatternFill("solid", fgColor="12436D"))
_EITHER = (Font(name=_FACE, size=11, bold=True, color="12436D"), PatternFill("solid", fgColor="B8CCE4"))
_OPTIONAL = (Font(name=_FACE, size=11, color="12436D"), PatternFill("solid", fgColor="E9EFF5"))
_RULE = Border(bottom=Side("thin", color="BFC9D4"))
_TOP = Alignment(vertical="top", wrap_text=True)
_MIDDLE = Alignment(vertical="center", indent=1)
_EPOCH = dt.datetime(2000, 1, 1)
_WAYS = {"required": _REQUIRED, "one of several ways": _EITHER, "optional": _OPTIONAL}


def write(folder: Path, feeds: Mapping[str, Sequence[str]], *, force: bool = False) -> Path:
    """Write the workbook into a folder, which is made where it is not there.

    Parameters
    ----------
    feeds : the measures that need each canonical table, by their titles.
    force : write over one that is there.

    Raises
    ------
    Refused : one is there already, or the folder cannot be written to.
    """
    path = folder / FILE
    content = workbook(feeds)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("wb" if force else "xb") as file:
            file.write(content)
    except FileExistsError:
        where = path if path.exists() else folder
        raise Refused(f"{where} is there already. Give --force to write over it, or another folder.") from None
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror}). Give another folder.") from None
    return path


def workbook(feeds: Mapping[str, Sequence[str]]) -> bytes:
    """The workbook, the same bytes each time.

    Parameters
    ----------
    feeds : the measures that need each canonical table, by their titles.
    """
    book = Workbook()
    first = book.active
    if not isinstance(first, Worksheet):
        raise TypeError("a new workbook has a sheet")
    _explain(first, feeds)
    _show_examples(book.create_sheet("Examples"))
    sheets = {layout.name: book.create_sheet(layout.name) for layout in local.LAYOUTS}
    words = _Words(book.create_sheet("Words"))
    for layout in local.LAYOUTS:
        _head(sheets[layout.name], layout, words)
    words.finish()
    return _packed(book)


def way(layout: Layout, heading: str) -> str:
    """Whether a heading of a list is required, one of several ways to fill a row, or optional."""
    if heading in layout.required:
        return "required"
    return "one of several ways" if any(heading in ways for ways in layout.either) else "optional"


def words_of(codes: CodeSet) -> list[str]:
    """The words that a coded column may hold, spelt as people write them."""
    other = {word for words in local.RECODE.values() for word in words}
    return [code.replace("_", " ") for code in codes.of_year(LATEST) if code not in other]


def _column(layout: Layout, heading: str) -> Column:
    return next(column for column in described(layout.table).columns if column.name == layout.columns[heading])


def _with_times(layout: Layout, heading: str) -> bool:
    """Whether a column may hold times of day: its examples do."""
    examples = next(told.examples for told in local.GUIDES[layout.name].headings if told.name == heading)
    return any(":" in str(example) for example in examples)


def _format(layout: Layout, heading: str) -> str:
    column = _column(layout, heading)
    if column.dtype == "date":
        return MOMENT if _with_times(layout, heading) else DATE
    return TEXT if column.dtype == "str" else "General"


def _holds(layout: Layout, heading: str) -> str:
    """What may stand in a column, in words."""
    column = _column(layout, heading)
    if codes_of(layout, column.name):
        return "a word of the drop-down list"
    kind = {"date": "a date, day first", "boolean": "Y or N", "Int64": "a whole number", "float64": "a number"}
    if column.dtype == "date" and _with_times(layout, heading):
        return "a date, day first, with the time where it is known"
    return kind.get(column.dtype, "text")


class _Words:
    """The sheet of the words that coded columns may hold, a column a set, from which drop-down lists are filled."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.places: dict[tuple[str, ...], str] = {}

    def range_of(self, heading: str, words: Sequence[str]) -> str:
        """Where the words stand, written once for all the columns that share them."""
        if tuple(words) not in self.places:
            number = len(self.places) + 1
            letter = get_column_letter(number)
            _put(self.sheet, 1, number, heading, *_OPTIONAL)
            for row, word in enumerate(words, start=2):
                _put(self.sheet, row, number, word, _BODY)
            self.sheet.column_dimensions[letter].width = max(14, 2 + max(map(len, (heading, *words))))
            self.places[tuple(words)] = f"Words!${letter}$2:${letter}${len(words) + 1}"
        return self.places[tuple(words)]

    def finish(self) -> None:
        self.sheet.freeze_panes = "A2"
        self.sheet.sheet_properties.tabColor = "BFC9D4"


def _head(sheet: Worksheet, layout: Layout, words: _Words) -> None:
    """The heading row of a list, and what each column under it lets in."""
    for number, told in enumerate(local.GUIDES[layout.name].headings, start=1):
        column = _column(layout, told.name)
        letter = get_column_letter(number)
        how = way(layout, told.name)
        cell = _put(sheet, 1, number, told.name, *_WAYS[how], alignment=_MIDDLE)
        cell.comment = _note(layout, told, how)
        written = _format(layout, told.name)
        dimension = sheet.column_dimensions[letter]
        dimension.width = max(len(told.name) + 3, 18 if written == MOMENT else 13)
        dimension.number_format = written
        dimension.font = _BODY
        codes = codes_of(layout, column.name)
        if codes:
            listed = words_of(codes)
            dimension.width = max(dimension.width, min(44, 3 + max(map(len, listed))))
        elif column.dtype == "boolean":
            listed = ["Y", "N"]
        else:
            listed = []
        _let_in(sheet, letter, column, words.range_of(f"{layout.name}: {told.name}" if codes else "yes or no", listed)
                if listed else "")  # fmt: skip
    sheet.row_dimensions[1].height = 22
    sheet.freeze_panes = "A2"
    sheet.sheet_properties.tabColor = "12436D"
    _to_print(sheet)


def _note(layout: Layout, told: local.Heading, how: str) -> Comment:
    must = f"fill {' or '.join(', '.join(ways) for ways in layout.either)}" if how == "one of several ways" else how
    text = f"{told.note[0].upper()}{told.note[1:]}.\n{_holds(layout, told.name).capitalize()}; {must}."
    lines = sum(1 + len(line) // 38 for line in text.splitlines())
    return Comment(text, "Quarterdeck", height=24 + 17 * lines, width=300)


def _let_in(sheet: Worksheet, letter: str, column: Column, listed: str) -> None:
    if listed:
        rule = DataValidation(type="list", formula1=f"={listed}", allow_blank=True)
        rule.errorTitle, rule.error = "Not in the list", "Choose a word of the drop-down list."
    elif column.dtype == "date":
        rule = DataValidation(type="date", operator="greaterThan", formula1="7306", allow_blank=True)  # 1 January 1920
        rule.errorTitle, rule.error = "Not a date", "Write a date, day first: 31/12/2017."
    elif column.dtype in ("float64", "Int64"):
        rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
        rule.errorTitle, rule.error = "Not a number", "Write a number, without words."
    else:
        return
    rule.showErrorMessage = True
    rule.add(f"{letter}2:{letter}{LAST_ROW}")
    sheet.add_data_validation(rule)


def _explain(sheet: Worksheet, feeds: Mapping[str, Sequence[str]]) -> None:
    """The first sheet: what the workbook is, how to fill it, and what each list is for."""
    sheet.title = "Read me"
    _put(sheet, 1, 1, "Local lists: what no statutory return holds", _TITLE)
    sheet.row_dimensions[1].height = 30
    how = (
        "Fill in the sheets that you have something for, and leave the others: an untouched sheet is an empty list.",
        "Dates are day first (31/12/2017). Identifiers are text and keep their leading zeros. Never write a name.",
        "Put the workbook into the quarter's folder, under local/, or save a sheet there as CSV under its own name.",
        "Headings of your own can be named in the profile (headings). A note on each heading says what it holds.",
    )
    for row, text in enumerate(how, start=2):
        _put(sheet, row, 1, text, _BODY)
    for number, (name, style) in enumerate(_WAYS.items(), start=1):
        _put(sheet, 7, number, name, *style, alignment=_MIDDLE)
    top = 9
    titles = ("List", "What it holds", "A row must have", "Fills the table", "Measures that need the table")
    widths = (24, 46, 44, 22, 64)
    for number, (title, width) in enumerate(zip(titles, widths, strict=True), start=1):
        _put(sheet, top, number, title, *_REQUIRED, alignment=_MIDDLE)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.row_dimensions[top].height = 22
    for row, layout in enumerate(local.LAYOUTS, start=top + 1):
        fills = fed(layout.table)
        measures = "\n".join(feeds.get(fills, ())) or ("none" if fills else "all that count children")
        told = (layout.name, local.GUIDES[layout.name].about, _must(layout), fills or "every table", measures)
        for number, text in enumerate(told, start=1):
            cell = _put(sheet, row, number, text, _BODY, alignment=_TOP)
            cell.border = _RULE
        link = _put(sheet, row, 1, layout.name, _LINK, alignment=_TOP)
        link.hyperlink = Hyperlink(link.coordinate, location=f"'{layout.name}'!A1")
        sheet.row_dimensions[row].height = _tall(told, widths)
    sheet.freeze_panes = f"B{top + 1}"
    sheet.sheet_view.showGridLines = False
    _to_print(sheet)


def _must(layout: Layout) -> str:
    """What a row of a list must have, in words."""
    ways = [ways for ways in layout.either if not set(ways) <= set(layout.required)]
    required = ", ".join(layout.required)
    if not ways:
        return required
    of = "\n".join(f"• {' and '.join(way)}" for way in ways)
    return f"{required}, and one of\n{of}" if required else f"one of\n{of}"


def _tall(texts: Iterable[str], widths: Iterable[float]) -> float:
    """The height of a row in which each text is wrapped within its column's width."""
    lines = (
        sum(max(1, ceil(len(line) / (1.1 * width))) for line in text.splitlines())
        for text, width in zip(texts, widths, strict=True)
    )
    return 4 + 15 * max(lines)


def _show_examples(sheet: Worksheet) -> None:
    """Made-up rows of every list, a heading a line, so that no reader takes this sheet for a list."""
    titles = ("List", "Heading", "What it holds", "Needed", "First example", "Second example")
    for number, (title, width) in enumerate(zip(titles, (24, 26, 64, 22, 34, 34), strict=True), start=1):
        _put(sheet, 1, number, title, *_REQUIRED, alignment=_MIDDLE)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.row_dimensions[1].height = 22
    row = 2
    for layout in local.LAYOUTS:
        for place, told in enumerate(local.GUIDES[layout.name].headings):
            _put(sheet, row, 1, layout.name, _BOLD if not place else _BODY, alignment=_TOP)
            _put(sheet, row, 2, told.name, _BODY, alignment=_TOP)
            _put(sheet, row, 3, told.note, _BODY, alignment=_TOP)
            _put(sheet, row, 4, way(layout, told.name), _BODY, alignment=_TOP)
            for number, example in enumerate(told.examples, start=5):
                cell = _put(sheet, row, number, _as_typed(layout, told.name, example), _BODY)
                cell.number_format = _format(layout, told.name)
                cell.alignment = Alignment(horizontal="left", vertical="top")
            sheet.row_dimensions[row].height = _tall([told.note], [64])
            row += 1
        for number in range(1, 7):
            sheet.cell(row - 1, number).border = _RULE
    _to_print(sheet)
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:F{row - 1}"
    sheet.sheet_properties.tabColor = "BFC9D4"


def _as_typed(layout: Layout, heading: str, example: str | float) -> str | float | dt.datetime | None:
    """An example as a workbook keeps it: dates as dates, numbers as numbers."""
    if example == "" or _column(layout, heading).dtype != "date":
        return example if example != "" else None
    read, _ = cells.dates(pd.Series([str(example)], dtype="str"))
    return read[0].to_pydatetime()


def _to_print(sheet: Worksheet) -> None:
    """As wide as a page, and as long as it takes."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _put(
    sheet: Worksheet,
    row: int,
    column: int,
    value: str | float | dt.datetime | None,
    font: Font,
    fill: PatternFill | None = None,
    alignment: Alignment | None = None,
) -> Cell:
    cell = sheet.cell(row, column, value)
    if not isinstance(cell, Cell):
        raise TypeError("no cell of a template is merged")
    cell.font = font
    if fill:
        cell.fill = fill
    if alignment:
        cell.alignment = alignment
    return cell


def _packed(book: Workbook) -> bytes:
    """The workbook's bytes without the time at which it was written."""
    book.properties.creator = "Quarterdeck"
    book.properties.title = "Local lists"
    book.properties.created = _EPOCH
    written = io.BytesIO()
    book.save(written)
    packed = io.BytesIO()
    with zipfile.ZipFile(written) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            content = before.read(part)
            if part.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", content)
            after.writestr(zipfile.ZipInfo(part.filename), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
