"""Rules on the workforce list and on case audits."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import current, those
from quarterdeck.records import Records

POST = ["service", "role"]
JUMP = 0.5
LEAST_FTE = 5.0


@check("WRK-01", severity="error", table="workforce", fields=["month_end"])
def not_a_month_end(records: Records) -> pd.Index:
    """The date is not the last day of a month: write the month's end, for the row counts at none other."""
    rows = current(records, "workforce")
    return those(rows, ~rows.month_end.dt.is_month_end)


@check("WRK-02", severity="query", table="workforce", fields=["month_end"])
def months_missing(records: Records) -> str:
    """A month between the year's start and the quarter's end is not in the workforce list: add it."""
    rows = current(records, "workforce")
    wanted = pd.period_range(records.quarter.year_start, records.quarter.end, freq="M")
    missing = wanted.difference(pd.PeriodIndex(rows.month_end.dropna(), freq="M"))
    return f"no rows for {', '.join(month.strftime('%B %Y') for month in missing)}" if len(missing) else ""


@check(
    "WRK-03",
    severity="query",
    table="workforce",
    fields=["fte_agency", "fte_established"],
    needs=["workforce.fte_established"],
)
def agency_without_posts(records: Records) -> pd.Index:
    """Agency workers are counted where the establishment has no post: correct the establishment, or the service and
    role.
    """
    rows = current(records, "workforce")
    return those(rows, (rows.fte_agency > 0) & (rows.fte_established == 0))


@check("WRK-04", severity="error", table="workforce", fields=["fte_in_post", "fte_agency"])
def below_nothing(records: Records) -> pd.Index:
    """A number of full-time equivalents is negative: correct it."""
    rows = current(records, "workforce")
    told = rows[["fte_established", "fte_in_post", "fte_agency"]]
    return those(rows, (told < 0).any(axis=1))


@check("WRK-05", severity="error", table="workforce", fields=["newly_qualified"], needs=["workforce.newly_qualified"])
def more_newly_qualified_than_workers(records: Records) -> pd.Index:
    """More newly qualified workers are counted than are in post and agency together: correct one of the numbers."""
    rows = current(records, "workforce")
    return those(rows, rows.newly_qualified > rows.fte_in_post + rows.fte_agency)


@check("WRK-06", severity="query", table="workforce", fields=["fte_in_post", "fte_agency"])
def half_as_many_or_more(records: Records) -> pd.Index:
    """The workers of a service and role, in post and agency, are fewer or more by over half than a month before: make
    sure that none was left out or counted twice.
    """
    rows = current(records, "workforce")
    every = records.history("workforce").sort_values([*POST, "month_end"], kind="stable")
    total = every.fte_in_post + every.fte_agency
    before = total.groupby([every[name] for name in POST]).shift()
    jumped = (total - before).abs() > JUMP * before
    return those(rows, (jumped & (total.combine(before, max) >= LEAST_FTE)).reindex(rows.index))


@check("WRK-07", severity="query", table="workforce", fields=POST)
def post_gone(records: Records) -> str:
    """A service and role of the month before the last is not in the last month of the workforce list: add it, with
    zeros if there is nobody.
    """
    rows = records.history("workforce")
    months = sorted(rows.month_end[rows.month_end <= records.quarter.end].dropna().unique())[-2:]
    if len(months) < 2:
        return ""
    then, now = (rows[rows.month_end == month][POST] for month in months)
    gone = then[~pd.MultiIndex.from_frame(then).isin(pd.MultiIndex.from_frame(now))]
    return f"not in {months[1]:%B %Y}: {', '.join(sorted(gone.service + ', ' + gone.role))}" if len(gone) else ""


@check("WRK-08", severity="query", table="audits", fields=["service"], needs=["workforce"])
def audit_of_an_unknown_service(records: Records) -> pd.Index:
    """The audited service is not among those of the workforce list: write it as that list does."""
    rows = current(records, "audits")
    known = records.history("workforce").service.str.strip().str.lower()
    return those(rows, ~rows.service.str.strip().str.lower().isin(known))


@check("WRK-09", severity="query", table="audits", fields=["audit_date"])
def audits_on_a_single_day(records: Records) -> str:
    """More than half of the audits of the year bear one date: give each the day on which it was made."""
    dates = current(records, "audits").audit_date.dropna()
    most = dates.value_counts()
    if len(dates) < 10 or most.iloc[0] <= len(dates) / 2:
        return ""
    return f"{most.iloc[0]:,} of {len(dates):,} audits are dated {most.index[0]:%d/%m/%Y}"
