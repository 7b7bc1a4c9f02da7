"""The whole numbers that each hidden count could be, given all that a reader guesses: by integer programmes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from tests.property.attacker.evidence import HIDDEN, SHOWN, Evidence
from tests.property.attacker.guesses import Guesses, Sum, guesses

FAR, FURTHEST = 1e4, 1e8
"""No count is further off than this, and no amount of money."""
LEAST = 3
"""A hidden count must have been able to be this many whole numbers."""
SMALLEST_SHOWN = 6
NEAR = 1e-3
ROUNDS = 10
SMALL = 60
"""Of so many unknown counts the whole numbers are worked out; of more, what lies between."""
Rules = tuple[sparse.csr_array, sparse.csr_array]


@dataclass(frozen=True)
class Unknown:
    """The counts as a reader has them: those that must be the same are one.

    Parameters
    ----------
    of : the number of each cell's count.
    fixed, value : which are known, and what they are.
    low, high, whole : what a count cannot be under or over, and whether it is a whole number.
    asked : which were published and hidden.
    """

    of: np.ndarray
    fixed: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    whole: np.ndarray
    asked: np.ndarray


def attack(seen: Evidence) -> pd.DataFrame:
    """What a reader can tell of each hidden count.

    Returns
    -------
    One row a hidden count: cell, name, part, low, high (what it lies between), possible (whole numbers between them,
    both counted; of money, how far they are apart, so that 3 is a tenth or £2,000), truth, and breach: whether it is
    told too closely. A hidden 0 may be told, for a 0 is shown, and so may what a percentage is of, where it is no
    small number: it is shown elsewhere.
    """
    told = guesses(seen)
    counts = _unknown(seen, told)
    span = np.column_stack([counts.low, counts.high])
    for cells, rules in _components(_matrix(told.sums, counts), _matrix(told.orders, counts), counts):
        span[cells] = _span(counts, cells, *rules)
    hidden = np.flatnonzero(seen.state.ravel() == HIDDEN)
    series = seen.series.iloc[hidden // len(seen.times)].reset_index(drop=True)
    low, high = span[counts.of[hidden]].T
    found = pd.DataFrame({"cell": hidden, "part": series.part, "low": low, "high": high})
    found["truth"] = seen.truth.ravel()[hidden]
    about = found.truth.fillna((found.low + found.high) / 2).abs()
    width = np.where(series.money, np.clip(0.1 * about, 2, 2000) / 2, 1.0)
    found["possible"] = np.floor(found.high / width + NEAR) - np.ceil(found.low / width - NEAR) + 1
    harmless = (found.truth == 0) | ((found.part == "denominator") & (found.low >= SMALLEST_SHOWN))
    found["breach"] = (found.possible < LEAST) & ~harmless
    found["name"] = [seen.name(cell) for cell in found.cell]
    return found


def why(seen: Evidence, cell: int) -> Iterator[str]:
    """The guesses that a cell is in, in words, each term with its value or c."""
    told = guesses(seen)
    counts = _unknown(seen, told)
    for kind, end in ((told.sums, "= 0"), (told.orders, "<= 0")):
        for name, cells, signs in kind:
            mine = ((cells >= 0) & (counts.of[cells] == counts.of[cell])).any(axis=1)
            for row in cells[mine]:
                terms = [
                    f"{'+' if sign > 0 else '-'} [{seen.name(int(one))}: "
                    f"{counts.value[counts.of[one]] if counts.fixed[counts.of[one]] else 'c'}]"
                    for one, sign in zip(row, signs, strict=True)
                    if one >= 0
                ]
                yield f"{name}: {' '.join(terms)} {end}"


def _unknown(seen: Evidence, told: Guesses) -> Unknown:
    """The counts behind the cells, and what is known of each beforehand."""
    pairs = [cells for _, cells, signs in told.sums if len(signs) == 2 and signs.sum() == 0]
    links = np.concatenate([np.empty((0, 2), int), *(pair[(pair >= 0).all(axis=1)] for pair in pairs)])
    state, wide = seen.state.ravel(), len(seen.times)
    graph = sparse.coo_array((np.ones(len(links)), (links[:, 0], links[:, 1])), shape=(len(state), len(state)))
    n, of = connected_components(graph, directed=False)
    fixed, value, asked, sure = np.zeros(n, bool), np.zeros(n), np.zeros(n, bool), np.zeros(n, bool)
    shown, hidden = np.flatnonzero(state == SHOWN), of[state == HIDDEN]
    fixed[of[shown]], value[of[shown]] = True, seen.value.ravel()[shown]
    asked[hidden] = True
    about = {name: np.repeat(seen.series[name].to_numpy(), wide) for name in ("signed", "counted", "money", "whole")}
    above = np.where(about["money"], FURTHEST, FAR)
    low, high, whole = np.full(n, -FURTHEST), np.full(n, FURTHEST), np.zeros(n, bool)
    np.maximum.at(low, of, np.where(about["signed"], -above, 0.0))
    np.minimum.at(high, of, above)
    np.logical_or.at(whole, of, about["whole"])
    np.logical_or.at(sure, of, (state == HIDDEN) & about["counted"] & ~about["signed"] & ~about["money"])
    low[sure] = np.maximum(low[sure], 1.0)  # a count of none would be shown
    return Unknown(of, fixed, value, np.where(fixed, value, low), np.where(fixed, value, high), whole, asked)


def _matrix(found: list[Sum], counts: Unknown) -> sparse.csr_array:
    entries, offset = [(np.empty(0), np.empty(0, int), np.empty(0, int))], 0
    for _, cells, signs in found:
        there = cells >= 0
        row, term = np.nonzero(there)
        entries.append((signs[term], row + offset, counts.of[cells[there]]))
        offset += len(cells)
    data, row, column = (np.concatenate(part) for part in zip(*entries, strict=True))
    matrix = sparse.csr_array(sparse.coo_array((data, (row, column)), shape=(offset, len(counts.value))))
    matrix.eliminate_zeros()
    return matrix


def _components(
    equal: sparse.csr_array, order: sparse.csr_array, counts: Unknown
) -> Iterator[tuple[np.ndarray, Rules]]:
    """Unknown counts in groups that no rule joins, each with its rules."""
    both = sparse.csr_array(sparse.vstack([equal, order]))
    free = sparse.csr_array(abs(both) @ sparse.diags_array((~counts.fixed).astype(float)))
    free.eliminate_zeros()
    _, label = connected_components(sparse.csr_array(free.T @ free), directed=False)
    cells = np.unique(free.indices)
    full = np.flatnonzero(np.diff(free.indptr) > 0)
    rules = pd.Series(full).groupby(label[free.indices[free.indptr[full]]]).agg(list)
    for group, members in pd.Series(cells).groupby(label[cells]).agg(list).items():
        inside, these = np.array(members), np.array(rules[group])
        if counts.asked[inside].any():
            sums, orders = these[these < equal.shape[0]], these[these >= equal.shape[0]]
            yield inside, (sparse.csr_array(both[sums]), sparse.csr_array(both[orders]))


def _span(counts: Unknown, cells: np.ndarray, sums: sparse.csr_array, orders: sparse.csr_array) -> np.ndarray:
    """The least and most that some unknown counts can be, or two values far enough apart: shape (counts, 2)."""
    known, rules = np.where(counts.fixed, counts.value, 0.0), []
    for matrix, floor in ((sums, 0.0), (orders, -np.inf)):
        if matrix.shape[0]:
            given = matrix @ known
            slack = 1e-9 * np.abs(given)  # of money, which is no whole number
            rules.append(LinearConstraint(matrix[:, cells], floor - given - slack, -given + slack))
    n, seen, random = len(cells), np.full((len(cells), 2), np.nan), np.random.default_rng(1)
    limits, integral = Bounds(counts.low[cells], counts.high[cells]), counts.whole[cells] & (n <= SMALL)

    def solve(objective: np.ndarray) -> None:
        found = milp(objective, constraints=rules, bounds=limits, integrality=integral.astype(int)).x
        if found is None:
            raise AssertionError(f"a reader's guesses contradict each other in {n} counts, the first number {cells[0]}")
        seen[:, 0], seen[:, 1] = np.fmin(seen[:, 0], found), np.fmax(seen[:, 1], found)

    def narrow() -> np.ndarray:
        return ~(seen[:, 1] - seen[:, 0] >= LEAST - 1) & counts.asked[cells]

    for turn in range(ROUNDS if n > 1 else 0):
        if narrow().any():
            signs = random.choice([-1.0, 1.0], n) if turn > 1 else np.full(n, (-1.0) ** turn)
            solve(np.where(narrow(), signs, 0.0))
    for place in np.flatnonzero(narrow()):
        for sign in (1.0, -1.0):
            if narrow()[place]:
                solve(sign * (np.arange(n) == place))
    return np.where(np.isnan(seen), np.column_stack([counts.low, counts.high])[cells], seen)
