"""The blocks of a paper: a measure from its headline to its definition, and the facts beside its chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd
from markupsafe import Markup

from quarterdeck.figures import comparators
from quarterdeck.figures.population import population_at
from quarterdeck.measures.registry import MEANS, Unit
from quarterdeck.paper import tables, words
from quarterdeck.paper.anatomy import PARAGRAPH
from quarterdeck.paper.charts import Chart
from quarterdeck.paper.headlines import COUNTED
from quarterdeck.paper.scorecard import basis, published, ranked, rating
from quarterdeck.paper.tables import Cell, Head
from quarterdeck.paper.view import View
from quarterdeck.quarter import Quarter

PERIOD_HEAD = {
    "month": "Month",
    "quarter": "Quarter",
    "year_to_date": "Since 1 April, to",
    "rolling_12_months": "12 months to",
}


OF_ALL = "Per 10,000 of all children in {}, not of those in each group"
"""What stands under a rate that is broken down: a district's is not of the district's own children."""


MEANING = {"district": "Where the family lives"}
"""Breakdowns that could be taken for something else: the district of a child in care is not that of the placement."""


@dataclass(frozen=True)
class Clash:
    """Two figures that cannot both be so: each as printed, with what it is, and why and which is used."""

    headline: str
    one: str
    one_is: str
    other: str
    other_is: str
    why: str


@dataclass(frozen=True)
class Said:
    """Officers' commentary on a measure: the role that speaks, safe HTML, and how many values were traced."""

    role: str
    html: Markup
    traced: int
    unsupported: Sequence[str] = ()


def anchor(measure_id: str) -> str:
    """The address of a measure's block on its page."""
    return "m-" + measure_id.replace("_", "-")


def paragraph(text: Cell) -> Markup:
    """A paragraph that takes a number."""
    return PARAGRAPH + Markup("{}</p>").format(text)


def measure_block(
    view: View,
    place: str,
    headline: str,
    charts: Sequence[Chart],
    own_tables: Sequence[Markup],
    clashes: Sequence[Clash] = (),
    said: Said | None = None,
    caveats: Sequence[str] = (),
) -> Markup:
    """The whole block of a measure, in the order of the panel's papers.

    Parameters
    ----------
    place : which measure of how many, as "Measure 3 of 19"; "" where the paper does not count them.
    headline : the message as a sentence.
    charts, own_tables : in the order they are shown.
    clashes : contradictions between published figures and these.
    said : officers' commentary.
    caveats : sentences after the definition.
    """
    measure, where = view.measure, anchor(view.measure.id)
    eyebrow = f"{place} · {measure.title}" if place else measure.title
    parts = [
        Markup(
            '<article class="ms" id="{0}" data-toc="{1}" aria-labelledby="{0}-h">'
            '<h3 id="{0}-h"><span class="eye">{2}</span>{3}</h3>'
        ).format(where, measure.short, eyebrow, headline),
        Markup('<p class="sub">{}</p>').format(subtitle(view)),
        Markup('<div class="two">{}{}{}</div>').format(
            Markup("").join(Markup(chart.html) for chart in charts), Markup("").join(own_tables), facts(view)
        ),
        *(clash(one, f"{where}-clash-{number}") for number, one in enumerate(clashes, 1)),
        commentary(said) if said else Markup(""),
        definition(view, caveats),
        Markup("</article>"),
    ]
    return Markup("").join(parts)


def subtitle(view: View, period: str = "") -> str:
    """The statistical subtitle: what, unit, place, period."""
    measure = view.measure
    unit = {
        "percent": f"% of {measure.counts}",
        "per_10k": "" if "10,000" in measure.short else "per 10,000 children aged 0 to 17",
        "gbp_per_week": "£ a week",
        "gbp": "£",
        "days": "median days",
        "working_days": "median working days",
        "fte": "full-time equivalents",
        **dict.fromkeys(MEANS, ""),
    }.get(measure.unit, "" if measure.counts in measure.short.lower() else f"number of {measure.counts}")
    if not period:
        known = view.past[view.past.value.notna()].end
        first_and_last = f"{words.month(known.iloc[0])} to {words.month(known.iloc[-1])}" if len(known) > 1 else ""
        period = first_and_last or words.months_of(view.quarter)
    return ", ".join(filter(None, (measure.short, unit, view.authority.short_name, period)))


