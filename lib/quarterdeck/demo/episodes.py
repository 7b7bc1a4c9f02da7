"""The 903's episodes: every change of placement or legal status, coded, from one day to the next."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .ages import age, day, timestamps
from .days import OPEN
from .legal import Change
from .moves import Moves, Spell
from .placements import (
    ADOPTION,
    COMMUNITY,
    FOSTER,
    HOME,
    HOSTEL,
    NOT_REPORTED,
    OTHER,
    PARENTS,
    PROVIDERS,
    RELATIVES,
    SECURE,
)
from .targets import PUBLISHED_YEARS, Targets, generator

MOVE_REASONS = {
    "allegation": "ALLEG",
    "approval_removed": "APPRR",
    "authority_request": "LAREQ",
    "care_plan": "CARPL",
    "carer_request_behaviour": "CREQB",
    "carer_request_other": "CREQO",
    "change_of_status_only": "PLACE",
    "child_request": "CHILD",
    "custody": "CUSTOD",
    "other": "OTHER",
    "resignation_or_closure": "CLOSE",
    "standards_of_care": "STAND",
}
PLAIN = {PARENTS: "P1", HOME: "K2", HOSTEL: "H5", COMMUNITY: "P2", SECURE: "K1"}
WITH_URN = ("K1", "K2", "U4", "U5", "U6", "R3", "S1")
LONG_TERM = 420


def placements(seed: int, authority: str, published: Targets, spans: pd.DataFrame, moves: Moves) -> pd.DataFrame:
    """Every placement, coded.

    Returns
    -------
    One row a placement, by period and day: period (row of `spans`), start, end (days; OPEN while open), place,
    provider (903 codes), same_carer (bool), opens (bool: the first of its period), kind (int), leaving (why it ended:
    903 REASON_PLACE_CHANGE, "" where the period ended too), number (of the carer: the same while the carers are).
    """
    rng = generator(seed, authority, "placement codes")
    rows: list[tuple[int, int, int, str, str, bool, bool, int]] = []
    for period, spells in enumerate(moves.spells):
        ends = [spell.start for spell in spells[1:]] + [int(moves.end[period])]
        for place, (spell, stop) in enumerate(zip(spells, ends, strict=True)):
            after = spells[place + 1] if place + 1 < len(spells) else None
            old = int(age(moves.born[period : period + 1], spell.start)[0])
            code = _code(rng, spell, after, stop, place > 0, old, str(moves.reason[period]))
            rows.append(
                (
                    period,
                    spell.start,
                    stop,
                    code,
                    PROVIDERS[spell.place % 10],
                    spell.same_carer,
                    place == 0,
                    spell.place // 10,
                )
            )
    frame = pd.DataFrame(rows, columns=["period", "start", "end", "place", "provider", "same_carer", "opens", "kind"])
    frame["leaving"] = _leaving(rng, published, frame)
    frame["number"] = (~frame.same_carer).cumsum()
    return frame


def _code(
    rng: np.random.Generator, spell: Spell, after: Spell | None, stop: int, moved: bool, old: int, reason: str
) -> str:
    kind = spell.place // 10
    if spell.place % 10 == NOT_REPORTED:
        return "Z1"
    if kind in PLAIN:
        return PLAIN[kind]
    if kind == ADOPTION:
        return "A5" if spell.same_carer else "A6"
    if kind == OTHER:
        return "R2" if spell.place % 10 == 3 else "R3" if old < 5 or reason != "E9" else "R5"
    long = spell.same_carer or min(stop, day(2019, 6, 30)) - spell.start > LONG_TERM
    if after is not None and after.same_carer:
        if after.place // 10 == ADOPTION:
            return "U5" if kind == FOSTER else "U2"
        return "U6" if kind == FOSTER else "U3"
    lasting = long and rng.random() < 0.75
    if kind == RELATIVES:
        return "U1" if lasting or spell.same_carer else "U3"
    return "U4" if (lasting or spell.same_carer) and old > 1 else "U6"


def _leaving(rng: np.random.Generator, published: Targets, frame: pd.DataFrame) -> np.ndarray:
    """Why each placement ended that another followed, to DfE's table of each year."""
    result = np.full(len(frame), "", dtype=object)
    follows = frame.period.eq(frame.period.shift(-1)).to_numpy()
    same = frame.same_carer.shift(-1, fill_value=False).to_numpy()
    after = frame.kind.shift(-1, fill_value=0).to_numpy()
    end = frame.end.to_numpy()
    kind = frame.kind.to_numpy()
    for year in range(2015, 2020):
        source = max(year, PUBLISHED_YEARS[1])
        rows = rng.permutation(np.flatnonzero(follows & (end >= day(year - 1, 4, 1)) & (end <= day(year, 3, 31))))
        table = published.split(
            "placements_ended_in_year_by_reason", source, published.total("placements_ended_in_year_by_reason", source)
        )
        sizes = {MOVE_REASONS[name]: number for name, number in table.items()}
        if year != source:
            share = len(rows) / max(1, sum(sizes.values()))
            sizes = {code: int(number * share) for code, number in sizes.items()}
        for code in (
            "PLACE",
            "CUSTOD",
            "CARPL",
            "CREQB",
            "ALLEG",
            "STAND",
            "APPRR",
            "CLOSE",
            "CREQO",
            "CHILD",
            "LAREQ",
            "OTHER",
        ):
            free = rows[result[rows] == ""]
            score = rng.random(len(free))
            if code == "PLACE":
                score += 5.0 * same[free]
            else:
                score -= 5.0 * same[free]
            planned = np.isin(after[free], [ADOPTION, PARENTS])
            score += 2.0 * planned * (code == "CARPL")
            if code in ("CREQB", "CREQO", "APPRR", "STAND"):
                score += 0.5 * np.isin(kind[free], [FOSTER, RELATIVES])
            result[free[np.argsort(-score, kind="stable")[: sizes.get(code, 0)]]] = code
        left = rows[result[rows] == ""]
        result[left] = "CARPL"
    before = follows & (end < day(2014, 4, 1))
    result[before] = "CARPL"
    return result


