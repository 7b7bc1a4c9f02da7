"""Faults of a table that can be mended without a guess: each by a rule with a name, and each counted.

A rule mends only what the returns themselves settle. Where rows contradict each other, where an end is told without its
reason or a reason without its end, where a child who never left is told to have started anew, all stay as they are, for
a check to find and a person to correct. No rule changes when an episode began, and none ends one because of a short
break (V3, V4), or a short break because of an episode.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from quarterdeck.records.ssda903_words import GOES_ON, SAME_DAY, SHORT_BREAKS
from quarterdeck.records.tables import TABLES

COLUMNS = {"rule": "str", "table": "str", "collection_year": "Int64", "rows": "int64", "description": "str"}
RULES = {
    "FIX-ROW-01": "A row stood twice, word for word: it was counted once.",
    "FIX-ROW-02": "Two rows told of the same thing and one told more, as an end that the other left open: they were "
    "counted as one, with all that either told.",
    "FIX-CLA-01": "An episode ended with X1 a day before the child's next one, which goes on from it: it was ended on "
    "the day that the next one began.",
    "FIX-CLA-02": "An episode was left open although the child's next one, which goes on from it, had begun: it was "
    "ended on the day that the next one began.",
    "FIX-CLA-03": "An episode ended with X1 after the child's next one, which goes on from it, had begun: it was ended "
    "on the day that the next one began.",
    "FIX-CLA-04": "An episode that one year's return left open is in no later return: looking back, it ended on the "
    "last day of its return's year.",
    "FIX-CLA-05": "An episode that one year's return left open is in no later return, and the child's next one goes on "
    "from it: looking back, it ended on the day that the next one began.",
    "FIX-CLA-06": "An episode that one year's return left open is in no later return, and a later one tells of another "
    "on the day it began: looking back, it was left out.",
}
"""Every rule: its code, and what was found and done, in a sentence."""

_KEY = list(TABLES["cla_episodes"].key)
_START, _END, _REASON = "cla_episode_start_date", "cla_episode_ceased_date", "cla_episode_ceased_reason"
_BY_DATE = ["collection_year", "person_id", _START]
_DAY = pd.Timedelta(days=1)


def told_once(rows: pd.DataFrame, table: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of a table with those that tell of the same thing, and nowhere contradict each other, made one.

    Rows are of the same thing where every column of the table's key is filled and the same, in one extract. What one
    row tells and the other leaves empty is told. Rows of which any two contradict each other in any column all stay.

    Parameters
    ----------
    rows : a canonical table, with its `collection_year` or without.
    table : its name.

    Returns
    -------
    The rows, each at the label of the first that it was made of, and the repairs (see `repaired`).

    Examples
    --------
    >>> rows = pd.DataFrame({"person_id": ["A", "A"], "from_date": pd.to_datetime(["2026-05-01"] * 2),
    ...                      "to_date": pd.to_datetime([None, "2026-06-01"])})
    >>> once, repairs = told_once(rows, "deprivation_of_liberty")
    >>> once.to_date.astype("str").tolist(), repairs.rule.tolist()
    (['2026-06-01'], ['FIX-ROW-02'])
    """
    key = list(TABLES[table].key)
    if not key:
        return rows, counted({}, table)
    thing = [*(["collection_year"] if "collection_year" in rows else []), *key]
    again = rows.duplicated(thing, keep=False) & rows[key].notna().all(axis="columns")
    if not again.any():
        return rows, counted({}, table)
    some = rows[again]
    others = [str(column) for column in rows if column not in thing]
    each = some.groupby(thing, dropna=False, sort=False)[others]
    agreeing = (each.transform("nunique") <= 1).all(axis="columns")
    merged = some[agreeing]
    repeats = merged.duplicated(thing)
    twice = merged.duplicated()
    told = rows.copy()
    told.loc[merged.index, others] = each.transform("first")[agreeing]
    repairs = counted({"FIX-ROW-01": merged[twice], "FIX-ROW-02": merged[repeats & ~twice]}, table)
    return told.drop(merged.index[repeats]), repairs


