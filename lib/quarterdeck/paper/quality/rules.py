"""What the rules found: those broken, those that could not be run and why, those kept."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from quarterdeck.paper import tables, words
from quarterdeck.paper.blocks import paragraph
from quarterdeck.paper.quality.names import column_name, in_words, list_name
from quarterdeck.paper.tables import Cell, Head

KINDS = {
    "error": ("Errors", "what these rules forbid cannot be so"),
    "query": ("Queries", "what these rules ask about may be so, and asks for a look"),
}


def ranked(rules: pd.DataFrame) -> pd.DataFrame:
    """Rules that are broken: a list as a whole first, then by share of the rows that break it."""
    broken = rules[rules.state == "failed"]
    share = broken.failing / broken.checked.where(broken.checked > 0)
    whole = broken.failing == 0
    return broken.assign(share=share, whole=whole).sort_values(
        ["whole", "share"], ascending=[False, False], kind="stable"
    )


def all_rules(rules: pd.DataFrame, where: str) -> Markup:
    """Every rule: errors, queries, those not run, and those kept, folded away.

    Parameters
    ----------
    rules : as `quarterdeck.checks.Outcome` has them.
    where : what the list of the failing records is called, and who can read it.
    """
    state = rules.state.value_counts()
    said = paragraph(
        f"There are {words.number(len(rules))} rules. {words.number(state.get('passed', 0))} are kept, "
        f"{words.number(state.get('failed', 0))} are broken, and {words.number(state.get('not run', 0))} could not be "
        "run, which is not the same as kept. A rule changes nothing: a row that breaks one is still counted."
    )
    parts = [said, paragraph(where)]
    broken = ranked(rules)
    for kind, (name, meaning) in KINDS.items():
        own = broken[broken.severity == kind]
        if own.empty:
            parts.append(paragraph(f"{name}: none. No row does {meaning.replace('these rules', 'a rule')}."))
            continue
        caption = f"{name}: {words.count_word(len(own))} rule{' is' if len(own) == 1 else 's are'} broken"
        parts.append(_broken(f"t-{kind}", caption, words.sentence(meaning), own))
    untried = rules[rules.state == "not run"]
    if len(untried):
        parts.append(_untried(untried))
    kept = rules[rules.state == "passed"]
    if len(kept):
        parts.append(_kept(kept))
    return Markup("").join(parts)


def _broken(id: str, caption: str, note: str, rules: pd.DataFrame) -> Markup:
    rows: list[list[Cell]] = [
        [
            str(row["code"]),
            _message(str(row["message"]), str(row["reason"])),
            _where(str(row["table"]), str(row["fields"])),
            words.number(float(row["checked"])),
            "the list" if row["whole"] else words.number(float(row["failing"])),
            tables.symbol("z") if row["whole"] else words.amount(100 * float(row["share"]), "percent", 1),
        ]
        for row in rules.to_dict("records")
    ]
    heads = [
        "Rule",
        Head("What is wrong", kind="w"),
        Head("Where to correct it", kind="w"),
        "Rows checked",
        "Rows that break it",
        "Share",
    ]
    return tables.table(id, caption, heads, rows, note=note, kinds=["nb", "w long", "w", "", "", ""])


def _message(message: str, reason: str) -> Cell:
    return Markup("{} <strong>{}</strong>").format(message, words.sentence(f"{reason}.")) if reason else message


def _where(table: str, fields: str) -> Cell:
    named = words.listed(column_name(field) for field in fields.split(", ") if field)
    return Markup("{}: {}").format(words.sentence(list_name(table)), named)


def _untried(rules: pd.DataFrame) -> Markup:
    rows: list[list[Cell]] = [
        [str(row["code"]), str(row["message"]), words.sentence(in_words(str(row["reason"])))]
        for row in rules.to_dict("records")
    ]
    many = words.count_word(len(rules))
    caption = f"Not run: {many} rule{'' if len(rules) == 1 else 's'}"
    heads = ["Rule", Head("What would be wrong", kind="w"), Head("Why it could not be run", kind="w")]
    return tables.table("t-not-run", caption, heads, rows, kinds=["nb", "w", "w"])


def _kept(rules: pd.DataFrame) -> Markup:
    rows: list[list[Cell]] = [
        [
            str(row["code"]),
            str(row["message"]),
            words.sentence(list_name(str(row["table"]))),
            words.number(float(row["checked"])),
        ]
        for row in rules.to_dict("records")
    ]
    caption = f"Kept: {words.number(len(rules))} rule{'' if len(rules) == 1 else 's'}"
    heads = ["Rule", Head("What would be wrong", kind="w"), Head("List", kind="w"), "Rows checked"]
    return tables.table(
        "t-kept", caption, heads, rows, note="No row breaks these", kinds=["nb", "w long", "w", ""], folded=True
    )
