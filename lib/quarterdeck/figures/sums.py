"""The sums that published counts obey, found in the numbers themselves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from quarterdeck.figures.frame import ALL, BESIDE, QUARTILES

WHOLE = (ALL, BESIDE, QUARTILES)
INSTANCES = 3
"""So often counts that are not all 0 must add up for it to be no chance."""
VARIED = 4
"""So many different values must a count take for some of the categories of a breakdown to make it by no chance."""
FEW = 9
"""Of so many categories every choice is tried."""
STOCKS = {"early_help_open": (("early_help", "numerator"), ("early_help_step_ups", "denominator"))}
"""What is open, by what came in and what went out: the counts of other measures by which it changes."""
Terms = pd.DataFrame
"""Columns relation (any key, within the frame), cell, sign."""


def terms(parts: pd.DataFrame) -> list[Terms]:
    """Every sum that the counts behind figures obey.

    Parameters
    ----------
    parts : one row a count that a figure shows: measure, breakdown, category, kind, start, end, part ("numerator" or
        "denominator"), value, cell, series and time (their numbers), adds_up (whether longer periods may be sums).

    Returns
    -------
    One frame a kind of sum: relation (any key, within the frame), cell, sign; the signed cells add up to 0.
    """
    kinds = (_categories, _groups, _net, _months, _stock_changes, _flows)
    return [kind(parts) for kind in kinds]


def grid(parts: pd.DataFrame, values: np.ndarray) -> np.ndarray:
    """Values of each series at each time, NaN where there is none."""
    grid = np.full((parts.series.max() + 1, parts.time.max() + 1), np.nan)
    grid[parts.series, parts.time] = values
    return grid


def _categories(parts: pd.DataFrame) -> Terms:
    """The categories of a breakdown add up to the whole, or to what the whole is a part of."""
    inside = parts[~parts.breakdown.isin(WHOLE)]
    whole = parts[parts.breakdown == ALL][["measure", "time", "part", "value", "cell"]]
    keys = ["measure", "breakdown", "time", "part"]
    one_each = inside.drop_duplicates([*keys, "category"])
    total = one_each.groupby(keys, as_index=False).value.sum()
    frames = []
    for part, of in (("numerator", "numerator"), ("numerator", "denominator"), ("denominator", "denominator")):
        wholes = whole[whole.part == of].rename(columns={"value": "of", "cell": "total"})
        found = total[total.part == part].merge(
            wholes[["measure", "time", "of", "total"]], on=["measure", "time"], validate="many_to_one"
        )
        found = found[np.isclose(found.value, found.of)]
        terms = one_each.merge(found[[*keys, "total"]], on=keys, validate="many_to_one")
        name = terms.measure + "|" + terms.breakdown + "|" + terms.time.astype("str") + f"|{part}|{of}"
        frames += [
            pd.DataFrame({"relation": name, "cell": terms.cell, "sign": 1}),
            pd.DataFrame({"relation": name, "cell": terms.total, "sign": -1}).drop_duplicates(),
        ]
    return pd.concat(frames, ignore_index=True)


def _groups(parts: pd.DataFrame) -> Terms:
    """Where categories of a breakdown, all or some, always add up to another count of the measure.

    Reasons to all that ended; the bands in time to what is in time; the ages of a group to the group.
    """
    frames = [_no_terms()]
    counts = parts[(parts.part == "numerator") & ~parts.money]
    for measure, rows in counts.groupby("measure"):
        keys = ["breakdown", "category"]
        values, cells = (
            rows.pivot_table(index=keys, columns="time", values=name, aggfunc="first") for name in ("value", "cell")
        )
        names, cell = values.index.get_level_values("breakdown"), cells.to_numpy()
        for breakdown in names[~names.isin(WHOLE)].unique():
            inside = np.flatnonzero(names == breakdown)
            others = np.flatnonzero((names != breakdown) & (names != QUARTILES))
            for target, used in _made_of(values.to_numpy()[inside], values.to_numpy()[others]):
                left = np.delete(inside, used)
                if names[others[target]] == ALL and not np.nan_to_num(values.to_numpy()[left]).any():
                    continue  # `_categories` says so
                terms = cell[[others[target], *inside[used]]]
                row, time = np.nonzero(np.isfinite(terms) & np.isfinite(terms[0]))
                name = f"{measure}|{breakdown}|{others[target]}|{used.tolist()}|"
                frames.append(
                    pd.DataFrame(
                        {
                            "relation": name + pd.Series(time).astype("str"),
                            "cell": terms[row, time].astype("int64"),
                            "sign": np.where(row == 0, -1, 1),
                        }
                    )
                )
    return pd.concat(frames, ignore_index=True)


def _made_of(values: np.ndarray, targets: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each target that all the rows always add up to, or two or more of them, and those rows; one not given is none."""
    picks = _picks(len(values))
    sums, given = picks @ np.nan_to_num(values), np.isfinite(values).any(axis=0)
    for target, row in enumerate(targets):
        told = np.flatnonzero(given & np.isfinite(row))
        if (row[told] != 0).sum() < INSTANCES:
            continue
        none = ~np.nan_to_num(values[:, told]).any(axis=1)
        likely = np.flatnonzero(picks @ none == 0)
        for time in told[np.argsort(-np.abs(row[told]), kind="stable")]:
            likely = likely[np.abs(sums[likely, time] - row[time]) < 1e-6]
        varied = len(np.unique(row[told][row[told] != 0])) >= VARIED
        for pick in likely[varied | (picks[likely] + none).all(axis=1)]:
            yield target, np.flatnonzero(picks[pick])


