"""Young people who have left care: the 903's care leavers at 19, 20 and 21, and the advisers' own list."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .ages import age, anniversary, day, timestamps
from .days import OPEN
from .families import ETHNICITIES, LEAVER_IDS
from .targets import PUBLISHED_YEARS, YEARS, Targets, apportion, generator

ITEM = "care_leavers_19_to_21"
ACCOMMODATION = {
    "bed_and_breakfast": "W",
    "community_home": "C",
    "custody": "X",
    "deported": "H",
    "emergency_accommodation": "V",
    "former_foster_carers": "Z",
    "foyer": "T",
    "gone_abroad": "G",
    "independent_living": "U",
    "no_fixed_abode": "S",
    "no_information": "0",
    "ordinary_lodgings": "K",
    "other": "Y",
    "parents_or_relatives": "B",
    "residence_not_known": "R",
    "semi_independent_transitional": "D",
    "supported_lodgings": "E",
}
# Never suitable, then the likeliest to be judged unsuitable.
UNSUITABLE = ("X", "S", "W", "V", "Y", "K", "B", "D", "T", "U")
# Abroad, or nobody knows where: among DfE's suitable and unsuitable together these are missing, and none else.
NOT_JUDGED = ("G", "H", "R")
ACTIVITY = {
    "higher_education": ("F1", "P1"),
    "other_education": ("F2", "P2"),
    "training_or_employment": ("F5", "P5", "F4"),
    "neet_illness_or_disability": ("G4",),
    "neet_other_reasons": ("G5",),
    "neet_pregnancy_or_parenting": ("G6",),
    "no_information": ("0",),
}
WORDS = {
    "B": "with parents or relatives", "C": "community home", "D": "semi-independent", "E": "supported lodgings",
    "G": "gone abroad", "H": "deported", "K": "ordinary lodgings", "R": "residence not known", "S": "no fixed abode",
    "T": "foyer", "U": "independent living", "V": "emergency accommodation", "W": "bed and breakfast", "X": "custody",
    "Y": "other", "Z": "with former foster carers", "0": "no information",
}  # fmt: skip
DOING = {
    "F1": "higher education", "P1": "higher education", "F2": "other education", "P2": "other education",
    "F4": "training or employment", "F5": "training or employment", "P5": "training or employment",
    "G4": "not in education, employment or training: illness or disability",
    "G5": "not in education, employment or training: other",
    "G6": "not in education, employment or training: parenting",
    "0": "no information",
}  # fmt: skip


def leavers(
    seed: int, authority: str, published: Targets, children: pd.DataFrame, spans: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Care leavers, and what is known of them in each year in which they are 19, 20 or 21.

    Parameters
    ----------
    children : `Care.children`.
    spans : one row a period of care: child, start, end, born (days).

    Returns
    -------
    People: child_id, date_of_birth, sex, ethnicity, left (collection year in which they turned 18). And OC3 rows: year,
    child_id, date_of_birth, in_touch, activ, accom (903 codes).
    """
    rng = generator(seed, authority, "leavers")
    counts = [published.total(ITEM, year) or 0 for year in PUBLISHED_YEARS]
    last = spans.sort_values("end").drop_duplicates("child", keep="last")
    eligible = last[(age(last.born.to_numpy(), np.minimum(last.end, day(2019, 3, 31))) >= 16) & (last.end < OPEN)]
    eligible = eligible[anniversary(eligible.born.to_numpy(), 16) <= eligible.end.to_numpy() - 10]
    turned = _year(anniversary(eligible.born.to_numpy(), 18))
    own = {year: rng.permutation(eligible.child.to_numpy()[turned == year]) for year in (2015, 2016, 2017, 2018)}
    middle = min(len(own[2016]) + len(own[2017]), round(0.66 * min(counts[2], counts[3])))
    both = apportion(middle, np.array([len(own[2016]), len(own[2017])], float))
    cohort = {2016: int(both[0]), 2017: int(both[1]), 2015: counts[2] - middle, 2018: counts[3] - middle}
    cohort[2014] = counts[1] - cohort[2015] - cohort[2016]
    cohort[2013] = counts[0] - cohort[2014] - cohort[2015]
    parts: list[pd.DataFrame] = []
    number = 0
    for year in sorted(cohort):
        known = children.iloc[own.get(year, np.zeros(0, np.int64))[: cohort[year]]]
        people = known[["child_id", "date_of_birth", "sex", "ethnicity"]]
        missing = cohort[year] - len(people)
        if missing:
            parts.append(_earlier(rng, number, missing, year))
            number += missing
        parts.append(people.assign(left=year))
    people = pd.concat(parts, ignore_index=True)
    rows = pd.concat([_outcomes(rng, published, people, year) for year in YEARS], ignore_index=True)
    return people, rows


