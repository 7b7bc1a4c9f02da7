"""The commands of a run with nobody to watch it: due, schedule."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from quarterdeck.telling import GoingOn

app = typer.Typer()

Today = Annotated[
    dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="as of this day, where it is not today's")
]


@app.command()
def due(today: Today = None) -> None:
    """List how each authority's last closed quarter stands: its returns, its papers, the days to the panel's meeting.

    A quarter is due where it has closed, its returns are there, and its papers are not made or would change. One of the
    year before is listed too where it has returns and no papers.
    """
    from quarterdeck.due import as_text, standings
    from quarterdeck.home import Home

    going = GoingOn()
    home = Home.here()
    for authority in home.authorities():
        with going(authority):
            for standing in standings(home, authority, (today or dt.datetime.now()).date()):
                typer.echo(as_text(standing))
    raise typer.Exit(going.worst)


@app.command()
def schedule(
    scheduler: Annotated[str, typer.Argument(help="cron, systemd, jupyter or github")],
    to: Annotated[Path | None, typer.Option(metavar="DIR", help="write the files here; else they are printed")] = None,
) -> None:
    """Give the unit that makes what is due each weekday, ready for this installation."""
    from quarterdeck.home import Home
    from quarterdeck.schedule import Installation, units, write_units

    texts = units(scheduler, Installation.here(Home.here().folder))
    if to:
        for path in write_units(texts, to):
            typer.echo(f"Wrote {path}.")
    else:
        typer.echo(
            "\n".join(text if len(texts) == 1 else f"# {name}\n{text}" for name, text in texts.items()), nl=False
        )
