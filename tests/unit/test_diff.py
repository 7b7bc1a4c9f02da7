"""`quarterdeck diff` tells figures that were revised from those of new periods, and words as a reader sees them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from quarterdeck.errors import Refused
from quarterdeck.proof.diff import as_json, differences, paragraphs, show

HEAD = "measure,title,unit,kind,start,end,breakdown,category,numerator,denominator,value,lower,upper,status\n"
OLD = "cp,Plans,number,month,2017-08-01,2017-08-31,all,all,400,,400,,,\n"
SAME = "cp,Plans,number,month,2017-09-01,2017-09-30,all,all,410,,410,,,\n"
THEN = "cp,Plans,number,month,2017-10-01,2017-10-31,all,all,420,,420,,,\n"
REVISED = THEN.replace("420", "424")
HIDDEN = "cp,Plans,number,month,2017-10-01,2017-10-31,all,all,,,,,,c\n"
NEW = "cp,Plans,number,month,2017-11-01,2017-11-30,all,all,430,,430,,,\n"
PAGE = """<!doctype html><html><head><title>t</title></head><body><nav><ul><li>Plans</li></ul></nav><main>
<h2>Plans</h2><p class="n"><span class="pn">{number}.</span>{said}</p><p>It stays <b>as</b> it is.</p>
<svg><title>drawn</title><text>9</text></svg><table><tr><th>Month</th><th>Plans</th></tr><tr><th>October</th><td>{value}</td></tr></table>
</main></body></html>"""


def pages(folder: Path, rows: str, said: str, value: str = "420", number: str = "1") -> Path:
    """A folder of one page and its figures."""
    folder.mkdir(parents=True)
    (folder / "figures.csv").write_text(HEAD + rows, encoding="utf-8")
    (folder / "one.html").write_text(PAGE.format(said=said, value=value, number=number), encoding="utf-8")
    return folder


def said(*folders: Path, most: int | None = 20) -> str:
    console = Console(file=io.StringIO(), width=120)
    show(differences(*folders), console, most)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_a_revised_figure_is_told_apart_from_new_periods_and_from_those_no_longer_told(tmp_path: Path) -> None:
    then = pages(tmp_path / "then", OLD + SAME + THEN, "420 plans.")
    now = pages(tmp_path / "now", SAME + REVISED + NEW + SAME.replace("all,all", "team,North"), "424 plans.")
    (found,) = differences(then, now)
    assert found.revised[["end", "value_then", "value_now"]].to_numpy().tolist() == [["2017-10-31", "420", "424"]]
    ends = {name: rows.end.tolist() for name, rows in found.parts.items() if len(rows)}
    assert ends == {
        "New periods": ["2017-11-30"],
        "New": ["2017-09-30"],
        "Past periods, no longer told": ["2017-08-31"],
    }


def test_a_figure_that_has_been_hidden_since_is_told_by_its_symbol(tmp_path: Path) -> None:
    told = said(pages(tmp_path / "then", THEN, "x"), pages(tmp_path / "now", HIDDEN, "x"))
    assert "1 revised" in told
    assert "[c]" in told


def test_words_are_compared_paragraph_by_paragraph_and_a_new_number_of_one_is_no_difference(tmp_path: Path) -> None:
    then = pages(tmp_path / "then", SAME, "The number of plans was 420 in October.", "420", number="1")
    now = pages(tmp_path / "now", SAME, "The number of plans was 424 in October.", "424", number="2")
    (found,) = differences(then, now)
    assert [(one.then, one.now) for one in found.words] == [
        ("The number of plans was 420 in October.", "The number of plans was 424 in October."),
        ("October | 420", "October | 424"),
    ]


def test_a_page_is_read_without_what_is_drawn(tmp_path: Path) -> None:
    page = pages(tmp_path / "then", SAME, "420 plans.") / "one.html"
    assert paragraphs(page) == ["Plans", "Plans", "420 plans.", "It stays as it is.", "Month | Plans", "October | 420"]


def test_a_paragraph_that_only_one_has_is_told_alone(tmp_path: Path) -> None:
    then = pages(tmp_path / "then", SAME, "420 plans.")
    now = pages(tmp_path / "now", SAME, "420 plans.</p><p>Something else altogether was said.")
    (found,) = differences(then, now)
    assert [(one.then, one.now) for one in found.words] == [("", "Something else altogether was said.")]


def test_two_builds_that_tell_the_same_say_so_for_each_audience(tmp_path: Path) -> None:
    for build in ("then", "now"):
        for audience in ("public", "officers"):
            pages(tmp_path / build / audience, SAME, "x")
    told = said(tmp_path / "then", tmp_path / "now")
    assert told.splitlines() == [f"{audience}: the same figures, the same words" for audience in ("public", "officers")]


def test_more_than_are_shown_are_counted(tmp_path: Path) -> None:
    rows = [THEN.replace("all,all", f"team,{number}") for number in range(5)]
    then = pages(tmp_path / "then", "".join(rows), "x")
    now = pages(tmp_path / "now", "".join(row.replace("420", "424") for row in rows), "x")
    assert "… and 3 more revised figures: --all shows them." in said(then, now, most=2)
    assert "more revised" not in said(then, now, most=None)


def test_as_json_it_holds_all_of_it(tmp_path: Path) -> None:
    then, now = pages(tmp_path / "then", THEN, "420 plans."), pages(tmp_path / "now", REVISED, "424 plans.")
    (told,) = json.loads(as_json(differences(then, now)))
    assert told["revised"][0]["value_then"] == "420"
    assert told["words"][0]["now"] == "424 plans."


@pytest.mark.parametrize("audiences", [("", "public"), ("public", "officers")])
def test_folders_that_cannot_be_compared_are_refused(audiences: tuple[str, str], tmp_path: Path) -> None:
    one, other = (pages(tmp_path / str(at) / name, SAME, "x") for at, name in enumerate(audiences))
    folders = [folder.parent if name else folder for folder, name in zip((one, other), audiences, strict=True)]
    with pytest.raises(Refused, match="for no audience that both are for"):
        differences(*folders)
    with pytest.raises(Refused, match="holds no papers"):
        differences(tmp_path, one)


def test_a_figure_told_twice_is_no_figure_to_compare(tmp_path: Path) -> None:
    with pytest.raises(pd.errors.MergeError):
        differences(pages(tmp_path / "then", THEN + THEN, "x"), pages(tmp_path / "now", THEN, "x"))
