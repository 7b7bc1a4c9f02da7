"""The census and the SSDA903 in XML, spoilt in every way that XML can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from tests.faults.cases import Case, Outcome
from tests.small_county import CENSUS

SSDA903 = """<?xml version="1.0" encoding="UTF-8"?>
<EXPSSDA903>
  <CHILD>
    <HEADER>
      <CHILDID>TEST000003</CHILDID><SEX>1</SEX><DOB>03/04/2003</DOB><ETHNIC>BCRB</ETHNIC><UPN>X999999999998</UPN>
      <AREVIEW><REVIEW>02/10/2017</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>
    </HEADER>
    <EPISODE>
      <DECOM>03/04/2017</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N5</CIN><PL>U6</PL><PLACE_PROVIDER>PR4</PLACE_PROVIDER>
      <DEC>06/11/2017</DEC><REC>X1</REC><REASON_PLACE_CHANGE>CARPL</REASON_PLACE_CHANGE><PL_POST>ZZ1 1AC</PL_POST>
    </EPISODE>
    <EPISODE>
      <DECOM>06/11/2017</DECOM><RNE>P</RNE><LS>C2</LS><CIN>N5</CIN><PL>K2</PL><PLACE_PROVIDER>PR4</PLACE_PROVIDER>
      <DEC/><REC/><URN>SC000001</URN>
    </EPISODE>
  </CHILD>
