"""Disabilities of children in need and factors found at assessment, by year, as published."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.demo.months import NONE, month, month_of, year_of
from quarterdeck.demo.targets import PUBLISHED_YEARS, YEARS, Targets

DISABILITIES = {
    "autism": "AUT",
    "behaviour": "BEH",
    "communication": "COMM",
    "consciousness": "CON",
    "hand_function": "HAND",
    "hearing": "HEAR",
    "incontinence": "INC",
    "learning_difficulties": "LD",
    "mobility": "MOB",
    "other": "DDA",
    "personal_care": "PC",
    "vision": "VIS",
}
FACTORS = {
    "alcohol_misuse_child": "1A",
    "alcohol_misuse_parent": "1B",
    "alcohol_misuse_person": "1C",
    "drug_misuse_child": "2A",
    "drug_misuse_parent": "2B",
    "drug_misuse_person": "2C",
    "domestic_abuse_child": "3A",
    "domestic_abuse_parent": "3B",
    "domestic_abuse_person": "3C",
    "mental_health_child": "4A",
    "mental_health_parent": "4B",
    "mental_health_person": "4C",
    "learning_disability_child": "5A",
    "learning_disability_parent": "5B",
    "learning_disability_person": "5C",
    "physical_disability_child": "6A",
    "physical_disability_parent": "6B",
    "physical_disability_person": "6C",
    "young_carer": "7A",
    "privately_fostered": "8F",
    "unaccompanied_asylum_seeker": "9A",
    "going_missing": "10A",
    "child_sexual_exploitation": "11A",
    "trafficking": "12A",
    "gangs": "13A",
    "socially_unacceptable_behaviour": "14A",
    "self_harm": "15A",
    "neglect": "16A",
    "emotional_abuse": "17A",
    "physical_abuse_unknown": "18A",
    "sexual_abuse_unknown": "19A",
    "other": "20",
    "female_genital_mutilation": "22A",
    "faith_linked_abuse": "23A",
}
NONE_FOUND = "21"
# Asked for from the collection of 2016-17.
NEWER = ("22A", "23A")
FEW = 3


def _shares(found: Targets, year: int) -> dict[str, float]:
    """Percentages of disabled children with each disability; NaN where suppressed."""
    rows = found.counts[
        (found.counts["item"] == "cin_on_31_march_disability_type_percent_of_disabled") & (found.counts.year == year)
    ]
    return {str(name): float(value) for name, value in zip(rows.breakdown, rows.value, strict=True)}


def disabilities(
    rows: pd.DataFrame, children: pd.DataFrame, given: pd.Series, found: Targets, rng: np.random.Generator
) -> dict[int, np.ndarray]:
    """The disabilities of each child as each year's extract has them, space-separated codes or NONE.

    Parameters
    ----------
    given : by child_id, the disabilities of the looked-after children.

    Returns
    -------
    For each collection year, an array with one text a child, in the order of `children`.
    """
    count = len(children)
    known = given.reindex(children.child_id).fillna("NONE").to_numpy().astype(str)
    needs = np.zeros(count, bool)
    needs[rows.person[rows.need == "N2"].to_numpy()] = True
    rank = rng.random(count) + 1.5 * needs + 0.8 * (known != "NONE")
    liking = {name: rng.random(count) + 1.0 * np.char.find(known, code) for name, code in DISABILITIES.items()}
    result = {}
    for year in YEARS:
        at = max(year, PUBLISHED_YEARS[0])
        held = (
            rows.kind.isin(["need", "late"]) & (rows.start_month <= month(year, 3)) & (rows.end_month > month(year, 3))
        )
        here = np.zeros(count, bool)
        here[rows.person[held].to_numpy()] = True
        wanted = found.total("cin_on_31_march_with_disability", at) or 0
        order = np.flatnonzero(here)[np.argsort(-rank[here], kind="stable")]
        disabled = np.zeros(count, bool)
        disabled[order[:wanted]] = True
        # Of children who have gone by 31 March, those with as strong a claim.
        disabled |= ~here & (rank >= rank[order[wanted - 1]])
        codes = _codes(disabled, here, liking, _shares(found, at), wanted)
        result[year] = codes
    return result


def _codes(
    disabled: np.ndarray, here: np.ndarray, liking: dict[str, np.ndarray], shares: dict[str, float], total: int
) -> np.ndarray:
    """The codes of each child: of those present the published share has each; each of the disabled has one."""
    marked = np.zeros((len(disabled), len(DISABILITIES)), bool)
    counted, gone = np.flatnonzero(disabled & here), np.flatnonzero(disabled & ~here)
    for column, name in enumerate(DISABILITIES):
        share = shares.get(name, 0.0)
        count = FEW if np.isnan(share) else round(share * total / 100)
        marked[counted[np.argsort(-liking[name][counted], kind="stable")][:count], column] = True
        marked[
            gone[np.argsort(-liking[name][gone], kind="stable")][: round(count * len(gone) / max(total, 1))], column
        ] = True
    for group in (counted, gone):
        bare = group[~marked[group].any(axis=1)]
        for column in np.argsort(-marked[group].sum(axis=0)):
            donors = group[marked[group, column] & (marked[group].sum(axis=1) > 1)]
            size = min(len(donors), len(bare))
            marked[donors[:size], column] = False
            marked[bare[:size], column] = True
            bare = bare[size:]
    disabled = disabled & marked.any(axis=1)
    names = np.array(list(DISABILITIES.values()))
    return np.array(
        [" ".join(names[row]) if is_disabled else "NONE" for row, is_disabled in zip(marked, disabled, strict=True)]
    )


def factors(every: pd.DataFrame, rows: pd.DataFrame, found: Targets, rng: np.random.Generator) -> np.ndarray:
    """The factors found at each assessment, space-separated codes; "" for one not authorised.

    Of the episodes assessed in a year so many have each factor; of one assessed twice in the year the last counts.
    """
    result = np.full(len(every), "", dtype=object)
    done = year_of(month_of(every.auth.to_numpy()))
    for year in YEARS:
        of_year = np.flatnonzero(done == year)
        last = (
            every.iloc[of_year]
            .sort_values("auth", kind="stable")
            .drop_duplicates("episode", keep="last")
            .index.to_numpy()
        )
        at = max(year, 2018)
        scale = 1.0 if year == at else len(last) / max(int((done == 2018).sum()), 1)
        wanted = min(round((found.total("episodes_with_assessment_factor", at) or 0) * scale), len(last))
        in_need = rows.kind.to_numpy()[every.episode.to_numpy()[last]] == "need"
        chosen = last[np.argsort(rng.random(len(last)) - in_need, kind="stable")][:wanted]
        marks: dict[int, list[str]] = {int(place): [] for place in chosen}
        counts = found.split("assessment_factor_episodes", at)
        for name, code in FACTORS.items():
            total = found.total("assessment_factor_episodes", at, name)
            size = FEW if total is None else round(total * scale)
            if name not in counts or (code in NEWER and year < 2017):
                continue
            for place in rng.permutation(chosen)[:size]:
                marks[int(place)].append(code)
        bare = [place for place, codes in marks.items() if not codes]
        spare = [place for place, codes in marks.items() if len(codes) > 2]
        for place, donor in zip(bare, spare, strict=False):
            marks[place].append(marks[donor].pop())
        for place, codes in marks.items():
            result[place] = " ".join(codes)
        none_found = np.setdiff1d(of_year, chosen)
        result[none_found] = NONE_FOUND
    result[every.auth.to_numpy() == NONE] = ""
    return result
