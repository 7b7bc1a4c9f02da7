"""Who comes into care, and who starts and stops being in need: on both sides of a period's ends."""

from __future__ import annotations

import pandas as pd

from quarterdeck.measures import children_in_need, looked_after
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]


def episode(start: str, end: str | None = None, person: str = "A", **more: object) -> dict[str, object]:
    row = {
        "cla_episode_id": f"{person} {start}",
        "cla_episode_start_reason": "S",
        "legal_status": "C2",
        "cla_placement_type": "U6",
        "cla_primary_need_code": "N1",
        "cla_episode_ceased_reason": "E4A" if end else None,
    }
    return {**row, "person_id": person, "cla_episode_start_date": start, "cla_episode_ceased_date": end, **more}


def need(referred: str, closed: str | None = None, why: str | None = None, person: str = "A", *, nfa: bool = False):
    return {
        "referral_id": f"{person} {referred}",
        "person_id": person,
        "referral_date": referred,
        "close_date": closed,
        "close_reason": why,
        "referral_nfa": nfa,
    }


def of_quarter(counts: pd.Series) -> dict[str, int]:
    found = counts.xs(QUARTER, level="period")
    return found[found > 0].to_dict()


def test_a_child_who_comes_into_care_twice_is_one_child_and_as_on_the_first_day(small_records):
    records = small_records(
        cla_episodes=[
            episode("2017-10-01", "2017-10-20", legal_status="L1"),
            episode("2017-12-31"),
            episode("2018-01-01", person="B"),
            episode("2017-09-30", person="C"),
        ]
    )
    started = looked_after.cla_children_started(records, WHEN)
    assert started.counts[QUARTER] == 1
    status = looked_after.cla_children_started(records, WHEN, ("legal_status",)).counts
    assert of_quarter(status) == {"police protection": 1}


def test_a_referral_closed_at_once_or_after_an_assessment_found_no_need_starts_no_episode_of_need(small_records):
    records = small_records(
        cin_episodes=[
            need("2017-10-01", "2017-10-20", "RC7"),
            need("2017-12-31"),
            need("2017-11-01", nfa=True, person="B"),
            need("2017-11-01", "2017-11-20", "RC8", "C"),
            need("2018-01-01", person="D"),
        ]
    )
    started = children_in_need.cin_started(records, WHEN)
    assert (started.counts[QUARTER], started.beside["children"][QUARTER]) == (2, 1)


def test_episodes_of_need_that_ended_are_told_by_why_and_after_how_long(small_records):
    records = small_records(
        cin_episodes=[
            need("2017-07-20", "2017-10-20", "RC7"),
            need("2017-11-01", "2017-12-31", "RC5"),
            need("2017-07-19", "2017-10-20", None, "B"),
            need("2017-11-01", "2017-11-20", "RC8", "C"),
            need("2017-11-01", "2018-01-01", "RC7", "D"),
        ]
    )
    ended = children_in_need.cin_ended(records, WHEN)
    assert (ended.counts[QUARTER], ended.beside["children"][QUARTER]) == (3, 2)
    why = children_in_need.cin_ended(records, WHEN, ("close_reason",)).counts
    assert of_quarter(why) == {"other reason": 1, "moved to another council": 1, "unknown": 1}
    lasted = children_in_need.cin_ended(records, WHEN, ("duration_band",)).counts
    assert of_quarter(lasted) == {"3 months or less": 2, "over 3 to 6 months": 1}
