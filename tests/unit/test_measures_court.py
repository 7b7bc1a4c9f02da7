"""The measures of pre-proceedings, legal advice and care proceedings, on both sides of every boundary."""

from __future__ import annotations

import pytest

from quarterdeck.measures import court
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]
DECEMBER = WHEN.index[(WHEN.kind == "month") & (WHEN.end == "2017-12-31")][0]


def pre(start: str, end: str | None = None, family: str = "F1", **more: object) -> dict[str, object]:
    return {"plo_family_id": family, "pre_pro_decision_date": start, "agree_stepdown_issue_date": end, **more}


def case(start: str, end: str | None = None, family: str = "F1", **more: object) -> dict[str, object]:
    return {"plo_family_id": family, "start_date": start, "end_date": end, **more}


def test_a_family_counts_once_however_many_of_its_children_are_listed(small_records):
    rows = [pre("2017-10-02", person_id="A"), pre("2017-10-02", person_id="B"), pre("2017-10-02", family="F2")]
    assert court.pre_proceedings(small_records(pre_proceedings=rows), WHEN).counts[QUARTER] == 2


def test_a_row_without_a_family_is_told_by_its_child(small_records):
    rows = [
        {"person_id": "A", "pre_pro_decision_date": "2017-10-02"},
        {"person_id": "B", "pre_pro_decision_date": "2017-10-02"},
    ]
    assert court.pre_proceedings(small_records(pre_proceedings=rows), WHEN).counts[QUARTER] == 2


def test_a_family_that_leaves_pre_proceedings_on_the_last_day_is_not_in_them_at_its_close(small_records):
    rows = [pre("2017-10-02", "2017-12-31"), pre("2017-12-31", family="F2"), pre("2018-01-01", family="F3")]
    assert court.pre_proceedings(small_records(pre_proceedings=rows), WHEN).counts[QUARTER] == 1


@pytest.mark.parametrize(
    ("start", "band"),
    [
        ("2017-10-08", "12 weeks or less"),  # 84 days before the close
        ("2017-10-07", "over 12 to 16 weeks"),
        ("2017-09-10", "over 12 to 16 weeks"),  # 112
        ("2017-09-09", "over 16 to 26 weeks"),
        ("2017-07-02", "over 16 to 26 weeks"),  # 182
        ("2017-07-01", "over 26 weeks"),
    ],
)
def test_the_weeks_in_pre_proceedings_hold_their_last_day(small_records, start, band):
    found = court.pre_proceedings(small_records(pre_proceedings=[pre(start)]), WHEN, ["weeks_in_it"]).counts
    assert found[found > 0].index.get_level_values(0).unique().tolist()[-1] == band


def test_how_pre_proceedings_ended_is_shared_among_those_that_ended_and_an_untold_outcome_is_unknown(small_records):
    rows = [
        pre("2017-07-03", "2017-12-29", pre_pro_outcome="issue care proceedings"),
        pre("2017-07-03", "2017-12-29", "F2", pre_pro_outcome="step down"),
        pre("2017-07-03", "2017-12-29", "F3"),
        pre("2017-07-03", "2018-01-02", "F4", pre_pro_outcome="step down"),
        pre("2017-07-03", None, "F5"),
    ]
    found = court.pre_proceedings_outcomes(small_records(pre_proceedings=rows), WHEN, ["outcome"])
    told = {name: int(found.numerator[name][QUARTER]) for name in found.numerator.index.levels[0]}
    assert told == {"care proceedings issued": 1, "stepped down": 1, "unknown": 1}
    assert found.denominator[QUARTER] == 3


@pytest.mark.parametrize(("end", "in_time"), [("2017-12-15", 1), ("2017-12-16", 0)])
def test_proceedings_that_end_on_the_last_day_of_the_26th_week_are_in_time(small_records, end, in_time):
    found = court.care_proceedings(small_records(care_proceedings=[case("2017-06-16", end)]), WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (in_time, 1)
    banded = court.care_proceedings(small_records(care_proceedings=[case("2017-06-16", end)]), WHEN, ["weeks_at_court"])
    band = "over 16 to 26 weeks" if in_time else "over 26 to 39 weeks"
    assert banded.numerator[band][QUARTER] == 1


def test_open_proceedings_are_in_no_share_and_stand_beside_it_from_the_day_after_26_weeks(small_records):
    rows = [case("2017-07-02"), case("2017-07-01", family="F2")]  # 182 and 183 days to 31 December
    found = court.care_proceedings(small_records(care_proceedings=rows), WHEN)
    assert found.denominator[QUARTER] == 0
    assert found.beside["open and already past 26 weeks"][QUARTER] == 1


def test_the_days_to_legal_advice_are_of_the_advice_that_came_in_the_period(small_records):
    asked = {"legal_advice_requested": "2017-12-22", "legal_advice_received": "2017-12-29"}
    late = {"legal_advice_requested": "2017-12-22", "legal_advice_received": "2018-01-05"}
    records = small_records(pre_proceedings=[pre("2017-12-22", **asked), pre("2017-12-22", family="F2", **late)])
    found = court.legal_advice_days(records, WHEN)
    assert (found.table.n[QUARTER], found.table["median"][QUARTER]) == (1, 7)
    assert found.beside["asked for and not yet had"][QUARTER] == 1


def test_a_request_that_stands_in_both_lists_counts_once(small_records):
    asked = {"legal_advice_requested": "2017-12-01", "legal_advice_received": "2017-12-15"}
    records = small_records(
        pre_proceedings=[pre("2017-10-02", **asked)], care_proceedings=[case("2017-12-20", **asked)]
    )
    assert court.legal_advice_days(records, WHEN).table.n[DECEMBER] == 1


@pytest.mark.parametrize(("received", "band"), [("2017-12-08", "7 days or less"), ("2017-12-09", "8 to 14 days")])
def test_advice_on_the_seventh_day_took_seven_days_or_less(small_records, received, band):
    rows = [pre("2017-12-01", legal_advice_requested="2017-12-01", legal_advice_received=received)]
    found = court.legal_advice_days(small_records(pre_proceedings=rows), WHEN, ["wait"])
    assert (found.numerator[band][DECEMBER], found.denominator[DECEMBER]) == (1, 1)
