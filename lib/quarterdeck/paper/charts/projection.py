"""A number up to now, and where it goes if nothing changes: a line, then a dashed one in a band."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.paper import words
from quarterdeck.paper.charts.chart import Chart, chart
from quarterdeck.paper.charts.drawing import LINE, Drawing, axis, spread, text_width, ticks_text
from quarterdeck.paper.charts.trend import FOOT, dates_under

HEIGHT, HEAD = 236.0, 26.0


def projection(
    past: pd.DataFrame, ahead: pd.DataFrame, *, key: str, title: str, subtitle: str, alternative: str
) -> Chart:
    """The line of the months known, and the dashed line and band of those ahead.

    Parameters
    ----------
    past : one row a month, ascending: `end` (datetime64), `value` (float64, NaN where hidden; the last is known).
    ahead : the months that follow: `end`, `value`, `lower`, `upper`.
    key, title, subtitle, alternative : as in `trend`.

    Examples
    --------
    >>> past = pd.DataFrame({"end": pd.date_range("2017-10-31", periods=3, freq="ME"), "value": [800.0, 805.0, 810.0]})
    >>> ahead = pd.DataFrame({"end": pd.date_range("2018-01-31", periods=2, freq="ME"), "value": [812.0, 815.0]})
    >>> ahead = ahead.assign(lower=ahead.value - 20, upper=ahead.value + 20)
    >>> projection(past, ahead, key="care", title="If nothing changes", subtitle="", alternative="815 then").title
    'If nothing changes'
    """
    past = past.reset_index(drop=True)
    ends = pd.concat([past["end"], ahead["end"]], ignore_index=True)
    now, here = float(past["value"].iloc[-1]), len(past) - 1
    middle, low, high = (np.append(now, ahead[column].to_numpy(float)) for column in ("value", "lower", "upper"))
    x = np.arange(here, len(ends))
    seen = np.concatenate([past["value"].to_numpy(float), low, high])
    least, most = float(np.nanmin(seen)), float(np.nanmax(seen))
    ticks = axis(least, most, from_zero=least < 0.35 * most, whole=True)
    reach = (float(ticks[0]), max(float(ticks[-1]), most))
    starts = f". Axis starts at {words.number(float(ticks[0]))}" if ticks[0] > 0 else ""

    def draw(on: Drawing) -> None:
        labels = [("Upper", high[-1], "sf"), ("Projected", middle[-1], "b tb"), ("Lower", low[-1], "sf")]
        texts = ticks_text(ticks)
        left = max(map(text_width, texts)) + 8
        said = [f"{name} {words.number(value)}" for name, value, _ in labels]
        right = on.width - max(text_width(text if not on.narrow else text.split()[0], bold=True) for text in said) - 10
        on.sized(HEAD + HEIGHT + FOOT)
        main = on.panel(left, HEAD, right, HEAD + HEIGHT - 8, (-0.5, len(ends) - 0.5), reach)
        for tick, text in zip(ticks, texts, strict=True):
            on.level(main, float(tick), "gl", z=0.5)
            on.text(main, -0.5, float(tick), text, "sf", "right", dx=-8, dy=4.5)
        on.band(main, x, low, high, "qb")
        on.line(main, x, low, "lim")
        on.line(main, x, high, "lim")
        on.line(main, np.arange(len(past)), past["value"].to_numpy(float), "ln", z=3)
        on.line(main, x, middle, "pj", z=3)
        on.dots(main, [here], [now], "pt", 4, z=5)
        on.text(on.page, on.pixels(main, here, 0)[0], 14, f"{words.number(now)} now", "b tb", "center")
        step = LINE * (2 if on.narrow else 1)
        places = spread([on.pixels(main, 0, value)[1] for _, value, _ in labels], [step] * 3, HEAD - 10, HEAD + HEIGHT)
        for (name, value, kind), at in zip(labels, places, strict=True):
            lines = [name, words.number(value)] if on.narrow else [f"{name} {words.number(value)}"]
            for place, text in enumerate(lines):
                on.text(on.page, right, at + (LINE * place - 4 if on.narrow else 4.5), text, kind, dx=9)
        dates_under(on, ends, left, right, HEAD + HEIGHT)

    return chart(key, draw, title=title, subtitle=subtitle + starts, alternative=alternative)
