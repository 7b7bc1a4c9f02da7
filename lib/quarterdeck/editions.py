"""Editions: the figures of a quarter as they were published, kept for good. None is ever written over."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from quarterdeck.home import Home, fingerprint, fingerprint_of
from quarterdeck.quarter import Quarter
from quarterdeck.whole import put

HISTORY = "history"
ABOUT = "edition.json"
MODES = {"public": 0o644, "officers": 0o600}
"""The copies that are kept, and who may read them: the officers' has small numbers in it, and is its owner's alone."""
COLUMNS = ["measure", "kind", "start", "end", "breakdown", "category", "numerator", "denominator", "value", "status"]


@dataclass(frozen=True)
class Edition:
    """One publication of a quarter's figures.

    Parameters
    ----------
    quarter : the quarter of its papers.
    number : 1 for the first.
    key : the fingerprint of all that its figures depended on; see `quarterdeck.prepared.preparation_key`.
    folder : where it is kept.
    """

    quarter: Quarter
    number: int
    key: str
    folder: Path

    def figures(self, audience: str) -> pd.DataFrame:
        """The figures that an audience was shown, as `quarterdeck.figures.frame` has them, without intervals."""
        text = dict.fromkeys(("measure", "kind", "breakdown", "category", "status"), "str")
        rows = pd.read_csv(
            self.copy(audience), usecols=COLUMNS, dtype=text, parse_dates=["start", "end"],
            keep_default_na=False, na_values={name: [""] for name in ("numerator", "denominator", "value")},
        )  # fmt: skip
        dates = {"start": "datetime64[us]", "end": "datetime64[us]"}
        return rows.astype(dates | dict.fromkeys(("numerator", "denominator", "value"), "float64"))[COLUMNS]

    def copy(self, audience: str) -> Path:
        """The figures that an audience was shown, as the CSV beside its papers has them, compressed."""
        return _copy(self.folder, audience)

    @property
    def fingerprint(self) -> str:
        """Of its figures, both copies."""
        return fingerprint_of(fingerprint(self.copy(audience)) for audience in MODES)


def editions(home: Home, authority: str, quarter: Quarter) -> list[Edition]:
    """The editions of a quarter, first to last; none where it has not been published here."""
    found = []
    for about in sorted(_history(home, authority, quarter).glob(f"[0-9]*/{ABOUT}")):
        told = json.loads(about.read_text(encoding="utf-8"))
        found.append(Edition(quarter, int(about.parent.name), str(told["key"]), about.parent))
    return sorted(found, key=lambda one: one.number)


def earlier_editions(home: Home, authority: str, quarter: Quarter) -> list[Edition]:
    """All editions of the quarters before one, in order of quarter and number."""
    folder = home.outputs / authority / HISTORY
    slugs = [path.name for path in folder.glob("[0-9]*") if path.is_dir()]
    before = sorted(when for when in map(Quarter.parse, slugs) if when < quarter)
    return [one for when in before for one in editions(home, authority, when)]


def latest_of_each(found: Sequence[Edition]) -> list[Edition]:
    """The last edition of each quarter, in order of quarter."""
    return list({one.quarter: one for one in found}.values())


def key_with_history(home: Home, authority: str, quarter: Quarter, key: str) -> str:
    """The key of a quarter's figures: of what they are worked out from, and of what was published before them.

    That is every edition of the quarters before, and the quarter's own without the one that this very build has made:
    made again from the same, it reads the same.

    Parameters
    ----------
    key : the fingerprint of all else that the figures depend on.
    """
    before, own = earlier_editions(home, authority, quarter), editions(home, authority, quarter)
    if own and own[-1].key == (without := _key_of(key, [*before, *own[:-1]])):
        return without
    return _key_of(key, [*before, *own])


def published_before(home: Home, authority: str, quarter: Quarter, key: str) -> list[Edition]:
    """The editions that readers had before the build of a key, as `key_with_history` gives it."""
    own = editions(home, authority, quarter)
    made = own[-1:] if own and own[-1].key == key else []
    return [*earlier_editions(home, authority, quarter), *own[: len(own) - len(made)]]


def _key_of(key: str, read: Sequence[Edition]) -> str:
    return fingerprint_of([key, *(one.fingerprint for one in read)]) if read else key


def keep_edition(home: Home, authority: str, quarter: Quarter, key: str) -> Edition | None:
    """Keep the figures that are published of a quarter; nothing where they are those of its last edition.

    It is called once a build has been swapped in, and before the next one is: what is published is then in the
    history, though the first run died on the way. The folder gets its name only when it is whole.

    Parameters
    ----------
    key : of the figures, as the manifest of what is published has it.

    Returns
    -------
    The new edition; None where there is none.
    """
    published = {one: home.outputs / authority / quarter.slug / one / "figures.csv" for one in MODES}
    if not all(file.is_file() for file in published.values()):
        return None
    known = editions(home, authority, quarter)
    marks = {audience: fingerprint(file) for audience, file in published.items()}
    if known and json.loads((known[-1].folder / ABOUT).read_text(encoding="utf-8"))["figures"] == marks:
        return None
    number = known[-1].number + 1 if known else 1
    history = _history(home, authority, quarter)
    aside = history / f".{number}.part"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for audience, file in published.items():
        _compressed(file, _copy(aside, audience), MODES[audience])
    told = {"edition": number, "published": f"{dt.datetime.now(dt.UTC):%Y-%m-%d}", "key": key, "figures": marks}
    (aside / ABOUT).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return Edition(quarter, number, key, put(aside, history / str(number)))


def _history(home: Home, authority: str, quarter: Quarter) -> Path:
    return home.outputs / authority / HISTORY / quarter.slug


def _copy(folder: Path, audience: str) -> Path:
    return folder / f"{audience}.csv.gz"


def _compressed(file: Path, copy: Path, mode: int) -> None:
    """A file, byte for byte, and no time of its own."""
    made = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(made, "wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed, file.open("rb") as plain:
        shutil.copyfileobj(plain, packed)
