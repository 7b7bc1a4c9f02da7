"""What each collection year must come to: starts, ends and birthdays in care, worked out from the published tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .ages import BANDS, day
from .targets import YEARS, Targets, apportion

EXITS = (*BANDS[:4], "16", "17", "18_and_over")
# Starts and ends of the period of care by month, April to March, where only their sums are published: a flat year.
EVEN = np.ones(12)
# 2017-18 of the panel's county: starts fall and ends rise from September, 796 children at the end of December.
KNOWN_MONTHS: dict[tuple[str, int], tuple[list[int], list[int]]] = {
    ("worcestershire-demo", 2018): (
        [30, 31, 33, 27, 26, 22, 21, 22, 19, 17, 16, 18],
        [20, 19, 20, 21, 20, 26, 25, 26, 25, 18, 17, 19],
    ),
}
# A rise in the last quarter of 2016-17, as the panel was told.
MONTH_WEIGHTS: dict[int, tuple[list[float], list[float]]] = {
    2017: ([26, 27, 28, 27, 25, 28, 29, 28, 24, 31, 31, 33], [22, 23, 24, 24, 23, 23, 22, 22, 22, 19, 18, 20]),
}


@dataclass(frozen=True)
class Year:
    """What a year must come to: children by age band and sex, and how many came or left twice.

    Parameters
    ----------
    starts, ceases : int, by BANDS and by EXITS.
    crossing : int, shape (4,): birthdays 1, 5, 10 and 16 in care during the year.
    both, out_twice, in_twice, passing : children who left and came back to stay; who left, came back and left; who
        came, left and came back to stay; who came, left, came and left.
    extra_female : girls among in_twice less those among out_twice.
    """

    year: int
    starts: np.ndarray
    ceases: np.ndarray
    starts_female: int
    ceases_female: int
    both: int
    out_twice: int
    in_twice: int
    passing: int
    extra_female: int
    crossing: np.ndarray

    @property
    def first(self) -> int:
        """Its first day, in days since 1970."""
        return day(self.year - 1, 4, 1)

    @property
    def last(self) -> int:
        """Its last day."""
        return day(self.year, 3, 31)


def year_plans(published: Targets) -> tuple[list[Year], np.ndarray, int]:
    """Each year's counts, and the opening stock of the first by age band and its girls.

    The two years before the first published breakdown take its proportions.
    """
    years: dict[int, Year] = {}
    for year in YEARS[1:]:
        starts, ceases, crossing, twice, sexes = _published_year(published, year)
        if year == 2016:
            later = _published_year(published, 2017)
            crossing = later[2]
        years[year] = Year(year, starts, ceases, sexes[0], sexes[1], *twice, crossing)
    first = years[2016]
    starts_total = published.comparator("cla_starts", 2015) or int(first.starts.sum())
    ceases_total = published.comparator("cla_ceases", 2015) or int(first.ceases.sum())
    closing = np.array([published.split("cla_on_31_march_by_age", 2016)[band] for band in BANDS])
    closing = _opening(first, closing)
    female = published.split("cla_on_31_march_by_gender", 2016)["female"]
    female = female - first.starts_female + first.ceases_female - first.extra_female
    # Who turns 16 in 2014-15 turns 18 in 2016-17: enough older ones must be left to turn 18 in 2015-16.
    crossing = first.crossing.copy()
    crossing[3] = max(0, min(crossing[3], closing[4] - round(1.1 * first.ceases[6])))
    years[2015] = Year(
        2015,
        apportion(starts_total, first.starts),
        apportion(ceases_total, first.ceases),
        round(starts_total * first.starts_female / first.starts.sum()),
        round(ceases_total * first.ceases_female / first.ceases.sum()),
        5, 1, 1, 1, 0, crossing,
    )  # fmt: skip
    plan = years[2015]
    closing = _opening(plan, closing)
    female = female - plan.starts_female + plan.ceases_female - plan.extra_female
    return [years[year] for year in YEARS], closing, female


def _five(ceases: np.ndarray) -> np.ndarray:
    return np.concatenate([ceases[:4], [ceases[4:].sum()]])


def _opening(plan: Year, closing: np.ndarray) -> np.ndarray:
    inward = np.concatenate([[0], plan.crossing])
    outward = np.concatenate([plan.crossing, [0]])
    opening = closing - plan.starts + _five(plan.ceases) - inward + outward
    opening[3] -= plan.in_twice - plan.out_twice
    return opening


def _published_year(
    published: Targets, year: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[int, int, int, int, int], tuple[int, int]]:
    stock = published.total("cla_on_31_march", year) or 0
    starts_total = published.total("cla_started", year) or 0
    ceases_total = published.total("cla_ceased", year) or 0
    by_age = published.split("cla_started_by_age", year, starts_total)
    out_by_age = published.split("cla_ceased_by_age", year, ceases_total)
    starts = np.array([by_age[band] for band in BANDS])
    ceases = np.array([out_by_age[band] for band in EXITS])
    starts_female = published.split("cla_started_by_gender", year, starts_total)["female"]
    ceases_female = published.split("cla_ceased_by_gender", year, ceases_total)["female"]
    during = published.total("cla_during_year", year)
    # Children looked after in the year = those at its end + those who left and are not back.
    back = max(0, ceases_total - ((during if during is not None else stock + ceases_total) - stock))
    crossing = np.zeros(4, np.int64)
    before = published.total("cla_on_31_march", year - 1)
    if before is None:
        earlier = published.comparator("cla_number", year - 1)
        gain = stock - ((earlier or stock) + starts_total - ceases_total)
        extra_female = round(gain / 2)
    else:
        gain = stock - (before + starts_total - ceases_total)
        opening = np.array([published.split("cla_on_31_march_by_age", year - 1)[band] for band in BANDS])
        closing = np.array([published.split("cla_on_31_march_by_age", year)[band] for band in BANDS])
        flow = opening + starts - _five(ceases)
        flow[3] += gain
        inflow = 0
        for band in range(4):
            inflow = int(flow[band] + inflow - closing[band])
            crossing[band] = inflow
        girls = [published.split("cla_on_31_march_by_gender", y)["female"] for y in (year - 1, year)]
        extra_female = girls[1] - (girls[0] + starts_female - ceases_female)
    out_twice = max(0, -gain, min(back // 6, 2))
    in_twice = gain + out_twice
    if in_twice > back:
        out_twice, in_twice = max(0, -gain), max(gain, 0)
    both = max(0, back - in_twice)
    return starts, ceases, crossing, (both, out_twice, in_twice, 1, extra_female), (starts_female, ceases_female)


def month_totals(authority: str, plan: Year) -> tuple[np.ndarray, np.ndarray]:
    """Periods of care that begin and that end in each month of a year, April to March."""
    starts = int(plan.starts.sum()) + plan.in_twice + plan.passing
    ceases = int(plan.ceases.sum()) + plan.out_twice + plan.passing
    known = KNOWN_MONTHS.get((authority, plan.year))
    begin, end = known or MONTH_WEIGHTS.get(plan.year, (EVEN, EVEN))
    begin_months, end_months = np.array(begin), np.array(end)
    if known:
        begin_months[1] += starts - begin_months.sum()
        end_months[1] += ceases - end_months.sum()
        return begin_months, end_months
    return apportion(starts, begin_months), apportion(ceases, end_months)
