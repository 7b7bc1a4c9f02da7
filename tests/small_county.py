"""A county of two children: a whole, faultless set of returns for a test to spoil. Nobody in it is real."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from quarterdeck.authority import Authority
from quarterdeck.quarter import Quarter
from quarterdeck.returns import Intake, local, read_quarter
from quarterdeck.returns.layouts import Layout
from quarterdeck.returns.tabular import Listed, read_lists

QUARTER = Quarter(2017, 3)
LOOKED_AFTER = ("ssda903/header.csv", "ssda903/episodes.csv", "ssda903/reviews.csv")
CENSUS = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>CIN</Collection><Year>2018</Year><ReferenceDate>2018-03-31</ReferenceDate>
    </CollectionDetails>
    <Source><SourceLevel>L</SourceLevel><LEA>999</LEA></Source>
  </Header>
  <Children>
    <Child>
      <ChildIdentifiers>
        <LAchildID>TEST000001</LAchildID><UPN>X999999999999</UPN>
        <PersonBirthDate>2010-05-01</PersonBirthDate><GenderCurrent>2</GenderCurrent>
      </ChildIdentifiers>
      <ChildCharacteristics>
        <Ethnicity>WBRI</Ethnicity>
        <Disabilities><Disability>AUT</Disability><Disability>LD</Disability></Disabilities>
      </ChildCharacteristics>
      <CINdetails>
        <CINreferralDate>2017-10-02</CINreferralDate>
        <ReferralSource>2A</ReferralSource>
        <PrimaryNeedCode>N1</PrimaryNeedCode>
        <DateOfInitialCPC>2017-10-20</DateOfInitialCPC>
        <Assessments>
          <AssessmentActualStartDate>2017-10-02</AssessmentActualStartDate>
          <AssessmentAuthorisationDate>2017-11-20</AssessmentAuthorisationDate>
          <FactorsIdentifiedAtAssessment>
            <AssessmentFactors>3B</AssessmentFactors><AssessmentFactors>16A</AssessmentFactors>
          </FactorsIdentifiedAtAssessment>
        </Assessments>
        <CINPlanDates><CINPlanStartDate>2017-11-20</CINPlanStartDate></CINPlanDates>
        <Section47>
          <S47ActualStartDate>2017-10-05</S47ActualStartDate>
          <InitialCPCtarget>2017-10-26</InitialCPCtarget>
          <DateOfInitialCPC>2017-10-20</DateOfInitialCPC>
          <ICPCnotRequired>false</ICPCnotRequired>
        </Section47>
        <ReferralNFA>0</ReferralNFA>
        <ChildProtectionPlans>
          <CPPstartDate>2017-10-20</CPPstartDate>
          <InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse>
          <LatestCategoryOfAbuse>EMO</LatestCategoryOfAbuse>
          <NumberOfPreviousCPP>1</NumberOfPreviousCPP>
          <Reviews><CPPreviewDate>2017-12-15</CPPreviewDate></Reviews>
        </ChildProtectionPlans>
        <PreProceedingsandFGDM>
          <PPStartDate>2017-11-06</PPStartDate><LBPSentDate>2017-11-10</LBPSentDate>
          <FGDMMeetingOffer>1</FGDMMeetingOffer><FGDMMeetingFac>false</FGDMMeetingFac>
          <ReviewMeetingsCount>0</ReviewMeetingsCount>
        </PreProceedingsandFGDM>
      </CINdetails>
    </Child>
    <Child>
      <ChildIdentifiers>
        <LAchildID>TEST000002</LAchildID>
        <ExpectedPersonBirthDate>2018-02-01</ExpectedPersonBirthDate><GenderCurrent>0</GenderCurrent>
      </ChildIdentifiers>
      <ChildCharacteristics><Ethnicity>MWBC</Ethnicity></ChildCharacteristics>
      <CINdetails>
        <CINreferralDate>2017-04-03</CINreferralDate>
        <ReferralSource>3A</ReferralSource>
        <CINclosureDate>2017-05-02</CINclosureDate><ReasonForClosure>RC8</ReasonForClosure>
        <ReferralNFA>true</ReferralNFA>
      </CINdetails>
    </Child>
  </Children>
</Message>
"""
FILES = {
    "cin_census.xml": CENSUS,
    "ssda903/header.csv": """CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB
TEST000001,2,01/05/2010,WIRI,X999999999999,,
TEST000003,1,03/04/2003,BCRB,X999999999998,,
""",
    "ssda903/episodes.csv": """CHILD,DECOM,RNE,LS,CIN,PLACE,\
PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN
TEST000001,04/12/2017,S,V2,N1,U4,PR1,,,,ZZ1 1AA,ZZ1 1AB,
TEST000003,03/04/2017,S,C2,N5,U6,PR4,06/11/2017,X1,CARPL,ZZ1 1AA,ZZ1 1AC,
TEST000003,06/11/2017,P,C2,N5,K2,PR4,,,,ZZ1 1AA,ZZ1 1AD,SC000001
""",
    "ssda903/reviews.csv": "CHILD,DOB,REVIEW,REVIEW_CODE\nTEST000003,03/04/2003,02/10/2017,PN1\n",
    "ssda903/uasc.csv": "CHILD,SEX,DOB,DUC\nTEST000003,1,03/04/2003,03/04/2021\n",
    "ssda903/oc2.csv": """CHILD,DOB,SDQ_SCORE,\
SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,\
SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED
TEST000003,03/04/2003,14,,0,1,1,0,1,0,0,0
""",
    "ssda903/oc3.csv": "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM\nTEST000004,03/04/1998,YES,F2,U1\n",
    "ssda903/ad1.csv": """CHILD,DOB,DATE_INT,DATE_MATCH,FOSTER_CARE,NB_ADOPTR,SEX_ADOPTR,LS_ADOPTR
TEST000005,03/04/2015,03/04/2017,01/09/2017,0,2,MF,L11
""",
    "ssda903/placed_for_adoption.csv": """CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED,REASON_PLACED_CEASED
TEST000005,03/04/2015,05/05/2017,,
""",
    "ssda903/previous_permanence.csv": """CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM
TEST000003,03/04/2003,P2,999,01/02/2010
""",
    "ssda903/missing.csv": "CHILD,DOB,MISSING,MIS_START,MIS_END\nTEST000003,03/04/2003,A,07/11/2017,08/11/2017\n",
    "ssda903/sw_episodes.csv": """CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON
TEST000003,03/04/2003,W0001,03/04/2017,06/11/2017,
TEST000003,03/04/2003,W0003,06/11/2017,,PCCHAN
""",
    "ssda903/dolo.csv": "CHILD,DOB,DOLO_START,DOLO_END\nTEST000003,03/04/2003,20/11/2017,\n",
    "local/allocations.csv": """person_id,team,worker_id,role,from_date,to_date
TEST000001,Safeguarding North,W0001,social worker,02/10/2017,
""",
    "local/assessment_outcomes.csv": """person_id,assessment_start_date,outcome
TEST000001,02/10/2017,child protection plan
""",
    "local/audits.csv": """audit_id,audit_date,service,theme,appropriate,grade,moderated_grade
A1,12/12/2017,safeguarding,missing notifications,Y,Requires Improvement,good
""",
    "local/care_leavers.csv": """person_id,date_of_birth,eligibility,in_touch,accommodation,suitable,activity,\
pathway_plan_date,adviser,as_at
TEST000004,03/04/1998,former relevant,yes,independent living,Y,other education,01/10/2017,W0002,31/12/2017
""",
    "local/cp_plan_ends.csv": "person_id,end_date,reason\nTEST000006,30/11/2017,into care\n",
    "local/exploitation.csv": """person_id,kind,status,risk,from_date,to_date
TEST000003,cse,moved away,LOW,01/11/2017,
""",
    "local/missing_episodes.csv": """person_id,episode_type,start,end
TEST000003,Missing,07/11/2017 21:30,08/11/2017 02:15
TEST000001,missing,01/11/2017 18:00,01/11/2017 22:00
""",
    "local/placement_budget.csv": """placement_type,financial_year,forecast_number,budget_gbp,forecast_unit_cost
Agency Residential,2017-18,35,"£7,000,000",3846
""",
    "local/placement_costs.csv": """person_id,date_of_birth,placement_type,provider,weekly_cost,start,end
TEST000003,03/04/2003,Agency Residential,external,"£4,024.00",06/11/2017,
""",
    "local/placement_locations.csv": """person_id,placement_start,la_of_placement,inside,distance_miles
TEST000003,06/11/2017,E10000034,N,22.5
""",
    "local/return_interviews.csv": """person_id,missing_start,offered,accepted,interview_date,reason_not_done
TEST000003,07/11/2017 21:30,Y,Y,09/11/2017 10:00,
""",
    "local/strategy_discussions.csv": "person_id,discussion_date,outcome\nTEST000001,04/10/2017,S47\n",
    "local/workforce.csv": """month_end,service,role,\
fte_established,fte_in_post,fte_agency,starters,leavers,sickness_days,\
newly_qualified
31/01/2018,front door,social worker,60,19.5,36,1,2,40,3
""",
}


