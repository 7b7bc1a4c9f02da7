"""The children in need census XML, in the layouts of 2015 to 2026, streamed a child at a time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd
from lxml import etree

from quarterdeck.returns.layouts import Layout
from quarterdeck.returns.tabular import Listed, Unreadable

LARGEST = 300 * 2**20


_IDS = {
    "person_id": "LAchildID",
    "referral_id": "referral",
    "assessment_id": "assessment",
    "cin_plan_id": "plan",
    "cp_plan_id": "plan",
    "s47_enquiry_id": "enquiry",
}


def _record(element: str, table: str, ids: str, **columns: str) -> Layout:
    """A kind of element: `ids` are the identifiers that it has from the elements around it, or from its date."""
    made = {_IDS[name]: name for name in ids.split()}
    codes = {"sex": "cin_census.sex"} if table == "person" else {}
    recode = {"sex": {"0": "U", "9": "U", "1": "M", "2": "F"}} if table == "person" else {}
    return Layout(element, "cin_census", table, made | columns, (), codes=codes, recode=recode)


LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        _record(
            "Child",
            "person",
            "",
            LAchildID="person_id",
            Sex="sex",
            Ethnicity="ethnicity",
            PersonBirthDate="dob",
            ExpectedPersonBirthDate="expected_dob",
            PersonDeathDate="death_date",
        ),
        _record("Disability", "disability", "person_id", Disability="disability_code"),
        _record(
            "CINdetails",
            "cin_episodes",
            "person_id referral_id",
            CINreferralDate="referral_date",
            PrimaryNeedCode="cin_primary_need_code",
            ReferralSource="referral_source_code",
            ReferralNFA="referral_nfa",
            CINclosureDate="close_date",
            ReasonForClosure="close_reason",
            DateOfInitialCPC="icpc_date",
        ),
        _record(
            "Assessments",
            "cin_assessments",
            "person_id referral_id assessment_id",
            AssessmentActualStartDate="assessment_start_date",
            AssessmentAuthorisationDate="assessment_auth_date",
        ),
        _record("AssessmentFactors", "assessment_factors", "assessment_id", AssessmentFactors="assessment_factor"),
        _record(
            "CINPlanDates",
            "cin_plans",
            "person_id referral_id cin_plan_id",
            CINPlanStartDate="cin_plan_start_date",
            CINPlanEndDate="cin_plan_end_date",
        ),
        _record(
            "Section47",
            "s47_enquiry",
            "person_id referral_id s47_enquiry_id",
            S47ActualStartDate="s47_start_date",
            InitialCPCtarget="icpc_target_date",
            DateOfInitialCPC="icpc_date",
            ICPCnotRequired="icpc_not_required",
        ),
        _record(
            "ChildProtectionPlans",
            "cp_plans",
            "person_id referral_id cp_plan_id",
            CPPstartDate="cp_plan_start_date",
            CPPendDate="cp_plan_end_date",
            InitialCategoryOfAbuse="cp_plan_initial_category",
            LatestCategoryOfAbuse="cp_plan_latest_category",
            NumberOfPreviousCPP="number_of_previous_cpp",
        ),
        _record("CPPreviewDate", "cp_reviews", "person_id cp_plan_id", CPPreviewDate="cp_review_date"),
        _record("PreProceedingsandFGDM", "", ""),
    )
}
"""Each kind of element that is a record, by its name. UPNs are left where they are."""

_PARTS = {  # a record inside CINdetails: its start date, the identifier made of it, and what repeats inside it
    "Assessments": ("AssessmentActualStartDate", "assessment", "AssessmentFactors"),
    "CINPlanDates": ("CINPlanStartDate", "plan", ""),
    "Section47": ("S47ActualStartDate", "enquiry", ""),
    "ChildProtectionPlans": ("CPPstartDate", "plan", "CPPreviewDate"),
    "PreProceedingsandFGDM": ("PPStartDate", "", ""),
}


@dataclass
class Census:
    """A census as read: what its header says, and its records as text, by element.

    Parameters
    ----------
    header : Collection, Year, ReferenceDate and LEA, where they are given.
    header_lines : the line that each stands on.
    records : one `Listed` an element that was found.
    """

    header: dict[str, str]
    header_lines: dict[str, int]
    records: list[Listed]


@dataclass
class _Rows:
    """The rows of one kind of element, kept as columns while the file streams past."""

    layout: Layout
    lines: list[int] = field(default_factory=list)
    lost: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns: dict[str, list[str | None]] = {name: [] for name in self.layout.columns}

    def add(self, line: int, told: dict[str, str | None], *, lost: bool = False) -> None:
        for name, values in self.columns.items():
            values.append(told.get(name))
        self.lines.append(line)
        self.lost.append(lost)

    def listed(self) -> Listed:
        text = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in self.columns.items()})
        text = text.reindex(range(len(self.lines)))
        return Listed(
            self.layout,
            text,
            pd.Series(self.lines, dtype="Int64"),
            pd.Series(False, index=text.index),
            pd.Series(self.lost, index=text.index, dtype="bool"),
        )


def read_census(content: bytes) -> Census:
    """A children in need census, streamed: no entities, no network, no document type, limits on size and depth.

    Parameters
    ----------
    content : the bytes of the file.

    Raises
    ------
    Unreadable : it is cut short or ill-formed, is not a children in need census, or holds no child.
    """
    if len(content) > LARGEST:
        raise Unreadable(f"a census of at most {LARGEST >> 20} MB", "cut it for this year alone", "too large")
    if not content.strip():
        raise Unreadable("a children in need census", "the file is empty: cut it again from the case system", "empty")
    rows = {name: _Rows(layout) for name, layout in LAYOUTS.items()}
    header: dict[str, str] = {}
    header_lines: dict[str, int] = {}
    stream = etree.iterparse(
        io.BytesIO(content),
        events=("end",),
        tag=("{*}Header", "{*}Child"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in _checked(stream):
            if _name(element) == "Header":
                for item in element.iter("{*}Collection", "{*}Year", "{*}ReferenceDate", "{*}LEA"):
                    header[_name(item)] = (item.text or "").strip()
                    header_lines[_name(item)] = _line(item)
            else:
                _child(element, rows)
    except etree.XMLSyntaxError as error:
        raise _ill_formed(content, error) from None
    root = _name(stream.root)
    if root != "Message" or header.get("Collection", "CIN").upper() != "CIN":
        found = f"it holds {header.get('Collection') or root}: put the right file here"
        if "903" in root:
            found = "it is the SSDA903 as XML: put its CSV files here instead"
        raise Unreadable("a children in need census: Message, Header, Collection CIN", found, "wrong file")
    if not rows["Child"].lines:
        raise Unreadable("at least one Child", "the census holds no child: cut it again from the case system", "empty")
    return Census(header, header_lines, [kind.listed() for kind in rows.values() if kind.lines])


def _checked(stream: etree.iterparse) -> Iterator[tuple[str, etree._Element]]:
    """The stream's elements, each cleared when done with; refused where the file declares a document type."""
    for count, (event, element) in enumerate(stream):
        if count == 0 and element.getroottree().docinfo.doctype:
            raise Unreadable("no DOCTYPE: a census declares no document type", "take the DOCTYPE out", "document type")
        yield event, element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _ill_formed(content: bytes, error: etree.XMLSyntaxError) -> Unreadable:
    start = content[:500].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return Unreadable("a children in need census", "it is a web page: put the census itself here", "wrong file")
    reason = (error.msg or "it cannot be read").partition(", line")[0]
    if "remature end" in reason or not content.rstrip().endswith(b">"):
        advice = "the file breaks off here: cut it again and copy it whole"
        return Unreadable("the rest of the census, to </Message>", advice, "cut short", error.lineno)
    return Unreadable("well-formed XML", f"{reason}: cut the census again", "ill-formed", error.lineno)


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _line(element: etree._Element) -> int:
    """The line that an element begins on; beyond the 65535th, libxml2 tells where its text ends."""
    line = element.sourceline or 0
    return line - (element.text or "").count("\n") if line > 65535 else line


