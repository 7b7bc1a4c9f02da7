"""What is told of a run: what was made, what changed most, what could not be made and why, and when the panel meets.

All figures in it are read off the public front page, as it is published: there is nothing else to leak.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from lxml import etree, html
from markupsafe import Markup

from quarterdeck.authority import Authority
from quarterdeck.due import day_in_words, meeting_in_words
from quarterdeck.home import Home
from quarterdeck.paper import words
from quarterdeck.paper.front_page import first_line
from quarterdeck.publish.build import Built
from quarterdeck.publish.plan import papers
from quarterdeck.quarter import Quarter
from quarterdeck.telling import Went

HEADS = {"made": "Made", "changed_most": "What changed most", "not_made": "Not made"}
FOOT = "Quarterdeck sent this by itself: an answer would reach nobody. The figures are those of the public copy."
PAGE = Markup(
    '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{}</title></head><body>{}</body></html>\n'
)


@dataclass(frozen=True)
class Line:
    """A line of a message, and where it leads: an address, a path of this installation, or nowhere."""

    said: str
    link: str = ""


@dataclass(frozen=True)
class Message:
    """What a run has to tell of a quarter.

    Parameters
    ----------
    authority, quarter, day : whose, of when, and when it was made.
    subject, opening : it in a line, and in a sentence.
    meeting : when the panel meets about the papers; "" where the profile does not say.
    front : where the quarter's front page is; "" where there is none.
    made, changed_most, not_made : see `HEADS`.
    """

    authority: str
    quarter: str
    day: str
    subject: str
    opening: str
    meeting: str
    front: str
    made: tuple[Line, ...] = ()
    changed_most: tuple[Line, ...] = ()
    not_made: tuple[Line, ...] = ()

    @property
    def sections(self) -> Mapping[str, tuple[Line, ...]]:
        """The lines under each heading that has some."""
        return {head: lines for name, head in HEADS.items() if (lines := getattr(self, name))}

    def as_text(self) -> str:
        """It as plain text."""
        parts = ["\n".join(filter(None, (self.opening, self.meeting)))]
        for head, lines in self.sections.items():
            parts.append("\n".join([head, *("\n  ".join(filter(None, (f"- {one.said}", one.link))) for one in lines)]))
        if self.front:
            parts.append(f"Front page: {self.front}")
        return "\n\n".join([*parts, FOOT]) + "\n"

    def as_html(self) -> str:
        """It as a page of an e-mail, which loads nothing."""
        parts = [Markup("<p>{}</p>").format(said) for said in (self.opening, self.meeting) if said]
        for head, lines in self.sections.items():
            items = Markup("").join(Markup("<li>{}</li>").format(_linked(line)) for line in lines)
            parts.append(Markup("<h2>{}</h2><ul>{}</ul>").format(head, items))
        if self.front:
            parts.append(Markup("<p>{}</p>").format(_linked(Line("Front page", self.front))))
        body = Markup("\n").join([*parts, Markup("<p><small>{}</small></p>").format(FOOT)])
        return PAGE.format(self.subject, body)


def message(
    home: Home, profile: Authority, quarter: Quarter, today: dt.date, built: Built | None, went: Went
) -> Message | None:
    """What there is to tell of a quarter's build; None where it made nothing anew and nothing failed.

    Parameters
    ----------
    built : what the build did; None where it could not make anything.
    went : how it went.
    """
    if built and not (built.made or built.formats or built.failed):
        return None
    pages = _Pages(home, profile, quarter)
    made, not_made = (tuple(pages.made(built)), tuple(pages.not_made(built))) if built else ((), ())
    if not built:
        why = first_line(went.said) or "why is said in the run's log"
        not_made = (Line(_plain(why)),)
    some = built and (built.made or built.kept)
    ended = "are made" if not not_made else "are made, but not all of them" if some else "could not be made"
    what = f"The papers of {words.short_quarter(quarter)} {ended}"
    meeting = profile.meeting(str(quarter))
    days = (meeting.date - today).days if meeting else None
    meets = f"The panel’s meeting: {meeting_in_words(meeting.date, days)}." if meeting else ""
    synthetic = " Synthetic demonstration data." if profile.synthetic else ""
    return Message(
        authority=_plain(profile.name),
        quarter=str(quarter),
        day=today.isoformat(),
        subject=_plain(f"{profile.name}: the papers of {words.short_quarter(quarter)} {ended}"),
        opening=_plain(f"{profile.name}. {what} ({day_in_words(today)}).{synthetic}"),
        meeting=meets,
        front=pages.link("index"),
        made=made,
        changed_most=tuple(pages.changed_most()) if made else (),
        not_made=not_made,
    )


@dataclass(frozen=True)
class _Pages:
    """The public pages of a quarter as they are published."""

    home: Home
    profile: Authority
    quarter: Quarter

    @property
    def folder(self) -> Path:
        return self.home.outputs / self.profile.slug / self.quarter.slug / "public"

    def link(self, name: str, fragment: str = "") -> str:
        """Where a page is, by its name; "" where it is not."""
        page = self.folder / f"{name}.html"
        if not page.is_file():
            return ""
        base = self.profile.notify.pages if self.profile.notify else None
        if not base:
            return self.home.relative(page)
        within = quote(page.relative_to(self.folder.parents[1]).as_posix())
        return f"{base.rstrip('/')}/{within}{fragment}"

    def made(self, built: Built) -> Iterator[Line]:
        """The public papers that were made anew, in their order, and how many files besides."""
        public = {name.removeprefix("public/") for name in built.made if name.startswith("public/")}
        for paper in papers(self.home):
            if paper.name in public:
                yield Line(_plain(paper.title), self.link(paper.name))
        others = len(built.made) - len(public)
        if others:
            yield Line(f"{others} officers’ {'copy' if others == 1 else 'copies'}, not for publication")
        if built.formats:
            yield Line(f"{len(built.formats)} file{'' if len(built.formats) == 1 else 's'} in other formats")

    def not_made(self, built: Built) -> Iterator[Line]:
        """What failed and why, as the public front page says it. Of what officers alone have, not even why."""
        titles = {paper.name: paper.title for paper in papers(self.home)}
        for name, why in built.failed.items():
            audience, _, file = name.partition("/")
            paper, _, form = file.partition(".")
            called = titles.get(paper, paper) + (f" ({form})" if form else "")
            said = first_line(why) if audience == "public" else "the officers’ copy; the run’s log says why."
            if audience == "public" or f"public/{file}" not in built.failed:
                yield Line(_plain(f"{called}: {said}"), "" if form or audience != "public" else self.link(paper))

    def changed_most(self) -> Iterator[Line]:
        """The measures that the public front page says changed most, in its words."""
        front = self.folder / "index.html"
        if not front.is_file():
            return
        page = html.document_fromstring(front.read_text(encoding="utf-8"))
        for item in page.iterfind(".//h2[@id='changed']/..//ol/li"):
            measure, said = (_plain(_text(item.find(part))) for part in ("h3", "p"))
            led_to = item.find("h3/a")
            name, _, fragment = str(led_to.get("href", "") if led_to is not None else "").partition("#")
            link = self.link(name.removesuffix(".html"), f"#{fragment}") if name else ""
            yield Line(f"{measure}: {said}", link)


def _text(element: etree._Element | None) -> str:
    return "".join(map(str, element.itertext())) if element is not None else ""


def _linked(line: Line) -> Markup:
    """A line, with its link where it leads to an address."""
    if line.link.startswith(("https://", "http://")):
        return Markup('<a href="{}">{}</a>').format(line.link, line.said)
    return Markup("{} ({})").format(line.said, line.link) if line.link else Markup("{}").format(line.said)


def _plain(text: str) -> str:
    r"""Text in one line, of what can be seen: no name of anything begins a header, a line, or writing that runs back.

    Examples
    --------
    >>> _plain("Nowhere\r\nBcc: all@council.example\u202e")
    'Nowhere Bcc: all@council.example'
    """
    seen = (" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    return " ".join("".join(seen).split())
