"""Hide more cells until none that is hidden can be worked out from those that are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from quarterdeck.figures.relations import NO_CELL, Relations

ROUNDS = 40
TURNS = 8
"""Programmes that widen many spans at once before each is asked for singly; not worth it for fewer than `WORTH`."""
WORTH = 8
REACH = 20.0
NEAR = (2, 2, 5)
"""How many sums away another cell is looked for, first without the wholes, then with them, then further."""
WHOLE = 2.0
AGAIN = 0.3
"""How much less it costs to hide a category that is hidden in another period: the same partner hides it every time."""
KEEP = 0.001
"""What it costs to change a cell that is hidden already."""
TIE = 1e-4
"""Of cells that cost as much, the first is the cheaper by up to this: the solver has no choice left to it."""


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

    @property
    def tied(self) -> np.ndarray:
        """Cells of figures that cannot be hidden without others."""
        rows = self.ties.ties != NO_CELL
        return (self.rows_of @ rows.astype(float)) > 0

    def is_narrow(self, cells: np.ndarray | int) -> np.ndarray:
        """Whether cells have not been seen to range far enough."""
        return self.high[cells] - self.low[cells] < self.ties.width[cells] - 1e-6

    def seen(self, cells: np.ndarray, change: np.ndarray) -> None:
        """Cells could all be this much other than they are; a count only by whole numbers."""
        whole = self.ties.whole[cells]
        up, down = np.where(whole, np.floor(change + 1e-6), change), np.where(whole, np.ceil(change - 1e-6), change)
        np.maximum.at(self.high, cells, self.ties.value[cells] + up)
        np.minimum.at(self.low, cells, self.ties.value[cells] + down)

    def hide(self, cells: np.ndarray) -> None:
        """Hide every figure that shows any of the cells, and what is tied to it, wherever else it is shown."""
        touched = np.zeros(len(self.known), bool)
        touched[cells] = True
        self.hidden_rows |= (self.rows_of.T @ touched.astype(float)) > 0
        groups = np.unique(self.ties.ties[self.hidden_rows])
        tied = np.flatnonzero(np.isin(self.ties.ties, groups[groups != NO_CELL]) & ~self.hidden_rows)
        if len(tied):
            self.hidden_rows[tied] = True
            counts = self.ties.numerator[tied]
            self.hide(np.unique(counts[counts != NO_CELL]))


def protect(
    ties: Relations,
    published: np.ndarray,
    sensitive: np.ndarray,
    fixed: np.ndarray | None = None,
    before: np.ndarray | None = None,
) -> np.ndarray:
    """The figures to hide: those that show a sensitive cell, and as many more as keep it from being worked out.

    Parameters
    ----------
    ties : the cells behind the figures and their sums.
    published : bool, shape (figures,): the figures meant to be published; the others no one sees.
    sensitive : bool, shape (cells,): what must be hidden of itself.
    fixed : bool, shape (cells,): what is known already, from an earlier paper or another figure, and hidden in vain.
    before : bool, shape (figures,): what an earlier paper hid, which stays hidden: it hides other figures there.

    Returns
    -------
    bool, shape (figures,).

    Source
    ------
    Castro (2012), Recent advances in optimization techniques for statistical tabular data protection: for each hidden
    cell the cheapest other set of values that every sum allows, and in which it is far enough from what it is; the
    cells that differ in it are hidden.
    """
    known = np.zeros(len(ties.cells), bool) if fixed is None else fixed
    gone = np.zeros(len(published), bool) if before is None else before & published
    hidden = np.zeros(len(published), bool)
    for cells, rows in ties.groups():
        if sensitive[cells].any() or gone[rows].any():
            part = ties.part(cells, rows)
            hidden[rows] = _protect(part, published[rows], sensitive[cells], known[cells], gone[rows])
    return hidden & published


def _protect(
    ties: Relations, published: np.ndarray, sensitive: np.ndarray, fixed: np.ndarray, before: np.ndarray
) -> np.ndarray:
    """The same for figures that hang together."""
    state = _State(ties, published, fixed)
    state.hidden_rows |= before
    state.hide(np.flatnonzero(sensitive | state.hidden))
    for _ in range(ROUNDS):
        _pair(state)
        _exchange(state)
        _exchange_fractions(state)
        _widen(state)
        exposed = _narrow(state)
        if not len(exposed):
            break
        urgent = exposed[sensitive[exposed]] if sensitive[exposed].any() else exposed
        for cell in urgent[np.argsort(ties.value[urgent], kind="stable")]:
            if state.is_narrow(cell) and not state.known[cell]:
                _move(state, int(cell))
    return state.hidden_rows


def _pair(state: _State) -> None:
    """Where a sum has one hidden cell, hide the smallest other one that is in no other sum."""
    ties, degree = state.ties, np.diff(state.ties.by_cell.indptr) + state.ties.ordered
    hidden, tied = state.hidden, state.tied
    alone = np.flatnonzero(ties.pattern @ hidden.astype(float) == 1)
    chosen = []
    for relation in alone:
        terms = ties.terms(int(relation))
        if tied[terms].any() or not (state.wanted[terms] & hidden[terms] & (degree[terms] == 1)).any():
            continue
        free = terms[~hidden[terms] & ~state.known[terms] & (ties.value[terms] >= ties.width[terms])]
        free = free[(degree[free] == 1) & (ties.loss[free] == ties.loss[free].min(initial=np.inf))]
        if len(free):
            chosen.append(free[np.argmin(ties.value[free])])
    state.hide(np.array(chosen, dtype=int))


def _narrow(state: _State) -> np.ndarray:
    """Hidden cells not yet seen to range widely; those in no sum range freely."""
    free = (np.diff(state.ties.by_cell.indptr) == 0) & ~state.ties.ordered
    return np.flatnonzero(state.hidden & state.wanted & ~free & state.is_narrow(np.arange(len(free))))


def _exchange(state: _State) -> None:
    """Widen spans by trading between cells of one sum that are in no other: it needs no programme."""
    hidden, value = state.hidden, state.ties.value
    least, most = state.ties.bounds(np.ones(len(value), bool))
    active = np.flatnonzero(state.ties.pattern @ hidden.astype(float) > 0)
    sums = sparse.coo_array(state.ties.sums[active])
    relation, cell = sums.coords
    degree = np.bincount(cell, minlength=len(value))
    inside = hidden[cell] & (degree[cell] == 1) & ~state.ties.ordered[cell]
    relation, cell, sign = relation[inside], cell[inside], sums.data[inside]
    reach = np.maximum(50.0, value[cell])
    up, down = np.minimum(most[cell] - value[cell], reach), np.minimum(value[cell] - least[cell], reach)
    more, less = np.where(sign > 0, up, down), np.where(sign > 0, down, up)
    all_more = np.bincount(relation, more, minlength=len(active))[relation]
    all_less = np.bincount(relation, less, minlength=len(active))[relation]
    rise, fall = np.minimum(more, all_less - less), np.minimum(less, all_more - more)
    higher, lower = np.where(sign > 0, rise, fall), np.where(sign > 0, fall, rise)
    state.seen(cell, higher)
    state.seen(cell, -lower)


def _exchange_fractions(state: _State) -> None:
    """Widen spans by trading whole children between two hidden fractions of one breakdown: both parts by as many."""
    ties, hidden = state.ties, state.hidden
    active = np.flatnonzero(ties.pattern @ hidden.astype(float) > 0)
    sums = sparse.csc_array(ties.sums[active])
    single = (np.diff(sums.indptr) == 1) & ~ties.ordered
    above, below = ties.pairs.T
    inside = hidden[above] & hidden[below] & single[above] & single[below]
    above, below = above[inside], below[inside]
    where = np.column_stack([sums.indices[sums.indptr[part]] for part in (above, below)])
    same = sums.data[sums.indptr[above]] * sums.data[sums.indptr[below]] > 0
    above, below, where = above[same], below[same], where[same]
    if not len(above):
        return
    _, group = np.unique(where, axis=0, return_inverse=True)
    can_give = ties.value[above]
    others = np.bincount(group.ravel(), can_give)[group.ravel()] - can_give
    company = np.bincount(group.ravel())[group.ravel()] > 1
    for part in (above[company], below[company]):
        state.seen(part, np.minimum(others[company], REACH))
        state.seen(part, -np.minimum(can_give[company], REACH))


def _widen(state: _State) -> None:
    """Widen the spans of many hidden cells at once: other values that every sum allows, by linear programme."""
    random = np.random.default_rng(0)
    for turn in range(TURNS):
        narrow = _narrow(state)
        if len(narrow) < WORTH:
            return
        hidden = state.hidden
        cells = np.flatnonzero(hidden)
        asked = np.isin(cells, narrow)
        signs = np.ones(len(cells)) if turn < 2 else random.choice([-1.0, 1.0], len(cells))
        change = _changes(state, cells, np.where(asked, signs * (1 if turn % 2 else -1), 0.0))
        if change is not None:
            state.seen(cells, change)


def _move(state: _State, cell: int) -> None:
    """Find the cheapest other values that every sum allows and in which a cell is far enough off; hide what differs."""
    ties = state.ties
    every = np.ones(len(ties.cells), bool)
    parts = ~(state.shown & (ties.cells.weight.to_numpy() >= WHOLE))
    falls = ties.value[cell] - ties.cells.least.iloc[cell] >= ties.width[cell]
    ways = (-1.0, 1.0) if falls else (1.0,)
    for reach, among, zeros in ((NEAR[0], parts, False), (NEAR[1], every, False), (NEAR[2], every, False),
                                (NEAR[2], every, True)):  # fmt: skip
        cells = _around(ties, cell, reach, among)
        for way in ways:
            change = _cheapest(state, cells, cell, way * ties.width[cell], zeros=zeros)
            if change is not None:
                state.hide(cells[np.abs(change) > 1e-6])
                state.seen(cells, change)
                return
    state.known[cell] = True


def _around(ties: Relations, cell: int, reach: int, among: np.ndarray) -> np.ndarray:
    """The cells that so many sums lead to, from cell to cell of some."""
    found = np.zeros(len(ties.cells))
    found[cell] = 1.0
    for _ in range(reach):
        wider = ((ties.beside @ found) > 0) & among
        wider[cell] = True
        if wider.sum() == found.sum():
            break
        found = wider.astype(float)
    return np.flatnonzero(found)


def _cheapest(state: _State, cells: np.ndarray, cell: int, change: float, *, zeros: bool) -> np.ndarray | None:
    """Changes of cells that keep every sum, change one cell as asked, and cost least; None where there are none.

    With `zeros`, the part of a fraction that is 0 may be hidden too, where nothing else would do.
    """
    ties, n = state.ties, len(cells)
    hidden = state.hidden[cells]
    counted = ties.cells.counted.to_numpy(bool)[cells]
    still = state.known[cells] | (~hidden & (ties.value[cells] == 0) & (counted | (not zeros)))
    series = ties.cells.series.to_numpy()
    again = np.isin(series[cells], series[state.hidden])
    loss = np.where(hidden, KEEP, ties.loss[cells] * np.where(again, AGAIN, 1.0)) * (1 + TIE * np.arange(n) / n)
    down, up = _room(ties, cells, 10 * abs(change))
    down[still], up[still] = 0.0, 0.0
    place = int(np.searchsorted(cells, cell))
    up[place], down[place] = max(change, 0.0), max(-change, 0.0)
    bounds = np.concatenate([np.column_stack([np.zeros(n), up]), np.column_stack([np.zeros(n), down])])
    bounds[place if change > 0 else n + place, 0] = abs(change)
    sums, fractions, slack = _rules(ties, cells)
    both = sparse.csr_array(sparse.hstack([sums, -sums]))
    inside = sparse.csr_array(sparse.hstack([fractions, -fractions]))
    found = _least(np.concatenate([loss, loss]), both, inside, slack, bounds)
    return None if found is None else found[:n] - found[n:]


def _changes(state: _State, cells: np.ndarray, objective: np.ndarray) -> np.ndarray | None:
    """Changes of hidden cells that keep every sum and fraction, of least objective."""
    down, up = _room(state.ties, cells, REACH)
    sums, fractions, slack = _rules(state.ties, cells)
    return _least(objective, sums, fractions, slack, np.column_stack([-down, up]))


def _least(
    objective: np.ndarray, sums: sparse.csr_array, fractions: sparse.csr_array, slack: np.ndarray, bounds: np.ndarray
) -> np.ndarray | None:
    """The changes of least objective that leave every sum as it is and no numerator above its denominator."""
    rules: dict[str, Any] = {"A_eq": sums, "b_eq": np.zeros(sums.shape[0]), "bounds": bounds}
    if len(slack):
        rules |= {"A_ub": fractions, "b_ub": slack}
    return linprog(objective, method="highs", **rules).x


def _room(ties: Relations, cells: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """How far each cell can go down and up."""
    least = ties.cells.least.to_numpy("float64")[cells]
    reach_of = np.maximum(reach, 5 * ties.width[cells])
    return np.minimum(np.where(np.isfinite(least), ties.value[cells] - least, np.inf), reach_of), reach_of


def _rules(ties: Relations, cells: np.ndarray) -> tuple[sparse.csr_array, sparse.csr_array, np.ndarray]:
    """The sums over some cells; their limits, and how far each is from its own."""
    inside = np.zeros(len(ties.cells))
    inside[cells] = 1.0
    relations = np.flatnonzero(ties.pattern @ inside > 0)
    limits = sparse.csr_array(ties.limits[np.flatnonzero(abs(ties.limits) @ inside > 0)])
    return ties.sums[relations][:, cells], limits[:, cells], -(limits @ ties.value)
