"""What is due on a day, and a run with nobody to watch it."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from quarterdeck.due import Standing, as_text, standings
from quarterdeck.errors import Refused
from quarterdeck.home import Home
from quarterdeck.notify import channels, outbox
from quarterdeck.publish.build import Built, plan
from quarterdeck.publish.manifest import write_manifest
from quarterdeck.publish.plan import papers
from quarterdeck.quarter import Quarter
from quarterdeck.telling import GoingOn
from quarterdeck.unattended import build_due
from tests.conftest import AUTHORITY, ROOT, SECOND, new_home

TODAY = dt.date(2018, 3, 12)  # ten days before the county's panel meets about 2017-18 Q3
Q2, Q3 = Quarter(2017, 2), Quarter(2017, 3)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The demonstration authorities, and no returns."""
    return new_home(tmp_path / "home")


def put(home: Home, quarter: Quarter, *places: str, authority: str = AUTHORITY, content: str = "<a/>") -> None:
    """Files in a quarter's folder: what is in them, only a build reads."""
    for place in places or ("cin_census.xml", "ssda903/episodes.csv"):
        file = home.quarter_folder(authority, quarter) / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)


def publish(home: Home, quarter: Quarter, *, failed: str = "", set_aside: bool = False) -> None:
    """The quarter's papers as a build leaves them, blank."""
    planned = plan(home, AUTHORITY, quarter, papers(home), set_aside=set_aside)
    for job in planned.jobs:
        page = planned.folder / f"{job.name}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.touch()
    made = {job.name: job.key for job in planned.jobs}
    about = {"papers": made, "failed": {failed: "why"} if failed else {}, "set_aside": set_aside}
    write_manifest(planned.folder, about)


def at(home: Home, today: dt.date = TODAY) -> Standing:
    """How the county's last closed quarter stands."""
    return list(standings(home, AUTHORITY, today))[-1]


@pytest.mark.parametrize(("today", "last"), [("2017-12-31", Q2), ("2018-01-01", Q3), ("2018-03-31", Q3)])
def test_a_quarter_has_closed_from_the_day_after_its_last(home, today, last):
    assert at(home, dt.date.fromisoformat(today)).quarter == last


def test_a_quarter_without_returns_is_not_due_and_says_where_to_put_them(home):
    standing = at(home)
    assert not standing.due
    assert standing.what_to_do == f"put the returns into data/{AUTHORITY}/2017-18-Q3/"


def test_commentary_and_printed_figures_are_no_returns(home):
    assert {path.name for path in home.quarter_folder(AUTHORITY, Q3).iterdir()} == {"commentary.md", "published.csv"}
    assert at(home).returns == ()


def test_a_quarter_with_returns_and_no_papers_is_due(home):
    put(home, Q3)
    standing = at(home)
    assert (standing.due, standing.papers, standing.returns) == (True, "none", ("cin_census.xml", "ssda903/"))


def test_a_quarter_waits_for_a_return_that_the_last_one_had_and_names_it(home):
    put(home, Q2, "cin_census.xml", "ssda903/episodes.csv")
    put(home, Q3, "cin_census.xml")
    standing = at(home)
    assert (standing.due, standing.missing) == (False, ("ssda903/",))
    assert f'put in ssda903/, or build without: quarterdeck build {AUTHORITY} "2017-18 Q3"' in as_text(standing)


def test_a_quarter_that_was_built_without_a_return_waits_for_it_no_longer(home):
    put(home, Q2, "cin_census.xml", "ssda903/episodes.csv")
    put(home, Q3, "cin_census.xml")
    publish(home, Q3)
    assert not at(home).due
    put(home, Q3, "cin_census.xml", content="<corrected/>")
    assert at(home).due


def test_a_file_by_a_name_of_its_own_is_a_return_and_none_that_the_next_quarter_must_have(home):
    put(home, Q2, "census 2017 Q2.xml", "cin_census.xml")
    put(home, Q3, "cin_census.xml")
    assert at(home).due


def test_nothing_is_due_once_all_papers_are_made(home):
    put(home, Q3)
    publish(home, Q3)
    standing = at(home)
    assert (standing.due, standing.papers, standing.what_to_do) == (False, "all", "nothing")


