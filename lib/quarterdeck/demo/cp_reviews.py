"""Child protection review conferences of the demonstration, as many of them in time as was published."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.demo.months import NONE, WORKING, close_of, first_day, month, nth, year_of
from quarterdeck.demo.targets import PUBLISHED_YEARS, YEARS, Targets


def late_plans(plans: pd.DataFrame, found: Targets, rng: np.random.Generator) -> np.ndarray:
    """Which plans were first reviewed late, so that of those open each 31 March so many were reviewed in time."""
    start, end = plans.start.to_numpy(), plans.end.to_numpy()
    ever_open = np.zeros(len(plans), bool)
    late = np.zeros(len(plans), bool)
    for year in YEARS:
        ever_open |= (start <= close_of(year)) & (end > close_of(year))
    for year in PUBLISHED_YEARS:
        held = (
            (start <= close_of(year))
            & (end > close_of(year))
            & (plans.first_extract <= year)
            & (plans.last_extract >= year)
        )
        three_months = held & (start <= first_day(month(year, 1)) - 1)
        on_time = found.total("cpp_on_31_march_reviewed_in_timescale", year)
        if on_time is None:
            continue
        wanted = int(three_months.sum()) - on_time
        fresh = three_months & (year_of(plans.start_month) == year) & (start < first_day(month(year - 1, 12)))
        stays = end > close_of(year + 1)
        pool = rng.permutation(np.flatnonzero(fresh & ~late))
        pool = pool[np.argsort(stays[pool], kind="stable")][:wanted]
        if len(pool) < wanted:
            raise ValueError(f"{wanted - len(pool)} late reviews of {year} found no plan")
        late[pool] = True
    others = ~ever_open & (end - start > 140)
    return late | (others & (rng.random(len(plans)) < 0.12))


def review_conferences(plans: pd.DataFrame, found: Targets, rng: np.random.Generator) -> pd.DataFrame:
    """Review conferences: the first within three months, then within six; a plan ends at one.

    Returns
    -------
    One row a review: plan (row), date.
    """
    late = late_plans(plans, found, rng)
    end = np.minimum(plans.end.to_numpy(), close_of(YEARS[-1]) + 400)
    sibling = plans.group.to_numpy() if "group" in plans else np.arange(len(plans))
    first = 58 + (sibling * 7919) % 26
    step = 140 + (sibling * 104729) % 24
    when = plans.start.to_numpy() + np.where(late, 104 + (sibling * 31) % 16, first)
    frames = []
    for number in range(9):
        held = np.flatnonzero(when < end - 10)
        frames.append(pd.DataFrame({"plan": plans.index[held], "date": WORKING[nth(when[held])]}))
        when = when + step + number % 3
    closed = np.flatnonzero((plans.end != NONE).to_numpy() & (plans.end - plans.start > 45).to_numpy())
    frames.append(pd.DataFrame({"plan": plans.index[closed], "date": plans.end.to_numpy()[closed]}))
    return pd.concat(frames).sort_values(["plan", "date"], ignore_index=True)