</EXPSSDA903>
"""


@dataclass(frozen=True)
class Return:
    """A return in XML, and where its parts stand: a child, a date, a code, and each as a heading."""

    format: str
    path: str
    text: str
    root: str
    child: str
    date: tuple[str, str]
    code: tuple[str, str, str]
    what: str


RETURNS = (
    Return(
        "cin_census",
        "cin_census.xml",
        CENSUS,
        "Message",
        "Child",
        ("CINPlanStartDate", "2017-11-20"),
        ("PrimaryNeedCode", "PrimaryNeedCode", "N1"),
        "a children in need census",
    ),
    Return(
        "ssda903",
        "ssda903/return.xml",
        SSDA903,
        "EXPSSDA903",
        "CHILD",
        ("REVIEW", "02/10/2017"),
        ("PL", "PLACE", "K2"),
        "the SSDA903 as XML",
    ),
)

DATES: dict[str, tuple[str, str]] = {
    "the 29th of February of a year without one": ("29/02/2017", "date"),
    "the 31st of April": ("31/04/2017", "date"),
    "a month first": ("04/13/2017", "date"),
    "a year of two digits": ("13/04/17", "date"),
    "words": ("last Tuesday", "date"),
    "a formula": ("=cmd|' /C calc'!A0", "date"),
    "a right-to-left mark": ("\u202e7102/40/31", "date"),
    "a date in digits of another script": ("٠٣/٠٤/٢٠١٧", "date"),
    "a day after the extract": ("01/01/2018", "after the extract's end"),
    "a day of the last century": ("01/01/1917", "impossible date"),
    "a day before the calendar": ("01/01/0001", "impossible date"),
    "a year of five digits": ("01/01/20177", "date"),
}
CODES = {
    "no code": "QQ9",
    "a script": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "a formula": "=cmd|' /C calc'!A0",
    "a right-to-left override": "\u202eN1",
    "an identifier": "TEST000009",
    "a name": "Zoe Example",
    "a postcode": "ZZ1 1AD",
    "a zero-width space": "N\u200b9",
    "a thousand letters": "N" * 1000,
}
BILLION = "".join(
    f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' if level else '<!ENTITY e0 "laugh">' for level in range(10)
)


def _broken(told: Return) -> Iterator[tuple[str, bytes, str, tuple[str, ...]]]:
    """What stops: its name, the file, the rule, and words of the message."""
    text, declared = told.text, told.text.index("?>") + 2
    head, body = text[:declared], text[declared:]
    middle = text.index(f"<{told.date[0]}>") + len(told.date[0]) + 4
    yield "nothing at all", b"", "empty", ("cut it again",)
    yield "blanks alone", b" \r\n\t \n", "empty", ("cut it again",)
    yield "a web page", b"<!DOCTYPE html>\n<html><body>Please log in<br></body></html>", "wrong file", ("a web page",)
    yield "another XML", b"<rss><channel/></rss>", "wrong file", ("put the right file here",)
    yield "a CSV", b"CHILD,DOB\nTEST000001,03/04/2003\n", "wrong file", ("it is no XML",)
    yield "JSON", b'{"CHILD": "TEST000001"}', "wrong file", ("it is no XML",)
    yield "a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "wrong file", ("it is no XML",)
    yield "a zip", b"PK\x03\x04" + bytes(200), "wrong file", ("it is no XML",)
    yield "no child", f"<{told.root}></{told.root}>".encode(), "empty", ("at least one",)
    doctype = ("no DOCTYPE", "take the DOCTYPE out")
    for name, declaration in {
        "a billion laughs": f"<!DOCTYPE a [{BILLION}]>",
        "quadratic entities": f'<!DOCTYPE a [<!ENTITY a "{"a" * 50_000}">]>',
        "an external entity": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "an entity of the network": '<!DOCTYPE a [<!ENTITY x SYSTEM "http://192.0.2.1/x">]>',
        "an external document type": '<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd">',
        "parameter entities": '<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>',
        "an empty document type": f"<!DOCTYPE {told.root}>",
    }.items():
        yield name, (head + declaration + body).encode(), "document type", doctype
    used = f"<!DOCTYPE a [{BILLION}]>{body.replace(told.date[1], '&e9;', 1)}"
    yield "a billion laughs that are asked for", (head + used).encode(), "document type", doctype
    for name, at in {
        "its declaration": 10,
        "the root's name": text.index(told.root) + 3,
        "a child's tag": text.index(f"<{told.child}>") + 3,
        "a value": middle,
        "a closing tag": text.index(f"</{told.date[0]}") + 4,
        "between two records": text.rindex(f"</{told.child}>"),
        "the root's closing tag": len(text.rstrip()) - 4,
        "its last sign": len(text.rstrip()) - 1,
    }.items():
        yield f"broken off in {name}", text[:at].encode(), "cut short", ("breaks off",)
    yield "broken off in a comment", (text[:middle] + "<!-- never closed").encode(), "cut short", ("breaks off",)
    yield "broken off in CDATA", (text[:middle] + "<![CDATA[ never").encode(), "cut short", ("breaks off",)
    yield "broken off in UTF-16", text[:middle].encode("utf-16"), "cut short", ("breaks off",)
    ill = ("well-formed XML",)
    closing = f"</{told.date[0]}>"
    for name, (old, new) in {
        "a tag that another closes": (closing, "</Other>"),
        "an ampersand": (told.date[1], "Smith & Sons"),
        "an entity that is nowhere": (told.date[1], "&nowhere;"),
        "a reference to NUL": (told.date[1], "&#0;"),
        "a control sign": (told.date[1], "\x07"),
        "an attribute twice": (f"<{told.child}>", f'<{told.child} a="1" a="2">'),
        "a lone less-than": (told.date[1], "1 < 2"),
        "a second root": (f"</{told.root}>", f"</{told.root}><{told.root}/>"),
    }.items():
        yield name, text.replace(old, new, 1).encode(), "ill-formed", ill
    yield "a NUL", text.replace(told.date[1], "20\x0017", 1).encode(), "ill-formed", ill
    undeclared = text.replace(told.code[2] + "<", "Ren\xe9e<", 1).encode("latin-1")
    yield "Windows-1252 that says it is UTF-8", undeclared, "ill-formed", ill
    yield "an encoding that is none", text.replace("UTF-8", "UTF-99").encode(), "ill-formed", ill
    yield "UTF-8 that says it is UTF-16", text.replace("UTF-8", "UTF-16").encode(), "", ()
    deep = "<a>" * 400 + "</a>" * 400
    yield "elements 400 deep", text.replace(closing, closing + deep, 1).encode(), "ill-formed", ill
    long = f"<note>{'a' * (5 * 2**20)}</note>"
    yield "a record of 5 MB", text.replace(closing, closing + long, 1).encode(), "too large", ("at most 4 MB",)
    comment = f"<!--{'a' * (5 * 2**20)}-->"
    yield "a comment of 5 MB", text.replace(closing, closing + comment, 1).encode(), "too large", ("at most 4 MB",)


def _odd(told: Return) -> Iterator[tuple[str, bytes]]:
    """What must be read as if nothing were odd."""
    text = told.text
    bare = text[text.index("?>") + 2 :].lstrip()
    yield "a byte-order mark", text.encode("utf-8-sig")
    yield "UTF-16", text.replace("UTF-8", "UTF-16").encode("utf-16")
    yield "UTF-16 without saying so", bare.encode("utf-16")
    yield "Windows-1252 that says so", text.replace("UTF-8", "Windows-1252").encode("cp1252")
    yield "no declaration", bare.encode()
    yield "Windows line ends", text.replace("\n", "\r\n").encode()
    yield "one line", text.replace("\n", " ").encode()
    yield "a namespace", text.replace(f"<{told.root}>", f'<{told.root} xmlns="urn:x">').encode()
    prefixed = bare.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")
    yield "a prefix", prefixed.replace(f"<x:{told.root}>", f'<x:{told.root} xmlns:x="urn:x">').encode()
    yield "comments and instructions", text.replace(f"<{told.child}>", f"<!-- a --><?b c?><{told.child}>").encode()
    yield "CDATA", text.replace(told.date[1], f"<![CDATA[{told.date[1]}]]>").encode()
    yield "spaces about a value", text.replace(told.date[1], f"\n  {told.date[1]}\t").encode()
    yield "attributes", text.replace(f"<{told.child}>", f'<{told.child} id="1">').encode()
    yield "an element that nobody knows", text.replace(f"</{told.child}>", f"<Note>x</Note></{told.child}>").encode()
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    yield "an inclusion that is not followed", text.replace(f"</{told.child}>", f"{include}</{told.child}>").encode()
    yield (
        "letters written as numbers",
        text.replace(told.date[1], f"&#{ord(told.date[1][0])};{told.date[1][1:]}").encode(),
    )


def _of_the_census() -> Iterator[tuple[str, str, str, Outcome, str, str]]:
    """What only a census can have: what to change into what, what comes of it, the rule and the column."""
    yield "of another return", "<Collection>CIN", "<Collection>SC1", "stops", "wrong file", ""
    yield "of another authority", "<LEA>999", "<LEA>998", "stops", "another authority", ""
    yield (
        "of another year",
        "2018</Year><ReferenceDate>2018",
        "2016</Year><ReferenceDate>2016",
        "stops",
        "another quarter",
        "",
    )
    yield "cut too early", "<ReferenceDate>2018-03-31", "<ReferenceDate>2017-12-30", "stops", "another quarter", ""
    header = CENSUS[CENSUS.index("  <Header>") : CENSUS.index("  <Children>")]
    yield "with its header last", "</Message>", f"{header}</Message>", "stops", "ill-formed", ""
    yield "without a child's identifier", "<LAchildID>TEST000001</LAchildID>", "", "set aside", "required", "LAchildID"
    yield "with one child twice", "TEST000002", "TEST000001", "set aside", "duplicate", "LAchildID"
    yield "closed before it began", "2017-05-02", "2017-04-02", "set aside", "order", "CINclosureDate"
    yield (
        "with two plans of one day",
        "</ChildProtectionPlans>",
        "</ChildProtectionPlans><ChildProtectionPlans><CPPstartDate>2017-10-20</CPPstartDate></ChildProtectionPlans>",
        "set aside",
        "duplicate",
        "CPPstartDate",
    )
    yield (
        "with no date of a referral",
        "<CINreferralDate>2017-10-02</CINreferralDate>",
        "",
        "set aside",
        "required",
        "CINreferralDate",
    )
    yield (
        "with a number in words",
        "<NumberOfPreviousCPP>1",
        "<NumberOfPreviousCPP>one",
        "unknown",
        "number",
        "NumberOfPreviousCPP",
    )
    yield "with maybe", "<ICPCnotRequired>false", "<ICPCnotRequired>maybe", "unknown", "yes or no", "ICPCnotRequired"
    yield "with a birth in 1910", "2010-05-01", "1910-05-01", "set aside", "impossible date", "PersonBirthDate"


def cases() -> Iterator[Case]:
    """Every case of XML."""
    for told in RETURNS:
        files = {told.path: told.text.encode()}
        for name, content, rule, says in _broken(told):
            yield Case(f"{told.path}: {name}", told.format, {told.path: content}, told.path, "stops", rule, says=says)
        for name, content in _odd(told):
            yield Case(f"{told.path}: {name}", told.format, {told.path: content}, told.path, "fine", like=files)
        for name, (date, rule) in DATES.items():
            spoilt = {told.path: told.text.replace(told.date[1], date, 1).encode()}
            if told.format == "cin_census":
                tag = f"<{told.date[0]}>"
                spoilt = {told.path: told.text.replace(tag + told.date[1], tag + date, 1).encode()}
            yield Case(
                f"{told.path}: {name} for a date", told.format, spoilt, told.path, "set aside", rule, told.date[0]
            )
        tag, heading, code = told.code
        for name, written in CODES.items():
            spoilt = {told.path: told.text.replace(f"<{tag}>{code}", f"<{tag}>{written}", 1).encode()}
            yield Case(f"{told.path}: {name} for a code", told.format, spoilt, told.path, "unknown", "code", heading)
    for name, old, new, outcome, rule, column in _of_the_census():
        spoilt = {"cin_census.xml": CENSUS.replace(old, new, 1).encode()}
        yield Case(f"a census {name}", "cin_census", spoilt, "cin_census.xml", outcome, rule, column)
    swapped = {"cin_census.xml": SSDA903.encode(), "ssda903/return.xml": CENSUS.encode()}
    straight = {"cin_census.xml": CENSUS.encode(), "ssda903/return.xml": SSDA903.encode()}
    yield Case("the census and the 903 swapped", "cin_census", swapped, "cin_census.xml", "fine", like=straight)
    twice = {"cin_census.xml": CENSUS.encode(), "second.xml": CENSUS.encode()}
    yield Case(
        "two censuses", "cin_census", twice, "second.xml", "stops", "repeated file", says=("take one of them out",)
    )
    dates = {"cin_census.xml": CENSUS.replace("2017-10-02", "02/10/2017").encode()}
    yield Case(
        "a census with its dates day first",
        "cin_census",
        dates,
        "cin_census.xml",
        "fine",
        told=("cin_episodes", "referral_date", pd.Timestamp(2017, 10, 2)),
    )
