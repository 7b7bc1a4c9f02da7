"""What the figures themselves raise: a summary, questions, contradictions, and what changed since it was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from quarterdeck.figures.enquiry import RULE, Enquiry, enquiries
from quarterdeck.figures.printed import whose
from quarterdeck.paper import tables, words
from quarterdeck.paper.anatomy import reference
from quarterdeck.paper.blocks import Clash, anchor, paragraph
from quarterdeck.paper.tables import Head
from quarterdeck.paper.view import View
from quarterdeck.quarter import Quarter

CLASHES = 3
USED = "This paper uses what the records give."


def summary(views: Sequence[View], reconciliation: pd.DataFrame) -> list[Markup]:
    """Paragraphs that open a paper, from the figures alone."""
    return [paragraph(_targets(views)), *_unusual(views), *map(paragraph, _contradictions(views, reconciliation))]


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
    have = f"{words.count_word(rated)} {'has' if rated == 1 else 'have'} a target"
    first = f"Of the {many} measures, {have}: {words.listed(said)}."
    return Markup("{} The others have no target, and none has been made up for them.").format(first)


def _unusual(views: Sequence[View]) -> list[Markup]:
    found = [view for view in views if view.verdict.kind.startswith("unusually")]
    if not found:
        return [paragraph("No measure moved by more than its usual ups and downs.")]
    many = words.count_word(len(found)).capitalize()
    verb = "measure is" if len(found) == 1 else "measures are"
    items = Markup("").join(
        Markup("<li>{}: {} ({})</li>").format(
            view.measure.short, view.shown(view.now), reference(anchor(view.measure.id))
        )
        for view in found
    )
    return [
        paragraph(f"{many} {verb} outside the usual ups and downs:"),
        Markup('<ul class="list">{}</ul>').format(items),
    ]


def _contradictions(views: Sequence[View], reconciliation: pd.DataFrame) -> list[Markup]:
    found = [view for view in views if clashes_of(reconciliation, view)]
    if not found:
        return []
    places = Markup(", ").join(reference(anchor(view.measure.id)) for view in found)
    many = words.count_word(len(found)).capitalize()
    verb = "has a printed figure" if len(found) == 1 else "have printed figures"
    said = Markup("{} of these measures {} that the records contradict: {}.").format(many, verb, places)
    rated = any(view.rating not in ("no target set", "not rated") for view in views)
    return [said + Markup(" No such printed figure is used for a rating.") if rated else said]


def clashes_of(
    reconciliation: pd.DataFrame, view: View, others: Sequence[str] = (), titles: Mapping[str, str] | None = None
) -> list[Clash]:
    """The contradictions that concern a measure, and the measures that a paper shows with it.

    Parameters
    ----------
    reconciliation : as `quarterdeck.figures.reconcile.reconcile` gives it, of the copy that is being made.
    others : ids of measures that have no block of their own in the paper.
    titles : short titles of measures by id.
    """
    if reconciliation.empty:
        return []
    rows = reconciliation[
        reconciliation.measure.isin([view.measure.id, *others]) & (reconciliation.result == "contradicted")
    ]
    rows = rows[~_official(rows) & (rows.published_text != "") & (rows.recomputed_text != "")]
    rows = rows.sort_values("period", ascending=False, kind="stable")
    return [
        _clash(row, titles or {view.measure.id: view.measure.short}) for row in rows.head(CLASHES).to_dict("records")
    ]


def _official(rows: pd.DataFrame) -> pd.Series:
    return rows.source.astype("str").str.startswith("DfE")


def _clash(row: dict[Hashable, Any], titles: Mapping[str, str]) -> Clash:
    label = str(row["breakdown"])
    return Clash(
        headline=f"Contradiction found: {_named(row, titles)}, {_when(str(row['period']))}",
        one=str(row["published_text"]),
        one_is="as printed",
        other=str(row["recomputed_text"]),
        other_is=whose(label),
        why=str(row["note"]) or USED,
    )


def plain(name: str) -> str:
    """A measure's id in words, for one that the paper has no title of.

    Examples
    --------
    >>> plain("external_share_residential")
    'external share residential'
    """
    return name.replace("_", " ")


def enquiry(
    figures: pd.DataFrame, views: Sequence[View], reconciliation: pd.DataFrame, most: int, link: Callable[[View], str]
) -> Markup:
    """The questions that the figures raise, ranked, each with what raises it and where it stands."""
    first, by_id = views[0], {view.measure.id: view for view in views}
    found = enquiries(figures, [view.measure for view in views], first.authority, first.quarter, reconciliation, most)
    if not found:
        return paragraph(
            "No figure misses a target, is out of the ordinary, stands in the worst quarter of "
            "authorities, or contradicts another."
        )
    items = Markup("").join(
        Markup('<li><h3>{}</h3><p>{}</p><p class="why">{}{}</p></li>').format(
            _question(one, reconciliation),
            " ".join(one.evidence),
            words.sentence(words.listed(one.signs)),
            Markup(" · {}").format(reference(anchor(one.measure))) if link(by_id[one.measure]) else "",
        )
        for one in found
    )
    return paragraph(RULE) + Markup('<ol class="ask">{}</ol>').format(items)


def _question(one: Enquiry, reconciliation: pd.DataFrame) -> str:
    """The question as a paper puts it: the measure first, and two figures of two days told apart by their days."""
    if one.signs[0] == "unusual change":
        moved = "rise" if one.question.startswith("What lies behind the rise") else "fall"
        return f"{one.short} – what lies behind the {moved}, and will it last?"
    rows = reconciliation[reconciliation.measure == one.measure]
    doubtful, wrong = rows[rows.result == "doubtful"], rows[rows.result == "contradicted"]
    if one.signs[0] == "contradicted" and len(doubtful) and not len(wrong):
        row = doubtful.to_dict("records")[0]
        then = f"{row['published_text']} at {_when(str(row['period']))}"
        return f"{one.short}: how can {row['recomputed_text']} in this paper and {then} both be right?"
    return one.question


def reconciled(
    views: Sequence[View], reconciliation: pd.DataFrame, others: Mapping[str, str], *, in_full: bool = False
) -> Markup:
    """What was printed before against what the records give now: how many agree, and every one that does not.

    Parameters
    ----------
    others : short titles, by id, of measures that have no block of their own in the paper.
    in_full : those that agree are listed too.
    """
    if reconciliation.empty:
        return paragraph("No earlier paper’s figures were given to compare with.")
    titles = {**others, **{view.measure.id: view.measure.short for view in views}}
    rows = reconciliation[reconciliation.measure.isin(list(titles))]
    printed, official = rows[~_official(rows)], rows[_official(rows)]
    said = [
        paragraph(text)
        for text in (
            _counted(printed, "figures printed in earlier papers"),
            _counted(official, "figures that the Department for Education published of past years"),
        )
        if text
    ]
    doubted = ["contradicted", "doubtful", "two definitions", *(["cannot be checked", "hidden"] if in_full else [])]
    wrong, right = rows[rows.result.isin(doubted)], printed[printed.result == "agrees"]
    if len(wrong):
        said.append(_compared("t-changed", "Printed figures that the records do not bear out", wrong, titles))
    if in_full and len(right):
        said.append(_compared("t-agreed", "Printed figures that the records bear out", right, titles, why=False))
    return Markup("").join(said)


def _compared(id: str, caption: str, rows: pd.DataFrame, titles: Mapping[str, str], *, why: bool = True) -> Markup:
    """A table of figures as printed and as the records give them, with what to make of each."""
    cells = [
        [
            _named(row, titles),
            Markup(" to ").join(Markup('<span class="nb">{}</span>').format(day) for day in _days(str(row["period"]))),
            _as_printed(row) or tables.symbol("x"),
            str(row["recomputed_text"]) or tables.symbol("c" if row["result"] == "hidden" else "x"),
            *([str(row["note"]) or USED] if why else []),
        ]
        for row in rows.to_dict("records")
    ]
    heads = [Head("Figure"), Head("Period", kind="w"), Head("As printed"), Head("From the records")]
    kinds = ["", "w", "", ""]
    if why:
        heads, kinds = [*heads, Head("What to make of it", kind="w")], [*kinds, "w"]
    return tables.table(id, caption, heads, cells, kinds=kinds, wide=True)


def _as_printed(row: dict[Hashable, Any]) -> str:
    """The printed figure; where the words were "most of them", as that."""
    text = str(row["published_text"])
    return f"most: over {text}" if text and "most of them" in str(row["breakdown"]) else text


def _counted(rows: pd.DataFrame, what: str) -> str:
    if rows.empty:
        return ""
    counts = rows.result.value_counts()
    if counts.get("agrees") == len(rows) > 1:
        return f"All {words.count_word(len(rows))} {what} agree with the records."
    parts = [
        f"{words.count_word(int(counts[result]))} {verb}"
        for result, verb in (
            ("agrees", "agrees with the records" if counts.get("agrees") == 1 else "agree with the records"),
            ("contradicted", "does not" if counts.get("contradicted") == 1 else "do not"),
            ("doubtful", "can hardly be right"),
            (
                "two definitions",
                "is told by two definitions" if counts.get("two definitions") == 1 else "are told by two",
            ),
            ("cannot be checked", "cannot be checked"),
            ("hidden", "cannot be shown in this copy"),
        )
        if counts.get(result)
    ]
    return f"Of {words.count_word(len(rows))} {what}, {words.listed(parts)}."


def _named(row: dict[Hashable, Any], titles: Mapping[str, str]) -> str:
    title = titles.get(str(row["measure"]), plain(str(row["measure"])).capitalize())
    label = str(row["breakdown"])
    return title if label == "all" else f"{title}: {label}"


def _when(period: str) -> str:
    """A period as a reader writes it: 31 December 2017, or April to December 2017."""
    return " to ".join(_days(period))


def _days(period: str) -> list[str]:
    """A period's first and last day or month, or the one that it is."""
    try:
        return [words.short_quarter(Quarter.parse(period))]
    except ValueError:
        pass
    start, _, end = period.partition("/")
    return [
        words.date(pd.Timestamp(day)) if day.count("-") == 2 else words.month(pd.Timestamp(day))
        for day in (start, end)
        if day
    ]
