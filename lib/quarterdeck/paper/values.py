"""Figures by name: what `{cp_plan_rate}` and its kin in a text stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

import numpy as np
import pandas as pd

from quarterdeck.errors import Problem
from quarterdeck.measures.registry import Measure, Unit
from quarterdeck.paper import words
from quarterdeck.quarter import Quarter

WEEKS_A_YEAR = 365 / 7
PARTS = ("change", "count", "of", "peak", "lowest", "year")
HOW = (
    "write {measure}, {measure[category]}, {measure[category - category]}, {measure@2016-17 Q4}, {measure@2017-08}, "
    "{measure.change}, .count, .of, .peak, .lowest or .year, and :2 for two decimals"
)

_REFERENCE = re.compile(
    r"(?P<measure>\w+)\s*(?:\[(?P<category>[^\]]+)\])?\s*(?:\.(?P<part>\w+))?\s*(?:@\s*(?P<at>[^:}]+?))?\s*(?::(?P<decimals>\d))?"
)
_MONTH = re.compile(r"(20\d\d)-(\d\d)")


class UnknownName(Problem, ValueError):
    """A reference that names no figure, with the nearest names there are."""

    def __init__(self, reference: str, why: str, nearest: list[str]) -> None:
        self.reference, self.why, self.nearest = reference, why, nearest
        super().__init__(f"{{{reference}}}: {why}" + (f"; nearest: {', '.join(nearest)}" if nearest else ""))


class NoSuchFigure(UnknownName):
    """A figure that is not there: nothing of the kind has happened, the figures begin later, or it is misspelt."""


@dataclass(frozen=True)
class Given:
    """What stands for a reference: the words, the measure they come from, and whether they hide a value."""

    text: str
    measure: str
    hidden: bool = False


@dataclass(frozen=True)
class Values:
    """The figures that a text may name.

    Parameters
    ----------
    figures : rows of the figures frame, of the copy that is being made.
    quarter : the paper's own; what a name means when it says no period.
    measures : by id.
    """

    figures: pd.DataFrame
    quarter: Quarter
    measures: Mapping[str, Measure]

    @cached_property
    def _rows(self) -> dict[str, pd.DataFrame]:
        rows = self.figures.assign(
            end=pd.to_datetime(self.figures["end"]).astype("datetime64[us]"), kind=self.figures["kind"].astype("str")
        )
        return {str(name): part for name, part in rows.groupby("measure", observed=True)}

    @cached_property
    def citable(self) -> pd.DataFrame:
        """The figures that may stand behind a number typed by hand.

        Returns
        -------
        One row a figure that is not hidden, of nine quarters: measure, breakdown and category; name, as a text would
        write it, and told, which has the period with it; end; value; unit and decimals it is printed with; sort
        ("percent", "gbp", "plain"); now (it is this quarter's own).
        """
        rows = self.figures
        ids, end = rows["measure"].astype("str"), pd.to_datetime(rows["end"])
        told = pd.DataFrame(
            [
                (one.unit, one.decimals, one.headline, one.main or "all", one.category[0])
                for one in self.measures.values()
            ],
            index=pd.Index(self.measures, dtype="str"),
            columns=["unit", "decimals", "headline", "main", "lead"],
        ).reindex(ids.to_numpy())
        breakdown = rows["breakdown"].astype("str").to_numpy()
        beside, printed = breakdown == "beside", np.isin(breakdown, ["all", "beside"])
        printed = printed | (breakdown == told["main"].to_numpy()) | (breakdown == told["lead"].to_numpy())
        recent = end.between(self.quarter.minus(8).start, self.quarter.end + pd.DateOffset(months=1)).to_numpy()
        kept = printed & recent & ~rows["status"].isin(list(words.STATUS_WORDS)).to_numpy()
        whole = rows["category"].astype("str") == "all"
        found = pd.DataFrame(
            {
                "measure": ids,
                "breakdown": breakdown,
                "category": rows["category"].astype("str"),
                "end": end.astype("datetime64[us]"),
                "kind": rows["kind"].astype("str"),
                "name": ids.where(whole, ids + "[" + rows["category"].astype("str") + "]"),
                "value": rows["value"].astype("float64"),
                "unit": told["unit"].mask(beside, "number").fillna("number").to_numpy(),
                "decimals": told["decimals"].mask(beside, 0).fillna(0).astype("int64").to_numpy(),
                "now": (end == self.quarter.end).to_numpy()
                & (rows["kind"].astype("str") == told["headline"].to_numpy()),
            }
        )[kept]
        parts = [
            found.assign(
                name=found["name"] + part, value=rows.loc[kept, column].astype("float64"), unit="number", decimals=0
            )
            for column, part in (("numerator", ".count"), ("denominator", ".of"))
        ]
        every = pd.concat([found, *parts], ignore_index=True).dropna(subset="value")
        money = every["unit"].astype("str").str.startswith("gbp")
        sort = np.select([every["unit"] == "percent", money], ["percent", "gbp"], "plain")
        month = every["kind"] == "month"
        at = every["end"].dt.strftime("@%Y-%m").where(month, "@" + every["end"].map(_quarter_of))
        told = every["name"].where(every["now"], every["name"] + at)
        found = every.assign(sort=sort, told=told).sort_values("now", ascending=False, kind="stable")
        return found.drop_duplicates(["name", "value", "unit", "end"], ignore_index=True)

    def give(self, reference: str) -> Given:
        """The words for a reference.

        Raises
        ------
        UnknownName : no measure, category, part or period is called so.
        """
        found = _REFERENCE.fullmatch(reference.strip())
        if not found:
            raise UnknownName(reference, "not how a figure is named", [HOW])
        measure = self._measure(reference, found["measure"])
        if found["part"] and found["part"] not in PARTS:
            raise UnknownName(
                reference,
                f"no part is called {found['part']!r}",
                get_close_matches(found["part"], PARTS) or list(PARTS),
            )
        decimals = int(found["decimals"]) if found["decimals"] else None
        return self._given(reference, measure, found["category"], found["part"], found["at"], decimals)

    def _measure(self, reference: str, name: str) -> Measure:
        if name in self.measures and name in self._rows:
            return self.measures[name]
        near = get_close_matches(name, self._rows, n=3, cutoff=0.5)
        raise UnknownName(reference, f"no figure is called {name!r}", near)

    def _given(
        self,
        reference: str,
        measure: Measure,
        category: str | None,
        part: str | None,
        at: str | None,
        decimals: int | None,
    ) -> Given:
        places = measure.decimals if decimals is None else decimals
        end, kind = self._period(reference, measure, at)
        now_end, now_kind = (self.quarter.end, measure.headline) if part == "change" and at else (end, kind)
        if part in ("peak", "lowest"):
            return self._extreme(reference, measure, category, part)
        rows = [self._row(reference, measure, name, now_end, now_kind) for name in self._categories(measure, category)]
        # A change since a month is between two months' ends; a stock has the same value by either kind.
        hidden = next((row["status"] for row in rows if row["status"] in words.STATUS_WORDS), None)
        if part == "change":
            before_end, before_kind = (end, kind) if at else (self.quarter.minus(1).end, measure.headline)
            before = [
                self._row(reference, measure, name, before_end, before_kind)
                for name in self._categories(measure, category)
            ]
            hidden = hidden or next((row["status"] for row in before if row["status"] in words.STATUS_WORDS), None)
        else:
            before = []
        if hidden:
            return Given(words.STATUS_WORDS[hidden], measure.id, hidden=True)
        beside = rows[0]["breakdown"] == "beside"
        unit: Unit = "number" if beside else measure.unit
        places = 0 if beside and decimals is None else places
        if part in ("count", "of"):
            value = rows[0]["numerator" if part == "count" else "denominator"]
            if pd.isna(value):
                raise UnknownName(
                    reference, f"{measure.id} has no {'numerator' if part == 'count' else 'denominator'}", []
                )
            return Given(words.number(float(value), decimals or 0), measure.id)
        value = _difference(rows)
        if part == "change":
            return Given(_moved(value, _difference(before), unit, places), measure.id)
        if part == "year":
            if not unit.startswith("gbp_per_week"):
                raise UnknownName(reference, ".year is for costs by the week", [])
            year = abs(value) * WEEKS_A_YEAR
            thousands = decimals is None and 1_000 <= year < 10_000
            return Given(f"£{words.number(year / 1000)}k" if thousands else words.pounds(year, decimals), measure.id)
        shown = words.amount(abs(value) if len(rows) > 1 else value, unit, places)
        if len(rows) > 1 and unit == "percent":
            shown = words.difference(value, 0, unit, places)
        return Given(shown, measure.id)

    def _categories(self, measure: Measure, category: str | None) -> list[tuple[str, str]]:
        """Breakdown and category of each side: two where the text names a difference, as "A - B"."""
        if category is None:
            return [measure.category]
        rows = self._rows[measure.id]
        names = {str(name).casefold(): str(name) for name in rows["category"].unique()}
        whole = category.strip().casefold().replace("’", "'")  # as returns and profiles are read
        sides = [side.strip() for side in re.split(r"\s-\s|\s−\s", whole)]
        wanted = [whole] if whole in names or len(sides) != 2 else sides
        if (rows["status"] == "x").all():
            return [("all", "all")] * len(wanted)
        return [self._category(measure, rows, name, category) for name in wanted]

    def _category(self, measure: Measure, rows: pd.DataFrame, name: str, written: str) -> tuple[str, str]:
        breakdown, _, plain = name.rpartition("=")
        held = rows[["breakdown", "category"]].drop_duplicates()
        found = held[held["category"].astype("str").str.casefold() == plain.strip()]
        if breakdown:
            found = found[found["breakdown"] == breakdown.strip()]
        if found.empty:
            near = get_close_matches(plain, [str(c).casefold() for c in held["category"].unique()], n=3, cutoff=0.4)
            proper = {str(c).casefold(): str(c) for c in held["category"].unique()}
            raise NoSuchFigure(
                f"{measure.id}[{written}]",
                f"{measure.id} has no category {plain!r}",
                [f"{measure.id}[{proper[one]}]" for one in near],
            )
        order = [measure.main, measure.category[0], "beside"]
        first = next((b for b in order if b in set(found["breakdown"])), None)
        if first is None and len(set(found["breakdown"])) > 1:
            where = sorted(found["breakdown"].unique())
            raise UnknownName(
                f"{measure.id}[{written}]", "several breakdowns have it", [f"{measure.id}[{b}={plain}]" for b in where]
            )
        chosen = found[found["breakdown"] == first] if first else found
        return str(chosen["breakdown"].iloc[0]), str(chosen["category"].iloc[0])

    def _period(self, reference: str, measure: Measure, at: str | None) -> tuple[pd.Timestamp, str]:
        if at is None:
            return self.quarter.end, measure.headline
        month = _MONTH.fullmatch(at.strip())
        if month and 1 <= int(month[2]) <= 12:
            return pd.Timestamp(int(month[1]), int(month[2]), 1) + pd.offsets.MonthEnd(0), "month"
        try:
            return Quarter.parse(at.strip()).end, measure.headline
        except ValueError as error:
            raise UnknownName(
                reference, f"{at!r} is no quarter or month", [str(self.quarter), f"{self.quarter.end:%Y-%m}"]
            ) from error

    def _row(
        self, reference: str, measure: Measure, category: tuple[str, str], end: pd.Timestamp, kind: str
    ) -> pd.Series:
        rows = self._rows[measure.id]
        same = rows[(rows["breakdown"] == category[0]) & (rows["category"] == category[1]) & (rows["kind"] == kind)]
        found = same[same["end"] == end]
        if found.empty:
            whole = rows[(rows["breakdown"] == "all") & (rows["kind"] == kind) & (rows["end"] == end)]
            if len(whole) and whole["status"].iloc[0] == "x":
                return whole.iloc[0]
            near = sorted(same["end"].unique())[-3:]
            raise NoSuchFigure(
                reference, f"{measure.id} has no figure for {words.month(end)}", [f"{day:%Y-%m}" for day in near]
            )
        return found.iloc[0]

    def _extreme(self, reference: str, measure: Measure, category: str | None, part: str) -> Given:
        """The month of the financial year to date in which the figure was highest or lowest."""
        breakdown, name = self._categories(measure, category)[0]
        rows = self._rows[measure.id]
        months = rows[
            (rows["breakdown"] == breakdown)
            & (rows["category"] == name)
            & (rows["kind"] == "month")
            & rows["end"].between(self.quarter.year_start, self.quarter.end)
        ].sort_values("end")
        if months.empty:
            raise NoSuchFigure(reference, f"{measure.id} has no months", [])
        if months["status"].isin(words.STATUS_WORDS).any():
            return Given(words.HIDDEN, measure.id, hidden=True)
        best = months["value"].argmax() if part == "peak" else months["value"].argmin()
        return Given(words.month(months["end"].iloc[int(best)]), measure.id)


def _quarter_of(end: pd.Timestamp) -> str:
    return str(Quarter(end.year - (end.month < 4), (end.month - 4) % 12 // 3 + 1))


def _difference(rows: list[pd.Series]) -> float:
    return float(rows[0]["value"]) - (float(rows[1]["value"]) if len(rows) > 1 else 0.0)


def _moved(now: float, before: float, unit: Unit, decimals: int) -> str:
    if words.rounded(now, decimals) == words.rounded(before, decimals):
        return "unchanged"
    return f"{'up' if now > before else 'down'} {words.difference(now, before, unit, decimals)}"
