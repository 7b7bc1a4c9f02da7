"""What was made from what: the manifest of a quarter's build."""

from __future__ import annotations

import json
import platform
import subprocess
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from quarterdeck import __version__
from quarterdeck.files import write_whole
from quarterdeck.home import Home, fingerprint, library_fingerprint
from quarterdeck.prepared import Prepared

MANIFEST = "manifest.json"


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of the build that a folder holds; empty where there is none."""
    path = folder / MANIFEST
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def manifest(
    home: Home, ready: Prepared, made: dict[str, str], failed: dict[str, str], folder: Path, *, set_aside: bool
) -> dict[str, Any]:
    """What was made from what, with the fingerprint of every input and output; no times, paths or people.

    Parameters
    ----------
    made : the key of each paper in `folder`, by its name.
    failed : why others could not be made.
    folder : the build.
    """
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name != MANIFEST)
    return {
        "authority": ready.authority.slug,
        "quarter": str(ready.quarter),
        "synthetic": ready.authority.synthetic,
        "set_aside": set_aside,
        "figures": ready.key,
        "papers": made,
        "failed": failed,
        "inputs": ready.files[["file", "format", "collection_year", "sha256"]]
        .drop_duplicates()
        .astype("str")
        .to_dict("records"),
        "outputs": {file.relative_to(folder).as_posix(): fingerprint(file) for file in files},
        "code": {"version": __version__, "commit": commit(home.folder), "library": library_fingerprint()},
        "python": platform.python_version(),
        "packages": dict(sorted((found.name, found.version) for found in distributions())),
    }


def commit(folder: Path) -> str:
    """The commit that the project stands at; "" where it is in no version control."""
    try:
        return subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def write_manifest(folder: Path, content: dict[str, Any]) -> None:
    """Write the manifest into its build's folder."""
    write_whole(folder / MANIFEST, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
