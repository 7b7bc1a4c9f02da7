"""The profile of an authority: what is its own, and no measure may know by itself."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from quarterdeck.errors import ProfileError
from quarterdeck.notify.settings import Notify

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[Text, AfterValidator(lambda text: text.replace("’", "'"))]
"""What returns name too: in them every apostrophe is read as a straight one."""
OwnWord = Annotated[str, StringConstraints(pattern="^(district|team)$")]
"""A breakdown for which an authority may have a word of its own."""
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Team(_Part):
    """A team, and the kind of service it gives: front_door, safeguarding, through_care, disabilities, …"""

    name: Name
    service: Text


class District(_Part):
    """A district or area that families live in, as lists name it, with its ONS code where it has one."""

    name: Name
    code: Annotated[str, StringConstraints(pattern=r"^E\d{8}$")] | None = None


class PlacementType(_Part):
    """One of the authority's own types of placement, in the order its cost table prints them."""

    name: Name
    provider: Text
    group: Text


class Target(_Part):
    """What a measure should reach, and who says so."""

    measure: Text
    value: float
    tolerance: float = Field(ge=0, description="how far on the wrong side still counts as near the target")
    owner: Text
    source: Text
    breakdown: str = "all"
    category: Name = "all"


class Kpi(_Part):
    """A key performance indicator: how often it is given, what it should reach and who says so, and why it was chosen.

    Parameters
    ----------
    measure, breakdown, category : the figure; left out, the one that the measure leads with.
    frequency : how often it is looked at; an annual one is given of whole financial years only.
    target, tolerance, source : what it should reach, and where that is said; none is ever made up. A target that
        `[[targets]]` has already is not said again.
    whose : whose target it is.
    review_date : when the indicator itself is looked at again.
    """

    measure: Text
    breakdown: str = "all"
    category: Name = "all"
    frequency: Literal["monthly", "quarterly", "annual"]
    target: float | None = None
    tolerance: float = Field(default=0, ge=0)
    whose: Literal["national", "local", "inspection"] | None = None
    source: str = ""
    rationale: Text
    review_date: dt.date | None = None

    @property
    def figure(self) -> tuple[str, str, str]:
        """The measure, breakdown and category that it is about."""
        return self.measure, self.breakdown, self.category

    @model_validator(mode="after")
    def _sourced(self) -> Kpi:
        if self.target is not None and not (self.whose and self.source):
            raise ValueError("a target needs whose it is (national, local or inspection) and its source")
        if self.target is None and (self.tolerance or self.source):
            raise ValueError("a tolerance or a source is of a target: write the target, or leave them out")
        return self


class StepChange(_Part):
    """A date from which a measure is judged afresh, and why."""

    measure: Text
    date: dt.date
    reason: Text


class Meeting(_Part):
    """The panel's meeting that a quarter's papers go to; `item` is left out where its agenda does not number them."""

    quarter: Text
    date: dt.date
    item: int | None = None


class Contact(_Part):
    """A role, never a person, and how to reach it."""

    role: Text
    telephone: str = ""
    email: str = ""


class Panel(_Part):
    """The scrutiny panel that reads the papers."""

    name: Text
    report_of: Text
    meetings: tuple[Meeting, ...] = ()


class Database(_Part):
    """Where the Standard Safeguarding Dataset is kept, where it is read from a database.

    Parameters
    ----------
    url_variable : the environment variable that holds the SQLAlchemy URL: no password stands in a file.
    db_schema : the schema that the tables are in, written `schema` in the profile.
    prefix : what its tables' names begin with, where it is not `ssd_`.
    names : other names of tables, by the model's.
    """

    url_variable: Text
    db_schema: str | None = Field(default=None, alias="schema")
    prefix: Text = "ssd_"
    names: dict[str, Text] = Field(default_factory=dict)


class Retention(_Part):
    """How long what tells of children is kept; see `quarterdeck retain`. What has no limit is kept for ever.

    Parameters
    ----------
    returns_years : the returns of a quarter, after its end; at least two, for papers compare with the years before.
    extracts_years : of those, the tables of the Standard Safeguarding Dataset, where they are to go earlier.
    records_days : records made ready for papers, after they were written; any build can make them again.
    failing_records_days : the list of the records that break a rule, after it was written.
    failed_notebooks_days : notebooks of papers that could not be made, which hold no value of a record.
    needed : whether that stays which `quarterdeck verify` of a published quarter needs, or goes like the rest.
    """

    returns_years: int | None = Field(default=None, ge=2)
    extracts_years: int | None = Field(default=None, ge=2)
    records_days: int | None = Field(default=30, ge=1)
    failing_records_days: int | None = Field(default=180, ge=1)
    failed_notebooks_days: int | None = Field(default=None, ge=1)
    needed: Literal["keep", "remove"] = "keep"


