"""How many children live in an area: the denominators of rates."""

from __future__ import annotations

from functools import cache

import pandas as pd

from quarterdeck.quarter import collection_year
from quarterdeck.reference import reference_csv

LATEST = "the vintage that DfE used in 2025"


@cache
def _estimates(vintage: str) -> pd.Series:
    if vintage == LATEST:
        rows = reference_csv("population_0_17.csv")
    else:
        rows = reference_csv("population_0_17_earlier_vintages.csv").query("vintage == @vintage")
    return rows.set_index(["area_code", "mid_year"]).population.sort_index()


def population_at(area_code: str, dates: pd.Series, vintage: str = LATEST) -> pd.DataFrame:
    """Children of 0 to 17 in an area, as DfE divides by them: mid-year Y-1 for any date in the year ending March Y.

    Parameters
    ----------
    area_code : ONS code.
    dates : datetime Series.
    vintage : the release whose estimates to use, as `population_0_17_earlier_vintages.csv` names them.

    Returns
    -------
    population (float64), mid_year (Int64) and provisional (the estimate of that year is not out yet, and the
    latest there is stands in for it), indexed as `dates`; population is NaN for an area, or a year before the first,
    that the estimates do not have.

    Source
    ------
    ONS mid-year estimates, ages 0 to 17.

    Examples
    --------
    >>> population_at("E10000034", pd.Series(pd.to_datetime(["2018-03-31"]))).population.tolist()
    [116697.0]
    """
    wanted = collection_year(dates) - 1
    estimates = _estimates(vintage)
    if area_code not in estimates.index.get_level_values("area_code"):
        nobody = pd.Series(float("nan"), index=dates.index)
        return pd.DataFrame({"population": nobody, "mid_year": wanted, "provisional": False})
    known = estimates[area_code]
    used = wanted.clip(upper=int(known.index.max()))
    return pd.DataFrame(
        {"population": used.map(known).astype("float64"), "mid_year": used, "provisional": used < wanted}
    )
