"""Early help: how much of it there is, who leads it, and how families pass between it and social care."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quarterdeck.measures.counting import events, in_its_year, latest_before, share, stock
from quarterdeck.measures.describe import UNKNOWN, describe
from quarterdeck.measures.front_door import CHILD, listed_outcome
from quarterdeck.measures.registry import Count, Ratio, measure
from quarterdeck.records import NotAvailable, Records

STEPPED_DOWN = "stepped down to early help"
REFERRED_TO_EARLY_HELP = "RC9"
AROUND_CLOSING = pd.Timedelta(days=30)
BACK_MONTHS = 6
BACK_BANDS = {"within 3 months": 3, "over 3 to 6 months": BACK_MONTHS}
NOT_BACK = "not within 6 months"
DESCRIBED = CHILD[1:]
"""The breakdowns of a child who is with no team of social care."""
OF_THE_LIST = {
    "lead_organisation": ("early_help_episodes.episode_organisation",),
    "district": ("early_help_episodes.district",),
}
"""What the list of early help tells by itself."""
TOLD_BY = ("closing reason", "assessment outcome", "early help list")


def _early_help(records: Records, date: str, by: Sequence[str]) -> pd.DataFrame:
    rows = records.early_help_episodes
    told = rows.assign(lead_organisation=rows.episode_organisation, district=rows.district.fillna(UNKNOWN))
    return describe(records, told, date, by)


@measure(
    title="Early help: assessments begun",
    short="Early help assessments begun",
    area="Early help",
    kind="flow",
    unit="number",
    counts="assessments",
    needs=("early_help_episodes",),
    breakdowns=("lead_organisation", *DESCRIBED),
    breakdowns_need=OF_THE_LIST,
    main="lead_organisation",
    definition="Early help assessments begun in the period, one for each family, or child where the list has a row "
    "for each, by the organisation that leads. Beside: assessments completed in the period, and early help that ended "
    "in it with the family stepped up to social care.",
    source="The authority's list of early help, or Annex A, list 2",
    why="Help that comes early may spare a family a referral.",
)
def early_help(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Early help assessments begun."""
    rows = _early_help(records, "episode_start_date", by)
    up = rows[(rows.episode_end_reason == "up").fillna(False)]
    beside = {
        "completed": events(rows, "assessment_end", periods),
        "up to social care": events(up, "episode_end_date", periods),
    }
    return Count(events(rows, "episode_start_date", periods, by), beside)


