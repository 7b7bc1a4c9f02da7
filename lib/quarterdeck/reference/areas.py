"""The local authorities of England: which of them a code or a name means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from quarterdeck.errors import Refused
from quarterdeck.reference import reference_csv

MOST_NAMED = 6
_KIND = re.compile(r", (City|County) of$")
_UNTIL = re.compile(r" \(to .+\)$")


@dataclass(frozen=True)
class Area:
    """A local authority's area.

    Parameters
    ----------
    code, la_code : ONS code and DfE three-digit code.
    name : as ONS has it.
    region : the name of its region.
    replaced_by : the names and codes that took its place; "" while it is there.
    """

    code: str
    la_code: str
    name: str
    region: str
    replaced_by: str = ""

    @property
    def short_name(self) -> str:
        """Its name, without the kind of place that ONS writes behind it.

        Examples
        --------
        >>> [Area("", "", name, "").short_name for name in ("Somewhere, County of", "Here, There and Yonder")]
        ['Somewhere', 'Here, There and Yonder']
        """
        return _KIND.sub("", self.name)

    def __str__(self) -> str:
        return f"{self.name} ({self.code}, {self.la_code})"


@cache
def authorities() -> tuple[Area, ...]:
    """Every authority that there is."""
    return tuple(area for area in _all() if not area.replaced_by)


@cache
def _all() -> tuple[Area, ...]:
    rows = reference_csv("areas.csv").query("area_type == 'local_authority'").fillna({"note": ""})
    codes = rows.old_la_code.astype("int64").astype("str").str.zfill(3)
    gone = rows.note.where(rows.status == "abolished", "").str.removeprefix("replaced by ")
    return tuple(map(Area, rows.area_code, codes, rows.name, rows.region_name, gone))


def find(asked: str) -> Area:
    """The authority that an ONS code, a DfE code or a name means.

    Raises
    ------
    Refused : none is called so, with the nearest names; or it has been replaced, with what took its place.

    Examples
    --------
    >>> find("e06000047") == find("840")
    True
    """
    means = _plain(asked)
    for area in (*authorities(), *_all()):
        if means in map(_plain, _ways(area)):
            if area.replaced_by:
                raise Refused(f"{area} is no more: it was replaced by {area.replaced_by}. Name what took its place.")
            return area
    raise Refused(f"no local authority of England is {asked!r}. {_nearest(means)}")


def _ways(area: Area) -> tuple[str, ...]:
    return area.code, area.la_code, area.name, area.short_name, _UNTIL.sub("", area.name)


def _plain(text: str) -> str:
    """Words without case and punctuation, one space between them."""
    return " ".join(re.findall(r"\w+", text.casefold().replace("&", " and ")))


def _nearest(means: str) -> str:
    """The names that are in what was asked, or that it is in; then those that are spelt like it."""
    names = {_plain(area.short_name): area for area in _all()}
    words = f" {means} "
    near = [name for name in names if means and (f" {name} " in words or means in name)]
    near += get_close_matches(means, names, MOST_NAMED)
    named = ", ".join(str(names[name]) for name in list(dict.fromkeys(near))[:MOST_NAMED])
    return f"Nearest: {named}." if named else "Give its name, its ONS code (E and eight digits) or DfE’s three digits."
