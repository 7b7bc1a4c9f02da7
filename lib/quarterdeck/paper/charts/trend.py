"""One measure over time, with what is usual for it, its target, and England and neighbours where they are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from quarterdeck.errors import Refused
from quarterdeck.measures.registry import Unit
from quarterdeck.paper import messages, words
from quarterdeck.paper.charts.chart import Chart, chart
from quarterdeck.paper.charts.drawing import (
    LINE,
    Drawing,
    Panel,
    axis,
    fitting,
    spread,
    text_width,
    tick_decimals,
    ticks_text,
    wrapped,
)
from quarterdeck.quarter import Quarter

HEIGHT, FOOT, HEAD, NET = 262.0, 26.0, 8.0, 122.0


@dataclass(frozen=True)
class Label:
    """Words at a line's end: the value they belong to, one word group a line, their class."""

    y: float
    lines: tuple[str, ...]
    kind: str


def trend(
    points: pd.DataFrame,
    *,
    key: str,
    unit: Unit,
    quarter: Quarter,
    subtitle: str,
    title: str | None = None,
    decimals: int = 1,
    name: str = "Council",
    target: float | None = None,
    comparators: pd.DataFrame | None = None,
    net: pd.DataFrame | None = None,
    note: str | None = None,
    what: str = "The figure",
    alternative: str | None = None,
) -> Chart:
    r"""A line by month or quarter, with the quarter as a pale band and labels at the line's end.

    Parameters
    ----------
    points : one row a period, ascending: `end` (datetime64); `value` (float64, NaN where hidden or absent); `status`,
        which says why, where it is known; and, where it is judged, what `figures.change.judge` gives: `mean`,
        `lower_limit`, `upper_limit`, `trial`, `signal`.
    key : the chart's name in ids, as "cp_plan_rate-trend".
    unit, decimals : of the values.
    quarter : the paper's own; its months stand in the band.
    subtitle : measure, unit, place and period; "Axis starts at …" is added where it does not start at zero.
    title : the message; made from the points where it is left out.
    target : drawn as an orange line.
    comparators : name, date, value: annual figures, drawn as ringed points at their dates.
    net : monthly net change of a stock with its own limits, as `points`; drawn as bars under the line.
    note : the one annotation, lines apart by "\n"; made from the points where it is left out, none where "".
    what : the subject of the generated sentences, as "The rate".

    Raises
    ------
    Refused : there is nothing to draw.

    Examples
    --------
    >>> months = paper.rows("cla_rate", kind="month").tail(24)
    >>> chart = trend(months, key="care", unit="per_10k", quarter=paper.quarter, subtitle="Care", what="The rate")
    >>> "lowest" in chart.alternative
    True
    """
    points = points.reset_index(drop=True)
    if points.empty or points["value"].isna().all():
        raise Refused(f"{key}: there is no value to draw; say so in words instead of a chart")
    beside = (
        pd.DataFrame(columns=["name", "date", "value"]) if comparators is None else comparators.dropna(subset="value")
    )
    seen = _extent(points, beside, target)
    ticks = axis(
        *seen,
        from_zero=seen[0] < 0.35 * seen[1],
        most=100 if unit == "percent" else None,
        whole=unit == "number",
    )
    title = title or messages.trend_title(points, quarter, what=what, comparators=beside, net=net)
    note = messages.trend_note(points, quarter, unit=unit, decimals=decimals, net=net) if note is None else note
    starts = f". Axis starts at {words.amount(float(ticks[0]), unit, tick_decimals(ticks))}" if ticks[0] > 0 else ""
    ringed = ". Ringed points are annual figures" if len(beside) else ""
    said = alternative or messages.trend_alternative(
        points, quarter, unit=unit, decimals=decimals, target=target, comparators=beside, net=net
    )

    def draw(on: Drawing) -> None:
        labels = _labels(on, points, beside, unit, decimals, name, target)
        left = max(text_width(text) for text in [*ticks_text(ticks), "0"]) + 8
        right = max((text_width(line, "b" in label.kind) for label in labels for line in label.lines), default=0) + 10
        if net is not None:
            right = max(right, 46)
        below = NET if net is not None else 0.0
        on.sized(HEIGHT + below + FOOT)
        edges = (-0.5, len(points) - 0.5)
        band = on.panel(left, 0, on.width - right, HEIGHT + below, edges)
        high = max(float(ticks[-1]), seen[1] + 0.02 * (seen[1] - float(ticks[0])))
        main = on.panel(
            left,
            HEAD + (16 if note and net is not None else 0),
            on.width - right,
            HEIGHT - 6,
            edges,
            (float(ticks[0]), high),
        )
        _grid(on, main, ticks)
        here = _band(on, band, main, points, quarter)
        _references(on, main, points, beside, target)
        _line(on, main, points, net is not None)
        _end_labels(on, main, labels, len(points), on.width - right)
        if note:
            _note(on, main, points, beside, note, quarter, here)
        if net is not None:
            _net(on, points, net, left, on.width - right, HEIGHT, HEIGHT + below)
        dates_under(on, points["end"], left, on.width - right, HEIGHT + below)

    return chart(key, draw, title=title, subtitle=subtitle + ringed + starts, alternative=said)


