"""A published quarter can be made again from its manifest, to the byte, and what is not as it was is named."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock

from quarterdeck import cli
from quarterdeck.editions import editions
from quarterdeck.errors import Refused
from quarterdeck.home import Home
from quarterdeck.measures import registry
from quarterdeck.proof.signature import VARIABLE, new_key, signed_with, signing_key
from quarterdeck.proof.verify import Verdict, as_text, verify
from quarterdeck.publish.build import build
from quarterdeck.publish.manifest import MANIFEST, SIGNATURE, read_manifest
from quarterdeck.quarter import Quarter
from tests.faults.test_build import notebook
from tests.faults.torture import FEW, PUBLISHED, QUARTER, change_returns, published, put_home

pytestmark = pytest.mark.slow
PAGE = "public/one.html"


@pytest.fixture(scope="session")
def signed_home(once: Path) -> Path:
    """A small county's home, its one paper built and signed, once for all these tests."""
    folder = once / "signed"
    with FileLock(once / "signed.lock"), pytest.MonkeyPatch.context() as few:
        few.setattr(registry, "catalogue", lambda: FEW)
        if not (folder / "built").is_file():
            home = put_home(folder)
            new_key(folder / "key")
            assert not build("nowhere", QUARTER, home=home, sign_with=folder / "key").failed
            (folder / "built").touch()
    return folder


