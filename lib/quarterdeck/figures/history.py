"""What earlier papers printed, beside what the same figures are now: revisions apart from real change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from quarterdeck.figures.disclosure import QUARTERS
from quarterdeck.figures.frame import ALL
from quarterdeck.measures.registry import Measure, catalogue
from quarterdeck.quarter import Quarter

KEYS = ["measure", "kind", "start", "end", "breakdown", "category"]
NUMBERS = ["numerator", "denominator", "value"]
AS_PUBLISHED = [
    *KEYS, "paper", "printed_numerator", "printed_denominator", "printed", "numerator", "denominator", "value",
    "status", "revised",
]  # fmt: skip


def as_published(
    figures: pd.DataFrame,
    papers: Iterable[tuple[Quarter, pd.DataFrame]],
    quarter: Quarter,
    measures: Mapping[str, Measure] | None = None,
) -> pd.DataFrame:
    """The figures that earlier papers printed, as the last of them to print each had it, beside what they are now.

    Those at the ends of the nine quarters that a paper shows, for the kind of period that the measure leads with: the
    whole, what it leads with, and its main breakdown.

    Parameters
    ----------
    figures : the tidy frame, of one copy.
    papers : the quarter and the figures of each earlier paper, of the same copy, in any order.
    quarter : the quarter of the paper that is made; papers of it and after it are not looked at.
    measures : the catalogue, where it is another than the library's.

    Returns
    -------
    measure, kind, start, end, breakdown, category; paper (the quarter of the paper, as "2017-18 Q2");
    printed_numerator, printed_denominator and printed (its value); numerator, denominator, value and status as they
    are now; revised (bool: it would now be printed otherwise, and is not hidden).
    """
    known = catalogue() if measures is None else measures
    before = [
        _shown(rows, known, quarter).assign(paper=str(when))
        for when, rows in sorted(papers, key=lambda one: one[0])
        if when < quarter
    ]
    if not before:
        return _nothing(figures)
    printed = pd.concat(before, ignore_index=True).dropna(subset="value").drop_duplicates(KEYS, keep="last")
    named = printed[[*KEYS, "paper", *NUMBERS]].rename(columns={"value": "printed"})
    named = named.rename(columns={name: f"printed_{name}" for name in NUMBERS[:2]})
    now = _shown(figures, known, quarter)[[*KEYS, *NUMBERS, "status"]]
    found = named.merge(now, on=KEYS, how="inner", validate="one_to_one")
    return found.assign(revised=_revised(found, known))[AS_PUBLISHED]


def _nothing(figures: pd.DataFrame) -> pd.DataFrame:
    none = figures[[*KEYS, *NUMBERS, "status"]].iloc[:0].astype({"kind": "str"} | dict.fromkeys(NUMBERS, "float64"))
    blank = none.assign(paper=none.measure, revised=np.zeros(0, bool), printed=none.value)
    return blank.assign(**{f"printed_{name}": none[name] for name in NUMBERS[:2]})[AS_PUBLISHED]


def _shown(figures: pd.DataFrame, measures: Mapping[str, Measure], quarter: Quarter) -> pd.DataFrame:
    """The figures that a paper prints of each quarter's end."""
    rows = figures[figures.end.dt.month.isin([3, 6, 9, 12])]
    rows = rows[(rows.end > quarter.minus(QUARTERS - 1).start) & (rows.end <= quarter.end)]
    rows = rows[rows.measure.isin(list(measures))]
    kind = rows.kind.astype("str")
    told = {name: (one.headline, one.main, *one.category) for name, one in measures.items()}
    headline, main, breakdown, category = (rows.measure.map({m: t[n] for m, t in told.items()}) for n in range(4))
    own = (rows.breakdown == breakdown) & (rows.category == category)
    return rows[(kind == headline) & ((rows.breakdown == ALL) | (rows.breakdown == main) | own)].assign(kind=kind)


def _revised(found: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.Series:
    """Whether a figure that was printed would now be printed otherwise: it differs, and at the decimals printed."""
    same = pd.Series(True, index=found.index)
    for name in NUMBERS:
        was = found["printed" if name == "value" else f"printed_{name}"].to_numpy("float64")
        same &= np.isclose(was, found[name].to_numpy("float64"), rtol=1e-6, atol=1e-5, equal_nan=True)
    decimals = found.measure.map({name: one.decimals for name, one in measures.items()}).to_numpy("float64")
    then, now = (_at(found[name].to_numpy("float64"), decimals) for name in ("printed", "value"))
    gone = found.value.isna() & (found.status != "c")
    return gone | (~same & found.value.notna() & (then != now))


def _at(value: np.ndarray, decimals: np.ndarray) -> np.ndarray:
    """Values at so many decimals, halves away from zero."""
    return np.sign(value) * np.floor(np.abs(value) * 10.0**decimals + 0.5 + 1e-9) / 10.0**decimals
