"""A whole and its parts in one bar: in order, and cut where a limit lies."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.errors import Refused
from quarterdeck.paper import messages, words
from quarterdeck.paper.charts.chart import Chart, chart
from quarterdeck.paper.charts.drawing import Drawing, Panel, fitting, text_width

TOP, TALL = 32.0, 40.0


def shares(
    rows: pd.DataFrame,
    *,
    key: str,
    subtitle: str,
    title: str | None = None,
    limit: str | None = None,
    within: str = "within the limit",
    beyond: str = "later",
    whole: float | None = None,
    alternative: str | None = None,
) -> Chart:
    """One bar of parts; past a limit they are orange, and the limit's line says how much lies on either side.

    Parameters
    ----------
    rows : in order: `category` (str) and `value` (float64, counts or percentages, NaN where hidden).
    key, subtitle, title, alternative : as in `trend`.
    limit : the last category that is within the limit; no line where it is left out.
    whole : what the parts are of, where some are hidden; without it hidden counts leave no percentages to give.
    within, beyond : what the two sides are called, as "within 45 working days" and "later".

    Raises
    ------
    Refused : there is nothing to draw, or no category is called as the limit is.

    Examples
    --------
    >>> rows = pd.DataFrame({"category": ["in time", "later"], "value": [80.0, 20.0]})
    >>> chart = shares(rows, key="time", subtitle="Assessments", limit="in time", within="in 45 working days")
    >>> "80" in chart.alternative
    True
    """
    rows = rows.reset_index(drop=True)
    names, values = rows["category"].astype(str).tolist(), rows["value"].to_numpy(dtype=float)
    if np.isnan(values).all() or np.nansum(values) <= 0:
        raise Refused(f"{key}: there is no value to draw; say so in words instead of a chart")
    if limit is not None and limit not in names:
        raise Refused(f"{key}: the limit {limit!r} is none of the categories {names}")
    # A hidden part is drawn as wide as what the rest leaves of the whole; where the whole is not known, as nothing.
    seen = float(np.nansum(values))
    counts = bool(np.isnan(values).any()) and whole is None and seen > 100.5
    of = max(seen, whole or (100.0 if np.isnan(values).any() and not counts else 0.0))
    hidden = np.isnan(values)
    part = np.where(hidden, (of - seen) / max(1, hidden.sum()), values) / of * 100
    ends = np.concatenate([[0.0], np.cumsum(part)])
    stop = names.index(limit) + 1 if limit is not None else len(names)
    sides = None if limit is None or counts or hidden[:stop].any() else (float(ends[stop]), float(100 - ends[stop]))

    def draw(on: Drawing) -> None:
        over = TOP if sides else 2.0
        on.sized(over + TALL + 24)
        panel = on.panel(0, 0, on.width, on.height, (0, 100), (on.height, 0))
        scale = on.width / 100
        for i in range(len(names)):
            kind = "hid" if hidden[i] else "bar" if i < stop else "bo"
            on.box(panel, float(ends[i]), float(ends[i + 1]), over, over + TALL, kind, z=2)
            said = "c" if hidden[i] else words.number(values[i]) if counts else f"{words.number(part[i])}%"
            if part[i] * scale > text_width(said, True) + 8:
                colour = "sf" if hidden[i] else "on b" if i < stop else "ob b"
                on.text(panel, (ends[i] + ends[i + 1]) / 2, over + TALL / 2, said, colour, "center", dy=4.5)
        for cut in ends[1:-1]:
            on.line(panel, [cut, cut], [over, over + TALL], "cut", z=3)
        labels = [
            ((ends[i] + ends[i + 1]) / 2 * scale, names[i], int(100 - part[i]))
            for i in range(len(names))
            if part[i] > 0 and (limit is None or i < stop)
        ]
        if limit is not None and stop < len(names):
            after = _after(names[stop:])
            labels.append(((ends[stop] + 100) / 2 * scale, after, 0))
        labels = [(x, name.removesuffix(" days").replace(" to ", "–"), rank) for x, name, rank in labels]
        for x, name in fitting(labels, 0, on.width, gap=8):
            on.text(on.page, x, over + TALL + 17, name, "sf")
        if sides:
            on.line(panel, [sides[0]] * 2, [TOP - 26, TOP + TALL + 4], "limit", z=5)
            _said(on, panel, sides, within, beyond)

    return chart(
        key,
        draw,
        title=title or _title(rows, sides, within),
        subtitle=subtitle,
        alternative=alternative or _alternative(rows, None if counts else part, of, sides, within, beyond),
    )


def _said(on: Drawing, panel: Panel, sides: tuple[float, float], within: str, beyond: str) -> None:
    """What lies on either side of the limit, where each has room."""
    at, room = sides[0], (100 - sides[0]) * on.width / 100
    left, right = (f"{words.number(side)}%" for side in sides)
    if text_width(f"{left} {within}", bold=True) + 9 > on.width - room:
        on.text(panel, at, TOP - 14, f"{left} {within}", "b", dx=9)
        return
    on.text(panel, at, TOP - 14, f"{left} {within}", "b", "right", dx=-9)
    if text_width(f"{right} {beyond}", bold=True) + 9 <= room:
        on.text(panel, at, TOP - 14, f"{right} {beyond}", "b", dx=9)
    elif text_width(right, bold=True) + 2 <= room:
        on.text(panel, 100, TOP - 14, right, "b", "right")


def _after(names: list[str]) -> str:
    """What lies past the limit, under one name: "46+" for "46–50", "51–60" and "61+"."""
    first = names[0].replace("–", " ").replace("-", " ").split()[0]
    return f"{first.rstrip('+')}+" if first.rstrip("+").isdigit() else names[0] if len(names) == 1 else "past it"


def _title(rows: pd.DataFrame, sides: tuple[float, float] | None, within: str) -> str:
    if sides:
        return words.sentence(f"{words.share(sides[0])} were {within}")
    top = rows["category"].astype(str).iloc[int(np.nanargmax(rows["value"].to_numpy(dtype=float)))]
    return f"“{words.sentence(top)}” is the largest part"


def _alternative(
    rows: pd.DataFrame, part: np.ndarray | None, of: float, sides: tuple[float, float] | None, within: str, beyond: str
) -> str:
    if part is None:
        return words.spoken(f"{messages.largest(rows, 'number', 0)}.")
    shown = rows.assign(value=np.where(rows["value"].isna(), np.nan, part))
    said = f"{messages.largest(shown, 'percent', 1)}."
    if sides:
        said += f" Together {words.number(sides[0], 1)}% {within}, {words.number(sides[1], 1)}% {beyond}."
    if rows["value"].notna().all() and rows["value"].sum() > 101:
        said = f"Of {words.number(of)}: {said}"
    return words.spoken(said)
