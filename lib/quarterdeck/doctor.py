"""Whether this installation can make papers, unattended: each thing looked at, and what to do where it is not well."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from quarterdeck.errors import Problem
from quarterdeck.home import Home

State = Literal["ok", "warn", "fail"]
LOCK = "requirements-run.lock"
PYTHON = (3, 11)
ROOM = {"fail": 0.2, "warn": 2.0}
"""GB of disk that there must be, and that there should be: a quarter's papers and records take less than a tenth."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "msedge")
SCHEDULE_LOG = "schedule.log"


@dataclass(frozen=True)
class Found:
    """How one thing is.

    Parameters
    ----------
    state : ok; warn, where papers can be made all the same; fail, where they cannot, or records are open to others.
    what : what was looked at.
    said : how it is.
    to_do : what mends it.
    """

    state: State
    what: str
    said: str
    to_do: str = ""


def examine(home: Home) -> Iterator[Found]:
    """Look at everything, each in its turn; one that cannot be looked at has failed.

    Parameters
    ----------
    home : whose data and outputs.
    """
    for look in LOOKS:
        try:
            yield from look(home)
        except (OSError, Problem, subprocess.SubprocessError) as error:
            yield Found("fail", look.__name__.strip("_"), str(error), "mend that, and ask again")


def _python(_: Home) -> Iterator[Found]:
    old = sys.version_info[:2] < PYTHON
    to_do = f"install Python {'.'.join(map(str, PYTHON))} or later, and `make briefings PYTHON=...`" if old else ""
    yield Found("fail" if old else "ok", "python", platform.python_version(), to_do)


def _packages(_: Home) -> Iterator[Found]:
    from quarterdeck.proof.sbom import locked

    lock = Path(__file__).parents[2] / LOCK
    if not lock.is_file():
        yield Found(
            "warn", "packages", f"there is no {LOCK} beside the library to compare with", "install from a checkout"
        )
        return
    named = locked(lock.read_text(encoding="utf-8"))
    wanted = {one.name: one.version for one in named if one.marker is None or one.marker.evaluate()}
    here = {name: _version(name) for name in wanted}
    gone = [name for name, found in here.items() if not found]
    other = [f"{name} {here[name]}, not {wanted[name]}" for name in wanted if here[name] not in ("", wanted[name])]
    if gone:
        yield Found("fail", "packages", f"not installed: {', '.join(gone)}", "`make briefings` installs what is locked")
    if other:
        yield Found("warn", "packages", f"other versions than the lock's: {', '.join(other)}", "`make briefings`")
    if not gone and not other:
        yield Found("ok", "packages", f"all {len(wanted)} are those of {LOCK}")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _fonts(_: Home) -> Iterator[Found]:
    from matplotlib.font_manager import findfont

    try:
        findfont("DejaVu Sans", fallback_to_default=False)
    except ValueError:
        yield Found(
            "fail", "fonts", "DejaVu Sans is not here, which charts are measured with", "install matplotlib anew"
        )
    else:
        yield Found("ok", "fonts", "DejaVu Sans, which charts are measured with")


def _disk(home: Home) -> Iterator[Found]:
    there = home.outputs if home.outputs.is_dir() else home.folder
    free = shutil.disk_usage(there).free / 1e9
    state: State = "fail" if free < ROOM["fail"] else "warn" if free < ROOM["warn"] else "ok"
    to_do = "" if state == "ok" else "make room, or move outputs/ to a larger disk"
    yield Found(state, "disk", f"{free:.1f} GB free for outputs/", to_do)


def _data(home: Home) -> Iterator[Found]:
    authorities = home.authorities()
    if not authorities:
        yield Found("warn", "data", "no authority has a profile", "`quarterdeck new AUTHORITY`, or `quarterdeck demo`")
        return
    unread = [
        file for folder in (home.data / name for name in authorities) for file in _files(folder) if not _reads(file)
    ]
    if unread:
        names = ", ".join(home.relative(file) for file in unread[:3])
        yield Found(
            "fail", "data", f"{len(unread)} files cannot be read: {names} …", "let the account that builds read them"
        )
    folders = [home.data / name for name in authorities if not _synthetic(home, name)]
    opened = [folder for folder in folders if _open_to_others(folder)]
    if opened:
        names = ", ".join(home.relative(folder) for folder in opened)
        yield Found("fail", "data", f"others can look into {names}", "`chmod -R go=` it")
    keys = [key for key in home.data.glob("*/.key") if _open_to_others(key)]
    if keys:
        yield Found("fail", "data", f"others can read {home.relative(keys[0])}", "`chmod 600` it")
    if not unread and not opened and not keys:
        yield Found("ok", "data", f"{len(authorities)} authorities; real returns are their owner's alone")


def _synthetic(home: Home, authority: str) -> bool:
    from quarterdeck.authority import read_authority

    return read_authority(home.data / authority / "authority.toml").synthetic


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def _reads(path: Path) -> bool:
    return os.access(path, os.R_OK)


def _open_to_others(path: Path) -> bool:
    """Whether another account may read it; on Windows the folder's rights say so, and are not looked at."""
    path = path.absolute()
    led_to = all(folder.stat().st_mode & 0o001 for folder in path.parents)
    return os.name == "posix" and led_to and bool(path.stat().st_mode & 0o004)


