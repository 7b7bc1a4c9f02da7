"""Social work assessments of the demonstration, and the days on which referrals came and cases closed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.demo.months import (
    NONE,
    WORKING,
    close_of,
    first_day,
    month,
    month_of,
    nth,
    safe_until,
    some_day,
    span,
    year_months,
    year_of,
)
from quarterdeck.demo.panel import Panel
from quarterdeck.demo.quotas import Total, fit, spread
from quarterdeck.demo.targets import PUBLISHED_YEARS, YEARS, Targets

FIRST, LAST = month(2014, 4), month(2019, 3)
BANDS = {
    "same_day": (0, 0),
    "1_to_10_days": (1, 10),
    "11_to_20_days": (11, 20),
    "21_to_30_days": (21, 30),
    "31_to_40_days": (31, 40),
    "41_to_45_days": (41, 45),
    "46_to_50_days": (46, 50),
    "51_to_60_days": (51, 60),
    "61_days_or_more": (61, 108),
}
LOW, HIGH = (np.array(side) for side in zip(*BANDS.values(), strict=True))
ON_TIME = 6
QUARTILES = ("lower_quartile", "median", "upper_quartile")


def _beginnings(kind: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Between which working days assessments of each month begin; those of need not in a quarter's last days."""
    low, high = span(start)
    safe = nth(first_day(start) + safe_until(start) - 1)
    return low, np.where(np.isin(kind, ["need", "late"]), np.minimum(high, safe), high)


def slot_table(found: Targets, printed: Panel, first: dict[str, np.ndarray], rng: np.random.Generator) -> pd.DataFrame:
    """How many assessments begin and are authorised in each pair of months and each band of working days.

    Parameters
    ----------
    first : for each kind of episode (need, rc8, late) the referrals of each month from April 2014, shape (60,).
    """
    months = np.arange(FIRST, LAST + 1)
    grid = pd.MultiIndex.from_product(
        [["need", "rc8", "late", "again"], months, range(7), range(9)], names=["kind", "start", "gap", "band"]
    ).to_frame(index=False)
    grid["end"] = grid.start + grid.gap
    begun, done = year_of(grid.start.to_numpy()), year_of(grid.end.to_numpy())
    grid = grid[((grid.kind != "rc8") | (begun == done)) & ((grid.kind != "late") | (begun + 1 == done))].reset_index(
        drop=True
    )
    kind, start, end, band = (grid[name].to_numpy() for name in ("kind", "start", "end", "band"))
    begun, done = year_of(start), year_of(end)
    low, high = _beginnings(kind, start)
    least, most = span(end)
    days = LOW[band][:, None] + np.arange(48)[None, :]
    fits = np.minimum(high[:, None], most[:, None] - days) - np.maximum(low[:, None], least[:, None] - days) + 1
    weight = (
        np.where(days <= HIGH[band][:, None], np.maximum(fits, 0), 0).sum(axis=1)
        / (HIGH[band] - LOW[band] + 1)
        / (high - low + 1)
    )
    share = np.zeros((2, 9))
    shares = {}
    completed = {}
    for year in YEARS:
        at = max(year, PUBLISHED_YEARS[0])
        counts = np.array([found.total("assessments_completed_by_working_days", at, name) or 0 for name in BANDS])
        completed[year] = int(counts.sum())
        shares[year] = counts / counts.sum()
    share = np.array([shares[min(int(year), YEARS[-1])] for year in done])[np.arange(len(done)), band]
    again = np.array(
        [
            max(completed[year] - sum(int(first[name][i]) for name in first for i in _in(year)), 200) / 12
            for year in YEARS
        ]
    )
    spare = again[begun - YEARS[0]] * np.array([printed.repeat_assessments.get(int(when), 1.0) for when in start])
    per_month = np.select([kind == name for name in first], [first[name][start - FIRST] for name in first], spare)
    totals: list[Total] = [
        ((kind == name) & (start == when), int(first[name][when - FIRST])) for name in first for when in months
    ]
    for year in YEARS:
        if year in PUBLISHED_YEARS:
            for number, name in enumerate(BANDS):
                count = found.total("assessments_completed_by_working_days", year, name)
                if count is not None:
                    totals.append(((done == year) & (band == number), count))
        for when, (count, on_time) in printed.assessments_by_quarter.items():
            if when in year_months(year):
                quarter = (end >= when) & (end < when + 3)
                totals += [(quarter & (band < ON_TIME), on_time), (quarter & (band >= ON_TIME), count - on_time)]
    for when in printed.repeat_assessments:
        totals.append(((kind == "again") & (start == when), round(2.2 * again[int(year_of(when)) - YEARS[0]])))
    grid["count"] = fit(per_month * share * weight, totals, rng)
    return grid[grid["count"] > 0].reset_index(drop=True)


