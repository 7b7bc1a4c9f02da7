"""What is past its time is removed: returns, records made ready, lists that name children, notebooks that failed.

How long each is kept stands under `[retention]` in the authority's profile. What `quarterdeck verify` of a published
quarter still needs stays, unless the profile says otherwise. Each removal is written into `outputs/retention.jsonl`.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from quarterdeck.authority import Authority, read_authority
from quarterdeck.home import Home
from quarterdeck.log import lines_into
from quarterdeck.prepared import FAILING
from quarterdeck.private import FILE
from quarterdeck.private import FOLDER as PRIVATE
from quarterdeck.publish.manifest import read_manifest
from quarterdeck.quarter import Quarter
from quarterdeck.whole import recover, swap

REPORT = "retention.jsonl"
NOT_RETURNS = ("commentary.md", "published.csv", "README.md")
"""What lies beside the returns of a quarter and holds no child: it stays."""
BEING_BUILT = "is being built: ask again when that has ended"


@dataclass(frozen=True)
class Past:
    """What is past its time, of one kind and quarter.

    Parameters
    ----------
    rule : which of the profile's rules: "returns_years", say.
    limit : what the profile says: 7, say.
    quarter : whose.
    files : the files to be removed, in the order that they are.
    needed : files past their time that stay, for `verify` of a published quarter needs them.
    links : files past their time that lie elsewhere, where a link leads: they are left for a person.
    unverifiable : published quarters that can no more be verified once the files are gone.
    """

    rule: str
    limit: int
    quarter: Quarter
    files: tuple[Path, ...] = ()
    needed: int = 0
    links: int = 0
    unverifiable: tuple[Quarter, ...] = ()


@dataclass
class Kept:
    """What has come of asking what is past its time.

    Parameters
    ----------
    past : of each rule and quarter.
    left : what was not looked at or not removed, and why, in words.
    """

    past: list[Past] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def retain(home: Home, authority: str, today: dt.date, *, remove: bool) -> Kept:
    """Find what of an authority is past its time, and remove it where that is asked for.

    A run that dies on the way has written into the report what it was about to remove; the next one removes the rest.
    No link is followed. A quarter that is being built is left alone.

    Parameters
    ----------
    today : the day it is.
    remove : remove it; else nothing is changed.

    Raises
    ------
    ProfileError : the authority's profile cannot be used.
    """
    profile = read_authority(home.data / authority / "authority.toml")
    inputs = _inputs_of_published(home, authority)
    found = Kept()
    for quarter in _quarters(home, authority):
        try:
            with _not_being_built(home, authority, quarter) if remove else nullcontext():
                if remove:
                    _clear_left(home, authority, quarter)
                for rule in (rule for rule in RULES if getattr(profile.retention, rule) is not None):
                    past = _past(home, profile, quarter, rule, today, inputs)
                    if past.files and remove:
                        _remove(home, authority, past)
                    if past.files or past.needed or past.links:
                        found.past.append(past)
        except Timeout:
            found.left.append(f"{quarter} {BEING_BUILT}.")
    return found


def _quarters(home: Home, authority: str) -> list[Quarter]:
    """Quarters of which anything is there: returns, records made ready, or papers."""
    found = set(home.quarters(authority))
    for folder in (home.cache / authority, home.outputs / authority):
        for path in folder.glob("[0-9]*"):
            try:
                found.add(Quarter.parse(path.name.removesuffix(f"-{FAILING}")))
            except ValueError:
                continue
    return sorted(found)


def _inputs_of_published(home: Home, authority: str) -> dict[Quarter, set[str]]:
    """The files that each published quarter is made of, as its manifest names them."""
    published = {
        path.parent: read_manifest(path.parent) for path in (home.outputs / authority).glob("[0-9]*/manifest.json")
    }
    return {Quarter.parse(folder.name): {*about.get("inputs", ())} for folder, about in published.items()}


def _past(
    home: Home,
    profile: Authority,
    quarter: Quarter,
    rule: str,
    today: dt.date,
    inputs: dict[Quarter, set[str]],
) -> Past:
    """What of a quarter is past its time by one rule."""
    limit: int = getattr(profile.retention, rule)
    find, _ = RULES[rule]
    old = [path for path in find(home, profile.slug, quarter) if _is_old(path, quarter, rule, limit, today)]
    files = [path for path in old if not path.is_symlink() and _is_here(home, path)]
    named = {path: home.relative(path) for path in files}
    needs = {path: {when for when, names in inputs.items() if named[path] in names} for path in files}
    if rule == "failed_notebooks_days":
        needs = {path: {quarter} for path in files}
    needed = [path for path in files if needs[path]] if profile.retention.needed == "keep" else []
    going = tuple(path for path in files if path not in needed)
    lost = {when for path in going for when in needs[path]}
    return Past(rule, limit, quarter, going, len(needed), len(old) - len(files), tuple(sorted(lost)))


def _is_old(path: Path, quarter: Quarter, rule: str, limit: int, today: dt.date) -> bool:
    """Whether the time of a file is over: years are counted from its quarter's end, days from when it was written."""
    if rule.endswith("_years"):
        return quarter.end + pd.DateOffset(years=limit) < pd.Timestamp(today)
    made_with = _walk(_made_as_one(path, quarter)) if rule == "records_days" else [path]
    written = dt.datetime.fromtimestamp(max(one.lstat().st_mtime for one in made_with)).date()
    return written + dt.timedelta(days=limit) < today


