"""What a page counts that is no figure of a measure: its measures, its rules, the rows of its files, what was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from quarterdeck.measures.registry import catalogue
from quarterdeck.paper.findings import clashes_of
from quarterdeck.paper.front_page import in_papers
from quarterdeck.paper.journey import asked
from quarterdeck.paper.journey.programme import passed
from quarterdeck.paper.plans import BESIDE, NINETEEN, PLANS, plans
from quarterdeck.paper.quality import intake
from quarterdeck.paper.quality.filled import FULL, shares
from quarterdeck.paper.quality.names import tables_of
from quarterdeck.quality import Quality
from tests.papers.walk.backing import Backing

MOVES = {"one placement": 1.0, "five placements": 5.0, "ten placements": 10.0}
"""What the notebook on placements asks a what-if for."""
OFFICIAL = "DfE"
AGAINST = ("contradicted", "doubtful")


def plan_of(name: str, backing: Backing) -> tuple[str, ...]:
    """The measures of a paper: of the improvement journey, those that anything in it names."""
    if name in PLANS:
        return (*PLANS[name].measures, *PLANS[name].annual)
    if name != "improvement_journey":
        return () if name == "data_quality" else NINETEEN
    position = backing.position
    named = [one for asked_for in position.recommendations for one in asked_for.evidence_measure]
    named += [one for action in position.actions for one in action.now.evidence_measure]
    named += [kpi.measure for kpi in backing.authority.kpis]
    return tuple(one for one in dict.fromkeys(named) if one in backing.measures)


def with_beside(plan: Sequence[str]) -> list[str]:
    """The measures of a paper, and those that stand beside them."""
    return [one for name in plan for one in (name, *BESIDE.get(name, ()))]


def counts_of(name: str, plan: Sequence[str], backing: Backing) -> dict[str, float]:
    """What a paper counts, by where it does ("paper", "box", "printed", "rows") and what."""
    yearly = PLANS[name].annual if name in PLANS else ()
    quarterly = [one for one in plan if one not in yearly]
    found = _of_measures(quarterly, backing) | _of_the_box(name, plan, backing) | _of_printed(name, plan, backing)
    found |= {f"paper: {kind}": value for kind, value in MOVES.items() if name == "placements_and_costs"}
    if name == "data_quality":
        found |= _of_quality(backing)
    if name == "improvement_journey":
        found |= _of_the_journey(plan, backing)
    return found


def _of_measures(plan: Sequence[str], backing: Backing) -> dict[str, float]:
    views = [backing.view(one) for one in plan]
    kinds = pd.DataFrame({"rating": [one.rating for one in views], "verdict": [one.verdict.kind for one in views]})
    found = {f"paper: {key}": value for key, value in counted(kinds, "rating", "verdict").items()}
    every = [backing.view(one) for one in in_papers(plans(catalogue())) if len(backing.view(one).rows)]
    found["paper: measures in the papers"] = float(len(every))
    found["paper: unusual in the papers"] = float(sum(one.verdict.kind.startswith("unusually") for one in every))
    past = backing.past
    found["paper: revised"] = float((past["revised"] & past["measure"].isin(list(plan))).sum())
    found["paper: unusual"] = float(sum(one.verdict.kind.startswith("unusually") for one in views))
    found["paper: rated"] = float(sum(one.target is not None for one in views))
    return found


def _of_the_box(name: str, plan: Sequence[str], backing: Backing) -> dict[str, float]:
    """What the box of a paper says of the returns and the rules."""
    source, files = backing.source, backing.source.files
    meeting = backing.authority.meeting(str(backing.quarter))
    found = {
        "box: files": float(files["file"].nunique()),
        "box: item of the agenda": float((meeting.item if meeting else 0) or 0),
        "box: repairs": float(source.repairs["rows"].sum()) if len(source.repairs) else 0.0,
        "box: set aside": float(files["rows_set_aside"].sum()),
        "rows that came in": float(files["rows_in"].sum()),
    }
    tables = tables_of([backing.measures[one] for one in with_beside(plan)])
    every = name in ("index", "data_quality") or not plan
    mine = source.rules if every else source.rules[source.rules["table"].isin(tables)]
    found |= {f"box: rules {key}": value for key, value in counted(mine, "state").items()}
    broken = mine[mine["state"] == "failed"]
    return found | {f"box: broken {key}": value for key, value in counted(broken, "severity").items()}


def _of_printed(name: str, plan: Sequence[str], backing: Backing) -> dict[str, float]:
    """How many printed figures agree, and how many do not, by whose they are."""
    printed = backing.printed
    ours = printed[printed["measure"].isin(with_beside(plan))]
    found: dict[str, float] = {}
    for whose, rows in (("", printed), ("own ", ours)):
        official = rows["source"].astype("str").str.contains(OFFICIAL)
        for part, some in (("", rows), (f"{OFFICIAL} ", rows[official]), ("earlier ", rows[~official])):
            found |= {f"printed {whose}{part}{key}": value for key, value in counted(some, "result").items()}
    mine = (ours if plan and name != "index" else printed)["result"]
    agreed = mine.value_counts()
    found |= {f"box: printed {key}": float(value) for key, value in agreed.items()}
    against = agreed.drop(["agrees", "cannot be checked", "hidden"], errors="ignore")
    remarked = mine[mine != "two definitions"]
    return found | {
        "box: printed against": float(against.sum()),
        "box: not checked": float((~remarked.isin([*AGAINST, "agrees"])).sum()),
        "box: against": float(remarked.isin(AGAINST).sum()),
        "paper: measures contradicted": float(sum(bool(clashes_of(printed, backing.view(one))) for one in plan)),
        "paper: contradicted": float((ours["result"] == "contradicted").sum()),
    }


def _of_the_journey(plan: Sequence[str], backing: Backing) -> dict[str, float]:
    """What the paper on the improvement journey counts: what was asked, answered, promised, held."""
    position = backing.position
    base = next((visit for visit in position.visits if visit.kind == "inspection" and visit.findings), None)
    found = asked.answers(position, {one: backing.view(one) for one in plan}, base)
    answered = sum(bool(one.readings) for one in found)
    states = Counter(str(one) for one in asked.states(found))
    held = [one for one in position.meetings if one.date is not None and one.date.last <= position.today]
    monitored = [one for one in position.visits if one.kind == "monitoring visit" and one.findings]
    counts = {
        "things asked for": len(found),
        "answered": answered,
        "not answered": len(found) - answered,
        "measures behind them": sum(states.values()),
        **{f"of them {name}": count for name, count in states.items()},
        "passed": len(passed(position)),
        "monitoring visits": len(monitored),
        "visits": sum(not visit.planned for visit in position.visits),
        "meetings": len(held),
        "due": len(position.due_before_next()),
    }
    promised = (*position.actions, *position.milestones)
    late = {f"days late {place}": float(one.slipped) for place, one in enumerate(promised) if one.slipped}
    return {f"paper: {name}": float(value) for name, value in counts.items()} | late


def _of_quality(backing: Backing) -> dict[str, float]:
    """What the paper on data quality counts: the rows that rules tried and found, and the cells that are filled."""
    source, quarter = backing.source, backing.quarter
    rules, filled, files = source.rules, source.completeness, source.files
    here = files[files["file"].str.startswith(quarter.slug)]
    found = {
        "files here": float(here["file"].nunique()),
        "rows here": float(here["rows_in"].sum()),
        "rows used": float(files["rows_used"].sum()),
        "rows of earlier years": float(files["rows_in"].sum() - here["rows_in"].sum()),
    }
    run = rules[rules["state"] != "not run"]
    found |= {f"{kind}s run": float(len(rows)) for kind, rows in run.groupby("severity")}
    for kind, rows in rules.groupby("severity"):
        found[f"{kind} broken"] = float((rows["state"] == "failed").sum())
        found[f"{kind} failing"] = float(rows["failing"].sum())
    gone = intake.unmade(backing.measures.values(), source.figures, quarter, source.sources, filled)
    whole = sum(one.what == "the whole measure" for one in gone)
    found |= {"measures in all": float(len(backing.measures)), "can be made": float(len(backing.measures) - whole)}
    moved = _since(backing.earlier, rules, filled) if backing.earlier else {}
    return found | _of_columns(filled) | _of_cells(rules, filled) | moved


def _since(before: Quality, rules: pd.DataFrame, filled: pd.DataFrame) -> dict[str, float]:
    """Last quarter's rows, failing rows and shares filled, and how far this quarter's are from them."""
    columns = filled["table"].astype("str") + "." + filled["column"].astype("str")
    rows = filled.assign(table=filled["table"].astype("str")).groupby("table")["rows"].first()
    then = pd.Series(
        {
            one: 100 * count / before.rows[one.split(".")[0]]
            for one, count in before.filled.items()
            if before.rows.get(one.split(".")[0])
        }
    )
    pairs = {
        "rows": (pd.Series(before.rows), rows),
        "failing": (pd.Series(before.failing), pd.Series(rules["failing"].to_numpy(), rules["code"].astype("str"))),
        "share": (then, pd.Series((100 * filled["filled"] / filled["rows"]).to_numpy(), columns)),
    }
    found: dict[str, float] = {}
    for kind, (was, now) in pairs.items():
        gone = (now.astype("float64") - was.astype("float64")).dropna()
        found |= {f"moved, {kind} of {key}": float(value) for key, value in was.items()}
        found |= {f"moved, change of {kind} of {key}": abs(float(value)) for key, value in gone.items()}
    return found


def _of_columns(filled: pd.DataFrame) -> dict[str, float]:
    known = shares(filled)
    lacking, required = known["share"] < FULL, known["required"].astype(bool)
    parts = {
        "full": ~lacking,
        "required": required,
        "later": known["later"] & lacking & ~required,
        "lacking": lacking & required,
        "asked": lacking & ~required & ~known["later"],
    }
    counts = {f"columns, {name}": float(rows.sum()) for name, rows in parts.items()}
    return counts | {"columns": float(len(known))}


def _of_cells(rules: pd.DataFrame, filled: pd.DataFrame) -> dict[str, float]:
    """The rows of each rule and column, of each table, and the shares that they are of one another."""
    empty = filled.assign(empty=filled["rows"] - filled["filled"])
    found: dict[str, float] = {}
    for frame, columns in ((rules, ("checked", "failing")), (empty, ("rows", "filled", "empty"))):
        for column in columns:
            found |= {f"{column} {value}": float(value) for value in frame[column].unique()}
            sums = frame.groupby("table")[column].sum()
            found |= {f"{column} of {key}": float(value) for key, value in sums.items()}
    pairs = ((rules, "failing", "checked"), (empty, "filled", "rows"), (empty, "empty", "rows"))
    for frame, part, whole in pairs:
        share = (frame[part] / frame[whole].where(frame[whole] > 0) * 100).dropna().round(4)
        found |= {f"share {value}": float(value) for value in share.unique()}
    return found


def rows_of_files(files: pd.DataFrame) -> dict[str, float]:
    """Rows of the returns, by file and by all that a table of them may add them up by."""
    found: dict[str, float] = {}
    for column in ("rows_in", "rows_used", "rows_set_aside"):
        found |= {f"{column} {place}": float(value) for place, value in enumerate(files[column])}
        for by in ("file", "list", "format", "table", "collection_year"):
            sums = files.groupby(by)[column].sum()
            found |= {f"{column} {by} {key}": float(value) for key, value in sums.items()}
    return found


def counted(frame: pd.DataFrame, *columns: str) -> Mapping[str, float]:
    """How many rows there are, and how many of each value of the columns."""
    found: dict[str, float] = {"rows": float(len(frame))}
    for column in columns:
        found |= {f"{column} {name}": float(count) for name, count in Counter(_plain(frame[column])).items()}
    return found


def _plain(values: Iterable[object]) -> list[str]:
    return [str(one) for one in values]
