"""The demonstration's contacts and early help fit its referrals, which are those published."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quarterdeck.home import Home
from quarterdeck.working_days import working_days
from tests.published.test_demo_front_door import YEARS, census, published, year_slug


@pytest.fixture
def returns(county: Home) -> Path:
    return county.data / "worcestershire-demo"


@cache
def listed(folder: Path, name: str) -> pd.DataFrame:
    """A local list of a quarter, as text."""
    return pd.read_csv(folder / "local" / f"{name}.csv", dtype="str", keep_default_na=False)


def day(text: pd.Series) -> pd.Series:
    return pd.to_datetime(text.str[:10], dayfirst=True)


def contacts(folder: Path) -> pd.DataFrame:
    rows = listed(folder, "contacts")
    return rows.assign(came=day(rows.contact_date), decided=day(rows.decision_date.where(rows.decision_date != "")))


@pytest.mark.parametrize("year", YEARS)
def test_each_months_contacts_that_became_referrals_are_the_referrals_published(returns: Path, year: int) -> None:
    rows = contacts(returns / year_slug(year))
    rows = rows[rows.decision == "new referral"]
    table = published("worcestershire-demo")
    table = table[(table["item"] == "referrals_by_month") & (pd.to_datetime(table.period_end) > f"{year - 1}-04-01")]
    table = table[pd.to_datetime(table.period_end) <= f"{year}-03-31"]
    expected = dict(zip(table.breakdown, table.value.astype(int), strict=True))
    assert len(expected) == 12
    for date in (rows.came, rows.decided):
        assert date.dt.strftime("%Y-%m").value_counts().to_dict() == expected


def test_every_referral_of_the_census_has_a_contact_decided_on_its_day(returns: Path) -> None:
    folder = returns / "2017-18-Q3"
    referred = census(folder / "cin_census.xml")["episodes"]
    referred = referred[referred.CINreferralDate >= "2017-04-01"]
    rows = contacts(folder)
    rows = rows[rows.decision == "new referral"]
    assert sorted(zip(rows.person_id, rows.decided, strict=True)) == sorted(
        zip(referred.child, referred.CINreferralDate, strict=True)
    )


def test_decisions_are_made_within_a_day_but_for_the_autumn_of_2017_and_mend_after_it(returns: Path) -> None:
    def in_time(slug: str, since: str) -> float:
        rows = contacts(returns / slug)
        rows = rows[(rows.decided >= since)]
        return float((working_days(rows.came, rows.decided) <= 1).mean())

    assert in_time("2016-17-Q1", "2016-04-01") > 0.85
    assert 0.55 < in_time("2017-18-Q3", "2017-10-01") < 0.68
    assert in_time("2018-19-Q4", "2019-01-01") > 0.9


def test_a_contact_stands_the_same_in_every_cut_but_for_a_decision_still_to_come(returns: Path) -> None:
    early, late = (listed(returns / slug, "contacts") for slug in ("2017-18-Q2", "2017-18-Q3"))
    keys = ["contact_id", "person_id", "contact_date", "contact_source", "team"]
    both = early.merge(late, on=keys, suffixes=("", "_later"), validate="one_to_one")
    assert len(both) == len(early)
    undecided = both.decision_date == ""
    assert 20 < undecided.sum() < 200
    assert (both.decision_later[undecided] != "").all()
    assert (both.decision == both.decision_later)[~undecided].all()


def test_a_contact_that_waited_over_the_years_end_is_in_both_years_lists(returns: Path) -> None:
    old, new = (listed(returns / slug, "contacts") for slug in ("2016-17-Q4", "2017-18-Q1"))
    waiting = old[old.decision == ""].contact_id
    assert len(waiting) > 20
    assert waiting.isin(new.contact_id[new.decision != ""]).all()


def test_nothing_is_decided_before_it_came_in(returns: Path) -> None:
    rows = listed(returns / "2018-19-Q4", "contacts")
    rows = rows[rows.decision_date != ""]
    came, decided = (pd.to_datetime(rows[name], dayfirst=True) for name in ("contact_date", "decision_date"))
    assert (decided >= came).all()


@pytest.mark.parametrize("name", ["contacts", "early_help"])
def test_the_children_named_are_children_of_the_returns(returns: Path, name: str) -> None:
    slugs = ["2014-15-Q4", *(year_slug(year) for year in YEARS)]
    known = pd.concat([census(returns / slug / "cin_census.xml")["children"].child for slug in slugs])
    rows = listed(returns / "2018-19-Q4", name)
    named = rows.person_id[rows.person_id != ""]
    assert len(named) > 1000
    assert np.isin(named, known).all()


def test_early_help_that_stepped_up_ended_on_the_day_of_the_childs_referral(returns: Path) -> None:
    folder = returns / "2017-18-Q4"
    rows = listed(folder, "early_help")
    up = rows[rows.step == "up"]
    referred = census(folder / "cin_census.xml")["episodes"]
    days = set(zip(referred.child, referred.CINreferralDate.dt.strftime("%Y-%m-%d"), strict=True))
    assert len(up) > 100
    assert set(zip(up.person_id, up.closed, strict=True)) <= days


def test_early_help_that_came_down_began_within_three_weeks_of_a_case_that_was_closed(returns: Path) -> None:
    folder = returns / "2017-18-Q4"
    rows = listed(folder, "early_help")
    down = rows[(rows.step == "down") & (rows.assessment_start >= "2017-05-01")]
    down = down.assign(start=pd.to_datetime(down.assessment_start).astype("datetime64[us]"))
    closed = census(folder / "cin_census.xml")["episodes"].dropna(subset="CINclosureDate")
    found = pd.merge_asof(
        down.sort_values("start"),
        closed.sort_values("CINclosureDate")[["child", "CINclosureDate"]],
        left_on="start",
        right_on="CINclosureDate",
        left_by="person_id",
        right_by="child",
    )
    assert len(found) > 500
    assert ((found.start - found.CINclosureDate).dt.days <= 21).all()
