"""What was promised and by whom: actions, milestones, meetings, what is due, and what has slipped."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from quarterdeck.improvement import Position, Visit
from quarterdeck.improvement.position import Promise
from quarterdeck.improvement.rows import Action, Milestone
from quarterdeck.improvement.when import When
from quarterdeck.paper import tables, words
from quarterdeck.paper.blocks import paragraph
from quarterdeck.paper.journey.standing import NO_DATE, slippage, standing
from quarterdeck.paper.tables import Cell, Head
from quarterdeck.paper.view import View

BETTER, WORSE = "Better", "Not yet good"


def findings(visit: Visit) -> Markup:
    """What one visit judged or found, area by area."""
    where = f"v-{visit.id}"
    about = f": {visit.focus}" if visit.focus else ""
    reported = f"; reported {visit.published}" if visit.published else ""
    head = Markup('<h3 id="{}">{}{}</h3>').format(where, visit.title, about)
    when = f"{'Planned for' if visit.planned else 'Held'} {visit.dates}{reported}."
    if visit.kind not in ("inspection", "monitoring visit"):
        when = f"{visit.dates}{reported}."
    if not visit.findings:
        return head + paragraph(when)
    items = Markup("").join(
        Markup("<li><b>{}{}</b> {}</li>").format(
            words.sentence(row.judgement_area),
            f" – {row.grade}."
            if row.grade
            else {"improved": f" – {BETTER.lower()}.", "not yet good": f" – {WORSE.lower()}."}.get(row.direction, "."),
            row.headline,
        )
        for row in visit.findings
    )
    return head + paragraph(when) + Markup('<ul class="list">{}</ul>').format(items)


def _due(when: When | None) -> Cell:
    return str(when) if when else NO_DATE


def _evidence(one: Promise[Action], views: dict[str, View]) -> Cell:
    """The action's measures, each with its figure now and a year before."""
    held = [views[name] for name in one.now.evidence_measure]
    said = [Markup("{} {}").format(view.measure.short, _now(view, one)) for view in held]
    return Markup("; ").join(said) if said else "No figure can show it"


def _now(view: View, one: Promise[Action]) -> Markup:
    return Markup("{} (a year before {})").format(view.shown(view.now), view.shown(view.year_ago))


def actions(position: Position, views: dict[str, View]) -> Markup:
    """Every action: whose it is, when it is due, how it stands, what has slipped, and its evidence in figures."""
    rags = any(one.now.rag for one in position.actions)
    heads = [
        Head("Action"),
        Head("For"),
        Head("Owner", kind="w"),
        Head("Due"),
        Head("Status", kind="w"),
        *([Head("Rating", "by the owner")] if rags else []),
        Head("Slippage"),
        Head("Evidence in figures", kind="w"),
    ]
    order = {"late": 0, "planned": 2, "under way": 2, "done": 3}
    listed = sorted(
        position.actions, key=lambda one: 1 if one.overdue and one.now.status != "late" else order[one.now.status]
    )
    rows = [
        [
            one.now.action,
            ", ".join(one.now.recommendation) or "The plan",
            one.now.owner or "No owner named",
            _due(one.now.due),
            standing(one),
            *([words.sentence(one.now.rag) or "None given"] if rags else []),
            slippage(one),
            _evidence(one, views),
        ]
        for one in listed
    ]
    kinds = ["", "", "w", "", "w", *([""] if rags else []), "", "w"]
    note = (
        "The owner is the role that answers to the Panel for it, where the papers name no other. Evidence: this quarter"
    )
    return tables.table("t-actions", f"Actions as they stood on {_day(position)}", heads, rows, note=note, kinds=kinds)


