"""What holds records is its owner's alone: its folders, its files, and the memory of a process that dies."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

FOLDER, FILE = 0o700, 0o600
NO_CORE_DUMP = (1, 1)
"""Bytes of a core dump: none fits into one, and of all limits this alone keeps Linux from piping it to a program."""

OURS, OF_KERNELS = "QUARTERDECK_", "QUARTERDECK_KERNEL_"
"""How the names of our variables of the environment begin, and of those that kernels read: the others hold keys,
passwords, or what a build tells its kernels itself."""


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment as a kernel of a build may see it.

    Examples
    --------
    >>> without_secrets({"LANG": "en_GB.UTF-8", "QUARTERDECK_WEBHOOK_TOKEN": "secret"})
    {'LANG': 'en_GB.UTF-8'}
    """
    ours = {name for name in environment if name.startswith(OURS) and not name.startswith(OF_KERNELS)}
    return {name: value for name, value in environment.items() if name not in ours}


def private_folder(path: Path) -> Path:
    """The folder, which only its owner can enter whatever the umask is; made, with those above it, where it is not.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> made = private_folder(Path(mkdtemp()) / "above" / "below")
    >>> [f"{folder.stat().st_mode & 0o777:o}" for folder in (made.parent, made)]
    ['700', '700']
    """
    if not path.parent.is_dir():
        private_folder(path.parent)
    with suppress(FileExistsError):
        path.mkdir(mode=FOLDER)
    if path.stat().st_mode & 0o777 != FOLDER:
        path.chmod(FOLDER)
    return path


@contextmanager
def private_file(path: Path, *, new: bool = False, append: bool = False) -> Iterator[BinaryIO]:
    """A file to be written, which only its owner can read whatever the umask is: from its first byte, not its last.

    Parameters
    ----------
    new : refuse a file that is there.
    append : write after what is there.

    Raises
    ------
    FileExistsError : it is there, and is to be new.
    """
    how = os.O_EXCL if new else os.O_APPEND if append else os.O_TRUNC
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | how, FILE), "wb") as file:
        os.fchmod(file.fileno(), FILE)
        yield file


def no_core_dump() -> None:
    """Have this process, and those that it starts, leave no picture of their memory when they crash."""
    with suppress(ModuleNotFoundError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, NO_CORE_DUMP)
