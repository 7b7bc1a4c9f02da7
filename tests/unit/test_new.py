"""A new authority's folder: every authority of England, and all that stands in the way of one."""

from __future__ import annotations

import datetime as dt
import os
import pty
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from quarterdeck.authority import read_authority
from quarterdeck.errors import ProfileError, Refused
from quarterdeck.figures.comparators import neighbours
from quarterdeck.figures.population import population_at
from quarterdeck.home import Home
from quarterdeck.improvement import read_journey
from quarterdeck.measures.registry import catalogue
from quarterdeck.new import as_text, new
from quarterdeck.quarter import Quarter
from quarterdeck.reference.areas import authorities, find
from quarterdeck.returns.formats import FORMATS
from tests.conftest import ROOT

ANSWERS = {"panel": "Scrutiny Panel", "report_of": "Director", "first_quarter": "2023-24 Q1"}
TODAY = dt.date(2026, 7, 10)
AREAS = pd.read_csv(ROOT / "data" / "reference" / "areas.csv", dtype="str", keep_default_na=False)
CURRENT = AREAS[(AREAS.area_type == "local_authority") & (AREAS.status == "current")]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_there_are_153_authorities() -> None:
    assert len(authorities()) == len(CURRENT) == 153


@pytest.mark.parametrize("row", list(CURRENT.itertuples()), ids=CURRENT.name)
def test_the_profile_of_every_authority_reads_back_with_what_its_code_tells(row, home: Home) -> None:
    made = new(home, row.area_code, ANSWERS, today=TODAY)
    own = read_authority(made.folder / "authority.toml")
    assert (own.name, own.area_code, own.la_code) == (row.name, row.area_code, row.old_la_code)
    assert own.slug == made.folder.name
    assert (own.panel.name, own.panel.report_of, own.first_quarter) == tuple(ANSWERS.values())
    assert not own.synthetic
    assert own.pseudonymise
    said = as_text(made, home, TODAY)
    model, near = neighbours(row.area_code, pd.Timestamp(TODAY))
    assert f"Region: {row.region_name}\n" in said
    assert model == 2025
    assert len(near) == 10
    line = next(line for line in said.splitlines() if line.startswith("Neighbours by the model of 2025: "))
    assert all(find(code).short_name in line for code in near)
    children = population_at(row.area_code, pd.Series([pd.Timestamp(TODAY)]))
    assert f"Children 0 to 17 in mid-2024: {children.population.iloc[0]:,.0f}\n" in said


def test_every_authority_has_a_folder_of_its_own_and_a_short_name_of_its_own() -> None:
    assert len({area.short_name.casefold() for area in authorities()}) == 153


@pytest.mark.parametrize("area", authorities(), ids=str)
def test_an_authority_is_found_by_each_of_its_codes_and_names_and_no_other_is(area) -> None:
    ways = (area.code, area.code.lower(), area.la_code, area.name, area.name.upper(), area.short_name, f" {area.name} ")
    assert [find(way) for way in ways] == [area] * len(ways)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("E06000010", "Kingston upon Hull"),
        ("E06000019", "Herefordshire"),
        ("E06000023", "Bristol"),
        ("E06000058", "Bournemouth, Christchurch and Poole"),
        ("E09000001", "City of London"),
        ("E06000047", "County Durham"),
    ],
)
def test_a_short_name_leaves_out_only_the_kind_of_place_behind_it(name: str, short: str) -> None:
    assert find(name).short_name == short


@pytest.mark.parametrize(
    ("asked", "successor"),
    [
        ("Cumbria", "Cumberland (E06000063) and Westmorland and Furness (E06000064)"),
        ("E10000006", "Cumberland (E06000063) and Westmorland and Furness (E06000064)"),
        ("836", "Bournemouth, Christchurch and Poole (E06000058)"),
        ("Bournemouth", "Bournemouth, Christchurch and Poole (E06000058)"),
        ("E10000009", "Dorset (E06000059)"),
        ("northamptonshire", "North Northamptonshire (E06000061) and West Northamptonshire (E06000062)"),
    ],
)
def test_an_authority_that_is_no_more_is_refused_and_what_took_its_place_is_named(asked: str, successor: str) -> None:
    with pytest.raises(Refused, match=re.escape(f"replaced by {successor}")):
        find(asked)


