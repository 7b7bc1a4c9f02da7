"""Take README's picture of a paper anew: `python -m tests.browser.picture`; look at it before it is kept."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from quarterdeck.home import Home

PICTURE = Path(__file__).parent / "pictures" / "performance_monitoring.png"
PAGE = Home.here().outputs / "worcestershire-demo" / "2017-18-Q3" / "public" / "performance_monitoring.html"


def main() -> None:
    """The panel's paper at its first measure, as a desk's screen shows it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        page.goto(PAGE.as_uri())
        page.evaluate("document.getElementById('m-assessments-in-45-days').scrollIntoView()")
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
