"""What the examples of docstrings may name besides what they import: papers of stand-in figures, and records.

An analyst has `paper` in a notebook; here it is one of figures that stand in for a quarter's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

NAMES = ("authority", "paper", "journey", "quality", "records", "ready")


@pytest.fixture(autouse=True)
def named(request: pytest.FixtureRequest, doctest_namespace: dict[str, Any]) -> None:
    """Put in what an example names, and nothing that it does not: it takes seconds to make."""
    example = getattr(request.node, "dtest", None)
    if example is None:
        return
    text = "\n".join(one.source for one in example.examples)
    for name in NAMES:
        if re.search(rf"(?<![\w.\"']){name}\b(?!\s*=)", text):
            doctest_namespace[name] = request.getfixturevalue("stand_ins")(name)


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """Makes each of `NAMES` once."""
    made: dict[str, Any] = {}

    def give(name: str) -> Any:  # noqa: ANN401
        if name not in made:
            made[name] = _made(name, give, tmp_path_factory)
        return made[name]

    return give


def _made(name: str, give: Callable[[str], Any], folders: pytest.TempPathFactory) -> Any:  # noqa: ANN401
    from quarterdeck.measures.registry import catalogue
    from quarterdeck.paper import ImprovementPaper, Paper, QualityPaper
    from tests.conftest import AUTHORITY, QUARTER
    from tests.papers.conftest import made_up, stood
    from tests.small_county import SmallCounty

    if name == "authority":
        return AUTHORITY
    if name == "records":
        return SmallCounty(folders.mktemp("county")).read().records
    if name == "ready":
        return stood(made_up(catalogue()))
    kind, title = {
        "paper": (Paper, "performance_monitoring"),
        "journey": (ImprovementPaper, "improvement_journey"),
        "quality": (QualityPaper, "data_quality"),
    }[name]
    return kind(title, AUTHORITY, QUARTER, "officers", source=give("ready"), commentary="")
