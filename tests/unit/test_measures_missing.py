"""Children missing from home and from care, and their return interviews, on both sides of every boundary."""

from __future__ import annotations

import pytest

from quarterdeck.figures.frame import figures
from quarterdeck.measures import missing
from quarterdeck.measures.registry import CATALOGUE
from quarterdeck.quarter import Quarter, periods

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]
DECEMBER = WHEN.index[(WHEN.kind == "month") & (WHEN.end == "2017-12-31")][0]
NOVEMBER = WHEN.index[(WHEN.kind == "month") & (WHEN.end == "2017-11-30")][0]


def gone(start: str, end: str | None = None, person: str = "A", **more: object) -> dict[str, object]:
    row = {"missing_episode_type": "missing", "looked_after": True, "time_recorded": True}
    return {**row, "person_id": person, "missing_episode_start_date": start, "missing_episode_end_date": end, **more}


def talk(start: str, date: str | None, person: str = "A", **more: object) -> dict[str, object]:
    done = date is not None
    row = {"missing_rhi_offered": True, "missing_rhi_accepted": done, "interview_time_recorded": True}
    return {**row, "person_id": person, "missing_episode_start_date": start, "interview_date": date, **more}


def test_a_child_with_two_episodes_is_one_child_and_two_episodes(small_records):
    records = small_records(
        missing=[gone("2017-12-01 20:00"), gone("2017-12-09 20:00"), gone("2017-12-31", person="B")]
    )
    found = missing.missing_from_care(records, WHEN)
    assert found.counts[DECEMBER] == 2
    assert found.beside["episodes"][DECEMBER] == 3


def test_an_episode_counts_in_the_month_in_which_it_began_even_at_its_last_minute(small_records):
    records = small_records(missing=[gone("2017-11-30 23:59", "2017-12-02 08:00")])
    counts = missing.missing_from_care(records, WHEN).counts
    assert (counts[NOVEMBER], counts[DECEMBER]) == (1, 0)


def test_home_and_care_are_told_apart_by_what_was_recorded(small_records):
    records = small_records(missing=[gone("2017-12-01"), gone("2017-12-02", person="B", looked_after=False)])
    assert missing.missing_from_care(records, WHEN).counts[DECEMBER] == 1
    assert missing.missing_from_home(records, WHEN).counts[DECEMBER] == 1


def test_where_nothing_was_recorded_the_episodes_of_care_say_who_was_looked_after(small_records):
    care = {
        "person_id": "A",
        "cla_episode_id": "1",
        "cla_episode_start_date": "2017-12-05",
        "cla_episode_start_reason": "S",
        "legal_status": "C2",
        "cla_placement_type": "U6",
        "cla_episode_ceased_date": "2017-12-20",
        "cla_episode_ceased_reason": "E4A",
    }
    gone_four_times = [gone(day, looked_after=None) for day in ("2017-12-04", "2017-12-05", "2017-12-20", "2017-12-21")]
    records = small_records(missing=gone_four_times, cla_episodes=[care])
    assert missing.missing_from_care(records, WHEN).beside["episodes"][DECEMBER] == 2
    assert missing.missing_from_home(records, WHEN).beside["episodes"][DECEMBER] == 2


def test_a_child_away_without_authorisation_is_counted_apart_from_the_missing(small_records):
    records = small_records(missing=[gone("2017-12-01", missing_episode_type="away")])
    found = missing.missing_from_care(records, WHEN)
    assert found.counts[DECEMBER] == 0
    assert found.beside["children away from placement without authorisation"][DECEMBER] == 1
    assert found.beside["episodes away from placement without authorisation"][DECEMBER] == 1


@pytest.mark.parametrize(("first", "repeated"), [("2017-09-02", 1), ("2017-09-01", 0)])
def test_a_third_episode_on_the_90th_day_after_the_first_is_a_repeat_and_one_on_the_91st_is_not(
    small_records, first, repeated
):
    # From 2 September to 1 December 2017 there are 90 days.
    records = small_records(missing=[gone(first), gone("2017-10-10"), gone("2017-12-01")])
    found = missing.missing_from_care(records, WHEN)
    assert found.beside["children missing 3 or more times in 90 days"][DECEMBER] == repeated
    by_repeat = missing.missing_from_care(records, WHEN, ("repeat",)).counts
    assert by_repeat["3 or more times in 90 days"][DECEMBER] == repeated
    assert by_repeat["fewer times"][DECEMBER] == 1 - repeated


def test_episodes_of_other_children_or_away_do_not_make_a_repeat(small_records):
    records = small_records(
        missing=[
            gone("2017-11-01", person="B"),
            gone("2017-11-02", missing_episode_type="away"),
            gone("2017-11-20"),
            gone("2017-12-01"),
        ]
    )
    found = missing.missing_from_care(records, WHEN)
    assert found.beside["children missing 3 or more times in 90 days"][DECEMBER] == 0