def _extent(points: pd.DataFrame, beside: pd.DataFrame, target: float | None) -> tuple[float, float]:
    columns = [c for c in ("value", "mean", "lower_limit", "upper_limit") if c in points]
    drawn = points[columns].where(points[columns] >= 0) if points["value"].min() >= 0 else points[columns]
    found = [*drawn.to_numpy(dtype=float).ravel(), *beside["value"].astype(float), np.nan if target is None else target]
    return float(np.nanmin(found)), float(np.nanmax(found))


def places(dates: pd.Series, ends: pd.Series) -> np.ndarray:
    """Where dates lie along periods numbered from 0."""
    month = ends.dt.year * 12 + ends.dt.month
    step = float(month.diff().min()) if len(ends) > 1 else 1.0
    return ((dates.dt.year * 12 + dates.dt.month - month.iloc[0]) / step).to_numpy(dtype=float)


def _grid(on: Drawing, main: Panel, ticks: np.ndarray) -> None:
    for tick, text in zip(ticks, ticks_text(ticks), strict=True):
        on.level(main, float(tick), "gl", z=0.5)
        on.text(main, main.x[0], float(tick), text, "sf", "right", dx=-8, dy=4.5)


def _band(on: Drawing, band: Panel, main: Panel, points: pd.DataFrame, quarter: Quarter) -> tuple[float, float] | None:
    inside = np.flatnonzero(points["end"].between(quarter.start, quarter.end))
    if not len(inside):
        return None
    low, high = inside[0] - 0.5, inside[-1] + 0.5
    on.box(band, low, high, 0, 1, "qb", z=0)
    name = f"Q{quarter.number}"
    if text_width(name) <= on.pixels(main, high, 0)[0] - on.pixels(main, low, 0)[0]:
        taken = points[[c for c in ("value", "mean", "lower_limit", "upper_limit") if c in points]].iloc[inside]
        heights = main.at(0, taken.to_numpy(dtype=float).ravel())[1]
        spots = (main.top + 12, main.bottom - 8)
        clear = [float(np.nanmin(np.abs(heights - (spot - 5)), initial=99.0)) for spot in spots]
        spot = spots[int(np.argmax(np.minimum(clear, 14)))]
        on.text(on.page, on.pixels(main, (low + high) / 2, 0)[0], spot, name, "h sf", "center", z=1.2)
    return low, high


def _references(on: Drawing, main: Panel, points: pd.DataFrame, beside: pd.DataFrame, target: float | None) -> None:
    low, high = main.y
    for column, kind in (("lower_limit", "lim"), ("upper_limit", "lim"), ("mean", "rf")):
        if column in points:
            value = points[column].where(points[column].between(low, high)).to_numpy(dtype=float)
            x = np.stack(
                [np.arange(len(value)) - 0.5, np.arange(len(value)) + 0.5, np.full(len(value), np.nan)], axis=1
            )
            y = np.stack([value, value, value], axis=1)
            same = np.append(value[1:] == value[:-1], False)
            keep = np.ones(x.shape, dtype=bool)
            keep[same, 1:] = False
            keep[1:, 0] &= ~same[:-1]
            on.line(main, x[keep], y[keep], kind)
    if target is not None:
        on.level(main, target, "tgc", z=1.6)
        on.level(main, target, "tgt", z=1.7)
    start, end = main.x
    for _, known in beside.groupby("name", sort=False):
        known = known.sort_values("date")
        x, y = places(known["date"], points["end"]), known["value"].to_numpy(dtype=float)
        shown = (x >= start) & (x <= end)
        if shown.any():
            on.line(main, x[shown], y[shown], "rf")
        if x[-1] < end:
            on.line(main, [max(x[-1], start), end], [y[-1], y[-1]], "lim")
        on.dots(main, x[shown], y[shown], "rp", 3.5, z=3)


