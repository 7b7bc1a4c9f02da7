"""What a disk or its rights forbid is told in words, and not where the machine keeps it; other faults by place."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from quarterdeck.telling import EXIT_FAULT, GoingOn


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full: make room (outputs/nowhere/one.html), and try again"),
        (errno.EROFS, "the disk can only be read"),
        (errno.EACCES, "this account may not read or write what it must"),
    ],
)
def test_a_disk_that_takes_nothing_is_told_in_words(
    number: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUARTERDECK_HOME", str(tmp_path))
    going = GoingOn()
    with going():
        raise OSError(number, "as the system says it", str(tmp_path / "outputs" / "nowhere" / "one.html"))
    told = capsys.readouterr().err
    assert said in told
    assert str(tmp_path) not in told
    assert going.worst == 2


def test_a_fault_of_another_kind_is_told_by_its_place_alone(capsys: pytest.CaptureFixture[str]) -> None:
    going = GoingOn()
    with going():
        raise OSError(errno.EIO, "of a child")
    assert "child" not in capsys.readouterr().err.replace("may tell of a child", "")
    assert going.worst == EXIT_FAULT
