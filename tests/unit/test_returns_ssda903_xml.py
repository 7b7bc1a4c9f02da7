"""The SSDA903 as XML gives what its CSV files give, and what is not it is refused in words."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd
import pytest

from quarterdeck.home import Home
from quarterdeck.quarter import Quarter
from quarterdeck.returns import ssda903
from quarterdeck.returns.contracts import hold
from quarterdeck.returns.ssda903_xml import read_ssda903
from quarterdeck.returns.streamed import kind_of_xml
from quarterdeck.returns.tabular import Listed, Unreadable
from tests.small_county import CENSUS, FILES, listed

IN_HEADER = ("header", "uasc", "oc3", "ad1")
AROUND = {  # what stands around a row of each other list; nobody says what the two newest are called
    "episodes": "EPISODE",
    "reviews": "AREVIEW",
    "missing": "AMISSING",
    "oc2": "OC2",
    "placed_for_adoption": "AD_PLACED",
    "previous_permanence": "PERMANENCE",
    "sw_episodes": "SOCIALWORKER",
    "dolo": "DOLO",
}
IN_XML = {"CHILD": "CHILDID", "PLACE": "PL"}
CSV = {Path(name).stem: text for name, text in FILES.items() if name.startswith("ssda903/")}


def as_xml(files: Mapping[str, pd.DataFrame]) -> str:
    """A return's CSV files as the XML of the same return: one CHILD a line."""
    by_child = {name: dict(list(rows.groupby("CHILD", sort=False))) for name, rows in files.items()}
    children: list[str] = []
    for child in dict.fromkeys(child for rows in files.values() for child in rows.CHILD):
        said: dict[str, str] = {"CHILD": child}
        parts = {"in": "", "after": ""}
        for name, rows in by_child.items():
            for row in rows.get(child, pd.DataFrame()).to_dict("records"):
                if name in IN_HEADER:
                    said |= row
                    said |= {"UASC": "1"} if name == "uasc" else {}
                    continue
                inside = "".join(
                    field(heading, text) for heading, text in row.items() if heading not in ("CHILD", "DOB")
                )
                parts["after" if name == "episodes" else "in"] += f"<{AROUND[name]}>{inside}</{AROUND[name]}>"
        header = "".join(field(heading, text) for heading, text in said.items())
        children.append(f"<CHILD><HEADER>{header}{parts['in']}</HEADER>{parts['after']}</CHILD>")
    return "\n".join(["<?xml version='1.0' encoding='UTF-8'?>", "<EXPSSDA903>", *children, "</EXPSSDA903>", ""])


def field(heading: str, text: str) -> str:
    tag = IN_XML.get(heading, heading)
    return f"<{tag}>{escape(text)}</{tag}>" if text else f"<{tag} />"


def in_csv(files: Mapping[str, bytes]) -> dict[str, Listed]:
    lists = [listed(f"{name}.csv", content, ssda903.LAYOUTS) for name, content in files.items()]
    return {each.layout.name: each for each in lists}


def table(found: Listed, extract: Quarter) -> pd.DataFrame:
    checked = hold(found, extract, found.layout.name)
    assert checked.problems.empty
    assert len(checked.rows) == checked.rows_in
    return checked.rows.sort_values(list(checked.rows)).reset_index(drop=True)


def the_same(files: Mapping[str, bytes], extract: Quarter) -> None:
    written = {name: pd.read_csv(io.BytesIO(text), dtype="str", keep_default_na=False) for name, text in files.items()}
    content = as_xml(written).encode()
    from_xml = {each.layout.name: table(each, extract) for each in read_ssda903(content)}
    from_csv = {name: table(each, extract) for name, each in in_csv(files).items()}
    # A child who is told of nowhere but in one of the other lists has a header in XML, as every child has.
    known = from_xml["header"].person_id.isin(from_csv["header"].person_id)
    from_xml["header"] = from_xml["header"][known].reset_index(drop=True)
    assert from_xml.keys() == {name for name, rows in from_csv.items() if len(rows)}
    for name, rows in from_xml.items():
        pd.testing.assert_frame_equal(rows, from_csv[name], obj=name)


def test_the_small_county_in_xml_is_the_small_county_in_csv() -> None:
    the_same({name: text.encode() for name, text in CSV.items()}, Quarter(2017, 3))


