"""Rules on who the children are: birth, sex, ethnicity, disability."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import among, at_end, beside, current, earlier, open_cases, those
from quarterdeck.measures.describe import over_months
from quarterdeck.records import Records

OVERDUE_DAYS = 28
KNOWN_FOR_MONTHS = 3
NOT_OBTAINED = ("NOBT",)


def _known_for_long(records: Records) -> pd.Series:
    """Children whose case is open and was opened more than three months before the extract's end."""
    rows = open_cases(records)
    return rows.person_id[over_months(rows.referral_date, at_end(records, rows), KNOWN_FOR_MONTHS)]


def _then(records: Records, column: str) -> pd.Series:
    """What an earlier year's extract told of each child of this one; missing where none did."""
    before = earlier(records, "person").set_index("person_id")[column]
    rows = current(records, "person")
    return before.reindex(rows.person_id).set_axis(rows.index)


def _told_otherwise(records: Records, column: str, unknown: Sequence[str] = ()) -> pd.Index:
    """Children of whom an earlier year's extract told otherwise, where both tell."""
    rows, then = current(records, "person"), _then(records, column)
    both = rows[column].notna() & then.notna() & ~rows[column].isin(unknown) & ~then.isin(unknown)
    return those(rows, both & (rows[column] != then))


@check("PER-01", severity="error", table="person", fields=["dob", "expected_dob"], needs=["person.dob"])
def neither_born_nor_expected(records: Records) -> pd.Index:
    """The child has neither a birth date nor an expected one: fill in one of the two."""
    rows = current(records, "person")
    return those(rows, rows.dob.isna() & rows.expected_dob.isna())


@check("PER-02", severity="error", table="person", fields=["dob", "expected_dob"], needs=["person.expected_dob"])
def both_born_and_expected(records: Records) -> pd.Index:
    """The child has a birth date and still an expected one: take out the expected date once the child is born."""
    rows = current(records, "person")
    return those(rows, rows.dob.notna() & rows.expected_dob.notna())


@check("PER-03", severity="query", table="person", fields=["dob", "expected_dob"], needs=["person.expected_dob"])
def birth_long_overdue(records: Records) -> pd.Index:
    """The child is still recorded as unborn more than four weeks after the expected date: fill in the birth date, or
    close the case.
    """
    rows = current(records, "person")
    due = rows.expected_dob + pd.Timedelta(days=OVERDUE_DAYS)
    return those(rows, rows.dob.isna() & (due < records.quarter.end))


@check("PER-04", severity="error", table="person", fields=["expected_dob"], needs=["person.expected_dob"])
def expected_too_far_ahead(records: Records) -> pd.Index:
    """The child is expected more than nine months after the extract's end: correct the expected date."""
    rows = current(records, "person")
    return those(rows, rows.expected_dob > records.quarter.end + pd.DateOffset(months=9))


@check("PER-05", severity="query", table="person", fields=["sex"], needs=["person.sex"])
def sex_unknown(records: Records) -> pd.Index:
    """The child is born and the sex is not known: ask, and fill it in."""
    rows = current(records, "person")
    return those(rows, rows.dob.notna() & (rows.sex.isna() | (rows.sex == "U")))


@check("PER-06", severity="query", table="person", fields=["ethnicity"], needs=["person.ethnicity", "cin_episodes"])
def ethnicity_not_obtained(records: Records) -> pd.Index:
    """The case has been open for more than three months and the child's ethnicity has not been obtained: ask, and fill
    it in.
    """
    rows = current(records, "person")
    unknown = rows.ethnicity.isna() | rows.ethnicity.isin(NOT_OBTAINED)
    return those(rows, unknown & among(rows.person_id, _known_for_long(records)))


