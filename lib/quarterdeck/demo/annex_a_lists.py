"""The eleven lists of Annex A drawn from records: who belongs on each, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from quarterdeck.demo.annex_a_cut import Cut, before, of, spelt, yes_no
from quarterdeck.records import Records
from quarterdeck.records.looked_after import periods_of_care
from quarterdeck.records.ssda903_words import SHORT_BREAKS

ADOPTED = ("E11", "E12")
PLACED_FOR_ADOPTION = ("A3", "A4", "A5", "A6")
CONFERENCE_TO_PLAN = pd.Timedelta(days=14)


def lists(records: Records) -> dict[int, pd.DataFrame]:
    """The lists that records can tell something of, by number, with headings of the template as columns.

    Parameters
    ----------
    records : their quarter's last day is the day of the cut.
    """
    cut = Cut(records)
    drawn = {
        1: _contacts, 2: _early_help, 3: _referrals, 4: _assessments, 5: _enquiries, 6: _in_need, 7: _protected,
        8: _in_care, 9: _care_leavers, 10: _to_be_adopted, 11: _adopters,
    }  # fmt: skip
    return {number: rows.reset_index(drop=True) for number, draw in drawn.items() if len(rows := draw(cut))}


def _frame(who: pd.DataFrame, columns: Mapping[str, pd.Series]) -> pd.DataFrame:
    return who.assign(**columns)


def _contacts(cut: Cut) -> pd.DataFrame:
    rows = cut.rows("contacts")
    if rows.empty:
        return rows
    rows = rows[rows.contact_date.between(cut.six_months, cut.day) & rows.person_id.notna()]
    columns = {"Date of Contact": rows.contact_date, "Contact Source": spelt("source", rows.contact_source_code)}
    return _frame(cut.who(rows, disability=False, team=False), columns)


def _early_help(cut: Cut) -> pd.DataFrame:
    rows = cut.rows("early_help_episodes")
    if rows.empty:
        return rows
    begun = rows.episode_start_date
    rows = rows[
        (begun <= cut.day) & ((begun >= cut.six_months) | rows.episode_end_date.isna()) & rows.person_id.notna()
    ]
    columns = {
        "Assessment start date": rows.episode_start_date,
        "Assessment completion date": rows.assessment_end,
        "Organisation completing assessment": rows.episode_organisation,
    }
    return _frame(cut.who(rows, disability=False, team=False), columns)


def _referrals(cut: Cut) -> pd.DataFrame:
    rows = cut.rows("cin_episodes")
    if rows.empty:
        return rows
    rows = rows[rows.referral_date.between(cut.six_months, cut.day)]
    columns = {
        "Date of referral": rows.referral_date,
        "Referral Source": spelt("source", rows.referral_source_code),
        "Referral NFA?": yes_no(rows.referral_nfa),
        "Number of Referrals in Last 12 Months": before(cut, rows, "cin_episodes", "referral_date"),
    }
    return _frame(cut.who(rows, disability=False), columns)


def _assessments(cut: Cut) -> pd.DataFrame:
    rows = cut.rows("cin_assessments", "assessment_auth_date")
    if rows.empty:
        return rows
    rows = rows[rows.assessment_auth_date.isna() | (rows.assessment_auth_date >= cut.six_months)]
    columns = {
        "Continuous Assessment Start Date": rows.assessment_start_date,
        "Continuous Assessment Date of Authorisation": rows.assessment_auth_date,
    }
    return _frame(cut.who(rows), columns)


def _enquiries(cut: Cut) -> pd.DataFrame:
    """Enquiries of the six months: begun or come to conference in them, or waiting for one still."""
    rows = cut.rows("s47_enquiry")
    if rows.empty:
        return rows
    waiting = (rows.icpc_not_required == False).fillna(False) & rows.icpc_date.isna()  # noqa: E712 - <NA> is not False
    waiting &= rows.collection_year.isna() | (rows.collection_year == cut.quarter.collection_year)
    rows = rows[(rows.s47_start_date >= cut.six_months) | (rows.icpc_date >= cut.six_months) | waiting]
    plans = cut.rows("cp_plans")
    begun = plans.set_index("person_id").cp_plan_start_date if len(plans) else pd.Series(dtype="datetime64[us]")
    pairs = rows[["person_id", "icpc_date"]].dropna().reset_index().merge(begun.reset_index(), on="person_id")
    soon = (pairs.cp_plan_start_date - pairs.icpc_date).between(pd.Timedelta(0), CONFERENCE_TO_PLAN)
    planned = pd.Series(rows.index.isin(pairs["index"][soon]), index=rows.index).astype("boolean")
    columns = {
        "Strategy discussion initiating Section 47 Enquiry Start Date": rows.s47_start_date,
        "Was an Initial Child Protection Conference deemed unnecessary?": yes_no(rows.icpc_not_required),
        "Date of Initial Child Protection Conference": rows.icpc_date,
        "Did the Initial Child Protection Conference Result in a Child Protection Plan": yes_no(
            planned.where(rows.icpc_date.notna())
        ),
        "Number of Section 47 Enquiries in the last 12 months": before(cut, rows, "s47_enquiry", "s47_start_date"),
        "Number of ICPCs in the last 12 months": before(cut, rows, "s47_enquiry", "icpc_date"),
    }
    return _frame(cut.who(rows), columns)


def _status(cut: Cut, rows: pd.DataFrame) -> pd.Series:
    """What each open case is, the first that applies; none of the list's words fits one with no plan of any kind."""
    care = cut.care[cut.care.ceased_date.isna() & ~cut.care.legal_status.isin(SHORT_BREAKS)]
    kinds = {"looked after": care}
    for status, table, end in (
        ("child protection plan", "cp_plans", "cp_plan_end_date"),
        ("child in need plan", "cin_plans", "cin_plan_end_date"),
        ("open assessment", "cin_assessments", "assessment_auth_date"),
    ):
        told = cut.rows(table, end)
        kinds[status] = told[told[end].isna()] if len(told) else told
    found = pd.Series(pd.NA, index=rows.index, dtype="str")
    for status, told in kinds.items():
        if len(told):
            found = found.mask(found.isna() & rows.person_id.isin(told.person_id), status)
    return found.mask(rows.close_date.notna(), "closed")


