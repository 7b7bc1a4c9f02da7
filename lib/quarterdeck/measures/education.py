"""What the council's list of education says on its day: the plans of children in care, and who is in no school."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures import looked_after, missing
from quarterdeck.measures.care_leavers import at_their_close
from quarterdeck.measures.counting import PERIOD, counted
from quarterdeck.measures.describe import UNKNOWN, describe
from quarterdeck.measures.registry import Count, Ratio, measure
from quarterdeck.records import Records

LIST = "The council's list of education"
PLANS = {True: "up to date", False: "not up to date"}


def listed(records: Records, kind: str, periods: pd.DataFrame) -> pd.DataFrame:
    """What the list that was drawn last in the month of each close says of one kind, with its day as `date`."""
    rows = records.history("education").rename(columns={"as_at": "date"})
    return at_their_close(rows[rows.kind.str.strip().str.casefold() == kind], periods)


@measure(
    title="Personal education plans up to date",
    short="Personal education plans up to date",
    area=looked_after.AREA,
    kind="proportion",
    at_close=True,
    unit="percent",
    decimals=0,
    polarity="higher is better",
    counts="children",
    needs=("education.up_to_date",),
    breakdowns=("plan", *looked_after.CHILD),
    main="plan",
    definition="Children in care who are listed as owed a personal education plan on the day of the list that was "
    "drawn last in the month, and the share of them whose plan is up to date. Where the list does not say, the child "
    "stays in the total. In a month without a list nothing is known.",
    source=LIST + "; DfE, Promoting the education of looked-after children: a plan is reviewed each term",
    why="The plan says what a child needs to do well at school, and who is to see to it.",
)
def education_of_cla(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Children whose personal education plan is up to date, of those listed as owed one."""
    rows = listed(records, "personal education plan", periods)
    rows = rows.assign(plan=pd.Categorical(rows.up_to_date.map(PLANS).fillna(UNKNOWN), [*PLANS.values(), UNKNOWN]))
    if "plan" in by:
        return Ratio(counted(rows, periods, by), counted(rows, periods))
    rows = describe(records, rows, "date", by)
    whole = counted(rows, periods, by)
    return Ratio(counted(rows[rows.up_to_date.fillna(False)], periods, by).reindex(whole.index, fill_value=0), whole)


@measure(
    title="Children missing education",
    short="Children missing education",
    area=missing.AREA,
    kind="stock",
    unit="number",
    polarity="lower is better",
    counts="children",
    needs=("education",),
    breakdowns=missing.CHILD,
    definition="Children of school age who are in no school and taught nowhere else, on the day of the list that was "
    "drawn last in the month, each once. Children taught at home by their parents are not among them. Where a month's "
    "list names no child at all as missing education, the number is not known: such a list may leave them out.",
    source=LIST + "; Education Act 1996, section 436A; DfE, Children missing education",
    why="A child whom no school sees is at more risk, and nobody is there to notice.",
)
def missing_education(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Children missing education on the day of the list; missing where there is no list."""
    everyone = listed(records, "missing education", periods)
    known = counted(everyone, periods) > 0
    rows = everyone[~(everyone.from_date > everyone.date) & ~(everyone.to_date <= everyone.date)]
    counts = counted(describe(records, rows, "date", by), periods, by, once="person_id")
    return Count(counts.where(known.reindex(counts.index, level=PERIOD) if by else known))
