"""The commands of whoever runs an installation: log, retain."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def log(
    last: Annotated[int, typer.Option(min=1, help="lines, counted from the end")] = 40,
    failed: Annotated[bool, typer.Option("--failed", help="of those only what failed or was stopped")] = False,
) -> None:
    """Show what builds did of late: a line for each paper, with its time and memory, and one for each build.

    It is read from outputs/log.jsonl, a JSON object a line, which only you can read. No line holds a value of a record.
    """
    from quarterdeck.home import Home
    from quarterdeck.log import as_text, last_lines

    for line in last_lines(Home.here(), last):
        if not failed or line["outcome"] in ("failed", "stopped"):
            typer.echo(as_text(line))
