"""The tables of the Standard Safeguarding Dataset that are read, and what each of their fields fills.

Its fields are named after their table (`cine_referral_date`), so that a file or a view is known by them alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from quarterdeck.records.tables import Column, Dtype, Table
from quarterdeck.returns.codes import code_sets
from quarterdeck.returns.layouts import Layout
from quarterdeck.returns.staged import stage

EMPTY = ("NA", "N/A", "None", "nan", "PLACEHOLDER_DATA", "PLACEHOLDER DATA")
_CODES = {"sex": "ssd.sex", "missing_episode_type": "ssd.missing_episode_type"}
_RECODE = {
    "sex": {"Male": "M", "Female": "F", "Unknown": "U", "Indeterminate": "U"},
    "missing_episode_type": {"M": "missing", "A": "away", "absent": "away"},
}
_DTYPES: dict[str, Dtype] = {
    "cla_placement_distance": "float64",
    "number_of_adopters": "Int64",
    "cla_review_cancelled": "boolean",
    "adopted_by_carer_flag": "boolean",
    "visit_seen": "boolean",
    "visit_seen_alone": "boolean",
    "previous_permanence_order_date": "str",  # zz/05/2017, where the day is not known
}


def _fields(prefix: str, words: str) -> Iterator[tuple[str, str, str]]:
    """Each field, the column it fills (its name without the prefix, unless `=` says another), and its mark."""
    for word in words.split():
        name, _, other = word.rstrip("*+").partition("=")
        yield f"{prefix}_{name}", other or name, word[-1] if word[-1] in "*+" else ""


def _list(
    name: str, table: str, prefix: str, words: str, *, also: tuple[Layout, ...] = (), given: str = "", spread: str = ""
) -> Layout:
    """A table from its fields: `*` and `+` mark those by which it is known."""
    fields = list(_fields(prefix, words))
    columns = {field: column for field, column, _ in fields}
    filled = set(columns.values())
    return Layout(
        name,
        "ssd",
        table,
        columns,
        tuple(field for field, _, mark in fields if mark),
        codes={column: codes for column, codes in (_CODES | _shared(filled)).items() if column in filled},
        recode={column: words for column, words in _RECODE.items() if column in filled},
        times={"missing_episode_end_date": "time_recorded"} if table == "missing" else {},
        also=also,
        given=given,
        live=True,
        empty=EMPTY,
        spread=spread,
    )


def _shared(columns: set[str]) -> dict[str, str]:
    """The code sets of the SSDA903's columns, which the staged tables have too."""
    return {column: f"cla_episodes.{column}" for column in columns if f"cla_episodes.{column}" in code_sets()}


def _staged(name: str, feeds: str, key: str, prefix: str, words: str) -> Layout:
    """A table that does not become a canonical one by itself; in it, `*` marks also what no row may lack."""
    columns = tuple(
        Column(column, _DTYPES.get(column, "date" if column.endswith("_date") else "str"), field, mark == "*")
        for field, column, mark in _fields(prefix, words)
    )
    stage(Table(name, f"the rows of {name}", tuple(key.split()), columns), feeds)
    return _list(name, name, prefix, words)


def _visits(kind: str, prefix: str) -> Layout:
    words = "person_id* {0}_visit_date=visit_date* {0}_visit_seen=visit_seen {0}_visit_seen_alone=visit_seen_alone"
    return _staged(f"ssd_{kind}_visits", "visits", "", prefix, words.format(kind))