def facts(view: View) -> Markup:
    """The figure large, and what it is to be read against."""
    rows: list[tuple[str, Cell, str]] = [
        ("Last quarter", view.shown(view.before), "" if view.running else _moved(view)),
        ("A year ago", view.shown(view.year_ago), _moved(view) if view.running else ""),
    ]
    if view.target:
        target = words.amount(
            view.target.value, view.measure.unit, 0 if view.target.value % 1 == 0 else view.measure.decimals
        )
        rows.append(("Target", target, view.target.owner))
    rows.append(("Rating", rating(view.rating), ""))
    found = view.comparison
    if found:
        year = (
            f"{found.year_ending.day} {words.month(found.year_ending)}"
            if view.stock or view.measure.at_close
            else f"year to {words.month(found.year_ending)}"
        )
        apart = "" if basis(view) in year else basis(view)
        rows.append(("England", published(view, found.england), ", ".join(filter(None, (year, apart)))))
        rows.append((found.region_name or "Region", published(view, found.region), year))
        rows.append(
            (
                "Neighbours",
                published(view, found.neighbours_mean),
                f"we were {ranked(view, long=True)}" if found.rank else "",
            )
        )
    else:
        rows.append(("England", tables.symbol("x"), "nothing published to compare"))
    rows.append(("Is it real?", *_real(view)))
    after = view.latest
    if after:
        rows.append(("Latest position", view.shown(after), f"{words.month(after.end)}, after the quarter"))
    lines = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}{}</dd></div>").format(
            name, value, Markup("<small>{}</small>").format(note) if note else ""
        )
        for name, value, note in rows
    )
    html = '<div class="facts"><p class="big">{}</p><p>{}</p><dl>{}</dl></div>'
    return Markup(html).format(view.shown(view.now), made_of(view), lines)


def _moved(view: View) -> str:
    return f"{view.travel.arrow} {view.moved}: {view.travel.word}" if view.moved else ""


def _real(view: View) -> tuple[str, str]:
    answer = {"usual": "No clear change", "too few points": "Cannot say yet"}.get(view.verdict.kind, "Yes")
    return answer, view.verdict.wording


def made_of(view: View) -> str:
    """What stands behind the figure: "1,172 of 1,302 assessments, October to December 2017"."""
    now, measure = view.now, view.measure
    on_the_day = view.stock or (measure.at_close and not measure.overlaps)
    period = f"at {words.date(now.end)}" if on_the_day else _span(view, now.start, now.end)
    if now.status in tables.SYMBOLS:
        return f"{view.lacks or tables.SYMBOLS[now.status]}: {measure.counts}, {period}"
    known = [words.number(count) if pd.notna(count) else "" for count in (now.numerator, now.denominator)]
    match measure.unit:
        case "cases" | "workers" if all(known):
            return f"{known[0]} {measure.unit} to {known[1]} {measure.counts}, {period}"
        case "percent" if all(known):
            return f"{known[0]} of {known[1]} {measure.counts}, {period}"
        case "per_10k" if all(known):
            return f"per 10,000: {known[0]} {measure.counts} among {known[1]} children aged 0 to 17, {period}"
        case "days" | "working_days" if known[0]:
            return f"median of {known[0]} {measure.counts}, {period}"
        case "gbp_per_week":
            return f"average a week, {period}"
        case _:
            return f"{measure.counts}, {period}"


def _span(view: View, start: pd.Timestamp, end: pd.Timestamp) -> str:
    if (start.year, start.month) == (end.year, end.month):
        return words.month(end)
    first = f"{start:%B}" if start.year == end.year else words.month(start)
    return f"{first} to {words.month(end)}"


