"""What changed in the data since last quarter, against the counts that were kept with its papers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from quarterdeck.paper import tables, words
from quarterdeck.paper.blocks import paragraph
from quarterdeck.paper.quality.filled import shares
from quarterdeck.paper.quality.intake import filled_column
from quarterdeck.paper.quality.names import list_name
from quarterdeck.paper.tables import Cell, Head
from quarterdeck.quality import Quality
from quarterdeck.quarter import Quarter

MOVED = 5.0
"""Percentage points by which a column's completeness must move to be named."""
NOTHING = "Not available: last quarter’s papers have not been built here, so there is nothing to compare with."


@dataclass(frozen=True)
class Since:
    """What moved.

    Parameters
    ----------
    rows : table, before, now.
    rules : code, message, severity, before, now (text where a state changed), by; those that moved.
    filled : table, column, before, now (per cent), by; those that moved by more than `MOVED` points, without those
        that are filled only once something has ended.
    """

    rows: pd.DataFrame
    rules: pd.DataFrame
    filled: pd.DataFrame


def since(before: Quality, rules: pd.DataFrame, completeness: pd.DataFrame) -> Since:
    """What moved between last quarter's counts and this quarter's."""
    held = completeness.groupby("table", sort=False)["rows"].first()
    names = list(dict.fromkeys([*held.index, *before.rows]))
    rows = pd.DataFrame(
        {
            "table": names,
            "before": pd.array([before.rows.get(name) for name in names], dtype="Int64"),
            "now": held.reindex(names).astype("Int64").to_numpy(),
        }
    )
    return Since(rows, _rules(before, rules), _filled(before, completeness))


def _rules(before: Quality, rules: pd.DataFrame) -> pd.DataFrame:
    known = rules[rules.code.isin(list(before.states))]
    was = known.code.map(dict(before.states))
    failed = known.code.map(dict(before.failing))
    moved = (was != known.state) | (failed != known.failing)
    found = known.assign(
        before=[_said(*one) for one in zip(was, failed, strict=True)],
        now=[_said(*one) for one in zip(known.state, known.failing, strict=True)],
        by=known.failing - failed,
    )[moved]
    return found.sort_values("by", key=lambda by: -by.abs(), kind="stable")


def _said(state: str, failing: int) -> str:
    return (
        words.number(failing)
        if state == "failed" and failing
        else {"passed": "0", "failed": "the list"}.get(state, state)
    )


def _filled(before: Quality, completeness: pd.DataFrame) -> pd.DataFrame:
    known = shares(completeness)
    known = known[~known.later]  # they fill as the year goes on
    names = known.table + "." + known.column
    earlier = pd.to_numeric(names.map(dict(before.filled)), errors="coerce")
    then = pd.to_numeric(known.table.map(dict(before.rows)), errors="coerce")
    was = 100 * earlier / then.where(then > 0)
    found = known.assign(before=was, now=known.share, by=known.share - was)
    return found[found.by.abs() > MOVED].sort_values("by", key=lambda by: -by.abs(), kind="stable")


def changed(found: Since | None, quarter: Quarter) -> Markup:
    """What moved, as tables; the plain word where there is nothing to compare with."""
    if found is None:
        return paragraph(NOTHING)
    last = quarter.minus(1)
    fresh = quarter.collection_year != last.collection_year
    said = (
        "A collection year began with this quarter, and the returns that tell of a year start afresh in it: a fall is "
        "no gain, and a rise in April no loss."
        if fresh
        else "Most returns tell of the collection year so far, so their rows grow until March; a list that shrinks, or "
        "one that stands still, wants a look."
    )
    heads = [words.short_quarter(last), words.short_quarter(quarter)]
    return Markup("").join(
        (paragraph(said), _rule_table(found.rules, heads), _filled_table(found.filled, heads), _rows(found.rows, heads))
    )


def _rule_table(rules: pd.DataFrame, heads: list[str]) -> Markup:
    if rules.empty:
        return paragraph("No rule is broken by more or fewer rows than last quarter.")
    made: list[list[Cell]] = [
        [
            str(row["code"]),
            str(row["message"]),
            str(row["before"]),
            str(row["now"]),
            words.signed(float(row["by"])) if row["by"] else "",
        ]
        for row in rules.to_dict("records")
    ]
    return tables.table(
        "t-moved-rules",
        "Rules that more or fewer rows break than last quarter",
        ["Rule", Head("What is wrong", kind="w"), *heads, "Change"],
        made,
        kinds=["nb", "w long", "", "", ""],
    )


def _filled_table(filled: pd.DataFrame, heads: list[str]) -> Markup:
    if filled.empty:
        return paragraph("No column is filled by a share that moved more than five points.")
    made: list[list[Cell]] = [
        [
            filled_column(str(row["table"]), str(row["column"])),
            *(words.amount(float(row[name]), "percent", 1) for name in ("before", "now")),
            words.signed(float(row["by"]), decimals=1),
        ]
        for row in filled.to_dict("records")
    ]
    caption = "Columns whose completeness moved by more than five points"
    return tables.table("t-moved-filled", caption, ["Column", *heads, Head("Change", "points")], made)


def _rows(rows: pd.DataFrame, heads: list[str]) -> Markup:
    def cell(value: object) -> Cell:
        return tables.symbol("x") if pd.isna(value) else words.number(float(str(value)))  # type: ignore[call-overload]

    made: list[list[Cell]] = [
        [
            words.sentence(list_name(str(row["table"]))),
            cell(row["before"]),
            cell(row["now"]),
            words.signed(float(row["now"] - row["before"])) if pd.notna(row["now"] - row["before"]) else "",
        ]
        for row in rows.to_dict("records")
    ]
    return tables.table("t-moved-rows", "Rows of each list, against last quarter", ["List", *heads, "Change"], made)
