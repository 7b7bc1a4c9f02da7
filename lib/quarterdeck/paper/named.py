"""What an analyst names of a measure, and what is there: an unknown name is told with the nearest."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import get_args

import pandas as pd
from markupsafe import Markup

from quarterdeck.errors import Unknown
from quarterdeck.paper.anatomy import PARAGRAPH
from quarterdeck.paper.commentary import fill_html
from quarterdeck.paper.values import Values
from quarterdeck.paper.view import TABLE_COLUMNS, View
from quarterdeck.quarter import PERIOD_KINDS, PeriodKind

SHOWN_WITH = ("all", "beside", "quartile")
"""What a figure may stand under besides its measure's breakdowns; see `quarterdeck.figures.frame.figures`."""


def check_breakdowns(view: View, breakdowns: Iterable[str]) -> None:
    """Refuse a breakdown that the measure has not.

    Raises
    ------
    Unknown : it has no such breakdown; the nearest names are given.
    """
    if isinstance(breakdowns, str):
        raise Unknown("list of breakdowns", breakdowns, [f'("{breakdowns}",)'])
    for name in breakdowns:
        if name not in view.measure.breakdowns:
            raise Unknown(f"breakdown of {view.measure.id}", name, view.measure.breakdowns)


def rows(view: View, breakdown: str, category: str, kind: str) -> pd.DataFrame:
    """The figures of a measure; see `quarterdeck.paper.Paper.rows`."""
    if breakdown not in SHOWN_WITH:
        check_breakdowns(view, [breakdown])
    if kind and kind not in PERIOD_KINDS:
        raise Unknown("kind of period", kind, get_args(PeriodKind))
    own = view.rows[(view.rows.breakdown == breakdown) & (view.rows.kind == (kind or view.measure.headline))]
    if category and category not in set(own.category):
        raise Unknown(f"category of {breakdown} in {view.measure.id}", category, own.category.unique())
    chosen = own[own.category == category] if category else own
    return chosen[["category", *TABLE_COLUMNS]].sort_values(["end", "category"], ignore_index=True)


def paragraph(text: str, values: Values, where: str) -> Markup:
    """A numbered paragraph with the values that it names; a sentence whose value is not to be had is left out.

    Raises
    ------
    CommentaryError : names that mean nothing, with the nearest.
    """
    return PARAGRAPH + Markup(fill_html(escape(text, quote=False), values, where)) + Markup("</p>")
