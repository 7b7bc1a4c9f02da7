"""The Standard Safeguarding Dataset's tables, and how they become the canonical ones."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from quarterdeck.quarter import Quarter
from quarterdeck.records.coverage import NEVER
from quarterdeck.records.tables import TABLES
from quarterdeck.returns import cells, ssd
from quarterdeck.returns.formats import LISTS
from quarterdeck.returns.staged import described
from tests.small_ssd import QUARTER, extract, told

EPISODES = (
    "clae_cla_episode_id,clae_person_id,clae_cla_episode_start_date,clae_cla_episode_start_reason,"
    "clae_cla_primary_need_code,clae_cla_episode_ceased_date,clae_cla_episode_ceased_reason,clae_cla_id,"
    "clae_cla_placement_id\n"
)
PLACEMENTS = (
    "clap_cla_placement_id,clap_person_id,clap_cla_placement_start_date,clap_cla_placement_end_date,"
    "clap_cla_placement_type,clap_cla_placement_provider,clap_cla_placement_change_reason,clap_cla_placement_distance\n"
)
LEGAL = "lega_person_id,lega_legal_status,lega_legal_status_start_date,lega_legal_status_end_date\n"
REFERRALS = "cine_referral_id,cine_person_id,cine_referral_date,cine_close_date,cine_close_reason,cine_referral_nfa\n"
REVIEWS = (
    "clar_cla_review_id,clar_cla_id,clar_cla_review_due_date,clar_cla_review_date,clar_cla_review_cancelled,"
    "clar_cla_review_participation\n"
)
ENQUIRIES = "s47e_s47_enquiry_id,s47e_person_id,s47e_referral_id,s47e_s47_start_date,s47e_s47_outcome_json\n"
CONFERENCES = "icpc_icpc_id,icpc_s47_enquiry_id,icpc_person_id,icpc_referral_id,icpc_icpc_target_date,icpc_icpc_date\n"


def days(column: pd.Series) -> list[str | None]:
    return [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in column]


def test_every_field_of_a_table_fills_a_column_that_its_table_has() -> None:
    for layout in ssd.LAYOUTS:
        for part in (layout, *layout.also):
            if part.table:
                assert set(part.columns.values()) <= set(described(part.table).dtypes), part.name


def test_the_fields_by_which_a_table_is_known_are_no_other_lists() -> None:
    for layout in ssd.LAYOUTS:
        assert not [other.name for other in LISTS if other is not layout and not other.lacks(set(layout.columns))]


def test_a_table_is_known_by_its_fields_whatever_its_file_is_called(tmp_path: Path) -> None:
    read = extract(tmp_path, export_7="pers_person_id,pers_sex,pers_dob\nA,F,2010-05-01\n")
    assert read.found == {"ssd_person": "2017-18-Q3/ssd/export_7.csv"}


@pytest.mark.parametrize(("written", "meant"), [("M", "M"), ("Female", "F"), ("unknown", "U"), ("NA", None)])
def test_sex_may_be_a_letter_or_a_word(tmp_path: Path, written: str, meant: str | None) -> None:
    person = told(tmp_path, ssd_person=f"pers_person_id,pers_sex,pers_dob\nA,{written},2010-05-01\n")["person"]
    assert person.sex.isna().all() if meant is None else person.sex.tolist() == [meant]


def test_what_is_not_developed_yet_is_empty(tmp_path: Path) -> None:
    rows = "pers_person_id,pers_ethnicity,pers_dob\nA,PLACEHOLDER_DATA,NULL\n"
    person = told(tmp_path, ssd_person=rows)["person"]
    assert person[["ethnicity", "dob"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("written", "factors"),
    [
        ('"[""2B"", ""3A""]"', ["2B", "3A"]),
        ('"{""1A"": ""Yes"", ""2A"": ""No"", ""3B"": """"}"', ["1A"]),
        ('"[""2B"",""2B""]"', ["2B"]),
        ("21", ["21"]),
        ("[]", []),
        ("NULL", []),
    ],
)
def test_factors_are_a_row_each_however_the_list_is_spelt(tmp_path: Path, written: str, factors: list[str]) -> None:
    read = told(tmp_path, ssd_assessment_factors=f"cinf_assessment_id,cinf_assessment_factors_json\nX1,{written}\n")
    assert read["assessment_factors"].assessment_factor.tolist() == factors


