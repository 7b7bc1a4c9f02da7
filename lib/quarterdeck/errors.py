"""What can go wrong that a person can mend: said in plain words, with the exit status that a scheduler can trust."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

LIBRARY = Path(__file__).parent
FEW = 12


class Problem(Exception):
    """Something that a person can mend. Its message says what, where, what was expected, and what to do."""

    exit_status = 2

    def _render_traceback_(self) -> list[str]:
        """What IPython shows below the cell in place of a traceback: its line, where it was refused, what to mend."""
        frames = traceback.extract_tb(self.__traceback__)
        own = [frame for frame in frames if _is_cell(frame.filename)]
        cell = f"In this cell, line {own[-1].lineno}: {own[-1].line}" if own else "In this cell"
        last = frames[-1] if frames else None
        raised = Path(last.filename) if last else Path()
        # Without the place in the library nobody could tell our words from those that a cell raised of itself.
        where = [f"File {raised.relative_to(LIBRARY.parent)}"] if raised.is_relative_to(LIBRARY) else [""]
        return [cell, *where, f"{type(self).__name__}: {self}"]


class Refused(Problem, ValueError):
    """What was asked for cannot be: the message says what can be."""


class ProfileError(Problem, ValueError):
    """A profile that cannot be used: each problem says where it is and what was expected."""


class Unknown(Refused):
    """A name that means nothing here, with the nearest of those that do.

    Parameters
    ----------
    what : the kind of thing that it was to name: "measure", "breakdown of cp_plan_rate".
    name : as it was written.
    known : the names there are.

    Examples
    --------
    >>> print(Unknown("measure", "cp_rate", ["cp_plan_rate", "cla_rate"]))
    no measure 'cp_rate'; nearest: cp_plan_rate
    >>> print(Unknown("audience", "press", ["public", "officers"]))
    no audience 'press'; there is: public, officers
    """

    def __init__(self, what: str, name: object, known: Iterable[object]) -> None:
        super().__init__(unknown(what, name, known))


def unknown(what: str, name: object, known: Iterable[object]) -> str:
    """The message of a name that means nothing: the nearest names, or all where they are few and none is near."""
    names = list(dict.fromkeys(map(str, known)))
    folded = {one.casefold(): one for one in names}
    written = str(name).casefold()
    close = [one for one in folded if _words(written) <= _words(one)] or get_close_matches(written, folded, cutoff=0.65)
    near = [folded[one] for one in close[:3]]
    few = "; there is: " + ", ".join(names[:FEW]) + (" …" if len(names) > FEW else "") if names else "; there is none"
    return f"no {what} {str(name)!r}" + (f"; nearest: {', '.join(near)}" if near else few)


def _words(name: str) -> set[str]:
    return set(name.replace(" ", "_").split("_"))


def _is_cell(filename: str) -> bool:
    """Whether a frame is of a notebook's cell: ipykernel keeps each in a file of its own that it never writes."""
    return "ipykernel_" in filename or filename.startswith("<ipython-input")
