"""Children missing and exploited."""

from __future__ import annotations

from quarterdeck.records.tables.shape import Table, date, flag, person, table, text

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
)
