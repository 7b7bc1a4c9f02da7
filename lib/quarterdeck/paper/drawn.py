"""Which charts and tables a measure is given, by what kind of figure it is."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from quarterdeck.figures import comparators
from quarterdeck.measures.registry import MEANS
from quarterdeck.paper import blocks, tables, words
from quarterdeck.paper.charts import Chart, bars, flow, shares, trend
from quarterdeck.paper.costs import cost_chart
from quarterdeck.paper.headlines import COUNTED
from quarterdeck.paper.tables import Cell, Head
from quarterdeck.paper.view import NINE, View

LEAST = 2
MONTHS = 24
MUCH = 0.05
YEARS = 4
HIDDEN = "c"
UNKNOWN = ("unknown", "not known")
SUBJECTS = {
    "percent": "The share",
    "per_10k": "The rate",
    "gbp_per_week": "The cost",
    "gbp": "The cost",
    "days": "The time",
}
LIMITS = {
    "assessments_in_45_days": ("41 to 45 days", "within 45 working days", "later"),
    "contact_decisions_in_1_day": ("1 day", "in one working day", "later"),
    "icpc_in_15_days": ("11 to 15 days", "within 15 working days", "later"),
    "care_proceedings": ("over 16 to 26 weeks", "within 26 weeks", "later"),
}
"""The last band that is within a measure's limit, and what the two sides are called."""
BARS = 16
"""The most categories that one chart shows: of more, the largest, and the table has them all."""
NESTED = {
    "step": "{first} after {a} of {things}; {last}, {b}",
    "earlier_plan": "an earlier plan, {first}: {a} of {things}; {last}: {b}",
    "plans_or_cases": "over nine months: {a} of {first} and {b} of {last}",
}
"""Breakdowns whose categories overlap, so that none is the largest part of anything, and what is said of them."""


def charts_of(view: View) -> list[Chart]:
    """The charts of a measure: its past by month, and its main breakdown this quarter."""
    main = view.measure.main
    past = _flows(view) if main == "flow" else _past(view)
    parts = _parts(view, main) if main and not view.by_column else None
    return [chart for chart in (past, parts) if chart is not None]


def cost_charts(view: View) -> list[Chart]:
    """The charts of what placements cost: by month, and bought against the council's own."""
    return [chart for chart in (_past(view), cost_chart(view)) if chart is not None]


def _past(view: View) -> Chart | None:
    """The measure by month; a stock with its net change under it, on which its limits are."""
    past = view.past
    if past.value.notna().sum() < LEAST or (view.quarters().status == HIDDEN).sum() > NINE / 2:
        return None
    measure, judged = view.measure, view.judged[view.judged.end >= past.end.iloc[0]]
    net = judged[judged.value.notna()] if view.stock else judged.iloc[:0]
    plain = view.stock or judged.upper_limit.isna().all()
    beside = blocks.annual(view)
    return trend(
        (
            past[["end", "value", "status"]]
            if plain
            else judged.merge(past[["end", "status"]], on="end", how="left", validate="one_to_one")
        ).reset_index(drop=True),
        key=f"{blocks.anchor(measure.id)}-trend",
        unit=measure.unit,
        quarter=view.quarter,
        subtitle=blocks.subtitle(view),
        decimals=measure.decimals,
        name=view.authority.short_name,
        target=view.target.value if view.target else None,
        comparators=beside if len(beside) else None,
        net=net.reset_index(drop=True) if len(net) else None,
        what=SUBJECTS.get(measure.unit, "The number"),
    )


def _flows(view: View) -> Chart | None:
    """What came in and what went out each month."""
    names = [name for name in view.categories("flow") if not name.startswith("net")]
    if not names:
        return None
    came, went = names
    into, out = (view.months("flow", name)[["end", "value"]] for name in (came, went))
    both = into.merge(out, on="end", suffixes=("_in", "_out"), validate="one_to_one").tail(MONTHS)
    if both.value_in.isna().all() and both.value_out.isna().all():
        return None
    return flow(
        both.rename(columns={"value_in": "started", "value_out": "ended"}).reset_index(drop=True),
        key=f"{blocks.anchor(view.measure.id)}-flow",
        quarter=view.quarter,
        subtitle=f"{view.measure.counts.capitalize()} each month, {view.authority.short_name}, "
        f"to {words.month(view.quarter.end)}",
        came=came,
        went=went,
    )