def episodes(
    seed: int, authority: str, spans: pd.DataFrame, placed: pd.DataFrame, legal: list[list[Change]]
) -> pd.DataFrame:
    """The 903's episodes of all years, to the end of the last.

    Parameters
    ----------
    spans : one row a period: child, start, end, need, reason (REC).
    placed : `placements`.
    legal : `legal.statuses`.

    Returns
    -------
    One row an episode: period, child (int), decom, dec (datetime64[us]; NaT while open), rne, ls, cin, place, provider,
    rec, reason_place_change, home_post, pl_post, urn (str, "" where none), placement (row of `placed`).
    """
    rng = generator(seed, authority, "addresses")
    status = pd.DataFrame(
        [(period, when, code) for period, changes in enumerate(legal) for when, code in changes],
        columns=["period", "start", "ls"],
    )
    placed = placed.assign(placement=np.arange(len(placed)), moves=True)
    both = pd.concat([placed, status.assign(moves=False)], ignore_index=True)
    both = both.sort_values(["period", "start", "moves"], kind="stable")
    both["relegal"] = both.ls.notna()
    frame = both.groupby(["period", "start"], as_index=False).agg(
        ls=("ls", "last"), place=("place", "last"), provider=("provider", "last"), placement=("placement", "last"),
        same_carer=("same_carer", "last"), moves=("moves", "max"), relegal=("relegal", "max"),
    )  # fmt: skip
    held = frame.groupby("period")[["ls", "place", "provider", "placement"]].ffill()
    frame[["ls", "place", "provider", "placement"]] = held
    frame["placement"] = frame.placement.astype(np.int64)
    opens = ~frame.duplicated("period").to_numpy()
    moved, relegal = frame.moves.to_numpy(bool), frame.relegal.to_numpy(bool)
    same = frame.same_carer.eq(True).to_numpy()
    frame["rne"] = np.select(
        [opens, moved & relegal & same, moved & relegal, moved & same, moved], ["S", "U", "B", "T", "P"], "L"
    )
    closes = frame.period.ne(frame.period.shift(-1)).to_numpy()
    stop = spans.end.to_numpy()[frame.period]
    frame["end"] = np.where(closes, stop, frame.start.shift(-1, fill_value=0))
    reason = spans.reason.to_numpy()[frame.period]
    frame["rec"] = np.where(closes, np.where(stop < OPEN, reason, ""), "X1")
    next_moves = frame.moves.shift(-1, fill_value=False).to_numpy(bool) & ~closes
    frame["reason_place_change"] = np.where(next_moves, placed.leaving.to_numpy()[frame.placement], "")
    number = placed.number.to_numpy()[frame.placement]
    child = spans.child.to_numpy()[frame.period]
    homes = rng.permutation(20_000)
    frame["home_post"] = _postcode("ZZ", homes[child % 20_000])
    at_home = frame.place.to_numpy() == "P1"
    frame["pl_post"] = np.where(at_home, frame.home_post, _postcode("ZY", (number * 7919) % 60_000))
    urns = np.char.add("99", np.char.mod("%05d", (number * 31) % 100_000))
    frame["urn"] = np.where(np.isin(frame.place.to_numpy(str), WITH_URN), urns, "")
    frame["child"] = child
    frame["cin"] = spans.need.to_numpy()[frame.period]
    frame["decom"] = timestamps(frame.start.to_numpy()).to_numpy()
    frame["dec"] = timestamps(frame.end.to_numpy(), none=OPEN).to_numpy()
    text = ["rne", "ls", "cin", "place", "provider", "rec", "reason_place_change", "home_post", "pl_post", "urn"]
    return frame[["period", "child", "placement", "decom", "dec", *text]].astype(dict.fromkeys(text, "str"))


def _postcode(area: str, number: np.ndarray) -> np.ndarray:
    """A postcode in an area that does not exist: ZZ1 1AA."""
    letters = np.array(list("ABDEFGHJLN"))
    outward = np.char.add(area, np.char.mod("%d", 1 + number // 1000 % 60))
    inward = np.char.add(
        np.char.mod(" %d", number // 100 % 10), np.char.add(letters[number // 10 % 10], letters[number % 10])
    )
    return np.char.add(outward, inward)