def _picks(n: int) -> np.ndarray:
    """Choices of two or more of n, or the only one: every one where n is small, else of those that stand together."""
    if n <= FEW:
        every = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    else:
        every = np.array([[a <= i < b for i in range(n)] for a in range(n) for b in range(a + 2, n + 1)], dtype=int)
    return every[every.sum(axis=1) >= min(n, 2)].astype(float)


def _net(parts: pd.DataFrame) -> Terms:
    """Where one category is always another less a third: the net of starts and ends."""
    frames = [_no_terms()]
    counts = parts[(parts.part == "numerator") & (parts.breakdown != ALL)]
    signed = counts[counts.category.str.startswith("net")]
    for (measure, breakdown), rows in signed.groupby(["measure", "breakdown"]):
        beside = counts[(counts.measure == measure) & (counts.breakdown == breakdown)]
        for net in rows.category.unique():
            values = beside.pivot_table(index="time", columns="category", values="value", aggfunc="first")
            cells = beside.pivot_table(index="time", columns="category", values="cell", aggfunc="first")
            pair = _difference(values.drop(columns=net), values[net])
            if pair is None:
                continue
            whole = cells[[net, *pair]].dropna().astype("int64")
            for column, sign in ((pair[0], 1), (pair[1], -1), (net, -1)):
                name = f"{measure}|{breakdown}|{net}|" + whole.index.astype("str")
                frames.append(pd.DataFrame({"relation": name, "cell": whole[column].to_numpy(), "sign": sign}))
    return pd.concat(frames, ignore_index=True)


def _difference(values: pd.DataFrame, net: pd.Series) -> tuple[str, str] | None:
    """The two columns of which one less the other is always `net`."""
    for more in values.columns:
        for less in values.columns:
            if more != less and np.allclose((values[more] - values[less] - net).dropna(), 0):
                return str(more), str(less)
    return None


