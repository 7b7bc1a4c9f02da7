"""The questions that the data itself raises, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import pandas as pd
from markupsafe import Markup

from quarterdeck.paper import words
from quarterdeck.paper.blocks import paragraph
from quarterdeck.paper.quality.intake import Unmade
from quarterdeck.paper.quality.names import column_name, in_words, list_name, need_name
from quarterdeck.paper.quality.rules import ranked
from quarterdeck.paper.quality.since import Since

OF_A_KIND = 2
RULE = (
    "First comes what keeps a measure from being made; then an error of a list as a whole; then errors, by the share "
    "of rows that break the rule; then printed figures that the records contradict; then rows set aside; then columns "
    "that lost more than five points; then rules that could not be run; then queries, by share. No more than two of a "
    "kind are listed."
)


@dataclass(frozen=True)
class Question:
    """A question for those who keep the records: what raises it, and what kind of sign that is."""

    asked: str
    evidence: str
    sign: str


def questions(
    lacking: Sequence[Unmade], rules: pd.DataFrame, reconciliation: pd.DataFrame, set_aside: int, moved: Since | None
) -> list[Question]:
    """The questions, ranked by `RULE`.

    Parameters
    ----------
    lacking : what could not be made.
    rules : what the rules found.
    reconciliation : printed figures against the records'.
    set_aside : rows that were.
    moved : what changed since last quarter, where that is known.
    """
    broken = ranked(rules)
    errors, queries = broken[broken.severity == "error"], broken[broken.severity == "query"]
    kinds: list[Iterable[Question]] = [
        _unmade(lacking),
        _whole(errors[errors.whole]),
        _rows(errors[~errors.whole], "Error"),
        _contradicted(reconciliation),
        _set_aside(set_aside),
        _emptier(moved),
        _untried(rules[rules.state == "not run"]),
        _rows(queries[~queries.whole], "Query"),
    ]
    return [question for kind in kinds for question in islice(kind, OF_A_KIND)]


def _unmade(lacking: Sequence[Unmade]) -> Iterator[Question]:
    by_need: dict[str, list[str]] = {}
    for one in lacking:
        if one.now and one.what == "the whole measure":
            by_need.setdefault(one.lacks, []).extend(one.measures)
    for need, measures in sorted(by_need.items(), key=lambda item: -len(item[1])):
        many = f"{words.count_word(len(measures))} measure{'' if len(measures) == 1 else 's'}"
        asked = f"what would it take to have {need_name(need)}?" if need else "how far back could the returns reach?"
        yield Question(
            words.sentence(asked), f"Without it, {many} cannot be made: {words.listed(measures)}.", "Not available"
        )


def _whole(rules: pd.DataFrame) -> Iterator[Question]:
    for row in rules.to_dict("records"):
        yield Question(
            f"{words.sentence(list_name(str(row['table'])))}: is the list whole?",
            f"{row['message']} {words.sentence(str(row['reason']))} ({row['code']}).",
            "Error of the list as a whole",
        )


def _rows(rules: pd.DataFrame, kind: str) -> Iterator[Question]:
    for row in rules.to_dict("records"):
        share = words.amount(100 * float(row["share"]), "percent", 1)
        failing, checked = words.number(float(row["failing"])), words.number(float(row["checked"]))
        yield Question(
            f"{words.sentence(list_name(str(row['table'])))}: why "
            + (f"does 1 of {checked} rows" if failing == "1" else f"do {failing} of {checked} rows")
            + " break a rule?",
            f"{row['message']} ({row['code']})",
            f"{kind} in {share} of rows",
        )


def _contradicted(reconciliation: pd.DataFrame) -> Iterator[Question]:
    against = reconciliation[reconciliation.result == "contradicted"]
    if len(against):
        many = words.count_word(len(against))
        yield Question(
            f"{words.sentence(many)} printed figure{' is' if len(against) == 1 else 's are'} contradicted by the "
            "records: which is right?",
            "Each is listed with both values under “Printed figures against the records”.",
            "Contradicted",
        )


def _set_aside(rows: int) -> Iterator[Question]:
    if rows:
        yield Question(
            f"{words.number(rows)} row{' was' if rows == 1 else 's were'} set aside: when will they be corrected?",
            "No figure counts them.",
            "Rows set aside",
        )


def _emptier(moved: Since | None) -> Iterator[Question]:
    lost = moved.filled[moved.filled.by < 0] if moved else pd.DataFrame()
    for row in lost.to_dict("records"):
        then, now = (words.amount(float(row[name]), "percent", 1) for name in ("before", "now"))
        yield Question(
            f"{words.sentence(column_name(str(row['column'])))} in {list_name(str(row['table']))}: why is it filled "
            "less often than last quarter?",
            f"{now} of rows fill it; {then} did.",
            "Completeness fell by more than five points",
        )


def _untried(rules: pd.DataFrame) -> Iterator[Question]:
    for reason, own in sorted(rules.groupby("reason"), key=lambda item: -len(item[1])):
        many = words.count_word(len(own))
        yield Question(
            f"{words.sentence(in_words(str(reason)))}: should one?",
            f"{words.sentence(many)} rule{'' if len(own) == 1 else 's'} could not be run without it.",
            "Rules not run",
        )


def listed(found: Sequence[Question]) -> Markup:
    """The questions as the papers show lines of enquiry, with the rule that ranks them."""
    if not found:
        return paragraph("Nothing in the returns raises a question.")
    items = Markup("").join(
        Markup('<li><h3>{}</h3><p>{}</p><p class="why">{}</p></li>').format(one.asked, one.evidence, one.sign)
        for one in found
    )
    return paragraph(RULE) + Markup('<ol class="ask">{}</ol>').format(items)
