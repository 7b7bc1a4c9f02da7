"""What a canonical table is: its columns with their types and SSD items, and its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Dtype = Literal["str", "date", "Int64", "float64", "boolean"]
PANDAS_DTYPES: dict[Dtype, str] = {
    "str": "str",
    "date": "datetime64[us]",
    "Int64": "Int64",
    "float64": "float64",
    "boolean": "boolean",
}


@dataclass(frozen=True)
class Column:
    """A column of a canonical table: its type, its SSD item, and whether a row can do without it.

    One that `describes` says what every row could have: where it is empty in all of them, the source does not tell it.
    """

    name: str
    dtype: Dtype
    ssd: str = ""
    required: bool = False
    describes: bool = False


@dataclass(frozen=True)
class Table:
    """A canonical table: its columns, and the key by which two extracts tell that a row is the same.

    Where the key is empty, no two rows are the same.
    """

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def dtypes(self) -> dict[str, str]:
        """The pandas dtype of each column, `collection_year` included."""
        return {c.name: PANDAS_DTYPES[c.dtype] for c in self.columns} | {"collection_year": "Int64"}


def table(name: str, about: str, key: str, *columns: Column) -> Table:
    """A table; its key is the names of columns, as words."""
    return Table(name, about, tuple(key.split()), columns)


def text(name: str, ssd: str = "", *, required: bool = False, describes: bool = False) -> Column:
    """A column of text: names, codes, identifiers."""
    return Column(name, "str", ssd, required, describes)


def date(name: str, ssd: str = "", *, required: bool = False) -> Column:
    """A column of dates."""
    return Column(name, "date", ssd, required)


def flag(name: str, ssd: str = "", *, required: bool = False) -> Column:
    """A column of yes or no."""
    return Column(name, "boolean", ssd, required)


def whole(name: str, ssd: str = "", *, required: bool = False) -> Column:
    """A column of whole numbers."""
    return Column(name, "Int64", ssd, required)


def number(name: str, ssd: str = "", *, required: bool = False) -> Column:
    """A column of numbers."""
    return Column(name, "float64", ssd, required)


def person(ssd: str = "") -> Column:
    """The column that says which child a row is about."""
    return Column("person_id", "str", ssd, required=True)
