"""What a file is, how it was understood column by column, and what it would feed; no value of a row is told."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from quarterdeck.authority import Authority
from quarterdeck.errors import Refused
from quarterdeck.quarter import Quarter
from quarterdeck.records.tables import TABLES
from quarterdeck.returns import cells, tabular
from quarterdeck.returns.cin_census import read_census
from quarterdeck.returns.codes import BASE_YEAR
from quarterdeck.returns.contracts import Checked, codes_of, hold
from quarterdeck.returns.formats import FORMATS, LISTS
from quarterdeck.returns.inspected import Inspected, Part, Seen
from quarterdeck.returns.layouts import Layout, plain
from quarterdeck.returns.problems import shown_one
from quarterdeck.returns.ssda903_xml import read_ssda903
from quarterdeck.returns.staged import described, fed
from quarterdeck.returns.streamed import kind_of_xml
from quarterdeck.returns.tabular import HEADING_WITHIN, Listed, Unreadable

ANYBODY = Authority.model_construct(slug="", headings={})
"""An authority without headings of its own."""

LEFT = {plain(heading) for heading in ("UPN", "MOTHER", "MC_DOB", "HOME_POST", "PL_POST")}
"""Headings of returns that are left where they are: no figure needs them, and they say who and where a child is."""

_READ_AS = {"str": "text", "date": "date", "Int64": "whole number", "float64": "number", "boolean": "yes or no"}
_LONGEST_HEADING = 40


def inspect(
    path: Path, authority: Authority = ANYBODY, quarter: Quarter | None = None, *, today: dt.date | None = None
) -> Inspected:
    """What a file is, and how each of its columns was understood.

    Parameters
    ----------
    path : a file of any kind.
    authority : whose own headings to know.
    quarter : the quarter it was cut for, whose codes and dates to judge by; where it is not given, a code of any
        year will do, and any date up to today.

    Raises
    ------
    Refused : there is no such file, or it may not be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} cannot be read ({error.strerror}). Name a file.") from None
    judge = _Judge(quarter, today or dt.date.today())
    kind = "XML" if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" else "CSV"
    kind = "XLSX" if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) else kind
    try:
        parts, notes = _xml(content, judge) if kind == "XML" else _lists(path, content, authority, judge)
    except Unreadable as trouble:
        where = f" (line {trouble.line})" if trouble.line else ""
        parts, notes = [], [f"Expected {trouble.expected}{where}: {trouble.what_to_do}."]
    return Inspected(path.name, kind, tuple(parts), tuple(notes))


@dataclass(frozen=True)
class _Judge:
    """How strictly codes and dates are judged: by a quarter, or else by every year up to today."""

    quarter: Quarter | None
    today: dt.date

    def hold(self, listed: Listed) -> tuple[Checked, pd.DataFrame]:
        """The rows as their contract has them, and the problems."""
        checked = hold(listed, self.quarter or Quarter.of(pd.Timestamp(self.today)), "")
        if self.quarter:
            return checked, checked.problems
        wrong_now = checked.problems.rule == "code"
        wrong_ever = [
            pd.DataFrame({"column": [heading] * count, "rule": "code"})
            for heading in checked.problems.column[wrong_now].unique()
            if (count := _of_no_year(listed, heading))
        ]
        return checked, pd.concat([checked.problems[~wrong_now], *wrong_ever])


def _of_no_year(listed: Listed, heading: str) -> int:
    """How many cells of a column hold a code that no year knows."""
    codes = codes_of(listed.layout, listed.layout.columns[heading])
    known = {_folded(code) for year in (BASE_YEAR, *codes.changes) for code in codes.of_year(year)} if codes else set()
    return int((~listed.text[heading].dropna().map(_folded).isin(known)).sum())


def _folded(code: str) -> str:
    return plain(code)


# Lists, in CSV and workbooks


