"""What came in and what went out: bars above and below one line, and the net of both."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.errors import Refused
from quarterdeck.paper import messages, words
from quarterdeck.paper.charts.chart import Chart, chart
from quarterdeck.paper.charts.drawing import LINE, Drawing, axis, spread, text_width, ticks_text
from quarterdeck.paper.charts.trend import FOOT, dates_under
from quarterdeck.quarter import Quarter

HEIGHT, HEAD = 236.0, 26.0


def flow(
    points: pd.DataFrame,
    *,
    key: str,
    quarter: Quarter,
    subtitle: str,
    came: str = "started",
    went: str = "ended",
    title: str | None = None,
    alternative: str | None = None,
) -> Chart:
    """Starts above the line, ends below it, and a line for the net.

    Parameters
    ----------
    points : one row a period, ascending: `end` (datetime64), `started`, `ended` (float64, NaN where hidden).
    key, quarter, subtitle, title, alternative : as in `trend`.
    came, went : what the two are called.

    Raises
    ------
    Refused : there is nothing to draw.

    Examples
    --------
    >>> ends = pd.date_range("2017-07-31", "2017-12-31", freq="ME")
    >>> points = pd.DataFrame({"end": ends, "started": [70.0] * 6, "ended": [75.0] * 6})
    >>> flow(points, key="plans", quarter=Quarter(2017, 3), subtitle="Plans started and ended").subtitle
    'Plans started and ended'
    """
    points = points.reset_index(drop=True)
    into, out = points["started"].to_numpy(dtype=float), points["ended"].to_numpy(dtype=float)
    net = into - out
    if np.isnan(into).all() and np.isnan(out).all():
        raise Refused(f"{key}: there is no value to draw; say so in words instead of a chart")
    ticks = axis(-float(np.nanmax(out)), float(np.nanmax(into)), from_zero=True)
    reach = (-1.06 * float(np.nanmax([0, *out])), 1.06 * float(np.nanmax([0, *into])))
    ticks = ticks[(ticks >= reach[0]) & (ticks <= reach[1])]
    inside = points["end"].between(quarter.start, quarter.end).to_numpy()

    def draw(on: Drawing) -> None:
        names = [(came.capitalize(), "b tb"), ("Net", "b"), (went.capitalize(), "b sf")]
        texts = ticks_text(np.abs(ticks))
        left = max(map(text_width, texts)) + 8
        right = (
            on.width - max(text_width(f"{name} 000" if not on.narrow else name, bold=True) for name, _ in names) - 10
        )
        on.sized(HEAD + HEIGHT + FOOT)
        edges = (-0.5, len(points) - 0.5)
        band = on.panel(left, 0, right, HEAD + HEIGHT, edges)
        main = on.panel(left, HEAD - 8, right, HEAD + HEIGHT - 8, edges, reach)
        if inside.any():
            low, high = np.flatnonzero(inside)[[0, -1]] + np.array([-0.5, 0.5])
            on.box(band, low, high, 0, 1, "qb", z=0)
            on.text(band, (low + high) / 2, 1, f"Q{quarter.number}", "sf", "center", dy=13)
        for tick, text in zip(ticks, texts, strict=True):
            on.level(main, float(tick), "zero" if tick == 0 else "gl", z=3 if tick == 0 else 0.5)
            on.text(main, -0.5, float(tick), text, "sf", "right", dx=-8, dy=4.5)
        x = np.arange(len(points))
        on.bars(main, x, into, 0.62, "bar")
        on.bars(main, x, -out, 0.62, "bp")
        on.line(main, x, net, "nc", z=4)
        on.line(main, x, net, "nt", z=4.1)
        known = np.flatnonzero(~np.isnan(net))
        if len(known):
            on.dots(main, [known[-1]], [net[known[-1]]], "np", 4, z=5)
        last = [_last(into) / 2, _last(net), -_last(out) / 2]
        places = spread(
            [on.pixels(main, 0, value)[1] for value in last], [LINE * (2 if on.narrow else 1)] * 3, 0, HEAD + HEIGHT
        )
        values = [words.number(_last(into)), words.signed(_last(net)), words.number(_last(out))]
        for (name, kind), value, at in zip(names, values, places, strict=True):
            if on.narrow:
                on.text(on.page, right, at - 4, name, kind, dx=9)
                on.text(on.page, right, at - 4 + LINE, value, kind, dx=9)
            else:
                on.text(on.page, right, at + 4.5, f"{name} {value}", kind, dx=9)
        dates_under(on, points["end"], left, right, HEAD + HEIGHT)

    return chart(
        key,
        draw,
        title=title or messages.flow_title(points, quarter, came, went),
        subtitle=subtitle,
        alternative=alternative or messages.flow_alternative(points, quarter, came, went),
    )


def _last(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known[-1]) if len(known) else 0.0
