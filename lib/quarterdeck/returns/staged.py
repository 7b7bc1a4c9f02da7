"""Tables that a format's lists are held to before they become the canonical ones."""

from __future__ import annotations

from quarterdeck.records.tables import TABLES, Table

STAGED: dict[str, Table] = {}
FEEDS: dict[str, str] = {}
"""The canonical table that each staged one becomes, or the chief of them."""


def stage(table: Table, feeds: str) -> None:
    """Let a format's lists be held to a table of its own.

    Parameters
    ----------
    table : its columns and key; its name begins with the format's.
    feeds : the canonical table that it becomes, or the chief of them.
    """
    STAGED[table.name] = table
    FEEDS[table.name] = feeds


def described(name: str) -> Table:
    """The table of a name, canonical or staged."""
    return TABLES[name] if name in TABLES else STAGED[name]


def fed(name: str) -> str:
    """The canonical table that a table is or becomes."""
    return FEEDS.get(name, name)
