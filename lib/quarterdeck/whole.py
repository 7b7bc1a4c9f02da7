"""What is on disk whole or not at all: a folder or a file is made aside, settled, and put in its place in one step."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

HERE, EXCHANGE = -100, 2
"""Of Linux's renameat2: paths are taken as they stand, and the two change their names."""


def write_whole(path: Path, text: str) -> bool:
    """Write a file in one step, where it does not hold this text already; whether it was written."""
    content = text.encode()
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(content)
    if path.is_file():
        aside.chmod(path.stat().st_mode & 0o777)
    _wait_for(aside)
    aside.replace(path)
    return True


def settle(folder: Path) -> None:
    """Wait until all that a folder holds is on the disk: the power may go at any instant after.

    Parameters
    ----------
    folder : it, what is in it, and the name that it has in the folder above.
    """
    for path in (*sorted(folder.rglob("*")), folder, folder.parent):
        _wait_for(path)


def put(aside: Path, target: Path) -> Path:
    """Give the folder that was made aside its name, where nothing has it yet."""
    settle(aside)
    aside.replace(target)
    _wait_for(target.parent)
    return target


def swap(aside: Path, target: Path) -> None:
    """Put the folder that was made aside in the place of the one before it, which is removed.

    Where the system can exchange two names, a reader finds the one or the other at every instant. Elsewhere there is an
    instant between two steps, and `recover` mends what a run that died in it has left.
    """
    settle(aside)
    if target.exists() and not _exchanged(aside, target):
        old = _old(target)
        shutil.rmtree(old, ignore_errors=True)
        target.replace(old)
    if not target.exists():
        aside.replace(target)
    _wait_for(target.parent)
    for gone in (aside, _old(target)):
        shutil.rmtree(gone, ignore_errors=True)


def recover(aside: Path, target: Path) -> None:
    """Mend what a run that died left: the last good folder comes back to its place, and what was made aside goes."""
    if not target.exists() and _old(target).exists():
        _old(target).replace(target)
    for gone in (aside, _old(target)):
        shutil.rmtree(gone, ignore_errors=True)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _exchanged(one: Path, other: Path) -> bool:
    """Whether two folders have changed their names, in one step; not where this system or its disk cannot."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    return rename is not None and rename(HERE, os.fsencode(one), HERE, os.fsencode(other), EXCHANGE) == 0


def _wait_for(path: Path) -> None:
    with suppress(PermissionError):  # Windows has no folder that can be waited for
        held = os.open(path, os.O_RDONLY)
        try:
            os.fsync(held)
        finally:
            os.close(held)
