"""Social workers' visits to the demonstration's children on child protection plans."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.demo.ages import age
from quarterdeck.demo.cin_census import days_of, iso, plans_in
from quarterdeck.demo.front_door import FrontDoor
from quarterdeck.demo.months import WORKING, close_of, nth
from quarterdeck.demo.targets import YEARS, generator
from quarterdeck.quarter import Quarter

# Share of visits that follow the last within the council's 28 days, from one year's end to another: invented.
KEPT = {2014: 0.70, 2016: 0.66, 2018: 0.82, 2019: 0.88}
TEAMS = np.array([0.03, -0.06, 0.05, -0.02])
SEEN = 0.96
ALONE = {3: 0.35, 18: 0.75}


def visit_history(data: FrontDoor, seed: int) -> pd.DataFrame:
    """Every visit to a child on a plan, April 2014 to March 2019.

    Returns
    -------
    plan (row of `data.plans`), date (days since 1970), seen and alone ("Y" or "N").
    """
    rng = generator(seed, data.authority, "visits")
    stop = np.minimum(data.plans.end.to_numpy(), close_of(YEARS[-1]) + 1)
    team = pd.factorize(data.episodes.family_id)[0][data.plans.episode] % len(TEAMS)
    born = data.children.born.to_numpy()[data.episodes.person.to_numpy()[data.plans.episode]]
    closes = np.array([close_of(year) for year in KEPT])
    parts = []
    plan, when = np.arange(len(data.plans)), data.plans.start.to_numpy()
    soon = np.ones(len(plan), bool)  # after the plan's start, or a visit at which the child was not seen
    while len(plan):
        kept = rng.random(len(plan)) < np.interp(when, closes, list(KEPT.values())) + TEAMS[team[plan]]
        gap = np.where(kept, rng.integers(10, 27, len(plan)), rng.integers(31, 52, len(plan)))
        gap = np.where(soon, rng.integers(2, 9, len(plan)), gap)
        when = WORKING[nth(when + gap, after=True)]
        inside = when < stop[plan]
        plan, when = plan[inside], when[inside]
        seen = rng.random(len(plan)) < SEEN
        likely = np.where(age(born[plan], when) < min(ALONE), *ALONE.values())
        alone = seen & (rng.random(len(plan)) < likely)
        parts.append(pd.DataFrame({"plan": plan, "date": when, "seen": seen, "alone": alone}))
        soon = ~seen
    visits = pd.concat(parts).sort_values(["date", "plan"], ignore_index=True)
    return visits.assign(**{name: np.where(visits[name], "Y", "N") for name in ("seen", "alone")})


def write(data: FrontDoor, visits: pd.DataFrame, quarter: Quarter, folder: Path) -> list[Path]:
    """Write the visits of a quarter's year so far into `local/` of its folder."""
    low, at = days_of(quarter)
    rows = visits[visits.date.between(low, at) & visits.plan.isin(plans_in(data, quarter).index)]
    episodes = data.plans.episode.to_numpy()[rows.plan]
    listed = pd.DataFrame(
        {
            "person_id": data.children.child_id.to_numpy()[data.episodes.person.to_numpy()[episodes]],
            "visit_date": iso(rows.date),
            "kind": "CP",
            "seen": rows.seen.to_numpy(),
            "seen_alone": rows.alone.to_numpy(),
        }
    ).drop_duplicates(["person_id", "visit_date"])
    path = folder / "local" / "visits.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    listed.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return [path]
