"""Who is told what changed most is told what the public front page says, word for word, and no figure that it hides."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path

import pytest
from lxml.html import document_fromstring

from quarterdeck.home import Home
from quarterdeck.notify.message import Message, message
from quarterdeck.notify.settings import Notify
from quarterdeck.paper.front_page import Entry, front_page
from quarterdeck.paper.plans import PLANS
from quarterdeck.publish.build import Built
from quarterdeck.telling import Went
from tests.conftest import ROOT
from tests.papers.conftest import QUARTER, Stand, stood

SMALL = 4
PAGES = "https://council.example/papers"


@pytest.fixture
def leapt(stand: Stand) -> Stand:
    """The made-up county, had one measure leapt and another fallen to a number that is hidden."""
    figures = stand.figures.copy()
    last = figures.end == QUARTER.end
    figures.loc[last & (figures.measure == "agency_rate"), ["numerator", "value"]] *= 3
    small = last & (figures.measure == "cp_plan_rate")
    figures.loc[small, ["numerator", "value"]] = (SMALL, SMALL / 116697 * 10_000)
    return stood(figures, stand.authority)


def published(stand: Stand, folder: Path, pages: str | None = None) -> tuple[Message, dict[str, str]]:
    """What is told of the county's papers, and the front pages of both copies."""
    (folder / "notebooks").symlink_to(ROOT / "notebooks")
    entries = [Entry(name, name, "") for name in PLANS]
    quarter = folder / "outputs" / stand.authority.slug / QUARTER.slug
    fronts = {audience: front_page(stand, entries, audience) for audience in ("public", "officers")}
    for audience, page in fronts.items():
        (quarter / audience).mkdir(parents=True)
        (quarter / audience / "index.html").write_text(page, encoding="utf-8")
        for name in PLANS:
            (quarter / audience / f"{name}.html").touch()
    notify = Notify(webhook="https://hooks.example/x", pages=pages)
    profile = stand.authority.model_copy(update={"notify": notify})
    made = tuple(f"{audience}/{name}" for audience in fronts for name in PLANS)
    built = Built(quarter, made, (), {}, ("public/child_protection.docx",))
    told = message(Home(folder), profile, QUARTER, dt.date(2018, 3, 12), built, Went())
    assert told is not None
    return told, fronts


def said_of(page: str) -> list[str]:
    """The measures that a front page says changed most, and what it says of each."""
    items = document_fromstring(page).xpath("//section[h2/@id='changed']//ol/li")
    return [" ".join(f"{item.find('h3').text_content()}: {item.find('p').text_content()}".split()) for item in items]


def test_what_changed_most_is_told_in_the_words_of_the_public_front_page(leapt: Stand, tmp_path: Path) -> None:
    told, fronts = published(leapt, tmp_path, PAGES)
    assert [line.said for line in told.changed_most] == said_of(fronts["public"])
    assert len(told.changed_most) == 5
    assert told.changed_most[0].link == f"{PAGES}/2017-18-Q3/public/workforce_and_practice.html#m-agency-rate"


def test_no_figure_that_the_public_copy_hides_is_told(leapt: Stand, tmp_path: Path) -> None:
    told, fronts = published(leapt, tmp_path)
    (hidden,) = [said for said in said_of(fronts["officers"]) if said.startswith("Child protection plans")]
    for text in (told.as_text(), told.as_html(), json.dumps(asdict(told), ensure_ascii=False)):
        assert hidden not in text
        assert "Child protection plans" not in text
        assert "officers/" not in text


def test_papers_are_listed_in_their_order_with_where_they_are_and_when_the_panel_meets(
    leapt: Stand, tmp_path: Path
) -> None:
    told, _ = published(leapt, tmp_path)
    first = told.made[0]
    assert first.link == f"outputs/{leapt.authority.slug}/2017-18-Q3/public/{next(iter(PLANS))}.html"
    assert [line.said for line in told.made[-2:]] == [
        f"{len(PLANS)} officers’ copies, not for publication", "1 file in other formats",
    ]  # fmt: skip
    assert told.meeting == "The panel’s meeting: 22 March 2018, in 10 days."
    assert "Synthetic demonstration data." in told.opening
    assert told.subject.endswith("the papers of 2017/18 Q3 are made")
