"""A paper as a tagged PDF, at the page's own print size or in large print: the page itself, laid out by WeasyPrint."""

from __future__ import annotations

from html import escape
from pathlib import Path

from lxml import html as parser

from quarterdeck.publish.formats.drawings import WIDTHS, Drawing, drawings
from quarterdeck.publish.formats.weasy import HTML, URLFetcher
from quarterdeck.publish.manifest import as_made

VARIANT = "pdf/ua-1"
FONT = '"Liberation Sans",Arial,"DejaVu Sans",sans-serif'
SHEET = (Path(__file__).parent / "pdf.css").read_text(encoding="utf-8")
LARGE = (Path(__file__).parent / "large_print.css").read_text(encoding="utf-8")
ROOM = (178, 205)
"""Millimetres of a sheet of large print that a chart may fill, beside its caption."""
TALLEST = 2
"""Times as high as wide: a chart that would be higher in its narrow form is shown in its wide one."""
MOST = 5
"""Columns that a sheet has room for in large print: of a table with more, each row is written out one cell a line."""


def make(source: Path, target: Path, *, large: bool = False) -> None:
    """Write a page as a PDF: tagged, with bookmarks, title and language, as PDF/UA-1 asks.

    Parameters
    ----------
    source : the page.
    target : the PDF. The same page gives the same bytes, on machines with the same fonts and the same Pango.
    large : words of 18 point or more, in one column; letters of charts are as large as a sheet lets them be.

    """
    page = laid_out(as_made(source).decode(), large=large)
    HTML(string=_carded(page) if large else page, url_fetcher=no_address()).write_pdf(target, pdf_variant=VARIANT)


def laid_out(text: str, *, large: bool = False) -> str:
    """The page as WeasyPrint is to lay it out: its drawings as images, the sheet's own style after the page's."""
    page, _ = drawings(text, _large if large else _image, FONT, narrow_to=TALLEST if large else 0, rims=False)
    return page.replace("</head>", f"<style>{SHEET}{LARGE if large else ''}</style></head>", 1)


def no_address() -> URLFetcher:
    """Fetches what the page itself holds, and nothing from anywhere."""
    return URLFetcher(allowed_protocols={"data"})


def _image(_: int, drawing: Drawing, style: str = "") -> str:
    look = f'class="{drawing.kind}"{style}'
    return f'<img {look} alt="{escape(drawing.alternative)}" src="{drawing.address}">'


def _large(number: int, drawing: Drawing) -> str:
    """A chart as wide as the sheet, or as high."""
    wide = min(ROOM[0], ROOM[1] * drawing.width / drawing.height)
    return _image(number, drawing, f' style="width:{wide:.1f}mm"' if drawing.kind in WIDTHS else "")


def _carded(page: str) -> str:
    """The page with the head of its column on each cell of the tables that are too wide for large print."""
    tree = parser.document_fromstring(page)
    for table in tree.iter("table"):
        heads = [" ".join(" ".join(map(str, head.itertext())).split()) for head in table.iterfind("thead/tr[1]/*")]
        if len(heads) > MOST:
            table.set("class", "cards")
            for row in [*table.iterfind("tbody/tr"), *table.iterfind("tfoot/tr")]:
                for head, cell in zip(heads[1:], list(row)[1:], strict=False):
                    cell.set("data-l", head)
    return f"<!doctype html>\n{parser.tostring(tree, encoding='unicode')}"
