"""The demonstration's public law outline: families in pre-proceedings and care proceedings, and the legal advice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.demo.ages import ordinals
from quarterdeck.demo.care import Care
from quarterdeck.demo.cin_census import cut, days_of, iso
from quarterdeck.demo.front_door import FrontDoor
from quarterdeck.demo.months import NONE, WORKING, close_of, nth
from quarterdeck.demo.targets import YEARS, generator
from quarterdeck.quarter import Quarter

FULL_ORDERS = {"C2": "care order", "E1": "care and placement orders"}
ORDERS_AT_EXIT = {
    **dict.fromkeys(("E45", "E46", "E47", "E48"), "special guardianship order"),
    "E41": "child arrangements order",
    **dict.fromkeys(("E4A", "E4B", "E13"), "supervision order"),
}
EMERGENCIES = ("L1", "L2")
# Days that legal advice takes on average, by year's end: slow when inspectors looked, in early 2018. Invented, as are
# the shares of families whose plans led to pre-proceedings.
ADVICE = {2014: 15.0, 2017: 17.0, 2018: 12.0, 2019: 6.0}
LONGEST = 400
STEPPED_DOWN, STILL_IN_IT = 0.3, 0.2


@dataclass(frozen=True)
class Court:
    """The two lists for all years; days are days since 1970, NONE where there is none yet.

    Parameters
    ----------
    pre_proceedings, proceedings : family, start, end, outcome, asked, advised.
    """

    pre_proceedings: pd.DataFrame
    proceedings: pd.DataFrame


def court_history(care: Care, data: FrontDoor, seed: int) -> Court:
    """Families in pre-proceedings and care proceedings, from the orders in the care histories and from long plans."""
    rng = generator(seed, data.authority, "court")
    cases = _cases(care, data, rng)
    urgent = cases.urgent.to_numpy() | (rng.random(len(cases)) < 0.25)
    issued = _back(cases.start[~urgent].to_numpy() - rng.integers(2, 20, int((~urgent).sum())))
    before = _spells(
        cases.family[~urgent].to_numpy(), issued - _stay(rng, len(issued)), issued, "issue care proceedings"
    )
    tried = _apart(pd.concat([before, _stepped_down(data, rng), _still_in_it(data, rng)], ignore_index=True))
    cases = cases.assign(asked=NONE, advised=NONE)
    cases.loc[urgent, "asked"] = _back(cases.start[urgent].to_numpy() - rng.integers(5, 9, int(urgent.sum())))
    cases.loc[urgent, "advised"] = cases.asked[urgent] + rng.integers(0, 5, int(urgent.sum()))
    asked = _back(tried.start.to_numpy() - rng.integers(0, 11, len(tried)))
    mean = np.interp(asked, [close_of(year) for year in ADVICE], list(ADVICE.values()))
    advised = WORKING[nth(asked + 1 + rng.gamma(2.0, mean / 2).astype(np.int64), after=True)]
    return Court(tried.assign(asked=asked, advised=advised), cases.drop(columns="urgent"))


def _back(days: np.ndarray) -> np.ndarray:
    """The last working day not after each day."""
    return WORKING[nth(days)]


def _stay(rng: np.random.Generator, count: int) -> np.ndarray:
    """Days in pre-proceedings: about fourteen weeks, with a long tail."""
    return (28 + rng.gamma(2.6, 29.0, count)).astype(np.int64)


def _spells(family: np.ndarray, start: np.ndarray, end: np.ndarray, outcome: str) -> pd.DataFrame:
    return pd.DataFrame({"family": family, "start": _back(start), "end": end, "outcome": outcome})


def _apart(rows: pd.DataFrame) -> pd.DataFrame:
    """Spells of each family that do not overlap: brothers and sisters share the first."""
    rows = rows.sort_values(["family", "start", "end"], kind="stable", ignore_index=True)
    until = rows.groupby("family").end.cummax().groupby(rows.family).shift()
    return rows[~(rows.start <= until)].sort_values(["start", "family"], kind="stable", ignore_index=True)


def _cases(care: Care, data: FrontDoor, rng: np.random.Generator) -> pd.DataFrame:
    """Care proceedings: issued before the first interim order, and over with a full order or with care itself."""
    steps = care.episodes[["period", "decom", "ls"]].sort_values(["period", "decom"], kind="stable")
    interim = steps[steps.ls == "C1"].groupby("period").decom.min()
    full = steps[steps.ls.isin(list(FULL_ORDERS))].drop_duplicates("period").set_index("period")
    period = care.periods.loc[interim.index]
    ordered, left = (ordinals(dates, NONE) for dates in (full.decom.reindex(interim.index), period.care_end))
    end = np.minimum(ordered, left)
    last = np.where(
        ordered <= left, full.ls.reindex(interim.index).map(FULL_ORDERS), period.reason_ceased.map(ORDERS_AT_EXIT)
    )
    length = np.clip(rng.normal(158, 42, len(end)), 70, 300).astype(np.int64)
    begun = ordinals(interim) - rng.integers(0, 6, len(end))
    start = np.where(end == NONE, begun, np.maximum(np.minimum(begun, end - length), end - LONGEST))
    family = data.children.set_index("child_id").family_id
    rows = pd.DataFrame(
        {
            "family": family.loc[period.child_id].to_numpy(),
            "start": _back(start),
            "end": np.where(end == NONE, NONE, _back(end)),
            "outcome": pd.Series(last).fillna("no order").to_numpy(),
            "urgent": period.first_legal_status.isin(EMERGENCIES).to_numpy(),
        }
    )
    return _apart(rows)


def _family_of(data: FrontDoor, plans: pd.DataFrame) -> np.ndarray:
    return data.episodes.family_id.to_numpy()[plans.episode]


def _stepped_down(data: FrontDoor, rng: np.random.Generator) -> pd.DataFrame:
    """Families that left pre-proceedings because the children were safer: of long plans that ended so."""
    plans = data.plans[(data.plans.reason == "threshold no longer met") & (data.plans.end - data.plans.start > 200)]
    plans = plans[rng.random(len(plans)) < STEPPED_DOWN]
    start = rng.integers(plans.start + 60, plans.end - 100)
    end = np.minimum(start + _stay(rng, len(plans)), plans.end.to_numpy())
    rows = _spells(_family_of(data, plans), start, _back(end), "step down")
    return rows.assign(outcome=rows.outcome.where(rng.random(len(rows)) < 0.95, "other"))


def _still_in_it(data: FrontDoor, rng: np.random.Generator) -> pd.DataFrame:
    """Families in pre-proceedings when the last year closes: of plans that are open then."""
    last = close_of(YEARS[-1])
    plans = data.plans[(data.plans.end == NONE) & (data.plans.start < last - 120)]
    plans = plans[rng.random(len(plans)) < STILL_IN_IT]
    start = last - rng.integers(1, 100, len(plans))
    return _spells(_family_of(data, plans), start, np.full(len(plans), NONE), "")


def write(court: Court, quarter: Quarter, folder: Path) -> list[Path]:
    """Write the two lists of a quarter: what is open at some time from the year's first day to the quarter's last."""
    low, at = days_of(quarter)
    local = folder / "local"
    local.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, every in (("pre_proceedings", court.pre_proceedings), ("care_proceedings", court.proceedings)):
        rows = every[(every.start <= at) & (every.end >= low)]
        listed = pd.DataFrame(
            {
                "family_id": rows.family.to_numpy(),
                "start": iso(rows.start),
                "end": iso(cut(rows.end, at)),
                "outcome": np.where(rows.end <= at, rows.outcome, ""),
                "legal_advice_requested": iso(rows.asked),
                "legal_advice_received": iso(cut(rows.advised, at)),
            }
        )
        paths.append(local / f"{name}.csv")
        listed.to_csv(paths[-1], index=False, lineterminator="\n", encoding="utf-8")
    return paths
