"""Which team and worker of the demonstration each open child is with, day by day."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from quarterdeck.demo.ages import ordinals
from quarterdeck.demo.months import NONE, close_of, first_day
from quarterdeck.demo.organisation import Service
from quarterdeck.demo.panel import Panel
from quarterdeck.demo.targets import YEARS

EARLY = 180


def _flags(rows: pd.DataFrame, name: str, begin: np.ndarray, end: np.ndarray, episode: np.ndarray) -> pd.DataFrame:
    """A rise where a state begins and a fall where it ends, inside the episode."""
    low, high = rows.start.to_numpy()[episode], rows.end.to_numpy()[episode]
    begin, end = np.maximum(begin, low), np.minimum(end, high)
    kept = begin < end
    frames = [
        pd.DataFrame({"episode": episode[kept], "date": begin[kept], name: 1}),
        pd.DataFrame({"episode": episode[kept], "date": end[kept], name: -1}),
    ]
    return pd.concat(frames)


def care_of_episodes(rows: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Periods of care with the episode that holds each: episode, begin, end (days; NONE while in care)."""
    own = rows.loc[rows.child_id != "", ["child_id", "start", "end"]].rename_axis("episode").reset_index()
    spans = pd.DataFrame(
        {"child_id": periods.child_id, "begin": ordinals(periods.care_start), "stop": ordinals(periods.care_end)}
    )
    both = spans.merge(own, on="child_id", validate="many_to_many")
    return (
        both[(both.begin >= both.start) & (both.begin <= both.end)]
        .rename(columns={"end": "closed"})
        .rename(columns={"stop": "end"})[["episode", "begin", "end"]]
    )


