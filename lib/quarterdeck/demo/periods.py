"""Who came into care and who left, year by year, so that every published count of starts, ceases and stocks is met.

A child's date of birth is not drawn at first. It is an interval, which each published fact narrows: a start at 5 to 9, a
tenth birthday in 2017-18, leaving on the eighteenth. How many children pass from one age band to the next in a year
follows from the published stocks, starts and ceases, so the intervals always hold a date when the years are done.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .ages import BAND_ENDS, BAND_STARTS, BANDS, anniversary, day
from .targets import YEARS, Targets, apportion, generator

OPEN = 2**30
SHORTEST = 6
BETWEEN_BIRTHS = 300
EXITS = (*BANDS[:4], "16", "17", "18_and_over")
# Starts and ends of the period of care by month, April to March, where only their sums are published: a flat year.
EVEN = np.ones(12)
# 2017-18 of the panel's county: starts fall and ends rise from September, 796 children at the end of December.
KNOWN_MONTHS: dict[tuple[str, int], tuple[list[int], list[int]]] = {
    ("worcestershire-demo", 2018): (
        [30, 31, 33, 27, 26, 22, 21, 22, 19, 17, 16, 18],
        [20, 19, 20, 21, 20, 26, 25, 26, 25, 18, 17, 19],
    ),
}
# A rise in the last quarter of 2016-17, as the panel was told.
MONTH_WEIGHTS: dict[int, tuple[list[float], list[float]]] = {
    2017: ([26, 27, 28, 27, 25, 28, 29, 28, 24, 31, 31, 33], [22, 23, 24, 24, 23, 23, 22, 22, 22, 19, 18, 20]),
}


@dataclass
class Population:
    """Everyone who is ever looked after, as it grows; days are counted from 1970."""

    low: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    high: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    female: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    band: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    since: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    inside: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    siblings: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    child: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)

    def add(
        self, low: np.ndarray, high: np.ndarray, female: np.ndarray, band: np.ndarray, since: np.ndarray
    ) -> np.ndarray:
        """Children who come into care; gives their numbers."""
        new = np.arange(len(self.low), len(self.low) + len(low))
        self.low = np.concatenate([self.low, low])
        self.high = np.concatenate([self.high, high])
        self.female = np.concatenate([self.female, female])
        self.band = np.concatenate([self.band, band])
        self.since = np.concatenate([self.since, since])
        self.inside = np.concatenate([self.inside, np.ones(len(low), bool)])
        self.siblings = np.concatenate([self.siblings, np.full(len(low), -1)])
        return new

    def leave(self, children: np.ndarray, ends: np.ndarray) -> None:
        """Their present period of care ends."""
        self.child += children.tolist()
        self.start += self.since[children].tolist()
        self.end += ends.tolist()
        self.inside[children] = False

    def come_back(self, children: np.ndarray, starts: np.ndarray) -> None:
        """A new period of care begins for children known before."""
        self.since[children] = starts
        self.inside[children] = True


@dataclass(frozen=True)
class Year:
    """What a year must come to: children by age band and sex, and how many came or left twice.

    Parameters
    ----------
    starts, ceases : int, by BANDS and by EXITS.
    crossing : int, shape (4,): birthdays 1, 5, 10 and 16 in care during the year.
    both, out_twice, in_twice, passing : children who left and came back to stay; left, came back and left; came, left and
        came back to stay; came, left, came and left.
    extra_female : girls among in_twice less those among out_twice.
    """

    year: int
    starts: np.ndarray
    ceases: np.ndarray
    starts_female: int
    ceases_female: int
    both: int
    out_twice: int
    in_twice: int
    passing: int
    extra_female: int
    crossing: np.ndarray

    @property
    def first(self) -> int:
        return day(self.year - 1, 4, 1)

    @property
    def last(self) -> int:
        return day(self.year, 3, 31)


def year_plans(published: Targets) -> tuple[list[Year], np.ndarray, int]:
    """Each year's counts, and the opening stock of the first by age band and its girls.

    The two years before the first published breakdown take its proportions.
    """
    years: dict[int, Year] = {}
    for year in YEARS[1:]:
        starts, ceases, crossing, twice, sexes = _published_year(published, year)
        if year == 2016:
            later = _published_year(published, 2017)
            crossing = later[2]
        years[year] = Year(year, starts, ceases, sexes[0], sexes[1], *twice, crossing)
    first = years[2016]
    starts_total = published.comparator("cla_starts", 2015) or int(first.starts.sum())
    ceases_total = published.comparator("cla_ceases", 2015) or int(first.ceases.sum())
    closing = np.array([published.split("cla_on_31_march_by_age", 2016)[band] for band in BANDS])
    closing = _opening(first, closing)
    female = published.split("cla_on_31_march_by_gender", 2016)["female"]
    female = female - first.starts_female + first.ceases_female - first.extra_female
    # Who turns 16 in 2014-15 turns 18 in 2016-17: enough older ones must be left to turn 18 in 2015-16.
    crossing = first.crossing.copy()
    crossing[3] = max(0, min(crossing[3], closing[4] - round(1.1 * first.ceases[6])))
    years[2015] = Year(
        2015,
        apportion(starts_total, first.starts),
        apportion(ceases_total, first.ceases),
        round(starts_total * first.starts_female / first.starts.sum()),
        round(ceases_total * first.ceases_female / first.ceases.sum()),
        5, 1, 1, 1, 0, crossing,
    )  # fmt: skip
    plan = years[2015]
    closing = _opening(plan, closing)
    female = female - plan.starts_female + plan.ceases_female - plan.extra_female
    return [years[year] for year in YEARS], closing, female


def _five(ceases: np.ndarray) -> np.ndarray:
    return np.concatenate([ceases[:4], [ceases[4:].sum()]])


def _opening(plan: Year, closing: np.ndarray) -> np.ndarray:
    inward = np.concatenate([[0], plan.crossing])
    outward = np.concatenate([plan.crossing, [0]])
    opening = closing - plan.starts + _five(plan.ceases) - inward + outward
    opening[3] -= plan.in_twice - plan.out_twice
    return opening


def _published_year(
    published: Targets, year: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[int, int, int, int, int], tuple[int, int]]:
    stock = published.total("cla_on_31_march", year) or 0
    starts_total = published.total("cla_started", year) or 0
    ceases_total = published.total("cla_ceased", year) or 0
    by_age = published.split("cla_started_by_age", year, starts_total)
    out_by_age = published.split("cla_ceased_by_age", year, ceases_total)
    starts = np.array([by_age[band] for band in BANDS])
    ceases = np.array([out_by_age[band] for band in EXITS])
    starts_female = published.split("cla_started_by_gender", year, starts_total)["female"]
    ceases_female = published.split("cla_ceased_by_gender", year, ceases_total)["female"]
    during = published.total("cla_during_year", year)
    # Children looked after in the year = those at its end + those who left and are not back.
    back = max(0, ceases_total - ((during if during is not None else stock + ceases_total) - stock))
    crossing = np.zeros(4, np.int64)
    before = published.total("cla_on_31_march", year - 1)
    if before is None:
        earlier = published.comparator("cla_number", year - 1)
        gain = stock - ((earlier or stock) + starts_total - ceases_total)
        extra_female = round(gain / 2)
    else:
        gain = stock - (before + starts_total - ceases_total)
        opening = np.array([published.split("cla_on_31_march_by_age", year - 1)[band] for band in BANDS])
        closing = np.array([published.split("cla_on_31_march_by_age", year)[band] for band in BANDS])
        flow = opening + starts - _five(ceases)
        flow[3] += gain
        inflow = 0
        for band in range(4):
            inflow = int(flow[band] + inflow - closing[band])
            crossing[band] = inflow
        girls = [published.split("cla_on_31_march_by_gender", y)["female"] for y in (year - 1, year)]
        extra_female = girls[1] - (girls[0] + starts_female - ceases_female)
    out_twice = max(0, -gain, min(back // 6, 2))
    in_twice = gain + out_twice
    if in_twice > back:
        out_twice, in_twice = max(0, -gain), max(gain, 0)
    both = max(0, back - in_twice)
    return starts, ceases, crossing, (both, out_twice, in_twice, 1, extra_female), (starts_female, ceases_female)


class _Dates:
    """Days of a month's slots for events of one year."""

    def __init__(self, rng: np.random.Generator, plan: Year, totals: np.ndarray) -> None:
        self.rng = rng
        edges = np.array([day(plan.year - (month < 9), (month + 3) % 12 + 1, 1) for month in range(12)])
        self.edges = np.append(edges, plan.last + 1)
        self.left = totals.copy()

    def month(self, days: np.ndarray) -> np.ndarray:
        return np.searchsorted(self.edges, days, side="right") - 1

    def take(self, days: np.ndarray) -> None:
        np.subtract.at(self.left, self.month(days), 1)