@measure(
    title="Early help: open at period end",
    short="Early help cases open",
    area="Early help",
    kind="stock",
    unit="number",
    counts="early help cases",
    needs=("early_help_episodes.episode_end_date",),
    breakdowns=("lead_organisation", *DESCRIBED),
    breakdowns_need=OF_THE_LIST,
    main="lead_organisation",
    definition="Early help cases, from the start of the assessment to the day the help ended, that are open on the "
    "period's last day, by the organisation that leads.",
    source="The authority's list of early help",
    why="It shows who does the work, and whether partners of the council lead any of it.",
)
def early_help_open(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """Early help cases open at period end."""
    rows = _early_help(records, "episode_start_date", by)
    return Count(stock(rows, "episode_start_date", "episode_end_date", periods, by))


@measure(
    title="Early help that was stepped up to social care",
    short="Early help stepped up to social care",
    area="Early help",
    kind="proportion",
    unit="percent",
    counts="early help cases",
    needs=("early_help_episodes.episode_end_date", "early_help_episodes.episode_end_reason"),
    breakdowns=("lead_organisation", *DESCRIBED),
    breakdowns_need=OF_THE_LIST,
    main="lead_organisation",
    definition="Early help cases that ended in the period, and the share of them that ended because the family was "
    "stepped up to social care.",
    source="The authority's list of early help",
    why="Some must go up; many may mean that help came too late, few that nobody looks.",
)
def early_help_step_ups(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Early help cases that went up to social care, of those that ended."""
    rows = _early_help(records, "episode_end_date", by)
    return Ratio(*share(rows, rows.episode_end_reason == "up", "episode_end_date", periods, by))


def _by_outcome(records: Records, closed: pd.DataFrame) -> np.ndarray:
    """Whether the authority's list says that the last assessment of each closed case was stepped down."""
    assessments = records.history("cin_assessments")
    assessments = assessments[assessments.assessment_auth_date.notna()].sort_values("assessment_auth_date")
    last = assessments.dropna(subset="referral_id").drop_duplicates("referral_id", keep="last")
    outcome = listed_outcome(records, last).set_axis(last.referral_id)
    return (outcome.reindex(closed.referral_id) == STEPPED_DOWN).to_numpy(dtype=bool)


def _by_early_help(records: Records, closed: pd.DataFrame) -> np.ndarray:
    """Whether early help that came down from social care began within 30 days of the closing, before or after."""
    if not records.has("early_help_episodes"):
        return np.zeros(len(closed), dtype=bool)
    begun = records.history("early_help_episodes")
    begun = begun[(begun.episode_end_reason == "down").fillna(False) & begun.person_id.notna()]
    begun = begun.assign(until=begun.episode_start_date + AROUND_CLOSING)
    closing = latest_before(begun, "until", closed, "close_date", same_day=True)
    near = closing >= begun.episode_start_date - AROUND_CLOSING
    keys = pd.MultiIndex.from_arrays([begun.person_id[near], closing[near]])
    return pd.MultiIndex.from_frame(closed[["person_id", "close_date"]]).isin(keys)


def _back(records: Records, rows: pd.DataFrame, months: int) -> np.ndarray:
    """Whether the child was referred again after each closing and up to the day so many months later."""
    until = rows.assign(until=rows.close_date + pd.DateOffset(months=months))
    latest = latest_before(until, "until", records.history("cin_episodes"), "referral_date", same_day=True)
    return (latest > rows.close_date).to_numpy(dtype=bool)


def _stepped_down(records: Records) -> pd.DataFrame:
    """Cases closed to early help, each once, with what tells it, when its 6 months are over, and how soon it was back.

    Returns
    -------
    person_id, close_date, told_by, judged_on, back_within; of no collection year, for the 6 months may end in another.
    """

    def told() -> pd.DataFrame:
        listed = records.has("assessment_outcomes") or records.has("early_help_episodes")
        closed = in_its_year(records.cin_episodes, "close_date")
        reason = (closed.close_reason == REFERRED_TO_EARLY_HELP).fillna(False).to_numpy(dtype=bool)
        if not listed and not reason.any():
            raise NotAvailable("assessment_outcomes")
        ways = [reason, _by_outcome(records, closed), _by_early_help(records, closed)]
        rows = closed[["person_id", "close_date"]].assign(
            told_by=np.select(ways, TOLD_BY, default=""),
            judged_on=closed.close_date + pd.DateOffset(months=BACK_MONTHS),
        )
        rows = rows[rows.told_by != ""]
        within = np.select([_back(records, rows, months) for months in BACK_BANDS.values()], list(BACK_BANDS), NOT_BACK)
        return rows.assign(
            told_by=pd.Categorical(rows.told_by, TOLD_BY),
            back_within=pd.Categorical(within, [*BACK_BANDS, NOT_BACK]),
        )

    return records.kept("stepped down", told)


@measure(
    title="Cases stepped down to early help and back within 6 months",
    short="Step-downs back within 6 months",
    area="Early help",
    kind="proportion",
    unit="percent",
    polarity="lower is better",
    counts="cases stepped down six months before",
    needs=(
        "cin_episodes.close_date",
        "cin_assessments",
        "assessment_outcomes|early_help_episodes|cin_episodes.close_reason",
    ),
    looks_back=BACK_MONTHS,
    breakdowns=("back_within", "told_by", *CHILD),
    main="back_within",
    definition="Cases closed to targeted early help whose six months since the closing were over in the period, and "
    "the share of them in which the child was referred to social care again by then, the last day included. A case was "
    "closed to early help when its closing reason says so (RC9, from 2026), when the authority's list gives that "
    "outcome of its last assessment, or when early help that came down from social care began within 30 days of the "
    "closing. Cases closed less than six months ago are too recent to judge, and are in neither.",
    source="Panel paper of 22 March 2018, analysis of the family front door; CIN census and the authority's lists",
    why="A family that comes back so soon was let go too early, or not helped enough.",
)
def step_downs(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Cases stepped down whose child was back within six months, of those whose six months are over."""
    rows = describe(records, _stepped_down(records), "close_date", by)
    if "back_within" in by:
        return Ratio(events(rows, "judged_on", periods, by), events(rows, "judged_on", periods))
    return Ratio(*share(rows, rows.back_within != NOT_BACK, "judged_on", periods, by))
