"""Nothing that a run leaves tells of a child: no page, output, cache, log or message, but what is its owner's alone."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest

from quarterdeck.publish.manifest import read_manifest
from quarterdeck.returns import ReturnsError
from quarterdeck.returns.inspect import inspect
from quarterdeck.returns.inspected import as_text
from tests.conftest import ROOT
from tests.faults import canaries
from tests.faults.canaries import CANARIES, files_in, hits
from tests.faults.test_build import PROFILE, QUARTER, notebook
from tests.small_county import FILES, SmallCounty

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("leaks")]
CACHE = "home/outputs/.prepared/nowhere/2017-18-Q3/*"
OWNER_ONLY = {
    f"{CACHE}/failing_records.csv": set(CANARIES),
    "home/outputs/nowhere/2017-18-Q3-failing_records.csv": set(CANARIES),
    f"{CACHE}/records/*.parquet": {"birth date"},
}
"""All that may hold something of a child, and what: the list of records that break a rule, and the ages of children."""
MAIN = [sys.executable, "-c", "from quarterdeck.cli import main; main()"]
HEADER = """
import pandas as pd
from quarterdeck.home import Home
rows = pd.read_csv(Home.here().data / "nowhere" / "2017-18-Q3" / "ssda903" / "header.csv")
who = " ".join(rows.iloc[0].map(str))
"""
HOSTILE = {
    "raises": HEADER + "raise ValueError(f'no age for {who}')",
    "says_it_is_ours": HEADER + "from quarterdeck.paper.anatomy import PaperError\nraise PaperError(f'no {who!r}')",
    "looks": HEADER + "display(rows)",
    "prints": HEADER + "import sys\nprint(who)\nprint(who, file=sys.stderr)\nrows.CHILD.tolist()",
    "crashes": HEADER + "print(who)\nimport ctypes\nctypes.string_at(0)",
}
"""What an analyst's cell may do with rows of a return; each is a paper of its own."""
MADE = {"officers/prints", "officers/data_quality", "officers/plain", "public/plain"}


