"""Papers are made by an account with no rights, from an installation that it cannot change, without a network."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from quarterdeck.home import Home
from quarterdeck.publish.manifest import damaged, read_manifest
from tests.conftest import ROOT
from tests.faults.test_build import PROFILE, QUARTER, notebook
from tests.small_county import LOOKED_AFTER, SmallCounty

pytestmark = pytest.mark.slow
NOBODY = 65534
BUILD = f"from quarterdeck.cli import main; import sys; sys.argv[1:] = ['build', 'nowhere', {QUARTER!r}]; main()"
ASKS = """
import os, pathlib, socket, sys
import quarterdeck
print("library", quarterdeck.__file__)
print("uid", os.geteuid(), "groups", os.getgroups())
for name in sys.argv[1:]:
    try:
        (pathlib.Path(name) / "written").touch()
    except OSError as error:
        print("cannot write", pathlib.Path(name).name, type(error).__name__)
try:
    socket.create_connection(("203.0.113.1", 443), 3)
except OSError as error:
    print("no network")
print("interfaces", *sorted(name for _, name in socket.if_nameindex()))
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account can enter: pytest's own are closed to others."""
    made = Path(tempfile.mkdtemp(prefix="quarterdeck-installed-"))
    made.chmod(0o755)
    yield made
    for path in (made, *made.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(made)


def closed_to_others(path: Path) -> Path | None:
    """The highest folder above a path that another account cannot enter."""
    return next((above for above in reversed(path.parents) if not above.stat().st_mode & 0o001), None)


def opened(paths: list[Path], aside: Path) -> list[str]:
    """Commands that lay the paths open to every account, in this process's own view of the disk and no other's."""
    closed = {path: above for path in paths if (above := closed_to_others(path))}
    held = {path: aside / str(number) for number, path in enumerate(closed)}
    run: list[list[str | Path]] = []
    for path, place in held.items():
        run += [["mkdir", "-p", place], ["mount", "--bind", path, place]]
    run += [["mount", "-t", "tmpfs", "-o", "mode=755", "none", above] for above in sorted({*closed.values()})]
    for path, place in held.items():
        run += [["mkdir", "-p", path], ["mount", "--bind", place, path]]
    return [shlex.join(map(str, one)) for one in run]


def read_only(path: Path) -> list[str]:
    """Commands that let nobody write there, not even the administrator."""
    where = shlex.quote(str(path))
    return [f"mount --bind {where} {where}", f"mount -o remount,bind,ro {where}"]


@pytest.fixture
def installed(folder: Path) -> tuple[Home, Path]:
    """An installation that belongs to the administrator, and a home in which nobody in particular may write."""
    library = folder / "installation" / "lib"
    shutil.copytree(ROOT / "lib", library, ignore=shutil.ignore_patterns("__pycache__"))
    home = Home(folder / "home")
    county = SmallCounty(home.folder, ("cin_census.xml", *LOOKED_AFTER))
    (county.home / "authority.toml").write_text(PROFILE, encoding="utf-8")
    shutil.copytree(ROOT / "data" / "reference", home.data / "reference")
    home.notebooks.mkdir()
    home.outputs.mkdir()
    nbformat.write(notebook("one"), home.notebooks / "one.ipynb")
    for above in (home.data, home.outputs):
        for path in (above, *above.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    return home, library


def test_papers_are_made_without_rights_from_what_can_only_be_read_and_without_a_network(
    installed: tuple[Home, Path], folder: Path
) -> None:
    home, library = installed
    tools = [shutil.which(name) for name in ("unshare", "setpriv", "mount")]
    if os.geteuid() or not all(tools):
        pytest.skip("only the administrator can become another account here, and unshare, setpriv and mount are needed")
    unshared = ["unshare", "--mount", "--net", "--propagation", "private"]
    if (tried := subprocess.run([*unshared, "true"], capture_output=True, text=True, check=False)).returncode:
        pytest.skip(f"this machine lends no namespaces of its own: {tried.stderr.strip()}")
    roots = {Path(one).resolve() for one in (sys.base_prefix, sys.prefix)}
    roots |= {path for path in map(Path, sys.path) if "site-packages" in path.parts and path.is_dir()}
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "PYTHONPATH": os.pathsep.join([str(library), *(str(path) for path in roots if "site-packages" in path.parts)]),
        "QUARTERDECK_HOME": str(home.folder),
    }
    readable = [library, home.notebooks]
    become = [
        "setpriv",
        f"--reuid={NOBODY}",
        f"--regid={NOBODY}",
        "--clear-groups",
        "--no-new-privs",
        "--bounding-set=-all",
    ]
    script = [
        "set -e",
        *opened(sorted(roots), folder / "aside"),
        *(command for path in readable for command in read_only(path)),
        f"cd {shlex.quote(str(home.outputs))}",
        shlex.join([*become, sys.executable, "-c", ASKS, *map(str, (*readable, home.folder))]),
        shlex.join([*become, sys.executable, "-c", BUILD]),
    ]
    run = subprocess.run(
        [*unshared, "sh", "-c", "\n".join(script)], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"library {library}/" in run.stdout
    assert f"uid {NOBODY} groups []" in run.stdout
    assert [line for line in run.stdout.splitlines() if line.startswith("cannot write")] == [
        "cannot write lib OSError",
        "cannot write notebooks OSError",
        "cannot write home PermissionError",
    ]
    assert "no network" in run.stdout
    assert "interfaces lo\n" in run.stdout
    made = home.outputs / "nowhere" / "2017-18-Q3"
    assert set(read_manifest(made)["papers"]) == {"public/one", "officers/one"}, run.stdout
    assert damaged(made) == []
    assert made.stat().st_uid == NOBODY
    assert run.stderr == ""
