"""What is kept of a notebook that failed: the kind of error, its cell, and what it said, without values of records."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nbformat import NotebookNode

from quarterdeck.errors import Problem
from quarterdeck.measures.registry import catalogue
from quarterdeck.paper.anatomy import PaperError
from quarterdeck.paper.commentary import CommentaryError
from quarterdeck.paper.values import UnknownName
from quarterdeck.records import NotAvailable

OURS = (Problem, PaperError, CommentaryError, UnknownName, NotAvailable)
"""Errors of the library, whose words are its own: values are quoted in them, and those of returns are masked before."""
_MESSAGES = """
a all an and are argument arguments array as at attribute bad base be between by cannot column columns comma convert
could data datetime decimal decode defined did division does dtype empty equal error expected expression extra file find
float for forgot format found from function given got has have if in index input instance int integer invalid is it item
its key keys keyword label labels length list literal local mapping match memory missing module months must name named
no not object of on only open operand operands or out path perhaps positional range recursion required row rows same
sequence series set shape should size str string subscriptable supplied support supported syntax take takes than that
the this to truth tuple type types unexpected unhashable unit unknown unpack unsupported used value values variable was
were when where with you your zero DataFrame False Index None NoneType Series Timestamp True

alternative audience called catalogue categories category chart counts draw event financial instead lies limit like mean
measure message none nothing numbered numbers officers one outside paper parts placement public quarter say see shows
small so states there title up words write year
"""
WORDING = frozenset(_MESSAGES.split())
"""Words of messages of Python, pandas and this library; no name is among them."""
LEFT_OUT = "…"
_QUOTED = re.compile(r"(?<!\w)'[^'\n]*'(?!\w)|(?<!\w)\"[^\"\n]*\"(?!\w)")
_WORD = re.compile(r"\w+")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_RUN = re.compile(rf"{LEFT_OUT}(?:\W*{LEFT_OUT})+")


def of_library(kind: str, traceback: Sequence[str]) -> bool:
    """Whether an error is the library's, and was raised in it: a cell can raise one too, and say in it what it likes.

    Parameters
    ----------
    traceback : as the kernel gave it, a frame an item, the last but one being where the error was raised.
    """
    raised = _COLOUR.sub("", traceback[-2]) if len(traceback) > 1 else ""
    return kind in _names_of(*OURS) and raised.startswith("File ")


def without_values(message: str, source: str, *, ours: bool = False) -> str:
    r"""What an error said, as far as it cannot be of a record: the rest is left out.

    Any text may have been put into a message. So of one that is not the library's those words alone are kept that
    stand in the notebook itself, name a measure, or belong to messages.

    Parameters
    ----------
    message : what it said.
    source : the notebook's code and Markdown.
    ours : it is `of_library`.

    Examples
    --------
    >>> without_values("could not convert string to float: 'Zoe Example'", "rows.age.astype(float)")
    "could not convert string to float: '…'"
    >>> without_values("'cla_rat'", "rows['cla_rat']")
    "'cla_rat'"
    >>> without_values("a paragraph refers to 'TEST000417'", "paper.say(child)", ours=True)
    "a paragraph refers to '…'"
    """
    if ours:
        return _QUOTED.sub(
            lambda found: found[0] if found[0][1:-1] in source else f"{found[0][0]}…{found[0][-1]}", message
        )
    known = {word for word in _WORD.findall(source) if not word.isdigit()} | WORDING | catalogue().keys()
    kept = _WORD.sub(lambda found: found[0] if found[0] in known else LEFT_OUT, message)
    return _RUN.sub(LEFT_OUT, kept)


def scrubbed(notebook: NotebookNode) -> NotebookNode:
    """A notebook that failed, with its code and of its outputs the errors alone, without traceback and values."""
    source = source_of(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.output_type == "error"]
            for output in cell.outputs:
                ours = of_library(output.ename, output.traceback)
                output.update(traceback=[], evalue=without_values(output.evalue, source, ours=ours))
    return notebook


def source_of(notebook: NotebookNode) -> str:
    """All that is written in a notebook."""
    return "\n".join(cell.source for cell in notebook.cells)


def _names_of(*classes: type) -> set[str]:
    below = [name for each in classes for name in _names_of(*each.__subclasses__())]
    return {*below, *(each.__name__ for each in classes)}
