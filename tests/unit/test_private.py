"""What is its owner's alone is so whatever the umask: from its first byte, and with the folders above it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from quarterdeck.private import private_file, private_folder


@pytest.fixture(params=[0o000, 0o002, 0o022, 0o077, 0o222], ids=lambda mask: f"{mask:03o}", autouse=True)
def umask(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_its_owners_alone_while_it_is_written_and_after(tmp_path: Path) -> None:
    with private_file(tmp_path / "list.csv") as file:
        assert mode(tmp_path / "list.csv") == 0o600
        file.write(b"A1")
    assert mode(tmp_path / "list.csv") == 0o600
    assert (tmp_path / "list.csv").read_bytes() == b"A1"


def test_a_file_that_all_could_read_is_its_owners_alone_before_anything_is_written_to_it(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"longer than what follows")
    path.chmod(0o666)
    with private_file(path) as file:
        assert (mode(path), path.stat().st_size) == (0o600, 0)
        file.write(b"A1")
    assert path.read_bytes() == b"A1"


def test_a_file_that_is_there_is_not_written_over_where_it_is_to_be_new(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(b"kept")
    with pytest.raises(FileExistsError), private_file(tmp_path / "list.csv", new=True):
        pass
    assert (tmp_path / "list.csv").read_bytes() == b"kept"


def test_a_folder_and_those_that_are_made_above_it_are_their_owners_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    private_folder(tmp_path / "above" / "below")
    assert [mode(tmp_path / name) for name in ("above", "above/below")] == [0o700, 0o700]
    assert mode(tmp_path) == 0o755, "what was there already is left as it was"


def test_a_folder_that_all_could_enter_is_closed(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    assert mode(private_folder(tmp_path / "cache")) == 0o700
