"""Printed figures against recomputed ones: what agrees, what cannot both be so, what cannot be checked."""

import numpy as np
import pandas as pd
import pytest

from quarterdeck.authority import read_authority
from quarterdeck.figures.enquiry import SIGNS, enquiries
from quarterdeck.figures.printed import written
from quarterdeck.figures.reconcile import reconcile
from quarterdeck.measures.registry import Measure
from quarterdeck.quarter import Quarter
from quarterdeck.reference import project_folder, reference_csv

Q3 = Quarter(2017, 3)
NUMBERS = {
    "Agency Residential": (3546, 63),
    "Secure Units": (0, 0),
    "In-house Residential": (2748, 25),
    "Independent Fostering Agency": (792, 231),
    "In-house Fostering": (476, 189),
    "Kinship Fostering": (389, 137),
    "Placement Plus": (964, 4),
    "External Supported Living": (858, 26),
    "Internal Supported Living": (244, 20),
    "Internal Supported Living – Complex Needs": (1079, 6),
    "Safe Base / Supported Lodging": (305, 7),
    "Student Accommodation": (99, 7),
    "Staying Put Arrangements": (177, 39),
}


@pytest.fixture(scope="module")
def authority():
    return read_authority(project_folder() / "data" / "worcestershire-demo" / "authority.toml")


@pytest.fixture(scope="module")
def printed():
    return pd.read_csv(
        project_folder() / "data" / "reference" / "published_2017-18_q3.csv", dtype="str", keep_default_na=False
    )


def figure(measure, end, value, kind="month", breakdown="all", category="all", numerator=np.nan, denominator=np.nan):
    end = pd.Timestamp(end)
    starts = {
        "month": end - pd.offsets.MonthBegin(1),
        "quarter": Quarter.of(end).start,
        "year_to_date": Quarter.of(end).year_start,
    }
    cell = (measure, kind, starts[kind], end, breakdown, category, numerator, denominator, value)
    columns = ["measure", "kind", "start", "end", "breakdown", "category", "numerator", "denominator", "value"]
    return dict(zip(columns, cell, strict=True))


def frame(*rows):
    return pd.DataFrame(list(rows)).assign(lower=np.nan, upper=np.nan, status="")


def the_cost_table():
    rows = []
    for kind, (cost, number) in NUMBERS.items():
        rows.append(figure("placement_costs", "2017-12-31", cost, breakdown="placement_type", category=kind))
        rows.append(figure("placement_numbers", "2017-12-31", number, breakdown="placement_type", category=kind))
    return rows


def check(rows, printed, authority, label, measure="placement_costs"):
    result = reconcile(frame(*rows), printed, authority, Q3)
    return result[(result.measure == measure) & (result.breakdown == label)].iloc[0]


def test_every_printed_figure_gets_one_of_the_outcomes_with_a_reason_where_it_does_not_agree(printed, authority):
    result = reconcile(frame(*the_cost_table()), printed, authority, Q3)
    assert len(result) >= len(printed)
    assert set(result.result) <= {"agrees", "contradicted", "doubtful", "two definitions", "cannot be checked"}
    assert (result.note[result.result == "cannot be checked"] != "").all()
    assert result.agrees[result.result == "cannot be checked"].isna().all()


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Agency Residential: annual cost (365/7 weeks)", 11.649),
        ("Agency Residential: annual cost above forecast of 35", 5.177),
        ("Agency above in-house residential per week", 798),
        ("Agency above in-house residential per year", 41.61),
        ("IFA above in-house fostering per week", 316),
        ("IFA above in-house fostering per year", 16.477),
        ("kinship below in-house fostering per week", 87),
        ("kinship below in-house fostering per year", 4.536),
    ],
)
def test_the_cost_tables_arithmetic_comes_out_at_365_sevenths_weeks(printed, authority, label, value):
    row = check(the_cost_table(), printed, authority, label)
    assert row.recomputed == pytest.approx(value, abs=0.001)
    assert row.result == "agrees"


def test_at_52_weeks_agency_residential_would_be_41_thousand_dearer_and_the_note_says_so(printed, authority):
    row = check(the_cost_table(), printed, authority, "Agency above in-house residential per year")
    assert "£41k" in row.note


def test_the_printed_total_of_954_is_none_of_the_means_of_its_rows(printed, authority):
    row = check(the_cost_table(), printed, authority, "printed TOTAL average unit cost")
    assert (row.result, row.published_text, row.recomputed_text) == ("contradicted", "£954", "£882.70")
    for said in ("754 placements", "£898.23 over 13", "£973.08 over the 12"):
        assert said in row.note


