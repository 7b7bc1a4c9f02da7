"""The demonstration's work at the edge of care: whom it reached is invented, and where they lived is their history."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.demo.ages import age, ordinals, timestamps
from quarterdeck.demo.cin_census import cut, days_of, iso
from quarterdeck.demo.days import month_of
from quarterdeck.demo.front_door import FrontDoor
from quarterdeck.demo.months import NONE, WORKING, nth, year_of
from quarterdeck.demo.organisation import organisation
from quarterdeck.demo.targets import YEARS, generator
from quarterdeck.quarter import Quarter

# Children of the first county with whom it began in a year: the team grows after the inspectors asked for it.
BEGUN = {2015: 52, 2016: 58, 2017: 64, 2018: 88, 2019: 116}
TO_CARE, NEAR_CARE = 0.24, (50, 480)  # the share of them who came into care, and in how many days from the start
MARKS = {3: 0.03, 6: 0.05, 12: 0.10}  # months after the end, and the share of whom nobody knows by then
OUTCOMES, WEIGHTS = ("stayed at home", "moved away", "other"), (0.92, 0.04, 0.04)


def edge_of_care(seed: int, data: FrontDoor) -> pd.DataFrame:
    """Every piece of work, with children of 8 to 16 who had a child-in-need plan.

    Returns
    -------
    family, person, start, end, outcome, home_3, home_6, home_12 ("Y", "N", or empty where nobody knows) and the days of
    those marks, mark_3, mark_6, mark_12; days are days since 1970.
    """
    rng = generator(seed, data.authority, "edge of care")
    care = data.care.assign(person=data.episodes.person.loc[data.care.episode].to_numpy())
    rows = pd.concat([_begun(rng, data, care, year) for year in YEARS], ignore_index=True)
    rows = rows.sort_values(["start", "person"], kind="stable").drop_duplicates("person", ignore_index=True)
    end = WORKING[nth(rows.start.to_numpy() + 35 + rng.gamma(3.0, 32.0, len(rows)).astype(np.int64), after=True)]
    into_care = rows.care_from.to_numpy() <= end
    end = np.where(into_care, rows.care_from, end)
    outcome = np.where(into_care, "came into care", rng.choice(OUTCOMES, len(rows), p=WEIGHTS))
    rows = rows.assign(end=end, outcome=outcome)
    for months, unknown in MARKS.items():
        mark = ordinals(timestamps(end) + pd.DateOffset(months=months))
        home = np.where(_in_care(rows.person, mark, care), "N", "Y")
        rows[f"mark_{months}"] = mark
        rows[f"home_{months}"] = np.where(rng.random(len(rows)) < unknown, "", home)
    people = data.children.loc[rows.person]
    return rows.assign(family=people.family_id.to_numpy(), person=people.child_id.to_numpy()).drop(columns="care_from")


def _begun(rng: np.random.Generator, data: FrontDoor, care: pd.DataFrame, year: int) -> pd.DataFrame:
    """Those with whom work began in a year: some who came into care months later, the others weeks into a plan.

    Returns
    -------
    person, start, care_from (the first day in care after the start; NONE where there is none).
    """
    number = round(BEGUN[year] * organisation(data.authority).size)
    soon = care.begin.to_numpy() - rng.integers(*NEAR_CARE, len(care))
    planned = data.cin_plans.start.to_numpy() + rng.integers(5, 50, len(data.cin_plans))
    children = data.episodes.person.loc[data.cin_plans.episode].to_numpy()
    parts: list[pd.DataFrame] = []
    for person, day, share in ((care.person.to_numpy(), soon, TO_CARE), (children, planned, 1 - TO_CARE)):
        rows = pd.DataFrame({"person": person, "start": WORKING[nth(day, after=True)]})
        years = age(data.children.born.loc[rows.person].to_numpy(), rows.start.to_numpy())
        fits = (year_of(month_of(rows.start.to_numpy())) == year) & (years >= 8) & (years <= 16)
        rows = rows[fits & ~_in_care(rows.person, rows.start.to_numpy(), care)].drop_duplicates("person")
        parts.append(rows.iloc[rng.permutation(len(rows))[: round(number * share)]])
    rows = pd.concat(parts).drop_duplicates("person", ignore_index=True)
    later = rows.merge(care, on="person", validate="many_to_many")
    first = later[later.begin > later.start].groupby("person").begin.min()
    return rows.assign(care_from=rows.person.map(first).fillna(NONE).astype("int64"))


def _in_care(person: pd.Series, day: np.ndarray, care: pd.DataFrame) -> np.ndarray:
    """Whether each child is in care on its day."""
    asked = pd.DataFrame({"person": person.to_numpy(), "day": day, "row": np.arange(len(person))})
    both = asked.merge(care, on="person", validate="many_to_many")
    return np.isin(asked.row, both.row[(both.begin <= both.day) & (both.day < both.end)])


def write(rows: pd.DataFrame, quarter: Quarter, folder: Path) -> list[Path]:
    """Write the list of a quarter: work that had begun, until a year after its end."""
    low, at = days_of(quarter)
    rows = rows[(rows.start <= at) & (rows.mark_12 >= low)]
    told = {
        f"at_home_{months}_months": np.where(rows[f"mark_{months}"] <= at, rows[f"home_{months}"], "")
        for months in MARKS
    }
    listed = pd.DataFrame(
        {
            "family_id": rows.family,
            "person_id": rows.person,
            "started": iso(rows.start),
            "ended": iso(cut(rows.end, at)),
            "outcome": np.where(rows.end <= at, rows.outcome, ""),
            **told,
        }
    )
    path = folder / "local" / "edge_of_care.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    listed.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return [path]
