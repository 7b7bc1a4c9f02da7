"""All figures of one copy of a quarter, measure by measure, to be laid beside the numbers of its pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from quarterdeck.figures.projection import project
from quarterdeck.improvement import read_journey
from quarterdeck.improvement.position import Position
from quarterdeck.measures.registry import Measure
from quarterdeck.paper.about import ACRONYMS
from quarterdeck.paper.numbers import Number
from quarterdeck.paper.plans import BESIDE
from quarterdeck.paper.view import View
from quarterdeck.quality import Quality
from quarterdeck.quarter import Quarter
from quarterdeck.reference import reference_csv
from tests.papers.walk.evidence import evidence
from tests.papers.walk.place import WHOSE, Place
from tests.papers.walk.told import Told, cells

ALSO = BESIDE | {
    "placement_costs": (
        *BESIDE["placement_costs"],
        "placement_numbers",
        "placement_annual_cost",
        "placement_numbers_above_forecast",
        "placement_cost_above_budget",
    )
}
"""Measures whose figures stand in another's block."""
CUT = 8
"""So much of a category's name, where a chart breaks it into lines, is no other's."""
FLOWS = ("started", "ended", "net change", "begun", "left")
"""Categories that a sentence tells in other words: came into care, left it."""
SAID_AS = {
    ", England": "england",
    ", neighbours": "neighbour",
    ", as published": "publish|year to|at 31 march|at 30 september|at march|printed",
    ", rank": "authorities|highest first|\\d(?:st|nd|rd|th) of",
    ", authorities compared": "authorities|highest first|\\d(?:st|nd|rd|th) of",
    ", authorities that published none": "not published",
    ", neighbours with a figure": "neighbours",
    ", quarter of authorities": "quarter",
    ", target": "target|to get from|against .* set by",
    ", tolerance": "target|tolerance|within",
    ", mean": "mean|average|usual",
    ", lower limit": "usual|limit|lower|net change",
    ", upper limit": "usual|limit|upper|net change",
    ", net change": "net",
    ", months moving one way": "has (?:risen|fallen)",
    ", quarters moving one way": "has (?:risen|fallen)",
    ", not known": "not known",
    ", months behind the limits": "over .* months|trial",
    ", printed": "last paper|print|revised|count changed",
    ", published": "print|publish|both be right",
    **dict.fromkeys((", value", ", printed_numerator", ", printed_denominator"), "print|revis|paper of|count changed"),
    **dict.fromkeys((", numerator", ", denominator"), "print|revis|paper of|count changed"),
    ", change since last quarter": "▲|▼|◆|point|quarter|paper|moved|change",
    ", change since a year before": "year",
    ".lower": "95%|between|likely range",
    ".upper": "95%|between|likely range",
}
"""What a text says of a number that is no figure of the measure itself, by how the evidence's name ends."""
_ROLES = list(SAID_AS)


