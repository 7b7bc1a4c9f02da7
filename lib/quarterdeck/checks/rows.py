"""The rows that rules judge, and what stands beside them in the other tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quarterdeck.records import Records
from quarterdeck.records.tables import TABLES
from quarterdeck.working_days import calendar

FOREVER = pd.Timestamp(2100, 1, 1)


def current(records: Records, name: str) -> pd.DataFrame:
    """The rows of a table that the quarter's own extract gave, or a source of no year, by their labels in it.

    Raises
    ------
    NotAvailable : no return gave it.
    """

    def of_this_extract() -> pd.DataFrame:
        table = records.table(name)
        return table[(table.collection_year == records.quarter.collection_year).fillna(True)]

    return records.kept(("current", name), of_this_extract)


def tells(records: Records, name: str) -> bool:
    """Whether the current extract tells of a table ("cp_plans") or of a column of one ("cin_episodes.close_date").

    A column that is empty in every row is one that its source does not tell; of a table without rows none can say.
    """
    table, _, column = name.partition(".")
    if not records.has(table):
        return False
    rows = current(records, table)
    return not column or rows.empty or bool(rows[column].notna().any())


def beside(records: Records, rows: pd.DataFrame, table: str, key: str, columns: Sequence[str]) -> pd.DataFrame:
    """Columns of another table's current row with the same key, under the labels of `rows`; empty where it has none.

    Parameters
    ----------
    key : a column of both, once in each row of the other table ("person_id", "referral_id").
    """
    other = current(records, table).drop_duplicates(key).dropna(subset=key).set_index(key)[list(columns)]
    return other.reindex(rows[key]).set_axis(rows.index)


def referral_of(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    """The referral that each row belongs to: referral_date, close_date, close_reason, referral_nfa."""
    told = ["referral_date", "close_date", "close_reason", "referral_nfa"]
    return beside(records, rows, "cin_episodes", "referral_id", told)


def overlapping_earlier(rows: pd.DataFrame, start: str, end: str, by: Sequence[str] = ("person_id",)) -> pd.Index:
    """Spans that begin while an earlier one of the same child (or other key) is open; one may begin as another ends.

    Examples
    --------
    >>> plans = pd.DataFrame({"person_id": ["A", "A", "A"],
    ...     "start": pd.to_datetime(["2017-01-01", "2017-02-01", "2017-03-01"]),
    ...     "end": pd.to_datetime(["2017-02-01", "2017-03-02", None])})
    >>> overlapping_earlier(plans, "start", "end").tolist()
    [2]
    """
    keys = list(by)
    ordered = rows.sort_values([*keys, start], kind="stable")
    latest_end = ordered[end].fillna(FOREVER).groupby([ordered[key] for key in keys], dropna=False).cummax()
    before = latest_end.groupby([ordered[key] for key in keys], dropna=False).shift()
    return ordered.index[ordered[start] < before]


def overlapping(rows: pd.DataFrame, start: str, end: str, others: pd.DataFrame, opens: str, closes: str) -> pd.Index:
    """Spans during which another of the same child is open for a day or more; one may begin as the other ends.

    Parameters
    ----------
    others : the other spans, with their `opens` and `closes` columns and a `person_id`.
    """
    asked = rows[["person_id"]].assign(begin=rows[start], finish=rows[end].fillna(FOREVER), label=rows.index)
    known = others[["person_id"]].assign(opens=others[opens], closes=others[closes].fillna(FOREVER))
    pairs = asked.merge(known, on="person_id", validate="many_to_many")
    return pd.Index(pairs.label[(pairs.opens < pairs.finish) & (pairs.begin < pairs.closes)].unique())


def among(values: pd.Series, others: pd.Series) -> np.ndarray:
    """Whether each value is one of the others; a missing one is not. Quicker than `isin` for many identifiers.

    Examples
    --------
    >>> among(pd.Series(["A", "B", None]), pd.Series(["B", "C", None])).tolist()
    [False, True, False]
    """
    return pd.Index(others.dropna().unique()).get_indexer(pd.Index(values)) >= 0


def known_by(rows: pd.DataFrame, keys: Sequence[str], others: pd.DataFrame, named: Sequence[str]) -> np.ndarray:
    """Whether each row's keys are those of some row of the others, where they may be `named` otherwise."""
    asked, listed = rows[list(keys)], others[list(named)]
    return pd.MultiIndex.from_frame(asked).isin(pd.MultiIndex.from_frame(listed)) & asked.notna().all(axis=1).to_numpy()


def those(rows: pd.DataFrame, met: pd.Series | np.ndarray) -> pd.Index:
    """The labels of the rows that meet a condition; where it cannot be told, they do not."""
    return rows.index[pd.Series(met, index=rows.index).astype("boolean").fillna(False).to_numpy(dtype=bool)]


def elsewhere(records: Records, rows: pd.DataFrame) -> pd.Index:
    """The rows whose district the authority's profile does not name; none where it names no district."""
    known = [district.name for district in records.authority.districts]
    return those(rows, rows.district.notna() & ~rows.district.isin(known) & bool(known))


def earlier(records: Records, name: str) -> pd.DataFrame:
    """The last that an earlier year's extract told of each row of a table, once a key; none where there is none."""

    def told() -> pd.DataFrame:
        table = records.table(name)
        before = table[(table.collection_year < records.quarter.collection_year).fillna(False)]
        ordered = before.sort_values("collection_year", kind="stable")
        return ordered.drop_duplicates(list(TABLES[name].key), keep="last")

    return records.kept(("earlier", name), told)


def open_cases(records: Records) -> pd.DataFrame:
    """Referrals of the current extract that were accepted and whose case is open at its end."""
    rows = current(records, "cin_episodes")
    return rows[rows.close_date.isna() & ~rows.referral_nfa.fillna(False)]


def at_end(records: Records, rows: pd.DataFrame) -> pd.Series:
    """The last day of the extract, once for each row."""
    return pd.Series(records.quarter.end.as_unit("us"), index=rows.index)


def off_duty(dates: pd.Series) -> pd.Series:
    """Whether each date is a weekend or a bank holiday of England, on which no meeting is held; False where missing."""
    known = dates.notna()
    days = dates[known].to_numpy().astype("datetime64[D]")
    found = pd.Series(False, index=dates.index)
    found[known] = ~np.is_busday(days, busdaycal=calendar())
    return found


def held_from(records: Records, table: str) -> pd.Timestamp:
    """The first day of which the extracts tell: 1 April of the earliest year; of a source of no year, any day."""
    years = records.table(table).collection_year
    return pd.Timestamp(1900, 1, 1) if years.isna().any() or years.empty else pd.Timestamp(years.min() - 1, 4, 1)