def _year(days: np.ndarray) -> np.ndarray:
    edges = [day(year - 1, 4, 1) for year in range(2013, 2021)]
    return np.searchsorted(edges, days, side="right") + 2012


def _earlier(rng: np.random.Generator, number: int, count: int, year: int) -> pd.DataFrame:
    """Young people who turned 18 in a year, and left care before the county's own history begins or by its edge."""
    born = anniversary(day(year - 1, 4, 2), -18) + rng.integers(0, 360, count)
    names = np.char.add("DEMO", np.char.mod("%06d", LEAVER_IDS + 1 + number + np.arange(count)))
    codes, weights = ETHNICITIES["white"]
    return pd.DataFrame(
        {
            "child_id": names,
            "date_of_birth": timestamps(born),
            "sex": np.where(rng.random(count) < 0.46, "F", "M"),
            "ethnicity": rng.choice(np.array(codes), count, p=np.array(weights)),
            "left": year,
        }
    ).astype({"child_id": "str", "sex": "str", "ethnicity": "str"})


def _outcomes(rng: np.random.Generator, published: Targets, people: pd.DataFrame, year: int) -> pd.DataFrame:
    source = max(year, PUBLISHED_YEARS[0])
    here = people[people.left.between(year - 3, year - 1)]
    total = len(here)
    if not total:
        return pd.DataFrame()
    homes = published.split(f"{ITEM}_accommodation", source, published.total(ITEM, source))
    doing = published.split(f"{ITEM}_activity", source, published.total(ITEM, source))
    doing = {name: number for name, number in doing.items() if name in ACTIVITY}
    suitable = published.total(f"{ITEM}_suitability", source, "suitable") or 0
    homes = _not_judged(published, source, homes)
    if source != year:
        share = total / sum(homes.values())
        homes = dict(zip(homes, apportion(total, np.array(list(homes.values()), float)).tolist(), strict=True))
        doing = dict(zip(doing, apportion(total, np.array(list(doing.values()), float)).tolist(), strict=True))
        suitable = round(suitable * share)
    codes = np.repeat([ACCOMMODATION[name] for name in homes], list(homes.values()))[:total]
    codes = np.concatenate([codes, np.repeat(["U"], total - len(codes))])
    codes = codes[rng.permutation(total)]
    known = np.flatnonzero(codes != "0")
    rank = np.array([UNSUITABLE.index(c) if c in UNSUITABLE else 99 for c in codes[known]]) + rng.random(len(known))
    judged = ~np.isin(codes[known], NOT_JUDGED)
    worst = known[judged][np.argsort(rank[judged], kind="stable")[: max(0, judged.sum() - suitable)]]
    second = np.where(np.isin(np.arange(total), worst) | np.isin(codes, NOT_JUDGED), "2", "1")
    accom = np.where(codes == "0", "0", np.char.add(codes, second))
    activity = np.empty(total, dtype=object)
    none = np.flatnonzero(codes == "0")
    rest = rng.permutation(np.setdiff1d(np.arange(total), none))
    extra = doing.get("no_information", 0) - len(none)
    if extra > 0:
        none, rest = np.concatenate([none, rest[:extra]]), rest[extra:]
    activity[none] = "0"
    names = np.repeat(
        [name for name in doing if name != "no_information"],
        [n for name, n in doing.items() if name != "no_information"],
    )
    names = np.concatenate([names, np.repeat(["neet_other_reasons"], max(0, len(rest) - len(names)))])[: len(rest)]
    for row, name in zip(rest, names, strict=True):
        kinds = ACTIVITY[str(name)]
        activity[row] = kinds[0] if rng.random() < 0.75 else kinds[-1]
    contact = _contact(rng, published, source, total, codes == "0")
    return pd.DataFrame(
        {
            "year": year,
            "child_id": here.child_id.to_numpy(),
            "date_of_birth": here.date_of_birth.to_numpy(),
            "in_touch": contact,
            "activ": activity.astype(str),
            "accom": accom,
        }
    ).astype({"child_id": "str", "in_touch": "str", "activ": "str", "accom": "str"})


def _not_judged(published: Targets, year: int, homes: dict[str, int]) -> dict[str, int]:
    """Where young people live, with as many in homes that nobody judges as the table of suitable homes leaves out."""
    told = [
        published.total(f"{ITEM}_suitability", year, name) for name in ("suitable", "not_suitable", "no_information")
    ]
    hidden = [name for name in homes if published.total(f"{ITEM}_accommodation", year, name) is None]
    apart = [name for name in homes if ACCOMMODATION[name] in NOT_JUDGED]
    if None in told or not set(hidden) & set(apart):
        return homes
    homes = dict(homes)
    to = next(name for name in hidden if name in apart)
    more = sum(homes.values()) - sum(number or 0 for number in told) - sum(homes[name] for name in apart)
    for name in sorted((name for name in hidden if name not in apart), key=lambda name: -homes[name]):
        moved = int(np.clip(more, -homes[to], homes[name]))
        homes[name], homes[to], more = homes[name] - moved, homes[to] + moved, more - moved
    return homes