def _lists(path: Path, content: bytes, authority: Authority, judge: _Judge) -> tuple[list[Part], list[str]]:
    parts: list[Part] = []
    notes: list[str] = []
    nearest = _Near(0, None, (), ())
    other = []
    for title, rows in tabular._tables(content):
        fit, near = _fit(title or path.stem, rows, authority)
        nearest = max(nearest, near, key=lambda each: (each.found, -len(each.lacking)))
        if fit is None:
            other += [title] if title else []
            continue
        layout, at, alike = fit
        if len(alike) > 1:
            notes.append(
                f"Its headings are those of {' and of '.join(alike)} alike: name the "
                f"{'sheet' if title else 'file'} after the one that it is."
            )
        parts.append(_part(layout, title or "", rows, at, authority, judge))
        if title is None:
            break
    if not parts:
        return [], [
            nearest.told(authority),
            f"What can be read: {_known()}; `quarterdeck template` writes every local list.",
        ]
    if other:
        notes.append(f"Sheets that are no lists, and are passed over: {', '.join(other)}.")
    named = next((layout.name for layout in LISTS if plain(layout.name) == plain(path.stem)), None)
    if named and named not in {part.layout.name for part in parts}:
        notes.append(f"Its name says {named}, which it is not: a build refuses it until it has another name.")
    return parts, notes


@dataclass(frozen=True)
class _Near:
    """The list that a heading row comes nearest to: the headings that it has of it, and those that it lacks."""

    found: int
    layout: Layout | None
    has: tuple[str, ...]
    lacking: tuple[str, ...]

    def told(self, authority: Authority) -> str:
        """What would make it a list that is known."""
        if self.layout is None:
            return "None of its headings is one of a return or a local list."
        own = "" if authority is ANYBODY else f" of {authority.slug}"
        title = FORMATS[self.layout.format].title
        return (
            f"It comes nearest to {self.layout.name} ({title}): it has {', '.join(self.has)}, "
            f"and lacks {', '.join(self.lacking)}. Add what it lacks, or name its own headings in the profile{own}."
        )


def _fit(name: str, rows: tabular.Rows, authority: Authority) -> tuple[tuple[Layout, int, list[str]] | None, _Near]:
    """The list that a table is, where its heading row stands and the lists it might be as well; else the nearest."""
    nearest = _Near(0, None, (), ())
    for at, (_, row) in enumerate(rows[:HEADING_WITHIN]):
        written = {plain(cell) for cell in row if cell}
        fits: list[tuple[int, Layout]] = []
        for layout in LISTS:
            spelt = layout.spelt(authority)
            found = {spelt[word] for word in written & spelt.keys()}
            lacking = layout.lacks(found)
            if found and not lacking:
                fits.append((len(found), layout))
            elif (len(found), -len(lacking)) > (nearest.found, -len(nearest.lacking)):
                nearest = _Near(len(found), layout, tuple(sorted(found)), tuple(lacking))
        if fits:
            most = max(found for found, _ in fits)
            best = [layout for found, layout in fits if found == most]
            named = [layout for _, layout in fits if plain(layout.name) == plain(name)]
            alike = [layout.name for layout in named or best]
            return ((named or best)[0], at, alike), nearest
    return None, nearest


def _part(layout: Layout, title: str, rows: tabular.Rows, at: int, authority: Authority, judge: _Judge) -> Part:
    """A list as it was understood, each column as it is written."""
    line, heading = rows[at]
    body = [row for _, row in rows[at + 1 :] if any(row)]
    held = [(listed, *judge.hold(listed)) for listed in tabular._list_in(rows, layout, [layout], authority)[0]]
    spelt = layout.spelt(authority)
    columns: list[Seen] = []
    used: set[str] = set()
    for place, word in enumerate(heading):
        name = spelt.get(plain(word))
        filled = sum(1 for row in body if place < len(row) and row[place] not in tabular.EMPTY)
        if name is None or name in used:
            if word or filled:
                columns.append(Seen(_short(word) or "(no heading)", _why_not(word, name, layout), filled))
            continue
        used.add(name)
        columns.append(_seen(_short(word), name, held, filled))
    return _whole(layout, title, line, held, columns, used)


