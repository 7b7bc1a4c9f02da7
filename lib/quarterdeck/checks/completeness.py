"""How much of what the returns should tell they do tell: the rows that fill each column."""

from __future__ import annotations

import pandas as pd

from quarterdeck.records import Records
from quarterdeck.records.coverage import EVERYTHING
from quarterdeck.records.tables import TABLES

COMPLETENESS = ["table", "column", "required", "told", "rows", "filled"]


def completeness(records: Records) -> pd.DataFrame:
    """Of each column of each table of the records' own extract, how many of its rows fill it.

    Parameters
    ----------
    records : the authority's records.

    Returns
    -------
    table, column, required (a row cannot do without it), told (its source has such a column), rows, filled (int64).
    """
    parts = []
    for name, rows in records.tables.items():
        current = rows[(rows.collection_year == records.quarter.collection_year).fillna(True)]
        columns = TABLES[name].columns
        untold = records.covers.get(name, EVERYTHING).untold
        parts.append(
            pd.DataFrame(
                {
                    "table": name,
                    "column": [column.name for column in columns],
                    "required": [column.required for column in columns],
                    "told": [column.name not in untold for column in columns],
                    "rows": len(current),
                    "filled": [int(current[column.name].notna().sum()) for column in columns],
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COMPLETENESS)
