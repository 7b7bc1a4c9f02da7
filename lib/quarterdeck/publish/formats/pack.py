"""A quarter's papers as one tagged PDF, as a meeting's agenda pack is: cover, contents, one row of page numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import html as parser
from lxml.etree import SubElement

from quarterdeck.publish.formats.pdf import VARIANT, laid_out, no_address
from quarterdeck.publish.formats.registry import in_order
from quarterdeck.publish.formats.weasy import HTML, Document, FontConfiguration
from quarterdeck.publish.manifest import as_made

NAMED = ("id", "for", "aria-labelledby", "aria-describedby", "headers")
"""Attributes that name a part of the page."""
TITLE = "Agenda pack"
NUMBERED = '@page{@bottom-right{content:"Page " counter(page)}}'
COVER = """
.pack{padding:0 0 0 9mm;max-width:150mm}
.pack h2{margin-bottom:9pt}.pack ol{list-style:none;padding:0;margin:0}
.pack a{display:flex;justify-content:space-between;margin:0 0 7pt;padding-bottom:4pt;border-bottom:.5pt solid #b8c2cc;
text-decoration:none}
"""


@dataclass(frozen=True)
class Part:
    """One paper of the pack.

    Parameters
    ----------
    name : its page's file without the ending: what all names of its parts begin with in the pack.
    title : as the contents list it.
    tree : its page.
    """

    name: str
    title: str
    tree: parser.HtmlElement


def make(source: Path, target: Path) -> None:
    """Write every paper of an audience's folder into one PDF, in the order that the notebooks give themselves.

    Parameters
    ----------
    source : the folder, beside which `notebooks/` holds the notebooks of its papers.
    target : the PDF. The same pages give the same bytes, on machines with the same fonts and the same Pango.
    """
    parts, fonts = list(_parts(source)), FontConfiguration()
    cover = _rendered(_cover(parts, {part.name: 0 for part in parts}), 1, fonts)
    documents, starts, number = [], {}, len(cover.pages) + 1
    for part in parts:
        starts[part.name] = number
        documents.append(_rendered(part.tree, number, fonts))
        number += len(documents[-1].pages)
    cover = _rendered(_cover(parts, starts), 1, fonts)
    pages = [page for document in (cover, *documents) for page in document.pages]
    whole: Document = cover.copy(pages)  # pyright: ignore[reportArgumentType]  its default says that it takes "all"
    whole.write_pdf(target, pdf_variant=VARIANT)


def _parts(folder: Path) -> Iterator[Part]:
    """The papers of a folder, in their order."""
    for title, page in in_order(folder):
        tree = parser.document_fromstring(laid_out(as_made(page).decode()))
        _name_apart(tree, page.stem)
        yield Part(page.stem, title, tree)


def _name_apart(tree: parser.HtmlElement, name: str) -> None:
    """Begin every name of a part with the paper's, so that no two papers of the pack have one of the same name."""
    for element in tree.iter():
        for attribute in NAMED:
            if attribute in element.attrib:
                element.set(attribute, " ".join(f"{name}-{word}" for word in element.get(attribute, "").split()))
        address = element.get("href", "")
        if address.startswith("#"):
            element.set("href", f"#{name}-{address[1:]}")
    tree.body.set("id", name)


def _cover(parts: list[Part], starts: dict[str, int]) -> parser.HtmlElement:
    """The first page: whose papers, which quarter and meeting, and the papers with their page numbers."""
    cover: parser.HtmlElement = parser.document_fromstring(parser.tostring(parts[0].tree, encoding="unicode"))
    _only(cover, "body").set("id", "cover")
    for part in list(cover.iter("main", "nav", "p", "div")):
        made_by = part.tag == "div" and part.findtext("dt") == "Made by"
        if part.tag in ("main", "nav") or made_by or part.get("class") in ("stand", "fmt"):
            part.drop_tree()
    _only(cover, "h1").text = TITLE
    papers = parser.fragment_fromstring('<div class="pack"><h2>Papers</h2><ol></ol></div>')
    for part in parts:
        link = SubElement(SubElement(_only(papers, "ol"), "li"), "a", href=f"#{part.name}")
        for text in (part.title, f"page {starts[part.name]}"):
            SubElement(link, "span").text = text
    _only(cover, "header").append(papers)
    title = _only(cover, "title")
    title.text = TITLE + (title.text or "").removeprefix(parts[0].title)
    SubElement(_only(cover, "head"), "style").text = "@page{@bottom-left{content:none}}"
    return cover


def _only(tree: parser.HtmlElement, tag: str) -> parser.HtmlElement:
    return next(tree.iter(tag))


def _rendered(tree: parser.HtmlElement, first: int, fonts: FontConfiguration) -> Document:
    """A page laid out, its sheets numbered from a number on."""
    head = _only(tree, "head")
    sheet = SubElement(head, "style")
    sheet.text = f"{NUMBERED}{COVER}@page:first{{counter-reset:page {first}}}"
    text = f"<!doctype html>\n{parser.tostring(tree, encoding='unicode')}"
    head.remove(sheet)
    return HTML(string=text, url_fetcher=no_address()).render(font_config=fonts, pdf_variant=VARIANT)
