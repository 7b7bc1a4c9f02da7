"""A new paper: a notebook to begin from, its entry among the papers, and a test of it."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import nbformat

from quarterdeck.errors import Refused, Unknown
from quarterdeck.home import Home
from quarterdeck.measures.registry import Measure, catalogue
from quarterdeck.publish.plan import papers

LAST = 90
"""Papers from this place on stand at the end of the list, as the one on data quality does."""
TAKEN = ("index", "figures")
"""Names of pages that a build makes itself."""
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def new_paper(home: Home, name: str, measure: str) -> tuple[Path, Path]:
    """Make a paper that is not there yet.

    Parameters
    ----------
    home : in whose `notebooks/` and `tests/` it is made.
    name : of the notebook, and of the page; in words it is the paper's title.
    measure : the measure that it begins with.

    Returns
    -------
    The notebook, and its test.

    Raises
    ------
    Refused : the name will not do or is taken, or there is no such measure; nothing is made then.
    """
    if not _NAME.fullmatch(name) or name in TAKEN:
        raise Refused(f"{name!r} cannot be a paper's name: write small letters and digits with _ between words.")
    known = catalogue()
    if measure not in known:
        raise Unknown("measure", measure, known)
    notebook, test = home.notebooks / f"{name}.ipynb", home.folder / "tests" / "papers" / f"test_{name}.py"
    for path in (notebook, test):
        if path.exists():
            raise Refused(f"{home.relative(path)} is there already and stays as it is: give the paper another name.")
    words = _words(home, name, known[measure])
    text: str = nbformat.writes(_notebook(words))  # type: ignore[no-untyped-call]
    written = {notebook: f"{text}\n", test: _template("paper_test.py.txt").substitute(words)}
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    return notebook, test


def _words(home: Home, name: str, measure: Measure) -> dict[str, Any]:
    """What the templates leave open."""
    title = name.replace("_", " ").capitalize()
    before = [paper.order for paper in papers(home) if paper.order < LAST]
    return {
        "name": name,
        "authority": next(iter(home.authorities()), "authority"),
        "title": title,
        "order": max(before, default=0) + 1,
        "measure": measure.id,
        "short": measure.short,
        "why": measure.why or measure.definition,
    }


def _notebook(words: dict[str, Any]) -> nbformat.NotebookNode:
    """The template with its words put in, each text where it stands."""
    notebook = nbformat.reads(_template("paper.ipynb").template, as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        cell.source = Template(cell.source).substitute(words)
    summary = Template(notebook.metadata.briefing.summary).substitute(words)
    notebook.metadata.briefing.update(title=words["title"], summary=summary, order=words["order"])
    return notebook


def _template(name: str) -> Template:
    return Template((files("quarterdeck.new") / name).read_text(encoding="utf-8"))
