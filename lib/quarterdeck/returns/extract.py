"""One quarter's folder, read: every file in it known by what is in it, and every row accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from quarterdeck.authority import Authority
from quarterdeck.quarter import Quarter
from quarterdeck.records.repairs import repaired
from quarterdeck.returns import ssda903
from quarterdeck.returns.cin_census import Census, read_census
from quarterdeck.returns.codes import written
from quarterdeck.returns.contracts import Checked, hold, hold_parts
from quarterdeck.returns.formats import FORMATS, LISTS, Tables
from quarterdeck.returns.layouts import Layout, plain
from quarterdeck.returns.local import IDENTIFIERS
from quarterdeck.returns.one_child import one_row_a_child
from quarterdeck.returns.problems import problem, shown_one
from quarterdeck.returns.ssd_database import TableRead
from quarterdeck.returns.ssda903_xml import read_ssda903
from quarterdeck.returns.staged import fed
from quarterdeck.returns.streamed import HEAD, Bytes, kind_of_xml
from quarterdeck.returns.tabular import LARGEST, Listed, Unreadable, read_lists

FILES = ["file", "list", "format", "table", "collection_year", "rows_in", "rows_used", "rows_set_aside", "sha256"]
TABULAR = {".csv", ".tsv", ".xlsx", ".xlsm", ".xls"}
WORKBOOKS = {".xlsx", ".xlsm"}
NAMES = {plain(layout.name) for layout in LISTS}  # other text files may be anybody's notes
NOT_RETURNS = {"published.csv"}
LATE_SHARE, FEWEST_LATE, FEWEST_TO_JUDGE = 0.05, 10, 50
STARTS = {
    "cin_episodes": "referral_date",
    "cla_episodes": "cla_episode_start_date",
    "annex_a_referrals": "referral_date",
    "annex_a_care": "cla_episode_start_date",
}
"""The tables by whose dates an extract tells which quarter it was cut for."""
NO_LIST = {"wrong file", "heading", "empty"}
"""Why a workbook of a quarter gone by is none of those that are still read."""


@dataclass
class Extract:
    """One quarter's folder as it is read.

    Parameters
    ----------
    quarter : at whose end it was cut.
    tables : what each format's lists told, by format and table as it is held.
    found : the file of each list.
    files : a row a file and list: see `quarterdeck.returns.intake.Intake`.
    stops : what keeps the folder from being used.
    problems : rows set aside and values made unknown.
    repairs : what was mended by a rule with a name; see `quarterdeck.records.repairs`.
    identifiers : the list of them, and its file, where there is one.
    """

    quarter: Quarter
    authority: Authority
    folder: Path
    tables: dict[tuple[str, str], list[pd.DataFrame]] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    files: list[dict[str, object]] = field(default_factory=list)
    stops: list[pd.DataFrame] = field(default_factory=list)
    problems: list[pd.DataFrame] = field(default_factory=list)
    repairs: list[pd.DataFrame] = field(default_factory=list)
    identifiers: tuple[pd.DataFrame, str] | None = None

    def name(self, path: Path) -> str:
        """A file as messages name it: from the quarter's folder."""
        return path.relative_to(self.folder.parent).as_posix()

    def stop(self, path: Path, expected: str, what_to_do: str, rule: str, line: int | None = None) -> None:
        """Add what keeps the folder from being used."""
        self.stops.append(problem(self.name(path), expected, what_to_do, rule, line))

    def of_format(self, name: str) -> Tables:
        """The canonical tables that one format told."""
        held = {table: joined(parts) for (source, table), parts in self.tables.items() if source == name}
        return FORMATS[name].canonical(held, self.quarter) if held else {}

    @property
    def formats(self) -> list[str]:
        """The formats that there is something of."""
        return list(dict.fromkeys(source for source, _ in self.tables))


def joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """What several lists of one format tell of a table, one after another."""
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def read_extract(folder: Path, cut: Quarter, authority: Authority, database: Iterable[TableRead] = ()) -> Extract:
    """Everything that a quarter's folder holds.

    Parameters
    ----------
    folder : the quarter's.
    cut : the quarter.
    database : what the authority's database of the Standard Safeguarding Dataset tells at it, where it has one.
    """
    extract = Extract(cut, authority, folder)
    for path in returned_files(folder):
        kind = path.suffix.lower()
        if kind == ".xml":
            _read_file(extract, path, _xml)
        elif kind in TABULAR or (kind == ".txt" and plain(path.stem) in NAMES):
            _read_file(extract, path, _lists)
    for table in database:
        for listed in table.lists:
            _keep(extract, table.name, table.sha256, listed.layout, hold(listed, cut, table.name))
    if not extract.files and not extract.stops:
        places = ", ".join(kind.place for kind in FORMATS.values())
        advice = f"put in what there is of {places}, as the case system cuts them"
        extract.stop(folder, "at least one return", advice, "missing return")
    _incomplete(extract)
    return extract


def read_kept_events(folder: Path, cut: Quarter, authority: Authority) -> Extract:
    """What a quarter gone by tells of events that no later extract does: their `kept` lists."""
    extract = Extract(cut, authority, folder)
    layouts = [layout for kind in FORMATS.values() for layout in kind.layouts if layout.kept]
    for path in returned_files(folder) if layouts else ():
        if path.suffix.lower() in WORKBOOKS:
            _read_file(extract, path, lambda extract, path: _lists(extract, path, layouts), passed_over=NO_LIST)
    return extract


def returned_files(folder: Path) -> Iterable[Path]:
    """The files of a quarter's folder that may be returns, by their names; none where there is no folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith((".", "~$")) and path.name not in NOT_RETURNS:
            yield path


def _read_file(
    extract: Extract, path: Path, read: Callable[[Extract, Path], None], passed_over: Collection[str] = ()
) -> None:
    try:
        read(extract, path)
    except OSError as error:
        advice = f"let it be read, or put it here again ({error.strerror})"
        extract.stop(path, "a file that can be read", advice, "unreadable")
    except Unreadable as trouble:
        if trouble.rule not in passed_over:
            extract.stop(path, trouble.expected, trouble.what_to_do, trouble.rule, trouble.line)


def _lists(extract: Extract, path: Path, layouts: Sequence[Layout] = LISTS) -> None:
    if path.stat().st_size > LARGEST:
        raise Unreadable(f"a list of at most {LARGEST >> 20} MB", "cut it for this year alone", "too large")
    content = path.read_bytes()
    name, sha256 = extract.name(path), hashlib.sha256(content).hexdigest()
    for listed in read_lists(path, content, layouts, extract.authority):
        if listed.layout.name in ssda903.CORE and listed.text.empty:
            raise Unreadable(f"the rows of {listed.layout.name}", "it holds headings only: cut it again", "empty")
        _keep(extract, name, sha256, listed.layout, _held(extract, listed, name))


def _held(extract: Extract, listed: Listed, name: str) -> Checked:
    checked = hold(listed, extract.quarter, name)
    if listed.layout.table != IDENTIFIERS:
        return checked
    checked = one_row_a_child(checked, listed, name)
    extract.identifiers = checked.rows.assign(line=listed.lines.loc[checked.rows.index]), name
    return checked


def _xml(extract: Extract, path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(HEAD)
    if kind_of_xml(head) != "ssda903":
        _census(extract, path)
        return
    passing, name = Bytes(path), extract.name(path)
    for listed in read_ssda903(passing):
        _keep(extract, name, passing.sha256, listed.layout, _held(extract, listed, name))


def _census(extract: Extract, path: Path) -> None:
    if before := extract.found.get("Child"):
        raise Unreadable("one census", f"{before} is one too: take one of them out", "repeated file")
    census, name = read_census(path), extract.name(path)
    _of_this_quarter(census, extract)
    for checked in hold_parts(census, extract.quarter, name).values():
        _keep(extract, name, census.sha256, checked.layout, checked)


def _of_this_quarter(census: Census, extract: Extract) -> None:
    """Refuse a census whose header names another authority, another year, or a day before the quarter's end."""
    told, cut = census.header, extract.quarter
    lea = told.get("LEA", "")
    if lea and lea != extract.authority.la_code:
        wanted = f"the return of {extract.authority.name} (LEA {extract.authority.la_code})"
        advice = f"it is the return of authority {shown_one(lea)}: put your own here"
        raise Unreadable(wanted, advice, "another authority", census.header_lines["LEA"])
    date = pd.to_datetime(told.get("ReferenceDate", ""), errors="coerce")
    years = {told.get("Year", ""), "" if pd.isna(date) else str(Quarter.of(date).collection_year)} - {""}
    line = census.header_lines.get("ReferenceDate", census.header_lines.get("Year"))
    if years and str(cut.collection_year) not in years:
        wanted = f"an extract of {written(cut.collection_year)} (Year {cut.collection_year})"
        advice = f"its header says {' and '.join(map(shown_one, sorted(years)))}: put the right year's extract here"
        raise Unreadable(wanted, advice, "another quarter", line)
    if not pd.isna(date) and date < cut.end:
        wanted = f"an extract cut at {cut.end:%d/%m/%Y} or later"
        advice = f"it was cut at {date:%d/%m/%Y}: cut it again"
        raise Unreadable(wanted, advice, "another quarter", line)


