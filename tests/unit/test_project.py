"""The project's own files say the same thing everywhere."""

from __future__ import annotations

import re
import subprocess
import tomllib

import nbformat
import pytest
import yaml

from tests.conftest import ROOT

LOCK = (ROOT / "requirements.lock").read_text()
RUN_LOCK = (ROOT / "requirements-run.lock").read_text()


def pins(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9._-]+==[^ \\]+)", lock, re.MULTILINE))


def test_the_environment_that_builds_papers_is_part_of_the_one_lock() -> None:
    assert pins(RUN_LOCK) < pins(LOCK)


def test_the_environment_that_builds_papers_holds_no_jupyterlab() -> None:
    assert not {pin for pin in pins(RUN_LOCK) if pin.startswith("jupyterlab==")}


def test_every_package_in_a_lock_has_its_hashes() -> None:
    for lock in (LOCK, RUN_LOCK, (ROOT / "requirements-uv.lock").read_text()):
        for entry in re.split(r"\n(?=[a-z])", lock.strip()):
            assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    names = {re.match(r"[A-Za-z0-9._-]+", wanted)[0].lower() for group in groups for wanted in group}  # type: ignore[index]
    assert names <= {pin.split("==")[0] for pin in pins(LOCK)}


def test_the_conda_environment_has_the_same_python_and_the_same_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    plain = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    [from_pip] = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    required = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert f"python={required.removeprefix('>=')}" in plain
    assert from_pip == ["--requirement requirements.lock"]


def test_no_lock_names_where_packages_come_from() -> None:
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", LOCK + RUN_LOCK)


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_with_a_parameters_cell(path) -> None:
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in code) == 1
    assert all(len(cell.source.splitlines()) <= 10 for cell in code)


def test_nothing_that_a_build_makes_and_no_return_is_under_version_control() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    made = [name for name in tracked if name.startswith("outputs/") and name != "outputs/README.md"]
    returns = [
        name
        for name in tracked
        if re.match(r"data/[^/]+/\d", name) and not name.endswith(("commentary.md", "published.csv"))
    ]
    assert not made
    assert not returns


def test_no_file_names_a_path_of_a_machine() -> None:
    found = subprocess.run(
        ["git", "grep", "-nE", r"/(work|root|home|farm)/[a-z.]", "--", ".", ":!*.lock"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not [line for line in found.stdout.splitlines() if "tests/unit/test_project.py" not in line]


def test_every_test_that_the_page_on_security_names_is_there() -> None:
    named = set(re.findall(r"`(tests/\S+\.py|test_\w+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8")))
    assert len(named) > 10
    written = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py")))
    missing = [name for name in sorted(named) if not ((ROOT / name).is_file() or f"def {name}(" in written)]
    assert missing == []
