"""The site over the quarters: an answer within two clicks, a member the quarter before, and nobody a secret."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from quarterdeck.errors import Refused
from quarterdeck.home import Home
from quarterdeck.paper.about import ACRONYMS
from quarterdeck.publish.manifest import made_print, read_manifest, write_manifest
from quarterdeck.quarter import Quarter
from quarterdeck.site import update_site
from quarterdeck.site.copies import copy_public
from tests.conftest import AUTHORITY
from tests.papers.conftest import QUARTER, Built, Stand, bare_home, last_paper, publish, stood

BEFORE = QUARTER.minus(1)
ATOM = "{http://www.w3.org/2005/Atom}"


def tree(path: Path) -> HtmlElement:
    return document_fromstring(path.read_text(encoding="utf-8"))


def leads_to(path: Path) -> Iterator[tuple[str, Path, str]]:
    """The links of a page: the words of each, the file it leads to, the place in it."""
    for link in tree(path).iter("a"):
        to = urlsplit(link.get("href"))
        if to.scheme != "mailto":
            target = (path.parent / unquote(to.path)).resolve() if to.path else path
            yield " ".join(link.text_content().split()), target, to.fragment


def whole_site(home: Home, audience: str) -> dict[str, Path]:
    """Every page that can be reached from a copy's first page."""
    root = home.outputs / AUTHORITY
    waiting, seen = [root / ("officers" if audience == "officers" else "") / "index.html"], {}
    while waiting:
        path = waiting.pop().resolve()
        name = path.relative_to(root.resolve()).as_posix()
        if name not in seen and path.suffix == ".html":
            seen[name] = path
            waiting += [target for _, target, _ in leads_to(path)]
    return seen


def files(home: Home) -> dict[str, bytes]:
    return {
        path.relative_to(home.outputs).as_posix(): path.read_bytes()
        for path in sorted(home.outputs.rglob("*"))
        if path.is_file() and not path.name.endswith(".lock") and path.name != "edition.json"
    }


@pytest.fixture
def copy(site: Home, tmp_path: Path) -> Home:
    """A copy of the two quarters and their site, to spoil."""
    home = bare_home(tmp_path / "home")
    shutil.copytree(site.outputs, home.outputs)
    return home


@pytest.mark.parametrize("audience", ["public", "officers"])
def test_every_link_of_the_site_leads_to_a_page_and_a_place_that_is_there(site: Home, audience: str) -> None:
    pages = whole_site(site, audience)
    assert len(pages) > 100
    ids = {path: set(tree(path).xpath("//@id")) for path in pages.values()}
    for path in pages.values():
        for said, target, place in leads_to(path):
            assert target.is_file(), (path, said)
            assert not place or place in ids.get(target, ()), (path, said, place)


def test_no_public_page_leads_to_an_officers_page(site: Home) -> None:
    assert [name for name in whole_site(site, "public") if "officers" in name] == []
    assert [name for name in whole_site(site, "officers") if "public" in name] == []


FIRST = [
    ("what got worse", "worse", "Got worse"),
    ("how we compare", "scorecard", "Neighbours"),
    ("what an acronym means", "acronyms", ACRONYMS["IRO"]),
    ("where a number comes from", "", "DfE, Characteristics of children in need, table D1"),
]


@pytest.mark.parametrize(("asked", "place", "answer"), FIRST, ids=[one[0].replace(" ", "_") for one in FIRST])
@pytest.mark.parametrize("audience", ["public", "officers"])
def test_an_answer_is_within_two_clicks_of_the_first_page(
    site: Home, audience: str, asked: str, place: str, answer: str
) -> None:
    first = site.outputs / AUTHORITY / ("officers" if audience == "officers" else "") / "index.html"
    found = [(target, at) for said, target, at in leads_to(first) if said.lower().startswith(asked)]
    assert len(found) == 1
    target, at = found[0]
    assert not place or place in (at, *tree(target).xpath("//h2/@id"))
    shown = tree(target).xpath("string(//main)")
    further = [] if answer in shown else [to for _, to, _ in leads_to(target) if to.suffix == ".html"]
    assert answer in shown or any(answer in tree(to).xpath("string(//main)") for to in further)


