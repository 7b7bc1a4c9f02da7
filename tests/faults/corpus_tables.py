"""Lists in CSV and in workbooks, their rows and cells spoilt in every way that a list can be."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.faults.cases import Case, Outcome
from tests.faults.mutations import SSD, xlsx, zipped
from tests.small_county import FILES, LOOKED_AFTER

Rows = list[list[str]]


@dataclass(frozen=True)
class Base:
    """A faultless list, and the headings of the columns that are spoilt; "" where it has none of the kind.

    Parameters
    ----------
    others : the other files of the quarter.
    date, code, text : a date that must be there, a code, and text in any words.
    column : the table and column of the text.
    needed : a heading without which it is not this list.
    """

    format: str
    path: str
    rows: Rows
    date: str
    code: str
    text: str
    needed: str
    column: tuple[str, str] = ("", "")
    others: Mapping[str, bytes] = field(default_factory=dict)

    def files(self, content: bytes) -> dict[str, bytes]:
        """The quarter's folder with this content in the list's file."""
        return {**self.others, self.path: content}

    def written(self, rows: Rows, delimiter: str = ",") -> bytes:
        """The list as its kind of file has it."""
        if self.path.endswith(".xlsx"):
            return xlsx({"List_3" if self.format == "annex_a" else "Sheet1": [list(row) for row in rows]})
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
        return text.getvalue().encode()

    def with_cell(self, heading: str, value: str, row: int = 1) -> Rows:
        """The rows with one cell another."""
        rows = [list(each) for each in self.rows]
        rows[row][rows[0].index(heading)] = value
        return rows


def rows_of(text: str) -> Rows:
    """The cells of a CSV."""
    return [row for row in csv.reader(io.StringIO(text)) if row]


CARE = {name: FILES[name].encode() for name in LOOKED_AFTER}
REFERRALS = [
    ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Date of referral", "Referral Source", "Referral NFA?",
     "Allocated Team"],
    ["TEST000001", "b) Female", "a) WBRI", "01/05/2010", "02/10/2017", "q) 6: Police", "b) No", "Front Door"],
    ["TEST000002", "a) Male", "a) WBRI", "03/04/2003", "03/07/2017", "q) 6: Police", "a) Yes", "Front Door"],
]  # fmt: skip
AUDITS = "\n".join([FILES["local/audits.csv"].strip(), "A2,13/12/2017,safeguarding,plans,N,Good,good"])
BASES = (
    Base(
        "ssda903", "ssda903/episodes.csv", rows_of(FILES["ssda903/episodes.csv"]), "DECOM", "PLACE", "URN", "RNE",
        ("cla_episodes", "cla_placement_urn"), CARE,
    ),
    Base("ssd", "ssd/ssd_cin_episodes.csv", rows_of(SSD["ssd_cin_episodes"]), "cine_referral_date",
         "cine_cin_primary_need_code", "", "cine_close_date"),
    Base("ssd", "ssd/ssd_early_help_episodes.csv", rows_of(SSD["ssd_early_help_episodes"]), "earl_episode_start_date",
         "", "earl_episode_organisation", "earl_episode_start_date", ("early_help_episodes", "episode_organisation")),
    Base("local", "local/audits.csv", rows_of(AUDITS), "audit_date", "grade", "theme", "theme", ("audits", "theme")),
    Base("local", "local/audits.xlsx", rows_of(AUDITS), "audit_date", "grade", "theme", "theme", ("audits", "theme")),
    Base("annex_a", "annex_a.xlsx", REFERRALS, "Date of referral", "Referral Source", "", "Date of referral"),
)  # fmt: skip

DATES: dict[str, tuple[str, str]] = {
    "the 29th of February of a year without one": ("29/02/2017", "date"),
    "the 31st of April": ("31/04/2017", "date"),
    "a month first": ("04/13/2017", "date"),
    "a year of two digits": ("13/04/17", "date"),
    "words": ("last Tuesday", "date"),
    "a formula": ("=cmd|' /C calc'!A0", "date"),
    "a script": ("<script>alert(1)</script>", "date"),
    "a right-to-left override": ("\u202e7102/40/31", "date"),
    "digits of another script": ("٠٣/٠٤/٢٠١٧", "date"),
    "a year alone": ("2017", "date"),
    "an identifier": ("TEST000009", "date"),
    "a postcode": ("ZZ1 1AD", "date"),
    "a name": ("Zoe Example", "date"),
    "a day of the last century": ("01/01/1917", "impossible date"),
    "a year of five digits": ("01/01/20177", "date"),
    "nothing": ("", "required"),
    "an error of a formula": ("#REF!", "date"),
}
CODES = {
    "no code": "QQ9",
    "a script": "<script>alert(1)</script>",
    "a formula": "=cmd|' /C calc'!A0",
    "a right-to-left override": "\u202eN1",
    "an identifier": "TEST000009",
    "a name": "Zoe Example",
    "a postcode": "ZZ1 1AD",
    "a zero-width space": "Q\u200b9",
    "a thousand letters": "Q" * 1000,
}
TEXTS = {
    "HTML": "<img src=x onerror=alert(1)>",
    "a formula": "=cmd|' /C calc'!A0",
    "a right-to-left override": "a\u202eb",
    "another alphabet": "Ünïcode 日本 😀",
    "a delimiter": "a, b; c",
    "a line break": "a\nb",
    "a formula of a link": '=HYPERLINK("http://192.0.2.1")',
    "Markdown": "[a](javascript:alert(1))",
}


def _of_cells(base: Base) -> Iterator[Case]:
    def case(name: str, rows: Rows, outcome: Outcome, rule: str = "", column: str = "", **more: object) -> Case:
        files = base.files(base.written(rows))
        return Case(f"{base.path}: {name}", base.format, files, base.path, outcome, rule, column, **more)  # type: ignore[arg-type]

    for name, (written, rule) in DATES.items():
        yield case(f"{name} for a date", base.with_cell(base.date, written), "set aside", rule, base.date)
    if base.format != "ssd":  # which runs on past the quarter
        later = base.with_cell(base.date, "01/04/2018")
        yield case("a day after the extract", later, "set aside", "after the extract's end", base.date)
        yield case(
            "a serial number of 2090",
            base.with_cell(base.date, "69500"),
            "set aside",
            "after the extract's end",
            base.date,
        )
    mixed = base.with_cell(base.date, "13/04/2017")
    mixed[2][mixed[0].index(base.date)] = "04/13/2017"
    yield case("dates in both orders", mixed, "set aside", "date", base.date, says=("month first",))
    if base.code:
        for name, written in CODES.items():
            yield case(
                f"{name} for a code",
                base.with_cell(base.code, written),
                "unknown" if base.path.count("audits") == 0 else "set aside",
                "code",
                base.code,
            )
    if base.text:
        for name, written in TEXTS.items():
            yield case(f"{name} in a text", base.with_cell(base.text, written), "fine", told=(*base.column, written))
    heading, *body = base.rows
    like = base.files(base.written(base.rows))
    wide = [[*row, *[""] * 3] for row in base.rows]
    place = heading.index(base.needed)
    odd: dict[str, Rows] = {
        "a title above": [["Cut on 2 January 2018"], [], *base.rows],
        "nineteen rows above": [["Read this first"]] + [[""]] * 18 + base.rows,
        "blank rows below": [*base.rows, *[[""] * len(heading)] * 5],
        "blank rows between": [heading, [""] * len(heading), body[0], [], *body[1:]],
        "blank columns beside": wide,
        "a blank column before": [["", *row] for row in base.rows],
        "headings in capitals": [[word.upper() for word in heading], *body],
        "headings in small letters with spaces": [[f" {word.lower().replace('_', ' ')} " for word in heading], *body],
        "columns in another order": [row[::-1] for row in base.rows],
        "a column that nobody knows": [[*row, "x"] for row in base.rows[:1]] + [[*row, "1"] for row in body],
        "a heading twice": [[*row, row[0] if row is heading else "other"] for row in base.rows],
        "spaces about its cells": [heading, *([f"  {cell}\xa0" if cell else "" for cell in row] for row in body)],
        "NULL for what is empty": [heading, *([cell or "NULL" for cell in row] for row in body)],
        "5,000 columns": [
            [*row, *[f"x{number}" if row is heading else "" for number in range(5_000)]] for row in base.rows
        ],
    }
    for name, rows in odd.items():
        yield case(name, rows, "fine", like=like)
    date = heading.index(base.date)
    forms: dict[str, Callable[[str, str, str], str]] = {
        "ISO": lambda day, month, year: f"{year}-{month}-{day}",
        "dots": lambda day, month, year: f"{day}.{month}.{year}",
        "dashes": lambda day, month, year: f"{day}-{month}-{year}",
        "no noughts": lambda day, month, year: f"{int(day)}/{int(month)}/{year}",
        "midnight": lambda day, month, year: f"{day}/{month}/{year} 00:00",
    }
    for name, form in forms.items():
        rows = [list(row) for row in base.rows]
        for row in rows[1:]:
            first = row[date].split("-")[::-1] if "-" in row[date] else row[date].split("/")
            row[date] = form(*first)
        yield case(f"dates with {name}", rows, "fine", like=like)
    yield case("no headings", body, "stops", "wrong file", says=("first",))
    yield case("headings below twenty rows", [["x"]] * 20 + base.rows, "stops", "wrong file")
    yield case(
        "another list altogether", [["car", "colour"], ["mini", "red"]], "stops", "wrong file", says=("take it out",)
    )
    lacking = [row[:place] + row[place + 1 :] for row in base.rows]
    yield case(
        "without a heading it must have",
        lacking,
        "stops",
        "heading" if base.format != "annex_a" else "",
        says=(base.needed,) if base.format != "annex_a" else (),
    )
    again = [heading, body[0], heading, *body[1:]]
    yield case("its headings again among the rows", again, "set aside")
    moved = [heading, ["", *body[0][:-1]], *body[1:]]
    yield case("a row moved by one cell", moved, "set aside")
    beyond = [heading, [*body[0], "", "more"], *body[1:]]
    if base.path.endswith(".csv"):  # a sheet's rows are as wide as it is
        yield case("a cell too many", beyond, "set aside", "too many cells")
        yield case(
            "20,000 columns", [[*row, *["x"] * 20_000] for row in base.rows], "stops", "too large", says=("take out",)
        )
    if not (base.format == "ssda903" or base.path.endswith("early_help_episodes.csv") or base.format == "annex_a"):
        yield case("a row twice", [*base.rows, body[0]], "set aside", "duplicate")


def _of_text(base: Base) -> Iterator[Case]:
    """What can be wrong or odd with a CSV beside its cells."""
    text = base.written(base.rows)
    files, path = base.files, base.path
    first = text.index(b"\n") + 1
    broken: dict[str, tuple[bytes, str, tuple[str, ...]]] = {
        "nothing": (b"", "empty", ("cut it again",)),
        "blanks": (b"\n  \r\n,,,\n", "empty", ("cut it again",)),
        "a web page": (b"<!DOCTYPE html><html><body>Please log in</body></html>", "wrong file", ("web page or XML",)),
        "an XML": (b"<?xml version='1.0'?><a/>", "wrong file", ("web page or XML",)),
        "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "file", ("it is no text",)),
        "a PDF": (b"%PDF-1.4\n%\x81\x8d\x8f\0", "file", ("it is no text",)),
        "packed by gzip": (gzip.compress(text, mtime=0), "file", ("it is no text",)),
        "an empty zip": (b"PK\x03\x04" + bytes(100), "file", ("cannot be opened",)),
        "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file", ("without a password",)),
        "a NUL in a row": (text[: first + 3] + b"\0" + text[first + 3 :], "file", ("it is no text",)),
        "NULs at its end": (text + bytes(512), "file", ("it is no text",)),
        "UTF-16 cut in a letter": (text.decode().encode("utf-16")[:-1], "file", ("it is no text",)),
        "UTF-32": (text.decode().encode("utf-32"), "file", ("it is no text",)),
        "a byte of no encoding": (text + b"\x81\n", "file", ("it is no text",)),
        "quotes that never close": (text[:first] + b'"' + text[first:], "quotes", ("mend the quotes",)),
        "a letter after a quote": (text[:first] + b'"a"b,' + text[first:], "quotes", ("mend the quotes",)),
        "a cell of 200,000 letters": (text + b"x" * 200_000, "quotes", ()),
        "cut in its headings": (text[: text.index(base.needed.encode()) + 2].rpartition(b",")[0][:40], "", ()),
        "JSON": (b'{"CHILD": "TEST000001", "DOB": "03/04/2003"}', "wrong file", ("take it out",)),
        "notes": (b"Dear all, please find the list attached.\nTEST000001\n", "wrong file", ("take it out",)),
    }  # fmt: skip
    for name, (content, rule, says) in broken.items():
        yield Case(f"{path}: {name}", base.format, files(content), path, "stops", rule, says=says)
    cut = base.written([*base.rows[:1], base.rows[1]])
    row = base.rows[1]
    date = row[base.rows[0].index(base.date)].encode()
    half = cut[: cut.index(date, first) + 7]
    yield Case(f"{path}: cut in a date", base.format, files(half), path, "set aside", "date", base.date)
    before = cut[: cut.index(date, first)]
    yield Case(f"{path}: cut before a date", base.format, files(before), path, "set aside", "required")
    decoded = text.decode()
    odd = {
        "UTF-8 with a mark": text.decode().encode("utf-8-sig"),
        "UTF-16": decoded.encode("utf-16"),
        "UTF-16, little end first": decoded.encode("utf-16-le"),
        "UTF-16, big end first": decoded.encode("utf-16-be"),
        "semicolons": base.written(base.rows, ";"),
        "tabs": base.written(base.rows, "\t"),
        "Windows line ends": text.replace(b"\n", b"\r\n"),
        "line ends of an old Macintosh": text.replace(b"\n", b"\r"),
        "no last line end": text.rstrip(b"\n"),
        "every cell in quotes": b"\n".join(
            b",".join(b'"%b"' % cell.replace('"', '""').encode() for cell in row) for row in base.rows
        ),
        "blank lines everywhere": b"\n\n" + text.replace(b"\n", b"\n\n"),
        "curly quotes about cells": decoded.replace(base.rows[1][0], f"“{base.rows[1][0]}”").encode(),
    }
    for name, content in odd.items():
        yield Case(f"{path}: {name}", base.format, files(content), path, "fine", like=files(text))


def _changed(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """A workbook with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {part.filename: packed.read(part) for part in packed.infolist()}
    change(parts)
    return zipped(parts)


