"""The sums that a reader guesses: those that hold wherever all of their counts are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise, product

import numpy as np
import pandas as pd

from tests.property.attacker.evidence import ABSENT, SHOWN, WHOLE, Evidence

INSTANCES = 6
VALUES = 4
"""A sum is no chance where it holds this often, over so many different values."""
Sum = tuple[str, np.ndarray, np.ndarray]
"""A name, and the cells and signs: shape (instances, terms); a cell of -1 is a term that is not there."""


@dataclass
class Guesses:
    """Sums (signed cells that add up to 0) and orders (signed cells that add up to 0 or less).

    Parameters
    ----------
    seen : what the reader has.
    """

    seen: Evidence
    sums: list[Sum] = field(default_factory=list)
    orders: list[Sum] = field(default_factory=list)

    def guess(self, name: str, series: np.ndarray, times: np.ndarray, signs: np.ndarray, **how: bool) -> bool:
        """Believe a sum where it holds whenever all of it is shown.

        Parameters
        ----------
        series, times : shape (instances, terms), numbers of series and times; a time of -1 is not there.
        signs : shape (terms,).
        natural : believed without an instance that shows it.
        order : 0 or less, not 0.
        """
        natural, order = how.get("natural", False), how.get("order", False)
        there = times >= 0
        whole = there.all(axis=1) if not how.get("gaps", False) else there.any(axis=1)
        series, times, there = series[whole], times[whole], there[whole]
        if not len(series):
            return False
        state = np.where(there, self.seen.state[series, times], SHOWN)
        values = np.where(there, self.seen.value[series, times], 0.0)
        if how.get("gaps", False):
            gone = state == ABSENT
            values, there, state = np.where(gone, 0.0, values), there & ~gone, np.where(gone, SHOWN, state)
        full = (state == SHOWN).all(axis=1)
        total = values[full] @ signs
        right = total <= 1e-6 if order else np.abs(total) < 1e-6
        varied = len(np.unique(values[full][:, 0][np.abs(values[full][:, 0]) > 0])) >= VALUES
        proved = full.sum() >= INSTANCES and varied
        if not right.all() or not (proved or natural):
            return False
        cells = np.where(there, series * len(self.seen.times) + times, -1)[~full]
        cells = self._judged(cells, signs, order)
        if len(cells):
            (self.orders if order else self.sums).append((name, cells, signs))
        return True

    def _judged(self, cells: np.ndarray, signs: np.ndarray, order: bool) -> np.ndarray:
        """Without the instances that are false in truth, where there is a judge: who is wrong finds nothing."""
        if not np.isfinite(self.seen.truth).any():
            return cells
        truth = np.where(cells >= 0, self.seen.truth.ravel()[cells], 0.0)
        total = truth @ signs
        wrong = total > 1e-6 if order else np.abs(total) > 1e-6
        return cells[~wrong & np.isfinite(total)]


def guesses(seen: Evidence) -> Guesses:
    """All that a reader guesses."""
    found = Guesses(seen)
    for kind in (_same_close, _twins, _categories, _subsets, _time, _fractions, _triples, _stocks):
        kind(found)
    return found


def _rows(frame: pd.DataFrame, **wanted: object) -> np.ndarray:
    inside = np.ones(len(frame), bool)
    for column, value in wanted.items():
        inside &= (frame[column] == value).to_numpy()
    return np.flatnonzero(inside)


def _grid(series: Iterable[int], times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same times of several series: a column each."""
    rows = np.array(list(series))
    return np.tile(rows, (len(times), 1)), np.tile(times[:, None], (1, len(rows)))


def _same_close(found: Guesses) -> None:
    """A number at a close is that of every period that ends then."""
    seen, times = found.seen, found.seen.times
    by_end = {kind: rows.reset_index().set_index("end")["index"] for kind, rows in times.groupby("kind")}
    for _, rows in seen.series.groupby(["measure", "part"]):
        of = rows.index.to_numpy()
        for kind in ("quarter", "year_to_date", "rolling_12_months"):
            pairs = pd.concat([by_end.get(kind), by_end.get("month")], axis=1, join="inner").to_numpy()
            series = np.repeat(of, len(pairs))
            at = np.tile(pairs, (len(of), 1))
            there = (seen.state[series[:, None], at] != ABSENT).all(axis=1)
            found.guess("same close", np.column_stack([series, series])[there], at[there], np.array([1.0, -1.0]))