def of_examples(name: str) -> str:
    """A local list as CSV, with the two made-up rows that its guide gives."""
    headings = local.GUIDES[name].headings
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow([heading.name for heading in headings])
    rows.writerows(zip(*(heading.examples for heading in headings), strict=True))
    return written.getvalue()


FILES |= {file: of_examples(name) for name in local.GUIDES if (file := f"local/{name}.csv") not in FILES}


def nowhere() -> Authority:
    """The profile of an authority that is nowhere."""
    return Authority.model_validate(
        {
            "slug": "nowhere",
            "name": "Nowhere County Council",
            "short_name": "Nowhere",
            "area_code": "E10000034",
            "la_code": "999",
            "first_quarter": "2014-15 Q4",
            "panel": {"name": "Panel", "report_of": "Director"},
            "pseudonymise": False,
        }
    )


def listed(name: str, content: bytes, layouts: Sequence[Layout]) -> Listed:
    """A list in a file, as it is read."""
    (only,) = read_lists(Path(name), content, layouts, nowhere())
    return only


class SmallCounty:
    """The returns of a quarter, written into a folder.

    Parameters
    ----------
    folder : where `data/<authority>/…` is made.
    only : the files to write; all of them, where not given.
    authority : whose they are; the one that is nowhere, where not given.
    """

    def __init__(self, folder: Path, only: Iterable[str] = FILES, authority: Authority | None = None) -> None:
        self.data = folder / "data"
        self.authority = authority or nowhere()
        self.home = self.data / self.authority.slug
        self.folder = self.home / QUARTER.slug
        for name in only:
            self.put(name, FILES[name].replace("<LEA>999<", f"<LEA>{self.authority.la_code}<"))

    def put(self, name: str, text: str | bytes, quarter: Quarter = QUARTER) -> Path:
        """Write a file into a quarter's folder."""
        path = self.home / quarter.slug / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def change(self, name: str, old: str, new: str) -> None:
        """Change what a file says, where it says it first."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not say {old}"
        self.put(name, text.replace(old, new, 1))

    def take_out(self, name: str) -> None:
        """Take a file out of the quarter's folder."""
        (self.folder / name).unlink()

    def read(self, quarter: Quarter = QUARTER, *, set_aside: bool = False, today: dt.date | None = None) -> Intake:
        """The quarter, read."""
        return read_quarter(self.data, self.authority, quarter, set_aside=set_aside, today=today or dt.date(2018, 2, 1))
