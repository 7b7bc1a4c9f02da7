"""The canonical tables: the Standard Safeguarding Dataset's names, less their prefixes; one module an area.

Each column names the SSD item it stands for; an empty one is ours, because the SSD has no such field.
Every table also carries `collection_year`: the year of the extract its row came from (see `Records`).
"""

from __future__ import annotations

from quarterdeck.records.tables import (
    adopting,
    court,
    front_door,
    leaving_care,
    looked_after,
    people,
    protection,
    resources,
    risk,
)
from quarterdeck.records.tables.shape import PANDAS_DTYPES, Column, Dtype, Table

__all__ = ["PANDAS_DTYPES", "TABLES", "Column", "Dtype", "Table"]

_AREAS = (people, front_door, protection, court, looked_after, adopting, leaving_care, risk, resources)

TABLES: dict[str, Table] = {table.name: table for area in _AREAS for table in area.TABLES}
"""Every canonical table by its name."""
