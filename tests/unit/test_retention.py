"""What is past its time is removed, and nothing else: by the clock, past links, and where a run died on the way."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from quarterdeck import retention
from quarterdeck.authority import Retention, read_authority
from quarterdeck.home import Home
from quarterdeck.prepared import preparation_key
from quarterdeck.publish.manifest import write_manifest
from quarterdeck.quarter import Quarter
from quarterdeck.retention import REPORT, RULES, retain
from tests.faults.test_build import PROFILE

OLD, NEW = Quarter.parse("2017-18 Q3"), Quarter.parse("2024-25 Q3")
TODAY = dt.date(2025, 3, 1)
RETURNS = {"cin_census.xml", "ssda903/episodes.csv", "local/missing.csv", "ssd/ssd_person.csv", "census of Zoe.xml"}
CACHE = "outputs/.prepared/nowhere"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two quarters seven years apart: returns, records made ready, lists of failing records, papers of the old one."""
    home = Home(tmp_path / "home")
    for quarter in (OLD, NEW):
        for name in (*RETURNS, "commentary.md", "published.csv"):
            put(home.quarter_folder("nowhere", quarter) / name)
        for name in ("key.json", "figures.parquet", "records/cla_episodes.parquet", "failing_records.csv"):
            put(home.cache / "nowhere" / quarter.slug / "abc" / name)
        put(home.cache / "nowhere" / quarter.slug / ".lock")
        put(home.outputs / "nowhere" / f"{quarter.slug}-failing_records.csv")
    put(home.data / "nowhere" / ".key")
    rules(home, "")
    return home


