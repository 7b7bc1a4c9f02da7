"""A child with different identifiers in different systems is one child, and two children are never made one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from quarterdeck.quarter import Quarter
from quarterdeck.returns import ReturnsError, local
from quarterdeck.returns.contracts import Checked, hold
from quarterdeck.returns.one_child import one_child, one_row_a_child
from quarterdeck.returns.tabular import read_lists
from tests.small_county import SmallCounty


def read(tmp_path: Path, *rows: str) -> Checked:
    content = "\n".join(["cin_id,cla_id,annex_a_id,local_id", *rows]).encode()
    (listed,) = read_lists(Path("identifiers.csv"), content, local.LAYOUTS, SmallCounty(tmp_path, ()).authority)
    return one_row_a_child(hold(listed, Quarter(2017, 3), "ids.csv"), listed, "ids.csv")


def identifiers(*rows: tuple[str | None, ...]) -> pd.DataFrame:
    listed = pd.DataFrame(rows, columns=list(local.SYSTEMS.values()), dtype="str")
    return listed.assign(line=range(2, 2 + len(rows)))


def people(*ids: str | None) -> pd.DataFrame:
    return pd.DataFrame({"person_id": pd.Series(ids, dtype="str")})


def told(given: pd.DataFrame, **sources: pd.DataFrame) -> dict[str, list[str]]:
    tables, problems = one_child({(source, "person"): [rows] for source, rows in sources.items()}, given, "ids.csv")
    assert problems.empty
    return {source: tables[source, "person"][0].person_id.tolist() for source in sources}


def test_a_child_is_one_in_every_system() -> None:
    ids = identifiers(("1", "L9", "A5", "P3"))
    same = told(ids, cin_census=people("1"), ssda903=people("L9"), annex_a=people("A5"), local=people("P3"))
    assert set(map(tuple, same.values())) == {("1",)}


def test_a_child_that_the_list_does_not_name_keeps_its_identifier_and_so_does_a_format_without_a_column() -> None:
    ids = identifiers(("1", "L9", None, None))
    assert told(ids, ssda903=people("2", None), ssd=people("L9"))["ssd"] == ["L9"]
    assert told(ids, ssda903=people("2"))["ssda903"] == ["2"]


def test_a_list_without_rows_changes_nothing() -> None:
    assert told(identifiers(), ssda903=people("2"))["ssda903"] == ["2"]


def test_a_child_not_in_need_is_known_by_the_next_identifier_it_has() -> None:
    assert told(identifiers((None, "L9", None, "P3")), local=people("P3"))["local"] == ["L9"]


def test_the_same_number_in_two_systems_stays_two_children_where_the_list_says_so() -> None:
    ids = identifiers(("5", "9", None, None), ("7", "5", None, None))
    assert told(ids, cin_census=people("5", "7"), ssda903=people("9", "5")) == {
        "cin_census": ["5", "7"], "ssda903": ["5", "7"],
    }  # fmt: skip
    without = identifiers(("5", "9", None, None), (None, "5", "12", None))
    names = told(without, ssda903=people("9", "5"), annex_a=people("12"))
    assert names["ssda903"][0] == "5"
    assert names["ssda903"][1] == names["annex_a"][0] == "cla_id:5"


def test_a_number_that_is_another_childs_elsewhere_is_a_problem_at_that_childs_line_and_told_apart() -> None:
    ids = identifiers(("100001", "L9", None, None))
    tables, problems = one_child({("ssda903", "person"): [people("L9", "100001")]}, ids, "ids.csv")
    assert tables["ssda903", "person"][0].person_id.tolist() == ["100001", "cla_id:100001"]
    assert problems[["file", "line", "column", "value"]].to_numpy().tolist() == [["ids.csv", 2, "cla_id", "(hidden)"]]


def test_an_identifier_of_two_children_is_a_problem_at_both_lines_and_neither_row_is_used(tmp_path: Path) -> None:
    checked = read(tmp_path, "100001,L9,,", "100002,L8,,", "100003,L9,,")
    assert checked.rows.cin_id.tolist() == ["100002"]
    assert (checked.rows_in, checked.rows_set_aside) == (3, 2)
    assert checked.problems[["line", "column", "rule"]].to_numpy().tolist() == [
        [2, "cla_id", "identifiers"], [4, "cla_id", "identifiers"],
    ]  # fmt: skip
    assert "line 2" in checked.problems.what_to_do[1]


def test_children_of_whom_each_has_a_row_are_no_contradiction(tmp_path: Path) -> None:
    checked = read(tmp_path, "1,L9,,", "2,L8,,")
    assert checked.problems.empty
    assert len(checked.rows) == 2


@pytest.mark.parametrize("row", ["1,,,", ",,,P3"])
def test_a_row_with_one_identifier_alone_says_nothing_and_is_set_aside(tmp_path: Path, row: str) -> None:
    assert read(tmp_path, row).rows_set_aside == 1


def test_a_quarters_returns_meet_in_one_child_by_the_list_of_identifiers(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path)
    county.put("local/identifiers.csv", "cin_id,cla_id\nTEST000001,L9\n")
    for name in ("header", "episodes"):
        county.change(f"ssda903/{name}.csv", "TEST000001", "L9")
    intake = county.read()
    assert "L9" not in set(intake.records.person.person_id)
    assert set(intake.records.cla_episodes.person_id) == {"TEST000001", "TEST000003"}
    account = intake.files.set_index("list").loc["identifiers"]
    assert account[["table", "rows_in", "rows_used"]].tolist() == ["", 1, 1]


def test_what_contradicts_the_list_of_identifiers_stops_a_build_once_for_all_years(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path)
    county.put("local/identifiers.csv", "cin_id,cla_id\nTEST000001,L9\n")
    with pytest.raises(ReturnsError) as stopped:  # the SSDA903 has TEST000001 still
        county.read()
    assert stopped.value.problems[["file", "line", "column"]].to_numpy().tolist() == [
        ["2017-18-Q3/local/identifiers.csv", 2, "cla_id"]
    ]
