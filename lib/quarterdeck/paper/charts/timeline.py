"""What happened when, over the measures that it was about: events in rows of their own, small lines under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quarterdeck.errors import Refused
from quarterdeck.measures.registry import Unit
from quarterdeck.paper import words
from quarterdeck.paper.charts.chart import Chart, chart
from quarterdeck.paper.charts.drawing import LINE, Align, Drawing, Panel, axis, text_width, ticks_text, wrapped

STRIP, FOOT, GAP = 64.0, 20.0, 9.0
MARKS = {"judged": ("sp", True), "event": ("pt", False), "to come": ("rp", False), "paper": ("np", True)}
"""How each kind of event is marked: the class of the style sheet, and whether it is a square."""


@dataclass(frozen=True)
class Line:
    """A measure under a time line.

    Parameters
    ----------
    name : what stands over its line.
    points : end (datetime64) and value (float64, NaN where there is none), ascending.

    Examples
    --------
    >>> months = pd.DataFrame({"end": pd.to_datetime(["2017-11-30", "2017-12-31"]), "value": [90.1, 91.1]})
    >>> Line("Assessments in 45 working days", months, "percent", 1).decimals
    1
    """

    name: str
    points: pd.DataFrame
    unit: Unit
    decimals: int


def timeline(
    events: pd.DataFrame,
    lines: Sequence[Line],
    *,
    key: str,
    start: pd.Timestamp,
    end: pd.Timestamp,
    title: str,
    subtitle: str,
) -> Chart:
    """Events, each in a row of its own with its words beside its mark, and measures under them on one scale of time.

    No two labels collide, since no two stand in one row; a thin line leads from each mark down through the measures.

    Parameters
    ----------
    events : `date` (datetime64), `label` (str), `kind` ("judged", "event", "to come" or "paper"), dates ascending.
    lines : the measures, one under the other.
    key, title, subtitle : as in `trend`.
    start, end : of the scale of time; events lie between them.

    Raises
    ------
    Refused : there is neither an event nor a value, or an event lies outside the scale.

    Examples
    --------
    >>> events = pd.DataFrame({"date": pd.to_datetime(["2017-01-24"]), "label": ["Report"], "kind": ["judged"]})
    >>> years = {"start": pd.Timestamp("2016-04-01"), "end": pd.Timestamp("2018-03-31")}
    >>> timeline(events, key="journey", title="One event", subtitle="By month", lines=[], **years).title
    'One event'
    """
    known = [line for line in lines if line.points["value"].notna().any()]
    if not len(events) and not known:
        raise Refused(f"{key}: there is nothing to draw; say so in words instead of a chart")
    if len(events) and not events["date"].between(start, end).all():
        raise Refused(f"{key}: an event lies outside {start:%Y-%m-%d} to {end:%Y-%m-%d}")
    scales = [_scale(line) for line in known]
    years = [pd.Timestamp(year=year, month=1, day=1) for year in range(start.year + 1, end.year + 1)]

    def draw(on: Drawing) -> None:
        edge = max([text_width(text) for ticks in scales for text in ticks_text(ticks)], default=0.0) + 10
        left, right = edge, on.width - 8
        scale = (float(start.value), float(end.value))
        across = on.panel(left, 0, right, 1, scale, (1, 0))
        at = [on.pixels(across, float(date.value), 0)[0] for date in events["date"]]
        placed = [_beside(str(label), x, on.width) for label, x in zip(events["label"], at, strict=True)]
        heads = [wrapped(line.name, on.width - edge - _last_width(line) - 16, bold=True) for line in known]
        rows = sum(len(text) for text, _, _ in placed) * LINE + 4 * len(placed) + (8 if placed else 0)
        under = sum(LINE * len(head) + STRIP + 2 * GAP for head in heads)
        on.sized(rows + under + FOOT)
        area = on.panel(left, 0, right, on.height, scale, (on.height, 0))
        for year in years:
            on.line(area, [float(year.value)] * 2, [0, on.height - FOOT], "gl", z=0.4)
        top = 0.0
        for (text, align, x), mark, here, date in zip(placed, events["kind"], at, events["date"], strict=True):
            kind, square = MARKS[str(mark)]
            y = top + LINE / 2 + 2
            on.line(area, [float(date.value)] * 2, [y, on.height - FOOT], "ev to" if mark == "to come" else "ev", z=0.6)
            on.dots(on.page, [here], [y], kind, 5 if square else 5.5, square=square, z=5)
            for words_of in text:
                on.text(on.page, x, top + LINE - 3, words_of, "h b" if mark in ("judged", "paper") else "h", align)
                top += LINE
            top += 4
        top += 8 if placed else 0
        for line, ticks, head in zip(known, scales, heads, strict=True):
            for words_of in head:
                on.text(on.page, left, top + LINE - 2, words_of, "h b")
                top += LINE
            panel = on.panel(left, top + GAP, right, top + GAP + STRIP, scale, (float(ticks[0]), float(ticks[-1])))
            _strip(on, panel, line, ticks, top - LINE * len(head))
            top += STRIP + 2 * GAP
        _years(on, area, start, years)

    return chart(key, draw, title=title, subtitle=subtitle, alternative=_alternative(events, known))


def _beside(label: str, x: float, width: float) -> tuple[list[str], Align, float]:
    """A label's lines, and where they stand: to the right of their mark where they fit, else on the roomier side."""
    right, left = width - x - 12, x - 12
    if text_width(label, True) <= right or right >= left:
        return wrapped(label, right, bold=True), "left", x + 12
    return wrapped(label, left, bold=True), "right", x - 12


