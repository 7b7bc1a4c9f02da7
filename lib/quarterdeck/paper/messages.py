"""What a chart says, in words and numbers: its title, its one annotation, its alternative."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.measures.registry import Unit
from quarterdeck.paper import words
from quarterdeck.quarter import Quarter

WHOLE = 100
"""Per cent: a share cannot be more, whatever the limits of a chart are worked out to be."""


def missing(status: object) -> str:
    """Why a value is not given, in words: by its status, or only that it is not shown where none is known."""
    return words.STATUS_WORDS.get(str(status), "not shown")


def _each(points: pd.DataFrame) -> str:
    return "month" if len(points) > 1 and points["end"].diff().min().days < 40 else "quarter"


def _in(points: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    return points[points["end"].between(quarter.start, quarter.end)]


def _signals(points: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    here = _in(points, quarter)
    return here[here["signal"].fillna("") != ""] if "signal" in here else here.iloc[:0]


def note_at(points: pd.DataFrame, quarter: Quarter) -> int:
    """The number of the point that the annotation speaks of: the quarter's first signal, else the highest."""
    signals = _signals(points, quarter)
    return int(signals.index[0]) if len(signals) else int(np.nanargmax(points["value"].to_numpy(dtype=float)))


def _side(rows: pd.DataFrame) -> str:
    return "above" if (rows["value"] > rows["mean"]).all() else "below" if (rows["value"] < rows["mean"]).all() else ""


def trend_note(points: pd.DataFrame, quarter: Quarter, *, unit: Unit, decimals: int, net: pd.DataFrame | None) -> str:
    """The one annotation: what is special in the quarter, or when a stock was at its highest."""
    signals = _signals(points, quarter)
    if len(signals):
        outside = signals[signals["signal"] == "outside limits"]
        if len(outside):
            side = {"above": "above the limit", "below": "below the limit"}.get(_side(outside), "outside the limits")
            months = words.count_word(len(outside)).capitalize()
            return f"{months} month{'s' if len(outside) > 1 else ''} {side}:\ntoo far to be chance"
        kind = signals["signal"].iloc[-1]
        return {
            "run of 7": f"Seven or more running {_side(signals)} the mean:\nunlikely to be chance",
            "trend of 7": "Six or more moves one way:\nunlikely to be chance",
        }.get(kind, "Two of three near a limit:\nunlikely to be chance")
    values = points["value"].to_numpy(dtype=float)
    peak = int(np.nanargmax(values))
    if net is not None and peak < len(values) - 1:
        return f"{words.amount(values[peak], unit, decimals)} in {words.month(points['end'].iloc[peak])}"
    return ""


def trend_title(
    points: pd.DataFrame,
    quarter: Quarter,
    *,
    what: str = "The figure",
    comparators: pd.DataFrame | None = None,
    net: pd.DataFrame | None = None,
) -> str:
    """A sentence that states what the line shows.

    Examples
    --------
    >>> ends = pd.date_range("2017-07-31", periods=6, freq="ME")
    >>> trend_title(pd.DataFrame({"end": ends, "value": [50.0, 49, 47, 45, 43, 41]}), Quarter(2017, 3), what="The rate")
    'The rate has fallen for five months'
    """
    known = points.dropna(subset="value")
    signals, here = _signals(points, quarter), _in(known, quarter)
    if len(signals) and (signals["signal"] == "outside limits").any():
        outside = signals[signals["signal"] == "outside limits"]
        side = {"above": "above the upper limit", "below": "below the lower limit"}.get(
            _side(outside), "outside the limits"
        )
        if len(outside) == len(here) > 1:
            return f"Each month of the quarter is {side} of what was usual"
        months = words.listed(f"{end:%B}" for end in outside["end"])
        return f"{months} {'was' if len(outside) == 1 else 'were'} {side} of what was usual"
    if len(signals):
        kind = signals["signal"].iloc[-1]
        if kind == "run of 7":
            return f"{what} has stayed {_side(signals)} its average for seven months or more"
        if kind == "trend of 7":
            rising = known["value"].iloc[-1] > known["value"].iloc[-7]
            return f"{what} has {'risen' if rising else 'fallen'} in each of six months or more"
        return f"{what} has moved close to the edge of its usual range"
    steps = np.sign(
        np.diff(points["value"].to_numpy(dtype=float)[: int(np.flatnonzero(points["value"].notna())[-1]) + 1])
    )
    same = 0
    while same < len(steps) and steps[-1 - same] == steps[-1] != 0:
        same += 1
    tail = _against(known, comparators)
    each = _each(points)
    if same >= 3:
        moved = f"{what} has {'risen' if steps[-1] > 0 else 'fallen'} for {words.count_word(same)} {each}s"
        return f"{moved} and {tail}" if tail else moved
    if "mean" in points:
        return f"{what} is within its usual range"
    if tail:
        return f"{what} {tail}"
    if len(known) < 2:
        return f"{what} is known for one {each} only"
    return f"{what} {_moved(known)} since {words.month(known['end'].iloc[0])}"


