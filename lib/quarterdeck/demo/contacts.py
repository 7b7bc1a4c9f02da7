"""The demonstration's contacts with the front door: one behind every referral, and all those that led to none.

How many led to none, from whom, and how soon they were decided is invented; the referrals are those published. The
commissioner's review of 2017 found that decisions were not made within 24 hours, and so it is here until they mend.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.demo.ages import anniversary
from quarterdeck.demo.cin_census import days_of
from quarterdeck.demo.front_door import FrontDoor
from quarterdeck.demo.months import WORKING, first_day, month, month_of, nth, some_day, span
from quarterdeck.demo.organisation import organisation
from quarterdeck.quarter import Quarter

FIRST, LAST = month(2014, 4), month(2019, 3)
OTHERS = ((month(2014, 4), month(2016, 11), month(2017, 6), month(2018, 3), month(2019, 3)), (690, 830, 850, 760, 700))
"""Contacts a month of the first county that led to no referral, at some months; between them they change evenly."""
SEASON = (0.95, 1.05, 1.07, 1.02, 0.72, 1.06, 1.05, 1.12, 0.88, 1.02, 0.98, 1.08)
"""How many of a month's, April to March, where 1 is as many as in any other: few when schools are shut."""
IN_TIME = (
    (month(2014, 4), month(2016, 9), month(2017, 6), month(2017, 9), month(2017, 11), month(2018, 2), month(2018, 9)),
    (0.92, 0.86, 0.78, 0.62, 0.6, 0.76, 0.93),
)
"""The share decided on the day or by the next working day, at some months."""
SAME_DAY = 0.55
WEEKEND = 0.07
KNOWN = 0.3
SOURCES = {
    "6": 0.31, "2A": 0.16, "3A": 0.03, "3B": 0.05, "3C": 0.02, "3D": 0.03, "3E": 0.03, "3F": 0.02, "1A": 0.06,
    "1B": 0.03, "1C": 0.02, "1D": 0.03, "5A": 0.05, "5B": 0.02, "5C": 0.02, "4": 0.025, "7": 0.02, "2B": 0.01,
    "8": 0.03, "9": 0.025, "10": 0.01,
}  # fmt: skip
DECISIONS = {
    "existing referral": 0.2,
    "child protection enquiry": 0.012,
    "missing": 0.035,
    "early help": 0.21,
    "private fostering": 0.003,
    "advice": 0.28,
    "no further action": 0.235,
    "other": 0.025,
}
OPEN_TO_SOCIAL_CARE = ("existing referral", "child protection enquiry", "missing")


