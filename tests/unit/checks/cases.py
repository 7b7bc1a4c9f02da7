"""Cases of the rules, as data: tables with the rows that must be found marked `fails=True`, and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from quarterdeck.checks import Check, rules, run
from quarterdeck.checks.rows import current
from quarterdeck.records import Records

Rows = list[dict[str, Any]]
Tables = Mapping[str, Any]
"""Rows by table; besides, `teams`, `districts` and `quarter`, as the `small_records` fixture takes them."""
Make = Callable[..., Records]

NOT_TABLES = ("teams", "districts", "quarter")


def of_modules(*names: str) -> dict[str, Check]:
    """The rules of some modules of `quarterdeck.checks`."""
    wanted = {f"quarterdeck.checks.{name}" for name in names}
    return {code: rule for code, rule in rules().items() if rule.function.__module__ in wanted}


def made(make: Make, tables: Tables) -> Records:
    """Records of a case, without its marks."""
    return make(
        **{
            name: rows if name in NOT_TABLES else [{k: v for k, v in row.items() if k != "fails"} for row in rows]
            for name, rows in tables.items()
        }
    )


def marked(tables: Tables, table: str) -> list[int]:
    """The numbers of the rows that must be found."""
    return [number for number, row in enumerate(tables[table]) if row.get("fails")]


def judge(make: Make, code: str, tables: Tables) -> None:
    """The rule finds the marked rows, and no other row of the current extract."""
    rule = rules()[code]
    expected = marked(tables, rule.table)
    assert expected, f"the case of {code} has no row that fails"
    assert len(expected) < len(tables[rule.table]), f"the case of {code} has no row that passes"
    records = made(make, tables)
    outcome = run(records, [rule])
    state = outcome.rules.iloc[0]
    assert state.state == "failed", f"{code}: {state.state} {state.reason}"
    found = rule.function(records)
    assert not isinstance(found, str), found
    told = sorted(set(found) & set(current(records, rule.table).index))
    assert told == expected, f"{code} found the rows {told}, not {expected}"
    assert state.failing == len(outcome.failing) == len(expected)


def judge_whole(make: Make, code: str, passing: Iterable[Tables], failing: Mapping[str, Tables]) -> None:
    """The rule passes some tables, and says of others, by what it must say, what is wrong with them."""
    rule = rules()[code]
    for tables in passing:
        state = run(made(make, tables), [rule]).rules.iloc[0]
        assert (state.state, state.reason) == ("passed", ""), f"{code}: {state.state} {state.reason}"
    for words, tables in failing.items():
        state = run(made(make, tables), [rule]).rules.iloc[0]
        assert state.state == "failed" and words in state.reason, f"{code}: {state.state} {state.reason!r}"
