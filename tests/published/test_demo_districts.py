"""The districts of the demonstration's lists are its profile's, and a family has one home in all of them."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.authority import read_authority
from quarterdeck.home import Home
from quarterdeck.quarter import Quarter
from tests.conftest import AUTHORITY, SECOND

Q3 = Quarter(2017, 3)


def listed(home: Home, authority: str, name: str) -> pd.DataFrame:
    return pd.read_csv(home.quarter_folder(authority, Q3) / "local" / f"{name}.csv", dtype="str")


@pytest.mark.parametrize("name", ["allocations", "early_help"])
def test_each_row_is_in_one_of_the_profiles_districts_and_each_of_them_has_rows(county: Home, name: str) -> None:
    profile = read_authority(county.data / AUTHORITY / "authority.toml")
    assert set(listed(county, AUTHORITY, name).district) == {district.name for district in profile.districts}


def test_a_few_children_move_to_another_district_and_most_do_not(county: Home) -> None:
    homes = listed(county, AUTHORITY, "allocations").groupby("person_id").district.nunique()
    assert 0 < (homes > 1).mean() < 0.05


def test_brothers_and_sisters_and_both_lists_have_one_home(county: Home) -> None:
    held, helped = (listed(county, AUTHORITY, name) for name in ("allocations", "early_help"))
    family = helped.dropna(subset="person_id").drop_duplicates("person_id").set_index("person_id").family_id
    homes = pd.concat([held.assign(family_id=held.person_id.map(family)), helped]).dropna(subset="family_id")
    several = homes.groupby("family_id").agg(rows=("district", "size"), homes=("district", "nunique"))
    assert (several[several.rows > 1].homes == 1).mean() > 0.95


def test_the_second_authoritys_lists_do_not_tell_of_districts(borough: Home) -> None:
    assert not read_authority(borough.data / SECOND / "authority.toml").districts
    for name in ("allocations", "early_help"):
        assert "district" not in listed(borough, SECOND, name)
