"""What stands beside the papers of a quarter: its front page and its figures as data, for each audience."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from quarterdeck.figures.export import to_csv
from quarterdeck.paper.front_page import Entry, front_page
from quarterdeck.prepared import Prepared
from quarterdeck.publish.formats.registry import links
from quarterdeck.publish.plan import AUDIENCES, PaperFile


def write_figures(folder: Path, ready: Prepared) -> None:
    """Write `figures.csv` and what its columns mean into each audience's folder of a build."""
    for audience in AUDIENCES:
        if (folder / audience).is_dir():
            to_csv(ready.of_audience(audience), folder / audience / "figures.csv", ready.authority, ready.quarter)


def write_front(folder: Path, ready: Prepared, papers: Sequence[PaperFile], failed: Mapping[str, str]) -> None:
    """Write `index.html` into each audience's folder of a build.

    Parameters
    ----------
    folder : the build, with the papers and the figures in it, and the other formats of both.
    ready : the quarter's figures.
    papers : every paper there is a notebook for.
    failed : why papers could not be made, by name ("public/placements_and_costs").
    """
    for audience in AUDIENCES:
        if not (folder / audience).is_dir():
            continue
        entries = [
            Entry(
                paper.name,
                paper.title,
                paper.summary,
                (folder / audience / f"{paper.name}.html").is_file(),
                failed.get(f"{audience}/{paper.name}", ""),
                links(folder / audience, f"{paper.name}.html"),
            )
            for paper in papers
            if audience in paper.audiences
        ]
        page = front_page(ready, entries, audience, forms=links(folder / audience, "figures.csv"))
        (folder / audience / "index.html").write_text(page, encoding="utf-8")
