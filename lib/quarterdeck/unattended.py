"""A run with nobody to watch it: one thing that goes wrong stops no other, and what is said goes into a log."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from quarterdeck.errors import ProfileError
from quarterdeck.home import Home
from quarterdeck.private import private_file
from quarterdeck.quarter import Quarter
from quarterdeck.telling import EXIT_PAPER_FAILED, GoingOn, Went

if TYPE_CHECKING:
    from quarterdeck.publish.build import Built

Build = Callable[[str, str], "Built"]
"""Makes the papers of an authority and a quarter."""


def build_due(home: Home, today: dt.date, build: Build, going: GoingOn) -> None:
    """Build each quarter that is due, of every authority, and tell of it; one that cannot be built stops no other."""
    from quarterdeck.due import last_closed, standings

    for authority in home.authorities():
        with going(authority) as went:
            for standing in standings(home, authority, today):
                if standing.due:
                    typer.echo(f"{dt.datetime.now():%Y-%m-%d %H:%M} {authority} {standing.quarter}")
                    build_and_keep_word(home, authority, standing.quarter, today, build, going)
        if went.status:
            _keep_word(home, authority, last_closed(today), today, None, went)
        send_word(home, authority)


def build_and_keep_word(
    home: Home, authority: str, quarter: Quarter, today: dt.date, build: Build, going: GoingOn
) -> None:
    """Build a quarter, go on whatever happens, and keep what there is to tell of it until it is sent."""
    built = None
    with going(authority) as went:
        built = build(authority, str(quarter))
        if built.failed:
            raise typer.Exit(EXIT_PAPER_FAILED)
    _keep_word(home, authority, quarter, today, built, went)


def _keep_word(home: Home, authority: str, quarter: Quarter, today: dt.date, built: Built | None, went: Went) -> None:
    """Keep what there is to tell, where the profile names somebody; that it cannot be kept changes nothing."""
    from quarterdeck.authority import read_authority

    with GoingOn()(authority):
        try:
            profile = read_authority(home.data / authority / "authority.toml")
        except ProfileError:  # it has been said, for nothing could be built by it
            return
        if profile.notify:
            from quarterdeck.notify.message import message
            from quarterdeck.notify.outbox import keep

            if told := message(home, profile, quarter, today, built, went):
                keep(home, profile, told, dt.datetime.now())


def send_word(home: Home, authority: str) -> None:
    """Send all that is kept of an authority, from this run and those before; that it cannot be sent changes nothing."""
    with GoingOn()(authority):
        from quarterdeck.notify.outbox import kept, send

        if kept(home, authority):
            from quarterdeck.authority import read_authority

            send(home, read_authority(home.data / authority / "authority.toml"))


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
