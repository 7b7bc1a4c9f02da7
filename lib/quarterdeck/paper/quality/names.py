"""Lists, columns and returns as a reader calls them."""

from __future__ import annotations

import re

from quarterdeck.measures.registry import Measure
from quarterdeck.records.tables import TABLES

LISTS = {
    "person": "children",
    "missing": "missing episodes",
    "cla_health": "health of children in care",
    "homeless_16_17": "young people of 16 and 17 who came as homeless",
    "pre_proceedings": "pre-proceedings",
}
WORDS = {
    "903": "(SSDA903)",
    "cin": "child in need",
    "cla": "care",
    "cp": "child protection",
    "s47": "section 47",
    "uasc": "unaccompanied children",
}
IN_COLUMNS = {
    "auth": "authorised",
    "dob": "birth date",
    "icpc": "initial conference",
    "id": "number",
    "la": "authority",
    "nfa": "no further action",
    "sdq": "SDQ",
    "urn": "URN",
}


def list_name(table: str) -> str:
    """A canonical table in words.

    Examples
    --------
    >>> list_name("cp_plans"), list_name("care_leavers_903"), list_name("person")
    ('child protection plans', 'care leavers (SSDA903)', 'children')
    """
    return LISTS.get(table) or " ".join(WORDS.get(word, word) for word in table.split("_"))


def column_name(column: str) -> str:
    """A column in words, for a place that names its list.

    Examples
    --------
    >>> column_name("close_reason"), column_name("cla_episode_ceased_date"), column_name("dob")
    ('close reason', 'episode ceased date', 'birth date')
    """
    first, *rest = column.split("_")
    return " ".join(IN_COLUMNS.get(word, word) for word in ([first] if first not in WORDS else []) + rest)


def need_name(need: str) -> str:
    """A table, or a column of one written `table.column`, in words.

    Examples
    --------
    >>> need_name("cp_plans"), need_name("cin_episodes.close_date")
    ('child protection plans', 'close date in child in need episodes')
    """
    table, _, column = need.partition(".")
    return f"{column_name(column)} in {list_name(table)}" if column else list_name(table)


def in_words(reason: str) -> str:
    """What a rule says of the tables that it lacks, with their names in words.

    Examples
    --------
    >>> in_words("no return gave icpc date (cin_episodes)")
    'no return gave initial conference date (child in need episodes)'
    """
    named = re.sub(r"\b[a-z0-9_]+\b", lambda found: list_name(found[0]) if found[0] in TABLES else found[0], reason)
    return named.replace("icpc", IN_COLUMNS["icpc"])


def tables_of(measures: list[Measure]) -> set[str]:
    """The canonical tables that measures are worked out from, by all of the ways in which they may be."""
    return {part.partition(".")[0] for measure in measures for need in measure.needs for part in need.split("|")}