def test_a_factor_that_is_no_code_is_listed_with_its_line(tmp_path: Path) -> None:
    rows = 'cinf_assessment_id,cinf_assessment_factors_json\nX1,"[""2B""]"\nX2,"[""2B"", ""99Z""]"\n'
    read = extract(tmp_path, ssd_assessment_factors=rows)
    [problem] = [part for part in read.problems if len(part)]
    assert problem[["line", "value", "rule"]].values.tolist() == [[3, "99Z", "code"]]
    assert read.files[0]["rows_in"] == 3
    assert read.files[0]["rows_used"] == 2


def test_what_is_nearly_json_is_read_as_json() -> None:
    assert cells.flags('{ NFA_FLAG: "N", CP_CONFERENCE_FLAG: "Y" , OTHER: "" }') == {
        "NFA_FLAG": False,
        "CP_CONFERENCE_FLAG": True,
        "OTHER": None,
    }


# The model runs on: it is looked at as it stood at the quarter's end.


def test_what_begins_on_the_quarters_last_day_is_told_and_what_begins_the_day_after_is_left_out(tmp_path: Path) -> None:
    rows = REFERRALS + "R1,A,2017-12-31,,,N\nR2,B,2018-01-01,,,N\n"
    read = extract(tmp_path, ssd_cin_episodes=rows)
    assert read.of_format("ssd")["cin_episodes"].referral_id.tolist() == ["R1"]
    [account] = read.files
    assert [account[name] for name in ("rows_in", "rows_used", "rows_set_aside")] == [2, 1, 1]
    assert not sum(len(part) for part in read.problems)


def test_what_ends_after_the_quarter_is_still_open_and_why_it_will_end_is_not_known(tmp_path: Path) -> None:
    rows = REFERRALS + "R1,A,2017-12-01,2017-12-31,RC8,N\nR2,B,2017-12-01,2018-01-01 09:00,RC8,N\n"
    referrals = told(tmp_path, ssd_cin_episodes=rows)["cin_episodes"]
    assert days(referrals.close_date) == ["2017-12-31", None]
    assert referrals.close_reason.isna().tolist() == [False, True]


def test_a_code_that_ended_is_known_in_a_model_that_goes_back_to_when_it_was_one(tmp_path: Path) -> None:
    rows = {
        "ssd_cla_episodes": EPISODES + "E1,A,2021-05-01,S,N1,2021-06-01,E4A,C1,P1\n",
        "ssd_cla_placement": PLACEMENTS + "P1,A,2021-05-01,2021-06-01,H5,PR4,,\n",
    }
    assert told(tmp_path, Quarter(2025, 1), **rows)["cla_episodes"].cla_placement_type.tolist() == ["H5"]


def test_the_factors_of_an_assessment_that_is_left_out_are_left_out_with_it(tmp_path: Path) -> None:
    assessments = "cina_assessment_id,cina_person_id,cina_assessment_start_date,cina_assessment_auth_date\n"
    read = told(
        tmp_path,
        ssd_cin_assessments=assessments + "X1,A,2017-12-01,\nX2,A,2018-01-02,\n",
        ssd_assessment_factors="cinf_assessment_id,cinf_assessment_factors_json\nX1,[2B]\nX2,[3A]\n",
    )
    assert read["assessment_factors"].assessment_id.tolist() == ["X1"]


# Episodes of care, composed.


def test_an_episode_has_the_placement_that_it_names(tmp_path: Path) -> None:
    read = told(
        tmp_path,
        ssd_cla_episodes=EPISODES + "E1,A,2017-05-01,S,N1,,,C1,P2\n",
        ssd_cla_placement=PLACEMENTS + "P1,A,2017-05-01,,U6,PR1,,\nP2,A,2017-05-01,,K2,PR4,,\n",
    )
    assert read["cla_episodes"].cla_placement_type.tolist() == ["K2"]


