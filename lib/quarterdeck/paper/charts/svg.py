"""From matplotlib's SVG to marks a page can style: classes for colours, one decimal, nothing else."""

from __future__ import annotations

import re
from html import escape
from itertools import groupby

from lxml import etree

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_COMMAND = re.compile(r"([MLCQzZ])([^MLCQzZ]*)")
_ANCHORS = {"middle": "m", "end": "e"}


def marks(raw: bytes) -> str:
    """The marks of a drawing, in their order: paths, circles, squares and texts, each with its class.

    Parameters
    ----------
    raw : the SVG matplotlib wrote, with text as text; each artist's `gid` is its class.
    """
    root = etree.fromstring(raw)
    shapes = {f"#{path.get('id')}": path.get("d") or "" for path in root.iter(f"{_SVG}path") if path.get("id")}
    found: list[tuple[str, str, str]] = []
    for group in root.iter(f"{_SVG}g"):
        kind = group.get("id")
        if kind is None or re.fullmatch(r"(figure|axes|patch|line2d|PathCollection|matplotlib|text)(\.\w+)*_\d+", kind):
            continue
        found += _of(group, " ".join(kind.split()), shapes)
    merged: list[str] = []
    for (sort, kind), run in groupby(found, key=lambda mark: mark[:2]):
        bodies = [body for _, _, body in run]
        if sort == "path":
            merged.append(f'<path class="{kind}" d="{"".join(bodies)}"/>')
        else:
            merged += bodies
    return "".join(merged)


def _of(group: etree._Element, kind: str, shapes: dict[str, str]) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for element in group.iter(f"{_SVG}path", f"{_SVG}use", f"{_SVG}text"):
        if element.tag == f"{_SVG}text":
            found.append(("text", kind, _text(element, kind)))
        elif element.tag == f"{_SVG}use":
            found.append(("mark", kind, _mark(element, shapes[element.get(_HREF) or ""], kind)))
        elif not element.get("id"):
            found.append(("path", kind, _path(element.get("d") or "")))
    return found


def short(value: float | str) -> str:
    """A coordinate at one decimal, as short as it can be written."""
    text = f"{float(value):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _path(d: str) -> str:
    """The path with absolute corners, one decimal, and no needless letters; a rectangle by its sides."""
    steps = [(command, [short(v) for v in values.split()]) for command, values in _COMMAND.findall(d)]
    letters = "".join(command for command, _ in steps).lower()
    if letters == "mlllz" or (letters == "mllllz" and steps[4][1] == steps[0][1]):
        (x0, y0), (x1, y1), (x2, y2) = steps[0][1], steps[1][1], steps[2][1]
        if y0 == y1 and x1 == x2:
            return f"M{x0} {y0}H{x1}V{y2}H{x0}z"
        if x0 == x1 and y1 == y2:
            return f"M{x0} {y0}V{y1}H{x2}V{y0}z"
    written, before = [], ""
    for command, values in steps:
        if command.lower() == "z":
            written.append("z")
        else:
            letter = "" if command == "L" and before in ("M", "L") else command
            written.append(f"{letter or ' '}{' '.join(values)}")
        before = command
    return "".join(written)


def _mark(use: etree._Element, shape: str, kind: str) -> str:
    reach = max(abs(float(v)) for v in re.findall(r"-?\d+(?:\.\d+)?", shape))
    x, y = float(use.get("x") or 0), float(use.get("y") or 0)
    if "C" in shape:
        return f'<circle class="{kind}" cx="{short(x)}" cy="{short(y)}" r="{short(reach)}"/>'
    side = short(2 * reach)
    return f'<rect class="{kind}" x="{short(x - reach)}" y="{short(y - reach)}" width="{side}" height="{side}"/>'


def _text(element: etree._Element, kind: str) -> str:
    style, words = element.get("style") or "", "".join(str(part) for part in element.itertext())
    anchor = re.search(r"text-anchor: (\w+)", style)
    names = " ".join(filter(None, [kind, _ANCHORS.get(anchor[1], "") if anchor else ""]))
    named = f' class="{names}"' if names else ""
    x, y = short(element.get("x") or 0), short(element.get("y") or 0)
    return f'<text{named} x="{x}" y="{y}">{escape(words, quote=False)}</text>'