def _twins(found: Guesses) -> None:
    """Two series that agree wherever both are shown."""
    seen = found.seen
    shown = seen.state == SHOWN
    x, m = np.where(shown, seen.value, 0.0), shown.astype(float)
    square = x**2
    full = m.sum(axis=1)
    for first in range(0, len(x), 400):
        block = slice(first, first + 400)
        apart = square[block] @ m.T + m[block] @ square.T - 2 * x[block] @ x.T
        many = (x[block] != 0).astype(float) @ (x != 0).astype(float).T >= INSTANCES
        one, other = np.nonzero((np.abs(apart) < 1e-3) & many & (full[block] > 0)[:, None])
        one = one + first
        for a, b in zip(one[one < other], other[one < other], strict=True):
            both = np.flatnonzero((seen.state[a] != ABSENT) & (seen.state[b] != ABSENT))
            series, times = _grid((a, b), both)
            found.guess("same count", series, times, np.array([1.0, -1.0]))


def _categories(found: Guesses) -> None:
    """The categories of a breakdown add up to the whole, or are each no more than it."""
    seen, series = found.seen, found.seen.series
    every = np.arange(len(seen.times))
    kinds = {kind: rows.index.to_numpy() for kind, rows in seen.times.groupby("kind")}
    for (measure, breakdown, part), rows in series[~series.breakdown.isin(WHOLE)].groupby(
        ["measure", "breakdown", "part"]
    ):
        of = rows.index.to_numpy()
        for target in ("numerator", "denominator"):
            whole = _rows(series, measure=measure, breakdown="all", part=target)
            if not len(whole) or (part, target) == ("denominator", "numerator"):
                continue
            for kind, times in kinds.items():
                inside = (seen.state[of][:, times] != ABSENT).any(axis=0) & (seen.state[whole[0], times] != ABSENT)
                cells = _grid([whole[0], *of], times[inside])
                signs = np.array([-1.0, *np.ones(len(of))])
                name = f"{breakdown} of {measure}, {part}s to {target}, {kind}"
                found.guess(name, *cells, signs, natural=part == target, gaps=True)
            if part == target and not rows.signed.any():
                for one in of:
                    inside = (seen.state[one] != ABSENT) & (seen.state[whole[0]] != ABSENT)
                    cells = _grid((one, whole[0]), every[inside])
                    found.guess(f"{measure} {part} within the whole", *cells, np.array([1.0, -1.0]), order=True)


def _subsets(found: Guesses) -> None:
    """Categories add up to another count of the measure: those in time; those of a coarser group; all to what ended."""
    seen, series = found.seen, found.seen.series
    for (measure, breakdown), rows in series[~series.breakdown.isin(WHOLE) & (series.part == "numerator")].groupby(
        ["measure", "breakdown"]
    ):
        of = rows.index.to_numpy()
        if len(of) < 2:
            continue
        picked = _picks(len(of))
        shown = seen.state[of] == SHOWN
        sums = picked @ np.where(shown, seen.value[of], 0.0)
        whole = picked @ (~shown).astype(float) == 0
        targets = series[(series.measure == measure) & (series.breakdown != breakdown)]
        for target in targets.index:
            valid = whole & (seen.state[target] == SHOWN)
            agree = ((np.abs(sums - seen.value[target]) < 1e-6) | ~valid).all(axis=1)
            for pick in np.flatnonzero(agree & (valid.sum(axis=1) >= INSTANCES))[:20]:
                some = of[picked[pick] > 0]
                inside = np.flatnonzero((seen.state[[target, *some]] != ABSENT).all(axis=0))
                signs = np.array([-1.0, *np.ones(len(some))])
                found.guess(f"some of {breakdown} of {measure}", *_grid([target, *some], inside), signs)


def _picks(n: int) -> np.ndarray:
    """Choices of two or more of n: all of them where n is small, else those that stand together."""
    if n <= 9:
        every = np.array(list(product((0.0, 1.0), repeat=n)))
    else:
        every = np.array([[float(a <= i < b) for i in range(n)] for a in range(n) for b in range(a + 1, n + 1)])
    return np.unique(np.vstack([every[every.sum(axis=1) >= 2], np.ones(n)]), axis=0)


