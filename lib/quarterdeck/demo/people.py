"""Whose episodes they are: children who come back, brothers and sisters, and what each child is like."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.demo.ages import anniversary, ordinals
from quarterdeck.demo.categories import shown
from quarterdeck.demo.months import close_of, month, month_of, year_of
from quarterdeck.demo.quotas import Total, fit
from quarterdeck.demo.targets import PUBLISHED_YEARS, Targets

SOURCES = {
    "individual": (["1A", "1B", "1C", "1D"], [0.6, 0.2, 0.1, 0.1]),
    "schools": (["2A"], [1.0]),
    "education_services": (["2B"], [1.0]),
    "health_services": (["3A", "3B", "3C", "3D", "3E", "3F"], [0.15, 0.25, 0.1, 0.15, 0.2, 0.15]),
    "housing": (["4"], [1.0]),
    "la_services": (["5A", "5B", "5C"], [0.5, 0.35, 0.15]),
    "police": (["6"], [1.0]),
    "other_legal_agency": (["7"], [1.0]),
    "other": (["8"], [1.0]),
    "anonymous": (["9"], [1.0]),
    "unknown": (["10"], [1.0]),
}
NEEDS = {
    "n1_abuse_or_neglect": "N1",
    "n2_childs_disability_or_illness": "N2",
    "n3_parents_disability_or_illness": "N3",
    "n4_family_in_acute_stress": "N4",
    "n5_family_dysfunction": "N5",
    "n6_socially_unacceptable_behaviour": "N6",
    "n7_low_income": "N7",
    "n8_absent_parenting": "N8",
    "n9_cases_other_than_cin": "N9",
}
ETHNICITIES = (
    ["WBRI", "WOTH", "WROM", "MWBC", "MWAS", "MOTH", "APKN", "AOTH", "BAFR", "OOTH", "NOBT"],
    [0.855, 0.035, 0.008, 0.02, 0.012, 0.012, 0.018, 0.01, 0.008, 0.01, 0.012],
)
CLEAR = 8


class Returns:
    """Children who are referred again, linked episode by episode so that each year's counts of children come out.

    Parameters
    ----------
    rows : the episodes, in order of start; `before` is written: the row of the child's episode before it, or -1.
    """

    def __init__(self, rows: pd.DataFrame, rng: np.random.Generator) -> None:
        self.rng, self.size = rng, len(rows)
        self.start, self.end = rows.start.to_numpy(), rows.end.to_numpy()
        self.begun, self.over = year_of(month_of(self.start)), year_of(month_of(self.end))
        kind = rows.kind.to_numpy()
        self.need = np.isin(kind, ["need", "late"])
        # An episode found not to be in need once the year was out is not counted in the year in which it ended.
        self.counted = kind == "need"
        self.free = ~rows.fixed.to_numpy()
        self.before = np.full(len(rows), -1)
        self.after = np.full(len(rows), -1)
        self.again = np.zeros(len(rows), bool)
        self.last_need = np.where(self.counted, self.over, np.where(self.need, self.begun, 0))
        self.exact = True

    def link(
        self,
        second: np.ndarray,
        first: np.ndarray,
        wanted: int,
        since: int,
        until: int,
        rereferral: bool,
        extends: bool = False,
    ) -> None:
        """Link so many of the second to one of the first that began so many days before and has ended."""
        open_first = first & self.free
        pool = self.rng.permutation(np.flatnonzero(second & self.free & (self.before < 0) & (self.after < 0)))
        if extends:
            # Late referrals first: those have the most to come back to.
            pool = pool[np.argsort(-self.start[pool], kind="stable")]
        left = wanted
        for row in pool:
            if left <= 0:
                return
            if self.after[row] >= 0:
                continue
            gap = self.start[row] - self.start
            fits = (
                open_first
                & (self.again == extends)
                & (self.after < 0)
                & (gap >= since)
                & (gap <= until)
                & (self.end < self.start[row] - CLEAR)
            )
            if self.need[row]:
                # A need, something else, then a need in one year would be one child with two, unseen by neighbours.
                fits &= self.counted | ((self.last_need < self.begun[row]) & ~(self.need & ~self.counted))
            choice = np.flatnonzero(fits)
            if len(choice) == 0:
                continue
            earlier = choice[self.rng.integers(len(choice))]
            self.before[row], self.after[earlier] = earlier, row
            self.again[row] = rereferral
            if not self.need[row]:
                self.last_need[row] = max(self.last_need[row], self.last_need[earlier])
            left -= 1
        if left > 0 and self.exact:
            raise ValueError(f"{left} of {wanted} children who return found no earlier episode")

    def year(self, year: int, found: Targets) -> None:
        """The returns of one year: referred again within a year, in need twice, ended twice."""
        at = max(year, PUBLISHED_YEARS[0])
        # Nothing is published of the first year, and the returns before it, which would be returned to, are not made.
        self.exact = year in PUBLISHED_YEARS

        def value(item: str) -> int:
            return found.total(item, at) or 0

        inside = value("referrals") - value("children_referred")
        again = value("re_referrals_within_12_months")
        twice_again = again - value("children_re_referred_within_12_months")
        starts = value("cin_episodes_started") - value("cin_children_started")
        ends = value("cin_episodes_ended") - value("cin_children_ended")
        both = value("cin_episodes_in_year") - value("cin_children_in_year")
        begun, over, need, counted = self.begun == year, self.over == year, self.need, self.counted
        second = begun & need
        closed = second & counted & over
        still = second & ~(counted & over)
        earlier = begun & counted & over
        old = counted & over & ~begun
        recent = self.begun == year - 1
        ends_inside = min(ends // 2, starts)
        across = both - starts
        ends_across = min(ends - ends_inside, across)
        self.link(closed, earlier, ends_inside, 20, 364, True)
        self.link(still, earlier, starts - ends_inside, 20, 364, True)
        near = round(0.6 * across)
        near_closed = round(0.6 * ends_across)
        self.link(closed, old & recent, near_closed, 30, 358, True)
        self.link(still, old & recent, near - near_closed, 30, 358, True)
        self.link(closed, old, ends_across - near_closed, 374, 4000, False)
        self.link(still, old, across - near - (ends_across - near_closed), 374, 4000, False)
        other = ~counted & ~(need & ~over & begun)
        last_year = again - inside - near
        lately = (recent & ~counted) | (recent & counted & (self.over == year - 1))
        # Some come back once more before the year is out: those need a return that was soon closed.
        soon_closed = begun & ~need & (self.start < close_of(year) - 200)
        self.link(soon_closed, lately, min(2 * twice_again, last_year), 25, 358, True)
        self.link(begun, lately, max(last_year - 2 * twice_again, 0), 25, 358, True)
        self.link(begun, begun & other & ~need, twice_again, 12, 364, True, extends=True)
        self.link(begun, begun & other & ~need, inside - starts - twice_again, 12, 364, True)


def children_of(rows: pd.DataFrame, looked_after: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """A child for every chain of episodes: a looked-after child's own particulars, or new ones.

    Writes `person` into `rows`. Returns one row a child: child_id, family_id, born (days), sex, ethnicity, uasc.
    """
    root = np.arange(len(rows))
    before = rows.before.to_numpy()
    for row in np.flatnonzero(before >= 0):
        root[row] = root[before[row]]
    key = np.where(rows.child_id != "", rows.child_id, "")
    codes, _ = pd.factorize(pd.Series(np.where(key != "", key, np.char.add("row", root.astype(str)))))
    rows["person"] = codes
    people = rows.groupby("person").agg(
        child_id=("child_id", "max"),
        first=("start", "min"),
        last=("start", "max"),
        group=("group", "max"),
        need=("kind", "first"),
        fixed=("fixed", "max"),
        until=("needed_until", "max"),
        kept=("needed_from", "min"),
    )
    count = len(people)
    # Ages at referral: babies most of all, then evenly to 17; a child who returns must still be one.
    latest = np.maximum(people["last"].to_numpy(), people["until"].to_numpy())
    youngest = anniversary(latest, -18) + 40
    age = np.where(rng.random(count) < 0.13, rng.integers(0, 360, count), rng.integers(0, 6300, count))
    born = np.maximum(np.minimum(people["first"].to_numpy(), people.kept.to_numpy()) - age, youngest)
    born = np.minimum(born, np.minimum(people["first"].to_numpy(), people.kept.to_numpy()) - rng.integers(0, 25, count))
    family = _families(people, rng)
    known = looked_after.set_index("child_id")
    taken = people.child_id.to_numpy()
    theirs = known.reindex(taken)
    number = np.cumsum(taken == "")
    own = taken == ""
    return pd.DataFrame(
        {
            "child_id": np.where(own, np.char.mod("DEMO%06d", 500000 + number), taken),
            "family_id": np.where(
                own, np.char.mod("FAM%06d", 500000 + family), theirs.family_id.fillna("").to_numpy().astype(str)
            ),
            "born": np.where(own, born, ordinals(theirs.date_of_birth)),
            "sex": np.where(
                own, rng.choice(["M", "F"], count, p=[0.53, 0.47]), theirs.sex.fillna("").to_numpy().astype(str)
            ),
            "ethnicity": np.where(
                own,
                rng.choice(ETHNICITIES[0], count, p=ETHNICITIES[1])[np.searchsorted(np.unique(family), family) % count],
                theirs.ethnicity.fillna("").to_numpy().astype(str),
            ),
            "uasc": theirs.uasc.fillna(False).to_numpy().astype(bool) & ~own,
        }
    )


def also_missing(rows: pd.DataFrame, children: pd.DataFrame, missing: pd.DataFrame, rng: np.random.Generator) -> None:
    """Make those who went missing from home children of the front door: referred once, in that year, under 18.

    Parameters
    ----------
    missing : child_id, family_id, date_of_birth, sex, ethnicity and year (of collection) of children missing from home.
    """
    once = rows[~rows.person.duplicated(keep=False) & ~rows.fixed & (rows.kind != "nfa") & (rows.reason != "RC6")]
    begun, until, year = (
        once.start.to_numpy(),
        np.maximum(once.needed_until.to_numpy(), once.start.to_numpy()),
        year_of(once.start_month.to_numpy()),
    )
    born = ordinals(missing.date_of_birth)
    grown = anniversary(born, 18)
    free = np.ones(len(once), bool)
    chosen = np.full(len(missing), -1)
    order = rng.permutation(len(once))
    for place in np.argsort(-(born), kind="stable"):
        fits = free & (begun > born[place]) & (until < grown[place])
        pool = order[(fits & (year == missing.year.iloc[place]))[order]]
        pool = pool if len(pool) else order[fits[order]]
        if len(pool):
            chosen[place] = pool[0]
            free[pool[0]] = False
    found = chosen >= 0
    people = once.person.to_numpy()[chosen[found]]
    for column in ("child_id", "family_id", "sex", "ethnicity"):
        children.loc[people, column] = missing[column].to_numpy()[found]
    children.loc[people, "born"] = born[found]
    rows.loc[once.index[chosen[found]], "family_id"] = missing.family_id.to_numpy()[found]


def _families(people: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """A family number for each child: those first referred on one day fall into families of one to four."""
    order = np.lexsort((people.index.to_numpy(), people.group.to_numpy(), people["first"].to_numpy()))
    first, group = people["first"].to_numpy()[order], people.group.to_numpy()[order]
    new = np.ones(len(people), bool)
    new[1:] = (first[1:] != first[:-1]) | (group[1:] != group[:-1])
    size = rng.choice([1, 1, 2, 2, 3, 4], len(people))
    position = np.arange(len(people)) - np.maximum.accumulate(np.where(new, np.arange(len(people)), 0))
    new |= (group == -1) & (position % size == 0)
    family = np.empty(len(people), np.int64)
    family[order] = np.cumsum(new)
    # Brothers and sisters on one plan are one family, whatever day each was first referred.
    together = people.group.to_numpy() >= 0
    family[together] = len(people) + people.group.to_numpy()[together]
    return family


def _by_pattern(
    pattern: np.ndarray,
    values: list[str],
    weights: np.ndarray,
    totals_of: list[tuple[int, dict[str, int]]],
    rng: np.random.Generator,
) -> np.ndarray:
    """A value for each row such that, of the rows whose pattern has a bit, so many have each value."""
    kinds, sizes = np.unique(pattern, return_counts=True)
    kind = np.repeat(kinds, len(values))
    value = np.tile(np.arange(len(values)), len(kinds))
    totals: list[Total] = [(kind == k, int(n)) for k, n in zip(kinds, sizes, strict=True)]
    for bit, wanted in totals_of:
        for name, total in wanted.items():
            totals.append((((kind >> bit) & 1 == 1) & (value == values.index(name)), total))
    counts = fit(np.repeat(sizes, len(values)) * np.tile(weights, len(kinds)), totals, rng)
    result = np.empty(len(pattern), dtype=object)
    for k in kinds:
        members = rng.permutation(np.flatnonzero(pattern == k))
        result[members] = np.repeat(np.array(values, dtype=object), counts[kind == k])
    return result


def referral_sources(rows: pd.DataFrame, found: Targets, rng: np.random.Generator) -> np.ndarray:
    """The source of each referral, as published by year; a family's come from one source where they can."""
    year = np.clip(year_of(rows.start_month.to_numpy()), 2015, 2019)
    source = np.empty(len(rows), dtype=object)
    for at in range(2015, 2020):
        place = np.flatnonzero(year == at)
        of_year = max(at, PUBLISHED_YEARS[0])
        counts = found.split("referrals_by_source", of_year, found.total("referrals", of_year))
        in_year = place[year_of(rows.start_month.to_numpy()[place]) == at]
        rest = np.setdiff1d(place, in_year)
        for where in (in_year, rest):
            if len(where) == 0:
                continue
            exact = np.repeat(list(counts), list(counts.values()))
            if len(exact) != len(where):
                exact = exact[(np.arange(len(where)) * len(exact)) // len(where)]
            # Hand the sources out family by family, in a shuffled order of families.
            family = rows.family_id.to_numpy()[where]
            names, inverse = np.unique(family, return_inverse=True)
            order = np.argsort(rng.permutation(len(names))[inverse], kind="stable")
            source[where[order]] = exact
    codes = np.empty(len(rows), dtype=object)
    for name, (options, weights) in SOURCES.items():
        here = source == name
        codes[here] = rng.choice(options, here.sum(), p=weights)
    return codes


def primary_needs(rows: pd.DataFrame, found: Targets, rng: np.random.Generator) -> np.ndarray:
    """The primary need of each episode, so that children in need at each 31 March have theirs as published."""
    pattern = np.zeros(len(rows), np.int64)
    kind = rows.kind.to_numpy()
    for bit, year in enumerate(PUBLISHED_YEARS):
        held = (
            pd.Series(np.isin(kind, ["need", "late"]), index=rows.index)
            & (rows.start_month <= month(year, 3))
            & (rows.end_month > month(year, 3))
        )
        pattern |= held.to_numpy() << bit
    result = rows.need.to_numpy().astype(object)
    # The need found at referral is not always the one that led to care: DfE's few of N6 and N8 leave no room for all.
    given = np.isin(result, ["N1", "N2", "N3", "N4", "N5"]) | (rows.uasc.to_numpy() & (result != ""))
    # A need that no year has is none that may be drawn.
    splits = [found.split("cin_on_31_march_by_primary_need", year) for year in PUBLISHED_YEARS]
    codes = [code for name, code in NEEDS.items() if any(split.get(name) for split in splits)]
    totals = []
    for bit, year in enumerate(PUBLISHED_YEARS):
        split = shown(found, "cin_on_31_march_by_primary_need", year)
        already = pd.Series(result[given & ((pattern >> bit) & 1 == 1)]).value_counts()
        totals.append(
            (
                bit,
                {
                    code: split[name] - int(already.get(code, 0))
                    for name, code in NEEDS.items()
                    if code in codes and name in split
                },
            )
        )
    weights = np.array([0.65, 0.1, 0.045, 0.05, 0.1, 0.01, 0.003, 0.02, 0.003])[
        [code in codes for code in NEEDS.values()]
    ]
    result[~given] = _by_pattern(pattern[~given], codes, weights, totals, rng)
    return result
