"""Money, staff and the quality of the work."""

from __future__ import annotations

from quarterdeck.records.tables.shape import Table, date, flag, number, table, text

TABLES: tuple[Table, ...] = (
    table(
        "placement_costs",
        "one row a spell in a funded placement, and what it costs",
        "person_id placement_type start_date end_date",
        text("person_id"),
        date("date_of_birth"),
        number("number"),
        number("days"),
        text("placement_type", required=True),
        text("provider", required=True),
        number("weekly_cost"),
        number("cost_in_period"),
        date("start_date"),
        date("end_date"),
    ),
    table(
        "placement_budget",
        "one row what a type of placement was planned to cost",
        "placement_type financial_year",
        text("placement_type", required=True),
        text("financial_year", required=True),
        number("forecast_number"),
        number("budget_gbp"),
        number("forecast_unit_cost"),
    ),
    table(
        "workforce",
        "one row a service and role at a month's end, in full-time equivalents",
        "month_end service role",
        date("month_end", required=True),
        text("service", required=True),
        text("role", required=True),
        number("fte_established"),
        number("fte_in_post", required=True),
        number("fte_agency", required=True),
        number("starters"),
        number("leavers"),
        number("sickness_days"),
        number("newly_qualified"),
    ),
    table(
        "audits",
        "one row a case audit",
        "audit_id",
        text("audit_id", required=True),
        date("audit_date", required=True),
        text("service", required=True),
        text("theme", required=True),
        flag("appropriate"),
        text("grade", required=True),
        text("moderated_grade"),
    ),
)
