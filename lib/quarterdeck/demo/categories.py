"""Categories of abuse of the demonstration's child protection plans, by every published cell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.demo.months import year_of
from quarterdeck.demo.quotas import Total, fit
from quarterdeck.demo.targets import PUBLISHED_YEARS, Targets

CATEGORIES = {"neglect": "NEG", "emotional": "EMO", "physical": "PHY", "sexual": "SAB", "multiple": "MUL"}


def shown(found: Targets, item: str, year: int) -> dict[str, int]:
    """The cells of a published breakdown that were not suppressed: what is hidden is left to what is likely."""
    cells_of = {str(name): found.total(item, year, str(name)) for name in found.split(item, year)}
    return {name: total for name, total in cells_of.items() if total is not None}


def categories(plans: pd.DataFrame, found: Targets, rng: np.random.Generator) -> None:
    """Initial and latest category of abuse, by every published cell: plans started, and plans open on each 31 March."""
    started = np.maximum(year_of(plans.start_month.to_numpy()), 2014)
    ended = np.minimum(year_of(plans.end_month.to_numpy()), 2020)
    key = pd.DataFrame({"started": started, "ended": ended, "first": plans.first_extract, "last": plans.last_extract})
    kinds = key.groupby(list(key.columns), as_index=False).size()
    codes = list(CATEGORIES)
    grid = kinds.merge(pd.DataFrame({"initial": codes}), how="cross").merge(
        pd.DataFrame({"latest": codes}), how="cross"
    )
    usual = {"neglect": 0.58, "emotional": 0.3, "physical": 0.03, "sexual": 0.03, "multiple": 0.06}
    weight = grid.initial.map(usual).to_numpy() * np.where(
        grid.initial == grid.latest, 1.0, 0.05 * grid.latest.map(usual).to_numpy()
    )
    totals: list[Total] = [
        (((grid[list(key.columns)] == kind[list(key.columns)]).all(axis=1)).to_numpy(), int(kind["size"]))
        for _, kind in kinds.iterrows()
    ]
    for year in PUBLISHED_YEARS:
        seen = ((grid["first"] <= year) & (grid["last"] >= year)).to_numpy()
        fresh = seen & (grid.started == year).to_numpy()
        held = seen & ((grid.started <= year) & (grid.ended > year)).to_numpy()
        for item, mask in (("cpp_started", fresh), ("cpp_on_31_march", held)):
            for side in ("initial", "latest"):
                for code, total in shown(found, f"{item}_by_{side}_category", year).items():
                    totals.append((mask & (grid[side] == code).to_numpy(), total))
    grid["count"] = fit(weight * grid["size"].to_numpy(), totals, rng)
    plans["initial_category"], plans["latest_category"] = "", ""
    order = pd.Series(rng.permutation(len(plans)), index=plans.index)
    for kind, rows in grid.groupby(list(key.columns)):
        members = plans.index[(key == list(kind)).all(axis=1)]
        members = members[np.argsort(order[members].to_numpy())]
        for side in ("initial", "latest"):
            plans.loc[members, f"{side}_category"] = np.repeat(rows[side].map(CATEGORIES).to_numpy(), rows["count"])
