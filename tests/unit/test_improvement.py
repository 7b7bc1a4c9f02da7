"""The improvement files: what their reader refuses, and what a paper of a day may know of them."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.improvement import ImprovementError, Journey, read_journey
from quarterdeck.improvement.rows import FILES
from quarterdeck.measures.registry import catalogue
from tests.conftest import ROOT

KEPT = sorted(folder for folder in (ROOT / "data").glob("*/improvement") if folder.is_dir())
PANEL = "Scrutiny Panel"
VISIT = {
    "visit": "visit-1", "title": "Monitoring visit 1", "kind": "monitoring visit", "framework": "monitoring",
    "focus": "", "start": "2018-01-30", "end": "2018-01-31", "published": "2018-02-22", "announced": "2017-09-13",
    "judgement_area": "oversight", "grade": "", "direction": "not yet good", "headline": "It is uneven.", "source": "A",
}  # fmt: skip
ASKED = {
    "id": "R1", "raised_by": "visit-1", "theme": "Oversight", "recommendation": "Oversee decisions",
    "evidence_measure": "review_timeliness", "no_data_reason": "", "source": "A",
}  # fmt: skip
ACTION = {
    "id": "A1", "owner": "Director", "due": "2018-03-31", "status": "planned", "done": "", "as_of": "2018-02-22",
    "source": "A", "recommendation": "R1", "action": "Audit", "rag": "", "evidence_measure": "",
}  # fmt: skip
STEP = {
    "id": "M1", "owner": "Director", "due": "2018-06", "status": "planned", "done": "", "as_of": "2018-01-01",
    "source": "A", "programme": "Plan", "phase": "Start", "milestone": "It starts",
}  # fmt: skip
MEETING = {
    "date": "2018-05-16", "body": "panel", "name": PANEL, "chair": "", "frequency": "", "purpose": "", "announced": "",
    "source": "A",
}  # fmt: skip

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A folder of the five files, with the rows given, a row of each where none is given."""

    def write(**rows: list[dict[str, Any]]) -> Path:
        default = dict(zip(FILES, (VISIT, ASKED, ACTION, STEP, MEETING), strict=True))
        for name, model in FILES.items():
            with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(model.model_fields))
                writer.writeheader()
                writer.writerows(rows.get(name, [default[name]]))
        return tmp_path

    return write


def on(folder: Path, day: str) -> Any:
    return read_journey(folder).on(dt.date.fromisoformat(day), PANEL)


@pytest.mark.parametrize(
    ("file", "row", "line", "column", "said"),
    [
        ("inspections", VISIT | {"start": "30/01/2018"}, 2, "start", "a day, YYYY-MM-DD, or a month, YYYY-MM"),
        ("inspections", VISIT | {"start": "2018-02-30"}, 2, "start", "a day, YYYY-MM-DD, or a month, YYYY-MM"),
        ("inspections", VISIT | {"end": "2018-01-29"}, 2, "end", "a day not before the start, 30 January 2018"),
        ("inspections", VISIT | {"published": "2018-01-30"}, 2, "published", "a day not before the end"),
        ("inspections", VISIT | {"grade": "poor"}, 2, "grade", "requires improvement to be good / inadequate"),
        ("recommendations", ASKED | {"evidence_measure": ""}, 2, "evidence_measure", "say why no data can show it"),
        ("recommendations", ASKED | {"raised_by": "visit-9"}, 2, "raised_by", "nearest: visit-1"),
        ("actions", ACTION | {"recommendation": "R7"}, 2, "recommendation", "an id of recommendations.csv"),
        ("actions", ACTION | {"done": "2018-02-01"}, 2, "status", "done, since a day is given"),
        (
            "actions",
            ACTION | {"status": "done", "done": "2018-03-01"},
            2,
            "done",
            "a plan is a due day: move it to due",
        ),
        ("milestones", STEP | {"milestone": ""}, 2, "milestone", "fill in milestone"),
        ("meetings", MEETING | {"date": ""}, 2, "date", "fill date, or frequency and announced"),
    ],
)
def test_a_bad_row_is_told_with_its_file_line_column_and_what_to_do(make, file, row, line, column, said):
    with pytest.raises(ImprovementError) as refused:
        read_journey(make(**{file: [row]}))
    problems = refused.value.problems
    assert problems.file.tolist() == [f"improvement/{file}.csv"]
    assert problems.line.tolist() == [line]
    assert problems.column.tolist() == [column]
    assert said in str(refused.value)


def test_every_problem_of_every_file_is_told_at_once(make):
    folder = make(inspections=[VISIT | {"kind": "look", "grade": "poor"}], actions=[ACTION | {"due": "soon"}])
    with pytest.raises(ImprovementError) as refused:
        read_journey(folder)
    found = refused.value.problems
    own = found[found.file.isin(["improvement/inspections.csv", "improvement/actions.csv"])]
    assert own.column.tolist() == ["kind", "grade", "due"]


def test_a_line_counts_the_lines_that_a_cell_in_quotation_marks_runs_over(make):
    long = VISIT | {"headline": "It is\nuneven."}
    with pytest.raises(ImprovementError) as refused:
        read_journey(make(inspections=[long, VISIT | {"grade": "poor"}]))
    assert refused.value.problems.line.tolist() == [4]


