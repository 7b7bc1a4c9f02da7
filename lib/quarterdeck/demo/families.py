"""Who the children are: family, ethnicity, disability, and who came alone seeking asylum."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .ages import age, day, timestamps
from .periods import History
from .targets import PUBLISHED_YEARS, Targets, apportion, generator

# Identifiers by kind of child; the front door takes DEMO400000 and above.
CARE_IDS, LEAVER_IDS, HOME_IDS, BREAK_IDS = 100_000, 200_000, 300_000, 350_000
ETHNICITIES: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = {
    "white": (("WBRI", "WOTH", "WROM", "WIRI", "WIRT"), (0.93, 0.05, 0.01, 0.006, 0.004)),
    "mixed": (("MWBC", "MOTH", "MWAS", "MWBA"), (0.42, 0.25, 0.22, 0.11)),
    "asian": (("APKN", "ABAN", "AOTH", "AIND"), (0.45, 0.2, 0.25, 0.1)),
    "black": (("BAFR", "BCRB", "BOTH"), (0.5, 0.3, 0.2)),
    "other_ethnic_group": (("OOTH", "CHNE"), (0.95, 0.05)),
    "not_known": (("NOBT", "REFU"), (0.7, 0.3)),
}
SEEKING_ASYLUM = {"other_ethnic_group": 0.6, "asian": 0.2, "black": 0.2}
DISABILITIES = ("LD", "BEH", "AUT", "COMM", "MOB", "HAND", "PC", "CON", "HEAR", "VIS", "INC", "DDA")


def cover(
    rng: np.random.Generator, present: np.ndarray, wanted: np.ndarray, ceiling: np.ndarray | None = None,
    bias: np.ndarray | None = None,
) -> np.ndarray:  # fmt: skip
    """Units (children, families, placements) chosen so that each column of their presence sums to what is wanted.

    Units are taken in a random order while they fit; what then is missing is found by giving some back and trying
    again.

    Parameters
    ----------
    present : int, shape (n, m): what each unit adds to each column.
    wanted : int, shape (m,): the sums to reach; with `ceiling`, a column wanted as -1 is only bounded by it.
    ceiling : int, shape (m,) : the most a column may come to.
    bias : float, shape (n,): who is likelier, on the scale of 0 to 1 of the random order.

    Returns
    -------
    int, the chosen rows, ascending.

    Raises
    ------
    ArithmeticError : the sums are out of reach of these units.

    Examples
    --------
    >>> rows = cover(np.random.default_rng(1), np.array([[1, 1], [1, 0], [0, 1], [1, 1]]), np.array([2, 2]))
    >>> np.array([[1, 1], [1, 0], [0, 1], [1, 1]])[rows].sum(axis=0).tolist()
    [2, 2]
    """
    limit = np.where(wanted >= 0, wanted, ceiling if ceiling is not None else 2**30)
    exact = wanted >= 0
    useful: np.ndarray = np.any(present[:, exact] > 0, axis=1)
    lift = np.zeros(len(present)) if bias is None else bias
    chosen = np.zeros(len(present), bool)
    for attempt in range(400):
        before = chosen.copy()
        if attempt:
            held = np.flatnonzero(chosen)
            chosen[rng.permutation(held)[: 1 + len(held) // (4 if attempt % 3 else 12)]] = False
        left = limit - present[chosen].sum(axis=0)
        for unit in np.argsort(rng.random(len(present)) - lift, kind="stable").tolist():
            if useful[unit] and not chosen[unit] and (present[unit] <= left).all():
                chosen[unit] = True
                left = left - present[unit]
                if not left[exact].any():
                    return np.flatnonzero(chosen)
        missing = int(left[exact].sum())
        if missing == 0:
            return np.flatnonzero(chosen)
        if attempt and missing > int((limit - present[before].sum(axis=0))[exact].sum()):
            chosen = before
    raise ArithmeticError(f"no choice of {len(present)} units comes to {wanted.tolist()}")


def presence(children: int, child: np.ndarray, start: np.ndarray, end: np.ndarray, days: list[int]) -> np.ndarray:
    """Which children are looked after at the close of each day.

    Returns
    -------
    int, shape (children, days): 1 or 0.
    """
    result = np.zeros((children, len(days)), np.int64)
    for column, when in enumerate(days):
        result[child[(start <= when) & (end > when)], column] = 1
    return result


def describe(seed: int, authority: str, lives: History, published: Targets) -> pd.DataFrame:
    """Every child who is ever looked after.

    Returns
    -------
    One row a child, in order of child_id: child_id, family_id (str), date_of_birth (datetime64[us]), sex ("M", "F"),
    ethnicity (903 code), disabilities (CIN codes separated by spaces, or "NONE"), uasc (bool).
    """
    rng = generator(seed, authority, "families")
    people = lives.people
    count = len(people.low)
    child, start, end = (np.array(each) for each in (people.child, people.start, people.end))
    there = presence(count, child, start, end, [day(year, 3, 31) for year in PUBLISHED_YEARS])
    first = np.full(count, 2**30)
    np.minimum.at(first, child, start)
    alone = _asylum(rng, lives, published, there, first, child, start)
    group = _ethnicity(rng, published, there, alone, people.siblings)
    codes = np.empty(count, dtype=object)
    for name, (kinds, weights) in ETHNICITIES.items():
        rows = np.flatnonzero(group == name)
        codes[rows] = rng.permutation(np.repeat(kinds, apportion(len(rows), np.array(weights))))
    family = np.arange(count)
    for each in np.unique(people.siblings[people.siblings >= 0]):
        members = np.flatnonzero(people.siblings == each)
        family[members] = members[0]
        codes[members] = codes[members[0]]
    number = np.char.mod("%06d", CARE_IDS + 1 + np.arange(count))
    return pd.DataFrame(
        {
            "child_id": np.char.add("DEMO", number),
            "family_id": np.char.add("FAM", np.char.mod("%06d", CARE_IDS + 1 + family)),
            "date_of_birth": timestamps(lives.born),
            "sex": np.where(people.female, "F", "M"),
            "ethnicity": codes.astype(str),
            "disabilities": disabilities(rng, count, 0.13, alone),
            "uasc": alone,
        }
    ).astype({"child_id": "str", "family_id": "str", "sex": "str", "ethnicity": "str", "disabilities": "str"})


def disabilities(rng: np.random.Generator, count: int, share: float, never: np.ndarray) -> np.ndarray:
    """CIN disability codes: one to three for the share of children who have any."""
    some = (rng.random(count) < share) & ~never
    result = np.full(count, "NONE", dtype=object)
    weights = np.array([0.36, 0.18, 0.2, 0.06, 0.06, 0.02, 0.02, 0.03, 0.02, 0.02, 0.01, 0.02])
    for row in np.flatnonzero(some):
        kinds = rng.choice(len(DISABILITIES), size=int(rng.choice([1, 1, 2, 3])), replace=False, p=weights)
        result[row] = " ".join(DISABILITIES[kind] for kind in np.sort(kinds))
    return result


def _asylum(
    rng: np.random.Generator, lives: History, published: Targets, there: np.ndarray, first: np.ndarray,
    child: np.ndarray, start: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Children alone seeking asylum: 14 to 17 at their start, mostly boys, as many as published at each year's end."""
    people = lives.people
    wanted = np.array([published.total("cla_on_31_march_uasc", year) or 0 for year in PUBLISHED_YEARS])
    started = age(lives.born, np.minimum(first, day(2020, 1, 1)))
    once = np.bincount(child, minlength=len(first)) == 1
    fit = (started >= 14) & (started <= 17) & (people.siblings < 0) & once & (first > day(2013, 4, 1))
    fit &= ~people.female | (rng.random(len(first)) < 0.1)
    years = np.searchsorted([day(year, 4, 1) for year in (2015, 2016, 2017, 2018, 2019)], first, side="right")
    starts = np.stack([(years == number).astype(np.int64) for number in (1, 2, 3, 4)], axis=1)
    absent_parents = [
        published.split("cla_started_by_category_of_need", year, published.total("cla_started", year)).get(
            "n8_absent_parenting", 0
        )
        for year in PUBLISHED_YEARS
    ]
    pool = np.flatnonzero(fit)
    chosen = cover(
        rng,
        np.concatenate([there[pool], starts[pool]], axis=1),
        np.concatenate([wanted, np.full(4, -1)]),
        np.concatenate([wanted, np.array(absent_parents)]),
    )
    result = np.zeros(len(first), bool)
    result[pool[chosen]] = True
    return result


