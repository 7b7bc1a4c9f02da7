"""The demonstration's census and lists come to DfE's published counts: recomputed here from the written files alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from quarterdeck.demo.targets import CALIBRATIONS
from quarterdeck.home import Home
from quarterdeck.working_days import working_days
from tests.conftest import AUTHORITY

YEARS = (2016, 2017, 2018, 2019)
REFERENCE = Path(__file__).parents[2] / "data" / "reference"
Printed = Callable[[str, int], dict[str, float]]
PANEL_QUARTER = "2017-18-Q3"
# Where DfE's percentage is not that of the two counts beside it: what the counts come to.
SHARE_OF_ITS_COUNTS = {("worcestershire-demo", 2018): 24.2}


def year_slug(year: int) -> str:
    """The folder of a collection year's last quarter."""
    return f"{year - 1}-{year % 100:02d}-Q4"


@cache
def census(path: Path) -> dict[str, pd.DataFrame]:
    """A census file as plain tables, one a kind of event, each with its child's id and its referral's number."""
    tables: dict[str, list[dict[str, Any]]] = {
        name: []
        for name in (
            "episodes",
            "assessments",
            "factors",
            "cin_plans",
            "enquiries",
            "plans",
            "reviews",
            "disabilities",
            "children",
        )
    }
    number = 0
    for child in ElementTree.parse(path).getroot().iter("Child"):
        who = child.findtext("ChildIdentifiers/LAchildID")
        tables["children"].append({"child": who, "born": child.findtext("ChildIdentifiers/PersonBirthDate")})
        tables["disabilities"] += [{"child": who, "code": code.text} for code in child.iter("Disability")]
        for details in child.iter("CINdetails"):
            number += 1
            key = {"child": who, "episode": number}
            tables["episodes"].append(key | {e.tag: e.text for e in details if len(e) == 0})
            for item in details.iter("Assessments"):
                row = key | {e.tag: e.text for e in item if len(e) == 0}
                tables["assessments"].append(row)
                tables["factors"] += [row | {"code": e.text} for e in item.iter("AssessmentFactors")]
            for name, tag in (
                ("cin_plans", "CINPlanDates"),
                ("enquiries", "Section47"),
                ("plans", "ChildProtectionPlans"),
            ):
                for item in details.iter(tag):
                    row = key | {e.tag: e.text for e in item if len(e) == 0}
                    tables[name].append(row)
                    tables["reviews"] += [row | {"review": e.text} for e in item.iter("CPPreviewDate")]
    frames = {}
    for name, rows in tables.items():
        frame = pd.DataFrame(rows)
        for column in frame.columns:
            if "Date" in column or column in ("born", "review", "InitialCPCtarget", "CPPstartDate", "CPPendDate"):
                frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
        frames[name] = frame
    return frames


@cache
def published(authority: str) -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / CALIBRATIONS[authority])
    return table.assign(year=table.period_end.str[:4].astype(int))


