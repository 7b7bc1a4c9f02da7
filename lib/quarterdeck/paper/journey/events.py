"""The events of a time line: visits and reports, the steps of programmes, and the paper itself."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.improvement import Position, Visit
from quarterdeck.improvement.when import When
from quarterdeck.paper.charts import Chart, Line, timeline
from quarterdeck.paper.journey.asked import months
from quarterdeck.paper.view import View

GRADES = {"requires improvement to be good": "requires improvement"}
COLUMNS = ["date", "label", "kind"]


def _event(when: When, label: str, kind: str) -> tuple[pd.Timestamp, str, str]:
    return pd.Timestamp(when.last), f"{label}, {when.short}", kind


def of_visits(visits: Sequence[Visit]) -> pd.DataFrame:
    """A visit at its end, and an inspection's report on the day that it came out."""
    found = []
    for visit in visits:
        planned = "to come" if visit.planned else "event"
        found.append(_event(visit.end, visit.title, planned))
        if visit.published and visit.overall:
            grade = GRADES.get(visit.overall, visit.overall)
            found.append(_event(visit.published, f"Report: {grade}", "judged"))
    return pd.DataFrame(found, columns=COLUMNS)


def of_phases(position: Position) -> pd.DataFrame:
    """Each phase of each programme, on the day that its last dated step was done or is due."""
    last: dict[tuple[str, str], tuple[When, bool]] = {}
    for one in position.milestones:
        when = one.now.done or one.now.due
        if when is not None:
            done = one.now.status == "done" and last.get((one.now.programme, one.now.phase), (when, True))[1]
            last[one.now.programme, one.now.phase] = when, done
    found = [
        _event(when, phase if done else f"{phase} due", "event" if done else "to come")
        for (_, phase), (when, done) in last.items()
    ]
    return pd.DataFrame(found, columns=COLUMNS)


def _name(view: View) -> str:
    """The measure; where a paper leads with a longer period than a month, that it is drawn by the month."""
    longer = view.measure.headline in ("year_to_date", "rolling_12_months") and not view.stock
    return f"{view.measure.short}, each month" if longer else view.measure.short


def drawn_over(
    events: pd.DataFrame,
    views: Sequence[View],
    *,
    key: str,
    today: pd.Timestamp,
    title: str,
    subtitle: str,
) -> Chart:
    """Events in order of time with the paper's own day, over the months of some measures."""
    paper = pd.DataFrame([(today, f"This paper, {today:%b %Y}", "paper")], columns=COLUMNS)
    every = pd.concat([events, paper], ignore_index=True).sort_values(["date", "kind"], kind="stable")
    lines = [Line(_name(view), months(view), view.measure.unit, view.measure.decimals) for view in views]
    start = every["date"].min().normalize() - pd.DateOffset(months=6)
    begun = pd.Timestamp(start.year, start.month, 1)
    shown = [Line(line.name, line.points[line.points["end"] >= begun], line.unit, line.decimals) for line in lines]
    end = max(every["date"].max(), today) + pd.DateOffset(days=20)
    return timeline(every.reset_index(drop=True), shown, key=key, start=begun, end=end, title=title, subtitle=subtitle)
