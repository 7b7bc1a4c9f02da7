"""The health of children looked after for a year: what was done for it, and how they fare."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures.care_leavers import at_their_close
from quarterdeck.measures.counting import counted
from quarterdeck.measures.describe import age_on
from quarterdeck.measures.registry import Ratio, measure
from quarterdeck.records import Records

AREA = "Looked after children"
HEALTH = {
    "health assessment": "health_assessment",
    "immunisations up to date": "immunisations",
    "teeth checked": "teeth_check",
    "development check up to date, under 5": "health_check",
    "convicted or cautioned, 10 and over": "convicted",
    "misuse of drink or drugs": "substance_misuse",
    "given help with drink or drugs": "intervention_received",
    "refused help with drink or drugs": "intervention_offered",
}
YOUNG, OLD_ENOUGH = 5, 10
SDQ_BANDS = {"normal": 13, "borderline": 16, "cause for concern": 40}
"""DfE's bands of the score of strengths and difficulties, by the last score of each."""
RETURN = "DfE, SSDA903 (OC2), children looked after for 12 months at 31 March"
_OF_THE_YEAR = " It is a figure of the whole year, and is there only for years that are over."


def returned(records: Records, periods: pd.DataFrame) -> pd.DataFrame:
    """Children of each year's return of health at its 31 March, with their age (Int64) on the day."""
    rows = records.cla_health
    year = rows.collection_year.astype("Int64").astype("str")
    rows = rows.assign(date=pd.to_datetime(year + "-03-31", errors="coerce").astype("datetime64[us]"))
    born = rows.person_id.map(records.history("person").set_index("person_id").dob).astype("datetime64[us]")
    return at_their_close(rows.assign(age=age_on(born, rows.date)), periods)


@measure(
    title="Health of children looked after for a year, by the year's return",
    short="Had a health assessment in the year",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    polarity="higher is better",
    counts="children",
    needs=("cla_health", "person.dob"),
    breakdowns=("health",),
    main="health",
    definition="Children who had been looked after for 12 months at 31 March, and the share of them who had a health "
    "assessment in the year. Beside it the shares with immunisations up to date, with teeth checked, and so on: of "
    "children under 5 for checks of development, and of those of 10 and over for convictions." + _OF_THE_YEAR,
    source=RETURN,
    why="The council must look after these children's health as a good parent would.",
)
def cla_health_annual(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Children who had a health assessment, of those looked after for 12 months; by what else is told, each its own."""
    rows = returned(records, periods)
    if not by:
        return Ratio(counted(rows[rows.health_assessment.fillna(False)], periods), counted(rows, periods))
    of_age = {"health_check": rows.age < YOUNG, "convicted": rows.age >= OLD_ENOUGH}
    told = [
        rows[of_age.get(column, pd.Series(True, index=rows.index)).fillna(False)].assign(
            health=name, so=lambda of, column=column: of[column].fillna(False)
        )
        for name, column in HEALTH.items()
    ]
    every = pd.concat(told, ignore_index=True)
    every["health"] = pd.Categorical(every.health, [*HEALTH])
    return Ratio(counted(every[every.so], periods, by), counted(every, periods, by))


@measure(
    title="Strengths and difficulties of children looked after for a year, by the year's return",
    short="Score of strengths and difficulties is a concern",
    area=AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    polarity="lower is better",
    counts="children",
    needs=("cla_health.sdq_score", "person.dob"),
    breakdowns=("score",),
    main="score",
    definition="Children who had been looked after for 12 months at 31 March and of whom a score of strengths and "
    "difficulties was told, and the share of them whose score of 17 or more is a cause for concern. A score of 14 to "
    "16 is borderline, a lower one normal." + _OF_THE_YEAR,
    source=RETURN,
    why="It shows how many of these children may need help with how they feel and behave.",
)
def cla_sdq_annual(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Children whose score is a cause for concern, of those with one; or all with one, by its band."""
    rows = returned(records, periods)
    rows = rows[rows.sdq_score.notna()]
    score = pd.cut(rows.sdq_score.astype("float64"), [-1, *SDQ_BANDS.values()], labels=[*SDQ_BANDS])
    rows = rows.assign(score=score)
    if by:
        return Ratio(counted(rows, periods, by), counted(rows, periods))
    return Ratio(counted(rows[rows.score == "cause for concern"], periods), counted(rows, periods))
