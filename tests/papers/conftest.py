"""A quarter made up for the papers' own tests: every measure of the catalogue, no return, no records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quarterdeck.authority import Authority, Target, read_authority
from quarterdeck.figures.frame import COLUMNS
from quarterdeck.measures.registry import SCALES, Measure, catalogue
from quarterdeck.quarter import Quarter, periods

QUARTER = Quarter(2017, 3)
BANDS = {
    "flow": ("started", "ended", "net change"),
    "duration_band": (
        "same day", "1 to 10 days", "11 to 20 days", "21 to 30 days", "31 to 40 days", "41 to 45 days", "46 to 50 days",
        "51 to 60 days", "61 days or more",
    ),
    "age_band": ("under 1", "1 to 4", "5 to 9", "10 to 15", "16 and over"),
    "outcome": ("no further action", "child in need plan", "stepped down to early help", "became looked after"),
}  # fmt: skip


@dataclass(frozen=True)
class Stand:
    """What stands in for a prepared quarter."""

    authority: Authority
    quarter: Quarter
    figures: pd.DataFrame
    public: pd.DataFrame
    files: pd.DataFrame
    reconciliation: pd.DataFrame
    public_reconciliation: pd.DataFrame
    problems: pd.DataFrame

    def of_audience(self, audience: str) -> pd.DataFrame:
        return self.figures if audience == "officers" else self.public


@cache
def profile() -> Authority:
    path = Path(__file__).resolve().parents[2] / "data" / "worcestershire-demo" / "authority.toml"
    target = Target(
        measure="review_timeliness", value=95, tolerance=2, owner="the corporate parenting board", source="plan of 2017"
    )
    authority = read_authority(path)
    return authority.model_copy(update={"targets": (*authority.targets, target)})


def series(
    measure: Measure, when: pd.DataFrame, breakdown: str, category: str, share: float, seed: int
) -> pd.DataFrame:
    """One series of a measure, with a level of its own and a little chance in it."""
    chance = np.random.default_rng(seed)
    months = {"month": 1, "quarter": 3, "year_to_date": 6, "rolling_12_months": 12}
    length = when.kind.astype("str").map(months).to_numpy() if measure.adds_up else np.ones(len(when))
    wave = 1 + chance.normal(0, 0.06, len(when)) + np.linspace(0, 0.1, len(when))
    whole = 400.0 * share * length * wave
    if category == "net change":
        top = np.round((wave - 1.05) * 120)
    else:
        top = np.round(whole * (0.8 if measure.unit == "percent" and breakdown == "all" else 1))
    below = np.full(len(when), np.nan)
    value = top
    if measure.unit == "percent":
        below = np.round(400.0 * length * wave)
        value = top / below * 100
    elif measure.unit == "per_10k":
        below = np.full(len(when), 116697.0)
        value = top / below * SCALES["per_10k"]
    elif measure.unit == "gbp_per_week":
        below = top * 13
        value = 882.7 * wave
    elif measure.unit in ("days", "working_days"):
        value = np.round(200 * wave)
    return when.assign(
        measure=measure.id, breakdown=breakdown, category=category, numerator=top, denominator=below, value=value,
        lower=value * 0.95, upper=value * 1.05, status="",
    )  # fmt: skip


def made_up(measures: dict[str, Measure]) -> pd.DataFrame:
    when = periods(Quarter(2015, 1), QUARTER)
    authority = profile()
    frames = []
    for number, measure in enumerate(measures.values()):
        whole = "net change" if measure.main == "flow" else "all"
        frames.append(series(measure, when, "all", whole, 1.0, number).assign(category="all"))
        for place, breakdown in enumerate(measure.breakdowns[:3]):
            names = BANDS.get(breakdown, ("first kind", "second kind", "third kind", "unknown"))
            if breakdown == "placement_type":
                names = tuple(kind.name for kind in authority.placement_types)
            if measure.category[0] == breakdown:
                names = tuple(dict.fromkeys((measure.category[1], *names)))
            shares = np.random.default_rng(99 + number).dirichlet(np.ones(len(names)))
            frames += [
                series(measure, when, breakdown, name, float(part), 1000 * place + number)
                for name, part in zip(names, shares, strict=True)
            ]
    return pd.concat(frames, ignore_index=True)[list(COLUMNS)]


@pytest.fixture(scope="session")
def measures() -> dict[str, Measure]:
    return dict(catalogue())


@pytest.fixture(scope="session")
def stand(measures: dict[str, Measure]) -> Stand:
    figures = made_up(measures)
    small = figures.numerator.between(1, 5) & (figures.unit if "unit" in figures else True)
    hidden = ["numerator", "denominator", "value", "lower", "upper"]
    public = figures.copy()
    public.loc[small, hidden] = np.nan
    public.loc[small, "status"] = "c"
    files = pd.DataFrame(
        {
            "file": ["2017-18-Q3/cin_census.xml", "2017-18-Q3/ssda903/episodes.csv"],
            "format": ["CIN census", "SSDA903"],
            "collection_year": [2018, 2018],
            "rows_used": [5954, 1410],
            "rows_set_aside": [0, 2],
            "sha256": ["4f1c9a0e" * 8, "b7720d13" * 8],
        }
    )
    empty = pd.DataFrame()
    return Stand(profile(), QUARTER, figures, public, files, empty, empty, empty)


__all__ = ["QUARTER", "Stand", "made_up", "profile", "replace"]
