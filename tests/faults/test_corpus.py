"""Each bad file of the corpus is told in plain words, and each odd one is read right; none shows who is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest

from quarterdeck.returns import Intake, ReturnsError
from quarterdeck.returns.inspect import inspect
from quarterdeck.returns.inspected import as_text
from tests.faults.cases import CANARIES, Case
from tests.faults.corpus import CASES
from tests.small_county import SmallCounty

FEWEST = {"cin_census": 60, "ssda903": 85, "annex_a": 60, "ssd": 40, "local": 70}
MOST_LINES = 60
EACH = pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])


def read(folder: Path, files: Mapping[str, bytes], *, set_aside: bool = False) -> Intake:
    county = SmallCounty(folder, ())
    for name, content in files.items():
        county.put(name, content)
    return county.read(set_aside=set_aside)


@cache
def tables_of(files: tuple[tuple[str, bytes], ...]) -> Mapping[str, pd.DataFrame]:
    with TemporaryDirectory() as folder:
        return read(Path(folder), dict(files)).records.tables


def refused(folder: Path, case: Case, *, set_aside: bool) -> ReturnsError:
    with pytest.raises(ReturnsError) as caught:
        read(folder, case.files, set_aside=set_aside)
    return caught.value


def told_well(error: ReturnsError, case: Case) -> None:
    """Every problem says where, what was expected and what to do, in a few lines, and shows nobody."""
    problems, text = error.problems, str(error)
    for column in ("file", "expected", "what_to_do", "rule"):
        assert (problems[column] != "").all(), problems.to_string()
    assert problems.file.str.endswith(case.path).any(), text
    assert not [shown for shown in CANARIES if shown in text + problems.to_csv()], text
    assert all(letter.isprintable() or letter == "\n" for letter in text), text
    assert len(text.splitlines()) <= MOST_LINES
    assert max(map(len, text.splitlines())) < 600
    assert not [words for words in case.says if words not in text], text
    if case.rule:
        assert problems.rule.tolist()[:1] == [case.rule] and set(problems.rule) == {case.rule}, text
    if case.column:
        assert set(problems.column) == {case.column}, text
        assert problems.line.notna().all(), text


def balanced(intake: Intake) -> None:
    assert (intake.files.rows_in == intake.files.rows_used + intake.files.rows_set_aside).all()


@EACH
def test_a_file_of_the_corpus(case: Case, tmp_path: Path) -> None:
    if case.outcome == "stops":
        told_well(refused(tmp_path, case, set_aside=True), case)
        return
    if case.outcome == "fine":
        intake = read(tmp_path, case.files)
        balanced(intake)
        assert intake.problems.empty
        if case.like is not None:
            expected = tables_of(tuple(case.like.items()))
            assert set(intake.records.tables) == set(expected)
            for name, rows in expected.items():
                pd.testing.assert_frame_equal(intake.records.tables[name], rows)
        if case.told:
            name, column, value = case.told
            assert value in intake.records.tables[name][column].tolist()
        return
    told_well(refused(tmp_path, case, set_aside=False), case)
    intake = read(tmp_path, case.files, set_aside=True)
    balanced(intake)
    assert bool(intake.files.rows_set_aside.sum()) == (case.outcome == "set aside"), intake.files.to_string()


@EACH
def test_what_inspect_says_of_it(case: Case, tmp_path: Path) -> None:
    path = tmp_path / Path(case.path).name
    path.write_bytes(case.files[case.path])
    text = as_text(inspect(path), {})
    assert text
    assert not [shown for shown in CANARIES if shown in text], text


def test_the_corpus_is_large_enough_and_no_case_stands_in_it_twice() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 300
    assert len({(case.path, *case.files.items()) for case in CASES}) == len(CASES)
    found = Counter(case.format for case in CASES)
    assert not {name: found[name] for name, least in FEWEST.items() if found[name] < least}
