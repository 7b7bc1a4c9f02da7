"""Who the children are, and who works with them."""

from __future__ import annotations

from quarterdeck.records.tables.shape import Table, date, person, table, text

TABLES: tuple[Table, ...] = (
    table(
        "person",
        "one row a child or young person",
        "person_id",
        person("pers_person_id"),
        text("sex", "pers_sex"),
        text("ethnicity", "pers_ethnicity"),
        date("dob", "pers_dob"),
        date("expected_dob", "pers_expected_dob"),
        date("death_date", "pers_death_date"),
    ),
    table(
        "disability",
        "one row a disability of a child",
        "person_id disability_code",
        person("disa_person_id"),
        text("disability_code", "disa_disability_code", required=True),
    ),
    table(
        "involvements",
        "one row a spell of a child with a team and worker",
        "person_id team worker_id from_date",
        person("invo_person_id"),
        text("team", "invo_involvement_team", required=True),
        text("worker_id", "invo_professional_id"),
        text("role", "invo_professional_role_id"),
        date("from_date", "invo_involvement_start_date", required=True),
        date("to_date", "invo_involvement_end_date"),
        text("district", describes=True),
    ),
)