def _made_as_one(path: Path, quarter: Quarter) -> Path:
    """The folder of records made ready that a file belongs to: it is kept or goes as a whole."""
    return next((one for one in (path, *path.parents) if one.parent.name == quarter.slug), path)


def _is_here(home: Home, path: Path) -> bool:
    """Whether a file lies in the home, wherever the links lead that are above it."""
    return path.parent.resolve().is_relative_to(home.folder.resolve())


def _walk(folder: Path) -> Iterator[Path]:
    """Every file and link of a folder; a folder that is a link is told of as a link, and never entered."""
    if folder.is_symlink():
        yield folder
        return
    for above, folders, files in os.walk(folder):
        yield from (Path(above) / name for name in [*files, *(one for one in folders if Path(above, one).is_symlink())])


def _returns(home: Home, authority: str, quarter: Quarter) -> list[Path]:
    folder = home.quarter_folder(authority, quarter)
    return [path for path in sorted(_walk(folder)) if path.parent != folder or path.name not in NOT_RETURNS]


def _extracts(home: Home, authority: str, quarter: Quarter) -> list[Path]:
    folder = home.quarter_folder(authority, quarter)
    return [] if folder.is_symlink() else sorted(_walk(folder / "ssd"))


def _records(home: Home, authority: str, quarter: Quarter) -> list[Path]:
    """The records of a quarter made ready: first the file without which nothing reads the others."""
    caches = [home.cache, home.cache / ".verify" / home.outputs.name / home.cache.name]  # as a verify that died left it
    made = [path for cache in caches for path in _walk(cache / authority / quarter.slug) if path.name != ".lock"]
    return sorted(made, key=lambda path: (path.name != "key.json", path))


def _failing(home: Home, authority: str, quarter: Quarter) -> list[Path]:
    listed = home.outputs / authority / f"{quarter.slug}-{FAILING}"
    return [listed] if listed.is_file() else []


def _failed_notebooks(home: Home, authority: str, quarter: Quarter) -> list[Path]:
    folder = home.outputs / authority / quarter.slug
    named = [folder / "notebooks" / f"{name}.ipynb" for name in read_manifest(folder).get("failed", {})]
    return [path for path in named if path.is_file()]


