"""Who comes into care, and who starts and stops being in need: counted as DfE counts them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures.children_in_need import in_need
from quarterdeck.measures.counting import PERIOD, children, counted, events, in_periods
from quarterdeck.measures.describe import DFE_DURATIONS, describe, duration_in_months
from quarterdeck.measures.registry import Count, measure
from quarterdeck.records import Records
from quarterdeck.records.ssda903_words import LEGAL_STATUSES_AT_START, NEEDS, in_words

CLOSE_REASONS = {
    "RC1": "adopted",
    "RC2": "died",
    "RC3": "child arrangements or residence order",
    "RC4": "special guardianship order",
    "RC5": "moved to another council",
    "RC6": "transferred to adult social care",
    "RC7": "other reason",
}


@measure(
    title="Children who started to be looked after",
    short="Children who came into care",
    area="Looked after children",
    kind="flow",
    unit="number",
    counts="children",
    needs=("cla_episodes",),
    headline="year_to_date",
    breakdowns=("age_band", "category_of_need", "legal_status"),
    main="age_band",
    definition="Children who came into care in the period, each once. A child who came twice is told of as on the "
    "first day. Short breaks are left out.",
    source="DfE, Children looked after in England, children who started to be looked after",
    why="Who comes into care, and why, shows where help could have come sooner.",
)
def cla_children_started(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Children who started to be looked after, by the first start of the period."""
    care = records.cla_periods
    care = care.assign(
        category_of_need=in_words(care.cla_primary_need_code, NEEDS),
        legal_status=in_words(care.first_legal_status, LEGAL_STATUSES_AT_START),
    )
    rows = in_periods(care.sort_values("entered_care_date", kind="stable"), "entered_care_date", periods)
    first = rows.drop_duplicates([PERIOD, "person_id"])
    return Count(counted(describe(records, first, "entered_care_date", by), periods, by))


@measure(
    title="Children in need: episodes that started",
    short="Episodes of need that started",
    area="Children in need and open cases",
    kind="flow",
    unit="number",
    counts="episodes of need",
    needs=("cin_episodes.close_reason",),
    headline="year_to_date",
    definition="Referrals received in the period that began an episode of need: without those closed with no further "
    "action, or after an assessment that found no need. A child with two starts counts twice; the children are "
    "counted beside.",
    source="DfE, Characteristics of children in need, table B1",
    why="With the episodes that ended it shows whether fewer or more families are being helped.",
)
def cin_started(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Episodes of need that started, by the day of the referral."""
    rows = in_need(records)
    beside = {"children": children(rows, "referral_date", periods)}
    return Count(events(rows, "referral_date", periods, by), beside)


@measure(
    title="Children in need: episodes that ended",
    short="Episodes of need that ended",
    area="Children in need and open cases",
    kind="flow",
    unit="number",
    counts="episodes of need",
    needs=("cin_episodes.close_date", "cin_episodes.close_reason"),
    headline="year_to_date",
    breakdowns=("close_reason", "duration_band"),
    main="close_reason",
    definition="Episodes of need that ended in the period, by why, and by how long they had lasted: without referrals "
    "closed with no further action, or after an assessment that found no need. A child with two ends counts twice; "
    "the children are counted beside.",
    source="DfE, Characteristics of children in need, tables B1, B5 and B6",
    why="Help that ends soon may have been focused, or may have stopped too early.",
)
def cin_ended(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Episodes of need that ended, by the day the case was closed."""
    rows = in_need(records)
    rows = rows[rows.close_date.notna()]
    rows = rows.assign(
        close_reason=pd.Categorical(rows.close_reason.map(CLOSE_REASONS), list(CLOSE_REASONS.values())),
        duration_band=duration_in_months(rows.referral_date, rows.close_date, DFE_DURATIONS, "2 years or more"),
    )
    beside = {} if by else {"children": children(rows, "close_date", periods)}
    return Count(events(rows, "close_date", periods, by), beside)