@pytest.fixture
def home(signed_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A copy of that home, for a test to spoil."""
    monkeypatch.setattr(registry, "catalogue", lambda: FEW)
    return Home(shutil.copytree(signed_home, tmp_path / "home", symlinks=True))


def again(home: Home, **how: Path) -> Verdict:
    return verify(home.folder / PUBLISHED, home, **how)


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def all_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_quarter_made_again_in_another_place_is_the_same_to_the_byte_and_nothing_is_left_of_it(home: Home) -> None:
    before = all_of(home.folder)
    verdict = again(home, public_key=home.folder / "key.pub")
    assert verdict.holds, as_text(verdict)
    assert verdict.signed
    assert not verdict.inputs
    assert not verdict.packages
    assert verdict.same == len(read_manifest(home.folder / PUBLISHED)["outputs"])
    assert {name for name in {*before} ^ {*all_of(home.folder)} if not name.endswith(".lock")} == set()
    assert {name: before[name] for name in before} == {name: all_of(home.folder)[name] for name in before}


def test_a_quarter_published_twice_is_made_again_from_the_history_that_its_last_build_read(home: Home) -> None:
    change_returns(home)
    assert build("nowhere", QUARTER, home=home).made
    assert len(editions(home, "nowhere", Quarter.parse(QUARTER))) == 2
    assert again(home).holds


def test_a_word_changed_in_a_page_is_found_with_its_file_its_line_and_the_words(home: Home) -> None:
    change(home.folder / PUBLISHED / PAGE, "Children in care", "Children on leave")
    verdict = again(home)
    (found,) = verdict.differ
    assert found.file == PAGE
    assert found.line > 0
    assert "on leave" in found.published
    assert "in care" in found.again
    assert verdict.changed == (f"{PAGE} is not as it was made",)
    assert not verdict.holds


def test_a_return_that_has_changed_is_named_with_what_it_makes_differ(home: Home) -> None:
    change_returns(home)
    verdict = again(home)
    assert verdict.inputs == ("data/nowhere/2017-18-Q3/ssda903/episodes.csv has changed",)
    assert "public/figures.csv" in [found.file for found in verdict.differ]
    assert not verdict.changed


@pytest.mark.parametrize(
    ("part", "name", "told"),
    [
        (("packages",), "pandas", "pandas has changed: it was 0.0.1, and is "),
        (("code",), "library", "quarterdeck's library has changed: it was 0.0.1, and is "),
        ((), "python", "Python has changed: it was 0.0.1, and is "),
    ],
)
def test_a_version_that_has_changed_is_named_though_no_byte_differs(
    home: Home, part: tuple[str, ...], name: str, told: str
) -> None:
    file = home.folder / PUBLISHED / MANIFEST
    about = json.loads(file.read_text(encoding="utf-8"))
    (about[part[0]] if part else about)[name] = "0.0.1"
    file.write_text(json.dumps(about), encoding="utf-8")
    verdict = again(home)
    assert [text for text in verdict.packages if text.startswith(told)]
    assert verdict.holds


@pytest.mark.parametrize(
    ("spoil", "status", "said"),
    [
        (lambda home: None, 0, "files are the same, byte for byte; 0 differ."),
        (
            lambda home: change(home.folder / PUBLISHED / PAGE, "care", "Care"),
            1,
            "public/one.html differs, first in line",
        ),
        (lambda home: (home.folder / PUBLISHED / MANIFEST).unlink(), 2, "has no manifest.json"),
        (lambda home: (home.notebooks / "one.ipynb").unlink(), 2, "no paper 'one'"),
    ],
    ids=["the same", "a page that was changed", "no manifest", "no notebook"],
)
def test_the_exit_status_says_whether_it_is_the_same(
    home: Home, spoil: Callable[[Home], None], status: int, said: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    spoil(home)
    monkeypatch.setenv("QUARTERDECK_HOME", str(home.folder))
    monkeypatch.setattr(cli, "no_core_dump", lambda: None)
    monkeypatch.setattr(sys, "argv", ["quarterdeck", "verify", str(home.folder / PUBLISHED)])
    with pytest.raises(SystemExit) as left:
        cli.main()
    told = capsys.readouterr()
    assert left.value.code == status, told.err
    assert said in told.out + told.err


def test_a_quarter_of_which_a_paper_could_not_be_made_is_compared_without_it_and_says_so(home: Home) -> None:
    nbformat.write(notebook("two", "paper.measure('cp_rate')"), home.notebooks / "two.ipynb")
    assert build("nowhere", QUARTER, home=home).failed
    verdict = again(home)
    assert verdict.holds, as_text(verdict)
    assert verdict.failed == ("officers/two", "public/two")
    assert "Not compared" in as_text(verdict)


def test_two_verifications_at_once_are_refused_in_words(home: Home) -> None:
    with FileLock(home.cache / ".verify.lock"), pytest.raises(Refused, match="another quarter is being verified"):
        again(home)


def test_a_manifest_that_was_changed_after_it_was_signed_is_found(home: Home) -> None:
    folder, public = home.folder / PUBLISHED, home.folder / "key.pub"
    assert signed_with(folder, public)
    change(folder / MANIFEST, '"set_aside": false', '"set_aside": true')
    assert not signed_with(folder, public)


def test_a_signature_of_another_key_is_not_good_and_none_is_refused(home: Home) -> None:
    other = new_key(home.folder / "other")
    assert not signed_with(home.folder / PUBLISHED, other)
    (home.folder / PUBLISHED / SIGNATURE).unlink()
    with pytest.raises(Refused, match="is not signed"):
        again(home, public_key=other)


def test_a_quarter_that_nothing_has_changed_for_is_signed_all_the_same(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.folder / PUBLISHED / SIGNATURE).unlink()
    monkeypatch.setenv(VARIABLE, str(home.folder / "key"))
    assert not build("nowhere", QUARTER, home=home).made
    assert signed_with(home.folder / PUBLISHED, home.folder / "key.pub")


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not here")
def test_openssl_checks_the_signature_and_makes_a_key_that_signs(home: Home) -> None:
    folder, made = home.folder / PUBLISHED, home.folder / "made"
    checked = subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", home.folder / "key.pub", "-rawin",
         "-in", folder / MANIFEST, "-sigfile", folder / SIGNATURE],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Verified Successfully" in checked.stdout
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", made], check=True)
    made.chmod(0o600)
    assert signing_key(made)


def test_a_key_that_others_can_read_or_that_is_none_is_refused_and_nothing_of_it_is_said(tmp_path: Path) -> None:
    new_key(tmp_path / "key")
    (tmp_path / "none").write_text("SECRET-WORDS", encoding="utf-8")
    (tmp_path / "none").chmod(0o600)
    for name, mode, said in (("key", 0o640, "others can read the key"), ("none", 0o600, "no Ed25519 private key")):
        (tmp_path / name).chmod(mode)
        with pytest.raises(Refused, match=said) as refused:
            signing_key(tmp_path / name)
        assert "SECRET" not in str(refused.value)
    with pytest.raises(Refused, match="there is no key"):
        signing_key(tmp_path / "absent")


def test_a_key_is_its_owners_alone_and_never_written_over(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        new_key(tmp_path / "key")
    finally:
        os.umask(before)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Refused, match="is there already"):
        new_key(tmp_path / "key")


def test_the_key_that_signs_is_in_nothing_that_a_build_leaves(home: Home) -> None:
    secret = (home.folder / "key").read_text(encoding="utf-8").splitlines()[1].encode()
    assert secret in (home.folder / "key").read_bytes()
    assert not [name for name, content in all_of(home.outputs).items() if secret in content]


def test_the_manifest_names_every_file_that_the_quarter_was_made_of(home: Home) -> None:
    names = {*read_manifest(home.folder / PUBLISHED)["inputs"]}
    own = {f"data/nowhere/{name}" for name in ("authority.toml", "2017-18-Q3/cin_census.xml")}
    assert own | {"notebooks/one.ipynb"} <= names
    assert {f"data/reference/{path.name}" for path in (home.data / "reference").glob("*.*")} <= names
    assert not [name for name in names if name.endswith(".key")]
    assert published(home)
