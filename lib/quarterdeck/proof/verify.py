"""Make a quarter again from what its manifest names, and compare every byte with what is published."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from quarterdeck.editions import ABOUT, HISTORY
from quarterdeck.errors import Refused
from quarterdeck.home import Home
from quarterdeck.private import FILE, private_folder
from quarterdeck.proof.signature import signed_with
from quarterdeck.publish.build import Progress, build
from quarterdeck.publish.manifest import MANIFEST, as_made, damaged, read_manifest
from quarterdeck.publish.plan import AUDIENCES, Audience

NEAR = 60
"""Characters shown from where two files first differ, and half as many before."""


@dataclass(frozen=True)
class Difference:
    """Where a file that was made again first differs from the one that is published.

    Parameters
    ----------
    file : its name in the quarter's folder.
    line : counted from 1; 0 where only one of the two is there.
    published, again : what they say there.
    """

    file: str
    line: int
    published: str
    again: str


@dataclass(frozen=True)
class Verdict:
    """What came of making a quarter again.

    Parameters
    ----------
    name : the authority and the quarter.
    same : files that are the same, byte for byte.
    differ : those that are not.
    changed : what is published and is not what its manifest says, in words: somebody has changed it since.
    failed : papers that could not be made then, whose last good version cannot be made again.
    inputs, packages : what it is made of and with that is not as it was, in words.
    signed : whether the signature is good; None where it was not asked for.
    """

    name: str
    same: int
    differ: tuple[Difference, ...]
    changed: tuple[str, ...]
    failed: tuple[str, ...]
    inputs: tuple[str, ...]
    packages: tuple[str, ...]
    signed: bool | None

    @property
    def holds(self) -> bool:
        """Whether every byte is the same, and the signature good."""
        return not self.differ and not self.changed and self.signed is not False


def verify(
    folder: Path,
    home: Home,
    *,
    public_key: Path | None = None,
    workers: int | None = None,
    progress: Progress = lambda *_: None,
) -> Verdict:
    """Make a published quarter again, aside, and compare it with what is published; nothing that is there is changed.

    Parameters
    ----------
    folder : what is published: `outputs/<authority>/<quarter>`, or a copy of it.
    home : where its returns, notebooks and history are.
    public_key : the file of the key that its signature is checked with.

    Raises
    ------
    Refused : there is no manifest, or its quarter cannot be made again.
    ReturnsError : its returns have problems now.
    """
    about = read_manifest(folder)
    if "inputs" not in about or isinstance(about["inputs"], list):
        raise Refused(f"{folder} has no {MANIFEST} that says what it was made of: name a quarter's folder of outputs.")
    signed = signed_with(folder, public_key) if public_key else None
    changed = tuple(damaged(folder))
    audiences: list[Audience] = [
        audience for audience in AUDIENCES if any(name.startswith(f"{audience}/") for name in _papers(about))
    ]
    with _scratch(home, about) as again:
        made = build(
            about["authority"],
            about["quarter"],
            home=again,
            names=sorted({name.partition("/")[2] for name in _papers(about)}),
            audiences=audiences,
            set_aside=about["set_aside"],
            workers=workers,
            progress=progress,
        ).folder
        now = read_manifest(made)
        left_out = {f"{name}.html" for name in about["failed"]} | {
            f"notebooks/{name}.ipynb" for name in about["failed"]
        }
        names = [name for name in sorted({*about["outputs"], *now["outputs"]}) if name not in left_out]
        differ = tuple(filter(None, (_difference(name, folder, made) for name in names)))
    return Verdict(
        name=f"{about['authority']} {about['quarter']}",
        same=len(names) - len(differ),
        differ=differ,
        changed=changed,
        failed=tuple(about["failed"]),
        inputs=tuple(_unlike(about["inputs"], now["inputs"])),
        packages=tuple(_unlike(_versions(about), _versions(now), told=True)),
        signed=signed,
    )


def _papers(about: Mapping[str, Any]) -> list[str]:
    return [*about["papers"], *about["failed"]]


def _versions(about: Mapping[str, Any]) -> dict[str, str]:
    """All that a quarter is made with, as names and versions."""
    code = {f"quarterdeck's {name}": str(value)[:12] for name, value in about["code"].items()}
    return {"Python": about["python"], **code, **about["packages"]}


def _unlike(then: Mapping[str, str], now: Mapping[str, str], *, told: bool = False) -> Iterator[str]:
    """What is not the same in two accounts, in words; with what they say, where it is to be told."""
    for name in sorted({*then, *now}):
        if name not in now:
            yield f"{name} is gone" + (f": it was {then[name]}" if told else "")
        elif name not in then:
            yield f"{name} is new" + (f": it is {now[name]}" if told else "")
        elif then[name] != now[name]:
            yield f"{name} has changed" + (f": it was {then[name]}, and is {now[name]}" if told else "")


@contextmanager
def _scratch(home: Home, about: Mapping[str, Any]) -> Iterator[Home]:
    """A home of the same returns and notebooks, with outputs of its own: the history as the manifest's build read it.

    It is its owner's alone, and is gone when the block ends; where a run was killed, when the next begins.
    """
    folder = private_folder(home.cache) / ".verify"
    lock = FileLock(home.cache / ".verify.lock", mode=FILE)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Refused("another quarter is being verified here; wait for that to end.") from None
    try:
        shutil.rmtree(folder, ignore_errors=True)
        again = Home(private_folder(folder))
        for part in (home.data, home.notebooks):
            (folder / part.name).symlink_to(part.absolute(), target_is_directory=True)
        for name in about["inputs"]:
            if name.startswith(f"{home.outputs.name}/") and (home.folder / name).is_file():
                _copy(home.folder / name, folder / name)
        yield again
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def _copy(file: Path, copy: Path) -> None:
    """A file of what was published before, with what says of it which edition it is."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(file, copy)
    if HISTORY in file.parts and (file.parent / ABOUT).is_file():
        shutil.copy2(file.parent / ABOUT, copy.parent)


