"""DfE's figures of the demonstration authorities, laid against what the measures make of their returns.

`make published` prints it: for each authority what agrees, item by item, what does not, and what is left out and why.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd

from quarterdeck.home import Home
from quarterdeck.measures import assessment_factors, children_in_need
from quarterdeck.quarter import Quarter
from quarterdeck.records import ssda903_words

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
AUTHORITIES = {
    "worcestershire-demo": "calibration_worcestershire.csv",
    "tameside-demo": "calibration_tameside.csv",
}
YEARS = (2016, 2017, 2018, 2019)
LAST = Quarter(2018, 4)
"""The last quarter of which returns are written."""
SOURCES = ("as first published", "CIN 2024", "CSWW", "LAIT")
"""Where an item has several sources, the first of these: breakdowns add up to the figures as first published."""
PERIODS = {"referrals_by_month": "month", "referrals_by_quarter": "quarter"}
"""Items whose breakdowns are periods of the year."""
SUPPRESSED = "DfE hides it, or does not publish it."


def mapping() -> pd.DataFrame:
    """Which figure each published item is: a row an item and breakdown, or a reason why no figure is it.

    A breakdown of "*" is all of an item; one with an area and a day, "total E10000034 2019-03-31", is one point. A
    category of several, "independent living + residential employment", is their sum.
    """
    return pd.read_csv(REFERENCE / "calibration_map.csv", dtype="str", keep_default_na=False)


def items(authority: str, year: int) -> pd.DataFrame:
    """The published items of a collection year, one source each: item, breakdown, start, end, value, status."""
    table = pd.read_csv(REFERENCE / AUTHORITIES[authority], dtype="str", keep_default_na=False)
    table = table.assign(
        start=pd.to_datetime(table.period_start),
        end=pd.to_datetime(table.period_end),
        rank=[next((place for place, name in enumerate(SOURCES) if name in source), 99) for source in table.source],
    )
    table = table[table.end.between(f"{year - 1}-04-01", f"{year}-03-31")]
    first = table.sort_values("rank", kind="stable").drop_duplicates(["item", "breakdown", "end"])
    return first.sort_index()[["area_code", "topic", "item", "breakdown", "start", "end", "value", "status"]]


def laid(authority: str, year: int, figures: pd.DataFrame) -> pd.DataFrame:
    """Every published item of a collection year beside the figure it is.

    Parameters
    ----------
    authority, year : as `figures_of` takes them.
    figures : those of the year, small numbers and all.

    Returns
    -------
    DataFrame
        topic, item, breakdown, end; published as it is printed; ours (float64, or missing); left_out, the reason where
        it is not compared; agrees (bool).
    """
    table, mapped = items(authority, year), mapping()
    kind = table["item"].map(PERIODS)
    exact = table.assign(key=table.breakdown.where(kind.isna(), kind), kind=kind.fillna("year_to_date"))
    rows = exact.merge(
        mapped.rename(columns={"breakdown": "key", "measure_breakdown": "by"}),
        on=["item", "key"],
        how="left",
        validate="many_to_one",
    )
    whole = mapped[mapped.breakdown == "*"].set_index("item").left_out
    points = mapped.set_index(mapped["item"] + " " + mapped.breakdown).left_out
    point = rows["item"] + " " + rows.breakdown + " " + rows.area_code + " " + rows.end.dt.strftime("%Y-%m-%d")
    rows["left_out"] = point.map(points).fillna(rows.left_out).fillna(rows["item"].map(whole)).fillna("")
    unmapped = rows[rows.measure.isna() & (rows.left_out == "")]
    if len(unmapped):
        raise AssertionError(
            f"neither mapped nor left out: {sorted({*zip(unmapped['item'], unmapped.key, strict=True)})}"
        )
    rows.loc[(rows.left_out == "") & (rows.status != ""), "left_out"] = SUPPRESSED
    parts = rows.assign(point=rows.index, category=rows.category.str.split(" + ", regex=False)).explode("category")
    found = parts.merge(
        figures.astype({"kind": "str"})[
            ["measure", "kind", "end", "breakdown", "category", "numerator", "denominator", "value"]
        ].rename(columns={"breakdown": "by", "value": "figure"}),
        on=["measure", "kind", "end", "by", "category"],
        how="left",
        validate="many_to_one",
    )
    ours = found.numerator.where(
        found.part == "numerator", found.denominator.where(found.part == "denominator", found.figure)
    )
    # A category that nobody is in has no row: it is a count of none.
    ours = ours.mask(found.numerator.isna() & (found.by != "all") & (found.part == "numerator"), 0.0)
    found = rows.assign(ours=ours.groupby(found.point).sum(min_count=1))
    compared = found.left_out == ""
    agrees = [
        bool(yes) and _prints_as(value, printed)
        for yes, value, printed in zip(compared, found.ours, found.value, strict=True)
    ]
    return found.assign(authority=authority, year=str(year), published=found.value, agrees=agrees)[
        ["authority", "year", "topic", "item", "breakdown", "end", "published", "ours", "left_out", "agrees"]
    ]


def _prints_as(value: float, printed: str) -> bool:
    """Whether a figure, rounded as the printed one is, is the printed one."""
    if pd.isna(value):
        return False
    places = max(0, -int(Decimal(printed).as_tuple().exponent))
    return abs(value - float(printed)) <= 0.5 * 10**-places * (places > 0 or value != round(value)) + 1e-9


def returns_of(authority: str, home: Home) -> Path:
    """An authority's folder of returns, which are written where they are not there."""
    from quarterdeck import demo

    folder = home.data / authority
    if not (folder / LAST.slug / "cin_census.xml").is_file():
        demo.write(folder, authority)
    return folder