def _in_need(cut: Cut) -> pd.DataFrame:
    """Children in need at the cut or in the six months before: no care leavers, and none who was only referred."""
    rows = cut.rows("cin_episodes", "close_date")
    if rows.empty:
        return rows
    rows = rows[rows.close_date.isna() | (rows.close_date >= cut.six_months)]
    rows = rows[~rows.referral_nfa.fillna(False)]
    rows = rows.sort_values("referral_date", kind="stable").drop_duplicates("person_id", keep="last")
    if len(cut.leaving):
        rows = rows[~rows.person_id.isin(cut.leaving.person_id)]
    rows = rows.assign(status=_status(cut, rows))
    assessed = of(rows.person_id, cut.last(cut.rows("cin_assessments"), "assessment_start_date")) >= rows.referral_date
    only_referred = rows.status.isna() & (rows.referral_date >= cut.six_months) & ~assessed
    rows = rows[~only_referred]
    columns = {
        "CIN Start Date": rows.referral_date,
        "Primary Need Code": spelt("need", rows.cin_primary_need_code),
        "Date Child Was Last Seen": of(rows.person_id, cut.last_visit("CIN").visit_date),
        "CIN Closure Date": rows.close_date,
        "Reason for Closure": spelt("closure", rows.close_reason),
        "Case status": spelt("case_status", rows.status),
    }
    return _frame(cut.who(rows), columns)


def _protected(cut: Cut) -> pd.DataFrame:
    rows = cut.rows("cp_plans", "cp_plan_end_date")
    if rows.empty:
        return rows
    rows = rows[rows.cp_plan_end_date.isna() | (rows.cp_plan_end_date >= cut.six_months)]
    rows = rows.sort_values("cp_plan_start_date", kind="stable").drop_duplicates("person_id", keep="last")
    visit = cut.last_visit("CP")
    columns = {
        "Child Protection Plan Start Date": rows.cp_plan_start_date,
        "Initial Category of Abuse": spelt("abuse", rows.cp_plan_initial_category),
        "Latest Category of Abuse": spelt("abuse", rows.cp_plan_latest_category),
        "Date of the Last Statutory Visit": of(rows.person_id, visit.visit_date),
        "Was the Child Seen Alone?": yes_no(of(rows.person_id, visit.visit_seen_alone)),
        "Date of latest review conference": of(
            rows.cp_plan_id, cut.last(cut.rows("cp_reviews"), "cp_review_date", "cp_plan_id")
        ),
        "Child Protection Plan End Date": rows.cp_plan_end_date,
        "Number of Previous Child Protection Plans": rows.number_of_previous_cpp,
    }
    return _frame(cut.who(rows), columns)


