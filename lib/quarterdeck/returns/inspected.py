"""What is told of a file that was looked at: no value of a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quarterdeck.records.tables import TABLES
from quarterdeck.returns import local
from quarterdeck.returns.formats import FORMATS
from quarterdeck.returns.layouts import Layout

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Seen:
    """A column as it was understood.

    Parameters
    ----------
    heading : as it is written in the file; the element's name in XML.
    fills : the canonical columns that it fills, else why it fills none.
    filled : cells that are not empty.
    read_as : what its cells were read as.
    problems : how many cells broke each rule.
    """

    heading: str
    fills: str
    filled: int
    read_as: str = ""
    problems: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A list that a file holds: the whole of a CSV, a sheet of a workbook, a kind of record of an XML.

    Parameters
    ----------
    layout : which list it is.
    sheet : the sheet's title; "" in other files.
    heading_line : the line that its headings stand on; none in XML.
    rows, set_aside : how many rows it has, and how many of them could not be used.
    columns : as they stand in the file.
    absent : headings that it may have and has not.
    tables : the canonical tables that it fills.
    problems : how many rows broke each rule that is about no column alone.
    """

    layout: Layout
    sheet: str
    heading_line: int | None
    rows: int
    set_aside: int
    columns: tuple[Seen, ...]
    absent: tuple[str, ...]
    tables: tuple[str, ...]
    problems: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Inspected:
    """What a file is.

    Parameters
    ----------
    file : its name.
    kind : CSV, XLSX or XML.
    parts : the lists that it holds; none where it is nothing that is known.
    notes : what else a person should know of it, in sentences.
    """

    file: str
    kind: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()

    @property
    def empty(self) -> tuple[Part, ...]:
        """Lists among several that have headings alone, as in a template that is partly filled."""
        return tuple(part for part in self.parts if not part.rows) if len(self.parts) > 1 else ()

    @property
    def known(self) -> bool:
        """Whether it is anything that can be read."""
        return bool(self.parts)


def told(part: Part, file: Inspected) -> str:
    """What a part is, in a line."""
    what = f"{FORMATS[part.layout.format].title}, {part.layout.name}"
    sheet = f", sheet {part.sheet}" if part.sheet else ""
    line = f", headings on line {part.heading_line}" if part.heading_line else ""
    aside = f", of which {part.set_aside:,} would be set aside" if part.set_aside else ""
    return f"{what} ({file.kind}{sheet}{line}): {part.rows:,} row{'s' * (part.rows != 1)}{aside}"


def rows_of(part: Part) -> list[tuple[str, str, str, str, str]]:
    """A part's columns, to be shown: heading, what it fills, how many are filled, read as, problems."""
    return [
        (
            seen.heading,
            seen.fills,
            f"{seen.filled:,} of {part.rows:,}",
            seen.read_as,
            _counted(seen.problems),
        )
        for seen in part.columns
    ]


TITLES = ("heading", "fills", "filled", "read as", "problems")
_SAID = {
    "code": "not a code",
    "date": "not a date",
    "number": "not a number",
    "yes or no": "neither Y nor N",
    "required": "empty",
    "order": "before its start",
}


def after(part: Part, feeds: Mapping[str, Sequence[str]]) -> list[str]:
    """What follows a part's columns: what it has not, what is wrong with whole rows, what it would feed."""
    lines = []
    if part.problems:
        lines.append(f"Of whole rows: {_counted(part.problems)}.")
    if part.absent:
        lines.append(f"It could also have: {', '.join(part.absent)}.")
    for table in part.tables:
        about = f" ({TABLES[table].about})" if table in TABLES else ""
        needed = ", ".join(feeds.get(table, ())) or "no measure"
        lines.append(f"It would feed {table}{about}, which is needed by: {needed}.")
    if part.layout.name == local.IDENTIFIERS:
        lines.append("It would say in every table which rows are one child's.")
    elif not part.tables:
        lines.append("It would feed nothing: its rows are counted, no more.")
    return lines


def _counted(problems: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {_SAID.get(rule, rule)}" for rule, count in problems.items())


def as_text(file: Inspected, feeds: Mapping[str, Sequence[str]]) -> str:
    """The whole of it as plain text, for a log or a pipe."""
    blocks = []
    for part in [part for part in file.parts if part not in file.empty]:
        rows = [TITLES, *rows_of(part)]
        widths = [max(len(row[place]) for row in rows) for place in range(len(TITLES))]
        lines = ["  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows]
        blocks.append("\n".join([f"{file.file}: {told(part, file)}", "", *lines, "", *after(part, feeds)]))
    return "\n\n".join([*blocks, "\n".join(_ends(file))]).strip()


def _ends(file: Inspected) -> list[str]:
    """What is to be said of the whole file, in sentences."""
    unknown = [] if file.known else [f"{file.file}: nothing that is known ({file.kind})."]
    names = ", ".join(part.layout.name for part in file.empty)
    empty = [f"{file.file}: lists without rows, which tell nothing: {names}."] if names else []
    return [*unknown, *empty, *file.notes]


def show(file: Inspected, feeds: Mapping[str, Sequence[str]], console: Console) -> None:
    """The same for a person at a terminal."""
    from rich.table import Table
    from rich.text import Text

    for part in [part for part in file.parts if part not in file.empty]:
        console.print(Text(f"{file.file}: {told(part, file)}", "bold"))
        table = Table(header_style="bold")
        for title in TITLES:
            table.add_column(title, justify="right" if title == "filled" else "left", overflow="fold")
        for row in rows_of(part):
            *cells, problems = row
            fills = Text(cells[1], "yellow" if cells[1].startswith("not ") else "")
            table.add_row(Text(cells[0]), fills, *map(Text, cells[2:]), Text(problems, "red"))
        console.print(table)
        for line in after(part, feeds):
            console.print(Text(line))
        console.print()
    for number, line in enumerate(_ends(file)):
        console.print(Text(line, "" if file.known or number else "bold red"))