@check("PER-07", severity="query", table="person", fields=["person_id"], needs=["disability", "cin_episodes"])
def disability_not_told(records: Records) -> pd.Index:
    """The case has been open for more than three months and it is not recorded whether the child is disabled: record
    the disabilities, or that there is none.
    """
    rows = current(records, "person")
    told = among(rows.person_id, current(records, "disability").person_id)
    return those(rows, among(rows.person_id, _known_for_long(records)) & ~told)


@check("PER-08", severity="error", table="disability", fields=["disability_code"])
def disabled_and_not_disabled(records: Records) -> pd.Index:
    """The child has a disability and is also recorded as having none: take out the code NONE, or the disability."""
    rows = current(records, "disability")
    disabled = rows.person_id[rows.disability_code != "NONE"]
    return those(rows, (rows.disability_code == "NONE") & among(rows.person_id, disabled))


@check("PER-09", severity="error", table="person", fields=["dob", "death_date"], needs=["person.death_date"])
def died_before_birth(records: Records) -> pd.Index:
    """The date of death is before the birth date: correct one of the two."""
    rows = current(records, "person")
    return those(rows, rows.death_date < rows.dob)


@check("PER-10", severity="error", table="cin_episodes", fields=["referral_date"], needs=["person.death_date"])
def referred_after_death(records: Records) -> pd.Index:
    """The child was referred after the date of death: correct the date of death or of the referral."""
    rows = current(records, "cin_episodes")
    died = beside(records, rows, "person", "person_id", ["death_date"]).death_date
    return those(rows, rows.referral_date > died)


@check(
    "PER-11",
    severity="query",
    table="cin_episodes",
    fields=["close_date"],
    needs=["person.death_date", "cin_episodes.close_date"],
)
def open_after_death(records: Records) -> pd.Index:
    """The child has died and the case is still open more than four weeks later: close it (RC2), or correct the date of
    death.
    """
    rows = open_cases(records)
    died = beside(records, rows, "person", "person_id", ["death_date"]).death_date
    return those(rows, died + pd.Timedelta(days=28) < records.quarter.end)


@check("PER-12", severity="query", table="person", fields=["dob"], needs=["person.dob"])
def birth_date_changed(records: Records) -> pd.Index:
    """The birth date is not the one that an earlier year's extract gave: make sure that it is now right, for ages and
    rates of both years follow from it.
    """
    return _told_otherwise(records, "dob")


@check("PER-13", severity="query", table="person", fields=["sex"], needs=["person.sex"])
def sex_changed(records: Records) -> pd.Index:
    """The sex is not the one that an earlier year's extract gave: make sure that it is now right."""
    return _told_otherwise(records, "sex", ["U"])


@check("PER-14", severity="query", table="person", fields=["ethnicity"], needs=["person.ethnicity"])
def ethnicity_lost(records: Records) -> pd.Index:
    """An earlier year's extract told the child's ethnicity and this one says that it was not obtained: restore it."""
    rows = current(records, "person")
    then = _then(records, "ethnicity")
    unknown = rows.ethnicity.isna() | rows.ethnicity.isin(NOT_OBTAINED)
    return those(rows, unknown & then.notna() & ~then.isin(NOT_OBTAINED))


@check(
    "PER-15", severity="query", table="person", fields=["person_id"], needs=["person.dob", "person.sex", "cin_episodes"]
)
def same_child_twice(records: Records) -> pd.Index:
    """Another child of the same birth date, sex and ethnicity was referred on the same day: twins, or one child under
    two numbers, whose records are to be joined.
    """
    rows = current(records, "person")
    told = rows[["person_id", "dob", "sex", "ethnicity"]].assign(label=rows.index)
    referred = current(records, "cin_episodes")[["person_id", "referral_date"]].drop_duplicates()
    seen = told[told.dob.notna() & told.sex.notna()].merge(referred, on="person_id", validate="one_to_many")
    alike = seen.duplicated(["dob", "sex", "ethnicity", "referral_date"], keep=False)
    return pd.Index(seen.label[alike].unique())
