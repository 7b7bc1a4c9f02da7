"""A build asked for other formats makes what has changed and no more, and lists each file in the manifest."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from quarterdeck.errors import Refused
from quarterdeck.home import Home, fingerprint
from quarterdeck.publish.build import build
from quarterdeck.publish.formats import FORMATS, chosen_formats, text
from quarterdeck.publish.manifest import read_manifest
from tests.faults.test_build import QUARTER, built_home, home, notebook  # noqa: F401 (fixtures)

pytestmark = pytest.mark.slow
TEXTS = {f"{audience}/{name}.txt" for audience in ("officers", "public") for name in ("one", "two")}
BOOKS = {"officers/figures.ods", "public/figures.ods"}
ASKED = chosen_formats("html,text,data")


def published(home: Home) -> Path:  # noqa: F811
    return home.outputs / "nowhere" / "2017-18-Q3"


def test_a_format_asked_for_later_is_made_without_running_a_notebook(home: Home) -> None:  # noqa: F811
    before = {page: page.read_bytes() for page in published(home).glob("*/[!i]*.html")}

    built = build("nowhere", QUARTER, home=home, formats=ASKED)

    assert not built.made
    assert set(built.formats) == TEXTS | BOOKS
    assert {page: page.read_bytes() for page in before} == before
    listed = read_manifest(published(home))["outputs"]
    assert all(listed[name] == fingerprint(published(home) / name) for name in TEXTS | BOOKS)
    front = (published(home) / "public" / "index.html").read_text(encoding="utf-8")
    assert '<a href="one.txt">Plain text<span class="vh">: one</span></a>' in front
    assert 'href="figures.ods"' in front


def test_a_paper_is_made_anew_in_the_formats_it_has_had_and_another_keeps_its_own(home: Home) -> None:  # noqa: F811
    build("nowhere", QUARTER, home=home, formats=ASKED)
    assert not build("nowhere", QUARTER, home=home, formats=ASKED).formats
    before = {name: (published(home) / name).read_bytes() for name in TEXTS | BOOKS}
    nbformat.write(notebook("two", "paper.measure('three_plus_placements')"), home.notebooks / "two.ipynb")

    built = build("nowhere", QUARTER, home=home)

    assert set(built.formats) == {"officers/two.txt", "public/two.txt"}
    after = {name: (published(home) / name).read_bytes() for name in TEXTS | BOOKS}
    assert {name for name in before if before[name] != after[name]} == set(built.formats)


def test_a_format_asked_of_one_paper_is_made_of_no_other(home: Home) -> None:  # noqa: F811
    built = build("nowhere", QUARTER, home=home, names=("one",), formats=chosen_formats("text"))
    assert set(built.formats) == {"officers/one.txt", "public/one.txt"}


def test_a_format_that_cannot_be_made_leaves_the_paper_and_is_tried_again(
    home: Home,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(source: Path, target: Path) -> None:
        target.write_text("half of it")
        raise ValueError("Zoe Example")

    with monkeypatch.context() as patch:
        patch.setattr(text, "make", refused)
        built = build("nowhere", QUARTER, home=home, formats=chosen_formats("text"), workers=1)
    assert built.failed == dict.fromkeys(sorted(TEXTS), "a fault in making it (ValueError)")
    assert not list(published(home).glob("*/*.txt"))
    assert (published(home) / "public" / "one.html").is_file()

    assert set(build("nowhere", QUARTER, home=home, workers=1).formats) == TEXTS


def test_a_format_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match=r"no format 'word'.*html, docx, pdf, large-print, pack, text, data"):
        chosen_formats("html,word")


def test_no_format_s_library_is_loaded_before_it_is_asked_for() -> None:
    import subprocess
    import sys

    heavy = ["docx", "weasyprint", "resvg_py", "lxml.html"]
    asked = f"import sys, quarterdeck.cli, quarterdeck.publish.build; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "[]\n"
    assert {made.name for made in FORMATS.values()} == set(FORMATS)
