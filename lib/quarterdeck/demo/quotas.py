"""Whole-number tables that meet every published total at once, and stay as near as they can to what is likely."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, eye_array, hstack

Total = tuple[np.ndarray, int]


class OutOfReach(ValueError):
    """No table of whole numbers meets the totals asked for."""


def fit(likely: np.ndarray, totals: Sequence[Total], rng: np.random.Generator, rounds: int = 150) -> np.ndarray:
    """Counts of cells, near to what is likely, whose sums over given sets of cells are given totals.

    Parameters
    ----------
    likely : float, shape (n,): how many one would expect in each cell; nought forbids it.
    totals : pairs of a boolean mask, shape (n,), and the sum of the cells that it marks.
    rng : breaks ties, so that one table is the best.
    rounds : passes of proportional fitting before the counts are made whole.

    Returns
    -------
    int64, shape (n,).

    Raises
    ------
    OutOfReach : the totals contradict each other or what is forbidden; says which total fell short.

    Examples
    --------
    >>> rows, columns = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    >>> totals = [(rows == 0, 5), (rows == 1, 3), (columns == 0, 4)]
    >>> fit(np.ones(4), totals, np.random.default_rng(1)).reshape(2, 2).sum(axis=0).tolist()
    [4, 4]
    """
    x = np.asarray(likely, float).copy()
    sets = [(np.flatnonzero(mask), int(total)) for mask, total in totals]
    for _ in range(rounds):
        for cells, total in sets:
            now = x[cells].sum()
            if now > 0:
                x[cells] *= total / now
    allowed = np.asarray(likely) > 0
    return _whole(x, allowed, sets, rng)


def _whole(
    x: np.ndarray, allowed: np.ndarray, sets: list[tuple[np.ndarray, int]], rng: np.random.Generator
) -> np.ndarray:
    """The nearest whole numbers that meet the totals."""
    x = np.where(allowed, np.minimum(x, 1e7), 0.0)
    low = np.floor(x + 1e-6).astype(np.int64)
    part = np.clip(x - low, 0, 1)
    n = len(x)
    at = np.concatenate([cells for cells, _ in sets])
    row = np.repeat(np.arange(len(sets)), [len(cells) for cells, _ in sets])
    members = coo_array((np.ones(len(at)), (row, at)), shape=(len(sets), n)).tocsr()
    wanted = np.array([total for _, total in sets]) - members @ low
    ties = rng.integers(0, 40, 2 * n)
    cost = np.concatenate([np.round(1000 * (1 - part)), np.round(1000 * part) + 1000]) + ties
    for reach in (1, 3, 12, 400):
        most = np.concatenate([np.where(allowed, reach, 0), np.minimum(low, reach - (reach == 1))])
        found = milp(
            cost,
            integrality=np.ones(2 * n, np.int64),
            bounds=Bounds(np.zeros(2 * n), most),
            constraints=LinearConstraint(hstack([members, -members]).tocsc(), wanted, wanted),
            options={"mip_rel_gap": 0.0, "node_limit": 2000},
        )
        if found.x is not None:
            step = np.round(found.x).astype(np.int64)
            return low + step[:n] - step[n:]
    raise OutOfReach("no table meets these totals: " + "; ".join(_conflicts(x, allowed, sets)))


def _conflicts(x: np.ndarray, allowed: np.ndarray, sets: list[tuple[np.ndarray, int]]) -> list[str]:
    """The totals that would have to give way, by the least change that makes a table possible."""
    count, n = len(sets), len(x)
    at = np.concatenate([cells for cells, _ in sets])
    row = np.repeat(np.arange(count), [len(cells) for cells, _ in sets])
    members = coo_array((np.ones(len(at)), (row, at)), shape=(count, n)).tocsr()
    wanted = np.array([total for _, total in sets])
    found = milp(
        np.concatenate([np.zeros(n), np.ones(2 * count)]),
        bounds=Bounds(
            np.zeros(n + 2 * count), np.concatenate([np.where(allowed, np.inf, 0.0), np.full(2 * count, np.inf)])
        ),
        constraints=LinearConstraint(hstack([members, eye_array(count), -eye_array(count)]).tocsc(), wanted, wanted),
    )
    if found.x is None:
        return ["none can be named"]
    slack = found.x[n : n + count] - found.x[n + count :]
    return [
        f"total {i}, {wanted[i]} over {len(sets[i][0])} cells, is out by {slack[i]:.0f}"
        for i in np.flatnonzero(np.abs(slack) > 1e-6)
    ]


def spread(bands: Sequence[tuple[int, int, int]], quartiles: Sequence[float] = ()) -> np.ndarray:
    """Values in ascending order with so many in each band, whose quartiles are as published.

    Parameters
    ----------
    bands : lowest value, highest value and count of each band, ascending.
    quartiles : lower quartile, median, upper quartile; each holds over one value in a hundred either side of it.

    Returns
    -------
    int64, shape (sum of counts,).

    Examples
    --------
    >>> values = spread([(0, 0, 10), (1, 10, 30), (11, 20, 60)], (5, 12, 16))
    >>> np.median(values), (values <= 10).sum()
    (np.float64(12.0), np.int64(40))
    """
    total = sum(count for *_, count in bands)
    if total == 0:
        return np.empty(0, np.int64)
    where: list[float] = []
    value: list[float] = []
    done = 0
    for low, high, count in bands:
        if count:
            where += [done, done + count - 1]
            value += [low, high]
        done += count
    for share, quartile in zip((0.25, 0.5, 0.75), quartiles, strict=False):
        where += [share * total - 0.01 * total, share * total + 0.01 * total]
        value += [quartile, quartile]
    order = np.lexsort((value, where))
    heights = np.maximum.accumulate(np.array(value, float)[order])
    values = np.interp(np.arange(total), np.array(where, float)[order], heights)
    lows = np.repeat([low for low, *_ in bands], [count for *_, count in bands])
    highs = np.repeat([high for _, high, _ in bands], [count for *_, count in bands])
    return np.clip(np.round(values), lows, highs).astype(np.int64)
