"""A measure, an area and a paper are called the same in code, catalogue, paper and file name."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from lxml.html import parse

from quarterdeck.figures.export import tidy
from quarterdeck.home import Home
from quarterdeck.measures import registry
from quarterdeck.measures.registry import Measure
from quarterdeck.paper.blocks import anchor
from quarterdeck.paper.headlines import COUNTED, PHRASES
from quarterdeck.paper.plans import BESIDE, NINETEEN, PLACEMENTS, PLANS, plans
from quarterdeck.publish.plan import papers as paper_files
from tests.conftest import ROOT
from tests.papers.conftest import Built, Stand

FILES = paper_files(Home(ROOT))
FREE = {"improvement_journey", "data_quality"}
"""Papers that have no list of measures of their own."""


def code(name: str) -> str:
    cells = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def test_a_measure_is_called_as_the_function_that_counts_it(measures: dict[str, Measure]) -> None:
    assert {name: one.function.__name__ for name, one in measures.items()} == {name: name for name in measures}
    assert [one.id for one in measures.values()] == list(measures)


def test_a_measure_is_named_in_no_list_but_as_the_catalogue_names_it(measures: dict[str, Measure]) -> None:
    lists = {"NINETEEN": NINETEEN, "BESIDE": BESIDE, "PHRASES": PHRASES, "COUNTED": COUNTED}
    lists |= {f"PLANS, {paper}": (*plan.measures, *plan.annual) for paper, plan in PLANS.items()}
    lists["BESIDE, beside"] = [name for names in BESIDE.values() for name in names]
    assert {where: set(names) - set(measures) for where, names in lists.items() if set(names) - set(measures)} == {}


def test_no_two_measures_have_a_title_a_short_title_or_an_anchor_alike(measures: dict[str, Measure]) -> None:
    for said in ("title", "short"):
        told = [getattr(one, said).casefold() for one in measures.values()]
        assert sorted({name for name in told if told.count(name) > 1}) == []
    assert len({anchor(name) for name in measures}) == len(measures)


def test_a_module_of_measures_is_of_one_area_save_the_one_that_reads_a_list_of_two(
    measures: dict[str, Measure],
) -> None:
    areas: dict[str, set[str]] = {}
    for one in (one for one in measures.values() if not one.function.__module__.endswith(".education")):
        areas.setdefault(one.function.__module__, set()).add(one.area)
    assert {module: found for module, found in areas.items() if len(found) > 1} == {}


def test_a_section_of_the_panels_paper_bears_the_name_of_an_area(
    pages: dict[tuple[str, str], Built], measures: dict[str, Measure]
) -> None:
    articles = pages["performance_monitoring", "public"].tree.iter("article")
    headings = {next(one.iterancestors("section")).find("h2").text_content() for one in articles}
    assert headings <= {one.area for one in measures.values()}


def test_a_paper_with_measures_of_its_own_is_a_notebook_of_that_name_and_every_other_names_them_itself() -> None:
    names = {paper.name for paper in FILES}
    assert set(PLANS) | FREE <= names
    assert [name for name in names - set(PLANS) - FREE if "own=" not in code(name)] == []


@pytest.mark.parametrize("paper", FILES, ids=lambda paper: paper.name)
def test_a_notebook_writes_the_paper_that_its_file_is_called_after(paper) -> None:
    assert re.findall(r"\w*Paper\(\s*\"(\w+)\"", code(paper.name)) == [paper.name]


@pytest.mark.parametrize("paper", FILES, ids=lambda paper: paper.name)
def test_a_papers_title_is_the_name_of_its_file_in_words(paper) -> None:
    first = nbformat.read(paper.path, as_version=4).cells[0].source.splitlines()[0]
    assert first.removeprefix("# ") == paper.title
    assert re.sub(r"^the ", "", paper.title.lower()).replace(" ", "_") == paper.name


@pytest.mark.parametrize("paper", [one for one in FILES if one.name in PLANS], ids=lambda paper: paper.name)
def test_a_notebook_shows_the_measures_that_its_plan_has(paper) -> None:
    plan, written = PLANS[paper.name], code(paper.name)  # what follows one of them says so itself
    assert sorted(re.findall(r"\.measure\(\s*\"(\w+)\"", written)) == sorted(plan.measures)
    by_the_year = re.findall(r"\.year_ends\(([^)]*)\)", written)
    assert sorted(re.findall(r"\"(\w+)\"", " ".join(by_the_year))) == sorted(plan.annual)


def test_every_measure_stands_in_some_paper(measures: dict[str, Measure]) -> None:
    shown = {one for plan in plans(measures).values() for one in (*plan.measures, *plan.annual)}
    assert sorted(set(measures) - shown - {*PLACEMENTS}) == []


def test_a_block_of_a_page_stands_at_the_anchor_of_its_measure_under_its_title(
    paper: Built, measures: dict[str, Measure]
) -> None:
    known = {anchor(name): one for name, one in measures.items()}
    listed = {one.get("href"): one.text_content() for one in paper.tree.xpath("//nav[@class='toc']//a")}
    articles = [one for one in paper.tree.iter("article") if one.get("id").startswith("m-")]
    assert [one.get("id") for one in articles if one.get("id") not in known] == []
    for article in articles:
        measure = known[article.get("id")]
        assert measure.title in article.find("h3").text_content()
        assert listed[f"#{article.get('id')}"] == measure.short


def test_a_row_of_the_figures_bears_the_measures_own_name_and_title(stand: Stand, measures: dict[str, Measure]) -> None:
    rows = tidy(stand.public, measures)[["measure", "title", "unit"]].drop_duplicates()
    expected = pd.DataFrame([(one.id, one.title, one.unit) for one in measures.values()], columns=rows.columns)
    assert set(rows.itertuples(index=False, name=None)) == set(expected.itertuples(index=False, name=None))


@pytest.mark.slow
@pytest.mark.xdist_group("papers")
def test_an_outputs_page_is_called_after_its_notebook_and_its_front_page_links_to_it(papers: Path) -> None:
    for audience in ("public", "officers"):
        wanted = {paper.name: paper.title for paper in FILES if audience in paper.audiences}
        assert {path.stem for path in (papers / audience).glob("*.html")} == {*wanted, "index"}
        links = parse(papers / audience / "index.html").getroot().xpath("//a[not(contains(@href, '#'))]")
        told = {link.get("href"): " ".join(link.text_content().split()) for link in links}
        assert {name: told.get(f"{name}.html") for name in wanted} == wanted


def test_the_catalogue_holds_no_measure_of_another_module_than_those_of_measures(measures: dict[str, Measure]) -> None:
    room = registry.__name__.rpartition(".")[0]
    assert [name for name, one in measures.items() if not one.function.__module__.startswith(f"{room}.")] == []
