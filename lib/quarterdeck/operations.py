"""The commands of whoever runs an installation: log, retain."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from quarterdeck.errors import Refused
from quarterdeck.telling import GoingOn

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


@app.command()
def retain(
    authority: Annotated[str, typer.Argument(help="its folder in data/; every authority, where none is named")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="remove it; else it is only told of")] = False,
    today: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="as of this day, where it is not today's")
    ] = None,
) -> None:
    """Say what that tells of children is past its time; with --remove, remove it and write it into the report.

    How long each is kept stands under `[retention]` in the profile. Where it does not say, returns are kept for ever,
    records made ready for papers 30 days, lists of records that break a rule 180. What `quarterdeck verify` of a
    published quarter needs stays, unless the profile says `needed = "remove"`. The report, outputs/retention.jsonl, is
    yours alone. Files are removed, not written over: a disk may keep their bytes until it needs the room.
    """
    from quarterdeck.home import Home
    from quarterdeck.retention import REPORT, as_text
    from quarterdeck.retention import retain as find

    home = Home.here()
    known = home.authorities()
    if authority and authority not in known:
        raise Refused(f"no authority {authority!r} in data/. There is: {', '.join(known) or 'none yet'}.")
    day = (today or dt.datetime.now()).date()
    going, many = GoingOn(), 0
    for one in [authority] if authority else known:
        with going(one):
            kept = find(home, one, day, remove=remove)
            many += sum(len(past.files) for past in kept.past)
            typer.echo(as_text(one, kept, removed=remove))
    if many and remove:
        typer.echo(f"The report: {home.relative(home.outputs / REPORT)}, which only you can read.")
    elif many:
        typer.echo("Nothing was removed: with --remove it is.")
    raise typer.Exit(going.worst)
