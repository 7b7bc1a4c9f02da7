"""The demonstration's early help: what came down from social care, from contacts, and from partners who began it.

Nothing is published of how much there is or who leads it: the numbers are invented.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.demo.cin_census import cut, days_of, iso
from quarterdeck.demo.contacts import FIRST, LAST
from quarterdeck.demo.front_door import FrontDoor
from quarterdeck.demo.homes import with_district
from quarterdeck.demo.months import NONE, WORKING, first_day, month, nth, some_day
from quarterdeck.demo.organisation import organisation
from quarterdeck.quarter import Quarter

PARTNERS = (
    "A primary school", "A secondary school", "Health visiting", "School nursing",
    "A nursery or pre-school", "A voluntary organisation", "Housing",
)  # fmt: skip
LED_BY = {
    "down": (0.78, 0.07, 0.04, 0.05, 0.02, 0.01, 0.03, 0.0),
    "contact": (0.46, 0.18, 0.1, 0.1, 0.05, 0.04, 0.05, 0.02),
    "partner": (0.05, 0.34, 0.17, 0.21, 0.07, 0.1, 0.05, 0.01),
    "up": (0.38, 0.22, 0.14, 0.14, 0.05, 0.04, 0.02, 0.01),
}
"""Who leads early help, by how it came about: the authority's own service, then its partners."""
TAKEN_ON = {"down": 0.8, "contact": 0.6, "up": 0.05}
"""The share of step-downs, of contacts so decided, and of referrals, that early help followed or came before."""
BY_PARTNERS = ((month(2014, 4), month(2017, 3), month(2019, 3)), (42, 48, 66))
"""Assessments a month that partners of the first county began by themselves, at some months."""


def _stepped_down(data: FrontDoor, rng: np.random.Generator) -> pd.DataFrame:
    """Help for children whose case was closed to it, from a few days after the closing."""
    home = data.episodes.loc[data.outcomes.episode].reset_index(drop=True)
    soon = (home.end != NONE).to_numpy() & (home.end.to_numpy() <= data.outcomes.auth.to_numpy() + 21)
    down = (data.outcomes.outcome == "stepped down to early help").to_numpy() & soon
    rows = home[down & (rng.random(len(home)) < TAKEN_ON["down"])]
    begin = WORKING[nth(rows.end.to_numpy()) + rng.integers(0, 11, len(rows))]
    return pd.DataFrame({"person": rows.person.to_numpy(), "start": begin, "closed": 0, "way": "down", "step": "down"})


def _from_contacts(data: FrontDoor, rng: np.random.Generator) -> pd.DataFrame:
    """Help that was decided on at the front door, from a week or two after the decision."""
    rows = data.contacts[(data.contacts.decision == "early help").to_numpy()]
    rows = rows[rng.random(len(rows)) < TAKEN_ON["contact"]]
    begin = WORKING[nth(rows.decided.to_numpy()) + rng.integers(3, 16, len(rows))]
    return pd.DataFrame(
        {"person": rows.person.to_numpy(), "start": begin, "closed": 0, "way": "contact", "step": "none"}
    )


def _from_partners(size: float, rng: np.random.Generator) -> pd.DataFrame:
    """Help that schools, health visitors and others began with a family that nobody else knew."""
    every = np.arange(FIRST, LAST + 1)
    begin = some_day(np.repeat(every, rng.poisson(np.interp(every, *BY_PARTNERS) * size)), rng)
    return pd.DataFrame({"person": -1, "start": begin, "closed": 0, "way": "partner", "step": "none"})


def _stepped_up(data: FrontDoor, rng: np.random.Generator) -> pd.DataFrame:
    """Help that was not enough: the child was referred for the first time, and early help closed on that day."""
    rows = data.episodes.sort_values("start", kind="stable").drop_duplicates("person")
    rows = rows[rows.start >= first_day(FIRST)]
    rows = rows[rng.random(len(rows)) < TAKEN_ON["up"]]
    begin = WORKING[nth(rows.start.to_numpy()) - rng.integers(30, 170, len(rows))]
    closed = rows.start.to_numpy()
    return pd.DataFrame({"person": rows.person.to_numpy(), "start": begin, "closed": closed, "way": "up", "step": "up"})


def early_help(data: FrontDoor, rng: np.random.Generator) -> pd.DataFrame:
    """Every early help assessment of which a list from April 2014 to March 2019 tells, in order.

    Returns
    -------
    person (its row of `children`; -1 where only the family is known), family_id, start, assessed, closed (days since
    1970; NONE where the assessment was not completed), lead_organisation, step.
    """
    own = organisation(data.authority)
    parts = [_stepped_down(data, rng), _from_contacts(data, rng), _from_partners(own.size, rng), _stepped_up(data, rng)]
    rows = pd.concat(parts, ignore_index=True)
    lead = np.full(len(rows), "", dtype=object)
    for way, shares in LED_BY.items():
        here = (rows.way == way).to_numpy()
        lead[here] = rng.choice((own.services["early_help"].name, *PARTNERS), int(here.sum()), p=shares)
    helped = 30 + rng.gamma(2.4, 55.0, len(rows)).astype(np.int64)
    closed = np.where(rows.way == "up", rows.closed, WORKING[nth(rows.start.to_numpy() + helped)])
    assessed = WORKING[nth(rows.start.to_numpy()) + rng.integers(8, 42, len(rows))]
    rows = rows.assign(lead_organisation=lead, closed=closed, assessed=np.where(assessed <= closed, assessed, NONE))
    rows = rows[rows.closed >= first_day(FIRST)]
    rows = rows.sort_values(["start", "person", "closed", "lead_organisation"], kind="stable", ignore_index=True)
    until = rows.groupby("person").closed.cummax().groupby(rows.person).shift(fill_value=0)
    rows = rows[(rows.person < 0) | (until <= rows.start)]  # who has early help already is not given it again
    family = np.append(data.children.family_id.to_numpy(), "")[rows.person.to_numpy()]
    return rows.assign(family_id=np.where(family == "", np.char.mod("EHF%05d", 1 + np.arange(len(rows))), family))


def of_quarter(data: FrontDoor, quarter: Quarter) -> pd.DataFrame:
    """The list as it is cut at a quarter's end: what was open at some time since 1 April."""
    low, at = days_of(quarter)
    rows = data.early_help[(data.early_help.start <= at) & (data.early_help.closed >= low)]
    child = np.append(data.children.child_id.to_numpy(), "")
    known = (rows.closed <= at) | (rows.step == "down")  # that it came down is known from the first
    told = pd.DataFrame(
        {
            "family_id": rows.family_id,
            "person_id": child[rows.person.to_numpy()],
            "assessment_start": iso(rows.start),
            "assessment_end": iso(cut(rows.assessed, at)),
            "lead_organisation": rows.lead_organisation,
            "step": rows.step.where(known, ""),
            "closed": iso(cut(rows.closed, at)),
        }
    )
    return with_district(told, data, rows.family_id.to_numpy(), rows.start.to_numpy())


def write(data: FrontDoor, quarter: Quarter, folder: Path) -> list[Path]:
    """Write `early_help.csv` of a quarter into `local/` of its folder."""
    path = folder / "local" / "early_help.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    of_quarter(data, quarter).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return [path]
