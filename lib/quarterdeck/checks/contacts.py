"""Rules on contacts with the front door: what was decided, when, and whether the referrals bear it out."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import FOREVER, at_end, beside, current, held_from, those
from quarterdeck.measures.contacts import DECISION_LIMIT, DECISIONS
from quarterdeck.measures.counting import latest_before
from quarterdeck.measures.describe import age_on
from quarterdeck.records import Records
from quarterdeck.working_days import add_working_days, working_days

TABLE = "contacts"
REFERRED_WITHIN = 5
CONTACT_WITHIN = 20
ADULT = 18
NEW, EXISTING = "new referral", "existing referral"
KEY = ["person_id", "day", "contact_source_code"]


def _contacts(records: Records) -> pd.DataFrame:
    """The extract's contacts with their day, without the time, and the decision as the template spells it."""
    rows = current(records, TABLE)
    return rows.assign(day=rows.contact_date.dt.normalize(), decision=rows.decision.str.strip().str.lower())


@check(
    "CON-01", severity="error", table=TABLE, fields=["contact_date", "decision_date"], needs=["contacts.decision_date"]
)
def decided_before_it_came_in(records: Records) -> pd.Index:
    """The contact was decided on a day before it came in, so it counts as decided in time: correct one of the dates."""
    rows = _contacts(records)
    return those(rows, rows.decision_date.dt.normalize() < rows.day)


@check("CON-02", severity="query", table=TABLE, fields=["decision_date"], needs=["contacts.decision_date"])
def not_decided_in_time(records: Records) -> pd.Index:
    """More than one working day has gone by since the contact and no decision is recorded: decide, or record when it
    was decided.
    """
    rows = _contacts(records)
    waited = working_days(rows.contact_date, at_end(records, rows))
    return those(rows, rows.decision_date.isna() & (waited > DECISION_LIMIT))


@check(
    "CON-03",
    severity="error",
    table=TABLE,
    fields=["decision_date"],
    needs=["contacts.decision", "contacts.decision_date"],
)
def decision_without_date(records: Records) -> pd.Index:
    """A decision is recorded and no day on which it was made, so the contact counts as open: fill in the day."""
    rows = _contacts(records)
    return those(rows, rows.decision.notna() & rows.decision_date.isna())


@check(
    "CON-04", severity="query", table=TABLE, fields=["decision"], needs=["contacts.decision", "contacts.decision_date"]
)
def date_without_decision(records: Records) -> pd.Index:
    """The contact was decided and it is not told what was decided: fill in the decision."""
    rows = _contacts(records)
    return those(rows, rows.decision_date.notna() & rows.decision.isna())


@check("CON-05", severity="query", table=TABLE, fields=["decision"], needs=["contacts.decision"])
def decision_not_known(records: Records) -> pd.Index:
    """The decision is none of those that the papers know, so it counts as unknown: write one of the decisions of the
    list's template.
    """
    rows = _contacts(records)
    return those(rows, rows.decision.notna() & ~rows.decision.isin(DECISIONS))


@check("CON-06", severity="query", table=TABLE, fields=["contact_source_code"], needs=["contacts.contact_source_code"])
def source_unknown(records: Records) -> pd.Index:
    """Who made the contact is not known: fill it in."""
    rows = _contacts(records)
    return those(rows, rows.contact_source_code.isna() | (rows.contact_source_code == "10"))


@check("CON-07", severity="error", table=TABLE, fields=["person_id"], needs=["contacts.decision"])
def referral_of_no_child(records: Records) -> pd.Index:
    """The contact became a referral and no child is named: fill in the child's number."""
    rows = _contacts(records)
    return those(rows, (rows.decision == NEW) & rows.person_id.isna())


@check(
    "CON-08",
    severity="query",
    table=TABLE,
    fields=["decision"],
    needs=["contacts.decision", "contacts.decision_date", "cin_episodes"],
)
def decided_as_a_referral_and_none_held(records: Records) -> pd.Index:
    """The contact was decided to be a new referral, and the returns hold none of the child from that day to five
    working days after the decision: record the referral, or correct the decision.
    """
    rows = _contacts(records)
    rows = rows[(rows.decision == NEW) & rows.person_id.notna() & rows.decision_date.notna()]
    until = add_working_days(rows.decision_date, REFERRED_WITHIN)
    referrals = records.history("cin_episodes")
    referred = latest_before(rows.assign(until=until), "until", referrals, "referral_date", same_day=True)
    told = (rows.day >= held_from(records, "cin_episodes")) & (until <= records.quarter.end)
    return those(rows, told & ~(referred >= rows.day))


@check("CON-09", severity="query", table="cin_episodes", fields=["referral_date"], needs=["contacts"])
def referral_without_contact(records: Records) -> pd.Index:
    """No contact about the child is listed in the 20 working days up to the referral: list it, for the share of
    contacts that become referrals would be wrong.
    """
    rows = current(records, "cin_episodes")
    known = records.history(TABLE).dropna(subset="person_id")
    known = known.assign(day=known.contact_date.dt.normalize())
    last = latest_before(rows, "referral_date", known, "day", same_day=True)
    since = max(held_from(records, TABLE), records.reach([TABLE]).events)
    told = rows.referral_date >= add_working_days(pd.Series([since]), CONTACT_WITHIN).iloc[0]
    return those(rows, told & ~(add_working_days(last, CONTACT_WITHIN) >= rows.referral_date))


@check(
    "CON-10", severity="query", table=TABLE, fields=["decision"], needs=["contacts.decision", "cin_episodes.close_date"]
)
def about_an_open_case_and_none_is_open(records: Records) -> pd.Index:
    """The contact was taken as news of a case that is open, and the child had none open on that day: correct the
    decision, or the child's number.
    """
    rows = _contacts(records)
    rows = rows[(rows.decision == EXISTING) & (rows.day >= held_from(records, "cin_episodes"))]
    cases = records.history("cin_episodes")
    asked = rows.rename_axis("row").reset_index()[["row", "person_id", "day"]]
    pairs = asked.merge(cases[["person_id", "referral_date", "close_date"]], on="person_id", validate="many_to_many")
    is_open = (pairs.referral_date <= pairs.day) & (pairs.close_date.fillna(FOREVER) >= pairs.day)
    return those(rows, rows.person_id.notna() & ~rows.index.isin(pairs.row[is_open]))


@check("CON-11", severity="query", table=TABLE, fields=["contact_id", "person_id", "contact_date"])
def told_twice(records: Records) -> pd.Index:
    """The list holds an earlier contact about the child from the same source on the same day: if it is the same
    contact, take one out.
    """
    rows = _contacts(records)
    rows = rows[rows.person_id.notna() & rows.contact_source_code.notna()].sort_values("contact_date", kind="stable")
    return those(rows, rows.duplicated(KEY))


@check("CON-12", severity="query", table=TABLE, fields=["person_id", "contact_date"], needs=["person.dob"])
def about_an_adult(records: Records) -> pd.Index:
    """The person was 18 or over on the day of the contact: correct the number or the birth date, or take the contact
    out.
    """
    rows = _contacts(records)
    born = beside(records, rows, "person", "person_id", ["dob"]).dob
    return those(rows, age_on(born, rows.contact_date) >= ADULT)
