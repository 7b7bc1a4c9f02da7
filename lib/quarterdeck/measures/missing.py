"""Children missing from home and from care, and the interviews offered when they return."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quarterdeck.measures.counting import PERIOD, children, counted, events, in_periods, share, stock
from quarterdeck.measures.describe import describe
from quarterdeck.measures.registry import Count, Ratio, measure
from quarterdeck.records import NotAvailable, Records

AREA = "Missing and exploitation"
CHILD = ("age_band", "sex", "ethnicity", "disability", "team", "district")
REPEAT, REPEAT_DAYS, REPEAT_MONTHS = 3, 90, 4  # in three months there may be only 89 days
AGAIN = "children missing 3 or more times in 90 days"
INTERVIEW_HOURS, INTERVIEW_DAYS = 72, 3
STEPS = ("offered", "accepted", "completed", "completed within 72 hours")


def episodes(records: Records, table: pd.DataFrame) -> pd.DataFrame:
    """Missing episodes with `away` and `in_care`: in care as recorded, else as the episodes of care say."""
    rows = table.assign(away=table.missing_episode_type.str.lower().str.startswith("a").eq(True))
    in_care = rows.looked_after.astype("boolean")
    if in_care.isna().any() and records.has("cla_episodes"):
        in_care = in_care.fillna(_looked_after(records, rows))
    return rows.assign(in_care=in_care.fillna(False).astype(bool))


def _looked_after(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Whether each child was looked after on the day that the episode began."""
    asked = pd.DataFrame(
        {"person_id": rows.person_id, "on": rows.missing_episode_start_date, "row": np.arange(len(rows))}
    )
    care = records.cla_periods[["person_id", "entered_care_date", "ceased_date"]].drop_duplicates()
    pairs = asked.merge(care, on="person_id", validate="many_to_many")
    day = pairs.on.dt.normalize()
    inside = (day >= pairs.entered_care_date) & ~(day > pairs.ceased_date)
    return pd.Series(asked.row.isin(pairs.row[inside]).to_numpy(), index=rows.index)


def third_in_90_days(rows: pd.DataFrame) -> pd.Series:
    """Whether each episode is at least the child's third to begin within 90 days, the 90th included."""
    ordered = rows.sort_values(["person_id", "missing_episode_start_date"], kind="stable")
    first = ordered.groupby("person_id").missing_episode_start_date.shift(REPEAT - 1)
    days = (ordered.missing_episode_start_date.dt.normalize() - first.dt.normalize()).dt.days
    return (days <= REPEAT_DAYS).reindex(rows.index)


def begun_episodes(records: Records) -> pd.DataFrame:
    """Every episode with `away`, `in_care` and `third`: see `third_in_90_days`, told over the whole history."""
    start = "missing_episode_start_date"
    history = episodes(records, records.history("missing"))
    absent = history[~history.away]
    thirds = pd.MultiIndex.from_frame(absent.loc[third_in_90_days(absent), ["person_id", start]])
    rows = episodes(records, records.missing).sort_values(start, kind="stable")
    return rows.assign(third=pd.MultiIndex.from_frame(rows[["person_id", start]]).isin(thirds))


def _of_setting(rows: pd.DataFrame, *, in_care: bool) -> pd.DataFrame:
    """Episodes from care, or from home; the SSDA903 tells of care alone, which is no proof that none went from home."""
    chosen = rows[rows.in_care == in_care]
    if not in_care and chosen.empty:
        raise NotAvailable("missing episodes of children at home")
    return chosen


def _missing(records: Records, periods: pd.DataFrame, by: Sequence[str], *, in_care: bool) -> Count:
    start = "missing_episode_start_date"
    rows = records.kept("missing episodes begun", lambda: begun_episodes(records))
    rows = _of_setting(rows, in_care=in_care)
    missing, away = rows[~rows.away], rows[rows.away]
    named = [name for name in by if name != "repeat"]
    told = describe(records, missing, start, named)[["person_id", start, "collection_year", "third", *named]]
    begun = in_periods(told, start, periods)
    first = begun.drop_duplicates([PERIOD, "person_id"])
    if "repeat" not in by and by:
        return Count(counted(first, periods, by))
    again = counted(begun[begun.third], periods, once="person_id")
    everyone = counted(first, periods)
    if by:
        return Count(
            pd.concat({"3 or more times in 90 days": again, "fewer times": everyone - again}, names=["repeat"])
        )
    beside = {
        "episodes": events(missing, start, periods),
        AGAIN: again,
        "children missing more than once": counted(
            begun[begun.duplicated([PERIOD, "person_id"])], periods, once="person_id"
        ),
        "still missing at the end": stock(missing, start, "missing_episode_end_date", periods),
    }
    if in_care:
        beside["children away from placement without authorisation"] = children(away, start, periods)
        beside["episodes away from placement without authorisation"] = events(away, start, periods)
    return Count(everyone, beside)


