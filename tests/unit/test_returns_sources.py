"""Which source fills which table, and from when it tells everything, is decided in one place."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from quarterdeck.quarter import Quarter
from quarterdeck.records.coverage import Coverage
from quarterdeck.returns import ReturnsError
from quarterdeck.returns.formats import FORMATS, by_the_year, preferred
from quarterdeck.returns.staged import fed
from tests.small_county import FILES, LOOKED_AFTER, SmallCounty

CORE = (*LOOKED_AFTER, "local/exploitation.csv")


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def rows_of(name: str) -> list[list[object]]:
    return [line.split(",") for line in FILES[name].replace("\\\n", "").splitlines()]


def a_year_earlier(text: str) -> str:
    return text.replace("2018", "2117").replace("2017", "2016").replace("2117", "2017")


def test_every_format_that_tells_of_a_table_has_its_place_in_the_order_of_preference() -> None:
    for kind in FORMATS.values():
        for layout in kind.layouts:
            if layout.table:
                assert kind.name in preferred(fed(layout.table)), layout.name


def test_a_workbook_may_hold_several_lists_a_sheet_each(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, LOOKED_AFTER)
    names = ("local/audits.csv", "local/workforce.csv")
    notes = [["How to fill this in"], ["Dates are day first"]]
    sheets = {"Read me": notes} | {name.split("/")[1][:-4]: rows_of(name) for name in names}
    county.put("our lists.xlsx", workbook(sheets))
    intake = county.read()
    lists = intake.files[intake.files.file.str.endswith(".xlsx")]
    assert lists["list"].tolist() == ["audits", "workforce"]
    assert lists.rows_used.tolist() == [1, 1]
    assert intake.records.audits.grade.tolist() == ["requires improvement"]


def test_a_sheet_of_a_workbook_with_headings_alone_tells_nothing_not_that_there_is_nothing(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, LOOKED_AFTER)
    sheets = {"audits": rows_of("local/audits.csv"), "exploitation": rows_of("local/exploitation.csv")[:1]}
    county.put("our lists.xlsx", workbook(sheets))
    records = county.read().records
    assert records.has("audits")
    assert not records.has("exploitation")
    county.put("local/exploitation.csv", FILES["local/exploitation.csv"].splitlines()[0])
    assert county.read().records.exploitation.empty  # a list of its own with headings alone says that there was none


def test_a_workbook_whose_lists_are_all_empty_is_refused(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, LOOKED_AFTER)
    sheets = {name: rows_of(f"local/{name}.csv")[:1] for name in ("audits", "exploitation")}
    county.put("our lists.xlsx", workbook(sheets))
    with pytest.raises(ReturnsError, match="all its lists are empty"):
        county.read(set_aside=True)


def test_a_sheet_that_bears_one_lists_name_and_holds_another_is_refused(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, LOOKED_AFTER)
    sheets = {"audits": rows_of("local/workforce.csv"), "notes": [["nothing"]]}
    county.put("our lists.xlsx", workbook(sheets))
    with pytest.raises(ReturnsError, match="it holds workforce, not audits"):
        county.read(set_aside=True)


@pytest.mark.parametrize(
    ("years", "first"),
    [((2014, 2015, 2016, 2017), 2014), ((2017,), 2017), ((2014, 2016, 2017), 2016), ((2014, 2015, 2017), 2017)],
)
def test_yearly_extracts_reach_back_to_the_first_year_of_those_without_a_gap(
    years: tuple[int, ...], first: int
) -> None:
    april = pd.Timestamp(first, 4, 1)
    assert by_the_year("cp_plans", pd.DataFrame(), [Quarter(year, 4) for year in years]) == Coverage(april, april)


def test_a_list_that_began_this_year_reaches_back_to_april_and_a_return_of_two_years_further(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, CORE)
    for name in LOOKED_AFTER:
        county.put(name, a_year_earlier(FILES[name]), Quarter(2016, 4))
    intake = county.read()
    covers = intake.records.covers
    assert covers["cla_episodes"].events == pd.Timestamp(2016, 4, 1)
    assert covers["exploitation"].stock == pd.Timestamp(2017, 4, 1)
    sources = intake.sources.set_index("table")
    assert sources.format[["cla_episodes", "exploitation"]].tolist() == ["ssda903", "local"]
    assert pd.isna(sources.events_since["person"])  # how people are reaches back as far as anything


def test_a_column_that_no_list_of_the_source_has_is_untold(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, (*LOOKED_AFTER, "ssda903/missing.csv"))
    assert "time_recorded" in county.read().records.covers["missing"].untold
    assert not county.read().records.tells("missing.time_recorded")
    assert county.read().records.tells("missing.looked_after")  # whoever the return names was in care
    county.put("local/missing_episodes.csv", FILES["local/missing_episodes.csv"])
    assert county.read().records.tells("missing.time_recorded")


def test_each_hash_can_be_named_to_its_owner_and_to_nobody_else(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, CORE)
    county.authority = county.authority.model_copy(update={"pseudonymise": True})
    intake = county.read(today=dt.date(2018, 2, 1))
    named = intake.records.cla_episodes.person_id.map(intake.identifiers)
    assert sorted(set(named)) == ["TEST000001", "TEST000003"]
    assert "TEST000001" not in repr(intake)
