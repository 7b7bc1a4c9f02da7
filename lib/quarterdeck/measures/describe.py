"""What a breakdown needs to know of a child on a date: age, sex, ethnicity, disability, team, district."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from quarterdeck.quarter import collection_year
from quarterdeck.records.coverage import ALWAYS

if TYPE_CHECKING:
    from quarterdeck.records import Records

UNKNOWN = "unknown"
NOT_KNOWN = "not known"
AGE_BANDS = ("unborn", "under 1", "1 to 4", "5 to 9", "10 to 15", "16 and over")
ETHNIC_GROUPS = {
    "white": ("WBRI", "WIRI", "WIRT", "WOTH", "WROM"),
    "mixed": ("MWBC", "MWBA", "MWAS", "MOTH"),
    "Asian": ("AIND", "APKN", "ABAN", "AOTH"),
    "black": ("BCRB", "BAFR", "BOTH"),
    "other ethnic group": ("CHNE", "OOTH"),
    NOT_KNOWN: ("REFU", "NOBT"),
}
"""As DfE groups them in its tables of looked-after children: Chinese children are in the other ethnic group."""


def age_on(dob: pd.Series, date: pd.Series) -> pd.Series:
    """Whole years of age on a date; -1 for a child not yet born; <NA> where the birth date is not known.

    Examples
    --------
    A child born on 29 February is a year older on 1 March:

    >>> born = pd.Series(pd.to_datetime(["2016-02-29", "2016-02-29"]))
    >>> age_on(born, pd.Series(pd.to_datetime(["2017-02-28", "2017-03-01"]))).tolist()
    [0, 1]
    """
    had_birthday = (date.dt.month * 100 + date.dt.day) >= (dob.dt.month * 100 + dob.dt.day)
    years = (date.dt.year - dob.dt.year - (~had_birthday)).astype("Int64")
    return years.where(dob.notna() & date.notna()).clip(lower=-1)


def age_band(age: pd.Series) -> pd.Series:
    """DfE's age band of each age in whole years.

    Examples
    --------
    >>> age_band(pd.Series([-1, 0, 4, 16])).tolist()
    ['unborn', 'under 1', '1 to 4', '16 and over']
    """
    return pd.cut(age.astype("float64"), [-2, -1, 0, 4, 9, 15, 150], labels=list(AGE_BANDS))


def over_months(start: pd.Series, date: pd.Series, months: int) -> pd.Series:
    """Whether more than so many calendar months had gone by: from the day after the last of them.

    Examples
    --------
    Nine months from 31 March end on 31 December; on 1 January they are over:

    >>> begun = pd.Series(pd.to_datetime(["2017-03-31", "2017-03-31"]))
    >>> over_months(begun, pd.Series(pd.to_datetime(["2017-12-31", "2018-01-01"])), 9).tolist()
    [False, True]
    """
    return start + pd.DateOffset(months=months) < date


DFE_DURATIONS = {
    "3 months or less": 3,
    "over 3 to 6 months": 6,
    "over 6 months to under 1 year": -12,
    "1 to under 2 years": -24,
}
"""DfE's bands of how long a plan or an episode of need lasted; a negative edge is the first day of the next band."""


def duration_in_months(start: pd.Series, date: pd.Series, bands: Mapping[str, int], beyond: str) -> pd.Series:
    """The band of calendar months from start to date, as an ordered categorical.

    Parameters
    ----------
    bands : the months that each band reaches, in order; minus so many where the band stops the day before.
    beyond : the band of what is longer than all of them.

    Examples
    --------
    >>> begun = pd.Series(pd.to_datetime(["2017-01-10"] * 4))
    >>> ended = pd.Series(pd.to_datetime(["2017-04-10", "2017-04-11", "2018-01-09", "2018-01-10"]))
    >>> duration_in_months(begun, ended, DFE_DURATIONS, "2 years or more").tolist()
    ['3 months or less', 'over 3 to 6 months', 'over 6 months to under 1 year', '1 to under 2 years']
    """
    position = pd.Series(0, index=start.index)
    for edge in bands.values():
        limit = start + pd.DateOffset(months=abs(edge))
        position += (limit <= date if edge < 0 else limit < date).astype("int64")
    known = position.where(start.notna() & date.notna(), -1)
    order = pd.CategoricalDtype([*bands, beyond], ordered=True)
    return pd.Series(pd.Categorical.from_codes(known.to_numpy(), dtype=order), index=start.index)