def _in_care(cut: Cut) -> pd.DataFrame:
    if not cut.records.has("cla_episodes"):
        return pd.DataFrame()
    rows = cut.care
    seekers, missing = cut.rows("uasc"), cut.rows("missing")
    if len(seekers):
        seekers = seekers[~(seekers.uasc_status_end_date < cut.year)]
    located = cut.rows("placement_locations")
    if len(located):
        keys = ["person_id", "placement_start_date"]
        placed = rows[keys].merge(located, on=keys, how="left", validate="many_to_one").set_axis(rows.index)
    else:
        placed = rows.assign(inside=None, la_of_placement=None)
    if len(missing):
        missing = missing[missing.missing_episode_start_date.between(cut.year, cut.day + pd.Timedelta(days=1))]
        times = {kind: told.groupby("person_id").size() for kind, told in missing.groupby("missing_episode_type")}
    else:
        times = {}
    none = pd.Series(dtype="int64")
    columns = {
        "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)": yes_no(
            rows.person_id.isin(seekers.person_id if len(seekers) else [])
        ),
        "Date Started to be Looked After": rows.entered_care_date,
        "Child's Category of Need": spelt("need_of_care", rows.cla_primary_need_code),
        "Start date of current legal status": rows.status_since,
        "Child's Legal Status": spelt("legal_status", rows.legal_status),
        "Date of Latest Statutory Review": of(rows.person_id, cut.last(cut.rows("cla_reviews"), "cla_review_date")),
        "Date of Last Social Work Visit": of(rows.person_id, cut.last_visit("CLA").visit_date),
        "Date Ceased to be Looked After": rows.ceased_date,
        "Reason Ceased to be Looked After": spelt("care_ceased", rows.ceased_reason),
        "Start Date of Most Recent Placement": rows.placement_start_date,
        "Placement Type": spelt("placement_type", rows.cla_placement_type),
        "Placement Provider": spelt("provider", rows.cla_placement_provider),
        "URN of Placement": rows.cla_placement_urn,
        "Placement Location": placed.inside.astype("boolean").map({True: "a) In", False: "b) Out"}, na_action="ignore"),
        "LA of Placement": placed.la_of_placement,
        "Number of Episodes the Child has been ‘Missing’ from their Placement in the last 12 months": of(
            rows.person_id, times.get("missing", none)
        ).fillna(0),
        "Number of Episodes the Child has been ‘Absent’ from their Placement in the last 12 months": of(
            rows.person_id, times.get("away", none)
        ).fillna(0),
    }
    return _frame(cut.who(rows), columns)


def _care_leavers(cut: Cut) -> pd.DataFrame:
    rows = cut.leaving
    if rows.empty:
        return rows
    in_touch = rows.in_touch.replace({"yes": "Y", "no": "N"})
    columns = {
        "Date of Birth": rows.date_of_birth,
        "Eligibility Category": spelt("eligibility", rows.eligibility),
        "LA In Touch": spelt("in_touch", in_touch),
        "Type of Accommodation": spelt("accommodation", rows.accommodation.replace("no information", None)),
        "Suitability of Accommodation": rows.suitable.map(
            {True: "a) Suitable", False: "b) Unsuitable"}, na_action="ignore"
        ),
        "Activity Status": spelt("activity", rows.activity.replace("no information", None)),
        "Allocated Personal Advisor": rows.adviser,
        "Latest Pathway Plan Review Date": rows.pathway_plan_date,
    }
    return _frame(cut.who(rows), columns)


