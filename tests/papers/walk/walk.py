"""Each number of a page laid beside the figures of the measures that it is said of, of the time that it is said of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from lxml.html import HtmlElement

from quarterdeck.paper.headlines import COUNTED, PHRASES
from quarterdeck.paper.numbers import FIGURES, SUPPORT, Number, numbers, said_of
from tests.papers.walk.backing import Backing, Pool
from tests.papers.walk.counts import counts_of, plan_of, rows_of_files
from tests.papers.walk.dates import Dates
from tests.papers.walk.place import EVERY_PERIOD, Place
from tests.papers.walk.reader import Reader, Said
from tests.papers.walk.told import texts

WEEKS_A_YEAR = 365 / 7
LARGEST = re.compile(r"(\w[^.:]*?)(?: placements?)? is the largest (?:category|age group)")
"""A category whose name begins with a number, where a sentence tells that it is the largest."""
COMPARED = ("scorecard", "what-changed-since-the-last")
"""Sections whose changes are of the measure itself, since a time that they name, and so are figures of their own."""
NO_POOL = ("summary", "j-", "what-", "printed", "who-governs", "scorecard", "the-register")
"""Sections in whose sentences a whole number that is said of no measure counts things, and is no figure."""


@dataclass(frozen=True)
class Unbacked:
    """A number that nothing supports: where it is said, in what words, and what comes nearest."""

    where: str
    said: str
    number: Number
    nearest: str

    def __str__(self) -> str:
        return f"{self.number.text!r} ({self.number.sort}) in {self.where}: {self.said[:300]} … nearest: {self.nearest}"


class Walk:
    """A walk through one page.

    Parameters
    ----------
    name : the paper's, or "index".
    tree : the page, which is read as a reader sees it: what is unseen is dropped from it.
    backing : all figures of the page's copy.
    """

    def __init__(self, name: str, tree: HtmlElement, backing: Backing) -> None:
        self.name, self.backing, self.quarter = name, backing, backing.quarter
        self.reader = Reader(tree, backing.quarter, backing.measures)
        self.plan = plan_of(name, backing)
        self.counts = counts_of(name, self.plan, backing)
        self.dates = Dates(name, backing)
        self._files = rows_of_files(backing.source.files)
        self._pages = {self.quarter.end, self.quarter.minus(1).end, self.quarter.minus(4).end}
        self._pages |= set(pd.date_range(self.quarter.start, self.quarter.end, freq="ME"))
        self.walked: Counter[str] = Counter()
        """How many numbers were read, by sort."""

    def unbacked(self) -> list[Unbacked]:
        """Every number of the page that nothing supports."""
        return [found for said in self.reader for found in self.of(said)]

    def of(self, said: Said) -> Iterator[Unbacked]:
        """The numbers of a block that nothing supports."""
        if self.backing.names(said.text, of_a_chart=said.tag == "text"):
            return
        text = self.backing.told.less(said.text)
        found = numbers(text)
        self.walked.update(one.sort for one in found)
        for number in found:
            nearest = self._missing(number, said, text)
            if nearest:
                yield Unbacked(said.where, said.text, number, nearest)

    def _missing(self, number: Number, said: Said, text: str) -> str:
        """What comes nearest to a number that nothing supports; "" where something does."""
        if number.sort == "label" or number.text in self.backing.marks:
            return ""
        span = next((one for one in said.spans if one[0] <= number.start < one[1]), None)
        if said.spoken and not span:
            return ""
        if number.sort == "date":
            return "" if self.dates.fits(number, said, text) else "no period of these figures"
        if span:
            return "" if self._filled_in(number, span[2], text) else f"no figure of {span[2]}"
        measures = self._measures(number, said)
        pool = self.backing.pool(measures)
        if number.text in pool.every_category and said.tag in ("desc", "td", "th", "text"):
            return ""
        named = LARGEST.match(text, number.start)
        if named and named[1].casefold() in map(str.casefold, pool.every_category):
            return ""
        sorts = _sorts(number, said)
        if pool.at(Place.of(number, said), sorts, self.quarter).size or self._otherwise(number, said, measures, pool):
            return ""
        return pool.nearest(number, sorts)

    def _measures(self, number: Number, said: Said) -> Sequence[str]:
        """The measures whose figures may stand behind it: its own; the paper's, where it names none and counts none."""
        counts_only = said.tag in ("dd", "h3", "caption") or (number.sort == "plain" and number.whole)
        counts_only = counts_only and said.tag != "text"
        return said.measures or (() if counts_only and said.where.startswith(NO_POOL) else self.plan)

    def _otherwise(self, number: Number, said: Said, measures: Sequence[str], pool: Pool) -> bool:
        """Whether it is of a definition, counts something of the page, or is a sum that its table says."""
        if (number.sort == "limit" or number.spelt) and number.fits(self._defined(measures)).any():
            return True
        if number.sort in ("plain", "percent") and number.fits(list(self._countable(said).values())).any():
            return True
        late = [value for name, value in self.counts.items() if name.startswith("days late")]
        if number.sort == "limit" and said.tag == "td" and number.fits(late).any():
            return True
        return said.cell and self._worked_out(number, said, pool)

    def _defined(self, measures: Sequence[str]) -> np.ndarray:
        """The numbers of the measures' own definitions: limits of time and age, bands."""
        told = [self.backing.measures[one] for one in measures]
        words = list(texts([(one.title, one.short, one.counts, one.definition, one.why) for one in told]))
        words += texts([(PHRASES.get(one.id, ""), COUNTED.get(one.id, "")) for one in told])
        found = [number for text in words for number in numbers(text) if np.isfinite(number.low)]
        back = [months for one in told for months in (one.looks_back, *one.breakdowns_look_back.values())]
        return np.array(
            back
            + [months / 12 for months in back]
            + [edge for one in found for edge in (one.low + 0.5, one.high - 0.5)]
        )

    def _countable(self, said: Said) -> dict[str, float]:
        """What a sentence may count of its own section, and of the paper."""
        if said.where.startswith("m-"):
            return {}
        if said.cell:
            own = self.backing.source.files[self.backing.source.files["file"].isin(said.heads)]
            if len(own):
                return rows_of_files(own)
            moved = said.where.startswith("what-changed")
            return self._files | {name: one for name, one in self.counts.items() if moved or name[:5] != "moved"}
        own = ("box", "rows") if said.tag == "dd" else ("printed",) if "printed" in said.where else ("paper",)
        own = tuple(self.counts) if self.name == "data_quality" else own
        found = {name: value for name, value in self.counts.items() if name.startswith(own)}
        if said.tag == "dd":
            return found
        for place, part in enumerate(said.section.iter("ul", "ol", "tbody")):
            rows = [one for one in part if one.tag in ("li", "tr") and one.get("class") != "g"]
            found[f"list {place}"] = float(len(rows))
        found["measures of the section"] = float(len(list(said.section.iter("article"))))
        return found

    def _worked_out(self, number: Number, said: Said, pool: Pool) -> bool:
        """Whether a cell is a sum that its row or its table's head says: a change, millions, placements x price."""
        money = number.text.lstrip("+−-").startswith("£")
        headed = " ".join(said.heads).casefold()
        if money and said.row and said.where.startswith("what-if"):
            many, *prices = said.row
            sums = np.array([many * price * WEEKS_A_YEAR for price in prices] or [0.0])
            near = many * 0.005 * WEEKS_A_YEAR + 0.5
            if (np.abs(sums - number.value) <= near).any() or number.fits(pool.value / 100).any():
                return True
        if re.search(r"£m\b|million", headed) and number.fits(pool.value / 1e6).any():
            return True
        column = said.heads[0].casefold() if said.heads else ""
        moved = number.text[:1] in "+−▲▼" or re.search(r"change|above|against|difference|forecast|variance", column)
        moved = moved and not said.where.startswith(COMPARED)
        return bool(moved and number.fits(self._moves(pool)).any())

    def _moves(self, pool: Pool) -> np.ndarray:
        """How far each figure of the quarter is from the same of another time, and a number from its forecast."""
        rows = pd.DataFrame({"name": pool.names, "value": pool.value, "end": pool.end})[pool.origins == "figure"]
        now = rows[rows["end"] == self.quarter.end]
        pairs = now.merge(rows, on="name", suffixes=("", "_then"))
        over = now.assign(name=now["name"].str.replace("_above_forecast", "", regex=False))
        over = over[now["name"].str.contains("_above_forecast")]
        forecast = now.merge(over, on="name", suffixes=("", "_then"))
        below = forecast.assign(value_then=-forecast["value_then"])  # a figure stands here without its sign
        both = pd.concat([pairs, forecast, below])
        return (both["value"] - both["value_then"]).to_numpy("float64")

    def _filled_in(self, number: Number, measure: str, text: str) -> bool:
        """Whether a value that was filled in is a figure of its measure, or how far it is from another."""
        rows = self.backing.evidence(measure)
        rows = rows[(rows["origin"] == "figure") & ~rows["name"].str.endswith((".lower", ".upper"))]
        day = said_of(text, number, self.quarter)
        near = rows["end"] == day if day is not None else rows["end"].isin(list(self._pages))
        timed = rows if EVERY_PERIOD.search(text) and day is None else rows[near]
        if number.sort != "points" and number.fits(timed["value"]).any():
            return True
        now = rows[rows["end"] == self.quarter.end]
        pairs = now.merge(rows, on="name", suffixes=("", "_then"))
        decimals = self.backing.measures[measure].decimals
        gaps = [*(pairs["value"].round(decimals) - pairs["value_then"].round(decimals))]
        moved = number.sort == "points" or re.search(r"(?:up|down)\s+$", text[: number.start])
        headed = now[now["category"] != ""]["value"].to_numpy(float)
        apart = [*np.subtract.outer(headed, headed).ravel()] if number.sort in ("gbp", "points") else []
        money = [value * WEEKS_A_YEAR for value in (*now["value"], *apart)] if number.sort == "gbp" else []
        return bool(number.fits(np.array([*(gaps if moved else []), *apart, *money])).any())


def _sorts(number: Number, said: Said) -> tuple[str, ...]:
    """The sorts of figure that may stand behind it: a table's head may say what a bare number is."""
    if number.sort in ("rank", "limit"):
        return ("plain",)
    return ("plain", "percent", "gbp") if said.cell and number.sort == "plain" else SUPPORT.get(number.sort, ())


def of_figures(walked: Counter[str]) -> int:
    """How many of the numbers read want a figure behind them; the others are days, names, limits and places."""
    return sum(count for sort, count in walked.items() if sort in FIGURES)