def history_table(view: View) -> Markup:
    """Nine quarters of the measure, with what each value was worked out from."""
    where = f"{anchor(view.measure.id)}-t"
    caption = f"{view.measure.short}, nine quarters to {words.short_quarter(view.quarter)}"
    first, main = Head("Quarter end" if view.stock else PERIOD_HEAD[view.measure.headline]), view.measure.main
    if main and view.by_column:
        columns = [(Head(name[:1].upper() + name[1:]), _values(view, main, name)) for name in view.categories(main)]
    else:
        columns = _own_columns(view)
    rows = [
        [_row_name(view, end), *cells]
        for end, *cells in zip(view.quarters().end, *(cells for _, cells in columns), strict=True)
    ]
    return tables.table(where, caption, [first, *(head for head, _ in columns)], rows, now=len(rows) - 1)


def _row_name(view: View, end: pd.Timestamp) -> Markup:
    """The period of a row, which keeps to one line."""
    if view.stock:
        name = f"{end.day} {end:%b %Y}"
    else:
        name = f"{end:%b %Y}" if view.measure.headline != "quarter" else words.short_quarter(Quarter.of(end))
    return Markup('<span class="nb">{}</span>').format(name)


def _values(view: View, breakdown: str, category: str) -> list[Cell]:
    sign = "net" in category
    found = view.quarters(breakdown=breakdown, category=category)
    unit, decimals = view.measure.unit, view.measure.decimals
    return [
        tables.shown(v, s, unit, decimals, sign=sign, bare=True) for v, s in zip(found.value, found.status, strict=True)
    ]


def _own_columns(view: View) -> list[tuple[Head, list[Cell]]]:
    """Counts, value and interval of the figure the measure leads with, and what stands beside it."""
    rows, measure = view.quarters(), view.measure
    things = measure.counts[:1].upper() + measure.counts[1:]

    def counts(column: str) -> list[Cell]:
        return [
            tables.shown(value, status, "number", 0) for value, status in zip(rows[column], rows.status, strict=True)
        ]

    heads = {"percent": "%", "per_10k": "Per 10,000", "gbp_per_week": "£ a week"}
    value = Head(heads.get(measure.unit, f"{measure.unit.capitalize()} each" if measure.unit in MEANS else things))
    values: list[Cell] = [
        tables.shown(v, s, measure.unit, measure.decimals, view.signed, bare=True)
        for v, s in zip(rows.value, rows.status, strict=True)
    ]
    columns: list[tuple[Head, list[Cell]]] = []
    if measure.unit in ("percent", *MEANS):
        columns += [
            (Head(things), counts("denominator")),
            (Head(COUNTED.get(measure.id, measure.short)), counts("numerator")),
        ]
    if measure.unit in ("per_10k", "days", "working_days"):
        columns.append((Head(things), counts("numerator")))
        value = Head("Per 10,000" if measure.unit == "per_10k" else "Median")
    columns.append((value, values))
    if measure.unit in ("percent", "per_10k"):
        columns.append((Head("95% interval"), _intervals(view, rows)))
    if measure.unit in ("days", "working_days"):
        columns += [
            (Head(name), _values(view, "quartile", key))
            for name, key in (("Lower quartile", "lower_quartile"), ("Upper quartile", "upper_quartile"))
        ]
    return columns + _beside(view)


def _intervals(view: View, rows: pd.DataFrame) -> list[Cell]:
    decimals = view.measure.decimals

    def cell(low: float, high: float, status: str) -> Cell:
        if status in tables.SYMBOLS or pd.isna(low):
            return tables.symbol(status if status in tables.SYMBOLS else "z")
        return Markup('<span class="nb">{} to {}</span>').format(
            words.number(low, decimals), words.number(high, decimals)
        )

    return [cell(*found) for found in zip(rows.lower, rows.upper, rows.status, strict=True)]


