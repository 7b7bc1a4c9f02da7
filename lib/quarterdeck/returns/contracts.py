"""The contract of each canonical table (pandera), and rows held to it: what breaks it is listed and set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache

import pandas as pd
import pandera.pandas as pa

from quarterdeck.quarter import Quarter, is_financial_year
from quarterdeck.records.repairs import counted, told_once
from quarterdeck.records.tables import Column, Table
from quarterdeck.returns import cells
from quarterdeck.returns.codes import CodeSet, code_sets, written
from quarterdeck.returns.layouts import Layout
from quarterdeck.returns.problems import gathered, shown
from quarterdeck.returns.staged import described
from quarterdeck.returns.tabular import Listed

YEARS_BACK = 31  # nobody in a return was born, and nothing in it happened, longer ago
MAY_COME = {  # dates that may lie after an extract's end: they are expected, planned or reckoned
    "expected_dob",
    "born_or_due",
    "uasc_status_end_date",
    "icpc_target_date",
    "pathway_plan_date",
    "review_due_date",
}
MAY_BE_PLANNED = {  # ends that may be agreed beforehand
    ("placement_costs", "end_date"),
    ("involvements", "to_date"),
    ("deprivation_of_liberty", "to_date"),
    ("exploitation", "to_date"),
}
ORDER = (
    ("referral_date", "close_date"),
    ("assessment_start_date", "assessment_auth_date"),
    ("cin_plan_start_date", "cin_plan_end_date"),
    ("cp_plan_start_date", "cp_plan_end_date"),
    ("pre_pro_decision_date", "agree_stepdown_issue_date"),
    ("legal_advice_requested", "legal_advice_received"),
    ("cla_episode_start_date", "cla_episode_ceased_date"),
    ("missing_episode_start_date", "missing_episode_end_date"),
    ("placed_for_adoption_date", "decision_reversed_date"),
    ("contact_date", "decision_date"),
    ("episode_start_date", "episode_end_date"),
    ("referral_date", "seen_date"),
    ("received_date", "closed_date"),
    ("arrangement_start", "arrangement_end"),
    ("from_date", "to_date"),
    ("start_date", "end_date"),
)
WRITTEN_AS: dict[str, tuple[Callable[[str], bool], str]] = {
    "financial_year": (is_financial_year, "a financial year, as 2017-18")
}
"""Columns of text that must be written in one way: what tells it, and how people call it."""
KNOWN_FROM = {  # what is told of an end, and so not known before it
    "close_date": "close_reason",
    "cla_episode_ceased_date": "cla_episode_ceased_reason",
    "cla_placement_end_date": "cla_placement_change_reason",
    "cla_review_date": "cla_review_participation",
    "decision_reversed_date": "decision_reversed_reason",
    "episode_end_date": "episode_end_reason",
    "agree_stepdown_issue_date": "pre_pro_outcome",
    "s47_end_date": "s47_outcome_json",
}
REPEATS_MERGED = {"ssda903"}
"""The formats of which a row that stands twice is counted once: its systems are known to write one twice."""
KEPT_AS_UNKNOWN = {"code", "number", "yes or no"}
_DAY = pd.Timedelta(days=1)
DATE_WRITTEN = {"cin_census": "a date, YYYY-MM-DD"}


@dataclass(frozen=True)
class Checked:
    """Rows held to their contract.

    Parameters
    ----------
    rows : those that keep it, with the canonical columns and dtypes.
    problems : what broke it, and where.
    rows_in, rows_set_aside : how many there were, and how many are not among `rows`.
    layout : which list it is.
    rows_merged : how many tell of what another row tells, and were made one with it.
    repairs : those, by rule; see `quarterdeck.records.repairs`.
    """

    rows: pd.DataFrame
    problems: pd.DataFrame
    rows_in: int
    rows_set_aside: int
    layout: Layout
    rows_merged: int = 0
    repairs: pd.DataFrame = field(default_factory=lambda: counted({}, ""))


def latest_date(layout: Layout, column: str, extract: Quarter) -> pd.Timestamp:
    """The last day that a date may have: the extract's end for a return; local lists may run on a quarter longer."""
    if column in MAY_COME or (layout.table, column) in MAY_BE_PLANNED:
        return extract.end + pd.DateOffset(years=30)
    return (extract.minus(-1) if layout.format == "local" else extract).end


