"""Where in its sentence, its list or its table a number stands: of which time, which category and whom it is said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from quarterdeck.paper.numbers import Number, day_of, numbers, said_of
from quarterdeck.quarter import Quarter
from tests.papers.walk.reader import Said

EVERY_PERIOD = re.compile(
    r"\b(?:after the quarter|lowest|highest|from|since|on average|before it|interval)\b", re.IGNORECASE
)
OWN_TIME = ("the-register", "two-sources")
"""Sections whose tables have rows each of a time of its own, as its measure is annual or not."""
WHOSE = {"england": ", England", "neighbour": ", neighbours", "target": ", target", "tolerance": ", tolerance"}
"""Words that say whose a number is, and the end of the name of its evidence."""
LIMITS = {"usual range": "", "mean": ", mean", "upper": ", upper limit", "lower": ", lower limit"}
"""The same of the limits of a chart, in its alternative text and its labels."""
BREAK = re.compile(r"[,;:·]\s|[.!?]\s|[()]\s?|\sand\s")


@dataclass(frozen=True)
class Place:
    """A number of a block, and the words about it.

    Parameters
    ----------
    sentence : the sentence that it is in.
    before, after : the words from the last comma, colon or bracket, and to the next.
    heads : what heads its cell: the column's words and the row's; a definition's term.
    """

    number: Number
    said: Said
    sentence: str
    before: str
    after: str
    start: int

    @classmethod
    def of(cls, number: Number, said: Said) -> Place:
        text, end = said.text, number.start + len(number.text)
        begins = [0, *(one.end() for one in re.finditer(r"[.!?;]\s+", text) if one.end() <= number.start)][-1]
        ends = next((one.start() + 1 for one in re.finditer(r"[.!?;]\s+", text) if one.start() >= end), len(text))
        breaks = [begins, *(one.end() for one in BREAK.finditer(text, begins, number.start))][-1]
        stop = next((one.start() for one in BREAK.finditer(text, end, ends)), ends)
        return cls(number, said, text[begins:ends], text[breaks : number.start], text[end:stop], begins)

    @property
    def words(self) -> str:
        """All that may say what it is, in small letters: its sentence, and what heads it."""
        return " ".join([self.sentence, *self.said.heads]).casefold()

    def ends(self, quarter: Quarter) -> tuple[set[pd.Timestamp] | None, bool]:
        """The ends of the periods that it may be of, None for any; and whether the words name the one that it is of.

        It is of the day that its own words name; or that heads its cell; or the one day of its sentence; else of this
        quarter, and of another where the sentence speaks of another.
        """
        if self.said.when is not None:
            return {self.said.when}, True
        if self.said.where.startswith(OWN_TIME):
            return None, False
        own = said_of(self.said.text, self.number, quarter)
        if own is not None and self.said.tag == "text" and "20" not in self.said.text:
            return None, False  # The label goes on in its next line, with the year.
        if own is not None:
            return {own}, True
        if re.search(r"a year (?:before|ago|earlier)\s+$", self.before):
            return {quarter.minus(4).end}, True
        head = " ".join([self.sentence[: self.number.start - self.start], *self.said.heads]).casefold()
        if re.match(r"last quarter\b", head):
            return {quarter.minus(1).end}, True
        dates = [one for one in numbers(self.sentence) if one.sort == "date" and not re.fullmatch(r"20\d\d", one.text)]
        days = {day for one in dates if (day := day_of(one.text, quarter)) is not None}
        if len(days) == 1 and not EVERY_PERIOD.search(self.sentence):
            return (days, True) if self.said.tag in ("dd", "p") else (days | {quarter.end}, False)
        if EVERY_PERIOD.search(f"{self.sentence} {head}"):
            return None, False
        found = {quarter.end, *days}
        if re.search(r"quarter|paper|before|moved|change|from|then|▲|▼|◆", self.words):
            found |= {quarter.minus(1).end}
        if re.search(r"year|before|then", self.words):
            found |= {quarter.minus(4).end}
        return found, False

    def categories(self, names: Iterable[str]) -> set[str]:
        """The categories that the words before it name, or that head its cell, where they name any."""
        every = list(names)
        found = {one for one in every if _named(one, self.before.casefold())}
        for head in self._cell_heads[:2] if not found else ():
            found |= {one for one in every if _named(one, head.casefold()) or one.casefold() == head.casefold()}
        return {one for one in found if not any(one != other and one in other for other in found)} - {""}

    def limit(self) -> tuple[str, ...]:
        """How the name of its evidence ends, where it is a limit or a mean of a chart."""
        if self.said.tag not in ("desc", "text"):
            return ()
        low = self.before.casefold()
        found = next((end for word, end in LIMITS.items() if re.search(rf"\b{word}\b", low)), None)
        return () if found is None else (found, ", projected") if found else tuple(filter(None, LIMITS.values()))

    @property
    def _cell_heads(self) -> tuple[str, ...]:
        return self.said.heads if self.said.tag in ("td", "dd") else ()

    def whose(self) -> str:
        """How the name of its evidence ends, where the words about it say whose it is: England's, a target."""
        for words in (self.before, *self._cell_heads[:1]):
            for word, end in WHOSE.items():
                if re.search(rf"\b{word}(?:s|’s)?\b", words.casefold()) and self.number.sort != "points":
                    return end
        return ""

    def part(self) -> tuple[str, ...]:
        """How the name of its evidence may end, where it is a part of a number or the number that it is a part of."""
        before, after = (
            self.said.text[: self.number.start],
            self.said.text[self.number.start :][len(self.number.text) :],
        )
        if re.match(r"\s+of\s+[\d,]+\s+authorities", after):
            return (", rank",)
        if re.search(r"\d(?:st|nd|rd|th)\s+of\s+$", before) or re.match(r"\s+authorities", after):
            return ("authorities compared",)
        if re.match(r"\s+of\s+[\d,]+", after):
            return (".count", ", rank", "numerator", "with a figure")
        if re.search(r"\d\s+of\s+$", before):
            return (".count", ".of", "in all", "denominator")
        return ()


def _named(category: str, low: str) -> bool:
    shown = category.casefold().replace("_", " ")
    return (
        shown in low and bool(re.search("[a-z]", shown)) and bool(re.search(rf"(?<!\w){re.escape(shown)}(?!\w)", low))
    )