def _months(parts: pd.DataFrame) -> Terms:
    """Months add up to their quarter, year to date and rolling year; quarters too, where no months are given.

    And each year to date is the one before and the month or quarter since: the months of April may be too long ago to
    be published, and the difference of two years to date is not.
    """
    adds = parts.value.where(parts.adds_up).to_numpy("float64")
    values, cells = grid(parts, adds), grid(parts, parts.cell.to_numpy("float64"))
    times = parts.drop_duplicates("time").sort_values("time")
    kinds, starts, ends = times.kind.astype("str").tolist(), times.start.tolist(), times.end.tolist()
    at = {key: time for time, key in enumerate(zip(kinds, ends, strict=True))}
    frames = [_no_terms()]
    for time, (kind, start, end) in enumerate(zip(kinds, starts, ends, strict=True)):
        for unit, step in (("month", 1), ("quarter", 3)):
            if kind in ("month", unit):
                continue
            without = ("month", end) in at and unit == "quarter"
            closes = [end - pd.offsets.MonthEnd(step * back) for back in range(12 // step)]
            made = [[at.get((unit, close)) for close in closes if close > start]]
            if kind == "year_to_date" and start < closes[1]:
                made.append([at.get((unit, end)), at.get((kind, closes[1]))])
            for whole in made:
                inner = [time for time in whole if time is not None]
                if len(inner) < len(whole):
                    continue
                alone = ~np.isfinite(values[:, at["month", end]]) if without else np.ones(len(values), bool)
                signs = [-1, *[1] * len(inner)]
                frames.append(joined(values, cells, [time, *inner], signs, among=alone))
    return pd.concat(
        [frame.assign(relation=f"{n}|" + frame.relation.astype("str")) for n, frame in enumerate(frames)],
        ignore_index=True,
    )


def joined(
    values: np.ndarray,
    cells: np.ndarray,
    times: list[int],
    signs: list[int],
    *,
    order: bool = False,
    among: np.ndarray | None = None,
) -> Terms:
    """The signed counts of several times, of every series in which they add up to 0; with `order`, to 0 or less."""
    added = values[:, times] @ np.array(signs, "float64")
    holds = added <= 1e-6 if order else np.isclose(added, 0, atol=1e-6)
    series = np.flatnonzero(holds if among is None else holds & among)
    return pd.DataFrame(
        {
            "relation": series.repeat(len(times)).astype("str"),
            "cell": cells[np.ix_(series, np.array(times))].ravel().astype("int64"),
            "sign": np.tile(signs, len(series)),
        }
    )


def _stock_changes(parts: pd.DataFrame) -> Terms:
    """Where the change of a stock from month to month is a net change that is given too."""
    frames = [_no_terms()]
    months = parts[(parts.kind == "month") & (parts.part == "numerator")]
    wide = months.pivot_table(index="end", columns="series", values="value", aggfunc="first")
    cell = months.pivot_table(index="end", columns="series", values="cell", aggfunc="first")
    about = months.drop_duplicates("series").set_index("series")
    nets = about.index[about.category.str.startswith("net")]
    stocks = about.index[about.breakdown == ALL]
    for net in nets:
        for stock in stocks:
            holds = np.isclose(wide[stock].diff(), wide[net])
            if not holds.any() or holds[1:].mean() < 0.5:
                continue
            where = np.flatnonzero(holds)
            name = f"{stock}|{net}|" + pd.Series(where).astype("str")
            for values, sign in ((cell[stock].to_numpy()[where], 1), (cell[stock].to_numpy()[where - 1], -1),
                                 (cell[net].to_numpy()[where], -1)):  # fmt: skip
                frames.append(pd.DataFrame({"relation": name, "cell": values.astype(int), "sign": sign}))
    return pd.concat(frames, ignore_index=True)


def _flows(parts: pd.DataFrame) -> Terms:
    """Where what is open at a close is what was open at the one before, and what came in since, less what went out."""
    frames, keys = [_no_terms()], ["breakdown", "category", "end"]

    def counts(measure: str, part: str, kind: str) -> pd.DataFrame:
        rows = parts[(parts.measure == measure) & (parts.part == part) & (parts.kind == kind)]
        return rows[[*keys, "value", "cell"]].drop_duplicates(keys)

    for stock, (came, went) in STOCKS.items():
        for kind, step in (("month", 1), ("quarter", 3)):
            now = counts(stock, "numerator", kind)
            before = now.assign(end=now.end + pd.offsets.MonthEnd(step))
            found = now.merge(before, on=keys, suffixes=("", "_before"), validate="one_to_one")
            for name, flow in (("_came", came), ("_went", went)):
                found = found.merge(counts(*flow, kind), on=keys, suffixes=("", name), validate="one_to_one")
            found = found[np.isclose(found.value - found.value_before, found.value_came - found.value_went)]
            for column, sign in (("cell", 1), ("cell_before", -1), ("cell_came", -1), ("cell_went", 1)):
                relation = f"{stock}|{kind}|" + found.index.astype("str")
                frames.append(pd.DataFrame({"relation": relation, "cell": found[column].to_numpy(), "sign": sign}))
    return pd.concat(frames, ignore_index=True)


def _no_terms() -> Terms:
    return pd.DataFrame(
        {"relation": pd.Series(dtype="str"), "cell": pd.Series(dtype="int64"), "sign": pd.Series(dtype="int64")}
    )
