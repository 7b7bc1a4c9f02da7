"""The measures of children in need and of open cases, on both sides of every boundary."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.figures.frame import figures
from quarterdeck.measures import children_in_need, open_cases
from quarterdeck.measures.registry import CATALOGUE
from quarterdeck.quarter import Quarter, periods
from quarterdeck.records import NotAvailable

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]
TEAMS = {"Safeguarding North": "safeguarding", "Through Care": "through_care", "Leaving Care": "care_leavers"}
TABLES = ("cin_episodes", "cin_assessments", "cin_plans", "cp_plans", "cla_episodes", "involvements")


def cin_plan(start: str, end: str | None = None, person: str = "A", **more: object) -> dict[str, object]:
    return {
        "cin_plan_id": f"{person}{start}",
        "person_id": person,
        "referral_id": person,
        "cin_plan_start_date": start,
        "cin_plan_end_date": end,
        **more,
    }


def episode(referred: str, closed: str | None = None, person: str = "A", **more: object) -> dict[str, object]:
    return {"referral_id": person, "person_id": person, "referral_date": referred, "close_date": closed, **more}


def cp_plan(start: str, person: str = "A") -> dict[str, object]:
    return {"cp_plan_id": person, "person_id": person, "cp_plan_start_date": start}


def care(start: str, person: str = "A", **more: object) -> dict[str, object]:
    return {
        "cla_episode_id": person,
        "person_id": person,
        "cla_episode_start_date": start,
        "cla_episode_start_reason": "S",
        "legal_status": "C2",
        **more,
    }


def with_team(team: str, person: str = "A", start: str = "2017-04-01", end: str | None = None) -> dict[str, object]:
    return {"person_id": person, "team": team, "worker_id": "W1", "from_date": start, "to_date": end}


@pytest.fixture
def county(small_records):
    """Records in which every table of a child's case is there, empty unless named."""

    def make(**rows):
        return small_records(teams=TEAMS, **({name: [] for name in TABLES} | rows))

    return make


def of_quarter(ratio) -> tuple[int, int]:
    return int(ratio.numerator[QUARTER]), int(ratio.denominator[QUARTER])


# the local definition


def safeguarding(records) -> int:
    return int(children_in_need.cin_plan_rate_safeguarding(records, WHEN).counts[QUARTER])


def test_a_child_in_need_plan_with_a_safeguarding_team_counts_and_with_another_team_does_not(county):
    plans = [cin_plan("2017-10-02")]
    assert safeguarding(county(cin_plans=plans, involvements=[with_team("Safeguarding North")])) == 1
    assert safeguarding(county(cin_plans=plans, involvements=[with_team("Through Care")])) == 0
    assert safeguarding(county(cin_plans=plans)) == 0


def test_a_child_on_a_protection_plan_or_looked_after_is_not_counted_again(county):
    base = {"cin_plans": [cin_plan("2017-10-02")], "involvements": [with_team("Safeguarding North")]}
    assert safeguarding(county(**base, cp_plans=[cp_plan("2017-12-31")])) == 0
    assert safeguarding(county(**base, cla_episodes=[care("2017-12-31")])) == 0
    assert safeguarding(county(**base, cp_plans=[cp_plan("2018-01-01")])) == 1


def test_a_child_looked_after_only_for_short_breaks_still_counts(county):
    base = {"cin_plans": [cin_plan("2017-10-02")], "involvements": [with_team("Safeguarding North")]}
    assert safeguarding(county(**base, cla_episodes=[care("2017-11-01", legal_status="V4")])) == 1


def test_a_child_with_two_plans_is_one_child(county):
    plans = [cin_plan("2017-10-02"), cin_plan("2017-11-02")]
    assert safeguarding(county(cin_plans=plans, involvements=[with_team("Safeguarding North")])) == 1


