"""Cases of rules as they are written in the tests: small tables as text, with a mark at what breaks the rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from quarterdeck.authority import District, PlacementType
from quarterdeck.checks import Check, rules, run
from quarterdeck.records import Records
from quarterdeck.records.tables import TABLES

MARK = "!"
SHORT = {
    "who": "person_id",
    "year": "collection_year",
    "began": "cla_episode_start_date",
    "ended": "cla_episode_ceased_date",
    "rne": "cla_episode_start_reason",
    "rec": "cla_episode_ceased_reason",
    "status": "legal_status",
    "place": "cla_placement_type",
    "provider": "cla_placement_provider",
    "urn": "cla_placement_urn",
    "why_moved": "cla_placement_change_reason",
    "need": "cla_primary_need_code",
    "review": "cla_review_date",
    "part": "cla_review_participation",
    "went": "missing_episode_start_date",
    "back": "missing_episode_end_date",
    "type": "missing_episode_type",
    "offered": "missing_rhi_offered",
    "accepted": "missing_rhi_accepted",
    "timed": "interview_time_recorded",
    "decided": "placed_for_adoption_date",
    "reversed": "decision_reversed_date",
    "why_reversed": "decision_reversed_reason",
    "option": "previous_permanence_option",
    "order": "previous_permanence_order_date",
    "la": "previous_permanence_la",
}
TYPES = (
    PlacementType(name="Agency Residential", provider="external", group="residential"),
    PlacementType(name="In-house Fostering", provider="internal", group="fostering"),
)
DISTRICTS = (District(name="North"), District(name="South"))
Case = Mapping[str, str]
"""The tables of a case by name; `quarter` names another quarter than 2017-18 Q3, `types` "none" no types of placement,
and `says` what a rule on a whole table must say of it ("" where it must say nothing)."""


def table(text: str, name: str) -> tuple[list[dict[str, Any]], list[int]]:
    """The rows of a table written as text, and the positions of those with a mark.

    The first line holds the columns, a line each row, "-" an empty cell, "_" a space.
    """
    lines = [line.split() for line in text.strip().splitlines()]
    known = TABLES[name].dtypes
    columns = [SHORT[word] if SHORT.get(word) in known else word for word in lines[0]]
    rows, marked = [], []
    for number, cells in enumerate(lines[1:]):
        if cells[-1] == MARK:
            marked.append(number)
            cells = cells[:-1]
        assert len(cells) == len(columns), f"{name}: {cells} under {columns}"
        rows.append({column: _value(cell, known[column]) for column, cell in zip(columns, cells, strict=True)})
    return rows, marked


def _value(cell: str, dtype: str) -> Any:
    if cell == "-":
        return None
    if dtype == "boolean":
        return {"Y": True, "N": False}[cell]
    if dtype in ("Int64", "float64"):
        return float(cell) if dtype == "float64" else int(cell)
    return cell.replace("_", " ")


def is_kept(code: str, case: Case, small_records: Callable[..., Records]) -> None:
    """Fails unless the rule finds exactly the marked rows of the case (or says what it must), and changes nothing."""
    rule = rules()[code]
    names = [name for name in case if name in TABLES]
    written = {name: table(case[name], name) for name in names}
    records = small_records(case.get("quarter", "2017-18 Q3"), **{name: rows for name, (rows, _) in written.items()})
    types = () if case.get("types") == "none" else TYPES
    own = {"placement_types": types, "districts": DISTRICTS}
    records = replace(records, authority=records.authority.model_copy(update=own))
    before = {name: records.table(name).copy() for name in names}
    found = rule.function(records)
    state = run(records, [rule]).rules.iloc[0]
    if isinstance(found, str):
        assert found == state.reason == case["says"]
    else:
        assert sorted(found) == written[rule.table][1]
        assert (state.state, state.failing) == ("failed" if len(found) else "passed", len(found))
    assert all(records.table(name).equals(before[name]) for name in names)


def shows_both(rule: Check, cases: list[Case]) -> bool:
    """Whether the cases of a rule hold rows that keep it and rows that break it."""
    if any("says" in case for case in cases):
        return {bool(case["says"]) for case in cases} == {True, False}
    counts = [(len(rows), len(marked)) for rows, marked in (table(case[rule.table], rule.table) for case in cases)]
    return sum(rows - marked for rows, marked in counts) > 0 and sum(marked for _, marked in counts) > 0


def rules_of(module: str) -> set[str]:
    """The codes of the rules that a module of checks holds."""
    return {code for code, rule in rules().items() if rule.function.__module__ == f"quarterdeck.checks.{module}"}
