"""Putting a chart on matplotlib: panels, marks and labels in CSS pixels, and their clean SVG.

Every mark is named by a class of the page's style sheet (matplotlib's `gid` carries it), so that one drawing
serves light, dark, high contrast and print. Text is measured in DejaVu Sans, which comes with matplotlib, and is
given the width that the widest of the page's fonts needs (Noto Sans: 0.93 of it, bold 0.87), so that labels which
do not collide here collide in none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from io import BytesIO
from typing import Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import offset_copy

from quarterdeck.paper.charts.svg import marks

TEXT = 13.0
LINE = 17.0
Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Size:
    """A width to draw for, in CSS pixels: text is 13 px at that width."""

    name: str
    width: float


WIDE = Size("wide", 600)
NARROW = Size("narrow", 312)


@cache
def text_width(text: str, bold: bool = False) -> float:
    """The width of a label in CSS pixels, at 13 px."""
    font = get_font(findfont(FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")))
    font.set_size(TEXT, 72)
    font.set_text(text, 0.0)
    return font.get_width_height()[0] / 64 * (0.9 if bold else 0.95)


def wrapped(text: str, room: float, bold: bool = False) -> list[str]:
    """The text in lines no wider than a room in pixels, a word at the least on each.

    Examples
    --------
    >>> wrapped("Independent and supported living", 120)
    ['Independent and', 'supported living']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


class Drawing:
    """One drawing of a chart, in CSS pixels, on a matplotlib figure.

    Parameters
    ----------
    size : the width to draw for.
    """

    def __init__(self, size: Size) -> None:
        self.size = size
        self.width = size.width
        self.narrow = size is NARROW
        self.height = 0.0
        self.page: Axes  # the whole drawing, in its pixels, over every panel
        self.figure = Figure(dpi=72)
        self.figure.patch.set_visible(False)

    def sized(self, height: float) -> None:
        """Set the height; before any panel."""
        self.height = height
        self.figure.set_size_inches(self.width / 72, height / 72)
        self.page = self.panel(0, 0, self.width, height, (0, self.width), (height, 0))
        self.page.set_zorder(2)

    def panel(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        x: tuple[float, float] = (0, 1),
        y: tuple[float, float] = (0, 1),
    ) -> Axes:
        """Axes between four edges (pixels from the left and from the top), without frame or ticks of their own."""
        box = (left / self.width, 1 - bottom / self.height, (right - left) / self.width, (bottom - top) / self.height)
        axes = self.figure.add_axes(box)
        axes.set_axis_off()
        axes.set_xlim(*x)
        axes.set_ylim(*y)
        return axes

    def line(
        self, axes: Axes, x: Sequence[float] | np.ndarray, y: Sequence[float] | np.ndarray, kind: str, z: float = 2
    ) -> None:
        """A line through points; it breaks where a value is missing."""
        axes.plot(x, y, gid=kind, clip_on=False, zorder=z, color="black", lw=1)

    def level(self, axes: Axes, y: float, kind: str, z: float = 1.5) -> None:
        """A line across the panel."""
        self.line(axes, axes.get_xlim(), [y, y], kind, z)

    def dots(
        self,
        axes: Axes,
        x: Sequence[float] | np.ndarray,
        y: Sequence[float] | np.ndarray,
        kind: str,
        radius: float = 3.5,
        square: bool = False,
        z: float = 4,
    ) -> None:
        """Points, as circles or squares."""
        marker = "s" if square else "o"
        axes.plot(x, y, ls="", marker=marker, ms=2 * radius, mew=0, gid=kind, clip_on=False, zorder=z, color="black")

    def bars(
        self,
        axes: Axes,
        x: Sequence[float] | np.ndarray,
        y: Sequence[float] | np.ndarray,
        width: float,
        kind: str,
        z: float = 2,
    ) -> None:
        """Upright bars from zero."""
        for bar in axes.bar(x, y, width, color="black", zorder=z).patches:
            bar.set(gid=kind, clip_on=False)

    def box(self, axes: Axes, left: float, right: float, low: float, high: float, kind: str, z: float = 0) -> None:
        """A filled rectangle between four values of the panel."""
        axes.fill(
            [left, right, right, left], [low, low, high, high], gid=kind, clip_on=False, zorder=z, color="black", lw=0
        )

    def text(
        self,
        axes: Axes,
        x: float,
        y: float,
        words: str,
        kind: str = "",
        align: Align = "left",
        dx: float = 0,
        dy: float = 0,
        z: float = 6,
    ) -> Text:
        """A label whose baseline is `dy` pixels below a point of the panel, and `dx` to its right."""
        where = offset_copy(axes.transData, self.figure, dx, -dy, units="points")
        weight = "bold" if "b" in kind.split() else "normal"
        return axes.text(
            x,
            y,
            words,
            ha=align,
            va="baseline",
            size=TEXT,
            weight=weight,
            gid=f"{kind} ",
            transform=where,
            zorder=z,
            parse_math=False,
        )

    def pixels(self, axes: Axes, x: float, y: float) -> tuple[float, float]:
        """Where a point of a panel lies, in pixels from the left and from the top."""
        px, py = axes.transData.transform((x, y))
        return float(px), float(self.height - py)

    def svg(self, key: str, title: str, alternative: str) -> str:
        """The drawing as SVG that a page can hold: no ids but its own, no colour, no style."""
        raw = BytesIO()
        with mpl.rc_context(
            {
                "svg.fonttype": "none",
                "svg.hashsalt": "quarterdeck",
                "font.family": "DejaVu Sans",
                "path.simplify": False,
            }
        ):
            FigureCanvasSVG(self.figure).print_svg(raw, metadata={"Date": None})
        name = f"{key}-{self.size.name[0]}"
        hidden = ' style="display:none"' if self.narrow else ""
        return (
            f'<svg class="{self.size.name}" viewBox="0 0 {self.width:g} {self.height:g}" role="img" '
            f'aria-labelledby="{name}t" aria-describedby="{name}d"{hidden}>'
            f'<title id="{name}t">{escape(title)}</title><desc id="{name}d">{escape(alternative)}</desc>'
            f"{marks(raw.getvalue())}</svg>"
        )