@pytest.mark.parametrize("named", ["", "P9", "PLACEHOLDER_DATA"])
def test_an_episode_that_names_no_placement_there_is_has_the_one_of_its_first_day(tmp_path: Path, named: str) -> None:
    episodes = f"E1,A,2017-05-01,S,N1,2017-06-01,X1,C1,{named}\nE2,A,2017-06-01,P,N1,,,C1,{named}\n"
    placements = "P1,A,2017-05-01,2017-06-01,U6,PR1,CARPL,\nP2,A,2017-06-01,,K2,PR4,,\nP3,B,2017-06-01,,R1,PR4,,\n"
    read = told(tmp_path, ssd_cla_episodes=EPISODES + episodes, ssd_cla_placement=PLACEMENTS + placements)
    assert read["cla_episodes"].cla_placement_type.tolist() == ["U6", "K2"]


def test_a_child_with_no_placement_on_the_day_has_none(tmp_path: Path) -> None:
    read = told(
        tmp_path,
        ssd_cla_episodes=EPISODES + "E1,A,2017-05-01,S,N1,,,C1,\n",
        ssd_cla_placement=PLACEMENTS + "P1,A,2017-04-01,2017-04-30,U6,PR1,,\nP2,A,2017-05-02,,K2,PR4,,\n",
    )
    assert read["cla_episodes"].cla_placement_type.isna().tolist() == [True]


def test_a_legal_status_that_changes_on_the_day_of_a_move_is_the_new_one_from_that_day(tmp_path: Path) -> None:
    read = told(
        tmp_path,
        ssd_cla_episodes=EPISODES
        + "E1,A,2017-05-01,S,N1,2017-06-01,X1,C1,P1\nE2,A,2017-06-01,B,N1,2017-07-01,X1,C1,P2\n"
        + "E3,A,2017-07-01,L,N1,,,C1,P2\n",
        ssd_legal_status=LEGAL + "A,V2,2017-05-01,2017-06-01\nA,C1,2017-06-01,2017-07-01\nA,C2,2017-07-01,\n",
    )
    assert read["cla_episodes"].legal_status.tolist() == ["V2", "C1", "C2"]


def test_a_legal_status_lasts_through_its_last_day_and_no_longer(tmp_path: Path) -> None:
    read = told(
        tmp_path,
        ssd_cla_episodes=EPISODES
        + "E1,A,2017-06-01,S,N1,,,C1,P1\nE2,B,2017-06-02,S,N1,,,C2,P2\nE3,C,2017-06-02,S,N1,,,C3,P3\n",
        ssd_legal_status=LEGAL + "A,V2,2017-05-01,2017-06-01\nB,V2,2017-05-01,2017-06-01\nC,V2,2017-06-03,\n",
    )
    assert read["cla_episodes"].legal_status.isna().tolist() == [False, True, True]


def test_a_status_that_ends_after_the_quarter_is_in_force_at_its_end(tmp_path: Path) -> None:
    read = told(
        tmp_path,
        ssd_cla_episodes=EPISODES + "E1,A,2017-12-31,S,N1,,,C1,P1\n",
        ssd_legal_status=LEGAL + "A,V2,2017-12-31,2018-01-01\nA,C2,2018-01-01,\n",
    )
    assert read["cla_episodes"].legal_status.tolist() == ["V2"]


def test_why_a_placement_ended_is_told_of_its_last_episode_alone(tmp_path: Path) -> None:
    read = told(
        tmp_path,
        ssd_cla_episodes=EPISODES
        + "E1,A,2017-05-01,S,N1,2017-06-01,X1,C1,P1\nE2,A,2017-06-01,L,N1,2017-07-01,X1,C1,P1\n",
        ssd_cla_placement=PLACEMENTS + "P1,A,2017-05-01,2017-07-01,U6,PR1,CARPL,\n",
    )
    assert read["cla_episodes"].cla_placement_change_reason.fillna("").tolist() == ["", "CARPL"]


