"""Mistakes found in other tools that compute these measures: each test fails when its mistake is put in here."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.figures.comparators import comparators, neighbours
from quarterdeck.figures.frame import figures
from quarterdeck.measures import (
    child_protection,
    children_in_need,
    front_door,
    looked_after,
    missing,
    placements,
)
from quarterdeck.measures.describe import DFE_DURATIONS, age_on, describe, duration_in_months
from quarterdeck.measures.registry import CATALOGUE, catalogue
from quarterdeck.quarter import Quarter, periods
from quarterdeck.reference import project_folder
from quarterdeck.working_days import working_days

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]


def of_quarter(ratio) -> tuple[int, int]:
    return int(ratio.numerator[QUARTER]), int(ratio.denominator[QUARTER])


def dates(*days: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(days))).astype("datetime64[us]")


def assessment(start: str, end: str | None, person: str = "A") -> dict[str, object]:
    return {
        "assessment_id": f"{person}{start}",
        "person_id": person,
        "referral_id": person,
        "assessment_start_date": start,
        "assessment_auth_date": end,
    }


def cp_plan(start: str, end: str | None = None, person: str = "A", **more: object) -> dict[str, object]:
    return {
        "cp_plan_id": f"{person}{start}",
        "person_id": person,
        "cp_plan_start_date": start,
        "cp_plan_end_date": end,
        **more,
    }


def care(start: str, end: str | None = None, person: str = "A", **more: object) -> dict[str, object]:
    row = {
        "cla_episode_id": f"{person}{start}",
        "cla_episode_start_reason": "S",
        "legal_status": "C2",
        "cla_placement_type": "U6",
        "cla_placement_provider": "PR1",
        "cla_episode_ceased_reason": "X1" if end else None,
    }
    return {**row, "person_id": person, "cla_episode_start_date": start, "cla_episode_ceased_date": end, **more}


def gone(start: str, end: str | None, person: str = "A") -> dict[str, object]:
    return {
        "person_id": person,
        "missing_episode_type": "missing",
        "missing_episode_start_date": start,
        "missing_episode_end_date": end,
        "looked_after": False,
    }


def test_a_population_of_ages_0_to_21_would_make_every_rate_18_percent_too_low(small_records):
    catalogue()
    rows = [cp_plan("2017-10-02", person=str(n)) for n in range(478)]
    found = figures(small_records(cp_plans=rows), [CATALOGUE["cp_plan_rate"]], WHEN)
    rate = found[(found.kind == "quarter") & (found.breakdown == "all")].iloc[0]
    assert rate.denominator == 116_697  # ages 0 to 17, mid-2017
    assert rate.value == pytest.approx(40.96, abs=0.005)


def test_without_bank_holidays_44_working_days_would_count_as_47():
    # Good Friday, Easter Monday and the early May bank holiday of 2018 lie between these days.
    assert working_days(dates("2018-03-20"), dates("2018-05-24")).tolist() == [44]
    assert len(pd.bdate_range("2018-03-21", "2018-05-24")) == 47


def test_an_assessment_that_bank_holidays_bring_inside_the_limit_is_on_time(small_records):
    spring = periods(Quarter(2018, 1), Quarter(2018, 1))
    records = small_records(quarter="2018-19 Q1", cin_assessments=[assessment("2018-03-20", "2018-05-24")])
    found = front_door.assessments_in_45_days(records, spring[spring.kind == "quarter"])
    assert (found.numerator.tolist(), found.denominator.tolist()) == ([1], [1])


def test_an_open_assessment_end_dated_today_is_kept_out_of_the_45_day_figure(small_records):
    records = small_records(
        cin_assessments=[assessment("2017-12-18", None), assessment("2017-10-02", "2017-10-20", "B")]
    )
    assert of_quarter(front_door.assessments_in_45_days(records, WHEN)) == (1, 1)


def test_a_child_who_has_left_care_is_not_kept_in_placement_stability(small_records):
    moves = [
        care("2017-04-03", "2017-06-01"),
        care("2017-06-01", "2017-08-01", cla_episode_start_reason="P"),
        care("2017-08-01", "2017-12-01", cla_episode_start_reason="P", cla_episode_ceased_reason="E4A"),
    ]
    left = small_records(cla_episodes=[*moves, care("2017-04-03", person="B")])
    assert of_quarter(placements.three_plus_placements(left, WHEN)) == (0, 1)
    stayed = [*moves[:2], care("2017-08-01", cla_episode_start_reason="P"), care("2017-04-03", person="B")]
    assert of_quarter(placements.three_plus_placements(small_records(cla_episodes=stayed), WHEN)) == (1, 2)


def test_a_date_compared_with_itself_would_make_every_assessment_conference_and_review_on_time(small_records):
    records = small_records(
        cin_assessments=[assessment("2017-01-09", "2017-12-11")],
        s47_enquiry=[
            {"s47_enquiry_id": "1", "person_id": "A", "s47_start_date": "2017-10-02", "icpc_date": "2017-12-11"}
        ],
        cla_episodes=[care("2017-10-02")],
        cla_reviews=[{"person_id": "A", "cla_review_date": "2017-12-11", "cla_review_participation": "PN1"}],
    )
    assert of_quarter(front_door.assessments_in_45_days(records, WHEN)) == (0, 1)
    assert of_quarter(front_door.icpc_in_15_days(records, WHEN)) == (0, 1)
    assert of_quarter(looked_after.review_timeliness(records, WHEN)) == (0, 1)


def test_a_referral_compared_with_itself_would_be_a_re_referral(small_records):
    rows = [{"referral_id": "1", "person_id": "A", "referral_date": "2017-11-06"}]
    assert of_quarter(front_door.rereferrals_12_months(small_records(cin_episodes=rows), WHEN)) == (0, 1)


def test_an_inner_join_would_drop_the_episodes_that_no_interview_followed_and_give_100_percent(small_records):
    records = small_records(
        missing=[gone("2017-11-01", "2017-11-02"), gone("2017-11-08", "2017-11-09", "B")],
        return_interviews=[
            {
                "person_id": "A",
                "missing_episode_start_date": "2017-11-01",
                "missing_rhi_offered": True,
                "missing_rhi_accepted": True,
                "interview_date": "2017-11-03",
            }
        ],
        cla_episodes=[],
    )
    assert of_quarter(missing.return_interviews_home(records, WHEN)) == (1, 2)


def test_an_inner_join_would_drop_a_review_that_was_due_and_never_held(small_records):
    records = small_records(
        cla_episodes=[care("2017-10-02"), care("2017-10-02", person="B")],
        cla_reviews=[{"person_id": "A", "cla_review_date": "2017-10-20", "cla_review_participation": "PN1"}],
    )
    assert of_quarter(looked_after.review_timeliness(records, WHEN[WHEN.index == QUARTER])) == (1, 2)


def test_an_inner_join_would_drop_a_child_with_no_team_from_a_breakdown(small_records):
    records = small_records(
        cp_plans=[cp_plan("2017-10-02"), cp_plan("2017-10-02", person="B")],
        involvements=[{"person_id": "A", "team": "North", "from_date": "2017-10-02"}],
    )
    found = child_protection.cp_plan_rate(records, WHEN, ["team"]).counts
    assert (found["North"][QUARTER], found["unknown"][QUARTER]) == (1, 1)


def test_rows_counted_as_children_would_make_two_of_a_child_who_went_missing_twice(small_records):
    records = small_records(
        missing=[gone("2017-11-01", "2017-11-02"), gone("2017-11-20", "2017-11-21")], cla_episodes=[]
    )
    found = missing.missing_from_home(records, WHEN)
    assert found.counts[QUARTER] == 1
    assert found.beside["episodes"][QUARTER] == 2


def test_rows_counted_as_children_would_make_two_of_a_child_with_two_open_referrals(small_records):
    rows = [{"referral_id": day, "person_id": "A", "referral_date": day} for day in ("2017-10-02", "2017-11-06")]
    assert children_in_need.cin_rate(small_records(cin_episodes=rows), WHEN).counts[QUARTER] == 1


@pytest.mark.parametrize(
    ("end", "band"),
    [
        ("2017-10-10", "over 6 months to under 1 year"),  # nine months
        ("2018-01-09", "over 6 months to under 1 year"),
        ("2018-01-10", "1 to under 2 years"),
    ],
)
def test_a_band_labelled_1_year_holds_nothing_of_9_to_12_months(end, band):
    found = duration_in_months(dates("2017-01-10"), dates(end), DFE_DURATIONS, "2 years or more")
    assert found.tolist() == [band]


@pytest.mark.parametrize(
    ("start", "end", "is_open"),
    [
        ("2017-10-02", None, 1),
        ("2017-10-02", "2018-01-05", 1),
        ("2017-10-02", "2017-12-01", 0),  # begun by then, but ended
        ("2018-01-02", None, 0),  # not ended, but not begun
        ("2018-01-02", "2018-01-05", 0),
    ],
)
def test_an_or_for_an_and_would_count_plans_that_have_ended_or_not_begun(small_records, start, end, is_open):
    records = small_records(cp_plans=[cp_plan(start, end)])
    assert child_protection.cp_plan_rate(records, WHEN).counts[QUARTER] == is_open


@pytest.mark.parametrize(
    ("day", "inside"), [("2017-09-30", 0), ("2017-10-01", 1), ("2017-12-31", 1), ("2018-01-01", 0)]
)
def test_an_or_for_an_and_would_count_every_event_in_every_period(small_records, day, inside):
    rows = [{"s47_enquiry_id": "1", "person_id": "A", "s47_start_date": day}]
    assert front_door.section_47_rate(small_records(s47_enquiry=rows), WHEN).counts[QUARTER] == inside


def test_a_new_placement_is_told_by_the_reason_for_the_new_episode_and_not_by_the_reason_for_change(small_records):
    moved = [
        care("2017-04-03", "2017-06-01"),
        care("2017-06-01", "2017-08-01", cla_episode_start_reason="P"),
        care("2017-08-01", cla_episode_start_reason="P"),
    ]
    assert of_quarter(placements.three_plus_placements(small_records(cla_episodes=moved), WHEN)) == (1, 1)
    # A change of legal status, on which an authority wrote a reason for a change of placement all the same.
    stayed = [
        care("2017-04-03", "2017-06-01", cla_placement_change_reason="CARPL"),
        care("2017-06-01", "2017-08-01", cla_episode_start_reason="L", cla_placement_change_reason="CARPL"),
        care("2017-08-01", cla_episode_start_reason="L"),
    ]
    assert of_quarter(placements.three_plus_placements(small_records(cla_episodes=stayed), WHEN)) == (0, 1)


def test_ages_are_told_on_the_day_in_question_and_not_on_1_january(small_records):
    assert age_on(dates("2012-11-15", "2012-11-15"), dates("2017-11-14", "2017-11-15")).tolist() == [4, 5]
    records = small_records(cp_plans=[cp_plan("2017-10-02")], person=[{"person_id": "A", "dob": "2007-12-31"}])
    found = child_protection.cp_plan_rate(records, WHEN, ["age_band"]).counts
    months = WHEN.index[WHEN.kind == "month"]
    assert [int(found["5 to 9"][month]) for month in months] == [1, 1, 0]
    assert [int(found["10 to 15"][month]) for month in months] == [0, 0, 1]


def test_nothing_is_filled_in_from_the_child_in_the_next_row(small_records):
    records = small_records(
        person=[
            {"person_id": "A", "sex": "F", "dob": "2010-01-01"},
            {"person_id": "B"},
            {"person_id": "C", "sex": "M"},
        ],
        involvements=[
            {"person_id": "A", "team": "North", "from_date": "2017-04-01"},
            {"person_id": "C", "team": "South", "from_date": "2017-04-01"},
        ],
    )
    rows = pd.DataFrame({"person_id": ["A", "B", "C"], "on": dates("2017-10-02", "2017-10-02", "2017-10-02")})
    told = describe(records, rows, "on", ["sex", "age_band", "team", "ethnicity"])
    assert told.sex.tolist() == ["female", "unknown", "male"]
    assert told.age_band.isna().tolist() == [False, True, True]
    assert told.team.tolist() == ["North", "unknown", "South"]


def test_an_earlier_plan_of_the_child_in_the_row_before_makes_no_repeat(small_records):
    records = small_records(cp_plans=[cp_plan("2016-10-03", "2017-06-01", "A"), cp_plan("2017-11-06", person="B")])
    found = child_protection.cp_repeat_plans(records, WHEN, ["earlier_plan"]).numerator
    assert (found["ever"][QUARTER], found["ended within 24 months"][QUARTER]) == (0, 0)


def test_a_suppressed_figure_of_a_neighbour_is_in_no_average_and_no_rank():
    date = pd.Timestamp("2017-12-31")
    found = comparators("E10000034", "cp_plans_over_2_years", date, paper=pd.Timestamp("2018-03-22"))
    assert found is not None
    published = pd.read_parquet(project_folder() / "data" / "reference" / "comparators.parquet")
    year = pd.to_datetime(published.year_ending.astype("str")) == found.year_ending
    rows = published[(published.measure == found.comparator) & year].set_index("area_code")
    near = rows.loc[[code for code in neighbours("E10000034", date)[1] if code in rows.index]]
    known = near.value.dropna()
    assert (near.status == "c").any(), "this year has no suppressed neighbour to test on: choose another"
    assert near.value[near.status == "c"].isna().all()
    assert found.neighbours_counted == len(known)
    assert found.neighbours_mean == pytest.approx(known.mean(), abs=0.05)  # printed to one decimal
    assert found.of <= rows[rows.area_type == "local_authority"].value.notna().sum() + 5  # five since abolished
