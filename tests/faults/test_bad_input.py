"""Bad input gets one clear table of all its problems; nothing is guessed and no traceback is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree

import pandas as pd
import pytest

from quarterdeck.quarter import Quarter
from quarterdeck.returns import ReturnsError
from tests.small_county import CENSUS, FILES, LOOKED_AFTER, QUARTER, SmallCounty

CORE = ("cin_census.xml", *LOOKED_AFTER, "local/strategy_discussions.csv")


@pytest.fixture
def county(tmp_path: Path) -> SmallCounty:
    return SmallCounty(tmp_path, CORE)


def problems_of(county: SmallCounty, quarter: Quarter = QUARTER, *, set_aside: bool = False) -> pd.DataFrame:
    with pytest.raises(ReturnsError) as caught:
        county.read(quarter, set_aside=set_aside)
    return caught.value.problems


def stops(county: SmallCounty) -> tuple[str, str]:
    """The file and the rule of the one problem that stops the build even where bad rows are set aside."""
    problems = problems_of(county, set_aside=True)
    assert len(problems) == 1, problems.to_string()
    assert problems.expected[0]
    assert problems.what_to_do[0]
    return str(problems.file[0]), str(problems.rule[0])


def test_faultless_returns_have_no_problem(county: SmallCounty) -> None:
    assert county.read().problems.empty


def test_a_quarter_without_a_folder_says_where_to_put_its_returns(county: SmallCounty) -> None:
    problems = problems_of(county, Quarter(2017, 2))
    assert problems.rule.tolist() == ["missing return"]
    assert "2017-18-Q2" in problems.what_to_do[0]
    assert "2017-18 Q3" in problems.what_to_do[0]  # what there is


def test_a_quarters_folder_without_a_return_is_not_an_empty_quarter(county: SmallCounty) -> None:
    rmtree(county.folder)
    county.put("commentary.md", "# Nothing yet")
    assert stops(county) == ("2017-18-Q3", "missing return")


def test_a_set_without_its_episodes_is_no_set(county: SmallCounty) -> None:
    county.take_out("ssda903/episodes.csv")
    assert stops(county) == ("2017-18-Q3/ssda903/episodes.csv", "missing return")


@pytest.mark.parametrize("gone", ["cin_census.xml", "ssda903/reviews.csv", "local/strategy_discussions.csv"])
def test_a_return_that_there_was_last_year_must_be_there_now(county: SmallCounty, gone: str) -> None:
    for name in CORE:
        text = FILES[name].replace("2018", "2117").replace("2017", "2016").replace("2117", "2017")
        county.put(name, text, Quarter(2016, 4))
    assert county.read().problems.empty
    county.take_out(gone)
    assert stops(county) == (f"2017-18-Q3/{gone}", "missing return")


def test_a_year_left_out_in_between_is_a_missing_return(county: SmallCounty) -> None:
    for name in LOOKED_AFTER:
        county.put(name, FILES[name].replace("2017", "2015"), Quarter(2015, 4))
    county_problems = problems_of(county, set_aside=True)
    assert county_problems.file.tolist() == ["2016-17-Q4"]


def test_a_quarter_that_has_not_ended_is_refused_on_its_last_day_and_read_on_the_next(county: SmallCounty) -> None:
    with pytest.raises(ReturnsError, match="a quarter that has ended"):
        county.read(today=dt.date(2017, 12, 31))
    assert county.read(today=dt.date(2018, 1, 1)).problems.empty


WRONG: dict[str, Callable[[SmallCounty], object]] = {
    "the header file in the place of the episodes": lambda county: county.put(
        "ssda903/episodes.csv", FILES["ssda903/header.csv"]
    ),
    "a web page in the place of a list": lambda county: county.put(
        "ssda903/episodes.csv", "<!DOCTYPE html><html><body>Please log in</body></html>"
    ),
    "a list that nobody knows": lambda county: county.put("ssda903/episodes.csv", "car,colour\nmini,red\n"),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_wrong_file_in_the_slot_is_named(county: SmallCounty, name: str) -> None:
    WRONG[name](county)
    assert stops(county) == ("2017-18-Q3/ssda903/episodes.csv", "wrong file")


@pytest.mark.parametrize(
    "content",
    [
        "<!DOCTYPE html><html><body><p>Please log in<br></body></html>",
        "<html><body>Please log in</body></html>",
        "<Message><Header><CollectionDetails><Collection>SC1</Collection></CollectionDetails></Header></Message>",
    ],
)
def test_what_is_no_census_is_not_read_as_one(county: SmallCounty, content: str) -> None:
    county.put("cin_census.xml", content)
    assert stops(county) == ("2017-18-Q3/cin_census.xml", "wrong file")


def test_a_list_whose_required_heading_is_gone_says_which(county: SmallCounty) -> None:
    county.change("ssda903/episodes.csv", "DECOM", "STARTED")
    problems = problems_of(county, set_aside=True)
    assert problems.rule.tolist() == ["heading"]
    assert problems.expected.tolist() == ["DECOM, which episodes must have"]


def test_two_files_of_the_same_list_are_not_added_up(county: SmallCounty) -> None:
    county.put("ssda903/reviews_copy.csv", FILES["ssda903/reviews.csv"])
    assert stops(county) == ("2017-18-Q3/ssda903/reviews_copy.csv", "repeated file")


def test_two_censuses_are_not_added_up(county: SmallCounty) -> None:
    county.put("second.xml", CENSUS)
    assert stops(county) == ("2017-18-Q3/second.xml", "repeated file")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_census_cut_short_says_at_which_line_it_breaks_off(county: SmallCounty, share: float) -> None:
    broken = CENSUS[: int(len(CENSUS) * share)]
    county.put("cin_census.xml", broken)
    problems = problems_of(county, set_aside=True)
    assert problems.rule.tolist() == ["cut short"]
    assert abs(int(problems.line[0]) - broken.count("\n") - 1) <= 1


def test_ill_formed_xml_says_at_which_line(county: SmallCounty) -> None:
    line = CENSUS[: CENSUS.index("</PrimaryNeedCode>")].count("\n") + 1
    county.change("cin_census.xml", "</PrimaryNeedCode>", "</PrimaryNeed>")
    problems = problems_of(county, set_aside=True)
    assert problems.rule.tolist() == ["ill-formed"]
    assert problems.line.tolist() == [line]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cin_census.xml", ""),
        ("cin_census.xml", "<Message><Header/><Children/></Message>"),
        ("ssda903/episodes.csv", ""),
        ("ssda903/episodes.csv", "\n\n  \n"),
        ("ssda903/episodes.csv", FILES["ssda903/episodes.csv"].splitlines()[0]),
        ("ssda903/header.csv", FILES["ssda903/header.csv"].splitlines()[0]),
        ("local/strategy_discussions.csv", ""),
    ],
)
def test_an_empty_return_is_not_a_quarter_in_which_nothing_happened(
    county: SmallCounty, name: str, content: str
) -> None:
    county.put(name, content)
    assert stops(county) == (f"2017-18-Q3/{name}", "empty")


def test_a_list_of_headings_alone_says_that_there_is_nothing_to_tell(county: SmallCounty) -> None:
    county.put("local/strategy_discussions.csv", "person_id,discussion_date,outcome\n")
    intake = county.read()
    assert intake.records.strategy_discussions.empty
    assert intake.files.rows_in[intake.files.table == "strategy_discussions"].tolist() == [0]


def test_another_authoritys_census_is_refused(county: SmallCounty) -> None:
    county.change("cin_census.xml", "<LEA>999", "<LEA>998")
    assert stops(county) == ("2017-18-Q3/cin_census.xml", "another authority")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<Year>2018</Year><ReferenceDate>2018-03-31", "<Year>2017</Year><ReferenceDate>2017-03-31"),
        ("<ReferenceDate>2018-03-31", "<ReferenceDate>2017-09-30"),
        ("<ReferenceDate>2018-03-31", "<ReferenceDate>2017-12-30"),
    ],
)
def test_a_census_of_another_quarter_is_refused_by_its_header(county: SmallCounty, old: str, new: str) -> None:
    county.change("cin_census.xml", old, new)
    assert stops(county) == ("2017-18-Q3/cin_census.xml", "another quarter")


def test_a_census_cut_on_the_quarters_last_day_is_its_own(county: SmallCounty) -> None:
    county.change("cin_census.xml", "<ReferenceDate>2018-03-31", "<ReferenceDate>2017-12-31")
    assert county.read().problems.empty


def many_episodes(date: str, number: int) -> str:
    heading = FILES["ssda903/episodes.csv"].splitlines()[0]
    rows = [f"TEST{row:06d},{date},S,C2,N1,U4,PR1,,,,,," for row in range(number)]
    return "\n".join([heading, *rows, ""])


def test_the_quarter_before_in_this_quarters_slot_is_refused(county: SmallCounty) -> None:
    county.put("ssda903/episodes.csv", many_episodes("30/09/2017", 60))
    assert stops(county) == ("2017-18-Q3/ssda903/episodes.csv", "another quarter")
    county.put("ssda903/episodes.csv", many_episodes("01/10/2017", 60))
    assert county.read().problems.empty


def test_the_quarter_after_in_this_quarters_slot_is_one_problem_and_not_hundreds(county: SmallCounty) -> None:
    later = many_episodes("01/01/2018", 60).splitlines()[1:]
    county.put("ssda903/episodes.csv", many_episodes("01/10/2017", 40) + "\n".join(later).replace("TEST", "TSTB"))
    assert stops(county) == ("2017-18-Q3/ssda903/episodes.csv", "another quarter")


ROWS: list[tuple[str, str, str, int, str, str]] = [
    ("ssda903/episodes.csv", "04/12/2017", "31/02/2017", 2, "DECOM", "date"),
    ("ssda903/episodes.csv", "06/11/2017,X1", "31/11/2017,X1", 3, "DEC", "date"),
    ("ssda903/episodes.csv", "04/12/2017", "01/01/2018", 2, "DECOM", "after the extract's end"),
    ("ssda903/episodes.csv", "06/11/2017,X1", "02/04/2017,X1", 3, "DEC", "order"),
    ("ssda903/episodes.csv", "04/12/2017", "", 2, "DECOM", "required"),
    ("ssda903/episodes.csv", "TEST000001", "", 2, "CHILD", "required"),
    ("ssda903/episodes.csv", "03/04/2017", "06/11/2017", 4, "DECOM", "duplicate"),
    ("ssda903/episodes.csv", "K2", "K9", 4, "PLACE", "code"),
    ("ssda903/episodes.csv", "SC000001", "SC000001,X", 4, "", "too many cells"),
    ("ssda903/header.csv", "03/04/2003", "03/04/1903", 3, "DOB", "impossible date"),
    ("ssda903/header.csv", "TEST000003", "TEST000001", 3, "CHILD", "duplicate"),
    ("cin_census.xml", "<PrimaryNeedCode>N1", "<PrimaryNeedCode>N11", 19, "PrimaryNeedCode", "code"),
    ("cin_census.xml", "2017-11-20</Ass", "2017-09-20</Ass", 24, "AssessmentAuthorisationDate", "order"),
    ("local/strategy_discussions.csv", "04/10/2017", "soon", 2, "discussion_date", "date"),
]
OF_LISTS: list[tuple[str, str, str, int, str, str]] = [
    ("local/placement_budget.csv", "2017-18", "2017/19", 2, "financial_year", "written otherwise"),
    (
        "local/pre_proceedings.csv",
        "22/05/2017,30/05/2017",
        "22/05/2017,21/05/2017",
        2,
        "legal_advice_received",
        "order",
    ),
    ("local/contacts.csv", "02/10/2017 11:30", "28/09/2017", 2, "decision_date", "order"),
    ("local/mental_health.csv", "16/10/2017", "03/09/2017", 2, "seen_date", "order"),
    ("local/early_help.csv", "15/12/2017", "01/10/2017", 2, "closed", "order"),
    ("local/designated_officer.csv", "03/11/2017", "10/10/2017", 2, "closed_date", "order"),
    ("local/private_fostering.csv", "25/09/2017,", "25/09/2017,24/09/2017", 2, "arrangement_end", "order"),
    ("local/strategy_discussions.csv", "04/10/2017", "10/14/2017", 2, "discussion_date", "date"),
]


@pytest.mark.parametrize(("name", "old", "new", "line", "column", "rule"), [*ROWS, *OF_LISTS])
def test_a_bad_row_stops_the_build_with_its_line_and_column(
    county: SmallCounty, name: str, old: str, new: str, line: int, column: str, rule: str
) -> None:
    county.put(name, FILES[name])
    county.change(name, old, new)
    problems = problems_of(county)
    assert problems[["file", "line", "column", "rule"]].to_numpy().tolist() == [
        [f"2017-18-Q3/{name}", line, column, rule]
    ]
    assert (problems.expected != "").all()
    assert (problems.what_to_do != "").all()
    intake = county.read(set_aside=True)
    assert intake.problems.rule.tolist() == [rule]
    assert intake.files.rows_set_aside.sum() == (0 if rule == "code" else 1)


SAME_DAY = [
    ("local/contacts.csv", "02/10/2017 11:30", "29/09/2017"),
    ("local/missing_episodes.csv", "08/11/2017 02:15", "07/11/2017"),
    ("local/missing_episodes.csv", "07/11/2017 21:30,08/11/2017 02:15", "07/11/2017 21:30,07/11/2017 21:30"),
]


@pytest.mark.parametrize(("name", "old", "new"), SAME_DAY)
def test_a_day_without_its_hour_is_not_before_an_hour_of_that_day(
    county: SmallCounty, name: str, old: str, new: str
) -> None:
    county.put(name, FILES[name])
    county.change(name, old, new)
    assert county.read().problems.empty


def test_a_review_may_be_due_after_the_extract(county: SmallCounty) -> None:
    county.put("local/review_due_dates.csv", FILES["local/review_due_dates.csv"].replace("15/01/2018", "15/07/2018"))
    assert county.read().problems.empty


def test_the_advice_for_a_date_written_month_first_is_about_the_whole_column(county: SmallCounty) -> None:
    county.change("ssda903/episodes.csv", "03/04/2017", "04/13/2017")
    assert "month first" in problems_of(county).what_to_do[0]


def test_a_file_without_headings_shows_none_of_its_cells(county: SmallCounty) -> None:
    county.put("ssda903/episodes.csv", "Zoe Example,TEST000001,03/04/2003\n")
    problems = problems_of(county, set_aside=True)
    assert "the first has 3 cells" in problems.what_to_do[0]
    assert not problems.to_csv().count("Example") + problems.to_csv().count("TEST")


def test_a_file_named_after_a_list_is_told_what_that_list_lacks(county: SmallCounty) -> None:
    county.put("local/cp_plan_ends.csv", "person_id,end_date,outcome\nA,30/11/2017,into care\n")
    assert problems_of(county, set_aside=True).expected.tolist() == ["reason, which cp_plan_ends must have"]


def test_all_problems_of_all_files_are_told_at_once(county: SmallCounty) -> None:
    county.change("ssda903/episodes.csv", "04/12/2017", "31/02/2018")
    county.change("ssda903/episodes.csv", "K2", "K9")
    county.change("local/strategy_discussions.csv", "TEST000001", "")
    county.change("cin_census.xml", "<LEA>999", "<LEA>998")
    problems = problems_of(county)
    assert sorted(problems.rule) == ["another authority", "code", "date", "required"]


def test_the_table_reads_as_people_are_used_to(county: SmallCounty) -> None:
    county.change("ssda903/episodes.csv", "04/12/2017", "31/02/2018")
    county.change("ssda903/episodes.csv", "K2", "K9")
    with pytest.raises(ReturnsError) as caught:
        county.read()
    again = "in the case system and cut the file again"
    assert str(caught.value).splitlines() == [
        "2 problems in 2017-18-Q3/ssda903/episodes.csv",
        "",
        "line  column  value       expected                  what to do",
        f"   2  DECOM   31/02/2018  a date, DD/MM/YYYY        correct the date {again}",
        f"   4  PLACE   K9          a 2017-18 code for PLACE  correct the code {again}",
    ]


def test_a_thousand_problems_of_a_kind_are_shown_as_ten_and_a_count(county: SmallCounty) -> None:
    county.put("ssda903/episodes.csv", many_episodes("31/02/2017", 1000))
    with pytest.raises(ReturnsError) as caught:
        county.read()
    told = str(caught.value).splitlines()
    assert told[0] == "1,000 problems in 2017-18-Q3/ssda903/episodes.csv"
    assert told[-1] == "… and 990 more like these"
    assert len(told) == 14
    assert len(caught.value.problems) == 1000


def test_no_message_shows_an_identifier_or_a_birth_date(county: SmallCounty) -> None:
    county.change("ssda903/header.csv", "TEST000003,1,03/04/2003", "TEST000001,1,31/02/2003")
    county.change("ssda903/header.csv", "TEST000001,2,01/05/2010", "TEST000001,2,01/05/1910")
    county.put("ssda903/reviews.csv", FILES["ssda903/reviews.csv"] + "TEST000003,,02/10/2017,PN2\n")
    with pytest.raises(ReturnsError) as caught:
        county.read()
    assert len(caught.value.problems) == 3
    told = str(caught.value) + caught.value.problems.to_csv()
    assert "TEST00" not in told
    assert "2003" not in told
    assert "1910" not in told


def test_quotes_that_never_close_are_told_and_swallow_nothing(county: SmallCounty) -> None:
    county.change("ssda903/episodes.csv", "CARPL", '"CARPL')
    problems = problems_of(county, set_aside=True)
    assert problems.rule.tolist() == ["quotes"]
    assert problems.line.tolist() == [3]


def test_the_903_under_the_censuss_name_is_read_as_what_it_is(county: SmallCounty) -> None:
    county.put("cin_census.xml", "<EXPSSDA903><CHILD></CHILD></EXPSSDA903>")
    assert stops(county) == ("2017-18-Q3/cin_census.xml", "empty")
