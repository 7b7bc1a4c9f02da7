"""The measures of child protection plans, on both sides of every boundary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quarterdeck.figures.frame import figures
from quarterdeck.measures import child_protection
from quarterdeck.measures.registry import CATALOGUE
from quarterdeck.quarter import Quarter, periods
from quarterdeck.records import Records

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]
YEAR_TO_DATE = WHEN.index[(WHEN.kind == "year_to_date") & (WHEN.end == "2017-12-31")][0]


def plan(start: str, end: str | None = None, person: str = "A", **more: object) -> dict[str, object]:
    return {
        "cp_plan_id": f"{person}{start}",
        "person_id": person,
        "cp_plan_start_date": start,
        "cp_plan_end_date": end,
        **more,
    }


def of_quarter(ratio) -> tuple[int, int]:
    return int(ratio.numerator[QUARTER]), int(ratio.denominator[QUARTER])


def test_a_plan_that_ends_on_the_last_day_is_not_open_at_its_close_and_one_that_starts_then_is(small_records):
    records = small_records(
        cp_plans=[
            plan("2017-10-02", "2017-12-31"),
            plan("2017-12-31", None, "B"),
            plan("2017-12-01", "2018-01-01", "C"),
        ]
    )
    assert child_protection.cp_plan_rate(records, WHEN).counts[QUARTER] == 2


def test_plans_are_divided_by_the_children_of_0_to_17_at_the_mid_year_before(small_records):
    records = small_records(cp_plans=[plan("2017-10-02", person=str(n)) for n in range(478)])
    found = figures(records, [CATALOGUE["cp_plan_rate"]], WHEN)
    whole = found[(found.kind == "quarter") & (found.breakdown == "all")]
    assert whole.denominator.tolist() == [116_697.0]
    assert whole.value.round(1).tolist() == [41.0]


def test_every_period_that_closes_on_a_day_has_that_days_stock(small_records):
    found = figures(small_records(cp_plans=[plan("2017-10-02")]), [CATALOGUE["cp_plan_rate"]], WHEN)
    closes = found[(found.end == "2017-12-31") & (found.breakdown == "all")]
    assert set(closes.kind) == {"month", "quarter", "year_to_date", "rolling_12_months"}
    assert closes.value.nunique() == 1


def test_the_category_of_abuse_is_the_latest_and_an_unrecorded_one_is_unknown(small_records):
    codes = {"cp_plan_initial_category": "NEG", "cp_plan_latest_category": "EMO"}
    records = small_records(cp_plans=[plan("2017-10-02", **codes), plan("2017-10-02", person="B")])
    found = child_protection.cp_plan_rate(records, WHEN, ["category_of_abuse"]).counts
    assert (found["emotional abuse"][QUARTER], found["unknown"][QUARTER]) == (1, 1)


def test_an_unborn_child_is_counted_on_a_plan_and_is_not_under_one(small_records):
    people = [{"person_id": "A", "dob": "2018-02-01"}, {"person_id": "B", "dob": "2017-12-31"}]
    records = small_records(cp_plans=[plan("2017-10-02"), plan("2017-10-02", person="B")], person=people)
    found = child_protection.cp_plan_rate(records, WHEN, ["age_band"]).counts
    assert (found["unborn"][QUARTER], found["under 1"][QUARTER]) == (1, 1)


def test_starts_less_ends_since_1_april_are_the_net_change(small_records):
    records = small_records(
        cp_plans=[
            plan("2017-03-31", "2017-04-01"),
            plan("2017-04-01", "2017-12-31", "B"),
            plan("2017-05-01", None, "C"),
            plan("2018-01-01", None, "D"),
        ]
    )
    found = child_protection.cp_starts_and_ceases(records, WHEN, ["flow"]).counts
    assert [found[flow][YEAR_TO_DATE] for flow in ("started", "ended", "net change")] == [2, 2, 0]
    assert child_protection.cp_starts_and_ceases(records, WHEN).counts[QUARTER] == -1


def test_a_net_fall_is_broken_down_like_a_net_rise(small_records):
    records = small_records(cp_plans=[plan("2017-01-10", "2017-11-01")], person=[{"person_id": "A", "sex": "F"}])
    assert child_protection.cp_starts_and_ceases(records, WHEN, ["sex"]).counts["female"][QUARTER] == -1


# why plans end


def test_the_authoritys_list_tells_why_a_plan_ended(small_records):
    reasons = ["into care", "Threshold no longer met", "moved away", "18", "died", "other"]
    records = small_records(
        cp_plans=[plan("2017-01-10", "2017-11-01", str(n)) for n in range(7)],
        cp_plan_ends=[
            {"person_id": str(n), "end_date": "2017-11-01", "reason": reason} for n, reason in enumerate(reasons)
        ],
    )
    found = child_protection.cp_end_reasons(records, WHEN, ["reason"])
    counts = {reason: int(n) for (reason, period), n in found.numerator.items() if period == QUARTER}
    assert counts == {"came into care": 1, "threshold no longer met": 1, "other": 4, "unknown": 1}
    assert found.denominator[QUARTER] == 7


@pytest.mark.parametrize(
    ("care_began", "reason"),
    [
        ("2017-11-20", "came into care"),  # ten working days after Monday 6 November
        ("2017-11-21", "unknown"),
        ("2017-10-23", "came into care"),  # and ten before it
        ("2017-10-20", "unknown"),
    ],
)
def test_without_the_list_a_plan_ended_in_care_that_began_within_10_working_days_of_its_end(
    small_records, care_began, reason
):
    care = {
        "cla_episode_id": "1",
        "person_id": "A",
        "cla_episode_start_date": care_began,
        "cla_episode_start_reason": "S",
        "legal_status": "C2",
    }
    records = small_records(cp_plans=[plan("2017-01-10", "2017-11-06")], cla_episodes=[care])
    assert child_protection.cp_end_reasons(records, WHEN, ["reason"]).numerator[reason][QUARTER] == 1


@pytest.mark.parametrize(
    ("start", "band"),
    [
        ("2017-08-15", "3 months or less"),
        ("2017-08-14", "over 3 to 6 months"),
        ("2017-05-15", "over 3 to 6 months"),
        ("2017-05-14", "over 6 to under 9 months"),
        ("2017-02-16", "over 6 to under 9 months"),
        ("2017-02-15", "9 to 15 months"),
        ("2016-08-15", "9 to 15 months"),
        ("2016-08-14", "over 15 months to under 2 years"),
        ("2015-11-16", "over 15 months to under 2 years"),
        ("2015-11-15", "2 years or more"),
    ],
)
def test_how_long_a_plan_had_lasted_is_told_in_calendar_months(small_records, start, band):
    records = small_records(cp_plans=[plan(start, "2017-11-15")])
    assert child_protection.cp_duration_at_end(records, WHEN, ["duration_band"]).numerator[band][QUARTER] == 1
    assert of_quarter(child_protection.cp_duration_at_end(records, WHEN)) == (int(band == "2 years or more"), 1)


def test_the_bands_of_plans_that_ended_in_care_are_shares_of_those_alone(small_records):
    records = small_records(
        cp_plans=[plan("2016-11-01", "2017-11-15"), plan("2016-11-01", "2017-11-15", "B")],
        cp_plan_ends=[
            {"person_id": "A", "end_date": "2017-11-15", "reason": "into care"},
            {"person_id": "B", "end_date": "2017-11-15", "reason": "threshold no longer met"},
        ],
    )
    found = child_protection.cp_duration_at_end(records, WHEN, ["duration_of_those_into_care"])
    assert found.numerator["9 to 15 months"][QUARTER] == 1
    assert found.denominator[QUARTER] == 1


# repeat plans


@pytest.mark.parametrize(("ended", "within"), [("2015-11-15", 1), ("2015-11-14", 0), ("2017-11-15", 1)])
def test_a_plan_is_a_repeat_within_24_months_up_to_the_day_two_years_after_the_last_ones_end(
    small_records, ended, within
):
    records = small_records(
        cp_plans=[plan("2015-01-10", ended, number_of_previous_cpp=0), plan("2017-11-15", number_of_previous_cpp=1)]
    )
    found = child_protection.cp_repeat_plans(records, WHEN, ["earlier_plan"])
    assert found.numerator["ended within 24 months"][QUARTER] == within
    assert found.numerator["ever"][QUARTER] == 1


def test_an_earlier_plan_that_no_return_holds_counts_as_dfe_counts_it(small_records):
    records = small_records(cp_plans=[plan("2017-11-15", number_of_previous_cpp=1)])
    assert of_quarter(child_protection.cp_repeat_plans(records, WHEN)) == (1, 1)


def test_where_the_number_of_earlier_plans_is_missing_the_returns_held_tell(small_records):
    records = small_records(
        cp_plans=[plan("2014-05-01", "2014-08-01"), plan("2017-11-15"), plan("2017-11-15", None, "B")]
    )
    assert of_quarter(child_protection.cp_repeat_plans(records, WHEN)) == (1, 2)


def test_the_last_plan_is_looked_for_in_every_years_extract(small_records):
    records = small_records(
        cp_plans=[
            plan("2016-05-01", "2016-08-01", number_of_previous_cpp=0, collection_year=2017),
            plan("2017-11-15", number_of_previous_cpp=1, collection_year=2018),
        ]
    )
    found = child_protection.cp_repeat_plans(records, WHEN, ["earlier_plan"])
    assert found.numerator["ended within 24 months"][QUARTER] == 1


# long plans and reviews


@pytest.mark.parametrize(("start", "long"), [("2015-12-31", 1), ("2016-01-01", 0)])
def test_a_plan_is_open_two_years_on_the_second_anniversary_of_its_start(small_records, start, long):
    assert of_quarter(child_protection.cp_plans_over_2_years(small_records(cp_plans=[plan(start)]), WHEN)) == (long, 1)


def reviewed(small_records, start: str, *held: str) -> tuple[int, int]:
    reviews = [{"cp_plan_id": f"A{start}", "person_id": "A", "cp_review_date": day} for day in held]
    records = small_records(cp_plans=[plan(start)], cp_reviews=reviews)
    return of_quarter(child_protection.cp_reviews_in_time(records, WHEN))


def test_a_first_review_three_months_after_the_start_is_in_time_and_a_day_later_is_late(small_records):
    assert reviewed(small_records, "2017-07-10", "2017-10-10") == (1, 1)
    assert reviewed(small_records, "2017-07-10", "2017-10-11") == (0, 1)


def test_a_later_review_is_due_six_months_after_the_one_before(small_records):
    assert reviewed(small_records, "2017-02-01", "2017-05-01", "2017-11-01") == (1, 1)
    assert reviewed(small_records, "2017-02-01", "2017-05-01", "2017-11-02") == (0, 1)


def test_a_review_that_is_overdue_on_the_day_is_not_in_time(small_records):
    assert reviewed(small_records, "2017-09-29") == (0, 1)
    assert reviewed(small_records, "2017-03-01", "2017-05-31", "2017-06-30") == (0, 1)
    assert reviewed(small_records, "2017-04-01", "2017-06-30") == (0, 1)
    assert reviewed(small_records, "2017-04-01", "2017-07-01") == (1, 1)


def test_a_late_review_of_more_than_a_year_ago_is_forgotten(small_records):
    since = ("2017-05-31", "2017-11-30")
    assert reviewed(small_records, "2016-05-01", "2016-12-31", "2017-06-30", "2017-12-20") == (1, 1)
    assert reviewed(small_records, "2016-05-01", "2017-01-01", *since) == (0, 1)


def test_a_plan_of_less_than_three_months_is_too_recent_to_judge(small_records):
    assert reviewed(small_records, "2017-10-01") == (0, 0)
    assert reviewed(small_records, "2017-09-30", "2017-12-01") == (1, 1)


def test_a_plan_is_judged_from_the_very_day_it_is_three_months_old(small_records):
    november = WHEN.index[(WHEN.kind == "month") & (WHEN.end == "2017-11-30")][0]
    for start, judged in (("2017-08-30", 1), ("2017-09-01", 0)):
        found = child_protection.cp_reviews_in_time(small_records(cp_plans=[plan(start)], cp_reviews=[]), WHEN)
        assert found.denominator[november] == judged


@pytest.fixture
def visited(small_records):
    """Records with the visits of child A's plan, in an authority that visits every 28 days unless told otherwise."""

    def make(*dates: str, began: str = "2017-06-01", days: int | None = 28, **more: object) -> Records:
        visits = [{"person_id": "A", "visit_date": date, "kind": "CP", **more} for date in dates]
        records = small_records(cp_plans=[plan(began)], visits=visits)
        return replace(records, authority=records.authority.model_copy(update={"cp_visit_days": days}))

    return make