def test_a_name_that_one_had_before_and_another_has_now_means_the_one_there_is() -> None:
    assert find("Dorset").code == "E06000059"


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("Hull", "Kingston upon Hull, City of (E06000010, 810)"),
        ("Leeds City Council", "Leeds (E08000035, 383)"),
        ("Cheshire", "Cheshire East (E06000049, 895), Cheshire West and Chester (E06000050, 896)"),
        ("Worcestersihre", "Worcestershire (E10000034, 885)"),
        ("E12000005", "Give its name, its ONS code"),
        ("E99999999", "Give its name, its ONS code"),
        ("!", "Give its name, its ONS code"),
    ],
)
def test_what_is_no_authority_is_refused_with_the_nearest_there_are(asked: str, near: str) -> None:
    with pytest.raises(Refused, match=re.escape(near)):
        find(asked)


def test_all_that_is_wrong_or_missing_is_said_at_once_and_nothing_is_made(home: Home) -> None:
    with pytest.raises(Refused) as refused:
        new(home, "Nowhere", {"first_quarter": "2023", "name": "a\u202eb", "folder": "../away", "panel": "  "})
    said = str(refused.value)
    for part in (
        "'Nowhere'",
        "--first-quarter: '2023'",
        "--name: ",
        "--folder: '../away'",
        "--panel is",
        "--report-of is",
    ):
        assert part in said
    assert not list(home.folder.rglob("*"))


def test_a_folder_that_is_there_stays_as_it_is(home: Home) -> None:
    first = new(home, "Leeds", ANSWERS)
    before = {file: file.read_bytes() for file in first.folder.rglob("*") if file.is_file()}
    with pytest.raises(Refused, match="data/leeds is there already"):
        new(home, "Leeds", ANSWERS | {"panel": "Another"})
    assert {file: file.read_bytes() for file in first.folder.rglob("*") if file.is_file()} == before
    assert new(home, "Leeds", ANSWERS | {"folder": "leeds-2"}).authority.slug == "leeds-2"


def test_what_cannot_be_written_whole_leaves_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(Refused, match="No space left on device"):
        new(home, "Leeds", ANSWERS)
    assert list(home.data.iterdir()) == []


def test_only_its_owner_can_open_the_folder(home: Home) -> None:
    made = new(home, "Leeds", ANSWERS)
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700


HOSTILE = [
    'A "quoted" panel',
    "back\\slash \\u0041 \\",
    "'''",
    '"""',
    "]] # no comment",
    "$name ${area_code} {slug}",
    "<script>alert(1)</script>",
    "Pwyllgor Craffu — 子ども — \N{GRINNING FACE}",
    "long " * 400 + "panel",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_words_of_any_kind_come_back_out_of_the_profile_as_they_were_given(text: str, home: Home) -> None:
    own = new(home, "Leeds", ANSWERS | {"panel": text, "report_of": text, "name": text, "short_name": text}).authority
    assert (own.panel.name, own.panel.report_of, own.name, own.short_name) == (text,) * 4
    assert (own.area_code, own.la_code) == ("E08000035", "383")


@pytest.mark.parametrize("space", ["\n", "\t", "\u00a0", "\u2028", "\r\n"])
def test_words_on_two_lines_become_one_line(space: str, home: Home) -> None:
    assert new(home, "Leeds", ANSWERS | {"panel": f"Scrutiny{space}Panel "}).authority.panel.name == "Scrutiny Panel"


@pytest.mark.parametrize("sign", ["\0", "\x7f", "\x1b[2J", "\u202e", "\udcff"])
def test_signs_that_cannot_be_printed_are_refused(sign: str, home: Home) -> None:
    with pytest.raises(Refused, match="--panel: it holds characters that cannot be printed"):
        new(home, "Leeds", ANSWERS | {"panel": f"Scrutiny {sign}Panel"})


def test_every_example_of_the_profile_reads_back_and_names_measures_that_there_are(home: Home) -> None:
    made = new(home, "Leeds", ANSWERS)
    path = made.folder / "authority.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^#(?=[^ #\n])", "", text, flags=re.MULTILINE), encoding="utf-8")
    own = read_authority(path)
    left = {name for name, value in own if value in ((), {}, None)}
    assert left == set()
    assert len(own.panel.meetings) == 1
    named = {one.measure for one in (*own.targets, *own.kpis, *own.step_changes)}
    assert named <= set(catalogue())
    assert set(own.headings) <= {layout.name for layout in FORMATS["local"].layouts}


