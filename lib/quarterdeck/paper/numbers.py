"""Every number of a text, in figures or in words: what it may stand for, and which day it is said of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from quarterdeck.paper.words import FRACTIONS, MINUS
from quarterdeck.quarter import Quarter

Sort = Literal["plain", "percent", "points", "gbp", "share", "times", "rank", "limit", "label", "date", "unread"]
FIGURES: tuple[Sort, ...] = ("plain", "percent", "points", "gbp", "share", "times", "unread")
"""Sorts that a figure must stand behind; the others are names, days, places in an order, limits of time and age."""
SUPPORT: dict[Sort, tuple[str, ...]] = {
    "plain": ("plain", "percent"),
    "percent": ("percent",),
    "points": ("percent",),
    "gbp": ("gbp",),
    "share": ("percent",),
}
"""Which sorts of figure may stand behind a number: "41 in every 100" may be a percentage, "£41" only money."""
ABOUT = 0.05
"""What "about" allows either side, as a part of the number: "about 40%" is 38 to 42. No less than one in its last place
("about 34%" is 33 to 35), no more than half the place that it is rounded to ("about 340" is 335 to 345)."""

_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_LARGE = {"hundred": 1e2, "dozen": 12.0, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "tenth": 10}
_TIMES = {"halved": 0.5, "halving": 0.5, "doubled": 2.0, "doubling": 2.0, "trebled": 3.0, "tripled": 3.0,
          "twice": 2.0, "twofold": 2.0, "threefold": 3.0, "quadrupled": 4.0}  # fmt: skip
_ORDINALS = (
    "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNIT = "|".join(_WORDS[1:10])
_LONGEST = "|".join(sorted(_WORDS, key=len, reverse=True))
_CARDINAL = rf"(?:{'|'.join(_TENS)})(?:[- ](?:{_UNIT}))?|{_LONGEST}|a(?= (?:hundred|dozen|thousand|million))"
_N = rf"(?:{_DIGITS}|{_CARDINAL})"
MONTH = "|".join(_MONTHS)
"""The names of the months, as a pattern."""
_YEAR = r"20\d\d(?:[-/–](?:20)?\d\d)?"
_SHORT_YEAR = "|".join(f"{year}/{year + 1}" for year in range(10, 30))
_SHORT_MONTH = (
    rf"(?:{MONTH})(?:(?:\s?['’]|)[12]\d\b(?!%|[.,]?\d)"
    r"|\s[12]\d\b(?=\s*(?:[.,;:)–-](?!\d)|$|(?:to|and|up|down|it|they|there|we|when|in|on)\b)))"
)
_SPAN = r"(?:working[\s-]+)?(?:hours?|days?|weeks?|fortnights?|months?|quarters?|years?|miles?|hrs?|wks?|mths?|yrs?)"
_TO = r"\s*(?:to|and|or|–|-)\s*"

# In order: the first that fits at a place has it. What no other pattern takes, the last does, so that nothing is lost.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("label", r"\b[\w./-]*\w\.(?:csv|xml|xlsx|xls|ods|toml|json|md|html)\b"),
    ("label", r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b"),
    ("date", r"\bQ[1-4] 20\d\d/\d\d\b"),
    ("date", rf"\b{_YEAR}[\s-]*(?:Q|quarter\s)[1-4]\b|\bQ(?:uarter\s*|tr\.?\s*)?[1-4]\b(?:\s+of\s+{_YEAR}\b)?"),
    ("unread", rf"\b(?:{_YEAR}[\s-]*)?(?<!the )Q(?:uarter\s*|tr\.?\s*)?\d+\b"),
    ("date", r"\b20\d\d-\d\d-\d\d\b|\b\d{1,2}/\d{1,2}/20\d\d\b"),
    ("date", rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?:{_TO}\d{{1,2}}(?:st|nd|rd|th)?)?\s+(?:{MONTH})\b(?:\s+20\d\d\b)?"),
    ("date", rf"\b(?:{MONTH})\b(?:\s+\d{{1,2}},?(?=\s+20\d\d))?\s+20\d\d\b|\bmid-20\d\d\b"),
    ("date", rf"\b{_SHORT_MONTH}"),
    ("limit", rf"\b(?:under|over|aged?|ages)[ -]\d{{1,2}}s\b|\b(?:aged?|ages)\s+{_N}(?:{_TO}{_N})?\b"),
    ("limit", rf"\b\d{{1,2}}(?:{_TO}\d{{1,2}})?[- ]years?[- ]olds?\b"
              rf"|\b\d{{1,2}}(?:{_TO}\d{{1,2}})?\+?(?=\s+and over\b)"),
    ("limit", r"\b(?<=for )three quarters\b(?! of\b)"),
    ("limit", rf"\b(?!three[ -]quarters\b(?! (?:before|earlier|later|ago|end|running|in a row|to)\b))"
              rf"{_N}(?:{_TO}{_N})?[\s-]*{_SPAN}\b(?!\s+(?:reports?|review)\b)"),
    ("date", rf"(?<![\d/])(?:{_SHORT_YEAR})(?![\d/])"),
    ("label", r"\b(?:one (?:another|by one)|(?:no|each|every|any|national|local|other) one|one[- ]to[- ]one)\b"
              r"|\bone(?= (?:could|can|or|and|that|who|which|where|is|was|has|ended|thing)\b)|\bone(?=[.?,:;])"
              r"|\bthe (?:two|three|four)\b(?! \w+s\b)"),
    ("label", rf"\b(?:sections?|paragraphs?|items?|measures?|levels?|phases?|stages?|regulations?|chapters?|tables?|"
              rf"visit|version|page)\s+\d+(?:(?:, |{_TO}| of )\d+)*\b(?![,.]\d|%)"),
    ("label", r"\b[A-Za-z]+[-‑]?\d[\w.]*(?:[-‑]\d+)*"),
    ("label", r"\b(?:per|in every|for every|out of every)\s+(?:100,000|10,000|1,000|100k|10k|100|10|million)\b(?!,\d)"),
    ("label", r"(?<![\d,.])\d{1,2}\s?:\s?\d{1,2}\b(?![,.]\d|%)"),
    ("date", rf"\b{_YEAR}\b(?!\s*(?:children|plans|%|placements|families))"),
    ("rank", rf"\b\d[\d,]*(?:st|nd|rd|th)\b|\b(?<!a )(?<!one )(?<!two )(?:{'|'.join(_ORDINALS)})\b"),
    ("share", rf"\b(?:{_CARDINAL}|\d{{1,2}})\s+(?:in|out of)\s+(?:every\s+)?(?:{_CARDINAL}|\d{{1,2}})\b"
              rf"(?!\s*(?:{_SPAN}|[,.]?\d))"),
    ("share", rf"\b(?:a|one|two|three|four)[ -](?:{'|'.join(_PARTS)})s?\b(?!\s+(?:before|earlier|later|ago|end))"
              r"|\bhalf\b(?!\s+(?:a |an )?(?:year|term|day|hour|way))"),
    ("times", rf"\b(?:{'|'.join(_TIMES)})\b|\b{_N} times(?= (?:as|more|higher|larger|the)\b)"),
    ("amount", rf"(?<![\w.])(?P<sign>(?:minus\s|[{MINUS}+])\s?|-)?(?P<pound>£\s?)?(?P<number>{_DIGITS})"
               r"(?!\d|\.\d|,\d)(?:\s?(?P<large>million|billion|thousand|hundred|bn|m|k)\b)?"
               r"(?:\s?(?P<tail>%|per\s?cent\b|percentage points?\b|points?\b|ppts?\b|pp\b))?(?![\w])"),
    ("amount", rf"\b(?P<word>{_CARDINAL})(?:[ ](?P<wlarge>hundred|dozen|thousand|million))?\b"
               r"(?:\s(?P<wtail>per\s?cent\b|percentage points?\b|points?\b))?"),
    ("unread", r"\w*\d\S*"),
)  # fmt: skip
_READ = re.compile(
    "|".join(f"(?P<{sort}_{place}>{pattern})" for place, (sort, pattern) in enumerate(_PATTERNS)), re.IGNORECASE
)
_HEDGE = re.compile(
    r"\b(?:(?P<about>about|around|roughly|some|approximately|approx\.?|circa|c\.)"
    r"|(?P<below>nearly|almost|just under|close to)"
    r"|(?P<above>more than|over|just over|at least|upwards of))\s+$",
    re.IGNORECASE,
)
_AT = re.compile(
    rf"^(?:[^.;,\d]{{0,24}}?(?:\b(?:in|at|of|on)\s+(?:the end of\s+)?|\()|\s(?=(?:{MONTH})))"
    rf"(?P<when>{_SHORT_MONTH}|(?:\d{{1,2}}\s+)?(?:{MONTH})\b(?:\s+20\d\d)?|20\d\d[-/]\d\d Q[1-4]"
    r"|Q(?:uarter\s*|tr\.?\s*)?[1-4]\b)"
    r"|^(?P<relative>[^.;,(\d]{0,16}\b(?:a|the|one) (?:year|quarter) (?:before|earlier|ago)"
    r"|[^.;,\d]{0,10}\blast quarter)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Number:
    """A number of a text.

    Parameters
    ----------
    text, start : as it stands there, and where.
    sort : what it is; only those of `FIGURES` want a figure behind them. "unread" is a number that could not be
        understood, which is never the same as a number that is right.
    low, high : a figure between them is this number: 41.0 is 40.95 to 41.05, "nearly 800" 750 to 800, "one in nine"
        10.5 to 11.75 percent.
    """

    text: str
    start: int
    sort: Sort
    low: float
    high: float

    @property
    def value(self) -> float:
        """The middle of what it may stand for."""
        return (self.low + self.high) / 2

    @property
    def spelt(self) -> bool:
        """Whether it is a whole number in words: "six teams", "one manager"."""
        return self.sort == "plain" and not any(sign.isdigit() for sign in self.text)

    @property
    def whole(self) -> bool:
        """Whether it counts things: it has no decimals."""
        return self.sort == "plain" and "." not in self.text

    def fits(self, values: np.ndarray | pd.Series) -> np.ndarray:
        """Which of the values it may stand for; a sign is told by words such as "down", so it is not asked of them."""
        size = np.abs(np.asarray(values, dtype="float64"))
        return (size >= self.low - 1e-6) & (size <= self.high + 1e-6)


def numbers(text: str) -> list[Number]:
    """Every number of a text, in order; none is left out, and what cannot be understood is "unread".

    Examples
    --------
    >>> [(one.text, one.sort, round(one.low, 2), round(one.high, 2)) for one in numbers("A third, or 41.0%, of £12k")]
    [('A third', 'share', 32.3, 34.3), ('41.0%', 'percent', 40.95, 41.05), ('£12k', 'gbp', 11500.0, 12500.0)]
    >>> [(one.text, one.sort) for one in numbers("In 45 working days by 31 March 2018, about 340 of 1.2.3")]
    [('45 working days', 'limit'), ('31 March 2018', 'date'), ('340', 'plain'), ('1.2.3', 'unread')]
    """
    return list(_numbers(text.replace("\xa0", " ").replace("\u202f", " ")))


def joined(found: list[Number], text: str) -> list[Number]:
    """Numbers, the two ends of a range as one: "between 40 and 45%", "40–45", but not "from 40 to 45".

    A range that reaches to more than twice its lower end says too little to be one; its ends stand for themselves.

    Examples
    --------
    >>> said = "It was between 40 and 45%, up from 30 to 35%."
    >>> [(one.text, one.low, one.high) for one in joined(numbers(said), said)]
    [('40 and 45%', 39.5, 45.5), ('30', 29.5, 30.5), ('35%', 34.5, 35.5)]
    """
    every: list[Number] = []
    for one in found:
        first = every[-1] if every else None
        between = text[first.start + len(first.text) : one.start] if first else ""
        link = re.fullmatch(r"\s*(to|and|–|-)\s*", between, re.IGNORECASE)
        led = re.search(r"\b(between|from)\s+$", text[: first.start], re.IGNORECASE) if first else None
        may = link and (not led or led[1].lower() == "between") and (link[1].lower() != "and" or led)
        alike = first and one.sort in SUPPORT and first.sort in ("plain", one.sort)
        if first and may and alike and first.value < one.value <= 2 * first.value:
            end = one.start + len(one.text)
            every[-1] = Number(text[first.start : end], first.start, one.sort, first.low, one.high)
        else:
            every.append(one)
    return every


def _numbers(text: str) -> Iterator[Number]:
    for found in _READ.finditer(text):
        sort, _, place = str(found.lastgroup).rpartition("_")
        if not place.isdigit():
            sort = next(name for name, value in found.groupdict().items() if value and name[-1].isdigit())
            sort = sort.rpartition("_")[0]
        yield from _one(sort, found, text)


def _one(sort: str, found: re.Match[str], text: str) -> Iterator[Number]:
    said, start = found[0], found.start()
    match sort:
        case "amount":
            yield _amount(found, text)
        case "share":
            middle, hedge = _share(said), _HEDGE.search(text[:start])
            low, high = _as_said(middle)
            below = 5.0 if hedge and hedge["below"] else 2.5 if hedge and hedge["about"] else 0.0
            above = 5.0 if hedge and hedge["above"] else 2.5 if hedge and hedge["about"] else 0.0
            yield Number(said, start, "share", min(low, middle - below), max(high, middle + above))
        case "times":
            value = _TIMES.get(said.lower()) or _value(said.split()[0])
            yield Number(said, start, "times", value * 0.9, value * 1.1)
        case "limit":
            spans = [_value(one) for one in re.findall(_N, said, re.IGNORECASE)]
            place = 10.0 ** -max(len(one.partition(".")[2]) for one in re.findall(r"[\d.]+|$", said)) / 2
            yield Number(said, start, "limit", min(spans) - place, max(spans) + place)
        case "rank":
            digits = re.sub(r"\D", "", said)
            value = float(digits) if digits else 3.0 + _ORDINALS.index(said.lower())
            yield Number(said, start, "rank", value, value)
        case "date" if _no_day(said):
            yield Number(said, start, "unread", np.nan, np.nan)
        case "label" | "date":
            yield Number(said, start, sort, np.nan, np.nan)
        case _:
            yield Number(said, start, "unread", np.nan, np.nan)


def _amount(found: re.Match[str], text: str) -> Number:
    digits = (found["number"] or "").replace(",", "")
    large = _LARGE.get((found["large"] or found["wlarge"] or "").lower(), 1.0)
    tail = (found["tail"] or found["wtail"] or "").lower()
    tailed: Sort = "points" if "point" in tail or tail.startswith("pp") else "percent"
    sort: Sort = tailed if tail else "gbp" if found["pound"] else "plain"
    value = (float(digits) if digits else _value(found["word"])) * large
    place = 10.0 ** -len(digits.partition(".")[2]) * large
    low, high = value - place / 2, value + place / 2
    hedge = _HEDGE.search(text[: found.start()])
    if hedge:
        zeros = len(digits) - len(digits.rstrip("0")) if "." not in digits else 0
        loose = place if not zeros else place * 10**zeros / 2
        if hedge["about"]:
            loose = max(place, min(loose, value * ABOUT))
        low, high = (
            (value - loose, value + loose)
            if hedge["about"]
            else (value - loose, value + place / 2)
            if hedge["below"]
            else (value - place / 2, value + loose)
        )
    return Number(found[0].strip(), found.start() + len(found[0]) - len(found[0].lstrip()), sort, max(low, 0.0), high)


def _value(said: str) -> float:
    """A number alone: 1,302, twelve, thirty-four."""
    plain = said.replace(",", "").lower().strip()
    if plain[:1].isdigit():
        return float(plain)
    if plain == "a":
        return 1.0
    first, _, rest = plain.replace("-", " ").partition(" ")
    return (
        float(_TENS.get(first, 0) + (_WORDS.index(rest) if rest else 0))
        if first in _TENS
        else float(_WORDS.index(first))
    )


def _share(said: str) -> float:
    """A part of a whole in percent: "one in nine", "two thirds", "half"."""
    ratio = re.fullmatch(rf"({_N})\s+(?:in|out of)\s+(?:every\s+)?({_N})", said, re.IGNORECASE)
    if ratio:
        return _value(ratio[1]) / _value(ratio[2]) * 100
    words = re.split(r"[ -]", said.lower())
    parts = _PARTS[words[-1].removesuffix("s") if words[-1] not in _PARTS else words[-1]]
    return (1.0 if words[0] in ("a", "half") else float(_WORDS.index(words[0]))) / parts * 100


def _as_said(percent: float) -> tuple[float, float]:
    """The shares that a paper says as a fraction: "one in nine" is 10.5 to 11.75; of others, a point either side."""
    bands = ((low * 100, high * 100) for (low, high), _ in FRACTIONS)
    return next((band for band in bands if band[0] <= percent < band[1]), (percent - 1.0, percent + 1.0))


def said_of(text: str, number: Number, quarter: Quarter) -> pd.Timestamp | None:
    """The end of the month or quarter that a number is said of in so many words; None where none is named.

    Parameters
    ----------
    quarter : the paper's; "in November" is the last there was at its end, "a year before" the same quarter's.

    Examples
    --------
    >>> text = "It was 87.5% in December and 68.8% last quarter; 48.7 in August 2016, 40 now."
    >>> [str(said_of(text, one, Quarter(2017, 3)))[:10] for one in numbers(text) if one.sort in FIGURES]
    ['2017-12-31', '2017-09-30', '2016-08-31', 'None']
    """
    after = text[number.start + len(number.text) :].replace("\xa0", " ")
    found = _AT.match(after)
    if not found:
        return None
    if found["relative"]:
        return quarter.minus(4 if "year" in found["relative"].lower() else 1).end
    return day_of(found["when"], quarter)


def day_of(said: str, quarter: Quarter) -> pd.Timestamp | None:
    """The end of the month, quarter or year that words name, of the year to the quarter's end where they name no year.

    Parameters
    ----------
    quarter : the paper's.

    Examples
    --------
    >>> days = ("2017/18 Q2", "Qtr 3", "31 December 2017", "16/17", "2017-09-30", "2017-05", "Nov17", "2017")
    >>> [str(day_of(one, Quarter(2017, 3)))[:10] for one in days]
    ['2017-09-30', '2017-12-31', '2017-12-31', '2017-03-31', '2017-09-30', '2017-05-31', '2017-11-30', '2017-12-31']
    """
    figures = re.search(r"(20\d\d)-(\d\d)-(\d\d)|(\d\d?)/(\d\d?)/(20\d\d)", said)
    if figures:
        year, month = (figures[1], figures[2]) if figures[1] else (figures[6], figures[5])
        return _month_end(int(year), int(month))
    said = re.sub(rf"^({_SHORT_YEAR})$", r"20\1", re.sub(rf"({MONTH})[\s'’]*(\d\d)$", r"\1 20\2", said))
    year, part = (
        re.search(r"(20\d\d)(?:[-/–](?:20)?\d\d)?", said),
        re.search(r"(?:Q|quarter |qtr\.?)\s*([1-4])", said, re.IGNORECASE),
    )
    if part:
        number = int(part[1])
        return Quarter(int(year[1]) if year else quarter.year - (number > quarter.number), number).end
    month = re.search(rf"({MONTH})", said, re.IGNORECASE)
    if month:
        place = [name[:3].lower() for name in _MONTHS[:12]].index(month[1][:3].lower()) + 1
        return _month_end(int(year[1]) if year else quarter.end.year - (place > quarter.end.month), place)
    if not year:
        return None
    if len(year[0]) == 4:
        return _month_end(int(year[1]), 12)
    following = (int(year[1]) + 1) % 100 == int(year[0][-2:])
    return _month_end(int(year[1]) + 1, 3) if following else _month_end(int(year[1]), int(year[0][-2:]))


def _no_day(said: str) -> bool:
    """Whether it is written as a day and is none: 31 February, 2017-13-01."""
    day = re.search(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+({MONTH})\b(?:\s+(20\d\d))?", said, re.IGNORECASE)
    if day:
        month = [name[:3].lower() for name in _MONTHS[:12]].index(day[2][:3].lower()) + 1
        return not 1 <= int(day[1]) <= pd.Timestamp(int(day[3] or 2016), month, 1).days_in_month
    figures = re.fullmatch(r"(?:20\d\d-(\d\d)-(\d\d)|(\d\d?)/(\d\d?)/20\d\d)", said)
    month, day = (figures[1] or figures[4], figures[2] or figures[3]) if figures else ("1", "1")
    return not (1 <= int(month) <= 12 and 1 <= int(day) <= 31)


def _month_end(year: int, month: int) -> pd.Timestamp | None:
    return pd.Timestamp(year, month, 1) + pd.offsets.MonthEnd(0) if 1 <= month <= 12 else None
