"""Every rule run on the records: what passed, what failed, what could not be run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from quarterdeck.checks.registry import Check, Finding, rules
from quarterdeck.checks.rows import current, tells
from quarterdeck.private import private_file
from quarterdeck.records import NotAvailable, Records
from quarterdeck.records.tables import TABLES

STATES = ["code", "severity", "table", "fields", "message", "state", "reason", "checked", "failing"]
FAILING = ["code", "table", "person_id", "row"]


@dataclass(frozen=True)
class Outcome:
    """What the rules found.

    Parameters
    ----------
    rules : a row a rule: code, severity, table, fields, message, state (passed, failed, not run), reason (why it was
        not run, or what is wrong with the table as a whole), checked (rows it judged), failing (rows that break it;
        0 where it is the table as a whole that does).
    failing : a row a record that breaks a rule: code, table, person_id, row (the key of the record, in words). For
        the owner-only list alone: it names children.
    """

    rules: pd.DataFrame
    failing: pd.DataFrame

    def named(self, identifiers: Mapping[str, str]) -> pd.DataFrame:
        """The failing records, each child by the identifier in the returns: for the owner-only list alone.

        Parameters
        ----------
        identifiers : the identifier in the returns of each hash in the records.
        """
        return self.failing.assign(person_id=self.failing.person_id.replace(dict(identifiers)))


def write_failing(failing: pd.DataFrame, path: Path) -> None:
    """Write a list of failing records where only its owner can read it; never over a file that is there.

    Raises
    ------
    FileExistsError : there is such a file.
    """
    with private_file(path, new=True) as file:
        failing.to_csv(file, index=False, encoding="utf-8")


def run(records: Records, some: Iterable[Check] | None = None) -> Outcome:
    """Run the rules on the extract of the records' quarter, with the earlier extracts for what went before.

    Parameters
    ----------
    records : the authority's records; no rule changes them.
    some : the rules to run; all, where none are given.

    Raises
    ------
    ValueError : a rule found rows that its table does not have.
    """
    states, failing = [], []
    for rule in rules().values() if some is None else some:
        untold = [name for name in (rule.table, *rule.needs) if not tells(records, name)]
        if untold:
            states.append(_state(rule, "not run", f"no return gave {_in_words(untold[0])}", 0, 0))
            continue
        try:
            found = _found(rule, records)
        except NotAvailable as absent:
            states.append(_state(rule, "not run", f"no return gave {absent.table}", 0, 0))
            continue
        rows = current(records, rule.table)
        if isinstance(found, str):
            states.append(_state(rule, "failed" if found else "passed", found, len(rows), 0))
            continue
        broken = rows[rows.index.isin(found)]
        states.append(_state(rule, "failed" if len(broken) else "passed", "", len(rows), len(broken)))
        if len(broken):
            failing.append(_listed(rule, broken))
    listed = pd.concat(failing, ignore_index=True) if failing else pd.DataFrame(columns=FAILING, dtype="str")
    return Outcome(pd.DataFrame(states, columns=STATES), listed)


def _found(rule: Check, records: Records) -> Finding:
    """What the rule finds; a fault in it says whose it is."""
    try:
        found = rule.function(records)
    except NotAvailable:
        raise
    except Exception as error:
        error.add_note(f"in the rule {rule.code}")
        raise
    if not isinstance(found, str) and not found.isin(records.table(rule.table).index).all():
        raise ValueError(f"{rule.code} found rows that {rule.table} does not have")
    return found


def _in_words(name: str) -> str:
    """A table, or a column in words and its table: "close date (cin_episodes)"."""
    table, _, column = name.partition(".")
    return f"{column.replace('_', ' ')} ({table})" if column else table


def _state(rule: Check, state: str, reason: str, checked: int, failing: int) -> list[object]:
    fields = ", ".join(rule.fields)
    return [rule.code, rule.severity, rule.table, fields, rule.message, state, reason, checked, failing]


def _listed(rule: Check, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as a person can find them in the case system: whose they are, and their key."""
    told = [name for name in TABLES[rule.table].key if name != "person_id"]
    words = pd.DataFrame(
        {
            name: rows[name].dt.strftime("%d/%m/%Y") if rows[name].dtype.kind == "M" else rows[name].astype("str")
            for name in told
        },
        index=rows.index,
    )
    key = (
        words.apply(lambda column: f"{column.name} " + column.fillna("(empty)")).agg(", ".join, axis=1) if told else ""
    )
    person = rows.person_id.fillna("") if "person_id" in rows else pd.Series("", index=rows.index)
    return pd.DataFrame({"code": rule.code, "table": rule.table, "person_id": person, "row": key}).astype("str")
