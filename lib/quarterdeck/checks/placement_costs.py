"""What placements cost, and what they were planned to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import at_end, beside, current, overlapping_earlier, those
from quarterdeck.measures.describe import age_on
from quarterdeck.measures.placement_costs import DAYS_A_WEEK, WEEKS_A_YEAR
from quarterdeck.quarter import is_financial_year
from quarterdeck.records import NotAvailable, Records

TABLE, BUDGET = "placement_costs", "placement_budget"
START, END = "start_date", "end_date"
DEAREST_WEEK = 15_000.0
OLDEST = 25
NEAR = 0.02


def _types(records: Records) -> list[str]:
    """The authority's own types of placement.

    Raises
    ------
    NotAvailable : its profile names none.
    """
    if not records.authority.placement_types:
        raise NotAvailable("types of placement: the profile names none")
    return [kind.name for kind in records.authority.placement_types]


def _people(records: Records) -> pd.DataFrame:
    """The rows of the cost list that are of one person, rather than of a type summed up."""
    rows = current(records, TABLE)
    return rows[rows.person_id.notna()]


@check("COS-01", severity="error", table=TABLE, fields=[START, END])
def a_child_is_paid_for_once(records: Records) -> pd.Index:
    """The person has another funded placement that is open when this begins, so two count and two are paid for: end
    the earlier on that day.
    """
    rows = _people(records)
    return overlapping_earlier(rows[rows[START].notna()], START, END)


@check("COS-02", severity="error", table=TABLE, fields=["weekly_cost", "cost_in_period"])
def a_cost_is_not_below_nought(records: Records) -> pd.Index:
    """The cost is below nought, and lowers the total of its type: correct it, or put a refund into the month it is
    of.
    """
    rows = current(records, TABLE)
    return those(rows, (rows.weekly_cost < 0) | (rows.cost_in_period < 0))


@check("COS-03", severity="query", table=TABLE, fields=["weekly_cost", "cost_in_period"])
def a_funded_placement_costs_something(records: Records) -> pd.Index:
    """The placement costs nothing, and lowers the average of its type: check that it is free."""
    rows = current(records, TABLE)
    return those(rows, rows.cost_in_period.fillna(rows.weekly_cost) == 0)


@check("COS-04", severity="query", table=TABLE, fields=["weekly_cost"])
def a_week_costs_what_it_may(records: Records) -> pd.Index:
    """The placement costs more than £15,000 a week: check whether it is the cost of a month or a year."""
    rows = current(records, TABLE)
    return those(rows, rows.weekly_cost > DEAREST_WEEK)


@check("COS-05", severity="error", table=TABLE, fields=["placement_type"])
def a_funded_type_is_one_of_the_authoritys(records: Records) -> pd.Index:
    """The type of placement is none of those in the authority's profile, so it stands in no group and has no
    budget: correct it, or add it to the profile.
    """
    rows = current(records, TABLE)
    return those(rows, ~rows.placement_type.isin(_types(records)))


@check("COS-06", severity="query", table=TABLE, fields=["placement_type", "provider"])
def a_type_has_its_own_provider(records: Records) -> pd.Index:
    """The provider is not the one that the authority's profile names for this type: check whether it is in-house or
    external.
    """
    rows = current(records, TABLE)
    _types(records)
    own = {kind.name: kind.provider.casefold() for kind in records.authority.placement_types}
    usual = rows.placement_type.map(own)
    return those(rows, usual.notna() & (rows.provider.str.casefold() != usual))


@check("COS-07", severity="error", table=TABLE, fields=["date_of_birth"], needs=["person.dob"])
def the_cost_list_knows_the_birth_date(records: Records) -> pd.Index:
    """The birth date in the list of costs is not that of the returns: correct the one that is wrong, or the child's
    number.
    """
    rows = _people(records)
    dob = beside(records, rows, "person", "person_id", ["dob"]).dob
    return those(rows, dob.notna() & rows.date_of_birth.notna() & (rows.date_of_birth != dob))


@check("COS-08", severity="error", table=TABLE, fields=[START])
def a_cost_has_a_start(records: Records) -> pd.Index:
    """The row has no start date, and counts in no figure: fill it in."""
    rows = current(records, TABLE)
    return those(rows, rows[START].isna())


@check("COS-09", severity="query", table=TABLE, fields=["weekly_cost", "cost_in_period"])
def a_weekly_cost_makes_the_cost_of_the_period(records: Records) -> pd.Index:
    """The weekly cost, over the weeks from start to end, does not make the cost of the period, which is the one
    that counts: check both.
    """
    rows = _people(records)
    weeks = (rows[END] - rows[START]).dt.days.clip(lower=1) / DAYS_A_WEEK
    return those(rows, (rows.weekly_cost * weeks - rows.cost_in_period).abs() > NEAR * rows.cost_in_period.abs())


@check("COS-10", severity="query", table=TABLE, fields=["date_of_birth", END])
def nobody_is_placed_beyond_25(records: Records) -> pd.Index:
    """The person is over 25, and the placement is still paid for: end it, or correct the birth date."""
    rows = _people(records)
    years = age_on(rows.date_of_birth, at_end(records, rows))
    return those(rows, ~(rows[END] <= records.quarter.end) & (years > OLDEST))


@check("COS-11", severity="error", table=TABLE, fields=["number", "days", "cost_in_period"])
def a_type_summed_up_has_days(records: Records) -> pd.Index:
    """The row sums up a type without saying of how many placements: fill in the number or the days."""
    rows = current(records, TABLE)
    return those(rows, rows.person_id.isna() & rows.number.isna() & rows.days.isna())


@check("COS-12", severity="error", table=TABLE, fields=["number", "days"])
def days_are_those_of_the_placements(records: Records) -> pd.Index:
    """The placement days are below nought, or more than the number of placements had from start to end: correct
    them.
    """
    rows = current(records, TABLE)
    length = (rows[END] - rows[START]).dt.days + 1
    return those(
        rows, (rows.days < 0) | (rows.number < 0) | (rows.person_id.isna() & (rows.days > rows.number * length))
    )


@check("COS-13", severity="error", table=BUDGET, fields=["financial_year"])
def a_budget_is_of_a_year(records: Records) -> pd.Index:
    """The financial year is not written as two years that follow each other: write it like 2017-18."""
    rows = current(records, BUDGET)
    written = rows.financial_year.str.replace("/", "-")
    wrong = [year for year in written.dropna().unique() if not is_financial_year(year)]
    return those(rows, written.isin(wrong))


@check("COS-14", severity="error", table=BUDGET, fields=["placement_type"])
def a_budgeted_type_is_one_of_the_authoritys(records: Records) -> pd.Index:
    """The type of placement in the budget is none of those in the authority's profile, so no cost is set against
    it: correct it, or add it to the profile.
    """
    rows = current(records, BUDGET)
    return those(rows, ~rows.placement_type.isin(_types(records)))


@check("COS-15", severity="query", table=BUDGET, fields=["forecast_number", "budget_gbp"])
def a_budget_has_a_forecast(records: Records) -> pd.Index:
    """The budget has no forecast of the number of placements, or the forecast no budget: fill it in, or one
    comparison is missing.
    """
    rows = current(records, BUDGET)
    return those(rows, rows.forecast_number.isna() | rows.budget_gbp.isna())


@check("COS-16", severity="query", table=BUDGET, fields=["forecast_number", "budget_gbp", "forecast_unit_cost"])
def a_budget_is_number_times_cost(records: Records) -> pd.Index:
    """The budget is not what the forecast number costs in a year (number × cost a week × 365/7), by more than 2%:
    check the three.
    """
    rows = current(records, BUDGET)
    made = rows.forecast_number * rows.forecast_unit_cost * WEEKS_A_YEAR
    return those(rows, (made - rows.budget_gbp).abs() > NEAR * np.maximum(made.abs(), rows.budget_gbp.abs()))


@check("COS-17", severity="query", table=TABLE, fields=["placement_type"], needs=[BUDGET])
def what_is_paid_for_is_budgeted(records: Records) -> pd.Index:
    """The placement is open at the quarter's end, and the year's budget has no row of its type: add one, or nothing
    is compared.
    """
    rows = current(records, TABLE)
    plan = current(records, BUDGET)
    planned = plan.placement_type[plan.financial_year.str.replace("/", "-") == records.quarter.financial_year]
    now = (rows[START] <= records.quarter.end) & ~(rows[END] <= records.quarter.end)
    return those(rows, now & ~rows.placement_type.isin(planned))