def put(path: Path, days: int = 0) -> Path:
    """A file that was written so many days before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("something\n", encoding="utf-8")
    written = dt.datetime.combine(TODAY, dt.time(12)).timestamp() - days * 86400
    os.utime(path, (written, written))
    return path


def rules(home: Home, text: str) -> None:
    (home.data / "nowhere" / "authority.toml").write_text(f"{PROFILE}[retention]\n{text}\n", encoding="utf-8")


def publish(home: Home, quarter: Quarter, *made_of: str) -> None:
    """Papers whose manifest names files of the old quarter."""
    inputs = {f"data/nowhere/{OLD.slug}/{name}": "a fingerprint" for name in made_of}
    write_manifest(home.outputs / "nowhere" / quarter.slug, {"inputs": inputs, "failed": {"officers/one": "no"}})


def files(home: Home) -> set[str]:
    return {path.relative_to(home.folder).as_posix() for path in home.folder.rglob("*") if path.is_file()} - {
        f"outputs/nowhere/.{quarter.slug}.lock" for quarter in (OLD, NEW)
    }


def report(home: Home) -> list[dict[str, object]]:
    path = home.outputs / REPORT
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def removed(home: Home, before: set[str]) -> set[str]:
    return before - files(home)


def test_the_profile_has_every_rule_and_keeps_returns_for_ever_where_it_does_not_say() -> None:
    assert {*RULES} | {"needed"} == {*Retention.model_fields}
    assert Retention().returns_years is None
    assert Retention().records_days


def test_nothing_is_removed_where_it_is_not_asked_for(home: Home) -> None:
    rules(home, "returns_years = 7")
    before = files(home)
    told = retain(home, "nowhere", TODAY, remove=False)
    assert [(past.quarter, past.rule, len(past.files)) for past in told.past] == [(OLD, "returns_years", 5)]
    assert files(home) == before


def test_returns_go_when_their_years_are_over_with_all_that_lies_there_but_what_holds_no_child(home: Home) -> None:
    rules(home, "returns_years = 7")
    before = files(home)
    retain(home, "nowhere", TODAY, remove=True)
    assert removed(home, before) == {f"data/nowhere/{OLD.slug}/{name}" for name in RETURNS}


@pytest.mark.parametrize(("day", "gone"), [(dt.date(2024, 12, 31), 0), (dt.date(2025, 1, 1), 5)])
def test_years_are_counted_from_the_last_day_of_the_quarter(home: Home, day: dt.date, gone: int) -> None:
    rules(home, "returns_years = 7")
    assert sum(len(past.files) for past in retain(home, "nowhere", day, remove=False).past) == gone


@pytest.mark.parametrize(("days", "gone"), [(30, False), (31, True), (-4000, False)])
def test_records_made_ready_go_as_a_whole_once_the_last_of_them_was_written_so_many_days_ago(
    home: Home, days: int, gone: bool
) -> None:
    made = home.cache / "nowhere" / OLD.slug / "abc"
    for path in [*made.rglob("*.*")]:
        put(path, 500)
    put(made / "key.json", days)
    before = files(home)
    retain(home, "nowhere", TODAY, remove=True)
    of_it = {f"{CACHE}/{OLD.slug}/abc/{name}" for name in ("key.json", "figures.parquet", "failing_records.csv")}
    assert removed(home, before) == (
        of_it | {f"{CACHE}/{OLD.slug}/abc/records/cla_episodes.parquet"} if gone else set()
    )
    assert made.is_dir() != gone


def test_a_list_of_failing_records_goes_when_its_days_are_over(home: Home) -> None:
    put(home.outputs / "nowhere" / f"{OLD.slug}-failing_records.csv", 181)
    before = files(home)
    retain(home, "nowhere", TODAY, remove=True)
    assert removed(home, before) == {f"outputs/nowhere/{OLD.slug}-failing_records.csv"}


def test_what_a_published_quarter_needs_to_be_verified_stays(home: Home) -> None:
    rules(home, "returns_years = 7\nfailed_notebooks_days = 1")
    publish(home, NEW, "cin_census.xml")
    put(home.outputs / "nowhere" / NEW.slug / "notebooks" / "officers" / "one.ipynb", 400)
    before = files(home)
    told = retain(home, "nowhere", TODAY, remove=True).past
    assert removed(home, before) == {f"data/nowhere/{OLD.slug}/{name}" for name in RETURNS - {"cin_census.xml"}}
    assert [(past.needed, past.unverifiable) for past in told] == [(1, ()), (1, ())]


def test_where_the_profile_says_so_it_goes_too_and_the_report_says_which_quarter_can_no_more_be_verified(
    home: Home,
) -> None:
    rules(home, 'returns_years = 7\nfailed_notebooks_days = 1\nneeded = "remove"')
    publish(home, NEW, "cin_census.xml")
    notebook = put(home.outputs / "nowhere" / NEW.slug / "notebooks" / "officers" / "one.ipynb", 400)
    retain(home, "nowhere", TODAY, remove=True)
    assert not (home.quarter_folder("nowhere", OLD) / "cin_census.xml").exists()
    assert not notebook.exists()
    assert [line["cannot_be_verified"] for line in report(home)] == [[str(NEW)]] * 4


def test_the_report_says_what_how_many_of_which_quarter_under_which_rule_and_when_and_names_no_file(home: Home) -> None:
    rules(home, "returns_years = 7")
    retain(home, "nowhere", TODAY, remove=True)
    begun, done = report(home)
    assert (begun.pop("event"), done.pop("event")) == ("removing", "removed")
    assert str(done.pop("time")) >= str(begun.pop("time"))
    assert begun == done
    assert done == {
        "authority": "nowhere", "quarter": str(OLD), "rule": "returns_years", "limit": 7, "files": 5,
        "kept_for_verify": 0, "left_as_links": 0, "cannot_be_verified": [],
    }  # fmt: skip
    assert "Zoe" not in (home.outputs / REPORT).read_text(encoding="utf-8")
    assert stat.S_IMODE((home.outputs / REPORT).stat().st_mode) == 0o600


def test_no_link_is_followed_and_none_is_removed(home: Home, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    for name in ("kept.csv", "folder/kept.csv", "quarter/kept.csv", "cache/abc/kept.parquet", "list.csv"):
        put(elsewhere / name, 4000)
    folder = home.quarter_folder("nowhere", OLD)
    (folder / "linked.csv").symlink_to(elsewhere / "kept.csv")
    (folder / "linked").symlink_to(elsewhere / "folder")
    other = OLD.minus(1)
    home.quarter_folder("nowhere", other).symlink_to(elsewhere / "quarter")
    (home.cache / "nowhere" / other.slug).symlink_to(elsewhere / "cache")
    (home.outputs / "nowhere" / f"{other.slug}-failing_records.csv").symlink_to(elsewhere / "list.csv")
    old = dt.datetime.combine(TODAY, dt.time()).timestamp() - 4000 * 86400
    for link in (path for path in home.folder.rglob("*") if path.is_symlink()):
        os.utime(link, (old, old), follow_symlinks=False)
    rules(home, "returns_years = 2")
    there = {path: path.stat().st_ino for path in elsewhere.rglob("*")}

    told = retain(home, "nowhere", TODAY, remove=True)

    assert {path: path.stat().st_ino for path in elsewhere.rglob("*")} == there
    assert (folder / "linked.csv").is_symlink()
    assert (folder / "linked").is_symlink()
    assert {(past.quarter, past.rule): past.links for past in told.past} == {
        (OLD, "returns_years"): 2, (other, "returns_years"): 1, (other, "records_days"): 1,
        (other, "failing_records_days"): 1,
    }  # fmt: skip


def test_an_authority_whose_whole_folder_lies_elsewhere_is_left_alone(home: Home, tmp_path: Path) -> None:
    rules(home, "returns_years = 2")
    shutil.move(home.data / "nowhere", tmp_path / "share")
    (home.data / "nowhere").symlink_to(tmp_path / "share")
    told = retain(home, "nowhere", TODAY, remove=True)
    assert [(past.files, past.links) for past in told.past] == [((), 5)]
    assert len([*(tmp_path / "share" / OLD.slug).rglob("*.*")]) == 7


def test_a_quarter_that_is_being_built_is_left_for_the_next_time(home: Home) -> None:
    rules(home, "returns_years = 7")
    before = files(home)
    with FileLock(home.outputs / "nowhere" / f".{OLD.slug}.lock"):
        told = retain(home, "nowhere", TODAY, remove=True)
    assert files(home) == before
    assert told.left == [f"{OLD} is being built: ask again when that has ended."]


@pytest.mark.parametrize("step", ["link", "copystat", "settle", "rmtree"])
def test_a_run_that_dies_on_the_way_leaves_all_of_a_quarters_returns_or_none_and_the_next_ends_it(
    home: Home, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    rules(home, "returns_years = 7")
    folder = home.quarter_folder("nowhere", OLD)
    before = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}

    class Died(BaseException):
        pass

    def die(path: Path, *_: object, **__: object) -> None:
        if path.exists():
            raise Died

    where = {"link": os, "copystat": shutil, "settle": retention.swap.__globals__, "rmtree": shutil}[step]
    with monkeypatch.context() as broken:
        if isinstance(where, dict):
            broken.setitem(where, step, die)
        else:
            broken.setattr(where, step, die)
        with pytest.raises(Died):
            retain(home, "nowhere", TODAY, remove=True)
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    assert left in (before, {"commentary.md", "published.csv"})
    assert [line["event"] for line in report(home)] == ["removing"]

    retain(home, "nowhere", TODAY, remove=True)

    assert {path.name for path in folder.rglob("*.*")} == {"commentary.md", "published.csv"}
    assert not [*(home.data / "nowhere").glob(".2*")]


def test_records_half_removed_are_not_read_and_go_the_next_time(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    made = home.cache / "nowhere" / OLD.slug / "abc"
    for path in [*made.rglob("*.*")]:
        put(path, 100)
    taken: list[Path] = []
    unlink = Path.unlink

    def once(path: Path, missing_ok: bool = False) -> None:
        if taken:
            raise KeyboardInterrupt
        taken.append(path)
        unlink(path, missing_ok)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", once)
        with pytest.raises(KeyboardInterrupt):
            retain(home, "nowhere", TODAY, remove=True)
    assert [path.name for path in taken] == ["key.json"], "without it a build makes the records anew"
    retain(home, "nowhere", TODAY, remove=True)
    assert not made.exists()


def test_a_folder_keeps_its_rights_when_returns_are_taken_out_of_it(home: Home) -> None:
    rules(home, "returns_years = 7")
    folder = home.quarter_folder("nowhere", OLD)
    folder.chmod(0o750)
    retain(home, "nowhere", TODAY, remove=True)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750


def test_another_rule_makes_no_paper_anew(home: Home) -> None:
    keys = []
    for text in ("", "returns_years = 9"):
        rules(home, text)
        profile = read_authority(home.data / "nowhere" / "authority.toml")
        keys.append(preparation_key(home, profile, OLD, set_aside=False))
    assert keys[0] == keys[1]


def test_the_command_tells_and_removes_only_with_its_option(home: Home) -> None:
    rules(home, "returns_years = 7")

    def asked(*more: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", "from quarterdeck.cli import main; main()", "retain", *more, "--today", f"{TODAY}"],
            env={**os.environ, "QUARTERDECK_HOME": str(home.folder)}, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    told = asked("nowhere")
    assert "2017-18 Q3  returns_years = 7: 5 files" in told
    assert "Nothing was removed" in told
    assert "outputs/retention.jsonl" in asked("--remove")
    assert asked() == "nowhere: nothing is past its time.\n"