def test_a_return_that_has_changed_since_the_papers_makes_them_due(home):
    put(home, Q3)
    publish(home, Q3)
    put(home, Q3, content="<corrected/>")
    standing = at(home)
    assert (standing.due, standing.papers) == (True, "out of date")


def test_a_paper_that_failed_is_due_again(home):
    put(home, Q3)
    publish(home, Q3, failed="public/performance_monitoring")
    standing = at(home)
    assert (standing.due, standing.papers) == (True, "some")


def test_papers_made_with_bad_rows_set_aside_stand_until_their_returns_change(home):
    put(home, Q3)
    publish(home, Q3, set_aside=True)
    assert not at(home).due
    put(home, Q3, content="<corrected/>")
    assert at(home).due


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ("2018-03-12", "22 March 2018, in 10 days"),
        ("2018-03-21", "22 March 2018, in 1 day"),
        ("2018-03-22", "22 March 2018, today"),
        ("2018-03-24", "22 March 2018, 2 days ago"),
        ("2018-04-01", "the profile names none"),
    ],
)
def test_the_days_to_the_panels_meeting_are_told(home, today, said):
    assert f"meeting  {said}\n" in as_text(at(home, dt.date.fromisoformat(today)))


def test_a_quarter_of_the_last_year_with_returns_and_no_papers_is_due_before_the_last_and_none_that_is_older(home):
    for quarter in (Q3.minus(4), Q3.minus(3), Q3.minus(1), Q3):
        put(home, quarter)
    found = list(standings(home, AUTHORITY, TODAY))
    assert [standing.quarter for standing in found] == [Q3.minus(3), Q3.minus(1), Q3]
    assert all(standing.due for standing in found)


def test_papers_of_an_earlier_quarter_are_not_made_again_when_something_changes(home):
    put(home, Q2)
    publish(home, Q2)
    put(home, Q2, content="<corrected/>")
    assert [standing.quarter for standing in standings(home, AUTHORITY, TODAY)] == [Q3]


def test_a_quarter_before_the_first_that_figures_are_given_for_is_never_due(home):
    profile = home.data / AUTHORITY / "authority.toml"
    profile.write_text(profile.read_text().replace('first_quarter = "2015-16 Q1"', 'first_quarter = "2017-18 Q3"'))
    put(home, Q2)
    assert [standing.quarter for standing in standings(home, AUTHORITY, TODAY)] == [Q3]
    assert list(standings(home, AUTHORITY, dt.date(2017, 12, 31))) == []


def test_one_that_cannot_be_built_stops_no_other_and_the_worst_exit_status_is_kept(home, capsys):
    asked = []

    def build(authority: str, quarter: str) -> Built:
        asked.append((authority, quarter))
        if (authority, quarter) == (SECOND, "2017-18 Q2"):
            raise ZeroDivisionError("Ada Bell")
        if authority == SECOND:
            raise Refused("it is being built by another run")
        return Built(home.outputs / authority, (), (), {})

    for authority in (AUTHORITY, SECOND):
        put(home, Q2, authority=authority)
        put(home, Q3, authority=authority)
    going = GoingOn()
    build_due(home, TODAY, build, going)
    assert asked == [(authority, str(quarter)) for authority in (SECOND, AUTHORITY) for quarter in (Q2, Q3)]
    assert going.worst == 4
    said = capsys.readouterr().err
    assert "quarterdeck: it is being built by another run" in said
    assert "a fault in the program (ZeroDivisionError)" in said
    assert "Ada Bell" not in said


def tells(home: Home, more: str = "") -> None:
    """The county's profile names a webhook that nobody answers."""
    profile = home.data / AUTHORITY / "authority.toml"
    told_to = '\n[notify]\nwebhook = "http://127.0.0.1:1/hook"\n'
    profile.write_text(profile.read_text(encoding="utf-8") + more + told_to, encoding="utf-8")


def kept(home: Home) -> list[str]:
    """The reasons in the messages that wait to be sent."""
    messages = [json.loads(file.read_text(encoding="utf-8")) for file in outbox.kept(home, AUTHORITY)]
    return [line["said"] for told in messages for line in told["not_made"]]


