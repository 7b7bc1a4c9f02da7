"""The commands of whoever answers for the papers: verify, diff, key, doctor."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from quarterdeck.telling import progress

EXIT_DIFFERS, EXIT_UNKNOWN = 1, 2

app = typer.Typer()

Folder = Annotated[Path, typer.Argument(metavar="OUTPUTS", help="a quarter's folder: outputs/AUTHORITY/QUARTER")]


@app.command()
def verify(
    outputs: Folder,
    public_key: Annotated[
        Path | None, typer.Option("--public-key", metavar="FILE", help="check the manifest's signature with this key")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="papers made at a time")] = None,
) -> None:
    """Make a published quarter again, aside, and compare every byte of it with what is published.

    Says which file differs and where first, and which input or package is not what it was. Exit status: 0 every byte is
    the same; 1 something differs, or the signature is not good; 2 it cannot be made again, or a paper of it could not
    be made then (3 where its returns have problems now).
    """
    from quarterdeck.home import Home
    from quarterdeck.proof.verify import as_text
    from quarterdeck.proof.verify import verify as again

    with progress() as told:
        verdict = again(_there(outputs), Home.here(), public_key=public_key, workers=workers, progress=told)
    typer.echo(as_text(verdict))
    if not verdict.holds or verdict.failed:
        raise typer.Exit(EXIT_UNKNOWN if verdict.holds else EXIT_DIFFERS)


def _there(path: Path) -> Path:
    """A path as it is given, or in the project's folder, where it is not here."""
    from quarterdeck.home import Home

    return path if path.exists() else Home.here().folder / path


@app.command()
def diff(
    first: Annotated[Path, typer.Argument(metavar="A", help="a quarter's folder of outputs, or public/ in one")],
    second: Annotated[Path, typer.Argument(metavar="B", help="another quarter's, or another build's")],
    everything: Annotated[bool, typer.Option("--all", help="all of it, not the first twenty of each kind")] = False,
    json: Annotated[bool, typer.Option("--json", help="as JSON, all of it")] = False,
) -> None:
    """Say what two quarters' or two builds' papers tell otherwise: figures revised, new and gone; words, as they read.

    Exit status: 0 they tell the same; 1 they do not.
    """
    from rich.console import Console

    from quarterdeck.proof.diff import as_json, differences, show

    found = differences(_there(first), _there(second))
    if json:
        typer.echo(as_json(found))
    else:
        show(found, Console(width=None if sys.stdout.isatty() else 120), None if everything else 20)
    if not all(one.none for one in found):
        raise typer.Exit(EXIT_DIFFERS)


@app.command()
def key(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="where to write it; keep it off the machine's backups")],
) -> None:
    """Make a key to sign manifests with, which only you can read, and the public one beside it to check them with."""
    from quarterdeck.proof.signature import VARIABLE, new_key

    public = new_key(path)
    typer.echo(f"Wrote {path}, for this machine alone, and {public}, for whoever checks the papers.")
    typer.echo(f"Name it in {VARIABLE}, or with `quarterdeck build --sign-with {path}`.")


@app.command()
def doctor() -> None:
    """Say whether this installation can make papers unattended: versions, fonts, disk, rights, kernel, schedule.

    Each line is ok, warn or fail, with what to do. Exit status: 1 where anything fails.
    """
    from quarterdeck.doctor import as_text, examine
    from quarterdeck.home import Home

    worst = 0
    for found in examine(Home.here()):
        typer.echo(as_text(found))
        worst = max(worst, found.state == "fail")
    raise typer.Exit(worst)