def _line(on: Drawing, main: Panel, points: pd.DataFrame, stock: bool) -> None:
    x, y = np.arange(len(points)), points["value"].to_numpy(dtype=float)
    special = (
        (points["signal"].fillna("") != "").to_numpy() if "signal" in points else np.zeros(len(points), dtype=bool)
    )
    on.line(main, x, y, "ln", z=3)
    lone = ~np.isnan(y) & np.isnan(np.append(np.nan, y[:-1])) & np.isnan(np.append(y[1:], np.nan))
    judged = "mean" in points and len(points) <= 40 and not (on.narrow and len(points) > 30)
    plain = ~special if judged else lone & ~special
    plain[np.flatnonzero(~np.isnan(y))[-1]] |= not special[np.flatnonzero(~np.isnan(y))[-1]]
    on.dots(main, x[plain], y[plain], "pt", 2.8 if on.narrow and judged else 3.5)
    if stock:
        peak = int(np.nanargmax(y))
        on.dots(main, [peak], [y[peak]], "pt", 3.5)
    on.dots(main, x[special], y[special], "sp", 4.5 if on.narrow else 5.5, z=5)


def _labels(
    on: Drawing,
    points: pd.DataFrame,
    beside: pd.DataFrame,
    unit: Unit,
    decimals: int,
    name: str,
    target: float | None,
) -> list[Label]:
    last = points.dropna(subset="value").iloc[-1]
    value = words.amount(last["value"], unit, decimals)
    when = f"{last['end']:%b}" if last["end"].month != points["end"].iloc[-1].month else ""
    labels = [Label(float(last["value"]), ((name, value) if len(beside) else (value,)), "b tb")]
    if when and not len(beside):
        labels = [Label(float(last["value"]), (f"{value} {when}",), "b tb")]
    if target is not None:
        labels.append(Label(target, (f"Target {words.number(target, decimals if target % 1 else 0)}",), "b"))
    for who, known in beside.groupby("name", sort=False):
        latest = known.sort_values("date").iloc[-1]
        labels.append(Label(float(latest["value"]), (str(who), words.number(latest["value"], decimals)), "sf"))
    low, high = _extent(points, beside, target)
    trial = "trial" in points and bool(points["trial"].iloc[-1])
    for column, called in (("upper_limit", "Upper"), ("mean", "Mean"), ("lower_limit", "Lower")):
        at = points[column].iloc[-1] if column in points else np.nan
        if not np.isnan(at) and low <= at <= high and not (unit == "percent" and at > 100):
            said = words.number(at, 0 if abs(at) >= 10 else 1)
            mark = "Trial " if trial and column != "mean" else ""
            labels.append(Label(float(at), (f"{mark}{called.lower() if mark else called} {said}",), "sf"))
    if not on.narrow:
        return [
            Label(label.y, (" ".join(label.lines),), label.kind)
            if text_width(" ".join(label.lines), "b" in label.kind) <= 118
            else label
            for label in labels
        ]
    return labels


def _end_labels(on: Drawing, main: Panel, labels: Sequence[Label], n: int, right: float) -> None:
    edge = n - 0.5
    centres = [on.pixels(main, edge, label.y)[1] for label in labels]
    placed = spread(centres, [LINE * len(label.lines) - 1 for label in labels], 0, HEIGHT + 4)
    for label, wish, got in zip(labels, centres, placed, strict=True):
        top = got - LINE * len(label.lines) / 2
        for i, line in enumerate(label.lines):
            on.text(on.page, right, top + LINE * (i + 1) - 4, line, label.kind, dx=9)
        if abs(got - wish) > 9:
            on.line(on.page, [right + 1, right + 7], [wish, got], "ld")


