"""Mistakes that a page could have, made one at a time on purpose: a walk that finds none of them proves nothing."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Literal

from quarterdeck.paper.numbers import Number, numbers
from tests.papers.walk.reader import Said
from tests.papers.walk.walk import Walk

Kind = Literal["off by one", "another's", "another month or quarter", "another count"]
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_COUNTS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Mistake:
    """A block with one number changed.

    Parameters
    ----------
    was, wrong : the number as it is on the page, and as it was made.
    said : the block with the wrong number in it.
    """

    kind: Kind
    was: str
    wrong: str
    said: Said

    def __str__(self) -> str:
        return f"{self.kind}: {self.was} made {self.wrong} in {self.said.where}: {self.said.text[:160]}"


def mistakes(walk: Walk) -> Iterator[Mistake]:
    """Every mistake of each kind that can be made in a page, one number at a time.

    A number is made one more in the last digit that it shows; a percentage is made the one said before it on the page;
    a month or quarter is made the one after it; a count of things, in words or alone, is made one more. Heads of
    columns and rows are left: a slip in one shows in the cells under it.
    """
    last = ""
    for said in walk.reader:
        text = walk.backing.told.less(said.text)
        if said.spoken or said.tag == "th" or walk.backing.names(said.text, of_a_chart=said.tag == "text"):
            continue
        for number in numbers(text):
            if number.sort == "percent" and said.tag != "text" and last and last != number.text:
                yield _made("another's", said, number, last)
            last = number.text if number.sort == "percent" else last
            kind, wrong = _wrong(number)
            if kind:
                yield _made(kind, said, number, wrong)


def _made(kind: Kind, said: Said, number: Number, wrong: str) -> Mistake:
    end = number.start + len(number.text)
    text = said.text[: number.start] + wrong + said.text[end:]
    longer = len(wrong) - len(number.text)
    spans = tuple(
        (a + longer * (a > number.start), b + longer * (b > number.start), measure) for a, b, measure in said.spans
    )
    return Mistake(kind, number.text, wrong, dataclasses.replace(said, text=text, spans=spans))


def _wrong(number: Number) -> tuple[Kind | None, str]:
    if number.sort == "date":
        return "another month or quarter", _later(number.text)
    if number.spelt and number.text.casefold() in _COUNTS[:-1]:
        return "another count", _COUNTS[_COUNTS.index(number.text.casefold()) + 1]
    if number.sort not in ("plain", "percent", "gbp", "points") or not re.search(r"\d", number.text):
        return None, ""
    return "another count" if number.whole else "off by one", _one_more(number.text)


def _one_more(said: str) -> str:
    """The number with one more in its last digit: 79.8% is 79.9%, 1,299 is 1,300."""
    found = re.search(r"\d[\d,]*(?:\.\d+)?", said)
    assert found
    plain = found[0].replace(",", "")
    decimals = len(plain.partition(".")[2])
    more = f"{float(plain) + 10.0**-decimals:{',' if ',' in found[0] else ''}.{decimals}f}"
    return said[: found.start()] + more + said[found.end() :]


def _later(said: str) -> str:
    """The day with its month, its quarter or its year another."""
    quarter = re.search(r"(Q|Quarter |quarter )([1-4])", said)
    if quarter:
        return said[: quarter.start(2)] + str(int(quarter[2]) % 4 + 1) + said[quarter.end(2) :]
    month = re.search("|".join(_MONTHS) + "|" + "|".join(f"{one[:3]}\\b" for one in _MONTHS), said)
    if month:
        place = next(place for place, one in enumerate(_MONTHS) if one.startswith(month[0][:3]))
        following = _MONTHS[(place + 1) % 12]
        return said[: month.start()] + (following if len(month[0]) > 3 else following[:3]) + said[month.end() :]
    return re.sub(r"20(\d\d)", lambda year: f"20{int(year[1]) + 1:02}", said, count=1)
