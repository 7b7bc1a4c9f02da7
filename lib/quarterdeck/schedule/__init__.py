"""Units that run Quarterdeck unattended: for cron, systemd, JupyterLab and GitHub, filled in for this installation."""

from __future__ import annotations

import json
import re
import shlex
import sysconfig
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

from quarterdeck.errors import Refused


@dataclass(frozen=True)
class Installation:
    """What a unit runs, and where.

    Parameters
    ----------
    command : the `quarterdeck` that it runs; absolute.
    home : the folder that holds `data/`, `notebooks/` and `outputs/`; absolute.
    owner : the account that it runs under.
    """

    command: Path
    home: Path
    owner: str

    @classmethod
    def here(cls, home: Path) -> Installation:
        """The installation that is running, for the owner of a home.

        Raises
        ------
        Refused : there is no `quarterdeck` beside this Python.
        """
        command = Path(sysconfig.get_path("scripts")) / "quarterdeck"
        if not command.is_file():
            raise Refused(
                f"there is no {command}: install Quarterdeck (`make briefings` does), and ask it for the unit."
            )
        return cls(command, home.absolute(), home.owner())


def _cron(here: Installation) -> dict[str, str]:
    return {"command": _in_crontab(here.command), "home": _in_crontab(here.home)}


def _systemd(here: Installation) -> dict[str, str]:
    return {
        "command": _in_unit(here.command).replace("$", "$$"),
        "environment": _in_unit(f"QUARTERDECK_HOME={here.home}"),
        "folder": str(here.home).replace("%", "%%"),  # it is taken as it stands, with no quotes
        "outputs": _in_unit(here.home / "outputs"),
        "owner": here.owner,
    }


def _jupyter(here: Installation) -> dict[str, str]:
    return {"command": _in_job(here.command), "home": _in_job(here.home)}


def _github(here: Installation) -> dict[str, str]:
    public = re.sub(r"([*?\[\]])", r"[\1]", str(here.home)) + "/outputs/*/[0-9]*/public/"
    return {"command": _in_yaml(here.command), "home": _in_yaml(here.home), "public": _in_yaml(public)}


def _in_crontab(path: Path) -> str:
    """A word of a crontab's command, where a bare % ends the command."""
    return shlex.quote(str(path)).replace("%", r"\%")


def _in_unit(text: Path | str) -> str:
    """A word of a systemd unit, where % begins a specifier."""
    return '"' + re.sub(r'(["\\])', r"\\\1", str(text)).replace("%", "%%") + '"'


def _in_job(path: Path) -> str:
    """A parameter of a job of jupyter-scheduler, which writes it into a cell as it stands: Python, in JSON."""
    return json.dumps(repr(str(path)))


def _in_yaml(text: Path | str) -> str:
    return json.dumps(str(text), ensure_ascii=False)


SCHEDULERS: Mapping[str, tuple[Callable[[Installation], dict[str, str]], tuple[str, ...]]] = {
    "cron": (_cron, ("quarterdeck.cron",)),
    "systemd": (_systemd, ("quarterdeck.service", "quarterdeck.timer")),
    "jupyter": (_jupyter, ("quarterdeck.ipynb", "quarterdeck.json")),
    "github": (_github, ("quarterdeck.yml",)),
}
"""Of each scheduler: how paths are written in its units, and the units."""


def units(scheduler: str, here: Installation) -> dict[str, str]:
    """The text of each unit of a scheduler, by its file's name.

    Raises
    ------
    Refused : there is no such scheduler, or no unit can name the paths.
    """
    if scheduler not in SCHEDULERS:
        raise Refused(f"no scheduler {scheduler!r}. There is: {', '.join(SCHEDULERS)}.")
    for path in (here.command, here.home):
        if re.search(r"[\x00-\x1f\x7f]|\$\{\{", str(path)):
            raise Refused(f"no scheduler can be told of {str(path)!r}: take line breaks and ${{{{ out of its name.")
    written, names = SCHEDULERS[scheduler]
    values = written(here)
    return {name: Template(_template(name)).substitute(values) for name in names}


def _template(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")


def write_units(texts: Mapping[str, str], folder: Path) -> list[Path]:
    """Write units into a folder, which is made where it is not there; nothing that is there is written over.

    Raises
    ------
    Refused : one of them is there already, and is not the same.
    """
    wanted = {folder / name: text for name, text in texts.items()}
    other = [str(path) for path, text in wanted.items() if path.exists() and path.read_text(encoding="utf-8") != text]
    if other:
        raise Refused(
            f"{', '.join(other)}: there already, and not the same. Name another folder, or take it away first."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return list(wanted)
