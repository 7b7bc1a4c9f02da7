"""Makes a build's other formats: those asked for, and those that a paper was given in before; only what has changed."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from quarterdeck.errors import Refused
from quarterdeck.publish.formats.registry import FORMATS, Format
from quarterdeck.publish.plan import AUDIENCES

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Wanted:
    """A file of another format, as it shall stand in a build.

    Parameters
    ----------
    name : from the quarter's folder: "public/child_protection.docx".
    format, source : of what it is made.
    key : the fingerprint of all that it depends on.
    """

    name: str
    format: Format
    source: Path
    key: str


@dataclass(frozen=True)
class Formats:
    """What a build did about other formats.

    Parameters
    ----------
    keys : of each file there is, by its name, as the manifest keeps them; "" of one that could not be made.
    made : files made anew.
    failed : files that could not be made, and why.
    """

    keys: dict[str, str]
    made: tuple[str, ...]
    failed: dict[str, str]


@dataclass(frozen=True)
class Asked:
    """What a build is asked for in other formats.

    Parameters
    ----------
    formats : those asked for.
    of : what they are asked of: papers as "public/child_protection", and audiences for their figures.
    before : the keys of the files that there were, by the manifest: a paper is made anew in each format it has had.
    """

    formats: Sequence[Format]
    of: Collection[str]
    before: Mapping[str, str]

    def wanted(self, folder: Path) -> Iterator[Wanted]:
        """The files that shall stand beside the papers and figures of a build."""
        for audience in sorted(path for path in folder.glob("*/") if path.name in AUDIENCES):
            for one in FORMATS.values():
                for source in one.sources(audience):
                    name = one.file(source).relative_to(folder).as_posix()
                    of = f"{audience.name}/{source.stem}" if one.source == "paper" else audience.name
                    if name in self.before or (one in self.formats and of in self.of):
                        yield Wanted(name, one, source, one.key(source))

    def lacking(self, folder: Path) -> bool:
        """Whether a file is to be made, though no paper has changed."""
        return any(not self._stands(one, folder) for one in self.wanted(folder))

    def make(self, aside: Path, target: Path, workers: int | None, progress: Told) -> Formats:
        """Make the files in a build, or take them from the one before where nothing has changed.

        Parameters
        ----------
        aside : the build, with its papers and figures.
        target : the build before it, as it is published.
        workers : files made at a time, each in a process of its own.
        """
        files = list(self.wanted(aside))
        todo = [one for one in files if not self._stands(one, target)]
        for one in files:
            if one not in todo:
                shutil.copy2(target / one.name, aside / one.name)
        failed: dict[str, str] = {}
        for done, (one, reason) in enumerate(_all_made(todo, aside, workers or os.cpu_count() or 1), start=1):
            if reason:
                failed[one.name] = reason
                (aside / one.name).unlink(missing_ok=True)
            progress(f"{one.name}{': ' + reason if reason else ''}", done, len(todo))
        keys = {one.name: "" if one.name in failed else one.key for one in files}
        return Formats(keys, tuple(one.name for one in todo if one.name not in failed), dict(sorted(failed.items())))

    def _stands(self, one: Wanted, folder: Path) -> bool:
        return self.before.get(one.name) == one.key and (folder / one.name).is_file()


def _all_made(todo: Sequence[Wanted], aside: Path, workers: int) -> Iterator[tuple[Wanted, str]]:
    """Make files, a process for each of the workers; what is slow holds Python's lock, so that threads would wait."""
    if min(workers, len(todo)) <= 1:
        yield from ((one, _made(one, aside)) for one in todo)
        return
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(todo)), mp_context=fresh) as pool:
        running = {pool.submit(_made, one, aside): one for one in todo}
        yield from ((running[future], future.result()) for future in as_completed(running))


def _made(one: Wanted, aside: Path) -> str:
    """Make a file; why it could not be, in words that quote no value."""
    try:
        one.format.make(one.source, aside / one.name)
    except Refused as refused:
        return str(refused)
    except Exception as fault:  # whatever a library finds to raise: the papers themselves are made, and stand
        return f"a fault in making it ({type(fault).__name__})"
    return ""
