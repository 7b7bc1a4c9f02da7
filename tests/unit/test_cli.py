"""The command line refuses what cannot be, in words that say what can."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import AUTHORITY, ROOT, new_home


def run(*words: str, home=ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from quarterdeck.cli import main; main()", *words],
        env={
            "PATH": "/usr/bin:/bin", "QUARTERDECK_HOME": str(home), "HOME": str(home), "PYTHONPATH": str(ROOT / "lib"),
        },
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_help_teaches_the_commands_and_the_exit_statuses() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    for word in (
        "build", "list", "check", "inspect", "template", "new", "demo", "due", "schedule", "verify", "diff", "key",
        "doctor", "Exit status"
    ):  # fmt: skip
        assert word in shown.stdout


def test_help_needs_none_of_the_heavy_libraries() -> None:
    listed = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import quarterdeck.cli"],
        capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip
    loaded = {line.split("|")[-1].strip() for line in listed.splitlines()}
    assert not loaded & {
        "pandas",
        "numpy",
        "matplotlib",
        "papermill",
        "nbconvert",
        "nbformat",
        "pydantic",
        "pandera",
        "cryptography",
        "lxml",
    }


def test_a_demonstration_of_another_authority_is_refused_and_the_two_that_there_are_are_named(tmp_path) -> None:
    new_home(tmp_path / "home")
    refused = run("demo", "--authority", "nowhere-demo", home=tmp_path / "home")
    assert refused.returncode == 2
    assert "There is: worcestershire-demo, tameside-demo" in refused.stderr


@pytest.mark.parametrize(
    ("authority", "quarter", "said"),
    [
        ("nowhere", "2017-18 Q3", f"There is: tameside-demo, {AUTHORITY}"),
        (AUTHORITY, "2017_01", "write it like 2017-18 Q3"),
        (AUTHORITY, "2025 Q5", "write it like 2017-18 Q3"),
        (AUTHORITY, "2017-19 Q3", "write it like 2017-18 Q3"),
        (AUTHORITY, "1999-00 Q1", "write it like 2017-18 Q3"),
        (AUTHORITY, "2031-32 Q1", "has no folder of returns for 2031-32 Q1"),
    ],
)
def test_an_authority_or_quarter_that_there_is_not_is_refused_before_any_kernel_starts(
    authority: str, quarter: str, said: str, tmp_path
) -> None:
    new_home(tmp_path / "home")
    refused = run("build", authority, quarter, home=tmp_path / "home")
    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not list((tmp_path / "home").glob("outputs/*/*"))


def test_a_paper_that_there_is_not_is_refused_with_those_there_are(tmp_path) -> None:
    home = new_home(tmp_path / "home")
    (home.data / AUTHORITY / "2017-18-Q3").mkdir(exist_ok=True)
    refused = run("build", AUTHORITY, "2017-18 Q3", "--paper", "performance_monitorng", home=home.folder)
    assert refused.returncode == 2
    assert "performance_monitoring" in refused.stderr
