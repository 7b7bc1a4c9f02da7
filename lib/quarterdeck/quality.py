"""What was found of a quarter's data, as counts alone: kept beside its papers, for the next quarter to compare with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from quarterdeck.home import Home
from quarterdeck.private import private_file
from quarterdeck.quarter import Quarter

QUALITY = "quality.json"


@dataclass(frozen=True)
class Quality:
    """Counts of a quarter's own extract; no record, and nothing of one, is among them.

    Parameters
    ----------
    quarter : as "2017-18 Q3".
    rows : of each table.
    filled : rows that fill a column, by "table.column".
    failing : rows that break a rule, by its code; 0 for a rule that is kept, or broken by its table as a whole.
    states : passed, failed or not run, by the rule's code.
    """

    quarter: str
    rows: Mapping[str, int]
    filled: Mapping[str, int]
    failing: Mapping[str, int]
    states: Mapping[str, str]

    @classmethod
    def of(cls, quarter: Quarter, rules: pd.DataFrame, completeness: pd.DataFrame) -> Quality:
        """The counts of a quarter.

        Parameters
        ----------
        rules : as `quarterdeck.checks.Outcome` has them.
        completeness : as `quarterdeck.checks.completeness` gives it.
        """
        columns = (completeness.table + "." + completeness.column).tolist()
        return cls(
            str(quarter),
            {str(table): int(rows) for table, rows in completeness.groupby("table", sort=False).rows.first().items()},
            dict(zip(columns, map(int, completeness.filled), strict=True)),
            dict(zip(rules.code.astype("str"), map(int, rules.failing), strict=True)),
            dict(zip(rules.code.astype("str"), rules.state.astype("str"), strict=True)),
        )

    def write(self, folder: Path) -> None:
        """Keep the counts in a quarter's folder of outputs, for its owner alone: small ones are not hidden in them."""
        with private_file(folder / QUALITY) as file:
            file.write((json.dumps(asdict(self), indent=1) + "\n").encode())


def quality_file(home: Home, authority: str, quarter: Quarter) -> Path:
    """Where the counts of a quarter are kept, once its papers have been built."""
    return home.outputs / authority / quarter.slug / QUALITY


def kept_quality(home: Home, authority: str, quarter: Quarter) -> Quality | None:
    """The counts of a quarter; None where its papers have not been built here."""
    path = quality_file(home, authority, quarter)
    return Quality(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None
