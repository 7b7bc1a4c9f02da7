"""What is wrong with a return, said so that a person can mend it: where, what, what was expected, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import pandas as pd

from quarterdeck.errors import Problem
from quarterdeck.returns.codes import code_words

COLUMNS = ["file", "line", "column", "value", "expected", "what_to_do", "rule"]
SHOWN_OF_A_KIND = 10
LONGEST_VALUE = 30

HIDDEN = re.compile(r".*_id|adviser|.*dob|born_or_due|death_date|date_of_birth|.*postcode|.*upn|.*forename|.*surname")
"""Columns of which no message shows anything: who a child or a worker is, where they live, and when they were born."""
_TELLS_WHO = re.compile(
    r"\d{6}|\d{3}\W\d{3}\W\d{4}"  # an identifier, in a column of something else
    r"|^(?=.*[A-Z])(?=.*\d.*\d)(?=(?:\w\W?){6})[A-Z0-9 _-]+$",  # one with letters, or a postcode
    re.IGNORECASE,
)
_DATE = re.compile(r"\d+\W\d+\W\d{2,}")
_WORD = re.compile(r"[^\W\d_]{3,}")
HIDE = "(hidden)"


class ReturnsError(Problem, ValueError):
    """Returns that cannot be used: every problem of every file, at once.

    Parameters
    ----------
    problems : file, line, column, value, expected, what_to_do, rule.
    """

    exit_status = 3

    def __init__(self, problems: pd.DataFrame) -> None:
        self.problems = problems
        super().__init__(as_text(problems))


def problem(
    file: str, expected: str, what_to_do: str, rule: str, line: int | None = None, column: str = "", value: str = ""
) -> pd.DataFrame:
    """One problem, as a frame of one row."""
    told = [file, line, *map(plainly, (column, value, expected, what_to_do, rule))]
    return gathered([pd.DataFrame([told], columns=COLUMNS)])


def plainly(text: str) -> str:
    r"""Text as it may stand on a terminal: what cannot be seen, or turns the writing round, as its number.

    Examples
    --------
    >>> print(plainly("K9\u202e\x1b[2J"))
    K9\u202e\x1b[2J
    """
    seen = (letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text)
    return "".join(seen)


@cache
def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=COLUMNS, dtype="str").astype({"line": "Int64"})


def gathered(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Problems from many places in one frame, with the dtypes of the contract; none give an empty frame."""
    text = [column for column in COLUMNS if column != "line"]
    dtypes = {"line": "Int64"} | dict.fromkeys(text, "str")
    some = [frame[COLUMNS].fillna(dict.fromkeys(text, "")).astype(dtypes) for frame in frames if len(frame)]
    return pd.concat(some, ignore_index=True) if some else _none().copy()


def shown(values: pd.Series, column: str, *, dated: bool = False) -> pd.Series:
    """Values as a message may show them: nothing of an identifier, a name, a birth date or a postcode.

    In a file whose columns have moved those stand where something else should. So of any column only such values are
    shown as cannot be one of them: numbers, short codes, and words that some code list has; dates among dates.

    Parameters
    ----------
    column : the canonical column.
    dated : it is a column of dates.

    Examples
    --------
    >>> shown(pd.Series(["DEMO000417", "K1"]), "person_id").tolist()
    ['(hidden)', '(hidden)']
    >>> shown(pd.Series(["31/02/2018"]), "dob", dated=True).tolist()
    ['(hidden)']
    >>> shown(pd.Series(["K9", "03/04/2003", "ZZ1 1AA", "Zebedia", "Foster police"]), "cla_placement_type").tolist()
    ['K9', '(hidden)', '(hidden)', '(hidden)', 'Foster police']
    >>> shown(pd.Series(["12/14/2017", "last week, Zebedia said"]), "referral_date", dated=True).tolist()
    ['12/14/2017', '(hidden)']
    """
    text = values.astype("str").fillna("")
    if HIDDEN.fullmatch(column):
        return text.mask(text != "", HIDE)
    hidden = (text.str.len() > LONGEST_VALUE) | text.str.contains(_TELLS_WHO) | ~text.map(_is_of_codes).astype("bool")
    if not dated:
        hidden |= text.str.contains(_DATE)
    return text.mask(hidden, HIDE).map(plainly, na_action="ignore").astype("str")


def shown_one(value: str) -> str:
    """One value that stands in no column, as a message may show it: a number, a date, or words of codes."""
    return str(shown(pd.Series([value]), "", dated=True).iloc[0])


def _is_of_codes(value: str) -> bool:
    return all(word in code_words() for word in _WORD.findall(value.casefold()))


def as_text(problems: pd.DataFrame) -> str:
    """The problems as a plain table a file, for a terminal or a log.

    Examples
    --------
    >>> print(as_text(problem("2017-18-Q3/ssda903/episodes.csv", "a date, DD/MM/YYYY", "correct the date", "date",
    ...                       line=1002, column="DEC", value="31/02/2018")))
    1 problem in 2017-18-Q3/ssda903/episodes.csv
    <BLANKLINE>
    line  column  value       expected            what to do
    1002  DEC     31/02/2018  a date, DD/MM/YYYY  correct the date
    """
    return "\n\n".join(_one_file(str(file), rows) for file, rows in problems.groupby("file", sort=False))


def _one_file(file: str, rows: pd.DataFrame) -> str:
    kind = rows.groupby(["rule", "column"], sort=False, dropna=False)
    kept = rows[kind.cumcount() < SHOWN_OF_A_KIND].sort_values("line", kind="stable", na_position="first")
    left = len(rows) - len(kept)
    cells = kept[["line", "column", "value", "expected", "what_to_do"]].astype("str").fillna("")
    titled = [["line", "column", "value", "expected", "what to do"], *cells.to_numpy().tolist()]
    filled = [place for place in range(5) if place > 2 or any(row[place] for row in titled[1:])]
    widths = {place: max(len(row[place]) for row in titled) for place in filled}
    lines = [
        "  ".join(
            row[place].rjust(widths[place]) if place == 0 else row[place].ljust(widths[place]) for place in filled
        )
        for row in titled
    ]
    heading = f"{len(rows):,} problem{'s' if len(rows) != 1 else ''} in {file}"
    more = [f"… and {left:,} more like these"] if left else []
    return "\n".join([heading, "", *(line.rstrip() for line in lines), *more])
