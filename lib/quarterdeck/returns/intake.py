"""A quarter's returns and those of the years before it, read whole, with every row accounted for."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pandas as pd

from quarterdeck.authority import Authority
from quarterdeck.quarter import Quarter
from quarterdeck.records import Records, looked_after
from quarterdeck.records.tables import TABLES
from quarterdeck.returns import cin_census, identity, local, ssda903
from quarterdeck.returns.codes import written
from quarterdeck.returns.contracts import Checked, hold
from quarterdeck.returns.layouts import plain
from quarterdeck.returns.problems import ReturnsError, gathered, problem
from quarterdeck.returns.tabular import Listed, Unreadable, read_list

FILES = ["file", "format", "table", "collection_year", "rows_in", "rows_used", "rows_set_aside", "sha256"]
LISTS = (*ssda903.LAYOUTS, *local.LAYOUTS)
TABULAR = {".csv", ".tsv", ".xlsx", ".xlsm", ".xls"}
NAMES = {plain(layout.name) for layout in LISTS}  # other text files may be anybody's notes
NOT_RETURNS = {"published.csv"}
LATE_SHARE, FEWEST_LATE, FEWEST_TO_JUDGE = 0.05, 10, 50
STARTS = {"cin_episodes": "referral_date", "cla_episodes": "cla_episode_start_date"}
"""The tables by whose dates an extract tells which quarter it was cut for."""


@dataclass(frozen=True)
class Intake:
    """What came in: the records, and an account of every file and of every row that was not used as it stood.

    Parameters
    ----------
    records : the canonical tables.
    files : file, format, table ("" where no figure needs it, or another source of the table was preferred),
        collection_year, rows_in, rows_used, rows_set_aside, sha256; a row a file and table.
    problems : file, line, column, value, expected, what_to_do, rule; rows set aside and values made unknown.
    """

    records: Records
    files: pd.DataFrame
    problems: pd.DataFrame


@dataclass
class _Extract:
    """One quarter's folder as it is read."""

    quarter: Quarter
    authority: Authority
    folder: Path
    tables: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    files: list[list[object]] = field(default_factory=list)
    stops: list[pd.DataFrame] = field(default_factory=list)
    problems: list[pd.DataFrame] = field(default_factory=list)

    def name(self, path: Path) -> str:
        return path.relative_to(self.folder.parent).as_posix()

    def stop(self, path: Path, expected: str, what_to_do: str, rule: str, line: int | None = None) -> None:
        self.stops.append(problem(self.name(path), expected, what_to_do, rule, line))


def read_quarter(
    data: Path, authority: Authority, quarter: Quarter, *, set_aside: bool = False, today: dt.date | None = None
) -> Intake:
    """The records of an authority at a quarter: its own returns, and the latest of each collection year before.

    Parameters
    ----------
    data : the folder that holds `<authority>/<quarter>/…`.
    set_aside : leave out the rows that are bad, and make unknown the codes that are, instead of stopping at them.
    today : the day on which it is read, to refuse a quarter that has not ended; the day it is, where not given.

    Raises
    ------
    ReturnsError : with all problems of all files. A file that cannot be used stops in any case; bad rows and
        unknown codes stop unless they are to be set aside.
    """
    home = data / authority.slug
    stops = _before_reading(home, quarter, today or dt.date.today())
    extracts = [_read(home / cut.slug, cut, authority) for cut in _cuts(home, quarter)]
    stops += [_missing_years(extracts), *(stop for extract in extracts for stop in extract.stops)]
    stops += [_gone(now, before) for before, now in pairwise(extracts)]
    problems = gathered(part for extract in extracts for part in extract.problems)
    all_stops = gathered(stops)
    if len(all_stops) or (len(problems) and not set_aside):
        raise ReturnsError(gathered([all_stops, problems]))
    replace = _pseudonyms(home, authority) if authority.pseudonymise else pd.DataFrame.copy
    by_table: dict[str, list[pd.DataFrame]] = defaultdict(list)
    for extract in extracts:
        for table, rows in _tables(extract).items():
            year = pd.Series(extract.quarter.collection_year, index=rows.index, dtype="Int64")
            by_table[table].append(replace(rows).assign(collection_year=year))
    tables = {name: pd.concat(by_table[name], ignore_index=True) for name in TABLES if name in by_table}
    files = pd.DataFrame([row for extract in extracts for row in extract.files], columns=FILES)
    return Intake(Records(authority, quarter, tables), files, problems)


