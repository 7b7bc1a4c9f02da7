"""A home with one small paper that was due on a day, and a program that takes that day for today."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat

from quarterdeck.home import Home
from quarterdeck.schedule import Installation
from tests.conftest import ROOT
from tests.faults.test_build import PROFILE, notebook
from tests.small_county import FILES, SmallCounty

TODAY = "2018-01-15"
PAGE = Path("outputs/nowhere/2017-18-Q3/public/plain.html")


def small_home(folder: Path, returns: Mapping[str, str | bytes] = FILES, profile: str = "") -> Home:
    """A small county's returns and one notebook.

    Parameters
    ----------
    profile : what its profile says besides.
    """
    county = SmallCounty(folder, ())
    for name, content in returns.items():
        county.put(name, content)
    (county.home / "authority.toml").write_text(PROFILE + profile, encoding="utf-8")
    (folder / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    (folder / "notebooks").mkdir()
    nbformat.write(notebook("plain"), folder / "notebooks" / "plain.ipynb")
    return Home(folder)


def installation(home: Home) -> Installation:
    """An installation whose `quarterdeck` is this one, on that day."""
    command = home.folder / "bin" / "quarterdeck"
    command.parent.mkdir()
    words = [sys.executable, "-c", "from quarterdeck.cli import main; main()"]
    path = shlex.quote(os.pathsep.join(sys.path))
    command.write_text(f'#!/bin/sh\nPYTHONPATH={path} exec {shlex.join(words)} "$@" --today {TODAY}\n')
    command.chmod(0o755)
    return Installation(command, home.folder, home.folder.owner())
