"""The local lists: what no statutory return holds. What each holds stands in `lists.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import pandas as pd

from quarterdeck.quarter import Quarter
from quarterdeck.records.tables.shape import table, text
from quarterdeck.returns.layouts import Layout
from quarterdeck.returns.staged import stage

IDENTIFIERS = "identifiers"
"""The list that fills no table, but says of every table which rows are one child's."""
SYSTEMS = {"cin_census": "cin_id", "ssda903": "cla_id", "annex_a": "annex_a_id", "local": "local_id"}
"""The column of that list that holds a format's identifiers."""
stage(
    table(
        IDENTIFIERS,
        "one row a child who has different identifiers in different systems",
        " ".join(SYSTEMS.values()),
        *map(text, SYSTEMS.values()),
    ),
    "",
)

RECODE = {"in_touch": {"Y": "yes", "N": "no"}}
"""The records' word for another that a list may use, by canonical column."""


@dataclass(frozen=True)
class Heading:
    """What people are told of a heading: what it holds, and two made-up examples ("" where one is empty)."""

    name: str
    note: str
    examples: tuple[str | float, ...]


@dataclass(frozen=True)
class Guide:
    """What people are told of a list: what a row of it is, and each heading in order."""

    about: str
    headings: tuple[Heading, ...]


def _guide(told: Mapping[str, Any], everywhere: Mapping[str, str]) -> Guide:
    headings = (
        Heading(name, note or everywhere[name], tuple(examples)) for name, (note, *examples) in told["headings"].items()
    )
    return Guide(told["about"], tuple(headings))


def _layout(name: str, told: Mapping[str, Any]) -> Layout:
    fills = told.get("fills", {})
    columns = {heading: fills.get(heading, heading) for heading in told["headings"]}
    return Layout(
        name,
        "local",
        told.get("table", name),
        columns,
        tuple(told.get("required", "").split()),
        tuple(tuple(way.split()) for way in told.get("either", ())),
        recode={column: words for column, words in RECODE.items() if column in columns.values()},
        times=told.get("times", {}),
    )


_TOLD = tomllib.loads(files("quarterdeck.returns").joinpath("lists.toml").read_text(encoding="utf-8"))
_EVERYWHERE: dict[str, str] = _TOLD.pop("everywhere")

LAYOUTS: tuple[Layout, ...] = tuple(_layout(name, told) for name, told in _TOLD.items())
"""The lists that are read, by their usual file names."""
GUIDES: dict[str, Guide] = {name: _guide(told, _EVERYWHERE) for name, told in _TOLD.items()}
"""What people are told of each list, by its name."""


def canonical(tables: dict[str, pd.DataFrame], cut: Quarter) -> dict[str, pd.DataFrame]:
    """The canonical tables of the lists: all but the list of identifiers."""
    return {name: rows for name, rows in tables.items() if name != IDENTIFIERS}
