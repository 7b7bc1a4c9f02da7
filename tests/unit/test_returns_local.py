"""Every local list is read from CSV and from a workbook, whole or with what it must have alone."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from quarterdeck.authority import Authority
from quarterdeck.quarter import Quarter
from quarterdeck.records import Records
from quarterdeck.returns import local
from quarterdeck.returns.contracts import Checked, codes_of, hold
from quarterdeck.returns.layouts import Layout
from quarterdeck.returns.staged import described
from quarterdeck.returns.tabular import Unreadable, read_lists
from tests.small_county import SmallCounty, of_examples

QUARTER = Quarter(2017, 3)
LAYOUTS = {layout.name: layout for layout in local.LAYOUTS}
Rows = list[list[str]]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return SmallCounty(tmp_path, ()).authority


def examples(name: str) -> Rows:
    return [line.split(";") for line in of_examples(name).replace(", ", "~").replace(",", ";").splitlines()]


def csv_of(rows: Rows) -> bytes:
    return "\n".join(";".join(row) for row in rows).encode()


def xlsx_of(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


WRITTEN = pytest.mark.parametrize("written", [csv_of, xlsx_of], ids=["csv", "xlsx"])
EACH = pytest.mark.parametrize("name", LAYOUTS)


def read(name: str, rows: Rows, written, authority: Authority) -> Checked:
    suffix = ".csv" if written is csv_of else ".xlsx"
    (listed,) = read_lists(Path(name + suffix), written(rows), local.LAYOUTS, authority)
    assert listed.layout.name == name
    return hold(listed, QUARTER, name)


def only(rows: Rows, headings: set[str]) -> Rows:
    places = [place for place, heading in enumerate(rows[0]) if heading in headings]
    return [[row[place] for place in places] for row in rows]


def needed(layout: Layout) -> set[str]:
    """The headings without which a list is none: those it must have, and the first of the sets that will do."""
    return {*layout.required, *(layout.either[0] if layout.either else ())}


def filled(name: str) -> Rows:
    """The examples, with a row's gaps in what must be there filled from the other row, so that either will do."""
    heading, first, second = examples(name)
    return [heading, [a or b for a, b in zip(first, second, strict=True)]]


@WRITTEN
@EACH
def test_a_list_with_all_its_columns_is_read_whole(name: str, written, authority: Authority) -> None:
    checked = read(name, examples(name), written, authority)
    assert checked.problems.empty, checked.problems.to_string()
    assert (checked.rows_in, len(checked.rows)) == (2, 2)
    for place, (heading, column) in enumerate(LAYOUTS[name].columns.items()):
        given = [row[place] != "" for row in examples(name)[1:]]
        assert checked.rows[column].notna().tolist() == given, heading


@WRITTEN
@EACH
def test_a_list_with_only_what_it_must_have_is_read_and_the_rest_is_empty(
    name: str, written, authority: Authority
) -> None:
    layout = LAYOUTS[name]
    rows = filled(name)
    if name in ("assessment_outcomes", "placement_costs"):  # what the examples leave to another way
        rows = [rows[0], [cell or "7" for cell in rows[1]]]
    checked = read(name, only(rows, needed(layout)), written, authority)
    assert checked.problems.empty, checked.problems.to_string()
    assert len(checked.rows) == 1
    others = [column for heading, column in layout.columns.items() if heading not in needed(layout)]
    assert checked.rows[others].isna().all(axis=None)


@WRITTEN
@pytest.mark.parametrize("name", [name for name, layout in LAYOUTS.items() if layout.required])
def test_a_list_without_a_heading_that_it_must_have_is_refused_by_that_headings_name(
    name: str, written, authority: Authority
) -> None:
    layout = LAYOUTS[name]
    lacking = layout.required[-1]
    with pytest.raises(Unreadable) as refused:
        read(name, only(examples(name), set(layout.columns) - {lacking}), written, authority)
    assert f"{lacking}, which {name} must have" in refused.value.expected