def _note(
    on: Drawing,
    main: Panel,
    points: pd.DataFrame,
    beside: pd.DataFrame,
    note: str,
    quarter: Quarter,
    band: tuple[float, float] | None,
) -> None:
    """Put the annotation near what it speaks of, where it covers neither the line nor its points."""
    start, end = main.x
    (x0, y0), (x1, y1) = on.pixels(main, start, main.y[1]), on.pixels(main, end, main.y[0])
    y0 = min(y0, 2.0)
    stop = on.pixels(main, band[0], 0)[0] - 6 if band else x1
    head, *rest = note.split("\n")
    lines = [(line, True) for line in wrapped(head, stop - x0 - 4, bold=True)]
    lines += [(line, False) for part in rest for line in wrapped(part, stop - x0 - 4)]
    wide, tall = max(text_width(line, bold) for line, bold in lines), LINE * len(lines)
    y = points["value"].to_numpy(dtype=float)
    about = messages.note_at(points, quarter)
    here = on.pixels(main, about, y[about])
    known = np.flatnonzero(~np.isnan(y))
    fine = np.linspace(known[0], known[-1], 8 * len(y))
    trace = np.stack(main.at(fine, np.interp(fine, known, y[known])), axis=1)
    levels = [points[c].iloc[-1] for c in ("mean", "lower_limit", "upper_limit") if c in points]
    levels = [on.pixels(main, 0, value)[1] for value in [*levels, *beside["value"]]]
    best = (np.inf, 0.0, 0.0)
    for right in (here[0] - 12, here[0] + wide / 2, here[0] + 12 + wide, stop):
        left = right - wide
        over = (trace[:, 0] > left - 7) & (trace[:, 0] < right + 7)
        for top in np.arange(y0, y1 - tall, 3.0):
            hit = (over & (trace[:, 1] > top - 7) & (trace[:, 1] < top + tall + 7)).sum()
            crossed = sum(top - 3 < level < top + tall + 2 for level in levels)
            outside = max(0.0, x0 - left) + max(0.0, right - x1)
            apart = np.hypot(max(left - here[0], 0, here[0] - right), max(top - here[1], 0, here[1] - top - tall))
            cost = 40.0 * hit + 15.0 * crossed + 30.0 * outside + apart
            best = min(best, (float(cost), right, float(top)))
    if best[0] > 300:
        return
    for i, (line, bold) in enumerate(lines):
        on.text(on.page, best[1], best[2] + LINE * (i + 1) - 4, line, "h b" if bold else "h", "right")


def _net(
    on: Drawing, points: pd.DataFrame, net: pd.DataFrame, left: float, right: float, top: float, bottom: float
) -> None:
    net = net.reset_index(drop=True)
    x, y = places(net["end"], points["end"]), net["value"].to_numpy(dtype=float)
    limits = [c for c in ("lower_limit", "upper_limit") if c in net]
    reach = float(np.nanmax(np.abs([*y, *net[limits].to_numpy(dtype=float).ravel()])))
    panel = on.panel(left, top + 26, right, bottom - 8, (-0.5, len(points) - 0.5), (-reach, reach))
    head = on.panel(left, top, right, top + 26, (0, 1), (0, 1))
    every = "month" if len(points) > 1 and (points["end"].diff().min().days < 40) else "quarter"
    on.text(head, 0, 0, f"Net change each {every}", "b h", dy=-10)
    tenths = messages.net_decimals(net)
    special = (net["signal"].fillna("") != "").to_numpy() if "signal" in net else np.zeros(len(net), dtype=bool)
    on.bars(panel, x[~special], y[~special], 0.62, "bar")
    on.bars(panel, x[special], y[special], 0.62, "bo")
    on.level(panel, 0, "zero", z=3)
    on.text(panel, -0.5, 0, "0", "sf", "right", dx=-8, dy=4.5)
    centres = [on.pixels(panel, 0, net[c].iloc[-1])[1] for c in limits]
    for column, at in zip(limits, spread(centres, [LINE] * len(limits), top, bottom), strict=True):
        value = float(net[column].iloc[-1])
        on.level(panel, value, "lim", z=2.5)
        on.text(on.page, right, at, words.signed(value, decimals=tenths), "sf", dx=9, dy=4.5)


def dates_under(on: Drawing, ends: pd.Series, left: float, right: float, top: float) -> None:
    """Month or quarter names under the chart: the first with its year, the last, the first of years, then the rest."""
    foot = on.panel(left, top, right, top + FOOT, (-0.5, len(ends) - 0.5), (0, 1))
    monthly = len(ends) < 2 or min((b - a).days for a, b in pairwise(ends)) < 40
    labels: list[tuple[float, str, int]] = []
    for i, end in enumerate(ends):
        quarter = Quarter.of(end)
        first, last = i == 0, i == len(ends) - 1
        opens = (end.month == 1) if monthly else quarter.number == 1
        small = f"{end:%b}" if monthly else f"Q{quarter.number}"
        full = f"{end:%b %Y}" if monthly else f"Q{quarter.number} {words.short_quarter(quarter)[:7]}"
        rank = 0 if first else 1 if last else 2 if opens else 3
        if rank < 3 or (end.month in (4, 7, 10) if monthly else not on.narrow):
            labels.append((on.pixels(foot, i, 0)[0], full if first or opens or (last and on.narrow) else small, rank))
    for x, words_ in fitting(labels, left - 2, right + (28 if on.narrow else 40)):
        on.text(on.page, x, top + 17, words_, "sf")
