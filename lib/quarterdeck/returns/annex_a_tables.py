"""How the lists of an Annex A workbook become canonical tables, what workbooks tell together, and from when.

Lists 1 to 5 tell of six months' events and Lists 10 and 11 of twelve months'; Lists 6 to 9 tell how things stand, a
row a child. A workbook of an earlier quarter keeps the events that have left the window; how things stood then is
not kept, for nothing tells how it ended.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.quarter import Quarter
from quarterdeck.records.coverage import ALWAYS, NEVER, Coverage
from quarterdeck.records.tables import TABLES
from quarterdeck.records.tables.shape import PANDAS_DTYPES

Tables = dict[str, pd.DataFrame]

UNBORN = "-1"
SIX_MONTHS, YEAR = 2, 4
WINDOW = {  # how many quarters of events a workbook tells of, to its cut
    "contacts": SIX_MONTHS,
    "early_help_episodes": SIX_MONTHS,
    "annex_a_referrals": SIX_MONTHS,
    "cin_episodes": SIX_MONTHS,
    "cin_assessments": SIX_MONTHS,
    "s47_enquiry": SIX_MONTHS,
    "permanence": YEAR,
    "adopters": YEAR,
}
ENDS = {  # what is listed while it is open, and for the window after it ended
    "cin_assessments": ("assessment_auth_date",),
    "permanence": ("permanence_order_date", "decision_reversed_date"),
}
HAPPENS = {  # what is listed for the window after it happened
    "contacts": "contact_date",
    "early_help_episodes": "episode_start_date",
    "annex_a_referrals": "referral_date",
    "s47_enquiry": "s47_start_date",
}
TIMELESS = ("person", "disability")
UNTOLD = {  # columns filled so that the stock at the cut comes out, which tell of no event; and what a list lacks
    "cin_episodes": frozenset({"close_date", "close_reason", "cin_primary_need_code", "icpc_date", "disability"}),
    "contacts": frozenset({"disability"}),
    "early_help_episodes": frozenset({"disability"}),
    "cin_plans": frozenset({"cin_plan_start_date", "cin_plan_end_date"}),
    "disability": frozenset({"disability_code"}),
}
NO_STOCK = {"cin_episodes", "contacts"}
"""What no list tells the whole of at any date: List 6 leaves out care leavers and those only referred."""


def canonical(tables: Tables, cut: Quarter) -> Tables:
    """The canonical tables of one workbook, and beside them the lists of referrals and of need, told together later."""
    told = {name: rows for name, rows in tables.items() if name in TABLES or name == "annex_a_referrals"}
    if "annex_a_people" in tables:
        told["person"] = _people(tables["annex_a_people"], cut)
    if "annex_a_disability" in tables:
        told["disability"] = _disability(tables["annex_a_disability"])
    if "annex_a_contacts" in tables:
        told["contacts"] = _contacts(tables["annex_a_contacts"])
    if "annex_a_need" in tables:
        told["annex_a_need"] = tables["annex_a_need"]
        if tables["annex_a_need"].case_status.notna().any():
            told["cin_plans"] = _plans(tables["annex_a_need"])
    if "annex_a_cp_reviews" in tables:
        told["cp_reviews"] = _cp_reviews(tables["annex_a_cp_reviews"])
    if "annex_a_care" in tables:
        told["cla_episodes"] = _episodes_of_care(tables["annex_a_care"])
    if "annex_a_uasc" in tables:
        told["uasc"] = _uasc(tables["annex_a_uasc"])
    if "annex_a_care_leavers" in tables:
        told["care_leavers"] = _like("care_leavers", tables["annex_a_care_leavers"].assign(as_at=cut.end))
    if "annex_a_allocations" in tables:
        told["involvements"] = _involvements(tables["annex_a_allocations"], cut)
    return _with_need(told, cut)


def over_time(cuts: Sequence[tuple[Quarter, Tables]]) -> Tables:
    """What workbooks tell together: the events of them all, and of the rest how it stands in the last.

    Where two list the same event, the later has the say. An event that the later one should list and does not has been
    taken out, and goes; and so does what was open in an earlier one, which the later tells of if it goes on.

    Parameters
    ----------
    cuts : the canonical tables of each, oldest first.
    """
    cut, last = cuts[-1]
    whole = dict(last)
    for name in [name for name in last if name in HAPPENS or name in ENDS]:
        rows = last[name].iloc[:0]
        for later, tables in cuts:
            if name in tables:
                rows = _joined(_before_window(rows, name, later), tables[name], name)
        whole[name] = rows
    if "person" in last:
        told = pd.concat([tables["person"] for _, tables in cuts if "person" in tables], ignore_index=True)
        whole["person"] = _last_of(told)
    if "disability" in last:
        told = pd.concat([tables["disability"] for _, tables in cuts if "disability" in tables], ignore_index=True)
        whole["disability"] = told.drop_duplicates("person_id", keep="last", ignore_index=True)
    return _with_need(whole, cut)


def covers(table: str, rows: pd.DataFrame, cuts: Sequence[Quarter]) -> Coverage:
    """From when workbooks tell everything of a table.

    Parameters
    ----------
    table : its name.
    rows : what they tell of it together.
    cuts : the quarters of the workbooks that told of it, oldest first.
    """
    empty = {str(name) for name in rows if len(rows) and rows[name].isna().all()} - {"collection_year"}
    untold = frozenset(empty) | UNTOLD.get(table, frozenset())
    if table in TIMELESS:
        return Coverage(ALWAYS, ALWAYS, untold)
    if table not in WINDOW:
        return Coverage(NEVER, cuts[-1].end, untold)
    window = WINDOW[table]
    first = cuts[-1]
    for before in reversed(cuts[:-1]) if table != "adopters" else ():
        if before < first.minus(window):
            break
        first = before
    since = window_start(first, window)
    return Coverage(since, NEVER if table in NO_STOCK else since, untold)


def window_start(cut: Quarter, quarters: int) -> pd.Timestamp:
    """The first day of the events that a workbook lists: a cut's own quarter and those before it."""
    return cut.minus(quarters - 1).start


