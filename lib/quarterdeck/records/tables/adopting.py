"""Adoption as it goes: the children for whom it is planned, and the people who come forward to adopt."""

from __future__ import annotations

from quarterdeck.records.tables.shape import Table, date, flag, person, table, text, whole

TABLES: tuple[Table, ...] = (
    table(
        "permanence",
        "one row a decision that a child should be placed for adoption, and what came of it",
        "person_id adm_decision_date",
        person("perm_person_id"),
        text("family_id"),
        date("entered_care_date", "perm_entered_care_date"),
        date("adm_decision_date", "perm_adm_decision_date", required=True),
        date("placement_order_date", "perm_placement_order_date"),
        date("matched_date", "perm_matched_date"),
        date("placed_for_adoption_date", "perm_placed_for_adoption_date"),
        date("placed_ffa_cp_date", "perm_placed_ffa_cp_date"),
        date("permanence_order_date", "perm_permanence_order_date"),
        date("decision_reversed_date", "perm_decision_reversed_date"),
        text("decision_reversed_reason", "perm_decision_reversed_reason"),
    ),
    table(
        "adopters",
        "one row a person who applied to adopt",
        "adopter_id",
        text("adopter_id", required=True),
        text("family_id"),
        text("sex"),
        text("ethnicity"),
        flag("disability"),
        flag("fostering_for_adoption"),
        date("enquiry_date"),
        date("stage_1_start_date"),
        date("stage_1_end_date"),
        date("stage_2_start_date"),
        date("stage_2_end_date"),
        date("application_date"),
        date("approved_date"),
        date("matched_date"),
        date("child_placed_date"),
        whole("children_placed"),
        date("adoption_order_date"),
        date("left_date"),
        text("left_reason"),
    ),
)
