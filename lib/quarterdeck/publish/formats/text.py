"""A paper as plain text, for a voice or a Braille embosser: short lines, nothing drawn, tables as sentences."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from quarterdeck.publish.formats.reading import (
    Block,
    Document,
    Heading,
    Listed,
    Pairs,
    Paragraph,
    Picture,
    Row,
    Table,
    read,
    text_of,
)
from quarterdeck.publish.manifest import as_made

WIDTH = 80
_SHAPES = re.compile(r"[▲▼◆●○■□]\s*")
_SIGNS = {"−": "minus ", "×": " times ", "≠": " does not equal ", "±": " plus or minus "}


def make(source: Path, target: Path) -> None:
    """Write a page as plain text.

    Parameters
    ----------
    source : the page.
    target : the text, in UTF-8.
    """
    target.write_text(written(read(as_made(source).decode(), ear=True)), encoding="utf-8")


def written(document: Document) -> str:
    """A document as plain text: a blank line between its parts, and "Heading 2" before a heading of that level."""
    title = next((at for at, block in enumerate(document.blocks) if isinstance(block, Heading)), 0)
    parts = [part for block in document.blocks for part in _block(block, document)]
    first = [part for block in document.blocks[: title + 1] for part in _block(block, document)]
    head, rest = parts[: len(first)], parts[len(first) :]
    start = next((at for at, part in enumerate(rest) if part.startswith("Heading 2")), len(rest))
    lines = [*head, *rest[:start], *_contents(document), *rest[start:]]
    return "\n\n".join(_wrapped(spoken(line)) for line in lines if line.strip()) + "\n"


def spoken(text: str) -> str:
    """A text without signs that a voice passes over.

    Examples
    --------
    >>> spoken("▼ 9.9: lower; from 25 to −38")
    '9.9: lower; from 25 to minus 38'
    """
    for sign, words in _SIGNS.items():
        text = text.replace(sign, words)
    return re.sub(r"  +", " ", _SHAPES.sub("", text))


def _contents(document: Document) -> Iterator[str]:
    if document.contents:
        yield "Heading 2: Contents"
    yield "\n".join(
        f"{'' if entry.level == 2 else '  '}{', '.join(filter(None, [entry.text, entry.paragraphs]))}"
        for entry in document.contents
    )


def _block(block: Block, document: Document) -> Iterator[str]:
    match block:
        case Heading(level, words, over):
            text = text_of(words)
            yield f"Heading {level}: {_ended(over)} {text}" if over else f"Heading {level}: {text}"
        case Paragraph(words, number):
            yield f"{number} {text_of(words)}".strip()
        case Listed(items, ordered):
            marks = (f"{place}." if ordered else "-" for place in range(1, len(items) + 1))
            yield "\n".join(f"{mark} {text_of(item)}" for mark, item in zip(marks, items, strict=True))
        case Pairs(pairs):
            yield "\n".join(f"{text_of(name)}: {text_of(value)}" for name, value in pairs)
        case Picture(title, subtitle, drawing):
            yield f"Chart: {_ended(title)} {_ended(subtitle)} {document.drawings[drawing].alternative}"
        case Table():
            yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    note = f" {_ended(table.note)}" if table.note else ""
    yield f"Table: {_ended(table.caption)}{note}"
    heads = [text_of(head) for head in table.heads]
    yield "\n".join(_sentence(row, heads) for row in table.rows)


def _sentence(row: Row, heads: list[str]) -> str:
    """A row as a sentence: what heads it, then each column's head and what is under it."""
    cells = [text_of(cell) for cell in row.cells]
    if row.kind == "group":
        return f"Rows of {cells[0]}:"
    said = [_said(head, cell) for head, cell in zip(heads[1:], cells[1:], strict=True) if cell]
    first = " ".join(filter(None, [heads[0], cells[0]]))
    return f"{first}: {'; '.join(said)}." if said else f"{first}."


def _said(head: str, cell: str) -> str:
    return cell if cell.startswith(head) else f"{head} is {cell}"


def _ended(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!", ":")) else f"{text}."


def _wrapped(part: str) -> str:
    return "\n".join(
        textwrap.fill(
            line,
            WIDTH,
            initial_indent=" " * (indent := len(line) - len(line.lstrip())),
            subsequent_indent=" " * (indent + 2 if "\n" in part else indent),
            break_on_hyphens=False,
        )
        for line in part.split("\n")
    )