def test_returns_that_cannot_be_looked_at_are_told_of_and_that_nobody_answers_changes_no_exit_status(
    home, monkeypatch, capsys
):
    monkeypatch.setattr(channels, "WAITS", ())
    tells(home, '\n[ssd]\nurl_variable = "NO_SUCH_VARIABLE"\n')
    put(home, Q3)
    going = GoingOn()
    build_due(home, TODAY, lambda *_: pytest.fail("nothing can be built"), going)
    assert going.worst == 3
    assert [reason.startswith("1 problem in ") for reason in kept(home)] == [True]
    assert "Not told by webhook: the webhook cannot be reached" in capsys.readouterr().err


def test_a_fault_in_telling_is_said_by_its_place_and_changes_no_exit_status(home, monkeypatch, capsys):
    def fail(*_: object) -> None:
        raise ZeroDivisionError("Ada Bell")

    monkeypatch.setattr(outbox, "send", fail)
    tells(home)
    put(home, Q3)
    going = GoingOn()
    build_due(home, TODAY, lambda *_: Built(home.outputs, ("public/one",), (), {}), going)
    said = capsys.readouterr().err
    assert (going.worst, len(outbox.kept(home, AUTHORITY))) == (0, 1)
    assert "a fault in the program (ZeroDivisionError)" in said
    assert "Ada Bell" not in said


def run(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, as a scheduler starts it."""
    return subprocess.run(
        [sys.executable, "-c", "from quarterdeck.cli import main; main()", *words],
        env={**os.environ, "QUARTERDECK_HOME": str(home.folder), "PYTHONPATH": str(ROOT / "lib")},
        cwd=home.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_where_nothing_is_due_a_build_does_and_says_nothing(home):
    done = run(home, "build", "--due", "--today", f"{TODAY}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not home.outputs.exists()


def test_what_is_due_is_listed_with_an_exit_status_of_0(home):
    put(home, Q3)
    done = run(home, "due", "--today", f"{TODAY}")
    assert done.returncode == 0, done.stderr
    assert f"{AUTHORITY} 2017-18 Q3: due\n" in done.stdout
    assert f"{SECOND} 2017-18 Q3: not due\n" in done.stdout


def test_a_log_that_only_its_owner_can_read_takes_all_that_is_said_and_one_line_says_where_to_look(home):
    put(home, Q3, "ssda903/episodes.csv", content="CHILD,DECOM\nA1,31/02/2018\n")
    (home.data / SECOND / "authority.toml").write_text("name = ")
    log = home.outputs / "schedule.log"
    done = run(home, "build", "--due", "--today", f"{TODAY}", "--log", "outputs/schedule.log")
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr == (
        "quarterdeck: not everything that is due was made (exit status 3): see outputs/schedule.log\n"
    )
    said = log.read_text()
    assert "not valid TOML" in said
    assert f"{AUTHORITY} 2017-18 Q3\n" in said
    assert "Nothing was built. No papers of this authority had been published here." in said
    assert f"{log.stat().st_mode & 0o777:o}" == "600"
    run(home, "build", "--due", "--today", f"{TODAY}", "--log", "outputs/schedule.log")
    assert log.read_text().count("not valid TOML") == 2 * said.count("not valid TOML")


def test_to_tell_where_the_profile_names_nobody_is_refused_before_anything_is_built(home):
    put(home, Q3)
    refused = run(home, "build", AUTHORITY, f"{Q3}", "--notify")
    assert (refused.returncode, "names nobody to tell: write [notify] in it" in refused.stderr) == (2, True)
    assert not home.outputs.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--due", AUTHORITY], "finds for itself what to build"),
        (["--due", "--force"], "finds for itself what to build"),
        ([AUTHORITY, "2017-18 Q3", "--log", "log"], "are for --due"),
        ([AUTHORITY], "name an authority and a quarter"),
        (["--due", "--today", "tomorrow"], "does not match the format"),
    ],
)
def test_what_cannot_go_with_due_is_refused(home, words, said):
    refused = run(home, "build", *words)
    assert refused.returncode == 2
    assert said in " ".join(refused.stderr.replace("│", "").split())
