"""What was made from what: the manifest of a quarter's build."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from quarterdeck import __version__
from quarterdeck.editions import MODES, published_before
from quarterdeck.home import Home, fingerprint, library_fingerprint
from quarterdeck.prepared import Prepared
from quarterdeck.publish.plan import PaperFile
from quarterdeck.quality import quality_file
from quarterdeck.whole import write_whole

MANIFEST = "manifest.json"
SIGNATURE = "manifest.json.sig"
"""The signature beside it, where a key was given; see `quarterdeck.proof.signature`."""


LINKS = re.compile(rb'<nav class="pn-nav".*?</nav>', re.DOTALL)
"""A page's links to the quarters beside its own, which are put in anew when one of those is built."""


def as_made(file: Path) -> bytes:
    """What a published file holds, a page without its links to the quarters beside it: as it was when it was made."""
    content = file.read_bytes()
    return LINKS.sub(b"", content) if file.suffix == ".html" else content


def made_print(file: Path) -> str:
    """The fingerprint of a published file as it was made."""
    return sha256(as_made(file)).hexdigest() if file.suffix == ".html" else fingerprint(file)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of the build that a folder holds; empty where there is none."""
    path = folder / MANIFEST
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def manifest(
    home: Home,
    ready: Prepared,
    papers: Sequence[PaperFile],
    made: dict[str, str],
    formats: dict[str, str],
    failed: dict[str, str],
    folder: Path,
    *,
    set_aside: bool,
) -> dict[str, Any]:
    """What was made from what, with the fingerprint of every input, output and package; no times, paths or people.

    Parameters
    ----------
    papers : every paper there is a notebook for.
    made : the key of each paper in `folder`, by its name.
    formats : the key of each file of another format, by its name.
    failed : why others could not be made.
    folder : the build.
    """
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name not in (MANIFEST, SIGNATURE))
    inputs = sorted({home.relative(file): file for file in _inputs(home, ready, papers)}.items())
    return {
        "authority": ready.authority.slug,
        "quarter": str(ready.quarter),
        "synthetic": ready.authority.synthetic,
        "set_aside": set_aside,
        "figures": ready.key,
        "papers": made,
        "formats": dict(sorted(formats.items())),
        "failed": failed,
        "returns": ready.files[["file", "format", "collection_year", "sha256"]]
        .drop_duplicates()
        .astype("str")
        .to_dict("records"),
        "inputs": {name: fingerprint(file) for name, file in inputs},
        "outputs": {file.relative_to(folder).as_posix(): made_print(file) for file in files},
        "code": {"version": __version__, **commit(), "library": library_fingerprint()},
        "python": platform.python_version(),
        "packages": dict(sorted((found.name, found.version) for found in distributions())),
    }


def _inputs(home: Home, ready: Prepared, papers: Sequence[PaperFile]) -> Iterator[Path]:
    """Every file that a quarter is made of: returns, profile, commentary, tables, notebooks, what was published."""
    own = home.data / ready.authority.slug
    quarter = home.quarter_folder(ready.authority.slug, ready.quarter)
    named = [own / str(name) for name in ready.files.file.unique()]
    named += [own / "authority.toml", quarter / "commentary.md", quarter / "published.csv"]
    named += [quality_file(home, ready.authority.slug, ready.quarter.minus(1))]
    yield from (file for file in named if file.is_file())
    yield from (home.data / "reference").glob("*.*")
    for paper in papers:
        yield paper.path
        yield from (file for name in paper.reads for file in (own / name).glob("*.*"))
    for one in published_before(home, ready.authority.slug, ready.quarter, ready.key):
        yield from (one.copy(audience) for audience in MODES)


def commit() -> dict[str, str]:
    """The commit that the library's source stands at; nothing where it is in no version control."""
    here = Path(__file__)
    git = ["git", "-c", "safe.directory=*"]  # whoever runs it need not own it
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    asked = {"cwd": here.parent, "env": own, "capture_output": True, "text": True, "check": True}
    try:
        subprocess.run([*git, "ls-files", "--error-unmatch", here.name], **asked)
        return {"commit": subprocess.run([*git, "rev-parse", "HEAD"], **asked).stdout.strip()}
    except (OSError, subprocess.CalledProcessError):
        return {}


def write_manifest(folder: Path, content: dict[str, Any]) -> None:
    """Write the manifest into its build's folder."""
    write_whole(folder / MANIFEST, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def damaged(folder: Path) -> list[str]:
    """What a published folder has other than its manifest says, in words; none where it is whole."""
    about = read_manifest(folder)
    if not about:
        return [f"it has no {MANIFEST}"]
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    told: dict[str, str] = about["outputs"]
    return [
        *(f"{name} is gone" for name in told if name not in there),
        *(f"{name} is not as it was made" for name in told if name in there and made_print(there[name]) != told[name]),
        *(f"{name} is not in its manifest" for name in there if name not in told and name not in (MANIFEST, SIGNATURE)),
    ]
