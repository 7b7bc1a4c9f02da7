"""The commands that make what is not there yet: an authority, a paper."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from quarterdeck.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer()


@app.command()
def new(
    authority: Annotated[str, typer.Argument(help="its name, its ONS code (E and eight digits) or DfE's three digits")],
    panel: Annotated[str, typer.Option(help="the scrutiny panel that reads the papers")] = "",
    report_of: Annotated[str, typer.Option(help="whose report a paper is: Director of Children's Services")] = "",
    first_quarter: Annotated[str, typer.Option(help='the quarter that figures begin with: "2024-25 Q1"')] = "",
    name: Annotated[str, typer.Option(help="the council's name, where papers are not to have ONS's")] = "",
    short_name: Annotated[str, typer.Option(help="its name in charts and sentences")] = "",
    folder: Annotated[str, typer.Option(help="its folder in data/, where it is not to be made of its name")] = "",
) -> None:
    """Make the folder of an authority: a profile to build from, and a note of which returns go where.

    Asks for what is needed and not given, where there is somebody to ask. Nothing that is there is written over.
    """
    from quarterdeck.home import Home
    from quarterdeck.new import as_text
    from quarterdeck.new import new as make

    answers = {
        "panel": panel,
        "report_of": report_of,
        "first_quarter": first_quarter,
        "name": name,
        "short_name": short_name,
        "folder": folder,
    }
    home = Home.here()
    try:
        made = make(home, authority, answers, ask=_ask if sys.stdin.isatty() else None)
    except typer.Abort:
        raise Refused("nothing was made.") from None
    typer.echo(as_text(made, home))


def _ask(question: str, check: Callable[[str], str]) -> str:
    """What a person answers, once it passes a check."""

    def checked(answer: str) -> str:
        try:
            return check(answer)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None

    return str(typer.prompt(question, value_proc=checked))


@app.command("new-paper")
def new_paper(
    name: Annotated[str, typer.Argument(help="in small letters, with _ between words: edge_of_care")],
    measure: Annotated[
        str, typer.Option(help="the measure that it begins with, as `quarterdeck list measures` names it")
    ] = "cla_rate",
) -> None:
    """Make a paper to begin from: its notebook, which is also its entry among the papers, and a test of it.

    Nothing that is there is written over.
    """
    from quarterdeck.home import Home
    from quarterdeck.new.paper import new_paper as make

    home = Home.here()
    made = make(home, name, measure)
    for path in made:
        typer.echo(f"Made {home.relative(path)}.")
    typer.echo(f"Open it with `make lab`; build it with `quarterdeck build AUTHORITY QUARTER --paper {name}`.")
