"""Every recommendation of the seeds is entered, with the measure that would show it or the reason why none can."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from quarterdeck.measures.registry import catalogue
from tests.conftest import AUTHORITY, ROOT, SECOND

# Seed, place in it, and the ids under which each thing that it asks for is entered, in the seed's order.
WORCESTERSHIRE = [
    ("000", "challenges", ("R12", "R11", "R10", "R07", "R23", "R25", "R19", "R22")),
    ("000", "commitment", ("R07", "R19", "R20", "R21", "R23", "R24", "R25")),
    ("001", "letter, overview", ("R08", "R09", "R11")),
    ("001", "letter, findings", ("R13", "R15", "R06", "R02", "R04", "R05", "R10", "R14")),
    ("003", "front door", ("R01", "R11", "R02", "R03", "R08")),
    ("003", "early help", ("R07",)),
    ("003", "practice", ("R10", "R14", "R18")),
    ("003", "form", ("R16", "R17")),
]
TAMESIDE = [
    ("004", "What needs to improve", ("R01", "R02", "R03", "R04")),
    ("004", "Other areas of focus", ("P13", "R08", "P03", "R06", "R07", "R05")),
    ("004", "priorities", ("P01", "P02", "P03", "P04", "P05", "P06", "P07")),
    ("004", "priorities (continued)", ("P08", "P09", "P10", "P11", "P12", "P13", "P14")),
]
RAISED_BY = {
    "000": {"inspection-2019"},
    "001": {"visit-3"},
    "003": {"review-2017"},
    "004": {"inspection-2019", "self-assessment-2019"},
}
LISTED = [(AUTHORITY, *line) for line in WORCESTERSHIRE] + [(SECOND, *line) for line in TAMESIDE]


def entered(authority: str) -> dict[str, dict[str, str]]:
    path = ROOT / "data" / authority / "improvement" / "recommendations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def named(row: dict[str, str]) -> list[str]:
    return [name.strip() for name in row["evidence_measure"].split(";") if name.strip()]


@pytest.mark.parametrize("authority", [AUTHORITY, SECOND])
def test_every_recommendation_has_a_measure_or_a_reason_why_no_data_can_answer_it(authority: str) -> None:
    rows = entered(authority).values()
    assert [row["id"] for row in rows if not named(row) and len(row["no_data_reason"].split()) < 5] == []


@pytest.mark.parametrize("authority", [AUTHORITY, SECOND])
def test_every_measure_that_a_recommendation_names_is_one_there_is(authority: str) -> None:
    wanted = {name: row["id"] for row in entered(authority).values() for name in named(row)}
    assert {name: id for name, id in wanted.items() if name not in catalogue()} == {}


@pytest.mark.parametrize(("authority", "seed", "place", "ids"), LISTED, ids=lambda one: str(one)[:40])
def test_what_a_seed_asks_for_is_entered_as_asked_by_the_one_who_asked(
    authority: str, seed: str, place: str, ids: tuple[str, ...]
) -> None:
    rows = entered(authority)
    assert [id for id in ids if id not in rows] == []
    assert [id for id in ids if not RAISED_BY[seed] & set(re.split(r";\s*", rows[id]["raised_by"]))] == []


def test_nothing_is_entered_that_no_seed_asks_for() -> None:
    for authority, lines in ((AUTHORITY, WORCESTERSHIRE), (SECOND, TAMESIDE)):
        assert set(entered(authority)) == {id for _, _, ids in lines for id in ids}


@pytest.mark.parametrize(("seed", "place", "ids"), TAMESIDE, ids=lambda one: str(one)[:24])
def test_a_slide_of_the_second_authority_has_as_many_points_as_are_entered(
    shared: Path, seed: str, place: str, ids: tuple[str, ...]
) -> None:
    text = next((shared / "seeds").glob(f"{seed}_*.txt")).read_text(encoding="utf-8")
    slides = re.split(r"^# ", text, flags=re.MULTILINE)
    found = next(one for one in slides if one.splitlines()[0].lower().rstrip().endswith(place.lower()))
    assert len(re.findall(r"^- ", found, flags=re.MULTILINE)) == len(ids)


def test_the_slide_of_challenges_has_as_many_points_as_are_entered(shared: Path) -> None:
    text = next((shared / "seeds").glob("000_*.txt")).read_text(encoding="utf-8")
    slide = next(one for one in re.split(r"^# ", text, flags=re.MULTILINE) if one.startswith("Challenges"))
    points = re.findall(r"^\s*- ", slide, flags=re.MULTILINE)
    assert len(points) - 1 == 7, "the first point only heads the three under it; the last asks for two things"
