"""How much of what the returns should tell they do tell, column by column."""

from __future__ import annotations

import re

import pandas as pd
from markupsafe import Markup

from quarterdeck.paper import tables, words
from quarterdeck.paper.blocks import paragraph
from quarterdeck.paper.charts import Chart, bars
from quarterdeck.paper.quality.intake import filled_column
from quarterdeck.paper.quality.names import column_name, list_name
from quarterdeck.paper.tables import Cell, Head
from quarterdeck.quarter import Quarter

CHARTED, FULL = 10, 99.95
LATER = re.compile(
    r"(?:end|ceased|close|to|death|auth|reversed|interview)_date$|(?:ceased|close|change|reversed)_reason$"
    r"|not_done$|^expected_"
)
"""Columns that a row fills only once something has ended or happened, so that an empty one may be right."""


def shares(completeness: pd.DataFrame) -> pd.DataFrame:
    """Columns that some return tells of, in tables that have rows, with the share of rows that fill each, per cent."""
    known = completeness[completeness.told.astype(bool) & (completeness["rows"] > 0)]
    later = known.column.str.contains(LATER) & ~known.required.astype(bool)
    return known.assign(share=100 * known.filled / known["rows"], later=later)


def completeness_tables(completeness: pd.DataFrame) -> Markup:
    """Columns that a row cannot do without, then the others, the emptiest first; then those that nothing tells."""
    known = shares(completeness).sort_values("share", kind="stable")
    required = known[known.required.astype(bool)]
    lacking = required[required.share < FULL]
    parts = [
        paragraph(
            f"Rows cannot do without {words.number(len(required))} columns. "
            + ("All are full." if lacking.empty else f"{words.number(len(lacking))} {_is(lacking)} not full.")
        )
    ]
    if len(lacking):
        parts.append(_table("t-required", "Columns that a row cannot do without, and that are not full", lacking))
    rest = known[~known.required.astype(bool) & (known.share < FULL)]
    asked, later = rest[~rest.later], rest[rest.later]
    full = len(known) - len(lacking) - len(rest)
    parts.append(
        paragraph(
            f"Of all {words.number(len(known))} columns, {words.number(full)} are full. {words.number(len(asked))} "
            f"other{'' if len(asked) == 1 else 's'} {_is(asked)} not, and {words.number(len(later))} {_is(later)} "
            "filled only once something has ended or happened."
        )
    )
    if len(asked):
        parts.append(_table("t-emptiest", "Columns that are not full, the emptiest first", asked))
    if len(later):
        caption = "Columns filled once something has ended or happened"
        parts.append(_table("t-later", caption, later, folded=True))
    parts.append(_untold(completeness))
    return Markup("").join(parts)


def _is(rows: pd.DataFrame) -> str:
    return "is" if len(rows) == 1 else "are"


def completeness_chart(completeness: pd.DataFrame, quarter: Quarter, place: str) -> Chart | None:
    """The columns that are filled least, of those that rows fill from the start; those that none fills are apart."""
    known = shares(completeness)
    partly = known[~known.later & (known.share > 0) & (known.share < FULL)]
    worst = partly.sort_values("share", kind="stable").head(CHARTED)
    if worst.empty:
        return None
    names = [
        words.sentence(f"{column_name(str(row['column']))}, {list_name(str(row['table']))}")
        for row in worst.to_dict("records")
    ]
    made = pd.DataFrame({"category": names, "value": worst.share.to_numpy("float64"), "status": ""})
    least = words.amount(float(worst.share.iloc[0]), "percent")
    return bars(
        made,
        key="filled",
        unit="percent",
        subtitle=f"Share of rows that fill a column, %, the emptiest columns, {place}, {words.short_quarter(quarter)}",
        title=f"“{names[0]}” is filled in {least} of rows, the least of those that are filled at all",
        alternative="Share of rows that fill each column: "
        + "; ".join(f"{name}, {words.amount(value, 'percent')}" for name, value in zip(names, made.value, strict=True))
        + ".",
    )


def _table(id: str, caption: str, rows: pd.DataFrame, folded: bool = False) -> Markup:
    made: list[list[Cell]] = [
        [
            filled_column(str(row["table"]), str(row["column"])),
            words.number(float(row["rows"])),
            words.number(float(row["filled"])),
            words.amount(float(row["share"]), "percent", 1),
        ]
        for row in rows.to_dict("records")
    ]
    return tables.table(id, caption, ["Column", "Rows", "Filled", "Share"], made, folded=folded)


def _untold(completeness: pd.DataFrame) -> Markup:
    """Columns that no return has, and lists that came without a row."""
    untold = completeness[~completeness.told.astype(bool)]
    empty = completeness[completeness["rows"] == 0].table.unique()
    parts = []
    if len(empty):
        parts.append(paragraph(f"Came without a row: {words.listed(map(list_name, empty))}."))
    if len(untold):
        made: list[list[Cell]] = [
            [words.sentence(list_name(str(table))), words.listed(map(column_name, columns.column))]
            for table, columns in untold.groupby("table", sort=False)
        ]
        heads = ["List", Head("Columns that no return has", kind="w")]
        parts.append(tables.table("t-untold", "Columns that the sources do not have", heads, made, kinds=["", "w"]))
    return Markup("").join(parts)