def _one_by_one(home: Home, authority: str, past: Past) -> None:
    for path in past.files:
        path.unlink(missing_ok=True)
    above = {folder for path in past.files for folder in path.parents if home.cache in folder.parents}
    for folder in sorted(above, key=lambda one: len(one.parts), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def _as_a_whole(home: Home, authority: str, past: Past) -> None:
    """Put a folder without the files in the place of a quarter's: no build ever finds half of its returns."""
    folder = home.quarter_folder(authority, past.quarter)
    aside, gone = _aside(folder), {*past.files}
    aside.mkdir(mode=PRIVATE)
    for path in (path for path in _walk(folder) if path not in gone):
        to = aside / path.relative_to(folder)
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, to, follow_symlinks=False)
        except OSError:  # a disk without links
            shutil.copy2(path, to, follow_symlinks=False)
    for made in (aside, *(path for path in aside.rglob("*") if path.is_dir() and not path.is_symlink())):
        was = folder / made.relative_to(aside)
        shutil.copystat(was, made)
        with suppress(PermissionError):
            os.chown(made, was.stat().st_uid, was.stat().st_gid)
    swap(aside, folder)


RULES: dict[str, tuple[Callable[[Home, str, Quarter], list[Path]], Callable[[Home, str, Past], None]]] = {
    "returns_years": (_returns, _as_a_whole),
    "extracts_years": (_extracts, _as_a_whole),
    "records_days": (_records, _one_by_one),
    "failing_records_days": (_failing, _one_by_one),
    "failed_notebooks_days": (_failed_notebooks, _one_by_one),
}
"""Each rule of `[retention]`: what it is about, and how that is taken away."""


def _remove(home: Home, authority: str, past: Past) -> None:
    """Say in the report what is about to be removed, remove it, and say that it is."""
    report = lines_into(home.outputs / REPORT, bound=None).bind(
        authority=authority,
        quarter=str(past.quarter),
        rule=past.rule,
        limit=past.limit,
        files=len(past.files),
        kept_for_verify=past.needed,
        left_as_links=past.links,
        cannot_be_verified=[str(quarter) for quarter in past.unverifiable],
    )
    _, take_out = RULES[past.rule]
    report.info("removing")  # type: ignore[attr-defined]
    take_out(home, authority, past)
    report.info("removed")  # type: ignore[attr-defined]


@contextmanager
def _not_being_built(home: Home, authority: str, quarter: Quarter) -> Iterator[None]:
    """Hold what a build of the quarter holds, and what those hold that make its records ready."""
    (home.outputs / authority).mkdir(parents=True, exist_ok=True)
    with FileLock(home.outputs / authority / f".{quarter.slug}.lock").acquire(timeout=0):
        cached = home.cache / authority / quarter.slug
        if cached.is_dir() and not cached.is_symlink():
            with FileLock(cached / ".lock", mode=FILE).acquire(timeout=0):
                yield
        else:
            yield


def _clear_left(home: Home, authority: str, quarter: Quarter) -> None:
    """Remove what a run that died had put aside of a quarter's returns."""
    folder = home.quarter_folder(authority, quarter)
    if _is_here(home, folder):
        recover(_aside(folder), folder)


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.part")


def as_text(authority: str, kept: Kept, *, removed: bool) -> str:
    """What is past its time, or was removed, for a person to read."""
    lines = [f"{authority}: {'removed' if removed else 'past its time'}"]
    for one in kept.past:
        lines.append(f"  {one.quarter}  {one.rule} = {one.limit}: {len(one.files)} files")
        if one.needed:
            lines.append(f"    {one.needed} more stay: to verify a published quarter takes them")
        if one.links:
            lines.append(f"    {one.links} more are links, or lie beyond one, and are left: look at them yourself")
        if one.unverifiable:
            which = ", ".join(map(str, one.unverifiable))
            lines.append(f"    no more to be verified{'' if removed else ', once they are gone'}: {which}")
    if not kept.past:
        lines = [f"{authority}: nothing is past its time."]
    return "\n".join([*lines, *(f"  {text}" for text in kept.left)])
