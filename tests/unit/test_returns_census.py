"""The children in need census, in every layout from 2015 to 2026."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from quarterdeck.quarter import Quarter
from quarterdeck.returns import ReturnsError
from quarterdeck.returns.cin_census import LEFT, read_census
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


@pytest.mark.parametrize(("written", "meant"), [("true", True), ("TRUE", True), ("1", True), ("false", False),
                                                ("FALSE", False), ("0", False)])  # fmt: skip
def test_no_further_action_is_told_by_any_of_the_words_that_real_files_use(written: str, meant: bool) -> None:
    rows, problems = held(CENSUS.replace("<ReferralNFA>0", f"<ReferralNFA>{written}"), "CINdetails", Quarter(2017, 4))
    assert rows.referral_nfa.tolist()[0] == meant
    assert problems.empty


def test_a_child_never_on_a_plan_before_has_0_previous_plans_and_not_none() -> None:
    census = CENSUS.replace("<NumberOfPreviousCPP>1", "<NumberOfPreviousCPP>0")
    rows, problems = held(census, "ChildProtectionPlans", Quarter(2017, 4))
    assert rows.number_of_previous_cpp.tolist() == [0]
    assert problems.empty


def test_an_unborn_child_has_an_expected_birth_date_alone() -> None:
    rows, problems = held(CENSUS, "Child", Quarter(2017, 4))
    unborn = rows.set_index("person_id").loc["TEST000002"]
    assert pd.isna(unborn.dob)
    assert unborn.expected_dob == pd.Timestamp(2018, 2, 1)
    assert problems.empty


def test_pre_proceedings_of_the_2026_layout_are_a_row_for_each_period() -> None:
    rows, problems = held(CENSUS, "PreProceedingsandFGDM", Quarter(2017, 4))
    told = rows.iloc[0]
    assert (told.person_id, told.referral_id) == ("TEST000001", "TEST000001@2017-10-02")
    assert told.pre_pro_decision_date == pd.Timestamp(2017, 11, 6)
    assert told.pre_pro_letter_date == pd.Timestamp(2017, 11, 10)
    assert (told.fgdm_meeting_offered, told.fgdm_meeting_facilitated) == (True, False)
    assert told.pre_pro_meetings_num == 0
    assert pd.isna(told.agree_stepdown_issue_date)
    assert problems.empty


def test_an_outcome_of_pre_proceedings_that_is_no_code_is_unknown_and_the_row_stays() -> None:
    census = CENSUS.replace("<ReviewMeetingsCount>", "<PPOutcome>D</PPOutcome><ReviewMeetingsCount>")
    rows, problems = held(census, "PreProceedingsandFGDM", Quarter(2017, 4))
    assert rows.pre_pro_outcome.isna().tolist() == [True]
    assert problems[["column", "value", "rule"]].to_numpy().tolist() == [["PPOutcome", "D", "code"]]
    rows, problems = held(census.replace(">D<", ">A<"), "PreProceedingsandFGDM", Quarter(2017, 4))
    assert rows.pre_pro_outcome.tolist() == ["A"]
    assert problems.empty


def test_a_decision_to_end_pre_proceedings_before_they_began_is_an_issue_and_on_the_day_is_none() -> None:
    census = CENSUS.replace(
        "<ReviewMeetingsCount>", "<StepDecisionDate>2017-11-05</StepDecisionDate><ReviewMeetingsCount>"
    )
    _, problems = held(census, "PreProceedingsandFGDM", Quarter(2017, 4))
    assert problems[["column", "rule"]].to_numpy().tolist() == [["StepDecisionDate", "order"]]
    _, problems = held(
        census.replace("2017-11-05</Step", "2017-11-06</Step"), "PreProceedingsandFGDM", Quarter(2017, 4)
    )
    assert problems.empty


@pytest.mark.parametrize(
    ("old", "new", "unread"),
    [
        ("<Ethnicity>WBRI", "<Religion>None</Religion><Ethnicity>WBRI", {"Religion in Child": 1}),
        ("<ReferralNFA>", "<Postcode/><Postcode/><ReferralNFA>", {"Postcode in CINdetails": 4}),
        ("<Children>", "<Statistics><A/><B/></Statistics><Children>", {"Statistics in Message": 1}),
        ("</Children>", "<Adult/></Children><Statistics/>", {"Statistics in Message": 1, "Adult in Message": 1}),
        ("</Child>", "</Child><Adult/>", {"Adult in Message": 2}),
        ("<CINdetails>", "<CPPstartDate>2017-01-01</CPPstartDate><CINdetails>", {"CPPstartDate in Child": 2}),
        ("<ReferralNFA>0", "<ReferralNFA>1</ReferralNFA><ReferralNFA>0", {"ReferralNFA in CINdetails": 1}),
        (">RC8<", "><Code>RC8</Code><", {"ReasonForClosure in CINdetails": 1}),
    ],
)  # fmt: skip
def test_what_no_layout_has_or_has_elsewhere_is_counted_by_name(old: str, new: str, unread: dict[str, int]) -> None:
    census = read_census(CENSUS.replace(old, new).encode())
    assert len(census.records)
    assert census.unread == unread


def test_what_a_layout_has_and_no_record_holds_is_counted_apart() -> None:
    census = read_census(CENSUS.encode())
    assert len(census.records)
    assert not census.unread
    assert census.left == {"UPN": 1}
    assert set(census.left) <= set(LEFT)
