"""What two quarters' or two builds' papers tell otherwise: their figures, and their words as a reader sees them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path

import pandas as pd
from lxml import etree
from lxml.html import HtmlElement, parse
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from quarterdeck.errors import Refused
from quarterdeck.publish.plan import AUDIENCES

FIGURES = "figures.csv"
KEY = ["measure", "title", "kind", "start", "end", "breakdown", "category"]
SHOWN = ["numerator", "denominator", "value", "status"]
PARAGRAPHS = ("p", "li", "h1", "h2", "h3", "h4", "dt", "dd", "figcaption", "caption", "summary", "tr")
ALIKE = 0.4
"""How alike two paragraphs are, of 1, for the one to be what the other was before."""


@dataclass(frozen=True)
class Words:
    """A paragraph that is not the same in both; "" where one has it not.

    Parameters
    ----------
    page : the file's name.
    then, now : as a reader sees them.
    """

    page: str
    then: str
    now: str


@dataclass(frozen=True)
class Difference:
    """What two folders of one audience tell otherwise.

    Parameters
    ----------
    audience : public or officers; "" where two folders of pages were named.
    revised : figures of periods that both tell of: `measure` to `category`, then `value_then`, `value_now`, ….
    new, gone : figures that only the second tells, and only the first.
    last, first : the end of the last period that the first tells of, and of the first period that the second does.
    pages_new, pages_gone : pages that only one of the two has.
    words : paragraphs, page by page.
    """

    audience: str
    revised: pd.DataFrame
    new: pd.DataFrame
    gone: pd.DataFrame
    last: str
    first: str
    pages_new: tuple[str, ...]
    pages_gone: tuple[str, ...]
    words: tuple[Words, ...]

    @property
    def parts(self) -> dict[str, pd.DataFrame]:
        """The new and the gone, by why: the time that papers tell of has moved on, or they tell of other things."""
        later, over = self.new.end > self.last, self.gone.end < self.first
        return {
            "New periods": self.new[later],
            "New": self.new[~later],
            "Past periods, no longer told": self.gone[over],
            "Gone": self.gone[~over],
        }

    @property
    def none(self) -> bool:
        """Whether both tell the same."""
        return not (len(self.revised) + len(self.new) + len(self.gone)) and not (
            self.pages_new or self.pages_gone or self.words
        )


def differences(then: Path, now: Path) -> list[Difference]:
    """What two folders tell otherwise, for each audience that both are for.

    Parameters
    ----------
    then, now : quarters' folders of outputs, or folders of pages within them.

    Raises
    ------
    Refused : a folder holds no papers, or no audience has both.
    """
    for folder in (then, now):
        if not _audiences(folder):
            raise Refused(
                f"{folder} holds no papers: name a quarter's folder of outputs, or public/ or officers/ in one."
            )
    both = [audience for audience in _audiences(then) if audience in _audiences(now)]
    if not both:
        raise Refused(f"{then} and {now} are for no audience that both are for: name two quarters, or two public/.")
    return [_difference(audience, then / audience, now / audience) for audience in both]


def _audiences(folder: Path) -> list[str]:
    """The audiences that a folder has pages for; "" where it is itself the pages of one."""
    return [audience for audience in ("", *AUDIENCES) if (folder / audience / FIGURES).is_file()]


def _difference(audience: str, then: Path, now: Path) -> Difference:
    told_then, told_now = _figures(then), _figures(now)
    revised, new, gone = figures_between(told_then, told_now)
    before, after = ({path.name for path in folder.glob("*.html")} for folder in (then, now))
    words = [one for page in sorted(before & after) for one in words_between(page, then / page, now / page)]
    return Difference(
        audience,
        revised,
        new,
        gone,
        last=told_then.end.max(),
        first=told_now.end.min(),
        pages_new=tuple(sorted(after - before)),
        pages_gone=tuple(sorted(before - after)),
        words=tuple(words),
    )


def _figures(folder: Path) -> pd.DataFrame:
    rows = pd.read_csv(folder / FIGURES, dtype="str", keep_default_na=False, usecols=[*KEY, *SHOWN])
    return rows[[*KEY, *SHOWN]]


def figures_between(then: pd.DataFrame, now: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Figures revised, those that only the second tells, and those that only the first does.

    Parameters
    ----------
    then, now : texts, as `figures.csv` has them; a row for each measure, period and category.

    Examples
    --------
    >>> row = dict(measure="m", title="M", kind="quarter", start="2017-10-01", breakdown="all", category="all")
    >>> told = dict(numerator="3", denominator="", status="")
    >>> then = pd.DataFrame([row | told | {"end": "2017-12-31", "value": "3"}])
    >>> now = pd.DataFrame([row | told | {"end": end, "value": "4"} for end in ("2017-12-31", "2018-03-31")])
    >>> revised, new, gone = figures_between(then, now)
    >>> revised[["value_then", "value_now"]].to_numpy().tolist(), new.end.tolist(), len(gone)
    ([['3', '4']], ['2018-03-31'], 0)
    """
    keys = [name for name in KEY if name != "title"]
    both = then.drop(columns="title").merge(
        now.drop(columns="title"), on=keys, how="outer", suffixes=("_then", "_now"), indicator="told", validate="1:1"
    )
    titles = pd.concat([then, now]).drop_duplicates("measure", keep="last").set_index("measure").title
    both.insert(1, "title", both.measure.map(titles))
    order = {"measure": True, "end": False, "part": True, "kind": True, "breakdown": True, "category": True}
    both = both.assign(part=both.breakdown != "all").sort_values([*order], ascending=[*order.values()])
    same = pd.concat([both[f"{name}_then"] == both[f"{name}_now"] for name in SHOWN], axis=1).all(axis=1)
    parts = both[(both.told == "both") & ~same], both[both.told == "right_only"], both[both.told == "left_only"]
    revised, new, gone = (part.drop(columns=["told", "part"]).reset_index(drop=True) for part in parts)
    return revised, _only(new, "now"), _only(gone, "then")