LAYOUTS: tuple[Layout, ...] = (
    _list("ssd_person", "person", "pers", "person_id* sex ethnicity dob* expected_dob death_date"),
    _list("ssd_disability", "disability", "disa", "person_id* disability_code*"),
    _staged(
        "ssd_immigration_status",
        "uasc",
        "",
        "immi",
        "person_id* immigration_status+ immigration_status_start_date immigration_status_end_date=uasc_status_end_date",
    ),
    _staged(
        "ssd_contacts",
        "contacts",
        "contact_id person_id",
        "cont",
        "contact_id* person_id contact_date* contact_source_code contact_outcome_json",
    ),
    _staged(
        "ssd_early_help_episodes",
        "early_help_episodes",
        "person_id episode_start_date",
        "earl",
        "person_id* episode_start_date* episode_end_date episode_end_reason episode_organisation",
    ),
    _list(
        "ssd_cin_episodes",
        "cin_episodes",
        "cine",
        "referral_id* person_id* referral_date* cin_primary_need_code referral_source_code referral_nfa "
        "close_reason close_date*",
    ),
    _list(
        "ssd_cin_assessments",
        "cin_assessments",
        "cina",
        "assessment_id* person_id* referral_id assessment_start_date* assessment_auth_date*",
    ),
    _list(
        "ssd_assessment_factors",
        "assessment_factors",
        "cinf",
        "assessment_id* assessment_factors_json=assessment_factor*",
        spread="cinf_assessment_factors_json",
    ),
    _list(
        "ssd_cin_plans",
        "cin_plans",
        "cinp",
        "cin_plan_id* person_id* referral_id cin_plan_start_date* cin_plan_end_date*",
    ),
    _visits("cin", "cinv"),
    _staged(
        "ssd_s47_enquiry",
        "s47_enquiry",
        "person_id s47_start_date",
        "s47e",
        "s47_enquiry_id* person_id* referral_id s47_start_date* s47_end_date s47_outcome_json",
    ),
    _staged(
        "ssd_initial_cp_conference",
        "s47_enquiry",
        "icpc_id",
        "icpc",
        "icpc_id* s47_enquiry_id+ person_id referral_id icpc_target_date icpc_date+",
    ),
    _list(
        "ssd_cp_plans",
        "cp_plans",
        "cppl",
        "cp_plan_id* person_id* referral_id cp_plan_start_date* cp_plan_end_date* cp_plan_initial_category "
        "cp_plan_latest_category",
    ),
    _visits("cp", "cppv"),
    _staged(
        "ssd_cp_reviews",
        "cp_reviews",
        "cp_review_id",
        "cppr",
        "cp_review_id* cp_plan_id* person_id* cp_review_due=cp_review_due_date cp_review_date+",
    ),
    _staged(
        "ssd_cla_episodes",
        "cla_episodes",
        "person_id cla_episode_start_date",
        "clae",
        "cla_episode_id* person_id* cla_episode_start_date* cla_episode_start_reason cla_primary_need_code "
        "cla_episode_ceased_date+ cla_episode_ceased_reason cla_id cla_placement_id",
    ),
    _staged(
        "ssd_cla_placement",
        "cla_episodes",
        "cla_placement_id",
        "clap",
        "cla_placement_id* person_id cla_placement_start_date* cla_placement_type+ cla_placement_urn "
        "cla_placement_distance cla_placement_provider cla_placement_end_date cla_placement_change_reason",
    ),
    _staged(
        "ssd_legal_status",
        "cla_episodes",
        "",
        "lega",
        "person_id* legal_status* legal_status_start_date* legal_status_end_date",
    ),
    _staged(
        "ssd_cla_reviews",
        "cla_reviews",
        "cla_review_id",
        "clar",
        "cla_review_id* cla_id* cla_review_due_date cla_review_date+ cla_review_cancelled cla_review_participation",
    ),
    _visits("cla", "clav"),
    _staged(
        "ssd_cla_previous_permanence",
        "previous_permanence",
        "",
        "lapp",
        "person_id* previous_permanence_option* previous_permanence_la previous_permanence_order_date",
    ),
    _staged(
        "ssd_permanence",
        "placed_for_adoption",
        "",
        "perm",
        "person_id* adm_decision_date=placed_for_adoption_date+ matched_date decision_reversed_date "
        "decision_reversed_reason permanence_order_date adopted_by_carer_flag number_of_adopters "
        "adopter_sex adopter_legal_status",
    ),
    _list(
        "ssd_missing",
        "missing",
        "miss",
        "person_id* missing_episode_type* missing_episode_start_date* missing_episode_end_date*",
        also=(
            _list(
                "ssd_missing (return interviews)",
                "return_interviews",
                "miss",
                "person_id missing_episode_start_date missing_rhi_offered missing_rhi_accepted",
                given="miss_missing_rhi_offered",
            ),
        ),
    ),
    _staged(
        "ssd_care_leavers",
        "care_leavers",
        "person_id",
        "clea",
        "person_id* care_leaver_eligibility+ care_leaver_in_touch care_leaver_accommodation care_leaver_accom_suitable "
        "care_leaver_activity pathway_plan_review_date care_leaver_personal_advisor",
    ),
    _staged(
        "ssd_involvements",
        "involvements",
        "",
        "invo",
        "person_id* professional_id professional_role_id professional_team+ involvement_start_date* "
        "involvement_end_date",
    ),
    _staged(
        "ssd_professionals", "involvements", "professional_id", "prof", "professional_id* professional_department+"
    ),
    _staged("ssd_department", "involvements", "team_id", "dept", "team_id* team_name+"),
    _staged(
        "ssd_pre_proceedings",
        "pre_proceedings",
        "",
        "prep",
        "plo_family_id person_id* pre_pro_decision_date* agree_stepdown_issue_date+ pre_pro_outcome",
    ),
    # Read and counted: no figure needs them yet.
    _list("ssd_cla_health", "", "clah", "person_id* health_check_type*"),
    _list("ssd_cla_immunisations", "", "clai", "person_id* immunisations_status*"),
    _list("ssd_cla_substance_misuse", "", "clas", "person_id* substance_misused*"),
    _list("ssd_cla_convictions", "", "clac", "person_id* cla_conviction_date*"),
    _list("ssd_cla_care_plan", "", "lacp", "table_id* person_id*"),
    _list("ssd_sdq_scores", "", "csdq", "person_id* sdq_score*"),
    _list("ssd_linked_identifiers", "", "link", "person_id* identifier_type*"),
    _list("ssd_address", "", "addr", "person_id* address_type*"),
    _list("ssd_family", "", "fami", "family_id* person_id*"),
    _list("ssd_mother", "", "moth", "person_id* childs_person_id*"),
    _list("ssd_s251_finance", "", "s251", "table_id* cla_placement_id*"),
)
"""Each table by its name. Names, addresses, postcodes and registration numbers are left where they are."""
