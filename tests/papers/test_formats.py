"""A paper in its other formats, read back as its readers' tools read it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn
from lxml import html
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from quarterdeck.errors import Refused
from quarterdeck.figures.export import COLUMNS, NUMBERS, to_csv
from quarterdeck.publish.formats import FORMATS
from quarterdeck.publish.formats.reading import Heading, Picture, Table, read, text_of
from quarterdeck.publish.formats.text import WIDTH, spoken, written
from tests.papers.conftest import PAGES, Built, Stand

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
NAME = "children_in_need"
PAPERS = [*PAGES, ("data_quality", "officers")]


def numbers(text: str) -> set[str]:
    return {found.rstrip(",") for found in NUMBER.findall(text)}


def heard(page: Built) -> str:
    """All that a page says to the ear, but its drawings."""
    tree = html.document_fromstring(re.sub(r"<svg.*?</svg>", " ", page.text, flags=re.DOTALL))
    silent = ('*[@aria-hidden="true"]', "style", 'a[@class="skip"]', 'p[@class="fmt"]', '*[@class="scr"]')
    unheard = tree.xpath("|".join(f"//{one}" for one in (*silent, 'nav[@class="pn-nav"]')))
    for part in unheard:
        part.drop_tree()
    return spoken(" ".join(tree.body.itertext()))


def alternatives(page: Built) -> list[str]:
    """What the charts say, in the order of the page."""
    tree = page.tree
    return [" ".join(svg.xpath("string(desc)").split()) for svg in tree.xpath('//figure/svg[@class="wide"]')]


@pytest.fixture(scope="module")
def short(pages: dict[tuple[str, str], Built]) -> dict[str, Built]:
    """A paper cut down to its first measures, for both audiences: a whole one takes a PDF's maker long."""
    return {audience: cut(pages[NAME, audience]) for audience in ("public", "officers")}


def cut(page: Built, kept: int = 2) -> Built:
    articles = re.findall(r"<article\b.*?</article>", page.text, flags=re.DOTALL)
    text = page.text
    for article in articles[kept:]:
        text = text.replace(article, "", 1)
    links = [id for id in re.findall(r'href="#([^"]+)"', text) if f'id="{id}"' not in text]
    for id in links:
        text = text.replace(f'href="#{id}"', 'href="#summary"')
    return Built(page.name, page.audience, text)