def _in(year: int) -> range:
    return range(12 * (year - YEARS[0]), 12 * (year - YEARS[0]) + 12)


def slots(table: pd.DataFrame, found: Targets, rng: np.random.Generator) -> pd.DataFrame:
    """Assessments with their days, one row each: kind, start, auth (days), start_month, end_month."""
    rows = table.loc[table.index.repeat(table["count"])].reset_index(drop=True)
    low, high = _beginnings(rows.kind.to_numpy(), rows.start.to_numpy())
    least, most = span(rows.end.to_numpy())
    shortest = np.maximum(LOW[rows.band], least - high)
    longest = np.minimum(HIGH[rows.band], most - low)
    year = np.clip(year_of(rows.end.to_numpy()), PUBLISHED_YEARS[0], YEARS[-1])
    length = np.zeros(len(rows), np.int64)
    # Among the assessments of a year the quartiles are as published: hand its lengths out to those that can bear them.
    for at in PUBLISHED_YEARS:
        of_year = year == at
        exact = of_year & (year_of(rows.end.to_numpy()) == at)
        bands = [(int(LOW[b]), int(HIGH[b]), int((exact & (rows.band == b)).sum())) for b in range(9)]
        quartiles = [found.total("assessment_duration_working_days", at, name) for name in QUARTILES]
        values = spread(bands, [float(q) for q in quartiles if q is not None])
        for chosen in (exact, of_year & ~exact):
            place = np.flatnonzero(chosen)
            order = place[
                np.lexsort((rng.random(len(place)), (shortest + longest)[place], rows.band.to_numpy()[place]))
            ]
            length[order] = (
                values
                if len(order) == len(values)
                else values[(np.arange(len(order)) * len(values)) // max(len(order), 1)]
            )
    length = np.clip(length, shortest, longest)
    begin_low, begin_high = np.maximum(low, least - length), np.minimum(high, most - length)
    begin = begin_low + (rng.random(len(rows)) * (begin_high - begin_low + 1)).astype(np.int64)
    return pd.DataFrame(
        {
            "kind": rows.kind,
            "start": WORKING[begin],
            "auth": WORKING[begin + length],
            "start_month": rows.start,
            "end_month": rows.end,
        }
    )


def episodes(table: pd.DataFrame, certain: pd.DataFrame, made: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Every episode with its days: it begins when its first assessment does.

    Returns
    -------
    One row an episode: kind (need, rc8, late, nfa), start, end (days or NONE), start_month, end_month, auth (first
    assessment authorised; NONE where there is none), unit, child_id, group, reason, need, by.
    """
    rows = table.loc[table.index.repeat(table["count"]), ["kind", "start", "end"]].rename(
        columns={"start": "start_month", "end": "end_month"}
    )
    rows = rows.assign(unit=-1, child_id="", group=-1, reason="", need="", by=NONE, end=NONE, fixed=False)
    held = certain[["start_month", "end_month", "end", "unit", "child_id", "group", "reason", "need", "by"]].assign(
        kind="need", fixed=True
    )
    rows = pd.concat([rows, held], ignore_index=True)
    rows["start"], rows["auth"], rows["slot"] = NONE, NONE, -1
    start, auth, slot = (rows[name].to_numpy().copy() for name in ("start", "auth", "slot"))
    by = np.where(month_of(rows.by.to_numpy()) == rows.start_month, rows.by, NONE)
    last = np.where(
        rows.fixed,
        rows.end,
        np.where(rows.end_month == NONE, NONE, first_day(np.where(rows.end_month == NONE, 0, rows.end_month) + 1) - 1),
    )
    slot_start, slot_auth = made.start.to_numpy(), made.auth.to_numpy()
    groups = {key: list(value) for key, value in made.groupby(["kind", "start_month"]).groups.items()}
    for key, members in rows[rows.kind != "nfa"].groupby(["kind", "start_month"]).groups.items():
        if key not in groups:
            continue
        free = np.array(groups[key])
        place = members.to_numpy()
        if rows.kind.iloc[place[0]] == "need":
            pairs = _paired(place, free, by, last, slot_start, slot_auth)
            if (slot_auth[pairs[1]] > last[pairs[0]]).any():
                # Those bound to an early day took assessments soon done, which cases that soon close need more.
                pairs = _paired(place, free, by, last, slot_start, slot_auth, longest=True)
            place, free = pairs
        start[place], auth[place], slot[place] = slot_start[free], slot_auth[free], free
    early = start == NONE
    day = some_day(
        rows.start_month.to_numpy(), rng, 1, np.where(rows.kind == "nfa", 26, safe_until(rows.start_month.to_numpy()))
    )
    start[early] = np.minimum(day, np.where(by == NONE, day, by))[early]
    rows["start"], rows["auth"], rows["slot"] = start, auth, slot
    end = rows.end.to_numpy().copy()
    quick = rows.kind.isin(["rc8", "late"]).to_numpy()
    begun_year = year_of(month_of(auth[quick]))
    closing = nth(auth[quick]) + rng.choice([0, 0, 0, 1, 2, 3], quick.sum())
    end[quick] = WORKING[
        np.minimum(closing, nth(first_day(month_of(auth[quick]) * 0 + (begun_year - 1970) * 12 + 3) - 1))
    ]
    nfa = (rows.kind == "nfa").to_numpy()
    end[nfa] = WORKING[nth(start[nfa]) + rng.choice([0, 0, 1, 2], nfa.sum())]
    need = (rows.kind == "need").to_numpy() & ~rows.fixed.to_numpy() & (rows.end_month != NONE).to_numpy()
    month_start = first_day(rows.end_month.to_numpy()[need])
    after = np.where(auth[need] == NONE, 0, np.maximum(auth[need], start[need]))
    since = np.clip(after - month_start + 1, 1, 31)
    end[need] = some_day(rows.end_month.to_numpy()[need], rng, since)
    rows["end"] = np.where(end > close_of(YEARS[-1]), NONE, end)
    rows["end_month"] = month_of(rows.end.to_numpy())
    rows.loc[quick, "reason"] = "RC8"
    return rows.sort_values(["start", "kind", "end", "slot"], ignore_index=True)


def _paired(
    place: np.ndarray,
    free: np.ndarray,
    by: np.ndarray,
    last: np.ndarray,
    begin: np.ndarray,
    done: np.ndarray,
    longest: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Episodes of a month with its assessments: first those that must have begun by a day, then as they close.

    Parameters
    ----------
    longest : whether the first take the longest assessments that they can, and not the earliest.
    """
    bound = place[by[place] != NONE]
    bound = bound[np.lexsort((last[bound], by[bound]))]
    early = free[np.argsort(begin[free], kind="stable")]
    taken: list[int] = []
    left = list(early)
    for row in bound:
        fits = [k for k, s in enumerate(left) if begin[s] <= by[row] and done[s] <= last[row]]
        if not fits:
            raise ValueError(
                f"no assessment begins by day {by[row]} for an episode of month {month_of(np.array([by[row]]))[0]}"
            )
        taken.append(left.pop(max(fits, key=lambda k: done[left[k]]) if longest else fits[0]))
    loose = place[by[place] == NONE]
    loose = loose[np.argsort(last[loose], kind="stable")]
    rest = np.array(left, np.int64)
    rest = rest[np.argsort(done[rest], kind="stable")]
    return np.concatenate([bound, loose]).astype(np.int64), np.concatenate([np.array(taken, np.int64), rest]).astype(
        np.int64
    )


def further(rows: pd.DataFrame, made: pd.DataFrame, printed: Panel, rng: np.random.Generator) -> pd.DataFrame:
    """Assessments done again in episodes already open: one row each, with the episode's row, start and auth."""
    again = made[made.kind == "again"].sort_values(["start", "auth"], ignore_index=True)
    start, auth = again.start.to_numpy(), again.auth.to_numpy()
    busy_until = rows.auth.where(rows.auth != NONE, 0).to_numpy().copy()
    begun, end = rows.start.to_numpy(), rows.end.to_numpy()
    open_to_it = (rows.kind == "need").to_numpy()
    chosen = np.full(len(again), -1)
    for i in range(len(again)):
        surge = month_of(start[i : i + 1])[0] in printed.repeat_assessments
        since = busy_until > start[i] - (300 if surge or rng.random() < 0.45 else 5000)
        pool = np.flatnonzero(
            open_to_it & since & (busy_until < start[i] - 20) & (begun < start[i] - 25) & (end >= auth[i])
        )
        if len(pool) == 0:
            pool = np.flatnonzero(open_to_it & (busy_until < start[i]) & (begun < start[i]) & (end >= auth[i]))
        chosen[i] = pool[rng.integers(len(pool))]
        busy_until[chosen[i]] = auth[i]
    return pd.DataFrame({"episode": chosen, "start": start, "auth": auth})
