"""Adoption: the decision, the match, the placement, the adopters; and where returning children were settled before."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from .ages import timestamps
from .days import OPEN
from .placements import ADOPTION
from .targets import generator


def adoption(
    seed: int, authority: str, spans: pd.DataFrame, placed: pd.DataFrame, legal: list[list[tuple[int, str]]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Children whose plan was adoption, and those adopted.

    Parameters
    ----------
    spans : one row a period: child, start, end, reason.
    placed : `episodes.placements`.
    legal : `legal.statuses`.

    Returns
    -------
    Plans: child, placed, ceased (datetime64[us]; NaT while it stands), reason_ceased (RD1 to RD4, ""). Adopted: child,
    adopted, decided, matched (datetime64[us]), foster_care ("0", "1"), adopters ("1", "2"), sex, status (903 codes).
    """
    rng = generator(seed, authority, "adoption")
    begins = np.array([next((when for when, code in changes if code == "E1"), OPEN) for changes in legal])
    over = np.array(
        [next((later for (_, a), (later, b) in pairwise(c) if a == "E1" and b != "E1"), OPEN) for c in legal]
    )
    end, reason = spans.end.to_numpy(), spans.reason.to_numpy()
    start = spans.start.to_numpy()
    adopted = np.isin(reason, ["E11", "E12"])
    # The agency decides about seven weeks before the court's order, and never before the child is looked after.
    decided = np.maximum(np.minimum(begins, end) - 50 + rng.integers(-12, 13, len(spans)), start + 1)
    rows = np.flatnonzero((begins < OPEN) | adopted)
    stopped = np.where(adopted, OPEN, np.minimum(over, end))[rows]
    plans = pd.DataFrame(
        {
            "child": spans.child.to_numpy()[rows],
            "placed": timestamps(decided[rows]),
            "ceased": timestamps(stopped, none=OPEN),
            "reason_ceased": np.where(stopped < OPEN, rng.choice(["RD1", "RD3", "RD4"], len(rows)), ""),
        }
    ).astype({"reason_ceased": "str"})
    moved = placed[placed.kind == ADOPTION].drop_duplicates("period", keep="last").set_index("period")
    rows = np.flatnonzero(adopted)
    begun = moved.start.reindex(rows).fillna(pd.Series(end[rows] - 90, index=rows)).to_numpy(np.int64)
    fostered = moved.same_carer.reindex(rows, fill_value=False).to_numpy(bool)
    two = rng.random(len(rows)) < 0.88
    pairs = rng.choice(["MF", "MM", "FF"], len(rows), p=[0.88, 0.06, 0.06])
    status = np.where(two, np.where(pairs == "MF", rng.choice(["L11", "L3"], len(rows), p=[0.85, 0.15]), "L12"), "L0")
    matched = np.maximum(begun - rng.integers(12, 40, len(rows)), start[rows] + 20)
    result = pd.DataFrame(
        {
            "child": spans.child.to_numpy()[rows],
            "adopted": timestamps(end[rows]),
            "decided": timestamps(np.minimum(decided[rows], matched - 20)),
            "matched": timestamps(matched),
            "foster_care": np.where(fostered, "1", "0"),
            "adopters": np.where(two, "2", "1"),
            "sex": np.where(two, pairs, rng.choice(["F1", "M1"], len(rows), p=[0.85, 0.15])),
            "status": status,
        }
    )
    return plans, result.astype(dict.fromkeys(["foster_care", "adopters", "sex", "status"], "str"))


def settled_before(seed: int, authority: str, spans: pd.DataFrame) -> pd.DataFrame:
    """What the 903 asks of every start: was the child settled by an earlier order, and which.

    Returns
    -------
    child, start (datetime64[us]), prev_perm (P1 to P4, Z1), la_perm, date_perm (datetime64[us]; NaT where never).
    """
    rng = generator(seed, authority, "settled before")
    count = len(spans)
    code = rng.choice(["Z1", "P1", "P2", "P4"], count, p=[0.96, 0.01, 0.015, 0.015])
    start, born = spans.start.to_numpy(), spans.born.to_numpy()
    middle = born + ((start - born) * rng.uniform(0.3, 0.9, count)).astype(np.int64)
    some = (code != "Z1") & (start - born > 900)
    code = np.where(some, code, "Z1")
    return pd.DataFrame(
        {
            "child": spans.child.to_numpy(),
            "start": timestamps(start),
            "prev_perm": code,
            "la_perm": np.where(some, "OUT", ""),
            "date_perm": timestamps(np.where(some, middle, OPEN), none=OPEN),
        }
    ).astype({"prev_perm": "str", "la_perm": "str"})