def _pseudonyms(home: Path, authority: Authority) -> identity.Replace:
    if authority.synthetic:  # made-up children need no secret, and their papers are the same on every machine
        return identity.pseudonyms(authority.slug.encode())
    try:
        return identity.pseudonyms(identity.key_of(home))
    except OSError as error:
        advice = f"let it be written and read ({error.strerror}), or set {identity.KEY_VARIABLE}"
        file = f"{home.name}/{identity.KEY_FILE}"
        raise ReturnsError(problem(file, "a key to replace identifiers with", advice, "key")) from None


def _before_reading(home: Path, quarter: Quarter, today: dt.date) -> list[pd.DataFrame]:
    stops = []
    if quarter.end.date() >= today:
        stops.append(
            problem(
                quarter.slug,
                "a quarter that has ended",
                f"{quarter} ends on {quarter.end:%d/%m/%Y}: build an earlier quarter, or wait until it is over",
                "quarter not ended",
            )
        )
    if not (home / quarter.slug).is_dir():
        there = ", ".join(str(cut) for cut in _folders(home)[-4:]) or "none"
        advice = f"put the returns of {quarter} into {home.name}/{quarter.slug} (there now: {there})"
        stops.append(problem(quarter.slug, "a folder with the quarter's returns", advice, "missing return"))
    return stops


def _folders(home: Path) -> list[Quarter]:
    cuts = []
    for folder in home.iterdir() if home.is_dir() else ():
        try:
            cut = Quarter.parse(folder.name)
        except ValueError:
            continue
        if folder.is_dir() and folder.name == cut.slug:
            cuts.append(cut)
    return sorted(cuts)


def _cuts(home: Path, quarter: Quarter) -> list[Quarter]:
    """The latest quarter there is of each collection year, up to the one asked for."""
    latest = {cut.collection_year: cut for cut in _folders(home) if cut <= quarter}
    return [latest[year] for year in sorted(latest)]


def _missing_years(extracts: list[_Extract]) -> pd.DataFrame:
    years = [extract.quarter.collection_year for extract in extracts]
    gaps = sorted(set(range(min(years, default=0), max(years, default=-1) + 1)) - set(years))
    expected = "a folder for every year between the first and this one"
    return gathered(
        problem(f"{written(year)}-Q4", expected, f"put the returns of {written(year)} into it", "missing return")
        for year in gaps
    )


def _read(folder: Path, cut: Quarter, authority: Authority) -> _Extract:
    extract = _Extract(cut, authority, folder)
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name.startswith((".", "~$")) or path.name in NOT_RETURNS:
            continue
        kind = path.suffix.lower()
        if kind == ".xml":
            _read_file(extract, path, _census)
        elif kind in TABULAR or (kind == ".txt" and plain(path.stem) in NAMES):
            _read_file(extract, path, _list)
    if not extract.files and not extract.stops:
        advice = "put in cin_census.xml, ssda903/ and local/ as the case system cuts them"
        extract.stop(folder, "at least one return", advice, "missing return")
    _incomplete(extract)
    return extract


def _read_file(extract: _Extract, path: Path, read: Callable[[_Extract, Path, bytes], None]) -> None:
    try:
        read(extract, path, path.read_bytes())
    except OSError as error:
        advice = f"let it be read, or put it here again ({error.strerror})"
        extract.stop(path, "a file that can be read", advice, "unreadable")
    except Unreadable as trouble:
        extract.stop(path, trouble.expected, trouble.what_to_do, trouble.rule, trouble.line)