def allocations(
    rows: pd.DataFrame,
    plans: pd.DataFrame,
    need_plans: pd.DataFrame,
    care: pd.DataFrame,
    printed: Panel,
    services: Mapping[str, Service],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Spells with a team and a worker; one ends on the day the next begins.

    Parameters
    ----------
    rows : episodes with start, end, auth, need and family_id.
    care : episode, begin, end of the periods of care.
    services : the authority's, by kind.

    Returns
    -------
    One row a spell: episode, team, worker_id, role, start, end (days; NONE while open).
    """
    every = rows.index.to_numpy()
    first_plan = plans.groupby("episode").start.min().reindex(every).fillna(NONE).to_numpy().astype(np.int64)
    front_until = np.minimum.reduce(
        [np.where(rows.auth == NONE, rows.start + 40, rows.auth + 3), first_plan, rows.end.to_numpy()]
    )
    quick = (rows.kind != "need").to_numpy()
    front_until = np.where(quick, NONE, front_until)
    length = _early_care(rows, plans, need_plans, care, printed)
    disabled = every[(rows.need == "N2").to_numpy()]
    last_care = care.groupby("episode").end.max()
    left = last_care[last_care != NONE]
    events = pd.concat(
        [
            _flags(rows, "front_door", rows.start.to_numpy(), front_until, every),
            _flags(rows, "plan", plans.start.to_numpy(), plans.end.to_numpy(), plans.episode.to_numpy()),
            _flags(
                rows, "need_plan", need_plans.start.to_numpy(), need_plans.end.to_numpy(), need_plans.episode.to_numpy()
            ),
            _flags(rows, "care", care.begin.to_numpy(), care.end.to_numpy(), care.episode.to_numpy()),
            _flags(
                rows,
                "early",
                care.begin.to_numpy(),
                np.minimum((care.begin + length).to_numpy(), care.end.to_numpy()),
                care.episode.to_numpy(),
            ),
            _flags(rows, "disabled", rows.start.to_numpy()[disabled], np.full(len(disabled), NONE), disabled),
            _flags(rows, "left", left.to_numpy(), np.full(len(left), NONE), left.index.to_numpy()),
            pd.DataFrame({"episode": every, "date": rows.start}),
        ]
    ).fillna(0)
    names = ["front_door", "plan", "need_plan", "care", "early", "disabled", "left"]
    steps = events.groupby(["episode", "date"], as_index=False)[names].sum()
    state = steps.groupby("episode")[names].cumsum() > 0
    steps["service"] = np.select(
        [
            state.care & ~state.early,
            state.care | state.plan | state.need_plan,
            state.front_door,
            state.disabled,
            state.left,
        ],
        ["through_care", "safeguarding", "front_door", "disabilities", "care_leavers"],
        "early_help",
    )
    closed = rows.end.to_numpy()[steps.episode]
    steps = steps[(steps.date < closed) | (steps.date == rows.start.to_numpy()[steps.episode])]
    steps = steps[(steps.service != steps.service.shift()) | (steps.episode != steps.episode.shift())]
    return _workers(_renewed(steps, rows, rng), rows, services)


def _early_care(
    rows: pd.DataFrame, plans: pd.DataFrame, need_plans: pd.DataFrame, care: pd.DataFrame, printed: Panel
) -> int:
    """Days for which a child newly in care stays with safeguarding, so that children in need have their share."""
    for when, share in printed.cin_share_of_cases.items():
        day = int(first_day(when + 1)) - 1
        in_need = int(((need_plans.start <= day) & (need_plans.end > day)).sum())
        on_plan = int(((plans.start <= day) & (plans.end > day) & (plans.last_extract == YEARS[-1])).sum())
        ages = np.sort(day - care.begin[(care.begin <= day) & (care.end > day)].to_numpy())
        wanted = round(in_need / share) - in_need - on_plan
        return int(ages[min(max(wanted, 0), len(ages) - 1)])
    return EARLY


def _renewed(steps: pd.DataFrame, rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Spells cut where the worker changed, every so many months."""
    following = steps.date.shift(-1).where(steps.episode == steps.episode.shift(-1))
    end = following.fillna(pd.Series(rows.end.to_numpy()[steps.episode], index=steps.index)).to_numpy().astype(np.int64)
    spell = pd.DataFrame(
        {
            "episode": steps.episode.to_numpy(),
            "service": steps.service.to_numpy(),
            "start": steps.date.to_numpy().astype(np.int64),
            "end": end,
            "turn": 0,
        }
    )
    frames = []
    last = close_of(YEARS[-1])
    # What is of before the first extract was with someone else; it is not told.
    spell["start"] = np.where(
        (spell.start < close_of(2014) - 200) & (spell.end > close_of(2014)),
        np.maximum(spell.start, close_of(2014) - 200),
        spell.start,
    )
    while len(spell):
        stay = spell.start + rng.integers(120, 700, len(spell))
        more = (stay < np.minimum(spell.end, last) - 30).to_numpy()
        frames.append(spell.assign(end=np.where(more, stay, spell.end)))
        spell = spell[more].assign(start=stay[more], turn=spell.turn[more] + 1)
    return pd.concat(frames).sort_values(["episode", "start", "turn"], ignore_index=True)


def _workers(spells: pd.DataFrame, rows: pd.DataFrame, services: Mapping[str, Service]) -> pd.DataFrame:
    """A family has one team of a service, and its children one worker at a time."""
    family = pd.factorize(rows.family_id)[0][spells.episode]
    offset = 0
    team, worker, role = (np.full(len(spells), "", dtype=object) for _ in range(3))
    for name, service in services.items():
        teams, size = service.teams, service.seats
        here = (spells.service == name).to_numpy()
        number = family[here] % len(teams)
        team[here] = np.array(teams, dtype=object)[number]
        seat = (family[here] * 31 + spells.turn[here] * 7 + spells.start[here] // 400) % size
        worker[here] = np.char.mod("W%04d", 1000 + offset + number * size + seat.to_numpy())
        role[here] = service.role
        offset += len(teams) * size
    return pd.DataFrame(
        {
            "episode": spells.episode,
            "team": team.astype(str),
            "worker_id": worker.astype(str),
            "role": role.astype(str),
            "start": spells.start,
            "end": spells.end,
        }
    )
