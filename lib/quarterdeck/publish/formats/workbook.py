"""The figures of a quarter as one workbook that a screen reader can go through, in the government's form for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from quarterdeck.figures.export import COLUMNS
from quarterdeck.measures.registry import catalogue
from quarterdeck.publish.formats import ods
from quarterdeck.publish.formats.ods import Sheet, cell, rows
from quarterdeck.quarter import Quarter

NUMBERS, DATES = ("numerator", "denominator", "value", "lower", "upper"), ("start", "end")
SHORTHAND = {
    "c": "Hidden to protect confidentiality: a number from 1 to 5, or one from which it could be worked out.",
    "x": "Not available from the council’s returns.",
    "z": "Not applicable: there is no such number, as a count has nothing that it is divided by.",
}
STATUS = {"": "none", **{code: f"[{code}]" for code in SHORTHAND}}
PRIVATE = "Officers’ copy: not for publication. Small numbers are shown in it."
PUBLIC = "Public copy: small numbers are hidden."
OTHER = "Other"
WIDTHS = {"title": "9cm", "measure": "5cm", "category": "5cm"}


def make(source: Path, target: Path) -> None:
    """Write the figures of a quarter as an ODS workbook.

    Parameters
    ----------
    source : `figures.csv`, in the folder of its audience; its metadata lie beside it.
    target : the workbook. The same figures give the same bytes.

    Source
    ------
    Government Analysis Function (2021), Making spreadsheets accessible.
    """
    about = json.loads(source.with_name(f"{source.name}-metadata.json").read_text(encoding="utf-8"))
    private = source.parent.name == "officers"
    figures = pd.read_csv(source, dtype="str", keep_default_na=False)
    written = list(sheets(figures, about, private=private))
    closed = Quarter.parse(about["dc:title"][-10:]).end.normalize().to_pydatetime()
    target.write_bytes(ods.workbook(written, about["dc:title"], PRIVATE if private else PUBLIC, closed))


def sheets(figures: pd.DataFrame, about: dict[str, str], *, private: bool) -> Iterator[Sheet]:
    """The worksheets: a cover, the contents, notes, and the figures of each area of the service.

    Parameters
    ----------
    figures : the CSV's rows, as text.
    about : its metadata.
    private : it is the officers' copy.
    """
    areas = figures.measure.map({name: measure.area for name, measure in catalogue().items()}).fillna(OTHER)
    tables = [_figures(str(area), part, private) for area, part in figures.groupby(areas, sort=False)]
    copy = PRIVATE if private else PUBLIC
    title = about["dc:title"].replace("figures behind the papers", "the figures behind the papers")
    yield Sheet(
        "Cover",
        (
            title,
            copy,
            about["dc:description"],
            f"From: {about['dc:creator']}.",
            "The same figures are in figures.csv, one a row; figures.csv-metadata.json says what its columns mean.",
            "Each worksheet of figures holds one table, and all tables have the same columns.",
            ("Go to the contents", "#'Contents'.A1"),
        ),
    )
    links = [((one.name, f"#'{one.name}'.A1"), one.lines[0]) for one in tables]
    listed = [(("Notes", "#'Notes'.A1"), "What the columns and the shorthand mean"), *links]
    yield Sheet(
        "Contents",
        ("Contents", "This worksheet holds one table: the worksheets after it, each with a link."),
        ("Worksheet", "What it holds"),
        rows([[cell(name), cell(str(what))] for name, what in listed]),
        len(listed),
        ("9cm", "14cm"),
    )
    notes = [
        *((f"Shorthand [{code}]", meaning) for code, meaning in SHORTHAND.items()),
        ("Status none", "Nothing is to be said of the figure."),
        ("Status provisional", "Worked out on an earlier year’s population."),
        *((f"Column: {title}", about) for title, _, about in COLUMNS.values()),
    ]
    yield Sheet(
        "Notes",
        ("Notes", "This worksheet holds one table: what the shorthand, the statuses and the columns mean."),
        ("Note", "Meaning"),
        rows([[cell(name), cell(meaning)] for name, meaning in notes]),
        len(notes),
        ("7cm", "18cm"),
    )
    yield from tables


def _figures(area: str, figures: pd.DataFrame, private: bool) -> Sheet:
    filled = figures.assign(
        status=figures.status.replace(STATUS),
        **{name: figures[name].where(figures[name] != "", _missing(figures.status)) for name in NUMBERS},
    )
    kinds: dict[str, Callable[[str], str]] = dict.fromkeys(NUMBERS, _number) | dict.fromkeys(DATES, ods.date)
    written = [filled[name].map({one: kinds.get(name, cell)(one) for one in filled[name].unique()}) for name in COLUMNS]
    return Sheet(
        area,
        (
            f"{area}: figures",
            f"This worksheet holds one table. {PRIVATE if private else PUBLIC}",
            "Shorthand in square brackets is explained in the worksheet Notes.",
            ("Go to the contents", "#'Contents'.A1"),
        ),
        tuple(title for title, _, _ in COLUMNS.values()),
        rows(zip(*written, strict=True)),
        len(figures),
        tuple(WIDTHS.get(name, "3cm") for name in COLUMNS),
    )


def _missing(status: pd.Series) -> pd.Series:
    """What stands in a cell without a number."""
    return "[" + status.where(status.isin(list(SHORTHAND)), "z") + "]"


def _number(text: str) -> str:
    return cell(text) if text.startswith("[") else ods.number(text)
