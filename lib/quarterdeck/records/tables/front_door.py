"""What comes to the front door: referrals and assessments."""

from __future__ import annotations

from quarterdeck.records.tables.shape import Table, date, flag, person, table, text

TABLES: tuple[Table, ...] = (
    table(
        "cin_episodes",
        "one row a referral and the episode of need that followed",
        "person_id referral_date",
        text("referral_id", "cine_referral_id", required=True),
        person("cine_person_id"),
        date("referral_date", "cine_referral_date", required=True),
        text("cin_primary_need_code", "cine_cin_primary_need_code"),
        text("referral_source_code", "cine_referral_source_code"),
        flag("referral_nfa", "cine_referral_nfa"),
        date("close_date", "cine_close_date"),
        text("close_reason", "cine_close_reason"),
        date("icpc_date"),
    ),
    table(
        "cin_assessments",
        "one row an assessment",
        "person_id assessment_start_date",
        text("assessment_id", "cina_assessment_id", required=True),
        person("cina_person_id"),
        text("referral_id", "cina_referral_id"),
        date("assessment_start_date", "cina_assessment_start_date", required=True),
        date("assessment_auth_date", "cina_assessment_auth_date"),
    ),
    table(
        "assessment_factors",
        "one row a factor found at an assessment",
        "assessment_id assessment_factor",
        text("assessment_id", "cinf_assessment_id", required=True),
        text("assessment_factor", "cinf_assessment_factors_json", required=True),
    ),
    table(
        "assessment_outcomes",
        "one row what followed an assessment",
        "person_id assessment_start_date assessment_id",
        text("assessment_id", "cina_assessment_id"),
        text("person_id", "cina_person_id"),
        date("assessment_start_date", "cina_assessment_start_date"),
        text("outcome", "cina_assessment_outcome_json", required=True),
    ),
)
