"""What has to be made: a job a paper and audience, each with the key of all that it depends on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import nbformat

from quarterdeck.errors import Refused
from quarterdeck.home import Home, fingerprint, fingerprint_of, library_fingerprint
from quarterdeck.quality import quality_file
from quarterdeck.quarter import Quarter

Audience = Literal["public", "officers"]
AUDIENCES: tuple[Audience, ...] = ("public", "officers")
PACKAGES = ("papermill", "nbconvert", "nbclient", "ipykernel", "matplotlib", "markdown-it-py", "nh3", "jinja2")
PAPER_ROOMS = (
    "paper", "figures", "prepared", "quality", "improvement", "publish/execute", "publish/failed", "publish/kernels",
    "publish/plan", "publish/render", "publish/warm",
)  # fmt: skip
"""Rooms of the library on which a page depends; what makes other formats of it is not among them."""


@dataclass(frozen=True)
class Job:
    """One paper for one audience.

    Parameters
    ----------
    paper : the notebook's name without its ending.
    notebook : its file.
    audience : public or officers.
    parameters : what papermill puts into the notebook.
    key : the fingerprint of all that the paper depends on.
    """

    paper: str
    notebook: Path
    audience: Audience
    parameters: dict[str, str]
    key: str

    @property
    def name(self) -> str:
        """As progress and the manifest name it."""
        return f"{self.audience}/{self.paper}"


@dataclass(frozen=True)
class PaperFile:
    """A notebook of `notebooks/`, and what its metadata says of the paper.

    Parameters
    ----------
    name : the notebook's name without its ending.
    title, summary : for lists and the quarter's front page.
    order : its place among the quarter's papers.
    audiences : whom it is made for.
    compares : it compares the data with last quarter's, and is made anew when those counts change.
    reads : folders beside the authority's profile that it reads, and is made anew when a file of theirs changes.
    """

    name: str
    path: Path
    title: str
    summary: str
    order: int
    audiences: tuple[Audience, ...]
    compares: bool = False
    reads: tuple[str, ...] = ()


def papers(home: Home) -> list[PaperFile]:
    """Every paper there is a notebook for, in their order: notebooks whose metadata has a `briefing`."""
    found = []
    for path in sorted(home.notebooks.glob("*.ipynb")):
        about = nbformat.read(path, as_version=4).metadata.get("briefing")  # type: ignore[no-untyped-call]
        if about:
            made_for = about.get("audiences", AUDIENCES)
            audiences: tuple[Audience, ...] = tuple(audience for audience in AUDIENCES if audience in made_for)
            title, summary = str(about["title"]), str(about.get("summary", ""))
            order, compares = int(about.get("order", 99)), bool(about.get("compares", False))
            reads = tuple(map(str, about.get("reads", ())))
            found.append(PaperFile(path.stem, path, title, summary, order, audiences, compares, reads))
    return sorted(found, key=lambda paper: (paper.order, paper.name))


def jobs(
    home: Home,
    authority: str,
    quarter: Quarter,
    prepared_key: str,
    chosen: Sequence[PaperFile],
    audiences: Iterable[str],
) -> list[Job]:
    """A job for each paper and audience, with its key."""
    commentary = home.quarter_folder(authority, quarter) / "commentary.md"
    common = [
        prepared_key,
        fingerprint(commentary) if commentary.is_file() else "no commentary",
        library_fingerprint(*PAPER_ROOMS),
        *(f"{name}=={version(name)}" for name in PACKAGES),
    ]
    last = quality_file(home, authority, quarter.minus(1))
    before = fingerprint(last) if last.is_file() else "last quarter has not been built"
    wanted = set(audiences)

    def own(paper: PaperFile, audience: str) -> list[str]:
        files = [file for name in paper.reads for file in sorted((home.data / authority / name).glob("*.*"))]
        read = [text for file in files for text in (file.name, fingerprint(file))]
        return [paper.name, audience, fingerprint(paper.path), *read, *([before] if paper.compares else [])]

    return [
        Job(
            paper.name,
            paper.path,
            audience,
            {"authority": authority, "quarter": str(quarter), "audience": audience},
            fingerprint_of([*common, *own(paper, audience)]),
        )
        for paper in chosen
        for audience in paper.audiences
        if audience in wanted
    ]


def chosen_papers(home: Home, names: Sequence[str]) -> list[PaperFile]:
    """The papers named, or all of them.

    Raises
    ------
    Refused : there is no such paper; the message lists those there are.
    """
    everything = papers(home)
    unknown = sorted(set(names) - {paper.name for paper in everything})
    if unknown:
        listed = ", ".join(paper.name for paper in everything)
        raise Refused(f"no paper {', '.join(map(repr, unknown))} in {home.notebooks.name}/. There is: {listed}.")
    return [paper for paper in everything if not names or paper.name in names]
