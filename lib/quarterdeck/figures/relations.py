"""What ties published counts together, so that one could be got from the others: read off the figures themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from quarterdeck.figures.frame import ALL, BESIDE
from quarterdeck.figures.orders import orders
from quarterdeck.figures.sums import WHOLE, Terms, grid, terms
from quarterdeck.measures.registry import Measure

SERIES = ["measure", "breakdown", "category", "part"]
NO_CELL = -1
WIDTH = 2.0
POUNDS = 2000.0
LOSS = (1.0, 2.0, 10.0, 40.0)
"""What it costs to hide a cell: of another breakdown, of the measure's own, one that the measure leads with or a count
beside the value, the whole."""
NUMBERS_OF_MONEY = {"placement_numbers"}
"""Counts that, with what is spent on them, give a unit cost."""
SAME_BY_CHANCE = 4
"""Two series that agree everywhere, and take fewer different values than this, may do so by chance."""


@dataclass(frozen=True)
class Relations:
    """The counts behind published figures, and every sum that ties them.

    Parameters
    ----------
    cells : one row a count: value (float64); counted (a figure gives it of itself, and would show it if it were 0);
        least (what a reader knows it cannot be under: 0, or 1 where a 0 would be shown, or minus infinity for a
        difference); width (how far what is possible must reach, where it is hidden: 2 for a count, so that three whole
        numbers are possible, a tenth or £2,000 for money); weight (what is lost with it: 0 for a breakdown, 3 for a
        whole); series (the number of the measure's category that it is of).
    sums : sparse, shape (relations, cells), of 1 and -1: every row times the cells' values is 0.
    orders : the same, of those that are 0 or less; see `quarterdeck.figures.orders`.
    numerator, denominator : the cell behind each figure, int64, shape (figures,); -1 where it has none.
    ties : the group of figures of which none can be shown without the others (number, unit cost, annual cost),
        int64, shape (figures,); -1 for most.
    """

    cells: pd.DataFrame
    sums: sparse.csr_array
    orders: sparse.csr_array
    numerator: np.ndarray
    denominator: np.ndarray
    ties: np.ndarray

    @property
    def parts(self) -> tuple[np.ndarray, np.ndarray]:
        """Numerators and denominators."""
        return self.numerator, self.denominator

    @cached_property
    def value(self) -> np.ndarray:
        """The cells' values, float64."""
        return self.cells.value.to_numpy("float64")

    @cached_property
    def width(self) -> np.ndarray:
        """How far apart what is possible of each cell must reach, where it is hidden."""
        return self.cells.width.to_numpy("float64")

    @cached_property
    def loss(self) -> np.ndarray:
        """What it costs to hide each cell, with the figures tied to it, for each unit that it must then range over."""
        weight = self.cells.weight.to_numpy("float64")
        alone = np.array(LOSS)[weight.astype(int)] * (1 + weight % 1) * (1 + 0.2 * np.log1p(np.abs(self.value)))
        tied = [(part[rows], self.ties[rows]) for part in self.parts for rows in [(part >= 0) & (self.ties >= 0)]]
        cell, group = (np.concatenate([pair[i] for pair in tied]) for i in (0, 1))
        if len(cell):
            _, group = np.unique(group, return_inverse=True)
            together = np.bincount(group.ravel(), alone[cell])
            np.maximum.at(alone, cell, together[group.ravel()])
        return alone * WIDTH / self.width

    @cached_property
    def whole(self) -> np.ndarray:
        """Which cells are counts of things, and so whole numbers."""
        return (self.width == WIDTH) & (self.value == np.round(self.value))

    @cached_property
    def beside(self) -> sparse.csr_array:
        """Which cells share a sum, an order or a fraction: shape (cells, cells)."""
        joined = sparse.csr_array(sparse.vstack([self.pattern, abs(self.limits)]))
        return sparse.csr_array(joined.T @ joined)

    def groups(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Cells and figures in groups that no sum, order, fraction or tie joins."""
        rows = np.flatnonzero((self.numerator >= 0) | (self.denominator >= 0))
        first = np.where(self.numerator[rows] >= 0, self.numerator[rows], self.denominator[rows])
        pairs = [np.column_stack([part[rows][part[rows] >= 0], first[part[rows] >= 0]]) for part in self.parts]
        tied = rows[self.ties[rows] >= 0]
        n, cell_of = len(self.cells), dict(zip(rows, first, strict=True))
        if len(tied):
            lead = pd.Series(tied).groupby(self.ties[tied]).transform("first")
            pairs.append(np.column_stack([[cell_of[row] for row in tied], [cell_of[row] for row in lead]]))
        links = np.concatenate(pairs)
        rules = sparse.csr_array(sparse.vstack([self.pattern, abs(self.orders)]))
        relation, cell = rules.tocoo().coords
        left = np.concatenate([links[:, 0], cell])
        right = np.concatenate([links[:, 1], rules.indices[rules.indptr[:-1]][relation]])
        graph = sparse.coo_array((np.ones(len(left)), (left, right)), shape=(n, n))
        _, label = connected_components(graph, directed=False)
        by_cell, by_row = np.argsort(label, kind="stable"), rows[np.argsort(label[first], kind="stable")]
        cell_labels, row_labels = np.sort(label), np.sort(label[first])
        for group in np.unique(row_labels):
            cells = by_cell[slice(*np.searchsorted(cell_labels, [group, group + 1]))]
            yield cells, by_row[slice(*np.searchsorted(row_labels, [group, group + 1]))]

    def part(self, cells: np.ndarray, rows: np.ndarray) -> Relations:
        """The relations among some cells and figures that nothing joins to the others."""
        number = np.full(len(self.cells) + 1, NO_CELL)
        number[cells] = np.arange(len(cells))
        sums = self.sums[np.unique(self.by_cell[cells].indices)][:, cells]
        orders = self.orders[np.unique(self.orders_by_cell[cells].indices)][:, cells]
        cut = self.cells.iloc[cells].reset_index(drop=True)
        rules = sparse.csr_array(sums), sparse.csr_array(orders)
        return Relations(cut, *rules, number[self.numerator[rows]], number[self.denominator[rows]], self.ties[rows])

    @cached_property
    def pattern(self) -> sparse.csr_array:
        """The sums without their signs: which cells are in which."""
        return abs(self.sums)

    @cached_property
    def by_cell(self) -> sparse.csr_array:
        """The pattern, cell by cell."""
        return sparse.csr_array(self.pattern.T)

    @cached_property
    def orders_by_cell(self) -> sparse.csr_array:
        """Which cells are in which orders, cell by cell."""
        return sparse.csr_array(abs(self.orders).T)

    @cached_property
    def ordered(self) -> np.ndarray:
        """Which cells are in any order."""
        return np.diff(self.orders_by_cell.indptr) > 0

    @cached_property
    def limits(self) -> sparse.csr_array:
        """What is never above 0: fractions and orders."""
        return sparse.csr_array(sparse.vstack([self.fractions, self.orders]))

    @cached_property
    def pairs(self) -> np.ndarray:
        """Numerators and their denominators, where the one is part of the other: cells, shape (n, 2)."""
        both = (self.numerator >= 0) & (self.denominator >= 0) & (self.numerator != self.denominator)
        pairs = np.unique(np.column_stack([self.numerator[both], self.denominator[both]]), axis=0)
        return pairs[self.value[pairs[:, 0]] <= self.value[pairs[:, 1]]]

    @cached_property
    def fractions(self) -> sparse.csr_array:
        """A numerator less its denominator, which is never above 0: 1 and -1."""
        pairs = self.pairs
        n, rows = len(pairs), np.arange(len(pairs))
        signs = np.concatenate([np.ones(n), -np.ones(n)])
        entries = (signs, (np.concatenate([rows, rows]), pairs.T.ravel()))
        return sparse.csr_array(entries, shape=(n, len(self.cells)))

    def terms(self, relation: int) -> np.ndarray:
        """The cells of one sum."""
        return self.pattern.indices[self.pattern.indptr[relation] : self.pattern.indptr[relation + 1]]

    def relations_of(self, cell: int) -> np.ndarray:
        """The sums that one cell is in."""
        return self.by_cell.indices[self.by_cell.indptr[cell] : self.by_cell.indptr[cell + 1]]

    def bounds(self, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The least and most that each cell can be, by the other part of its fraction where that is given.

        Parameters
        ----------
        given : bool, shape (cells,).
        """
        least, most = self.cells.least.to_numpy("float64").copy(), np.full(len(self.cells), np.inf)
        above, below = self.pairs.T
        np.minimum.at(most, above[given[below]], self.value[below[given[below]]])
        np.maximum.at(least, below[given[above]], self.value[above[given[above]]])
        return least, most


def relations(figures: pd.DataFrame, measures: Mapping[str, Measure]) -> Relations:
    """The counts behind figures and the sums that hold among them.

    A sum is taken where the numbers themselves obey it, whatever the measure: categories and their whole, parts of a
    whole, months and their quarter, year to date and rolling year, starts less ends and the net, a stock's change
    and the net. Counts that are the same in every period, in any two measures, are one count.

    Parameters
    ----------
    figures : the tidy frame; its index is 0, 1, 2, ….
    measures : the catalogue: what is a rate on a population, what is money.
    """
    parts = parts_of(figures, measures)
    parts["cell"] = _same(parts)
    table = parts.drop_duplicates("cell").set_index("cell").sort_index()
    numerator, denominator = (np.full(len(figures), NO_CELL) for _ in range(2))
    for part, found in (("numerator", numerator), ("denominator", denominator)):
        rows = parts[parts.part == part]
        found[rows.row.to_numpy()] = rows.cell.to_numpy()
    by_cell = parts.groupby("cell")
    # A count that any figure gives of itself would be shown if it were 0, whatever else it is part of.
    cells = pd.DataFrame(
        {
            "value": table.value,
            "counted": by_cell.counted.any(),
            "least": np.where(by_cell.counted.any(), 1.0, 0.0),
            "width": np.where(by_cell.money.any(), np.clip(0.1 * table.value.abs(), WIDTH, POUNDS), WIDTH),
            "weight": by_cell.weight.max(),
            "series": table.groupby(["measure", "breakdown", "category"], sort=False).ngroup(),
        }
    )
    cells.loc[parts.cell[_signed(parts)].unique(), "least"] = -np.inf
    cells["least"] = cells.least.where(cells.value >= cells.least, cells.value)
    sums, at_most = _matrix(terms(parts), cells), _matrix(orders(parts), cells, order=True)
    return Relations(cells, sums, at_most, numerator, denominator, _ties(figures, measures))


def _signed(parts: pd.DataFrame) -> pd.Series:
    """Counts that are differences: those called net, and every category of a breakdown in which one is below 0."""
    net = parts.category.str.startswith("net")
    keys = ["measure", "breakdown"]
    below = (parts.value < 0).groupby([parts[key] for key in keys]).transform("any")
    named = net.groupby([parts[key] for key in keys]).transform("any")
    return net | (below & ~named)


def parts_of(figures: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.DataFrame:
    """One row a count that a figure shows: its numerator, and its denominator where that is no population."""
    rates = [name for name, measure in measures.items() if measure.unit == "per_10k"]
    mains = {name: measure.main for name, measure in measures.items()}
    kinds = {"month": 0.0, "rolling_12_months": 0.1, "year_to_date": 0.2, "quarter": 0.3}
    rows = figures[["measure", "kind", "start", "end", "breakdown", "category"]].assign(row=np.arange(len(figures)))
    weight = np.select(
        [
            rows.breakdown == ALL,
            (rows.breakdown == BESIDE) | _leads(rows, measures),
            rows.breakdown == rows.measure.map(mains),
        ],
        [3.0, 2.0, 1.0],
        0.0,
    )
    rows["weight"] = weight + rows.kind.astype("str").map(kinds).to_numpy("float64")
    money = [name for name, measure in measures.items() if measure.unit.startswith("gbp")]
    rows["adds_up"] = ~rows.measure.isin([name for name, measure in measures.items() if measure.at_close])
    rows["money"] = rows.measure.isin(money)
    own = figures.denominator.where(~figures.measure.isin(rates))
    parts = pd.concat(
        [
            rows.assign(part="numerator", value=figures.numerator, counted=own.isna()),
            rows.assign(part="denominator", value=own, counted=False),
        ]
    )
    parts = parts[parts.value.notna()].reset_index(drop=True)
    parts["series"] = parts.groupby(SERIES, sort=False).ngroup()
    parts["time"] = parts.groupby(["kind", "end"], sort=True, observed=True).ngroup()
    return parts


def _leads(rows: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.Series:
    """Which figures are of the category that stands for a measure with no single value."""
    leads = [(name, *measure.category) for name, measure in measures.items()]
    told = pd.MultiIndex.from_frame(rows[["measure", "breakdown", "category"]].astype("str"))
    return pd.Series(told.isin(leads), index=rows.index)


def _same(parts: pd.DataFrame) -> np.ndarray:
    """The number of the cell that each part shows: parts known to be one count share it."""
    at = np.arange(len(parts))
    links = []
    whole = parts[(parts.breakdown == ALL) & (parts.part == "denominator")]
    shared = parts[(parts.part == "denominator") & ~parts.breakdown.isin(WHOLE)].reset_index(names="at")
    found = shared.merge(
        whole.reset_index(names="to")[["measure", "time", "value", "to"]], on=["measure", "time", "value"],
        validate="many_to_one",
    )  # fmt: skip
    links.append(found[["at", "to"]].to_numpy())
    one_period = parts.reset_index(names="at").groupby(["series", "start", "end"])["at"]
    links.append(np.column_stack([parts.index, one_period.transform("first")]))
    ends = parts.groupby(["series", "end"]).value
    steady = (ends.transform("min") == ends.transform("max")).groupby(parts.series).transform("all")
    first = parts[steady].reset_index(names="at").groupby(["series", "end"])["at"]
    links.append(np.column_stack([parts.index[steady], first.transform("first")]))
    links.append(_twins(parts))
    links.append(_twins_in_part(parts))
    pairs = np.concatenate([pair.reshape(-1, 2).astype(int) for pair in links])
    graph = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(at), len(at)))
    return connected_components(graph, directed=False)[1]


def _twins(parts: pd.DataFrame) -> np.ndarray:
    """Pairs of parts of two series that agree in every period and take enough values for that to be no chance."""
    values = grid(parts, parts.value.to_numpy())
    varied = np.array([len(np.unique(row[np.isfinite(row)])) >= SAME_BY_CHANCE for row in values], dtype=bool)
    _, group = np.unique(np.nan_to_num(values, nan=-1.0), axis=0, return_inverse=True)
    group = np.where(varied, group.ravel(), -1 - np.arange(len(values)))
    number = pd.Series(group[parts.series.to_numpy()], index=parts.index)
    first = parts.reset_index(names="at").groupby([number.to_numpy(), "time"])["at"].transform("first")
    return np.column_stack([parts.index, first])


def _twins_in_part(parts: pd.DataFrame) -> np.ndarray:
    """Pairs of parts of two series of one measure that agree wherever both are given, of which one is given for longer.

    A breakdown is published of fewer quarters than the whole and what stands beside it, which may hold the same count.
    """
    values, times = grid(parts, parts.value.to_numpy()), grid(parts, parts.index.to_numpy("float64"))
    pairs = [np.empty((0, 2))]
    for _, of in parts.drop_duplicates("series").groupby("measure").series:
        series = of.to_numpy()
        known = np.isfinite(values[series])
        for place, one in enumerate(series):
            both = known[place] & known[place + 1 :]
            same = ((values[one] == values[series[place + 1 :]]) | ~both).all(axis=1)
            other_times = (known[place] != known[place + 1 :]).any(axis=1)
            for other in series[place + 1 :][same & other_times]:
                shared = np.isfinite(values[one]) & np.isfinite(values[other])
                if len(np.unique(values[one][shared])) >= SAME_BY_CHANCE:
                    pairs.append(np.column_stack([times[one][shared], times[other][shared]]))
    return np.concatenate(pairs).astype(int)


def _matrix(found: list[Terms], cells: pd.DataFrame, *, order: bool = False) -> sparse.csr_array:
    """The sums as a matrix, or the orders, each once, without those that say nothing."""
    numbered = [frame.assign(number=frame.groupby("relation").ngroup()) for frame in found if len(frame)]
    offset, rows, columns, signs = 0, [], [], []
    for frame in numbered:
        rows.append(frame.number.to_numpy() + offset)
        columns.append(frame.cell.to_numpy())
        signs.append(frame.sign.to_numpy())
        offset += int(frame.number.max()) + 1
    shape = (offset, len(cells))
    if not offset:
        return sparse.csr_array(shape)
    entries = (np.concatenate(signs).astype("float64"), (np.concatenate(rows), np.concatenate(columns)))
    matrix = sparse.csr_array(sparse.coo_array(entries, shape=shape))
    matrix.eliminate_zeros()
    matrix.sort_indices()
    added = matrix @ cells.value.to_numpy()
    holds = added < 1e-6 if order else np.abs(added) < 1e-6
    signs_of = matrix.data if order else np.abs(matrix.data)
    spans = [slice(*ends) for ends in pairwise(matrix.indptr)]
    said = {(matrix.indices[span].tobytes(), signs_of[span].tobytes()): row for row, span in enumerate(spans)}
    once = np.zeros(offset, bool)
    once[list(said.values())] = True
    return matrix[np.flatnonzero(holds & once & (np.diff(matrix.indptr) > 1))]


def _ties(figures: pd.DataFrame, measures: Mapping[str, Measure]) -> np.ndarray:
    """Money and the number of things it was spent on, category by category: each would give the other back."""
    money = {name for name, measure in measures.items() if measure.kind == "finance"} | NUMBERS_OF_MONEY
    tied = ~figures.breakdown.isin(WHOLE) & figures.measure.isin(money)
    group = figures.groupby(["breakdown", "category", "kind", "end"], observed=True).ngroup()
    return np.where(tied, group, NO_CELL)
