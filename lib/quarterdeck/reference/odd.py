"""Odd values in a published series: far from their neighbours in time, as few authorities' values ever are."""

from __future__ import annotations

import numpy as np
import pandas as pd

INNER_PERCENTILE, NEWEST_PERCENTILE = 0.99, 0.995


def odd(series: pd.DataFrame) -> pd.DataFrame:
    """The values of one measure that stand out from the years beside them.

    A year between two others is odd where its value lies on the same side of both, and the smaller of its two changes
    is beyond the 99th percentile of all such. An authority's newest year is odd where its change is beyond the 99.5th
    percentile of all changes. A change is the size of the difference of logarithms: doubling and halving are alike.

    Parameters
    ----------
    series : one measure of authorities: area_code, year_ending (datetime64), value (float64); a year at most once.

    Returns
    -------
    area_code, year_ending, value, before, after (NaN for the newest year), score, limit; the furthest beyond its
    limit first. Values of nought or below have no logarithm and are not judged, nor are years with a gap beside them.

    Examples
    --------
    >>> years = pd.to_datetime([f"{year}-03-31" for year in (2018, 2019, 2020)])
    >>> values = {**{f"A{n}": (100.0, 101.0, 100.0) for n in range(8)}, "B": (100.0, 25.0, 110.0)}
    >>> rows = [(area, *one) for area, of_area in values.items() for one in zip(years, of_area, strict=True)]
    >>> found = odd(pd.DataFrame(rows, columns=["area_code", "year_ending", "value"]))
    >>> found[["area_code", "value", "before", "after"]].to_numpy().tolist()
    [['B', 25.0, 100.0, 110.0], ['B', 110.0, 25.0, nan]]
    """
    rows = series[series.value > 0].sort_values(["area_code", "year_ending"]).reset_index(drop=True)
    areas = rows.groupby("area_code")
    year = rows.year_ending.dt.year
    next_door = {by: areas.year_ending.shift(by).dt.year.eq(year - by) for by in (1, -1)}
    before, after = (areas["value"].shift(by).where(next_door[by]) for by in (1, -1))
    logs = pd.DataFrame(np.log(rows[["value"]].assign(before=before, after=after)), index=rows.index)
    back, on = logs.value - logs.before, logs.value - logs.after
    inner = back.abs().clip(upper=on.abs()).where(back * on > 0)
    newest = back.abs().where(rows.year_ending == areas.year_ending.transform("max"))
    limit = pd.Series(inner.quantile(INNER_PERCENTILE), index=rows.index).where(
        inner.notna(), back.abs().quantile(NEWEST_PERCENTILE)
    )
    judged = rows[["area_code", "year_ending", "value"]].assign(
        before=before, after=after, score=inner.fillna(newest), limit=limit
    )
    found = judged[judged.score > judged.limit]
    return found.iloc[np.argsort(-(found.score / found.limit).to_numpy(), kind="stable")].reset_index(drop=True)