def test_identifiers_of_one_system_alone_say_nothing(authority: Authority) -> None:
    with pytest.raises(Unreadable):
        read("identifiers", [["cin_id", "remark"], ["1", ""]], csv_of, authority)


CODED = [(layout.name, heading) for layout in local.LAYOUTS for heading in layout.columns
         if codes_of(layout, layout.columns[heading])]  # fmt: skip


@WRITTEN
@pytest.mark.parametrize(("name", "heading"), CODED)
def test_a_word_that_is_no_code_is_a_problem_at_its_row_and_becomes_unknown(
    name: str, heading: str, written, authority: Authority
) -> None:
    rows = filled(name)
    place = rows[0].index(heading)
    rows[1][place] = "stepped out"
    checked = read(name, rows, written, authority)
    assert checked.problems[["line", "column", "value", "rule"]].to_numpy().tolist() == [
        [2, heading, "stepped out", "code"]
    ]
    column = LAYOUTS[name].columns[heading]
    if next(c for c in described(LAYOUTS[name].table).columns if c.name == column).required:
        assert checked.rows_set_aside == 1
    else:
        assert checked.rows[column].isna().tolist() == [True]


@pytest.mark.parametrize(("name", "heading"), CODED)
def test_a_code_is_matched_whatever_its_case_and_underscores(name: str, heading: str, authority: Authority) -> None:
    layout = LAYOUTS[name]
    rows = filled(name)
    place = rows[0].index(heading)
    codes = codes_of(layout, layout.columns[heading])
    assert codes is not None
    for code in codes.of_year(QUARTER.collection_year):
        rows[1][place] = code.upper().replace(" ", "_")
        assert read(name, rows, csv_of, authority).problems.empty


@EACH
def test_every_heading_of_a_list_can_be_the_authoritys_own(name: str, authority: Authority) -> None:
    own = {heading: f"Our {heading} (local)" for heading in LAYOUTS[name].columns}
    mapped = authority.model_copy(update={"headings": {name: own}})
    heading, *rows = examples(name)
    checked = read(name, [[own[word].upper() for word in heading], *rows], csv_of, mapped)
    expected = read(name, [heading, *rows], csv_of, authority)
    pd.testing.assert_frame_equal(checked.rows, expected.rows)
    assert checked.problems.empty


ALIKE = {"pre_proceedings", "care_proceedings"}  # told apart by their names alone


@pytest.mark.parametrize("name", sorted(set(LAYOUTS) - ALIKE))
def test_the_headings_of_a_list_are_no_other_list(name: str, authority: Authority) -> None:
    (listed,) = read_lists(Path("a list.csv"), csv_of(examples(name)), local.LAYOUTS, authority)
    assert listed.layout.name == name


@pytest.mark.parametrize("name", sorted(ALIKE))
def test_lists_of_the_same_headings_are_told_apart_by_the_files_name_or_not_at_all(
    name: str, authority: Authority
) -> None:
    assert read(name, examples(name), csv_of, authority).layout.name == name
    with pytest.raises(Unreadable) as refused:
        read_lists(Path("a list.csv"), csv_of(examples(name)), local.LAYOUTS, authority)
    assert refused.value.rule == "which list"
    assert "pre_proceedings and of care_proceedings" in refused.value.expected
    assert "name the file" in refused.value.what_to_do


def test_two_compliments_of_one_day_are_two(authority: Authority) -> None:
    rows = [["date", "kind"], ["07/11/2017", "compliment"], ["07/11/2017", "compliment"]]
    checked = read("feedback", rows, csv_of, authority)
    assert (len(checked.rows), len(checked.problems)) == (2, 0)
    twice = checked.rows.assign(collection_year=pd.Series([2018, 2018], dtype="Int64"))
    assert len(Records(authority, QUARTER, {"feedback": twice}).history("feedback")) == 2


def test_in_touch_written_y_is_yes(authority: Authority) -> None:
    rows = [["person_id", "date_of_birth", "in_touch", "as_at"], ["1", "03/04/1998", "y", "31/12/2017"]]
    assert read("care_leavers", rows, csv_of, authority).rows.in_touch.tolist() == ["yes"]