def _beside(view: View) -> list[tuple[Head, list[Cell]]]:
    names = view.rows[
        (view.rows.breakdown == "beside") & (view.rows.kind == view.measure.headline)
    ].category.drop_duplicates()
    columns: list[tuple[Head, list[Cell]]] = []
    for name in names[:2]:
        found = view.quarters(breakdown="beside", category=name)
        cells: list[Cell] = [tables.shown(v, s, "number", 0) for v, s in zip(found.value, found.status, strict=True)]
        columns.append((Head(name[:1].upper() + name[1:]), cells))
    return columns


def breakdown_table(view: View, breakdown: str) -> Markup:
    """Every category of a breakdown: now, last quarter and a year ago; or that no source tells it."""
    rows = view.rows[(view.rows.breakdown == breakdown) & (view.rows.kind == view.measure.headline)]
    names, by = view.categories(breakdown), label(breakdown, view.authority.called)
    if not names:
        return Markup("") if view.now.status == "x" else _not_told(by)
    measure, quarter, unit_of = view.measure, view.quarter, unit_in(view, breakdown)
    ends = (quarter.end, quarter.minus(1).end, quarter.minus(4).end)
    heads = [
        Head(by),
        *(
            Head(period_name(view, end), {"percent": "%"}.get(unit_of, "each" if unit_of in MEANS else ""))
            for end in ends
        ),
    ]
    counted = unit_of in ("percent", "per_10k", *MEANS)
    if counted:
        own = len(rows[rows.end == quarter.end].denominator.dropna().drop_duplicates()) > 1
        what = COUNTED.get(measure.id, measure.short) if own else measure.counts
        heads.insert(1, Head(words.sentence(what), period_name(view, quarter.end)))
    by_end = {end: rows[rows.end == end].set_index("category") for end in ends}

    def cell(name: str, end: pd.Timestamp, column: str) -> Cell:
        found = by_end[end]
        if name not in found.index:
            return tables.symbol("x")
        unit, decimals = ("number", 0) if column == "numerator" else (unit_of, measure.decimals)
        return tables.shown(
            float(found[column][name]), str(found["status"][name]), unit, decimals, sign="net" in name, bare=True
        )

    made = [
        [
            name[:1].upper() + name[1:],
            *([cell(name, ends[0], "numerator")] if counted else []),
            *(cell(name, end, "value") for end in ends),
        ]
        for name in names
    ]
    caption = f"{measure.short}, by {by.lower()}"
    of_all = OF_ALL.format(view.authority.short_name) if unit_of == "per_10k" else ""
    note = ". ".join(filter(None, (MEANING.get(breakdown), of_all)))
    return tables.table(f"{anchor(measure.id)}-{breakdown.replace('_', '-')}", caption, heads, made, note=note)


def _not_told(by: str) -> Markup:
    return Markup('<p class="sub">By {}: {}.</p>').format(by.lower(), words.NOT_AVAILABLE)


def unit_in(view: View, breakdown: str) -> Unit:
    """The unit of a breakdown's values: a median's bands hold shares of what was counted, and its steps hold days."""
    shares = view.rows.denominator[view.rows.breakdown == breakdown].notna().any()
    return "percent" if view.measure.unit in ("days", "working_days") and shares else view.measure.unit


def period_name(view: View, end: pd.Timestamp) -> str:
    """The period of a breakdown as its column is headed: the month where the measure leads with a month's figure."""
    monthly = view.measure.headline == "month" and not view.stock and not view.measure.at_close
    return f"{end:%b %Y}" if monthly else words.short_quarter(Quarter.of(end))


def label(breakdown: str, called: Mapping[str, str] = MappingProxyType({})) -> str:
    """A breakdown as a reader calls it, in the authority's own word where it has one.

    Examples
    --------
    >>> label("duration_band"), label("age_band"), label("district", {"district": "locality"})
    ('Duration', 'Age', 'Locality')
    """
    return called.get(breakdown, breakdown).removesuffix("_band").replace("_", " ").capitalize()