def test_a_paper_leads_to_itself_in_the_quarters_beside_its_own(site: Home) -> None:
    for audience in ("public", "officers"):
        for when, rel, other in ((QUARTER, "prev", BEFORE), (BEFORE, "next", QUARTER)):
            for path in (site.outputs / AUTHORITY / when.slug / audience).glob("*.html"):
                links = {
                    link.get("rel"): link.get("href") for link in tree(path).xpath("//nav[@class='pn-nav']//a[@rel]")
                }
                assert links == {rel: f"../../{other.slug}/{audience}/{path.name}"}


def test_a_neighbour_without_the_paper_is_reached_by_its_front_page(copy: Home) -> None:
    (copy.outputs / AUTHORITY / BEFORE.slug / "public" / "child_protection.html").unlink()
    update_site(copy, AUTHORITY)
    page = tree(copy.outputs / AUTHORITY / QUARTER.slug / "public" / "child_protection.html")
    assert page.xpath("//a[@rel='prev']/@href") == [f"../../{BEFORE.slug}/public/index.html"]


def test_a_new_quarter_changes_its_neighbours_links_and_nothing_else_of_them_and_no_manifest(
    copy: Home, stand: Stand, of_the_quarter: dict[tuple[str, str], Built]
) -> None:
    before = files(copy)
    later = QUARTER.minus(-1)
    publish(copy, later, stand, of_the_quarter)
    update_site(copy, AUTHORITY)
    after = files(copy)
    slug = f"{AUTHORITY}/{QUARTER.slug}/"
    changed = {name for name, was in before.items() if after[name] != was and name.startswith(slug)}
    pages = {name for name in before if name.startswith(slug) and name.endswith(".html")}
    assert changed == pages
    for name in pages:
        cut = [text.partition(b'<nav class="pn-nav"')[::2] for text in (before[name], after[name])]
        assert cut[0][0] == cut[1][0]
        assert cut[0][1].partition(b"</nav>")[2] == cut[1][1].partition(b"</nav>")[2]
    assert {name: was for name, was in before.items() if BEFORE.slug in name} == {
        name: now for name, now in after.items() if BEFORE.slug in name
    }


def test_the_manifests_list_every_page_as_it_is(site: Home) -> None:
    root = site.outputs / AUTHORITY
    for when in (BEFORE, QUARTER):
        outputs = read_manifest(root / when.slug)["outputs"]
        assert {name: made_print(root / when.slug / name) for name in outputs} == outputs
    outputs = read_manifest(root)["outputs"]
    assert {name: made_print(root / name) for name in outputs} == outputs
    own = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.*ml")
        if not path.relative_to(root).parts[0][0].isdigit()
    }
    assert own == set(outputs)


def test_the_same_quarters_give_the_same_bytes_in_whatever_order_they_were_built(
    site: Home, stand: Stand, of_the_quarter: dict[tuple[str, str], Built], tmp_path: Path
) -> None:
    other = bare_home(tmp_path / "home")
    publish(other, QUARTER, stand, of_the_quarter)
    update_site(other, AUTHORITY)
    before = replace(stand, figures=last_paper(stand.figures), public=last_paper(stand.public))
    publish(other, BEFORE, before, of_the_quarter)
    update_site(other, AUTHORITY)
    assert files(other) == files(site)


def test_an_update_with_nothing_new_writes_nothing(copy: Home) -> None:
    times = {path: path.stat().st_mtime_ns for path in copy.outputs.rglob("*.*ml")}
    update_site(copy, AUTHORITY)
    assert {path: path.stat().st_mtime_ns for path in copy.outputs.rglob("*.*ml")} == times


@pytest.mark.parametrize("left", ["index.html", "measures/cp_plan_rate.html", "manifest.json", "feed.xml"])
def test_what_a_dead_run_left_out_the_next_one_puts_right(copy: Home, site: Home, left: str) -> None:
    (copy.outputs / AUTHORITY / left).unlink()
    update_site(copy, AUTHORITY)
    assert files(copy) == files(site)


