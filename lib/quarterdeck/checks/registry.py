"""What a rule is, and the list of all rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Literal, Protocol

import pandas as pd

from quarterdeck.records import Records

Severity = Literal["error", "query"]
"""An error cannot be so; a query may be, and asks for a look."""

Finding = pd.Index | str
"""The rows that break a rule, by their labels in its table; or what is wrong with the table as a whole, "" if nothing."""


class Function(Protocol):
    """A rule's own function: reads records, changes nothing."""

    __name__: str
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
    needs : the other tables that it reads; where one is missing the rule is not run.
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

    Examples
    --------
    See `quarterdeck.checks.care_reviews`.
    """

    def register(function: Function) -> Function:
        if code in RULES and RULES[code].function.__name__ != function.__name__:
            raise ValueError(f"two rules are called {code}")
        RULES[code] = Check(code, function, severity, table, tuple(fields), tuple(needs))
        return function

    return register


def rules() -> dict[str, Check]:
    """Every rule by its code, in the order of the codes."""
    from quarterdeck import checks

    for module in iter_modules(checks.__path__):
        import_module(f"quarterdeck.checks.{module.name}")
    return dict(sorted(RULES.items()))
