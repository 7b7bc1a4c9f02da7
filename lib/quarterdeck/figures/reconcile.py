"""Figures already printed, laid against the same figures worked out again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from quarterdeck.authority import Authority
from quarterdeck.figures.frame import ALL, BESIDE
from quarterdeck.figures.printed import Checked, Line, Look, Outcome, written
from quarterdeck.figures.year_ends import far_from_dfe, next_year_end, year_ends
from quarterdeck.quarter import Quarter

WEEKS_A_YEAR = 365 / 7
COLUMNS = (
    "measure",
    "breakdown",
    "period",
    "published",
    "recomputed",
    "unit",
    "decimals",
    "result",
    "agrees",
    "published_text",
    "recomputed_text",
    "note",
    "source",
)
TYPE = "placement_type"
SHORT_TYPES = {
    "agency": "Agency Residential",
    "in-house residential": "In-house Residential",
    "ifa": "Independent Fostering Agency",
    "in-house fostering": "In-house Fostering",
    "kinship": "Kinship Fostering",
}
COST_LISTS = {
    "external_share_residential": ("Agency Residential", ("Agency Residential", "In-house Residential")),
    "external_share_fostering": (
        "Independent Fostering Agency",
        ("Independent Fostering Agency", "In-house Fostering"),
    ),
}
"""The external type and all types of which a share can be had from the cost list as well as from the 903 return."""


def reconcile(figures: pd.DataFrame, published: pd.DataFrame, authority: Authority, quarter: Quarter) -> pd.DataFrame:
    """Every figure already printed, against the same figure worked out again.

    Parameters
    ----------
    figures : the tidy frame, undisclosed.
    published : one row a printed figure: measure, breakdown, period, value, unit, printed_decimals, approximate,
        source, all text.
    authority, quarter : whose figures, and the paper's quarter.

    Returns
    -------
    One row a printed figure; after them printed figures against each other and DfE's year ends. Columns: measure,
    breakdown, period; published and recomputed (float64, NaN where the figure is a statement); unit, decimals;
    result ("agrees", "contradicted", "doubtful", "two definitions", "cannot be checked"); agrees (boolean, <NA>
    where it cannot be checked or need not); published_text and recomputed_text (both as a reader should see them);
    note (why, and which is used); source.
    """
    look = Look(figures.reset_index(drop=True), quarter)
    lines = [Line.of({str(key): str(value) for key, value in row.items()}) for row in published.to_dict("records")]
    found = [(line, _check(line, look, lines)) for line in lines]
    found += [*_cost_lists(look, lines), *_two_definitions(look, lines), *far_from_dfe(lines, authority)]
    found += [*year_ends(look, authority), *next_year_end(look, authority)]
    frame = pd.DataFrame([_row(line, checked) for line, checked in found], columns=list(COLUMNS))
    numbers = {"published": "float64", "recomputed": "float64", "decimals": "Int64", "agrees": "boolean"}
    return frame.astype({column: numbers.get(column, "str") for column in COLUMNS})


def _row(line: Line, found: Checked) -> tuple[object, ...]:
    result = found.result or _compared(line, found.recomputed)
    decimals = line.decimals or 0
    finer = decimals if result == "agrees" or line.unit == "number" else max(decimals, 1)
    note = found.note or ("Not available from these sources." if result == "cannot be checked" else "")
    return (
        line.measure,
        line.breakdown,
        line.period,
        line.value,
        found.recomputed,
        line.unit,
        line.decimals,
        result,
        {"agrees": True, "cannot be checked": pd.NA, "two definitions": pd.NA}.get(result, False),
        found.published_text or written(line.value, line.unit, decimals),
        found.recomputed_text or written(found.recomputed, line.unit, finer),
        note,
        line.source,
    )


def _compared(line: Line, value: float) -> Outcome:
    """A printed figure agrees with what rounds to it; one that says "about", within one; "at least", from it up."""
    if np.isnan(value) or np.isnan(line.value):
        return "cannot be checked"
    if line.approximate == "at least":
        return "agrees" if value >= line.value else "contradicted"
    within = 1.0 if line.approximate == "yes" else 0.5 * 10.0 ** -(line.decimals or 0)
    return "agrees" if abs(value - line.value) <= within + 1e-9 else "contradicted"


def _check(line: Line, look: Look, lines: Iterable[Line]) -> Checked:
    if line.unit == "percent" and line.measure == "audit_grades":
        return _audited(line, look, lines)
    for pattern, check in CHECKS.items():
        if re.search(pattern, line.breakdown):
            return check(line, look)
    return _plain(line, look)


def _plain(line: Line, look: Look) -> Checked:
    """A figure that the records give too."""
    found = look.find(line)
    whole = float(found.denominator)
    counted = line.unit == "number" and np.isfinite(whole)
    value = float((found.denominator if "audited" in line.breakdown else found.numerator) if counted else found.value)
    if np.isnan(value) or _compared(line, value) == "agrees":
        return Checked(value)
    of = f" ({found.numerator:,.0f} of {whole:,.0f})" if line.unit == "percent" and np.isfinite(whole) else ""
    said = written(value, line.unit, 0 if counted else max(line.decimals or 0, 1))
    return Checked(value, f"The records give {said}{of}, and this paper uses them.")


def _england(line: Line, look: Look) -> Checked:
    return Checked(note="England as the pack printed it: no published table held here gives this figure.")


def _peak(line: Line, look: Look) -> Checked:
    """The month with the highest or lowest value since 1 April."""
    rows = look.months(line.measure, look.quarter.year_start, look.quarter.end)
    if rows.empty:
        return Checked()
    best = rows.max() if "highest" in line.breakdown else rows.min()
    months = rows.index[rows == best]
    printed = pd.Timestamp(line.said) if line.said else line.span[1]
    said = " and ".join(f"{month:%B %Y}" for month in months)
    result: Outcome = "agrees" if printed in months else "contradicted"
    return Checked(np.nan, "", result, f"{printed:%B %Y}", said)


def _more_out_than_in(line: Line, look: Look) -> Checked:
    """More ended than started in each month of a period."""
    started, ended = (look.months(line.measure, *line.span, "flow", flow) for flow in ("started", "ended"))
    months = pd.DataFrame({"started": started, "ended": ended}).dropna()
    if months.empty:
        return Checked()
    text = "; ".join(f"{row.Index:%b}: {row.started:.0f} in, {row.ended:.0f} out" for row in months.itertuples())
    result: Outcome = "agrees" if (months.ended > months.started).all() else "contradicted"
    return Checked(np.nan, "", result, "more out than in, each month", text)


def _rise(line: Line, look: Look) -> Checked:
    """A rise over the months of a period: the last is above the month before the first."""
    start, end = line.span
    months = look.months(line.measure, start - pd.offsets.MonthBegin(1), end)
    if len(months) < 2:
        return Checked()
    result: Outcome = (
        "agrees" if months.iloc[-1] > months.iloc[0] or months.iloc[1:].max() > months.iloc[0] else "contradicted"
    )
    text = ", ".join(f"{month:%b} {value:.1f}%" for month, value in months.items())
    return Checked(np.nan, "", result, "a rise", text)


def _change_in_number(line: Line, look: Look) -> Checked:
    """How a number of placements changed: this month, since the start of the year, since a year before."""
    kind, when = line.breakdown.split(": change in number ")
    _, end = line.span
    before = {
        "this month": end - pd.offsets.MonthEnd(1),
        "since start of year": Quarter.of(end).year_start - pd.Timedelta(days=1),
        "since a year before": end - pd.offsets.MonthEnd(12),
    }[when]
    now, then = (look.value("placement_numbers", "month", day, TYPE, kind) for day in (end, before))
    if np.isnan(now - then):
        return Checked()
    return Checked(now - then, f"{then:.0f} at {before:%d %B %Y}, {now:.0f} at {end:%d %B %Y}.")


def _change_in_rate(line: Line, look: Look) -> Checked:
    """How a monthly count changed from the first month of a period to the last, per cent."""
    months = look.months(line.measure, *line.span)
    if len(months) < 2 or months.iloc[0] == 0:
        return Checked()
    change = 100 * (months.iloc[-1] / months.iloc[0] - 1)
    first, last = months.index[[0, -1]]
    return Checked(float(change), f"{months.iloc[0]:.0f} in {first:%B %Y}, {months.iloc[-1]:.0f} in {last:%B %Y}.")


def _price(look: Look, kind: str, end: pd.Timestamp) -> tuple[float, float]:
    """A type's cost a week and number, at a quarter's end."""
    cost = look.value("placement_costs", "month", end, TYPE, kind)
    return cost, look.value("placement_numbers", "month", end, TYPE, kind)


def _annual_cost(line: Line, look: Look) -> Checked:
    """The cost of a year of a type's placements, or of those above a forecast number, at 365/7 weeks."""
    cost, number = _price(look, line.breakdown.split(":")[0], line.span[1])
    forecast = re.search(r"above forecast of (\d+)", line.breakdown)
    if np.isnan(cost * number):
        return Checked()
    counted = number - int(forecast[1]) if forecast else number
    return Checked(counted * cost * WEEKS_A_YEAR / 1e6, f"{counted:.0f} × £{cost:,.0f} × 365/7 weeks.")