def milestones(position: Position) -> Markup:
    """The milestones of each programme: those with a day, and the day first promised where it moved; then the rest."""
    parts: list[Markup] = []
    heads = [
        Head("Milestone"),
        Head("Phase", kind="w"),
        Head("Owner", kind="w"),
        Head("Due"),
        Head("Status", kind="w"),
        Head("Slippage"),
    ]
    for number, programme in enumerate(dict.fromkeys(one.now.programme for one in position.milestones), 1):
        own = [one for one in position.milestones if one.now.programme == programme]
        dated = [one for one in own if one.now.due]
        rows: list[list[Cell]] = [
            [
                one.now.milestone,
                one.now.phase,
                one.now.owner or "No owner named",
                _moved(one),
                standing(one),
                slippage(one),
            ]
            for one in dated
        ]
        caption = f"{programme}: milestones as they stood on {_day(position)}"
        if rows:
            kinds = ["", "w", "w", "", "w", ""]
            parts.append(tables.table(f"t-steps-{number}", caption, heads, rows, kinds=kinds))
        rows = [[one.now.milestone, one.now.phase, standing(one)] for one in own if not one.now.due]
        if rows:
            kinds = ["", "w", "w"]
            few = [Head("What", kind=""), Head("Part", kind="w"), Head("Status", kind="w")]
            parts.append(
                tables.table(f"t-parts-{number}", f"{programme}: what has no day of its own", few, rows, kinds=kinds)
            )
    return Markup("").join(parts)


def _moved(one: Promise[Milestone]) -> Cell:
    first, now = one.first.due, one.now.due
    if first is None or first == now or now is None:
        return _due(now)
    return Markup("{}<small> first {}</small>").format(str(now), str(first))


def governance(position: Position) -> Markup:
    """Who governs the improvement, how often, and the meetings that have been held or are set."""
    standing = [one for one in position.meetings if one.date is None]
    dated = sorted(
        (one for one in position.meetings if one.date),
        key=lambda one: (one.date is None, str(one.date and one.date.last)),
    )
    parts: list[Markup] = []
    if standing:
        rows: list[list[Cell]] = [
            [one.name, one.chair or "Not told", words.sentence(one.frequency), words.sentence(one.purpose)]
            for one in standing
        ]
        heads = [Head("Who"), Head("Led by", kind="w"), Head("How often", kind="w"), Head("What for", kind="w")]
        parts.append(
            tables.table("t-bodies", "Who governs the improvement", heads, rows, kinds=["", "w", "w", "w"], wide=True)
        )
    if dated:
        rows = [
            [
                str(one.date),
                one.name,
                words.sentence(one.purpose) or "Not told",
                "Held"
                if one.date and one.date.last < position.today
                else "This meeting"
                if one.date and one.date.last == position.today and one.body == "panel"
                else "To come",
            ]
            for one in dated
        ]
        heads = [Head("Day"), Head("Who meets", kind="w"), Head("On what", kind="w"), Head("Status")]
        parts.append(
            tables.table("t-meetings", "Meetings on the improvement", heads, rows, kinds=["", "w", "w", ""], wide=True)
        )
    return Markup("").join(parts)


def due(position: Position) -> Markup:
    """What is to be done before the panel next meets, and whose date has passed without a word."""
    parts: list[Markup] = []
    rows = position.due_before_next()
    after = position.next_meeting
    if after and after.date:
        many = words.sentence(words.count_word(len(rows))) if rows else "Nothing"
        verb = "things are" if len(rows) > 1 else "thing is" if rows else "is"
        parts.append(paragraph(f"The Panel next meets on {after.date}. {many} {verb} due before then."))
        if rows:
            cells: list[Sequence[Cell]] = [[str(when), what, who or "Not told"] for when, what, who in rows]
            heads = [Head("Due"), Head("What", kind="w"), Head("Owner", kind="w")]
            parts.append(
                tables.table("t-due", f"Due before {after.date}", heads, cells, kinds=["", "w", "w"], wide=True)
            )
    else:
        parts.append(
            paragraph(
                "The date of the Panel’s next meeting is not in the files, so nothing can be said to be due before it."
            )
        )
    return Markup("").join(parts)


def passed(position: Position) -> list[Promise[Action] | Promise[Milestone]]:
    """What was due before the paper's day and is not reported as done."""
    return [one for one in (*position.milestones, *position.actions) if one.overdue]


def _day(position: Position) -> str:
    return words.date(pd.Timestamp(position.today))
