"""Which cell of a running notebook showed what: so that its page can be put together before it is built."""

from __future__ import annotations

from typing import Any

from IPython.core.getipython import get_ipython
from markupsafe import Markup


class Cells:
    """What each cell showed when it last ran."""

    def __init__(self) -> None:
        self._shown: dict[str, tuple[int, list[Markup]]] = {}

    def add(self, html: Markup) -> None:
        """Keep what the running cell shows; nothing outside a notebook."""
        shell: Any = get_ipython()
        if shell is None:
            return
        cell, run = _name(shell), int(shell.execution_count)
        before, shown = self._shown.get(cell, (run, []))
        self._shown[cell] = (run, [*shown, html] if before == run else [html])

    def of(self, *names: str) -> list[Markup]:
        """What a cell showed, by its id in the notebook or by its source."""
        return next((self._shown[name][1] for name in names if name in self._shown), [])

    def without(self, names: set[str]) -> int:
        """How many cells have shown something that are none of these."""
        return len(self._shown.keys() - names)


def _name(shell: Any) -> str:  # noqa: ANN401 (IPython gives its shell no type)
    """The running cell's id, as JupyterLab tells it; where a frontend tells none, its source."""
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    told = parent.get("metadata", {}).get("cellId")
    return str(told or shell.history_manager.input_hist_raw[-1]).strip()