def figures_of(authority: str, year: int, data: Path) -> pd.DataFrame:
    """The figures of one collection year as its own last returns told them: DfE's are of the same day.

    Parameters
    ----------
    authority : a folder of `data`, with its profile and its returns.
    year : the one in which the collection year ended.
    """
    from quarterdeck.authority import read_authority
    from quarterdeck.figures.frame import figures
    from quarterdeck.measures.registry import catalogue
    from quarterdeck.quarter import periods
    from quarterdeck.returns import read_quarter

    last = Quarter(year - 1, 4)
    records = read_quarter(data, read_authority(data / authority / "authority.toml"), last).records
    wanted = sorted({*mapping().measure} - {""})
    return figures(records, [catalogue()[name] for name in wanted], periods(last.minus(3), last))


def differing(rows: pd.DataFrame) -> pd.DataFrame:
    """What is compared and does not agree."""
    return rows[~rows.agrees & (rows.left_out == "")]


def never_seen(figures: pd.DataFrame) -> list[str]:
    """Mapped categories that no figure has and no code means: a misspelt one would pass for a count of none.

    Parameters
    ----------
    figures : those of every authority and year.
    """
    mapped = mapping().query("measure != ''")
    mapped = mapped.assign(category=mapped.category.str.split(" + ", regex=False)).explode("category")
    there = {*zip(figures.measure, figures.breakdown, figures.category.astype("str"), strict=True)}
    asked = zip(mapped.measure, mapped.measure_breakdown, mapped.category, strict=True)
    words = {word for table in vars(ssda903_words).values() if isinstance(table, dict) for word in table}
    for table in (children_in_need.NEEDS, children_in_need.CLOSE_REASONS, assessment_factors.FACTORS):
        words |= {*table.values()}
    return sorted(": ".join(one) for one in {*asked} - there if one[2] not in words)


def report(rows: pd.DataFrame) -> str:
    """What agrees, what does not and what is left out of one authority, as `make published` prints it."""
    compared, off = rows[rows.left_out == ""], differing(rows)
    agree = compared.agrees.sum()
    lines = [f"{rows.authority.iloc[0]}: {agree:,} of {len(compared):,} published figures come out of the returns."]
    for (topic, item), group in compared.groupby(["topic", "item"], sort=False):
        lines.append(f"  {group.agrees.sum():>4} of {len(group):<4} {topic}: {item}")
        lines += [
            f"       {row.end:%Y-%m-%d} {row.breakdown}: published {row.published}, here {row.ours:.6g}."
            for row in off[off["item"] == item].itertuples()
        ]
    left = rows[rows.left_out != ""]
    lines.append(f"  Left out: {len(left):,} of {len(rows):,}.")
    for reason, group in left.groupby("left_out", sort=False):
        named = ", ".join(dict.fromkeys(group["item"])) if reason != SUPPRESSED else "of mapped items"
        lines.append(f"  {len(group):>4} {reason} ({named})")
    return "\n".join(lines)


def main() -> int:
    """Print the report of every demonstration authority; 1 when a mapped figure does not come out."""
    wrong, seen = 0, []
    for authority in AUTHORITIES:
        data = returns_of(authority, Home.here()).parent
        figures = {year: figures_of(authority, year, data) for year in YEARS}
        seen += figures.values()
        rows = pd.concat([laid(authority, year, found) for year, found in figures.items()], ignore_index=True)
        sys.stdout.write(report(rows) + "\n\n")
        wrong += len(differing(rows))
    unseen = never_seen(pd.concat(seen, ignore_index=True))
    if unseen:
        sys.stdout.write("Mapped to a category that no figure has:\n  " + "\n  ".join(unseen) + "\n")
    return 1 if wrong or unseen else 0


if __name__ == "__main__":
    sys.exit(main())
