"""Records on the day of a cut for Annex A: each row once, and what every list says of a child."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from quarterdeck.quarter import Quarter
from quarterdeck.records import Records
from quarterdeck.records.looked_after import periods_of_care, placements
from quarterdeck.records.ssda903_words import SHORT_BREAKS
from quarterdeck.returns.codes.words import words


@dataclass(frozen=True)
class Cut:
    """Records on the day of the cut, and what every list says of a child."""

    records: Records

    @property
    def quarter(self) -> Quarter:
        """At whose end the lists are cut."""
        return self.records.quarter

    @property
    def day(self) -> pd.Timestamp:
        """The day of the cut."""
        return self.quarter.end

    @cached_property
    def six_months(self) -> pd.Timestamp:
        """The first day of the window of Lists 1 to 8."""
        return self.quarter.minus(1).start

    @cached_property
    def year(self) -> pd.Timestamp:
        """The first day of the twelve months to the cut."""
        return self.quarter.minus(3).start

    def rows(self, table: str, end: str = "") -> pd.DataFrame:
        """A table with every row once; what an earlier year's extract left open and none tells of since is gone."""
        if not self.records.has(table):
            return pd.DataFrame()
        rows = self.records.history(table)
        if not end:
            return rows
        latest = rows.collection_year.isna() | (rows.collection_year == self.quarter.collection_year)
        return rows[rows[end].notna() | latest]

    @cached_property
    def people(self) -> pd.DataFrame:
        """What every list says of each child, by the child."""
        people = self.rows("person").set_index("person_id")
        born = people.dob
        later = (born.dt.month > self.day.month) | ((born.dt.month == self.day.month) & (born.dt.day > self.day.day))
        age = (self.day.year - born.dt.year - later.astype("int64")).astype("Int64")
        unborn = born.isna() & people.expected_dob.notna()
        return pd.DataFrame(
            {
                "Gender": spelt("sex", people.sex.fillna("U")),
                "Ethnicity": spelt("ethnicity", people.ethnicity),
                "Date of Birth": born.fillna(people.expected_dob),
                "Age of Child (Years)": age.mask(unborn, -1),
            }
        )

    @cached_property
    def disabled(self) -> pd.Series:
        """Whether each child of whom it is told has a disability, as the lists say it."""
        if not self.records.has("disability"):
            return pd.Series(dtype="str")
        told = self.records.last_told("disability")
        return (told.disability_code != "NONE").groupby(told.person_id).any().map({True: "a) Yes", False: "b) No"})

    @cached_property
    def held_by(self) -> pd.DataFrame:
        """Who holds each case on the day of the cut."""
        told = self.rows("involvements")
        if told.empty:
            return pd.DataFrame(columns=["team", "worker_id"], dtype="str")
        told = told[(told.from_date <= self.day) & ~(told.to_date < self.day)]
        return (
            told.sort_values("from_date", kind="stable")
            .drop_duplicates("person_id", keep="last")
            .set_index("person_id")
        )

    def who(self, rows: pd.DataFrame, *, disability: bool = True, team: bool = True) -> pd.DataFrame:
        """What a list says of its children, a row each."""
        child = rows.person_id
        told = {"Child Unique ID": child} | {str(name): of(child, self.people[name]) for name in self.people}
        if disability:
            told["Does the Child have a Disability"] = of(child, self.disabled).fillna("c) Unknown")
        if team:
            told["Allocated Team"] = of(child, self.held_by.team)
            told["Allocated Worker"] = of(child, self.held_by.worker_id)
        return pd.DataFrame(told)

    def last(self, rows: pd.DataFrame, date: str, by: str = "person_id") -> pd.Series:
        """The last date of something up to the cut, by child or by what else it belongs to."""
        if rows.empty:
            return pd.Series(dtype="datetime64[us]")
        return rows[rows[date] <= self.day].groupby(by)[date].max()

    def last_visit(self, kind: str) -> pd.DataFrame:
        """The last visit of a kind to each child."""
        visits = self.rows("visits")
        if visits.empty:
            return pd.DataFrame({"visit_date": pd.Series(dtype="datetime64[us]"), "visit_seen_alone": None})
        visits = visits[(visits.kind == kind) & (visits.visit_date <= self.day)].sort_values("visit_date")
        return visits.drop_duplicates("person_id", keep="last").set_index("person_id")

    @cached_property
    def care(self) -> pd.DataFrame:
        """Each child's last period of care with its last episode; short breaks only where there is no other care."""
        if not self.records.has("cla_episodes"):
            return pd.DataFrame(columns=["person_id", "ceased_date", "legal_status"])
        episodes = self.rows("cla_episodes", "cla_episode_ceased_date").assign(collection_year=0)
        away = episodes.legal_status.isin(SHORT_BREAKS)
        breaks = episodes[away].assign(legal_status="V2")  # told by the same rules as any other care
        kinds = []
        for order, (told, status) in enumerate(((breaks, "V4"), (episodes[~away], None))):
            periods = periods_of_care(told)[["person_id", "entered_care_date", "ceased_date", "ceased_reason"]]
            last = told.sort_values("cla_episode_start_date").drop_duplicates("person_id", keep="last")
            placed = placements(told).sort_values("placement_start_date").drop_duplicates("person_id", keep="last")
            since = told.sort_values("cla_episode_start_date")
            turned = since.legal_status != since.groupby("person_id").legal_status.shift()
            since = since[turned | (since.cla_episode_start_reason == "S")].drop_duplicates("person_id", keep="last")
            rows = periods.sort_values("entered_care_date").drop_duplicates("person_id", keep="last")
            rows = rows.merge(last, on="person_id", validate="one_to_one")
            rows = rows.merge(placed[["person_id", "placement_start_date"]], on="person_id", validate="one_to_one")
            since = since.rename(columns={"cla_episode_start_date": "status_since"})
            rows = rows.merge(since[["person_id", "status_since"]], on="person_id", validate="one_to_one")
            kinds.append(rows.assign(order=order, legal_status=status or rows.legal_status))
        care = pd.concat(kinds, ignore_index=True)
        care = care[care.ceased_date.isna() | (care.ceased_date >= self.six_months)]
        return care.sort_values("order", kind="stable").drop_duplicates("person_id", keep="last")

    @cached_property
    def leaving(self) -> pd.DataFrame:
        """Those who get leaving care services on the day of the cut; who is still looked after is on another list."""
        told = self.rows("care_leavers")
        return told[(told.as_at == self.day) & (told.eligibility != "eligible")] if len(told) else told


def of(child: pd.Series, told: pd.Series) -> pd.Series:
    """What is told of each child, by child, for the rows of a list."""
    return told.reindex(child).set_axis(child.index)


def spelt(name: str, codes: pd.Series) -> pd.Series:
    """Codes as the template spells them; one that it does not know is written as it is."""
    return codes.map(lambda code: words("annex_a")[name].spelt.get(code, code), na_action="ignore")


def yes_no(told: pd.Series) -> pd.Series:
    """Yes or no as the template spells them."""
    return told.astype("boolean").map({True: "a) Yes", False: "b) No"}, na_action="ignore")


def before(cut: Cut, rows: pd.DataFrame, table: str, date: str) -> pd.Series:
    """How many of a table's events each row's child had in the twelve months before its latest event there."""
    every = cut.rows(table)[["person_id", date]].dropna()
    latest = rows.groupby("person_id")[date].transform("max")
    pairs = pd.DataFrame({"person_id": rows.person_id, "latest": latest}).drop_duplicates().merge(every, on="person_id")
    near = pairs[(pairs[date] < pairs.latest) & (pairs[date] > pairs.latest - pd.DateOffset(months=12))]
    return of(rows.person_id, near.groupby("person_id").size()).fillna(0).astype("int64")
