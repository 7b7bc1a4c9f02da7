"""The local lists: what no statutory return holds. Headings are matched without case, spaces and punctuation."""

from __future__ import annotations

from collections.abc import Mapping

from quarterdeck.returns.layouts import Layout

_TABLES = {
    "allocations": "involvements",
    "missing_episodes": "missing",
}
_OTHERWISE = {
    "missing_episodes": {
        "episode_type": "missing_episode_type",
        "start": "missing_episode_start_date",
        "end": "missing_episode_end_date",
    },
    "return_interviews": {
        "missing_start": "missing_episode_start_date",
        "offered": "missing_rhi_offered",
        "accepted": "missing_rhi_accepted",
    },
    "placement_locations": {"placement_start": "placement_start_date"},
    "placement_costs": {"start": "start_date", "end": "end_date"},
}


def _list(
    name: str,
    headings: str,
    *,
    either: tuple[str, ...] = (),
    times: Mapping[str, str] | None = None,
) -> Layout:
    """A list from its headings as the specification writes them: `*` marks one that must be there."""
    words = headings.split()
    named = _OTHERWISE.get(name, {})
    return Layout(
        name,
        "local",
        _TABLES.get(name, name),
        {word.rstrip("*"): named.get(word.rstrip("*"), word.rstrip("*")) for word in words},
        tuple(word.rstrip("*") for word in words if word.endswith("*")),
        tuple(tuple(way.split()) for way in either),
        times=times or {},
    )


LAYOUTS: tuple[Layout, ...] = (
    _list("allocations", "person_id* team* worker_id role from_date* to_date"),
    _list(
        "assessment_outcomes",
        "assessment_id person_id assessment_start_date outcome*",
        either=("person_id assessment_start_date", "assessment_id"),
    ),
    _list("audits", "audit_id* audit_date* service* theme* appropriate grade* moderated_grade"),
    _list(
        "care_leavers",
        "person_id* date_of_birth* eligibility in_touch accommodation suitable activity "
        "pathway_plan_date adviser as_at*",
    ),
    _list("cp_plan_ends", "person_id* end_date* reason*"),
    _list("exploitation", "person_id* kind* status* risk from_date* to_date"),
    _list(
        "missing_episodes",
        "person_id* episode_type* start* end looked_after",
        times={"missing_episode_end_date": "time_recorded"},
    ),
    _list("placement_budget", "placement_type* financial_year* forecast_number budget_gbp forecast_unit_cost"),
    _list(
        "placement_costs",
        "person_id date_of_birth number days placement_type* provider* weekly_cost cost_in_period start end",
        either=(
            "person_id date_of_birth weekly_cost",
            "person_id date_of_birth cost_in_period start end",
            "number days weekly_cost",
            "number days cost_in_period start end",
        ),
    ),
    _list("placement_locations", "person_id* placement_start* la_of_placement inside distance_miles"),
    _list(
        "return_interviews",
        "person_id* missing_start* offered accepted interview_date reason_not_done",
        times={"interview_date": "interview_time_recorded"},
    ),
    _list("strategy_discussions", "person_id* discussion_date* outcome"),
    _list(
        "workforce",
        "month_end* service* role* fte_established fte_in_post* fte_agency* "
        "starters leavers sickness_days newly_qualified",
    ),
)
"""The lists that are read, by their usual file names."""
