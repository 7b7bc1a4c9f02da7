"""Who came into care and who left, year by year, so that every published count of starts, ceases and stocks is met.

A child's date of birth is not drawn at first. It is an interval, which each published fact narrows: a start at 5 to 9,
a tenth birthday in 2017-18, leaving on the eighteenth. How many children pass from one age band to the next in a year
follows from the published stocks, starts and ceases, so the intervals always hold a date when the years are done.
"""

from __future__ import annotations

import numpy as np

from .ages import BAND_ENDS, BAND_STARTS, anniversary, day
from .cells import joint, settle
from .days import OPEN, MonthSlots, is_leap_day, month_of, weekday, working_weekday
from .population import Population
from .siblings import sibling_groups, spaced_births, together
from .targets import YEARS, Targets, generator, shared_draw
from .year_plans import EXITS, Year, month_totals, year_plans

SHORTEST = 6


class History:
    """The periods of care of one authority, built year by year.

    Parameters
    ----------
    seed : chooses the random stream.
    authority : the slug of the demonstration authority.
    published : its published counts.
    """

    def __init__(self, seed: int, authority: str, published: Targets) -> None:
        self.rng = generator(seed, authority, "periods")
        self.authority = authority
        self.published = published
        self.people = Population()
        self.plans, opening, girls = year_plans(published)
        self._open(opening, girls)
        for plan in self.plans:
            self._live(plan)
        self._still_open()
        self.born = self._births()

    def _open(self, bands: np.ndarray, girls: int) -> None:
        first = self.plans[0].first
        band = np.repeat(np.arange(5), bands)
        longest = np.array([330, 1100, 1900, 2600, 2200])[band]
        stay = np.minimum(self.rng.gamma(1.1, 560, len(band)).astype(np.int64) + 10, longest)
        since = weekday(first - 3 - stay)
        groups = sibling_groups(self.rng, band, np.zeros(len(band), np.int64))
        groups[(band == 0) | (band == 4)] = -1
        since = together(since, groups, band)
        low = anniversary(first - 1, -BAND_ENDS[band]) + 1
        high = np.minimum(anniversary(first - 1, -BAND_STARTS[band]), since - 1)
        female = np.zeros(len(band), bool)
        female[self.rng.permutation(len(band))[:girls]] = True
        new = self.people.add(low, high, female, band, since)
        self.people.siblings[new] = groups

    def _live(self, plan: Year) -> None:
        people = self.people
        begin_months, end_months = month_totals(self.authority, plan)
        begins, ends = MonthSlots(plan.year, begin_months), MonthSlots(plan.year, end_months)
        opening = np.flatnonzero(people.inside)

        returning = self._returners(plan, opening, begins, ends)
        fresh = self._starters(plan, returning, begins)
        twice, passing = self._come_twice(plan, fresh, begins, ends)

        steady = np.setdiff1d(np.concatenate([opening, fresh]), np.concatenate([returning, twice, passing]))
        busy = np.concatenate([returning, twice, passing])
        final, early = self._cross(plan, steady)
        ceased_by_busy = np.bincount(people.band[busy], minlength=5)
        leavers, kind = self._leavers(plan, steady, final, early, ceased_by_busy, busy)
        self._place_ends(plan, leavers, kind, final, ends)

    def _pick(self, pool: np.ndarray, count: int, girls: int | None = None) -> np.ndarray:
        pool = self.rng.permutation(pool)
        if girls is None:
            return pool[:count]
        women, men = pool[self.people.female[pool]], pool[~self.people.female[pool]]
        return np.concatenate([women[:girls], men[: count - girls]])

    def _returners(self, plan: Year, opening: np.ndarray, begins: MonthSlots, ends: MonthSlots) -> np.ndarray:
        """Children looked after as the year opens, who leave and come back: to stay, or to leave again."""
        people, rng = self.people, self.rng
        settled = (people.band[opening] >= 1) & (people.band[opening] <= 3) & (people.since[opening] < plan.first - 20)
        settled &= anniversary(people.high[opening], BAND_ENDS[people.band[opening]]) > plan.last
        girls_out = min(plan.out_twice, max(0, -plan.extra_female), plan.out_twice)
        # Only the band of 10 to 15 may gain or lose by those who come or leave twice: `_opening` counts on it.
        teenage = opening[settled & (people.band[opening] == 3)]
        out_twice = self._pick(teenage, plan.out_twice, max(girls_out, plan.out_twice // 2))
        both = self._pick(np.setdiff1d(opening[settled], out_twice), plan.both)
        chosen = np.concatenate([both, out_twice])
        people.low[chosen] = np.maximum(people.low[chosen], anniversary(plan.last, -BAND_ENDS[people.band[chosen]]) + 1)
        first = weekday(rng.integers(plan.first + 10, plan.last - 170, len(chosen)))
        again = weekday(first + rng.integers(21, 80, len(chosen)))
        ends.take(first)
        begins.take(again)
        people.leave(chosen, first)
        people.come_back(chosen, again)
        last = weekday(again[len(both) :] + rng.integers(20, 80, len(out_twice)))
        ends.take(last)
        people.leave(out_twice, last)
        return chosen

    def _starters(self, plan: Year, returning: np.ndarray, begins: MonthSlots) -> np.ndarray:
        people, rng = self.people, self.rng
        back = np.bincount(people.band[returning], minlength=5)
        band = rng.permutation(np.repeat(np.arange(5), plan.starts - back))
        female = np.zeros(len(band), bool)
        female[: plan.starts_female - int(people.female[returning].sum())] = True
        rng.shuffle(female)
        later = plan.in_twice + plan.passing  # their second starts still need a slot each
        slots = begins.left.copy()
        hold = np.zeros(12, np.int64)
        for _ in range(later):
            hold[3 + int(np.argmax((slots - hold)[3:]))] += 1
        month = rng.permutation(np.repeat(np.arange(12), slots - hold))
        begins.left = hold
        since = working_weekday(rng, begins.edges[month], begins.edges[month + 1] - 1)
        groups = sibling_groups(rng, band, month)
        since = together(since, groups, band)
        low = anniversary(since, -BAND_ENDS[band]) + 1
        low = np.where(band == 4, low + 20, low)
        high = anniversary(since, -BAND_STARTS[band])
        new = people.add(low, high, female, band, since)
        people.siblings[new] = np.where(groups >= 0, groups + 10_000 * plan.year, -1)
        return new

    def _come_twice(
        self, plan: Year, fresh: np.ndarray, begins: MonthSlots, ends: MonthSlots
    ) -> tuple[np.ndarray, np.ndarray]:
        """Children who come, leave and come again, in the months held for their second start."""
        people, rng = self.people, self.rng
        months = np.repeat(np.arange(12), begins.left)
        months = months[::-1]  # who will leave again comes last, in the earliest month, and has time to
        again = working_weekday(rng, begins.edges[months], begins.edges[months + 1] - 1)
        girls = plan.extra_female + max(max(0, -plan.extra_female), plan.out_twice // 2)
        need_girls = [index < girls for index in range(plan.in_twice)]
        chosen: list[int] = []
        for number, when in enumerate(again):
            pool = fresh[(people.band[fresh] == 3) & ~np.isin(fresh, chosen)]
            early = people.since[pool]
            pool = pool[(early < when - 45) & (early > when - 170)]
            if number < plan.in_twice:
                pool = pool[people.female[pool] == need_girls[number]]
            if not len(pool):
                raise ArithmeticError(f"{plan.year}: nobody to come into care twice")
            chosen.append(int(rng.permutation(pool)[0]))
        children = np.array(chosen, np.int64)
        people.low[children] = np.maximum(
            people.low[children], anniversary(plan.last, -BAND_ENDS[people.band[children]]) + 1
        )
        gap = again - people.since[children]
        first_end = weekday(people.since[children] + 8 + (rng.random(len(children)) * (gap - 30)).astype(np.int64))
        ends.take(first_end)
        people.leave(children, first_end)
        people.come_back(children, again)
        passing = children[plan.in_twice :]
        last = weekday(np.minimum(again[plan.in_twice :] + rng.integers(7, 60, len(passing)), plan.last - 4))
        last = np.maximum(last, again[plan.in_twice :])
        ends.take(last)
        people.leave(passing, last)
        return children[: plan.in_twice], passing

    def _cross(self, plan: Year, steady: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Who has the birthday that moves them to the next age band; and who must leave before it."""
        people, rng = self.people, self.rng
        final = people.band.copy()
        early = np.zeros(len(people.band), bool)
        for band in range(4):
            pool = rng.permutation(steady[people.band[steady] == band])
            must = anniversary(people.high[pool], BAND_ENDS[band]) <= plan.last
            can = (anniversary(people.low[pool], BAND_ENDS[band]) <= plan.last) & ~must
            need = int(plan.crossing[band])
            movers = pool[must][np.argsort(people.high[pool[must]], kind="stable")]
            # Most of the babies who leave were here before the year began: they leave before their first birthday.
            stay = min(need, len(movers) - (3 * int(plan.ceases[0]) // 4 if band == 0 else 0))
            if len(movers) > stay:
                early[movers[stay:]] = True
                movers = movers[:stay]
            movers = np.concatenate([movers, pool[can][: need - len(movers)]])
            if len(movers) != need:
                raise ArithmeticError(f"{plan.year}: {need} birthdays wanted from band {band}, {len(movers)} possible")
            final[movers] = band + 1
            people.high[movers] = np.minimum(people.high[movers], anniversary(plan.last, -BAND_ENDS[band]))
        return final, early

    def _long_quota(self, plan: Year, steady: np.ndarray, final: np.ndarray, busy: np.ndarray) -> int | None:
        """How many long-stayers under 16 must leave so that DfE's count of them at the year's end comes out."""
        wanted = self.published.total(
            "cla_on_31_march_long_term_stability", plan.year, "under_16_looked_after_2_5_years"
        )
        if wanted is None:
            return None
        present = np.concatenate([steady, busy[self.people.inside[busy]]])
        return int((self._long(plan, present) & (final[present] < 4)).sum()) - wanted

    def _long(self, plan: Year, children: np.ndarray) -> np.ndarray:
        return self.people.since[children] <= day(plan.year - 3, 9, 30)

    def _leavers(
        self, plan: Year, steady: np.ndarray, final: np.ndarray, early: np.ndarray, busy_ceases: np.ndarray,
        busy: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        people, rng = self.people, self.rng
        wanted = plan.ceases.copy()
        wanted[:4] -= busy_ceases[:4]
        women = plan.ceases_female - int(people.female[busy].sum())
        old = rng.permutation(steady[(final[steady] == 4) & (people.band[steady] == 4)])
        must = anniversary(people.high[old], 18) <= plan.last
        can = (anniversary(people.low[old], 18) <= plan.last) & ~must & (people.since[old] <= plan.last - 30)
        adults = np.concatenate([old[must], old[can]])[: wanted[6]]
        if len(adults) < wanted[6]:
            raise ArithmeticError(f"{plan.year}: {wanted[6]} eighteenth birthdays wanted, {len(adults)} possible")
        excess = old[must][wanted[6] :]
        rest = np.setdiff1d(old, adults)
        rest = rest[(people.since[rest] <= plan.last - 30) | np.isin(rest, excess)]
        chosen: list[np.ndarray] = [adults]
        kinds: list[np.ndarray] = [np.full(len(adults), 6)]

        pools: list[np.ndarray] = []
        forced: list[np.ndarray] = []
        for band in range(4):
            inside = steady[final[steady] == band]
            inside = inside[(people.since[inside] <= plan.last - SHORTEST - 25) | early[inside]]
            pools.append(inside[~early[inside]])
            forced.append(inside[early[inside]])
        turned = anniversary(people.high[rest], 17)
        opened = np.maximum(people.since[rest] + SHORTEST, plan.first)
        sixteen = rest[(turned > opened + 12) & ~np.isin(rest, excess)]
        forced_seventeen = excess
        seventeen = rest[
            (np.maximum(anniversary(people.low[rest], 17), opened) + 3 <= plan.last) & ~np.isin(rest, excess)
        ]
        seventeen_only = np.setdiff1d(seventeen, sixteen)
        keep = min(len(seventeen_only), int(wanted[5]) - len(forced_seventeen))
        extra = rng.permutation(np.intersect1d(seventeen, sixteen))[: int(wanted[5]) - len(forced_seventeen) - keep]
        pools += [np.setdiff1d(sixteen, extra), np.union1d(seventeen_only, extra)]
        forced += [np.zeros(0, np.int64), forced_seventeen]

        fixed = np.concatenate([adults, *forced])
        rows = wanted[:6] - np.array([len(each) for each in forced])
        if (rows < 0).any():
            raise ArithmeticError(f"{plan.year}: more must leave than did: {rows.tolist()}")
        available = np.array([[int((~people.female[p]).sum()), int(people.female[p].sum())] for p in pools])
        before = [pool[people.since[pool] < plan.first] for pool in pools]
        settled = np.array([[int((~people.female[p]).sum()), int(people.female[p].sum())] for p in before])
        girls = joint(rows, women - int(people.female[fixed].sum()), available, settled)
        long_quota = self._long_quota(plan, steady, final, busy)
        if long_quota is not None:
            under = np.concatenate(forced[:4])
            long_quota -= int(self._long(plan, under).sum())
        cells: list[tuple[np.ndarray, int, int]] = []
        for number, pool in enumerate(pools):
            women_here = people.female[pool]
            cells.append((pool[women_here], int(girls[number]), number))
            cells.append((pool[~women_here], int(rows[number] - girls[number]), number))
        fresh_quotas = self._fresh_quotas(plan, steady, final, busy)
        for place, done in enumerate((np.concatenate(forced[:2]), np.concatenate([*forced[2:], adults]))):
            quota = fresh_quotas[place]
            if quota is not None:
                fresh_quotas[place] = quota - int((people.since[done] >= plan.first).sum())
        for pool, count, number in self._choose(plan, cells, long_quota, fresh_quotas):
            if len(pool) != count:
                raise ArithmeticError(f"{plan.year}: {count} leavers wanted of {EXITS[number]}, {len(pool)} found")
            chosen.append(pool)
            kinds.append(np.full(len(pool), number))
        for number, each in enumerate(forced):
            chosen.append(each)
            kinds.append(np.full(len(each), number))
        leavers, kind = np.concatenate(chosen), np.concatenate(kinds)
        staying = np.setdiff1d(steady, leavers)
        limit = anniversary(plan.last, -BAND_ENDS[final[staying]]) + 1
        people.low[staying] = np.maximum(people.low[staying], limit)
        self.moved = np.flatnonzero(final != people.band)
        people.band = final
        return leavers, kind

    def _fresh_quotas(self, plan: Year, steady: np.ndarray, final: np.ndarray, busy: np.ndarray) -> list[int | None]:
        """How many of the year's new children must leave in it, under 5 and 5 or over, for DfE's 12-month counts."""
        item = "cla_12_months_health_and_outcomes"
        present = np.concatenate([steady, busy[self.people.inside[busy]]])
        fresh = present[self.people.since[present] >= plan.first]
        stock = self.published.split("cla_on_31_march_by_age", plan.year) if plan.year > YEARS[0] else {}
        total = self.published.total(item, plan.year, "looked_after_12_months")
        young = self.published.total(item, plan.year, "aged_under_5")
        if total is None or young is None or not stock:
            return [None, None]
        staying_young = stock["under_1"] + stock["1_to_4"] - young
        staying_old = sum(stock.values()) - total - staying_young
        return [int((final[fresh] <= 1).sum()) - staying_young, int((final[fresh] > 1).sum()) - staying_old]

    def _choose(
        self, plan: Year, cells: list[tuple[np.ndarray, int, int]], long_quota: int | None,
        fresh_quotas: list[int | None],
    ) -> list[tuple[np.ndarray, int, int]]:  # fmt: skip
        """Who leaves of each cell (age band and sex): so many of long standing, so many who came this year."""
        rng = self.rng
        long_here = [self._long(plan, pool) for pool, _, _ in cells]
        new_here = [self.people.since[pool] >= plan.first for pool, _, _ in cells]
        band = np.array([number for _, _, number in cells])
        counts = np.array([count for _, count, _ in cells])
        longs = np.array([int(each.sum()) for each in long_here])
        news = np.array([int(each.sum()) for each in new_here])
        sizes = np.array([len(pool) for pool, _, _ in cells])
        fresh = np.round(counts * news / np.maximum(sizes, 1)).astype(np.int64)
        lowest, highest = np.maximum(0, counts - (sizes - news)), np.minimum(counts, news)
        fresh = np.clip(fresh, lowest, highest)
        for quota, cell in zip(fresh_quotas, (band <= 1, band > 1), strict=True):
            if quota is not None:
                fresh[cell] = settle(fresh[cell], quota, lowest[cell], highest[cell])
                if fresh[cell].sum() != quota:
                    raise ArithmeticError(f"{plan.year}: {quota} of the year's new children cannot leave in it")
        others = counts - fresh
        quotas = np.round(others * longs / np.maximum(sizes - news, 1)).astype(np.int64)
        lowest, highest = np.maximum(0, others - (sizes - news - longs)), np.minimum(others, longs)
        quotas = np.clip(quotas, lowest, highest)
        if long_quota is not None:
            young = band < 4
            quotas[young] = settle(quotas[young], long_quota, lowest[young], highest[young])
            if quotas[young].sum() != long_quota:
                raise ArithmeticError(f"{plan.year}: {long_quota} of the long-stayers cannot leave")
        siblings = self.people.siblings
        # Brothers and sisters draw one lot between them, so that they mostly leave in the same year or not at all.
        lots = shared_draw(
            rng, np.where(siblings >= 0, siblings, siblings.max(initial=0) + 1 + np.arange(len(siblings)))
        )

        def order(pool: np.ndarray) -> np.ndarray:
            return pool[np.argsort(lots[pool], kind="stable")]

        result: list[tuple[np.ndarray, int, int]] = []
        for (pool, count, number), is_long, is_new, quota, new in zip(
            cells, long_here, new_here, quotas, fresh, strict=True
        ):
            middle = ~is_long & ~is_new
            picked = np.concatenate(
                [
                    order(pool[is_long])[:quota],
                    order(pool[is_new])[:new],
                    order(pool[middle])[: count - quota - new],
                ]
            )
            result.append((picked, count, number))
        return result

    def _place_ends(
        self, plan: Year, leavers: np.ndarray, kind: np.ndarray, final: np.ndarray, ends: MonthSlots
    ) -> None:
        """A day for each end, month by month, those whose time runs out first before the others."""
        people, rng = self.people, self.rng
        crossed = np.isin(leavers, self.moved)
        low, high = people.low[leavers], people.high[leavers]
        earliest = np.maximum(people.since[leavers] + SHORTEST, plan.first)
        latest = np.full(len(leavers), plan.last)
        upper = np.array([*BAND_ENDS[:4], 17, 18, 18])[kind]
        latest = np.minimum(latest, anniversary(high, upper) - (kind < 6))
        from_age = np.select([kind == 6, kind == 5, crossed], [18, 17, BAND_STARTS[np.minimum(kind, 4)]], -1)
        reached = anniversary(low, np.maximum(from_age, 0))
        earliest = np.where(from_age >= 0, np.maximum(earliest, reached), earliest)
        if (latest < earliest).any():
            raise ArithmeticError(f"{plan.year}: no day to leave on")
        dates = np.zeros(len(leavers), np.int64)
        waiting = np.ones(len(leavers), bool)
        for month in range(12):
            begin, stop = ends.edges[month], ends.edges[month + 1] - 1
            ready = np.flatnonzero(waiting & (earliest <= stop))
            urgent = rng.permutation(ready[latest[ready] <= stop])
            others = rng.permutation(ready[latest[ready] > stop])
            # Those whose last possible day is nearest go first when the months ahead could not hold them all.
            others = others[np.argsort(latest[others] // 45, kind="stable")] if month > 6 else others
            now = np.concatenate([urgent, others])[: ends.left[month]]
            if len(now) != ends.left[month] or len(urgent) > ends.left[month]:
                raise ArithmeticError(
                    f"{plan.year} month {month}: {ends.left[month]} ends, {len(urgent)} due, {len(ready)} ready"
                )
            first = np.maximum(begin, earliest[now])
            last = np.minimum(stop, latest[now])
            drawn = np.where(kind[now] == 6, rng.integers(first, last + 1), working_weekday(rng, first, last))
            leap = drawn == day(2016, 2, 29)
            dates[now] = np.where(leap, np.where(first < drawn, drawn - 3, drawn + (last > drawn)), drawn)
            waiting[now] = False
        self._leave_together(leavers, kind, dates, earliest, latest)
        upper_band = upper
        people.low[leavers] = np.maximum(people.low[leavers], anniversary(dates, -upper_band) + (kind < 6))
        at_least = np.where(from_age >= 0, anniversary(dates, -np.maximum(from_age, 0)), people.high[leavers])
        people.high[leavers] = np.minimum(people.high[leavers], at_least)
        people.leave(leavers, dates)

    def _leave_together(
        self, leavers: np.ndarray, kind: np.ndarray, dates: np.ndarray, earliest: np.ndarray, latest: np.ndarray
    ) -> None:
        """Brothers and sisters who leave in one year leave on one day, where each can: days change hands."""
        groups = np.where(kind < 6, self.people.siblings[leavers], -1)
        settled = np.zeros(len(leavers), bool)
        for group in np.unique(groups[groups >= 0]):
            members = np.flatnonzero(groups == group)
            day_of_first = dates[members[0]]
            for other in members[1:]:
                if not earliest[other] <= day_of_first <= latest[other]:
                    continue
                spare = np.flatnonzero(
                    (dates == day_of_first) | (np.abs(dates - day_of_first) < 25) & (kind < 6) & (groups < 0) & ~settled
                )
                same_month = spare[month_of(dates[spare]) == month_of(day_of_first)]
                able = same_month[(earliest[same_month] <= dates[other]) & (latest[same_month] >= dates[other])]
                able = able[(groups[able] < 0) & ~settled[able]]
                if month_of(dates[other]) == month_of(day_of_first):
                    dates[other] = day_of_first
                elif len(able):
                    dates[able[0]] = dates[other]
                    settled[able[0]] = True
                    dates[other] = day_of_first

    def _still_open(self) -> None:
        inside = np.flatnonzero(self.people.inside)
        self.people.leave(inside, np.full(len(inside), OPEN))

    def _births(self) -> np.ndarray:
        """A date of birth inside each interval; brothers and sisters at least ten months apart."""
        low, high = self.people.low, self.people.high
        if (low > high).any():
            raise ArithmeticError(f"{int((low > high).sum())} children cannot have been born")
        born = self.rng.integers(low, high + 1)
        born, self.people.siblings = spaced_births(born, low, high, self.people.siblings)
        leap = is_leap_day(born)
        return np.where(leap, np.where(born > low, born - 1, np.minimum(born + 1, high)), born)
