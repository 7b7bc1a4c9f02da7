"""Pages in a browser: nothing overflows at any zoom, nothing is asked of a network; keyboard, dark and print."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import FEW, MODES, PAGES, POOR, PUBLIC, opened, show

pytestmark = pytest.mark.browser
PAPER = "performance_monitoring-public"


@pytest.mark.parametrize("name", PAGES)
def test_the_page_asks_for_nothing_and_complains_of_nothing(browser, file_of, name):
    page, said, asked = opened(browser, file_of(name))
    page.mouse.wheel(0, 20_000)
    assert asked == [file_of(name).as_uri()]
    assert said == []
    page.close()


SHOWN = """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), shown = [];
  for (let n; n = walk.nextNode();) { const e = n.parentElement;
    if (n.data.trim() && !e.closest('svg') && e.checkVisibility({visibilityProperty: true})) shown.push(n.data.trim()) }
  return shown }"""
"""Every text of a page but those of drawings, which are drawn anew for a telephone."""


# 1280 pixels at 200 % are 640, and at 400 % are 320: the width at which WCAG 2.2 (1.4.10) asks a page to reflow.
@pytest.mark.parametrize("name", PUBLIC)
def test_nothing_runs_off_the_side_of_the_page_and_no_word_is_lost(browser, file_of, name):
    page, _, _ = opened(browser, file_of(name))
    at_a_desk = page.evaluate(SHOWN)
    assert len(at_a_desk) > 40
    for width in (1280, 820, 640, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        assert page.evaluate(SHOWN) == at_a_desk, width
        both_ways = "[...document.querySelectorAll('.scroll')].filter(e => e.scrollHeight > e.clientHeight + 1).length"
        assert page.evaluate(both_ways) == 0, width
    page.close()


def test_the_first_tab_stop_leads_past_the_head_to_the_content(browser, file_of):
    for name in FEW:
        page, _, _ = opened(browser, file_of(name))
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.close()


STOPS = "[...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')].filter(e => e.checkVisibility()).length"
HERE = """() => { const e = document.activeElement; if (e === document.body) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  return [parseFloat(style.outlineWidth), style.outlineStyle, box.bottom > 0 && box.top < innerHeight] }"""


@pytest.mark.parametrize("name", FEW)
def test_the_keyboard_reaches_each_link_once_shows_where_it_is_and_leaves_the_page(browser, file_of, name):
    page, _, _ = opened(browser, file_of(name))
    stops = []
    for _ in range(page.evaluate(STOPS) + 1):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(HERE))
    assert stops.pop() is None, "the last stop leads out of the page"
    assert [stop for stop in stops if not stop or stop[0] < 2 or stop[1] == "none" or not stop[2]] == []
    page.close()


def test_the_contents_list_leads_to_its_sections_and_a_table_folds_by_keyboard(browser, file_of):
    page, _, _ = opened(browser, file_of(PAPER))
    link = page.locator("nav.toc a").last
    link.focus()
    page.keyboard.press("Enter")
    place = page.evaluate("document.querySelector(location.hash).getBoundingClientRect().top")
    assert 0 <= place < 900
    page.evaluate("document.querySelector('details summary').focus()")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details').open") is False
    page.keyboard.press("Space")
    assert page.evaluate("document.querySelector('details').open") is True
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_scorecard_is_read_out_as_a_table_even_where_it_is_shown_as_cards(browser, file_of, width):
    page, _, _ = opened(browser, file_of(PAPER), width)
    told = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    named = {node["nodeId"]: node for node in told}
    card = next(
        node
        for node in told
        if node.get("role", {}).get("value") == "table"
        and node["name"]["value"].startswith("The measures of this paper")
    )
    waiting, roles = [card], []
    while waiting:
        node = waiting.pop()
        roles.append(node.get("role", {}).get("value"))
        waiting += [named[child] for child in node.get("childIds", ()) if child in named]
    shown = page.locator("table.sc tbody tr:not(.g)").count()
    assert roles.count("row") >= shown == 19
    assert roles.count("cell") + roles.count("gridcell") == 19 * 9
    assert roles.count("rowheader") >= 19
    assert roles.count("columnheader") == 10
    page.close()


@pytest.mark.parametrize(("width", "shown"), [(390, "narrow"), (1280, "wide")])
def test_a_chart_shows_the_drawing_that_fits(browser, file_of, width, shown):
    page, _, _ = opened(browser, file_of(PAPER), width)
    visible = page.evaluate(
        "[...document.querySelectorAll('.ch svg')].filter(e => e.getBoundingClientRect().width)"
        ".map(e => e.classList[0])"
    )
    assert visible
    assert set(visible) == {shown}
    page.close()


def test_text_in_a_chart_is_never_under_twelve_pixels(browser, file_of):
    for width in (320, 390, 820, 1280):
        page, _, _ = opened(browser, file_of(PAPER), width)
        smallest = page.evaluate(
            "Math.min(...[...document.querySelectorAll('.ch text')].filter(e => e.getBoundingClientRect().width)"
            ".map(e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a))"
        )
        assert smallest > 11.99, width
        page.close()


@pytest.mark.parametrize("name", PAGES)
def test_every_text_can_be_read_against_its_ground(browser, file_of, name):
    page, _, _ = opened(browser, file_of(name))
    for mode in MODES:
        show(page, mode)
        assert page.evaluate(POOR) == [], mode
    page.close()


MARKS = """() => [...document.querySelectorAll('figure.ch, .facts, .def, .clash, .rank li, .papers li, .strip li')]
  .map((e, n) => { for (const [end, where] of [['a', 'top'], ['z', 'bottom']]) {
    const mark = document.createElement('span'); mark.textContent = `qd${n}${end} `;
    mark.style.cssText = `position:absolute;left:0;${where}:0;font:2px/2px sans-serif`;
    e.style.position = 'relative'; e.append(mark) } return e.className || e.tagName })"""


@pytest.mark.parametrize("name", FEW)
def test_print_numbers_its_sheets_leaves_none_empty_and_splits_no_figure(browser, file_of, tmp_path, name):
    from pypdf import PdfReader

    page, _, _ = opened(browser, file_of(name))
    blocks = page.evaluate(MARKS)
    page.pdf(path=str(tmp_path / "paper.pdf"), prefer_css_page_size=True)
    page.close()
    sheets = [sheet.extract_text() for sheet in PdfReader(tmp_path / "paper.pdf").pages]
    assert [number for number, text in enumerate(sheets, 1) if f"Page {number} of {len(sheets)}" not in text] == []
    assert [number for number, text in enumerate(sheets, 1) if len(text) < 200] == []
    at = {mark: number for number, text in enumerate(sheets) for mark in re.findall(r"qd\d+[az]", text)}
    assert len(at) == 2 * len(blocks) > 0
    assert [kind for n, kind in enumerate(blocks) if at[f"qd{n}a"] != at[f"qd{n}z"]] == []


def test_print_turns_the_scorecard_onto_one_sheet(browser, file_of, tmp_path):
    from pypdf import PdfReader

    page, _, _ = opened(browser, file_of(PAPER))
    page.pdf(path=str(tmp_path / "paper.pdf"), prefer_css_page_size=True)
    sheets = PdfReader(tmp_path / "paper.pdf").pages
    turned = [sheet for sheet in sheets if sheet.mediabox.width > sheet.mediabox.height]
    assert len(turned) == 1
    assert "Looked after children" in turned[0].extract_text()
    assert len(sheets) <= 60, "nineteen measures, each on two or three sheets"
    page.close()
