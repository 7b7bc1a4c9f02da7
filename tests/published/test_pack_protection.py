"""The front door, protection, need and workforce figures of the panel's pack, and DfE's year ends, by our measures.

Published in: paper pack of 22 March 2018, item 6 (figures for 2017/18 Quarter 3) and item 5 (monitoring visit letter);
year ends from DfE, Characteristics of children in need, 2016 to 2019. All of it is worked out from the demonstration
authority's returns.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pandas as pd
import pytest

from quarterdeck.authority import read_authority
from quarterdeck.figures.frame import figures
from quarterdeck.home import Home
from quarterdeck.measures.registry import catalogue
from quarterdeck.quarter import Quarter, periods
from quarterdeck.reference import reference_csv
from quarterdeck.returns import read_quarter

CLOSE = "2017-12-31"
BREAKDOWNS = {
    "cp_end_reasons": ("reason",),
    "cp_duration_at_end": ("duration_of_those_into_care", "published_band"),
    "cp_starts_and_ceases": ("flow",),
    "cp_repeat_plans": ("earlier_plan",),
    "cin_open_over_9_months": ("plans_or_cases",),
    "agency_rate": ("service",),
    "audits_appropriate": ("theme",),
    "assessments_in_45_days": ("duration_band",),
    "icpc_in_15_days": ("conference_band",),
    "cp_plan_rate": ("duration_band", "category_of_abuse"),
    "cin_rate": ("primary_need", "duration_band"),
    "referrals": ("referral_source", "no_further_action"),
}
MEASURES = (
    *BREAKDOWNS,
    "assessment_outcomes",
    "repeat_assessments",
    "strategy_discussions",
    "cin_share_of_safeguarding",
    "open_cases",
    "cin_plan_rate_safeguarding",
    "rereferrals_12_months",
    "section_47_rate",
    "cp_plans_over_2_years",
    "cp_reviews_in_time",
)
Found = Callable[..., pd.Series]


def worked_out(county: Home, quarter: Quarter, when: pd.DataFrame) -> Found:
    """A figure's row by measure, kind of period, end, breakdown and category."""
    authority = read_authority(county.data / "worcestershire-demo" / "authority.toml")
    records = read_quarter(county.data, authority, quarter, set_aside=True).records
    wanted = [dataclasses.replace(catalogue()[name], breakdowns=BREAKDOWNS.get(name, ())) for name in MEASURES]
    frame = figures(records, wanted, when).astype({"kind": "str"})
    table = frame.set_index(["measure", "kind", "end", "breakdown", "category"]).sort_index()

    def found(measure: str, kind: str, end: str, breakdown: str = "all", category: str = "all") -> pd.Series:
        return table.loc[(measure, kind, pd.Timestamp(end), breakdown, category)]

    return found


@pytest.fixture(scope="module")
def found(county: Home) -> Found:
    quarter = Quarter(2017, 3)
    return worked_out(county, quarter, periods(Quarter(2017, 1), quarter, pd.Timestamp("2018-01-31")))


@pytest.fixture(scope="module")
def year_ends(county: Home) -> Found:
    when = periods(Quarter(2015, 4), Quarter(2018, 4))
    return worked_out(county, Quarter(2018, 4), when[(when.kind == "rolling_12_months") & (when.end.dt.month == 3)])


def test_90_percent_of_assessments_are_done_in_45_working_days(found):
    assert round(found("assessments_in_45_days", "quarter", CLOSE).value) == 90


def test_478_plans_are_open_41_per_10000_the_lowest_of_the_year_and_august_is_the_peak(found):
    close = found("cp_plan_rate", "quarter", CLOSE)
    assert (close.numerator, close.denominator, round(close.value)) == (478, 116_697, 41)
    months = pd.date_range("2017-04-30", CLOSE, freq="ME")
    rates = pd.Series({month: found("cp_plan_rate", "month", month).value for month in months})
    assert rates.idxmin() == pd.Timestamp(CLOSE)
    assert rates.idxmax() == pd.Timestamp("2017-08-31")


def test_of_594_plans_that_ended_135_came_into_care_and_440_no_longer_met_the_threshold(found):
    care = found("cp_end_reasons", "year_to_date", CLOSE, "reason", "came into care")
    threshold = found("cp_end_reasons", "year_to_date", CLOSE, "reason", "threshold no longer met")
    other = found("cp_end_reasons", "year_to_date", CLOSE, "reason", "other")
    assert (care.numerator, care.denominator, round(care.value, 2)) == (135, 594, 22.73)
    assert (threshold.numerator, round(threshold.value)) == (440, 74)
    assert other.numerator == 19


def test_most_plans_that_ended_in_care_had_lasted_9_to_15_months(found):
    most = found("cp_duration_at_end", "year_to_date", CLOSE, "duration_of_those_into_care", "9 to 15 months")
    assert most.denominator == 135
    assert most.value > 50


@pytest.mark.parametrize("month", ["2017-09-30", "2017-10-31", "2017-11-30", "2017-12-31"])
def test_more_plans_ended_than_started_in_each_month_from_september(found, month):
    flows = {name: found("cp_starts_and_ceases", "month", month, "flow", name).value for name in ("started", "ended")}
    assert flows["ended"] > flows["started"]


def test_repeat_plans_rose_from_may_to_july_2017(found):
    months = pd.date_range("2017-04-30", CLOSE, freq="ME")
    for category in ("ever", "ended within 24 months"):
        shares = {m.month: found("cp_repeat_plans", "month", m, "earlier_plan", category).value for m in months}
        assert min(shares[month] for month in (5, 6, 7)) > max(shares[month] for month in (4, 8, 9, 10, 11, 12))