def test_a_child_of_two_ages_in_the_quarter_counts_once_at_the_age_of_the_first_episode(small_records):
    records = small_records(
        missing=[gone("2017-10-01"), gone("2017-12-15")],
        person=[{"person_id": "A", "dob": "2001-12-01", "sex": "F"}],
    )
    bands = missing.missing_from_care(records, WHEN, ("age_band",)).counts
    assert bands.xs(QUARTER, level="period").to_dict() == {"10 to 15": 1, "16 and over": 0}


# Return interviews


def interviews(records) -> tuple[int, int]:
    found = missing.return_interviews_care(records, WHEN)
    return int(found.numerator[QUARTER]), int(found.denominator[QUARTER])


@pytest.mark.parametrize(
    ("held", "in_time"), [("2017-12-05 08:00", 1), ("2017-12-05 08:01", 0), ("2017-12-02 07:59", 0)]
)
def test_an_interview_72_hours_after_the_return_is_in_time_and_one_a_minute_later_or_before_the_return_is_not(
    small_records, held, in_time
):
    records = small_records(
        missing=[gone("2017-12-01 20:00", "2017-12-02 08:00")], return_interviews=[talk("2017-12-01 20:00", held)]
    )
    assert interviews(records) == (in_time, 1)


@pytest.mark.parametrize(("held", "in_time"), [("2017-12-05", 1), ("2017-12-06", 0)])
def test_where_no_hours_are_recorded_the_third_calendar_day_is_in_time_and_the_fourth_is_late(
    small_records, held, in_time
):
    records = small_records(
        missing=[gone("2017-12-01 20:00", "2017-12-02 08:00")],
        return_interviews=[talk("2017-12-01 20:00", held, interview_time_recorded=False)],
    )
    assert interviews(records) == (in_time, 1)
    beside = missing.return_interviews_care(records, WHEN).beside
    assert beside["judged by days, no hours recorded"][QUARTER] == 1


def test_every_episode_that_ended_counts_offered_or_not_and_one_still_missing_does_not(small_records):
    records = small_records(
        missing=[
            gone("2017-12-01", "2017-12-02"),
            gone("2017-12-03", "2017-12-04", "B"),
            gone("2017-12-05", None, "C"),
        ],
        return_interviews=[talk("2017-12-01", "2017-12-03")],
    )
    assert interviews(records) == (1, 2)


@pytest.mark.parametrize(("back", "judged"), [("2017-12-29 00:00", 1), ("2017-12-29 00:01", 0)])
def test_an_episode_that_ended_under_72_hours_before_the_extract_is_too_recent_and_never_late(
    small_records, back, judged
):
    records = small_records(missing=[gone("2017-12-28 12:00", back)], return_interviews=[])
    found = missing.return_interviews_care(records, WHEN)
    assert found.denominator[QUARTER] == judged
    assert found.beside["too recent to judge"][QUARTER] == 1 - judged


def test_an_interview_listed_by_the_day_alone_belongs_to_the_episode_of_that_day(small_records):
    records = small_records(
        missing=[gone("2017-12-01 20:00", "2017-12-02 08:00")],
        return_interviews=[talk("2017-12-01", "2017-12-03 09:00")],
    )
    assert interviews(records) == (1, 1)


def test_the_steps_and_the_reasons_are_shares_of_every_episode_that_ended(small_records):
    records = small_records(
        missing=[gone(f"2017-12-0{day}", f"2017-12-0{day + 1}", str(day)) for day in (1, 2, 3, 4)],
        return_interviews=[
            talk("2017-12-01", "2017-12-02 10:00", "1"),
            talk("2017-12-02", "2017-12-20 10:00", "2"),
            talk("2017-12-03", None, "3", reason_not_done="child refused"),
        ],
    )
    steps = missing.return_interviews_care(records, WHEN, ("step",))
    assert steps.numerator.xs(QUARTER, level="period").to_dict() == {
        "offered": 3,
        "accepted": 2,
        "completed": 2,
        "completed within 72 hours": 1,
    }
    assert steps.denominator[QUARTER] == 4
    reasons = missing.return_interviews_care(records, WHEN, ("reason_not_done",)).numerator
    assert reasons.xs(QUARTER, level="period").to_dict() == {"child refused": 1, "no reason recorded": 1}


def test_children_missing_from_home_lead_with_the_month_and_their_months_do_not_add_up():
    measure = CATALOGUE["missing_from_home"]
    assert measure.headline == "month"
    assert not measure.adds_up
    assert measure.title == "Children missing from home in month"


def test_a_source_that_tells_of_care_alone_does_not_say_that_nobody_went_missing_from_home(small_records):
    records = small_records(missing=[gone("2017-12-01")])
    frame = figures(records, [CATALOGUE["missing_from_home"]], WHEN)
    assert set(frame.status) == {"x"}


def test_without_a_list_of_interviews_the_figure_is_not_available_rather_than_nought(small_records):
    records = small_records(missing=[gone("2017-12-01", "2017-12-02")])
    frame = figures(records, [CATALOGUE["return_interviews_care"]], WHEN)
    assert set(frame.status) == {"x"}
    assert frame.value.isna().all()
