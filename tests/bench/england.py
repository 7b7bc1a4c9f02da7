"""A census of the size of England, made up: as many records of each kind for a child as a county's year has."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

CHILDREN = 400_000
YEAR = 2018
_BEGIN = date(YEAR - 1, 4, 1)
_HEADER = f"""<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>CIN</Collection><Year>{YEAR}</Year><ReferenceDate>{YEAR}-03-31</ReferenceDate>
    </CollectionDetails>
    <Source><SourceLevel>L</SourceLevel><LEA>999</LEA></Source>
  </Header>
  <Children>
"""
_SOURCES = ("1A", "1B", "2A", "2B", "3A", "3E", "3F", "4", "5A", "5B", "6", "7", "8", "9", "10")
_FACTORS = ("1B", "2B", "3A", "3B", "4A", "4B", "5A", "6A", "10A", "11A", "15A", "16A", "17A", "18A", "19A", "20")
_ETHNICITIES = ("WBRI", "WBRI", "WBRI", "WBRI", "MWBC", "APKN", "BAFR", "NOBT")


def write(path: Path, children: int = CHILDREN) -> Path:
    """Write the census into a file, and give the file back.

    Parameters
    ----------
    path : the file to write.
    children : how many.
    """
    chance = random.Random(YEAR)
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEADER)
        for number in range(children):
            file.write("\n".join([*_child(number, chance), ""]))
        file.write("  </Children>\n</Message>\n")
    return path


def _child(number: int, chance: random.Random) -> Iterator[str]:
    born = _BEGIN - timedelta(days=chance.randrange(17 * 365))
    yield "    <Child>"
    yield "      <ChildIdentifiers>"
    yield f"        <LAchildID>ENGL{number:08d}</LAchildID>"
    yield f"        <PersonBirthDate>{born}</PersonBirthDate>"
    yield f"        <GenderCurrent>{chance.choice('12')}</GenderCurrent>"
    yield "      </ChildIdentifiers>"
    yield "      <ChildCharacteristics>"
    yield f"        <Ethnicity>{chance.choice(_ETHNICITIES)}</Ethnicity>"
    yield "        <Disabilities>"
    yield f"          <Disability>{chance.choice(('NONE', 'NONE', 'NONE', 'AUT', 'LD', 'BEH'))}</Disability>"
    yield "        </Disabilities>"
    yield "      </ChildCharacteristics>"
    day = _BEGIN + timedelta(days=chance.randrange(150))
    yield from _referral(day, chance)
    if chance.random() < 0.1:
        yield from _referral(day + timedelta(days=60 + chance.randrange(30)), chance)
    yield "    </Child>"


def _referral(day: date, chance: random.Random) -> Iterator[str]:
    assessed, enquired, planned, protected = (chance.random() < share for share in (0.85, 0.26, 0.16, 0.15))
    yield "      <CINdetails>"
    yield f"        <CINreferralDate>{day}</CINreferralDate>"
    yield f"        <ReferralSource>{chance.choice(_SOURCES)}</ReferralSource>"
    yield f"        <PrimaryNeedCode>N{chance.randrange(1, 9)}</PrimaryNeedCode>"
    if not (planned or protected):
        yield f"        <CINclosureDate>{day + timedelta(days=50)}</CINclosureDate>"
        yield f"        <ReasonForClosure>{chance.choice(('RC7', 'RC8'))}</ReasonForClosure>"
    if assessed:
        yield "        <Assessments>"
        yield f"          <AssessmentActualStartDate>{day + timedelta(days=1)}</AssessmentActualStartDate>"
        yield f"          <AssessmentAuthorisationDate>{day + timedelta(days=45)}</AssessmentAuthorisationDate>"
        yield "          <FactorsIdentifiedAtAssessment>"
        for factor in chance.sample(_FACTORS, chance.randrange(2, 4)):
            yield f"            <AssessmentFactors>{factor}</AssessmentFactors>"
        yield "          </FactorsIdentifiedAtAssessment>"
        yield "        </Assessments>"
    if planned:
        start = day + timedelta(days=46)
        yield f"        <CINPlanDates><CINPlanStartDate>{start}</CINPlanStartDate></CINPlanDates>"
    if enquired:
        yield "        <Section47>"
        yield f"          <S47ActualStartDate>{day + timedelta(days=3)}</S47ActualStartDate>"
        yield f"          <InitialCPCtarget>{day + timedelta(days=24)}</InitialCPCtarget>"
        yield f"          <ICPCnotRequired>{'false' if protected else 'true'}</ICPCnotRequired>"
        yield "        </Section47>"
    yield "        <ReferralNFA>0</ReferralNFA>"
    if protected:
        yield "        <ChildProtectionPlans>"
        yield f"          <CPPstartDate>{day + timedelta(days=20)}</CPPstartDate>"
        yield "          <InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse>"
        yield f"          <LatestCategoryOfAbuse>{chance.choice(('NEG', 'EMO', 'PHY'))}</LatestCategoryOfAbuse>"
        yield f"          <NumberOfPreviousCPP>{chance.randrange(3)}</NumberOfPreviousCPP>"
        yield "          <Reviews>"
        for days in (60, 120):
            yield f"            <CPPreviewDate>{day + timedelta(days=days)}</CPPreviewDate>"
        yield "          </Reviews>"
        yield "        </ChildProtectionPlans>"
    yield "      </CINdetails>"
