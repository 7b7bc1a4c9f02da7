"""The demonstration's local lists: teams, outcomes, plan ends, strategy discussions, workforce and audits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.demo.cin_census import cut, days_of, iso, plans_in
from quarterdeck.demo.front_door import FrontDoor
from quarterdeck.demo.homes import with_district
from quarterdeck.demo.months import NONE, WORKING, first_day, month, nth
from quarterdeck.demo.organisation import organisation
from quarterdeck.demo.panel import panel
from quarterdeck.quarter import Quarter

WITHIN = 10


def _people(data: FrontDoor, episode: pd.Series) -> np.ndarray:
    """The child of each episode."""
    return data.children.child_id.to_numpy()[data.episodes.person.to_numpy()[episode]]


def _next(data: FrontDoor, table: pd.DataFrame, date: str, rows: pd.DataFrame) -> np.ndarray:
    """Working days from each assessment's authorisation to the child's next such event; NONE where none is near."""
    events = pd.DataFrame(
        {"person": data.episodes.person.to_numpy()[table.episode], "when": table[date].to_numpy().astype(np.int64)}
    )
    asked = pd.DataFrame(
        {
            "person": data.episodes.person.to_numpy()[rows.episode],
            "when": rows.auth.to_numpy().astype(np.int64),
            "row": np.arange(len(rows)),
        }
    )
    found = pd.merge_asof(
        asked.sort_values(["when", "row"]),
        events.assign(then=events.when).sort_values(["when", "person"]),
        on="when",
        by="person",
        direction="forward",
    )
    then = found.sort_values("row").then.fillna(NONE).to_numpy().astype(np.int64)
    near = then <= rows.auth.to_numpy() + 40
    gap = nth(np.where(near, then, 0)) - nth(rows.auth.to_numpy())
    return np.where(near, gap, NONE)


def assessment_outcomes(data: FrontDoor, rng: np.random.Generator) -> pd.DataFrame:
    """What followed each authorised assessment: the first that applies of what the child did within ten working days.

    Returns
    -------
    One row an assessment authorised: episode, start, auth, outcome.
    """
    rows = data.assessments[data.assessments.auth != NONE].reset_index(drop=True)
    home = data.episodes.loc[rows.episode].reset_index(drop=True)
    soon = {
        name: _next(data, table, date, rows) <= WITHIN
        for name, table, date in (
            ("care", data.care, "begin"),
            ("plan", data.plans, "start"),
            ("enquiry", data.enquiries, "s47"),
            ("need", data.cin_plans, "start"),
        )
    }

    def during(table: pd.DataFrame, begin: str) -> np.ndarray:
        spans = table[["episode", begin, "end"]].set_axis(["episode", "from", "to"], axis=1)
        pairs = (
            rows.rename_axis("row")
            .reset_index()[["row", "episode", "auth"]]
            .merge(spans, on="episode", validate="many_to_many")
        )
        inside = pairs[(pairs["from"] <= pairs.auth) & (pairs.to > pairs.auth)].row.unique()
        return np.isin(np.arange(len(rows)), inside)

    closed = home.end.to_numpy() <= WORKING[nth(rows.auth.to_numpy()) + WITHIN]
    chance = rng.random(len(rows))
    outcome = np.select(
        [
            soon["care"],
            soon["plan"],
            soon["enquiry"],
            soon["need"],
            during(data.plans, "start"),
            during(data.cin_plans, "start"),
            closed & home.reason.isin(["RC5", "RC6"]).to_numpy(),
            closed & (chance < 0.38),
            closed,
            chance < 0.5,
        ],
        [
            "became looked after",
            "child protection plan",
            "strategy discussion or S47",
            "child in need plan",
            "child protection plan",
            "child in need plan",
            "other service",
            "stepped down to early help",
            "no further action",
            "stepped down to early help",
        ],
        "other service",
    )
    return rows[["episode", "start", "auth"]].assign(outcome=outcome)


def workforce(authority: str, rng: np.random.Generator) -> pd.DataFrame:
    """Posts at each month's end by service and role, in full-time equivalents; agency workers are not in post."""
    services = organisation(authority).ordered(
        "front_door", "safeguarding", "through_care", "disabilities", "early_help", "care_leavers"
    )
    months = np.arange(month(2014, 4), month(2019, 4))
    # Agency share rises to the winter of 2017-18 and falls after it.
    shape = np.interp(
        months,
        [month(2014, 4), month(2016, 9), month(2017, 12), month(2018, 9), month(2019, 3)],
        [0.45, 0.75, 1.0, 0.9, 0.5],
    )
    printed = panel(authority).front_door_staff
    frames = []
    for service in services:
        for role, established in service.posts:
            filled = established * (0.87 + 0.03 * np.round(rng.random(len(months)), 2))
            agency = np.round(filled * service.agency * shape * (1 + 0.04 * (rng.random(len(months)) - 0.5)), 1)
            in_post = np.round(filled - agency, 1)
            if service is services[0]:
                for when, (post_total, agency_total) in printed.items():
                    at = when - months[0]
                    managers = (4.0, 6.0)
                    in_post[at] = managers[0] if role == "team manager" else round(post_total - managers[0], 1)
                    agency[at] = managers[1] if role == "team manager" else round(agency_total - managers[1], 1)
            frames.append(
                pd.DataFrame(
                    {
                        "month": months,
                        "service": service.name,
                        "role": role,
                        "fte_established": established,
                        "fte_in_post": in_post,
                        "fte_agency": agency,
                        "starters": rng.poisson(in_post * 0.016),
                        "leavers": rng.poisson(in_post * 0.017),
                        "sickness_days": np.round(in_post * (0.5 + 0.4 * rng.random(len(months))), 1),
                        "newly_qualified": np.round(in_post * (0.14 if role == "social worker" else 0.0)),
                    }
                )
            )
    return pd.concat(frames).sort_values(["month", "service", "role"], ignore_index=True)


