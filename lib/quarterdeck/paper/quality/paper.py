"""`QualityPaper`: what the notebook on data quality writes with."""

from __future__ import annotations

from functools import cached_property
from importlib.metadata import version
from typing import Protocol, cast

import pandas as pd
from markupsafe import Markup

from quarterdeck.errors import Refused
from quarterdeck.home import Home
from quarterdeck.paper import about, behind, words
from quarterdeck.paper import paper as writing
from quarterdeck.paper.blocks import paragraph
from quarterdeck.paper.quality import filled, intake, questions, rules, since
from quarterdeck.quality import Quality, kept_quality
from quarterdeck.quarter import Quarter

FAILING = (
    "Which records break a rule is in no paper. They are listed in a file beside the quarter’s papers that only its "
    "owner can read, {quarter}-failing_records.csv, by the rule’s code."
)


class Source(behind.Source, Protocol):
    """What the paper on data quality is made from: `quarterdeck.prepared.Prepared`, or a stand-in of its shape."""

    @property
    def problems(self) -> pd.DataFrame: ...  # noqa: D102

    @property
    def sources(self) -> pd.DataFrame: ...  # noqa: D102

    @property
    def completeness(self) -> pd.DataFrame: ...  # noqa: D102


class QualityPaper(writing.Paper):
    """The paper on data quality: a briefing paper whose subject is the returns themselves, for officers only.

    Raises
    ------
    Refused : it is asked for as a public paper.

    Examples
    --------
    >>> from quarterdeck.paper import QualityPaper
    >>> QualityPaper("data_quality", authority, "2017-18 Q3", "public", source=ready, commentary="")
    Traceback (most recent call last):
    quarterdeck.errors.Refused: the paper on data quality shows small counts: it is for officers only
    """

    def _begin(self) -> None:
        if not self.officers:
            raise Refused("the paper on data quality shows small counts: it is for officers only")
        super()._begin()

    @property
    def _data(self) -> Source:
        return cast("Source", self.source)

    @cached_property
    def _files(self) -> pd.DataFrame:
        """Every file and list, its format by the title that people know."""
        from quarterdeck.returns.formats import FORMATS

        titles = {name: words.sentence(kind.title) for name, kind in FORMATS.items()}
        return self._data.files.assign(format=self._data.files.format.replace(titles))

    @cached_property
    def _needed(self) -> dict[str, str]:
        """The table that each list of every format feeds; "" where no figure needs it."""
        from quarterdeck.returns.formats import FORMATS
        from quarterdeck.returns.staged import fed

        return {layout.name: fed(layout.table) for kind in FORMATS.values() for layout in kind.layouts}

    @cached_property
    def _unmade(self) -> list[intake.Unmade]:
        return intake.unmade(
            self.measures.values(), self.figures, self.quarter, self._data.sources, self._data.completeness
        )

    @cached_property
    def _since(self) -> since.Since | None:
        before = _last_quality(self.authority.slug, self.quarter)
        return since.since(before, self._data.rules, self._data.completeness) if before else None

    def summary(self) -> None:
        """What came in, what it is good for, and what breaks the rules most.

        Examples
        --------
        >>> quality.summary()
        """
        files, found = self._data.files, self._data.rules
        came, used, aside = (int(files[name].sum()) for name in ("rows_in", "rows_used", "rows_set_aside"))
        whole = sum(one.what == "the whole measure" for one in self._unmade)
        made, of = len(self.measures) - whole, len(self.measures)
        said = [
            f"{words.number(came)} rows came in, for this quarter and the years before it: {words.number(used)} were "
            f"used and {words.number(aside) if aside else 'none'} set aside.",
            f"All {of} measures can be made from them."
            if made == of
            else f"{made} of {of} measures can be made from them.",
        ]
        broken = rules.ranked(found)
        for kind, meaning in (("error", "on what cannot be so"), ("query", "on what may be so, but wants a look,")):
            own = broken[broken.severity == kind]
            ran = int(((found.severity == kind) & (found.state != "not run")).sum())
            if ran:
                rows = f", {words.number(own.failing.sum())} times in all" if own.failing.sum() else ""
                many, verb = words.sentence(words.count_word(len(own))), "is" if len(own) == 1 else "are"
                said.append(f"{many} of the {ran} rules {meaning} {verb} broken{rows}.")
        self._show(Markup("").join(map(paragraph, said)), " ".join(said))

    def enquiry(self, most: int = 10) -> None:
        """The questions that the data itself raises, ranked by a stated rule.

        Examples
        --------
        >>> quality.enquiry()
        """
        aside = int(self._data.files.rows_set_aside.sum())
        found = questions.questions(self._unmade, self._data.rules, self._reconciliation, aside, self._since)
        self._show(questions.listed(found[:most]), "Lines of enquiry")

    def came_in(self) -> None:
        """Every file and list: rows in, used and set aside, and what it fed.

        Examples
        --------
        >>> quality.came_in()
        """
        self._show(intake.came_in(self._files, self.quarter, self._needed), "What came in")

    def fed_by(self) -> None:
        """Which return each list of the records was taken from, and from when it tells everything.

        Examples
        --------
        >>> quality.fed_by()
        """
        from quarterdeck.returns.formats import FORMATS

        titles = {name: words.sentence(kind.title) for name, kind in FORMATS.items()}
        sources = self._data.sources.assign(format=self._data.sources.format.replace(titles))
        rows = {str(name): int(of) for name, of in self._data.completeness.groupby("table")["rows"].first().items()}
        self._show(intake.fed_by(sources, self._files, rows, self._needed), "Which return fed which list")

    def not_made(self) -> None:
        """What could not be made of the returns, and why.

        Examples
        --------
        >>> quality.not_made()
        """
        self._show(intake.not_made(self._unmade, len(self.measures)), "What could not be made")

    def set_aside(self) -> None:
        """Rows set aside and values made unknown, by rule.

        Examples
        --------
        >>> quality.set_aside()
        """
        self._show(intake.set_aside(self._data.problems, self._data.files), "What was set aside")

    def rules(self) -> None:
        """Every rule: those broken, those that could not be run and why, those kept.

        Examples
        --------
        >>> quality.rules()
        """
        where = FAILING.format(quarter=self.quarter.slug)
        self._show(rules.all_rules(self._data.rules, where), "What the rules found")

    def repairs(self) -> None:
        """What was put right, by rule.

        Examples
        --------
        >>> quality.repairs()
        """
        self._show(intake.repaired(self._repairs), "Repairs")

    def completeness(self) -> None:
        """How many rows fill each column.

        Examples
        --------
        >>> quality.completeness()
        """
        chart = filled.completeness_chart(self._data.completeness, self.quarter, self.authority.short_name)
        if chart:
            self.chart(chart)
        self._show(filled.completeness_tables(self._data.completeness), "Completeness by column")

    def since_last_quarter(self) -> None:
        """What moved since last quarter: rules, completeness, rows.

        Examples
        --------
        >>> quality.since_last_quarter()
        """
        self._show(since.changed(self._since, self.quarter), "What changed since last quarter")

    def about(self) -> None:
        """How the paper was made, for whom, and the fingerprints of the files.

        Examples
        --------
        >>> quality.about()
        """
        self._show(about.about_data(self.source.files, version("quarterdeck")), "About this paper")


def _last_quality(slug: str, quarter: Quarter) -> Quality | None:
    return kept_quality(Home.here(), slug, quarter.minus(1))