def _difference(name: str, published: Path, made: Path) -> Difference | None:
    then, again = (as_made(path) if path.is_file() else None for path in (published / name, made / name))
    if then == again:
        return None
    if then is None or again is None:
        return Difference(name, 0, "is not there" if then is None else "is there", "" if again is None else "is made")
    at = next(
        (at for at, (one, other) in enumerate(zip(then, again, strict=False)) if one != other),
        min(len(then), len(again)),
    )
    return Difference(name, then.count(b"\n", 0, at) + 1, _near(then, at), _near(again, at))


def _near(content: bytes, at: int) -> str:
    """What stands around a place of a file, within its line."""
    begin = max(content.rfind(b"\n", 0, at) + 1, at - NEAR // 2)
    end = content.find(b"\n", at)
    return content[begin : min(at + NEAR, len(content) if end < 0 else end)].decode(errors="replace").strip()


def as_text(verdict: Verdict) -> str:
    """A verdict, for a person to read: what is wrong first, then why it may be."""
    lines = [f"{verdict.name}: {verdict.same} files are the same, byte for byte; {len(verdict.differ)} differ."]
    if verdict.signed is not None:
        lines.append(
            f"The signature is {'good' if verdict.signed else 'NOT good: the manifest is not what was signed'}."
        )
    if verdict.changed:
        lines += ["", "Changed since it was made:", *(f"  {text}" for text in verdict.changed)]
    for one in verdict.differ:
        where = f", first in line {one.line}" if one.line else ""
        lines += ["", f"{one.file} differs{where}:", f"  published   {one.published}", f"  made again  {one.again}"]
    if verdict.failed:
        failed = ", ".join(verdict.failed)
        lines += ["", f"Not compared, for they could not be made then either: {failed}"]
    for head, found in (
        ("What it is made of is not what it was:", verdict.inputs),
        ("Made with other versions:", verdict.packages),
    ):
        if found:
            lines += ["", head, *(f"  {text}" for text in found)]
    return "\n".join(lines)
