"""The units for cron, systemd, JupyterLab and GitHub are ready to run, wherever this installation is."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from quarterdeck.errors import Refused
from quarterdeck.schedule import SCHEDULERS, Installation, units, write_units
from tests.conftest import ROOT, new_home

NAMES = ["plain", "with spaces", "100% sure", 'it\'s "quoted"', r"back\slash\%n", "$HOME and `id`", "a=b;c&d#e"]
STUB = """#!/bin/sh
pwd > "$QUARTERDECK_HOME/ran"
printf '%s\\n' "$0" "$QUARTERDECK_HOME" "$@" >> "$QUARTERDECK_HOME/ran"
"""
ASKED = ["build", "--due", "--log", "outputs/schedule.log"]


@pytest.fixture(params=NAMES)
def here(request, tmp_path: Path) -> Installation:
    """An installation in a folder of an awkward name, whose command writes down how it was run."""
    home = tmp_path / request.param
    command = home / ".venv" / "bin" / "quarterdeck"
    command.parent.mkdir(parents=True)
    (home / "outputs").mkdir()
    command.write_text(STUB)
    command.chmod(0o755)
    return Installation(command, home, home.owner())


def ran(here: Installation) -> list[str]:
    """The folder that the command was run in, its name, the home that it was told of, and what was asked of it."""
    return (here.home / "ran").read_text().splitlines()


def as_asked(here: Installation) -> list[str]:
    return [str(here.home), str(here.command), str(here.home), *ASKED]


def the_command_of(line: str) -> str:
    r"""What cron gives the shell of a line: after its five fields, up to a bare %, with \% for a %."""
    command = line.split(maxsplit=5)[5]
    return re.split(r"(?<!\\)%", command)[0].replace(r"\%", "%")


def cron_line(here: Installation) -> str:
    lines = units("cron", here)["quarterdeck.cron"].splitlines()
    (line,) = [line for line in lines if not line.startswith("#")]
    return line


def test_the_cron_line_runs_what_is_due_in_the_home(here):
    command = the_command_of(cron_line(here))
    assert subprocess.run(["sh", "-n", "-c", command], check=False).returncode == 0
    subprocess.run(["/bin/sh", "-c", command], env={"PATH": "/usr/bin:/bin"}, cwd="/", check=True)
    assert ran(here) == as_asked(here)


def test_the_cron_line_is_at_half_past_six_from_monday_to_friday(here):
    assert cron_line(here).split()[:5] == ["30", "6", "*", "*", "1-5"]


def test_the_exit_status_of_the_command_is_that_of_the_cron_line(here):
    here.command.write_text("#!/bin/sh\nexit 3\n")
    done = subprocess.run(
        ["/bin/sh", "-c", the_command_of(cron_line(here))], env={"PATH": "/usr/bin:/bin"}, check=False
    )
    assert done.returncode == 3


def service(here: Installation) -> configparser.SectionProxy:
    parsed = configparser.RawConfigParser()
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(units("systemd", here)["quarterdeck.service"])
    return parsed["Service"]


def undoubled(text: str, sign: str) -> str:
    """Text with each doubled sign made one; one that stands alone would mean something to systemd."""
    halves = text.split(sign * 2)
    assert not any(sign in half for half in halves), text
    return sign.join(halves)


def words_of(setting: str) -> list[str]:
    """The words of a unit's setting, their escapes and specifiers undone as systemd does."""
    return [undoubled(word, "%") for word in shlex.split(setting)]


def test_the_service_runs_what_is_due_in_the_home(here):
    unit = service(here)
    command = [undoubled(word, "$") for word in words_of(unit["ExecStart"])]
    (setting,) = words_of(unit["Environment"])
    name, _, value = setting.partition("=")
    folder = undoubled(unit["WorkingDirectory"], "%")
    subprocess.run(command, env={"PATH": "/usr/bin:/bin", name: value}, cwd=folder, check=True)
    assert ran(here) == as_asked(here)


def test_the_service_may_write_to_the_outputs_alone_and_gain_no_privilege(here):
    unit = service(here)
    assert words_of(unit["ReadWritePaths"]) == [str(here.home / "outputs")]
    assert (unit["ProtectSystem"], unit["ProtectHome"]) == ("strict", "read-only")
    assert unit["NoNewPrivileges"] == unit["PrivateTmp"] == "yes"
    assert unit["User"] == here.owner


