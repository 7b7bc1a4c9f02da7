"""How something promised stands, in the words of a table."""

from __future__ import annotations

from markupsafe import Markup

from quarterdeck.improvement.position import Promise
from quarterdeck.improvement.rows import Statement
from quarterdeck.paper import words
from quarterdeck.paper.tables import Cell

NO_DATE = Markup('<span aria-hidden="true">–</span><span class="vh">no date set</span>')


def standing(one: Promise[Statement]) -> str:
    """Done and when, late, a date that has passed without a word, or as its owner says."""
    if one.now.status == "done":
        return f"Done, {one.now.done}" if one.now.done else "Done"
    if one.now.status == "late":
        return "Late"
    return "Date passed, not reported done" if one.overdue else words.sentence(one.now.status)


def slippage(one: Promise[Statement]) -> Cell:
    """The days that it has slipped; where a date has passed without a word, nobody can know them."""
    if one.first.due is None:
        return NO_DATE
    if one.slipped:
        return f"{words.number(one.slipped)} day{'' if one.slipped == 1 else 's'}"
    return "Not known" if one.overdue else "None"


def lowered(text: str) -> str:
    """A sentence as it stands inside another."""
    return text[:1].lower() + text[1:]
