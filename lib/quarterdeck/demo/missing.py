"""Children who went missing: from care, as the 903 counts them, and from home, with the interviews that followed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .ages import age, anniversary, day, timestamps
from .days import OPEN, weekday
from .families import ETHNICITIES, HOME_IDS, disabilities
from .organisation import organisation
from .targets import PUBLISHED_YEARS, YEARS, Targets, apportion, generator

MINUTES = 24 * 60
# Children of the first county who run from home, by year of the collection: a slow rise, fewer in winter.
HOME_CHILDREN_A_YEAR = {2015: 210, 2016: 230, 2017: 255, 2018: 270, 2019: 280}
OFFERED = {2015: 0.62, 2016: 0.68, 2017: 0.76, 2018: 0.88, 2019: 0.93}
ACCEPTED = {2015: 0.66, 2016: 0.68, 2017: 0.7, 2018: 0.74, 2019: 0.76}
IN_72_HOURS = {2015: 0.42, 2016: 0.46, 2017: 0.52, 2018: 0.64, 2019: 0.71}
REASONS_NOT_DONE = ("child refused", "parent or carer refused", "child not available", "no independent interviewer")


def home_children(seed: int, authority: str) -> pd.DataFrame:
    """Children who live at home and will go missing from it.

    Returns
    -------
    One row a child: child_id, family_id, date_of_birth (datetime64[us]), sex, ethnicity, disabilities, year (int64, of
    the collection in which they first go missing).
    """
    rng = generator(seed, authority, "home missing children")
    size = organisation(authority).size
    year = np.repeat(list(HOME_CHILDREN_A_YEAR), [int(n * size * 2 // 3) for n in HOME_CHILDREN_A_YEAR.values()])
    count = len(year)
    when = np.array([day(each - 1, 4, 1) for each in year])
    years_old = rng.choice(np.arange(10, 17), size=count, p=[0.03, 0.06, 0.12, 0.18, 0.23, 0.22, 0.16])
    born = anniversary(when, -years_old) - rng.integers(1, 300, count)
    names = [name for name in ETHNICITIES if name != "not_known"]
    group = rng.choice(len(names), size=count, p=[0.9, 0.05, 0.02, 0.02, 0.01])
    codes = [rng.choice(ETHNICITIES[names[g]][0], p=np.array(ETHNICITIES[names[g]][1])) for g in group]
    number = np.char.mod("%06d", HOME_IDS + 1 + np.arange(count))
    return pd.DataFrame(
        {
            "child_id": np.char.add("DEMO", number),
            "family_id": np.char.add("FAM", number),
            "date_of_birth": timestamps(born),
            "sex": np.where(rng.random(count) < 0.54, "F", "M"),
            "ethnicity": np.array(codes, dtype=str),
            "disabilities": disabilities(rng, count, 0.09, np.zeros(count, bool)),
            "year": year.astype(np.int64),
        }
    ).astype({"child_id": "str", "family_id": "str", "sex": "str", "ethnicity": "str", "disabilities": "str"})


def episodes(
    seed: int, authority: str, published: Targets, children: pd.DataFrame, spans: pd.DataFrame, home: pd.DataFrame
) -> pd.DataFrame:
    """Every time a child went missing, or was away without authorisation.

    Parameters
    ----------
    children : child_id, date_of_birth, uasc.
    spans : one row a period of care: child (row of `children`), start, end, born (days since 1970).
    home : `home_children`.

    Returns
    -------
    person_id, episode_type ("missing", "away"), start, end (datetime64[us], to the minute; NaT while gone),
    looked_after (bool), by start.

    Source: DfE, Children looked after in England, missing and away from placement, as first published.
    """
    rng = generator(seed, authority, "missing")
    begun: set[tuple[int, int]] = set()
    parts = [_from_care(rng, published, children, spans, kind, begun) for kind in ("missing", "away")]
    parts.append(_from_home(rng, home))
    frame = pd.concat(parts, ignore_index=True)
    return frame.sort_values(["start", "person_id"], kind="stable").reset_index(drop=True)


def _from_care(
    rng: np.random.Generator,
    published: Targets,
    children: pd.DataFrame,
    spans: pd.DataFrame,
    kind: str,
    begun: set[tuple[int, int]],
) -> pd.DataFrame:
    """Times gone from care, of one kind; `begun` holds the child and day of each, for the 903 has one row of both."""
    item = "cla_missing" if kind == "missing" else "cla_away_without_authorisation"
    child, start, end, born = (spans[name].to_numpy() for name in ("child", "start", "end", "born"))
    person = children.child_id.to_numpy()
    rows: list[tuple[str, int, int]] = []
    gone: dict[int, list[tuple[int, int]]] = {}
    runaways: list[int] = []
    for year in YEARS:
        number = max(year, PUBLISHED_YEARS[0])
        first, last = day(year - 1, 4, 1), day(year, 3, 31)
        people, incidents, repeat, still = _numbers(published, item, number)
        old = age(born, np.maximum(start, first)) >= (11 if kind == "missing" else 12)
        here = (start <= last - 60) & (np.minimum(end, last) - np.maximum(start, first) > 60)
        pool = np.flatnonzero(old & here)
        _, only = np.unique(child[pool], return_index=True)
        pool = rng.permutation(pool[np.sort(only)])
        # Those who ran last year are the likeliest to run again.
        again = np.isin(child[pool], runaways)
        order = np.argsort(rng.random(len(pool)) - 0.5 * again, kind="stable")
        open_at_end = end[pool] > last + 12
        chosen = pool[order][:people]
        if still:
            held = [row for row in chosen if end[row] > last + 12][:still]
            if len(held) < still:
                spare = pool[order][people:][open_at_end[order][people:]][: still - len(held)]
                chosen = np.concatenate([np.setdiff1d(chosen, held)[len(spare) :], held, spare]).astype(np.int64)
            else:
                chosen = np.concatenate([np.setdiff1d(chosen, held), held]).astype(np.int64)
        chosen = chosen[::-1]
        runaways = child[chosen].tolist()
        more = rng.gamma(0.9, 1.0, repeat) + 0.25
        counts = np.ones(people, np.int64)
        counts[:repeat] = 2 + np.sort(apportion(incidents - people - repeat, more))[::-1]
        # Who is looked after longest has the time to run most often.
        long = np.argsort(
            np.maximum(start[chosen[still:]], first) - np.minimum(end[chosen[still:]], last), kind="stable"
        )
        chosen = np.concatenate([chosen[:still], chosen[still:][long]])
        for place, (row, times) in enumerate(zip(chosen, counts, strict=True)):
            low, high = max(int(start[row]), first) + 1, min(int(end[row]) - 3, last - 6)
            taken = gone.setdefault(int(row), [])
            if place < still:
                begin = last - int(rng.integers(0, 3))
                begin -= (int(child[row]), begin) in begun
                begun.add((int(child[row]), begin))
                rows.append(
                    (str(person[child[row]]), begin * MINUTES + 1100, (last + int(rng.integers(2, 10))) * MINUTES + 700)
                )
                taken.append((begin - 1, last + 11))
                times -= 1
            days = rng.permutation(np.arange(low, high))
            found = 0
            for each in days:
                if found == times:
                    break
                length = int(rng.choice([0, 0, 0, 1, 1, 1, 2, 3]))
                free = (int(child[row]), int(each)) not in begun
                if free and all(each + length + 1 < a or each > b + 1 for a, b in taken):
                    begun.add((int(child[row]), int(each)))
                    begin = int(each) * MINUTES + int(rng.integers(600, 1260))
                    back = (int(each) + length) * MINUTES + (
                        int(rng.integers(1270, 1430)) if length == 0 else int(rng.integers(20, 1000))
                    )
                    rows.append((str(person[child[row]]), begin, back))
                    taken.append((int(each), int(each) + length))
                    found += 1
            if found < times:
                raise ArithmeticError(f"{year}: no room for {times} {kind} incidents")
    return _frame(rows, kind, looked_after=True)


def _numbers(published: Targets, item: str, year: int) -> tuple[int, int, int, int]:
    """Children, incidents, children more than once, and those gone on 31 March; small numbers stand for hidden ones."""
    people = published.total(item, year, "children_in_year") or 4
    incidents = published.total(item, year, "incidents_in_year") or round(people * 1.3)
    repeat = published.total(item, year, "children_more_than_once_in_year") or min(4, incidents - people)
    repeat = max(1, min(repeat, incidents - people)) if incidents > people else 0
    if repeat and incidents - people > 20 * repeat:
        repeat = (incidents - people) // 6
    still = published.total(item, year, "on_31_march")
    return people, incidents, repeat, 2 if still is None else still


def _from_home(rng: np.random.Generator, home: pd.DataFrame) -> pd.DataFrame:
    rows: list[tuple[str, int, int]] = []
    months = np.array([1.15, 1.2, 1.2, 1.15, 1.0, 1.1, 1.0, 0.9, 0.75, 0.85, 0.85, 1.05])
    for person, year in zip(home.child_id, home.year, strict=True):
        for each in range(int(year), min(int(year) + 2, YEARS[-1] + 1)):
            if each > year and rng.random() > 0.4:
                continue
            times = min(int(rng.geometric(0.55)), 9)
            month = int(rng.choice(12, p=months / months.sum()))
            begin = day(each - 1 + (month > 8), (month + 3) % 12 + 1, 1) + int(rng.integers(0, 28))
            for _ in range(times):
                if begin > day(each, 3, 28):
                    break
                length = int(rng.choice([0, 0, 0, 0, 1, 1, 2]))
                start = begin * MINUTES + int(rng.integers(600, 1260))
                stop = (begin + length) * MINUTES + (
                    int(rng.integers(1265, 1430)) if length == 0 else int(rng.integers(20, 1000))
                )
                rows.append((str(person), start, stop))
                begin += length + 2 + int(rng.exponential(16))
    return _frame(rows, "missing", looked_after=False)


def _frame(rows: list[tuple[str, int, int]], kind: str, looked_after: bool) -> pd.DataFrame:
    people, starts, ends = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "person_id": pd.Series(people, dtype="str"),
            "episode_type": pd.Series([kind] * len(rows), dtype="str"),
            "start": np.array(starts, "datetime64[m]").astype("datetime64[us]"),
            "end": np.array(ends, "datetime64[m]").astype("datetime64[us]"),
            "looked_after": looked_after,
        }
    )


def interviews(seed: int, authority: str, missing: pd.DataFrame) -> pd.DataFrame:
    """The return interview after each missing episode.

    Returns
    -------
    person_id, missing_start (datetime64[us]), offered, accepted ("Y", "N"),
    interview_date (datetime64[us], NaT if none),
    reason_not_done (str, "" where done).
    """
    rng = generator(seed, authority, "interviews")
    gone = missing[missing.episode_type == "missing"].reset_index(drop=True)
    year = (gone.end.dt.year + (gone.end.dt.month >= 4)).clip(YEARS[0], YEARS[-1])
    lift = np.where(gone.looked_after, 0.04, 0.0)
    offered = rng.random(len(gone)) < year.map(OFFERED).to_numpy() + lift
    accepted = offered & (rng.random(len(gone)) < year.map(ACCEPTED).to_numpy() + lift)
    done = accepted & (rng.random(len(gone)) < 0.94)
    soon = rng.random(len(gone)) < year.map(IN_72_HOURS).to_numpy() + lift
    hours = np.where(soon, rng.uniform(6, 70, len(gone)), 74 + rng.gamma(1.4, 90, len(gone)))
    back = gone.end.to_numpy().astype("datetime64[m]").astype(np.int64)
    met = back + (hours * 60).astype(np.int64)
    at = met % MINUTES
    # Interviews are held between nine and six; a move to the same day's hours keeps which side of 72 hours it is on.
    met = np.where(at < 540, met - at + 545 + at % 200, np.where(at > 1080, met - at + 1020 - at % 300, met))
    met = np.maximum(met, back + 60)
    late = np.where(soon, np.minimum(met, back + 72 * 60 - 5), np.maximum(met, back + 73 * 60))
    reason = np.where(
        done, "", np.where(offered & ~accepted, "child refused", rng.choice(np.array(REASONS_NOT_DONE[1:]), len(gone)))
    )
    return pd.DataFrame(
        {
            "person_id": gone.person_id,
            "missing_start": gone.start,
            "offered": np.where(offered, "Y", "N"),
            "accepted": np.where(accepted, "Y", "N"),
            "interview_date": np.where(
                done, late.astype("datetime64[m]").astype("datetime64[us]"), np.datetime64("NaT", "us")
            ),
            "reason_not_done": reason,
        }
    ).astype({"offered": "str", "accepted": "str", "reason_not_done": "str"})


__all__ = ["OPEN", "episodes", "home_children", "interviews", "weekday"]
