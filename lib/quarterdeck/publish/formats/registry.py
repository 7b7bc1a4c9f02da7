"""The formats there are: what each is called, of what it is made, and by which module."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from quarterdeck.errors import Refused
from quarterdeck.home import fingerprint_of, library_fingerprint
from quarterdeck.publish.manifest import made_print

HTML = "html"
"""The page itself: always made, and what the others are made from."""


@dataclass(frozen=True)
class Format:
    """A format, as `--formats` names it.

    Parameters
    ----------
    name : on the command line.
    label : the text of the links to its files.
    source : what it is made from: a paper's page, the figures of the quarter, or all its papers together.
    ending : of its files: the source's own name goes before it; the whole name, where all papers are one file.
    maker : the module that makes it; its `make(source, target)` is called, and imported only then.
    packages : the libraries on whose version its bytes depend.
    settings : passed to `make` by name.
    """

    name: str
    label: str
    source: Literal["paper", "figures", "papers"]
    ending: str
    maker: str
    packages: tuple[str, ...] = ()
    settings: tuple[tuple[str, bool], ...] = ()

    def make(self, source: Path, target: Path) -> None:
        """Write the file.

        Raises
        ------
        Refused : as `ready`.
        """
        self.ready()
        import_module(self.maker).make(source, target, **dict(self.settings))

    def ready(self) -> None:
        """Load what makes it.

        Raises
        ------
        Refused : a library of the system that it needs is not there.
        """
        import_module(self.maker)

    def sources(self, folder: Path) -> Iterator[Path]:
        """The files of an audience's folder that it is made from."""
        match self.source:
            case "figures":
                yield from folder.glob("figures.csv")
            case "papers":
                yield folder
            case "paper":
                yield from _pages(folder)

    def file(self, source: Path) -> Path:
        """Where the file made from a source stands: beside it, or in it."""
        return source / self.ending if self.source == "papers" else source.with_name(f"{source.stem}{self.ending}")

    def key(self, source: Path) -> str:
        """The fingerprint of all that the file depends on."""
        versions = [f"{name}=={version(name)}" for name in self.packages]
        rooms = library_fingerprint("publish/formats", *(("figures/export",) if self.source == "figures" else ()))
        parts = in_order(source) if self.source == "papers" else [("", source)]
        made = [text for title, page in parts for text in (title, made_print(page))]
        return fingerprint_of([self.name, *made, rooms, *versions])


def in_order(folder: Path) -> list[tuple[str, Path]]:
    """Title and page of each paper of an audience's folder, in the order that their notebooks give themselves."""
    found = []
    for page in _pages(folder):
        notebook = folder.parent / "notebooks" / folder.name / f"{page.stem}.ipynb"
        about = json.loads(notebook.read_text(encoding="utf-8"))["metadata"]["briefing"]
        found.append((int(about.get("order", 99)), page.stem, str(about["title"]), page))
    return [(title, page) for _, _, title, page in sorted(found)]


def _pages(folder: Path) -> list[Path]:
    """The papers of an audience's folder."""
    return sorted(page for page in folder.glob("*.html") if page.name != "index.html")


_WEASY = ("weasyprint", "pydyf", "fonttools")
_MAKERS = "quarterdeck.publish.formats"
FORMATS: dict[str, Format] = {
    made.name: made
    for made in (
        Format(
            "docx", "Word", "paper", ".docx", f"{_MAKERS}.word", ("python-docx", "resvg-py", "pillow", "matplotlib")
        ),
        Format("pdf", "PDF", "paper", ".pdf", f"{_MAKERS}.pdf", _WEASY),
        Format("large-print", "Large print", "paper", "-large-print.pdf", f"{_MAKERS}.pdf", _WEASY, (("large", True),)),
        Format("pack", "Agenda pack (PDF)", "papers", "agenda-pack.pdf", f"{_MAKERS}.pack", _WEASY),
        Format("text", "Plain text", "paper", ".txt", f"{_MAKERS}.text"),
        Format("data", "Figures (ODS)", "figures", ".ods", f"{_MAKERS}.workbook"),
    )
}


def chosen_formats(named: str) -> tuple[Format, ...]:
    """The formats that a list names, besides the page.

    Parameters
    ----------
    named : names with commas between them, as `html,docx`.

    Raises
    ------
    Refused : there is no such format, and the message lists those there are; or what one needs is not on this machine.

    Examples
    --------
    >>> [made.name for made in chosen_formats("text,html,data")]
    ['text', 'data']
    """
    names = [name.strip() for name in named.split(",") if name.strip()]
    unknown = sorted(set(names) - {HTML, *FORMATS})
    if unknown:
        raise Refused(f"no format {', '.join(map(repr, unknown))}. There is: {', '.join([HTML, *FORMATS])}.")
    chosen = tuple(made for name, made in FORMATS.items() if name in names)
    for made in chosen:
        made.ready()
    return chosen


def links(folder: Path, source: str) -> Sequence[tuple[str, str]]:
    """The label and file of each format beside a page; and of all papers together, beside "figures.csv"."""
    of_a_page = source.endswith(".html")
    made_here = [made for made in FORMATS.values() if (made.source == "paper") == of_a_page]
    beside = [(made, made.file(folder if made.source == "papers" else folder / source)) for made in made_here]
    return [(made.label, file.name) for made, file in beside if file.is_file()]
