"""Brothers and sisters: who comes into care together, on which day, and when each was born."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

BETWEEN_BIRTHS = 300


def sibling_groups(rng: np.random.Generator, band: np.ndarray, month: np.ndarray) -> np.ndarray:
    """Brothers and sisters who come into care together: of one month, each of another age band; -1 for an only child.

    Parameters
    ----------
    band, month : int, shape (n,), one a child.
    """
    groups = np.full(len(band), -1)
    number = 0
    for each in np.unique(month):
        waiting = rng.permutation(np.flatnonzero((month == each) & (band < 4))).tolist()
        while len(waiting) > 1:
            size = int(rng.choice([1, 2, 3], p=[0.45, 0.35, 0.2]))
            together: list[int] = []
            for child in list(waiting):
                if len(together) < size and band[child] not in band[together]:
                    together.append(child)
                    waiting.remove(child)
            if len(together) > 1:
                groups[together] = number
                number += 1
    return groups


def together(since: np.ndarray, groups: np.ndarray, band: np.ndarray) -> np.ndarray:
    """The youngest child's start for all its brothers and sisters."""
    result = since.copy()
    order = np.argsort(band, kind="stable")
    youngest: dict[int, int] = {}
    for child in order:
        if groups[child] >= 0:
            result[child] = youngest.setdefault(int(groups[child]), int(since[child]))
    return result


def spaced_births(
    born: np.ndarray, low: np.ndarray, high: np.ndarray, groups: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Dates of birth at least ten months apart within a family, each still inside its interval.

    Parameters
    ----------
    born, low, high : int, shape (n,): a first choice, and the interval it was chosen from.
    groups : int, shape (n,): the family of each child, -1 for an only child.

    Returns
    -------
    The dates, and the groups less those whose intervals lie too close.
    """
    born, groups = born.copy(), groups.copy()
    for group in np.unique(groups[groups >= 0]):
        members = np.flatnonzero(groups == group)
        members = members[np.argsort(high[members], kind="stable")]
        for elder, younger in pairwise(members):
            if born[younger] - born[elder] < BETWEEN_BIRTHS:
                born[elder] = max(low[elder], min(born[elder], born[younger] - BETWEEN_BIRTHS))
                born[younger] = min(high[younger], max(born[younger], born[elder] + BETWEEN_BIRTHS))
        if (np.diff(np.sort(born[members])) < BETWEEN_BIRTHS).any():
            groups[members] = -1
    return born, groups
