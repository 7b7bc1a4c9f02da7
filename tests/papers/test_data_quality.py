"""The paper on data quality of a small county with faults, and the box of every paper, as they are built."""

from __future__ import annotations

import json
import re
import shutil
import stat
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from lxml.html import HtmlElement, parse

from quarterdeck import checks
from quarterdeck.checks import Check, Outcome
from quarterdeck.home import Home
from quarterdeck.prepared import Prepared, prepared
from quarterdeck.publish.build import Built, build
from quarterdeck.quality import QUALITY, Quality
from quarterdeck.records import Records
from quarterdeck.returns.identity import IDENTIFIERS
from tests.conftest import ROOT
from tests.faults.test_build import PROFILE, notebook
from tests.small_county import SmallCounty

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("data_quality")]
QUARTER = "2017-18 Q3"
IDENTIFIER = re.compile(r"TEST0\d{5}|(?<![.\d])\b(?=[0-9]*[a-f])[0-9a-f]{16}\b")
"""One of a return, or the hash that stands for it: no decimals of a figure."""


def never_two(records: Records) -> pd.Index:
    """The child is in care."""
    return records.cla_episodes.index


def no_closure(records: Records) -> pd.Index:
    """The case is open."""
    return records.cin_episodes.index[records.cin_episodes.close_date.isna()]


def not_whole(records: Records) -> str:
    """The list of plans is not whole."""
    return "1 of 2 is not there"


def always_right(records: Records) -> pd.Index:
    """Nothing is ever wrong here."""
    return records.person.index[:0]


def of_nothing(records: Records) -> pd.Index:
    """No contact came from anybody."""
    return records.strategy_discussions.index


SOME = [
    Check("T-01", never_two, "error", "cla_episodes", ("cla_episode_start_date",), ()),
    Check("T-02", no_closure, "query", "cin_episodes", ("close_date",), ()),
    Check("T-03", not_whole, "error", "cp_plans", ("cp_plan_start_date",), ()),
    Check("T-04", always_right, "error", "person", ("dob",), ()),
    Check("T-05", of_nothing, "query", "strategy_discussions", ("person_id",), ()),
]
"""A rule of each state: broken by rows, as a query, by the list as a whole, kept, not run."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("home")
    county = SmallCounty(folder)
    county.take_out("local/strategy_discussions.csv")
    county.change("ssda903/reviews.csv", "PN1\n", "PN1\nTEST000003,03/04/2003,31/02/2018,PN1\n")
    county.change("ssda903/header.csv", "BCRB", "QQQQ")
    (county.home / "authority.toml").write_text(PROFILE, encoding="utf-8")
    (folder / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    (folder / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "data_quality.ipynb", folder / "notebooks")
    nbformat.write(notebook("looked"), folder / "notebooks" / "looked.ipynb")
    return Home(folder)


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What the build told while it ran."""
    return []


@pytest.fixture(scope="module")
def made(home: Home, said: list[str]) -> Built:
    with pytest.MonkeyPatch.context() as patch:
        run = checks.run
        patch.setattr(checks, "run", lambda records: run(records, SOME))
        built = build("nowhere", QUARTER, home=home, set_aside=True, progress=lambda what, *_: said.append(what))
    assert not built.failed, built.failed
    return built


@pytest.fixture(scope="module")
def ready(home: Home, made: Built) -> Prepared:
    return prepared("nowhere", QUARTER, home, set_aside=True)


@pytest.fixture(scope="module")
def page(made: Built) -> HtmlElement:
    return parse(made.folder / "officers" / "data_quality.html").getroot()


def text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def rows(page: HtmlElement, table: str) -> list[list[str]]:
    """The cells of a table, by the id of its caption, as a reader sees them."""
    found = page.get_element_by_id(table).getparent()
    return [[text(cell) for cell in row] for row in found.xpath("./tbody/tr | ./tfoot/tr")]