@pytest.mark.parametrize("quarter", [Quarter(2014, 4), Quarter(2017, 4)])
def test_a_year_of_the_demonstration_in_xml_is_that_year_in_csv(county: Home, quarter: Quarter) -> None:
    folder = county.data / "worcestershire-demo" / quarter.slug / "ssda903"
    files = {path.stem: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
    assert len(files) == 10
    the_same(files, quarter)


RETURN = """<?xml version="1.0"?>
<EXPSSDA903>
<CHILD><HEADER><CHILDID>A1</CHILDID><SEX>1</SEX><DOB>01/05/2010</DOB><ETHNIC>WBRI</ETHNIC><UASC />
<AREVIEW><REVIEW>02/10/2017</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>
</HEADER>
<EPISODE><DECOM>03/04/2017</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N5</CIN><PL>U6</PL><DEC /><REC /></EPISODE>
</CHILD>
</EXPSSDA903>
"""


def lists(text: str) -> dict[str, Listed]:
    return {each.layout.name: each for each in read_ssda903(text.encode())}


def test_a_row_has_the_line_of_its_own_element() -> None:
    found = lists(RETURN)
    assert {name: each.lines.tolist() for name, each in found.items()} == {
        "header": [3], "reviews": [4], "episodes": [6], "uasc": []
    }  # fmt: skip


def test_a_list_of_which_no_field_stands_in_the_file_is_not_given_and_one_of_empty_fields_has_no_rows() -> None:
    found = lists(RETURN)
    assert "missing" not in found
    assert found["uasc"].text.empty


@pytest.mark.parametrize(("mark", "rows"), [("1", 1), ("true", 1), ("0", 0), ("false", 0), ("N", 0), ("", 0)])
def test_a_child_marked_as_alone_and_seeking_asylum_is_one_with_or_without_the_day_that_ended(
    mark: str, rows: int
) -> None:
    found = lists(RETURN.replace("<UASC />", f"<UASC>{mark}</UASC>"))
    assert len(found["uasc"].text) == rows
    found = lists(RETURN.replace("<UASC />", f"<UASC>{mark}</UASC><DUC>01/05/2028</DUC>"))
    assert found["uasc"].text.DUC.tolist() == ["01/05/2028"]


def test_a_child_without_an_identifier_is_listed_once_and_all_its_rows_are_set_aside() -> None:
    another = "<CHILD><HEADER><CHILDID>A2</CHILDID><SEX>1</SEX></HEADER></CHILD>"
    text = RETURN.replace("<CHILDID>A1</CHILDID>", "").replace("</EXPSSDA903>", f"{another}</EXPSSDA903>")
    found = lists(text)
    held = {name: hold(each, Quarter(2017, 3), "903.xml") for name, each in found.items()}
    assert {name: each.rows_set_aside for name, each in held.items()} == {
        "header": 1, "reviews": 1, "episodes": 1, "uasc": 0
    }  # fmt: skip
    problems = pd.concat([each.problems for each in held.values()])
    assert problems[["line", "column", "rule"]].to_numpy().tolist() == [[3, "CHILD", "required"]]


def test_a_namespace_a_comment_and_spaces_around_the_text_change_nothing() -> None:
    before = lists(RETURN)["episodes"].text
    dressed = RETURN.replace("<EXPSSDA903>", '<EXPSSDA903 xmlns="urn:any"><!-- cut in May -->').replace(
        ">U6<", "> U6 <"
    )
    pd.testing.assert_frame_equal(lists(dressed)["episodes"].text, before)


def test_a_row_has_the_line_of_its_own_element_beyond_the_65535th_too() -> None:
    text = RETURN.replace("<CHILD>", "\n" * 70_000 + "<CHILD>", 1).replace("<EPISODE>", "<EPISODE>\n\n")
    lines = text.splitlines()
    for each in lists(text).values():
        for line in each.lines:
            assert lines[line - 1].startswith(("<CHILD>", "<AREVIEW>", "<EPISODE>"))


# What is no SSDA903


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("<EXPSSDA903></EXPSSDA903>", "empty"),
        ("<EXPSSDA903><CHILD></CHILD></EXPSSDA903>", "empty"),
        (CENSUS, "wrong file"),
        (CENSUS[:900], "wrong file"),
        ("<!DOCTYPE html><html><body>Please log in<br></body></html>", "wrong file"),
        ("<html><body><p>Please log in</p></body></html>", "wrong file"),
        ("<Workbook><Sheet/></Workbook>", "wrong file"),
        (RETURN[:-20], "cut short"),
        (RETURN[:150], "cut short"),
        (RETURN.replace("</HEADER>", ""), "ill-formed"),
        (RETURN.replace("<EXPSSDA903>", "<!DOCTYPE EXPSSDA903><EXPSSDA903>"), "document type"),
        (f"<EXPSSDA903>{'<CHILD>' * 500}{'</CHILD>' * 500}</EXPSSDA903>", "ill-formed"),
        ("CHILD,DECOM\n1,2\n", "wrong file"),
    ],
)
def test_what_is_no_whole_return_is_refused_with_what_was_expected_and_what_to_do(text: str, rule: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_ssda903(text.encode())
    assert caught.value.rule == rule
    assert caught.value.expected
    assert caught.value.what_to_do
    assert (caught.value.line is not None) == (rule in ("cut short", "ill-formed"))


def test_an_entity_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("SECRET")
    outside = f'<!DOCTYPE EXPSSDA903 [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">]>'
    bomb = '<!DOCTYPE EXPSSDA903 [<!ENTITY a "aaaaaaaaaa"><!ENTITY x "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    for document_type in (outside, bomb):
        text = RETURN.replace("<EXPSSDA903>", f"{document_type}<EXPSSDA903>").replace("A1", "&x;")
        with pytest.raises(Unreadable) as caught:
            read_ssda903(text.encode())
        assert caught.value.rule == "document type"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (RETURN[:60], "ssda903"),
        (CENSUS[:200], "cin_census"),
        ('<?xml version="1.0"?><!-- <Message> --><x:EXPSSDA903 xmlns:x="urn:any">', "ssda903"),
        ("<!DOCTYPE html><html>", None),
        ("CHILD,DECOM\n", None),
        ("", None),
    ],
)
def test_a_file_of_xml_is_known_by_its_outermost_element(head: str, kind: str | None) -> None:
    assert kind_of_xml(head.encode()) == kind
    if head:
        assert kind_of_xml(head.encode("utf-16")) == kind
