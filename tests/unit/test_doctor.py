"""`quarterdeck doctor` says what keeps papers from being made, or records from being private, and what mends it."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from quarterdeck import doctor
from quarterdeck.home import Home
from quarterdeck.proof.signature import VARIABLE
from tests.faults.test_build import PROFILE


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home of one authority whose returns are its owner's alone, in a folder that others can enter."""
    monkeypatch.setattr(doctor, "_kernel", lambda home: iter(()))
    monkeypatch.setattr(doctor, "_open_to_others", lambda path: bool(path.stat().st_mode & 0o005))
    made = Home(tmp_path / "home")
    (made.data / "nowhere" / "2017-18-Q3").mkdir(parents=True)
    (made.data / "nowhere" / "authority.toml").write_text(PROFILE, encoding="utf-8")
    (made.data / "nowhere").chmod(0o700)
    made.outputs.mkdir()
    return made


def told(home: Home, look: str) -> list[tuple[str, str]]:
    """What one look finds, as state and words."""
    return [(found.state, found.said) for found in getattr(doctor, f"_{look}")(home)]


def test_a_package_that_is_not_installed_fails_and_one_of_another_version_is_a_warning(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / doctor.LOCK).write_text(
        "pandas==3.1.1 \\\n    --hash=sha256:00\nnumpy==2.4.6\nwinonly==1 ; sys_platform == 'nowhere'\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(doctor, "__file__", str(tmp_path / "lib" / "quarterdeck" / "doctor.py"))
    monkeypatch.setattr(doctor, "_version", {"pandas": "0.0.1", "numpy": ""}.__getitem__)
    assert told(home, "packages") == [
        ("fail", "not installed: numpy"),
        ("warn", "other versions than the lock's: pandas 0.0.1, not 3.1.1"),
    ]


@pytest.mark.parametrize(("free", "state"), [(10e9, "ok"), (1e9, "warn"), (1e8, "fail")])
def test_a_full_disk_fails_and_one_that_fills_is_a_warning(
    free: float, state: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: usage(free))
    assert [found for found, _ in told(home, "disk")] == [state]


def test_returns_that_others_can_look_into_fail_and_those_of_a_demonstration_do_not(home: Home) -> None:
    assert [state for state, _ in told(home, "data")] == ["ok"]
    (home.data / "nowhere").chmod(0o755)
    assert told(home, "data") == [("fail", "others can look into data/nowhere")]
    (home.data / "nowhere" / "authority.toml").write_text(f"synthetic = true\n{PROFILE}", encoding="utf-8")
    assert [state for state, _ in told(home, "data")] == ["ok"]


def test_records_that_others_can_look_into_fail(home: Home) -> None:
    home.cache.mkdir(mode=0o755)
    assert [state for state, _ in told(home, "outputs")] == ["fail"]
    home.cache.chmod(0o700)
    assert [state for state, _ in told(home, "outputs")] == ["ok"]


def test_a_key_to_sign_with_that_cannot_be_used_fails_and_what_else_there_is_is_looked_at(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(home.folder / "absent"))
    monkeypatch.setattr(doctor, "LOOKS", (doctor._signature, doctor._disk))
    found = [*doctor.examine(home)]
    assert [one.state for one in found] == ["fail", "ok"]
    assert "there is no key" in found[0].said


def test_no_browser_is_a_warning(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert [state for state, _ in told(home, "browser")] == ["warn"]


def test_messages_that_wait_to_be_sent_are_a_warning(home: Home) -> None:
    assert told(home, "notify") == []
    told_to = PROFILE + '[notify]\nwebhook = "https://hooks.example/x"\n'
    (home.data / "nowhere" / "authority.toml").write_text(told_to, encoding="utf-8")
    assert told(home, "notify") == [("ok", "runs of nowhere are told of by webhook")]
    outbox = home.outputs / ".unsent" / "nowhere"
    outbox.mkdir(parents=True)
    (outbox / "20180312T063000000000.2017-18-Q3.webhook.json").touch()
    assert told(home, "notify") == [("warn", "1 message about nowhere could not be sent yet")]
