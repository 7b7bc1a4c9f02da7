"""The SSDA903 return of looked-after children: its lists, as a base year and each later year's differences.

The lists of collection year 2015 are the earliest known, and serve the years before. `BEGAN` says which lists a later
year brought; the codes of each year, and their differences, stand in `codes/codes.toml`. Columns that not every year or
system has (PLACE_PROVIDER, REASON_PLACE_CHANGE, URN, LA_PERM …) are read where they stand and not asked for.
"""

from __future__ import annotations

import pandas as pd

from quarterdeck.quarter import Quarter
from quarterdeck.returns.layouts import Layout

CORE = ("header", "episodes")
ONCE_A_YEAR = ("oc2", "oc3", "ad1", "placed_for_adoption", "previous_permanence", "sw_episodes", "dolo")
BEGAN = {"sw_episodes": 2024, "dolo": 2027}
"""The first collection year of each list that the base year did not have."""


def _list(name: str, table: str, required: str, *, codes: dict[str, str] | None = None, **columns: str) -> Layout:
    recode = {
        "sex": {"1": "M", "2": "F"},
        "missing_episode_type": {"M": "missing", "A": "away"},
    }
    kept = {column: words for column, words in recode.items() if column in columns.values()}
    return Layout(
        name,
        "ssda903",
        table,
        {"CHILD": "person_id"} | {heading: heading for heading in required.split()} | columns,
        ("CHILD", *required.split()),
        codes=codes or {},
        made={"cla_episode_id": "cla_episode_start_date"} if table == "cla_episodes" else {},
        recode=kept,
    )


LAYOUTS: tuple[Layout, ...] = (
    _list(
        "header",
        "person",
        "SEX DOB ETHNIC",
        codes={"sex": "ssda903.sex"},
        SEX="sex",
        DOB="dob",
        ETHNIC="ethnicity",
    ),
    _list(
        "episodes",
        "cla_episodes",
        "DECOM RNE LS CIN PLACE DEC REC",
        DECOM="cla_episode_start_date",
        RNE="cla_episode_start_reason",
        LS="legal_status",
        CIN="cla_primary_need_code",
        PLACE="cla_placement_type",
        PLACE_PROVIDER="cla_placement_provider",
        DEC="cla_episode_ceased_date",
        REC="cla_episode_ceased_reason",
        REASON_PLACE_CHANGE="cla_placement_change_reason",
        URN="cla_placement_urn",
    ),
    _list(
        "reviews", "cla_reviews", "REVIEW REVIEW_CODE", REVIEW="cla_review_date", REVIEW_CODE="cla_review_participation"
    ),
    _list("uasc", "uasc", "DUC", DUC="uasc_status_end_date"),
    _list(
        "oc2",
        "cla_health",
        "SDQ_SCORE CONVICTED HEALTH_CHECK",
        SDQ_SCORE="sdq_score",
        SDQ_REASON="sdq_reason",
        CONVICTED="convicted",
        HEALTH_CHECK="health_check",
        IMMUNISATIONS="immunisations",
        TEETH_CHECK="teeth_check",
        HEALTH_ASSESSMENT="health_assessment",
        SUBSTANCE_MISUSE="substance_misuse",
        INTERVENTION_RECEIVED="intervention_received",
        INTERVENTION_OFFERED="intervention_offered",
    ),
    _list(
        "oc3", "care_leavers_903", "IN_TOUCH ACTIV ACCOM", IN_TOUCH="in_touch", ACTIV="activity", ACCOM="accommodation"
    ),
    _list(
        "ad1",
        "adoption",
        "DATE_INT DATE_MATCH",
        DATE_INT="date_int",
        DATE_MATCH="matched_date",
        FOSTER_CARE="foster_care",
        NB_ADOPTR="nb_adoptr",
        SEX_ADOPTR="sex_adoptr",
        LS_ADOPTR="ls_adoptr",
    ),
    _list(
        "placed_for_adoption",
        "placed_for_adoption",
        "DATE_PLACED DATE_PLACED_CEASED",
        DATE_PLACED="placed_for_adoption_date",
        DATE_PLACED_CEASED="decision_reversed_date",
        REASON_PLACED_CEASED="decision_reversed_reason",
    ),
    _list(
        "previous_permanence",
        "previous_permanence",
        "PREV_PERM",
        PREV_PERM="previous_permanence_option",
        LA_PERM="previous_permanence_la",
        DATE_PERM="previous_permanence_order_date",
    ),
    _list(
        "missing",
        "missing",
        "MISSING MIS_START",
        codes={"missing_episode_type": "ssda903_missing.missing_episode_type"},
        MISSING="missing_episode_type",
        MIS_START="missing_episode_start_date",
        MIS_END="missing_episode_end_date",
    ),
    _list(
        "sw_episodes",
        "social_worker_episodes",
        "SW_ID SW_DECOM",
        SW_ID="worker_id",
        SW_DECOM="from_date",
        SW_DEC="to_date",
        SW_REASON="change_reason",
    ),
    _list("dolo", "deprivation_of_liberty", "DOLO_START", DOLO_START="from_date", DOLO_END="to_date"),
)
"""Each file of the set, by its usual name. UPNs, postcodes and mothers' details are left where they are."""


def canonical(tables: dict[str, pd.DataFrame], cut: Quarter) -> dict[str, pd.DataFrame]:
    """The canonical tables of the set: whoever its missing list names was looked after."""
    if "missing" in tables:
        cared_for = pd.Series(True, index=tables["missing"].index, dtype="boolean")
        tables["missing"] = tables["missing"].assign(looked_after=cared_for)
    return tables


def layouts_of(year: int) -> tuple[Layout, ...]:
    """The lists that the return of a collection year has.

    Examples
    --------
    >>> [layout.name for layout in layouts_of(2024) if layout not in layouts_of(2023)]
    ['sw_episodes']
    """
    return tuple(layout for layout in LAYOUTS if BEGAN.get(layout.name, year) <= year)
