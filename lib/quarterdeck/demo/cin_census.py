"""The demonstration's children in need census, cut at a quarter's end as an authority would cut it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.demo.front_door import FrontDoor
from quarterdeck.demo.months import NONE, WORKING, nth
from quarterdeck.quarter import Quarter

LA_CODES = {"worcestershire-demo": "885", "tameside-demo": "357"}


def iso(days: np.ndarray | pd.Series) -> np.ndarray:
    """Days since 1970 as ISO dates; NONE becomes an empty text."""
    days = np.asarray(days, np.int64)
    text = np.where(days == NONE, 0, days).astype("datetime64[D]").astype(str)
    return np.where(days == NONE, "", text)


def _element(name: str, values: np.ndarray, indent: int) -> np.ndarray:
    """One XML element a value, on a line of its own; an empty value has none."""
    values = np.asarray(values, dtype=str)
    pad = "  " * indent
    return np.where(values == "", "", np.char.add(np.char.add(f"{pad}<{name}>", values), f"</{name}>\n"))


def _block(name: str, parts: list[np.ndarray], indent: int) -> np.ndarray:
    """Elements of each row inside one element."""
    pad = "  " * indent
    text = np.char.add(f"{pad}<{name}>\n", parts[0])
    for part in parts[1:]:
        text = np.char.add(text, part)
    return np.char.add(text, f"{pad}</{name}>\n")


def _joined(text: np.ndarray, key: pd.Series, keys: pd.Index) -> np.ndarray:
    """The texts of each key, one after another; empty where a key has none."""
    if len(text) == 0:
        return np.full(len(keys), "", dtype=object)
    groups = pd.Series(text.astype(object)).groupby(key.to_numpy(), sort=True).agg("".join)
    return groups.reindex(keys).fillna("").to_numpy(dtype=object)


def cut(days: pd.Series, at: int) -> np.ndarray:
    """Days, with those after a date not yet known."""
    return np.where(days > at, NONE, days)


def episodes_in(data: FrontDoor, quarter: Quarter) -> pd.DataFrame:
    """The episodes that an extract of a quarter holds: open at any time from 1 April to the quarter's end."""
    low, at = days_of(quarter)
    rows = data.episodes
    return rows[(rows.start <= at) & (rows.end >= low)]


def days_of(quarter: Quarter) -> tuple[int, int]:
    """1 April of a quarter's year and the quarter's last day, in days since 1970."""
    return tuple(
        int(date.to_datetime64().astype("datetime64[D]").astype(np.int64)) for date in (quarter.year_start, quarter.end)
    )  # type: ignore[return-value]


def plans_in(data: FrontDoor, quarter: Quarter) -> pd.DataFrame:
    """The protection plans of an extract; a year's extract has some that the next corrects."""
    low, at = days_of(quarter)
    year = quarter.collection_year
    plans = data.plans
    return plans[
        (plans.start <= at) & (plans.end >= low) & (plans.first_extract <= year) & (plans.last_extract >= year)
    ]


def _assessments(data: FrontDoor, low: int, at: int, keys: pd.Index) -> np.ndarray:
    rows = data.assessments
    rows = rows[(rows.start <= at) & (rows.auth >= low) & rows.episode.isin(keys)]
    auth = cut(rows.auth, at)
    codes = [
        ""
        if done == NONE or not text
        else "            <FactorsIdentifiedAtAssessment>\n"
        + "".join(f"              <AssessmentFactors>{code}</AssessmentFactors>\n" for code in text.split())
        + "            </FactorsIdentifiedAtAssessment>\n"
        for text, done in zip(rows.factors, auth, strict=True)
    ]
    review = WORKING[nth(rows.start.to_numpy()) + 10]
    parts = [
        _element("AssessmentActualStartDate", iso(rows.start), 5),
        _element("AssessmentInternalReviewDate", iso(np.where(review < np.minimum(rows.auth, at), review, NONE)), 5),
        _element("AssessmentAuthorisationDate", iso(auth), 5),
        np.array(codes, dtype=str),
    ]
    return _joined(_block("Assessments", parts, 4), rows.episode, keys)


def _cin_plans(data: FrontDoor, low: int, at: int, keys: pd.Index) -> np.ndarray:
    rows = data.cin_plans
    rows = rows[(rows.start <= at) & (rows.end >= low) & rows.episode.isin(keys)]
    parts = [_element("CINPlanStartDate", iso(rows.start), 5), _element("CINPlanEndDate", iso(cut(rows.end, at)), 5)]
    return _joined(_block("CINPlanDates", parts, 4), rows.episode, keys)


def _enquiries(data: FrontDoor, low: int, at: int, keys: pd.Index) -> np.ndarray:
    rows = data.enquiries
    rows = rows[
        (rows.s47 <= at) & ((rows.s47 >= low) | ((rows.icpc >= low) & (rows.icpc != NONE))) & rows.episode.isin(keys)
    ]
    held = rows.icpc != NONE
    target = np.where(held, WORKING[nth(rows.s47.to_numpy()) + 15], NONE)
    parts = [
        _element("S47ActualStartDate", iso(rows.s47), 5),
        _element("InitialCPCtarget", iso(target), 5),
        _element("DateOfInitialCPC", iso(cut(rows.icpc, at)), 5),
        _element("ICPCnotRequired", np.where(held, "0", "1"), 5),
    ]
    return _joined(_block("Section47", parts, 4), rows.episode, keys)


