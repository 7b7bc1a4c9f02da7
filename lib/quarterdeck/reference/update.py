"""`quarterdeck reference update`: what DfE has published since, laid beside what is held, and taken in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from quarterdeck.errors import Refused
from quarterdeck.reference import dfe_release, lait, reference_csv
from quarterdeck.reference.odd import odd
from quarterdeck.reference.published import KEY, table

SHOWN = 20
"""Lines of detail of one measure; the others are counted."""
CHANGES = ("added", "revised", "hidden", "vanished", "older issue")
WRITTEN = ("added", "revised", "hidden")


@dataclass(frozen=True)
class Update:
    """What files would change in the published figures that are held.

    Parameters
    ----------
    changes : a row a figure that differs: measure, area_code, year_ending, old, new, old_status, new_status, change
        (added, revised; hidden: DfE has taken a number back and says why; vanished: there is no number now and no
        reason; older issue: the file ends before what is held), odd (why, or ""), taken (bool), source, area_name.
    same : how many figures are as they are held.
    odd_held : figures that are held already, are not changed by the files, and are odd: the furthest first.
    """

    changes: pd.DataFrame
    same: int
    odd_held: pd.DataFrame


def read(file: Path) -> pd.DataFrame:
    """The figures of a published file, whichever kind it is.

    Raises
    ------
    Refused
        where it is no kind that is known, or is nonsense.
    """
    if file.suffix == ".parquet":
        return lait.read(file)
    raw = table(file)
    return lait.read(file) if lait.headings(raw) and "geographic_level" not in raw else dfe_release.read(file, raw)


def held(folder: Path) -> pd.DataFrame:
    """The published figures that are held, with the year's end as datetime64 and no status as ""."""
    rows = pd.read_parquet(folder / "comparators.parquet").fillna({"status": ""})
    return rows.assign(year_ending=pd.to_datetime(rows.year_ending.astype("str")).astype("datetime64[us]"))


def compare(holding: pd.DataFrame, incoming: pd.DataFrame, accept: Sequence[str] = ()) -> Update:
    """What incoming figures change in those that are held; years before the first that is held are passed over.

    Parameters
    ----------
    holding : as `held` gives.
    incoming : as `read` gives, of one file or several.
    accept : odd or vanished figures that are right: "residential_unit_cost_weekly:E10000034:2020".

    Raises
    ------
    Refused
        where two files differ on a figure, or a figure that is to be accepted is not among the changes.
    """
    new = incoming.drop_duplicates([*KEY, "value", "status"])
    apart = new[new.duplicated(KEY, keep=False)].sort_values(KEY)
    if len(apart):
        said = apart.head(10)[[*KEY, "value", "status", "file"]].to_string(index=False)
        raise Refused(f"the files contradict each other ({len(apart):,} figures). Give one at a time.\n{said}")
    firsts = new.measure.map(holding.groupby("measure").year_ending.min())
    new = new[firsts.isna() | (new.year_ending >= firsts)]
    both = holding.merge(new, on=KEY, how="outer", suffixes=("", "_new"), indicator=True, validate="1:1")
    ends = holding.dropna(subset="value").groupby("measure").year_ending.max()
    older = both.measure.map(new.groupby("measure").year_ending.max()) < both.measure.map(ends)
    covered = pd.MultiIndex.from_frame(both[["measure", "year_ending"]]).isin(
        pd.MultiIndex.from_frame(new[["measure", "year_ending"]])
    )
    was, now = both.value.notna(), both.value_new.notna()
    reason = both.status_new.fillna("") != ""
    change = np.select(
        [
            both._merge == "right_only",
            now & ~was & older,
            now & ~was,
            now & was & older & ~np.isclose(both.value, both.value_new),
            now & was & ~np.isclose(both.value, both.value_new),
            was & ~now & covered & older,
            was & ~now & covered & reason,
            was & ~now & covered,
        ],
        ["added", "older issue", "added", "older issue", "revised", "older issue", "hidden", "vanished"],
        default="",
    )
    both = both.assign(change=change)
    unusual = _odd(both)
    both = both.merge(unusual, on=KEY, how="left", validate="1:1").fillna({"odd": "", "beyond": 0.0})
    named = both.measure + ":" + both.area_code + ":" + both.year_ending.dt.year.astype("str")
    wanted = named.isin(list(accept)) & (both.change != "")
    strangers = sorted(set(accept) - set(named[wanted]))
    if strangers:
        raise Refused(
            f"--accept {', '.join(strangers)}: no such change. Write MEASURE:AREA:YEAR, with the area's ONS code."
        )
    taken = wanted | (both.change.isin(WRITTEN) & (both.odd == ""))
    names = reference_csv("areas.csv").drop_duplicates("area_code").set_index("area_code").name
    made = pd.DataFrame(
        {
            **{column: both[column] for column in KEY},
            "area_name": both.area_name.fillna(both.area_code.map(names)),
            "old": both.value,
            "new": both.value_new,
            "old_status": both.status.fillna(""),
            "new_status": both.status_new.fillna(""),
            "change": both.change,
            "odd": both.odd,
            "beyond": both.beyond,
            "taken": taken,
            "source": both.source_new,
        }
    )
    met = (both._merge == "both") & (both.change == "")
    still = made[(both.change == "") & (made.odd != "") & covered].sort_values("beyond", ascending=False)
    return Update(made[made.change != ""].reset_index(drop=True), int(met.sum()), still.reset_index(drop=True))


