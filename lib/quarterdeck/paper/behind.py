"""What stands behind a paper: what it is made from, and what its page must know of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Protocol

import pandas as pd
from markupsafe import Markup

from quarterdeck.authority import Authority
from quarterdeck.figures.frame import COLUMNS
from quarterdeck.measures.registry import Measure
from quarterdeck.paper import about
from quarterdeck.paper.plans import BESIDE, Plan, plan_of
from quarterdeck.paper.quality import box
from quarterdeck.paper.quality.names import tables_of
from quarterdeck.quarter import Quarter

VALUE_COLUMNS = [column for column in COLUMNS if column not in ("lower", "upper")]


class Source(Protocol):
    """What a paper is made from: `quarterdeck.prepared.Prepared`, or a stand-in of the same shape."""

    @property
    def authority(self) -> Authority: ...  # noqa: D102

    @property
    def quarter(self) -> Quarter: ...  # noqa: D102

    @property
    def figures(self) -> pd.DataFrame: ...  # noqa: D102

    @property
    def public(self) -> pd.DataFrame: ...  # noqa: D102

    @property
    def files(self) -> pd.DataFrame: ...  # noqa: D102

    @property
    def rules(self) -> pd.DataFrame: ...  # noqa: D102

    @property
    def reconciliation(self) -> pd.DataFrame: ...  # noqa: D102

    @property
    def public_reconciliation(self) -> pd.DataFrame: ...  # noqa: D102

    @property
    def as_published(self) -> pd.DataFrame: ...  # noqa: D102

    @property
    def public_as_published(self) -> pd.DataFrame: ...  # noqa: D102


class Behind:
    """What a paper keeps of its source, in the copy that it is."""

    name: str
    authority: Authority
    quarter: Quarter
    officers: bool
    source: Source
    measures: Mapping[str, Measure]
    figures: pd.DataFrame
    _own: tuple[str, ...]

    @property
    def plan(self) -> Plan:
        """What the paper is and which measures are its own.

        Examples
        --------
        >>> paper.plan.measures[:2]
        ('assessments_in_45_days', 'assessment_outcomes')
        """
        return plan_of(self.name, self.measures, self._own)

    @property
    def _reconciliation(self) -> pd.DataFrame:
        """Printed figures against those of this copy: what is hidden in it cannot be checked in it."""
        return self.source.reconciliation if self.officers else self.source.public_reconciliation

    def _beside(self, measure: str) -> list[str]:
        """The measures that are shown with this one, because the paper has no block for them."""
        held = self.plan.measures
        return [name for name in BESIDE.get(measure, ()) if name not in held and name in self.measures]

    @property
    def _titles(self) -> dict[str, str]:
        return {name: measure.short for name, measure in self.measures.items()}

    @cached_property
    def _rows(self) -> dict[str, pd.DataFrame]:
        return {str(name): rows for name, rows in self.figures.groupby("measure", observed=True)}

    def front(self) -> dict[str, Any]:
        """What the page's head and foot say, and the values that its Markdown may name.

        Examples
        --------
        >>> paper.front()["quarter"]
        '2017/18 Q3'
        """
        return about.front(self.name, self.authority, self.quarter, self.officers, self.source.files) | {
            "data": str(self._box()),
            "figures": self._citable(),
        }

    def _box(self) -> Markup:
        """Whether the figures can be trusted: what was found of the records that the paper's measures are made from."""
        source, own = self.source, [*self.plan.measures, *self.plan.annual]
        tables = tables_of([self.measures[name] for name in own if name in self.measures])
        printed = self._reconciliation
        if own:
            own += [name for measure in own for name in self._beside(measure)]
            printed = printed[printed.measure.isin(own)]
        rules = source.rules[source.rules.table.isin(tables)] if tables else source.rules
        found = box.Found(source.files, rules, self._repairs, printed, self.officers)
        return box.box(found, link=self.officers and self.name != box.PAPER)

    @property
    def _repairs(self) -> pd.DataFrame | None:
        """Repairs made of the returns; None where the source keeps no account of them."""
        return getattr(self.source, "repairs", None)

    def _citable(self) -> dict[str, list[Any]]:
        """The figures that the notebook's Markdown may name: nine quarters of each measure and its months; of its main
        breakdown this quarter, the last, and the same a year before.
        """
        rows, near = self.figures, [self.quarter.minus(back).end for back in (0, 1, 4)]
        whole = rows.breakdown.isin(["all", "beside"]) & (
            (rows.kind == "month") | rows.end.isin([self.quarter.minus(back).end for back in range(9)])
        )
        main = pd.Series(
            {name: measure.main or measure.category[0] for name, measure in self.measures.items()}, dtype="str"
        )
        kind = pd.Series({name: measure.headline for name, measure in self.measures.items()}, dtype="str")
        parts = (rows.breakdown == rows.measure.map(main)) & (rows.kind == rows.measure.map(kind)) & rows.end.isin(near)
        cited = rows.loc[whole | parts, VALUE_COLUMNS]
        cited = cited.assign(
            kind=cited.kind.astype("str"),
            start=cited.start.dt.strftime("%Y-%m-%d"),
            end=cited.end.dt.strftime("%Y-%m-%d"),
        )
        return {
            str(column): [None if pd.isna(value) else value for value in cited[column].tolist()]
            for column in VALUE_COLUMNS
        }

    @property
    def _as_published(self) -> pd.DataFrame:
        """What earlier papers printed in this copy, beside what it is now."""
        return self.source.as_published if self.officers else self.source.public_as_published
