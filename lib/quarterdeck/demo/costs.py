"""The council's own list of funded placements, to its table of costs; it is not the 903, and differs from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from .ages import age, anniversary, day, ordinals, timestamps
from .cost_tables import DATES, YEARLY, CostTable, Kind
from .days import OPEN
from .targets import generator

LEAST_AGE = {"H5": 16, "K2": 8, "K1": 12}


def month_numbers(kind: Kind) -> list[int]:
    """The number of a kind at each month's end, April 2014 to March 2019: straight lines between the known ones."""
    at = [year * 12 + month for year, month in DATES]
    months = np.arange(2014 * 12 + 4, 2019 * 12 + 4)
    return np.round(np.interp(months, at, kind.numbers)).astype(int).tolist()


def costs(
    seed: int, table: CostTable, children: pd.DataFrame, placements: pd.DataFrame, leavers: pd.DataFrame
) -> pd.DataFrame:
    """Everyone in a funded placement, April 2014 to March 2019.

    Parameters
    ----------
    table : the kinds of placement that the authority pays for.
    children, placements, leavers : of `Care`.

    Returns
    -------
    One row a stay: person_id, date_of_birth, placement_type, provider, start, end (datetime64[us]; NaT while it lasts).
    """
    rng = generator(seed, "costs")
    rows: list[tuple[str, int, str, int, int]] = []
    born = {
        **dict(zip(leavers.child_id, ordinals(leavers.date_of_birth), strict=True)),
        **dict(zip(children.child_id, ordinals(children.date_of_birth), strict=True)),
    }
    everyone = np.array(list(born.values()))
    grown_up = dict(zip(born, anniversary(everyone, 18).tolist(), strict=True))
    at_21 = dict(zip(born, anniversary(everyone, 21).tolist(), strict=True))
    in_care = _Care(placements)
    grown = leavers.child_id.to_numpy()
    grown_born = ordinals(leavers.date_of_birth)
    members: dict[str, dict[str, int]] = {kind: {} for kind in table.kinds}
    adult = {name: not kind.places for name, kind in table.kinds.items()}
    wanted = {name: month_numbers(kind) for name, kind in table.kinds.items() if kind.numbers}
    for month in range(60):
        first = day(2014 + (month + 3) // 12, (month + 3) % 12 + 1, 1)
        last = day(2014 + (month + 4) // 12, (month + 4) % 12 + 1, 1) - 1
        begin = first if month else first - 30
        here = in_care.on(last)
        taken: set[str] = set()
        for kind, stays in members.items():
            for person in list(stays):
                done = _until(
                    at_21[person] if adult[kind] else grown_up[person],
                    adult[kind],
                    stays[person],
                    person in here,
                    last,
                )
                if (
                    done is not None
                    or (not adult[kind] and rng.random() < 0.012)
                    or (adult[kind] and rng.random() < 0.03)
                ):
                    stop = (
                        int(rng.integers(first + 1, last)) if done is None else min(max(done, stays[person] + 1), last)
                    )
                    rows.append((person, born[person], kind, stays.pop(person), stop))
            taken.update(stays)
        for kind in table.order:
            stays = members[kind]
            number = wanted[kind][month] if kind in wanted else sum(map(_fits(table.kinds[kind]), here.values()))
            while len(stays) > number:
                person = str(rng.choice(sorted(stays)))
                rows.append((person, born[person], kind, stays.pop(person), int(rng.integers(first + 1, last))))
                taken.discard(person)
            if len(stays) < number:
                if adult[kind]:
                    old = age(grown_born, last)
                    pool = grown[(old >= 18) & (old <= 20) & (anniversary(grown_born, 18) < last - 3)].tolist()
                    pool = [person for person in pool if person not in taken]
                    order = rng.permutation(len(pool)).tolist()
                else:
                    pool, order = _pool(rng, table.kinds[kind], here, born, grown_up, last, taken)
                for index in order[: number - len(stays)]:
                    person = pool[index]
                    floor = grown_up[person] if adult[kind] else begin
                    stays[person] = int(rng.integers(max(begin, floor), last))
                    taken.add(person)
            if len(stays) != number and kind in wanted:
                raise ArithmeticError(f"month {month}: {number} wanted in {kind}, {len(stays)} found")
    for kind, stays in members.items():
        rows.extend((person, born[person], kind, since, OPEN) for person, since in stays.items())
    frame = pd.DataFrame(rows, columns=["person_id", "born", "placement_type", "since", "until"])
    frame = frame.sort_values(["since", "person_id"], kind="stable").reset_index(drop=True)
    return pd.DataFrame(
        {
            "person_id": frame.person_id,
            "date_of_birth": timestamps(frame.born.to_numpy()),
            "placement_type": frame.placement_type,
            "provider": frame.placement_type.map({name: kind.provider for name, kind in table.kinds.items()}),
            "start": timestamps(frame.since.to_numpy()),
            "end": timestamps(frame.until.to_numpy(), none=OPEN),
        }
    ).astype({"person_id": "str", "placement_type": "str", "provider": "str"})


class _Care:
    """Who is looked after on a day, and where."""

    def __init__(self, placements: pd.DataFrame) -> None:
        self.start, self.end = ordinals(placements.start), ordinals(placements.end)
        self.child = placements.child_id.to_numpy(object)
        self.place = placements.place.to_numpy(object)
        self.external = placements.provider.isin(["PR3", "PR4", "PR5"]).to_numpy()

    def on(self, when: int) -> dict[str, tuple[str, bool]]:
        rows = np.flatnonzero((self.start <= when) & (self.end > when))
        return {self.child[row]: (self.place[row], bool(self.external[row])) for row in rows}


def _until(birthday: int, adult: bool, since: int, in_care: bool, last: int) -> int | None:
    """The day by which a stay must be over in this month; None where it may go on.

    A stay of an adult ends before 21, any other before 18, or when the child leaves care.
    """
    if birthday <= last + 1:
        return birthday - 1 if adult else max(birthday - 1, since + 1)
    return last - 2 if not adult and not in_care else None


def _fits(kind: Kind) -> Callable[[tuple[str, bool]], bool]:
    """Whether a place, and whose it is, are what a kind is of."""
    return lambda there: there[0] in kind.places and kind.outside in (None, there[1])


def _pool(
    rng: np.random.Generator, kind: Kind, here: Mapping[str, tuple[str, bool]], born: Mapping[str, int],
    grown_up: Mapping[str, int], last: int, taken: set[str],
) -> tuple[list[str], list[int]]:  # fmt: skip
    places, external = kind.places, kind.outside
    least = 14 if kind.elsewhere else LEAST_AGE.get(places[-1], 0)
    born_by = int(anniversary(last, -least))
    free = [
        person
        for person in here
        if person not in taken
        and grown_up[person] > last + 40
        and born[person] <= born_by
        and here[person][0][0] not in "AP"
    ]
    score = np.array(
        [(here[person][0] in places) * 2.0 + (external is None or here[person][1] == external) * 1.0 for person in free]
    )
    return free, np.argsort(-(score + rng.random(len(free))), kind="stable").tolist()


def weekly_price(kind: Kind, year: int, quarter: int) -> int:
    """Pounds a week of a kind in a quarter of a collection year."""
    return kind.prices[year][quarter - 1] if kind.prices else round(kind.price * YEARLY[year])


def budget(table: CostTable, listed: pd.DataFrame, year: int) -> pd.DataFrame:
    """The plan of a collection year: the columns of the local list `placement_budget`.

    Parameters
    ----------
    listed : of `costs`; what it has as the year begins, or at the end of its first month.
    """
    on = pd.Timestamp(max(day(year - 1, 3, 31), day(2014, 4, 30)), unit="D")
    there = listed[(listed.start <= on) & ~(listed.end <= on)].placement_type.value_counts()
    number = [
        kind.forecasts.get(year, round(kind.forecast[0] * int(there.get(name, 0))))
        for name, kind in table.kinds.items()
    ]
    price = [round(kind.forecast[1] * weekly_price(kind, year, 1)) for kind in table.kinds.values()]
    return pd.DataFrame(
        {
            "placement_type": list(table.kinds),
            "financial_year": f"{year - 1}-{year % 100:02d}",
            "forecast_number": number,
            "budget_gbp": [round(n * p * 365 / 7) for n, p in zip(number, price, strict=True)],
            "forecast_unit_cost": price,
        }
    )
