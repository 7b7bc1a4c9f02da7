"""The Annex A workbook: found however it is laid out, read to the letter, and believed no further than it tells."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from quarterdeck.demo.annex_a import workbook
from quarterdeck.quarter import Quarter
from quarterdeck.records.coverage import NEVER, Coverage
from quarterdeck.returns import Intake, ReturnsError, annex_a, annex_a_tables
from quarterdeck.returns.codes import code_sets
from quarterdeck.returns.codes.words import words
from quarterdeck.returns.contracts import codes_of
from quarterdeck.returns.staged import described
from tests.small_county import LOOKED_AFTER, QUARTER, SmallCounty

CHILD = "Child Unique ID"
Q1, Q2 = Quarter(2017, 1), Quarter(2017, 2)
Q4_BEFORE = Quarter(2016, 4)
STATUTORY = ("cin_census.xml", *LOOKED_AFTER)
Rows = dict[int, list[dict[str, Any]]]

REFERRED = {CHILD: "A1", "Date of referral": "02/10/2017", "Referral Source": "q) 6: Police", "Referral NFA?": "b) No"}
ASSESSED = {
    CHILD: "A1",
    "Continuous Assessment Start Date": "02/10/2017",
    "Continuous Assessment Date of Authorisation": "20/11/2017",
}
IN_NEED = {
    CHILD: "A1",
    "CIN Start Date": "02/10/2017",
    "Primary Need Code": "N1 - Abuse or neglect",
    "Date Child Was Last Seen": "20/12/2017",
    "Case status": "c) Child in need plan",
    "Allocated Team": "Safeguarding North",
    "Allocated Worker": "W1",
}
PLAN = {
    CHILD: "A2",
    "Child Protection Plan Start Date": "04/09/2017",
    "Initial Category of Abuse": "a) Neglect",
    "Latest Category of Abuse": "d) Emotional abuse",
    "Date of latest review conference": "01/12/2017",
    "Date of the Last Statutory Visit": "18/12/2017",
    "Was the Child Seen Alone?": "a) Yes",
    "Number of Previous Child Protection Plans": 1,
    "Allocated Team": "Safeguarding South",
}
CARED_FOR = {
    CHILD: "A3",
    "Date Started to be Looked After": "01/03/2016",
    "Child's Category of Need": "N5 - Family dysfunction",
    "Start date of current legal status": "01/03/2016",
    "Child's Legal Status": "C2: FCO",
    "Date of Latest Statutory Review": "02/10/2017",
    "Start Date of Most Recent Placement": "15/08/2017",
    "Placement Type": "p) K2: Children’s Homes",
    "Placement Provider": "e) PR4: Private provision",
    "Placement Location": "b) Out",
}
LEFT_CARE = {
    CHILD: "A4",
    "Date of Birth": "03/04/1998",
    "Eligibility Category": "b) Former relevant child",
    "LA In Touch": "a) Yes",
    "Type of Accommodation": "U: Independent living",
    "Suitability of Accommodation": "a) Suitable",
    "Activity Status": "P2: Part time in education other than higher",
}
DECIDED = {
    CHILD: "A5",
    "Date the Child Entered Care": "01/02/2016",
    "Date of Decision that Child Should be Placed for Adoption": "01/03/2017",
}
ADOPTER = {
    "Individual adopter identifier": "P1",
    "Gender": "c) Neither",
    "Ethnicity": "s) NOBT",
    "Disability": "b) No",
    "Date enquiry received": "01/02/2017",
    "Reason for leaving adoption process": "1 - Adopter withdrew from process",
}


def put(county: SmallCounty, rows: Rows, quarter: Quarter = QUARTER, **how: bool) -> None:
    told = {number: pd.DataFrame(of) for number, of in rows.items()}
    county.put("annex_a.xlsx", workbook(told, **how), quarter)


def read(folder: Path, rows: Rows, *, set_aside: bool = False, **how: bool) -> Intake:
    county = SmallCounty(folder, ())
    put(county, rows, QUARTER, **how)
    return county.read(set_aside=set_aside)


def some(table: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    day = {name: table[name].dt.strftime("%d/%m/%Y") for name in columns if table[name].dtype.kind == "M"}
    told = table.assign(**day)[list(columns)].astype(object)
    return list(told.where(told.notna(), None).itertuples(index=False, name=None))


# Real workbooks


def real(county: SmallCounty, shared: Path, name: str, quarter: Quarter) -> Intake:
    folder = county.home / quarter.slug
    folder.mkdir(parents=True)
    shutil.copy(shared / "data" / "formats" / "annex_a" / name, folder)
    return county.read(quarter, set_aside=True, today=dt.date(2030, 1, 1))


def rows_in(intake: Intake) -> list[int]:
    lists = intake.files[intake.files["list"].str.fullmatch(r"List \d+")]
    return lists.rows_in.tolist()


def test_the_filled_example_is_read_whole(tmp_path: Path, shared: Path) -> None:
    intake = real(SmallCounty(tmp_path, ()), shared, "annexa_example.xlsx", Quarter(2020, 1))
    assert rows_in(intake) == [13, 2, 11, 5, 4, 2, 3, 3]
    assert (intake.files.rows_in == intake.files.rows_used + intake.files.rows_set_aside).all()
    assert intake.problems[["column", "rule"]].to_numpy().tolist() == [[annex_a.LAYOUTS[4].required[1], "required"]]
    assert intake.records.contacts.contact_date.min() == pd.Timestamp(2019, 1, 9)


def test_the_template_of_2019_is_read_with_the_few_rows_it_has(tmp_path: Path, shared: Path) -> None:
    intake = real(SmallCounty(tmp_path, ()), shared, "example-B-2004.xlsx", Quarter(2010, 1))
    assert rows_in(intake) == [1, 10]
    assert sorted(intake.problems.rule) == ["date", "duplicate"]
    assert some(intake.records.contacts, "person_id", "contact_source_code") == [("1001", "6")]


# However it is laid out


@pytest.mark.parametrize("titled", [True, False])
@pytest.mark.parametrize("spaced", [True, False])
def test_headings_on_the_first_row_or_the_second_and_sheets_named_either_way(
    tmp_path: Path, titled: bool, spaced: bool
) -> None:
    intake = read(tmp_path, {3: [REFERRED], 7: [PLAN]}, titled=titled, spaced=spaced)
    assert rows_in(intake) == [1, 1]
    assert some(intake.records.cp_plans, "person_id", "cp_plan_start_date") == [("A2", "04/09/2017")]


def renamed(old: str, new: str, content: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = 0
    for sheet in book.worksheets:
        for line, row in enumerate(sheet.iter_rows(max_row=2, values_only=True), start=1):
            for place, value in enumerate(row, start=1):
                if str(value).strip() == old:
                    sheet.cell(line, place, new)
                    found += 1
    assert found, old
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Age of Child (Years)", "Age"),
        ("Gender", "Sex"),
        ("Date Ceased to be Looked After", "  date ceased to be looked after "),
        ("Child's Legal Status", "Child’s Legal Status"),
        (
            "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)",
            "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N))",
        ),
        ("LA In Touch", "LA In Touch "),
    ],
)
def test_a_heading_is_known_by_each_of_its_variants(tmp_path: Path, old: str, new: str) -> None:
    told: Rows = {
        8: [
            CARED_FOR
            | {
                "Gender": "b) Female",
                "Age of Child (Years)": -1,
                "Date of Birth": "01/12/2017",
                "Date Ceased to be Looked After": "30/12/2017",
                "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)": "a) Yes",
            }
        ],
        9: [LEFT_CARE],
    }
    county = SmallCounty(tmp_path, ())
    frames = {number: pd.DataFrame(rows) for number, rows in told.items()}
    county.put("annex_a.xlsx", renamed(old, new, workbook(frames)))
    records = county.read().records
    assert some(records.person, "sex", "expected_dob")[0] == ("F", "01/12/2017")
    assert records.uasc.person_id.tolist() == ["A3"]
    last = records.cla_episodes.iloc[-1]
    assert (last.legal_status, last.cla_episode_ceased_date) == ("C2", pd.Timestamp(2017, 12, 30))
    assert records.care_leavers.in_touch.tolist() == ["Y"]


def test_the_columns_of_2024_tell_of_a_care_leavers_adviser_and_plan(tmp_path: Path) -> None:
    later = {"Latest Pathway Plan Review Date": "01/10/2017", "Allocated Personal Advisor": "PA1"}
    told = read(tmp_path / "new", {3: [REFERRED], 9: [LEFT_CARE | later]}).records
    assert some(told.care_leavers, "pathway_plan_date", "adviser") == [("01/10/2017", "PA1")]
    assert told.tells("care_leavers.pathway_plan_date")
    old = read(tmp_path / "old", {3: [REFERRED], 9: [LEFT_CARE]}, later=False).records
    assert not old.tells("care_leavers.pathway_plan_date")


def test_a_sheet_of_codes_or_guidance_is_passed_over(tmp_path: Path) -> None:
    content = workbook({3: pd.DataFrame([REFERRED])})
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in (["Gender", "Ethnicity", "Referral NFA?"], ["a) Male", "a) WBRI", "a) Yes"]):
        book.create_sheet("Codes_used", 0).append(row)
    written = io.BytesIO()
    book.save(written)
    county = SmallCounty(tmp_path, ())
    county.put("annex_a.xlsx", written.getvalue())
    assert rows_in(county.read()) == [1]


def test_a_list_on_the_sheet_of_another_is_refused(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook({3: pd.DataFrame([REFERRED])})))
    book["List_4"].title = "x"
    book["List_3"].title = "List_4"
    written = io.BytesIO()
    book.save(written)
    county = SmallCounty(tmp_path, ())
    county.put("annex_a.xlsx", written.getvalue())
    with pytest.raises(ReturnsError, match="it holds List 3, not List 4"):
        county.read()


@pytest.mark.parametrize("written", [dt.datetime(2017, 10, 2), "02/10/2017", "2017-10-02", 43010])
def test_a_date_may_be_a_date_text_or_the_number_that_excel_keeps(tmp_path: Path, written: object) -> None:
    records = read(tmp_path, {3: [REFERRED | {"Date of referral": written}]}).records
    assert records.cin_episodes.referral_date.tolist() == [pd.Timestamp(2017, 10, 2)]


# Codes


def spellings() -> dict[str, dict[str, list[str]]]:
    path = files("quarterdeck.returns.codes").joinpath("annex_a_codes.toml")
    return tomllib.loads(path.read_text("utf-8"))


EVERY = [(name, code, text) for name, codes in spellings().items() for code, every in codes.items() for text in every]


@pytest.mark.parametrize(("name", "code", "text"), EVERY)
def test_every_spelling_stands_for_its_code(name: str, code: str, text: str) -> None:
    known = words("annex_a")[name]
    straight = text.replace(") ", ")")
    for written in (text, straight, text.upper(), text.lower(), text.replace(" - ", " – ").replace("'", "’")):
        assert known.code(written) == code, written


def test_every_code_of_the_specification_is_known(shared: Path) -> None:
    """Each code set that the template gives is one that the lists read, by its spelling there."""
    text = (shared / "formats.md").read_text("utf-8")
    section = text[
        text.index("**Code sets (`Codes_used` sheet") : text.index("Codes in Guidance but shown differently")
    ]
    sets = {
        "Gender": "sex",
        "Ethnicity": "ethnicity",
        "Contact / Referral Source": "source",
        "Primary Need Code": "need",
        "Child's Category of Need": "need_of_care",
        "Reason for Closure": "closure",
        "Case status": "case_status",
        "Initial/Latest Category of Abuse": "abuse",
        "Child's Legal Status": "legal_status",
        "Reason Ceased to be Looked After": "care_ceased",
        "Placement Type": "placement_type",
        "Placement Provider": "provider",
        "Placement Location": "inside",
        "Eligibility Category": "eligibility",
        "LA In Touch": "in_touch",
        "Type of Accommodation": "accommodation",
        "Suitability of Accommodation": "suitable",
        "Activity Status": "activity",
        "Reason Why Child No Longer Placed for Adoption": "decision_reversed",
        "Reason for leaving adoption process": "left_process",
        "Was the Child Seen Alone?": "yes_no",
    }
    parts = re.split(r"^\*\*(.+?)\*\*$", section, flags=re.MULTILINE)
    told = dict(zip(parts[1::2], parts[2::2], strict=True))
    for title, name in sets.items():
        known = words("annex_a")[name]
        listed = re.findall(r"^\| `(.+?)` \|", told[title], re.MULTILINE) or re.findall(r"`(.+?)`", told[title])
        assert len(listed) > 1
        for code in listed:
            assert known.code(code) is not None, (title, code)


def test_every_set_of_spellings_gives_codes_that_its_column_knows() -> None:
    for layout in (part for whole in annex_a.LAYOUTS for part in (whole, *whole.also)):
        table = described(layout.table)
        for column, spelt in layout.words.items():
            assert column in table.dtypes, (layout.name, column)
            codes = codes_of(layout, column)
            if codes is not None:
                ever = {code for year in (2015, 2019, 2024, 2025, 2027) for code in codes.of_year(year)}
                assert set(spelt.spelt) - {""} <= ever, (layout.name, column)
            else:
                assert table.dtypes[column] == "boolean" or column == "ethnicity", (layout.name, column)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("a) WBRI", "WBRI"),
        ("WBRI", "WBRI"),
        ("a)WBRI", "WBRI"),
        ("a", "WBRI"),
        ("WBRI - White British", "WBRI"),
        ("wbri — white british", "WBRI"),
        ("s) REFU", "REFU"),
        ("s) NOBT", "NOBT"),
        ("s) Information not yet obtained", "NOBT"),
    ],
)
def test_an_ethnicity_is_told_with_its_letter_or_without(tmp_path: Path, written: str, code: str) -> None:
    assert read(tmp_path, {3: [REFERRED | {"Ethnicity": written}]}).records.person.ethnicity.tolist() == [code]


@pytest.mark.parametrize("written", ["s)", "s", "ss) REFU2", "t) REFU", "White or other"])
def test_a_code_that_could_be_two_or_is_none_becomes_unknown_and_is_listed(tmp_path: Path, written: str) -> None:
    rows: Rows = {3: [REFERRED | {"Ethnicity": written}]}
    with pytest.raises(ReturnsError, match="Ethnicity"):
        read(tmp_path / "strict", rows)
    intake = read(tmp_path / "kept", rows, set_aside=True)
    assert intake.problems[["column", "value", "rule"]].to_numpy().tolist() == [["Ethnicity", written, "code"]]
    assert intake.records.person.ethnicity.isna().all()
    assert len(intake.records.cin_episodes) == 1


def test_c_and_d_are_the_other_way_round_for_an_adopter() -> None:
    child, adopter = words("annex_a")["sex"], words("annex_a")["sex_of_adopter"]
    assert [child.code("c) Not stated/recorded"), child.code("d) Neither")] == ["U", "U"]
    assert [adopter.code("c) Neither"), adopter.code("d) Not stated/recorded")] == ["U", "U"]
    assert child.code("c) Neither") is None
    assert adopter.code("c) Not stated/recorded") is None


def test_unknown_is_no_answer_and_no_fault(tmp_path: Path) -> None:
    intake = read(tmp_path, {7: [PLAN | {"Was the Child Seen Alone?": "c) Unknown"}], 3: [REFERRED]})
    assert intake.records.visits.visit_seen_alone.isna().all()


def test_a_placement_code_that_its_year_does_not_know_is_unknown_and_its_successor_is_named(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, ())
    quarter = Quarter(2024, 3)
    placed = CARED_FOR | {"Placement Type": "n) H5: Residential accommodation"}
    put(county, {3: [REFERRED | {"Date of referral": "02/10/2024"}], 8: [placed]}, quarter)
    intake = county.read(quarter, set_aside=True, today=dt.date(2025, 2, 1))
    assert intake.problems.what_to_do.tolist() == ["H5 ended in 2023-24; use K3 (registered supported accommodation)"]
    put(county, {3: [REFERRED], 8: [CARED_FOR | {"Placement Type": "K3"}]}, quarter)
    assert county.read(quarter, today=dt.date(2025, 2, 1)).records.cla_episodes.cla_placement_type.iloc[-1] == "K3"


def test_education_training_and_work_are_told_by_the_lists_own_codes(tmp_path: Path) -> None:
    told = {"F3: Full time in training or employment": "training or employment", "P3": "training or employment"}
    for number, (written, activity) in enumerate(told.items()):
        records = read(tmp_path / str(number), {3: [REFERRED], 9: [LEFT_CARE | {"Activity Status": written}]}).records
        assert records.care_leavers.activity.tolist() == [activity]


# Children


@pytest.mark.parametrize(
    ("age", "born", "told"),
    [
        (7, "01/05/2010", ("01/05/2010", None)),
        (99, "01/05/2010", ("01/05/2010", None)),  # the age is not asked
        (-1, "01/02/2018", (None, "01/02/2018")),
        (None, "01/02/2018", (None, "01/02/2018")),
        (0, "31/12/2017", ("31/12/2017", None)),  # born on the very day of the cut
        (-1, "20/12/2017", (None, "20/12/2017")),  # overdue
        (-1, None, (None, None)),
    ],
)
def test_a_child_who_is_not_born_yet_has_an_expected_date(
    tmp_path: Path, age: int | None, born: str | None, told: tuple[str | None, str | None]
) -> None:
    row = REFERRED | {"Date of Birth": born, "Age of Child (Years)": age}
    assert some(read(tmp_path, {3: [row]}).records.person, "dob", "expected_dob") == [told]


def test_a_child_on_several_lists_is_one_child_with_what_any_of_them_tells(tmp_path: Path) -> None:
    rows: Rows = {
        3: [REFERRED | {"Gender": "a) Male"}, REFERRED | {"Date of referral": "01/12/2017", "Ethnicity": "WBRI"}],
        6: [IN_NEED | {"Gender": "b) Female", "Does the Child have a Disability": "a) Yes"}],
    }
    records = read(tmp_path, rows).records
    assert some(records.person, "person_id", "sex", "ethnicity") == [("A1", "F", "WBRI")]
    assert some(records.disability, "person_id", "disability_code") == [("A1", "DDA")]
    assert not records.tells("disability.disability_code")


# What the lists become


def test_two_contacts_on_one_day_from_one_source_are_two(tmp_path: Path) -> None:
    contact = {CHILD: "A1", "Date of Contact": "02/10/2017", "Contact Source": "6"}
    records = read(tmp_path, {1: [contact, contact, contact | {"Contact Source": "2A"}], 3: [REFERRED]}).records
    assert records.contacts.contact_id.is_unique
    assert records.contacts.contact_source_code.tolist() == ["6", "6", "2A"]


def test_a_referral_and_the_episode_of_need_that_followed_are_one_row(tmp_path: Path) -> None:
    records = read(tmp_path, {3: [REFERRED], 6: [IN_NEED]}).records
    columns = ("referral_date", "referral_source_code", "referral_nfa", "cin_primary_need_code", "close_date")
    assert some(records.cin_episodes, *columns) == [("02/10/2017", "6", False, "N1", None)]


def test_a_referral_that_is_not_shown_open_is_over_by_the_cut_and_tells_of_no_closure(tmp_path: Path) -> None:
    earlier = REFERRED | {"Date of referral": "03/07/2017"}
    closed = IN_NEED | {CHILD: "A9", "CIN Closure Date": "15/12/2017", "Reason for Closure": "RC8 - x"}
    rows: Rows = {3: [REFERRED, earlier, REFERRED | {CHILD: "A9"}], 6: [IN_NEED, closed]}
    records = read(tmp_path, rows).records
    told = some(records.cin_episodes, "person_id", "referral_date", "close_date", "close_reason")
    assert told == [
        ("A1", "03/07/2017", "31/12/2017", None),
        ("A1", "02/10/2017", None, None),
        ("A9", "02/10/2017", "15/12/2017", "RC8"),
    ]
    assert not records.tells("cin_episodes.close_date")
    assert records.covers["cin_episodes"].stock == NEVER  # care leavers and those only referred are on no list


def test_need_without_a_list_of_referrals_tells_of_no_referral(tmp_path: Path) -> None:
    records = read(tmp_path, {6: [IN_NEED], 7: [PLAN]}).records
    assert not records.has("cin_episodes")
    assert some(records.cin_plans, "person_id", "cin_plan_end_date") == [("A1", None)]


def test_who_is_on_a_child_in_need_plan_is_told_and_not_since_when(tmp_path: Path) -> None:
    rows = [IN_NEED, IN_NEED | {CHILD: "A8", "Case status": "b) Child Protection plan"}]
    rows += [IN_NEED | {CHILD: "A9", "CIN Closure Date": "15/12/2017"}]
    records = read(tmp_path, {3: [REFERRED], 6: rows}).records
    assert records.cin_plans.person_id.tolist() == ["A1"]
    assert not records.tells("cin_plans.cin_plan_start_date")


def test_where_no_case_has_a_status_nobody_is_said_to_be_without_a_plan(tmp_path: Path) -> None:
    records = read(tmp_path, {3: [REFERRED], 6: [IN_NEED | {"Case status": None}]}).records
    assert not records.has("cin_plans")


def test_a_plan_its_review_and_its_visit_come_of_one_row(tmp_path: Path) -> None:
    records = read(tmp_path, {3: [REFERRED], 7: [PLAN]}).records
    plan = some(records.cp_plans, "cp_plan_initial_category", "cp_plan_latest_category", "number_of_previous_cpp")
    assert plan == [("NEG", "EMO", 1)]
    assert records.cp_reviews.cp_plan_id.tolist() == records.cp_plans.cp_plan_id.tolist()
    assert some(records.visits, "kind", "visit_date", "visit_seen_alone") == [("CP", "18/12/2017", True)]


def test_care_is_told_from_its_start_and_from_its_last_placement(tmp_path: Path) -> None:
    records = read(tmp_path, {3: [REFERRED], 8: [CARED_FOR]}).records
    columns = ("cla_episode_start_date", "cla_episode_start_reason", "legal_status", "cla_placement_type")
    assert some(records.cla_episodes, *columns) == [
        ("01/03/2016", "S", "C2", None),
        ("15/08/2017", "P", "C2", "K2"),
    ]
    assert some(records.cla_periods, "entered_care_date", "ceased_date") == [("01/03/2016", None)]
    assert some(records.placement_locations, "placement_start_date", "inside") == [("15/08/2017", False)]
    assert not records.tells("placement_locations.distance_miles")


@pytest.mark.parametrize("placed", ["01/03/2016", "28/02/2016", None])
def test_a_child_in_its_first_placement_has_one_episode(tmp_path: Path, placed: str | None) -> None:
    rows = [CARED_FOR | {"Start Date of Most Recent Placement": placed, "Placement Location": None}]
    records = read(tmp_path, {3: [REFERRED], 8: rows}).records
    columns = ("cla_episode_start_date", "cla_episode_start_reason", "cla_placement_type")
    assert some(records.cla_episodes, *columns) == [("01/03/2016", "S", "K2")]


def test_a_legal_status_that_came_later_is_not_the_first(tmp_path: Path) -> None:
    rows = [CARED_FOR | {"Start date of current legal status": "02/03/2016"}]
    episodes = read(tmp_path, {3: [REFERRED], 8: rows}).records.cla_episodes
    assert some(episodes, "legal_status") == [(None,), ("C2",)]


def test_a_child_away_for_short_breaks_is_never_counted_as_looked_after(tmp_path: Path) -> None:
    rows = [CARED_FOR | {"Child's Legal Status": "V4", "Start date of current legal status": "01/06/2017"}]
    records = read(tmp_path, {3: [REFERRED], 8: rows}).records
    assert records.cla_episodes.legal_status.tolist() == ["V4", "V4"]
    assert records.cla_periods.empty


def test_the_case_is_with_the_team_of_the_last_list_that_shows_it_open(tmp_path: Path) -> None:
    ended = PLAN | {CHILD: "A1", "Child Protection Plan End Date": "01/12/2017"}
    cared_for = CARED_FOR | {CHILD: "A2", "Allocated Team": "Through Care 1"}
    rows: Rows = {3: [REFERRED], 6: [IN_NEED, IN_NEED | {CHILD: "A2"}], 7: [ended, PLAN], 8: [cared_for]}
    told = some(read(tmp_path, rows).records.involvements.sort_values("person_id"), "person_id", "team", "from_date")
    assert told == [("A1", "Safeguarding North", "02/10/2017"), ("A2", "Through Care 1", "01/03/2016")]


def test_care_leavers_are_told_as_at_the_cut(tmp_path: Path) -> None:
    told = read(tmp_path, {3: [REFERRED], 9: [LEFT_CARE]}).records.care_leavers
    columns = ("eligibility", "in_touch", "accommodation", "suitable", "activity", "as_at")
    assert some(told, *columns) == [
        ("former relevant", "Y", "independent living", True, "other education", "31/12/2017")
    ]


def test_adoption_and_adopters_have_tables_of_their_own(tmp_path: Path) -> None:
    records = read(tmp_path, {10: [DECIDED], 11: [ADOPTER]}).records
    assert some(records.permanence, "person_id", "adm_decision_date") == [("A5", "01/03/2017")]
    assert some(records.adopters, "adopter_id", "sex", "ethnicity", "left_reason") == [("P1", "U", "NOBT", "withdrew")]


def test_a_row_that_tells_nothing_of_a_part_is_not_counted_there(tmp_path: Path) -> None:
    rows: Rows = {3: [REFERRED], 6: [IN_NEED, IN_NEED | {CHILD: "A2", "Date Child Was Last Seen": None}]}
    found = read(tmp_path, rows).files.set_index("list")
    assert found.rows_in["List 6"] == 2
    assert found.rows_in["List 6: last visits"] == 1


def test_a_row_without_its_date_is_set_aside_and_its_child_is_kept(tmp_path: Path) -> None:
    rows: Rows = {3: [REFERRED, REFERRED | {CHILD: "A2", "Date of referral": None}]}
    intake = read(tmp_path, rows, set_aside=True)
    assert intake.problems[["line", "column", "rule"]].to_numpy().tolist() == [[4, "Date of referral", "required"]]
    assert intake.records.person.person_id.tolist() == ["A1", "A2"]


# How far it reaches


@pytest.mark.parametrize(
    ("table", "cuts", "since"),
    [
        ("contacts", [QUARTER], "2017-07-01"),
        ("cin_assessments", [Quarter(2017, 1)], "2017-01-01"),
        ("s47_enquiry", [Q2, QUARTER], "2017-04-01"),
        ("cin_episodes", [Q1, QUARTER], "2017-01-01"),  # six months apart: the one begins where the other ends
        ("cin_episodes", [Q4_BEFORE, QUARTER], "2017-07-01"),  # nine months apart: three are told by neither
        ("cin_episodes", [Q4_BEFORE, Q2, QUARTER], "2016-10-01"),
        ("permanence", [QUARTER], "2017-01-01"),
        ("permanence", [Quarter(2016, 3), QUARTER], "2016-01-01"),
        ("permanence", [Quarter(2016, 2), QUARTER], "2017-01-01"),
        ("adopters", [Quarter(2016, 3), QUARTER], "2017-01-01"),
    ],
)
def test_events_are_told_from_the_first_window_of_an_unbroken_chain(
    table: str, cuts: list[Quarter], since: str
) -> None:
    assert annex_a_tables.covers(table, pd.DataFrame(), cuts).events == pd.Timestamp(since)


@pytest.mark.parametrize("table", ["cp_plans", "cla_episodes", "cla_reviews", "cin_plans", "visits", "involvements"])
def test_how_things_stand_is_told_at_the_last_cut_alone(table: str) -> None:
    assert annex_a_tables.covers(table, pd.DataFrame(), [Q2, QUARTER]) == Coverage(
        NEVER, QUARTER.end, annex_a_tables.UNTOLD.get(table, frozenset())
    )


def test_a_column_that_is_empty_throughout_is_not_told(tmp_path: Path) -> None:
    records = read(tmp_path, {3: [REFERRED | {"Referral Source": None}]}).records
    assert not records.tells("cin_episodes.referral_source_code")
    assert records.tells("cin_episodes.referral_nfa")


# Workbooks of several quarters


def several(folder: Path, before: Rows, now: Rows, quarter: Quarter = Q2) -> Intake:
    county = SmallCounty(folder, ())
    put(county, before, quarter)
    put(county, now)
    return county.read()


def referred(child: str, day: str, **more: object) -> dict[str, Any]:
    return REFERRED | {CHILD: child, "Date of referral": day} | more


def test_an_event_that_has_left_the_window_is_kept_from_the_workbook_before(tmp_path: Path) -> None:
    intake = several(tmp_path, {3: [referred("A1", "30/06/2017")]}, {3: [referred("A2", "01/07/2017")]})
    told = some(intake.records.cin_episodes, "person_id", "referral_date")
    assert told == [("A1", "30/06/2017"), ("A2", "01/07/2017")]
    assert intake.records.covers["cin_episodes"].events == pd.Timestamp(2017, 4, 1)
    assert set(intake.records.person.person_id) == {"A1", "A2"}
    used = intake.files[intake.files["list"] == "List 3"]
    assert used.table.tolist() == ["cin_episodes", "cin_episodes"]


def test_an_event_that_the_later_workbook_should_list_and_does_not_was_taken_out(tmp_path: Path) -> None:
    intake = several(tmp_path, {3: [referred("A1", "01/07/2017")]}, {3: [referred("A2", "02/10/2017")]})
    assert intake.records.cin_episodes.person_id.tolist() == ["A2"]


def test_of_an_event_in_both_the_later_workbook_has_the_say(tmp_path: Path) -> None:
    before = referred("A1", "03/07/2017", **{"Referral Source": "6"})
    now = referred("A1", "03/07/2017", **{"Referral Source": "2A"})
    assert several(tmp_path, {3: [before]}, {3: [now]}).records.cin_episodes.referral_source_code.tolist() == ["2A"]


def assessed(child: str, began: str, authorised: str | None) -> dict[str, Any]:
    columns = ("Continuous Assessment Start Date", "Continuous Assessment Date of Authorisation")
    return {CHILD: child} | dict(zip(columns, (began, authorised), strict=True))


def test_an_assessment_is_kept_if_it_ended_before_the_window_and_not_if_it_was_open(tmp_path: Path) -> None:
    before = [assessed("A1", "01/05/2017", "30/06/2017"), assessed("A2", "01/05/2017", "01/07/2017")]
    before += [assessed("A3", "01/05/2017", None), assessed("A4", "01/05/2017", None)]
    now = [assessed("A4", "01/05/2017", "10/10/2017")]
    told = several(tmp_path, {4: before}, {4: now}).records.cin_assessments
    assert some(told, "person_id", "assessment_auth_date") == [("A1", "30/06/2017"), ("A4", "10/10/2017")]


def test_how_things_stood_is_not_read_from_an_earlier_workbook(tmp_path: Path) -> None:
    intake = several(tmp_path, {3: [REFERRED | {"Date of referral": "01/06/2017"}], 7: [PLAN | {
        "Date of latest review conference": None, "Date of the Last Statutory Visit": None}]}, {
        3: [REFERRED], 7: [PLAN | {CHILD: "A7"}]})  # fmt: skip
    assert intake.records.cp_plans.person_id.tolist() == ["A7"]
    assert not ((intake.files["list"] == "List 7") & intake.files.file.str.startswith(Q2.slug)).any()


def test_an_open_referral_of_an_earlier_workbook_is_joined_to_the_need_that_goes_on(tmp_path: Path) -> None:
    need = IN_NEED | {"CIN Start Date": "03/05/2017"}
    before = {3: [referred("A1", "03/05/2017"), referred("A2", "04/05/2017")]}
    told = several(tmp_path, before, {3: [referred("A3", "02/10/2017")], 6: [need]}).records.cin_episodes
    assert some(told, "person_id", "referral_source_code", "cin_primary_need_code", "close_date") == [
        ("A1", "6", "N1", None),
        ("A2", "6", None, "31/12/2017"),
        ("A3", "6", None, "31/12/2017"),
    ]


def test_a_workbook_that_lacks_a_list_breaks_that_lists_chain(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, ())
    put(county, {3: [referred("A1", "01/02/2017")], 4: [assessed("A1", "01/02/2017", "01/03/2017")]}, Q4_BEFORE)
    put(county, {4: [assessed("A2", "01/06/2017", "01/07/2017")]}, Q2)
    put(county, {3: [REFERRED], 4: [ASSESSED]})
    covers = county.read().records.covers
    assert covers["cin_episodes"].events == pd.Timestamp(2017, 7, 1)
    assert covers["cin_assessments"].events == pd.Timestamp(2016, 10, 1)


def test_a_list_that_the_last_workbook_lacks_tells_nothing(tmp_path: Path) -> None:
    records = several(tmp_path, {3: [referred("A1", "01/06/2017")], 4: [ASSESSED | {
        "Continuous Assessment Start Date": "01/05/2017",
        "Continuous Assessment Date of Authorisation": "01/06/2017"}]}, {3: [REFERRED]}).records  # fmt: skip
    assert not records.has("cin_assessments")


def test_a_workbook_of_years_ago_says_nothing_of_now_and_is_not_asked_for(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, STATUTORY)
    for name in STATUTORY:
        earlier = (county.folder / name).read_text("utf-8").replace("2018", "2117").replace("2017", "2016")
        county.put(name, earlier.replace("2117", "2017"), Q4_BEFORE)
    contact = {CHILD: "A1", "Date of Contact": "02/03/2017", "Contact Source": "6"}
    put(county, {1: [contact], 3: [referred("A1", "02/03/2017")]}, Q4_BEFORE)
    intake = county.read()
    assert not intake.records.has("contacts")
    assert set(intake.files[intake.files.format == "annex_a"].table) == {""}


# Beside the statutory returns


def test_the_return_wins_and_annex_a_fills_what_it_lacks(tmp_path: Path) -> None:
    contact = {CHILD: "A1", "Date of Contact": "02/10/2017", "Contact Source": "6", "Gender": "a) Male"}
    helped = {CHILD: "A1", "Assessment start date": "03/10/2017", "Organisation completing assessment": "A school"}
    county = SmallCounty(tmp_path, STATUTORY)
    alone = county.read().records
    put(county, {
        1: [contact], 2: [helped], 3: [referred("A9", "03/11/2017")],
        6: [IN_NEED | {CHILD: "TEST000001", "Gender": "a) Male"}], 7: [PLAN], 8: [CARED_FOR],
    })  # fmt: skip
    intake = county.read()
    source = intake.sources.set_index("table").format
    for table in ("cin_episodes", "cin_plans", "cp_plans", "cla_episodes", "cla_reviews", "person"):
        assert source[table] in ("cin_census", "ssda903"), table
        known = alone.tables[table]
        pd.testing.assert_frame_equal(intake.records.tables[table].iloc[: len(known)], known)
    for table in ("contacts", "early_help_episodes", "involvements", "visits"):
        assert source[table] == "annex_a", table
    assert some(intake.records.involvements, "person_id", "team", "worker_id")[0] == (
        "TEST000001", "Safeguarding North", "W1",
    )  # fmt: skip
    assert some(intake.records.visits, "person_id", "kind", "visit_date")[0] == ("TEST000001", "CIN", "20/12/2017")
    used = intake.files[intake.files.format == "annex_a"].set_index("list").table
    assert used["List 1"] == "contacts"
    assert used["List 6: teams"] == "involvements"
    assert used["List 8"] == used["List 7"] == used["List 3"] == used["List 6"] == ""


def test_a_child_whom_no_return_knows_is_known_from_annex_a_and_no_other_is_changed(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, STATUTORY)
    girl = {CHILD: "TEST000001", "Date of Contact": "02/10/2017", "Gender": "a) Male"}
    put(county, {1: [girl, girl | {CHILD: "A1", "Date of Birth": "01/01/2010"}], 3: [REFERRED]})
    people = county.read().records.history("person").set_index("person_id")
    assert people.sex["TEST000001"] == "F"
    assert (people.sex["A1"], people.dob["A1"]) == ("M", pd.Timestamp(2010, 1, 1))


def test_the_safeguarding_dataset_wins_and_the_workbook_adds_the_children_it_lacks(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, ())
    county.put("ssd/ssd_person.csv", "pers_person_id,pers_sex,pers_dob\nA1,F,2010-05-01\n")
    put(county, {3: [REFERRED | {"Gender": "a) Male"}, REFERRED | {CHILD: "A2", "Gender": "a) Male"}]})
    intake = county.read()
    assert some(intake.records.person, "person_id", "sex") == [("A1", "F"), ("A2", "M")]
    assert intake.sources.set_index("table").format[["person", "cin_episodes"]].tolist() == ["ssd", "annex_a"]


def test_a_local_list_wins_over_the_workbook(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, (*STATUTORY, "local/allocations.csv"))
    put(county, {3: [REFERRED], 6: [IN_NEED]})
    assert county.read().records.involvements.person_id.tolist() == ["TEST000001"]


def test_identifiers_are_replaced(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, ())
    county.authority = county.authority.model_copy(update={"pseudonymise": True})
    contact = {CHILD: "CHILD0001", "Date of Contact": "02/10/2017", "Contact Source": "6"}
    rows: Rows = {1: [contact], 3: [REFERRED | {CHILD: "CHILD0001"}], 6: [IN_NEED | {"Allocated Worker": "A Worker"}]}
    put(county, rows | {11: [ADOPTER | {"Individual adopter identifier": "ADOPTER01", "Family identifier": "FAM01"}]})
    records = county.read().records
    for name, rows_of in records.tables.items():
        text = rows_of.to_csv()
        assert not re.search("CHILD0001|A Worker|ADOPTER01|FAM01", text), name


def test_code_sets_of_the_workbook_alone_are_those_of_no_other_return() -> None:
    assert {name for name in code_sets() if name.startswith("annex_a.")} == {"annex_a.sex", "annex_a.case_status"}
