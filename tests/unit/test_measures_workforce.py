"""The measures of the workforce and of its practice."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.figures.frame import figures
from quarterdeck.measures import workforce
from quarterdeck.measures.registry import CATALOGUE
from quarterdeck.paper.headlines import headline
from quarterdeck.quarter import Quarter, periods
from quarterdeck.records import NotAvailable, Records
from quarterdeck.records.coverage import Coverage

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


def holds(worker: str, cases: float, fte: float | None = 1.0, newly: bool | None = False, **others: object):
    told = {"month_end": "2017-12-31", "service": "Safeguarding", "role": "social worker"} | others
    return told | {"worker_id": worker, "fte": fte, "newly_qualified": newly, "cases": cases}


def with_ceiling(records: Records, ceiling: float) -> Records:
    return Records(records.authority.model_copy(update={"caseload_ceiling": ceiling}), records.quarter, records.tables)


def test_a_caseload_is_cases_to_a_full_time_equivalent_worker_who_holds_any(small_records):
    records = small_records(caseloads=[holds("1", 18), holds("2", 9, 0.5), holds("3", 0)])
    found = workforce.caseloads(records, WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (27, 1.5)
    figure = figures(records, [CATALOGUE["caseloads"]], WHEN).set_index(["kind", "end", "breakdown", "category"])
    assert figure.loc[("quarter", pd.Timestamp("2017-12-31"), "all", "all")].value == 18.0


def test_the_caseload_of_a_quarter_is_that_of_its_last_month(small_records):
    records = small_records(caseloads=[holds("1", 30, month_end="2017-11-30"), holds("1", 18), holds("2", 12)])
    found = workforce.caseloads(records, WHEN)
    november = WHEN.index[(WHEN.kind == "month") & (WHEN.end == "2017-11-30")][0]
    assert (found.numerator[QUARTER], found.numerator[november]) == (30, 30)
    assert (found.denominator[QUARTER], found.denominator[november]) == (2.0, 1.0)


def test_a_personal_adviser_is_only_by_role_and_a_worker_of_untold_role_counts(small_records):
    rows = [holds("1", 18), holds("2", 10, role="personal adviser"), holds("3", 12, role=None)]
    records = small_records(caseloads=rows)
    assert workforce.caseloads(records, WHEN).numerator[QUARTER] == 30
    assert workforce.caseloads(records, WHEN, ["role"]).numerator["personal adviser"][QUARTER] == 10


def test_a_worker_of_untold_hours_is_in_neither_count(small_records):
    found = workforce.caseloads(small_records(caseloads=[holds("1", 18), holds("2", 9, None)]), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (18, 1.0)


def test_newly_qualified_workers_stand_apart(small_records):
    records = small_records(caseloads=[holds("1", 20), holds("2", 12, newly=True), holds("3", 5, newly=None)])
    found = workforce.caseloads(records, WHEN, ["experience"]).numerator
    assert [found[name][QUARTER] for name in ("newly qualified", "other workers", "unknown")] == [12, 20, 5]


def test_a_worker_at_the_ceiling_is_not_over_it_and_half_time_counts_double(small_records):
    records = small_records(caseloads=[holds("1", 18), holds("2", 19), holds("3", 9, 0.5), holds("4", 10, 0.5)])
    found = workforce.caseloads_over_ceiling(with_ceiling(records, 18), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (2, 4)


def test_a_service_with_nobody_over_the_ceiling_still_stands_with_none(small_records):
    records = with_ceiling(small_records(caseloads=[holds("1", 30), holds("2", 5, service="Through Care")]), 18)
    found = workforce.caseloads_over_ceiling(records, WHEN, ["service"])
    assert found.numerator["Through Care"][QUARTER] == 0
    assert found.denominator["Through Care"][QUARTER] == 1


def test_each_band_of_caseloads_holds_its_upper_edge(small_records):
    cases = [10, 11, 15, 16, 20, 21, 25, 26]
    records = small_records(caseloads=[holds(str(number), number) for number in cases])
    found = workforce.caseloads_over_ceiling(records, WHEN, ["caseload_size_band"])
    assert [found.numerator[band][QUARTER] for band in workforce.CASELOADS] == [1, 2, 2, 2, 1]
    assert found.denominator[QUARTER] == 8


def test_without_a_ceiling_nobody_is_over_it_and_the_paper_says_that_none_is_set(small_records):
    records, measure = small_records(caseloads=[holds("1", 40)]), CATALOGUE["caseloads_over_ceiling"]
    with pytest.raises(NotAvailable):
        workforce.caseloads_over_ceiling(records, WHEN)
    found = figures(records, [measure], WHEN)
    assert set(found[found.breakdown == "all"].status) == {"x"}
    assert found[found.category == "over 25"].value.dropna().eq(100).any()
    said = headline(measure, found, Quarter(2017, 3), lacks="no ceiling set")
    assert said == "The share of workers over the ceiling cannot be told: no ceiling set"


def test_workers_to_a_manager_are_of_every_role_and_agency_too(small_records):
    rows = [
        posts("2017-12-31", "social worker", 10.0, 5.0),
        posts("2017-12-31", "personal adviser", 5.0, 0.0),
        posts("2017-12-31", "Team Manager", 3.0, 1.0),
    ]
    found = workforce.workers_per_manager(small_records(workforce=rows), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (20.0, 4.0)


def test_a_service_without_a_manager_has_no_number_of_workers_to_one(small_records):
    records = small_records(workforce=[posts("2017-12-31", "social worker", 10.0, 0.0)])
    found = figures(records, [CATALOGUE["workers_per_manager"]], WHEN)
    assert set(found[(found.kind == "quarter") & (found.breakdown == "service")].status) == {"z"}


def established(role: str, budget: float | None, in_post: float, agency: float = 0.0, service: str = "Safeguarding"):
    return posts("2017-12-31", role, in_post, agency, service) | {"fte_established": budget}


def test_a_post_that_an_agency_worker_covers_is_still_vacant(small_records):
    found = workforce.vacancy_rate(small_records(workforce=[established("social worker", 10.0, 6.0, 4.0)]), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (4.0, 10.0)


def test_more_workers_than_posts_in_one_service_fill_no_vacancy_of_another(small_records):
    rows = [
        established("social worker", 10.0, 12.0),
        established("social worker", 10.0, 8.0, service="Through Care"),
        established("personal adviser", 10.0, 0.0, service="Care Leavers"),
        established("senior practitioner", None, 5.0),
    ]
    found = workforce.vacancy_rate(small_records(workforce=rows), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (2.0, 22.0)


def leaves(month_end: str, leavers: float, in_post: float = 20.0, role: str = "social worker"):
    return posts(month_end, role, in_post, 7.0) | {"leavers": leavers}


def test_turnover_is_of_the_twelve_months_to_the_close_and_of_those_in_post_on_it(small_records):
    rows = [
        leaves("2016-12-31", 9, 50.0),
        leaves("2017-01-31", 1, 40.0),
        leaves("2017-12-31", 2),
        leaves("2018-01-31", 5),
        leaves("2017-12-31", 8, 3.0, "personal adviser"),
    ]
    found = workforce.turnover(small_records(workforce=rows), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (3, 20.0)


def test_turnover_is_not_told_until_the_list_reaches_twelve_months_back(small_records):
    records = small_records(workforce=[leaves("2017-12-31", 2)])
    for since, status in (("2017-01-01", ""), ("2017-01-02", "x")):
        covers = {"workforce": Coverage(pd.Timestamp(since), pd.Timestamp(since))}
        known = Records(records.authority, records.quarter, records.tables, covers)
        found = figures(known, [CATALOGUE["turnover"]], WHEN)
        assert set(found[(found.kind == "quarter") & (found.breakdown == "all")].status) == {status}


def sessions(month_end: str, due: float, held: float, reflective: float | None = None):
    return {"month_end": month_end, "service": "Safeguarding", "due": due, "held": held, "reflective": reflective}


def test_supervision_of_a_quarter_is_that_of_its_three_months(small_records):
    rows = [
        sessions("2017-09-30", 10, 10),
        sessions("2017-10-31", 10, 5),
        sessions("2017-11-30", 10, 6),
        sessions("2017-12-31", 20, 10),
        sessions("2018-01-31", 10, 10),
    ]
    found = workforce.supervision_in_time(small_records(supervision=rows), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (21, 40)


def test_a_month_in_which_no_one_asked_whether_supervision_was_reflective_is_in_neither_count(small_records):
    rows = [sessions("2017-11-30", 10, 8, 2), sessions("2017-12-31", 10, 9)]
    found = workforce.reflective_supervision(small_records(supervision=rows), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (2, 8)


def said(kind: str, day: str = "2017-12-31", in_time: bool | None = None, stage: str | None = "1"):
    stage = stage if kind == "complaint" else None
    return {"feedback_date": day, "kind": kind, "stage": stage, "theme": "delay", "answered_in_time": in_time}


def test_feedback_counts_on_the_day_it_came_and_compliments_have_no_stage_or_theme(small_records):
    rows = [said("complaint", "2017-10-01"), said("complaint"), said("complaint", "2018-01-01"), said("compliment")]
    records = small_records(feedback=rows)
    by_kind = workforce.compliments_and_complaints(records, WHEN, ["kind"]).counts
    assert (by_kind["complaint"][QUARTER], by_kind["compliment"][QUARTER]) == (2, 1)
    for breakdown, category in (("stage", "1"), ("theme", "delay")):
        counts = workforce.compliments_and_complaints(records, WHEN, [breakdown]).counts
        assert counts.index.get_level_values(breakdown).unique().tolist() == [category]
        assert counts[category][QUARTER] == 2


def test_a_complaint_whose_answer_is_not_due_is_neither_in_time_nor_late(small_records):
    rows = [said("complaint", in_time=True), said("complaint", in_time=False), said("complaint"), said("compliment")]
    found = workforce.complaints_answered_in_time(small_records(feedback=rows), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (1, 2)
    assert found.beside["not due yet, or not told"][QUARTER] == 1
