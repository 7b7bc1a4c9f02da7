"""A folder takes the place of another in one step, or in two where the system cannot; neither leaves anything."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from quarterdeck import whole
from quarterdeck.whole import put, recover, swap


def folder(path: Path, says: str) -> Path:
    path.mkdir(parents=True)
    (path / "page.html").write_text(says, encoding="utf-8")
    return path


def says(path: Path) -> str:
    return (path / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("one_step", [True, False])
def test_the_new_folder_has_the_name_and_the_old_one_is_gone(
    one_step: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not one_step:
        monkeypatch.setattr(whole, "_exchanged", lambda one, other: False)
    target, aside = folder(tmp_path / "q", "old"), folder(tmp_path / ".q.part", "new")
    swap(aside, target)
    assert says(target) == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["q"]


def test_the_first_folder_needs_none_before_it(tmp_path: Path) -> None:
    swap(folder(tmp_path / ".q.part", "new"), tmp_path / "q")
    assert says(tmp_path / "q") == "new"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges two names in one step")
def test_where_names_can_be_exchanged_there_is_no_instant_without_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, aside = folder(tmp_path / "q", "old"), folder(tmp_path / ".q.part", "new")

    def moves(*_: object) -> None:
        raise AssertionError("a name was taken away before it was given anew")

    monkeypatch.setattr(Path, "replace", moves)
    swap(aside, target)
    assert says(target) == "new"


def test_what_a_run_left_that_died_between_two_steps_is_mended(tmp_path: Path) -> None:
    folder(tmp_path / ".q.old", "old")
    recover(folder(tmp_path / ".q.part", "half"), tmp_path / "q")
    assert says(tmp_path / "q") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["q"]


def test_what_a_run_left_that_died_after_both_steps_is_cleared_away(tmp_path: Path) -> None:
    target = folder(tmp_path / "q", "new")
    folder(tmp_path / ".q.old", "old")
    recover(tmp_path / ".q.part", target)
    assert says(target) == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["q"]


def test_all_of_a_folder_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[str] = []
    monkeypatch.setattr(whole, "_wait_for", lambda path: waited.append(f"{path.name} {(tmp_path / 'q').exists()}"))
    put(folder(tmp_path / ".q.part", "new"), tmp_path / "q")
    assert waited == ["page.html False", ".q.part False", f"{tmp_path.name} False", f"{tmp_path.name} True"]