@pytest.fixture(params=CALIBRATIONS)
def authority(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def printed(authority: str) -> Printed:
    """A published item of a year: its breakdowns and their values, suppressed ones left out."""

    def values(item: str, year: int) -> dict[str, float]:
        table = published(authority)
        rows = table[(table["item"] == item) & (table.year == year) & table.value.notna()]
        return dict(zip(rows.breakdown, rows.value, strict=True))

    return values


def months_band(start: pd.Series, end: pd.Series) -> pd.Series:
    """DfE's bands of a duration in calendar months; to the day three months is in the first band."""
    bounds = [(3, "3_months_or_less"), (6, "over_3_to_6_months")]
    band = pd.Series("2_years_or_more", index=start.index)
    band = band.mask(end < start + pd.DateOffset(years=2), "1_to_under_2_years")
    band = band.mask(end < start + pd.DateOffset(years=1), "over_6_months_to_under_1_year")
    for months, name in reversed(bounds):
        band = band.mask(end <= start + pd.DateOffset(months=months), name)
    return band


@pytest.fixture(params=YEARS)
def year(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def folder(request: pytest.FixtureRequest, authority: str) -> Path:
    home: Home = request.getfixturevalue("county" if authority == AUTHORITY else "borough")
    return home.data / authority


@pytest.fixture
def with_panel(county: Home) -> Path:
    """The folder of the authority whose panel printed figures of its own."""
    return county.data / AUTHORITY


@pytest.fixture
def tables(folder: Path, year: int) -> dict[str, pd.DataFrame]:
    return census(folder / year_slug(year) / "cin_census.xml")


def in_year(dates: pd.Series, year: int) -> pd.Series:
    return (dates >= f"{year - 1}-04-01") & (dates <= f"{year}-03-31")


def compare(found: Mapping[Any, Any], wanted: Mapping[str, float], year: int) -> None:
    """Every published cell against the file's; a miss is named."""
    misses = {name: (found.get(name, 0), value) for name, value in wanted.items() if found.get(name, 0) != value}
    assert not misses, f"{year}: (in the file, published) {misses}"


def totals(printed: Printed, years: Mapping[str, int]) -> dict[str, float]:
    """The totals of items, each of its year; one that was suppressed is left out."""
    cells = {item: printed(item, year) for item, year in years.items()}
    return {item: cell["total"] for item, cell in cells.items() if "total" in cell}


def need_of(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    rows = tables["episodes"]
    return rows[(rows.ReferralNFA == "0") & (rows.ReasonForClosure != "RC8")]


def test_referrals_of_each_month_source_and_outcome_are_as_dfe_printed(
    tables: dict[str, pd.DataFrame], year: int, printed: Printed
) -> None:
    rows = tables["episodes"][in_year(tables["episodes"].CINreferralDate, year)]
    month = rows.CINreferralDate.dt.strftime("%Y-%m").value_counts().to_dict()
    monthly = {k: v for at in (year - 1, year) for k, v in printed("referrals_by_month", at).items() if k in month}
    assert len(monthly) == 12
    compare(month, monthly, year)
    group = rows.ReferralSource.str[0].map(
        {
            "1": "individual",
            "3": "health_services",
            "4": "housing",
            "5": "la_services",
            "6": "police",
            "7": "other_legal_agency",
            "8": "other",
            "9": "anonymous",
        }
    )
    group = (
        group.mask(rows.ReferralSource == "2A", "schools")
        .mask(rows.ReferralSource == "2B", "education_services")
        .mask(rows.ReferralSource == "10", "unknown")
    )
    compare(group.value_counts().to_dict(), printed("referrals_by_source", year), year)
    found = {
        "referrals": len(rows),
        "children_referred": rows.child.nunique(),
        "referrals_no_further_action": (rows.ReferralNFA == "1").sum(),
        "referrals_assessed_not_in_need": (rows.ReasonForClosure == "RC8").sum(),
    }
    compare(found, totals(printed, dict.fromkeys(found, year)), year)


def test_re_referrals_within_a_year_are_as_dfe_printed(
    authority: str, folder: Path, year: int, printed: Printed
) -> None:
    years = [
        census(folder / year_slug(at) / "cin_census.xml")["episodes"][["child", "CINreferralDate"]]
        for at in (year - 1, year)
    ]
    rows = pd.concat(years).drop_duplicates().sort_values(["child", "CINreferralDate"])
    gap = (rows.CINreferralDate - rows.groupby("child").CINreferralDate.shift()).dt.days
    again = rows[(gap <= 365) & in_year(rows.CINreferralDate, year)]
    found = {
        "re_referrals_within_12_months": len(again),
        "children_re_referred_within_12_months": again.child.nunique(),
    }
    compare(found, totals(printed, dict.fromkeys(found, year)), year)
    share = round(100 * len(again) / in_year(rows.CINreferralDate, year).sum(), 1)
    assert share == SHARE_OF_ITS_COUNTS.get((authority, year), printed("re_referrals_percent", year)["total"])


def test_assessments_completed_fall_in_dfes_bands_of_working_days(
    tables: dict[str, pd.DataFrame], year: int, printed: Printed
) -> None:
    rows = tables["assessments"][in_year(tables["assessments"].AssessmentAuthorisationDate, year)]
    days = working_days(rows.AssessmentActualStartDate, rows.AssessmentAuthorisationDate).astype(int)
    edges = [-1, 0, 10, 20, 30, 40, 45, 50, 60, 10_000]
    names = [
        "same_day",
        "1_to_10_days",
        "11_to_20_days",
        "21_to_30_days",
        "31_to_40_days",
        "41_to_45_days",
        "46_to_50_days",
        "51_to_60_days",
        "61_days_or_more",
    ]
    compare(
        pd.cut(days, edges, labels=names).value_counts().to_dict(),
        printed("assessments_completed_by_working_days", year),
        year,
    )
    assert len(rows) == printed("assessments_completed", year)["total"]
    quartiles = dict(
        zip(("lower_quartile", "median", "upper_quartile"), np.percentile(days, [25, 50, 75]), strict=True)
    )
    compare(quartiles, printed("assessment_duration_working_days", year), year)


def test_factors_at_assessment_are_in_as_many_episodes_as_dfe_printed(
    tables: dict[str, pd.DataFrame], year: int, printed: Printed
) -> None:
    if year < 2018:
        pytest.skip("DfE prints factors by authority from 2017-18")
    rows = tables["factors"][in_year(tables["factors"].AssessmentAuthorisationDate, year)]
    counts = rows.drop_duplicates(["episode", "code"]).code.value_counts()
    wanted = printed("assessment_factor_episodes", year)
    codes = {
        "neglect": "16A",
        "domestic_abuse_parent": "3B",
        "child_sexual_exploitation": "11A",
        "gangs": "13A",
        "other": "20",
        "young_carer": "7A",
        "mental_health_parent": "4B",
    }
    compare({name: counts.get(code, 0) for name, code in codes.items()}, {name: wanted[name] for name in codes}, year)
    assert rows[rows.code != "21"].episode.nunique() == printed("episodes_with_assessment_factor", year)["total"]


def test_children_in_need_started_ended_and_open_are_as_dfe_printed(
    tables: dict[str, pd.DataFrame], year: int, printed: Printed
) -> None:
    rows = need_of(tables)
    started, ended, held = (
        rows[in_year(rows.CINreferralDate, year)],
        rows[rows.CINclosureDate.notna()],
        rows[rows.CINclosureDate.isna()],
    )
    found = {
        "cin_episodes_started": len(started),
        "cin_children_started": started.child.nunique(),
        "cin_episodes_ended": len(ended),
        "cin_children_ended": ended.child.nunique(),
        "cin_episodes_in_year": len(rows),
        "cin_children_in_year": rows.child.nunique(),
        "cin_on_31_march": len(held),
    }
    compare(found, totals(printed, dict.fromkeys(found, year)), year)
    close = pd.Series(pd.Timestamp(year, 3, 31), index=held.index)
    compare(
        months_band(held.CINreferralDate, close).value_counts().to_dict(),
        printed("cin_on_31_march_by_duration_open", year),
        year,
    )
    compare(
        months_band(ended.CINreferralDate, ended.CINclosureDate).value_counts().to_dict(),
        printed("cin_episodes_ended_by_duration", year),
        year,
    )
    need = {
        name: (held.PrimaryNeedCode == name[:2].upper()).sum()
        for name in printed("cin_on_31_march_by_primary_need", year)
    }
    compare(need, printed("cin_on_31_march_by_primary_need", year), year)
    reason = ended.ReasonForClosure.fillna("unknown").str.lower().value_counts()
    reasons = {name: reason.get(name.split("_")[0], 0) for name in printed("cin_episodes_ended_by_reason", year)}
    compare(reasons, printed("cin_episodes_ended_by_reason", year), year)


def test_disabled_children_in_need_are_as_many_as_dfe_printed(
    tables: dict[str, pd.DataFrame], year: int, printed: Printed
) -> None:
    held = need_of(tables)
    held = held[held.CINclosureDate.isna()]
    codes = tables["disabilities"][
        tables["disabilities"].child.isin(held.child) & (tables["disabilities"].code != "NONE")
    ]
    total = codes.child.nunique()
    assert total == printed("cin_on_31_march_with_disability", year)["total"]
    share = (1000 * codes.code.value_counts() / total + 0.5) // 1 / 10  # DfE rounds halves up
    wanted = printed("cin_on_31_march_disability_type_percent_of_disabled", year)
    names = {
        "autism": "AUT",
        "behaviour": "BEH",
        "learning_difficulties": "LD",
        "mobility": "MOB",
        "vision": "VIS",
        "other": "DDA",
        "communication": "COMM",
    }
    compare({name: share.get(code, 0.0) for name, code in names.items()}, {name: wanted[name] for name in names}, year)


def test_enquiries_and_conferences_are_as_dfe_printed(
    tables: dict[str, pd.DataFrame], year: int, printed: Printed
) -> None:
    rows = tables["enquiries"]
    begun, held = rows[in_year(rows.S47ActualStartDate, year)], rows[in_year(rows.DateOfInitialCPC, year)]
    found = {
        "section_47_enquiries": len(begun),
        "section_47_children": begun.child.nunique(),
        "initial_child_protection_conferences": len(held),
        "initial_child_protection_conference_children": held.child.nunique(),
    }
    compare(found, totals(printed, dict.fromkeys(found, year)), year)
    days = working_days(held.S47ActualStartDate, held.DateOfInitialCPC).astype(int)
    bands = pd.cut(
        days, [-1, 10, 15, 20, 10_000], labels=["0_to_10", "11_to_15", "16_to_20", "21_or_more"]
    ).value_counts()
    compare(bands.to_dict(), printed("icpc_by_working_days_from_strategy_discussion", year), year)
    quartiles = dict(
        zip(("lower_quartile", "median", "upper_quartile"), np.percentile(days, [25, 50, 75]), strict=True)
    )
    compare(quartiles, printed("icpc_working_days", year), year)


def test_child_protection_plans_started_ended_and_open_are_as_dfe_printed(
    tables: dict[str, pd.DataFrame], year: int, printed: Printed
) -> None:
    rows = tables["plans"]
    started, ended, held = (
        rows[in_year(rows.CPPstartDate, year)],
        rows[rows.CPPendDate.notna()],
        rows[rows.CPPendDate.isna()],
    )
    found = {
        "cpp_started": len(started),
        "cpp_children_started": started.child.nunique(),
        "cpp_ended": len(ended),
        "cpp_children_ended": ended.child.nunique(),
        "cpp_in_year": len(rows),
        "cpp_children_in_year": rows.child.nunique(),
        "cpp_on_31_march": len(held),
        "cpp_started_second_or_subsequent": (started.NumberOfPreviousCPP.astype(int) > 0).sum(),
        "cpp_ended_april_to_september": (ended.CPPendDate <= f"{year - 1}-09-30").sum(),
    }
    at = {name: year - (name == "cpp_ended_april_to_september") for name in found}
    compare(found, totals(printed, at), year)
    close = pd.Series(pd.Timestamp(year, 3, 31), index=held.index)
    compare(
        months_band(held.CPPstartDate, close).value_counts().to_dict(),
        printed("cpp_on_31_march_by_duration", year),
        year,
    )
    compare(
        months_band(ended.CPPstartDate, ended.CPPendDate).value_counts().to_dict(),
        printed("cpp_ended_by_duration", year),
        year,
    )
    codes = {"NEG": "neglect", "EMO": "emotional", "PHY": "physical", "SAB": "sexual", "MUL": "multiple"}
    for item, of in (("cpp_started", started), ("cpp_on_31_march", held)):
        for side in ("Initial", "Latest"):
            counts = of[f"{side}CategoryOfAbuse"].map(codes).value_counts().to_dict()
            compare(counts, printed(f"{item}_by_{side.lower()}_category", year), year)


def test_plans_open_three_months_were_reviewed_in_time_as_often_as_dfe_printed(
    tables: dict[str, pd.DataFrame], year: int, printed: Printed
) -> None:
    close = pd.Timestamp(year, 3, 31)
    plans = tables["plans"][tables["plans"].CPPendDate.isna()]
    plans = plans[plans.CPPstartDate + pd.DateOffset(months=3) <= close]
    assert len(plans) == printed("cpp_on_31_march_3_months_or_more", year)["total"]
    keys = ["child", "CPPstartDate"]
    held = tables["reviews"].merge(plans[keys], on=keys, validate="many_to_one")[[*keys, "review"]]
    steps = pd.concat([held, plans[keys].assign(review=plans.CPPstartDate)]).sort_values([*keys, "review"])
    following = steps.groupby(keys).review.shift(-1).fillna(close)
    due = (steps.review + pd.DateOffset(months=6)).where(
        steps.review != steps.CPPstartDate, steps.review + pd.DateOffset(months=3)
    )
    late = steps[(following > due) & (following > close - pd.DateOffset(years=1))]
    in_time = len(plans) - len(late.drop_duplicates(keys))
    assert in_time == printed("cpp_on_31_march_reviewed_in_timescale", year)["total"]


def test_children_stayed_in_need_after_a_plan_as_long_as_dfe_printed(folder: Path, year: int, printed: Printed) -> None:
    rows = census(folder / year_slug(year) / "cin_census.xml")
    plans = rows["plans"].merge(rows["episodes"][["episode", "CINclosureDate"]], on="episode", validate="many_to_one")
    plans = plans[(plans.CPPendDate <= f"{year - 1}-09-30") & plans.CPPendDate.notna()]
    stay = months_band(plans.CPPendDate, plans.CINclosureDate.fillna(pd.Timestamp(year, 12, 31)))
    stay = stay.where(stay.isin(["3_months_or_less", "over_3_to_6_months"]), "over_6_months")
    wanted = printed("cpp_ended_april_to_september_by_duration", year - 1)
    wanted.pop("3_months_or_less_transferred_to_another_la", None)
    compare(stay.value_counts().to_dict(), wanted, year)


def test_a_years_opening_plans_differ_from_the_last_years_close_by_what_was_corrected(with_panel: Path) -> None:
    opening = {}
    for year in (2017, 2018, 2019):
        plans = census(with_panel / year_slug(year) / "cin_census.xml")["plans"]
        opening[year] = (plans.CPPstartDate < f"{year - 1}-04-01").sum()
    assert opening == {2017: 474, 2018: 516, 2019: 423}


def test_the_panels_figures_for_the_third_quarter_come_out(with_panel: Path) -> None:
    tables = census(with_panel / PANEL_QUARTER / "cin_census.xml")
    plans = tables["plans"]
    ends = pd.date_range("2017-03-31", "2017-12-31", freq="ME")
    held = [int(((plans.CPPstartDate <= end) & ~(plans.CPPendDate <= end)).sum()) for end in ends]
    assert held[0] == 516 and held[-1] == 478
    assert max(held[1:]) == held[5] and min(held[1:-1]) > 478, held
    started = plans.CPPstartDate.dt.strftime("%Y-%m").value_counts()
    ended = plans.CPPendDate.dt.strftime("%Y-%m").value_counts()
    assert all(ended[month] > started[month] for month in ("2017-09", "2017-10", "2017-11", "2017-12"))
    why = pd.read_csv(with_panel / PANEL_QUARTER / "local" / "cp_plan_ends.csv", dtype=str)
    assert (
        why.reason.eq("into care").sum() == 135
        and why.reason.eq("threshold no longer met").sum() == 440
        and len(why) == 594
    )
    cared = why[why.reason == "into care"].assign(end=lambda f: pd.to_datetime(f.end_date))
    cared = cared.merge(plans, left_on=["person_id", "end"], right_on=["child", "CPPendDate"], validate="one_to_one")
    middle = (cared.end > cared.CPPstartDate + pd.DateOffset(months=9)) & (
        cared.end <= cared.CPPstartDate + pd.DateOffset(months=15)
    )
    assert len(cared) == 135 and middle.mean() > 0.5
    episodes = pd.read_csv(with_panel / PANEL_QUARTER / "ssda903" / "episodes.csv", dtype=str)
    begun = episodes[episodes.RNE == "S"].assign(start=lambda f: pd.to_datetime(f.DECOM, format="%d/%m/%Y"))
    near = cared.merge(begun, left_on="person_id", right_on="CHILD")
    days = working_days(near.end, near.start).abs()
    assert near[days <= 10].person_id.nunique() == 135
    rows = tables["assessments"]
    rows = rows[rows.AssessmentAuthorisationDate >= "2017-10-01"]
    on_time = working_days(rows.AssessmentActualStartDate, rows.AssessmentAuthorisationDate) <= 45
    assert round(100 * on_time.mean()) == 90


def test_child_in_need_plans_and_the_safeguarding_teams_cases_are_as_the_panel_was_told(with_panel: Path) -> None:
    tables = census(with_panel / PANEL_QUARTER / "cin_census.xml")
    teams = pd.read_csv(with_panel / PANEL_QUARTER / "local" / "allocations.csv", dtype=str)
    for day, share in (("2017-06-30", 15), ("2017-12-31", 12)):
        at = pd.Timestamp(day)
        plans = tables["cin_plans"].merge(
            tables["episodes"][["episode", "CINreferralDate"]], on="episode", validate="many_to_one"
        )
        plans = plans[(plans.CINPlanStartDate <= at) & ~(plans.CINPlanEndDate <= at)]
        assert not plans.child.duplicated().any()
        assert round(100 * (plans.CINPlanStartDate < at - pd.DateOffset(months=9)).mean()) == share
    cases = plans.CINreferralDate < at - pd.DateOffset(months=9)
    assert 0.545 <= cases.mean() < 0.555
    here = teams[(teams.from_date <= "2017-12-31") & ~(teams.to_date <= "2017-12-31")]
    assert not here.person_id.duplicated().any()
    safeguarding = here[here.team.str.startswith("Safeguarding")]
    assert plans.child.isin(safeguarding.person_id).all()
    assert round(100 * len(plans) / len(safeguarding)) == 34
    assert set(tables["episodes"][tables["episodes"].CINclosureDate.isna()].child) == set(here.person_id)


def test_the_lists_of_the_third_quarter_run_to_january_and_hold_what_the_panel_was_told(with_panel: Path) -> None:
    local = with_panel / PANEL_QUARTER / "local"
    talks = pd.read_csv(local / "strategy_discussions.csv").discussion_date.str[:7].value_counts()
    assert talks["2018-01"] * 2 == talks["2017-11"]
    posts = pd.read_csv(local / "workforce.csv")
    posts = posts[posts.service == "Family Front Door"].groupby("month_end")[["fte_in_post", "fte_agency"]].sum()
    rate = (100 * posts.fte_agency / (posts.fte_agency + posts.fte_in_post)).round(2)
    assert rate["2017-12-31"] == 65.45 and rate["2018-01-31"] == 60.93
    audits = pd.read_csv(local / "audits.csv")
    missing = audits[(audits.theme == "missing notifications") & audits.audit_date.str.startswith("2017-12")]
    assert len(missing) == 22 and (missing.appropriate == "Y").sum() == 16


def test_every_child_who_is_looked_after_has_an_open_episode_of_need(folder: Path, year: int) -> None:
    episodes = pd.read_csv(folder / year_slug(year) / "ssda903" / "episodes.csv", dtype=str)
    now = episodes[episodes.DEC.isna() & ~episodes.LS.isin(["V3", "V4"])]
    rows = census(folder / year_slug(year) / "cin_census.xml")["episodes"]
    missing = set(now.CHILD) - set(rows[rows.CINclosureDate.isna()].child)
    assert not missing, sorted(missing)[:10]


def test_no_event_comes_before_its_referral_or_after_its_case_closed(tables: dict[str, pd.DataFrame]) -> None:
    opened = tables["episodes"].set_index("episode")
    closed = opened.CINclosureDate.fillna(pd.Timestamp("2100-01-01"))
    for name, first, last in (
        ("assessments", "AssessmentActualStartDate", "AssessmentAuthorisationDate"),
        ("cin_plans", "CINPlanStartDate", "CINPlanEndDate"),
        ("enquiries", "S47ActualStartDate", "DateOfInitialCPC"),
        ("plans", "CPPstartDate", "CPPendDate"),
    ):
        rows = tables[name]
        assert (rows[first] >= opened.CINreferralDate.reindex(rows.episode).to_numpy()).all(), name
        until = rows[last].fillna(rows[first])
        assert (until <= closed.reindex(rows.episode).to_numpy()).all(), name
        assert not (rows[last] < rows[first]).any(), name


def test_every_child_is_under_18_when_referred_or_on_a_plan(tables: dict[str, pd.DataFrame]) -> None:
    born = tables["children"].set_index("child").born
    for name, date in (("episodes", "CINreferralDate"), ("plans", "CPPstartDate"), ("cin_plans", "CINPlanStartDate")):
        rows = tables[name]
        grown = born.reindex(rows.child).set_axis(rows.index) + pd.DateOffset(years=18)
        assert not (rows[date] >= grown).any(), (name, int((rows[date] >= grown).sum()))
