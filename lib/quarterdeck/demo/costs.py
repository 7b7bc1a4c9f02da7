"""The council's own list of funded placements, to the printed cost table; it is not the 903, and differs from it.

Printed for 31 December 2017: the number and weekly cost of each type, the changes that the text names, and the
forecast of 35 agency residential placements. Every other forecast and budget is a plainly made-up demonstration number.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from .ages import age, anniversary, day, ordinals, timestamps
from .days import OPEN
from .targets import generator

PRINTED: dict[str, tuple[str, int, int]] = {
    "Agency Residential": ("external", 3546, 63),
    "Secure Units": ("external", 0, 0),
    "In-house Residential": ("internal", 2748, 25),
    "Independent Fostering Agency": ("external", 792, 231),
    "In-house Fostering": ("internal", 476, 189),
    "Kinship Fostering": ("internal", 389, 137),
    "Placement Plus": ("internal", 964, 4),
    "External Supported Living": ("external", 858, 26),
    "Internal Supported Living": ("internal", 244, 20),
    "Internal Supported Living – Complex Needs": ("internal", 1079, 6),
    "Safe Base / Supported Lodging": ("internal", 305, 7),
    "Student Accommodation": ("internal", 99, 7),
    "Staying Put Arrangements": ("internal", 177, 39),
}
"""Type: provider, pounds a week and number at 31 December 2017. Source: panel pack, 22 March 2018, item 6."""
ADULT = ("External Supported Living", "Student Accommodation", "Staying Put Arrangements")
# Numbers at 31 March 2014, 2015, 2016, 31 December 2016, 31 March 2017, 30 September and 30 November 2017,
# 31 December 2017, 31 March 2018 and 2019. Printed: the column of December 2017, In-house Fostering 5 more in November
# and
# 11 more in March 2017, Kinship 56 fewer in December 2016.
DATES = (
    (2014, 3),
    (2015, 3),
    (2016, 3),
    (2016, 12),
    (2017, 3),
    (2017, 9),
    (2017, 11),
    (2017, 12),
    (2018, 3),
    (2019, 3),
)
NUMBERS: dict[str, tuple[int, ...]] = {
    "Agency Residential": (34, 38, 43, 47, 50, 58, 61, 63, 64, 66),
    "Secure Units": (0, 1, 1, 1, 0, 1, 0, 0, 1, 1),
    "In-house Residential": (30, 30, 29, 27, 27, 26, 25, 25, 24, 24),
    "Independent Fostering Agency": (196, 206, 214, 221, 229, 234, 232, 231, 234, 242),
    "In-house Fostering": (176, 184, 192, 198, 200, 197, 194, 189, 190, 196),
    "Kinship Fostering": (62, 68, 74, 81, 96, 122, 134, 137, 141, 158),
    "Placement Plus": (7, 7, 6, 5, 5, 4, 4, 4, 4, 3),
    "External Supported Living": (16, 18, 21, 22, 23, 25, 26, 26, 27, 30),
    "Internal Supported Living": (14, 15, 17, 18, 18, 19, 20, 20, 20, 22),
    "Internal Supported Living – Complex Needs": (3, 3, 4, 5, 5, 6, 6, 6, 6, 7),
    "Safe Base / Supported Lodging": (9, 9, 8, 8, 8, 7, 7, 7, 7, 6),
    "Student Accommodation": (4, 5, 6, 6, 6, 5, 7, 7, 7, 8),
    "Staying Put Arrangements": (20, 24, 29, 33, 34, 37, 38, 39, 40, 44),
}
YEARLY = {2015: 0.93, 2016: 0.95, 2017: 0.975, 2018: 1.0, 2019: 1.03}
# Agency residential prices rise through 2017-18; the third quarter's is the printed one.
AGENCY = {
    2015: (3010, 3010, 3010, 3010),
    2016: (3090, 3090, 3090, 3090),
    2017: (3160, 3205, 3262, 3320),
    2018: (3391, 3470, 3546, 3588),
    2019: (3621, 3650, 3684, 3702),
}
SECURE_PRICE = 5890
# What the 903 calls the places of each type; a child placed otherwise there may stand in where there are too few.
PLACES: dict[str, tuple[tuple[str, ...], bool | None]] = {
    "Secure Units": (("K1",), None),
    "Agency Residential": (("K2",), True),
    "In-house Residential": (("K2",), False),
    "Kinship Fostering": (("U1", "U2", "U3"), None),
    "Placement Plus": (("U4", "U5", "U6"), False),
    "Independent Fostering Agency": (("U4", "U5", "U6"), True),
    "Internal Supported Living – Complex Needs": (("H5",), None),
    "Internal Supported Living": (("H5",), None),
    "Safe Base / Supported Lodging": (("P2", "H5"), None),
    "In-house Fostering": (("U4", "U5", "U6"), False),
}
ELSEWHERE = ("Safe Base / Supported Lodging", "Internal Supported Living", "Internal Supported Living – Complex Needs")
LEAST_AGE = {"H5": 16, "K2": 8, "K1": 12}
FORECAST: dict[str, tuple[float, float]] = {
    "Agency Residential": (35 / 50, 0.96),
    "In-house Fostering": (1.12, 1.0),
    "Placement Plus": (2.0, 0.97),
    "Kinship Fostering": (0.9, 1.0),
}
"""Forecast number as a share of the number when the year began, and of its price; otherwise as it was."""


def month_numbers(kind: str) -> list[int]:
    """The number of a type at each month's end, April 2014 to March 2019: straight lines between the known ones."""
    at = [year * 12 + month for year, month in DATES]
    months = np.arange(2014 * 12 + 4, 2019 * 12 + 4)
    return np.round(np.interp(months, at, NUMBERS[kind])).astype(int).tolist()


