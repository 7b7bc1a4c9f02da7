"""What the command line tells a person or a log: how far it is, what was made, what went wrong."""

from __future__ import annotations

import errno
import sys
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from quarterdeck.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.publish.build import Built, Progress

EXIT_PAPER_FAILED, EXIT_RETURNS, EXIT_FAULT = 1, 3, 4
KEPT_OUT = {
    errno.ENOSPC: "the disk is full: make room",
    errno.EDQUOT: "this account has used up its share of the disk: make room",
    errno.EROFS: "the disk can only be read: let outputs/ be on one that can be written",
    errno.EACCES: "this account may not read or write what it must: let it",
}
"""What a disk or its rights can forbid, and what to do, by the number of the error."""


@dataclass
class Went:
    """How a block of a run went.

    Parameters
    ----------
    status : its exit status.
    said : what was said of what went wrong in it.
    """

    status: int = 0
    said: str = ""


class GoingOn:
    """Says what goes wrong, and keeps the worst exit status of it."""

    def __init__(self) -> None:
        self.worst = 0

    @contextmanager
    def __call__(self, authority: str = "") -> Iterator[Went]:
        """Say what goes wrong in this block, of an authority or of the one that was asked for, and go on after it."""
        went = Went()
        try:
            yield went
        except typer.Exit as left:
            went.status = left.exit_code
        except Problem as problem:
            went.status, went.said = problem.exit_status, f"{problem}"
            typer.echo(f"quarterdeck: {problem}", err=True)
            if went.status == EXIT_RETURNS:
                typer.echo(f"\nNothing was built. {_published(authority)}", err=True)
        except Exception as fault:  # whatever it is: what Python prints of it could hold values of records
            kept_out = _kept_out(fault)
            went.status, went.said = Problem.exit_status if kept_out else EXIT_FAULT, kept_out or _where(fault)
            typer.echo(f"quarterdeck: {went.said}", err=True)
        self.worst = max(self.worst, went.status)


def _kept_out(fault: Exception) -> str:
    """That the disk or its rights kept a file from being written, and which; "" of any other fault."""
    if not isinstance(fault, OSError) or fault.errno not in KEPT_OUT:
        return ""
    from quarterdeck.home import Home

    home, named = Home.here(), Path(str(fault.filename or ""))
    where = f" ({home.relative(named)})" if named.is_absolute() and named.is_relative_to(home.folder.absolute()) else ""
    return f"{KEPT_OUT[fault.errno]}{where}, and try again. What was published is untouched."


def _where(fault: Exception) -> str:
    """A fault of the program: its kind and the lines that led to it; what it said may hold values of records."""
    frames = traceback.extract_tb(fault.__traceback__)
    root = Path(__file__).parent
    lines = [
        f"  {path.relative_to(root).as_posix()}, line {frame.lineno}, {frame.name}"
        for frame in frames
        if (path := Path(frame.filename)).is_relative_to(root)
    ]
    notes = [f"  {note}" for note in getattr(fault, "__notes__", ())]
    told = f"a fault in the program ({type(fault).__name__})."
    left_out = "What it said is left out, for it may tell of a child. It happened in:"
    return "\n".join([told, left_out, *lines, *notes, "Send these lines to whoever looks after Quarterdeck."])


def _published(authority: str) -> str:
    """What a reader still finds of an authority, or of the one that was asked for, when nothing could be built."""
    from quarterdeck.home import Home

    home = Home.here()
    authority = next((word for word in (authority, *sys.argv[2:]) if word in home.authorities()), "")
    quarters = sorted(page.parents[1].name for page in home.outputs.glob(f"{authority}/[0-9]*/public/index.html"))
    if not authority or not quarters:
        return "No papers of this authority had been published here."
    return f"The papers published for {', '.join(quarters)} are untouched."


class _Lines:
    """Progress as plain lines, for a log."""

    def __enter__(self) -> Progress:
        return self._say

    def __exit__(self, *_: object) -> None:
        return None

    @staticmethod
    def _say(what: str, done: int, of: int) -> None:
        typer.echo(f"{done}/{of} {what}" if done else f"0/{of} reading the returns and working out the figures")


class _Bar:
    """Progress as a bar, for a person."""

    def __enter__(self) -> Progress:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, transient=True)
        self._task = self._bar.add_task("Looking for what has changed", total=None)
        self._bar.start()
        return self._say

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def _say(self, what: str, done: int, of: int) -> None:
        said = f"Made {what}" if done else "Reading the returns and working out the figures"
        self._bar.update(self._task, completed=done, total=of, description=said)


def progress() -> _Lines | _Bar:
    """Progress as a bar on a terminal, and as plain lines elsewhere."""
    return _Bar() if sys.stderr.isatty() and sys.stdout.isatty() else _Lines()


def report(built: Built) -> None:
    """What was made, what was kept, what failed, and where to read it."""
    from quarterdeck.home import Home

    for name, reason in built.failed.items():
        typer.echo(f"Not made: {name}: {reason}", err=True)
    if not built.made and not built.failed and not built.formats:
        typer.echo("Nothing has changed: every paper is as it was.")
    else:
        typer.echo(f"Made {len(built.made)} papers, kept {len(built.kept)}, failed {len(built.failed)}.")
    if built.formats:
        typer.echo(f"Made {len(built.formats)} files in other formats, beside them.")
    home = Home.here()
    typer.echo(f"Every quarter: {home.relative(built.folder.parent / 'index.html')}")
    typer.echo(f"Public copies: {home.relative(built.folder / 'public' / 'index.html')}")
    typer.echo(f"Officers' copies, not for publication: {home.relative(built.folder / 'officers' / 'index.html')}")