def _odd(both: pd.DataFrame) -> pd.DataFrame:
    """The figures of authorities that are odd once the changes are in: odd (in words), beyond (times the limit)."""
    areas = reference_csv("areas.csv")
    authorities = areas.area_code[areas.area_type == "local_authority"]
    after = both.assign(value=both.value_new.where(both.change.isin(WRITTEN), both.value)).dropna(subset="value")
    after = after[after.area_code.isin(authorities) & after.measure.isin(both.measure[both._merge != "left_only"])]
    parts = [odd(rows).assign(measure=measure) for measure, rows in after.groupby("measure")]
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*KEY, "before", "after"])
    if found.empty:
        return pd.DataFrame(columns=[*KEY, "odd", "beyond"]).astype({"year_ending": "datetime64[us]"})
    beside = {name: found[name].map("{:,g}".format, na_action="ignore").fillna("none") for name in ("before", "after")}
    words = beside["before"].radd("the year before ").str.cat(beside["after"].radd(", the year after "))
    return found[KEY].assign(odd=words, beyond=found.score / found.limit)


def after(holding: pd.DataFrame, update: Update) -> pd.DataFrame:
    """The published figures with the changes that are taken, in the columns and order of `comparators.parquet`."""
    catalogue = reference_csv("measures_catalogue.csv").set_index("measure")
    areas = reference_csv("areas.csv").drop_duplicates("area_code").set_index("area_code")
    took = update.changes[update.changes.taken]
    fresh = pd.DataFrame(
        {
            **{column: took[column] for column in KEY},
            "area_name": took.area_name,
            "area_type": took.area_code.map(areas.area_type),
            "value": took.new,
            "status": took.new_status.mask(took.new.isna() & (took.new_status == ""), "x"),
            "unit": took.measure.map(catalogue.unit),
            "source": took.source.fillna("not in the latest issue"),
        }
    )
    replaced = pd.MultiIndex.from_frame(holding[KEY]).isin(pd.MultiIndex.from_frame(took[KEY]))
    rows = pd.concat([holding[~replaced], fresh], ignore_index=True)[holding.columns.tolist()]
    measures = pd.Series(range(len(catalogue)), index=catalogue.index)
    places = pd.Series(range(len(areas)), index=areas.index)
    order = pd.DataFrame(
        {"m": rows.measure.map(measures), "y": rows.year_ending, "a": rows.area_code.map(places)}
    ).sort_values(["m", "y", "a"], kind="stable")
    return rows.loc[order.index].reset_index(drop=True)


def write(rows: pd.DataFrame, folder: Path) -> None:
    """Put the figures in place of those that are held: whole or not at all, whenever the machine stops."""
    file = folder / "comparators.parquet"
    aside = folder / f".comparators.{os.getpid()}.parquet"
    try:
        rows.assign(year_ending=rows.year_ending.dt.date).to_parquet(aside, compression="zstd", index=False)
        with aside.open("rb") as written:
            os.fsync(written.fileno())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def update(folder: Path, files: Sequence[Path], accept: Sequence[str] = (), *, dry_run: bool = False) -> Update:
    """Lay published files beside what is held, and take in what has changed.

    Parameters
    ----------
    folder : `data/reference/`.
    files : DfE's, as published.
    accept : odd or vanished figures that are right, as MEASURE:AREA:YEAR.
    dry_run : write nothing.

    Raises
    ------
    Refused
        where a file is not known or is nonsense: every such file at once, and nothing is written.
    """
    found, refused = [], []
    for file in files:
        try:
            found.append(read(file))
        except Refused as problem:
            refused.append(str(problem))
    if refused:
        raise Refused("\n".join([*refused, "Nothing was written."]))
    holding = held(folder)
    made = compare(holding, pd.concat(found, ignore_index=True), accept)
    if not dry_run and made.changes.taken.any():
        write(after(holding, made), folder)
    return made


def as_text(update: Update, *, dry_run: bool = False) -> str:
    """What changes: a line a measure, then each figure, then what is odd."""
    changes = update.changes
    lines = [f"{update.same:,} figures are as they are held; {len(changes):,} differ."]
    if len(changes):
        counts = pd.crosstab(changes.measure, changes.change).rename_axis(columns=None)
        counts = counts.reindex(columns=[kind for kind in CHANGES if kind in counts.columns])
        lines += ["", counts.to_string()]
    for measure, rows in changes.groupby("measure"):
        lines += ["", str(measure)]
        lines += [
            _line(row)
            for row in rows.sort_values(["beyond", "year_ending"], ascending=False).head(SHOWN).to_dict("records")
        ]
        lines += [f"  and {len(rows) - SHOWN:,} more"] if len(rows) > SHOWN else []
    if len(update.odd_held):
        lines += ["", f"Held already, and odd beside the years next to them: {len(update.odd_held):,}. The furthest:"]
        lines += [_line(row) for row in update.odd_held.head(SHOWN).to_dict("records")]
    left = changes[~changes.taken]
    taken = int(changes.taken.sum())
    lines += ["", f"{'Would write' if dry_run else 'Wrote'} {taken:,} changes; left {len(left):,} as they were."]
    if len(left):
        lines.append(
            "Left are figures that are odd, that vanished, or that come from an issue older than what is held. "
            "Where one is right: --accept MEASURE:AREA:YEAR."
        )
    return "\n".join(lines)


def _line(row: dict[Any, Any]) -> str:
    old, new = (_cell(row[side], row[f"{side}_status"]) for side in ("old", "new"))
    what = f"{row['change']}: {old} → {new}" if row["change"] else old
    unusual = f"  ODD ({row['odd']})" if row["odd"] else ""
    name = f"{row['measure']}:{row['area_code']}:{row['year_ending'].year}"
    return f"  {name} {row['area_name']} {what}{unusual}"


def _cell(value: float, status: str) -> str:
    return f"{value:,g}" if pd.notna(value) else (status or "none")
