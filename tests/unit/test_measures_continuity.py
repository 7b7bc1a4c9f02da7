"""How many social workers a child has had, on both sides of every boundary."""

from __future__ import annotations

import pytest

from quarterdeck.measures import continuity
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]
PLAN = {"cp_plan_id": "A", "person_id": "A", "cp_plan_start_date": "2016-10-03"}
CARE = {
    "cla_episode_id": "B",
    "person_id": "B",
    "cla_episode_start_date": "2016-10-03",
    "cla_episode_start_reason": "S",
    "legal_status": "C2",
}


def spell(worker: str, start: str, end: str | None = None, person: str = "A", role: str | None = "social worker"):
    return {
        "person_id": person,
        "team": "North",
        "worker_id": worker,
        "role": role,
        "from_date": start,
        "to_date": end,
    }


@pytest.fixture
def share(small_records):
    """Numerator and denominator of the quarter, from the spells of child A."""

    def of(*spells, plans=(PLAN,), episodes=(), **more):
        records = small_records(cp_plans=list(plans), cla_episodes=list(episodes), involvements=list(spells), **more)
        found = continuity.social_worker_changes(records, WHEN)
        return int(found.numerator[QUARTER]), int(found.denominator[QUARTER])

    return of


@pytest.mark.parametrize(("left", "counted"), [("2017-01-01", 0), ("2017-01-02", 1)])
def test_a_worker_at_the_close_of_the_first_of_the_twelve_months_days_counts(share, left, counted):
    spells = (spell("W1", "2016-10-03", left), spell("W2", left, "2017-09-01"), spell("W3", "2017-09-01"))
    assert share(*spells) == (counted, 1)


@pytest.mark.parametrize(("came", "counted"), [("2017-12-31", 1), ("2018-01-01", 0)])
def test_a_worker_who_comes_after_the_close_does_not_count(share, came, counted):
    spells = (spell("W1", "2016-10-03", "2017-06-01"), spell("W2", "2017-06-01", came), spell("W3", came))
    assert share(*spells) == (counted, 1)


def test_a_worker_to_whom_a_child_comes_back_counts_once(share):
    assert share(
        spell("W1", "2017-01-09", "2017-05-01"), spell("W2", "2017-05-01", "2017-09-01"), spell("W1", "2017-09-01")
    ) == (0, 1)


def test_a_personal_adviser_is_no_social_worker_and_an_untold_role_is_taken_for_one(share):
    two = (spell("W1", "2017-01-09", "2017-05-01"), spell("W2", "2017-05-01"))
    assert share(*two, spell("W3", "2017-05-01", role="personal adviser")) == (0, 1)
    assert share(*two, spell("W3", "2017-05-01", role=None)) == (1, 1)


def test_a_child_in_care_with_a_plan_counts_once_among_those_looked_after(small_records):
    both = CARE | {"person_id": "A"}
    records = small_records(cp_plans=[PLAN], cla_episodes=[both, CARE], involvements=[spell("W1", "2017-01-09")])
    found = continuity.social_worker_changes(records, WHEN, ["group"])
    assert found.denominator["looked after"][QUARTER] == 2
    assert found.denominator.sum() == found.denominator["looked after"].sum()


def test_a_child_of_whom_no_worker_is_told_is_not_known(small_records):
    records = small_records(cp_plans=[PLAN], cla_episodes=[CARE], involvements=[spell("W1", "2017-01-09")])
    found = continuity.social_worker_changes(records, WHEN, ["workers"])
    assert found.numerator["not known"][QUARTER] == 1
    assert found.numerator["1 social worker"][QUARTER] == 1


def test_without_allocations_the_ssda903_tells_of_the_social_workers(small_records):
    spells = [
        {"person_id": "B", "worker_id": f"W{number}", "from_date": start, "to_date": end}
        for number, (start, end) in enumerate(
            [("2017-01-09", "2017-05-01"), ("2017-05-01", "2017-09-01"), ("2017-09-01", None)]
        )
    ]
    records = small_records(cp_plans=[], cla_episodes=[CARE], social_worker_episodes=spells)
    found = continuity.social_worker_changes(records, WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (1, 1)
