"""A paper as a Word document: real headings, a contents list, header rows that repeat, alternatives on pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import cast

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.package import OpcPackage
from docx.shared import Mm
from docx.text.paragraph import Paragraph as WordParagraph

from quarterdeck.publish.formats import word_parts as parts
from quarterdeck.publish.formats.archive import without_times
from quarterdeck.publish.formats.drawings import Drawing
from quarterdeck.publish.formats.reading import (
    Block,
    Document,
    Heading,
    Listed,
    Pairs,
    Paragraph,
    Picture,
    Table,
    Words,
    read,
)
from quarterdeck.publish.formats.word_styles import MARGIN, PAPER, set_styles
from quarterdeck.publish.manifest import as_made

WIDE = 8
"""Columns from which a table's section lies landscape."""
SHARPNESS, COLOURS = 2.5, 64
PROSE, MOST = 30, 36
"""Letters: of a cell that is read as a sentence, and of the widest column."""
CHART, SPARK = Mm(160), Mm(16)


def make(source: Path, target: Path) -> None:
    """Write a page as a Word document.

    Parameters
    ----------
    source : the page.
    target : the document. The same page gives the same bytes.
    """
    made = BytesIO()
    _Writer(read(as_made(source).decode(), ear=False)).written().save(made)
    target.write_bytes(without_times(made.getvalue()))