def test_a_review_is_of_the_child_whose_care_it_is_of_and_not_one_that_was_cancelled_or_not_held(
    tmp_path: Path,
) -> None:
    read = told(
        tmp_path,
        ssd_cla_episodes=EPISODES + "E1,A,2017-05-01,S,N1,2017-06-01,X1,C1,\nE2,A,2017-06-01,L,N1,,,C1,\n",
        ssd_cla_reviews=REVIEWS
        + "V1,C1,2017-05-30,2017-05-29,N,PN1\nV2,C1,2017-08-29,2017-08-29,Y,\nV3,C1,2017-11-29,,N,\n"
        + "V4,C1,2018-01-29,2018-01-29,N,PN1\n",
        ssd_cp_reviews="cppr_cp_review_id,cppr_person_id,cppr_cp_plan_id,cppr_cp_review_due,cppr_cp_review_date\n"
        "W1,B,K1,2017-10-02,2017-10-01\nW2,B,K1,2018-04-02,\n",
    )
    assert read["cla_reviews"][["person_id", "cla_review_participation"]].values.tolist() == [["A", "PN1"]]
    assert days(read["cla_reviews"].cla_review_date) == ["2017-05-29"]
    due = read["review_due_dates"]
    assert list(zip(due.kind, days(due.review_due_date), days(due.review_held_date), strict=True)) == [
        ("CLA", "2017-05-30", "2017-05-29"),
        ("CLA", "2017-11-29", None),
        ("CP", "2017-10-02", "2017-10-01"),
    ]
    assert days(read["cp_reviews"].cp_review_date) == ["2017-10-01"]


def test_an_enquiry_has_the_first_conference_that_it_led_to(tmp_path: Path) -> None:
    flag = '"{{""NFA_FLAG"": """", ""CP_CONFERENCE_FLAG"": ""{}""}}"'
    read = told(
        tmp_path,
        ssd_s47_enquiry=ENQUIRIES
        + f"S1,A,R1,2017-10-02,{flag.format('Y')}\nS2,B,R2,2017-10-02,{flag.format('N')}\n"
        + f"S3,C,R3,2017-10-02,\nS4,D,R4,2017-10-02,{flag.format('N')}\n",
        ssd_initial_cp_conference=CONFERENCES
        + "I1,S1,A,R1,2017-10-23,2017-11-20\nI2,S1,A,R1,2017-10-23,2017-10-20\nI3,S4,D,R4,2018-01-10,2018-01-04\n"
        + "I4,,E,R5,,2017-10-05\n",
        ssd_cin_episodes=REFERRALS + "R1,A,2017-09-29,,,N\nR5,E,2017-09-29,,,N\n",
    )
    enquiries = read["s47_enquiry"].set_index("s47_enquiry_id")
    assert days(enquiries.icpc_date) == ["2017-10-20", None, None, None]
    assert days(enquiries.icpc_target_date) == ["2017-10-23", None, None, "2018-01-10"]
    assert enquiries.icpc_not_required.tolist() == [False, True, pd.NA, False]
    assert days(read["cin_episodes"].icpc_date) == [None, "2017-10-05"]


def test_an_interview_is_told_as_offered_and_accepted_and_never_as_held(tmp_path: Path) -> None:
    rows = (
        "miss_person_id,miss_missing_episode_type,miss_missing_episode_start_date,miss_missing_episode_end_date,"
        "miss_missing_rhi_offered,miss_missing_rhi_accepted\n"
        "A,M,2017-11-07 21:30:00,2017-11-08 02:15:00,Y,N\nA,A,2017-12-01 10:00:00,2017-12-01 11:00:00,NA,NULL\n"
    )
    read = told(tmp_path, ssd_missing=rows, ssd_cla_episodes=EPISODES + "E1,A,2017-12-01,S,N1,,,C1,\n")
    assert read["missing"].missing_episode_type.tolist() == ["missing", "away"]
    assert read["missing"].looked_after.tolist() == [False, True]
    assert read["missing"].time_recorded.all()
    interviews = read["return_interviews"]
    assert interviews.missing_rhi_offered.tolist() == [True, pd.NA]
    reach = ssd.covers("return_interviews", interviews, [QUARTER])
    assert {"interview_date", "interview_time_recorded"} <= reach.untold