def _delays(months: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Working days from each contact to its decision."""
    in_time = rng.random(len(months)) < np.interp(months, *IN_TIME)
    soon = (rng.random(len(months)) >= SAME_DAY).astype(np.int64)
    return np.where(in_time, soon, 1 + rng.geometric(0.36, len(months)))


def _behind_referrals(data: FrontDoor, rng: np.random.Generator) -> pd.DataFrame:
    """A contact for every referral, in the referral's own month; brothers and sisters referred together have one."""
    rows = data.episodes[data.episodes.start >= first_day(FIRST)]
    months = month_of(rows.start)
    group = pd.factorize(rows.family_id.astype("str") + rows.start.astype("str"))[0]
    _, one = np.unique(group, return_index=True)
    first = np.minimum(span(months)[0], nth(rows.start.to_numpy()))
    came = WORKING[np.maximum(nth(rows.start.to_numpy()) - _delays(months[one], rng)[group], first)]
    teams = organisation(data.authority).services["front_door"].teams
    with_team = data.allocations.drop_duplicates("episode").set_index("episode").team.reindex(rows.index)
    return pd.DataFrame(
        {
            "group": group,
            "person": rows.person.to_numpy(),
            "day": np.minimum(came, rows.start.to_numpy()),
            "source": rows.source.to_numpy()[one][group],
            "decided": rows.start.to_numpy(),
            "decision": "new referral",
            "team": np.where(with_team.isin(teams), with_team, np.array(teams)[group % len(teams)]),
        }
    )


def _others(data: FrontDoor, rng: np.random.Generator) -> pd.DataFrame:
    """Contacts that led to no referral: about an open case, or ended in early help, advice or nothing."""
    every = np.arange(FIRST, LAST + 1)
    own = organisation(data.authority)
    many = rng.poisson(np.interp(every, *OTHERS) * own.size * np.array(SEASON)[(every + 9) % 12])
    months = np.repeat(every, many)
    source = rng.choice(list(SOURCES), len(months), p=list(SOURCES.values()))
    decision = rng.choice(list(DECISIONS), len(months), p=list(DECISIONS.values()))
    day = some_day(months, rng)
    saturday = day - (day + 3) % 7 + 5 + rng.integers(0, 2, len(day))
    moved = (rng.random(len(day)) < WEEKEND) & np.isin(source, ["6", "3D", "1A"]) & (month_of(saturday) == months)
    day = np.where(moved, saturday, day)
    delay = np.maximum(_delays(months, rng), ~np.isin(day, WORKING))
    return pd.DataFrame(
        {
            "group": -1,
            "person": _about(data, months, np.isin(decision, OPEN_TO_SOCIAL_CARE), rng),
            "day": day,
            "source": source,
            "decided": WORKING[nth(day) + delay],
            "decision": decision,
            "team": rng.choice(own.services["front_door"].teams, len(day)),
        }
    )


def _about(data: FrontDoor, months: np.ndarray, is_open: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The child of each contact: one whose case is open; else some whose case was, and most known to nobody (-1)."""
    rows = data.episodes
    start, end, person = rows.start.to_numpy(), rows.end.to_numpy(), rows.person.to_numpy()
    grown = anniversary(data.children.born.to_numpy(), 18)[person]
    known = is_open | (rng.random(len(months)) < KNOWN)
    about = np.full(len(months), -1)
    for each in range(FIRST, LAST + 1):
        opens, closes = int(first_day(each)), int(first_day(each + 1))
        child = grown > closes
        for wanted, pool in (
            (is_open, child & (start < opens) & (end > closes)),
            (known & ~is_open, child & (end < opens) & (end >= first_day(FIRST))),
        ):
            here = np.flatnonzero(wanted & (months == each))
            if pool.any():
                about[here] = person[rng.choice(np.flatnonzero(pool), len(here))]
    return about


def _written(days: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    """Days and minutes as texts, DD/MM/YYYY HH:MM."""
    when = pd.DatetimeIndex(days.astype("datetime64[D]").astype("datetime64[us]") + minutes.astype("timedelta64[m]"))
    return when.strftime("%d/%m/%Y %H:%M").to_numpy(dtype=object)


def contacts(data: FrontDoor, rng: np.random.Generator) -> pd.DataFrame:
    """Every contact from April 2014 to March 2019, in order.

    Returns
    -------
    One row a child of a contact: contact_id, person (its row of `children`; -1 where the child is not known), day and
    decided (days since 1970), source, decision, team, and contact_date and decision_date as they are written.
    """
    rows = pd.concat([_behind_referrals(data, rng), _others(data, rng)], ignore_index=True)
    alone = rows.group.to_numpy() < 0
    rows.loc[alone, "group"] = rows.group.max() + 1 + np.arange(alone.sum())
    group = rows.group.to_numpy()
    at_night = (rows.source == "6").to_numpy()[np.unique(group, return_index=True)[1]]
    came = np.where(at_night, rng.integers(0, 1439, len(at_night)), rng.integers(8 * 60, 17 * 60, len(at_night)))[group]
    share = rng.random(len(at_night))[group]
    same_day = (rows.day == rows.decided).to_numpy()
    # What comes in on the day of its decision comes in before the office shuts, and is decided by then.
    came = np.where(same_day, np.minimum(came, 17 * 60), came)
    shut = 18 * 60
    decided = np.where(same_day, came + share * (shut - came), 9 * 60 + share * (shut - 9 * 60)).astype(np.int64)
    rows = rows.assign(
        minute=came,
        contact_date=_written(rows.day.to_numpy(), came),
        decision_date=_written(rows.decided.to_numpy(), decided),
    )
    rows = rows.sort_values(["day", "minute", "group", "person"], kind="stable", ignore_index=True)
    number = pd.factorize(rows.group)[0] + 1
    return rows.assign(contact_id=np.char.mod("C%06d", number)).drop(columns=["group", "minute"])


def of_quarter(data: FrontDoor, quarter: Quarter) -> pd.DataFrame:
    """The list as it is cut at a quarter's end: what came in since 1 April, and what was then still to be decided."""
    low, at = days_of(quarter)
    rows = data.contacts[(data.contacts.day <= at) & ((data.contacts.day >= low) | (data.contacts.decided >= low))]
    done = (rows.decided <= at).to_numpy()
    child = np.append(data.children.child_id.to_numpy(), "")
    return pd.DataFrame(
        {
            "contact_id": rows.contact_id,
            "person_id": child[rows.person.to_numpy()],
            "contact_date": rows.contact_date,
            "contact_source": rows.source,
            "decision_date": rows.decision_date.where(done, ""),
            "decision": rows.decision.where(done, ""),
            "team": rows.team,
        }
    )


def write(data: FrontDoor, quarter: Quarter, folder: Path) -> list[Path]:
    """Write `contacts.csv` of a quarter into `local/` of its folder."""
    path = folder / "local" / "contacts.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    of_quarter(data, quarter).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return [path]
