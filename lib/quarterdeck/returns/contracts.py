"""The contract of each canonical table (pandera), and rows held to it: what breaks it is listed and set aside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd
import pandera.pandas as pa

from quarterdeck.quarter import Quarter
from quarterdeck.records.tables import Column
from quarterdeck.returns import cells
from quarterdeck.returns.codes import CodeSet, code_sets, written
from quarterdeck.returns.layouts import Layout
from quarterdeck.returns.problems import gathered, shown
from quarterdeck.returns.staged import described
from quarterdeck.returns.tabular import Listed

YEARS_BACK = 31  # nobody in a return was born, and nothing in it happened, longer ago
MAY_COME = {  # dates that may lie after an extract's end: they are expected, planned or reckoned
    "expected_dob",
    "uasc_status_end_date",
    "icpc_target_date",
    "pathway_plan_date",
}
MAY_BE_PLANNED = {  # ends that may be agreed beforehand
    ("placement_costs", "end_date"),
    ("involvements", "to_date"),
    ("exploitation", "to_date"),
}
ORDER = (
    ("referral_date", "close_date"),
    ("assessment_start_date", "assessment_auth_date"),
    ("cin_plan_start_date", "cin_plan_end_date"),
    ("cp_plan_start_date", "cp_plan_end_date"),
    ("cla_episode_start_date", "cla_episode_ceased_date"),
    ("missing_episode_start_date", "missing_episode_end_date"),
    ("placed_for_adoption_date", "decision_reversed_date"),
    ("from_date", "to_date"),
    ("start_date", "end_date"),
)
ORDER_OF = dict(ORDER)
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
    """

    rows: pd.DataFrame
    problems: pd.DataFrame
    rows_in: int
    rows_set_aside: int


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
        column.name: pa.Column(table.dtypes[column.name], nullable=not column.required) for column in table.columns
    }
    ordered = [
        pa.Check(lambda rows, a=a, b=b: ~(rows[b] < rows[a]), name=a, error="order", ignore_na=False)
        for a, b in ORDER
        if a in columns and b in columns
    ]
    return pa.DataFrameSchema(
        columns, checks=ordered, unique=list(table.key), report_duplicates="exclude_first", strict=True
    )


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


def hold(listed: Listed, extract: Quarter, file: str) -> Checked:
    """Rows of a list held to the contract of their table.

    Parameters
    ----------
    listed : the list, as text.
    extract : the quarter at whose end it was cut.
    file : what to call it in messages.
    """
    layout = listed.layout
    rows_in = len(listed.text)
    if not layout.table:
        return Checked(pd.DataFrame(), gathered([]), rows_in, 0)
    table = described(layout.table)
    text = listed.text.rename(columns=dict(layout.columns))
    found = [_nothing(), _overlong(listed)]
    columns: dict[str, pd.Series] = {}
    for column in table.columns:
        if column.name in text:
            columns[column.name], problems = _typed(text[column.name], column, layout, extract)
            found += problems
    for made, start in layout.made.items():
        columns[made] = text.person_id + "@" + columns[start].dt.strftime("%Y-%m-%d")
    for column, flag in layout.times.items():
        if column in columns and columns[column].notna().any():
            columns[flag] = pd.Series(cells.with_time(columns[column]), index=text.index, dtype="boolean")
    rows = pd.DataFrame(columns, index=text.index).reindex(columns=[column.name for column in table.columns])
    rows = rows.astype({name: dtype for name, dtype in table.dtypes.items() if name in rows})
    if listed.lost is not None:
        rows, found = rows[~listed.lost], [part[~part.row.isin(listed.lost.index[listed.lost])] for part in found]
    early = pd.concat(found)
    needed = early.column.isin([column.name for column in table.columns if column.required])
    rows = _without(rows, early[~early.rule.isin(KEPT_AS_UNKNOWN) | needed])
    broken = pd.concat([_incomplete(rows, layout), _broken(rows, dated(table.name, layout, extract), listed, extract)])
    rows = _without(rows, broken)
    repeated = _broken(rows, keyed(table.name), listed, extract)
    rows = _without(rows, repeated)
    problems = _told(pd.concat([early, broken, repeated]), text, listed, file)
    return Checked(rows, problems, rows_in, rows_in - len(rows))


def _without(rows: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    return rows[~rows.index.isin(found.row)] if len(found) else rows


def _found(rows: pd.Index, column: str, expected: str, what_to_do: str | list[str], rule: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"row": rows, "column": column, "expected": expected, "what_to_do": what_to_do, "rule": rule},
    )


@cache
def _nothing() -> pd.DataFrame:
    return _found(pd.Index([], dtype="int64"), "", "", "", "")


def _overlong(listed: Listed) -> pd.DataFrame:
    if not listed.overlong.any():
        return _nothing()
    rows = listed.overlong.index[listed.overlong]
    advice = "a cell holds the delimiter: put it in quotes"
    return _found(rows, "", "as many cells as headings", advice, "too many cells")


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
    return values, [_found(text.index[bad], column.name, expected, what_to_do, rule)] if bad.any() else []


def _coded(
    text: pd.Series, column: Column, layout: Layout, codes: CodeSet, extract: Quarter
) -> tuple[pd.Series, list[pd.DataFrame]]:
    """Codes in the records' spelling; one that its year does not know becomes unknown."""
    year = extract.collection_year
    known = codes.of_year(year)
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


def _broken(rows: pd.DataFrame, schema: pa.DataFrameSchema, listed: Listed, extract: Quarter) -> pd.DataFrame:
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
        found.append(_rule(str(check), str(column), at, listed.layout, extract))
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
        telling = [name for name in table.key if table.dtypes[name].startswith("datetime")]
        if column != [*telling, *table.key][0]:
            return _nothing()
        *names, last = (layout.heading_of.get(name, name) for name in table.key)
        each = f"{', '.join(names)} and {last}" if names else last
        return _found(at, column, f"one row for each {each}", "take the repeated row out", "duplicate")
    if check == "order":
        if column not in ORDER_OF:
            return _nothing()
        return _found(at, ORDER_OF[column], f"a date on or after {heading}", "correct the dates", "order")
    raise AssertionError(f"the reader of {layout.name} gave {column} against its contract: {check}")


def _told(found: pd.DataFrame, text: pd.DataFrame, listed: Listed, file: str) -> pd.DataFrame:
    """Problems by row and canonical column, told by line and heading, with the value as far as it may be shown."""
    parts = []
    for column, part in found.groupby("column", sort=False):
        name = str(column)
        values = text[name].loc[part.row] if name in text else pd.Series("", index=part.row, dtype="str")
        parts.append(
            pd.DataFrame(
                {
                    "file": file,
                    "line": listed.lines.loc[part.row].to_numpy(),
                    "column": listed.layout.heading_of.get(name, name),
                    "value": shown(values, name).to_numpy(),
                    "expected": part.expected.to_numpy(),
                    "what_to_do": part.what_to_do.to_numpy(),
                    "rule": part.rule.to_numpy(),
                }
            )
        )
    return gathered(parts)
