"""Child in need plans of the demonstration: for children without a protection plan who are not looked after."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.demo.months import NONE, WORKING, close_of, first_day, nth
from quarterdeck.demo.panel import Panel
from quarterdeck.demo.quotas import Total, fit
from quarterdeck.demo.targets import YEARS

USUAL = 0.22
LIMIT = 274


def spells(rows: pd.DataFrame, plans: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Spells in which a child could be on a child in need plan: after a protection plan, or after an assessment.

    Returns
    -------
    One row a spell: episode, begin, end (days), stepped (after a protection plan).
    """
    over = plans[
        (plans.end != NONE)
        & (plans.last_extract == YEARS[-1])
        & (plans.first_extract == YEARS[0])
        & (plans.reason != "18")
    ].sort_values(["episode", "start"])
    following = over.groupby("episode").start.shift(-1).fillna(NONE)
    open_next = plans[plans.end == NONE].groupby("episode").start.min().reindex(over.episode).fillna(NONE).to_numpy()
    home = rows.loc[over.episode]
    until = np.minimum.reduce(
        [following.to_numpy(), open_next, home.end.to_numpy(), over.end.to_numpy() + rng.integers(90, 460, len(over))]
    )
    stepped = pd.DataFrame(
        {"episode": over.episode.to_numpy(), "begin": over.end.to_numpy(), "end": until, "stepped": True}
    )
    stepped = stepped[(home.child_id == "").to_numpy() & (stepped.end - stepped.begin > 20).to_numpy()]
    own = rows[(rows.kind == "need") & ~rows.fixed & (rows.need != "N2")]
    wait = np.where(rng.random(len(own)) < 0.6, 0, rng.integers(60, 1100, len(own)))
    begun = np.where(own.auth == NONE, own.start + 45, own.auth)
    begin = np.maximum(WORKING[nth(begun + wait)], close_of(2013))
    end = np.minimum(own.end.to_numpy(), begin + rng.integers(60, 1000, len(own)))
    generic = pd.DataFrame({"episode": own.index, "begin": begin, "end": end, "stepped": False})
    both = pd.concat([stepped, generic[generic.end - generic.begin > 20]], ignore_index=True)
    both["end"] = np.where(
        both.end > close_of(YEARS[-1]), NONE, WORKING[nth(np.minimum(both.end, close_of(YEARS[-1])))]
    )
    return both[both.begin < np.minimum(both.end, close_of(YEARS[-1]))].reset_index(drop=True)


def child_in_need_plans(
    rows: pd.DataFrame, plans: pd.DataFrame, printed: Panel, rng: np.random.Generator
) -> pd.DataFrame:
    """Child in need plans, as many open, and open over nine months, as the panel was told.

    Returns
    -------
    One row a plan: episode, start, end (days; NONE while open).
    """
    found = spells(rows, plans, rng)
    begin, end = found.begin.to_numpy(), found.end.to_numpy()
    case = rows.start.to_numpy()[found.episode]
    dates = [(int(first_day(when + 1)) - 1, int(first_day(when - 8)) - 1, when) for when in printed.cin_plans]
    traits = [found.stepped.to_numpy().astype(int)]
    doubtful = np.zeros(len(found), bool)
    for day, nine_before, _ in dates:
        here = (begin <= day) & (end > day)
        traits += [
            here.astype(int),
            (here & (begin < nine_before)).astype(int),
            (here & (case < nine_before)).astype(int),
        ]
        doubtful |= here & ((np.abs(begin - nine_before) < 7) | (np.abs(case - nine_before) < 7))
    traits.append(doubtful.astype(int))
    patterns, which = np.unique(np.column_stack(traits), axis=0, return_inverse=True)
    sizes = np.bincount(which.ravel())
    # Each pattern's spells have no plan, plans renewed within nine months, or one long plan.
    share = np.where(patterns[:, 0] == 1, 0.85, USUAL)
    likely = np.column_stack([1 - share, 0.72 * share, 0.28 * share]) * sizes[:, None]
    likely[patterns[:, -1] == 1, 1:] = 0
    pattern = np.repeat(np.arange(len(patterns)), 3)
    choice = np.tile([0, 1, 2], len(patterns))
    totals: list[Total] = [(pattern == number, int(size)) for number, size in enumerate(sizes)]
    for number, (_, _, when) in enumerate(dates):
        count, long = printed.cin_plans[when]
        here, could, old = (patterns[pattern, 1 + 3 * number + k] == 1 for k in range(3))
        totals += [(here & (choice > 0), count), (could & (choice == 2), long)]
        if when in printed.cin_cases_over_9_months:
            totals.append((old & (choice > 0), round(printed.cin_cases_over_9_months[when] * count)))
    counts = fit(likely.ravel(), totals, rng).reshape(-1, 3)
    chosen = np.zeros(len(found), np.int64)
    for number in range(len(patterns)):
        members = rng.permutation(np.flatnonzero(which.ravel() == number))
        chosen[members] = np.repeat([0, 1, 2], counts[number])
    made = found[chosen > 0].assign(long=chosen[chosen > 0] == 2)
    return _renewed(made, rng).sort_values(["episode", "start"], ignore_index=True)


def _renewed(made: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Spells cut into plans of at most eight months, save the long ones; each begins the day the last ended."""
    last = close_of(YEARS[-1])
    begin, end = made.begin.to_numpy().copy(), made.end.to_numpy()
    long, episode = made.long.to_numpy(), made.episode.to_numpy()
    frames = []
    while len(begin):
        stop = np.where(long, end, WORKING[nth(begin + rng.integers(90, 245, len(begin)))])
        whole = stop >= np.minimum(end, last + 1) - 25
        stop = np.where(
            whole & (end - begin < LIMIT - 15),
            end,
            np.where(whole & ~long, WORKING[nth(np.minimum(end, last + 200) - 30)], stop),
        )
        stop = np.where(long, end, np.where(stop > last, NONE, stop))
        frames.append(pd.DataFrame({"episode": episode, "start": begin, "end": stop}))
        more = (stop < np.minimum(end, last)) & (stop > begin)
        begin, end, long, episode = stop[more], end[more], long[more], episode[more]
    return pd.concat(frames)


def over_nine_months(plans: pd.DataFrame, when: int) -> tuple[int, int]:
    """Child in need plans open at a month's end, and of them those begun over nine months before."""
    day, before = int(first_day(when + 1)) - 1, int(first_day(when - 8)) - 1
    here = plans[(plans.start <= day) & (plans.end > day)]
    return len(here), int((here.start < before).sum())
