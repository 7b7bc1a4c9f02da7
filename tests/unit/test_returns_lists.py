"""Lists in any usual shape of CSV or XLSX are read as what they are, and nothing in them is guessed."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from quarterdeck.returns import ReturnsError, cells
from tests.small_county import FILES, LOOKED_AFTER, SmallCounty

EPISODES = FILES["ssda903/episodes.csv"]


@pytest.fixture
def county(tmp_path: Path) -> SmallCounty:
    return SmallCounty(tmp_path, LOOKED_AFTER)


@pytest.fixture
def with_lists(tmp_path: Path) -> SmallCounty:
    return SmallCounty(tmp_path)


def episodes_of(county: SmallCounty) -> pd.DataFrame:
    return county.read().records.cla_episodes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_usual_encoding_and_delimiter_gives_the_same_rows(
    county: SmallCounty, encoding: str, delimiter: str
) -> None:
    before = episodes_of(county)
    county.put("ssda903/episodes.csv", EPISODES.replace(",", delimiter).encode(encoding))
    pd.testing.assert_frame_equal(episodes_of(county), before)


def test_an_accent_in_windows_1252_is_read_as_the_letter_it_is(county: SmallCounty) -> None:
    county.put(
        "local/strategy_discussions.csv",
        FILES["local/strategy_discussions.csv"].replace("S47", "Renée").encode("cp1252"),
    )
    assert county.read().records.strategy_discussions.outcome.tolist() == ["Renée"]


def test_a_title_blank_rows_blank_columns_spaces_case_and_line_ends_do_not_matter(county: SmallCounty) -> None:
    before = episodes_of(county)
    heading, *rows = EPISODES.splitlines()
    dressed = ["Episodes, cut on 2 January 2018", "", f",{heading.title().replace(',', ' , ')}", ""]
    dressed += [f",{row.replace(',', '  ,')}  " for row in rows[:2]] + [",,,", f",{rows[2]}"]
    county.put("ssda903/episodes.csv", "\r\n".join(dressed))
    pd.testing.assert_frame_equal(episodes_of(county), before)


def test_dates_are_day_first_iso_or_the_numbers_of_a_workbook(county: SmallCounty) -> None:
    before = episodes_of(county)
    other = (
        EPISODES.replace("04/12/2017", "2017-12-04").replace("03/04/2017", "42828").replace("06/11/2017", "6.11.2017")
    )
    county.put("ssda903/episodes.csv", other)
    pd.testing.assert_frame_equal(episodes_of(county), before)


def test_the_third_of_april_is_never_read_as_the_fourth_of_march(county: SmallCounty) -> None:
    assert episodes_of(county).cla_episode_start_date[1] == pd.Timestamp(2017, 4, 3)


def test_a_date_written_month_first_is_a_problem_and_not_a_guess(county: SmallCounty) -> None:
    county.change("ssda903/episodes.csv", "04/12/2017", "12/14/2017")
    with pytest.raises(ReturnsError) as caught:
        county.read()
    told = caught.value.problems.iloc[0]
    assert (told.file, told.line, told.column, told.value) == (
        "2017-18-Q3/ssda903/episodes.csv", 2, "DECOM", "12/14/2017",
    )  # fmt: skip


def test_lines_are_counted_as_an_editor_counts_them_even_past_a_quoted_line_break(county: SmallCounty) -> None:
    county.change("ssda903/episodes.csv", "CARPL", '"CARPL\n"')
    county.change("ssda903/episodes.csv", "K2,PR4", "K9,PR4")
    with pytest.raises(ReturnsError) as caught:
        county.read()
    assert caught.value.problems.line.tolist() == [5]


def test_leading_zeros_of_an_identifier_are_kept(county: SmallCounty) -> None:
    county.put("ssda903/reviews.csv", "CHILD,DOB,REVIEW,REVIEW_CODE\n000417,01/01/2010,02/10/2017,PN1\n")
    assert county.read().records.cla_reviews.person_id.tolist() == ["000417"]


def workbook(rows: list[list[object]], notes: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if notes:
        sheet.append([notes])
        sheet = book.create_sheet("List")
    for row in rows:
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_a_workbook_is_read_as_its_values_from_whichever_sheet_holds_the_list(county: SmallCounty) -> None:
    rows: list[list[object]] = [
        ["Audit ID", "Audit date", "Service", "Theme", "Appropriate?", "Grade"],
        [17, dt.date(2017, 12, 12), "safeguarding", "thresholds", True, "Good"],
    ]
    county.put("local/audits.xlsx", workbook(rows, notes="Please do not change the next sheet"))
    audit = county.read().records.audits.iloc[0]
    assert (audit.audit_id, audit.audit_date, audit.appropriate, audit.grade) == (
        "17", pd.Timestamp(2017, 12, 12), True, "good",
    )  # fmt: skip


def test_a_workbook_that_would_unpack_past_its_limit_is_refused(
    county: SmallCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quarterdeck.returns.workbooks.LARGEST_UNPACKED", 1000)
    county.put("local/audits.xlsx", workbook([["audit_id"], ["A" * 2000]]))
    with pytest.raises(ReturnsError, match="when unpacked"):
        county.read()


def test_a_packed_file_that_is_no_workbook_is_refused_in_words(county: SmallCounty) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "no workbook")
    county.put("local/audits.xlsx", packed.getvalue())
    with pytest.raises(ReturnsError, match="save it again as XLSX"):
        county.read()


@pytest.mark.parametrize("gone", [10, 300, 1000])
def test_a_workbook_that_lost_bytes_in_its_middle_is_refused_in_words(county: SmallCounty, gone: int) -> None:
    whole = workbook([["audit_id"], ["A1"]])
    county.put("local/audits.xlsx", whole[:50] + whole[50 + gone :])
    with pytest.raises(ReturnsError, match="broken or cut short"):
        county.read()


def test_an_authoritys_own_headings_are_found_through_its_profile(with_lists: SmallCounty) -> None:
    with_lists.authority = with_lists.authority.model_copy(
        update={"headings": {"allocations": {"team": "Current Team", "from_date": "Allocated On"}}}
    )
    with_lists.change("local/allocations.csv", "team,", "CURRENT TEAM,")
    with_lists.change("local/allocations.csv", "from_date,", "Allocated on,")
    assert with_lists.read().records.involvements.team.tolist() == ["Safeguarding North"]


def test_a_list_is_known_by_its_headings_whatever_its_name(county: SmallCounty) -> None:
    before = episodes_of(county)
    county.take_out("ssda903/episodes.csv")
    county.put("SSDA903 table 3 (final).csv", EPISODES)
    pd.testing.assert_frame_equal(episodes_of(county), before)


def test_a_time_of_day_anywhere_in_a_column_means_that_times_are_recorded(with_lists: SmallCounty) -> None:
    assert with_lists.read().records.return_interviews.interview_time_recorded.tolist() == [True]
    with_lists.change("local/return_interviews.csv", "09/11/2017 10:00", "09/11/2017")
    assert with_lists.read().records.return_interviews.interview_time_recorded.tolist() == [False]


def test_an_outcome_may_name_its_assessment_or_its_child_and_date(with_lists: SmallCounty) -> None:
    with_lists.put("local/assessment_outcomes.csv", "assessment_id,outcome\n77,no further action\n")
    assert with_lists.read().records.assessment_outcomes.assessment_id.tolist() == ["77"]
    with_lists.put(
        "local/assessment_outcomes.csv",
        "assessment_id,person_id,assessment_start_date,outcome\n,TEST000001,,no further action\n",
    )
    with pytest.raises(ReturnsError, match="person_id and assessment_start_date, or assessment_id"):
        with_lists.read()


def test_costs_may_come_by_child_or_as_numbers_and_days_of_a_type(with_lists: SmallCounty) -> None:
    with_lists.put(
        "local/placement_costs.csv",
        "number,days,placement_type,provider,weekly_cost\n63,5796,Agency Residential,external,4024\n",
    )
    costs = with_lists.read().records.placement_costs
    assert costs.number.tolist() == [63.0]
    assert costs.person_id.isna().all()


def test_a_number_is_never_guessed_from_what_only_looks_like_one() -> None:
    text = pd.Series(["1e400", "1_000", "4024,00", "40,24", "9" * 30, "½", "٣", "nan", "inf", "£", "-"], dtype="str")
    for read in (cells.numbers, cells.whole_numbers):
        values, bad = read(text)
        assert values.isna().all()
        assert bad.all()
    assert cells.numbers(pd.Series(["£1,234,567.50", "-3", "0", ".5"]))[0].tolist() == [1234567.5, -3, 0, 0.5]