def test_children_in_need_are_about_34_percent_of_the_safeguarding_teams_open_cases(found):
    assert round(found("cin_share_of_safeguarding", "quarter", CLOSE).value) == 34


def test_cases_and_plans_over_nine_months_are_as_the_panel_was_told(found):
    at = {
        end: found("cin_open_over_9_months", "quarter", end, "plans_or_cases", "plans") for end in ("2017-06-30", CLOSE)
    }
    assert [round(row.value) for row in at.values()] == [15, 12]
    assert round(found("cin_open_over_9_months", "quarter", CLOSE, "plans_or_cases", "cases").value) == 55


def test_the_front_doors_agency_rate_fell_from_december_to_january(found):
    december = found("agency_rate", "month", CLOSE, "service", "Family Front Door")
    january = found("agency_rate", "month", "2018-01-31", "service", "Family Front Door")
    assert (december.numerator, december.denominator, round(december.value, 2)) == (36.0, 55.0, 65.45)
    assert (january.numerator, round(january.denominator, 1), round(january.value, 2)) == (34.0, 55.8, 60.93)


def test_strategy_discussions_halved_from_november_to_january(found):
    november, january = (found("strategy_discussions", "month", end).value for end in ("2017-11-30", "2018-01-31"))
    assert january / november == 0.5


def test_16_of_22_audits_of_missing_notifications_found_the_decision_appropriate_and_70_percent_is_not_so(found):
    row = found("audits_appropriate", "month", CLOSE, "theme", "missing notifications")
    assert (row.numerator, row.denominator, round(row.value)) == (16, 22, 73)


def test_every_assessment_has_one_outcome(found):
    row = found("assessment_outcomes", "quarter", CLOSE)
    assert row.numerator == row.denominator == found("assessments_in_45_days", "quarter", CLOSE).denominator


def test_repeat_assessments_rose_in_september_2017(found):
    months = pd.date_range("2017-04-30", CLOSE, freq="ME")
    shares = pd.Series({month: found("repeat_assessments", "month", month).value for month in months})
    assert shares.idxmax() == pd.Timestamp("2017-09-30")


DFE = {
    ("referrals", "total"): ("referrals", "all", "all"),
    ("referrals_no_further_action", "total"): ("referrals", "no_further_action", "no further action"),
    ("referrals_by_source", "police"): ("referrals", "referral_source", "police"),
    ("referrals_by_source", "la_services"): ("referrals", "referral_source", "local authority services"),
    ("re_referrals_within_12_months", "total"): ("rereferrals_12_months", "all", "all"),
    ("assessments_completed_by_working_days", "41_to_45_days"): (
        "assessments_in_45_days", "duration_band", "41 to 45 days",
    ),
    ("assessments_completed_by_working_days", "46_to_50_days"): (
        "assessments_in_45_days", "duration_band", "46 to 50 days",
    ),
    ("section_47_enquiries", "total"): ("section_47_rate", "all", "all"),
    ("icpc_by_working_days_from_strategy_discussion", "11_to_15"): (
        "icpc_in_15_days", "conference_band", "11 to 15 days",
    ),
    ("icpc_by_working_days_from_strategy_discussion", "16_to_20"): (
        "icpc_in_15_days", "conference_band", "16 to 20 days",
    ),
    ("cpp_on_31_march", "total"): ("cp_plan_rate", "all", "all"),
    ("cpp_on_31_march_by_duration", "3_months_or_less"): ("cp_plan_rate", "duration_band", "3 months or less"),
    ("cpp_on_31_march_by_latest_category", "neglect"): ("cp_plan_rate", "category_of_abuse", "neglect"),
    ("cpp_on_31_march_reviewed_in_timescale", "total"): ("cp_reviews_in_time", "all", "all"),
    ("cpp_on_31_march_by_duration", "2_years_or_more"): ("cp_plans_over_2_years", "all", "all"),
    ("cpp_started", "total"): ("cp_starts_and_ceases", "flow", "started"),
    ("cpp_ended", "total"): ("cp_starts_and_ceases", "flow", "ended"),
    ("cpp_ended_by_duration", "1_to_under_2_years"): ("cp_duration_at_end", "published_band", "1 to under 2 years"),
    ("cpp_ended_by_duration", "2_years_or_more"): ("cp_duration_at_end", "all", "all"),
    ("cpp_started_second_or_subsequent", "total"): ("cp_repeat_plans", "all", "all"),
    ("cin_on_31_march", "total"): ("cin_rate", "all", "all"),
    ("cin_on_31_march_by_primary_need", "n1_abuse_or_neglect"): ("cin_rate", "primary_need", "abuse or neglect"),
    ("cin_on_31_march_by_duration_open", "2_years_or_more"): ("cin_rate", "duration_band", "2 years or more"),
}  # fmt: skip


@pytest.mark.parametrize("year", [2016, 2017, 2018, 2019])
def test_dfes_counts_of_the_year_come_out_of_our_measures(year_ends, year):
    calibration = reference_csv("calibration_worcestershire.csv")
    dated = calibration[(calibration.period_end == f"{year}-03-31") & calibration.value.notna()]
    published = dated.groupby(["item", "breakdown"]).value.unique()
    expected = {key: set(published[key]) for key in DFE if key in published.index}
    ours = {key: year_ends(m, "rolling_12_months", f"{year}-03-31", b, c).numerator for key, (m, b, c) in DFE.items()}
    wrong = {key: (ours[key], counts) for key, counts in expected.items() if ours[key] not in counts}
    assert not wrong
    assert len(expected) > 18