def _outputs(home: Home) -> Iterator[Found]:
    there = home.outputs if home.outputs.is_dir() else home.folder
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        yield Found(
            "fail", "outputs", f"nothing can be written there: {error.strerror}", "let the account that builds write"
        )
        return
    opened = [home.cache] if home.cache.is_dir() and home.cache.stat().st_mode & 0o077 and os.name == "posix" else []
    if opened:
        yield Found("fail", "outputs", "others can look into outputs/.prepared, which holds records", "`chmod 700` it")
    else:
        yield Found("ok", "outputs", "can be written, and records in it are their owner's alone")


def _kernel(_: Home) -> Iterator[Found]:
    import nbformat

    from quarterdeck.publish.build import kernel_environment
    from quarterdeck.publish.execute import Failure, execute
    from quarterdeck.publish.plan import Job
    from quarterdeck.publish.warm.control import close_parents

    parameters = nbformat.v4.new_code_cell("", metadata={"tags": ["parameters"]})  # type: ignore[no-untyped-call]
    cell = nbformat.v4.new_code_cell("import quarterdeck.paper")  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "asked.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[parameters, cell]), path)  # type: ignore[no-untyped-call]
        try:
            environment = kernel_environment(Path(folder), Path(folder) / "caches", set_aside=False)
            ran = execute(
                Job("asked", path, "public", {}, ""), Path(folder) / "out" / "public" / "ran.ipynb", environment
            )
        finally:
            close_parents()
    if isinstance(ran, Failure):
        yield Found("fail", "kernel", ran.reason, "`make briefings` installs it anew")
    else:
        yield Found("ok", "kernel", "runs a notebook")


def _browser(_: Home) -> Iterator[Found]:
    found = next((name for name in BROWSERS if shutil.which(name)), "")
    if found:
        yield Found("ok", "browser", f"{found}, to print papers to PDF")
    else:
        yield Found(
            "warn", "browser", "none to print papers to PDF with; papers are made all the same", "install chromium"
        )


def _schedule(home: Home) -> Iterator[Found]:
    units = [Path(folder) / "quarterdeck.timer" for folder in ("/etc/systemd/system", "~/.config/systemd/user")]
    crontab = shutil.which("crontab")
    listed = subprocess.run([crontab, "-l"], capture_output=True, text=True, check=False).stdout if crontab else ""
    if any(unit.expanduser().is_file() for unit in units):
        yield Found("ok", "schedule", "a systemd timer makes what is due")
    elif "quarterdeck" in listed:
        yield Found("ok", "schedule", "cron makes what is due")
    else:
        said = "neither this account's cron nor systemd makes what is due"
        yield Found("warn", "schedule", said, "`quarterdeck schedule cron` or `systemd` writes the unit")
    if (log := home.outputs / SCHEDULE_LOG).is_file() and _open_to_others(log):
        yield Found("fail", "schedule", f"others can read outputs/{SCHEDULE_LOG}", "`chmod 600` it")


def _notify(home: Home) -> Iterator[Found]:
    from quarterdeck.authority import read_authority
    from quarterdeck.notify.channels import CHANNELS
    from quarterdeck.notify.outbox import kept

    for authority in home.authorities():
        settings = read_authority(home.data / authority / "authority.toml").notify
        waiting = len(kept(home, authority))
        if waiting:
            said = f"{waiting} message{'' if waiting == 1 else 's'} about {authority} could not be sent yet"
            yield Found("warn", "notify", said, f"outputs/{SCHEDULE_LOG} says why; the next run tries again")
        elif settings:
            ways = " and ".join(name for name, (asked, _) in CHANNELS.items() if asked(settings))
            yield Found("ok", "notify", f"runs of {authority} are told of by {ways}")


def _retention(home: Home) -> Iterator[Found]:
    from quarterdeck.retention import retain

    found = [past for one in home.authorities() for past in retain(home, one, dt.date.today(), remove=False).past]
    if many := sum(len(past.files) for past in found):
        said = f"{many} files that tell of children are past their time"
        yield Found("warn", "retention", said, "`quarterdeck retain` says which, and with --remove removes them")
    else:
        yield Found("ok", "retention", "nothing that tells of children is past its time")


def _signature(_: Home) -> Iterator[Found]:
    from quarterdeck.proof.signature import signing_key

    if signing_key():
        yield Found("ok", "signature", "manifests are signed")
    else:
        yield Found("ok", "signature", "manifests are not signed: no key is named")


LOOKS: tuple[Callable[[Home], Iterator[Found]], ...] = (
    _python, _packages, _fonts, _disk, _data, _outputs, _kernel, _browser, _schedule, _notify, _retention,
    _signature,
)  # fmt: skip


def as_text(found: Found) -> str:
    """How one thing is, in a line, and what mends it in another.

    Examples
    --------
    >>> print(as_text(Found("warn", "disk", "1.5 GB free", "make room")))
    warn  disk       1.5 GB free
                     → make room
    """
    line = f"{found.state:<6}{found.what:<11}{found.said}"
    return f"{line}\n{'':17}→ {found.to_do}" if found.to_do else line
