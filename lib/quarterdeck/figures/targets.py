"""Targets: what a measure should reach, whose that is, and the rating against it."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from quarterdeck.authority import Authority

Rating = Literal["on target", "near target", "off target", "no target set", "not rated"]
COLUMNS = ("measure", "breakdown", "category", "value", "tolerance", "owner", "source")


def targets(authority: Authority) -> pd.DataFrame:
    """Every target of the profile; none is ever made up.

    Returns
    -------
    One row a target: measure, breakdown, category, value, tolerance (in the measure's unit), owner, source.

    Examples
    --------
    >>> targets(paper.authority).columns[0]
    'measure'
    """
    rows = [[getattr(target, column) for column in COLUMNS] for target in authority.every_target]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = {"value": "float64", "tolerance": "float64"}
    return frame.astype({column: numbers.get(column, "str") for column in COLUMNS})


def target_of(
    table: pd.DataFrame, measure: str, breakdown: str = "all", category: str = "all"
) -> tuple[float, float] | None:
    """The value and tolerance of one figure's target; None where no one has set it.

    Examples
    --------
    >>> target_of(targets(paper.authority), "review_timeliness")
    (95.0, 2.0)
    """
    found = table[(table.measure == measure) & (table.breakdown == breakdown) & (table.category == category)]
    return None if found.empty else (float(found.value.iloc[0]), float(found.tolerance.iloc[0]))


def rating(value: float, target: float | None, tolerance: float, polarity: str, decimals: int | None = None) -> Rating:
    """How a figure stands to its target.

    Parameters
    ----------
    value, target : in the measure's unit; a target of None is "no target set", a value of NaN "not rated".
    tolerance : how far on the wrong side still counts as near the target.
    polarity : "higher is better", "lower is better", or "neutral", where both sides are wrong.
    decimals : as the figure is printed; it is rated as the reader sees it. None rates the full value.

    Examples
    --------
    >>> rating(85.0, 90.0, 5.0, "higher is better"), rating(84.9, 90.0, 5.0, "higher is better")
    ('near target', 'off target')
    >>> rating(63, 35, 0, "neutral")
    'off target'
    """
    if target is None or np.isnan(target):
        return "no target set"
    if np.isnan(value):
        return "not rated"
    seen = round(value, decimals) if decimals is not None else value
    over = seen - target
    wrong = {"higher is better": -over, "lower is better": over}.get(polarity, abs(over))
    slack = 1e-9
    if wrong <= slack:
        return "on target"
    return "near target" if wrong <= tolerance + slack else "off target"
