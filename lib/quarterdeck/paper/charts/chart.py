"""A chart: two drawings of one definition, its caption, and what it says in numbers to those who cannot see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from quarterdeck.errors import Refused
from quarterdeck.paper.charts.drawing import NARROW, WIDE, Drawing

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Chart:
    """A chart as a paper shows it.

    Parameters
    ----------
    svg_wide, svg_narrow : the same chart drawn for a desk and for a telephone; the page shows one of them.
    title : the message, as a sentence.
    subtitle : what is measured, its unit, place and period.
    alternative : the message in numbers.

    Raises
    ------
    Refused : there is no alternative, or no title.

    Examples
    --------
    >>> Chart("<svg></svg>", "<svg></svg>", "Fewer children are in care", "At each quarter’s end", " ")
    Traceback (most recent call last):
    quarterdeck.errors.Refused: the chart 'Fewer children are in care' has no alternative: say its message in numbers
    """

    svg_wide: str
    svg_narrow: str
    title: str
    subtitle: str
    alternative: str

    def __post_init__(self) -> None:
        if not self.alternative.strip():
            raise Refused(f"the chart {self.title!r} has no alternative: say its message in numbers")
        if not self.title.strip():
            raise Refused("a chart needs a title that states its message")

    @property
    def html(self) -> str:
        """A figure with its caption and both drawings; style sheets show one, and without them the wide one shows."""
        small = f"<span>{escape(self.subtitle)}</span>" if self.subtitle else ""
        caption = f"<figcaption>{escape(self.title)}{small}</figcaption>"
        return f'<figure class="ch">{caption}{self.svg_wide}{self.svg_narrow}</figure>'

    def _repr_html_(self) -> str:
        return f"<style>{STYLE}</style>{self.html}"


def chart(key: str, draw: Callable[[Drawing], None], *, title: str, subtitle: str, alternative: str) -> Chart:
    """Draw a definition at both widths.

    Parameters
    ----------
    key : what tells this chart's ids from another's, as "cp_plan_rate-trend".
    draw : puts the chart on a drawing, which knows its width.
    """
    both = []
    for size in (WIDE, NARROW):
        drawing = Drawing(size)
        draw(drawing)
        both.append(drawing.svg(key, title, alternative))
    return Chart(both[0], both[1], title, subtitle, alternative)