def _list(extract: _Extract, path: Path, content: bytes) -> None:
    listed = read_list(path, content, LISTS, extract.authority)
    layout = listed.layout
    if layout.name in ssda903.CORE and listed.text.empty:
        raise Unreadable(f"the rows of {layout.name}", "it holds headings only: cut it again", "empty")
    _keep(extract, path, content, listed)


def _census(extract: _Extract, path: Path, content: bytes) -> None:
    census = cin_census.read_census(content)
    cut = extract.quarter
    told = census.header
    lea = told.get("LEA", "")
    if lea and lea != extract.authority.la_code:
        wanted = f"the return of {extract.authority.name} (LEA {extract.authority.la_code})"
        advice = f"it is the return of authority {lea}: put your own here"
        raise Unreadable(wanted, advice, "another authority", census.header_lines["LEA"])
    date = pd.to_datetime(told.get("ReferenceDate", ""), errors="coerce")
    years = {told.get("Year", ""), "" if pd.isna(date) else str(Quarter.of(date).collection_year)} - {""}
    line = census.header_lines.get("ReferenceDate", census.header_lines.get("Year"))
    if years and str(cut.collection_year) not in years:
        wanted = f"an extract of {written(cut.collection_year)} (Year {cut.collection_year})"
        advice = f"its header says {' and '.join(sorted(years))}: put the right year's extract here"
        raise Unreadable(wanted, advice, "another quarter", line)
    if not pd.isna(date) and date < cut.end:
        wanted = f"an extract cut at {cut.end:%d/%m/%Y} or later"
        advice = f"it was cut at {date:%d/%m/%Y}: cut it again"
        raise Unreadable(wanted, advice, "another quarter", line)
    if before := extract.found.get("Child"):
        raise Unreadable("one census", f"{before} is one too: take one of them out", "repeated file")
    for listed in census.records:
        _keep(extract, path, content, listed)


def _keep(extract: _Extract, path: Path, content: bytes, listed: Listed) -> None:
    layout, name = listed.layout, extract.name(path)
    if before := extract.found.get(layout.name):
        raise Unreadable(f"one file of {layout.name}", f"{before} is one too: take one of them out", "repeated file")
    extract.found[layout.name] = name
    checked = hold(listed, extract.quarter, name)
    used = len(checked.rows) if layout.table else checked.rows_in - checked.rows_set_aside
    if checked.rows_in != used + checked.rows_set_aside:
        raise AssertionError(f"{name}: {checked.rows_in} rows in, {used} used, {checked.rows_set_aside} set aside")
    if other := _another_quarter(checked, listed, extract.quarter):
        raise Unreadable(*other, "another quarter")
    extract.problems.append(checked.problems)
    if layout.table:
        extract.tables[layout.format, layout.table] = checked.rows
    sha256 = hashlib.sha256(content).hexdigest()
    year = extract.quarter.collection_year
    extract.files.append(
        [name, layout.format, layout.table, year, checked.rows_in, used, checked.rows_set_aside, sha256]
    )


def _another_quarter(checked: Checked, listed: Listed, cut: Quarter) -> tuple[str, str] | None:
    """What tells that a file was cut for another quarter: nothing in it is of this one, or much of it is later."""
    start = STARTS.get(listed.layout.table)
    if start is None:
        return None
    late = checked.problems[(checked.problems.rule == "after the extract's end")]
    late = late[late.column == listed.layout.heading_of[start]]
    expected = f"the extract of {cut}, cut at {cut.end:%d/%m/%Y}"
    # A census says in its header which year it is of, so that after a year's last quarter none can be mistaken for it.
    judged = cut.number < 4 or listed.layout.format != "cin_census"
    if judged and len(late) >= max(FEWEST_LATE, LATE_SHARE * checked.rows_in):
        return expected, f"{len(late):,} of its {checked.rows_in:,} rows begin later: put the right extract here"
    newest = checked.rows.select_dtypes("datetime64").max().max()
    if checked.rows_in >= FEWEST_TO_JUDGE and not pd.isna(newest) and newest < cut.start:
        return expected, f"its last date is {newest:%d/%m/%Y}: put the right extract here"
    return None


