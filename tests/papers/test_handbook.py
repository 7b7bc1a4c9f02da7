"""The handbook: members can follow their chapter, what it shows is of a real paper, and what it says is so."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from quarterdeck.authority import Retention
from quarterdeck.home import Home
from quarterdeck.log import LOG, BuildLog
from quarterdeck.measures import child_protection
from quarterdeck.paper import words
from quarterdeck.paper.scorecard import SHAPES
from quarterdeck.quarter import Quarter
from quarterdeck.site.copies import copy_public
from quarterdeck.site.handbook import CHAPTERS, Chapter, chapters, title
from quarterdeck.site.handbook import text as text_of
from quarterdeck.site.meanings import SYMBOLS
from tests.conftest import AUTHORITY, QUARTER
from tests.papers.conftest import Built

READING, ANALYSING, RUNNING, ADDING = CHAPTERS


def text(chapter: Chapter) -> str:
    return text_of(chapter, AUTHORITY, Quarter.parse(QUARTER))


def prose(markdown: str) -> str:
    """The sentences of a chapter, without commands, headings and what stands for a part of a paper."""
    told = re.sub(r"```.*?```", "", markdown, flags=re.DOTALL)
    told = re.sub(r"^#.*$|^\{\w+\}$", "", told, flags=re.MULTILINE)
    return re.sub(r"[*`_]|^- ", "", told, flags=re.MULTILINE)


def test_a_member_of_twelve_could_follow_the_chapter_for_members() -> None:
    assert words.reading_age(prose(text(READING))) <= 12


@pytest.mark.parametrize("chapter", CHAPTERS, ids=title)
def test_a_chapter_is_short(chapter) -> None:
    assert 150 < len(prose(text(chapter)).split()) < 700


@pytest.mark.parametrize("audience", ["public", "officers"])
def test_the_chapter_for_members_shows_every_shape_and_symbol_and_a_chart_of_the_newest_papers(
    pages: dict[tuple[str, str], Built], audience: str
) -> None:
    page = pages["site/handbook/members", audience]
    for word, _ in SHAPES.values():
        assert page.tree.xpath(f"//li/span[starts-with(@class, 'rt')][contains(., '{word}')]"), word
    shown = page.tree.xpath("//dl[@class='gloss']//dt/text()")
    assert shown == [*SYMBOLS]
    (chart,) = page.tree.xpath("//figure[@class='ch']")
    said = chart.find(".//desc").text_content()
    assert "Usual range" in said
    papers = [one.tree for (name, copy), one in pages.items() if copy == audience and "/" not in name]
    assert any(said == desc.text_content() for paper in papers for desc in paper.iter("desc"))
    links = page.tree.xpath("//main//p[@class='body']/a/@href")
    assert [link.rpartition("#")[2] for link in links] == ["scorecard", "lines-of-enquiry"]


def test_the_public_copy_has_the_chapter_for_members_and_no_other(site: Home, tmp_path: Path) -> None:
    copied = copy_public(site, AUTHORITY, tmp_path)
    assert [name for name in copied if name.startswith("handbook/")] == ["handbook/members.html"]
    assert [chapter.name for chapter in chapters("officers")] == ["members", "analysing", "running", "adding"]


def test_commands_of_a_chapter_are_about_the_sites_own_authority_and_newest_quarter(
    pages: dict[tuple[str, str], Built],
) -> None:
    shown = "".join(pages["site/handbook/analysing", "officers"].tree.xpath("//pre//text()"))
    assert f'quarterdeck build {AUTHORITY} "{QUARTER}" --paper' in shown
    assert f"outputs/{AUTHORITY}/2017-18-Q2 outputs/{AUTHORITY}/2017-18-Q3" in shown


@pytest.mark.parametrize("audience", ["public", "officers"])
def test_the_first_page_leads_to_every_chapter_of_its_copy(pages: dict[tuple[str, str], Built], audience: str) -> None:
    leads = pages["site/index", audience].tree.xpath("//a[starts-with(@href, 'handbook/')]/@href")
    assert leads == [f"handbook/{chapter.name}.html" for chapter in chapters(audience)]


def test_the_rules_of_retention_in_the_handbook_are_all_there_are_and_read_back() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", text(RUNNING), re.DOTALL)
    told = tomllib.loads(block)["retention"]
    assert {*told} == {*Retention.model_fields}
    assert Retention.model_validate(told)
    for name, line in re.findall(r"^(\w+) = .*?# (.*)$", block, re.MULTILINE):
        if default := Retention.model_fields[name].default:
            assert f"{default} where left out" in line or name == "needed"


def test_the_fields_of_the_log_in_the_handbook_are_those_of_a_line(tmp_path: Path) -> None:
    BuildLog(Home(tmp_path), "nowhere", "2017-18 Q3").paper("public/one", "key", "made")
    (line,) = (tmp_path / "outputs" / LOG).read_text(encoding="utf-8").splitlines()
    (said,) = re.findall(r"Each `paper` line has (.*?)\. Each", text(RUNNING))
    named = {*re.findall(r"`(\w+)`", said)}
    assert named | {"time", "event", "process"} == {*json.loads(line)}


def test_the_measure_in_the_handbook_is_one_that_there_is() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", text(ADDING), re.DOTALL)
    assert block in Path(child_protection.__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=title)
def test_every_file_and_folder_of_the_project_that_a_chapter_names_is_there(chapter) -> None:
    root = Path(child_protection.__file__).parents[3]
    for name in re.findall(r"`((?:lib|tests|notebooks)/[\w/.]*|CHANGELOG\.md)`", text(chapter)):
        assert (root / name).exists(), name
