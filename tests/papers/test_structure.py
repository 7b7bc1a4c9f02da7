"""A built page as a reader, a screen reader and a printer meet it."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from quarterdeck.paper.plans import NINETEEN

CHAPTERS = ("handbook/analysing", "handbook/running", "handbook/adding")
WITHOUT_TABLE = ("index", "definitions", "acronyms", "handbook/members", *CHAPTERS)
WITHOUT_DRAWING = tuple(f"site/{name}" for name in ("index", "definitions", "acronyms", *CHAPTERS))
BIG = {"performance_monitoring": 550_000, "child_protection": 500_000}


def test_a_page_has_one_title(page):
    assert len(page.tree.findall(".//h1")) == 1


def test_headings_come_in_order_and_none_is_empty(page):
    level = 0
    for heading in page.tree.iter("h1", "h2", "h3", "h4"):
        assert heading.text_content().strip()
        now = int(heading.tag[1])
        assert now <= level + 1, heading.text_content()
        level = now


def test_the_page_says_its_language_and_its_title(page):
    assert page.tree.get("lang") == "en-GB"
    assert page.tree.findtext(".//title").strip()


def test_every_id_is_given_once(page):
    ids = Counter(page.tree.xpath("//@id"))
    assert [name for name, times in ids.items() if times > 1] == []


def test_every_link_inside_the_page_leads_somewhere(page):
    ids = set(page.tree.xpath("//@id"))
    assert [link for link in page.tree.xpath("//a/@href") if link.startswith("#") and link[1:] not in ids] == []


def test_what_labels_or_describes_an_element_is_there(page):
    ids = set(page.tree.xpath("//@id"))
    for attribute in ("aria-labelledby", "aria-describedby"):
        assert [name for names in page.tree.xpath(f"//@{attribute}") for name in names.split() if name not in ids] == []


def test_every_link_has_words(page):
    assert [link.get("href") for link in page.tree.iter("a") if not link.text_content().strip()] == []


def test_every_table_has_a_caption_and_heads_with_a_scope(page):
    tables = list(page.tree.iter("table"))
    assert tables or page.name.endswith(WITHOUT_TABLE)
    for table in tables:
        assert table.find("caption").text_content().strip()
        assert all(head.get("scope") for head in table.iter("th"))
        assert all(head.text_content().strip() for head in table.iter("th"))


def test_rows_of_a_table_are_as_wide_as_its_head(page):
    for table in page.tree.iter("table"):
        widths = [sum(int(cell.get("colspan", 1)) for cell in row) for row in table.iter("tr")]
        assert len(set(widths)) == 1, table.find("caption").text_content()


def test_every_drawing_says_what_it_shows_or_is_hidden(page):
    drawings = list(page.tree.iter("svg"))
    assert drawings or page.name in WITHOUT_DRAWING
    for drawing in drawings:
        if drawing.get("aria-hidden") != "true":
            assert drawing.get("role") == "img"
            assert drawing.get("aria-label") or drawing.find("desc").text_content().strip()


def test_every_chart_has_a_message_and_an_alternative_in_numbers(paper):
    charts = paper.tree.xpath("//figure[@class='ch']")
    assert len(charts) >= 5
    for chart in charts:
        assert chart.find("figcaption").text_content().strip()
        for alternative in chart.iter("desc"):
            assert re.search(r"\d|hidden", alternative.text_content())


def test_nothing_runs_and_nothing_is_asked_of_a_network(page):
    lowered = page.text.lower()
    assert "<script" not in lowered
    assert "<link" not in lowered
    assert not re.search(r"\son\w+\s*=\s*[\"']", re.sub(r">[^<]*<", "><", page.text))
    assert (
        page.tree.xpath("//@src | //@srcset | //@xlink:href", namespaces={"xlink": "http://www.w3.org/1999/xlink"})
        == []
    )
    assert not re.search(r"url\(\s*[\"']?(?!#)", page.text)
    assert "@import" not in lowered
    assert [link for link in page.tree.xpath("//a/@href") if re.match(r"(?:[a-z]+:)?//", link)] == []


def test_the_page_forbids_everything_that_it_does_not_need(page):
    policy = page.tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_a_page_is_small_enough_to_send(page):
    assert len(page.text.encode()) < BIG.get(page.name, 300_000)


def test_the_style_sheet_stays_under_25_kilobytes(page):
    assert len(page.tree.findtext(".//style").encode()) < 25_000


def test_every_page_says_that_the_data_are_made_up(page):
    assert page.tree.text_content().count("Synthetic demonstration data") >= 2


def test_only_the_officers_copy_is_marked_as_not_for_publication(page):
    marked = "not for publication" in page.tree.xpath("string(//header)")
    assert marked == (page.audience == "officers")
    assert ("not for publication" in page.tree.findtext(".//style")) == (page.audience == "officers")


def test_paragraphs_are_numbered_through_the_whole_paper(paper):
    numbers = [
        int(number.text_content().rstrip(".")) for number in paper.tree.xpath("//p[@class='n']/span[@class='pn']")
    ]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == len(paper.tree.xpath("//p[@class='n']")) > 10


def test_the_contents_list_names_every_section_and_measure_with_its_paragraphs(paper):
    listed = {
        link.get("href")[1:]: link.getparent().text_content() for link in paper.tree.xpath("//nav[@class='toc']//a")
    }
    sections = paper.tree.xpath("//main/section/h2/@id")
    measures = paper.tree.xpath("//article/@id")
    assert list(listed) == list(paper.tree.xpath("//main/section/h2/@id | //article/@id"))
    assert len(sections) + len(measures) == len(listed)
    for measure in paper.tree.iter("article"):
        numbers = [int(number.text_content().rstrip(".")) for number in measure.xpath(".//span[@class='pn']")]
        shown = f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 1 else str(numbers[0])
        assert listed[measure.get("id")].endswith(shown)


def test_the_nineteen_measures_stand_in_the_order_that_the_panel_asked_for(pages):
    tree = pages["performance_monitoring", "public"].tree
    assert tree.xpath("//article/@id") == [f"m-{name.replace('_', '-')}" for name in NINETEEN]
    assert len(tree.xpath("//table[@class='sc']/tbody/tr[not(@class='g')]")) == 19


@pytest.mark.parametrize(
    "section",
    ["Summary", "Background", "Scorecard", "Lines of enquiry",
     "What changed since the last paper", "Printed figures against the records",
     "Purpose of the meeting", "Supporting information", "Contact points", "Background papers", "About these figures"],
)  # fmt: skip
def test_the_panels_paper_has_the_councils_own_sections(pages, section):
    headings = [
        heading.text_content() for heading in pages["performance_monitoring", "public"].tree.xpath("//main//h2")
    ]
    assert section in headings


def test_a_table_of_ten_rows_or_more_can_be_folded_and_is_open(paper):
    for table in paper.tree.xpath("//table[not(@class='sc')]"):
        folded = list(table.iterancestors("details"))
        assert bool(folded) == (len(table.xpath("tbody/tr")) >= 10)
        assert all(one.get("open") is not None for one in folded)


def test_a_frame_that_scrolls_can_be_reached_by_keyboard_and_has_a_name(page):
    for frame in page.tree.xpath("//div[@class='scroll']"):
        assert frame.get("tabindex") == "0"
        assert frame.get("role") == "region"
        assert frame.get("aria-labelledby")


def test_the_first_stop_of_the_tab_key_skips_to_the_content(page):
    first = page.tree.xpath("//body//a | //body//*[@tabindex]")[0]
    assert first.get("href") == "#main"
    assert page.tree.xpath("//main[@id='main' and @tabindex='-1']")


def test_no_path_of_a_machine_reaches_a_page(page):
    assert not re.search(r"/(?:home|root|tmp|work|usr|var|Users)/", page.text)
