"""The demonstration's private fostering arrangements, and the visits to them: all invented."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.demo.ages import age
from quarterdeck.demo.cin_census import cut, days_of, iso
from quarterdeck.demo.days import month_of
from quarterdeck.demo.front_door import FrontDoor
from quarterdeck.demo.months import NONE, WORKING, nth, year_of
from quarterdeck.demo.organisation import organisation
from quarterdeck.demo.targets import YEARS, generator
from quarterdeck.quarter import Quarter

# Arrangements of the first county of which it was told in a year, and the share first visited in seven working days.
TOLD = {2015: (30, 0.80), 2016: (33, 0.76), 2017: (36, 0.72), 2018: (38, 0.82), 2019: (41, 0.92)}
IN_TIME, NEVER, APART = 7, 0.04, 42


def private_fostering(seed: int, data: FrontDoor) -> pd.DataFrame:
    """Every arrangement of which the council was told, with the day of a referral of a child of 5 to 15 not in care.

    Returns
    -------
    person, told, begun, ended, visited (NONE where there was no visit), kept (the share of later visits made in time);
    days are days since 1970.
    """
    rng = generator(seed, data.authority, "private fostering")
    rows = pd.concat([_of_year(rng, data, year) for year in YEARS], ignore_index=True)
    rows = rows.drop_duplicates("person").sort_values(["told", "person"], kind="stable", ignore_index=True)
    return rows.assign(person=data.children.child_id.loc[rows.person].to_numpy())


def _of_year(rng: np.random.Generator, data: FrontDoor, year: int) -> pd.DataFrame:
    number, share = TOLD[year]
    rows = data.episodes
    start = rows.start.to_numpy()
    years = age(data.children.born.loc[rows.person].to_numpy(), start)
    fits = (year_of(month_of(start)) == year) & (years >= 5) & (years < 16)
    pool = rows[fits & ~rows.person.isin(rows.person.loc[data.care.episode]).to_numpy()]
    chosen = pool.iloc[rng.permutation(len(pool))[: round(number * organisation(data.authority).size)]]
    told = chosen.start.to_numpy()
    count = len(chosen)
    after = np.where(rng.random(count) < share, rng.integers(1, IN_TIME + 1, count), rng.integers(8, 20, count))
    visited = WORKING[nth(told) + after]
    return pd.DataFrame(
        {
            "person": chosen.person.to_numpy(),
            "told": told,
            "begun": told - rng.integers(0, 30, count),
            "ended": visited + 14 + rng.gamma(2.0, 110.0, count).astype(np.int64),
            "visited": np.where(rng.random(count) < NEVER, NONE, visited),
            "kept": rng.beta(8, 2, count),
        }
    )


def write(rows: pd.DataFrame, quarter: Quarter, folder: Path) -> list[Path]:
    """Write the list of a quarter: arrangements told of by its last day that had not ended before its year."""
    low, at = days_of(quarter)
    rows = rows[(rows.told <= at) & (rows.ended >= low)]
    seen = rows.visited <= at
    due = np.where(seen, (np.minimum(rows.ended, at) - rows.visited) // APART, 0)
    listed = pd.DataFrame(
        {
            "person_id": rows.person,
            "notified_date": iso(rows.told),
            "arrangement_start": iso(rows.begun),
            "arrangement_end": iso(cut(rows.ended, at)),
            "first_visit_date": iso(cut(rows.visited, at)),
            "visits_due": due,
            "visits_in_time": np.round(due * rows.kept).astype(np.int64),
        }
    )
    path = folder / "local" / "private_fostering.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    listed.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return [path]
