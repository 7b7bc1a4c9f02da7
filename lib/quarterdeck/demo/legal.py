"""The legal status of each period of care, day by day, to the published mix on each 31 March."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .ages import age, day
from .days import OPEN
from .moves import FIRST_DAY, Moves
from .placements import ADOPTION, PARENTS
from .targets import PUBLISHED_YEARS, Targets, apportion, generator, shared_draw

STATUSES = ("V2", "C1", "C2", "E1", "J1")
V2, C1, C2, E1, J1 = range(5)
PROTECTED = len(STATUSES)
"""Under an emergency protection order (L2), which lasts eight days at most."""
WITHOUT_ORDER = ("V2", "J1", "J2", "J3", "L1", "L2", "L3")
Change = tuple[int, str]


def year_end_statuses(published: Targets, year: int, stock: int) -> np.ndarray:
    """How many have each status on 31 March; before the first published year, in its proportions."""
    source = max(year, PUBLISHED_YEARS[0])
    table = published.split("cla_on_31_march_by_legal_status", source, published.total("cla_on_31_march", source))
    # Where DfE hides them both, those detained to protect them are made as detained for an offence.
    protected = table.get("child_protection_grounds", 0)
    apart = published.total("cla_on_31_march_by_legal_status", source, "youth_justice") is not None and year == source
    counts = np.array(
        [
            table["section_20_voluntary"],
            table["interim_care_order"],
            table["full_care_order"],
            table["placement_order"] + table.get("freed_for_adoption", 0),
            table["youth_justice"] + protected * (not apart),
            protected * apart,
        ]
    )
    return counts if counts.sum() == stock else apportion(stock, counts.astype(float))


def statuses(seed: int, authority: str, published: Targets, spans: pd.DataFrame, moves: Moves) -> list[list[Change]]:
    """The legal statuses of each period: its first, then every change.

    Parameters
    ----------
    spans : one row a period: start, end, born (days), reason, legal (first status), uasc.
    moves : its placements; a child placed with parents has a care order, one placed for adoption a placement order.

    Returns
    -------
    For each period its changes: day and 903 code, in order.
    """
    rng = generator(seed, authority, "legal")
    start, end, born = (spans[name].to_numpy() for name in ("start", "end", "born"))
    reason, first, uasc = spans.reason.to_numpy(), spans.legal.to_numpy(), spans.uasc.to_numpy()
    adopted = np.isin(reason, ["E11", "E12"])
    dates = [day(year, 3, 31) for year in range(2014, 2020)]
    known = np.full((len(spans), len(dates)), -1)
    for column, (year, on) in enumerate(zip(range(2014, 2020), dates, strict=True)):
        rows = moves.open_rows(on)
        kinds = np.array([_placed(moves, row, on) for row in rows])
        been_home = np.array(
            [any(s.place // 10 == PARENTS and s.start <= on for s in moves.spells[row]) for row in rows]
        )
        began = np.select(
            [np.isin(first[rows], ["C1", "L1", "L2", "L3"]), first[rows] == "C2", first[rows] == "E1"], [C1, C2, E1], V2
        )
        began = np.where(np.isin(first[rows], ["J1", "J2", "J3"]), J1, began)
        before = np.where((column > 0) & (known[rows, column - 1] >= 0), known[rows, column - 1], began)
        before = np.where(before == PROTECTED, C1, before)
        fresh = known[rows, column - 1] < 0 if column else np.zeros(len(rows), bool)
        old, stay, leaves = age(born[rows], on), on - start[rows], end[rows] - on
        family = spans.family.to_numpy()[rows]
        score = np.stack([shared_draw(rng, family) for _ in STATUSES], axis=1)
        score[:, J1] += (
            20.0 * (before == J1) - 8.0 * (old < 12) - 60.0 * uasc[rows] - 60.0 * np.isin(before, [C1, C2, E1])
        )
        score[:, E1] += np.where(kinds == ADOPTION, 80.0, 0.0)
        score[:, E1] += np.where(adopted[rows], np.maximum(5.0, 30.0 - leaves / 60), -20.0)
        score[:, E1] += np.where((end[rows] == OPEN) & (old <= 5) & (stay > 200), 18.0, 0.0) + 15.0 * (before == E1)
        score[:, E1] -= 60.0 * uasc[rows]
        score[:, C1] += 6.0 * (before == C1) * (stay < 420) - 2.0 * (before == C1) * (stay > 600) + 1.0 * (stay < 300)
        score[:, C1] -= 60.0 * np.isin(before, [C2, E1]) + 60.0 * uasc[rows] + 3.0 * (old >= 16) + 60.0 * (before == J1)
        score[:, V2] += 10.0 * (before == V2) + 40.0 * uasc[rows] + 1.0 * (old >= 15)
        score[:, V2] += np.where(before == V2, 8.0 * (stay < 90) + 2.0 * (stay < 200), 0.0)
        score[:, C1] += np.where(before == C1, 6.0 * (stay < 100) + 3.0 * (stay < 200), 0.0)
        score[:, V2] -= 60.0 * np.isin(before, [C2, E1]) + 80.0 * been_home
        score[:, V2] -= np.where(before == C1, np.where(fresh & np.isin(first[rows], ["L1", "L2"]), 4.0, 30.0), 0.0)
        quota = year_end_statuses(published, year, len(rows))
        status = np.full(len(rows), C2)
        free = np.ones(len(rows), bool)
        settled = (before == V2) & ~been_home & ~uasc[rows] & ~adopted[rows] & (stay > 30) & (leaves > 30) & (old < 14)
        picked = np.flatnonzero(settled)[: quota[PROTECTED]]
        if len(picked) < quota[PROTECTED]:
            raise ArithmeticError(f"nobody to be under a protection order on 31 March {year}")
        status[picked] = PROTECTED
        free[picked] = False
        for each in (J1, E1, V2, C1):
            order = np.flatnonzero(free)
            picked = order[np.argsort(-score[order, each], kind="stable")[: quota[each]]]
            status[picked] = each
            free[picked] = False
        known[rows, column] = status
    return [_path(rng, moves, row, str(first[row]), dates, known[row], bool(adopted[row])) for row in range(len(spans))]


def _placed(moves: Moves, row: int, on: int) -> int:
    return [spell for spell in moves.spells[row] if spell.start <= on][-1].place // 10


def _path(
    rng: np.random.Generator, moves: Moves, row: int, first: str, dates: list[int], known: np.ndarray, adopted: bool
) -> list[Change]:
    begin, stop = int(moves.start[row]), int(moves.end[row])
    changes: list[Change] = [(begin, first)]
    placed = {
        kind: next((spell.start for spell in moves.spells[row] if spell.place // 10 == kind), OPEN)
        for kind in (PARENTS, ADOPTION)
    }
    path = [(on, (*STATUSES, "L2")[code]) for on, code in zip(dates, known, strict=True) if code >= 0]
    if begin < FIRST_DAY and path and path[0][0] < FIRST_DAY:
        changes = [(begin, path[0][1])]
        path = path[1:]
    last = changes[0][0]
    if first in ("L1", "L2", "L3", "J2") and begin >= FIRST_DAY:
        after = path[0][1] if path else ("V2" if rng.random() < 0.4 else "C1")
        soon = begin + (int(rng.integers(1, 4)) if first in ("L1", "J2") else int(rng.integers(4, 9)))
        follow = "V2" if after in ("V2", "J1") else "C1"
        if soon < min(stop, path[0][0] if path else OPEN):
            changes.append((soon, follow))
            last = soon
        elif path:
            follow = after
            changes.append((min(begin + 1, path[0][0]), follow))
    for on, status in path:
        if status == "L2":
            changes += [(on - 2, "L2"), (on + 4, "C1")]
            last = on + 4
            continue
        _change(rng, changes, status, last, on, placed)
        last = max(on, last)
    if adopted and stop - begin < 100:
        raise ArithmeticError(f"a child adopted {stop - begin} days after coming into care")
    if adopted and changes[-1][1] != "E1":
        _change(rng, changes, "E1", max(last, begin + 20), min(placed[ADOPTION], stop - 30), placed)
    if placed[PARENTS] < OPEN:
        _order_before_home(changes, placed[PARENTS], begin)
    return changes


def _change(
    rng: np.random.Generator, changes: list[Change], status: str, last: int, on: int, placed: dict[int, int]
) -> None:
    """From the last status to this one by `on`, through an interim order where the law asks for one."""
    present = changes[-1][1]
    if present == status or (present in ("J1", "J3") and status == "J1"):
        return
    low, high = max(last + 1, changes[-1][0] + 1, FIRST_DAY), on
    if status == "E1" and low <= placed[ADOPTION] < high:
        high = placed[ADOPTION]
    if status in ("C1", "C2") and low <= placed[PARENTS] < high:
        high = placed[PARENTS]
    steps = ["C1", status] if present in ("V2", "J1") and status in ("C2", "E1") and high - low > 40 else [status]
    days = np.sort(rng.integers(low, max(high, low) + 1, len(steps)))
    if len(steps) == 2 and days[1] - days[0] < 20:
        days = np.array([low, max(high, low)])
    days = np.maximum(days - np.maximum(0, (days + 3) % 7 - 4), low)
    for when, code in zip(days, steps, strict=True):
        when = int(max(when, changes[-1][0] + 1))
        changes.append((min(when, on) if on > changes[-1][0] else when, code))


def _order_before_home(changes: list[Change], home: int, begin: int) -> None:
    """A child placed with parents has a care order: where it came later, it is brought forward to that day."""
    held = [index for index, (when, _) in enumerate(changes) if when <= home][-1]
    if changes[held][1] in WITHOUT_ORDER:
        later = [change for change in changes[held + 1 :] if change[1] not in WITHOUT_ORDER]
        order = later[0][1] if later else "C2"
        del changes[held + 1 :]
        changes.append((max(home, begin + 1), order))
        changes.extend(later[1:])