def picture(drawing: Drawing) -> bytes:
    """A drawing as a PNG, in letters that every machine has: matplotlib's own, as wide as the page's at 12 pixels."""
    import matplotlib as mpl
    from PIL import Image
    from resvg_py import svg_to_bytes

    fonts = Path(mpl.get_data_path()) / "fonts" / "ttf"
    drawn = svg_to_bytes(
        svg_string=drawing.svg.replace("font-size:13px", "font-size:12px"),
        background="white",
        zoom=SHARPNESS,
        skip_system_fonts=True,
        font_files=[str(fonts / "DejaVuSans.ttf"), str(fonts / "DejaVuSans-Bold.ttf")],
        font_family="DejaVu Sans",
        sans_serif_family="DejaVu Sans",
    )
    packed = BytesIO()
    Image.open(BytesIO(drawn)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(packed, "PNG")
    return packed.getvalue()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.word: WordDocument = docx.Document()
        self.marks = 0

    def written(self) -> WordDocument:
        """The document."""
        set_styles(self.word)
        self.styles = {style.name: style.style_id for style in self.word.styles}
        self._properties()
        section = self.word.sections[0]
        section.page_width, section.page_height = PAPER
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
        self._running(section)
        named = False
        for heading, blocks in _sections(self.document.blocks):
            if heading and heading.level == 2 and not named:
                self._contents()
                named = True
            self._turn(_columns(blocks) >= WIDE)
            for block in ([heading] if heading else []) + blocks:
                self._block(block)
        return self.word

    def _properties(self) -> None:
        """The document's own properties: what it is, and nobody's name."""
        about = self.word.core_properties
        about.title, about.language = self.document.title, "en-GB"
        about.author = about.last_modified_by = about.comments = about.keywords = ""
        about.subject = " ".join(self.document.marks)
        about.created = about.modified = self.document.closed
        about.revision = 1
        # The template of python-docx bears a picture of its own empty page.
        relations = cast(OpcPackage, self.word.part.package).rels
        for id in [id for id, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
            relations.pop(id)

    def _running(self, section: parts.Section) -> None:
        """What stands at the head and foot of each page."""
        section.header.paragraphs[0].add_run(" ".join(self.document.marks)).bold = True
        foot = section.footer.paragraphs[0]
        foot.add_run(f"{self.document.title}. Page ")
        parts.add_field(foot, "PAGE", "1")
        foot.add_run(" of ")
        parts.add_field(foot, "NUMPAGES", "1")

    def _turn(self, wide: bool) -> None:
        section = self.word.sections[-1]
        lies = section.orientation == WD_ORIENT.LANDSCAPE
        if wide != lies:
            section = self.word.add_section(WD_SECTION.NEW_PAGE)
            section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
            section.page_width, section.page_height = reversed(PAPER) if wide else PAPER

    def _contents(self) -> None:
        """The contents, as a field that Word can make anew with page numbers; until then with paragraph numbers."""
        self._line("Contents Heading").add_run("Contents")
        lines = []
        for entry in self.document.contents:
            line = self._line(f"TOC {entry.level - 1}")
            parts.add_link(line, f"#{entry.id}", entry.text)
            if entry.paragraphs:
                line.add_run(f", {entry.paragraphs}")
            lines.append(line)
        if lines:
            parts.wrap_in_field(lines[0], lines[-1], r'TOC \o "1-3" \h \z \u')

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                self._heading(block)
            case Paragraph():
                self._paragraph(block)
            case Listed(items, ordered):
                for item in items:
                    self._runs(self._line("List Number" if ordered else "List Bullet"), item)
            case Pairs(pairs):
                for name, value in pairs:
                    line = self._line("Facts")
                    self._runs(line, name, strong=True)
                    line.add_run(":\t")
                    self._runs(line, value)
            case Picture():
                self._picture(block)
            case Table():
                self._table(block)

    def _heading(self, heading: Heading) -> None:
        line = self._line(f"Heading {heading.level}")
        if heading.over:
            line.add_run(heading.over, "Over").add_break()
        self._runs(line, heading.words)
        if heading.id:
            self._bookmark(line, heading.id)

    def _paragraph(self, paragraph: Paragraph) -> None:
        styles = {"stand": "Standfirst", "big": "Standfirst", "trace": "Small", "q": "Small", "sub": "Under Heading"}
        style = "Numbered" if paragraph.number else styles.get(paragraph.kind, "Normal")
        line = self._line("Mark" if "strip-s" in paragraph.kind else style)
        if paragraph.number:
            line.add_run(f"{paragraph.number}\t")
            self._bookmark(line, f"p{paragraph.number.rstrip('.')}")
        self._runs(line, paragraph.words)

    def _picture(self, chart: Picture) -> None:
        drawing = self.document.drawings[chart.drawing]
        line = self._line("Caption")
        line.add_run(chart.title).add_break()
        line.add_run(chart.subtitle, "Under")
        self._draw(self._line("Chart"), drawing, CHART, chart.title)

    def _draw(self, line: WordParagraph, drawing: Drawing, width: int, title: str = "") -> None:
        shape = line.add_run().add_picture(BytesIO(picture(drawing)), width=width)
        parts.describe(shape, drawing.alternative, title)

    def _table(self, table: Table) -> None:
        line = self._line("Caption")
        line.add_run(table.caption)
        if table.note:
            line.add_run().add_break()
            line.add_run(table.note, "Under")
        made = self.word.add_table(1 + len(table.rows), len(table.heads), "Figures")
        parts.describe_table(made, table.caption, table.note)
        small = "Cell Small" if len(table.heads) >= WIDE else "Cell"
        rows = [("head", table.heads), *((row.kind, row.cells) for row in table.rows)]
        for cells, (kind, words) in zip(parts.cells(made), rows, strict=True):
            for place, (cell, said) in enumerate(zip(cells, words, strict=False)):
                line = cell.paragraphs[0]
                line._p.style = self.styles[f"{small} Head" if kind == "head" else small]
                if place and not _is_prose(table, place):
                    line.alignment = parts.RIGHT
                self._runs(line, said, strong=kind in ("now", "total", "group"))
        parts.fit(made, _widths(table), self.word.sections[-1])
        self._line("After Table")

    def _runs(self, line: WordParagraph, words: Words, *, strong: bool = False) -> None:
        for run in words:
            if run.drawing is not None:
                self._draw(line, self.document.drawings[run.drawing], SPARK)
            elif run.address:
                parts.add_link(line, run.address, run.text)
            else:
                text = f" ({run.text.strip()})" if run.small else run.text
                made = line.add_run(text)
                made.bold = True if strong or run.strong else None

    def _line(self, style: str) -> WordParagraph:
        """A paragraph at the end; python-docx would look through all styles for its own."""
        line = self.word.add_paragraph()
        line._p.style = self.styles[style]
        return line

    def _bookmark(self, line: WordParagraph, name: str) -> None:
        self.marks += 1
        parts.add_bookmark(line, name, self.marks)


def _sections(blocks: Sequence[Block]) -> Iterator[tuple[Heading | None, list[Block]]]:
    """The blocks under each heading of the first or second level, which stand on one sort of page."""
    number = 0

    def under(block: Block) -> int:
        nonlocal number
        number += isinstance(block, Heading) and block.level <= 2
        return number

    for _, run in groupby(blocks, key=under):
        held = list(run)
        first = held[0] if isinstance(held[0], Heading) else None
        yield first, held[1:] if first else held


def _columns(blocks: Sequence[Block]) -> int:
    return max((len(block.heads) for block in blocks if isinstance(block, Table)), default=0)


def _column(table: Table, place: int) -> list[Words]:
    """The cells of a column, without its head."""
    rows = [row.cells for row in table.rows if row.kind != "group"]
    return [cells[place] for cells in rows if place < len(cells)]


def _length(words: Words) -> int:
    """How many letters wide words are; a sparkline is as wide as twelve."""
    return sum(12 if run.drawing is not None else len(run.text) for run in words)


def _is_prose(table: Table, place: int) -> bool:
    """Whether a column holds sentences rather than figures: those are read from the left."""
    return max(map(_length, _column(table, place)), default=0) > PROSE


def _widths(table: Table) -> list[float]:
    """The share of the sheet that each column needs: by its longest cell, and never less than its longest word."""
    needed = []
    for place, head in enumerate(table.heads):
        words = [len(word) for run in head for word in run.text.split()]
        longest = max([*map(_length, _column(table, place)), *words, _length(head) // 2], default=0)
        needed.append(min(max(longest, 6) + 2, MOST))
    return [one / sum(needed) for one in needed]
