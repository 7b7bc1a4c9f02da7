"""The census as it streams: what its parts add up to, what is held of it meanwhile, and where it is refused."""

from __future__ import annotations

import hashlib
import random
import weakref
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

import pandas as pd
import pytest

from quarterdeck.quarter import Quarter
from quarterdeck.returns import streamed
from quarterdeck.returns.cin_census import LAYOUTS, read_census
from quarterdeck.returns.contracts import Checked, hold, hold_parts
from quarterdeck.returns.streamed import Bytes, Stream, line_of, name_of
from quarterdeck.returns.tabular import Listed, Unreadable
from tests.bench import england
from tests.small_county import CENSUS

EXTRACT = Quarter(2017, 4)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return england.write(tmp_path / "census.xml", 30)


def spoilt(path: Path) -> bytes:
    """A census in which every kind of thing is wrong, some of it in children far apart."""
    text = path.read_text()
    children = text.split("    <Child>\n")
    children[8] = children[8].replace("ENGL00000007", "ENGL00000003")
    children[9] = children[9].replace("<LAchildID>ENGL00000008</LAchildID>", "<LAchildID/>")
    children[15] = children[15].replace("<ReferralSource>", "<ReferralSource>X")
    children[18] = children[18].replace("<CINreferralDate>2017", "<CINreferralDate>2019")
    children[22] = children[22].replace("-", "/13/").replace("<GenderCurrent>", "<GenderCurrent>9")
    children[23] = children[23].replace("<PersonBirthDate>2", "<PersonBirthDate>1")
    children[27] = children[27].replace("Ethnicity>", "Ethnic>")
    children += children[12:14]
    return "    <Child>\n".join([*children[:-3], *children[-2:], children[-3]]).encode()


def read(content: bytes, children: int) -> dict[str, Checked]:
    return hold_parts(read_census(content, children=children), EXTRACT, "cin_census.xml")


@pytest.mark.parametrize("children", [1, 7, 29])
def test_where_a_part_of_the_census_ends_changes_nothing(made: Path, children: int) -> None:
    content = spoilt(made)
    whole, parts = read(content, 10**6), read(content, children)
    assert set(whole) == set(parts)
    rules = set()
    for name, checked in whole.items():
        pd.testing.assert_frame_equal(parts[name].rows, checked.rows)
        pd.testing.assert_frame_equal(parts[name].problems, checked.problems)
        assert (parts[name].rows_in, parts[name].rows_set_aside) == (checked.rows_in, checked.rows_set_aside)
        rules |= set(checked.problems.rule)
    assert rules == {"code", "date", "duplicate", "required", "after the extract's end", "impossible date", "order"}


def test_lists_held_whole_and_in_parts_agree(made: Path) -> None:
    parts = read(spoilt(made), 7)
    for listed in read_census(spoilt(made), children=7).records:
        checked = hold(listed, EXTRACT, "cin_census.xml")
        pd.testing.assert_frame_equal(checked.rows, parts[listed.layout.name].rows)
        pd.testing.assert_frame_equal(checked.problems, parts[listed.layout.name].problems)


def test_a_child_told_twice_in_parts_far_apart_is_found_at_its_second_line(made: Path) -> None:
    text = made.read_text().replace("ENGL00000025", "ENGL00000002")
    problems = read(text.encode(), 5)["Child"].problems
    assert problems.rule.tolist() == ["duplicate"]
    second = text.rindex("    <Child>\n", 0, text.rindex("<LAchildID>ENGL00000002"))
    assert problems.line.tolist() == [text.count("\n", 0, second) + 1]
    assert problems.value.tolist() == ["(hidden)"]


def test_a_referral_told_twice_is_shown_with_its_date_as_it_stands_in_the_file() -> None:
    second = CENSUS.replace(
        "</Children>", CENSUS.partition("<Children>")[2].partition("</Child>")[0] + "</Child></Children>"
    )
    held = read(second.replace("2017-10-02</CINref", "2017-10-02T00:00:00</CINref").encode(), 1)
    assert held["CINdetails"].problems.value.tolist() == ["2017-10-02T00:00:00"]