def _incomplete(extract: _Extract) -> None:
    """The parts without which a return is none: an SSDA903 set has its header and its episodes."""
    names = {layout.name for layout in ssda903.LAYOUTS}
    tried = {Path(str(stop.file.iloc[0])).stem for stop in extract.stops}
    if names & extract.found.keys():
        for name in ssda903.CORE:
            if name not in extract.found and name not in tried:
                path = extract.folder / "ssda903" / f"{name}.csv"
                extract.stop(path, f"the {name} file of the SSDA903", "cut the whole set again", "missing return")


def _gone(now: _Extract, before: _Extract) -> pd.DataFrame:
    """Returns that there were a year before and are not there now."""
    tried = {Path(str(stop.file.iloc[0])).stem for stop in now.stops}
    kept = [layout.name for layout in LISTS if layout.name not in ssda903.ONCE_A_YEAR or now.quarter.number == 4]
    broken = any(str(stop.file.iloc[0]).lower().endswith(".xml") for stop in now.stops)
    census = ["Child"] if "Child" in before.found and "Child" not in now.found and not broken else []
    gone = [name for name in kept if name in before.found and name not in now.found and name not in tried]
    return gathered(
        problem(
            f"{now.quarter.slug}/{before.found[name].partition('/')[2]}",
            f"a return that {before.quarter} had",
            "put it in; where there is nothing to tell, its heading row alone",
            "missing return",
        )
        for name in [*census, *gone]
    )


def _tables(extract: _Extract) -> dict[str, pd.DataFrame]:
    """The canonical tables of an extract, where several returns tell of one the fuller of them."""
    tables: dict[str, pd.DataFrame] = {}
    for (source, table), rows in extract.tables.items():
        if table == "person" and table in tables:
            tables[table] = _people([tables[table], rows] if source == "ssda903" else [rows, tables[table]])
        elif table == "missing" and source == "ssda903":
            rows = rows.assign(looked_after=pd.Series(True, index=rows.index, dtype="boolean"))
            tables.setdefault(table, rows)
        else:
            tables[table] = rows
    if "missing" in tables and "cla_episodes" in tables:
        tables["missing"] = _with_looked_after(tables["missing"], tables["cla_episodes"])
    if ("local", "missing") in extract.tables:
        for row in extract.files:
            if row[1:3] == ["ssda903", "missing"]:
                row[2] = ""
    return tables


def _people(sources: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Everyone in either source, once: what the later source leaves empty is filled from the earlier."""
    census, looked = (source.set_index("person_id") for source in sources)
    return looked.combine_first(census)[list(census.columns)].reset_index().astype(census.reset_index().dtypes)


def _with_looked_after(missing: pd.DataFrame, episodes: pd.DataFrame) -> pd.DataFrame:
    """Missing episodes with `looked_after` told, where the list does not, by the episodes of care on that day."""
    starts = missing.missing_episode_start_date.dt.normalize()
    asked = pd.DataFrame({"person_id": missing.person_id, "day": starts, "row": missing.index})
    care = looked_after.without_short_breaks(episodes.assign(collection_year=0))
    spans = asked.merge(care, on="person_id", how="left", validate="many_to_many")
    inside = (spans.cla_episode_start_date <= spans.day) & ~(spans.cla_episode_ceased_date < spans.day)
    told = missing.index.isin(spans.row[inside])
    derived = pd.Series(told, index=missing.index, dtype="boolean")
    return missing.assign(looked_after=missing.looked_after.fillna(derived))
