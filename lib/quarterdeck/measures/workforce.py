"""The workforce and its practice: who holds how many cases, who leaves, supervision, audits, what families say."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterdeck.measures.counting import counted, events, in_periods, share, totalled
from quarterdeck.measures.registry import Count, Ratio, measure
from quarterdeck.records import NotAvailable, Records

AREA = "Workforce and practice"
SOCIAL_WORK = r"social worker|senior|practitioner|manager"
"""Roles of registered social workers and those who manage them; personal advisers and support workers are others."""
MANAGER = "manager"
GRADES = ("outstanding", "good", "requires improvement", "inadequate")
GOOD = ("outstanding", "good")
CASELOADS = {
    "10 or fewer": 10,
    "over 10 to 15": 15,
    "over 15 to 20": 20,
    "over 20 to 25": 25,
    "over 25": float("inf"),
}
"""Bands of cases to a full-time worker, and the most that each holds."""


def _dated(records: Records, name: str) -> pd.DataFrame:
    """A list by month, each row once: the latest that tells of a month counts, whichever year's list it stands in."""
    return records.history(name).drop(columns="collection_year", errors="ignore")


def _at_close(rows: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Rows of the month that each period closes with."""
    rows = rows.assign(date=rows.month_end + pd.offsets.MonthEnd(0))
    closing = periods.reset_index(names="period")[["period", "end"]].rename(columns={"end": "date"})
    return rows.merge(closing, on="date", validate="many_to_many")


def _social_work(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Social workers and their managers, and those whose role is not told; every role where it is by role."""
    return rows if "role" in by else rows[rows.role.isna() | rows.role.str.contains(SOCIAL_WORK, case=False)]


def _caseholders(records: Records, periods: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Workers who hold a case and whose hours are told, at each close: `each` is their cases to a full-time worker."""
    rows = _social_work(_at_close(_dated(records, "caseloads"), periods), by)
    rows = rows[(rows.cases > 0) & (rows.fte > 0)]
    each = rows.cases / rows.fte
    band = pd.cut(each, [0, *CASELOADS.values()], labels=list(CASELOADS))
    experience = rows.newly_qualified.map({True: "newly qualified", False: "other workers"})
    return rows.assign(each=each, caseload_size_band=band, experience=experience)


@measure(
    title="Cases held by each social worker",
    short="Cases to each social worker",
    area=AREA,
    kind="stock",
    unit="cases",
    polarity="lower is better",
    counts="full-time-equivalent social workers",
    needs=("caseloads", "caseloads.fte"),
    breakdowns=("service", "experience", "role"),
    breakdowns_need={"experience": ("caseloads.newly_qualified",), "role": ("caseloads.role",)},
    main="service",
    definition="Cases held at the month's end, to each full-time-equivalent social worker, agency workers too, who "
    "holds at least one. A worker of whom the list does not tell how much of full time they work is left out. Other "
    "roles are only in the table by role.",
    source="DfE, Children's social work workforce; the authority's caseload list",
    why="A worker with too many cases cannot see each child often enough.",
)
def caseloads(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Cases to full-time-equivalent caseholders at the close of each period."""
    rows = _caseholders(records, periods, by)
    return Ratio(totalled(rows, "cases", periods, by), totalled(rows, "fte", periods, by))


@measure(
    title="Social workers who hold more cases than the ceiling",
    short="Caseloads against the ceiling",
    area=AREA,
    kind="proportion",
    unit="percent",
    polarity="lower is better",
    counts="social workers who hold cases",
    needs=("caseloads", "caseloads.fte"),
    breakdowns=("caseload_size_band", "service", "experience"),
    breakdowns_need={"experience": ("caseloads.newly_qualified",)},
    main="caseload_size_band",
    at_close=True,
    asks=("caseload_ceiling", "ceiling"),
    definition="Of social workers who hold a case at the month's end, the share with more cases to a full-time worker "
    "than the council's own ceiling. By size: the share of workers with so many. The cases of a worker on half of full "
    "time are doubled.",
    source="The authority's caseload list; the ceiling is the authority's own",
    why="An average hides the worker who holds far too many.",
)
def caseloads_over_ceiling(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Caseholders over the authority's ceiling, of all; or all, by how many cases they hold."""
    rows, ceiling = _caseholders(records, periods, by), records.authority.caseload_ceiling
    if "caseload_size_band" in by:
        return Ratio(counted(rows, periods, by), counted(rows, periods))
    if ceiling is None:
        raise NotAvailable("caseload_ceiling")
    every = counted(rows, periods, by)
    return Ratio(counted(rows[rows.each > ceiling], periods, by).reindex(every.index, fill_value=0), every)


@measure(
    title="Agency social workers and team managers",
    short="Agency social workers and managers",
    area=AREA,
    kind="proportion",
    unit="percent",
    polarity="lower is better",
    counts="full-time equivalents",
    needs=("workforce",),
    breakdowns=("service", "role"),
    main="service",
    at_close=True,
    latest_position=True,
    definition="Full-time-equivalent agency social workers and team managers at the month's end, as a share of agency "
    "and in post together. Other roles, such as personal advisers, are only in the table by role.",
    source="DfE, Children's social work workforce; the authority's workforce list",
    why="Agency workers cost more and move on sooner, and a child then meets another social worker.",
)
def agency_rate(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Agency full-time equivalents, of agency and in post, at the close of each period."""
    rows = _social_work(_at_close(_dated(records, "workforce"), periods), by)
    rows = rows.assign(fte=rows.fte_in_post + rows.fte_agency)
    return Ratio(totalled(rows, "fte_agency", periods, by), totalled(rows, "fte", periods, by))


@measure(
    title="Social worker vacancies",
    short="Social worker vacancies",
    area=AREA,
    kind="proportion",
    unit="percent",
    polarity="lower is better",
    counts="full-time-equivalent posts",
    needs=("workforce.fte_established",),
    breakdowns=("service", "role"),
    main="service",
    at_close=True,
    definition="Full-time-equivalent posts of social workers and their managers that no employee fills at the month's "
    "end, as a share of those posts and of employees in post together. A post that an agency worker covers is still "
    "vacant. Where more are in post than the budget has posts for, none is vacant. Other roles are only in the table "
    "by role.",
    source="DfE, Children's social work workforce; the authority's workforce list",
    why="A post that nobody fills is work that others carry, or that an agency is paid for.",
)
def vacancy_rate(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Posts without an employee, of those and of employees in post, at the close of each period."""
    rows = _social_work(_at_close(_dated(records, "workforce"), periods), by)
    vacant = (rows.fte_established - rows.fte_in_post).clip(lower=0)
    rows = rows.assign(vacant=vacant, posts=vacant + rows.fte_in_post)
    return Ratio(totalled(rows, "vacant", periods, by), totalled(rows, "posts", periods, by))


@measure(
    title="Social worker turnover",
    short="Social worker turnover",
    area=AREA,
    kind="stock",
    unit="percent",
    polarity="lower is better",
    counts="full-time equivalents in post",
    needs=("workforce.leavers",),
    looks_back=12,
    breakdowns=("service", "role"),
    main="service",
    definition="Social workers and their managers who left the council's employment in the 12 months to the month's "
    "end, as a share of full-time equivalents in post on that day. Agency workers are in neither. A move from one team "
    "to another is no departure. Other roles are only in the table by role.",
    source="DfE, Children's social work workforce; the authority's workforce list",
    why="Each worker who leaves takes what they know of a child with them.",
)
def turnover(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Leavers of the twelve months to the close of each period, of employees in post at it."""
    rows = _social_work(_dated(records, "workforce"), by)
    years = periods.assign(start=periods.end + pd.Timedelta(days=1) - pd.DateOffset(months=12))
    left = totalled(in_periods(rows, "month_end", years), "leavers", periods, by)
    return Ratio(left, totalled(_at_close(rows, periods), "fte_in_post", periods, by))


@measure(
    title="Workers to each manager",
    short="Workers to each manager",
    area=AREA,
    kind="stock",
    unit="workers",
    counts="full-time-equivalent managers",
    needs=("workforce",),
    breakdowns=("service",),
    main="service",
    definition="Full-time-equivalent workers of every role but managers, in post and agency together, to each "
    "full-time-equivalent manager at the month's end.",
    source="The authority's workforce list",
    why="A manager with fewer workers can give each of them more time, and know each child's case.",
)
def workers_per_manager(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Workers to managers, full-time equivalents in post and agency, at the close of each period."""
    rows = _at_close(_dated(records, "workforce"), periods)
    manages = rows.role.str.contains(MANAGER, case=False)
    fte = rows.fte_in_post + rows.fte_agency
    rows = rows.assign(workers=fte.where(~manages, 0.0), managers=fte.where(manages, 0.0))
    return Ratio(totalled(rows, "workers", periods, by), totalled(rows, "managers", periods, by))


@measure(
    title="Supervision of social workers held in time",
    short="Supervision held in time",
    area=AREA,
    kind="timeliness",
    unit="percent",
    polarity="higher is better",
    counts="sessions due",
    needs=("supervision",),
    breakdowns=("service",),
    main="service",
    definition="Of supervision sessions due in the period by the council's own interval, the share that was held in "
    "time.",
    source="The authority's supervision list",
    why="Supervision is where a manager tests a worker's judgement and shares its weight.",
)
def supervision_in_time(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Supervision sessions held, of those due."""
    rows = in_periods(_dated(records, "supervision"), "month_end", periods)
    return Ratio(totalled(rows, "held", periods, by), totalled(rows, "due", periods, by))


@measure(
    title="Supervision that was reflective",
    short="Reflective supervision",
    area=AREA,
    kind="proportion",
    unit="percent",
    polarity="higher is better",
    counts="sessions held",
    needs=("supervision.reflective",),
    breakdowns=("service",),
    main="service",
    definition="Of supervision sessions held in the period, the share whose record shows reflection on the child and "
    "on practice, and not only tasks. Months of which it is not told are left out.",
    source="The authority's supervision list",
    why="A session that only checks tasks does not make practice better.",
)
def reflective_supervision(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Supervision sessions that were reflective, of those held."""
    rows = in_periods(_dated(records, "supervision").dropna(subset="reflective"), "month_end", periods)
    return Ratio(totalled(rows, "reflective", periods, by), totalled(rows, "held", periods, by))


def _audits(records: Records) -> pd.DataFrame:
    rows = records.audits
    grade = rows.grade.str.strip().str.lower()
    return rows.assign(grade=pd.Categorical(grade, GRADES), moderated=rows.moderated_grade.str.strip().str.lower())


@measure(
    title="Case audits graded good or outstanding",
    short="Case audits good or better",
    area=AREA,
    kind="proportion",
    unit="percent",
    polarity="higher is better",
    counts="audits",
    needs=("audits",),
    breakdowns=("grade", "theme", "service"),
    main="grade",
    definition="Case audits dated in the period, and the share of them graded good or outstanding by the auditor. By "
    "grade: each grade as a share of all audits.",
    source="The authority's quality assurance framework",
    why="It is how the council judges its own practice.",
)
def audit_grades(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Audits graded good or outstanding, of those held; or all, by grade."""
    rows = _audits(records)
    if "grade" in by:
        return Ratio(events(rows, "audit_date", periods, by), events(rows, "audit_date", periods))
    return Ratio(*share(rows, rows.grade.isin(GOOD), "audit_date", periods, by))


@measure(
    title="Case audits that found the decision appropriate",
    short="Decisions found appropriate at audit",
    area=AREA,
    kind="proportion",
    unit="percent",
    polarity="higher is better",
    counts="audits",
    needs=("audits",),
    headline="month",
    breakdowns=("theme", "service"),
    main="theme",
    definition="Of case audits dated in the period that asked whether the decision was appropriate, the share that "
    "found it was; by theme, as for notifications that a child was missing.",
    source="The authority's quality assurance framework; panel paper of 22 March 2018, missing children",
    why="A wrong decision at notification can leave a child at risk.",
)
def audits_appropriate(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Audits that found the decision appropriate, of those that asked."""
    rows = records.audits[records.audits.appropriate.notna()]
    return Ratio(*share(rows, rows.appropriate, "audit_date", periods, by))


@measure(
    title="Case audits on whose grade the moderator agreed",
    short="Audits agreed at moderation",
    area=AREA,
    kind="proportion",
    unit="percent",
    polarity="higher is better",
    counts="audits",
    needs=("audits",),
    breakdowns=("theme", "service"),
    definition="Of case audits dated in the period that were moderated, the share whose moderator gave the auditor's "
    "grade.",
    source="The authority's quality assurance framework",
    why="Grades can only be believed when a second reader agrees.",
)
def audit_agreement(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Audits moderated to the grade they had, of those moderated."""
    rows = _audits(records)
    rows = rows[rows.moderated.notna()]
    return Ratio(*share(rows, rows.grade.astype("str") == rows.moderated, "audit_date", periods, by))


@measure(
    title="Complaints and compliments",
    short="Complaints",
    area=AREA,
    kind="flow",
    unit="number",
    counts="complaints",
    needs=("feedback",),
    breakdowns=("kind", "stage", "theme"),
    breakdowns_need={"stage": ("feedback.stage",), "theme": ("feedback.theme",)},
    main="kind",
    category=("kind", "complaint"),
    definition="Complaints, compliments and answers to surveys that came in the period. By stage of the procedure and "
    "by theme: complaints only.",
    source="The authority's feedback list",
    why="Families see what no return tells. More complaints can also mean that it has become easier to complain.",
)
def compliments_and_complaints(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Count:
    """What families and others said, by kind; complaints alone by stage and theme."""
    rows = records.feedback
    rows = rows if "kind" in by or not by else rows[rows.kind == "complaint"]
    return Count(events(rows, "feedback_date", periods, by))


@measure(
    title="Complaints answered in time",
    short="Complaints answered in time",
    area=AREA,
    kind="timeliness",
    unit="percent",
    polarity="higher is better",
    counts="complaints judged",
    needs=("feedback.answered_in_time",),
    headline="rolling_12_months",
    breakdowns=("stage", "theme"),
    breakdowns_need={"stage": ("feedback.stage",), "theme": ("feedback.theme",)},
    definition="Of complaints that came in the period, the share answered within the time that their stage allows. "
    "Those whose answer is not due yet, or of which it is not told, are counted beside it, and are in neither.",
    source="The authority's feedback list",
    why="A late answer is a second thing to complain about.",
)
def complaints_answered_in_time(records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Ratio:
    """Complaints answered in time, of those of which it is told."""
    rows = records.feedback[records.feedback.kind == "complaint"]
    judged = rows[rows.answered_in_time.notna()]
    open_still = rows[rows.answered_in_time.isna()]
    beside = {"not due yet, or not told": events(open_still, "feedback_date", periods)}
    return Ratio(*share(judged, judged.answered_in_time, "feedback_date", periods, by), beside)
