"""What is due: quarters that have closed and have their returns, but whose papers are not made or would change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from quarterdeck.authority import Authority, read_authority
from quarterdeck.home import Home
from quarterdeck.publish.build import Plan, plan
from quarterdeck.publish.manifest import read_manifest
from quarterdeck.publish.plan import papers
from quarterdeck.quarter import Quarter
from quarterdeck.returns.extract import TABULAR, returned_files
from quarterdeck.returns.formats import FORMATS

Papers = Literal["none", "some", "all", "out of date"]
DATABASE, OTHER = "the database", "other files"
YEAR = 4
"""Quarters looked at, with the last that has closed: older ones are history, and are built by hand or not at all."""


@dataclass(frozen=True)
class Standing:
    """How a quarter of an authority stands on a day.

    Parameters
    ----------
    authority, quarter : whose, and when.
    returns : those that are there, by their places ("cin_census.xml", "ssda903/").
    missing : those that the last quarter with returns had, and this one has not.
    papers : none is made; some are, for others failed or are new; all are, and nothing has changed; or all are, and
        what they are made of has changed.
    meeting : when the panel meets about it; None where the profile does not say.
    days : from today to the meeting; negative once it is over.
    """

    authority: str
    quarter: Quarter
    returns: tuple[str, ...]
    missing: tuple[str, ...]
    papers: Papers
    meeting: dt.date | None
    days: int | None

    @property
    def due(self) -> bool:
        """Whether papers are to be made now. The first wait for all returns; a person may build without one."""
        return bool(self.returns) and self.papers != "all" and not (self.missing and self.papers == "none")

    @property
    def what_to_do(self) -> str:
        """What there is to do, in words."""
        build = f'quarterdeck build {self.authority} "{self.quarter}"'
        if not self.returns:
            return f"put the returns into data/{self.authority}/{self.quarter.slug}/"
        if self.papers == "all":
            return "nothing"
        if not self.due:
            return f"put in {', '.join(self.missing)}, or build without: {build}"
        return f"build what is due: quarterdeck build --due; or this quarter alone: {build}"


def standings(home: Home, authority: str, today: dt.date) -> Iterator[Standing]:
    """How an authority's last closed quarter stands, and those of the year before it that have returns and no papers.

    Oldest first, each looked at when it is asked for: papers are made in the order of their quarters, for those of a
    later one say what has changed since the one before.

    Parameters
    ----------
    authority : its folder in `data/`.
    today : a quarter has closed from the day after its last.

    Raises
    ------
    ProfileError : the authority's profile cannot be used.
    ReturnsError : the authority's database cannot be read.
    """
    profile = read_authority(home.data / authority / "authority.toml")
    last = last_closed(today)
    for quarter in (last.minus(before) for before in reversed(range(YEAR))):
        if quarter < Quarter.parse(profile.first_quarter):
            continue
        there = _returns(home, profile, quarter)
        published = read_manifest(home.outputs / authority / quarter.slug).get("papers")
        if quarter == last or (there and not published):
            yield _standing(home, profile, quarter, there, today)


def last_closed(today: dt.date) -> Quarter:
    """The last quarter that is over on a day.

    Examples
    --------
    >>> [str(last_closed(dt.date.fromisoformat(day))) for day in ("2017-12-31", "2018-01-01")]
    ['2017-18 Q2', '2017-18 Q3']
    """
    return Quarter.of(pd.Timestamp(today)).minus(1)


def _standing(home: Home, profile: Authority, quarter: Quarter, there: tuple[str, ...], today: dt.date) -> Standing:
    before = [earlier for earlier in home.quarters(profile.slug) if earlier < quarter]
    had = next(filter(None, (_returns(home, profile, earlier) for earlier in reversed(before))), ())
    missing = tuple(place for place in had if place not in there and place != OTHER)
    # Whoever had bad rows set aside has judged them: their papers stand until what they are made of changes.
    set_aside = bool(read_manifest(home.outputs / profile.slug / quarter.slug).get("set_aside"))
    planned = plan(home, profile.slug, quarter, papers(home), set_aside=set_aside)
    meeting = profile.meeting(str(quarter))
    date = meeting.date if meeting else None
    days = (date - today).days if date else None
    return Standing(profile.slug, quarter, there, missing, _papers(planned), date, days)


def _returns(home: Home, profile: Authority, quarter: Quarter) -> tuple[str, ...]:
    """The returns that are there, by the places where formats usually lie: what is in them, only a build reads."""
    folder = home.quarter_folder(profile.slug, quarter)
    if not folder.is_dir():
        return ()
    files = [file.relative_to(folder) for file in returned_files(folder) if file.suffix.lower() in TABULAR | {".xml"}]
    places = {kind.place for kind in FORMATS.values()}
    found = {_place(file) for file in files}
    known = [place for place in (kind.place for kind in FORMATS.values()) if place in found]
    # An authority whose records are in a database makes the quarter's folder to say that they are ready.
    return (*([DATABASE] if profile.ssd else ()), *known, *([OTHER] if found - places else ()))


def _place(file: Path) -> str:
    """Where a file of a quarter's folder lies: its own name, or that of the folder it is in."""
    return file.name.lower() if len(file.parts) == 1 else f"{file.parts[0].lower()}/"


def _papers(planned: Plan) -> Papers:
    made, failed = (set(planned.before.get(part, {})) for part in ("papers", "failed"))
    wanted = {job.name for job in planned.jobs}
    if not made & wanted:
        return "none"
    if wanted - made or wanted & failed:
        return "some"
    return "out of date" if planned.todo else "all"


def as_text(standing: Standing) -> str:
    """How a quarter stands, for a person to read."""
    lines = {
        "closed": day_in_words(standing.quarter.end.date()),
        "returns": ", ".join(standing.returns) or "none",
        "missing": ", ".join(standing.missing),
        "papers": standing.papers,
        "meeting": meeting_in_words(standing.meeting, standing.days),
        "to do": standing.what_to_do,
    }
    head = f"{standing.authority} {standing.quarter}: {'due' if standing.due else 'not due'}"
    return "\n".join([head, *(f"  {name:9}{value}" for name, value in lines.items() if value)])


def meeting_in_words(meeting: dt.date | None, days: int | None) -> str:
    """When the panel meets, and how far off that is.

    Examples
    --------
    >>> meeting_in_words(dt.date(2018, 3, 22), 10)
    '22 March 2018, in 10 days'
    """
    if meeting is None or days is None:
        return "the profile names none"
    many = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    when = "today" if days == 0 else f"in {many}" if days > 0 else f"{many} ago"
    return f"{day_in_words(meeting)}, {when}"


def day_in_words(date: dt.date) -> str:
    """A day: 22 March 2018."""
    return f"{date.day} {date:%B %Y}"