def test_the_tree_never_holds_more_than_a_block_of_the_file(tmp_path: Path) -> None:
    path = england.write(tmp_path / "census.xml", 1500)
    most = children = 0
    for child in Stream(Bytes(path), "a census").elements("Child"):
        children += 1
        if children % 50 == 0:
            most = max(most, sum(1 for _ in child.getroottree().getroot().iter()))
    assert children == 1500
    assert path.stat().st_size > 20 * streamed.BLOCK
    assert most < streamed.BLOCK / 10  # an element has more than ten bytes


def test_a_part_is_handed_on_before_the_next_is_read(tmp_path: Path) -> None:
    path = england.write(tmp_path / "census.xml", 1500)
    with path.open("rb") as file:
        rows = iter(read_census(file, children=10))
        assert len(next(rows).text) == 10
        assert file.tell() <= 2 * streamed.BLOCK
        assert sum(len(part.text) for part in rows if part.layout.name == "Child") == 1490


def test_of_a_part_that_was_held_to_its_contract_no_text_is_kept(tmp_path: Path) -> None:
    path = england.write(tmp_path / "census.xml", 90)
    texts: list[weakref.ref[pd.DataFrame]] = []

    def watched() -> Iterator[Listed]:
        for listed in read_census(path, children=10):
            assert sum(text() is not None for text in texts) <= 1
            texts.append(weakref.ref(listed.text))
            yield listed
            del listed

    assert len(hold_parts(watched(), EXTRACT, "cin_census.xml")["Child"].rows) == 90
    assert len(texts) > 60


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_census_cut_anywhere_is_refused_once_and_says_where(encoding: str) -> None:
    content = CENSUS.replace("UTF-8", encoding).strip().encode(encoding)
    for cut in [*range(7, len(content), 29), len(content) - 1]:
        with pytest.raises(Unreadable) as caught:
            list(read_census(content[:cut]))
        assert caught.value.rule == "cut short", content[:cut].decode(encoding, "replace")[-40:]
        line = content[:cut].decode(encoding, "ignore").count("\n") + 1
        assert caught.value.line is not None
        assert abs(caught.value.line - line) <= 1


def test_a_large_census_cut_in_its_middle_says_at_which_line(tmp_path: Path) -> None:
    content = england.write(tmp_path / "census.xml", 300).read_bytes()
    assert len(content) > 5 * streamed.BLOCK
    for share in (0.3, 0.5, 0.9):
        cut = content[: int(len(content) * share)]
        with pytest.raises(Unreadable) as caught:
            hold_parts(read_census(cut, children=100), EXTRACT, "cin_census.xml")
        assert (caught.value.rule, caught.value.line) == ("cut short", cut.count(b"\n") + 1)


def test_a_fault_in_the_middle_of_a_large_census_is_no_cut(tmp_path: Path) -> None:
    content = england.write(tmp_path / "census.xml", 300).read_bytes()
    before, _, behind = content.partition(b"ENGL00000150</LAchildID>")
    with pytest.raises(Unreadable) as caught:
        list(read_census(before + b"ENGL00000150</Lachild>" + behind))
    assert (caught.value.rule, caught.value.line) == ("ill-formed", before.count(b"\n") + 1)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"person_id,dob\n", "wrong file"),
        (b"<!DOCTYPE html><html><body><br></body></html>", "wrong file"),
        (b"<html><body>Log in</body></html>", "wrong file"),
        (b"<EXPSSDA903><CHILD/></EXPSSDA903>", "wrong file"),
        (b"<!DOCTYPE Message><Message><Children><Child/></Children></Message>", "document type"),
        (b"<Message><Children/></Message>", "empty"),
        (b"<M/>", "wrong file"),
        (b"<Message><Children><Child/></Children><Header/></Message>", "ill-formed"),
        (b"<Message><Header><Collection>SC1</Collection></Header><Child/></Message>", "wrong file"),
    ],
)
def test_what_is_no_census_is_refused_by_what_is_in_it(content: bytes, rule: str) -> None:
    with pytest.raises(Unreadable) as caught:
        list(read_census(content))
    assert caught.value.rule == rule


