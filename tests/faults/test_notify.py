"""A run tells whom the profile names, by real servers: nothing of a child is told, and no build fails for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from quarterdeck.home import Home
from quarterdeck.notify.outbox import kept
from tests.faults import canaries
from tests.faults.canaries import hits
from tests.faults.due_home import TODAY, small_home
from tests.faults.test_build import notebook
from tests.faults.test_nothing_leaks import HEADER
from tests.servers import HERE, free_port, mail_server, web_server

pytestmark = pytest.mark.slow
WHY = "cell 4: ValueError: no age for … of …"
RAISES = HEADER + "raise ValueError(f'no age for {who}')"
NOTIFY = """
[notify]
emails = ["scrutiny@council.example"]
sender = "papers@council.example"
server = "{here}:{mail}"
webhook = "http://{here}:{web}/hook"
pages = "https://council.example/papers/"
"""


@pytest.fixture
def ports() -> tuple[int, int]:
    return free_port(), free_port()


@pytest.fixture
def home(tmp_path: Path, ports: tuple[int, int]) -> Home:
    """A county with canaries in every return, one paper, and whom to tell of it."""
    notify = NOTIFY.format(here=HERE, mail=ports[0], web=ports[1])
    return small_home(tmp_path, canaries.returns(), notify)


def run(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, as a scheduler starts it."""
    return subprocess.run(
        [sys.executable, "-c", "from quarterdeck.cli import main; main()", "build", *words],
        env={**os.environ, "QUARTERDECK_HOME": str(home.folder), "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=home.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def due(home: Home) -> subprocess.CompletedProcess[str]:
    return run(home, "--due", "--today", TODAY, "--log", "outputs/schedule.log")


def test_both_ways_tell_what_was_made_and_what_failed_and_nothing_of_a_child(
    home: Home, ports: tuple[int, int]
) -> None:
    nbformat.write(notebook("raises", RAISES), home.notebooks / "raises.ipynb")
    with mail_server(port=ports[0]) as box, web_server(port=ports[1]) as hook:
        assert due(home).returncode == 1
    (mail,), (posted,) = box.messages, hook.messages
    assert mail["Subject"] == posted["subject"]
    assert posted["subject"] == "Nowhere County Council: the papers of 2017/18 Q3 are made, but not all of them"
    front = "https://council.example/papers/2017-18-Q3/public"
    assert posted["made"][0] == {"said": "plain", "link": f"{front}/plain.html"}
    assert [line["said"] for line in posted["not_made"]] == [f"raises: {WHY}"]
    log = (home.outputs / "schedule.log").read_bytes()
    assert b"Told by e-mail" in log
    assert b"Told by webhook" in log
    bodies = [part.get_content().encode() for part in mail.iter_parts()]
    assert len(bodies) == 2
    assert [hits(said) for said in (*bodies, box.raw[0], hook.raw[0], log)] == [set()] * 5
    assert kept(home, "nowhere") == []


def test_where_nobody_answers_the_build_ends_as_it_would_and_the_next_run_tells(
    home: Home, ports: tuple[int, int]
) -> None:
    first = due(home)
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    assert len(kept(home, "nowhere")) == 2
    assert not [file.name for file in kept(home, "nowhere") if hits(file.read_bytes())]
    log = home.outputs / "schedule.log"
    assert "Not told by e-mail: the mail server cannot be reached" in log.read_text()
    with mail_server(port=ports[0]) as box, web_server(port=ports[1]) as hook:
        assert due(home).returncode == 0, "nothing is due, and what is kept is sent"
        assert (len(box.raw), len(hook.raw), kept(home, "nowhere")) == (1, 1, [])
        said = log.read_text()
        assert due(home).returncode == 0
        assert (len(box.raw), len(hook.raw), log.read_text()) == (1, 1, said), "nothing was due, and nothing is told"


def test_returns_with_problems_are_told_of_by_the_file_they_are_in(home: Home, ports: tuple[int, int]) -> None:
    reviews = home.data / "nowhere" / "2017-18-Q3" / "ssda903" / "reviews.csv"
    reviews.write_text(reviews.read_text().replace("02/10/2017,PN1", f"31/02/2018,{canaries.POSTCODE}"))
    with mail_server(port=ports[0]) as box, web_server(port=ports[1]) as hook:
        assert run(home, "nowhere", "2017-18 Q3", "--notify").returncode == 3
    (posted,) = hook.messages
    assert posted["subject"].endswith("could not be made")
    assert [line["said"] for line in posted["not_made"]] == ["2 problems in 2017-18-Q3/ssda903/reviews.csv"]
    assert (hits(hook.raw[0]), hits(box.raw[0])) == (set(), set())