def test_teams_are_told_by_name_and_by_the_workers_own_where_the_involvement_has_none(tmp_path: Path) -> None:
    read = told(
        tmp_path,
        ssd_involvements="invo_person_id,invo_professional_id,invo_professional_role_id,invo_professional_team,"
        "invo_involvement_start_date,invo_involvement_end_date\n"
        "A,W1,Case Worker,T1,2017-10-02,\nB,W2,Case Worker,,2017-10-02,2017-11-02\nC,W9,Case Worker,Duty,2017-10-02,\n",
        ssd_professionals="prof_professional_id,prof_professional_department\nW1,T2\nW2,T2\n",
        ssd_department="dept_team_id,dept_team_name\nT1,Safeguarding North\nT2,Through Care 1\n",
    )
    assert read["involvements"].team.tolist() == ["Safeguarding North", "Through Care 1", "Duty"]
    assert read["involvements"].worker_id.tolist() == ["W1", "W2", "W9"]


def test_a_child_who_sought_asylum_unaccompanied_is_told_by_the_words_of_the_status(tmp_path: Path) -> None:
    rows = (
        "immi_person_id,immi_immigration_status,immi_immigration_status_start_date,immi_immigration_status_end_date\n"
        "A,Unaccompanied Asylum Seeking Child,2016-05-01,2021-04-03\nB,EU national,2016-05-01,\nC,UASC,2017-05-01,\n"
    )
    uasc = told(tmp_path, ssd_immigration_status=rows)["uasc"]
    assert uasc.person_id.tolist() == ["A", "C"]
    assert days(uasc.uasc_status_end_date) == ["2021-04-03", None]


def test_a_care_leaver_is_as_at_the_quarters_end_in_the_records_words(tmp_path: Path) -> None:
    read = told(
        tmp_path,
        ssd_person="pers_person_id,pers_dob\nA,1998-04-03\n",
        ssd_care_leavers="clea_person_id,clea_care_leaver_eligibility,clea_care_leaver_in_touch,"
        "clea_care_leaver_accommodation,clea_care_leaver_accom_suitable,clea_care_leaver_activity\n"
        "A,Former Relevant,YES,U,1,F2\nB,Qualifying,NREQ,,2,G6\n",
    )
    leavers = read["care_leavers"]
    assert days(leavers.as_at) == ["2017-12-31", "2017-12-31"]
    assert days(leavers.date_of_birth) == ["1998-04-03", None]
    assert leavers[["eligibility", "in_touch", "accommodation", "suitable", "activity"]].iloc[0].tolist() == [
        "former relevant", "Y", "independent living", True, "other education",
    ]  # fmt: skip
    assert leavers.suitable.tolist() == [True, False]
    assert ssd.covers("care_leavers", leavers, [QUARTER]).events == NEVER


def test_contacts_early_help_visits_and_pre_proceedings_are_told(tmp_path: Path) -> None:
    visits = "{0}v_person_id,{0}v_{1}_visit_date,{0}v_{1}_visit_seen,{0}v_{1}_visit_seen_alone\nA,2017-11-06,Y,N\n"
    read = told(
        tmp_path,
        ssd_contacts="cont_contact_id,cont_person_id,cont_contact_date,cont_contact_source_code,"
        "cont_contact_outcome_json\n"
        'C1,A,2017-10-02,2A,"{NEW_REFERRAL_FLAG: ""N"", NFA_FLAG: ""Y""}"\nC2,B,2017-10-03,6,\n',
        ssd_early_help_episodes="earl_person_id,earl_episode_start_date,earl_episode_end_date,earl_episode_end_reason\n"
        "A,2017-06-01,2017-10-01,Step-up\nB,2017-06-01,2017-10-01,Outcomes met\nC,2017-06-01,,\n",
        ssd_cin_visits=visits.format("cin", "cin"),
        ssd_cp_visits=visits.format("cpp", "cp"),
        ssd_cla_visits=visits.format("cla", "cla"),
        ssd_pre_proceedings="prep_plo_family_id,prep_person_id,prep_pre_pro_decision_date,"
        "prep_agree_stepdown_issue_date,prep_pre_pro_outcome\n"
        "F1,A,2017-06-05,2017-10-23,Decision to Issue Care Proceedings\n"
        "F2,B,2017-06-05,2017-10-23,Decision to step down\nF3,C,2017-06-05,2018-01-23,Decision to step down\n",
    )
    assert read["contacts"].decision.fillna("").tolist() == ["no further action", ""]
    assert read["early_help_episodes"].episode_end_reason.fillna("").tolist() == ["up", "none", ""]
    assert read["visits"].kind.tolist() == ["CP", "CLA", "CIN"]
    assert read["visits"].visit_seen.all()
    outcomes = read["pre_proceedings"].pre_pro_outcome.fillna("")
    assert outcomes.tolist() == ["issue care proceedings", "step down", ""]


