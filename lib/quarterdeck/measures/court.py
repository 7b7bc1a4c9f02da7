"""The public law outline: families in pre-proceedings, legal advice, and care proceedings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quarterdeck.measures.counting import at_ends, counted, events, in_periods, quantiles, share, stock
from quarterdeck.measures.registry import Count, Quantiles, Ratio, measure
from quarterdeck.records import Records

AREA = "Public law outline"
COURT_WEEKS = 26
WEEKS_IN_IT = {"12 weeks or less": 12, "over 12 to 16 weeks": 16, "over 16 to 26 weeks": 26}
WEEKS_AT_COURT = {
    "16 weeks or less": 16,
    "over 16 to 26 weeks": 26,
    "over 26 to 39 weeks": 39,
    "over 39 to 52 weeks": 52,
}
WAITS = {"7 days or less": 7, "8 to 14 days": 14, "15 to 28 days": 28}
LONG_WAIT = "29 days or more"
OUTCOMES = {"issue care proceedings": "care proceedings issued", "step down": "stepped down", "other": "other"}
ADVICE = "pre_proceedings.legal_advice_requested|care_proceedings.legal_advice_requested"


def _weeks(start: pd.Series, end: pd.Series, bands: dict[str, int], beyond: str) -> pd.Series:
    """The band of whole weeks from start to end, as an ordered categorical; each band holds its last day."""
    edges = [-np.inf, *(7 * weeks for weeks in bands.values()), np.inf]
    return pd.cut((end - start).dt.days, edges, labels=[*bands, beyond])


def _families(rows: pd.DataFrame, start: str) -> pd.DataFrame:
    """One row a family's spell, where a list has a row for each child of it."""
    family = rows.plo_family_id.fillna(rows.person_id)
    return rows.assign(family=family).drop_duplicates(["family", start, "collection_year"])


def _pre_proceedings(records: Records) -> pd.DataFrame:
    rows = _families(records.pre_proceedings, "pre_pro_decision_date")
    return rows.rename(columns={"pre_pro_decision_date": "began", "agree_stepdown_issue_date": "ended"})


