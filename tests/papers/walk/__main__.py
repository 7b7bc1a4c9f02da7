"""Walks built papers: python -m tests.papers.walk outputs/worcestershire-demo/2017-18-Q3 …; both copies of each."""

# ruff: noqa: T201
from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from lxml.html import parse

from quarterdeck.home import Home
from quarterdeck.measures.registry import catalogue
from quarterdeck.prepared import prepared
from quarterdeck.publish.plan import AUDIENCES
from quarterdeck.quality import kept_quality
from quarterdeck.quarter import Quarter
from tests.papers.walk.backing import Backing
from tests.papers.walk.walk import Walk, of_figures


def walks(folder: Path) -> Iterator[tuple[str, Walk]]:
    """A walk for each page of a built quarter, public and officers' copies.

    Parameters
    ----------
    folder : `outputs/<authority>/<quarter>`, beside the `data/` that it was built from.
    """
    folder = folder.resolve()
    authority, home = folder.parent.name, Home(folder.parents[2])
    quarter = Quarter.parse(folder.name)
    source, earlier = prepared(authority, quarter, home=home), kept_quality(home, authority, quarter.minus(1))
    for audience in AUDIENCES:
        backing = Backing(source, audience, dict(catalogue()), home.data / authority / "improvement", earlier)
        for path in sorted((folder / audience).glob("*.html")):
            yield f"{audience}/{path.stem}", Walk(path.stem, parse(path).getroot(), backing)


def main(folders: list[str]) -> int:
    """Print of each page how many numbers it says and which nothing supports; 1 where there is one."""
    amiss = 0
    for folder in folders:
        for page, walk in walks(Path(folder)):
            found = walk.unbacked()
            amiss += len(found)
            read = walk.walked.total()
            print(f"{page}: {read:,} numbers, {of_figures(walk.walked):,} of them figures, {len(found)} unsupported")
            print(*(f"    {one}" for one in found), sep="\n", end="\n" if found else "")
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