def _ethnicity(
    rng: np.random.Generator, published: Targets, there: np.ndarray, alone: np.ndarray, siblings: np.ndarray
) -> np.ndarray:
    """Ethnic group of each child, the same for brothers and sisters, to the published stocks."""
    tables = [
        published.split("cla_on_31_march_by_ethnicity", year, published.total("cla_on_31_march", year))
        for year in PUBLISHED_YEARS
    ]
    units = np.where(siblings >= 0, siblings + len(alone), np.arange(len(alone)))
    _, unit = np.unique(units, return_inverse=True)
    count = int(unit.max()) + 1
    weight = np.zeros((count, there.shape[1]), np.int64)
    np.add.at(weight, unit, there)
    asylum = np.zeros(count, bool)
    asylum[unit[alone]] = True
    group = np.full(count, "white", dtype=object)
    free = np.ones(count, bool)
    wanted = {name: np.array([table.get(name, 0) for table in tables]) for name in ETHNICITIES if name != "white"}
    for seeker in rng.permutation(np.flatnonzero(asylum)):
        names = list(SEEKING_ASYLUM)
        order = rng.permutation(len(names))
        fits = [names[n] for n in order if (wanted[names[n]] >= weight[seeker]).all()]
        # The group with the most room at the dates that matter keeps the small ones open for later.
        room = [int((wanted[name] - 3 * weight[seeker]).min()) for name in fits]
        if fits:
            name = fits[int(np.argmax(room))]
            wanted[name] = wanted[name] - weight[seeker]
            group[seeker] = name
            free[seeker] = False
        else:
            group[seeker] = "white"
            free[seeker] = False
    for name in ("black", "asian", "other_ethnic_group", "mixed", "not_known"):
        if not wanted[name].any():
            continue
        pool = np.flatnonzero(free & weight.any(axis=1))
        chosen = pool[cover(rng, weight[pool], wanted[name])]
        group[chosen] = name
        free[chosen] = False
    gone = np.flatnonzero(free & ~weight.any(axis=1))
    total = sum(table.get("white", 0) for table in tables)
    shares = np.array([total, *(sum(table.get(n, 0) for table in tables) for n in wanted)], float)
    group[gone] = rng.permutation(np.repeat(["white", *wanted], apportion(len(gone), shares)))
    return group[unit]
