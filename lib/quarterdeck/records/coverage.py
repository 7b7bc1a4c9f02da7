"""From when the returns tell everything of a table: what they do not reach back to is not counted as nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

ALWAYS = pd.Timestamp("1900-01-01")
NEVER = pd.Timestamp("2200-01-01")


@dataclass(frozen=True)
class Coverage:
    """From when a table tells everything.

    Parameters
    ----------
    events : the first day of which every event is told; NEVER where the source shows only how things stand.
    stock : the first day at whose close everything open is told.
    untold : the columns that the source has nothing of, and the breakdowns that it cannot tell of their children.
    since : the first day of which a column is told, where its list had no such column before.
    """

    events: pd.Timestamp = ALWAYS
    stock: pd.Timestamp = ALWAYS
    untold: frozenset[str] = frozenset()
    since: Mapping[str, pd.Timestamp] = field(default_factory=dict)


EVERYTHING = Coverage()


def reach(coverage: Mapping[str, Coverage], needs: Sequence[str]) -> Coverage:
    """What several tables together tell: from when all of them do.

    Parameters
    ----------
    coverage : of each table; one that is not among them tells everything.
    needs : tables, or columns written `table.column`.

    Examples
    --------
    >>> april, july = pd.Timestamp(2014, 4, 1), pd.Timestamp(2014, 7, 1)
    >>> both = reach({"cp_plans": Coverage(april, april), "contacts": Coverage(july, NEVER)}, ["cp_plans", "contacts"])
    >>> both.events == july, both.stock == NEVER
    (True, True)
    """
    named = [need.partition(".") for need in needs]
    tables = [coverage.get(table, EVERYTHING) for table, _, _ in named]
    since = [cover.since.get(column, ALWAYS) for cover, (_, _, column) in zip(tables, named, strict=True)]
    return Coverage(
        max((*(table.events for table in tables), *since), default=ALWAYS),
        max((*(table.stock for table in tables), *since), default=ALWAYS),
    )