def test_a_page_of_a_measure_that_is_no_more_is_taken_away(copy: Home) -> None:
    root = copy.outputs / AUTHORITY
    made = read_manifest(root)
    (root / "measures" / "old.html").write_text("old")
    made["outputs"]["measures/old.html"], made["key"] = "", ""
    write_manifest(root, made)
    update_site(copy, AUTHORITY)
    assert not (root / "measures" / "old.html").exists()


def test_a_measures_page_has_each_quarter_as_it_is_now_and_as_its_own_papers_had_it(site: Home, stand: Stand) -> None:
    table = tree(site.outputs / AUTHORITY / "measures" / "cp_plan_rate.html").xpath("//table")[0]
    rows = {row[0].text_content(): [cell.text_content() for cell in row[1:]] for row in table.xpath("tbody/tr")}
    now = stand.figures
    led = (now.measure == "cp_plan_rate") & (now.breakdown == "all") & (now.kind.astype("str") == "quarter")
    value = now[led].set_index("end").value
    assert rows["2017/18 Q3"] == [f"{value[QUARTER.end]:.1f}"] * 2
    assert rows["2017/18 Q2"] == [f"{value[BEFORE.end]:.1f}", f"{value[BEFORE.end] - 4 / 11.6697:.1f}"]
    assert rows["2017/18 Q1"][1].startswith("–")
    assert len(rows) > 8


def test_a_measures_page_leads_to_every_paper_that_has_a_block_of_it(site: Home) -> None:
    page = site.outputs / AUTHORITY / "measures" / "cp_plan_rate.html"
    found = {(to.parent.parent.name, to.stem) for _, to, place in leads_to(page) if place == "m-cp-plan-rate"}
    papers = ("performance_monitoring", "child_protection")
    assert found == {(when.slug, paper) for when in (BEFORE, QUARTER) for paper in papers}


def test_every_measure_is_defined_and_every_acronym_explained(site: Home, measures) -> None:
    root = site.outputs / AUTHORITY
    told = tree(root / "definitions.html").xpath("string(//main)")
    assert [one.id for one in measures.values() if one.definition.rstrip(".") not in told] == []
    assert {name.text for name in tree(root / "acronyms.html").iter("dt")} > set(ACRONYMS)


def test_the_public_site_is_the_same_whatever_the_hidden_numbers_are(
    stand: Stand, of_the_quarter: dict[tuple[str, str], Built], tmp_path: Path
) -> None:
    """Two counties that differ in small numbers alone, the officers' pages included, have one public site."""
    few = stand.figures.copy()
    small = (few.measure == "missing_from_home") & (few.breakdown == "all") & (few.end >= BEFORE.end)
    public = {}
    for number in (2.0, 4.0):
        few.loc[small, ["numerator", "value"]] = number
        county = stood(few)
        home = bare_home(tmp_path / str(number))
        for when in (BEFORE, QUARTER):
            publish(home, when, county, of_the_quarter)
        update_site(home, AUTHORITY)
        public[number] = {name: path.read_bytes() for name, path in whole_site(home, "public").items()}
        table = tree(home.outputs / AUTHORITY / "measures" / "missing_from_home.html").xpath("//table")[0]
        assert table.xpath("string(tbody/tr[1]/td[1])") == "chidden to protect confidentiality"
        officers = tree(home.outputs / AUTHORITY / "officers" / "measures" / "missing_from_home.html")
        assert officers.xpath("string(//table/tbody/tr[1]/td[1])") == f"{number:.0f}"
    assert public[2.0] == public[4.0]


