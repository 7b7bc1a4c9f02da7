"""Who a paper is from and what it is made of: its head and foot, contact points, sources, symbols, acronyms."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import version
from typing import Any

import pandas as pd
from markupsafe import Markup

from quarterdeck.authority import Authority
from quarterdeck.figures.population import population_at
from quarterdeck.paper import tables, words
from quarterdeck.paper.blocks import paragraph
from quarterdeck.paper.tables import Cell
from quarterdeck.paper.view import View
from quarterdeck.quarter import Quarter

SHORT, SMALL = 8, 5
ACRONYMS = {
    "A&E": "accident and emergency department of a hospital",
    "CCE": "child criminal exploitation",
    "CIN": "child in need, or children in need",
    "CLA": "child or children looked after; the panel’s papers also say LAC",
    "CP": "child protection",
    "CSE": "child sexual exploitation",
    "CSV": "comma-separated values, a plain data file",
    "DfE": "Department for Education",
    "FFD": "Family Front Door, where contacts and referrals are received",
    "FTE": "full-time equivalent",
    "IFA": "independent fostering agency",
    "IRO": "independent reviewing officer",
    "LAC": "looked after child or children",
    "ONS": "Office for National Statistics",
    "Q1 to Q4": "quarters of the financial year; Q1 is April to June",
    "S47": "an enquiry under section 47 of the Children Act 1989",
    "SGO": "special guardianship order",
    "SSDA903": "the yearly return on looked after children",
    "UASC": "unaccompanied asylum-seeking child or children",
    "XmR": "a chart of values and moving ranges that tells real change from usual variation",
}


def head(authority: Authority, quarter: Quarter, officers: bool) -> dict[str, Any]:
    """What the head of every page of a quarter says."""
    meeting = authority.meeting(str(quarter))
    meta = [("Meeting", words.date(pd.Timestamp(meeting.date)))] if meeting else []
    meta += [("Item", str(meeting.item))] if meeting and meeting.item else []
    return {
        "place": authority.name,
        "panel": authority.panel.name,
        "synthetic": authority.synthetic,
        "officers": officers,
        "colour": authority.colour,
        "quarter": words.short_quarter(quarter),
        "when": quarter.long,
        "meta": [*meta, ("Report of", authority.panel.report_of)],
    }


def foot(
    made: str, quarter: Quarter, authority: Authority, officers: bool, files: pd.DataFrame
) -> list[tuple[str, str]]:
    """What the foot of every page says: made from what, by what, for whom.

    Parameters
    ----------
    made : "notebook performance_monitoring".
    files : the returns, with their `sha256`.
    """
    copy = (
        "Officers’ copy: not for publication. Small numbers are shown."
        if officers
        else "Public: small numbers are hidden."
    )
    if authority.synthetic:
        copy += " Synthetic demonstration data."
    return [
        ("Made from", f"{quarter} returns of {authority.name}{_together(files)}"),
        ("Made by", f"Quarterdeck {version('quarterdeck')}; {made}"),
        ("Copy", copy),
        ("Other formats", f"Ask {_first_contact(authority)} for Braille, audio or large print."),
    ]


def _together(files: pd.DataFrame) -> str:
    if files.empty or "sha256" not in files:
        return ""
    prints = sorted(files.sha256.astype("str").unique())
    return f": {files.file.nunique()} files, fingerprint {sha256(''.join(prints).encode()).hexdigest()[:SHORT]}"


def _first_contact(authority: Authority) -> str:
    return authority.contacts[0].role if authority.contacts else "the council"


def front(name: str, authority: Authority, quarter: Quarter, officers: bool, files: pd.DataFrame) -> dict[str, Any]:
    """Head and foot of a paper, as plain data that an executed notebook can hold."""
    return head(authority, quarter, officers) | {
        "name": name,
        "quarter_end": f"{quarter.end:%Y-%m-%d}",
        "foot": foot(f"notebook {name}", quarter, authority, officers, files),
    }


def contacts(authority: Authority) -> Markup:
    """Who to ask, by role, never by name."""
    if not authority.contacts:
        return paragraph("The authority’s profile names no contact point.")
    parts = []
    for contact in authority.contacts:
        ways: list[Cell] = [contact.telephone] if contact.telephone else []
        if contact.email:
            ways.append(Markup('<a href="mailto:{0}">{0}</a>').format(contact.email))
        parts.append(
            Markup("<li>{}{}</li>").format(contact.role, Markup(": ") + Markup(", ").join(ways) if ways else "")
        )
    return paragraph("Ask about this paper:") + Markup('<ul class="list">{}</ul>').format(Markup("").join(parts))


def about(views: Sequence[View], files: pd.DataFrame, officers: bool, code: str) -> Markup:
    """Sources, comparators, population, method, symbols and files."""
    said = [_sources(views), _comparators(views), _population(views), _method(), _suppression(officers)]
    made = Markup("<b>Made by.</b> Quarterdeck {}. The same files give the same paper, to the last byte.").format(code)
    parts = [paragraph(text) for text in [*filter(None, said), made]]
    return Markup("").join(parts) + _files(files, officers)


def about_data(files: pd.DataFrame, code: str) -> Markup:
    """For the paper whose subject is the returns: who may read it, method, symbols and files."""
    who = Markup(
        "<b>For whom.</b> Officers only: small counts are shown. It holds no row of a child and no identifier."
    )
    how = Markup(
        "<b>Rules.</b> Each is a small test of the records of this quarter’s extract, which may look back at the "
        "earlier ones. An error cannot be so; a query may be, and asks for a look."
    )
    made = Markup("<b>Made by.</b> Quarterdeck {}. The same files give the same paper, to the last byte.").format(code)
    return Markup("").join(map(paragraph, (who, how, _suppression(officers=True), made))) + _files(
        files, True, folded=True
    )


def _sources(views: Sequence[View]) -> Markup:
    return Markup(
        "<b>Sources.</b> The authority’s own returns, from 1 April of each year to {}; the files are "
        "listed below. The source of each definition "
        "stands with its measure."
    ).format(words.date(views[0].quarter.end))


def _comparators(views: Sequence[View]) -> Markup | None:
    found = [view.comparison for view in views if view.comparison]
    if not found:
        return None
    years = words.listed(f"{year:%B %Y}" for year in sorted({one.year_ending for one in found}))
    models = sorted({one.neighbours_model for one in found})
    fewest, most = min(one.neighbours_counted for one in found), max(one.neighbours_counted for one in found)
    counted = f"{fewest}" if fewest == most else f"{fewest} to {most}"
    earliest = ", the earliest held," if models[0] > views[0].quarter.end.year else ""
    near = Markup(
        "Neighbours are the council’s statistical neighbours in the {} model{} and their plain mean over the {} that "
        "published a figure."
        if most
        else "The {} model of statistical neighbours{} has none of this council that published a figure."
    ).format(words.listed(map(str, models)), earliest, counted)
    return Markup(
        "<b>Comparators.</b> Department for Education, years ending {}: the latest that was out when the "
        "panel met. They are annual and never shown as quarterly. {} Rank is among all authorities that published one."
    ).format(years, near)


def _population(views: Sequence[View]) -> Markup | None:
    """What the paper's rates divide by; nothing where it has no rate."""
    view = next((view for view in views if view.measure.unit == "per_10k"), None)
    if view is None:
        return None
    people = population_at(view.authority.area_code, pd.Series([view.quarter.end])).iloc[0]
    if pd.isna(people.population):
        return Markup(
            "<b>Population.</b> There is no estimate of how many children lived in this area at {}, so no rate by "
            "population can be given."
        ).format(words.date(view.quarter.end))
    note = " It is the estimate of an earlier year, and the rates are provisional." if people.provisional else ""
    return Markup(
        "<b>Population.</b> Rates at {} divide by {} children aged 0 to 17, the Office for National "
        "Statistics’ mid-{} estimate.{}"
    ).format(words.date(view.quarter.end), words.number(people.population), people.mid_year, note)


