"""Hidden counts that the figures shown tell all the same, for another count is always the same."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from quarterdeck.figures.relations import NO_CELL, Relations, parts_of
from quarterdeck.figures.sums import grid
from quarterdeck.measures.registry import Measure

INSTANCES = 6
VARIED = 4
"""So often two counts must agree, over so many different values, for a reader to take them for one."""
BLOCK = 400


def told_by_others(
    figures: pd.DataFrame,
    measures: Mapping[str, Measure],
    ties: Relations,
    published: np.ndarray,
    hidden: np.ndarray,
    small: np.ndarray,
) -> np.ndarray:
    """The counts that are shown, or that a reader takes from a figure that shows the same; no small number is of these.

    Parameters
    ----------
    figures, measures : as `quarterdeck.figures.relations.relations` takes them.
    ties : what it gave of them.
    published, hidden : bool, shape (figures,): what stands in the public copy, and what of it is not shown.
    small : bool, shape (cells,): what is hidden of itself.

    Returns
    -------
    bool, shape (cells,).
    """
    told = np.zeros(len(small), bool)
    for part in ties.parts:
        told[part[published & ~hidden & (part != NO_CELL)]] = True
    told[_twins_shown(figures, measures, ties, published, hidden)] = True
    return told & ~small


def _twins_shown(
    figures: pd.DataFrame,
    measures: Mapping[str, Measure],
    ties: Relations,
    published: np.ndarray,
    hidden: np.ndarray,
) -> np.ndarray:
    """Hidden cells of a series that agrees with another wherever both are shown, and which that other shows."""
    parts = parts_of(figures, measures)
    parts = parts[published[parts.row.to_numpy()]].reset_index(drop=True)
    row = parts.row.to_numpy()
    cell = np.where(parts.part == "numerator", ties.numerator[row], ties.denominator[row])
    value = parts.value.to_numpy("float64")
    values, cells = grid(parts, value), grid(parts, cell.astype("float64"))
    shown = np.isfinite(grid(parts, np.where(hidden[row], np.nan, value)))
    gone = np.isfinite(values) & ~shown
    found = [np.empty(0)]
    for one, other in _alike(np.where(shown, values, 0.0), shown, np.flatnonzero(gone.any(axis=1))):
        both = shown[one] & shown[other]
        if len(np.unique(values[one][both])) >= VARIED:
            found.append(cells[one][gone[one] & shown[other] & np.isclose(values[one], values[other])])
    return np.unique(np.concatenate(found).astype("int64"))


def _alike(values: np.ndarray, shown: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Pairs of series that never differ where both are shown, and agree often: the first is among those asked for."""
    seen, square, some = shown.astype(float), values**2, (values != 0).astype(float)
    found = [np.empty((0, 2), int)]
    for begin in range(0, len(asked), BLOCK):
        rows = asked[begin : begin + BLOCK]
        apart = square[rows] @ seen.T + seen[rows] @ square.T - 2 * values[rows] @ values.T
        one, other = np.nonzero((np.abs(apart) < 1e-3) & (some[rows] @ some.T >= INSTANCES))
        found.append(np.column_stack([rows[one], other]))
    pairs = np.concatenate(found)
    return pairs[pairs[:, 0] != pairs[:, 1]]
