"""What a failed notebook may still say: words of its own code and of messages, and nothing of a record."""

from __future__ import annotations

import pytest

from quarterdeck.publish.failed import of_library, without_values
from tests.faults.canaries import CHILD, FORENAME, NHS, NOTE, SURNAME, hits

SOURCE = "rows = prepared.records.person\nages = rows.set_index('person_id').age.astype(float)\nrows['ages'].loc[0:12]"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("name 'rowz' is not defined", "name '…' is not defined"),
        ("'DataFrame' object has no attribute 'ages'", "'DataFrame' object has no attribute 'ages'"),
        ("division by zero", "division by zero"),
        ("'ages'", "'ages'"),
        ("could not convert string to float: '12'", "could not convert string to float: '…'"),
        (
            "'cp_plan_rat' is not a measure; did you mean cp_plan_rate?",
            "'…' is not a measure; did you mean cp_plan_rate?",
        ),
        (f"bad rows: {FORENAME} {SURNAME}, {NHS}", "bad rows: …"),
    ],
)
def test_of_a_message_those_words_are_kept_that_are_in_the_code_or_in_any_message(message: str, said: str) -> None:
    assert without_values(message, SOURCE) == said


@pytest.mark.parametrize(
    "value", [f"{CHILD}1", FORENAME.lower(), f"{FORENAME}{SURNAME}", f"x{NHS.replace(' ', '')}", NOTE]
)
def test_whatever_a_record_holds_is_left_out_however_it_was_put_in(value: str) -> None:
    frame = f"   person_id  age\n0  {value}  12\nName: {value}, dtype: object"
    for message in (value, repr(value), f"no {value!r} in {{'{value}': 1}}", frame, f"{value}\n" * 40):
        assert hits(without_values(message, SOURCE).encode()) == set()


def test_an_error_of_the_library_is_believed_where_the_library_raised_it_and_not_where_a_cell_did() -> None:
    above = ["-" * 75, "PaperError  Traceback (most recent call last)", "Cell In[2], line 1\n----> 1 paper.say(who)"]
    inside = "\x1b[36mFile \x1b[39m/usr/lib/quarterdeck/paper/anatomy.py:217, in _paragraph(target, starts)\n"
    assert of_library("PaperError", [*above, inside, "PaperError: …"])
    assert not of_library("PaperError", [*above, "PaperError: …"])
    assert not of_library("ValueError", [*above, inside, "ValueError: …"])
    assert not of_library("PaperError", [])
