"""The page that every paper and front page is written on: its style sheet, the authority's colour, its template."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from quarterdeck.paper.charts.chart import STYLE as CHART_STYLE

TEMPLATES = Path(__file__).parent / "template"
NAME = "briefing"
LIGHT, DARK = "#e9eef4", "#1e2a36"
"""The grounds of the style sheet that are hardest to read a link on: the band in light, and the band in dark."""
READABLE = 4.5


@dataclass(frozen=True)
class Page:
    """What the template prints round a body; texts are escaped there, `Markup` is not.

    Parameters
    ----------
    title, when : the heading, and the line under it.
    place, panel : whose page it is, and who reads it.
    quarter : as 2017/18 Q3.
    officers : the copy with small numbers in it, which no page may hide.
    meta, foot : name and value in the margin and at the foot.
    up : a link to the quarter's front page; empty on that page.
    forms : name and address of the other formats of the page.
    quarters : the links to the same page of other quarters; see `quarters_nav`.
    """

    title: str
    when: str
    quarter: str
    place: str
    panel: str
    synthetic: bool
    officers: bool
    style: Markup
    meta: Sequence[tuple[str, str | Markup]]
    foot: Sequence[tuple[str, str | Markup]]
    standfirst: Markup
    contents_title: str | Markup
    contents: Markup
    body: Markup
    up: Markup | str = ""
    forms: Sequence[tuple[str, str]] = ()
    quarters: Markup | str = ""


def quarters_nav(audience: str, before: Markup | str = "", after: Markup | str = "") -> Markup:
    """The foot of every page of a quarter: to every quarter, definitions and acronyms, and to the quarters beside it.

    A page is made without its neighbours, which may come later: `quarterdeck.site.neighbours` puts them in.
    """
    site = "../../" + ("officers/" if audience == "officers" else "")
    rest = Markup(
        '<p><a href="{0}index.html">Every quarter</a> · <a href="{0}definitions.html">Definitions</a> · '
        '<a href="{0}acronyms.html">Acronyms</a></p>'
    ).format(site)
    return Markup('<nav class="pn-nav" aria-label="Other quarters">{}{}{}</nav>').format(before, rest, after)


def write(page: Page) -> str:
    """The page as one HTML file."""
    return _environment().get_template("page.html.j2").render(page=page)


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES / NAME), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def style(colour: str, running: str) -> Markup:
    """The style sheet of a page, in as few bytes as it takes.

    Parameters
    ----------
    colour : the authority's, as #12436d; it is made darker or lighter where text in it could not be read.
    running : printed at the foot of each sheet.
    """
    light, dark = readable(colour, LIGHT), readable(colour, DARK)
    tokens = f":root{{--accent-light:{light};--accent-dark:{dark}}}"
    foot = re.sub(r'[\\"\n<>]', lambda found: f"\\{ord(found[0]):x} ", running)
    # The name comes last, so that an authority called "}</style>" is a string of escapes and nothing else.
    return Markup(tokens + _sheet() + f'@page{{@bottom-left{{content:"{foot}"}}}}')


@cache
def _sheet() -> str:
    own = (TEMPLATES / NAME / "briefing.css").read_text(encoding="utf-8")
    return minified(CHART_STYLE + own)


def minified(css: str) -> str:
    r"""A style sheet without comments and needless spaces.

    Examples
    --------
    >>> minified("/* ink */ a { color : red ; } .b  .c{margin:calc(1px + 2px)}")
    'a{color:red}.b .c{margin:calc(1px + 2px)}'
    """
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,>])\s*|(?<=[\w-])\s+:\s*(?=\w)", lambda found: found[1] or ":", css)
    return css.replace(";}", "}").strip()


def readable(colour: str, paper: str) -> str:
    """The colour, as much darker or lighter as it takes to be read on a paper: contrast 4.5 to 1 (WCAG 2.2, 1.4.3).

    Examples
    --------
    >>> readable("#12436d", "#ffffff"), readable("#ffdd00", "#ffffff") != "#ffdd00"
    ('#12436d', True)
    """
    hue, light, strong = colorsys.rgb_to_hls(*_channels(colour))
    towards = -1 if _luminance(paper) > 0.5 else 1
    tried = colour
    while _contrast(tried, paper) < READABLE and 0 <= light <= 1:
        light += towards * 0.02
        red, green, blue = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, light)), strong)
        tried = f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"
    return tried


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
