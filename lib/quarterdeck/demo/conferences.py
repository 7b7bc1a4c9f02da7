"""Section 47 enquiries, initial child protection conferences and strategy discussions of the demonstration."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.demo.months import NONE, WORKING, close_of, first_day, month_of, nth, year_months, year_of
from quarterdeck.demo.panel import Panel
from quarterdeck.demo.quotas import spread
from quarterdeck.demo.targets import PUBLISHED_YEARS, YEARS, Targets, apportion

BANDS = {"0_to_10": (2, 10), "11_to_15": (11, 15), "16_to_20": (16, 20), "21_or_more": (21, 62)}


def _lags(found: Targets, year: int, conferences: int) -> np.ndarray:
    """Working days from strategy discussion to conference of a year's conferences, ascending."""
    at = max(year, PUBLISHED_YEARS[0])
    split = found.split(
        "icpc_by_working_days_from_strategy_discussion", at, found.total("initial_child_protection_conferences", at)
    )
    quartiles = [found.total("icpc_working_days", at, name) for name in ("lower_quartile", "median", "upper_quartile")]
    values = spread([(*BANDS[name], split[name]) for name in BANDS], [float(q) for q in quartiles if q is not None])
    return values if len(values) == conferences else values[(np.arange(conferences) * len(values)) // conferences]


def before_plans(plans: pd.DataFrame, found: Targets, rng: np.random.Generator) -> dict[int, np.ndarray]:
    """The enquiry that led to each plan's conference; the conference is held on the day the plan starts.

    Writes `lag` (working days) and `s47` (day; of a plan recorded late, without a conference, the day it started).
    Returns the lags left over for each year's conferences that led to no plan.
    """
    started = year_of(plans.start_month.to_numpy())
    held = (plans.first_extract == YEARS[0]).to_numpy() & (started >= YEARS[0])
    plans["lag"] = np.where(held, 0, -1)
    spare = {}
    for year in YEARS:
        rows = np.flatnonzero(held & (started == year))
        total = found.total("initial_child_protection_conferences", year) or round(1.2 * len(rows))
        values = _lags(found, year, total)
        # Brothers and sisters share a conference, so they take neighbouring lags.
        groups = plans.group.to_numpy()[rows]
        shuffled = dict(zip(np.unique(groups), rng.permutation(len(np.unique(groups))), strict=True))
        order = rows[np.argsort([shuffled[g] for g in groups], kind="stable")]
        taken = np.sort(rng.permutation(total)[: len(rows)])
        plans.loc[plans.index[order], "lag"] = values[taken]
        spare[year] = rng.permutation(np.delete(values, taken))
    plans["s47"] = np.where(held, WORKING[nth(plans.start.to_numpy()) - np.maximum(plans.lag, 0)], plans.start)
    older = started < YEARS[0]
    plans["s47"] = np.where(older, WORKING[nth(plans.start.to_numpy()) - 14], plans.s47)
    return spare


class Enquiries:
    """Builds the enquiries of all years, counting children and enquiries apart.

    Parameters
    ----------
    rows : episodes (kind, start, end, person, fixed, family_id), one row each; their position is what `episode` means.
    """

    def __init__(self, rows: pd.DataFrame, rng: np.random.Generator) -> None:
        self.rng = rng
        self.start, self.end = rows.start.to_numpy(), np.minimum(rows.end.to_numpy(), close_of(YEARS[-1]))
        self.person, self.kind = rows.person.to_numpy(), rows.kind.to_numpy()
        self.fixed, self.family = rows.fixed.to_numpy(), rows.family_id.to_numpy()
        self.made: list[tuple[int, int, int]] = []

    def table(self) -> pd.DataFrame:
        """One row an enquiry: episode, s47, icpc (day; NONE where none was held)."""
        return pd.DataFrame(self.made, columns=["episode", "s47", "icpc"])

    def persons(self, year: int, conference: bool) -> np.ndarray:
        """The child of every enquiry begun (or conference held) in a year, once for each."""
        table = self.table()
        when = table.icpc if conference else table.s47
        return self.person[table.episode[year_of(month_of(when.to_numpy())) == year].to_numpy()]

    def without_plan(self, year: int, lags: np.ndarray, repeats: int) -> None:
        """Conferences that led to no plan, `repeats` of them of children who had another in the year."""
        low, high = close_of(year - 1) + 1, close_of(year)
        able = np.isin(self.kind, ["need", "late"])
        has = np.zeros(int(self.person.max()) + 1, bool)
        has[self.persons(year, True)] = True
        enquired = has.copy()
        enquired[self.persons(year, False)] = True
        enquired[self.persons(year - 1, False)] = True
        left = list(lags[: len(lags) - repeats])
        for row in self.rng.permutation(
            np.flatnonzero(able & ~self.fixed & (self.start >= low - 60) & (self.start < high))
        ):
            if not left:
                break
            if has[self.person[row]]:
                continue
            s47 = WORKING[nth(self.start[row]) + self.rng.integers(0, 12)]
            icpc = WORKING[nth(s47) + left[-1]]
            if low <= icpc <= high and icpc <= self.end[row]:
                self.made.append((row, int(s47), int(icpc)))
                has[self.person[row]] = True
                left.pop()
        again = list(lags[len(lags) - repeats :])
        table = self.table()
        seen = table[year_of(month_of(table.icpc.to_numpy())) == year].drop_duplicates("episode", keep="last")
        for row, first in self.rng.permutation(seen[["episode", "icpc"]].to_numpy()):
            if not again:
                break
            s47 = WORKING[nth(first) + self.rng.integers(45, 90)]
            icpc = WORKING[nth(s47) + again[-1]]
            if low <= icpc <= high and icpc <= self.end[row]:
                self.made.append((int(row), int(s47), int(icpc)))
                again.pop()
        if left or again:
            raise ValueError(f"{len(left) + len(again)} conferences of {year} found no child")

    def without_conference(self, year: int, wanted: dict[int, int], repeats: int) -> None:
        """Enquiries that led to no conference, by month, `repeats` of them of children who had another in the year."""
        has = np.zeros(int(self.person.max()) + 1, bool)
        has[self.persons(year, False)] = True
        months = month_of(self.start)
        part = apportion(repeats, np.array([max(count, 0) for count in wanted.values()], float))
        for (when, count), twice in zip(wanted.items(), part, strict=True):
            low, high = int(first_day(when)), int(first_day(when + 1)) - 1
            pool = np.flatnonzero(
                (self.kind != "nfa")
                & (self.start >= low - 12)
                & (self.start <= high)
                & (self.end >= low)
                & (months >= when - 1)
            )
            families, inverse = np.unique(self.family[pool], return_inverse=True)
            pool = pool[np.argsort(self.rng.permutation(len(families))[inverse], kind="stable")]
            made = self._some(pool, has, False, count - twice, low, high)
            later = np.flatnonzero(
                (self.kind == "need") & (self.start < high - 30) & (self.end >= high) & has[self.person]
            )
            made += self._some(self.rng.permutation(later), has, True, twice, low, high)
            if made < count:
                raise ValueError(f"{count - made} enquiries of month {when} found no child")

    def _some(self, pool: np.ndarray, has: np.ndarray, again: bool, count: int, low: int, high: int) -> int:
        made = 0
        for row in pool:
            if made == count:
                break
            if has[self.person[row]] != again:
                continue
            first = max(low, int(self.start[row]))
            last = min(high, int(self.end[row]), first + 10 if not again else high)
            a, b = int(nth(first, after=True)), int(nth(last))
            if b < a:
                continue
            drawn = int(self.rng.integers(a, b + 1))
            # No child has two enquiries that begin on the same day.
            taken = {day for episode, day, _ in self.made if again and self.person[episode] == self.person[row]}
            free = [int(WORKING[day]) for day in (*range(drawn, b + 1), *range(a, drawn)) if WORKING[day] not in taken]
            if not free:
                continue
            self.made.append((int(row), free[0], NONE))
            has[self.person[row]] = True
            made += 1
        return made


def enquiries(
    rows: pd.DataFrame,
    plans: pd.DataFrame,
    spare: dict[int, np.ndarray],
    found: Targets,
    printed: Panel,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Every section 47 enquiry, with its conference where one was held.

    Parameters
    ----------
    plans : with `episode`, the row in `rows` of the episode that holds each.

    Returns
    -------
    One row an enquiry: episode, s47, icpc (days; icpc NONE where none was held).
    """
    build = Enquiries(rows, rng)
    held = plans[plans.lag >= 0]
    build.made = list(zip(held.episode.tolist(), held.s47.tolist(), held.start.tolist(), strict=True))
    for year in YEARS:
        total, children = (
            found.total("initial_child_protection_conferences", year),
            found.total("initial_child_protection_conference_children", year),
        )
        now = build.persons(year, True)
        twice = 0 if total is None or children is None else total - children - (len(now) - len(np.unique(now)))
        build.without_plan(year, spare[year], max(twice, 0))
    for year in YEARS:
        at = max(year, PUBLISHED_YEARS[0])
        total, children = found.total("section_47_enquiries", at) or 0, found.total("section_47_children", at) or 0
        now = build.persons(year, False)
        table = build.table()
        by_month = month_of(table.s47.to_numpy())
        months = list(year_months(year))
        already = np.array([(by_month == when).sum() for when in months])
        goal = np.array(
            [round(0.8 * printed.discussions[when]) if when in printed.discussions else -1 for when in months]
        )
        rest = goal < 0
        goal[rest] = apportion(
            max(total - int(goal[~rest].sum()), 0), np.where(already[rest] > 0, already[rest] + 60.0, 1.0)
        )
        short = np.maximum(goal - already, 0)
        while short.sum() > total - len(now):
            short[np.argmax(short)] -= 1
        while short.sum() < total - len(now):
            short[np.argmin(np.where(rest, short, 10**6))] += 1
        twice = total - children - (len(now) - len(np.unique(now)))
        build.without_conference(year, dict(zip(months, (int(n) for n in short), strict=True)), max(twice, 0))
    return build.table().sort_values(["s47", "episode", "icpc"], ignore_index=True)


def discussions(rows: pd.DataFrame, s47: pd.DataFrame, printed: Panel, rng: np.random.Generator) -> pd.DataFrame:
    """Strategy discussions: one before every enquiry, on its day, and those that led to none.

    Returns
    -------
    One row a discussion: episode, date, outcome.
    """
    made = pd.DataFrame({"episode": s47.episode, "date": s47.s47, "outcome": "section 47 enquiry"})
    months = month_of(made.date.to_numpy())
    start_month = month_of(rows.start.to_numpy())
    able = (rows.kind != "nfa").to_numpy()
    person = rows.person.to_numpy()
    others = []
    for year in YEARS:
        for when in year_months(year):
            count = int((months == when).sum())
            extra = printed.discussions.get(when, round(1.25 * count)) - count
            pool = rng.permutation(np.flatnonzero(able & (start_month == when)))
            # No child is discussed twice on a day: whoever has a discussion in the month has no other.
            once = np.unique(person[pool], return_index=True)[1]
            discussed = person[made.episode[months == when].to_numpy()]
            pool = pool[np.sort(once[~np.isin(person[pool[once]], discussed)])][: max(extra, 0)]
            day = WORKING[
                np.minimum(
                    nth(rows.start.to_numpy()[pool]) + rng.integers(0, 3, len(pool)), nth(first_day(when + 1) - 1)
                )
            ]
            outcome = rng.choice(
                ["single assessment", "no further action", "child in need plan"], len(pool), p=[0.6, 0.3, 0.1]
            )
            others.append(pd.DataFrame({"episode": pool, "date": day, "outcome": outcome}))
    return pd.concat([made, *others], ignore_index=True).sort_values(["date", "episode", "outcome"], ignore_index=True)
