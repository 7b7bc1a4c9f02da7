"""A paper below the cell that asks for it, as its readers will have it, before it is built."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import time
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from IPython.display import display
from nbformat import NotebookNode
from nbformat.reader import NotJSONError
from nbformat.v4 import new_output

from quarterdeck.errors import Refused
from quarterdeck.home import Home
from quarterdeck.paper.paper import MIME
from quarterdeck.publish.render import render

if TYPE_CHECKING:
    from quarterdeck.paper.paper import Paper

SESSION = "JPY_SESSION_NAME"
"""Names the notebook that a kernel belongs to, where a Jupyter server started it."""
WAITS, WAIT = 50, 0.1
FRAME = (
    '<p style="margin:0 0 .5em">{told}</p>'
    '<iframe sandbox srcdoc="{page}" title="The paper as its readers will have it" '
    'style="width:100%;height:80vh;min-height:30em;border:1px solid #767676;background:#fff"></iframe>'
)
"""No script, no form and no way out of it: the page's style touches nothing of JupyterLab's, nor that of the page."""
HERE = '<base href="about:srcdoc">'
"""Makes a link inside the page lead to its place in it; without it, it would lead to JupyterLab's own page."""
_AWAY = re.compile(r'(<a\b[^>]*?)\shref="(?!#)[^"]*"')
"""A link to another page: there is none beside a preview, and it would leave the frame empty."""


def show(paper: Paper) -> None:
    """Show the paper's page in a frame of its own.

    Raises
    ------
    Refused : there is no notebook of the paper.
    PaperError : the paper cannot be made as it stands.
    """
    path = notebook_of(paper.name)
    notebook = _saved(path)
    page = _AWAY.sub(r"\1", render(as_run(notebook, paper))).replace("<head>", f"<head>{HERE}", 1)
    saved = dt.datetime.fromtimestamp(path.stat().st_mtime)
    copy = "Officers’ copy" if paper.officers else "Public copy"
    told = f"{copy}, with its words as the notebook was saved at {saved:%H:%M}."
    unsaved = paper.cells.without({name for cell in notebook.cells for name in _names(cell)})
    if unsaved:
        cells = "one cell shows" if unsaved == 1 else f"{unsaved} cells show"
        told += f" What {cells} is left out, for the notebook was not saved with it: save it, and run this again."
    html = FRAME.format(told=told, page=escape(page))
    display({"text/html": html, "text/plain": told}, metadata={"text/html": {"preview": True}}, raw=True)


def notebook_of(name: str) -> Path:
    """The notebook that this kernel belongs to; where no server says which, the paper's own.

    Raises
    ------
    Refused : there is none.
    """
    session = Path(os.environ.get(SESSION, ""))
    path = session if session.suffix == ".ipynb" and session.is_file() else Home.here().notebooks / f"{name}.ipynb"
    if not path.is_file():
        raise Refused(
            f"there is no notebook {path.name} in notebooks/: save it there, or `quarterdeck new-paper {name}`"
        )
    return path


def _saved(path: Path) -> NotebookNode:
    """The notebook as it was last saved: a file that is being written is waited for."""
    for _ in range(WAITS):
        try:
            return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        except NotJSONError:
            time.sleep(WAIT)
    raise Refused(f"{path.name} cannot be read as a notebook: save it, and run this again")


def as_run(notebook: NotebookNode, paper: Paper) -> NotebookNode:
    """The notebook with what its cells showed of a paper when each last ran, as a build would have run it."""
    front = json.loads(json.dumps(paper.front()))
    outputs = [new_output("display_data", {MIME: front})]  # type: ignore[no-untyped-call]
    about = {"text/html": {"briefing": True}}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown = [{"text/html": str(html)} for html in paper.cells.of(*_names(cell))]
            cell.outputs = outputs + [new_output("display_data", data, metadata=about) for data in shown]  # type: ignore[no-untyped-call]
            outputs = []
    return notebook


def _names(cell: NotebookNode) -> tuple[str, str]:
    return str(cell.get("id", "")), cell.source.strip()
