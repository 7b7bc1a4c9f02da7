"""Lines of enquiry: the questions that the figures themselves raise, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quarterdeck.authority import Authority
from quarterdeck.figures import change, targets
from quarterdeck.figures.comparators import Comparison, categories, comparators
from quarterdeck.figures.frame import ALL
from quarterdeck.figures.printed import whose, written
from quarterdeck.measures.registry import Measure
from quarterdeck.quarter import Quarter

SIGNS = ("contradicted", "off target", "unusual change", "worst quarter of authorities")
RULE = (
    "The measures that raise the most signs come first: a contradiction between figures, a missed target, a change "
    "that is out of the ordinary, or a place in the worst quarter of authorities. Among measures with as many, they "
    "come in that order of signs, and then in the order of the paper."
)


@dataclass(frozen=True)
class Enquiry:
    """A question that a measure's figures raise.

    Parameters
    ----------
    measure, short : its id, and its short title.
    signs : what raises it, of `SIGNS`, in their order.
    question : in plain words, for a member to ask.
    evidence : the figures that raise it, one sentence a sign.
    """

    measure: str
    short: str
    signs: tuple[str, ...]
    question: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class _Sign:
    sign: str
    question: str
    evidence: str


def enquiries(
    figures: pd.DataFrame,
    measures: Sequence[Measure],
    authority: Authority,
    quarter: Quarter,
    reconciliation: pd.DataFrame,
    most: int | None = None,
) -> list[Enquiry]:
    """The questions that the figures of some measures raise, ranked by `RULE`.

    Parameters
    ----------
    figures : as the audience may see them: what is hidden raises nothing.
    measures : those of the paper, in its order.
    authority, quarter : the profile, for targets, step changes and the paper's date; the paper's quarter.
    reconciliation : as `quarterdeck.figures.reconcile.reconcile` gives it.
    most : how many at the most; None for all.
    """
    found, none = [], figures.iloc[:0]
    own = {str(name): rows for name, rows in figures.groupby("measure", observed=True)}
    for place, measure in enumerate(measures):
        signs = list(_signs(own.get(measure.id, none), measure, authority, quarter, reconciliation))
        if signs:
            first = min(SIGNS.index(sign.sign) for sign in signs)
            found.append((-len({sign.sign for sign in signs}), first, place, measure, signs))
    ranked = sorted(found, key=lambda one: one[:3])
    return [_enquiry(measure, signs) for *_, measure, signs in ranked[:most]]


def _enquiry(measure: Measure, signs: list[_Sign]) -> Enquiry:
    ordered = sorted(signs, key=lambda sign: SIGNS.index(sign.sign))
    names = tuple(dict.fromkeys(sign.sign for sign in ordered))
    return Enquiry(measure.id, measure.short, names, ordered[0].question, tuple(sign.evidence for sign in ordered))


def _signs(
    figures: pd.DataFrame, measure: Measure, authority: Authority, quarter: Quarter, reconciliation: pd.DataFrame
) -> Iterable[_Sign]:
    yield from _contradicted(measure, reconciliation)
    yield from _off_target(figures, measure, authority, quarter)
    yield from _unusual(figures, measure, authority, quarter)
    yield from _worst_quarter(measure, authority, quarter)


def _contradicted(measure: Measure, reconciliation: pd.DataFrame) -> Iterable[_Sign]:
    rows = reconciliation[
        (reconciliation.measure == measure.id) & reconciliation.result.isin(["contradicted", "doubtful"])
    ]
    for row in rows[~rows.source.str.startswith("DfE")].itertuples():
        both = f"{row.published_text} printed, {row.recomputed_text} {whose(str(row.breakdown))}"
        yield _Sign("contradicted", f"{measure.short}: which figure is right? ({both})", str(row.note))


def _shown(figures: pd.DataFrame, measure: Measure, quarter: Quarter, breakdown: str, category: str) -> float:
    rows = figures[(figures.measure == measure.id) & (figures.kind.astype("str") == measure.headline)]
    rows = rows[(rows.end == quarter.end) & (rows.breakdown == breakdown) & (rows.category == category)]
    return float(rows.value.iloc[0]) if len(rows) else np.nan


def _off_target(figures: pd.DataFrame, measure: Measure, authority: Authority, quarter: Quarter) -> Iterable[_Sign]:
    for target in authority.every_target:
        if target.measure != measure.id:
            continue
        value = _shown(figures, measure, quarter, target.breakdown, target.category)
        rated = targets.rating(value, target.value, target.tolerance, measure.polarity, measure.decimals)
        if rated == "off target":
            what = measure.short if target.category == ALL else f"{measure.short} ({target.category})"
            now, aim = (written(number, measure.unit, measure.decimals) for number in (value, target.value))
            yield _Sign(
                "off target",
                f"{what}: what is being done to get from {now} to {aim}, and by when?",
                f"{now} against {aim}, set by {target.owner}.",
            )


def _unusual(figures: pd.DataFrame, measure: Measure, authority: Authority, quarter: Quarter) -> Iterable[_Sign]:
    steps = [pd.Timestamp(step.date) for step in authority.step_changes if step.measure == measure.id]
    series = change.monthly(figures, measure.id, *measure.category)
    series = series[series.end <= quarter.end]
    if len(series) < 2 or measure.overlaps:
        return
    stock = measure.kind in ("stock", "stock rate")
    said = change.verdict(change.judge(series, steps, stock=stock), quarter)
    if said.kind in ("unusually high", "unusually low"):
        kind = "rise" if said.kind == "unusually high" else "fall"
        what = f"{kind} in {measure.short[0].lower()}{measure.short[1:]}"
        sentence = f"{said.wording[0].upper()}{said.wording[1:]}."
        yield _Sign("unusual change", f"What lies behind the {what}, and will it last?", sentence)


def _worst_quarter(measure: Measure, authority: Authority, quarter: Quarter) -> Iterable[_Sign]:
    meeting = authority.meeting(str(quarter))
    paper = pd.Timestamp(meeting.date) if meeting else None
    for category in categories(measure.id):
        found = comparators(authority.area_code, measure.id, quarter.end, category=category, paper=paper)
        if found is None or found.polarity == "neutral" or found.quartile != 4:
            continue
        yield _Sign(
            "worst quarter of authorities",
            f"{found.title.removesuffix(' (%)')}: what do authorities that do better do differently?",
            _ranked(found, measure.at_close),
        )


def _ranked(found: Comparison, at_close: bool) -> str:
    own, england = (written(value, found.unit, found.decimals) for value in (found.own_published, found.england))
    near = written(found.neighbours_mean, found.unit, max(found.decimals, 1))
    beside = f"; statistical neighbours {near}" if near else ""
    when = f"{'at' if at_close else 'in the year to'} {found.year_ending.day} {found.year_ending:%B %Y}"
    return f"{own} {when}, {found.rank} of {found.of} authorities (England {england}{beside})."
