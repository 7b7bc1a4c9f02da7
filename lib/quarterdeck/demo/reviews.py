"""Reviews of looked-after children: mostly on time, less often late as the years pass; and who took part."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.working_days import add_working_days, calendar

from .ages import age, day, timestamps
from .days import OPEN, is_leap_day
from .targets import generator

# The share held late, by collection year: first reviews are the hardest to hold in time.
LATE = {2014: 0.14, 2015: 0.13, 2016: 0.11, 2017: 0.1, 2018: 0.075, 2019: 0.055}
FIRST_LATE = 0.05
CODES = ("PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7")
TAKING_PART = np.array(
    [
        [0.16, 0.03, 0.09, 0.05, 0.18, 0.34, 0.15],  # 4 to 9
        [0.46, 0.05, 0.02, 0.02, 0.10, 0.26, 0.09],  # 10 to 15
        [0.52, 0.03, 0.01, 0.01, 0.09, 0.21, 0.13],  # 16 and 17
    ]
)
MOST = 60


def months_later(days: np.ndarray, months: int) -> np.ndarray:
    """The same day so many months on, or the month's last day."""
    dates = days.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    moved = month + months
    last = (moved + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.minimum(moved.astype("datetime64[D]") + (dates - month.astype("datetime64[D]")), last).astype(np.int64)


def reviews(seed: int, authority: str, spans: pd.DataFrame) -> pd.DataFrame:
    """Every review held from April 2014 to March 2019.

    Parameters
    ----------
    spans : one row a period of care: child, start, end, born (days).

    Returns
    -------
    One row a review: period, child (int), review (datetime64[us], a working day), code (PN0 to PN7), due
    (datetime64[us]), order (1, 2, 3 ... within the period).
    """
    rng = generator(seed, authority, "reviews")
    start, end, born = (spans[name].to_numpy() for name in ("start", "end", "born"))
    stop = np.minimum(end, day(2019, 4, 1))
    due = add_working_days(timestamps(start), 20).to_numpy().astype("datetime64[D]").astype(np.int64)
    parts: list[pd.DataFrame] = []
    live = np.ones(len(spans), bool)
    for order in range(1, MOST):
        year = np.clip(_year(due), 2014, 2019)
        share = np.array([LATE[each] for each in range(2014, 2020)])[year - 2014] + (FIRST_LATE if order == 1 else 0)
        late = rng.random(len(spans)) < share
        early = np.minimum(rng.geometric(0.13, len(spans)), 12 if order == 1 else 24)
        held = np.where(late, due + 1 + rng.geometric(0.11, len(spans)), due - early + 1)
        held = np.maximum(held, start + 3)
        held = _working(held, np.where(late, OPEN, due), np.where(late, due, 0))
        live &= held < stop
        rows = np.flatnonzero(live)
        if not len(rows):
            break
        parts.append(pd.DataFrame({"period": rows, "held": held[rows], "due": due[rows], "order": order}))
        due = months_later(held, 3 if order == 1 else 6)
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[frame.held >= day(2014, 4, 1)].sort_values(["period", "held"], kind="stable").reset_index(drop=True)
    old = age(born[frame.period], frame.held.to_numpy())
    table = TAKING_PART[np.searchsorted([10, 16], old, side="right")].cumsum(axis=1)
    # Fewer children are left out as the years pass.
    drift = (_year(frame.held.to_numpy()) - 2017) * 0.01
    draw = np.clip(rng.random(len(frame)) - drift, 0, 0.999999)
    code = np.array(CODES)[(draw[:, None] >= table).sum(axis=1).clip(0, 6)]
    return pd.DataFrame(
        {
            "period": frame.period,
            "child": spans.child.to_numpy()[frame.period],
            "review": timestamps(frame.held.to_numpy()),
            "code": np.where(old < 4, "PN0", code),
            "due": timestamps(frame.due.to_numpy()),
            "order": frame["order"],
        }
    ).astype({"code": "str"})


def _year(days: np.ndarray) -> np.ndarray:
    edges = [day(year - 1, 4, 1) for year in range(2015, 2020)]
    return np.searchsorted(edges, days, side="right") + 2014


def _working(days: np.ndarray, latest: np.ndarray, earliest: np.ndarray) -> np.ndarray:
    """The working day nearest before, or after where before would be too early."""
    dates = days.astype("datetime64[D]")
    before = np.busday_offset(dates, 0, roll="backward", busdaycal=calendar()).astype(np.int64)
    after = np.busday_offset(dates, 0, roll="forward", busdaycal=calendar()).astype(np.int64)
    result = np.where((before > earliest) | (after > latest), before, after)
    return np.where(is_leap_day(result), result + 1, result)