@pytest.mark.parametrize(("date", "in_time"), [("2017-12-03", 1), ("2017-12-02", 0), ("2018-01-01", 0)])
def test_a_visit_on_the_last_day_of_the_interval_is_in_time(visited, date, in_time):
    assert of_quarter(child_protection.cp_visits_in_time(visited(date), WHEN)) == (in_time, 1)


@pytest.mark.parametrize(("began", "counted"), [("2017-12-03", 1), ("2017-12-04", 0)])
def test_a_plan_newer_than_the_interval_is_too_recent_to_judge(visited, began, counted):
    assert of_quarter(child_protection.cp_visits_in_time(visited(began=began), WHEN))[1] == counted


def test_a_visit_at_which_the_child_was_not_seen_or_of_another_kind_does_not_count(visited):
    assert of_quarter(child_protection.cp_visits_in_time(visited("2017-12-20", visit_seen=False), WHEN)) == (0, 1)
    assert of_quarter(child_protection.cp_visits_in_time(visited("2017-12-20", kind="CIN"), WHEN)) == (0, 1)
    assert of_quarter(child_protection.cp_visits_in_time(visited("2017-12-20", visit_seen=True), WHEN)) == (1, 1)


@pytest.mark.parametrize(
    ("dates", "when"),
    [
        (("2017-12-03",), "within the interval"),
        (("2017-11-19",), "up to 14 days past it"),  # 42 days before the close
        (("2017-11-18",), "longer ago"),
        (("2017-05-31",), "no visit told of"),  # before this plan began
    ],
)
def test_when_a_child_was_last_seen_is_told_of_this_plan(visited, dates, when):
    found = child_protection.cp_visits_in_time(visited(*dates), WHEN, ["last_visit"]).numerator
    assert found[when][QUARTER] == 1


def test_without_an_interval_in_the_profile_visits_in_time_are_not_available(visited):
    records = visited("2017-12-20", days=None)
    found = figures(records, [CATALOGUE["cp_visits_in_time"]], WHEN)
    assert set(found.status) == {"x"}
    assert found.value.isna().all()