def _price_gap(line: Line, look: Look) -> Checked:
    """How much dearer or cheaper one type is than another, a week or a year of 365/7 weeks."""
    one, way, other = re.split(r" (above|below) ", line.breakdown)
    other = other.split(" per ")[0]
    costs = [_price(look, SHORT_TYPES[name.casefold()], line.span[1])[0] for name in (one, other)]
    gap = (costs[0] - costs[1]) * (1 if way == "above" else -1)
    if np.isnan(gap):
        return Checked()
    if line.unit != "gbp_thousand":
        return Checked(gap, f"£{costs[0]:,.0f} against £{costs[1]:,.0f}.")
    at_52 = f"{gap * 52 / 1000:.0f}"
    note = f"£{gap:,.0f} × 365/7 weeks."
    return Checked(
        gap * WEEKS_A_YEAR / 1000, note + (f" At 52 weeks it would be £{at_52}k." if at_52 != line.said else "")
    )


def _total_cost(line: Line, look: Look) -> Checked:
    """The printed total of a cost table, against the mean that its rows give; the whole's, where some are hidden."""
    end = line.span[1]
    rows = look.frame[(look.frame.measure == "placement_numbers") & (look.frame.breakdown == TYPE)]
    kinds = rows.category[(rows.end == end) & (rows.kind.astype("str") == "month")]
    prices = pd.DataFrame([_price(look, kind, end) for kind in kinds], columns=["cost", "number"])
    prices["cost"] = prices.cost.where(prices.number != 0, prices.cost.fillna(0.0))
    used = prices[prices.number > 0]
    if prices.empty or prices.isna().any(axis=None):
        whole = look.value("placement_costs", "month", end)
        said = f"The mean over all placements is {written(whole, line.unit, 2)}; this paper uses it."
        return Checked(whole, said if np.isfinite(whole) else "", recomputed_text=written(whole, line.unit, 2))
    weighted = float((used.cost * used.number).sum() / used.number.sum())
    note = (
        f"The rows' weighted mean is £{weighted:,.2f} ({used.number.sum():.0f} placements); their plain mean is "
        f"£{prices.cost.mean():,.2f} over {len(prices)} types and £{used.cost.mean():,.2f} over the {len(used)} in "
        "use. The printed total is none of these; this paper uses the weighted mean."
    )
    return Checked(weighted, note, recomputed_text=written(weighted, line.unit, 2))