def test_without_allocations_the_local_rate_is_not_available_from_these_sources(small_records):
    records = small_records(cin_plans=[cin_plan("2017-10-02")], cp_plans=[], cla_episodes=[])
    with pytest.raises(NotAvailable, match="involvements"):
        children_in_need.cin_plan_rate_safeguarding(records, WHEN)
    found = figures(records, [CATALOGUE["cin_plan_rate_safeguarding"]], WHEN)
    assert set(found.status) == {"x"}


# DfE's definition


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        (episode("2017-10-02"), 1),
        (episode("2017-12-31"), 1),
        (episode("2018-01-01"), 0),
        (episode("2017-10-02", "2017-12-31"), 0),
        (episode("2017-10-02", "2018-01-01"), 1),
        (episode("2017-10-02", referral_nfa=True), 0),
        (episode("2017-10-02", referral_nfa=False), 1),
        (episode("2017-10-02", "2018-01-10", close_reason="RC8"), 0),
        (episode("2017-10-02", "2018-01-10", close_reason="RC9"), 0),
        (episode("2017-10-02", "2018-01-10", close_reason="RC7"), 1),
    ],
)
def test_dfes_count_leaves_out_what_closed_with_no_further_action_or_after_assessment(county, row, counts):
    assert children_in_need.cin_rate(county(cin_episodes=[row]), WHEN).counts[QUARTER] == counts


def test_dfes_count_takes_in_children_on_plans_and_in_care_each_once(county):
    records = county(
        cin_episodes=[episode("2017-10-02"), episode("2017-11-02", referral_id="again")],
        cp_plans=[cp_plan("2017-10-09")],
        cla_episodes=[care("2017-11-01")],
    )
    assert children_in_need.cin_rate(records, WHEN).counts[QUARTER] == 1


# nine months


@pytest.mark.parametrize(("start", "over"), [("2017-03-31", 0), ("2017-03-30", 1)])
def test_nine_months_from_31_march_end_on_31_december_and_are_over_the_day_after(county, start, over):
    records = county(cin_plans=[cin_plan(start)], cin_episodes=[episode("2017-03-01")])
    assert of_quarter(children_in_need.cin_open_over_9_months(records, WHEN)) == (over, 1)


def test_plans_and_cases_open_over_nine_months_are_kept_apart(county):
    records = county(cin_plans=[cin_plan("2017-10-02")], cin_episodes=[episode("2016-10-02")])
    found = children_in_need.cin_open_over_9_months(records, WHEN, ["plans_or_cases"])
    assert (found.numerator["plans"][QUARTER], found.denominator["plans"][QUARTER]) == (0, 1)
    assert (found.numerator["cases"][QUARTER], found.denominator["cases"][QUARTER]) == (1, 1)


def test_a_plan_whose_referral_no_return_holds_is_in_no_case_figure(county):
    records = county(cin_plans=[cin_plan("2017-10-02")])
    found = children_in_need.cin_open_over_9_months(records, WHEN, ["plans_or_cases"])
    assert found.denominator["cases"][QUARTER] == 0


# open cases


def categories(records) -> dict[str, int]:
    found = open_cases.open_cases(records, WHEN, ["category"]).counts
    return {category: int(n) for (category, period), n in found.items() if period == QUARTER and n}


def test_each_child_is_an_open_case_once_in_the_first_category_that_applies(county):
    everything = {
        "cla_episodes": [care("2017-11-01")],
        "cp_plans": [cp_plan("2017-10-09")],
        "cin_plans": [cin_plan("2017-10-02")],
        "cin_assessments": [{"assessment_id": "1", "person_id": "A", "assessment_start_date": "2017-10-02"}],
        "involvements": [with_team("Leaving Care")],
        "cin_episodes": [episode("2017-10-01")],
    }
    expected = [
        "looked after",
        "child protection plan",
        "child in need plan",
        "open assessment",
        "care leaver",
        "other",
    ]
    for table, category in zip(everything, expected, strict=True):
        assert categories(county(**everything)) == {category: 1}
        everything = everything | {table: []}
    assert categories(county(**everything)) == {}


