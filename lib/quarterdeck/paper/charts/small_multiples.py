"""The same line for each team, on one scale, with the whole behind it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.errors import Refused
from quarterdeck.measures.registry import Unit
from quarterdeck.paper import words
from quarterdeck.paper.charts.chart import Chart, chart
from quarterdeck.paper.charts.drawing import LINE, Drawing, axis, text_width, tick_decimals, ticks_text, wrapped
from quarterdeck.quarter import Quarter

CELL = 92.0


def small_multiples(
    points: pd.DataFrame,
    *,
    key: str,
    unit: Unit,
    quarter: Quarter,
    subtitle: str,
    whole: pd.DataFrame | None = None,
    whole_name: str = "all teams",
    title: str | None = None,
    decimals: int = 0,
    alternative: str | None = None,
) -> Chart:
    """Small panels, one a category, in the order they come: its line in blue, the whole's in grey, its last value.

    Parameters
    ----------
    points : `category` (str), `end` (datetime64), `value` (float64, NaN where hidden), periods ascending.
    key, unit, quarter, decimals, subtitle, title, alternative : as in `trend`.
    whole : end, value: what the categories are parts of.
    whole_name : what the grey line is called.

    Raises
    ------
    Refused : there is nothing to draw.

    Examples
    --------
    >>> months = paper.rows("cp_plan_rate", "category_of_abuse", kind="month")
    >>> chart = small_multiples(months, key="abuse", unit="per_10k", quarter=paper.quarter, subtitle="By category")
    >>> "is highest at" in chart.title
    True
    """
    if points["value"].isna().all():
        raise Refused(f"{key}: there is no value to draw; say so in words instead of a chart")
    names = points["category"].astype("str")
    by_end = points.assign(category=names).set_index(["end", "category"])["value"]
    table = by_end.unstack("category")[list(dict.fromkeys(names))]  # noqa: PD010
    behind = None if whole is None else whole.set_index("end")["value"].reindex(table.index).to_numpy(dtype=float)
    every = np.concatenate([table.to_numpy(dtype=float).ravel(), [] if behind is None else behind])
    low, high = float(np.nanmin(every)), float(np.nanmax(every))
    ticks = axis(low, high, from_zero=low < 0.35 * high, most=100 if unit == "percent" else None, steps=3)
    inside = np.flatnonzero((table.index >= quarter.start) & (table.index <= quarter.end))

    def draw(on: Drawing) -> None:
        across = 2 if on.narrow else 3
        down = -(-table.shape[1] // across)
        edge = max(map(text_width, ticks_text(ticks))) + 8
        gutter = 16.0
        head = 54.0 if on.narrow else 38.0
        wide = (on.width - edge - gutter * (across - 1)) / across
        on.sized((CELL + head) * down + 22)
        for i, category in enumerate(table.columns):
            left, top = edge + (i % across) * (wide + gutter), (i // across) * (CELL + head)
            panel = on.panel(
                left,
                top + head,
                left + wide,
                top + head + CELL,
                (-0.5, len(table) - 0.5),
                (float(ticks[0]), max(float(ticks[-1]), high)),
            )
            for tick, text in zip(ticks, ticks_text(ticks), strict=True):
                on.level(panel, float(tick), "gl", z=0.5)
                if i % across == 0:
                    on.text(panel, -0.5, float(tick), text, "sf", "right", dx=-8, dy=4.5)
            if len(inside):
                on.box(panel, inside[0] - 0.5, inside[-1] + 0.5, *panel.y, "qb")
            if behind is not None:
                on.line(panel, np.arange(len(table)), behind, "wl", z=2)
            y = table[category].to_numpy(dtype=float)
            on.line(panel, np.arange(len(table)), y, "tl", z=3)
            known = np.flatnonzero(~np.isnan(y))
            if len(known):
                on.dots(panel, [known[-1]], [y[known[-1]]], "pt", 3.5)
            last = words.amount(y[-1], unit, decimals) if len(y) and not np.isnan(y[-1]) else "c"
            for j, line in enumerate(
                _name(str(category), wide, wide - text_width(last, True) - 8, 2 if on.narrow else 1)
            ):
                on.text(on.page, left, top + head - 10 - LINE * j, line, "b")
            on.text(on.page, left + wide, top + head - 10, last, "b tb" if last != "c" else "sf", "right")
        foot = (CELL + head) * down + 16
        first, final = table.index[0], table.index[-1]
        on.text(on.page, edge, foot, f"{first:%b %Y}", "sf")
        if text_width(f"{first:%b %Y}{final:%b %Y}") + 12 < wide:
            on.text(on.page, edge + wide, foot, f"{final:%b %Y}", "sf", "right")

    grey = f". Grey line: {whole_name}" if behind is not None else ""
    return chart(
        key,
        draw,
        title=title or _title(table, unit, decimals),
        subtitle=subtitle
        + grey
        + (f". Axis starts at {words.amount(float(ticks[0]), unit, tick_decimals(ticks))}" if ticks[0] > 0 else ""),
        alternative=alternative or _alternative(table, behind, whole_name, unit, decimals),
    )


def _name(name: str, room: float, last_room: float, most: int) -> list[str]:
    """The name in as many lines as there are, from the lowest up; what does not fit ends in an ellipsis."""
    lines = [name]
    if most > 1 and text_width(name, True) > last_room:
        lines = wrapped(name, last_room if text_width(name, True) <= room else room, bold=True)[:most]
    while text_width(lines[-1], True) > last_room and len(lines[-1]) > 2:
        lines[-1] = lines[-1].rstrip("…")[:-1].rstrip() + "…"
    return lines[::-1]


def _title(table: pd.DataFrame, unit: Unit, decimals: int) -> str:
    last = table.iloc[-1].dropna()
    if last.empty:
        return "This quarter’s values are hidden to protect confidentiality"
    if len(last) == 1 or last.max() == last.min():
        return f"{last.index[0]} is at {words.amount(float(last.iloc[0]), unit, decimals)}"
    return (
        f"{last.idxmax()} is highest at {words.amount(float(last.max()), unit, decimals)}, "
        f"{last.idxmin()} lowest at {words.amount(float(last.min()), unit, decimals)}"
    )


def _alternative(table: pd.DataFrame, behind: np.ndarray | None, whole_name: str, unit: Unit, decimals: int) -> str:
    def said(value: float) -> str:
        return words.HIDDEN if np.isnan(value) else words.amount(value, unit, decimals)

    rows = [f"{name} {said(y.iloc[0])}, then {said(y.iloc[-1])}" for name, y in table.items()]
    rows += [] if behind is None else [f"{whole_name} {said(behind[0])}, then {said(behind[-1])}"]
    return words.spoken(f"In {words.month(table.index[0])} and in {words.month(table.index[-1])}: {'; '.join(rows)}.")