def _from_cost_table(line: Line, look: Look) -> Checked:
    """A share that the cost table gives, and the text gives otherwise."""
    return Checked(_cost_share(look, line.measure, line.span[1])[0])


def _cost_share(look: Look, measure: str, end: pd.Timestamp) -> tuple[float, float, float]:
    external, every = COST_LISTS[measure]
    numbers = {kind: _price(look, kind, end)[1] for kind in every}
    whole = sum(numbers.values())
    return (100 * numbers[external] / whole if whole else np.nan), numbers[external], whole


def _cost_lists(look: Look, lines: Iterable[Line]) -> Iterable[tuple[Line, Checked]]:
    """The external share that the text prints, against the one of the cost list printed beside it."""
    end = look.quarter.end
    for line in lines:
        if line.measure in COST_LISTS and line.breakdown == ALL and line.span[1] == end:
            share, external, whole = _cost_share(look, line.measure, end)
            if np.isnan(share):
                continue
            text, listed = (written(value, "percent", 0) for value in (line.value, share))
            note = (
                f"By the cost list {external:.0f} of {whole:.0f} placements are external, {listed}, where the text "
                f"says {text}. The text agrees with the return of looked after children, which this paper uses; the "
                "cost list also holds placements of other young people."
            )
            label = "text against cost list"
            against = Line(line.measure, label, line.period, line.said, line.unit, line.decimals, "no", line.source)
            yield against, Checked(share, note, None, text, listed)


