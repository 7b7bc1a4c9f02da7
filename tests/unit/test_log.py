"""The log of builds: whole lines, for its owner alone, and no more of them than are wanted."""

from __future__ import annotations

import json
import os
import stat
from multiprocessing import get_context
from pathlib import Path

import pytest

from quarterdeck.home import Home
from quarterdeck.log import LOG, BuildLog, Lines, build_log, last_lines, put_aside


def written(home: Home) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home.outputs / LOG).read_text(encoding="utf-8").splitlines()]


def test_a_line_of_a_paper_says_whose_it_is_how_long_it_took_and_what_became_of_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    BuildLog(home, "nowhere", "2017-18 Q3").paper("public/contacts", "abc", "made", seconds=1.2345, peak=240_123_456)
    (line,) = written(home)
    assert str(line.pop("time")).endswith("Z")
    assert line == {
        "event": "paper", "process": os.getpid(), "authority": "nowhere", "quarter": "2017-18 Q3", "paper": "contacts",
        "audience": "public", "outcome": "made", "kind": None, "seconds": 1.23, "peak_memory_mb": 240, "key": "abc",
    }  # fmt: skip


def test_a_build_that_is_stopped_is_told_of_by_the_kind_of_error_and_not_by_what_it_says(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Zoe"), build_log(Home(tmp_path), "nowhere", "2017-18 Q3"):
        raise ValueError("Zoe Example is 12")
    (line,) = written(Home(tmp_path))
    assert (line["event"], line["outcome"], line["kind"]) == ("build", "stopped", "ValueError")
    assert "Zoe" not in (tmp_path / "outputs" / LOG).read_text(encoding="utf-8")


def test_the_log_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        BuildLog(Home(tmp_path), "nowhere", "2017-18 Q3").build("made")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "outputs" / LOG).stat().st_mode) == 0o600


def add_many(folder: Path, number: int) -> None:
    log = BuildLog(Home(folder), f"authority-{number}", "2017-18 Q3")
    for _ in range(300):
        log.paper("public/" + "long" * 400, "key", "made")


def test_two_builds_at_once_write_whole_lines(tmp_path: Path) -> None:
    started = [get_context("fork").Process(target=add_many, args=(tmp_path, number)) for number in range(3)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    lines = written(Home(tmp_path))
    assert sorted(str(line["authority"]) for line in lines) == sorted([f"authority-{n}" for n in range(3)] * 300)


def test_a_full_log_is_put_aside_once_and_what_it_holds_is_still_shown(tmp_path: Path) -> None:
    lines = Lines(tmp_path / "outputs" / LOG, bound=100)
    for number in range(5):
        lines.info(json.dumps({"number": number, "filling": "x" * 60}).encode())
    assert put_aside(lines.path).stat().st_size <= 200
    assert [line["number"] for line in last_lines(Home(tmp_path), 3)] == [2, 3, 4]
    assert len([*lines.path.parent.glob("*.jsonl")]) == 2


def test_a_line_that_a_full_disk_cut_short_is_left_out(tmp_path: Path) -> None:
    log = BuildLog(Home(tmp_path), "nowhere", "2017-18 Q3")
    log.build("made")
    with (tmp_path / "outputs" / LOG).open("ab") as file:
        file.write(b'{"time": "20\n')
    log.build("unchanged")
    assert [line["outcome"] for line in last_lines(Home(tmp_path), 9)] == ["made", "unchanged"]


def test_a_log_that_cannot_be_written_keeps_no_paper_from_being_made(tmp_path: Path) -> None:
    (tmp_path / "outputs" / LOG).mkdir(parents=True)
    BuildLog(Home(tmp_path), "nowhere", "2017-18 Q3").build("made")
