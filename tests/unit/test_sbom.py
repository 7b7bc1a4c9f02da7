"""The bill of materials names each package of the lock once, as vulnerability lists name it, and what needs it."""

from __future__ import annotations

import re

from quarterdeck.proof.sbom import bill, locked
from tests.conftest import ROOT

LOCK = (ROOT / "requirements-run.lock").read_text(encoding="utf-8")
BILL = bill(locked(LOCK))


def test_every_package_of_the_lock_is_in_it_once() -> None:
    named = sorted(re.findall(r"^([a-z0-9-]+==[^ ]+)", LOCK, re.MULTILINE))
    assert sorted(f"{one['name']}=={one['version']}" for one in BILL["components"]) == named
    references = [one["bom-ref"] for one in BILL["components"]]
    assert len({*references}) == len(references)


def test_what_quarterdeck_needs_itself_is_what_its_project_file_says() -> None:
    (own,) = (one for one in BILL["dependencies"] if one["ref"] == "quarterdeck")
    names = {re.fullmatch(r"pkg:pypi/(.+)@.+", reference)[1] for reference in own["dependsOn"]}  # type: ignore[index]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("dependencies = [")[2].partition("\n]")[0]
    assert names == set(re.findall(r'"([a-z0-9-]+)', project))


def test_a_package_has_the_fingerprints_that_the_lock_allows() -> None:
    (pandas,) = (one for one in BILL["components"] if one["name"] == "pandas")
    hashes = [one["content"] for one in pandas["externalReferences"][0]["hashes"]]
    assert hashes
    assert all(f"--hash=sha256:{mark}" in LOCK for mark in hashes)


def test_a_package_for_some_systems_alone_says_which() -> None:
    (only,) = locked("winonly==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:0a\n    # via rich\n")
    assert str(only.marker) == 'sys_platform == "win32"'
    assert only.wanted_by == ("rich",)