def _scale(line: Line) -> np.ndarray:
    values = line.points["value"].to_numpy(dtype=float)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return axis(low, high, from_zero=low < 0.35 * high, most=100 if line.unit == "percent" else None, steps=2)


def _last(line: Line) -> str:
    return words.amount(float(line.points["value"].dropna().iloc[-1]), line.unit, line.decimals)


def _last_width(line: Line) -> float:
    return text_width(_last(line), True)


def _strip(on: Drawing, panel: Panel, line: Line, ticks: np.ndarray, head: float) -> None:
    """One measure: its scale, its line, its last value at the right of its name."""
    every = max(1, len(ticks) // 2) if len(ticks) % 2 else len(ticks) - 1
    for number, (tick, text) in enumerate(zip(ticks, ticks_text(ticks), strict=True)):
        on.level(panel, float(tick), "gl", z=0.5)
        if number % every == 0:
            on.text(panel, panel.x[0], float(tick), text, "sf", "right", dx=-8, dy=4.5)
    x = np.array([float(pd.Timestamp(day).value) for day in line.points["end"]])
    y = line.points["value"].to_numpy(dtype=float)
    on.line(panel, x, y, "tl", z=3)
    last = np.flatnonzero(~np.isnan(y))[-1]
    on.dots(panel, [float(x[last])], [float(y[last])], "pt", 3.5)
    on.text(on.page, panel.right, head + LINE - 2, _last(line), "h b tb", "right")


def _years(on: Drawing, area: Panel, start: pd.Timestamp, years: list[pd.Timestamp]) -> None:
    """The years at the foot; one whose name has no room before the next begins is left out."""
    begins = [start, *years]
    for begin, following in zip(begins, [*years, None], strict=True):
        x = on.pixels(area, float(begin.value), 0)[0]
        room = (on.pixels(area, float(following.value), 0)[0] if following is not None else on.width) - x
        if text_width(str(begin.year)) + 8 <= room:
            on.text(on.page, x + 3, on.height - 4, str(begin.year), "sf")


def _alternative(events: pd.DataFrame, lines: Sequence[Line]) -> str:
    told = [f"{date:%B %Y}: {label}" for date, label in zip(events["date"], events["label"], strict=True)]
    said = [f"Events in order: {'; '.join(told)}."] if told else []
    for line in lines:
        values = line.points.dropna(subset="value")
        first, last = (words.amount(float(value), line.unit, line.decimals) for value in values["value"].iloc[[0, -1]])
        since, until = words.month(values["end"].iloc[0]), words.month(values["end"].iloc[-1])
        said.append(f"{line.name}: {first} in {since}, {last} in {until}.")
    return words.spoken(" ".join(said))
