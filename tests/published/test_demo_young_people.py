"""The demonstration's lists of young people hang together with its returns: who they are, their age, what followed."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.authority import read_authority
from quarterdeck.home import Home
from quarterdeck.measures.describe import age_on
from quarterdeck.quarter import Quarter
from quarterdeck.records import Records
from quarterdeck.returns import read_quarter


@pytest.fixture(scope="module")
def records(county: Home) -> Records:
    authority = read_authority(county.data / "worcestershire-demo" / "authority.toml")
    return read_quarter(county.data, authority, Quarter(2018, 4)).records


def born(records: Records, people: pd.Series) -> pd.Series:
    return people.map(records.history("person").set_index("person_id").dob).astype("datetime64[us]")


def test_whoever_came_as_homeless_is_known_to_the_returns_and_was_16_or_17(records):
    came = records.homeless_16_17
    assert len(came) > 200
    assert set(age_on(born(records, came.person_id), came.presented_date)) == {16, 17}


def test_who_was_accommodated_came_into_care_within_three_days(records):
    came = records.homeless_16_17
    came = came[came.outcome == "accommodated under section 20"]
    care = records.cla_periods[["person_id", "entered_care_date"]].drop_duplicates()
    both = came.merge(care, on="person_id", validate="many_to_many")
    days = (both.entered_care_date - both.presented_date).dt.days
    assert both[days.between(0, 3)].person_id.nunique() == came.person_id.nunique()


def test_those_on_the_list_of_care_leavers_as_eligible_are_16_or_17_and_in_care_that_day(records):
    listed = records.care_leavers[records.care_leavers.eligibility == "eligible"]
    assert set(age_on(listed.date_of_birth, listed.as_at)) == {16, 17}
    care = records.cla_periods.astype({"collection_year": "Int64"})
    both = listed.merge(care, on=["person_id", "collection_year"], validate="many_to_many")
    inside = (both.entered_care_date <= both.as_at) & ~(both.ceased_date <= both.as_at)
    assert len(both[inside].drop_duplicates(["person_id", "as_at"])) == len(listed)
