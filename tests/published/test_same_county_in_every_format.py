"""One synthetic county as census and SSDA903, as Annex A and local lists, and as the SSD: the same figures, or none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from quarterdeck.authority import Authority, read_authority
from quarterdeck.demo import annex_a, ssd
from quarterdeck.figures.frame import figures
from quarterdeck.home import Home
from quarterdeck.measures.registry import catalogue
from quarterdeck.quarter import Quarter, periods
from quarterdeck.records import Records
from quarterdeck.returns import local, read_quarter
from tests.conftest import AUTHORITY

pytestmark = pytest.mark.xdist_group("same county")

QUARTER = Quarter(2017, 3)
WHEN = periods(Quarter(2017, 1), QUARTER)
KEY = ["measure", "kind", "start", "end", "breakdown", "category"]
OF_THE_CHILD = ("age_band", "age", "sex", "ethnicity", "disability")
ONLY_LISTS = {
    "agency_rate", "audit_agreement", "audit_grades", "audits_appropriate", "care_proceedings", "caseloads",
    "designated_officer", "edge_of_care", "education_of_cla", "mental_health_pathway", "missing_education",
    "private_fostering",
    "complaints_answered_in_time", "compliments_and_complaints", "exploitation_at_month_end", "homeless_16_17",
    "legal_advice_days", "over_18_in_placement", "placed_out_of_county", "placed_over_20_miles",
    "placement_annual_cost", "placement_cost_above_budget", "placement_costs", "placement_numbers",
    "placement_numbers_above_forecast", "reflective_supervision", "return_interviews_care", "return_interviews_home",
    "strategy_discussions", "supervision_in_time", "turnover", "vacancy_rate", "workers_per_manager",
}  # fmt: skip
"""What local lists alone tell: no statutory return, and no table of the SSD."""
NOT_OF_THE_SSD = ONLY_LISTS | {
    "cp_repeat_plans",  # it does not say how many plans went before
    "contact_decisions_in_1_day", "contacts_to_referrals",  # nor when a contact was decided, or all of what
    "early_help", "early_help_open", "early_help_step_ups",  # nor, in the county's lists, for which child
    "pre_proceedings", "pre_proceedings_outcomes",
    *(name for name in catalogue() if name.endswith("_annual")),  # the OC3 is no table of it
}  # fmt: skip
NOT_OF_ANNEX_A = {
    "cin_open_over_16_weeks", "cin_open_over_9_months",  # it says who is on a plan, not since when
    "cin_rate", "cin_share_of_safeguarding", "open_cases",  # it leaves out children who were only referred
    "assessment_factors",  # and says nothing of what was found
    "cin_started", "cin_ended",  # nor when a case was closed, or why
    "cla_children_started",
    "cla_starts_and_ceases", "cp_starts_and_ceases",  # one row a child: of two starts it shows one
    "cp_duration_at_end", "cp_end_reasons", "time_in_care_at_exit",
    "cp_repeat_plans", "cp_reviews_in_time", "cp_visits_in_time", "review_participation", "review_timeliness",
    "repeat_assessments", "rereferrals_12_months", "step_downs", "three_plus_placements",  # six months are not twelve
    "long_term_stability", "permanence_timeliness", "social_worker_changes", "turnover", "homeless_16_17",
    "edge_of_care", "private_fostering",
    *(name for name in catalogue() if name.endswith("_annual")),  # it tells of care leavers as they are today
}  # fmt: skip
"""What one workbook, with the lists of one year, cannot tell, and why."""


@pytest.fixture(scope="module")
def authority(county: Home) -> Authority:
    profile = read_authority(county.data / AUTHORITY / "authority.toml")
    return profile.model_copy(update={"pseudonymise": False})


@pytest.fixture(scope="module")
def returns(county: Home, authority: Authority) -> Records:
    return read_quarter(county.data, authority, QUARTER).records


def without(records: Records, *tables: str) -> Records:
    kept = {name: rows for name, rows in records.tables.items() if name not in tables}
    return Records(records.authority, records.quarter, kept, records.covers)


def figures_of(records: Records) -> pd.DataFrame:
    return figures(records, catalogue().values(), WHEN)


def read(folder: Path, authority: Authority) -> Records:
    intake = read_quarter(folder, authority, QUARTER)
    assert len(intake.problems) == 0
    assert (intake.files.rows_in == intake.files.rows_used + intake.files.rows_set_aside).all()
    return intake.records


@pytest.fixture(scope="module")
def as_ssd(returns: Records, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("ssd")
    ssd.write(returns, folder / AUTHORITY / QUARTER.slug)
    # The SSD has no list of outcomes or of why plans ended: both are worked out, as from returns without those lists.
    alike = figures_of(without(returns, "assessment_outcomes", "cp_plan_ends"))
    return compared(alike, figures_of(read(folder, authority)))


@pytest.fixture(scope="module")
def as_annex_a(
    returns: Records, county: Home, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("annex_a")
    home = folder / AUTHORITY / QUARTER.slug
    annex_a.write(returns, home)
    lists = county.quarter_folder(AUTHORITY, QUARTER) / "local"
    shutil.copytree(lists, home / "local")
    return compared(figures_of(returns), figures_of(read(folder, authority)))


def compared(returns: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Every figure of the returns' own year beside the other source's; a category without a row has a count of 0."""
    at_close = {measure.id for measure in catalogue().values() if measure.at_close}
    both = returns.merge(other, on=KEY, how="outer", suffixes=("", "_other"), indicator=True, validate="one_to_one")
    both = both[both.measure.isin(at_close) | (both.start >= QUARTER.year_start)]
    # A category that the other source has no row of counts 0 there, where it tells the breakdown of that period.
    told = pd.MultiIndex.from_frame(other.loc[other.status != "x", KEY[:-1]])
    here = pd.MultiIndex.from_frame(both[KEY[:-1]]).isin(told)
    return both.assign(available=here & (both.status_other != "x"))


