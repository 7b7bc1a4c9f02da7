"""Pages in a browser: nothing overflows, nothing is asked of a network, nothing complains; keyboard, dark and print."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.papers.conftest import measures, pages, stand  # noqa: F401 (fixtures)

CHROMIUM = Path("/usr/bin/chromium")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="the system's Chromium is not here"),
]
NAMES = ["performance_monitoring", "placements_and_costs", "index"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def files(pages, tmp_path_factory):  # noqa: F811
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for name in NAMES:
        made[name] = folder / f"{name}.html"
        made[name].write_text(pages[name, "public"].text, encoding="utf-8")
    return made


@pytest.fixture(params=NAMES)
def file(request, files):
    return files[request.param]


def opened(browser, file, width=1280, **settings):
    """The page, and what it said and asked for while it loaded."""
    page = browser.new_page(viewport={"width": width, "height": 900}, **settings)
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    return page, said, asked


@pytest.mark.parametrize("width", [320, 390, 820, 1280])
def test_nothing_runs_off_the_side_of_the_page(browser, file, width):
    page, _, _ = opened(browser, file, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_the_page_asks_for_nothing_and_complains_of_nothing(browser, file):
    page, said, asked = opened(browser, file)
    assert asked == [file.as_uri()]
    assert said == []
    page.close()


def test_the_first_tab_stop_leads_past_the_head_to_the_content(browser, file):
    page, _, _ = opened(browser, file)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


@pytest.mark.parametrize(("width", "shown"), [(390, "narrow"), (1280, "wide")])
def test_a_chart_shows_the_drawing_that_fits(browser, files, width, shown):
    page, _, _ = opened(browser, files["performance_monitoring"], width)
    visible = page.evaluate(
        "[...document.querySelectorAll('.ch svg')].filter(e => e.getBoundingClientRect().width)"
        ".map(e => e.classList[0])"
    )
    assert visible
    assert set(visible) == {shown}
    page.close()


def test_text_in_a_chart_is_never_under_twelve_pixels(browser, files):
    for width in (320, 390, 820, 1280):
        page, _, _ = opened(browser, files["performance_monitoring"], width)
        smallest = page.evaluate(
            "Math.min(...[...document.querySelectorAll('.ch text')].filter(e => e.getBoundingClientRect().width)"
            ".map(e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a))"
        )
        assert smallest > 11.99, width
        page.close()


CONTRAST = """
() => {
  const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const lum = c => { const l = c.slice(0, 3).map(v => linear(v / 255));
    return .2126 * l[0] + .7152 * l[1] + .0722 * l[2] };
  const ground = e => { for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor); if (c.length && (c.length < 4 || c[3] > 0)) return c }
    return [255, 255, 255] };
  const poor = [];
  for (const e of document.querySelectorAll('body *')) {
    const said = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (e.closest('svg') || e.closest('.skip') || !said) continue;
    const box = e.getBoundingClientRect(); if (box.width <= 1) continue;
    const [a, b] = [lum(rgb(getComputedStyle(e).color)), lum(ground(e))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) poor.push(e.className + ': ' + e.textContent.trim().slice(0, 40));
  }
  return poor;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_against_its_ground(browser, file, scheme):
    page, _, _ = opened(browser, file, color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []
    page.close()


def test_print_turns_the_scorecard_and_numbers_the_sheets(browser, files, tmp_path):
    from pypdf import PdfReader

    page, _, _ = opened(browser, files["performance_monitoring"])
    page.pdf(path=str(tmp_path / "paper.pdf"), prefer_css_page_size=True)
    sheets = PdfReader(tmp_path / "paper.pdf").pages
    turned = [sheet for sheet in sheets if sheet.mediabox.width > sheet.mediabox.height]
    assert len(turned) == 1
    assert "Looked after children" in turned[0].extract_text()
    assert f"Page 1 of {len(sheets)}" in sheets[0].extract_text()
    page.close()