def axis(low: float, high: float, *, from_zero: bool = False, most: float | None = None, steps: int = 5) -> np.ndarray:
    """Round values for an axis that holds the range from low to high.

    Parameters
    ----------
    low, high : of what is drawn.
    from_zero : as a bar must.
    most : the axis does not pass it (100 for a percentage).

    Examples
    --------
    >>> axis(68.5, 91.1).tolist()
    [65.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0]
    >>> axis(3, 62, from_zero=True).tolist()
    [0.0, 20.0, 40.0, 60.0, 80.0]
    """
    low = min(0.0, low) if from_zero else low
    high = max(0.0, high) if from_zero else high
    if high <= low:
        high, low = low + 1.0, (low if from_zero or low == 0 else low - 1.0)
    ticks = MaxNLocator(nbins=steps, steps=[1, 2, 2.5, 5, 10], min_n_ticks=3).tick_values(low, high)
    step = ticks[1] - ticks[0]
    ticks = ticks[(ticks > low - step) & (ticks < high + step)]
    if low >= 0:
        ticks = ticks[ticks >= 0]
    return ticks if most is None else ticks[ticks <= most]


def ticks_text(ticks: np.ndarray) -> list[str]:
    """The values of an axis as short as they can be told apart."""
    decimals = next((d for d in (0, 1, 2) if np.allclose(ticks, np.round(ticks, d))), 2)
    return [f"{'−' if tick < 0 else ''}{abs(tick):,.{decimals}f}" for tick in ticks]


def spread(centres: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Where labels go so that none covers another: as near to where they belong as can be.

    Parameters
    ----------
    centres : where each would be, in pixels, in any order.
    heights : of each.
    low, high : the edges they stay inside.

    Examples
    --------
    >>> spread([50, 52, 90], [16, 16, 16], 0, 100)
    [43.0, 59.0, 90.0]
    """
    order = np.argsort(centres, kind="stable")
    tall = np.asarray(heights, dtype=float)[order]
    reach = np.concatenate([[0.0], np.cumsum((tall[:-1] + tall[1:]) / 2)])
    blocks: list[list[float]] = []
    for wish in np.asarray(centres, dtype=float)[order] - reach:
        blocks.append([wish])
        while len(blocks) > 1 and np.mean(blocks[-2]) > np.mean(blocks[-1]):
            last = blocks.pop()
            blocks[-1] += last
    placed = np.concatenate([[np.mean(block)] * len(block) for block in blocks]) if blocks else np.array([])
    if len(placed):
        placed = np.clip(placed, low + tall[0] / 2, max(low + tall[0] / 2, high - reach[-1] - tall[-1] / 2))
    result = np.empty(len(order))
    result[order] = placed + reach[: len(placed)]
    return [float(value) for value in result]


def fitting(
    labels: Sequence[tuple[float, str, int]], low: float, high: float, gap: float = 12
) -> list[tuple[float, str]]:
    """Those labels along an axis that fit beside each other, the weightier first; each is centred, and kept inside.

    Parameters
    ----------
    labels : centre in pixels, words, rank (0 is never left out but for another 0).

    Returns
    -------
    Left edge and words of those that fit.
    """
    taken: list[tuple[float, float, str]] = []
    for centre, words, _ in sorted(labels, key=lambda label: label[2]):
        wide = text_width(words)
        left = min(max(centre - wide / 2, low), high - wide)
        if all(left > end + gap or left + wide + gap < start for start, end, _ in taken):
            taken.append((left, left + wide, words))
    return [(left, words) for left, _, words in sorted(taken)]
