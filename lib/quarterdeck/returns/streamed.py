"""XML returns streamed an element at a time: no entities, no network, no document type, limits on size and depth."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
from lxml import etree

from quarterdeck.returns.layouts import Layout
from quarterdeck.returns.tabular import Listed, Unreadable

LARGEST = 300 * 2**20
HEAD = 64 * 2**10

Kind = Literal["cin_census", "ssda903"]


@dataclass(frozen=True)
class Return:
    """A return in XML: what to call it, and how its file ends.

    Parameters
    ----------
    about : its name in a message, with its article.
    closing : the tag that closes the file.
    """

    about: str
    closing: str


RETURNS: dict[Kind, Return] = {
    "cin_census": Return("a children in need census", "</Message>"),
    "ssda903": Return("the SSDA903 as XML", "</EXPSSDA903>"),
}


def root_of(head: bytes) -> str | None:
    """The name of a file's outermost element, without its namespace; None where it is no XML."""
    parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True, load_dtd=False)
    try:
        parser.feed(head[:HEAD].lstrip())
        for _, element in parser.read_events():
            if isinstance(element, etree._Element):
                return name(element)
    except etree.XMLSyntaxError:
        pass
    return None


def kind_of_xml(head: bytes) -> Kind | None:
    """Which return a file of XML is, told by its outermost element and never by its name.

    Parameters
    ----------
    head : its first bytes; a few thousand are enough, and all of them do no harm.

    Examples
    --------
    >>> kind_of_xml(b"<?xml version='1.0'?><!-- cut in May --><EXPSSDA903><CHILD>"), kind_of_xml(b"<Message><Header>")
    ('ssda903', 'cin_census')
    >>> kind_of_xml(b"<!DOCTYPE html><html><body>") is None
    True
    """
    root = root_of(head) or ""
    if "903" in root:
        return "ssda903"
    return "cin_census" if root == "Message" else None


def elements(content: bytes, kind: Kind, tags: tuple[str, ...]) -> Iterator[etree._Element]:
    """The elements of these names, in any namespace, as they end; each is emptied once it is done with.

    Parameters
    ----------
    content : the bytes of the file.
    kind : the return that it should be.
    tags : the names of the elements.

    Raises
    ------
    Unreadable : it is too large, empty, cut short, ill-formed or another return, or it declares a document type.
    """
    about = RETURNS[kind].about
    if len(content) > LARGEST:
        raise Unreadable(f"{about} of at most {LARGEST >> 20} MB", "cut it for this year alone", "too large")
    if not content.strip():
        raise Unreadable(about, "the file is empty: cut it again from the case system", "empty")
    _right_return(content, kind)
    stream = etree.iterparse(
        io.BytesIO(content),
        events=("end",),
        tag=tuple(f"{{*}}{tag}" for tag in tags),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for count, (_, element) in enumerate(stream):
            if count == 0 and element.getroottree().docinfo.doctype:
                expected = f"no DOCTYPE: {about} declares no document type"
                raise Unreadable(expected, "take the DOCTYPE out", "document type")
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise _ill_formed(content, error, RETURNS[kind]) from None


def _right_return(content: bytes, kind: Kind) -> None:
    root = root_of(content)
    if root is None:  # what is wrong with it is told where it is read
        return
    found = kind_of_xml(content)
    if found != kind:
        is_html = root.lower() == "html"
        what = "a web page" if is_html else RETURNS[found].about if found else f"another file, {root[:30]}"
        raise Unreadable(RETURNS[kind].about, f"it is {what}: put the right file here", "wrong file")


def _ill_formed(content: bytes, error: etree.XMLSyntaxError, wanted: Return) -> Unreadable:
    start = content[:500].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return Unreadable(wanted.about, "it is a web page: put the return itself here", "wrong file")
    if b"<" not in content[:1000]:
        return Unreadable(wanted.about, "it is no XML: put the return itself here", "wrong file")
    reason = (error.msg or "it cannot be read").partition(", line")[0]
    if "remature end" in reason or not content.rstrip().endswith(b">"):
        advice = "the file breaks off here: cut it again and copy it whole"
        return Unreadable(f"the rest of the return, to {wanted.closing}", advice, "cut short", error.lineno)
    return Unreadable("well-formed XML", f"{reason}: cut the return again", "ill-formed", error.lineno)


def name(element: etree._Element) -> str:
    """An element's name without its namespace; "" of what is no element, as an entity left unopened."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def line(element: etree._Element) -> int:
    """The line that an element begins on; beyond the 65535th, libxml2 tells where its text ends."""
    number = element.sourceline or 0
    return number - (element.text or "").count("\n") if number > 65535 else number


def told(element: etree._Element) -> str | None:
    """What an element says; an empty one says nothing."""
    return (element.text or "").strip() or None


@dataclass
class Rows:
    """The rows of one list, kept as columns while the file streams past.

    Parameters
    ----------
    layout : which list it is.
    """

    layout: Layout
    lines: list[int] = field(default_factory=list)
    lost: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns: dict[str, list[str | None]] = {heading: [] for heading in self.layout.columns}

    def add(self, at: int, said: dict[str, str | None], *, lost: bool = False) -> None:
        """A row: the line it begins on, and what it says by heading; `lost` where it is set aside with another."""
        for heading, values in self.columns.items():
            values.append(said.get(heading))
        self.lines.append(at)
        self.lost.append(lost)

    def listed(self) -> Listed:
        """All rows as a list."""
        text = pd.DataFrame({heading: pd.Series(values, dtype="str") for heading, values in self.columns.items()})
        return Listed(
            self.layout,
            text,
            pd.Series(self.lines, dtype="Int64"),
            pd.Series(False, index=text.index, dtype="bool"),
            pd.Series(self.lost, index=text.index, dtype="bool"),
        )
