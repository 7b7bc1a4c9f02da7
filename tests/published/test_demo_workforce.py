"""The demonstration's caseloads, supervision and feedback: DfE's caseload each September, and lists that agree."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from quarterdeck.figures.comparators import comparators
from quarterdeck.home import Home


@pytest.fixture(scope="module")
def returns(county: Home) -> Path:
    return county.data / "worcestershire-demo"


def listed(returns: Path, quarter: str, name: str) -> pd.DataFrame:
    return pd.read_csv(returns / quarter / "local" / f"{name}.csv")


@pytest.mark.parametrize(
    ("quarter", "day"), [("2016-17-Q2", "2016-09-30"), ("2017-18-Q2", "2017-09-30"), ("2018-19-Q2", "2018-09-30")]
)
def test_cases_to_a_social_worker_are_dfes_each_september(returns: Path, quarter: str, day: str) -> None:
    rows = listed(returns, quarter, "caseloads")
    rows = rows[(rows.month_end == day) & (rows.role == "social worker")]
    found = comparators("E10000034", "caseloads", pd.Timestamp(day), paper=pd.Timestamp(day) + pd.DateOffset(years=1))
    assert found is not None
    assert found.year_ending == pd.Timestamp(day)
    assert round(rows.cases.sum() / rows.fte.sum(), 1) == found.own_published


def test_the_cases_of_a_service_are_the_children_open_to_its_teams(returns: Path) -> None:
    held = listed(returns, "2017-18-Q3", "caseloads")
    held = held[held.month_end == "2017-12-31"].groupby("service").cases.sum()
    spells = listed(returns, "2017-18-Q3", "allocations")
    still = spells[(spells.from_date <= "2017-12-31") & ~(spells.to_date <= "2017-12-31")]
    for service in ("Family Front Door", "Safeguarding", "Through Care", "Children with Disabilities", "Care Leavers"):
        assert held[service] == still.team.str.startswith(service).sum(), service


def test_a_worker_stands_once_a_month_and_as_many_are_newly_qualified_as_the_workforce_list_has(returns: Path) -> None:
    rows, posts = (listed(returns, "2017-18-Q3", name) for name in ("caseloads", "workforce"))
    assert not rows.duplicated(["month_end", "worker_id"]).any()
    assert rows.fte.between(0.1, 1.0).all()
    newly = rows[rows.newly_qualified == "Y"].groupby(["month_end", "service"]).size()
    for (month, service), number in newly.items():
        post = posts[(posts.month_end == month) & (posts.service == service) & (posts.role == "social worker")]
        assert number == post.newly_qualified.iloc[0]


def test_no_more_sessions_are_held_than_are_due_or_reflective_than_are_held(returns: Path) -> None:
    rows = listed(returns, "2018-19-Q4", "supervision")
    assert (rows.reflective <= rows.held).all()
    assert (rows.held <= rows.due).all()
    assert len(rows) == 12 * 6


def test_a_later_list_tells_the_same_feedback_and_only_the_answers_that_have_come_due(returns: Path) -> None:
    then, now = (listed(returns, quarter, "feedback") for quarter in ("2017-18-Q2", "2017-18-Q3"))
    then = then.sort_values(["date", "kind", "stage", "theme"], kind="stable", ignore_index=True)
    now = now[now.date <= "2017-09-30"].sort_values(
        ["date", "kind", "stage", "theme"], kind="stable", ignore_index=True
    )
    same = ["date", "kind", "stage", "theme"]
    pd.testing.assert_frame_equal(then[same], now[same])
    answered = then.answered_in_time.notna()
    assert (then.answered_in_time[answered] == now.answered_in_time[answered]).all()
    assert now.answered_in_time.notna().sum() > answered.sum()
    assert then[answered].date.max() <= "2017-09-02"
