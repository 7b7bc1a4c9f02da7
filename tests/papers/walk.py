"""A walk through a page as a reader reads it: every number that it says, and what stands behind it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from lxml.html import HtmlElement

from quarterdeck.figures.projection import project
from quarterdeck.improvement import read_journey
from quarterdeck.improvement.position import Position
from quarterdeck.measures.registry import Measure
from quarterdeck.paper import blocks
from quarterdeck.paper.about import ACRONYMS
from quarterdeck.paper.evidence import evidence
from quarterdeck.paper.headlines import COUNTED, PHRASES
from quarterdeck.paper.journey import asked
from quarterdeck.paper.journey.programme import passed
from quarterdeck.paper.numbers import SUPPORT, Number, numbers, said_of
from quarterdeck.paper.plans import BESIDE, NINETEEN, PLANS
from quarterdeck.paper.quality import intake
from quarterdeck.paper.quality.filled import shares
from quarterdeck.paper.quality.names import tables_of
from quarterdeck.paper.view import View
from tests.conftest import ROOT

BLOCKS = ("h1", "h2", "h3", "h4", "p", "li", "figcaption", "desc", "dt", "dd", "caption", "summary", "th", "td")
UNSEEN = "//style|//head|//*[@aria-hidden='true']|//nav"
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
WEEKS_A_YEAR = 365 / 7
SAID_AS = {
    ", England": "england",
    ", neighbours": "neighbour",
    ", as published": "publish|year to|at 31 march|at 30 september|at march|printed",
    ", rank": "authorities|highest first|\\d(?:st|nd|rd|th) of",
    ", authorities compared": "authorities|highest first|\\d(?:st|nd|rd|th) of",
    ", authorities that published none": "not published",
    ", neighbours with a figure": "neighbours",
    ", quarter of authorities": "quarter",
    ", target": "target",
    ", tolerance": "target|tolerance|within",
    ", mean": "mean|average|usual",
    ", lower limit": "usual|limit",
    ", upper limit": "usual|limit",
    ", net change": "net",
    "moving one way": "has (?:risen|fallen)",
    ", not known": "not known",
    ", months behind the limits": "over .* months|trial",
    ", printed": "last paper|print|revised|count changed",
    ", published": "print|publish",
    ", change since last quarter": "▲|▼|◆|point|quarter|paper|moved|change",
    ", change since a year before": "year",
}
"""What a text says of a number that is no figure of the measure itself, by how the evidence's name ends."""
MOVES = {"one placement": 1.0, "five placements": 5.0, "ten placements": 10.0}
"""What the notebook on placements asks a what-if for."""
FLOWS = ("started", "ended", "net change", "begun", "left")
"""Categories that a sentence tells in other words: came into care, left it."""
NO_POOL = ("summary", "j-", "what-", "printed", "who-governs", "scorecard", "the-register")
"""Sections in whose sentences a whole number that is said of no measure counts things, and is no figure."""
EVERY_PERIOD = re.compile(
    r"\b(?:after the quarter|lowest|highest|from|since|on average|usual range|before it)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Said:
    """A block of text that a reader sees: where it stands, its words, and the measures that it may speak of.

    Parameters
    ----------
    spans : the parts of the text that were filled in from a measure: from, to, its id.
    measures : those whose figures may stand behind its numbers; none where it names none.
    section : the section's element, whose lists and tables it may count.
    spoken : it is officers' commentary, whose typed numbers are checked as it is filled in.
    row : the numbers of its row, where it is a cell.
    around : its words, and of a cell those of its row and of its table's head and caption, in small letters.
    """

    tag: str
    where: str
    text: str
    spans: tuple[tuple[int, int, str], ...]
    measures: tuple[str, ...]
    section: HtmlElement = field(repr=False)
    spoken: bool = False
    row: tuple[float, ...] = ()
    around: str = ""


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
    """A page and all that may stand behind its numbers.

    Parameters
    ----------
    name, audience : the paper's, or "index".
    source : what the paper was made from; see `quarterdeck.paper.paper.Source`.
    known : texts that come whole from `improvement/` or from a list of the library: their numbers are not figures.
    fixed : patterns of words with a number that every paper says, and why each may.
    counts : what else a sentence may count, by what it is.
    """

    def __init__(
        self,
        name: str,
        audience: str,
        tree: HtmlElement,
        source: Any,
        measures: Mapping[str, Measure],
        known: Sequence[str] = (),
        fixed: Mapping[str, str] | None = None,
        counts: Mapping[str, float] | None = None,
    ) -> None:
        officers = audience == "officers"
        figures = source.figures if officers else source.public
        printed = source.reconciliation if officers else source.public_reconciliation
        past = source.as_published if officers else source.public_as_published
        self.name, self.tree, self.quarter, self.authority, self.measures = (
            name,
            tree,
            source.quarter,
            source.authority,
            measures,
        )
        self._rows = {str(key): rows for key, rows in figures.groupby("measure", observed=True)}
        self._empty = figures.iloc[:0]
        self.fixed = fixed or {}
        self.counts = dict(counts or {}) | self._counts(source, printed)
        self._files = self._of_files(source.files)
        self.marks = {str(sha)[:8] for sha in source.files["sha256"]}
        self._evidence: dict[str, pd.DataFrame] = {}
        self._together: dict[tuple[str, ...], pd.DataFrame] = {}
        self._printed = pd.concat([_reconciled(printed), _published(past, measures)], ignore_index=True)
        told = [*known, *texts(source.authority.model_dump(mode="json"))]
        told += [self.view(one).verdict.wording for one in self._own]
        told += ACRONYMS.values()
        told += texts([(one.title, one.short, one.definition, one.why, one.source) for one in measures.values()])
        told += [str(one) for one in figures["category"].drop_duplicates()]
        told += [
            str(one)
            for column in ("breakdown", "note", "published_text", "recomputed_text", "source")
            for one in printed[column]
        ]
        told += [str(one) for column in ("message", "reason") for one in source.rules[column]]
        self._categories = {str(one).casefold() for one in figures["category"].drop_duplicates()}
        self._known = _patterns(told)
        self._always = [*FLOWS, *(kind.name for kind in source.authority.placement_types)]
        self._leads = {one.id: one.category[1] for one in measures.values()}
        self._by_anchor = {blocks.anchor(one): one for one in measures}
        self._by_short = sorted(((one.short, one.id) for one in measures.values()), key=lambda pair: -len(pair[0]))

    @cached_property
    def _position(self) -> Position:
        """The improvement journey as it stood on the day of the paper."""
        meeting = self.authority.meeting(str(self.quarter))
        day = meeting.date if meeting else self.quarter.end.date()
        return read_journey(ROOT / "data" / self.authority.slug / "improvement").on(day, self.authority.panel.name)

    @cached_property
    def _plan(self) -> tuple[str, ...]:
        """The measures of the paper: of the improvement journey, those that anything in it names."""
        if self.name in PLANS:
            return PLANS[self.name].measures
        if self.name != "improvement_journey":
            return () if self.name == "data_quality" else NINETEEN
        named = [name for one in self._position.recommendations for name in one.evidence_measure]
        named += [name for one in self._position.actions for name in one.now.evidence_measure]
        named += [kpi.measure for kpi in self.authority.kpis]
        return tuple(name for name in dict.fromkeys(named) if name in self.measures)

    def _journey(self) -> dict[str, float]:
        """What the paper on the improvement journey counts: what was asked, answered, promised, held."""
        position = self._position
        base = next((visit for visit in position.visits if visit.kind == "inspection" and visit.findings), None)
        found = asked.answers(position, {one: self.view(one) for one in self._plan}, base)
        answered = sum(bool(one.readings) for one in found)
        states = Counter(str(one) for one in asked.states(found))
        held = [one for one in position.meetings if one.date is not None and one.date.last <= position.today]
        counts = {
            "things asked for": float(len(found)),
            "answered": float(answered),
            "not answered": float(len(found) - answered),
            "measures behind them": float(sum(states.values())),
            **{f"of them {name}": float(count) for name, count in states.items()},
            "passed": float(len(passed(position))),
            "monitoring visits": float(
                sum(one.kind == "monitoring visit" and bool(one.findings) for one in position.visits)
            ),
            "visits": float(sum(not visit.planned for visit in position.visits)),
            "meetings": float(len(held)),
            "due": float(len(position.due_before_next())),
        }
        return {f"paper: {name}": value for name, value in counts.items()}

    def _quality(self, source: Any) -> dict[str, float]:
        """What the paper on data quality counts: the rows that rules tried and found, and the cells that are filled."""
        rules, filled, files = source.rules, source.completeness, source.files
        here = files[files["file"].str.startswith(self.quarter.slug)]
        errors = rules[rules["severity"] == "error"]
        found = {"files here": float(here["file"].nunique()), "rows here": float(here["rows_in"].sum())}
        found |= {"rows in": float(files["rows_in"].sum()), "rows used": float(files["rows_used"].sum())}
        run = rules[rules["state"] != "not run"]
        found |= {f"{kind}s run": float(len(rows)) for kind, rows in run.groupby("severity")}
        found |= {"rows of earlier years": float(files["rows_in"].sum() - here["rows_in"].sum())}
        known = shares(filled)
        lacking = known["share"] < 100
        parts = {
            "full": ~lacking,
            "required": known["required"].astype(bool),
            "later": known["later"] & lacking & ~known["required"].astype(bool),
        }
        parts |= {"lacking": lacking & parts["required"], "asked": lacking & ~parts["required"] & ~known["later"]}
        found |= {f"columns, {name}": float(rows.sum()) for name, rows in parts.items()} | {
            "columns": float(len(known))
        }
        gone = intake.unmade(self.measures.values(), source.figures, self.quarter, source.sources, filled)
        whole = sum(one.what == "the whole measure" for one in gone)
        found |= {"measures in all": float(len(self.measures)), "can be made": float(len(self.measures) - whole)}
        for name, rows in (("errors", errors), ("queries", rules[rules["severity"] == "query"])):
            found |= {
                f"{name} broken": float((rows["state"] == "failed").sum()),
                f"{name} failing": float(rows["failing"].sum()),
            }
        for frame, columns in ((rules, ("checked", "failing")), (filled, ("rows", "filled"))):
            for column in columns:
                found |= {f"{column} {value}": float(value) for value in frame[column].unique()}
                found |= {
                    f"{column} {key}": float(value) for key, value in frame.groupby("table")[column].sum().items()
                }
        empty = filled["rows"] - filled["filled"]
        found |= {f"empty {value}": float(value) for value in empty.unique()}
        for part, whole in (
            (rules["failing"], rules["checked"]),
            (filled["filled"], filled["rows"]),
            (empty, filled["rows"]),
        ):
            filled_in = (part / whole.where(whole > 0) * 100).dropna()
            found |= {f"share {value}": float(value) for value in filled_in.round(4).unique()}
        return found

    @cached_property
    def _own(self) -> list[str]:
        """The measures of the paper, and those that stand beside them; all of the catalogue where it has no plan."""
        return [one for name in self._plan for one in (name, *BESIDE.get(name, ()))]

    def _counts(self, source: Any, printed: pd.DataFrame) -> dict[str, float]:
        """What the summary and the box of every paper count: measures, rules, rows of files, printed figures."""
        own = self._own
        views = [self.view(one) for one in self._plan]
        tables = tables_of([self.measures[one] for one in own])
        rules, files = source.rules, source.files
        found = {"paper: measures": float(len(views)), "box: files": float(files["file"].nunique())}
        kinds = pd.DataFrame({"rating": [one.rating for one in views], "verdict": [one.verdict.kind for one in views]})
        found |= {f"paper: {key}": value for key, value in counted(kinds, "rating", "verdict").items()}
        meeting = self.authority.meeting(str(self.quarter))
        found["box: item of the agenda"] = float((meeting.item if meeting else 0) or 0)
        found["box: repairs"] = float(source.repairs["rows"].sum()) if len(source.repairs) else 0.0
        found["box: set aside"] = float(files["rows_set_aside"].sum())
        found["paper: unusual"] = float(sum(one.verdict.kind.startswith("unusually") for one in views))
        found["paper: rated"] = float(sum(one.target is not None for one in views))
        mine = (
            rules[rules["table"].isin(tables)]
            if self._own and self.name not in ("index", "improvement_journey")
            else rules
        )
        mine = rules[rules["table"].isin(tables)] if self.name == "improvement_journey" else mine
        found |= {f"box: rules {key}": value for key, value in counted(mine, "state").items()}
        broken = mine[mine["state"] == "failed"]
        found |= {f"box: broken {key}": value for key, value in counted(broken, "severity").items()}
        ours = printed[printed["measure"].isin(own)]
        for name, rows in (("", printed), ("own ", ours)):
            official = rows["source"].astype("str").str.contains("DfE")
            for part, some in (("", rows), ("DfE ", rows[official]), ("earlier ", rows[~official])):
                found |= {f"printed {name}{part}{key}": value for key, value in counted(some, "result").items()}
        agreed = (ours if self._own and self.name != "index" else printed)["result"].value_counts()
        found |= {f"box: printed {key}": float(value) for key, value in agreed.items()}
        found["box: printed against"] = float(
            agreed.drop(["agrees", "cannot be checked", "hidden"], errors="ignore").sum()
        )
        remarked = ours if self._own and self.name != "index" else printed
        remarked = remarked[remarked["result"] != "two definitions"]["result"]
        found["box: not checked"] = float((~remarked.isin(["contradicted", "doubtful", "agrees"])).sum())
        found["box: against"] = float(remarked.isin(["contradicted", "doubtful"]).sum())
        found |= {f"paper: {name}": value for name, value in MOVES.items()}
        found["paper: measures contradicted"] = float(ours[ours["result"] == "contradicted"]["measure"].nunique())
        found["paper: contradicted"] = float((ours["result"] == "contradicted").sum())
        found |= self._quality(source) if self.name == "data_quality" else {}
        found |= self._journey() if self.name == "improvement_journey" else {}
        return found | {"rows that came in": float(files["rows_in"].sum())}

    @staticmethod
    def _of_files(files: pd.DataFrame) -> dict[str, float]:
        """Rows of the returns, by file and by all that a table of them may add them up by."""
        found: dict[str, float] = {}
        for column in ("rows_in", "rows_used", "rows_set_aside"):
            found |= {f"{column} {place}": float(value) for place, value in enumerate(files[column])}
            for by in ("file", "list", "format", "table", "collection_year"):
                sums = files.groupby(by)[column].sum()
                found |= {f"{column} {by} {key}": float(value) for key, value in sums.items()}
        return found

    def view(self, measure: str) -> View:
        return View(self.measures[measure], self._rows.get(measure, self._empty), self.quarter, self.authority)

    def evidence(self, measure: str) -> pd.DataFrame:
        """What may stand behind a number that is said of a measure, with what is shown in its block beside it."""
        if measure not in self._evidence:
            found = [evidence(self.view(one)) for one in (measure, *ALSO.get(measure, ()))]
            also = self._printed[self._printed["measure"].isin([measure, *ALSO.get(measure, ())])]
            self._evidence[measure] = pd.concat([*found, also, self._ahead(measure)], ignore_index=True)
        return self._evidence[measure]

    def _ahead(self, measure: str) -> pd.DataFrame:
        """Where the number in care goes if nothing changes, as the projection has it."""
        view = self.view(measure)
        months = view.months()[["end", "numerator"]].rename(columns={"numerator": "value"})
        ahead = project(months, self.quarter) if measure == "cla_rate" else None
        if ahead is None:
            return self._printed.iloc[:0]
        values = [
            *ahead.quarters[["value", "lower", "upper"]].to_numpy().ravel(),
            ahead.change,
            ahead.spread,
            ahead.known,
        ]
        made = pd.DataFrame({"measure": measure, "name": "cla_rate, projected", "value": values, "unit": "number"})
        return _as_evidence(made)

    @cached_property
    def _near(self) -> set[pd.Timestamp]:
        """The ends of the periods that a sentence speaks of where it names none."""
        months = pd.date_range(self.quarter.start, self.quarter.end, freq="ME")
        return {self.quarter.end, self.quarter.minus(1).end, self.quarter.minus(4).end, *months}

    # What a reader sees

    def said(self) -> Iterator[Said]:
        """Every block of text, without a block inside another being told twice."""
        for unseen in self.tree.xpath(UNSEEN):
            unseen.drop_tree()
        for element in self.tree.iter():
            if not isinstance(element.tag, str):
                continue
            label = element.get("aria-label")
            if element.tag not in BLOCKS and not label:
                continue
            if element.tag == "li" and element.getparent().get("class") == "toc":
                continue
            text, spans = (label, ()) if label else _text(element)
            if text:
                yield self._block(element, text, tuple(spans))

    def _block(self, element: HtmlElement, text: str, spans: tuple[tuple[int, int, str], ...]) -> Said:
        above = [element, *element.iterancestors()]
        article = next((one.get("id") for one in above if one.tag == "article" and one.get("id")), "")
        row = next((one for one in above if one.tag in ("tr", "li", "dl")), element)
        heads = _heads(element)
        if element.get("class") == "big":
            heads.append(next(element.iterancestors("div")).getparent().text_content())
        if element.tag == "dd" and element.getprevious() is not None:
            heads.append(element.getprevious().text_content())
        links = [href.rpartition("#")[2] for href in row.xpath(".//a/@href")]
        own = [self._by_anchor[one] for one in (article, *links) if one in self._by_anchor]
        headed = " ".join(row.text_content().split()) if row.tag in ("tr", "li") else text
        named, left = [], f"{headed} {text}".casefold()
        for short, measure in self._by_short:
            if short.casefold() in left:
                named.append(measure)
                left = left.replace(short.casefold(), " ")
        section = next((one for one in above if one.tag == "section"), self.tree)
        heading = section.find("h2")
        place = article or (heading.get("id") if heading is not None else "") or "head"
        own += ["placement_costs"] if place.startswith("what-if") else []
        measures = dict.fromkeys([*own, *named, *(span[2] for span in spans if span[2] in self.measures)])
        spoken = next((one for one in above if one.get("class") == "say"), None)
        return Said(
            element.tag,
            f"{place} <{element.tag}>",
            text,
            spans,
            tuple(measures),
            section if spoken is None else spoken,
            spoken is not None,
            tuple(
                one.value
                for cell in row.iter("td")
                for one in numbers(cell.text_content())
                if one.sort in ("plain", "gbp")
            )
            if row.tag == "tr"
            else (),
            " ".join([text, headed, *heads]).casefold(),
        )

    # What stands behind it

    def unbacked(self) -> list[Unbacked]:
        """Every number of the page that nothing supports."""
        return [found for said in self.said() for found in self.of(said)]

    def of(self, said: Said) -> Iterator[Unbacked]:
        """The numbers of a block that nothing supports."""
        if said.text.casefold() in self._categories:
            return
        text = self.own_words(said.text)
        for number in numbers(text):
            nearest = self._missing(number, said, text)
            if nearest:
                yield Unbacked(said.where, said.text, number, nearest)

    def own_words(self, text: str) -> str:
        """The text less what comes whole from the catalogue, the profile or `improvement/`, or is in all papers."""
        low = text.casefold()
        for whole, pattern in self._known:
            if whole in low:
                text = pattern.sub(lambda found: re.sub(r"\w", " ", found[0]), text)
        for pattern in self.fixed:
            text = re.sub(pattern, lambda found: re.sub(r"\S", " ", found[0]), text, flags=re.IGNORECASE)
        return text

    def _missing(self, number: Number, said: Said, text: str) -> str:
        """What comes nearest to a number that nothing supports; "" where something does."""
        if number.sort == "label" or number.text in self.marks:
            return ""
        if said.spoken and (number.sort == "limit" or number.spelt):
            return ""
        if number.sort == "date":
            return self._undated(number)
        span = next((one for one in said.spans if one[0] <= number.start < one[1]), None)
        if span:
            return self._unfilled(number, span[2], text)
        counted_only = not said.measures and (
            said.tag in ("dd", "h3", "caption") or (number.sort == "plain" and number.whole)
        )
        measures = said.measures or (() if counted_only and said.where.startswith(NO_POOL) else self._plan)
        if (number.sort == "limit" or number.spelt) and number.fits(self._defined(measures)).any():
            return ""
        held, cell = self._held(measures), said.tag in ("td", "th")
        hits = held[number.fits(held["value"])]
        hits = self._named(hits[hits["sort"].isin(self._sorts(number, cell))], said)
        if len(hits if cell else self._of_its_time(hits, number, text)):
            return ""
        if number.fits(list(self._structure(said).values())).any() or (cell and self._worked_out(number, said, held)):
            return ""
        kin = held[held["sort"].isin(self._sorts(number, cell))]
        kin = self._named(kin if cell else self._of_its_time(kin, number, text), said)
        near = kin.iloc[np.argsort(np.abs(kin["value"].abs().to_numpy(float) - number.value), kind="stable")[:3]]
        named = [f"{name} is {value:g}" for name, value in zip(near["name"], near["value"], strict=True)]
        return "; ".join(named) or "nothing of its kind"

    def _held(self, measures: Sequence[str]) -> pd.DataFrame:
        key = tuple(measures)
        if key not in self._together:
            held = [self.evidence(one) for one in measures]
            self._together[key] = pd.concat(held, ignore_index=True) if held else self._printed.iloc[:0]
        return self._together[key]

    def _sorts(self, number: Number, cell: bool) -> tuple[str, ...]:
        """The sorts of figure that may stand behind it: a table's head may say what a bare number is."""
        if number.sort in ("rank", "limit"):
            return ("plain",)
        return ("plain", "percent", "gbp") if cell and number.sort == "plain" else SUPPORT.get(number.sort, ())

    def _named(self, rows: pd.DataFrame, said: Said) -> pd.DataFrame:
        """The figures that the text speaks of: of the whole, of what leads the measure, of the categories it names.

        A target, a limit, a comparator stands behind a number only where the text says that it is one.
        """
        lead = rows["measure"].map(self._leads)
        told = {one: one.casefold().replace("_", " ") in said.around for one in rows["category"].unique()}
        own = rows["category"].map(told).astype(bool) | (rows["category"] == lead) | rows["category"].isin(self._always)
        off = pd.Series(False, index=rows.index)
        for name, words in SAID_AS.items():
            if not re.search(words, said.around):
                off |= rows["name"].str.endswith(name)
        return rows[own & ~off]

    def _of_its_time(self, rows: pd.DataFrame, number: Number, text: str) -> pd.DataFrame:
        """The figures of the month that the sentence names; of this quarter and those it is set against, if none."""
        if number.sort == "points":
            return rows[rows["origin"] == "move"]
        rows = rows[~rows["name"].str.endswith((".lower", ".upper"))]
        day = said_of(text, number, self.quarter)
        if day is not None:
            return rows[(rows["end"] == day) | (rows["origin"] == "printed")]
        if EVERY_PERIOD.search(text):
            return rows
        return rows[(rows["origin"] != "figure") | rows["end"].isin(list(self._near))]

    def _defined(self, measures: Sequence[str]) -> np.ndarray:
        """The numbers of the measures' own definitions: limits of time and age, bands."""
        told = [self.measures[one] for one in measures]
        words = texts([(one.title, one.short, one.counts, one.definition, one.why) for one in told])
        words = [*words, *texts([(PHRASES.get(one.id, ""), COUNTED.get(one.id, "")) for one in told])]
        found = [number for text in words for number in numbers(text)]
        back = [months for one in told for months in (one.looks_back, *one.breakdowns_look_back.values())]
        return np.array(
            back + [edge for one in found if np.isfinite(one.low) for edge in (one.low + 0.5, one.high - 0.5)]
        )

    def _worked_out(self, number: Number, said: Said, kin: pd.DataFrame) -> bool:
        """Whether a cell is a sum that its row or its table's head says: a change, millions, placements x price."""
        if any(shown.startswith("£") for shown in (number.text, number.text[1:])) and said.row:
            many, *prices = said.row
            sums = np.array([many * price * WEEKS_A_YEAR for price in prices] or [0.0])
            near = many * 0.005 * WEEKS_A_YEAR + 0.5
            if (np.abs(sums - number.value) <= near).any() or number.fits(kin["value"] / 100).any():
                return True
        now = kin[(kin["origin"] == "figure") & (kin["end"] == self.quarter.end)]
        held, over = (now[now["measure"] == f"placement_numbers{end}"] for end in ("", "_above_forecast"))
        forecast = held.merge(over, on="category", suffixes=("", "_over"))
        if len(forecast) and number.fits(forecast["value"] - forecast["value_over"]).any():
            return True
        then = kin[kin["origin"] == "figure"]
        if number.text[:1] in "+−▲▼" or (number.value and "placement" in said.where):
            pairs = now.merge(then, on="name", suffixes=("", "_then"))
            if number.fits(pairs["value"] - pairs["value_then"]).any():
                return True
        return bool("placement" in said.where and number.fits(kin["value"] / 1e6).any())

    def _structure(self, said: Said) -> dict[str, float]:
        """What a sentence may count of its own section, and of the paper."""
        if said.spoken:
            return {"values filled in": float(len(list(said.section.iter("data"))))}
        if said.where.startswith("m-"):
            return {}
        if said.tag in ("td", "th"):
            return self._files | self.counts
        own = ("box", "rows") if said.tag == "dd" else ("printed",) if "printed" in said.where else ("paper",)
        own = tuple(self.counts) if self.name == "data_quality" else own
        found = {name: value for name, value in self.counts.items() if name.startswith(own)}
        if said.tag == "dd":
            return found
        for place, part in enumerate(said.section.iter("ul", "ol", "tbody")):
            found[f"list {place}"] = len([one for one in part if one.tag in ("li", "tr") and one.get("class") != "g"])
        found["measures of the section"] = len(list(said.section.iter("article")))
        return found

    def _unfilled(self, number: Number, measure: str, text: str) -> str:
        """As `_missing`, of a value that was filled in: a figure of the measure, or how far it is from another."""
        rows = self.evidence(measure)
        rows = rows[(rows["origin"] == "figure") & ~rows["name"].str.endswith((".lower", ".upper"))]
        if number.sort != "points" and number.fits(self._of_its_time(rows, number, text)["value"]).any():
            return ""
        now = rows[rows["end"] == self.quarter.end]
        pairs = now.merge(rows, on="name", suffixes=("", "_then"))
        decimals = self.measures[measure].decimals
        gaps = [*(pairs["value"].round(decimals) - pairs["value_then"].round(decimals))]
        moved = number.sort == "points" or re.search(r"(?:up|down)\s+$", text[: number.start])
        headed = now[now["category"] != ""]["value"].to_numpy(float)
        apart = [*np.subtract.outer(headed, headed).ravel()] if number.sort in ("gbp", "points") else []
        money = [value * WEEKS_A_YEAR for value in (*now["value"], *apart)] if number.sort == "gbp" else []
        wanted = [*(gaps if moved else []), *apart, *money]
        return "" if number.fits(np.array(wanted)).any() else f"no figure of {measure}"

    def _undated(self, number: Number) -> str:
        years = [int(year) for year in re.findall(r"20\d\d", number.text)]
        return "" if all(2009 <= year <= self.quarter.end.year + 8 for year in years) else "no period of these figures"


@dataclass(frozen=True)
class _Row:
    name: str
    value: float


def _heads(element: HtmlElement) -> list[str]:
    """The words of a cell's table that stand over it: its caption and the heads of its columns."""
    table = next(element.iterancestors("table"), None)
    return [] if table is None else [" ".join(one.text_content().split()) for one in table.xpath("./caption|./thead")]


def _text(element: HtmlElement) -> tuple[str, list[tuple[int, int, str]]]:
    """The words of an element without those of a block inside it, and which were filled in from which measure."""
    parts: list[tuple[str, str]] = []

    def go(one: HtmlElement, filled: str) -> None:
        if one.get("class") == "pn":
            return
        filled = one.get("value", "") if one.tag == "data" else filled
        parts.append((one.text or "", filled))
        for child in one:
            if isinstance(child.tag, str) and child.tag not in BLOCKS and child.tag not in ("svg", "table", "style"):
                parts.append((" ", "") if child.tag not in ("data", "em", "strong", "abbr") else ("", ""))
                go(child, filled)
                parts.append((" ", "") if child.tag not in ("data", "em", "strong", "abbr") else ("", ""))
            parts.append((child.tail or "", filled))

    go(element, "")
    text, spans = "", []
    for words, filled in parts:
        words = re.sub(r"\s+", " ", words)
        words = words.lstrip() if text.endswith(" ") or not text else words
        if filled and words.strip():
            spans.append((len(text), len(text) + len(words), filled))
        text += words
    return text.strip(), spans


def _patterns(told: Sequence[str]) -> list[tuple[str, re.Pattern[str]]]:
    """Texts that have a number in them, longest first, to be found whole and not as a part of another number."""
    kept = {" ".join(text.split()).rstrip(".") for text in told}
    kept = {
        one
        for one in kept
        if (re.search(r"[^\W\d]{2}", one) or len(one) > 8) and any(n.sort != "date" for n in numbers(one))
    }
    return [
        (text.casefold(), re.compile(rf"(?<![\w.]){re.escape(text)}(?!\w|[.,]\d|%)", re.IGNORECASE))
        for text in sorted(kept, key=len, reverse=True)
    ]


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
    units = past["measure"].map({name: one.unit for name, one in measures.items()})
    counts = ("printed_numerator", "printed_denominator", "numerator", "denominator")
    parts = [
        pd.DataFrame(
            {
                "measure": past["measure"],
                "name": past["measure"] + ", " + name,
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
    sort = np.select([unit.str.startswith("percent"), unit.str.startswith("gbp")], ["percent", "gbp"], "plain")
    found = rows.assign(
        value=pd.to_numeric(rows["value"]).astype("float64") * scale,
        sort=sort,
        end=pd.NaT,
        origin="printed",
        decimals=0,
        category="",
    )
    return found.dropna(subset="value").drop_duplicates(["measure", "value", "sort"])


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


def counted(frame: pd.DataFrame, *columns: str) -> dict[str, float]:
    """How many rows there are, and how many of each value of the columns."""
    found: dict[str, float] = {"rows": float(len(frame))}
    for column in columns:
        found |= {f"{column} {name}": float(count) for name, count in Counter(frame[column]).items()}
    return found