def _told(element: etree._Element) -> dict[str, str | None]:
    """The text of the elements directly inside one, by name; an empty one tells nothing."""
    return {_name(item): (item.text or "").strip() or None for item in element if not len(item)}


def _child(child: etree._Element, rows: dict[str, _Rows]) -> None:
    parts = {_name(part): part for part in child if _name(part) != "CINdetails"}
    told = {name: value for part in parts.values() for name, value in _told(part).items()}
    told["Sex"] = told.get("Sex") or told.get("GenderCurrent")
    person = told.get("LAchildID")
    lost = person is None
    rows["Child"].add(_line(child), told)
    for item in child.iter("{*}Disability"):
        said = {"LAchildID": person, "Disability": (item.text or "").strip() or None}
        rows["Disability"].add(_line(item), said, lost=lost)
    for details in child.iterchildren("{*}CINdetails"):
        _details(details, person, rows)


def _details(details: etree._Element, person: str | None, rows: dict[str, _Rows]) -> None:
    lost = person is None
    told = _told(details)
    made = {"LAchildID": person, "referral": f"{person}@{told.get('CINreferralDate')}"}
    rows["CINdetails"].add(_line(details), told | made, lost=lost)
    for part in details:
        name = _name(part)
        if name not in _PARTS:
            continue
        start, made_id, inside = _PARTS[name]
        told = _told(part)
        identifier = f"{person}@{told.get(start)}"
        rows[name].add(_line(part), told | made | {made_id: identifier}, lost=lost)
        for item in part.iter("{*}" + inside) if inside else ():
            text = (item.text or "").strip() or None
            told_inside = {"LAchildID": person, made_id: identifier, inside: text}
            rows[inside].add(_line(item), told_inside, lost=lost)