@pytest.fixture(scope="module")
def made(short: dict[str, Built], tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(short, tmp_path_factory.mktemp("formats"))


class Made:
    """The files of the formats, each made when it is first asked for."""

    def __init__(self, pages: dict[str, Built], folder: Path) -> None:
        self.pages, self.folder = pages, folder

    def __call__(self, format: str, audience: str = "public") -> Path:
        try:
            FORMATS[format].ready()
        except Refused as refused:
            pytest.skip(str(refused))
        source = self.folder / audience / f"{NAME}.html"
        target = FORMATS[format].file(source)
        if not target.is_file():
            source.parent.mkdir(exist_ok=True)
            source.write_text(self.pages[audience].text, encoding="utf-8")
            FORMATS[format].make(source, target)
        return target


# Plain text


@pytest.fixture(params=PAPERS, ids=lambda pair: "-".join(pair))
def told(request: pytest.FixtureRequest, pages: dict[tuple[str, str], Built]) -> tuple[Built, str]:
    page = pages[request.param]
    return page, written(read(page.text, ear=True))


def test_the_plain_text_says_every_word_of_the_page_and_every_chart(told: tuple[Built, str]) -> None:
    page, text = told
    words = re.compile(r"[\w.,%£/’-]*\w")
    assert not set(words.findall(heard(page))) - set(words.findall(text))
    flat = " ".join(text.split())
    for alternative in alternatives(page):
        assert " ".join(spoken(alternative).split()) in flat


def test_the_plain_text_has_short_lines_and_nothing_drawn(told: tuple[Built, str]) -> None:
    _, text = told
    assert max(map(len, text.split("\n"))) <= WIDTH
    assert not re.search(r"[▲▼◆●○■□│─┌|_=*]{1}", re.sub(r"\S*_\S*", "", text))


def test_the_plain_text_marks_each_heading_with_its_level_in_the_order_of_the_page(told: tuple[Built, str]) -> None:
    page, text = told
    levels = [int(level) for level in re.findall(r"^Heading (\d): (?!Contents$)", text, flags=re.MULTILINE)]
    assert levels == [
        int(h.tag[1]) for h in page.tree.xpath("//header//h1|//main//*[self::h2 or self::h3 or self::h4]")
    ]


def test_a_row_of_a_table_is_a_sentence_with_its_head_and_each_column_s() -> None:
    heads = "<tr><th>At</th><th>Plans</th><th>Rate<small>per 10,000</small></th></tr>"
    hidden = "<span aria-hidden='true'>c</span><span class='vh'>hidden</span>"
    rows = f"<tr><th>31 March</th><td>478</td><td>{hidden}</td></tr>"
    page = f"<table><caption>Plans</caption><thead>{heads}</thead><tbody>{rows}</tbody></table>"
    text = written(read(titled(page), ear=True))
    assert text.strip().endswith("At 31 March: Plans is 478; Rate (per 10,000) is hidden.")


def titled(body: str) -> str:
    return f"<html><head><title>A paper, 2017/18 Q3: a county</title></head><body><main>{body}</main></body></html>"


# Word


@pytest.fixture(scope="module", params=["public", "officers"])
def word(request: pytest.FixtureRequest, made: Made) -> docx.document.Document:
    return docx.Document(str(made("docx", audience=request.param)))


def test_the_word_document_has_the_page_s_headings_as_headings_in_order(word, short) -> None:
    found = [p for p in word.paragraphs if p.style.name.startswith("Heading")]
    levels = [int(p.style.name[-1]) for p in found]
    page = short["public"].tree
    assert levels == [int(h.tag[1]) for h in page.xpath("//header//h1|//main//*[self::h2 or self::h3 or self::h4]")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(p.text.strip() for p in found)


def test_every_picture_of_the_word_document_has_an_alternative(word, short) -> None:
    described = [about.get("descr") for about in word.element.body.iter(qn("wp:docPr"))]
    assert described
    assert all(described)
    audience = "officers" if "not for publication" in word.core_properties.subject else "public"
    for alternative in alternatives(short[audience]):
        assert alternative in {" ".join(one.split()) for one in described}


def test_the_header_row_of_every_table_in_word_repeats_and_no_cell_is_merged(word) -> None:
    assert word.tables
    for table in word.tables:
        first, *others = table._tbl.tr_lst
        assert first.trPr.find(qn("w:tblHeader")) is not None
        assert all(row.trPr.find(qn("w:tblHeader")) is None for row in others)
        assert not list(table._tbl.iter(qn("w:gridSpan"), qn("w:vMerge")))
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))


