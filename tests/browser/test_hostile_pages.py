"""What an authority, an officer or a list could write to break out of a page does nothing in a browser."""

from __future__ import annotations

import pytest

from tests.browser.conftest import FEW, opened
from tests.papers.test_hostile import evil, evil_page, evil_site  # noqa: F401 (fixtures)

pytestmark = pytest.mark.browser
LISTEN = (
    "window.kept = []; document.addEventListener('securitypolicyviolation', e => window.kept.push(e.violatedDirective))"
)
INSIDE = """<script>window.ran = 1</script><img src="https://nowhere.example/x.png" onerror="window.ran = 2">
<iframe src="https://nowhere.example/"></iframe><object data="https://nowhere.example/x"></object>
<link rel="stylesheet" href="https://nowhere.example/x.css"><form action="https://nowhere.example/"></form>
<svg><image href="https://nowhere.example/x.svg"/></svg><style>@import "https://nowhere.example/y.css";
main{background:url(https://nowhere.example/z.png)}</style>"""


def test_hostile_names_commentary_and_cells_do_nothing(browser, evil_page, evil_site, tmp_path):  # noqa: F811
    pages = {"paper": evil_page, **{name: text for name, text in evil_site.items() if name != "feed"}}
    for name, text in pages.items():
        file = tmp_path / f"{name}.html"
        file.write_text(text, encoding="utf-8")
        page, said, asked = opened(browser, file)
        assert asked == [file.as_uri()], name
        assert said == [], name
        assert page.evaluate("document.querySelectorAll('script, img, [onerror], [onclick]').length") == 0, name
        page.close()


@pytest.mark.parametrize("name", FEW)
def test_were_something_to_break_out_the_pages_policy_would_stop_it(browser, file_of, tmp_path, name):
    file = tmp_path / "page.html"
    file.write_text(file_of(name).read_text(encoding="utf-8").replace("</main>", f"{INSIDE}</main>"), encoding="utf-8")
    context = browser.new_context()
    context.add_init_script(LISTEN)
    page = context.new_page()
    answered = []
    page.on("response", lambda response: answered.append(response.url))
    page.on("requestfinished", lambda request: answered.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_timeout(300)
    kept = set(page.evaluate("window.kept"))
    assert page.evaluate("window.ran") is None
    assert set(answered) <= {file.as_uri()}
    assert {"script-src-elem", "img-src", "frame-src", "style-src-elem"} <= kept
    context.close()