@dataclass
class Left:
    """What runs have left.

    Parameters
    ----------
    folder : all that they could write to: the project, its user's home, and everywhere for what is temporary.
    said : what they wrote to their terminals, by run.
    status : how they ended, by run.
    """

    folder: Path
    said: dict[str, bytes] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def environment(self) -> dict[str, str]:
        """An environment whose every folder is watched."""
        names = "HOME TMPDIR JUPYTER_RUNTIME_DIR JUPYTER_DATA_DIR JUPYTER_CONFIG_DIR IPYTHONDIR MPLCONFIGDIR"
        watched = {
            name: self.folder / "user" / name.lower() for name in (*names.split(), "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
        }
        for path in watched.values():
            path.mkdir(parents=True, exist_ok=True)
        own = {name: str(path) for name, path in watched.items()}
        return {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "QUARTERDECK_HOME": str(self.home),
            **own,
        }

    def start(self, command: list[str], *arguments: str) -> subprocess.Popen[bytes]:
        """A run with the most careless of umasks, and core dumps allowed."""
        working = self.folder / "user" / "working"
        working.mkdir(parents=True, exist_ok=True)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen([*command, *arguments], env=self.environment, cwd=working, umask=0, **pipes)

    def run(self, name: str, command: list[str], *arguments: str) -> None:
        """A run to its end."""
        with self.start(command, *arguments) as running:
            self.said[name], _ = running.communicate(timeout=300)
        self.status[name] = running.returncode

    def found(self) -> dict[str, set[str]]:
        """Every file in which a canary is, and of what kind; the returns themselves apart."""
        files = [path for path in files_in(self.folder) if not path.is_relative_to(self.home / "data")]
        found = {path.relative_to(self.folder).as_posix(): hits(path.read_bytes()) for path in files}
        return {name: kinds for name, kinds in found.items() if kinds}


def put_home(folder: Path) -> None:
    """A county with canaries in every return, one paper of its figures, that on data quality, and the hostile ones."""
    county = SmallCounty(folder, ())
    for name, content in canaries.returns().items():
        county.put(name, content)
    # Rows to set aside, which are told of in a message, in the paper on data quality and in the cache.
    county.change("ssda903/reviews.csv", "02/10/2017,PN1", f"31/02/2018,{canaries.POSTCODE}")
    county.change("ssda903/header.csv", ",BCRB,", f",{canaries.SURNAME},")
    (county.home / "authority.toml").write_text(PROFILE, encoding="utf-8")
    (folder / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    (folder / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "data_quality.ipynb", folder / "notebooks")
    nbformat.write(notebook("plain"), folder / "notebooks" / "plain.ipynb")
    for name, cell in HOSTILE.items():
        nbformat.write(for_officers(name, cell), folder / "notebooks" / f"{name}.ipynb")


def for_officers(name: str, cell: str) -> nbformat.NotebookNode:
    """A paper of one cell, made for one audience alone, which takes half the time."""
    paper = notebook(name, cell)
    paper.metadata.briefing["audiences"] = ["officers"]
    return paper


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """What a build of all papers has left, and then one that was killed while a cell was at work."""
    left = Left(tmp_path_factory.mktemp("watched"))
    put_home(left.home)
    shared_memory = set(files_in(Path("/dev/shm")))
    left.run("build", MAIN, "build", "nowhere", QUARTER, "--set-aside", "--workers", "2")
    sleeping = HEADER + "print(who)\nimport pathlib, time\npathlib.Path('begun').touch()\ntime.sleep(600)"
    nbformat.write(for_officers("raises", sleeping), left.home / "notebooks" / "raises.ipynb")
    with left.start(MAIN, "build", "nowhere", QUARTER, "--set-aside", "--paper", "raises") as running:
        begun = left.folder / "user" / "working" / "begun"
        deadline = time.monotonic() + 240
        while not begun.exists() and running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
        left.said["killed"], _ = running.communicate()
    left.status["killed"] = running.returncode
    for path in set(files_in(Path("/dev/shm"))) - shared_memory:
        left.said[str(path)] = path.read_bytes()
    return left


def test_the_runs_went_as_they_were_meant_to(left: Left) -> None:
    told = left.said["build"].decode()
    assert left.status == {"build": 1, "killed": -signal.SIGKILL}, told
    made = read_manifest(left.home / "outputs" / "nowhere" / "2017-18-Q3")
    assert set(made["papers"]) == MADE, told
    assert set(made["failed"]) == {f"officers/{name}" for name in HOSTILE} - MADE


def test_every_kind_of_canary_is_in_the_returns(left: Left) -> None:
    found = {kind for path in files_in(left.home / "data" / "nowhere") for kind in hits(path.read_bytes())}
    assert found == set(CANARIES)


def test_nothing_that_a_run_leaves_holds_a_canary_but_what_is_its_owners_alone(left: Left) -> None:
    allowed = {
        path.relative_to(left.folder).as_posix(): kinds
        for pattern, kinds in OWNER_ONLY.items()
        for path in left.folder.glob(pattern)
    }
    found = {name: kinds - allowed.get(name, set()) for name, kinds in left.found().items()}
    assert {name: kinds for name, kinds in found.items() if kinds} == {}


def test_nothing_that_a_run_says_holds_a_canary(left: Left) -> None:
    assert {name: kinds for name, said in left.said.items() if (kinds := hits(said))} == {}


def test_what_is_its_owners_alone_can_be_read_by_nobody_else_whatever_the_umask(left: Left) -> None:
    outputs = left.home / "outputs"
    quarter = outputs / "nowhere" / "2017-18-Q3"
    cache = outputs / ".prepared"
    cached = [path for path in cache.rglob("*") if cache / ".caches" not in path.parents]
    private = [*cached, *(quarter / "notebooks").rglob("*"), quarter / "quality.json"]
    private += [outputs / ".prepared", outputs / "log.jsonl", outputs / "nowhere" / "2017-18-Q3-failing_records.csv"]
    private += [*(outputs / "nowhere" / "history").rglob("officers.csv.gz"), left.home / "data" / "nowhere" / ".key"]
    assert len(private) > 50
    modes = {path.relative_to(left.folder): f"{stat.S_IMODE(path.stat().st_mode):o}" for path in private}
    others = {name: mode for name, mode in modes.items() if mode != ("700" if (left.folder / name).is_dir() else "600")}
    assert others == {}
    for pattern in OWNER_ONLY:
        assert set(left.folder.glob(pattern)) <= set(private), pattern


def test_the_list_that_is_its_owners_alone_does_name_children(left: Left) -> None:
    listed = left.home / "outputs" / "nowhere" / "2017-18-Q3-failing_records.csv"
    assert "identifier" in hits(listed.read_bytes())


def test_a_failed_notebook_keeps_its_code_the_kind_of_error_and_what_the_code_itself_says(left: Left) -> None:
    folder = left.home / "outputs" / "nowhere" / "2017-18-Q3" / "notebooks" / "officers"
    raised = nbformat.read(folder / "raises.ipynb", as_version=4)
    outputs = [output for cell in raised.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [(output.ename, output.traceback) for output in outputs] == [("ValueError", [])]
    assert outputs[0].evalue.startswith("no age for …")
    assert HOSTILE["raises"] in [cell.source for cell in raised.cells]
    failed = read_manifest(folder.parents[1])["failed"]
    assert failed["officers/raises"].startswith("cell 4: ValueError: no age for …")
    assert failed["officers/looks"].endswith(
        " shows a table without a caption; show it with paper.table(frame, caption)"
    )


def test_of_its_kernels_a_killed_run_leaves_nothing_but_folders_that_nobody_else_can_enter(left: Left) -> None:
    folders = [*(left.folder / "user" / "tmpdir").iterdir()]
    assert len(folders) == 1, "the build that was not killed leaves nothing"
    assert [path.stat().st_mode & 0o077 for path in folders] == [0]
    assert not [*(left.folder / "user" / "jupyter_runtime_dir").iterdir()]


# Messages


WHO = [
    f"{canaries.CHILD}1",
    canaries.FORENAME,
    canaries.SURNAME.upper(),
    f"{canaries.FORENAME} {canaries.SURNAME}".lower(),
    f"{canaries.SURNAME}, {canaries.FORENAME[0]}",
    canaries.UPN,
    canaries.NHS,
    canaries.POSTCODE,
    canaries.POSTCODE.replace(" ", "").lower(),
    canaries.NOTE,
]


def everywhere(*values: str) -> dict[str, str]:
    """Every return, with one more row or child for each value, which stands in all its columns."""
    changed = {}
    for name, text in FILES.items():
        if name.endswith(".csv"):
            heading, *rows = csv.reader(io.StringIO(text))
            more = [[value] * len(heading) for value in values]
            written = io.StringIO()
            csv.writer(written, lineterminator="\n").writerows([heading, *rows, *more])
            changed[name] = written.getvalue()
        else:
            child = re.search("<Child>.*?</Child>", text, re.DOTALL)
            assert child
            others = [re.sub(">[^<>\n]+</", f">{value}</", child[0]) for value in values]
            changed[name] = text.replace("</Children>", "".join([*others, "</Children>"]))
    return changed


def test_no_message_about_bad_input_shows_who_a_child_is_in_whatever_column(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, ())
    for name, text in everywhere(*WHO).items():
        county.put(name, text)
    with pytest.raises(ReturnsError) as told:
        county.read()
    assert len(told.value.problems) > 1000
    assert hits(f"{told.value}{told.value.problems.to_csv()}".encode()) == set()


@pytest.mark.parametrize("value", [canaries.NHS, canaries.SURNAME, canaries.POSTCODE])
@pytest.mark.parametrize("element", ["Collection", "LEA", "Year", "ReferenceDate"])
def test_no_message_shows_what_stands_in_a_header_but_a_number_or_a_date(
    tmp_path: Path, element: str, value: str
) -> None:
    county = SmallCounty(tmp_path, ())
    census = county.put("cin_census.xml", re.sub(f"<{element}>.*?<", f"<{element}>{value}<", FILES["cin_census.xml"]))
    told = as_text(inspect(census), {})
    try:
        county.read()
    except ReturnsError as error:
        told += str(error)
    assert hits(told.encode()) == set()


def test_to_inspect_a_file_tells_no_value_of_it(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, ())
    paths = [county.put(name, text) for name, text in [*everywhere(*WHO).items(), *canaries.returns().items()]]
    assert hits("\n".join(as_text(inspect(path), {}) for path in paths).encode()) == set()


def test_no_message_shows_a_birth_date_but_in_a_column_of_other_dates(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, ())
    for name, text in everywhere(f"{canaries.BORN:%d/%m/%Y}").items():
        county.put(name, text)
    with pytest.raises(ReturnsError) as told:
        county.read()
    shown = told.value.problems[told.value.problems.value.str.contains("2008")]
    assert not shown.column.str.contains("DOB|birth", case=False).any()
    assert set(shown.rule) <= {"duplicate", "order", "impossible date"}


@pytest.mark.parametrize("command", [["check", "nowhere", QUARTER], ["build", "nowhere", QUARTER]])
def test_a_fault_in_the_program_is_told_by_its_kind_and_place_and_not_by_what_it_says(
    left: Left, command: list[str]
) -> None:
    faulty = (
        "import quarterdeck.returns as returns\n"
        "def fail(*_, **__):\n"
        f"    raise ValueError({canaries.NOTE!r})\n"
        "returns.read_quarter = fail\n"
        "from quarterdeck.cli import main\n"
        "main()"
    )
    prepared = left.home / "outputs" / ".prepared" / "nowhere"
    prepared.rename(prepared.with_name("elsewhere"))
    try:
        left.run("fault", [sys.executable, "-c", faulty], *command)
    finally:
        shutil.rmtree(prepared, ignore_errors=True)
        prepared.with_name("elsewhere").rename(prepared)
    told = left.said["fault"].decode()
    assert left.status["fault"] == 4, told
    assert "a fault in the program (ValueError)" in told
    assert "cli.py, line" in told
    assert hits(told.encode()) == set()
