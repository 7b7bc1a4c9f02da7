"""XML returns streamed an element at a time: no entities, no network, no document type, limits on size and depth."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, cast

import pandas as pd
from lxml import etree

from quarterdeck.returns.layouts import Layout
from quarterdeck.returns.tabular import Listed, Unreadable

LARGEST = 4 * 2**30  # a census of all England has about 1 GB
LARGEST_RECORD = 4 * 2**20  # a child's has some thousand bytes
BLOCK = 2**16
HEAD = 64 * 2**10
TAIL = 2**10
_TOP_LINE = 65535  # libxml2 keeps no higher line for an element, but for a text it does

Kind = Literal["cin_census", "ssda903"]
Source = Path | bytes | BinaryIO


ABOUT: dict[Kind, str] = {"cin_census": "a children in need census", "ssda903": "the SSDA903 as XML"}
"""What messages call each return."""


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
    try:
        return _kind(Stream(Bytes(head[:HEAD].lstrip()), "a return").root)
    except Unreadable:
        return None


def _kind(root: str) -> Kind | None:
    if "903" in root:
        return "ssda903"
    return "cin_census" if root == "Message" else None


def opened(source: Bytes, kind: Kind) -> Stream:
    """A return as it streams past, which is the one that it should be.

    Parameters
    ----------
    source : the file.
    kind : the return that it should be.

    Raises
    ------
    Unreadable : it is empty, no XML, or another return, or it declares a document type.
    """
    stream = Stream(source, ABOUT[kind])
    found = _kind(stream.root)
    if found != kind:
        is_html = stream.root.lower() == "html"
        what = "a web page" if is_html else ABOUT[found] if found else f"another file, {stream.root[:30]}"
        raise Unreadable(ABOUT[kind], f"it is {what}: put the right file here", "wrong file")
    return stream


def elements(source: Source | Bytes, kind: Kind, tags: tuple[str, ...]) -> Iterator[etree._Element]:
    """The elements of these names, in any namespace, as they end: see `Stream.elements`.

    Parameters
    ----------
    source : where the file is, its bytes, the file open for reading bytes, or those bytes as they pass.
    kind : the return that it should be.
    tags : the names of the elements.

    Raises
    ------
    Unreadable : it is too large, empty, cut short, ill-formed or another return, or it declares a document type.
    """
    passing = source if isinstance(source, Bytes) else Bytes(source)
    yield from opened(passing, kind).elements(*tags)


class Bytes:
    """The bytes of a file in blocks, hashed as they pass, so that it is read once and never held.

    Parameters
    ----------
    source : where the file is, its bytes, or the file open for reading bytes.

    Raises
    ------
    Unreadable : it is larger than any return.

    Examples
    --------
    >>> passing = Bytes(b"<Message/>")
    >>> b"".join(passing), passing.sha256[:12]
    (b'<Message/>', '6e2c0ccfe2df')
    """

    def __init__(self, source: Path | bytes | BinaryIO) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The hash of what has passed: of the whole file, once it is read to its end."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        if isinstance(self._source, Path):
            with self._source.open("rb") as file:
                yield from self._blocks(file)
        else:
            yield from self._blocks(io.BytesIO(self._source) if isinstance(self._source, bytes) else self._source)

    def _blocks(self, file: BinaryIO) -> Iterator[bytes]:
        size = 0
        while block := file.read(BLOCK):
            size += len(block)
            if size > LARGEST:
                raise Unreadable(f"a file of at most {LARGEST >> 30} GB", "cut it for this year alone", "too large")
            self._hash.update(block)
            yield block


class Stream:
    """A return in XML as it streams past; it is read as far as its root element's name.

    Parameters
    ----------
    source : the file.
    what : what it should be, as messages call it.

    Raises
    ------
    Unreadable : it is empty, no XML, or declares a document type.

    Examples
    --------
    >>> stream = Stream(Bytes(b"<Message><Child>A</Child><Child>B</Child></Message>"), "a census")
    >>> stream.root, [child.text for child in stream.elements("Child")]
    ('Message', ['A', 'B'])
    """

    def __init__(self, source: Bytes, what: str) -> None:
        self.root = ""
        self._what = what
        self._blocks = iter(source)
        self._tail, self._size = b"", 0
        self._begun: list[bytes] = []
        parser = _parser("start")
        while not self.root:
            block = self._next()
            self._begun.append(block)
            self._feed(parser, block)

    def _next(self) -> bytes:
        block = next(self._blocks, b"")
        self._tail, self._size = (self._tail + block)[-TAIL:], self._size + len(block)
        return block

    def _feed(self, parser: etree.XMLPullParser, block: bytes) -> None:
        trouble = None
        try:
            parser.feed(block) if block else parser.close()
        except etree.XMLSyntaxError as error:
            trouble = error
        root = next(_events(parser), None)
        if root is not None and (block or not trouble):  # a name that the file's end cuts short is none
            self.root = name_of(root)
            if root.getroottree().docinfo.internalDTD is not None and self.root.lower() != "html":
                advice = "take the DOCTYPE out"
                raise Unreadable("no DOCTYPE: a return declares no document type", advice, "document type")
        elif trouble:
            raise self._ill_formed(trouble)
        elif sum(map(len, self._begun)) > LARGEST_RECORD:
            raise Unreadable(self._what, "it does not begin as one: put the right file here", "wrong file")

    def elements(self, *names: str) -> Iterator[etree._Element]:
        """Each element of these names as it ends; it is emptied when the next is asked for.

        Raises
        ------
        Unreadable : the file is cut short or ill-formed, nested without end, or too long without one of these.
        """
        parser = _parser("end", *names)
        since = 0
        while True:
            block = self._begun.pop(0) if self._begun else self._next()
            try:
                parser.feed(block) if block else parser.close()
            except etree.XMLSyntaxError as error:
                raise self._ill_formed(error) from None
            since += len(block)
            for element in _events(parser):
                since = 0
                yield element
                _forget(element)
            if since > LARGEST_RECORD:
                limit = f"a {names[-1]} of at most {LARGEST_RECORD >> 20} MB"
                raise Unreadable(limit, "cut it again: a record does not end, or there is none", "too large")
            if not block:
                return

    def _ill_formed(self, error: etree.XMLSyntaxError) -> Unreadable:
        reason = (error.msg or "it cannot be read").partition(", line")[0]
        last = self._tail.replace(b"\0", b"").rpartition(b"<")[2].rstrip()
        half = self._tail.count(0) * 4 > len(self._tail) and self._size % 2  # of a sign in UTF-16
        whole = next(self._blocks, b"") or (last.endswith(b">") and self.root.encode() in last and not half)
        begun = b"".join(self._begun).strip(b"\0 \t\r\n\xef\xbb\xbf\xfe\xff")
        if not self.root and not begun:
            return Unreadable(self._what, "the file is empty: cut it again from the case system", "empty")
        if self.root.lower() == "html" or begun[:14].lower() == b"<!doctype html":
            return Unreadable(self._what, "it is a web page: put the return itself here", "wrong file")
        if not self.root and not begun.startswith(b"<"):
            return Unreadable(self._what, "it is no XML: put the return itself here", "wrong file")
        if "remature end" in reason or not whole:
            advice = "the file breaks off here: cut it again and copy it whole"
            expected = f"the rest of the return, to </{self.root}>" if self.root else self._what
            return Unreadable(expected, advice, "cut short", error.lineno)
        return Unreadable("well-formed XML", f"{reason}: cut the return again", "ill-formed", error.lineno)


def _parser(event: Literal["start", "end"], *names: str) -> etree.XMLPullParser:
    return etree.XMLPullParser(
        (event,),
        tag=[f"{{*}}{name}" for name in names] or None,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _events(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    return (element for _, element in cast("Iterator[tuple[str, etree._Element]]", parser.read_events()))


def _forget(element: etree._Element) -> None:
    """An element emptied, and all before it in the same place taken out."""
    element.clear()
    around = element.getparent()
    while around is not None and around[0] is not element:
        del around[0]


def name_of(element: etree._Element) -> str:
    """An element's name without its namespace; "" of what is no element, as an entity left unopened."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def line_of(element: etree._Element) -> int:
    """The line that an element begins on.

    Beyond the 65535th, libxml2 tells for an element where the first text within it ends, or the first after it.
    """
    number = element.sourceline or _TOP_LINE
    if number < _TOP_LINE:
        return number
    if element.text is not None:
        return number - element.text.count("\n")
    if len(element):
        return line_of(element[0])
    if element.tail is not None:
        return number - element.tail.count("\n")
    if (after := element.getnext()) is not None:
        return line_of(after)
    around = element.getparent()
    if around is None or (around.text is None and around[0] is element):
        return number
    return line_of(around) + sum(str(text).count("\n") for text in around.itertext())


def text_of(element: etree._Element) -> str | None:
    """What an element says; an empty one says nothing."""
    return (element.text or "").strip() or None


@dataclass
class Rows:
    """The rows of one list, kept as they are told while the file streams past.

    Parameters
    ----------
    layout : which list it is.
    """

    layout: Layout
    lines: list[int] = field(default_factory=list)
    lost: list[bool] = field(default_factory=list)
    said: list[dict[str, str | None]] = field(default_factory=list)

    def add(self, at: int, said: dict[str, str | None], *, lost: bool = False) -> None:
        """A row: the line it begins on, and what it says by heading; `lost` where it is set aside with another."""
        # Three lists, not one of tuples: the garbage collector passes over dictionaries of nothing but text.
        self.said.append(said)
        self.lines.append(at)
        self.lost.append(lost)

    def listed(self) -> Listed:
        """All rows as a list."""
        headings = self.layout.columns
        text = pd.DataFrame({name: pd.Series([said.get(name) for said in self.said], dtype="str") for name in headings})
        return Listed(
            self.layout,
            text,
            pd.Series(self.lines, dtype="Int64"),
            pd.Series(False, index=text.index, dtype="bool"),
            pd.Series(self.lost, index=text.index, dtype="bool"),
        )
