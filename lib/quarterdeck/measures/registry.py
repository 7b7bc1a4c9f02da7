"""What a measure gives, and the catalogue of all measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Literal, Protocol

import pandas as pd

from quarterdeck.measures.describe import NEEDS
from quarterdeck.quarter import PeriodKind

if TYPE_CHECKING:
    from quarterdeck.records import Records

Kind = Literal["flow", "stock", "stock rate", "timeliness", "proportion", "duration", "finance"]
Unit = Literal["number", "percent", "per_10k", "gbp_per_week", "gbp", "days", "working_days", "fte", "cases", "workers"]
Polarity = Literal["higher is better", "lower is better", "neutral"]
SCALES: dict[Unit, float] = {"percent": 100.0, "per_10k": 10_000.0}
MEANS: tuple[Unit, ...] = ("cases", "workers")
"""Units of what each one holds or has: so many cases to a worker, workers to a manager."""


@dataclass(frozen=True)
class Count:
    """Things or children counted; a rate, where the unit is per 10,000: the population is put under it later.

    Parameters
    ----------
    counts : int64, or float64 where the unit is not a number of things, indexed by the breakdown's levels and `period`.
    beside : counts shown next to the value and part of no percentage, by what they are ("open and late").

    Examples
    --------
    >>> Count(pd.Series([2, 3], pd.Index([0, 1], name="period"))).counts.sum()
    np.int64(5)
    """

    counts: pd.Series
    beside: Mapping[str, pd.Series] = field(default_factory=dict)


@dataclass(frozen=True)
class Ratio:
    """A part of a whole, or a sum over another: both are kept, and no percentage is.

    Parameters
    ----------
    numerator, denominator : indexed by the breakdown's levels and `period`; where a whole is not broken down
        (shares of all children in care by type), its index is `period` alone and it is put under every level.
    beside : counts shown next to the value and part of no percentage, by what they are.

    Examples
    --------
    >>> when = pd.Index([0, 1], name="period")
    >>> ratio = Ratio(pd.Series([2, 3], when), pd.Series([4, 4], when))
    >>> (ratio.numerator / ratio.denominator).tolist()
    [0.5, 0.75]
    """

    numerator: pd.Series
    denominator: pd.Series
    beside: Mapping[str, pd.Series] = field(default_factory=dict)


@dataclass(frozen=True)
class Quantiles:
    """A distribution, as `counting.quantiles` gives it, of what ended in each period: the value is the median.

    Examples
    --------
    >>> from quarterdeck.measures.counting import quantiles
    >>> from quarterdeck.quarter import Quarter, periods
    >>> when = periods(Quarter(2017, 3), Quarter(2017, 3))
    >>> days = pd.DataFrame({"period": [0, 0, 0], "days": [10.0, 20.0, 60.0]})
    >>> Quantiles(quantiles(days, "days", when)).table["median"].iloc[0]
    np.float64(20.0)
    """

    table: pd.DataFrame
    beside: Mapping[str, pd.Series] = field(default_factory=dict)


Result = Count | Ratio | Quantiles


class Function(Protocol):
    """A measure's own function."""

    __name__: str
    __doc__: str | None

    def __call__(self, records: Records, periods: pd.DataFrame, by: Sequence[str] = ()) -> Result:
        """The measure in each period, broken down by the columns named."""
        ...


