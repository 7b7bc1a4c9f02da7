"""The Standard Safeguarding Dataset: how its tables become the canonical ones, and from when they tell everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from quarterdeck.quarter import Quarter
from quarterdeck.records.coverage import ALWAYS, NEVER, Coverage
from quarterdeck.records.ssda903_words import SHORT_BREAKS
from quarterdeck.records.tables import TABLES
from quarterdeck.returns import cells
from quarterdeck.returns.ssd_lists import LAYOUTS

__all__ = ["LAYOUTS", "canonical", "covers"]

Tables = dict[str, pd.DataFrame]

YEARS_KEPT = 6  # the model's own extracts keep what has ended in the last six years

ENDS = {
    "cin_episodes": "close_date",
    "cin_assessments": "assessment_auth_date",
    "cin_plans": "cin_plan_end_date",
    "s47_enquiry": "s47_start_date",
    "cp_plans": "cp_plan_end_date",
    "cp_reviews": "cp_review_date",
    "contacts": "contact_date",
    "early_help_episodes": "episode_end_date",
    "visits": "visit_date",
    "review_due_dates": "review_due_date",
    "pre_proceedings": "agree_stepdown_issue_date",
    "cla_episodes": "cla_episode_ceased_date",
    "cla_reviews": "cla_review_date",
    "placed_for_adoption": "placed_for_adoption_date",
    "adoption": "matched_date",
    "missing": "missing_episode_end_date",
    "return_interviews": "missing_episode_start_date",
    "involvements": "to_date",
}
"""The date by which each table's rows leave the model: where a span ended, or when an event was."""

AS_AT_THE_CUT = {"care_leavers"}
UNTOLD = {
    "cp_plans": {"number_of_previous_cpp"},
    "contacts": {"decision_date", "team", "decision"},  # none of its flags is early help
    "early_help_episodes": {"family_id", "assessment_end"},
    "pre_proceedings": {"legal_advice_requested", "legal_advice_received"},
    "placement_locations": {"la_of_placement", "inside"},
    "adoption": {"date_int"},
    "return_interviews": {"interview_date", "interview_time_recorded", "reason_not_done"},
}
"""What the model has no field for."""
BESIDE = {"placement_locations", "review_due_dates", "adoption"}
"""Tables made of fields that an authority may leave empty: where it does, they are not told at all."""


def canonical(tables: Tables, cut: Quarter) -> Tables:
    """The canonical tables of the model's own: a row of one may be told by several of them.

    Parameters
    ----------
    tables : the model's tables, as held.
    cut : the quarter at whose end they are looked at.
    """
    made = {name: rows for name, rows in tables.items() if name in TABLES}
    for name, (sources, make) in _MADE.items():
        if all(source in tables for source in sources.split()):
            made[name] = _shaped(name, make(tables, cut))
    if "missing" in made and "cla_episodes" in made:
        made["missing"] = _with_looked_after(made["missing"], made["cla_episodes"])
    if "assessment_factors" in made and "cin_assessments" in made:
        begun = made["assessment_factors"].assessment_id.isin(made["cin_assessments"].assessment_id)
        made["assessment_factors"] = made["assessment_factors"][begun]
    told = {name: rows for name, rows in made.items() if len(rows) or name not in BESIDE}
    return {name: rows.reset_index(drop=True) for name, rows in told.items()}


def covers(table: str, rows: pd.DataFrame, cuts: Sequence[Quarter]) -> Coverage:
    """From when a table tells everything: from the month after its earliest end, and six years back at the most.

    A table in which nothing has ended tells only how things stand.
    """
    end = max(cuts).end
    floor = end - pd.DateOffset(years=YEARS_KEPT)
    may_be_none = {"collection_year", ENDS.get(table, "")}
    empty = {str(name) for name in rows if rows[name].isna().all()} - may_be_none if len(rows) else set()
    untold = frozenset(empty | UNTOLD.get(table, set()))
    if table in AS_AT_THE_CUT:
        return Coverage(NEVER, end, untold)
    ended = rows[ENDS[table]].dropna() if table in ENDS and len(rows) else pd.Series([ALWAYS])
    if ended.empty:
        return Coverage(NEVER, end, untold)
    since = _month_from(max(floor, ended.min()))
    return Coverage(since, since, untold)