def _time(found: Guesses) -> None:
    """Periods that are made of others."""
    for (measure, part), rows in found.seen.series.groupby(["measure", "part"]):
        of = rows.index.to_numpy()
        signed = rows.signed.any()
        for name, times, signs in _spans(found.seen):
            series = np.repeat(of, len(times))[:, None] * np.ones(times.shape[1], int)
            at = np.tile(times, (len(of), 1))
            keeps = found.guess(f"{name}, {measure} {part}", series, at, signs, natural=True)
            if not keeps and not signed and name in ("months in quarter", "year to date so far"):
                found.guess(f"{name} at most, {measure} {part}", series, at, signs, order=True)
        if not signed:
            for name, times in _within(found.seen):
                series = np.repeat(of, len(times))[:, None] * np.ones(2, int)
                signs = np.array([1.0, -1.0])
                found.guess(f"{name}, {measure} {part}", series, np.tile(times, (len(of), 1)), signs, order=True)


def _spans(seen: Evidence) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """How a longer period is made of shorter ones: the longer with sign 1, what it is made of with sign -1."""

    def back(end: pd.Timestamp, months: int) -> pd.Timestamp:
        return end - pd.offsets.MonthEnd(months) if months else end

    made = {
        "months in quarter": ("quarter", [("month", n, -1) for n in range(3)]),
        "months in rolling year": ("rolling_12_months", [("month", n, -1) for n in range(12)]),
        "quarters in rolling year": ("rolling_12_months", [("quarter", 3 * n, -1) for n in range(4)]),
        "rolling year from the month before's": (
            "rolling_12_months", [("rolling_12_months", 1, -1), ("month", 0, -1), ("month", 12, 1)]),
        "rolling year from the quarter before's": (
            "rolling_12_months", [("rolling_12_months", 3, -1), ("quarter", 0, -1), ("quarter", 12, 1)]),
    }  # fmt: skip
    for name, (kind, inner) in made.items():
        ends = seen.times.end[seen.times.kind == kind]
        rows = [[seen.at(kind, end), *(seen.at(of, back(end, n)) for of, n, _ in inner)] for end in ends]
        yield name, np.array(rows).reshape(len(ends), len(inner) + 1), np.array([1.0, *(s for *_, s in inner)])
    ends = seen.times.end[seen.times.kind == "year_to_date"]
    for name, step, kind in (("year to date so far", 1, "month"), ("quarters to date", 3, "quarter")):
        later = [end for end in ends if (end.month - 4) % 12 >= step]
        rows = [[seen.at("year_to_date", e), seen.at("year_to_date", back(e, step)), seen.at(kind, e)] for e in later]
        yield name, np.array(rows).reshape(len(later), 3), np.array([1.0, -1.0, -1.0])
        first = [end for end in ends if (end.month - 4) % 12 == step - 1]
        rows = [[seen.at("year_to_date", e), seen.at(kind, e)] for e in first]
        yield f"{name}, first", np.array(rows).reshape(len(first), 2), np.array([1.0, -1.0])


def _within(seen: Evidence) -> Iterator[tuple[str, np.ndarray]]:
    """Periods that lie within others: the shorter first."""
    kinds = ("month", "quarter", "year_to_date", "rolling_12_months")
    for short, long in pairwise(kinds):
        rows = [
            (at, over)
            for at, (kind, end) in enumerate(zip(seen.times.kind, seen.times.end, strict=True))
            if kind == short
            for over in [seen.at(long, end), *([seen.at(long, end + pd.offsets.QuarterEnd(0))] * (short == "month"))]
            if over >= 0
        ]
        yield f"{short} within {long}", np.array(rows).reshape(-1, 2)


def _fractions(found: Guesses) -> None:
    """A part of what it is divided by."""
    seen, keys = found.seen, ["measure", "breakdown", "category"]
    rows = seen.series.reset_index()
    above, below = rows[rows.part == "numerator"], rows[rows.part == "denominator"]
    pairs = above.merge(below, on=keys, suffixes=("", "_below"))
    for (measure, breakdown), some in pairs.groupby(["measure", "breakdown"]):
        times = np.arange(len(seen.times))
        series = np.repeat(some[["index", "index_below"]].to_numpy(), len(times), axis=0)
        at = np.tile(times, len(some))
        there = (seen.state[series, at[:, None]] != ABSENT).all(axis=1)
        name, natural = f"{measure} {breakdown} within what it is divided by", bool((some.unit == "percent").all())
        two = np.column_stack([at, at])[there]
        found.guess(name, series[there], two, np.array([1.0, -1.0]), order=True, natural=natural)


