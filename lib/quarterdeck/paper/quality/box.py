"""The box of every paper: whether its figures can be trusted, and the counts that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from quarterdeck.paper import tables, words
from quarterdeck.paper.blocks import paragraph
from quarterdeck.paper.quality.names import list_name
from quarterdeck.paper.tables import Cell

MUCH, MUCH_ASIDE = 0.05, 0.01
"""Shares of rows: of a list, that may break a rule; of all that came in, that may be set aside."""
SMALL = 5
PAPER = "data_quality"


@dataclass(frozen=True)
class Found:
    """What was found of the records behind a paper.

    Parameters
    ----------
    files : every return, with rows_in and rows_set_aside.
    rules : what the rules on the paper's tables found; see `quarterdeck.checks.Outcome`.
    repairs : rule, table, collection_year, rows, description; None where repairs are not told.
    reconciliation : printed figures of the paper's measures against those of the copy.
    officers : small counts are shown.
    """

    files: pd.DataFrame
    rules: pd.DataFrame
    repairs: pd.DataFrame | None
    reconciliation: pd.DataFrame
    officers: bool

    def counted(self, rows: int) -> Cell:
        """A number of records: of 1 to 5, nothing is said in the public copy."""
        if not self.officers and 1 <= rows <= SMALL:
            return tables.symbol("c")
        return words.number(rows) if rows else "none"

    def roughly(self, rows: int) -> str:
        """How many rows came in: exact for officers; else so rounded that no small list is told by subtraction."""
        if self.officers:
            return words.number(rows)
        to = 100 if rows >= 1000 else 10
        return f"about {words.number(round(rows / to) * to)}"


def box(found: Found, link: bool = False) -> Markup:
    """The box: what to make of the figures, in a sentence, then the counts.

    Parameters
    ----------
    found : what was found of the records.
    link : name the paper on data quality, with its address.
    """
    lines = [(name, said) for name, said in _lines(found) if said]
    listed = Markup("").join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(*line) for line in lines)
    more = Markup(' <a href="{}.html">Every rule and list is in the paper on data quality</a>.').format(PAPER)
    said = paragraph(Markup("{}{}").format(verdict(found), more if link else ""))
    html = (
        '<div class="say box" role="group" aria-labelledby="data-box"><h3 id="data-box">About the data</h3>'
        "{}<dl>{}</dl></div>"
    )
    return Markup(html).format(said, listed)


def _lines(found: Found) -> list[tuple[str, Cell]]:
    files = found.files
    lines: list[tuple[str, Cell]] = []
    if "rows_in" in files:
        lines += [
            ("Rows that came in", found.roughly(int(files.rows_in.sum()))),
            ("Rows set aside, because they could not be used", found.counted(int(files.rows_set_aside.sum()))),
        ]
    if found.repairs is not None:
        lines.append(("Rows repaired, by rules that guess nothing", found.counted(int(found.repairs["rows"].sum()))))
    return [*lines, ("Rules on the records behind this paper", _rules(found.rules)), _printed(found.reconciliation)]


def _rules(rules: pd.DataFrame) -> str:
    state = rules.state.value_counts()
    failed = rules.severity[rules.state == "failed"].value_counts()
    kinds = [
        f"{words.number(failed[kind])} {one if failed[kind] == 1 else more}"
        for kind, one, more in (("error", "error", "errors"), ("query", "query", "queries"))
        if failed.get(kind)
    ]
    parts = [f"{words.number(state.get('passed', 0))} kept", f"{words.number(state.get('failed', 0))} broken"]
    if kinds:
        parts[1] += f" ({words.listed(kinds)})"
    return words.listed([*parts, f"{words.number(state.get('not run', 0))} could not be run"])


def _printed(rows: pd.DataFrame) -> tuple[str, str]:
    name = "Printed figures checked against the records"
    if rows.empty:
        return name, ""
    rows = rows[rows.result != "two definitions"]  # a remark on two figures that have lines of their own
    counts = rows.result.value_counts()
    against = int(counts.get("contradicted", 0) + counts.get("doubtful", 0))
    agree = int(counts.get("agrees", 0))
    parts = [f"{agree} {'agrees' if agree == 1 else 'agree'}", f"{against} {'does' if against == 1 else 'do'} not"]
    unchecked = len(rows) - against - agree
    return name, words.listed([*parts, *([f"{unchecked} could not be checked"] if unchecked else [])])


def verdict(found: Found) -> str:
    """Whether the figures can be trusted, by a stated rule: what breaks a rule that allows no exception, and how much.

    Examples
    --------
    >>> rules = pd.DataFrame({"severity": ["error"], "table": ["cp_plans"], "state": ["failed"],
    ...     "checked": [100], "failing": [6]})
    >>> files = pd.DataFrame({"rows_in": [100], "rows_set_aside": [0]})
    >>> verdict(Found(files, rules, None, pd.DataFrame(), officers=False))
    'Take care with figures on child protection plans: more than 1 row in 20 breaks a rule that allows no exception.'
    """
    rules = found.rules
    if not (rules.state != "not run").any():
        return "Whether these figures can be trusted is not known: no rule could be run on the records behind them."
    errors = rules[(rules.severity == "error") & (rules.state == "failed")]
    whole = errors[errors.failing == 0]
    much = errors[errors.failing > MUCH * errors.checked]
    if len(much) or len(whole):
        parts = []
        if len(much):
            parts.append(f"{_lists(much)}: more than 1 row in 20 breaks a rule that allows no exception")
        if only := [name for name in whole.table.unique() if name not in set(much.table)]:
            listed = words.listed(map(list_name, only))
            parts.append(f"{listed}: taken as a whole, what was sent breaks a rule that allows no exception")
        return f"Take care with figures on {'; and on '.join(parts)}."
    aside = _aside(found)
    if aside:
        return aside
    if len(errors):
        return (
            "So far as the rules can tell, these figures can be relied on: of no list does more than 1 row in 20 "
            "break a rule that allows no exception."
        )
    return (
        "So far as the rules can tell, these figures can be relied on: no row breaks a rule that allows no exception."
    )


def _lists(errors: pd.DataFrame) -> str:
    share = errors.failing / errors.checked
    names: Sequence[str] = errors.table[share.sort_values(ascending=False, kind="stable").index].unique().tolist()
    return words.listed(map(list_name, names))


def _aside(found: Found) -> str:
    if "rows_in" not in found.files:
        return ""
    came, aside = int(found.files.rows_in.sum()), int(found.files.rows_set_aside.sum())
    if aside <= MUCH_ASIDE * came or (aside <= SMALL and not found.officers):
        return ""
    return f"Take care: {words.amount(100 * aside / came, 'percent', 1)} of the rows that came in could not be used."
