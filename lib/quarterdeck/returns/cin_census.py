"""The children in need census XML, in the layouts of 2015 to 2026, streamed a child at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import pandas as pd
from lxml import etree

from quarterdeck.returns.layouts import Layout
from quarterdeck.returns.problems import shown_one
from quarterdeck.returns.streamed import ABOUT, Bytes, Rows, Stream, line_of, name_of, opened
from quarterdeck.returns.tabular import Listed, Unreadable

CHILDREN_A_PART = 10_000

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
    codes = {name: f"cin_census.{name}" for name in ("sex", "pre_pro_outcome") if name in columns.values()}
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
        _record(
            "PreProceedingsandFGDM",
            "pre_proceedings",
            "person_id referral_id",
            PPStartDate="pre_pro_decision_date",
            LBPSentDate="pre_pro_letter_date",
            FGDMMeetingOffer="fgdm_meeting_offered",
            FGDMMeetingFac="fgdm_meeting_facilitated",
            InitialPPMeetingDate="initial_pre_pro_meeting_date",
            ReviewMeetingsCount="pre_pro_meetings_num",
            StepDecisionDate="agree_stepdown_issue_date",
            PPOutcome="pre_pro_outcome",
            CourtAppDate="court_application_date",
            LetterInitCPDate="care_pro_letter_date",
        ),
    )
}
"""Each kind of element that is a record, by its name."""

LEFT = {
    "UPN": "pupil numbers stay in the return",
    "FormerUPN": "pupil numbers stay in the return",
    "UPNunknown": "pupil numbers stay in the return",
    "AssessmentInternalReviewDate": "no figure needs it",
}
"""What the layouts have and the records do not, and why."""

_INSIDE = {  # the records that a record may hold
    "Child": ("Disability", "CINdetails"),
    "CINdetails": ("Assessments", "CINPlanDates", "Section47", "ChildProtectionPlans", "PreProceedingsandFGDM"),
    "Assessments": ("AssessmentFactors",),
    "ChildProtectionPlans": ("CPPreviewDate",),
}
_AROUND = {  # elements that only hold others
    "Child": ("ChildIdentifiers", "ChildCharacteristics", "Disabilities"),
    "Assessments": ("FactorsIdentifiedAtAssessment",),
    "ChildProtectionPlans": ("Reviews",),
}
_MADE = {  # the identifier made of the person and a date
    "CINdetails": ("referral", "CINreferralDate"),
    "Assessments": ("assessment", "AssessmentActualStartDate"),
    "CINPlanDates": ("plan", "CINPlanStartDate"),
    "Section47": ("enquiry", "S47ActualStartDate"),
    "ChildProtectionPlans": ("plan", "CPPstartDate"),
}
_SPELT = {"GenderCurrent": "Sex"}  # as it was called to 2025
_MANY = 1000  # unknown names told apart; a file with more of them is no census


class _Uses(dict[str, tuple[str, str]]):
    """What is done with each element inside a kind of record, by its tag: its use, and its name in the layout."""

    def __init__(self, kind: str) -> None:
        names = dict.fromkeys(LEFT, "left") | dict.fromkeys(LAYOUTS[kind].columns, "field")
        names |= dict.fromkeys(_INSIDE.get(kind, ()), "record") | dict.fromkeys(_AROUND.get(kind, ()), "around")
        self._names = {name: (use, name) for name, use in names.items() if name not in _IDS.values() or kind == "Child"}
        self._names |= {old: self._names[new] for old, new in _SPELT.items() if new in self._names}

    def __missing__(self, tag: str) -> tuple[str, str]:
        name = tag.rpartition("}")[2] if isinstance(tag, str) else "an entity"
        return self.setdefault(tag, self._names[name]) if name in self._names else ("", name)


_USES = {kind: _Uses(kind) for kind in LAYOUTS}
Told = dict[str, str | None]


class Census:
    """A census as it streams past: what its header says, then its records as text, a few thousand children at a time.

    Its rows can be gone through once; only then is known what was left unread, and the hash of the whole file.

    Parameters
    ----------
    source : where the file is, its bytes, or the file open for reading bytes.
    children : how many children are read before their rows are handed on.

    Attributes
    ----------
    header : Collection, Year, ReferenceDate and LEA, where they are given.
    header_lines : the line that each stands on.
    left : how many elements of `LEFT` were met, by name.
    unread : how many elements were met that no layout has, by name and the element they stand in.

    Raises
    ------
    Unreadable : it is cut short or ill-formed, is not a children in need census, or holds no child; what is wrong
        behind the first child is told as the rows are gone through.
    """

    def __init__(self, source: Path | bytes | BinaryIO, *, children: int = CHILDREN_A_PART) -> None:
        self.header: dict[str, str] = {}
        self.header_lines: dict[str, int] = {}
        self.left: Counter[str] = Counter()
        self.unread: Counter[str] = Counter()
        self._bytes = Bytes(source)
        self._size = children
        elements = self._elements(opened(self._bytes, "cin_census"))
        first = next(elements, None)
        if first is None:
            advice = "the census holds no child: cut it again from the case system"
            raise Unreadable("at least one Child", advice, "empty")
        self._children = chain([first], elements)

    @property
    def sha256(self) -> str:
        """The hash of the file, once all its rows are read."""
        return self._bytes.sha256

    @cached_property
    def records(self) -> list[Listed]:
        """All rows at once, a list a kind of element: for a small file, or one that is looked into."""
        parts: dict[str, list[Listed]] = {}
        for listed in self:
            parts.setdefault(listed.layout.name, []).append(listed)
        return [_joined(parts[name]) for name in LAYOUTS if name in parts]

    def __iter__(self) -> Iterator[Listed]:
        """The rows of the first few thousand children, a list a kind of element; then those of the next."""
        while True:
            rows = {kind: Rows(layout) for kind, layout in LAYOUTS.items()}
            for child in islice(self._children, self._size):
                self._record("Child", child, {}, rows)
            if not rows["Child"].said:
                return
            yield from (found.listed() for found in rows.values() if found.said)

    def _elements(self, stream: Stream) -> Iterator[etree._Element]:
        """The children; the header is read on the way to them."""
        met = None
        for element in stream.elements("Header", "Child"):
            if name_of(element) == "Child":
                met = element.getroottree().getroot()
                self._unknown(element.itersiblings(preceding=True))
                yield element
            elif met is not None:
                advice = "cut the census again from the case system"
                raise Unreadable("the Header before the children", advice, "ill-formed", line_of(element))
            else:
                self._head(element)
        for around in () if met is None else (met, *met.iterchildren("{*}Children")):
            self._unknown(around)

    def _head(self, header: etree._Element) -> None:
        for item in header.iter("{*}Collection", "{*}Year", "{*}ReferenceDate", "{*}LEA"):
            self.header[name_of(item)] = (item.text or "").strip()
            self.header_lines[name_of(item)] = line_of(item)
        if (collection := self.header.get("Collection", "CIN")).upper() != "CIN":
            advice = f"it holds {shown_one(collection)}: put the right file here"
            raise Unreadable(f"{ABOUT['cin_census']}: Message, Header, Collection CIN", advice, "wrong file")

    def _unknown(self, around: Iterable[etree._Element]) -> None:
        for element in around:
            if (name := name_of(element)) not in ("Header", "Children", "Child"):
                self._not_read(name, "Message")

    def _not_read(self, name: str, around: str) -> None:
        name = name if len(self.unread) < _MANY else "other elements"
        self.unread[f"{name} in {around}"] += 1

    def _record(self, kind: str, element: etree._Element, ids: Told, rows: dict[str, Rows]) -> None:
        """An element that is a record, and the records inside it."""
        told = ids.copy()
        inside: list[tuple[str, etree._Element]] = []
        if kind in LAYOUTS[kind].columns:
            told[kind] = (element.text or "").strip() or None
        else:
            self._open(kind, element, told, inside)
        person = told.setdefault("LAchildID", None)
        if kind == "Child":
            ids = {"LAchildID": person}
        elif kind in _MADE:
            name, start = _MADE[kind]
            told[name] = f"{person}@{told.get(start)}"
            ids = ids | {name: told[name]}
        rows[kind].add(line_of(element), told, lost=person is None and kind != "Child")
        for name, item in inside:
            self._record(name, item, ids, rows)

    def _open(self, kind: str, element: etree._Element, told: Told, inside: list[tuple[str, etree._Element]]) -> None:
        """What an element tells, by name, and the records inside it."""
        uses = _USES[kind]
        for item in element:
            use, name = uses[item.tag]
            if use == "field":
                text, before = (item.text or "").strip() or None, told.get(name)
                if (before and text) or (text is None and len(item)):
                    self._not_read(name, kind)
                told[name] = before or text
            elif use == "record":
                inside.append((name, item))
            elif use == "around":
                self._open(kind, item, told, inside)
            elif use == "left":
                self.left[name] += 1
            else:
                self._not_read(name, kind)


def read_census(source: Path | bytes | BinaryIO, *, children: int = CHILDREN_A_PART) -> Census:
    """A children in need census, read as far as its first child: see `Census`.

    Examples
    --------
    >>> census = read_census(b"<Message><Children><Child><ChildIdentifiers><LAchildID>A1</LAchildID>"
    ...                      b"</ChildIdentifiers></Child></Children></Message>")
    >>> [(listed.layout.table, listed.text.LAchildID.tolist()) for listed in census]
    [('person', ['A1'])]
    """
    return Census(source, children=children)


def _joined(parts: list[Listed]) -> Listed:
    first = parts[0]
    text, lines, overlong, lost = (
        pd.concat([getattr(part, name) for part in parts], ignore_index=True)
        for name in ("text", "lines", "overlong", "lost")
    )
    return Listed(first.layout, text, lines, overlong, lost)
