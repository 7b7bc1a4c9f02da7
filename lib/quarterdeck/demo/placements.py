"""Where each child is placed, and with whom: the published mix on every date that was printed, and the moves between.

On each date with a printed mix every child looked after gets a kind of placement and a provider, by quota, the one they
had before if they can keep it. A difference between two dates is a move; further moves are added until the printed
counts of children with three placements in a year are met.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .ages import age, day
from .days import OPEN
from .panel import panel
from .targets import PUBLISHED_YEARS, Targets, generator, shared_draw

KINDS = (
    "other foster",
    "relatives",
    "parents",
    "adoption",
    "home",
    "hostel",
    "community",
    "secure",
    "other residential",
)
FOSTER, RELATIVES, PARENTS, ADOPTION, HOME, HOSTEL, COMMUNITY, SECURE, OTHER = range(9)
PROVIDERS = ("PR0", "PR1", "PR2", "PR3", "PR4", "PR5", "")
"""By code; the last is not reported, as of other placements (Z1)."""
NOT_REPORTED = 6
EXTERNAL = (3, 4, 5)
# Shares that DfE did not publish: relatives among foster placements, hostels among homes and hostels, external homes.
RELATIVE_SHARE = {2014: 0.15, 2015: 0.16, 2016: 0.18, 2017: 0.21, 2018: 0.25, 2019: 0.265}
HOSTEL_SHARE = {2014: 0.34, 2015: 0.34, 2016: 0.36, 2017: 0.27, 2018: 0.28, 2019: 0.28}
EXTERNAL_HOMES = {2014: 0.52, 2015: 0.52, 2016: 0.53, 2017: 0.52, 2018: 0.5, 2019: 0.53}


@dataclass(frozen=True)
class Mix:
    """The placements of a date: how many of each kind with each provider, shape (kinds, providers)."""

    on: int
    counts: np.ndarray


def year_end_mix(published: Targets, year: int, stock: int) -> np.ndarray:
    """The mix on 31 March, kind by provider, from the two margins DfE prints."""
    source = max(year, PUBLISHED_YEARS[0])
    total = published.total("cla_on_31_march", source) or stock
    kinds = published.split("cla_on_31_march_by_placement", source, total)
    makers = published.split("cla_on_31_march_by_provider", source, total)
    homes = kinds["secure_units_childrens_homes_and_hostels"] + kinds.get("residential_schools", 0)
    # Of other placements (Z1) nobody reports a provider; where DfE hides how many, they are made as others are.
    unreported = published.total("cla_on_31_march_by_provider", source, "not_reported") or 0
    hidden = makers.get("not_reported", 0) - unreported
    elsewhere = kinds.get("other_placements", 0)
    other = elsewhere - unreported if unreported else 0
    number = np.zeros(len(KINDS), np.int64)
    number[PARENTS] = kinds["placed_with_parents"]
    number[ADOPTION] = kinds["placed_for_adoption"]
    number[COMMUNITY] = kinds["other_placement_in_community"] + elsewhere - other
    number[OTHER] = kinds["other_residential_settings"] + other
    number[SECURE] = min(1, homes)
    number[HOSTEL] = round((homes - number[SECURE]) * HOSTEL_SHARE[year])
    number[HOME] = homes - number[SECURE] - number[HOSTEL]
    number[RELATIVES] = round(kinds["foster_placement"] * RELATIVE_SHARE[year])
    number[FOSTER] = total - number.sum()
    providers = np.array(
        [
            makers["parents"], makers["own_provision"], makers["other_la_provision"] + hidden,
            makers["other_public_provision"], makers["private_provision"], makers["voluntary_provision"], unreported,
        ]
    )  # fmt: skip
    if stock != total:
        wanted = number / total * stock
        number = np.floor(wanted).astype(np.int64)
        number[FOSTER] += stock - number.sum()
        providers = np.floor(providers / total * stock).astype(np.int64)
        providers[0] = number[PARENTS]
        providers[1] += stock - providers.sum()
    return _join(number, providers, EXTERNAL_HOMES[year])


def _join(
    number: np.ndarray, providers: np.ndarray | None, external_homes: float, external_foster: int = 0
) -> np.ndarray:
    mix = np.zeros((len(KINDS), len(PROVIDERS)), np.int64)
    mix[PARENTS, 0] = number[PARENTS]
    mix[RELATIVES, 1] = number[RELATIVES]
    other_la = 4 if providers is None else int(min(providers[2], 8))
    mix[ADOPTION, 2] = min(other_la // 2, number[ADOPTION])
    mix[ADOPTION, 5] = min(3, number[ADOPTION] - mix[ADOPTION, 2])
    mix[ADOPTION, 1] = number[ADOPTION] - mix[ADOPTION].sum()
    outside = round(external_homes * number[HOME])
    mix[HOME, 5] = outside // 9
    mix[HOME, 4] = outside - mix[HOME, 5]
    mix[HOME, 1] = number[HOME] - outside
    mix[HOSTEL, 4] = round(number[HOSTEL] * 0.6)
    mix[HOSTEL, 5] = round(number[HOSTEL] * 0.15)
    mix[HOSTEL, 1] = number[HOSTEL] - mix[HOSTEL].sum()
    mix[COMMUNITY, NOT_REPORTED] = 0 if providers is None else providers[NOT_REPORTED]
    mix[COMMUNITY, 4] = number[COMMUNITY] - mix[COMMUNITY, NOT_REPORTED]
    mix[SECURE, 2] = 0 if providers is not None and providers[2] == mix[ADOPTION, 2] else number[SECURE]
    mix[SECURE, 4] = number[SECURE] - mix[SECURE, 2]
    mix[OTHER, 3] = min(1, number[OTHER])
    if providers is not None:
        mix[OTHER, 3] = min(providers[3], number[OTHER])
    mix[OTHER, 4] = number[OTHER] - mix[OTHER, 3]
    if providers is not None:
        mix[FOSTER] = providers - mix.sum(axis=0)
    else:
        mix[FOSTER, 5] = external_foster // 8
        mix[FOSTER, 4] = external_foster - mix[FOSTER, 5]
        mix[FOSTER, 2] = 8
        mix[FOSTER, 1] = number[FOSTER] - 8 - external_foster
    if (mix < 0).any():
        raise ArithmeticError(f"the mix of kinds and providers is out of reach: {mix.tolist()}")
    return mix


def panel_mix(stock: int, year: int) -> np.ndarray:
    """The mix on 31 December that the panel's pack prints, for 2016 and 2017.

    2017: 561 in foster care, 424 of them not with relatives, 225 of those external; 91 in residential, 45 external.
    2016: 53 % of residential and 51 % of other foster placements external.
    """
    number = np.zeros(len(KINDS), np.int64)
    if year == 2017:
        number[[RELATIVES, PARENTS, ADOPTION, HOME, HOSTEL, COMMUNITY, OTHER]] = 137, 54, 35, 91, 46, 5, 4
        number[FOSTER] = stock - number.sum()
        return _join(number, None, 45 / 91, 225)
    number[[RELATIVES, PARENTS, ADOPTION, HOME, HOSTEL, COMMUNITY, SECURE, OTHER]] = 103, 46, 33, 74, 30, 6, 1, 7
    number[FOSTER] = stock - number.sum()
    return _join(number, None, 39 / 74, round(0.51 * int(number[FOSTER])))


def mixes(authority: str, published: Targets, start: np.ndarray, end: np.ndarray) -> list[Mix]:
    """Every dated mix, in order."""
    result: list[Mix] = []
    for year in range(2014, 2020):
        on = day(year, 3, 31)
        result.append(Mix(on, year_end_mix(published, year, int(((start <= on) & (end > on)).sum()))))
        if year in panel(authority).placements:
            on = day(year, 12, 31)
            result.append(Mix(on, panel_mix(int(((start <= on) & (end > on)).sum()), year)))
    return result


def choose(seed: int, authority: str, published: Targets, spans: pd.DataFrame) -> tuple[list[Mix], np.ndarray]:
    """The kind and provider of every period of care on every dated mix.

    Parameters
    ----------
    spans : one row a period: start, end, born (days), reason, legal, uasc.

    Returns
    -------
    The mixes, and int, shape (periods, mixes): kind * 10 + provider, -1 where not looked after.
    """
    rng = generator(seed, authority, "placements")
    start, end, born = (spans[name].to_numpy() for name in ("start", "end", "born"))
    dated = mixes(authority, published, start, end)
    result = np.full((len(spans), len(dated)), -1)
    taste = np.stack([shared_draw(rng, spans.family.to_numpy()) for _ in KINDS], axis=1)
    # Close, so that brothers and sisters are mostly placed alike; not so close that a quota could not part them.
    taste = 0.9 * taste + 0.1 * rng.random(taste.shape)
    reason, legal, uasc = spans.reason.to_numpy(), spans.legal.to_numpy(), spans.uasc.to_numpy()
    adopted = np.isin(reason, ["E11", "E12"])
    for column, mix in enumerate(dated):
        rows = np.flatnonzero((start <= mix.on) & (end > mix.on))
        before = result[rows, column - 1] if column else np.full(len(rows), -1)
        kind_before = np.where(before >= 0, before // 10, -1)
        old = age(born[rows], mix.on)
        stay = mix.on - start[rows]
        leaves = end[rows] - mix.on
        score = np.zeros((len(rows), len(KINDS)))
        score += 0.8 * taste[rows] + 6.0 * (kind_before[:, None] == np.arange(len(KINDS)))
        score[:, ADOPTION] += np.where(adopted[rows], 40 - leaves / 30, -20)
        score[:, ADOPTION] += np.where(
            (end[rows] == OPEN) & (old <= 4) & (stay > 250) & ~np.isin(legal[rows], ["J1", "J2", "J3"]), 16, 0
        )
        for kind in range(len(KINDS)):
            if kind != ADOPTION:
                score[:, kind] -= 25.0 * (adopted[rows] & (kind not in (FOSTER, RELATIVES)))
        score[:, PARENTS] -= 30.0 * (uasc[rows] | (stay < 60) | (old > 16) | np.isin(legal[rows], ["J1", "J2", "J3"]))
        score[:, PARENTS] += 1.5 * np.isin(reason[rows], ["E4A"]) * (leaves < 400)
        score[:, RELATIVES] -= 30.0 * uasc[rows] + 1.5 * (old >= 14)
        score[:, RELATIVES] += 4.0 * np.isin(reason[rows], ["E45", "E13"])
        score[:, HOME] += (
            2.5 * taste[rows, HOME] + np.clip((old - 10) * 0.15, -2, 0.6) - 40.0 * (old < 8) - 2.0 * uasc[rows]
        )
        score[:, HOSTEL] += 1.2 * uasc[rows] - 60.0 * (old < 16)
        score[:, COMMUNITY] += 0.5 * (old == 17) - 60.0 * (old < 16)
        score[:, SECURE] -= 40.0 * (old < 12) + 10.0 * uasc[rows]
        score[:, OTHER] += np.where((old >= 14) | (old < 1), 0.4, -8.0)
        need = mix.counts.sum(axis=1)
        kind = np.full(len(rows), FOSTER)
        free = np.ones(len(rows), bool)
        for each in (ADOPTION, COMMUNITY, HOSTEL, SECURE, OTHER, HOME, PARENTS, RELATIVES):
            order = np.flatnonzero(free)
            picked = order[np.argsort(-score[order, each], kind="stable")[: need[each]]]
            kind[picked] = each
            free[picked] = False
        provider = np.zeros(len(rows), np.int64)
        for each in range(len(KINDS)):
            members = rng.permutation(np.flatnonzero(kind == each))
            left = mix.counts[each].copy()
            waiting: list[int] = []
            for member in members:
                same = before[member] % 10 if before[member] // 10 == each else -1
                if same >= 0 and left[same] > 0:
                    provider[member] = same
                    left[same] -= 1
                else:
                    waiting.append(int(member))
            provider[waiting] = np.repeat(np.arange(len(PROVIDERS)), left)
        result[rows, column] = kind * 10 + provider
    return dated, result