class Pool:
    """Figures that may stand behind a number, as arrays: a page asks some thousand times."""

    def __init__(self, rows: pd.DataFrame, leads: Mapping[str, str], always: Sequence[str]) -> None:
        columns = ("measure", "name", "origin", "sort")
        self.measures, self.names, self.origins, self.sorts = (rows[one].to_numpy(object) for one in columns)
        self._of_measure = {str(one): set(part.astype("str")) for one, part in rows.groupby("measure")["category"]}
        self.value = rows["value"].abs().to_numpy("float64")
        self.end = pd.to_datetime(rows["end"]).astype("datetime64[ns]").to_numpy()
        self.categories = rows["category"].astype("str").to_numpy(object)
        self.every_category = sorted(set(self.categories))
        self._lead = self.categories == rows["measure"].map(leads).to_numpy(object)
        self._own = self._lead | np.isin(self.categories.astype("str"), ["", *always])
        self.role = np.full(len(rows), -1)
        for place, end in enumerate(_ROLES):
            self.role[rows["name"].str.endswith(end).to_numpy(bool)] = place
        beside, own = (rows["end"].where(rows["origin"] == origin) for origin in ("beside", "figure"))
        latest = (beside == beside.groupby(rows["name"]).transform("max")) | (
            own == own.groupby(rows["measure"]).transform("max")
        )
        self.latest = latest.to_numpy(bool)
        self.rank = np.array(
            [str(name).endswith((", rank", ", quarter of authorities")) for name in self.names], dtype=bool
        )

    def at(self, place: Place, sorts: Sequence[str], quarter: Quarter) -> np.ndarray:
        """Where the figures stand that a number in its place may be: of its value, time, category and owner.

        A target, a limit, a comparator stands behind a number only where the words say that it is one.
        """
        hits = np.flatnonzero(place.number.fits(self.value))
        hits = np.array([one for one in hits if self.sorts[one] in sorts], dtype="int64")
        if place.number.sort == "rank":
            hits = hits[self.rank[hits]]
        if place.number.sort == "points":
            hits = hits[self.origins[hits] == "move"]
        ends, explicit = place.ends(quarter)
        if ends is not None:
            days = np.array(sorted(ends), dtype="datetime64[ns]")
            timed = np.isin(self.end[hits], days) | np.isnat(self.end[hits]) | (self.origins[hits] == "move")
            hits = hits[timed | (self.latest[hits] & (not explicit))]
        whose, parts, words = place.whose(), place.part(), place.words
        if whose:
            others = tuple(end for end in WHOSE.values() if end != whose)
            hits = hits[
                np.array(
                    [self.role[one] >= 0 and not str(self.names[one]).endswith(others) for one in hits], dtype=bool
                )
            ]
        parts = parts or place.limit()
        if parts:
            hits = np.array([one for one in hits if str(self.names[one]).endswith(parts)], dtype="int64")
        if not hits.size:
            return hits
        named = place.categories(self.every_category)
        around = place.said.around
        words = f"{words} {around}" if place.said.cell else words
        kept = [one for one in hits if self._is_named(one, named, place) and self._is_said(one, words)]
        return np.array(kept, dtype="int64")

    def _is_named(self, one: int, named: set[str], place: Place) -> bool:
        """Whether a figure is of a category that the words about the number name; in a list of them, of no other."""
        category, around = self.categories[one], place.said.around
        if named & self._of_measure[self.measures[one]] and self.sorts[one] != "gbp":  # A price is told by sector too.
            lead = bool(self._lead[one]) and self.origins[one] == "figure"
            whole = category == "" and place.said.tag != "desc"
            known = category in named or lead or whole or self.role[one] >= 0
            return known or any(part in self.names[one] for part in named)
        return bool(self._own[one]) or category.casefold().replace("_", " ") in around

    def _is_said(self, one: int, words: str) -> bool:
        return self.role[one] < 0 or bool(re.search(SAID_AS[_ROLES[self.role[one]]], words))

    def nearest(self, number: Number, sorts: Sequence[str]) -> str:
        """The figures of its sort that come nearest to a number."""
        kin = np.flatnonzero(np.isin(self.sorts.astype("str"), sorts))
        best = kin[np.argsort(np.abs(self.value[kin] - number.value), kind="stable")[:3]]
        return "; ".join(f"{self.names[one]} is {self.value[one]:g}" for one in best) or "nothing of its kind"