def _moved(known: pd.DataFrame) -> str:
    first, last = known["value"].iloc[0], known["value"].iloc[-1]
    return (
        "has hardly changed"
        if abs(last - first) <= 0.02 * abs(first)
        else "has risen"
        if last > first
        else "has fallen"
    )


def _against(known: pd.DataFrame, comparators: pd.DataFrame | None) -> str:
    if comparators is None or not len(comparators):
        return ""
    england = comparators[comparators["name"] == "England"]
    if not len(england):
        return ""
    value, now = float(england.sort_values("date")["value"].iloc[-1]), float(known["value"].iloc[-1])
    side = "above" if now > value else "below" if now < value else "equal to"
    return f"is {side} England’s last figure"


def trend_alternative(
    points: pd.DataFrame,
    quarter: Quarter,
    *,
    unit: Unit,
    decimals: int,
    target: float | None,
    comparators: pd.DataFrame | None,
    net: pd.DataFrame | None = None,
) -> str:
    """The line's message in numbers: its range, the quarter's months, what is usual, target and comparators.

    Examples
    --------
    >>> ends = pd.date_range("2017-10-31", periods=3, freq="ME")
    >>> points = pd.DataFrame({"end": ends, "value": [88.9, 90.1, 91.1]})
    >>> said = trend_alternative(points, Quarter(2017, 3), unit="percent", decimals=1, target=85.0, comparators=None)
    >>> said.split(". ")[1]
    'This quarter: 88.9% in October, 90.1% in November and 91.1% in December'
    """
    known = points.dropna(subset="value")

    def shown(value: float) -> str:
        return words.amount(float(value), unit, decimals)

    low, high = (known.iloc[int(at)] for at in (known["value"].argmin(), known["value"].argmax()))
    said = [
        f"From {words.month(points['end'].iloc[0])} to {words.month(points['end'].iloc[-1])}, "
        f"lowest {shown(low['value'])} ({words.month(low['end'])}), "
        f"highest {shown(high['value'])} ({words.month(high['end'])})."
    ]
    here = _in(points, quarter)
    if len(here):
        why = here["status"] if "status" in here else [""] * len(here)
        parts = [
            f"{shown(value) if not np.isnan(value) else missing(status)} in {end:%B}"
            for end, value, status in zip(here["end"], here["value"], why, strict=True)
        ]
        said.append(f"This quarter: {words.listed(parts)}.")
    if "mean" in points and not np.isnan(points["mean"].iloc[-1]):
        last = points.iloc[-1]
        trial = " (trial limits: fewer than 13 points)" if last.get("trial", False) else ""
        low_limit = max(last["lower_limit"], 0) if known["value"].min() >= 0 else last["lower_limit"]
        a_share = unit == "percent" and known["value"].max() <= WHOLE
        high_limit = min(last["upper_limit"], WHOLE) if a_share else last["upper_limit"]
        said.append(f"Usual range {shown(low_limit)} to {shown(high_limit)}, mean {shown(last['mean'])}{trial}.")
    if target is not None:
        said.append(f"Target {shown(target)}.")
    if comparators is not None:
        for name, rows in comparators.groupby("name", sort=False):
            latest = rows.sort_values("date").iloc[-1]
            said.append(f"{name} {shown(latest['value'])} at {words.month(latest['date'])}.")
    if net is not None and len(_in(net, quarter)):
        places = net_decimals(net)
        parts = [
            f"{words.signed(value, decimals=places)} in {end:%B}"
            for end, value in zip(_in(net, quarter)["end"], _in(net, quarter)["value"], strict=True)
        ]
        said.append(f"Net change: {words.listed(parts)}.")
    return words.spoken(" ".join(said))