def _method() -> Markup:
    return Markup(
        "<b>Is it real?</b> Each month is set against the mean of the series, give or take 2.66 mean "
        "moving ranges (an XmR chart). A month outside "
        "those limits, seven on one side, six moves one way, or two of three near a limit, is called "
        "unusual; anything else is within the usual "
        "range. Limits on fewer than 13 months are called trial."
    )


def _suppression(officers: bool) -> Markup:
    small = (
        "This copy shows small numbers; it is not for publication."
        if officers
        else "Counts of 1 to 5 are hidden, and so is any figure from which one could be worked out."
    )
    return Markup(
        "<b>Symbols.</b> {} <b>c</b>: hidden to protect confidentiality. <b>z</b>: not applicable. "
        "<b>x</b>: not available. <b>low</b>: rounds to 0 but is not 0."
    ).format(small)


def _files(files: pd.DataFrame, officers: bool, folded: bool = False) -> Markup:
    """Each file with its rows; in the public copy those of 1 to 5 are hidden, and so is how many were set aside."""
    if files.empty:
        return Markup("")
    told = ("rows_used", "rows_set_aside", "sha256") if officers else ("rows_used", "sha256")
    columns = [c for c in told if c in files]
    names = {"rows_used": "Rows used", "rows_set_aside": "Rows set aside", "sha256": "Fingerprint"}
    how = {column: "first" if column == "sha256" else "sum" for column in columns}
    shown = files.groupby("file", sort=True).agg(how).reset_index()
    rows = [
        [str(name), *(_file_cell(column, value, officers) for column, value in zip(columns, values, strict=True))]
        for name, *values in shown.itertuples(index=False, name=None)
    ]
    heads = ["File", *(names[column] for column in columns)]
    return tables.table(
        "t-files",
        "Files that these figures were worked out from",
        heads,
        rows,
        note="The fingerprint is the start of the file’s SHA-256",
        wide=True,
        folded=folded,
    )


def _file_cell(column: str, value: object, officers: bool) -> Cell:
    if column == "sha256":
        return str(value)[:SHORT]
    if value is None or (isinstance(value, float) and pd.isna(value)) or value is pd.NA:
        return tables.symbol("z")
    small = 1 <= float(str(value)) <= SMALL
    return tables.symbol("c") if small and not officers else words.number(float(str(value)))


def acronyms() -> Markup:
    """The acronyms that the papers use, with what each stands for."""
    entries = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, meaning) for name, meaning in sorted(ACRONYMS.items())
    )
    return Markup('<dl class="gloss">{}</dl>').format(entries)


def glossary() -> Markup:
    """The acronyms as a paper lists them."""
    return paragraph("What the acronyms in this paper stand for:") + acronyms()
