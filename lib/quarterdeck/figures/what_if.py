"""What if: what a change of number or price would cost in a year, from the figures of a quarter as they are shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quarterdeck.measures.placement_costs import WEEKS_A_YEAR

Pair = tuple[str, str]


def yearly(number: pd.Series, a_week: pd.Series) -> pd.DataFrame:
    """Placements x pounds a week x weeks: the one sum behind every answer here.

    Parameters
    ----------
    number : placements; float64, NaN where it is not shown.
    a_week : pounds a week for each; float64, NaN where it is not shown.

    Returns
    -------
    Columns number, a_week, a_year (pounds; above zero it costs more), over the same index.

    Examples
    --------
    >>> float(yearly(pd.Series({"a": 2.0}), pd.Series({"a": 70.0})).a_year["a"])
    7300.0
    """
    return pd.DataFrame({"number": number, "a_week": a_week, "a_year": number * a_week * WEEKS_A_YEAR})


def moved(types: pd.DataFrame, pairs: Sequence[Pair], numbers: Sequence[int]) -> pd.DataFrame:
    """What it would cost to move so many placements from one type to another, at the average price of each.

    Parameters
    ----------
    types : over the names of types, number (placements held) and price (pounds a week); NaN where not shown.
    pairs : from which type, to which.
    numbers : how many placements; where fewer are held, or it is not shown how many, there is no answer.

    Returns
    -------
    As `yearly`, over (from, to, moved); and `held`, how many there are to move.

    Raises
    ------
    ValueError : a pair names a type that there is none of.
    """
    unknown = sorted({name for pair in pairs for name in pair} - set(types.index))
    if unknown:
        raise ValueError(f"no type of placement is called {', '.join(unknown)}: write one of {', '.join(types.index)}")
    index = pd.MultiIndex.from_tuples(
        [(*pair, number) for pair in pairs for number in numbers], names=["from", "to", "moved"]
    )
    if index.empty:
        return yearly(pd.Series(dtype="float64"), pd.Series(dtype="float64")).assign(held=np.nan)
    of, to = types.reindex(index.get_level_values("from")), types.reindex(index.get_level_values("to"))
    number = pd.Series(index.get_level_values("moved"), index=index, dtype="float64")
    held = pd.Series(of.number.to_numpy("float64"), index=index)
    gap = pd.Series(to.price.to_numpy("float64") - of.price.to_numpy("float64"), index=index)
    return yearly(number.where(number <= held), gap).assign(number=number, held=held)


def above_forecast(types: pd.DataFrame) -> pd.DataFrame:
    """What the placements above the forecast number cost in a year, type by type; fewer than forecast save.

    Parameters
    ----------
    types : over the names of types, above (number less forecast) and price (pounds a week); NaN where not shown.

    Returns
    -------
    As `yearly`, over the names of types.
    """
    return yearly(types.above, types.price)


def dearer(types: pd.DataFrame, percent: float) -> pd.DataFrame:
    """What a change of price would cost in a year, were the placements as many as now.

    Parameters
    ----------
    types : as `moved` takes them.
    percent : by how much each price rises; below zero it falls.

    Returns
    -------
    As `yearly`, over the names of types.
    """
    return yearly(types.number, types.price * percent / 100)