def costs(seed: int, children: pd.DataFrame, placements: pd.DataFrame, leavers: pd.DataFrame) -> pd.DataFrame:
    """Everyone in a funded placement, April 2014 to March 2019.

    Parameters
    ----------
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
    members: dict[str, dict[str, int]] = {kind: {} for kind in PRINTED}
    wanted = {kind: month_numbers(kind) for kind in PRINTED}
    for month in range(60):
        first = day(2014 + (month + 3) // 12, (month + 3) % 12 + 1, 1)
        last = day(2014 + (month + 4) // 12, (month + 4) % 12 + 1, 1) - 1
        begin = first if month else first - 30
        here = in_care.on(last)
        taken: set[str] = set()
        for kind, stays in members.items():
            for person in list(stays):
                done = _until(
                    at_21[person] if kind in ADULT else grown_up[person],
                    kind in ADULT,
                    stays[person],
                    person in here,
                    last,
                )
                if (
                    done is not None
                    or (kind not in ADULT and rng.random() < 0.012)
                    or (kind in ADULT and rng.random() < 0.03)
                ):
                    stop = (
                        int(rng.integers(first + 1, last)) if done is None else min(max(done, stays[person] + 1), last)
                    )
                    rows.append((person, born[person], kind, stays.pop(person), stop))
            taken.update(stays)
        for kind in (*PLACES, *ADULT):
            stays = members[kind]
            number = wanted[kind][month]
            while len(stays) > number:
                person = str(rng.choice(sorted(stays)))
                rows.append((person, born[person], kind, stays.pop(person), int(rng.integers(first + 1, last))))
                taken.discard(person)
            if len(stays) < number:
                if kind in ADULT:
                    old = age(grown_born, last)
                    pool = grown[(old >= 18) & (old <= 20) & (anniversary(grown_born, 18) < last - 3)].tolist()
                    pool = [person for person in pool if person not in taken]
                    order = rng.permutation(len(pool)).tolist()
                else:
                    pool, order = _pool(rng, kind, here, born, grown_up, last, taken)
                for index in order[: number - len(stays)]:
                    person = pool[index]
                    floor = grown_up[person] if kind in ADULT else begin
                    stays[person] = int(rng.integers(max(begin, floor), last))
                    taken.add(person)
            if len(stays) != number:
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
            "provider": frame.placement_type.map({kind: provider for kind, (provider, _, _) in PRINTED.items()}),
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


def _pool(
    rng: np.random.Generator, kind: str, here: Mapping[str, tuple[str, bool]], born: Mapping[str, int],
    grown_up: Mapping[str, int], last: int, taken: set[str],
) -> tuple[list[str], list[int]]:  # fmt: skip
    places, external = PLACES[kind]
    least = 14 if kind in ELSEWHERE else LEAST_AGE.get(places[-1], 0)
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


def weekly_price(kind: str, year: int, quarter: int) -> int:
    """Pounds a week of a type in a quarter of a collection year."""
    if kind == "Agency Residential":
        return AGENCY[year][quarter - 1]
    base = PRINTED[kind][1] or SECURE_PRICE
    return round(base * YEARLY[year])


def budget(year: int) -> pd.DataFrame:
    """The plan of a collection year: the columns of the local list `placement_budget`."""
    began = [month_numbers(kind)[max(0, (year - 2015) * 12 - 1)] for kind in PRINTED]
    number = [
        35 if kind == "Agency Residential" and year == 2018 else round(FORECAST.get(kind, (1.0, 1.0))[0] * start)
        for kind, start in zip(PRINTED, began, strict=True)
    ]
    price = [round(FORECAST.get(kind, (1.0, 1.0))[1] * weekly_price(kind, year, 1)) for kind in PRINTED]
    return pd.DataFrame(
        {
            "placement_type": list(PRINTED),
            "financial_year": f"{year - 1}-{year % 100:02d}",
            "forecast_number": number,
            "budget_gbp": [round(n * p * 365 / 7) for n, p in zip(number, price, strict=True)],
            "forecast_unit_cost": price,
        }
    )
