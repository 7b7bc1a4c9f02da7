"""Each paper has a kernel of its own, forked from a warm parent: nothing passes between them, and every end is told."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from quarterdeck.home import Home
from quarterdeck.notify.channels import PASSWORD, TOKEN, USER
from quarterdeck.proof.signature import VARIABLE
from quarterdeck.publish.build import kernel_environment
from quarterdeck.publish.execute import Failure, execute
from quarterdeck.publish.plan import Job
from quarterdeck.publish.warm import JUPYTER_PATH, KERNEL, control
from quarterdeck.publish.warm.parent import MEMORY
from quarterdeck.returns.identity import KEY_VARIABLE
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(not control.SUPPORTED, reason="warm kernels need Linux")
Run = Callable[..., NotebookNode | Failure]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Runs cells as a paper's notebook is run."""
    made = 0

    def ran(*cells: str, **environment: str) -> NotebookNode | Failure:
        nonlocal made
        made += 1
        parameters = nbformat.v4.new_code_cell("quarter = ''", id="parameters", metadata={"tags": ["parameters"]})
        code = [nbformat.v4.new_code_cell(cell, id=f"cell-{number}") for number, cell in enumerate(cells)]
        notebook = nbformat.v4.new_notebook(cells=[parameters, *code])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = tmp_path / f"{made}.ipynb"
        nbformat.write(notebook, path)
        job = Job("one", path, "public", {"quarter": "2017-18 Q3"}, "key")
        own = kernel_environment(ROOT, tmp_path / "caches", set_aside=False) | environment
        return execute(job, tmp_path / "out" / path.name, own)

    yield ran
    control.close_parents()


def said(ran: NotebookNode | Failure) -> str:
    """What a notebook printed."""
    assert isinstance(ran, NotebookNode), ran
    return "".join(output.text for cell in ran.cells for output in cell.get("outputs", []) if output.name == "stdout")


def reason(ran: NotebookNode | Failure) -> str:
    """Why a notebook failed."""
    assert isinstance(ran, Failure)
    return ran.reason


def parent() -> control.WarmParent:
    """The one warm parent of this process."""
    (only,) = control._parents.values()
    return only


def test_a_kernel_has_all_that_papers_import_before_its_first_cell(run: Run) -> None:
    ran = run(
        "import sys\nbefore = set(sys.modules)", "import quarterdeck.paper", "print(sorted({*sys.modules} - before))"
    )
    assert said(ran).strip() == "[]"


def test_kernels_are_forks_of_one_parent_and_see_nothing_of_each_other(run: Run) -> None:
    first = run("import os, pandas\npandas.left = 1\nos.environ['LEFT'] = '1'\nprint(os.getppid())")
    second = run("import os, pandas\nprint(os.getppid(), hasattr(pandas, 'left'), 'LEFT' in os.environ)")
    assert said(second).split() == [said(first).strip(), "False", "False"]


def test_no_kernel_of_a_build_is_told_a_secret_of_the_account_that_builds(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (KEY_VARIABLE, VARIABLE, USER, PASSWORD, TOKEN):
        monkeypatch.setenv(name, "hush")
    monkeypatch.setenv("NO_SECRET", "told")
    assert said(
        run("import os\nprint(sorted(name for name, text in os.environ.items() if text in ('hush', 'told')))")
    ) == ("['NO_SECRET']\n")


def test_each_kernel_draws_random_numbers_of_its_own(run: Run) -> None:
    draw = "import random, numpy\nprint(random.random(), numpy.random.rand())"
    first, second = said(run(draw)).split(), said(run(draw)).split()
    assert not {*first} & {*second}


def test_a_kernel_has_the_environment_the_folder_and_the_input_it_was_given(run: Run) -> None:
    ran = run("import os\nprint(os.environ['OF_ITS_OWN'], os.getcwd(), os.read(0, 1))", OF_ITS_OWN="yes")
    assert said(ran).split() == ["yes", str(Path.cwd()), "b''"]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "its kernel was killed, or ran out of memory"),
        ("import ctypes; ctypes.string_at(0)", "its kernel crashed: Segmentation fault"),
        ("import os; os._exit(3)", "its kernel ended itself, with status 3"),
    ],
)
def test_a_kernel_that_dies_is_told_with_its_cell_and_its_kind_of_end(run: Run, cell: str, told: str) -> None:
    assert reason(run("x = 1", cell, "y = 1")) == f"cell 4: {told}"  # after the parameters and those put in