def _contact(rng: np.random.Generator, published: Targets, year: int, total: int, unknown: np.ndarray) -> np.ndarray:
    table = published.split(f"{ITEM}_contact", max(year, 2017), published.total(ITEM, max(year, 2017)))
    result = np.full(total, "YES", dtype=object)
    order = np.argsort(rng.random(total) - 2.0 * unknown, kind="stable")
    at = 0
    for name, code in (("not_in_touch", "NO"), ("refuses_contact", "REFU"), ("no_longer_requires_services", "NREQ")):
        number = table.get(name, 0)
        result[order[at : at + number]] = code
        at += number
    return result


def advisers_list(
    seed: int, authority: str, people: pd.DataFrame, outcomes: pd.DataFrame, on: pd.Timestamp
) -> pd.DataFrame:
    """The care leavers' list of the leaving-care team on a quarter's last day: aged 18 to 20.

    Returns
    -------
    The columns of the local list `care_leavers`.
    """
    rng = generator(seed, authority, "advisers", f"{on:%Y%m%d}")
    born = people.date_of_birth.to_numpy().astype("datetime64[D]").astype(np.int64)
    today = int(np.datetime64(on, "D").astype(np.int64))
    old = age(born, today)
    here = people[(old >= 18) & (old <= 20)].copy()
    year = on.year + (on.month >= 4)
    known = outcomes[outcomes.year <= year].sort_values("year").drop_duplicates("child_id", keep="last")
    here = here.merge(
        known[["child_id", "in_touch", "activ", "accom"]], on="child_id", how="left", validate="one_to_one"
    )
    here = here.fillna({"in_touch": "YES", "activ": "F2", "accom": "D1"})
    count = len(here)
    improving = 0.72 + 0.035 * (year - 2015)
    fresh = rng.random(count) < improving
    back = np.where(fresh, rng.integers(5, 182, count), rng.integers(183, 420, count))
    return pd.DataFrame(
        {
            "person_id": here.child_id,
            "date_of_birth": here.date_of_birth,
            "eligibility": np.where(here.accom.str[0] == "B", "qualifying", "former relevant"),
            "in_touch": np.where(here.in_touch == "YES", "Y", "N"),
            "accommodation": here.accom.str[0].map(WORDS),
            "suitable": np.where(here.accom == "0", "", np.where(here.accom.str[-1] == "1", "Y", "N")),
            "activity": here.activ.map(DOING),
            "pathway_plan_date": timestamps(today - back),
            "adviser": np.char.add("PA", np.char.mod("%02d", 1 + rng.integers(0, 14, count))),
            "as_at": on,
        }
    )


# By collection year, the share of those of 17 in care who have an adviser: invented, as all of this list is.
WITH_ADVISER = {2015: 0.52, 2016: 0.58, 2017: 0.63, 2018: 0.74, 2019: 0.86}


def eligible_list(
    seed: int, authority: str, children: pd.DataFrame, spans: pd.DataFrame, on: pd.Timestamp
) -> pd.DataFrame:
    """Those of 16 and 17 still in care on a quarter's last day, who come onto the same list: where they live is told
    elsewhere.

    Parameters
    ----------
    children, spans : as `leavers` has them.

    Returns
    -------
    The columns of the local list `care_leavers`.
    """
    rng = generator(seed, authority, "eligible", f"{on:%Y%m%d}")
    today = int(np.datetime64(on, "D").astype(np.int64))
    year = on.year + (on.month >= 4)
    here = spans[
        (spans.start <= today - 91) & (spans.end > today) & np.isin(age(spans.born.to_numpy(), today), (16, 17))
    ]
    born, count = here.born.to_numpy(), len(here)
    older = age(born, today) == 17
    share = np.where(older, WITH_ADVISER[year], WITH_ADVISER[year] - 0.3)
    planned = today - anniversary(born, 16) > 91
    fresh = rng.random(count) < 0.70 + 0.035 * (year - 2015)
    made = np.maximum(today - np.where(fresh, rng.integers(5, 182, count), rng.integers(183, 360, count)), 0)
    adviser = np.char.add("PA", np.char.mod("%02d", 1 + rng.integers(0, 14, count)))
    return pd.DataFrame(
        {
            "person_id": children.child_id.to_numpy()[here.child],
            "date_of_birth": timestamps(born),
            "eligibility": "eligible",
            "in_touch": "Y",
            "accommodation": "",
            "suitable": "",
            "activity": "",
            "pathway_plan_date": timestamps(
                np.where(planned, np.maximum(made, anniversary(born, 16)), OPEN), none=OPEN
            ),
            "adviser": np.where(rng.random(count) < share, adviser, ""),
            "as_at": on,
        }
    )
