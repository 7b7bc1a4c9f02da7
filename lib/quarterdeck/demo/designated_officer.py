"""The demonstration's allegations against people who work with children: all invented."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.demo.cin_census import cut, days_of, iso
from quarterdeck.demo.months import WORKING, close_of, nth
from quarterdeck.demo.organisation import organisation
from quarterdeck.demo.targets import YEARS, generator
from quarterdeck.quarter import Quarter

# Allegations of the first county in a year, and the share of them closed within a month.
RECEIVED = {2015: (176, 0.74), 2016: (188, 0.72), 2017: (204, 0.68), 2018: (216, 0.75), 2019: (228, 0.84)}
STAYS = ((2, 28), (32, 88), (95, 340), (370, 480))
"""First and last days of an allegation that is closed in a month, in three, in twelve, or later."""
LONGER = (0.66, 0.31, 0.03)
OUTCOMES = ("unsubstantiated", "substantiated", "unfounded", "false", "malicious", "other")
WEIGHTS = (0.42, 0.27, 0.17, 0.06, 0.02, 0.06)


def designated_officer(seed: int, authority: str) -> pd.DataFrame:
    """Every allegation, April 2014 to March 2019: number, received, closed (days since 1970), outcome."""
    rng = generator(seed, authority, "designated officer")
    parts: list[pd.DataFrame] = []
    for year in YEARS:
        number, share = RECEIVED[year]
        count = round(number * organisation(authority).size)
        first, last = nth(close_of(year - 1) + 1, after=True), nth(close_of(year))
        received = np.sort(WORKING[rng.integers(first, last + 1, count)])
        band = rng.choice(len(STAYS), count, p=(share, *(part * (1 - share) for part in LONGER)))
        low, high = np.array(STAYS).T
        closed = WORKING[nth(received + rng.integers(low[band], high[band] + 1))]
        outcome = rng.choice(OUTCOMES, count, p=WEIGHTS)
        parts.append(pd.DataFrame({"received": received, "closed": closed, "outcome": outcome}))
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(number=[f"D{place:04d}" for place in range(1, len(rows) + 1)])


def write(rows: pd.DataFrame, quarter: Quarter, folder: Path) -> list[Path]:
    """Write the list of a quarter: allegations received by its last day and not closed before its year."""
    low, at = days_of(quarter)
    rows = rows[(rows.received <= at) & (rows.closed >= low)]
    listed = pd.DataFrame(
        {
            "allegation_id": rows.number,
            "received_date": iso(rows.received),
            "closed_date": iso(cut(rows.closed, at)),
            "outcome": np.where(rows.closed <= at, rows.outcome, ""),
        }
    )
    path = folder / "local" / "designated_officer.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    listed.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return [path]
