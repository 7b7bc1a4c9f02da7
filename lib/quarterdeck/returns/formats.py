"""The formats that are read, each with its lists, what it covers, and how its tables become the canonical ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from quarterdeck.quarter import Quarter
from quarterdeck.records.coverage import Coverage
from quarterdeck.records.tables import TABLES
from quarterdeck.returns import annex_a, annex_a_tables, cin_census, local, ssd, ssda903
from quarterdeck.returns.layouts import Layout

Tables = dict[str, pd.DataFrame]


def as_they_are(tables: Tables, cut: Quarter) -> Tables:
    """The tables of a format whose lists fill canonical ones directly."""
    return tables


def the_latest(cuts: Sequence[tuple[Quarter, Tables]]) -> Tables:
    """The last extract alone: it tells of the time before it too."""
    return dict(cuts[-1][1])


def reaching(kind: Format, table: str, rows: pd.DataFrame, cuts: Sequence[Quarter]) -> Coverage:
    """From when a format's rows of a table tell everything."""
    told = kind.covers(table, rows, cuts)
    lists = [layout for layout in kind.layouts if layout.table == table]
    filled = {column for layout in lists for column in (*layout.columns.values(), *layout.made, *layout.times.values())}
    others = [column.name for column in TABLES[table].columns if column.name not in filled] if lists else []
    untold = told.untold | {column for column in others if rows[column].isna().all()}
    since: dict[str, pd.Timestamp] = {}
    for column in [column.name for column in TABLES[table].columns if column.describes]:
        filling = _filling(kind, rows[rows[column].notna()], cuts)
        if cuts[-1] not in filling:
            untold |= {column}
        elif filling != list(cuts):  # the list has not always had it
            since[column] = kind.covers(table, rows, filling).events
    return Coverage(untold=untold) if table in TIMELESS else Coverage(told.events, told.stock, untold, since)


def _filling(kind: Format, rows: pd.DataFrame, cuts: Sequence[Quarter]) -> list[Quarter]:
    """The extracts that some of the rows are from."""
    if not kind.yearly:  # its last extract tells of all the time before
        return list(cuts) if len(rows) else []
    years = set(rows.collection_year)
    return [cut for cut in cuts if cut.collection_year in years]


def by_the_year(table: str, rows: pd.DataFrame, cuts: Sequence[Quarter]) -> Coverage:
    """What yearly extracts cover: from 1 April of the first of the years that follow one another without a gap."""
    years = {cut.year for cut in cuts}
    first = max(years)
    while first - 1 in years:
        first -= 1
    april = pd.Timestamp(first, 4, 1)
    return Coverage(april, april)


@dataclass(frozen=True)
class Format:
    """A kind of return.

    Parameters
    ----------
    name : as layouts and files name it.
    title : as people call it.
    layouts : its lists.
    place : where in a quarter's folder it usually lies; it is known by what is in it, wherever it lies.
    yearly : an extract tells of one collection year; else of everything up to its cut.
    canonical : its tables, as held, turned into canonical ones.
    over_time : for a format that is not yearly, the tables that its extracts give together, oldest first.
    covers : from when a table tells everything, by the table's name, its rows and the quarters it was cut for.
    """

    name: str
    title: str
    layouts: tuple[Layout, ...]
    place: str
    yearly: bool = True
    canonical: Callable[[Tables, Quarter], Tables] = as_they_are
    over_time: Callable[[Sequence[tuple[Quarter, Tables]]], Tables] = the_latest
    covers: Callable[[str, pd.DataFrame, Sequence[Quarter]], Coverage] = by_the_year


FORMATS: Mapping[str, Format] = {
    kind.name: kind
    for kind in (
        Format("cin_census", "children in need census", tuple(cin_census.LAYOUTS.values()), "cin_census.xml"),
        Format("ssda903", "SSDA903 return", ssda903.LAYOUTS, "ssda903/", canonical=ssda903.canonical),
        Format("local", "local list", local.LAYOUTS, "local/", canonical=local.canonical),
        Format(
            "ssd",
            "Standard Safeguarding Dataset",
            ssd.LAYOUTS,
            "ssd/",
            yearly=False,
            canonical=ssd.canonical,
            covers=ssd.covers,
        ),
        Format(
            "annex_a",
            "Annex A workbook",
            annex_a.LAYOUTS,
            "annex_a.xlsx",
            yearly=False,
            canonical=annex_a_tables.canonical,
            over_time=annex_a_tables.over_time,
            covers=annex_a_tables.covers,
        ),
    )
}
LISTS: tuple[Layout, ...] = tuple(
    layout for kind in FORMATS.values() if kind.name != "cin_census" for layout in kind.layouts
)
"""Every list that a CSV file or the sheet of a workbook may be."""

USUAL = ("ssda903", "cin_census", "local", "ssd", "annex_a")
"""Where several formats tell of one table, the order in which they are preferred: the statutory return wins."""
PREFERRED = {
    "missing": ("local", "ssd", "ssda903", "annex_a"),  # the SSDA903 tells of no hours, and of nobody outside care
    "pre_proceedings": ("local", "ssd", "cin_census"),  # the census tells of no family, and of no legal advice
    "involvements": ("local", "ssd", "ssda903", "annex_a"),  # the SSDA903 tells of no team
}
TIMELESS = {"person", "disability"}
"""Tables of how people are, not of when something happened: they reach back as far as any other."""
FILLED_TOGETHER = {"person"}
"""Tables of which every format may fill what the preferred ones leave empty."""


def preferred(table: str) -> tuple[str, ...]:
    """The formats that may tell of a table, the most preferred first."""
    return PREFERRED.get(table, USUAL)
