"""Headlines can be read at twelve: Flesch and Kincaid's grade, five years added, official names of things apart."""

from __future__ import annotations

import re

import pyphen
import pytest

from quarterdeck.measures.registry import catalogue
from tests.papers.conftest import PAGES, Built

AGE, OLDEST = 12.0, 15.5
"""The formula is made for passages: the headlines of a paper together, and none of them alone far beyond."""
FIRST_GRADE = 5.0
"""Years of age at which the first grade begins, less one."""
SYLLABLES = pyphen.Pyphen(lang="en_GB")
NAMES = sorted(
    {name for one in catalogue().values() for name in (one.short, one.title, one.counts) if name}, key=len, reverse=True
)
OFFICIAL = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in NAMES), re.IGNORECASE)
WORD = re.compile(r"[A-Za-z’'-]*[A-Za-z][A-Za-z’'-]*|[\d.,%£]*\d[\d.,%£]*")
END = re.compile(r"[.!?](?:\s|$)")


def syllables(word: str) -> int:
    letters = re.sub(r"[^a-z]", "", word.lower())
    return SYLLABLES.inserted(letters).count("-") + 1


def reading_age(sentences: list[str]) -> float:
    """The age at which a passage is read with ease: 0.39 words a sentence and 11.8 syllables a word, less 15.59."""
    said = [OFFICIAL.sub("it", sentence) for sentence in sentences]
    words = [word for sentence in said for word in WORD.findall(sentence)]
    ends = sum(len(END.findall(f"{sentence.rstrip('.')}.")) for sentence in said)
    return 0.39 * len(words) / ends + 11.8 * sum(map(syllables, words)) / len(words) - 15.59 + FIRST_GRADE


def headlines(page: Built) -> list[str]:
    """What a paper says of each measure, in one line."""
    found = []
    for heading in page.tree.xpath("//article/h3"):
        for eyebrow in heading.xpath("./span[@class='eye']"):
            eyebrow.drop_tree()
        found.append(" ".join(heading.text_content().split()))
    return found


def test_the_formula_gives_what_it_is_known_to_give() -> None:
    assert reading_age(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59 + 5)
    hard = "Interdepartmental harmonisation necessitates comprehensive organisational reconfiguration."
    assert reading_age([hard]) > 25 > 12 > reading_age(["We saw the boy. He ran to us."])


@pytest.mark.parametrize("page", PAGES, ids="-".join)
def test_the_headlines_of_a_paper_are_read_with_ease_at_twelve(
    page: tuple[str, str], pages: dict[tuple[str, str], Built]
) -> None:
    said = headlines(pages[page])
    if not said:
        pytest.skip("a paper without measures")
    assert reading_age(said) <= AGE, sorted(said, key=lambda one: -reading_age([one]))[:3]
    hardest = max(said, key=lambda one: reading_age([one]))
    assert reading_age([hardest]) <= OLDEST, hardest