def test_the_feed_names_each_public_paper_once_and_is_dated_by_the_meeting(site: Home) -> None:
    root = site.outputs / AUTHORITY
    feed = etree.parse(root / "feed.xml").getroot()
    entries = feed.findall(f"{ATOM}entry")
    papers = [path for path in root.glob("[0-9]*/public/*.html") if path.stem not in ("index", "data_quality")]
    assert {(root / one.find(f"{ATOM}link").get("href")).resolve() for one in entries} == {
        path.resolve() for path in papers
    }
    assert len({one.findtext(f"{ATOM}id") for one in entries}) == len(entries) == len(papers)
    assert [one.findtext(f"{ATOM}updated") for one in (feed, entries[0], entries[-1])] == [
        "2018-03-22T00:00:00Z", "2018-03-22T00:00:00Z", "2017-09-30T00:00:00Z",
    ]  # fmt: skip
    for one in (feed, *entries):
        assert all(one.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    assert not (root / "officers" / "feed.xml").exists()


def test_a_quarter_published_anew_has_new_entries_in_the_feed(
    copy: Home, stand: Stand, of_the_quarter: dict[tuple[str, str], Built]
) -> None:
    def entries() -> dict[str, str]:
        found = etree.parse(copy.outputs / AUTHORITY / "feed.xml").getroot().iter(f"{ATOM}entry")
        return {one.findtext(f"{ATOM}id"): one.findtext(f"{ATOM}title") for one in found}

    before = entries()
    shutil.rmtree(copy.outputs / AUTHORITY / QUARTER.slug)
    revised = replace(stand, public=last_paper(stand.public))
    publish(copy, QUARTER, revised, of_the_quarter)
    update_site(copy, AUTHORITY)
    new = {name: title for name, title in entries().items() if name not in before}
    assert len(new) * 2 == len(before)
    assert all("published anew: edition 2" in title for title in new.values())


def test_what_is_copied_to_a_web_server_is_whole_and_public(site: Home, tmp_path: Path) -> None:
    copied = copy_public(site, AUTHORITY, tmp_path / "web")
    there = {path.relative_to(tmp_path / "web").as_posix() for path in (tmp_path / "web").rglob("*") if path.is_file()}
    assert there == set(copied)
    assert {"index.html", "feed.xml", f"{QUARTER.slug}/public/figures.csv"} < there
    assert {name.rpartition(".")[2] for name in there} == {"html", "xml", "csv", "json"}
    assert [name for name in there if "officers" in name or name.endswith("manifest.json")] == []
    for path in (tmp_path / "web").rglob("*.html"):
        assert [said for said, target, _ in leads_to(path) if not target.is_file()] == []


def test_a_page_that_is_not_as_it_was_built_is_not_copied(copy: Home, tmp_path: Path) -> None:
    (copy.outputs / AUTHORITY / QUARTER.slug / "public" / "index.html").write_text("changed by hand")
    with pytest.raises(Refused, match=r"not as it was built: 2017-18-Q3/public/index\.html\. Nothing"):
        copy_public(copy, AUTHORITY, tmp_path / "web")
    assert not (tmp_path / "web").exists()


def test_a_file_that_no_build_made_is_neither_linked_nor_copied(copy: Home, tmp_path: Path) -> None:
    stray = copy.outputs / AUTHORITY / QUARTER.slug / "public" / "names.html"
    stray.write_text('<nav class="pn-nav"></nav>')
    update_site(copy, AUTHORITY)
    assert stray.read_text() == '<nav class="pn-nav"></nav>'
    assert not [name for name in copy_public(copy, AUTHORITY, tmp_path / "web") if "names" in name]


def test_nothing_is_copied_of_an_authority_that_is_not_built(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="build a quarter first"):
        copy_public(bare_home(tmp_path / "home"), AUTHORITY, tmp_path / "web")


def test_the_first_page_of_all_leads_to_every_authority_that_has_a_site_and_its_quarters(site: Home) -> None:
    found = {
        target.relative_to(site.outputs.resolve()).as_posix()
        for _, target, place in leads_to(site.outputs / "index.html")
        if not place
    }
    quarters = {f"{AUTHORITY}/{when.slug}/public/index.html" for when in (BEFORE, QUARTER)}
    assert found == {f"{AUTHORITY}/index.html"} | quarters
    assert [said for said, target, _ in leads_to(site.outputs / "index.html") if not target.is_file()] == []


def test_an_authority_with_nothing_published_has_no_site(tmp_path: Path) -> None:
    home = bare_home(tmp_path / "home")
    update_site(home, AUTHORITY)
    assert not home.outputs.exists()


def test_quarters_are_so_many_apart() -> None:
    assert Quarter(2016, 4).until(Quarter(2017, 3)) == 3
    assert QUARTER.until(BEFORE) == -1
