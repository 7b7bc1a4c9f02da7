"""Rules on referrals and episodes of need."""

from __future__ import annotations

import pytest

from tests.unit.checks.cases import judge, of_modules


def case(person: str = "A", referred: str = "2017-05-01", closed: str | None = None, **more: object):
    return {
        "referral_id": f"{person}@{referred}",
        "person_id": person,
        "referral_date": referred,
        "close_date": closed,
        "referral_nfa": False,
    } | more


def under(person: str, referred: str = "2017-05-01", **more: object) -> dict[str, object]:
    """Something under a referral."""
    return {"person_id": person, "referral_id": f"{person}@{referred}"} | more


ENDED = case("Z", "2017-04-03", "2017-06-01", close_reason="RC7")
ASSESSED = {"assessment_start_date": "2017-05-02", "assessment_auth_date": "2017-06-01"}
NOTHING: dict[str, list[dict[str, object]]] = {
    name: [] for name in ("cin_assessments", "cin_plans", "cp_plans", "cp_reviews", "s47_enquiry", "cla_episodes")
}
AGED = [{"person_id": "A", "dob": "1992-05-02"}, {"person_id": "B", "dob": "1992-05-01"},
        {"person_id": "C", "dob": "1999-05-02"}, {"person_id": "D", "dob": "1999-05-01"}]  # fmt: skip

