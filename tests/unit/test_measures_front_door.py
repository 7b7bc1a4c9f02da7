"""The measures of the family front door, on both sides of every boundary."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.figures.frame import figures
from quarterdeck.measures import front_door
from quarterdeck.measures.registry import CATALOGUE
from quarterdeck.quarter import Quarter, periods
from quarterdeck.records import NotAvailable

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]


def assessment(start: str, end: str | None, person: str = "A", **more: object) -> dict[str, object]:
    return {
        "assessment_id": f"{person} {start}",
        "person_id": person,
        "referral_id": person,
        "assessment_start_date": start,
        "assessment_auth_date": end,
        **more,
    }


def of_quarter(ratio) -> tuple[int, int]:
    return int(ratio.numerator[QUARTER]), int(ratio.denominator[QUARTER])


# 45 working days


def test_an_assessment_authorised_on_its_45th_working_day_is_on_time_and_one_on_its_46th_is_late(small_records):
    # 2 October 2017 is a Monday; nine weeks without a bank holiday end on 4 December.
    on_time = small_records(cin_assessments=[assessment("2017-10-02", "2017-12-04")])
    late = small_records(cin_assessments=[assessment("2017-10-02", "2017-12-05")])
    assert of_quarter(front_door.assessments_in_45_days(on_time, WHEN)) == (1, 1)
    assert of_quarter(front_door.assessments_in_45_days(late, WHEN)) == (0, 1)


def test_christmas_day_and_boxing_day_do_not_count_against_the_worker(small_records):
    # From 23 October 2017 there are 45 weekdays and two bank holidays to 27 December: the 45th working day.
    records = small_records(
        cin_assessments=[assessment("2017-10-23", "2017-12-27"), assessment("2017-10-23", "2017-12-28", "B")]
    )
    assert of_quarter(front_door.assessments_in_45_days(records, WHEN)) == (1, 2)


def test_good_friday_and_easter_monday_do_not_count_against_the_worker(small_records):
    # 45 working days from 9 February 2017 pass 14 and 17 April, Good Friday and Easter Monday, and end on 18 April.
    spring = periods(Quarter(2017, 1), Quarter(2017, 1))
    records = small_records(
        cin_assessments=[assessment("2017-02-10", "2017-04-18"), assessment("2017-02-10", "2017-04-19", "B")]
    )
    found = front_door.assessments_in_45_days(records, spring[spring.kind == "quarter"])
    assert (found.numerator.iloc[0], found.denominator.iloc[0]) == (1, 2)


def test_an_open_assessment_is_in_neither_the_numerator_nor_the_denominator_but_beside_once_it_is_late(small_records):
    # 27 October 2017 has its 45th working day on 3 January 2018, and 20 October on 22 December 2017.
    records = small_records(cin_assessments=[assessment("2017-10-27", None), assessment("2017-10-20", None, "B")])
    found = front_door.assessments_in_45_days(records, WHEN)
    assert of_quarter(found) == (0, 0)
    assert found.beside["open and already past 45 working days"][QUARTER] == 1


def test_an_open_assessment_is_late_from_the_day_after_its_45th_working_day(small_records):
    # Nine weeks without a bank holiday: the 45th working day after 28 September 2017 is 30 November.
    november = WHEN.index[(WHEN.kind == "month") & (WHEN.end == "2017-11-30")][0]
    late = small_records(cin_assessments=[assessment("2017-09-27", None)])
    not_yet = small_records(cin_assessments=[assessment("2017-09-28", None)])
    name = "open and already past 45 working days"
    assert front_door.assessments_in_45_days(late, WHEN).beside[name][november] == 1
    assert front_door.assessments_in_45_days(not_yet, WHEN).beside[name][november] == 0


def test_an_assessment_authorised_on_the_day_it_began_is_in_the_band_same_day(small_records):
    records = small_records(
        cin_assessments=[assessment("2017-10-02", "2017-10-02"), assessment("2017-10-02", "2017-10-03")]
    )
    found = front_door.assessments_in_45_days(records, WHEN, ["duration_band"])
    assert found.numerator["same day"][QUARTER] == 1
    assert found.numerator["1 to 10 days"][QUARTER] == 1
    assert found.denominator[QUARTER] == 2


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (0, "same day"), (1, "1 to 10 days"), (10, "1 to 10 days"), (11, "11 to 20 days"), (20, "11 to 20 days"),
        (21, "21 to 30 days"), (30, "21 to 30 days"), (31, "31 to 40 days"), (40, "31 to 40 days"),
        (41, "41 to 45 days"), (45, "41 to 45 days"), (46, "46 to 50 days"), (50, "46 to 50 days"),
        (51, "51 to 60 days"), (60, "51 to 60 days"), (61, "61 days or more"),
    ],
)  # fmt: skip
def test_the_bands_of_working_days_are_dfes(days, band):
    found = front_door.in_bands(pd.Series([days], dtype="Int64"), front_door.ASSESSMENT_BANDS, "61 days or more")
    assert found.tolist() == [band]


def test_the_median_assessment_is_the_middle_one(small_records):
    records = small_records(
        cin_assessments=[
            assessment("2017-11-06", "2017-11-07"),
            assessment("2017-11-06", "2017-11-10", "B"),
            assessment("2017-11-06", "2017-11-20", "C"),
        ]
    )
    assert front_door.assessment_duration(records, WHEN).table["median"][QUARTER] == 4


# what followed


def outcomes(records) -> dict[str, int]:
    found = front_door.assessment_outcomes(records, WHEN, ["outcome"]).numerator
    return {outcome: int(n) for (outcome, period), n in found.items() if period == QUARTER and n}


def returns(**more: list[dict[str, object]]) -> dict[str, list[dict[str, object]]]:
    """A census with one assessment authorised on Monday 6 November 2017, whose tenth working day after is the 20th."""
    episode = {"referral_id": "A", "person_id": "A", "referral_date": "2017-10-01"}
    empty: dict[str, list[dict[str, object]]] = {"s47_enquiry": [], "cp_plans": [], "cin_plans": [], "cla_episodes": []}
    return {"cin_assessments": [assessment("2017-10-02", "2017-11-06")], "cin_episodes": [episode]} | empty | more


def care_from(day: str) -> dict[str, object]:
    return {"cla_episode_id": day, "person_id": "A", "cla_episode_start_date": day, "cla_episode_start_reason": "S",
            "legal_status": "C2", "cla_placement_type": "U4"}  # fmt: skip


def cp_plan_from(day: str) -> dict[str, object]:
    return {"cp_plan_id": day, "person_id": "A", "cp_plan_start_date": day}


def s47_from(day: str) -> dict[str, object]:
    return {"s47_enquiry_id": day, "person_id": "A", "s47_start_date": day}


def cin_plan_from(day: str) -> dict[str, object]:
    return {"cin_plan_id": day, "person_id": "A", "cin_plan_start_date": day}


@pytest.mark.parametrize(
    ("table", "row", "outcome"),
    [
        ("cla_episodes", care_from, "became looked after"),
        ("cp_plans", cp_plan_from, "child protection plan"),
        ("s47_enquiry", s47_from, "strategy discussion or S47"),
        ("cin_plans", cin_plan_from, "child in need plan"),
    ],
)
def test_what_came_within_10_working_days_of_authorisation_followed_the_assessment(small_records, table, row, outcome):
    assert outcomes(small_records(**returns(**{table: [row("2017-11-06")]}))) == {outcome: 1}
    assert outcomes(small_records(**returns(**{table: [row("2017-11-20")]}))) == {outcome: 1}
    assert outcomes(small_records(**returns(**{table: [row("2017-11-21")]}))) == {"still open": 1}
    assert outcomes(small_records(**returns(**{table: [row("2017-11-05")]}))) == {"still open": 1}


def test_the_first_outcome_that_applies_counts_and_no_other(small_records):
    everything = returns(
        cla_episodes=[care_from("2017-11-10")],
        cp_plans=[cp_plan_from("2017-11-08")],
        s47_enquiry=[s47_from("2017-11-07")],
        cin_plans=[cin_plan_from("2017-11-07")],
    )
    assert outcomes(small_records(**everything)) == {"became looked after": 1}
    assert outcomes(small_records(**everything | {"cla_episodes": []})) == {"child protection plan": 1}
    assert outcomes(small_records(**everything | {"cla_episodes": [], "cp_plans": []})) == {
        "strategy discussion or S47": 1
    }


@pytest.mark.parametrize(
    ("reason", "closed", "outcome"),
    [
        ("RC8", "2017-11-10", "no further action"),
        ("RC8", "2017-12-20", "no further action"),
        ("RC9", "2017-11-10", "stepped down to early help"),
        ("RC5", "2017-11-20", "other service"),
        ("RC5", "2017-11-21", "still open"),
        ("RC7", "2017-11-20", "no further action"),
        ("RC7", "2017-11-21", "still open"),
    ],
)
def test_a_closed_case_tells_its_outcome_by_the_reason(small_records, reason, closed, outcome):
    episode = {"referral_id": "A", "person_id": "A", "referral_date": "2017-10-01", "close_date": closed}
    assert outcomes(small_records(**returns(cin_episodes=[episode | {"close_reason": reason}]))) == {outcome: 1}


def test_the_authoritys_own_list_of_outcomes_is_believed_before_the_returns(small_records):
    listed = {"person_id": "A", "assessment_start_date": "2017-10-02", "outcome": "Stepped down to early help"}
    records = small_records(**returns(cp_plans=[cp_plan_from("2017-11-08")], assessment_outcomes=[listed]))
    assert outcomes(records) == {"stepped down to early help": 1}
    source = front_door.assessment_outcomes(records, WHEN, ["outcome_source"]).numerator
    assert source["the authority's list"][QUARTER] == 1


def test_an_outcome_is_found_by_the_assessments_id_where_the_list_gives_it(small_records):
    listed = {"assessment_id": "A 2017-10-02", "outcome": "no further action"}
    assert outcomes(small_records(**returns(assessment_outcomes=[listed]))) == {"no further action": 1}


def test_an_outcome_in_other_words_is_unknown_and_still_counted(small_records):
    listed = {"assessment_id": "A 2017-10-02", "outcome": "gone fishing"}
    assert outcomes(small_records(**returns(assessment_outcomes=[listed]))) == {"unknown": 1}


def test_the_outcomes_are_shares_of_all_assessments_authorised(small_records):
    found = front_door.assessment_outcomes(small_records(**returns()), WHEN, ["outcome"])
    assert found.denominator.index.nlevels == 1
    assert found.numerator.groupby("period").sum().tolist() == found.denominator.tolist()


# repeat work


@pytest.mark.parametrize(
    ("ended", "begun", "band"),
    [
        ("2017-05-15", "2017-11-15", "within 6 months"),
        ("2017-05-14", "2017-11-15", "over 6 to 12 months"),
        ("2016-11-15", "2017-11-15", "over 6 to 12 months"),
        ("2016-11-14", "2017-11-15", "not within 12 months"),
        ("2017-11-15", "2017-11-15", "within 6 months"),
    ],
)
def test_an_assessment_is_a_repeat_up_to_the_day_a_year_after_the_last_ones_end(small_records, ended, begun, band):
    records = small_records(cin_assessments=[assessment("2016-10-01", ended), assessment(begun, None)])
    assert front_door.repeat_assessments(records, WHEN, ["since_the_last"]).numerator[band][QUARTER] == 1
    assert of_quarter(front_door.repeat_assessments(records, WHEN)) == (int(band != "not within 12 months"), 1)


def test_an_assessment_of_another_child_makes_no_repeat(small_records):
    records = small_records(
        cin_assessments=[assessment("2017-08-01", "2017-09-01", "B"), assessment("2017-11-01", None, "A")]
    )
    assert of_quarter(front_door.repeat_assessments(records, WHEN)) == (0, 1)


def referral(day: str, person: str = "A", **more: object) -> dict[str, object]:
    return {"referral_id": f"{person}{day}", "person_id": person, "referral_date": day, **more}


@pytest.mark.parametrize(("earlier", "again"), [("2016-11-15", 1), ("2016-11-14", 0), ("2017-09-14", 1)])
def test_a_referral_on_the_365th_day_after_an_earlier_one_is_a_re_referral(small_records, earlier, again):
    records = small_records(cin_episodes=[referral(earlier), referral("2017-11-15")])
    assert of_quarter(front_door.rereferrals_12_months(records, WHEN)) == (again, 1)


def test_an_earlier_referral_is_looked_for_in_every_years_extract(small_records):
    records = small_records(
        cin_episodes=[
            referral("2017-03-01", collection_year=2017),
            referral("2017-11-15", collection_year=2018),
        ]
    )
    assert of_quarter(front_door.rereferrals_12_months(records, WHEN)) == (1, 1)


def test_a_child_referred_twice_counts_twice(small_records):
    records = small_records(cin_episodes=[referral("2017-10-02"), referral("2017-11-15")])
    assert front_door.referrals(records, WHEN).counts[QUARTER] == 2


def test_a_source_that_no_code_tells_is_shown_as_unknown(small_records):
    records = small_records(cin_episodes=[referral("2017-10-02", referral_source_code="6"), referral("2017-10-03")])
    found = front_door.referrals(records, WHEN, ["referral_source"]).counts
    assert (found["police"][QUARTER], found["unknown"][QUARTER]) == (1, 1)


def test_a_referral_of_which_no_decision_is_told_is_not_one_without_action_and_still_counts(small_records):
    records = small_records(
        cin_episodes=[
            referral("2017-10-01", referral_nfa=True, referral_source_code="6"),
            referral("2017-12-31", referral_nfa=False, referral_source_code="6"),
            referral("2017-11-01", referral_nfa=None),
            referral("2017-09-30", referral_nfa=True),
            referral("2018-01-01", referral_nfa=True),
        ]
    )
    assert of_quarter(front_door.referral_no_further_action(records, WHEN)) == (1, 3)
    police = front_door.referral_no_further_action(records, WHEN, ["referral_source"])
    assert (police.numerator["police"][QUARTER], police.denominator["police"][QUARTER]) == (1, 2)


# strategy discussions, enquiries, conferences


def test_strategy_discussions_are_also_given_for_the_month_after_the_quarter_once_its_list_is_in(small_records):
    when = periods(Quarter(2017, 3), Quarter(2017, 3), pd.Timestamp("2018-02-28"))
    records = small_records(
        strategy_discussions=[
            {"person_id": "A", "discussion_date": day} for day in ("2017-11-02", "2017-11-03", "2018-01-31")
        ]
    )
    found = figures(records, [CATALOGUE["strategy_discussions"]], when)
    months = found[(found.kind == "month") & (found.breakdown == "all")].set_index("end").value
    assert months["2017-11-30"] == 2
    assert months["2018-01-31"] == 1
    assert pd.Timestamp("2018-02-28") not in months.index


def test_without_the_list_strategy_discussions_are_not_available_from_these_sources(small_records):
    with pytest.raises(NotAvailable, match="strategy_discussions"):
        front_door.strategy_discussions(small_records(), WHEN)


def test_enquiries_are_divided_by_the_children_who_live_in_the_county(small_records):
    records = small_records(s47_enquiry=[s47_from("2017-11-02")])
    found = figures(records, [CATALOGUE["section_47_rate"]], WHEN)
    year = found[(found.kind == "rolling_12_months") & (found.end == "2017-12-31") & (found.breakdown == "all")]
    assert year.denominator.tolist() == [116_697.0]
    assert year.value.tolist() == pytest.approx([10_000 / 116_697])


@pytest.mark.parametrize(("held", "on_time"), [("2017-11-27", 1), ("2017-11-28", 0)])
def test_a_conference_on_the_15th_working_day_is_on_time(small_records, held, on_time):
    records = small_records(s47_enquiry=[s47_from("2017-11-06") | {"icpc_date": held}])
    assert of_quarter(front_door.icpc_in_15_days(records, WHEN)) == (on_time, 1)


def test_a_conference_still_awaited_is_beside_and_one_not_required_is_not(small_records):
    awaited = s47_from("2017-11-06") | {"icpc_not_required": False}
    not_required = s47_from("2017-11-07") | {"icpc_not_required": True}
    found = front_door.icpc_in_15_days(small_records(s47_enquiry=[awaited, not_required]), WHEN)
    assert of_quarter(found) == (0, 0)
    assert found.beside["awaited and already past 15 working days"][QUARTER] == 1