def codes_of(layout: Layout, column: str) -> CodeSet | None:
    """The code set of a canonical column of a list, where it has one."""
    return code_sets().get(layout.codes.get(column, f"{layout.table}.{column}"))


@cache
def contract(name: str) -> pa.DataFrameSchema:
    """The contract of a canonical table: its columns, dtypes and key, and what may not be empty.

    Parameters
    ----------
    name : a table of `quarterdeck.records.tables`.
    """
    table = described(name)
    columns = {
        column.name: pa.Column(table.dtypes[column.name], _written_as(column.name), nullable=not column.required)
        for column in table.columns
    }
    ordered = [
        pa.Check(lambda rows, a=a, b=b: ~_before(rows[b], rows[a]), name=a, error=f"order {a} {b}", ignore_na=False)
        for a, b in ORDER
        if a in columns and b in columns
    ]
    return pa.DataFrameSchema(
        columns, checks=ordered, unique=list(table.key), report_duplicates="exclude_first", strict=True
    )


def _written_as(column: str) -> list[pa.Check]:
    if column not in WRITTEN_AS:
        return []
    fits, _ = WRITTEN_AS[column]
    return [pa.Check(lambda text: text.map(fits).astype("bool"), error="written")]


def _before(one: pd.Series, other: pd.Series) -> pd.Series:
    """Where one moment was before another; a day without its time of day is not before any moment of that day."""
    return (one < other) & ~((one == one.dt.normalize()) & (one == other.dt.normalize()))


def dated(name: str, layout: Layout, extract: Quarter) -> pa.DataFrameSchema:
    """The contract of a table, but for its key, with the days between which its dates must lie in an extract."""
    first = pd.Timestamp(extract.collection_year - YEARS_BACK, 4, 1)
    dates = [column.name for column in described(name).columns if column.dtype == "date"]
    bounds = {column: _between(first, latest_date(layout, column, extract)) for column in dates}
    schema = contract(name).update_columns({column: {"checks": checks} for column, checks in bounds.items()})
    schema.unique = None
    return schema


@cache
def keyed(name: str) -> pa.DataFrameSchema:
    """The part of a table's contract that is about its key alone, for rows that keep the rest."""
    return pa.DataFrameSchema(unique=contract(name).unique, report_duplicates="exclude_first")


def _between(first: pd.Timestamp, last: pd.Timestamp) -> list[pa.Check]:
    return [
        pa.Check(lambda dates: dates >= first, error="too early"),
        pa.Check(lambda dates: dates < last + _DAY, error="too late"),
    ]


