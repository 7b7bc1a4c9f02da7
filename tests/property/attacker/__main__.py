"""Attack what was built: `python -m tests.property.attacker outputs/<authority> [QUARTER ...]`.

Every quarter named, or all that are there, is attacked with the papers of the quarters before it. The public
figures are what the reader has; the officers' copies beside them only judge which of the reader's guesses are right.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from tests.property.attacker.evidence import evidence
from tests.property.attacker.pages import leaks
from tests.property.attacker.solve import attack

NUMBERS = ("numerator", "denominator", "value", "lower", "upper")


def read(file: Path) -> pd.DataFrame:
    """A published CSV of figures."""
    return pd.read_csv(file, keep_default_na=False, na_values={name: [""] for name in NUMBERS})


def say(line: str) -> None:
    """A line for whoever runs this."""
    sys.stdout.write(f"{line}\n")


def main(folder: Path, quarters: Sequence[str]) -> int:
    """Attack each quarter's papers with those before it; say what was found, and how many breaches."""
    found = [path.parent.parent.name for path in sorted(folder.glob("2*/public/figures.csv"))]
    named = [name for name in found if not quarters or name in quarters]
    files = {copy: [read(folder / name / copy / "figures.csv") for name in named] for copy in ("public", "officers")}
    breaches = 0
    for place, name in enumerate(named):
        told = attack(evidence(files["public"][: place + 1], files["officers"][: place + 1]))
        close = told[told.breach]
        say(f"{name}, with {place} before it: {len(told):,} hidden counts, {len(close):,} told too closely")
        for row in close.itertuples():
            say(f"  {row.name}: {row.low:g} to {row.high:g}")
        breaches += len(close)
        for page in sorted((folder / name / "public").glob("*.html")):
            seen = leaks(page.read_text(encoding="utf-8"), files["public"][: place + 1])
            for leak in seen:
                say(f"  {page.name}: {leak}")
            breaches += len(seen)
    return breaches


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1]), sys.argv[2:]) else 0)