class Backing:
    """What may stand behind the numbers of a copy's pages: figures, what was printed before, what texts are told whole.

    Parameters
    ----------
    source : what the papers were made from; see `quarterdeck.paper.paper.Source`.
    audience : whose copy.
    improvement : the authority's folder of the improvement journey.
    earlier : the counts of the data that were kept with last quarter's papers, where they were built.
    """

    def __init__(
        self,
        source: Any,
        audience: str,
        measures: Mapping[str, Measure],
        improvement: Path,
        earlier: Quality | None = None,
    ) -> None:
        officers = audience == "officers"
        self.earlier = earlier
        self.source, self.audience, self.measures, self.improvement = source, audience, measures, improvement
        self.figures = source.figures if officers else source.public
        self.printed = source.reconciliation if officers else source.public_reconciliation
        self.past = past = source.as_published if officers else source.public_as_published
        self.quarter, self.authority = source.quarter, source.authority
        self._rows = {str(key): rows for key, rows in self.figures.groupby("measure", observed=True)}
        self._past = pd.concat([_reconciled(self.printed), _published(past, measures)], ignore_index=True)
        self._views: dict[str, View] = {}
        self._evidence: dict[str, pd.DataFrame] = {}
        self._pools: dict[tuple[str, ...], Pool] = {}
        self._leads = {one.id: one.category[1] for one in measures.values()}
        self._always = [*FLOWS, *(kind.name for kind in self.authority.placement_types)]
        self.categories = {str(one).casefold() for one in self.figures["category"].drop_duplicates()}

    def names(self, text: str, *, of_a_chart: bool = False) -> bool:
        """Whether a text is the name of a category, or in a chart, where names are cut short, a part of a name."""
        low = text.casefold()
        if low in self.categories or not of_a_chart:
            return low in self.categories
        band = low.replace("–", " to ").replace("+", " and over")
        more = re.fullmatch(r"(\d+)\+", low)
        if more:
            return any(re.match(rf"{more[1]} (?:to|or more|and over)\b", one) for one in self.categories)
        if len(low) > CUT and any(one.startswith(low) for one in self.categories):
            return True
        cut = [one.short.casefold() for one in self.measures.values()] if re.search("[a-z]{2}", low) else []
        return any(low in one for one in cut) or (band != low and any(one.startswith(band) for one in self.categories))

    def view(self, measure: str) -> View:
        if measure not in self._views:
            rows = self._rows.get(measure, self.figures.iloc[:0])
            self._views[measure] = View(self.measures[measure], rows, self.quarter, self.authority)
        return self._views[measure]

    def evidence(self, measure: str) -> pd.DataFrame:
        """What may stand behind a number that is said of a measure, with what is shown in its block beside it."""
        if measure not in self._evidence:
            block = (measure, *ALSO.get(measure, ()))
            past = self._past[self._past["measure"].isin(block)]
            found = [*(evidence(self.view(one)) for one in block), past, self._ahead(measure)]
            self._evidence[measure] = pd.concat([one for one in found if len(one)], ignore_index=True)
        return self._evidence[measure]

    def pool(self, measures: Sequence[str]) -> Pool:
        """What may stand behind a number that is said of some of these measures."""
        key = tuple(measures)
        if key not in self._pools:
            held = [self.evidence(one) for one in measures]
            rows = pd.concat(held, ignore_index=True) if held else self._past.iloc[:0]
            self._pools[key] = Pool(rows, self._leads, self._always)
        return self._pools[key]

    def _ahead(self, measure: str) -> pd.DataFrame:
        """Where the number in care goes if nothing changes, as the projection has it."""
        if measure != "cla_rate":
            return self._past.iloc[:0]
        months = self.view(measure).months()[["end", "numerator"]].rename(columns={"numerator": "value"})
        ahead = project(months, self.quarter)
        if ahead is None:
            return self._past.iloc[:0]
        ranges = ahead.quarters[["value", "lower", "upper"]].to_numpy().ravel()
        values = [*ranges, ahead.change, ahead.spread, ahead.known]
        made = pd.DataFrame({"measure": measure, "name": "cla_rate, projected", "value": values, "unit": "number"})
        return _as_evidence(made)

    @cached_property
    def position(self) -> Position:
        """The improvement journey as it stood on the day of the paper."""
        meeting = self.authority.meeting(str(self.quarter))
        day = meeting.date if meeting else self.quarter.end.date()
        return read_journey(self.improvement).on(day, self.authority.panel.name)

    @cached_property
    def told(self) -> Told:
        """Texts that come whole from the catalogue, the profile, `improvement/` or the rules."""
        source, measures = self.source, self.measures.values()
        frames = (
            (self.printed, ("breakdown", "note", "source", "published_text", "recomputed_text")),
            (source.rules, ("message", "reason")),
            (source.repairs, ("description",)),
            (source.problems, ("expected",)),
            (self.figures, ("category",)),
        )
        said = [str(one) for frame, columns in frames for name in columns for one in frame[name].unique()]
        verdicts = [self.view(one).verdict.wording for one in self.measures if one in self._rows]
        own = [(one.title, one.short, one.definition, one.why, one.source) for one in measures]
        profile = self.authority.model_dump(mode="json")
        published = reference_csv("measures_catalogue.csv")["title"].str.removesuffix(" (%)").tolist()
        return Told(said, verdicts, own, profile, published, list(ACRONYMS.values()), list(cells(self.improvement)))

    @cached_property
    def marks(self) -> set[str]:
        """The fingerprints of the returns, as far as a page prints them."""
        return {str(sha)[:8] for sha in self.source.files["sha256"]}


def _reconciled(printed: pd.DataFrame) -> pd.DataFrame:
    """Figures printed before and the records', as evidence."""
    sides = [
        pd.DataFrame(
            {
                "measure": printed["measure"],
                "name": printed["measure"] + ", " + name,
                "value": printed[name],
                "unit": printed["unit"],
            }
        )
        for name in ("published", "recomputed")
    ]
    return _as_evidence(pd.concat(sides, ignore_index=True))


def _published(past: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.DataFrame:
    """What earlier papers printed, and what it is now, as evidence."""
    ids = past["measure"].astype("str")
    units = ids.map({name: one.unit for name, one in measures.items()})
    units = units.mask(units.isin(["days", "working_days"]) & past["printed_denominator"].notna(), "percent")
    counts = ("printed_numerator", "printed_denominator", "numerator", "denominator")
    parts = [
        pd.DataFrame(
            {
                "measure": ids,
                "name": [f"{one}, {name}" for one in ids],
                "value": past[name],
                "unit": "number" if name in counts else units,
            }
        )
        for name in ("printed", "value", *counts)
    ]
    return _as_evidence(pd.concat(parts, ignore_index=True))


def _as_evidence(rows: pd.DataFrame) -> pd.DataFrame:
    unit = rows["unit"].astype("str")
    scale = unit.map({"gbp_million": 1e6, "gbp_thousand": 1e3}).astype("float64").fillna(1.0)
    found = rows.assign(
        value=pd.to_numeric(rows["value"]).astype("float64") * scale,
        sort=np.select([unit.str.startswith("percent"), unit.str.startswith("gbp")], ["percent", "gbp"], "plain"),
        end=pd.NaT,
        origin="printed",
        decimals=0,
        category="",
    )
    return found.dropna(subset="value").drop_duplicates(["measure", "name", "value", "sort"])
