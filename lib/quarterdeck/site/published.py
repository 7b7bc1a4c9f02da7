"""What is published of an authority: its quarters, their pages, and the block of each measure in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyarrow import csv

from quarterdeck.editions import Edition, editions
from quarterdeck.home import Home
from quarterdeck.measures.registry import Measure
from quarterdeck.publish.manifest import MANIFEST, read_manifest
from quarterdeck.quarter import Quarter

INDEX = "index"
SERIES = ["measure", "kind", "start", "end", "breakdown", "category", "numerator", "denominator", "value", "status"]
_BLOCK = re.compile(r'<article class="ms" id="(m-[\w-]+)".*?</article>', re.DOTALL)


@dataclass(frozen=True)
class Published:
    """A quarter as it is published.

    Parameters
    ----------
    quarter : its quarter.
    folder : `outputs/<authority>/<quarter>/`.
    manifest : what its build wrote of it.
    edition : its figures, as its readers last had them.
    """

    quarter: Quarter
    folder: Path
    manifest: dict[str, Any]
    edition: Edition

    def pages(self, audience: str) -> dict[str, Path]:
        """Its pages of a copy by their names, the front page among them: what its build made, and no other file."""
        made = sorted(name for name in self.manifest["outputs"] if re.fullmatch(rf"{audience}/[^/]+\.html", name))
        return {Path(name).stem: self.folder / name for name in made if (self.folder / name).is_file()}

    @cached_property
    def blocks(self) -> dict[str, dict[str, dict[str, str]]]:
        """The block of each measure as each paper shows it: by copy, by the block's id, by the paper's name."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        for audience in ("public", "officers"):
            shown = found.setdefault(audience, {})
            for name, path in self.pages(audience).items():
                for block in _BLOCK.finditer(path.read_text(encoding="utf-8")):
                    shown.setdefault(block[1], {})[name] = block[0]
        return found


def published(home: Home, authority: str) -> list[Published]:
    """The quarters of an authority that are published, oldest first."""
    found = []
    for path in (home.outputs / authority).glob(f"[0-9]*/{MANIFEST}"):
        quarter = Quarter.parse(path.parent.name)
        kept = editions(home, authority, quarter)
        if kept:
            found.append(Published(quarter, path.parent, read_manifest(path.parent), kept[-1]))
    return sorted(found, key=lambda one: one.quarter)


def leading_series(edition: Edition, audience: str, measures: Iterable[Measure]) -> pd.DataFrame:
    """The figure that each measure leads with, at each quarter's end, as an edition published it.

    Returns
    -------
    The columns of `SERIES`, dates as datetime64[us], and `lower` and `upper`, which are NaN.
    """
    told = csv.read_csv(
        edition.copy(audience),
        convert_options=csv.ConvertOptions(include_columns=SERIES, strings_can_be_null=False),
    ).to_pandas()
    led = pd.DataFrame(
        [(one.id, one.headline, *one.category) for one in measures],
        columns=["measure", "kind", "breakdown", "category"],
    )
    dates = {"start": "datetime64[us]", "end": "datetime64[us]"}
    numbers = dict.fromkeys(("numerator", "denominator", "value"), "float64")
    text = dict.fromkeys(("measure", "kind", "breakdown", "category", "status"), "str")
    rows = told.merge(led, on=list(led), how="inner", validate="many_to_one").astype(dates | numbers | text)
    return rows[rows.end.dt.month.isin([3, 6, 9, 12])].assign(lower=np.nan, upper=np.nan)
