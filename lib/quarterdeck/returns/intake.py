"""A quarter's returns and those of the years before it, read whole, with every row accounted for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pandas as pd

from quarterdeck.authority import Authority
from quarterdeck.quarter import Quarter
from quarterdeck.records import Records
from quarterdeck.records.repairs import continuous, counted
from quarterdeck.returns import identity, sources, ssda903
from quarterdeck.returns.codes import written
from quarterdeck.returns.extract import FILES, Extract, read_extract, read_kept_events
from quarterdeck.returns.formats import FORMATS, LISTS
from quarterdeck.returns.one_child import one_child
from quarterdeck.returns.problems import ReturnsError, gathered, problem
from quarterdeck.returns.ssd_database import read_database


@dataclass(frozen=True)
class Intake:
    """What came in: the records, and an account of every file and of every row that was not used as it stood.

    Parameters
    ----------
    records : the canonical tables.
    files : file, list, format, table ("" where no figure needs it, or another source of the table was preferred),
        collection_year, rows_in, rows_used, rows_set_aside, sha256; a row a file and list.
    problems : file, line, column, value, expected, what_to_do, rule; rows set aside and values made unknown.
    sources : table, format, events_since, open_since (NaT where it has no bound); a row a table.
    repairs : rule, table, collection_year, rows, description; what was mended, and by which rule.
    identifiers : the identifier in the returns of each hash in the records: to name a record to its owner, never kept.
    """

    records: Records
    files: pd.DataFrame
    problems: pd.DataFrame
    sources: pd.DataFrame
    repairs: pd.DataFrame
    identifiers: Mapping[str, str] = field(default_factory=dict, repr=False)


def read_quarter(
    data: Path, authority: Authority, quarter: Quarter, *, set_aside: bool = False, today: dt.date | None = None
) -> Intake:
    """The records of an authority at a quarter: its own returns, and the latest of each collection year before.

    Parameters
    ----------
    data : the folder that holds `<authority>/<quarter>/…`.
    set_aside : leave out the rows that are bad, and make unknown the codes that are, instead of stopping at them.
    today : the day on which it is read, to refuse a quarter that has not ended; the day it is, where not given.

    Raises
    ------
    ReturnsError : with all problems of all files. A file that cannot be used stops in any case; bad rows and
        unknown codes stop unless they are to be set aside.
    """
    home = data / authority.slug
    stops = _before_reading(home, quarter, today or dt.date.today())
    cuts = _folders(home, up_to=quarter)
    latest = _latest_of_each_year(cuts)
    database = {quarter: read_database(authority)} if not gathered(stops).size else {}
    extracts = [read_extract(home / cut.slug, cut, authority, database.get(cut, ())) for cut in latest]
    earlier = [read_kept_events(home / cut.slug, cut, authority) for cut in cuts if cut not in latest]
    stops += [_missing_years(extracts), *(stop for extract in (*extracts, *earlier) for stop in extract.stops)]
    stops += [_gone(now, before) for before, now in pairwise(extracts)]
    contradicted = _as_one(extracts, earlier)
    problems = gathered([*(part for extract in (*extracts, *earlier) for part in extract.problems), contradicted])
    all_stops = gathered(stops)
    if len(all_stops) or (len(problems) and not set_aside):
        raise ReturnsError(gathered([all_stops, problems]))
    replace = _pseudonyms(home, authority) if authority.pseudonymise else pd.DataFrame.copy
    told = sources.gathered(extracts, earlier, replace)
    files = _accounted((*earlier, *extracts), told)
    records = Records(authority, quarter, told.tables, told.covers)
    identifiers = replace.identifiers if isinstance(replace, identity.Pseudonyms) else {}
    mended = [part for extract in (*earlier, *extracts) for part in extract.repairs]
    if records.has("cla_episodes"):
        mended.append(continuous(records.cla_episodes)[1])
    repairs = pd.concat([counted({}, ""), *mended], ignore_index=True)
    return Intake(records, files, problems, sources.as_frame(told), repairs, identifiers)


def _as_one(extracts: Sequence[Extract], earlier: Sequence[Extract]) -> pd.DataFrame:
    """Each child under one identifier in all extracts, as the last list of identifiers says; what contradicts it."""
    last = next((extract.identifiers for extract in reversed(extracts) if extract.identifiers), None)
    if last is None:
        return gathered([])
    found = []
    for extract in (*extracts, *earlier):
        extract.tables, wrong = one_child(extract.tables, *last)
        found.append(wrong)
    return gathered(found).drop_duplicates(ignore_index=True)


def _accounted(extracts: Sequence[Extract], told: sources.Gathered) -> pd.DataFrame:
    """Every file and list, with no table where another source of the table was preferred."""
    rows = [
        row if (extract.quarter, row["format"], row["table"]) in told.used else row | {"table": ""}
        for extract in extracts
        for row in extract.files
    ]
    return pd.DataFrame(rows, columns=FILES)


def _pseudonyms(home: Path, authority: Authority) -> identity.Pseudonyms:
    if authority.synthetic:  # made-up children need no secret, and their papers are the same on every machine
        return identity.Pseudonyms(authority.slug.encode())
    try:
        return identity.Pseudonyms(identity.key_of(home))
    except OSError as error:
        advice = f"let it be written and read ({error.strerror}), or set {identity.KEY_VARIABLE}"
        file = f"{home.name}/{identity.KEY_FILE}"
        raise ReturnsError(problem(file, "a key to replace identifiers with", advice, "key")) from None


def _before_reading(home: Path, quarter: Quarter, today: dt.date) -> list[pd.DataFrame]:
    stops = []
    if quarter.end.date() >= today:
        stops.append(
            problem(
                quarter.slug,
                "a quarter that has ended",
                f"{quarter} ends on {quarter.end:%d/%m/%Y}: build an earlier quarter, or wait until it is over",
                "quarter not ended",
            )
        )
    if not (home / quarter.slug).is_dir():
        there = ", ".join(str(cut) for cut in _folders(home)[-4:]) or "none"
        advice = f"put the returns of {quarter} into {home.name}/{quarter.slug} (there now: {there})"
        stops.append(problem(quarter.slug, "a folder with the quarter's returns", advice, "missing return"))
    return stops


def _folders(home: Path, up_to: Quarter | None = None) -> list[Quarter]:
    """The quarters of which there is a folder, oldest first."""
    cuts = []
    for folder in home.iterdir() if home.is_dir() else ():
        try:
            cut = Quarter.parse(folder.name)
        except ValueError:
            continue
        if folder.is_dir() and folder.name == cut.slug and (up_to is None or cut <= up_to):
            cuts.append(cut)
    return sorted(cuts)


def _latest_of_each_year(cuts: Sequence[Quarter]) -> list[Quarter]:
    latest = {cut.collection_year: cut for cut in cuts}
    return [latest[year] for year in sorted(latest)]


def _missing_years(extracts: list[Extract]) -> pd.DataFrame:
    years = [extract.quarter.collection_year for extract in extracts]
    gaps = sorted(set(range(min(years, default=0), max(years, default=-1) + 1)) - set(years))
    expected = "a folder for every year between the first and this one"
    return gathered(
        problem(f"{written(year)}-Q4", expected, f"put the returns of {written(year)} into it", "missing return")
        for year in gaps
    )


def _gone(now: Extract, before: Extract) -> pd.DataFrame:
    """Returns that there were a year before and are not there now."""
    tried = {Path(str(stop.file.iloc[0])).stem for stop in now.stops}
    yearly = [layout.name for layout in LISTS if FORMATS[layout.format].yearly]
    kept = ["Child", *(name for name in yearly if name not in ssda903.ONCE_A_YEAR or now.quarter.number == 4)]
    broken = any(str(stop.file.iloc[0]).lower().endswith(".xml") for stop in now.stops)
    # Which return an XML that cannot be read would have been, nothing tells.
    tried |= {name for name, file in before.found.items() if broken and file.lower().endswith(".xml")}
    gone = [name for name in kept if name in before.found and name not in now.found and name not in tried]
    return gathered(
        problem(
            f"{now.quarter.slug}/{before.found[name].partition('/')[2]}",
            f"a return that {before.quarter} had",
            "put it in; where there is nothing to tell, its heading row alone",
            "missing return",
        )
        for name in gone
    )
