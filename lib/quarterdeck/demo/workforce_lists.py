"""The demonstration's lists of practice: caseloads, supervision, complaints and compliments.

Levels are invented, after the monitoring letter of the panel pack of 22 March 2018: caseloads fall from the autumn of
2017 and are still too high for some, newly qualified workers among them; supervision is held more often, and is slow to
become reflective. DfE's cases to a social worker are met each September.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.demo.cin_census import days_of, iso
from quarterdeck.demo.front_door import FrontDoor
from quarterdeck.demo.months import WORKING, first_day, month, nth
from quarterdeck.demo.organisation import organisation
from quarterdeck.demo.targets import apportion, targets
from quarterdeck.quarter import Quarter

MONTHS = np.arange(month(2014, 4), month(2019, 4))
# The caseload of each service beside the average. Early help works with whole families and keeps no list of cases.
CASELOADS = {"front_door": 1.10, "safeguarding": 1.06, "through_care": 0.86, "disabilities": 1.0}
ADVISERS = "care_leavers"
FULL, PART = 10, 6
"""Tenths of full time of most workers, and of those who work part of it."""
BEFORE = 16.2
"""Cases to a worker in April 2014, before DfE counted them."""
LIGHTER = 0.85
"""A newly qualified worker's cases beside another's."""
HELD = {month(2014, 4): 0.62, month(2016, 9): 0.58, month(2017, 3): 0.64, month(2017, 12): 0.8, month(2019, 3): 0.88}
REFLECTIVE = {month(2014, 4): 0.24, month(2016, 9): 0.22, month(2017, 12): 0.31, month(2019, 3): 0.5}
BY_SERVICE = {"front_door": -0.05, "through_care": 0.03, "disabilities": 0.05}
COMPLAINTS, COMPLIMENTS, SURVEYS = 17.0, 10.0, 8.0
"""A month's of the first county, on average; compliments grow by half over the years."""
COMPLAINED_OF = {"communication": 0.3, "delay": 0.23, "a decision": 0.19, "change of worker": 0.16, "conduct": 0.12}
PRAISED = {"a worker's kindness": 0.45, "being listened to": 0.3, "help at the right time": 0.25}
# Stage: its share, and the calendar days within which it is to be answered; the ombudsman's own time is not counted.
STAGES = {"1": (0.87, 28), "2": (0.09, 91), "3": (0.025, 70), "ombudsman": (0.015, 10_000)}
IN_TIME = {month(2014, 4): 0.58, month(2016, 9): 0.5, month(2017, 12): 0.66, month(2019, 3): 0.76}


def _line(points: dict[int, float], months: np.ndarray = MONTHS) -> np.ndarray:
    """The straight lines from point to point."""
    return np.interp(months, list(points), list(points.values()))


def _open_cases(data: FrontDoor, service: str) -> np.ndarray:
    """Children with a service's workers at each month's end."""
    spells = data.allocations[data.allocations.team.isin(organisation(data.authority).services[service].teams)]
    close = first_day(MONTHS + 1) - 1
    begun, ended = (np.sort(spells[name].to_numpy().astype(np.int64)) for name in ("start", "end"))
    return np.searchsorted(begun, close, side="right") - np.searchsorted(ended, close, side="right")


def _posts(data: FrontDoor, service: str, role: str, column: str) -> np.ndarray:
    rows = data.workforce[(data.workforce.service == service) & (data.workforce.role == role)]
    return rows.set_index("month")[column].reindex(MONTHS).to_numpy("float64")