class Holding:
    """The rows of one list, held to the contract of their table a part at a time.

    Of a part nothing is kept but its typed rows and what is wrong with it.

    Parameters
    ----------
    layout : which list it is.
    extract : the quarter at whose end it was cut.
    file : what to call it in messages.
    """

    def __init__(self, layout: Layout, extract: Quarter, file: str) -> None:
        self.layout, self.extract, self.file = layout, extract, file
        self._table = described(layout.table) if layout.table else None
        self._schema = dated(layout.table, layout, extract) if self._table else None
        self._rows_in = 0
        self._rows: list[pd.DataFrame] = []
        self._where: list[pd.DataFrame] = []
        self._problems: list[pd.DataFrame] = []
        self._timed: dict[str, list[bool]] = {}

    def add(self, listed: Listed) -> None:
        """The next rows of the list."""
        listed = _unfolded(listed)
        begin, self._rows_in = self._rows_in, self._rows_in + len(listed.text)
        if self._table is None or self._schema is None:
            return
        at = pd.RangeIndex(begin, self._rows_in)
        text = listed.text.rename(columns=dict(self.layout.columns)).set_axis(at).assign(**self.layout.fixed)
        where = pd.DataFrame({"line": listed.lines.set_axis(at)})
        rows, found = self._typed(self._table, text)
        found.append(_overlong(at[listed.overlong.to_numpy()]))
        if listed.lost is not None and listed.lost.any():
            lost = at[listed.lost.to_numpy()]
            rows, found = rows.drop(lost), [part[~part.row.isin(lost)] for part in found]
        if self.layout.live:
            rows = _at_the_cut(rows, self._table, self.layout, self.extract)
            found = [part[part.row.isin(rows.index)] for part in found]
        early = pd.concat([_nothing(), *found])
        needed = early.column.isin([column.name for column in self._table.columns if column.required])
        rows = _without(rows, early[~early.rule.isin(KEPT_AS_UNKNOWN) | needed])
        broken = pd.concat([_incomplete(rows, self.layout), _broken(rows, self._schema, self.layout, self.extract)])
        rows = _without(rows, broken)
        self._problems.append(_told(pd.concat([early, broken]), text, where.line, self.layout, self.file))
        if self._table.key and (telling := _telling(self._table, self.layout)) in text:
            where[telling] = text[telling]
        self._rows.append(rows)
        self._where.append(where if len(where) == len(rows) else where.loc[rows.index])

    def _typed(self, table: Table, text: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
        """Text in the table's columns and dtypes, and the cells that could not be read."""
        found: list[pd.DataFrame] = []
        columns: dict[str, pd.Series] = {}
        for column in table.columns:
            if column.name in text:
                written = _in_codes(text, column.name, self.layout)
                columns[column.name], problems = _typed(written, column, self.layout, self.extract)
                found += problems
        for made, start in self.layout.made.items():
            columns[made] = text.person_id + "@" + columns[start].dt.strftime("%Y-%m-%d")
        for column, flag in self.layout.times.items():
            if column in columns and columns[column].notna().any():
                self._timed.setdefault(flag, []).append(cells.with_time(columns[column]))
        rows = pd.DataFrame(columns, index=text.index).reindex(columns=[column.name for column in table.columns])
        return rows.astype({name: dtype for name, dtype in table.dtypes.items() if name in rows}), found

    def checked(self) -> Checked:
        """All rows, each key among them once."""
        if self._table is None:
            return Checked(pd.DataFrame(), gathered([]), self._rows_in, 0, self.layout)
        rows, where = pd.concat(self._rows), pd.concat(self._where)
        self._rows.clear()
        for flag, timed in self._timed.items():
            rows[flag] = pd.Series(any(timed), index=rows.index, dtype="boolean")
        repairs = counted({}, self._table.name)
        if self.layout.format in REPEATS_MERGED:
            rows, repairs = told_once(rows, self._table.name)
            year = pd.Series(self.extract.collection_year, index=repairs.index, dtype="Int64")
            repairs = repairs.assign(collection_year=year)
        if key := list(self._table.key):
            repeated = _broken(rows[key], keyed(self._table.name), self.layout, self.extract)
            rows = _without(rows, repeated)
            self._problems.append(_told(repeated, where, where.line, self.layout, self.file))
        problems = gathered([pd.concat(self._problems).sort_values("row", kind="stable")])
        merged = int(repairs.rows.sum())
        set_aside = self._rows_in - len(rows) - merged
        return Checked(rows, problems, self._rows_in, set_aside, self.layout, merged, repairs)


def hold(listed: Listed, extract: Quarter, file: str) -> Checked:
    """Rows of a list held to the contract of their table.

    Parameters
    ----------
    listed : the list, as text.
    extract : the quarter at whose end it was cut.
    file : what to call it in messages.
    """
    return hold_parts([listed], extract, file)[listed.layout.name]


def hold_parts(parts: Iterable[Listed], extract: Quarter, file: str) -> dict[str, Checked]:
    """The lists of a file that is read in parts, each held to the contract of its table, by the list's name.

    Parameters
    ----------
    parts : parts of any of its lists, each list's in the order of the file.
    extract : the quarter at whose end it was cut.
    file : what to call it in messages.
    """
    holdings: dict[str, Holding] = {}
    for listed in parts:
        if (name := listed.layout.name) not in holdings:
            holdings[name] = Holding(listed.layout, extract, file)
        holdings[name].add(listed)
    return {name: holdings.pop(name).checked() for name in [*holdings]}


def _unfolded(listed: Listed) -> Listed:
    """A list without what its return writes for an empty cell, and with a row for each of a cell's several values."""
    layout, text = listed.layout, listed.text
    text = text.mask(text.isin(layout.empty)) if layout.empty else text
    if layout.spread not in text:
        return replace(listed, text=text)
    each = cells.several(text[layout.spread]).explode().dropna()
    spread = text.loc[each.index].assign(**{layout.spread: each.astype("str")}).reset_index(drop=True)
    lines, overlong = (of_row.loc[each.index].reset_index(drop=True) for of_row in (listed.lines, listed.overlong))
    return replace(listed, text=spread, lines=lines, overlong=overlong)


def _at_the_cut(rows: pd.DataFrame, table: Table, layout: Layout, extract: Quarter) -> pd.DataFrame:
    """Rows of a model that runs on as they stood at the extract's end: what had not happened by then is not told."""
    dates = [column for column in table.columns if column.dtype == "date"]
    later = {column.name: rows[column.name] >= latest_date(layout, column.name, extract) + _DAY for column in dates}
    for column in dates:
        if not column.required:
            for name in {column.name, KNOWN_FROM.get(column.name, column.name)} & set(rows):
                rows = rows.assign(**{name: rows[name].mask(later[column.name])})
    begun = ~pd.DataFrame({column.name: later[column.name] for column in dates if column.required}, index=rows.index)
    return rows[begun.all(axis=1)]


def _without(rows: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    return rows[~rows.index.isin(found.row)] if len(found) else rows


def _found(rows: pd.Index, column: str, expected: str, what_to_do: str | list[str], rule: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"row": rows, "column": column, "expected": expected, "what_to_do": what_to_do, "rule": rule},
    )


@cache
def _none_told() -> pd.DataFrame:
    return gathered([]).assign(row=pd.Series(dtype="int64"))


@cache
def _nothing() -> pd.DataFrame:
    return _found(pd.Index([], dtype="int64"), "", "", "", "")


def _overlong(rows: pd.Index) -> pd.DataFrame:
    advice = "a cell holds the delimiter: put it in quotes"
    return _found(rows, "", "as many cells as headings", advice, "too many cells")


def _in_codes(text: pd.DataFrame, column: str, layout: Layout) -> pd.Series:
    """A column with the code that each spelling stands for; what stands for none is left as it is."""
    if column not in layout.words:
        return text[column]
    number, distinct = pd.factorize(text[column])
    codes = [layout.words[column].code(value) for value in distinct]
    told = [value if code is None else code or None for value, code in zip(distinct, codes, strict=True)]
    return pd.Series([*told, None], dtype="str").iloc[number].set_axis(text.index)


def _typed(text: pd.Series, column: Column, layout: Layout, extract: Quarter) -> tuple[pd.Series, list[pd.DataFrame]]:
    """A column in its dtype, and the cells that could not be read."""
    if column.dtype == "str":
        codes = codes_of(layout, column.name)
        return _coded(text, column, layout, codes, extract) if codes else (text, [])
    as_date = DATE_WRITTEN.get(layout.format, "a date, DD/MM/YYYY")
    read, expected, what_to_do, rule = {
        "date": (cells.dates, as_date, "correct the date in the case system and cut the file again", "date"),
        "Int64": (cells.whole_numbers, "a whole number", "correct the number", "number"),
        "float64": (cells.numbers, "a number", "correct the number", "number"),
        "boolean": (cells.yes_or_no, "Y or N", "write Y or N", "yes or no"),
    }[column.dtype]
    values, bad = read(text)
    if rule == "date" and bad.any() and cells.month_first(text[bad]):
        what_to_do = "the column looks written month first: cut it again with the day first, or 03/04 is 3 April"
    return values, [_found(text.index[bad], column.name, expected, what_to_do, rule)] if bad.any() else []


def _coded(
    text: pd.Series, column: Column, layout: Layout, codes: CodeSet, extract: Quarter
) -> tuple[pd.Series, list[pd.DataFrame]]:
    """Codes in the records' spelling; one that its year does not know becomes unknown."""
    year = extract.collection_year
    known = codes.up_to(year) if layout.live else codes.of_year(year)
    recode = layout.recode.get(column.name, {})
    spelling = {_folded(code): recode.get(code, code) for code in known}
    number, distinct = pd.factorize(text)
    folded = [_folded(value) for value in distinct]
    values = pd.Series([*(spelling.get(value) for value in folded), None], dtype="str").iloc[number]
    values = values.set_axis(text.index)
    bad = text.index[text.notna() & values.isna()]
    if bad.empty:
        return values, []
    heading = layout.heading_of[column.name]
    about = f"a {written(year)} code for {heading}"
    listing = about if len(known) > 6 else "one of " + ", ".join(known)
    advice = [codes.about(value.upper(), year) for value in text[bad]]
    return values, [_found(bad, column.name, listing, advice, "code")]


def _folded(code: str) -> str:
    return " ".join(code.replace("_", " ").casefold().split())


def _incomplete(rows: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Rows that fill none of the sets of columns of which one must be filled."""
    if not layout.either:
        return _nothing()
    ways = [rows[[layout.columns[heading] for heading in way]].notna().all(axis=1) for way in layout.either]
    lacking = rows.index[~pd.concat(ways, axis=1).any(axis=1)]
    expected = ", or ".join(" and ".join(way) for way in layout.either)
    return _found(lacking, "", expected, "fill them in", "required")


def _broken(rows: pd.DataFrame, schema: pa.DataFrameSchema, layout: Layout, extract: Quarter) -> pd.DataFrame:
    """What pandera finds against a contract, as rules that a person can act on."""
    try:
        schema.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return _nothing()
    found = []
    for (check, column), cases_of_rule in cases.groupby([cases.check.astype("str"), "column"], sort=False):
        at = pd.Index(cases_of_rule["index"].unique())
        found.append(_rule(str(check), str(column), at, layout, extract))
    return pd.concat(found)


def _rule(check: str, column: str, at: pd.Index, layout: Layout, extract: Quarter) -> pd.DataFrame:
    heading = layout.heading_of.get(column, column)
    if check == "not_nullable":
        if column in layout.made:  # what it is made of is told
            return _nothing()
        return _found(at, column, f"a {heading}: it may not be empty", "fill it in", "required")
    if check == "too late":
        expected = f"a date not after {latest_date(layout, column, extract):%d/%m/%Y}"
        advice = f"correct the date, or put here the extract cut at {extract.end:%d/%m/%Y}"
        return _found(at, column, expected, advice, "after the extract's end")
    if check == "too early":
        expected = f"a date within {YEARS_BACK} years of the extract"
        return _found(at, column, expected, "correct the date in the case system", "impossible date")
    # A rule on several columns is reported once for each of them: it is told at one.
    if check == "multiple_fields_uniqueness":
        table = described(layout.table)
        key = _own_key(table, layout)
        if column != _telling(table, layout):
            return _nothing()
        *names, last = (layout.heading_of.get(name, name) for name in key)
        each = f"{', '.join(names)} and {last}" if names else last
        return _found(at, column, f"one row for each {each}", "take the repeated row out", "duplicate")
    if check.startswith("order "):
        _, first, then = check.split()
        if column != first:
            return _nothing()
        return _found(at, then, f"a date on or after {heading}", "correct the dates", "order")
    if check == "written":
        return _found(at, column, WRITTEN_AS[column][1], f"write the {heading} so", "written otherwise")
    raise AssertionError(f"the reader of {layout.name} gave {column} against its contract: {check}")


def _own_key(table: Table, layout: Layout) -> list[str]:
    """The columns of a table's key that a list tells: what its being on the list tells is the same in every row."""
    return [name for name in table.key if name in layout.heading_of or name in layout.made]


def _telling(table: Table, layout: Layout) -> str:
    """The column of a key at which a repeated row is told: its date, where it has one."""
    key = _own_key(table, layout)
    dates = [name for name in key if table.dtypes[name].startswith("datetime")]
    return [*dates, *key, *table.key][0]


def _told(found: pd.DataFrame, text: pd.DataFrame, lines: pd.Series, layout: Layout, file: str) -> pd.DataFrame:
    """Problems by row and canonical column, told by line and heading, with the value as far as it may be shown."""
    parts = [_none_told()]
    with_problems = set(found.column)
    dtypes = described(layout.table).dtypes
    for name in ("", *dtypes):
        if name not in with_problems:
            continue
        part = found[found.column == name]
        values = text[name].loc[part.row] if name in text else pd.Series("", index=part.row, dtype="str")
        parts.append(
            pd.DataFrame(
                {
                    "row": part.row.to_numpy(),
                    "file": file,
                    "line": lines.loc[part.row].to_numpy(),
                    "column": layout.heading_of.get(name, name),
                    "value": shown(values, name, dated=dtypes.get(name, "").startswith("datetime")).to_numpy(),
                    "expected": part.expected.to_numpy(),
                    "what_to_do": part.what_to_do.to_numpy(),
                    "rule": part.rule.to_numpy(),
                }
            )
        )
    return pd.concat(parts)
