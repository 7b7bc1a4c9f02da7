"""Ofsted's Annex A workbook: its eleven lists, in the template of August 2019 and with its later columns."""

from __future__ import annotations

from collections.abc import Mapping

from quarterdeck.returns import annex_a_staged
from quarterdeck.returns.codes.words import words
from quarterdeck.returns.layouts import Layout
from quarterdeck.returns.staged import stage

CHILD, BORN, AGE = "Child Unique ID", "Date of Birth", "Age of Child (Years)"
SEX, ETHNICITY, DISABLED = "Gender", "Ethnicity", "Does the Child have a Disability"
TEAM, WORKER, ADVISER = "Allocated Team", "Allocated Worker", "Allocated Personal Advisor"
SEEKER = "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)"
FORMER_SEEKER = "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)"
IN_NEED = "Was the child assessed as requiring LA children's social care support"
ALIASES = {
    "Age": AGE,
    "Sex": SEX,  # as the lists are to call it from 2026
    "Was the child assessed as being in need at assessment?": IN_NEED,
}

for _table, _feeds in annex_a_staged.TABLES:
    stage(_table, _feeds)

_SPELT = {  # the set of spellings of a column, and the set of codes where it is not the table's own
    "sex": ("sex", "annex_a.sex"),
    "ethnicity": ("ethnicity", "person.ethnicity"),
    "contact_source_code": ("source", "cin_episodes.referral_source_code"),
    "referral_source_code": ("source", "cin_episodes.referral_source_code"),
    "cin_primary_need_code": ("need", "cin_episodes.cin_primary_need_code"),
    "close_reason": ("closure", "cin_episodes.close_reason"),
    "case_status": ("case_status", "annex_a.case_status"),
    "cp_plan_initial_category": ("abuse", ""),
    "cp_plan_latest_category": ("abuse", ""),
    "cla_primary_need_code": ("need_of_care", "cla_episodes.cla_primary_need_code"),
    "legal_status": ("legal_status", "cla_episodes.legal_status"),
    "cla_episode_ceased_reason": ("care_ceased", "cla_episodes.cla_episode_ceased_reason"),
    "cla_placement_type": ("placement_type", "cla_episodes.cla_placement_type"),
    "cla_placement_provider": ("provider", "cla_episodes.cla_placement_provider"),
    "inside": ("inside", ""),
    "eligibility": ("eligibility", "care_leavers.eligibility"),
    "in_touch": ("in_touch", "care_leavers.in_touch"),
    "accommodation": ("accommodation", "care_leavers.accommodation"),
    "activity": ("activity", "care_leavers.activity"),
    "suitable": ("suitable", ""),
    "decision_reversed_reason": ("decision_reversed", ""),
    "left_reason": ("left_process", ""),
}
_YES_NO = (
    "disabled",
    "disability",
    "referral_nfa",
    "icpc_not_required",
    "visit_seen_alone",
    "seeker",
    "fostering_for_adoption",
)


def _layout(
    name: str,
    table: str,
    columns: Mapping[str, str],
    *,
    required: tuple[str, ...] = (),
    also: tuple[Layout, ...] = (),
    given: str = "",
    made: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
    spelt: Mapping[str, str] | None = None,
    kept: bool = False,
) -> Layout:
    """A list, or a part of what its rows tell; `spelt` names sets of spellings that are this list's own."""
    sets = {column: _SPELT[column] for column in columns.values() if column in _SPELT}
    sets |= {column: ("yes_no", "") for column in columns.values() if column in _YES_NO}
    sets |= {column: (own, sets[column][1]) for column, own in (spelt or {}).items()}
    return Layout(
        name,
        "annex_a",
        table,
        columns,
        required,
        codes={column: codes for column, (_, codes) in sets.items() if codes},
        words={column: words("annex_a")[spelling] for column, (spelling, _) in sets.items()},
        made=made or {},
        also=also,
        given=given,
        fixed=fixed or {},
        aliases=ALIASES if required else {},
        kept=kept,
    )


def _list(
    number: int,
    table: str,
    columns: Mapping[str, str],
    needs: tuple[str, ...],
    *,
    also: tuple[Layout, ...] = (),
    made: Mapping[str, str] | None = None,
    kept: bool = False,
) -> Layout:
    """A list of children: beside its own table it tells who each child is and, from List 4 on, of a disability."""
    title = f"List {number}"
    who = {CHILD: "person_id", SEX: "sex", ETHNICITY: "ethnicity", BORN: "born_or_due", AGE: "age"}
    parts = [_layout(f"{title}: children", "annex_a_people", who)]
    if number > 3:
        disabled = {CHILD: "person_id", DISABLED: "disabled"}
        parts.append(_layout(f"{title}: disability", "annex_a_disability", disabled, given=DISABLED))
    filled = {CHILD: "person_id", **columns}
    return _layout(title, table, filled, required=(CHILD, *needs), also=(*parts, *also), made=made, kept=kept)