def test_where_rows_are_hidden_the_public_copy_gives_the_wholes_mean_and_no_mean_of_rows(printed, authority):
    rows = [*the_cost_table(), figure("placement_costs", "2017-12-31", 882.6989)]
    for row in rows:
        if row["category"] in ("Placement Plus", "Secure Units", "Student Accommodation"):
            row["value"] = np.nan
    row = check(rows, printed, authority, "printed TOTAL average unit cost")
    assert (row.result, row.recomputed_text) == ("contradicted", "£882.70")
    assert "plain mean" not in row.note


def test_a_hidden_figure_is_not_checked_and_leaves_no_nan_in_words(printed, authority):
    rows = [row | {"value": np.nan} for row in the_cost_table()]
    result = reconcile(frame(*rows), printed, authority, Q3)
    assert not result.note.str.contains("nan").any()
    assert not result.recomputed_text.str.contains("nan").any()


@pytest.mark.parametrize(
    ("measure", "text", "listed", "said"),
    [
        ("external_share_residential", "49%", "72%", "63 of 88"),
        ("external_share_fostering", "53%", "55%", "231 of 420"),
    ],
)
def test_the_cost_list_contradicts_the_texts_external_shares(printed, authority, measure, text, listed, said):
    row = check(the_cost_table(), printed, authority, "text against cost list", measure)
    assert (row.result, row.published_text, row.recomputed_text) == ("contradicted", text, listed)
    assert said in row.note


def test_70_per_cent_of_22_audits_is_no_whole_number(printed, authority):
    row = check(the_cost_table(), printed, authority, "missing notifications: decision appropriate", "audit_grades")
    assert row.result == "contradicted"
    assert "15 is 68% and 16 is 73%" in row.note


def test_englands_figures_of_the_pack_cannot_be_checked(printed, authority):
    row = check(the_cost_table(), printed, authority, "residential: England", "placement_mix")
    assert row.result == "cannot be checked"
    assert "England" in row.note


@pytest.mark.parametrize(
    ("value", "result"), [(40.5, "agrees"), (41.49, "agrees"), (41.6, "contradicted"), (np.nan, "cannot be checked")]
)
def test_a_figure_agrees_when_it_rounds_to_what_is_printed(printed, authority, value, result):
    rows = [figure("cp_plan_rate", "2017-12-31", value)]
    assert check(rows, printed, authority, "all", "cp_plan_rate").result == result


@pytest.mark.parametrize(("august", "result"), [(48.0, "agrees"), (45.0, "contradicted")])
def test_the_month_with_the_highest_value_is_looked_for_since_april(printed, authority, august, result):
    values = {"2017-03-31": 60.0, "2017-07-31": 46.0, "2017-08-31": august, "2017-12-31": 41.0}
    rows = [figure("cp_plan_rate", end, value) for end, value in values.items()]
    row = check(rows, printed, authority, "month with the highest value in 2017-18 to date", "cp_plan_rate")
    assert (row.result, row.published_text) == (result, "August 2017")


@pytest.mark.parametrize(("last_in", "result"), [(19, "agrees"), (25, "contradicted")])
def test_more_out_than_in_must_hold_in_every_month(printed, authority, last_in, result):
    ends = pd.date_range("2017-09-30", "2017-12-31", freq="ME")
    rows = [
        figure("cla_starts_and_ceases", end, value, breakdown="flow", category=flow)
        for end in ends
        for flow, value in (("started", last_in if end == ends[-1] else 22), ("ended", 25))
    ]
    row = check(rows, printed, authority, "more leave than enter in each month", "cla_starts_and_ceases")
    assert row.result == result


def test_a_change_in_number_is_from_the_right_day(printed, authority):
    values = {"2016-12-31": 81, "2017-03-31": 200, "2017-11-30": 194, "2017-12-31": 189}
    rows = [
        figure("placement_numbers", end, n, breakdown="placement_type", category="In-house Fostering")
        for end, n in values.items()
    ]
    month = check(rows, printed, authority, "In-house Fostering: change in number this month")
    year = check(rows, printed, authority, "In-house Fostering: change in number since start of year")
    assert (month.recomputed, month.result, year.recomputed, year.result) == (-5, "agrees", -11, "agrees")


