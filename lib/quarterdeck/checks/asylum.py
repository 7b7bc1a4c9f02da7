"""Children who came unaccompanied to seek asylum."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.care import DAY, care
from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import beside, current, those
from quarterdeck.measures.describe import age_on
from quarterdeck.records import Records


@check("CLA-UAS-01", severity="error", table="uasc", fields=["uasc_status_end_date"], needs=["person.dob"])
def nobody_is_an_unaccompanied_child_after_18(records: Records) -> pd.Index:
    """The child ceases to be an unaccompanied asylum seeker (DUC) after the 18th birthday: write the birthday, or
    correct the birth date.
    """
    rows = current(records, "uasc")
    dob = beside(records, rows, "person", "person_id", ["dob"]).dob
    return those(rows, age_on(dob, rows.uasc_status_end_date - DAY) >= 18)


@check("CLA-UAS-02", severity="error", table="uasc", fields=["person_id"], needs=["cla_episodes"])
def an_unaccompanied_child_is_looked_after(records: Records) -> pd.Index:
    """The child is listed as an unaccompanied asylum seeker, and has no episode of care: add it, or take the child
    off the list.
    """
    rows = current(records, "uasc")
    return those(rows, ~rows.person_id.isin(current(records, "cla_episodes").person_id))


@check("CLA-UAS-03", severity="query", table="uasc", fields=["uasc_status_end_date"])
def an_unaccompanied_child_was_one_this_year(records: Records) -> pd.Index:
    """The child ceased to be an unaccompanied asylum seeker before the year began: take it off this year's list."""
    rows = current(records, "uasc")
    return those(rows, rows.uasc_status_end_date < records.quarter.year_start)


@check("CLA-UAS-04", severity="query", table="cla_episodes", fields=["cla_placement_type"], needs=["uasc"])
def an_unaccompanied_child_is_not_with_its_parents(records: Records) -> pd.Index:
    """The child is listed as an unaccompanied asylum seeker, and is placed with its parents (P1): check both."""
    rows = care(records)
    return those(rows, (rows.place == "P1") & rows.person_id.isin(current(records, "uasc").person_id))
