"""Nine quarters in the height of a line of text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd

from quarterdeck.measures.registry import Unit
from quarterdeck.paper import words
from quarterdeck.paper.charts.svg import short

WIDTH, HEIGHT = 100.0, 28.0


def sparkline(values: pd.Series | Sequence[float], *, unit: Unit = "number", decimals: int = 0, name: str = "") -> str:
    """A line on its own scale with its last point, as SVG for a table's cell.

    Its label, for those who cannot see it, gives the first value, the last, the lowest and the highest.

    Parameters
    ----------
    values : one a quarter, the latest last; NaN where hidden or absent. A Series indexed by dates or names says when.
    unit, decimals : of the values.
    name : the measure, at the label's beginning.

    Examples
    --------
    >>> sparkline([float("nan")] * 9)
    '<span class="spark none">no trend to show</span>'
    """
    series = pd.Series(values, dtype="float64") if not isinstance(values, pd.Series) else values.astype("float64")
    y = series.to_numpy()
    known = np.flatnonzero(~np.isnan(y))
    if len(known) < 2:
        return '<span class="spark none">no trend to show</span>'
    low, high = float(np.nanmin(y)), float(np.nanmax(y))
    x: list[float] = (4 + np.arange(len(y)) / (len(y) - 1) * (WIDTH - 8)).tolist()
    part = np.full(len(y), 0.5) if high == low else (y - low) / (high - low)
    drawn: list[float] = (HEIGHT - 4 - part * (HEIGHT - 8)).tolist()
    runs = np.split(known, np.flatnonzero(np.diff(known) > 1) + 1)
    line = "".join("M" + " ".join(f"{short(x[i])} {short(drawn[i])}" for i in run) for run in runs if len(run) > 1)
    shown = [words.amount(value, unit, decimals) for value in (float(y[known[0]]), float(y[known[-1]]), low, high)]
    hidden = f", {words.count_word(len(y) - len(known))} not shown" if len(known) < len(y) else ""
    label = f"{name}: " if name else ""
    label += f"{words.count_word(len(y))} quarters, first {shown[0]}, last {shown[1]}, "
    label += f"lowest {shown[2]}, highest {shown[3]}{hidden}"
    last = known[-1]
    dot = f'<path class="last" d="M{short(x[last])} {short(drawn[last])}h0"/>'
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(words.spoken(label))}"><path d="{line}"/>{dot}</svg>'
    )
