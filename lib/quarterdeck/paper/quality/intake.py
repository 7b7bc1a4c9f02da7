"""What came in, which source told what, what could not be made of it, and what was set aside or repaired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from quarterdeck.measures.registry import Measure
from quarterdeck.paper import tables, words
from quarterdeck.paper.blocks import label, paragraph
from quarterdeck.paper.quality.names import column_name, list_name, need_name
from quarterdeck.paper.tables import Cell, Head
from quarterdeck.quarter import Quarter

NOT_USED = "Not used: another source was preferred"
PERIODS = {
    "month": "months",
    "quarter": "quarters",
    "year_to_date": "years to date",
    "rolling_12_months": "12 months",
}
NO_FIGURE = "Read and counted: no figure needs it yet"


def came_in(files: pd.DataFrame, quarter: Quarter, needed: Mapping[str, str]) -> Markup:
    """Every file and list: rows in, used and set aside, and the list of the records that it fed.

    Parameters
    ----------
    files : as `quarterdeck.returns.Intake` has them.
    quarter : whose extract comes first; the others are folded away.
    needed : the table that each list of the formats would feed, "" where no figure needs it.
    """
    own = files.file.str.startswith(f"{quarter.slug}/")
    said = paragraph(
        f"The extract of {words.short_quarter(quarter)} is {_counted(files[own])}. Each collection year before it is "
        "counted from its last extract. Every row is accounted for: rows in are rows used and rows set aside together."
    )
    mine = files[own].assign(file=files.file[own].str.removeprefix(f"{quarter.slug}/"))
    parts = [said, _files("t-in", f"What came in for {words.short_quarter(quarter)}", mine, needed)]
    if len(files[~own]):
        caption = "What came in for the years before"
        parts.append(_files("t-in-before", caption, files[~own], needed, folded=True))
    return Markup("").join(parts)


def _counted(files: pd.DataFrame) -> str:
    many = files.file.nunique()
    return f"{words.number(many)} file{'' if many == 1 else 's'} with {words.number(files.rows_in.sum())} rows"


def _files(id: str, caption: str, files: pd.DataFrame, needed: Mapping[str, str], folded: bool = False) -> Markup:
    rows = [
        [
            _file(str(row["file"]), str(row["list"])),
            str(row["format"]),
            *(words.number(float(row[name])) for name in ("rows_in", "rows_used", "rows_set_aside")),
            _fed(str(row["table"]), needed.get(str(row["list"]), "")),
        ]
        for row in files.to_dict("records")
    ]
    totals = [words.number(float(files[name].sum())) for name in ("rows_in", "rows_used", "rows_set_aside")]
    heads = ["File", Head("Return", kind="w"), "Rows in", "Used", "Set aside", Head("What it fed", kind="w")]
    kinds = ["", "w", "", "", "", "w"]
    return tables.table(id, caption, heads, rows, foot=["All", "", *totals, ""], kinds=kinds, folded=folded)


def _file(file: str, listed: str) -> Cell:
    """The file, and the list in it where the file holds several or is not called by it."""
    stem = file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return file if stem == listed else Markup("{}<small> {}</small>").format(file, listed)


def _fed(table: str, needed: str) -> str:
    return words.sentence(list_name(table)) if table else NOT_USED if needed else NO_FIGURE


def fed_by(sources: pd.DataFrame, files: pd.DataFrame, rows: Mapping[str, int], needed: Mapping[str, str]) -> Markup:
    """Which return each list of the records came from, from when it tells everything, and what else told of it.

    Parameters
    ----------
    sources : table, format, events_since, open_since.
    files : as `came_in` takes them, their formats by title.
    rows : of each table, in this quarter's extract.
    needed : as `came_in` takes it.
    """
    spare = files[files.table == ""].assign(would=files.list.map(needed).fillna(""))
    others = {name: part.format.unique().tolist() for name, part in spare[spare.would != ""].groupby("would")}
    made = [
        [
            words.sentence(list_name(str(row["table"]))),
            str(row["format"]),
            words.number(rows.get(str(row["table"]), 0)),
            _since(row["events_since"]),
            _since(row["open_since"]),
            words.listed(others.get(str(row["table"]), [])) or "none",
        ]
        for row in sources.to_dict("records")
    ]
    heads = [
        "List",
        Head("Taken from", kind="w"),
        Head("Rows", "this quarter’s extract"),
        Head("Tells what happened", "from", kind="w"),
        Head("Tells what is open", "from", kind="w"),
        Head("Also told by", "not used", kind="w"),
    ]
    said = paragraph(
        "Where several returns tell of the same thing, one of them is used for all of it, so that nothing is counted "
        "twice: the statutory return first. Who the children are is filled together from every return that says so."
    )
    return said + tables.table(
        "t-sources", "The return that each list was taken from", heads, made, kinds=["", "w", "", "w", "w", "w"]
    )


def _since(day: pd.Timestamp) -> Cell:
    return Markup('<span class="nb">{}</span>').format(words.date(day)) if pd.notna(day) else "no date of its own"


@dataclass(frozen=True)
class Unmade:
    """A figure that cannot be had.

    Parameters
    ----------
    measures : their short titles.
    what : the whole measure, one way to break it down, or the periods up to a day.
    why : what lacks, or how far the returns would have to reach.
    lacks : the table or column that lacks; "" where it is time that does.
    now : it lacks this quarter, not only for a time gone by.
    """

    measures: tuple[str, ...]
    what: str
    why: str
    lacks: str = ""
    now: bool = True


def unmade(
    measures: Iterable[Measure],
    figures: pd.DataFrame,
    quarter: Quarter,
    sources: pd.DataFrame,
    completeness: pd.DataFrame,
) -> list[Unmade]:
    """What of the catalogue the returns do not give: whole measures first, then ways to break them down, then times.

    Parameters
    ----------
    figures : the tidy frame; what it does not hold is marked "x".
    sources, completeness : what the returns tell, and from when.
    """
    told = _Told(sources, completeness)
    own = {str(name): rows for name, rows in figures.groupby("measure", observed=True)}
    whole: list[Unmade] = []
    parts: dict[tuple[str, str, str], list[str]] = {}
    times: list[Unmade] = []
    for measure in measures:
        rows = own.get(measure.id, figures.iloc[:0])
        lacks = told.lacking(measure.needs)
        now = rows[(rows.end == quarter.end) & (rows.kind.astype("str") == measure.headline)]
        if lacks or (now.status == "x").all():
            unsaid = measure.profile and not lacks and (rows.status == "x").all()
            why = f"the authority’s profile does not say {measure.profile}" if unsaid else told.why(measure, lacks)
            whole.append(Unmade((measure.short,), "the whole measure", why, lacks))
            continue
        for breakdown in measure.breakdowns:
            if (rows.breakdown == breakdown).any():
                continue
            lacks = told.lacking(measure.needed_by(breakdown))
            why = told.why(measure, lacks) if lacks else "no return tells it"
            parts.setdefault((breakdown, why, lacks), []).append(measure.short)
        times += [Unmade((measure.short,), said, told.why(measure, ""), now=False) for said in _earlier(rows)]
    broken = [
        Unmade(tuple(names), f"by {label(breakdown).lower()}", why, lacks)
        for (breakdown, why, lacks), names in parts.items()
    ]
    return [*whole, *broken, *times]


def _earlier(rows: pd.DataFrame) -> list[str]:
    """The periods of a measure, and of a way to break it down where that lacks more, that the returns do not reach."""
    absent = rows[(rows.status == "x") & (rows.breakdown != "beside")]
    last = absent.groupby([absent.breakdown, absent.kind.astype("str")]).end.max()
    said = []
    for breakdown in sorted(last.index.unique(level=0), key=lambda name: name != "all"):
        ends = {kind: last.get((breakdown, kind)) for kind in PERIODS}
        more = {
            kind: end
            for kind, end in ends.items()
            if end is not None and (breakdown == "all" or end > last.get(("all", kind), pd.Timestamp.min))
        }
        if more:
            periods = words.listed(f"{PERIODS[kind]} up to {words.date(end)}" for kind, end in more.items())
            said.append(periods if breakdown == "all" else f"by {label(breakdown).lower()}: {periods}")
    return said


class _Told:
    """Which tables and columns the returns give, and from when."""

    def __init__(self, sources: pd.DataFrame, completeness: pd.DataFrame) -> None:
        known = completeness[completeness.told.astype(bool)]
        self.names = set(completeness.table) | set(known.table + "." + known.column)
        self.since = sources.set_index("table")[["events_since", "open_since"]]

    def lacking(self, needs: Sequence[str]) -> str:
        """The first need that no return gives, as `table` or `table.column`; "" where none lacks."""
        absent = [need for need in needs if not any(part in self.names for part in need.split("|"))]
        return absent[0].partition("|")[0] if absent else ""

    def why(self, measure: Measure, lacks: str) -> str:
        if lacks:
            return f"no return gives {need_name(lacks)}"
        if measure.unit == "per_10k" and not measure.looks_back:
            return "the returns, or the population estimates, do not reach back to it"
        tables = {part.partition(".")[0] for need in measure.needs for part in need.split("|")}
        days = self.since[self.since.index.isin(tables)]["open_since" if measure.at_close else "events_since"]
        start = f"the returns tell from {words.date(days.max())}" if days.notna().any() else "the returns do not"
        back = f"it looks back {measure.looks_back} months, and " if measure.looks_back else ""
        return f"{back}{start}" if days.notna().any() else f"{back}the returns do not reach so far"


def not_made(found: Sequence[Unmade], of: int) -> Markup:
    """What could not be made and why, as a table.

    Parameters
    ----------
    of : how many measures the catalogue has.
    """
    whole = sum(one.what == "the whole measure" for one in found)
    many = f"{words.number(of - whole)} of {words.number(of)}" if whole else f"All {words.number(of)}"
    parts = [paragraph(f"{many} measures can be made for this quarter from these returns.")]
    heads = ["Measure", Head("Not available", kind="w"), Head("Why", kind="w")]
    for id, caption, chosen in (
        ("t-not-made", "What could not be made for this quarter", [one for one in found if one.now]),
        ("t-not-reached", "Earlier periods that the returns do not reach", [one for one in found if not one.now]),
    ):
        rows = [[_named(one.measures), words.sentence(one.what), words.sentence(one.why)] for one in chosen]
        if rows:
            parts.append(tables.table(id, caption, heads, rows, kinds=["", "w", "w"]))
    return Markup("").join(parts)


def _named(measures: Sequence[str]) -> Cell:
    if len(measures) <= 3:
        return words.listed(measures)
    return Markup("{} measures<small> {}</small>").format(words.number(len(measures)), words.listed(measures))


def set_aside(problems: pd.DataFrame, files: pd.DataFrame) -> Markup:
    """Rows set aside and values made unknown, by rule; no value of a row is among them."""
    aside = int(files.rows_set_aside.sum())
    if problems.empty:
        return paragraph("Every row could be used, and every code is one that its year knows.")
    said = paragraph(
        f"{words.number(aside)} row{' was' if aside == 1 else 's were'} set aside, and "
        f"{words.number(len(problems))} problem{' was' if len(problems) == 1 else 's were'} found in all: a row may "
        "have several. A code that its year does not know makes the value unknown, and the row is used, unless it "
        "cannot do without it; any other problem sets the row aside."
    )
    kinds = problems.groupby(["rule", "column"], sort=False)
    counted = kinds.agg(times=("file", "size"), files=("file", "nunique"), expected=("expected", _one)).reset_index()
    counted = counted.sort_values("times", ascending=False, kind="stable")
    rows: list[list[Cell]] = [
        [
            words.sentence(str(row["rule"])),
            str(row["column"]) or "the whole row",
            str(row["expected"]),
            words.number(float(row["files"])),
            words.number(float(row["times"])),
        ]
        for row in counted.to_dict("records")
    ]
    heads = ["What was wrong", Head("Heading", kind="w"), Head("What was expected", kind="w"), "Files", "Times"]
    return said + tables.table("t-aside", "Problems in rows, by rule", heads, rows, kinds=["", "w", "w", "", ""])


def _one(expected: pd.Series) -> str:
    """What was expected, where it is the same every time."""
    said = expected.unique()
    return str(said[0]) if len(said) == 1 else f"{said[0]}, or the like"


def repaired(repairs: pd.DataFrame | None) -> Markup:
    """What was put right, by rule and year; `None` where no account of repairs is given."""
    if repairs is None:
        return paragraph("No account of repairs is kept of these returns.")
    if repairs.empty:
        return paragraph("Nothing had to be repaired.")
    said = paragraph(
        f"{words.number(repairs['rows'].sum())} rows were repaired, only where the returns themselves settle what is "
        "right. What they leave open is left as it is, for a rule to find and a person to correct."
    )
    rows: list[list[Cell]] = [
        [
            str(row["rule"]),
            str(row["description"]),
            words.sentence(list_name(str(row["table"]))),
            str(row["collection_year"]),
            words.number(float(row["rows"])),
        ]
        for row in repairs.sort_values(["rule", "collection_year"], kind="stable").to_dict("records")
    ]
    heads = ["Rule", Head("What was found and done", kind="w"), Head("List", kind="w"), "Collection year", "Rows"]
    return said + tables.table("t-repairs", "Repairs", heads, rows, kinds=["", "w", "w", "", ""])


def filled_column(table: str, column: str) -> Cell:
    """A column, and the list that it stands in."""
    return Markup("{}<small> {}</small>").format(words.sentence(column_name(column)), list_name(table))
