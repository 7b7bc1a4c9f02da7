"""Words and numbers as a paper prints them: units, dates, fractions, lists, and how hard a sentence is to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from quarterdeck.measures.registry import Unit
from quarterdeck.quarter import Quarter

HIDDEN = "hidden to protect confidentiality"
NOT_AVAILABLE = "not available from these sources"
NOT_APPLICABLE = "not applicable"
STATUS_WORDS = {"c": HIDDEN, "x": NOT_AVAILABLE, "z": NOT_APPLICABLE}
MINUS = "−"

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
FRACTIONS = (
    ((0.095, 0.105), "one in ten"),
    ((0.105, 0.1175), "one in nine"),
    ((0.1175, 0.1325), "one in eight"),
    ((0.135, 0.15), "one in seven"),
    ((0.157, 0.177), "one in six"),
    ((0.19, 0.21), "one in five"),
    ((0.24, 0.26), "a quarter"),
    ((0.29, 0.31), "three in ten"),
    ((0.323, 0.343), "a third"),
    ((0.39, 0.41), "two in five"),
    ((0.49, 0.51), "half"),
    ((0.59, 0.61), "three in five"),
    ((0.655, 0.677), "two thirds"),
    ((0.69, 0.71), "seven in ten"),
    ((0.74, 0.76), "three quarters"),
    ((0.79, 0.81), "four in five"),
    ((0.89, 0.91), "nine in ten"),
)
"""Shares that are said in words, from and up to: a reader of the words may take them for any of these."""


def rounded(value: float, decimals: int = 0) -> Decimal:
    """The value at so many decimals, halves away from zero, as a council's spreadsheet rounds.

    Examples
    --------
    >>> rounded(0.5), rounded(882.6989, 2), rounded(-2.5)
    (Decimal('1'), Decimal('882.70'), Decimal('-3'))
    """
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def number(value: float, decimals: int = 0) -> str:
    """A number with thousands separated and a true minus.

    Examples
    --------
    >>> number(1172), number(-74), number(41.0, 1), number(-0.04, 1)
    ('1,172', '−74', '41.0', '0.0')
    """
    exact = rounded(value, decimals)
    return f"{MINUS if exact < 0 else ''}{abs(exact):,}"


def pounds(value: float, decimals: int | None = None) -> str:
    """Money as a paper says it: £882.70, £3,546, £42k, £11.6m.

    Parameters
    ----------
    value : pounds.
    decimals : of pounds; left out, amounts from ten thousand are shortened to thousands and from a million to millions.

    Examples
    --------
    >>> pounds(882.7, 2), pounds(316), pounds(41_610), pounds(11_648_000), pounds(-1_100_000)
    ('£882.70', '£316', '£42k', '£11.6m', '−£1.1m')
    """
    sign, size = (MINUS if rounded(value, decimals or 0) < 0 else ""), abs(value)
    if decimals is None and size >= 999_500:
        return f"{sign}£{number(size / 1e6, 1)}m"
    if decimals is None and size >= 10_000:
        return f"{sign}£{number(size / 1e3)}k"
    return f"{sign}£{number(size, decimals or 0)}"


def amount(value: float, unit: Unit, decimals: int = 0) -> str:
    """A value with its unit's sign, where it has one: 90%, 41.0, £3,546, 20 working days.

    Examples
    --------
    >>> amount(90.0, "percent"), amount(40.96, "per_10k", 1), amount(3546, "gbp_per_week"), amount(1, "working_days")
    ('90%', '41.0', '£3,546', '1 working day')
    """
    if pd.isna(value):
        return "–"
    match unit:
        case "percent":
            return number(value, decimals) + "%"
        case "gbp_per_week":
            return pounds(value, decimals)
        case "gbp":
            return pounds(value, decimals or None)
        case "days" | "working_days":
            shown = number(value, decimals)
            return f"{shown} {unit.replace('_', ' ').removesuffix('s') if shown == '1' else unit.replace('_', ' ')}"
        case _:
            return number(value, decimals)


def signed(value: float, unit: Unit = "number", decimals: int = 0) -> str:
    """A difference with its sign: +38, −11, +£52, 0.

    Examples
    --------
    >>> signed(38), signed(-11.2, "percent", 1), signed(52, "gbp_per_week"), signed(0.01)
    ('+38', '−11.2', '+£52', '0')
    """
    plain = pounds(value, decimals) if unit.startswith("gbp") else number(value, decimals)
    return f"+{plain}" if rounded(value, decimals) > 0 else plain


def difference(now: float, before: float, unit: Unit, decimals: int = 0) -> str:
    """How far apart two values are, without direction; of percentages, in points. Worked out from what is printed.

    Examples
    --------
    >>> difference(90.0, 72.8, "percent", 1), difference(41.0, 47.3, "per_10k", 1), difference(63, 62, "number")
    ('17.2 points', '6.3', '1')
    """
    gap = abs(float(rounded(now, decimals) - rounded(before, decimals)))
    shown = number(gap, decimals)
    if unit == "percent":
        return f"{shown} point{'' if shown == '1' else 's'}"
    return amount(gap, unit, decimals)


def change(now: float, before: float, unit: Unit, decimals: int = 0, since: str = "a year before") -> str:
    """The phrase that sets a value beside an earlier one.

    Examples
    --------
    >>> change(90.0, 73.0, "percent")
    'up from 73% a year before'
    >>> change(41.0, 41.04, "per_10k", 1, "in September")
    'the same as in September'
    """
    if rounded(now, decimals) == rounded(before, decimals):
        return f"the same as {since}"
    return f"{'up' if now > before else 'down'} from {amount(before, unit, decimals)} {since}"


def count_word(n: int) -> str:
    """A whole number in words up to twelve, in figures after.

    Examples
    --------
    >>> count_word(3), count_word(0), count_word(1302)
    ('three', 'no', '1,302')
    """
    return _SMALL[n] if 0 <= n < len(_SMALL) else number(n)


def ordinal(n: int) -> str:
    """A rank: 1st, 2nd, 11th, 112th.

    Examples
    --------
    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '112th']
    """
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n:,}{ending}"


def listed(items: Iterable[str], joined: str = "and") -> str:
    """A list in a sentence.

    Examples
    --------
    >>> listed(["October", "November", "December"]), listed(["one"]), listed([])
    ('October, November and December', 'one', '')
    """
    *most, last = list(items) or [""]
    return f"{', '.join(most)} {joined} {last}" if most else last


def share(percent: float) -> str:
    """A percentage as people say it, where it is within a point or so of a plain fraction; else the percentage.

    Examples
    --------
    >>> share(90.0), share(11.1), share(25.4), share(72.8)
    ('nine in ten', 'one in nine', 'a quarter', '73%')
    """
    plain = next((words for (low, high), words in FRACTIONS if low <= percent / 100 < high), None)
    return plain or f"{number(percent)}%"


def date(day: pd.Timestamp) -> str:
    """31 December 2017."""
    return f"{day.day} {day:%B %Y}"


def month(day: pd.Timestamp) -> str:
    """December 2017."""
    return f"{day:%B %Y}"


def short_quarter(quarter: Quarter) -> str:
    """2017/18 Q3."""
    return str(quarter).replace("-", "/")


def months_of(quarter: Quarter) -> str:
    """October to December 2017."""
    return f"{quarter.start:%B} to {quarter.end:%B %Y}"


def sentence(text: str) -> str:
    """The text with a capital first letter and no full stop doubled at its end.

    Examples
    --------
    >>> sentence("nine in ten were on time"), sentence("Done..")
    ('Nine in ten were on time', 'Done.')
    """
    text = text.strip()
    return re.sub(r"\.{2,}$", ".", text[:1].upper() + text[1:])


def spoken(text: str) -> str:
    """Text for a voice: signs that screen readers skip are written out.

    Examples
    --------
    >>> spoken("−74, 41.0–45.2, ▲ 3")
    'minus 74, 41.0 to 45.2, up 3'
    """
    text = re.sub(r"(?<=\d)–(?=\d)", " to ", text.replace(MINUS, "minus "))
    return text.replace("▲", "up").replace("▼", "down")


def syllables(word: str) -> int:
    """Syllables of an English word, by its groups of vowels.

    Examples
    --------
    >>> [syllables(word) for word in ("plan", "assessment", "children", "placement", "rate", "looked", "the")]
    [1, 3, 2, 2, 1, 1, 1]
    """
    plain = re.sub(r"[^a-z]", "", word.lower())
    plain = (
        re.sub(r"(?<=[bcdfgklmnprstvz])e(?=ment|ful|ly|less|ness|s$|d$|$)(?<![td]e(?=d))", "", plain)
        if len(plain) > 3
        else plain
    )
    return max(1, len(re.findall(r"[aeiouy]+", plain)))


TERMS = (
    "social work assessments",
    "social workers",
    "child protection plans",
    "child-in-need plans",
    "child-in-need plan",
    "children in need",
    "strategy discussions",
    "section 47 enquiries",
    "pre-proceedings",
    "legal advice",
    "sexual exploitation",
    "safeguarding teams",
    "residential care",
    "foster care",
    "agency staff",
    "working days",
    "return interview",
    "private fostering arrangements",
    "personal education plans",
    "missing education",
)
"""Official titles and terms of the field, whose form is not a paper's to choose."""


def reading_age(text: str, apart: Sequence[str] = TERMS) -> float:
    """The age at which a reader follows the text: Flesch-Kincaid grade plus five.

    Parameters
    ----------
    text : one sentence or more.
    apart : official titles and terms, each counted as one word of two syllables.

    Source
    ------
    Kincaid et al. (1975): 0.39 words a sentence + 11.8 syllables a word − 15.59; grade 7 is read at age 12.

    Examples
    --------
    >>> reading_age("Fewer children are on plans.") < 12
    True
    """
    for title in sorted(apart, key=len, reverse=True):
        text = re.sub(re.escape(title), "title", text, flags=re.IGNORECASE)
    sentences = [part for part in re.split(r"[.!?:;](?:\s|$)", text) if re.search(r"\w", part)]
    words = re.findall(r"[A-Za-z][A-Za-z'’-]*|[£\d][\d,.]*\w*%?", text)
    if not words:
        return 5.0
    # A figure counts as a word of one beat, as tools that apply the formula take it.
    beats = sum(1 if not word[0].isalpha() else syllables(word) for word in words)
    return 0.39 * len(words) / max(1, len(sentences)) + 11.8 * beats / len(words) - 15.59 + 5
