"""A printed figure, and how to find it among the figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from quarterdeck.figures.frame import ALL, BESIDE
from quarterdeck.quarter import Quarter

Outcome = Literal["agrees", "contradicted", "doubtful", "two definitions", "cannot be checked"]
RENAMED = {
    ("open_cases", "CIN share of safeguarding teams' open cases"): ("cin_share_of_safeguarding", "", ALL),
    ("audit_grades", "missing notifications audited"): ("audits_appropriate", "theme", "missing notifications"),
    ("audit_grades", "missing notifications: decision appropriate"): (
        "audits_appropriate",
        "theme",
        "missing notifications",
    ),
    ("cp_duration_at_end", "came into care: 9 to 15 months (most of them)"): (
        "cp_duration_at_end",
        "duration_of_those_into_care",
        "9 to 15 months",
    ),
}
"""Printed figures that go by another name here: measure, breakdown ("" for any), and the label to look for."""


AGAINST_DFE = "against DfE's year ends"
"""The label of a printed figure that is laid against DfE's."""


@dataclass(frozen=True)
class Line:
    """One printed figure.

    Parameters
    ----------
    measure, breakdown : the measure's id, and the printed label ("all" for the whole).
    period : as printed: 2017-18 Q3, 2017-12-31, 2017-12, 2017-04-01/2017-12-31.
    said : the value as it stands in the list; "" where the figure is a statement.
    unit, decimals : None decimals where none are printed.
    approximate : "yes" for "about", "at least", "contradicted", "as printed", "no".
    source : where it stands.
    """

    measure: str
    breakdown: str
    period: str
    said: str
    unit: str
    decimals: int | None
    approximate: str
    source: str

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Line:
        """A line of the list of published figures, all text."""
        decimals = row["printed_decimals"]
        return cls(
            row["measure"],
            row["breakdown"],
            row["period"],
            row["value"],
            row["unit"],
            int(float(decimals)) if decimals else None,
            row["approximate"],
            row["source"],
        )

    @property
    def value(self) -> float:
        """The printed number; NaN where it is none."""
        try:
            return float(self.said)
        except ValueError:
            return float("nan")

    @property
    def span(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last day of its period.

        Examples
        --------
        >>> line = Line("m", "all", "2017-09/2017-12", "", "", None, "no", "")
        >>> [day.date().isoformat() for day in line.span]
        ['2017-09-01', '2017-12-31']
        """
        if "Q" in self.period:
            quarter = Quarter.parse(self.period)
            return quarter.start, quarter.end
        first, _, last = self.period.partition("/")
        last = last or first
        return pd.Timestamp(first), pd.Timestamp(last) + (pd.offsets.MonthEnd(0) if len(last) == 7 else pd.Timedelta(0))


@dataclass(frozen=True)
class Checked:
    """What came of checking one printed figure; `result` where it is no comparison of two numbers."""

    recomputed: float = np.nan
    note: str = ""
    result: Outcome | None = None
    published_text: str = ""
    recomputed_text: str = ""


@dataclass(frozen=True)
class Look:
    """Figures by measure, breakdown, category, kind of period and its end."""

    frame: pd.DataFrame
    quarter: Quarter
    at: dict[tuple[str, str, str, str, pd.Timestamp], int] = field(init=False)

    def __post_init__(self) -> None:
        keys = zip(
            self.frame.measure,
            self.frame.breakdown,
            self.frame.category,
            self.frame.kind.astype("str"),
            self.frame.end,
            strict=True,
        )
        object.__setattr__(self, "at", {key: row for row, key in enumerate(keys)})

    def row(self, measure: str, kind: str, end: pd.Timestamp, breakdown: str = ALL, category: str = ALL) -> pd.Series:
        """One figure; one of NaN where there is none."""
        place = self.at.get((measure, breakdown, category, kind, end))
        if place is None:
            return pd.Series({"value": np.nan, "numerator": np.nan, "denominator": np.nan}, dtype="float64")
        return self.frame.iloc[place]

    def value(self, *where: str | pd.Timestamp) -> float:
        """The value of one figure: measure, kind, end and, where it has them, breakdown and category."""
        return float(self.row(*where).value)  # type: ignore[arg-type]

    def months(
        self, measure: str, start: pd.Timestamp, end: pd.Timestamp, breakdown: str = ALL, category: str = ALL
    ) -> pd.Series:
        """The monthly values from one day to another, by month end; months without a value are left out."""
        rows = self.frame[(self.frame.measure == measure) & (self.frame.kind.astype("str") == "month")]
        rows = rows[(rows.breakdown == breakdown) & (rows.category == category)]
        rows = rows[(rows.start >= start) & (rows.end <= end)]
        return rows.set_index("end").value.dropna().sort_index()

    def find(self, line: Line) -> pd.Series:
        """The figure that a printed one is of; one of NaN where there is none."""
        by_its_own = (line.measure, "", line.breakdown)
        measure, breakdown, label = RENAMED.get((line.measure, line.breakdown), by_its_own)
        place = (ALL, ALL) if label == ALL else self.label(measure, label, breakdown)
        start, end = line.span
        if place is None:
            return self.row(measure, "", end)
        rows = self.frame[self.frame.measure == measure]
        rows = rows[(rows.breakdown == place[0]) & (rows.category == place[1]) & (rows.end == end)]
        exact = rows[rows.start == start]
        chosen = exact if len(exact) else rows[rows.kind.astype("str") == "month"]
        return chosen.iloc[0] if len(chosen) else self.row(measure, "", end)

    def label(self, measure: str, text: str, breakdown: str = "") -> tuple[str, str] | None:
        """The breakdown and category that a label means.

        That is the category with its words, or with most of them and no other; of two alike, the one whose breakdown
        has the label's words too.
        """
        rows = self.frame[(self.frame.measure == measure) & ~self.frame.breakdown.isin([ALL, BESIDE])]
        rows = rows[rows.breakdown == breakdown] if breakdown else rows
        pairs = [(str(b), str(c)) for b, c in rows[["breakdown", "category"]].drop_duplicates().to_numpy()]
        said = _words(text)
        fits = [pair for pair in pairs if _words(pair[1]) <= said or said <= _words(pair[1])]

        def likeness(pair: tuple[str, str]) -> tuple[int, int]:
            breakdown, category = map(_words, pair)
            return len(category & said) - len(category ^ said), len(breakdown & said)

        return max(fits, key=likeness, default=None)


def whose(label: str) -> str:
    """What a printed figure is laid against, by its label in the reconciliation.

    Examples
    --------
    >>> whose("all"), whose("text against cost list")
    ('from the records', 'by the cost list')
    """
    if "against cost list" in label:
        return "by the cost list"
    return "by DfE at the year's ends" if label == AGAINST_DFE else "from the records"


def written(value: float, unit: str, decimals: int) -> str:
    """A value as a reader should see it: 49%, £954, £11.6m, 41.0; "" for none.

    Examples
    --------
    >>> written(882.6989, "gbp_per_week", 2), written(-5.0, "number", 0)
    ('£882.70', '−5')
    """
    if np.isnan(value):
        return ""
    number = f"{abs(value):,.{decimals}f}"
    sign = "−" if value < 0 and float(number.replace(",", "")) else ""
    form = {"percent": "{}%", "gbp_per_week": "£{}", "gbp_million": "£{}m", "gbp_thousand": "£{}k", "gbp": "£{}"}
    return sign + form.get(unit, "{}").format(number)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.casefold().replace("_", " ").replace("-", "")))