def _to_be_adopted(cut: Cut) -> pd.DataFrame:
    """Children whose decision for adoption stands at the cut, or was carried out or reversed in the year before it."""
    if cut.records.has("permanence"):
        return _decided(cut, cut.rows("permanence"))
    rows = cut.rows("placed_for_adoption")
    if rows.empty or not cut.records.has("cla_episodes"):
        return pd.DataFrame()
    rows = rows.sort_values("placed_for_adoption_date").drop_duplicates("person_id", keep="last")
    episodes = cut.rows("cla_episodes", "cla_episode_ceased_date")
    entered = periods_of_care(episodes.assign(collection_year=0)).groupby("person_id").entered_care_date.max()
    adopted = cut.last(episodes[episodes.cla_episode_ceased_reason.isin(ADOPTED)], "cla_episode_ceased_date")
    in_home = episodes[episodes.cla_placement_type.isin(PLACED_FOR_ADOPTION)]
    order = episodes[episodes.legal_status == "E1"].groupby("person_id").cla_episode_start_date.min()
    matched = cut.rows("adoption")
    matched = matched.groupby("person_id").matched_date.max() if len(matched) else pd.Series(dtype="datetime64[us]")
    placed = in_home.groupby("person_id").cla_episode_start_date.min()
    child = rows.person_id
    rows = rows.assign(
        adm_decision_date=rows.placed_for_adoption_date,
        entered_care_date=of(child, entered),
        placement_order_date=of(child, order),
        matched_date=of(child, matched),
        placed_for_adoption_date=of(child, placed),
        permanence_order_date=of(child, adopted),
        placed_ffa_cp_date=None,
        family_id=None,
    )
    over = rows.permanence_order_date.notna() | rows.decision_reversed_date.notna()
    return _decided(cut, rows[over | child.isin(cut.care.person_id[cut.care.ceased_date.isna()])])


def _decided(cut: Cut, rows: pd.DataFrame) -> pd.DataFrame:
    ended = rows[["permanence_order_date", "decision_reversed_date"]].min(axis=1)
    rows = rows[~(ended < cut.year) & (rows.adm_decision_date <= cut.day)]
    columns = {
        "Family identifier": rows.family_id,
        "Date the Child Entered Care": rows.entered_care_date,
        "Date of Decision that Child Should be Placed for Adoption": rows.adm_decision_date,
        "Date of Placement Order": rows.placement_order_date,
        "Date of Matching Child and Prospective Adopters": rows.matched_date,
        "Date Placed for Adoption": rows.placed_for_adoption_date,
        "Date of Adoption Order": rows.permanence_order_date,
        "Date of Decision that Child Should No Longer be Placed for Adoption": rows.decision_reversed_date,
        "Reason Why Child No Longer Placed for Adoption": spelt("decision_reversed", rows.decision_reversed_reason),
        "Date the child was placed for fostering in FFA or concurrent planning placement": rows.placed_ffa_cp_date,
    }
    return _frame(cut.who(rows, team=False), columns)


def _adopters(cut: Cut) -> pd.DataFrame:
    rows = cut.rows("adopters")
    if rows.empty:
        return rows
    return pd.DataFrame(
        {
            "Individual adopter identifier": rows.adopter_id,
            "Family identifier": rows.family_id,
            "Gender": spelt("sex_of_adopter", rows.sex),
            "Ethnicity": spelt("ethnicity", rows.ethnicity),
            "Disability": yes_no(rows.disability),
            "Is the (prospective) adopter fostering for adoption?": yes_no(rows.fostering_for_adoption),
            "Date enquiry received": rows.enquiry_date,
            "Date Stage 1 started": rows.stage_1_start_date,
            "Date Stage 1 ended": rows.stage_1_end_date,
            "Date Stage 2 started": rows.stage_2_start_date,
            "Date Stage 2 ended": rows.stage_2_end_date,
            "Date application submitted": rows.application_date,
            "Date application approved": rows.approved_date,
            "Date adopter matched with child(ren)": rows.matched_date,
            "Date child/children placed with adopter(s)": rows.child_placed_date,
            "No. of children placed": rows.children_placed,
            "Date of Adoption Order": rows.adoption_order_date,
            "Date of leaving adoption process": rows.left_date,
            "Reason for leaving adoption process": spelt("left_process", rows.left_reason),
        }
    )
