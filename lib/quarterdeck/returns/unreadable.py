"""What a file is refused for, and how large a list may be."""

from __future__ import annotations

LARGEST = 100 * 2**20
MOST_CELLS = 8_000_000
MOST_COLUMNS = 2**14  # as many as a sheet may have

Rows = list[tuple[int, list[str]]]
"""The rows of a table: the line that each begins on, and its cells."""


class Unreadable(ValueError):
    """A file that is no list: what was expected, what to do, and where.

    Parameters
    ----------
    rule : the kind of trouble.
    """

    def __init__(self, expected: str, what_to_do: str, rule: str = "file", line: int | None = None) -> None:
        super().__init__(expected)
        self.expected, self.what_to_do, self.rule, self.line = expected, what_to_do, rule, line


def too_many() -> Unreadable:
    """A list with more cells than any has."""
    limit = f"a list of at most {MOST_CELLS:,} cells and {MOST_COLUMNS:,} columns"
    return Unreadable(limit, "cut it for this year alone, and take out what stands far below or beside it", "too large")