def _hours(tenths: int) -> np.ndarray:
    """Workers of so many tenths of full time altogether, one in seven or so working part of it, they last."""
    number = -(-tenths // 9)
    hours = np.full(number, FULL)
    short = number * FULL - tenths
    hours[number - short // (FULL - PART) :] = PART
    if short % (FULL - PART):
        hours[number - short // (FULL - PART) - 1] -= short % (FULL - PART)
    return hours


def caseloads(data: FrontDoor, rng: np.random.Generator) -> pd.DataFrame:
    """Workers who hold cases at each month's end, and how many: in all, the children that the services have open.

    Returns
    -------
    month, worker_id, service, role, fte, newly_qualified ("Y", "N"), cases.

    Source: DfE, Children's social work workforce, average caseload each 30 September; between them, lines that stray.
    """
    published = targets(data.authority).comparators
    mean = published[published.measure == "sw_caseload"].dropna().sort_values("year")
    counted = {month(int(year), 9): float(value) for year, value in zip(mean.year, mean.value, strict=True)}
    average = _line({int(MONTHS[0]): BEFORE} | counted)
    average = np.where(np.isin(MONTHS, list(counted)), average, average + rng.normal(0, 0.25, len(MONTHS)))
    held = {name: _open_cases(data, name) for name in CASELOADS}
    wanted = {name: held[name] / weight for name, weight in CASELOADS.items()}
    scale = sum(held.values()) / average / sum(wanted.values())
    frames = []
    services = organisation(data.authority).services
    for number, name in enumerate(CASELOADS):
        service = services[name].name
        newly = _posts(data, service, "social worker", "newly_qualified").astype(np.int64)
        tenths = np.round(wanted[name] * scale * 10).astype(np.int64)
        frames.append(_workers(20 + number, service, "social worker", held[name], tenths, newly, rng))
    name, service = ADVISERS, services[ADVISERS].name
    tenths = np.round(_posts(data, service, "personal adviser", "fte_in_post") * 10).astype(np.int64)
    none = np.zeros(len(MONTHS), np.int64)
    frames.append(_workers(29, service, "personal adviser", _open_cases(data, name), tenths, none, rng))
    return pd.concat(frames).sort_values(["month", "service", "worker_id"], ignore_index=True)


def _workers(
    series: int,
    service: str,
    role: str,
    held: np.ndarray,
    tenths: np.ndarray,
    newly: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One service's workers month by month; a seat that a newly qualified worker takes each September has a new one."""
    hours = [_hours(int(total)) for total in tenths]
    most, seats = max(map(len, hours)), min(map(len, hours))
    usual = np.exp(rng.normal(0, 0.22, most))
    taken = np.zeros(most, np.int64)
    fresh = np.zeros(most, bool)
    frames = []
    for at, when in enumerate(MONTHS):
        if at == 0 or when % 12 == month(1970, 9):
            cohort = int(newly[at : at + 12].max())
            fresh = np.zeros(most, bool)
            fresh[(cohort * (at // 12 + 1) + np.arange(cohort)) % seats] = True
            taken += fresh
        new = fresh & (np.cumsum(fresh) <= newly[at])
        here = len(hours[at])
        weight = hours[at] * (usual * np.where(new, LIGHTER, 1.0) * np.exp(rng.normal(0, 0.06, most)))[:here]
        frames.append(
            pd.DataFrame(
                {
                    "month": when,
                    "worker_id": [f"W{series}{taken[seat]}{seat:02d}" for seat in range(here)],
                    "service": service,
                    "role": role,
                    "fte": hours[at] / FULL,
                    "newly_qualified": np.where(new[:here], "Y", "N"),
                    "cases": apportion(int(held[at]), weight, least=1),
                }
            )
        )
    return pd.concat(frames)


def supervision(data: FrontDoor, rng: np.random.Generator) -> pd.DataFrame:
    """Supervision sessions by month and service: one is due each month for every full-time-equivalent worker.

    Returns
    -------
    month, service, due, held, reflective.
    """
    workers = data.workforce[~data.workforce.role.str.contains("manager")]
    fte = (workers.fte_in_post + workers.fte_agency).groupby([workers.month, workers.service]).sum()
    due = fte.round().astype("int64").rename("due").reset_index()
    when = due.month.to_numpy()
    services = organisation(data.authority).services
    apart = due.service.map({services[name].name: more for name, more in BY_SERVICE.items()}).fillna(0.0).to_numpy()
    share = np.clip(_line(HELD, when) + apart + rng.normal(0, 0.03, len(due)), 0.0, 1.0)
    held = np.round(due.due.to_numpy() * share).astype(np.int64)
    reflects = np.clip(_line(REFLECTIVE, when) + apart + rng.normal(0, 0.03, len(due)), 0.0, 1.0)
    return due.assign(held=held, reflective=np.round(held * reflects).astype(np.int64))


def feedback(authority: str, rng: np.random.Generator) -> pd.DataFrame:
    """Complaints, compliments and answers to surveys, each on a working day.

    Returns
    -------
    date and due (days since 1970), kind, stage, theme, in_time (bool: whether it will be answered in time).
    """
    size = organisation(authority).size
    more = 1 + 0.5 * (MONTHS - MONTHS[0]) / len(MONTHS)
    parts = []
    for kind, level, themes in (
        ("complaint", np.full(len(MONTHS), COMPLAINTS), COMPLAINED_OF),
        ("compliment", COMPLIMENTS * more, PRAISED),
        ("survey", np.full(len(MONTHS), SURVEYS), {"": 1.0}),
    ):
        when = np.repeat(MONTHS, rng.poisson(level * size))
        count = len(when)
        first, last = nth(first_day(when), after=True), nth(first_day(when + 1) - 1)
        date = WORKING[first + (rng.random(count) * (last - first + 1)).astype(np.int64)]
        stage = rng.choice(list(STAGES), count, p=[share for share, _ in STAGES.values()])
        parts.append(
            pd.DataFrame(
                {
                    "date": date,
                    "due": date + np.array([STAGES[one][1] for one in stage], dtype=np.int64),
                    "kind": kind,
                    "stage": stage if kind == "complaint" else "",
                    "theme": rng.choice(list(themes), count, p=list(themes.values())),
                    "in_time": rng.random(count) < _line(IN_TIME, when),
                }
            )
        )
    return pd.concat(parts).sort_values(["date", "kind", "stage", "theme"], kind="stable", ignore_index=True)


def lists_of(data: FrontDoor, quarter: Quarter) -> dict[str, pd.DataFrame]:
    """The lists of a quarter, with the columns of their template; a complaint's answer is told once it is due."""
    low, at = days_of(quarter)
    result = {}
    for name, made in (("caseloads", data.caseloads), ("supervision", data.supervision)):
        close = first_day(made.month.to_numpy() + 1) - 1
        rows = made[(close >= low) & (close <= at)]
        result[name] = rows.assign(month=iso(first_day(rows.month + 1) - 1)).rename(columns={"month": "month_end"})
    said = data.feedback
    said = said[(said.date >= low) & (said.date <= at)]
    judged = (said.kind == "complaint") & (said.due <= at)
    answered = np.where(judged, np.where(said.in_time, "Y", "N"), "")
    result["feedback"] = said.assign(date=iso(said.date), answered_in_time=answered)[
        ["date", "kind", "stage", "theme", "answered_in_time"]
    ]
    return result


def write(data: FrontDoor, quarter: Quarter, folder: Path) -> list[Path]:
    """Write the lists of a quarter into `local/` of its folder."""
    local = folder / "local"
    local.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, table in lists_of(data, quarter).items():
        paths.append(local / f"{name}.csv")
        table.to_csv(paths[-1], index=False, lineterminator="\n", encoding="utf-8")
    return paths
