"""Messages on their way: each is kept from before it is sent until it has been."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import typer
from filelock import FileLock

from quarterdeck.authority import Authority
from quarterdeck.home import Home
from quarterdeck.notify.channels import CHANNELS, NotSent
from quarterdeck.notify.message import HEADS, Line, Message
from quarterdeck.private import FILE, private_folder
from quarterdeck.whole import write_whole

OUTBOX = ".unsent"
MOST = 20
"""Messages that are kept for each way to tell; the oldest go first."""


def kept(home: Home, authority: str) -> list[Path]:
    """The messages of an authority that are not sent yet, oldest first."""
    return sorted((home.outputs / OUTBOX / authority).glob("[0-9]*.json"))


def keep(home: Home, profile: Authority, message: Message, now: dt.datetime) -> None:
    """Put a message where it waits to be sent, once for each way that the profile names."""
    home.outputs.mkdir(parents=True, exist_ok=True)  # it is no private folder
    folder = private_folder(private_folder(home.outputs / OUTBOX) / profile.slug)
    for channel, (asked, _) in CHANNELS.items():
        if profile.notify and asked(profile.notify):
            name = f"{now:%Y%m%dT%H%M%S%f}.{message.quarter.replace(' ', '-')}.{channel}.json"
            write_whole(folder / name, json.dumps(asdict(message), indent=1, ensure_ascii=False) + "\n")
            for old in [file for file in kept(home, profile.slug) if _channel(file) == channel][:-MOST]:
                old.unlink()
                typer.echo(f"Thrown away, as {MOST} newer ones wait: the {channel} of {old.name[:8]}.", err=True)


def send(home: Home, profile: Authority) -> None:
    """Send all that is kept of an authority, and say what became of it; what cannot be sent stays."""
    if not kept(home, profile.slug):
        return
    with FileLock(home.outputs / OUTBOX / profile.slug / ".lock", mode=FILE):
        silent: set[str] = set()
        for file in kept(home, profile.slug):
            channel = _channel(file)
            asked, sends = CHANNELS.get(channel, (lambda _: False, None))
            if channel in silent:
                continue
            message = _read(file)
            if message is None or sends is None or not (profile.notify and asked(profile.notify)):
                file.unlink()
                typer.echo(f"Thrown away, for nobody is to have it: {home.relative(file)}.", err=True)
                continue
            try:
                sends(message, sha256(file.name.encode() + file.read_bytes()).hexdigest()[:32], profile.notify)
            except NotSent as not_sent:
                typer.echo(f"Not told by {channel}: {not_sent}. It is kept, and the next run tries again.", err=True)
                silent |= set() if not_sent.refused else {channel}
            else:
                file.unlink()
                typer.echo(f"Told by {channel}: {message.subject}.")


def _channel(file: Path) -> str:
    return file.name.split(".")[-2]


def _read(file: Path) -> Message | None:
    """The message that a file holds; None where another version of this has written it, or it is damaged."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        lines = {name: tuple(Line(**line) for line in told[name]) for name in HEADS}
        return Message(**{**told, **lines})
    except (ValueError, TypeError, KeyError):
        return None
