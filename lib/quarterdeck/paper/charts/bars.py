"""Categories side by side: this quarter's bar, last quarter's line, England and neighbours as ringed marks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.errors import Refused
from quarterdeck.measures.registry import Unit
from quarterdeck.paper import messages, words
from quarterdeck.paper.charts.chart import Chart, chart
from quarterdeck.paper.charts.drawing import LINE, Drawing, axis, text_width, ticks_text, wrapped


def bars(
    rows: pd.DataFrame,
    *,
    key: str,
    unit: Unit,
    subtitle: str,
    title: str | None = None,
    decimals: int = 0,
    before: str = "last quarter",
    comparators: pd.DataFrame | None = None,
    point_out: str | None = None,
    alternative: str | None = None,
) -> Chart:
    """Lying bars from zero, in the order of the rows.

    Parameters
    ----------
    rows : `category` (str), `value` (float64, NaN where there is none), `status` (why: "c" where it is left out) and,
        where it is known, `before`.
    key, unit, decimals, subtitle, title, alternative : as in `trend`.
    before : what the `before` column is called.
    comparators : name, category, value: a ring for the first name, a square for the second.
    point_out : the category drawn in orange.

    Raises
    ------
    Refused : there is nothing to draw.

    Examples
    --------
    >>> rows = pd.DataFrame({"category": ["neglect", "emotional abuse"], "value": [210.0, 180.0]})
    >>> bars(rows, key="abuse", unit="number", subtitle="Plans by category of abuse").alternative
    'neglect 210, emotional abuse 180.'
    """
    rows = rows.reset_index(drop=True)
    values = rows["value"].to_numpy(dtype=float)
    if np.isnan(values).all():
        raise Refused(f"{key}: there is no value to draw; say so in words instead of a chart")
    earlier = rows["before"].to_numpy(dtype=float) if "before" in rows else np.full(len(rows), np.nan)
    beside = (
        pd.DataFrame(columns=["name", "category", "value"])
        if comparators is None
        else comparators.dropna(subset="value")
    )
    why = rows["status"].astype(str).tolist() if "status" in rows else ["c"] * len(rows)
    others = list(dict.fromkeys(beside["name"]))
    every = np.concatenate([values, earlier, beside["value"].to_numpy(dtype=float)])
    ticks = axis(
        float(np.nanmin(every)), float(np.nanmax(every)), from_zero=True, most=100 if unit == "percent" else None
    )
    names = rows["category"].astype(str).tolist()
    key_words = [f"Line: {before}"] if not np.isnan(earlier).all() else []
    key_words += [f"{shape}: {name}" for shape, name in zip(("Ring", "Square"), others, strict=False)]

    def draw(on: Drawing) -> None:
        lines = [wrapped(name, on.width - 10 if on.narrow else 190.0) for name in names]
        left = 0.0 if on.narrow else max(text_width(line, bold=True) for group in lines for line in group) + 12
        marks = [beside[beside["category"] == name].set_index("name")["value"].to_dict() for name in names]
        under = [11.0 * len(of_row) for of_row in marks]
        tall = [(24.0 + LINE * len(group) if on.narrow else max(28.0, LINE * len(group) + 8)) for group in lines]
        tops = np.concatenate([[0.0], np.cumsum(np.add(tall, under))]) + 22
        shown = [_value(value, status, unit, decimals) for value, status in zip(values, why, strict=True)]
        right = on.width - max(text_width(text, bold=True) for text in shown) - 10
        on.sized(float(tops[-1]) + 6)
        limits = (min(0.0, float(ticks[0])), max(float(ticks[-1]), float(np.nanmax(every))))
        panel = on.panel(left, 0, right, on.height, limits, (on.height, 0))
        for tick, text in _fewer(ticks, on.narrow):
            on.line(panel, [tick, tick], [18, on.height - 4], "zero" if tick == 0 else "gl", z=3 if tick == 0 else 0.5)
            on.text(panel, tick, 12, text, "sf", "left" if tick == 0 else "center")
        for i, group in enumerate(lines):
            strong = names[i] == point_out
            middle = tops[i] + (LINE * len(group) + 11 if on.narrow else tall[i] / 2)
            first = tops[i] + 13 if on.narrow else middle - LINE * len(group) / 2 + 12.5
            x, align = (3, "left") if on.narrow else (left - 10, "right")
            for j, line in enumerate(group):
                on.text(on.page, x, first + LINE * j, line, "h b" if strong else "h", align)
            half = 7.0 if on.narrow else 8.5
            if not np.isnan(values[i]):
                on.box(panel, 0, values[i], middle - half, middle + half, "bo" if strong else "bar", z=2)
            if not np.isnan(earlier[i]):
                for kind in ("wc", "was"):
                    on.line(panel, [earlier[i]] * 2, [middle - half - 4, middle + half + 4], kind, z=3.4)
            for j, (name, value) in enumerate(marks[i].items()):
                on.dots(panel, [value], [middle + half + 8 + 11 * j], "rp", 4, square=others.index(name) > 0)
            reach = float(np.nanmax([0.0, values[i], earlier[i]]))
            on.text(panel, reach, middle, shown[i], "b" if not np.isnan(values[i]) else "sf", dx=9, dy=4.5)

    top = int(np.nanargmax(values))
    return chart(
        key,
        draw,
        title=title or f"“{words.sentence(names[top])}” is the largest, at {words.amount(values[top], unit, decimals)}",
        subtitle=". ".join([subtitle, *key_words]),
        alternative=alternative or _alternative(rows, unit, decimals, before, beside),
    )


def _fewer(ticks: np.ndarray, narrow: bool) -> list[tuple[float, str]]:
    every = 2 if narrow and len(ticks) > 4 else 1
    return [(float(tick), text) for tick, text in zip(ticks, ticks_text(ticks), strict=True)][::every]


def _value(value: float, status: str, unit: Unit, decimals: int) -> str:
    return (status or "c") if np.isnan(value) else words.amount(value, unit, decimals)


def _alternative(rows: pd.DataFrame, unit: Unit, decimals: int, before: str, beside: pd.DataFrame) -> str:
    said = [f"{messages.largest(rows, unit, decimals)}."]
    if "before" in rows and rows["before"].notna().any():
        past = rows.dropna(subset="before").assign(value=lambda frame: frame["before"])
        said.append(f"{words.sentence(before)}: {messages.largest(past, unit, decimals)}.")
    for name, known in beside.groupby("name", sort=False):
        said.append(f"{name}: {messages.largest(known, unit, decimals)}.")
    return words.spoken(" ".join(said))
