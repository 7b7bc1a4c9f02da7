"""Why periods of care begin and end: category of need, first legal status and reason, to DfE's tables of each year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .ages import age, day
from .days import OPEN
from .targets import PUBLISHED_YEARS, YEARS, Targets, apportion, shared_draw

REASONS = {
    "adopted_consent_dispensed": "E12",
    "adopted_unopposed": "E11",
    "adult_residential_care": "E7",
    "age_assessment_18_or_over": "E15",
    "custody": "E9",
    "died": "E2",
    "independent_living_no_support": "E6",
    "independent_living_supported": "E5",
    "moved_abroad": "E16",
    "other": "E8",
    "remand_ended": "E14",
    "residence_or_child_arrangements_order": "E41",
    "returned_to_parents_not_planned": "E4B",
    "returned_to_parents_planned": "E4A",
    "sgo_former_foster_carer": "E45",
    "sgo_former_foster_carer_relative": "E45",
    "sgo_former_foster_carer_other": "E46",
    "sgo_other_carer": "E47",
    "sgo_other_carer_relative": "E47",
    "sgo_other_carer_other": "E48",
    "taken_by_another_la": "E3",
    "to_relatives_or_others_no_parental_responsibility": "E13",
}
LEGAL = {
    "child_assessment_order": "L3",
    "emergency_protection_order": "L2",
    "full_care_order": "C2",
    "interim_care_order": "C1",
    "pace": "J2",
    "placement_order": "E1",
    "police_protection": "L1",
    "remand_or_committed": "J1",
    "section_20_voluntary": "V2",
    "supervision_or_rehabilitation_order_residence": "J3",
}
# Reasons, the most particular first: code, lowest and highest age, least days in care.
FITS: tuple[tuple[str, int, int, int], ...] = (
    ("E7", 18, 18, 180),
    ("E12", 1, 9, 250),
    ("E11", 1, 9, 250),
    ("E45", 0, 15, 150),
    ("E46", 0, 15, 300),
    ("E47", 0, 15, 100),
    ("E48", 0, 15, 100),
    ("E14", 12, 17, 0),
    ("E9", 15, 18, 0),
    ("E6", 16, 18, 60),
    ("E5", 16, 18, 60),
    ("E8", 17, 18, 30),
    ("E15", 16, 18, 0),
    ("E16", 0, 17, 0),
    ("E41", 0, 15, 60),
    ("E3", 0, 17, 0),
    ("E13", 0, 17, 0),
    ("E4B", 8, 17, 0),
    ("E4A", 0, 17, 0),
    ("E2", 0, 17, 30),
)
ENDS_FOR_GOOD = ("E11", "E12", "E45", "E46", "E47", "E48", "E2", "E7", "E5", "E6", "E8", "E3", "E15", "E16")


def _year(days: np.ndarray) -> np.ndarray:
    """Collection year of each day; 2014 for all before April 2014."""
    edges = [day(year - 1, 4, 1) for year in (*YEARS, YEARS[-1] + 1)]
    return np.searchsorted(edges, days, side="right") + YEARS[0] - 1


def reasons(rng: np.random.Generator, periods: pd.DataFrame, published: Targets) -> np.ndarray:
    """Why each period ended, to DfE's table of children by the reason of their last end in the year; "" while open."""
    result = np.full(len(periods), "", dtype=object)
    end, family = periods.end.to_numpy(), periods.family.to_numpy()
    years = _year(end)
    last = ~periods.assign(year=years).duplicated(["child", "year"], keep="last").to_numpy()
    returns = periods.groupby("child").start.shift(-1).notna().to_numpy()
    ages = age(periods.born.to_numpy(), np.minimum(end, day(2019, 12, 31)))
    stay = end - periods.start.to_numpy()
    for year in YEARS:
        rows = np.flatnonzero((years == year) & last & (end < OPEN))
        table = _codes(published, "cla_ceased_by_reason", "cla_ceased", year, len(rows), REASONS)
        order = {code: place for place, (code, *_) in enumerate(FITS)}
        for code, lowest, highest, least in sorted(FITS, key=lambda fit: order[fit[0]]):
            number = table.pop(code, 0)
            free = rows[result[rows] == ""]
            if not number or not len(free):
                continue
            score = shared_draw(rng, family[free])
            score -= 4.0 * np.maximum(0, np.maximum(lowest - ages[free], ages[free] - highest))
            score -= (20.0 if code in ("E11", "E12") else 3.0) * (stay[free] < least)
            if code in ENDS_FOR_GOOD:
                score -= 50.0 * returns[free]
            if code in ("E11", "E12"):
                score -= 1.5 * (ages[free] > 5)
            if code in ("E5", "E6", "E8", "E7"):
                score += 3.0 * (ages[free] == 18)
            result[free[np.argsort(-score, kind="stable")[:number]]] = code
        left = rows[result[rows] == ""]
        result[left] = "E8"
    other = np.flatnonzero((result == "") & (end < OPEN))
    result[other] = rng.permutation(np.resize(np.array(["E4A", "E4B", "E13"], dtype=object), len(other)))
    return result


