"""Episodes of need of the demonstration: from referral to closure, by every month and duration that was published."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterdeck.demo.ages import anniversary, ordinals
from quarterdeck.demo.categories import shown
from quarterdeck.demo.months import (
    NONE,
    WORKING,
    close_of,
    first_day,
    month,
    month_of,
    nth,
    some_day,
    year_months,
    year_of,
)
from quarterdeck.demo.protection import BANDS, LIMITS, band_at_close, cells, durations
from quarterdeck.demo.quotas import Total, fit
from quarterdeck.demo.targets import PUBLISHED_YEARS, YEARS, Targets, apportion

FIRST, LAST = month(2003, 4), month(2019, 3)
REASONS = {
    "E11": "RC1",
    "E12": "RC1",
    "E2": "RC2",
    "E43": "RC4",
    "E44": "RC4",
    "E45": "RC4",
    "E46": "RC4",
    "E47": "RC4",
    "E48": "RC4",
    "E41": "RC3",
    "E3": "RC5",
    "E7": "RC6",
}


def care_spans(periods: pd.DataFrame) -> pd.DataFrame:
    """A child's periods of care as spells of need: periods less than 400 days apart are one.

    Returns
    -------
    One row a spell: child_id, care_start, care_end (days; NONE while in care), reason_ceased.
    """
    rows = periods.assign(begun=ordinals(periods.care_start), done=ordinals(periods.care_end)).sort_values(
        ["child_id", "begun"]
    )
    gap = rows.begun - rows.groupby("child_id").done.shift()
    spell = (rows.child_id.ne(rows.child_id.shift()) | (gap >= 400)).cumsum()
    return (
        rows.groupby(spell)
        .agg(
            child_id=("child_id", "first"),
            care_start=("begun", "first"),
            care_end=("done", "last"),
            reason_ceased=("reason_ceased", "last"),
            need=("category_of_need", "first"),
        )
        .reset_index(drop=True)
    )


def certain_episodes(
    plans: pd.DataFrame, periods: pd.DataFrame, children: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """The episodes of children with a plan or a period of care: open throughout both.

    Returns
    -------
    One row an episode: start_month, by (the last day on which it may begin), base (the last day on which it must be
    open; NONE where it never closes), stay (months after that: 0 closes with it, -1 is still to be decided), after
    (day the last plan ended, or NONE), unit (first plan's row, or -1), child_id ("" unless looked after), reason, need.
    """
    root = np.where(plans.before >= 0, plans.before, plans.index)
    passing = (plans.last_extract < YEARS[-1]).to_numpy()
    close = np.where(passing, first_day(plans.start_month.to_numpy() + 4) + 9, plans.end)
    units = (
        plans.assign(unit=root, close=close, passing=passing)
        .sort_values(["unit", "start"])
        .groupby("unit")
        .agg(
            by=("s47", "first"),
            close=("close", "last"),
            plan_reason=("reason", "last"),
            child_id=("child_id", "max"),
            group=("group", "first"),
            first_close=("close", "first"),
            plans=("close", "size"),
            passing=("passing", "any"),
        )
        .reset_index()
    )
    spells = care_spans(periods).merge(
        units[units.child_id != ""].drop(columns=["group", "first_close", "plans", "passing"]),
        on="child_id",
        how="left",
    )
    spells = spells[spells.care_end > close_of(2014)].sort_values(["child_id", "care_start"], ignore_index=True)
    # A plan belongs to the spell that follows it.
    follows = (spells.by.notna() & (spells.care_start >= spells.close - 20) & ~spells.duplicated("child_id")).to_numpy()
    reason = spells.reason_ceased.map(REASONS).fillna("RC7")
    at_once = reason.isin(["RC1", "RC2", "RC3", "RC4", "RC5"]).to_numpy()
    open_care = (spells.care_end == NONE).to_numpy()
    born = ordinals(children.set_index("child_id").date_of_birth.reindex(spells.child_id))
    care = pd.DataFrame(
        {
            "by": np.where(follows, spells.by.fillna(0), spells.care_start).astype(int),
            "base": spells.care_end,
            "child_id": spells.child_id,
            "stay": np.where(open_care | at_once, 0, -1),
            "after": np.where(follows, spells.close.fillna(NONE), NONE).astype(int),
            "unit": np.where(follows, spells.unit.fillna(-1), -1).astype(int),
            "reason": reason,
            "need": spells.need,
            "group": -1,
            "followed": follows,
            "grown": (spells.care_end >= anniversary(born, 18) - 10).to_numpy() & ~open_care,
        }
    )
    alone = units[units.child_id == ""]
    plan = pd.DataFrame(
        {
            "by": alone.by,
            "base": alone.close,
            "child_id": "",
            "stay": np.where((alone.close == NONE) | (alone.plan_reason == "moved away"), 0, -1),
            "after": alone.close,
            "unit": alone.unit,
            "need": "",
            "group": alone.group,
            "grown": False,
            # Of a child with two plans the first is followed by need for long, whatever comes after the second;
            # and a plan that was recorded twice never ended.
            "followed": alone.passing
            | (alone.plans > 1) & (month_of(alone.close.to_numpy()) - month_of(alone.first_close.to_numpy()) < 7),
            "reason": np.where(alone.plan_reason == "moved away", "RC5", "RC7"),
        }
    )
    rows = pd.concat([plan, care], ignore_index=True)
    lead = rng.choice([0, 1, 2, 3, 5, 8], len(rows), p=[0.68, 0.12, 0.08, 0.06, 0.04, 0.02])
    start = month_of(rows.by.to_numpy()) - lead
    early = nth(rows.by.to_numpy()) - nth(first_day(month_of(rows.by.to_numpy())), after=True) < 4
    start = np.where((lead == 0) & early, start - 1, start)
    settled = (rows.stay == 0).to_numpy()
    for _ in range(3):
        start = np.where(settled & np.isin(month_of(rows.base.to_numpy()) - start, LIMITS), start - 1, start)
    rows["start_month"] = np.maximum(start, FIRST + 2)
    rows["by"] = np.where(
        month_of(rows.by.to_numpy()) == rows.start_month, rows.by, first_day(rows.start_month.to_numpy() + 1) - 1
    )
    # What ends on the last working day after 31 March 2019 has not ended here.
    rows["base"] = np.where(
        rows.base > close_of(YEARS[-1]), NONE, WORKING[nth(np.where(rows.base == NONE, 0, rows.base), after=True)]
    )
    rows["base"] = rows.base.where(rows.base <= close_of(YEARS[-1]), NONE)
    rows.loc[rows.base == NONE, "stay"] = 0
    rows["base_month"] = month_of(rows.base.to_numpy())
    return rows


def choices(certain: pd.DataFrame) -> pd.DataFrame:
    """What may yet become of the episodes whose closure is not settled: one row a group and month of closure."""
    undecided = certain[certain.stay == -1]
    kind = np.where(undecided.child_id == "", "plan", np.where(undecided.grown, "leaver", "home"))
    like = undecided.assign(like=kind)
    groups = like.groupby(["like", "start_month", "base_month", "followed"], as_index=False).size()
    stays = pd.DataFrame(
        [
            ("plan", k, w)
            for k, w in (
                (1, 0.2),
                (2, 0.2),
                (4, 0.1),
                (5, 0.1),
                (7, 0.1),
                (8, 0.1),
                (10, 0.08),
                (15, 0.06),
                (21, 0.03),
                (999, 0.03),
            )
        ]
        + [("leaver", k, w) for k, w in ((1, 0.2), (2, 0.1), (5, 0.05), (14, 0.05), (26, 0.1), (999, 0.5))]
        + [
            ("home", k, w)
            for k, w in ((1, 0.2), (2, 0.2), (4, 0.15), (5, 0.1), (8, 0.1), (11, 0.05), (16, 0.05), (999, 0.15))
        ],
        columns=["like", "stay", "weight"],
    )
    rows = groups.merge(stays, on="like")
    end = rows.base_month + rows.stay
    rows["end"] = np.where(end > LAST, NONE, end)
    rows = rows[~np.isin(rows.end - rows.start_month, LIMITS) & ~(rows.followed & (rows.stay < 7))]
    rows = rows.groupby(["like", "start_month", "base_month", "followed", "size", "end"], as_index=False).agg(
        stay=("stay", "min"), weight=("weight", "sum")
    )
    return rows.assign(likely=rows["size"] * rows.weight)


def late_not_in_need(found: Targets, year: int) -> int:
    """Episodes open at a year's close that the next year found not to be in need, and so left out of its count."""
    held, in_year, begun = (
        found.total("cin_on_31_march", year),
        found.total("cin_episodes_in_year", year + 1),
        found.total("cin_episodes_started", year + 1),
    )
    if year == YEARS[-1] or in_year is None or begun is None:
        return 0
    if held is None:
        held = found.total("cin_on_date", year) or round(1.17 * (in_year - begun))
    return max(0, held - (in_year - begun))


def referral_totals(found: Targets, year: int) -> dict[str, int]:
    """Referrals of a year by what became of them; of a year before the published ones, as in the first of those."""
    at = max(year, PUBLISHED_YEARS[0])
    every, nfa, rc8, begun = (
        found.total(item, at)
        for item in (
            "referrals",
            "referrals_no_further_action",
            "referrals_assessed_not_in_need",
            "cin_episodes_started",
        )
    )
    # Every referral ends in one of the three: one that is hidden is what the others leave.
    rest = (every or 0) - (begun or 0)
    values = {
        "all": every or 0,
        "nfa": rest - (rc8 or 0) if nfa is None else nfa,
        "rc8": rest - (nfa or 0) if rc8 is None else rc8,
    }
    values["late"] = late_not_in_need(found, year)
    return values


def need_table(found: Targets, certain: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How many further referrals of each month end how and when; and when the undecided certain episodes close.

    Returns
    -------
    Two tables. The first has one row a kind, start month, end month and duration band with its count: `kind` is need,
    rc8 (closed after assessment in the year of referral), late (likewise, but in the next year) or nfa. The second is
    `choices` with a count each.
    """
    grid = cells(FIRST, LAST, month(2014, 4), 195)
    lasting = np.concatenate([[0.03, 0.17, 0.17, 0.09], 0.06 * 0.87 ** np.arange(24), 0.0035 * 0.985 ** np.arange(200)])
    left = lasting[::-1].cumsum()[::-1]
    gap = np.where(grid.end == NONE, LAST - grid.start + 1, grid.end - grid.start)
    # Of exactly three months the day would have to decide the band: leave such pairs of months out.
    likely = (
        230
        * np.where(grid.end == NONE, left[gap], lasting[gap])
        * np.where(np.isin(gap, LIMITS) & (grid.end != NONE), 0, 1)
    )
    grid = grid.assign(kind="need", likely=likely)
    months = np.arange(month(2014, 4), LAST + 1)
    other = [
        pd.DataFrame({"start": months, "end": -1, "band": -1, "kind": kind, "likely": weight})
        for kind, weight in (("rc8", 140.0), ("nfa", 5.0))
    ]
    closing = {11: 0.03, 0: 0.18, 1: 0.34, 2: 0.45, 10: 0.01}
    late = pd.DataFrame(
        {
            "start": months,
            "end": -1,
            "band": -1,
            "kind": "late",
            "likely": [500 * closing.get(int(m) % 12, 0.0) for m in months],
        }
    )
    # Referrals of a year's last weeks are seldom assessed and closed before it is out.
    other[0]["likely"] = other[0].likely * np.select([months % 12 == 2, months % 12 == 1], [0.35, 0.75], 1.0)
    options = choices(certain)
    option_band = durations(options.start_month.to_numpy(), options.end.to_numpy())[0]
    flexible = pd.DataFrame(
        {
            "start": options.start_month,
            "end": options.end,
            "band": np.where(options.end == NONE, -1, option_band),
            "kind": "option",
            "likely": options.likely,
        }
    )
    whole = pd.concat([grid, *other, late], ignore_index=True)
    grid = pd.concat([whole, flexible], ignore_index=True)
    kind, start, end, band = (grid[name].to_numpy() for name in ("kind", "start", "end", "band"))
    need = (kind == "need") | (kind == "option")
    referred_now = kind != "option"
    settled = certain[certain.stay == 0]
    fixed_bands = durations(settled.start_month.to_numpy(), settled.base_month.to_numpy())[0]
    fixed_start, fixed_end = settled.start_month.to_numpy(), settled.base_month.to_numpy()
    totals: list[Total] = []
    group = np.append(
        np.full(len(whole), -1), options.groupby(["like", "start_month", "base_month", "followed"]).ngroup().to_numpy()
    )
    for number, size in (
        options.groupby(["like", "start_month", "base_month", "followed"])["size"]
        .first()
        .reset_index(drop=True)
        .items()
    ):
        totals.append((group == number, int(size)))
    totals += _stays_after_plans(found, certain, options, len(whole))
    for year in YEARS:
        referred = referral_totals(found, year)
        for name in ("rc8", "nfa", "late"):
            totals.append(((kind == name) & (year_of(start) == year), referred[name]))
        monthly = [
            found.total("referrals_by_month", year_at, f"{1970 + m // 12}-{m % 12 + 1:02d}")
            for m in year_months(year)
            for year_at in [1970 + m // 12]
        ]
        if any(count is None for count in monthly):
            monthly = [int(n) for n in apportion(referred["all"], np.ones(12))]
        for when, count in zip(year_months(year), monthly, strict=True):
            totals.append((referred_now & (start == when), int(count or 0) - int((certain.start_month == when).sum())))
        open_then = need & (start <= month(year, 3)) & (end > month(year, 3))
        fixed_open = (fixed_start <= month(year, 3)) & (fixed_end > month(year, 3))
        if year not in PUBLISHED_YEARS:
            held = (found.total("cin_episodes_in_year", year + 1) or 0) - (
                found.total("cin_episodes_started", year + 1) or 0
            )
            totals.append((open_then, held - int(fixed_open.sum())))
            continue
        ended, held = found.total("cin_episodes_ended", year), found.total("cin_on_31_march", year)
        if ended is not None:
            totals.append((need & (year_of(end) == year), ended - int((year_of(fixed_end) == year).sum())))
        if held is not None:
            counted = open_then | ((kind == "late") & (year_of(start) == year))
            totals.append((counted, held - int(fixed_open.sum())))
        for name, total in shown(found, "cin_episodes_ended_by_duration", year).items():
            number = BANDS.index(name)
            fixed = (year_of(fixed_end) == year) & (fixed_bands == number)
            totals.append((need & (year_of(end) == year) & (band == number), total - int(fixed.sum())))
        for name, total in shown(found, "cin_on_31_march_by_duration_open", year).items():
            number = BANDS.index(name)
            here = (open_then | ((kind == "late") & (year_of(start) == year))) & (band_at_close(start, year) == number)
            totals.append((here, total - int((fixed_open & (band_at_close(fixed_start, year) == number)).sum())))
    count = fit(grid.likely.to_numpy(), totals, rng)
    whole["count"], options["count"] = count[: len(whole)], count[len(whole) :]
    return whole[whole["count"] > 0].reset_index(drop=True), options[options["count"] > 0].reset_index(drop=True)


def _stays_after_plans(found: Targets, certain: pd.DataFrame, options: pd.DataFrame, offset: int) -> list[Total]:
    """How long children stayed in need after a plan that ended in April to September, as DfE's table D8 has it."""
    totals: list[Total] = []
    plan = (options.like == "plan").to_numpy()
    for year in PUBLISHED_YEARS:
        half = list(year_months(year)[:6])
        split = found.split("cpp_ended_april_to_september_by_duration", year - 1)
        waiting = int(((certain.stay == -1) & (certain.child_id == "") & certain.base_month.isin(half)).sum())
        gone = int(((certain.stay == 0) & (certain.child_id == "") & certain.base_month.isin(half)).sum())
        # Some came into care and were soon adopted, or went to live with relatives for good.
        settled = certain[
            (certain.stay == 0) & (certain.child_id != "") & np.isin(month_of(certain.after.to_numpy()), half)
        ]
        days = (settled.base - settled.after).to_numpy()
        counts = [
            split.get("3_months_or_less", 0) - gone - (days <= 91).sum(),
            split.get("over_3_to_6_months", 0) - ((days > 91) & (days <= 182)).sum(),
        ]
        if min(counts) < 0 or sum(counts) > waiting:
            continue
        here = plan & options.base_month.isin(half).to_numpy()
        for (least, most), count in zip(((1, 3), (4, 6)), counts, strict=True):
            mask = np.zeros(offset + len(options), bool)
            mask[offset:] = here & options.stay.between(least, most).to_numpy()
            totals.append((mask, count))
    return totals


def settle(certain: pd.DataFrame, options: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The certain episodes with a closure each: `end` (days or NONE) and `end_month`."""
    like = np.where(certain.child_id == "", "plan", np.where(certain.grown, "leaver", "home"))
    rows = certain.assign(like=like, end_month=certain.base_month, shuffled=rng.random(len(certain)))
    waiting = rows[rows.stay == -1].sort_values(["like", "start_month", "base_month", "followed", "shuffled"])
    decided = options.sort_values(["like", "start_month", "base_month", "followed", "end"])
    rows.loc[waiting.index, "end_month"] = decided.end.to_numpy().repeat(decided["count"])
    end = np.where(rows.end_month == NONE, NONE, rows.base)
    moved = (rows.end_month != NONE).to_numpy() & (rows.stay == -1).to_numpy()
    end[moved] = some_day(rows.end_month[moved].to_numpy(), rng)
    rows["end"] = end
    rows.loc[rows.end_month == NONE, "reason"] = ""
    return rows.drop(columns=["like", "shuffled"])