def test_systemd_finds_no_fault_in_the_units(here, tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here: the units were not verified by systemd itself")
    written = write_units(units("systemd", here), tmp_path / "units")
    verified = subprocess.run(["systemd-analyze", "verify", *written], capture_output=True, text=True, check=False)
    ours = [line for line in verified.stderr.splitlines() if "quarterdeck" in line or str(tmp_path) in line]
    assert (verified.returncode, ours) == (0, []), verified.stderr


def test_systemd_would_find_a_fault(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here: nothing to try")
    here = Installation(tmp_path / "quarterdeck", tmp_path, tmp_path.owner())
    spoilt = {name: text.replace("=oneshot", "=onceshot") for name, text in units("systemd", here).items()}
    written = write_units(spoilt, tmp_path / "units")
    verified = subprocess.run(["systemd-analyze", "verify", *written], capture_output=True, text=True, check=False)
    assert "onceshot" in verified.stderr


def job(here: Installation) -> tuple[dict, nbformat.NotebookNode]:
    """The job that jupyter-scheduler is given, and its notebook."""
    texts = units("jupyter", here)
    return json.loads(texts["quarterdeck.json"]), nbformat.reads(texts["quarterdeck.ipynb"], as_version=4)


def run_as_scheduled(here: Installation) -> dict:
    """The notebook's cells, run with the job's parameters written after those of its own, as the scheduler does."""
    told, notebook = job(here)
    parameters, *others = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    injected = "\n".join(f"{name} = {value}" for name, value in told["parameters"].items())
    names: dict = {}
    for source in (parameters, injected, *others):
        exec(source, names)
    return names


def test_the_notebook_of_jupyter_scheduler_runs_what_is_due_in_the_home(here, capsys):
    run_as_scheduled(here)
    assert ran(here) == as_asked(here)
    assert capsys.readouterr().out == "All that is due is made (exit status 0).\n"


def test_the_notebook_of_jupyter_scheduler_fails_with_the_command_and_shows_nothing_that_it_said(here):
    here.command.write_text("#!/bin/sh\necho Ada Bell; echo Ada Bell >&2; exit 3\n")
    with pytest.raises(RuntimeError, match=r"exit status 3\): see outputs/schedule.log") as failed:
        run_as_scheduled(here)
    assert "Ada" not in str(failed.value)


def test_the_job_of_jupyter_scheduler_is_at_the_same_time_as_that_of_cron_and_says_who_may_see_its_copies(here):
    told, notebook = job(here)
    assert (told["schedule"].split(), told["timezone"]) == (cron_line(here).split()[:5], "Europe/London")
    assert told["input_uri"] in units("jupyter", here)
    assert "an officers' matter" in notebook.cells[0].source.replace("\n", " ")


def workflow(here: Installation) -> dict:
    return yaml.safe_load(units("github", here)["quarterdeck.yml"])


def test_the_workflow_runs_what_is_due_in_the_home(here):
    job = workflow(here)["jobs"]["papers"]
    (step,) = [step for step in job["steps"] if "run" in step]
    subprocess.run(["bash", "-e", "-c", step["run"]], env={"PATH": "/usr/bin:/bin", **job["env"]}, check=True)
    assert ran(here) == as_asked(here)


def test_the_workflow_pins_its_actions_and_is_given_no_secret_and_no_right(here):
    text = units("github", here)["quarterdeck.yml"]
    used = [step["uses"] for step in workflow(here)["jobs"]["papers"]["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in used)
    assert workflow(here)["permissions"] == {}
    assert "secrets" not in text
    assert "pull_request" not in text


def test_the_workflow_keeps_public_copies_alone_and_only_where_that_is_asked_for(here):
    (step,) = [step for step in workflow(here)["jobs"]["papers"]["steps"] if "uses" in step]
    assert step["with"]["path"].endswith("/outputs/*/[0-9]*/public/")
    assert "vars.QUARTERDECK_KEEP_PUBLIC == 'yes'" in step["if"]


@pytest.mark.parametrize("name", ["line\nbreak", "${{ github.token }}"])
@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_a_path_that_no_unit_can_name_is_refused(scheduler, name):
    with pytest.raises(Refused, match="no scheduler can be told of"):
        units(scheduler, Installation(Path("/bin/quarterdeck"), Path("/srv") / name, "nobody"))


def test_units_are_written_once_and_never_over_others(tmp_path):
    texts = {"quarterdeck.cron": "one\n"}
    (written,) = write_units(texts, tmp_path / "made")
    assert written.read_text() == "one\n"
    assert write_units(texts, tmp_path / "made") == [written]
    with pytest.raises(Refused, match="there already"):
        write_units({"quarterdeck.cron": "other\n"}, tmp_path / "made")
    assert written.read_text() == "one\n"


def quarterdeck(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from quarterdeck.cli import main; main()", "schedule", *words],
        env={**os.environ, "QUARTERDECK_HOME": str(home), "PYTHONPATH": str(ROOT / "lib")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_unit_is_printed_or_written_for_the_installation_that_is_asked(tmp_path):
    home = new_home(tmp_path / "home").folder
    printed = quarterdeck(home, "cron")
    assert printed.returncode == 0, printed.stderr
    assert f"QUARTERDECK_HOME={home} {Path(sys.executable).with_name('quarterdeck')} build --due" in printed.stdout
    written = quarterdeck(home, "systemd", "--to", str(tmp_path / "units"))
    assert written.returncode == 0, written.stderr
    assert {path.name for path in (tmp_path / "units").iterdir()} == {"quarterdeck.service", "quarterdeck.timer"}
    refused = quarterdeck(home, "at")
    assert (refused.returncode, "There is: cron, systemd, jupyter, github" in refused.stderr) == (2, True)
