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
from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import IdentityTransform

from quarterdeck.paper.charts.svg import marks

TEXT = 13.0
LINE = 17.0
Align = Literal["left", "center", "right"]
Values = Sequence[float] | np.ndarray | float


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


@dataclass(frozen=True)
class Panel:
    """A part of a drawing with scales of its own: values between two edges of x and two of y.

    Parameters
    ----------
    left, top, right, bottom : its edges, in pixels from the drawing's left and top.
    x, y : the values at its left and right, and at its bottom and top.
    """

    left: float
    top: float
    right: float
    bottom: float
    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: Values, y: Values) -> tuple[np.ndarray, np.ndarray]:
        """Where values lie, in pixels from the drawing's left and top."""
        across = (np.asarray(x, dtype=float) - self.x[0]) / (self.x[1] - self.x[0])
        up = (np.asarray(y, dtype=float) - self.y[0]) / (self.y[1] - self.y[0])
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)


class Drawing:
    """One drawing of a chart, in CSS pixels, on a matplotlib figure.

    Its marks are matplotlib's artists, put on the figure itself: axes with their ticks, spines and scales cost ten
    times as much to make as all that a chart shows.

    Parameters
    ----------
    size : the width to draw for.
    """

    def __init__(self, size: Size) -> None:
        self.size = size
        self.width = size.width
        self.narrow = size is NARROW
        self.height = 0.0
        self.page: Panel  # the whole drawing, in its pixels
        self.figure = Figure(dpi=72)
        self.figure.patch.set_visible(False)

    def sized(self, height: float) -> None:
        """Set the height; before any panel."""
        self.height = height
        self.figure.set_size_inches(self.width / 72, height / 72)
        self.page = self.panel(0, 0, self.width, height, (0, self.width), (height, 0))

    def panel(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        x: tuple[float, float] = (0, 1),
        y: tuple[float, float] = (0, 1),
    ) -> Panel:
        """A panel between four edges, in pixels from the left and from the top."""
        return Panel(left, top, right, bottom, x, y)

    def _put(self, artist: Artist, kind: str, z: float) -> None:
        artist.set(gid=f"{kind} ", zorder=z, transform=IdentityTransform(), clip_on=False)
        self.figure.add_artist(artist)

    def _placed(self, panel: Panel, x: Values, y: Values) -> tuple[np.ndarray, np.ndarray]:
        px, py = panel.at(x, y)
        return px, self.height - py

    def line(self, panel: Panel, x: Values, y: Values, kind: str, z: float = 2) -> None:
        """A line through points; it breaks where a value is missing."""
        self._put(Line2D(*self._placed(panel, x, y)), kind, z)

    def level(self, panel: Panel, y: float, kind: str, z: float = 1.5) -> None:
        """A line across the panel."""
        self.line(panel, panel.x, [y, y], kind, z)

    def dots(
        self, panel: Panel, x: Values, y: Values, kind: str, radius: float = 3.5, square: bool = False, z: float = 4
    ) -> None:
        """Points, as circles or squares."""
        shape = {"linestyle": "", "marker": "s" if square else "o", "markersize": 2 * radius, "markeredgewidth": 0}
        self._put(Line2D(*self._placed(panel, x, y), **shape), kind, z)

    def bars(self, panel: Panel, x: Values, y: Values, width: float, kind: str, z: float = 2) -> None:
        """Upright bars from zero."""
        for at, value in zip(np.asarray(x, dtype=float), np.asarray(y, dtype=float), strict=True):
            if not np.isnan(value):
                self.box(panel, at - width / 2, at + width / 2, 0, value, kind, z)

    def box(self, panel: Panel, left: float, right: float, low: float, high: float, kind: str, z: float = 0) -> None:
        """A filled rectangle between four values of the panel."""
        (x0, x1), (y0, y1) = self._placed(panel, [left, right], [low, high])
        self._put(Rectangle((x0, y0), x1 - x0, y1 - y0), kind, z)

    def band(self, panel: Panel, x: Values, low: Values, high: Values, kind: str, z: float = 0) -> None:
        """The area between two lines over the same x."""
        across, lower = self._placed(panel, x, low)
        _, upper = self._placed(panel, x, high)
        edge = np.concatenate([np.stack([across, lower], axis=1), np.stack([across, upper], axis=1)[::-1]])
        self._put(Polygon(edge), kind, z)

    def text(
        self,
        panel: Panel,
        x: float,
        y: float,
        words: str,
        kind: str = "",
        align: Align = "left",
        dx: float = 0,
        dy: float = 0,
        z: float = 6,
    ) -> None:
        """A label whose baseline is `dy` pixels below a point of the panel, and `dx` to its right."""
        px, py = self._placed(panel, x, y)
        weight = "bold" if "b" in kind.split() else "normal"
        label = Text(
            float(px) + dx, float(py) - dy, words, ha=align, va="baseline", size=TEXT, weight=weight, parse_math=False
        )
        self._put(label, kind, z)

    def pixels(self, panel: Panel, x: float, y: float) -> tuple[float, float]:
        """Where a point of a panel lies, in pixels from the left and from the top."""
        px, py = panel.at(x, y)
        return float(px), float(py)

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


def axis(
    low: float,
    high: float,
    *,
    from_zero: bool = False,
    most: float | None = None,
    steps: int = 5,
    whole: bool = False,
) -> np.ndarray:
    """Round values for an axis that holds the range from low to high.

    Parameters
    ----------
    low, high : of what is drawn.
    from_zero : as a bar must.
    most : the axis does not pass it (100 for a percentage).
    steps : about how many.
    whole : only whole numbers, as counts have.

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
    locator = MaxNLocator(nbins=steps, steps=[1, 2, 2.5, 5, 10], min_n_ticks=2 if whole else 3, integer=whole)
    ticks = np.asarray(locator.tick_values(low, high), dtype=float)
    step = ticks[1] - ticks[0]
    ticks = ticks[(ticks > low - step) & (ticks < high + step)]
    if low >= 0:
        ticks = ticks[ticks >= 0]
    return ticks if most is None else ticks[ticks <= most]


def tick_decimals(ticks: np.ndarray) -> int:
    """The fewest decimals that tell ticks as they are: 7.5 is not said to be 8."""
    return next((d for d in (0, 1, 2) if np.allclose(ticks, np.round(ticks, d))), 2)


def ticks_text(ticks: np.ndarray) -> list[str]:
    """The values of an axis as short as they can be told apart."""
    decimals = tick_decimals(ticks)
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
