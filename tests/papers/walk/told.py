"""Words with a number in them that are no figures: of the catalogue, the profile, `improvement/`, of every paper."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from quarterdeck.paper.numbers import numbers

FIXED = {
    r"(?:mean ±|give or take) 2\.66 mean moving ranges": "the XmR chart's own constant, figures.change",
    r"seven on one side, six moves one way, or two of three": "the rules of figures.change",
    r"seven (?:months )?or more(?: running| moving)?|two of three near\b": "the rules of figures.change",
    r"six (?:months or more|or more moves)\b": "the rules of figures.change",
    r"fewer than 13 (?:points|months)": "where trial limits end, figures.change",
    r"95% intervals?": "the level of every interval, in figures.frame and the CSV's metadata",
    r"12 months (?=to\b)": "the period of a rolling figure, blocks.PERIOD_HEAD",
    r"counts of 1 to 5 are hidden": "the rule on small numbers, figures.disclosure",
    r"nine quarters(?= to |$)": "how far back every table goes, view.NINE",
    r"axis starts at [£\d,.]+%?": "where a chart's axis begins: the drawing's, and no figure",
    r"\bhalf of (?=[^.]*\bor less\b)|\bhalf of the (?=[^.]*\bor less\b)": "what a median is",
    r"\bhalf of those (?=[^.]*\bwithin \d+ (?:working )?days\b)": "what a median is",
    r"three months before\b": "the quarter before, of a measure whose figure is a month's: headlines",
    r"the 16 largest of \d+": "how many bars a chart shows, of how many: drawn.BARS",
    r"365/7 weeks": "what makes a year of weekly costs, figures.what_if",
    r"each price were 1% higher": "the what-if that the notebook asks for",
    r"one placement and one per cent": "the what-if that the notebook asks for",
    r"of 16 and 17(?= came)|\bby 17(?=, before)": "the ages of the measures homeless_16_17 and adviser_by_17",
    r"three or more times": "the definition of repeat missing, missing_from_home",
    r"four times in five": "the range of figures.projection",
    r"more than 1 row in 20": "the share of rows past which a list is not to be relied on, paper.quality.box",
    r"(?:one|two|three) months? (?:above|below|beyond)\b": "the rules of figures.change, in a chart",
    r"under 16 is to live for 28 days or more|within seven working days": "the law on private fostering",
    r"child of 16 or 17": "the law on homelessness",
    r"(?<=carers )after 18": "the law on staying put",
    r"care leavers 19 to 21": "the ages of the measures of care leavers",
    r"(?:lost|moved by|fell by) more than five points": "how much makes a column asked about, paper.quality",
    r"at home (?:3|6|12) months": "columns of the list of work at the edge of care",
    r"12 months(?= up to)": "a kind of period, quarter.PeriodKind",
    r"wasted in two ways": "the two that the notebook names",
    r"nothing is counted twice": "that a row is counted once, and no figure",
    r"the nineteen measures|nineteen measures": "the panel's own list, plans.NINETEEN",
    r"Q1 is April to June|^Q1 to Q4$": "how quarters are numbered",
    r"Quarterdeck \d+\.\d+\.\d+": "the version that made the paper",
}
"""Words with a number in them that papers say of themselves and not of the council, and where each comes from."""


class Told:
    """Texts that come whole from elsewhere, to be taken out of what a page says before its numbers are asked for."""

    def __init__(self, *sources: Any) -> None:
        kept = {" ".join(text.split()).rstrip(".") for text in texts(*sources)}
        self._patterns = [
            (text.casefold(), re.compile(rf"(?<![\w.]){re.escape(text)}(?!\w|[.,]\d|%)", re.IGNORECASE))
            for text in sorted(filter(_says_a_number, kept), key=len, reverse=True)
        ]
        self.dates = {one.text for text in kept for one in numbers(text) if one.sort == "date"}
        """The days that those texts name."""

    def less(self, text: str) -> str:
        """The text with what is told elsewhere blank, its length as it was."""
        if not numbers(text):
            return text
        low = text.casefold()
        for whole, pattern in self._patterns:
            if whole in low:
                text = pattern.sub(lambda found: re.sub(r"\w", " ", found[0]), text)
        for pattern in FIXED:
            text = re.sub(pattern, lambda found: re.sub(r"\S", " ", found[0]), text, flags=re.IGNORECASE)
        return text


def _says_a_number(text: str) -> bool:
    """Whether a text is worth finding whole: it has words beside its number, which is no date."""
    worded = re.search(r"[^\W\d]{2}", text) or len(text) > 8
    return bool(worded) and any(one.sort != "date" for one in numbers(text))


def cells(folder: Path) -> Iterable[str]:
    """Every cell of an authority's `improvement/` folder."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from (cell for row in csv.reader(file) for cell in row)


def texts(*sources: Any) -> Iterator[str]:
    """Every text in what is given: data classes, mappings, lists and models, however deep."""
    for one in sources:
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            yield from texts(*one.keys(), *one.values())
        elif isinstance(one, (list, tuple, set)):
            yield from texts(*one)
        elif hasattr(one, "__dict__"):
            yield from texts(vars(one))
