"""axe-core finds nothing wrong with a page in any mode, and what it leaves to a person has its answer here."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import MODES, PAGES, PUBLIC, opened, show

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEASURED = "test_every_text_can_be_read_against_its_ground measures it, by the colours that Chromium works out"
ANSWERS = {
    ("color-contrast", "imgNode"): f"a text of a chart, of which axe does not look at the fill: {MEASURED}",
    ("color-contrast", "bgOverlap"): f"a text with a halo over the chart's band, or beside a spark line: {MEASURED}",
    ("color-contrast", "shortTextContent"): f"one figure, as 0 or c: {MEASURED}",
    ("color-contrast", "nonBmp"): f"an arrow or a symbol, hidden from the ear, its word beside it: {MEASURED}",
    ("color-contrast", "elmPartiallyObscured"): f"the next line's box reaches over it, its letters do not: {MEASURED}",
    ("color-contrast", "elmPartiallyObscuring"): f"its own box reaches over the next line's: {MEASURED}",
    ("th-has-data-cells", ""): "the name of a service area heads the rows of its group (scope=rowgroup), not a column",
}
"""Why what axe cannot judge is in order, by the rule and what it says it lacks."""


def why(node: dict) -> str:
    found = [check["data"] for kind in ("any", "all", "none") for check in node[kind] if check["data"]]
    return next((data.get("messageKey") or "" for data in found if isinstance(data, dict)), "")


# A public copy is looked at in every mode; the officers' differs from it in figures and one strip, so in light alone.
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_leaves_nothing_unanswered(browser, file_of, name: str) -> None:
    page, _, _ = opened(browser, file_of(name))
    twin = name.endswith("-officers") and f"{name.removesuffix('-officers')}-public" in PUBLIC
    wrong, open_questions = [], set()
    for mode in ["light"] if twin else MODES:
        show(page, mode)
        found = Axe().run(page, options={"resultTypes": ["violations", "incomplete"]}).response
        wrong += [
            (mode, rule["id"], node["target"], node["failureSummary"])
            for rule in found["violations"]
            for node in rule["nodes"]
        ]
        open_questions |= {(rule["id"], why(node)) for rule in found["incomplete"] for node in rule["nodes"]}
    page.close()
    assert wrong == []
    assert open_questions <= set(ANSWERS)
