"""Figures: one tidy frame of every measure, period and breakdown, with what each value was worked out from."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from quarterdeck.figures.population import population_at
from quarterdeck.measures.registry import SCALES, Count, Measure, Quantiles, Ratio, Result
from quarterdeck.records import NotAvailable, Records

ALL = "all"
BESIDE = "beside"
COLUMNS = (
    "measure",
    "kind",
    "start",
    "end",
    "breakdown",
    "category",
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "status",
)
QUARTILES = "quartile"


def figures(records: Records, measures: Iterable[Measure], periods: pd.DataFrame) -> pd.DataFrame:
    """Every figure of the measures, by period and breakdown.

    Parameters
    ----------
    records : the authority's records.
    measures : what to work out.
    periods : as `quarterdeck.quarter.periods` gives them.

    Returns
    -------
    One row a figure:

    measure : its id
    kind, start, end : the period
    breakdown, category : "all" and "all" for the whole; "beside" for what is shown next to the value;
        "quartile" for the quartiles of a duration
    numerator, denominator : float64, <NA> as NaN where there is none
    value : float64 in the measure's unit; NaN where the denominator is 0 or the source is absent
    lower, upper : 95 % interval: Wilson's for a percentage, Byar's for counts and rates (exact Poisson under 10)
    status : "" for a value; "x" not available from these sources, of a time that they do not reach back to, or a rate
        of an area without a population estimate;
        "z" not applicable; "provisional" for a rate on an estimate of an earlier year

    Examples
    --------
    >>> from quarterdeck.measures.registry import catalogue
    >>> from quarterdeck.quarter import Quarter, periods
    >>> when = periods(Quarter(2017, 3), Quarter(2017, 3))
    >>> found = figures(records, [catalogue()["cp_plan_rate"]], when)
    >>> found[(found.kind == "quarter") & (found.breakdown == "all")].numerator.tolist()
    [1.0]
    """
    frames = [_of_measure(records, measure, periods) for measure in measures]
    return pd.concat(frames, ignore_index=True)[list(COLUMNS)]


def _of_measure(records: Records, measure: Measure, periods: pd.DataFrame) -> pd.DataFrame:
    within = periods if measure.latest_position else periods[periods.end <= records.quarter.end]
    asked = within.drop_duplicates("end") if measure.at_close else within
    parts = []
    try:
        told = _told(records, measure, asked, ALL)
        rows = _only_told(_tidy(measure.function(records, asked), measure, ALL), told)
        for beside in set(measure.breakdowns_look_back) - set(measure.breakdowns):
            rows = _only_told(rows, _told(records, measure, asked, beside), rows.category == beside)
        parts.append(rows)
    except NotAvailable:
        parts.append(_absent(asked))
    for breakdown in measure.breakdowns:
        try:
            told = _told(records, measure, asked, breakdown)
            rows = _tidy(measure.function(records, asked, (breakdown,)), measure, breakdown)
        except NotAvailable:
            continue
        if told.any():
            parts.append(_only_told(rows, told))
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    if measure.at_close:  # every period that closes on a day has that day's figure
        closing = asked.end.rename_axis("period").reset_index()
        same_day = within.merge(closing, on="end", validate="many_to_one")
        whole = rows.merge(same_day[["period", "kind", "start", "end"]], on="period", validate="many_to_many")
    else:
        whole = rows.merge(within[["kind", "start", "end"]], left_on="period", right_index=True, validate="many_to_one")
    if measure.latest_position:  # after the quarter, no record of a month means that its list is not in yet
        told = whole.numerator.groupby(whole.period).transform("sum") > 0
        whole = whole[told | (whole.end <= records.quarter.end)].reset_index(drop=True)
    return _valued(whole.assign(measure=measure.id), measure, records)


def _told(records: Records, measure: Measure, periods: pd.DataFrame, breakdown: str) -> pd.Series:
    """Whether the returns reach back far enough to tell a measure of each period: nothing told is not a count of none.

    Raises
    ------
    NotAvailable : no return gave a table that it needs.
    """
    needs = (*measure.needs, *measure.needed_by(breakdown))
    for need in measure.needs:  # a list may tell of children what another needs to know of all of them
        if not records.tells(f"{need.partition('|')[0].partition('.')[0]}.{breakdown}"):
            raise NotAvailable(need)
    since = records.reach(needs)
    months = max(measure.looks_back, measure.breakdowns_look_back.get(breakdown, 0))
    back = pd.DateOffset(months=months)
    if not measure.at_close:
        return periods.start - back >= since.events
    first = periods.end + pd.Timedelta(days=1) - back
    return (periods.end >= since.stock) & ((first >= since.events) | (months == 0))


def _only_told(rows: pd.DataFrame, told: pd.Series, some: pd.Series | None = None) -> pd.DataFrame:
    """Rows, or some of them, with nothing but their status in the periods that the returns do not reach back to."""
    if told.all():
        return rows
    kept = rows.period.map(told) | (False if some is None else ~some)
    numbers = ["numerator", "denominator", "given"]
    return rows.assign(status=rows.status.where(kept, "x"), **{name: rows[name].where(kept) for name in numbers})


def _absent(periods: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "period": periods.index,
            "breakdown": ALL,
            "category": ALL,
            "numerator": np.nan,
            "denominator": np.nan,
            "given": np.nan,
            "status": "x",
        }
    )


def _tidy(result: Result, measure: Measure, breakdown: str) -> pd.DataFrame:
    """The result as rows of period, category, numerator, denominator; `given` is a value that is no quotient."""
    match result:
        case Count(counts):
            main = _long(counts, "numerator", breakdown)
        case Ratio(numerator, denominator):
            if denominator.index.nlevels > 1:  # a level with a whole and no part has a part of 0
                numerator = numerator.reindex(denominator.index, fill_value=0)
            main = _long(numerator, "numerator", breakdown)
            below = _long(denominator, "denominator", breakdown if denominator.index.nlevels > 1 else ALL)
            keys = ["period", "category"] if denominator.index.nlevels > 1 else ["period"]
            main = main.merge(below[[*keys, "denominator"]], on=keys, how="left", validate="many_to_one")
        case Quantiles(table):
            main = _long(table["n"], "numerator", breakdown)
            main["given"] = table["median"].to_numpy()
            if breakdown == ALL:
                ends = [
                    _long(table[name], "given", ALL).assign(category=name, breakdown=QUARTILES)
                    for name in ("lower_quartile", "upper_quartile")
                ]
                main = pd.concat([main, *ends], ignore_index=True)
    if breakdown == ALL:
        beside = [
            _long(counts, "numerator", ALL).assign(category=name, breakdown=BESIDE)
            for name, counts in result.beside.items()
        ]
        main = pd.concat([main, *beside], ignore_index=True)
    for column in ("numerator", "denominator", "given"):
        if column not in main:
            main[column] = np.nan
    return main.assign(status="")


def _long(series: pd.Series, name: str, breakdown: str) -> pd.DataFrame:
    rows = series.astype("float64").rename(name).reset_index()
    category = rows[breakdown].astype("str") if breakdown != ALL else ALL
    return pd.DataFrame({"period": rows["period"], "breakdown": breakdown, "category": category, name: rows[name]})


def _valued(rows: pd.DataFrame, measure: Measure, records: Records) -> pd.DataFrame:
    """Denominator of a rate, value and interval."""
    beside = rows.breakdown == BESIDE
    if measure.unit == "per_10k":
        people = population_at(records.authority.area_code, rows.end)
        rows["denominator"] = people.population.where(~beside)
        rows["status"] = rows.status.mask((rows.status == "") & people.provisional & ~beside, "provisional")
        rows["status"] = rows.status.mask((rows.status == "") & people.population.isna() & ~beside, "x")
    # A quotient in a measure of duration is the share of a band, in per cent.
    scale = SCALES["percent"] if measure.kind == "duration" else SCALES.get(measure.unit, 1.0)
    quotient = rows.numerator / rows.denominator.where(rows.denominator > 0) * scale
    is_count = measure.kind != "duration" and measure.unit != "per_10k"
    counted = rows.numerator.where(rows.denominator.isna() & rows.given.isna() & is_count | beside)
    rows["value"] = rows.given.fillna(quotient).fillna(counted)
    rows["status"] = rows.status.mask((rows.status == "") & rows.value.isna(), "z")
    lower, upper = interval(rows, measure)
    return rows.assign(lower=lower, upper=upper)


def interval(rows: pd.DataFrame, measure: Measure) -> tuple[pd.Series, pd.Series]:
    """The 95 % interval of each value: Wilson's for a percentage, Byar's for counts and rates.

    Source
    ------
    PHE (2018), Technical guide: confidence intervals; exact Poisson below 10, as Byar's is poor there.
    """
    from scipy import special  # not at the top, where every paper's kernel would pay a second for it

    none = pd.Series(np.nan, index=rows.index)
    if measure.unit == "percent":
        # Of a post that two left in a year 200% left: that is a ratio, and no share that chance could be told of.
        share = (rows.numerator / rows.denominator).where(rows.numerator <= rows.denominator)
        n = rows.denominator.where(rows.denominator > 0)
        z = special.ndtri(0.975)
        centre, spread = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
        return 100 * (centre - spread) / (1 + z**2 / n), 100 * (centre + spread) / (1 + z**2 / n)
    if measure.unit not in ("number", "per_10k") or measure.kind in ("duration", "finance"):
        return none, none
    # Where the measure is of flows, its value is what came less what went: a difference has no Poisson interval.
    net = (measure.main == "flow") & (rows.breakdown != BESIDE) & ~rows.category.isin(["started", "ended"])
    count, z = rows.numerator.where((rows.numerator >= 0) & ~net), special.ndtri(0.975)
    byar_low = count * (1 - 1 / (9 * count.where(count > 0)) - z / (3 * np.sqrt(count.where(count > 0)))) ** 3
    byar_high = (count + 1) * (1 - 1 / (9 * (count + 1)) + z / (3 * np.sqrt(count + 1))) ** 3
    exact_low = pd.Series(special.gammaincinv(count, 0.025), index=rows.index).fillna(0.0)
    exact_high = pd.Series(special.gammaincinv(count + 1, 0.975), index=rows.index)
    per = SCALES.get(measure.unit, 1.0) / rows.denominator if measure.unit == "per_10k" else 1.0
    low, high = byar_low.where(count >= 10, exact_low), byar_high.where(count >= 10, exact_high)
    return (low * per).where(count.notna()), (high * per).where(count.notna())