def test_a_number_out_of_county_that_the_records_contradict_names_both(printed, authority):
    rows = [figure("placed_out_of_county", "2017-12-31", 23.5, numerator=187, denominator=796)]
    result = reconcile(frame(*rows), printed, authority, Q3)
    found = result[result.measure == "placed_out_of_county"]
    assert found.result.tolist() == ["contradicted", "contradicted", "contradicted"]
    assert found.recomputed.tolist() == [187, 23.5, 205]
    assert "187 of 796" in found.note.iloc[1]


def test_dfes_year_end_is_laid_against_the_records(authority, printed):
    rows = [figure("cp_plan_rate", "2017-03-31", 44.52, kind="year_to_date")]
    result = reconcile(frame(*rows), printed.iloc[:0], authority, Q3)
    assert (result.period.iloc[0], result.published.iloc[0], result.result.iloc[0]) == ("2017-03-31", 44.5, "agrees")


def test_what_the_years_return_tells_is_laid_against_dfe_and_not_the_councils_list_of_the_day(authority, printed):
    by_list = figure("care_leaver_accommodation", "2017-03-31", 70.8, "year_to_date")
    by_return = figure("care_leaver_accommodation_annual", "2017-03-31", 71.8, "year_to_date")
    result = reconcile(frame(by_list, by_return), printed.iloc[:0], authority, Q3)
    found = result[result.source.str.startswith("DfE") & (result.period == "2017-03-31")]
    assert found[["measure", "result"]].to_numpy().tolist() == [["care_leaver_accommodation_annual", "agrees"]]


def test_a_quarter_of_10_per_cent_before_dfes_15_is_doubted(authority, printed):
    rows = [figure("three_plus_placements", "2017-12-31", 10.05)]
    result = reconcile(frame(*rows), printed.iloc[:0], authority, Q3)
    assert (result.result.iloc[0], result.published.iloc[0]) == ("doubtful", 15.0)


def test_no_printed_figures_give_an_empty_table_with_all_columns(authority, printed):
    result = reconcile(frame(figure("no_such", "2017-12-31", 1.0)), printed.iloc[:0], authority, Q3)
    assert len(result) == 0
    assert {"measure", "agrees", "note"} <= set(result.columns)


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (49.0, "percent", 0, "49%"),
        (1234.5, "gbp_per_week", 2, "£1,234.50"),
        (-0.2, "number", 0, "0"),
        (np.nan, "number", 0, ""),
    ],
)
def test_a_value_is_written_as_a_reader_should_see_it(value, unit, decimals, text):
    assert written(value, unit, decimals) == text


def a_measure(name, polarity="neutral", unit="percent", kind="proportion"):
    return Measure(
        id=name,
        function=None,
        title=name,
        short=name.replace("_", " "),
        area="any",
        kind=kind,
        unit=unit,
        polarity=polarity,
        counts="",
        definition="",
        source="",
        decimals=0,
        headline="month",
        breakdowns=(),
        main=None,
        category=("all", "all"),
        latest_position=False,
        at_close=False,
        why="",
    )


def test_measures_with_more_signs_come_first_and_then_the_stronger_sign(authority, printed):
    steady = pd.date_range("2016-10-31", "2017-12-31", freq="ME")
    rows = [figure("steady", end, value) for end, value in zip(steady, [10, 11] * 7 + [10], strict=True)]
    rows += [figure("jumped", end, value) for end, value in zip(steady, [10, 11] * 7 + [40], strict=True)]
    rows += [figure("placed_out_of_county", "2017-12-31", 23.5, numerator=187, denominator=796)]
    rows += [figure("three_plus_placements", "2017-12-31", 10.05)]
    figures = frame(*rows)
    names = ("steady", "jumped", "placed_out_of_county", "three_plus_placements")
    measures = [a_measure(name, "lower is better") for name in names]
    found = enquiries(figures, measures, authority, Q3, reconcile(figures, printed, authority, Q3))
    assert [one.measure for one in found] == ["three_plus_placements", "placed_out_of_county", "jumped"]
    assert found[0].signs == ("contradicted", "worst quarter of authorities")
    assert all(one.question.endswith("?") or "?" in one.question for one in found)
    assert all(set(one.signs) <= set(SIGNS) and one.evidence for one in found)


