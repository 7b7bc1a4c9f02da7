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
    table(
        "contacts",
        "one row a contact with the front door about a child",
        "contact_id person_id",
        text("contact_id", "cont_contact_id", required=True),
        text("person_id", "cont_person_id"),
        date("contact_date", "cont_contact_date", required=True),
        text("contact_source_code", "cont_contact_source_code"),
        date("decision_date"),
        text("decision", "cont_contact_outcome_json"),
        text("team"),
    ),
    table(
        "early_help_episodes",
        "one row an early help assessment, and the help that followed",
        "person_id family_id episode_start_date",
        text("person_id", "earl_person_id"),
        text("family_id"),
        date("episode_start_date", "earl_episode_start_date", required=True),
        date("assessment_end"),
        date("episode_end_date", "earl_episode_end_date"),
        text("episode_end_reason", "earl_episode_end_reason"),
        text("episode_organisation", "earl_episode_organisation"),
        text("district", describes=True),
    ),
)
