"""Young people of 16 and 17 who come as homeless: numbers and outcomes are invented for the demonstration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.demo.ages import age, day, ordinals, timestamps
from quarterdeck.demo.care import Care
from quarterdeck.demo.care_lists import as_text
from quarterdeck.demo.days import month_of
from quarterdeck.demo.front_door import FrontDoor
from quarterdeck.demo.months import year_of
from quarterdeck.demo.organisation import organisation
from quarterdeck.demo.targets import YEARS, generator
from quarterdeck.quarter import Quarter

# A year’s young people of the first county who come and are not taken into care, and the share
# of them whose need is assessed.
OTHERS = {2015: (42, 0.78), 2016: (46, 0.80), 2017: (51, 0.82), 2018: (48, 0.88), 2019: (44, 0.94)}
TAKEN_IN = 0.45  # of those of 16 and 17 who come into care by agreement, how many had no home
OUTCOMES, WEIGHTS = ("returned home", "housed otherwise", "declined", "other"), (0.44, 0.30, 0.18, 0.08)


def homeless(seed: int, authority: str, care: Care, front_door: FrontDoor) -> pd.DataFrame:
    """Every time that one came, April 2014 to March 2019.

    Those taken in came up to three days before their care began; the others on the day of a referral, and were not
    looked after.

    Returns
    -------
    The columns of the local list `homeless_16_17`.
    """
    rng = generator(seed, authority, "homeless")
    parts = [_taken_in(rng, care), *(_others(rng, front_door, year) for year in YEARS)]
    rows = pd.concat(parts, ignore_index=True).sort_values(["presented", "person_id"], kind="stable")
    return pd.DataFrame(
        {
            "person_id": rows.person_id,
            "presented_date": timestamps(rows.presented.to_numpy()).to_numpy(),
            "assessed": np.where(rows.assessed, "Y", "N"),
            "outcome": rows.outcome,
        }
    ).reset_index(drop=True)


def _taken_in(rng: np.random.Generator, care: Care) -> pd.DataFrame:
    """Young people whose care began by agreement at 16 or 17, asylum seekers apart."""
    born = care.children.set_index("child_id").date_of_birth
    alone = set(care.children.child_id[care.children.uasc])
    rows = care.periods[(care.periods.first_legal_status == "V2") & ~care.periods.child_id.isin(alone)]
    presented = ordinals(rows.care_start) - rng.integers(0, 4, len(rows))
    years = age(ordinals(born.loc[rows.child_id]), presented)
    chosen = np.isin(years, (16, 17)) & (presented >= day(2014, 4, 1)) & (rng.random(len(rows)) < TAKEN_IN)
    return pd.DataFrame(
        {
            "person_id": rows.child_id.to_numpy()[chosen],
            "presented": presented[chosen],
            "assessed": True,
            "outcome": "accommodated under section 20",
        }
    )


def _others(rng: np.random.Generator, front_door: FrontDoor, year: int) -> pd.DataFrame:
    """Young people of 16 and 17 referred in a year and not in care then, some of whom had come as homeless."""
    number, share = OTHERS[year]
    number = round(number * organisation(front_door.authority).size)
    rows = front_door.episodes
    start = rows.start.to_numpy()
    years = age(front_door.children.born.to_numpy()[rows.person], start)
    here = (year_of(month_of(start)) == year) & np.isin(years, (16, 17))
    looked_after = rows.person.isin(rows.person.loc[front_door.care.episode])
    pool = np.flatnonzero(here & ~looked_after.to_numpy())
    chosen = rng.permutation(pool)[:number]
    return pd.DataFrame(
        {
            "person_id": front_door.children.child_id.to_numpy()[rows.person.to_numpy()[chosen]],
            "presented": start[chosen],
            "assessed": rng.random(len(chosen)) < share,
            "outcome": rng.choice(OUTCOMES, len(chosen), p=WEIGHTS),
        }
    )


def write(rows: pd.DataFrame, quarter: Quarter, folder: Path) -> list[Path]:
    """Write the list of a quarter: those who came in its collection year, up to its last day."""
    path = folder / "local" / "homeless_16_17.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    here = rows[rows.presented_date.between(quarter.year_start, quarter.end)]
    path.write_text(as_text(here).to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline="\n")
    return [path]
