"""Long-term stability as DfE printed it, from the demonstration's returns.

Published in: DfE, Children looked after in England, underlying data as first published, 31 March 2018 and 2019.
"""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.authority import read_authority
from quarterdeck.figures.frame import figures
from quarterdeck.home import Home
from quarterdeck.measures.registry import catalogue
from quarterdeck.quarter import Quarter, periods
from quarterdeck.returns import read_quarter


@pytest.fixture(scope="module")
def found(county: Home) -> pd.DataFrame:
    quarter = Quarter(2018, 4)
    authority = read_authority(county.data / "worcestershire-demo" / "authority.toml")
    records = read_quarter(county.data, authority, quarter, set_aside=True).records
    frame = figures(records, [catalogue()["long_term_stability"]], periods(Quarter(2015, 4), quarter))
    return frame[(frame.kind == "quarter") & (frame.breakdown == "all")].set_index("end")


@pytest.mark.parametrize(("day", "settled", "long_in_care"), [("2018-03-31", 181, 261), ("2019-03-31", 197, 278)])
def test_the_children_long_in_care_and_those_settled_are_as_printed(found, day, settled, long_in_care):
    row = found.loc[pd.Timestamp(day)]
    assert (row.numerator, row.denominator) == (settled, long_in_care)


def test_it_is_not_available_until_the_returns_reach_back_two_and_a_half_years(found):
    assert found.status[pd.Timestamp("2016-06-30")] == "x"
    assert found.status[pd.Timestamp("2016-09-30")] == ""
