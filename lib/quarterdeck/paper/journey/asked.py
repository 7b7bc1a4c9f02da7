"""Recommendation by recommendation: who asked, what the figures say, or why none can say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
from markupsafe import Markup

from quarterdeck.improvement import Position, Visit
from quarterdeck.improvement.position import Promise
from quarterdeck.improvement.rows import Action, Recommendation
from quarterdeck.paper import tables, words
from quarterdeck.paper.anatomy import slug
from quarterdeck.paper.blocks import paragraph
from quarterdeck.paper.charts import Chart
from quarterdeck.paper.journey.evidence import Reading, State, reading, tally
from quarterdeck.paper.journey.standing import lowered, standing
from quarterdeck.paper.tables import Head
from quarterdeck.paper.view import View


@dataclass(frozen=True)
class Answer:
    """A recommendation and what can be said of it.

    Parameters
    ----------
    raised_by : the visits that had asked for it, the first of them first.
    readings : of its measures.
    promised : the actions for it.
    """

    one: Recommendation
    raised_by: list[Visit]
    readings: list[Reading]
    promised: list[Promise[Action]] = field(default_factory=list)

    @property
    def asked_by(self) -> str:
        """Who asked, and when: "Asked for by the commissioner’s review (September 2017), and again by …"."""
        said = [
            f"{'' if visit.kind == 'monitoring visit' else 'the '}{visit.title.lower()} ({visit.dates})"
            for visit in self.raised_by
        ]
        again = f", and again by {words.listed(said[1:])}" if said[1:] else ""
        return f"Asked for by {said[0]}{again}."

    @property
    def says(self) -> list[str]:
        """What the figures say, or why none can, and what was promised: a sentence or two each."""
        said = [one.sentence for one in self.readings]
        said += [self.one.no_data_reason] if self.one.no_data_reason else []
        return [*said, *(f"Promised: {one.now.action} ({lowered(standing(one))})." for one in self.promised)]


def answers(position: Position, views: Mapping[str, View], base: Visit | None) -> list[Answer]:
    """Every recommendation that a paper may know, with its readings.

    Parameters
    ----------
    views : of the measures that are evidence, by id.
    base : the first inspection.
    """
    found = []
    for one in position.recommendations:
        raised = position.raised_by(one)
        readings = [reading(views[name], raised[0], base) for name in one.evidence_measure]
        promised = [action for action in position.actions if one.id in action.now.recommendation]
        found.append(Answer(one, raised, readings, promised))
    return found


def states(found: list[Answer]) -> list[State]:
    """How each measure stands, once however many recommendations it is evidence for: since it was first asked for."""
    first: dict[str, State] = {}
    for answer in found:
        for one in answer.readings:
            first.setdefault(one.view.measure.id, one.state)
    return list(first.values())


def theme(name: str, found: list[Answer], chart: Chart | None) -> Markup:
    """A theme's block: what its figures say together, their chart and table, then each recommendation."""
    where = f"j-{slug(name)}"
    opened = '<article class="ms" id="{0}" data-toc="{1}" aria-labelledby="{0}-h">'
    head = '<h3 id="{0}-h"><span class="eye">{1}</span>{2}</h3>'
    parts = [Markup(opened + head).format(where, name, _headline(found))]
    asked = words.listed(answer.one.id for answer in found)
    parts.append(Markup('<p class="sub">{}: {}</p>').format(_many(len(found)), asked))
    if chart:
        parts.append(Markup(chart.html))
    readings = [(answer.one.id, one) for answer in found for one in answer.readings]
    if readings:
        parts.append(_table(f"{where}-t", name, readings))
    for answer in found:
        title = Markup("<b>{}. {}.</b> {}").format(answer.one.id, answer.one.recommendation, answer.asked_by)
        items = Markup("").join(Markup("<li>{}</li>").format(text) for text in answer.says)
        parts += [paragraph(title), Markup('<ul class="list">{}</ul>').format(items)]
    return Markup("").join([*parts, Markup("</article>")])


def _many(count: int) -> str:
    return f"{words.sentence(words.count_word(count))} thing{' was' if count == 1 else 's were'} asked for"


def message(found: list[Answer]) -> str:
    """What the measures of a theme say most plainly: the first that has clearly changed, else the first."""
    readings = [one for answer in found for one in answer.readings]
    plainest = ("worse", "better", "higher", "lower")
    clear = [one for state in plainest for one in readings if one.state == state]
    return [*clear, *readings][0].sentence.split(". ")[0].rstrip(".")


def _headline(found: list[Answer]) -> str:
    own = states(found)
    if not own:
        return "No figure can answer this"
    if len(own) == 1:
        one = next(one for answer in found for one in answer.readings)
        return words.sentence(one.sentence.rstrip("."))
    return f"Of {words.count_word(len(own))} measures: {tally(own)}"


def _table(id: str, name: str, readings: list[tuple[str, Reading]]) -> Markup:
    first = readings[0][1]
    inspected = f"in {words.short_quarter(first.base)}" if first.base else ""
    heads = [
        Head("Measure", "and what asks for it"),
        Head("At the inspection", inspected),
        Head("When asked for"),
        Head("Now", words.short_quarter(first.view.quarter)),
        Head("Since then", kind="w"),
        Head("This quarter’s months", kind="w"),
    ]
    together: dict[tuple[str, object], tuple[list[str], Reading]] = {}
    for asked, one in readings:
        together.setdefault((one.view.measure.id, one.raised), ([], one))[0].append(asked)
    rows = [
        [
            Markup("{}<small> {}</small>").format(one.view.measure.short, ", ".join(asked)),
            one.shown(one.base),
            Markup("{}<small> {}</small>").format(one.shown(one.raised), words.short_quarter(one.raised)),
            one.shown(one.view.quarter),
            words.sentence(one.state),
            words.sentence(one.view.verdict.wording),
        ]
        for asked, one in together.values()
    ]
    caption = f"{name}: the measures then and now"
    note = (
        "Since it was asked for; since the inspection, where no quarter has ended since. "
        "No clear change: the 95% intervals of the two figures meet"
    )
    return tables.table(id, caption, heads, rows, note=note, kinds=["", "", "", "", "w", "w"])


def most_named(found: list[Answer], count: int) -> list[View]:
    """The measures that most recommendations name, of those that have a past to draw."""
    views: dict[str, View] = {}
    times: dict[str, int] = {}
    for answer in found:
        for one in answer.readings:
            name = one.view.measure.id
            views[name] = one.view
            times[name] = times.get(name, 0) + 1
    drawable = [name for name in times if drawn(views[name])]
    return [views[name] for name in sorted(drawable, key=lambda name: -times[name])[:count]]


def drawn(view: View) -> bool:
    """Whether it has at least two months that can be drawn."""
    return int(view.past.value.notna().sum()) > 1


def months(view: View) -> pd.DataFrame:
    """The months of a measure that are drawn."""
    return view.past[["end", "value"]]