class Authority(_Part):
    """An authority's profile, read from `data/<slug>/authority.toml`.

    Parameters
    ----------
    slug : its folder's name.
    name, area_code, la_code : its name, ONS code and DfE three-digit code.
    synthetic : its records are made up; every page says so.
    cp_visit_days : the days within which a child on a child protection plan is to be visited again, where it says so.
    bad_rows : whether a bad row of a return stops the build, or is set aside and counted.
    districts : those that lists may name; where there is none, whatever they say is taken.
    called : the authority's own word for a district or a team, where it has another ("locality").
    caseload_ceiling : the most cases that a full-time worker should hold, where the authority has said.
    notify : who is told of a run; no paper depends on it or on the next, so they are left out of the profile as JSON.
    retention : how long what tells of children is kept.
    """

    slug: Text
    name: Text
    short_name: Text
    area_code: Annotated[str, StringConstraints(pattern=r"^E\d{8}$")]
    la_code: Annotated[str, StringConstraints(pattern=r"^\d{3}$")]
    synthetic: bool = False
    first_quarter: Text
    colour: Colour = "#12436d"
    panel: Panel
    contacts: tuple[Contact, ...] = ()
    teams: tuple[Team, ...] = ()
    districts: tuple[District, ...] = ()
    called: dict[OwnWord, Text] = Field(default_factory=dict)
    placement_types: tuple[PlacementType, ...] = ()
    targets: tuple[Target, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    step_changes: tuple[StepChange, ...] = ()
    headings: dict[str, dict[str, str]] = Field(default_factory=dict, description="a list's own headings, by column")
    cp_visit_days: int | None = Field(default=None, ge=1, le=60)
    ssd: Database | None = None
    pseudonymise: bool = True
    bad_rows: Literal["stop", "set aside"] = "stop"
    caseload_ceiling: float | None = Field(default=None, gt=0)
    notify: Notify | None = Field(default=None, exclude=True)
    retention: Retention = Field(default=Retention(), exclude=True)

    @model_validator(mode="after")
    def _each_district_once(self) -> Authority:
        named = [district.name for district in self.districts]
        if twice := sorted({name for name in named if named.count(name) > 1}):
            raise ValueError(f"[[districts]] has {', '.join(twice)} more than once: leave one of each")
        return self

    @model_validator(mode="after")
    def _each_target_once(self) -> Authority:
        named = [kpi.figure for kpi in self.kpis]
        twice = {name[0] for name in named if named.count(name) > 1}
        if twice:
            raise ValueError(f"[[kpis]] has {', '.join(sorted(twice))} more than once: leave one of each")
        told = {(one.measure, one.breakdown, one.category) for one in self.targets}
        both = [kpi.measure for kpi in self.kpis if kpi.target is not None and kpi.figure in told]
        if both:
            raise ValueError(
                f"the target of {', '.join(both)} is in [[targets]] and in [[kpis]]: leave one of them out"
            )
        return self

    @property
    def every_target(self) -> tuple[Target, ...]:
        """The targets of `[[targets]]`, and those that indicators of `[[kpis]]` have of their own."""
        return self.targets + tuple(
            Target(
                measure=kpi.measure,
                breakdown=kpi.breakdown,
                category=kpi.category,
                value=kpi.target,
                tolerance=kpi.tolerance,
                owner=f"{kpi.whose} target",
                source=kpi.source,
            )
            for kpi in self.kpis
            if kpi.target is not None
        )

    def meeting(self, quarter: str) -> Meeting | None:
        """The meeting that a quarter's papers go to, where the profile names one."""
        return next((meeting for meeting in self.panel.meetings if meeting.quarter == quarter), None)

    def service_of(self) -> dict[str, str]:
        """The kind of service of each team."""
        return {team.name: team.service for team in self.teams}


def read_authority(path: Path) -> Authority:
    """The profile that a file holds.

    Parameters
    ----------
    path : an `authority.toml`.

    Raises
    ------
    ProfileError : the file is missing, is not TOML, or does not say what a profile must.
    """
    try:
        return Authority.model_validate(tomllib.loads(path.read_text(encoding="utf-8")) | {"slug": path.parent.name})
    except FileNotFoundError:
        raise ProfileError(f"{path}: there is no profile here; `quarterdeck new AUTHORITY` makes one") from None
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path}: not valid TOML: {error}") from None
    except ValidationError as error:
        problems = [f"  {'.'.join(map(str, e['loc'])) or '(file)'}: {e['msg']}" for e in error.errors()]
        raise ProfileError("\n".join([f"{path}: {len(problems)} problems in the profile", *problems])) from None
