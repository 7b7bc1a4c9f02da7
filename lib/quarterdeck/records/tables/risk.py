"""Children missing and exploited."""

from __future__ import annotations

from quarterdeck.records.tables.shape import Table, date, flag, number, person, table, text

TABLES: tuple[Table, ...] = (
    table(
        "missing",
        "one row an episode of being missing, or away from placement without authorisation",
        "person_id missing_episode_start_date",
        person("miss_person_id"),
        text("missing_episode_type", "miss_missing_episode_type", required=True),  # missing, away
        date(
            "missing_episode_start_date",
            "miss_missing_episode_start_date",
            required=True,
        ),
        date("missing_episode_end_date", "miss_missing_episode_end_date"),
        flag("looked_after"),
        flag("time_recorded"),
    ),
    table(
        "return_interviews",
        "one row an interview offered, or not, after a missing episode",
        "person_id missing_episode_start_date",
        person(),
        date(
            "missing_episode_start_date",
            "miss_missing_episode_start_date",
            required=True,
        ),
        flag("missing_rhi_offered", "miss_missing_rhi_offered"),
        flag("missing_rhi_accepted", "miss_missing_rhi_accepted"),
        date("interview_date"),
        flag("interview_time_recorded"),
        text("reason_not_done"),
    ),
    table(
        "exploitation",
        "one row a spell under an exploitation flag",
        "person_id kind from_date",
        person(),
        text("kind", required=True),
        text("status", required=True),
        text("risk"),
        date("from_date", required=True),
        date("to_date"),
    ),
    table(
        "edge_of_care",
        "one row a family worked with so that a child could stay or return home",
        "family_id person_id start_date",
        text("family_id", required=True),
        text("person_id"),
        date("start_date", required=True),
        date("end_date"),
        text("outcome"),
        flag("at_home_3_months"),
        flag("at_home_6_months"),
        flag("at_home_12_months"),
    ),
    table(
        "homeless_16_17",
        "one row each time a young person of 16 or 17 came as homeless",
        "person_id presented_date",
        person(),
        date("presented_date", required=True),
        flag("assessed"),
        text("outcome", required=True),
    ),
    table(
        "private_fostering",
        "one row a private fostering arrangement",
        "person_id notified_date",
        person(),
        date("notified_date", required=True),
        date("arrangement_start"),
        date("arrangement_end"),
        date("first_visit_date"),
        number("visits_due"),
        number("visits_in_time"),
    ),
    table(
        "designated_officer",
        "one row an allegation against someone who works with children",
        "allegation_id",
        text("allegation_id", required=True),
        date("received_date", required=True),
        date("closed_date"),
        text("outcome"),
    ),
)
