"""Which source fills which table: the tables of one set of records, from all that the extracts tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from quarterdeck.quarter import Quarter
from quarterdeck.records import looked_after
from quarterdeck.records.coverage import ALWAYS, NEVER, Coverage
from quarterdeck.records.tables import TABLES
from quarterdeck.returns.extract import Extract
from quarterdeck.returns.formats import FILLED_TOGETHER, FORMATS, USUAL, Tables, preferred, reaching

Replace = Callable[[pd.DataFrame], pd.DataFrame]
SOURCES = ["table", "format", "events_since", "open_since"]


@dataclass(frozen=True)
class Gathered:
    """The canonical tables, and where each came from.

    Parameters
    ----------
    tables : by name, with the collection year of the extract of each row.
    covers : from when each tells everything.
    source : the format that each came from in the last extract.
    used : the extracts, formats and tables whose rows are among them.
    """

    tables: Tables
    covers: dict[str, Coverage]
    source: dict[str, str]
    used: set[tuple[Quarter, str, str]]


def gathered(extracts: Sequence[Extract], earlier: Sequence[Extract], replace: Replace) -> Gathered:
    """The tables that extracts give together, each from the source that is preferred for it.

    Parameters
    ----------
    extracts : the last of each collection year, oldest first.
    earlier : what quarters gone by tell of events that no later extract does.
    replace : what replaces identifiers, table by table.
    """
    told = [(extract.quarter, {name: extract.of_format(name) for name in extract.formats}) for extract in extracts]
    source = {table: name for table in TABLES for name in [_source(table, told)] if name}
    found = Gathered({}, {}, source, set())
    _year_by_year(told, replace, found)
    for name in [name for name in USUAL if name in told[-1][1] and not FORMATS[name].yearly]:
        cuts = [(cut, formats[name]) for cut, formats in told if name in formats]
        cuts += [(old.quarter, old.of_format(name)) for old in earlier if name in old.formats]
        _over_time(name, sorted(cuts, key=lambda cut: cut[0]), replace, found)
    return found


def _over_time(name: str, cuts: Sequence[tuple[Quarter, Tables]], replace: Replace, found: Gathered) -> None:
    """The tables of a format whose extracts tell of all the time up to their cut."""
    for table, rows in FORMATS[name].over_time(cuts).items():
        told_by = [cut for cut, tables in cuts if table in tables]
        if found.source.get(table) == name:
            found.tables[table] = _with_year(replace(rows), None)
            found.covers[table] = reaching(FORMATS[name], table, rows, told_by)
        elif table in FILLED_TOGETHER:
            found.tables[table] = _with_the_rest(found.tables[table], replace(rows), TABLES[table].key)
        else:
            continue
        found.used.update((cut, name, table) for cut in told_by)


def _with_the_rest(known: pd.DataFrame, others: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Rows with those of another source that only it has."""
    new = ~pd.MultiIndex.from_frame(others[list(key)]).isin(pd.MultiIndex.from_frame(known[list(key)]))
    return pd.concat([known, _with_year(others[new], None)], ignore_index=True)


def _year_by_year(told: Sequence[tuple[Quarter, Mapping[str, Tables]]], replace: Replace, found: Gathered) -> None:
    """The tables of which each extract tells its own year."""
    parts: dict[str, list[tuple[Quarter, pd.DataFrame]]] = {}
    for cut, formats in told:
        for table, (rows, names) in _of_a_year(formats).items():
            if FORMATS[found.source[table]].yearly:
                parts.setdefault(table, []).append((cut, rows))
                found.used.update((cut, name, table) for name in names)
    for table, years in parts.items():
        rows = pd.concat([_with_year(replace(rows), cut) for cut, rows in years], ignore_index=True)
        found.tables[table] = rows
        found.covers[table] = reaching(FORMATS[found.source[table]], table, rows, [cut for cut, _ in years])


def _source(table: str, told: Sequence[tuple[Quarter, Mapping[str, Tables]]]) -> str | None:
    """The preferred of the formats that gave a table in the last extract; where none did, in the last that had it.

    What a format that is not yearly told years ago says nothing of the time since.
    """
    for age, (_, formats) in enumerate(reversed(told)):
        for name in preferred(table):
            if table in formats.get(name, {}) and (FORMATS[name].yearly or age == 0):
                return name
    return None


def _of_a_year(formats: Mapping[str, Tables]) -> dict[str, tuple[pd.DataFrame, tuple[str, ...]]]:
    """The tables of one extract from its yearly formats, the preferred of each, and the formats that they are from."""
    given: dict[str, tuple[pd.DataFrame, tuple[str, ...]]] = {}
    yearly = {name: tables for name, tables in formats.items() if FORMATS[name].yearly}
    for table in dict.fromkeys(table for tables in yearly.values() for table in tables):
        names = tuple(name for name in preferred(table) if table in yearly.get(name, {}))
        names = names if table in FILLED_TOGETHER else names[:1]
        given[table] = (_filled([yearly[name][table] for name in names], TABLES[table].key), names)
    if "missing" in given and "cla_episodes" in given:
        missing, names = given["missing"]
        given["missing"] = (_with_looked_after(missing, given["cla_episodes"][0]), names)
    return given


def _filled(parts: Sequence[pd.DataFrame], key: Sequence[str]) -> pd.DataFrame:
    """Every row of any source once: what the preferred source leaves empty is filled from the next."""
    if len(parts) == 1 and not (key and parts[0].duplicated(list(key)).any()):
        return parts[0]
    whole = pd.concat(parts, ignore_index=True)
    return (
        whole
        if not key
        else whole.groupby(list(key), sort=False, as_index=False, dropna=False)
        .first()[list(whole.columns)]
        .astype(whole.dtypes)
    )


def _with_year(rows: pd.DataFrame, cut: Quarter | None) -> pd.DataFrame:
    year = pd.Series(cut.collection_year if cut else pd.NA, index=rows.index, dtype="Int64")
    return rows.assign(collection_year=year)


def _with_looked_after(missing: pd.DataFrame, episodes: pd.DataFrame) -> pd.DataFrame:
    """Missing episodes with `looked_after` told, where the list does not, by the episodes of care on that day."""
    starts = missing.missing_episode_start_date.dt.normalize()
    asked = pd.DataFrame({"person_id": missing.person_id, "day": starts, "row": missing.index})
    care = looked_after.without_short_breaks(episodes.assign(collection_year=0))
    spans = asked.merge(care, on="person_id", how="left", validate="many_to_many")
    inside = (spans.cla_episode_start_date <= spans.day) & ~(spans.cla_episode_ceased_date < spans.day)
    told = missing.index.isin(spans.row[inside])
    derived = pd.Series(told, index=missing.index, dtype="boolean")
    return missing.assign(looked_after=missing.looked_after.fillna(derived))


def as_frame(found: Gathered) -> pd.DataFrame:
    """Which format each table came from, and from when it tells everything: for the paper on data quality."""
    rows = [
        [table, found.source[table], *(day if ALWAYS < day < NEVER else pd.NaT for day in (since.events, since.stock))]
        for table, since in found.covers.items()
    ]
    dtypes = {"table": "str", "format": "str", "events_since": "datetime64[us]", "open_since": "datetime64[us]"}
    return pd.DataFrame(rows, columns=SOURCES).astype(dtypes)
