"""The SSDA903 return as one XML file: the same lists as its CSV files, streamed a child at a time.

A record is an element with the fields of a list directly inside it: an EPISODE holds those of `episodes`, an AREVIEW
those of `reviews`, and a HEADER those of `header`, `uasc`, `oc3` and `ad1` side by side. Which list a field belongs to
is told by its name, which is the heading of the CSV file but for two.
"""

from __future__ import annotations

from lxml import etree

from quarterdeck.returns.ssda903 import LAYOUTS
from quarterdeck.returns.streamed import Bytes, Rows, Source, elements, line_of, name_of, text_of
from quarterdeck.returns.tabular import Listed, Unreadable

_AS_IN_CSV = {"CHILDID": "CHILD", "PL": "PLACE"}
_OF_THE_CHILD = {"CHILD", "SEX", "DOB"}
_HEADER = "header"
_MARKS = {"UASC": "uasc"}  # a field that says only whether the child has a row in a list
_LIST_OF = {
    heading: layout.name for layout in LAYOUTS for heading in layout.columns if heading not in _OF_THE_CHILD
} | _MARKS
_NO = {"0", "n", "no", "false"}


def read_ssda903(source: Source | Bytes) -> list[Listed]:
    """The lists of an SSDA903 in XML, each as its CSV file would give it, with the lines of the XML.

    A list of which no field stands anywhere in the file is not given; one whose fields are all empty has no rows.

    Parameters
    ----------
    source : where the file is, its bytes, the file open for reading bytes, or those bytes as they pass.

    Raises
    ------
    Unreadable : it is cut short or ill-formed, is not the SSDA903, or holds no child.
    """
    rows = {layout.name: Rows(layout) for layout in LAYOUTS}
    given: set[str] = set()
    for child in elements(source, "ssda903", ("CHILD",)):
        _child(child, rows, given)
    if not any(said.get("CHILD") for said in rows[_HEADER].said):
        advice = "the return names no child: cut it again from the case system"
        raise Unreadable("at least one CHILD with its CHILDID", advice, "empty")
    return [rows[layout.name].listed() for layout in LAYOUTS if layout.name in given]


def _child(child: etree._Element, rows: dict[str, Rows], given: set[str]) -> None:
    header = next(child.iterchildren("{*}HEADER"), child)
    said = {_heading(field): text_of(field) for field in header if not len(field)}
    person = said.get("CHILD")
    given.add(_HEADER)
    rows[_HEADER].add(line_of(header), said)
    for holder in child.iter():
        for of_list, record in _records(holder).items() if len(holder) else ():
            given.add(of_list)
            if of_list != _HEADER and any(record.values()):
                rows[of_list].add(line_of(holder), {**record, "CHILD": person}, lost=person is None)


def _records(holder: etree._Element) -> dict[str, dict[str, str | None]]:
    """What the fields directly inside an element say, by list and heading."""
    records: dict[str, dict[str, str | None]] = {}
    for field in holder:
        heading = _heading(field)
        if len(field) == 0 and (of_list := _LIST_OF.get(heading)):
            text = text_of(field)
            if heading in _MARKS and (text or "").casefold() in _NO:
                text = None
            records.setdefault(of_list, {})[heading] = text
    return records


def _heading(field: etree._Element) -> str:
    heading = name_of(field)
    return _AS_IN_CSV.get(heading, heading)
