"""What the heading row of a list may hold, and which canonical column each heading fills."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from quarterdeck.authority import Authority
from quarterdeck.returns.codes.words import Words


def plain(heading: str) -> str:
    """A heading without case, spaces and punctuation.

    Examples
    --------
    >>> plain(" Person ID "), plain("person_id")
    ('personid', 'personid')
    """
    return re.sub(r"[\W_]+", "", heading).casefold()


@dataclass(frozen=True)
class Layout:
    """A list in a return: its headings, and the canonical table that it fills.

    Parameters
    ----------
    name : what people call it, which is also its usual file name.
    format : the return that it belongs to, by its name in `quarterdeck.returns.formats`.
    table : the canonical table; "" where no figure needs the list yet: its rows are read and counted, no more.
    columns : the canonical column that each heading fills.
    required : headings without which it is not this list.
    either : where one of several sets of columns will do, those sets; each row must fill one.
    codes : the code set of a canonical column, where it is not the table's own.
    recode : the records' word for a return's code, by canonical column.
    made : identifiers that the return has none of, made of the child's and this date.
    times : the column of booleans that says whether a date column has times of day, by date column.
    also : what else its rows tell, each for a table of its own: one row of an inspectors' list holds a child, a
        plan, a review and a team.
    given : in such a part, the heading that a row must fill to tell anything of it.
    live : its rows are of all years at once, and run on past the quarter: what begins after it is left out, and what
        ends after it is still open.
    empty : what the return writes for an empty cell, beside what every list may.
    spread : the heading whose cells hold several values, each of which is a row.
    aliases : other names of its headings, where they differ in more than case, spaces and punctuation.
    words : how the return spells the codes of a canonical column, where it writes more than the code.
    fixed : what its being on this list tells of every row, by canonical column.
    kept : a later extract no longer tells of its events, so that those of quarters gone by are read too.
    """

    name: str
    format: str
    table: str
    columns: Mapping[str, str]
    required: tuple[str, ...]
    either: tuple[tuple[str, ...], ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    recode: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    made: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, str] = field(default_factory=dict)
    also: tuple[Layout, ...] = ()
    given: str = ""
    live: bool = False
    empty: tuple[str, ...] = ()
    spread: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    kept: bool = False

    @property
    def heading_of(self) -> dict[str, str]:
        """The heading that fills each canonical column."""
        return {column: heading for heading, column in self.columns.items()}

    def spelt(self, authority: Authority) -> dict[str, str]:
        """Each heading by its plain form, the authority's own headings for this list among them."""
        own = {plain(written): column for column, written in authority.headings.get(self.name, {}).items()}
        by_plain = {plain(heading): heading for part in (self, *self.also) for heading in part.columns}
        by_plain = {plain(alias): heading for alias, heading in self.aliases.items()} | by_plain
        return by_plain | {written: by_plain.get(plain(column), column) for written, column in own.items()}

    def lacks(self, headings: set[str]) -> list[str]:
        """The required headings that are not among these."""
        missing = [heading for heading in self.required if heading not in headings]
        ways = [[heading for heading in way if heading not in headings] for way in self.either]
        return missing + (min(ways, key=len) if ways and all(ways) else [])
