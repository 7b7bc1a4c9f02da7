"""Run a notebook with papermill, in a kernel of its own, and keep what it showed."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from quarterdeck.publish.kernels import KernelUnreadyError, manager_of
from quarterdeck.publish.plan import Job
from quarterdeck.publish.warm import KERNEL

CELL_SECONDS = 300


@dataclass(frozen=True)
class Failure:
    """Why a paper could not be made.

    Parameters
    ----------
    job : which paper.
    reason : for the person who can mend it: the cell, the kind of error, what it said.
    """

    job: Job
    reason: str


def execute(job: Job, output: Path, environment: dict[str, str]) -> NotebookNode | Failure:
    """The notebook as it ran, saved to `output` without times, ids or paths; or why it could not run.

    Parameters
    ----------
    job : the paper to make.
    output : where the executed notebook is kept; a failed one is kept there too, without the values of its error.
    environment : what the kernel's environment holds beside this process's own (`kernel_environment` of a build).
    """
    with closing(ensure_event_loop()):
        return _execute(job, output, environment)


def _execute(job: Job, output: Path, environment: dict[str, str]) -> NotebookNode | Failure:
    output.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch = output.with_suffix(".running.ipynb")
    manager = manager_of(environment)
    begun: list[str] = []
    try:
        papermill.execute_notebook(
            str(job.notebook),
            str(scratch),
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
        _keep(_plain(_scrubbed(_read(scratch)), job), output)
        return Failure(job, f"cell {error.exec_count}: {error.ename}: {error.evalue}")
    except DeadKernelError:
        return Failure(job, f"cell {begun.count('code')}: its kernel {manager.started[-1].ending}")
    except KernelUnreadyError:
        return Failure(job, f"before its first cell: its kernel {manager.started[-1].ending}")
    finally:
        executed = _read(scratch) if scratch.exists() else None
        scratch.unlink(missing_ok=True)
    if executed is None:
        return Failure(job, "papermill kept no notebook")
    executed = _plain(executed, job)
    _keep(executed, output)
    return executed


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def _keep(notebook: NotebookNode, output: Path) -> None:
    nbformat.write(notebook, output)  # type: ignore[no-untyped-call]
    output.chmod(0o600)


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


def _scrubbed(notebook: NotebookNode) -> NotebookNode:
    """Without tracebacks, which show the values that a cell worked on."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output["traceback"] = []
    return notebook
