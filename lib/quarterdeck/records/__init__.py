"""Records: the canonical child-level tables of one authority at one quarter."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from quarterdeck.authority import Authority
from quarterdeck.errors import Problem
from quarterdeck.quarter import Quarter
from quarterdeck.records import looked_after, repairs
from quarterdeck.records.coverage import EVERYTHING, Coverage, reach
from quarterdeck.records.tables import TABLES

Kept = TypeVar("Kept", pd.DataFrame, pd.Series, pd.Index)


class NotAvailable(Problem, LookupError):
    """A measure needs a table, or a column of one, that no return of this authority gave.

    Parameters
    ----------
    need : the table, or the column written `table.column`.
    """

    def __init__(self, need: str) -> None:
        self.table, _, self.column = need.partition(".")
        about = TABLES[self.table].about if self.table in TABLES else self.table
        super().__init__(f"not available from these sources: no return gave {need} ({about})")


@dataclass(frozen=True)
class Records:
    """Child-level tables, typed and checked, with the extract that each row came from.

    An extract of a collection year is the truth about that year: what is dated in 2016-17 is counted from the
    last extract of 2016-17, although a later one may tell it differently. `collection_year` says which extract a
    row came from, and the counting primitives keep each row to its own year; it is <NA> in a source that
    covers all years at once. What looks back (repeat plans, earlier referrals) reads `history`.

    Parameters
    ----------
    authority : whose records.
    quarter : the quarter they were cut at.
    tables : canonical tables by name (see `quarterdeck.records.tables`); one that no return gave is absent.
    covers : from when each table tells everything; one that is not named tells all there is.
    """

    authority: Authority
    quarter: Quarter
    tables: Mapping[str, pd.DataFrame]
    covers: Mapping[str, Coverage] = field(default_factory=dict)
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name in TABLES:
            return self.table(name)
        raise AttributeError(name)

    def table(self, name: str) -> pd.DataFrame:
        """A canonical table by name.

        Raises
        ------
        NotAvailable : no return gave it.

        Examples
        --------
        >>> len(records.table("cp_plans"))
        1
        """
        try:
            return self.tables[name]
        except KeyError:
            raise NotAvailable(name) from None

    def told_by_profile(self, entry: str) -> int:
        """A number that the authority's profile may give: the days between visits, a ceiling.

        Raises
        ------
        NotAvailable : it does not give it.
        """
        value = getattr(self.authority, entry)
        if value is None:
            raise NotAvailable(f"{entry}: the profile does not say")
        return value

    def has(self, name: str) -> bool:
        """Whether a return gave this table.

        Examples
        --------
        >>> records.has("cp_plans"), records.has("no_such_table")
        (True, False)
        """
        return name in self.tables

    def tells(self, need: str) -> bool:
        """Whether a return gave a table, or a column of one written `table.column`.

        Examples
        --------
        >>> records.tells("cp_plans.cp_plan_end_date")
        True
        """
        table, _, column = need.partition(".")
        return self.has(table) and column not in self.covers.get(table, EVERYTHING).untold

    def reach(self, needs: Sequence[str]) -> Coverage:
        """From when tables together tell everything.

        Parameters
        ----------
        needs : tables, or columns written `table.column`; where one of several will do, written `cp_plan_ends|person`,
            the first of them that a return gave.

        Raises
        ------
        NotAvailable : no return gave one of them.
        """
        found = [next(filter(self.tells, need.split("|")), None) for need in needs]
        for need, told in zip(needs, found, strict=True):
            if told is None:
                raise NotAvailable(need.partition("|")[0])
        return reach(self.covers, [told for told in found if told])

    def history(self, name: str) -> pd.DataFrame:
        """A table with every row once, over all extracts: where two tell of the same row, the later one counts.

        In a table without a key each row is one of its own.

        Examples
        --------
        >>> len(records.history("cla_episodes"))
        3
        """

        def merge() -> pd.DataFrame:
            rows = self.table(name).sort_values("collection_year", kind="stable", na_position="last")
            key = list(TABLES[name].key)
            return (rows.drop_duplicates(key, keep="last") if key else rows).sort_index()

        return self.kept(name, merge)

    def last_told(self, name: str) -> pd.DataFrame:
        """A table's rows of each child as the last extract that tells of the child has them, and none it no longer has.

        Parameters
        ----------
        name : a table with a `person_id`.
        """
        rows = self.table(name)
        year = rows.collection_year.astype("float64").fillna(np.inf)  # a source of all years has the last word
        return rows[year == year.groupby(rows.person_id).transform("max")]

    def kept(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """What `make` gives, worked out once for these records: many measures and breakdowns read the same rows."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    @cached_property
    def cla_history(self) -> pd.DataFrame:
        """Episodes of care over all extracts, each once: see `repairs.continuous`."""
        return repairs.continuous(self.cla_episodes)[0]

    @cached_property
    def cla_periods(self) -> pd.DataFrame:
        """Periods of care of each extract, with the day each began from the whole history.

        See `looked_after.periods_of_care`; short breaks are left out.
        """
        return looked_after.with_true_start(
            looked_after.periods_of_care(self.cla_episodes),
            looked_after.periods_of_care(_of_no_year(self.cla_history)),
        )

    @cached_property
    def cla_placement(self) -> pd.DataFrame:
        """Placements over the whole history, short breaks left out: see `looked_after.placements`."""
        return looked_after.placements(_of_no_year(self.cla_history))

    @cached_property
    def cla_spells(self) -> pd.DataFrame:
        """Episodes of each extract, with the placement kept and the start of care: see `looked_after.spells`."""
        return looked_after.spells(self.cla_episodes, self.cla_periods)

    @cached_property
    def cla_stays(self) -> pd.DataFrame:
        """Stays with one carer as each year's extract tells them: see `looked_after.stays`."""
        return looked_after.stays_by_year(self.cla_episodes)


def _of_no_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the whole history: of every year, and so of none."""
    return rows.assign(collection_year=pd.Series(pd.NA, index=rows.index, dtype="Int64"))