def test_a_file_larger_than_any_census_is_refused_as_soon_as_it_is(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = made.stat().st_size
    monkeypatch.setattr(streamed, "LARGEST", size)
    list(read_census(made))
    monkeypatch.setattr(streamed, "LARGEST", size - 1)
    with pytest.raises(Unreadable) as caught:
        list(read_census(made))
    assert caught.value.rule == "too large"


@pytest.mark.parametrize("junk", ["<Junk/>", " " * 100, "<Child><Junk>"])
def test_a_child_that_does_not_end_is_refused_before_it_fills_the_memory(
    junk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed, "LARGEST_RECORD", 2**18)
    repeated = "<Junk/>" * 400_000 if junk.startswith("<Child>") else junk * 400_000
    content = CENSUS.replace("<Children>", "<Children>" + junk + repeated).encode()
    passed = Bytes(content)
    with pytest.raises(Unreadable) as caught:
        list(Stream(passed, "a census").elements("Header", "Child"))
    assert caught.value.rule == "too large"
    assert passed.sha256 != hashlib.sha256(content).hexdigest()  # it was not read to its end


def test_a_census_is_the_same_from_a_path_its_bytes_or_an_open_file_and_hashed_as_it_is_read(made: Path) -> None:
    content = made.read_bytes()
    with made.open("rb") as file:
        censuses = [read_census(made), read_census(content), read_census(file)]
        tables = [{listed.layout.name: listed.text for listed in census} for census in censuses]
    for texts in tables[1:]:
        assert texts.keys() == tables[0].keys()
        for name, text in texts.items():
            pd.testing.assert_frame_equal(text, tables[0][name])
    assert {census.sha256 for census in censuses} == {hashlib.sha256(content).hexdigest()}


def test_the_made_up_england_keeps_every_contract(made: Path) -> None:
    held = hold_parts(read_census(made), EXTRACT, made.name)
    assert set(held) == set(LAYOUTS) - {"PreProceedingsandFGDM"}
    assert not any(len(checked.problems) for checked in held.values())


def document(chance: random.Random, newline: str) -> bytes:
    def space() -> str:
        return chance.choice(["", newline, newline + "  ", newline * 2 + "   ", " ", newline * 3])

    parts = ["<Message>", newline * chance.choice([0, 70_000]), "<Children>"]
    for number in range(120):
        parts += [space(), "<Child>", space(), "<A>", space(), f"<LAchildID>{number}</LAchildID>", space(), "</A>"]
        for _ in range(chance.randrange(3)):
            inside = [
                "<Assessments/>",
                "<Assessments><B>1</B></Assessments>",
                f"<Assessments>{space()}<B/> </Assessments>",
            ]
            parts += [space(), "<CINdetails>", space(), "<C>1</C>", space(), chance.choice(inside), space(), "<C/>"]
            parts += [space(), "</CINdetails>", space()]
        parts += [space(), "</Child>"]
    return "".join([*parts, "</Children></Message>"]).encode()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("seed", range(8))
def test_every_record_knows_its_line_as_another_parser_counts_it(seed: int, newline: str) -> None:
    content = document(random.Random(seed), newline)
    names = ("Child", "CINdetails", "Assessments")
    counted: list[tuple[str, int]] = []
    other = expat.ParserCreate()
    other.StartElementHandler = lambda name, _: counted.append((name, other.CurrentLineNumber))
    other.Parse(content, True)
    found = [
        (name_of(item), line_of(item))
        for child in Stream(Bytes(content), "a census").elements("Child")
        for item in child.iter(*names)
    ]
    assert found == [(name, line) for name, line in counted if name in names]
