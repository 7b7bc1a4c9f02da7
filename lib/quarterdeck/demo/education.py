"""The demonstration's list of education at each quarter's end: plans of children in care, children in no school."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.demo.ages import age, ordinals
from quarterdeck.demo.care import Care
from quarterdeck.demo.cin_census import days_of, iso
from quarterdeck.demo.days import month_of
from quarterdeck.demo.front_door import FrontDoor
from quarterdeck.demo.months import NONE, WORKING, close_of, first_day, nth, year_of
from quarterdeck.demo.organisation import organisation
from quarterdeck.demo.targets import YEARS, generator
from quarterdeck.quarter import Quarter

# Invented: the share of plans up to date at a year's close, and the first county's children found in no school in it.
UP_TO_DATE = {2014: 0.88, 2015: 0.86, 2016: 0.83, 2017: 0.79, 2018: 0.85, 2019: 0.93}
NO_SCHOOL = {2015: 96, 2016: 104, 2017: 118, 2018: 110, 2019: 92}
NOT_TOLD = 0.015
PLAN_AGES, SCHOOL_AGES = (4, 17), (5, 15)


def education(seed: int, care: Care, data: FrontDoor) -> pd.DataFrame:
    """What the list says at every quarter's end, June 2014 to March 2019.

    Returns
    -------
    person, kind, as_at, up_to_date ("Y", "N" or empty), since (NONE of a plan); days are days since 1970.
    """
    plans, spells = generator(seed, care.authority, "education plans"), generator(seed, care.authority, "no school")
    gone = pd.concat([_no_school(spells, data, year) for year in YEARS]).drop_duplicates("person")
    closes = first_day(month_of(close_of(YEARS[0] - 1)) + 1 + 3 * np.arange(1, 4 * len(YEARS) + 1)) - 1
    parts: list[pd.DataFrame] = []
    for close in closes.tolist():
        out = gone[(gone.since <= close) & (gone.until > close)]
        out = pd.DataFrame({"person": out.person, "since": out.since, "kind": "missing education", "up_to_date": ""})
        parts += [part.sort_values("person").assign(as_at=close) for part in (_plans(plans, care, close), out)]
    return pd.concat(parts, ignore_index=True)


def _plans(rng: np.random.Generator, care: Care, close: int) -> pd.DataFrame:
    """Children of an age to have a plan who are in care at a close."""
    inside = (ordinals(care.periods.care_start) <= close) & (close < ordinals(care.periods.care_end))
    person = np.sort(care.periods.child_id.to_numpy()[inside])
    years = age(ordinals(care.children.set_index("child_id").date_of_birth.loc[person]), close)
    person = person[(years >= PLAN_AGES[0]) & (years <= PLAN_AGES[1])]
    fresh = rng.random(len(person)) < np.interp(close, [close_of(y) for y in UP_TO_DATE], list(UP_TO_DATE.values()))
    told = np.where(rng.random(len(person)) < NOT_TOLD, "", np.where(fresh, "Y", "N"))
    return pd.DataFrame({"person": person, "since": NONE, "kind": "personal education plan", "up_to_date": told})


def _no_school(rng: np.random.Generator, data: FrontDoor, year: int) -> pd.DataFrame:
    """Children of school age, referred in a year and never in care, who are found to be in no school, and how long."""
    rows = data.episodes
    start = rows.start.to_numpy()
    years = age(data.children.born.loc[rows.person].to_numpy(), start)
    fits = (year_of(month_of(start)) == year) & (years >= SCHOOL_AGES[0]) & (years < SCHOOL_AGES[1])
    pool = rows.person[fits & ~rows.person.isin(rows.person.loc[data.care.episode]).to_numpy()].unique()
    chosen = pool[rng.permutation(len(pool))[: round(NO_SCHOOL[year] * organisation(data.authority).size)]]
    first = rows[fits].groupby("person").start.min().loc[chosen].to_numpy()
    since = WORKING[nth(first + rng.integers(-20, 60, len(chosen)))]
    until = WORKING[nth(since + 14 + rng.gamma(2.0, 50.0, len(chosen)).astype(np.int64), after=True)]
    return pd.DataFrame({"person": data.children.child_id.loc[chosen].to_numpy(), "since": since, "until": until})


def write(rows: pd.DataFrame, quarter: Quarter, folder: Path) -> list[Path]:
    """Write the list of a quarter: as things stood at every quarter's end of its year so far."""
    low, at = days_of(quarter)
    rows = rows[(rows.as_at >= low) & (rows.as_at <= at)]
    listed = pd.DataFrame(
        {
            "person_id": rows.person,
            "kind": rows.kind,
            "as_at": iso(rows.as_at),
            "up_to_date": rows.up_to_date,
            "from_date": iso(rows.since),
        }
    )
    path = folder / "local" / "education.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    listed.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return [path]
