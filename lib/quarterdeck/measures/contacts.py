"""Contacts with the family front door: who made them, what was decided, and how soon."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quarterdeck.measures.counting import events, share, stock
from quarterdeck.measures.describe import UNKNOWN, describe
from quarterdeck.measures.front_door import CHILD, in_bands, source_of
from quarterdeck.measures.registry import Count, Ratio, measure
from quarterdeck.records import Records
from quarterdeck.working_days import add_working_days, working_days

DECISION_LIMIT = 1
DECISION_BANDS = {
    "same day": 0,
    "1 day": 1,
    "2 to 3 days": 3,
    "4 to 5 days": 5,
    "6 to 10 days": 10,
}
UNDECIDED = "not decided yet"
DECISIONS = (
    "new referral",
    "child protection enquiry",
    "existing referral",
    "early help",
    "private fostering",
    "missing",
    "advice",
    "no further action",
    "other",
    UNDECIDED,
)
"""What may be decided about a contact, as the list's template has it."""


def _contacts(records: Records, date: str, by: Sequence[str]) -> pd.DataFrame:
    """Contacts with their source and decision in words; the team is the contact's own where that is told."""

    def told() -> pd.DataFrame:
        rows = records.contacts
        said = rows.decision.str.strip().str.lower()
        undecided = np.where(rows.decision_date.isna(), UNDECIDED, UNKNOWN)
        days = working_days(rows.contact_date, rows.decision_date)
        rows = rows.assign(
            contact_source=source_of(rows.contact_source_code),
            decision=pd.Categorical(np.where(said.isin(DECISIONS), said, undecided), [*DECISIONS, UNKNOWN]),
            days=days,
            time_to_decision_band=in_bands(days, DECISION_BANDS, "11 days or more"),
        )
        return rows if records.tells("contacts.team") else rows.drop(columns="team")

    return describe(records, records.kept("contacts told", told), date, by)


@measure(
    title="Family Front Door: contacts",
    short="Contacts",
    area="Family Front Door",
    kind="flow",
    unit="number",
    counts="contacts about a child",
    needs=("contacts",),
    breakdowns=("contact_source", "decision", *CHILD),
    breakdowns_need={"decision": ("contacts.decision",)},
    main="contact_source",
    definition="Contacts received in the period in which somebody told the front door of a worry about a child, one "
    "for each child, by who made them and by what was decided. Not every contact becomes a referral: some are about a "
    "case that is open already, and many end in advice, early help or nothing.",
    source="The authority's list of contacts, or Annex A, list 1",
    why="It is all that the front door has to look at and decide upon.",
)
def contacts(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Contacts received."""
    return Count(events(_contacts(records, "contact_date", by), "contact_date", periods, by))


@measure(
    title="Family Front Door: contacts decided in one working day",
    short="Contacts decided in one working day",
    area="Family Front Door",
    kind="timeliness",
    unit="percent",
    polarity="higher is better",
    counts="contacts about a child",
    needs=("contacts.decision_date",),
    breakdowns=("time_to_decision_band", "contact_source", "decision", *CHILD),
    breakdowns_need={"decision": ("contacts.decision",)},
    main="time_to_decision_band",
    definition="Contacts decided upon in the period, and the share of them decided by the end of the next working day "
    "after the contact came in. Days are counted, not hours, for not every list has the time; a contact at a weekend "
    "is in time if it was decided on the Monday. Contacts not yet decided are in neither; those open and already past "
    "one working day are shown beside.",
    source="Working Together to Safeguard Children: a decision in one working day; the authority's list of contacts",
    why="A child who may be at risk waits until somebody decides what to do.",
)
def contact_decisions_in_1_day(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Contacts decided within one working day, of those decided."""
    begun = records.contacts
    overdue_from = add_working_days(begun.contact_date, DECISION_LIMIT) + pd.Timedelta(days=1)
    late = stock(begun.assign(overdue_from=overdue_from), "overdue_from", "decision_date", periods)
    beside = {"open and already past one working day": late}
    rows = _contacts(records, "decision_date", by)
    if "time_to_decision_band" in by:
        return Ratio(events(rows, "decision_date", periods, by), events(rows, "decision_date", periods), beside)
    return Ratio(*share(rows, rows.days <= DECISION_LIMIT, "decision_date", periods, by), beside)


@measure(
    title="Family Front Door: contacts that became referrals",
    short="Contacts that became referrals",
    area="Family Front Door",
    kind="proportion",
    unit="percent",
    counts="contacts about a child",
    needs=("contacts.decision_date", "contacts.decision"),
    breakdowns=("contact_source", *CHILD),
    main="contact_source",
    definition="Contacts decided upon in the period, and the share of them that were taken on as a new referral to "
    "social care. News of a case that is open already is not among those taken on, and counts in the whole.",
    source="The authority's list of contacts",
    why="If few of a partner's contacts are taken on, it may not know the threshold, or what help there is below it.",
)
def contacts_to_referrals(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Contacts taken on as a new referral, of those decided."""
    rows = _contacts(records, "decision_date", by)
    return Ratio(*share(rows, rows.decision == "new referral", "decision_date", periods, by))
