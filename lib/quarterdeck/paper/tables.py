"""Tables that can be read by eye and by ear: a caption, scoped heads, hidden cells that say why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup, escape

from quarterdeck.measures.registry import Unit
from quarterdeck.paper import words

SYMBOLS = {**words.STATUS_WORDS, "low": "rounds to 0 but is not 0"}
LONG, WIDE = 10, 5
HEADED: tuple[Unit, ...] = ("percent", "days", "working_days")
"""Units that the head of a column says, so that its cells need not."""

Cell = str | Markup


def symbol(status: str, why: str = "") -> Markup:
    """What stands in a cell with no value: c, x or z to the eye, its meaning, or `why`, to the ear."""
    meaning = why or SYMBOLS[status]
    return Markup('<span aria-hidden="true">{}</span><span class="vh">{}</span>').format(status, meaning)


def none_set() -> Markup:
    """What stands where there is no target."""
    return Markup('<span aria-hidden="true">–</span><span class="vh">none set</span>')


def shown(value: float, status: str, unit: Unit, decimals: int, sign: bool = False, bare: bool = False) -> Markup:
    """A figure as a cell or a sentence prints it: the value with its unit, or the symbol of why there is none.

    Parameters
    ----------
    value : in the unit; NaN where there is none.
    status : as in the figures frame; a value that is missing without one is "x".
    sign : write + before a rise, as for a net change.
    bare : leave the % or "days" out, where a column's head says it.
    """
    if status in SYMBOLS and status != "low":
        return symbol(status)
    if pd.isna(value):
        return symbol("x")
    if sign:
        return escape(words.signed(value, unit, decimals))
    return escape(words.number(value, decimals) if bare and unit in HEADED else words.amount(value, unit, decimals))


@dataclass(frozen=True)
class Head:
    """The head of a column; `note` stands small under it, `kind` is a class of the style sheet."""

    text: Cell
    note: str = ""
    kind: str = ""

    @property
    def html(self) -> Markup:
        """As a `th`; an empty one is a `td`, which heads nothing."""
        kind = Markup(' class="{}"').format(self.kind) if self.kind else ""
        note = Markup("<small>{}</small>").format(self.note) if self.note else ""
        if not self.text:
            return Markup("<td{}></td>").format(kind)
        return Markup('<th scope="col"{}>{}{}</th>').format(kind, self.text, note)


def table(
    id: str,
    caption: str,
    heads: Sequence[Head | str],
    rows: Sequence[Sequence[Cell]],
    *,
    note: str = "",
    now: int | None = None,
    foot: Sequence[Cell] = (),
    kinds: Sequence[str] = (),
    wide: bool = False,
    folded: bool = False,
) -> Markup:
    """A table; ten rows or more stand in `details`, open, and many columns in a frame that scrolls.

    Parameters
    ----------
    id : of the caption; unique on the page.
    caption : what the table shows, as a sentence would begin.
    heads : one a column, the first over the rows' own heads.
    rows : cells, the first of each being the row's head; plain text is escaped.
    note : printed small under the caption.
    now : the row of this quarter, which is marked.
    foot : a total.
    kinds : a class for each column's cells.
    wide : it may be wider than a telephone although its columns are few.
    folded : it stands in `details`, closed, however few its rows.
    """
    columns = [head if isinstance(head, Head) else Head(head) for head in heads]
    marks = [Markup(' class="{}"').format(kind) if kind else "" for kind in kinds] or [""] * len(columns)
    head = Markup("<thead><tr>{}</tr></thead>").format(Markup("").join(column.html for column in columns))
    body = Markup("").join(_row(row, marks, number == now) for number, row in enumerate(rows))
    total = Markup("<tfoot>{}</tfoot>").format(_row(foot, marks, False)) if foot else ""
    small = Markup("<small>{}</small>").format(note) if note else ""
    title = Markup('<caption id="{}"><span>{}{}</span></caption>').format(id, caption, small)
    inner = Markup("<table>{}{}<tbody>{}</tbody>{}</table>").format(title, head, body, total)
    if wide or len(columns) >= WIDE:
        frame = '<div class="scroll" role="region" aria-labelledby="{}" tabindex="0">{}</div>'
        inner = Markup(frame).format(id, inner)
    if len(rows) < LONG and not folded:
        return inner
    html = "<details{}><summary>{} {}</summary>{}</details>"
    return Markup(html).format("" if folded else Markup(" open"), caption, small, inner)


def _row(cells: Sequence[Cell], marks: Sequence[Cell], now: bool) -> Markup:
    first, *rest = cells
    tail = Markup("").join(
        Markup("<td{}>{}</td>").format(mark, cell) for mark, cell in zip(marks[1:], rest, strict=True)
    )
    return Markup('<tr{}><th scope="row"{}>{}</th>{}</tr>').format(
        Markup(' class="now"') if now else "", marks[0], first, tail
    )


def frame_table(id: str, frame: pd.DataFrame, caption: str, note: str = "", decimals: int = 1) -> Markup:
    """An analyst's own frame as a table: the index heads the rows, numbers are set as the papers set them.

    Examples
    --------
    >>> made = frame_table("t", pd.DataFrame({"plans": [478.0]}, index=["31 December"]), "Plans open")
    >>> '<th scope="row">31 December</th><td>478</td>' in made
    True
    """
    heads = [Head(str(frame.index.name or "")), *(Head(str(column)) for column in frame.columns)]
    whole = [
        pd.api.types.is_numeric_dtype(frame[c]) and bool((frame[c].dropna() % 1 == 0).all()) for c in frame.columns
    ]
    rows = [
        [str(label), *(_plain(value, 0 if exact else decimals) for value, exact in zip(values, whole, strict=True))]
        for label, values in zip(frame.index, frame.itertuples(index=False, name=None), strict=True)
    ]
    return table(id, caption, heads, rows, note=note)


def _plain(value: object, decimals: int) -> Cell:
    if isinstance(value, Markup):
        return value
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return symbol("x")
    if isinstance(value, pd.Timestamp):
        return words.date(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return words.number(value, decimals)
