"""The children in need census, in every layout from 2015 to 2026."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from quarterdeck.quarter import Quarter
from quarterdeck.returns import ReturnsError
from quarterdeck.returns.cin_census import read_census
from quarterdeck.returns.contracts import hold
from quarterdeck.returns.tabular import Unreadable
from tests.small_county import CENSUS, SmallCounty


@pytest.fixture
def county(tmp_path: Path) -> SmallCounty:
    return SmallCounty(tmp_path)


def held(census: str, element: str, extract: Quarter) -> tuple[pd.DataFrame, pd.DataFrame]:
    record = next(record for record in read_census(census.encode()).records if record.layout.name == element)
    checked = hold(record, extract, "cin_census.xml")
    return checked.rows, checked.problems


@pytest.mark.parametrize(
    ("year", "element"),
    [(2015, "<GenderCurrent>2</GenderCurrent>"), (2025, "<GenderCurrent>2</GenderCurrent>"), (2026, "<Sex>F</Sex>")],
)
def test_sex_is_a_number_until_2025_and_a_letter_from_2026(year: int, element: str) -> None:
    census = CENSUS.replace("<GenderCurrent>2</GenderCurrent>", element).replace("2010-05-01", "2013-05-01")
    rows, _ = held(census.replace("2018-02-01", f"{year}-02-01"), "Child", Quarter(year - 1, 4))
    assert rows.sex[0] == "F"


def test_a_number_for_sex_in_2026_is_an_issue_and_the_child_stays_with_sex_unknown() -> None:
    rows, problems = held(CENSUS, "Child", Quarter(2025, 4))
    assert rows.person_id.tolist() == ["TEST000001", "TEST000002"]
    assert rows.sex.isna().all()
    assert problems.rule.tolist() == ["code", "code"]


@pytest.mark.parametrize(
    ("element", "old", "new", "column", "first_year"),
    [
        ("CINdetails", "<ReferralSource>2A", "<ReferralSource>5D", "referral_source_code", 2026),
        ("CINdetails", "<ReasonForClosure>RC8", "<ReasonForClosure>RC9", "close_reason", 2026),
        ("AssessmentFactors", "16A", "24A", "assessment_factor", 2022),
    ],
)
def test_a_code_counts_from_the_year_that_brought_it(
    element: str, old: str, new: str, column: str, first_year: int
) -> None:
    census = CENSUS.replace(old, new)
    code = new.rpartition(">")[2]
    before, problems = held(census, element, Quarter(first_year - 2, 4))
    assert code not in before[column].tolist()
    assert problems.rule.tolist() == ["code"]
    after, problems = held(census, element, Quarter(first_year - 1, 4))
    assert code in after[column].tolist()
    assert problems.empty


def test_a_namespace_around_the_census_changes_nothing(county: SmallCounty) -> None:
    before = county.read().records
    county.change("cin_census.xml", "<Message>", '<Message xmlns="http://www.example.org/cin">')
    after = county.read().records
    for name, rows in before.tables.items():
        pd.testing.assert_frame_equal(after.table(name), rows)


def test_an_upn_is_left_in_the_return(county: SmallCounty) -> None:
    tables = county.read().records.tables
    assert not any(rows.astype("str").isin(["X999999999999"]).any().any() for rows in tables.values())
    assert not any("postcode" in column or "upn" in column for rows in tables.values() for column in rows)


def test_what_belongs_to_a_child_without_an_identifier_is_set_aside_with_it_and_listed_once(
    county: SmallCounty,
) -> None:
    county.change("cin_census.xml", "<LAchildID>TEST000001</LAchildID>", "<LAchildID> </LAchildID>")
    intake = county.read(set_aside=True)
    assert len(intake.problems) == 1
    assert intake.problems.column.tolist() == ["LAchildID"]
    census = intake.files[intake.files.format == "cin_census"].set_index("table")
    assert census.rows_set_aside["cp_plans"] == 1
    assert census.rows_set_aside["assessment_factors"] == 2
    assert "TEST000001" in set(intake.records.person.person_id)  # the SSDA903 still tells of her


def test_a_problem_tells_the_line_of_its_element_beyond_the_65535th(county: SmallCounty) -> None:
    census = CENSUS.replace("2017-10-20</CPPstartDate>", "2017-13-20</CPPstartDate>")
    line = census[: census.index("<ChildProtectionPlans>")].count("\n") + 1
    county.put("cin_census.xml", census.replace("<Children>", "<Children>" + "\n" * 70_000))
    with pytest.raises(ReturnsError) as caught:
        county.read()
    assert caught.value.problems.line.tolist() == [line + 70_000]
    assert caught.value.problems.expected.tolist() == ["a date, YYYY-MM-DD"]


def test_an_entity_is_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    bomb = f'<!DOCTYPE Message [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    census = CENSUS.replace("<Message>", bomb + "<Message>", 1).replace("TEST000001", "&x;")
    with pytest.raises(Unreadable) as caught:
        read_census(census.encode())
    assert caught.value.rule == "document type"


def test_a_census_nested_without_end_is_refused() -> None:
    deep = CENSUS.replace("<CINdetails>", "<CINdetails>" + "<a>" * 5000, 1)
    with pytest.raises(Unreadable) as caught:
        read_census(deep.encode())
    assert caught.value.rule in ("ill-formed", "cut short")
