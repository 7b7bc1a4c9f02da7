"""Git keeps notebooks without outputs, shows their changes as they read, and takes in nothing of a child."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output

from tests.conftest import ROOT
from tests.small_county import CENSUS, FILES

pytest.importorskip("nbstripout", reason="nbstripout is not installed")
pytest.importorskip("pre_commit", reason="pre-commit is not installed")
BIN = Path(sys.executable).parent
OUTPUT = "what a cell showed"
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of one paper, set up by `make git`, with nothing of the machine's own settings."""
    folder = tmp_path / "repository"
    (folder / "notebooks").mkdir(parents=True)
    (folder / ".venv-dev").symlink_to(BIN.parent)
    for name in (".gitattributes", ".pre-commit-config.yaml", "pyproject.toml", "notebooks/child_protection.ipynb"):
        shutil.copy(ROOT / name, folder / name)
    (folder / ".gitignore").write_text("/.venv-dev\n")
    git(folder, "init", "--quiet", "--initial-branch=main")
    set_up = ["make", "-f", str(ROOT / "Makefile"), "-o", ".venv-dev/.ready", f"BIN={_tools(folder)}", "git"]
    subprocess.run(set_up, cwd=folder, env=environment(folder), check=True, capture_output=True)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=A paper")
    return folder


def _tools(folder: Path) -> Path:
    """The folder of the tools that `make git` names: those of this Python, wherever they were put."""
    found = {name: shutil.which(name) or shutil.which(name, path=str(BIN)) for name in TOOLS}
    tools = folder.parent / "tools"
    tools.mkdir()
    for name, path in found.items():
        assert path, f"{name} is not installed"
        (tools / name).symlink_to(path)
    return tools


TOOLS = ("nbstripout", "git-nbdiffdriver", "git-nbmergedriver", "pre-commit")


def environment(folder: Path) -> dict[str, str]:
    """Without the settings and the hooks of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    roles = [f"GIT_{role}_{what}" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]
    own = {"HOME": str(folder.parent), "GIT_CONFIG_NOSYSTEM": "1", "PRE_COMMIT_HOME": str(folder.parent / "hooks")}
    return kept | dict.fromkeys(roles, "nobody@example.org") | own


def git(folder: Path, *words: str, fails: bool = False) -> str:
    own = {"cwd": folder, "env": environment(folder)}
    ran = subprocess.run(["git", *words], **own, capture_output=True, text=True, check=False)
    assert bool(ran.returncode) == fails, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def run_in_lab(path: Path, said: str = OUTPUT) -> None:
    """Leave a notebook as JupyterLab does that ran it: outputs, counts, and what it knows of the kernel."""
    notebook = nbformat.read(path, as_version=4)
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
        cell.outputs, cell.execution_count = [new_output("stream", text=said)], number
    notebook.metadata.language_info |= {"version": "3.11.2", "mimetype": "text/x-python"}
    nbformat.write(notebook, path)


def test_a_notebook_that_was_run_is_committed_without_its_outputs_and_keeps_them_itself(repository: Path) -> None:
    path = repository / "notebooks" / "child_protection.ipynb"
    before = git(repository, "show", "HEAD:notebooks/child_protection.ipynb")
    run_in_lab(path)
    git(repository, "add", "--all")
    assert git(repository, "status", "--porcelain") == ""  # it is as it was, but for what it showed
    change_words(path)
    git(repository, "add", "--all")
    git(repository, "commit", "--message=Other words")
    committed = git(repository, "show", "HEAD:notebooks/child_protection.ipynb")
    assert OUTPUT not in committed
    assert 'execution_count": 1' not in committed
    assert committed == before.replace("# Child protection", "# Protection of children")
    assert OUTPUT in path.read_text(encoding="utf-8")


def change_words(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "# Child protection\\n" in text
    path.write_text(text.replace("# Child protection\\n", "# Protection of children\\n", 1), encoding="utf-8")


def test_a_change_of_words_is_shown_as_words_and_not_as_json(repository: Path) -> None:
    path = repository / "notebooks" / "child_protection.ipynb"
    run_in_lab(path)
    change_words(path)
    shown = git(repository, "diff")
    assert "nbdiff" in shown
    assert "modified /cells/0/source" in shown
    assert "Protection of children" in shown
    assert OUTPUT not in shown
    assert '"cell_type"' not in shown


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_of_the_project_is_as_git_would_keep_it(notebook: Path) -> None:
    text = notebook.read_bytes()
    stripped = subprocess.run(
        [shutil.which("nbstripout") or BIN / "nbstripout", "--keep-id"], input=text, capture_output=True, check=True
    )
    assert stripped.stdout == text


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("data/nowhere/2017-18-Q3/cin_census.xml", CENSUS, "it is a return"),
        ("outputs/nowhere/2017-18-Q3-failing_records.csv", "person_id\nA\n", "a build makes it"),
        ("for_me.csv", FILES["ssda903/episodes.csv"], "it reads as a return or a list of records"),
        ("notes/census.xml", CENSUS, "it reads as a return or a list of records"),
    ],
)
def test_what_names_children_cannot_be_committed(repository: Path, name: str, text: str, why: str) -> None:
    (repository / name).parent.mkdir(parents=True, exist_ok=True)
    (repository / name).write_text(text, encoding="utf-8")
    git(repository, "add", "--force", name)
    assert f"{name}: {why}" in git(repository, "commit", "--message=A list", fails=True)


def test_a_notebook_with_outputs_cannot_be_committed_where_git_was_not_set_up_to_strip_it(repository: Path) -> None:
    git(repository, "config", "--unset", "filter.nbstripout.clean")
    git(repository, "config", "filter.nbstripout.required", "false")
    run_in_lab(repository / "notebooks" / "child_protection.ipynb")
    git(repository, "add", "--all")
    assert "it has outputs" in git(repository, "commit", "--message=Run", fails=True)


def test_code_that_ruff_would_mend_cannot_be_committed_and_a_table_of_no_child_can(repository: Path) -> None:
    (repository / "figures.csv").write_text("measure,value\ncp_plan_rate,41\n")
    git(repository, "add", "--all")
    git(repository, "commit", "--message=Figures")
    (repository / "sums.py").write_text('"""Sums."""\nimport os,sys\n')
    git(repository, "add", "--all")
    assert "F401" in git(repository, "commit", "--message=Sums", fails=True)
