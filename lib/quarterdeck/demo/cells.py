"""Quotas over cells (age band by sex): whole numbers near a share that add up to what was published."""

from __future__ import annotations

import numpy as np


def joint(rows: np.ndarray, women: int, available: np.ndarray, settled: np.ndarray) -> np.ndarray:
    """How many girls leave from each band: near the band's own share, and the given number in all.

    Parameters
    ----------
    rows : int, shape (n,): who leave by band.
    women : the girls among them.
    available, settled : int, shape (n, 2): boys and girls who could leave, by band; those of them who came before this
        year, whom the published counts of twelve months' stay leave free to go.
    """
    lowest = np.maximum(0, rows - available[:, 0])
    highest = np.minimum(rows, available[:, 1])
    able = np.where(settled.sum(axis=1, keepdims=True) >= rows[:, None], settled, available)
    least, most = np.maximum(lowest, rows - able[:, 0]), np.minimum(highest, able[:, 1])
    share = able[:, 1] / np.maximum(able.sum(axis=1), 1)
    result = np.clip(np.round(rows * share).astype(np.int64), least, most)
    return settle(settle(result, women, least, most), women, lowest, highest)


def settle(result: np.ndarray, total: int, lowest: np.ndarray, highest: np.ndarray) -> np.ndarray:
    """Whole numbers moved one by one, where there is most room, until they add up to a total or no room is left.

    Examples
    --------
    >>> settle(np.array([2, 2]), 5, np.array([0, 0]), np.array([2, 9])).tolist()
    [2, 3]
    """
    while result.sum() != total:
        step = 1 if result.sum() < total else -1
        room = highest - result if step > 0 else result - lowest
        if room.max(initial=0) <= 0:
            break
        result[int(np.argmax(room))] += step
    return result
