"""Text of a cell turned into a date, a number or a yes or no; nothing is guessed.

Each function works on the distinct values of a column only, and says which of them it could not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pandas as pd

_TIME = r"(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})" + _TIME, re.ASCII)
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})" + _TIME, re.ASCII)
_SERIAL = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
_EXCEL_DAY_0 = datetime(1899, 12, 30)
_SERIALS = (20_000, 80_000)  # 1954 to 2119: a five-digit number outside it is no date of a child's life
_NUMBER = re.compile(r"-?£?(?:(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d+)?|\.\d+)", re.ASCII)
_YES_OR_NO = dict.fromkeys(["y", "yes", "true", "t", "1"], True) | dict.fromkeys(["n", "no", "false", "f", "0"], False)


def _moment(text: str) -> datetime | None:
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year, *time = found.groups()
    elif found := _ISO.fullmatch(text):
        year, month, day, *time = found.groups()
    elif _SERIAL.fullmatch(text) and _SERIALS[0] <= float(text) < _SERIALS[1]:
        moment = _EXCEL_DAY_0 + timedelta(days=float(text))
        return (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    else:
        return None
    hour, minute, second = (int(part or 0) for part in time)
    try:
        return datetime(int(year), int(month), int(day), hour, minute, second)
    except ValueError:
        return None


def _number(text: str) -> float | None:
    return float(text.replace("£", "").replace(",", "")) if _NUMBER.fullmatch(text) else None


def _whole(text: str) -> int | None:
    number = _number(text)
    return int(number) if number is not None and number.is_integer() else None


def _yes_or_no(text: str) -> bool | None:
    return _YES_OR_NO.get(text.casefold())


def _each(text: pd.Series, read: Callable[[str], object], dtype: str) -> tuple[pd.Series, pd.Series]:
    number, distinct = pd.factorize(text)
    values = [read(value) for value in distinct]
    read_one = pd.Series([*values, None], dtype=dtype)
    column = read_one.iloc[number].set_axis(text.index)
    return column, text.notna() & column.isna()


def dates(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Dates, with their time of day where one is written, and which cells are no date.

    Day first (DD/MM/YYYY) or ISO (YYYY-MM-DD), or the number by which Excel keeps a date. A date is never read
    month first: 04/13/2017 is no date.

    Parameters
    ----------
    text : str; <NA> where a cell is empty.

    Returns
    -------
    The dates (datetime64[us]; NaT where empty or unreadable) and a mask of what could not be read.

    Examples
    --------
    >>> read, bad = dates(pd.Series(["03/04/2018", "2018-04-03", "43193", "31/02/2018", "04/13/2017"]))
    >>> read.dt.strftime("%Y-%m-%d").tolist()
    ['2018-04-03', '2018-04-03', '2018-04-03', nan, nan]
    >>> bad.tolist()
    [False, False, False, True, True]
    """
    return _each(text, _moment, "datetime64[us]")


def month_first(text: pd.Series) -> bool:
    """Whether any cell is a date with its month first, which no date with its day first is.

    Examples
    --------
    >>> month_first(pd.Series(["04/13/2017"])), month_first(pd.Series(["13/04/2017", "31/02/2017"]))
    (True, False)
    """
    return bool(text.str.replace(_DAY_FIRST, r"\2/\1/\3", regex=True).map(_moment).notna().any())


def numbers(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Numbers (float64), and which cells are none; pound signs and thousands' commas are read past.

    Examples
    --------
    >>> numbers(pd.Series(["£4,024", "12.5", "lots", "4024,00"]))[0].tolist()
    [4024.0, 12.5, nan, nan]
    """
    return _each(text, _number, "float64")


def whole_numbers(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Whole numbers (Int64), and which cells are none.

    Examples
    --------
    >>> whole_numbers(pd.Series(["3", "3.0", "3.5"]))[1].tolist()
    [False, False, True]
    """
    return _each(text, _whole, "Int64")


def yes_or_no(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """True or false (boolean), and which cells are neither: Y and N, yes and no, true and false, 1 and 0.

    Examples
    --------
    >>> yes_or_no(pd.Series(["Y", "no", "1", "maybe"]))[0].tolist()
    [True, False, True, <NA>]
    """
    return _each(text, _yes_or_no, "boolean")


_PAIR = re.compile(r"[\"']?([\w ]{1,60}?)[\"']?\s*:\s*[\"']?(\w*)")
_WORD = re.compile(r"[\w./]+")


def flags(cell: str) -> dict[str, bool | None]:
    """The names in a cell of JSON, or of what is nearly JSON, and whether each is so; None where it is not told.

    Examples
    --------
    >>> flags('{ "NFA_FLAG": "Y", CP_CONFERENCE_FLAG: "", "1A": "No"}')
    {'NFA_FLAG': True, 'CP_CONFERENCE_FLAG': None, '1A': False}
    """
    return {name.strip(): _yes_or_no(value) for name, value in _PAIR.findall(cell)}


def _values(cell: str) -> list[str]:
    if "{" in cell:
        return [name for name, so in flags(cell).items() if so]
    return list(dict.fromkeys(_WORD.findall(cell)))


def several(text: pd.Series) -> pd.Series:
    """The values of cells that hold several: a JSON list, an object of those that are so, or words between commas.

    Examples
    --------
    >>> several(pd.Series(['["2B", "3A"]', '{"1A": "Yes", "2A": "No"}', "[]", "4B,5A", None])).tolist()
    [['2B', '3A'], ['1A'], [], ['4B', '5A'], []]
    """
    number, distinct = pd.factorize(text)
    lists = [*(_values(cell) for cell in distinct), []]
    return pd.Series([lists[place] for place in number], index=text.index, dtype=object)


def with_time(values: pd.Series) -> bool:
    """Whether any date of a column has a time of day."""
    known = values.dropna()
    return bool((known != known.dt.normalize()).any())
