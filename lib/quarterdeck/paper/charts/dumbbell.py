"""Pairs and the gap between them: own against external unit cost, the council against England."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.errors import Refused
from quarterdeck.measures.registry import Unit
from quarterdeck.paper import words
from quarterdeck.paper.charts.chart import Chart, chart
from quarterdeck.paper.charts.drawing import Drawing, Panel, axis, text_width, ticks_text

ROW, TOP = 68.0, 24.0


def dumbbell(
    pairs: pd.DataFrame,
    *,
    key: str,
    unit: Unit,
    subtitle: str,
    title: str | None = None,
    decimals: int = 0,
    ours: str = "the council’s own",
    theirs: str = "external",
    more: str = "more",
    less: str = "less",
    alternative: str | None = None,
) -> Chart:
    """Two marks a row, a circle and a square, joined by their gap; the gap is in the row's title.

    Parameters
    ----------
    pairs : `pair` (str), `own`, `other` (float64, NaN where hidden) and, if the two have names of their own in each
        row, `own_name` and `other_name`.
    key, unit, decimals, subtitle, title, alternative : as in `trend`.
    ours, theirs : what the circle and the square stand for.
    more, less : the words for a gap above and below, as "a week dearer" and "a week cheaper".

    Raises
    ------
    Refused : no pair has a value on either side.

    Examples
    --------
    >>> pairs = pd.DataFrame({"pair": ["Residential"], "own": [2748.0], "other": [3546.0],
    ...                       "own_name": ["in-house"], "other_name": ["agency"]})
    >>> words = {"subtitle": "£ a week", "more": "a week dearer", "less": "a week cheaper"}
    >>> "£3,546" in dumbbell(pairs, key="homes", unit="gbp_per_week", **words).alternative
    True
    """
    pairs = pairs.reset_index(drop=True)
    own, other = pairs["own"].to_numpy(dtype=float), pairs["other"].to_numpy(dtype=float)
    both = np.concatenate([own, other])
    if np.isnan(both).all():
        raise Refused(f"{key}: there is no value to draw; say so in words instead of a chart")
    own_names = pairs["own_name"].astype(str).tolist() if "own_name" in pairs else [""] * len(pairs)
    other_names = pairs["other_name"].astype(str).tolist() if "other_name" in pairs else [""] * len(pairs)
    ticks = axis(
        float(np.nanmin(both)), float(np.nanmax(both)), from_zero=True, most=100 if unit == "percent" else None
    )
    heads = [_gap(*row, unit, decimals, more, less) for row in zip(pairs["pair"].astype(str), own, other, strict=True)]

    def draw(on: Drawing) -> None:
        on.sized(TOP + ROW * len(pairs))
        limit = max(float(ticks[-1]), float(np.nanmax(both)))
        shown = [f"{'£' if unit.startswith('gbp') else ''}{text}" for text in ticks_text(ticks)]
        left, right = 6.0, on.width - text_width(shown[-1]) / 2 - 6
        panel = on.panel(left, 0, right, on.height, (0, limit), (on.height, 0))
        every = 2 if on.narrow and len(ticks) > 4 else 1
        for tick, text in list(zip(ticks, shown, strict=True))[::every]:
            on.line(panel, [tick, tick], [20, on.height - 2], "zero" if tick == 0 else "gl", z=0.5)
            on.text(panel, float(tick), 13, text, "sf", "left" if tick == 0 else "center", dx=-6 if tick == 0 else 0)
        for i, (head, strong) in enumerate(heads):
            top, at = TOP + ROW * i, TOP + ROW * i + 34
            on.text(on.page, left + 8, top + 15, head, "h b" if strong else "h")
            if not np.isnan(own[i] + other[i]):
                on.line(panel, [own[i], other[i]], [at, at], "gap", z=3)
            marks = [(own[i], own_names[i], "pt", False), (other[i], other_names[i], "sp", True)]
            marks = sorted((mark for mark in marks if not np.isnan(mark[0])), key=lambda mark: mark[0])
            for value, _, kind, square in marks:
                on.dots(panel, [value], [at], kind, 6 if not square else 5.5, square=square, z=4)
            _names(on, panel, marks, at, unit, decimals, left, on.width)

    return chart(
        key,
        draw,
        title=title or _title(own, other, theirs),
        subtitle=f"{subtitle}. Circle: {ours}. Square: {theirs}",
        alternative=alternative or _alternative(pairs, own, other, heads, unit, decimals, ours, theirs),
    )


def _names(
    on: Drawing,
    panel: Panel,
    marks: list[tuple[float, str, str, bool]],
    at: float,
    unit: Unit,
    decimals: int,
    left: float,
    right: float,
) -> None:
    """The lower value's words stand left of its mark or under it, the higher's right of its mark or under it."""
    texts = [f"{words.amount(value, unit, decimals)} {name}".strip() for value, name, _, _ in marks]
    spots = [on.pixels(panel, value, at)[0] for value, *_ in marks]
    sides: list[tuple[float, float, int]] = []
    for i, (text, x) in enumerate(zip(texts, spots, strict=True)):
        wide = text_width(text, True)
        lowest = i == 0 and len(marks) == 2
        if lowest and x - 12 - wide >= left + 2:
            sides.append((x - 12 - wide, at + 4.5, i))
        elif not lowest and x + 12 + wide <= right:
            sides.append((x + 12, at + 4.5, i))
        else:
            sides.append((min(max(left + 8, x - wide / 2), right - wide), at + 22, i))
    for x, y, i in sides:
        on.text(on.page, x, y, texts[i], "h b tb" if marks[i][2] == "pt" else "h b")


def _gap(pair: str, own: float, other: float, unit: Unit, decimals: int, more: str, less: str) -> tuple[str, bool]:
    if np.isnan(own) or np.isnan(other):
        return f"{pair}: {words.HIDDEN if np.isnan(own) and np.isnan(other) else 'one side hidden'}", False
    apart = float(words.rounded(other, decimals) - words.rounded(own, decimals))
    if apart == 0:
        return f"{pair}: no difference", True
    return f"{pair}: {words.difference(other, own, unit, decimals)} {more if apart > 0 else less}", True


def _title(own: np.ndarray, other: np.ndarray, theirs: str) -> str:
    known = ~np.isnan(own + other)
    n, higher, lower = int(known.sum()), int((other > own)[known].sum()), int((other < own)[known].sum())
    said = words.sentence(theirs)
    if n and n in (higher, lower):
        return f"{said} is {'higher' if higher else 'lower'} in every row"
    if not higher and not lower:
        return f"{said} is the same in every row"
    return f"{said} is higher in {words.count_word(higher)} of {words.count_word(n)} rows"


def _alternative(
    pairs: pd.DataFrame,
    own: np.ndarray,
    other: np.ndarray,
    heads: list[tuple[str, bool]],
    unit: Unit,
    decimals: int,
    ours: str,
    theirs: str,
) -> str:
    def said(value: float) -> str:
        return words.HIDDEN if np.isnan(value) else words.amount(value, unit, decimals)

    rows = [f"{head} ({ours} {said(a)}, {theirs} {said(b)})" for (head, _), a, b in zip(heads, own, other, strict=True)]
    return words.spoken("; ".join(rows) + ".")
