"""Render an executed notebook as a briefing paper: one HTML file, without script, that asks nothing of any network."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
from jinja2 import Environment
from markupsafe import Markup
from nbconvert.exporters.html import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode

from quarterdeck.measures.registry import catalogue
from quarterdeck.paper import page
from quarterdeck.paper.anatomy import Body, Fragment, PaperError, Prose, compose
from quarterdeck.paper.commentary import fill_html
from quarterdeck.paper.paper import MIME
from quarterdeck.paper.values import Values
from quarterdeck.quarter import Quarter

_DRAWING = re.compile(r"<svg\b([^>]*)>(.*?)</svg>", re.DOTALL)
_TAG = re.compile(r"<([A-Za-z][\w:-]*)((?:\s+[\w:-]+(?:=\"[^\"]*\")?)*)\s*/?>")
_ATTRIBUTE = re.compile(r"\s([\w:-]+)=\"([^\"]*)\"")
NO_TAG = ("script", "iframe", "link", "object", "embed", "base", "form", "meta", "style")


class MissingAlternative(PaperError):
    """A chart that says nothing to a reader who cannot see it."""


class BriefingExporter(HTMLExporter):
    """nbconvert's way to a briefing paper: `jupyter nbconvert --to briefing`.

    It writes the page from the notebook's Markdown and from what `quarterdeck.paper.Paper` showed; code, its plain text
    and whatever a cell printed stay out. HTMLExporter's own pass, which parses the page again to make every output a
    tab stop, is left out too.
    """

    export_from_notebook = "Briefing paper"
    template_name = page.NAME

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401
        super().__init__(extra_template_basedirs=[str(page.TEMPLATES)], **settings)

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        environment.autoescape = True
        environment.trim_blocks = environment.lstrip_blocks = True
        return environment

    def from_notebook_node(
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        **settings: Any,  # noqa: ANN401
    ) -> tuple[str, dict[str, Any]]:
        """The page of an executed notebook.

        Raises
        ------
        MissingAlternative : a chart has no alternative.
        PaperError : the paper cannot be made as it stands.
        """
        resources = dict(resources or {})
        resources["briefing"] = page_of(nb)
        return TemplateExporter.from_notebook_node(self, nb, resources, **settings)


_exporter: BriefingExporter | None = None


def render(notebook: NotebookNode) -> str:
    """An executed notebook as a page; one exporter serves every paper of a build.

    Raises
    ------
    MissingAlternative, PaperError : as `BriefingExporter`.
    """
    global _exporter
    if _exporter is None:
        _exporter = BriefingExporter()
    return _exporter.from_notebook_node(notebook)[0]


def page_of(notebook: NotebookNode) -> page.Page:
    """All that the template prints of an executed notebook."""
    front = _front(notebook)
    box = front.get("data", "")
    _checked(box, "Paper(…)")
    body = compose(_pieces(notebook), filler(front), box)
    return _page(front, body)


def _page(front: dict[str, Any], body: Body) -> page.Page:
    status = "officers’ copy: not for publication" if front["officers"] else ""
    running = [
        f"{body.title}, {front['quarter']}",
        front["place"],
        "synthetic demonstration data" if front["synthetic"] else "",
        status,
    ]
    name = front["name"]
    return page.Page(
        title=body.title,
        when=front["when"],
        quarter=front["quarter"],
        place=front["place"],
        panel=front["panel"],
        synthetic=front["synthetic"],
        officers=front["officers"],
        style=page.style(front["colour"], " · ".join(filter(None, running))),
        meta=[tuple(pair) for pair in front["meta"]],
        foot=[tuple(pair) for pair in front["foot"]],
        standfirst=body.standfirst,
        contents_title=Markup("Contents <small>and paragraphs</small>"),
        contents=body.contents,
        body=body.html,
        up=Markup('<a href="index.html">All papers for {}</a>').format(front["quarter"]),
        forms=[("Figures (CSV)", "figures.csv")] if name else [],
        quarters=page.quarters_nav("officers" if front["officers"] else "public"),
    )


def _front(notebook: NotebookNode) -> dict[str, Any]:
    found = [
        output.data[MIME]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if MIME in output.get("data", {})
    ]
    if len(found) != 1:
        raise PaperError(f"a paper's notebook makes one Paper(…); this one shows {len(found)}. Has it been run?")
    return found[0]


def _pieces(notebook: NotebookNode) -> list[Prose | Fragment]:
    """The Markdown and the fragments of a notebook in order."""
    pieces: list[Prose | Fragment] = []
    for number, cell in enumerate(notebook.cells, 1):
        where = f"cell {number}"
        if cell.cell_type == "markdown":
            pieces.append(Prose(cell.source, where))
        elif cell.cell_type == "code":
            pieces += [Fragment(html) for output in cell.outputs if (html := _shown(output, where))]
    return pieces


def _shown(output: NotebookNode, where: str) -> str:
    """What an output puts on the page: a fragment of ours, and nothing else that would show."""
    data, about = output.get("data", {}), output.get("metadata", {})
    if MIME in data or about.get("text/html", {}).get("preview"):
        return ""
    if about.get("text/html", {}).get("briefing"):
        html = str(data["text/html"])
        _checked(html, where)
        return html
    for kind in data:
        if kind.startswith("image/"):
            raise MissingAlternative(f"{where} shows a picture without an alternative; show it with paper.chart(…)")
        if kind == "text/html":
            raise PaperError(f"{where} shows a table without a caption; show it with paper.table(frame, caption)")
    return ""


def _checked(html: str, where: str) -> None:
    for attributes, inner in _DRAWING.findall(html):
        if 'aria-hidden="true"' in attributes:
            continue
        told = re.search(r"<desc\b[^>]*>\s*\S", inner) or re.search(r'aria-label="\s*[^"\s]', attributes)
        if 'role="img"' not in attributes or not told:
            raise MissingAlternative(f"{where} shows a drawing without an alternative: say its message in numbers")
    _harmless(html, where)


def _harmless(html: str, where: str) -> None:
    """Refuse what runs or loads. Values are read apart from names, so that text which only looks like code passes."""
    tags = _TAG.findall(html)
    if len(tags) != len(re.findall(r"<[A-Za-z]", html)):
        raise PaperError(f"{where} shows HTML that is not written as a paper's is, which no paper may hold")
    for name, attributes in tags:
        if name.lower() in NO_TAG:
            raise PaperError(f"{where} shows <{name}>, which no paper may hold")
        for attribute, value in _ATTRIBUTE.findall(attributes):
            loads = attribute.lower() in ("src", "srcset", "xlink:href") and not value.startswith("data:")
            runs = attribute.lower().startswith("on") or value.strip().lower().startswith("javascript:")
            if loads or runs:
                raise PaperError(f"{where} shows {attribute}={value!r}, which no paper may hold")


def filler(front: dict[str, Any]) -> Callable[[str, str], str]:
    """What puts the paper's own figures for the `{names}` in its Markdown."""
    figures = pd.DataFrame(front["figures"])
    numbers = ["numerator", "denominator", "value"]
    values = Values(figures.astype(dict.fromkeys(numbers, "float64")), Quarter.parse(front["quarter"]), catalogue())
    return lambda html, where: fill_html(html, values, where)