def _month_from(day: pd.Timestamp) -> pd.Timestamp:
    """The first day of a month, on a day or after it."""
    day = day.normalize()
    return day if day.day == 1 else day + pd.offsets.MonthBegin()


def _shaped(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the columns of a canonical table, each once, and none without what it may not lack."""
    table = TABLES[name]
    dtypes = {column.name: table.dtypes[column.name] for column in table.columns}
    needed = [column.name for column in table.columns if column.required]
    rows = rows.reindex(columns=list(dtypes)).astype(dtypes).dropna(subset=needed)
    return rows.drop_duplicates(list(table.key), keep="last") if table.key else rows


def _in_force(asked: pd.DataFrame, spans: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
    """The child's latest span to have begun by each day asked, where it had not ended before the day.

    Parameters
    ----------
    asked : person_id and day.
    spans : person_id, their start and end, and what is told of them.
    """
    days = asked.assign(row=range(len(asked)), day=asked.day.dt.normalize()).dropna(subset=["person_id", "day"])
    known = spans.dropna(subset=["person_id", start]).drop(columns="day", errors="ignore")
    known = known.assign(since=known[start].dt.normalize()).sort_values(["since", end], kind="stable")
    found = pd.merge_asof(days.sort_values("day"), known, left_on="day", right_on="since", by="person_id")
    found = found[found.since.notna() & ~(found[end].dt.normalize() < found.day)]
    return found.set_index("row").reindex(range(len(asked))).set_axis(asked.index)[list(spans)]


def _cla_episodes(tables: Tables, cut: Quarter) -> pd.DataFrame:
    """Episodes as the SSDA903 has them: with their placement by its id, else by the day, and the legal status then."""
    rows = tables["ssd_cla_episodes"]
    asked = rows[["person_id"]].assign(day=rows.cla_episode_start_date)
    if "ssd_legal_status" in tables:
        legal = _in_force(asked, tables["ssd_legal_status"], "legal_status_start_date", "legal_status_end_date")
        rows = rows.assign(legal_status=legal.legal_status)
    if "ssd_cla_placement" not in tables:
        return rows
    placements = tables["ssd_cla_placement"]
    told = [name for name in placements if name not in ("person_id", "cla_placement_id")]
    by_id = placements.set_index("cla_placement_id")[told].reindex(rows.cla_placement_id).set_axis(rows.index)
    by_day = _in_force(asked, placements, "cla_placement_start_date", "cla_placement_end_date")[told]
    found = by_id.where(by_id.cla_placement_start_date.notna(), by_day)
    # The reason for a change is told of the placement: of its episodes, it belongs to the one that ended with it.
    with_it = rows.cla_episode_ceased_date.dt.normalize() == found.cla_placement_end_date.dt.normalize()
    reason = found.cla_placement_change_reason.where(with_it)
    return rows.assign(**{str(name): found[name] for name in told}).assign(cla_placement_change_reason=reason)


def _with_looked_after(missing: pd.DataFrame, episodes: pd.DataFrame) -> pd.DataFrame:
    """Missing episodes with whether the child was looked after on the day that each began."""
    asked = missing[["person_id"]].assign(day=missing.missing_episode_start_date)
    care = episodes[~episodes.legal_status.isin(SHORT_BREAKS)]
    found = _in_force(asked, care, "cla_episode_start_date", "cla_episode_ceased_date")
    return missing.assign(looked_after=found.person_id.notna().astype("boolean"))


def _placement_locations(tables: Tables, cut: Quarter) -> pd.DataFrame:
    rows = tables["ssd_cla_placement"]
    rows = rows.assign(distance_miles=rows.cla_placement_distance, placement_start_date=rows.cla_placement_start_date)
    return rows.dropna(subset="distance_miles")


def _of_care(tables: Tables) -> pd.DataFrame:
    """Reviews with the child whose period of care they are of."""
    reviews = tables["ssd_cla_reviews"]
    care = tables["ssd_cla_episodes"].dropna(subset="cla_id").drop_duplicates("cla_id")
    return reviews.merge(care[["cla_id", "person_id"]], on="cla_id", how="left", validate="many_to_one")


def _cla_reviews(tables: Tables, cut: Quarter) -> pd.DataFrame:
    rows = _of_care(tables)
    return rows[~rows.cla_review_cancelled.fillna(False)]


def _review_due_dates(tables: Tables, cut: Quarter) -> pd.DataFrame:
    care = _cla_reviews(tables, cut).assign(kind="CLA")
    care = care.rename(columns={"cla_review_due_date": "review_due_date", "cla_review_date": "review_held_date"})
    plans = tables["ssd_cp_reviews"].assign(kind="CP")
    plans = plans.rename(columns={"cp_review_due_date": "review_due_date", "cp_review_date": "review_held_date"})
    return pd.concat([care, plans], ignore_index=True)


def _uasc(tables: Tables, cut: Quarter) -> pd.DataFrame:
    rows = tables["ssd_immigration_status"]
    chosen = rows.immigration_status.str.contains(r"\buasc\b|unaccompanied", case=False).eq(True)
    return rows[chosen].sort_values("immigration_status_start_date", kind="stable", na_position="first")


def _flag(cells_of_json: pd.Series, name: str) -> pd.Series:
    """Whether a flag in cells of JSON is set; <NA> where it is not told."""
    number, distinct = pd.factorize(cells_of_json)
    told = pd.Series([*(cells.flags(cell).get(name) for cell in distinct), None], dtype="boolean")
    return told.iloc[number].set_axis(cells_of_json.index)


def _s47_enquiry(tables: Tables, cut: Quarter) -> pd.DataFrame:
    """Enquiries with the first conference that each led to; none was needed where its outcome says so."""
    rows = tables["ssd_s47_enquiry"]
    rows = rows.assign(icpc_not_required=~_flag(rows.s47_outcome_json, "CP_CONFERENCE_FLAG"))
    if "ssd_initial_cp_conference" not in tables:
        return rows
    held = tables["ssd_initial_cp_conference"].dropna(subset="s47_enquiry_id").sort_values("icpc_date", kind="stable")
    held = held.drop_duplicates("s47_enquiry_id")[["s47_enquiry_id", "icpc_target_date", "icpc_date"]]
    rows = rows.merge(held, on="s47_enquiry_id", how="left", validate="many_to_one")
    needed = rows.icpc_date.notna() | rows.icpc_target_date.notna()
    return rows.assign(icpc_not_required=rows.icpc_not_required.mask(needed, False))


def _cin_episodes(tables: Tables, cut: Quarter) -> pd.DataFrame:
    """Referrals, with the first conference that followed without a section 47 enquiry."""
    rows = tables["cin_episodes"]
    if "ssd_initial_cp_conference" not in tables:
        return rows
    held = tables["ssd_initial_cp_conference"]
    alone = held[held.s47_enquiry_id.isna()].dropna(subset=["referral_id", "icpc_date"])
    first = alone.groupby("referral_id").icpc_date.min()
    return rows.assign(icpc_date=first.reindex(rows.referral_id).to_numpy())


CONTACT_DECISIONS = {
    "NEW_REFERRAL_FLAG": "new referral",
    "EXISTING_REFERRAL_FLAG": "existing referral",
    "CP_ENQUIRY_FLAG": "child protection enquiry",
    "PRIVATE_FOSTERING_FLAG": "private fostering",
    "MISSING_FLAG": "missing",
    "ADVICE_FLAG": "advice",
    "NFA_FLAG": "no further action",
    "NON_AGENCY_ADOPTION_FLAG": "other",
    "OLA_CP_FLAG": "other",
    "OTHER_OUTCOMES_EXIST_FLAG": "other",
}
"""What was decided about a contact; where several flags are set, the first of these."""


def _contacts(tables: Tables, cut: Quarter) -> pd.DataFrame:
    rows = tables["ssd_contacts"]
    decision = pd.Series(pd.NA, index=rows.index, dtype="str")
    for flag, words in CONTACT_DECISIONS.items():
        chosen = _flag(rows.contact_outcome_json, flag).fillna(False)
        decision = decision.fillna(pd.Series(words, index=rows.index, dtype="str").where(chosen.astype(bool)))
    return rows.assign(decision=decision)


def _early_help(tables: Tables, cut: Quarter) -> pd.DataFrame:
    rows = tables["ssd_early_help_episodes"]
    reason = rows.episode_end_reason
    step = reason.str.extract(r"step[\s_-]*(up|down)", flags=2)[0].str.lower()
    return rows.assign(episode_end_reason=step.astype("str").fillna("none").where(reason.notna()))


def _visits(tables: Tables, cut: Quarter) -> pd.DataFrame:
    kinds = ("cp", "cla", "cin")
    return pd.concat([tables[f"ssd_{kind}_visits"].assign(kind=kind.upper()) for kind in kinds], ignore_index=True)


def _involvements(tables: Tables, cut: Quarter) -> pd.DataFrame:
    """Who works with each child: the team's name by its id, and the worker's own where the involvement has none."""
    rows = tables["ssd_involvements"]
    team = rows.professional_team
    if "ssd_professionals" in tables:
        staff = tables["ssd_professionals"].set_index("professional_id").professional_department
        team = team.fillna(_looked_up(rows.professional_id, staff))
    if "ssd_department" in tables:
        names = tables["ssd_department"].set_index("team_id").team_name
        team = _looked_up(team, names).fillna(team)
    renamed = {
        "professional_id": "worker_id",
        "professional_role_id": "role",
        "involvement_start_date": "from_date",
        "involvement_end_date": "to_date",
    }
    return rows.rename(columns=renamed).assign(team=team)


def _looked_up(keys: pd.Series, values: pd.Series) -> pd.Series:
    return values.reindex(pd.Index(keys)).set_axis(keys.index)


IN_TOUCH = {
    "YES": "Y",
    "NO": "N",
    "DIED": "died",
    "REFU": "refuses contact",
    "NREQ": "no longer requires services",
    "RHOM": "returned home",
}
LIVES = {
    "B": "with parents or relatives",
    "C": "community home",
    "D": "semi-independent",
    "E": "supported lodgings",
    "G": "gone abroad",
    "H": "deported",
    "K": "ordinary lodgings",
    "R": "residence not known",
    "S": "no fixed abode",
    "T": "foyer",
    "U": "independent living",
    "V": "emergency accommodation",
    "W": "bed and breakfast",
    "X": "custody",
    "Y": "other",
    "Z": "with former foster carers",
}
DOES = {
    "1": "higher education",
    "2": "other education",
    "3": "training or employment",
    "4": "apprenticeship",
    "5": "training or employment",
    "G4": "not in education, employment or training: illness or disability",
    "G5": "not in education, employment or training: other",
    "G6": "not in education, employment or training: parenting",
}
"""The records' words for the SSDA903's codes of a care leaver."""


def _care_leavers(tables: Tables, cut: Quarter) -> pd.DataFrame:
    """Care leavers as they stand at the cut."""
    rows = tables["ssd_care_leavers"]
    activity = rows.care_leaver_activity.str.upper().str.replace(r"^[FP](?=\d$)", "", regex=True)
    suitable = rows.care_leaver_accom_suitable.map({"1": True, "2": False, "Y": True, "N": False})
    people = tables.get("person", pd.DataFrame({"person_id": [], "dob": []})).set_index("person_id")
    return pd.DataFrame(
        {
            "person_id": rows.person_id,
            "date_of_birth": _looked_up(rows.person_id, people.dob),
            "eligibility": rows.care_leaver_eligibility.str.lower(),
            "in_touch": rows.care_leaver_in_touch.str.upper().map(IN_TOUCH),
            "accommodation": rows.care_leaver_accommodation.str.upper().str[:1].map(LIVES),
            "suitable": suitable.astype("boolean"),
            "activity": activity.map(DOES),
            "pathway_plan_date": rows.pathway_plan_review_date,
            "adviser": rows.care_leaver_personal_advisor,
            "as_at": cut.end,
        }
    )


def _placed_for_adoption(tables: Tables, cut: Quarter) -> pd.DataFrame:
    return tables["ssd_permanence"]


def _adoption(tables: Tables, cut: Quarter) -> pd.DataFrame:
    """Children matched whose order has been made."""
    rows = tables["ssd_permanence"].dropna(subset=["matched_date", "permanence_order_date"])
    renamed = {
        "adopted_by_carer_flag": "foster_care",
        "number_of_adopters": "nb_adoptr",
        "adopter_sex": "sex_adoptr",
        "adopter_legal_status": "ls_adoptr",
    }
    return rows.rename(columns=renamed).sort_values("permanence_order_date", kind="stable")


def _previous_permanence(tables: Tables, cut: Quarter) -> pd.DataFrame:
    rows = tables["ssd_cla_previous_permanence"]
    day, _ = cells.dates(rows.previous_permanence_order_date)
    return rows.assign(previous_permanence_order_date=day)


def _pre_proceedings(tables: Tables, cut: Quarter) -> pd.DataFrame:
    rows = tables["ssd_pre_proceedings"]
    said = rows.pre_pro_outcome.str.lower()
    outcome = pd.Series("other", index=rows.index, dtype="str").where(said.notna())
    outcome = outcome.mask(said.str.contains("step").eq(True), "step down")
    return rows.assign(pre_pro_outcome=outcome.mask(said.str.contains("issue").eq(True), "issue care proceedings"))


def _cp_reviews(tables: Tables, cut: Quarter) -> pd.DataFrame:
    return tables["ssd_cp_reviews"]


_MADE: dict[str, tuple[str, Callable[[Tables, Quarter], pd.DataFrame]]] = {
    "cin_episodes": ("cin_episodes", _cin_episodes),
    "s47_enquiry": ("ssd_s47_enquiry", _s47_enquiry),
    "cp_reviews": ("ssd_cp_reviews", _cp_reviews),
    "contacts": ("ssd_contacts", _contacts),
    "early_help_episodes": ("ssd_early_help_episodes", _early_help),
    "visits": ("ssd_cp_visits ssd_cla_visits ssd_cin_visits", _visits),
    "pre_proceedings": ("ssd_pre_proceedings", _pre_proceedings),
    "cla_episodes": ("ssd_cla_episodes", _cla_episodes),
    "placement_locations": ("ssd_cla_placement", _placement_locations),
    "cla_reviews": ("ssd_cla_reviews ssd_cla_episodes", _cla_reviews),
    "review_due_dates": ("ssd_cla_reviews ssd_cla_episodes ssd_cp_reviews", _review_due_dates),
    "uasc": ("ssd_immigration_status", _uasc),
    "previous_permanence": ("ssd_cla_previous_permanence", _previous_permanence),
    "placed_for_adoption": ("ssd_permanence", _placed_for_adoption),
    "adoption": ("ssd_permanence", _adoption),
    "involvements": ("ssd_involvements", _involvements),
    "care_leavers": ("ssd_care_leavers", _care_leavers),
}
"""Each canonical table that is made of others: those without which it is not told, and how."""
