"""The measures of early help and of cases stepped down to it, on both sides of every boundary."""

from __future__ import annotations

import pytest

from quarterdeck.figures.frame import figures
from quarterdeck.figures.relations import relations
from quarterdeck.measures.early_help import early_help, early_help_open, early_help_step_ups, step_downs
from quarterdeck.measures.registry import CATALOGUE
from quarterdeck.quarter import Quarter, periods
from quarterdeck.records import NotAvailable

WHEN = periods(Quarter(2017, 3), Quarter(2017, 3))
QUARTER = WHEN.index[WHEN.kind == "quarter"][0]
FIRST = periods(Quarter(2017, 1), Quarter(2017, 3))
QUARTERS = FIRST.index[FIRST.kind == "quarter"]


def of_quarter(ratio) -> tuple[int, int]:
    return int(ratio.numerator[QUARTER]), int(ratio.denominator[QUARTER])


def helped(begun: str, ended: str | None = None, step: str | None = None, **more: object) -> dict[str, object]:
    return {"person_id": "A", "episode_start_date": begun, "episode_end_date": ended, "episode_end_reason": step} | more


# early help


def test_an_early_help_assessment_counts_on_the_day_it_began_by_the_organisation_that_leads(small_records):
    records = small_records(
        early_help_episodes=[
            helped("2017-09-30", episode_organisation="School"),
            helped("2017-10-01", episode_organisation="School"),
            helped("2017-12-31", episode_organisation="Health visiting"),
            helped("2017-11-01"),
            helped("2018-01-01", episode_organisation="School"),
        ]
    )
    found = early_help(records, WHEN, ["lead_organisation"]).counts.xs(QUARTER, level="period")
    assert found.to_dict() == {"Health visiting": 1, "School": 1, "unknown": 1}


def test_what_was_completed_and_stepped_up_is_beside_in_the_period_of_its_own_day(small_records):
    records = small_records(
        early_help_episodes=[
            helped("2017-08-01", "2017-10-01", "up", assessment_end="2017-09-30"),
            helped("2017-08-02", "2017-12-31", "none", assessment_end="2017-10-01"),
            helped("2017-08-03", "2018-01-01", "up"),
            helped("2017-08-04", "2017-09-30", "up"),
        ]
    )
    found = early_help(records, WHEN)
    assert {name: int(count[QUARTER]) for name, count in found.beside.items()} == {
        "completed": 1,
        "up to social care": 1,
    }
    assert of_quarter(early_help_step_ups(records, WHEN)) == (1, 2)


def test_early_help_is_open_at_the_close_of_its_first_day_and_not_of_its_last(small_records):
    records = small_records(
        early_help_episodes=[
            helped("2017-12-31"), helped("2018-01-01"), helped("2017-05-01", "2017-12-31"),
            helped("2017-05-02", "2018-01-01"),
        ]
    )  # fmt: skip
    assert early_help_open(records, WHEN).counts[QUARTER] == 2


def test_a_family_of_whom_no_child_is_named_counts_and_its_childs_age_is_unknown(small_records):
    records = small_records(
        early_help_episodes=[helped("2017-10-02", person_id=None, family_id="F1")],
        person=[{"person_id": "A", "dob": "2010-01-01"}],
    )
    assert early_help(records, WHEN, ["age_band"]).counts["unknown"][QUARTER] == 1


def test_without_a_list_early_help_is_not_available_from_these_sources(small_records):
    with pytest.raises(NotAvailable, match="early_help"):
        early_help(small_records(), WHEN)


def test_what_is_open_is_tied_to_what_began_and_what_ended_so_that_no_hidden_count_is_left_between_them(small_records):
    records = small_records(
        early_help_episodes=[
            *(
                helped(f"2017-{month:02d}-10", episode_organisation="School", person_id=None)
                for month in (8, 9, 10, 11)
            ),
            helped("2017-08-11", "2017-11-20", "none", episode_organisation="School"),
            helped("2017-08-12", "2017-12-20", "up", episode_organisation="School"),
        ]
    )
    names = ("early_help", "early_help_open", "early_help_step_ups")
    found = figures(records, [CATALOGUE[name] for name in names], WHEN)
    tied = relations(found, {name: CATALOGUE[name] for name in names})
    rows = found.reset_index()
    rows = rows[(rows.kind == "month") & (rows.breakdown == "lead_organisation")].set_index(["measure", "end"])["index"]
    november = [
        tied.numerator[rows["early_help_open", "2017-11-30"]], tied.numerator[rows["early_help_open", "2017-10-31"]],
        tied.numerator[rows["early_help", "2017-11-30"]], tied.denominator[rows["early_help_step_ups", "2017-11-30"]],
    ]  # fmt: skip
    sums = tied.sums.toarray()
    assert any(row[november].tolist() in ([1, -1, -1, 1], [-1, 1, 1, -1]) for row in sums)


# step-downs


