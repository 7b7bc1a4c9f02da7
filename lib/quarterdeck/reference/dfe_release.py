"""The CSV files beside DfE's statistical releases: one row an area and year, a column a figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from quarterdeck.errors import Refused
from quarterdeck.reference import reference_csv
from quarterdeck.reference.published import authority_codes, finished, numbers, plain, sources, year_ends

LEVELS = {"National": "country_code", "Regional": "region_code", "Local authority": "old_la_code"}
"""The column that holds the code of each kind of area. An authority's three digits outlive its ONS code."""
PARTS_OF_LONDON = ("E13000001", "E13000002")
NEEDED = ("time_period", "geographic_level", *LEVELS.values())


def read(file: Path, raw: pd.DataFrame) -> pd.DataFrame:
    """The figures of a release's file that belong to a measure we hold.

    Parameters
    ----------
    raw : the file's rows as text.

    Returns
    -------
    measure, area_code, year_ending (datetime64), value (float64), status, source, file.

    Raises
    ------
    Refused
        where nothing in it is known, or it is nonsense.
    """
    missing = [heading for heading in NEEDED if heading not in raw.columns]
    if missing:
        raise Refused(
            f"{file}: neither LAIT's table nor a statistical release's: no column {', '.join(missing)}. "
            f"Its headings are {', '.join(map(str, raw.columns[:8]))}."
        )
    unknown = set(raw.geographic_level) - set(LEVELS)
    if unknown:
        raise Refused(f"{file}: geographic_level {', '.join(sorted(unknown))}; known are {', '.join(LEVELS)}.")
    wide = raw.assign(area_code=_areas(raw))
    there = {plain(heading): heading for heading in raw.columns}
    parts = [part for line in sources("release").to_dict("records") for part in _figures(file, wide, there, line)]
    if not parts:
        raise Refused(f"{file}: has none of the figures of data/reference/published_sources.csv.")
    made = pd.concat(parts, ignore_index=True)
    tables = reference_csv("measures_catalogue.csv").set_index("measure").dfe_source_table
    newest = made.groupby("measure").year_ending.transform("max").dt.year.astype("str")
    return finished(file, made.assign(source=made.measure.map(tables) + ", to " + newest))


def _areas(raw: pd.DataFrame) -> pd.Series:
    """ONS code of each row's area; "" where it is not kept, missing where nobody knows it."""
    areas = reference_csv("areas.csv")
    wider = areas.area_code[areas.area_type != "local_authority"]
    codes = pd.concat(
        [authority_codes(), pd.Series(wider.to_numpy(), index=wider), pd.Series("", index=list(PARTS_OF_LONDON))]
    )
    written = pd.Series("", index=raw.index)
    for level, heading in LEVELS.items():
        written = written.mask(raw.geographic_level == level, raw[heading].str.strip())
    return written.map(codes)


def _figures(file: Path, wide: pd.DataFrame, there: dict[str, str], line: dict[Any, str]) -> list[pd.DataFrame]:
    """The figures of one line of `published_sources.csv`: none where the file has not its rows or its column."""
    chosen = pd.Series(True, index=wide.index)
    for condition in filter(None, line["rows"].split(";")):
        column, _, wanted = condition.partition("=")
        heading = there.get(plain(column))
        if heading is None:
            return []
        chosen &= wide[heading].map(plain).isin([plain(one) for one in wanted.split("|")])
    rows = wide[chosen]
    for label in line["labels"].split("|"):
        above, _, below = label.partition(" / ")
        columns = [there.get(plain(one)) for one in [*above.split(" + "), *filter(None, [below])]]
        if rows.empty or None in columns:
            continue
        measure = pd.Series(line["measure"], index=rows.index)
        cells = [numbers(file, rows[heading]) for heading in columns]
        value = _share(cells) if below else cells[0].value
        status = cells[-1].status  # of a share, the whole's: a hidden band says nothing of the share that DfE prints
        return [
            pd.DataFrame(
                {
                    "measure": measure,
                    "area_code": rows.area_code,
                    "year_ending": year_ends(file, rows.time_period, measure),
                    "value": value,
                    "status": status,
                }
            )
        ]
    return []


def _share(cells: list[pd.DataFrame]) -> pd.Series:
    """The first columns' sum as a percentage of the last; none where one of them is hidden."""
    above = pd.concat([cell.value for cell in cells[:-1]], axis=1).sum(axis=1, skipna=False)
    return (100 * above / cells[-1].value).replace([np.inf, -np.inf], np.nan)
