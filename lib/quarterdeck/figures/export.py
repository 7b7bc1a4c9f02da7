"""Every figure behind the papers as a tidy CSV, with the W3C's CSV on the Web metadata beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from quarterdeck.authority import Authority
from quarterdeck.measures.registry import Measure, catalogue
from quarterdeck.quarter import Quarter

NUMBERS = ("numerator", "denominator", "value", "lower", "upper")
COLUMNS: dict[str, tuple[str, str, str]] = {
    "measure": ("Measure", "string", "The measure's id; the definitions page says what each counts."),
    "title": ("Title", "string", "The measure's title."),
    "unit": ("Unit", "string", "What the value is in: number, percent, per_10k (per 10,000 children aged 0 to 17), …"),
    "kind": ("Kind of period", "string", "month, quarter, year_to_date (since 1 April) or rolling_12_months."),
    "start": ("Start", "date", "The period's first day."),
    "end": ("End", "date", "The period's last day; a number open on a day is counted at its close."),
    "breakdown": ("Breakdown", "string", "all for the whole; beside for what is shown next to it; quartile."),
    "category": ("Category", "string", "The category of the breakdown."),
    "numerator": ("Numerator", "number", "What is counted."),
    "denominator": ("Denominator", "number", "What it is divided by; of a rate, the population aged 0 to 17."),
    "value": ("Value", "number", "The figure, not rounded."),
    "lower": ("Lower limit", "number", "Of the 95% interval: Wilson's for a percentage, Byar's for a count or rate."),
    "upper": ("Upper limit", "number", "Of the 95% interval."),
    "status": (
        "Status",
        "string",
        "c hidden to protect confidentiality; z not applicable; x not available; provisional: on an earlier year's "
        "population.",
    ),
}


def to_csv(
    figures: pd.DataFrame,
    path: Path,
    authority: Authority,
    quarter: Quarter,
    measures: Mapping[str, Measure] | None = None,
) -> Path:
    """Write figures as a CSV, and what its columns mean as `<name>-metadata.json` beside it.

    Parameters
    ----------
    figures : as the audience may see them: hidden figures are hidden already.
    path : the CSV to write.
    authority, quarter : whose figures and when, for the metadata.
    measures : the catalogue, where it is another than the library's.

    Returns
    -------
    The metadata's path. The same figures give the same bytes.

    Source
    ------
    W3C (2015), Metadata vocabulary for tabular data.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "figures.csv"
    >>> to_csv(ready.public, path, paper.authority, paper.quarter).name
    'figures.csv-metadata.json'
    """
    tidy(figures, catalogue() if measures is None else measures).to_csv(
        path, index=False, encoding="utf-8", lineterminator="\n", date_format="%Y-%m-%d"
    )
    about = path.with_name(f"{path.name}-metadata.json")
    text = json.dumps(metadata(path.name, authority, quarter), ensure_ascii=False, indent=2)
    about.write_text(text + "\n", encoding="utf-8")
    return about


def tidy(figures: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.DataFrame:
    """The figures as the CSV has them: title and unit beside each, six decimals, in order of measure and time.

    Examples
    --------
    >>> tidy(ready.public[ready.public.measure == "cp_plan_rate"], paper.measures).title.iloc[0]
    'Child protection plans: rate per 10,000 under 18s'
    """
    rows = figures.assign(
        title=figures.measure.map({name: measure.title for name, measure in measures.items()}),
        unit=figures.measure.map({name: measure.unit for name, measure in measures.items()}),
        kind=figures.kind.astype("str"),
        **{column: figures[column].map(_written, na_action="ignore") for column in NUMBERS},
    )
    return rows[list(COLUMNS)]


def _written(number: float) -> str:
    """A number without a needless decimal point: 796, 68.210837."""
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def metadata(name: str, authority: Authority, quarter: Quarter) -> dict[str, Any]:
    """What the columns of a file of figures mean, in CSV on the Web's terms."""
    synthetic = " Synthetic demonstration data." if authority.synthetic else ""
    columns = [
        {"name": column, "titles": column, "datatype": kind, "dc:title": title, "dc:description": about}
        for column, (title, kind, about) in COLUMNS.items()
    ]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en-GB"}],
        "url": name,
        "dc:title": f"{authority.name}: figures behind the papers of {quarter}",
        "dc:description": f"Every figure of the quarter's papers, one a row.{synthetic}",
        "dc:creator": authority.panel.report_of,
        "dialect": {"header": True, "encoding": "utf-8", "delimiter": ","},
        "tableSchema": {
            "columns": columns,
            "primaryKey": ["measure", "kind", "start", "end", "breakdown", "category"],
        },
    }