def _audited(line: Line, look: Look, lines: Iterable[Line]) -> Checked:
    """A percentage of a printed number, which no whole number may give."""
    printed = next((other for other in lines if "audited" in other.breakdown and other.period == line.period), None)
    plain = _plain(line, look)
    if printed is None or np.isnan(printed.value):
        return plain
    n = int(printed.value)
    shares = {k: 100 * k / n for k in range(n + 1)}
    if any(_compared(line, share) == "agrees" for share in shares.values()):
        return plain
    below, above = (max(k for k in shares if shares[k] < line.value), min(k for k in shares if shares[k] > line.value))
    note = (
        f"Of {n} no whole number gives {line.value:.0f}%: {below} is {shares[below]:.0f}% and {above} is "
        f"{shares[above]:.0f}%."
    )
    said = f"{below} of {n} is {shares[below]:.0f}%, {above} of {n} is {shares[above]:.0f}%"
    return Checked(plain.recomputed, note, "contradicted", recomputed_text=plain.recomputed_text or said)


def _two_definitions(look: Look, lines: Iterable[Line]) -> Iterable[tuple[Line, Checked]]:
    """Two printed percentages of one measure and day that are no parts of one whole: each has its own definition."""
    told = [(line, look.find(line)) for line in lines if line.unit == "percent" and line.breakdown != ALL]
    told = [(line, row) for line, row in told if row.get("breakdown") not in (None, ALL, BESIDE)]
    for place, (line, row) in enumerate(told):
        for other, beside in told[place + 1 :]:
            same = all(row[name] == beside[name] for name in ("measure", "end", "breakdown"))
            if not same or row.category == beside.category or not _apart(look, row):
                continue
            both = [f"{float(one.numerator):,.0f} of {float(one.denominator):,.0f}" for one in (row, beside)]
            names = [f"“{one.breakdown}”" for one in (line, other)]
            note = (
                f"Two definitions, and no contradiction: {both[0]} by {names[0]}, and {both[1]} by {names[1]}. Both "
                "can be right, so say each time which is meant."
            )
            printed = " and ".join(written(one.value, "percent", one.decimals or 0) for one in (line, other))
            against = Line(line.measure, "two definitions", other.period, "", "percent", 0, "no", line.source)
            yield against, Checked(np.nan, note, "two definitions", printed, " and ".join(both))


def _apart(look: Look, row: pd.Series) -> bool:
    """Whether the categories of a figure's breakdown are no parts of one whole: they add up to none."""
    rows = look.frame[(look.frame.measure == row.measure) & (look.frame.breakdown == row.breakdown)]
    total = float(rows.numerator[(rows.kind == row.kind) & (rows.end == row.end)].sum(skipna=False))
    whole = look.row(str(row.measure), str(row.kind), row.end)
    parts = (float(whole.numerator), float(whole.denominator))
    return bool(np.isfinite([total, *parts]).all()) and not np.isclose(total, parts).any()


CHECKS: dict[str, Callable[[Line, Look], Checked]] = {
    r": England$": _england,
    r"^month with the (highest|lowest) value": _peak,
    r"^more (ended than started|leave than enter)": _more_out_than_in,
    r"^a rise$": _rise,
    r": change in number ": _change_in_number,
    r"^change in rate ": _change_in_rate,
    r": annual cost": _annual_cost,
    r" (above|below) .* per (week|year)$": _price_gap,
    r"^printed TOTAL": _total_cost,
    r"^from the cost table$": _from_cost_table,
}
"""How a printed statement is checked, by its label; any other is looked up as it stands."""