@measure(
    title="Families in pre-proceedings",
    short="Families in pre-proceedings",
    area=AREA,
    kind="stock",
    unit="number",
    counts="families",
    needs=("pre_proceedings",),
    breakdowns=("weeks_in_it",),
    main="weeks_in_it",
    definition="Families that were in pre-proceedings at the close of the period's last day, by how many weeks had "
    "passed since it was decided to enter them. A family counts once, however many of its children are concerned; "
    "where the return tells only of children, as the census does from 2026, each counts for one.",
    source="The authority's list of pre-proceedings; monitoring visit letter, 22 February 2018",
    why="It is the last chance to make a child safe at home before a court decides, and it must not drift.",
)
def pre_proceedings(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Families in pre-proceedings at the close of each period."""
    rows = at_ends(
        _pre_proceedings(records)[["family", "began", "ended", "collection_year"]], "began", "ended", periods
    )
    rows = rows.sort_values("began", kind="stable").drop_duplicates(["family", "period"])
    rows = rows.assign(weeks_in_it=_weeks(rows.began, rows.date, WEEKS_IN_IT, "over 26 weeks"))
    return Count(counted(rows, periods, by))


@measure(
    title="How pre-proceedings ended",
    short="Pre-proceedings that led to court",
    area=AREA,
    kind="proportion",
    unit="percent",
    counts="families",
    needs=("pre_proceedings.pre_pro_outcome",),
    headline="year_to_date",
    breakdowns=("outcome", "weeks_taken"),
    main="outcome",
    category=("outcome", "care proceedings issued"),
    definition="Families whose pre-proceedings ended in the period, by what was decided: to issue care proceedings, to "
    "step down because the children are safer, or other. They are given again by the weeks that it took.",
    source="The authority's list of pre-proceedings",
    why="If hardly any family steps down, help comes too late to change anything; if hardly any goes to court, the "
    "threshold may be too low.",
)
def pre_proceedings_outcomes(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Families whose pre-proceedings ended, by outcome; each as a share of them all."""
    rows = _pre_proceedings(records)
    rows = rows.assign(
        outcome=pd.Categorical(rows.pre_pro_outcome.map(OUTCOMES), list(OUTCOMES.values())),
        weeks_taken=_weeks(rows.began, rows.ended, WEEKS_IN_IT, "over 26 weeks"),
    )
    return Ratio(events(rows, "ended", periods, by), events(rows, "ended", periods))


@measure(
    title="Days from asking for legal advice to having it",
    short="Days to legal advice",
    area=AREA,
    kind="duration",
    unit="days",
    polarity="lower is better",
    counts="requests for legal advice",
    needs=(ADVICE,),
    headline="year_to_date",
    breakdowns=("wait",),
    main="wait",
    definition="Legal advice that came in the period, about families in pre-proceedings or care proceedings: the "
    "median of the calendar days since it was decided to ask for it, and how many waited how long. Requests still "
    "unanswered at the close of the period's last day are shown beside.",
    source="Monitoring visit letter, 22 February 2018: delay in getting legal advice; the authority's lists",
    why="While the advice is awaited nothing can be decided for the child.",
)
def legal_advice_days(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Quantiles | Ratio:
    """Days from each request for legal advice to the advice; of the bands, the share that each is."""
    asked = _advice(records)
    days = (asked.received - asked.requested).dt.days
    asked = asked.assign(days=days, wait=pd.cut(days, [-np.inf, *WAITS.values(), np.inf], labels=[*WAITS, LONG_WAIT]))
    if by:
        return Ratio(events(asked, "received", periods, by), events(asked, "received", periods))
    beside = {"asked for and not yet had": stock(asked, "requested", "received", periods)}
    return Quantiles(quantiles(in_periods(asked, "received", periods), "days", periods), beside)


def _advice(records: Records) -> pd.DataFrame:
    """Every request for legal advice once, of whatever year: it comes before the spell that it is listed with."""
    columns = {"legal_advice_requested": "requested", "legal_advice_received": "received"}
    parts = [
        _families(records.history(table), start).rename(columns=columns)[["family", *columns.values()]]
        for table, start in (("pre_proceedings", "pre_pro_decision_date"), ("care_proceedings", "start_date"))
        if records.tells(f"{table}.legal_advice_requested")
    ]
    return pd.concat(parts, ignore_index=True).drop_duplicates(["family", "requested"])


@measure(
    title="Care proceedings concluded in 26 weeks",
    short="Care proceedings in 26 weeks",
    area=AREA,
    kind="timeliness",
    unit="percent",
    polarity="higher is better",
    counts="families' proceedings",
    needs=("care_proceedings",),
    headline="year_to_date",
    breakdowns=("weeks_at_court", "final_order"),
    main="weeks_at_court",
    definition="Care proceedings about a family that ended with a final order in the period, and the share of them "
    "that ended within 26 weeks of the application, the last day of the 26th week included. Proceedings still open "
    "at the close of the period's last day and already past 26 weeks are shown beside.",
    source="Children and Families Act 2014, section 14: 26 weeks; the authority's list of care proceedings",
    why="A child waits for a decision on where to grow up until the court has made it.",
)
def care_proceedings(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Care proceedings concluded within 26 weeks, of those concluded; or all, by how long they took."""
    rows = _families(records.care_proceedings, "start_date")
    rows = rows.assign(
        weeks_at_court=_weeks(rows.start_date, rows.end_date, WEEKS_AT_COURT, "over 52 weeks"),
        final_order=rows.outcome,
        late_from=rows.start_date + pd.Timedelta(days=7 * COURT_WEEKS + 1),
    )
    beside = {"open and already past 26 weeks": stock(rows, "late_from", "end_date", periods)}
    if by:
        return Ratio(events(rows, "end_date", periods, by), events(rows, "end_date", periods), beside)
    in_time = (rows.end_date - rows.start_date).dt.days <= 7 * COURT_WEEKS
    return Ratio(*share(rows, in_time, "end_date", periods), beside)
