"""A page's drawings, each as an SVG that stands by itself, with the light page's colours in it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape

_SVG = re.compile(r"<svg\b([^>]*)>(.*?)</svg>", re.DOTALL)
_PAIR = re.compile(
    r'(<svg class="wide"[^>]*>.*?</svg>)(<svg class="narrow" viewBox="0 0 (\d+)[\d.]* (\d+)[\d.]*"[^>]*>.*?</svg>)',
    re.DOTALL,
)
_BLOCK = re.compile(r"@[^{};]+\{(?:[^{}]|\{[^{}]*\})*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_VAR = re.compile(r"var\((--[\w-]+)(?:,((?:[^()]|\([^()]*\))*))?\)")
_FONT = re.compile(r"\bfont:(\d+) (\d+px)(?:/[\d.]+)? ([^;]+)")
_RIMMED = re.compile(r'<text class="h((?: [^"]*)?)"(.*?)</text>', re.DOTALL)
_NAMED = re.compile(r"--(?:sans|serif)$")

WIDTHS = ("wide", "narrow")


@dataclass(frozen=True)
class Drawing:
    """A drawing of a page.

    Parameters
    ----------
    kind : its class: "wide" for a chart, "spark" for a sparkline; "" for a rating's shape.
    svg : as a file.
    alternative : its message; "" where the words beside it say the same.
    width, height : in CSS pixels.
    """

    kind: str
    svg: str
    alternative: str
    width: float
    height: float

    @property
    def address(self) -> str:
        """The drawing in an address, for an `img`."""
        return f"data:image/svg+xml;base64,{b64encode(self.svg.encode()).decode()}"


def drawings(
    html: str, shown: Callable[[int, Drawing], str], font: str, *, narrow_to: float = 0, rims: bool = True
) -> tuple[str, list[Drawing]]:
    """The page with something else in the place of each drawing, and the drawings.

    Of a chart, which a page holds in two widths, one is kept.

    Parameters
    ----------
    html : a page as the build writes it.
    shown : what to put for a drawing, given its number and itself.
    font : the family of its texts, as CSS writes it.
    narrow_to : a chart that in its narrow form is at most so many times as high as wide is kept in that form, for its
        letters are larger on a sheet; the others, and with 0 all, are kept in the wide one.
    rims : letters over lines have a rim of paper; not every reader of SVG files can draw it under them, and for those
        that cannot it is written as letters of its own.
    """
    sheet = [rule if rims or "paint-order" not in rule[1] else _apart(rule) for rule in _rules(html, font)]
    found: list[Drawing] = []

    def placed(match: re.Match[str]) -> str:
        attributes = dict(re.findall(r'([\w:-]+)="([^"]*)"', match[1]))
        kind = attributes.get("class", "")
        inner = match[2] if rims else _RIMMED.sub(r'<text class="rim\1"\2</text><text class="h\1"\2</text>', match[2])
        drawing = _drawing(kind, attributes, inner, sheet)
        found.append(drawing)
        return shown(len(found) - 1, drawing)

    one_each = _PAIR.sub(lambda pair: pair[2] if int(pair[4]) <= narrow_to * int(pair[3]) else pair[1], html)
    return _SVG.sub(placed, one_each), found


def _drawing(kind: str, attributes: dict[str, str], inner: str, sheet: list[tuple[str, str]]) -> Drawing:
    told = re.search(r"<desc\b[^>]*>(.*?)</desc>", inner, re.DOTALL)
    alternative = unescape(told[1] if told else attributes.get("aria-label", ""))
    _, _, width, height = attributes["viewBox"].split()
    within = "ch" if kind in WIDTHS else ""
    names = {
        within,
        *kind.split(),
        *(name for names in re.findall(r'class="([^"]*)"', inner) for name in names.split()),
    }
    style = "".join(f"{selector}{{{body}}}" for selector, body in sheet if _applies(selector, names))
    more = "".join(f' {name}="{attributes[name]}"' for name in ("preserveAspectRatio",) if name in attributes)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{attributes["viewBox"]}" width="{width}" height="{height}" '
        f'class="{kind}"{more}><style>{escape(style, quote=False)}</style><g class="{within}">{inner}</g></svg>'
    )
    return Drawing(kind, svg, alternative, float(width), float(height))


def _apart(rule: tuple[str, str]) -> tuple[str, str]:
    """The rule of letters with a rim, as a rule of the rim alone."""
    return rule[0].replace(".h", ".rim"), rule[1].replace("paint-order:stroke;", "")


def _applies(selector: str, names: set[str]) -> bool:
    """Whether a rule can be about a drawing: it names classes, and only such as are in it."""
    named = set(re.findall(r"\.([\w-]+)", selector))
    return bool(named) and named <= names and not re.search(r"[:\[]|\b(?:figcaption|svg)\b", selector)


def _rules(html: str, font: str) -> list[tuple[str, str]]:
    """The page's own rules as they are on light paper: one selector each, with the tokens' values put in."""
    found = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    pairs = _RULE.findall(_BLOCK.sub("", found[1] if found else ""))
    tokens: dict[str, str] = {}
    for selector, body in pairs:
        if selector.strip() == ":root":
            tokens |= {name: value for name, _, value in (part.partition(":") for part in body.split(";"))}
    tokens = {name: font if _NAMED.fullmatch(name) else value for name, value in tokens.items()}

    def valued(text: str) -> str:
        while _VAR.search(text):
            text = _VAR.sub(lambda named: tokens.get(named[1], named[2] or ""), text)
        # Readers of SVG files know the parts of a font, and not all know them written as one.
        return _FONT.sub(r"font-weight:\1;font-size:\2;font-family:\3", text)

    return [(one.strip(), valued(body)) for selector, body in pairs for one in selector.split(",")]
