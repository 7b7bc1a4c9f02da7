"""The placements between the dated mixes: forced moves, and as many more as DfE counted."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from .ages import age, anniversary, day
from .days import OPEN
from .panel import panel
from .placements import ADOPTION, COMMUNITY, FOSTER, HOME, HOSTEL, PARENTS, RELATIVES, Mix
from .targets import PUBLISHED_YEARS, Targets, generator

APART = 4
FIRST_DAY = day(2014, 4, 1)
# How likely the first placement is already the one of the first dated mix, by kind.
STARTS_THERE = np.array([0.85, 0.7, 0.0, 0.0, 0.3, 0.4, 0.1, 0.3, 0.6])
CAN_MOVE = (FOSTER, HOME, HOSTEL, RELATIVES, COMMUNITY)
# 12 months to 30 April 2017: 13 % with three placements or more; to 31 December 2017: 10 %.
PANEL_APRIL, PANEL_DECEMBER = 0.13, 0.10


@dataclass
class Spell:
    """One placement: from `start`, kind * 10 + provider; `same_carer` when only its standing changed; `extra` when it
    may be moved or left out without changing a dated mix.
    """

    start: int
    place: int
    same_carer: bool = False
    extra: bool = False


class Moves:
    """Every placement of every period of care.

    Parameters
    ----------
    spans : one row a period: child (int), start, end, born (days), reason, uasc.
    dated, places : as `placements.choose` gives them.
    """

    def __init__(
        self, seed: int, authority: str, published: Targets, spans: pd.DataFrame, dated: list[Mix], places: np.ndarray
    ) -> None:
        self.rng = generator(seed, authority, "moves")
        self.published = published
        self.panel = bool(panel(authority).placements)
        self.child, self.start, self.end, self.born = (
            spans[name].to_numpy() for name in ("child", "start", "end", "born")
        )
        self.reason, self.uasc = spans.reason.to_numpy(), spans.uasc.to_numpy()
        self.periods: dict[int, list[int]] = {}
        for row, who in enumerate(self.child):
            self.periods.setdefault(int(who), []).append(row)
        self.spells: list[list[Spell]] = [self._forced(row, dated, places[row]) for row in range(len(spans))]
        self.banned: dict[int, list[tuple[int, int]]] = {}
        restless = self._settle_long_stays()
        for year, rows in restless.items():
            for row in rows:
                self._move_restless(row, year)
        for year in PUBLISHED_YEARS:
            self._three_or_more(year, restless.get(year, []))
            self._single_moves(year)
        self._same_carer_moves()

    def _forced(self, row: int, dated: list[Mix], places: np.ndarray) -> list[Spell]:
        rng, begin, stop = self.rng, int(self.start[row]), int(self.end[row])
        here = [(mix.on, int(place)) for mix, place in zip(dated, places, strict=True) if place >= 0]
        adopted = self.reason[row] in ("E11", "E12")
        if not here:
            old = int(age(self.born[row : row + 1], begin)[0])
            kind = HOME if old >= 11 and rng.random() < 0.12 else FOSTER
            kind = HOSTEL if old >= 16 and rng.random() < 0.35 else kind
            kind = RELATIVES if kind == FOSTER and rng.random() < 0.12 else kind
            return [Spell(begin, kind * 10 + (1 if kind == RELATIVES or rng.random() < 0.55 else 4))]
        on, place = here[0]
        # A return begins in April 2014: who was in care before it has one placement until then.
        if begin < FIRST_DAY and on < FIRST_DAY and place // 10 in (ADOPTION, PARENTS):
            here[0] = (on, FOSTER * 10 + 1)
            on, place = here[0]
        spells: list[Spell] = []
        if (
            begin < FIRST_DAY
            or rng.random() < STARTS_THERE[place // 10]
            or (on - begin < 12 and place // 10 not in (ADOPTION, PARENTS))
            or on <= begin + 1
        ):
            spells.append(Spell(begin, place))
        else:
            spells.append(Spell(begin, FOSTER * 10 + (1 if rng.random() < 0.6 else 4)))
            earliest = begin + (60 if place // 10 in (ADOPTION, PARENTS) else APART)
            spells.append(self._move(min(earliest, on), on, place, begin + 1))
        for (before, old_place), (on, place) in pairwise(here):
            if place != old_place:
                spells.append(self._move(before + APART, on, place, before + 1))
        last_on, last = here[-1]
        if adopted and last // 10 != ADOPTION and stop - max(last_on, begin) > 3 * APART:
            low, high = max(last_on, begin) + APART, stop - 75
            when = int(rng.integers(low, high + 1)) if high > low else (low + stop) // 2
            spells.append(Spell(when, ADOPTION * 10 + 1, same_carer=rng.random() < 0.15))
        return spells

    def _move(self, low: int, high: int, place: int, floor: int) -> Spell:
        low = max(min(low, high), floor)
        when = int(self.rng.integers(low, high + 1))
        name = (when + 3) % 7
        when -= (name - 4) if name > 4 and when - (name - 4) >= low else 0
        return Spell(when, place, same_carer=place // 10 == ADOPTION and bool(self.rng.random() < 0.15))

    def counts(self, who: int, first: int, on: int) -> int:
        """Placements of a child from the one open at the start of `first` to the close of `on`."""
        total = 0
        for row in self.periods[who]:
            if self.start[row] > on or self.end[row] < first:
                continue
            spells = self.spells[row]
            total += int(self.start[row] < first <= self.end[row])
            total += sum(first <= spell.start <= on and not spell.same_carer for spell in spells)
        return total

    def _moved(self, row: int, first: int, last: int) -> bool:
        return any(first <= spell.start <= last and not spell.same_carer for spell in self.spells[row][1:])

    def _stable(self, row: int, on: int, since: int) -> bool:
        """In the same placement since a day; a placement for adoption counts with the one before it."""
        spells = [spell for spell in self.spells[row] if spell.start <= on]
        place = len(spells) - 1
        while place and spells[place].same_carer:
            place -= 1
        if spells[-1].place // 10 == ADOPTION and place:
            place -= 1
            while place and spells[place].same_carer:
                place -= 1
        return spells[place].start <= since

    def open_rows(self, on: int) -> np.ndarray:
        """Periods of care open at the close of a day."""
        return np.flatnonzero((self.start <= on) & (self.end > on))

    def _movable(self, row: int, since: int, on: int) -> bool:
        if self.spells[row][-1].place // 10 not in CAN_MOVE:
            return False
        held = sum(min(high, on) - max(low, since) for low, high in self.banned.get(row, []) if high > since)
        return on - since - held > 120

    def _settle_long_stays(self) -> dict[int, list[int]]:
        """Hold in place those whom DfE counted as stable; gives those who must move, by the year to do it in."""
        restless: dict[int, list[int]] = {}
        kept: list[int] = []
        for year in PUBLISHED_YEARS:
            wanted = self.published.total(
                "cla_on_31_march_long_term_stability", year, "under_16_looked_after_2_5_years_same_placement_2_years"
            )
            if wanted is None:
                continue
            on, since = day(year, 3, 31), day(year - 2, 3, 31)
            rows = self.open_rows(on)
            rows = rows[(self.start[rows] <= day(year - 3, 9, 30)) & (age(self.born[rows], on) < 16)]
            stable = [int(row) for row in self.rng.permutation(rows) if self._stable(int(row), on, since)]
            stable.sort(key=lambda row: row not in kept)
            if len(stable) < wanted:
                raise ArithmeticError(f"{year}: {wanted} stable placements wanted, {len(stable)} possible")
            movable = [row for row in stable if self._movable(row, since, on)]
            leave = [row for row in movable[::-1] if row not in kept][: len(stable) - wanted]
            for row in stable:
                if row not in leave:
                    self.banned.setdefault(row, []).append((since + 1, on))
                    kept.append(row)
            restless.setdefault(year, []).extend(leave)
        return restless

    def _allowed(self, row: int, when: int) -> bool:
        if any(low <= when <= high for low, high in self.banned.get(row, [])):
            return False
        spells = self.spells[row]
        place = bisect.bisect_right([spell.start for spell in spells], when) - 1
        if place < 0 or spells[place].place // 10 not in CAN_MOVE:
            return False
        after = spells[place + 1].start if place + 1 < len(spells) else int(self.end[row])
        return when - spells[place].start >= APART and after - when >= APART

    def _insert(self, row: int, first: int, last: int, tries: int = 30) -> int | None:
        first, last = max(first, int(self.start[row]) + APART), min(last, int(self.end[row]) - APART)
        for _ in range(tries):
            if last < first:
                return None
            when = int(self.rng.integers(first, last + 1))
            when -= max(0, (when + 3) % 7 - 4)
            if when < first or not self._allowed(row, when) or when == day(2016, 2, 29):
                continue
            spells = self.spells[row]
            place = bisect.bisect_right([spell.start for spell in spells], when) - 1
            spells.insert(place + 1, Spell(when, spells[place].place, extra=True))
            return when
        return None

    def _remove(self, row: int, when: int) -> None:
        self.spells[row] = [spell for spell in self.spells[row] if spell.start != when or not spell.extra]

    def _panel_windows(self) -> list[tuple[int, int]]:
        if not self.panel:
            return []
        return [(day(2016, 5, 1), day(2017, 4, 30)), (day(2017, 1, 1), day(2017, 12, 31))]

    def _total(self, first: int, on: int) -> int:
        return sum(self.counts(int(self.child[row]), first, on) >= 3 for row in self.open_rows(on))

    def _three_or_more(self, year: int, restless: list[int]) -> None:
        rng = self.rng
        first, on = day(year - 1, 4, 1), day(year, 3, 31)
        wanted = self.published.total("cla_on_31_march_placement_stability", year, "3_or_more_placements_in_year")
        if wanted is None:
            return
        rows = self.open_rows(on)
        have = sum(self.counts(int(self.child[row]), first, on) >= 3 for row in rows)
        if have > wanted:
            raise ArithmeticError(f"{year}: {have} children with three placements before any were added, not {wanted}")
        pool = rng.permutation(rows).tolist()
        # Teenagers, homes and hostels first; then those who must move in any case.
        pool.sort(key=lambda row: self._settled(row, on) - 2.0 * (row in restless))
        december = (day(2017, 1, 1), day(2017, 12, 31))
        april = (day(2016, 5, 1), day(2017, 4, 30))
        at_december = self._total(*december) if self.panel and year == 2018 else 0
        enough_december = round(PANEL_DECEMBER * len(self.open_rows(december[1])))
        for row in pool:
            if have == wanted:
                break
            who = int(self.child[row])
            short = 3 - self.counts(who, first, on)
            if short <= 0 or self.start[row] > on - 60:
                continue
            added: list[int] = []
            late_from = first
            before = self.counts(who, *december)
            if self.panel and year == 2018 and at_december >= enough_december:
                late_from = day(2018, 1, 1)
            more = int(rng.choice([0, 0, 0, 1, 1, 2]))
            for number in range(short + more):
                begin, stop = first, on
                if self.panel and year == 2017:
                    stop = day(2016, 12, 20) if number < short else on
                if late_from > first:
                    begin = late_from if number < max(1, short - max(0, 2 - before)) else first
                elif self.panel and year == 2018:
                    stop = december[1]
                when = self._insert(row, begin, stop)
                if when is not None:
                    added.append(when)
            good = self.counts(who, first, on) >= 3
            if good and self.panel and year == 2018:
                joins = self.counts(who, *december) >= 3 and before < 3 and self.end[row] > december[1]
                good = not (joins and late_from > first) and not self._was_less(who, added, april)
                at_december += int(good and joins)
            if good:
                have += 1
            else:
                for when in added:
                    self._remove(row, when)
        if have != wanted:
            raise ArithmeticError(f"{year}: {wanted} children with three placements wanted, {have} made")
        if self.panel and year == 2017:
            self._trim_april(april)
            self._fill_april(april, december)

    def _was_less(self, who: int, added: list[int], window: tuple[int, int]) -> bool:
        inside = sum(window[0] <= when <= window[1] for when in added)
        return self.counts(who, *window) >= 3 > self.counts(who, *window) - inside

    def _settled(self, row: int, on: int) -> float:
        old = float(age(self.born[row : row + 1], on)[0])
        kind = self.spells[row][-1].place // 10
        return float(self.rng.random()) - 0.05 * old - 0.5 * (kind in (HOME, HOSTEL)) + 0.4 * (kind == RELATIVES)

    def _trim_april(self, window: tuple[int, int]) -> None:
        """Fewer with three placements in the year to April 2017: some of the moves fall in April 2016."""
        stock = len(self.open_rows(window[1]))
        limit = round(PANEL_APRIL * stock)
        have = self._total(*window)
        for each in self.rng.permutation(self.open_rows(day(2017, 3, 31))):
            if have <= limit:
                break
            row, who = int(each), int(self.child[each])
            movable = [spell for spell in self.spells[row] if spell.extra and spell.start >= window[0]]
            if self.counts(who, *window) != 3 or not movable or self.start[row] > day(2016, 3, 1):
                continue
            spell = movable[0]
            place = self.spells[row].index(spell)
            before = self.spells[row][place - 1]
            if before.start > day(2016, 4, 1):
                continue
            spell.start = day(2016, 4, 1) + int(self.rng.integers(6, 27))
            name = (spell.start + 3) % 7
            spell.start -= max(0, name - 4)
            have -= int(self.end[row] > window[1])

    def _move_restless(self, row: int, year: int) -> None:
        first, on = day(year - 2, 4, 1), day(year, 3, 31)
        if not self._moved(row, first, on) and not any(
            self._add_one(row, int(self.child[row]), first, on) for _ in range(20)
        ):
            raise ArithmeticError(f"{year}: a child who must move did not")

    def _fill_april(self, window: tuple[int, int], december: tuple[int, int]) -> None:
        """More of them, where too few: a third placement that begins in April 2017."""
        rows = self.open_rows(window[1])
        need = round(PANEL_APRIL * len(rows)) - self._total(*window)
        for each in self.rng.permutation(rows):
            if need <= 0:
                break
            row, who = int(each), int(self.child[each])
            if self.counts(who, *window) != 2 or self.counts(who, *december) >= 2:
                continue
            need -= int(self._insert(row, day(2017, 4, 3), day(2017, 4, 28)) is not None)

    def _single_moves(self, year: int) -> None:
        """One move each for others, so that the year's moves come to what DfE counted."""
        first, on = day(year - 1, 4, 1), day(year, 3, 31)
        total = self.published.total("placements_ended_in_year_by_reason", year) or 600
        status = self.published.total("placements_ended_in_year_by_reason", year, "change_of_status_only") or 60
        moved = sum(first <= spell.start <= on for spells in self.spells for spell in spells[1:])
        need = total - status - moved
        for row in self.rng.permutation(np.flatnonzero((self.start <= on - 40) & (self.end > first + 40))):
            if need <= 0:
                break
            who = int(self.child[row])
            if self.counts(who, first, on) == 1 and self._add_one(int(row), who, first, on):
                need -= 1

    def _add_one(self, row: int, who: int, first: int, on: int) -> bool:
        windows = [*self._panel_windows(), *((day(y - 1, 4, 1), day(y, 3, 31)) for y in PUBLISHED_YEARS)]
        for _ in range(12):
            before = [self.counts(who, *window) for window in windows]
            when = self._insert(row, first, on, tries=6)
            if when is None:
                continue
            after = [self.counts(who, *window) for window in windows]
            if all(a < 3 or b >= 3 for a, b in zip(after, before, strict=True)):
                return True
            self._remove(row, when)
        return False

    def _same_carer_moves(self) -> None:
        """Placements whose standing alone changed: the same carers, now approved for the long term."""
        for year in PUBLISHED_YEARS:
            first, on = day(year - 1, 4, 1), day(year, 3, 31)
            total = self.published.total("placements_ended_in_year_by_reason", year)
            moved = sum(first <= spell.start <= on for spells in self.spells for spell in spells[1:])
            need = (total or moved + 60) - moved
            for row in self.rng.permutation(np.flatnonzero((self.start < first - 120) & (self.end > on))):
                if need <= 0:
                    break
                spells = self.spells[row]
                inside = [spell for spell in spells if spell.start <= on]
                last = inside[-1]
                if last.place // 10 not in (FOSTER, RELATIVES) or last.start > first - 90 or last.same_carer:
                    continue
                when = int(self.rng.integers(first + 3, on - 5))
                when -= max(0, (when + 3) % 7 - 4)
                if len(spells) > len(inside) and spells[len(inside)].start - when < APART:
                    continue
                spells.insert(len(inside), Spell(when, last.place, same_carer=True, extra=True))
                need -= 1
            if need and total is not None:
                raise ArithmeticError(f"{year}: {need} moves too few")


__all__ = ["OPEN", "Moves", "Spell", "anniversary"]