def audits(authority: str, rng: np.random.Generator) -> pd.DataFrame:
    """Case audits, a few dozen a quarter, and those of missing-child notifications that the panel was told of."""
    own = organisation(authority)
    services = [one.name for one in own.ordered("front_door", "safeguarding", "through_care", "disabilities")]
    themes = [
        "assessment quality",
        "plan quality",
        "child's voice",
        "management oversight",
        "chronology",
        "threshold decision",
    ]
    grades = ["outstanding", "good", "requires improvement", "inadequate"]
    months = np.repeat(
        np.arange(month(2015, 4), month(2019, 4)), np.round(rng.integers(14, 22, 48) * own.size).astype(int)
    )
    count = len(months)
    better = np.clip((months - month(2015, 4)) / 48, 0, 1)
    draw = rng.random(count)
    grade = np.select(
        [draw < 0.01 + 0.04 * better, draw < 0.2 + 0.33 * better, draw < 0.72 + 0.15 * better], [0, 1, 2], 3
    )
    moderated = np.clip(grade + rng.choice([0, 0, 0, 0, 1, -1], count), 0, 3)
    first = nth(first_day(months), after=True)
    rows = pd.DataFrame(
        {
            "date": WORKING[first + rng.integers(0, 18, count)],
            "service": rng.choice(services, count, p=[0.35, 0.4, 0.2, 0.05]),
            "theme": rng.choice(themes, count),
            "appropriate": np.where(grade <= 1, "Y", np.where(rng.random(count) < 0.5, "Y", "N")),
            "grade": np.array(grades)[grade],
            "moderated_grade": np.where(rng.random(count) < 0.4, np.array(grades)[moderated], ""),
        }
    )
    of_missing = [
        pd.DataFrame(
            {
                "date": WORKING[nth(int(first_day(when)), after=True) + np.arange(sum(graded)) % 15],
                "service": services[0],
                "theme": "missing notifications",
                "appropriate": np.repeat(["Y", "N", "N"], graded),
                "grade": np.repeat(["good", "requires improvement", "inadequate"], graded),
                "moderated_grade": "",
            }
        )
        for when, graded in panel(authority).missing_audits.items()
    ]
    rows = pd.concat([rows, *of_missing]).sort_values(
        ["date", "service", "theme", "grade"], kind="stable", ignore_index=True
    )
    return rows.assign(audit_id=np.char.mod("AUD%05d", 1 + np.arange(len(rows))))


def lists_of(data: FrontDoor, quarter: Quarter) -> dict[str, pd.DataFrame]:
    """Every list of a quarter, with the columns of its template; dates as ISO texts."""
    low, at = days_of(quarter)
    printed = panel(data.authority)
    latest = printed.lists_run_to.get(quarter.slug, at)
    spells = data.allocations[(data.allocations.start <= at) & (data.allocations.end >= low)]
    outcomes = data.outcomes[(data.outcomes.auth >= low) & (data.outcomes.auth <= at)]
    plans = plans_in(data, quarter)
    ended = plans[(plans.end >= low) & (plans.end <= at)]
    talks = data.discussions[(data.discussions.date >= low) & (data.discussions.date <= latest)]
    posts = data.workforce[
        (first_day(data.workforce.month + 1) - 1 >= low) & (first_day(data.workforce.month + 1) - 1 <= latest)
    ]
    audited = data.audits[(data.audits.date >= low) & (data.audits.date <= at)]
    family = data.children.family_id.to_numpy()[data.episodes.person.to_numpy()[spells.episode]]
    held = pd.DataFrame(
        {
            "person_id": _people(data, spells.episode),
            "team": spells.team.to_numpy(),
            "worker_id": spells.worker_id.to_numpy(),
            "role": spells.role.to_numpy(),
            "from_date": iso(spells.start),
            "to_date": iso(cut(spells.end, at)),
        }
    )
    return {
        "allocations": with_district(held, data, family, spells.start.to_numpy()),
        "assessment_outcomes": pd.DataFrame(
            {
                "person_id": _people(data, outcomes.episode),
                "assessment_start_date": iso(outcomes.start),
                "outcome": outcomes.outcome.to_numpy(),
            }
        ),
        "cp_plan_ends": pd.DataFrame(
            {"person_id": _people(data, ended.episode), "end_date": iso(ended.end), "reason": ended.reason.to_numpy()}
        ),
        "strategy_discussions": pd.DataFrame(
            {
                "person_id": _people(data, talks.episode),
                "discussion_date": iso(talks.date),
                "outcome": talks.outcome.to_numpy(),
            }
        ),
        "workforce": posts.assign(month_end=iso(first_day(posts.month + 1) - 1))[
            [
                "month_end",
                "service",
                "role",
                "fte_established",
                "fte_in_post",
                "fte_agency",
                "starters",
                "leavers",
                "sickness_days",
                "newly_qualified",
            ]
        ],
        "audits": audited.assign(audit_date=iso(audited.date))[
            ["audit_id", "audit_date", "service", "theme", "appropriate", "grade", "moderated_grade"]
        ],
    }


def write(data: FrontDoor, quarter: Quarter, folder: Path) -> list[Path]:
    """Write the lists of a quarter into `local/` of its folder."""
    local = folder / "local"
    local.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, table in lists_of(data, quarter).items():
        path = local / f"{name}.csv"
        table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
        paths.append(path)
    return paths
