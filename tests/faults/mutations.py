"""A small faultless file of each format, and what chance may do to it: the same for the same seed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random

import openpyxl
import pandas as pd
from openpyxl.cell import WriteOnlyCell

from quarterdeck.demo.annex_a import workbook
from tests.faults.corpus_xml import SSDA903
from tests.small_county import CENSUS, FILES

Change = Callable[[bytes, Random], bytes]

# ruff: noqa: E501
PIECES = [
    "\0", "\ufeff", "\u202e", "\u200b", "\xa0", "é", "𝟛", "٣", "\x1b[2J", "\r", "\n\n", '"', "'", ",", ";", "\t", "<", ">", "&",
    "&#0;", "]]>", "<!--", "<!DOCTYPE a>", "=cmd|' /C calc'!A0", "<script>", "29/02/2017", "31/02/2018", "04/13/2017",
    "43193.5", "9999-12-31", "0001-01-01", "00/00/0000", "1e400", "-1", "9" * 40, "nan", "inf", "½", "TRUE", "{", "[]",
    '{"1A": "Yes"', "2017-18", "Y", "x" * 2000, "<a>" * 300, "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
]  # fmt: skip
SSD = {
    "ssd_person": "pers_person_id,pers_sex,pers_ethnicity,pers_dob\nA,F,WBRI,2010-05-01\nB,M,NULL,2003-04-03\n",
    "ssd_cin_episodes": "cine_referral_id,cine_person_id,cine_referral_date,cine_cin_primary_need_code,"
    "cine_close_date,cine_close_reason\nR1,A,2017-10-02,N1,,\nR2,B,2017-04-03,N5,2017-05-02,RC8\n",
    "ssd_early_help_episodes": "earl_person_id,earl_episode_start_date,earl_episode_end_date,"
    "earl_episode_organisation\nA,2017-04-03,2017-06-01,School\nB,2017-07-03,,Health visiting\n",
    "ssd_assessment_factors": 'cinf_assessment_id,cinf_assessment_factors_json\nA1,"[""2B"", ""3A""]"\nA2,"{""1A"": ""Yes""}"\n',
}


def xlsx(sheets: Mapping[str, list[list[object]]]) -> bytes:
    """A workbook of these sheets."""
    book = openpyxl.Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            cells = [WriteOnlyCell(sheet, None if value == "" else value) for value in row]
            for cell in cells:
                cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type  # "=…" and "#REF!" as they are
            sheet.append(cells)
    saved = io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as parts:
        return zipped({part: WHEN_SAVED.sub(b"", parts.read(part)) for part in parts.namelist()})


WHEN_SAVED = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A zip of these parts, with no time in it: the same parts give the same bytes, whenever they are zipped."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as into:
        for name, content in parts.items():
            into.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def rows_of(text: str) -> list[list[object]]:
    """The cells of a small CSV."""
    return [
        *map(list, pd.read_csv(io.StringIO(text), header=None, dtype="str", keep_default_na=False).to_numpy().tolist())
    ]


@cache
def faultless() -> Mapping[str, Mapping[str, bytes]]:
    """By reader, the files that chance begins with, by name."""
    local = {Path(name).name: text for name, text in FILES.items() if name.startswith("local/")}
    referral = {"Child Unique ID": "A1", "Date of referral": "02/10/2017", "Referral Source": "q) 6: Police"}
    care = {
        "Child Unique ID": "A3",
        "Date Started to be Looked After": "01/03/2016",
        "Child's Legal Status": "C2: FCO",
        "Placement Type": "p) K2: Children’s Homes",
    }
    one, several = ("contacts", "audits", "workforce"), ("visits", "caseloads")
    return {
        "census": {"cin_census.xml": CENSUS.encode()},
        "903 XML": {"return.xml": SSDA903.encode()},
        "903 CSV": {Path(name).name: text.encode() for name, text in FILES.items() if name.startswith("ssda903/")},
        "Annex A": {"annex_a.xlsx": workbook({3: pd.DataFrame([referral]), 8: pd.DataFrame([care])})},
        "SSD": {f"{name}.csv": text.encode() for name, text in SSD.items()},
        "local CSV": {name: text.encode() for name, text in local.items()},
        "local XLSX": {f"{name}.xlsx": xlsx({name: rows_of(local[f"{name}.csv"])}) for name in one}
        | {"lists.xlsx": xlsx({name: rows_of(local[f"{name}.csv"]) for name in several})},
    }


def _flipped(content: bytes, chance: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(content: bytes, chance: Random) -> bytes:
    return content[: chance.randint(0, len(content))]


def _piece(content: bytes, chance: Random) -> bytes:
    at, gone = chance.randint(0, len(content)), chance.choice([0, 0, 1, 10])
    return content[:at] + chance.choice(PIECES).encode() + content[at + gone :]


def _spliced(content: bytes, chance: Random) -> bytes:
    begin, end, to = sorted(chance.randint(0, len(content)) for _ in range(3))
    block = content[begin:end]
    return chance.choice([content[:to] + block + content[to:], content[:begin] + content[end:], content[end:] + block])


def _other(content: bytes, chance: Random) -> bytes:
    files = faultless()[chance.choice([*faultless()])]
    other = files[chance.choice([*files])]
    return content[: chance.randint(0, len(content))] + other[chance.randint(0, len(other)) :]


def _written(content: bytes, chance: Random) -> bytes:
    """A value between two delimiters or tags replaced."""
    for mark in (b",", b">", b";"):
        if content.count(mark) > 3:
            parts = content.split(mark)
            at = chance.randrange(len(parts))
            rest = parts[at][parts[at].find(b"<") :] if mark == b">" and b"<" in parts[at] else b""
            parts[at] = chance.choice(PIECES).encode() + rest
            return mark.join(parts)
    return content


def _lines(content: bytes, chance: Random) -> bytes:
    lines = content.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines[: chance.randint(1, len(lines))] * chance.choice([1, 1, 3])) if lines else content


def _columns(content: bytes, chance: Random) -> bytes:
    rows = [line.split(b",") for line in content.split(b"\n")]
    a, b = (chance.randrange(len(rows[0])) for _ in range(2))
    for row in rows[chance.choice([0, 1]) :]:
        if max(a, b) < len(row):
            row[a], row[b] = row[b], row[a]
    return b"\n".join(b",".join(row) for row in rows)


def _encoded(content: bytes, chance: Random) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(chance.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252"]), "replace")


def _noise(content: bytes, chance: Random) -> bytes:
    return chance.randbytes(chance.choice([0, 1, 10, 1000]))


TEXT: tuple[Change, ...] = (
    _flipped, _cut, _piece, _piece, _spliced, _other, _written, _written, _lines, _columns, _encoded, _noise,
)  # fmt: skip


def _repacked(content: bytes, chance: Random) -> bytes:
    """A workbook with one of its parts changed, left out, or put under another's name."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {part.filename: packed.read(part) for part in packed.infolist()}
    names = sorted(parts)
    sheets = [name for name in names if "sheet" in name.lower()]
    for _ in range(chance.randint(1, 3)):
        name = chance.choice(sheets if chance.random() < 0.7 else names)
        what = chance.random()
        if what < 0.1:
            parts.pop(name, None)
        elif what < 0.2:
            parts[name] = parts.get(chance.choice(names), b"")
        else:
            parts[name] = chance.choice(TEXT)(parts.get(name, b""), chance)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return written.getvalue()


def mutated(reader: str, chance: Random) -> tuple[str, bytes]:
    """A file's name, and its content after chance has passed over it."""
    files = faultless()[reader]
    name = chance.choice(sorted(files))
    content = files[name]
    if content.startswith(b"PK"):
        packed = chance.random() < 0.7
        return name, _repacked(content, chance) if packed else chance.choice((_flipped, _cut, _spliced, _other))(
            content, chance
        )
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        content = chance.choice(TEXT)(content, chance)
    return name, content
