"""Printed figures and the records, laid against what DfE published of the authority at each year's end."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from quarterdeck.authority import Authority
from quarterdeck.figures.comparators import categories as compared_categories
from quarterdeck.figures.comparators import comparators, history
from quarterdeck.figures.frame import ALL
from quarterdeck.figures.population import population_at
from quarterdeck.figures.printed import AGAINST_DFE, Checked, Line, Look, written
from quarterdeck.measures.registry import catalogue
from quarterdeck.quarter import Quarter
from quarterdeck.reference import reference_csv

OTHER_BASIS = ("missing_from_care", "placement_costs", "agency_rate", "caseloads", "turnover", "vacancy_rate")
"""Measures whose published comparator is counted on another basis, so that they need not agree."""
STARTS = {
    "cp_starts_and_ceases": ("flow", "started"),
    "cla_starts_and_ceases": ("beside", "children who started (DfE)"),
}
IN_THE_RETURN = "_annual"
"""The end of the name of a measure of a year's return, which DfE's figure is of where the council's list tells too."""
JUMP = 5
"""Percentage points between a quarter's figure and DfE's next year end that are possible, but hard to believe."""
FAR = 0.25
"""How far a printed number or rate may lie from DfE's of a year's end, of DfE's."""


def far_from_dfe(lines: Iterable[Line], authority: Authority) -> Iterable[tuple[Line, Checked]]:
    """A printed figure of a day that lies far from what DfE published at the year's end before it and the one after."""
    for line in lines:
        on_a_day = line.measure in catalogue() and catalogue()[line.measure].at_close
        if line.breakdown != ALL or line.measure in OTHER_BASIS or np.isnan(line.value) or not on_a_day:
            continue
        around = _around(authority, line)
        values = [value for _, value in around]
        if len(around) < 2 or min(values) <= line.value <= max(values) or any(_near(line, value) for value in values):
            continue
        said = " and ".join(f"{written(v, line.unit, line.decimals or 0)} at {day:%d %B %Y}" for day, v in around)
        note = f"DfE published {said}. In so short a time the figure cannot have gone so far and come back."
        against = Line(line.measure, AGAINST_DFE, line.period, line.said, line.unit, line.decimals, "no", line.source)
        both = " and ".join(written(value, line.unit, line.decimals or 0) for value in values)
        yield against, Checked(values[-1], note, "contradicted", "", f"{both} (DfE)")


def _near(line: Line, value: float) -> bool:
    return abs(line.value - value) <= (JUMP if line.unit == "percent" else FAR * value)


def _around(authority: Authority, line: Line) -> list[tuple[pd.Timestamp, float]]:
    """DfE's figure of the same in the same unit at the year's end before a printed one, and at the one after it."""
    table = reference_csv("year_ends.csv")
    rows = table[(table.area_code == authority.area_code) & (table.measure == line.measure)]
    rows = rows[rows.unit == line.unit]
    ends = dict(zip(pd.to_datetime(rows.year_ending), rows.value.astype("float64"), strict=True))
    later = line.span[1] + pd.DateOffset(years=1)
    for year in history(authority.area_code, line.measure, later, category=ALL, paper=later + pd.DateOffset(years=1)):
        if year.unit == line.unit and np.isfinite(year.own_published):
            ends.setdefault(year.year_ending, year.own_published)
    before, after = [d for d in sorted(ends) if d <= line.span[1]], [d for d in sorted(ends) if d > line.span[1]]
    return [(day, ends[day]) for day in (*before[-1:], *after[:1])]


def year_ends(look: Look, authority: Authority) -> Iterable[tuple[Line, Checked]]:
    """DfE's published figures of the authority at each year end, against the same from the records."""
    measures = [name for name in look.frame.measure.drop_duplicates() if name not in OTHER_BASIS]
    for compared in measures:
        measure = compared + IN_THE_RETURN if compared + IN_THE_RETURN in measures else compared
        for category in compared_categories(compared):
            for year in history(authority.area_code, compared, look.quarter.end, category=category):
                value = _at_year_end(look, measure, category, year.year_ending)
                if year.unit == "per_10k" and catalogue()[measure].unit == "number":
                    value *= 10_000 / _population(authority, year.year_ending)
                if np.isnan(value) or np.isnan(year.own_published):
                    continue
                unit = {"number": "number", "percent": "percent"}.get(year.unit, year.unit)
                when = f"{year.year_ending:%Y-%m-%d}"
                said = str(year.own_published)
                line = Line(measure, category, when, said, unit, year.decimals, "no", f"DfE: {year.source}")
                note = f"DfE's {year.title[0].lower()}{year.title[1:]}" + (f" ({year.note})" if year.note else "") + "."
                yield line, Checked(value, note)


def _at_year_end(look: Look, measure: str, category: str, end: pd.Timestamp) -> float:
    """A measure for the year to a date, or on it where it is counted on a day."""
    if measure in STARTS:
        return look.value(measure, "year_to_date", end, *STARTS[measure])
    if category == ALL:
        return look.value(measure, "year_to_date", end)
    place = look.label(measure, category)
    return np.nan if place is None else look.value(measure, "year_to_date", end, *place)


def _population(authority: Authority, date: pd.Timestamp) -> float:
    return float(population_at(authority.area_code, pd.Series([date])).population.iloc[0])


def next_year_end(look: Look, authority: Authority) -> Iterable[tuple[Line, Checked]]:
    """A quarter's figure that DfE's year end soon after it makes hard to believe."""
    after = Quarter(look.quarter.year, 4).end
    measure = "three_plus_placements"
    now = look.value(measure, "month", look.quarter.end)
    later = comparators(authority.area_code, measure, after, paper=after + pd.DateOffset(years=1))
    if np.isnan(now) or later is None or later.year_ending != after or abs(later.own_published - now) < JUMP - 0.5:
        return
    if after == look.quarter.end:
        return
    line = Line(measure, "DfE at the year's end", f"{after:%Y-%m-%d}", str(later.own_published), "percent", 0, "no", "")
    note = (
        f"DfE has {later.own_published:.0f}% at {after:%d %B %Y}, published after this quarter. From {now:.0f}% it can "
        "be reached in so short a time, but it is hard to believe: ask how the quarter's figure was counted."
    )
    yield line, Checked(now, note, "doubtful")
