"""England, region, statistical neighbours and rank: what was published, and was out by the paper's date."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from quarterdeck.errors import Refused
from quarterdeck.reference import project_folder, reference_csv

ENGLAND = "E92000001"
KEY = ["measure", "area_code", "year_ending"]
NOT_APPLICABLE = "z"
"""The status of an authority that was not there that year, or has no such children ever: it is not missed."""
CATEGORIES = {
    "foster care": "foster care",
    "residential": "residential",
    "independent and supported": "independent and supported",
    "with parents": "placed with parents",
    "for adoption": "for adoption",
    "fostering": "fostering",
    "not the complement before 2020": "not in touch",
}
"""The category that a line of `measure_map.csv` is for, by its note's first words; other lines are for the whole."""


@dataclass(frozen=True)
class Comparison:
    """One published measure of one year: the authority's own figure among others'.

    Parameters
    ----------
    measure, category : of measures.md, and the category that is compared.
    comparator, title, unit, decimals, polarity : the published measure, from `measures_catalogue.csv`.
    year_ending : 31 March, or 30 September for the workforce.
    england, region, own_published : NaN where not published.
    region_name : the region's name.
    neighbours_mean : unweighted mean of the statistical neighbours that have a figure; NaN where none has.
    neighbours_counted : how many have.
    neighbours_model : the year of DfE's model of neighbours.
    rank, of : among all authorities with a figure; 1 is the best, or the highest where the measure is neutral;
        None where the authority's own is not published. Equal figures share the better rank.
    not_published : how many authorities there were that have none: hidden, or not available.
    quartile : 1 to 4, 1 the best; None where the measure is neutral, for then no quarter is better.
    source : the publication.
    note : what is different from the measure here ("starts only").
    """

    measure: str
    category: str
    comparator: str
    title: str
    unit: str
    decimals: int
    polarity: str
    year_ending: pd.Timestamp
    england: float
    region: float
    region_name: str
    neighbours_mean: float
    neighbours_counted: int
    neighbours_model: int
    own_published: float
    rank: int | None
    of: int
    not_published: int
    quartile: int | None
    source: str
    note: str


@cache
def _published() -> pd.DataFrame:
    """Every published figure, with those of authorities that have since been abolished."""
    current = pd.read_parquet(project_folder() / "data" / "reference" / "comparators.parquet")
    return joined(current, reference_csv("comparators_abolished_authorities.csv"))


def joined(current: pd.DataFrame, abolished: pd.DataFrame) -> pd.DataFrame:
    """The figures of authorities there are and of those abolished since, in one table.

    Parameters
    ----------
    current, abolished : columns measure, area_code, area_type, year_ending, value, status, source.

    Returns
    -------
    Those columns: one row a measure, area and year, the year's end as datetime64, no status as "".

    Raises
    ------
    Refused
        where a figure stands twice and is not the same.
    """
    columns = ["measure", "area_code", "area_type", "year_ending", "value", "status", "source"]
    rows = pd.concat([current[columns], abolished[columns]], ignore_index=True).fillna({"status": ""})
    years = pd.to_datetime(rows.year_ending.astype("str")).astype("datetime64[us]")
    once = rows.assign(year_ending=years).drop_duplicates([*KEY, "value", "status"])
    apart = once[once.duplicated(KEY, keep=False)]
    if len(apart):
        said = apart.sort_values(KEY).head(20)[[*KEY, "value", "status", "source"]].to_string(index=False)
        raise Refused(f"the published figures in data/reference/ contradict each other; keep one of each:\n{said}")
    return once


@cache
def _series(comparator: str) -> pd.DataFrame:
    """One published measure, all areas and years."""
    rows = _published()
    return rows[rows.measure == comparator]


@cache
def _neighbours() -> pd.DataFrame:
    return reference_csv("statistical_neighbours.csv").sort_values(["area_code", "model_year", "rank"])


@cache
def _catalogue() -> pd.DataFrame:
    """What is published, with the months after its year's end by which it is out."""
    table = reference_csv("measures_catalogue.csv").set_index("measure")
    releases = reference_csv("release_months.csv")
    months = pd.Series(np.nan, index=table.index)
    for source, after in zip(releases.source, releases.months_after_year_end, strict=True):
        months = months.mask(table.dfe_source_table.str.startswith(source), after)
    return table.assign(months_after=months.astype("int64"), polarity=table.polarity.str.replace("_", " "))


@cache
def _areas() -> pd.DataFrame:
    return reference_csv("areas.csv").drop_duplicates("area_code").set_index("area_code")


@cache
def _map() -> pd.DataFrame:
    """Which comparator belongs to which measure and category."""
    rows = reference_csv("measure_map.csv").dropna(subset="comparator").fillna({"note": ""})
    first = rows.note.str.split(";").str[0].str.strip()
    return rows.assign(category=first.map(CATEGORIES).fillna("all"))


def years_out(comparator: str, date: pd.Timestamp, paper: pd.Timestamp | None = None) -> list[pd.Timestamp]:
    """The years of a published measure that end by a date and were out by the paper's date.

    Parameters
    ----------
    comparator : its id in `measures_catalogue.csv`.
    date : the quarter's end.
    paper : the day the paper is read; the quarter's end where it is not known.

    Examples
    --------
    >>> years_out("cla_rate", pd.Timestamp("2017-12-31"), pd.Timestamp("2018-03-22"))[-1].date().isoformat()
    '2017-03-31'
    >>> years_out("cp_plan_rate", pd.Timestamp("2017-09-30"))[-1].date().isoformat()
    '2016-03-31'
    """
    rows = _series(comparator)
    ends = pd.DatetimeIndex(sorted(rows.year_ending[rows.value.notna()].unique()))
    out = ends + pd.offsets.MonthEnd(int(_catalogue().months_after[comparator]))
    return list(ends[(ends <= date) & (out <= (paper or date))])