def test_visits_are_not_told_where_one_kind_of_them_is_missing(tmp_path: Path) -> None:
    rows = "cppv_person_id,cppv_cp_visit_date\nA,2017-11-06\n"
    assert "visits" not in told(tmp_path, ssd_cp_visits=rows)


def test_adoption_and_an_earlier_order_are_told(tmp_path: Path) -> None:
    read = told(
        tmp_path,
        ssd_permanence="perm_person_id,perm_adm_decision_date,perm_matched_date,perm_permanence_order_date,"
        "perm_adopted_by_carer_flag,perm_number_of_adopters,perm_adopter_sex,perm_adopter_legal_status\n"
        "A,2017-05-05,2017-09-01,2017-12-20,N,2,MF,L11\nB,2017-05-05,2017-09-01,2018-01-20,N,2,MF,L11\nC,,,,,,,\n",
        ssd_cla_previous_permanence="lapp_person_id,lapp_previous_permanence_option,lapp_previous_permanence_la,"
        "lapp_previous_permanence_order_date\nA,P2,999,zz/05/2012\nB,P1,999,01/02/2010\n",
    )
    assert read["placed_for_adoption"].person_id.tolist() == ["A", "B"]
    assert read["adoption"][["person_id", "nb_adoptr", "sex_adoptr"]].values.tolist() == [["A", 2, "MF"]]
    assert days(read["previous_permanence"].previous_permanence_order_date) == [None, "2010-02-01"]


# How far back it reaches.


def referrals(tmp_path: Path, rows: str) -> pd.DataFrame:
    return told(tmp_path, ssd_cin_episodes=REFERRALS + rows)["cin_episodes"]


@pytest.mark.parametrize(
    ("earliest_end", "since"),
    [
        ("2014-05-02", "2014-06-01"),
        ("2014-05-01", "2014-05-01"),
        ("2009-05-02", "2012-01-01"),  # six years before the quarter's end
    ],
)
def test_a_table_tells_everything_from_the_month_after_its_earliest_end(
    tmp_path: Path, earliest_end: str, since: str
) -> None:
    rows = referrals(tmp_path, f"R1,A,2003-05-01,{earliest_end},RC8,N\nR2,B,2004-05-01,2017-05-01,RC8,N\n")
    reach = ssd.covers("cin_episodes", rows, [QUARTER])
    assert reach.events == reach.stock == pd.Timestamp(since)


def test_a_table_of_which_nothing_has_ended_tells_only_how_things_stand(tmp_path: Path) -> None:
    reach = ssd.covers("cin_episodes", referrals(tmp_path, "R1,A,2003-05-01,,,N\n"), [QUARTER])
    assert (reach.events, reach.stock) == (NEVER, QUARTER.end)
    assert "close_date" not in reach.untold


def test_a_column_that_is_nowhere_filled_is_not_told(tmp_path: Path) -> None:
    reach = ssd.covers("cin_episodes", referrals(tmp_path, "R1,A,2003-05-01,2017-05-01,RC8,N\n"), [QUARTER])
    assert "referral_source_code" in reach.untold
    assert "close_reason" not in reach.untold


def test_every_table_with_an_end_has_that_column() -> None:
    for table, column in ssd.ENDS.items():
        assert column in TABLES[table].dtypes, table
    for table, columns in ssd.UNTOLD.items():
        assert columns <= set(TABLES[table].dtypes), table
