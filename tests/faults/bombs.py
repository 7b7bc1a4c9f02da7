"""Files that are small until they are opened, and one that is large: none is read, and none takes the machine."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator

KIND = "http://schemas.openxmlformats.org"
MAIN = f"{KIND}/spreadsheetml/2006/main"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{KIND}/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{KIND}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{KIND}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{KIND}/officeDocument/2006/relationships">'
    '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{KIND}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{KIND}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
SHEET = "xl/worksheets/sheet1.xml"
A1 = '<row r="1"><c r="A1"><v>1</v></c></row>'


def packed(parts: dict[str, str | Iterator[bytes]]) -> bytes:
    """A workbook of these parts beside those that every one has; a part may be given a block at a time."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in (PARTS | parts).items():
            with archive.open(name, "w", force_zip64=True) as part:
                for block in [content.encode()] if isinstance(content, str) else content:
                    part.write(block)
    return written.getvalue()


def sheet(rows: str | Iterator[bytes], before: str = "") -> dict[str, str | Iterator[bytes]]:
    """A sheet of these rows."""
    begin, end = f'<worksheet xmlns="{MAIN}">{before}<sheetData>', "</sheetData></worksheet>"
    if isinstance(rows, str):
        return {SHEET: begin + rows + end}
    return {SHEET: (block for part in ([begin.encode()], rows, [end.encode()]) for block in part)}


def ten_million_rows() -> bytes:
    """A sheet of ten million rows in a few hundred kilobytes."""
    block = b"<row><c><v>1</v></c></row>" * 100_000
    return packed(sheet(block for _ in range(100)))


def lying() -> bytes:
    """A workbook whose directory says that a sheet of 400 MB has a hundred bytes."""
    content = bytearray(packed(sheet(b" " * 2**20 for _ in range(400))))
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(SHEET.encode()))
    content[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(content)


def shared(length: int, cells: int) -> bytes:
    """One long text that many cells share."""
    texts = f'<sst xmlns="{MAIN}"><si><t>{"a" * length}</t></si></sst>'
    rows = '<row><c t="s"><v>0</v></c></row>' * cells
    rels = PARTS["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="rId2" Type="{KIND}/officeDocument/2006/relationships/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>',
    )
    return packed({**sheet(rows), "xl/sharedStrings.xml": texts, "xl/_rels/workbook.xml.rels": rels})


def many_sheets() -> bytes:
    """A thousand sheets that are all the same part, of seven million cells."""
    ids = "".join(f'<sheet name="S{number}" sheetId="{number}" r:id="rId1"/>' for number in range(1, 1001))
    book = PARTS["xl/workbook.xml"].replace('<sheet name="S" sheetId="1" r:id="rId1"/>', ids)
    return packed({**sheet(A1 + '<row r="7000"><c r="ALL7000"><v>1</v></c></row>'), "xl/workbook.xml": book})


def many_parts() -> bytes:
    """A zip of fifty thousand parts."""
    return packed({**sheet(A1), **{f"xl/x{number}.xml": "" for number in range(50_000)}})


def nested() -> bytes:
    """A zip of zips, each of which would unpack to 100 MB."""
    inner = packed(sheet(b" " * 2**20 for _ in range(100)))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for number in range(20):
            archive.writestr(f"{number}.xlsx", inner)
    return written.getvalue()


BILLION = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 10))
BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "ten million rows in a sheet": (".xlsx", ten_million_rows, "too large"),
    "a sheet of 1 GB": (".xlsx", lambda: packed(sheet(b" " * 2**20 for _ in range(1024))), "too large"),
    "a directory that lies about sizes": (".xlsx", lying, "file"),
    "two cells at the far corners": (
        ".xlsx",
        lambda: packed(
            sheet(A1 + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', '<dimension ref="A1:XFD1048576"/>')
        ),
        "too large",
    ),
    "a cell beyond every sheet": (
        ".xlsx",
        lambda: packed(sheet('<row r="9999999999"><c r="ZZZZZZ9999999999"><v>1</v></c></row>')),
        "too large",
    ),
    "a text of 30,000 letters in a million cells": (".xlsx", lambda: shared(30_000, 1_000_000), "too large"),
    "a thousand sheets of one part": (".xlsx", many_sheets, "too large"),
    "fifty thousand parts": (".xlsx", many_parts, "file"),
    "zips in a zip": (".xlsx", nested, "file"),
    "a billion laughs in a sheet": (
        ".xlsx",
        lambda: packed({SHEET: f'<!DOCTYPE a [<!ENTITY e0 "ha">{BILLION}]>{sheet("&e9;")[SHEET]}'}),
        "document type",
    ),
    "a dimension that is none": (".xlsx", lambda: packed(sheet(A1, '<dimension ref="A1:XFD1048576"/>')), "wrong file"),
    "ten million rows in a CSV": (".csv", lambda: b"1,2\n" * 10_000_000, "too large"),
    "a cell of 300 MB": (".csv", lambda: b'person_id\n"' + b"a" * (300 * 2**20) + b'"\n', "too large"),
    "a row of nine million cells": (".csv", lambda: b"1," * 9_000_000, "too large"),
    "a hundred thousand columns": (".csv", lambda: b"1," * 100_000, "too large"),
    "a flag of 100,000 letters": (
        ".csv",
        lambda: (
            b"cont_contact_id,cont_person_id,cont_contact_date,cont_contact_outcome_json\nA,B,2017-10-02,"
            + b"a" * 100_000
        ),
        "",
    ),
}
"""By name, the kind of file, what makes it, and the rule by which it is refused; "" where it is read."""
