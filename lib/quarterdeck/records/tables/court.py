"""Pre-proceedings and care proceedings."""

from __future__ import annotations

from quarterdeck.records.tables.shape import Table, date, flag, table, text, whole

TABLES: tuple[Table, ...] = (
    table(
        "pre_proceedings",
        "one row a spell of a family, or of a child of it, in pre-proceedings",
        "plo_family_id person_id pre_pro_decision_date",
        text("plo_family_id", "prep_plo_family_id"),
        text("person_id", "prep_person_id"),
        text("referral_id"),
        date("pre_pro_decision_date", "prep_pre_pro_decision_date", required=True),
        date("pre_pro_letter_date", "prep_pre_pro_letter_date"),
        flag("fgdm_meeting_offered"),
        flag("fgdm_meeting_facilitated"),
        date("initial_pre_pro_meeting_date", "prep_initial_pre_pro_meeting_date"),
        whole("pre_pro_meetings_num", "prep_pre_pro_meetings_num"),
        date("agree_stepdown_issue_date", "prep_agree_stepdown_issue_date"),
        text("pre_pro_outcome", "prep_pre_pro_outcome"),
        date("court_application_date"),
        date("care_pro_letter_date", "prep_care_pro_letter_date"),
        date("legal_advice_requested"),
        date("legal_advice_received"),
    ),
    table(
        "care_proceedings",
        "one row care proceedings about a family, or about a child of it",
        "plo_family_id person_id start_date",
        text("plo_family_id", "prep_plo_family_id", required=True),
        text("person_id", "prep_person_id"),
        date("start_date", required=True),
        date("end_date"),
        text("outcome"),
        date("legal_advice_requested"),
        date("legal_advice_received"),
    ),
)
