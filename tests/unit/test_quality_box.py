"""The box of every paper: when it says to take care, and what the public copy keeps to itself."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from quarterdeck.measures.registry import catalogue
from quarterdeck.paper.quality.box import Found, box, verdict
from quarterdeck.paper.quality.intake import unmade
from quarterdeck.paper.quality.rules import ranked
from quarterdeck.quarter import Quarter

COLUMNS = ["code", "severity", "table", "state", "checked", "failing"]
NONE = pd.DataFrame({"result": pd.Series(dtype="str")})


def found(
    *rules: tuple[Any, ...], came: int = 1000, aside: int = 0, repaired: int = 0, officers: bool = False
) -> Found:
    files = pd.DataFrame({"rows_in": [came], "rows_set_aside": [aside]})
    repairs = pd.DataFrame({"rows": [repaired]})
    return Found(files, pd.DataFrame(list(rules), columns=COLUMNS), repairs, NONE, officers)


def error(failing: int, checked: int = 100, state: str = "failed") -> tuple[Any, ...]:
    return ("A-01", "error", "cp_plans", state, checked, failing)


def test_one_row_in_twenty_may_break_a_rule_and_no_more() -> None:
    assert verdict(found(error(5))).startswith("So far as the rules can tell, these figures can be relied on")
    assert verdict(found(error(6))).startswith("Take care with figures on child protection plans")


def test_a_query_however_often_it_is_broken_takes_no_trust_away() -> None:
    query = ("A-02", "query", "cp_plans", "failed", 100, 90)
    assert "no row breaks a rule that allows no exception" in verdict(found(query, error(0, state="passed")))


def test_an_error_of_a_list_as_a_whole_wants_care() -> None:
    assert "taken as a whole" in verdict(found(error(0)))


def test_where_no_rule_could_be_run_nothing_is_said_to_be_sound() -> None:
    assert "is not known" in verdict(found(error(0, 0, "not run")))


def test_more_than_a_hundredth_of_the_rows_set_aside_wants_care() -> None:
    kept = error(0, state="passed")
    assert "can be relied on" in verdict(found(kept, aside=10))
    assert "1.1% of the rows" in verdict(found(kept, aside=11))


@pytest.mark.parametrize(
    ("aside", "public", "officers"),
    [(0, "none", "none"), (1, ">c<", ">1<"), (5, ">c<", ">5<"), (6, ">6<", ">6<")],
)
def test_one_to_five_rows_are_hidden_in_the_public_copy_alone(aside: int, public: str, officers: str) -> None:
    made = [
        str(box(found(error(0, state="passed"), aside=aside, repaired=aside, officers=who))) for who in (False, True)
    ]
    assert [made[0].count(public), made[1].count(officers)] == [2, 2]


def test_rows_in_are_rounded_in_the_public_copy_so_that_no_small_list_is_told_by_subtraction() -> None:
    assert "about 1,200<" in box(found(error(0, state="passed"), came=1234))
    assert ">1,234<" in box(found(error(0, state="passed"), came=1234, officers=True))


def test_a_list_as_a_whole_ranks_before_rows_and_a_greater_share_before_a_greater_number() -> None:
    rules = pd.DataFrame(
        [("MANY", "error", "a", "failed", 1000, 20), ("SHARE", "error", "a", "failed", 10, 5),
         ("WHOLE", "error", "a", "failed", 10, 0), ("KEPT", "error", "a", "passed", 10, 0)],
        columns=COLUMNS,
    )  # fmt: skip
    assert ranked(rules).code.tolist() == ["WHOLE", "SHARE", "MANY"]


def test_a_measure_without_its_column_is_not_made_and_says_which() -> None:
    measure = catalogue()["return_interviews_home"]
    quarter = Quarter(2017, 3)
    figures = pd.DataFrame(
        {"measure": [measure.id], "kind": [measure.headline], "end": [quarter.end], "breakdown": ["all"],
         "category": ["all"], "status": ["x"]}
    )  # fmt: skip
    table = measure.needs[0].partition("|")[0].partition(".")[0]
    sources = pd.DataFrame({"table": [], "events_since": [], "open_since": []})
    nothing = pd.DataFrame({"table": [], "column": [], "told": []}, dtype="str")
    (one,) = unmade([measure], figures, quarter, sources, nothing)
    assert one.what == "the whole measure"
    assert one.lacks.startswith(table)
    assert one.why.startswith("no return gives")
