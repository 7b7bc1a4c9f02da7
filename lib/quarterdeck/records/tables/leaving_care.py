"""Young people who have left care."""

from __future__ import annotations

from quarterdeck.records.tables.shape import Table, date, flag, person, table, text

TABLES: tuple[Table, ...] = (
    table(
        "care_leavers_903",
        "one row a young person of 17 to 21 who was in care (OC3)",
        "person_id",
        person("clea_person_id"),
        text("in_touch", "clea_care_leaver_in_touch"),
        text("activity", "clea_care_leaver_activity"),
        text("accommodation", "clea_care_leaver_accommodation"),
    ),
    table(
        "care_leavers",
        "one row a care leaver at a date",
        "person_id as_at",
        person("clea_person_id"),
        date("date_of_birth"),
        text("eligibility", "clea_care_leaver_eligibility"),
        text("in_touch", "clea_care_leaver_in_touch"),
        text("accommodation", "clea_care_leaver_accommodation"),
        flag("suitable", "clea_care_leaver_accom_suitable"),
        text("activity", "clea_care_leaver_activity"),
        date("pathway_plan_date", "clea_pathway_plan_review_date"),
        text("adviser", "clea_care_leaver_personal_advisor"),
        date("as_at", required=True),
    ),
)
