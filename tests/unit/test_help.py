"""Whatever an analyst can call has help, with an example that runs: `lib/conftest.py` says on what."""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from quarterdeck import paper, prepared, quarter, records
from quarterdeck.figures import export, frame, targets
from quarterdeck.measures import counting, describe, registry
from quarterdeck.paper import charts

OF_MODULES: dict[Any, list[str]] = {
    paper: [name for name in paper.__all__ if inspect.isclass(getattr(paper, name))],
    charts: [name for name in charts.__all__ if callable(getattr(charts, name))],
    registry: ["Count", "Measure", "Quantiles", "Ratio", "catalogue", "measure"],
    counting: [name for name, one in vars(counting).items() if inspect.isfunction(one) and name[0] != "_"],
    describe: ["age_band", "age_on", "describe", "duration_in_months", "over_months"],
    quarter: ["Quarter", "collection_year", "periods"],
    prepared: ["Prepared", "prepared"],
    records: [],
    frame: ["figures"],
    export: ["tidy", "to_csv"],
    targets: ["rating", "target_of", "targets"],
}
"""What notebooks import, by module: of `counting` whatever is written there or brought in for measures to call."""
METHODS: dict[type, set[str]] = {
    paper.Paper: set(),
    paper.ImprovementPaper: set(),
    paper.QualityPaper: set(),
    prepared.Prepared: {"failing_records"},  # a path, and no figure of it
    records.Records: {"told_by_profile", "reach", "last_told", "kept", *(f"cla_{part}" for part in (
        "history", "periods", "placement", "spells", "stays"))},
}  # fmt: skip
"""Classes that notebooks hold, and those of their names that only measures and checks call."""


def public() -> Iterator[tuple[str, Any]]:
    for module, names in OF_MODULES.items():
        yield from ((f"{module.__name__}.{name}", getattr(module, name)) for name in names)
    for kind, others in METHODS.items():
        for name in sorted({name for each in kind.__mro__[:-1] for name in vars(each)} - others):
            one = inspect.getattr_static(kind, name)
            documented = inspect.isfunction(one) or isinstance(one, property) or type(one).__name__ == "cached_property"
            if name[0] != "_" and documented:
                yield f"{kind.__name__}.{name}", one


PUBLIC = {name: one for name, one in public() if getattr(one, "__module__", "quarterdeck").startswith("quarterdeck")}


@pytest.mark.parametrize("name", PUBLIC)
def test_every_name_that_an_analyst_calls_has_help_with_an_example_that_runs(name: str) -> None:
    help_text = inspect.getdoc(PUBLIC[name]) or ""
    assert help_text.splitlines()[0].strip().endswith((".", ":", "?"))
    examples = doctest.DocTestParser().get_examples(help_text)
    assert [one for one in examples if doctest.SKIP not in one.options], "give it an example that runs"


def test_the_names_that_notebooks_call_are_among_those_that_have_help() -> None:
    assert {"Paper.measure", "Paper.preview", "Paper.rows", "ImprovementPaper.kpis", "QualityPaper.rules"} <= set(
        PUBLIC
    )
    assert len(PUBLIC) > 90