def _parts(view: View, main: str) -> Chart | None:
    """The main breakdown: a band with its limit, where the measure has one, else a bar a category."""
    rows = view.rows
    here = rows[(rows.breakdown == main) & (rows.kind == view.measure.headline)]
    now, before = (
        here[here.end == end].drop_duplicates("category").set_index("category")
        for end in (view.quarter.end, view.quarter.minus(4 if view.running else 1).end)
    )
    every = [name for name in view.categories(main) if name in now.index]
    largest = now.numerator.loc[every].nlargest(BARS).index if len(every) > BARS else pd.Index(every)
    names = [name for name in every if name in largest]
    if not names or now.value.reindex(names).isna().all():
        return None
    measure = view.measure
    key = f"{blocks.anchor(measure.id)}-{main.replace('_', '-')}"
    unit = blocks.unit_in(view, main)
    place = f"{view.authority.short_name}, {blocks.period_name(view, view.quarter.end)}"
    subtitle = f"{measure.short} by {blocks.label(main, view.authority.called).lower()}, {place}"
    subtitle += f". The {len(names)} largest of {len(every)}" if len(names) < len(every) else ""
    if measure.id in LIMITS and LIMITS[measure.id][0] in names:
        limit, within, beyond = LIMITS[measure.id]
        parts = now.reindex(names)
        banded = pd.DataFrame(
            {"category": names, "value": parts.numerator.to_numpy("float64"), "status": parts.status.to_numpy()}
        )
        whole = float(parts.denominator.max())
        whole = whole if whole > 0 else None
        return shares(banded, key=key, subtitle=subtitle, limit=limit, within=within, beyond=beyond, whole=whole)
    values = {
        column: table.value.reindex(names).to_numpy("float64") for column, table in (("value", now), ("before", before))
    }
    made = pd.DataFrame({"category": names, "status": now.status.reindex(names).to_numpy()} | values)
    beside = _compared(view, main, names)
    return bars(
        made,
        key=key,
        unit=unit,
        decimals=measure.decimals,
        subtitle=subtitle,
        title=_parts_title(view, main, now.reindex(names)),
        before=view.against_when,
        comparators=beside if len(beside) else None,
    )


def _parts_title(view: View, main: str, now: pd.DataFrame) -> str:
    """What the bars say: the steps from first to last, rates from lowest to highest, else the largest category."""
    known, unit, decimals = now.dropna(subset="value"), blocks.unit_in(view, main), view.measure.decimals
    values = {str(name): float(value) for name, value in known.value.items()}
    whole_seen = not (now.status == "c").any()

    def said(name: str) -> str:
        return words.amount(values[name], unit, decimals)

    names = list(values)
    first, last, lowest, highest = (
        names[0],
        names[-1],
        min(names, key=values.__getitem__),
        max(names, key=values.__getitem__),
    )
    things = view.measure.counts
    if main in NESTED:
        return words.sentence(NESTED[main].format(first=first, a=said(first), things=things, last=last, b=said(last)))
    if unit in ("days", "working_days"):
        return words.sentence(f"From {said(lowest)} ({lowest}) to {said(highest)} ({highest})")
    if unit in ("percent", *MEANS) and len(known.denominator.drop_duplicates()) > 1:
        if not whole_seen:
            return words.sentence(f"{highest}: {said(highest)}, the highest that is shown")
        same = said(lowest) == said(highest)
        range_ = f"{said(lowest)} each" if same else f"from {said(lowest)} ({lowest}) to {said(highest)} ({highest})"
        what = view.measure.short if unit in MEANS else COUNTED.get(view.measure.id, view.measure.short)
        return words.sentence(f"{what}: {range_}")
    named = known[~known.index.astype("str").str.startswith((*UNKNOWN, "other"))]
    named = named if len(named) else known
    top = str(named.value.idxmax())
    noun = " " + ("placement" if top == "1" else "placements") if main == "placements" else ""
    kind = "age group" if main == "age_band" else "category"
    largest = f"the largest {kind}" if whole_seen and top == highest else f"the largest {kind} named"
    count, whole = float(named.numerator[top]), view.now.denominator if unit == "percent" else view.now.numerator
    if view.measure.unit in ("days", "working_days"):
        whole = view.now.numerator
    told = view.now.status not in tables.SYMBOLS and pd.notna(whole) and pd.notna(count) and count <= float(whole)
    shown = f"{words.number(count)} of {words.number(float(whole))} {things}" if told else said(top)
    return words.sentence(f"{top}{noun} is {largest}: {shown}")


def _compared(view: View, main: str, names: list[str]) -> pd.DataFrame:
    """England and neighbours beside each category that something published can be laid beside."""
    measure = view.measure
    rows = []
    for name in comparators.categories(measure.id):
        if name not in names or measure.category[0] != main:
            continue
        found = comparators.comparators(
            view.authority.area_code, measure.id, view.quarter.end, category=name, paper=view.paper_date
        )
        if found and found.unit == measure.unit:
            rows += [("England", name, found.england), ("Neighbours", name, found.neighbours_mean)]
    return pd.DataFrame(rows, columns=["name", "category", "value"]).dropna(subset="value") if rows else pd.DataFrame()


def caveats(view: View) -> list[str]:
    """What a reader must know besides the definition: when and why it is judged afresh, and what is not known."""
    return [*_afresh(view), *_not_known(view)]


def _afresh(view: View) -> list[str]:
    """The step changes of the profile that part the months on its chart, each with its reason."""
    if view.judged.empty:
        return []
    first, last = view.judged.end.iloc[0], view.quarter.end
    return [
        f"Its usual range is worked out afresh from {words.date(pd.Timestamp(step.date))}: {step.reason.rstrip('.')}."
        for step in view.authority.step_changes
        if step.measure == view.measure.id and first < pd.Timestamp(step.date) <= last
    ]


