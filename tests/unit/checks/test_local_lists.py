"""Rules on the local lists: outcomes, reasons, discussions, flags, allocations, workforce and audits."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.unit.checks.cases import judge, judge_whole, of_modules

TEAMS = {"North": "safeguarding", "Leaving Care": "care_leavers"}
START = "2017-05-02"


def assessment(person: str, end: str | None = "2017-06-01", **more: object) -> dict[str, object]:
    return {"assessment_id": f"{person}1", "person_id": person, "assessment_start_date": START,
            "assessment_auth_date": end} | more  # fmt: skip


def outcome(person: str | None, start: str | None = START, said: str = "no further action", **more: object):
    return {"person_id": person, "assessment_start_date": start, "outcome": said} | more


def plan(person: str, end: str | None = "2017-09-01", **more: object) -> dict[str, object]:
    return {"cp_plan_id": person, "person_id": person, "cp_plan_start_date": "2017-06-01",
            "cp_plan_end_date": end} | more  # fmt: skip


def reason(person: str, end: str = "2017-09-01", **more: object) -> dict[str, object]:
    return {"person_id": person, "end_date": end, "reason": "into care"} | more


def discussion(person: str, day: str = "2017-06-01", said: str | None = "Section 47 enquiry", **more: object):
    return {"person_id": person, "discussion_date": day, "outcome": said} | more


def enquiry(person: str, start: str, **more: object) -> dict[str, object]:
    return {"s47_enquiry_id": person, "person_id": person, "s47_start_date": start} | more


def flag(person: str, begun: str = "2017-06-01", ended: str | None = None, **more: object) -> dict[str, object]:
    return {"person_id": person, "kind": "CSE", "status": "experiencing", "risk": "high", "from_date": begun,
            "to_date": ended} | more  # fmt: skip


def held(person: str, begun: str = "2017-06-01", ended: str | None = None, **more: object) -> dict[str, object]:
    return {"person_id": person, "team": "North", "worker_id": "W1", "role": "social worker", "from_date": begun,
            "to_date": ended} | more  # fmt: skip


def case(person: str, closed: str | None = None, referred: str = "2017-05-01", **more: object) -> dict[str, object]:
    return {"referral_id": person, "person_id": person, "referral_date": referred, "close_date": closed,
            "referral_nfa": False} | more  # fmt: skip


def children(*people: str) -> list[dict[str, object]]:
    return [{"person_id": person, "dob": "2010-05-01"} for person in people]


LISTS = {
    "LOC-01": {
        "cin_assessments": [assessment("A", collection_year=2018), assessment("D", collection_year=2017),
                            assessment("E", assessment_id=None, collection_year=2018)],
        "assessment_outcomes": [
            outcome("A"), outcome(None, None, assessment_id="A1"), outcome("B", fails=True),
            outcome("A", "2017-05-03", fails=True), outcome(None, None, assessment_id="B1", fails=True), outcome("D"),
        ],
    },
    "LOC-02": {
        "cin_assessments": [assessment("A"), assessment("B", fails=True), assessment("C", None), assessment("D")],
        "assessment_outcomes": [outcome("A"), outcome(None, None, assessment_id="D1")],
    },
    "LOC-03": {
        "assessment_outcomes": [
            outcome("A"), outcome("B", said=" No Further Action "), outcome("C", said="closed", fails=True),
        ],
    },
    "LOC-04": {
        "cp_plans": [plan("A"), plan("B"), plan("C", None)],
        "cp_plan_ends": [reason("A"), reason("B", "2017-09-02", fails=True), reason("C", fails=True)],
    },
    "LOC-05": {
        "cp_plans": [plan("A"), plan("B", fails=True), plan("C", None)],
        "cp_plan_ends": [reason("A"), reason("B", "2017-09-02")],
    },
    "LOC-06": {
        "strategy_discussions": [
            discussion("A"), discussion("B", fails=True), discussion("C", fails=True),
            discussion("D", said="no further action"), discussion("E", said=None), discussion("F", said="S47"),
            discussion("G", "2017-12-07"),  # its 15 working days run on to 2 January
            discussion("H", "2017-12-06", fails=True),
        ],
        "s47_enquiry": [
            enquiry("A", "2017-06-22"), enquiry("B", "2017-06-23"), enquiry("C", "2017-05-31"),
            enquiry("F", "2017-06-01"),
        ],
    },
    "LOC-07": {
        "s47_enquiry": [
            enquiry("A", "2017-06-22"), enquiry("B", "2017-06-23", fails=True), enquiry("C", "2017-06-01"),
            enquiry("D", "2017-06-01", fails=True),
        ],
        "strategy_discussions": [discussion("A"), discussion("B"), discussion("C"), discussion("D", "2017-06-02")],
    },
    "LOC-08": {"strategy_discussions": [discussion("A"), discussion("B", said=None, fails=True)]},
    "LOC-09": {
        "person": children("A"),
        "strategy_discussions": [
            discussion("A"), discussion("B", "2017-12-31", fails=True), discussion("C", "2018-01-01"),
        ],
    },
    "LOC-10": {"person": children("A"), "involvements": [held("A"), held("B", fails=True)]},
    "LOC-11": {"person": children("A"), "exploitation": [flag("A"), flag("B", fails=True)]},
    "LOC-12": {
        "exploitation": [
            flag("A", ended="2017-07-03"), flag("A", "2017-07-03"),
            flag("B", ended="2017-07-04"), flag("B", "2017-07-03", kind="cse", fails=True),
            flag("C"), flag("C", kind="CCE"),
        ],
    },
    "LOC-13": {
        "person": [{"person_id": "A", "dob": "2000-01-01"}, {"person_id": "B", "dob": "1999-12-31"},
                   {"person_id": "C", "dob": "1999-12-31"}, {"person_id": "D", "dob": "1999-12-31"}],
        "exploitation": [
            flag("A"), flag("B", fails=True), flag("C", ended="2017-12-31"),
            flag("D", ended="2018-06-30", fails=True),  # its end is only planned
        ],
    },
    "LOC-14": {
        "exploitation": [
            flag("A", "2016-12-31"), flag("B", "2016-12-30", fails=True), flag("C", "2016-12-30", "2017-12-31"),
        ],
    },
    "LOC-15": {"exploitation": [flag("A"), flag("B", risk=None, fails=True)]},
}  # fmt: skip

ALLOCATIONS = {
    "ALL-01": {
        "involvements": [
            held("A", ended="2017-07-03"), held("A", "2017-07-03", worker_id="W2"),
            held("B", ended="2017-07-04"), held("B", "2017-07-03", worker_id="W2", fails=True),
            held("C"), held("C", role="personal adviser"),
            held("D", role=None), held("D", "2017-07-03", role=None, fails=True),
        ],
    },
    "ALL-02": {"teams": TEAMS, "involvements": [held("A"), held("B", team="north", fails=True)]},
    "ALL-03": {
        "cin_episodes": [
            case("A"), case("B", fails=True), case("C", "2017-06-01"), case("D", referral_nfa=True),
            case("E", referred="2017-12-24"), case("F", referred="2017-12-23", fails=True),
            case("G", fails=True), case("H"), case("I"), case("J", fails=True),
        ],
        "involvements": [
            held("A"), held("G", ended="2017-12-30"), held("H", ended="2017-12-31"),
            held("I", "2017-12-31"), held("J", "2018-01-01"),
        ],
    },
    "ALL-04": {
        "teams": TEAMS,
        "cin_episodes": [
            case("A"), case("B", "2017-12-02"), case("C", "2017-12-03"), case("D", "2017-12-02"),
            case("E", "2017-06-01"), case("E", referred="2017-07-03"), case("F", "2017-12-02"), case("G", "2017-12-02"),
        ],
        "cla_episodes": [{"person_id": "D", "cla_episode_start_date": "2017-06-01"}],
        "involvements": [
            held("A"), held("B", fails=True),
            held("C"),  # 28 days after it closed
            held("D"), held("E"), held("F", ended="2017-12-02"), held("G", team="Leaving Care"), held("H"),
        ],
    },
    "ALL-05": {
        "involvements": [
            held("A"), held("B", worker_id=None, fails=True), held("C", ended="2017-12-30", worker_id=None),
        ],
    },
    "ALL-06": {
        "districts": ["North", "South"],
        "involvements": [
            held("A", district="North"), held("B", district="Nroth", fails=True), held("C", district=None),
            held("D", ended="2017-07-03", district="north", fails=True),
        ],
    },
    "ALL-07": {
        "involvements": [
            held("A", district="North"), held("B", district=None, fails=True),
            held("C", ended="2017-12-30", district=None), held("D", ended="2017-12-31", district=None, fails=True),
        ],
    },
}  # fmt: skip


def post(month_end: str = "2017-12-31", service: str = "Safeguarding", in_post: float = 9.0, agency: float = 1.0,
         **more: object) -> dict[str, object]:  # fmt: skip
    return {"month_end": month_end, "service": service, "role": "social worker", "fte_in_post": in_post,
            "fte_agency": agency, "fte_established": 12.0} | more  # fmt: skip


def audit(day: str = "2017-06-01", service: str = "Safeguarding", **more: object) -> dict[str, object]:
    return {"audit_id": day, "audit_date": day, "service": service, "theme": "plan", "grade": "good"} | more


WORKFORCE = {
    "WRK-01": {"workforce": [post(), post("2017-11-30"), post("2017-12-30", fails=True)]},
    "WRK-03": {
        "workforce": [
            post(), post(fte_established=0.0, fails=True), post(fte_established=0.0, agency=0.0),
            post(fte_established=None),
        ],
    },
    "WRK-04": {
        "workforce": [
            post(), post(agency=0.0), post(agency=-0.5, fails=True), post(in_post=-1.0, fails=True),
            post(fte_established=-1.0, fails=True),
        ],
    },
    "WRK-05": {"workforce": [post(newly_qualified=10.0), post(newly_qualified=10.5, fails=True), post()]},
    "WRK-06": {
        "workforce": [
            post("2017-10-31", "A"), post("2017-11-30", "A", 14.0), post("2017-12-31", "A", 22.0, 0.6, fails=True),
            post("2017-11-30", "B"), post("2017-12-31", "B", 4.0),  # half as many
            post("2017-11-30", "C"), post("2017-12-31", "C", 3.9, fails=True),
            post("2017-11-30", "D", 1.0, 0.0), post("2017-12-31", "D", 3.9),
            post("2017-11-30", "E", 1.0, 0.0), post("2017-12-31", "E", 4.0, fails=True),  # too few to judge
        ],
    },
    "WRK-08": {
        "workforce": [post()],
        "audits": [audit(), audit(service="safeguarding "), audit(service="Safe guarding", fails=True)],
    },
}  # fmt: skip

CASES = LISTS | ALLOCATIONS | WORKFORCE


@pytest.mark.parametrize("code", CASES)
def test_the_rows_that_break_the_rule_are_found_and_no_others(small_records, code):
    judge(small_records, code, CASES[code])


def test_a_discussion_is_judged_once_its_15_working_days_have_ended_with_the_quarter(small_records):
    told = [discussion("A", "2017-06-09", fails=True), discussion("B", "2017-06-12")]  # to 30 June and 3 July
    judge(small_records, "LOC-06", {"quarter": "2017-18 Q1", "strategy_discussions": told, "s47_enquiry": []})


MONTHS = ["2017-04-30", "2017-05-31", "2017-06-30", "2017-07-31", "2017-08-31", "2017-09-30",
          "2017-10-31", "2017-11-30", "2017-12-31"]  # fmt: skip
DAYS = [str(day.date()) for day in pd.bdate_range("2017-06-01", periods=10)]
WHOLE = {
    "WRK-02": (
        [{"workforce": [post(month) for month in [*MONTHS, "2018-01-31"]]}],
        {
            "no rows for May 2017": {"workforce": [post(month) for month in MONTHS if month != "2017-05-31"]},
            "no rows for April 2017, December 2017": {"workforce": [post(month) for month in MONTHS[1:-1]]},
        },
    ),
    "WRK-07": (
        [
            {"workforce": [post("2017-11-30"), post()]},
            {"workforce": [post()]},
            {"workforce": [post("2017-10-31", "A"), post("2017-11-30"), post()]},
        ],
        {"not in December 2017: A, social worker": {"workforce": [post("2017-11-30", "A"), post()]}},
    ),
    "WRK-09": (
        [
            {"audits": [audit(day) for day in [*DAYS[:5], *DAYS[:1] * 5][:10]] + [audit(DAYS[6]), audit(DAYS[7])]},
            {"audits": [audit(DAYS[0])] * 9},
        ],
        {"6 of 10 audits are dated 01/06/2017": {"audits": [audit(day) for day in [*DAYS[:1] * 6, *DAYS[1:5]]]}},
    ),
}


@pytest.mark.parametrize("code", WHOLE)
def test_what_is_wrong_with_the_whole_list_is_told(small_records, code):
    judge_whole(small_records, code, *WHOLE[code])


def test_every_rule_on_local_lists_has_a_case():
    assert LISTS.keys() == of_modules("local_lists").keys()
    assert ALLOCATIONS.keys() == of_modules("allocations").keys()
    assert WORKFORCE.keys() | WHOLE.keys() == of_modules("workforce").keys()
