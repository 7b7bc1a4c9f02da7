"""Nothing but the demonstration names a council: the library and the notebooks serve any authority."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import nbformat
import pandas as pd
import pytest

from tests.conftest import ROOT

AREAS = pd.read_csv(ROOT / "data" / "reference" / "areas.csv").query("area_type == 'local_authority'")
BINARY = {".png", ".woff2"}
EVERYDAY = {"reading"}
"""Names that are words of everyday English too: written small, they are those."""

FALSE_FRIENDS = {
    "lib/quarterdeck/telling.py": """
        said = f"Made {what}" if done else "Reading the returns and working out the figures"
    """,
    "lib/quarterdeck/improvement/journey.py": '''
        """Reading an authority's `improvement/` files: every fault of every file at once, each with what to do."""
    ''',
    "lib/quarterdeck/paper/journey/asked.py": """
        from quarterdeck.paper.journey.evidence import Reading, State, reading, tally
        readings: list[Reading]
        def _table(id: str, name: str, readings: list[tuple[str, Reading]]) -> Markup:
        together: dict[tuple[str, object], tuple[list[str], Reading]] = {}
    """,
    "lib/quarterdeck/paper/journey/evidence.py": """
        class Reading:
        def reading(view: View, raised_by: Visit, base: Visit | None) -> Reading:
        return Reading(view, first, raised, "too soon", None)
        return Reading(view, first, raised, _state(view, at(view, since), at(view, view.quarter)), since)
    """,
}
"""Lines with a word that is a council's name and means none there, by file."""


def names() -> set[str]:
    """Every council's name that there is or was, with and without the kind of place behind it."""
    full = AREAS.name.str.replace(r" \(to .+\)$", "", regex=True)
    return {*full, *full.str.replace(r", (?:City|County) of$", "", regex=True)}


def pattern() -> re.Pattern[str]:
    """Any of the names as whole words, however they are joined: in a sentence, a path or an identifier."""
    ways = [r"[\W_]+".join(re.findall(r"\w+", name)) for name in sorted(names(), key=len, reverse=True)]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(ways)})(?![^\W_])", re.IGNORECASE)


NAMED = pattern()


def councils(line: str) -> list[str]:
    """The words of a line that may be a council's name."""
    return [found for found in NAMED.findall(line) if found not in EVERYDAY]


def lines() -> Iterator[tuple[str, str]]:
    """Each line of the library, save the demonstration, and of the notebooks, save their parameters: file and text."""
    for path in sorted((ROOT / "lib").rglob("*")):
        inside = path.relative_to(ROOT).as_posix()
        if path.is_file() and path.suffix not in {*BINARY, ".pyc"} and not inside.startswith("lib/quarterdeck/demo/"):
            yield from ((inside, line.strip()) for line in path.read_text(encoding="utf-8").splitlines())
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if "parameters" not in cell.metadata.get("tags", []):
                yield from ((f"notebooks/{path.name}", line.strip()) for line in cell.source.splitlines())


@pytest.fixture(scope="module")
def found() -> Counter[tuple[str, str]]:
    return Counter((file, line) for file, line in lines() if councils(line))


@pytest.fixture(scope="module")
def listed() -> Counter[tuple[str, str]]:
    return Counter((file, line.strip()) for file, text in FALSE_FRIENDS.items() for line in text.strip().splitlines())


def test_nothing_but_the_demonstration_and_the_notebooks_parameters_names_a_council(found, listed) -> None:
    assert dict(found - listed) == {}, "write it for any authority"


def test_no_false_friend_is_listed_that_is_not_there_any_more(found, listed) -> None:
    assert dict(listed - found) == {}


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("the children of Leeds", ["Leeds"]),
        ('help="leeds-demo"', ["leeds"]),
        ("NORTH_YORKSHIRE = 815", ["NORTH_YORKSHIRE"]),
        ("as Kingston upon Hull, City of, has it", ["Kingston upon Hull, City of"]),
        ("in Bristol’s paper", ["Bristol"]),
        ("Bournemouth, Christchurch and Poole", ["Bournemouth, Christchurch and Poole"]),
        ("St Helens or St. Helens", ["St Helens", "St. Helens"]),
        ("stoke_on_trent", ["stoke_on_trent"]),
        ("Reading Borough Council", ["Reading"]),
        ("the reading age of a page", []),
        ("a Kentish lane, a burying ground, yorker, Devonian", []),
    ],
)
def test_a_council_is_found_however_it_is_written_and_no_other_word_is(line: str, named: list[str]) -> None:
    assert councils(line) == named
