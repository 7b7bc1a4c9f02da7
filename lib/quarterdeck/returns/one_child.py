"""One child with different identifiers in different systems, told as one: what the list of identifiers is for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import pandas as pd

from quarterdeck.returns.contracts import Checked
from quarterdeck.returns.local import SYSTEMS
from quarterdeck.returns.problems import gathered, shown
from quarterdeck.returns.tabular import Listed

Tables = dict[tuple[str, str], list[pd.DataFrame]]


def one_row_a_child(checked: Checked, listed: Listed, file: str) -> Checked:
    """The list of identifiers without the rows that contradict one another: an identifier of two children.

    Parameters
    ----------
    checked, listed : the list, as held to its contract and as read.
    file : what to call it in messages.
    """
    found, bad = [], pd.Series(False, index=checked.rows.index)
    for column in SYSTEMS.values():
        ids = checked.rows[column].dropna()
        twice = ids[ids.duplicated(keep=False)]
        bad |= bad.index.isin(twice.index)
        lines = listed.lines.loc[twice.index]
        first = lines.groupby(twice).transform("min")
        found.append(_problems(file, lines, column, twice, "a child's identifier, on one row", [
            "it stands on other rows too: give each child one row" if line == other else
            f"it stands on line {other} too: give each child one row"
            for line, other in zip(lines, first, strict=True)
        ]))  # fmt: skip
    rows = checked.rows[~bad]
    return replace(
        checked,
        rows=rows,
        problems=gathered([checked.problems, *found]),
        rows_set_aside=checked.rows_in - len(rows),
    )


def one_child(tables: Tables, identifiers: pd.DataFrame, file: str) -> tuple[Tables, pd.DataFrame]:
    """Tables with each child under one identifier, and the rows of the list that they contradict.

    An identifier that the list does not name is left as it is: it is the same in every system. Where it is a named
    child's in another system, and this system has another for that child, it is told apart, and is a problem.

    Parameters
    ----------
    tables : the parts of each table, by format and name, as read; those of a format that the list has no column for
        are left as they are.
    identifiers : the list, a row a child, with the `line` of each.
    file : what to call the list in messages.

    Examples
    --------
    >>> ids = pd.DataFrame({"cin_id": ["7"], "cla_id": ["L9"], "annex_a_id": [None], "local_id": [None], "line": [2]})
    >>> reviews = pd.DataFrame({"person_id": ["L9", "L8"]})
    >>> tables, problems = one_child({("ssda903", "cla_reviews"): [reviews]}, ids, "identifiers.csv")
    >>> tables["ssda903", "cla_reviews"][0].person_id.tolist()
    ['7', 'L8']
    """
    one = _one(identifiers)
    given, found = dict(tables), []
    for system, column in SYSTEMS.items():
        own = identifiers[column].dropna()
        name_of = dict(zip(own, one[own.index], strict=True))
        line_of = dict(zip(one[own.index], identifiers.line[own.index], strict=True))
        strangers: set[str] = set()
        for (source, name), parts in tables.items():
            if source == system:
                given[source, name] = [_renamed(rows, column, name_of, line_of.keys(), strangers) for rows in parts]
        people = pd.Series(sorted(strangers), dtype="str")
        advice = "it is the child's in another system: give the child the one it has, or the other child a row"
        found.append(_problems(file, people.map(line_of), column, people, f"the only {column} of this child", advice))
    return given, gathered(found)


def _renamed(
    rows: pd.DataFrame, column: str, name_of: Mapping[str, str], ones: Collection[str], strangers: set[str]
) -> pd.DataFrame:
    """Rows with the one identifier of each child; `strangers` gets those that look like another child's."""
    if "person_id" not in rows:
        return rows
    number, distinct = pd.factorize(rows.person_id)
    strange = {person for person in distinct if person in ones and person not in name_of}
    strangers |= strange
    names = [f"{column}:{person}" if person in strange else name_of.get(person, person) for person in distinct]
    return rows.assign(person_id=pd.Series([*names, None], dtype="str").iloc[number].set_axis(rows.index))


def _one(identifiers: pd.DataFrame) -> pd.Series:
    """What stands for each child: the first identifier that it has; with its system, where that is another child's."""
    ids = identifiers[list(SYSTEMS.values())]
    first = ids.bfill(axis=1).iloc[:, 0].astype("str")
    system = ids.notna().idxmax(axis=1).astype("str")
    return first.mask(first.duplicated() | (first.isin(ids.cin_id) & ids.cin_id.isna()), system.str.cat(first, sep=":"))


def _problems(
    file: str, lines: pd.Series, column: str, ids: pd.Series, expected: str, what_to_do: str | list[str]
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "file": file,
            "line": lines.to_numpy(),
            "column": column,
            "value": shown(ids, column).to_numpy(),
            "expected": expected,
            "what_to_do": what_to_do,
            "rule": "identifiers",
        }
    )
