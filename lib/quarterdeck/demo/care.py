"""The children looked after by a demonstration authority, from first start to last end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from . import adoption, costs, episodes, exploitation, health, leavers, legal, locations, missing, placements, reviews
from .ages import timestamps
from .cost_tables import COST_TABLES
from .days import OPEN
from .families import describe
from .moves import Moves
from .periods import History
from .reasons import beginnings, reasons
from .short_breaks import short_breaks
from .targets import AREA_NAMES, Targets, generator, targets

ATTEMPTS = 40


@dataclass(frozen=True)
class Care:
    """Everything the looked-after return of an authority is cut from. Dates are datetime64[us], text is str.

    Parameters
    ----------
    children : one row a child: child_id, family_id, date_of_birth, sex, ethnicity, disabilities, uasc.
    periods : one row a period of care, short breaks left out: child_id, care_start, care_end (NaT while open on
        31 March 2019), reason_ceased (903 REC), category_of_need (N1 to N8), first_legal_status.
    episodes : the 903's, all years: child_id, decom, dec, rne, ls, cin, place, provider, rec, reason_place_change,
        home_post, pl_post, urn; period (row of `periods`), placement (row of `placements`).
    placements : child_id, period, start, end, place, provider, la_of_placement, inside, distance_miles.
    reviews : child_id, review, code, due, order.
    health : OC2 rows by year: child_id, date_of_birth, year, and the OC2 columns in lower case.
    leavers : young people who left care: child_id, date_of_birth, sex, ethnicity, left.
    leaver_outcomes : OC3 rows by year: year, child_id, date_of_birth, in_touch, activ, accom.
    adoption_plans, adoptions, settled_before : see `adoption`, with child_id.
    short_breaks : children only ever in a series of short breaks, and the breaks: see `short_breaks`.
    home_missing_children : children at home who go missing from it: child_id, family_id, date_of_birth, sex, ethnicity,
        disabilities, year (of the collection in which they first do).
    costs : everyone in a funded placement by the council's own list.
    exploitation, advisers : the local lists `exploitation` and (for every quarter's end) `care_leavers`.
    missing : person_id, episode_type ("missing", "away"), start, end (to the minute), looked_after.
    interviews : person_id, missing_start, offered, accepted, interview_date, reason_not_done.
    """

    authority: str
    children: pd.DataFrame
    periods: pd.DataFrame
    episodes: pd.DataFrame
    placements: pd.DataFrame
    reviews: pd.DataFrame
    health: pd.DataFrame
    leavers: pd.DataFrame
    leaver_outcomes: pd.DataFrame
    adoption_plans: pd.DataFrame
    adoptions: pd.DataFrame
    settled_before: pd.DataFrame
    short_breaks: pd.DataFrame
    costs: pd.DataFrame
    exploitation: pd.DataFrame
    advisers: pd.DataFrame
    home_missing_children: pd.DataFrame
    missing: pd.DataFrame
    interviews: pd.DataFrame


@cache
def care_history(seed: int, authority: str) -> Care:
    """The looked-after children of a demonstration authority, 1 April 2014 to 31 March 2019.

    Parameters
    ----------
    seed : chooses the random streams; the same seed gives the same frames on every machine.
    authority : "worcestershire-demo" or "tameside-demo".

    Raises
    ------
    ArithmeticError : the published counts cannot all be met.

    Source: DfE, Children looked after in England, underlying data as first published, 2016 to 2019.
    """
    published = targets(authority)
    problem: ArithmeticError | None = None
    for attempt in range(ATTEMPTS):
        # Now and then a history leaves nobody for some later count; the next one is tried.
        try:
            return _lives(seed + 1000 * attempt, authority, published)
        except ArithmeticError as met:
            problem = met
    raise ArithmeticError(f"none of {ATTEMPTS} histories meets every published count; the last: {problem}")


def _lives(seed: int, authority: str, published: Targets) -> Care:
    history = History(seed, authority, published)
    children = describe(seed, authority, history, published)
    spans = _spans(seed, authority, published, history, children)
    dated, places = placements.choose(seed, authority, published, spans)
    moves = Moves(seed, authority, published, spans, dated, places)
    statuses = legal.statuses(seed, authority, published, spans, moves)
    placed = episodes.placements(seed, authority, published, spans, moves)
    where = locations.locate(seed, authority, published, placed, AREA_NAMES[authority])
    people, outcomes = leavers.leavers(seed, authority, published, children, spans)
    plans, adopted = adoption.adoption(seed, authority, spans, placed, statuses)
    home = missing.home_children(seed, authority)
    gone = missing.episodes(seed, authority, published, children, spans, home)
    names = children.child_id.to_numpy()
    periods, where = _periods(children, spans), _named(names, _placements(spans, placed, where))
    quarters = pd.date_range("2015-03-31", "2019-03-31", freq="QE").as_unit("us")
    lists = [leavers.advisers_list(seed, authority, people, outcomes, on) for on in quarters]
    lists += [leavers.eligible_list(seed, authority, children, spans, on) for on in quarters]
    return Care(
        authority=authority,
        children=_disabled_need(children, spans),
        periods=periods,
        episodes=_named(names, episodes.episodes(seed, authority, spans, placed, statuses)),
        placements=where,
        reviews=_named(names, reviews.reviews(seed, authority, spans)),
        health=_named(names, health.health(seed, authority, published, spans)),
        leavers=people,
        leaver_outcomes=outcomes,
        adoption_plans=_named(names, plans),
        adoptions=_named(names, adopted),
        settled_before=_named(names, adoption.settled_before(seed, authority, spans)),
        short_breaks=short_breaks(seed, authority),
        costs=costs.costs(seed, COST_TABLES[authority], children, where, people),
        exploitation=exploitation.exploitation(seed, authority, children, home, gone),
        advisers=pd.concat(lists, ignore_index=True),
        home_missing_children=home,
        missing=gone,
        interviews=missing.interviews(seed, authority, gone),
    )


def _spans(seed: int, authority: str, published: Targets, history: History, children: pd.DataFrame) -> pd.DataFrame:
    """One row a period of care, in days: child (row of `children`), start, end, born, uasc, family (int), reason, need,
    legal.
    """
    spans = pd.DataFrame({"child": history.people.child, "start": history.people.start, "end": history.people.end})
    spans = spans.sort_values(["start", "child"], kind="stable").reset_index(drop=True)
    spans["born"] = history.born[spans.child]
    spans["uasc"] = children.uasc.to_numpy()[spans.child]
    spans["family"] = pd.factorize(children.family_id)[0][spans.child]
    rng = generator(seed, authority, "reasons")
    spans["reason"] = reasons(rng, spans, published)
    spans["need"], spans["legal"] = beginnings(rng, spans, published)
    return spans


def _periods(children: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "child_id": children.child_id.to_numpy()[spans.child],
            "care_start": timestamps(spans.start.to_numpy()),
            "care_end": timestamps(spans.end.to_numpy(), none=OPEN),
            "reason_ceased": spans.reason,
            "category_of_need": spans.need,
            "first_legal_status": spans.legal,
        }
    ).astype({"child_id": "str", "reason_ceased": "str", "category_of_need": "str", "first_legal_status": "str"})


def _placements(spans: pd.DataFrame, placed: pd.DataFrame, where: pd.DataFrame) -> pd.DataFrame:
    dates = {
        "child": spans.child.to_numpy()[placed.period],
        "start": timestamps(placed.start.to_numpy()),
        "end": timestamps(placed.end.to_numpy(), none=OPEN),
    }
    frame = pd.concat([placed[["period", "place", "provider"]], where], axis=1).assign(**dates)
    return frame.astype({"place": "str", "provider": "str"})


def _named(names: np.ndarray, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with each child's identifier in place of its number."""
    frame = frame.assign(child_id=names[frame.child.to_numpy()]).astype({"child_id": "str"})
    if "born" in frame:
        frame = frame.assign(date_of_birth=timestamps(frame.born.to_numpy()).to_numpy()).drop(columns="born")
    first = [name for name in ("child_id", "date_of_birth") if name in frame]
    return frame[[*first, *(name for name in frame if name not in (*first, "child"))]]


def _disabled_need(children: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """A child looked after because of a disability has one."""
    needed = np.zeros(len(children), bool)
    needed[spans.child[spans.need == "N2"]] = True
    return children.assign(
        disabilities=children.disabilities.mask(needed & (children.disabilities == "NONE"), "LD AUT")
    )
