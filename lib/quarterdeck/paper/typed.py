"""Numbers typed by hand in officers' commentary, each laid against the figures of the paper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from quarterdeck.measures.registry import Measure
from quarterdeck.paper import words
from quarterdeck.paper.moves import moves
from quarterdeck.paper.numbers import FIGURES, MONTH, SUPPORT, Number, day_of, joined, numbers, said_of
from quarterdeck.paper.plans import BESIDE, PLACEMENTS
from quarterdeck.paper.values import Values
from quarterdeck.quarter import Quarter

Verdict = Literal["supported", "unsupported", "unread", "no figure"]
COMMON = 10
"""A word that as many measures have in their titles names none of them: "children", "plans"."""

_END = re.compile(r"[.!?]\s+(?=[A-Z£])|\n\s*\n")
_BASE = re.compile(r"\s*(?:in every|for every|per)\s+[\d,]+k?\b")
_HEDGED = r"(?:(?:about|around|roughly|some|nearly|almost|just|under|over|a further|another)\s+)*$"
_BY = re.compile(rf"\b(?:by|up|down)\s+{_HEDGED}", re.IGNORECASE)
_MORE = re.compile(
    r"(?:\s?/\s?\w+|\s(?:a|per)\s\w+|\s[\w-]+)?\s(?:more|fewer|less|higher|lower|greater|above|below)\b", re.IGNORECASE
)
_PLANNED = re.compile(r"[^.;,]{0,40}\b(?:forecast|budget|planned)\b", re.IGNORECASE)
_EARLIER = re.compile(r"\b(?:from|was|were|against|than|with|had|been)\s+(?:only\s+)?" + _HEDGED, re.IGNORECASE)
_YEAR = re.compile(r"\s*(?:a|per|each|every|/)\s?(?:year|annum)\b", re.IGNORECASE)
_MONTH_LED = re.compile(rf"\b(?:{MONTH})\s$", re.IGNORECASE)
_NO_MORE = re.compile(r"\s+or\s+(?:more|fewer|less|over|under)\b", re.IGNORECASE)
_AGE = re.compile(r"\b(?:under|over|within|after|(?:people|children|those) of)\s+$", re.IGNORECASE)
_NO_NOUN = re.compile(r"\s*(?:[.,;:)]|$|(?:and|or|who|in)\b)")
_LED = re.compile(r"\b(?:in|at|by|on|of|during)\s+(?:the end of\s+)?$", re.IGNORECASE)
_APART = re.compile(r"[.;]|\b(?:and|but|now|than|to|against|since|from|until|by|before|after)\b")


@dataclass(frozen=True)
class Typed:
    """A number typed by hand.

    Parameters
    ----------
    said, line : as it stands there, and on which line of the file.
    verdict : what came of it. "no figure" is a day, a limit, a name, or a count of what no measure counts.
    nearest : the figures that support it, or those that come nearest.
    """

    said: str
    line: int
    verdict: Verdict
    nearest: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """What the author is told of it."""
        match self.verdict:
            case "unread":
                return f"{self.said}: could not be read"
            case "unsupported":
                near = words.listed(self.nearest, "or")
                return f"{self.said}: nothing here is {self.said}, nearest: {near or 'nothing of its kind'}"
            case _:
                return f"{self.said}: {words.listed(self.nearest) or self.verdict}"

    def __str__(self) -> str:
        return f"line {self.line}: {self.told}"


def typed(text: str, values: Values, line: int = 1, measure: str | None = None) -> list[Typed]:
    """Every number typed by hand, and what came of it; none is left out.

    A figure supports a number that it is printed as at the decimals typed; or that it may be told as ("one in nine",
    "about 40%", "between 40 and 45%"). It must be of the section's own measure, or of one that the sentence has a word
    of; and of the time that the sentence speaks of, which is now where it speaks of none. "Up", "fewer than" and
    "halved" speak of how far a figure moved or stands from its like.

    Parameters
    ----------
    text : as typed, figures named in braces taken out.
    line : of the file on which the text begins.
    measure : whose section it is; any figure may stand behind a number, where it is of none.
    """
    check = _Check(text, values, measure)
    return [check.of(number, line) for number in joined(numbers(text), text)]


@dataclass(frozen=True)
class _Sentence:
    """The sentence of a number: its words before and after, the days that it names, the day that the number is of."""

    whole: str
    before: str
    after: str
    days: frozenset[pd.Timestamp]
    day: pd.Timestamp | None
    year: bool

    @property
    def moved(self) -> bool:
        return bool(_BY.search(self.before))

    @property
    def apart(self) -> bool:
        return bool(_MORE.match(self.after))


class _Check:
    """A text's numbers against the figures that it may speak of."""

    def __init__(self, text: str, values: Values, measure: str | None) -> None:
        self.text, self.values, self.measure = text, values, measure
        self.quarter = values.quarter
        together = PLACEMENTS if measure in PLACEMENTS else ()
        self.own = {measure, *BESIDE.get(measure, ()), *together} if measure else set(values.measures)

    @cached_property
    def _held(self) -> pd.DataFrame:
        held = self.values.citable
        return held.assign(own=held["measure"].isin(self.own))

    def of(self, number: Number, line: int) -> Typed:
        start, end = number.start, number.start + len(number.text)
        base = _BASE.match(self.text, end)
        said, at = self.text[start : base.end() if base else end].strip(), line + self.text.count("\n", 0, start)
        if number.sort == "unread" or self._may_be_a_year(number):
            return Typed(said.rstrip(".,;:)"), at, "unread")
        sentence = self._sentence(number)
        if number.sort not in FIGURES or not self._counts(number, sentence):
            return Typed(said, at, "no figure")
        moved = number.sort in ("points", "times") or sentence.moved
        yearly = number.sort == "gbp" and bool(_YEAR.match(sentence.after))
        found = [self._moves(number, sentence, yearly)] if moved or yearly or sentence.apart else []
        found = pd.concat([*found, *([] if moved else [self._levels(number, sentence, bool(base))])], ignore_index=True)
        fits = found[found["fits"]].head(1)
        if len(fits):
            return Typed(said, at, "supported", tuple(self._told(fits, number)))
        best = found.sort_values(["apart", "other", "gap"], kind="stable").drop_duplicates("told").head(3)
        return Typed(said, at, "unsupported", tuple(self._told(best, number)))

    def _counts(self, number: Number, sentence: _Sentence) -> bool:
        """Whether it is a figure's: a count in words only where it counts what the section's measures count."""
        if _NO_MORE.match(sentence.after):
            return False
        if number.whole and _AGE.search(sentence.before) and _NO_NOUN.match(sentence.after):
            return False
        if not number.spelt:
            return True
        nouns = {self.values.measures[one].counts.split()[0] for one in self.own if one in self.values.measures}
        following = re.findall(r"[a-z-]+", re.split(r"[.,;:]", sentence.after)[0].lower())[:2]
        return bool(nouns & set(following))

    def _sentence(self, number: Number) -> _Sentence:
        end = number.start + len(number.text)
        begins = max((one.end() for one in _END.finditer(self.text, 0, number.start)), default=0)
        stop = _END.search(self.text, end)
        whole = self.text[begins : stop.start() if stop else len(self.text)]
        before, after = self.text[begins : number.start], self.text[end : begins + len(whole)]
        dates = [one for one in numbers(whole) if one.sort == "date"]
        days = {day for one in dates for day in self._days(one.text)} | _relative(whole, self.quarter)
        day = said_of(self.text, number, self.quarter)
        year = False
        here = len(before)
        for one in dates if day is None else []:
            ends = one.start + len(one.text)
            between = before[ends:] if ends <= here else whole[here + len(number.text) : one.start]
            led = _LED.search(before[: one.start]) if ends <= here else day is None
            if led and len(between) < 40 and not numbers(between) and not _APART.search(between):
                day, year = day_of(one.text, self.quarter), bool(re.fullmatch(r"20\d\d", one.text))
        return _Sentence(whole, before, after, frozenset(days), day, year)

    def _days(self, said: str) -> set[pd.Timestamp]:
        day = day_of(said, self.quarter)
        if day is None:
            return set()
        return {*pd.date_range(f"{day.year}-01-01", day, freq="ME")} if re.fullmatch(r"20\d\d", said) else {day}

    def _may_be_a_year(self, number: Number) -> bool:
        """Whether nobody can tell if it counts something or is a year: "from May to July 17 children"."""
        years = [str(self.quarter.end.year + more)[2:] for more in (-1, 0, 1)]
        return number.text in years and bool(_MONTH_LED.search(self.text[: number.start]))

    def _levels(self, number: Number, sentence: _Sentence, rate: bool) -> pd.DataFrame:
        """The figures of its sort, and which of them it may be; those that are rates, where it is "in every 10,000"."""
        held = self._held
        kin = held[held["sort"].isin(SUPPORT[number.sort]) & ((held["unit"] == "per_10k") | (not rate))]
        if sentence.day is not None:
            timed = kin["end"].dt.year == sentence.day.year if sentence.year else kin["end"] == sentence.day
        elif _EARLIER.search(sentence.before):
            timed = kin["own"] | kin["now"]
        else:
            timed = kin["now"] | (
                kin["own"] & (kin["end"].ge(self.quarter.start) | kin["end"].isin(list(sentence.days)))
            )
        named = (kin["own"] | self._named(kin, sentence.whole)) & ~kin["measure"].str.contains("_above_")
        return self._laid(kin, kin["value"], number, timed & named, ~timed, ~kin["own"])

    def _moves(self, number: Number, sentence: _Sentence, yearly: bool) -> pd.DataFrame:
        """How far figures moved or are from their like, and which of these it may be; by the year, where told so."""
        held = self._held
        told = moves(held[held["own"] | self._named(held, sentence.whole)], number.sort, self.quarter)
        if _PLANNED.match(sentence.after):
            told = told[told["measure"].str.contains("_above_")]
        if yearly:
            told = told[told["told"].str.endswith(".year")]
        since = told["then"].isin(list(sentence.days)) | (not sentence.days and not yearly)
        timed = told["then"].isna() | since
        return self._laid(told, told["value"], number, timed, ~timed, ~told["own"])

    @staticmethod
    def _laid(
        rows: pd.DataFrame, value: pd.Series, number: Number, may: pd.Series, apart: pd.Series, other: pd.Series
    ) -> pd.DataFrame:
        gap = (value.abs() - number.value).abs()
        found = rows.assign(fits=number.fits(value) & may.to_numpy(bool), gap=gap, apart=apart, other=other)
        return found.sort_values(["other", "gap"], kind="stable")

    def _named(self, rows: pd.DataFrame, sentence: str) -> np.ndarray:
        """Which rows the sentence names: two telling words of their measure's title, or their category's whole name.

        Of a measure that it names, the figure of the whole, and its categories where it names those.
        """
        said = _stems(sentence)
        titles = _telling(self.values.measures)
        measures = {one for one, stems in titles.items() if len(stems & said) >= min(2, len(stems)) and stems}
        stems = {str(one): _stems(str(one)) for one in rows["category"].unique()}
        categories = {one for one, some in stems.items() if some and some <= said}
        lead = rows["measure"].map({one.id: one.category[1] for one in self.values.measures.values()})
        whole = rows["category"].isin([*categories, "all"]) | (rows["category"] == lead)
        long = {one for one in categories if len(stems[one]) > 1}
        return ((rows["measure"].isin(measures) & whole) | rows["category"].isin(long)).to_numpy(bool)

    def _told(self, rows: pd.DataFrame, number: Number) -> Iterator[str]:
        digits = re.sub(r"[^\d.]", "", number.text)
        typed_decimals = len(digits.partition(".")[2]) if digits else None
        for row in rows.to_dict("records"):
            shown = row.get("shown")
            shown = shown if isinstance(shown, str) else words.amount(row["value"], row["unit"], int(row["decimals"]))
            agrees = ""
            if typed_decimals is not None and row["gap"] < 1 and number.high - number.low <= 1.01:
                places = range(typed_decimals, -1, -1)
                pair = abs(row["value"]), number.value
                agreed = next((n for n in places if words.rounded(pair[0], n) == words.rounded(pair[1], n)), None)
                printed = row.get("decimals")
                agrees = "" if agreed is None or agreed == printed else f", agrees at {agreed} decimals"
            yield f"{row['told']} is {shown}{agrees}"


def _relative(sentence: str, quarter: Quarter) -> set[pd.Timestamp]:
    """The days that words such as "a year before" stand for."""
    low = sentence.lower()
    found = {
        r"\byear (?:before|ago|earlier)|\blast year|this (?:point|time|quarter) last year": quarter.minus(4).end,
        r"\blast quarter|quarter (?:before|ago|earlier)": quarter.minus(1).end,
        r"\b(?:this|the|last) month\b|month (?:before|ago|earlier)": quarter.end - pd.offsets.MonthEnd(1),
        r"(?:start|beginning) of the (?:financial )?year": quarter.year_start - pd.offsets.MonthEnd(1),
    }
    return {day for said, day in found.items() if re.search(said, low)}


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[a-z]{4,}", text.lower())}


def _telling(measures: Mapping[str, Measure]) -> dict[str, set[str]]:
    """The words of each measure's title that few others have."""
    stems = {one.id: _stems(f"{one.title} {one.short}") for one in measures.values()}
    every = pd.Series([stem for some in stems.values() for stem in some]).value_counts()
    common = set(every.index[every >= COMMON])
    return {one: some - common for one, some in stems.items()}