def test_a_profile_says_no_more_than_it_needs_until_somebody_does(home: Home) -> None:
    told = tomllib.loads((new(home, "Leeds", ANSWERS).folder / "authority.toml").read_text(encoding="utf-8"))
    assert set(told) == {"name", "short_name", "area_code", "la_code", "first_quarter", "panel"}


def test_the_note_names_every_kind_of_return_with_its_lists_and_every_folder_from_the_year_before(home: Home) -> None:
    made = new(home, "Leeds", ANSWERS, today=TODAY)
    note = (made.folder / "README.md").read_text(encoding="utf-8")
    for kind in FORMATS.values():
        (row,) = [line for line in note.splitlines() if f"| `{kind.place}` |" in line]
        assert all(layout.name in row for layout in kind.layouts)
    folders = re.findall(r"^\| `([\d-]+Q\d)/` \|", note, re.MULTILINE)
    assert folders == ["2022-23-Q4", "2023-24-Q4", "2024-25-Q4", "2025-26-Q4", "2026-27-Q1"]
    assert "| `2026-27-Q1/` | 1 April 2026 to 30 June 2026 |" in note
    assert 'quarterdeck build leeds "2026-27 Q1"' in note
    assert "$" not in note


@pytest.mark.parametrize(
    ("first", "quarter"), [("2023-24 Q1", "2025-26 Q4"), ("2026-27 Q3", "2026-27 Q3"), ("2025-26 Q4", "2025-26 Q4")]
)
def test_the_first_papers_are_of_the_last_quarter_that_ended_or_of_the_first_there_is(
    first: str, quarter: str, home: Home
) -> None:
    made = new(home, "Leeds", ANSWERS | {"first_quarter": first}, today=dt.date(2026, 4, 1))
    assert made.quarter == Quarter.parse(quarter)


def test_the_files_of_the_improvement_journey_read_as_a_journey_of_nothing(home: Home) -> None:
    assert not read_journey(new(home, "Leeds", ANSWERS).folder / "improvement", catalogue())


def test_where_there_is_no_profile_the_command_that_makes_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="quarterdeck new AUTHORITY"):
        read_authority(tmp_path / "leeds" / "authority.toml")


def run(home: Home, *words: str, stdin: int = subprocess.DEVNULL) -> subprocess.CompletedProcess[str]:
    (home.data / "reference").parent.mkdir(exist_ok=True)
    if not (home.data / "reference").exists():
        (home.data / "reference").symlink_to(ROOT / "data" / "reference")
    return subprocess.run(
        [sys.executable, "-c", "from quarterdeck.cli import main; main()", *words],
        env={"PATH": "/usr/bin:/bin", "QUARTERDECK_HOME": str(home.folder), "PYTHONPATH": str(ROOT / "lib")},
        stdin=stdin, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_where_nobody_can_be_asked_all_that_is_missing_is_listed_and_it_ends(home: Home) -> None:
    refused = run(home, "new", "Leeds")
    assert refused.returncode == 2
    assert all(f"{option} is missing" in refused.stderr for option in ("--panel", "--report-of", "--first-quarter"))
    assert "Traceback" not in refused.stderr
    assert [path.name for path in home.data.iterdir()] == ["reference"]


def test_on_a_terminal_it_asks_again_for_what_is_not_an_answer(home: Home) -> None:
    asks, stdin = pty.openpty()
    os.write(asks, b"Scrutiny Panel\nDirector\n2023\n2023-24 Q1\n")
    made = run(home, "new", "Leeds", stdin=stdin)
    os.close(stdin)
    os.close(asks)
    assert made.returncode == 0, made.stderr
    assert "is not a quarter" in made.stdout + made.stderr
    assert read_authority(home.data / "leeds" / "authority.toml").first_quarter == "2023-24 Q1"


def test_build_before_any_return_says_what_is_missing_and_where_it_goes(home: Home) -> None:
    new(home, "Leeds", ANSWERS)
    (home.folder / "notebooks").symlink_to(ROOT / "notebooks")
    refused = run(home, "build", "leeds", "2023-24 Q1")
    assert refused.returncode == 2
    for kind in FORMATS.values():
        assert kind.place in refused.stderr
    assert "data/leeds/2023-24-Q1/" in refused.stderr
    (home.data / "leeds" / "2023-24-Q1").mkdir()
    stopped = run(home, "build", "leeds", "2023-24 Q1")
    assert stopped.returncode == 3
    assert "at least one return" in stopped.stderr
    assert "Traceback" not in stopped.stderr
