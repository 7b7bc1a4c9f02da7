"""What the figures themselves raise: a summary, questions, contradictions, and what changed since it was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pandas as pd
from markupsafe import Markup

from quarterdeck.paper import words
from quarterdeck.paper.anatomy import reference
from quarterdeck.paper.blocks import Clash, anchor
from quarterdeck.paper.view import View


def summary(views: Sequence[View], reconciliation: pd.DataFrame) -> list[Markup]:
    """Sentences that open a paper, from the figures alone."""
    return [_targets(views), *_unusual(views)]


def _targets(views: Sequence[View]) -> Markup:
    counts = Counter(view.rating for view in views)
    rated = len(views) - counts["no target set"]
    many = words.count_word(len(views))
    if not rated:
        return Markup("None of the {} measures has a target, so none is rated.").format(many)
    said = [
        f"{words.count_word(counts[rating])} {verb if counts[rating] == 1 else plural}"
        for rating, verb, plural in (
            ("on target", "meets it", "meet it"),
            ("near target", "is near it", "are near it"),
            ("off target", "misses it", "miss it"),
            ("not rated", "cannot be rated", "cannot be rated"),
        )
        if counts[rating]
    ]
    first = f"Of the {many} measures, {words.count_word(rated)} {'has' if rated == 1 else 'have'} a target: {words.listed(said)}."
    return Markup("{} The others have no target, and none has been made up for them.").format(first)


def _unusual(views: Sequence[View]) -> list[Markup]:
    found = [view for view in views if view.verdict.kind.startswith("unusually")]
    if not found:
        return [Markup("No measure moved by more than its usual ups and downs.")]
    many = words.count_word(len(found)).capitalize()
    verb = "measure is" if len(found) == 1 else "measures are"
    items = Markup("; ").join(
        Markup("{} ({})").format(view.measure.short, reference(anchor(view.measure.id))) for view in found
    )
    return [Markup("{} {} outside the usual ups and downs: {}.").format(many, verb, items)]


def clashes_of(reconciliation: pd.DataFrame, view: View) -> list[Clash]:
    """The contradictions that concern a measure."""
    return []


def enquiry(views: Sequence[View], reconciliation: pd.DataFrame, most: int, link: Callable[[View], str]) -> Markup:
    return Markup("")


def changes(views: Sequence[View], reconciliation: pd.DataFrame, published: pd.DataFrame) -> Markup:
    return Markup("")