def _before_window(rows: pd.DataFrame, name: str, later: Quarter) -> pd.DataFrame:
    """The rows of earlier workbooks that a later one need not list any more."""
    start = window_start(later, WINDOW[name])
    if name in HAPPENS:
        return rows[rows[HAPPENS[name]] < start]
    ended = rows[list(ENDS[name])].max(axis=1)
    return rows[ended < start]


def _joined(earlier: pd.DataFrame, later: pd.DataFrame, name: str) -> pd.DataFrame:
    key = list(TABLES[name].key) if name in TABLES else ["person_id", "referral_date"]
    return pd.concat([earlier, later], ignore_index=True).drop_duplicates(key, keep="last", ignore_index=True)


def _like(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the columns and dtypes of a canonical table."""
    columns = TABLES[name].columns
    return rows.reindex(columns=[c.name for c in columns]).astype({c.name: PANDAS_DTYPES[c.dtype] for c in columns})


def _made(rows: pd.DataFrame, date: str) -> pd.Series:
    """An identifier made of the child's and a date."""
    return rows.person_id + "@" + rows[date].dt.strftime("%Y-%m-%d")


def _last_of(people: pd.DataFrame) -> pd.DataFrame:
    """Each child once, with the last that is told of each thing."""
    return _like("person", people.groupby("person_id", sort=False, as_index=False).last())


def _people(listed: pd.DataFrame, cut: Quarter) -> pd.DataFrame:
    """Children of any list, each once: the lists of how things stand come after those of events, and have the say.

    The age is asked for nothing but whether a child is born yet: a birth that is to come, or of a child of -1, is
    expected.
    """
    due = (listed.born_or_due > cut.end) | (listed.age == UNBORN).fillna(False)
    dates = {"dob": listed.born_or_due.mask(due), "expected_dob": listed.born_or_due.where(due)}
    return _last_of(listed.assign(**dates))


def _disability(listed: pd.DataFrame) -> pd.DataFrame:
    """Whether each child has a disability, as the last list with the child says; of what kind, none tells."""
    told = listed[listed.disabled.notna()]
    last = told.drop_duplicates("person_id", keep="last", ignore_index=True)
    kind = last.disabled.map({True: "DDA", False: "NONE"}).astype("str")
    return pd.DataFrame({"person_id": last.person_id, "disability_code": kind})


def _contacts(listed: pd.DataFrame) -> pd.DataFrame:
    """Contacts, with an identifier made of the child, the day, the source, and the number of those that are alike."""
    source = listed.contact_source_code.fillna("")
    alike = listed.assign(source=source).groupby(["person_id", "contact_date", "source"], dropna=False).cumcount()
    made = _made(listed, "contact_date") + "/" + source + "/" + (alike + 1).astype("str")
    return _like("contacts", listed.assign(contact_id=made))


def _with_need(told: Tables, cut: Quarter) -> Tables:
    """The tables with the episodes of need that List 3 and List 6 tell of together, each referral once.

    List 6 shows a child's latest episode. A referral that it does not show to be open is over by the cut, though
    nothing says since when: it is closed on the cut's own day. Without List 3 nothing tells of referrals.
    """
    if "annex_a_referrals" not in told:
        return told
    referrals = _like("cin_episodes", told["annex_a_referrals"])
    need = _like("cin_episodes", told["annex_a_need"]) if "annex_a_need" in told else referrals.iloc[:0]
    key = ["person_id", "referral_date"]
    rows = _like("cin_episodes", pd.concat([need, referrals]).groupby(key, as_index=False).first())
    shown = pd.MultiIndex.from_frame(rows[key]).isin(pd.MultiIndex.from_frame(need[key]))
    closed = rows.close_date.where(shown, cut.end)
    return told | {"cin_episodes": rows.assign(close_date=closed, referral_id=_made(rows, "referral_date"))}


def _plans(need: pd.DataFrame) -> pd.DataFrame:
    """Who is on a child-in-need plan, as the case status tells; the episode of need's dates stand for the plan's."""
    on_one = need[(need.case_status == "child in need plan") & need.close_date.isna()]
    made = _made(on_one, "referral_date")
    rows = on_one.assign(cin_plan_id=made, referral_id=made, cin_plan_start_date=on_one.referral_date)
    return _like("cin_plans", rows.reset_index(drop=True))


def _cp_reviews(listed: pd.DataFrame) -> pd.DataFrame:
    return _like("cp_reviews", listed.assign(cp_plan_id=_made(listed, "cp_plan_start_date")))


def _episodes_of_care(listed: pd.DataFrame) -> pd.DataFrame:
    """Two episodes a child, or one where the placement is the first: the start of care, and the latest placement.

    Of what was between them nothing is told. The legal status is the last; it is the first one's too where it has not
    changed since, and where the child is only ever away for short breaks.
    """
    moved = listed.placement_start_date > listed.cla_episode_start_date
    same = ~(listed.legal_status_start_date > listed.cla_episode_start_date) | listed.legal_status.isin(["V3", "V4"])
    before = listed.assign(
        cla_episode_start_reason="S",
        legal_status=listed.legal_status.where(same),
        cla_placement_type=None,
        cla_placement_provider=None,
        cla_placement_urn=None,
        cla_episode_ceased_date=listed.placement_start_date,
        cla_episode_ceased_reason="X1",
    )
    begun = listed.cla_episode_start_date.where(~moved, listed.placement_start_date)
    reason = pd.Series("P", index=listed.index, dtype="str").where(moved, "S")
    last = listed.assign(cla_episode_start_date=begun, cla_episode_start_reason=reason)
    rows = pd.concat([before[moved], last]).sort_index(kind="stable").reset_index(drop=True)
    return _like("cla_episodes", rows.assign(cla_episode_id=_made(rows, "cla_episode_start_date")))


def _uasc(listed: pd.DataFrame) -> pd.DataFrame:
    return _like("uasc", listed[listed.seeker.fillna(False)].drop_duplicates("person_id", ignore_index=True))


def _involvements(listed: pd.DataFrame, cut: Quarter) -> pd.DataFrame:
    """Who has each open case at the cut, once: as the last list with the child says, since the day that list gives."""
    current = listed[listed.case_ended.isna()].drop_duplicates("person_id", keep="last", ignore_index=True)
    return _like("involvements", current.assign(from_date=current.from_date.fillna(cut.end)))