def box(page: HtmlElement) -> str:
    (found,) = page.find_class("box")
    return text(found)


def test_of_every_file_and_list_the_rows_in_are_those_used_and_those_set_aside(page, ready) -> None:
    *listed, total = rows(page, "t-in")
    assert len(listed) == len(ready.files)
    counted = [[int(cell.replace(",", "")) for cell in row[2:5]] for row in [*listed, total]]
    assert all(came == used + aside for came, used, aside in counted)
    assert [sum(column) for column in zip(*counted[:-1], strict=True)] == counted[-1]
    assert counted[-1][2] == 1
    for row, file in zip(listed, ready.files.itertuples(), strict=True):
        assert row[0].startswith(file.file.removeprefix("2017-18-Q3/"))
        assert row[2].replace(",", "") == str(file.rows_in)


def test_a_list_that_another_source_was_preferred_to_is_called_not_used(page) -> None:
    unused = [row[0] for row in rows(page, "t-in") if row[-1].startswith("Not used")]
    assert sorted(unused) == ["cin_census.xml PreProceedingsandFGDM", "ssda903/missing.csv"]
    assert ["Missing episodes", "Local list"] in [row[:2] for row in rows(page, "t-sources")]


def test_every_rule_is_in_the_table_of_its_state(page) -> None:
    assert [row[0] for row in rows(page, "t-error")] == ["T-03", "T-01"]
    assert [row[0] for row in rows(page, "t-query")] == ["T-02"]
    assert [row[0] for row in rows(page, "t-not-run")] == ["T-05"]
    assert [row[0] for row in rows(page, "t-kept")] == ["T-04"]


def test_a_broken_rule_gives_the_rows_checked_those_that_break_it_and_their_share(page) -> None:
    whole, by_rows = rows(page, "t-error")
    assert by_rows[3:] == ["3", "3", "100.0%"]
    assert "1 of 2 is not there" in whole[1]
    assert whole[4] == "the list"


def test_a_rule_that_could_not_be_run_says_why(page) -> None:
    assert rows(page, "t-not-run")[0][2] == "No return gave strategy discussions"


def test_what_could_not_be_made_names_the_list_that_lacks(page) -> None:
    why = {row[0]: row[2] for row in rows(page, "t-not-made") if row[1] == "The whole measure"}
    assert "No return gives strategy discussions" in why.values()


def test_what_was_wrong_with_rows_is_counted_and_none_of_it_is_shown(page) -> None:
    found = rows(page, "t-aside")
    assert {(row[1], row[-1]) for row in found} == {("REVIEW", "1"), ("ETHNIC", "1")}
    assert "31/02/2018" not in page.text_content()
    assert "QQQQ" not in page.text_content()


def test_without_last_quarters_papers_there_is_nothing_to_compare_with(page) -> None:
    assert "last quarter’s papers have not been built here" in page.text_content()


def test_no_record_is_named_in_any_page_notebook_manifest_or_log(made, ready, said) -> None:
    tables = ready.records.tables.values()
    names = {name for table in tables for column in IDENTIFIERS if column in table for name in table[column].dropna()}
    assert len(names) > 10
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in names)
    kept = [path for path in made.folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in kept} == {".html", ".ipynb", ".json", ".csv"}
    for path in kept:
        written = path.read_text(encoding="utf-8")
        assert not [name for name in names if name in written], path.name
        assert not IDENTIFIER.search(written), path.name
    assert not IDENTIFIER.search(" ".join(said))


def test_the_records_that_break_a_rule_are_listed_for_their_owner_alone(made) -> None:
    listed = made.folder.with_name("2017-18-Q3-failing_records.csv")
    assert stat.S_IMODE(listed.stat().st_mode) == 0o600
    found = pd.read_csv(listed, dtype="str")
    assert set(found.code) == {"T-01", "T-02"}
    assert set(found.person_id[found.code == "T-01"]) == {"TEST000001", "TEST000003"}


