"""The canonical tables: the Standard Safeguarding Dataset's names, less their prefixes.

Each column names the SSD item it stands for; an empty one is ours, because the SSD has no such field.
Every table also carries `collection_year`: the year of the extract its row came from (see `Records`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Dtype = Literal["str", "date", "Int64", "float64", "boolean"]
PANDAS_DTYPES: dict[Dtype, str] = {
    "str": "str",
    "date": "datetime64[us]",
    "Int64": "Int64",
    "float64": "float64",
    "boolean": "boolean",
}


@dataclass(frozen=True)
class Column:
    """A column of a canonical table: its type, its SSD item, and whether a row can do without it."""

    name: str
    dtype: Dtype
    ssd: str = ""
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A canonical table: its columns, and the key by which two extracts tell that a row is the same."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def dtypes(self) -> dict[str, str]:
        """The pandas dtype of each column, `collection_year` included."""
        return {c.name: PANDAS_DTYPES[c.dtype] for c in self.columns} | {"collection_year": "Int64"}


def _table(name: str, about: str, key: str, *columns: Column) -> Table:
    return Table(name, about, tuple(key.split()), columns)


def _text(name: str, ssd: str = "", *, required: bool = False) -> Column:
    return Column(name, "str", ssd, required)


def _date(name: str, ssd: str = "", *, required: bool = False) -> Column:
    return Column(name, "date", ssd, required)


def _person(ssd: str = "") -> Column:
    return Column("person_id", "str", ssd, required=True)


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "person",
            "one row a child or young person",
            "person_id",
            _person("pers_person_id"),
            _text("sex", "pers_sex"),
            _text("ethnicity", "pers_ethnicity"),
            _date("dob", "pers_dob"),
            _date("expected_dob", "pers_expected_dob"),
            _date("death_date", "pers_death_date"),
        ),
        _table(
            "disability",
            "one row a disability of a child",
            "person_id disability_code",
            _person("disa_person_id"),
            _text("disability_code", "disa_disability_code", required=True),
        ),
        _table(
            "cin_episodes",
            "one row a referral and the episode of need that followed",
            "person_id referral_date",
            _text("referral_id", "cine_referral_id", required=True),
            _person("cine_person_id"),
            _date("referral_date", "cine_referral_date", required=True),
            _text("cin_primary_need_code", "cine_cin_primary_need_code"),
            _text("referral_source_code", "cine_referral_source_code"),
            Column("referral_nfa", "boolean", "cine_referral_nfa"),
            _date("close_date", "cine_close_date"),
            _text("close_reason", "cine_close_reason"),
            _date("icpc_date"),
        ),
        _table(
            "cin_assessments",
            "one row an assessment",
            "person_id assessment_start_date",
            _text("assessment_id", "cina_assessment_id", required=True),
            _person("cina_person_id"),
            _text("referral_id", "cina_referral_id"),
            _date("assessment_start_date", "cina_assessment_start_date", required=True),
            _date("assessment_auth_date", "cina_assessment_auth_date"),
        ),
        _table(
            "assessment_factors",
            "one row a factor found at an assessment",
            "assessment_id assessment_factor",
            _text("assessment_id", "cinf_assessment_id", required=True),
            _text("assessment_factor", "cinf_assessment_factors_json", required=True),
        ),
        _table(
            "cin_plans",
            "one row a child-in-need plan",
            "person_id cin_plan_start_date",
            _text("cin_plan_id", "cinp_cin_plan_id", required=True),
            _person("cinp_person_id"),
            _text("referral_id", "cinp_referral_id"),
            _date("cin_plan_start_date", "cinp_cin_plan_start_date", required=True),
            _date("cin_plan_end_date", "cinp_cin_plan_end_date"),
        ),
        _table(
            "s47_enquiry",
            "one row a section 47 enquiry",
            "person_id s47_start_date",
            _text("s47_enquiry_id", "s47e_s47_enquiry_id", required=True),
            _person("s47e_person_id"),
            _text("referral_id", "s47e_referral_id"),
            _date("s47_start_date", "s47e_s47_start_date", required=True),
            _date("icpc_target_date", "icpc_icpc_target_date"),
            _date("icpc_date", "icpc_icpc_date"),
            Column("icpc_not_required", "boolean"),
        ),
        _table(
            "cp_plans",
            "one row a child protection plan",
            "person_id cp_plan_start_date",
            _text("cp_plan_id", "cppl_cp_plan_id", required=True),
            _person("cppl_person_id"),
            _text("referral_id", "cppl_referral_id"),
            _date("cp_plan_start_date", "cppl_cp_plan_start_date", required=True),
            _date("cp_plan_end_date", "cppl_cp_plan_end_date"),
            _text("cp_plan_initial_category", "cppl_cp_plan_initial_category"),
            _text("cp_plan_latest_category", "cppl_cp_plan_latest_category"),
            Column("number_of_previous_cpp", "Int64"),
        ),
        _table(
            "cp_reviews",
            "one row a child protection review conference",
            "cp_plan_id cp_review_date",
            _text("cp_plan_id", "cppr_cp_plan_id", required=True),
            _person("cppr_person_id"),
            _date("cp_review_date", "cppr_cp_review_date", required=True),
        ),
        _table(
            "cla_episodes",
            "one row an episode of being looked after, as the SSDA903 counts them",
            "person_id cla_episode_start_date",
            _text("cla_episode_id", "clae_cla_episode_id", required=True),
            _person("clae_person_id"),
            _date("cla_episode_start_date", "clae_cla_episode_start_date", required=True),
            _text("cla_episode_start_reason", "clae_cla_episode_start_reason"),
            _text("cla_primary_need_code", "clae_cla_primary_need_code"),
            _text("legal_status", "lega_legal_status"),
            _text("cla_placement_type", "clap_cla_placement_type"),
            _text("cla_placement_provider", "clap_cla_placement_provider"),
            _text("cla_placement_urn", "clap_cla_placement_urn"),
            _text("cla_placement_change_reason", "clap_cla_placement_change_reason"),
            _date("cla_episode_ceased_date", "clae_cla_episode_ceased_date"),
            _text("cla_episode_ceased_reason", "clae_cla_episode_ceased_reason"),
        ),
        _table(
            "cla_reviews",
            "one row a review of a looked-after child's case",
            "person_id cla_review_date",
            _person(),
            _date("cla_review_date", "clar_cla_review_date", required=True),
            _text("cla_review_participation", "clar_cla_review_participation"),
        ),
        _table(
            "uasc",
            "one row a child who came unaccompanied to seek asylum",
            "person_id",
            _person("immi_person_id"),
            _date("uasc_status_end_date"),
        ),
        _table(
            "missing",
            "one row an episode of being missing, or away from placement without authorisation",
            "person_id missing_episode_start_date",
            _person("miss_person_id"),
            _text("missing_episode_type", "miss_missing_episode_type", required=True),  # missing, away
            _date(
                "missing_episode_start_date",
                "miss_missing_episode_start_date",
                required=True,
            ),
            _date("missing_episode_end_date", "miss_missing_episode_end_date"),
            Column("looked_after", "boolean"),
            Column("time_recorded", "boolean"),
        ),
        _table(
            "return_interviews",
            "one row an interview offered, or not, after a missing episode",
            "person_id missing_episode_start_date",
            _person(),
            _date(
                "missing_episode_start_date",
                "miss_missing_episode_start_date",
                required=True,
            ),
            Column("missing_rhi_offered", "boolean", "miss_missing_rhi_offered"),
            Column("missing_rhi_accepted", "boolean", "miss_missing_rhi_accepted"),
            _date("interview_date"),
            Column("interview_time_recorded", "boolean"),
            _text("reason_not_done"),
        ),
        _table(
            "exploitation",
            "one row a spell under an exploitation flag",
            "person_id kind from_date",
            _person(),
            _text("kind", required=True),
            _text("status", required=True),
            _text("risk"),
            _date("from_date", required=True),
            _date("to_date"),
        ),
        _table(
            "cla_health",
            "one row a child looked after for 12 months: the year's health and outcomes (OC2)",
            "person_id",
            _person("clah_person_id"),
            Column("sdq_score", "Int64", "csdq_sdq_score"),
            _text("sdq_reason", "csdq_sdq_reason"),
            Column("convicted", "boolean"),
            Column("health_check", "boolean"),
            Column("immunisations", "boolean"),
            Column("teeth_check", "boolean"),
            Column("health_assessment", "boolean"),
            Column("substance_misuse", "boolean"),
            Column("intervention_received", "boolean"),
            Column("intervention_offered", "boolean"),
        ),
        _table(
            "care_leavers_903",
            "one row a young person of 17 to 21 who was in care (OC3)",
            "person_id",
            _person("clea_person_id"),
            _text("in_touch", "clea_care_leaver_in_touch"),
            _text("activity", "clea_care_leaver_activity"),
            _text("accommodation", "clea_care_leaver_accommodation"),
        ),
        _table(
            "adoption",
            "one row a child adopted in the year (AD1)",
            "person_id",
            _person("perm_person_id"),
            _date("date_int"),
            _date("matched_date", "perm_matched_date"),
            Column("foster_care", "boolean"),
            Column("nb_adoptr", "Int64"),
            _text("sex_adoptr"),
            _text("ls_adoptr"),
        ),
        _table(
            "placed_for_adoption",
            "one row a decision that a child should be placed for adoption",
            "person_id placed_for_adoption_date",
            _person("perm_person_id"),
            _date(
                "placed_for_adoption_date",
                "perm_placed_for_adoption_date",
                required=True,
            ),
            _date("decision_reversed_date", "perm_decision_reversed_date"),
            _text("decision_reversed_reason", "perm_decision_reversed_reason"),
        ),
        _table(
            "previous_permanence",
            "one row a child who had left care by a permanence order before",
            "person_id",
            _person("lapp_person_id"),
            _text("previous_permanence_option", "lapp_previous_permanence_option"),
            _text("previous_permanence_la", "lapp_previous_permanence_la"),
            _date("previous_permanence_order_date", "lapp_previous_permanence_order_date"),
        ),
        _table(
            "involvements",
            "one row a spell of a child with a team and worker",
            "person_id team worker_id from_date",
            _person("invo_person_id"),
            _text("team", "invo_involvement_team", required=True),
            _text("worker_id", "invo_professional_id"),
            _text("role", "invo_professional_role_id"),
            _date("from_date", "invo_involvement_start_date", required=True),
            _date("to_date", "invo_involvement_end_date"),
        ),
        _table(
            "assessment_outcomes",
            "one row what followed an assessment",
            "person_id assessment_start_date assessment_id",
            _text("assessment_id", "cina_assessment_id"),
            _text("person_id", "cina_person_id"),
            _date("assessment_start_date", "cina_assessment_start_date"),
            _text("outcome", "cina_assessment_outcome_json", required=True),
        ),
        _table(
            "cp_plan_ends",
            "one row why a child protection plan ended",
            "person_id end_date",
            _person(),
            _date("end_date", "cppl_cp_plan_end_date", required=True),
            _text("reason", required=True),
        ),
        _table(
            "strategy_discussions",
            "one row a strategy discussion about a child",
            "person_id discussion_date",
            _person(),
            _date("discussion_date", required=True),
            _text("outcome"),
        ),
        _table(
            "placement_locations",
            "one row where a placement is",
            "person_id placement_start_date",
            _person("clap_person_id"),
            _date("placement_start_date", "clap_cla_placement_start_date", required=True),
            _text("la_of_placement", "clap_cla_placement_la"),
            Column("inside", "boolean"),
            Column("distance_miles", "float64", "clap_cla_placement_distance"),
        ),
        _table(
            "care_leavers",
            "one row a care leaver at a date",
            "person_id as_at",
            _person("clea_person_id"),
            _date("date_of_birth"),
            _text("eligibility", "clea_care_leaver_eligibility"),
            _text("in_touch", "clea_care_leaver_in_touch"),
            _text("accommodation", "clea_care_leaver_accommodation"),
            Column("suitable", "boolean", "clea_care_leaver_accom_suitable"),
            _text("activity", "clea_care_leaver_activity"),
            _date("pathway_plan_date", "clea_pathway_plan_review_date"),
            _text("adviser", "clea_care_leaver_personal_advisor"),
            _date("as_at", required=True),
        ),
        _table(
            "placement_costs",
            "one row a spell in a funded placement, and what it costs",
            "person_id placement_type start_date end_date",
            _text("person_id"),
            _date("date_of_birth"),
            Column("number", "float64"),
            Column("days", "float64"),
            _text("placement_type", required=True),
            _text("provider", required=True),
            Column("weekly_cost", "float64"),
            Column("cost_in_period", "float64"),
            _date("start_date"),
            _date("end_date"),
        ),
        _table(
            "placement_budget",
            "one row what a type of placement was planned to cost",
            "placement_type financial_year",
            _text("placement_type", required=True),
            _text("financial_year", required=True),
            Column("forecast_number", "float64"),
            Column("budget_gbp", "float64"),
            Column("forecast_unit_cost", "float64"),
        ),
        _table(
            "workforce",
            "one row a service and role at a month's end, in full-time equivalents",
            "month_end service role",
            _date("month_end", required=True),
            _text("service", required=True),
            _text("role", required=True),
            Column("fte_established", "float64"),
            Column("fte_in_post", "float64", required=True),
            Column("fte_agency", "float64", required=True),
            Column("starters", "float64"),
            Column("leavers", "float64"),
            Column("sickness_days", "float64"),
            Column("newly_qualified", "float64"),
        ),
        _table(
            "audits",
            "one row a case audit",
            "audit_id",
            _text("audit_id", required=True),
            _date("audit_date", required=True),
            _text("service", required=True),
            _text("theme", required=True),
            Column("appropriate", "boolean"),
            _text("grade", required=True),
            _text("moderated_grade"),
        ),
    )
}