def _only(rows: pd.DataFrame, which: str) -> pd.DataFrame:
    return rows[[*KEY, *(f"{name}_{which}" for name in SHOWN)]].rename(
        columns={f"{name}_{which}": name for name in SHOWN}
    )


def words_between(page: str, then: Path, now: Path) -> Iterator[Words]:
    """The paragraphs of a page that are not the same in two of its versions."""
    before, after = paragraphs(then), paragraphs(now)
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            yield from (Words(page, one, other) for one, other in _matched(before[a:b], after[c:d]))


def _matched(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Paragraphs beside those that they became: in their order, where two are alike enough."""
    rest = list(after)
    for one in before:
        found = next((at for at, other in enumerate(rest) if _alike(one, other)), None)
        if found is None:
            yield one, ""
        else:
            yield from (("", other) for other in rest[:found])
            yield one, rest[found]
            rest = rest[found + 1 :]
    yield from (("", other) for other in rest)


def _alike(one: str, other: str) -> bool:
    matched = SequenceMatcher(None, one.split(), other.split(), autojunk=False)
    return matched.real_quick_ratio() > ALIKE and matched.ratio() > ALIKE


def paragraphs(page: Path) -> list[str]:
    """The words of a page, paragraph by paragraph, without their numbers; a row of a table is one."""
    body = parse(page).getroot().body
    etree.strip_elements(body, "style", "script", "svg", with_tail=False)
    for number in body.find_class("pn"):
        number.drop_tree()
    blocks = (element for element in body.iter(*PARAGRAPHS) if next(element.iterdescendants(*PARAGRAPHS), None) is None)
    return [text for element in blocks if (text := _text(element))]


def _text(element: HtmlElement) -> str:
    cells = [" ".join(" ".join(cell.itertext()).split()) for cell in element.iterchildren("th", "td")]
    text = " | ".join(cells) if cells else " ".join(" ".join(element.itertext()).split())
    return re.sub(r"\s+([,.;:)])", r"\1", text.replace("( ", "("))


def as_json(found: Sequence[Difference]) -> str:
    """Differences as JSON: an object for each audience."""
    frames = ("revised", "new", "gone")
    told = [
        asdict(replace(one, **dict.fromkeys(frames))) | {name: getattr(one, name).to_dict("records") for name in frames}
        for one in found
    ]
    return json.dumps(told, ensure_ascii=False, indent=1)


def show(found: Sequence[Difference], console: Console, most: int | None = 20) -> None:
    """Tell of differences, for a person to read.

    Parameters
    ----------
    most : figures and paragraphs told of each kind; the rest are counted. None for all.
    """
    for one in found:
        console.print(f"[b]{one.audience or 'pages'}[/b]" + (": the same figures, the same words" if one.none else ""))
        if one.none:
            continue
        _show_figures(one, console, most)
        for said, pages in (("Only in the second", one.pages_new), ("Only in the first", one.pages_gone)):
            if pages:
                console.print(f"\n[b]{said}[/b]: {', '.join(pages)}", highlight=False)
        for page, words in groupby(one.words, key=lambda each: each.page):
            told = list(words)
            console.print(f"\n[b]{page}[/b]: {len(told)} paragraphs", highlight=False)
            for each in told[:most]:
                console.print(*_marked(each), sep="\n", end="\n\n", highlight=False)
            _and_more(len(told), most, "paragraphs", console)


def _show_figures(one: Difference, console: Console, most: int | None) -> None:
    counts = f"{len(one.revised):,} revised, {len(one.new):,} new, {len(one.gone):,} gone"
    console.print(f"Figures: {counts}", highlight=False)
    if len(one.revised):
        table = Table("measure", "category", "period", "then", "now", title="Revised", title_justify="left", box=None)
        rows = one.revised if most is None else one.revised.head(most)
        for row in rows.to_dict("records"):
            category = "" if row["breakdown"] == "all" else f"{row['breakdown']}: {row['category']}"
            period = f"{row['kind'].replace('_', ' ')} to {row['end']}"
            told = (escape(_told({name: row[f"{name}_{when}"] for name in SHOWN})) for when in ("then", "now"))
            table.add_row(row["measure"], escape(category), period, *told)
        console.print(table)
        _and_more(len(one.revised), most, "revised figures", console)
    for said, rows in one.parts.items():
        if len(rows):
            console.print(f"{said}: {len(rows):,} figures, {_span(rows)}", highlight=False)
            if "periods" not in said:
                for measure, of in rows.groupby("measure", sort=False):
                    console.print(f"  {measure}: {len(of):,}, {_span(of)}", highlight=False, soft_wrap=True)


def _span(rows: pd.DataFrame) -> str:
    first, last = rows.end.min(), rows.end.max()
    return f"periods ending {first}" + (f" to {last}" if first != last else "")


def _told(figure: Mapping[str, str]) -> str:
    """A figure in a cell, with what it is made of, and its symbol where it is hidden or there is none."""
    top, below, status = figure["numerator"], figure["denominator"], figure["status"]
    made_of = f" ({top} of {below})" if top and below else ""
    return f"{figure['value']}{made_of}{f' [{status}]' if status else ''}".strip()


def _marked(words: Words) -> list[Text]:
    """The two versions of a paragraph, with the words in bold that only one of them has."""
    one, other = words.then.split(), words.now.split()
    then, now = Text("- ", style="red"), Text("+ ", style="green")
    for what, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        for text, part in ((then, one[a:b]), (now, other[c:d])):
            text.append(" ".join([*part, ""]), style="" if what == "equal" else "bold")
    return [text for text, told in ((then, words.then), (now, words.now)) if told]


def _and_more(number: int, most: int | None, what: str, console: Console) -> None:
    if most is not None and number > most:
        console.print(f"… and {number - most:,} more {what}: --all shows them.", highlight=False)
