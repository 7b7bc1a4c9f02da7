"""The measures that are each paper's own, in its order; a paper that is not here names its measures in its notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from quarterdeck.errors import Unknown
from quarterdeck.measures.registry import Measure

NINETEEN = (
    "assessments_in_45_days",
    "assessment_outcomes",
    "cp_plan_rate",
    "cp_starts_and_ceases",
    "cin_plan_rate_safeguarding",
    "open_cases",
    "missing_from_home",
    "missing_from_care",
    "return_interviews_home",
    "return_interviews_care",
    "exploitation_at_month_end",
    "cla_rate",
    "cla_starts_and_ceases",
    "time_in_care_at_exit",
    "review_participation",
    "three_plus_placements",
    "review_timeliness",
    "placement_costs",
    "placement_mix",
)
"""The measures that the panel asked for, in its order."""


@dataclass(frozen=True)
class Plan:
    """A paper's measures in order, whether its blocks count them ("Measure 3 of 19"), and those told once a year."""

    measures: tuple[str, ...] = ()
    counted: bool = False
    annual: tuple[str, ...] = ()


PLANS: dict[str, Plan] = {
    "performance_monitoring": Plan(NINETEEN, counted=True),
    "child_protection": Plan(
        (
            "strategy_discussions",
            "section_47_rate",
            "icpc_in_15_days",
            "cp_plan_rate",
            "cp_starts_and_ceases",
            "cp_end_reasons",
            "cp_duration_at_end",
            "cp_repeat_plans",
            "cp_plans_over_2_years",
            "cp_reviews_in_time",
            "cp_visits_in_time",
            "social_worker_changes",
            "pre_proceedings",
            "pre_proceedings_outcomes",
            "legal_advice_days",
            "care_proceedings",
            "designated_officer",
        )
    ),
    "children_in_need": Plan(
        (
            "cin_rate",
            "cin_started",
            "cin_ended",
            "cin_plan_rate_safeguarding",
            "cin_open_over_16_weeks",
            "cin_open_over_9_months",
            "open_cases",
            "cin_share_of_safeguarding",
            "edge_of_care",
            "private_fostering",
        )
    ),
    "missing_and_exploitation": Plan(
        (
            "missing_from_home",
            "missing_from_care",
            "return_interviews_home",
            "return_interviews_care",
            "exploitation_at_month_end",
            "missing_education",
        )
    ),
    "family_front_door": Plan(
        (
            "contacts",
            "contacts_to_referrals",
            "contact_decisions_in_1_day",
            "referrals",
            "referral_no_further_action",
            "assessments_in_45_days",
            "assessment_duration",
            "assessment_outcomes",
            "assessment_factors",
            "rereferrals_12_months",
            "repeat_assessments",
            "step_downs",
            "early_help",
            "early_help_open",
            "early_help_step_ups",
        )
    ),
    "looked_after_children": Plan(
        (
            "cla_rate",
            "cla_starts_and_ceases",
            "cla_children_started",
            "time_in_care_at_exit",
            "review_timeliness",
            "review_participation",
            "three_plus_placements",
            "long_term_stability",
            "permanence_timeliness",
            "placed_out_of_county",
            "placed_over_20_miles",
            "education_of_cla",
            "mental_health_pathway",
        ),
        annual=("cla_health_annual", "cla_sdq_annual"),
    ),
    "care_leavers": Plan(
        (
            "care_leaver_accommodation",
            "bed_and_breakfast",
            "care_leaver_in_touch",
            "care_leaver_activity",
            "pathway_plans_up_to_date",
            "adviser_by_17",
            "homeless_16_17",
            "over_18_in_placement",
        ),
        annual=("care_leaver_accommodation_annual", "care_leaver_in_touch_annual", "care_leaver_activity_annual"),
    ),
    "placements_and_costs": Plan(
        (
            "placement_costs",
            "placement_numbers",
            "placement_mix",
            "external_share_residential",
            "external_share_fostering",
            "placed_out_of_county",
            "over_18_in_placement",
        )
    ),
    "workforce_and_practice": Plan(
        (
            "caseloads",
            "caseloads_over_ceiling",
            "workers_per_manager",
            "vacancy_rate",
            "agency_rate",
            "turnover",
            "supervision_in_time",
            "reflective_supervision",
            "audit_grades",
            "audits_appropriate",
            "audit_agreement",
            "compliments_and_complaints",
            "complaints_answered_in_time",
        )
    ),
}


BESIDE = {"placement_costs": ("external_share_residential", "external_share_fostering")}
"""Measures whose contradictions stand in another's block, where the paper has none of their own."""
PLACEMENTS = (
    "placement_costs",
    "placement_numbers",
    "placement_annual_cost",
    "placement_numbers_above_forecast",
    "placement_cost_above_budget",
)
"""Measures that the tables of placements and their costs tell side by side, so that officers speak of them in one."""


def plan_of(paper: str, measures: Mapping[str, Measure], own: tuple[str, ...] = ()) -> Plan:
    """A paper's plan: its own list, with every measure that says in its decorator which of them it follows.

    Parameters
    ----------
    measures : the catalogue.
    own : the list of a paper that `PLANS` does not have, from its notebook.

    Raises
    ------
    Unknown : a measure follows one that the paper has not.

    Examples
    --------
    >>> from quarterdeck.measures.registry import catalogue
    >>> plan_of("performance_monitoring", catalogue()).measures == NINETEEN
    True
    """
    plan = PLANS.get(paper, Plan(own))
    after: dict[str, list[str]] = {}
    for one in measures.values():
        if one.follows[0] == paper:
            if one.follows[1] not in plan.measures:
                raise Unknown(f"measure of {paper} for {one.id} to follow", one.follows[1], plan.measures)
            after.setdefault(one.follows[1], []).append(one.id)
    return replace(plan, measures=tuple(one for held in plan.measures for one in (held, *after.get(held, ()))))


def plans(measures: Mapping[str, Measure]) -> dict[str, Plan]:
    """The plan of every paper that `PLANS` has."""
    return {paper: plan_of(paper, measures) for paper in PLANS}