def _protection_plans(data: FrontDoor, quarter: Quarter, at: int, keys: pd.Index) -> np.ndarray:
    rows = plans_in(data, quarter)
    rows = rows[rows.episode.isin(keys)]
    reviews = data.reviews[(data.reviews.date <= at) & data.reviews.plan.isin(rows.index)]
    dates = _joined(_element("CPPreviewDate", iso(reviews.date), 6), reviews.plan, rows.index)
    wrapped = np.where(dates == "", "", "          <Reviews>\n" + dates + "          </Reviews>\n")
    parts = [
        _element("CPPstartDate", iso(rows.start), 5),
        _element("CPPendDate", iso(cut(rows.end, at)), 5),
        _element("InitialCategoryOfAbuse", rows.initial_category.to_numpy(), 5),
        _element("LatestCategoryOfAbuse", rows.latest_category.to_numpy(), 5),
        _element("NumberOfPreviousCPP", rows.previous.to_numpy().astype(str), 5),
        wrapped.astype(str),
    ]
    return _joined(_block("ChildProtectionPlans", parts, 4), rows.episode, keys)


def _children(
    data: FrontDoor, quarter: Quarter, people: pd.Index, died: pd.Series, at: int
) -> tuple[np.ndarray, np.ndarray]:
    """Identifiers and characteristics of each child."""
    rows = data.children.loc[people]
    unborn = (rows.born > at).to_numpy()
    parts = [
        _element("LAchildID", rows.child_id.to_numpy(), 4),
        _element("PersonBirthDate", np.where(unborn, "", iso(rows.born)), 4),
        _element("ExpectedPersonBirthDate", np.where(unborn, iso(rows.born), ""), 4),
        _element("GenderCurrent", np.where(unborn, "0", np.where(rows.sex == "M", "1", "2")), 4),
        _element("PersonDeathDate", iso(died.reindex(people).fillna(NONE).astype("int64")), 4),
    ]
    coded = data.disabilities[quarter.collection_year][people.to_numpy()]
    listed = np.array(
        [
            "      <Disabilities>\n".replace("      ", "        ")
            + "".join(f"          <Disability>{code}</Disability>\n" for code in text.split())
            + "        </Disabilities>\n"
            for text in coded
        ]
    )
    traits = [_element("Ethnicity", rows.ethnicity.to_numpy(), 4), listed]
    return _block("ChildIdentifiers", parts, 3), _block("ChildCharacteristics", traits, 3)


def _header(authority: str, quarter: Quarter) -> str:
    """What stands before the children."""
    year = quarter.collection_year
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>CIN</Collection>
      <Year>{year}</Year>
      <ReferenceDate>{year}-03-31</ReferenceDate>
    </CollectionDetails>
    <Source>
      <SourceLevel>L</SourceLevel>
      <LEA>{LA_CODES.get(authority, "999")}</LEA>
      <SoftwareCode>Quarterdeck demonstration</SoftwareCode>
      <SerialNo>001</SerialNo>
      <DateTime>{quarter.end.date().isoformat()}T00:00:00</DateTime>
    </Source>
  </Header>
  <Children>
"""


def write(data: FrontDoor, quarter: Quarter, folder: Path) -> Path:
    """Write `cin_census.xml` of a quarter into its folder.

    The layout is that of the collections of 2015 to 2019: GenderCurrent, no source or closure of early help.
    """
    low, at = days_of(quarter)
    rows = episodes_in(data, quarter).sort_values(["person", "start"])
    keys = rows.index
    end = cut(rows.end, at)
    text = _block(
        "CINdetails",
        [
            _element("CINreferralDate", iso(rows.start), 4),
            _element("ReferralSource", rows.source.to_numpy(), 4),
            _element("PrimaryNeedCode", rows.need.to_numpy(), 4),
            _element("CINclosureDate", iso(end), 4),
            _element("ReasonForClosure", np.where(end == NONE, "", rows.reason), 4),
        ],
        3,
    )
    inside = [_assessments(data, low, at, keys), _cin_plans(data, low, at, keys), _enquiries(data, low, at, keys)]
    nfa = np.where(
        rows.kind == "nfa", "        <ReferralNFA>1</ReferralNFA>\n", "        <ReferralNFA>0</ReferralNFA>\n"
    ).astype(object)
    body = text.astype(object)
    closing = "      </CINdetails>\n"
    opened = np.array([part[: -len(closing)] for part in body], dtype=object)
    for part in (*inside, nfa, _protection_plans(data, quarter, at, keys)):
        opened = opened + part
    episodes = opened + closing
    by_child = pd.Series(episodes, index=rows.person.to_numpy()).groupby(level=0, sort=True).agg("".join)
    died = rows[(rows.reason == "RC2") & (end != NONE)].groupby("person").end.max()
    identifiers, characteristics = _children(data, quarter, by_child.index, died, at)
    children = (
        "    <Child>\n"
        + identifiers.astype(object)
        + characteristics.astype(object)
        + by_child.to_numpy(dtype=object)
        + "    </Child>\n"
    )
    header = _header(data.authority, quarter)
    path = folder / "cin_census.xml"
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(header)
        file.writelines(children)
        file.write("  </Children>\n</Message>\n")
    return path
