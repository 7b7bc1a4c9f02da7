"""What social workers find at assessment: drink, drugs, violence at home, illness, neglect and other factors."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures.counting import counted, in_periods
from quarterdeck.measures.registry import Ratio, measure
from quarterdeck.records import Records

NO_FACTORS = "21"
OF_WHOM = {"A": "the child", "B": "a parent or carer", "C": "another person"}
OF_A_PERSON = ("alcohol", "drugs", "domestic abuse", "mental health", "learning disability", "physical disability")
FACTORS = {
    f"{number}{letter}": f"{what}: {whom}"
    for number, what in enumerate(OF_A_PERSON, start=1)
    for letter, whom in OF_WHOM.items()
} | {
    "7A": "young carer",
    **dict.fromkeys(["8B", "8C", "8D", "8E", "8F"], "privately fostered"),
    "9A": "unaccompanied asylum seeker",
    "10A": "going missing",
    "11A": "child sexual exploitation",
    "12A": "trafficking",
    "13A": "gangs",
    "14A": "socially unacceptable behaviour",
    "15A": "self-harm",
    "16A": "neglect",
    "17A": "emotional abuse",
    "18A": "physical abuse",
    "18B": "physical abuse by a child",
    "18C": "physical abuse by an adult",
    "19A": "sexual abuse",
    "19B": "sexual abuse by a child",
    "19C": "sexual abuse by an adult",
    "20": "other",
    "22A": "female genital mutilation",
    "23A": "abuse linked to faith or belief",
    "24A": "child criminal exploitation",
}
"""The census's codes of what is found, in words: of domestic abuse, who is its victim."""


@measure(
    title="Factors found at assessment",
    short="Cases in which an assessment found a factor",
    area="Family Front Door",
    kind="proportion",
    unit="percent",
    counts="episodes",
    needs=("cin_assessments", "assessment_factors"),
    headline="year_to_date",
    breakdowns=("factor",),
    main="factor",
    definition="Of the episodes with an assessment authorised in the period, those in which it found something that "
    "puts the child at risk or in need, by what it was: one episode may have several, and each counts once. Of "
    "domestic abuse it is told who suffers it.",
    source="DfE, Characteristics of children in need, table C3",
    why="What families struggle with shows which help they need.",
)
def assessment_factors(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Episodes in which an assessment found a factor, of those assessed."""
    keys = ["assessment_id", "collection_year"]
    done = records.cin_assessments[[*keys, "referral_id", "assessment_auth_date"]]
    found = records.assessment_factors[records.assessment_factors.assessment_factor != NO_FACTORS]
    rows = done.merge(found[[*keys, "assessment_factor"]], on=keys, validate="one_to_many")
    rows = rows.assign(
        factor=pd.Categorical(rows.assessment_factor.map(FACTORS), list(dict.fromkeys(FACTORS.values())))
    )
    part, whole = (in_periods(some, "assessment_auth_date", periods) for some in (rows, done))
    return Ratio(counted(part, periods, by, once="referral_id"), counted(whole, periods, once="referral_id"))