def _groups(found: Guesses) -> Iterator[np.ndarray]:
    """Series among which one may be the sum of two: the wholes; a measure's own; one category in several measures."""
    series = found.seen.series
    whole = series.breakdown.isin(WHOLE)
    yield np.flatnonzero(whole.to_numpy())
    for _, rows in series[~whole].groupby(["breakdown", "category"]):
        yield rows.index.to_numpy()
    for _, rows in series[series.part == "numerator"].groupby(["measure", "breakdown"]):
        if len(rows) <= 12:
            yield rows.index.to_numpy()


def _triples(found: Guesses) -> None:
    """One count is the sum of two others."""
    seen = found.seen
    months = np.flatnonzero(seen.times.kind.isin(["month", "quarter"]).to_numpy())
    for group in _groups(found):
        shown, value = (seen.state[group] == SHOWN), seen.value[group]
        for one in range(len(group)):
            for other, third in _pairs(value[:, months], shown[:, months], value[one, months], shown[one, months]):
                if one in (other, third):
                    continue
                some = group[[one, other, third]]
                inside = np.flatnonzero((seen.state[some] != ABSENT).all(axis=0))
                found.guess("one is the sum of two", *_grid(some, inside), np.array([1.0, -1.0, -1.0]))


def _pairs(value: np.ndarray, shown: np.ndarray, target: np.ndarray, known: np.ndarray) -> Iterator[tuple[int, int]]:
    """Pairs of series that add up to a target wherever all three are shown; the first is no later than the second."""
    some = shown & known
    useful = np.flatnonzero((some & (value != 0)).sum(axis=1) >= INSTANCES)
    order = np.argsort(-(some[useful] & (target != 0)).sum(axis=0), kind="stable")[:VALUES]
    if len(useful) < 2 or not len(order):
        return
    part, seen = np.where(some[useful], value[useful], 0.0), some[useful]
    agree = np.ones((len(useful), len(useful)), bool)
    for at in order:
        both = seen[:, at][:, None] & seen[:, at][None, :]
        agree &= (np.abs(part[:, at][:, None] + part[:, at][None, :] - target[at]) < 1e-6) | ~both
    for a, b in zip(*np.nonzero(np.triu(agree)), strict=True):
        both = seen[a] & seen[b]
        if both.sum() >= INSTANCES and np.allclose(part[a][both] + part[b][both], target[both]):
            yield int(useful[a]), int(useful[b])


def _stocks(found: Guesses) -> None:
    """What is open is what was open before, and what came in, less what went out."""
    seen = found.seen
    for kind, step in (("month", 1), ("quarter", 3)):
        ends = seen.times.end[seen.times.kind == kind]
        pairs = np.array([(seen.at(kind, end - pd.offsets.MonthEnd(step)), seen.at(kind, end)) for end in ends])
        before, now = pairs.reshape(-1, 2)[pairs.reshape(-1, 2)[:, 0] >= 0].T
        for group in _groups(found):
            value, shown = seen.value[group][:, now], (seen.state[group] == SHOWN)[:, now]
            for place, stock in enumerate(group):
                was = seen.value[stock, before]
                change = value[place] - was
                known = np.isfinite(change)
                if known.sum() < INSTANCES:
                    continue
                for one, other in _changes(value, shown, np.where(known, change, 0.0), known):
                    some = [stock, stock, group[one], *([group[other]] if other >= 0 else [])]
                    signs = np.array([1.0, -1.0, -1.0, 1.0][: len(some)])
                    times = np.column_stack([now, before, *[now] * (len(some) - 2)])
                    inside = (seen.state[np.array(some), times] != ABSENT).all(axis=1)
                    series = np.tile(np.array(some), (len(now), 1))
                    found.guess("stock and flows", series[inside], times[inside], signs)


def _changes(value: np.ndarray, shown: np.ndarray, change: np.ndarray, known: np.ndarray) -> Iterator[tuple[int, int]]:
    """Series, or pairs of which one less the other, that are a change; -1 for no second."""
    if len(np.unique(change[known])) < VALUES:
        return
    some = shown & known
    for one in np.flatnonzero(some.sum(axis=1) >= INSTANCES):
        if np.allclose(value[one][some[one]], change[some[one]]):
            yield int(one), -1
    moved = np.where(shown, value, 0.0)
    for one, other in _pairs(np.vstack([moved, -moved]), np.vstack([shown, shown]), change, known):
        n = len(value)
        if one < n <= other:
            yield one, other - n
