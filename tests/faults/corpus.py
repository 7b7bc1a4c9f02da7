"""The corpus of bad and odd files, generated: nothing in it is of anybody."""

from __future__ import annotations

from itertools import chain

from tests.faults import corpus_tables, corpus_xml
from tests.faults.cases import Case

_ALL = chain(corpus_xml.cases(), corpus_tables.cases())
CASES: tuple[Case, ...] = tuple({(case.path, *case.files.items()): case for case in _ALL}.values())
"""Every case; a list that has nothing of what a case changes gives no case of its own."""
