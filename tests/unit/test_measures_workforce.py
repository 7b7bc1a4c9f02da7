"""The measures of the workforce and of its practice."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.figures.frame import figures
from quarterdeck.measures import workforce
from quarterdeck.measures.registry import CATALOGUE
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3), pd.Timestamp("2018-02-28"))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]


def posts(month_end: str, role: str, in_post: float, agency: float, service: str = "Family Front Door"):
    return {"month_end": month_end, "service": service, "role": role, "fte_in_post": in_post, "fte_agency": agency}


@pytest.fixture
def front_door(small_records):
    return small_records(
        workforce=[
            posts("2017-12-31", "social worker", 15.0, 31.0),
            posts("2017-12-31", "team manager", 4.0, 5.0),
            posts("2017-12-31", "family support worker", 10.0, 0.0),
            posts("2018-01-31", "social worker", 17.8, 29.0),
            posts("2018-01-31", "team manager", 4.0, 5.0),
            posts("2017-12-31", "social worker", 100.0, 10.0, "Through Care"),
        ]
    )


def test_the_agency_rate_is_agency_posts_over_agency_and_in_post_of_workers_and_managers(front_door):
    found = figures(front_door, [CATALOGUE["agency_rate"]], WHEN).set_index(["kind", "end", "breakdown", "category"])
    december = found.loc[("month", pd.Timestamp("2017-12-31"), "service", "Family Front Door")]
    assert (december.numerator, december.denominator, round(december.value, 2)) == (36.0, 55.0, 65.45)
    assert found.loc[("quarter", pd.Timestamp("2017-12-31"), "service", "Family Front Door")].value == december.value


def test_the_latest_position_after_the_quarter_stands_as_a_month_of_its_own(front_door):
    found = figures(front_door, [CATALOGUE["agency_rate"]], WHEN)
    after = found[(found.end > "2017-12-31") & (found.category == "Family Front Door")]
    assert after.kind.tolist() == ["month"]
    assert after.value.round(2).tolist() == [60.93]


def test_other_roles_are_shown_by_role_and_are_in_no_other_figure(front_door):
    assert workforce.agency_rate(front_door, WHEN).denominator[QUARTER] == 165.0
    by_role = workforce.agency_rate(front_door, WHEN, ["role"]).denominator
    assert by_role["family support worker"][QUARTER] == 10.0


def audit(number: int, grade: str, appropriate: bool | None = None, moderated: str | None = None):
    return {
        "audit_id": str(number),
        "audit_date": "2017-12-12",
        "service": "Family Front Door",
        "theme": "missing notifications",
        "appropriate": appropriate,
        "grade": grade,
        "moderated_grade": moderated,
    }


def test_no_whole_number_of_22_audits_is_70_percent(small_records):
    records = small_records(audits=[audit(n, "good", n < 16) for n in range(22)])
    found = workforce.audits_appropriate(records, WHEN, ["theme"])
    appropriate, audited = (
        found.numerator["missing notifications"][QUARTER],
        found.denominator["missing notifications"][QUARTER],
    )
    assert (appropriate, audited) == (16, 22)
    assert 70 not in {round(100 * n / 22) for n in range(23)}


def test_an_audit_that_did_not_ask_whether_the_decision_was_appropriate_is_in_neither_count(small_records):
    records = small_records(audits=[audit(1, "good", True), audit(2, "good")])
    assert workforce.audits_appropriate(records, WHEN).denominator[QUARTER] == 1


def test_grades_are_shares_of_all_audits_and_the_whole_is_those_good_or_better(small_records):
    grades = ["Outstanding", "good", "requires improvement", "inadequate", "Inadequate"]
    records = small_records(audits=[audit(n, grade) for n, grade in enumerate(grades)])
    whole, shares = workforce.audit_grades(records, WHEN), workforce.audit_grades(records, WHEN, ["grade"])
    assert (whole.numerator[QUARTER], whole.denominator[QUARTER]) == (2, 5)
    assert list(dict.fromkeys(shares.numerator.index.get_level_values("grade"))) == list(workforce.GRADES)
    assert shares.numerator["inadequate"][QUARTER] == 2
    assert shares.denominator[QUARTER] == 5


def test_a_moderator_agrees_when_the_grade_stays(small_records):
    records = small_records(
        audits=[audit(1, "good", None, "Good"), audit(2, "good", None, "inadequate"), audit(3, "good")]
    )
    found = workforce.audit_agreement(records, WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (1, 2)
