"""A run with nobody to watch it: one thing that goes wrong stops no other, and what is said goes into a log."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import typer

from quarterdeck.home import Home
from quarterdeck.private import private_file

Going = Callable[[str], AbstractContextManager[None]]
"""Goes on, of an authority, after what went wrong in it has been said."""


def build_due(home: Home, today: dt.date, build: Callable[[str, str], None], going: Going) -> None:
    """Build each quarter that is due, of every authority; one that cannot be built stops no other.

    Parameters
    ----------
    build : makes the papers of an authority and a quarter.
    """
    from quarterdeck.due import standings

    for authority in home.authorities():
        with going(authority):
            for standing in standings(home, authority, today):
                if standing.due:
                    typer.echo(f"{dt.datetime.now():%Y-%m-%d %H:%M} {authority} {standing.quarter}")
                    with going(authority):
                        build(authority, str(standing.quarter))


@contextmanager
def said_into(log: Path) -> Iterator[None]:
    """Have what this process says, and those that it starts, added to a file that only its owner can read."""
    log.parent.mkdir(parents=True, exist_ok=True)
    streams = (sys.stdout, sys.stderr)
    with private_file(log, append=True) as file:
        kept = [os.dup(stream.fileno()) for stream in streams]
        for stream in streams:
            stream.flush()
            os.dup2(file.fileno(), stream.fileno())
        try:
            yield
        finally:
            for stream, own in zip(streams, kept, strict=True):
                stream.flush()
                os.dup2(own, stream.fileno())
                os.close(own)