def differing(both: pd.DataFrame) -> pd.DataFrame:
    told = both[both.available]
    numerators = told.numerator.fillna(0) - told.numerator_other.fillna(0)
    denominators = (told.denominator - told.denominator_other).where(told._merge == "both", 0).fillna(0)
    values = (told.value - told.value_other).where(told._merge == "both", 0).fillna(0)
    unlike = (told._merge == "both") & (told.value.isna() != told.value_other.isna())
    return told[(numerators.abs() > 1e-6) | (denominators.abs() > 1e-6) | (values.abs() > 1e-6) | unlike]


def not_available(both: pd.DataFrame) -> set[str]:
    """The measures whose quarter's figure the returns tell and the other source does not."""
    measures = catalogue()
    whole = both[(both.breakdown == "all") & (both.kind == "quarter") & (both.end == QUARTER.end)]
    lacking = whole[(whole.status != "x") & ~whole.available].measure
    return {name for name in lacking if name in measures}


def test_every_measure_is_compared(as_ssd: pd.DataFrame, as_annex_a: pd.DataFrame) -> None:
    for both in (as_ssd, as_annex_a):
        assert set(both.measure) == set(catalogue())


def test_the_ssd_gives_the_figures_of_the_returns_wherever_it_tells_them(as_ssd: pd.DataFrame) -> None:
    assert as_ssd.available.sum() > 20_000
    wrong = differing(as_ssd)
    assert wrong.empty, wrong[[*KEY, "numerator", "numerator_other"]].head(20).to_string()


def test_the_ssd_says_what_it_cannot_tell_and_nothing_more(as_ssd: pd.DataFrame) -> None:
    assert not_available(as_ssd) == NOT_OF_THE_SSD


def test_annex_a_and_lists_give_the_figures_of_the_returns_wherever_they_tell_them(as_annex_a: pd.DataFrame) -> None:
    assert as_annex_a.available.sum() > 10_000
    # Of a child whom only a local list names, a workbook of six months knows no age or sex: see the next test.
    of_lists = as_annex_a.measure.map(_from_lists) & as_annex_a.breakdown.isin(OF_THE_CHILD)
    wrong = differing(as_annex_a[~of_lists])
    assert wrong.empty, wrong[[*KEY, "numerator", "numerator_other"]].head(20).to_string()


def test_a_child_whom_the_workbook_does_not_know_is_unknown_and_in_no_other_category(as_annex_a: pd.DataFrame) -> None:
    lists = as_annex_a[as_annex_a.measure.map(_from_lists) & as_annex_a.breakdown.isin(OF_THE_CHILD)]
    lists = lists[lists.available]
    assert len(lists)
    counts = lists.assign(here=lists.numerator.fillna(0), there=lists.numerator_other.fillna(0))
    known = counts[~counts.category.isin(["unknown", "not known"])]
    assert (known.there <= known.here).all()
    totals = counts.groupby(["measure", "kind", "start", "end", "breakdown"], observed=True)[["here", "there"]].sum()
    assert (totals.here == totals.there).all()


def test_annex_a_says_what_it_cannot_tell_and_nothing_more(as_annex_a: pd.DataFrame) -> None:
    assert not_available(as_annex_a) == NOT_OF_ANNEX_A


def test_before_its_six_months_a_workbook_tells_of_no_event(as_annex_a: pd.DataFrame) -> None:
    referrals = as_annex_a[(as_annex_a.measure == "referrals") & (as_annex_a.breakdown == "all")]
    months = referrals[referrals.kind == "month"].set_index("end").available
    assert months.tolist() == [False] * 3 + [True] * 6


def _from_lists(name: str) -> bool:
    """Whether local lists alone tell a measure."""
    lists = {layout.table for layout in local.LAYOUTS}
    return {need.partition(".")[0] for need in catalogue()[name].needs} <= lists
