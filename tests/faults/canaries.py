"""Children who are nobody, put into every return; and a search of every byte that a run leaves for them."""

from __future__ import annotations

import base64
import binascii
import csv
import gzip
import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pandas as pd
import pyarrow.parquet as pq

from quarterdeck.demo.annex_a import workbook
from tests.small_county import FILES

CHILD = "QJXWKV0041"  # and a digit
FORENAME, SURNAME, WORKER = "Zebedia", "Quillfeather", "Hepzibah Thrupplewick"
BORN = pd.Timestamp(2008, 2, 29)
UPN, NHS, POSTCODE = "Q820432198765", "943 476 5919", "QZ98 7XQ"
NOTE = f"{FORENAME} {SURNAME} of 1 Nowhere Lane, {POSTCODE}, born 29 February 2008"
UNKNOWN = {
    "FORENAME": FORENAME,
    "SURNAME": SURNAME,
    "NHS_NUMBER": NHS,
    "ADDRESS": f"1 Nowhere Lane, {POSTCODE}",
    "CASE_NOTES": NOTE,
    "MOTHERS_ID": f"{CHILD}9",
}
"""Columns that no return has, and a case system may cut all the same."""

CANARIES: Mapping[str, re.Pattern[bytes]] = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "identifier": rb"qjxwkv|v0041[0-9]",
        "name": rb"zebedia|quillfeather|hepzibah|thrupplewick",
        "birth date": rb"(?<!\d)2008[-/. ]?0?2[-/. ]?29(?!\d)|(?<!\d)29[-/. ]?0?2[-/. ]?(?:20)?08(?!\d)"
        rb"|29(?:th)?[\W_]{0,3}feb(?:ruary)?[\W_]{0,3}(?:20)?08|feb(?:ruary)?[\W_]{0,3}29[\W_]{0,3}(?:20)?08",
        "UPN": rb"q820432198765|820432198765|q820432",
        "NHS number": rb"943\W{0,3}476\W{0,3}5919",
        "postcode": rb"qz98[\W_]{0,6}7xq",
    }.items()
}
"""What each looks like in lower case, whole or in half, however it is written."""


def hits(content: bytes) -> set[str]:
    """The kinds of canary that bytes hold, in whatever they are packed."""
    texts = {text.lower() for text in readings(content)}
    return {kind for kind, canary in CANARIES.items() if any(map(canary.search, texts))}


def readings(content: bytes) -> Iterator[bytes]:
    """The bytes as they stand, and as whoever finds them could read them."""
    yield content
    if content.startswith(b"PAR1"):
        table = pq.read_table(io.BytesIO(content))
        yield repr(table.schema.metadata).encode()
        yield table.to_pandas().to_csv().encode()
    elif content.startswith(b"\x1f\x8b"):
        yield from readings(gzip.decompress(content))
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.namelist():
                yield from readings(packed.read(part))
    else:
        yield content.replace(b"\0", b"")  # UTF-16 and UTF-32
        text = content.decode("utf-8", "replace")
        yield unquote(html.unescape(text)).encode()
        yield re.sub(r"<[^>]*>", "", text).encode()  # a word in several elements
        for blob in re.findall(rb"base64,\s*([A-Za-z0-9+/=\s]{16,})", content):
            try:
                yield from readings(base64.b64decode(blob))
            except binascii.Error:
                continue


def files_in(folder: Path) -> Iterator[Path]:
    """Every file of a folder, the hidden ones too; sockets and pipes hold nothing."""
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


# Returns


def planted(text: str) -> str:
    """A return of the small county, with canaries for its identifiers, birth dates and the rest."""
    swaps = {
        "TEST00000": CHILD,
        "03/04/2003": f"{BORN:%d/%m/%Y}",
        "01/05/2010": f"{BORN:%d/%m/%Y}",
        "2010-05-01": f"{BORN:%Y-%m-%d}",
        "X999999999999": UPN,
        "ZZ1 1AA": POSTCODE,
        "ZZ1 1AB": POSTCODE.lower(),
        "ZZ1 1AC": POSTCODE.replace(" ", ""),
        "W0001": WORKER,
        "W0002": WORKER,
    }
    for old, new in swaps.items():
        text = text.replace(old, new)
    return text


def with_unknown_columns(text: str) -> str:
    """A list in CSV with the columns of `UNKNOWN` in every row."""
    heading, *rows = csv.reader(io.StringIO(text))
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\n")
    out.writerow([*heading, *UNKNOWN])
    out.writerows([*row, *UNKNOWN.values()] for row in rows)
    return written.getvalue()


def returns() -> dict[str, str | bytes]:
    """The returns of a quarter in every format, canaries in all of them."""
    lists = {name: with_unknown_columns(planted(text)) for name, text in FILES.items() if name.endswith(".csv")}
    own = "".join(f"<{heading}>{value}</{heading}>" for heading, value in UNKNOWN.items())
    census = planted(FILES["cin_census.xml"]).replace("</ChildIdentifiers>", f"{own}</ChildIdentifiers><!-- {NOTE} -->")
    return {**lists, **_model(), "cin_census.xml": census, "annex_a.xlsx": _annex_a()}


def _model() -> dict[str, str | bytes]:
    tables = {
        "ssd_person": f"pers_person_id,pers_sex,pers_dob,pers_upn\n{CHILD}1,F,{BORN:%Y-%m-%d},{UPN}\n",
        "ssd_address": f"addr_person_id,addr_address_type,addr_address_postcode\n{CHILD}1,HOME,{POSTCODE}\n",
        "ssd_linked_identifiers": f"link_person_id,link_identifier_type,link_identifier_value\n{CHILD}1,UPN,{UPN}\n",
        "ssd_professionals": "prof_professional_id,prof_professional_department,prof_professional_name\n"
        f"W1,Safeguarding,{WORKER}\n",
    }
    return {f"ssd/{name}.csv": with_unknown_columns(text) for name, text in tables.items()}


def _annex_a() -> bytes:
    child = "Child Unique ID"
    told = {
        1: [{child: f"{CHILD}1", "Date of Contact": "02/10/2017", "Contact Source": "q) 6: Police"}],
        2: [{child: f"{CHILD}2", "Assessment start date": "02/10/2017"}],
        9: [
            {
                child: f"{CHILD}4",
                "Date of Birth": f"{BORN:%d/%m/%Y}",
                "Eligibility Category": "b) Former relevant child",
                "Allocated Personal Advisor": WORKER,
            }
        ],
    }
    book = openpyxl.load_workbook(io.BytesIO(workbook({number: pd.DataFrame(rows) for number, rows in told.items()})))
    book.properties.creator = WORKER
    book.create_sheet("Notes").append([NOTE])
    sheet = book.worksheets[0]
    for place, (heading, value) in enumerate(UNKNOWN.items(), start=sheet.max_column + 1):
        sheet.cell(2, place, heading)
        sheet.cell(3, place, value)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
