"""Parts of a Word document that python-docx has no words for: fields, links, bookmarks, descriptions, header rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import cast

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shape import InlineShape
from docx.shared import Length
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

__all__ = [
    "RIGHT",
    "Section",
    "add_bookmark",
    "add_field",
    "add_link",
    "cells",
    "describe",
    "describe_table",
    "fit",
    "wrap_in_field",
]

RIGHT = WD_ALIGN_PARAGRAPH.RIGHT
_LONGEST = 40
"""Letters of a bookmark's name, as Word allows."""


def element(tag: str, text: str = "", **attributes: str) -> BaseOxmlElement:
    """An element of WordprocessingML, with attributes in its own namespace."""
    made = cast(BaseOxmlElement, OxmlElement(tag))
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    if text:
        made.text = text
        made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def _run(*inside: BaseOxmlElement) -> BaseOxmlElement:
    run = element("w:r")
    run.extend(inside)
    return run


def add_field(line: Paragraph, instruction: str, shown: str) -> None:
    """A field at the end of a line, as PAGE, and what stands there until Word works it out."""
    field = element("w:fldSimple", instr=instruction)
    field.append(_run(element("w:t", shown)))
    line._p.append(field)


def wrap_in_field(first: Paragraph, last: Paragraph, instruction: str) -> None:
    """Make lines the result of a field, as a table of contents is."""
    begin = [
        _run(element("w:fldChar", fldCharType="begin")),
        _run(element("w:instrText", f" {instruction} ")),
        _run(element("w:fldChar", fldCharType="separate")),
    ]
    place = 1 if first._p.pPr is not None else 0
    for offset, part in enumerate(begin):
        first._p.insert(place + offset, part)
    last._p.append(_run(element("w:fldChar", fldCharType="end")))


def bookmark_name(id: str) -> str:
    """An id of the page as a bookmark may be called: letters, figures and underscores, 40 at the most.

    Examples
    --------
    >>> bookmark_name("m-cp-plan-rate"), len(bookmark_name("what-" * 20))
    ('m_cp_plan_rate', 40)
    """
    name = re.sub(r"\W", "_", id)
    name = name if name[:1].isalpha() else f"b_{name}"
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 9]}_{sha256(name.encode()).hexdigest()[:8]}"


def add_bookmark(line: Paragraph, id: str, number: int) -> None:
    """A place that links lead to, at the start of a line."""
    place = 1 if line._p.pPr is not None else 0
    line._p.insert(place, element("w:bookmarkStart", id=str(number), name=bookmark_name(id)))
    line._p.insert(place + 1, element("w:bookmarkEnd", id=str(number)))


def add_link(line: Paragraph, address: str, text: str) -> None:
    """A link: to a place of the document where the address begins with #, to another file or page elsewhere."""
    if address.startswith("#"):
        link = element("w:hyperlink", anchor=bookmark_name(address[1:]), history="1")
    else:
        link = element("w:hyperlink", history="1")
        link.set(qn("r:id"), line.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    look = element("w:rPr")
    look.append(element("w:rStyle", val="Hyperlink"))
    link.append(_run(look, element("w:t", text)))
    line._p.append(link)


def describe(shape: InlineShape, alternative: str, title: str) -> None:
    """The alternative of a picture."""
    about = shape._inline.docPr
    about.set("descr", alternative)
    about.set("name", f"Picture {about.id}")
    if title:
        about.set("title", title)


def describe_table(table: Table, caption: str, note: str) -> None:
    """What a table shows; its first row repeats on each page, its first column heads the rows, no row is split."""
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.remove(look)
    properties.append(element("w:tblLook", val="00A0", firstRow="1", firstColumn="1", noHBand="1", noVBand="1"))
    properties.append(element("w:tblCaption", val=caption))
    if note:
        properties.append(element("w:tblDescription", val=note))
    for place, row in enumerate(table._tbl.tr_lst):
        about = row.get_or_add_trPr()
        about.append(element("w:cantSplit"))
        if place == 0:
            about.append(element("w:tblHeader"))


def cells(table: Table) -> Iterator[list[_Cell]]:
    """The cells of each row; python-docx's own `row.cells` looks through the whole table for each."""
    for row in table._tbl.tr_lst:
        yield [_Cell(cell, table) for cell in row.tc_lst]


def fit(table: Table, shares: Sequence[float], section: Section) -> None:
    """Give each column its share of the sheet between the margins."""
    room = int(section.page_width or 0) - int(section.left_margin or 0) - int(section.right_margin or 0)
    widths = [Length(int(room * share)) for share in shares]
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = width
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = width