def _allocation(number: int, start: str, end: str = "") -> Layout:
    """Who has the case, on a list of how things stand: since when the list tells of the child, and until when."""
    columns = {CHILD: "person_id", TEAM: "team", WORKER: "worker_id"}
    columns |= ({start: "from_date"} if start else {}) | ({end: "case_ended"} if end else {})
    return _layout(f"List {number}: teams", "annex_a_allocations", columns, given=TEAM)


def _visit(number: int, kind: str, seen: str, alone: str = "") -> Layout:
    columns = {CHILD: "person_id", seen: "visit_date"} | ({alone: "visit_seen_alone"} if alone else {})
    fixed = {"kind": kind} | ({"visit_seen": "Y"} if kind == "CIN" else {})
    return _layout(f"List {number}: last visits", "visits", columns, given=seen, fixed=fixed)


def _uasc(number: int, heading: str) -> Layout:
    columns = {CHILD: "person_id", heading: "seeker"}
    return _layout(f"List {number}: asylum seekers", "annex_a_uasc", columns, given=heading)


_CONTACT = "Date of Contact"
_HELP = "Assessment start date"
_REFERRAL = "Date of referral"
_ASSESSMENT = "Continuous Assessment Start Date"
_ENQUIRY = "Strategy discussion initiating Section 47 Enquiry Start Date"
_NEED, _NEED_ENDED = "CIN Start Date", "CIN Closure Date"
_PLAN, _PLAN_ENDED = "Child Protection Plan Start Date", "Child Protection Plan End Date"
_CARE, _CARE_ENDED = "Date Started to be Looked After", "Date Ceased to be Looked After"
_PLACEMENT = "Start Date of Most Recent Placement"
_CONFERENCE = "Date of latest review conference"
_REVIEW = "Date of Latest Statutory Review"
_DECISION = "Date of Decision that Child Should be Placed for Adoption"

