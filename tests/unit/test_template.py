"""The template of the local lists: empty as it is written, and read as it is when it is filled."""

from __future__ import annotations

import csv
import datetime as dt
import io
import time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from quarterdeck.authority import Authority
from quarterdeck.errors import Refused
from quarterdeck.quarter import Quarter
from quarterdeck.returns import local, ssda903, template
from quarterdeck.returns.contracts import codes_of, hold
from quarterdeck.returns.inspect import inspect
from quarterdeck.returns.layouts import Layout
from quarterdeck.returns.staged import described
from quarterdeck.returns.tabular import Unreadable, read_lists
from tests.small_county import FILES, SmallCounty

LAYOUTS = {layout.name: layout for layout in local.LAYOUTS}
EACH = pytest.mark.parametrize("name", LAYOUTS)
ROWS = 3


@pytest.fixture(scope="module")
def written() -> bytes:
    return template.workbook({"missing": ["Children missing from home"]})


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return SmallCounty(tmp_path, ()).authority


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def sheet_of(book: openpyxl.Workbook, name: str) -> Worksheet:
    sheet = book[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def alone(book: openpyxl.Workbook, name: str) -> bytes:
    """A sheet of a workbook as a workbook of its own."""
    other = openpyxl.Workbook()
    sheet = other.active
    assert sheet is not None
    for row in sheet_of(book, name).iter_rows(values_only=True):
        sheet.append(row)
    packed = io.BytesIO()
    other.save(packed)
    return packed.getvalue()


def generated(layout: Layout) -> pd.DataFrame:
    """Rows of a list's table, each column with values of its kind, dates in the order of the columns."""
    columns = {column.name: column for column in described(layout.table).columns}
    rows = {}
    for place, name in enumerate(layout.columns.values()):
        codes = codes_of(layout, name)
        days = [dt.datetime(2017, 10, 2 + place) + dt.timedelta(days=31 * row) for row in range(ROWS)]
        words = template.words_of(codes) if codes else [f"{name} {row}" for row in range(ROWS)]
        words = ["2016-17", "2017-18", "2018-19"] if name == "financial_year" else words
        rows[name] = {
            "date": days,
            "boolean": [True, False, True],
            "float64": [1.5, 2.0, 1234567.25],
            "Int64": [1, 2, 3],
            "str": [words[row % len(words)] for row in range(ROWS)],
        }[columns[name].dtype]
    return pd.DataFrame(rows).astype({name: described(layout.table).dtypes[name] for name in rows})


@pytest.fixture(scope="module")
def empty(written: bytes) -> openpyxl.Workbook:
    return opened(written)


@pytest.fixture(scope="module")
def filled(written: bytes) -> openpyxl.Workbook:
    """The template with rows on each of its lists, saved and opened again."""
    book = opened(written)
    for layout in local.LAYOUTS:
        for row in generated(layout).astype(object).itertuples(index=False):
            cells = [{True: "Y", False: "N"}[cell] if isinstance(cell, bool) else cell for cell in row]
            sheet_of(book, layout.name).append(cells)
    packed = io.BytesIO()
    book.save(packed)
    return opened(packed.getvalue())


@EACH
def test_a_filled_sheet_reads_as_what_was_filled_in(name: str, filled: openpyxl.Workbook, authority: Authority) -> None:
    rows = generated(LAYOUTS[name])
    assert sheet_of(filled, name).max_row == 1 + ROWS  # what the template has set up below its headings is no row
    (listed,) = read_lists(Path(f"{name}.xlsx"), alone(filled, name), local.LAYOUTS, authority)
    checked = hold(listed, Quarter(2017, 4), name)
    assert checked.problems.empty, checked.problems.to_string()
    as_kept = {"status": {"moved away": "moved_away"}}
    pd.testing.assert_frame_equal(checked.rows[list(rows)], rows.replace(as_kept))


def test_the_filled_workbook_in_a_quarters_folder_gives_the_records_that_the_lists_as_csv_give(
    written: bytes, tmp_path: Path
) -> None:
    book = opened(written)
    for name in set(LAYOUTS) - {"caseloads"}:
        headings, *rows = csv.reader(FILES[f"local/{name}.csv"].splitlines())
        places = [list(LAYOUTS[name].columns).index(heading) for heading in headings]
        for row in rows:
            cells = dict(zip(places, row, strict=True))
            sheet_of(book, name).append([cells.get(place) for place in range(len(LAYOUTS[name].columns))])
    packed = io.BytesIO()
    book.save(packed)
    as_csv = SmallCounty(tmp_path / "csv", [file for file in FILES if file != "local/caseloads.csv"]).read()
    county = SmallCounty(tmp_path / "xlsx", [file for file in FILES if not file.startswith("local/")])
    county.put("local/local_lists.xlsx", packed.getvalue())
    as_xlsx = county.read()
    assert as_xlsx.records.tables.keys() == as_csv.records.tables.keys()
    assert "caseloads" not in as_xlsx.records.tables  # its sheet was left as it was
    for name, rows in as_csv.records.tables.items():
        pd.testing.assert_frame_equal(as_xlsx.records.tables[name], rows)


@EACH
def test_an_untouched_sheet_is_an_empty_list(name: str, empty: openpyxl.Workbook, authority: Authority) -> None:
    (listed,) = read_lists(Path(f"{name}.xlsx"), alone(empty, name), local.LAYOUTS, authority)
    assert (listed.layout.name, len(listed.text)) == (name, 0)


@pytest.mark.parametrize("name", ["Read me", "Examples", "Words"])
def test_a_sheet_that_explains_is_never_taken_for_a_list(
    name: str, empty: openpyxl.Workbook, authority: Authority
) -> None:
    with pytest.raises(Unreadable):
        read_lists(Path("a.xlsx"), alone(empty, name), (*local.LAYOUTS, *ssda903.LAYOUTS), authority)


@EACH
def test_a_heading_is_as_the_specification_writes_it_with_a_note_that_says_whether_it_must_be_there(
    name: str, empty: openpyxl.Workbook
) -> None:
    layout = LAYOUTS[name]
    headings = next(iter(sheet_of(empty, name).iter_rows(max_row=1)))
    assert [cell.value for cell in headings] == list(layout.columns)
    for cell in headings:
        assert cell.comment is not None
        assert ("required" in cell.comment.text) == (cell.value in layout.required)


@EACH
def test_a_coded_column_and_a_yes_or_no_have_a_drop_down_list_of_the_words_that_are_read(
    name: str, empty: openpyxl.Workbook, authority: Authority
) -> None:
    layout = LAYOUTS[name]
    rules = {
        str(rule.sqref).partition("2:")[0]: rule.formula1
        for rule in sheet_of(empty, name).data_validations.dataValidation
        if rule.type == "list"
    }
    for cell in next(iter(sheet_of(empty, name).iter_rows(max_row=1))):
        column = layout.columns[str(cell.value)]
        codes = codes_of(layout, column)
        dtype = described(layout.table).dtypes[column]
        assert (cell.column_letter in rules) == (codes is not None or dtype == "boolean"), cell.value
        if cell.column_letter in rules:
            place = rules[cell.column_letter].removeprefix("=Words!")
            offered = [str(word.value) for (word,) in sheet_of(empty, "Words")[place]]
            assert offered == (template.words_of(codes) if codes else ["Y", "N"])


def test_dates_are_shown_day_first_and_identifiers_are_kept_as_text(empty: openpyxl.Workbook) -> None:
    columns = sheet_of(empty, "missing_episodes").column_dimensions
    assert columns["A"].number_format == "@"
    assert columns["C"].number_format == "dd/mm/yyyy hh:mm"
    assert sheet_of(empty, "allocations").column_dimensions["E"].number_format == "dd/mm/yyyy"


def test_the_first_sheet_names_every_list_and_the_measures_that_need_it(empty: openpyxl.Workbook) -> None:
    first = empty.worksheets[0]
    told = {row[0]: row for row in first.iter_rows(values_only=True)}
    assert set(LAYOUTS) <= told.keys()
    assert told["missing_episodes"][3:5] == ("missing", "Children missing from home")
    assert told["visits"][4] == "none"


def test_the_template_is_the_same_bytes_whenever_it_is_written(written: bytes) -> None:
    time.sleep(1.1)  # a workbook's own times are in seconds
    assert template.workbook({"missing": ["Children missing from home"]}) == written


def test_a_template_that_is_there_is_left_alone_unless_forced(tmp_path: Path) -> None:
    path = template.write(tmp_path / "new", {})
    path.write_bytes(b"filled in")
    with pytest.raises(Refused, match="--force"):
        template.write(tmp_path / "new", {})
    assert path.read_bytes() == b"filled in"
    template.write(tmp_path / "new", {}, force=True)
    assert path.read_bytes() == template.workbook({})


def test_a_file_in_the_place_of_the_folder_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file")
    with pytest.raises(Refused, match="folder"):
        template.write(tmp_path / "folder", {})


def test_inspect_says_of_an_untouched_template_that_every_list_is_there_and_empty(tmp_path: Path) -> None:
    seen = inspect(template.write(tmp_path, {}))
    assert [part.layout.name for part in seen.empty] == list(LAYOUTS)
    assert all(not part.absent for part in seen.parts)