def test_a_cell_that_wants_more_memory_than_the_limit_fails_and_says_so(run: Run) -> None:
    assert reason(run("held = bytearray(400 << 20)", **{MEMORY: "200"})) == "cell 3: MemoryError: "
    assert said(run("held = bytearray(100 << 20)\nprint('held')", **{MEMORY: "200"})) == "held\n"


def test_neither_a_kernel_nor_its_parent_leaves_a_core_dump(run: Run) -> None:
    of_kernel = said(run("import resource\nprint(*resource.getrlimit(resource.RLIMIT_CORE))"))
    assert of_kernel.split() == ["1", "1"]
    assert resource.prlimit(parent()._process.pid, resource.RLIMIT_CORE) == (1, 1)


def test_the_parent_holds_its_channel_and_nothing_else_but_fonts(run: Run) -> None:
    run("x = 1")
    files = [file for file in Path(f"/proc/{parent()._process.pid}/fd").iterdir() if int(file.name) > 2]
    held = [file.readlink().name.split(":")[0] for file in files if file.readlink().suffix != ".ttf"]
    assert held == ["socket"]


def test_a_parent_that_dies_between_papers_is_replaced(run: Run) -> None:
    run("x = 1")
    before = parent()._process.pid
    os.kill(before, signal.SIGKILL)
    assert said(run("print('made')")) == "made\n"
    assert parent()._process.pid != before


def test_a_parent_that_answers_no_more_is_replaced_before_the_system_calls_it_dead(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("x = 1")
    before = parent()
    monkeypatch.setattr(before._process, "poll", lambda: None)
    os.kill(before._process.pid, signal.SIGKILL)
    assert said(run("print('made')")) == "made\n"
    assert parent() is not before


def test_a_parent_that_dies_takes_its_kernels_along_and_the_paper_says_so(run: Run) -> None:
    ran = run("import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(60)")
    assert reason(ran) == "cell 3: its kernel was killed, or ran out of memory"
    assert said(run("print('made')")) == "made\n"


def test_no_kernel_outlives_the_run_that_started_it(tmp_path: Path) -> None:
    driver = (
        "import os, time\nfrom quarterdeck.publish.warm.control import warm_parent\n"
        "kernel = warm_parent(os.environ).start(['-f', 'kernel.json'], os.environ, '.', [0, 1, 2])\n"
        "print(kernel.pid, flush=True)\ntime.sleep(60)"
    )
    running = subprocess.Popen([sys.executable, "-c", driver], stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    assert running.stdout
    with running.stdout:
        pid = int(running.stdout.readline())
        os.kill(pid, 0)
        running.kill()
        running.wait()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _runs(pid):
        time.sleep(0.05)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_kernel_that_is_asked_to_end_says_by_what_signal_it_did(tmp_path: Path) -> None:
    own = {**os.environ, "MPLCONFIGDIR": str(tmp_path)}
    try:
        kernel = control.warm_parent(own).start(["-f", str(tmp_path / "k.json")], own, tmp_path, [0, 1, 2])
        kernel.terminate()
        assert kernel.wait(10) == -signal.SIGTERM
        assert kernel.poll() == -signal.SIGTERM
    finally:
        control.close_parents()


def test_when_the_library_has_changed_the_next_kernel_has_a_new_parent(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = said(run("import os\nprint(os.getppid())"))
    monkeypatch.setattr(control, "library_times", lambda: (1,))
    assert said(run("import os\nprint(os.getppid())")) != first


def test_a_stock_kernel_makes_the_same_notebook_byte_for_byte(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = ("import pandas as pd\npd.DataFrame({'a': [1, 2]})", "print(quarter)\n{'b', 'a', 'c'}")
    warm = run(*cells)
    monkeypatch.setattr("quarterdeck.publish.warm.provisioner.SUPPORTED", False)
    stock = run(*cells)
    assert isinstance(warm, NotebookNode)
    assert nbformat.writes(warm) == nbformat.writes(stock)


def test_the_home_of_a_build_is_the_kernels_home(run: Run) -> None:
    ran = run("from quarterdeck.home import Home\nprint(Home.here().folder)")
    assert said(ran).strip() == str(Home(ROOT).folder)


def test_any_jupyter_client_finds_the_warm_kernel_by_its_kernelspec(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_PATH", str(JUPYTER_PATH))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import os\nprint(os.getppid())")])
    try:
        NotebookClient(notebook, kernel_name=KERNEL).execute()
        assert said(notebook).strip() == str(parent()._process.pid)
    finally:
        control.close_parents()