def annual(view: View) -> pd.DataFrame:
    """England and neighbours by year, for a chart: name, date, value; empty where they are in another unit."""
    found = view.comparison
    empty = pd.DataFrame(
        {"name": pd.Series(dtype="str"), "date": pd.Series(dtype="datetime64[us]"), "value": pd.Series(dtype="float64")}
    )
    if found is None or found.unit != view.measure.unit:
        return empty
    years = comparators.history(
        view.authority.area_code, view.measure.id, view.quarter.end, category=found.category, paper=view.paper_date
    )
    rows = [
        (name, year.year_ending, value)
        for year in years
        for name, value in (("England", year.england), ("Neighbours", year.neighbours_mean))
    ]
    return pd.DataFrame(rows, columns=["name", "date", "value"]).dropna(subset="value") if rows else empty


def clash(found: Clash, where: str) -> Markup:
    """A contradiction: both values large, the ≠ between them, then why, and which is used."""
    html = (
        '<div class="clash" role="group" aria-labelledby="{where}"><h4 id="{where}">{headline}</h4><div class="vs">'
        '<div><p class="big">{one}</p><p>{one_is}</p></div>'
        '<p class="ne"><span aria-hidden="true">≠</span><span class="vh">does not equal</span></p>'
        '<div><p class="big">{other}</p><p>{other_is}</p></div></div>{why}</div>'
    )
    return Markup(html).format(
        where=where,
        headline=found.headline,
        one=found.one,
        one_is=found.one_is,
        other=found.other,
        other_is=found.other_is,
        why=paragraph(found.why),
    )


def commentary(said: Said) -> Markup:
    """Officers' commentary: the role, the paragraphs, and what was traced."""
    n = words.count_word(said.traced)
    trace = ""
    if said.traced == 1:
        trace = "The underlined value is filled in from this paper’s figures, and agrees with them."
    elif said.traced:
        trace = f"Underlined values are filled in from this paper’s figures: {n} of {n} agree."
    if said.unsupported:
        trace = f"{trace} Typed by hand and found in no figure of this paper: {'; '.join(said.unsupported)}.".strip()
    line = Markup('<p class="trace">{}</p>').format(trace) if trace else ""
    role = Markup("<small>{}</small>").format(said.role) if said.role else ""
    return Markup('<div class="say"><h4>Officers’ commentary{}</h4>{}{}</div>').format(role, said.html, line)


def definition(view: View, caveats: Sequence[str] = ()) -> Markup:
    """Definition, caveats, source, and whose the target is."""
    measure = view.measure
    said = [measure.definition, *([measure.why] if measure.why else []), *caveats]
    if measure.unit == "per_10k":
        people = population_at(view.authority.area_code, pd.Series([view.quarter.end])).iloc[0]
        kind = ", provisional: the estimate of an earlier year" if people.provisional else ""
        if pd.isna(people.population):
            said.append("Population: there is no estimate of that year, so no rate can be given.")
        else:
            many = words.number(people.population)
            said.append(f"Population: {many} children aged 0 to 17, ONS mid-{people.mid_year} estimate{kind}.")
    if measure.asks:
        name, set_at = measure.asks[1], getattr(view.authority, measure.asks[0])
        said.append(view.lacks or f"The council's {name} is {words.number(set_at, 0 if set_at % 1 == 0 else 1)}.")
    if view.now.status == "provisional" and measure.unit != "per_10k":
        said.append("Provisional.")
    judged = view.judged
    if len(judged) and view.verdict.kind != "too few points":
        on = (
            "the monthly net change, because a number on a day depends on the number before it"
            if view.stock
            else "the monthly figures"
        )
        said.append(f"Usual range: mean ± 2.66 mean moving ranges over {int(judged.points.iloc[-1])} months, on {on}.")
    said.append(f"Source: {measure.source}.")
    said.append(f"Target: {view.target.owner} ({view.target.source})." if view.target else "No target has been set.")
    text = " ".join(words.sentence(part if part.endswith((".", "!", "?")) else part + ".") for part in said)
    return Markup('<div class="def"><h4>Definition and caveats</h4>{}</div>').format(paragraph(text))
