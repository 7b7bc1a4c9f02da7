"""README and the handbook are true: pictures are there, commands run and say what it says they do."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from quarterdeck.home import Home
from quarterdeck.quarter import Quarter
from quarterdeck.returns import template
from quarterdeck.site.handbook import CHAPTERS, text
from tests.conftest import AUTHORITY, QUARTER, ROOT, new_home

README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXT = "\n".join([README, *(text(chapter, AUTHORITY, Quarter.parse(QUARTER)) for chapter in CHAPTERS)])
BLOCKS = re.findall(r"```[a-z]*\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = [*dict.fromkeys(line.partition("#")[0].strip() for block in BLOCKS for line in block.splitlines())]
OURS = [command for command in COMMANDS if command.startswith(".venv/bin/quarterdeck")]
NEW = [command for command in OURS if command.split()[1] == "new"]
NEW_PAPER = [command for command in OURS if command.split()[1] == "new-paper"]
VERIFY = [command for command in OURS if command.split()[1] == "verify"]
MADE = sorted({command.split()[1] for command in COMMANDS if command.startswith("make ")} | set(
    re.findall(r"`make ([a-z]+)`", TEXT)
))  # fmt: skip

SAID = {
    "list": "2017-18 Q3",
    "list measures": "cp_plan_rate (per_10k",
    "list papers": "child_protection: ",
    "log": "worcestershire-demo 2017-18 Q3  build: ",
    "log --failed": "",
    "retain": "worcestershire-demo: nothing is past its time.",
    "check": "No problems.",
    "build": "Nothing has changed",
    "build --due": "",
    "due": "not due",
    "schedule": "quarterdeck.timer",
    "publish": "public files are in",
    "template": "local_lists.xlsx",
    "inspect": "allocations",
    "reference": "Would write",
    "doctor": "kernel",
    "diff": "the same figures, the same words",
    "key": "Wrote manifest.key",
}
"""What each command prints; the demonstration's years are over, so that nothing of it is due."""
LAIT = ROOT.parent / "shared" / "data" / "published" / "lait" / "bds_long_0.parquet"


def test_the_first_screen_says_what_it_is_shows_a_paper_and_gives_two_commands() -> None:
    first = "\n".join(README.splitlines()[:26])
    assert "briefing papers" in first
    assert "![" in first
    assert "make briefings" in first
    assert "make test" in first


@pytest.mark.parametrize("picture", re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README))
def test_a_picture_of_the_readme_is_there(picture: str) -> None:
    assert (ROOT / picture).stat().st_size > 20_000


@pytest.mark.parametrize("target", MADE)
def test_a_make_target_of_the_readme_can_be_made(target: str) -> None:
    planned = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert planned.returncode == 0, planned.stderr


def test_bare_make_lists_the_targets() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"briefings", "test", "lab", "bench", "check"} <= {line.split()[0] for line in listed.splitlines()}


@pytest.mark.slow
@pytest.mark.xdist_group("papers")
@pytest.mark.parametrize("command", [command for command in OURS if command not in NEW + NEW_PAPER + VERIFY])
def test_a_quarterdeck_command_of_the_readme_runs(command: str, county: Home, papers: Path, tmp_path: Path) -> None:
    words = shlex.split(command)[1:]
    if words[0] == "inspect":  # what the command before it wrote
        template.write(tmp_path / "lists", {})
    if words[0] == "reference":  # DfE's own file, which is not ours to keep here
        if not LAIT.is_file():
            pytest.skip(f"needs DfE's {LAIT.name}, which is not here")
        words = [str(LAIT) if word == LAIT.name else word for word in words]
    if words[0] == "diff":  # one quarter is built here, and is the same as itself
        words = [str(papers) if word.startswith("outputs/") else word for word in words]
    run = quarterdeck(words, county, tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    said = SAID[max((start for start in SAID if " ".join(words).startswith(start)), key=len)]
    assert said in run.stdout if said else not run.stdout


@pytest.mark.slow
@pytest.mark.xdist_group("papers")
def test_what_the_readme_verifies_is_what_a_build_makes(county: Home, papers: Path) -> None:
    (command,) = VERIFY  # to make all of it again takes minutes: `tests/faults/test_proof.py` does, of a small county
    assert county.folder / shlex.split(command)[2] == papers


def test_a_command_that_is_named_in_a_sentence_is_one_that_is_run() -> None:
    named = set(re.findall(r"`\.venv/bin/quarterdeck ([a-z]+)", TEXT))
    assert named
    assert named <= {command.split()[1] for command in OURS}


@pytest.mark.parametrize("command", NEW)
def test_the_new_authority_of_the_readme_is_made_where_the_readme_says(command: str, tmp_path: Path) -> None:
    said = re.findall(r"It leaves `(data/[a-z-]+/)`", README)
    folder = said[0] if command in README else "data/rutland/"
    home = new_home(tmp_path / "home")
    made = quarterdeck(shlex.split(command)[1:], home, tmp_path)
    assert made.returncode == 0, made.stderr
    assert f"Made {folder}:" in made.stdout
    assert (home.folder / folder / "authority.toml").is_file()


@pytest.mark.parametrize("command", NEW_PAPER)
def test_the_new_paper_of_the_readme_is_made_with_its_test(command: str, tmp_path: Path) -> None:
    name = shlex.split(command)[2]
    home = Home(tmp_path / "home")
    home.notebooks.mkdir(parents=True)
    made = quarterdeck(shlex.split(command)[1:], home, tmp_path)
    assert made.returncode == 0, made.stderr
    said = [f"Made {path}." for path in (f"notebooks/{name}.ipynb", f"tests/papers/test_{name}.py")]
    assert made.stdout.splitlines()[:2] == said
    assert (home.folder / "tests" / "papers" / f"test_{name}.py").is_file()


def quarterdeck(words: list[str], home: Home, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command, run from a folder, of the project that a home holds."""
    return subprocess.run(
        [sys.executable, "-c", "from quarterdeck.cli import main; main()", *words],
        env={**os.environ, "QUARTERDECK_HOME": str(home.folder)},
        stdin=subprocess.DEVNULL, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_folder_that_the_readme_names_is_there() -> None:
    for folder in re.findall(r"^\| `([a-z/]+/)`", README, re.MULTILINE):
        assert (ROOT / folder).is_dir(), folder
