"""Where things are: the returns, the notebooks, what is built; and the fingerprints of files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from quarterdeck.errors import Refused
from quarterdeck.quarter import Quarter
from quarterdeck.reference import project_folder


@dataclass(frozen=True)
class Home:
    """The folder that holds `data/`, `notebooks/` and `outputs/`.

    Parameters
    ----------
    folder : the folder; `Home.here()` is the project's own, or the one that QUARTERDECK_HOME names.
    """

    folder: Path

    @classmethod
    def here(cls) -> Home:
        """The project's own folder, or the one that the environment variable QUARTERDECK_HOME names."""
        return cls(project_folder())

    @property
    def data(self) -> Path:
        """Returns and profiles: `data/<authority>/<quarter>/`."""
        return self.folder / "data"

    @property
    def notebooks(self) -> Path:
        """The papers' notebooks."""
        return self.folder / "notebooks"

    @property
    def outputs(self) -> Path:
        """What builds make."""
        return self.folder / "outputs"

    @property
    def cache(self) -> Path:
        """Where records and figures are kept for the papers of a quarter: for its owner alone."""
        return self.outputs / ".prepared"

    def authorities(self) -> list[str]:
        """Authorities with a profile, by the names of their folders."""
        return sorted(profile.parent.name for profile in self.data.glob("*/authority.toml"))

    def quarters(self, authority: str) -> list[Quarter]:
        """Quarters of which an authority has a folder, oldest first."""
        found = []
        for folder in (self.data / authority).glob("[0-9]*"):
            try:
                found.append(Quarter.parse(folder.name))
            except ValueError:
                continue
        return sorted(found)

    def quarter_folder(self, authority: str, quarter: Quarter) -> Path:
        """The folder of a quarter's returns."""
        return self.data / authority / quarter.slug

    def accepted(self, authority: str, quarter: str) -> Quarter:
        """The quarter asked for, where there is such an authority and it has a folder of that quarter.

        Raises
        ------
        Refused : there is not; the message lists what there is, the nearest first.
        """
        known = self.authorities()
        if authority not in known:
            listed = ", ".join(known) or "none yet: `quarterdeck new AUTHORITY` makes one"
            raise Refused(
                f"no authority {authority!r} in {self.data.name}/{_nearest(authority, known)}. There is: {listed}."
            )
        try:
            when = Quarter.parse(quarter)
        except ValueError as error:
            raise Refused(f"{error}.") from None
        if when not in self.quarters(authority):
            from quarterdeck.returns.formats import FORMATS

            have = list(map(str, self.quarters(authority)))
            listed = ", ".join(have) or "none yet"
            raise Refused(
                f"{authority} has no folder of returns for {when}{_nearest(str(when), have)}: put what there is of "
                f"{', '.join(kind.place for kind in FORMATS.values())} into "
                f"{self.relative(self.quarter_folder(authority, when))}/. There is: {listed}."
            )
        return when

    def relative(self, path: Path) -> str:
        """A path as it may be printed: from this folder, wherever links lead, and never from the machine's root."""
        return path.absolute().relative_to(self.folder.absolute()).as_posix()


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f"; nearest: {near[0]}" if near else ""


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint_of(parts: Iterable[str]) -> str:
    """One SHA-256 of several texts, in their order."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def library_fingerprint(*rooms: str) -> str:
    """One fingerprint of the library's source, or of some of its rooms ("measures", "records"), and of its versions.

    Parameters
    ----------
    rooms : names of packages or modules of `quarterdeck`; none for all of it.
    """
    root = Path(__file__).parent
    chosen = [root / room for room in rooms] if rooms else [root]
    files = sorted(
        file
        for start in chosen
        for file in ([start.with_suffix(".py")] if start.with_suffix(".py").is_file() else start.rglob("*"))
        if file.is_file() and file.suffix in {".py", ".css", ".j2", ".csv", ".toml", ".json", ".md"}
    )
    return fingerprint_of(text for file in files for text in (file.relative_to(root).as_posix(), fingerprint(file)))


def library_times() -> tuple[int, ...]:
    """When each of the library's modules was last changed, nanoseconds: cheaper than their fingerprints."""
    return tuple(path.stat().st_mtime_ns for path in sorted(Path(__file__).parent.rglob("*.py")))
