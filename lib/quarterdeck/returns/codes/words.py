"""Codes that a return writes with a letter, a code and words, as `a) U1: Foster placement`: which code each one is."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_WRITTEN = re.compile(r"(?:([a-z]{1,2})\)\s*)?(?:([A-Z0-9]{1,4})\s*(?::\s*|\s-\s+))?(.*)")
_LEADING = re.compile(r"(?:[a-z]{1,2}\)\s*)?([a-z0-9]+)\s*(?::|\s[-–—]\s?|[-–—]\s)", re.IGNORECASE)


def bare(text: str) -> str:
    """Text without case, spaces and punctuation, whatever kind of quotes and dashes it has.

    Examples
    --------
    >>> bare("c)  Children’s Homes"), bare("c) Children's homes")
    ('cchildrenshomes', 'cchildrenshomes')
    """
    return re.sub(r"[\W_]+", "", text).casefold()


@dataclass(frozen=True)
class Words:
    """The spellings of one set of codes.

    Parameters
    ----------
    known : the records' code of each spelling, bare; "" where it says that nothing is known.
    leading : the records' code of each of the return's own codes, for a cell that opens with one and goes on otherwise.
    spelt : how the return spells each of the records' codes, as its template does.
    """

    known: Mapping[str, str]
    leading: Mapping[str, str]
    spelt: Mapping[str, str]

    def code(self, text: str) -> str | None:
        """The records' code that a cell stands for; None where no spelling, or more than one, is like it."""
        if (found := self.known.get(bare(text))) is not None:
            return found
        opens = _LEADING.match(text)
        return self.leading.get(opens[1].casefold()) if opens else None


@cache
def words(return_name: str) -> Mapping[str, Words]:
    """The sets of spellings of a return, by name.

    Parameters
    ----------
    return_name : as its file of codes is called: `<return_name>_codes.toml`.

    Examples
    --------
    >>> ethnicity = words("annex_a")["ethnicity"]
    >>> [ethnicity.code(cell) for cell in ("s) REFU", "s)NOBT", "WBRI – White British", "white british", "s)")]
    ['REFU', 'NOBT', 'WBRI', 'WBRI', None]
    """
    told = tomllib.loads(files("quarterdeck.returns.codes").joinpath(f"{return_name}_codes.toml").read_text("utf-8"))
    return {name: _words(spellings) for name, spellings in told.items()}


def _words(spellings: Mapping[str, list[str]]) -> Words:
    leading: dict[str, str] = {}
    alike: dict[str, set[str]] = defaultdict(set)
    for code, written in spellings.items():
        parts = [_parts(text) for text in written]
        letters = {letter for letter, _, _ in parts} - {""}
        phrases = {phrase for _, _, phrase in parts}
        unlettered = {phrase for letter, _, phrase in parts if not letter}
        own = {token for _, token, _ in parts} | {phrase for letter, token, phrase in parts if letter and not token}
        own = (own | {bare(code)}) - {""}
        leading |= dict.fromkeys(own, code)
        tokens = {token for _, token, _ in parts if token} | ({bare(code)} - {""})
        for text in (*letters, *phrases, *_joined(letters, tokens | unlettered), *_joined(own, phrases)):
            alike[text].add(code)
        for text in _joined(_joined(letters, tokens), phrases):
            alike[text].add(code)
    alone = {text: next(iter(codes)) for text, codes in alike.items() if len(codes) == 1}
    whole = {bare(text): code for code, written in spellings.items() for text in written}
    return Words(alone | leading | whole, leading, {code: written[0] for code, written in spellings.items()})


def _parts(text: str) -> tuple[str, str, str]:
    """The letter, the code and the words of a spelling, bare."""
    found = _WRITTEN.fullmatch(text)
    letter, code, phrase = found.groups(default="") if found else ("", "", text)
    return bare(letter), bare(code), bare(phrase)


def _joined(first: Iterable[str], second: Iterable[str]) -> list[str]:
    return [one + two for one in first for two in second]
