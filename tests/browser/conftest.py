"""The system's Chromium, the pages as they are published, and what is asked of every one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.home import Home
from tests.conftest import AUTHORITY
from tests.papers.conftest import (  # noqa: F401 (fixtures)
    ALL_PAGES,
    QUARTER,
    measures,
    of_the_quarter,
    pages,
    site,
    stand,
)

CHROMIUM = Path("/usr/bin/chromium")
PAGES = [f"{name}-{audience}" for name, audience in ALL_PAGES]
PUBLIC = [page for page in PAGES if page.endswith("-public")]
FEW = [
    "performance_monitoring-public",
    "placements_and_costs-public",
    "index-public",
    "site/index-public",
    "site/measures/cp_plan_rate-public",
]
"""A paper, one with tables wider than a telephone, a quarter's front page, the site's, and a measure's page."""

MODES: dict[str, dict[str, str]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "high contrast": {"forced_colors": "active"},
    "print": {"media": "print"},
    "telephone": {},
}
DESK = {"media": "null", "color_scheme": "light", "forced_colors": "none"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser a module, ended with it: while its driver runs, nothing else in the process can run an event loop."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip("the system's Chromium is not here")
    with api.sync_playwright() as started:
        running = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def file_of(site: Home) -> Callable[[str], Path]:  # noqa: F811
    """Where a page is published, by its name and copy: "index-public", "site/definitions-officers"."""

    def found(page: str) -> Path:
        name, _, audience = page.rpartition("-")
        root = site.outputs / AUTHORITY
        if name.startswith("site/"):
            return root / ("officers" if audience == "officers" else "") / f"{name.removeprefix('site/')}.html"
        return root / QUARTER.slug / audience / f"{name}.html"

    return found


def opened(browser: Any, file: Path, width: int = 1280, **settings: Any) -> tuple[Any, list[str], list[str]]:
    """The page, and what it said and asked for while it loaded."""
    page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce", **settings)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    return page, said, asked


def show(page: Any, mode: str) -> None:
    """Turn a page to one of the `MODES`."""
    page.emulate_media(**(DESK | MODES[mode]))
    page.set_viewport_size({"width": 320 if mode == "telephone" else 1280, "height": 900})


POOR = """
() => {
  const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const lum = c => { const l = c.slice(0, 3).map(v => linear(v / 255));
    return .2126 * l[0] + .7152 * l[1] + .0722 * l[2] };
  const ratio = (one, other) => { const [a, b] = [lum(one), lum(other)].sort((x, y) => y - x);
    return (a + .05) / (b + .05) };
  const probe = document.body.appendChild(document.createElement('span'));
  const token = name => { probe.style.color = `var(${name})`; return rgb(getComputedStyle(probe).color) };
  const [blue, orange, band] = ['--blue', '--orange', '--band'].map(token);
  probe.remove();
  const ground = e => { for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor); if (c.length && (c.length < 4 || c[3] > 0)) return c }
    return [255, 255, 255] };
  const poor = [];
  for (const e of document.querySelectorAll('body *')) {
    const said = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!said || e.closest('.skip') || ['title', 'desc', 'STYLE'].includes(e.tagName)) continue;
    const box = e.getBoundingClientRect(); if (box.width <= 1 || box.height <= 1) continue;
    const style = getComputedStyle(e), drawn = e.closest('svg'), kind = e.classList;
    const ink = rgb(drawn ? style.fill : style.color);
    const under = !drawn ? [ground(e)] : kind.contains('on') ? [blue] : kind.contains('ob') ? [orange]
      : [ground(drawn.parentElement), band];
    if (Math.min(...under.map(c => ratio(ink, c))) < 4.5)
      poor.push(`${e.tagName}.${e.getAttribute('class')}: ${e.textContent.trim().slice(0, 40)}`);
  }
  return poor;
}
"""
"""Texts whose contrast with the ground under them is less than 4.5 to 1: those of charts against page, band and bar."""
