"""How far from home each placement is, and whether inside the authority, to DfE's counts on each 31 March."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .ages import day
from .families import cover
from .placements import ADOPTION, HOME, PARENTS
from .targets import PUBLISHED_YEARS, Targets, generator

NEAR, FAR, UNKNOWN = "20_miles_or_less", "over_20_miles", "not_known"
# New placements that are gone by every 31 March: outside, and of those over 20 miles.
OUTSIDE_SHARE, FAR_SHARE = 0.25, 0.65
OTHER_AREAS = tuple(f"Other authority {number:02d}" for number in range(1, 13))


def locate(seed: int, authority: str, published: Targets, placed: pd.DataFrame, own: str) -> pd.DataFrame:
    """Where each placement is.

    Parameters
    ----------
    placed : as `episodes.placements` gives them: start, end (days), kind, provider, number (of the carer).
    own : the authority's own name.

    Returns
    -------
    One row a placement, in the order of `placed`: la_of_placement, inside ("Y", "N"), distance_miles (float, NaN where
    not known).

    Source: DfE, Children looked after in England, locality and distance, as first published; for 2016 the total outside
    and the share over 20 miles.
    """
    rng = generator(seed, authority, "locations")
    homes = placed.groupby("number", as_index=False).agg(
        start=("start", "first"), end=("end", "last"), kind=("kind", "first"), provider=("provider", "first")
    )
    days = [day(year, 3, 31) for year in PUBLISHED_YEARS]
    start, end, kind = (homes[name].to_numpy() for name in ("start", "end", "kind"))
    there = np.stack([(start <= on) & (end > on) for on in days], axis=1).astype(np.int64)
    external = homes.provider.isin(["PR3", "PR4", "PR5"]).to_numpy()
    cells = [_cells(published, year) for year in PUBLISHED_YEARS]
    outside = np.zeros(len(homes), bool)
    residential = np.flatnonzero((kind == HOME) & there.any(axis=1))
    wanted = np.array([_homes_outside(published, year) for year in PUBLISHED_YEARS])
    outside[residential[cover(rng, there[residential], wanted, bias=0.6 * external[residential])]] = True
    total = np.array([cell["outside"] for cell in cells])
    others = np.flatnonzero((kind != HOME) & (kind != PARENTS) & there.any(axis=1))
    left = total - there[outside].sum(axis=0)
    outside[others[cover(rng, there[others], left, bias=0.5 * external[others] + 0.5 * (kind[others] == ADOPTION))]] = (
        True
    )
    unknown, far = np.zeros(len(homes), bool), np.zeros(len(homes), bool)
    for name, group in (("outside", outside), ("inside", ~outside)):
        pool = np.flatnonzero(group & there.any(axis=1))
        hidden = cover(
            rng, there[pool], np.array([c[f"{name}_{UNKNOWN}"] for c in cells]), bias=0.9 * (kind[pool] == ADOPTION)
        )
        unknown[pool[hidden]] = True
        pool = np.flatnonzero(group & there.any(axis=1) & ~unknown)
        distant = cover(
            rng, there[pool], np.array([c[f"{name}_{FAR}"] for c in cells]), bias=0.5 * (kind[pool] == HOME)
        )
        far[pool[distant]] = True
    gone = ~there.any(axis=1)
    draw = rng.random((len(homes), 3))
    outside = np.where(gone, (draw[:, 0] < OUTSIDE_SHARE) & (kind != PARENTS), outside)
    far = np.where(gone, draw[:, 1] < np.where(outside, FAR_SHARE, 0.05), far)
    unknown = np.where(gone, draw[:, 2] < 0.04, unknown)
    miles = np.where(far, 21 + np.minimum(rng.gamma(1.6, 22, len(homes)), 220), rng.uniform(0.3, 19.5, len(homes)))
    miles = np.where(kind == PARENTS, np.where(far, miles, rng.uniform(0, 6, len(homes))), miles)
    areas = np.array(OTHER_AREAS)[rng.integers(0, len(OTHER_AREAS), len(homes))]
    homes = homes.assign(
        la_of_placement=np.where(outside, areas, own),
        inside=np.where(outside, "N", "Y"),
        distance_miles=np.where(unknown, np.nan, np.round(miles, 1)),
    )
    result = placed[["number"]].merge(
        homes[["number", "la_of_placement", "inside", "distance_miles"]],
        on="number",
        how="left",
        validate="many_to_one",
    )
    return result.drop(columns="number").astype({"la_of_placement": "str", "inside": "str"})


def _homes_outside(published: Targets, year: int) -> int:
    return (
        published.total("cla_in_childrens_homes_on_31_march", year, "placed_outside_the_local_authority_boundary") or 0
    )


def _cells(published: Targets, year: int) -> dict[str, int]:
    """Inside and outside, near, far and not known, on one 31 March."""
    sides = published.split("cla_on_31_march_by_locality", year)
    outside = sides["outside_la_boundary"]
    table = published.split("cla_on_31_march_by_locality_and_distance", year, published.total("cla_on_31_march", year))
    if not table:
        stock = published.total("cla_on_31_march", year) or 0
        share = published.total("cla_on_31_march_over_20_miles_outside_la_percent", year) or 13
        table = {
            f"outside_la_{FAR}": round(stock * share / 100),
            f"outside_la_{UNKNOWN}": round(0.14 * outside),
            f"inside_la_{UNKNOWN}": round(0.03 * stock),
            f"inside_la_{FAR}": round(0.03 * stock),
        }
    cells = {name.replace("_la_", "_"): number for name, number in table.items()}
    far = published.total("cla_on_31_march_by_distance", year, FAR)
    if far is not None:
        cells[f"inside_{FAR}"] = far - cells[f"outside_{FAR}"]
    for side in ("inside", "outside"):
        near = published.total("cla_on_31_march_by_locality_and_distance", year, f"{side}_la_{NEAR}")
        if near is not None:
            # What is hidden is what the others leave of their own side.
            cells[f"{side}_{UNKNOWN}"] = max(0, sides[f"{side}_la_boundary"] - near - cells[f"{side}_{FAR}"])
    return cells | {"outside": outside}