def test_a_missing_file_and_a_missing_column_say_which_columns_there_must_be(make):
    folder = make()
    (folder / "meetings.csv").unlink()
    text = (folder / "actions.csv").read_text(encoding="utf-8").replace("owner", "person")
    (folder / "actions.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ImprovementError, match="add owner; take out person") as refused:
        read_journey(folder)
    assert "add it with the columns date, body, name" in str(refused.value)


def test_a_row_with_a_cell_too_many_is_told_and_not_shifted(make):
    folder = make()
    with (folder / "meetings.csv").open("a", encoding="utf-8") as file:
        file.write("2018-05-17,panel,A,B,,,,,x\n")
    with pytest.raises(ImprovementError, match="8 cells"):
        read_journey(folder)


def test_rows_of_one_visit_must_agree_on_its_days(make):
    with pytest.raises(ImprovementError, match="give every row of one visit the same"):
        read_journey(make(inspections=[VISIT, VISIT | {"end": "2018-02-01"}]))


def test_evidence_that_is_no_measure_is_refused_with_the_nearest_names(make):
    folder = make(recommendations=[ASKED | {"evidence_measure": "review_timelines"}])
    with pytest.raises(ImprovementError, match="nearest: review_timeliness"):
        read_journey(folder, catalogue())


def test_no_folder_is_an_empty_journey(tmp_path):
    assert not read_journey(tmp_path / "improvement")
    assert read_journey(tmp_path / "improvement") == Journey()


def test_what_a_visit_found_is_told_from_the_day_of_its_report_and_not_before(make):
    folder = make()
    assert on(folder, "2018-02-22").visits[0].findings
    before = on(folder, "2018-02-21")
    assert before.visits[0].findings == ()
    assert before.recommendations == []


def test_a_visit_to_come_is_told_by_its_month_once_it_is_announced(make):
    folder = make()
    (ahead,) = on(folder, "2017-09-13").visits
    assert (ahead.planned, ahead.dates, ahead.published) == (True, "January 2018", None)
    assert on(folder, "2017-09-12").visits == []


def test_a_visit_without_a_report_is_told_from_its_last_day(make):
    folder = make(inspections=[VISIT | {"published": "", "announced": ""}])
    assert on(folder, "2018-01-30").visits == []
    assert on(folder, "2018-01-31").visits[0].dates == "30 to 31 January 2018"


def test_the_latest_statement_not_after_the_paper_is_how_a_thing_stands(make):
    later = ACTION | {"due": "2018-06-30", "status": "late", "as_of": "2018-04-10"}
    done = later | {"status": "done", "done": "2018-07-10", "as_of": "2018-07-20"}
    folder = make(actions=[done, ACTION, later])
    assert on(folder, "2018-02-21").actions == []
    stood = [on(folder, day).actions[0] for day in ("2018-04-09", "2018-04-10", "2018-07-19", "2018-07-20")]
    assert [one.now.status for one in stood] == ["planned", "late", "late", "done"]
    assert [one.slipped for one in stood] == [0, 91, 110, 101]
    assert [one.overdue for one in stood] == [True, False, True, False]


def test_a_thing_due_on_the_day_of_the_paper_is_not_overdue_and_a_day_later_it_is(make):
    folder = make()
    assert not on(folder, "2018-03-31").actions[0].overdue
    assert on(folder, "2018-04-01").actions[0].overdue


def test_a_month_is_over_at_its_last_day(make):
    folder = make()
    assert not on(folder, "2018-06-30").milestones[0].overdue
    assert on(folder, "2018-07-01").milestones[0].overdue


def test_of_the_meetings_to_come_only_the_panels_next_and_those_announced_are_told(make):
    cabinet = MEETING | {"name": "Cabinet", "body": "cabinet", "date": "2018-03-29"}
    folder = make(
        meetings=[
            MEETING,
            MEETING | {"date": "2018-09-14"},
            cabinet,
            cabinet | {"date": "2018-04-01", "announced": "2018-03-22"},
        ]
    )
    told = on(folder, "2018-03-22")
    assert [str(one.date) for one in told.meetings] == ["16 May 2018", "1 April 2018"]
    assert str(told.next_meeting.date) == "16 May 2018"


def test_a_meeting_more_than_half_a_year_ahead_is_not_the_panels_next(make):
    folder = make()
    assert on(folder, "2017-11-14").next_meeting
    assert on(folder, "2017-11-13").next_meeting is None


def test_what_is_due_before_the_next_meeting_holds_its_own_day_and_leaves_out_today(make):
    steps = [
        STEP | {"id": day, "due": day, "milestone": day}
        for day in ("2018-03-22", "2018-03-23", "2018-05-16", "2018-05-17")
    ]
    due = on(make(milestones=steps, actions=[]), "2018-03-22").due_before_next()
    assert [what for _, what, _ in due] == ["2018-03-23", "2018-05-16"]


@pytest.mark.parametrize("folder", KEPT, ids=lambda folder: folder.parent.name)
def test_every_recommendation_that_is_kept_has_a_measure_or_a_reason(folder):
    journey = read_journey(folder, catalogue())
    assert journey.recommendations
    for one in journey.recommendations:
        assert one.evidence_measure or one.no_data_reason, one.id
        assert {*one.evidence_measure} <= {*catalogue()}


@pytest.mark.parametrize("folder", KEPT, ids=lambda folder: folder.parent.name)
def test_grades_and_days_of_inspections_are_those_of_the_reference_table(folder):
    with (ROOT / "data" / "reference" / "inspections.csv").open(encoding="utf-8") as file:
        published = [row for row in csv.DictReader(file) if row["grade"]]
    known = {(r["start"], r["end"], r["published"], r["judgement_area"]): r["grade"] for r in published}
    graded = [row for row in read_journey(folder).findings if row.grade]
    assert graded
    for row in graded:
        assert row.published
        place = (*(when.last.isoformat() for when in (row.start, row.end, row.published)), row.judgement_area)
        assert known[place] == row.grade
