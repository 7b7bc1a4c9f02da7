"""The demonstration's referrals to mental health services, of children in care and care leavers: all invented."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.demo.ages import age, anniversary, ordinals
from quarterdeck.demo.care import Care
from quarterdeck.demo.cin_census import cut, days_of, iso
from quarterdeck.demo.days import working_weekday
from quarterdeck.demo.months import NONE, WORKING, close_of, nth
from quarterdeck.demo.organisation import organisation
from quarterdeck.demo.targets import YEARS, generator
from quarterdeck.quarter import Quarter

# Referrals of the first county in a year: of children in care, and of care leavers; and the mean days until seen.
REFERRED = {2015: (84, 12), 2016: (92, 14), 2017: (104, 18), 2018: (118, 22), 2019: (126, 30)}
WAIT = {2015: 52, 2016: 61, 2017: 74, 2018: 70, 2019: 48}
TURNED_AWAY = 0.12
TREATED = 200  # days, at the mean, from the first time seen until it is finished


def mental_health(seed: int, care: Care) -> pd.DataFrame:
    """Every referral, April 2014 to March 2019.

    Returns
    -------
    person, cohort, referred, seen (NONE where the referral was turned away), settled (the day on which it was turned
    away or finished); days are days since 1970.
    """
    rng = generator(seed, care.authority, "mental health")
    parts: list[pd.DataFrame] = []
    for year in YEARS:
        size = organisation(care.authority).size
        numbers = [round(number * size) for number in REFERRED[year]]
        for found, number in zip((_in_care(rng, care, year), _leavers(rng, care, year)), numbers, strict=True):
            parts.append(found.iloc[rng.permutation(len(found))[:number]].assign(year=year))
    rows = pd.concat(parts, ignore_index=True).drop_duplicates(["person", "referred"])
    rows = rows.sort_values(["referred", "person"], kind="stable", ignore_index=True)
    away = rng.random(len(rows)) < TURNED_AWAY
    wait = 4 + rng.gamma(2.0, rows.year.map(WAIT).to_numpy() / 2).astype(np.int64)
    seen = WORKING[nth(rows.referred.to_numpy() + wait, after=True)]
    decided = WORKING[nth(rows.referred.to_numpy() + rng.integers(5, 25, len(rows)), after=True)]
    finished = WORKING[nth(seen + 30 + rng.gamma(2.0, TREATED / 2, len(rows)).astype(np.int64), after=True)]
    return rows.assign(seen=np.where(away, NONE, seen), settled=np.where(away, decided, finished)).drop(columns="year")


def _in_care(rng: np.random.Generator, care: Care, year: int) -> pd.DataFrame:
    """A day in care in a year for each child of five or more who was in care for some weeks of it."""
    born = care.children.set_index("child_id").date_of_birth
    low = np.maximum(ordinals(care.periods.care_start) + 14, close_of(year - 1) + 1)
    high = np.minimum(ordinals(care.periods.care_end) - 1, close_of(year))
    here = low + 7 <= high
    person = care.periods.child_id.to_numpy()[here]
    referred = working_weekday(rng, low[here], high[here])
    rows = pd.DataFrame({"person": person, "cohort": "looked after", "referred": referred})
    return rows[age(ordinals(born.loc[person]), referred) >= 5]


def _leavers(rng: np.random.Generator, care: Care, year: int) -> pd.DataFrame:
    """A day of a year for each care leaver of 18 to 24."""
    born, left = ordinals(care.leavers.date_of_birth), ordinals(care.leavers.left)
    low = np.maximum(np.maximum(anniversary(born, 18), left) + 14, close_of(year - 1) + 1)
    high = np.minimum(anniversary(born, 25) - 1, close_of(year))
    here = low + 7 <= high
    person = care.leavers.child_id.to_numpy()[here]
    return pd.DataFrame(
        {"person": person, "cohort": "care leaver", "referred": working_weekday(rng, low[here], high[here])}
    )


def write(rows: pd.DataFrame, quarter: Quarter, folder: Path) -> list[Path]:
    """Write the list of a quarter: referrals that were not turned away or finished before its year."""
    low, at = days_of(quarter)
    rows = rows[(rows.referred <= at) & (rows.settled >= low)]
    over = np.where(rows.seen == NONE, "not accepted", "finished")
    status = np.select([rows.settled <= at, rows.seen <= at], [over, "in treatment"], "waiting")
    listed = pd.DataFrame(
        {
            "person_id": rows.person,
            "cohort": rows.cohort,
            "referral_date": iso(rows.referred),
            "seen_date": iso(cut(rows.seen, at)),
            "status": status,
        }
    )
    path = folder / "local" / "mental_health.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    listed.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return [path]
