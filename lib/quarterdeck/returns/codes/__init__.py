"""Which codes a collection year knows: the codes of 2014-15, and each later year's difference."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

BASE_YEAR = 2015


@dataclass(frozen=True)
class CodeSet:
    """The codes of one column over the years, in the spelling that the records use.

    Parameters
    ----------
    name : the canonical table and column, or the return and column where the return's codes are not the records'.
    codes : those of collection year 2015, the earliest.
    changes : the codes added and removed, by the collection year from which the change holds.
    advice : what to use instead of a code that ended.
    """

    name: str
    codes: tuple[str, ...]
    changes: dict[int, tuple[tuple[str, ...], tuple[str, ...]]]
    advice: dict[str, str]

    def of_year(self, year: int) -> tuple[str, ...]:
        """The codes of a collection year."""
        known = list(self.codes)
        for start, (added, removed) in sorted(self.changes.items()):
            if start <= year:
                known = [code for code in known if code not in removed] + list(added)
        return tuple(known)

    def up_to(self, year: int) -> tuple[str, ...]:
        """The codes of any collection year up to one, those that have ended among them."""
        added = (code for start, (codes, _) in sorted(self.changes.items()) if start <= year for code in codes)
        return tuple(dict.fromkeys((*self.codes, *added)))

    def about(self, code: str, year: int) -> str:
        """What can be said of a code that its year does not know: when it ended or began, and what to use."""
        for start, (added, removed) in sorted(self.changes.items()):
            if code in removed and start <= year:
                instead = f"; {self.advice[code]}" if code in self.advice else ""
                return f"{code} ended in {written(start - 1)}{instead}"
            if code in added and start > year:
                return f"{code} began in {written(start)}; correct it in the case system and cut the file again"
        return "correct the code in the case system and cut the file again"


def written(year: int) -> str:
    """A collection year as a financial year: 2018 is 2017-18."""
    return f"{year - 1}-{year % 100:02d}"


@cache
def code_sets() -> dict[str, CodeSet]:
    """Every code set, by name (`table.column`).

    Examples
    --------
    A placement code that ended, and the one that took its place:

    >>> placements = code_sets()["cla_episodes.cla_placement_type"]
    >>> "H5" in placements.of_year(2024), "H5" in placements.of_year(2025), "K3" in placements.of_year(2025)
    (True, False, True)
    >>> placements.about("H5", 2025)
    'H5 ended in 2023-24; use K3 (registered supported accommodation)'
    """
    told = tomllib.loads(files("quarterdeck.returns.codes").joinpath("codes.toml").read_text(encoding="utf-8"))
    return {
        f"{table}.{column}": CodeSet(
            f"{table}.{column}",
            _listed(entry["codes"]),
            {
                int(year): (_listed(change.get("add", "")), _listed(change.get("remove", "")))
                for year, change in entry.items()
                if year.isdigit()
            },
            entry.get("advice", {}),
        )
        for table, columns in told.items()
        for column, entry in columns.items()
    }


@cache
def code_words() -> frozenset[str]:
    """Every word that a code is or is spelt with in any return, in lower case: none of them is a person's name.

    Examples
    --------
    >>> sorted(word for word in ("refu", "police", "zebedia") if word in code_words())
    ['police', 'refu']
    """
    folder = files("quarterdeck.returns.codes")
    written = [file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml")]
    return frozenset(re.findall(r"[^\W\d_]+", re.sub("#.*", "", "\n".join(written)).casefold()))


def _listed(codes: str | list[str]) -> tuple[str, ...]:
    return tuple(codes.split() if isinstance(codes, str) else codes)
