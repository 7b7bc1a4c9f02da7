"""`Paper`: what a notebook writes a briefing paper with."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.metadata import version
from typing import Literal

import pandas as pd
from IPython.core.getipython import get_ipython
from IPython.display import display
from markupsafe import Markup

from quarterdeck.errors import Unknown
from quarterdeck.home import Home
from quarterdeck.measures.registry import Measure, catalogue
from quarterdeck.paper import about, blocks, changed, drawn, findings, named, tables, words
from quarterdeck.paper.ahead import if_nothing_changes
from quarterdeck.paper.anatomy import PARAGRAPH
from quarterdeck.paper.behind import Behind, Source
from quarterdeck.paper.cells import Cells
from quarterdeck.paper.charts import Chart
from quarterdeck.paper.commentary import Section, fill, sections
from quarterdeck.paper.costs import cost_tables, what_if
from quarterdeck.paper.headlines import headline
from quarterdeck.paper.scorecard import scorecard
from quarterdeck.paper.values import Values
from quarterdeck.paper.view import View
from quarterdeck.prepared import READY
from quarterdeck.quarter import Quarter

Audience = Literal["public", "officers"]
AUDIENCES: tuple[Audience, ...] = ("public", "officers")
MIME = "application/vnd.quarterdeck.paper+json"


class Paper(Behind):
    """A briefing paper of one authority, quarter and audience.

    Each method shows its part of the paper below the cell that calls it; the page is put together from them and from
    the notebook's Markdown by `quarterdeck.publish.render`.

    Parameters
    ----------
    name : the notebook's, as "performance_monitoring"; see `quarterdeck.paper.plans.PLANS`.
    authority : its folder's name.
    quarter : as "2017-18 Q3".
    audience : "public", where small numbers are hidden, or "officers".
    source : what it is made from; prepared from the returns where it is left out.
    measures : the catalogue.
    commentary : the officers' words, Markdown with one `##` heading a measure; from the quarter's folder if left out.
    own : the ids of the measures that it shows, in their order, where `PLANS` has none for it.

    Raises
    ------
    Refused : the authority, the quarter or the audience is not one there is.

    Examples
    --------
    >>> paper = Paper("child_protection", authority, "2017-18 Q3", "officers")  # doctest: +SKIP
    >>> str(paper.quarter), paper.officers
    ('2017-18 Q3', True)
    """

    def __init__(
        self,
        name: str,
        authority: str,
        quarter: str,
        audience: str = "public",
        *,
        source: Source | None = None,
        measures: Mapping[str, Measure] | None = None,
        commentary: str | None = None,
        own: Sequence[str] = (),
    ) -> None:
        if audience not in AUDIENCES:
            raise Unknown("audience", audience, AUDIENCES)
        self.name = name
        self.quarter = Quarter.parse(quarter)
        self.officers = audience == "officers"
        self.source = source if source is not None else _prepared(authority, self.quarter)
        self.authority = self.source.authority
        self.measures = dict(measures if measures is not None else catalogue())
        self.figures = self.source.figures if self.officers else self.source.public
        self.commentary = commentary if commentary is not None else _commentary(self.authority.slug, self.quarter)
        self.shown: list[Markup] = []
        self.cells = Cells()
        self._views: dict[str, View] = {}
        self._own = tuple(self.view(name).measure.id for name in own)
        self._said = 0
        self._begin()

    def view(self, measure: str) -> View:
        """All that the paper knows of a measure.

        Raises
        ------
        Unknown : no measure of the catalogue has this name; the nearest names are given.

        Examples
        --------
        >>> paper.view("cp_plan_rate").measure.unit
        'per_10k'
        """
        if measure not in self._views:
            found = self.measures.get(measure)
            if found is None:
                raise Unknown("measure", measure, self.measures)
            self._views[measure] = View(
                found, self._rows.get(measure, self.figures.iloc[:0]), self.quarter, self.authority
            )
        return self._views[measure]

    @cached_property
    def views(self) -> list[View]:
        """The measures of the paper's plan that the catalogue has, in the plan's order.

        Examples
        --------
        >>> len(paper.views)
        19
        """
        return [self.view(name) for name in self.plan.measures if name in self.measures]

    def _show(self, html: Markup, plain: str) -> None:
        self.shown.append(html)
        self.cells.add(html)
        if get_ipython() is not None:
            display({"text/html": str(html), "text/plain": plain}, metadata={"text/html": {"briefing": True}}, raw=True)

    def _begin(self) -> None:
        """Tell the page whose paper this is and what its figures are: of it a reader of the notebook sees the box."""
        if get_ipython() is None:
            return
        copy = "officers’ copy, not for publication" if self.officers else "public copy"
        title = self.name.replace("_", " ").capitalize()
        plain = f"{title}: {self.authority.name}, {words.short_quarter(self.quarter)}, {copy}"
        front = json.loads(json.dumps(self.front()))
        display({MIME: front, "text/html": front["data"], "text/plain": plain}, raw=True)

    def summary(self) -> None:
        """What a member should know first: how many measures meet their targets, what is unusual, what contradicts.

        Examples
        --------
        >>> paper.summary()
        """
        html = Markup("").join(findings.summary(self.views, self._reconciliation))
        self._show(html, str(html.striptags()))

    def scorecard(self) -> None:
        """The paper's measures in one table, or as cards: figures, change, rating, target, England, neighbours.

        Examples
        --------
        >>> paper.scorecard()
        """
        place = f"{self.authority.name}, {words.months_of(self.quarter)}"
        html = scorecard(self.views, f"The measures of this paper: {place}", drawn.spark, self._address)
        self._show(html, f"Scorecard of {len(self.views)} measures")

    def _address(self, view: View) -> str:
        return f"#{blocks.anchor(view.measure.id)}" if view.measure.id in self.plan.measures else ""

    def enquiry(self, most: int = 7) -> None:
        """The questions that the figures raise, ranked by a stated rule.

        Examples
        --------
        >>> paper.enquiry(most=5)
        """
        self._show(
            findings.enquiry(self.figures, self.views, self._reconciliation, most, self._address), "Lines of enquiry"
        )

    def reconciled(self, *, in_full: bool = False) -> None:
        """Figures already printed, laid against those that the records give.

        Parameters
        ----------
        in_full : every figure that was printed before, of whatever measure, and those too that agree.

        Examples
        --------
        >>> paper.reconciled(in_full=True)
        """
        beside = self.measures if in_full else {name for own in self.plan.measures for name in self._beside(own)}
        others = {name: self.measures[name].short for name in beside}
        html = findings.reconciled(self.views, self._reconciliation, others, in_full=in_full)
        self._show(html, "Printed figures against the records")

    def changes(self) -> None:
        """What changed since the last paper: its figures as it printed them, corrections apart from real change.

        Examples
        --------
        >>> paper.changes()
        """
        self._show(changed.changes(self.views, self._as_published), "What changed since the last paper")

    def revisions(self) -> None:
        """Every figure of whatever measure that an earlier paper printed and that now computes otherwise.

        Examples
        --------
        >>> paper.revisions()
        """
        everything = [self.view(name) for name in self.measures]
        self._show(changed.revisions(everything, self._as_published), "Figures revised since they were published")

    def measure(self, measure: str, breakdowns: Sequence[str] = ()) -> None:
        """The whole block of a measure: headline, charts, tables, facts, contradictions, commentary, definition.

        Parameters
        ----------
        measure : its id.
        breakdowns : further breakdowns to give a table of, besides its own.

        Examples
        --------
        >>> paper.measure("cp_plan_rate", breakdowns=("category_of_abuse",))
        """
        view = self.view(measure)
        named.check_breakdowns(view, breakdowns)
        own = self.plan.measures
        place = f"Measure {own.index(measure) + 1} of {len(own)}" if self.plan.counted and measure in own else ""
        charts, own_tables = drawn.charts_of(view), drawn.tables_of(view, breakdowns)
        if measure == "placement_costs":
            charts, own_tables = drawn.cost_charts(view), [*cost_tables(self.view), *own_tables[:1]]
        html = blocks.measure_block(
            view,
            place,
            headline(view.measure, view.rows, self.quarter, view.verdict.kind, view.lacks),
            charts,
            own_tables,
            findings.clashes_of(self._reconciliation, view, self._beside(measure), self._titles),
            self._said_of(measure),
            drawn.caveats(view),
        )
        self._show(html, f"{view.measure.title}: {Markup(view.shown(view.now)).striptags()}")
        for one in self.measures.values():
            if one.follows == (self.name, measure):
                if one.argues:
                    self._show(named.paragraph(one.argues, self._values, one.id), one.argues)
                self.measure(one.id)

    def rows(self, measure: str, breakdown: str = "all", category: str = "", kind: str = "") -> pd.DataFrame:
        """The figures of a measure by date, of this copy, for a chart or a table of one's own.

        Parameters
        ----------
        breakdown : one of its breakdowns; "all" for the whole, "beside" for what is counted beside it.
        category : one category of the breakdown; all of them, where it is not given.
        kind : month, quarter, year_to_date or rolling_12_months; its own, where it is not given.

        Returns
        -------
        Columns category, start, end, numerator, denominator, value, lower, upper (float64) and status, ascending by
        end; `figures.frame.figures` says what they mean.

        Raises
        ------
        Unknown : the measure, the breakdown, the category or the kind is none there is; the nearest are given.

        Examples
        --------
        >>> paper.rows("cp_plan_rate").tail(9)[["end", "value"]].columns.tolist()
        ['end', 'value']
        >>> by_age = paper.rows("cp_plan_rate", "category_of_abuse", kind="month")
        """
        return named.rows(self.view(measure), breakdown, category, kind)

    @cached_property
    def _sections(self) -> dict[str, Section]:
        return sections(self.commentary, known=self.measures)

    @cached_property
    def _values(self) -> Values:
        return Values(self.figures, self.quarter, self.measures)

    def _said_of(self, measure: str) -> blocks.Said | None:
        """What officers say of a measure, its figures filled in."""
        section = self._sections.get(measure)
        if section is None or not section.text.strip():
            return None
        filled = fill(section.text, self._values, line=section.line, measure=measure)
        html = Markup(filled.html.replace("<p>", str(PARAGRAPH)).replace("<ul>", '<ul class="list">'))
        return blocks.Said(section.role, html, filled.traced, filled.amiss_told(nearest=self.officers))

    def chart(self, chart: Chart) -> None:
        """A chart of the analyst's own; it has an alternative or it could not have been made.

        Examples
        --------
        >>> from quarterdeck.paper.charts import trend
        >>> months = paper.rows("cla_rate", kind="month").tail(24)
        >>> paper.chart(trend(months, key="own", unit="per_10k", quarter=paper.quarter, subtitle="Children in care"))
        """
        self._show(Markup(chart.html), f"{chart.title}. {chart.alternative}")

    def table(self, frame: pd.DataFrame, caption: str, note: str = "", decimals: int = 1) -> None:
        """A table of the analyst's own: the index heads the rows.

        Parameters
        ----------
        caption : what it shows.
        note : small under the caption.
        decimals : of columns that are not whole numbers.

        Examples
        --------
        >>> rows = paper.rows("cp_plan_rate").tail(4).set_index("end")
        >>> paper.table(rows[["numerator", "value"]], "Child protection plans in the last quarters")
        """
        self._said += 1
        self._show(tables.frame_table(f"t-own-{self._said}", frame, caption, note, decimals), caption)

    def say(self, text: str) -> None:
        """A numbered paragraph of plain text, for a sentence that has to be worked out.

        Examples
        --------
        >>> plans = paper.rows("cp_plan_rate").numerator.iloc[-1]
        >>> paper.say(f"{plans:.0f} children are on plans.")
        """
        self._show(blocks.paragraph(text), text)

    def beside_published(self, measures: Sequence[str]) -> None:
        """What was published of the authority each year, with its date, beside the same from these records.

        Parameters
        ----------
        measures : ids of measures that a published one belongs to.

        Examples
        --------
        >>> paper.beside_published(["cp_plan_rate", "cla_rate"])
        """
        html = drawn.published_table([self.view(measure) for measure in measures])
        self._show(html, "Published figures beside these records")

    def year_ends(self, *measures: str, parts: bool = False) -> None:
        """Measures that only a year's return tells, at each year's end: apart from what is told of the quarter.

        Parameters
        ----------
        measures : their ids; see `Plan.annual`.
        parts : with each category of each measure's own breakdown, and a table of its own for each measure.

        Examples
        --------
        >>> paper.year_ends("cla_health_annual", "cla_sdq_annual")
        """
        views = [self.view(name) for name in measures]
        self._show(drawn.year_ends_by_part(views) if parts else drawn.year_ends(views), "By the year")

    def what_if(self, moves: Sequence[int], percent: float, pairs: Sequence[tuple[str, str]] | None = None) -> None:
        """What a move of placements, the number against forecast and a change of price would cost or save in a year.

        Parameters
        ----------
        moves : how many placements move.
        percent : by how much each price rises.
        pairs : from which type to which; left out, from each type bought outside to the council's own of its kind.

        Examples
        --------
        >>> paper.what_if(moves=(1, 5, 10), percent=5)
        """
        self._show(Markup("").join(what_if(self.view, moves, percent, pairs)), "What if")

    def if_nothing_changes(self) -> None:
        """Where the number in care goes in four quarters, if starts and exits stay as they were.

        Examples
        --------
        >>> paper.if_nothing_changes()
        """
        self._show(Markup("").join(if_nothing_changes(self.view("cla_rate"))), "If nothing changes")

    def preview(self) -> None:
        """The whole paper below this cell, as its readers will have it: its page, in a frame of its own.

        The words are those of the notebook as it was last saved. A build leaves this out.

        Raises
        ------
        PaperError : the paper cannot be made as it stands; the message says where and what to do.

        Examples
        --------
        >>> paper.preview()
        """
        if get_ipython() is not None and READY not in os.environ:
            from quarterdeck.publish.preview import show

            show(self)

    def contacts(self) -> None:
        """Who to ask, by role.

        Examples
        --------
        >>> paper.contacts()
        """
        self._show(about.contacts(self.authority), "Contact points")

    def about(self) -> None:
        """Sources, files and their fingerprints, comparators, population, symbols, how it was made.

        Examples
        --------
        >>> paper.about()
        """
        self._show(
            about.about(self.views, self.source.files, self.officers, version("quarterdeck")), "About these figures"
        )

    def glossary(self) -> None:
        """The acronyms of the papers.

        Examples
        --------
        >>> paper.glossary()
        """
        self._show(about.glossary(), "Acronyms")


def _commentary(slug: str, quarter: Quarter) -> str:
    path = Home.here().quarter_folder(slug, quarter) / "commentary.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _prepared(authority: str, quarter: Quarter) -> Source:
    from quarterdeck.prepared import prepared

    return prepared(authority, Home.here().accepted(authority, str(quarter)))
