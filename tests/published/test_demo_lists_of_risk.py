"""The demonstration's lists of work at the edge of care, education and private fostering agree with its returns."""

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


def in_care(records: Records, rows: pd.DataFrame, day: str) -> pd.Series:
    """Whether the child of each row is in care on its day, by the last extract that tells of the child."""
    care = records.cla_periods.sort_values("collection_year", kind="stable")
    care = care.drop_duplicates(["person_id", "entered_care_date"], keep="last")
    both = rows.reset_index(names="row").merge(care, on="person_id", validate="many_to_many")
    inside = (both.entered_care_date <= both[day]) & ~(both.ceased_date <= both[day])
    return pd.Series(rows.index.isin(both.row[inside]), index=rows.index)


def test_a_child_said_to_be_at_home_six_months_after_the_work_is_not_in_care_that_day_and_one_said_not_to_be_is(
    records,
):
    rows = records.history("edge_of_care")
    rows = rows[rows.at_home_6_months.notna()].reset_index(drop=True)
    rows = rows.assign(mark=rows.end_date + pd.DateOffset(months=6))
    assert len(rows) > 200
    assert (in_care(records, rows, "mark") == ~rows.at_home_6_months.astype("bool")).all()
    assert 5 < (~rows.at_home_6_months.astype("bool")).sum() < len(rows) / 2


def test_whoever_is_listed_for_a_personal_education_plan_is_in_care_that_day_and_of_an_age_to_have_one(records):
    rows = records.history("education")
    rows = rows[rows.kind == "personal education plan"].reset_index(drop=True)
    assert in_care(records, rows, "as_at").all()
    born = rows.person_id.map(records.history("person").set_index("person_id").dob).astype("datetime64[us]")
    assert age_on(born, rows.as_at).between(4, 17).all()


def test_no_child_who_is_privately_fostered_or_in_no_school_is_in_care(records):
    fostered = records.history("private_fostering")
    education = records.history("education")
    out = education[education.kind == "missing education"].reset_index(drop=True)
    assert len(fostered) > 100
    assert len(out) > 100
    assert not in_care(records, fostered, "notified_date").any()
    assert not in_care(records, out, "as_at").any()