def neighbours(area_code: str, date: pd.Timestamp) -> tuple[int, list[str]]:
    """The statistical neighbours of an authority: the model in force at a date, or the earliest that is held.

    A model is in force from the last day of the month it came out in (`neighbour_models.csv`).

    Returns
    -------
    The model's year, and the neighbours' codes, nearest first; none where the model does not have the authority.

    Examples
    --------
    >>> [neighbours("E10000034", pd.Timestamp(day))[0] for day in ("2025-01-31", "2025-05-31")]
    [2021, 2025]
    """
    table = _neighbours()
    models = reference_csv("neighbour_models.csv").sort_values("published")
    out = pd.to_datetime(models.published) + pd.offsets.MonthEnd(0)
    model = int((models.model_year[out <= date].tail(1) if out.le(date).any() else models.model_year.head(1)).iloc[0])
    chosen = table[(table.area_code == area_code) & (table.model_year == model)]
    return model, chosen.neighbour_code.tolist()


def categories(measure: str) -> list[str]:
    """The categories of a measure that something published can be laid beside; "all" is the whole."""
    return _map().category[_map().measure == measure].tolist()


def comparators(
    area_code: str,
    measure: str,
    date: pd.Timestamp,
    *,
    category: str | None = None,
    paper: pd.Timestamp | None = None,
) -> Comparison | None:
    """What was published beside a measure: the latest year not after a date, and out by the paper's date.

    Parameters
    ----------
    area_code : ONS code of any authority.
    measure : id of measures.md.
    date : the quarter's end.
    category : what is compared: "foster care", "all"; None for the measure's first comparator.
    paper : the day the paper is read; the quarter's end where it is not known.

    Returns
    -------
    The comparison; None where nothing published belongs to the measure or was out.

    Source
    ------
    DfE, LAIT background data and releases, as last revised: see data/reference/README.md.

    Examples
    --------
    >>> found = comparators("E10000034", "cp_plan_rate", pd.Timestamp("2017-12-31"), paper=pd.Timestamp("2018-03-22"))
    >>> found.year_ending.date().isoformat(), found.own_published, found.neighbours_mean, found.neighbours_model
    ('2017-03-31', 44.5, 33.4, 2021)
    """
    rows = _map()
    chosen = rows[(rows.measure == measure) & (True if category is None else rows.category == category)]
    if chosen.empty:
        return None
    line = chosen.iloc[0]
    for year in reversed(years_out(line.comparator, date, paper)):
        found = _of_year(area_code, int(chosen.index[0]), year, paper or date)
        if np.isfinite(found.england) or np.isfinite(found.own_published):
            return found
    return None


def history(
    area_code: str,
    measure: str,
    date: pd.Timestamp,
    *,
    category: str | None = None,
    paper: pd.Timestamp | None = None,
) -> list[Comparison]:
    """The same comparison for every year that was out, oldest first: for a chart's annual points."""
    latest = comparators(area_code, measure, date, category=category, paper=paper)
    if latest is None:
        return []
    rows = _map()
    line = int(rows.index[(rows.measure == measure) & (rows.comparator == latest.comparator)][0])
    years = [year for year in years_out(latest.comparator, date, paper) if year <= latest.year_ending]
    return [_of_year(area_code, line, year, paper or date) for year in years]


@cache
def _of_year(area_code: str, number: int, year: pd.Timestamp, paper: pd.Timestamp) -> Comparison:
    """The comparison of one line of the map in one year."""
    line = _map().loc[number]
    about = _catalogue().loc[line.comparator]
    rows = _series(str(line.comparator))
    rows = rows[rows.year_ending == year]
    value = rows.set_index("area_code").value
    model, near = neighbours(area_code, paper)
    beside = value.reindex(near).dropna()
    region = _areas().reindex([area_code]).iloc[0]
    own = float(value.get(area_code, np.nan))
    authorities = rows[rows.area_type == "local_authority"]
    there = authorities[authorities.status != NOT_APPLICABLE]
    rank, of = _rank(there.value.dropna(), own, str(about.polarity))
    shown = rows[rows.value.notna() & (rows.area_code == (area_code if np.isfinite(own) else ENGLAND))].source
    decimals = int(str(about.decimals))
    return Comparison(
        measure=str(line.measure),
        category=str(line.category),
        comparator=str(line.comparator),
        title=str(about.title),
        unit=str(about.unit),
        decimals=decimals,
        polarity=str(about.polarity),
        year_ending=year,
        england=float(value.get(ENGLAND, np.nan)),
        region=float(value.get(region.region_code, np.nan)),
        region_name=str(region.region_name),
        neighbours_mean=round(float(beside.mean()), 1) if len(beside) else np.nan,
        neighbours_counted=len(beside),
        neighbours_model=model,
        own_published=own,
        rank=rank,
        of=of,
        not_published=int(there.value.isna().sum()),
        quartile=None if rank is None or str(about.polarity) == "neutral" else int(np.ceil(4 * rank / of)),
        source=str(shown.iloc[0]) if len(shown) else "",
        note=str(line.note),
    )


def _rank(values: pd.Series, own: float, polarity: str) -> tuple[int | None, int]:
    if not np.isfinite(own):
        return None, len(values)
    ahead = values < own if polarity == "lower is better" else values > own
    return int(ahead.sum()) + 1, len(values)
