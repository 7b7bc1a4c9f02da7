"""Hide more cells until none that is hidden can be worked out from those that are shown."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from quarterdeck.figures.relations import NO_CELL, Relations

ROUNDS = 60
NEAR = 3
"""How many sums away another cell is looked for, before the whole of what hangs together is."""
KEEP = 0.001
"""What it costs to change a cell that is hidden already."""


@dataclass
class _State:
    """Which figures are hidden, and so which cells; and how widely each hidden cell has been shown to range."""

    ties: Relations
    published: np.ndarray
    fixed: np.ndarray
    hidden_rows: np.ndarray = field(init=False)
    rows_of: sparse.csr_array = field(init=False)
    known: np.ndarray = field(init=False)
    low: np.ndarray = field(init=False)
    high: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        shape = (len(self.ties.cells), len(self.published))
        parts = [(part, np.flatnonzero((part >= 0) & self.published)) for part in self.ties.parts]
        cells, rows = np.concatenate([part[rows] for part, rows in parts]), np.concatenate([rows for _, rows in parts])
        self.rows_of = sparse.csr_array((np.ones(len(rows)), (cells, rows)), shape=shape)
        self.hidden_rows = np.zeros(shape[1], bool)
        self.known = self.fixed.copy()
        self.low, self.high = self.ties.value.copy(), self.ties.value.copy()

    @property
    def shown(self) -> np.ndarray:
        """Cells that some visible figure shows."""
        return (self.rows_of @ (~self.hidden_rows).astype(float)) > 0

    @property
    def hidden(self) -> np.ndarray:
        """Cells that no visible figure shows, and that are not known otherwise."""
        return ~self.shown & ~self.known

    @property
    def wanted(self) -> np.ndarray:
        """Cells that were to be published: hidden, they must not be found out."""
        return np.diff(self.rows_of.indptr) > 0

    def hide(self, cells: np.ndarray) -> None:
        """Hide every figure that shows any of the cells, and what is tied to it."""
        touched = np.zeros(len(self.known), bool)
        touched[cells] = True
        self.hidden_rows |= (self.rows_of.T @ touched.astype(float)) > 0
        groups = np.unique(self.ties.ties[self.hidden_rows])
        self.hidden_rows |= np.isin(self.ties.ties, groups[groups != NO_CELL])


def protect(
    ties: Relations, published: np.ndarray, sensitive: np.ndarray, fixed: np.ndarray | None = None
) -> np.ndarray:
    """The figures to hide: those that show a sensitive cell, and as many more as keep it from being worked out.

    Parameters
    ----------
    ties : the cells behind the figures and their sums.
    published : bool, shape (figures,): the figures meant to be published; the others no one sees.
    sensitive : bool, shape (cells,): what must be hidden of itself.
    fixed : bool, shape (cells,): what is known already, from an earlier paper, and hidden in vain.

    Returns
    -------
    bool, shape (figures,).

    Source
    ------
    Castro (2012), Recent advances in optimization techniques for statistical tabular data protection: for each hidden
    cell the cheapest other set of values that every sum allows, and in which it is far enough from what it is; the
    cells that differ in it are hidden.
    """
    state = _State(ties, published, np.zeros(len(ties.cells), bool) if fixed is None else fixed)
    state.hide(np.flatnonzero(sensitive))
    for _ in range(ROUNDS):
        _pair(state)
        _exchange(state)
        exposed = _narrow(state)
        if not len(exposed):
            break
        for cell in exposed[np.argsort(ties.value[exposed], kind="stable")]:
            if state.high[cell] - state.low[cell] < ties.width[cell] and not state.known[cell]:
                _move(state, int(cell))
    return state.hidden_rows & published


def _pair(state: _State) -> None:
    """Where a sum has one hidden cell, hide the smallest other one that is in no other sum."""
    ties, degree = state.ties, np.diff(state.ties.by_cell.indptr)
    hidden = state.hidden
    alone = np.flatnonzero(ties.pattern @ hidden.astype(float) == 1)
    chosen = []
    for relation in alone:
        terms = ties.terms(int(relation))
        if not (state.wanted[terms] & hidden[terms] & (degree[terms] == 1)).any():
            continue
        free = terms[~hidden[terms] & ~state.known[terms] & (ties.value[terms] >= ties.width[terms])]
        free = free[(degree[free] == 1) & (ties.loss[free] == ties.loss[free].min(initial=np.inf))]
        if len(free):
            chosen.append(free[np.argmin(ties.value[free])])
    state.hide(np.array(chosen, dtype=int))


def _narrow(state: _State) -> np.ndarray:
    """Hidden cells not yet seen to range widely; those in no sum range freely."""
    free = np.diff(state.ties.by_cell.indptr) == 0
    return np.flatnonzero(state.hidden & state.wanted & ~free & (state.high - state.low < state.ties.width))


def _exchange(state: _State) -> None:
    """Widen spans by trading between cells of one sum that are in no other: it needs no programme."""
    hidden, value = state.hidden, state.ties.value
    least, most = state.ties.bounds(np.ones(len(value), bool))
    active = np.flatnonzero(state.ties.pattern @ hidden.astype(float) > 0)
    sums = sparse.coo_array(state.ties.sums[active])
    relation, cell = sums.coords
    degree = np.bincount(cell, minlength=len(value))
    inside = hidden[cell] & (degree[cell] == 1)
    relation, cell, sign = relation[inside], cell[inside], sums.data[inside]
    reach = np.maximum(50.0, value[cell])
    up, down = np.minimum(most[cell] - value[cell], reach), np.minimum(value[cell] - least[cell], reach)
    more, less = np.where(sign > 0, up, down), np.where(sign > 0, down, up)
    all_more = np.bincount(relation, more, minlength=len(active))[relation]
    all_less = np.bincount(relation, less, minlength=len(active))[relation]
    rise, fall = np.minimum(more, all_less - less), np.minimum(less, all_more - more)
    higher, lower = np.where(sign > 0, rise, fall), np.where(sign > 0, fall, rise)
    np.maximum.at(state.high, cell, value[cell] + np.floor(higher + 1e-9))
    np.minimum.at(state.low, cell, value[cell] - np.floor(lower + 1e-9))


def _move(state: _State, cell: int) -> None:
    """Find the cheapest other values that every sum allows and in which a cell is far enough off; hide what differs."""
    ties = state.ties
    cells = np.array([cell])
    for reach in (NEAR, len(ties.cells)):
        cells = _around(ties, cells, reach)
        for way in (1.0, -1.0):
            change = _cheapest(state, cells, cell, way * ties.width[cell])
            if change is not None:
                state.hide(cells[np.abs(change) > 1e-6])
                np.maximum.at(state.high, cells, np.floor(ties.value[cells] + change + 1e-6))
                np.minimum.at(state.low, cells, np.ceil(ties.value[cells] + change - 1e-6))
                return
    state.known[cell] = True


def _around(ties: Relations, cells: np.ndarray, reach: int) -> np.ndarray:
    """The cells that so many sums lead to."""
    found = np.zeros(len(ties.cells))
    found[cells] = 1.0
    for _ in range(reach):
        wider = ((ties.by_cell @ ((ties.pattern @ found) > 0).astype(float)) + found > 0).astype(float)
        if wider.sum() == found.sum():
            break
        found = wider
    return np.flatnonzero(found)


def _cheapest(state: _State, cells: np.ndarray, cell: int, change: float) -> np.ndarray | None:
    """Changes of cells that keep every sum, change one cell as asked, and cost least; None where there are none."""
    ties, n = state.ties, len(cells)
    value, hidden = ties.value[cells], state.hidden[cells]
    still = state.known[cells] | (~hidden & (value == 0))
    loss = np.where(hidden, KEEP, ties.loss[cells])
    least = ties.cells.least.to_numpy("float64")[cells]
    down = np.where(still, 0.0, np.minimum(np.where(np.isfinite(least), value - least, np.inf), 10 * abs(change)))
    up = np.where(still, 0.0, 10 * abs(change))
    place = int(np.searchsorted(cells, cell))
    up[place], down[place] = max(change, 0.0), max(-change, 0.0)
    relations = np.flatnonzero(ties.pattern[:, cells] @ np.ones(n) > 0)
    sums = ties.sums[relations][:, cells]
    inside = np.isin(ties.pairs, cells).any(axis=1)
    fractions = ties.fractions[np.flatnonzero(inside)]
    slack = -(fractions @ ties.value)
    fractions = fractions[:, cells]
    bounds = np.concatenate([np.column_stack([np.zeros(n), up]), np.column_stack([np.zeros(n), down])])
    bounds[place if change > 0 else n + place, 0] = abs(change)
    solved = linprog(
        np.concatenate([loss, loss]),
        A_eq=sparse.hstack([sums, -sums]),
        b_eq=np.zeros(len(relations)),
        A_ub=sparse.hstack([fractions, -fractions]) if len(slack) else None,
        b_ub=slack if len(slack) else None,
        bounds=bounds,
        method="highs",
    )
    return None if solved.x is None else solved.x[:n] - solved.x[n:]
