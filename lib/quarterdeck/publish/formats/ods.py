"""An OpenDocument spreadsheet, the few files that make one: libraries for it take minutes over 50,000 rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from quarterdeck.publish.formats.archive import packed

KIND = "application/vnd.oasis.opendocument.spreadsheet"
SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
STYLES = (
    '<office:styles><style:default-style style:family="table-cell">'
    '<style:text-properties style:font-name="Arial" fo:font-family="Arial" fo:font-size="11pt" fo:language="en" '
    'fo:country="GB"/></style:default-style></office:styles>'
)
LOOKS = (
    '<style:style style:name="title" style:family="table-cell"><style:text-properties fo:font-size="16pt" '
    'fo:font-weight="bold"/></style:style>'
    '<style:style style:name="head" style:family="table-cell"><style:table-cell-properties '
    'fo:border-bottom="0.75pt solid #15202b" fo:wrap-option="wrap"/><style:text-properties fo:font-weight="bold"/>'
    "</style:style>"
)
MANIFEST = (
    f'{HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    f'manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/>'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
        for name in ("content.xml", "styles.xml", "meta.xml")
    )
    + "</manifest:manifest>"
)
Line = str | tuple[str, str]
"""The words of a cell, and where they lead to if anywhere."""


@dataclass(frozen=True)
class Sheet:
    """A worksheet: lines of words in its first column, and then one table at the most, with no gap between.

    Parameters
    ----------
    name : on its tab.
    lines : the first is its title.
    head : of the table's columns; none where there is no table.
    rows : the table's rows, as `rows` writes them.
    count : of rows.
    widths : of columns, as "3cm".
    """

    name: str
    lines: tuple[Line, ...]
    head: tuple[str, ...] = ()
    rows: str = ""
    count: int = 0
    widths: tuple[str, ...] = ("18cm",)


def workbook(sheets: Sequence[Sheet], title: str, subject: str, date: dt.datetime) -> bytes:
    """A workbook of sheets, in British English; the same sheets give the same bytes.

    Parameters
    ----------
    title, subject, date : its properties; it has no author.
    """
    widths = "".join(
        f'<style:style style:name="wide-{width}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}"/></style:style>'
        for width in sorted({width for sheet in sheets for width in sheet.widths})
    )
    ranges = "".join(_range(sheet) for sheet in sheets if sheet.head)
    content = (
        f"{HEAD}<office:document-content {SPACES}><office:automatic-styles>{LOOKS}{widths}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(map(_table, sheets))}"
        f"<table:database-ranges>{ranges}</table:database-ranges>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    meta = (
        f"{HEAD}<office:document-meta {SPACES}><office:meta><dc:title>{escape(title)}</dc:title>"
        f"<dc:subject>{escape(subject)}</dc:subject><meta:creation-date>{date:%Y-%m-%dT%H:%M:%S}</meta:creation-date>"
        "<dc:language>en-GB</dc:language></office:meta></office:document-meta>"
    )
    styles = f"{HEAD}<office:document-styles {SPACES}>{STYLES}</office:document-styles>"
    files = {"content.xml": content, "styles.xml": styles, "meta.xml": meta, "META-INF/manifest.xml": MANIFEST}
    return packed({"mimetype": KIND.encode()} | {name: text.encode() for name, text in files.items()})


def rows(written: Iterable[Iterable[str]]) -> str:
    """Rows of cells that are written already."""
    return "".join([f"<table:table-row>{''.join(cells)}</table:table-row>" for cells in written])


def cell(line: Line, style: str = "") -> str:
    """A cell of words, or of a link."""
    text, address = line if isinstance(line, tuple) else (line, "")
    said = escape(text)
    if address:
        said = f'<text:a xlink:href="{escape(address)}" xlink:type="simple">{said}</text:a>'
    look = f' table:style-name="{style}"' if style else ""
    return f'<table:table-cell office:value-type="string"{look}><text:p>{said}</text:p></table:table-cell>'


def number(text: str) -> str:
    """A cell of a number."""
    value = float(text)
    return (
        f'<table:table-cell office:value-type="float" office:value="{value!r}"><text:p>{text}</text:p>'
        "</table:table-cell>"
    )


def date(text: str) -> str:
    """A cell of a date, as 2017-12-31."""
    day = dt.date.fromisoformat(text)
    return (
        f'<table:table-cell office:value-type="date" office:date-value="{day}"><text:p>{day}</text:p>'
        "</table:table-cell>"
    )


def _table(sheet: Sheet) -> str:
    columns = "".join(f'<table:table-column table:style-name="wide-{width}"/>' for width in sheet.widths)
    lines = rows([[cell(line, "" if place else "title")] for place, line in enumerate(sheet.lines)])
    heads = [cell(name, "head") for name in sheet.head]
    head = f"<table:table-header-rows>{rows([heads])}</table:table-header-rows>" if heads else ""
    return f'<table:table table:name="{escape(sheet.name)}">{columns}{lines}{head}{sheet.rows}</table:table>'


def _range(sheet: Sheet) -> str:
    """Where the table of a sheet is, so that a program knows its head from its rows."""
    first = len(sheet.lines) + 1
    corner = f"{chr(ord('A') + len(sheet.head) - 1)}{first + sheet.count}"
    where = f"'{sheet.name}'.A{first}:'{sheet.name}'.{corner}"
    return (
        f'<table:database-range table:name="{escape(sheet.name.lower().replace(" ", "_"))}" '
        f'table:target-range-address="{escape(where)}" table:contains-header="true"/>'
    )