_DEFINITION = (
    "An episode counts in the period in which it began. A child who went missing more than once counts once; the "
    "episodes are counted beside. Repeat means that one of the child's episodes in the period was at least the third "
    "to begin within 90 days, at home or in care."
)


@measure(
    title="Children missing from home in month",
    short="Children missing from home",
    area=AREA,
    kind="flow",
    unit="number",
    counts="children",
    needs=("missing",),
    headline="month",
    breakdowns=("age_band", "repeat", *CHILD[1:]),
    breakdowns_look_back={"repeat": REPEAT_MONTHS, AGAIN: REPEAT_MONTHS},
    main="age_band",
    definition="Children who went missing in the period and were not looked after at the time. " + _DEFINITION,
    source="The council's list of missing episodes; DfE (2014), Statutory guidance on children who run away or go "
    "missing from home or care",
    why="A child who goes missing may be at risk of harm or exploitation.",
)
def missing_from_home(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Children not looked after who went missing."""
    return _missing(records, periods, by, in_care=False)


@measure(
    title="Children missing from the council's care in month",
    short="Children missing from care",
    area=AREA,
    kind="flow",
    unit="number",
    polarity="lower is better",
    counts="children",
    needs=("missing",),
    headline="month",
    breakdowns=("age_band", "repeat", *CHILD[1:]),
    breakdowns_look_back={"repeat": REPEAT_MONTHS, AGAIN: REPEAT_MONTHS},
    main="age_band",
    definition="Looked-after children who went missing in the period: not where they should be, and nobody knew where "
    "they were. Those away from their placement without authorisation, whose whereabouts were known, are counted "
    "apart; some councils record every absence as missing, so levels depend on how it is recorded. " + _DEFINITION,
    source="The council's list of missing episodes, else SSDA903 (missing); DfE, SSDA903 guide",
    why="The council is these children's parent, and must know where they are.",
)
def missing_from_care(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Looked-after children who went missing; those away without authorisation beside them."""
    return _missing(records, periods, by, in_care=True)


def _with_interview(rows: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """Episodes with the interview of the same start; where the interviews give its day alone, of the same day."""
    start, keys = "missing_episode_start_date", ["person_id", "missing_episode_start_date"]
    exact = pd.MultiIndex.from_frame(rows[keys]).isin(pd.MultiIndex.from_frame(told[keys]))
    joined = rows.assign(asked=rows[start].where(exact, rows[start].dt.normalize()))
    return joined.merge(
        told.rename(columns={start: "asked"}), on=["person_id", "asked"], how="left", validate="many_to_one"
    ).drop(columns="asked")


def ended_episodes(records: Records) -> pd.DataFrame:
    """Missing episodes that ended, with the interview that followed, and whether it can be judged yet.

    Returns
    -------
    The episodes with offered, accepted, completed, in_time (bool), by_days (bool: no hours are recorded, so the limit
    is three calendar days), too_recent (bool: under 72 hours old at the close of their extract) and reason_not_done.
    """
    rows = episodes(records, records.missing)
    rows = rows[~rows.away & rows.missing_episode_end_date.notna()].drop(columns="away")
    rows = _with_interview(rows, records.history("return_interviews").drop(columns="collection_year"))
    ended, held = rows.missing_episode_end_date, rows.interview_date
    hours_known = rows.time_recorded.fillna(False) & rows.interview_time_recorded.fillna(False)
    took = held - ended
    days = (held.dt.normalize() - ended.dt.normalize()).dt.days
    in_hours = (took >= pd.Timedelta(0)) & (took <= pd.Timedelta(hours=INTERVIEW_HOURS))
    in_days = (days >= 0) & (days <= INTERVIEW_DAYS)
    year = rows.collection_year.astype("Int64")
    closes = pd.to_datetime(year.astype("str") + "-04-01", errors="coerce").astype("datetime64[us]")
    after_quarter = records.quarter.end + pd.Timedelta(days=1)
    closes = closes.mask(closes.isna() | (closes > after_quarter), after_quarter)
    ripe = (ended + pd.Timedelta(hours=INTERVIEW_HOURS)).where(
        rows.time_recorded.fillna(False).astype(bool), ended.dt.normalize() + pd.Timedelta(days=INTERVIEW_DAYS + 1)
    )
    completed = held.notna()
    return rows.assign(
        offered=rows.missing_rhi_offered.fillna(False).astype(bool) | completed,
        accepted=rows.missing_rhi_accepted.fillna(False).astype(bool) | completed,
        completed=completed,
        in_time=in_hours.where(hours_known.astype(bool), in_days),
        by_days=completed & ~hours_known.astype(bool),
        too_recent=ripe > closes,
        reason_not_done=rows.reason_not_done.fillna("no reason recorded").mask(completed),
    )


def _interviews(records: Records, periods: pd.DataFrame, by: Sequence[str], *, in_care: bool) -> Ratio:
    end = "missing_episode_end_date"
    rows = records.kept("missing episodes ended", lambda: ended_episodes(records))
    rows = _of_setting(rows, in_care=in_care)
    judged = rows[~rows.too_recent]
    done = dict(zip(STEPS, ("offered", "accepted", "completed", "in_time"), strict=True))
    if "reason_not_done" in by:
        return Ratio(events(judged[~judged.completed], end, periods, by), events(judged, end, periods))
    if by and "step" not in by:
        judged = describe(records, judged, end, by)
        return Ratio(*share(judged, judged.in_time, end, periods, by))
    steps = {step: events(judged[judged[flag]], end, periods) for step, flag in done.items()}
    if by:
        return Ratio(pd.concat(steps, names=["step"]), events(judged, end, periods))
    beside = {
        **{step: steps[step] for step in STEPS[:3]},
        "too recent to judge": events(rows[rows.too_recent], end, periods),
        "judged by days, no hours recorded": events(judged[judged.by_days], end, periods),
    }
    return Ratio(steps[STEPS[3]], events(judged, end, periods), beside)


_INTERVIEWS = (
    "and the share of them after which an independent return interview was held within 72 hours of the return. Every "
    "episode that ended counts, whether or not an interview was offered or accepted; only those that ended under 72 "
    "hours before the records were drawn are left out. Where no hours are recorded, within three calendar days counts."
)


@measure(
    title="Missing from home: return interview timeliness",
    short="Missing from home: interviewed in 72 hours",
    area=AREA,
    kind="timeliness",
    unit="percent",
    polarity="higher is better",
    counts="episodes",
    needs=("missing", "return_interviews.interview_date"),
    breakdowns=("step", "reason_not_done", *CHILD),
    main="step",
    definition="Episodes of being missing from home that ended in the period, " + _INTERVIEWS,
    source="The council's lists of missing episodes and return interviews; DfE (2014), Statutory guidance on children "
    "who run away or go missing from home or care",
    why="The talk after a return finds out why a child went, and what would stop it happening again.",
)
def return_interviews_home(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Episodes missing from home that an interview followed within 72 hours, of those that ended."""
    return _interviews(records, periods, by, in_care=False)


@measure(
    title="Missing from care: return interview timeliness",
    short="Missing from care: interviewed in 72 hours",
    area=AREA,
    kind="timeliness",
    unit="percent",
    polarity="higher is better",
    counts="episodes",
    needs=("missing", "return_interviews.interview_date"),
    breakdowns=("step", "reason_not_done", *CHILD),
    main="step",
    definition="Episodes of being missing from care that ended in the period, " + _INTERVIEWS,
    source="The council's lists of missing episodes and return interviews; DfE (2014), Statutory guidance on children "
    "who run away or go missing from home or care",
    why="The talk after a return finds out why a child went, and what would stop it happening again.",
)
def return_interviews_care(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Episodes missing from care that an interview followed within 72 hours, of those that ended."""
    return _interviews(records, periods, by, in_care=True)