LAYOUTS: tuple[Layout, ...] = (
    _list(
        1,
        "annex_a_contacts",
        {_CONTACT: "contact_date", "Contact Source": "contact_source_code"},
        (_CONTACT,),
        kept=True,
    ),
    _list(
        2,
        "early_help_episodes",
        {
            _HELP: "episode_start_date",
            "Assessment completion date": "assessment_end",
            "Organisation completing assessment": "episode_organisation",
        },
        (_HELP,),
        kept=True,
    ),
    _list(
        3,
        "annex_a_referrals",
        {_REFERRAL: "referral_date", "Referral Source": "referral_source_code", "Referral NFA?": "referral_nfa"},
        (_REFERRAL,),
        kept=True,
    ),
    _list(
        4,
        "cin_assessments",
        {
            _ASSESSMENT: "assessment_start_date",
            "Continuous Assessment Date of Authorisation": "assessment_auth_date",
        },
        (_ASSESSMENT,),
        made={"assessment_id": "assessment_start_date"},
        kept=True,
    ),
    _list(
        5,
        "s47_enquiry",
        {
            _ENQUIRY: "s47_start_date",
            "Was an Initial Child Protection Conference deemed unnecessary?": "icpc_not_required",
            "Date of Initial Child Protection Conference": "icpc_date",
        },
        (_ENQUIRY,),
        made={"s47_enquiry_id": "s47_start_date"},
        kept=True,
    ),
    _list(
        6,
        "annex_a_need",
        {
            _NEED: "referral_date",
            "Primary Need Code": "cin_primary_need_code",
            _NEED_ENDED: "close_date",
            "Reason for Closure": "close_reason",
            "Case status": "case_status",
        },
        (_NEED,),
        also=(_visit(6, "CIN", "Date Child Was Last Seen"), _allocation(6, _NEED, _NEED_ENDED)),
    ),
    _list(
        7,
        "cp_plans",
        {
            _PLAN: "cp_plan_start_date",
            "Initial Category of Abuse": "cp_plan_initial_category",
            "Latest Category of Abuse": "cp_plan_latest_category",
            _PLAN_ENDED: "cp_plan_end_date",
            "Number of Previous Child Protection Plans": "number_of_previous_cpp",
        },
        (_PLAN,),
        also=(
            _layout(
                "List 7: last reviews",
                "annex_a_cp_reviews",
                {CHILD: "person_id", _PLAN: "cp_plan_start_date", _CONFERENCE: "cp_review_date"},
                given=_CONFERENCE,
            ),
            _visit(7, "CP", "Date of the Last Statutory Visit", "Was the Child Seen Alone?"),
            _allocation(7, _PLAN, _PLAN_ENDED),
        ),
        made={"cp_plan_id": "cp_plan_start_date"},
    ),
    _list(
        8,
        "annex_a_care",
        {
            _CARE: "cla_episode_start_date",
            "Child's Category of Need": "cla_primary_need_code",
            "Start date of current legal status": "legal_status_start_date",
            "Child's Legal Status": "legal_status",
            _CARE_ENDED: "cla_episode_ceased_date",
            "Reason Ceased to be Looked After": "cla_episode_ceased_reason",
            _PLACEMENT: "placement_start_date",
            "Placement Type": "cla_placement_type",
            "Placement Provider": "cla_placement_provider",
            "URN of Placement": "cla_placement_urn",
        },
        (_CARE,),
        also=(
            _uasc(8, SEEKER),
            _layout(
                "List 8: last reviews",
                "cla_reviews",
                {CHILD: "person_id", _REVIEW: "cla_review_date"},
                given=_REVIEW,
            ),
            _layout(
                "List 8: placement locations",
                "placement_locations",
                {
                    CHILD: "person_id",
                    _PLACEMENT: "placement_start_date",
                    "Placement Location": "inside",
                    "LA of Placement": "la_of_placement",
                },
                given="Placement Location",
            ),
            _visit(8, "CLA", "Date of Last Social Work Visit"),
            _allocation(8, _CARE, _CARE_ENDED),
        ),
    ),
    _list(
        9,
        "annex_a_care_leavers",
        {
            BORN: "date_of_birth",
            "Eligibility Category": "eligibility",
            "LA In Touch": "in_touch",
            "Type of Accommodation": "accommodation",
            "Suitability of Accommodation": "suitable",
            "Activity Status": "activity",
            "Latest Pathway Plan Review Date": "pathway_plan_date",
            ADVISER: "adviser",
        },
        ("Eligibility Category", "LA In Touch"),
        also=(_uasc(9, FORMER_SEEKER), _allocation(9, "")),
    ),
    _list(
        10,
        "permanence",
        {
            "Family identifier": "family_id",
            "Date the Child Entered Care": "entered_care_date",
            _DECISION: "adm_decision_date",
            "Date of Placement Order": "placement_order_date",
            "Date of Matching Child and Prospective Adopters": "matched_date",
            "Date Placed for Adoption": "placed_for_adoption_date",
            "Date of Adoption Order": "permanence_order_date",
            "Date of Decision that Child Should No Longer be Placed for Adoption": "decision_reversed_date",
            "Reason Why Child No Longer Placed for Adoption": "decision_reversed_reason",
            "Date the child was placed for fostering in FFA or concurrent planning placement": "placed_ffa_cp_date",
        },
        (_DECISION,),
        kept=True,
    ),
    _layout(
        "List 11",
        "adopters",
        {
            "Individual adopter identifier": "adopter_id",
            "Family identifier": "family_id",
            SEX: "sex",
            ETHNICITY: "ethnicity",
            "Disability": "disability",
            "Is the (prospective) adopter fostering for adoption?": "fostering_for_adoption",
            "Date enquiry received": "enquiry_date",
            "Date Stage 1 started": "stage_1_start_date",
            "Date Stage 1 ended": "stage_1_end_date",
            "Date Stage 2 started": "stage_2_start_date",
            "Date Stage 2 ended": "stage_2_end_date",
            "Date application submitted": "application_date",
            "Date application approved": "approved_date",
            "Date adopter matched with child(ren)": "matched_date",
            "Date child/children placed with adopter(s)": "child_placed_date",
            "No. of children placed": "children_placed",
            "Date of Adoption Order": "adoption_order_date",
            "Date of leaving adoption process": "left_date",
            "Reason for leaving adoption process": "left_reason",
        },
        required=("Individual adopter identifier", "Date enquiry received"),
        spelt={"sex": "sex_of_adopter"},
    ),
)
"""The lists, by number. Ages and counts are worked out from the rest, and postcodes left where they are."""
