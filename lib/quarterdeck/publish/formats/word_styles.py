"""How the Word document looks: its styles, by name, and the sheet it is printed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle

from quarterdeck.publish.formats.word_parts import element

PAPER = (Mm(210), Mm(297))
MARGIN = Mm(20)
INK, SOFT, BLUE = "15202B", "4B5764", "12436D"
FONT = "Arial"


@dataclass(frozen=True)
class Style:
    """A style of paragraphs: its size and spaces in points."""

    name: str
    size: float
    bold: bool = False
    colour: str = INK
    before: float = 0
    after: float = 6
    based_on: str = "Normal"
    keep: bool = False
    hanging: float = 0


STYLES = (
    Style("Normal", 11, based_on=""),
    Style("Heading 1", 24, True, BLUE, 12, 6, keep=True),
    Style("Heading 2", 17, True, BLUE, 20, 6, keep=True),
    Style("Heading 3", 13.5, True, INK, 16, 4, keep=True),
    Style("Heading 4", 11.5, True, INK, 10, 3, keep=True),
    Style("Contents Heading", 17, True, BLUE, 16, 6, keep=True),
    Style("Standfirst", 13.5, after=8),
    Style("Small", 10, colour=SOFT),
    Style("Under Heading", 10, colour=SOFT, keep=True),
    Style("Mark", 10, True, "801650", 0, 6),
    Style("Caption", 11, True, INK, 10, 4, keep=True),
    Style("Chart", 11, after=8),
    Style("Numbered", 11, hanging=26),
    Style("Facts", 10.5, after=3, hanging=170),
    Style("Cell", 9.5, after=0),
    Style("Cell Head", 9.5, True, after=0, based_on="Cell"),
    Style("Cell Small", 8, after=0),
    Style("Cell Small Head", 8, True, after=0, based_on="Cell Small"),
    Style("After Table", 6, after=2),
    Style("TOC 1", 10.5, after=2),
    Style("TOC 2", 10, after=1),
    Style("Header", 9, colour="801650", after=0),
    Style("Footer", 8.5, colour=SOFT, after=0),
)
LETTERS = {"Over": (10, SOFT), "Under": (9.5, SOFT)}


def set_styles(document: Document) -> None:
    """Give a document its styles, and the language of all its words."""
    for style in STYLES:
        _set(document, style)
    for name, (size, colour) in LETTERS.items():
        made = _letters(document, name)
        made.font.size, made.font.bold, made.font.color.rgb = Pt(size), False, RGBColor.from_string(colour)
    link = _letters(document, "Hyperlink")
    link.font.color.rgb, link.font.underline = RGBColor.from_string(BLUE), True
    _paragraphs(document, "TOC 2").paragraph_format.left_indent = Pt(14)
    _set_table(document)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")


def _letters(document: Document, name: str) -> CharacterStyle:
    return cast(CharacterStyle, document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER))


def _paragraphs(document: Document, name: str) -> ParagraphStyle:
    """The style of a name, made where the template has none."""
    styles = document.styles
    known = name in {one.name for one in styles}
    return cast(ParagraphStyle, styles[name] if known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))


def _set(document: Document, style: Style) -> None:
    made = _paragraphs(document, style.name)
    if style.based_on:
        made.base_style = document.styles[style.based_on]
    made.font.name, made.font.size, made.font.bold = FONT, Pt(style.size), style.bold
    made.font.italic = False
    made.font.color.rgb = RGBColor.from_string(style.colour)
    fonts = cast(Any, made.element).rPr.rFonts
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    layout = made.paragraph_format
    layout.space_before, layout.space_after, layout.keep_with_next = Pt(style.before), Pt(style.after), style.keep
    if style.hanging:
        layout.left_indent, layout.first_line_indent = Pt(style.hanging), Pt(-style.hanging)
        layout.tab_stops.add_tab_stop(Pt(style.hanging))


def _set_table(document: Document) -> None:
    """Tables have a line under the heads and a hair under each row, and none down the page."""
    made = cast(ParagraphStyle, document.styles.add_style("Figures", WD_STYLE_TYPE.TABLE))
    made.base_style = document.styles["Normal Table"]
    properties = element("w:tblPr")
    borders = element("w:tblBorders")
    borders.append(element("w:top", val="single", sz="8", space="0", color=INK))
    borders.append(element("w:bottom", val="single", sz="8", space="0", color=INK))
    borders.append(element("w:insideH", val="single", sz="4", space="0", color="CFD6DE"))
    margins = element("w:tblCellMar")
    for side, wide in (("top", "40"), ("left", "80"), ("bottom", "40"), ("right", "80")):
        margins.append(element(f"w:{side}", w=wide, type="dxa"))
    properties.extend([borders, margins])
    made.element.append(properties)
    heads = element("w:tblStylePr", type="firstRow")
    cell, line = element("w:tcPr"), element("w:tcBorders")
    line.append(element("w:bottom", val="single", sz="8", space="0", color=INK))
    cell.append(line)
    heads.append(cell)
    made.element.append(heads)