def _codes(
    published: Targets, item: str, total_item: str, year: int, rows: int, names: dict[str, str]
) -> dict[str, int]:
    source = max(year, PUBLISHED_YEARS[0])
    table = published.split(item, source, published.total(total_item, source))
    if source != year:
        table = dict(zip(table, apportion(rows, np.array(list(table.values()), float)).tolist(), strict=True))
    result: dict[str, int] = {}
    for name, number in table.items():
        result[names[name]] = result.get(names[name], 0) + number
    return result


def beginnings(rng: np.random.Generator, periods: pd.DataFrame, published: Targets) -> tuple[np.ndarray, np.ndarray]:
    """Category of need and first legal status, to DfE's tables of children by their first start in the year."""
    need = np.full(len(periods), "", dtype=object)
    legal = np.full(len(periods), "", dtype=object)
    start, family = periods.start.to_numpy(), periods.family.to_numpy()
    years = _year(start)
    first = ~periods.assign(year=years).duplicated(["child", "year"]).to_numpy()
    ages = age(periods.born.to_numpy(), start)
    uasc = periods.uasc.to_numpy()
    again = periods.duplicated("child").to_numpy()
    for year in (YEARS[0] - 1, *YEARS):
        rows = np.flatnonzero((years == year) & first)
        names = {f"n{n}": f"N{n}" for n in range(1, 9)}
        source = max(year, PUBLISHED_YEARS[0])
        needs = {name: names[name[:2]] for name in published.split("cla_started_by_category_of_need", source)}
        table = _codes(published, "cla_started_by_category_of_need", "cla_started", year, len(rows), needs)
        for code in ("N8", "N6", "N2", "N7", "N3", "N4", "N5", "N1"):
            score = shared_draw(rng, family[rows]) - 100.0 * (need[rows] != "")
            if code == "N8":
                score += 10.0 * uasc[rows]
            elif code == "N6":
                score -= 5.0 * (ages[rows] < 11) + 20.0 * uasc[rows]
            else:
                score -= 20.0 * uasc[rows]
            need[rows[np.argsort(-score, kind="stable")[: table.get(code, 0)]]] = code
        need[rows[need[rows] == ""]] = "N1"
        table = _codes(published, "cla_started_by_legal_status", "cla_started", year, len(rows), LEGAL)
        if year < YEARS[0]:
            table = {"V2": len(rows) // 2, "C1": len(rows) // 2}
        for code in ("J1", "J2", "J3", "E1", "C2", "L3", "L2", "L1", "C1", "V2"):
            score = shared_draw(rng, family[rows]) - 100.0 * (legal[rows] != "")
            if code in ("J1", "J2", "J3"):
                score += 3.0 * (need[rows] == "N6") - 5.0 * (ages[rows] < 12) - 20.0 * uasc[rows]
            elif code != "V2":
                score -= 2.0 * (ages[rows] >= 16) + 20.0 * uasc[rows] + 0.7 * (ages[rows] >= 10)
            if code in ("L1", "L2", "L3", "J2"):  # days only: none is still in force on 31 March
                score -= 30.0 * (start[rows] > day(year, 3, 21))
            if code == "C2":
                score += 2.0 * again[rows]
            legal[rows[np.argsort(-score, kind="stable")[: table.get(code, 0)]]] = code
        legal[rows[legal[rows] == ""]] = "V2"
    later = np.flatnonzero(~first)
    before = periods.assign(need=need).groupby("child").need.transform("first").to_numpy(object)
    need[later] = before[later]
    legal[later] = "V2"
    return need, legal