def _not_known(view: View) -> list[str]:
    main = view.measure.main
    if not main:
        return []
    rows = view.rows[
        (view.rows.breakdown == main) & (view.rows.kind == view.measure.headline) & (view.rows.end == view.quarter.end)
    ]
    held = rows.drop_duplicates("category").set_index("category").numerator
    unknown = float(held[held.index.astype("str").str.startswith(UNKNOWN)].sum())
    whole = float(held.sum())
    if not whole or unknown / whole <= MUCH:
        return []
    share = words.amount(100 * unknown / whole, "percent")
    by = blocks.label(main, view.authority.called).lower()
    return [f"Take care: {by} is not known for {share} of {view.measure.counts}."]


def tables_of(view: View, breakdowns: Sequence[str] = ()) -> list[Markup]:
    """Nine quarters of the measure, its main breakdown, and further ones that are asked for."""
    main = view.measure.main
    wanted = [*([main] if main and not view.by_column else []), *(name for name in breakdowns if name != main)]
    past = [] if view.lacks else [blocks.history_table(view)]
    return [*past, *(blocks.breakdown_table(view, name) for name in wanted)]


def published_table(views: Sequence[View]) -> Markup:
    """What was published of the authority in nine quarters, each with its date, beside the same from the records."""
    rows: list[list[Cell]] = []
    for view in views:
        measure, own = view.measure, view.authority
        for year in comparators.history(own.area_code, measure.id, view.quarter.end, paper=view.paper_date):
            day = year.year_ending
            if day < view.quarters().end.iloc[0]:
                continue
            others = [year.own_published, year.england, year.neighbours_mean]
            said = [tables.shown(value, "", measure.unit, year.decimals) for value in others]
            rows.append([measure.short, words.date(day), said[0], view.shown(view.at(day, "month")), said[1], said[2]])
    name = views[0].authority.short_name
    heads = ["Measure", "Date", "Published", "These records", "England", "Neighbours"]
    caption = f"{name} as published each year, and as these records have it on the same day"
    return tables.table("t-published", caption, heads, rows)


def year_ends(views: Sequence[View]) -> Markup:
    """Annual measures at the last years' ends that are over, side by side: none of it is a quarter's figure."""
    ends = _year_ends(views)
    rows = [[view.measure.short, *(view.shown(view.at(end)) for end in ends)] for view in views]
    where = f"{blocks.anchor(views[0].measure.id)}-years"
    return tables.table(where, f"By the year, {views[0].authority.short_name}", _years(ends, "Measure"), rows)


def year_ends_by_part(views: Sequence[View]) -> Markup:
    """The same, a table each, with each category of its own breakdown; under its name what it counts."""
    ends, made = _year_ends(views), []
    for view in views:
        measure, main = view.measure, view.measure.main or ""
        told = view.rows.category[view.rows.breakdown == main].drop_duplicates()
        rows = [
            [words.sentence(str(name)).rstrip("."), *(view.shown(view.at(end, None, main, name)) for end in ends)]
            for name in told
        ]
        heads, where = _years(ends, words.sentence(f"share of {measure.counts}").rstrip(".")), blocks.anchor(measure.id)
        made.append(tables.table(f"{where}-years", measure.title, heads, rows, note=measure.definition))
    return Markup("").join(made)


def _year_ends(views: Sequence[View]) -> list[pd.Timestamp]:
    """The ends of the last years that are over and that some of these measures are told of, oldest first."""
    quarter = views[0].quarter
    last = quarter if quarter.number == 4 else quarter.minus(quarter.number)
    ends = [last.minus(4 * back).end for back in range(YEARS - 1, -1, -1)]
    return [end for end in ends if any(view.at(end).status != "x" for view in views)]


def _years(ends: Sequence[pd.Timestamp], first: str) -> list[Head]:
    return [Head(first), *(Head(f"Year to {end.day} {end:%B %Y}") for end in ends)]


def spark(quarters: pd.DataFrame, view: View) -> str:
    """Nine quarters as a line no taller than the text, with its ends and extremes in words."""
    known = quarters.value.dropna()
    if len(known) < LEAST:
        return str(tables.symbol("x"))
    low, high = float(known.min()), float(known.max())
    span = (high - low) or 1.0
    step = 92 / (len(quarters) - 1)
    points = [
        (4 + step * place, 24 - 20 * (float(value) - low) / span)
        for place, value in zip(known.index.to_numpy(int), known, strict=True)
    ]
    path = " ".join(f"{x:.0f} {y:.1f}" for x, y in points)
    shown = [
        words.amount(float(value), view.measure.unit, view.measure.decimals)
        for value in (known.iloc[0], known.iloc[-1], low, high)
    ]
    said = (
        f"Nine quarters to {words.short_quarter(view.quarter)}: from {shown[0]} to {shown[1]}; "
        f"lowest {shown[2]}, highest {shown[3]}"
    )
    x, y = points[-1]
    return Markup(
        '<svg class="spark" role="img" aria-label="{}" viewBox="0 0 100 28">'
        '<path d="M{}"/><circle cx="{:.0f}" cy="{:.1f}" r="3"/></svg>'
    ).format(words.spoken(said), path, x, y)
