"""The synthetic demonstration authorities: whole counties of returns, built backwards from published totals."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from quarterdeck.quarter import Quarter

SEED = 20180322
"""The one number that everything random is drawn from."""
QUARTERS = tuple(Quarter(2014, 4).minus(-number) for number in range(17))
"""The quarters that are written: the last of 2014-15, for look-backs, and every one to 2018-19 Q4."""
AUTHORITIES = ("worcestershire-demo", "tameside-demo")
"""The folders of the demonstration authorities in `data/`; the first is the one that `make briefings` builds."""
PUBLISHED = {"worcestershire-demo": ("published_2017-18_q3.csv", Quarter(2017, 3))}


def write(
    folder: Path, authority: str = "worcestershire-demo", quarters: Sequence[Quarter] | None = None, seed: int = SEED
) -> list[Path]:
    """Write a demonstration authority's returns, in the formats that every authority files.

    Parameters
    ----------
    folder : the authority's folder; each quarter's files go into a folder of its own, such as 2017-18-Q3, inside it.
    authority : one of `AUTHORITIES`.
    quarters : those to write; all of them when not given.
    seed : the same seed gives the same bytes on every machine.

    Returns
    -------
    The files written, in order.
    """
    from quarterdeck.demo import (
        care_lists,
        cin_census,
        contacts,
        court_lists,
        designated_officer,
        early_help,
        edge_of_care,
        education,
        front_door_lists,
        homeless,
        mental_health,
        private_fostering,
        ssda903,
        visits,
        workforce_lists,
    )
    from quarterdeck.demo.care import care_history
    from quarterdeck.demo.front_door import front_door_history
    from quarterdeck.demo.targets import REFERENCE

    care = care_history(seed, authority)
    front_door = front_door_history(care, seed, authority)
    court = court_lists.court_history(care, front_door, seed)
    visited = visits.visit_history(front_door, seed)
    of_their_own = (
        (homeless, homeless.homeless(seed, authority, care, front_door)),
        (edge_of_care, edge_of_care.edge_of_care(seed, front_door)),
        (education, education.education(seed, care, front_door)),
        (mental_health, mental_health.mental_health(seed, care)),
        (private_fostering, private_fostering.private_fostering(seed, front_door)),
        (designated_officer, designated_officer.designated_officer(seed, authority)),
    )
    paths: list[Path] = []
    for quarter in quarters if quarters is not None else QUARTERS:
        into = folder / quarter.slug
        into.mkdir(parents=True, exist_ok=True)
        paths.append(cin_census.write(front_door, quarter, into))
        paths += front_door_lists.write(front_door, quarter, into)
        paths += workforce_lists.write(front_door, quarter, into)
        paths += court_lists.write(court, quarter, into)
        paths += visits.write(front_door, visited, quarter, into)
        paths += ssda903.write(care, quarter, into)
        paths += care_lists.write(care, quarter, into)
        for own, rows in of_their_own:
            paths += own.write(rows, quarter, into)
        for own in (contacts, early_help):
            paths += own.write(front_door, quarter, into)
        printed, of_quarter = PUBLISHED.get(authority, ("", None))
        if quarter == of_quarter:
            paths.append(Path(shutil.copyfile(REFERENCE / printed, into / "published.csv")))
    return paths