def test_a_care_leaver_is_told_by_the_latest_list_of_care_leavers_where_there_is_one(county):
    leavers = [
        {"person_id": "A", "as_at": "2017-09-30"},
        {"person_id": "B", "as_at": "2017-12-31"},
        {"person_id": "C", "as_at": "2018-03-31"},
    ]
    records = county(care_leavers=leavers, involvements=[with_team("Leaving Care", "D")])
    when = WHEN[WHEN.kind == "quarter"]
    assert open_cases.open_children(records, when).person_id.tolist() == ["B"]


def test_open_cases_are_not_available_without_the_looked_after_return(small_records):
    records = small_records(cin_episodes=[episode("2017-10-02")], cp_plans=[], cin_plans=[], cin_assessments=[])
    with pytest.raises(NotAvailable, match="cla_episodes"):
        open_cases.open_cases(records, WHEN)


def test_children_in_need_are_a_share_of_the_safeguarding_teams_open_cases_alone(county):
    records = county(
        cin_plans=[cin_plan("2017-10-02"), cin_plan("2017-10-02", None, "C")],
        cp_plans=[cp_plan("2017-10-02", "B")],
        involvements=[with_team("Safeguarding North", person) for person in "AB"] + [with_team("Through Care", "C")],
    )
    assert of_quarter(open_cases.cin_share_of_safeguarding(records, WHEN)) == (1, 2)
    shares = open_cases.cin_share_of_safeguarding(records, WHEN, ["category"])
    assert shares.numerator["child protection plan"][QUARTER] == 1
    assert shares.denominator[QUARTER] == 2


# who a child is with


def test_of_two_teams_at_once_the_later_counts_and_the_earlier_again_when_the_later_has_ended(county):
    base = {"cin_plans": [cin_plan("2017-04-02")]}
    both = [with_team("Safeguarding North", start="2017-04-01"), with_team("Through Care", start="2017-05-01")]
    assert safeguarding(county(**base, involvements=both)) == 0
    ended = [both[0], with_team("Through Care", start="2017-05-01", end="2017-12-01")]
    assert safeguarding(county(**base, involvements=ended)) == 1


def test_ages_are_those_of_the_day_in_question_and_not_of_1_january(county):
    records = county(cin_episodes=[episode("2017-10-02")], person=[{"person_id": "A", "dob": "2012-11-15"}])
    found = children_in_need.cin_rate(records, WHEN, ["age_band"]).counts
    months = WHEN.index[WHEN.kind == "month"]
    assert [int(found["1 to 4"][number]) for number in months] == [1, 0, 0]
    assert [int(found["5 to 9"][number]) for number in months] == [0, 1, 1]


def test_a_stock_told_by_two_extracts_is_that_of_the_dates_own_year(county):
    when = periods(Quarter(2016, 4), Quarter(2017, 1))
    closes = when[(when.kind == "quarter")]
    records = county(
        cin_episodes=[
            episode("2017-01-05", collection_year=2017),
            episode("2017-01-05", person="B", collection_year=2017),
            episode("2017-01-05", collection_year=2018),
        ]
    )
    assert children_in_need.cin_rate(records, closes).counts.tolist() == [2, 1]
    assert pd.api.types.is_integer_dtype(children_in_need.cin_rate(records, closes).counts)


@pytest.mark.parametrize(
    ("start", "over", "drift"),
    [
        ("2017-09-10", 0, "16 weeks or less"),  # 112 days before the close
        ("2017-09-09", 1, "over 16 weeks to 9 months"),
        ("2017-03-31", 1, "over 16 weeks to 9 months"),
        ("2017-03-30", 1, "over 9 months"),
    ],
)
def test_a_plan_of_sixteen_weeks_to_the_day_is_not_over_them(county, start, over, drift):
    records = county(cin_plans=[cin_plan(start)])
    found = children_in_need.cin_open_over_16_weeks(records, WHEN)
    assert (found.numerator[QUARTER], found.denominator[QUARTER]) == (over, 1)
    assert children_in_need.cin_open_over_16_weeks(records, WHEN, ["drift"]).numerator[drift][QUARTER] == 1