def _why_not(word: str, name: str | None, layout: Layout) -> str:
    """Why a column fills nothing: it stands there twice, the return has it for another use, or it is not known."""
    if name:
        return "not used: repeated"
    parts = [part for other in LISTS if other.format == layout.format for part in (other, *other.also)]
    of_return = {plain(heading) for part in parts for heading in part.columns}
    return "not used" if plain(word) in of_return | LEFT else "not known"


Held = Sequence[tuple[Listed, Checked, pd.DataFrame]]


def _seen(heading: str, name: str, held: Held, filled: int) -> Seen:
    """A column that a list knows, by the list's own heading."""
    fills, read_as = [], ""
    problems: Counter[str] = Counter()
    for listed, checked, found in held:
        column = listed.layout.columns.get(name)
        if column and listed.layout.table:
            table = fed(listed.layout.table)
            canonical = table in TABLES and column in TABLES[table].dtypes
            fills.append(f"{table}.{column}" if canonical else table or f"{listed.layout.table}.{column}")
            read_as = read_as or _read_as(listed.layout, column, checked)
            problems.update(found.rule[found.column == name])
    return Seen(heading, ", ".join(dict.fromkeys(fills)) or "not used", filled, read_as, problems)


def _read_as(layout: Layout, column: str, checked: Checked) -> str:
    if codes_of(layout, column):
        return "code"
    dtype = next(each.dtype for each in described(layout.table).columns if each.name == column)
    return "date and time" if dtype == "date" and cells.with_time(checked.rows[column]) else _READ_AS[dtype]


def _whole(layout: Layout, title: str, line: int | None, held: Held, columns: list[Seen], used: set[str]) -> Part:
    about_rows: Counter[str] = Counter()
    for _, _, found in held:
        about_rows.update(found.rule[~found.column.isin(used)])
    return Part(
        layout,
        title,
        line,
        max(checked.rows_in for _, checked, _ in held),
        max(checked.rows_set_aside for _, checked, _ in held),
        tuple(columns),
        tuple(heading for heading in layout.columns if heading not in used),
        tuple(dict.fromkeys(table for listed, _, _ in held if (table := fed(listed.layout.table)))),
        about_rows,
    )


def _short(heading: str) -> str:
    """A heading as it is written, as far as it may be shown on a terminal."""
    text = "".join(letter for letter in heading if letter.isprintable())
    return text if len(text) <= _LONGEST_HEADING else text[: _LONGEST_HEADING - 1] + "…"


def _known() -> str:
    return "; ".join(kind.title for kind in FORMATS.values())


# XML


def _xml(content: bytes, judge: _Judge) -> tuple[list[Part], list[str]]:
    if kind_of_xml(content) == "ssda903":
        return [_record(listed, judge) for listed in read_ssda903(content)], []
    census = read_census(content)
    date = pd.to_datetime(census.header.get("ReferenceDate", ""), errors="coerce")
    if judge.quarter is None and not pd.isna(date):
        judge = _Judge(Quarter.of(date), judge.today)
    parts = [_record(listed, judge) for listed in census.records]
    said = {
        "Its header says": [
            f"{name} {shown_one(value)}" for name, value in census.header.items() if name != "Collection"
        ],
        "Left in the return": [f"{name} ({count:,})" for name, count in census.left.items()],
        "Not known": [f"{_short(name)} ({count:,})" for name, count in census.unread.items()],
    }
    return parts, [f"{what}: {', '.join(names)}." for what, names in said.items() if names]


def _record(listed: Listed, judge: _Judge) -> Part:
    """A kind of record, with the elements of which one at least is filled; those that the reader made in brackets."""
    filled = {str(heading): int(count) for heading, count in listed.text.notna().sum().items() if count}
    held = [(listed, *judge.hold(listed))]
    columns = [
        _seen(heading if heading[0].isupper() else f"({heading})", heading, held, count)
        for heading, count in filled.items()
    ]
    return _whole(listed.layout, "", None, held, columns, set(filled))
