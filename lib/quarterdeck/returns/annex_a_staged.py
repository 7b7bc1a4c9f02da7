"""What the lists of an Annex A workbook are held to where they are no canonical table as they stand.

Each with the canonical table that it becomes, or the chief of them.
"""

from __future__ import annotations

from quarterdeck.records.tables.shape import Table, date, flag, person, table, text

TABLES: tuple[tuple[Table, str], ...] = (
    (
        table(
            "annex_a_people",
            "one row a child on a list",
            "",
            person(),
            text("sex"),
            text("ethnicity"),
            date("born_or_due"),
            text("age"),
        ),
        "person",
    ),
    (
        table("annex_a_disability", "one row a child on a list", "", person(), flag("disabled")),
        "disability",
    ),
    (
        table(
            "annex_a_allocations",
            "one row a child on a list of how things stand, and who has the case",
            "",
            person(),
            text("team", required=True),
            text("worker_id"),
            date("from_date"),
            date("case_ended"),
        ),
        "involvements",
    ),
    (
        table(
            "annex_a_contacts",
            "one row a contact about a child: two on one day from one source cannot be told from one listed twice",
            "",
            person(),
            date("contact_date", required=True),
            text("contact_source_code"),
        ),
        "contacts",
    ),
    (
        table(
            "annex_a_referrals",
            "one row a referral",
            "person_id referral_date",
            person(),
            date("referral_date", required=True),
            text("referral_source_code"),
            flag("referral_nfa"),
        ),
        "cin_episodes",
    ),
    (
        table(
            "annex_a_need",
            "one row a child: the latest episode of need",
            "person_id",
            person(),
            date("referral_date", required=True),
            text("cin_primary_need_code"),
            date("close_date"),
            text("close_reason"),
            text("case_status"),
        ),
        "cin_episodes",
    ),
    (
        table(
            "annex_a_cp_reviews",
            "one row a plan: its latest review conference",
            "person_id",
            person(),
            date("cp_plan_start_date", required=True),
            date("cp_review_date", required=True),
        ),
        "cp_reviews",
    ),
    (
        table(
            "annex_a_care",
            "one row a child: the latest period of care, with its latest legal status and placement",
            "person_id",
            person(),
            date("cla_episode_start_date", required=True),
            text("cla_primary_need_code"),
            date("legal_status_start_date"),
            text("legal_status"),
            date("cla_episode_ceased_date"),
            text("cla_episode_ceased_reason"),
            date("placement_start_date"),
            text("cla_placement_type"),
            text("cla_placement_provider"),
            text("cla_placement_urn"),
        ),
        "cla_episodes",
    ),
    (table("annex_a_uasc", "one row a child on a list", "", person(), flag("seeker")), "uasc"),
    (
        table(
            "annex_a_care_leavers",
            "one row a young person who gets leaving care services",
            "person_id",
            person(),
            date("date_of_birth"),
            text("eligibility"),
            text("in_touch"),
            text("accommodation"),
            flag("suitable"),
            text("activity"),
            date("pathway_plan_date"),
            text("adviser"),
        ),
        "care_leavers",
    ),
)
