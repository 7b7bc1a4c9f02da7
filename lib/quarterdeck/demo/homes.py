"""The district that each family of the demonstration lives in. Invented: no table that is used tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quarterdeck.demo.months import NONE, first_day, month
from quarterdeck.demo.organisation import organisation

if TYPE_CHECKING:
    from quarterdeck.demo.front_door import FrontDoor

MOVED = 0.05
"""The share of families that move to another district once in the five years."""
FIRST, LAST = month(2014, 4), month(2019, 3)


def homes(authority: str, families: pd.Index, rng: np.random.Generator) -> pd.DataFrame:
    """Where each family lives, of an authority that has districts.

    Returns
    -------
    One row a family, by its identifier: district, then (the district it moves to) and moves (day since 1970; NONE for
    most).
    """
    shares = organisation(authority).districts
    names, weights = np.array(list(shares)), np.array(list(shares.values()))
    first, then = (rng.choice(names, len(families), p=weights) for _ in range(2))
    moves = rng.integers(first_day(FIRST), first_day(LAST), len(families))
    moving = (rng.random(len(families)) < MOVED) & (first != then)
    return pd.DataFrame({"district": first, "then": then, "moves": np.where(moving, moves, NONE)}, index=families)


def with_district(rows: pd.DataFrame, data: FrontDoor, family: np.ndarray, day: np.ndarray) -> pd.DataFrame:
    """Rows of a list with the district of each one's family on a day; as they are where no list tells of districts.

    Parameters
    ----------
    family, day : the family's identifier and the day since 1970 of each row, shape (n,).
    """
    if not organisation(data.authority).districts:
        return rows
    here = data.homes.loc[family]
    return rows.assign(district=np.where(day >= here.moves, here.then, here.district))
