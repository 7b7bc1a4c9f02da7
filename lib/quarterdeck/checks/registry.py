"""What a rule is, and the list of all rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Literal, Protocol

import pandas as pd

from quarterdeck.records import Records
from quarterdeck.records.tables import TABLES

Severity = Literal["error", "query"]
"""An error cannot be so; a query may be, and asks for a look."""

Finding = pd.Index | str
"""The rows that break a rule, by their labels in its table; or what is wrong with the whole table, "" if nothing."""


class Function(Protocol):
    """A rule's own function: reads records, changes nothing."""

    __name__: str
    __module__: str
    __doc__: str | None

    def __call__(self, records: Records) -> Finding:
        """The rows that break the rule, or what is wrong with the whole table."""
        ...


@dataclass(frozen=True)
class Check:
    """A rule: its function, and what people are told of it.

    Parameters
    ----------
    code : short and lasting: the area, the subject and a number ("CLA-REV-01").
    function : gives what breaks the rule.
    severity : error or query.
    table : the canonical table whose rows it judges.
    fields : the columns of it that a person would correct.
    needs : what else it reads, without which it is not run: other tables ("cp_plans"), and columns that some sources
        do not tell, of its own table or another ("cin_episodes.close_date").
    """

    code: str
    function: Function
    severity: Severity
    table: str
    fields: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def message(self) -> str:
        """What is wrong with a row that breaks it: the function's docstring, in plain words."""
        return " ".join((self.function.__doc__ or "").split())


RULES: dict[str, Check] = {}


def check(
    code: str, *, severity: Severity, table: str, fields: Sequence[str], needs: Sequence[str] = ()
) -> Callable[[Function], Function]:
    """Put a function into the list of rules.

    Raises
    ------
    ValueError : another rule has the code, the rule has no message, or it names what no canonical table has.

    Examples
    --------
    See `quarterdeck.checks.people`.
    """

    def register(function: Function) -> Function:
        rule = Check(code, function, severity, table, tuple(fields), tuple(needs))
        other = RULES.get(code)
        if other and _name(other) != _name(rule):
            raise ValueError(f"two rules are called {code}: {_name(other)} and {_name(rule)}")
        if not rule.message:
            raise ValueError(f"{code} has no message: write the function's docstring")
        if unknown := _unknown([table, *(f"{table}.{field}" for field in fields), *needs]):
            raise ValueError(f"{code} names {', '.join(unknown)}, which no canonical table has")
        RULES[code] = rule
        return function

    return register


def _name(rule: Check) -> str:
    return f"{rule.function.__module__}.{rule.function.__name__}"


def _unknown(names: Iterable[str]) -> list[str]:
    """Those that are neither a canonical table nor a column of one."""
    known = {name: table.dtypes for name, table in TABLES.items()}
    parted = [(name, *name.partition(".")) for name in names]
    return [name for name, table, _, column in parted if table not in known or (column and column not in known[table])]


def rules() -> dict[str, Check]:
    """Every rule by its code, in the order of the codes."""
    from quarterdeck import checks

    for module in iter_modules(checks.__path__):
        import_module(f"quarterdeck.checks.{module.name}")
    return dict(sorted(RULES.items()))
