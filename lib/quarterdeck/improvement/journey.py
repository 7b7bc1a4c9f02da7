"""Reading an authority's `improvement/` files: every fault of every file at once, each with what to do."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args, get_origin

import pandas as pd
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from quarterdeck.improvement.position import Position
from quarterdeck.improvement.rows import FILES, Action, Fault, Finding, Meeting, Milestone, Recommendation, Row
from quarterdeck.returns.problems import ReturnsError, gathered, problem

FOLDER = "improvement"


class ImprovementError(ReturnsError):
    """Improvement files that cannot be used: every problem of every file, at once."""


@dataclass(frozen=True)
class Journey:
    """All that an authority's improvement files hold; `on` gives what a paper of a day may know of it."""

    findings: tuple[Finding, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    actions: tuple[Action, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    meetings: tuple[Meeting, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.findings or self.recommendations or self.actions or self.milestones or self.meetings)

    def on(self, day: dt.date, panel: str = "") -> Position:
        """The journey as it stood on a day.

        Parameters
        ----------
        panel : the name of the panel that reads the paper.
        """
        return Position(day, panel, self.findings, self.recommendations, self.actions, self.milestones, self.meetings)


def read_journey(folder: Path, measures: Collection[str] = ()) -> Journey:
    """The journey that the files of a folder hold; an empty one, where there is no folder.

    Parameters
    ----------
    folder : `data/<authority>/improvement`.
    measures : ids of the catalogue, which evidence must name; none leaves them unchecked.

    Raises
    ------
    ImprovementError : a file is missing, or has rows that are not what its contract says.
    """
    if not folder.is_dir():
        return Journey()
    read: dict[str, list[tuple[int, Row]]] = {}
    problems: list[pd.DataFrame] = []
    broken: set[str] = set()
    for name, model in FILES.items():
        read[name] = []
        for line, found in _rows(folder / f"{name}.csv", model):
            if isinstance(found, Row):
                read[name].append((line, found))
            else:
                problems.append(found)
                broken.add(name)
    problems += _across(read, measures, broken)
    if problems:
        raise ImprovementError(gathered(problems))
    found = {name: tuple(row for _, row in rows) for name, rows in read.items()}
    return Journey(
        findings=found["inspections"],  # type: ignore[arg-type]
        recommendations=found["recommendations"],  # type: ignore[arg-type]
        actions=found["actions"],  # type: ignore[arg-type]
        milestones=found["milestones"],  # type: ignore[arg-type]
        meetings=found["meetings"],  # type: ignore[arg-type]
    )


def _rows(path: Path, model: type[Row]) -> Iterator[tuple[int, Row | pd.DataFrame]]:
    """Each row of a file, or what is wrong with it, with the line that it begins on."""
    file = f"{FOLDER}/{path.name}"
    wanted = list(model.model_fields)
    if not path.is_file():
        what = f"add it with the columns {', '.join(wanted)}; no rows, where there is nothing to say"
        yield 1, problem(file, "a file", what, "missing")
        return
    with path.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened, strict=True)
        try:
            heads = list(reader.fieldnames or ())
            if sorted(heads) != sorted(wanted):
                lacking, more = [name for name in wanted if name not in heads], [h for h in heads if h not in wanted]
                said = [f"add {', '.join(lacking)}"] * bool(lacking) + [f"take out {', '.join(more)}"] * bool(more)
                yield 1, problem(file, f"the columns {', '.join(wanted)}", "; ".join(said), "columns", line=1)
                return
            line = 1
            for cells in reader:
                line, start = reader.line_num, line + 1
                yield start, _row(file, start, model, cells)
        except csv.Error as error:
            yield 1, problem(file, "CSV", f"mend the quotation marks: {error}", "csv", line=reader.line_num)
        except UnicodeDecodeError:
            yield 1, problem(file, "text in UTF-8", "save it as CSV UTF-8", "encoding")


def _row(file: str, line: int, model: type[Row], cells: dict[str | Any, Any]) -> Row | pd.DataFrame:
    if None in cells or None in cells.values():
        what = "put text that has a comma in it in quotation marks, and a comma for each empty cell"
        return problem(file, f"{len(model.model_fields)} cells", what, "cells", line=line)
    try:
        return model.model_validate(cells)
    except ValidationError as error:
        return gathered([_problem(file, line, model, cells, dict(one)) for one in error.errors()])


def _problem(file: str, line: int, model: type[Row], cells: dict[str, str], error: dict[str, Any]) -> pd.DataFrame:
    fault = error.get("ctx", {}).get("error")
    if isinstance(fault, Fault):
        value = cells[fault.column]
        return problem(file, fault.expected, fault.what_to_do, "contract", line, fault.column, value)
    column = str(error["loc"][0])
    expected = _expected(model.model_fields[column])
    what = f"fill in {column}" if not cells[column] else "correct it"
    return problem(file, expected, what, "contract", line, column, cells[column])


def _expected(field: FieldInfo) -> str:
    if get_origin(field.annotation) is not None and field.description is None:
        return " / ".join(str(option) or "nothing" for option in get_args(field.annotation))
    return field.description or "some words"


def _across(
    read: dict[str, list[tuple[int, Any]]], measures: Collection[str], broken: Collection[str]
) -> Iterator[pd.DataFrame]:
    """What rows say of each other, and of the catalogue; nothing of rows that a file with problems may hold."""
    visits = {row.visit for _, row in read["inspections"]}
    asked = {row.id for _, row in read["recommendations"]}
    known = {*measures}
    for (_, before), (line, row) in pairwise(sorted(read["inspections"], key=lambda pair: pair[1].visit)):
        for column in ("title", "kind", "focus", "start", "end", "published", "announced"):
            if row.visit == before.visit and getattr(row, column) != getattr(before, column):
                what = "give every row of one visit the same, or another visit id"
                expected = f"the {column} of the other rows of {row.visit}"
                yield problem("improvement/inspections.csv", expected, what, "visit", line, column, "")
    seen: set[str] = set()
    for line, row in read["recommendations"]:
        if row.id in seen:
            yield problem(
                "improvement/recommendations.csv", "an id of its own", "number it anew", "id", line, "id", row.id
            )
        seen.add(row.id)
    links = [("recommendations", "raised_by", visits)] if "inspections" not in broken else []
    links += [("actions", "recommendation", asked)] if "recommendations" not in broken else []
    if known:
        links += [("recommendations", "evidence_measure", known), ("actions", "evidence_measure", known)]
    for name, column, there in links:
        for line, row in read[name]:
            for wrong in [one for one in getattr(row, column) if one not in there]:
                near = ", ".join(get_close_matches(wrong, sorted(there), n=3)) or "none is near it"
                kind = {"raised_by": "a visit of inspections.csv", "recommendation": "an id of recommendations.csv"}
                expected = kind.get(column, "a measure of the catalogue")
                what = f"correct it; nearest: {near}"
                yield problem(f"improvement/{name}.csv", expected, what, "link", line, column, wrong)
