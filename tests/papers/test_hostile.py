"""Nothing that an authority, a worker or an analyst writes can break out of the text it stands in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from lxml import etree

from quarterdeck.paper.front_page import Entry, front_page
from quarterdeck.paper.tables import frame_table
from quarterdeck.publish.plan import PaperFile
from quarterdeck.publish.render import render
from quarterdeck.site.feed import feed
from quarterdeck.site.frame import Site
from quarterdeck.site.index import index_page
from quarterdeck.site.meanings import acronyms_page, definitions_page
from quarterdeck.site.measure import measure_page
from quarterdeck.site.published import leading_series, published
from tests.conftest import AUTHORITY
from tests.papers.conftest import executed, profile, stood

EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(2)>&amp;'</style><style>*{}"


def evil_authority():
    panel = profile().panel.model_copy(update={"name": EVIL, "report_of": EVIL})
    contact = profile().contacts[0].model_copy(update={"role": EVIL, "email": EVIL})
    target = profile().targets[-1].model_copy(update={"owner": EVIL, "source": EVIL})
    return profile().model_copy(
        update={"name": EVIL, "short_name": EVIL, "panel": panel, "contacts": (contact,), "targets": (target,)}
    )


@pytest.fixture(scope="module")
def evil(stand):
    figures = stand.figures.copy()
    figures["category"] = figures.category.mask(figures.category == "second kind", EVIL)
    printed = stand.reconciliation.assign(note=EVIL, published_text=EVIL, recomputed_text=EVIL, source=EVIL)
    return stood(figures, evil_authority(), printed)


@pytest.fixture(scope="module")
def evil_page(evil):
    words = EVIL.replace("{}", "")
    commentary = (
        f"## cp_plan_rate\nSaid by: {EVIL}\n\n{words} and [a link](javascript:alert(3)) <b onclick=alert(4)>bold</b>\n"
    )
    return render(executed("performance_monitoring", evil, commentary=commentary))


def test_a_hostile_name_is_printed_and_never_obeyed(evil_page):
    assert "<script" not in evil_page.lower()
    assert "<img" not in evil_page.lower()
    assert "alert(1)" in evil_page
    assert "onclick" not in evil_page.replace("&lt;b onclick", "")
    assert "javascript:" not in evil_page.lower().split("<main")[0]
    assert 'href="javascript' not in evil_page.lower()


def test_a_hostile_name_does_not_close_the_style_sheet(evil_page):
    assert evil_page.count("</style>") == evil_page.count("<style>") == 1
    assert evil_page.index("</style>") < evil_page.index("<body>")


def test_a_hostile_name_on_the_front_page_is_printed_and_never_obeyed(evil):
    html = front_page(
        evil, [Entry("performance_monitoring", EVIL, EVIL), Entry("other", "Other", "", False, EVIL)], "public"
    )
    assert "<script" not in html.lower()
    assert "<img" not in html.lower()
    assert html.count("</style>") == 1


@pytest.fixture(scope="module")
def evil_site(site, measures):
    """The site's pages of an authority, a paper and a measure that are named to break out, by their names."""
    evil = replace(measures["cp_plan_rate"], title=EVIL, area=EVIL, definition=EVIL, source=EVIL, why=EVIL)
    paper = PaperFile("child_protection", Path(), EVIL, EVIL, 1, ("public",))
    quarters = tuple(published(site, AUTHORITY))
    hostile = Site(evil_authority(), "public", quarters, (paper,), {evil.id: evil})
    rows = leading_series(quarters[-1].edition, "public", [evil])
    return {
        "index": index_page(hostile),
        "definitions": definitions_page(hostile),
        "acronyms": acronyms_page(hostile),
        "measure": measure_page(hostile, evil, rows, {}),
        "feed": feed(hostile),
    }


def test_a_hostile_name_on_the_site_is_printed_and_never_obeyed(evil_site):
    told = etree.fromstring(evil_site.pop("feed").encode())
    assert EVIL in "".join(told.itertext())
    for name, html in evil_site.items():
        assert "<script" not in html.lower(), name
        assert "<img" not in html.lower(), name
        assert html.count("</style>") == 1, name
        assert "alert(1)" in html, name


def test_an_analysts_own_table_is_escaped():
    html = frame_table("t", pd.DataFrame({EVIL: [EVIL]}, index=[EVIL]), EVIL, EVIL)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