def test_a_missed_target_is_asked_about_with_its_owner(authority, printed):
    rows = [figure("placement_numbers", "2017-12-31", 63, breakdown="placement_type", category="Agency Residential")]
    measures = [a_measure("placement_numbers", unit="number", kind="stock")]
    found = enquiries(frame(*rows), measures, authority, Q3, reconcile(frame(*rows), printed.iloc[:0], authority, Q3))
    assert found[0].signs == ("off target",)
    assert "from 63 to 35" in found[0].question
    assert "opening financial forecast" in found[0].evidence[0]


def test_a_hidden_figure_raises_nothing(authority, printed):
    rows = [
        figure("placement_numbers", "2017-12-31", np.nan, breakdown="placement_type", category="Agency Residential")
    ]
    measures = [a_measure("placement_numbers", unit="number", kind="stock")]
    assert not enquiries(
        frame(*rows), measures, authority, Q3, reconcile(frame(*rows), printed.iloc[:0], authority, Q3)
    )


def test_the_list_of_printed_figures_is_the_whole_pack(printed):
    assert len(printed) == len(reference_csv("published_2017-18_q3.csv")) == 45


def records_behind_the_pack():
    """The cost table, children outside the council's area, plans and cases open: what the six are found with."""
    open_over = ("cin_open_over_9_months", "2017-12-31")
    shares = {("all", "all"): 41, ("plans_or_cases", "plans"): 41, ("plans_or_cases", "cases"): 187}
    return [
        *the_cost_table(),
        figure("placed_out_of_county", "2017-12-31", 23.5, numerator=187, denominator=796),
        *(
            figure(*open_over, 100 * n / 340, kind, breakdown, category, n, 340)
            for kind in ("month", "quarter")
            for (breakdown, category), n in shares.items()
        ),
    ]


THE_SIX = {
    "the cost table's total": ("placement_costs", "printed TOTAL average unit cost", "£954", "£882.70"),
    "residential placements bought": ("external_share_residential", "text against cost list", "49%", "72%"),
    "foster homes bought": ("external_share_fostering", "text against cost list", "53%", "55%"),
    "children outside the council's area": (
        "placed_out_of_county",
        "against DfE's year ends",
        "87",
        "172 and 205 (DfE)",
    ),
    "a share of 22 audits": (
        "audit_grades",
        "missing notifications: decision appropriate",
        "70%",
        "15 of 22 is 68%, 16 of 22 is 73%",
    ),
    "plans and cases": ("cin_open_over_9_months", "two definitions", "55% and 12%", "187 of 340 and 41 of 340"),
}


@pytest.mark.parametrize("found", THE_SIX.values(), ids=THE_SIX)
def test_the_six_of_the_pack_are_found_unprompted_with_both_values(printed, authority, found):
    measure, label, was, now = found
    row = check(records_behind_the_pack(), printed, authority, label, measure)
    assert (row.published_text, row.recomputed_text) == (was, now)
    assert row.result == ("two definitions" if label == "two definitions" else "contradicted")
    assert row.note


def test_parts_of_one_whole_are_no_two_definitions(printed, authority):
    shares = {("all", "all"): 100, ("outcome", "came into care"): 23, ("outcome", "threshold no longer met"): 77}
    rows = [
        figure("cp_end_reasons", "2017-12-31", n, "year_to_date", breakdown, category, n, 100)
        for (breakdown, category), n in shares.items()
    ]
    result = reconcile(frame(*rows), printed, authority, Q3)
    assert "two definitions" not in set(result.result)


def test_a_category_that_is_hidden_leaves_it_open_whether_there_are_two_definitions(printed, authority):
    rows = records_behind_the_pack()
    for row in rows:
        if row["category"] == "cases":
            row |= {"value": np.nan, "numerator": np.nan, "denominator": np.nan}
    assert "two definitions" not in set(reconcile(frame(*rows), printed, authority, Q3).result)


@pytest.mark.parametrize(("value", "found"), [("129", False), ("128", True), ("256", False), ("257", True)])
def test_a_number_more_than_a_quarter_from_dfes_year_ends_on_both_sides_is_contradicted(
    printed, authority, value, found
):
    rows = printed[(printed.measure == "placed_out_of_county") & (printed.unit == "number")].assign(value=value)
    result = reconcile(frame(*the_cost_table()), rows, authority, Q3)
    assert ("against DfE's year ends" in set(result.breakdown)) is found


def test_a_figure_of_a_quarter_is_not_laid_against_dfes_of_a_year(printed, authority):
    rows = printed[printed.measure == "assessments_in_45_days"]
    assert "against DfE's year ends" not in set(reconcile(frame(*the_cost_table()), rows, authority, Q3).breakdown)
