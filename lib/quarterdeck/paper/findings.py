"""What the figures themselves raise: questions, contradictions, and what changed since it was published."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
from markupsafe import Markup

from quarterdeck.paper.blocks import Clash
from quarterdeck.paper.view import View


def clashes_of(reconciliation: pd.DataFrame, view: View) -> list[Clash]:
    """The contradictions that concern a measure."""
    return []


def enquiry(views: Sequence[View], reconciliation: pd.DataFrame, most: int, link: Callable[[View], str]) -> Markup:
    return Markup("")


def changes(views: Sequence[View], reconciliation: pd.DataFrame, published: pd.DataFrame) -> Markup:
    return Markup("")