def _keep(extract: Extract, name: str, sha256: str, layout: Layout, checked: Checked) -> None:
    """Take a list's rows into the extract, and account for every one of them."""
    if before := extract.found.get(layout.name):
        raise Unreadable(f"one file of {layout.name}", f"{before} is one too: take one of them out", "repeated file")
    extract.found[layout.name] = name
    used = len(checked.rows) + checked.rows_merged if layout.table else checked.rows_in - checked.rows_set_aside
    if checked.rows_in != used + checked.rows_set_aside:
        raise AssertionError(f"{name}: {checked.rows_in} rows in, {used} used, {checked.rows_set_aside} set aside")
    if other := _another_quarter(checked, layout, extract.quarter):
        raise Unreadable(*other, "another quarter")
    extract.problems.append(checked.problems)
    extract.repairs.append(checked.repairs)
    if layout.table:
        rows = _mended(extract, checked.rows) if layout.table == "cla_episodes" else checked.rows
        extract.tables.setdefault((layout.format, layout.table), []).append(rows)
    extract.files.append(
        {
            "file": name,
            "list": layout.name,
            "format": layout.format,
            "table": fed(layout.table),
            "collection_year": extract.quarter.collection_year,
            "rows_in": checked.rows_in,
            "rows_used": used,
            "rows_set_aside": checked.rows_set_aside,
            "sha256": sha256,
        }
    )


def _mended(extract: Extract, episodes: pd.DataFrame) -> pd.DataFrame:
    year = pd.Series(extract.quarter.collection_year, index=episodes.index, dtype="Int64")
    episodes, repairs = repaired(episodes.assign(collection_year=year))
    extract.repairs.append(repairs)
    return episodes.drop(columns="collection_year")


def _another_quarter(checked: Checked, layout: Layout, cut: Quarter) -> tuple[str, str] | None:
    """What tells that a file was cut for another quarter: nothing in it is of this one, or much of it is later."""
    start = STARTS.get(layout.table)
    if start is None:
        return None
    late = checked.problems[(checked.problems.rule == "after the extract's end")]
    late = late[late.column == layout.heading_of[start]]
    expected = f"the extract of {cut}, cut at {cut.end:%d/%m/%Y}"
    # A census says in its header which year it is of, so that after a year's last quarter none can be mistaken for it.
    judged = cut.number < 4 or layout.format != "cin_census"
    if judged and len(late) >= max(FEWEST_LATE, LATE_SHARE * checked.rows_in):
        return expected, f"{len(late):,} of its {checked.rows_in:,} rows begin later: put the right extract here"
    newest = checked.rows.select_dtypes("datetime64").max().max()
    if checked.rows_in >= FEWEST_TO_JUDGE and not pd.isna(newest) and newest < cut.start:
        return expected, f"its last date is {newest:%d/%m/%Y}: put the right extract here"
    return None


def _incomplete(extract: Extract) -> None:
    """The parts without which a return is none: an SSDA903 set has its header and its episodes."""
    names = {layout.name for layout in ssda903.LAYOUTS}
    tried = {Path(str(stop.file.iloc[0])).stem for stop in extract.stops}
    if names & extract.found.keys():
        for name in ssda903.CORE:
            if name not in extract.found and name not in tried:
                path = extract.folder / "ssda903" / f"{name}.csv"
                extract.stop(path, f"the {name} file of the SSDA903", "cut the whole set again", "missing return")