def net_decimals(net: pd.DataFrame) -> int:
    """Whole numbers for a net change of counts; one decimal for a rate's, which is a few tenths."""
    return 0 if np.allclose(net["value"].dropna() % 1, 0) else 1


def flow_title(points: pd.DataFrame, quarter: Quarter, came: str, went: str) -> str:
    """A sentence that states which of the two was the larger in the quarter.

    Examples
    --------
    >>> ends = pd.date_range("2017-10-31", periods=3, freq="ME")
    >>> points = pd.DataFrame({"end": ends, "started": [50.0, 48, 51], "ended": [75.0, 76, 72]})
    >>> flow_title(points, Quarter(2017, 3), "started", "ended")
    'More ended than started in each month of the quarter'
    """
    here = _in(points, quarter).dropna(subset=["started", "ended"])
    if here.empty:
        return "This quarter’s numbers are hidden to protect confidentiality"
    net = here["started"] - here["ended"]
    if (net < 0).all() or (net > 0).all():
        more, fewer = (came, went) if net.iloc[0] > 0 else (went, came)
        return (
            f"More {more} than {fewer} in each month of the quarter"
            if len(here) > 1
            else f"More {more} than {fewer} this quarter"
        )
    total = int(net.sum())
    if total == 0:
        return f"As many {came} as {went} over the quarter"
    more, fewer = (came, went) if total > 0 else (went, came)
    return f"{words.number(abs(total))} more {more} than {fewer} over the quarter"


def flow_alternative(points: pd.DataFrame, quarter: Quarter, came: str, went: str) -> str:
    """Both flows and their net in numbers, by month of the quarter and over what is shown."""

    def said(value: float) -> str:
        return words.HIDDEN if np.isnan(value) else words.number(value)

    here = _in(points, quarter)
    parts = [
        f"{said(begun)} {came} and {said(over)} {went} in {words.month(end)}"
        for end, begun, over in zip(here["end"], here["started"], here["ended"], strict=True)
    ]
    both = here.dropna(subset=["started", "ended"])
    net = (
        f" Net over the quarter: {words.signed((both['started'] - both['ended']).sum())}."
        if len(both) == len(here) > 0
        else ""
    )
    before = points[points["end"] < quarter.start].dropna(subset=["started", "ended"])
    span = (
        f" Before it, from {words.month(before['end'].iloc[0])}: "
        f"on average {words.number(before['started'].mean())} {came} "
        f"and {words.number(before['ended'].mean())} {went}."
        if len(before)
        else ""
    )
    return words.spoken(f"{'; '.join(parts) if parts else 'No period of the quarter is shown'}.{net}{span}")


def largest(rows: pd.DataFrame, unit: Unit, decimals: int) -> str:
    """Categories and their values as a list in a sentence; what is hidden says so.

    Examples
    --------
    >>> largest(pd.DataFrame({"category": ["Foster care", "Residential"], "value": [70.5, float("nan")]}), "percent", 1)
    'Foster care 70.5%, Residential hidden to protect confidentiality'
    """
    why = rows["status"] if "status" in rows else ["c"] * len(rows)
    return ", ".join(
        f"{category} {missing(status) if np.isnan(value) else words.amount(value, unit, decimals)}"
        for category, value, status in zip(rows["category"].astype(str), rows["value"].astype(float), why, strict=True)
    )
