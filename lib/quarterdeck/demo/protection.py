"""Child protection plans of the demonstration: when they start and end, whose they are, and why they end."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.demo.ages import anniversary, ordinals
from quarterdeck.demo.categories import categories, shown
from quarterdeck.demo.months import (
    NONE,
    WORKING,
    close_of,
    month,
    month_of,
    nth,
    safe_until,
    some_day,
    year_months,
    year_of,
)
from quarterdeck.demo.panel import Panel, panel
from quarterdeck.demo.quotas import Total, fit
from quarterdeck.demo.targets import PUBLISHED_YEARS, YEARS, Targets, apportion, generator, targets

BANDS = (
    "3_months_or_less",
    "over_3_to_6_months",
    "over_6_months_to_under_1_year",
    "1_to_under_2_years",
    "2_years_or_more",
)
LIMITS = (3, 6, 12, 24)
FIRST, LAST = month(2011, 4), month(2019, 3)
LIKELY_AT_END = (0.06, 0.07, 0.08, 0.08, 0.04, 0.035, 0.04, 0.04, 0.05, 0.1, 0.09, 0.06, 0.05, 0.035, 0.03, 0.025)


def durations(start: np.ndarray, end: np.ndarray) -> list[np.ndarray]:
    """The bands (0 to 4) that a span from one month to another may have: two where the day decides."""
    gap = end - start
    band = np.searchsorted(LIMITS, gap, side="left")
    return [band, np.where(np.isin(gap, LIMITS), band + 1, -1)]


def cells(first: int, last: int, end_from: int, longest: int) -> pd.DataFrame:
    """Every month of start with every month of end and duration band; end NONE for those open at the last month."""
    starts = np.arange(first, last + 1)
    ends = np.append(np.arange(end_from, last + 1), NONE)
    grid = pd.DataFrame({"start": np.repeat(starts, len(ends)), "end": np.tile(ends, len(starts))})
    grid = grid[(grid.end >= grid.start) & (np.minimum(grid.end, last + 1) - grid.start <= longest)]
    shut = grid[grid.end != NONE]
    bands = durations(shut.start.to_numpy(), shut.end.to_numpy())
    frames = [shut.assign(band=band)[band >= 0] for band in bands]
    return pd.concat([*frames, grid[grid.end == NONE].assign(band=-1)]).sort_values(
        ["start", "end", "band"], ignore_index=True
    )


def band_at_close(start: np.ndarray, year: int) -> np.ndarray:
    """The duration band at 31 March of spans that began in each month."""
    return np.searchsorted(LIMITS, month(year, 3) - np.asarray(start), side="right")


def plan_table(found: Targets, printed: Panel, extra: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """How many plans start and end in each pair of months, in each duration band at the end.

    Parameters
    ----------
    found, printed : what was published.
    extra : plans that only one year's extract shows, counted already.
    """
    grid = cells(FIRST, LAST, month(2014, 4), 34)
    start, end, band = (grid[name].to_numpy() for name in ("start", "end", "band"))
    lasting = np.array([*LIKELY_AT_END, *(0.02 * 0.85 ** np.arange(30))])
    left = lasting[::-1].cumsum()[::-1]
    gap = np.where(end == NONE, np.minimum(LAST - start + 1, 40), end - start)
    likely = (
        55 * np.where(end == NONE, left[gap], lasting[gap]) * np.where(np.isin(gap, LIMITS) & (end != NONE), 0.5, 1)
    )

    def less(total: int, mask: pd.Series) -> int:
        return total - int(mask.sum())

    totals: list[Total] = []
    # The first year has no published stock of its own: the next year's opening stands for it.
    opening = (found.total("cpp_in_year", 2016) or 0) - (found.total("cpp_started", 2016) or 0)
    totals.append(((start <= month(2015, 3)) & (end > month(2015, 3)), opening))
    for year in PUBLISHED_YEARS:
        shown_plans = extra[(extra.first_extract <= year) & (extra.last_extract >= year)]
        ended = found.total("cpp_ended", year)
        begun = found.total("cpp_started", year)
        held = found.total("cpp_on_31_march", year)
        if begun is not None:
            totals.append((year_of(start) == year, less(begun, year_of(shown_plans.start) == year)))
        if ended is not None:
            totals.append((year_of(end) == year, less(ended, year_of(shown_plans.end) == year)))
        for name, total in shown(found, "cpp_ended_by_duration", year).items():
            number = BANDS.index(name)
            totals.append(
                (
                    (year_of(end) == year) & (band == number),
                    less(total, (year_of(shown_plans.end) == year) & (shown_plans.band == number)),
                )
            )
        open_then = (start <= month(year, 3)) & (end > month(year, 3))
        extra_open = (shown_plans.start <= month(year, 3)) & (shown_plans.end > month(year, 3))
        if held is not None:
            totals.append((open_then, less(held, extra_open)))
        for name, total in shown(found, "cpp_on_31_march_by_duration", year).items():
            number = BANDS.index(name)
            here = open_then & (band_at_close(start, year) == number)
            totals.append(
                (here, less(total, extra_open & (band_at_close(shown_plans.start.to_numpy(), year) == number)))
            )
        half = found.total("cpp_ended_april_to_september", year - 1)
        if half is not None:
            totals.append(
                (np.isin(end, year_months(year)[:6]), less(half, shown_plans.end.isin(year_months(year)[:6])))
            )
    for when, total in printed.plans_started.items():
        totals.append((start == when, less(total, extra.start == when)))
    for when, total in printed.plans_ended.items():
        totals.append((end == when, less(total, extra.end == when)))
    for when, total in printed.plans_open.items():
        totals.append(((start <= when) & (end > when), less(total, (extra.start <= when) & (extra.end > when))))
    grid["count"] = fit(likely, totals, rng)
    return grid[grid["count"] > 0].reset_index(drop=True)


def revised_plans(found: Targets) -> pd.DataFrame:
    """Plans that one year's extract shows and the next does not, or the other way about.

    A year opens with what the last one closed with, less what was found to be recorded twice, or with what was recorded
    late: DfE's plans open at a year's start are its plans in the year less those started.
    """
    rows = []
    for year in PUBLISHED_YEARS[1:]:
        closed, in_year, begun = (
            found.total(item, at)
            for item, at in (("cpp_on_31_march", year - 1), ("cpp_in_year", year), ("cpp_started", year))
        )
        if closed is None or in_year is None or begun is None:
            continue
        change = in_year - begun - closed
        late = [(month(year - 1, 2), month(year - 1, 7), 1, year, YEARS[-1])] * max(change, 0)
        gone = [(month(year - 1, 2) - (year % 2 == 1), NONE, -1, YEARS[0], year - 1)] * max(-change, 0)
        rows += late + gone
    return pd.DataFrame(rows, columns=["start", "end", "band", "first_extract", "last_extract"]).astype("int64")


def dated(rows: pd.DataFrame, printed: Panel, rng: np.random.Generator) -> pd.DataFrame:
    """Rows of months with working days put to them: brothers and sisters share theirs, and no band hangs on a day."""
    rows = rows.copy()
    size = np.repeat(rng.choice([1, 2, 2, 3], len(rows)), 1)
    change = (rows[["start_month", "end_month", "band"]].diff() != 0).any(axis=1).to_numpy()
    position = np.arange(len(rows)) - np.maximum.accumulate(np.where(change, np.arange(len(rows)), 0))
    fresh = change | (position % np.maximum(size, 1) == 0)
    rows["group"] = np.cumsum(fresh)
    lead = rows[fresh]
    start, end, band = (lead[name].to_numpy() for name in ("start_month", "end_month", "band"))
    gap = end - start
    tight = np.isin(gap, LIMITS)
    short = tight & (np.searchsorted(LIMITS, gap) == band)
    long = tight & ~short
    quiet = np.array([[printed.quiet_after.get(int(m), 31) for m in pair] for pair in zip(start, end, strict=True)])
    # Of a span of exactly three months, the day decides the band: keep a week's margin.
    begin = some_day(
        start,
        rng,
        np.where(short, 18, 1),
        np.minimum(np.where(long, 11, safe_until(start)), np.where(short, 31, quiet[:, 0])),
    )
    shut = end != NONE
    same = gap == 0
    begin = np.where(same, some_day(start, rng, 1, 10), begin)
    close = np.full(len(lead), NONE)
    since, until = np.where(long | same, 17, 1)[shut], np.minimum(np.where(short, 11, 31), quiet[:, 1])[shut]
    close[shut] = some_day(end[shut], rng, since, until)
    by_group = pd.DataFrame({"start": begin, "end": close}, index=lead.group.to_numpy())
    return rows.assign(
        start=by_group.start.reindex(rows.group).to_numpy(), end=by_group.end.reindex(rows.group).to_numpy()
    )


def link_repeats(plans: pd.DataFrame, found: Targets, printed: Panel, rng: np.random.Generator) -> None:
    """Give some plans to children who had one before, so that children and plans of each year come out as published.

    Writes `before` (the row of the child's earlier plan, or -1) and `previous` (plans before this one, as recorded).
    """
    plans["before"], plans["previous"] = -1, 0
    start, end = plans.start.to_numpy(), plans.end.to_numpy()
    started, ended = year_of(plans.start_month.to_numpy()), year_of(plans.end_month.to_numpy())
    usual = (plans.last_extract == YEARS[-1]).to_numpy() & (plans.first_extract == YEARS[0]).to_numpy()
    taken = np.zeros(len(plans), bool)
    before, previous = plans.before.to_numpy().copy(), plans.previous.to_numpy().copy()

    def join(second: np.ndarray, first: np.ndarray, wanted: int, least: int, most: int) -> None:
        left = wanted
        for row in rng.permutation(np.flatnonzero(second & usual & ~taken)):
            if left == 0:
                return
            gap = start[row] - end
            pool = np.flatnonzero(first & usual & ~taken & (gap >= least) & (gap <= most))
            if len(pool):
                earlier = pool[rng.integers(len(pool))]
                before[row], previous[row] = earlier, 1
                taken[[row, earlier]] = True
                left -= 1
        if left:
            raise ValueError(f"{left} of {wanted} repeat plans found no earlier plan")

    for year in PUBLISHED_YEARS:
        values = [
            found.total(f"cpp_{kind}", year)
            for kind in ("started", "children_started", "ended", "children_ended", "in_year", "children_in_year")
        ]
        if any(value is None for value in values):
            continue
        begun, children_begun, finished, children_finished, all_plans, children = (int(value or 0) for value in values)
        starts, ends, both = begun - children_begun, finished - children_finished, all_plans - children
        twice = min(starts, ends) // 2 if starts else 0
        fresh, old, here = started == year, (started < year) & (ended == year), (started == year) & (ended == year)
        still = fresh & (ended > year)
        join(here, here, twice, 14, 200)
        join(still, here, starts - twice, 14, 200)
        join(here, old, ends - twice, 14, 250)
        join(still, old, both - starts - (ends - twice), 14, 300)
    for year in PUBLISHED_YEARS:
        wanted = found.total("cpp_started_second_or_subsequent", year)
        if wanted is None:
            continue
        fresh = (started == year) & usual
        already = fresh & (previous > 0)
        months = np.array(list(year_months(year)))
        by_month = np.array([(fresh & (plans.start_month.to_numpy() == when)).sum() for when in months])
        quota = apportion(wanted, by_month * np.array([printed.repeat_share.get(int(when), 1.0) for when in months]))
        done = np.array([(already & (plans.start_month.to_numpy() == when)).sum() for when in months])
        short = np.maximum(quota - done, 0)
        while short.sum() + done.sum() > wanted:
            short[np.argmax(short)] -= 1
        for when, count in zip(months, short, strict=True):
            here = np.flatnonzero(fresh & ~already & ~taken & (plans.start_month.to_numpy() == when))
            pick = rng.permutation(here)[:count]
            previous[pick] = rng.choice([1, 1, 1, 1, 2, 3], len(pick))
            known = pick[: round(0.3 * len(pick))]
            for row in known:
                gap = start[row] - end
                pool = np.flatnonzero(usual & ~taken & (ended < year) & (gap >= 60) & (gap <= 400))
                if len(pool):
                    earlier = pool[rng.integers(len(pool))]
                    before[row] = earlier
                    taken[[row, earlier]] = True
        if (previous[fresh] > 0).sum() != wanted:
            raise ValueError(f"{(previous[fresh] > 0).sum()} repeat plans of {wanted} in {year}")
    plans["before"], plans["previous"] = before, previous


def into_care(
    plans: pd.DataFrame, periods: pd.DataFrame, children: pd.DataFrame, printed: Panel, rng: np.random.Generator
) -> None:
    """Give the plans that ended because the child came into care to children who did, on the day or the days before it.

    Writes `child_id` (of the looked-after child, else "") and moves the plan's end to the start of care.
    """
    plans["child_id"], plans["reason"] = "", ""
    people = children.set_index("child_id")
    starts = periods.sort_values(["care_start", "child_id"]).drop_duplicates("child_id")
    starts = starts.assign(
        begun=ordinals(starts.care_start),
        born=ordinals(people.date_of_birth.reindex(starts.child_id)),
        alone=people.uasc.reindex(starts.child_id).to_numpy(),
        family=people.family_id.reindex(starts.child_id).to_numpy(),
    )
    young = starts.begun.to_numpy() < anniversary(starts.born.to_numpy(), 17)
    known = ~starts.alone.to_numpy().astype(bool) & young & (starts.begun.to_numpy() >= close_of(2014) + 1)
    starts = starts[known & (starts.begun - starts.born > 40)].copy()
    starts["close"] = WORKING[nth(starts.begun.to_numpy(), after=True)]
    starts["month"] = month_of(starts.close.to_numpy())
    free = ~plans.index.isin(plans.before) & (plans.last_extract == YEARS[-1]).to_numpy()
    tight = np.isin(plans.end_month - plans.start_month, LIMITS) | (plans.end_month == NONE).to_numpy()
    gap = (plans.end_month - plans.start_month).to_numpy()
    begun, month_ended = plans.start.to_numpy(), plans.end_month.to_numpy()
    close, whose, why = (
        plans.end.to_numpy().copy(),
        plans.child_id.to_numpy().astype(object),
        plans.reason.to_numpy().astype(object),
    )
    for months, wanted in _care_quotas(plans, printed):
        window = starts[starts.month.isin(months)]
        ends = np.isin(plans.end_month, list(months)) & ~tight & free & (gap > 0)
        usable = {
            int(when): min(int((ends & (plans.end_month == when)).sum()), int((window.month == when).sum()))
            for when in months
        }
        room = np.array([usable[int(when)] for when in months])
        quota = np.minimum(apportion(min(wanted, int(room.sum())), room.astype(float)), room)
        if quota.sum() < wanted and printed.into_care and months[0] == printed.into_care[0]:
            raise ValueError(f"only {quota.sum()} of {wanted} plans can end into care")
        for when, count in zip(months, quota, strict=True):
            pool = window[window.month == when]
            pool = pool.iloc[np.sort(rng.permutation(len(pool)))]
            rows = np.flatnonzero(ends & (month_ended == when))
            # The youngest choose first: a plan cannot be older than the child. Most end after nine to fifteen months.
            middle = np.isin(gap[rows], (10, 11, 13, 14))
            rows = rows[np.lexsort((rng.random(len(rows)), ~middle))]
            chosen = 0
            for person in (
                pool.sort_values(["born", "child_id"], ascending=[False, True])
                .iloc[_young_and_old(len(pool), count, rng)]
                .itertuples()
            ):
                fits = rows[begun[rows] > person.born + 5]
                if len(fits) == 0 or chosen == count:
                    continue
                row = fits[0]
                rows = rows[rows != row]
                close[row], whose[row], why[row] = person.close, person.child_id, "into care"
                chosen += 1
            if chosen < count and printed.into_care and months[0] == printed.into_care[0]:
                raise ValueError(f"{count - chosen} plans of month {when} found no child who came into care")
    plans["end"], plans["child_id"], plans["reason"] = close, whose.astype(str), why.astype(str)


def _young_and_old(size: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Which of so many, in order, are tried: a random choice first, then the rest, in case some do not fit."""
    order = rng.permutation(size)
    return np.concatenate([np.sort(order[:count]), np.sort(order[count:])])


def _care_quotas(plans: pd.DataFrame, printed: Panel) -> list[tuple[list[int], int]]:
    """Runs of months and how many of the plans ended in them ended into care."""
    runs = []
    for year in YEARS:
        months = list(year_months(year))
        if printed.into_care and months[0] == printed.into_care[0]:
            first, last, wanted = printed.into_care
            runs.append((list(range(first, last + 1)), wanted))
            months = [when for when in months if when > last]
        runs.append((months, round(0.21 * plans.end_month.isin(months).sum())))
    return runs


def other_reasons(plans: pd.DataFrame, printed: Panel, rng: np.random.Generator) -> None:
    """Why the other plans ended: nearly all because the threshold was no longer met."""
    waiting = (plans.end_month != NONE) & (plans.reason == "")
    plans.loc[waiting, "reason"] = "threshold no longer met"
    not_last = plans.index.isin(plans.before) | (plans.before >= 0).to_numpy()
    for year in YEARS:
        months = set(year_months(year))
        runs = [(months, round(0.032 * plans.end_month.isin(months).sum()))]
        if printed.into_care and min(months) == printed.into_care[0]:
            panel_months = set(range(printed.into_care[0], printed.into_care[1] + 1))
            runs = [(panel_months, printed.other_ends), (months - panel_months, 6)]
        for run, count in runs:
            pool = plans.index[waiting & plans.end_month.isin(run) & ~not_last]
            pick = rng.permutation(pool)[:count]
            plans.loc[pick, "reason"] = np.resize(
                ["moved away", "moved away", "moved away", "other", "18", "moved away"], len(pick)
            )


def plan_history(seed: int, authority: str, periods: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Every child protection plan of an authority.

    Returns
    -------
    One row a plan: start, end (days since 1970; NONE while open), start_month, end_month, band, before (row of the
    child's earlier plan or -1), previous, reason, child_id (when looked after later), initial_category,
    latest_category, group (brothers and sisters), first_extract, last_extract (collection years that show it).
    """
    found, printed, rng = targets(authority), panel(authority), generator(seed, authority, "plans")
    extra = revised_plans(found)
    table = plan_table(found, printed, extra, rng)
    rows = table.loc[table.index.repeat(table["count"]), ["start", "end", "band"]]
    rows = rows.assign(first_extract=YEARS[0], last_extract=YEARS[-1])
    rows = pd.concat([rows, extra]).rename(columns={"start": "start_month", "end": "end_month"}).reset_index(drop=True)
    plans = dated(rows, printed, rng)
    link_repeats(plans, found, printed, rng)
    into_care(plans, periods, children, printed, rng)
    other_reasons(plans, printed, rng)
    categories(plans, found, rng)
    return plans
