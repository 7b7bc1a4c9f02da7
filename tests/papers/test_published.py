"""The figures of the pack of 22 March 2018, as a reader finds them on the officers' copy of the built paper."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from lxml.html import HtmlElement, parse

from quarterdeck.home import Home
from quarterdeck.publish.plan import AUDIENCES
from quarterdeck.publish.plan import papers as notebooks
from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("papers")]
with (ROOT / "data" / "worcestershire-demo" / "2017-18-Q3" / "published.csv").open(encoding="utf-8") as file:
    PRINTED = list(csv.DictReader(file))
AGREES = [row for row in PRINTED if row["approximate"] in ("no", "yes", "at least", "contradicts 49")]
CONTRADICTED = [row for row in PRINTED if row["approximate"] == "contradicted"]
AS_PRINTED = [row for row in PRINTED if row["approximate"] == "as printed"]


@pytest.fixture(scope="module")
def page(papers: Path) -> HtmlElement:
    """The officers' copy, without what a reader does not see."""
    root = parse(papers / "officers" / "performance_monitoring.html").getroot()
    for unseen in root.xpath("//style|//head|//*[@aria-hidden='true']"):
        unseen.drop_tree()
    return root


def text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def compared(page: HtmlElement, table: str) -> list[list[str]]:
    """The rows of a table of printed figures against the records': what, when, as printed, from the records, note."""
    found = page.get_element_by_id(table).getparent()
    return [[text(cell) for cell in row] for row in found.xpath("./tbody/tr")]


def number(said: str) -> float:
    """The first number of a text, with its sign; £ and % aside."""
    return float(re.search(r"-?[\d.]+", said.replace("−", "-").replace("£", "").replace(",", ""))[0])  # type: ignore[index]


def line_of(page: HtmlElement, table: str, row: dict[str, str]) -> list[str]:
    """The printed figure's line: the one with its words; where the same words stand twice, in the list's order."""
    title, label = titles()[row["measure"]], row["breakdown"]
    words = title if label == "all" else f"{title}: {label}"
    among = AGREES if table == "t-agreed" else [*CONTRADICTED, *AS_PRINTED]
    alike = [one for one in among if (one["measure"], one["breakdown"]) == (row["measure"], label)]
    lines = [line for line in compared(page, table) if line[0] == words]
    assert len(lines) == len(alike), f"{words} stands {len(lines)} times"
    return lines[alike.index(row)]


def titles() -> dict[str, str]:
    from quarterdeck.measures.registry import catalogue

    return {name: measure.short for name, measure in catalogue().items()}


@pytest.mark.parametrize("row", AGREES, ids=lambda row: f"{row['measure']}: {row['breakdown']} {row['period']}")
def test_a_printed_figure_comes_out_of_the_records(page: HtmlElement, row: dict[str, str]) -> None:
    line = line_of(page, "t-agreed", row)
    if row["value"]:
        printed, ours = float(row["value"]), number(line[3])
        assert number(line[2]) == printed
        if row["approximate"] == "at least":
            assert ours >= printed
        else:
            assert abs(ours - printed) <= (1 if row["approximate"] == "yes" else 0)
    elif row["breakdown"].startswith("month with"):
        assert line[3] == {"2017-08-31": "August 2017", "2017-12-31": "December 2017"}[row["period"]]
    elif row["breakdown"] == "a rise":
        before, *months = [float(share) for share in re.findall(r"([\d.]+)%", line[3])]
        assert len(months) == 3
        assert all(month > before for month in months)
    else:
        flows = re.findall(r"(\d+) in, (\d+) out", line[3])
        assert len(flows) == 4
        assert all(int(out) > int(came) for came, out in flows)


@pytest.mark.parametrize("row", CONTRADICTED, ids=lambda row: f"{row['measure']}: {row['breakdown']}")
def test_a_contradicted_figure_is_listed_with_what_the_records_give_and_why(
    page: HtmlElement, row: dict[str, str]
) -> None:
    line = line_of(page, "t-changed", row)
    assert number(line[2]) == float(row["value"])
    assert row["value"] not in re.findall(r"[\d.]+", line[3].replace(",", ""))
    assert len(line[4]) > 20


@pytest.mark.parametrize("row", AS_PRINTED, ids=lambda row: row["breakdown"])
def test_england_as_the_pack_printed_it_is_shown_as_that_and_no_more(page: HtmlElement, row: dict[str, str]) -> None:
    line = line_of(page, "t-changed", row)
    assert number(line[2]) == float(row["value"])
    assert "as the pack printed it" in line[4]


@pytest.mark.parametrize(
    ("measure", "printed"),
    [
        ("assessments_in_45_days", ["90.0%", "65.45%", "60.93%", "latest position"]),
        ("cp_plan_rate", ["41.0", "478", "highest in August 2017", "lowest of the year to date"]),
        ("cp_starts_and_ceases", ["594", "22.73%", "74%", "September to December more plans ended than started"]),
        ("cin_plan_rate_safeguarding", ["34%", "15% in the first quarter to 12%", "55%"]),
        ("cla_rate", ["796", "68"]),
        ("three_plus_placements", ["13%", "10%"]),
        ("placement_costs", ["£954", "£882.70", "754", "3,546", "63", "£11.6m", "£798", "£42k", "£316", "£16k", "72"]),
        ("placement_mix", ["70.5", "11.4", "49%", "53%", "51%"]),
    ],
)
def test_a_published_figure_stands_in_its_measures_block(page: HtmlElement, measure: str, printed: list[str]) -> None:
    block = text(page.get_element_by_id(f"m-{measure.replace('_', '-')}"))
    assert [figure for figure in printed if figure not in block] == []


COSTS = {
    "Agency Residential": ("3,546", "63"), "Secure Units": (None, "0"), "In-house Residential": ("2,748", "25"),
    "Independent Fostering Agency": ("792", "231"), "In-house Fostering": ("476", "189"),
    "Kinship Fostering": ("389", "137"), "Placement Plus": ("964", "4"), "External Supported Living": ("858", "26"),
    "Internal Supported Living": ("244", "20"), "Internal Supported Living – Complex Needs": ("1,079", "6"),
    "Safe Base / Supported Lodging": ("305", "7"), "Student Accommodation": ("99", "7"),
    "Staying Put Arrangements": ("177", "39"), "All placements": ("882.70", "754"),
}  # fmt: skip


@pytest.mark.parametrize("placement_type", COSTS)
def test_the_cost_table_has_every_type_as_printed(page: HtmlElement, placement_type: str) -> None:
    table = page.get_element_by_id("t-costs").getparent()
    rows = {text(row[0]): [text(cell) for cell in row[1:3]] for row in table.iter("tr")}
    price, count = COSTS[placement_type]
    assert rows[placement_type][1] == count
    assert price is None or rows[placement_type][0] == price


def test_the_printed_total_and_its_rows_are_shown_to_contradict_each_other(page: HtmlElement) -> None:
    clashes = page.get_element_by_id("m-placement-costs").find_class("clash")
    assert ["£954", "£882.70"] in [[text(big) for big in clash.find_class("big")] for clash in clashes]


def test_every_page_of_the_demonstration_says_so_in_every_copy(papers: Path) -> None:
    pages = sorted(papers.glob("*/*.html"))
    made = {(audience, paper.name) for paper in notebooks(Home.here()) for audience in paper.audiences}
    fronts = {(audience, "index") for audience in AUDIENCES}
    assert {(page.parent.name, page.stem) for page in pages} == made | fronts
    for path in pages:
        assert "Synthetic demonstration data" in text(parse(path).getroot())
