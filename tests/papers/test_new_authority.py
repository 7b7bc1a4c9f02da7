"""The papers of an authority whose folder has just been made: its profile holds no more than it must."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from lxml.html import document_fromstring

from quarterdeck.authority import Authority
from quarterdeck.home import Home
from quarterdeck.measures.registry import Measure, catalogue
from quarterdeck.new import new
from quarterdeck.paper.values import Values
from quarterdeck.prepared import prepared
from quarterdeck.publish.build import build
from quarterdeck.publish.render import render
from quarterdeck.quarter import Quarter
from tests.conftest import AUTHORITY, QUARTER, ROOT
from tests.papers.conftest import NOTEBOOKS, executed, made_up, stood
from tests.small_county import SmallCounty

ANSWERS = {
    "panel": 'Scrutiny "Panel" <for> Children & Families',
    "report_of": "Director of Children’s Services",
    "first_quarter": QUARTER,
}
PAPERS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
UNSAID = {
    "children_in_need": (
        "There is no estimate of how many children lived in this area at 31 December 2017",
        "The 2021 model of statistical neighbours, the earliest held, has none of this council",
        "Population: there is no estimate of that year",
    ),
    "improvement_journey": (
        "write them into improvement/ beside the profile",
        "The profile names no key performance indicator",
    ),
    "performance_monitoring": ("No target set",),
}
"""What papers say of what is not there, beside that the profile names no contact."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One that was not there at the quarter: it has no population then, no published figure and no neighbours."""
    return new(Home(tmp_path_factory.mktemp("home")), "Cumberland", ANSWERS).authority


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_of_a_profile_that_says_no_more_than_it_must_is_made_and_names_what_is_not_there(
    name: str, authority: Authority, measures: dict[str, Measure]
) -> None:
    made = render(executed(name, stood(made_up(measures), authority), "officers", commentary=""))
    said = " ".join(document_fromstring(made).text_content().split())
    for words in (
        authority.name,
        ANSWERS["panel"],
        "The authority’s profile names no contact point.",
        *UNSAID.get(name, ()),
    ):
        assert words in said


@pytest.fixture(scope="module")
def dropped_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Authority]:
    """A home with one new authority, the smallest there is: its folder holds a quarter's returns, and no more."""
    home = Home(tmp_path_factory.mktemp("dropped in"))
    home.data.mkdir()
    (home.data / "reference").symlink_to(ROOT / "data" / "reference")
    home.notebooks.symlink_to(NOTEBOOKS)
    made = new(home, "Isles of Scilly", ANSWERS)
    SmallCounty(home.folder, authority=made.authority)
    return home, made.authority


@pytest.mark.slow
def test_a_new_authority_builds_all_its_papers_once_its_returns_are_dropped_in(dropped_in) -> None:
    home, authority = dropped_in
    built = build(authority.slug, QUARTER, home=home, audiences=("officers",))
    assert built.failed == {}
    assert sorted(built.made) == [f"officers/{name}" for name in PAPERS]
    for name in PAPERS:
        assert authority.name in (built.folder / "officers" / f"{name}.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.xdist_group("papers")
def test_every_figure_that_a_notebook_names_is_there_in_the_demonstration(county: Home, papers: Path) -> None:
    """Elsewhere the sentence of one that is not there is dropped, which a misspelt one must not be."""
    values = Values(prepared(AUTHORITY, QUARTER, county).figures, Quarter.parse(QUARTER), catalogue())
    cells = [cell for name in PAPERS for cell in nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells]
    named = [
        found for cell in cells if cell.cell_type == "markdown" for found in re.findall(r"\{([^{}]+)\}", cell.source)
    ]
    assert len(named) > 30
    for reference in named:
        values.give(reference)