def weekday(days: np.ndarray) -> np.ndarray:
    """Saturdays and Sundays moved to the Monday after; 29 February to the Tuesday after."""
    days = np.asarray(days, np.int64)
    name = (days + 3) % 7
    moved = days + np.where(name == 5, 2, np.where(name == 6, 1, 0))
    return np.where(moved == day(2016, 2, 29), moved + 1, moved)


def _working(rng: np.random.Generator, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """A working weekday between two days (both included), or the nearest to it where there is none."""
    drawn = rng.integers(first, last + 1)
    moved = weekday(drawn)
    back = drawn - np.where((drawn + 3) % 7 == 5, 1, 2)
    return np.where(moved <= last, moved, np.where(back >= first, back, drawn))


def _joint(rows: np.ndarray, women: int, available: np.ndarray) -> np.ndarray:
    """How many girls leave from each band: near the band's own share, and the given number in all.

    Parameters
    ----------
    rows : int, shape (n,): who leave by band.
    women : the girls among them.
    available : int, shape (n, 2): boys and girls who could leave, by band.
    """
    lowest = np.maximum(0, rows - available[:, 0])
    highest = np.minimum(rows, available[:, 1])
    share = available[:, 1] / np.maximum(available.sum(axis=1), 1)
    result = np.clip(np.round(rows * share).astype(np.int64), lowest, highest)
    return _settle(result, women, lowest, highest)


def _settle(result: np.ndarray, total: int, lowest: np.ndarray, highest: np.ndarray) -> np.ndarray:
    while result.sum() != total:
        step = 1 if result.sum() < total else -1
        room = highest - result if step > 0 else result - lowest
        if room.max(initial=0) <= 0:
            break
        result[int(np.argmax(room))] += step
    return result


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
        since = _together(since, groups, band)
        low = anniversary(first - 1, -BAND_ENDS[band]) + 1
        high = np.minimum(anniversary(first - 1, -BAND_STARTS[band]), since - 1)
        female = np.zeros(len(band), bool)
        female[self.rng.permutation(len(band))[:girls]] = True
        new = self.people.add(low, high, female, band, since)
        self.people.siblings[new] = groups

    def _live(self, plan: Year) -> None:
        people, rng = self.people, self.rng
        begin_months, end_months = self._months(plan)
        begins, ends = _Dates(rng, plan, begin_months), _Dates(rng, plan, end_months)
        opening = np.flatnonzero(people.inside)

        returning, returned_ends, back = self._returners(plan, opening, begins, ends)
        fresh = self._starters(plan, returning, begins)
        twice, passing = self._come_twice(plan, fresh, begins, ends)

        steady = np.setdiff1d(np.concatenate([opening, fresh]), np.concatenate([returning, twice, passing]))
        busy = np.concatenate([returning, twice, passing])
        final, early = self._cross(plan, steady)
        ceased_by_busy = np.bincount(people.band[busy], minlength=5)
        leavers, kind = self._leavers(plan, steady, final, early, ceased_by_busy, busy)
        self._place_ends(plan, leavers, kind, final, ends)
        del returned_ends, back

    def _months(self, plan: Year) -> tuple[np.ndarray, np.ndarray]:
        starts = int(plan.starts.sum()) + plan.in_twice + plan.passing
        ceases = int(plan.ceases.sum()) + plan.out_twice + plan.passing
        known = KNOWN_MONTHS.get((self.authority, plan.year))
        begin, end = known or MONTH_WEIGHTS.get(plan.year, (EVEN, EVEN))
        begin_months, end_months = np.array(begin), np.array(end)
        if known:
            begin_months[1] += starts - begin_months.sum()
            end_months[1] += ceases - end_months.sum()
            return begin_months, end_months
        return apportion(starts, begin_months), apportion(ceases, end_months)

    def _pick(self, pool: np.ndarray, count: int, girls: int | None = None) -> np.ndarray:
        pool = self.rng.permutation(pool)
        if girls is None:
            return pool[:count]
        women, men = pool[self.people.female[pool]], pool[~self.people.female[pool]]
        return np.concatenate([women[:girls], men[: count - girls]])

    def _returners(
        self, plan: Year, opening: np.ndarray, begins: _Dates, ends: _Dates
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
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
        return chosen, first, again

    def _starters(self, plan: Year, returning: np.ndarray, begins: _Dates) -> np.ndarray:
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
        since = _working(rng, begins.edges[month], begins.edges[month + 1] - 1)
        groups = sibling_groups(rng, band, month)
        since = _together(since, groups, band)
        low = anniversary(since, -BAND_ENDS[band]) + 1
        low = np.where(band == 4, low + 20, low)
        high = anniversary(since, -BAND_STARTS[band])
        new = people.add(low, high, female, band, since)
        people.siblings[new] = np.where(groups >= 0, groups + 10_000 * plan.year, -1)
        return new

    def _come_twice(self, plan: Year, fresh: np.ndarray, begins: _Dates, ends: _Dates) -> tuple[np.ndarray, np.ndarray]:
        """Children who come, leave and come again, in the months held for their second start."""
        people, rng = self.people, self.rng
        months = np.repeat(np.arange(12), begins.left)
        months = months[::-1]  # who will leave again comes last, in the earliest month, and has time to
        again = _working(rng, begins.edges[months], begins.edges[months + 1] - 1)
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
            # Half of the babies who leave were here before the year began: they leave before their first birthday.
            stay = min(need, len(movers) - (int(plan.ceases[0]) // 2 if band == 0 else 0))
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
        girls = _joint(rows, women - int(people.female[fixed].sum()), available)
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
                fresh[cell] = _settle(fresh[cell], quota, lowest[cell], highest[cell])
                if fresh[cell].sum() != quota:
                    raise ArithmeticError(f"{plan.year}: {quota} of the year's new children cannot leave in it")
        others = counts - fresh
        quotas = np.round(others * longs / np.maximum(sizes - news, 1)).astype(np.int64)
        lowest, highest = np.maximum(0, others - (sizes - news - longs)), np.minimum(others, longs)
        quotas = np.clip(quotas, lowest, highest)
        if long_quota is not None:
            young = band < 4
            quotas[young] = _settle(quotas[young], long_quota, lowest[young], highest[young])
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

    def _place_ends(self, plan: Year, leavers: np.ndarray, kind: np.ndarray, final: np.ndarray, ends: _Dates) -> None:
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
            drawn = np.where(kind[now] == 6, rng.integers(first, last + 1), _working(rng, first, last))
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
        """Brothers and sisters who leave in one year do so on one day, where each can: days change hands with others."""
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
                same_month = spare[_month_of(dates[spare]) == _month_of(day_of_first)]
                able = same_month[(earliest[same_month] <= dates[other]) & (latest[same_month] >= dates[other])]
                able = able[(groups[able] < 0) & ~settled[able]]
                if _month_of(dates[other]) == _month_of(day_of_first):
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
        groups = self.people.siblings
        for group in np.unique(groups[groups >= 0]):
            members = np.flatnonzero(groups == group)
            members = members[np.argsort(high[members], kind="stable")]
            for elder, younger in zip(members[:-1], members[1:], strict=True):
                if born[younger] - born[elder] < BETWEEN_BIRTHS:
                    born[elder] = max(low[elder], min(born[elder], born[younger] - BETWEEN_BIRTHS))
                    born[younger] = min(high[younger], max(born[younger], born[elder] + BETWEEN_BIRTHS))
            close = np.diff(np.sort(born[members])) < BETWEEN_BIRTHS
            if close.any():
                groups[members] = -1
        leap = is_leap_day(born)
        return np.where(leap, np.where(born > low, born - 1, np.minimum(born + 1, high)), born)


def sibling_groups(rng: np.random.Generator, band: np.ndarray, month: np.ndarray) -> np.ndarray:
    """Brothers and sisters who come into care together: of one month, each of another age band; -1 for an only child.

    Parameters
    ----------
    band, month : int, shape (n,), one a child.
    """
    groups = np.full(len(band), -1)
    number = 0
    for each in np.unique(month):
        waiting = rng.permutation(np.flatnonzero((month == each) & (band < 4))).tolist()
        while len(waiting) > 1:
            size = int(rng.choice([1, 2, 3], p=[0.45, 0.35, 0.2]))
            together: list[int] = []
            for child in list(waiting):
                if len(together) < size and band[child] not in band[together]:
                    together.append(child)
                    waiting.remove(child)
            if len(together) > 1:
                groups[together] = number
                number += 1
    return groups


def _together(since: np.ndarray, groups: np.ndarray, band: np.ndarray) -> np.ndarray:
    """The youngest child's start for all its brothers and sisters."""
    result = since.copy()
    order = np.argsort(band, kind="stable")
    youngest: dict[int, int] = {}
    for child in order:
        if groups[child] >= 0:
            result[child] = youngest.setdefault(int(groups[child]), int(since[child]))
    return result


def _month_of(days: np.ndarray | int) -> np.ndarray:
    return np.asarray(days, np.int64).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def shared_draw(rng: np.random.Generator, family: np.ndarray) -> np.ndarray:
    """A number between 0 and 1 for each row, the same for all of a family.

    Examples
    --------
    >>> draw = shared_draw(np.random.default_rng(1), np.array([4, 7, 4]))
    >>> bool(draw[0] == draw[2]), bool(draw[0] == draw[1])
    (True, False)
    """
    return rng.random(int(family.max(initial=0)) + 1)[family]


def is_leap_day(days: np.ndarray) -> np.ndarray:
    """Whether each day is a 29 February."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return (months.astype(np.int64) % 12 == 1) & ((dates - months.astype("datetime64[D]")).astype(np.int64) == 28)