def repaired(episodes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Episodes of one or more extracts, each extract mended by itself, and what was mended.

    Parameters
    ----------
    episodes : the canonical `cla_episodes`.

    Returns
    -------
    The episodes, in their order and at their labels, and the repairs: rule, table, collection_year, rows (that were
    merged into another, or changed), description; a row a rule and an extract that needed it.
    """
    episodes, merged = told_once(episodes, "cla_episodes")
    mended: dict[str, pd.DataFrame] = {}
    for rule, applies in _SPANS.items():
        pairs = _pairs(episodes)
        mended[rule] = found = pairs[applies(pairs)]
        if len(found):
            episodes = episodes.copy()
            episodes.loc[found.index, _END] = found.next_start
            episodes.loc[found.index, _REASON] = SAME_DAY
    return episodes, pd.concat([merged, counted(mended, "cla_episodes")], ignore_index=True)


def continuous(episodes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Episodes of all extracts as one history, each once, and what had to be ended or left out for it.

    Where two extracts tell of the same episode, the later has the say; what an earlier one left open and no later one
    mentions is settled as FIX-CLA-04 to 06 say. This is for what looks back over years: a year's own figures are
    counted from its own extract, which this leaves as it is.

    Parameters
    ----------
    episodes : the canonical `cla_episodes` of every extract; those of no collection year are of all years already.

    Returns
    -------
    The history, in the order and at the labels of the episodes, and the repairs (see `repaired`).
    """
    year = episodes.collection_year
    latest = episodes.assign(said=year.fillna(9999)).groupby(_KEY, dropna=False).said.transform("max")
    history = episodes[year.fillna(9999) == latest]
    history = history[~history.duplicated(_KEY, keep="last")]
    year = history.collection_year
    dropped = history[history[_END].isna() & (year < year.max()).fillna(value=False)]
    if dropped.empty:
        return history, counted({}, "cla_episodes")
    elsewhere = _told_elsewhere(dropped, history)
    history = history.drop(elsewhere)
    dropped = dropped.drop(elsewhere)
    closes = pd.to_datetime(dropped.collection_year.astype("str") + "-03-31").astype("datetime64[us]")
    pairs = _pairs(history.assign(collection_year=0)).reindex(dropped.index)
    goes_on = pairs.next_start <= closes + pd.DateOffset(years=1)
    settled = {
        "FIX-CLA-04": dropped[~goes_on],
        "FIX-CLA-05": dropped[goes_on],
        "FIX-CLA-06": episodes.loc[elsewhere],
    }
    history.loc[dropped.index, _END] = pairs.next_start.where(goes_on, closes)
    history.loc[dropped.index[goes_on], _REASON] = SAME_DAY
    return history, counted(settled, "cla_episodes")


def counted(mended: Mapping[str, pd.DataFrame], table: str) -> pd.DataFrame:
    """How many rows each rule mended in each extract, as `repaired` gives it.

    Parameters
    ----------
    mended : the rows that each rule mended, with their `collection_year` or without.
    table : the canonical table they are of.
    """
    of_rule = [
        rows.reindex(columns=["collection_year"]).assign(rule=rule) for rule, rows in mended.items() if len(rows)
    ]
    if not of_rule:
        return pd.DataFrame({column: pd.Series(dtype=dtype) for column, dtype in COLUMNS.items()})
    counts = pd.concat(of_rule).groupby(["rule", "collection_year"], dropna=False).size().reset_index(name="rows")
    return counts.assign(table=table, description=counts.rule.map(RULES))[list(COLUMNS)].astype(COLUMNS)


def _day_short(pair: pd.DataFrame) -> pd.Series:
    short = pair.next_start - pair[_END]
    return (pair[_REASON] == SAME_DAY) & (short > pd.Timedelta(0)) & (short <= _DAY)


def _left_open(pair: pd.DataFrame) -> pd.Series:
    return pair[_END].isna()


def _overlapping(pair: pd.DataFrame) -> pd.Series:
    """Ended after the next began, which goes on at least as long: else nothing tells where the child was afterwards."""
    goes_on = pair.next_end.isna() | (pair.next_end >= pair[_END])
    return (pair[_REASON] == SAME_DAY) & (pair[_END] > pair.next_start) & goes_on


_SPANS: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "FIX-CLA-01": _day_short,
    "FIX-CLA-02": _left_open,
    "FIX-CLA-03": _overlapping,
}
"""Which episodes end where the child's next one begins. In this order: the last reads the ends that the first two
settle, and its own can only make it find fewer, so that mending twice changes nothing the second time."""


def _pairs(episodes: pd.DataFrame) -> pd.DataFrame:
    """Episodes that do not say that care ended, beside the start and end of the child's next one that goes on from it.

    An episode whose start is told twice is in no pair, for which of the two is true is not known.
    """
    rows = episodes[~episodes.legal_status.isin(SHORT_BREAKS) & episodes[_START].notna()].sort_values(_BY_DATE)
    after = rows.groupby(["collection_year", "person_id"], dropna=False)
    unclear = rows.duplicated(_BY_DATE, keep=False)
    pairs = rows.assign(
        next_start=after[_START].shift(-1),
        next_end=after[_END].shift(-1),
        next_why=after.cla_episode_start_reason.shift(-1),
        unclear=unclear | unclear.shift(-1, fill_value=False),
    )
    care_goes_on = pairs[_REASON].isna() | (pairs[_REASON] == SAME_DAY)
    return pairs[care_goes_on & pairs.next_why.isin(GOES_ON) & ~pairs.unclear]


def _told_elsewhere(dropped: pd.DataFrame, history: pd.DataFrame) -> pd.Index:
    """Labels of the episodes at whose start a later extract has the child in another that had begun before."""
    spans = history[["person_id", _START, _END, "collection_year"]][~history.legal_status.isin(SHORT_BREAKS)]
    asked = dropped[~dropped.legal_status.isin(SHORT_BREAKS)].rename_axis("row").reset_index()
    beside = asked.merge(spans, on="person_id", suffixes=("", "_told"), validate="many_to_many")
    later = beside.collection_year_told > beside.collection_year
    running = (beside[f"{_START}_told"] < beside[_START]) & ~(beside[f"{_END}_told"] <= beside[_START])
    return pd.Index(beside.row[later & running].unique())
