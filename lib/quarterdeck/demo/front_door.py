"""The front door, children in need and child protection of a demonstration authority, put together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quarterdeck.demo import (
    allocations,
    assessments,
    cin_plans,
    conferences,
    cp_reviews,
    need,
    particulars,
    people,
    protection,
)
from quarterdeck.demo.ages import anniversary
from quarterdeck.demo.months import NONE, close_of, year_of
from quarterdeck.demo.organisation import organisation
from quarterdeck.demo.panel import panel
from quarterdeck.demo.targets import PUBLISHED_YEARS, YEARS, Targets, generator, targets

if TYPE_CHECKING:
    from quarterdeck.demo.care import Care


@dataclass(frozen=True)
class FrontDoor:
    """Every event of a demonstration authority's front door; days are days since 1970, NONE where there is none yet.

    Parameters
    ----------
    children : one row a child: child_id, family_id, born, sex, ethnicity, uasc; the index is `person`.
    episodes : one row a referral: person, start, end, kind, source, need, reason; the index is `episode`.
    assessments : episode, start, auth, first.
    enquiries : episode, s47, icpc.
    discussions : episode, date, outcome.
    plans : episode, start, end, initial_category, latest_category, previous, reason, first_extract, last_extract.
    reviews : plan (row of `plans`), date.
    cin_plans : episode, start, end.
    care : periods of care: episode, begin, end.
    allocations : episode, team, worker_id, role, start, end.
    disabilities : for each collection year, the codes of each child as its extract has them.
    """

    authority: str
    children: pd.DataFrame
    episodes: pd.DataFrame
    assessments: pd.DataFrame
    enquiries: pd.DataFrame
    discussions: pd.DataFrame
    plans: pd.DataFrame
    reviews: pd.DataFrame
    cin_plans: pd.DataFrame
    care: pd.DataFrame
    allocations: pd.DataFrame
    disabilities: dict[int, np.ndarray]
    seed: int

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """What followed each assessment: episode, start, auth, outcome."""
        from quarterdeck.demo.front_door_lists import assessment_outcomes

        return assessment_outcomes(self, generator(self.seed, self.authority, "outcomes"))

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """Contacts with the front door."""
        from quarterdeck.demo.contacts import contacts

        return contacts(self, generator(self.seed, self.authority, "contacts"))

    @cached_property
    def early_help(self) -> pd.DataFrame:
        """Early help, whoever began it."""
        from quarterdeck.demo.early_help import early_help

        return early_help(self, generator(self.seed, self.authority, "early help"))

    @cached_property
    def homes(self) -> pd.DataFrame:
        """The district of each family that a list names: district, then, moves."""
        from quarterdeck.demo.homes import homes

        families = pd.concat([self.children.family_id, self.early_help.family_id]).unique()
        return homes(self.authority, pd.Index(families), generator(self.seed, self.authority, "homes"))

    @cached_property
    def workforce(self) -> pd.DataFrame:
        """Posts by month, service and role."""
        from quarterdeck.demo.front_door_lists import workforce

        return workforce(self.authority, generator(self.seed, self.authority, "workforce"))

    @cached_property
    def audits(self) -> pd.DataFrame:
        """Case audits."""
        from quarterdeck.demo.front_door_lists import audits

        return audits(self.authority, generator(self.seed, self.authority, "audits"))

    @cached_property
    def caseloads(self) -> pd.DataFrame:
        """Workers and the cases that they hold, by month."""
        from quarterdeck.demo.workforce_lists import caseloads

        return caseloads(self, generator(self.seed, self.authority, "caseloads"))

    @cached_property
    def supervision(self) -> pd.DataFrame:
        """Supervision sessions, by month and service."""
        from quarterdeck.demo.workforce_lists import supervision

        return supervision(self, generator(self.seed, self.authority, "supervision"))

    @cached_property
    def feedback(self) -> pd.DataFrame:
        """Complaints, compliments and answers to surveys."""
        from quarterdeck.demo.workforce_lists import feedback

        return feedback(self.authority, generator(self.seed, self.authority, "feedback"))


def closure_reasons(rows: pd.DataFrame, children: pd.DataFrame, found: Targets, rng: np.random.Generator) -> None:
    """Why episodes of need closed, as published by year; those who pass to adult services turn 18."""
    rows["reason"] = rows.reason.where(~((rows.kind == "need") & (rows.end != NONE) & (rows.reason == "")), "RC7")
    rows.loc[rows.kind == "nfa", "reason"] = ""
    names = {
        "rc1_adopted": "RC1",
        "rc2_died": "RC2",
        "rc3_residence_order": "RC3",
        "rc4_special_guardianship_order": "RC4",
        "rc5_transfer_to_another_la": "RC5",
        "rc6_transfer_to_adult_social_service": "RC6",
        "unknown": "",
    }
    ended = year_of(rows.end_month.to_numpy())
    born = children.born.to_numpy()[rows.person]
    alone = ~rows.person.duplicated(keep=False).to_numpy() & ~rows.fixed.to_numpy()
    for year in PUBLISHED_YEARS:
        here = (rows.kind == "need").to_numpy() & (ended == year)
        split = found.split("cin_episodes_ended_by_reason", year, found.total("cin_episodes_ended", year))
        for name, code in names.items():
            have = np.flatnonzero(here & (rows.reason == code).to_numpy())
            wanted = split.get(name, 0)
            if len(have) > wanted:
                rows.loc[rows.index[rng.permutation(have)[wanted:]], "reason"] = "RC7"
                continue
            spare = here & (rows.reason == "RC7").to_numpy() & ~rows.fixed.to_numpy()
            long = (rows.end - rows.start).to_numpy() > 300
            age = rows.end.to_numpy() - born
            choice = {
                "RC1": spare & long & (age < 3500),
                "RC3": spare & (age < 5800),
                "RC4": spare & (age < 5800),
                "RC6": spare & alone & long,
            }.get(code, spare)
            pick = rng.permutation(np.flatnonzero(choice))[: wanted - len(have)]
            if len(pick) < wanted - len(have):
                raise ValueError(f"{wanted - len(have) - len(pick)} closures of {year} found no child for {name}")
            rows.loc[rows.index[pick], "reason"] = code
            if code == "RC6":
                children.loc[rows.person.to_numpy()[pick], "born"] = anniversary(
                    rows.end.to_numpy()[pick], -18
                ) - rng.integers(0, 20, len(pick))


def front_door_history(care: Care, seed: int, authority: str) -> FrontDoor:
    """Everything that passed an authority's front door, from its looked-after children and what was published.

    Parameters
    ----------
    care : the authority's looked-after children and their periods of care.
    seed : one number for the whole authority.
    authority : its slug, such as "worcestershire-demo".
    """
    found, printed = targets(authority), panel(authority)
    rng = generator(seed, authority, "front door")
    plans = protection.plan_history(seed, authority, care.periods, care.children)
    spare = conferences.before_plans(plans, found, rng)
    certain = need.certain_episodes(plans, care.periods, care.children, rng)
    table, options = need.need_table(found, certain, rng)
    certain = need.settle(certain, options, rng)
    months = np.arange(assessments.FIRST, assessments.LAST + 1)
    first = {
        kind: np.array([int(table.loc[(table.kind == kind) & (table.start == when), "count"].sum()) for when in months])
        for kind in ("need", "rc8", "late")
    }
    first["need"] += np.array([int((certain.start_month == when).sum()) for when in months])
    made = assessments.slots(assessments.slot_table(found, printed, first, rng), found, rng)
    rows = assessments.episodes(table, certain, made, rng)
    again = assessments.further(rows, made, printed, rng)
    returns = people.Returns(rows, rng)
    for year in YEARS:
        returns.year(year, found)
    rows["before"] = returns.before
    plans["unit"] = np.where(plans.before >= 0, plans.before, plans.index)
    home = pd.Series(rows.index[rows.unit >= 0], index=rows.unit[rows.unit >= 0])
    plans["episode"] = home.reindex(plans.unit).to_numpy()
    plans = plans[plans.episode.notna()].astype({"episode": "int64"})
    last = close_of(YEARS[-1])
    rows["needed_until"] = np.where(
        rows.kind == "need", np.minimum(np.minimum(rows.end, last), rows.start + 15 * 365), rows.start
    )
    rows["needed_until"] = rows.needed_until.where(rows.child_id == "", rows.start)
    rows["needed_from"] = rows.start
    earliest = plans.groupby("episode").start.min()
    rows.loc[earliest.index, "needed_from"] = earliest
    children = people.children_of(rows, care.children, rng)
    rows["family_id"] = children.family_id.to_numpy()[rows.person]
    rows["uasc"] = children.uasc.to_numpy()[rows.person]
    rows["source"] = people.referral_sources(rows, found, rng)
    rows["need"] = people.primary_needs(rows, found, rng)
    closure_reasons(rows, children, found, rng)
    grown = plans[plans.reason == "18"]
    children.loc[rows.person[grown.episode].to_numpy(), "born"] = anniversary(grown.end.to_numpy(), -18)
    people.also_missing(rows, children, care.home_missing_children, rng)
    s47 = conferences.enquiries(rows, plans, spare, found, printed, rng)
    talks = conferences.discussions(rows, s47, printed, rng)
    begun = rows[rows.auth != NONE]
    every = pd.concat(
        [
            pd.DataFrame({"episode": begun.index, "start": begun.start, "auth": begun.auth, "first": True}),
            again.assign(first=False),
        ]
    )
    every = every.sort_values(["episode", "start"], ignore_index=True)
    every["factors"] = particulars.factors(every, rows, found, rng)
    plans = plans.sort_values(["episode", "start"], ignore_index=True)
    given = care.children.set_index("child_id").disabilities
    need_plans = cin_plans.child_in_need_plans(rows, plans, printed, rng)
    in_care = allocations.care_of_episodes(rows, care.periods)
    return FrontDoor(
        authority,
        children,
        rows,
        every,
        s47,
        talks,
        plans,
        cp_reviews.review_conferences(plans, found, rng),
        need_plans,
        in_care,
        allocations.allocations(rows, plans, need_plans, in_care, printed, organisation(authority).services, rng),
        particulars.disabilities(rows, children, given, found, rng),
        seed,
    )