def _of_books(base: Base) -> Iterator[Case]:
    """What can be wrong or odd with a workbook beside its cells."""
    book, path = base.written(base.rows), base.path
    sheet = "xl/worksheets/sheet1.xml"
    broken: dict[str, bytes] = {f"cut after {share}%": book[: len(book) * share // 100] for share in (5, 50, 90, 99)}
    broken |= {f"{lost} bytes lost": book[:60] + book[60 + lost :] for lost in (1, 100, 1500)}
    broken |= {
        "no sheet in it": _changed(book, lambda parts: parts.pop(sheet) and None),
        "a sheet cut short": _changed(book, lambda parts: parts.update({sheet: parts[sheet][:300]})),
        "a sheet of another format": _changed(book, lambda parts: parts.update({sheet: b"\x00\x01\x02"})),
        "no list of sheets": _changed(book, lambda parts: parts.pop("xl/workbook.xml") and None),
        "with a password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
    }
    for name, content in broken.items():
        yield Case(
            f"{path}: {name}",
            base.format,
            base.files(content),
            path,
            "stops",
            says=("again",) if name == "no list of sheets" else ("save it",),
        )
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A9:C9"/></mergeCells>'
    odd = {
        "macros": _changed(book, lambda parts: parts.update({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 50})),
        "merged cells": _changed(
            book, lambda parts: parts.update({sheet: parts[sheet].replace(b"</sheetData>", merged)})
        ),
        "a dimension of a whole sheet": _changed(
            book,
            lambda parts: parts.update(
                {sheet: parts[sheet].replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>', 1)}
            ),
        ),
    }
    for name, content in odd.items():
        yield Case(f"{path}: {name}", base.format, base.files(content), path, "fine", like=base.files(book))


def cases() -> Iterator[Case]:
    """Every case of a list."""
    for base in BASES:
        yield from _of_cells(base)
        if base.path.endswith(".csv"):
            yield from _of_text(base)
        else:
            yield from _of_books(base)
    for name, other in (("episodes", "header"), ("header", "reviews"), ("reviews", "episodes")):
        swapped = {**CARE, f"ssda903/{name}.csv": CARE[f"ssda903/{other}.csv"]}
        yield Case(
            f"the {other} in the place of the {name}",
            "ssda903",
            swapped,
            f"ssda903/{name}.csv",
            "stops",
            says=("put the right file here",),
        )
    for name in ("header", "episodes"):
        alone = {**CARE, f"ssda903/{name}.csv": CARE[f"ssda903/{name}.csv"].splitlines()[0]}
        yield Case(f"the {name} with headings alone", "ssda903", alone, f"ssda903/{name}.csv", "stops", "empty")
    alike = {"local/legal.csv": FILES["local/pre_proceedings.csv"].encode()}
    yield Case(
        "a list that may be either of two",
        "local",
        alike,
        "local/legal.csv",
        "stops",
        "which list",
        says=("name the file",),
    )
    year = {"local/placement_budget.csv": FILES["local/placement_budget.csv"].replace("2017-18", "17/18").encode()}
    yield Case(
        "a year written otherwise",
        "local",
        year,
        "local/placement_budget.csv",
        "set aside",
        "written otherwise",
        "financial_year",
    )
    twice = {"local/a.csv": AUDITS.encode(), "local/b.csv": AUDITS.encode()}
    yield Case(
        "a list in two files", "local", twice, "local/b.csv", "stops", "repeated file", says=("take one of them out",)
    )
