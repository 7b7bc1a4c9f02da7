"""How far each figure moved since an earlier one, and how far it is from its like: what "down 11" may stand for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.paper import words
from quarterdeck.paper.numbers import Sort
from quarterdeck.paper.values import WEEKS_A_YEAR
from quarterdeck.quarter import Quarter

NEVER = np.datetime64("NaT", "us")


def moves(held: pd.DataFrame, sort: Sort, quarter: Quarter) -> pd.DataFrame:
    """What a number of a sort may say of movement: a gap, a part of what it was, or how many times.

    Parameters
    ----------
    held : citable figures that may be spoken of, with `own`; see `Values.citable`.
    sort : the number's. Of percentages, "points" are how far apart they are, and a percentage or share is how far a
        figure moved as a part of what it was.

    Returns
    -------
    One row a movement: told, as the author is told of it; value; shown; then, the day since when, NaT where it is from
    another category of the same day; measure; own.
    """
    now = held[held["end"].between(quarter.end, quarter.end + pd.offsets.MonthEnd(1))]
    pairs = now.merge(held[held["end"] < quarter.end], on="name", suffixes=("", "_then"), validate="many_to_many")
    pairs = pairs.rename(columns={"end_then": "then"})
    if sort in ("times", "percent", "share"):
        pairs = pairs[pairs["value_then"] != 0]
        ratio = pairs["value"] / pairs["value_then"]
        value = ratio if sort == "times" else (ratio - 1) * 100
        shown = value.map(lambda one: f"{one:.2f} times" if sort == "times" else f"{words.number(one, 1)}%")
        since = pairs.assign(value=value, shown=shown)
        return _told(since) if sort != "times" else pd.concat([_told(since), _beside(now, times=True)])
    wanted = {"points": ("percent",), "gbp": ("gbp",)}.get(sort, ("plain", "percent"))
    now, pairs = now[now["sort"].isin(wanted)], pairs[pairs["sort"].isin(wanted)]
    parts = [_told(_gaps(pairs)), _beside(now), _excess(now)]
    every = pd.concat([one for one in parts if len(one)] or parts[:1], ignore_index=True)
    if sort != "gbp":
        return every
    weekly = every[every["unit"] == "gbp_per_week"]
    year = weekly["value"] * WEEKS_A_YEAR
    by_year = weekly.assign(value=year, told=weekly["told"] + ".year", shown=[words.pounds(abs(one)) for one in year])
    return pd.concat([every, by_year], ignore_index=True)


def _gaps(pairs: pd.DataFrame) -> pd.DataFrame:
    """How far apart two figures are, as a text prints it: worked out from what is printed."""
    both = zip(pairs["value"], pairs["value_then"], pairs["decimals"], strict=True)
    value = np.array([float(words.rounded(one, n) - words.rounded(other, n)) for one, other, n in both])
    shown = [words.signed(gap, unit, n) for gap, unit, n in zip(value, pairs["unit"], pairs["decimals"], strict=True)]
    return pairs.assign(value=value, shown=shown)


def _told(pairs: pd.DataFrame) -> pd.DataFrame:
    since = pairs["then"].dt.strftime("%Y-%m") if len(pairs) else ""
    return pairs.assign(told=pairs["name"] + ".change@" + since)


def _beside(now: pd.DataFrame, *, times: bool = False) -> pd.DataFrame:
    """Each category's figure from another's of the same measure and day."""
    kinds = now[(now["category"] != "all") & ~now["name"].str.endswith((".count", ".of"))]
    keys = ["measure", "breakdown", "end", "sort"]
    pairs = kinds.merge(kinds, on=keys, suffixes=("", "_then"), validate="many_to_many")
    pairs = pairs[pairs["name"] != pairs["name_then"]].assign(then=NEVER)
    named = pairs["measure"] + "[" + pairs["category"] + " - " + pairs["category_then"] + "]"
    if not times:
        return _gaps(pairs).assign(told=named)
    pairs = pairs[pairs["value_then"] != 0].assign(value=lambda rows: rows["value"] / rows["value_then"])
    return pairs.assign(told=named[pairs.index], shown=[f"{one:.2f} times" for one in pairs["value"]])


def _excess(now: pd.DataFrame) -> pd.DataFrame:
    """Figures that say themselves how far something is above what was planned."""
    over = now[now["measure"].str.contains("_above_")]
    shown = [words.amount(v, u, n) for v, u, n in zip(over["value"], over["unit"], over["decimals"], strict=True)]
    return over.assign(then=NEVER, told=over["name"], shown=shown)
