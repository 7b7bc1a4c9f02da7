"""A bad or odd file, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["stops", "set aside", "unknown", "fine"]
"""The file is refused; a row of it is set aside; a value of it becomes unknown; or it is read right."""

CANARIES = ("TEST0", "X99999", "ZZ1", "03/04/2003", "2003-04-03", "01/05/2010", "2010-05-01", "1910-05-01", "Example")
"""What stands in the files and may stand in no message: identifiers, pupil numbers, postcodes, births and a name."""


@dataclass(frozen=True)
class Case:
    """A quarter's folder with one file spoilt.

    Parameters
    ----------
    name : what was done to which file.
    format : as `quarterdeck.returns.formats` calls it.
    files : the content of each file, by its path in the quarter's folder.
    path : the file that was spoilt.
    outcome : what must come of it.
    rule : the kind of problem.
    column : the column that the problem must be told at, where it is about one.
    says : words that the message must hold.
    like : of a file that is read right, the files whose tables it must give; none where `told` says it.
    told : of a file that is read right, a value that must be in a table: its name, column and the value.
    """

    name: str
    format: str
    files: Mapping[str, bytes]
    path: str
    outcome: Outcome
    rule: str = ""
    column: str = ""
    says: tuple[str, ...] = ()
    like: Mapping[str, bytes] | None = None
    told: tuple[str, str, object] | None = field(default=None)
