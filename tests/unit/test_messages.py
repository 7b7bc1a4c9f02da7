"""What a chart says in words."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.paper.messages import trend_alternative
from quarterdeck.quarter import Quarter


def points(values: list[float], lower: float, upper: float) -> pd.DataFrame:
    ends = pd.date_range("2017-10-31", periods=len(values), freq="ME")
    limits = {"mean": sum(values) / len(values), "lower_limit": lower, "upper_limit": upper}
    return pd.DataFrame({"end": ends, "value": values} | limits)


@pytest.mark.parametrize(
    ("unit", "values", "limits", "said"),
    [
        ("percent", [40.0, 95.0, 60.0], (-12.0, 101.5), "Usual range 0% to 100%, mean 65%."),
        ("percent", [40.0, 95.0, 60.0], (3.0, 99.0), "Usual range 3% to 99%, mean 65%."),
        ("percent", [90.0, 120.0, 90.0], (60.0, 130.0), "Usual range 60% to 130%, mean 100%."),
        ("number", [40.0, 95.0, 60.0], (-12.0, 140.0), "Usual range 0 to 140, mean 65."),
        ("number", [-3.0, 5.0, 4.0], (-12.0, 14.0), "Usual range minus 12 to 14, mean 2."),
    ],
)
def test_the_usual_range_goes_no_further_than_its_values_could(
    unit, values: list[float], limits: tuple[float, float], said: str
) -> None:
    assert said in trend_alternative(
        points(values, *limits), Quarter(2017, 3), unit=unit, decimals=0, target=None, comparators=None
    )