CASES = {
    "REF-01": {"cin_episodes": [case("A"), case("B", fails=True)], "person": [{"person_id": "A"}]},
    "REF-02": {
        "cin_episodes": [case("A"), case("B", fails=True), case("C")],
        "person": [{"person_id": "A", "dob": "2018-02-01"}, {"person_id": "B", "dob": "2018-02-02"},
                   {"person_id": "C"}],
    },
    "REF-03": {"cin_episodes": [case("A"), case("B", fails=True), case("C"), case("E")], "person": AGED},
    "REF-04": {
        "cin_episodes": [case("A", fails=True), case("B"), case("C"), case("D", fails=True)],
        "person": AGED,
    },
    "REF-05": {
        "cin_episodes": [
            case("A", "2017-04-03", "2017-05-01"), case("A", "2017-05-01"),  # on the day the other closed
            case("B", "2017-04-03", "2017-05-02"), case("B", "2017-05-01", fails=True),
            case("C", "2017-04-03"), case("C", "2017-05-01", referral_nfa=True),
            case("D", "2017-04-03"), case("E", "2017-05-01"),
        ],
    },
    "REF-06": {
        "cin_episodes": [
            ENDED, case("A"), case("B", closed="2017-06-01", fails=True),
            case("C", closed="2017-06-01", referral_nfa=True),
        ],
    },
    "REF-07": {"cin_episodes": [ENDED, case("A"), case("B", close_reason="RC7", fails=True)]},
    "REF-08": {
        "cin_episodes": [
            ENDED,
            case("A", closed="2017-06-01", close_reason="RC8"),
            case("B", closed="2017-06-01", close_reason="RC8", fails=True),
            case("C", closed="2017-06-01", close_reason="RC9", fails=True),
            case("D", closed="2017-06-01", close_reason="RC7"),
        ],
        "cin_plans": [under("B"), under("D"), under("A", "2016-05-01")],
        "cp_plans": [under("C")],
    },
    "REF-09": {
        "cin_episodes": [
            *(case(person, closed="2017-07-03", close_reason="RC8") for person in "AB"),
            case("C", closed="2017-07-03", close_reason="RC8", fails=True),
            case("D", closed="2017-07-03", close_reason="RC9", fails=True),
            case("E", closed="2017-07-03", close_reason="RC7"),
        ],
        "cin_assessments": [under(person, **ASSESSED) for person in "ABCDE"],
        "s47_enquiry": [
            under("B", s47_start_date="2017-06-01"),  # on the day the assessment was authorised
            under("C", s47_start_date="2017-06-02"),
            under("D", s47_start_date="2017-05-15", icpc_date="2017-05-30"),
            under("E", s47_start_date="2017-06-02"),
        ],
    },
    "REF-10": {
        "cin_episodes": [
            case("A", closed="2017-06-01", close_reason="RC8", collection_year=2018),
            case("B", closed="2017-06-01", close_reason="RC8", collection_year=2018, fails=True),
            case("C", closed="2017-06-01", close_reason="RC7", collection_year=2018),
            case("E", "2016-03-31", "2017-06-01", close_reason="RC8", collection_year=2018),  # before what is told
            case("D", closed="2017-06-01", close_reason="RC8", collection_year=2018),
        ],
        "cin_assessments": [
            under("A", collection_year=2018),
            under("D", assessment_start_date="2017-03-01", collection_year=2017),  # told by last year's extract alone
        ],
    },
    "REF-11": NOTHING | {
        "cin_episodes": [
            case("A", referral_nfa=True),
            *(case(person, referral_nfa=True, fails=True) for person in "BCDE"),
            case("F"),
        ],
        "cin_assessments": [under("B"), under("F")],
        "cin_plans": [under("C")],
        "cp_plans": [under("D")],
        "s47_enquiry": [under("E")],
    },
    "REF-12": NOTHING | {
        "cin_episodes": [
            ENDED,
            case("A", "2017-10-25"),  # 45 working days before 31 December
            case("B", "2017-10-24", fails=True),
            case("C", "2017-10-24"),
            case("D", "2017-10-24"),
            case("E", "2017-10-24", referral_nfa=True),
            case("F", "2017-10-24"), case("G", "2017-10-24"), case("H", "2017-10-24"),
            case("I", "2017-10-24", fails=True), case("J", "2017-10-24", fails=True),
            case("K", "2017-10-24", fails=True),
        ],
        "cin_assessments": [under("C", "2017-10-24")],
        "s47_enquiry": [under("D", "2017-10-24")],
        "cla_episodes": [
            {"person_id": "F", "cla_episode_start_date": "2017-10-25"},
            {"person_id": "I", "cla_episode_start_date": "2017-10-25", "cla_episode_ceased_date": "2017-11-01"},
        ],
        "care_leavers": [{"person_id": "G", "as_at": "2017-12-31"}],
        "involvements": [
            {"person_id": "H", "team": "Leaving Care", "from_date": "2017-10-25"},
            {"person_id": "J", "team": "Leaving Care", "from_date": "2017-10-25", "to_date": "2017-11-01"},
            {"person_id": "K", "team": "North", "from_date": "2017-10-25"},
        ],
        "teams": {"Leaving Care": "care_leavers"},
    },
    "REF-13": {
        "cin_episodes": [
            case("A", referral_source_code="1A"),
            case("B", referral_source_code="10", fails=True),
            case("C", fails=True),
        ],
    },
    "REF-14": {
        "cin_episodes": [
            case("A", cin_primary_need_code="N1"),
            case("B", cin_primary_need_code="N0", fails=True),
            case("C", fails=True),
            case("D", referral_nfa=True),
        ],
    },
    "REF-15": {
        "cin_episodes": [
            case("A", cin_primary_need_code="N9"),
            case("B", cin_primary_need_code="N9", fails=True),
            case("C", cin_primary_need_code="N1"),
        ],
        "cin_plans": [under("B"), under("C")],
        "cp_plans": [],
    },
    "REF-16": {
        "cin_episodes": [
            case("A", "2017-04-03", "2017-05-01"), case("A", "2017-05-09"),
            case("B", "2017-04-03", "2017-05-01"), case("B", "2017-05-08", fails=True),  # seven days after
            case("C", "2017-04-03", "2017-05-01", referral_nfa=True), case("C", "2017-05-08"),
            case("D", "2017-05-08", "2017-05-08"),  # closed on its own day
            case("E", "2017-04-03", "2017-05-01", referral_nfa=None), case("E", "2017-05-01", fails=True),
        ],
    },
    "REF-17": NOTHING | {
        "cin_episodes": [
            ENDED,
            case("A", "2016-12-30", fails=True),
            case("B", "2016-12-31"),  # a year before the extract's end
            case("C", "2016-05-01"), case("D", "2016-05-01"), case("E", "2016-05-01"), case("F", "2016-05-01"),
            case("G", "2016-05-01", fails=True),
            case("H", "2016-05-01", fails=True),
            case("I", "2016-05-01", "2017-06-01"),
            case("J", "2016-05-01"),
        ],
        "cin_assessments": [
            under("C", assessment_start_date="2016-05-02", assessment_auth_date="2017-01-01"),
            under("G", assessment_start_date="2016-05-02", assessment_auth_date="2016-12-31"),
        ],
        "s47_enquiry": [under("D", s47_start_date="2017-05-01")],
        "cin_plans": [
            under("E", cin_plan_start_date="2016-06-01"),
            under("H", cin_plan_start_date="2016-06-01", cin_plan_end_date="2016-11-01"),
        ],
        "cp_reviews": [{"person_id": "J", "cp_plan_id": "J", "cp_review_date": "2017-05-01"}],
        "cla_episodes": [{"person_id": "F", "cla_episode_start_date": "2016-06-01"}],
    },
    "REF-18": {
        "cin_episodes": [
            case("A", closed="2017-06-01", close_reason="RC2"),
            case("B", closed="2017-06-01", close_reason="RC2", fails=True),
            case("C", closed="2017-06-01", close_reason="RC7"),
        ],
        "person": [{"person_id": "A", "death_date": "2017-06-01"}, {"person_id": "B"}, {"person_id": "C"}],
    },
    "REF-19": {
        "cin_episodes": [
            case("A", closed="2017-06-01", close_reason="RC6"),
            case("B", closed="2017-06-01", close_reason="RC6", fails=True),
            case("C", closed="2017-06-01", close_reason="RC7"),
        ],
        "person": [{"person_id": "A", "dob": "2000-06-01"}, {"person_id": "B", "dob": "2000-06-02"},
                   {"person_id": "C", "dob": "2010-06-01"}],
    },
    "REF-20": {"cin_episodes": [case("A"), case("B", referral_nfa=True), case("C", referral_nfa=None, fails=True)]},
    "REF-21": {
        "cin_episodes": [ENDED, case("A"), case("B", fails=True), case("C", closed="2017-06-01")],
        "person": [{"person_id": "A", "dob": "1993-01-01"}, {"person_id": "B", "dob": "1992-12-31"},
                   {"person_id": "C", "dob": "1990-01-01"}],
    },
}  # fmt: skip


@pytest.mark.parametrize("code", CASES)
def test_the_rows_that_break_the_rule_are_found_and_no_others(small_records, code):
    judge(small_records, code, CASES[code])


def test_every_rule_on_referrals_has_a_case():
    assert CASES.keys() == of_modules("front_door").keys()
