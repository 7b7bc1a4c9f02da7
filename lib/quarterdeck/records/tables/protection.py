"""Children in need and child protection: plans, enquiries, conferences and reviews."""

from __future__ import annotations

from quarterdeck.records.tables.shape import Table, date, flag, person, table, text, whole

TABLES: tuple[Table, ...] = (
    table(
        "cin_plans",
        "one row a child-in-need plan",
        "person_id cin_plan_start_date",
        text("cin_plan_id", "cinp_cin_plan_id", required=True),
        person("cinp_person_id"),
        text("referral_id", "cinp_referral_id"),
        date("cin_plan_start_date", "cinp_cin_plan_start_date", required=True),
        date("cin_plan_end_date", "cinp_cin_plan_end_date"),
    ),
    table(
        "s47_enquiry",
        "one row a section 47 enquiry",
        "person_id s47_start_date",
        text("s47_enquiry_id", "s47e_s47_enquiry_id", required=True),
        person("s47e_person_id"),
        text("referral_id", "s47e_referral_id"),
        date("s47_start_date", "s47e_s47_start_date", required=True),
        date("icpc_target_date", "icpc_icpc_target_date"),
        date("icpc_date", "icpc_icpc_date"),
        flag("icpc_not_required"),
    ),
    table(
        "strategy_discussions",
        "one row a strategy discussion about a child",
        "person_id discussion_date",
        person(),
        date("discussion_date", required=True),
        text("outcome"),
    ),
    table(
        "cp_plans",
        "one row a child protection plan",
        "person_id cp_plan_start_date",
        text("cp_plan_id", "cppl_cp_plan_id", required=True),
        person("cppl_person_id"),
        text("referral_id", "cppl_referral_id"),
        date("cp_plan_start_date", "cppl_cp_plan_start_date", required=True),
        date("cp_plan_end_date", "cppl_cp_plan_end_date"),
        text("cp_plan_initial_category", "cppl_cp_plan_initial_category"),
        text("cp_plan_latest_category", "cppl_cp_plan_latest_category"),
        whole("number_of_previous_cpp"),
    ),
    table(
        "cp_reviews",
        "one row a child protection review conference",
        "cp_plan_id cp_review_date",
        text("cp_plan_id", "cppr_cp_plan_id", required=True),
        person("cppr_person_id"),
        date("cp_review_date", "cppr_cp_review_date", required=True),
    ),
    table(
        "cp_plan_ends",
        "one row why a child protection plan ended",
        "person_id end_date",
        person(),
        date("end_date", "cppl_cp_plan_end_date", required=True),
        text("reason", required=True),
    ),
    table(
        "visits",
        "one row a visit to a child under a plan or in care",
        "person_id kind visit_date",
        person(),
        date("visit_date", "cppv_cp_visit_date", required=True),
        text("kind", required=True),  # CP, CLA, CIN: the SSD keeps a table for each
        flag("visit_seen", "cppv_cp_visit_seen"),
        flag("visit_seen_alone", "cppv_cp_visit_seen_alone"),
    ),
    table(
        "review_due_dates",
        "one row a review that was due, and when it was held",
        "person_id kind review_due_date",
        person(),
        date("review_due_date", "clar_cla_review_due_date", required=True),
        date("review_held_date", "clar_cla_review_date"),
        text("kind"),
    ),
)
