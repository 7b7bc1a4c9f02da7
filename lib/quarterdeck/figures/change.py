"""Is a change real: XmR charts, what they say in plain words, and the direction of travel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from quarterdeck.quarter import Quarter

LIMITS = 2.66
RANGE_LIMIT = 3.267
RUN = 7
FIRM_AT = 13
LEAST = 7
EXACT = 1e-9
"""How far apart two values are equal, of the largest of a series: sums of fractions are not exact."""

Signal = Literal["", "outside limits", "run of 7", "trend of 7", "2 of 3 near a limit"]
VerdictKind = Literal["usual", "unusually high", "unusually low", "too few points"]


@dataclass(frozen=True)
class Verdict:
    """What an XmR chart says of a quarter.

    Parameters
    ----------
    kind : "usual", "unusually high" (or rising), "unusually low" (or falling) or "too few points".
    wording : the same in a sentence for a councillor, without a full stop.
    signal : the rule that gave it; "" where none did.
    month : the last day of the month that it is about; None where nothing was found.
    trial : fewer than 13 points stand behind the limits.
    """

    kind: VerdictKind
    wording: str
    signal: Signal = ""
    month: pd.Timestamp | None = None
    trial: bool = False


@dataclass(frozen=True)
class Travel:
    """How a figure moved, and what that means.

    Parameters
    ----------
    arrow : "▲" up, "▼" down, "◆" no clear change, "–" nothing to compare with.
    amount : how far, unsigned, at the measure's decimals; "" where there is nothing to compare with.
    word : "higher, better", "lower, worse", "higher", "lower", "no clear change", "no change", "not comparable".
    """

    arrow: Literal["▲", "▼", "◆", "–"]
    amount: str
    word: str


def monthly(figures: pd.DataFrame, measure: str, breakdown: str = "all", category: str = "all") -> pd.DataFrame:
    """The monthly figures of one series, in order of time.

    Returns
    -------
    Columns end (datetime64), value (float64; NaN where hidden or not available).
    """
    chosen = (
        (figures.measure == measure)
        & (figures.kind == "month")
        & (figures.breakdown == breakdown)
        & (figures.category == category)
    )
    return figures.loc[chosen, ["end", "value"]].sort_values("end").reset_index(drop=True)


def judge(series: pd.DataFrame, steps: Sequence[pd.Timestamp] = (), *, stock: bool = False) -> pd.DataFrame:
    """An XmR chart: usual limits of a monthly series, and the months that stand out.

    Parameters
    ----------
    series : columns end (datetime64, month ends, ascending) and value (float64), as `monthly` gives them.
        A month that has no row is no point, and parts those beside it.
    steps : dates from which the series is judged afresh, from the authority's profile; no change is counted across one.
    stock : the values are numbers open at each month's end: their net change over the month is charted instead.

    Returns
    -------
    One row a month: end; value (what is charted); mean, lower_limit, upper_limit (float64; not cut at 0); points (how
    many stand behind the limits); trial (fewer than 13); signal (`Signal`); side ("high", "low" or ""); charted
    ("value" or "net change").

    Source
    ------
    Wheeler (2000), Understanding variation; rules as NHS England's Making Data Count has them: a point outside
    mean ± 2.66 mean moving ranges, 7 on one side of the mean, 7 rising or falling, 2 of 3 in the outer third on
    one side. Moving ranges over 3.267 times their mean are left out of it.

    Examples
    --------
    >>> ends = pd.date_range("2016-12-31", periods=13, freq="ME")
    >>> chart = judge(pd.DataFrame({"end": ends, "value": [9, 11, 10, 9, 11, 10, 9, 11, 10, 9, 11, 10, 30.0]}))
    >>> chart.signal.iloc[-1], chart.side.iloc[-1], bool(chart.trial.iloc[-1])
    ('outside limits', 'high', False)
    """
    chart = _every_month(series[["end", "value"]].astype({"value": "float64"}))
    edges = pd.DatetimeIndex(sorted(pd.Timestamp(step) for step in steps))
    segment = pd.Series(np.searchsorted(edges.to_numpy(), chart.end.to_numpy(), side="right"), chart.index)
    if stock:
        chart = chart.assign(value=chart.groupby(segment).value.diff()).iloc[1:]
    parts = [_chart(rows) for _, rows in chart.groupby(segment)]
    charted = pd.concat(parts or [_chart(chart.iloc[:0])], ignore_index=True)
    return charted.assign(charted="net change" if stock else "value")


def _every_month(series: pd.DataFrame) -> pd.DataFrame:
    """The series in order of time, with a row for each month between its first and its last."""
    if series.empty:
        return series.reset_index(drop=True)
    months = pd.date_range(series.end.min(), series.end.max(), freq="ME").astype(series.end.dtype)
    return series.set_index("end").reindex(months).rename_axis("end").reset_index()


def _chart(rows: pd.DataFrame) -> pd.DataFrame:
    """The chart of one segment, in which nothing but chance is taken to have changed."""
    value = rows.value.to_numpy("float64")
    points = int(np.isfinite(value).sum())
    mean = float(np.nanmean(value)) if points else np.nan
    least = EXACT * float(np.nanmax(np.abs(value))) if points else 0.0
    reach = LIMITS * _mean_moving_range(value, least)
    signal, side = _signals(value, mean, reach, least)
    return rows.assign(
        mean=mean,
        lower_limit=mean - reach,
        upper_limit=mean + reach,
        points=points,
        trial=points < FIRM_AT,
        signal=signal,
        side=side,
    )


def _mean_moving_range(value: np.ndarray, least: float) -> float:
    """The mean step from one month to the next, without the steps that stand out from it.

    Where nearly every month is the same, every step stands out; then all of them count, else the limits would have
    no width.
    """
    ranges = np.abs(np.diff(value))
    ranges = ranges[np.isfinite(ranges)]
    if not len(ranges):
        return np.nan
    kept = ranges[ranges <= RANGE_LIMIT * ranges.mean() + least].mean()
    return float(kept if kept > least else ranges.mean())


def _signals(value: np.ndarray, mean: float, reach: float, least: float) -> tuple[np.ndarray, np.ndarray]:
    """The first rule that each month meets, and the side it is on; `least` is the least difference that is one."""
    signal, side = np.full(len(value), "", dtype=object), np.full(len(value), "", dtype=object)
    away = value - mean
    step = np.diff(value, prepend=np.nan)
    rules: list[tuple[Signal, Callable[[int], np.ndarray]]] = [
        ("outside limits", lambda sign: sign * away > reach + least),
        ("run of 7", lambda sign: _in_run(sign * away > least, RUN)),
        ("trend of 7", lambda sign: _in_trend(sign * step > least)),
        ("2 of 3 near a limit", lambda sign: _in_outer_third(sign * away > reach * 2 / 3 + least)),
    ]
    for rule, meets in rules:
        for name, sign in (("high", 1), ("low", -1)):
            new = meets(sign) & (signal == "")
            signal[new], side[new] = rule, name
    return signal, side


def _in_window(met: np.ndarray, width: int, least: int) -> np.ndarray:
    """Points that lie in some stretch of `width` in which at least `least` points meet a condition."""
    inside = np.zeros(len(met), dtype=bool)
    if len(met) >= width:
        full = np.lib.stride_tricks.sliding_window_view(met, width).sum(axis=1) >= least
        for shift in range(width):
            inside[shift : shift + len(full)] |= full
    return inside


def _in_run(met: np.ndarray, length: int) -> np.ndarray:
    return met & _in_window(met, length, length)


def _in_outer_third(outer: np.ndarray) -> np.ndarray:
    return outer & _in_window(outer, 3, 2)


def _in_trend(moved: np.ndarray) -> np.ndarray:
    """Points of a stretch of seven, each beyond the one before: six steps the same way, and the point they start at."""
    steps = _in_run(moved, RUN - 1)
    return steps | np.append(steps[1:], False)


def verdict(frame: pd.DataFrame, quarter: Quarter) -> Verdict:
    """What a chart says of a quarter: its latest month that stands out decides.

    Parameters
    ----------
    frame : as `judge` gives it.

    Examples
    --------
    >>> ends = pd.date_range("2017-01-31", periods=12, freq="ME")
    >>> steady = pd.DataFrame({"end": ends, "value": [10.0, 12.0] * 6})
    >>> verdict(judge(steady), Quarter(2017, 3)).wording
    'within the usual range (trial limits: 12 months so far)'
    """
    until = frame[frame.end <= quarter.end]
    within = until[until.end > quarter.start]
    if not within.value.notna().any():
        return Verdict("too few points", "no monthly figure to judge it by")
    points = int(within.points.iloc[-1])
    if points < LEAST:
        months = "month" if points == 1 else "months"
        return Verdict("too few points", f"too few points to say: {points} {months} so far", trial=True)
    if not np.isfinite(within.upper_limit).any():  # told at quarters' ends alone: no month follows another
        return Verdict("too few points", "not told month by month, so its usual range is not known")
    trial = bool(within.trial.iloc[-1])
    note = f" (trial limits: {points} months so far)" if trial else ""
    found = within[within.signal != ""]
    if found.empty:
        return Verdict("usual", "within the usual range" + note, trial=trial)
    last = found.iloc[-1]
    kind: VerdictKind = "unusually high" if last.side == "high" else "unusually low"
    return Verdict(kind, _wording(last) + note, last.signal, last.end, trial)


def _wording(row: pd.Series) -> str:
    high = row.side == "high"
    when = f"{row.end:%B %Y}"
    each = f"each of the last six months to {when} {'higher' if high else 'lower'} than the one before"
    if row.charted == "net change":
        moved = "rise" if high else "fall"
        return {
            "outside limits": f"unusual: the {moved} in {when} is outside the usual range",
            "run of 7": f"unusual: seven or more months in a row of {'growing' if high else 'shrinking'} "
            f"beyond the average change, the latest {when}",
            "trend of 7": f"unusual: the monthly change is {'rising' if high else 'falling'}, {each}",
            "2 of 3 near a limit": f"unusual: two months of three with a large {moved}, the latest {when}",
        }[row.signal]
    kind = "unusually high" if high else "unusually low"
    return {
        "outside limits": f"{kind}: {when} is outside the usual range",
        "run of 7": f"{kind}: seven or more months in a row {'above' if high else 'below'} the average, "
        f"the latest {when}",
        "trend of 7": f"unusual: {'rising' if high else 'falling'}, {each}",
        "2 of 3 near a limit": f"{kind}: two months of three close to the {'upper' if high else 'lower'} limit, "
        f"the latest {when}",
    }[row.signal]


def travel(now: float, before: float, polarity: str, decimals: int, verdict: Verdict | None = None) -> Travel:
    """The direction of travel: the arrow says how the figure moved, the word what it means.

    Parameters
    ----------
    now, before : the figures, NaN where there is none.
    polarity : "higher is better", "lower is better" or "neutral", which says only higher or lower.
    decimals : as the figures are printed; the difference is that of the printed figures.
    verdict : of the chart; a change inside the usual range is no clear change.

    Examples
    --------
    >>> travel(90.04, 85.0, "higher is better", 1)
    Travel(arrow='▲', amount='5.0', word='higher, better')
    >>> travel(41.0, 43.2, "neutral", 1, Verdict("usual", "within the usual range")).word
    'no clear change'
    """
    if not (np.isfinite(now) and np.isfinite(before)):
        return Travel("–", "", "not comparable")
    change = round(round(now, decimals) - round(before, decimals), decimals)
    amount = f"{abs(change):,.{decimals}f}"
    if change == 0:
        return Travel("◆", amount, "no change")
    if verdict is not None and verdict.kind == "usual":
        return Travel("◆", amount, "no clear change")
    word = "higher" if change > 0 else "lower"
    if polarity != "neutral":
        word += ", better" if polarity.startswith(word) else ", worse"
    return Travel("▲" if change > 0 else "▼", amount, word)