def _people(records: Records) -> pd.DataFrame:
    """What breakdowns tell of each child, once: dob, and sex, ethnic group and disability in words."""

    def told() -> pd.DataFrame:
        people = records.history("person").set_index("person_id")
        group = {code: name for name, codes in ETHNIC_GROUPS.items() for code in codes}
        return pd.DataFrame(
            {
                "dob": people.dob,
                "sex": people.sex.map({"M": "male", "F": "female"}).astype("str").fillna(UNKNOWN),
                "ethnicity": people.ethnicity.map(group).astype("str").fillna(NOT_KNOWN),
            }
        )

    return records.kept("people", told)


def _disabilities(records: Records) -> tuple[pd.Series, pd.Series]:
    """Whether each child has a disability, in words: by child and collection year, and as it was last told."""

    def words(rows: pd.DataFrame, keys: list[str]) -> pd.Series:
        disabled = (rows.disability_code != "NONE").groupby([rows[key] for key in keys]).any()
        return disabled.map({True: "disabled", False: "not disabled"}).astype("str")

    return (
        records.kept("disabilities", lambda: words(records.disability, ["person_id", "collection_year"])),
        records.kept("last disabilities", lambda: words(records.last_told("disability"), ["person_id"])),
    )


def _of_person(told: pd.Series, rows: pd.DataFrame, unknown: str | None = None) -> pd.Series:
    found = told.reindex(rows.person_id).set_axis(rows.index)  # not map, which fails where no row is
    return found if unknown is None else found.fillna(unknown)


def _age_band(records: Records, rows: pd.DataFrame, date: str) -> pd.Series:
    return age_band(age_on(_of_person(_people(records).dob, rows), rows[date]))


def _sex(records: Records, rows: pd.DataFrame, date: str) -> pd.Series:
    return _of_person(_people(records).sex, rows, UNKNOWN)


def _ethnicity(records: Records, rows: pd.DataFrame, date: str) -> pd.Series:
    return _of_person(_people(records).ethnicity, rows, NOT_KNOWN)


def _disability(records: Records, rows: pd.DataFrame, date: str) -> pd.Series:
    """As the return of the date's own year told it, which DfE takes; where that did not, as the last one did."""
    of_year, last = _disabilities(records)
    asked = pd.MultiIndex.from_arrays([rows.person_id, collection_year(rows[date])])
    return of_year.reindex(asked).set_axis(rows.index).fillna(_of_person(last, rows, UNKNOWN))


def _children(records: Records) -> pd.Index:
    """The children whom a team has had, each once: it is quicker to look up a number than an id."""
    return records.kept("children held", lambda: pd.Index(records.history("involvements").person_id.unique()))


def _team_spells(records: Records) -> pd.DataFrame:
    """Each child's time with each team, once: by the child's number."""

    def told() -> pd.DataFrame:
        spells = records.history("involvements")
        child = _children(records).get_indexer(pd.Index(spells.person_id))
        return spells[["team", "from_date", "to_date"]].assign(child=child)

    return records.kept("team spells", told)


def _asked(records: Records, rows: pd.DataFrame, date: str) -> pd.DataFrame:
    """The number of the child of each row, and the day on which something of the child is asked."""
    child = _children(records).get_indexer(pd.Index(rows.person_id))
    return pd.DataFrame({"child": child, "on": rows[date].to_numpy()})


