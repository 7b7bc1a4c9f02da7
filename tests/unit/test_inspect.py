"""`quarterdeck inspect` says what a file is and how it was understood, and tells no value of any row."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest
from rich.console import Console

from quarterdeck.errors import Refused
from quarterdeck.quarter import Quarter
from quarterdeck.returns.formats import LISTS
from quarterdeck.returns.inspect import ANYBODY, inspect
from quarterdeck.returns.inspected import Inspected, Part, Seen, as_text, show
from tests.small_county import FILES, SmallCounty, of_examples
from tests.unit.test_cli import run

TODAY = dt.date(2018, 2, 1)
CSVS = sorted(name for name in FILES if name.endswith(".csv"))


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / Path(name).name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def look(path: Path, **options) -> Inspected:
    return inspect(path, today=TODAY, **options)


def only(file: Inspected) -> Part:
    (part,) = file.parts
    return part


def column(part: Part, heading: str) -> Seen:
    return next(seen for seen in part.columns if seen.heading == heading)


@pytest.mark.parametrize("name", CSVS)
def test_every_csv_of_the_returns_is_known_with_all_its_rows(name: str, tmp_path: Path) -> None:
    part = only(look(put(tmp_path, name, FILES[name])))
    assert (part.layout.name, part.heading_line, part.set_aside) == (Path(name).stem, 1, 0)
    assert part.rows == len(FILES[name].splitlines()) - 1
    assert [seen.heading for seen in part.columns] == FILES[name].splitlines()[0].split(",")
    assert not any(seen.problems for seen in part.columns)


@pytest.mark.parametrize("name", [name for name in CSVS if name.startswith("local/")])
def test_a_local_list_in_a_workbook_is_known_by_its_sheet(name: str, tmp_path: Path) -> None:
    rows = [line.split(",") for line in FILES[name].splitlines()]
    content = workbook({"Notes": [["Cut on 2 January"]], Path(name).stem: rows})
    file = look(put(tmp_path, "lists.xlsx", content))
    part = only(file)
    assert (part.layout.name, part.sheet, file.kind) == (Path(name).stem, Path(name).stem, "XLSX")
    assert "Notes" in " ".join(file.notes)


def test_a_workbook_of_several_lists_gives_each_and_names_those_without_rows(tmp_path: Path) -> None:
    sheets = {name: [line.split(",") for line in of_examples(name).splitlines()] for name in ("visits", "feedback")}
    sheets["caseloads"] = [of_examples("caseloads").splitlines()[0].split(",")]
    file = look(put(tmp_path, "lists.xlsx", workbook(sheets)))
    assert [part.layout.name for part in file.parts] == ["visits", "feedback", "caseloads"]
    assert [part.layout.name for part in file.empty] == ["caseloads"]
    assert "lists without rows, which tell nothing: caseloads" in as_text(file, {})


@pytest.mark.parametrize("name", [layout.name for layout in LISTS])
def test_a_list_of_any_return_with_headings_alone_is_known(name: str, tmp_path: Path) -> None:
    layout = next(layout for layout in LISTS if layout.name == name)
    headings = list(dict.fromkeys(heading for part in (layout, *layout.also) for heading in part.columns))
    file = look(put(tmp_path, "a.xlsx", workbook({"Notes": [["Cut today"]], name: [headings]})))
    part = only(file)
    assert (part.layout.name, part.rows) == (name, 0)
    assert all(seen.fills != "not known" for seen in part.columns)


def test_each_column_says_what_it_fills_how_many_are_filled_and_what_it_was_read_as(tmp_path: Path) -> None:
    part = only(look(put(tmp_path, "a.csv", FILES["local/missing_episodes.csv"])))
    assert [(seen.fills, seen.filled, seen.read_as) for seen in part.columns] == [
        ("missing.person_id", 2, "text"),
        ("missing.missing_episode_type", 2, "code"),
        ("missing.missing_episode_start_date", 2, "date and time"),
        ("missing.missing_episode_end_date", 2, "date and time"),
    ]
    assert part.absent == ("looked_after",)
    assert part.tables == ("missing",)


def test_a_column_that_is_not_known_not_used_or_repeated_is_said_to_be_so(tmp_path: Path) -> None:
    text = "CHILD,DOB,REVIEW,REVIEW_CODE,Remark,Review,UPN,\n1,01/01/2010,02/10/2017,PN1,x,03/10/2017,A1,y\n"
    part = only(look(put(tmp_path, "reviews.csv", text)))
    assert {seen.heading: seen.fills for seen in part.columns} == {
        "CHILD": "cla_reviews.person_id", "DOB": "not used", "REVIEW": "cla_reviews.cla_review_date",
        "REVIEW_CODE": "cla_reviews.cla_review_participation", "Remark": "not known", "Review": "not used: repeated",
        "UPN": "not used", "(no heading)": "not known",
    }  # fmt: skip


def test_problems_are_counted_by_column_and_rule(tmp_path: Path) -> None:
    text = "person_id,kind,status,from_date\n1,CSE,vulnerable,31/02/2017\n,CCE,lost,01/11/2017\n3,CSE,?,01/11/2017\n"
    part = only(look(put(tmp_path, "exploitation.csv", text)))
    assert column(part, "from_date").problems == {"date": 1}
    assert column(part, "status").problems == {"code": 2}
    assert column(part, "person_id").problems == {}  # the row was set aside before it was looked at again
    assert part.set_aside == 3


def test_without_a_quarter_a_code_of_any_year_will_do_and_with_one_only_that_years(tmp_path: Path) -> None:
    text = FILES["ssda903/episodes.csv"].replace("K2", "H5").replace("U4", "K3").replace("U6", "ZZ")
    path = put(tmp_path, "episodes.csv", text)
    assert column(only(look(path)), "PLACE").problems == {"code": 1}
    assert column(only(look(path, quarter=Quarter(2017, 3))), "PLACE").problems == {"code": 2}


def test_without_a_quarter_a_date_may_be_of_any_day_up_to_today(tmp_path: Path) -> None:
    path = put(tmp_path, "reviews.csv", FILES["ssda903/reviews.csv"].replace("02/10/2017", "02/10/2018"))
    assert column(only(look(path)), "REVIEW").problems == {"after the extract's end": 1}
    later = inspect(path, today=dt.date(2019, 1, 1))
    assert column(only(later), "REVIEW").problems == {}


def test_an_authoritys_own_headings_are_known_where_it_is_named(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", FILES["local/allocations.csv"].replace("team", "Current Team"))
    assert not look(path).known
    authority = SmallCounty(tmp_path, ()).authority
    authority = authority.model_copy(update={"headings": {"allocations": {"team": "Current Team"}}})
    assert column(only(look(path, authority=authority)), "Current Team").fills == "involvements.team"


def test_lists_with_the_same_headings_are_told_apart_by_name_and_doubt_is_said(tmp_path: Path) -> None:
    named = look(put(tmp_path, "care_proceedings.csv", "family_id,start\nF1,01/11/2017\n"))
    assert only(named).layout.name == "care_proceedings"
    assert not named.notes
    doubtful = look(put(tmp_path, "court.csv", "family_id,start\nF1,01/11/2017\n"))
    assert "pre_proceedings and of care_proceedings" in doubtful.notes[0]


def test_a_file_whose_name_says_another_list_than_it_is_is_told_so(tmp_path: Path) -> None:
    file = look(put(tmp_path, "audits.csv", FILES["local/allocations.csv"]))
    assert only(file).layout.name == "allocations"
    assert "Its name says audits" in file.notes[0]


def test_a_file_that_is_nothing_known_is_told_the_nearest_list_and_what_it_lacks(tmp_path: Path) -> None:
    file = look(put(tmp_path, "a.csv", "person_id,Team name,from_date\n1,North,01/11/2017\n"))
    assert not file.known
    assert "nearest to allocations (local list): it has from_date, person_id, and lacks team" in file.notes[0]


@pytest.mark.parametrize(
    "content", [b"", b"\0\1\2", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0", b"<a><b></a>", b"<", b"x"]
)
def test_a_file_of_no_sense_is_told_so_in_words(content: bytes, tmp_path: Path) -> None:
    file = look(put(tmp_path, "a.csv", content))
    assert not file.known
    assert file.notes
    assert "nothing that is known" in as_text(file, {})


def test_a_census_is_told_record_by_record_with_the_elements_that_are_not_used(tmp_path: Path) -> None:
    file = look(put(tmp_path, "a.xml", FILES["cin_census.xml"]))
    assert [part.layout.name for part in file.parts][:2] == ["Child", "Disability"]
    plans = next(part for part in file.parts if part.layout.name == "ChildProtectionPlans")
    assert column(plans, "CPPstartDate").fills == "cp_plans.cp_plan_start_date"
    assert column(plans, "(plan)").fills == "cp_plans.cp_plan_id"  # made by the reader
    assert file.notes == (
        "Its header says: Year 2018, ReferenceDate 2018-03-31, LEA 999.", "Left in the return: UPN (1).",
    )  # fmt: skip


def test_an_element_that_no_layout_has_is_told_with_where_it_stands(tmp_path: Path) -> None:
    text = FILES["cin_census.xml"].replace("<ReferralNFA>0", "<Remark>x</Remark><ReferralNFA>0")
    assert "Not known: Remark in CINdetails (1)." in look(put(tmp_path, "a.xml", text)).notes


def test_an_ssda903_in_xml_is_told_list_by_list(tmp_path: Path) -> None:
    child = "<HEADER><CHILDID>A1</CHILDID><SEX>1</SEX><DOB>2010-05-01</DOB><ETHNIC>WBRI</ETHNIC></HEADER>"
    episode = "<EPISODE><DECOM>2017-12-04</DECOM><RNE>S</RNE><LS>V2</LS><CIN>N1</CIN><PL>U4</PL></EPISODE>"
    text = f"<EXPSSDA903><CHILD>{child}{episode}</CHILD></EXPSSDA903>"
    file = look(put(tmp_path, "a.xml", text))
    assert [part.layout.name for part in file.parts] == ["header", "episodes"]
    assert column(file.parts[1], "PLACE").fills == "cla_episodes.cla_placement_type"


def test_a_census_is_judged_by_the_year_that_its_header_gives(tmp_path: Path) -> None:
    file = look(put(tmp_path, "a.xml", FILES["cin_census.xml"]))
    assert column(file.parts[0], "Sex").problems == {}
    as_of_2026 = look(put(tmp_path, "a.xml", FILES["cin_census.xml"]), quarter=Quarter(2025, 4))
    assert column(as_of_2026.parts[0], "Sex").problems == {"code": 2}


SECRET = "SECRET0417"


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("headless", [False, True])
def test_no_value_of_a_row_is_ever_told_not_even_of_a_file_without_headings(
    name: str, headless: bool, tmp_path: Path
) -> None:
    text = FILES[name].replace("TEST00000", SECRET).replace("10000", SECRET).replace("Safeguarding", SECRET)
    text = text.replace("</LAchildID>", f"{SECRET}</LAchildID>").replace("01/", SECRET).replace("-05-", f"-{SECRET}-")
    if headless and name.endswith(".csv"):
        text = text.partition("\n")[2]
    file = look(put(tmp_path, Path(name).name, text))
    screen = io.StringIO()
    show(file, {}, Console(file=screen, force_terminal=True, width=250))
    assert SECRET not in as_text(file, {}) + screen.getvalue()
    assert file.known or headless


def test_it_says_which_tables_and_measures_it_would_feed(tmp_path: Path) -> None:
    file = look(put(tmp_path, "a.csv", FILES["local/allocations.csv"]))
    told = as_text(file, {"involvements": ["Open cases", "Social worker changes"]})
    assert "a spell of a child with a team and worker), which is needed by: Open cases, Social worker changes." in told
    assert "needed by: no measure." in as_text(file, {})


def test_a_heading_with_the_terminals_own_signs_is_shown_without_them(tmp_path: Path) -> None:
    file = look(put(tmp_path, "a.csv", FILES["local/allocations.csv"].replace("role", "\x1b[31m[bold]x", 1)))
    screen = io.StringIO()
    show(file, {}, Console(file=screen, force_terminal=True, width=200, no_color=True))
    assert "[31m[bold]x" in screen.getvalue()
    assert "\x1b[31m[bold]" not in screen.getvalue()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        inspect(tmp_path / "none.csv")
    assert ANYBODY.headings == {}


def test_the_command_ends_with_3_where_a_file_is_nothing_known_and_0_where_all_are(tmp_path: Path) -> None:
    good = put(tmp_path, "allocations.csv", FILES["local/allocations.csv"])
    bad = put(tmp_path, "bad.csv", "person_id,from_date\n1,01/11/2017\n")
    shown = run("inspect", str(good))
    assert (shown.returncode, "involvements.team" in shown.stdout) == (0, True)
    shown = run("inspect", str(good), str(bad))
    assert shown.returncode == 3
    assert "involvements.team" in shown.stdout
    assert "lacks team" in shown.stdout
    assert "Traceback" not in shown.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no-such-file"], "cannot be read"),
        (["--authority", "nowhere", "README.md"], "no authority 'nowhere'"),
        (["--quarter", "2017", "README.md"], "write it like 2017-18 Q3"),
    ],
)
def test_what_cannot_be_inspected_is_refused_with_2(words: list[str], said: str) -> None:
    refused = run("inspect", *words)
    assert refused.returncode == 2
    assert said in refused.stderr


def test_the_template_command_writes_once_and_says_where(tmp_path: Path) -> None:
    first = run("template", str(tmp_path / "lists"))
    assert (first.returncode, "local_lists.xlsx" in first.stdout) == (0, True)
    again = run("template", str(tmp_path / "lists"))
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert run("template", str(tmp_path / "lists"), "--force").returncode == 0