@dataclass(frozen=True)
class Measure:
    """A measure: its function, and all that a paper says about it.

    Parameters
    ----------
    id : the function's name.
    title : as the panel asks for it.
    short : in the scorecard.
    counts : what is counted: children, plans, episodes, interviews, placements.
    needs : the tables that it is worked out from, or columns of them written `table.column`; `a|b` where either will
        do. What the returns do not tell, or of a time that they do not reach back to, is not available.
    looks_back : the months before a period that it looks back upon, and that the returns must reach too.
    headline : the kind of period that the paper leads with.
    category : breakdown and category that stand for a measure with no single value ("outcome", "no further action").
    latest_position : also given for months after the quarter, where the source runs on.
    main : the breakdown that is the measure's own table, first in its block.
    at_close : counted at the close of a period's last day, so the same for every period that ends on it.
    breakdowns_need, breakdowns_look_back : what a breakdown, or a count beside the value by its name, needs, and looks
        back upon, beyond the measure itself.
    asks : what the authority's profile must have set for it, and what that is called ("caseload_ceiling", "ceiling").
    profile : the entry of the authority's profile without which it cannot be worked out.
    follows : the paper and the measure in it that its block comes after, where that paper's notebook does not show it.
    argues : the paragraph that stands above its block there, with `{values}` as a notebook has them.

    Examples
    --------
    >>> measure = catalogue()["cp_plan_rate"]
    >>> measure.short, measure.unit, measure.breakdowns[0]
    ('Child protection plans per 10,000', 'per_10k', 'category_of_abuse')
    """

    id: str
    function: Function
    title: str
    short: str
    area: str
    kind: Kind
    unit: Unit
    polarity: Polarity
    counts: str
    definition: str
    source: str
    decimals: int
    headline: PeriodKind
    breakdowns: tuple[str, ...]
    main: str | None
    category: tuple[str, str]
    latest_position: bool
    why: str
    at_close: bool
    needs: tuple[str, ...] = ()
    looks_back: int = 0
    breakdowns_need: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    breakdowns_look_back: Mapping[str, int] = field(default_factory=dict)
    asks: tuple[str, str] | None = None
    profile: str = ""
    follows: tuple[str, str] = ("", "")
    argues: str = ""

    def needed_by(self, breakdown: str) -> tuple[str, ...]:
        """What a breakdown needs beyond the measure: of its own where it says so, else what tells it of any child."""
        return self.breakdowns_need.get(breakdown, NEEDS.get(breakdown, ()))

    @property
    def adds_up(self) -> bool:
        """Whether a longer period's figure is the sum of its months'; children, once a period each, do not."""
        return self.kind in ("flow", "timeliness", "proportion") and not self.at_close and self.counts != "children"

    @property
    def overlaps(self) -> bool:
        """Whether each month's figure is of the twelve months to its close, and so mostly the one's before again."""
        return self.at_close and self.headline == "rolling_12_months"


CATALOGUE: dict[str, Measure] = {}


def measure(
    *,
    title: str,
    short: str,
    area: str,
    kind: Kind,
    unit: Unit,
    counts: str,
    needs: tuple[str, ...],
    definition: str,
    source: str,
    looks_back: int = 0,
    polarity: Polarity = "neutral",
    decimals: int | None = None,
    headline: PeriodKind = "quarter",
    breakdowns: Sequence[str] = (),
    main: str | None = None,
    category: tuple[str, str] = ("all", "all"),
    latest_position: bool = False,
    why: str = "",
    at_close: bool | None = None,
    breakdowns_need: Mapping[str, tuple[str, ...]] | None = None,
    breakdowns_look_back: Mapping[str, int] | None = None,
    asks: tuple[str, str] | None = None,
    profile: str = "",
    follows: tuple[str, str] = ("", ""),
    argues: str = "",
) -> Callable[[Function], Function]:
    """Put a function into the catalogue, with what a paper says about it.

    Examples
    --------
    A whole one, with its chart and its paragraph, is the tenth recipe of `notebooks/cookbook/cookbook.ipynb`.

    >>> known = {"title": "Plans", "short": "Plans", "area": "Child protection", "kind": "flow", "unit": "number"}
    >>> said = {"counts": "plans", "needs": ("cp_plans",), "definition": "Plans begun.", "source": "The council"}
    >>> measure(**known)
    Traceback (most recent call last):
    TypeError: measure() missing 4 required keyword-only arguments: 'counts', 'needs', 'definition', and 'source'
    >>> callable(measure(**known, **said))
    True
    """
    default_decimals = 1 if unit in ("percent", "per_10k", *MEANS) else 0

    def register(function: Function) -> Function:
        CATALOGUE[function.__name__] = Measure(
            id=function.__name__,
            function=function,
            title=title,
            short=short,
            area=area,
            kind=kind,
            unit=unit,
            polarity=polarity,
            counts=counts,
            needs=needs,
            looks_back=looks_back,
            definition=definition,
            source=source,
            decimals=default_decimals if decimals is None else decimals,
            headline=headline,
            breakdowns=tuple(breakdowns),
            main=main,
            category=category,
            latest_position=latest_position,
            why=why,
            at_close=kind in ("stock", "stock rate") if at_close is None else at_close,
            breakdowns_need=breakdowns_need or {},
            breakdowns_look_back=breakdowns_look_back or {},
            asks=asks,
            profile=profile,
            follows=follows,
            argues=argues,
        )
        return function

    return register


def catalogue() -> dict[str, Measure]:
    """Every measure by its id, in the order of the modules and of the functions in them.

    Examples
    --------
    >>> [name for name in catalogue() if name.startswith("cin_plan")]
    ['cin_plan_rate_safeguarding']
    """
    from quarterdeck import measures

    for module in iter_modules(measures.__path__):
        import_module(f"quarterdeck.measures.{module.name}")
    # A module that another imports registers first: the order must not hang on who was imported when.
    return dict(sorted(CATALOGUE.items(), key=lambda item: item[1].function.__module__))
