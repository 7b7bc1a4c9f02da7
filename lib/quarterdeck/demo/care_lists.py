"""The local lists about children in care, leavers and missing children, cut at a quarter as an authority cuts them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.quarter import Quarter

from .care import Care
from .cost_tables import COST_TABLES
from .costs import budget, weekly_price


def write(data: Care, quarter: Quarter, folder: Path) -> list[Path]:
    """Write the lists of a quarter: what is dated in its collection year, or open in it, up to its last day.

    Parameters
    ----------
    data : the authority's children looked after.
    quarter : the quarter at whose end the lists are cut.
    folder : the quarter's folder; the lists go into its folder `local`.

    Returns
    -------
    The files written.
    """
    local = folder / "local"
    local.mkdir(parents=True, exist_ok=True)
    lists = {
        "placement_costs": placement_costs(data, quarter),
        "placement_budget": budget(COST_TABLES[data.authority], data.costs, quarter.collection_year),
        "placement_locations": placement_locations(data, quarter),
        "missing_episodes": missing_episodes(data, quarter),
        "return_interviews": return_interviews(data, quarter),
        "exploitation": _open(data.exploitation, "from_date", "to_date", quarter),
        "care_leavers": data.advisers[data.advisers.as_at.between(quarter.year_start, quarter.end)],
    }
    paths: list[Path] = []
    for name, frame in lists.items():
        if len(frame.columns):
            paths.append(local / f"{name}.csv")
            paths[-1].write_text(
                as_text(frame).to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline="\n"
            )
    return paths


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Dates as DD/MM/YYYY, with the time where a column holds one; nothing where there is none."""
    result = frame.copy()
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            timed = bool((column.dropna() != column.dropna().dt.normalize()).any())
            result[name] = column.dt.strftime("%d/%m/%Y %H:%M" if timed else "%d/%m/%Y").fillna("")
    return result


def _open(frame: pd.DataFrame, start: str, end: str, quarter: Quarter) -> pd.DataFrame:
    """The rows open at some time from the year's first day to the quarter's last; what ends later has no end yet."""
    after = quarter.end + pd.Timedelta(days=1)
    rows = frame[(frame[start] < after) & ~(frame[end] < quarter.year_start)]
    return rows.assign(**{end: rows[end].where(rows[end] < after)})


def placement_costs(data: Care, quarter: Quarter) -> pd.DataFrame:
    """The cost list: a row a person and price; where the price changes with the quarter, a new row begins."""
    kinds = COST_TABLES[data.authority].kinds
    rows = _open(data.costs, "start", "end", quarter)
    changes = rows.placement_type.isin([name for name, kind in kinds.items() if kind.prices])
    parts = [rows[~changes].assign(of=quarter.number)]
    for number in range(1, quarter.number + 1):
        each = Quarter(quarter.year, number)
        first = pd.Timestamp(1900, 1, 1) if number == 1 else each.start
        stop = each.end + pd.Timedelta(days=1)
        inside = rows[changes & (rows.start < stop) & ~(rows.end <= first)]
        closes = inside.end.where(inside.end < stop, stop if number < quarter.number else inside.end)
        parts.append(inside.assign(start=inside.start.where(inside.start > first, first), end=closes, of=number))
    result = pd.concat(parts).sort_values(["start", "person_id", "placement_type"], kind="stable")
    prices = {
        (kind, number): weekly_price(kinds[kind], quarter.collection_year, int(number))
        for kind, number in result[["placement_type", "of"]].drop_duplicates().itertuples(index=False)
    }
    keys = pd.MultiIndex.from_frame(result[["placement_type", "of"]])
    result["weekly_cost"] = pd.Series(prices).reindex(keys).to_numpy(np.int64)
    return result[["person_id", "date_of_birth", "placement_type", "provider", "weekly_cost", "start", "end"]]


def placement_locations(data: Care, quarter: Quarter) -> pd.DataFrame:
    """Where each placement of the year is."""
    rows = _open(data.placements, "start", "end", quarter)
    rows = rows.rename(columns={"child_id": "person_id", "start": "placement_start"})
    rows = rows.sort_values(["placement_start", "person_id"], kind="stable")
    return rows[["person_id", "placement_start", "la_of_placement", "inside", "distance_miles"]]


def missing_episodes(data: Care, quarter: Quarter) -> pd.DataFrame:
    """Times that children went missing, from home and from care."""
    rows = _open(data.missing, "start", "end", quarter)
    return rows.assign(looked_after=np.where(rows.looked_after, "Y", "N"))


def return_interviews(data: Care, quarter: Quarter) -> pd.DataFrame:
    """The interviews after the episodes that are over; one held after the cut is not there yet."""
    over = missing_episodes(data, quarter)
    over = over[(over.episode_type == "missing") & over.end.notna()][["person_id", "start"]]
    rows = over.rename(columns={"start": "missing_start"}).merge(
        data.interviews, on=["person_id", "missing_start"], how="left", validate="one_to_one"
    )
    after = quarter.end + pd.Timedelta(days=1)
    return rows.assign(interview_date=rows.interview_date.where(rows.interview_date < after))
