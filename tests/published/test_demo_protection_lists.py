"""The demonstration county's lists of visits, pre-proceedings and care proceedings hang together with its returns."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.demo.cin_census import plans_in
from quarterdeck.demo.front_door import front_door_history
from quarterdeck.quarter import Quarter
from tests.conftest import AUTHORITY

Q2, Q3 = Quarter(2017, 2), Quarter(2017, 3)
DATES = ["start", "end", "legal_advice_requested", "legal_advice_received"]


@pytest.fixture(scope="module")
def listed(county):
    """A local list of a quarter."""

    def read(name: str, quarter: Quarter = Q3) -> pd.DataFrame:
        path = county.data / AUTHORITY / quarter.slug / "local" / f"{name}.csv"
        dates = ["visit_date"] if name == "visits" else DATES
        return pd.read_csv(path, parse_dates=dates, dtype={"outcome": "str"})

    return read


@pytest.fixture(scope="module")
def plans():
    """The protection plans of the quarter's extract: person_id, start, end (days since 1970)."""
    from quarterdeck.demo import SEED
    from quarterdeck.demo.care import care_history

    data = front_door_history(care_history(SEED, AUTHORITY), SEED, AUTHORITY)
    rows = plans_in(data, Q3)
    people = data.children.child_id.to_numpy()[data.episodes.person.to_numpy()[rows.episode]]
    return rows[["start", "end"]].assign(person_id=people)


def test_every_visit_is_to_a_child_on_a_plan_on_that_day_and_none_is_after_the_cut(listed, plans):
    visits = listed("visits")
    assert visits.visit_date.between(Q3.year_start, Q3.end).all()
    day = visits.visit_date.to_numpy().astype("datetime64[D]").astype("int64")
    both = visits.assign(day=day).reset_index().merge(plans, on="person_id", validate="many_to_many")
    assert set(both["index"][(both.start < both.day) & (both.day < both.end)]) == set(visits.index)


def test_a_child_who_was_not_seen_was_not_seen_alone(listed):
    visits = listed("visits")
    assert not ((visits.seen == "N") & (visits.seen_alone == "Y")).any()
    assert set(visits.seen) == {"Y", "N"}


@pytest.mark.parametrize("name", ["pre_proceedings", "care_proceedings"])
def test_a_familys_spells_do_not_overlap_and_an_open_one_has_no_outcome(listed, name):
    rows = listed(name).sort_values(["family_id", "start"])
    before = rows.groupby("family_id").end.shift()
    again = rows.family_id.duplicated()
    assert (before[again] < rows.start[again]).all()
    assert (rows.end.isna() == rows.outcome.isna()).all()
    assert (rows.end.dropna() <= Q3.end).all()


@pytest.mark.parametrize("name", ["pre_proceedings", "care_proceedings"])
def test_legal_advice_is_asked_for_by_the_start_and_never_comes_before_it_is(listed, name):
    rows = listed(name).dropna(subset="legal_advice_requested")
    assert (rows.legal_advice_requested <= rows.start).all()
    assert not (rows.legal_advice_received < rows.legal_advice_requested).any()


def test_court_follows_pre_proceedings_that_ended_with_the_issue_of_proceedings(listed):
    tried, cases = listed("pre_proceedings"), listed("care_proceedings")
    issued = tried[(tried.outcome == "issue care proceedings") & (tried.end <= "2017-12-01")]
    pairs = issued.merge(cases, on="family_id", suffixes=("", "_court"), validate="many_to_many")
    followed = pairs[(pairs.start_court >= pairs.end) & (pairs.start_court <= pairs.end + pd.Timedelta(days=30))]
    assert set(followed.family_id) == set(issued.family_id)


@pytest.mark.parametrize("name", ["pre_proceedings", "care_proceedings"])
def test_what_was_over_in_one_quarter_stands_the_same_in_the_next(listed, name):
    over = listed(name, Q2).dropna(subset=["end", "legal_advice_received"])
    later = listed(name)
    assert len(over) == len(over.merge(later, on=list(over.columns), validate="one_to_one")) > 0