def test_the_word_document_says_its_language_its_title_its_pages_and_nobody_s_name(word) -> None:
    about = word.core_properties
    assert (about.author, about.last_modified_by) == ("", "")
    assert about.title.startswith("Children in need, 2017/18 Q3")
    assert about.created.replace(tzinfo=None) == dt.datetime(2017, 12, 31)
    assert {lang.get(qn("w:val")) for lang in word.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    fields = [field.get(qn("w:instr")) for field in word.sections[0].footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert any("TOC" in (code.text or "") for code in word.element.body.iter(qn("w:instrText")))


def test_a_link_in_word_leads_to_a_place_that_there_is(word) -> None:
    places = {mark.get(qn("w:name")) for mark in word.element.body.iter(qn("w:bookmarkStart"))}
    anchors = {link.get(qn("w:anchor")) for link in word.element.body.iter(qn("w:hyperlink"))} - {None}
    assert anchors
    assert not anchors - places


# PDF


@pytest.fixture(scope="module", params=["pdf", "large-print"])
def pdf(request: pytest.FixtureRequest, made: Made) -> PdfReader:
    return PdfReader(made(request.param))


def test_the_pdf_is_tagged_and_says_its_title_and_language(pdf: PdfReader) -> None:
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert pdf.metadata.title.startswith("Children in need, 2017/18 Q3")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_the_bookmarks_of_the_pdf_are_the_headings_of_the_page(pdf: PdfReader, short) -> None:
    def titles(outline: list) -> Iterator[str]:
        for one in outline:
            yield from titles(one) if isinstance(one, list) else [re.sub(r"\s+", "", one.title)]

    headings = short["public"].tree.xpath("//h1|//main//h2")
    assert {re.sub(r"\s+", "", h.text_content()) for h in headings} <= set(titles(pdf.outline))


def test_every_chart_of_the_pdf_has_its_alternative(pdf: PdfReader, short) -> None:
    def tags(node: DictionaryObject) -> Iterator[DictionaryObject]:
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            found = kid.get_object()
            if isinstance(found, DictionaryObject):
                yield found
                yield from tags(found)

    told = {
        " ".join(str(tag["/Alt"]).split()) for tag in tags(pdf.trailer["/Root"]["/StructTreeRoot"]) if "/Alt" in tag
    }
    assert set(alternatives(short["public"])) <= told


def test_the_pdf_tells_the_numbers_of_the_page_s_first_words(pdf: PdfReader, short) -> None:
    first = " ".join(page.extract_text() for page in pdf.pages[:2])
    said = numbers(short["public"].tree.xpath('string(//p[@class="stand"])'))
    assert said
    assert said <= numbers(first)


def test_no_word_in_large_print_is_under_18_point_and_no_letter_of_a_chart_under_12(made: Made) -> None:
    words, charts = sizes(made("large-print"))
    assert min(words) >= 18
    assert min(charts) >= 12


def sizes(path: Path) -> tuple[list[float], list[float]]:
    """The sizes of letters in points: of words, and of charts, whose letters are 13 in the drawing's own measure."""
    found: tuple[list[float], list[float]] = ([], [])

    def seen(text: str, outer: list[float], inner: list[float], font: dict | None, size: float) -> None:
        if text.strip() and font:
            found[size == 13].append(round(abs(size * inner[3] * outer[3]), 1))

    for page in PdfReader(path).pages:
        page.extract_text(visitor_text=seen)
    return found


# The workbook


@pytest.fixture(scope="module", params=["public", "officers"])
def workbook(request: pytest.FixtureRequest, stand: Stand, tmp_path_factory) -> tuple[str, Path, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("data") / request.param
    folder.mkdir()
    few = stand.of_audience(request.param)
    few = few[few.measure.isin(["cp_plan_rate", "cla_rate", "placement_costs"])]
    to_csv(few, folder / "figures.csv", stand.authority, stand.quarter)
    FORMATS["data"].make(folder / "figures.csv", folder / "figures.ods")
    return (
        request.param,
        folder / "figures.ods",
        pd.read_csv(folder / "figures.csv", dtype="str", keep_default_na=False),
    )


def sheets(path: Path) -> dict[str, pd.DataFrame]:
    return pd.read_excel(path, sheet_name=None, header=None, engine="calamine")


def test_the_workbook_s_values_are_the_csv_s(workbook) -> None:
    _, path, csv = workbook
    tables = [sheet for name, sheet in sheets(path).items() if name not in ("Cover", "Contents", "Notes")]
    rows = pd.concat([sheet.iloc[5:] for sheet in tables], ignore_index=True)
    rows.columns = list(COLUMNS)
    assert all(list(sheet.iloc[4]) == [title for title, _, _ in COLUMNS.values()] for sheet in tables)
    key = ["measure", "kind", "start", "end", "breakdown", "category"]
    rows[["start", "end"]] = rows[["start", "end"]].map(lambda day: str(day)[:10])
    both = csv.merge(rows.astype(dict.fromkeys(key, "str")), on=key, validate="1:1", suffixes=("", "_ods"))
    assert len(both) == len(csv)
    for name in NUMBERS:
        there = both[name] != ""
        assert (both.loc[there, name].astype(float) == both.loc[there, f"{name}_ods"].astype(float)).all()
        code = both.status.where(both.status.isin(["c", "x", "z"]), "z")
        assert (both.loc[~there, f"{name}_ods"] == ("[" + code + "]")[~there]).all()


def test_a_number_that_the_public_copy_hides_is_shorthand_in_the_workbook(workbook) -> None:
    audience, path, csv = workbook
    cells = {value for sheet in sheets(path).values() for value in sheet.stack() if isinstance(value, str)}
    assert ("[c]" in cells) == (audience == "public") == (csv.status == "c").any()


def test_the_workbook_has_a_cover_contents_and_notes_and_no_gap_nor_merged_cell(workbook) -> None:
    audience, path, _ = workbook
    found = sheets(path)
    assert list(found)[:3] == ["Cover", "Contents", "Notes"]
    assert set(found["Contents"][0]) >= {"Notes", *list(found)[3:]}
    for name, sheet in found.items():
        assert not sheet.isna().all(axis=1).any(), name
        table = sheet.iloc[5:] if name not in ("Cover", "Contents", "Notes") else sheet.iloc[3:]
        assert not table.isna().any(axis=None) or name == "Cover", name
    text = ZipFile(path).read("content.xml").decode()
    assert "spanned" not in text
    assert text.count("<table:table-header-rows>") == text.count("table:contains-header") == len(found) - 1
    assert ("not for publication" in text) == (audience == "officers")


# All of them


@pytest.mark.parametrize("format", ["text", "docx", "pdf"])
def test_the_officers_copy_is_marked_as_not_for_publication_in_every_format(made: Made, format: str) -> None:
    assert "not for publication" in " ".join(read_back(made(format, audience="officers")).split())
    assert "not for publication" not in " ".join(read_back(made(format)).split())


@pytest.mark.parametrize("format", ["text", "docx", "pdf", "large-print"])
def test_no_format_tells_a_number_that_the_page_does_not(made: Made, short, format: str) -> None:
    page = short["public"]
    known = numbers(" ".join([*page.tree.itertext(), *page.tree.xpath("//svg/@aria-label")]))
    own = {str(number) for number in range(1, 250)}  # of pages, and of the levels of headings
    assert not numbers(read_back(made(format))) - known - own


def read_back(path: Path) -> str:
    match path.suffix:
        case ".txt":
            return path.read_text(encoding="utf-8")
        case ".pdf":
            return " ".join(page.extract_text() for page in PdfReader(path).pages)
        case _:
            word = docx.Document(str(path))
            lines = [
                line for body in (word.sections[0].header._element, word.element.body) for line in body.iter(qn("w:p"))
            ]
            return "\n".join("".join(words.text or "" for words in line.iter(qn("w:t"))) for line in lines)


@pytest.mark.parametrize("format", ["text", "docx", "pdf"])
def test_made_twice_a_file_has_the_same_bytes(made: Made, tmp_path: Path, format: str) -> None:
    first = made(format)
    FORMATS[format].make(made.folder / "public" / f"{NAME}.html", tmp_path / first.name)
    assert (tmp_path / first.name).read_bytes() == first.read_bytes()


def test_a_word_document_bears_no_time_and_no_picture_of_a_template(made: Made) -> None:
    with ZipFile(BytesIO(made("docx").read_bytes())) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in archive.namelist() if "thumbnail" in name]


def test_a_page_is_read_into_its_parts(short) -> None:
    document = read(short["public"].text, ear=False)
    tree = short["public"].tree
    tables = [block for block in document.blocks if isinstance(block, Table)]
    assert len(tables) == len(tree.xpath("//table"))
    assert len([block for block in document.blocks if isinstance(block, Picture)]) == len(tree.xpath("//figure"))
    assert [text_of(b.words) for b in document.blocks if isinstance(b, Heading) and b.level == 1] == [
        "Children in need"
    ]
    assert all(len(row.cells) == len(table.heads) for table in tables for row in table.rows if row.kind != "group")


# The agenda pack


@pytest.fixture(scope="module")
def pack(pages: dict[tuple[str, str], Built], tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    """The pack of two papers, of which the one that comes later by its name says that it is the first."""
    try:
        FORMATS["pack"].ready()
    except Refused as refused:
        pytest.skip(str(refused))
    folder = tmp_path_factory.mktemp("pack")
    for order, (name, title) in enumerate(PACKED):
        for kept, text in (
            (folder / "public" / f"{name}.html", cut(pages[name, "public"]).text),
            (
                folder / "notebooks" / "public" / f"{name}.ipynb",
                json.dumps({"metadata": {"briefing": {"title": title, "order": order}}}),
            ),
        ):
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(text, encoding="utf-8")
    (folder / "public" / "index.html").write_text("<p>no paper", encoding="utf-8")
    target = FORMATS["pack"].file(folder / "public")
    FORMATS["pack"].make(folder / "public", target)
    return PdfReader(target)


PACKED = (("workforce_and_practice", "Workforce and practice"), ("child_protection", "Child protection"))


def test_the_pack_lists_its_papers_in_their_order_with_the_sheet_that_each_begins_on(pack: PdfReader) -> None:
    cover = pack.pages[0].extract_text()
    listed = [(title, re.search(rf"{title}\s*page (\d+)", cover)) for _, title in PACKED]
    starts = [int(found[1]) for _, found in listed if found]
    assert len(starts) == len(PACKED)
    assert starts == sorted(starts)
    for (title, _), start in zip(listed, starts, strict=True):
        assert title in pack.pages[start - 1].extract_text()
    tops = [entry for entry in pack.outline if not isinstance(entry, list)]
    found = {str(entry["/Title"]): (pack.get_destination_page_number(entry) or 0) + 1 for entry in tops}
    assert found == {"Agenda pack": 1} | dict(zip((title for _, title in PACKED), starts, strict=True))


def test_the_sheets_of_the_pack_are_numbered_in_one_row(pack: PdfReader) -> None:
    said = [re.findall(r"Page (\d+)", sheet.extract_text())[-1] for sheet in pack.pages]
    assert said == [str(number) for number in range(1, len(pack.pages) + 1)]


def test_each_link_of_a_paper_in_the_pack_leads_to_a_sheet_of_its_own(pack: PdfReader) -> None:
    tops = [pack.get_destination_page_number(entry) or 0 for entry in pack.outline if not isinstance(entry, list)]
    named = {str(name): pack.get_destination_page_number(place) or 0 for name, place in pack.named_destinations.items()}
    seen = 0
    for number, sheet in enumerate(pack.pages[tops[1] :], start=tops[1]):
        first = max(top for top in tops if top <= number)
        last = min((top for top in tops if top > number), default=len(pack.pages))
        for note in sheet.get("/Annots", ()):
            link = note.get_object()
            to = link.get("/Dest") or link.get("/A", {}).get("/D")
            if to is not None:
                seen += 1
                assert first <= named[str(to)] < last, (number, to)
    assert seen > 2 * len(PACKED)


def test_the_pack_is_tagged_and_says_its_language_and_title(pack: PdfReader) -> None:
    root = pack.root_object
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert pack.metadata
    assert str(pack.metadata.title).startswith("Agenda pack, ")
