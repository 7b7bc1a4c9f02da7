"""Run a notebook with papermill, in a kernel of its own, and keep what it showed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import papermill_io

from quarterdeck.paper.paper import MIME
from quarterdeck.private import private_file, private_folder
from quarterdeck.publish.failed import of_library, scrubbed, source_of, without_values
from quarterdeck.publish.kernels import IpcKernelManager, KernelUnreadyError, manager_of
from quarterdeck.publish.plan import Job
from quarterdeck.publish.warm import KERNEL

CELL_SECONDS = 300
IN_MEMORY = "memory:"


@dataclass(frozen=True)
class Failure:
    """Why a paper could not be made.

    Parameters
    ----------
    job : which paper.
    reason : for the person who can mend it: the cell, the kind of error, what it said.
    kind : the kind of error alone.
    """

    job: Job
    reason: str
    kind: str


def execute(
    job: Job, output: Path, environment: dict[str, str], told_peak: Callable[[int | None], None] = lambda _: None
) -> NotebookNode | Failure:
    """The notebook as it ran, saved to `output` without times, ids or paths; or why it could not run.

    Parameters
    ----------
    job : the paper to make.
    output : where the executed notebook is kept, with what its page shows; a failed one is kept `scrubbed`.
    environment : what the kernel's environment holds beside this process's own (`kernel_environment` of a build).
    told_peak : told the most memory that the kernel had, in bytes; None where it died or the system does not tell.
    """
    manager = manager_of(environment)
    with closing(ensure_event_loop()):
        ran = _execute(job, output, manager)
    told_peak(manager.started[-1].peak_memory if manager.started else None)
    return ran


def _execute(job: Job, output: Path, manager: type[IpcKernelManager]) -> NotebookNode | Failure:
    scratch = f"{IN_MEMORY}{output}"
    begun: list[str] = []
    try:
        papermill.execute_notebook(
            str(job.notebook),
            scratch,
            parameters=job.parameters,
            kernel_name=KERNEL,
            progress_bar=False,
            log_output=False,
            execution_timeout=CELL_SECONDS,
            record_timing=False,
            # Written once, when it has run: papermill would write it anew before and after every cell.
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            shutdown_kernel="immediate",
            on_cell_start=lambda cell, cell_index: begun.append(cell.cell_type),
            kernel_manager_class=manager,
        )
    except PapermillExecutionError as error:
        failed = _running.taken(scratch)
        ours = of_library(error.ename, error.traceback)
        said = without_values(error.evalue, source_of(failed), ours=ours)
        keep_failed(failed, job, output)
        return Failure(job, f"cell {error.exec_count}: {error.ename}: {said}", error.ename)
    except DeadKernelError:
        ended = f"cell {begun.count('code')}: its kernel {manager.started[-1].ending}"
        return Failure(job, ended, DeadKernelError.__name__)
    except KernelUnreadyError:
        ended = f"before its first cell: its kernel {manager.started[-1].ending}"
        return Failure(job, ended, KernelUnreadyError.__name__)
    finally:
        for started in manager.started:
            started.clear_away()
    executed = _plain(_running.taken(scratch), job)
    _keep(_as_shown(executed), output)
    return executed


def keep_failed(notebook: NotebookNode, job: Job, output: Path) -> None:
    """Keep the notebook of a paper that could not be made, without values of records."""
    _keep(_plain(scrubbed(notebook), job), output)


class _Running:
    """What papermill writes of notebooks while they run: in memory, so that no file ever holds what cells worked on."""

    def __init__(self) -> None:
        self._written: dict[str, str] = {}

    def write(self, text: str, path: str) -> None:
        self._written[path] = text

    def pretty_path(self, path: str) -> str:
        return path

    def taken(self, path: str) -> NotebookNode:
        """The notebook as it was last written, once."""
        return nbformat.reads(self._written.pop(path), as_version=4)  # type: ignore[no-untyped-call]


_running = _Running()
papermill_io.register(IN_MEMORY, _running)


def _keep(notebook: NotebookNode, output: Path) -> None:
    private_folder(output.parent.parent)
    private_folder(output.parent)
    with private_file(output) as file:
        file.write(nbformat.writes(notebook).encode())  # type: ignore[no-untyped-call]


def _as_shown(notebook: NotebookNode) -> NotebookNode:
    """A notebook with what its page shows, and nothing else that a cell put out: an analyst may have looked at rows."""
    shown = copy.deepcopy(notebook)
    for cell in shown.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if _is_shown(output)]
    return shown


def _is_shown(output: NotebookNode) -> bool:
    return MIME in output.get("data", {}) or bool(output.get("metadata", {}).get("text/html", {}).get("briefing"))


def _plain(notebook: NotebookNode, job: Job) -> NotebookNode:
    """Without what differs from run to run: times, random ids, paths of the machine."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata["papermill"] = {"parameters": dict(job.parameters)}
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
        elif "papermill-error-cell-tag" in cell.metadata.get("tags", []):
            cell["id"] = f"error-{number}"
    return notebook