def test_the_public_folder_has_nothing_of_the_officers(made) -> None:
    public = made.folder / "public"
    assert sorted(path.name for path in public.iterdir()) == [
        "figures.csv", "figures.csv-metadata.json", "index.html", "looked.html",
    ]  # fmt: skip
    for path in public.glob("*.html"):
        written = path.read_text(encoding="utf-8")
        for word in ("data_quality", "Data quality", "failing_records", "officers/"):
            assert word not in written, (path.name, word)
    assert not list((made.folder / "notebooks" / "public").glob("data_quality*"))


def test_only_the_officers_front_page_lists_the_paper(made) -> None:
    officers, public = (parse(made.folder / name / "index.html").getroot() for name in ("officers", "public"))
    assert officers.xpath("//a[@href='data_quality.html']")
    assert not public.xpath("//a[contains(@href, 'data_quality')]")


def test_every_paper_has_one_box_and_only_the_officers_copy_leads_from_it_to_the_rules(made) -> None:
    for audience in ("public", "officers"):
        page = parse(made.folder / audience / "looked.html").getroot()
        assert "Take care with figures on" in box(page)
        assert bool(page.xpath("//div[contains(@class, 'box')]//a")) == (audience == "officers")


def test_the_box_counts_rules_by_state_for_all_and_rows_set_aside_for_officers_alone(made) -> None:
    public, officers = (box(parse(made.folder / name / "looked.html").getroot()) for name in ("public", "officers"))
    for said in (public, officers):
        assert "1 kept, 3 broken (2 errors and 1 query) and 1 could not be run" in said
    assert "because they could not be used1" in officers
    assert "because they could not be usedchidden to protect confidentiality" in public
    assert re.search(r"came inabout \d+0Rows", public)


def test_the_counts_that_next_quarter_compares_with_are_their_owners_and_stand_in_no_audiences_folder(made) -> None:
    (kept,) = made.folder.rglob(QUALITY)
    assert kept.parent == made.folder
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads(kept.read_text(encoding="utf-8"))["failing"] == {
        "T-01": 3,
        "T-02": 1,
        "T-03": 0,
        "T-04": 0,
        "T-05": 0,
    }


def test_when_last_quarters_counts_change_this_paper_alone_is_made_anew_and_says_what_moved(home, made) -> None:
    counts = json.loads((made.folder / QUALITY).read_text(encoding="utf-8"))
    before = Quality(**counts | {
        "quarter": "2017-18 Q2",
        "failing": counts["failing"] | {"T-01": 1, "T-04": 7},
        "states": counts["states"] | {"T-04": "failed"},
        "filled": counts["filled"] | {"person.ethnicity": 0},
    })  # fmt: skip
    last = made.folder.with_name("2017-18-Q2")
    last.mkdir()
    before.write(last)
    again = build("nowhere", QUARTER, home=home, set_aside=True)
    assert again.made == ("officers/data_quality",)
    assert not again.failed
    page = parse(again.folder / "officers" / "data_quality.html").getroot()
    assert [[row[0], *row[2:]] for row in rows(page, "t-moved-rules")] == [
        ["T-04", "7", "0", "−7"],
        ["T-01", "1", "3", "+2"],
    ]
    assert [row[0] for row in rows(page, "t-moved-filled")] == ["Ethnicity children"]
    assert not build("nowhere", QUARTER, home=home, set_aside=True).made


def test_a_list_of_failing_records_is_never_written_over_another(tmp_path: Path) -> None:
    found = Outcome(pd.DataFrame(), pd.DataFrame({"code": ["T-01"], "person_id": ["ffff"]})).named(
        {"ffff": "TEST000001"}
    )
    checks.write_failing(found, tmp_path / "list.csv")
    assert "TEST000001" in (tmp_path / "list.csv").read_text(encoding="utf-8")
    assert stat.S_IMODE((tmp_path / "list.csv").stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        checks.write_failing(found, tmp_path / "list.csv")