def case(closed: str | None, reason: str | None = "RC9", referred: str = "2017-01-03", **more: object):
    made = {"referral_id": f"A{referred}", "person_id": "A", "referral_date": referred, "close_date": closed}
    return made | {"close_reason": reason} | more


def again(day: str, person: str = "A") -> dict[str, object]:
    return {"referral_id": f"{person}{day}", "person_id": person, "referral_date": day}


def returns(*cases: dict[str, object], **tables: object) -> dict[str, object]:
    return {"cin_episodes": list(cases), "cin_assessments": []} | tables


@pytest.mark.parametrize(
    ("returned", "back", "band"),
    [
        ("2017-04-10", 0, "not within 6 months"),  # the day of the closing itself
        ("2017-04-11", 1, "within 3 months"),
        ("2017-07-10", 1, "within 3 months"),
        ("2017-07-11", 1, "over 3 to 6 months"),
        ("2017-10-10", 1, "over 3 to 6 months"),
        ("2017-10-11", 0, "not within 6 months"),
    ],
)
def test_a_child_is_back_up_to_the_day_six_months_after_the_case_was_stepped_down(small_records, returned, back, band):
    records = small_records(**returns(case("2017-04-10"), again(returned)))
    assert of_quarter(step_downs(records, WHEN)) == (back, 1)
    assert step_downs(records, WHEN, ["back_within"]).numerator[band][QUARTER] == 1


def test_another_child_who_is_referred_does_not_bring_this_one_back(small_records):
    records = small_records(**returns(case("2017-04-10"), again("2017-05-10", "B")))
    assert of_quarter(step_downs(records, WHEN)) == (0, 1)


def test_a_case_is_judged_in_the_period_in_which_its_six_months_are_over_and_till_then_is_too_recent(small_records):
    records = small_records(**returns(case("2017-06-30"), case("2017-07-01", referred="2017-02-01", person_id="B")))
    found = step_downs(records, FIRST)
    assert found.denominator[QUARTERS].tolist() == [0, 0, 1]  # 30 December 2017, and 1 January 2018


def test_six_months_that_end_in_another_collection_year_than_the_closing_are_judged_all_the_same(small_records):
    spring = periods(Quarter(2017, 1), Quarter(2017, 1))
    records = small_records(
        **returns(
            case("2016-11-10", referred="2016-06-01", collection_year=2017),
            again("2017-05-10") | {"collection_year": 2018},
        )
    )
    found = step_downs(records, spring[spring.kind == "quarter"])
    assert (found.numerator.iloc[0], found.denominator.iloc[0]) == (1, 1)


def test_the_authoritys_outcome_of_the_last_assessment_tells_that_a_case_was_stepped_down(small_records):
    done = {"assessment_id": "1", "person_id": "A", "referral_id": "A2017-01-03", "assessment_start_date": "2017-01-03",
            "assessment_auth_date": "2017-02-01"}  # fmt: skip
    later = done | {"assessment_id": "2", "assessment_start_date": "2017-02-20", "assessment_auth_date": "2017-03-01"}
    down = {"assessment_id": "2", "outcome": "Stepped down to early help"}
    told = returns(case("2017-04-10", "RC8"), cin_assessments=[done, later], assessment_outcomes=[down])
    assert of_quarter(step_downs(small_records(**told), WHEN)) == (0, 1)
    earlier_only = told | {"assessment_outcomes": [down | {"assessment_id": "1"}]}
    assert of_quarter(step_downs(small_records(**earlier_only), WHEN)) == (0, 0)
    still_open = told | {"cin_episodes": [case(None, None)]}
    assert of_quarter(step_downs(small_records(**still_open), WHEN)) == (0, 0)


@pytest.mark.parametrize(
    ("begun", "step", "stepped"),
    [
        ("2017-05-10", "down", 1),
        ("2017-05-11", "down", 0),
        ("2017-03-11", "down", 1),
        ("2017-03-10", "down", 0),
        ("2017-04-10", "up", 0),
    ],
)
def test_early_help_that_came_down_within_30_days_of_the_closing_tells_a_step_down(small_records, begun, step, stepped):
    records = small_records(**returns(case("2017-04-10", "RC7"), early_help_episodes=[helped(begun, step=step)]))
    assert of_quarter(step_downs(records, WHEN)) == (0, stepped)


def test_a_case_that_several_sources_call_stepped_down_counts_once(small_records):
    records = small_records(**returns(case("2017-04-10"), early_help_episodes=[helped("2017-04-10", step="down")]))
    found = step_downs(records, WHEN, ["told_by"])
    assert found.denominator.xs(QUARTER, level="period").to_dict() == {"closing reason": 1}


def test_before_2026_and_without_a_list_no_source_tells_of_step_downs(small_records):
    with pytest.raises(NotAvailable, match="assessment_outcomes"):
        step_downs(small_records(**returns(case("2017-04-10", "RC8"))), WHEN)
