"""Health and outcomes of children looked after for twelve months (OC2), to DfE's counts of each year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .ages import age, day
from .targets import PUBLISHED_YEARS, YEARS, Targets, generator

ITEM = "cla_12_months_health_and_outcomes"


def health(seed: int, authority: str, published: Targets, spans: pd.DataFrame) -> pd.DataFrame:
    """The OC2 rows of every year: children looked after on 31 March and for the twelve months before it.

    Parameters
    ----------
    spans : one row a period of care: child, start, end, born (days).

    Returns
    -------
    year, child, born and the OC2 columns in lower case, as text ("" where not asked of that child).
    """
    rng = generator(seed, authority, "health")
    return pd.concat([_year(rng, published, spans, year) for year in YEARS], ignore_index=True)


def _pick(
    rng: np.random.Generator, pool: np.ndarray, count: int, size: int, weight: np.ndarray | None = None
) -> np.ndarray:
    order = np.argsort(rng.random(len(pool)) - (0 if weight is None else weight[pool]), kind="stable")
    result = np.zeros(size, bool)
    result[pool[order[:count]]] = True
    return result


def _year(rng: np.random.Generator, published: Targets, spans: pd.DataFrame, year: int) -> pd.DataFrame:
    on = day(year, 3, 31)
    here = spans[(spans.start <= day(year - 1, 3, 31)) & (spans.end > on)]
    rows = here.sort_values("child", kind="stable")
    old = age(rows.born.to_numpy(), on)
    size = len(rows)
    everyone, under5 = np.arange(size), np.flatnonzero(old < 5)
    teens = np.flatnonzero(old >= 10)
    school = np.flatnonzero((old >= 4) & (old <= 16))
    source = max(year, PUBLISHED_YEARS[0])
    scale = size / (published.total(ITEM, source, "looked_after_12_months") or size)

    def number(name: str, otherwise: int = 3) -> int:
        value = published.total(ITEM, source, name)
        return round((otherwise if value is None else value) * scale)

    assessed = _pick(rng, everyone, number("annual_health_assessment"), size)
    immunised = _pick(rng, everyone, number("immunisations_up_to_date"), size)
    teeth = _pick(rng, everyone, number("teeth_checked"), size)
    convicted = _pick(rng, teens, number("convicted_or_cautioned"), size, 0.1 * old)
    checked = _pick(rng, under5, number("development_assessment_up_to_date"), size)
    misuse = _pick(rng, teens, number("substance_misuse_identified"), size, 0.12 * old)
    received = _pick(rng, np.flatnonzero(misuse), number("substance_misuse_intervention_received"), size)
    refused = _pick(rng, np.flatnonzero(misuse & ~received), number("substance_misuse_intervention_refused"), size)
    scored = np.flatnonzero(_pick(rng, school, number("sdq_received"), size))
    concern = min(number("sdq_concern"), len(scored))
    border = min(number("sdq_borderline", 5), len(scored) - concern)
    kinds = rng.permutation(np.repeat([2, 1, 0], [concern, border, len(scored) - concern - border]))
    score = np.select(
        [kinds == 2, kinds == 1], [rng.integers(17, 33, len(scored)), rng.integers(14, 17, len(scored))],
        rng.integers(1, 14, len(scored)),
    )  # fmt: skip
    sdq = np.full(size, "", dtype=object)
    sdq[scored] = [str(each) for each in score]
    why = np.where(np.isin(everyone, school) & (sdq == ""), rng.choice(["SDQ1", "SDQ2", "SDQ3", "SDQ4"], size), "")

    def flag(values: np.ndarray, asked: np.ndarray | None = None) -> np.ndarray:
        text = np.where(values, "1", "0")
        return text if asked is None else np.where(asked, text, "")

    return pd.DataFrame(
        {
            "year": year,
            "child": rows.child.to_numpy(),
            "born": rows.born.to_numpy(),
            "sdq_score": sdq,
            "sdq_reason": why,
            "convicted": flag(convicted, old >= 10),
            "health_check": flag(checked, old < 5),
            "immunisations": flag(immunised),
            "teeth_check": flag(teeth),
            "health_assessment": flag(assessed),
            "substance_misuse": flag(misuse, old >= 10),
            "intervention_received": flag(received, misuse),
            "intervention_offered": flag(refused, misuse & ~received),
        }
    ).astype({"sdq_score": "str", "sdq_reason": "str"})