def _team(records: Records, rows: pd.DataFrame, date: str) -> pd.Series:
    """The team a child was with on the date: of those that had begun by then and not ended before it, the latest."""
    asked = _asked(records, rows, date)
    pairs = asked.drop_duplicates().merge(_team_spells(records), on="child", validate="many_to_many")
    with_it = pairs[(pairs.from_date <= pairs.on) & (pairs.to_date.isna() | (pairs.to_date >= pairs.on))]
    latest = with_it.sort_values("from_date", kind="stable").drop_duplicates(["child", "on"], keep="last")
    found = asked.merge(latest[["child", "on", "team"]], on=["child", "on"], how="left", validate="many_to_one")
    return found.team.set_axis(rows.index).astype("str").fillna(UNKNOWN)


def _homes(records: Records) -> pd.DataFrame:
    """Each child's districts in each year's extract, with the day from which each is told: the first from long before.

    Of a source of no year, the year is 0.
    """

    def told() -> pd.DataFrame:
        homes = records.involvements.dropna(subset="district").sort_values("from_date", kind="stable")
        child = _children(records).get_indexer(pd.Index(homes.person_id))
        homes = homes.assign(child=child, year=homes.collection_year.fillna(0).astype("int64"))
        since = homes.from_date.where(homes.duplicated(["child", "year"]), ALWAYS)
        return homes.assign(on=since).sort_values("on", kind="stable")[["child", "year", "on", "district"]]

    return records.kept("homes", told)


def _district(records: Records, rows: pd.DataFrame, date: str) -> pd.Series:
    """Where the child's family lived on the date: by the latest spell with a team that had begun by then.

    That of the year's own extract, whether or not it has ended, for the family still lives somewhere; before the first
    of them, by the first.
    """
    asked, homes = _asked(records, rows, date).dropna(subset="on"), _homes(records)
    year = collection_year(asked.on).clip(upper=records.quarter.collection_year).astype("int64")
    asked = asked.assign(year=year * int(homes.year.gt(0).any())).sort_values("on", kind="stable")
    found = pd.merge_asof(asked.reset_index(names="row"), homes, on="on", by=["child", "year"])
    told = found.set_index("row").district.reindex(range(len(rows)))
    return told.set_axis(rows.index).astype("str").fillna(UNKNOWN)


def _service(records: Records, rows: pd.DataFrame, date: str) -> pd.Series:
    return _team(records, rows, date).map(records.authority.service_of()).astype("str").fillna(UNKNOWN)


DESCRIPTIONS: dict[str, Callable[[Records, pd.DataFrame, str], pd.Series]] = {
    "age_band": _age_band,
    "sex": _sex,
    "ethnicity": _ethnicity,
    "disability": _disability,
    "team": _team,
    "service": _service,
    "district": _district,
}
"""Every breakdown that describes a child; those of a thing (a category, a band) are columns of its own table."""

NEEDS: dict[str, tuple[str, ...]] = {
    "age_band": ("person",),
    "sex": ("person",),
    "ethnicity": ("person",),
    "disability": ("disability",),
    "team": ("involvements.team",),
    "district": ("involvements.district",),
}
"""The tables by which the breakdowns that papers show of a child are told."""


def describe(records: Records, rows: pd.DataFrame, date: str, by: Sequence[str]) -> pd.DataFrame:
    """Rows with a column for each breakdown asked for that describes the child.

    Parameters
    ----------
    rows : rows with a `person_id`.
    date : the column with the day on which age, team and district are told.
    by : names of breakdowns; those that are already columns of `rows` are left as they are.

    Raises
    ------
    NotAvailable : no return tells it, as no statutory return holds a team or a district.

    Examples
    --------
    >>> describe(records, records.cp_plans, "cp_plan_start_date", ["age_band"]).age_band.tolist()
    ['5 to 9']
    """
    wanted = [name for name in by if name not in rows and name in DESCRIPTIONS]
    return rows.assign(**{name: DESCRIPTIONS[name](records, rows, date) for name in wanted})
